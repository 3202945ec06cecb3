"""Who is a neighbour, where it lies, and how much its place counts.

Plain numbers on the CPU, and so the same for ``reference`` and ``gpu``. Offsets are (row, column)
in pixels, row by row: sums of floats depend on their order, and both add in this one.
"""

from itertools import product

import numpy as np

from coursekit.lab import require


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


def overlap(shape, row, column):
    """The pixels whose neighbour at an offset is in the picture too, and those neighbours.

    Both as slices of rows and of columns; shape is (H, W, ...), the offset no longer than it.
    """
    return tuple(
        tuple(
            slice(max(0, sign * step), size + min(0, sign * step))
            for size, step in zip(shape, (row, column), strict=False)
        )
        for sign in (-1, 1)
    )


def patches(pixels, size):
    """What the patches around pixels cover, in a picture that is padded by half a patch."""
    return tuple(slice(along.start, along.stop + size - 1) for along in pixels)


def non_local(strength, patch_size, search_distance, noise):
    """Refuse what non-local means cannot work with."""
    require.number(strength, "strength", low=np.finfo(np.float32).tiny)
    require.odd(patch_size, "patch_size")
    require.whole(search_distance, "search_distance", 0, np.inf)
    require.number(noise, "noise", low=0)
