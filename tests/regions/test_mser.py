"""Stable regions: the component tree by hand, MSER and MSCR against OpenCV."""

import cv2
import numpy as np
import pytest
from scipy import ndimage, stats

from coursekit.lab import samples
from coursekit.regions import reference

GRAY = ["camera", "coins", "page", "text", "brick", "grass", "gravel", "moon"]
COLOR = ["astronaut", "coffee", "chelsea", "rocket", "hubble_deep_field", "immunohistochemistry"]
# Two dips of depth 10 and 20 in a field of 50, one row: areas can be counted by eye.
DIPS = np.array([[50, 10, 30, 30, 20, 20, 50]], np.uint8)


def picture(name, size=160):
    return np.ascontiguousarray(getattr(samples, name)()[20 : 20 + size, 20 : 20 + size])


def blurred_noise(seed, shape, channels=()):
    noise = np.random.default_rng(seed).integers(0, 256, (*shape, *channels), dtype=np.uint8)
    return cv2.GaussianBlur(noise, (5, 5), 1.2) if seed % 2 else noise


def as_sets(regions):
    return {frozenset(map(tuple, np.asarray(pixels).tolist())) for pixels in regions}


def in_opencv(image, delta=5, min_area=60, max_area=14400, max_variation=0.25, **color):
    """OpenCV's regions as sets of (row, column); every argument spelled out."""
    detector = cv2.MSER_create(
        delta=delta,
        min_area=min_area,
        max_area=max_area,
        max_variation=max_variation,
        min_diversity=color.get("min_diversity", 0.0),
        max_evolution=color.get("max_evolution", 200),
        area_threshold=color.get("area_threshold", 1.01),
        min_margin=color.get("min_margin", 0.003),
        edge_blur_size=color.get("edge_blur_size", 5),
    )
    regions, _ = detector.detectRegions(image)
    return [pixels[:, ::-1] for pixels in regions]


def in_opencv_with_frame(image, **arguments):
    """OpenCV leaves the outermost pixels of a gray picture out; so give it some more."""
    return [pixels - 1 for pixels in in_opencv(np.pad(image, 1), **arguments)]


# ------------------------------------------------------------------ the component tree


def test_a_tree_by_hand():
    """Thresholds 10, 20, 30, 50 give the pieces {1}, {4, 5}, {1..5}, {0..6}."""
    tree = reference.component_tree(DIPS)
    nodes = {
        (level, area, tree.area[parent])
        for level, area, parent in zip(tree.level, tree.area, tree.parent, strict=True)
    }
    assert nodes == {(50, 7, 7), (30, 5, 7), (10, 1, 5), (20, 2, 5)}


def test_bright_components_are_the_dark_ones_of_the_negative():
    image = picture("coins", 40)
    bright, dark = (
        reference.component_tree(image, "bright"),
        reference.component_tree(255 - image),
    )
    assert all(np.array_equal(one, other) for one, other in zip(bright, dark, strict=True))


@pytest.mark.parametrize("seed", range(4))
def test_nodes_are_the_components_of_every_threshold(seed):
    image = blurred_noise(seed, (17, 23))
    tree = reference.component_tree(image)
    found = as_sets(reference.region_pixels(tree, node) for node in range(len(tree.area)))
    expected = set()
    for threshold in np.unique(image):
        labels, count = ndimage.label(image <= threshold)
        expected |= as_sets(np.argwhere(labels == k + 1) for k in range(count))
    assert found == expected


def test_parents_hold_their_children_and_come_before_them():
    tree = reference.component_tree(picture("camera", 60))
    children = np.arange(1, len(tree.area))
    parents = tree.parent[children]
    assert (parents < children).all()
    assert (tree.area[parents] > tree.area[children]).all()
    assert (tree.level[parents] > tree.level[children]).all()
    assert tree.parent[0] == 0 and tree.area[0] == 60 * 60


def test_a_pixel_appears_when_its_level_is_reached():
    order, above = reference.grow(DIPS)
    assert DIPS.ravel()[order].tolist() == [10, 20, 20, 30, 30, 50, 50]
    assert above[6] == 6  # the last pixel of all is the root


def test_ancestors_lead_from_the_pixel_to_the_whole():
    tree = reference.component_tree(DIPS)
    chain = reference.ancestors(tree, 0, 1)
    assert tree.area[chain].tolist() == [1, 5, 7]
    assert tree.level[chain].tolist() == [10, 30, 50]


def test_ancestors_refuse_a_pixel_outside():
    with pytest.raises(ValueError, match="row"):
        reference.ancestors(reference.component_tree(DIPS), 1, 0)


# ------------------------------------------------------------------ stability


def test_variation_by_hand():
    """At 30, delta 10: five pixels, still five at 40; at 20 the larger dip had two: 3 / 5."""
    tree = reference.component_tree(DIPS)
    variation = reference.variation(tree, delta=10)
    assert variation[tree.area == 5] == np.float32(3 / 5)
    assert variation[tree.area == 1] == 0  # alone at 10, and at 20
    assert variation[tree.area == 2] == np.float32(3 / 2)  # five at 30


def test_a_step_of_two_levels_has_two_stable_regions():
    image = np.full((30, 30), 200, np.uint8)
    image[10:20, 10:20] = 50
    regions = reference.mser(image, max_area=600)
    assert as_sets(regions) == as_sets([np.argwhere(image == 50)])
    whole = reference.mser(image)
    assert [len(pixels) for pixels in whole] == [900, 100, 900, 800]


def test_diverse_drops_what_is_nearly_the_same():
    image = np.full((40, 40), 200, np.uint8)
    for half, level in ((12, 150), (11, 100), (4, 50)):
        image[20 - half : 20 + half, 20 - half : 20 + half] = level
    areas = {
        share: sorted(map(len, reference.mser(image, 5, 30, 1000, 0.25, share, "dark")))
        for share in (0.0, 0.1, 0.5)
    }
    assert areas == {0.0: [64, 484, 576], 0.1: [64, 484, 576], 0.5: [64, 576]}  # 92 / 576 = 0.16


def test_polarities_together_are_both():
    image = picture("gravel", 80)
    most = image.size // 2  # the whole is both dark and bright
    dark, bright = (
        reference.mser(image, max_area=most, polarity=one) for one in ("dark", "bright")
    )
    assert as_sets(reference.mser(image, max_area=most)) == as_sets(dark) | as_sets(bright)
    assert dark and bright and not as_sets(dark) & as_sets(bright)


@pytest.mark.parametrize("seed", range(3))
def test_regions_do_not_change_with_rotation(seed):
    image = blurred_noise(2 * seed + 1, (40, 50))
    turned = reference.mser(np.rot90(image).copy(), 9, 20)
    back = as_sets(np.stack([p[:, 1], 49 - p[:, 0]], axis=1) for p in turned)
    assert back == as_sets(reference.mser(image, 9, 20))


@pytest.mark.parametrize("name", GRAY)
def test_gray_regions_are_those_of_opencv(name):
    image = picture(name)
    expected = in_opencv_with_frame(image, delta=5, min_area=60, max_area=14400, max_variation=0.25)
    assert as_sets(reference.mser(image)) == as_sets(expected)


@pytest.mark.parametrize(("min_area", "share"), [(60, 0.01), (20, 0.01), (3, 0.015)])
def test_of_random_regions_99_in_100_are_those_of_opencv(min_area, share):
    """Where the two largest children have one area, OpenCV's flood decides between them."""
    arguments = {"min_area": min_area, "max_area": 900, "max_variation": 0.9}
    differing = total = 0
    for seed in range(16):
        image = blurred_noise(seed, (40 + seed, 70 - seed))
        ours = as_sets(reference.mser(image, delta=1 + seed % 9, **arguments))
        theirs = as_sets(in_opencv_with_frame(image, delta=1 + seed % 9, **arguments))
        differing, total = differing + len(ours ^ theirs), total + len(theirs)
    assert total > 200
    assert differing <= share * total, (differing, total)


@pytest.mark.parametrize("image", [np.zeros((5, 5, 3), np.uint8), np.zeros((5, 5))])
def test_mser_refuses_all_but_gray_uint8(image):
    with pytest.raises((TypeError, ValueError), match="image"):
        reference.mser(image)


@pytest.mark.parametrize(
    ("name", "value"),
    [("delta", 0), ("min_area", -1), ("max_variation", "much"), ("min_diversity", 1.5)],
)
def test_mser_names_the_argument_that_it_refuses(name, value):
    with pytest.raises((TypeError, ValueError), match=name):
        reference.mser(DIPS, **{name: value})


def test_mser_refuses_an_unknown_polarity():
    with pytest.raises(ValueError, match="polarity"):
        reference.mser(DIPS, polarity="gray")


# ------------------------------------------------------------------ colour


def test_a_distance_between_colours_by_hand():
    """(30 - 10)^2 / 40 + 0 + (0 - 8)^2 / 8 = 10 + 8."""
    image = np.array([[[30, 5, 0], [10, 5, 8]]], np.uint8)
    distance, ends = reference.color_edges(image, edge_blur_size=0)
    assert distance == pytest.approx([18]) and ends.tolist() == [[0, 1]]


def test_edges_join_all_neighbours_in_the_order_of_their_distance():
    distance, ends = reference.color_edges(picture("coffee", 20))
    assert len(distance) == 2 * 20 * 19
    assert (np.diff(distance) >= 0).all()
    assert set(np.diff(ends, axis=1).ravel().tolist()) == {1, 20}


def test_thresholds_are_quantiles_of_chi_squared():
    thresholds = reference.evolution_thresholds(mean=6.0, max_evolution=399)
    expected = 6.0 * stats.chi2.ppf(np.arange(399) / 399, df=3) / 3
    np.testing.assert_allclose(thresholds, expected, rtol=1e-9)


@pytest.mark.parametrize("name", COLOR)
def test_colour_regions_are_those_of_opencv(name):
    image = picture(name)
    arguments = {
        "min_area": 60,
        "max_area": 14400,
        "min_diversity": 0.2,
        "max_evolution": 200,
        "area_threshold": 1.01,
        "min_margin": 0.003,
        "edge_blur_size": 5,
    }
    expected = in_opencv(image, **arguments)
    assert expected
    assert as_sets(reference.mscr(image, **arguments)) == as_sets(expected)


@pytest.mark.parametrize("seed", range(12))
def test_random_colour_regions_are_those_of_opencv(seed):
    image = blurred_noise(seed, (20 + 2 * seed, 44 - seed), (3,))
    arguments = {
        "min_area": 4 + seed,
        "max_area": 500,
        "min_diversity": 0.1,
        "max_evolution": 100 + 20 * seed,
        "area_threshold": 1.02,
        "min_margin": 0.001,
        "edge_blur_size": 3 + 2 * (seed % 2),
    }
    assert as_sets(reference.mscr(image, **arguments)) == as_sets(in_opencv(image, **arguments))


def test_two_colours_of_one_lightness_are_told_apart():
    image = np.full((60, 60, 3), (190, 60, 60), np.uint8)
    image[15:45, 15:45] = (60, 110, 60)
    image = image + np.random.default_rng(0).integers(0, 9, image.shape, dtype=np.uint8)
    outer, inner = reference.mscr(image)
    assert ((inner >= 15) & (inner < 45)).all() and len(inner) > 600
    assert ((outer < 15) | (outer >= 45)).any(axis=1).all() and len(outer) > 2000


@pytest.mark.parametrize("image", [np.zeros((5, 5), np.uint8), np.zeros((5, 5, 3))])
def test_mscr_refuses_all_but_colour_uint8(image):
    with pytest.raises((TypeError, ValueError), match="image"):
        reference.mscr(image)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 9, 3), (9, 1, 3), (2, 2, 3)])
def test_the_smallest_pictures_have_no_colour_regions(shape):
    assert reference.mscr(np.full(shape, 7, np.uint8)) == []


@pytest.mark.parametrize(
    ("name", "value"), [("edge_blur_size", 4), ("max_evolution", 0), ("area_threshold", 0.5)]
)
def test_mscr_names_the_argument_that_it_refuses(name, value):
    with pytest.raises(ValueError, match=name):
        reference.mscr(np.zeros((5, 5, 3), np.uint8), **{name: value})
