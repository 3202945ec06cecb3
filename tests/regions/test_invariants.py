"""What holds for every picture and every mask."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from coursekit.core.torch import dtypes, union_find
from coursekit.lab import samples
from coursekit.regions import gpu, reference

SIDES = some.tuples(some.integers(1, 12), some.integers(1, 12))
LEVELS = arrays(np.uint8, SIDES)
MASKS = arrays(np.bool_, SIDES)


def spiral(size):
    """One arm, a pixel wide, wound up in a square: the longest way through a mask."""
    mask = np.zeros((size, size), bool)
    row, column, down, right = 0, 0, 0, 1
    for length in [size - 1, *np.repeat(np.arange(size - 1, 1, -2), 2)]:
        for _ in range(length):
            mask[row, column] = True
            row, column = row + down, column + right
        down, right = right, -down
    return mask


@given(LEVELS, some.floats(-10, 300))
def test_what_a_threshold_cuts_adds_up_to_the_picture(image, value):
    above = reference.threshold(image, value, "tozero")
    below = reference.threshold(image, value, "tozero_inv")
    np.testing.assert_array_equal(above + below, image)


@given(LEVELS, some.floats(-10, 300))
def test_binary_and_inverse_are_negatives(image, value):
    white = reference.threshold(image, value, "binary")
    np.testing.assert_array_equal(255 - white, reference.threshold(image, value, "binary_inv"))


@given(LEVELS)
def test_otsu_stands_where_the_curve_is_highest(image):
    curve = reference.between_class_variance(image)
    assert curve[reference.otsu(image)] == curve.max()
    assert curve.max() <= image.var() * (1 + 1e-9) + 1e-9


@given(LEVELS)
def test_multi_otsu_of_two_classes_is_otsu(image):
    if len(np.unique(image)) >= 2:
        assert reference.multi_otsu(image, 2) == [reference.otsu(image)]


@given(LEVELS, some.integers(-20, 20).map(lambda half: 2 * half))
def test_adaptive_threshold_does_not_see_the_brightness(image, shift):
    """An odd shift may show: Gaussian means that end in a half are rounded to even."""
    image = image // 4 + np.uint8(60)
    brighter = (image.astype(int) + shift).astype(np.uint8)
    for kind in ("mean", "gaussian"):
        np.testing.assert_array_equal(
            reference.adaptive_threshold(image, 5, 2, kind),
            reference.adaptive_threshold(brighter, 5, 2, kind),
        )


@pytest.mark.parametrize("once", [True, False])
@pytest.mark.parametrize("shape", [(1, 1), (3, 1), (1, 67), (64, 130)])
def test_a_multiply_add_is_rounded_once(monkeypatch, shape, once):
    """With and without the device's own: 1 + 2**-12 squared, less all that float32 has room for."""
    if not once:
        monkeypatch.setattr(dtypes, "_rounds_once", lambda device: False)
    values = torch.full(shape, 1 + 2**-12)
    for part in (values, values.mT, values[:, ::2]):
        total = torch.full(part.shape, -1 - 2**-11)
        assert (dtypes.multiply_add(total, part, 1 + 2**-12) == 2**-24).all()


@pytest.mark.parametrize("once", [True, False])
@pytest.mark.parametrize("size", [11, 31, 99])
def test_gaussian_means_are_those_of_the_reference_on_any_device(monkeypatch, size, once):
    if not once:
        monkeypatch.setattr(dtypes, "_rounds_once", lambda device: False)
    image = np.random.default_rng(1).integers(0, 256, (97, 131), np.uint8)
    mean = gpu.local_mean(torch.from_numpy(image)[None], size, "gaussian")[0]
    np.testing.assert_array_equal(mean, reference.local_mean(image, size, "gaussian"))


@given(MASKS, some.sampled_from([4, 8]))
def test_components_cover_the_mask_and_are_numbered_without_gaps(mask, connectivity):
    labels = reference.connected_components(mask, connectivity)
    np.testing.assert_array_equal(labels > 0, mask)
    found, first = np.unique(labels[mask], return_index=True)
    assert found.tolist() == list(range(1, len(found) + 1))
    assert (np.diff(first) > 0).all()


@given(MASKS)
def test_eight_neighbors_join_what_four_leave_apart(mask):
    four, eight = (reference.connected_components(mask, c) for c in (4, 8))
    pairs = np.unique(np.stack([four[mask], eight[mask]]), axis=1)
    assert len(pairs[0]) == len(np.unique(pairs[0]))


@given(MASKS, some.sampled_from([4, 8]))
def test_statistics_add_up(mask, connectivity):
    labels = reference.connected_components(mask, connectivity)
    boxes, centroids = reference.component_statistics(labels)
    assert boxes[:, 4].sum() == mask.size
    assert (boxes[:, 2] * boxes[:, 3] >= boxes[:, 4]).all()
    weighed = (centroids * boxes[:, 4:]).sum(axis=0) / mask.size
    np.testing.assert_allclose(weighed, (np.array(mask.shape) - 1) / 2, atol=1e-9)


def test_labels_lie_in_memory_as_pixels_do():
    mask = torch.ones(3, 1, 7, 9, dtype=torch.bool)
    assert gpu.connected_components(mask).is_contiguous()


@given(MASKS, some.sampled_from([4, 8]))
def test_label_propagation_finds_what_union_find_finds(mask, connectivity):
    labels = gpu.connected_components(torch.from_numpy(mask)[None], connectivity)[0]
    np.testing.assert_array_equal(labels, reference.connected_components(mask, connectivity))


@pytest.mark.parametrize("size", [9, 33, 129])
@pytest.mark.parametrize("turns", range(4))
def test_label_propagation_follows_a_spiral(size, turns):
    mask = np.rot90(spiral(size), turns).copy()
    batch = torch.from_numpy(np.stack([mask, ~mask, mask.T]))[:, None]
    for connectivity in (4, 8):
        labels = gpu.connected_components(batch, connectivity)[:, 0].numpy()
        for found, plane in zip(labels, batch[:, 0].numpy(), strict=True):
            expected = reference.connected_components(plane, connectivity)
            np.testing.assert_array_equal(found, expected)


def test_the_rounds_of_label_propagation_do_not_grow_with_the_way(monkeypatch):

    rounds, compress = [], union_find._compress_among
    monkeypatch.setattr(union_find, "_compress_among", lambda *a: rounds.append(0) or compress(*a))
    combs = np.tile([[1, 0]], (257, 128))
    combs[::2, 1::4] = 1
    for mask in (spiral(257), combs, np.random.default_rng(1).random((257, 256)) < 0.6):
        rounds.clear()
        gpu.connected_components(torch.from_numpy(mask.astype(np.uint8))[None], 4)
        assert 1 <= len(rounds) <= 12


@given(MASKS)
def test_there_is_an_outer_border_for_each_component_and_a_hole_border_for_each_hole(mask):
    contours, hierarchy = reference.find_contours(mask, "ccomp")
    holes = (hierarchy[:, 3] >= 0).sum()
    outside = ndimage.label(np.pad(~mask, 1, constant_values=True))[1]
    assert len(contours) - holes == reference.connected_components(mask, 8).max()
    assert holes == outside - 1


@given(MASKS)
def test_contours_are_the_pixels_that_touch_the_background(mask):
    contours, _ = reference.find_contours(mask, "list", "none")
    found = np.zeros_like(mask)
    for contour in contours:
        found[tuple(contour.T)] = True
    cross = ndimage.generate_binary_structure(2, 1)
    inner = ndimage.binary_erosion(mask, cross, border_value=0)
    np.testing.assert_array_equal(found, mask & ~inner)


@given(MASKS, some.sampled_from(["simple", "tc89_l1", "tc89_kcos"]))
def test_approximations_keep_points_of_the_contour(mask, method):
    full, _ = reference.find_contours(mask, "list", "none")
    kept, _ = reference.find_contours(mask, "list", method)
    for contour, points in zip(full, kept, strict=True):
        assert 1 <= len(points) <= len(contour)
        assert set(map(tuple, points.tolist())) <= set(map(tuple, contour.tolist()))


@given(MASKS)
def test_simple_contours_enclose_the_same_area(mask):
    full, _ = reference.find_contours(mask, "list", "none")
    simple, _ = reference.find_contours(mask, "list", "simple")
    for contour, points in zip(full, simple, strict=True):
        assert reference.contour_area(contour) == reference.contour_area(points)


@given(
    arrays(np.int16, some.tuples(some.integers(1, 30), some.just(2)), elements=some.integers(-9, 9))
)
def test_a_hull_holds_all_its_points(points):
    hull = reference.convex_hull(points)
    if len(hull) > 2:
        sides = np.roll(hull, -1, axis=0) - hull
        to_points = points[:, None] - hull
        turns = sides[:, 1] * to_points[..., 0] - sides[:, 0] * to_points[..., 1]
        assert (turns >= 0).all()
    np.testing.assert_array_equal(reference.convex_hull(hull), hull)


def hu(image):
    spatial = reference.moments(image)
    return reference.hu_moments(reference.normalized_moments(reference.central_moments(spatial)))


def test_hu_moments_do_not_see_where_a_region_lies_or_how_it_is_turned():
    horse = (255 - samples.horse()[::4, ::4]) // 255
    moved = np.pad(horse, ((30, 5), (7, 60)))
    np.testing.assert_allclose(hu(moved), hu(horse), rtol=1e-6)
    np.testing.assert_allclose(hu(np.rot90(horse)), hu(horse), rtol=1e-6)


def test_a_mirror_changes_the_sign_of_the_seventh_hu_moment_alone():
    horse = (255 - samples.horse()[::4, ::4]) // 255
    signs = [1, 1, 1, 1, 1, 1, -1]
    np.testing.assert_allclose(hu(horse[:, ::-1]), hu(horse) * signs, rtol=1e-6)


@given(LEVELS)
def test_central_moments_of_order_one_vanish(image):
    central = reference.central_moments(reference.moments(image))
    assert abs(central[1, 0]) <= 1e-6 and abs(central[0, 1]) <= 1e-6
