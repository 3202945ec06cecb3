"""A batch with a frame of pixels around it, a bite at a time."""

import numpy as np
import torch

from coursekit.images.gpu.bites import CACHE, MEMORY
from coursekit.lab import require

BORDERS = ("reflect", "symmetric", "edge", "wrap", "constant")


def in_bites_with_frame(work, image, size, border, wide=False):
    """Apply work to framed bites of a batch (..., C, H, W); give the tensors that it gives.

    work : takes (B, C, H + 2 size, W + 2 size), int16 for uint8 (int32 where ``wide``), and gives
        several tensors (B, ?, H, W)
    size : whole number, or a pair: rows and columns before, and after
    """
    require.one_of(border, "border", BORDERS)
    pictures = image.reshape(-1, *image.shape[-3:])
    most = CACHE if image.device.type == "cpu" else MEMORY
    count = max(1, most // pictures[0].numel())
    size = (size, size) if isinstance(size, int) else size
    whole = torch.int32 if wide else torch.int16
    dtype = whole if image.dtype == torch.uint8 else image.dtype
    parts = [work(framed(bite, size, border, dtype)) for bite in pictures.split(count)]
    return [_joined(several, image.shape[:-3]) for several in zip(*parts, strict=True)]


def _joined(parts, batch):
    whole = torch.cat(parts) if len(parts) > 1 else parts[0]
    return whole.view(*batch, *whole.shape[1:])


def framed(image, size, border, dtype):
    """Copy a batch into the middle of a larger one, and fill the frame from the border rule."""
    before, after = size
    height, width = image.shape[-2:]
    result = image.new_zeros(
        *image.shape[:-2], before + height + after, before + width + after, dtype=dtype
    )
    result[..., before : before + height, before : before + width] = image
    if border != "constant":
        _fill(result, -2, height, size, border)
        _fill(result, -1, width, size, border)
    return result


def _fill(result, axis, length, size, border):
    """Fill the first and last rows (or columns) with those that the border rule repeats."""
    source = np.pad(np.arange(length), size, mode=border) + size[0]
    for place in (*range(size[0]), *range(size[0] + length, len(source))):
        result.select(axis, place).copy_(result.select(axis, int(source[place])))
