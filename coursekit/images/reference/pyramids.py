"""Pyramids: one picture at full, half, quarter ... size, blurred before each halving.

Burt and Adelson 1983, "The Laplacian pyramid as a compact image code", *IEEE Trans.
Communications* 31(4), 532-540 (the equations cited below).
"""

from itertools import pairwise

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer, Shape
from coursekit.images import shared

KERNEL = (1, 4, 6, 4, 1)  # in sixteenths: nearly a Gaussian


def pyramid_down(image: Array) -> Array:
    """Halve a picture: blur it, then keep every second row and column.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]

    Returns
    -------
    Array ((H + 1) // 2, (W + 1) // 2) or (..., 3) of image's dtype.

    Convention
    ----------
    Kernel (1, 4, 6, 4, 1) / 16 along rows and columns. Border ``reflect``. uint8 rounded half up,
    bit-exact with ``cv2.pyrDown``.

    Raises
    ------
    TypeError, ValueError : image is no picture.

    References
    ----------
    Burt and Adelson 1983, Eq. 1 (REDUCE). Taught in 01 §3.
    """
    require.image(image)
    total = _halve(_halve(_numbers(image), axis=0), axis=1)
    return _divide(total, 256, image.dtype)


def pyramid_up(image: Array, shape: Shape) -> Array:
    """Double a picture: put a row and a column of zeros after each, then blur.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    shape : (height, width) of the result: 2 H or 2 H - 1, and 2 W or 2 W - 1

    Returns
    -------
    Array (height, width) or (height, width, 3) of image's dtype.

    Convention
    ----------
    Kernel (1, 4, 6, 4, 1) / 8 along rows and columns. Border ``reflect``, of the picture with its
    zeros; an odd size drops the last row or column. uint8 rounded half up, bit-exact with
    ``cv2.pyrUp`` with ``dstsize=(width, height)``.

    Raises
    ------
    TypeError, ValueError : image is no picture; shape is not its double.

    References
    ----------
    Burt and Adelson 1983, Eq. 2 (EXPAND). Taught in 01 §3.
    """
    require.image(image)
    shared.require_double(image.shape[:2], shape)
    total = _double(_double(_numbers(image), axis=0), axis=1)
    return _divide(total[: shape[0], : shape[1]], 64, image.dtype)


def gaussian_pyramid(image: Array, levels: Integer) -> list[Array]:
    """Halve a picture again and again.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    levels : int >= 1, how many pictures, the image itself among them

    Returns
    -------
    List of ``levels`` arrays of image's dtype, the image itself first. Odd sizes are rounded up.

    Convention
    ----------
    Each level is ``pyramid_down`` of the one before. Border ``reflect``.

    Raises
    ------
    TypeError, ValueError : image is no picture; levels < 1, or more than lead to a single pixel.

    References
    ----------
    Burt and Adelson 1983, Eq. 1. Taught in 01 §3.
    """
    require.image(image)
    shared.require_levels(image.shape[:2], levels)
    pyramid = [image]
    while len(pyramid) < levels:
        pyramid.append(pyramid_down(pyramid[-1]))
    return pyramid


def laplacian_pyramid(image: Array, levels: Integer) -> list[Array]:
    """Keep what each halving loses: the difference to the next level, doubled.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    levels : int >= 1, as in ``gaussian_pyramid``

    Returns
    -------
    List of ``levels`` arrays, the finest first: levels - 1 residuals, int16 in -255..255 for uint8
    and in [-1, 1] of image's dtype for float; then the coarsest level of the Gaussian pyramid.

    Convention
    ----------
    residual = level - pyramid_up(next level). Border ``reflect``.

    Raises
    ------
    TypeError, ValueError : image is no picture; levels < 1, or more than lead to a single pixel.

    References
    ----------
    Burt and Adelson 1983, Eq. 3. Taught in 01 §3.
    """
    pyramid = gaussian_pyramid(image, levels)
    residuals = [_residual(fine, coarse) for fine, coarse in pairwise(pyramid)]
    return [*residuals, pyramid[-1]]


def collapse(pyramid: list[Array] | tuple[Array, ...]) -> Array:
    """Put a Laplacian pyramid together again.

    Parameters
    ----------
    pyramid : list of arrays as ``laplacian_pyramid`` gives

    Returns
    -------
    Array of the first level's shape and the last level's dtype.

    Convention
    ----------
    From the coarsest level on: picture = residual + pyramid_up(picture), saturated.
    The picture comes back exactly for uint8, within 1e-6 for float.

    Raises
    ------
    TypeError, ValueError : pyramid is no list, or its levels do not follow by halves.

    References
    ----------
    Burt and Adelson 1983, Eq. 4. Taught in 01 §3.
    """
    shared.require_pyramid(pyramid)
    *residuals, picture = pyramid
    require.image(picture, "the last level")
    for residual in reversed(residuals):
        expanded = pyramid_up(picture, residual.shape[:2])
        white = 255 if picture.dtype == np.uint8 else 1
        picture = np.clip(residual + expanded, 0, white).astype(picture.dtype)  # Eq. 4
    return picture


def _residual(fine, coarse):
    expanded = pyramid_up(coarse, fine.shape[:2])
    if fine.dtype == np.uint8:
        return fine.astype(np.int16) - expanded
    return fine - expanded  # Eq. 3


def _halve(image, axis):
    image = np.moveaxis(image, axis, 0)
    return np.moveaxis(_blur(image)[::2], 0, axis)


def _double(image, axis):
    image = np.moveaxis(image, axis, 0)
    with_zeros = np.zeros((2 * len(image), *image.shape[1:]), image.dtype)
    with_zeros[::2] = image
    return np.moveaxis(_blur(with_zeros), 0, axis)


def _blur(image):
    """Weigh five rows around each; KERNEL is not divided by 16 yet."""
    height = len(image)
    padding = [(2, 2)] + [(0, 0)] * (image.ndim - 1)
    padded = np.pad(image, padding, mode="reflect")
    return sum(weight * padded[k : k + height] for k, weight in enumerate(KERNEL))


def _numbers(image):
    """Make room for sums: uint8 becomes int32."""
    return image.astype(np.int32) if image.dtype == np.uint8 else image


def _divide(total, divisor, dtype):
    """Divide by the kernel's sum; whole numbers are rounded half up."""
    if dtype == np.uint8:
        return ((total + divisor // 2) // divisor).astype(np.uint8)
    return np.clip(total / divisor, 0, 1).astype(dtype)
