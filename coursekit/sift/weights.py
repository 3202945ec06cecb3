"""The weights of a Gaussian, as a row. For both twins."""

import numpy as np


def gaussian(sigma):
    """Give exp(-x^2 / 2 sigma^2) at x = -r to r, r the nearest whole number to 4 sigma; sum 1."""
    reach = int(4 * sigma + 0.5)
    row = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2)) if reach else np.ones(1)
    return row / row.sum()
