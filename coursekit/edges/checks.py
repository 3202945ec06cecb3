"""Checks that reference and gpu share: of gradients, thinned edges and masks."""

from coursekit.lab import require

_GRADIENTS = ("int16", "float32", "float64")
_THINNED = ("int32", "float32", "float64")


def gradients(row_gradient, column_gradient):
    """Refuse all but two arrays, or two tensors, of the same shape and dtype: int16 or float."""
    _pair(row_gradient, column_gradient, ("row_gradient", "column_gradient"), _GRADIENTS)


def picture_of(array, name):
    """Refuse all but one value for each pixel: an array (H, W), or a tensor (..., 1, H, W)."""
    shape = tuple(array.shape)
    if type(array).__module__ == "numpy" and len(shape) != 2:
        raise ValueError(f"{name}: expected shape (H, W), got {shape}")
    if type(array).__module__ != "numpy" and (len(shape) < 3 or shape[-3] != 1):
        raise ValueError(f"{name}: expected shape (..., 1, H, W), got {shape}")


def thinned(array, name="thinned"):
    """Refuse all but what ``non_maximum_suppression`` gives: int32 or float, one for each pixel."""
    _array(array, name, _THINNED)
    picture_of(array, name)


def masks(first, second, names):
    """Refuse all but two bool masks of the same shape, one value for each pixel."""
    _pair(first, second, names, ("bool",))
    picture_of(first, names[0])


def response(array, name="response"):
    """Refuse all but a float array of one value, or one for each channel, for each pixel."""
    _array(array, name, ("float32", "float64"))
    if array.ndim < 2:
        raise ValueError(f"{name}: expected rows and columns, got shape {tuple(array.shape)}")


def _pair(first, second, names, dtypes):
    for array, name in zip((first, second), names, strict=True):
        _array(array, name, dtypes)
    if first.shape != second.shape or first.dtype != second.dtype:
        raise ValueError(
            f"{names[0]} and {names[1]}: expected the same shape and dtype, "
            f"got {tuple(first.shape)} {first.dtype} and {tuple(second.shape)} {second.dtype}"
        )


def _array(array, name, dtypes):
    dtype = str(getattr(array, "dtype", type(array).__name__)).removeprefix("torch.")
    if dtype not in dtypes:
        raise TypeError(f"{name}: expected {' or '.join(dtypes)}, got {dtype}")
    if not all(array.shape):
        raise ValueError(f"{name}: expected at least one pixel, got shape {tuple(array.shape)}")


def thresholds(low, high, squared):
    """Refuse negative thresholds; give them in order, and squared where lengths are."""
    require.number(low, "low", low=0)
    require.number(high, "high", low=0)
    low, high = sorted((float(low), float(high)))
    return (low**2, high**2) if squared else (low, high)
