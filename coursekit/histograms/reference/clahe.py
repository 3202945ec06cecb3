"""CLAHE, contrast limited adaptive histogram equalization: a table for each tile, blended.

Four steps, each a function: count in tiles, clip the counts, make the tables, interpolate them.
"""

from collections.abc import Sequence

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.histograms import shared
from coursekit.histograms.shared import clip_height, neighbors, padding, tile_shape

WHITE = np.float32(255)


def tile_histograms(image: Array, tiles: Sequence[Integer] = (8, 8)) -> Array:
    """Cut the picture into tiles, and count the levels of each tile.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    tiles : (rows, columns), how many; OpenCV's ``tileGridSize`` is (columns, rows)

    Returns
    -------
    int64 (C, rows, columns, 256), with C = 1 for a gray picture.

    Convention
    ----------
    Where H or W does not divide, both are made to by mirroring at the bottom and on the right
    (border ``reflect``, OpenCV's ``BORDER_REFLECT_101``), and the mirrored pixels are counted. The
    one that does divide grows too, by a pixel for each tile, as in OpenCV.
    A picture smaller than its grid is mirrored again and again until each tile has a pixel.

    Raises
    ------
    TypeError, ValueError : image is no picture, or not uint8; tiles are not two whole numbers >= 1.

    References
    ----------
    Zuiderveld 1994. Taught in 03 §5.
    """
    require.image(image)
    require.uint8(image)
    shared.require_grid(tiles)
    (rows, columns), size = tiles, image.shape[:2]
    below, right = padding(size, tiles)
    height, width = tile_shape(size, tiles)
    mirrored = np.pad(_planes(image), [(0, 0), (0, below), (0, right)], mode="reflect")
    pixels = mirrored.reshape(-1, rows, height, columns, width).swapaxes(2, 3)
    pixels = pixels.reshape(-1, rows, columns, height * width)
    return np.apply_along_axis(np.bincount, -1, pixels, minlength=256)


def _planes(image):
    """(H, W) or (H, W, C) as (C, H, W)."""
    return np.moveaxis(np.atleast_3d(image), -1, 0)


def clip_histograms(counts: Array, limit: Integer) -> Array:
    """Cut off what stands out above the limit, and spread it over all bins.

    The steepness of a tile's curve is the height of its histogram: whoever cuts the peaks limits
    the contrast, and with it the noise that flat tiles would show.

    Parameters
    ----------
    counts : (..., 256) int64, histograms
    limit : int >= 0, in pixels (``shared.clip_height`` makes it from a clip limit); 0 for none

    Returns
    -------
    int64 (..., 256), each with its old sum.

    Convention
    ----------
    What was cut off is shared out equally; of the rest, fewer than 256, one each goes to level 0,
    step, 2 step ... with step = 256 // rest. Bins may end above the limit again:
    it is not repeated.

    Raises
    ------
    TypeError, ValueError : counts are no whole numbers; there are not 256; limit < 0.

    References
    ----------
    Zuiderveld 1994. Taught in 03 §5.
    """
    shared.require_counts(counts)
    limit = require.whole(limit, "limit", 0, np.inf)
    if limit == 0:
        return counts.copy()
    clipped = np.minimum(counts, limit)
    cut = (counts - clipped).sum(axis=-1, keepdims=True)
    each, rest = cut // 256, cut % 256
    level, step = np.arange(256), 256 // np.maximum(rest, 1)
    one_more = (level % step == 0) & (level // step < rest)
    return clipped + each + one_more


def tile_tables(counts: Array) -> Array:
    """Make the look-up table of each tile: its cumulative curve, from share to gray level.

    Parameters
    ----------
    counts : (..., 256) int64, histograms

    Returns
    -------
    uint8 (..., 256)

    Convention
    ----------
    s_k = c_k * (255 / N) in single precision, the quotient first, rounded half to even. Unlike
    ``equalization_table`` it does not subtract c_0: the darkest level need not become black.

    Raises
    ------
    TypeError, ValueError : counts are no whole numbers; there are not 256 of them.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-15. Taught in 03 §5.
    """
    shared.require_counts(counts)
    c = counts.cumsum(axis=-1)
    s = c.astype(np.float32) * (WHITE / c[..., -1:].astype(np.float32))  # Eq. 3-15
    return np.rint(s).astype(np.uint8)


def look_up_tiles(image: Array, tables: Array) -> Array:
    """Look up each pixel in its own tile's table alone: what CLAHE would be without blending.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    tables : (C, rows, columns, 256) uint8, of ``tile_tables``

    Returns
    -------
    Array of image's shape, uint8. The tiles show.

    Convention
    ----------
    Exact. Tiles are those of ``tile_histograms``: of the mirrored picture.

    Raises
    ------
    TypeError, ValueError : image is no picture, or not uint8; tables are not as described.

    References
    ----------
    Pizer et al. 1987. Taught in 03 §5.
    """
    height, width = _checked_tile_shape(image, tables)
    row = np.arange(image.shape[0])[:, None] // height
    column = np.arange(image.shape[1]) // width
    return _by_planes(image, lambda plane, table: table[row, column, plane], tables)


def interpolate_tables(image: Array, tables: Array) -> Array:
    """Look up each pixel in the tables of the four tiles around it, and blend what they say.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    tables : (C, rows, columns, 256) uint8, of ``tile_tables``

    Returns
    -------
    Array of image's shape, uint8.

    Convention
    ----------
    Bilinear between the middles of the tiles; beyond the outermost middles the nearest tables
    alone. Along the rows first, then down the columns, in single precision; rounded half to even.

    Raises
    ------
    TypeError, ValueError : image is no picture, or not uint8; tables are not as described.

    References
    ----------
    Pizer et al. 1987. Zuiderveld 1994. Taught in 03 §5.
    """
    height, width = _checked_tile_shape(image, tables)
    _, rows, columns, _ = tables.shape
    top, bottom, down = (a[:, None] for a in neighbors(image.shape[0], height, rows))
    left, right, along = neighbors(image.shape[1], width, columns)

    def blend(plane, table):
        upper = table[top, left, plane] * (1 - along) + table[top, right, plane] * along
        lower = table[bottom, left, plane] * (1 - along) + table[bottom, right, plane] * along
        return np.rint(upper * (1 - down) + lower * down).astype(np.uint8)

    return _by_planes(image, blend, tables.astype(np.float32))


def _checked_tile_shape(image, tables):
    require.image(image)
    require.uint8(image)
    shared.require_tables(tables, channels=image[0, 0].size)
    if tables.ndim != 4:
        raise ValueError(f"tables: expected shape (C, rows, columns, 256), got {tables.shape}")
    return tile_shape(image.shape[:2], tables.shape[1:3])


def _by_planes(image, work, tables):
    """Let work(plane, tables of the plane) make each channel."""
    planes = [work(*pair) for pair in zip(_planes(image), tables, strict=True)]
    return np.stack(planes, axis=-1).reshape(image.shape)


def clahe(image: Array, clip_limit: Real = 40.0, tiles: Sequence[Integer] = (8, 8)) -> Array:
    """Equalise tile by tile, with limited contrast and without showing the tiles.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    clip_limit : float >= 0, the highest a bin may be, in multiples of a tile's mean bin (a 256th of
        its pixels); 0 for no limit, and 256 or more limit nothing either
    tiles : (rows, columns), how many; OpenCV's ``tileGridSize`` is (columns, rows)

    Returns
    -------
    Array of image's shape, uint8. Channels are equalised one by one.

    Convention
    ----------
    Bit-exact with ``cv2.createCLAHE`` of each channel, whatever the size: see the four steps,
    ``tile_histograms``, ``clip_histograms``, ``tile_tables``, ``interpolate_tables``.
    uint8 only: the tables have an entry for each level.

    Raises
    ------
    TypeError, ValueError : image is no picture, or not uint8; clip_limit < 0; tiles are not two
        whole numbers >= 1.

    References
    ----------
    Zuiderveld 1994. Taught in 03 §5.
    """
    require.image(image)
    require.uint8(image)
    clip_limit = require.number(clip_limit, "clip_limit", low=0)
    counts = tile_histograms(image, tiles)
    limit = clip_height(clip_limit, tile_shape(image.shape[:2], tiles))
    tables = tile_tables(clip_histograms(counts, limit))
    return interpolate_tables(image, tables)
