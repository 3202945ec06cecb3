"""Chapter 03 against NumPy, OpenCV and scikit-image, every argument spelled out."""

import cv2
import numpy as np
import pytest
from skimage import exposure

from coursekit.histograms import reference
from coursekit.lab import samples

PICTURES = ("camera", "coins", "moon", "page", "brick", "astronaut", "chelsea", "retina")
COLORED = ("astronaut", "chelsea", "coffee", "retina", "rocket")
GRIDS = [(8, 8), (1, 1), (2, 3), (3, 2), (8, 5)]
LIMITS = [0.0, 0.01, 1.0, 2.0, 3.7, 40.0]


@pytest.fixture(params=PICTURES)
def image(request):
    return getattr(samples, request.param)()


def planes(image):
    """The channels of a picture, each by itself and contiguous, as OpenCV wants them."""
    return [np.ascontiguousarray(p) for p in np.moveaxis(np.atleast_3d(image), -1, 0)]


def by_channels(function, image, *others):
    """Let a function of gray pictures make each channel."""
    results = [function(*plane) for plane in zip(planes(image), *others, strict=True)]
    return np.stack(results, axis=-1).reshape(image.shape)


def photo_like(rng, size):
    """A random picture with a peak: of few levels, or of many, and now and then of one."""
    values = rng.normal(rng.uniform(0, 255), rng.choice([0, 3, 30, 100]), size)
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def random_pictures(seed, count):
    """Pictures of up to 89 x 89."""
    rng = np.random.default_rng(seed)
    return [photo_like(rng, rng.integers(1, 90, 2)) for _ in range(count)]


def opencvs_clahe(image, clip_limit, tiles):
    engine = cv2.createCLAHE(clipLimit=clip_limit, tileGridSize=tiles[::-1])
    return by_channels(engine.apply, image)


# ------------------------------------------------------------------ counting


@pytest.mark.parametrize("bins", [256, 64, 10, 1])
def test_histograms_are_opencvs(image, bins):
    images = planes(image)
    counts = np.stack(
        [
            cv2.calcHist([plane], channels=[0], mask=None, histSize=[bins], ranges=[0, 256]).ravel()
            for plane in images
        ]
    )
    np.testing.assert_array_equal(reference.channel_histograms(image, bins), counts)
    np.testing.assert_array_equal(reference.histogram(image, bins), counts.sum(axis=0))
    np.testing.assert_array_equal(reference.cumulative(image, bins), counts.sum(axis=0).cumsum())


def test_histograms_are_numpys(image):
    counts = np.bincount(image.ravel(), minlength=256)
    np.testing.assert_array_equal(reference.histogram(image), counts)
    for bins in (256, 100, 7):
        counts, _ = np.histogram(image, bins=bins, range=(0, 256))
        np.testing.assert_array_equal(reference.histogram(image, bins), counts)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("bins", [256, 32, 1])
def test_histograms_of_floats_are_numpys(dtype, bins):
    rng = np.random.default_rng(bins)
    floats = np.clip(rng.normal(0.5, 0.4, (90, 110)), 0, 1).astype(dtype)
    counts, _ = np.histogram(floats, bins=bins, range=(0, 1))
    np.testing.assert_array_equal(reference.histogram(floats, bins), counts)


# ------------------------------------------------------------------ equalisation


def test_equalize_is_opencvs(image):
    expected = by_channels(cv2.equalizeHist, image)
    np.testing.assert_array_equal(reference.equalize(image), expected)


@pytest.mark.parametrize("seed", range(20))
def test_equalize_is_opencvs_on_random_pictures(seed):
    for image in random_pictures(seed, count=20):
        np.testing.assert_array_equal(reference.equalize(image), cv2.equalizeHist(image))


def test_double_precision_would_not_be_opencvs_table():
    differing = 0
    for image in random_pictures(seed=0, count=300):
        c = reference.cumulative(image).astype(np.float64)
        c_0, pixels = c[image.min()], c[-1]
        if pixels > c_0:
            s = np.rint((c - c_0) * 255 / (pixels - c_0))[image]
            differing += not np.array_equal(s, cv2.equalizeHist(image))
    assert 0 < differing < 30


@pytest.mark.parametrize("level", [0, 1, 127, 255])
def test_equalize_leaves_a_constant_picture_as_opencv_does(level):
    image = np.full((7, 5), level, np.uint8)
    np.testing.assert_array_equal(cv2.equalizeHist(image), image)
    np.testing.assert_array_equal(reference.equalize(image), image)


@pytest.mark.parametrize("name", COLORED)
def test_equalize_lightness_is_opencvs(name):
    image = getattr(samples, name)()
    lab = planes(cv2.cvtColor(image, cv2.COLOR_RGB2Lab))
    lab[0] = cv2.equalizeHist(lab[0])
    expected = cv2.cvtColor(cv2.merge(lab), cv2.COLOR_Lab2RGB)
    np.testing.assert_array_equal(reference.equalize_lightness(image), expected)


# ------------------------------------------------------------------ CLAHE


@pytest.mark.parametrize("tiles", GRIDS)
@pytest.mark.parametrize("limit", LIMITS)
def test_clahe_is_opencvs_whether_the_tiles_divide_or_not(limit, tiles):
    for image in (samples.camera(), samples.coins()[:301, :383], samples.moon()[:24, :25]):
        expected = opencvs_clahe(image, limit, tiles)
        np.testing.assert_array_equal(reference.clahe(image, limit, tiles), expected)


@pytest.mark.parametrize("name", COLORED)
def test_clahe_is_opencvs_of_each_channel(name):
    image = getattr(samples, name)()
    expected = opencvs_clahe(image, 2.0, (8, 8))
    np.testing.assert_array_equal(reference.clahe(image, 2.0, (8, 8)), expected)


@pytest.mark.parametrize("seed", range(25))
def test_clahe_is_opencvs_on_random_pictures(seed):
    rng = np.random.default_rng(seed)
    for image in random_pictures(seed, count=20):
        tiles = tuple(int(count) for count in rng.integers(1, 13, 2))
        limit = float(rng.choice([0, rng.uniform(0, 4), rng.uniform(0, 40)]))
        expected = opencvs_clahe(image, limit, tiles)
        np.testing.assert_array_equal(reference.clahe(image, limit, tiles), expected)


@pytest.mark.parametrize("size", [(1, 1), (1, 20), (3, 2), (7, 7), (8, 4), (5, 30)])
def test_clahe_mirrors_a_picture_smaller_than_its_grid_as_opencv_does(size):
    image = photo_like(np.random.default_rng(size[1]), size)
    for limit in LIMITS:
        expected = opencvs_clahe(image, limit, (8, 8))
        np.testing.assert_array_equal(reference.clahe(image, limit, (8, 8)), expected)


def test_the_defaults_of_clahe_are_opencvs():
    image, engine = samples.camera(), cv2.createCLAHE()
    assert (engine.getClipLimit(), engine.getTilesGridSize()) == (40.0, (8, 8))
    np.testing.assert_array_equal(reference.clahe(image), engine.apply(image))


def test_clahe_without_a_limit_is_clahe_with_a_limit_that_nothing_reaches():
    image = samples.camera()
    unlimited = reference.clahe(image, 0, (8, 8))
    np.testing.assert_array_equal(unlimited, reference.clahe(image, 256, (8, 8)))


def test_the_tiles_are_those_of_the_mirrored_picture():
    image = samples.coins()[:50, :61]
    mirrored = cv2.copyMakeBorder(image, 0, 4, 0, 1, cv2.BORDER_REFLECT_101)  # 54 x 62
    counts = reference.tile_histograms(image, (6, 2))
    for row in range(6):
        for column in range(2):
            tile = mirrored[9 * row : 9 * row + 9, 31 * column : 31 * column + 31]
            expected = np.bincount(tile.ravel(), minlength=256)
            np.testing.assert_array_equal(counts[0, row, column], expected)


# ------------------------------------------------------------------ matching

PAIRS = [("camera", "coins"), ("moon", "page"), ("brick", "camera"), ("chelsea", "coffee")]


def off_by(actual, expected):
    assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape)
    return np.abs(actual.astype(np.float64) - expected).max()


@pytest.mark.parametrize(("name", "other"), [*PAIRS, ("astronaut", "rocket")])
def test_matching_is_within_a_level_of_scikit_image(name, other):
    image, template = getattr(samples, name)(), getattr(samples, other)()
    axis = -1 if image.ndim == 3 else None
    expected = exposure.match_histograms(image, template, channel_axis=axis)
    matched = reference.match_histograms(image, template)
    assert off_by(matched, expected.astype(np.uint8)) <= 1  # it truncates
    image, template = image / 255, template / 255
    expected = exposure.match_histograms(image, template, channel_axis=axis)
    assert off_by(reference.match_histograms(image, template), expected) < 1e-6


@pytest.mark.parametrize(("name", "other"), PAIRS[:3])
def test_matching_gray_pictures_is_scikit_images_to_the_last_half(name, other):
    """Of gray pictures scikit-image does not truncate: it gives fractions of levels."""
    image, template = getattr(samples, name)(), getattr(samples, other)()
    expected = exposure.match_histograms(image, template, channel_axis=None)
    difference = np.abs(reference.match_histograms(image, template) - expected.astype(np.float64))
    assert difference.max() <= 0.5 + 1e-9


@pytest.mark.parametrize(("name", "other"), PAIRS[:3])
def test_a_matched_picture_has_the_cumulative_curve_of_its_reference(name, other):
    image, template = getattr(samples, name)(), getattr(samples, other)()
    matched = reference.cumulative(reference.match_histograms(image, template)) / image.size
    wanted = reference.cumulative(template) / template.size
    step = (reference.histogram(image) / image.size).max()  # a level cannot be torn apart
    step += (reference.histogram(template) / template.size).max()
    assert np.abs(matched - wanted).max() <= step
