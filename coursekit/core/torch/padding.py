"""Padding of tensors, by NumPy's rules."""

import torch

from coursekit.core import borders


def pad_planes(planes, widths, border, dtype, value=0):
    """Copy planes (..., H, W) into the middle of larger ones, and fill what is around them.

    widths : ((top, bottom), (left, right))
    border : one of ``core.borders.BORDERS``; value is that of ``constant``
    """
    (top, bottom), (left, right) = widths
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
    index = _extended(size, before, after, border, lines.device)
    inside = lines[before : before + size]
    lines[:before] = inside[index[:before]]
    lines[before + size :] = inside[index[before + size :]]


def pad_axis(image, axis, radius, border):
    """Extend one axis by the radius at both ends; any border but ``constant``."""
    index = _extended(image.shape[axis], radius, radius, border, image.device)
    return image.index_select(axis, index)


def _extended(size, before, after, border, device):
    return torch.from_numpy(borders.extended(size, before, after, border)).to(device)
