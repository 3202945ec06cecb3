"""Checks that reference and gpu share: of a grid of tiles, histograms, tables, a second picture."""

import numpy as np

from coursekit.lab import require


def grid(tiles):
    """Refuse all but (rows, columns), two positive whole numbers of tiles."""
    if not isinstance(tiles, (tuple, list)) or len(tiles) != 2:
        raise TypeError(f"tiles: expected (rows, columns), got {tiles!r}")
    require.whole(tiles[0], "rows in tiles", 1, np.inf)
    require.whole(tiles[1], "columns in tiles", 1, np.inf)


def counts(histograms):
    """Refuse all but histograms of 256 levels, int64 (..., 256)."""
    dtype = str(getattr(histograms, "dtype", type(histograms).__name__))
    if dtype.removeprefix("torch.") != "int64":
        raise TypeError(f"counts: expected int64, got {dtype}")
    if histograms.ndim == 0 or histograms.shape[-1] != 256:
        raise ValueError(f"counts: expected shape (..., 256), got {tuple(histograms.shape)}")


def tables(of_tiles, channels):
    """Refuse all but a table for each tile of each channel, uint8 (..., C, rows, columns, 256)."""
    require.uint8(of_tiles, "tables")
    shape = tuple(of_tiles.shape)
    if len(shape) < 4 or shape[-1] != 256 or shape[-4] != channels or 0 in shape:
        raise ValueError(
            f"tables: expected shape (..., {channels}, rows, columns, 256) "
            f"with an image of {channels} channel(s), got {shape}"
        )


def same_kind(image, reference, channels, reference_channels):
    """Refuse two pictures of different dtypes or numbers of channels."""
    if image.dtype != reference.dtype:
        raise TypeError(f"reference: expected {image.dtype} like image, got {reference.dtype}")
    if channels != reference_channels:
        raise ValueError(
            f"reference: expected {channels} channel(s) like image, got {reference_channels}"
        )


def same_batch(pictures, others, name="reference"):
    """Refuse others of leading axes that do not serve the pictures': equal, 1, or missing."""
    pairs = zip(reversed(pictures), reversed(others), strict=False)
    if len(others) > len(pictures) or any(other not in (own, 1) for own, other in pairs):
        raise ValueError(
            f"{name}: expected one for all pictures or one for each of {tuple(pictures)}, "
            f"got {tuple(others)}"
        )
