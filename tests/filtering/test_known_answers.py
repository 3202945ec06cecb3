"""Answers of chapter 04 that were worked out by hand."""

import numpy as np
import pytest
import torch

from coursekit.core import kernels
from coursekit.filtering import gpu, reference

SMALL = [[10, 20, 30], [40, 50, 60], [70, 80, 90]]
IMPULSE = [[0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]
NUMBERS = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]


@pytest.fixture(params=["reference", "gpu"])
def twin(request):
    return reference if request.param == "reference" else gpu


@pytest.fixture
def filtered(twin):
    """Call a filter of either twin on a small uint8 picture given as a list of rows."""

    def call(name, rows, *arguments, **named):
        image = np.array(rows, np.uint8)
        if twin is reference:
            return getattr(reference, name)(image, *arguments, **named).tolist()
        return getattr(gpu, name)(torch.from_numpy(image)[None], *arguments, **named)[0].tolist()

    return call


# ------------------------------------------------------------------ borders


@pytest.mark.parametrize(
    ("border", "expected"),
    [
        ("reflect", [3, 2, 1, 2, 3, 2, 1]),
        ("symmetric", [2, 1, 1, 2, 3, 3, 2]),
        ("edge", [1, 1, 1, 2, 3, 3, 3]),
        ("constant", [9, 9, 1, 2, 3, 9, 9]),
        ("wrap", [2, 3, 1, 2, 3, 1, 2]),
    ],
)
def test_a_row_goes_on_by_the_rule_of_its_border(filtered, border, expected):
    assert filtered("pad", [[1, 2, 3]], ((0, 0), (2, 2)), border, value=9) == [expected]


def test_the_four_sides_may_differ(filtered):
    assert filtered("pad", [[1, 2]], ((1, 0), (0, 2)), "constant") == [[0] * 4, [1, 2, 0, 0]]


def test_a_single_pixel_has_only_itself_to_reflect(filtered):
    assert filtered("pad", [[7]], 1) == [[7] * 3] * 3


# ------------------------------------------------------------------ correlation and convolution


def test_correlation_of_an_impulse_is_the_kernel_turned_by_half(filtered):
    result = np.array(filtered("correlate", IMPULSE, NUMBERS))
    assert result[1:4, 1:4].tolist() == [[9, 8, 7], [6, 5, 4], [3, 2, 1]]
    assert result.sum() == 45


def test_convolution_of_an_impulse_is_the_kernel(filtered):
    result = np.array(filtered("convolve", IMPULSE, NUMBERS))
    assert result[1:4, 1:4].tolist() == NUMBERS
    assert result.sum() == 45


def test_nine_products_and_a_sum(filtered):
    # ninths of all: 450 / 9. At 10, reflected, lie 50 40 50 / 20 10 20 / 50 40 50:
    # -2 * 50 - 40 - 20 + 10 + 20 + 40 + 2 * 50 = 10
    assert filtered("correlate", SMALL, np.full((3, 3), 1 / 9))[1][1] == 50
    assert filtered("correlate", SMALL, [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]])[0][0] == 10


def test_the_anchor_of_an_even_kernel_is_right_of_and_below_its_middle(filtered):
    # [1, 0] lies on the left neighbour and the pixel: correlation takes the left neighbour;
    # convolution spreads each pixel to its left
    assert filtered("correlate", [[1, 2, 3]], [[1, 0]], "constant") == [[0, 1, 2]]
    assert filtered("convolve", [[1, 2, 3]], [[1, 0]], "constant") == [[2, 3, 0]]


def test_black_and_white_saturate_and_halves_go_to_even(filtered):
    # 0.5 * (1, 3, 5) = 0.5, 1.5, 2.5
    assert filtered("correlate", [[1, 3, 5]], [[0.5]]) == [[0, 2, 2]]
    assert filtered("correlate", [[100, 200]], [[2]]) == [[200, 255]]
    assert filtered("correlate", [[100, 200]], [[-1]]) == [[0, 0]]


def test_signed_sums_keep_what_a_picture_cannot_hold(filtered):
    assert filtered("correlate", [[100, 200]], [[-2]], signed=True) == [[-200, -400]]
    assert filtered("correlate", [[0, 255]], [[200]], signed=True) == [[0, 32767]]


def test_weights_are_taken_in_single_precision(filtered):
    # The nearest number to 0.1 in single precision is a little more, so 5 of them pass one half.
    assert filtered("correlate", [[1]], np.full((1, 5), 0.1)) == [[1]]


def test_floats_keep_their_sign_only_on_request():
    image = np.array([[0.25, 0.75]])
    assert reference.correlate(image, [[-1]]).tolist() == [[0, 0]]
    assert reference.correlate(image, [[-1]], signed=True).tolist() == [[-0.25, -0.75]]


def test_a_kernel_may_be_a_tensor():
    image = torch.tensor(SMALL, dtype=torch.uint8)[None]
    kernel = torch.tensor(NUMBERS, dtype=torch.float32) / 45
    expected = gpu.correlate(image, kernel.numpy())
    assert torch.equal(gpu.correlate(image, kernel), expected)
    halves = torch.tensor([[0.5, 0.25], [0.25, 0.5]], dtype=torch.bfloat16, requires_grad=True)
    assert torch.equal(gpu.correlate(image, halves), gpu.correlate(image, halves.tolist()))


# ------------------------------------------------------------------ noise


def test_the_first_numbers_of_a_seed_decide_who_is_hit(filtered):
    numbers = np.random.default_rng(5).random((2, 3), dtype=np.float32)
    expected = np.where(numbers < 0.2, 0, np.where(numbers >= 0.8, 255, 100))
    assert filtered("salt_and_pepper", [[100] * 3] * 2, 0.4, seed=5) == expected.tolist()


def test_noise_is_sigma_times_normal_numbers(filtered):
    drawn = np.random.default_rng(5).standard_normal((2, 3), dtype=np.float32)
    expected = np.rint(100 + 10 * drawn).astype(int)
    assert filtered("gaussian_noise", [[100] * 3] * 2, 10, seed=5) == expected.tolist()


def test_each_picture_of_a_batch_may_have_its_own_seed():
    image = np.full((6, 7, 3), 128, np.uint8)
    batch = torch.from_numpy(image).movedim(-1, 0).expand(2, 3, 6, 7)
    for name, amount in (("salt_and_pepper", 0.5), ("gaussian_noise", 30)):
        noisy = getattr(gpu, name)(batch, amount, seed=[3, 8])
        for picture, seed in zip(noisy, (3, 8), strict=True):
            expected = getattr(reference, name)(image, amount, seed)
            np.testing.assert_array_equal(picture.movedim(0, -1).numpy(), expected)


def test_decibels(twin):
    # errors 0, 10, 0, 10: mean square 50; 10 * log10(255^2 / 50) = 31.1411
    image, clean = np.array([[0, 10, 20, 30]], np.uint8), np.array([[0, 0, 20, 40]], np.uint8)
    if twin is gpu:
        image, clean = torch.from_numpy(image)[None], torch.from_numpy(clean)[None]
    decibels = twin.peak_signal_to_noise_ratio(image, clean)
    assert float(decibels) == pytest.approx(31.1411, abs=1e-4)
    assert float(twin.peak_signal_to_noise_ratio(image, image)) == np.inf


# ------------------------------------------------------------------ smoothing


def test_means_and_sums_of_a_window(filtered):
    # around 50: 450 / 9; at 10, reflected: 50 40 50 20 10 20 50 40 50 = 330 / 9 = 36.67
    assert filtered("mean_filter", SMALL, 3)[0][0] == 37
    assert filtered("mean_filter", SMALL, 3)[1][1] == 50
    assert filtered("box_filter", SMALL, 3, normalize=False)[0][0] == 330


def test_an_even_window_reaches_up_and_left(filtered):
    assert filtered("box_filter", NUMBERS, 2, False, "constant") == [
        [1, 3, 5],
        [5, 12, 16],
        [11, 24, 28],
    ]


def test_a_mean_that_ends_in_a_half_goes_to_even(filtered):
    # (0 + 1) / 2 of two equal rows, and (1 + 2) / 2
    assert filtered("mean_filter", [[0, 1, 2]] * 2, 2, "edge") == [[0, 0, 2]] * 2


def test_windows_larger_than_the_picture_see_its_pixels_again(filtered):
    # from 0, six zeros and 110 five times: 550 / 11; from 110, five zeros and 110 six times
    assert filtered("mean_filter", [[0, 110]], 11, "edge") == [[50, 60]]
    assert filtered("box_filter", [[200]], 101, normalize=False) == [[200 * 101 * 101]]


def test_running_sums_that_overflow_still_give_right_differences():
    # a row of 9 million white pixels sums to more than 2 ** 31
    image = torch.full((1, 1, 9_000_000), 255, dtype=torch.uint8)
    assert (gpu.box_filter(image, 1, normalize=False) == 255).all()


def test_a_band_blurs_a_strip():
    assert kernels.band(np.array([1, 2, 3]), 2).tolist() == [[1, 2, 3, 0], [0, 1, 2, 3]]


@pytest.mark.parametrize(
    ("size", "sigma", "expected"),
    [
        (3, None, [1 / 4, 2 / 4, 1 / 4]),
        (5, None, [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16]),
        # exp(-1/2) = 0.60653: 0.60653 / 2.21306 and 1 / 2.21306
        (3, 1, [0.274069, 0.451862, 0.274069]),
        (1, 3, [1]),
    ],
)
def test_weights_of_a_gaussian(twin, size, sigma, expected):
    np.testing.assert_allclose(np.asarray(twin.gaussian_kernel(size, sigma)), expected, atol=1e-6)


def test_gaussian_of_an_impulse_is_its_kernel_twice(filtered):
    # size 3, sigma 1 in 256ths: 70 116 70; 255 * 70 * 70 / 65536 = 19.07, 31.59 and 52.36
    image = 255 * np.array(IMPULSE)
    result = np.array(filtered("gaussian", image, 1, 3))
    assert result[1:4, 1:4].tolist() == [[19, 32, 19], [32, 52, 32], [19, 32, 19]]


def test_halves_of_a_gaussian_go_up(filtered):
    # size 3, sigma 0.849 is (64, 128, 64) / 256; (0, 2, 0) with edges: 2 * 128 / 256 = 1 and 0.5
    assert filtered("gaussian", [[0, 2, 0]], 0.849321800288, 3, "edge") == [[1, 1, 1]]


def test_without_a_size_uint8_reaches_three_sigma_and_float_four():
    impulse = np.zeros((1, 41), np.uint8)
    impulse[0, 20] = 255
    reach = np.flatnonzero(reference.gaussian(impulse, 1.0, border="constant")).size // 2
    assert reach <= 3
    floats = reference.gaussian(impulse / 255, 1.0, border="constant")
    assert np.flatnonzero(floats).size // 2 == 4


def test_a_product_of_column_and_row_is_taken_apart(twin):
    sobel = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    assert twin.is_separable(sobel)
    column, row = (np.asarray(part) for part in twin.separate(sobel))
    np.testing.assert_allclose(np.outer(column, row), sobel, atol=1e-12)
    np.testing.assert_allclose(column / column[0], [1, 2, 1], atol=1e-12)
    assert column[1] > 0


def test_what_has_rank_two_or_none_is_not_separable(twin):
    assert not twin.is_separable([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    assert not twin.is_separable([[0, 0], [0, 0]])
    assert twin.is_separable([[0, 1, 0], [1, 2, 1], [0, 1, 0]], tolerance=1)


# ------------------------------------------------------------------ sharpening


def test_sharpening_adds_the_difference_from_each_neighbour(filtered):
    # 5 * 60 - 4 * 50 = 100; with eight neighbours 9 * 60 - 8 * 50 = 140; half as much: 80
    bump = [[50, 50, 50], [50, 60, 50], [50, 50, 50]]
    assert filtered("sharpen", bump)[1][1] == 100
    assert filtered("sharpen", bump, 1, 8)[1][1] == 140
    assert filtered("sharpen", bump, 0.5)[1][1] == 80
    # above the bump, reflected: 5 * 50 - 60 - 60 - 50 - 50
    assert filtered("sharpen", bump)[0] == [50, 30, 50]


def test_unsharp_masking_overshoots_on_both_sides_of_a_step(filtered):
    (row,) = filtered("unsharp_mask", [[50] * 8 + [150] * 8], 1.0)
    assert row[7] < 50 and row[8] > 150
    assert row[7] - 50 == 150 - row[8]
    assert row[:3] == [50] * 3 and row[-3:] == [150] * 3


def test_unsharp_masking_by_hand():
    # sigma 0.25: size round(3) | 1 = 3, weights exp(-8) = 0.000335463 beside 1, in 65536ths 22,
    # 65492, 22; (0, 200, 0) with edges: 200 * 65492 / 65536 = 199.8657 and 200 * 22 / 65536
    # = 0.0671; amount 100: 200 + 100 * 0.1343 = 213.4 and 0 - 6.7
    image = np.array([[0, 200, 0]], np.uint8)
    assert reference.unsharp_mask(image, 0.25, 100, "edge").tolist() == [[0, 213, 0]]
