"""The three numbers of a pixel: their order, and how bright they are together.

ITU-R BT.601-7 2011, *Studio encoding parameters of digital television*, §2.5.1 (luma).
"""

import numpy as np

from coursekit.core import require
from coursekit.core.color import LUMA
from coursekit.core.types import Array

LUMA_15_BITS = (9798, 19235, 3735)  # OpenCV's whole numbers: LUMA times 2 ** 15


def rgb_to_bgr(image: Array) -> Array:
    """RGB to BGR: exchange red and blue, which is also the way back.

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]

    Returns
    -------
    Array of image's shape and dtype: a copy, not a view.

    Convention
    ----------
    OpenCV reads files as BGR; everything else here is RGB. Exact, as
    ``cv2.cvtColor(image, cv2.COLOR_RGB2BGR)``.

    Raises
    ------
    TypeError, ValueError : image is not a colour image.

    References
    ----------
    Taught in 01 §4.
    """
    require.color(image)
    return image[..., ::-1].copy()


def rgb_to_gray(image: Array) -> Array:
    """RGB to gray: add red, green and blue, as bright as each looks to the eye.

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]

    Returns
    -------
    Array (H, W) of image's dtype.

    Convention
    ----------
    0.299 R + 0.587 G + 0.114 B, of the values as stored (luma, not luminance). uint8: whole
    numbers, (9798 R + 19235 G + 3735 B + 2 ** 14) >> 15, bit-exact with ``cv2.COLOR_RGB2GRAY``.
    scikit-image weighs 0.2125, 0.7154, 0.0721.

    Raises
    ------
    TypeError, ValueError : image is not a colour image.

    References
    ----------
    ITU-R BT.601-7, §2.5.1. Taught in 01 §4.
    """
    require.color(image)
    if image.dtype == np.uint8:
        return ((image @ np.array(LUMA_15_BITS) + 2**14) >> 15).astype(np.uint8)
    return np.clip(image @ np.array(LUMA), 0, 1).astype(image.dtype)
