"""Bilateral filter and non-local means: known answers, OpenCV and scikit-image, what holds."""

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage
from skimage.restoration import denoise_nl_means

from coursekit.filtering import gpu, reference
from coursekit.lab import samples

PICTURES = {
    "camera": samples.camera()[90:200, 180:301],
    "astronaut": samples.astronaut()[20:97, 150:260],
    "noise": np.random.default_rng(4).integers(0, 256, (40, 51), dtype=np.uint8),
    "colour noise": np.random.default_rng(5).integers(0, 256, (30, 41, 3), dtype=np.uint8),
    "a row": np.arange(0, 250, 10, dtype=np.uint8)[None],
    "one pixel": np.array([[7]], dtype=np.uint8),
}
SETTINGS = [(3, 20, 2), (5, 30, 30), (9, 75, 75), (9, 10, 3), (15, 50, 8)]
SMALL = arrays(np.uint8, st.tuples(st.integers(1, 7), st.integers(1, 7)))
few = settings(max_examples=40, deadline=None)
STEP = np.repeat(np.array([50, 200], np.uint8), 12)[None].repeat(20, axis=0)


@pytest.fixture
def as_defined():
    """OpenCV without programs that round otherwise: without FMA, and without Intel's."""
    cv2.setUseOptimized(False)
    yield
    cv2.setUseOptimized(True)


# ------------------------------------------------------------------ known answers


def test_bilateral_by_hand():
    image = np.array([[0, 0, 0], [0, 10, 20], [0, 0, 0]], dtype=np.uint8)
    # The disc of radius 1 has five pixels: 10 with weight 1, and 0, 0, 0, 20 that lie one pixel
    # and ten levels away: each exp(-1/2) exp(-1/2) = 1/e. Mean (10 + 20/e) / (1 + 4/e) = 7.02
    assert reference.bilateral(image, 3, 10, 1)[1, 1] == 7
    middle = reference.bilateral(image / 255, 3, 10 / 255, 1)[1, 1] * 255
    assert middle == pytest.approx((10 + 20 / np.e) / (1 + 4 / np.e), abs=1e-12)


def test_the_colour_distance_is_the_sum_over_channels():
    image = np.zeros((1, 2, 3))
    image[0, 1] = (0.1, 0.2, 0.3)
    weight = np.exp(-0.5) * np.exp(-0.5 * (0.6 / 0.5) ** 2)
    # Both neighbours along the row are the other pixel, those along the column are the same.
    expected = image[0, 1] * 2 * weight / (1 + 2 * np.exp(-0.5) + 2 * weight)
    np.testing.assert_allclose(reference.bilateral(image, 3, 0.5, 1)[0, 0], expected, atol=1e-12)


def test_non_local_means_of_single_pixels_by_hand():
    image = np.array([[0.0, 0.1, 0.5]])
    # Patches of one pixel, h = 0.1: weights 1, exp(-1), exp(-25) around the first pixel
    weights = np.exp([0.0, -1.0, -25.0])
    result = reference.non_local_means(image, 0.1, patch_size=1, search_distance=2)
    assert result[0, 0] == pytest.approx((weights * image[0]).sum() / weights.sum(), abs=1e-12)


def test_noise_is_taken_off_the_distance():
    image = np.array([[0.0, 0.2]])
    # d = 0.04 = 2 noise^2: the two pixels count as equal
    noise = np.sqrt(0.02) + 1e-9
    result = reference.non_local_means(image, 0.01, patch_size=1, search_distance=1, noise=noise)
    np.testing.assert_allclose(result, 0.1, atol=1e-12)


def test_a_patch_is_weighed_by_a_gaussian():
    image = np.random.default_rng(0).random((15, 17))
    place = np.exp(-0.5 * np.arange(-2, 3) ** 2)  # sigma (5 - 1) / 4 = 1
    kernel = np.outer(place, place) / place.sum() ** 2
    weights = np.empty((3, 3))
    for row, column in np.ndindex(3, 3):
        shifted = np.roll(image, (1 - row, 1 - column), axis=(0, 1))
        distance = ndimage.correlate((image - shifted) ** 2, kernel, mode="wrap")
        weights[row, column] = np.exp(-distance[7, 8] / 0.3**2)
    expected = (weights * image[6:9, 7:10]).sum() / weights.sum()
    result = reference.non_local_means(image, 0.3, patch_size=5, search_distance=1)
    assert result[7, 8] == pytest.approx(expected, abs=1e-12)


# ------------------------------------------------------------------ oracles


@pytest.mark.parametrize(("size", "color", "space"), SETTINGS)
@pytest.mark.parametrize("name", PICTURES)
def test_bilateral_is_opencvs(as_defined, name, size, color, space):
    image = PICTURES[name]
    expected = cv2.bilateralFilter(image, size, color, space, borderType=cv2.BORDER_REFLECT_101)
    actual = reference.bilateral(image, size, color, space)
    np.testing.assert_array_equal(actual, expected.reshape(image.shape))


@pytest.mark.parametrize(("size", "color", "space"), SETTINGS)
@pytest.mark.parametrize("name", ["camera", "astronaut"])
def test_bilateral_is_within_a_level_of_opencvs_faster_programs(name, size, color, space):
    image = PICTURES[name]
    expected = cv2.bilateralFilter(image, size, color, space, borderType=cv2.BORDER_REFLECT_101)
    off = np.abs(reference.bilateral(image, size, color, space).astype(int) - expected)
    assert off.max() <= 1
    if image.ndim == 3 or size > 5:  # of small windows on gray pictures, Intel's truncates
        assert (off > 0).mean() < 1e-3


@pytest.mark.parametrize(("size", "color", "space"), SETTINGS)
@pytest.mark.parametrize("name", ["camera", "astronaut", "noise"])
def test_bilateral_of_floats_is_opencvs(name, size, color, space):
    image = (PICTURES[name] / 255).astype(np.float32)
    expected = cv2.bilateralFilter(
        image, size, color / 255, space, borderType=cv2.BORDER_REFLECT_101
    )
    actual = reference.bilateral(image, size, color / 255, space)
    np.testing.assert_allclose(actual, expected, atol=1e-5)  # OpenCV interpolates its weights


@pytest.mark.parametrize(
    ("strength", "patch_size", "distance", "noise"),
    [(20, 5, 6, 0), (10, 7, 11, 0), (8, 3, 4, 10), (200, 5, 5, 0)],
)
@pytest.mark.parametrize("name", ["camera", "astronaut"])
def test_non_local_means_is_near_scikit_images(name, strength, patch_size, distance, noise):
    """Not nearer: its exponential is a quick one, and it gives up patches that differ much."""
    image = PICTURES[name][:60, :70]
    expected = denoise_nl_means(
        image.astype(float),
        patch_size=patch_size,
        patch_distance=distance,
        h=strength,
        fast_mode=False,
        sigma=noise,
        preserve_range=True,
        channel_axis=-1 if image.ndim == 3 else None,
    )
    arguments = (strength / 255, patch_size, distance, noise / 255)
    off = np.abs(reference.non_local_means(image / 255, *arguments) * 255 - expected)
    assert off.mean() < 0.2 and np.quantile(off, 0.99) < 1.5 and off.max() < 5


# ------------------------------------------------------------------ what always holds


def test_a_range_kernel_keeps_a_step_that_a_gaussian_blurs():
    noisy = reference.gaussian_noise(STEP, 6, seed=0)
    for kept in (
        reference.bilateral(noisy, 9, 30, 3),
        reference.non_local_means(noisy, 10, 3, 5),
    ):
        assert np.abs(kept[:, 11:13].astype(int) - STEP[:, 11:13]).max() < 12
        assert kept[:, :10].std() < noisy[:, :10].std() / 2
    blurred = reference.gaussian(noisy, 3)
    assert np.abs(blurred[:, 11:13].astype(int) - STEP[:, 11:13]).min() > 40


def test_a_bilateral_that_sees_no_difference_is_a_round_gaussian():
    image = PICTURES["camera"] / 255
    row, column = np.mgrid[-4:5, -4:5]
    kernel = np.exp(-(row**2 + column**2) / (2 * 2.5**2)) * (row**2 + column**2 <= 16)
    expected = reference.correlate(image, kernel / kernel.sum(), "reflect")
    np.testing.assert_allclose(reference.bilateral(image, 9, 1e6, 2.5), expected, atol=1e-9)


def test_non_local_means_that_sees_no_difference_is_a_mean():
    image = PICTURES["camera"] / 255
    mean = reference.mean_filter(image, 7)
    result = reference.non_local_means(image, 1e6, patch_size=3, search_distance=3)
    np.testing.assert_allclose(result[3:-3, 3:-3], mean[3:-3, 3:-3], atol=1e-9)


@few
@given(SMALL, st.sampled_from([1, 3, 5]), st.floats(0.5, 500), st.floats(0.5, 500))
def test_a_mean_of_neighbours_stays_between_them(image, size, color, space):
    result = reference.bilateral(image, size, color, space)
    assert image.min() <= result.min() and result.max() <= image.max()
    result = reference.non_local_means(image, color, size, 2)
    assert image.min() <= result.min() and result.max() <= image.max()


@few
@given(SMALL, st.sampled_from([1, 3, 5]), st.floats(0.5, 500), st.floats(0.5, 500))
def test_batches_get_the_same_levels(image, size, color, space):
    tensor = torch.from_numpy(image)[None]
    expected = reference.bilateral(image, size, color, space)
    np.testing.assert_array_equal(gpu.bilateral(tensor, size, color, space)[0], expected)
    expected = reference.non_local_means(image, color, size, 3)
    np.testing.assert_array_equal(gpu.non_local_means(tensor, color, size, 3)[0], expected)


@pytest.mark.parametrize("image", [PICTURES["camera"], PICTURES["colour noise"]])
def test_a_window_of_one_pixel_changes_nothing(image):
    np.testing.assert_array_equal(reference.bilateral(image, 1, 10, 10), image)
    np.testing.assert_array_equal(reference.non_local_means(image, 10, 3, 0), image)


def test_large_uint8_pictures_are_equal_too():
    batch = np.stack([samples.camera(), samples.brick()])
    result = gpu.bilateral(torch.from_numpy(batch)[:, None], 5, 30, 3)[:, 0].numpy()
    expected = np.stack([reference.bilateral(picture, 5, 30, 3) for picture in batch])
    np.testing.assert_array_equal(result, expected)


TINY, HUGE = np.finfo(np.float32).tiny, 1e30


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
def test_the_smallest_sigmas_and_strengths_leave_the_picture_as_it_is(dtype):
    image = PICTURES["noise"] if dtype == np.uint8 else (PICTURES["noise"] / 255).astype(dtype)
    tensor = torch.from_numpy(image)[None]
    for color, space in ((TINY, TINY), (TINY, 1e-20), (1e-20, TINY)):
        np.testing.assert_array_equal(reference.bilateral(image, 5, color, space), image)
        np.testing.assert_array_equal(gpu.bilateral(tensor, 5, color, space)[0], image)
    np.testing.assert_array_equal(reference.non_local_means(image, TINY, 7, 2), image)
    np.testing.assert_array_equal(gpu.non_local_means(tensor, TINY, 7, 2)[0], image)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_largest_sigmas_and_strengths_give_plain_means(dtype):
    image = (PICTURES["noise"] / 255).astype(dtype)
    tensor = torch.from_numpy(image)[None]
    row, column = np.mgrid[-2:3, -2:3]
    disc = (row**2 + column**2 <= 4).astype(float)
    expected = reference.correlate(image, disc / disc.sum())
    for result in (
        reference.bilateral(image, 5, HUGE, HUGE),
        gpu.bilateral(tensor, 5, HUGE, int(HUGE))[0].numpy(),
    ):
        np.testing.assert_allclose(result, expected, atol=1e-6)
    mean = reference.mean_filter(image, 5)[2:-2, 2:-2]
    for result in (
        reference.non_local_means(image, HUGE, 3, 2),
        gpu.non_local_means(tensor, int(HUGE), 3, 2)[0].numpy(),
        gpu.non_local_means(tensor, 1e-3, 3, 2, noise=HUGE)[0].numpy(),
    ):
        np.testing.assert_allclose(result[2:-2, 2:-2], mean, atol=1e-6)


def test_a_mean_that_is_a_half_is_even_to_both_twins():
    image = np.array([[1, 2], [2, 1]], np.uint8).repeat(20, axis=1)
    for strength in (1e8, 2.0**31, HUGE):
        expected = reference.non_local_means(image, strength, 1, 60)
        assert (expected == 2).all()  # the mean is 1.5
        result = gpu.non_local_means(torch.from_numpy(image)[None], strength, 1, 60)
        np.testing.assert_array_equal(result[0], expected)


# ------------------------------------------------------------------ what is refused

REFUSED = [
    ("bilateral", (4, 10, 1), ValueError, "size: expected an odd number, got 4"),
    ("bilateral", (3, 0, 1), ValueError, "sigma_color: expected .* got 0"),
    ("bilateral", (3, 10, -1), ValueError, "sigma_space: expected .* got -1"),
    ("bilateral", (3, "wide", 1), TypeError, "sigma_color: expected a number, got str"),
    ("non_local_means", (0,), ValueError, "strength: expected .* got 0"),
    ("non_local_means", (10, 4), ValueError, "patch_size: expected an odd number, got 4"),
    ("non_local_means", (10, 3, -1), ValueError, "search_distance: expected .* got -1"),
    ("non_local_means", (10, 3, 2.5), TypeError, "search_distance: expected a whole number"),
    ("non_local_means", (10, 3, 2, -1), ValueError, "noise: expected .* got -1"),
]


@pytest.mark.parametrize(("name", "arguments", "error", "message"), REFUSED)
def test_what_has_no_meaning_is_refused(name, arguments, error, message):
    with pytest.raises(error, match=message):
        getattr(reference, name)(PICTURES["camera"], *arguments)
    with pytest.raises(error, match=message):
        getattr(gpu, name)(torch.zeros(1, 8, 8), *arguments)
