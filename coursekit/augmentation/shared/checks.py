"""Checks that reference and gpu share: of matrices, fill modes, ranges and shapes of images.

Each returns what it lets through as Python's own numbers, or as a plain array.
"""

from typing import Literal, get_args

import numpy as np

from coursekit.core import require
from coursekit.core.types import Integer

FillMode = Literal["nearest", "constant", "reflect", "wrap"]
FILL_MODES = get_args(FillMode)
Interpolation = Literal["nearest", "bilinear"]
INTERPOLATIONS = get_args(Interpolation)
Seed = Integer | list[int] | tuple[int, ...]  # of all images, or of each
SHEARS = (-89.9, 89.9)  # degrees; at 90 an image becomes a line
ZOOMS = (1e-6, 1e6)
FARTHEST = 1e9  # pixels, of a shift or a point
LARGEST_SIDE = 2**31  # pixels
ROUNDING = 1e-9  # a share of a box that its matrix may lose in its last bits
LARGEST_FACTOR = 1e30  # of levels, whose products float32 holds


def require_sampling(fill_mode, cval, interpolation, white):
    """Refuse all but a known fill mode, a level between black and white, a known interpolation."""
    return (
        require.one_of(fill_mode, "fill_mode", FILL_MODES),
        require.number(cval, "cval", 0, white),
        require.one_of(interpolation, "interpolation", INTERPOLATIONS),
    )


def require_array(values, name):
    """Refuse what is no array, tensor, number or list of numbers; return a NumPy array."""
    if hasattr(values, "cpu"):
        return values.detach().cpu().numpy()
    if isinstance(values, np.ndarray):
        require.numpy_array(values, name)
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"{name}: expected rows of equal length") from None
    if array.dtype.kind not in "iufb":
        raise TypeError(f"{name}: expected numbers, got {type(values).__name__}")
    return array


def require_matrices(values, name="matrix"):
    """Refuse all but finite, invertible affine matrices (..., 3, 3); return them as float64."""
    array = require_array(values, name).astype(np.float64)
    if array.shape[-2:] != (3, 3):
        raise ValueError(f"{name}: expected shape (3, 3), got {array.shape}")
    if not (np.abs(array) <= 1e30).all() or (array[..., 2, :] != (0, 0, 1)).any():
        raise ValueError(f"{name}: expected finite numbers and the last row 0 0 1")
    if (np.abs(np.linalg.det(array[..., :2, :2])) < 1e-300).any():
        raise ValueError(f"{name}: expected an invertible matrix; this one flattens the image")
    return array


def require_matrix(values, name="matrix"):
    """Refuse all but one finite, invertible affine matrix (3, 3); return it as float64."""
    array = require_matrices(values, name)
    if array.ndim != 2:
        raise ValueError(f"{name}: expected shape (3, 3), got {array.shape}")
    return array


def require_one_for_each(matrix, images):
    """Refuse all but one matrix for all images, or as many as there are images."""
    if matrix.ndim > 3 or (matrix.ndim == 3 and len(matrix) not in (1, images)):
        raise ValueError(
            f"matrix: expected shape (3, 3), or one for each of {images} images, "
            f"got {tuple(matrix.shape)}"
        )


def require_shape(shape):
    """Refuse all but the shape of an image, (H, W) or longer; return H and W."""
    if not isinstance(shape, (tuple, list, np.ndarray)) or getattr(shape, "ndim", 1) != 1:
        raise ValueError(f"shape: expected (H, W), got {shape!r}")
    if len(shape) < 2:
        raise ValueError(f"shape: expected (H, W), got {shape!r}")
    height, width = shape[:2]
    return (
        require.whole(height, "shape", 1, LARGEST_SIDE),
        require.whole(width, "shape", 1, LARGEST_SIDE),
    )


def require_rows(array, length, name):
    """Refuse all but (N, length) finite numbers; return them as float64."""
    if hasattr(array, "cpu"):
        raise TypeError(f"{name}: expected a NumPy array, got {type(array).__name__}")
    rows = require_array(array, name).astype(np.float64)
    if rows.shape == (0,):  # an empty list
        rows = rows.reshape(0, length)
    if rows.ndim != 2 or rows.shape[1] != length:
        raise ValueError(f"{name}: expected shape (N, {length}), got {rows.shape}")
    if not np.isfinite(rows).all():
        raise ValueError(f"{name}: expected finite numbers, got NaN or infinity")
    if (np.abs(rows) > FARTHEST).any():
        raise ValueError(f"{name}: expected numbers up to {FARTHEST:g}, got {np.abs(rows).max()}")
    return rows


def require_positions(position):
    """Refuse all but finite positions in an array of floats or integers."""
    require.numpy_array(position, "position")
    if position.dtype.kind not in "iuf" or not np.isfinite(position).all():
        raise ValueError(f"position: expected finite numbers, got {position.dtype}")


def require_shifts(shift, channels):
    """Refuse all but a number, or one for each channel; return a float64 array."""
    array = np.atleast_1d(require_array(shift, "shift"))
    if array.dtype.kind == "b" or array.shape not in ((1,), (channels,)):
        raise ValueError(
            f"shift: expected a number, or one for each of {channels} channel(s), got {shift!r}"
        )
    if not (np.abs(array.astype(np.float64)) <= LARGEST_FACTOR).all():
        raise ValueError(f"shift: expected finite numbers, got {shift!r}")
    return array.astype(np.float64)


def require_mask(array):
    """Refuse all but a (H, W) array of bool or integers with at least one pixel."""
    require.numpy_array(array, "mask")
    if array.dtype.kind not in ("b", "i", "u"):
        raise TypeError(f"mask: expected an array of bool or integers, got {array.dtype}")
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"mask: expected shape (H, W), got {array.shape}")


def require_label(value, dtype):
    """Refuse all but a label that the dtype of a mask can hold; return it."""
    if np.dtype(dtype).kind == "b" and isinstance(value, (bool, np.bool_)):
        return bool(value)
    if np.dtype(dtype).kind == "b":
        low, high = 0, 1
    else:
        low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    label = require.whole(value, "outside", -np.inf, np.inf)
    if not low <= label <= high:
        raise ValueError(f"outside: expected a label of dtype {dtype}, got {value!r}")
    return label


def require_boxes(array):
    """Refuse all but (N, 4) boxes with an inside; return them as float64."""
    rows = require_rows(array, 4, "boxes")
    if not (rows[:, :2] < rows[:, 2:]).all():
        raise ValueError(
            "boxes: expected top < bottom and left < right in (top, left, bottom, right)"
        )
    return rows


def require_batch(images):
    """Refuse all but (N, H, W) or (N, H, W, 3) images, uint8 or float in [0, 1]."""
    require.numpy_array(images, "images")
    if images.ndim not in (3, 4) or not len(images):
        raise ValueError(f"images: expected (N, H, W) or (N, H, W, 3), got {images.shape}")
    for image in images:
        require.image(image, "images")


def require_labels(images, labels):
    """Refuse all but (N, K) float labels, one row for each image, an array where the images are."""
    kind = np.ndarray if isinstance(images, np.ndarray) else type(images)
    if not isinstance(labels, kind) or "float" not in require.dtype_of(labels, "labels"):
        raise TypeError(
            f"labels: expected a {kind.__name__} of floats (N, K); "
            "np.eye(K)[numbers] makes them of numbers"
        )
    if labels.ndim != 2 or len(labels) != len(images):
        raise ValueError(f"labels: expected shape ({len(images)}, K), got {tuple(labels.shape)}")


def require_features(array, labels):
    """Refuse all but (N, D) float features with (N,) integer labels."""
    if "float" not in require.dtype_of(array, "features") or not hasattr(array, "shape"):
        raise TypeError("features: expected an array of floats (N, D)")
    if "int" not in require.dtype_of(labels, "labels") or not hasattr(labels, "shape"):
        raise TypeError("labels: expected an array of integers (N,)")
    if array.ndim != 2 or tuple(labels.shape) != (array.shape[0],):
        raise ValueError(
            f"features and labels: expected (N, D) and (N,), got {tuple(array.shape)} "
            f"and {tuple(labels.shape)}"
        )


def require_as_many(images, parameters):
    """Refuse parameters of more or fewer samples than there are images."""
    if not hasattr(images, "__len__") or getattr(images, "shape", (1,)) == ():
        raise TypeError(f"expected images, a batch or a list, got {type(images).__name__}")
    if not hasattr(parameters, "channel_shift"):
        raise TypeError(f"parameters: expected Parameters, got {type(parameters).__name__}")
    if len(images) != len(parameters):
        raise ValueError(
            f"parameters: expected one row for each of {len(images)} images, got {len(parameters)}"
        )


def require_numbers(values, name, low=-FARTHEST, high=FARTHEST):
    """Refuse all but numbers in [low, high], one or (n,); return a float64 array () or (n,)."""
    array = require_array(values, name)
    if array.dtype.kind == "b":
        raise TypeError(f"{name}: expected a number, or (n,) of them, got {values!r}")
    if array.ndim > 1:
        raise ValueError(f"{name}: expected a number, or (n,) of them, got shape {array.shape}")
    if not (np.isfinite(array).all() and (array >= low).all() and (array <= high).all()):
        raise ValueError(f"{name}: expected finite numbers in [{low}, {high}], got {values!r}")
    return array.astype(np.float64)


def require_flags(values, name):
    """Refuse all but a bool, or (n,) of them; return an array."""
    array = require_array(values, name)
    if array.dtype != bool or array.ndim > 1:
        raise TypeError(f"{name}: expected True or False, or (n,) of them, got {values!r}")
    return array


def require_rows_tensor(tensor, length, name):
    """Refuse all but a (..., N, length) tensor of floats."""
    if isinstance(tensor, np.ndarray) or not hasattr(tensor, "is_floating_point"):
        raise TypeError(f"{name}: expected a torch tensor, got {type(tensor).__name__}")
    if not tensor.is_floating_point():
        raise TypeError(f"{name}: expected floats, got {tensor.dtype}")
    if tensor.ndim < 2 or tensor.shape[-1] != length:
        raise ValueError(f"{name}: expected shape (..., N, {length}), got {tuple(tensor.shape)}")


def require_same_shifts(shifts, channels):
    """Refuse shifts that differ from channel to channel for images that do not have three."""
    if (shifts != shifts[:, :1]).any():
        raise ValueError(
            f"channel_shift_range: expected one number for images of {channels} channel(s), "
            "got three"
        )


def require_seeds(seed, images):
    """Refuse all but one seed, or a list or array of one for each image; return a list."""
    seeds = [*seed] if getattr(seed, "ndim", 0) == 1 else seed
    return require.seeds(seeds, images, 2**64 - 1)


def require_mask_tensor(tensor):
    """Refuse all but a (..., H, W) tensor of bool or integers with at least one pixel."""
    if not hasattr(tensor, "is_floating_point"):
        raise TypeError(f"mask: expected a torch tensor, got {type(tensor).__name__}")
    if tensor.is_floating_point() or tensor.is_complex():
        raise TypeError(f"mask: expected bool or integers, got {tensor.dtype}")
    if tensor.ndim < 2 or tensor.numel() == 0:
        raise ValueError(f"mask: expected shape (..., H, W), got {tuple(tensor.shape)}")


def require_uint8_batch(images):
    """Refuse all but (n, H, W) or (n, H, W, 3) uint8 images."""
    require.numpy_array(images, "images")
    require.uint8(images, "images")
    if images.ndim not in (3, 4) or (images.ndim == 4 and images.shape[3] != 3) or not images.size:
        raise ValueError(f"images: expected (n, H, W) or (n, H, W, 3), got {images.shape}")
