"""CLAHE on batches: twins of ``reference.clahe``.

All tiles of all pictures are counted at once. For the blend, the four tables that a pixel lies
between are packed into one of four bytes an entry, so that one look-up gives all four answers.
"""

from collections.abc import Sequence

import numpy as np
import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import in_chunks
from coursekit.core.types import Integer, Real
from coursekit.histograms import shared
from coursekit.histograms.gpu.counting import count
from coursekit.histograms.gpu.equalization import per_level
from coursekit.histograms.shared import cells, clip_height, mirrored, tile_shape

# Where a type is ignored: PyTorch takes NumPy's numbers, but its stubs do not say so.

SHIFTS = 0, 8, 16, 24


def tile_histograms(image: torch.Tensor, tiles: Sequence[Integer] = (8, 8)) -> torch.Tensor:
    """Cut each picture into tiles, and count the levels of each tile.

    Parameters
    ----------
    image : (..., C, H, W) uint8

    Returns
    -------
    int64 (..., C, rows, columns, 256), on image's device

    Convention
    ----------
    As ``reference.tile_histograms``, equal results.

    Raises
    ------
    TypeError, ValueError : image is no batch, or not uint8; tiles are not two whole numbers >= 1.
    """
    require_tensor(image)
    require.uint8(image)
    shared.require_grid(tiles)
    height, width = tile_shape(image.shape[-2:], tiles)
    pixels = _padded(image, tiles).unflatten(-1, (-1, width)).unflatten(-3, (-1, height))
    return count(pixels.transpose(-3, -2).flatten(-2))


def _padded(image, tiles):
    """Mirrored at the bottom and on the right, by index: PyTorch pads floats alone, and once."""
    for axis, index in zip((-2, -1), mirrored(image.shape[-2:], tiles), strict=True):
        if len(index) > image.shape[axis]:
            index = torch.from_numpy(index).to(image.device, non_blocking=True)
            image = image.index_select(axis, index)
    return image


def clip_histograms(counts: torch.Tensor, limit: Integer) -> torch.Tensor:
    """Cut off what stands out above the limit, and spread it over all bins.

    Returns
    -------
    int64 (..., 256), on the device of counts

    Convention
    ----------
    As ``reference.clip_histograms``, equal results.
    """
    shared.require_counts(counts)
    limit = require.whole(limit, "limit", 0, np.inf)
    if limit == 0:
        return counts.clone()
    clipped = counts.clamp(max=limit)
    cut = (counts - clipped).sum(-1, keepdim=True)
    each, rest = cut >> 8, cut & 255
    level, step = torch.arange(256, device=counts.device), 256 // rest.clamp(min=1)
    one_more = (level % step == 0) & (level // step < rest)
    return clipped.add_(each).add_(one_more)


def tile_tables(counts: torch.Tensor) -> torch.Tensor:
    """Make the look-up table of each tile: its cumulative curve, from share to gray level.

    Returns
    -------
    uint8 (..., 256), on the device of counts

    Convention
    ----------
    As ``reference.tile_tables``, equal results.
    """
    shared.require_counts(counts)
    c = counts.cumsum(-1)
    return c.float().mul_(per_level(c[..., -1:])).round_().clamp_(0, 255).byte()  # Eq. 3-15


def look_up_tiles(image: torch.Tensor, tables: torch.Tensor) -> torch.Tensor:
    """Look up each pixel in its own tile's table alone: what CLAHE would be without blending.

    Parameters
    ----------
    image : (..., C, H, W) uint8
    tables : (..., C, rows, columns, 256) uint8, of ``tile_tables``

    Returns
    -------
    Tensor of image's shape and device, uint8.

    Convention
    ----------
    As ``reference.look_up_tiles``, equal results.

    Raises
    ------
    TypeError, ValueError : image is no batch, or not uint8; tables are not as described.
    """
    height, width = _checked_tile_shape(image, tables)
    row = torch.arange(image.shape[-2], device=image.device, dtype=torch.int32) // height
    column = torch.arange(image.shape[-1], device=image.device, dtype=torch.int32) // width
    return _by_planes(image, tables, lambda planes, their: _in_cells(planes, their, row, column))


def interpolate_tables(image: torch.Tensor, tables: torch.Tensor) -> torch.Tensor:
    """Look up each pixel in the tables of the four tiles around it, and blend what they say.

    Parameters
    ----------
    image : (..., C, H, W) uint8
    tables : (..., C, rows, columns, 256) uint8, of ``tile_tables``

    Returns
    -------
    Tensor of image's shape and device, uint8.

    Convention
    ----------
    As ``reference.interpolate_tables``, equal results: single precision, in the same order.

    Raises
    ------
    TypeError, ValueError : image is no batch, or not uint8; tables are not as described.
    """
    height, width = _checked_tile_shape(image, tables)
    rows = _Axis(image.shape[-2], height, tables.shape[-3], image.device)
    columns = _Axis(image.shape[-1], width, tables.shape[-2], image.device)
    return _by_planes(image, tables, lambda planes, their: _blend(planes, their, rows, columns))


class _Axis:
    """Between which tiles the rows (or columns) lie: in cell k between tile k - 1 and tile k."""

    def __init__(self, length, tile, count, device):
        cell, share = cells(length, tile)
        self.cell = torch.from_numpy(cell).to(device, non_blocking=True)
        self.after = torch.from_numpy(share).to(device, non_blocking=True)
        self.before = 1 - self.after
        edges = torch.arange(count + 1, device=device)
        self.sides = (edges - 1).clamp_(min=0), edges.clamp_(max=count - 1)


def _blend(planes, tables, rows, columns):
    """The four tables around each cell, looked up at once, then weighed as the reference does."""
    packed = _in_cells(planes, _packed(tables, rows, columns), rows.cell, columns.cell)
    top_left, top_right, bottom_left, bottom_right = (
        (packed >> shift).bitwise_and_(255).float() for shift in SHIFTS
    )
    upper = top_left.mul_(columns.before).add_(top_right.mul_(columns.after))
    lower = bottom_left.mul_(columns.before).add_(bottom_right.mul_(columns.after))
    s = upper.mul_(rows.before[:, None]).add_(lower.mul_(rows.after[:, None]))
    return s.round_().byte()


def _packed(tables, rows, columns):
    """Of each cell the tables around it, an entry of each in the four bytes of an int32."""
    upper, lower = (tables.int().index_select(1, tile) for tile in rows.sides)
    corners = [side.index_select(2, tile) for side in (upper, lower) for tile in columns.sides]
    return sum(corner << shift for corner, shift in zip(corners, SHIFTS, strict=True))


def _in_cells(planes, tables, row, column):
    """Look up planes (B, H, W) in tables (B, rows, columns, 256), each pixel in its own cell."""
    count, rows, columns, _ = tables.shape
    plane = torch.arange(count, dtype=torch.int32, device=planes.device)[:, None, None] * rows
    start = ((plane + row[:, None]) * columns + column) * 256
    index = (start + planes).view(-1)
    return tables.reshape(-1).index_select(0, index).view(planes.shape)


def _checked_tile_shape(image, tables):
    require_tensor(image)
    require.uint8(image)
    shared.require_tables(tables, channels=image.shape[-3])
    require.same_batch(image.shape[:-3], tables.shape[:-4], "tables")
    return tile_shape(image.shape[-2:], tables.shape[-3:-1])


def _by_planes(image, tables, work):
    """Let work(planes, their tables) make all channels of all pictures, in chunks."""
    tables = tables.expand(*image.shape[:-3], *tables.shape[-4:]).flatten(0, -4)
    planes = image.flatten(0, -3)
    size = planes.shape[-2] * planes.shape[-1]
    return in_chunks(work, planes, 8 * size, tables).view(image.shape)


def clahe(
    image: torch.Tensor, clip_limit: Real = 40.0, tiles: Sequence[Integer] = (8, 8)
) -> torch.Tensor:
    """Equalise tile by tile, with limited contrast and without showing the tiles.

    Parameters
    ----------
    image : (..., C, H, W) uint8

    Returns
    -------
    Tensor of image's shape and device, uint8.

    Convention
    ----------
    As ``reference.clahe``, equal results.

    Raises
    ------
    TypeError, ValueError : image is no batch, or not uint8; clip_limit < 0; tiles are not two whole
        numbers >= 1.
    """
    require_tensor(image)
    require.uint8(image)
    clip_limit = require.number(clip_limit, "clip_limit", low=0)
    counts = tile_histograms(image, tiles)
    limit = clip_height(clip_limit, tile_shape(image.shape[-2:], tiles))
    tables = tile_tables(clip_histograms(counts, limit))
    return interpolate_tables(image, tables)
