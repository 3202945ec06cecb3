"""Checks that reference and gpu share: of two pictures, of colours, maps, axes and lights.

They read shapes and dtypes, which NumPy's and PyTorch's arrays have alike, and never values of
tensors.
"""

import numpy as np

from coursekit.lab import require

POSITIVE = np.finfo(np.float64).tiny


def same_dtype(image, other, name="reference", like="target"):
    """Refuse a second picture of another dtype."""
    if require.dtype_of(image) != require.dtype_of(other):
        raise TypeError(
            f"{name}: expected {require.dtype_of(image)} like {like}, got {require.dtype_of(other)}"
        )


def same_shape(image, other, name="target", like="image"):
    """Refuse a second picture of another shape or dtype."""
    same_dtype(image, other, name, like)
    if tuple(image.shape) != tuple(other.shape):
        raise ValueError(
            f"{name}: expected shape {tuple(image.shape)} like {like}, got {tuple(other.shape)}"
        )


def same_batch(pictures, others, name="reference"):
    """Refuse leading axes of others that do not serve the pictures': equal, 1, or missing."""
    pairs = zip(reversed(pictures), reversed(others), strict=False)
    if len(others) > len(pictures) or any(other not in (own, 1) for own, other in pairs):
        raise ValueError(
            f"{name}: expected one for all pictures or one for each of {tuple(pictures)}, "
            f"got {tuple(others)}"
        )


def floats(array, name, *sizes):
    """Refuse what ``require.floats`` refuses, and axes without entries."""
    require.floats(array, name, *sizes)
    if 0 in array.shape[array.ndim - len(sizes) :]:
        raise ValueError(f"{name}: expected axes that are not empty, got {tuple(array.shape)}")


def finite(array, name, *sizes):
    """Refuse all but a NumPy array of exactly these axes, of finite floats."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name}: expected a NumPy array, got {type(array).__name__}")
    floats(array, name, *sizes)
    if array.ndim != len(sizes):
        raise ValueError(f"{name}: expected {len(sizes)} axes, got shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: expected finite numbers, got NaN or infinity among them")


def axes(rows, name="axes"):
    """Refuse all but (..., K, 3) finite numbers whose K rows span all three dimensions."""
    array = np.asarray(rows, dtype=np.float64)
    if array.ndim < 2 or array.shape[-1] != 3 or array.shape[-2] < 3:
        raise ValueError(f"{name}: expected rows of shape (..., K, 3), K >= 3, got {array.shape}")
    if not np.isfinite(array).all() or (np.linalg.matrix_rank(array, tol=1e-6) < 3).any():
        raise ValueError(f"{name}: expected finite rows that span all three dimensions")
    return array


def transfer(iterations, rotations, seed):
    """Refuse numbers of no transfer; give the rotations as an array, or None for those drawn."""
    require.whole(iterations, "iterations", 0, np.inf)
    require.whole(seed, "seed", 0, np.inf)
    if rotations is None:
        return None
    given = axes(rotations, "rotations")
    if given.ndim != 3 or len(given) != iterations:
        raise ValueError(
            f"rotations: expected shape (iterations, K, 3) with {iterations} iterations, "
            f"got {given.shape}"
        )
    return given


def matching(bins, relaxation=1.0, offset=0):
    """Refuse numbers with which nothing can be matched."""
    require.whole(bins, "bins", 2, np.inf)
    require.number(relaxation, "relaxation", 0, 1)
    require.whole(offset, "offset", -1, 1)


def regraining(sweeps, smoothness):
    """Refuse numbers of no regraining."""
    if not isinstance(sweeps, (tuple, list)) or not sweeps:
        raise TypeError(f"sweeps: expected a tuple of whole numbers, got {sweeps!r}")
    for count in sweeps:
        require.whole(count, "each of sweeps", 0, np.inf)
    require.number(smoothness, "smoothness", POSITIVE)


def measured(directions, quantiles, seed):
    """Refuse numbers with which no distance can be measured."""
    require.whole(directions, "directions", 1, np.inf)
    require.whole(quantiles, "quantiles", 1, np.inf)
    require.whole(seed, "seed", 0, np.inf)


def windows(height, width, size=11):
    """Refuse a picture into which no window fits."""
    if min(height, width) < size:
        raise ValueError(f"image: expected at least {size} x {size} pixels, got {height} x {width}")


def edges(power, sigma):
    """Refuse numbers with which no light can be estimated."""
    require.whole(power, "power", 1, np.inf)
    require.number(sigma, "sigma", 0)


def light(illuminant):
    """Refuse all but (3,) finite positive numbers of NumPy's float64."""
    finite(illuminant, "illuminant", 3)
    if not (illuminant > 0).all():
        raise ValueError(f"illuminant: expected positive numbers, got {illuminant.tolist()}")
