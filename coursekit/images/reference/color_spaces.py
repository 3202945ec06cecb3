"""Colour spaces: the same colours in other coordinates, hue and lightness apart.

Smith 1978, "Color gamut transform pairs", *SIGGRAPH*, 12-19 (HSV).
ITU-R BT.601-7 2011, §2.5 (YCbCr). CIE 15:2004, *Colorimetry*, §8.2.1 (L*a*b*).
IEC 61966-2-1:1999 (sRGB).

uint8 results are those of OpenCV's whole-number arithmetic: see ``images.shared``.
"""

import numpy as np

from coursekit.core import require
from coursekit.core.color import LUMA, linear_to_srgb, srgb_to_linear
from coursekit.core.types import Array
from coursekit.images import shared


def rgb_to_hsv(image: Array) -> Array:
    """RGB to HSV: split colour into hue, saturation and value.

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]

    Returns
    -------
    Array of image's shape and dtype. float: hue in degrees, 0..360, saturation and value in 0..1.
    uint8: half the degrees, 0..179, and 0..255.

    Convention
    ----------
    Red is at 0 degrees, green at 120, blue at 240. Gray has hue 0 and saturation 0.
    uint8 bit-exact with ``cv2.COLOR_RGB2HSV``, float within 1e-4 of each range.

    Raises
    ------
    TypeError, ValueError : image is not a colour image.

    References
    ----------
    Smith 1978. Taught in 01 §5.
    """
    require.color(image)
    numbers = image.astype(np.int32) if image.dtype == np.uint8 else image
    red, green, blue = np.moveaxis(numbers, -1, 0)
    value = numbers.max(axis=-1)
    chroma = value - numbers.min(axis=-1)
    sixths = np.select(  # of the circle, times chroma
        [value == red, value == green],
        [green - blue, blue - red + 2 * chroma],
        red - green + 4 * chroma,
    )
    if image.dtype == np.uint8:
        return _hsv_uint8(value, chroma, sixths)
    hue = 60 * (sixths / np.where(chroma == 0, 1, chroma))
    hue = np.where(hue < 0, hue + 360, hue)
    saturation = chroma / np.where(value == 0, 1, value)
    return np.stack([hue, saturation, value], axis=-1)


def _hsv_uint8(value, chroma, sixths):
    saturation = (chroma * shared.PER_VALUE[value] + 2**11) >> 12
    hue = (sixths * shared.PER_CHROMA[chroma] + 2**11) >> 12
    hue = np.where(hue < 0, hue + 180, hue)
    return np.stack([hue, saturation, value], axis=-1).astype(np.uint8)


def hsv_to_rgb(image: Array) -> Array:
    """HSV to RGB: mix colour from hue, saturation and value.

    Parameters
    ----------
    image : (H, W, 3) float with hue in degrees, saturation and value in 0..1; or uint8 with hue in
        half degrees, saturation and value in 0..255

    Returns
    -------
    Array of image's shape and dtype, RGB; float in [0, 1].

    Convention
    ----------
    Hue goes round: 370 degrees are 10. uint8 rounded half to even, within 1 gray level of
    ``cv2.COLOR_HSV2RGB``, which truncates; float within 1e-4 of it.
    From RGB and back: uint8 within 5 gray levels, float within 1e-6.

    Raises
    ------
    TypeError, ValueError : image has not three channels, or holds numbers beyond 1e6.

    References
    ----------
    Smith 1978. Taught in 01 §5.
    """
    shared.require_encoded(image)
    if image.dtype == np.uint8:
        return _from_hsv_uint8(image.astype(np.int32))
    hue, saturation, value = np.moveaxis(image, -1, 0)
    sixths = [(n + hue / 60) % 6 for n in (5, 3, 1)]
    missing = [np.clip(np.minimum(k, 4 - k), 0, 1) for k in sixths]
    channels = [value - value * saturation * part for part in missing]
    return np.clip(np.stack(channels, axis=-1), 0, 1)


def _from_hsv_uint8(image):
    hue, saturation, value = np.moveaxis(image, -1, 0)
    missing = shared.RED_MISSING[hue], shared.GREEN_MISSING[hue], shared.BLUE_MISSING[hue]
    channels = [value * (7650 - saturation * part) / 7650 for part in missing]  # 7650 = 255 * 30
    return np.rint(np.stack(channels, axis=-1)).astype(np.uint8)


def rgb_to_ycrcb(image: Array) -> Array:
    """RGB to YCrCb: split colour into luma and two colour differences.

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]

    Returns
    -------
    Array of image's shape and dtype: Y, Cr, Cb, in 0..255 or [0, 1]; gray is at 128 or 0.5.

    Convention
    ----------
    Y as in ``rgb_to_gray``, Cr = 0.713 (R - Y) + 0.5, Cb = 0.564 (B - Y) + 0.5: full range, in
    OpenCV's order (JPEG has Cb first). uint8 rounded half up, bit-exact with
    ``cv2.COLOR_RGB2YCrCb``, whose weights have 14 bits, not gray's 15; float within 1e-4 of it.

    Raises
    ------
    TypeError, ValueError : image is not a colour image.

    References
    ----------
    ITU-R BT.601-7, §2.5. Taught in 01 §5.
    """
    require.color(image)
    if image.dtype == np.uint8:
        return _ycrcb_uint8(image.astype(np.int32))
    luma = image @ np.array(LUMA, image.dtype)
    cr = 0.713 * (image[..., 0] - luma) + 0.5
    cb = 0.564 * (image[..., 2] - luma) + 0.5
    return np.clip(np.stack([luma, cr, cb], axis=-1), 0, 1)


def _ycrcb_uint8(image):
    half = 2**13
    luma = (image @ np.array(shared.LUMA) + half) >> 14
    cr = 128 + ((shared.TO_CR * (image[..., 0] - luma) + half) >> 14)
    cb = 128 + ((shared.TO_CB * (image[..., 2] - luma) + half) >> 14)
    return np.clip(np.stack([luma, cr, cb], axis=-1), 0, 255).astype(np.uint8)


def ycrcb_to_rgb(image: Array) -> Array:
    """YCrCb to RGB: mix colour from luma and two colour differences.

    Parameters
    ----------
    image : (H, W, 3) uint8 or float: Y, Cr, Cb as ``rgb_to_ycrcb`` gives

    Returns
    -------
    Array of image's shape and dtype, RGB, saturated to 0..255 or [0, 1].

    Convention
    ----------
    R = Y + 1.403 (Cr - 0.5), G = Y - 0.714 (Cr - 0.5) - 0.344 (Cb - 0.5), B = Y + 1.773 (Cb - 0.5).
    uint8 rounded half up, bit-exact with ``cv2.COLOR_YCrCb2RGB``; float within 1e-4 of it.
    From RGB and back: uint8 within 1 gray level, float within 1e-3 (the constants are rounded).

    Raises
    ------
    TypeError, ValueError : image has not three channels, or holds numbers beyond 1e6.

    References
    ----------
    ITU-R BT.601-7, §2.5. Taught in 01 §5.
    """
    shared.require_encoded(image)
    if image.dtype == np.uint8:
        return _from_ycrcb_uint8(image.astype(np.int32))
    luma, cr, cb = np.moveaxis(image, -1, 0)
    cr, cb = cr - 0.5, cb - 0.5
    channels = [luma + 1.403 * cr, luma - 0.714 * cr - 0.344 * cb, luma + 1.773 * cb]
    return np.clip(np.stack(channels, axis=-1), 0, 1)


def _from_ycrcb_uint8(image):
    luma, cr, cb = np.moveaxis(image, -1, 0)
    cr, cb, half = cr - 128, cb - 128, 2**13
    red = shared.RED_FROM_CR * cr
    green = shared.GREEN_FROM_CR * cr + shared.GREEN_FROM_CB * cb
    blue = shared.BLUE_FROM_CB * cb
    channels = [luma + ((color + half) >> 14) for color in (red, green, blue)]
    return np.clip(np.stack(channels, axis=-1), 0, 255).astype(np.uint8)


def rgb_to_lab(image: Array) -> Array:
    """RGB to L*a*b*: lightness and two opponent colours, spaced as the eye tells them apart.

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]; sRGB

    Returns
    -------
    Array of image's shape and dtype. float: L* in 0..100, a* and b* in about -128..127.
    uint8: L* * 2.55, a* + 128 and b* + 128.

    Convention
    ----------
    White is D65. a* runs from green to red, b* from blue to yellow. uint8 bit-exact with
    ``cv2.COLOR_RGB2Lab``; float within 1e-2 of ``skimage.color.rgb2lab`` (OpenCV's float reads a
    coarse table, and is off by up to 0.5).

    Raises
    ------
    TypeError, ValueError : image is not a colour image.

    References
    ----------
    CIE 15:2004, §8.2.1; IEC 61966-2-1. Taught in 01 §5.
    """
    require.color(image)
    if image.dtype == np.uint8:
        return _lab_uint8(image)
    light = srgb_to_linear(image.astype(np.float64))
    fx, fy, fz = np.moveaxis(shared.root(light @ shared.TO_XYZ.T), -1, 0)
    lab = np.stack([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)], axis=-1)
    return lab.astype(image.dtype)


def _lab_uint8(image):
    ratios = (shared.LIGHT[image] @ shared.XYZ_12_BITS.T + 2**11) >> 12
    fx, fy, fz = np.moveaxis(shared.ROOT[ratios], -1, 0)
    lightness = 296 * fy - 1336934  # 2.55 * (116 f - 16), as OpenCV rounds it
    a, b = 500 * (fx - fy), 200 * (fy - fz)
    channels = [lightness, a + (128 << 15), b + (128 << 15)]
    return ((np.stack(channels, axis=-1) + 2**14) >> 15).astype(np.uint8)


def lab_to_rgb(image: Array) -> Array:
    """L*a*b* to RGB: find the sRGB colour.

    Parameters
    ----------
    image : (H, W, 3) uint8 or float: L*, a*, b* as ``rgb_to_lab`` gives

    Returns
    -------
    Array of image's shape and dtype, RGB. Colours outside sRGB are clipped in linear light.

    Convention
    ----------
    White is D65. uint8 bit-exact with ``cv2.COLOR_Lab2RGB``; float within 1e-3 of
    ``skimage.color.lab2rgb``.
    From RGB and back: uint8 within 27 gray levels (cyan; 8 bits are coarse), float within 1e-5.

    Raises
    ------
    TypeError, ValueError : image has not three channels, or holds numbers beyond 1e6.

    References
    ----------
    CIE 15:2004, §8.2.1; IEC 61966-2-1. Taught in 01 §5.
    """
    shared.require_encoded(image)
    if image.dtype == np.uint8:
        return _from_lab_uint8(image)
    lightness, a, b = np.moveaxis(image.astype(np.float64), -1, 0)
    fy = (lightness + 16) / 116
    ratios = shared.unroot(np.stack([fy + a / 500, fy, fy - b / 200], axis=-1))
    light = np.clip(ratios @ shared.FROM_XYZ.T, 0, 1)
    return np.clip(linear_to_srgb(light), 0, 1).astype(image.dtype)


def _from_lab_uint8(image):
    lightness, a, b = np.moveaxis(image, -1, 0)
    fy = shared.ROOT_OF_L[lightness] - shared.LOWEST_ROOT
    x = shared.LIGHT_OF_ROOT[fy + shared.ROOT_OF_A[a]]
    z = shared.LIGHT_OF_ROOT[fy - shared.ROOT_OF_B[b]]
    ratios = np.stack([x, shared.LIGHT_OF_L[lightness], z], axis=-1)
    light = (ratios @ shared.RGB_12_BITS.T + 2**13) >> 14
    return shared.LEVEL_OF_LIGHT[np.clip(light, 0, 4095)]
