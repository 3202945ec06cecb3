"""Photometric augmentation: what changes the levels and moves nothing.

Szeliski 2022, *Computer Vision*, 2nd edition, §3.1.1 (point operators).
"""

import numpy as np
from numpy.typing import ArrayLike

from coursekit.augmentation.shared import checks
from coursekit.core import require
from coursekit.core.types import Array, Real


def adjust_brightness(image: Array, factor: Real) -> Array:
    """Adjust brightness: multiply the levels, s = factor * r.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    factor : float >= 0; 0 is night, 1 changes nothing

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Saturated to white; uint8 rounded half to even, worked out in single precision. Keras goes
    through 8 bits and truncates, so a float image in 0..1 comes out black there, even at 1.0.

    Raises
    ------
    TypeError, ValueError : image is no image; factor is not a number >= 0.

    References
    ----------
    Szeliski 2022, Eq. 3.3. Taught in 08 §4.
    """
    require.image(image)
    factor = require.number(factor, "factor", 0, checks.LARGEST_FACTOR)
    levels, white = _levels(image)
    return _saturated(levels * levels.dtype.type(factor), white, image.dtype)


def shift_channels(image: Array, shift: ArrayLike) -> Array:
    """Channel shift: add to the levels one number for all channels, or one for each.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    shift : float, or three of them for a colour image, in the image's own unit

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Saturated to black and white; uint8 rounded half to even. Keras saturates to the darkest and
    the lightest level of the image itself.

    Raises
    ------
    TypeError, ValueError : image is no image; shift is neither a number nor one for each channel.

    References
    ----------
    Szeliski 2022, Eq. 3.3; Keras's ``apply_channel_shift``. Taught in 08 §4.
    """
    require.image(image)
    shifts = checks.require_shifts(shift, 3 if image.ndim == 3 else 1)
    levels, white = _levels(image)
    return _saturated(levels + shifts.astype(levels.dtype), white, image.dtype)


def _levels(image):
    """The levels as floats, and white. Single precision, so that every device rounds alike."""
    if image.dtype == np.uint8:
        return image.astype(np.float32), 255
    return image, 1


def _saturated(levels, white, dtype):
    levels = np.clip(levels, 0, white)
    return (np.rint(levels) if dtype == np.uint8 else levels).astype(dtype)
