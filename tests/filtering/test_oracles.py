"""Chapter 04 against OpenCV, SciPy and scikit-image, on real pictures, every argument spelled out.

Median, edge-preserving filters and frequencies have files of their own.
"""

import cv2
import numpy as np
import pytest
from scipy import ndimage
from skimage import filters, metrics

from coursekit.filtering import reference
from coursekit.lab import samples

PICTURES = ("camera", "coins", "page", "brick", "chelsea")
OPENCV = {
    "reflect": cv2.BORDER_REFLECT_101,
    "symmetric": cv2.BORDER_REFLECT,
    "edge": cv2.BORDER_REPLICATE,
    "constant": cv2.BORDER_CONSTANT,
}
SCIPY = {
    "reflect": "mirror",
    "symmetric": "reflect",
    "edge": "nearest",
    "constant": "constant",
    "wrap": "wrap",
}
EMBOSS = np.array([[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])


@pytest.fixture(params=PICTURES)
def image(request):
    return getattr(samples, request.param)()[:300, :333]


@pytest.fixture
def floats(image):
    return image / 255


@pytest.fixture
def gray():
    return samples.camera()[100:300, 150:371]


def off_by(actual, expected):
    """The largest difference, in gray levels."""
    assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape)
    white = 1 if actual.dtype == np.uint8 else 255
    return np.abs(actual.astype(np.float64) - expected).max() * white


def filtered_by_opencv(image, kernel, border=cv2.BORDER_REFLECT_101, ddepth=-1):
    options = {"anchor": (-1, -1), "delta": 0, "borderType": border}
    return cv2.filter2D(image, ddepth, np.asarray(kernel, np.float32), **options)


def by_channel(function, image):
    """Let a function of gray pictures filter each channel."""
    if image.ndim == 2:
        return function(image)
    return np.dstack([function(channel) for channel in np.moveaxis(image, -1, 0)])


# ------------------------------------------------------------------ borders and correlation


@pytest.mark.parametrize("sides", [((3, 3), (3, 3)), ((0, 5), (7, 1)), ((250, 300), (400, 250))])
@pytest.mark.parametrize("border", [*OPENCV, "wrap"])
def test_pad_is_opencvs(gray, border, sides):
    (top, bottom), (left, right) = sides
    flag = OPENCV.get(border, cv2.BORDER_WRAP)
    expected = cv2.copyMakeBorder(gray, top, bottom, left, right, borderType=flag, value=77)
    np.testing.assert_array_equal(reference.pad(gray, sides, border, value=77), expected)


KERNELS = {
    "emboss": EMBOSS,
    "a row": [[1, 2, 1]],
    "halves": EMBOSS / 2,
    "even": [[1, -2, 0, 3], [2, 0, 1, -1]],
    "ninths": np.full((3, 3), 1 / 9),
    "large": np.random.default_rng(0).integers(-3, 4, (13, 13)),
}


@pytest.mark.parametrize("name", KERNELS)
def test_correlate_is_opencvs(image, name):
    expected = filtered_by_opencv(image, KERNELS[name])
    np.testing.assert_array_equal(reference.correlate(image, KERNELS[name]), expected)


@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (5, 2), (1, 7)])
@pytest.mark.parametrize("border", OPENCV)
def test_correlate_is_opencvs_with_every_border(gray, border, shape):
    kernel = np.random.default_rng(1).integers(-2, 3, shape)
    expected = filtered_by_opencv(gray, kernel, OPENCV[border])
    np.testing.assert_array_equal(reference.correlate(gray, kernel, border), expected)


def test_correlate_wraps_as_opencv_does_in_a_larger_picture(gray):
    larger = cv2.copyMakeBorder(gray, 1, 1, 1, 1, borderType=cv2.BORDER_WRAP)
    expected = filtered_by_opencv(larger, EMBOSS)[1:-1, 1:-1]
    np.testing.assert_array_equal(reference.correlate(gray, EMBOSS, "wrap"), expected)


@pytest.mark.parametrize("kernel", [EMBOSS, 50 * EMBOSS, [[-1, 0, 1]]])
def test_signed_sums_are_opencvs_in_16_bits(image, kernel):
    expected = filtered_by_opencv(image, kernel, ddepth=cv2.CV_16S)
    np.testing.assert_array_equal(reference.correlate(image, kernel, signed=True), expected)


@pytest.mark.parametrize("seed", range(3))
def test_correlate_with_any_weights_is_opencvs_but_for_near_halves(image, seed):
    # OpenCV's sum in single precision may fall to the other side of a half; ours is exact.
    kernel = np.random.default_rng(seed).normal(size=(5, 5)) / 5
    ours, opencvs = reference.correlate(image, kernel), filtered_by_opencv(image, kernel)
    exact = reference.correlate(image / 255, kernel.astype(np.float32), signed=True) * 255
    near_half = np.abs(exact % 1 - 0.5) < 1e-3
    np.testing.assert_array_equal(ours[~near_half], opencvs[~near_half])
    assert off_by(ours, opencvs) <= 1


def test_tenths_lie_on_halves_where_opencv_depends_on_its_own_rounding(image):
    kernel = np.full((2, 5), 0.1)
    ours, opencvs = reference.correlate(image, kernel), filtered_by_opencv(image, kernel)
    sums = reference.correlate(image, np.ones((2, 5)), signed=True)
    np.testing.assert_array_equal(ours[sums % 10 != 5], opencvs[sums % 10 != 5])
    assert off_by(ours, opencvs) <= 1


@pytest.mark.parametrize("shape", [(3, 3), (2, 5), (4, 4), (31, 1)])
@pytest.mark.parametrize("border", SCIPY)
def test_floats_are_correlated_and_convolved_as_by_scipy(gray, border, shape):
    floats, kernel = gray / 255, np.random.default_rng(2).normal(size=shape) / 5
    options = {"mode": SCIPY[border], "cval": 0.0, "origin": 0}
    correlated = ndimage.correlate(floats, kernel, **options)
    convolved = ndimage.convolve(floats, kernel, **options)
    ours = reference.correlate(floats, kernel, border, signed=True)
    np.testing.assert_allclose(ours, correlated, rtol=0, atol=1e-6)
    ours = reference.convolve(floats, kernel, border, signed=True)
    np.testing.assert_allclose(ours, convolved, rtol=0, atol=1e-6)


@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (5, 2)])
def test_convolve_is_opencvs_with_kernel_and_anchor_flipped(image, shape):
    kernel = np.random.default_rng(3).integers(-2, 3, shape).astype(np.float32)
    anchor = (shape[1] - 1 - shape[1] // 2, shape[0] - 1 - shape[0] // 2)
    flipped = cv2.flip(kernel, -1)
    expected = cv2.filter2D(
        image, -1, flipped, anchor=anchor, delta=0, borderType=cv2.BORDER_REFLECT_101
    )
    np.testing.assert_array_equal(reference.convolve(image, kernel), expected)


# ------------------------------------------------------------------ noise


def test_decibels_are_scikit_images(image, floats):
    noisy = reference.gaussian_noise(image, 20, seed=1)
    expected = metrics.peak_signal_noise_ratio(image, noisy, data_range=255)
    assert reference.peak_signal_to_noise_ratio(noisy, image) == pytest.approx(expected, abs=1e-9)
    expected = metrics.peak_signal_noise_ratio(floats, noisy / 255, data_range=1)
    ours = reference.peak_signal_to_noise_ratio(noisy / 255, floats)
    assert ours == pytest.approx(expected, abs=1e-9)


# ------------------------------------------------------------------ smoothing


@pytest.mark.parametrize("size", [1, 3, 5, 9, 15, 31])
def test_mean_filter_of_odd_size_is_opencvs(image, size):
    options = {"anchor": (-1, -1), "borderType": cv2.BORDER_REFLECT_101}
    expected = cv2.blur(image, (size, size), **options)
    np.testing.assert_array_equal(reference.mean_filter(image, size), expected)
    expected = cv2.boxFilter(image, -1, (size, size), normalize=True, **options)
    np.testing.assert_array_equal(reference.box_filter(image, size), expected)


@pytest.mark.parametrize("size", [18, 20, 30])
def test_mean_filter_of_large_even_size_is_opencvs(image, size):
    expected = cv2.blur(image, (size, size), anchor=(-1, -1), borderType=cv2.BORDER_REFLECT_101)
    np.testing.assert_array_equal(reference.mean_filter(image, size), expected)


@pytest.mark.parametrize("size", [2, 4, 6, 8, 10, 16])
def test_opencv_rounds_means_of_small_even_size_up(image, size):
    expected = cv2.blur(image, (size, size), anchor=(-1, -1), borderType=cv2.BORDER_REFLECT_101)
    ours = reference.mean_filter(image, size)
    sums = reference.box_filter(image, size, normalize=False)
    assert set(np.unique(expected.astype(int) - ours)) <= {0, 1}
    beyond_half = sums % size**2 > size**2 // 2
    np.testing.assert_array_equal(ours[beyond_half], expected[beyond_half])


def test_opencv_rounds_a_quarter_up():
    image = np.array([[0, 0], [0, 1]], np.uint8)
    options = {"anchor": (-1, -1), "borderType": cv2.BORDER_CONSTANT}
    assert cv2.blur(image, (2, 2), **options)[1, 1] == 1
    assert reference.mean_filter(image, 2, border="constant")[1, 1] == 0


@pytest.mark.parametrize("border", OPENCV)
@pytest.mark.parametrize("size", [2, 3, 7, 16])
def test_sums_are_opencvs_with_every_border(gray, size, border):
    expected = cv2.boxFilter(
        gray, cv2.CV_32S, (size, size), anchor=(-1, -1), normalize=False, borderType=OPENCV[border]
    )
    ours = reference.box_filter(gray, size, normalize=False, border=border)
    assert ours.dtype == expected.dtype == np.int32
    np.testing.assert_array_equal(ours, expected)


@pytest.mark.parametrize("border", SCIPY)
@pytest.mark.parametrize("size", [2, 5, 24])
def test_means_of_floats_are_scipys(gray, size, border):
    floats = gray / 255
    expected = ndimage.uniform_filter(floats, size=size, mode=SCIPY[border], cval=0.0, origin=0)
    ours = reference.mean_filter(floats, size, border)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-9)


@pytest.mark.parametrize("size", [1, 3, 5, 7, 9, 11, 31])
@pytest.mark.parametrize("sigma", [None, 0.5, 1.0, 2.7, 10.0])
def test_gaussian_kernel_is_opencvs(size, sigma):
    expected = cv2.getGaussianKernel(size, sigma or 0, ktype=cv2.CV_64F)[:, 0]
    ours = reference.gaussian_kernel(size, sigma)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize("sigma", [0.3, 0.5, 0.8, 1.0, 1.4, 2.0, 3.3, 7.0, 20.0])
def test_gaussian_is_opencvs(image, sigma):
    options = {"sigmaX": sigma, "sigmaY": sigma, "borderType": cv2.BORDER_REFLECT_101}
    expected = cv2.GaussianBlur(image, (0, 0), **options)
    np.testing.assert_array_equal(reference.gaussian(image, sigma), expected)


@pytest.mark.parametrize("border", OPENCV)
@pytest.mark.parametrize(("sigma", "size"), [(1.0, 3), (2.0, 5), (1.1, 21)])
def test_gaussian_is_opencvs_with_every_size_and_border(gray, sigma, size, border):
    options = {"sigmaX": sigma, "sigmaY": sigma, "borderType": OPENCV[border]}
    expected = cv2.GaussianBlur(gray, (size, size), **options)
    np.testing.assert_array_equal(reference.gaussian(gray, sigma, size, border), expected)


@pytest.mark.parametrize("sigma", [0.3, 0.8, 2.0, 5.0])
def test_gaussian_of_floats_is_opencvs_and_scipys(gray, sigma):
    floats = gray / 255
    options = {"sigmaX": sigma, "sigmaY": sigma, "borderType": cv2.BORDER_REFLECT_101}
    opencvs = cv2.GaussianBlur(floats, (0, 0), **options)
    ours = reference.gaussian(floats, sigma)
    np.testing.assert_allclose(ours, opencvs, rtol=0, atol=1e-6)
    reach = (round(8 * sigma + 1) | 1) // 2
    scipys = ndimage.gaussian_filter(floats, sigma, order=0, mode="mirror", radius=reach)
    np.testing.assert_allclose(ours, scipys, rtol=0, atol=1e-9)


# ------------------------------------------------------------------ sharpening


@pytest.mark.parametrize("amount", [0, 0.5, 1, 2.25])
def test_sharpen_is_opencvs_filter(image, amount):
    four = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]) * amount
    eight = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]) * amount
    four[1, 1] += 1
    eight[1, 1] += 1
    for neighbors, kernel in ((4, four), (8, eight)):
        ours = reference.sharpen(image, amount, neighbors)
        np.testing.assert_array_equal(ours, filtered_by_opencv(image, kernel))


@pytest.mark.parametrize("amount", [0.5, 1.0, 3.0])
@pytest.mark.parametrize("sigma", [0.7, 1.0, 2.0, 5.0])
def test_unsharp_mask_is_within_a_level_of_scikit_image(image, sigma, amount):
    def by_scikit_image(channel):
        sharp = filters.unsharp_mask(channel, radius=sigma, amount=amount, preserve_range=False)
        return np.rint(sharp * 255).astype(np.uint8)

    ours = reference.unsharp_mask(image, sigma, amount, border="symmetric")
    assert off_by(ours, by_channel(by_scikit_image, image)) <= 1


@pytest.mark.parametrize("sigma", [0.7, 1.3, 2.0])
def test_unsharp_mask_of_floats_is_scikit_images(gray, sigma):
    expected = filters.unsharp_mask(gray / 255, radius=sigma, amount=1.5, preserve_range=True)
    ours = reference.unsharp_mask(gray / 255, sigma, 1.5, border="symmetric")
    assert off_by(ours, expected.clip(0, 1)) < 0.05
