"""Checks and grades the exercises of chapter 05."""

import cv2
import numpy as np
import pytest

from coursekit.edges import data, reference
from coursekit.lab import samples
from coursekit.lab.check import assert_array_equal, assert_image_equal, assert_value_equal

SEED = 5
FORBIDDEN = (
    "cv2.Canny",
    "cv2.cartToPolar",
    "cv2.filter2D",
    "cv2.phase",
    "cv2.sepFilter2D",
    "cv2.spatialGradient",
    "scipy.ndimage.binary_propagation",
    "scipy.ndimage.convolve",
    "scipy.ndimage.correlate",
    "scipy.ndimage.sobel",
    "skimage.feature",
    "skimage.filters",
    "skimage.morphology.reconstruction",
)
GIVEN = ("coursekit.edges.data", "coursekit.edges.reference.non_maximum_suppression")

PICTURES = ["camera", "coins", "page"]


def wrapped(values):
    """What uint8 makes of values beyond its ends."""
    return np.asarray(values).astype(np.int64).astype(np.uint8)


def picture(name):
    return getattr(samples, name)()[40:180, 60:260].copy()


def drawn(random, *shape):
    """A picture of random pixels."""
    return random.integers(0, 256, shape, dtype=np.uint8)


# ------------------------------------------------------ slope_along_a_row


def slope_mistakes(row):
    wide = row.astype(float)
    padded = np.pad(wide, 1, mode="edge")
    right = (padded[2:] - padded[:-2]) / 2
    forward, backward = padded[2:] - wide, wide - padded[:-2]
    dark = np.pad(wide, 1)
    return {
        "uint8 overflow in f(x + 1) - f(x - 1)": [
            wrapped(padded[2:] - padded[:-2]) / 2,
            wrapped(padded[2:] - padded[:-2]).astype(float),
        ],
        "differences over one pixel, not over two": [forward, backward],
        "not divided by 2": 2 * right,
        "the sign is exchanged: f(x + 1) comes first": -right,
        "black beyond the ends": (dark[2:] - dark[:-2]) / 2,
        "the row begins again at its other end (`np.roll`)": (np.roll(wide, -1) - np.roll(wide, 1))
        / 2,
        "`np.gradient` takes a difference over one pixel at the ends": np.gradient(wide),
        "the two ends are missing: pad the row first": right[1:-1],
        "absolute values: a derivative has a sign": np.abs(right),
        "what falls is lost: a derivative has a sign": np.maximum(right, 0),
    }


@pytest.mark.exercise("slope_along_a_row")
@pytest.mark.points(1)
def test_six_levels_by_hand(student):
    row = np.array([60, 60, 80, 180, 100, 0], dtype=np.uint8)
    expected = np.array([0, 10, 60, 10, -90, -50.0])
    actual = student.slope_along_a_row(row)
    assert_array_equal(actual, expected, 1e-9, mistakes=slope_mistakes(row))


@pytest.mark.exercise("slope_along_a_row")
@pytest.mark.points(1)
@pytest.mark.parametrize("name", PICTURES)
def test_row_of_a_photo_is_derived(student, name):
    row = picture(name)[70]
    padded = np.pad(row.astype(float), 1, mode="edge")
    expected = (padded[2:] - padded[:-2]) / 2
    actual = student.slope_along_a_row(row)
    assert_array_equal(actual, expected, 1e-9, mistakes=slope_mistakes(row))


@pytest.mark.exercise("slope_along_a_row")
@pytest.mark.hidden
@pytest.mark.parametrize("length", [1, 2, 3, None])
def test_slope_of_any_row(student, length):
    random = np.random.default_rng([SEED, 1, length or 0])
    row = drawn(random, length or random.integers(4, 40))
    levels = [int(row[0]), *row.tolist(), int(row[-1])]
    expected = np.array([(levels[x + 2] - levels[x]) / 2 for x in range(len(row))])
    assert_array_equal(student.slope_along_a_row(row), expected, 1e-9)


# ---------------------------------------------------------- sobel_by_hand


def sobel_mistakes(image):
    row_gradient, column_gradient = (g.astype(int) for g in reference.sobel(image, border="edge"))
    prewitt = reference.prewitt(image, border="edge")[1].astype(int)
    return {
        "uint8 overflow in the sums": wrapped(column_gradient),
        "the row gradient: this one derives downwards": row_gradient,
        "the sign is exchanged: positive where it grows brighter to the right": -column_gradient,
        "the middle row counts once: this is Prewitt's mask": prewitt,
        "black beyond the rim": reference.sobel(image, border="constant")[1].astype(int),
        "mirrored beyond the rim, where the outermost pixels go on": (
            reference.sobel(image, border="reflect")[1].astype(int)
        ),
        "the other side of the picture goes on beyond the rim (`np.roll`)": (
            reference.sobel(image, border="wrap")[1].astype(int)
        ),
        "divided by 4, as scikit-image does": [column_gradient // 4, column_gradient / 4],
        "what grows darker is lost: the gradient has a sign": np.maximum(column_gradient, 0),
        "the absolute value: the gradient has a sign": [
            np.abs(column_gradient), np.minimum(np.abs(column_gradient), 255)
        ],
        "the mask was laid on without a frame: pad first": column_gradient[1:-1, 1:-1],
        "not smoothed along the columns: three rows belong to the mask": (
            reference.sobel(image, 1, border="edge")[1].astype(int)
        ),
    }  # fmt: skip


@pytest.mark.exercise("sobel_by_hand")
@pytest.mark.points(1)
def test_nine_pixels_by_hand(student):
    # in the middle: (30 + 2 * 80 + 90) - (10 + 2 * 20 + 200) = 30
    image = np.array([[10, 0, 30], [20, 50, 80], [200, 0, 90]], dtype=np.uint8)
    expected = np.array([[0, 120, 120], [-150, 30, 180], [-570, -270, 300]])
    actual = student.sobel_by_hand(image)
    assert_array_equal(actual, expected, mistakes=sobel_mistakes(image))


@pytest.mark.exercise("sobel_by_hand")
@pytest.mark.points(2)
@pytest.mark.parametrize("name", PICTURES)
def test_column_gradient_of_a_photo(student, name):
    image = picture(name)
    border = cv2.BORDER_REPLICATE
    expected = cv2.Sobel(image, cv2.CV_16S, 1, 0, ksize=3, borderType=border).astype(int)
    actual = student.sobel_by_hand(image)
    assert_array_equal(actual, expected, mistakes=sobel_mistakes(image))


@pytest.mark.exercise("sobel_by_hand")
@pytest.mark.hidden
@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (2, 3), None])
def test_column_gradient_of_any_picture(student, shape):
    random = np.random.default_rng([SEED, 2, *(shape or ())])
    image = drawn(random, *(shape or random.integers(3, 30, 2)))
    expected = reference.sobel(image, border="edge")[1].astype(int)
    assert_array_equal(student.sobel_by_hand(image), expected)


# --------------------------------------------------- direction_in_degrees


def direction_mistakes(row_gradient, column_gradient):
    row, column = row_gradient.astype(float), column_gradient.astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        flat = np.nan_to_num(np.rad2deg(np.arctan(row / column)))
    turn = np.rad2deg(np.arctan2(row, column))
    return {
        "radians instead of degrees": [np.deg2rad(turn), np.deg2rad(turn % 360)],
        "from -180 to 180, not from 0 to 360": turn,
        "the two gradients are exchanged": np.rad2deg(np.arctan2(column, row)) % 360,
        "`arctan` cannot tell a direction from the opposite one: `arctan2`": [
            flat, flat % 360
        ],
        "90 points upwards: rows grow downwards": np.rad2deg(np.arctan2(-row, column)) % 360,
        "along the edge instead of across": [(turn + 90) % 360, (turn - 90) % 360],
        "from 0 to 180: opposite directions are not the same": [turn % 180, flat % 180],
    }  # fmt: skip


@pytest.mark.exercise("direction_in_degrees")
@pytest.mark.points(1)
def test_eight_directions_by_hand(student):
    row_gradient = np.array([[0, 5, 7, 3], [0, -4, -2, -6]], dtype=np.int16)
    column_gradient = np.array([[4, 5, 0, -3], [-9, -4, 0, 6]], dtype=np.int16)
    expected = np.array([[0, 45, 90, 135], [180, 225, 270, 315.0]])
    mistakes = direction_mistakes(row_gradient, column_gradient)
    actual = student.direction_in_degrees(row_gradient, column_gradient)
    assert_array_equal(actual, expected, 1e-6, mistakes=mistakes)


@pytest.mark.exercise("direction_in_degrees")
@pytest.mark.points(1)
@pytest.mark.parametrize("angle", [10, 100, 200, 300])
def test_rotated_edge_has_its_direction(student, angle):
    pair = reference.scharr(data.rotated_edge(angle, size=9))
    row_gradient, column_gradient = (gradient[3:6, 3:6] for gradient in pair)
    expected = np.rad2deg(np.arctan2(row_gradient, column_gradient)) % 360
    mistakes = direction_mistakes(row_gradient, column_gradient)
    actual = student.direction_in_degrees(row_gradient, column_gradient)
    assert_array_equal(actual, expected, 1e-6, mistakes=mistakes)


@pytest.mark.exercise("direction_in_degrees")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(3))
def test_direction_of_any_gradient(student, number):
    random = np.random.default_rng([SEED, 3, number])
    pair = random.integers(-1020, 1021, (2, *random.integers(1, 20, 2))).astype(np.int16)
    pair[:, 0, 0] = [(0, 7), (-1, 1020), (1, 1020)][number]  # 0, and a little to both sides
    row, column = pair.astype(float)
    signed = np.degrees(np.angle(column + 1j * row))
    expected = np.where(signed < 0, signed + 360, signed)
    assert_array_equal(student.direction_in_degrees(*pair), expected, 1e-6)


# ----------------------------------------------------------- nearest_line


def line_mistakes(angle):
    eighths = np.floor(angle / 45 + 0.5).astype(int)
    quarters = np.floor(angle / 90 + 0.5).astype(int)
    return {
        "cut off instead of rounded: 44 degrees are nearest to 45": (angle // 45).astype(int) % 4,
        "eight directions: opposite ones are the same line": [eighths % 8, eighths],
        "halves are rounded to even (`np.rint`, `round`), here up": (
            np.rint(angle / 45).astype(int) % 4
        ),
        "the lines are 45 degrees apart, not 90": quarters % 4,
        "the last half line, from 337.5 on, is no line 4: it is line 0 again": (
            np.floor((angle % 180) / 45 + 0.5).astype(int)
        ),
        "lines 1 and 3 are exchanged: angles grow clockwise, since rows grow downwards": (
            (-eighths) % 4
        ),
        "the line along the edge, not across it": (eighths + 2) % 4,
    }


@pytest.mark.exercise("nearest_line")
@pytest.mark.points(1)
def test_sixteen_angles_by_hand(student):
    angle = np.array([
        [0, 22, 23, 45, 67, 68, 90, 134],
        [157, 158, 180, 225, 270, 300, 337, 359],
    ], dtype=float)  # fmt: skip
    expected = np.array([[0, 0, 1, 1, 1, 2, 2, 3], [3, 0, 0, 1, 2, 3, 3, 0]])
    actual = student.nearest_line(angle)
    assert_array_equal(actual, expected, mistakes=line_mistakes(angle))


@pytest.mark.exercise("nearest_line")
@pytest.mark.points(1)
def test_halves_belong_to_the_larger_angle(student):
    angle = np.arange(0, 360, 22.5).reshape(2, 8)
    expected = np.array([[0, 1, 1, 2, 2, 3, 3, 0]] * 2)
    actual = student.nearest_line(angle)
    assert_array_equal(actual, expected, mistakes=line_mistakes(angle))


@pytest.mark.exercise("nearest_line")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(3))
def test_line_of_any_angle(student, number):
    random = np.random.default_rng([SEED, 4, number])
    halves = random.choice(np.arange(22.5, 360, 45), 6)
    angle = np.concatenate([random.uniform(0, 360, 30), halves, halves - 1e-3, halves + 1e-3])
    angle = random.permutation(angle).reshape(6, 8)
    limits = np.arange(22.5, 360, 45)
    expected = (angle[..., None] >= limits).sum(axis=-1) % 4
    assert_array_equal(student.nearest_line(angle), expected)


# ----------------------------------------------------- crossings_of_a_row


def crossing_mistakes(response):
    positive = response >= 0
    x = np.flatnonzero(positive[:-1] != positive[1:])
    a, b = response[x], response[x + 1]
    strict = np.flatnonzero(response[:-1] * response[1:] < 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        added = x + a / (a + b)
    return {
        "the pixel on the left: the fraction is missing": x.astype(float),
        "always half way": x + 0.5,
        "counted from the wrong end: b / (b - a)": x + b / (b - a),
        "divided by the sum a + b, not by the difference a - b": np.nan_to_num(added),
        "the fraction alone, without x": a / (a - b),
        "where a product is negative: a zero counts as positive": (
            strict + response[strict] / (response[strict] - response[strict + 1])
        ),
        "x is one too large": x + 1 + a / (a - b),
        "only from positive to negative": (x + a / (a - b))[a >= 0],
        "only from negative to positive": (x + a / (a - b))[a < 0],
    }


@pytest.mark.exercise("crossings_of_a_row")
@pytest.mark.points(1)
def test_three_crossings_by_hand(student):
    response = np.array([3.0, 1.0, -3.0, -1.0, 4.0, -1.0])
    expected = np.array([1.25, 3.2, 4.8])
    actual = student.crossings_of_a_row(response)
    assert_array_equal(actual, expected, 1e-9, mistakes=crossing_mistakes(response))


@pytest.mark.exercise("crossings_of_a_row")
@pytest.mark.points(1)
def test_zero_counts_as_positive(student):
    response = np.array([2.0, 0.0, -2.0, 0.0, 0.0, -4.0])
    expected = np.array([1.0, 3.0, 4.0])
    actual = student.crossings_of_a_row(response)
    assert_array_equal(actual, expected, 1e-9, mistakes=crossing_mistakes(response))


@pytest.mark.exercise("crossings_of_a_row")
@pytest.mark.points(1)
@pytest.mark.parametrize("row", [30, 100])
def test_crossings_of_a_photo(student, row):
    response = reference.laplacian_of_gaussian(picture("coins"), 2)[row].astype(float)
    _, right = reference.zero_crossings(response[None])
    x = np.flatnonzero(right[0] >= 0)
    actual = student.crossings_of_a_row(response)
    mistakes = crossing_mistakes(response)
    assert_array_equal(actual, x + right[0, x], 1e-9, mistakes=mistakes)


@pytest.mark.exercise("crossings_of_a_row")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_crossings_of_any_row(student, number):
    random = np.random.default_rng([SEED, 5, number])
    response = random.normal(0, 10, random.integers(2, 40) if number else 1)
    response[random.random(response.shape) < 0.2] = 0
    response = np.abs(response) if number == 1 else response  # nothing crosses zero
    pairs = enumerate(zip(response[:-1], response[1:], strict=True))
    expected = [x + a / (a - b) for x, (a, b) in pairs if (a >= 0) != (b >= 0)]
    assert_array_equal(student.crossings_of_a_row(response), np.array(expected), 1e-9)


# --------------------------------------------------------- thin_the_edges

LENGTHS = np.array([
    [1, 3, 6, 1, 1, 2],
    [6, 1, 4, 2, 4, 6],
    [6, 1, 1, 4, 1, 1],
    [1, 3, 3, 2, 6, 6],
], dtype=float)  # fmt: skip
LINES = np.array([
    [2, 3, 3, 2, 3, 3],
    [0, 3, 3, 0, 3, 3],
    [3, 1, 3, 3, 2, 3],
    [2, 2, 3, 2, 2, 2],
])  # fmt: skip
THINNED_WRONGLY = {
    "the diagonals ╲ and ╱ are exchanged": "..x..x x.x.xx x..... .xx.xx",
    "compared along the edge, not across it": "..x..x x.x.xx x..... .xx.x.",
    "both neighbours may be equal: a ridge two pixels wide stays": "..x... x.x.xx x..x.. .x..xx",
    "no neighbour may be equal: a ridge two pixels wide is lost": "..x... x.x..x x..... .x..xx",
    "the equal neighbour is the one on the left or above, not the other one": (
        "..x... x.x..x x..x.. .x..xx"
    ),
    "beyond the rim lies the other side of the picture (`np.roll`)": "..x... ..x.xx x..... .x..xx",
    "compared with all eight neighbours, not with two": "..x... x....x x..... ....xx",
}


def where(crosses, values=1.0):
    """The values where there is a cross, and 0 elsewhere."""
    marked = np.array([list(row) for row in crosses.split()]) == "x"
    return np.where(marked, values, 0.0)


@pytest.mark.exercise("thin_the_edges")
@pytest.mark.points(1)
def test_lengths_along_lines_of_every_kind(student):
    expected = where("..x... x.x.xx x..... .x..xx", LENGTHS)
    mistakes = {name: where(kept, LENGTHS) for name, kept in THINNED_WRONGLY.items()}
    mistakes["truth values instead of lengths"] = np.sign(expected)
    actual = student.thin_the_edges(LENGTHS.copy(), LINES.copy())
    assert_array_equal(actual, expected, mistakes=mistakes)


@pytest.mark.exercise("thin_the_edges")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (0, [[0, 5, 0], [7, 0, 0], [9, 0, 8]]),
        (1, [[0, 5, 5], [7, 0, 0], [9, 0, 8]]),
        (2, [[0, 5, 5], [0, 0, 0], [9, 6, 8]]),
        (3, [[2, 0, 5], [7, 0, 0], [9, 6, 8]]),
    ],
)
def test_nine_lengths_by_hand(student, line, expected):
    length = np.array([[2, 5, 5], [7, 4, 3], [9, 6, 8]], dtype=float)
    lines = np.full((3, 3), line)
    actual = student.thin_the_edges(length, lines)
    assert_array_equal(actual, np.array(expected, dtype=float))


_STEPS = ((0, 1), (1, 1), (1, 0), (1, -1))


def thinned(length, line, steps=_STEPS, moved=None, first=np.greater, second=np.greater_equal):
    """Non-maximum suppression, pixel by pixel in words: what a neighbour is, may be chosen."""
    height, width = length.shape
    padded = np.pad(length, 1)

    def neighbor(down, right):
        return padded[1 + down : 1 + down + height, 1 + right : 1 + right + width]

    at = moved or neighbor
    peaks = [first(length, at(-d, -r)) & second(length, at(d, r)) for d, r in steps]
    return np.where(np.choose(line, peaks), length, 0.0)


def thinning_mistakes(length, line):
    along = (_STEPS[2], _STEPS[3], _STEPS[0], _STEPS[1])
    exchanged = (_STEPS[0], _STEPS[3], _STEPS[2], _STEPS[1])
    up = tuple((-down, -right) for down, right in _STEPS)
    around = cv2.dilate(length, np.ones((3, 3), np.uint8))
    return {
        "the diagonals ╲ and ╱ are exchanged": thinned(length, line, exchanged),
        "compared along the edge, not across it": thinned(length, line, along),
        "both neighbours may be equal: a ridge two pixels wide stays": (
            thinned(length, line, first=np.greater_equal)
        ),
        "no neighbour may be equal: a ridge two pixels wide is lost": (
            thinned(length, line, second=np.greater)
        ),
        "the equal neighbour is the one on the left or above, not the other one": (
            thinned(length, line, up)
        ),
        "beyond the rim lies the other side of the picture (`np.roll`)": thinned(
            length, line, moved=lambda down, right: np.roll(length, (-down, -right), (0, 1))
        ),
        "compared with all eight neighbours, not with two": np.where(length >= around, length, 0),
    }


@pytest.mark.exercise("thin_the_edges")
@pytest.mark.points(2)
@pytest.mark.hidden
@pytest.mark.parametrize("name", PICTURES)
def test_edges_of_a_photo_are_thinned(student, name):
    row_gradient, column_gradient = reference.gradients(picture(name))
    length = np.hypot(row_gradient, column_gradient).round(3)
    angle = np.rad2deg(reference.gradient_direction(row_gradient, column_gradient)) % 180
    line = np.floor(angle / 45 + 0.5).astype(int) % 4
    expected = thinned(length, line)
    actual = student.thin_the_edges(length, line)
    assert_array_equal(actual, expected, mistakes=thinning_mistakes(length, line))


@pytest.mark.exercise("thin_the_edges")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_any_lengths_are_thinned(student, number):
    random = np.random.default_rng([SEED, 6, number])
    shape = random.integers(1, 20, 2)
    length, line = random.integers(0, 6, shape) / 2, random.integers(0, 4, shape)
    actual = student.thin_the_edges(length, line)
    assert_array_equal(actual, thinned(length, line), mistakes=thinning_mistakes(length, line))


# -------------------------------------------------------- strong_and_weak


def sorting_mistakes(values, low, high):
    def told(weak, strong, levels=(128, 255)):
        return np.select([strong, weak], [levels[1], levels[0]], 0).astype(np.uint8)

    return {
        "at least (`>=`), where more than (`>`) is wanted": told(values >= low, values >= high),
        "strong pixels are overwritten by weak ones: ask for the strong ones first": (
            told(values < 0, values < 0) + 128 * (values > low).astype(np.uint8)
        ),
        "strong and weak are exchanged": told(values > low, values > high, (255, 128)),
        "127 instead of 128": told(values > low, values > high, (127, 255)),
        "two kinds only: the weak ones are missing": told(values < 0, values > high),
        "two kinds only: weak ones count as strong": told(values < 0, values > low),
    }


@pytest.mark.exercise("strong_and_weak")
@pytest.mark.points(1)
def test_six_lengths_by_hand(student):
    values = np.array([[0, 49, 50, 51], [119, 120, 121, 900]], dtype=np.int32)
    expected = np.array([[0, 0, 0, 128], [128, 128, 255, 255]], dtype=np.uint8)
    actual = student.strong_and_weak(values, 50, 120)
    mistakes = sorting_mistakes(values, 50, 120)
    assert_image_equal(actual, expected, mistakes=mistakes, exact_dtype=True)


@pytest.mark.exercise("strong_and_weak")
@pytest.mark.points(1)
@pytest.mark.parametrize("name", PICTURES)
def test_photo_is_sorted(student, name):
    values = reference.non_maximum_suppression(*reference.gradients(picture(name)))
    weak, strong = reference.double_threshold(values, 80, 200)
    expected = np.select([strong, weak], [255, 128], 0).astype(np.uint8)
    actual = student.strong_and_weak(values, 80, 200)
    mistakes = sorting_mistakes(values, 80, 200)
    assert_image_equal(actual, expected, mistakes=mistakes, exact_dtype=True)


@pytest.mark.exercise("strong_and_weak")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(3))
def test_any_lengths_are_sorted(student, number):
    random = np.random.default_rng([SEED, 7, number])
    low, high = sorted(random.integers(1, 1000, 2).tolist()) if number else (300, 300)
    limits = np.array([0, low - 1, low, low + 1, high - 1, high, high + 1, 1442])
    values = random.choice(limits, random.integers(1, 20, 2)) + random.choice([0, 0.25])
    expected = np.array([[(v > low) * 128 + (v > high) * 127 for v in row] for row in values])
    actual = student.strong_and_weak(values, low, high)
    assert_image_equal(actual, expected.astype(np.uint8), exact_dtype=True)


# ------------------------------------------------------ follow_the_chains


def grown(weak, strong, window, turns):
    kept = strong.copy()
    for _ in range(turns):
        near = cv2.dilate(kept.astype(np.uint8), np.array(window, np.uint8)) > 0
        if not (near & weak & ~kept).any():
            break
        kept |= near & weak
    return kept


def one_scan(weak, strong):
    """One pass in reading order, which follows chains downwards and to the right only."""
    kept = np.pad(strong, 1)
    for row, column in np.argwhere(weak):
        kept[row + 1, column + 1] |= kept[row : row + 3, column : column + 3].any()
    return kept[1:-1, 1:-1]


def chain_mistakes(weak, strong):
    around, cross = np.ones((3, 3)), [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    return {
        "one turn only: the chain ends after one step": grown(weak, strong, around, 1),
        "one pass over the pixels, which follows no chain upwards": one_scan(weak, strong),
        "over sides only: corners join as well": grown(weak, strong, cross, weak.size),
        "the strong pixels alone": strong,
        "all weak pixels, joined or not": weak | strong,
        "the saved weak pixels without the strong ones": (
            grown(weak, strong, around, weak.size) & ~strong
        ),
        "grown over everything, not over weak pixels only": (
            cv2.dilate(strong.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        ),
    }


def masks(*rows):
    """Two masks from text: w is weak, S is strong."""
    letters = np.array([list(row) for row in rows])
    return letters == "w", letters == "S"


@pytest.mark.exercise("follow_the_chains")
@pytest.mark.points(1)
def test_two_chains_by_hand(student):
    weak, strong = masks("w.w...S", "ww....w", "...w..w", "..w....", ".w.....", "S....ww")
    saved, _ = masks(".......", "......w", "...w..w", "..w....", ".w.....", ".......")
    expected = saved | strong
    actual = student.follow_the_chains(weak, strong)
    assert_image_equal(actual, expected, mistakes=chain_mistakes(weak, strong))


@pytest.mark.exercise("follow_the_chains")
@pytest.mark.points(1)
def test_long_chain_up_and_to_the_left(student):
    weak = np.eye(300, dtype=bool)
    strong = np.zeros((300, 300), bool)
    strong[299, 299] = True
    weak[299, 299] = False
    actual = student.follow_the_chains(weak, strong)
    assert_image_equal(actual, weak | strong, mistakes=chain_mistakes(weak, strong))


@pytest.mark.exercise("follow_the_chains")
@pytest.mark.points(1)
@pytest.mark.parametrize("name", PICTURES)
def test_chains_of_a_photo(student, name):
    values = reference.non_maximum_suppression(*reference.gradients(picture(name)))
    weak, strong = reference.double_threshold(values, 60, 300)
    expected = reference.hysteresis(weak, strong)
    actual = student.follow_the_chains(weak, strong)
    assert_image_equal(actual, expected, mistakes=chain_mistakes(weak, strong))


@pytest.mark.exercise("follow_the_chains")
@pytest.mark.hidden
@pytest.mark.parametrize("share", [0, 0.02, 0.5, 1])
def test_chains_of_any_masks(student, share):
    random = np.random.default_rng([SEED, 8, int(100 * share)])
    shape = random.integers(1, 40, 2)
    candidates = random.random(shape) < 0.45
    strong = candidates & (random.random(shape) < share)
    weak = candidates & ~strong
    expected = reference.hysteresis(weak, strong)
    assert_image_equal(student.follow_the_chains(weak, strong), expected)


# --------------------------------------------------- precision_and_recall


def agreement_mistakes(found, truth):
    near_truth, near_found = (
        cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0 for mask in (truth, found)
    )
    both = (found & truth).sum()
    right = reference.precision_recall(found, truth, 1.5)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "precision and recall are exchanged": right[::-1],
            "no tolerance: a neighbour counts as near": (
                float(both / found.sum()), float(both / truth.sum())
            ),
            "two pixels away is not near": reference.precision_recall(found, truth, 2.9),
            "sides only are near: corners count as well": (
                reference.precision_recall(found, truth, 1.0)
            ),
            "both shares of what is near, counted in the widened mask": (
                float((near_found & truth).sum() / found.sum()),
                float((near_truth & found).sum() / truth.sum()),
            ),
            "shares of all pixels": (
                float((found & near_truth).mean()), float((truth & near_found).mean())
            ),
        }  # fmt: skip


@pytest.mark.exercise("precision_and_recall")
@pytest.mark.points(1)
def test_ten_pixels_by_hand(student):
    # of 4 found ones 3 are near a true one; of 5 true ones 4 are near a found one
    found, truth = np.zeros((6, 9), bool), np.zeros((6, 9), bool)
    truth[2, 1:6] = True
    found[[2, 1, 3, 4], [1, 2, 4, 4]] = True  # the last one is two rows away
    truth[2, 5], truth[0, 8] = False, True
    expected = (3 / 4, 4 / 5)
    actual = student.precision_and_recall(found, truth)
    assert_value_equal(actual, expected, 1e-6, mistakes=agreement_mistakes(found, truth))


@pytest.mark.exercise("precision_and_recall")
@pytest.mark.points(1)
@pytest.mark.parametrize("noise", [0, 20, 40])
def test_edges_in_noise_are_judged(student, noise):
    truth = data.true_edges()
    found = data.DETECTORS["Sobel"](data.shapes(noise), 40)
    expected = reference.precision_recall(found, truth, 1.5)
    actual = student.precision_and_recall(found, truth)
    assert_value_equal(actual, expected, 1e-6, mistakes=agreement_mistakes(found, truth))


@pytest.mark.exercise("precision_and_recall")
@pytest.mark.points(1)
@pytest.mark.parametrize(("anything", "expected"), [("true", (1.0, 0.0)), ("found", (0.0, 1.0))])
def test_nothing_found_or_nothing_true(student, anything, expected):
    some, nothing = np.eye(5, dtype=bool), np.zeros((5, 5), bool)
    found, truth = (nothing, some) if anything == "true" else (some, nothing)
    mistakes = {
        "nothing found: nothing is wrong, precision 1": (0.0, 0.0),
        "precision and recall are exchanged": expected[::-1],
    }
    actual = student.precision_and_recall(found, truth)
    assert_value_equal(actual, expected, mistakes=mistakes)


@pytest.mark.exercise("precision_and_recall")
@pytest.mark.hidden
@pytest.mark.parametrize("share", [0, 0.03, 0.2])
def test_any_masks_are_judged(student, share):
    random = np.random.default_rng([SEED, 9, int(100 * share)])
    shape = random.integers(1, 40, 2)
    found, truth = random.random(shape) < share, random.random(shape) < 1.5 * share
    shares = []
    for pixels, others in ((found, truth), (truth, found)):
        near = np.zeros(np.add(shape, 2), bool)
        for down, right in np.ndindex(3, 3):
            near[down : down + shape[0], right : right + shape[1]] |= others
        inside = near[1:-1, 1:-1][pixels]
        shares.append(float(np.mean(inside)) if inside.size else 1.0)
    assert_value_equal(student.precision_and_recall(found, truth), tuple(shares), 1e-6)


# ------------------------------------------------------ mend_the_detector


def detected(image, threshold, pair=None, l2=False):
    pair = reference.gradients(image) if pair is None else pair
    lengths = reference.non_maximum_suppression(*pair, l2)
    _, strong = reference.double_threshold(lengths, threshold, threshold, l2)
    return strong


def detector_mistakes(image, threshold):
    row, column = reference.gradients(image)
    cut = tuple(np.clip(gradient, 0, 255) for gradient in (row, column))
    scharr = tuple(
        cv2.Scharr(image, cv2.CV_16S, dx, 1 - dx, borderType=cv2.BORDER_REPLICATE) for dx in (0, 1)
    )
    return {
        "as handed in: dx=1, dy=0 derives along x, which gives the column gradient": (
            detected(image, threshold, (column, row))
        ),
        "one gradient twice": [
            detected(image, threshold, (row, row)), detected(image, threshold, (column, column))
        ],
        "one sign is exchanged, which turns the diagonals around": (
            detected(image, threshold, (-row, column))
        ),
        "negative gradients are cut off (`CV_8U`)": detected(image, threshold, cut),
        "Scharr's mask, not Sobel's": detected(image, threshold, scharr),
        "by the Euclidean length, not the sum of absolute values": (
            detected(image, threshold, l2=True)
        ),
        "at least (`>=`), where more than (`>`) is wanted": detected(image, threshold - 1),
        "not thinned: the gradient itself is compared with the threshold": (
            reference.gradient_magnitude(row, column, "l1") > threshold
        ),
    }  # fmt: skip


@pytest.mark.exercise("mend_the_detector")
@pytest.mark.points(2)
@pytest.mark.parametrize("noise", [0, 12])
def test_square_has_four_sides_again(student, noise):
    image = cv2.GaussianBlur(data.shapes(noise), (0, 0), 1)
    expected = cv2.Canny(image, 60, 60, apertureSize=3, L2gradient=False) > 0
    actual = student.mend_the_detector(image, 60)
    mistakes = detector_mistakes(image, 60)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("mend_the_detector")
@pytest.mark.points(1)
@pytest.mark.parametrize("name", PICTURES)
def test_photo_has_the_edges_of_opencv(student, name):
    image = picture(name)
    expected = cv2.Canny(image, 120, 120, apertureSize=3, L2gradient=False) > 0
    actual = student.mend_the_detector(image, 120)
    mistakes = detector_mistakes(image, 120)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("mend_the_detector")
@pytest.mark.points(1)
def test_gradient_just_at_the_threshold_is_no_edge(student):
    image = np.full((5, 6), 40, np.uint8)
    image[:, 3:] = 70
    for threshold, expected in ((119, 5), (120, 0), (121, 0)):  # 4 * 30 = 120
        found = np.zeros((5, 6), bool)
        found[:expected, 2] = True
        actual = student.mend_the_detector(image, threshold)
        assert_image_equal(actual, found, mistakes=detector_mistakes(image, threshold))


@pytest.mark.exercise("mend_the_detector")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(3))
def test_edges_of_any_picture(student, number):
    random = np.random.default_rng([SEED, 10, number])
    image, threshold = drawn(random, *random.integers(3, 30, 2)), int(random.integers(100, 900))
    expected = cv2.Canny(image, threshold, threshold, apertureSize=3, L2gradient=False) > 0
    assert_image_equal(student.mend_the_detector(image, threshold), expected)


# --------------------------------------------------------- mend_the_rim


def frame_mistakes(image, threshold):
    def steep(border, norm="l2"):
        pair = reference.sobel(image, border=border)
        return reference.gradient_magnitude(*pair, norm) > threshold

    right = steep("edge")
    inside = np.zeros_like(right)
    inside[1:-1, 1:-1] = right[1:-1, 1:-1]
    return {
        "as handed in: black beyond the rim": steep("constant"),
        "the frame is wiped out, and the true edges there with it": inside,
        "the frame is cut off: the result must be as large as the picture": right[1:-1, 1:-1],
        "the other side of the picture goes on beyond the rim": steep("wrap"),
        "mirrored beyond the rim, where the outermost pixels go on": steep("reflect"),
        "the sum of absolute values, not the Euclidean length": steep("edge", "l1"),
        "a gradient as long as the threshold is not longer: `>`, not `>=`": (
            reference.gradient_magnitude(*reference.sobel(image, border="edge")) >= threshold
        ),
    }


@pytest.mark.exercise("mend_the_rim")
@pytest.mark.points(1)
def test_light_wall_has_no_frame(student):
    image = np.full((6, 7), 200, dtype=np.uint8)
    image[:, 4:] = 90
    expected = np.zeros((6, 7), bool)
    expected[:, 3:5] = True  # the edge goes on to the rim: 4 * 110 = 440
    actual = student.mend_the_rim(image, 300)
    assert_image_equal(actual, expected, mistakes=frame_mistakes(image, 300))


@pytest.mark.exercise("mend_the_rim")
@pytest.mark.points(2)
@pytest.mark.parametrize("name", PICTURES)
def test_photo_has_no_frame(student, name):
    image = picture(name)
    pair = reference.sobel(image, border="edge")
    expected = reference.gradient_magnitude(*pair) > 150.5
    actual = student.mend_the_rim(image, 150.5)
    assert_image_equal(actual, expected, mistakes=frame_mistakes(image, 150.5))


@pytest.mark.exercise("mend_the_rim")
@pytest.mark.points(1)
@pytest.mark.parametrize(("threshold", "is_longer"), [(399.9, True), (400, False), (401, False)])
def test_gradient_as_long_as_the_threshold_is_not_longer(student, threshold, is_longer):
    row, column = np.indices((3, 5))
    image = (30 * row + 40 * column).astype(np.uint8)  # inside: 8 * 30 down, 8 * 40 to the right
    expected = np.zeros((3, 5), bool)
    expected[1, 1:-1] = is_longer
    actual = student.mend_the_rim(image, threshold)
    assert_image_equal(actual, expected, mistakes=frame_mistakes(image, threshold))


@pytest.mark.exercise("mend_the_rim")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_rim_of_any_picture(student, number):
    random = np.random.default_rng([SEED, 11, number])
    image = drawn(random, *random.integers(1, 25, 2))
    lengths = reference.gradient_magnitude(*reference.sobel(image, border="edge"))
    threshold = int(random.integers(50, 800)) + 0.5
    assert_image_equal(student.mend_the_rim(image, threshold), lengths > threshold)
