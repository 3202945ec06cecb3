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
    ("pad", (2**70,), TypeError, "size: expected a whole number or .*got 1180591620717411303424"),
    ("pad", (2**63,), ValueError, "size: expected at most 32767 pixels, got 9223372036854775808"),
    ("pad", ([[1, 2], [3]],), TypeError, r"size: expected a whole number or .*got \[\[1, 2\], \[3"),
    ("box_filter", (2**63,), ValueError, r"size: expected a whole number in \[1, 32767\]"),
    ("box_filter", (2902, False), ValueError, r"size: expected a whole number in \[1, 2901\]"),
    ("box_filter", (3, 1), TypeError, "normalize: expected True or False, got 1"),
    ("median_filter", (2**63 + 1,), ValueError, r"size: expected a whole number in \[1, 32767\]"),
    ("bilateral", (3, 1e300, 1), ValueError, "sigma_color: expected a finite number in"),
    ("correlate", (ONES, "reflect", None), TypeError, "signed: expected True or False, got None"),
    ("correlate", ([[1e300]],), ValueError, "kernel: expected weights of at most 1e.31"),
    ("correlate", ([[1, 2], [3]],), TypeError, "kernel: expected numbers, got object"),
    ("gaussian", (1e300,), ValueError, "sigma: expected a finite number in"),
    ("gaussian", (5000,), ValueError, r"sigma: expected a finite number in \[0.001, 4095\]"),
    ("sharpen", (1e300,), ValueError, "amount: expected a finite number in"),
    ("sharpen", (1, 4.0), ValueError, "neighbors: expected one of 4, 8, got 4.0"),
    ("frequency_filter", ("ideal", 0.1, 10**400), ValueError, "order: expected a whole number in"),
    (
        "frequency_filter",
        ("ideal", 0.1, 2, "low", "yes"),
        TypeError,
        "keep_mean: expected True or False, got 'yes'",
    ),
    ("notch_filter", ([["a", "b"]], 0.1), TypeError, "centers: expected numbers, got"),
    ("notch_filter", ([[0.1], [0.1, 0.2]], 0.1), ValueError, "centers: expected pairs"),
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


NUMBERS = [
    ("median_filter", {"size": 3}),
    ("bilateral", {"size": 5, "sigma_color": 30, "sigma_space": 2}),
    ("non_local_means", {"strength": 40, "patch_size": 3, "search_distance": 2, "noise": 3}),
    ("box_filter", {"size": 3}),
    ("gaussian", {"sigma": 2, "size": 5}),
    ("unsharp_mask", {"sigma": 2, "amount": 3}),
    ("sharpen", {"amount": 2, "neighbors": 8}),
    ("pad", {"size": 3, "value": 7, "border": "constant"}),
    ("salt_and_pepper", {"amount": 1, "seed": 3}),
    ("gaussian_noise", {"sigma": 9, "seed": 3}),
    ("frequency_filter", {"kind": "butterworth", "cutoff": 1, "order": 2}),
    ("notch_filter", {"centers": [(0.25, 0.125)], "radius": 1, "order": 2}),
]


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.uint64, np.float16, np.float64])
@pytest.mark.parametrize(("name", "named"), NUMBERS)
def test_numpys_numbers_are_as_good_as_pythons(name, named, kind):
    sizes = ("size", "patch_size", "search_distance", "neighbors", "seed", "order")
    only_whole = np.issubdtype(kind, np.floating)
    given = {
        key: kind(value) if isinstance(value, int) and not (only_whole and key in sizes) else value
        for key, value in named.items()
    }
    for part, image in ((reference, GRAY), (gpu, torch.from_numpy(GRAY)[None])):
        function = getattr(part, name)
        np.testing.assert_array_equal(function(image, **given), function(image, **named))


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@pytest.mark.parametrize("twin", [reference, gpu])
def test_matrices_and_masked_arrays_are_no_kernels(twin):
    for function in (twin.is_separable, twin.separate):
        with pytest.raises(TypeError, match="kernel: expected a NumPy array, got a matrix"):
            function(np.matrix(ONES))
        with pytest.raises(TypeError, match="kernel: expected a NumPy array, got a masked array"):
            function(np.ma.array(ONES))


def test_a_tensor_is_no_kernel_of_the_reference():
    with pytest.raises(TypeError, match="kernel: expected a NumPy array, got Tensor"):
        reference.correlate(GRAY, torch.ones(3, 3))


@pytest.mark.parametrize("twin", [reference, gpu])
def test_a_kernel_as_wide_as_can_be_gets_a_flat_gaussian(twin):
    np.testing.assert_allclose(twin.gaussian_kernel(5, 1e20), 0.2, rtol=1e-12)
    with pytest.raises(ValueError, match="sigma: expected a finite number in"):
        twin.gaussian_kernel(5, 1e200)


def test_sums_of_the_largest_box_fit_in_int32():
    white = np.full((1, 1), 255, np.uint8)
    assert reference.box_filter(white, 2901, normalize=False)[0, 0] == 255 * 2901**2 < 2**31


@pytest.mark.parametrize("twin", [reference, gpu])
def test_a_gaussian_kernel_needs_an_odd_size_and_a_positive_sigma(twin):
    with pytest.raises(ValueError, match="size: expected an odd number, got 4"):
        twin.gaussian_kernel(4, 1)
    with pytest.raises(ValueError, match="sigma: expected .*got 0"):
        twin.gaussian_kernel(3, 0)


def test_a_batch_needs_one_seed_or_one_for_each_picture():
    batch = torch.zeros(2, 3, 1, 4, 5)
    with pytest.raises(ValueError, match="seed: expected one for each of 6 images, got 2"):
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
