"""What both engines need: masks of the derivatives, and checks."""

from typing import Literal

import numpy as np

from coursekit.core import require
from coursekit.core.kernels import gaussian_weights
from coursekit.core.types import Real

# ------------------------------------------------------------------ masks of the derivatives

SIZES = (1, 3, 5, 7)
CANNY_SIZES = (3, 5, 7)
Norm = Literal["l1", "l2"]  # of the gradient
SIZE_7_DIVISOR = 16  # brings the gradients of size 7 back into int16
TAN_BITS = 15
TAN_22_5 = 2**0.5 - 1
WHOLE_TAN_22_5 = round(TAN_22_5 * 2**TAN_BITS)  # 13573

FALLING = np.array([[-1, 0], [0, 1]])  # towards the lower right
RISING = np.array([[0, -1], [1, 0]])  # towards the lower left
DIFFERENCE = np.array([-1, 0, 1])
PREWITT = np.outer(DIFFERENCE, [1, 1, 1]), np.outer([1, 1, 1], DIFFERENCE)  # by rows, by columns
SCHARR = np.outer(DIFFERENCE, [3, 10, 3]), np.outer([3, 10, 3], DIFFERENCE)


def smoothing(size):
    """Give a row of Pascal's triangle: (1), (1 2 1), (1 4 6 4 1) or (1 6 15 20 15 6 1)."""
    return _repeated([1, 1], size - 1)


def first_derivative(size):
    """Give (-1 0 1), smoothed to size: (-1 -2 0 2 1) or (-1 -4 -5 0 5 4 1)."""
    return np.convolve(DIFFERENCE, _repeated([1, 1], max(size - 3, 0)))


def second_derivative(size):
    """Give (1 -2 1), smoothed to size: (1 0 -2 0 1) or (1 2 -1 -4 -1 2 1)."""
    return np.convolve([1, -2, 1], _repeated([1, 1], max(size - 3, 0)))


def sobel(size):
    """Give the masks by rows and by columns, for one of ``SIZES``."""
    across, along = smoothing(size), first_derivative(size)
    return np.outer(along, across), np.outer(across, along)


def laplacian(size):
    """Give the sum of both second derivatives, for one of ``SIZES``; of size 1, a cross."""
    across, along = smoothing(size), second_derivative(size)
    if size == 1:
        across = np.array([0, 1, 0])
    return np.outer(along, across) + np.outer(across, along)


def gaussian_and_second_derivative(sigma):
    """Give a sampled Gaussian of sum 1 and its second derivative, out to 4 sigma."""
    gaussian = gaussian_weights(sigma)
    x = np.arange(len(gaussian)) - len(gaussian) // 2
    return gaussian, (x**2 / sigma**4 - 1 / sigma**2) * gaussian


def _repeated(mask, times):
    result = np.array([1])
    for _ in range(times):
        result = np.convolve(result, mask)
    return result


def rows_of_disc(radius, most):
    """List (how far down, half the width) for the rows of a disc, from its tip to its middle."""
    steps = np.arange(min(int(radius), most) + 1)
    within = np.hypot(steps[:, None], steps) <= radius
    return [(int(down), int(within[down].sum()) - 1) for down in steps[::-1]]


# ------------------------------------------------------------------ checks

_GRADIENTS = ("int16", "float32", "float64")
_THINNED = ("int32", "float32", "float64")


def require_gradients(row_gradient, column_gradient):
    """Refuse all but two arrays, or two tensors, of the same shape and dtype: int16 or float."""
    _require_pair(row_gradient, column_gradient, ("row_gradient", "column_gradient"), _GRADIENTS)


def require_picture_of(array, name):
    """Refuse all but one value for each pixel: an array (H, W), or a tensor (..., 1, H, W)."""
    shape = tuple(array.shape)
    if type(array).__module__ == "numpy" and len(shape) != 2:
        raise ValueError(f"{name}: expected shape (H, W), got {shape}")
    if type(array).__module__ != "numpy" and (len(shape) < 3 or shape[-3] != 1):
        raise ValueError(f"{name}: expected shape (..., 1, H, W), got {shape}")


def require_thinned(array, name="thinned"):
    """Refuse all but what ``non_maximum_suppression`` gives: int32 or float, one for each pixel."""
    _require_array(array, name, _THINNED)
    require_picture_of(array, name)


def require_masks(first, second, names):
    """Refuse all but two bool masks of the same shape, one value for each pixel."""
    _require_pair(first, second, names, ("bool",))
    require_picture_of(first, names[0])


def require_response(array, name="response"):
    """Refuse all but a float array of one value, or one for each channel, for each pixel."""
    _require_array(array, name, ("float32", "float64"))
    if array.ndim < 2:
        raise ValueError(f"{name}: expected rows and columns, got shape {tuple(array.shape)}")


def _require_pair(first, second, names, dtypes):
    for array, name in zip((first, second), names, strict=True):
        _require_array(array, name, dtypes)
    if first.shape != second.shape or first.dtype != second.dtype:
        raise ValueError(
            f"{names[0]} and {names[1]}: expected the same shape and dtype, "
            f"got {tuple(first.shape)} {first.dtype} and {tuple(second.shape)} {second.dtype}"
        )


def _require_array(array, name, dtypes):
    dtype = str(getattr(array, "dtype", type(array).__name__)).removeprefix("torch.")
    if dtype not in dtypes:
        raise TypeError(f"{name}: expected {' or '.join(dtypes)}, got {dtype}")
    if not all(array.shape):
        raise ValueError(f"{name}: expected at least one pixel, got shape {tuple(array.shape)}")


def require_thresholds(low: Real, high: Real, squared: bool) -> tuple[float, float]:
    """Refuse negative thresholds; give them in order, and squared where lengths are."""
    low = require.number(low, "low", low=0)
    high = require.number(high, "high", low=0)
    low, high = sorted((float(low), float(high)))
    return (low**2, high**2) if squared else (low, high)
