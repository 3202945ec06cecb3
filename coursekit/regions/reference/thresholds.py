"""Thresholds: one for the whole image, such as Otsu's, or one for every pixel."""

from typing import Any

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.regions import shared


def threshold(image: Array, value: Real, kind: shared.Kind = "binary") -> Array:
    """Global threshold: compare every pixel with one value.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    value : float, in the image's own unit (gray levels, or fractions of white)
    kind : str, what becomes of the pixels above value, and of the others:

        ============== ========== ==========
        kind           above      others
        ============== ========== ==========
        ``binary``     white      black
        ``binary_inv`` black      white
        ``trunc``      value      unchanged
        ``tozero``     unchanged  black
        ``tozero_inv`` black      unchanged
        ============== ========== ==========

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    A pixel that equals value is *not* above it. For uint8, value is rounded down: no level lies
    between 127 and 127.5. white is 255 for uint8 and 1 for float. ``trunc`` saturates, so a value
    below 0 gives black. Bit-exact with ``cv2.threshold``, uint8 and float32.

    Raises
    ------
    TypeError, ValueError : image is no image; value is no finite number; kind is unknown.

    References
    ----------
    Gonzalez and Woods 2018, §10.3. Taught in 06 §2.
    """
    require.image(image)
    value = require.number(value, "value")
    kind = require.one_of(kind, "kind", shared.THRESHOLDS)
    white = 255 if image.dtype == np.uint8 else 1
    value = min(max(float(value), -1.0), white + 1.0)
    level = np.floor(value) if image.dtype == np.uint8 else image.dtype.type(value)
    above = image > level
    pixels: dict[str, tuple[Any, Any]] = {
        "binary": (white, 0),
        "binary_inv": (0, white),
        "trunc": (np.clip(level, 0, white), image),
        "tozero": (image, 0),
        "tozero_inv": (0, image),
    }
    return np.where(above, *pixels[kind]).astype(image.dtype)


def between_class_variance(image: Array) -> Array:
    """Otsu, between-class variance: how far apart a threshold at each level puts the two classes.

    Parameters
    ----------
    image : (H, W) uint8

    Returns
    -------
    float64 (256,): at k, the variance between the class of levels 0 to k and the class above,
    in squared gray levels; 0 where a class is empty.

    Convention
    ----------
    Counts are summed as whole numbers, so levels that split the image alike have equal variances
    to the last bit.

    Raises
    ------
    TypeError, ValueError : image is no gray uint8 image.

    References
    ----------
    Otsu 1979, Eq. 18. Taught in 06 §2.
    """
    counts = _counts(image)
    pixels = np.cumsum(counts)  # N times Otsu's omega(k)
    levels = np.cumsum(counts * np.arange(256))  # N times Otsu's mu(k)
    n, total = pixels[-1], levels[-1]
    split = pixels * (n - pixels)
    deviation = (total * pixels - levels * n) / n
    return deviation**2 / np.maximum(split, 1)  # Eq. 18; an empty class has deviation 0


def otsu(image: Array) -> int:
    """Otsu's threshold: the level that puts the two classes farthest apart.

    Parameters
    ----------
    image : (H, W) uint8

    Returns
    -------
    int, the threshold: the pixels above it are the bright class.

    Convention
    ----------
    The lowest of equally good levels. Equal to the value that ``cv2.threshold`` gives for
    ``THRESH_OTSU``; an image of a single level gives 0.

    Raises
    ------
    TypeError, ValueError : image is no gray uint8 image.

    References
    ----------
    Otsu 1979, "A threshold selection method from gray-level histograms", Eq. 19.
    Taught in 06 §2.
    """
    return int(np.argmax(between_class_variance(image)))


def triangle(image: Array) -> int:
    """Triangle threshold: where the histogram is farthest below a line from its peak to its end.

    Made for one high peak with a long tail, where Otsu's two classes do not exist.

    Parameters
    ----------
    image : (H, W) uint8

    Returns
    -------
    int, the threshold: the pixels above it are the bright class.

    Convention
    ----------
    The line runs to the farther end of the histogram, one level beyond the last that is used. The
    level *before* the deepest is given, or after it where the tail is on the right; the lowest of
    equally deep ones counts, seen from the end. Equal to the value that ``cv2.threshold`` gives for
    ``THRESH_TRIANGLE``, -1 and 256 included.

    Raises
    ------
    TypeError, ValueError : image is no gray uint8 image.

    References
    ----------
    Zack, Rogers and Latt 1977, "Automatic measurement of sister chromatid exchange frequency",
    *J. Histochemistry and Cytochemistry* 25(7), 741-753. Taught in 06 §2.
    """
    counts = _counts(image)
    used = np.flatnonzero(counts)
    first, last, peak = max(used[0] - 1, 0), min(used[-1] + 1, 255), np.argmax(counts)
    if peak - first < last - peak:  # the tail is on the right: look from the other side
        return 255 - _foot_of_triangle(counts[::-1], 255 - last, 255 - peak)
    return _foot_of_triangle(counts, first, peak)


def _foot_of_triangle(counts, first, peak):
    levels = np.arange(first + 1, peak + 1)
    depth = counts[peak] * levels - (peak - first) * counts[levels]
    if levels.size == 0 or depth.max() <= 0:
        return int(first) - 1
    return int(levels[np.argmax(depth)]) - 1


def multi_otsu(image: Array, classes: Integer = 3) -> Array:
    """Multi-Otsu: the thresholds that put two or more classes farthest apart.

    Parameters
    ----------
    image : (H, W) uint8
    classes : int, 2 to 16

    Returns
    -------
    int64 (classes - 1,), increasing: class i holds the levels above the threshold before it and up
    to its own.

    Convention
    ----------
    Of equally good sets the first in dictionary order. Equal to
    ``skimage.filters.threshold_multiotsu``, which tries every combination in float32, except where
    two sets differ by less than float32 can tell. Here, whole numbers and float64: the best split
    of the levels k to 255 is a first class, and the best split of the rest into one class less.

    Raises
    ------
    TypeError, ValueError : image is no gray uint8 image, or has fewer levels than classes.

    References
    ----------
    Liao, Chen and Chung 2001, "A fast algorithm for multilevel thresholding", *J. Information
    Science and Engineering* 17(5), 713-727. Taught in 06 §2.
    """
    classes = require.whole(classes, "classes", 2, shared.MOST_CLASSES)
    counts = _counts(image)
    shared.require_levels_in_use(np.count_nonzero(counts), classes)
    gain = _class_gains(counts)
    best = [gain[:, -1]]  # best[c][k]: the levels k to 255 in c + 1 classes
    for _ in range(classes - 2):
        one_more = gain[:, :-1] + best[-1][1:]  # a class from k on, then the best split after it
        best.append(one_more.max(axis=1))
    thresholds, start = [], 0
    for rest in reversed(best):
        thresholds.append(int(np.argmax(gain[start, :-1] + rest[1:])))
        start = thresholds[-1] + 1
    return np.array(thresholds, dtype=np.int64)


def _class_gains(counts):
    """At [i, j], what a class of the levels i to j adds to the variance: S(i, j)^2 / P(i, j)."""
    pixels = np.concatenate([[0], np.cumsum(counts)])
    levels = np.concatenate([[0], np.cumsum(counts * np.arange(256))])
    p = pixels[None, 1:] - pixels[:-1, None]
    s = (levels[None, 1:] - levels[:-1, None]).astype(np.float64)
    return np.where(p > 0, s * s / np.maximum(p, 1), -np.inf)  # no class is empty


def local_mean(image: Array, size: Integer, kind: shared.LocalMean = "mean") -> Array:
    """Local mean: the mean of each pixel's neighbourhood, a surface that adapts to the light.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    size : odd int, 3 to 4095, side of the square window in pixels
    kind : ``mean``, all pixels of the window count alike; or ``gaussian``, near ones count more

    Returns
    -------
    Array of image's shape, uint8.

    Convention
    ----------
    Border ``edge``. ``mean`` is rounded to nearest (there are no halves, size is odd); equal to
    ``cv2.boxFilter`` for sizes up to 99. ``gaussian`` has sigma 0.3 ((size - 1) / 2 - 1) + 0.8, and
    OpenCV's tables up to size 9; it is summed as OpenCV sums floats, and rounded half to even:
    each product is added and then rounded to float32, columns in order, rows from the middle. That
    is OpenCV's order where the processor has fused multiply-add; up to size 9 any order is exact.

    Raises
    ------
    TypeError, ValueError : image is no uint8 image; size is even or out of range; kind is unknown.

    References
    ----------
    Taught in 06 §3.
    """
    require.image(image)
    require.uint8(image)
    size, kind = shared.require_window(size, kind)
    padded = np.pad(image, [(size // 2, size // 2)] * 2 + [(0, 0)] * (image.ndim - 2), mode="edge")
    return _box_mean(padded, size) if kind == "mean" else _gaussian_mean(padded, size)


def _box_mean(padded, size):
    """Running sums: what enters the window minus what leaves it, whatever the size."""
    total = padded.astype(np.int64)
    for axis in (0, 1):
        start = np.zeros_like(total.take([0], axis))
        sums = np.concatenate([start, np.cumsum(total, axis)], axis)
        count = total.shape[axis] - size + 1
        total = sums.take(np.arange(size, size + count), axis) - sums.take(np.arange(count), axis)
    area = size * size
    return ((2 * total + area) // (2 * area)).astype(np.uint8)


def _gaussian_mean(padded, size):
    kernel, middle = shared.local_gaussian(size), size // 2
    height, width = padded.shape[0] - size + 1, padded.shape[1] - size + 1
    total = np.zeros((padded.shape[0], width, *padded.shape[2:]), np.float32)
    for offset, weight in enumerate(kernel):
        total = _multiply_add(total, padded[:, offset : offset + width], weight)
    blurred = kernel[middle] * total[middle : middle + height]
    for offset in range(1, middle + 1):
        above = total[middle - offset : middle - offset + height]
        below = total[middle + offset : middle + offset + height]
        blurred = _multiply_add(blurred, above + below, kernel[middle + offset])
    return np.clip(np.rint(blurred), 0, 255).astype(np.uint8)


def _multiply_add(total, values, weight):
    """A fused multiply-add: a product of two float32 is exact in float64, one rounding remains."""
    return (total + values.astype(np.float64) * np.float64(weight)).astype(np.float32)


def adaptive_threshold(
    image: Array,
    size: Integer,
    offset: Real,
    kind: shared.LocalMean = "mean",
    inverse: bool = False,
) -> Array:
    """Adaptive threshold: compare every pixel with its local mean, less an offset.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    size : odd int, 3 to 4095, side of the square window in pixels
    offset : float, in gray levels: how much darker than its neighbourhood a pixel must be to count
        as dark; negative values ask for brighter ones
    kind : ``mean`` or ``gaussian``, see ``local_mean``
    inverse : bool, paint the dark pixels white instead of the bright ones

    Returns
    -------
    Array of image's shape, uint8, of 0 and 255 only.

    Convention
    ----------
    White where image > local_mean - ceil(offset); with ``inverse``, where
    image <= local_mean - floor(offset), so for a fractional offset the two are not each other's
    negative. Border ``edge``. Bit-exact with ``cv2.adaptiveThreshold``.

    Raises
    ------
    TypeError, ValueError : image is no uint8 image; size is even or out of range; kind is unknown.

    References
    ----------
    Gonzalez and Woods 2018, §10.3. Taught in 06 §3.
    """
    offset = min(max(require.number(offset, "offset"), -1000), 1000)  # differences are below 256
    inverse = require.flag(inverse, "inverse")
    mean = local_mean(image, size, kind)
    difference = image.astype(np.int16) - mean
    if inverse:
        return (difference <= -np.floor(offset)) * np.uint8(255)
    return (difference > -np.ceil(offset)) * np.uint8(255)


def _counts(image):
    require.gray(image)
    require.uint8(image)
    return np.bincount(image.ravel(), minlength=256)
