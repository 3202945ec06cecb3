"""The grid of seeds that both twins of SLIC start from, and the window of their smoothing."""

import numpy as np

from coursekit.lab import require

NEIGHBORHOOD = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]  # the cells that a pixel asks
FINENESS = 16  # colours are kept in sixteenths: sums of them are exact, in any order


def spacing(height, width, segments):
    """The side of the cells, in whole pixels, that gives about so many."""
    require.whole(segments, "segments", 1, np.inf)
    return max(1, round((height * width / segments) ** 0.5))


def seeds(length, step):
    """Where along an axis the seeds stand: in the middles of cells."""
    return np.arange(min(step, length) // 2, length, step)


def cells(length, step):
    """Which cell each place along an axis belongs to; the last one takes what is left over."""
    return np.minimum(np.arange(length) // step, len(seeds(length, step)) - 1)


def window(sigma):
    """Weights of a Gaussian out to four sigma, float32."""
    radius = int(4 * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    return (weights / weights.sum()).astype(np.float32)


def space_weight(compactness, step):
    """What a squared pixel counts beside a squared unit of colour."""
    require.number(compactness, "compactness", 1e-6, 1e6)
    require.whole(step, "step", 1, np.inf)
    return float(np.float32((compactness / step) ** 2))
