"""Counting: how many pixels have this level, and how many have at most this level."""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer
from coursekit.histograms.shared import MOST_BINS


def histogram(image: Array, bins: Integer = 256) -> Array:
    """Histogram: count the values of an image that fall into each bin, h(k) = n_k.

    It knows the levels of the image, and has forgotten where they are.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    bins : int, 1 to 2 ** 24, of equal width, from black to white

    Returns
    -------
    int64 (bins,); the sum is the number of values, 3 for each pixel of a colour image.

    Convention
    ----------
    Level r of uint8 is counted in bin r * bins // 256: with 256 bins each level has its own.
    float v is counted in bin floor(v * bins), and white, which is 1, in the last.
    uint8 equal to ``cv2.calcHist`` over the range [0, 256) and, with 256 bins, to ``np.bincount``;
    float equal to ``np.histogram`` over [0, 1] where bins is a power of two (otherwise a value on
    the edge of a bin may be counted on its other side).

    Raises
    ------
    TypeError, ValueError : image is not as described; bins is not a whole number from 1 to 2 ** 24.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-6. Taught in 03 §2.
    """
    require.image(image)
    bins = require.whole(bins, "bins", 1, MOST_BINS)
    if image.dtype == np.uint8:
        k = image.astype(np.int64) * bins // 256
    else:
        k = np.minimum(image * bins, bins - 1).astype(np.int64)
    return np.bincount(k.ravel(), minlength=bins)  # Eq. 3-6


def channel_histograms(image: Array, bins: Integer = 256) -> Array:
    """Histograms of the channels: count the values of each channel separately.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    bins : int, 1 to 2 ** 24, of equal width, from black to white

    Returns
    -------
    int64 (C, bins), with C = 1 for a gray image; each row sums to H * W.

    Convention
    ----------
    As ``histogram``: their sum over the channels is the histogram of the whole image.

    Raises
    ------
    TypeError, ValueError : image is not as described; bins is not a whole number from 1 to 2 ** 24.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-6. Taught in 03 §2.
    """
    require.image(image)
    channels = np.moveaxis(np.atleast_3d(image), -1, 0)
    return np.stack([histogram(channel, bins) for channel in channels])


def cumulative(image: Array, bins: Integer = 256) -> Array:
    """Cumulative histogram: count the values that lie in each bin or in one below it.

    The curve rises from left to right, steeply where there are many pixels, and ends at their
    number.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    bins : int, 1 to 2 ** 24, of equal width, from black to white

    Returns
    -------
    int64 (bins,), never falling; the last is the number of values.

    Convention
    ----------
    Counts, not shares: divide by the last for the share of pixels that are at most so bright. A
    level's own pixels belong to its count.

    Raises
    ------
    TypeError, ValueError : image is not as described; bins is not a whole number from 1 to 2 ** 24.

    References
    ----------
    Gonzalez and Woods 2018, §3.3. Taught in 03 §3.
    """
    return histogram(image, bins).cumsum()
