"""Images as points of the unit cube, and back; and checks of what goes together."""

import numpy as np

from coursekit.color_transfer import shared
from coursekit.core import require


def in_unit(image):
    """Levels as float64: uint8 divided by 255, floats as they are."""
    return image / 255 if image.dtype == np.uint8 else image.astype(np.float64)


def as_image(values, dtype, clip=True):
    """Give values of 0..1 an image's dtype; uint8 is rounded half to even and saturated."""
    if dtype == np.uint8:
        levels = np.rint((values * 255).round(9))  # 127.5 may come out just below
        return np.clip(levels, 0, 255).astype(np.uint8)
    return (np.clip(values, 0, 1) if clip else values).astype(dtype)


def require_pair(target, reference, names=("target", "reference")):
    """Refuse all but two colour images of one dtype."""
    require.color(target, names[0])
    require.color(reference, names[1])
    if reference.dtype != target.dtype:
        raise TypeError(
            f"{names[1]}: expected {target.dtype} like {names[0]}, got {reference.dtype}"
        )


def require_finite(array, name, *sizes, missing=False):
    """Refuse all but finite floats in axes of these sizes, None for any; missing allows NaN."""
    require.numpy_array(array, name)
    if array.dtype.name not in ("float32", "float64"):
        raise TypeError(f"{name}: expected an array of float32 or float64, got {array.dtype}")
    fits = array.ndim == len(sizes) and array.size > 0
    for size, given in zip(sizes, array.shape, strict=False):
        fits &= size in (None, given)
    if not fits:
        raise ValueError(f"{name}: expected axes of sizes {sizes}, got shape {array.shape}")
    magnitudes = np.abs(array)
    if (magnitudes > shared.LARGEST).any() or not (missing or np.isfinite(magnitudes).all()):
        raise ValueError(f"{name}: expected finite numbers, of size {shared.LARGEST:g} at most")


def require_table(array, name, rows=None, columns=None, infinite=False):
    """Refuse all but a table (M, N) of real numbers, NaN for what does not exist."""
    require.numpy_array(array, name)
    if array.dtype.kind not in "iuf" or array.dtype.itemsize > 8:
        raise TypeError(f"{name}: expected a table of numbers, got {array.dtype}")
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name}: expected rows and columns, (M, N), got {array.shape}")
    if len(array) != (rows or len(array)):
        raise ValueError(f"{name}: expected {rows} rows, got shape {array.shape}")
    if array.shape[1] != (columns or array.shape[1]):
        raise ValueError(f"{name}: expected {columns} columns, got shape {array.shape}")
    if not infinite and (np.abs(array) > shared.LARGEST).any():
        raise ValueError(f"{name}: expected finite numbers, of size {shared.LARGEST:g} at most")
