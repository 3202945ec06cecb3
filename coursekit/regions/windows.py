"""The weights of a Gaussian window as OpenCV takes them, for both twins."""

import numpy as np

# OpenCV's own tables for sizes up to 9, in 256ths: binomial, and then hand-rounded.
_SMALL = {
    3: (64, 128, 64),
    5: (16, 64, 96, 64, 16),
    7: (8, 28, 56, 72, 56, 28, 8),
    9: (4, 13, 30, 51, 60, 51, 30, 13, 4),
}


def gaussian_weights(size):
    """float32 (size,), with a sum of 1 up to rounding; sigma follows from the size."""
    if size in _SMALL:
        return np.array(_SMALL[size], np.float32) / np.float32(256)
    sigma = 0.3 * ((size - 1) / 2 - 1) + 0.8
    distance = np.arange(size) - (size - 1) / 2
    weights = np.exp(-(distance**2) / (2 * sigma**2))
    return (weights / weights.sum()).astype(np.float32)
