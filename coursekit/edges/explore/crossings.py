"""List zero crossings as positions, for drawing and measuring."""

import numpy as np


def positions(down, right):
    """Give the (row, column) of every crossing, (N, 2) float64, from what ``zero_crossings`` gives.

    For one gray picture: ``down`` and ``right`` are (H, W). Those between rows come first.
    """
    between_rows = np.argwhere(down >= 0) + np.outer(down[down >= 0], (1, 0))
    between_columns = np.argwhere(right >= 0) + np.outer(right[right >= 0], (0, 1))
    return np.concatenate([between_rows, between_columns])
