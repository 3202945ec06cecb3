"""Checks that reference and gpu share: of a border, a kernel, two pictures to compare."""

import numpy as np

from coursekit.lab import require

BORDERS = ("reflect", "symmetric", "edge", "constant", "wrap")


def border(name, value=0, white=255):
    """Refuse all but a border that NumPy names, and a value between black and white."""
    require.one_of(name, "border", BORDERS)
    require.number(value, "value", 0, white)


def sides(size):
    """Refuse all but a whole number or ((top, bottom), (left, right)); give the latter."""
    widths = np.asarray(size)
    if widths.dtype.kind not in "iu" or widths.shape not in ((), (2, 2)):
        raise TypeError(
            f"size: expected a whole number or ((top, bottom), (left, right)), got {size!r}"
        )
    if widths.min() < 0:
        raise ValueError(f"size: expected no negative number, got {size!r}")
    return tuple(map(tuple, np.broadcast_to(widths, (2, 2)).tolist()))


def kernel(table):
    """Refuse all but a (Kh, Kw) table of finite numbers; give it as a float64 array."""
    array = np.asarray(table)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"kernel: expected numbers, got {array.dtype}")
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"kernel: expected shape (Kh, Kw), got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("kernel: expected finite numbers, got NaN or infinity")
    return array.astype(np.float64)


def alike(image, clean):
    """Refuse all but two pictures, or two batches, of one shape and dtype."""
    if image.shape != clean.shape or image.dtype != clean.dtype:
        given = [f"{tuple(each.shape)} {each.dtype}" for each in (image, clean)]
        raise ValueError(
            f"image and clean: expected one shape and dtype, got {' and '.join(given)}"
        )


def one_for_each(seeds, pictures):
    """Refuse all but as many seeds as pictures."""
    if len(seeds) != pictures:
        raise ValueError(
            f"seed: expected one for each of {pictures} pictures, got {len(seeds)} of them"
        )
