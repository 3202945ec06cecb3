"""Noise is drawn by NumPy on the CPU, so that a seed means the same noise on every device."""

import numpy as np

from coursekit.lab import require


def generator(seed):
    """Give NumPy's generator (PCG64) for a seed, refusing all but a whole number from 0 on."""
    require.whole(seed, "seed", 0, np.inf)
    return np.random.default_rng(seed)


def chances(shape, seed):
    """Draw a number in [0, 1) for each value of a picture: float32, shape (H, W, C)."""
    return generator(seed).random(shape, dtype=np.float32)


def normal(shape, seed):
    """Draw a number of mean 0 and standard deviation 1 for each value: float32, (H, W, C)."""
    return generator(seed).standard_normal(shape, dtype=np.float32)
