"""Bad input to chapter 01 gets one error that says what was given and what is needed."""

import numpy as np
import pytest
import torch

from coursekit.images import gpu, reference

GRAY = np.arange(64, dtype=np.uint8).reshape(8, 8)
COLOR = np.dstack([GRAY] * 3)
TO = ("rgb_to_bgr", "rgb_to_gray", "rgb_to_hsv", "rgb_to_lab", "rgb_to_ycrcb")
BACK = ("hsv_to_rgb", "lab_to_rgb", "ycrcb_to_rgb")

CALLS = [
    ("crop", (0, 0, 9, 2), ValueError, "rows 0..8 and columns 0..1 leave the image of 8 rows"),
    ("crop", (-1, 0, 2, 2), ValueError, "rows -1..0 and columns 0..1 leave"),
    ("crop", (0, 7, 1, 2), ValueError, "and 8 columns"),
    ("crop", (0, 0, 0, 2), ValueError, "height: expected a whole number in"),
    ("crop", (0.5, 0, 2, 2), TypeError, "top: expected a whole number, got 0.5"),
    ("resize", (4,), TypeError, r"shape: expected \(height, width\), got 4"),
    ("resize", ((4, 0),), ValueError, "width in shape: expected a whole number in"),
    ("resize", ((4, 2**31),), ValueError, r"width in shape: .* \[1, 65535\], got 2147483648"),
    ("resize", (np.array([4, 4]),), TypeError, r"shape: expected \(height, width\), got array"),
    ("resize", ((4.0, 4),), TypeError, "height in shape: expected a whole number, got 4.0"),
    ("resize", ((4, 4), "cubic"), ValueError, "method: expected one of 'nearest', 'bilinear'"),
    ("pyramid_up", ((17, 16),), ValueError, "expected 16 or 15 rows and 16 or 15 columns"),
    ("gaussian_pyramid", (0,), ValueError, "levels: expected a whole number in"),
    ("gaussian_pyramid", (5,), ValueError, "8 x 8 is down to one pixel after 4 levels, got 5"),
    ("laplacian_pyramid", (5,), ValueError, "down to one pixel after 4 levels"),
]


def batch(image):
    return torch.from_numpy(image if image.ndim == 2 else np.moveaxis(image, -1, 0)).view(-1, 8, 8)


@pytest.mark.parametrize(("name", "arguments", "error", "words"), CALLS)
def test_bad_arguments_are_named(name, arguments, error, words):
    for part, image in ((reference, GRAY), (gpu, batch(GRAY))):
        with pytest.raises(error, match=words):
            getattr(part, name)(image, *arguments)


@pytest.mark.parametrize("name", TO)
def test_a_gray_picture_has_no_colours(name):
    with pytest.raises(ValueError, match=r"expected a colour image of shape \(H, W, 3\), got"):
        getattr(reference, name)(GRAY)


@pytest.mark.parametrize("name", BACK)
def test_a_gray_picture_has_no_three_channels(name):
    with pytest.raises(ValueError, match=r"expected three channels, shape \(H, W, 3\), got"):
        getattr(reference, name)(GRAY)


@pytest.mark.parametrize("name", TO + BACK)
def test_a_gray_batch_has_no_colours(name):
    with pytest.raises(ValueError, match="expected 3 channels"):
        getattr(gpu, name)(batch(GRAY))


@pytest.mark.parametrize("name", BACK)
def test_encodings_are_arrays_of_finite_numbers(name):
    function = getattr(reference, name)
    with pytest.raises(TypeError, match="expected a NumPy array, got list"):
        function(COLOR.tolist())
    with pytest.raises(TypeError, match="expected uint8 or float, got int16"):
        function(COLOR.astype(np.int16))
    with pytest.raises(ValueError, match="got NaN or infinity"):
        function(COLOR * np.nan)


@pytest.mark.parametrize("name", TO)
def test_floats_beyond_1_are_refused(name):
    with pytest.raises(ValueError, match="got float32 with minimum 0.0 and maximum 63.0"):
        getattr(reference, name)(COLOR.astype(np.float32))


@pytest.mark.parametrize("part", [reference, gpu])
def test_a_pyramid_is_a_list_of_levels(part):
    with pytest.raises(TypeError, match="expected a list of at least one level"):
        part.collapse([])
    with pytest.raises(TypeError, match="expected a list of at least one level"):
        part.collapse(GRAY if part is reference else batch(GRAY))


def test_levels_that_do_not_follow_by_halves_are_refused():
    residual, coarsest = reference.laplacian_pyramid(GRAY, 2)
    with pytest.raises(ValueError, match="shape: expected 8 or 7 rows and 8 or 7 columns"):
        reference.collapse([residual[:5], coarsest])


RESIDUALS = [
    (
        lambda residual: residual.tolist(),
        TypeError,
        "a level of the pyramid: expected a .*, got list",
    ),
    (lambda residual: residual / 2, TypeError, r"expected (torch\.)?int16, got (torch\.)?float"),
    (lambda residual: residual[0], ValueError, "a level of the pyramid: expected shape"),
]


@pytest.mark.parametrize(("spoil", "error", "words"), RESIDUALS)
@pytest.mark.parametrize("part", [reference, gpu])
def test_a_level_that_is_no_difference_is_refused(part, spoil, error, words):
    residual, coarsest = part.laplacian_pyramid(GRAY if part is reference else batch(GRAY), 2)
    with pytest.raises(error, match=words):
        part.collapse([spoil(residual), coarsest])


def test_a_difference_that_is_not_finite_is_refused():
    residual, coarsest = reference.laplacian_pyramid(GRAY / 255, 2)
    with pytest.raises(ValueError, match="expected finite numbers, got NaN or infinity"):
        reference.collapse([residual * np.inf, coarsest])


@pytest.mark.parametrize("name", BACK)
def test_numbers_that_would_overflow_are_refused(name):
    with pytest.raises(ValueError, match=r"at most 1e\+06, got minimum 0.0 and maximum 1e\+300"):
        getattr(reference, name)(np.array([[[0, 0, 1e300]]]))


def test_arrays_that_compute_differently_are_refused():
    masked = np.ma.array(COLOR, mask=COLOR > 9)
    for name in TO + BACK:
        with pytest.raises(TypeError, match="got a masked array; give image.filled"):
            getattr(reference, name)(masked)
    with pytest.raises(TypeError, match=r"got a matrix; give np.asarray\(image\)"):
        reference.resize(GRAY.view(np.matrix), (4, 4))
