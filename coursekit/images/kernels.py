"""Where each new pixel looks, and with which weight: the heart of every change of size.

Keys 1981, "Cubic convolution interpolation for digital image processing", *IEEE Trans. ASSP*
29(6), 1153-1160. Turkowski 1990, "Filters for common resampling tasks", *Graphics Gems*, 147-165.

A row of pixels is resampled by a few *taps* for each new pixel: ``index`` says which old pixels,
``weights`` how much of each. ``reference`` and ``gpu`` share them, so that both sum the same
numbers. Everything is in pixels, and runs along one axis.
"""

from math import gcd

import numpy as np

METHODS = ("nearest", "bilinear", "bicubic", "area", "lanczos")
ONE = 2048  # a weight of 1 in fixed point: 11 bits, as in OpenCV
FINE = 8  # parts of a gray level that are kept between the two passes


def tent(distance):
    """Bilinear: a straight line between neighbours."""
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


KERNELS = {"bilinear": (tent, 2), "bicubic": (cubic, 4), "lanczos": (windowed_sinc, 8)}


def nearest(size, new_size):
    """Give the old pixel that each new one copies: floor(i * size / new_size), as OpenCV does."""
    scale = 1 / (new_size / size)  # rounded twice, like OpenCV's
    return np.minimum(np.floor(np.arange(new_size) * scale).astype(int), size - 1)


def taps(size, new_size, method):
    """Give index and weights, both (new_size, taps); the weights of a new pixel sum to 1.

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
    """Give index and lengths, both (new_size, taps): how much each new pixel covers of old ones.

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
    """Give taps whose weights are whole numbers that sum to ONE: a flat picture stays flat."""
    index, weights = taps(size, new_size, method)
    whole = np.rint(weights * ONE)
    largest = np.abs(whole).argmax(axis=1)
    whole[np.arange(len(whole)), largest] += ONE - whole.sum(axis=1)
    return index, whole


def matrix(index, weights, size):
    """Lay taps out as a matrix (new_size, size): new pixels = matrix @ old pixels."""
    table = np.zeros((len(index), size))
    np.add.at(table, (np.arange(len(index))[:, None], index), weights)
    return table
