"""What both engines need: CLAHE's grid of tiles, and checks."""

import numpy as np

from coursekit.core import require
from coursekit.core.borders import extended

# ------------------------------------------------------------------ CLAHE's grid of tiles

# Padding, tile size, clip limit and the weights of interpolation: short arrays on the CPU.


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


def mirrored(size, tiles):
    """Say which row, and which column, stands where in the padded picture.

    Parameters
    ----------
    size : (H, W) of the picture
    tiles : (rows, columns)

    Returns
    -------
    two int64 arrays, of the padded height and width: 0, 1 ... H - 1, H - 2 ... and so on, to and
    fro without repeating the ends (border ``reflect``)
    """
    added = padding(size, tiles)
    return tuple(
        extended(length, 0, more, "reflect") for length, more in zip(size, added, strict=True)
    )


def cells(length, tile):
    """Say between which tiles' middles each row (or column) lies, and how far.

    Parameters
    ----------
    length : int, rows of the picture
    tile : int, rows of a tile

    Returns
    -------
    cell : int32 (length,); cell k lies between the middles of tile k - 1 and tile k
    share : float32 (length,) in [0, 1), the weight of tile k

    Convention
    ----------
    Row p lies at p / tile - 1/2 in units of tiles, so a tile's middle is at its number. In single
    precision and in OpenCV's order: a product with the inverse, not a division.
    """
    place = np.arange(length, dtype=np.float32) * (np.float32(1) / np.float32(tile))
    place -= np.float32(0.5)
    before = np.floor(place)
    return before.astype(np.int32) + 1, place - before


def neighbors(length, tile, count):
    """For each row (or column) give the two tiles whose middles it lies between, and how far.

    Parameters
    ----------
    length : int, rows of the picture
    tile : int, rows of a tile
    count : int, tiles that lie below one another

    Returns
    -------
    low, high : int32 (length,), the tile before and the tile after; the same one at the border
    share : float32 (length,) in [0, 1), the weight of the tile after
    """
    cell, share = cells(length, tile)
    return np.maximum(cell - 1, 0), np.minimum(cell, count - 1), share


# ------------------------------------------------------------------ checks


def require_grid(tiles):
    """Refuse all but (rows, columns), two positive whole numbers of tiles."""
    if not isinstance(tiles, (tuple, list)) or len(tiles) != 2:
        raise TypeError(f"tiles: expected (rows, columns), got {tiles!r}")
    require.whole(tiles[0], "rows in tiles", 1, np.inf)
    require.whole(tiles[1], "columns in tiles", 1, np.inf)


def require_counts(histograms):
    """Refuse all but histograms of 256 levels, int64 (..., 256)."""
    dtype = str(getattr(histograms, "dtype", type(histograms).__name__))
    if dtype.removeprefix("torch.") != "int64":
        raise TypeError(f"counts: expected int64, got {dtype}")
    if histograms.ndim == 0 or histograms.shape[-1] != 256:
        raise ValueError(f"counts: expected shape (..., 256), got {tuple(histograms.shape)}")


def require_tables(of_tiles, channels):
    """Refuse all but a table for each tile of each channel, uint8 (..., C, rows, columns, 256)."""
    require.uint8(of_tiles, "tables")
    shape = tuple(of_tiles.shape)
    if len(shape) < 4 or shape[-1] != 256 or shape[-4] != channels or 0 in shape:
        raise ValueError(
            f"tables: expected shape (..., {channels}, rows, columns, 256) "
            f"with an image of {channels} channel(s), got {shape}"
        )


def require_same_kind(image, reference, channels, reference_channels):
    """Refuse two pictures of different dtypes or numbers of channels."""
    if image.dtype != reference.dtype:
        raise TypeError(f"reference: expected {image.dtype} like image, got {reference.dtype}")
    if channels != reference_channels:
        raise ValueError(
            f"reference: expected {channels} channel(s) like image, got {reference_channels}"
        )
