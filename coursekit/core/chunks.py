"""Chunks: how much of a large array to process at once."""

import numpy as np

from coursekit.core.types import Array

CHUNK_NUMBERS = 2**21  # that stay in a processor's cache between steps


def chunk_length(numbers: int) -> int:
    """Return the number of items in a chunk, at least 1, if each needs this many numbers."""
    return max(1, int(CHUNK_NUMBERS // numbers))


def groups_by_size(sides: Array, samples: int) -> list[Array]:
    """Group square windows of similar sides, so that each group fills one array.

    Parameters
    ----------
    sides : (N,) int, in pixels
    samples : int, largest number of pixels in a group, counting each window as the largest

    Returns
    -------
    list of index arrays, each of at least one window
    """
    order = np.argsort(sides, kind="stable")
    ascending = sides[order]
    start, groups = 0, []
    while start < len(order):
        needed = np.arange(1, len(order) - start + 1) * ascending[start:] ** 2
        count = max(1, int(np.searchsorted(needed, samples, side="right")))
        groups.append(order[start : start + count])
        start += count
    return groups
