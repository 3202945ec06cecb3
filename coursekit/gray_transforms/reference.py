"""Gray-level transforms: each pixel's new value s from its old value r alone, s = T(r).

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §3.2 (the equations cited below).
Poynton 2012, *Digital Video and HD*, 2nd edition, ch. 27 (gamma).
Chan and Cheng 2004, "Hiding data in images by simple LSB substitution", *Pattern Recognition*
37(3), 469-474.

All transforms share one shape. ``input_levels`` gives r and the value of white, one line computes
s, and ``output`` rounds and saturates. A uint8 image has only 256 levels, so s is computed once for
each level and then looked up: ten lines of arithmetic become one table.
"""

import numpy as np
from numpy.typing import ArrayLike

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.gray_transforms import shared


def input_levels(image: Array) -> tuple[Array, float]:
    """Gray-level transform, input: the levels r to compute T for, and the value of white.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]

    Returns
    -------
    r : float64 (256,), the levels 0 to 255, for uint8; the image itself for float
    white : 255.0 for uint8, 1.0 for float

    Convention
    ----------
    Units are the image's own: gray levels for uint8, fractions of white for float.

    Raises
    ------
    TypeError, ValueError : image is not as described, or leaves [0, 1].

    References
    ----------
    Taught in 02 §4.
    """
    require.image(image)
    if image.dtype == np.uint8:
        return np.arange(256.0), 255.0
    return image, 1.0


def output(image: Array, s: Array) -> Array:
    """Gray-level transform, output: round, saturate, and look up each pixel's new value.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    s : what T made of ``input_levels(image)``

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    uint8: rounded half to even as by OpenCV's ``saturate_cast``, saturated to 0..255.
    float: saturated to [0, 1], not rounded.

    Raises
    ------
    TypeError, ValueError : image is not as described; s is not float; it has not 256 values for a
        uint8 image, or not the shape of a float one.

    References
    ----------
    Taught in 02 §4.
    """
    require.image(image)
    require.numpy_array(s, "s")
    shared.require_transformed(s, (256,) if image.dtype == np.uint8 else image.shape)
    if image.dtype == np.uint8:
        table = np.clip(np.rint(s), 0, 255).astype(np.uint8)
        return table[image]
    return np.clip(s, 0, 1)


def apply_lut(image: Array, table: Array) -> Array:
    """Look-up table (LUT): replace each level by its entry.

    Every transform of this chapter is a table in disguise; here you bring the table yourself.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    table : (256,) uint8, or (256, 3) uint8 with a column for each channel of a colour image

    Returns
    -------
    Array of image's shape, uint8.

    Convention
    ----------
    s = table[r], or s[..., c] = table[r, c]. Bit-exact with ``cv2.LUT``.

    Raises
    ------
    TypeError : image or table is not uint8.
    ValueError : table has another shape, or three columns for a gray image.

    References
    ----------
    Gonzalez and Woods 2018, §3.1. Taught in 02 §4.
    """
    require.image(image)
    require.uint8(image)
    require.numpy_array(table, "table")
    require.uint8(table, "table")
    if table.shape == (256,):
        return table[image]
    if table.shape == (256, 3) and image.ndim == 3:
        return np.stack([table[:, c][image[..., c]] for c in range(3)], axis=-1)
    raise ValueError(
        f"table: expected shape (256,), or (256, 3) with a colour image, got {table.shape} "
        f"with an image of shape {image.shape}"
    )


def linear(image: Array, contrast: Real = 1.0, brightness: Real = 0.0) -> Array:
    """Linear transform: scale by the contrast, add the brightness, s = contrast * r + brightness.

    Five regimes: contrast > 1 spreads the levels, 0 < contrast < 1 draws them together,
    brightness > 0 lightens, brightness < 0 darkens, and contrast < 0 also inverts.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    contrast : float, the slope of the line; neither number is beyond 1e30
    brightness : float, in the image's own unit (gray levels, or fractions of white)

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Rounded half to even, then saturated. Bit-exact with ``cv2.convertScaleAbs`` wherever s >= 0
    (below 0, OpenCV takes the absolute value and we saturate to black) and contrast and brightness
    are exact in single precision, as 1.5 is and 1.1 is not.

    Raises
    ------
    TypeError, ValueError : image is not as described; contrast or brightness is not a number up to
        1e30.

    References
    ----------
    Szeliski 2022, *Computer Vision*, 2nd edition, Eq. 3.3. Taught in 02 §3.
    """
    contrast = require.number(contrast, "contrast", -shared.LARGEST, shared.LARGEST)
    brightness = require.number(brightness, "brightness", -shared.LARGEST, shared.LARGEST)
    r, _ = input_levels(image)
    s = contrast * r + brightness
    return output(image, s)


def invert(image: Array) -> Array:
    """Negative: exchange black and white, s = white - r.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    white is 255 for uint8 and 1 for float. Exact: inverting twice gives a uint8 image back.
    Bit-exact with ``cv2.bitwise_not``.

    Raises
    ------
    TypeError, ValueError : image is not as described.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-3. Taught in 02 §3.
    """
    r, white = input_levels(image)
    s = white - r  # Eq. 3-3
    return output(image, s)


def gamma(image: Array, exponent: Real, gain: Real = 1.0) -> Array:
    """Gamma (power-law) transform: s = gain * r ** exponent, with r as a fraction of white.

    An exponent below 1 opens the shadows, one above 1 deepens them; black and white stay.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    exponent : float, 1e-30 to 1e30
    gain : float, 0 to 1e30

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    r is divided by white before the power and multiplied by it after: a power of 0..255 itself
    would need the gain 255 ** (1 - exponent). Rounded half to even, saturated.
    Within 1 gray level of ``skimage.exposure.adjust_gamma``, which rounds uint8 as we do.

    Raises
    ------
    TypeError, ValueError : image is not as described; exponent or gain is out of range.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-5. Taught in 02 §5.
    """
    exponent = require.number(exponent, "exponent", 1 / shared.LARGEST, shared.LARGEST)
    gain = require.number(gain, "gain", 0, shared.LARGEST)
    r, white = input_levels(image)
    s = white * gain * (r / white) ** exponent  # Eq. 3-5
    return output(image, s)


def log(image: Array, gain: Real = 1.0) -> Array:
    """Log transform: spread the shadows, s = gain * log2(1 + r), with r as a fraction of white.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    gain : float, 0 to 1e30

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    The ``1 +`` keeps black at 0, since log(0) is minus infinity; base 2 keeps white at white for
    gain 1. Rounded half to even, saturated.
    Within 1 gray level of ``skimage.exposure.adjust_log``, which truncates.

    Raises
    ------
    TypeError, ValueError : image is not as described; gain is out of range.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-4. Taught in 02 §5.
    """
    gain = require.number(gain, "gain", 0, shared.LARGEST)
    r, white = input_levels(image)
    s = white * gain * np.log2(1 + r / white)  # Eq. 3-4
    return output(image, s)


def contrast_stretch(image: Array, low: Real, high: Real) -> Array:
    """Contrast stretching: map low to black and high to white, with a straight line between them.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    low, high : float, low < high, in the image's own unit

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Levels below low saturate to black, above high to white. Rounded half to even.
    Within 1 gray level of ``skimage.exposure.rescale_intensity``, which truncates.

    Raises
    ------
    TypeError, ValueError : image is not as described; low or high leaves the range; low >= high.

    References
    ----------
    Gonzalez and Woods 2018, §3.2, Fig. 3.10. Taught in 02 §6.
    """
    r, white = input_levels(image)
    low, high = shared.require_span(low, high, white)
    s = white * (r - low) / (high - low)
    return output(image, s)


def piecewise_linear(image: Array, points: ArrayLike) -> Array:
    """Piecewise-linear transform: straight lines through the points (r, s).

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    points : sequence of at least two pairs (r, s), r strictly increasing (by 1e-20 or more), in the
        image's own unit, and no number beyond 1e12

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Left of the first point and right of the last, T is constant. Rounded half to even, saturated.

    Raises
    ------
    TypeError, ValueError : image is not as described; points are fewer than two, not pairs, not in
        order of r, or too large.

    References
    ----------
    Gonzalez and Woods 2018, §3.2, Fig. 3.10. Taught in 02 §6.
    """
    r, _ = input_levels(image)
    corners = shared.require_points(points)
    s = np.interp(r, corners[:, 0], corners[:, 1])
    return output(image, s.astype(r.dtype))


def slice_levels(image: Array, low: Real, high: Real, keep: bool = False) -> Array:
    """Intensity-level slicing: make the levels from low to high white, and the others black.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    low, high : float, low <= high, in the image's own unit; both ends belong to the slice
    keep : bool, leave the other levels as they are instead of making them black

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Exact. Channels are sliced one by one.

    Raises
    ------
    TypeError, ValueError : image is not as described; low or high leaves the range; low > high.

    References
    ----------
    Gonzalez and Woods 2018, §3.2, Fig. 3.11. Taught in 02 §6.
    """
    r, white = input_levels(image)
    low, high = require.interval(low, high, 0, white)
    others = r if require.flag(keep, "keep") else np.zeros_like(r)
    s = np.where((low <= r) & (r <= high), r.dtype.type(white), others)
    return output(image, s)


def bit_plane(image: Array, bit: Integer) -> Array:
    """Bit-plane slicing: show one bit of every pixel, white where it is 1, black where it is 0.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    bit : int, 0 (least significant) to 7 (most significant)

    Returns
    -------
    Array of image's shape, uint8, of 0 and 255 only.

    Convention
    ----------
    The image is the sum of ``(plane > 0) * 2 ** bit`` over its eight planes, exactly.

    Raises
    ------
    TypeError : image is not uint8; bit is not a whole number.
    ValueError : bit is not in 0..7.

    References
    ----------
    Gonzalez and Woods 2018, §3.2, Fig. 3.13. Taught in 02 §7.
    """
    require.image(image)
    require.uint8(image)
    bit = require.whole(bit, "bit", 0, 7)
    return (image >> bit & 1) * np.uint8(255)


def hide_message(image: Array, data: bytes, bits: Integer = 1) -> Array:
    """LSB steganography: write a message into the lowest bits of the pixels, where nobody looks.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    data : bytes
    bits : int, 1 to 8, how many of the lowest bits of each value are overwritten

    Returns
    -------
    Array of image's shape, uint8; no value differs from the image's by more than 2 ** bits - 1.

    Convention
    ----------
    The length of data (4 bytes, big-endian) goes first. Values are filled in row order, the
    channels of a pixel one after the other, the message's highest bit first.

    Raises
    ------
    TypeError : image is not uint8; data is not bytes.
    ValueError : the message does not fit; the error says how many bytes would.

    References
    ----------
    Chan and Cheng 2004, §2. Taught in 02 §7.
    """
    require.image(image)
    require.uint8(image)
    bits = require.whole(bits, "bits", 1, 8)
    parts = shared.to_parts(data, bits, image.size)
    values = image.flatten()
    cleared = values[: parts.size] >> bits << bits
    values[: parts.size] = cleared | parts
    return values.reshape(image.shape)


def reveal_message(image: Array, bits: Integer = 1) -> bytes:
    """LSB steganography, the way back: read a message that ``hide_message`` wrote.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    bits : int, 1 to 8, as it was hidden

    Returns
    -------
    bytes

    Convention
    ----------
    Exact: ``reveal_message(hide_message(image, data, bits), bits) == data``.

    Raises
    ------
    TypeError : image is not uint8.
    ValueError : the length found is more than the image can hold: no message, or other bits.

    References
    ----------
    Chan and Cheng 2004, §2. Taught in 02 §7.
    """
    require.image(image)
    require.uint8(image)
    bits = require.whole(bits, "bits", 1, 8)
    return shared.from_parts(image.flatten(), bits)
