"""Correlation and convolution: centre a kernel on each pixel, multiply, add.

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §3.4 (the equations cited below).
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit.core import require
from coursekit.core.borders import BORDERS
from coursekit.core.types import Array, Border, Real
from coursekit.filtering import shared


def pad(image: Array, size: shared.Sides, border: Border = "reflect", value: Real = 0) -> Array:
    """Padding: continue an image beyond its border.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    size : int >= 0, pixels added on each side; or ((top, bottom), (left, right))
    border : "reflect", "symmetric", "edge", "constant" or "wrap", what is seen there
    value : float, what "constant" shows, in the image's own unit

    Returns
    -------
    Array (top + H + bottom, left + W + right) or (..., 3) of image's dtype.

    Convention
    ----------
    The rows a b c d go on as: reflect d c b | a b c d | c b a; symmetric c b a | a b c d | d c b;
    edge a a a | a b c d | d d d; wrap b c d | a b c d | a b c. Any size, also larger than the
    image. Names are NumPy's; OpenCV's are BORDER_REFLECT_101, REFLECT, REPLICATE, CONSTANT, WRAP,
    in this order. Bit-exact with ``cv2.copyMakeBorder``.

    Raises
    ------
    TypeError, ValueError : image is invalid; size is negative; border has another name; value
        leaves the image's range.

    References
    ----------
    Szeliski 2022, *Computer Vision*, 2nd edition, §3.2 (padding). Taught in 04 §3.
    """
    require.image(image)
    border = require.one_of(border, "border", BORDERS)
    value = require.number(value, "value", 0, 255 if image.dtype == np.uint8 else 1)
    pad_width = (*shared.require_sides(size), (0, 0))[: image.ndim]
    if border == "constant":
        return np.pad(image, pad_width, mode="constant", constant_values=value)
    return np.pad(image, pad_width, mode=border)


def correlate(
    image: Array, kernel: ArrayLike, border: Border = "reflect", signed: bool = False
) -> Array:
    """Correlation: give each pixel the sum of its neighbours, each times the weight on it.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    kernel : (Kh, Kw) numbers, odd or even sizes
    border : "reflect", "symmetric", "edge", "constant" (black) or "wrap", as for ``pad``
    signed : bool, keep sums below black and above white

    Returns
    -------
    Array of image's shape and dtype, saturated. If signed: int16 for uint8, saturated to
    -32768..32767, and float as it is.

    Convention
    ----------
    The kernel is not flipped. Its anchor, which lies on the pixel, is [Kh // 2, Kw // 2]. Channels
    are filtered one by one. uint8: the weights are taken in single precision, the sum is exact, and
    is rounded half to even. Bit-exact with ``cv2.filter2D`` (ddepth -1, or ``CV_16S`` if signed;
    BORDER_WRAP it does not have) where single precision holds its sums: weights that are whole
    numbers, halves, quarters ...; else a level off where a sum lies within OpenCV's rounding error
    of a half, as with tenths. float: ``scipy.ndimage.correlate`` if signed.

    Raises
    ------
    TypeError, ValueError : image is invalid; kernel is no table of finite numbers; border has
        another name.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-34. Taught in 04 §2.
    """
    require.image(image)
    weights = shared.require_kernel(kernel)
    signed = require.flag(signed, "signed")
    if image.dtype == np.uint8:
        weights = weights.astype(np.float32).astype(np.float64)  # OpenCV's single precision
    above, left = weights.shape[0] // 2, weights.shape[1] // 2  # the anchor
    below, right = weights.shape[0] - 1 - above, weights.shape[1] - 1 - left
    padded = pad(image, ((above, below), (left, right)), border)
    return saturate(sum_over_offsets(padded, weights), image.dtype, signed)


def convolve(
    image: Array, kernel: ArrayLike, border: Border = "reflect", signed: bool = False
) -> Array:
    """Convolution: correlate with the flipped kernel, so that each pixel spreads it around itself.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    kernel : (Kh, Kw) numbers, odd or even sizes
    border : "reflect", "symmetric", "edge", "constant" (black) or "wrap", as for ``pad``
    signed : bool, keep sums below black and above white

    Returns
    -------
    Array as ``correlate`` gives.

    Convention
    ----------
    As ``correlate``, with the kernel flipped along rows and columns, and its anchor with it:
    [Kh - 1 - Kh // 2, Kw - 1 - Kw // 2] of the flipped kernel. A single white pixel becomes a copy
    of the kernel, centred on [Kh // 2, Kw // 2]. float: ``scipy.ndimage.convolve`` if signed.

    Raises
    ------
    TypeError, ValueError : image is invalid; kernel is no table of finite numbers; border has
        another name.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-35. Taught in 04 §2.
    """
    weights = shared.require_kernel(kernel)
    rows, columns = weights.shape
    # A leading zero makes an even size odd: flipped, too, the kernel is centred on its anchor.
    flipped = np.pad(weights[::-1, ::-1], ((1 - rows % 2, 0), (1 - columns % 2, 0)))
    return correlate(image, flipped, border, signed)  # Eq. 3-35


def sum_over_offsets(padded: Array, kernel: Array) -> Array:
    """Add up one shifted image for each weight, instead of one window for each pixel."""
    height = padded.shape[0] - kernel.shape[0] + 1
    width = padded.shape[1] - kernel.shape[1] + 1
    total = np.zeros((height, width, *padded.shape[2:]))
    for row, column in np.argwhere(kernel):  # weights of 0 add nothing
        neighbors = padded[row : row + height, column : column + width]
        total += kernel[row, column] * neighbors  # Eq. 3-34
    return total


def saturate(total: Array, dtype: np.dtype[Any], signed: bool = False) -> Array:
    """Round uint8 sums half to even, and clip to the range: that of int16, if signed."""
    if dtype != np.uint8:
        return (total if signed else np.clip(total, 0, 1)).astype(dtype)
    if signed:
        return np.clip(np.rint(total), -32768, 32767).astype(np.int16)
    return np.clip(np.rint(total), 0, 255).astype(np.uint8)
