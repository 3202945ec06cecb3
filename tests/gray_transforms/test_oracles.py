"""Chapter 02 against OpenCV and scikit-image, on real pictures, every argument spelled out."""

import cv2
import numpy as np
import pytest
from skimage import exposure, util

from coursekit.gray_transforms import reference
from coursekit.lab import samples

PICTURES = ("camera", "coins", "moon", "page", "brick", "astronaut", "chelsea", "retina")


@pytest.fixture(params=PICTURES)
def image(request):
    return getattr(samples, request.param)()


@pytest.fixture
def floats(image):
    return image / 255


def off_by(actual, expected):
    """The largest difference, in gray levels."""
    assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape)
    white = 1 if actual.dtype == np.uint8 else 255
    return np.abs(actual.astype(np.float64) - expected).max() * white


def random_table(channels=1):
    return np.random.default_rng(2).integers(0, 256, (256, channels), dtype=np.uint8)


def test_apply_lut_is_opencvs(image):
    table = random_table()[:, 0]
    np.testing.assert_array_equal(reference.apply_lut(image, table), cv2.LUT(image, table))


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee", "retina", "rocket", "logo"])
def test_three_tables_are_opencvs_table_of_three_channels(name):
    image, table = getattr(samples, name)(), random_table(channels=3)
    expected = cv2.LUT(image, table.reshape(256, 1, 3))
    np.testing.assert_array_equal(reference.apply_lut(image, table), expected)


@pytest.mark.parametrize(
    ("contrast", "brightness"), [(1.5, 20.0), (0.5, 0.0), (0.25, 64.5), (3.0, 0.0), (-1.0, 255.0)]
)
def test_linear_is_opencvs_where_nothing_is_negative(image, contrast, brightness):
    expected = cv2.convertScaleAbs(image, alpha=contrast, beta=brightness)
    np.testing.assert_array_equal(reference.linear(image, contrast, brightness), expected)


def test_linear_saturates_below_black_where_opencv_takes_the_absolute_value(image):
    ours = reference.linear(image, 1.5, -100)
    opencvs = cv2.convertScaleAbs(image, alpha=1.5, beta=-100)
    positive = 1.5 * image - 100 >= 0
    np.testing.assert_array_equal(ours[positive], opencvs[positive])
    assert (ours[~positive] == 0).all()


@pytest.mark.parametrize(("contrast", "brightness"), [(1.1, 20.3), (2.7, -90.0), (-0.8, 200.0)])
def test_linear_is_opencvs_look_up_of_the_rounded_line(image, contrast, brightness):
    table = [min(max(round(contrast * r + brightness), 0), 255) for r in range(256)]
    expected = cv2.LUT(image, np.array(table, np.uint8))
    np.testing.assert_array_equal(reference.linear(image, contrast, brightness), expected)


def test_invert_is_opencvs_and_scikit_images(image, floats):
    np.testing.assert_array_equal(reference.invert(image), cv2.bitwise_not(image))
    np.testing.assert_array_equal(reference.invert(image), util.invert(image, signed_float=False))
    assert off_by(reference.invert(floats), util.invert(floats, signed_float=False)) == 0


@pytest.mark.parametrize(("exponent", "gain"), [(0.4, 1.0), (2.2, 1.0), (1.0, 0.5), (0.5, 1.7)])
def test_gamma_is_within_a_level_of_scikit_image(image, floats, exponent, gain):
    expected = exposure.adjust_gamma(image, gamma=exponent, gain=gain)
    assert off_by(reference.gamma(image, exponent, gain), expected) <= 1
    expected = exposure.adjust_gamma(floats, gamma=exponent, gain=gain).clip(0, 1)
    assert off_by(reference.gamma(floats, exponent, gain), expected) < 1e-9


@pytest.mark.parametrize("gain", [1.0, 0.6])
def test_log_is_within_a_level_of_scikit_image(image, floats, gain):
    expected = exposure.adjust_log(image, gain=gain, inv=False)
    assert off_by(reference.log(image, gain), expected) <= 1
    assert off_by(reference.log(floats, gain), exposure.adjust_log(floats, gain, inv=False)) < 1e-9


@pytest.mark.parametrize(("low", "high"), [(50, 200), (0, 255), (100, 101), (0, 17)])
def test_contrast_stretch_is_within_a_level_of_scikit_image(image, floats, low, high):
    stretched = exposure.rescale_intensity(image, in_range=(low, high), out_range=(0, 255))
    assert off_by(reference.contrast_stretch(image, low, high), stretched.astype(np.uint8)) <= 1
    low, high = low / 255, high / 255
    expected = exposure.rescale_intensity(floats, in_range=(low, high), out_range=(0, 1))
    assert off_by(reference.contrast_stretch(floats, low, high), expected) < 1e-9


def test_piecewise_linear_is_numpys_interpolation(image, floats):
    r, s = [30, 90, 220], [0, 200, 180]
    table = np.rint(np.interp(np.arange(256), r, s)).astype(np.uint8)
    points = list(zip(r, s, strict=True))
    np.testing.assert_array_equal(reference.piecewise_linear(image, points), cv2.LUT(image, table))
    points = [(x / 255, y / 255) for x, y in points]
    expected = np.interp(floats, *zip(*points, strict=True))
    assert off_by(reference.piecewise_linear(floats, points), expected) < 1e-9


@pytest.mark.parametrize("name", ["camera", "coins", "moon", "page", "brick", "text"])
@pytest.mark.parametrize(("low", "high"), [(100, 150), (0, 0), (0, 255), (128, 128)])
def test_slice_levels_is_opencvs_range(name, low, high):
    image = getattr(samples, name)()
    expected = cv2.inRange(image, low, high)
    np.testing.assert_array_equal(reference.slice_levels(image, low, high), expected)


@pytest.mark.parametrize("bit", range(8))
def test_bit_plane_is_opencvs_bit_test(image, bit):
    masked = cv2.bitwise_and(image, np.full(image.shape, 1 << bit, np.uint8))
    expected = cv2.compare(masked, np.zeros_like(masked), cv2.CMP_GT)
    np.testing.assert_array_equal(reference.bit_plane(image, bit), expected)
