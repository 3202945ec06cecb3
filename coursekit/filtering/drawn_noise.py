"""Noise is drawn by NumPy on the CPU, so that a seed means the same noise on every device."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from coursekit.lab import require


def chances(shape, seeds):
    """Draw a number in [0, 1) for each value of a picture of shape (H, W, C), for each seed.

    Gives an array (seeds, H, W, C) float32. A seed, and nothing else, decides what is drawn.
    """
    return _drawn("random", shape, seeds)


def normal(shape, seeds):
    """Draw a number of mean 0 and standard deviation 1 for each value, likewise."""
    return _drawn("standard_normal", shape, seeds)


def _drawn(distribution, shape, seeds):
    for seed in seeds:
        require.whole(seed, "seed", 0, np.inf)
    numbers = np.empty((len(seeds), *shape), np.float32)

    def fill(seed, out):
        getattr(np.random.default_rng(seed), distribution)(dtype=np.float32, out=out)

    with ThreadPoolExecutor() as pool:
        list(pool.map(fill, seeds, numbers))
    return numbers
