"""Bad input to chapter 06 gets one error that says what was given and what is needed."""

import numpy as np
import pytest
import torch

from coursekit.regions import gpu, reference

GRAY = np.arange(64, dtype=np.uint8).reshape(8, 8)
MASK = GRAY > 20
SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])

ON_LEVELS = {
    "between_class_variance": (),
    "otsu": (),
    "triangle": (),
    "multi_otsu": (),
    "local_mean": (3,),
    "adaptive_threshold": (3, 2),
}
ON_MASKS = {"connected_components": (), "first_pass": (), "find_contours": ()}
ON_CONTOURS = (
    "contour_area",
    "arc_length",
    "bounding_rectangle",
    "convex_hull",
    "contour_moments",
    "approximate_contour",
    "dominant_points",
)


@pytest.mark.parametrize("name", [*ON_LEVELS, "moments"])
@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (GRAY.tolist(), TypeError, "image: expected a NumPy array, got list"),
        (
            GRAY.astype(np.int16),
            TypeError,
            r"image: expected uint8 or float in \[0, 1\], got int16",
        ),
        (GRAY[:0], ValueError, "expected at least one pixel"),
    ],
)
def test_what_is_no_picture_is_refused(name, image, error, message):
    with pytest.raises(error, match=message):
        getattr(reference, name)(image, *ON_LEVELS.get(name, ()))


@pytest.mark.parametrize("name", ON_LEVELS)
def test_what_counts_levels_needs_uint8(name):
    with pytest.raises(TypeError, match="image: expected uint8, got float64"):
        getattr(reference, name)(GRAY / 255, *ON_LEVELS[name])
    with pytest.raises(TypeError, match="image: expected uint8, got torch.float32"):
        getattr(gpu, name)(torch.zeros(1, 8, 8), *ON_LEVELS[name])


@pytest.mark.parametrize(
    "name", ["between_class_variance", "otsu", "triangle", "multi_otsu", "moments"]
)
def test_one_histogram_needs_one_channel(name):
    with pytest.raises(ValueError, match=r"expected a gray image of shape \(H, W\)"):
        getattr(reference, name)(np.dstack([GRAY] * 3))


ARGUMENTS = [
    ("threshold", (np.nan,), ValueError, "value: expected a finite number"),
    ("threshold", ("high",), TypeError, "value: expected a number, got str"),
    ("threshold", (5, "black"), ValueError, "kind: expected one of 'binary'.* got 'black'"),
    ("multi_otsu", (1,), ValueError, r"classes: expected a whole number in \[2, 16\], got 1"),
    ("local_mean", (4,), ValueError, "size: expected an odd number, got 4"),
    ("local_mean", (1,), ValueError, "size: expected a whole number in .3, 4095., got 1"),
    ("local_mean", (3, "box"), ValueError, "kind: expected one of 'mean', 'gaussian', got 'box'"),
    ("adaptive_threshold", (3, np.inf), ValueError, "offset: expected a finite number"),
    ("connected_components", (6,), ValueError, "connectivity: expected one of 4, 8, got 6"),
]


@pytest.mark.parametrize(("name", "arguments", "error", "message"), ARGUMENTS)
def test_senseless_arguments_are_refused_by_both_twins(name, arguments, error, message):
    with pytest.raises(error, match=message):
        getattr(reference, name)(GRAY, *arguments)
    with pytest.raises(error, match=message):
        getattr(gpu, name)(torch.from_numpy(GRAY)[None], *arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("multi_otsu", (np.zeros((4, 4), np.uint8), 3), "3 classes need 3 gray levels, got 1"),
        ("find_contours", (MASK, "outer"), "mode: expected one of 'external'.* got 'outer'"),
        ("find_contours", (MASK, "list", "all"), "method: expected one of 'none'.* got 'all'"),
        ("approximate_contour", (SQUARE, "all"), "method: expected one of 'none'.* got 'all'"),
        ("approximate_contour", (SQUARE * 2,), "contour: expected each point beside the next.* 2"),
        ("dominant_points", (SQUARE, "l2"), "measure: expected one of 'l1', 'kcos', got 'l2'"),
        (
            "component_statistics",
            (np.array([[-1, 1]]),),
            "labels: expected whole numbers >= 0, got -1",
        ),
        ("component_statistics", (np.array([[0, 1]]), 0), "count: expected a whole number"),
    ],
)
def test_senseless_arguments_are_refused(name, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(reference, name)(*arguments)


def test_multi_otsu_refuses_too_few_levels_in_any_image_of_a_batch():
    two = np.array([[0, 9]], np.uint8)
    batch = torch.from_numpy(np.stack([GRAY[:1, :2] + 7, two]))[:, None]
    with pytest.raises(ValueError, match="3 classes need 3 gray levels, got 2"):
        gpu.multi_otsu(batch, 3)


def test_a_label_too_large_for_a_table_is_refused_before_memory_is():
    labels = np.array([[0, 2**40]])
    with pytest.raises(ValueError, match="labels: expected less than"):
        reference.component_statistics(labels)
    with pytest.raises(ValueError, match="labels: expected less than"):
        gpu.component_statistics(torch.from_numpy(labels)[None])
    boxes, _ = reference.component_statistics(labels, count=2)
    assert boxes.tolist() == [[0, 0, 1, 1, 1], [0, 0, 0, 0, 0]]


TREE = reference.component_tree(GRAY)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: reference.find([0, 1], -1), "label: expected"),
        (lambda: reference.union([0, 1], 0, 2), "other: expected"),
        (lambda: reference.second_pass(np.array([[0, 2]]), [0, 1]), "labels: expected 0 to 1"),
        (lambda: reference.region_pixels(TREE, -1), "node: expected"),
        (lambda: reference.diverse(TREE, [-1], 0.5), "chosen: expected"),
        (lambda: reference.ancestors(TREE, 0, 8), "column: expected"),
        (lambda: reference.mser(GRAY, delta=2**63), "delta: expected"),
        (lambda: reference.slic(GRAY, iterations=2**63), "iterations: expected"),
        (lambda: reference.slic(GRAY, sigma=1e300), "sigma: expected"),
        (lambda: reference.contour_area([[0, 0], [1]]), "contour: expected"),
        (lambda: reference.contour_area(SQUARE * 1e300), "contour: expected finite points"),
    ],
)
def test_what_lies_out_of_range_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_masked_arrays_and_matrices_are_refused():
    with pytest.raises(TypeError, match="contour: .* masked array"):
        reference.contour_area(np.ma.array(SQUARE, mask=SQUARE > 0))
    with pytest.raises(TypeError, match="mask: .* matrix"):
        reference.connected_components(MASK.view(np.matrix))


@pytest.mark.parametrize("name", ON_MASKS)
@pytest.mark.parametrize(
    ("mask", "error", "message"),
    [
        (MASK.tolist(), TypeError, "mask: expected a NumPy array, got list"),
        (MASK / 1.0, TypeError, "mask: expected bool or uint8, got float64"),
        (np.dstack([MASK] * 3), ValueError, r"mask: expected shape \(H, W\).*\(8, 8, 3\)"),
        (MASK[:0], ValueError, "with pixels in it"),
    ],
)
def test_what_is_no_mask_is_refused(name, mask, error, message):
    with pytest.raises(error, match=message):
        getattr(reference, name)(mask)


@pytest.mark.parametrize(
    ("mask", "error", "message"),
    [
        (MASK, TypeError, "mask: expected a torch tensor, got ndarray"),
        (torch.zeros(1, 8, 8), TypeError, "mask: expected bool or uint8, got torch.float32"),
        (torch.from_numpy(MASK), ValueError, r"mask: expected shape \(..., C, H, W\).*\(8, 8\)"),
    ],
)
def test_what_is_no_batch_of_masks_is_refused(mask, error, message):
    with pytest.raises(error, match=message):
        gpu.connected_components(mask)


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        (np.zeros((2, 2)), TypeError, "labels: expected a NumPy array of whole numbers"),
        (np.zeros(4, int), ValueError, r"labels: expected shape \(H, W\)"),
    ],
)
def test_what_are_no_labels_is_refused(labels, error, message):
    with pytest.raises(error, match=message):
        reference.component_statistics(labels)


@pytest.mark.parametrize(
    ("labels", "error", "message"),
    [
        (np.zeros((1, 2, 2), int), TypeError, "labels: expected a torch tensor, got ndarray"),
        (torch.zeros(1, 2, 2), TypeError, "labels: expected whole numbers, got torch.float32"),
        (torch.zeros(2, 2, dtype=torch.int32), ValueError, "labels: expected shape"),
    ],
)
def test_what_are_no_labels_of_a_batch_is_refused(labels, error, message):
    with pytest.raises(error, match=message):
        gpu.component_statistics(labels)


@pytest.mark.parametrize("name", ON_CONTOURS)
@pytest.mark.parametrize(
    "points", [np.zeros((4, 3)), np.zeros((0, 2)), [], np.array([["a", "b"]]), [[np.nan, 0.0]]]
)
def test_what_is_no_contour_is_refused(name, points):
    with pytest.raises(ValueError, match="expected"):
        getattr(reference, name)(points)


@pytest.mark.parametrize("name", ["central_moments", "normalized_moments", "hu_moments"])
def test_moments_are_four_by_four(name):
    with pytest.raises(ValueError, match=r"expected shape \(..., 4, 4\), got \(3, 4\)"):
        getattr(reference, name)(np.zeros((3, 4)))
    with pytest.raises(ValueError, match=r"expected shape \(..., 4, 4\), got \(2, 3, 4\)"):
        getattr(gpu, name)(torch.zeros(2, 3, 4))


def test_a_threshold_for_each_channel_has_the_shape_of_the_batch():
    images = torch.zeros(5, 2, 8, 8, dtype=torch.uint8)
    with pytest.raises(ValueError, match=r"value: expected shape \(5, 2\).*got \(5,\)"):
        gpu.threshold(images, torch.zeros(5))


@pytest.mark.parametrize("name", [*ON_LEVELS, *ON_MASKS, "moments"])
def test_input_is_never_modified(name):
    image = GRAY.copy()
    image.setflags(write=False)
    getattr(reference, name)(image, *ON_LEVELS.get(name, ()))
    np.testing.assert_array_equal(image, GRAY)
