"""The gradients in a square window around each of many keypoints, as arrays of one shape."""

import numpy as np

from coursekit.core.chunks import chunk_length, groups_by_size

NUMBERS = 32  # at hand for each pixel of a window


class Windows:
    """Square windows around positions (N, 2), cut off at the border of an octave.

    first, last : (N, 2) int, the corners of each window, both inside
    left_out : rows and columns at the far ends that are left out
    """

    def __init__(self, positions, reaches, shape, left_out=0):
        reach = np.asarray(reaches)[:, None]
        self.positions = positions
        self.shape = shape
        self.first = np.maximum(0, positions - reach + 0.5).astype(np.int64)
        self.last = np.minimum(positions + reach + 0.5, np.subtract(shape[:2], 1)).astype(np.int64)
        self.last -= left_out

    def groups(self):
        """Indices of keypoints with windows of about one size, as many as fit in the cache."""
        sides = (self.last - self.first).max(axis=1, initial=0) + 1
        return groups_by_size(sides, chunk_length(NUMBERS))

    def offsets(self, group):
        """Rows (n, side, 1) and columns (n, 1, side) from the keypoints; what is inside."""
        rows, columns, inside = self._grid(group)
        row, column = self.positions[group].T[..., None, None]
        dtype = self.positions.dtype
        return (rows - row).astype(dtype), (columns - column).astype(dtype), inside

    def values(self, group, layers, *arrays):
        """Of each array (H, W, S) the values in the windows (n, side, side)."""
        rows, columns, _ = self._grid(group)
        height, width = self.shape[:2]
        rows, columns = np.minimum(rows, height - 1), np.minimum(columns, width - 1)
        places = (layers[group][:, None, None] * height + rows) * width + columns
        return [np.moveaxis(array, -1, 0).reshape(-1).take(places) for array in arrays]

    def _grid(self, group):
        first, last = self.first[group], self.last[group]
        side = np.arange((last - first).max() + 1)
        rows, columns = (first[..., None] + side).transpose(1, 0, 2)
        inside = (rows <= last[:, :1])[:, :, None] & (columns <= last[:, 1:])[:, None, :]
        return rows[:, :, None], columns[:, None, :], inside
