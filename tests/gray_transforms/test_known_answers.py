"""Answers of chapter 02 that were worked out by hand."""

import numpy as np
import pytest
import torch

from coursekit.gray_transforms import gpu, reference

SMALL = [[0, 1, 100], [157, 158, 255]]


@pytest.fixture(params=["reference", "gpu"])
def transform(request):
    """Call a transform of either twin on a small uint8 picture given as a list of rows."""

    def call(name, rows, *arguments, **named):
        image = np.array(rows, np.uint8)
        if request.param == "reference":
            return getattr(reference, name)(image, *arguments, **named).tolist()
        return getattr(gpu, name)(torch.from_numpy(image)[None], *arguments, **named)[0].tolist()

    return call


def test_bright_pixels_saturate(transform):
    # 1.5 * (0, 1, 100, 157, 158, 255) + 20 = 20, 21.5, 170, 255.5, 257, 402.5;
    # 21.5 lies half way and goes to the even 22
    assert transform("linear", SMALL, 1.5, 20) == [[20, 22, 170], [255, 255, 255]]


def test_dark_pixels_saturate(transform):
    # r - 100 = -100, -99, 0, 57, 58, 155
    assert transform("linear", SMALL, 1, -100) == [[0, 0, 0], [57, 58, 155]]


def test_halves_are_rounded_to_even(transform):
    # 0.5 * (1, 3, 5, 7) = 0.5, 1.5, 2.5, 3.5
    assert transform("linear", [[1, 3, 5, 7]], 0.5) == [[0, 2, 2, 4]]


def test_negative_contrast_inverts(transform):
    # 255 - r
    expected = [[255, 254, 155], [98, 97, 0]]
    assert transform("linear", SMALL, -1, 255) == expected
    assert transform("invert", SMALL) == expected


def test_gamma_keeps_black_and_white(transform):
    # 255 * (64 / 255) ** 0.5 = sqrt(64 * 255) = 127.75; 255 * (51 / 255) ** 2 = 255 / 25 = 10.2
    assert transform("gamma", [[0, 64, 255]], 0.5) == [[0, 128, 255]]
    assert transform("gamma", [[0, 51, 255]], 2) == [[0, 10, 255]]


def test_gain_scales_gamma(transform):
    # 0.5 * 255 = 127.5, to the even 128; 2 * 51 = 102
    assert transform("gamma", [[255]], 1, gain=0.5) == [[128]]
    assert transform("gamma", [[51, 200]], 1, gain=2) == [[102, 255]]


def test_log_keeps_black_and_white(transform):
    # 85 = 255 / 3: 255 * log2(4 / 3) = 255 * 0.41504 = 105.83
    assert transform("log", [[0, 85, 255]]) == [[0, 106, 255]]


def test_stretch_sends_its_ends_to_black_and_white(transform):
    # 255 * (r - 50) / 150 for 49, 50, 60, 110, 200, 201 = -1.7, 0, 17, 102, 255, 256.7
    rows = [[49, 50, 60], [110, 200, 201]]
    assert transform("contrast_stretch", rows, 50, 200) == [[0, 0, 17], [102, 255, 255]]


def test_piecewise_linear_is_flat_beyond_its_ends(transform):
    # Through (50, 10), (100, 110), (200, 60): at 75 half of 10..110, at 150 half of 110..60
    points = [(50, 10), (100, 110), (200, 60)]
    rows = [[0, 50, 75], [150, 200, 255]]
    assert transform("piecewise_linear", rows, points) == [[10, 10, 60], [85, 60, 60]]


def test_both_ends_belong_to_the_slice(transform):
    rows = [[99, 100, 101], [149, 150, 151]]
    assert transform("slice_levels", rows, 100, 150) == [[0, 255, 255], [255, 255, 0]]


def test_slice_keeps_the_others_on_request(transform):
    assert transform("slice_levels", [[99, 100, 151]], 100, 150, keep=True) == [[99, 255, 151]]


def test_bit_planes_of_a_hundred_and_one(transform):
    # 101 = 64 + 32 + 4 + 1 = 0b01100101, lowest bit first: 1, 0, 1, 0, 0, 1, 1, 0
    planes = [transform("bit_plane", [[101]], bit) for bit in range(8)]
    assert planes == [[[255 * bit]] for bit in (1, 0, 1, 0, 0, 1, 1, 0)]


def test_message_goes_into_the_lowest_bits_highest_first(transform):
    # Length 1 as four bytes, then b"A" = 65: 00000000 00000000 00000000 00000001 01000001
    # with two bits in each value: twelve times 0, then 0, 0, 0, 1, then 1, 0, 0, 1
    hidden = transform("hide_message", [[7] * 10, [8] * 10], b"A", bits=2)
    assert hidden == [[4] * 10, [8, 8, 8, 8, 8, 9, 9, 8, 8, 9]]


def test_channels_of_a_pixel_are_filled_one_after_the_other():
    # The last of the length's 32 bits is its only 1: value 31, which is channel 1 of pixel 10
    image = np.zeros((4, 4, 3), np.uint8)
    hidden = reference.hide_message(image, b"\x00", bits=1)
    assert np.argwhere(hidden).tolist() == [[2, 2, 1]]


def test_table_of_three_columns_serves_each_channel():
    levels = np.arange(256, dtype=np.uint8)
    table = np.stack([levels, 255 - levels, np.zeros_like(levels)], axis=1)
    image = np.full((1, 2, 3), 10, np.uint8)
    assert reference.apply_lut(image, table).tolist() == [[[10, 245, 0]] * 2]


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        # floats are not rounded: 1.5 * 0.3 + 0.2 = 0.65; 1.5 * 0.9 + 0.2 = 1.55
        (lambda image: reference.linear(image, 1.5, 0.2), [0.65, 1.0]),
        (reference.invert, [0.7, 0.1]),
        (lambda image: reference.gamma(image, 2), [0.09, 0.81]),
        # log2(1.3) and log2(1.9)
        (reference.log, [0.378511623, 0.925999419]),
        # (0.3 - 0.2) / 0.4; (0.9 - 0.2) / 0.4 = 1.75
        (lambda image: reference.contrast_stretch(image, 0.2, 0.6), [0.25, 1.0]),
        (lambda image: reference.slice_levels(image, 0.3, 0.5, keep=True), [1.0, 0.9]),
    ],
)
def test_floats_are_fractions_of_white(call, expected):
    image = np.array([[0.3, 0.9]])
    np.testing.assert_allclose(call(image), [expected], atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("step", [1e-3, 1e-9, 1e-12])
def test_a_step_between_two_points_however_close(dtype, step):
    image = np.array([[0, 0.25, 0.75, 1]], dtype)
    points = [(0.5, 0), (0.5 + step, 1)]
    assert reference.piecewise_linear(image, points).tolist() == [[0, 0, 1, 1]]
    batch = torch.from_numpy(image)[None]
    assert gpu.piecewise_linear(batch, points).tolist() == [[[0, 0, 1, 1]]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_black_stays_black_under_the_smallest_exponent(dtype):
    image = np.array([[0, 0.5, 1]], dtype)
    assert reference.gamma(image, 1e-30).tolist() == [[0, 1, 1]]
    assert gpu.gamma(torch.from_numpy(image)[None], 1e-30).tolist() == [[[0, 1, 1]]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_steepest_line_separates_black_from_the_rest(dtype):
    image = np.array([[0, 0.5, 1]], dtype)
    assert reference.linear(image, 1e30, -1e25).tolist() == [[0, 1, 1]]
    assert gpu.linear(torch.from_numpy(image)[None], 1e30, -1e25).tolist() == [[[0, 1, 1]]]
