"""CLAHE on batches: twins of ``reference.clahe``.

All tiles of all images are counted at once. For the blend, the four tables around a pixel are
packed into the four bytes of an int32, so that one look-up gives all four answers.
"""

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor, require_torch
from coursekit.core.torch.chunks import in_chunks
from coursekit.core.types import Integer, Real
from coursekit.histograms import shared
from coursekit.histograms.gpu.counting import count


def clahe(
    image: torch.Tensor, clip_limit: Real = 40.0, tiles: Sequence[Integer] = (8, 8)
) -> torch.Tensor:
    """CLAHE of a batch of images: equalize tile by tile, with limited contrast.

    Parameters
    ----------
    image : (..., C, H, W) uint8
    """
    require_tensor(image)
    clip_limit = require.number(clip_limit, "clip_limit", low=0)
    counts = tile_histograms(image, tiles)
    _, tile = shared.tile_grid(image.shape[-2:], tiles)
    clipped = clip_histograms(counts, shared.clip_height(clip_limit, tile))
    return interpolate_tables(image, tile_tables(clipped))


def tile_histograms(image: torch.Tensor, tiles: Sequence[Integer] = (8, 8)) -> torch.Tensor:
    """CLAHE, histograms of a batch: count the levels of each tile of each image.

    Parameters
    ----------
    image : (..., C, H, W) uint8

    Returns
    -------
    int64 (..., C, rows, columns, 256), on image's device
    """
    require_tensor(image)
    shared.require_array(image, "image", "uint8")
    padding, (height, width) = shared.tile_grid(image.shape[-2:], tiles)
    for axis, more in zip((-2, -1), padding, strict=True):
        if more:  # by index: PyTorch reflects floats alone, and once
            index = np.pad(np.arange(image.shape[axis]), (0, more), mode="reflect")
            index = torch.from_numpy(index).to(image.device, non_blocking=True)
            image = image.index_select(axis, index)
    pixels = image.unflatten(-1, (-1, width)).unflatten(-3, (-1, height))
    return count(pixels.transpose(-3, -2).flatten(-2))


def clip_histograms(counts: torch.Tensor, limit: Integer) -> torch.Tensor:
    """CLAHE, redistribution on tensors: clip each histogram, and redistribute the excess."""
    require_torch(counts, "counts")
    shared.require_array(counts, "counts", "int64", 256)
    limit = require.whole(limit, "limit", 0, 2**63 - 1)
    if limit == 0:
        return counts.clone()
    clipped = counts.clamp(max=limit)
    excess = (counts - clipped).sum(-1, keepdim=True)
    each, remainder = excess >> 8, excess & 255
    level, step = torch.arange(256, device=counts.device), 256 // remainder.clamp(min=1)
    one_more = (level % step == 0) & (level // step < remainder)
    return clipped.add_(each).add_(one_more)


def tile_tables(counts: torch.Tensor) -> torch.Tensor:
    """CLAHE, tables on tensors: scale the cumulative curves to gray levels."""
    require_torch(counts, "counts")
    shared.require_array(counts, "counts", "int64", 256)
    c = counts.cumsum(-1)
    pixels = c[..., -1:].clamp(min=1).float()
    per_pixel = torch.full_like(pixels, 255).div_(pixels)  # 255 / pixels would be rounded twice
    return c.float().mul_(per_pixel).round_().clamp_(0, 255).byte()  # Eq. 3-15


def look_up_tiles(image: torch.Tensor, tables: torch.Tensor) -> torch.Tensor:
    """Tile-wise equalization of a batch: look up each pixel in its own tile's table.

    Parameters
    ----------
    image : (..., C, H, W) uint8
    tables : (..., C, rows, columns, 256) uint8, as ``tile_tables`` gives
    """
    _require_tables(image, tables)
    _, (height, width) = shared.tile_grid(image.shape[-2:], tables.shape[-3:-1])
    row = torch.arange(image.shape[-2], device=image.device, dtype=torch.int32) // height
    column = torch.arange(image.shape[-1], device=image.device, dtype=torch.int32) // width
    planes = image.flatten(0, -3)
    tables = tables.expand(*image.shape[:-3], *tables.shape[-4:]).flatten(0, -4)
    work = partial(_look_up_cells, row=row, column=column)
    return in_chunks(work, planes, 8 * planes[0].numel(), tables).view(image.shape)


def interpolate_tables(image: torch.Tensor, tables: torch.Tensor) -> torch.Tensor:
    """CLAHE, interpolation on a batch: look up each pixel in the four nearest tables, and blend.

    Parameters
    ----------
    image : (..., C, H, W) uint8
    tables : (..., C, rows, columns, 256) uint8, as ``tile_tables`` gives
    """
    _require_tables(image, tables)
    rows, columns = tables.shape[-3:-1]
    _, (height, width) = shared.tile_grid(image.shape[-2:], (rows, columns))

    sent = partial(torch.Tensor.to, device=image.device, non_blocking=True)
    row, down = map(sent, map(torch.from_numpy, shared.tile_positions(image.shape[-2], height)))
    column, along = map(sent, map(torch.from_numpy, shared.tile_positions(image.shape[-1], width)))
    down = down[:, None]
    cell = torch.arange(max(rows, columns) + 1, device=image.device)  # from tile k - 1 to tile k
    top, bottom = (cell[: rows + 1] - 1).clamp_(min=0), cell[: rows + 1].clamp(max=rows - 1)
    left, right = (
        (cell[: columns + 1] - 1).clamp_(min=0),
        cell[: columns + 1].clamp(max=columns - 1),
    )

    def blend(planes, tables):
        upper, lower = tables.int().index_select(1, top), tables.int().index_select(1, bottom)
        packed = upper.index_select(2, left) | upper.index_select(2, right) << 8
        packed |= lower.index_select(2, left) << 16 | lower.index_select(2, right) << 24
        packed = _look_up_cells(planes, packed, row + 1, column + 1)
        upper_left, upper_right = (packed & 255).float(), (packed >> 8).bitwise_and_(255).float()
        lower_left = (packed >> 16).bitwise_and_(255).float()
        lower_right = (packed >> 24).bitwise_and_(255).float()
        upper = upper_left.mul_(1 - along).add_(upper_right.mul_(along))
        lower = lower_left.mul_(1 - along).add_(lower_right.mul_(along))
        return upper.mul_(1 - down).add_(lower.mul_(down)).round_().byte()

    planes = image.flatten(0, -3)
    tables = tables.expand(*image.shape[:-3], *tables.shape[-4:]).flatten(0, -4)
    return in_chunks(blend, planes, 8 * planes[0].numel(), tables).view(image.shape)


def _look_up_cells(planes, tables, row, column):
    """Look up planes (B, H, W) in tables (B, rows, columns, 256), each pixel in its own cell."""
    count, rows, columns, _ = tables.shape
    plane = torch.arange(count, dtype=torch.int32, device=planes.device)[:, None, None] * rows
    start = ((plane + row[:, None]) * columns + column) * 256
    index = (start + planes).view(-1)
    return tables.reshape(-1).index_select(0, index).view(planes.shape)


def _require_tables(image, tables):
    """Refuse all but uint8 images and tables (..., C, rows, columns, 256) for their channels."""
    require_tensor(image)
    shared.require_array(image, "image", "uint8")
    require_torch(tables, "tables")
    axes = image.shape[-3], "rows", "columns", 256
    shared.require_array(tables, "tables", "uint8", *axes)
    require.same_batch(image.shape[:-3], tables.shape[:-4], "tables")
