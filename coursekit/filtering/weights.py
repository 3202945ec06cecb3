"""Kernels: how they are checked, made, rounded and taken apart. Plain NumPy, for both twins.

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §3.4-3.6.
Szeliski 2022, *Computer Vision*, 2nd edition, §3.2.1 (separable filtering).
"""

from dataclasses import dataclass

import numpy as np

from coursekit.lab import require

SMALLEST_SIGMA = 1e-3  # pixels
NEGLIGIBLE = 1e-8  # second singular value, as a share of the first
FINEST = 2**16  # parts of 1 that a common unit is looked for in
COARSE, FINE = 2**8, 2**16  # parts of a weight of 1 in fixed point; OpenCV's Gaussian has 2**8
# In 256ths, half of each: what OpenCV takes where sigma is left to the size.
TABLES = {1: (256,), 3: (64, 128), 5: (16, 64, 96), 7: (8, 28, 56, 72), 9: (4, 13, 30, 51, 60)}


def in_single_precision(kernel):
    """Round weights to float32, as OpenCV does; a sum of uint8 times them is exact in float64."""
    return kernel.astype(np.float32).astype(np.float64)


def gaussian(size, sigma=None):
    """Give exp(-x^2 / 2 sigma^2) at x = -(size // 2) to size // 2, divided by its sum."""
    require.odd(size)
    if sigma is None and size in TABLES:
        return _mirrored(TABLES[size]) / COARSE
    sigma = 0.3 * (size // 2 - 1) + 0.8 if sigma is None else sigma
    require.number(sigma, "sigma", low=SMALLEST_SIGMA)
    x = np.arange(size) - size // 2
    weights = np.exp(-(x**2) / (2 * sigma**2))  # Eq. 3-45
    return weights / weights.sum()


def gaussian_row(sigma, size, is_uint8):
    """Give the weights of a Gaussian; without a size, that of OpenCV: 3 or 4 sigma to each side."""
    require.number(sigma, "sigma", low=SMALLEST_SIGMA)
    reach = 3 if is_uint8 else 4
    return gaussian(round(2 * reach * sigma + 1) | 1 if size is None else size, sigma)


def in_fixed_point(weights, parts):
    """Round the weights of a symmetric kernel to parts of 1 so that they still sum to 1.

    What rounding takes from one weight is given to the next, from the ends to the centre; the
    centre gets what is left. With 256 parts, these are the weights of OpenCV's Gaussian. Sums of
    uint8 times such weights are exact.
    """
    whole, left = [], 0.0
    for weight in weights[: len(weights) // 2] * parts:
        whole.append(round(weight + left))
        left += weight - whole[-1]
    return _mirrored([*whole, parts - 2 * sum(whole)]) / parts


def band(row, size):
    """Give the matrix (size, size + len(row) - 1) with the row along its diagonal."""
    matrix = np.zeros((size, size + len(row) - 1))
    for line in range(size):
        matrix[line, line : line + len(row)] = row
    return matrix


def _mirrored(half):
    return np.array([*half, *half[-2::-1]], dtype=np.float64)


def sharpening(amount, neighbors):
    """Give the 3 x 3 kernel that adds amount times the difference from 4 or 8 neighbours."""
    require.number(amount, "amount", low=0)
    require.one_of(neighbors, "neighbors", (4, 8))
    table = np.full((3, 3), -amount, dtype=np.float64)
    if neighbors == 4:
        table[::2, ::2] = 0
    table[1, 1] = 1 + amount * neighbors
    return table


def singular_values(kernel):
    """Take a kernel apart: kernel = sum over k of s[k] * outer(u[:, k], v[k]), s falling."""
    return np.linalg.svd(kernel, full_matrices=False)


def is_separable(kernel, tolerance):
    """Tell whether the second singular value is at most tolerance times the first."""
    require.number(tolerance, "tolerance", 0, 1)
    _, s, _ = singular_values(kernel)
    return bool(s[0] > 0 and np.all(s[1:] <= tolerance * s[0]))


def separate(kernel, tolerance):
    """Give column and row, outer(column, row) = kernel; the column's largest weight is > 0."""
    if not is_separable(kernel, tolerance):
        raise ValueError(
            f"kernel: expected rank 1, got singular values {singular_values(kernel)[1].round(6)}"
        )
    u, s, v = singular_values(kernel)
    sign = np.sign(u[np.abs(u[:, 0]).argmax(), 0])
    return sign * np.sqrt(s[0]) * u[:, 0], sign * np.sqrt(s[0]) * v[0]


@dataclass(frozen=True)
class Passes:
    """How to apply a kernel: correlate with each table in turn, then multiply by unit.

    whole : bool, the tables hold whole numbers, as whole levels' sums then do
    """

    tables: tuple
    unit: float = 1.0
    whole: bool = False

    def largest_sum(self):
        """The largest sum that white pixels can come to, before it is multiplied by unit."""
        return 255 * np.prod([np.abs(table).sum() for table in self.tables])


def passes(kernel):
    """Take a kernel of rank 1 apart into a row and a column: Kh + Kw weights for Kh * Kw."""
    if min(kernel.shape) == 1 or not is_separable(kernel, NEGLIGIBLE):
        return Passes((kernel,))
    column, row = separate(kernel, NEGLIGIBLE)
    return Passes((row[None, :], column[:, None]))


def exact_passes(kernel):
    """Do the same where no rounding can change a sum: the weights are multiples of one number."""
    kernel = in_single_precision(kernel)
    unit = _common_unit(kernel)
    if unit is None:
        return Passes((kernel,))
    whole = np.rint(kernel / unit)
    row = whole[np.abs(whole).sum(axis=1).argmax()]
    row = row / max(np.gcd.reduce(row.astype(np.int64)), 1)
    column = whole[:, np.abs(row).argmax()] / max(np.abs(row).max(), 1)
    column *= np.sign(row[np.abs(row).argmax()])
    if min(kernel.shape) == 1 or not np.array_equal(np.outer(column, row), whole):
        return Passes((whole,), unit, True)
    return Passes((row[None, :], column[:, None]), unit, True)


def _common_unit(kernel):
    """Give a number that all weights are whole multiples of, exactly; None if none is found."""
    sizes = np.abs(kernel[kernel != 0])
    if sizes.size == 0:
        return 1.0
    parts = sizes * FINEST
    if (parts == np.rint(parts)).all() and parts.max() < 2**53:
        return np.gcd.reduce(parts.astype(np.int64)) / FINEST
    unit = sizes.min()
    multiples = np.rint(sizes / unit)
    return unit if (multiples * unit == sizes).all() and multiples.max() < 2**24 else None
