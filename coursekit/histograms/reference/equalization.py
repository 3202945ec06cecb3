"""Histogram equalization: an image's own cumulative curve as its look-up table."""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array
from coursekit.gray_transforms.reference import apply_lut
from coursekit.histograms import shared
from coursekit.histograms.reference.counting import channel_histograms
from coursekit.images.reference import lab_to_rgb, rgb_to_lab

WHITE = np.float32(255)


def equalization_table(counts: Array) -> Array:
    """Histogram equalization, the table: spread the levels so that all are about as frequent.

    s_k = 255 (c_k - c_0) / (N - c_0), with c_k the pixels at most as bright as level k, c_0 those
    of the darkest level that occurs, and N all of them.

    Parameters
    ----------
    counts : (..., 256) int64, histograms

    Returns
    -------
    uint8 (..., 256), a look-up table for each histogram. The darkest level that occurs becomes 0,
    the brightest 255.

    Convention
    ----------
    Gonzalez and Woods have no c_0: their darkest level becomes its share of white, not black.
    In single precision, the quotient first, and rounded half to even: exactly OpenCV's table. (In
    double precision a few images in a thousand differ in one level.)
    A constant image (N = c_0), which has nothing to spread, gets the table that changes nothing.

    Raises
    ------
    TypeError, ValueError : counts is not int64, or its last axis is not of length 256.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-15. Taught in 03 §4.
    """
    require.numpy_array(counts, "counts")
    shared.require_array(counts, "counts", "int64", 256)
    darkest = (counts > 0).argmax(axis=-1, keepdims=True)
    c, c_0 = counts.cumsum(axis=-1), np.take_along_axis(counts, darkest, axis=-1)
    spread = c[..., -1:] - c_0
    s = (c - c_0).astype(np.float32) * (WHITE / np.maximum(spread, 1).astype(np.float32))
    s = np.where(spread == 0, np.arange(256), s)
    return np.rint(np.clip(s, 0, 255)).astype(np.uint8)


def equalize(image: Array) -> Array:
    """Histogram equalization: make all levels about equally frequent, channel by channel.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8

    Returns
    -------
    Array of image's shape, uint8.

    Convention
    ----------
    Each level is looked up in ``equalization_table``. Bit-exact with ``cv2.equalizeHist`` of each
    channel; a channel of one level stays as it is. In a colour image this changes the colours: see
    ``equalize_lightness``. uint8 only: the table has an entry for each level.

    Raises
    ------
    TypeError, ValueError : image is not as described.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-15. Taught in 03 §4.
    """
    require.image(image)
    require.uint8(image)
    tables = equalization_table(channel_histograms(image))
    return apply_lut(image, tables.T if image.ndim == 3 else tables[0])


def equalize_lightness(image: Array) -> Array:
    """Histogram equalization of the lightness L*: leave the colours as they are.

    Parameters
    ----------
    image : (H, W, 3) uint8

    Returns
    -------
    Array of image's shape, uint8.

    Convention
    ----------
    RGB to L*a*b* (chapter 01, L in 0..255), ``equalize`` of L, and back. Colours that a screen
    cannot show in their new lightness are clipped. Bit-exact with ``cv2.COLOR_RGB2Lab``,
    ``cv2.equalizeHist`` and ``cv2.COLOR_Lab2RGB``. uint8 only, as ``equalize``.

    Raises
    ------
    TypeError, ValueError : image is not as described.

    References
    ----------
    Gonzalez and Woods 2018, §7.5 (histogram processing of color images). Taught in 03 §7.
    """
    require.color(image)
    require.uint8(image)
    lab = rgb_to_lab(image)
    lab[..., 0] = equalize(lab[..., 0])
    return lab_to_rgb(lab)
