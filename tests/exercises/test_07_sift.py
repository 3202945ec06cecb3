"""Checks and grades the exercises of chapter 07."""

import numpy as np
import pytest

from coursekit.lab import samples
from coursekit.lab.check import assert_array_equal, assert_own_memory, assert_value_equal
from coursekit.sift import reference

GIVEN = ("coursekit.sift.reference.gaussian_scale_space",)
FORBIDDEN = (
    "skimage.feature.match_descriptors",
    "skimage.feature.peak_local_max",
    "skimage.morphology.local_maxima",
    "skimage.morphology.local_minima",
)
SEED = 7
TURN = 2 * np.pi


def seeded(number):
    """The random numbers of one hidden test."""
    return np.random.default_rng([SEED, number])


def normal(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


def stack(height, width, slices):
    """A stack of a photo, blurred more and more: float (H, W, slices)."""
    layers = [samples.camera()[100 : 100 + height, 180 : 180 + width] / 255]
    for _ in range(slices - 1):
        layer = np.pad(layers[-1], 1, mode="edge")
        rows = (layer[:-2] + layer[1:-1] + layer[2:]) / 3
        layers.append((rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 3)
    return np.stack(layers, axis=-1)


# ------------------------------------------------------------- blur_to_add


def blur_mistakes(sigmas):
    return {
        "blurs subtracted: their squares add up": np.diff(sigmas),
        "squares subtracted, and no root drawn": np.diff(sigmas**2),
        "the root of the difference of the blurs, not of their squares": np.sqrt(np.diff(sigmas)),
        "squares added: what is missing is their difference": np.sqrt(
            sigmas[1:] ** 2 + sigmas[:-1] ** 2
        ),
        "added up from the first scale, not from the one before": np.sqrt(
            sigmas[1:] ** 2 - sigmas[0] ** 2
        ),
    }


def assert_blurs(actual, expected, sigmas):
    assert_array_equal(actual, expected, 1e-9, mistakes=blur_mistakes(sigmas), accept_lists=True)


@pytest.mark.exercise("blur_to_add")
@pytest.mark.points(1)
def test_from_three_to_five_it_takes_four(student):
    sigmas = np.array([3.0, 5.0, 13.0])
    assert_blurs(student.blur_to_add(sigmas), np.array([4.0, 12.0]), sigmas)


@pytest.mark.exercise("blur_to_add")
@pytest.mark.points(1)
@pytest.mark.parametrize("scales", [1, 3, 5])
def test_scales_of_an_octave(student, scales):
    sigmas = 1.6 * 2 ** (np.arange(scales + 3) / scales)
    expected = 1.6 * 2 ** (np.arange(scales + 2) / scales) * np.sqrt(4 ** (1 / scales) - 1)
    assert_blurs(student.blur_to_add(sigmas), expected, sigmas)


@pytest.mark.exercise("blur_to_add")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_blurs_of_any_number_of_scales(student):
    rng = seeded(1)
    for scales in rng.choice(np.arange(2, 9), 3, replace=False):
        sigmas = np.cumsum(rng.uniform(0.3, 2, scales))
        pairs = zip(sigmas[:-1], sigmas[1:], strict=True)
        expected = np.array([(later**2 - earlier**2) ** 0.5 for earlier, later in pairs])
        assert_blurs(student.blur_to_add(sigmas), expected, sigmas)


# --------------------------------------------------- differences_of_scales


def difference_mistakes(octave):
    return {
        "this scale minus the next: the sign is reversed": octave[..., :-1] - octave[..., 1:],
        "rows are subtracted, not scales": np.diff(octave, axis=0),
        "columns are subtracted, not scales": np.diff(octave, axis=1),
        "each scale minus the first": octave[..., 1:] - octave[..., :1],
        "absolute values: the sign is lost": np.maximum(octave[..., 1:], octave[..., :-1])
        - np.minimum(octave[..., 1:], octave[..., :-1]),
    }


@pytest.mark.exercise("differences_of_scales")
@pytest.mark.points(1)
def test_four_pixels_by_hand(student):
    octave = np.array([[[1.0, 4.0, 9.0], [5.0, 5.0, 5.0]], [[3.0, 2.0, 0.0], [0.0, 1.0, 1.5]]])
    expected = np.array([[[3.0, 5.0], [0.0, 0.0]], [[-1.0, -2.0], [1.0, 0.5]]])
    actual = student.differences_of_scales(octave)
    assert_array_equal(actual, expected, 1e-9, mistakes=difference_mistakes(octave))


@pytest.mark.exercise("differences_of_scales")
@pytest.mark.points(1)
def test_what_is_left_out_comes_back(student):
    octave = stack(40, 52, 6)
    actual = student.differences_of_scales(octave)
    expected = reference.difference_of_gaussians(octave)
    assert_array_equal(actual, expected, 1e-9, mistakes=difference_mistakes(octave))


@pytest.mark.exercise("differences_of_scales")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_two_scales_and_any_number(student):
    rng = seeded(2)
    for scales in (2, rng.integers(3, 8)):
        octave = rng.normal(size=(*rng.integers(5, 20, 2), scales))
        actual = student.differences_of_scales(octave)
        assert_array_equal(actual, reference.difference_of_gaussians(octave), 1e-9)


# ------------------------------------------------------------ mark_extrema


def marked(differences, wanted):
    """Points of the inside whose 27 values, themselves included, satisfy wanted(here, others)."""
    marks = np.zeros(differences.shape, bool)
    for place in np.ndindex(*(side - 2 for side in differences.shape)):
        cube = differences[tuple(np.s_[p : p + 3] for p in place)]
        others = np.delete(cube.ravel(), 13)
        marks[tuple(p + 1 for p in place)] = wanted(cube[1, 1, 1], others, cube)
    return marks


def marks_at(shape, points):
    marks = np.zeros(shape, bool)
    marks[tuple(np.asarray(points, int).reshape(-1, 3).T)] = True
    return marks


def of_both_kinds(differences):
    """The maxima and minima: ``local_extrema`` wants the ones above 0, the others below."""
    above, below = differences - differences.min() + 1, differences - differences.max() - 1
    return np.concatenate([reference.local_extrema(above), reference.local_extrema(below)])


def extremum_mistakes(differences):
    def in_its_slice(here, others, cube):
        flat = np.delete(cube[..., 1].ravel(), 4)
        return here > flat.max() or here < flat.min()

    def among_six(here, others, cube):
        six = np.array([cube[0, 1, 1], cube[2, 1, 1], cube[1, 0, 1], cube[1, 2, 1],
                        cube[1, 1, 0], cube[1, 1, 2]])  # fmt: skip
        return here > six.max() or here < six.min()

    rules = {
        "equal neighbours count as smaller: on a plateau there is no extremum": (
            lambda h, o, c: h >= o.max() or h <= o.min()
        ),
        "only the 8 neighbours in its own slice": in_its_slice,
        "only the 6 nearest neighbours": among_six,
        "compared by their absolute values": lambda h, o, c: abs(h) > abs(o).max(),
    }
    found = {name: marked(differences, rule) for name, rule in rules.items()}
    around = np.pad(differences, 1, mode="wrap")
    return found | {
        "only maxima: what is smaller than all 26 counts too": [
            marked(differences, lambda h, o, c: h > o.max()),
            marked(differences, lambda h, o, c: h >= o.max()),
        ],
        "only minima: what is larger than all 26 counts too": [
            marked(differences, lambda h, o, c: h < o.min()),
            marked(differences, lambda h, o, c: h <= o.min()),
        ],
        "each is compared with itself, too, and nothing is larger than itself": (
            np.zeros(differences.shape, bool)
        ),
        "the border is marked: there, np.roll goes round to the other side": (
            marks_at(around.shape, of_both_kinds(around))[1:-1, 1:-1, 1:-1]
        ),
    }


@pytest.mark.exercise("mark_extrema")
@pytest.mark.points(1)
def test_a_peak_a_pit_and_a_plateau(student):
    differences = np.zeros((7, 9, 5))
    differences[2, 2, 1], differences[4, 4, 3] = 2.0, -1.0
    differences[2, 6, 2] = differences[2, 7, 2] = 3.0  # two equals: neither is larger
    differences[0, 0, 0] = 9.0  # at the border
    expected = marks_at(differences.shape, [(2, 2, 1), (4, 4, 3)])
    actual = student.mark_extrema(differences)
    assert_array_equal(actual, expected, mistakes=extremum_mistakes(differences))


@pytest.mark.exercise("mark_extrema")
@pytest.mark.points(2)
@pytest.mark.parametrize("shape", [(12, 15, 5), (9, 8, 3)])
def test_noise_has_many(student, shape):
    differences = normal(shape[0], *shape)
    differences[4, 4, 1] = np.abs(differences).max() + 1  # one that is sure
    expected = marks_at(differences.shape, of_both_kinds(differences))
    actual = student.mark_extrema(differences)
    assert_array_equal(actual, expected, mistakes=extremum_mistakes(differences))


@pytest.mark.exercise("mark_extrema")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_extrema_of_whole_numbers(student):
    rng = seeded(3)
    for least in (4, 1000):  # few levels: many neighbours are equal
        shape = (*rng.integers(6, 14, 2), rng.integers(3, 7))
        differences = rng.integers(-least, least, shape, endpoint=True).astype(float)
        differences[2, 3, 1] = 2 * least
        expected = np.zeros(shape, bool)
        for place in np.ndindex(*(side - 2 for side in shape)):
            cube = np.sort(differences[tuple(np.s_[p : p + 3] for p in place)].ravel())
            here = differences[tuple(p + 1 for p in place)]
            lowest, highest = cube[0] == here < cube[1], cube[-2] < here == cube[-1]
            expected[tuple(p + 1 for p in place)] = lowest or highest
        assert_array_equal(student.mark_extrema(differences), expected)


# --------------------------------------------------------- top_of_parabola


def assert_top(actual, top, height, left, here, right):
    expected, rise = np.array([top, height]), height - here
    slope, curvature = (right - left) / 2, left - 2 * here + right
    mistakes = {
        "the offset points to the wrong side": [
            np.array([-top, height]), np.array([-top, here - rise]),
        ],
        "the height lacks the factor 1/2": np.array([top, here + 2 * rise]),
        "the height is the middle value: that of the top is wanted": np.array([top, here]),
        "the offset is twice too large: slopes are half of (right - left)": np.array(
            [2 * top, here + 2 * rise]
        ),
        "/ 2 * (...) multiplies by the bracket: put all below the line into one": np.array(
            [-slope * curvature, here - 0.5 * slope**2 * curvature]
        ),
        "height and offset are exchanged": expected[::-1],
        "the height's correction has the wrong sign": np.array([top, here - rise]),
    }  # fmt: skip
    assert_array_equal(actual, expected, 1e-9, mistakes=mistakes)


@pytest.mark.exercise("top_of_parabola")
@pytest.mark.points(1)
def test_zero_four_three(student):
    # slope 1.5, curvature -5: the top is 0.3 to the right and 0.225 higher
    assert_top(student.top_of_parabola(0.0, 4.0, 3.0), 0.3, 4.225, 0.0, 4.0, 3.0)


@pytest.mark.exercise("top_of_parabola")
@pytest.mark.points(1)
@pytest.mark.parametrize(("top", "height", "bend"), [(-0.4, 3.0, -2.0), (0.25, -1.0, 7.0)])
def test_samples_of_a_parabola_give_it_back(student, top, height, bend):
    values = [height + bend * (x - top) ** 2 for x in (-1, 0, 1)]
    assert_top(student.top_of_parabola(*values), top, height, *values)


@pytest.mark.exercise("top_of_parabola")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_tops_and_bottoms_of_parabolas(student):
    rng = seeded(4)
    for bend in (*rng.uniform(0.5, 5, 3), *rng.uniform(-5, -0.5, 3)):
        top, height = rng.uniform(-0.5, 0.5), rng.uniform(-10, 10)
        values = [float(height + bend * (x - top) ** 2) for x in (-1, 0, 1)]
        expected = np.array([top, height])
        assert_array_equal(student.top_of_parabola(*values), expected, 1e-9)


# ------------------------------------------------------------- refine_once


def refine_mistakes(value, gradient, hessian, right):
    offset, rise = right[:3], right[3] - value
    alone = -gradient / np.diagonal(hessian)
    return {
        "the offset has the wrong sign": [
            np.append(-offset, value - rise), np.append(-offset, value + rise),
        ],
        "the height lacks the factor 1/2": np.append(offset, value + 2 * rise),
        "the height is the value at the point: that of the top is wanted": np.append(offset, value),
        "each axis for itself: the mixed curvatures are left out": np.append(
            alone, value + 0.5 * gradient @ alone
        ),
        "multiplied by the Hessian, where its system is to be solved": np.append(
            -hessian @ gradient, value - 0.5 * gradient @ hessian @ gradient
        ),
    }  # fmt: skip


@pytest.mark.exercise("refine_once")
@pytest.mark.points(1)
def test_axes_for_themselves_by_hand(student):
    gradient, hessian = np.array([1.0, -2.0, 0.0]), np.diag([-4.0, -5.0, -1.0])
    expected = np.array([0.25, -0.4, 0.0, 3.525])  # 3 + (0.25 + 0.8) / 2
    mistakes = refine_mistakes(3.0, gradient, hessian, expected)
    assert_array_equal(
        student.refine_once(3.0, gradient, hessian), expected, 1e-9, mistakes=mistakes
    )


@pytest.mark.exercise("refine_once")
@pytest.mark.points(1)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_top_of_a_paraboloid(student, seed):
    top, root = normal(seed, 3) / 4, normal(seed + 9, 3, 3)
    hessian = -(root @ root.T + np.eye(3))
    gradient, value = -hessian @ top, 5 + 0.5 * top @ hessian @ top  # at 0; the top is 5 high
    expected = np.append(top, 5.0)
    mistakes = refine_mistakes(value, gradient, hessian, expected)
    actual = student.refine_once(value, gradient, hessian)
    assert_array_equal(actual, expected, 1e-9, mistakes=mistakes)


@pytest.mark.exercise("refine_once")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_tops_and_bottoms_of_paraboloids(student):
    rng = seeded(5)
    for sign in (-1, 1):
        top, height, root = rng.uniform(-0.6, 0.6, 3), rng.uniform(-9, 9), rng.normal(size=(3, 3))
        hessian = sign * (root @ root.T + np.eye(3))
        gradient, value = -hessian @ top, float(height + 0.5 * top @ hessian @ top)
        actual = student.refine_once(value, gradient, hessian)
        assert_array_equal(actual, np.append(top, height), 1e-9)


# -------------------------------------------------------------- keep_peaks


def peak_mistakes(hessians, c, right):
    h_rr, h_cc, h_rc = hessians[:, 0, 0], hessians[:, 1, 1], hessians[:, 0, 1]
    trace, determinant = h_rr + h_cc, h_rr * h_cc - h_rc**2
    trace_3, determinant_3 = np.trace(hessians, axis1=1, axis2=2), np.linalg.det(hessians)
    limit = (c + 1) ** 2 / c
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, ratio_3 = trace**2 / determinant, trace_3**2 / determinant_3
        return {
            "saddles are kept: their determinant is negative": [ratio < limit, ratio <= limit],
            "the absolute value lets some saddles pass": [
                np.abs(ratio) < limit, np.abs(ratio) <= limit,
            ],
            "the trace is not squared": (determinant > 0) & (trace / determinant < limit),
            "compared with c, not with (c + 1)^2 / c": (determinant > 0) & (ratio < c),
            "no peak is kept: its determinant is positive, and its limit (c + 1)^2 / c": (
                np.zeros(len(hessians), bool)
            ),
            "ridges are kept and peaks dropped": ~right,
            "on the limit a point is kept: *less than* c times is wanted": (
                right | np.isclose(ratio, limit)
            ),
            "trace and determinant of 3 x 3, with the scales: rows and columns only": [
                (determinant_3 > 0) & (ratio_3 < limit), ratio_3 < limit, ratio_3 <= limit,
                np.abs(ratio_3) < limit, (determinant_3 > 0) & (trace**2 / determinant_3 < limit),
                (determinant > 0) & (trace_3**2 / determinant < limit),
            ],
        }  # fmt: skip


def with_curvatures(pairs):
    """Hessians with these two curvatures in rows and columns, turned, and anything in scales."""
    hessians = normal(len(pairs), len(pairs), 3, 3)
    hessians += hessians.swapaxes(1, 2)
    for hessian, pair, angle in zip(hessians, pairs, np.arange(len(pairs)), strict=True):
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        hessian[:2, :2] = turn @ np.diag(pair) @ turn.T
    return hessians


def assert_kept(actual, expected, hessians, c):
    expected = np.array(expected)
    mistakes = peak_mistakes(hessians, c, expected)
    assert_array_equal(actual, expected, mistakes=mistakes, accept_lists=True)


@pytest.mark.exercise("keep_peaks")
@pytest.mark.points(1)
def test_peak_ridge_saddle_and_plane(student):
    curvatures = [(-2, -3), (-20, -1), (-2, 1), (0, 0), (4, 5), (-9, -1), (11, 1), (-20, 1)]
    hessians = np.array([np.diag([*pair, -7.0]) for pair in curvatures])
    expected = [True, False, False, False, True, True, False, False]
    assert_kept(student.keep_peaks(hessians), expected, hessians, 10)


@pytest.mark.exercise("keep_peaks")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    ("c", "curvatures", "expected"),
    [
        (2, [(-1, -1.9), (-1, -2.1), (4, 3), (-1, 1.5), (2, 5), (3, -1), (-6, -5), (1, 0.9)],
         [True, False, True, False, False, False, True, True]),
        (10, [(-1, -9.8), (-1, -10.2), (20, 3), (-8, 0.5), (6, 0.5), (1, -2), (-4, -3), (9, 0.8)],
         [True, False, True, False, False, False, True, False]),
    ],
)  # fmt: skip
def test_curvatures_decide_whichever_way_the_ridge_runs(student, c, curvatures, expected):
    hessians = with_curvatures(curvatures)
    assert_kept(student.keep_peaks(hessians, c), expected, hessians, c)


@pytest.mark.exercise("keep_peaks")
@pytest.mark.points(1)
def test_curvature_on_the_limit(student):
    # of (2, 0.5), np.linalg.det is 1, to the last digit
    curvatures = [(-2, -0.5), (2, 0.5), (0.5, 2), (1.9, 0.5), (-0.5, -2.1), (-1, 2)]
    hessians = np.array([np.diag([*pair, 2.0]) for pair in curvatures])
    expected = [False, False, False, True, False, False]
    assert_kept(student.keep_peaks(hessians, 4), expected, hessians, 4)


@pytest.mark.exercise("keep_peaks")
@pytest.mark.points(1)
def test_ten_times_unless_told(student):
    curvatures = [(-9.5, -1), (-10.5, -1), (1, 9.5), (10.5, 1), (-3, 1)]
    hessians = np.array([np.diag([*pair, 2.0]) for pair in curvatures])
    expected = [True, False, True, False, False]
    assert_kept(student.keep_peaks(hessians), expected, hessians, 10)


@pytest.mark.exercise("keep_peaks")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_curvatures_of_many(student):
    rng = seeded(6)
    for c in (10, float(rng.uniform(1.5, 20))):
        ratios = c * np.concatenate([rng.uniform(0.1, 0.97, 30), rng.uniform(1.03, 2, 30)])
        signs, smaller = rng.choice([-1, 1], (2, 60)), rng.uniform(0.5, 2, 60)
        larger = np.maximum(ratios, 1 / ratios) * smaller
        hessians = with_curvatures(np.stack([signs[0] * smaller, signs[1] * larger], axis=1))
        expected = (signs[0] == signs[1]) & (larger < c * smaller)
        assert_kept(student.keep_peaks(hessians, c), expected, hessians, c)


# ----------------------------------------------------------------- compass


def counted(angles, parts, n, nearest=np.rint):
    bins = nearest(angles / TURN * n).astype(int) % n
    return np.bincount(bins.ravel(), weights=parts.ravel(), minlength=n)


def compass_mistakes(rows, columns, weights, n, right):
    angles, lengths = np.arctan2(columns, rows), np.hypot(rows, columns)
    lost = np.zeros(n)
    bins = np.rint(angles / TURN * n).astype(int) % n
    lost[bins] += weights * lengths
    return {
        "rows and columns are exchanged in atan2": counted(
            np.arctan2(rows, columns), weights * lengths, n
        ),
        "rounded down, not to the nearest: the bins are off by half a bin": counted(
            angles, weights * lengths, n, np.floor
        ),
        "the lengths of the gradients are left out": counted(angles, weights, n),
        "the weights are left out": counted(angles, lengths, n),
        "each bin counted once at most: `histogram[bins] += 1` adds to a place once": lost,
        "bin 0 begins at half a turn: its middle is at 0": np.histogram(
            angles, n, (-np.pi, np.pi), weights=weights * lengths
        )[0],
        "negative angles are mirrored: go round the circle with %, not with abs": counted(
            np.abs(angles), weights * lengths, n
        ),
        "bins of 10 degrees each: a turn has n bins": counted(
            np.rint(angles / TURN * 36) * TURN / n, weights * lengths, n
        ),
        "lengths without a root": counted(angles, weights * lengths**2, n),
        "divided by the sum": right / right.sum(),
    }


@pytest.mark.exercise("compass")
@pytest.mark.points(1)
def test_four_gradients_by_hand(student):
    # down (bin 0), right (bin 2), 3-4-5 up and right (2.8 of 8: bin 3), just short of a turn (0)
    rows = np.array([[2.0, 0.0], [-3.0, 10.0]])
    columns = np.array([[0.0, 1.0], [4.0, -1.0]])
    weights = np.array([[1.0, 0.5], [2.0, 1.0]])
    expected = np.array([2 + np.hypot(10, 1), 0, 0.5, 10, 0, 0, 0, 0])
    assert_counted(student.compass(rows, columns, weights, 8), rows, columns, weights, 8, expected)


def assert_counted(actual, rows, columns, weights, n, expected):
    mistakes = compass_mistakes(rows, columns, weights, n, expected)
    assert_array_equal(actual, expected, 1e-9, mistakes=mistakes, accept_lists=True)


def patch_of(rng, n, height, width):
    """Gradients whose bins are known, with weights; and the histogram."""
    bins, off = rng.integers(0, n, (height, width)), rng.uniform(-0.45, 0.45, (height, width))
    lengths, weights = rng.uniform(0.1, 3, (height, width)), rng.uniform(0.1, 1, (height, width))
    histogram = np.zeros(n)
    np.add.at(histogram, bins, weights * lengths)
    angles = (bins + off) * TURN / n
    return lengths * np.cos(angles), lengths * np.sin(angles), weights, histogram


@pytest.mark.exercise("compass")
@pytest.mark.points(2)
@pytest.mark.parametrize("n", [36, 12])
def test_directions_all_round(student, n):
    rows, columns, weights, expected = patch_of(np.random.default_rng(n), n, 9, 11)
    actual = student.compass(rows, columns, weights, n)
    assert_counted(actual, rows, columns, weights, n, expected)


@pytest.mark.exercise("compass")
@pytest.mark.points(1)
def test_thirty_six_bins_unless_told(student):
    rows, columns, weights, expected = patch_of(np.random.default_rng(1), 36, 5, 8)
    actual = student.compass(rows, columns, weights)
    assert_counted(actual, rows, columns, weights, 36, expected)


@pytest.mark.exercise("compass")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_any_number_of_bins(student):
    rng = seeded(7)
    for n in rng.choice(np.arange(5, 60), 3, replace=False).tolist():
        rows, columns, weights, expected = patch_of(rng, n, *rng.integers(3, 12, 2))
        actual = student.compass(rows, columns, weights, n)
        assert_counted(actual, rows, columns, weights, n, expected)


# ---------------------------------------------------------- main_direction


def direction_mistakes(histogram, angle):
    n, k = len(histogram), int(np.argmax(histogram))
    left, here, right = histogram[k - 1], histogram[k], histogram[(k + 1) % n]
    offset = angle * n / TURN - k  # from the bin's middle, but for a turn
    first, last = histogram[max(k - 1, 0)], histogram[min(k + 1, n - 1)]
    cut = (first - last) / (2 * (first - 2 * here + last))
    mistakes = {
        "half a bin too much: bin k has its middle at k": (angle + 0.5 * TURN / n) % TURN,
        "the middle of the bin: the parabola is left out": k * TURN / n,
        "the parabola's offset points to the wrong side": (k - offset) % n * TURN / n,
        "degrees, where radians are wanted": np.degrees(angle),
        "a negative angle: give 0 to 2 pi": angle - TURN,
        "the number of the bin, not its angle": angle / TURN * n,
        "the parabola's height is added to the bin: its offset is wanted": (
            (k + here + (right - left) / 4 * ((offset + n / 2) % n - n / 2)) % n * TURN / n
        ),
        "the histogram ends at its last bin: it is a circle": (k + cut) % n * TURN / n,
        "from -pi to pi: give 0 to 2 pi": angle - TURN,
    }
    if k > 0:  # then no bin lies before 0
        del mistakes["a negative angle: give 0 to 2 pi"]
    return {name: float(wrong) for name, wrong in mistakes.items()}


def bump(n, middle, width=2.5):
    """A histogram with one hill, round the circle; near its top it is a parabola."""
    distance = (np.arange(n) - middle + n / 2) % n - n / 2
    return np.maximum(10 - (distance / width) ** 2, 1)


@pytest.mark.exercise("main_direction")
@pytest.mark.points(1)
@pytest.mark.parametrize("middle", [9, 12.25, 30.6])
def test_top_of_a_hill(student, middle):
    assert_points_to(student.main_direction(bump(36, middle)), middle)


def assert_points_to(actual, middle):
    angle = float(middle * TURN / 36)
    mistakes = direction_mistakes(bump(36, middle), angle)
    assert_value_equal(actual, angle, 1e-9, mistakes=mistakes)


@pytest.mark.exercise("main_direction")
@pytest.mark.points(1)
@pytest.mark.parametrize("middle", [35.3, 0.2, 35.8, 0])
def test_hill_across_the_end_of_the_circle(student, middle):
    assert_points_to(student.main_direction(bump(36, middle)), middle)


@pytest.mark.exercise("main_direction")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_hills_anywhere_on_the_circle(student):
    rng = seeded(8)
    for first, last in ((0.05, 0.45), (-0.45, -0.05), (1, 7)):  # at the end, and elsewhere
        n = int(rng.integers(8, 60))
        middle = rng.uniform(first, last) % n
        histogram = bump(n, middle, rng.uniform(1, 3))
        assert_value_equal(student.main_direction(histogram), float(middle * TURN / n), 1e-9)


# --------------------------------------------------------------- share_out


def outer(magnitude, rows, columns, turns):
    """What each of 4 x 4 x 8 bins gets, from its shares by row, by column and by direction."""
    return magnitude * np.einsum("r,c,t->rct", rows, columns, turns)


def share_mistakes(expected, row, column, turn, magnitude):
    nearest = np.zeros((4, 4, 8))
    r, c, t = (int(np.floor(x + 0.5)) for x in (row, column, turn))
    if 0 <= r < 4 and 0 <= c < 4:
        nearest[r, c, t % 8] = magnitude
    stopped = expected.copy()
    if turn > 7:
        stopped[..., 0] = 0
    return {
        "all of it to the nearest bin: nothing is shared": nearest,
        "the far one gets more than the near one: the shares are exchanged": (
            expected[np.ix_(*(mirrored(x, n) for x, n in ((row, 4), (column, 4), (turn, 8))))]
        ),
        "rows and columns are exchanged": expected.swapaxes(0, 1),
        "the directions do not go round: bin 8 is bin 0": stopped,
        "what lies outside is given to those inside: it is to be lost": (
            expected / expected.sum() * magnitude
        ),
        "int() cuts off towards 0: int(-0.4) is 0, and np.floor(-0.4) is -1": cut_towards_zero(
            expected, row, column
        ),
        "index -1 is the last row or column: what falls there is to be lost": from_the_end(
            expected, row, column
        ),
        "the magnitude is left out": expected / magnitude,
    }


def mirrored(place, bins):
    """The indices of bins, with the two exchanged between which a place lies."""
    indices, below = np.arange(bins), int(np.floor(place))
    pair = [below % bins, (below + 1) % bins]
    indices[pair] = indices[pair[::-1]]
    return indices


def cut_towards_zero(histograms, row, column):
    """Before the first bin there is only that one, with a negative share for the second."""
    result = histograms.copy()
    for bins, place in ((result, row), (result.swapaxes(0, 1), column)):
        if -1 < place < 0:
            bins[1] = bins[0] / (1 + place) * place
            bins[0] *= (1 - place) / (1 + place)
    return result


def from_the_end(histograms, row, column):
    """What lies before the first bin goes to the last one."""
    result = histograms.copy()
    for bins, place in ((result, row), (result.swapaxes(0, 1), column)):
        if -1 < place < 0:
            bins[3] += bins[0] / (1 + place) * -place
    return result


def assert_shared(actual, expected, *gradient):
    mistakes = share_mistakes(expected, *gradient)
    assert_array_equal(actual, expected, 1e-9, mistakes=mistakes)


@pytest.mark.exercise("share_out")
@pytest.mark.points(1)
def test_quarter_of_the_way_by_hand(student):
    expected = np.zeros((4, 4, 8))
    expected[1, 2, 3], expected[1, 3, 3] = 6.0, 2.0  # column 2.25
    actual = student.share_out(1.0, 2.25, 3.0, 8.0)
    assert_shared(actual, expected, 1.0, 2.25, 3.0, 8.0)


@pytest.mark.exercise("share_out")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    ("gradient", "shares"),
    [
        ((0.3, 1.6, 2.9, 5.0),
         ([0.7, 0.3, 0, 0], [0, 0.4, 0.6, 0], [0, 0, 0.1, 0.9, 0, 0, 0, 0])),
        ((2.75, 0.5, 0.1, 0.3),
         ([0, 0, 0.25, 0.75], [0.5, 0.5, 0, 0], [0.9, 0.1, 0, 0, 0, 0, 0, 0])),
    ],
)  # fmt: skip
def test_eight_bins_share_what_falls_between(student, gradient, shares):
    assert_shared(student.share_out(*gradient), outer(gradient[3], *shares), *gradient)


@pytest.mark.exercise("share_out")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    ("gradient", "shares"),
    [
        ((1.2, 1.3, 7.6, 2.0),
         ([0, 0.8, 0.2, 0], [0, 0.7, 0.3, 0], [0.6, 0, 0, 0, 0, 0, 0, 0.4])),
        ((-0.4, 3.8, 4.3, 1.5),
         ([0.6, 0, 0, 0], [0, 0, 0, 0.2], [0, 0, 0, 0, 0.7, 0.3, 0, 0])),
        ((1.0, 2.0, 8.0, 3.0),
         ([0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 0, 0, 0, 0, 0])),
        ((3.6, -0.7, 7.9, 4.0),
         ([0, 0, 0, 0.4], [0.3, 0, 0, 0], [0.9, 0, 0, 0, 0, 0, 0, 0.1])),
    ],
)  # fmt: skip
def test_directions_go_round_and_the_patch_ends(student, gradient, shares):
    assert_shared(student.share_out(*gradient), outer(gradient[3], *shares), *gradient)


@pytest.mark.exercise("share_out")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_gradients_anywhere(student):
    rng = seeded(9)
    for gradient in rng.uniform((-0.9, -0.9, 0, 0.1), (3.9, 3.9, 8, 5), (12, 4)).tolist():
        gaps = [np.abs(np.arange(n) - x) for n, x in zip((4, 4, 8), gradient[:3], strict=True)]
        gaps[2] = np.minimum(gaps[2], 8 - gaps[2])
        expected = outer(gradient[3], *(np.maximum(1 - gap, 0) for gap in gaps))
        assert_array_equal(student.share_out(*gradient), expected, 1e-9)


# -------------------------------------------------------------- into_bytes


def byte_mistakes(histograms):
    values = histograms.ravel().astype(float)
    length = np.linalg.norm(values)
    cut = np.minimum(values, 0.2 * length)
    again = 512 * cut / np.linalg.norm(cut)
    kept = np.where(values > 0.2 * length, 0, values)
    return {
        "divided by the length as it was before the cut": np.minimum(
            np.floor(512 * cut / length), 255
        ).astype(np.uint8),
        "nothing is cut at 0.2 of the length": np.minimum(
            np.floor(512 * values / length), 255
        ).astype(np.uint8),
        "cut at 0.2, not at 0.2 times the length": np.minimum(
            np.floor(512 * np.minimum(values, 0.2) / np.linalg.norm(np.minimum(values, 0.2))), 255
        ).astype(np.uint8),
        "uint8 overflow: cut off at 255 before you convert": np.floor(again)
        .astype(np.int64)
        .astype(np.uint8),
        "rounded to the nearest, not down": np.minimum(np.rint(again), 255).astype(np.uint8),
        "255 times, not 512 times": np.floor(255 * cut / np.linalg.norm(cut)).astype(np.uint8),
        "what is above 0.2 of the length is thrown away: it is to become 0.2 of it": np.minimum(
            np.floor(512 * kept / max(np.linalg.norm(kept), 1e-9)), 255
        ).astype(np.uint8),
        "divided by the sum, not by the Euclidean length": np.minimum(
            np.floor(512 * cut / cut.sum()), 255
        ).astype(np.uint8),
    }


def assert_bytes(actual, expected, histograms):
    mistakes = byte_mistakes(histograms)
    assert_array_equal(actual, expected, mistakes=mistakes, exact_dtype=True)


@pytest.mark.exercise("into_bytes")
@pytest.mark.points(1)
def test_sixteen_equal_bins_by_hand(student):
    # length 4 * 3 = 12; 0.2 * 12 = 2.4 cuts them all; each is then 512 / 4 = 128
    histograms = np.full((2, 2, 4), 3.0)
    assert_bytes(student.into_bytes(histograms), np.full(16, 128, np.uint8), histograms)


@pytest.mark.exercise("into_bytes")
@pytest.mark.points(1)
def test_one_gradient_does_not_outweigh_all(student):
    # length 10, cut at 2: (8, 6, 0, ...) becomes (2, 2), length 2.83, 512 * 0.707 = 362: 255
    histograms = np.zeros((2, 2, 8))
    histograms[0, 0, 0], histograms[1, 1, 3] = 8.0, 6.0
    expected = np.zeros(32, np.uint8)
    expected[[0, 27]] = 255
    assert_bytes(student.into_bytes(histograms), expected, histograms)


@pytest.mark.exercise("into_bytes")
@pytest.mark.points(1)
@pytest.mark.parametrize("seed", [4, 5])
def test_histograms_of_a_patch(student, seed):
    histograms = normal(seed, 4, 4, 8) ** 4
    expected = reference.quantize_descriptors(histograms[None])[0]
    assert_bytes(student.into_bytes(histograms), expected, histograms)


@pytest.mark.exercise("into_bytes")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_histograms_of_any_shape(student):
    rng = seeded(10)
    for shape in ((4, 4, 8), rng.integers(2, 7, 2), rng.integers(20, 90, 1)):
        histograms = rng.normal(size=shape) ** 4
        flat = histograms.ravel()
        limit = 0.2 * np.sqrt(flat @ flat)
        flat = np.where(flat > limit, limit, flat)
        expected = np.clip(512 * flat / np.sqrt(flat @ flat), 0, 255).astype(np.uint8)
        assert_bytes(student.into_bytes(histograms), expected, histograms)


# -------------------------------------------------------------- ratio_test


def paired(distances, kept):
    first = np.flatnonzero(kept)
    return np.stack([first, distances.argmin(axis=1)[first]], axis=1)


def ratio_mistakes(first, second, max_ratio, right):
    wide = first[:, None].astype(float) - second[None]
    squares = (wide**2).sum(axis=2)
    wrapped = ((first[:, None] - second[None]).astype(float) ** 2).sum(axis=2)
    narrow = ((first[:, None] - second[None]) ** 2).sum(axis=2).astype(float)
    distances, blocks = np.sqrt(squares), np.abs(wide).sum(axis=2)

    def pairs(table):
        best, next_best = np.sort(table, axis=1)[:, :2].T
        return paired(table, best < max_ratio * next_best)

    best, next_best = np.sort(distances, axis=1)[:, :2].T
    kept = np.isin(np.arange(len(first)), right[:, 0])
    return {
        "squared distances are compared with a ratio of distances": pairs(squares),
        "no ratio test: every nearest pair is kept": paired(distances, best >= 0),
        "the distance itself is compared with max_ratio": paired(distances, best < max_ratio),
        "sums of absolute differences: Euclidean distances are wanted": pairs(blocks),
        "the pairs that fail are kept": paired(distances, ~kept),
        "kept where the distances are alike, or just at the ratio: *less than* is wanted": paired(
            distances, kept | np.isclose(best, max_ratio * next_best)
        ),
        "second picture first: the columns are exchanged": right[:, ::-1],
        "for each of the second the nearest of the first: it is the other way round": [
            pairs(distances.T), pairs(distances.T)[:, ::-1],
        ],
        "uint8 overflow in the differences": [pairs(np.sqrt(wrapped)), pairs(np.sqrt(narrow)),
                                              pairs(wrapped), pairs(narrow)],
    }  # fmt: skip


@pytest.mark.exercise("ratio_test")
@pytest.mark.points(1)
def test_four_descriptors_by_hand(student):
    first = np.array([[10, 0], [50, 50], [200, 7], [120, 120]], dtype=np.uint8)
    second = np.array(
        [[202, 7], [13, 4], [52, 50], [50, 53], [129, 120], [120, 130]], dtype=np.uint8
    )
    # distances to nearest and second: 5 and far; 2 and 3; 2 and far; 9 and 10
    expected = np.array([[0, 1], [1, 2], [2, 0]])
    assert_paired(student.ratio_test(first, second, 0.7), expected, first, second, 0.7)
    expected = np.array([[0, 1], [2, 0]])
    assert_paired(student.ratio_test(first, second, 0.6), expected, first, second, 0.6)


def assert_paired(actual, expected, first, second, max_ratio):
    mistakes = ratio_mistakes(first, second, max_ratio, expected)
    assert_array_equal(actual, expected, mistakes=mistakes, accept_lists=True)


@pytest.mark.exercise("ratio_test")
@pytest.mark.points(1)
def test_just_at_the_ratio_is_not_less(student):
    # distances to nearest and second: 5 and 10; 5 and 10.2; 5.1 and 10; 0 and 0; 0 and 8
    first = np.array([[0, 0], [0, 200], [200, 0], [99, 99], [220, 220]], dtype=np.uint8)
    second = [[3, 4], [6, 8], [3, 204], [2, 210], [205, 1], [200, 10]]
    second = np.array([*second, [99, 99], [99, 99], [220, 220], [220, 228]], dtype=np.uint8)
    expected = np.array([[1, 2], [4, 8]])
    assert_paired(student.ratio_test(first, second, 0.5), expected, first, second, 0.5)


@pytest.mark.exercise("ratio_test")
@pytest.mark.points(1)
def test_four_fifths_unless_told(student):
    # 39 of 49 and 41 of 51: just below 0.8, and just above
    first = np.array([[0, 0], [255, 255]], dtype=np.uint8)
    second = np.array([[39, 0], [0, 49], [214, 255], [255, 204]], dtype=np.uint8)
    expected = np.array([[0, 0]])
    assert_paired(student.ratio_test(first, second), expected, first, second, 0.8)


def noisy_copies(rng, count, others):
    """Descriptors, and a second picture's: more or less noisy copies of some, and others."""
    first = rng.integers(0, 256, (count, 16), dtype=np.uint8)
    second = rng.integers(0, 256, (others + count, 16), dtype=np.uint8)
    noise = rng.normal(0, rng.uniform(2, 90, (count, 1)), (count, 16))
    second[others:] = np.clip(first + noise, 0, 255)
    return first, second[rng.permutation(len(second))]


@pytest.mark.exercise("ratio_test")
@pytest.mark.points(2)
@pytest.mark.parametrize("max_ratio", [0.8, 0.9])
def test_many_descriptors(student, max_ratio):
    first, second = noisy_copies(np.random.default_rng(7), 50, 30)
    expected = reference.match_descriptors(
        first, second, metric="euclidean", cross_check=False, max_ratio=max_ratio
    )
    actual = student.ratio_test(first, second, max_ratio)
    assert_paired(actual, expected, first, second, max_ratio)


@pytest.mark.exercise("ratio_test")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_descriptors_of_two_pictures(student):
    rng = seeded(11)
    first, second = noisy_copies(rng, *rng.integers(15, 40, 2))
    max_ratio = float(rng.uniform(0.7, 0.95))
    distances = np.array([[np.linalg.norm(a.astype(int) - b) for b in second] for a in first])
    best, next_best = np.sort(distances, axis=1)[:, :2].T
    expected = paired(distances, best < max_ratio * next_best)
    actual = student.ratio_test(first, second, max_ratio)
    assert_paired(actual, expected, first, second, max_ratio)


# -------------------------------------------------------- mend_the_compass


def fullest_bin(angles, n, nearest):
    bins = nearest(angles / TURN * n).astype(int) % n
    return np.bincount(bins.ravel(), minlength=n).argmax()


def mended_compass_mistakes(rows, columns, n, right):
    down = fullest_bin(np.arctan2(columns, rows), n, np.floor)
    return {
        "as handed in: half a bin too much": right + 180 / n,
        "half a bin too little": (right - 180 / n) % 360,
        "now the bins are rounded down, but the middle is still at k": float(down * 360 / n),
        "both lines are changed: the bins now begin at k, and have their middle at k + 0.5": (
            float((down + 0.5) * 360 / n)
        ),
        "rows and columns are exchanged in atan2": float(
            fullest_bin(np.arctan2(rows, columns), n, np.rint) * 360 / n
        ),
        "radians, where degrees are wanted": float(np.radians(right)),
        "whole degrees: with n bins the middle may lie between them": float(right // 1),
    }


def assert_direction(actual, right, rows, columns, n=36):
    mistakes = mended_compass_mistakes(rows, columns, n, right)
    assert_value_equal(actual, right, 1e-6, mistakes=mistakes)


@pytest.mark.exercise("mend_the_compass")
@pytest.mark.points(1)
def test_four_of_nine_by_hand(student):
    # the nearest bins: 50, 50, 50, 50 and 80, 80, 80 and 200 and 300
    degrees = np.array([[46, 53, 82], [46, 53, 82], [200, 300, 82]])
    rows, columns = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    assert_direction(student.mend_the_compass(rows, columns), 50.0, rows, columns)


@pytest.mark.exercise("mend_the_compass")
@pytest.mark.points(1)
@pytest.mark.parametrize("degrees", [0, 20, 130, 240, 350])
def test_one_direction_everywhere(student, degrees):
    rows = np.full((5, 5), np.cos(np.radians(degrees)))
    columns = np.full((5, 5), np.sin(np.radians(degrees)))
    assert_direction(student.mend_the_compass(rows, columns), float(degrees), rows, columns)


@pytest.mark.exercise("mend_the_compass")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    ("degrees", "middle"), [(43, 40), (46, 50), (356, 0), (4.98, 0), (5.02, 10), (114, 110)]
)
def test_nearest_of_thirty_six(student, degrees, middle):
    rows = np.full((4, 6), np.cos(np.radians(degrees)))
    columns = np.full((4, 6), np.sin(np.radians(degrees)))
    assert_direction(student.mend_the_compass(rows, columns), float(middle), rows, columns)


@pytest.mark.exercise("mend_the_compass")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    ("n", "degrees", "middle"), [(16, 160, 157.5), (16, 350, 0), (7, 100, 102.857142857)]
)
def test_bins_that_do_not_divide_the_circle_into_whole_degrees(student, n, degrees, middle):
    rows = np.full((3, 5), np.cos(np.radians(degrees)))
    columns = np.full((3, 5), np.sin(np.radians(degrees)))
    actual = student.mend_the_compass(rows, columns, n)
    assert_direction(actual, float(middle), rows, columns, n)


@pytest.mark.exercise("mend_the_compass")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_most_frequent_of_any_number_of_bins(student):
    rng = seeded(12)
    for n in rng.choice(np.arange(5, 50), 3, replace=False).tolist():
        first = int(rng.integers(n))
        bins = np.full((4, 5), first)
        bins[:2, :4] = (first + rng.integers(1, n, (2, 4))) % n  # 8 of 20, not all the same
        bins[0, :2] = (first + np.array([1, 2])) % n
        angles = (bins + rng.uniform(-0.4, 0.4, bins.shape)) * TURN / n
        rows, columns = np.cos(angles), np.sin(angles)
        actual = student.mend_the_compass(rows, columns, n)
        assert_direction(actual, float(first * 360 / n), rows, columns, n)


# -------------------------------------------------------- mend_the_heights


def height_mistakes(differences, scale, gradients, offsets):
    here, step = differences[:, :, scale], gradients * offsets
    return {
        "half of slope times offset is left out: the values are those of the pixels": here,
        "the factor 1/2 is missing": here + step.sum(axis=-1),
        "only one of the three axes": here + 0.5 * step[..., scale % 3],
        "the correction is subtracted": here - 0.5 * step.sum(axis=-1),
        "the next scale is taken": differences[:, :, (scale + 1) % differences.shape[2]]
        + 0.5 * step.sum(axis=-1),
    }


@pytest.mark.exercise("mend_the_heights")
@pytest.mark.points(1)
def test_heights_by_hand(student):
    differences = np.arange(12.0).reshape(2, 2, 3)
    gradients, offsets = np.ones((2, 2, 3)), np.full((2, 2, 3), 0.2)
    expected = np.array([[1.3, 4.3], [7.3, 10.3]])
    actual = student.mend_the_heights(differences, 1, gradients, offsets)
    mistakes = height_mistakes(differences, 1, gradients, offsets)
    assert_array_equal(actual, expected, 1e-9, mistakes=mistakes)


@pytest.mark.exercise("mend_the_heights")
@pytest.mark.points(2)
@pytest.mark.parametrize("scale", [0, 2])
def test_differences_stay_as_they_are(student, scale):
    differences, gradients, offsets = normal(1, 6, 7, 4), normal(2, 6, 7, 3), normal(3, 6, 7, 3) / 4
    mistakes = height_mistakes(differences, scale, gradients, offsets)
    expected = differences[:, :, scale] + 0.5 * np.einsum("ijk,ijk->ij", gradients, offsets)
    for _ in range(2):  # the second call must give the same
        actual = student.mend_the_heights(differences, scale, gradients, offsets)
        assert_array_equal(actual, expected, 1e-9, mistakes=mistakes)
        assert_own_memory(student)


@pytest.mark.exercise("mend_the_heights")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_heights_of_any_slice(student):
    rng = seeded(13)
    height, width, scales = rng.integers(3, 9, 3).tolist()
    differences = rng.normal(size=(height, width, scales))
    gradients, offsets = rng.normal(size=(2, height, width, 3))
    scale = int(rng.integers(scales))
    expected = differences[:, :, scale].copy()
    for axis in range(3):
        expected += gradients[..., axis] * offsets[..., axis] / 2
    actual = student.mend_the_heights(differences, scale, gradients, offsets)
    assert_array_equal(actual, expected, 1e-9)
    assert_own_memory(student)
