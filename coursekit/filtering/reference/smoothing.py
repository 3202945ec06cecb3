"""Means of the neighbourhood, plain and weighted, and kernels that are a column times a row.

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §3.5 (the equations cited below).
Crow 1984, "Summed-area tables for texture mapping", *Proc. SIGGRAPH*, 207-212.
"""

import numpy as np
from numpy.typing import ArrayLike

from coursekit.core import require
from coursekit.core.types import Array, Border, Integer, Real
from coursekit.filtering import shared
from coursekit.filtering.reference.correlation import pad, saturate, sum_over_offsets


def box_filter(
    image: Array, size: Integer, normalize: bool = True, border: Border = "reflect"
) -> Array:
    """Box filter: add up, or average, all pixels of a square window.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    size : int >= 1, side of the window in pixels, odd or even
    normalize : bool, divide by the number of pixels: a mean instead of a sum
    border : "reflect", "symmetric", "edge", "constant" (black) or "wrap", as for ``pad``

    Returns
    -------
    Array of image's shape: image's dtype if normalized; sums are int32 for uint8, image's dtype for
    float.

    Convention
    ----------
    The window's anchor is [size // 2, size // 2]. A uint8 mean is rounded half to even. Sums are
    bit-exact with ``cv2.boxFilter`` (ddepth ``CV_32S``), means of odd sizes with ``cv2.blur``;
    in windows of even size up to 16, OpenCV rounds a half up, and, where their area is a power of
    two, even a quarter: the mean of 0 0 0 1 is 1 to it.

    Raises
    ------
    TypeError, ValueError : image is invalid; size < 1; border has another name.

    References
    ----------
    Gonzalez and Woods 2018, §3.5; Crow 1984. Taught in 04 §5.
    """
    require.image(image)
    normalize = require.flag(normalize, "normalize")
    size = shared.require_box(size, sums_of_uint8=image.dtype == np.uint8 and not normalize)
    before, after = size // 2, size - 1 - size // 2
    padded = pad(image, ((before, after), (before, after)), border)
    # The table of all sums from the top left corner on: four of its corners give each window's sum.
    table = np.zeros((padded.shape[0] + 1, padded.shape[1] + 1, *padded.shape[2:]))
    table[1:, 1:] = padded.cumsum(axis=0, dtype=np.float64).cumsum(axis=1)
    upper, lower = table[:-size], table[size:]
    total = lower[:, size:] - upper[:, size:] - lower[:, :-size] + upper[:, :-size]
    if normalize:
        return saturate(total / size**2, image.dtype)
    return total.astype(np.int32 if image.dtype == np.uint8 else image.dtype)


def mean_filter(image: Array, size: Integer, border: Border = "reflect") -> Array:
    """Mean filter: replace each pixel by the mean of its window.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    size : int >= 1, side of the square window in pixels
    border : "reflect", "symmetric", "edge", "constant" (black) or "wrap", as for ``pad``

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    ``box_filter`` with ``normalize=True``. Bit-exact with ``cv2.blur`` for odd sizes.

    Raises
    ------
    TypeError, ValueError : image is invalid; size < 1; border has another name.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 5-23. Taught in 04 §5.
    """
    return box_filter(image, size, normalize=True, border=border)


def gaussian_kernel(size: Integer, sigma: Real | None = None) -> Array:
    """Gaussian kernel: the weights of one row; the 2-D kernel is their outer product.

    Parameters
    ----------
    size : odd int, number of weights
    sigma : float > 0, standard deviation in pixels; by default one that suits the size

    Returns
    -------
    Array (size,) float64; it sums to 1

    Convention
    ----------
    exp(-x^2 / 2 sigma^2) at whole x, divided by the sum. Without sigma: the fixed tables (1, 2, 1)
    / 4, (1, 4, 6, 4, 1) / 16, (8, 28, 56, 72, ...) / 256 and (4, 13, 30, 51, 60, ...) / 256 for
    sizes 3 to 9, beyond them sigma = 0.3 (size // 2 - 1) + 0.8. Equal to ``cv2.getGaussianKernel``,
    where sigma 0 stands for none, within 1e-15.

    Raises
    ------
    TypeError, ValueError : size is not odd; sigma is not positive.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-45. Taught in 04 §5.
    """
    return shared.gaussian(size, sigma)


def gaussian(
    image: Array, sigma: Real, size: Integer | None = None, border: Border = "reflect"
) -> Array:
    """Gaussian filter: replace each pixel by a mean in which the nearest neighbours count most.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    sigma : float > 0, standard deviation of the weights in pixels
    size : odd int, side of the window in pixels; by default 3 sigma to each side for uint8, where
        weights farther out round to 0, and 4 sigma for float: round(6 sigma + 1), round(8 sigma +
        1), the next odd number if even
    border : "reflect", "symmetric", "edge", "constant" (black) or "wrap", as for ``pad``

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Rows, then columns, with ``gaussian_kernel``. uint8: weights are 256ths that sum to 1 (what
    rounding takes from one is given to the next), sums are whole numbers, rounded half up once at
    the end. Bit-exact with ``cv2.GaussianBlur`` (``ksize=(0, 0)`` or ``(size, size)``). float:
    ``scipy.ndimage.correlate1d`` along both axes; within 1e-6 of ``cv2.GaussianBlur``.

    Raises
    ------
    TypeError, ValueError : image is invalid; sigma is not positive; size is not odd; border has
        another name.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-45, and §3.4 on separable kernels. Taught in 04 §5.
    """
    require.image(image)
    row = shared.gaussian_row(sigma, size, image.dtype == np.uint8)
    if image.dtype != np.uint8:
        return saturate(blurred(image, row, border), image.dtype)
    mean = blurred(image, shared.in_fixed_point(row, shared.COARSE), border)
    return np.floor(mean + 0.5).astype(np.uint8)


def blurred(image: Array, row: Array, border: Border) -> Array:
    """Weigh along the rows, then along the columns: 2 size products instead of size squared."""
    padded = pad(image, len(row) // 2, border)
    return sum_over_offsets(sum_over_offsets(padded, row[None, :]), row[:, None])


def is_separable(kernel: ArrayLike, tolerance: Real = 1e-6) -> bool:
    """Separable kernel: tell whether it is a column times a row, and so needs only two passes.

    Parameters
    ----------
    kernel : (Kh, Kw) numbers
    tolerance : float in [0, 1], how large the second singular value may be, as a share of the first

    Returns
    -------
    bool

    Convention
    ----------
    A column times a row has rank 1: all singular values but the first are 0, which numbers of
    finite precision reach only nearly. The default suits weights in single precision. A kernel of
    zeros has rank 0 and is not separable.

    Raises
    ------
    TypeError, ValueError : kernel is no table of finite numbers; tolerance leaves [0, 1].

    References
    ----------
    Szeliski 2022, *Computer Vision*, 2nd edition, §3.2.1, Eq. 3.21. Taught in 04 §5.
    """
    return shared.is_separable(shared.require_kernel(kernel), tolerance)


def separate(kernel: ArrayLike, tolerance: Real = 1e-6) -> tuple[Array, Array]:
    """Separable kernel, its two passes: the column and the row that it is the product of.

    Parameters
    ----------
    kernel : (Kh, Kw) numbers
    tolerance : float in [0, 1], as for ``is_separable``

    Returns
    -------
    column : array (Kh,) float64
    row : array (Kw,) float64; ``np.outer(column, row)`` is the kernel

    Convention
    ----------
    Both get the square root of the first singular value; the column's largest weight is positive.
    What the other singular values hold, at most tolerance, is lost.

    Raises
    ------
    TypeError, ValueError : kernel is no table of finite numbers; it is not separable.

    References
    ----------
    Szeliski 2022, *Computer Vision*, 2nd edition, §3.2.1, Eq. 3.21. Taught in 04 §5.
    """
    return shared.separate(shared.require_kernel(kernel), tolerance)
