"""Color conversion in whole numbers: OpenCV's constants and tables for uint8.

A power or a cube root differs in its last digit from machine to machine; a table of whole numbers
does not. ``reference`` and ``gpu`` look up the same ones, worked out here once, so that uint8
results agree to the bit, with each other and with OpenCV.
"""

import numpy as np

# CIE XYZ of linear sRGB red, green and blue (IEC 61966-2-1, ITU-R BT.709), as parts of white (D65)
WHITE = np.array([0.950456, 1.0, 1.088754])
XYZ = np.array(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]]
)
TO_XYZ = XYZ / WHITE[:, None]
FROM_XYZ = np.linalg.inv(TO_XYZ)


def to_linear(value):
    """Undo sRGB's gamma: light from stored value, both in 0..1."""
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def from_linear(light):
    """Apply sRGB's gamma: stored value from light, both in 0..1."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def root(light):
    """CIE's f: a cube root, with a straight line near black."""
    return np.where(light > (6 / 29) ** 3, np.cbrt(light), light * (841 / 108) + 16 / 116)


def unroot(f):
    """The inverse of ``root``."""
    return np.where(f > 6 / 29, f**3, (f - 16 / 116) * (108 / 841))


def whole(numbers):
    """Round to int32."""
    return np.rint(numbers).astype(np.int32)


def _reciprocals(scale):
    """Give scale / n for n in 0..255; 0 for n = 0."""
    return whole(np.divide(scale, np.arange(256), where=np.arange(256) > 0, out=np.zeros(256)))


# YCrCb, in units of 2 ** -14
LUMA = (4899, 9617, 1868)
TO_CR, TO_CB = 11682, 9241
RED_FROM_CR, GREEN_FROM_CR, GREEN_FROM_CB, BLUE_FROM_CB = 22987, -11698, -5636, 29049

# HSV, in units of 2 ** -12
PER_VALUE = _reciprocals(255 << 12)
PER_CHROMA = _reciprocals(30 << 12)


def _missing(hue, n):
    """Give how far a full colour of this hue is from this channel, in units of 1/30."""
    k = (n + hue) % 180
    return np.clip(np.minimum(k, 120 - k), 0, 30).astype(np.int16)


RED_MISSING, GREEN_MISSING, BLUE_MISSING = (_missing(np.arange(256), n) for n in (150, 90, 30))

# Lab. Light in units of 1/2040, its root in units of 2 ** -15, matrices of 2 ** -12
LIGHT = whole(2040 * to_linear(np.arange(256) / 255))
XYZ_12_BITS = whole(4096 * TO_XYZ)
_light = np.arange(3072, dtype=np.float32) * np.float32(1 / 2040)  # single precision, as OpenCV
ROOT = whole(np.float32(2**15) * root(_light).astype(np.float32))

# Back from Lab. Light and its root in units of 2 ** -14, the roundings OpenCV's own
_level = np.arange(256)
ROOT_OF_L = whole(2**14 * (_level / 2.55 + 16) / 116)
LIGHT_OF_L = whole(2**14 * unroot((_level / 2.55 + 16) / 116))
ROOT_OF_A = whole(((5 * 53687 * _level + 2**7) >> 13) - 4194)
ROOT_OF_B = whole(((41943 * _level + 2**4) >> 9) - 10484)
LOWEST_ROOT = -8145
_f = np.arange(LOWEST_ROOT, LOWEST_ROOT + 36864)
_cube = (_f * _f >> 14) * _f >> 14
LIGHT_OF_ROOT = whole(np.where(_f <= 3390, np.trunc(_f * 108 / 841) - 290, _cube))
RGB_12_BITS = whole(4096 * FROM_XYZ)
_light = np.arange(4096) / 4096
LEVEL_OF_LIGHT = whole(255 * from_linear(_light)).astype(np.uint8)
