"""Median filter: each pixel becomes the median of its window, which no kernel can do.

Tukey 1977, *Exploratory Data Analysis*, ch. 7.
Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §5.3.
"""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer
from coursekit.filtering import shared


def median_filter(image: Array, size: Integer) -> Array:
    """Median filter: replace each pixel by the median of its window.

    Removes salt and pepper without moving edges. Not linear, so no kernel can do it.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    size : odd int, side of the square window in pixels

    Returns
    -------
    Array of image's shape and dtype. Channels are filtered one by one.

    Convention
    ----------
    Border ``edge``. Nothing is rounded: of an odd number of levels, the median is one of them.
    uint8 is bit-exact with ``cv2.medianBlur``, which wants size >= 3 and, of floats, only float32
    with sizes 3 and 5; size 1 gives the image back.

    Raises
    ------
    TypeError, ValueError : image is invalid; size is not odd, or not positive.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 5-27. Taught in 04 §6.
    """
    require.image(image)
    size = shared.require_odd(size)
    radius = size // 2
    pad_width = ((radius, radius), (radius, radius), (0, 0))[: image.ndim]
    padded = np.pad(image, pad_width, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(0, 1))
    return np.median(windows, axis=(-2, -1)).astype(image.dtype)  # Eq. 5-27
