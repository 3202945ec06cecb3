"""Each check lets the right thing through and says what is wrong with another."""

import numpy as np
import pytest
import torch

from coursekit.core import require

GRAY = np.zeros((4, 5), np.uint8)
COLOR = np.zeros((4, 5, 3), np.uint8)


@pytest.mark.parametrize("image", [GRAY, COLOR, GRAY / 1.0, GRAY.astype(np.float32), GRAY[:1, :1]])
def test_pictures_are_let_through(image):
    assert require.image(image) is None


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        ([[0]], TypeError, "photo: expected a NumPy array, got list"),
        (None, TypeError, "photo: expected a NumPy array, got NoneType"),
        (np.zeros(4, np.uint8), ValueError, r"photo: expected shape .* got \(4,\)"),
        (np.zeros((4, 5, 1), np.uint8), ValueError, r"got \(4, 5, 1\)"),
        (np.asmatrix(GRAY), TypeError, r"got a matrix; give np.asarray\(photo\)"),
        (np.ma.masked_less(GRAY, 1), TypeError, r"got a masked array; give photo.filled"),
        (np.zeros((2, 4, 5, 3), np.uint8), ValueError, r"got \(2, 4, 5, 3\)"),
        (GRAY[:, :0], ValueError, r"photo: expected at least one pixel, got shape \(4, 0\)"),
        (GRAY.astype(bool), TypeError, "got bool"),
        (GRAY.astype(np.float16), TypeError, "got float16"),
        (GRAY - 0.5, ValueError, "got float64 with minimum -0.5 and maximum -0.5"),
        (GRAY + 255.0, ValueError, "maximum 255.0"),
        (GRAY + np.nan, ValueError, "minimum nan"),
        (GRAY + np.inf, ValueError, "maximum inf"),
    ],
)
def test_what_is_no_picture_is_refused(image, error, message):
    with pytest.raises(error, match=message):
        require.image(image, "photo")


def test_gray_and_color_tell_each_other_apart():
    assert require.gray(GRAY) is None
    assert require.color(COLOR) is None
    with pytest.raises(ValueError, match=r"gray image of shape \(H, W\), got \(4, 5, 3\)"):
        require.gray(COLOR)
    with pytest.raises(ValueError, match=r"colour image of shape \(H, W, 3\), got \(4, 5\)"):
        require.color(GRAY)


@pytest.mark.parametrize("array", [GRAY, torch.zeros(2, dtype=torch.uint8)])
def test_uint8_is_let_through(array):
    assert require.uint8(array) is None


@pytest.mark.parametrize(
    ("array", "given"),
    [(GRAY / 1.0, "float64"), (torch.zeros(2), r"torch\.float32"), ([1], "list")],
)
def test_other_dtypes_are_refused(array, given):
    with pytest.raises(TypeError, match=f"table: expected uint8, got {given}"):
        require.uint8(array, "table")


@pytest.mark.parametrize("value", [0, 1, 0.5, np.float32(0.5), np.int64(1)])
def test_numbers_are_let_through_as_pythons_own(value):
    given = require.number(value, "gain", 0, 1)
    assert given == value and type(given) in (int, float)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ("1", TypeError, "gain: expected a number, got str"),
        (True, TypeError, "got bool"),
        (1j, TypeError, "got complex"),
        (np.complex64(1), TypeError, "got complex64"),
        (np.bool_(True), TypeError, "got bool"),
        (torch.ones(()), TypeError, "got Tensor"),
        (10**400, ValueError, "got 1000"),
        (np.ones(1), TypeError, "got ndarray"),
        (np.nan, ValueError, r"gain: expected a finite number in \[0, 1\], got nan"),
        (-np.inf, ValueError, "got -inf"),
        (1.01, ValueError, "got 1.01"),
        (-0.01, ValueError, "got -0.01"),
    ],
)
def test_other_numbers_are_refused(value, error, message):
    with pytest.raises(error, match=message):
        require.number(value, "gain", 0, 1)


def test_whole_and_odd_numbers_are_let_through():
    for value, given in (
        (7, require.whole(np.uint8(7), "bit", 0, 7)),
        (5, require.odd(np.int32(5))),
    ):
        assert given == value and type(given) is int
    assert require.odd(1) == 1


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (2.0, TypeError, "bit: expected a whole number, got 2.0"),
        (True, TypeError, "got True"),
        (8, ValueError, r"bit: expected a whole number in \[0, 7\], got 8"),
        (-1, ValueError, "got -1"),
    ],
)
def test_other_whole_numbers_are_refused(value, error, message):
    with pytest.raises(error, match=message):
        require.whole(value, "bit", 0, 7)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (4, ValueError, "size: expected an odd number, got 4"),
        (0, ValueError, r"size: expected a whole number in \[1, inf\], got 0"),
        (-3, ValueError, "got -3"),
        (3.0, TypeError, "size: expected a whole number, got 3.0"),
    ],
)
def test_even_sizes_are_refused(value, error, message):
    with pytest.raises(error, match=message):
        require.odd(value)


def test_intervals():
    assert require.interval(np.int8(3), 3, 0, 10) == (3, 3)
    with pytest.raises(ValueError, match="expected low <= high, got 4 and 3"):
        require.interval(4, 3, 0, 10)
    with pytest.raises(ValueError, match=r"low: expected .* \[0, 10\], got -1"):
        require.interval(-1, 3, 0, 10)
    with pytest.raises(ValueError, match=r"high: expected .* \[0, 10\], got 11"):
        require.interval(4, 11, 0, 10)


def test_points_are_given_as_an_array():
    np.testing.assert_array_equal(require.points([(0, 1), (2, 3)]), [[0.0, 1.0], [2.0, 3.0]])


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([], r"knots: expected two or more pairs \(r, s\), got shape \(0,\)"),
        ([(0, 1)], r"got shape \(1, 2\)"),
        ([(0, 1, 2), (1, 2, 3)], r"got shape \(2, 3\)"),
        ([(1, 0), (0, 0)], "r increasing, got"),
        ([(0, 0), (0, 1)], "r increasing, got"),
        ([(0, np.inf), (1, 1)], "expected finite pairs"),
    ],
)
def test_other_points_are_refused(pairs, message):
    with pytest.raises(ValueError, match=message):
        require.points(pairs, "knots")


def test_one_of_names_the_choices():
    assert require.one_of("edge", "border", ("edge", "wrap")) == "edge"
    with pytest.raises(ValueError, match="border: expected one of 'edge', 'wrap', got 'mirror'"):
        require.one_of("mirror", "border", ("edge", "wrap"))


@pytest.mark.parametrize("make", [np.asarray, torch.from_numpy])
def test_arrays_of_the_right_last_axes_are_let_through(make):
    assert require.floats(make(np.zeros((2, 3, 4))), "points", 3, None) is None
    assert require.whole_numbers(make(np.zeros((0, 3), int)), "points", None, 3) is None


@pytest.mark.parametrize("make", [np.asarray, torch.from_numpy])
def test_arrays_of_other_dtypes_or_last_axes_are_refused(make):
    numbers, levels = make(np.zeros((2, 3))), make(np.zeros((2, 3), np.uint8))
    with pytest.raises(TypeError, match="points: expected .* float32 or float64, got uint8"):
        require.floats(levels, "points", 3)
    with pytest.raises(TypeError, match="points: expected .* whole numbers, got float64"):
        require.whole_numbers(numbers, "points", 3)
    for sizes, wanted in (((4,), "4"), ((None, None, 3), "any, any, 3")):
        with pytest.raises(ValueError, match=rf"sizes \({wanted}\), got shape \(2, 3\)"):
            require.floats(numbers, "points", *sizes)


def test_what_is_no_array_has_no_axes():
    with pytest.raises(TypeError, match="points: expected an array of .*, got list"):
        require.floats([1.0], "points", 1)


@pytest.mark.parametrize(
    "kind", [np.int8, np.uint8, np.int64, np.uint64, np.float16, np.float32, np.longdouble]
)
def test_numbers_of_every_width_come_out_as_pythons_own(kind):
    given = require.number(kind(40), "limit")
    assert given == 40 and type(given) is (int if kind(0).dtype.kind in "iu" else float)


def test_flags():
    assert require.flag(np.bool_(True), "exact") is True
    for other in (1, None, "yes", np.ones(2), torch.ones(2)):
        with pytest.raises(TypeError, match="exact: expected True or False, got "):
            require.flag(other, "exact")


@pytest.mark.parametrize("other", [3.0, True, np.ones(2), None, "3", [3]])
def test_a_choice_is_of_its_own_type(other):
    assert require.one_of(np.int64(3), "size", (1, 3)) == 3
    with pytest.raises(ValueError, match="size: expected one of 1, 3, got "):
        require.one_of(other, "size", (1, 3))


def test_a_file_in_memory_is_an_array(tmp_path):
    mapped = np.memmap(tmp_path / "levels", np.uint8, "w+", shape=(4, 5))
    assert require.image(mapped) is None


def test_seeds_are_one_or_one_for_each_image():
    assert require.seeds(np.int64(3), 4) == [3]
    assert require.seeds((np.uint8(200), 2**70), 2) == [200, 2**70]
    with pytest.raises(ValueError, match="seed: expected one for each of 4 images, got 2 of th"):
        require.seeds([1, 2], 4)
    for seed in (None, 1.0, True, [1, "2"], [1, -1], np.array([1, 2])):
        with pytest.raises((TypeError, ValueError), match="seed: expected a whole number"):
            require.seeds(seed, 2)
