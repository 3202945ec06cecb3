"""Padding of tensors, with NumPy's border modes."""

from collections.abc import Sequence

import torch

from coursekit.core import borders
from coursekit.core.types import Border, Real

# Types are ignored where PyTorch accepts NumPy's numbers but its stubs do not say so.


def pad_planes(
    planes: torch.Tensor,
    widths: Sequence[Sequence[int]],
    border: Border,
    dtype: torch.dtype,
    value: Real = 0,
) -> torch.Tensor:
    """Copy planes (..., H, W) into the middle of larger ones, and fill the border.

    widths : ((top, bottom), (left, right))
    border : one of ``core.borders.BORDERS``; value is for ``constant``
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


def _fill(lines: torch.Tensor, before: int, after: int, border: Border, value: Real) -> None:
    """Fill the first and the last lines according to the border mode."""
    size = len(lines) - before - after
    if border == "constant":
        lines[:before] = value  # type: ignore[assignment]
        lines[before + size :] = value  # type: ignore[assignment]
        return
    index = torch.from_numpy(borders.extended(size, before, after, border)).to(lines.device)
    inside = lines[before : before + size]
    lines[:before] = inside[index[:before]]
    lines[before + size :] = inside[index[before + size :]]


def pad_axis(image: torch.Tensor, axis: int, radius: int, border: Border) -> torch.Tensor:
    """Extend one axis by the radius at both ends; any border except ``constant``."""
    index = borders.extended(image.shape[axis], radius, radius, border)
    return image.index_select(axis, torch.from_numpy(index).to(image.device))
