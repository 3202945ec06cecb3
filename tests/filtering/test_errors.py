"""Bad input to chapter 04 gets one error that says what was given and what is needed."""

import numpy as np
import pytest
import torch

from coursekit.filtering import gpu, reference

GRAY = np.arange(64, dtype=np.uint8).reshape(8, 8)
ONES = [[1, 1], [1, 1]]

IMAGES = [
    (GRAY.tolist(), TypeError, "image: expected a NumPy array, got list"),
    (GRAY.astype(np.int16), TypeError, r"image: expected uint8 or float in \[0, 1\], got int16"),
    (GRAY.astype(np.float32), ValueError, "got float32 with minimum 0.0 and maximum 63.0"),
    (GRAY[None, None], ValueError, r"expected shape \(H, W\) or \(H, W, 3\), got \(1, 1, 8, 8\)"),
    (GRAY[:0], ValueError, "expected at least one pixel"),
]
FILTERS = {
    "pad": (1,),
    "correlate": (ONES,),
    "convolve": (ONES,),
    "salt_and_pepper": (0.1, 0),
    "gaussian_noise": (1, 0),
    "peak_signal_to_noise_ratio": (GRAY,),
    "box_filter": (3,),
    "mean_filter": (3,),
    "gaussian": (1,),
    "sharpen": (),
    "unsharp_mask": (1,),
}


def as_tensors(arguments):
    return [torch.from_numpy(a)[None] if isinstance(a, np.ndarray) else a for a in arguments]


@pytest.mark.parametrize(("image", "error", "message"), IMAGES)
@pytest.mark.parametrize("name", FILTERS)
def test_what_is_no_picture_is_refused(name, image, error, message):
    with pytest.raises(error, match=message):
        getattr(reference, name)(image, *FILTERS[name])


@pytest.mark.parametrize(
    ("image", "error", "message"),
    [
        (GRAY, TypeError, "image: expected a torch tensor, got ndarray"),
        (torch.from_numpy(GRAY), ValueError, r"expected shape \(..., C, H, W\).*got \(8, 8\)"),
        (torch.zeros(1, 8, 8, dtype=torch.int32), TypeError, "expected uint8 or float.*int32"),
        (torch.zeros(1, 0, 8), ValueError, "with pixels in it"),
    ],
)
@pytest.mark.parametrize("name", FILTERS)
def test_what_is_no_batch_is_refused(name, image, error, message):
    with pytest.raises(error, match=message):
        getattr(gpu, name)(image, *as_tensors(FILTERS[name]))


ARGUMENTS = [
    ("pad", (-1,), ValueError, "size: expected no negative number, got -1"),
    ("pad", (1.5,), TypeError, r"expected a whole number or \(\(top, bottom\).*got 1.5"),
    ("pad", ((1, 2),), TypeError, r"expected a whole number or .*got \(1, 2\)"),
    ("pad", (1, "mirror"), ValueError, "border: expected one of 'reflect', .*got 'mirror'"),
    ("pad", (1, "constant", 256), ValueError, r"value: expected .* \[0, 255\], got 256"),
    ("pad", (1, "constant", "black"), TypeError, "value: expected a number, got str"),
    ("salt_and_pepper", (1.1, 0), ValueError, r"amount: expected .* \[0, 1\], got 1.1"),
    ("salt_and_pepper", (0.1, -1), ValueError, r"seed: expected a whole number .*got -1"),
    ("salt_and_pepper", (0.1, None), TypeError, "seed: expected a whole number, got None"),
    ("gaussian_noise", (-1, 0), ValueError, "sigma: expected .*got -1"),
    ("gaussian_noise", (1, 0.5), TypeError, "seed: expected a whole number, got 0.5"),
    (
        "peak_signal_to_noise_ratio",
        (GRAY[:4],),
        ValueError,
        r"expected one shape and dtype, got .*8, 8\) .*uint8 and .*4, 8\) .*uint8",
    ),
    (
        "peak_signal_to_noise_ratio",
        (GRAY / 63,),
        ValueError,
        r"expected one shape and dtype, got .*uint8 and .*float64",
    ),
    ("box_filter", (0,), ValueError, "size: expected a whole number .*got 0"),
    ("box_filter", (2.5,), TypeError, "size: expected a whole number, got 2.5"),
    ("mean_filter", (-3,), ValueError, "size: expected a whole number .*got -3"),
    ("gaussian", (0,), ValueError, "sigma: expected .*got 0"),
    ("gaussian", (1, 4), ValueError, "size: expected an odd number, got 4"),
    ("gaussian", (1, 0), ValueError, "size: expected a whole number .*got 0"),
    ("sharpen", (-1,), ValueError, "amount: expected .*got -1"),
    ("sharpen", (1, 6), ValueError, "neighbors: expected one of 4, 8, got 6"),
    ("unsharp_mask", (-1,), ValueError, "sigma: expected .*got -1"),
    ("unsharp_mask", (1, np.nan), ValueError, "amount: expected a finite number .*got nan"),
]


@pytest.mark.parametrize(("name", "arguments", "error", "message"), ARGUMENTS)
def test_senseless_arguments_are_refused_by_both_twins(name, arguments, error, message):
    with pytest.raises(error, match=message):
        getattr(reference, name)(GRAY, *arguments)
    with pytest.raises(error, match=message):
        getattr(gpu, name)(torch.from_numpy(GRAY)[None], *as_tensors(arguments))


@pytest.mark.parametrize(
    "name", ["pad", "correlate", "convolve", "box_filter", "mean_filter", "gaussian"]
)
@pytest.mark.parametrize("twin", [reference, gpu])
def test_an_unknown_border_is_refused(twin, name):
    image = GRAY if twin is reference else torch.from_numpy(GRAY)[None]
    with pytest.raises(ValueError, match="border: expected one of 'reflect', .*got 'replicate'"):
        getattr(twin, name)(image, *FILTERS[name], border="replicate")


@pytest.mark.parametrize(
    ("kernel", "error", "message"),
    [
        ([1, 2, 1], ValueError, r"kernel: expected shape \(Kh, Kw\), got \(3,\)"),
        (np.ones((1, 3, 3)), ValueError, r"kernel: expected shape \(Kh, Kw\), got \(1, 3, 3\)"),
        (np.ones((0, 3)), ValueError, r"kernel: expected shape \(Kh, Kw\), got \(0, 3\)"),
        ([[1, np.nan]], ValueError, "kernel: expected finite numbers"),
        ([["a", "b"]], TypeError, "kernel: expected numbers"),
        ([[True, False]], TypeError, "kernel: expected numbers, got bool"),
    ],
)
@pytest.mark.parametrize("twin", [reference, gpu])
def test_what_is_no_kernel_is_refused(twin, kernel, error, message):
    image = GRAY if twin is reference else torch.from_numpy(GRAY)[None]
    for name in ("correlate", "convolve"):
        with pytest.raises(error, match=message):
            getattr(twin, name)(image, kernel)
    for name in ("is_separable", "separate"):
        with pytest.raises(error, match=message):
            getattr(twin, name)(kernel)


@pytest.mark.parametrize("twin", [reference, gpu])
def test_a_kernel_of_rank_two_is_not_taken_apart(twin):
    with pytest.raises(ValueError, match=r"kernel: expected rank 1, got singular values \[.*\]"):
        twin.separate([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    with pytest.raises(ValueError, match="tolerance: expected .*got 2"):
        twin.is_separable(ONES, 2)


@pytest.mark.parametrize("twin", [reference, gpu])
def test_a_gaussian_kernel_needs_an_odd_size_and_a_positive_sigma(twin):
    with pytest.raises(ValueError, match="size: expected an odd number, got 4"):
        twin.gaussian_kernel(4, 1)
    with pytest.raises(ValueError, match="sigma: expected .*got 0"):
        twin.gaussian_kernel(3, 0)


def test_a_batch_needs_one_seed_or_one_for_each_picture():
    batch = torch.zeros(2, 3, 1, 4, 5)
    with pytest.raises(ValueError, match="seed: expected one for each of 6 pictures, got 2"):
        gpu.gaussian_noise(batch, 0.1, [1, 2])
    with pytest.raises(TypeError, match="seed: expected a whole number, got 0.5"):
        gpu.salt_and_pepper(batch, 0.1, [0.5] * 6)


@pytest.mark.parametrize("name", FILTERS)
def test_input_is_never_modified(name):
    for image in (GRAY.copy(), GRAY / 63):
        arguments = (image,) if name == "peak_signal_to_noise_ratio" else FILTERS[name]
        image.setflags(write=False)
        before = image.copy()
        getattr(reference, name)(image, *arguments)
        np.testing.assert_array_equal(image, before)
