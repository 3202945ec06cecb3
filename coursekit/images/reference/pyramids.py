"""Pyramids: one image at full, half, quarter ... size, blurred before each halving.

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
    """Pyramid, REDUCE: halve an image: blur it, then keep every second row and column.

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
    TypeError, ValueError : image is not as described.

    References
    ----------
    Burt and Adelson 1983, Eq. 1 (REDUCE). Taught in 01 §3.
    """
    require.image(image)
    return _divided(_blur(image)[::2, ::2], 256, image.dtype)  # Eq. 1


def pyramid_up(image: Array, shape: Shape) -> Array:
    """Pyramid, EXPAND: double an image: put zeros between its rows and columns, then blur.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    shape : (height, width) of the result: 2 H or 2 H - 1, and 2 W or 2 W - 1

    Returns
    -------
    Array (height, width) or (height, width, 3) of image's dtype.

    Convention
    ----------
    Kernel (1, 4, 6, 4, 1) / 8 along rows and columns. Border ``reflect``, of the image with its
    zeros; an odd size drops the last row or column. uint8 rounded half up, bit-exact with
    ``cv2.pyrUp`` with ``dstsize=(width, height)``.

    Raises
    ------
    TypeError, ValueError : image is not as described; shape is not its double.

    References
    ----------
    Burt and Adelson 1983, Eq. 2 (EXPAND). Taught in 01 §3.
    """
    require.image(image)
    height, width = shared.require_double(image.shape[:2], shape)
    with_zeros = np.zeros((2 * image.shape[0], 2 * image.shape[1], *image.shape[2:]), image.dtype)
    with_zeros[::2, ::2] = image
    return _divided(_blur(with_zeros)[:height, :width], 64, image.dtype)  # Eq. 2


def gaussian_pyramid(image: Array, levels: Integer) -> list[Array]:
    """Gaussian pyramid: halve an image again and again.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    levels : int >= 1, how many images, the given one among them

    Returns
    -------
    List of ``levels`` arrays of image's dtype, the image itself first. Odd sizes are rounded up.

    Convention
    ----------
    Each level is ``pyramid_down`` of the one before. Border ``reflect``.

    Raises
    ------
    TypeError, ValueError : image is not as described; levels < 1, or more than lead to one pixel.

    References
    ----------
    Burt and Adelson 1983, Eq. 1. Taught in 01 §3.
    """
    require.image(image)
    levels = shared.require_levels(image.shape[:2], levels)
    pyramid = [image]
    while len(pyramid) < levels:
        pyramid.append(pyramid_down(pyramid[-1]))
    return pyramid


def laplacian_pyramid(image: Array, levels: Integer) -> list[Array]:
    """Laplacian pyramid: keep what each halving loses, the difference to the next level, doubled.

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
    TypeError, ValueError : image is not as described; levels < 1, or more than lead to one pixel.

    References
    ----------
    Burt and Adelson 1983, Eq. 3. Taught in 01 §3.
    """
    pyramid = gaussian_pyramid(image, levels)
    signed = np.int16 if image.dtype == np.uint8 else image.dtype
    residuals = [
        fine.astype(signed) - pyramid_up(coarse, fine.shape[:2])  # Eq. 3
        for fine, coarse in pairwise(pyramid)
    ]
    return [*residuals, pyramid[-1]]


def collapse(pyramid: list[Array] | tuple[Array, ...]) -> Array:
    """Laplacian pyramid, the way back: add the levels, from the coarsest on.

    Parameters
    ----------
    pyramid : list of arrays as ``laplacian_pyramid`` gives

    Returns
    -------
    Array of the first level's shape and the last level's dtype.

    Convention
    ----------
    From the coarsest level on: image = residual + pyramid_up(image), saturated.
    The image comes back exactly for uint8, within 1e-6 for float.

    Raises
    ------
    TypeError, ValueError : pyramid is not a list; the last level is not an image, or the others are
        not finite; their sizes do not follow by halves.

    References
    ----------
    Burt and Adelson 1983, Eq. 4. Taught in 01 §3.
    """
    shared.require_pyramid(pyramid)
    *residuals, image = pyramid
    require.image(image, "the last level of the pyramid")
    white = 255 if image.dtype == np.uint8 else 1
    for residual in reversed(residuals):
        shared.require_residual(residual, image)
        expanded = pyramid_up(image, residual.shape[:2])
        image = np.clip(residual + expanded, 0, white).astype(image.dtype)  # Eq. 4
    return image


def _blur(image):
    """Weigh 5 x 5 neighbours by KERNEL, along the columns and along the rows; not yet divided."""
    height, width = image.shape[:2]
    numbers = image.astype(np.int32) if image.dtype == np.uint8 else image
    padding = [(2, 2), (2, 2), (0, 0)][: image.ndim]
    padded = np.pad(numbers, padding, mode="reflect")
    blurred = sum(weight * padded[k : k + height] for k, weight in enumerate(KERNEL))
    return sum(weight * blurred[:, k : k + width] for k, weight in enumerate(KERNEL))


def _divided(total, divisor, dtype):
    """Divide by the sum of the weights; whole numbers are rounded half up."""
    if dtype == np.uint8:
        return ((total + divisor // 2) // divisor).astype(np.uint8)
    return np.clip(total / divisor, 0, 1).astype(dtype)
