"""The few pixels, with their weights, of which each pixel of a scaled picture is made."""

import numpy as np


def triangle_taps(size, new_size):
    """Weights of bilinear scaling along one axis: index and weights, both (new_size, taps).

    The triangle is two pixels wide where a picture grows, and two *new* pixels where it shrinks,
    since a narrower one would skip pixels: fine texture would come back as a coarse one. The
    border's pixel is repeated.
    """
    shrink = max(size / new_size, 1)
    middle = (np.arange(new_size) + 0.5) * size / new_size - 0.5
    first = np.floor(middle - shrink).astype(np.int64)
    index = first[:, None] + np.arange(int(np.ceil(2 * shrink)) + 1)
    weights = np.maximum(0, 1 - np.abs(index - middle[:, None]) / shrink)
    used = weights.any(axis=0)
    weights = weights[:, used] / weights.sum(axis=1, keepdims=True)
    return np.clip(index[:, used], 0, size - 1), weights


def halves(height, width, levels):
    """The sizes of a pyramid, each half of the one before, while a half is above 20 pixels."""
    sizes = [(height, width)]
    while len(sizes) < levels:
        half = tuple(-(-side // 2) for side in sizes[-1])
        if min(half) <= 20:
            break
        sizes.append(half)
    return sizes
