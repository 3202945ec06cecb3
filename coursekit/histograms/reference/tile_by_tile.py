"""CLAHE, contrast limited adaptive histogram equalization: a table for each tile, blended.

Four steps, each a function: count in tiles, clip the counts, make the tables, interpolate them.
"""

import numpy as np

from coursekit.histograms import tiles as tiling
from coursekit.histograms.reference.counting import channel_histograms
from coursekit.lab import require

WHITE = np.float32(255)


def tile_histograms(image, tiles=(8, 8)):
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
    raise NotImplementedError


def clip_histograms(counts, limit):
    """Cut off what stands out above the limit, and spread it over all bins.

    The steepness of a tile's curve is the height of its histogram: whoever cuts the peaks limits
    the contrast, and with it the noise that flat tiles would show.

    Parameters
    ----------
    counts : (..., 256) int64, histograms
    limit : int >= 0, in pixels (``tiles.clip_height`` makes it from a clip limit); 0 for none

    Returns
    -------
    int64 (..., 256), each with its old sum.

    Convention
    ----------
    What was cut off is shared out equally; of the rest, fewer than 256, one each goes to level 0,
    step, 2 step ... with step = 256 // rest. Bins may end above the limit again: it is not repeated.

    Raises
    ------
    TypeError, ValueError : counts are no whole numbers; there are not 256; limit < 0.

    References
    ----------
    Zuiderveld 1994. Taught in 03 §5.
    """
    raise NotImplementedError


def tile_tables(counts):
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
    raise NotImplementedError


def look_up_tiles(image, tables):
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
    raise NotImplementedError


def interpolate_tables(image, tables):
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
    raise NotImplementedError


def clahe(image, clip_limit=40.0, tiles=(8, 8)):
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
    raise NotImplementedError
