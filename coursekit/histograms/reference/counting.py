"""Counting: how many pixels have this level, and how many have at most this level."""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer


def histogram(image: Array, bins: Integer = 256) -> Array:
    """Count the values of a picture that fall into each bin: h(k) = n_k.

    A picture of the picture that knows its levels and has forgotten where they are.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    bins : int >= 1, that black to white are cut into, all of the same width

    Returns
    -------
    int64 (bins,); the sum is the number of values, 3 for each pixel of a colour picture.

    Convention
    ----------
    Level r of uint8 is counted in bin r * bins // 256: with 256 bins each level has its own.
    float v is counted in bin floor(v * bins), and white, which is 1, in the last.
    uint8 equal to ``cv2.calcHist`` over the range [0, 256) and, with 256 bins, to ``np.bincount``;
    float equal to ``np.histogram`` over [0, 1] where bins is a power of two (else a value on the
    edge of a bin may be counted on its other side).

    Raises
    ------
    TypeError, ValueError : image is no picture; bins is no whole number >= 1.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-6. Taught in 03 §2.
    """
    require.image(image)
    bins = require.whole(bins, "bins", 1, np.inf)
    return np.bincount(_bin_of(image, bins).ravel(), minlength=bins)  # Eq. 3-6


def _bin_of(image, bins):
    """The bin that each value is counted in."""
    if image.dtype == np.uint8:
        return image.astype(np.int64) * bins // 256
    return np.minimum(image * bins, bins - 1).astype(np.int64)


def channel_histograms(image: Array, bins: Integer = 256) -> Array:
    """Count the values of each channel by themselves.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    bins : int >= 1, that black to white are cut into, all of the same width

    Returns
    -------
    int64 (C, bins), with C = 1 for a gray picture; each row adds up to H * W.

    Convention
    ----------
    As ``histogram``: their sum over the channels is the histogram of the whole picture.

    Raises
    ------
    TypeError, ValueError : image is no picture; bins is no whole number >= 1.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-6. Taught in 03 §2.
    """
    require.image(image)
    channels = np.moveaxis(np.atleast_3d(image), -1, 0)
    return np.stack([histogram(channel, bins) for channel in channels])


def cumulative(image: Array, bins: Integer = 256) -> Array:
    """Count the values that lie in each bin or in one below it.

    The curve climbs from left to right, steeply where many pixels are, and ends at all of them.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    bins : int >= 1, that black to white are cut into, all of the same width

    Returns
    -------
    int64 (bins,), never falling; the last one is the number of values.

    Convention
    ----------
    Counts, not shares: divide by the last one for the share of pixels at most so bright. The level
    itself belongs to its count.

    Raises
    ------
    TypeError, ValueError : image is no picture; bins is no whole number >= 1.

    References
    ----------
    Gonzalez and Woods 2018, §3.3. Taught in 03 §3.
    """
    return histogram(image, bins).cumsum()
