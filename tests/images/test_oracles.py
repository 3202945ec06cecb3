"""Chapter 01 against OpenCV and scikit-image, on real pictures, every argument spelled out."""

import cv2
import numpy as np
import pytest
from skimage import color

from coursekit.images import reference
from coursekit.lab import samples

PICTURES = ("astronaut", "chelsea", "coffee", "rocket", "logo", "immunohistochemistry")
GRAY_PICTURES = ("camera", "coins", "moon", "page", "brick", "grass")
FLAGS = {
    "nearest": cv2.INTER_NEAREST,
    "bilinear": cv2.INTER_LINEAR,
    "bicubic": cv2.INTER_CUBIC,
    "area": cv2.INTER_AREA,
    "lanczos": cv2.INTER_LANCZOS4,
}
SIZES = ((61, 47), (1, 1), (2, 3), (64, 64))
SHAPES = ((61, 47), (30, 23), (16, 16), (1, 1), (128, 101), (200, 64))
CODES = {
    "rgb_to_bgr": cv2.COLOR_RGB2BGR,
    "rgb_to_gray": cv2.COLOR_RGB2GRAY,
    "rgb_to_hsv": cv2.COLOR_RGB2HSV,
    "hsv_to_rgb": cv2.COLOR_HSV2RGB,
    "rgb_to_lab": cv2.COLOR_RGB2Lab,
    "lab_to_rgb": cv2.COLOR_Lab2RGB,
    "rgb_to_ycrcb": cv2.COLOR_RGB2YCrCb,
    "ycrcb_to_rgb": cv2.COLOR_YCrCb2RGB,
}
BACK = {"hsv_to_rgb": "rgb_to_hsv", "lab_to_rgb": "rgb_to_lab", "ycrcb_to_rgb": "rgb_to_ycrcb"}


@pytest.fixture(params=PICTURES)
def image(request):
    return getattr(samples, request.param)()


@pytest.fixture(params=GRAY_PICTURES)
def gray(request):
    return getattr(samples, request.param)()


def random_picture(size, channels=3):
    shape = size if channels == 1 else (*size, channels)
    return np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)


def off_by(actual, expected):
    """The largest difference; shapes and dtypes are equal."""
    assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape)
    return np.abs(actual.astype(np.float64) - expected).max()


def opencvs_resize(image, shape, method):
    return cv2.resize(image, dsize=(shape[1], shape[0]), interpolation=FLAGS[method])


def mixed(size, shape):
    """Whether one side grows while the other shrinks."""
    return (shape[0] > size[0]) != (shape[1] > size[1])


# ------------------------------------------------------------------ resize


@pytest.mark.parametrize("shape", [(256, 256), (173, 301), (640, 700)])
def test_nearest_is_opencvs(image, shape):
    expected = opencvs_resize(image, shape, "nearest")
    np.testing.assert_array_equal(reference.resize(image, shape, "nearest"), expected)


@pytest.mark.parametrize("new_size", [1, 2, 7, 49, 98, 127, 300])
def test_nearest_picks_opencvs_pixels_at_every_size(new_size):
    for size in range(1, 130):
        ramp = np.linspace(0, 1, size)[None]
        expected = cv2.resize(ramp, dsize=(new_size, 1), interpolation=cv2.INTER_NEAREST)
        np.testing.assert_array_equal(reference.resize(ramp, (1, new_size), "nearest"), expected)


@pytest.mark.parametrize("method", ["bilinear", "bicubic", "area", "lanczos"])
@pytest.mark.parametrize("shape", [(256, 256), (173, 301), (640, 700)])
def test_resize_is_within_a_level_of_opencvs(image, shape, method):
    if method == "area" and mixed(image.shape, shape):
        shape = shape[0] // 2, shape[1] // 2
    assert off_by(reference.resize(image, shape, method), opencvs_resize(image, shape, method)) <= 1


@pytest.mark.parametrize("method", ["bilinear", "bicubic", "area", "lanczos"])
@pytest.mark.parametrize("size", SIZES)
def test_resize_of_noise_is_within_a_level_of_opencvs(size, method):
    noise = random_picture(size)
    for shape in SHAPES:
        if method == "area" and mixed(size, shape):
            continue  # OpenCV then looks at 2 x 2 pixels
        ours, opencvs = (f(noise, shape, method) for f in (reference.resize, opencvs_resize))
        assert off_by(ours, opencvs) <= 1


@pytest.mark.parametrize("method", ["bilinear", "bicubic", "area", "lanczos"])
@pytest.mark.parametrize("shape", [(256, 256), (173, 301)])
def test_resize_of_floats_is_opencvs_within_1e4(gray, shape, method):
    floats = gray / 255
    if method == "area" and mixed(gray.shape, shape):
        shape = gray.shape[0] // 2, gray.shape[1] // 3
    expected = np.clip(opencvs_resize(floats, shape, method), 0, 1)
    assert off_by(reference.resize(floats, shape, method), expected) <= 1e-4


# ------------------------------------------------------------------ pyramids


def test_pyramid_down_is_opencvs(image, gray):
    for picture in (image, gray, image[:201, :301], gray[1:]):
        expected = cv2.pyrDown(picture, borderType=cv2.BORDER_REFLECT_101)
        np.testing.assert_array_equal(reference.pyramid_down(picture), expected)


def test_pyramid_up_is_opencvs(image):
    small = image[:101, :150]
    for height in (201, 202):
        for width in (299, 300):
            expected = cv2.pyrUp(small, dstsize=(width, height), borderType=cv2.BORDER_DEFAULT)
            np.testing.assert_array_equal(reference.pyramid_up(small, (height, width)), expected)


@pytest.mark.parametrize("channels", [1, 3])
def test_pyramids_of_tiny_pictures_are_opencvs(channels):
    for size in np.ndindex(6, 6):
        height, width = size[0] + 1, size[1] + 1
        noise = random_picture((height, width), channels)
        down = cv2.pyrDown(noise, borderType=cv2.BORDER_REFLECT_101)
        up = cv2.pyrUp(down, dstsize=(width, height), borderType=cv2.BORDER_DEFAULT)
        np.testing.assert_array_equal(reference.pyramid_down(noise), down)
        np.testing.assert_array_equal(reference.pyramid_up(down, (height, width)), up)


def test_pyramids_of_floats_are_opencvs_within_1e6(gray):
    floats = (gray / 255).astype(np.float32)
    down = cv2.pyrDown(floats, borderType=cv2.BORDER_REFLECT_101)
    assert off_by(reference.pyramid_down(floats), down) <= 1e-6
    shape = floats.shape
    up = cv2.pyrUp(down, dstsize=shape[::-1], borderType=cv2.BORDER_DEFAULT)
    assert off_by(reference.pyramid_up(down, shape), up) <= 1e-6


# ------------------------------------------------------------------ colour


@pytest.mark.parametrize("name", [name for name in CODES if name != "hsv_to_rgb"])
def test_color_is_opencvs(image, name):
    source = cv2.cvtColor(image, CODES[BACK[name]]) if name in BACK else image
    expected = cv2.cvtColor(source, CODES[name])
    np.testing.assert_array_equal(getattr(reference, name)(source), expected)


@pytest.mark.parametrize("name", [name for name in CODES if name != "hsv_to_rgb"])
def test_color_of_noise_is_opencvs(name):
    noise = random_picture((700, 900))
    expected = cv2.cvtColor(noise, CODES[name])
    np.testing.assert_array_equal(getattr(reference, name)(noise), expected)


def test_hsv_to_rgb_rounds_where_opencv_truncates(image):
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    assert off_by(reference.hsv_to_rgb(hsv), cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)) <= 1


@pytest.mark.parametrize(
    ("name", "scale"),
    [("rgb_to_gray", 1), ("rgb_to_hsv", (360, 1, 1)), ("rgb_to_ycrcb", 1)],
)
def test_color_of_floats_is_opencvs_within_1e4_of_its_range(image, name, scale):
    floats = (image / 255).astype(np.float32)
    actual, expected = getattr(reference, name)(floats), cv2.cvtColor(floats, CODES[name])
    assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape)
    assert (np.abs(actual - expected) <= 1e-4 * np.array(scale)).all()


@pytest.mark.parametrize("name", BACK)
def test_rgb_of_floats_is_opencvs_within_1e4(image, name):
    encoded = getattr(reference, BACK[name])((image / 255).astype(np.float32))
    expected = np.clip(cv2.cvtColor(encoded, CODES[name]), 0, 1)
    assert off_by(getattr(reference, name)(encoded), expected) <= 1e-4


def test_lab_of_floats_is_scikit_images_within_1e4_of_its_range(image):
    expected = color.rgb2lab(image / 255, illuminant="D65", observer="2", channel_axis=-1)
    assert off_by(reference.rgb_to_lab(image / 255), expected) <= 1e-2


def test_hsv_of_floats_is_scikit_images(image):
    expected = color.rgb2hsv(image / 255, channel_axis=-1) * (360, 1, 1)
    assert off_by(reference.rgb_to_hsv(image / 255), expected) <= 1e-9
