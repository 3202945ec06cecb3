"""Answers of chapter 06 that were worked out by hand."""

import numpy as np
import pytest
import torch

from coursekit.regions import gpu, reference

# Four pixels at 0, four at 10, and one at 4.
NINE = [[0, 0, 0], [0, 4, 10], [10, 10, 10]]


@pytest.fixture(params=["reference", "gpu"])
def call(request):
    """Call a function of either twin on a small uint8 picture given as a list of rows."""

    def work(name, rows, *arguments, **named):
        image = np.array(rows, np.uint8)
        if request.param == "reference":
            return np.asarray(getattr(reference, name)(image, *arguments, **named)).tolist()
        return getattr(gpu, name)(torch.from_numpy(image)[None], *arguments, **named)[0].tolist()

    return work


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("binary", [0, 0, 255]),
        ("binary_inv", [255, 255, 0]),
        ("trunc", [99, 100, 100]),
        ("tozero", [0, 0, 101]),
        ("tozero_inv", [99, 100, 0]),
    ],
)
def test_five_kinds_of_threshold(call, kind, expected):
    assert call("threshold", [[99, 100, 101]], 100, kind) == [expected]
    assert call("threshold", [[99, 100, 101]], 100.9, kind) == [expected]


def test_between_class_variance(call):
    # k = 0..3: 4 of 9 pixels with mean 0, 5 with mean 44/5: 4/9 * 5/9 * 8.8^2 = 19.12
    # k = 4..9: 5 of mean 4/5, 4 of mean 10: 5/9 * 4/9 * 9.2^2 = 20.90
    curve = call("between_class_variance", NINE)
    np.testing.assert_allclose(curve[:4], 20 / 81 * 8.8**2)
    np.testing.assert_allclose(curve[4:10], 20 / 81 * 9.2**2)
    assert set(curve[10:]) == {0.0}


def test_otsu_takes_the_first_of_equally_good_levels(call):
    assert call("otsu", NINE) == 4


def test_otsu_of_one_level_is_zero(call):
    assert call("otsu", [[7, 7], [7, 7]]) == 0


def test_three_classes_of_three_levels_are_the_levels(call):
    assert call("multi_otsu", NINE, 3) == [0, 4]


def test_triangle_finds_the_foot_of_the_peak(call):
    # ten pixels at 100, one each at 101..105: the tail is on the right and ends at 106;
    # the deepest level under the line from (100, 10) to (106, 0) is 101, the next one is given
    row = [100] * 10 + [101, 102, 103, 104, 105]
    assert call("triangle", [row]) == 102


def test_local_mean_repeats_the_border(call):
    # at the left: (0 + 0 + 9) / 3; in the middle: (0 + 9 + 90) / 3; at the right: (9 + 90 + 90) / 3
    assert call("local_mean", [[0, 9, 90]], 3, "mean") == [[3, 33, 63]]


def test_gaussian_local_mean(call):
    # weights 1/4, 1/2, 1/4: 9/4 = 2.25; (18 + 90) / 4 = 27; (9 + 180 + 90) / 4 = 69.75
    assert call("local_mean", [[0, 9, 90]], 3, "gaussian") == [[2, 27, 70]]


@pytest.mark.parametrize(
    ("offset", "inverse", "expected"),
    [
        (0, False, [0, 0, 255]),  # 0 - 3, 9 - 33, 90 - 63 are -3, -24, 27
        (3, False, [0, 0, 255]),  # -3 > -3 is false
        (3.5, False, [255, 0, 255]),  # the offset is rounded up to 4
        (3.5, True, [255, 255, 0]),  # and down to 3
        (3, True, [255, 255, 0]),
    ],
)
def test_adaptive_threshold(call, offset, inverse, expected):
    assert call("adaptive_threshold", [[0, 9, 90]], 3, offset, "mean", inverse) == [expected]


U_AND_DOT = [
    [1, 0, 1, 0],
    [1, 0, 1, 0],
    [1, 1, 1, 0],
    [0, 0, 0, 1],
]


def test_both_arms_of_a_u_are_one_component(call):
    expected = [[1, 0, 1, 0], [1, 0, 1, 0], [1, 1, 1, 0], [0, 0, 0, 2]]
    assert call("connected_components", U_AND_DOT, 4) == expected


def test_corners_touch_for_eight_neighbors(call):
    expected = [[1, 0, 1, 0], [1, 0, 1, 0], [1, 1, 1, 0], [0, 0, 0, 1]]
    assert call("connected_components", U_AND_DOT, 8) == expected


def test_first_pass_gives_the_arms_two_labels_and_notes_that_they_met():
    labels, parents = reference.first_pass(np.array(U_AND_DOT, np.uint8), connectivity=4)
    assert labels.tolist() == [[1, 0, 2, 0], [1, 0, 2, 0], [1, 1, 1, 0], [0, 0, 0, 3]]
    assert parents == [0, 1, 1, 3]


def test_find_climbs_to_the_root_and_shortens_the_way():
    parents = [0, 0, 1, 2, 3]
    assert reference.find(parents, 4) == 0
    assert parents == [0, 0, 0, 2, 2]


def test_union_lets_the_smaller_root_win():
    parents = [0, 1, 1, 3, 3]
    assert reference.union(parents, 4, 2) == 1
    assert parents == [0, 1, 1, 1, 3]


def test_component_statistics():
    labels = np.array([[1, 0, 3], [1, 1, 0]], np.int32)
    boxes, centroids = reference.component_statistics(labels)
    assert boxes.tolist() == [[0, 1, 2, 2, 2], [0, 0, 2, 2, 3], [0, 0, 0, 0, 0], [0, 2, 1, 1, 1]]
    assert centroids.tolist() == [[0.5, 1.5], [2 / 3, 1 / 3], [0, 0], [0, 2]]
    twins = gpu.component_statistics(torch.from_numpy(labels)[None])
    assert twins[0][0].tolist() == boxes.tolist()
    assert twins[1][0].tolist() == centroids.tolist()


# A ring with a dot in its hole, and a dot beside it.
RING = np.array(
    [
        [1, 1, 1, 1, 1, 0, 0],
        [1, 0, 0, 0, 1, 0, 1],
        [1, 0, 1, 0, 1, 0, 0],
        [1, 0, 0, 0, 1, 0, 0],
        [1, 1, 1, 1, 1, 0, 0],
    ],
    np.uint8,
)


def test_a_border_starts_where_something_begins_or_ends():
    assert reference.border_start(0, 1, 1) == "outer"
    assert reference.border_start(1, 1, 0) == "hole"
    assert reference.border_start(0, 1, 0) == "outer"
    assert reference.border_start(0, -2, 0) is None  # followed before
    assert reference.border_start(2, 3, 0) == "hole"
    assert reference.border_start(1, 1, 1) is None


def test_table_one_of_the_paper():
    kinds = {1: "hole", 2: "outer", 3: "hole"}
    parents = {1: 1, 2: 1, 3: 2}
    assert reference.parent_border("outer", 3, kinds, parents) == 3  # inside the hole
    assert reference.parent_border("outer", 2, kinds, parents) == 1  # beside the region
    assert reference.parent_border("hole", 2, kinds, parents) == 2  # inside the region
    assert reference.parent_border("hole", 3, kinds, parents) == 2  # beside the hole


def test_following_a_border_marks_it():
    values = [[0, 0, 0, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]]
    border = reference.follow_border(values, (1, 1), "outer", 2)
    assert border == [(1, 1), (2, 1), (2, 2), (1, 2)]  # down first: counter-clockwise
    assert values == [[0, 0, 0, 0], [0, 2, -2, 0], [0, 2, -2, 0], [0, 0, 0, 0]]


def test_a_single_pixel_is_a_contour_of_one_point():
    contours, hierarchy = reference.find_contours(np.array([[0, 0], [0, 1]], np.uint8))
    assert [contour.tolist() for contour in contours] == [[[1, 1]]]
    assert hierarchy.tolist() == [[-1, -1, -1, -1]]


def test_nothing_has_no_contours():
    contours, hierarchy = reference.find_contours(np.zeros((3, 4), np.uint8))
    assert contours == [] and hierarchy.shape == (0, 4)


def test_a_tree_of_contours():
    contours, hierarchy = reference.find_contours(RING, "tree", "simple")
    ring, hole, dot_beside, dot_inside = range(4)
    assert contours[ring].tolist() == [[0, 0], [4, 0], [4, 4], [0, 4]]
    assert contours[dot_beside].tolist() == [[1, 6]]
    assert contours[hole].tolist() == [
        [1, 0],
        [0, 1],
        [0, 3],
        [1, 4],
        [3, 4],
        [4, 3],
        [4, 1],
        [3, 0],
    ]
    assert contours[dot_inside].tolist() == [[2, 2]]
    assert hierarchy.tolist() == [
        [dot_beside, -1, hole, -1],
        [-1, -1, dot_inside, ring],
        [-1, ring, -1, -1],
        [-1, -1, -1, hole],
    ]


def test_modes_keep_what_they_say():
    count = {mode: len(reference.find_contours(RING, mode)[0]) for mode in ("external", "list")}
    assert count == {"external": 2, "list": 4}
    _, hierarchy = reference.find_contours(RING, "ccomp")
    assert hierarchy[:, 3].tolist() == [-1, 0, -1, -1]  # the dot inside is no child here
    _, hierarchy = reference.find_contours(RING, "list")
    assert hierarchy[:, 3].tolist() == [-1, -1, -1, -1]


def test_simple_keeps_the_corners_of_a_square():
    contours, _ = reference.find_contours(np.ones((4, 5), np.uint8), "list", "none")
    assert len(contours[0]) == 14
    corners = reference.approximate_contour(contours[0], "simple")
    assert corners.tolist() == [[0, 0], [3, 0], [3, 4], [0, 4]]


def test_corners_of_a_square_are_dominant():
    contours, _ = reference.find_contours(np.ones((9, 9), np.uint8), "list", "none")
    for measure in ("l1", "kcos"):
        assert reference.dominant_points(contours[0], measure).tolist() == [0, 8, 16, 24]


TRIANGLE = np.array([[0, 0], [0, 4], [3, 0]])  # right-angled, sides 4, 5 and 3; clockwise


def test_area_and_length_of_a_triangle():
    assert reference.contour_area(TRIANGLE) == 6
    assert reference.contour_area(TRIANGLE, oriented=True) == 6
    assert reference.contour_area(TRIANGLE[::-1], oriented=True) == -6
    assert reference.arc_length(TRIANGLE) == 12
    assert reference.arc_length(TRIANGLE, closed=False) == 9
    assert reference.bounding_rectangle(TRIANGLE) == (0, 0, 4, 5)


def test_moments_of_a_triangle():
    # centroid at a third of both sides; the second moment of a right angle is b h^3 / 12
    moments = reference.contour_moments(TRIANGLE)
    assert moments[0, 0] == 6
    assert moments[1, 0] / 6 == pytest.approx(1)
    assert moments[0, 1] / 6 == pytest.approx(4 / 3)
    assert moments[2, 0] == pytest.approx(4 * 3**3 / 12)


def test_hull_leaves_out_what_lies_inside_or_on_a_side():
    points = np.array([[0, 0], [0, 2], [0, 4], [2, 2], [4, 0], [4, 4], [0, 0], [2, 0]])
    assert reference.convex_hull(points).tolist() == [[0, 0], [0, 4], [4, 4], [4, 0]]


def test_hull_of_one_and_two_points():
    assert reference.convex_hull(np.array([[3, 4], [3, 4]])).tolist() == [[3, 4]]
    assert reference.convex_hull(np.array([[3, 4], [1, 2]])).tolist() == [[1, 2], [3, 4]]


def test_moments_of_three_pixels(call):
    moments = np.array(call("moments", [[0, 2], [0, 0], [3, 1]]))
    assert moments[0, 0] == 2 + 3 + 1
    assert moments[1, 0] == 2 * (3 + 1)  # rows
    assert moments[0, 1] == 2 + 1  # columns
    assert moments[1, 1] == 2 * 1 * 1
    assert moments[2, 0] == 4 * (3 + 1)
    assert moments[3, 3] == 0  # beyond order three
