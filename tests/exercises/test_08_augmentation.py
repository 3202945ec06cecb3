"""Checks and grades the exercises of chapter 08."""

from functools import reduce

import numpy as np
import pytest

from coursekit.augmentation import reference
from coursekit.lab import samples
from coursekit.lab.check import (
    Mismatch,
    assert_array_equal,
    assert_image_equal,
    assert_value_equal,
)

GIVEN = ("coursekit.augmentation.reference.warp",)
FORBIDDEN = (
    "coursekit.core.borders",
    "cv2.borderInterpolate",
    "cv2.getRotationMatrix2D",
    "cv2.remap",
    "cv2.warpAffine",
    "cv2.warpPerspective",
    "scipy.ndimage.affine_transform",
    "scipy.ndimage.geometric_transform",
    "scipy.ndimage.map_coordinates",
    "skimage.transform.rotate",
    "skimage.transform.warp",
)
SEED = 8


def seeded(number):
    """The random numbers of one hidden test."""
    return np.random.default_rng([SEED, number])


def about(row, column, degrees):
    """A turn about a point."""
    there = reference.shift_matrix(row, column)
    return there @ reference.rotation_matrix(degrees) @ np.linalg.inv(there)


# ------------------------------------------------------- turn_about_centre


def turn_mistakes(degrees, height, width):
    row, column = (height - 1) / 2, (width - 1) / 2
    to_origin = reference.shift_matrix(-row, -column)
    turn = reference.rotation_matrix(degrees)
    return {
        "clockwise": about(row, column, -degrees),
        "about (height / 2, width / 2), half a pixel off": about(height / 2, width / 2, degrees),
        "about (0, 0), not about the centre": turn,
        "height and width are exchanged": about(column, row, degrees),
        "degrees taken for radians": about(row, column, np.rad2deg(degrees)),
        "the shifts are in the wrong order": to_origin @ turn @ np.linalg.inv(to_origin),
        "not shifted back": turn @ to_origin,
        "the centre is cut to a whole pixel": about(int(row), int(column), degrees),
        "in (x, y), not in (row, column)": about(column, row, -degrees),
        "multiplied entry by entry: `@` multiplies matrices": np.linalg.inv(to_origin)
        * turn
        * to_origin,
    }


@pytest.mark.exercise("turn_about_centre")
@pytest.mark.points(1)
def test_a_quarter_turn_of_three_by_five(student):
    # (1, 2) stays; (1, 4), two to its right, goes two up, to (-1, 2)
    expected = np.array([[0.0, -1, 3], [1, 0, 1], [0, 0, 1]])
    actual = student.turn_about_centre(90, 3, 5)
    assert_array_equal(actual, expected, 1e-9, mistakes=turn_mistakes(90, 3, 5))


@pytest.mark.exercise("turn_about_centre")
@pytest.mark.points(1)
@pytest.mark.parametrize(("degrees", "height", "width"), [(30, 40, 60), (-75.5, 41, 8)])
def test_any_angle_and_any_size(student, degrees, height, width):
    expected = reference.affine_matrix((height, width), rotation=degrees)
    actual = student.turn_about_centre(degrees, height, width)
    assert_array_equal(actual, expected, 1e-9, mistakes=turn_mistakes(degrees, height, width))


@pytest.mark.exercise("turn_about_centre")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_turns_of_many_sizes(student):
    rng = seeded(1)
    for height, width in rng.integers(1, 90, (4, 2)).tolist():
        degrees = float(rng.uniform(-180, 180))
        expected = reference.affine_matrix((height, width), rotation=degrees)
        actual = student.turn_about_centre(degrees, height, width)
        assert_array_equal(actual, expected, 1e-9)


# ----------------------------------------------------------- in_one_matrix


def product_mistakes(steps, right):
    return {
        "the last step is applied first": reduce(np.matmul, steps),
        "multiplied entry by entry: `@` multiplies matrices": np.prod(steps, axis=0),
        "added": np.sum(steps, axis=0),
        "only the last step is left": steps[-1],
        "the inverse: it leads from new to old": np.linalg.inv(right),
    }


def moved_by(steps):
    """The matrix that moves (0, 0), (1, 0) and (0, 1) where these steps move them."""
    points = np.array([[0.0, 0], [1, 0], [0, 1]])
    for step in steps:
        points = reference.move_points(points, step)
    origin, down, right = points
    return np.array([*np.stack([down - origin, right - origin, origin], axis=1), [0, 0, 1]])


@pytest.mark.exercise("in_one_matrix")
@pytest.mark.points(1)
def test_zoomed_then_shifted_by_hand(student):
    steps = [np.diag([2.0, 3, 1]), np.array([[1.0, 0, 5], [0, 1, 7], [0, 0, 1]])]
    expected = np.array([[2.0, 0, 5], [0, 3, 7], [0, 0, 1]])
    mistakes = product_mistakes(steps, expected)
    assert_array_equal(student.in_one_matrix(steps), expected, 1e-9, mistakes=mistakes)


@pytest.mark.exercise("in_one_matrix")
@pytest.mark.points(1)
def test_four_steps(student):
    steps = [
        reference.rotation_matrix(25),
        reference.shift_matrix(3, -4.5),
        reference.shear_matrix(20),
        reference.zoom_matrix(0.5, 1.5),
    ]
    expected = moved_by(steps)
    mistakes = product_mistakes(steps, expected)
    assert_array_equal(student.in_one_matrix(steps), expected, 1e-9, mistakes=mistakes)


@pytest.mark.exercise("in_one_matrix")
@pytest.mark.points(1)
def test_no_step_changes_nothing(student):
    assert_array_equal(student.in_one_matrix([]), np.eye(3), 1e-9)


@pytest.mark.exercise("in_one_matrix")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_any_number_of_steps(student):
    rng = seeded(2)
    for count in (1, 2, int(rng.integers(3, 7))):
        steps = [np.array([*rng.normal(size=(2, 3)), (0, 0, 1)]) for _ in range(count)]
        expected = np.eye(3)
        for step in steps[::-1]:
            expected = expected @ step
        assert_array_equal(student.in_one_matrix(steps), expected, 1e-9)


# ------------------------------------------------------------ ask_backward


def asked(image, matrix, rounded=lambda place: np.floor(place + 0.5), fold=False):
    """Look up each new pixel of an image that a matrix moves."""
    r, c = (rounded(place).astype(int) for place in reference.source_positions(matrix, image.shape))
    inside = (r >= 0) & (r < image.shape[0]) & (c >= 0) & (c < image.shape[1])
    values = image[np.clip(r, 0, image.shape[0] - 1), np.clip(c, 0, image.shape[1] - 1)]
    return values if fold else np.where(inside, values, 0).astype(image.dtype)


def sent(image, matrix):
    """Send each old pixel to its new place: holes."""
    result = np.zeros_like(image)
    for row, column in np.ndindex(image.shape):
        r, c = np.floor((matrix @ (row, column, 1))[:2] + 0.5).astype(int)
        if 0 <= r < image.shape[0] and 0 <= c < image.shape[1]:
            result[r, c] = image[row, column]
    return result


def asking_mistakes(image, matrix):
    inverse = np.linalg.inv(matrix)
    exchange = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    frame = 40
    moved = in_frame(matrix, frame)
    wrapped = asked(np.pad(image, frame, mode="wrap"), moved, fold=True)
    before = np.pad(image, ((frame, 0), (frame, 0)), mode="wrap")  # where indices are below 0
    counted_back = asked(before, moved)[frame:, frame:]
    above = np.pad(image, ((frame, 0), (0, 0)), mode="wrap")
    left = np.pad(image, ((0, 0), (frame, 0)), mode="wrap")
    without_first = np.pad(image[1:, 1:], ((1, 0), (1, 0)))
    without_last = np.pad(image[:-1, :-1], ((0, 1), (0, 1)))
    transposed = np.eye(3)
    transposed[:2, :2] = np.linalg.inv(matrix[:2, :2].T)
    return {
        "the inverse is missing: the matrix leads from old to new": asked(image, inverse),
        "sent forward: there are holes": sent(image, matrix),
        "rounded down, not to the nearest pixel": [
            asked(image, matrix, np.floor), asked(image, matrix, np.trunc),
        ],
        "rows and columns are exchanged": asked(image, exchange @ matrix @ exchange),
        "outside is not black: the edge goes on": asked(image, matrix, fold=True),
        "outside is not black: a negative index counts from the end": [
            wrapped[frame:-frame, frame:-frame], counted_back,
            asked(above, in_frame(matrix, frame, 0))[frame:],
            asked(left, in_frame(matrix, 0, frame))[:, frame:],
        ],
        "`int` and `.astype(int)` cut towards 0: from -1 to 0 they round up, `np.floor` does not":
            asked(image, matrix, lambda place: np.trunc(place + 0.5)),
        "half-way between two pixels the second one is wanted: `np.floor(position + 0.5)`": asked(
            image, matrix, np.rint
        ),
        "the first row and column are taken for outside": asked(without_first, matrix),
        "the last row and column are taken for outside": asked(without_last, matrix),
        "transposed: that is the inverse of a turn about (0, 0) alone": asked(image, transposed),
    }  # fmt: skip


def in_frame(matrix, above, left=None):
    out = reference.shift_matrix(above, above if left is None else left)
    return out @ matrix @ np.linalg.inv(out)


@pytest.mark.exercise("ask_backward")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    ("down", "right", "expected"),
    [
        (1, -2, [[0, 0, 0, 0], [30, 40, 0, 0], [70, 80, 0, 0]]),
        (-1, 1, [[0, 50, 60, 70], [0, 90, 99, 11], [0, 0, 0, 0]]),
        (0, -5, np.zeros((3, 4))),
        (0, 256, np.zeros((3, 4))),
        (-256, 0, np.zeros((3, 4))),
        (65536, 0, np.zeros((3, 4))),
    ],
)
def test_a_shift_by_hand(student, down, right, expected):
    image = np.array([[10, 20, 30, 40], [50, 60, 70, 80], [90, 99, 11, 22]], dtype=np.uint8)
    matrix, expected = reference.shift_matrix(down, right), np.array(expected, np.uint8)
    mistakes = asking_mistakes(image, matrix) if expected.any() else None
    actual = student.ask_backward(image, matrix)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("ask_backward")
@pytest.mark.points(1)
@pytest.mark.parametrize("degrees", [20, -35])
def test_a_turned_and_enlarged_picture_has_no_holes(student, degrees):
    image = samples.camera()[60:100, 200:246]
    matrix = reference.affine_matrix(image.shape, degrees, 0.3, -8.2, zoom_rows=0.7)
    expected = asked(image, matrix)
    mistakes = asking_mistakes(image, matrix)
    actual = student.ask_backward(image, matrix)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("ask_backward")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    ("right", "first"),
    [
        (0.5, [10, 20, 30, 40]),  # from -0.5, 0.5, 1.5 and 2.5
        (0.53125, [0, 10, 20, 30]),  # the first one lies beyond -0.5
        (-0.5, [20, 30, 40, 0]),  # to 3.5, whose second pixel is no more
        (-0.46875, [10, 20, 30, 40]),
    ],
)
def test_half_way_between_two_pixels(student, right, first):
    image = np.array([[10, 20, 30, 40], [50, 60, 70, 80]], dtype=np.uint8)
    for matrix, picture in (
        (np.array([[1.0, 0, 0], [0, 1, right], [0, 0, 1]]), image),
        (np.array([[1.0, 0, right], [0, 1, 0], [0, 0, 1]]), image.T.copy()),
    ):
        expected = np.stack([first, [level and level + 40 for level in first]]).astype(np.uint8)
        expected = expected if picture is image else expected.T.copy()
        mistakes = asking_mistakes(picture, matrix)
        assert_image_equal(student.ask_backward(picture, matrix), expected, mistakes=mistakes)


@pytest.mark.exercise("ask_backward")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_any_matrix(student):
    rng = seeded(3)
    for _ in range(2):
        height, width = rng.integers(20, 50, 2).tolist()
        image = rng.integers(1, 256, (height, width), dtype=np.uint8)
        moves = rng.uniform(-4, 4, 2)
        degrees, zoom = float(rng.uniform(-180, 180)), rng.uniform(0.6, 1.6, 2)
        matrix = reference.affine_matrix(image.shape, degrees, *moves, 0, *zoom)
        inverse, expected = np.linalg.inv(matrix), np.zeros_like(image)
        for row, column in np.ndindex(height, width):
            r, c, _ = np.floor(inverse @ (row, column, 1) + 0.5).astype(int)
            if 0 <= r < height and 0 <= c < width:
                expected[row, column] = image[r, c]
        assert_image_equal(student.ask_backward(image, matrix), expected)


# --------------------------------------------------------- between_mirrors


def mirror_mistakes(positions, length):
    without_edge = positions % max(2 * length - 2, 1)
    once = np.where(positions < 0, -1 - positions, positions)
    once = np.where(once >= length, 2 * length - 1 - once, once)
    beyond = np.where(positions >= length, 2 * length - 1 - positions, positions)
    at_one_mirror = np.where(positions < 0, -1 - positions, beyond)
    there_and_back, cut = positions % (2 * length), np.fmod(positions, 2 * length)
    return {
        "the edge pixel is seen once only: the mirror stands in its middle": np.minimum(
            without_edge, 2 * length - 2 - without_edge
        ),
        "the edge goes on": np.clip(positions, 0, length - 1),
        "begins again instead of going back": positions % length,
        "reflected once only: far away it takes more": [once, at_one_mirror],
        "`np.fmod` and `math.fmod` keep the sign: take `%`": np.where(
            cut < length, cut, 2 * length - 1 - cut
        ),
        "the second half begins one pixel too late": np.where(
            there_and_back <= length, there_and_back, 2 * length - 1 - there_and_back
        ),
        "without its sign, -1 lies on 1: it has to lie on 0": np.minimum(
            np.abs(positions) % (2 * length), 2 * length - 1 - np.abs(positions) % (2 * length)
        ),
        "the second half is off by one": np.minimum(
            positions % (2 * length), 2 * length - positions % (2 * length)
        ),
    }


@pytest.mark.exercise("between_mirrors")
@pytest.mark.points(1)
def test_two_pixels_on_either_side(student):
    positions = np.arange(-2, 6)
    expected = np.array([1, 0, 0, 1, 2, 3, 3, 2])
    mistakes = mirror_mistakes(positions, 4)
    assert_array_equal(student.between_mirrors(positions, 4), expected, mistakes=mistakes)


@pytest.mark.exercise("between_mirrors")
@pytest.mark.points(1)
@pytest.mark.parametrize("length", [5, 3])
def test_far_away(student, length):
    positions = np.arange(-23, 24)
    expected = np.pad(np.arange(length), 30, mode="symmetric")[7:54]
    mistakes = mirror_mistakes(positions, length)
    assert_array_equal(student.between_mirrors(positions, length), expected, mistakes=mistakes)


@pytest.mark.exercise("between_mirrors")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_positions_many_lengths_away(student):
    rng = seeded(4)
    for length in (1, *rng.integers(2, 90, 3).tolist()):
        positions = rng.integers(-2000, 2000, rng.integers(20, 60))
        times, rest = np.divmod(positions, length)
        expected = np.where(times % 2 == 0, rest, length - 1 - rest)
        assert_array_equal(student.between_mirrors(positions, length), expected)


# --------------------------------------------------------------- angles_of


def uniform_by(keys, reach):
    """An angle for each key, by a generator of its own."""
    return np.array([np.random.default_rng(key).uniform(-reach, reach) for key in keys])


def angle_mistakes(numbers, seed, epoch, reach, right):
    one = np.random.default_rng(seed)
    pair = np.random.default_rng((seed, epoch))
    by = lambda key: uniform_by(map(key, numbers), reach)  # noqa: E731
    return {
        "one generator for all: who comes first, gets the first number": [
            one.uniform(-reach, reach, len(numbers)), pair.uniform(-reach, reach, len(numbers)),
        ],
        "one generator for all: its numbers were looked up by the samples' numbers": [
            np.random.default_rng(key).uniform(-reach, reach, max(numbers) + 1)[numbers]
            for key in (seed, (seed, epoch))
        ],
        "the epoch is left out": [by(lambda n: (seed, n)), by(lambda n: (n, seed))],
        "the numbers are added: other samples have the same sum": by(lambda n: seed + epoch + n),
        "the same angle for every sample": [
            by(lambda n: seed), by(lambda n: (seed, epoch)),
        ],
        "the key is in another order": [
            by(lambda n: (n, epoch, seed)), by(lambda n: (epoch, seed, n)),
            by(lambda n: (seed, n, epoch)),
        ],
        "counted from 0, not by the samples' numbers": uniform_by(
            [(seed, epoch, place) for place in range(len(numbers))], reach
        ),
        "from 0 to reach: angles below 0 are missing": (right + reach) / 2,
        "from -1 to 1: `reach` is left out": right / reach,
        "in radians: degrees are wanted, as `reach` is": np.deg2rad(right),
        "`normal` was drawn: evenly is `uniform`": np.array(
            [np.random.default_rng((seed, epoch, n)).normal(0, reach) for n in numbers]
        ),
    }  # fmt: skip


@pytest.mark.exercise("angles_of")
@pytest.mark.points(1)
@pytest.mark.parametrize(("numbers", "epoch"), [([4, 9, 2], 3), ([2, 1], 5)])
def test_each_sample_has_its_own_angle(student, numbers, epoch):
    numbers = np.array(numbers)
    expected = uniform_by([(7, epoch, number) for number in numbers], 30)
    actual = student.angles_of(numbers, 7, epoch, 30)
    assert_array_equal(
        actual, expected, 1e-9, mistakes=angle_mistakes(numbers, 7, epoch, 30, expected)
    )


@pytest.mark.exercise("angles_of")
@pytest.mark.points(1)
def test_angle_of_a_sample_alone(student):
    expected = uniform_by([(1, 2, 7)], 90)
    mistakes = angle_mistakes(np.array([7]), 1, 2, 90, expected)
    actual = student.angles_of(np.array([7]), 1, 2, 90)
    assert_array_equal(actual, expected, 1e-9, mistakes=mistakes)


@pytest.mark.exercise("angles_of")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_angles_of_any_samples(student):
    rng = seeded(5)
    numbers = rng.choice(500, rng.integers(3, 12), replace=False)
    seed, epoch, reach = *rng.integers(0, 1000, 2).tolist(), float(rng.uniform(1, 180))
    expected = uniform_by([(seed, epoch, number) for number in numbers], reach)
    assert_array_equal(student.angles_of(numbers, seed, epoch, reach), expected, 1e-9)


# -------------------------------------------------------------- box_around


def boxes_by(points):
    rows, columns = points[0], points[1]
    return np.array([rows.min(), columns.min(), rows.max(), columns.max()])


def box_mistakes(box, matrix, around):
    top, left, bottom, right = box
    two = matrix @ np.array([(top, left, 1.0), (bottom, right, 1)]).T
    four = np.array([(top, left, 1.0), (top, right, 1), (bottom, left, 1), (bottom, right, 1)]).T
    exchanged = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    return {
        "two corners only, in their old order": np.array([*two[:2, 0], *two[:2, 1]]),
        "two corners only: all four have to be moved": boxes_by(two),
        "the inverse: a box asks forward": boxes_by(np.linalg.inv(matrix) @ four),
        "the shift is left out: the points lack their 1": boxes_by(matrix[:2, :2] @ four[:2]),
        "rows and columns are exchanged": boxes_by(exchanged @ matrix @ exchanged @ four),
        "the result is (left, top, right, bottom)": around[[1, 0, 3, 2]],
        "the result is (top, left, height, width)": np.concatenate(
            [around[:2], around[2:] - around[:2]]
        ),
        "the result is (top, bottom, left, right)": around[[0, 2, 1, 3]],
        "only the centre is moved: turned, the box grows": np.tile((around[:2] + around[2:]) / 2, 2)
        + np.array([top - bottom, left - right, bottom - top, right - left]) / 2,
        "the matrix is transposed: it stands before the points, or `.T` behind them": boxes_by(
            matrix.T @ four
        ),
        "rounded: places may lie between pixels": np.rint(around),
        "clipped at 0: nothing is to be clipped": np.maximum(around, 0),
    }


@pytest.mark.exercise("box_around")
@pytest.mark.points(1)
def test_a_box_turned_by_a_quarter(student):
    # counter-clockwise, then shifted: (r, c) goes to (10 - c, r + 1)
    box, matrix = (2.0, 3.0, 4.0, 8.0), np.array([[0.0, -1, 10], [1, 0, 1], [0, 0, 1]])
    expected = np.array([2.0, 3, 7, 5])
    actual = student.box_around(box, matrix)
    assert_array_equal(
        actual, expected, 1e-9, mistakes=box_mistakes(box, matrix, expected), accept_lists=True
    )


@pytest.mark.exercise("box_around")
@pytest.mark.points(1)
@pytest.mark.parametrize("degrees", [45, -20])
def test_the_uparound_grows(student, degrees):
    box = (10.0, 20.0, 30.0, 60.0)
    matrix = reference.affine_matrix((80, 90), degrees, 5, -7, shear=10)
    top, left, bottom, right = box
    corners = np.array([(top, left), (top, right), (bottom, left), (bottom, right)])
    expected = boxes_by(reference.move_points(corners, matrix).T)
    actual = student.box_around(box, matrix)
    mistakes = box_mistakes(box, matrix, expected)
    assert_array_equal(actual, expected, 1e-9, mistakes=mistakes, accept_lists=True)


@pytest.mark.exercise("box_around")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_boxes_turned_and_sheared(student):
    rng = seeded(6)
    for degrees in rng.uniform(-180, 180, 4):
        (top, left), (height, width) = rng.uniform(-20, 60, 2), rng.uniform(1, 40, 2)
        shifts, shear = rng.uniform(-30, 30, 2), rng.uniform(-30, 30)
        matrix = reference.affine_matrix((60, 90), degrees, *shifts, shear)
        box = tuple(map(float, (top, left, top + height, left + width)))
        corners = [(row, column) for row in box[::2] for column in box[1::2]]
        moved = reference.move_points(corners, matrix)
        expected = np.concatenate([moved.min(axis=0), moved.max(axis=0)])
        actual = student.box_around(box, matrix)
        assert_array_equal(actual, expected, 1e-9, accept_lists=True)


# ---------------------------------------------------------- nothing_to_see


def blank_mistakes(images, least, right):
    spread = images.max(axis=(1, 2)).astype(int) - images.min(axis=(1, 2))
    return {
        "dark ones: a white wall shows nothing either": [
            np.flatnonzero(images.max(axis=(1, 2)) < least),
            np.flatnonzero(images.mean(axis=(1, 2)) < least),
        ],
        "one level too many: less than `least`, not equal to it": np.flatnonzero(spread <= least),
        "those that show something": np.flatnonzero(spread >= least),
        "the standard deviation: one small thing is something, too": np.flatnonzero(
            images.std(axis=(1, 2)) < least
        ),
        "truth values: their numbers are wanted": np.isin(np.arange(len(images)), right),
        "`np.where` gives a tuple, a row for each axis: take its first, or `np.flatnonzero`": (
            right[None]
        ),
        "`np.argwhere` gives a table, a row for each find: `np.flatnonzero` gives numbers": (
            right[:, None]
        ),
        "only those of one level: *nearly* the same shows nothing either": np.flatnonzero(
            spread == 0
        ),
        "only what is black: a white wall shows nothing either": np.flatnonzero(
            images.max(axis=(1, 2)) == 0
        ),
    }


@pytest.mark.exercise("nothing_to_see")
@pytest.mark.points(1)
def test_dark_and_white_walls_and_one_small_thing(student):
    images = np.zeros((7, 8, 8), np.uint8)
    images[1] = 255
    images[2, 3, 3] = 200  # a star
    images[3] = 120
    images[3, 0, 0] = 125  # 5 above the rest
    images[4, :, 4:] = 90
    images[5, 0, 0] = 4
    images[6, 0, 0] = 30  # far above the rest, though the deviation is small
    expected = np.array([0, 1, 5])
    actual = student.nothing_to_see(images, 5)
    mistakes = blank_mistakes(images, 5, expected)
    assert_array_equal(actual, expected, mistakes=mistakes, accept_lists=True)


@pytest.mark.exercise("nothing_to_see")
@pytest.mark.hidden
def test_a_picture_from_black_to_white_shows_something(student):
    images = np.stack([samples.camera()[:40, :40], np.full((40, 40), 7, np.uint8)])
    images[0, 0, :2] = 0, 255
    assert_array_equal(student.nothing_to_see(images, 20), np.array([1]), accept_lists=True)


@pytest.mark.exercise("nothing_to_see")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_spreads_about_the_least(student):
    rng = seeded(7)
    least = int(rng.integers(4, 60))
    spreads = rng.permutation([0, 1, least - 1, least - 1, least, least, least + 1, 180])
    images = np.empty((len(spreads), *rng.integers(2, 12, 2)), np.uint8)
    for image, spread in zip(images, spreads, strict=True):
        darkest = rng.integers(0, 256 - spread)
        image[...] = rng.integers(darkest, darkest + spread, image.shape, endpoint=True)
        image.flat[rng.choice(image.size, 2, replace=False)] = darkest, darkest + spread
    expected = np.flatnonzero(spreads < least)
    actual = student.nothing_to_see(images, least)
    assert_array_equal(actual, expected, accept_lists=True)


# ------------------------------------------------------- mend_the_iterator


def iterator_mistakes(every, count):
    """What is given of batches, all of which are given; the last one may be smaller."""
    size = len(every[0])
    return {
        "a new iterator in each round: it begins again": every[:1] * count,
        "the last batch, which is smaller, is lost": [b for b in every if len(b) == size][:count],
        "all batches, not the first `count`": every,
        "one batch too few": every[: count - 1],
        "empty batches: there are no more items": [
            *every[:count], *[[]] * (count - len(every)),
        ],
        "an empty batch at the end: there are no more items": [*every, []][:count],
    }  # fmt: skip


def assert_batches_equal(actual, expected, mistakes):
    """Lists of arrays: told apart as a whole first, then batch by batch."""
    if isinstance(actual, (list, tuple)):
        actual = [as_list(batch) for batch in actual]
    try:
        assert_value_equal(actual, expected, mistakes=mistakes)
    except Mismatch as mismatch:
        if mismatch.stage == "shape":  # too many or too few batches: which ones?
            mismatch.diagnosis = next((n for n, wrong in mistakes.items() if wrong == actual), None)
        raise


def as_list(batch):
    return batch.tolist() if isinstance(batch, np.ndarray) else batch


@pytest.mark.exercise("mend_the_iterator")
@pytest.mark.points(1)
def test_two_batches_of_four(student):
    every = [[10, 11, 12, 13], [14, 15, 16, 17], [18, 19]]
    mistakes = iterator_mistakes(every, 2)
    mistakes["`size` and `count` are exchanged"] = [[10, 11], [12, 13], [14, 15], [16, 17]]
    actual = student.mend_the_iterator(np.arange(10, 20), 4, 2)
    assert_batches_equal(actual, every[:2], mistakes)


@pytest.mark.exercise("mend_the_iterator")
@pytest.mark.points(1)
@pytest.mark.parametrize("count", [3, 8])
def test_no_more_batches_than_there_are(student, count):
    try:
        actual = student.mend_the_iterator(np.arange(10) ** 2, 4, count)
    except Mismatch as mismatch:
        if "StopIteration" in mismatch.sentence:
            mismatch.diagnosis = "`next` is asked once more at the end: a `for` loop just stops"
        raise
    every = [[0, 1, 4, 9], [16, 25, 36, 49], [64, 81]]
    assert_batches_equal(actual, every, iterator_mistakes(every, count))


@pytest.mark.exercise("mend_the_iterator")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    "every", [[[3, 4, 5], [6, 7, 8], [9]], [[3, 4, 5], [6, 7, 8]], [[3, 4, 5]]]
)
def test_last_batch_of_one_and_none_after_a_full_one(student, every):
    items = np.arange(3, 3 + sum(map(len, every)))
    for count in (len(every), 4):
        actual = student.mend_the_iterator(items, 3, count)
        assert_batches_equal(actual, every, iterator_mistakes(every, count))


@pytest.mark.exercise("mend_the_iterator")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_batches_of_any_size(student):
    rng = seeded(8)
    for rest in (0, 1, None):
        size, full, count = rng.integers((2, 1, 1), (9, 6, 8)).tolist()
        rest = int(rng.integers(size)) if rest is None else rest
        items = rng.integers(0, 1000, size * full + rest)
        every = [*items[: size * full].reshape(full, size).tolist(), items[size * full :].tolist()]
        expected = [batch for batch in every if batch][:count]
        assert_batches_equal(student.mend_the_iterator(items, size, count), expected, {})


# -------------------------------------------------------- mend_the_shuffle


def numbered_pictures(count):
    """Pictures whose level is ten times their label."""
    labels = np.arange(count)
    return (np.ones((count, 3, 4), int) * labels[:, None, None] * 10).astype(np.uint8), labels


def shuffle_mistakes(images, labels, seed):
    one, two = (np.random.default_rng(seed + n).permutation(len(images)) for n in (0, 1))
    generator = np.random.default_rng(seed)
    first, second = generator.permutation(len(images)), generator.permutation(len(images))
    old = np.random.RandomState(seed).permutation(len(images))
    return {
        "labels apart from their pictures: two orders were drawn": [
            (images[first], labels[second]), (images[one], labels[two]),
        ],
        "labels apart from their pictures: the labels stayed": (images[first], labels),
        "labels apart from their pictures: the pictures stayed": (images, labels[first]),
        "nothing is shuffled": (images, labels),
        "the second order was drawn: take the first": (images[second], labels[second]),
        "the order was turned round: item k is to be number order[k]": (
            images[np.argsort(first)], labels[np.argsort(first)],
        ),
        "`np.random.seed` and `RandomState` draw another order: take `default_rng`": (
            images[old], labels[old],
        ),
    }  # fmt: skip


def assert_shuffled(actual, images, labels, seed):
    order = np.random.default_rng(seed).permutation(len(images))
    if is_pair_of_arrays(actual, images, labels):
        mistakes = {
            name: [who_is_who(*way) for way in (ways if isinstance(ways, list) else [ways])]
            for name, ways in shuffle_mistakes(images, labels, seed).items()
        }
        expected = who_is_who(images[order], labels[order])
        assert_array_equal(who_is_who(*actual), expected, mistakes=mistakes)
    assert_value_equal(actual, (images[order], labels[order]))


def is_pair_of_arrays(actual, images, labels):
    if not isinstance(actual, (tuple, list)) or len(actual) != 2:
        return False
    return [np.shape(part) for part in actual] == [images.shape, labels.shape]


def who_is_who(images, labels):
    """The digit on each picture, over the digit that its label names."""
    return np.stack([np.asarray(images)[:, 0, 0] / 10, labels])


@pytest.mark.exercise("mend_the_shuffle")
@pytest.mark.points(1)
@pytest.mark.parametrize("seed", [1, 5])
def test_each_label_stays_with_its_picture(student, seed):
    images, labels = numbered_pictures(9)
    actual = student.mend_the_shuffle(images, labels, seed)
    assert_shuffled(actual, images, labels, seed)


@pytest.mark.exercise("mend_the_shuffle")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_shuffling_many(student):
    rng = seeded(9)
    count, seed = rng.integers((12, 0), (25, 1000)).tolist()
    images, labels = numbered_pictures(count)
    assert_shuffled(student.mend_the_shuffle(images, labels, seed), images, labels, seed)


# ---------------------------------------------------------- mend_the_light


def saturated(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def light_mistakes(image, shift, factor):
    wide = image.astype(float) + shift
    stretched = (wide - wide.min()) / np.ptp(wide) * 255
    return {
        "clipped between the two steps, and again at the end": saturated(
            factor * np.clip(wide, 0, 255)
        ),
        "clipped, and not rounded": np.clip(factor * wide, 0, 255).astype(np.uint8),
        "computed in float16, which has three digits: take float": saturated(
            factor * (image.astype(np.float16) + shift)
        ),
        "uint8 overflow in the product": [
            (factor * np.clip(wide, 0, 255)).astype(np.int64).astype(np.uint8),
            (factor * wide).astype(np.int64).astype(np.uint8),
            np.rint(factor * wide).astype(np.int64).astype(np.uint8),
        ],
        "uint8 overflow in the sum": [
            saturated(factor * (wide % 256)),
            np.clip(factor * (wide % 256), 0, 255).astype(np.uint8),
        ],
        "brightness first, then the shift": saturated(factor * image.astype(float) + shift),
        "the factor is left out": saturated(wide),
        "the shift is left out": saturated(factor * image.astype(float)),
        "stretched to 0..255, not clipped": stretched.astype(np.uint8),
        "the sign is dropped: below 0 is black": saturated(np.abs(factor * wide)),
    }


@pytest.mark.exercise("mend_the_light")
@pytest.mark.points(1)
def test_nothing_is_lost_between_the_steps(student):
    image = np.array([[0, 100, 200], [255, 11, 56]], dtype=np.uint8)
    expected = np.array([[100, 150, 200], [228, 106, 128]], dtype=np.uint8)  # halves to even
    mistakes = light_mistakes(image, 200, 0.5)
    actual = student.mend_the_light(image, 200, 0.5)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("mend_the_light")
@pytest.mark.points(2)
@pytest.mark.parametrize(("shift", "factor"), [(60, 1.5), (-90, 1.7), (120, 0.6), (-20, 0.984375)])
def test_light_of_a_photo(student, shift, factor):
    image = samples.chelsea()[::3, ::3]
    expected = saturated(factor * (image.astype(float) + shift))
    mistakes = light_mistakes(image, shift, factor)
    actual = student.mend_the_light(image, shift, factor)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("mend_the_light")
@pytest.mark.points(1)
@pytest.mark.hidden
def test_light_of_any_strength(student):
    rng = seeded(10)
    for shift in (int(rng.integers(1, 200)), int(rng.integers(-120, 0))):
        factor = int(rng.integers(33, 96)) / 64  # so that float32 is exact, too
        image = rng.integers(0, 256, (*rng.integers(20, 40, 2), 3), dtype=np.uint8)
        image.flat[:256] = np.arange(256)
        expected = saturated(factor * (image.astype(float) + shift))
        assert_image_equal(student.mend_the_light(image, shift, factor), expected)
