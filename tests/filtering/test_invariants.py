"""What holds for every picture, of every size, gray and colour, uint8 and float."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from coursekit.filtering import reference
from coursekit.lab import samples

BORDERS = ("reflect", "symmetric", "edge", "constant", "wrap")
SHAPES = some.tuples(some.integers(1, 9), some.integers(1, 9)).flatmap(
    lambda size: some.sampled_from([size, (*size, 3)])
)
LEVELS = arrays(np.uint8, SHAPES)
FRACTIONS = arrays(np.float64, SHAPES, elements=some.floats(0, 1))
PICTURES = some.one_of(LEVELS, FRACTIONS)
COLOR = PICTURES.filter(lambda image: image.ndim == 3)
KERNELS = arrays(
    np.int64, some.tuples(some.integers(1, 4), some.integers(1, 4)), elements=some.integers(-4, 4)
)
BORDER = some.sampled_from(BORDERS)


def by_the_definition(image, kernel, border):
    """The sum over the window, pixel by pixel and weight by weight."""
    rows, columns = kernel.shape
    sides = ((rows // 2, rows - 1 - rows // 2), (columns // 2, columns - 1 - columns // 2))
    padded = np.pad(image.astype(int), sides, mode=border)
    result = np.zeros(image.shape, int)
    for row, column in np.ndindex(image.shape):
        window = padded[row : row + rows, column : column + columns]
        result[row, column] = (window * kernel).sum()
    return result


# ------------------------------------------------------------------ borders and correlation


@given(PICTURES, some.integers(0, 12), BORDER)
def test_padding_leaves_the_picture_in_the_middle(image, size, border):
    padded = reference.pad(image, size, border)
    assert padded.shape[:2] == (image.shape[0] + 2 * size, image.shape[1] + 2 * size)
    inside = padded[size : size + image.shape[0], size : size + image.shape[1]]
    np.testing.assert_array_equal(inside, image)


@given(arrays(np.uint8, some.tuples(some.integers(1, 7), some.integers(1, 7))), KERNELS, BORDER)
def test_correlation_is_the_double_loop(image, kernel, border):
    expected = by_the_definition(image, kernel, border)
    np.testing.assert_array_equal(reference.correlate(image, kernel, border), expected.clip(0, 255))
    np.testing.assert_array_equal(reference.correlate(image, kernel, border, True), expected)


@given(PICTURES, BORDER)
def test_one_in_the_middle_changes_nothing(image, border):
    identity = [[0, 0, 0], [0, 1, 0], [0, 0, 0]]
    np.testing.assert_array_equal(reference.correlate(image, identity, border), image)
    np.testing.assert_array_equal(reference.convolve(image, identity, border), image)


@given(FRACTIONS, KERNELS, BORDER)
def test_convolution_with_odd_sizes_is_correlation_with_the_kernel_flipped(image, kernel, border):
    odd = np.zeros((5, 5))
    odd[: kernel.shape[0], : kernel.shape[1]] = kernel
    convolved = reference.convolve(image, odd, border, signed=True)
    correlated = reference.correlate(image, odd[::-1, ::-1], border, signed=True)
    np.testing.assert_allclose(convolved, correlated, rtol=0, atol=1e-12)


@given(FRACTIONS, KERNELS, KERNELS)
def test_convolutions_may_be_exchanged_where_the_picture_wraps(image, first, second):
    first, second = (np.abs(kernel) / (np.abs(kernel).sum() + 1) for kernel in (first, second))
    one = reference.convolve(reference.convolve(image, first, "wrap"), second, "wrap")
    other = reference.convolve(reference.convolve(image, second, "wrap"), first, "wrap")
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-12)


@given(FRACTIONS, KERNELS)
def test_a_picture_moved_round_its_border_is_filtered_alike(image, kernel):
    moved = np.roll(image, (2, 3), axis=(0, 1))
    first = np.roll(reference.correlate(image, kernel, "wrap", True), (2, 3), axis=(0, 1))
    second = reference.correlate(moved, kernel, "wrap", True)
    np.testing.assert_allclose(first, second, rtol=0, atol=1e-12)


@given(COLOR, BORDER)
def test_filters_treat_each_channel_by_itself(image, border):
    for filtered in (
        lambda picture: reference.correlate(picture, [[1, 2], [3, -4]], border),
        lambda picture: reference.box_filter(picture, 3, border=border),
        lambda picture: reference.gaussian(picture, 1, border=border),
        lambda picture: reference.sharpen(picture, border=border),
        lambda picture: reference.unsharp_mask(picture, 1, border=border),
    ):
        channels = [filtered(image[..., channel]) for channel in range(3)]
        np.testing.assert_array_equal(filtered(image), np.dstack(channels))


# ------------------------------------------------------------------ smoothing and sharpening


@given(SHAPES, some.integers(0, 255), some.integers(1, 12), some.floats(0.1, 4))
def test_a_flat_picture_stays_flat(shape, level, size, sigma):
    flat = np.full(shape, level, np.uint8)
    for border in ("reflect", "symmetric", "edge", "wrap"):
        for result in (
            reference.mean_filter(flat, size, border),
            reference.gaussian(flat, sigma, border=border),
            reference.sharpen(flat, 1.5, 8, border),
            reference.unsharp_mask(flat, sigma, 3, border),
        ):
            np.testing.assert_array_equal(result, flat)


@given(PICTURES, some.integers(1, 12), some.floats(0.1, 4), BORDER)
def test_a_mean_lies_between_the_darkest_and_the_brightest(image, size, sigma, border):
    low = 0 if border == "constant" else image.min()
    for mean in (
        reference.mean_filter(image, size, border),
        reference.gaussian(image, sigma, border=border),
    ):
        assert low - 1e-12 <= mean.min() and mean.max() <= image.max() + 1e-12


@given(arrays(np.uint8, SHAPES), some.integers(1, 6), BORDER)
def test_a_box_is_a_kernel_of_ones(image, size, border):
    sums = reference.box_filter(image, size, normalize=False, border=border)
    expected = reference.correlate(image, np.ones((size, size)), border, signed=True)
    np.testing.assert_array_equal(sums, expected)


@given(some.integers(0, 20), some.floats(0.1, 20))
def test_weights_of_a_gaussian_sum_to_one_and_fall_from_the_centre(half, sigma):
    row = reference.gaussian_kernel(2 * half + 1, sigma)
    assert row.sum() == pytest.approx(1)
    np.testing.assert_array_equal(row, row[::-1])
    assert (np.diff(row[: half + 1]) >= 0).all()


@given(FRACTIONS, some.floats(0.3, 3), BORDER)
def test_two_passes_are_one_kernel(image, sigma, border):
    row = reference.gaussian_kernel(7, sigma)
    expected = reference.correlate(image, np.outer(row, row), border)
    blurred = reference.gaussian(image, sigma, 7, border)
    np.testing.assert_allclose(blurred, expected, rtol=0, atol=1e-12)


@given(
    arrays(np.float64, 4, elements=some.floats(-5, 5)),
    arrays(np.float64, 3, elements=some.floats(-5, 5)),
)
def test_every_outer_product_is_taken_apart(column, row):
    kernel = np.outer(column, row)
    if np.abs(kernel).max() < 1e-100:
        return
    assert reference.is_separable(kernel)
    first, second = reference.separate(kernel)
    np.testing.assert_allclose(np.outer(first, second), kernel, rtol=0, atol=1e-12)


@given(PICTURES, some.sampled_from([4, 8]), BORDER)
def test_no_amount_of_sharpening_changes_nothing(image, neighbors, border):
    np.testing.assert_array_equal(reference.sharpen(image, 0, neighbors, border), image)
    np.testing.assert_array_equal(reference.unsharp_mask(image, 1.0, 0, border), image)


# ------------------------------------------------------------------ noise


@pytest.mark.parametrize("image", [samples.camera(), samples.astronaut() / 255])
def test_same_seed_same_noise_other_seed_other_noise(image):
    for noise in (reference.salt_and_pepper, reference.gaussian_noise):
        first, second, other = (noise(image, 0.2, seed) for seed in (1, 1, 2))
        np.testing.assert_array_equal(first, second)
        assert (first != other).any()


@pytest.mark.parametrize("amount", [0.02, 0.3, 1])
def test_as_much_salt_as_pepper_and_as_much_as_asked_for(amount):
    gray = np.full((400, 500), 100, np.uint8)
    noisy = reference.salt_and_pepper(gray, amount, seed=0)
    # five standard deviations of a share of 200 000 values
    margin = 5 * np.sqrt(amount / 2 * (1 - amount / 2) / gray.size)
    assert np.mean(noisy == 0) == pytest.approx(amount / 2, abs=margin)
    assert np.mean(noisy == 255) == pytest.approx(amount / 2, abs=margin)
    assert set(np.unique(noisy)) <= {0, 100, 255}


@given(PICTURES, some.integers(0, 1000))
def test_nothing_is_hit_by_no_noise_and_everything_by_all_of_it(image, seed):
    white = 255 if image.dtype == np.uint8 else 1
    np.testing.assert_array_equal(reference.salt_and_pepper(image, 0, seed), image)
    np.testing.assert_array_equal(reference.gaussian_noise(image, 0, seed), image)
    assert np.isin(reference.salt_and_pepper(image, 1, seed), (0, white)).all()


@given(LEVELS, some.floats(0, 1), some.floats(0, 1), some.integers(0, 1000))
def test_more_noise_hits_the_same_pixels_and_some_more(image, one, other, seed):
    less, more = sorted((one, other))
    gray = np.full_like(image, 100)
    hit = reference.salt_and_pepper(gray, less, seed) != 100
    assert (reference.salt_and_pepper(gray, more, seed) != 100)[hit].all()


@pytest.mark.parametrize("sigma", [2, 12])
def test_gaussian_noise_has_its_mean_and_deviation(sigma):
    gray = np.full((400, 500), 128, np.uint8)
    error = (reference.gaussian_noise(gray, sigma, seed=0).astype(float) - 128) / sigma
    assert error.mean() == pytest.approx(0, abs=5 / np.sqrt(gray.size))
    rounding = 1 / 12 / sigma**2  # the variance that whole gray levels add
    assert error.var() == pytest.approx(1 + rounding, abs=5 * np.sqrt(2 / gray.size))


def test_gaussian_noise_is_bell_shaped():
    error = reference.gaussian_noise(np.full((400, 500), 0.5), 0.05, seed=0) - 0.5
    for sigmas, share in ((1, 0.6827), (2, 0.9545), (3, 0.9973)):
        assert np.mean(np.abs(error) < 0.05 * sigmas) == pytest.approx(share, abs=0.005)


def test_channels_and_pixels_do_not_know_of_each_other():
    gray = np.full((200, 300, 3), 0.5)
    error = reference.gaussian_noise(gray, 0.05, seed=0) - 0.5
    together = np.corrcoef(error.reshape(-1, 3).T)
    assert np.abs(together - np.eye(3)).max() < 0.02
    assert abs(np.corrcoef(error[:, 1:, 0].ravel(), error[:, :-1, 0].ravel())[0, 1]) < 0.02


@given(LEVELS, some.integers(1, 60))
def test_twice_the_error_is_six_decibels_less(image, error):
    clean = np.zeros_like(image)
    one = reference.peak_signal_to_noise_ratio(clean + np.uint8(error), clean)
    two = reference.peak_signal_to_noise_ratio(clean + np.uint8(2 * error), clean)
    assert one - two == pytest.approx(20 * np.log10(2))
    assert reference.peak_signal_to_noise_ratio(image, image) == np.inf
