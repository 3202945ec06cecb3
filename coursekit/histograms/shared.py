"""What both engines need: CLAHE's grid of tiles, and checks of arguments."""

import reprlib

import numpy as np

from coursekit.core import require

MOST_BINS = 2**24  # of a histogram: float32 tells no more fractions apart
MOST_TILES = 1024  # along a side

# ------------------------------------------------------------------ CLAHE's grid of tiles


def tile_grid(size, tiles):
    """Return the padding that lets an image be cut into equal tiles, and the shape of a tile.

    Parameters
    ----------
    size : (H, W) of the image
    tiles : (rows, columns), how many

    Returns
    -------
    padding : (rows, columns) to be added at the bottom and on the right
    shape : (height, width) of a tile of the padded image

    Convention
    ----------
    Where only one of H and W does not divide, OpenCV pads the other as well, by a pixel for each
    tile; so do we.
    """
    if not isinstance(tiles, (tuple, list)) or len(tiles) != 2:
        raise TypeError(f"tiles: expected (rows, columns), got {reprlib.repr(tiles)}")
    rows = require.whole(tiles[0], "rows in tiles", 1, MOST_TILES)
    columns = require.whole(tiles[1], "columns in tiles", 1, MOST_TILES)
    height, width = size
    below, right = 0, 0
    if height % rows or width % columns:
        below, right = rows - height % rows, columns - width % columns
    return (below, right), ((height + below) // rows, (width + right) // columns)


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
    if clip_limit == 0:
        return 0
    height, width = shape
    return max(int(min(clip_limit, 256) * (height * width) / 256), 1)  # 256 limits nothing


def tile_positions(length, tile):
    """Return where rows (or columns) lie between the middles of the tiles, rounded as by OpenCV.

    Parameters
    ----------
    length : int, rows of the image
    tile : int, rows of a tile

    Returns
    -------
    before : int32 (length,), the number of the last tile whose middle is not below the row; -1
        above the first middle
    share : float32 (length,) in [0, 1), the weight of the tile after it

    Convention
    ----------
    Row p lies at p / tile - 1/2, in single precision, and multiplied by the inverse of the tile's
    size: another order of rounding would not be bit-exact with OpenCV.
    """
    position = np.arange(length, dtype=np.float32) * (np.float32(1) / np.float32(tile))
    position -= np.float32(0.5)
    before = np.floor(position)
    return before.astype(np.int32), position - before


# ------------------------------------------------------------------ checks


def require_array(array, name, dtype, *sizes, batch=True):
    """Refuse all but arrays or tensors of a dtype, with last axes of these sizes.

    sizes : a number, or a word for an axis that may have any number of elements but none
    batch : whether there may be further axes before them
    """
    given = getattr(array, "dtype", type(array).__name__)
    if str(given).removeprefix("torch.") != dtype:
        raise TypeError(f"{name}: expected {dtype}, got {given}")
    shape = tuple(array.shape)
    fits = len(shape) >= len(sizes) if batch else len(shape) == len(sizes)
    for wanted, size in zip(reversed(sizes), reversed(shape), strict=False):
        fits = fits and size > 0 and (isinstance(wanted, str) or size == wanted)
    if not fits:
        wanted = ", ".join([*(["..."] * batch), *map(str, sizes)])
        raise ValueError(f"{name}: expected shape ({wanted}), got {shape}")


def require_same_kind(image, reference, channels, reference_channels):
    """Refuse two images of different dtypes or numbers of channels."""
    if image.dtype != reference.dtype:
        raise TypeError(f"reference: expected {image.dtype} like image, got {reference.dtype}")
    if channels != reference_channels:
        raise ValueError(
            f"reference: expected {channels} channel(s) like image, got {reference_channels}"
        )
