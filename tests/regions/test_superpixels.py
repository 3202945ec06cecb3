"""SLIC step by step, and its superpixels beside scikit-image's."""

from functools import cache

import cv2
import numpy as np
import pytest
import torch
from scipy import ndimage
from skimage import segmentation

from coursekit.lab import samples
from coursekit.regions import gpu, reference

COLOR = ["astronaut", "coffee", "chelsea", "rocket", "immunohistochemistry", "hubble_deep_field"]
GRAY = ["camera", "coins"]


def picture(name, height=256, width=320):
    image = getattr(samples, name)()
    image = image if image.ndim == 3 else np.stack([image] * 3, axis=-1)
    return np.ascontiguousarray(image[:height, :width])


def in_skimage(image, segments, compactness=10.0):
    return segmentation.slic(
        image,
        n_segments=segments,
        compactness=compactness,
        max_num_iter=10,
        sigma=0,
        spacing=None,
        convert2lab=True,
        enforce_connectivity=True,
        min_size_factor=0.5,
        max_size_factor=3,
        slic_zero=False,
        start_label=0,
        mask=None,
        channel_axis=-1,
    )


@cache
def both(name, segments):
    """Our superpixels of a picture, and scikit-image's."""
    return reference.slic(picture(name), segments), in_skimage(picture(name), segments)


def recall(labels, edges, within=2):
    """The share of edge pixels that have a boundary of the superpixels within so many pixels."""
    boundaries = segmentation.find_boundaries(labels, mode="thick").astype(np.uint8)
    near = cv2.dilate(boundaries, np.ones((2 * within + 1, 2 * within + 1), np.uint8))
    return near[edges > 0].mean()


def canny(image):
    gray = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return cv2.Canny(gray, 100, 200, apertureSize=3, L2gradient=False)


def pieces(labels):
    return sum(ndimage.label(labels == k)[1] for k in np.unique(labels))


# ------------------------------------------------------------------ the steps


def test_gray_levels_are_lightness_alone():
    colors = reference.color_features(np.array([[0, 255]], np.uint8))
    assert colors.tolist() == [[[0, 0, 0], [100, 0, 0]]]


def test_floats_and_uint8_have_the_same_colours():
    image = picture("coffee", 60, 60)
    difference = reference.color_features(image) - reference.color_features(image / 255)
    assert np.abs(difference).mean() < 0.6  # uint8 holds a* and b* as whole numbers
    assert np.abs(difference).max() < 3


def test_smoothing_of_colours_is_a_gaussian():
    image = picture("camera", 60, 60)
    colors = reference.color_features(image)
    expected = ndimage.gaussian_filter(colors, (1.5, 1.5, 0), mode="reflect", truncate=4.0)
    assert np.abs(reference.color_features(image, sigma=1.5) - expected).max() <= 1e-4


def test_seeds_stand_in_the_middles_of_cells():
    colors = np.zeros((20, 30, 3), np.float32)
    seeds = reference.seed_grid(colors, step=10)
    assert seeds[..., 3].tolist() == [[5, 5, 5], [15, 15, 15]]
    assert seeds[..., 4].tolist() == [[5, 15, 25], [5, 15, 25]]


def test_a_flat_picture_is_cut_into_its_cells():
    """Seeds at 5, 15, 25: the middle between two, 10, is as near to both; the first has it."""
    colors = np.zeros((20, 30, 3), np.float32)
    labels = reference.assign(colors, reference.seed_grid(colors, 10), 10)
    cell = np.repeat([0, 1, 2], [11, 10, 9]) + 3 * np.repeat([0, 1], [11, 9])[:, None]
    np.testing.assert_array_equal(labels, cell)


def test_distance_weighs_colour_against_place():
    """Seeds at columns 1 and 4, L* 0 and 20. At column 2, L* 10: 100 + 1 w or 100 + 4 w; but at
    L* 11, 121 + w or 81 + 4 w: place wins where 3 w > 40."""
    colors = np.zeros((1, 6, 3), np.float32)
    colors[0, 4:, 0], colors[0, 2, 0] = 20, 11
    centers = reference.seed_grid(colors, step=3)
    assert reference.assign(colors, centers, 3, compactness=3 * 3.6)[0, 2] == 1  # w = 12.96
    assert reference.assign(colors, centers, 3, compactness=3 * 3.7)[0, 2] == 0  # w = 13.69


def test_a_centre_searches_one_step_to_each_side_of_itself():
    """Centres of colour 50 at columns 5 and 15, S = 10; the second has moved to column 19."""
    colors = np.zeros((1, 20, 3), np.float32)
    centers = reference.seed_grid(colors, 10)
    centers[0, 1, :4], centers[0, 1, 4] = 0, 19
    centers[0, 0, 0] = 50
    labels = reference.assign(colors, centers, 10, compactness=1e-6)
    assert labels.tolist() == [[0] * 9 + [1] * 11]  # 9 is ten columns from 19, and 8 is not


def test_a_pixel_that_no_centre_searches_stays_with_its_cell():
    colors = np.zeros((1, 40, 3), np.float32)
    centers = reference.seed_grid(colors, 10)
    centers[..., 4] = [0, 1, 2, 3]  # none is near the columns from 14 on
    labels = reference.assign(colors, centers, 10)
    assert labels[0, 14:].tolist() == [1] * 6 + [2] * 10 + [3] * 10


def test_update_moves_a_centre_to_the_mean():
    colors = np.zeros((1, 4, 3), np.float32)
    colors[0, :, 0] = [10, 20, 60, 90]
    labels = np.array([[0, 0, 0, 1]])
    moved = reference.update(colors, labels, reference.seed_grid(colors, 2))
    assert moved.tolist() == [[[30, 0, 0, 0, 1], [90, 0, 0, 0, 3]]]


def test_a_centre_without_pixels_stays():
    colors = np.zeros((1, 4, 3), np.float32)
    centers = reference.seed_grid(colors, 2)
    moved = reference.update(colors, np.zeros((1, 4), int), centers)
    np.testing.assert_array_equal(moved[0, 1], centers[0, 1])


def test_every_iteration_brings_pixels_nearer_to_their_centres():
    colors = reference.color_features(picture("coffee", 90, 120))
    centers, costs = reference.seed_grid(colors, 12), []
    places = np.indices(colors.shape[:2])
    for _ in range(6):
        labels = reference.assign(colors, centers, 12)
        centers = reference.update(colors, labels, centers)
        nearest = centers.reshape(-1, 5)[labels]
        squared = (colors - nearest[..., :3]) ** 2
        apart = [(places[k] - nearest[..., 3 + k]) ** 2 * (10 / 12) ** 2 for k in (0, 1)]
        costs.append(squared.sum() + sum(plane.sum() for plane in apart))
    assert (np.diff(costs) < 0).all()


def test_a_small_piece_joins_what_lies_left_of_it():
    labels = np.array([[0, 0, 1, 1], [0, 2, 1, 1], [0, 0, 0, 1]])
    expected = np.array([[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1]])
    np.testing.assert_array_equal(reference.enforce_connectivity(labels, 2), expected)


def test_a_chain_of_small_pieces_goes_to_the_first_large_one():
    labels = np.array([[7, 7, 7, 1, 2, 3]])
    assert reference.enforce_connectivity(labels, 2).tolist() == [[0, 0, 0, 0, 0, 0]]
    assert reference.enforce_connectivity(labels, 1).tolist() == [[0, 0, 0, 1, 2, 3]]


def test_one_label_in_two_places_becomes_two():
    labels = np.array([[4, 4, 9, 9, 4, 4]])
    assert reference.enforce_connectivity(labels, 2).tolist() == [[0, 0, 1, 1, 2, 2]]


# ------------------------------------------------------------------ superpixels


@pytest.mark.parametrize("name", COLOR + GRAY)
def test_superpixels_are_connected_and_numbered_without_gaps(name):
    labels = reference.slic(picture(name, 100, 120), 50)
    count = labels.max() + 1
    assert labels.dtype == np.int32 and set(np.unique(labels)) == set(range(count))
    assert pieces(labels) == count
    _, first = np.unique(labels, return_index=True)
    assert (np.diff(first) > 0).all()
    assert np.bincount(labels.ravel())[1:].min() >= 0.4 * labels.size / 50


def test_compact_superpixels_are_the_cells():
    """Where place is all, every iteration leaves the cells as they are; the seeds are 10 apart."""
    labels = reference.slic(picture("coffee", 100, 100), 100, compactness=1e5)
    assert labels.max() == 99
    assert np.ptp(np.bincount(labels.ravel())) <= 40


def test_one_superpixel_is_the_picture():
    assert not reference.slic(picture("coffee", 30, 30), 1).any()


def test_a_checkerboard_is_cut_along_its_squares():
    board = samples.checker(96, 96, square=16)
    labels = reference.slic(board, 36)
    square = np.arange(96) // 16
    np.testing.assert_array_equal(labels, square + 6 * square[:, None])


# ------------------------------------------------------------------ beside scikit-image


@pytest.mark.parametrize("segments", [100, 300])
def test_seeds_are_as_many_as_scikit_images(segments):
    image = picture("chelsea")
    ours = reference.slic(image, segments, compactness=1e4).max() + 1
    theirs = in_skimage(image, segments, compactness=1e4).max() + 1
    assert ours == theirs


def test_segment_counts_are_near_scikit_images():
    counts = [[labels.max() + 1 for labels in both(name, 200)] for name in COLOR + GRAY]
    ours, theirs = np.array(counts).T
    assert (np.abs(ours - theirs) <= 0.15 * theirs).all(), counts
    assert abs(ours.sum() - theirs.sum()) <= 0.08 * theirs.sum(), counts


def test_boundaries_agree_with_scikit_images():
    """Of each one's boundaries, the share that the other's come within two pixels of."""
    found = []
    for name in COLOR + GRAY:
        ours, theirs = both(name, 200)
        lines = [segmentation.find_boundaries(labels) for labels in (ours, theirs)]
        found.append([recall(ours, lines[1]), recall(theirs, lines[0])])
    assert np.min(found) > 0.6 and np.mean(found) > 0.75, found


@pytest.mark.parametrize("segments", [100, 200])
def test_boundary_recall_is_within_one_percent_of_scikit_images(segments):
    """Against the pictures' own edges; on average, single pictures vary by 5 % to either side."""
    found = []
    for name in COLOR + GRAY:
        edges = canny(picture(name))
        found.append([recall(labels, edges) for labels in both(name, segments)])
    ours, theirs = np.mean(found, axis=0)
    assert ours > theirs, found
    assert np.diff(found).max() < 0.055, found


# ------------------------------------------------------------------ errors, and the twin


def test_twins_agree_on_whole_pictures():
    for name, segments in (("astronaut", 120), ("coffee", 31), ("hubble_deep_field", 500)):
        image = picture(name, 150, 200)
        tensor = torch.from_numpy(image).movedim(-1, 0)
        expected = reference.slic(image, segments)
        np.testing.assert_array_equal(gpu.slic(tensor, segments)[0].numpy(), expected)


def test_twins_agree_on_cells_of_many_pixels():
    image = picture("coffee", 300, 300)
    tensor = torch.from_numpy(image).movedim(-1, 0)
    np.testing.assert_array_equal(gpu.slic(tensor, 4)[0].numpy(), reference.slic(image, 4))


def test_steps_of_the_twin_run_without_values():
    image = torch.empty((2, 3, 40, 50), dtype=torch.uint8, device="meta")
    colors = gpu.color_features(image)
    centers = gpu.seed_grid(colors, 10)
    labels = gpu.assign(colors, centers, 10)
    assert labels.shape == (2, 1, 40, 50)
    assert gpu.update(colors, labels, centers).shape == (2, 5, 4, 5)


@pytest.mark.parametrize(
    ("name", "value"),
    [("segments", 0), ("compactness", 0), ("iterations", 0), ("sigma", -1), ("min_share", -1)],
)
def test_slic_names_the_argument_that_it_refuses(name, value):
    image = picture("coffee", 20, 20)
    with pytest.raises(ValueError, match=name):
        reference.slic(image, **{name: value})
    with pytest.raises(ValueError, match=name):
        gpu.slic(torch.from_numpy(image).movedim(-1, 0), **{name: value})


def test_centers_must_fit_the_grid():
    colors = np.zeros((20, 30, 3), np.float32)
    centers = reference.seed_grid(colors, 10)
    with pytest.raises(ValueError, match="centers"):
        reference.assign(colors, centers[:1], 10)
    with pytest.raises(ValueError, match="centers"):
        moved = [torch.from_numpy(array).movedim(-1, 0) for array in (colors, centers[:1])]
        gpu.assign(*moved, 10)


@pytest.mark.parametrize("colors", [np.zeros((5, 5, 3), int), np.zeros((5, 5))])
def test_colors_must_be_three_floats(colors):
    with pytest.raises((TypeError, ValueError), match="colors"):
        reference.seed_grid(colors, 2)
