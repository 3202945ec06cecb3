"""Bad input to chapter 05 gets one error that says what was given and what is needed."""

import numpy as np
import pytest
import torch

from coursekit.edges import gpu, reference

IMAGE = np.arange(64, dtype=np.uint8).reshape(8, 8)
WHOLE, FLOATS, MASK = IMAGE.astype(np.int16), IMAGE / 63, IMAGE > 30
PARTS = pytest.mark.parametrize("part", [reference, gpu], ids=["reference", "gpu"])

CALLS = [
    ("roberts", (IMAGE,), {"border": "mirror"}, ValueError, "border: expected one of"),
    ("prewitt", (IMAGE,), {"border": None}, ValueError, "border: expected one of"),
    ("sobel", (IMAGE, 4), {}, ValueError, "size: expected one of 1, 3, 5, 7, got 4"),
    ("laplacian", (IMAGE, 9), {}, ValueError, "size: expected one of 1, 3, 5, 7, got 9"),
    ("gradients", (IMAGE, 1), {}, ValueError, "size: expected one of 3, 5, 7, got 1"),
    ("canny", (IMAGE, 1, 2, 1), {}, ValueError, "size: expected one of 3, 5, 7, got 1"),
    ("canny", (IMAGE, -1, 2), {}, ValueError, "low: expected a finite number in"),
    ("canny", (IMAGE, 1, np.inf), {}, ValueError, "high: expected a finite number in"),
    ("canny", (IMAGE, "1", 2), {}, TypeError, "low: expected a number, got str"),
    ("canny", (IMAGE, 1, 2), {"sigma": -1}, ValueError, "sigma: expected a finite number in"),
    ("smooth", (IMAGE, np.nan), {}, ValueError, "sigma: expected a finite number in"),
    ("laplacian_of_gaussian", (IMAGE, 0), {}, ValueError, "sigma: expected a finite number in"),
    ("laplacian_of_gaussian", (IMAGE, 1, "zero"), {}, ValueError, "border: expected one of"),
    ("marr_hildreth", (IMAGE, 1, -1), {}, ValueError, "threshold: expected a finite number in"),
    ("zero_crossings", (IMAGE,), {}, TypeError, "response: expected float32 or float64, got uint8"),
    ("zero_crossings", (FLOATS, -1), {}, ValueError, "threshold: expected a finite number in"),
    ("gradient_magnitude", (IMAGE, IMAGE), {}, TypeError, "row_gradient: expected int16 or"),
    ("gradient_magnitude", (WHOLE, FLOATS), {}, ValueError, "expected the same shape and dtype"),
    ("gradient_magnitude", (WHOLE, WHOLE, "l0"), {}, ValueError, "norm: expected one of 'l1'"),
    ("gradient_direction", (WHOLE, WHOLE[:4]), {}, ValueError, "expected the same shape and dtype"),
    ("double_threshold", (WHOLE, 1, 2), {}, TypeError, "thinned: expected int32 or float32"),
    ("double_threshold", (FLOATS, 1, -2), {}, ValueError, "high: expected a finite number in"),
    ("hysteresis", (IMAGE, MASK), {}, TypeError, "weak: expected bool, got uint8"),
    ("path_lengths", (MASK, MASK[1:]), {}, ValueError, "weak and strong: expected the same shape"),
    ("precision_recall", (MASK, FLOATS), {}, TypeError, "truth: expected bool, got float64"),
    ("gradients", (IMAGE, 3, 1), {}, TypeError, "l2: expected True or False, got 1"),
    ("canny", (IMAGE, 1, 2, 3, None), {}, TypeError, "l2: expected True or False, got None"),
    ("canny", (IMAGE, 1, 1e300), {}, ValueError, "high: expected a finite number in"),
    ("smooth", (IMAGE, 1e300), {}, ValueError, "sigma: expected a finite number in"),
    ("laplacian_of_gaussian", (IMAGE, 1e300), {}, ValueError, "sigma: expected a finite number"),
    ("precision_recall", (MASK, MASK, -1), {}, ValueError, "tolerance: expected a finite number"),
]  # fmt: skip


def given(part, value):
    """Arrays for the reference, tensors for its twin."""
    if part is gpu and isinstance(value, np.ndarray):
        return torch.from_numpy(value)[None]
    return value


@PARTS
@pytest.mark.parametrize(("name", "arguments", "named", "error", "words"), CALLS)
def test_bad_arguments_are_named(part, name, arguments, named, error, words):
    with pytest.raises(error, match=words):
        getattr(part, name)(*(given(part, argument) for argument in arguments), **named)


@pytest.mark.parametrize(
    "name", ["roberts", "prewitt", "sobel", "scharr", "laplacian", "gradients"]
)
def test_pictures_are_asked_for(name):
    with pytest.raises(TypeError, match="image: expected a NumPy array, got list"):
        getattr(reference, name)([[1, 2]])
    with pytest.raises(TypeError, match="image: expected a torch tensor, got ndarray"):
        getattr(gpu, name)(IMAGE)
    with pytest.raises(ValueError, match="got float64 with minimum 0.0 and maximum 63.0"):
        getattr(reference, name)(IMAGE * 1.0)


def test_each_pixel_has_one_gradient_to_be_thinned():
    with pytest.raises(ValueError, match=r"row_gradient: expected shape \(H, W\), got"):
        reference.non_maximum_suppression(*np.zeros((2, 8, 8, 3), np.int16))
    with pytest.raises(ValueError, match=r"row_gradient: expected shape \(..., 1, H, W\), got"):
        gpu.non_maximum_suppression(*torch.zeros((2, 3, 8, 8), dtype=torch.int16))


@PARTS
def test_a_response_has_rows_and_columns(part):
    for shape in ((), (5,)):
        response = np.zeros(shape) if part is reference else torch.zeros(shape)
        with pytest.raises(ValueError, match="response: expected rows and columns, got shape"):
            part.zero_crossings(response)


@PARTS
def test_an_empty_mask_is_refused(part):
    empty = given(part, np.zeros((0, 5), bool))
    with pytest.raises(ValueError, match="weak: expected at least one pixel"):
        part.hysteresis(empty, empty)


@pytest.mark.filterwarnings("ignore:the matrix subclass")
def test_matrices_and_masked_arrays_are_refused():
    with pytest.raises(TypeError, match="weak: expected a NumPy array, got a matrix"):
        reference.hysteresis(np.asmatrix(MASK), MASK)
    with pytest.raises(TypeError, match="response: .* got a masked array"):
        reference.zero_crossings(np.ma.array(FLOATS, mask=MASK))


def test_arrays_and_tensors_are_not_mixed_up():
    with pytest.raises(TypeError, match="found: expected bool in a NumPy array, got Tensor"):
        reference.precision_recall(torch.from_numpy(MASK), MASK)
    with pytest.raises(TypeError, match="thinned: .* in a torch tensor, got ndarray"):
        gpu.double_threshold(FLOATS, 1, 2)


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float16])
def test_numpys_numbers_are_as_good_as_pythons(kind):
    for part in (reference, gpu):
        image = given(part, IMAGE[::-1, ::2].copy())
        expected = part.canny(image, 30, 100, 3, True, 1)
        assert (
            part.canny(image, kind(30), kind(100), 3, np.bool_(True), kind(1)) == expected
        ).all()
        weak, strong = part.double_threshold(given(part, WHOLE.astype(np.int32) * 99), 30, 40, True)
        again = part.double_threshold(
            given(part, WHOLE.astype(np.int32) * 99), kind(30), kind(40), l2=True
        )
        assert (again[0] == weak).all() and (again[1] == strong).all()


def test_no_arrays_at_all_are_refused():
    for part in (reference, gpu):
        with pytest.raises(TypeError, match="row_gradient: expected int16 or .*, got list"):
            part.gradient_direction([1], [2])
