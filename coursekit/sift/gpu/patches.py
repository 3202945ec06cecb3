"""The gradients in a square window around each of many keypoints, as tensors of one shape."""

import numpy as np
import torch

from coursekit.core.chunks import groups_by_size
from coursekit.core.torch.chunks import chunk_length

NUMBERS = 32  # at hand for each pixel of a window


class Windows:
    """Square windows around positions (N, 2), cut off at the border of an octave."""

    def __init__(self, positions, reaches, shape, left_out=0):
        reach, end = reaches[:, None], torch.tensor(shape[-2:], device=positions.device) - 1
        self.positions, self.shape = positions, shape
        self.first = (positions - reach + 0.5).clamp(min=0).long()
        self.last = torch.minimum(positions + reach + 0.5, end).long() - left_out

    def groups(self):
        """Indices of keypoints with windows of about one size, and that size."""
        sides = ((self.last - self.first).amax(dim=1) + 1).cpu().numpy()
        device = self.positions.device
        for group in groups_by_size(sides, chunk_length(device, NUMBERS)):
            yield torch.from_numpy(group).to(device), int(sides[group].max())

    def grid(self, group, side):
        """Rows (n, side, 1) and columns (n, 1, side) of the octave, and which are inside."""
        steps = torch.arange(side, device=self.first.device)
        rows, columns = (self.first[group][..., None] + steps).unbind(1)
        last = self.last[group]
        inside = (rows <= last[:, :1])[:, :, None] & (columns <= last[:, 1:])[:, None, :]
        return rows[:, :, None], columns[:, None, :], inside

    def offsets(self, group, rows, columns):
        """How far rows and columns are from the keypoints."""
        row, column = self.positions[group].T[..., None, None]
        return rows - row, columns - column

    def values(self, layers, rows, columns, *tensors):
        """Of each tensor (..., S, H, W) the values at rows and columns, (n, side, side)."""
        height, width = self.shape[-2:]
        strides = np.cumprod([1, *self.shape[-3:0:-1]])[::-1].copy()
        layer = (layers * torch.from_numpy(strides).to(layers.device)).sum(dim=1)
        rows, columns = rows.clamp(max=height - 1), columns.clamp(max=width - 1)
        places = (layer[:, None, None] * height + rows) * width + columns
        # Several times as fast as indexing, on a processor.
        picked = (tensor.reshape(-1).index_select(0, places.view(-1)) for tensor in tensors)
        return [values.view(places.shape) for values in picked]
