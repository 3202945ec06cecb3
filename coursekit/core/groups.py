"""Keypoints that are worked on together: windows of about one size, so many as suit the memory."""

import numpy as np


def by_size(sides, samples):
    """Split keypoints into groups: arrays of their indices.

    sides: of their square windows, in pixels. samples: pixels in all windows of a group at most,
    each as large as the largest; but at least one window.
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
