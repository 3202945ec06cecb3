"""Checks and grades the exercises of chapter 06."""

import cv2
import numpy as np
import pytest

from coursekit.lab import samples
from coursekit.lab.check import assert_array_equal, assert_image_equal, assert_value_equal
from coursekit.regions import reference

SEED = 6
FORBIDDEN = (
    "cv2.adaptiveThreshold",
    "cv2.connectedComponents",
    "cv2.connectedComponentsWithAlgorithm",
    "cv2.connectedComponentsWithStats",
    "cv2.connectedComponentsWithStatsWithAlgorithm",
    "cv2.contourArea",
    "scipy.ndimage.center_of_mass",
    "scipy.ndimage.label",
    "skimage.filters",
    "skimage.measure",
)
GIVEN = (
    "coursekit.regions.reference.first_pass",
    "coursekit.regions.reference.local_mean",
)

LEVELS = np.arange(256)


def counts_of(levels):
    """A histogram from {level: how many}."""
    counts = np.zeros(256, np.int64)
    for level, number in levels.items():
        counts[level] = number
    return counts


def drawn(random, *shape):
    """A picture of random pixels."""
    return random.integers(0, 256, shape, dtype=np.uint8)


# -------------------------------------------------------- separation_curve


def curve_mistakes(counts):
    lower, total = np.cumsum(counts), counts.sum()
    sums = np.cumsum(counts * LEVELS)
    upper = total - lower
    below = sums / np.maximum(lower, 1)
    above = (sums[-1] - sums) / np.maximum(upper, 1)
    shares = lower / total * upper / total
    apart = (above - below) ** 2
    right = shares * apart
    return {
        "the weights are missing: a class of one pixel counts as much as all others": [
            apart,
            np.where(shares > 0, apart, 0),
        ],
        "the weights are counts: shares are wanted": lower * upper * apart,
        "only one class is weighted": [lower / total * apart, upper / total * apart],
        "the level k itself is in the upper class: it belongs to the lower one": np.append(
            0, right[:-1]
        ),
        "the means are not squared": [shares * (above - below), shares * abs(above - below)],
        "0 divided by 0 where a class is empty": np.where(shares > 0, right, np.nan),
    }


@pytest.mark.exercise("separation_curve")
@pytest.mark.points(1)
def test_two_levels_by_hand(student):
    # w0 = 1/4, w1 = 3/4, means 10 and 50: 3/16 * 1600 = 300, from level 10 up to 49
    counts = counts_of({10: 1, 50: 3})
    expected = np.where((LEVELS >= 10) & (LEVELS < 50), 300.0, 0.0)
    actual = student.separation_curve(counts)
    assert_array_equal(actual, expected, 1e-6, mistakes=curve_mistakes(counts))


@pytest.mark.exercise("separation_curve")
@pytest.mark.points(2)
@pytest.mark.parametrize("name", ["coins", "page", "text"])
def test_curve_of_a_photo_peaks_at_otsu(student, name):
    image = getattr(samples, name)()
    counts = np.bincount(image.ravel(), minlength=256)
    expected = reference.between_class_variance(image)
    actual = student.separation_curve(counts)
    assert_array_equal(actual, expected, 1e-6, mistakes=curve_mistakes(counts))


@pytest.mark.exercise("separation_curve")
@pytest.mark.hidden
@pytest.mark.parametrize("levels", [1, 2, 7, 256])
def test_curve_of_any_counts(student, levels):
    random = np.random.default_rng([SEED, 1, levels])
    counts = np.zeros(256, np.int64)
    counts[random.permutation(256)[:levels]] = random.integers(1, 500, levels)
    expected = np.zeros(256)
    for k in range(256):
        lower, upper = counts[: k + 1], counts[k + 1 :]
        if lower.any() and upper.any():
            means = [np.average(LEVELS[at], weights=counts[at]) for at in np.split(LEVELS, [k + 1])]
            expected[k] = lower.sum() * upper.sum() / counts.sum() ** 2 * np.diff(means)[0] ** 2
    assert_array_equal(student.separation_curve(counts), expected, 1e-6)


# -------------------------------------------------------------- sum_of_box


def running_sums(image):
    return np.pad(image.astype(np.int64).cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def box_mistakes(sums, top, left, height, width):
    def corner(row, column):
        return int(sums[min(row, len(sums) - 1), min(column, sums.shape[1] - 1)])

    def box(first, start, last, stop):
        whole, above = corner(last, stop), corner(first, stop)
        return whole - above - corner(last, start) + corner(first, start)

    bottom, right = top + height, left + width
    once = box(top, left, bottom, right) - corner(top, left)
    return {
        "what lies above and left of the box is taken away twice: add it once": once,
        "one row and one column too few: the box ends before top + height": (
            box(top, left, bottom - 1, right - 1)
        ),
        "the box begins one row and one column too early: sums has zeros in front, so no - 1": (
            box(top - 1, left - 1, bottom, right)
        ),
        "one row and one column too far up and left: sums has zeros in front, so no - 1": box(
            top - 1, left - 1, bottom - 1, right - 1
        ),
        "the box begins one row and one column too late": box(
            top + 1, left + 1, bottom + 1, right + 1
        ),
        "height and width are taken for the last row and column": box(top, left, height, width),
        "rows and columns are exchanged": box(left, top, right, bottom),
        "only the lower right corner: everything above and left is in it too": (
            corner(bottom, right)
        ),
        "the mean: the sum is wanted": box(top, left, bottom, right) / (height * width),
    }


def assert_box(student, image, box):
    top, left, height, width = box
    expected = int(image[top : top + height, left : left + width].sum(dtype=np.int64))
    sums = running_sums(image)
    mistakes = box_mistakes(sums, *box)
    assert_value_equal(student.sum_of_box(sums, *box), expected, mistakes=mistakes)


@pytest.mark.exercise("sum_of_box")
@pytest.mark.points(1)
def test_six_pixels_of_twenty(student):
    image = np.arange(1, 21, dtype=np.uint8).reshape(4, 5)
    assert_box(student, image, (1, 2, 2, 3))  # 8 + 9 + 10 + 13 + 14 + 15


@pytest.mark.exercise("sum_of_box")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    "box", [(0, 0, 303, 384), (10, 40, 1, 1), (200, 7, 31, 90), (0, 300, 60, 84)]
)
def test_any_box_of_a_photo(student, box):
    assert_box(student, samples.coins(), box)


@pytest.mark.exercise("sum_of_box")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(6))
def test_any_box_of_any_picture(student, number):
    random = np.random.default_rng([SEED, 2, number])
    image = drawn(random, *random.integers(1, 30, 2))
    (top, bottom), (left, right) = (
        sorted(random.choice(side + 1, 2, replace=False).tolist()) for side in image.shape
    )
    expected = int(image[top:bottom, left:right].sum(dtype=np.int64))
    actual = student.sum_of_box(running_sums(image), top, left, bottom - top, right - left)
    assert_value_equal(actual, expected)


# ----------------------------------------------------------------- root_of

FOREST = [0, 1, 1, 2, 3, 5, 4, 5, 7]  # 6 -> 4 -> 3 -> 2 -> 1, and 8 -> 7 -> 5


def root_mistakes(parents, label):
    up = [label]
    for _ in range(3):
        up.append(parents[up[-1]])
    return {
        "the parent, but not the parent's parent": up[1],
        "two steps up, no more": up[2],
        "always the root of the first tree": 1,
        "0 is background, and no root of other labels": 0,
    }


@pytest.mark.exercise("root_of")
@pytest.mark.points(1)
@pytest.mark.parametrize(("label", "root"), [(6, 1), (8, 5), (5, 5), (3, 1), (2, 1)])
def test_root_of_a_small_forest(student, label, root):
    mistakes = root_mistakes(FOREST, label)
    assert_value_equal(student.root_of(list(FOREST), label), root, mistakes=mistakes)


@pytest.mark.exercise("root_of")
@pytest.mark.points(1)
def test_chain_of_five_hundred_is_followed_to_its_end(student):
    chain = [0, 1, *range(1, 500)]
    mistakes = root_mistakes(chain, 499)
    assert_value_equal(student.root_of(chain, 499), 1, mistakes=mistakes)


@pytest.mark.exercise("root_of")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_root_in_any_forest(student, number):
    random = np.random.default_rng([SEED, 3, number])
    parents, roots = [0], [0]
    for label in range(1, int(random.integers(5, 80))):
        parent = int(random.integers(1, label + 1))
        parents.append(parent)
        roots.append(label if parent == label else roots[parent])
    names = random.permutation(len(parents)).tolist()  # a parent may have the larger number
    renamed = [0] * len(parents)
    for label, parent in enumerate(parents):
        renamed[names[label]] = names[parent]
    for label in range(len(parents)):
        assert_value_equal(student.root_of(list(renamed), names[label]), names[roots[label]])


# ------------------------------------------------------------ centroids_of


def centroid_mistakes(labels):
    boxes, centroids = reference.component_statistics(labels)
    right, areas = centroids[1:], boxes[1:, 4]
    middles = boxes[:, :2] + (boxes[:, 2:4] - 1) / 2
    return {
        "the background is among them": centroids,
        "rows and columns are exchanged": right[:, ::-1],
        "the middle of the box around the piece, not the mean of its pixels": middles[1:],
        "sums, not means: divide by the area": right * areas[:, None],
        "divided by all pixels of the picture": right * areas[:, None] / labels.size,
        "cut off to whole pixels": np.floor(right),
    }


@pytest.mark.exercise("centroids_of")
@pytest.mark.points(1)
def test_two_pieces_by_hand(student):
    labels = np.array([[1, 0, 0, 2], [1, 0, 2, 2], [1, 1, 0, 0]])
    expected = np.array([[5 / 4, 1 / 4], [2 / 3, 8 / 3]])
    actual = student.centroids_of(labels)
    assert_array_equal(actual, expected, 1e-9, mistakes=centroid_mistakes(labels))


@pytest.mark.exercise("centroids_of")
@pytest.mark.points(2)
def test_pieces_of_a_photo(student):
    labels = reference.connected_components(samples.coins() > 140)
    expected = reference.component_statistics(labels)[1][1:]
    actual = student.centroids_of(labels)
    assert_array_equal(actual, expected, 1e-6, mistakes=centroid_mistakes(labels))


@pytest.mark.exercise("centroids_of")
@pytest.mark.hidden
@pytest.mark.parametrize("pieces", [1, 2, 9])
@pytest.mark.parametrize("background", [True, False])
def test_centroids_of_any_labels(student, pieces, background):
    random = np.random.default_rng([SEED, 4, pieces, background])
    labels = random.integers(0 if background else 1, pieces + 1, random.integers(4, 20, 2))
    labels.ravel()[random.permutation(labels.size)[:pieces]] = np.arange(1, pieces + 1)
    expected = [np.argwhere(labels == piece).mean(axis=0) for piece in range(1, pieces + 1)]
    assert_array_equal(student.centroids_of(labels), np.array(expected), 1e-9)


# ---------------------------------------------------------- next_direction

DIRECTIONS = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))


def looked_around(values, row, column, turns):
    for direction in turns:
        down, right = DIRECTIONS[direction % 8]
        if values[row + down, column + right] != 0:
            return direction % 8
    return None


def direction_mistakes(values, row, column, back):
    four = [back + turn for turn in range(1, 9) if (back + turn) % 2 == 0]
    return {
        "clockwise: the numbers of the directions grow counter-clockwise": looked_around(
            values, row, column, [back - turn for turn in range(1, 9)]
        ),
        "begins with back itself, and so goes back where it came from": looked_around(
            values, row, column, [back + turn for turn in range(8)]
        ),
        "begins in the east, not after back": looked_around(values, row, column, range(8)),
        "four neighbours only: the diagonal ones are skipped": looked_around(
            values, row, column, four
        ),
        "rows and columns are exchanged": looked_around(
            values.T, column, row, [back + turn for turn in range(1, 9)]
        ),
        "begins after the direction one looks in, not after back": looked_around(
            values, row, column, [back + 4 + turn for turn in range(1, 9)]
        ),
        "negative numbers are passed over: they are marked border pixels, and region": (
            looked_around(values > 0, row, column, [back + turn for turn in range(1, 9)])
        ),
        "only 1 counts: marked pixels have other numbers": looked_around(
            values == 1, row, column, [back + turn for turn in range(1, 9)]
        ),
    }


def assert_direction(student, values, row, column, back):
    expected = looked_around(values, row, column, [back + turn for turn in range(1, 9)])
    mistakes = direction_mistakes(values, row, column, back)
    actual = student.next_direction(values, row, column, back)
    assert_value_equal(actual, expected, mistakes=mistakes)


@pytest.mark.exercise("next_direction")
@pytest.mark.points(1)
@pytest.mark.parametrize(("back", "ahead"), [(6, 7), (7, 1), (5, 6), (1, 2), (3, 5)])
def test_middle_of_a_capital_i(student, back, ahead):
    values = np.array([[1, 1, 1], [0, 1, 0], [1, 1, 1]])  # nothing in the east and in the west
    mistakes = direction_mistakes(values, 1, 1, back)
    assert_value_equal(student.next_direction(values, 1, 1, back), ahead, mistakes=mistakes)


@pytest.mark.exercise("next_direction")
@pytest.mark.points(1)
def test_end_of_a_line_leads_back(student):
    values = np.zeros((3, 4), int)
    values[1, 1:3] = 1
    mistakes = direction_mistakes(values, 1, 2, 4)
    assert_value_equal(student.next_direction(values, 1, 2, 4), 4, mistakes=mistakes)


@pytest.mark.exercise("next_direction")
@pytest.mark.points(1)
@pytest.mark.parametrize("mark", [3, -3])
def test_marked_pixel_is_a_neighbour_too(student, mark):
    values = np.array([[0, mark, 0], [1, 1, 0], [0, 0, 1]])  # plain in the west
    mistakes = direction_mistakes(values, 1, 1, 0)
    assert_value_equal(student.next_direction(values, 1, 1, 0), 2, mistakes=mistakes)


@pytest.mark.exercise("next_direction")
@pytest.mark.points(1)
@pytest.mark.hidden
@pytest.mark.parametrize("back", range(8))
@pytest.mark.parametrize("number", range(4))
def test_any_neighbourhood(student, number, back):
    random = np.random.default_rng([SEED, 5, number])
    values = random.choice((0, 1, 3, -3), (5, 6), p=(0.6, 0.1, 0.1, 0.2))
    values[2, 3] = 1
    values[2 + DIRECTIONS[back][0], 3 + DIRECTIONS[back][1]] = 1
    assert_direction(student, values, 2, 3, back)


# ------------------------------------------------------------ polygon_area


def area_mistakes(points):
    y, x = points.T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    signed = float(cross.sum() / 2)
    box = float(np.prod(np.ptp(points, axis=0)))
    return {
        "twice the area: halve it": abs(2 * signed),
        "not closed: the line from the last point to the first is missing": abs(
            float(cross[:-1].sum() / 2)
        ),
        "the points are counted: that is a length, not an area": float(len(points)),
        "the box around the points": box,
        "the amounts are added up: leave them their signs till the end": float(
            abs(cross).sum() / 2
        ),
        "the sign is left: some polygons run the other way round": -abs(signed),
    }


@pytest.mark.exercise("polygon_area")
@pytest.mark.points(1)
@pytest.mark.parametrize("order", [1, -1])
def test_triangle_on_a_box_far_from_the_origin(student, order):
    corners = [[10, 20], [10, 24], [13, 24], [15, 20]]  # 4 x 3, and 4 x 2 / 2 below it
    points = np.array(corners)[::order]
    mistakes = area_mistakes(points)
    assert_value_equal(student.polygon_area(points), 16.0, 1e-9, mistakes=mistakes)


@pytest.mark.exercise("polygon_area")
@pytest.mark.points(2)
@pytest.mark.parametrize("number", [3, 8, 14])
def test_contour_of_a_coin(student, number):
    mask = reference.adaptive_threshold(samples.coins(), 101, -10)
    contours, _ = reference.find_contours(mask, "external", "simple")
    points = sorted(contours, key=len)[-number]
    expected = float(cv2.contourArea(np.ascontiguousarray(points[:, ::-1], np.int32)))
    actual = student.polygon_area(points)
    assert_value_equal(actual, expected, 1e-6, mistakes=area_mistakes(points))


@pytest.mark.exercise("polygon_area")
@pytest.mark.hidden
@pytest.mark.parametrize("corners", [3, 4, 9])
@pytest.mark.parametrize("order", [1, -1])
def test_area_of_any_star(student, corners, order):
    """Its triangles from the middle add up: half the product of two arms and the sine between."""
    random = np.random.default_rng([SEED, 6, corners])
    steps = random.uniform(1, 2, corners)
    angles = np.cumsum(steps) / steps.sum() * 2 * np.pi
    arms, middle = random.uniform(2, 30, corners), random.uniform(-50, 50, 2)
    points = (middle + arms[:, None] * np.stack([np.sin(angles), np.cos(angles)], 1))[::order]
    turns = np.diff(angles, append=angles[0] + 2 * np.pi)
    expected = float(sum(arms * np.roll(arms, -1) * np.sin(turns)) / 2)
    assert_value_equal(student.polygon_area(points), expected, 1e-6)


# ----------------------------------------------------------------- tilt_of


def tilt_mistakes(mask):
    rows, columns = np.nonzero(mask)

    def tilt(x, y):
        return np.arctan2(2 * np.sum(x * y), np.sum(x * x) - np.sum(y * y)) / 2

    x, y = columns - columns.mean(), rows.mean() - rows
    right = tilt(x, y)
    with np.errstate(divide="ignore"):  # a diagonal
        quotient = 2 * np.sum(x * y) / np.sum(x * x - y * y)
    return {
        "downwards: rows grow downwards, y upwards": float(np.degrees(tilt(x, -y))),
        "radians: degrees are wanted": float(right),
        "twice the angle: halve it": float(np.degrees(2 * right)),
        "measured from the corner of the picture, not from the centroid": float(
            np.degrees(tilt(columns, -rows))
        ),
        "the angle to the vertical: rows and columns are exchanged": float(np.degrees(tilt(y, x))),
        "arctan of a quotient, which has lost its signs: arctan2 takes both sums": float(
            np.degrees(np.arctan(quotient) / 2)
        ),
    }


def ellipse(angle, height=90, width=120):
    """A slim ellipse, turned counter-clockwise on the screen."""
    image = np.zeros((height, width), np.uint8)
    cv2.ellipse(image, (70, 40), (35, 9), -angle, 0, 360, 1, -1)
    return image.astype(bool)


@pytest.mark.exercise("tilt_of")
@pytest.mark.points(1)
@pytest.mark.parametrize("flip", [1, -1])
def test_three_pixels_a_step_down_every_two(student, flip):
    mask = np.zeros((3, 9), bool)
    mask[[0, 1, 2], [3, 5, 7]] = True
    angle = -flip * float(np.degrees(np.arctan(1 / 2)))
    mask = mask[::flip]
    assert_value_equal(student.tilt_of(mask), angle, 1e-6, mistakes=tilt_mistakes(mask))


@pytest.mark.exercise("tilt_of")
@pytest.mark.points(1)
def test_level_line_and_upright_diagonals(student):
    line = np.zeros((5, 9), bool)
    line[1, 2:8] = True
    diagonal = np.eye(7, dtype=bool)
    for mask, angle in ((line, 0.0), (diagonal, -45.0), (diagonal[::-1], 45.0)):
        assert_value_equal(student.tilt_of(mask), angle, 1e-6, mistakes=tilt_mistakes(mask))


@pytest.mark.exercise("tilt_of")
@pytest.mark.points(2)
@pytest.mark.parametrize("angle", [20, -35, 70, -80])
def test_ellipse_lies_as_it_was_drawn(student, angle):
    mask = ellipse(angle)
    mu = reference.central_moments(reference.moments(mask.astype(np.uint8)))
    expected = float(np.degrees(np.arctan2(-2 * mu[1, 1], mu[0, 2] - mu[2, 0]) / 2))
    assert_value_equal(student.tilt_of(mask), expected, 1e-6, mistakes=tilt_mistakes(mask))


@pytest.mark.exercise("tilt_of")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_tilt_of_any_region(student, number):
    random = np.random.default_rng([SEED, 7, number])
    mask = ellipse(int(random.integers(-85, 86)), *random.integers(85, 130, 2).tolist())
    mask &= random.random(mask.shape) < random.uniform(0.3, 1)
    rows, columns = np.nonzero(mask)
    (across, both), (_, down) = np.cov(columns, -rows)
    expected = float(np.degrees(np.arctan2(2 * both, across - down)) / 2)
    assert_value_equal(student.tilt_of(mask), expected, 1e-6)


# --------------------------------------------------------------- growth_of


def growth_mistakes(areas, delta):
    count = len(areas) - 2 * delta
    later, here, earlier = areas[2 * delta :], areas[delta:-delta], areas[:count]
    return {
        "not divided: a large region always grows by more pixels": [
            later - earlier, (later - earlier).astype(float)
        ],
        "divided by the area before, not by that in the middle": (later - earlier) / earlier,
        "divided by the area after, not by that in the middle": (later - earlier) / later,
        "delta to one side only": [(later - here) / here, (here - earlier) / here],
        "divided by 2 delta, too": (later - earlier) / here / (2 * delta),
        "earlier less later: the sign": (earlier - later) / here,
        "one level to each side, whatever delta is": (
            (areas[2:] - areas[:-2]) / areas[1:-1]
        ),
        "whole numbers: `//` cuts the fraction off": (later - earlier) // here,
    }  # fmt: skip


@pytest.mark.exercise("growth_of")
@pytest.mark.points(1)
def test_six_areas_by_hand(student):
    areas = np.array([12, 20, 40, 55, 90, 100])
    expected = np.array([(90 - 12) / 40, (100 - 20) / 55])
    actual = student.growth_of(areas, 2)
    assert_array_equal(actual, expected, 1e-9, mistakes=growth_mistakes(areas, 2))


@pytest.mark.exercise("growth_of")
@pytest.mark.points(1)
@pytest.mark.parametrize("delta", [1, 5, 20])
def test_coin_in_the_dark(student, delta):
    image = samples.coins()
    areas = np.array([np.count_nonzero(image <= level) for level in range(30, 200)])
    expected = (areas[2 * delta :] - areas[: -2 * delta]) / areas[delta:-delta]
    actual = student.growth_of(areas, delta)
    assert_array_equal(actual, expected, 1e-9, mistakes=growth_mistakes(areas, delta))


@pytest.mark.exercise("growth_of")
@pytest.mark.hidden
@pytest.mark.parametrize("more", [1, 2, 30])
def test_growth_of_any_areas(student, more):
    random = np.random.default_rng([SEED, 8, more])
    delta = int(random.integers(1, 9))
    areas = np.cumsum(random.integers(1, 50, 2 * delta + more))
    ks = range(delta, delta + more)
    expected = [(int(areas[k + delta]) - int(areas[k - delta])) / int(areas[k]) for k in ks]
    assert_array_equal(student.growth_of(areas, delta), np.array(expected), 1e-9)


# --------------------------------------------------------- nearest_centers


def distances(lab, centers, by_color=1.0, by_place=1.0):
    places = np.stack(np.indices(lab.shape[:2]), axis=-1)
    color = ((lab - centers[:, None, None, :3]) ** 2).sum(axis=-1)
    place = ((places - centers[:, None, None, 3:]) ** 2).sum(axis=-1)
    return by_color * color, by_place * place


def center_mistakes(lab, centers, step, compactness):
    color, place = distances(lab, centers)
    exchanged = centers[:, [0, 1, 2, 4, 3]]
    weight = (compactness / step) ** 2
    right = (color + weight * place).argmin(axis=0)
    return {
        "the colour alone: the place is missing": color.argmin(axis=0),
        "the place alone: the colour is missing": place.argmin(axis=0),
        "m / S is not squared": [
            (color + compactness / step * place).argmin(axis=0),
            (np.sqrt(color) + (compactness / step) ** 2 * place).argmin(axis=0),
        ],
        "not divided by S": (color + compactness**2 * place).argmin(axis=0),
        "S / m instead of m / S": (color + (step / compactness) ** 2 * place).argmin(axis=0),
        "rows and columns of the centres are exchanged": (
            distances(lab, exchanged)[0] + weight * distances(lab, exchanged)[1]
        ).argmin(axis=0),
        "distances are added that were not squared": (
            np.sqrt(color) + compactness / step * np.sqrt(place)
        ).argmin(axis=0),
        "numbered from 1: the first centre is 0": right + 1,
        "the farthest centre": (color + weight * place).argmax(axis=0),
        "of equally near centres the last one: the first is wanted": (
            len(centers) - 1 - (color + weight * place)[::-1].argmin(axis=0)
        ),
    }


def assert_centers(student, lab, centers, step, compactness):
    color, place = distances(lab, centers)
    expected = (color + (compactness / step) ** 2 * place).argmin(axis=0)
    actual = student.nearest_centers(lab, centers, step, compactness)
    mistakes = center_mistakes(lab, centers, step, compactness)
    assert_array_equal(actual, expected, mistakes=mistakes)


@pytest.mark.exercise("nearest_centers")
@pytest.mark.points(2)
@pytest.mark.parametrize("compactness", [5, 10, 40])
def test_pixels_of_a_photo_find_their_centres(student, compactness):
    rgb = np.ascontiguousarray(samples.coffee()[::8, ::8].astype(np.float32) / 255)
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab).astype(np.float64)
    grid = np.stack(np.meshgrid(np.arange(6, 50, 12), np.arange(6, 75, 12), indexing="ij"), -1)
    places = grid.reshape(-1, 2)
    centers = np.hstack([lab[tuple(places.T)], places])
    assert_centers(student, lab, centers, 12, compactness)


@pytest.mark.exercise("nearest_centers")
@pytest.mark.points(1)
def test_colour_against_place_by_hand(student):
    # one row of five pixels; the middle one has the first centre's colour, but lies nearer to the
    # second: 0 + (m/S)^2 * 9 against 16 + (m/S)^2 * 1, equal at (m/S)^2 = 2
    lab = np.zeros((1, 5, 3))
    lab[0, :, 0] = [50, 50, 50, 50, 54]
    centers = np.array([[50, 0, 0, 0, 0], [54, 0, 0, 0, 4.0]])
    for compactness, expected in ((4, [0, 0, 0, 0, 1]), (8, [0, 0, 0, 1, 1])):
        actual = student.nearest_centers(lab, centers, 4, compactness)
        mistakes = center_mistakes(lab, centers, 4, compactness)
        assert_array_equal(actual, np.array([expected]), mistakes=mistakes)


@pytest.mark.exercise("nearest_centers")
@pytest.mark.points(1)
def test_of_equally_near_centres_the_first(student):
    lab = np.zeros((1, 5, 3))
    centers = np.array([[0, 0, 0, 0, 4], [0, 0, 0, 0, 0], [0, 0, 0, 0, 4.0]])
    actual = student.nearest_centers(lab, centers, 4, 4)
    mistakes = center_mistakes(lab, centers, 4, 4)
    assert_array_equal(actual, np.array([[1, 1, 0, 0, 0]]), mistakes=mistakes)


@pytest.mark.exercise("nearest_centers")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_nearest_of_any_centres_and_of_equally_near_ones_the_first(student, number):
    random = np.random.default_rng([SEED, 9, number])
    height, width = random.integers(3, 16, 2)
    lab = random.integers(-3, 4, (height, width, 3)).astype(float)
    count = int(random.integers(2, 9))
    places = random.integers(0, (height, width), (count, 2))
    centers = np.hstack([random.integers(-3, 4, (count, 3)), places]).astype(float)
    centers[-1] = centers[random.integers(0, count - 1)]  # one of them twice
    step = int(random.choice([4, 8]))
    compactness = step * float(random.choice([0.5, 1, 2]))  # whole numbers: many are equally near
    assert_centers(student, lab, centers, step, compactness)


# ----------------------------------------------------------- mend_the_page


def page_mistakes(image, size, offset):
    mean = reference.local_mean(image, size).astype(int)

    def white(where):
        return where * np.uint8(255)

    wrapped = (mean - offset) % 256
    return {
        "as handed in: the offset makes the threshold higher, and paper is no longer above it": [
            white(image > mean + offset),
            white(image > (mean + offset) % 256),
        ],
        "uint8 overflow: a mean below the offset, less the offset, is negative": [
            white(image > wrapped)
        ],
        "ink is white and paper black": white(image <= mean - offset),
        "a pixel that equals the threshold is not above it: `>`": white(image >= mean - offset),
        "the offset is missing": white(image > mean),
        "one mean for the whole picture": white(image > image.mean() - offset),
    }


def assert_page(student, image, size, offset):
    expected = (image > reference.local_mean(image, size).astype(int) - offset) * np.uint8(255)
    actual = student.mend_the_page(image, size, offset)
    mistakes = page_mistakes(image, size, offset)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("mend_the_page")
@pytest.mark.points(1)
def test_one_dark_pixel_on_light_paper(student):
    image = np.full((9, 9), 200, np.uint8)
    image.ravel()[::2] = 203  # grain
    image[4, 4] = 50
    expected = np.full((9, 9), 255, np.uint8)
    expected[4, 4] = 0
    actual = student.mend_the_page(image, 3, 10)
    assert_image_equal(actual, expected, image=image, mistakes=page_mistakes(image, 3, 10))


@pytest.mark.exercise("mend_the_page")
@pytest.mark.points(1)
@pytest.mark.parametrize(("size", "offset"), [(31, 10), (15, 5)])
def test_page_keeps_its_letters(student, size, offset):
    assert_page(student, samples.page(), size, offset)


@pytest.mark.exercise("mend_the_page")
@pytest.mark.points(1)
def test_page_in_the_dark(student):
    assert_page(student, samples.page() // 16, 31, 10)


@pytest.mark.exercise("mend_the_page")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_any_picture_size_and_offset(student, number):
    random = np.random.default_rng([SEED, 10, number])
    image = drawn(random, *random.integers(5, 40, 2)) // random.choice(np.uint8([1, 8, 32]))
    size, offset = 2 * int(random.integers(1, 5)) + 1, int(random.integers(0, 40))
    assert_page(student, image, size, offset)


# --------------------------------------------------------- mend_the_pieces


def piece_mistakes(mask):
    labels, parents = reference.first_pass(mask, 4)
    once = np.array(parents)
    roots = np.array([reference.find(list(parents), label) for label in range(len(parents))])
    return {
        "as handed in: the parent of a label need not be the root": once[labels],
        "as handed in: the parent, numbered without gaps": np.unique(once, return_inverse=True)[1][
            labels
        ],
        "the numbers have gaps": roots[labels],
        "two steps up, no more": [
            once[once][labels], np.unique(once[once], return_inverse=True)[1][labels]
        ],
        "the provisional labels of the first pass": labels,
        "numbered from 0, like the background": np.maximum(
            np.unique(roots, return_inverse=True)[1][labels] - 1, 0
        ),
        "eight neighbours: pieces that touch at a corner are two": reference.connected_components(
            mask, 8
        ),
    }  # fmt: skip


@pytest.mark.exercise("mend_the_pieces")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    "rows",
    [
        ["1000000", "1011011", "1001010", "1001110", "1111000", "0000001"],
        ["1010101", "1010111", "1011100", "1110000", "0000000", "0000001"],
    ],
    ids=["third", "fourth"],
)
def test_last_label_meets_the_one_before_first(student, rows):
    mask = np.array([[pixel == "1" for pixel in row] for row in rows])
    expected = mask.astype(int)
    expected[5, 6] = 2
    actual = student.mend_the_pieces(mask)
    assert_array_equal(actual, expected, mistakes=piece_mistakes(mask))


@pytest.mark.exercise("mend_the_pieces")
@pytest.mark.points(2)
@pytest.mark.parametrize("name", ["page", "coins"])
def test_pieces_of_a_photo_are_whole(student, name):
    image = getattr(samples, name)()[::2, ::2]
    mask = image > reference.otsu(image)
    expected = reference.connected_components(mask, 4)
    actual = student.mend_the_pieces(mask)
    assert_array_equal(actual, expected, mistakes=piece_mistakes(mask))


@pytest.mark.exercise("mend_the_pieces")
@pytest.mark.hidden
@pytest.mark.parametrize("share", [0, 0.3, 0.6, 0.8, 1])
def test_pieces_of_any_mask_are_whole(student, share):
    random = np.random.default_rng([SEED, 11, int(100 * share)])
    mask = random.random(random.integers(2, 40, 2)) < share
    expected = reference.connected_components(mask, 4)
    assert_array_equal(student.mend_the_pieces(mask), expected)
