"""One-dimensional kernels that the filters of several chapters use."""

from collections.abc import Sequence

import numpy as np

from coursekit.core.types import Array, Integer, Real

# OpenCV's Gaussians of sizes up to 9 if sigma follows from the size, in 256ths: half of each.
SMALL_GAUSSIANS = {
    1: (256,),
    3: (64, 128),
    5: (16, 64, 96),
    7: (8, 28, 56, 72),
    9: (4, 13, 30, 51, 60),
}


def gaussian_weights(sigma: Real, radius: Integer | None = None) -> Array:
    """Gaussian kernel: exp(-x^2 / 2 sigma^2) at x = -radius to radius, divided by its sum.

    radius : int, in pixels; by default 4 sigma, rounded
    """
    radius = int(4 * sigma + 0.5) if radius is None else radius
    if radius == 0:
        return np.ones(1)
    x = np.arange(-radius, radius + 1)
    weights = np.exp(-(x**2) / (2 * sigma**2))  # Gonzalez and Woods 2018, Eq. 3-45
    return weights / weights.sum()


def small_gaussian(size: int) -> Array:
    """Return OpenCV's Gaussian of size 1, 3, 5, 7 or 9, whose weights are multiples of 1/256."""
    return mirrored(SMALL_GAUSSIANS[size]) / 256


def gaussian_of_size(size: int) -> Array:
    """Return OpenCV's Gaussian of an odd size, with the sigma that it derives from the size."""
    if size in SMALL_GAUSSIANS:
        return small_gaussian(size)
    return gaussian_weights(0.3 * (size // 2 - 1) + 0.8, size // 2)


def mirrored(half: Sequence[Real]) -> Array:
    """Return the symmetric row, float64, of which this is the first half and the middle."""
    return np.array([*half, *half[-2::-1]], dtype=np.float64)


def band(row: Array, size: int) -> Array:
    """Return the band matrix (size, size + len(row) - 1) with the row along its diagonal."""
    matrix = np.zeros((size, size + len(row) - 1))
    for line in range(size):
        matrix[line, line : line + len(row)] = row
    return matrix
