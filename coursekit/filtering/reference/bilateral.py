"""Bilateral filter: a mean in which pixels of other colours weigh less.

Tomasi and Manduchi 1998, "Bilateral filtering for gray and color images", *Proc. ICCV*, 839-846.
"""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.filtering.reference.correlation import pad
from coursekit.filtering.shared import (
    disc,
    gaussian_similarity,
)


def bilateral(image: Array, size: Integer, sigma_color: Real, sigma_space: Real) -> Array:
    """Average the neighbours that are near in place and alike in colour.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    size : odd int, diameter of the round window in pixels
    sigma_color : float > 0, in the picture's own unit (gray levels, or fractions of white)
    sigma_space : float > 0, in pixels

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    The window is the disc of radius size // 2; size 1 gives the image back. Border ``reflect``.
    The colour distance is the sum of the absolute differences of all channels, which therefore
    get the same weights. uint8: weights and sums are float32, neighbours are added row by row, the
    mean is rounded half to even: bit-exact with ``cv2.bilateralFilter`` (size >= 3, borderType
    ``BORDER_REFLECT_101``) after ``cv2.setUseOptimized(False)``. OpenCV's faster programs round
    otherwise: by a level in a pixel of ten thousand, and in half of a gray picture with sizes 3
    and 5. float is summed in float64; OpenCV reads its weights off a table.

    Raises
    ------
    TypeError, ValueError : image is no picture; size is not odd; a sigma is not positive.

    References
    ----------
    Tomasi and Manduchi 1998, Eq. 5-6. Taught in 04 §7.
    """
    require.image(image)
    size = require.odd(size)
    sigma_color = require.number(sigma_color, "sigma_color", low=np.finfo(np.float32).tiny)
    sigma_space = require.number(sigma_space, "sigma_space", low=np.finfo(np.float32).tiny)
    center = with_channels(image, np.float32)
    padded = with_channels(pad(image, size // 2, "reflect"), np.float32)
    total, weights = np.zeros_like(center), np.zeros_like(center[..., :1])
    for row, column in disc(size // 2):
        neighbor = _shifted(padded, row, column, size // 2)
        nearness = gaussian_similarity(np.hypot(row, column), sigma_space).astype(center.dtype)
        likeness = gaussian_similarity(_color_distance(neighbor, center), sigma_color).astype(
            center.dtype
        )
        weights += nearness * likeness
        total += nearness * likeness * neighbor
    return as_output(image, total / weights)  # Eq. 5


def with_channels(image, numbers):
    """The levels as (H, W, C) numbers: uint8 as told, float as float64."""
    levels = image.astype(numbers if image.dtype == np.uint8 else np.float64)
    return np.atleast_3d(levels)


def as_output(image, levels):
    """Back to the picture's own shape and dtype; uint8 is rounded half to even."""
    levels = levels.reshape(image.shape)
    return (np.rint(levels) if image.dtype == np.uint8 else levels).astype(image.dtype)


def _shifted(padded, row, column, radius):
    """What every pixel sees at an offset from itself."""
    height, width = padded.shape[0] - 2 * radius, padded.shape[1] - 2 * radius
    top, left = radius + row, radius + column
    return padded[top : top + height, left : left + width]


def _color_distance(one, other):
    """Sum of the absolute differences of all channels, (H, W, 1)."""
    return np.abs(one - other).sum(axis=-1, keepdims=True)
