"""Answers of chapter 05 that were worked out by hand."""

import numpy as np
import pytest
import torch

from coursekit.edges import gpu, reference
from coursekit.edges.explore import crossings, paths

STEP = [[10, 10, 50, 50]] * 3


@pytest.fixture(params=["reference", "gpu"])
def call(request):
    """Call a function of either twin on arrays given as lists of rows; give lists of rows."""

    def tensor(array):
        return torch.from_numpy(array)[None]

    def plain(result):
        if isinstance(result, (tuple, list)):
            return [plain(part) for part in result]
        return result.reshape(result.shape[-2:]).tolist() if result.ndim > 1 else result.item()

    def call(name, *rows, dtype=np.uint8, **named):
        arrays = [np.array(each, dtype) for each in rows]
        if request.param == "reference":
            result = getattr(reference, name)(*arrays, **named)
            return result if isinstance(result[0], float) else plain(result)
        return plain(getattr(gpu, name)(*map(tensor, arrays), **named))

    return call


def test_a_step_to_the_right_has_a_column_gradient_only(call):
    # next - previous = 40 at both sides of the step, times 1 + 2 + 1, 1 + 1 + 1, 3 + 10 + 3 or 1
    for name, size, sum_across in (
        ("sobel", {"size": 3}, 4),
        ("sobel", {"size": 1}, 1),
        ("prewitt", {}, 3),
        ("scharr", {}, 16),
    ):
        row, column = call(name, STEP, **size)
        assert row == [[0, 0, 0, 0]] * 3
        assert column == [[0, 40 * sum_across, 40 * sum_across, 0]] * 3


def test_a_step_downwards_has_a_positive_row_gradient(call):
    row, column = call("sobel", np.transpose(STEP))
    assert row == [[0, 0, 0], [160, 160, 160], [160, 160, 160], [0, 0, 0]]
    assert column == [[0, 0, 0]] * 4


def test_roberts_looks_to_the_lower_right_and_the_lower_left(call):
    # falling: 9 - 1, and beyond the border reflect: row 2 is row 0, column 2 is column 0
    # 9 - 1 = 8, 4 - 2 = 2; 2 - 4 = -2, 1 - 9 = -8
    # rising: 4 - 2 = 2, 9 - 1 = 8; 1 - 9 = -8, 2 - 4 = -2
    falling, rising = call("roberts", [[1, 2], [4, 9]])
    assert falling == [[8, 2], [-2, -8]]
    assert rising == [[2, 8], [-8, -2]]


def test_size_five_weighs_neighbours_one_two_zero_two_one(call):
    # A row that steps from 0 to 1 between columns 2 and 3. Column 2: 2 * 1 + 1 * 1 = 3;
    # column 1: 1 * 1 = 1; smoothed across by 1 + 4 + 6 + 4 + 1 = 16
    _, column = call("sobel", [[0, 0, 0, 1, 1, 1]] * 5, size=5, border="edge")
    assert column[2] == [0, 16, 48, 48, 16, 0]


def test_size_seven_saturates(call):
    # white to the right of a pixel: 255 * (4 + 5 + 1) * 64 = 163200, far above 32767
    _, column = call("sobel", [[0] * 4 + [255] * 4] * 7, size=7)
    assert column[3][3:5] == [32767, 32767]
    _, column = call("sobel", [[255] * 4 + [0] * 4] * 7, size=7)
    assert column[3][3:5] == [-32768, -32768]


def test_laplacian_of_one_pixel_is_its_mask(call):
    dot = [[0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]
    assert [row[1:4] for row in call("laplacian", dot, size=1)[1:4]] == [
        [0, 1, 0], [1, -4, 1], [0, 1, 0],
    ]  # fmt: skip
    assert [row[1:4] for row in call("laplacian", dot, size=3)[1:4]] == [
        [2, 0, 2], [0, -8, 0], [2, 0, 2],
    ]  # fmt: skip


def test_magnitude_of_three_and_four(call):
    pair = [[3, -3, 0]], [[4, 4, -5]]
    assert call("gradient_magnitude", *pair, dtype=np.int16, norm="l2") == [[5, 5, 5]]
    assert call("gradient_magnitude", *pair, dtype=np.int16, norm="l1") == [[7, 7, 5]]


def test_magnitude_holds_the_largest_gradients(call):
    pair = [[-32768]], [[-32768]]
    assert call("gradient_magnitude", *pair, dtype=np.int16, norm="l1") == [[65536]]
    length = call("gradient_magnitude", *pair, dtype=np.int16, norm="l2")
    assert length[0][0] == pytest.approx(32768 * 2**0.5)


def test_direction_turns_clockwise_from_the_right(call):
    # right, down, left, up, lower right, none
    row, column = [[0, 1, 0, -1, 1, 0]], [[1, 0, -1, 0, 1, 0]]
    angles = call("gradient_direction", row, column, dtype=np.float64)[0]
    assert angles == pytest.approx(np.array([0, 0.5, 1, -0.5, 0.25, 0]) * np.pi)


def test_float_pictures_are_not_scaled(call):
    _, column = call("sobel", [[0.0, 0.0, 0.5, 0.5]] * 3, dtype=np.float64)
    assert column == [[0, 2, 2, 0]] * 3


# ------------------------------------------------------------------ zero crossings


def test_a_crossing_divides_the_way_by_the_two_heights(call):
    # from 1 to -3: after 1 / 4 of the way; from -3 to 1: after 3 / 4
    _, right = call("zero_crossings", [[1, -3, 1]], dtype=np.float64)
    assert right == [[0.25, 0.75, -1]]
    down, _ = call("zero_crossings", [[1], [-3], [1]], dtype=np.float64)
    assert down == [[0.25], [0.75], [-1]]


def test_a_zero_between_two_signs_is_one_crossing(call):
    for signs, ways in (([1, 0, -1], [-1, 0, -1]), ([-1, 0, 1], [1, -1, -1])):
        _, right = call("zero_crossings", [signs], dtype=np.float64)
        assert right == [ways]


def test_the_threshold_is_on_the_difference(call):
    for threshold, ways in ((3.9, [0.25, -1]), (4, [-1, -1])):
        _, right = call("zero_crossings", [[1, -3]], dtype=np.float64, threshold=threshold)
        assert right == [ways]


def test_positions_are_in_rows_and_columns():
    down, right = reference.zero_crossings(np.array([[1.0, -3.0], [-1.0, -3.0]]))
    assert crossings.positions(down, right).tolist() == [[0.5, 0], [0, 0.25]]


def test_marr_and_hildreth_find_a_step_between_its_two_pixels(call):
    # By symmetry the sign changes half way between columns 9 and 10: the left one is marked
    found = call("marr_hildreth", [[50] * 10 + [200] * 10] * 9, sigma=1.5, threshold=1.0)
    assert found == [[0] * 9 + [255] + [0] * 10] * 9


# ------------------------------------------------------------------ Canny


def test_the_steepest_channel_counts():
    image = np.zeros((3, 4, 3), np.uint8)
    image[:, 2:, 0], image[:, 2:, 1], image[:, 2:, 2] = 10, 90, 20
    for row, column in (
        reference.gradients(image),
        [g[0].numpy() for g in gpu.gradients(torch.from_numpy(image).movedim(-1, 0))],
    ):
        assert (row == 0).all()
        assert column.tolist() == [[0, 360, 360, 0]] * 3


def test_size_seven_is_divided_by_sixteen_and_halves_go_to_even(call):
    # A step from 0 to 1: next to it 64 * (5 + 4 + 1) / 16 = 40, a pixel away from there
    # 64 * (4 + 1) / 16 = 20, two pixels away 64 * 1 / 16 = 4
    _, column = call("gradients", [[0, 0, 0, 0, 1, 1, 1, 1]] * 7, size=7)
    assert column == [[0, 4, 20, 40, 40, 20, 4, 0]] * 7
    # A dot of 1 and one of 3, two rows and two columns away: 6 * 4 / 16 = 1.5 and 72 / 16 = 4.5
    for level, rounded in ((1, 2), (3, 4)):
        dot = np.zeros((9, 9), np.uint8)
        dot[4, 4] = level
        _, column = call("gradients", dot, size=7)
        assert (column[6][2], column[6][6]) == (rounded, -rounded)


def test_a_ridge_two_pixels_wide_leaves_its_second_pixel(call):
    # left must be smaller, right may be as large: 160 at column 1 exceeds 0 and reaches 160
    thin = call("non_maximum_suppression", [[0] * 4], [[0, 160, 160, 0]], dtype=np.int16)
    assert thin == [[0, 160, 0, 0]]


def test_diagonal_ridges_are_compared_along_their_own_diagonal(call):
    # Equal gradients point to the lower right: the neighbours there are 3 and 4
    grid = [[3, 9, 9], [9, 5, 9], [9, 9, 4]]
    assert call("non_maximum_suppression", grid, grid, dtype=np.int16)[1][1] == 10
    # Opposite signs: along the other diagonal both neighbours, 9, are larger
    other = (-np.array(grid)).tolist()
    assert call("non_maximum_suppression", grid, other, dtype=np.int16)[1][1] == 0


def test_l2_gives_squares(call):
    assert call("non_maximum_suppression", [[3]], [[4]], dtype=np.int16, l2=True) == [[25]]
    assert call("non_maximum_suppression", [[3]], [[4]], dtype=np.int16) == [[7]]


def test_thresholds_belong_to_the_lower_class(call):
    thinned = [[0, 10, 11, 20, 21]]
    weak, strong = call("double_threshold", thinned, dtype=np.int32, low=10, high=20)
    assert weak == [[False, False, True, True, False]]
    assert strong == [[False, False, False, False, True]]
    exchanged = call("double_threshold", thinned, dtype=np.int32, low=20, high=10)
    assert exchanged == [weak, strong]


def test_thresholds_of_squares_are_squared(call):
    weak, strong = call("double_threshold", [[25, 26]], dtype=np.int32, low=4, high=5, l2=True)
    assert (weak, strong) == ([[True, False]], [[False, True]])


WEAK = [
    [0, 1, 0, 0, 0, 1],
    [0, 0, 1, 0, 0, 0],
    [0, 0, 0, 1, 0, 0],
    [1, 0, 0, 0, 0, 0],
]
STRONG = [
    [1, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
    [0, 0, 0, 0, 0, 0],
]


def test_a_path_over_corners_connects_and_a_gap_does_not(call):
    connected = [[1, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0]]
    assert call("hysteresis", WEAK, STRONG, dtype=bool) == connected
    lengths = call("path_lengths", WEAK, STRONG, dtype=bool)
    assert lengths == [
        [0, 1, -1, -1, -1, -1],
        [-1, -1, 2, -1, -1, -1],
        [-1, -1, -1, 3, -1, -1],
        [-1, -1, -1, -1, -1, -1],
    ]


def test_a_path_is_walked_back_to_its_strong_pixel():
    lengths = reference.path_lengths(np.array(WEAK, bool), np.array(STRONG, bool))
    assert paths.chain(lengths, 2, 3) == [(2, 3), (1, 2), (0, 1), (0, 0)]
    assert paths.chain(lengths, 0, 0) == [(0, 0)]
    assert paths.chain(lengths, 0, 5) == []


def test_a_group_of_weak_pixels_takes_all_of_its_strong_ones_or_none(call):
    weak = [[1, 1, 1, 0, 1, 1], [0, 0, 0, 0, 0, 0], [1, 0, 1, 0, 0, 1]]
    strong = [[1, 0, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1]]
    kept = [[1, 1, 1, 0, 0, 0], [0, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1]]
    assert call("hysteresis", weak, strong, dtype=bool) == kept


def test_thresholds_of_whole_numbers_are_exact(call):
    thinned = [[300_000_000, 300_000_001, 2**31 - 1]]
    weak, strong = call("double_threshold", thinned, dtype=np.int32, low=3e8, high=2**31 - 1)
    assert (weak, strong) == ([[False, True, True]], [[False, False, False]])
    weak, strong = call("double_threshold", thinned, dtype=np.int32, low=0, high=300_000_000.5)
    assert strong == [[False, True, True]]
    weak, strong = call("double_threshold", thinned, dtype=np.int32, low=1e5, high=1e6, l2=True)
    assert (weak, strong) == ([[False, False, False]], [[False, False, False]])


def test_the_last_column_does_not_touch_the_first(call):
    weak, strong = [[0, 0], [1, 0], [0, 0]], [[0, 1], [0, 0], [0, 0]]
    assert call("hysteresis", weak, strong, dtype=bool)[1] == [True, False]
    weak, strong = [[0, 0, 0], [1, 0, 0]], [[0, 0, 1], [0, 0, 0]]
    assert call("hysteresis", weak, strong, dtype=bool)[1] == [False, False, False]


def test_canny_draws_a_step_one_pixel_wide(call):
    # column gradient 160 at columns 1 and 2, of which the first stays
    assert call("canny", STEP, low=100, high=150) == [[0, 255, 0, 0]] * 3
    assert call("canny", STEP, low=100, high=160) == [[0, 0, 0, 0]] * 3


def test_precision_and_recall_count_what_is_near(call):
    # found: columns 1 and 5; truth: columns 2 and 9 and 8. Of two found one is near (1 off 2); of
    # three true ones one is near
    found, truth = [[0, 1, 0, 0, 0, 1, 0, 0, 0, 0]], [[0, 0, 1, 0, 0, 0, 0, 0, 1, 1]]
    # within 3 pixels both found ones are near (5 off 2 and 8), and 2 and 8 of the true ones
    for tolerance, expected in ((1, (1 / 2, 1 / 3)), (0, (0, 0)), (3, (1, 2 / 3))):
        shares = call("precision_recall", found, truth, dtype=bool, tolerance=tolerance)
        assert tuple(shares) == pytest.approx(expected)


def test_nothing_found_is_nothing_wrong(call):
    nothing, all_of_it = [[0, 0]], [[1, 1]]
    for found, truth, expected in (
        (nothing, all_of_it, (1, 0)), (all_of_it, nothing, (0, 1)), (nothing, nothing, (1, 1)),
    ):  # fmt: skip
        assert tuple(call("precision_recall", found, truth, dtype=bool)) == expected
