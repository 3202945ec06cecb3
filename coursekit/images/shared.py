"""What both engines need: OpenCV's constants and tables, sample weights of a resize, checks."""

import reprlib
from math import gcd
from typing import Literal, get_args

import numpy as np

from coursekit.core import require
from coursekit.core.color import linear_to_srgb, srgb_to_linear

LONGEST_SIDE = 2**16 - 1  # pixels, as in JPEG
LARGEST_ENCODED = 1e6  # of a float: beyond it, cubes and products overflow float32

# ------------------------------------------------------------------ colour in fixed point

# A power or a cube root differs in its last digit from machine to machine; a table of whole numbers
# does not. ``reference`` and ``gpu`` share OpenCV's tables, so that uint8 results are bit-exact.

# CIE XYZ of linear sRGB red, green and blue (IEC 61966-2-1, ITU-R BT.709), as parts of white (D65)
WHITE = np.array([0.950456, 1.0, 1.088754])
XYZ = np.array(
    [[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]]
)
TO_XYZ = XYZ / WHITE[:, None]
FROM_XYZ = np.linalg.inv(TO_XYZ)


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
    """Return scale / n for n in 0..255; 0 for n = 0."""
    return whole(np.divide(scale, np.arange(256), where=np.arange(256) > 0, out=np.zeros(256)))


# YCrCb, in units of 2 ** -14
LUMA = (4899, 9617, 1868)
TO_CR, TO_CB = 11682, 9241
RED_FROM_CR, GREEN_FROM_CR, GREEN_FROM_CB, BLUE_FROM_CB = 22987, -11698, -5636, 29049

# HSV, in units of 2 ** -12
PER_VALUE = _reciprocals(255 << 12)
PER_CHROMA = _reciprocals(30 << 12)


def _missing(hue, n):
    """Return how far a full colour of this hue is from this channel, in units of 1/30."""
    k = (n + hue) % 180
    return np.clip(np.minimum(k, 120 - k), 0, 30).astype(np.int16)


RED_MISSING, GREEN_MISSING, BLUE_MISSING = (_missing(np.arange(256), n) for n in (150, 90, 30))

# Lab. Light in units of 1/2040, its root in units of 2 ** -15, matrices of 2 ** -12
LIGHT = whole(2040 * srgb_to_linear(np.arange(256) / 255))
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
LEVEL_OF_LIGHT = whole(255 * linear_to_srgb(_light)).astype(np.uint8)

# ------------------------------------------------------------------ sample weights of a resize

# Keys 1981, "Cubic convolution interpolation for digital image processing", *IEEE Trans. ASSP*
# 29(6), 1153-1160. Turkowski 1990, "Filters for common resampling tasks", *Graphics Gems*, 147-165.
#
# Each new pixel is a weighted sum of a few old ones along one axis, its taps: ``index`` says which
# pixels, ``weights`` how much of each.

Method = Literal["nearest", "bilinear", "bicubic", "area", "lanczos"]
METHODS: tuple[Method, ...] = get_args(Method)
ONE = 2048  # a weight of 1 in fixed point: 11 bits, as in OpenCV
FINE = 8  # parts of a gray level that are kept between the two passes


def triangular(distance):
    """Bilinear, the triangular kernel: a straight line between neighbours."""
    return np.maximum(1 - np.abs(distance), 0)


def cubic(distance, a=-0.75):
    """Bicubic, Eq. 15 of Keys with OpenCV's a = -0.75; Keys, Pillow and skimage have -0.5."""
    d = np.abs(distance)
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = ((d - 5) * d + 8) * a * d - 4 * a
    return np.where(d <= 1, near, np.where(d < 2, far, 0))


def windowed_sinc(distance, lobes=4):
    """Lanczos: the ideal low-pass sin(x)/x, faded out over four lobes."""
    d = np.asarray(distance)
    return np.where(np.abs(d) < lobes, np.sinc(d) * np.sinc(d / lobes), 0)


KERNELS = {"bilinear": (triangular, 2), "bicubic": (cubic, 4), "lanczos": (windowed_sinc, 8)}


def nearest(size, new_size):
    """Return the old pixel that each new one copies: floor(i * size / new_size), as OpenCV does."""
    scale = 1 / (new_size / size)  # rounded twice, like OpenCV's
    return np.minimum(np.floor(np.arange(new_size) * scale).astype(int), size - 1)


def taps(size, new_size, method):
    """Return index and weights, both (new_size, taps); the weights of a new pixel sum to 1.

    Pixels are squares with their centre at i + 1/2. Beyond the border the edge pixel goes on.
    """
    if method == "area":
        index, lengths = overlaps(size, new_size)
        return index, lengths / lengths.sum(axis=1, keepdims=True)
    kernel, count = KERNELS[method]
    position = (np.arange(new_size) + 0.5) * (size / new_size) - 0.5
    first = np.floor(position).astype(int) - count // 2 + 1
    index = first[:, None] + np.arange(count)
    weights = kernel(position[:, None] - index)
    weights /= weights.sum(axis=1, keepdims=True)
    return np.clip(index, 0, size - 1), weights


def overlaps(size, new_size):
    """Return index and lengths, both (new_size, taps): how much each new pixel covers of old ones.

    Lengths are whole numbers of the longest unit that measures both kinds of pixel.
    """
    unit = gcd(size, new_size)
    old, new = new_size // unit, size // unit  # the length of an old and of a new pixel
    start = np.arange(new_size)[:, None] * new
    index = start // old + np.arange(-(-new // old) + 1)
    left, right = np.maximum(index * old, start), np.minimum((index + 1) * old, start + new)
    lengths = np.maximum(right - left, 0)
    needed = lengths.any(axis=0)
    return np.clip(index, 0, size - 1)[:, needed], lengths[:, needed]


def fixed_point_taps(size, new_size, method):
    """Return taps whose weights are whole numbers that sum to ONE: a flat image stays flat."""
    index, weights = taps(size, new_size, method)
    whole = np.rint(weights * ONE)
    largest = np.abs(whole).argmax(axis=1)
    whole[np.arange(len(whole)), largest] += ONE - whole.sum(axis=1)
    return index, whole


def matrix(taps, size):
    """Return taps (index, weights) as a matrix (new_size, size): new pixels = matrix @ old ones."""
    index, weights = taps
    table = np.zeros((len(index), size))
    np.add.at(table, (np.arange(len(index))[:, None], index), weights)
    return table


# ------------------------------------------------------------------ checks


def require_rectangle(size, top, left, height, width):
    """Refuse all but a rectangle inside an image of size (H, W); return its rows and columns."""
    height = require.whole(height, "height", 1, np.inf)
    width = require.whole(width, "width", 1, np.inf)
    top = require.whole(top, "top", -np.inf, np.inf)
    left = require.whole(left, "left", -np.inf, np.inf)
    if top < 0 or left < 0 or top + height > size[0] or left + width > size[1]:
        raise ValueError(
            f"crop: rows {top}..{top + height - 1} and columns {left}..{left + width - 1} "
            f"leave the image of {size[0]} rows and {size[1]} columns"
        )
    return slice(top, top + height), slice(left, left + width)


def require_shape(pair):
    """Refuse all but (height, width), two whole numbers from 1; return them as ints."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise TypeError(f"shape: expected (height, width), got {reprlib.repr(pair)}")
    height = require.whole(pair[0], "height in shape", 1, LONGEST_SIDE)
    width = require.whole(pair[1], "width in shape", 1, LONGEST_SIDE)
    return height, width


def require_levels(size, count):
    """Refuse all but 1 up to as many levels as bring an image of size (H, W) to one pixel."""
    most = 1 + (max(size) - 1).bit_length()
    count = require.whole(count, "levels", 1, np.inf)
    if count > most:
        raise ValueError(
            f"levels: an image of {size[0]} x {size[1]} is down to one pixel after {most} levels, "
            f"got {count}"
        )
    return count


def require_encoded(image):
    """Refuse all but (H, W, 3) uint8 or float, finite and of any sensible range."""
    require.numpy_array(image, "image")
    if image.dtype not in (np.uint8, np.float32, np.float64):
        raise TypeError(f"image: expected uint8 or float, got {image.dtype}")
    if image.ndim != 3 or image.shape[2] != 3 or image.size == 0:
        raise ValueError(f"image: expected three channels, shape (H, W, 3), got {image.shape}")
    if not np.isfinite(image).all():
        raise ValueError("image: expected finite numbers, got NaN or infinity")
    if image.dtype != np.uint8 and np.abs(image).max() > LARGEST_ENCODED:
        raise ValueError(
            f"image: expected numbers of at most {LARGEST_ENCODED:g}, "
            f"got minimum {image.min()} and maximum {image.max()}"
        )


def require_double(size, new_size):
    """Refuse all but a shape that halves, rounded up, to size (H, W); return it as ints."""
    height, width = require_shape(new_size)
    if ((height + 1) // 2, (width + 1) // 2) != tuple(size):
        raise ValueError(
            f"shape: expected {2 * size[0]} or {2 * size[0] - 1} rows and "
            f"{2 * size[1]} or {2 * size[1] - 1} columns, got {(height, width)}"
        )
    return height, width


def require_pyramid(levels):
    """Refuse all but a list of at least one level."""
    if not isinstance(levels, (list, tuple)) or not levels:
        raise TypeError("pyramid: expected a list of at least one level (see laplacian_pyramid)")


def require_residual(residual, image):
    """Refuse all but what ``laplacian_pyramid`` keeps of a level; image is the next level.

    Whole numbers for uint8, finite ones of the same dtype for float.
    """
    require.numpy_array(residual, "a level of the pyramid")
    expected = "int16" if image.dtype == np.uint8 else image.dtype.name
    if residual.dtype != expected:
        raise TypeError(f"a level of the pyramid: expected {expected}, got {residual.dtype}")
    if residual.ndim != image.ndim or residual.shape[2:] != image.shape[2:]:
        raise ValueError(
            f"a level of the pyramid: expected shape {('H', 'W', *image.shape[2:])}, "
            f"got {residual.shape}"
        )
    if residual.dtype.kind == "f" and not np.isfinite(residual).all():
        raise ValueError("a level of the pyramid: expected finite numbers, got NaN or infinity")
