"""Bad input to chapter 02 gets one error that says what was given and what is needed."""

import numpy as np
import pytest
import torch

from coursekit.gray_transforms import gpu, reference

GRAY = np.arange(64, dtype=np.uint8).reshape(8, 8)
TABLE = np.arange(256, dtype=np.uint8)

IMAGES = [
    (GRAY.tolist(), TypeError, "image: expected a NumPy array, got list"),
    (GRAY.astype(np.int16), TypeError, r"image: expected uint8 or float in \[0, 1\], got int16"),
    (GRAY.astype(np.float32), ValueError, "got float32 with minimum 0.0 and maximum 63.0"),
    (np.array([[np.nan, 0.5]]), ValueError, "got float64 with minimum nan"),
    (GRAY / 63 - 1, ValueError, "minimum -1.0 and maximum 0.0"),
    (GRAY[None, None], ValueError, r"expected shape \(H, W\) or \(H, W, 3\), got \(1, 1, 8, 8\)"),
    (np.dstack([GRAY] * 4), ValueError, r"got \(8, 8, 4\)"),
    (GRAY[:0], ValueError, "expected at least one pixel"),
]
TRANSFORMS = {
    "input_levels": (),
    "apply_lut": (TABLE,),
    "linear": (1.0, 0.0),
    "invert": (),
    "gamma": (0.5,),
    "log": (),
    "contrast_stretch": (0, 1),
    "piecewise_linear": ([(0, 0), (1, 1)],),
    "slice_levels": (0, 1),
    "bit_plane": (3,),
    "hide_message": (b"",),
    "reveal_message": (),
}


@pytest.mark.parametrize(("image", "error", "message"), IMAGES)
@pytest.mark.parametrize("name", TRANSFORMS)
def test_what_is_no_picture_is_refused(name, image, error, message):
    with pytest.raises(error, match=message):
        getattr(reference, name)(image, *TRANSFORMS[name])


ARGUMENTS = [
    ("apply_lut", (TABLE.astype(int),), TypeError, r"table: expected uint8, got (torch\.)?int64"),
    ("apply_lut", (TABLE[:200],), ValueError, r"expected shape \(256,\).*got \(200,\)"),
    ("apply_lut", (np.stack([TABLE] * 3, 1),), ValueError, r"got \(256, 3\)"),
    ("linear", ("much", 0), TypeError, "contrast: expected a number, got str"),
    ("linear", (1, np.inf), ValueError, "brightness: expected a finite number .* got inf"),
    ("gamma", (0,), ValueError, "exponent: expected .* got 0"),
    ("gamma", (1, -0.5), ValueError, "gain: expected .* got -0.5"),
    ("log", (-1,), ValueError, "gain: expected .* got -1"),
    ("contrast_stretch", (70, 70), ValueError, "expected low < high, got 70"),
    ("contrast_stretch", (80, 70), ValueError, "expected low <= high, got 80 and 70"),
    ("contrast_stretch", (-1, 70), ValueError, r"low: expected .* \[0, 255.*\], got -1"),
    ("contrast_stretch", (0, 256), ValueError, "high: expected .* got 256"),
    (
        "piecewise_linear",
        ([(0, 0)],),
        ValueError,
        r"two or more pairs \(r, s\), got shape \(1, 2\)",
    ),
    ("piecewise_linear", ([1, 2],), ValueError, r"got shape \(2,\)"),
    ("piecewise_linear", ([(5, 0), (5, 9)],), ValueError, "r increasing, got .*5.0"),
    ("piecewise_linear", ([(0, 0), (9, np.nan)],), ValueError, "finite pairs"),
    ("slice_levels", (90, 80), ValueError, "expected low <= high, got 90 and 80"),
    ("bit_plane", (8,), ValueError, r"bit: expected a whole number in \[0, 7\], got 8"),
    ("bit_plane", (1.5,), TypeError, "bit: expected a whole number, got 1.5"),
    ("hide_message", ("text",), TypeError, "data: expected bytes, got str"),
    ("hide_message", (b"hello",), ValueError, "5 bytes do not fit, there is room for 4"),
    ("hide_message", (b"", 9), ValueError, r"bits: expected a whole number in \[1, 8\], got 9"),
    ("reveal_message", (0,), ValueError, r"bits: expected a whole number in \[1, 8\], got 0"),
    ("reveal_message", (8,), ValueError, r"image: no message is hidden in its lowest 8 bit\(s\)"),
]


@pytest.mark.parametrize(("name", "arguments", "error", "message"), ARGUMENTS)
def test_senseless_arguments_are_refused_by_both_twins(name, arguments, error, message):
    with pytest.raises(error, match=message):
        getattr(reference, name)(GRAY, *arguments)
    tensors = [torch.from_numpy(a) if isinstance(a, np.ndarray) else a for a in arguments]
    with pytest.raises(error, match=message):
        getattr(gpu, name)(torch.from_numpy(GRAY)[None], *tensors)


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (GRAY, TypeError, "image: expected a torch tensor, got ndarray"),
        (torch.from_numpy(GRAY), ValueError, r"expected shape \(..., C, H, W\).*got \(8, 8\)"),
        (
            torch.zeros(1, 8, 8, dtype=torch.int32),
            TypeError,
            "expected uint8 or float.*torch.int32",
        ),
        (torch.zeros(1, 0, 8), ValueError, "with pixels in it"),
    ],
)
@pytest.mark.parametrize("name", TRANSFORMS)
def test_what_is_no_batch_is_refused(name, image, error, message):
    arguments = (torch.from_numpy(TABLE),) if name == "apply_lut" else TRANSFORMS[name]
    with pytest.raises(error, match=message):
        getattr(gpu, name)(image, *arguments)


@pytest.mark.parametrize("name", ["apply_lut", "bit_plane", "hide_message", "reveal_message"])
def test_what_has_bits_and_tables_needs_uint8(name):
    with pytest.raises(TypeError, match="image: expected uint8, got float64"):
        getattr(reference, name)(GRAY / 255, *TRANSFORMS[name])


def test_too_small_a_picture_holds_no_message():
    with pytest.raises(ValueError, match="0 bytes do not fit, there is room for 0"):
        reference.hide_message(np.zeros((5, 6), np.uint8), b"")


@pytest.mark.parametrize("name", TRANSFORMS)
def test_input_is_never_modified(name):
    image = np.zeros((13, 14), np.uint8)  # zeros: a message of length 0
    image.setflags(write=False)
    before = image.copy()
    getattr(reference, name)(image, *TRANSFORMS[name])
    np.testing.assert_array_equal(image, before)


FACTORS = [
    (
        "linear",
        (1e300, 0),
        r"contrast: expected a finite number in \[-1e\+30, 1e\+30\], got 1e\+300",
    ),
    ("linear", (1, -1e31), "brightness: expected a finite number"),
    ("gamma", (1e-300,), "exponent: expected a finite number in .* got 1e-300"),
    ("gamma", (1, 1e300), "gain: expected a finite number in .* got 1e.300"),
    ("log", (1e300,), "gain: expected a finite number in .* got 1e.300"),
    ("contrast_stretch", (0, 1e-40), "low and high: expected a difference of 1e-30 or more"),
    ("piecewise_linear", ([(0, 0), (1, 1e300)],), r"points: expected numbers up to 1e\+12"),
    ("piecewise_linear", ([(0, 0), (1e-40, 1)],), "r increasing by 1e-20 or more"),
]


@pytest.mark.parametrize(("name", "arguments", "message"), FACTORS)
@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_numbers_that_would_overflow_are_refused(name, arguments, message, dtype):
    image = np.zeros((2, 3), dtype)
    for part, given in ((reference, image), (gpu, torch.from_numpy(image)[None])):
        with pytest.raises(ValueError, match=message):
            getattr(part, name)(given, *arguments)


@pytest.mark.parametrize("points", ["ab", [(0, 0), (1, "a")], [[0, 1], [1]], [(0, 1j), (1, 1)]])
def test_points_are_pairs_of_numbers(points):
    for part, image in ((reference, GRAY), (gpu, torch.from_numpy(GRAY)[None])):
        with pytest.raises(TypeError, match=r"points: expected pairs of numbers \(r, s\), got"):
            part.piecewise_linear(image, points)


@pytest.mark.parametrize("keep", [1, 0.0, None, "no", np.array([True, False])])
def test_to_keep_is_a_flag(keep):
    for part, image in ((reference, GRAY), (gpu, torch.from_numpy(GRAY)[None])):
        with pytest.raises(TypeError, match="keep: expected True or False, got"):
            part.slice_levels(image, 3, 5, keep)


def test_what_a_transform_made_has_a_value_for_each_level():
    levels, floats = np.arange(200.0), np.zeros((8, 7))
    with pytest.raises(ValueError, match=r"s: expected shape \(256,\), got \(200,\)"):
        reference.output(GRAY, levels)
    with pytest.raises(ValueError, match=r"s: expected shape \(256,\), got \(200,\)"):
        gpu.output(torch.from_numpy(GRAY)[None], torch.from_numpy(levels))
    with pytest.raises(ValueError, match=r"s: expected shape \(8, 8\), got \(8, 7\)"):
        reference.output(GRAY / 255, floats)
    with pytest.raises(TypeError, match="s: expected an array of float32 or float64, got int64"):
        reference.output(GRAY, np.arange(256))
    with pytest.raises(TypeError, match="s: expected an array of float32 or float64, got int8"):
        gpu.output(torch.from_numpy(GRAY)[None], torch.zeros(256, dtype=torch.int8))
    with pytest.raises(TypeError, match="s: expected a NumPy array, got list"):
        reference.output(GRAY, levels.tolist())
    with pytest.raises(TypeError, match="s: expected a torch tensor, got ndarray"):
        gpu.output(torch.from_numpy(GRAY)[None], levels)


def test_each_twin_has_arrays_of_its_own():
    with pytest.raises(TypeError, match="table: expected a NumPy array, got Tensor"):
        reference.apply_lut(GRAY, torch.from_numpy(TABLE))
    with pytest.raises(TypeError, match="table: expected a torch tensor, got ndarray"):
        gpu.apply_lut(torch.from_numpy(GRAY)[None], TABLE)
    with pytest.raises(TypeError, match="image: expected a dense tensor, got torch.sparse"):
        gpu.invert(torch.zeros(1, 4, 4).to_sparse())


def test_a_matrix_holds_no_message():
    with pytest.raises(TypeError, match=r"got a matrix; give np.asarray\(image\)"):
        reference.reveal_message(reference.hide_message(GRAY, b"hi").view(np.matrix))
