"""Piece by piece, on pictures so small that the answers are worked out by hand."""

import numpy as np
import pytest

from coursekit.color_transfer.reference import (
    attention,
    color_histogram,
    constrained_nearest,
    correlation,
    filter_bank,
    fuse_colors,
    fusion_weights,
    look_up_cube,
    mahalanobis,
    mahalanobis_kernel,
    places_and_colors,
    super_features,
    superpixel_means,
)

# Three rows of three pixels; the left column is superpixel 0, the rest superpixel 1.
LABELS = np.array([[0, 1, 1], [0, 1, 1], [0, 1, 1]], np.int32)


def flat(*levels):
    """A 3 x 3 picture whose columns have these gray levels."""
    return np.tile(np.array(levels)[None, :, None], (3, 1, 3))


def test_means_of_superpixels_do_not_wrap_around():
    image = flat(200, 250, 240).astype(np.uint8)  # in uint8, 3 * 200 is 88
    assert superpixel_means(image, LABELS).tolist() == [[200] * 3, [245] * 3]


def test_a_number_that_no_pixel_bears_has_no_mean():
    means = superpixel_means(flat(1.0, 2, 3), 2 * LABELS, count=4)
    assert means[[0, 2], 0].tolist() == [1, 2.5]
    assert np.isnan(means[[1, 3]]).all()


def test_super_features_are_means_or_largest_values():
    features = np.arange(9.0).reshape(3, 3, 1)
    assert super_features(features, LABELS).ravel().tolist() == [3, 4.5]
    assert super_features(features, LABELS, pooling="max").ravel().tolist() == [6, 8]


def test_the_limit_makes_a_target_choose_another_match():
    distances = np.array([[0.0, 5, 9], [1, 2, 9], [2, 8, 9]])  # all are nearest to the first
    assert constrained_nearest(distances, times=3).tolist() == [0, 0, 0]
    # one each: 0 + 2 + 9 = 11, 5 + 1 + 9 = 15, 5 + 9 + 2 = 16, 9 + 1 + 8 = 18, 9 + 2 + 2 = 13
    assert constrained_nearest(distances, times=1).tolist() == [0, 1, 2]
    # two each: 0 + 2 + 2 = 4, 5 + 1 + 2 = 8, 0 + 1 + 8 = 9
    assert constrained_nearest(distances, times=2).tolist() == [0, 1, 0]


def test_more_targets_than_the_limit_allows_raise_it():
    assert constrained_nearest(np.zeros((5, 1)), times=1).tolist() == [0] * 5


def test_correlation_of_centred_vectors():
    # (1, 2, 3) centred is (-1, 0, 1); with (3, 2, 1): -1; with (0, 2, 1), centred (-1, 1, 0): 1/2
    target, reference = np.array([[1.0, 2, 3]]), np.array([[3.0, 2, 1], [0, 2, 1], [4, 4, 4]])
    assert correlation(target, reference)[0] == pytest.approx([-1, 0.5, 0])


def test_correlation_centred_over_the_picture():
    # columns' means are (1, 1) and (2, 2): (1, -1), (-1, 1) against (2, 2), (-2, -2) -> cosine 0
    target, reference = np.array([[2.0, 0], [0, 2]]), np.array([[4.0, 4], [0, 0]])
    assert correlation(target, reference, "channel") == pytest.approx(np.zeros((2, 2)))
    assert correlation(target, target, "channel") == pytest.approx(np.array([[1, -1], [-1, 1]]))


def test_a_superpixel_that_does_not_exist_gets_no_attention():
    reference = np.array([[1.0, 2, 3], [np.nan] * 3])
    correlations = correlation(np.array([[1.0, 2, 4]]), reference)
    assert correlations[0, 1] == -np.inf
    assert attention(correlations).tolist() == [[1, 0]]


def test_attention_is_a_softmax_over_the_reference():
    # e^(1/0.5) : e^(0/0.5) = e^2 : 1
    share = np.exp(2) / (1 + np.exp(2))
    assert attention(np.array([[1.0, 0]]), 0.5) == pytest.approx(np.array([[share, 1 - share]]))


def test_a_low_temperature_does_not_overflow():
    assert attention(np.array([[1.0, 0.5]]), 9e-4) == pytest.approx(np.array([[1, 0]]))


def test_places_and_colours_of_a_pixel():
    image = flat(0, 51, 255).astype(np.uint8)
    points = places_and_colors(image)
    assert points[2, 1] == pytest.approx([2 / 3, 1 / 3, 0.2, 0.2, 0.2])


def test_the_kernel_of_a_column_of_one_colour():
    centers, precisions = mahalanobis_kernel(places_and_colors(flat(0.5, 0.1, 0.1)), LABELS)
    assert centers[0] == pytest.approx([1 / 3, 0, 0.5, 0.5, 0.5])
    # rows 0, 1/3, 2/3: variance 2/27; columns and colours have none but the 1e-4 that is added
    rows = 1 / (100 * (2 / 27 + 1e-4))
    assert np.diag(precisions[0]) == pytest.approx([rows, 100, 1e6, 1e6, 1e6])


def test_mahalanobis_distance_multiplied_out():
    precisions = np.array([[[2.0, 1], [1, 3]]])  # (1, 2): 2 + 2 * 2 + 3 * 4 = 18
    points, centers = np.array([[2.0, 4], [1, 2]]), np.array([[1.0, 2]])
    assert mahalanobis(points, centers, precisions) == pytest.approx(np.array([[18], [0]]))


def test_each_pixel_takes_the_colour_of_the_superpixel_that_it_looks_like():
    image = flat(0.0, 1.0, 0.0)  # the right column has the left column's colour
    labels = np.array([[0, 1, 2]] * 3, np.int32)
    colors = np.array([[0.2, 0, 0], [0, 0.7, 0], [0.2, 0, 0]])
    assert fuse_colors(image, labels, colors) == pytest.approx(colors[labels])


def test_two_superpixels_of_one_colour_mix_by_place():
    # Columns at 0, 1/3, 2/3; both pieces' places vary in rows alone: 1e-4 * 10^2 across.
    image, labels = flat(0.5, 0.5, 0.5), np.array([[0, 0, 1]] * 3, np.int32)
    weights = fusion_weights(image, labels, np.eye(2), sigma=1.0)
    centers, precisions = mahalanobis_kernel(places_and_colors(image), labels)
    m = [(1 / 3 - c[1]) ** 2 * q[1, 1] for c, q in zip(centers, precisions, strict=True)]
    assert weights[1, 1] == pytest.approx(np.exp(-np.array(m)) / np.exp(-np.array(m)).sum())


def test_filter_bank_of_a_flat_picture():
    features = filter_bank(flat(0.5, 0.5, 0.5))
    assert features.shape == (3, 3, 27)
    assert features[1, 1].tolist() == [0, 0, 1, 0, 0] + [0] * 22


def test_filter_bank_sees_colours_and_edges():
    red = np.zeros((5, 5, 3))
    red[..., 0] = 1
    # R - G = 1, (R + G) / 2 - B = 1/2; lightness 1/3 lies between 1/4 and 1/2
    assert filter_bank(red)[2, 2, :9] == pytest.approx([0, 2 / 3, 1 / 3, 0, 0, 1, 0, 0.5, 0])
    rising = np.tile(np.linspace(0, 1, 65)[None, :, None], (65, 1, 3))
    edges = filter_bank(rising)[32, 32, 9:13]  # below, above, right, left; sigma = 1, slope 1/64
    assert edges == pytest.approx([0, 0, 1 / 64, 0], abs=1e-6)


def test_a_colour_between_two_bins_is_shared():
    counts = color_histogram(np.full((1, 1, 3), [0.25, 0.0, 1.0]), bins=3)
    assert counts[0, 0, 2] == counts[1, 0, 2] == 0.5 and counts.sum() == 1


def test_a_cube_that_exchanges_channels():
    corners = np.stack(np.meshgrid(*[[0.0, 1.0]] * 3, indexing="ij"), axis=-1)
    image = np.array([[[10, 20, 30]]], np.uint8)
    assert look_up_cube(image, corners[..., ::-1]).tolist() == [[[30, 20, 10]]]
