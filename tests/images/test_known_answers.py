"""Chapter 01 against answers worked out by hand."""

import numpy as np
import pytest
import torch

from coursekit.images import gpu, reference, shared


def levels(*rows):
    return np.array(rows, np.uint8)


def pixel(*channels):
    return np.array([[channels]], np.uint8)


SQUARE = levels([0, 100], [200, 60])


def test_crop_counts_rows_first():
    image = levels([1, 2, 3], [4, 5, 6], [7, 8, 9])
    np.testing.assert_array_equal(
        reference.crop(image, top=1, left=0, height=2, width=2), levels([4, 5], [7, 8])
    )


def test_a_crop_is_a_copy():
    image = np.zeros((3, 3), np.uint8)
    reference.crop(image, 0, 0, 2, 2)[:] = 9
    assert (image == 0).all()


def test_nearest_repeats_pixels():
    # floor(i * 2 / 4) = 0, 0, 1, 1
    expected = levels([0, 0, 100, 100], [0, 0, 100, 100], [200, 200, 60, 60], [200, 200, 60, 60])
    np.testing.assert_array_equal(reference.resize(SQUARE, (4, 4), "nearest"), expected)


@pytest.mark.parametrize("method", ["bilinear", "area"])
def test_one_pixel_is_the_mean_of_four(method):
    # (0 + 100 + 200 + 60) / 4 = 90
    np.testing.assert_array_equal(reference.resize(SQUARE, (1, 1), method), levels([90]))


def test_bilinear_looks_a_quarter_pixel_beside_the_centres():
    # new centres at -0.25, 0.25, 0.75, 1.25 of the old: 0, a quarter of the way, three, all
    expected = levels([0, 25, 75, 100])
    np.testing.assert_array_equal(reference.resize(levels([0, 100]), (1, 4), "bilinear"), expected)


def test_bicubic_overshoots_and_saturates():
    row = np.array([[0.0, 1, 1, 0]])
    weights = shared.cubic(np.array([1.5, 0.5, 0.5, 1.5]))
    np.testing.assert_allclose(weights, [-0.09375, 0.59375, 0.59375, -0.09375])
    # half way between 0 and 1, the edge repeated: 0.59375 - 0.09375
    np.testing.assert_allclose(reference.resize(row, (1, 2), "bicubic"), [[0.5, 0.5]])
    # half way between 1 and 1: 2 * 0.59375 = 1.1875, saturated
    np.testing.assert_array_equal(reference.resize(row, (1, 1), "bicubic"), [[1]])


def test_area_weighs_by_the_part_that_is_covered():
    # three pixels into two: [0, 1.5) covers all of the first and half of the second
    # (2 * 30 + 60) / 3 = 40 and (60 + 2 * 120) / 3 = 100
    expected = levels([40, 100])
    np.testing.assert_array_equal(reference.resize(levels([30, 60, 120]), (1, 2), "area"), expected)


def test_area_rounds_half_up():
    np.testing.assert_array_equal(reference.resize(levels([0, 1]), (1, 1), "area"), levels([1]))


def test_pyramid_down_of_an_impulse_is_the_kernel():
    # 256 / 16 = 16 times 6 in the middle; border reflect sees it twice: 1 + 1, 2 times
    row = np.array([[0, 0, 160, 0, 0]], np.uint8)
    # columns 0, 2, 4: (1 + 1) / 16, 6 / 16, 2 / 16 of 160
    np.testing.assert_array_equal(reference.pyramid_down(row), levels([20, 60, 20]))


def test_pyramid_up_of_two_pixels():
    # with zeros: 0 0 80 0, reflected. (1 0 6 0 1) / 8 and (4 4) / 8:
    # 80 * 2 / 8, 80 * 4 / 8, 80 * 7 / 8, 80 * 8 / 8 (the last pixel reflects onto itself)
    expected = levels([20, 40, 70, 80])
    np.testing.assert_array_equal(reference.pyramid_up(levels([0, 80]), (1, 4)), expected)


def test_laplacian_keeps_what_pyramid_up_does_not_give_back():
    image = levels([0, 80])
    residual, coarsest = reference.laplacian_pyramid(image, 2)
    # down: reflected 0 is (4 + 4) / 16 of 80 = 40; up of one pixel is that pixel
    np.testing.assert_array_equal(coarsest, levels([40]))
    np.testing.assert_array_equal(residual, np.array([[-40, 40]], np.int16))
    assert residual.dtype == np.int16


@pytest.mark.parametrize(
    ("name", "rgb", "expected"),
    [
        ("rgb_to_bgr", (1, 2, 3), (3, 2, 1)),
        ("rgb_to_gray", (255, 0, 0), 76),  # 0.299 * 255 = 76.2
        ("rgb_to_gray", (0, 255, 0), 150),  # 149.7
        ("rgb_to_gray", (0, 0, 255), 29),  # 29.07
        ("rgb_to_hsv", (255, 0, 0), (0, 255, 255)),
        ("rgb_to_hsv", (0, 128, 0), (60, 255, 128)),  # 120 degrees, in halves
        ("rgb_to_hsv", (0, 0, 255), (120, 255, 255)),
        ("rgb_to_hsv", (100, 100, 100), (0, 0, 100)),
        ("rgb_to_hsv", (200, 100, 0), (15, 255, 200)),  # half way from red to yellow: 30 degrees
        ("rgb_to_ycrcb", (90, 90, 90), (90, 128, 128)),
        ("rgb_to_ycrcb", (255, 0, 0), (76, 255, 85)),  # 0.713 * 179 + 128, 128 - 0.564 * 76
        ("rgb_to_lab", (255, 255, 255), (255, 128, 128)),
        ("rgb_to_lab", (0, 0, 0), (0, 128, 128)),
        ("rgb_to_lab", (255, 0, 0), (136, 208, 195)),  # L* 53.2, a* 80.1, b* 67.2
    ],
)
def test_color_of_one_pixel(name, rgb, expected):
    actual = getattr(reference, name)(pixel(*rgb))
    np.testing.assert_array_equal(actual.ravel(), np.ravel(expected))


def test_hue_is_in_degrees_for_floats():
    rgb = np.array([[[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 1], [0.5, 0.25, 0.25]]], np.float64)
    expected = [[[0, 1, 1], [120, 1, 1], [240, 1, 1], [300, 1, 1], [0, 0.5, 0.5]]]
    np.testing.assert_allclose(reference.rgb_to_hsv(rgb), expected)


def test_hue_goes_round():
    hsv = np.array([[[10.0, 1, 1]]])
    np.testing.assert_allclose(reference.hsv_to_rgb(hsv + (360, 0, 0)), reference.hsv_to_rgb(hsv))


@pytest.mark.parametrize("method", ["bilinear", "bicubic", "lanczos", "area"])
@pytest.mark.parametrize(("size", "new_size"), [(5, 9), (9, 5), (1, 4), (7, 7), (100, 3)])
def test_weights_sum_to_one(method, size, new_size):
    _, weights = shared.taps(size, new_size, method)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    if method != "area":
        _, whole = shared.fixed_point_taps(size, new_size, method)
        np.testing.assert_array_equal(whole.sum(axis=1), shared.ONE)


def test_every_whole_sum_fits_into_float32():
    # the worst of a row of weights, on the worst that the other pass can leave: see gpu.resize
    for method in ("bilinear", "bicubic", "lanczos"):
        _, whole = shared.fixed_point_taps(512, 5000, method)
        overshoot = (np.abs(whole).sum(axis=1).max() / shared.ONE + 1) / 2
        worst = 255 * shared.FINE * overshoot * np.abs(whole).sum(axis=1).max()
        assert worst < 2**24


@pytest.mark.parametrize("smallest", [1e-40, 1e-30, 0.5])
def test_the_darkest_red_is_as_pure_as_any(smallest):
    image = np.array([[[smallest, 0, 0]]], np.float32)
    assert reference.rgb_to_hsv(image)[0, 0, :2].tolist() == [0, 1]
    planes = torch.from_numpy(image).movedim(-1, 0)
    assert gpu.rgb_to_hsv(planes)[:2, 0, 0].tolist() == [0, 1]


def test_a_hidden_difference_comes_back_level_by_level():
    # one level of 1 x 1 and its residual: 100 everywhere, and what 2 x 2 had beside it
    residual = np.array([[-100, 0], [100, 155]], np.int16)
    expected = levels([0, 100], [200, 255])
    np.testing.assert_array_equal(reference.collapse([residual, levels([100])]), expected)
