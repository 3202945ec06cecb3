"""Who is a neighbour, where it lies, and how much its place counts.

Plain numbers on the CPU, and so the same for ``reference`` and ``gpu``. Offsets are (row, column)
in pixels, row by row: sums of floats depend on their order, and both add in this one.
"""

from itertools import product

import numpy as np


def gaussian(distance, sigma):
    """exp(-distance^2 / 2 sigma^2): 1 at distance 0, never 0."""
    return np.exp(-0.5 / (sigma * sigma) * np.square(distance, dtype=np.float64))


def rectangle(rows, columns):
    """All offsets of at most so many rows and columns."""
    return list(product(range(-rows, rows + 1), range(-columns, columns + 1)))


def disc(radius):
    """All offsets of at most ``radius`` pixels."""
    steps = rectangle(radius, radius)
    return [(row, column) for row, column in steps if row**2 + column**2 <= radius**2]


def patch_weights(size):
    """A row of a patch's weights, (size,), that sum to 1: a Gaussian of sigma (size - 1) / 4."""
    distance = np.arange(size) - size // 2
    weights = gaussian(distance, max(size - 1, 1) / 4)
    return weights / weights.sum()
