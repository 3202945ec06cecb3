"""Walk a path of weak pixels down to the strong one that it is connected to."""

import numpy as np


def chain(lengths, row, column):
    """Give the positions from a pixel to a strong one that it is connected to.

    ``lengths`` is what ``path_lengths`` gives, (H, W); both ends are included, and the list is
    empty where no path leads to a strong pixel. Of several ways on, the first in reading order is
    taken.
    """
    if lengths[row, column] < 0:
        return []
    path = [(row, column)]
    while lengths[path[-1]]:
        path.append(_nearer(lengths, *path[-1]))
    return path


def _nearer(lengths, row, column):
    """Give the first neighbour that is one step nearer to a strong pixel."""
    top, left = max(row - 1, 0), max(column - 1, 0)
    window = lengths[top : row + 2, left : column + 2]
    down, right = np.argwhere(window == lengths[row, column] - 1)[0]
    return top + int(down), left + int(right)
