"""CLAHE, contrast limited adaptive histogram equalization: a table for each tile, blended.

Four steps, each a function: count in tiles, clip the counts, make the tables, interpolate them.
"""

from collections.abc import Sequence

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.histograms import shared

WHITE = np.float32(255)


def clahe(image: Array, clip_limit: Real = 40.0, tiles: Sequence[Integer] = (8, 8)) -> Array:
    """CLAHE: equalize tile by tile, with limited contrast and without visible tiles.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    clip_limit : float >= 0, the most that a bin may hold, in multiples of a tile's mean bin (a
        256th of its pixels); 0 for no limit, and from 256 on nothing is limited either
    tiles : (rows, columns), how many, up to 1024; OpenCV's ``tileGridSize`` is (columns, rows)

    Returns
    -------
    Array of image's shape, uint8. Channels are equalized one by one.

    Convention
    ----------
    Bit-exact with ``cv2.createCLAHE`` applied to each channel, whatever the size: see the four
    steps, ``tile_histograms``, ``clip_histograms``, ``tile_tables``, ``interpolate_tables``.
    uint8 only: the tables have an entry for each level.

    Raises
    ------
    TypeError, ValueError : image is not as described; clip_limit < 0; tiles is not a
        pair of whole numbers from 1 to 1024.

    References
    ----------
    Zuiderveld 1994. Taught in 03 §5.
    """
    clip_limit = require.number(clip_limit, "clip_limit", low=0)
    counts = tile_histograms(image, tiles)
    _, tile = shared.tile_grid(image.shape[:2], tiles)
    clipped = clip_histograms(counts, shared.clip_height(clip_limit, tile))
    return interpolate_tables(image, tile_tables(clipped))


def tile_histograms(image: Array, tiles: Sequence[Integer] = (8, 8)) -> Array:
    """CLAHE, histograms: cut the image into tiles, and count the levels of each.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    tiles : (rows, columns), how many, up to 1024; OpenCV's ``tileGridSize`` is (columns, rows)

    Returns
    -------
    int64 (C, rows, columns, 256), with C = 1 for a gray image.

    Convention
    ----------
    Where H or W does not divide, the image is mirrored at the bottom and on the right until both do
    (border ``reflect``, OpenCV's ``BORDER_REFLECT_101``), and the mirrored pixels are counted. If
    only one does not divide, the other grows as well, by a pixel for each tile, as in OpenCV.
    An image smaller than its grid is mirrored again and again until each tile has a pixel.

    Raises
    ------
    TypeError, ValueError : image is not as described; tiles is not a pair of whole
        numbers from 1 to 1024.

    References
    ----------
    Zuiderveld 1994. Taught in 03 §5.
    """
    require.image(image)
    shared.require_array(image, "image", "uint8")
    (below, right), (height, width) = shared.tile_grid(image.shape[:2], tiles)
    rows, columns = tiles
    padded = np.pad(np.atleast_3d(image), [(0, below), (0, right), (0, 0)], mode="reflect")
    pixels = padded.reshape(rows, height, columns, width, -1).transpose(4, 0, 2, 1, 3)
    pixels = pixels.reshape(-1, rows, columns, height * width)
    return np.apply_along_axis(np.bincount, -1, pixels, minlength=256)


def clip_histograms(counts: Array, limit: Integer) -> Array:
    """CLAHE, redistribution: clip each histogram, and redistribute the excess over all bins.

    The slope of a tile's curve is the height of its histogram: clipping the peaks limits the
    contrast, and with it the noise that flat tiles would show.

    Parameters
    ----------
    counts : (..., 256) int64, histograms
    limit : int >= 0, in pixels (``shared.clip_height`` makes it from a clip limit); 0 for none

    Returns
    -------
    int64 (..., 256), each with the same sum as before.

    Convention
    ----------
    The excess is divided equally among the 256 bins; of the remainder, fewer than 256, one each
    goes to level 0, step, 2 step ... with step = 256 // remainder. Bins may end above the limit
    again: redistribution is not repeated.

    Raises
    ------
    TypeError, ValueError : counts is not int64, or its last axis is not of length 256; limit < 0.

    References
    ----------
    Zuiderveld 1994. Taught in 03 §5.
    """
    require.numpy_array(counts, "counts")
    shared.require_array(counts, "counts", "int64", 256)
    limit = require.whole(limit, "limit", 0, 2**63 - 1)
    if limit == 0:
        return counts.copy()
    clipped = np.minimum(counts, limit)
    excess = (counts - clipped).sum(axis=-1, keepdims=True)
    each, remainder = excess // 256, excess % 256
    level, step = np.arange(256), 256 // np.maximum(remainder, 1)
    one_more = (level % step == 0) & (level // step < remainder)
    return clipped + each + one_more


def tile_tables(counts: Array) -> Array:
    """CLAHE, tables: scale the cumulative curve of each tile to gray levels.

    Parameters
    ----------
    counts : (..., 256) int64, histograms

    Returns
    -------
    uint8 (..., 256), look-up tables

    Convention
    ----------
    s_k = c_k * (255 / N) in single precision, the quotient first, rounded half to even. Unlike
    ``equalization_table`` it does not subtract c_0: the darkest level need not become black. The
    table of an empty histogram is 0.

    Raises
    ------
    TypeError, ValueError : counts is not int64, or its last axis is not of length 256.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-15. Taught in 03 §5.
    """
    require.numpy_array(counts, "counts")
    shared.require_array(counts, "counts", "int64", 256)
    c = counts.cumsum(axis=-1)
    pixels = np.maximum(c[..., -1:], 1)
    s = c.astype(np.float32) * (WHITE / pixels.astype(np.float32))  # Eq. 3-15
    return np.rint(s).astype(np.uint8)


def look_up_tiles(image: Array, tables: Array) -> Array:
    """Tile-wise equalization: look up each pixel in its own tile's table, without blending.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    tables : (C, rows, columns, 256) uint8, as ``tile_tables`` gives

    Returns
    -------
    Array of image's shape, uint8. The borders of the tiles are visible.

    Convention
    ----------
    Exact. Tiles are those of ``tile_histograms``: of the mirrored image.

    Raises
    ------
    TypeError, ValueError : image is not as described; tables are not as described.

    References
    ----------
    Pizer et al. 1987. Taught in 03 §5.
    """
    _require_tables(image, tables)
    pixels = np.atleast_3d(image)
    _, (height, width) = shared.tile_grid(image.shape[:2], tables.shape[1:3])
    row = np.arange(pixels.shape[0])[:, None, None] // height
    column = np.arange(pixels.shape[1])[:, None] // width
    channel = np.arange(pixels.shape[2])
    return tables[channel, row, column, pixels].reshape(image.shape)


def interpolate_tables(image: Array, tables: Array) -> Array:
    """CLAHE, interpolation: look up each pixel in the four nearest tables, and blend the results.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    tables : (C, rows, columns, 256) uint8, as ``tile_tables`` gives

    Returns
    -------
    Array of image's shape, uint8.

    Convention
    ----------
    Bilinear between the middles of the tiles; beyond the outermost middles the nearest tables
    alone. Along the rows first, then down the columns, in single precision; rounded half to even.

    Raises
    ------
    TypeError, ValueError : image is not as described; tables are not as described.

    References
    ----------
    Pizer et al. 1987. Zuiderveld 1994. Taught in 03 §5.
    """
    _require_tables(image, tables)
    pixels = np.atleast_3d(image)
    channels, rows, columns, _ = tables.shape
    _, (height, width) = shared.tile_grid(image.shape[:2], (rows, columns))

    row, down = shared.tile_positions(image.shape[0], height)
    column, along = shared.tile_positions(image.shape[1], width)
    row, column = row[:, None, None], column[:, None]
    down, along = down[:, None, None], along[:, None]
    top, bottom = np.maximum(row, 0), np.minimum(row + 1, rows - 1)
    left, right = np.maximum(column, 0), np.minimum(column + 1, columns - 1)
    c, T = np.arange(channels), tables.astype(np.float32)
    upper = T[c, top, left, pixels] * (1 - along) + T[c, top, right, pixels] * along
    lower = T[c, bottom, left, pixels] * (1 - along) + T[c, bottom, right, pixels] * along
    s = upper * (1 - down) + lower * down
    return np.rint(s).astype(np.uint8).reshape(image.shape)


def _require_tables(image, tables):
    """Refuse all but a uint8 image and tables (C, rows, columns, 256) for its channels."""
    require.image(image)
    shared.require_array(image, "image", "uint8")
    require.numpy_array(tables, "tables")
    axes = image[0, 0].size, "rows", "columns", 256
    shared.require_array(tables, "tables", "uint8", *axes, batch=False)
