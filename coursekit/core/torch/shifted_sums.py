"""The engine of all linear filters: lay planes out with their border, shift, multiply, add."""

import numpy as np
import torch

from coursekit.core import borders
from coursekit.core.torch.chunks import in_bites
from coursekit.core.torch.levels import as_uint8

COPIES = 8  # planes of float64 that a filter keeps at hand for each of a picture


def filter_planes(image, work):
    """Apply work, from (B, H, W) to (B, H, W), to a batch (..., H, W), a cacheful at a time."""
    planes = image.reshape(-1, *image.shape[-2:])
    return in_bites(work, planes, COPIES * image.shape[-2:].numel()).view(image.shape)


def laid_out(planes, sides, border, dtype, value=0):
    """Copy planes (..., H, W) into the middle of larger ones, and fill what is around them."""
    (top, bottom), (left, right) = sides
    height, width = planes.shape[-2:]
    larger = planes.new_empty(
        (*planes.shape[:-2], top + height + bottom, left + width + right), dtype=dtype
    )
    larger[..., top : top + height, left : left + width] = planes
    rows = larger[..., top : top + height, :]
    _fill(rows.movedim(-1, 0), left, right, border, value)
    _fill(larger.movedim(-2, 0), top, bottom, border, value)
    return larger


def _fill(lines, before, after, border, value):
    """Fill the first and the last lines by the rule of the border."""
    size = len(lines) - before - after
    if border == "constant":
        lines[:before] = value
        lines[before + size :] = value
        return
    index = torch.from_numpy(borders.extended(size, before, after, border)).to(lines.device)
    inside = lines[before : before + size]
    lines[:before] = inside[index[:before]]
    lines[before + size :] = inside[index[before + size :]]


def sum_over_offsets(padded, kernel):
    """Add up one shifted plane for each weight: (..., H + Kh - 1, W + Kw - 1) to (..., H, W)."""
    height = padded.shape[-2] - kernel.shape[0] + 1
    width = padded.shape[-1] - kernel.shape[1] + 1
    total = padded.new_zeros((*padded.shape[:-2], height, width))
    for row, column in zip(*kernel.nonzero(), strict=True):
        neighbors = padded[..., row : row + height, column : column + width]
        total.add_(neighbors, alpha=float(kernel[row, column]))  # Eq. 3-34
    return total


def exact(numbers_below, device):
    """Give the smaller float that holds whole numbers up to so many; float32 if no other is."""
    fits = numbers_below <= 2**24 or device.type == "mps"
    return torch.float32 if fits else torch.float64


def in_floats(levels):
    """The levels as floats: of uint8, in float64 where there is one, so that all round alike."""
    return levels.to(exact(np.inf, levels.device)) if levels.dtype == torch.uint8 else levels


def saturated(total, dtype, signed=False):
    """Round half to even, where levels are whole numbers, and saturate; total is overwritten."""
    if dtype != torch.uint8:
        return total if signed else total.clamp_(0, 1)
    if signed:
        return total.round_().clamp_(-32768, 32767).short()
    return as_uint8(total.round_().clamp_(0, 255))
