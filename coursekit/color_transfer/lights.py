"""Light and luminance as plain NumPy: the white axis, an estimated light, and the cost of edges."""

import numpy as np

BINS = 1000  # of the luminances' histograms
FAINTEST = 1e-2  # of a light's mean: what no channel of it falls below
NO_EDGES = np.finfo(np.float64).eps  # a mean strength below it is rounding

# The shortest rotation of (1, 1, 1) / √3 onto (0, 0, 1): about (1, -1, 0), by arccos(1 / √3).
_A, _B, _C = (3 + np.sqrt(3)) / 6, (np.sqrt(3) - 3) / 6, 1 / np.sqrt(3)
TO_WHITE_AXIS = np.array([[_A, _B, -_C], [_B, _A, -_C], [_C, _C, _C]])


def balanced(strengths):
    """A light of mean 1 with these strengths, none of them too faint; white where there is none."""
    mean = strengths.mean()
    if mean < NO_EDGES:
        return np.ones(3)
    light = np.maximum(strengths / mean, FAINTEST)
    return light / light.mean()


def roughness(size, count):
    """Squared differences along an axis of this size: of its first ``count`` cosines, (count,)."""
    return 2 - 2 * np.cos(np.pi * np.arange(count) / size)


def gaussian_weights(sigma):
    """A Gaussian that ends at 4 σ and sums to 1."""
    radius = int(4 * sigma + 0.5)
    offsets = np.arange(-radius, radius + 1)
    weights = np.exp(-0.5 * (offsets / sigma) ** 2) if sigma else np.ones(1)
    return weights / weights.sum()
