"""Checks that reference and gpu share: of matrices, fill modes, ranges and shapes of pictures."""

from typing import Literal, get_args

import numpy as np

from coursekit.core import require
from coursekit.core.types import Integer

FillMode = Literal["nearest", "constant", "reflect", "wrap"]
FILL_MODES = get_args(FillMode)
Interpolation = Literal["nearest", "bilinear"]
INTERPOLATIONS = get_args(Interpolation)
Seed = Integer | list[int] | tuple[int, ...]  # of all pictures, or of each
SHEARS = (-89.9, 89.9)  # degrees; at 90 a picture becomes a line
ZOOMS = (float(np.finfo(np.float32).tiny), np.inf)


def sampling(fill_mode, cval, interpolation, white):
    """Refuse all but a known fill mode, a level between black and white, a known interpolation."""
    fill_mode = require.one_of(fill_mode, "fill_mode", FILL_MODES)
    interpolation = require.one_of(interpolation, "interpolation", INTERPOLATIONS)
    cval = require.number(cval, "cval", 0, white)


def matrices(values, name="matrix"):
    """Refuse all but finite, invertible affine matrices (..., 3, 3); give them as float64."""
    values = values.cpu() if hasattr(values, "cpu") else values
    array = np.asarray(values, dtype=np.float64)
    if array.shape[-2:] != (3, 3):
        raise ValueError(f"{name}: expected shape (3, 3), got {array.shape}")
    if not np.isfinite(array).all() or (array[..., 2, :] != (0, 0, 1)).any():
        raise ValueError(f"{name}: expected finite numbers and the last row 0 0 1")
    if (np.linalg.det(array[..., :2, :2]) == 0).any():
        raise ValueError(f"{name}: expected an invertible matrix; this one flattens the picture")
    return array


def one_for_each(matrix, pictures):
    """Refuse all but one matrix for all pictures, or as many as there are pictures."""
    if matrix.ndim > 3 or (matrix.ndim == 3 and len(matrix) not in (1, pictures)):
        raise ValueError(
            f"matrix: expected shape (3, 3), or one for each of {pictures} pictures, "
            f"got {matrix.shape}"
        )


def size(shape):
    """Refuse all but the shape of a picture, (H, W) or longer; give H and W."""
    if len(shape) < 2:
        raise ValueError(f"shape: expected (H, W), got {tuple(shape)}")
    for length, name in zip(shape[:2], ("H", "W"), strict=True):
        length = require.whole(length, name, 1, np.inf)
    return int(shape[0]), int(shape[1])


def zoom(factor, name):
    """Refuse all but a positive factor."""
    factor = require.number(factor, name, *ZOOMS)


def share(value, name):
    """Refuse all but a number in [0, 1]."""
    value = require.number(value, name, 0, 1)


def rows_of(array, length, name):
    """Refuse all but (N, length) finite numbers; give them as float64."""
    rows = np.asarray(array, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != length:
        raise ValueError(f"{name}: expected shape (N, {length}), got {rows.shape}")
    if not np.isfinite(rows).all():
        raise ValueError(f"{name}: expected finite numbers, got NaN or infinity")
    return rows


def shear(degrees, name):
    """Refuse all but an angle between -90 and 90 degrees, where a picture becomes a line."""
    degrees = require.number(degrees, name, *SHEARS)


def yes_or_no(value, name):
    """Refuse all but a bool."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name}: expected True or False, got {value!r}")


def shifts(shift, channels):
    """Refuse all but a number, or one for each channel; give a float64 array."""
    array = np.atleast_1d(np.asarray(shift, dtype=np.float64))
    if array.shape not in ((1,), (channels,)):
        raise ValueError(
            f"shift: expected a number, or one for each of {channels} channel(s), got {shift!r}"
        )
    if not np.isfinite(array).all():
        raise ValueError(f"shift: expected finite numbers, got {shift!r}")
    return array


def fill_mode(name):
    """Refuse all but a known fill mode."""
    name = require.one_of(name, "fill_mode", FILL_MODES)


def mask(array):
    """Refuse all but a (H, W) array of bool or integers with at least one pixel."""
    kind = getattr(getattr(array, "dtype", None), "kind", "")
    if kind not in ("b", "i", "u"):
        raise TypeError(f"mask: expected an array of bool or integers, got {type(array).__name__}")
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"mask: expected shape (H, W), got {array.shape}")


def label(value, dtype):
    """Refuse all but a label that the dtype of a mask can hold."""
    can = np.can_cast(np.min_scalar_type(value), dtype)
    fits = value in (0, 1) if np.dtype(dtype).kind == "b" else can
    if not fits:
        raise ValueError(f"outside: expected a label of dtype {dtype}, got {value!r}")


def boxes(array):
    """Refuse all but (N, 4) boxes with an inside; give them as float64."""
    rows = rows_of(array, 4, "boxes")
    if not (rows[:, :2] < rows[:, 2:]).all():
        raise ValueError(
            "boxes: expected top < bottom and left < right in (top, left, bottom, right)"
        )
    return rows


def level(value, name, white):
    """Refuse all but a level between black and white."""
    value = require.number(value, name, 0, white)


def batch(images):
    """Refuse all but (N, H, W) or (N, H, W, 3) pictures, uint8 or float in [0, 1]."""
    if not isinstance(images, np.ndarray):
        raise TypeError(f"images: expected a NumPy array, got {type(images).__name__}")
    if images.ndim not in (3, 4):
        raise ValueError(f"images: expected (N, H, W) or (N, H, W, 3), got {images.shape}")
    for image in images:
        require.image(image, "images")


def labels_of(images, labels):
    """Refuse all but (N, K) float labels, one row for each picture."""
    if "float" not in str(getattr(labels, "dtype", type(labels).__name__)):
        raise TypeError("labels: expected floats (N, K); np.eye(K)[numbers] makes them of numbers")
    if labels.ndim != 2 or len(labels) != len(images):
        raise ValueError(f"labels: expected shape ({len(images)}, K), got {tuple(labels.shape)}")


def features(array, labels):
    """Refuse all but (N, D) float features with (N,) integer labels."""
    if "float" not in str(getattr(array, "dtype", type(array).__name__)):
        raise TypeError("features: expected an array of floats (N, D)")
    if "int" not in str(getattr(labels, "dtype", type(labels).__name__)):
        raise TypeError("labels: expected an array of integers (N,)")
    if array.ndim != 2 or tuple(labels.shape) != (array.shape[0],):
        raise ValueError(
            f"features and labels: expected (N, D) and (N,), got {tuple(array.shape)} "
            f"and {tuple(labels.shape)}"
        )


def as_many(images, parameters):
    """Refuse parameters of more or fewer samples than there are pictures."""
    if len(images) != len(parameters):
        raise ValueError(
            f"parameters: expected one row for each of {len(images)} pictures, "
            f"got {len(parameters)}"
        )


def numbers(values, name, low=-np.inf, high=np.inf):
    """Refuse all but a number in [low, high], or (n,) of them; give a float64 array () or (n,)."""
    array = np.asarray(values)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name}: expected a number, or (n,) of them, got {values!r}")
    if array.ndim > 1:
        raise ValueError(f"{name}: expected a number, or (n,) of them, got shape {array.shape}")
    if not (np.isfinite(array).all() and (array >= low).all() and (array <= high).all()):
        raise ValueError(f"{name}: expected finite numbers in [{low}, {high}], got {values!r}")
    return array.astype(np.float64)


def each_yes_or_no(values, name):
    """Refuse all but a bool, or (n,) of them; give an array."""
    array = np.asarray(values)
    if array.dtype != bool or array.ndim > 1:
        raise TypeError(f"{name}: expected True or False, or (n,) of them, got {values!r}")
    return array


def tensor_of(tensor, length, name):
    """Refuse all but a (..., N, length) tensor of floats."""
    if not hasattr(tensor, "device") or not hasattr(tensor, "mT"):
        raise TypeError(f"{name}: expected a torch tensor, got {type(tensor).__name__}")
    if not tensor.is_floating_point():
        raise TypeError(f"{name}: expected floats, got {tensor.dtype}")
    if tensor.ndim < 2 or tensor.shape[-1] != length:
        raise ValueError(f"{name}: expected shape (..., N, {length}), got {tuple(tensor.shape)}")


def same_shifts(shifts, channels):
    """Refuse shifts that differ from channel to channel for pictures of other than three."""
    if (shifts != shifts[:, :1]).any():
        raise ValueError(
            f"channel_shift_range: expected one number for pictures of {channels} channel(s), "
            "got three"
        )


def seeds(seed, pictures):
    """Refuse a list of seeds that are not as many as the pictures; give one, or one for each."""
    if not isinstance(seed, (list, tuple)):
        return [seed]
    if len(seed) != pictures:
        raise ValueError(
            f"seed: expected one for each of {pictures} pictures, got {len(seed)} of them"
        )
    return list(seed)


def mask_tensor(tensor):
    """Refuse all but a (..., H, W) tensor of bool or integers with at least one pixel."""
    if not hasattr(tensor, "is_floating_point"):
        raise TypeError(f"mask: expected a torch tensor, got {type(tensor).__name__}")
    if tensor.is_floating_point() or tensor.is_complex():
        raise TypeError(f"mask: expected bool or integers, got {tensor.dtype}")
    if tensor.ndim < 2 or tensor.numel() == 0:
        raise ValueError(f"mask: expected shape (..., H, W), got {tuple(tensor.shape)}")


def uint8_batch(images):
    """Refuse all but (n, H, W) or (n, H, W, 3) uint8 pictures."""
    if not isinstance(images, np.ndarray):
        raise TypeError(f"images: expected a NumPy array or a list, got {type(images).__name__}")
    require.uint8(images, "images")
    if images.ndim not in (3, 4) or (images.ndim == 4 and images.shape[3] != 3) or not images.size:
        raise ValueError(f"images: expected (n, H, W) or (n, H, W, 3), got {images.shape}")
