"""Checks that reference and gpu share: of a rectangle, a shape, a number of levels, an encoding."""

import numpy as np

from coursekit.lab import require


def rectangle(size, top, left, height, width):
    """Refuse all but a rectangle that lies inside a picture of size (H, W)."""
    require.whole(height, "height", 1, np.inf)
    require.whole(width, "width", 1, np.inf)
    require.whole(top, "top", -np.inf, np.inf)
    require.whole(left, "left", -np.inf, np.inf)
    if top < 0 or left < 0 or top + height > size[0] or left + width > size[1]:
        raise ValueError(
            f"crop: rows {top}..{top + height - 1} and columns {left}..{left + width - 1} "
            f"leave the picture of {size[0]} rows and {size[1]} columns"
        )


def shape(pair):
    """Refuse all but (height, width), two positive whole numbers."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise TypeError(f"shape: expected (height, width), got {pair!r}")
    require.whole(pair[0], "height in shape", 1, np.inf)
    require.whole(pair[1], "width in shape", 1, np.inf)


def levels(size, count):
    """Refuse all but 1 up to as many levels as bring a picture of size (H, W) to one pixel."""
    most = 1 + (max(size) - 1).bit_length()
    require.whole(count, "levels", 1, np.inf)
    if count > most:
        raise ValueError(
            f"levels: a picture of {size[0]} x {size[1]} is down to one pixel after {most} levels, "
            f"got {count}"
        )


def encoded(image):
    """Refuse all but (H, W, 3) uint8 or finite float, of any range: hues are in degrees."""
    if not isinstance(image, np.ndarray):
        raise TypeError(f"image: expected a NumPy array, got {type(image).__name__}")
    if image.dtype not in (np.uint8, np.float32, np.float64):
        raise TypeError(f"image: expected uint8 or float, got {image.dtype}")
    if image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
        raise ValueError(f"image: expected three channels, shape (H, W, 3), got {image.shape}")
    if not np.isfinite(image).all():
        raise ValueError("image: expected finite numbers, got NaN or infinity")


def double(size, new_size):
    """Refuse all but a shape that halves, rounded up, to size (H, W)."""
    shape(new_size)
    if any((new + 1) // 2 != old for old, new in zip(size, new_size, strict=True)):
        raise ValueError(
            f"shape: expected {2 * size[0]} or {2 * size[0] - 1} rows and "
            f"{2 * size[1]} or {2 * size[1] - 1} columns, got {tuple(new_size)}"
        )


def pyramid(levels_of_picture):
    """Refuse all but a list of at least one level."""
    if not isinstance(levels_of_picture, (list, tuple)) or not levels_of_picture:
        raise TypeError("pyramid: expected a list of at least one level (see laplacian_pyramid)")
