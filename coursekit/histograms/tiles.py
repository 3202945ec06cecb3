"""The grid of tiles that CLAHE lays over a picture: how large, how high a bin, how far apart.

Plain numbers and short arrays on the CPU, and so the same for ``reference`` and ``gpu``.
"""

import numpy as np


def padding(size, tiles):
    """Say how many rows and columns a picture lacks at its end to be cut into equal tiles.

    Parameters
    ----------
    size : (H, W) of the picture
    tiles : (rows, columns)

    Returns
    -------
    (rows, columns) to be added at the bottom and on the right. Where only one of the two divides,
    OpenCV pads that one too, by a pixel for each tile; and so it is here.
    """
    if all(length % count == 0 for length, count in zip(size, tiles, strict=True)):
        return 0, 0
    return tuple(count - length % count for length, count in zip(size, tiles, strict=True))


def tile_shape(size, tiles):
    """Give (height, width) of one tile of the padded picture."""
    lengths = [length + more for length, more in zip(size, padding(size, tiles), strict=True)]
    return tuple(length // count for length, count in zip(lengths, tiles, strict=True))


def clip_height(clip_limit, shape):
    """Turn a clip limit into pixels: so many times the mean height of a tile's 256 bins.

    Parameters
    ----------
    clip_limit : float >= 0; 0 for no limit
    shape : (height, width) of a tile

    Returns
    -------
    int, rounded down, but at least 1; 0 for no limit
    """
    height, width = shape
    return max(int(clip_limit * (height * width) / 256), 1) if clip_limit > 0 else 0


def neighbors(length, tile, count):
    """For each row (or column) give the two tiles whose middles it lies between, and how far.

    Parameters
    ----------
    length : int, rows of the picture
    tile : int, rows of a tile
    count : int, tiles that lie below one another

    Returns
    -------
    low, high : int64 (length,), the tile before and the tile after; the same one at the border
    share : float32 (length,) in [0, 1), the weight of the tile after

    Convention
    ----------
    Row p lies at p / tile - 1/2 in units of tiles, so a tile's middle is at its number. In single
    precision and in OpenCV's order: a product with the inverse, not a division.
    """
    place = np.arange(length, dtype=np.float32) * (np.float32(1) / np.float32(tile))
    place -= np.float32(0.5)
    before = np.floor(place)
    low = before.astype(np.int64)
    return np.maximum(low, 0), np.minimum(low + 1, count - 1), place - before
