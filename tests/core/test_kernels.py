"""Rows of weights."""

import cv2
import numpy as np
import pytest

from coursekit.core import borders, kernels


@pytest.mark.parametrize("size", kernels.SMALL_GAUSSIANS)
def test_small_gaussians_are_opencvs(size):
    expected = cv2.getGaussianKernel(size, 0, cv2.CV_64F)[:, 0]
    assert kernels.small_gaussian(size).tolist() == expected.tolist()
    assert kernels.small_gaussian(size).sum() == 1


@pytest.mark.parametrize("size", [1, 9, 11, 31])
def test_a_gaussian_of_a_size_is_opencvs(size):
    expected = cv2.getGaussianKernel(size, 0, cv2.CV_64F)[:, 0]
    np.testing.assert_allclose(kernels.gaussian_of_size(size), expected, rtol=0, atol=1e-15)


@pytest.mark.parametrize("sigma", [0.05, 0.8, 2.0, 5.5])
def test_a_gaussian_reaches_four_sigma_and_sums_to_one(sigma):
    weights = kernels.gaussian_weights(sigma)
    assert len(weights) == 2 * int(4 * sigma + 0.5) + 1
    assert weights.sum() == pytest.approx(1, abs=1e-15)
    assert (weights == weights[::-1]).all()


def test_a_gaussian_falls_by_the_root_of_e_within_a_sigma():
    weights = kernels.gaussian_weights(2.0, 3)
    assert len(weights) == 7
    assert weights[5] / weights[3] == pytest.approx(np.exp(-0.5))


def test_no_blur_is_one_weight():
    assert kernels.gaussian_weights(0.0).tolist() == [1]


def test_a_band_has_the_row_along_its_diagonal():
    assert kernels.band(np.array([1, 2, 3]), 2).tolist() == [[1, 2, 3, 0], [0, 1, 2, 3]]


@pytest.mark.parametrize(
    ("border", "expected"),
    [
        ("reflect", [2, 1, 0, 1, 2, 1, 0]),
        ("symmetric", [1, 0, 0, 1, 2, 2, 1]),
        ("edge", [0, 0, 0, 1, 2, 2, 2]),
        ("wrap", [1, 2, 0, 1, 2, 0, 1]),
    ],
)
def test_a_row_of_three_extended_by_two_at_both_ends(border, expected):
    assert borders.extended(3, 2, 2, border).tolist() == expected
