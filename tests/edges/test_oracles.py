"""Chapter 05 against OpenCV and SciPy, every argument spelled out."""

import cv2
import numpy as np
import pytest
import torch
from scipy import ndimage

from coursekit.edges import gpu, reference
from coursekit.lab import samples

GRAY = ("camera", "coins", "moon", "page", "brick", "grass", "gravel", "text", "cell")
COLOR = ("astronaut", "chelsea", "coffee", "rocket")
BORDERS = {
    "reflect": cv2.BORDER_REFLECT_101,
    "symmetric": cv2.BORDER_REFLECT,
    "edge": cv2.BORDER_REPLICATE,
}
SCIPYS = {"reflect": "mirror", "symmetric": "reflect", "edge": "nearest", "wrap": "wrap"}
WEIGHTS = {3: 1, 5: 12, 7: 160}  # how much larger gradients are than those of size 3
NORMS = pytest.mark.parametrize("l2", [False, True], ids=["l1", "l2"])
SIZES = pytest.mark.parametrize("size", [3, 5, 7])


def crop(name, side=160):
    picture = getattr(samples, name)()
    return np.ascontiguousarray(picture[: side + 7, :side])


@pytest.fixture(params=["camera", "page", "text", "astronaut", "noise", "stripes", "one", "few"])
def image(request):
    rng = np.random.default_rng(5)
    made = {
        "noise": lambda: rng.integers(0, 256, (40, 51, 3), dtype=np.uint8),
        "stripes": lambda: (rng.random((60, 61)) < 0.5).astype(np.uint8) * 255,
        "one": lambda: np.array([[77]], np.uint8),
        "few": lambda: rng.integers(0, 256, (2, 3), dtype=np.uint8),
    }
    return made[request.param]() if request.param in made else crop(request.param)


def assert_pair_is_opencvs(pair, function, *arguments, **named):
    for gradient, (dx, dy) in zip(pair, ((0, 1), (1, 0)), strict=True):
        expected = function(*arguments, ddepth=cv2.CV_16S, dx=dx, dy=dy, **named)
        assert gradient.dtype == np.int16
        np.testing.assert_array_equal(gradient, expected.reshape(gradient.shape))


def assert_masks_are_opencvs(results, image, masks, anchor, border):
    for result, mask in zip(results, masks, strict=True):
        expected = cv2.filter2D(
            image, cv2.CV_16S, np.array(mask, np.float32), anchor=anchor, delta=0, borderType=border
        )
        assert result.dtype == np.int16
        np.testing.assert_array_equal(result, expected.reshape(result.shape))


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("size", [1, 3, 5, 7])
def test_sobel_is_opencvs(image, size, border):
    assert_pair_is_opencvs(
        reference.sobel(image, size, border),
        cv2.Sobel, image, ksize=size, scale=1, delta=0, borderType=BORDERS[border],
    )  # fmt: skip


@pytest.mark.parametrize("border", BORDERS)
def test_scharr_is_opencvs(image, border):
    assert_pair_is_opencvs(
        reference.scharr(image, border),
        cv2.Scharr, image, scale=1, delta=0, borderType=BORDERS[border],
    )  # fmt: skip


@pytest.mark.parametrize("border", BORDERS)
def test_prewitt_is_opencvs_correlation_with_its_masks(image, border):
    masks = [[-1, -1, -1], [0, 0, 0], [1, 1, 1]], [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]
    pair = reference.prewitt(image, border)
    assert_masks_are_opencvs(pair, image, masks, (-1, -1), BORDERS[border])


@pytest.mark.parametrize("border", BORDERS)
def test_roberts_is_opencvs_correlation_anchored_at_the_first_weight(image, border):
    masks = [[-1, 0], [0, 1]], [[0, -1], [1, 0]]
    pair = reference.roberts(image, border)
    assert_masks_are_opencvs(pair, image, masks, (0, 0), BORDERS[border])


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("size", [1, 3, 5, 7])
def test_laplacian_is_opencvs(image, size, border):
    expected = cv2.Laplacian(
        image, ddepth=cv2.CV_16S, ksize=size, scale=1, delta=0, borderType=BORDERS[border]
    )
    result = reference.laplacian(image, size, border)
    assert result.dtype == np.int16
    np.testing.assert_array_equal(result, expected.reshape(result.shape))


def test_magnitude_and_direction_are_opencvs_polar_coordinates(image):
    row, column = reference.sobel(image)
    length, angle = cv2.cartToPolar(
        column.astype(np.float64), row.astype(np.float64), angleInDegrees=False
    )
    ours = reference.gradient_magnitude(row, column, "l2")
    np.testing.assert_allclose(ours, length.reshape(ours.shape), rtol=1e-6)
    turned = np.mod(reference.gradient_direction(row, column), 2 * np.pi)
    apart = np.abs(turned - angle.reshape(turned.shape))
    # OpenCV's arctangent is a polynomial, right to about a hundredth of a degree
    assert np.minimum(apart, 2 * np.pi - apart).max() < np.radians(0.02)


@pytest.mark.parametrize("border", SCIPYS)
@pytest.mark.parametrize("sigma", [0.7, 1.4, 3.0])
def test_laplacian_of_gaussian_is_scipys(sigma, border):
    image = crop("camera")
    expected = ndimage.gaussian_laplace(
        image.astype(np.float64), sigma, mode=SCIPYS[border], truncate=4.0
    )
    result = reference.laplacian_of_gaussian(image, sigma, border)
    np.testing.assert_allclose(result, expected, rtol=0, atol=255e-6)


def test_laplacian_of_gaussian_of_colours_is_scipys_of_each():
    image = crop("astronaut", 60) / 255
    result = reference.laplacian_of_gaussian(image, 1.2)
    for channel in range(3):
        expected = ndimage.gaussian_laplace(image[..., channel], 1.2, mode="mirror", truncate=4.0)
        np.testing.assert_allclose(result[..., channel], expected, rtol=0, atol=1e-12)


# ------------------------------------------------------------------ Canny


def opencvs_canny(image, low, high, size, l2):
    found = cv2.Canny(image, low, high, apertureSize=size, L2gradient=l2)
    return found.reshape(image.shape[:2])


@NORMS
@SIZES
@pytest.mark.parametrize("name", GRAY + COLOR)
def test_canny_is_opencvs_on_pictures(name, size, l2):
    image, weight = crop(name), WEIGHTS[size]
    for low, high in ((40 * weight, 120 * weight), (77.5 * weight, 160.3 * weight)):
        expected = opencvs_canny(image, low, high, size, l2)
        np.testing.assert_array_equal(reference.canny(image, low, high, size, l2), expected)


@NORMS
@SIZES
def test_canny_of_a_batch_is_opencvs(size, l2):
    images, weight = [crop(name) for name in ("camera", "brick", "grass")], WEIGHTS[size]
    batch = torch.from_numpy(np.stack(images))[:, None]
    found = gpu.canny(batch, 50 * weight, 150 * weight, size, l2)[:, 0].numpy()
    expected = [opencvs_canny(image, 50 * weight, 150 * weight, size, l2) for image in images]
    np.testing.assert_array_equal(found, expected)


@NORMS
@SIZES
def test_canny_is_opencvs_at_the_extremes_of_the_thresholds(size, l2):
    image, weight = crop("coins", 80), WEIGHTS[size]
    pairs = [(0, 0), (0, 1e9), (1e9, 1e9), (0.2, 0.7), (2040, 2040), (32767, 32768), (1, 5e4)]
    for low, high in pairs + [(300 * weight, 100 * weight), (120 * weight, 120 * weight)]:
        expected = opencvs_canny(image, low, high, size, l2)
        np.testing.assert_array_equal(reference.canny(image, low, high, size, l2), expected)


@NORMS
@SIZES
@pytest.mark.parametrize("channels", [(), (3,)], ids=["gray", "colour"])
def test_canny_is_opencvs_on_one_to_five_pixels_a_side(size, l2, channels):
    rng = np.random.default_rng(size)
    found = 0
    for height in range(1, 6):
        for width in range(1, 6):
            image = rng.integers(0, 256, (height, width, *channels), dtype=np.uint8)
            low, high = np.sort(rng.uniform(0, 400, 2)) * WEIGHTS[size]
            expected = opencvs_canny(image, low, high, size, l2)
            np.testing.assert_array_equal(reference.canny(image, low, high, size, l2), expected)
            found += expected.any()
    assert found > 5


@NORMS
@SIZES
def test_canny_is_opencvs_on_noise(size, l2):
    rng = np.random.default_rng(size)
    for channels in ((), (3,)):
        noise = rng.integers(0, 256, (60, 47, *channels), dtype=np.uint8)
        two_levels = (noise > 200).astype(np.uint8) * 255
        for image in (noise, two_levels, cv2.GaussianBlur(noise, (5, 5), 1.5)):
            low, high = np.sort(rng.uniform(0, 700, 2)) * WEIGHTS[size]
            expected = opencvs_canny(image, low, high, size, l2)
            np.testing.assert_array_equal(reference.canny(image, low, high, size, l2), expected)


def test_canny_smooths_first_on_request():
    image = crop("camera")
    blurred = cv2.GaussianBlur(image, (0, 0), sigmaX=1.5, borderType=cv2.BORDER_REFLECT_101)
    expected = opencvs_canny(blurred, 30, 90, 3, False)
    np.testing.assert_array_equal(reference.canny(image, 30, 90, sigma=1.5), expected)
    assert (expected != opencvs_canny(image, 30, 90, 3, False)).any()


def weak_and_strong():
    level = np.random.default_rng(3).random((80, 90))
    return (level > 0.6) & (level < 0.985), level >= 0.985


def test_hysteresis_is_opencvs_components_that_hold_a_strong_pixel():
    weak, strong = weak_and_strong()
    _, label = cv2.connectedComponents((weak | strong).astype(np.uint8), connectivity=8)
    expected = np.isin(label, np.unique(label[strong]))
    np.testing.assert_array_equal(reference.hysteresis(weak, strong), expected)
    assert (expected != strong).any() and (expected != (weak | strong)).any()


def test_path_lengths_are_the_rounds_of_scipys_dilation():
    weak, strong = weak_and_strong()
    lengths = reference.path_lengths(weak, strong)
    for steps in range(1, lengths.max() + 2):
        reached = ndimage.binary_dilation(
            strong, np.ones((3, 3)), iterations=steps, mask=weak | strong
        )
        np.testing.assert_array_equal((lengths >= 0) & (lengths <= steps), reached)
    assert lengths.max() > 5


def test_recall_is_scipys_distance_transform():
    truth = reference.canny(crop("camera"), 50, 150) > 0
    found = reference.canny(crop("camera"), 20, 60, sigma=2.0) > 0
    distance = ndimage.distance_transform_edt(~found)
    for tolerance in (0, 1, 2.5):
        _, recall = reference.precision_recall(found, truth, tolerance)
        assert recall == pytest.approx((distance[truth] <= tolerance).mean())
