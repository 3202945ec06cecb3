"""What both engines need: masks of the derivatives, and checks."""

from typing import Literal, get_args

import numpy as np

from coursekit.core import require
from coursekit.core.kernels import gaussian_weights
from coursekit.core.types import Real

# ------------------------------------------------------------------ masks of the derivatives

SIZES = (1, 3, 5, 7)
CANNY_SIZES = (3, 5, 7)
Norm = Literal["l1", "l2"]  # of the gradient
NORMS: tuple[Norm, ...] = get_args(Norm)
SIZE_7_DIVISOR = 16  # brings the gradients of size 7 back into int16
TAN_BITS = 15
TAN_22_5 = 2**0.5 - 1
WHOLE_TAN_22_5 = round(TAN_22_5 * 2**TAN_BITS)  # 13573
LARGEST = 1e15  # thresholds and distances; single precision holds their squares
SMALLEST_SIGMA = float(np.finfo(np.float32).eps)
LARGEST_SIGMA = 4095  # pixels; larger Gaussians are wider than any image

FALLING = np.array([[-1, 0], [0, 1]])  # towards the lower right
RISING = np.array([[0, -1], [1, 0]])  # towards the lower left
DIFFERENCE = np.array([-1, 0, 1])
PREWITT = np.outer(DIFFERENCE, [1, 1, 1]), np.outer([1, 1, 1], DIFFERENCE)  # by rows, by columns
SCHARR = np.outer(DIFFERENCE, [3, 10, 3]), np.outer([3, 10, 3], DIFFERENCE)


def pascal(row):
    """Give a row of Pascal's triangle, from 0: (1), (1 1), (1 2 1), (1 3 3 1) and so on."""
    return np.polynomial.polynomial.polypow([1, 1], row).astype(int)


def sobel(size):
    """Give the masks by rows and by columns, for one of ``SIZES``.

    Both are a derivative, (-1 0 1), (-1 -2 0 2 1) or (-1 -4 -5 0 5 4 1), times a smoothing row.
    """
    smoothing = pascal(size - 1)
    derivative = np.convolve(DIFFERENCE, pascal(max(size - 3, 0)))
    return np.outer(derivative, smoothing), np.outer(smoothing, derivative)


def laplacian(size):
    """Give the sum of both second derivatives, for one of ``SIZES``; of size 1, a cross.

    A second derivative is (1 -2 1), (1 0 -2 0 1) or (1 2 -1 -4 -1 2 1).
    """
    smoothing = pascal(size - 1) if size > 1 else np.array([0, 1, 0])
    derivative = np.convolve([1, -2, 1], pascal(max(size - 3, 0)))
    return np.outer(derivative, smoothing) + np.outer(smoothing, derivative)


def gaussian_and_second_derivative(sigma):
    """Give a sampled Gaussian of sum 1 and its second derivative, out to 4 sigma."""
    gaussian = gaussian_weights(sigma)
    x = np.arange(len(gaussian)) - len(gaussian) // 2
    return gaussian, (x**2 / sigma**4 - 1 / sigma**2) * gaussian


def rows_of_disc(radius, most):
    """List (how far down, half the width) for the rows of a disc, from its tip to its middle."""
    steps = np.arange(min(int(radius), most) + 1)
    within = np.hypot(steps[:, None], steps) <= radius
    return [(int(down), int(within[down].sum()) - 1) for down in steps[::-1]]


# ------------------------------------------------------------------ checks

FLOATS = ("float32", "float64")


def require_maps(kind, dtypes, *, one_channel=True, axes=0, **maps):
    """Refuse all but arrays, or tensors, of one shape and dtype, and one value for each pixel.

    kind : np.ndarray, for (H, W), or torch.Tensor, for (..., 1, H, W)
    one_channel : False lets through several channels, and any other shape of so many axes
    maps : each by its name
    """
    first = next(iter(maps.values()))
    for name, array in maps.items():
        wanted = " or ".join(dtypes)
        if not isinstance(array, kind):
            container = "a NumPy array" if kind is np.ndarray else "a torch tensor"
            given = type(array).__name__
            raise TypeError(f"{name}: expected {wanted} in {container}, got {given}")
        dtype = require.dtype_of(array, name)
        if dtype not in dtypes:
            raise TypeError(f"{name}: expected {wanted}, got {dtype}")
        if not all(array.shape):
            raise ValueError(f"{name}: expected at least one pixel, got shape {tuple(array.shape)}")
        if array.shape != first.shape or array.dtype != first.dtype:
            raise ValueError(
                f"{' and '.join(maps)}: expected the same shape and dtype, got "
                f"{tuple(first.shape)} {first.dtype} and {tuple(array.shape)} {array.dtype}"
            )
        shape = tuple(array.shape)
        if len(shape) < axes:
            raise ValueError(f"{name}: expected rows and columns, got shape {shape}")
        if one_channel and kind is np.ndarray and len(shape) != 2:
            raise ValueError(f"{name}: expected shape (H, W), got {shape}")
        if one_channel and kind is not np.ndarray and (len(shape) < 3 or shape[-3] != 1):
            raise ValueError(f"{name}: expected shape (..., 1, H, W), got {shape}")


def require_gradients(kind, row_gradient, column_gradient, *, one_channel=True):
    """Refuse all but a pair of gradients, int16 or float, as ``require_maps`` does."""
    maps = {"row_gradient": row_gradient, "column_gradient": column_gradient}
    require_maps(kind, ("int16", *FLOATS), one_channel=one_channel, **maps)


def require_thresholds(low: Real, high: Real) -> tuple[float, float]:
    """Refuse negative thresholds; give them in order."""
    low = require.number(low, "low", 0, LARGEST)
    high = require.number(high, "high", 0, LARGEST)
    return float(min(low, high)), float(max(low, high))
