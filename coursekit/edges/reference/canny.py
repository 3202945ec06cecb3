"""Canny edge detector, five steps: smooth, differentiate, thin, threshold twice, connect."""

import numpy as np
from scipy import ndimage

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.edges import shared
from coursekit.filtering.reference import correlate, gaussian


def smooth(image: Array, sigma: Real) -> Array:
    """Canny, step 1: smooth the noise away by a Gaussian.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    sigma : float >= 0, in pixels; 0 leaves the image as it is

    Returns
    -------
    Array of image's shape and dtype, a copy.

    Convention
    ----------
    ``coursekit.filtering.reference.gaussian``, with its border and rounding. ``cv2.Canny`` leaves
    this step to the caller.

    Raises
    ------
    TypeError, ValueError : image is invalid; sigma is negative.

    References
    ----------
    Canny 1986, §IV; Gonzalez and Woods 2018, Eq. 10-35. Taught in 05 §6.
    """
    require.image(image)
    sigma = require.number(sigma, "sigma", 0, shared.LARGEST_SIGMA)
    return gaussian(image, sigma) if sigma else image.copy()


def gradients(image: Array, size: Integer = 3, l2: bool = False) -> tuple[Array, Array]:
    """Canny, step 2: the gradient of each pixel, in a colour image that of its steepest channel.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    size : 3, 5 or 7, side of Sobel's mask in pixels
    l2 : bool, compare channels by the Euclidean length instead of the sum of absolute values

    Returns
    -------
    row_gradient : (H, W), positive where it grows brighter downwards
    column_gradient : (H, W), positive where it grows brighter to the right
    Both int16 for uint8, else of image's dtype.

    Convention
    ----------
    ``sobel`` with border ``edge``, which makes no edges of its own along the border. Size 7 is
    divided by 16, in int16 rounded half to even, so that it fits. The first of equally steep
    channels counts.

    Raises
    ------
    TypeError, ValueError : image is invalid; size is none of the three.

    References
    ----------
    Canny 1986, §VIII; Gonzalez and Woods 2018, §10.2, p. 735. Taught in 05 §6.
    """
    require.image(image)
    size = require.one_of(size, "size", shared.CANNY_SIZES)
    l2 = require.flag(l2, "l2")
    divisor = shared.SIZE_7_DIVISOR if size == 7 else 1
    row_mask, column_mask = shared.sobel(size)
    row_gradient = correlate(image, row_mask / divisor, "edge", signed=True)
    column_gradient = correlate(image, column_mask / divisor, "edge", signed=True)
    if image.ndim == 2:
        return row_gradient, column_gradient
    steepest = strength(row_gradient, column_gradient, l2).argmax(axis=-1, keepdims=True)
    row_gradient = np.take_along_axis(row_gradient, steepest, axis=-1)[..., 0]
    column_gradient = np.take_along_axis(column_gradient, steepest, axis=-1)[..., 0]
    return row_gradient, column_gradient


def non_maximum_suppression(row_gradient: Array, column_gradient: Array, l2: bool = False) -> Array:
    """Canny, step 3, non-maximum suppression: keep what is steeper than both neighbours across.

    Parameters
    ----------
    row_gradient, column_gradient : (H, W) int16 or float, as ``gradients`` gives them
    l2 : bool, compare Euclidean lengths instead of sums of absolute values

    Returns
    -------
    (H, W) int32 for int16, else the gradients' dtype: the strength of the pixels that are kept,
    and 0 for the others. The strength is |row| + |column|, or with l2 row ** 2 + column ** 2, the
    *square* of the length: without a root, whole numbers stay exact.

    Convention
    ----------
    Across means along the nearest one of four directions. Up to 22.5 degrees off the row they are
    left and right, up to 22.5 off the column above and below, else the diagonal ones. Whole numbers
    take tan 22.5° as 13573 / 2**15. Left and above the pixel must be strictly greater, right and
    below at least equal, so that a ridge two pixels wide leaves one; on diagonals strictly greater
    on both sides. Outside the image there is strength 0.

    Raises
    ------
    TypeError, ValueError : the gradients are no pair of (H, W).

    References
    ----------
    Canny 1986, §VIII; Gonzalez and Woods 2018, §10.2, p. 736. Taught in 05 §6.
    """
    shared.require_gradients(np.ndarray, row_gradient, column_gradient)
    center = strength(row_gradient, column_gradient, require.flag(l2, "l2"))
    around = np.pad(center, 1)
    above, below = around[:-2, 1:-1], around[2:, 1:-1]
    left, right = around[1:-1, :-2], around[1:-1, 2:]
    peak = np.select(
        directions(row_gradient, column_gradient),
        [
            (center > left) & (center >= right),
            (center > above) & (center >= below),
            (center > around[:-2, :-2]) & (center > around[2:, 2:]),
            (center > around[:-2, 2:]) & (center > around[2:, :-2]),
        ],
    )
    return np.where(peak, center, 0).astype(center.dtype)


def double_threshold(
    thinned: Array, low: Real, high: Real, l2: bool = False
) -> tuple[Array, Array]:
    """Canny, step 4, double threshold: sort what is left into strong pixels and weak ones.

    Parameters
    ----------
    thinned : (H, W) int32 or float, as ``non_maximum_suppression`` gives it
    low, high : float >= 0, in the unit of the gradient's length; exchanged if low > high
    l2 : bool, as in ``non_maximum_suppression``: thinned holds squares

    Returns
    -------
    weak : (H, W) bool, low < length <= high
    strong : (H, W) bool, high < length

    Convention
    ----------
    Canny advises a high of two to three times low. With l2 the thresholds are squared.

    Raises
    ------
    TypeError, ValueError : thinned is neither int32 nor float; low or high is negative.

    References
    ----------
    Canny 1986, §IX; Gonzalez and Woods 2018, Eq. 10-39 to 10-41. Taught in 05 §6.
    """
    shared.require_maps(np.ndarray, ("int32", *shared.FLOATS), thinned=thinned)
    low, high = shared.require_thresholds(low, high)
    if require.flag(l2, "l2"):
        low, high = low**2, high**2
    strong = thinned > high  # Eq. 10-39
    weak = (thinned > low) & ~strong  # Eq. 10-40 and 10-41
    return weak, strong


def hysteresis(weak: Array, strong: Array) -> Array:
    """Canny, step 5, hysteresis: keep strong pixels, and weak ones connected to a strong pixel.

    Parameters
    ----------
    weak, strong : (H, W) bool, as ``double_threshold`` gives them

    Returns
    -------
    (H, W) bool

    Convention
    ----------
    A connected path goes from pixel to pixel over sides and corners (eight neighbours), and over
    weak pixels only.

    Raises
    ------
    TypeError, ValueError : weak and strong are no bool masks of one shape (H, W).

    References
    ----------
    Canny 1986, §IX; Gonzalez and Woods 2018, §10.2, p. 737. Taught in 05 §6.
    """
    shared.require_maps(np.ndarray, ("bool",), weak=weak, strong=strong)
    labels, count = ndimage.label(weak | strong, structure=np.ones((3, 3)))
    holds_strong = np.zeros(count + 1, bool)
    holds_strong[labels[strong]] = True
    return holds_strong[labels]


def path_lengths(weak: Array, strong: Array) -> Array:
    """Connected paths: count the steps from each weak pixel to the nearest strong pixel.

    Parameters
    ----------
    weak, strong : (H, W) bool, as ``double_threshold`` gives them

    Returns
    -------
    (H, W) int32: 0 for a strong pixel, n for a weak one that is n steps away from a strong pixel,
    -1 for the background, and for a weak one that is connected to none.

    Convention
    ----------
    Steps over sides and corners both count one, over weak pixels only; the shortest path counts.
    From a pixel with n, some neighbour has n - 1, and so on down to the strong pixel.
    ``hysteresis`` keeps what is 0 or above.

    Raises
    ------
    TypeError, ValueError : weak and strong are no bool masks of one shape (H, W).

    References
    ----------
    Canny 1986, §IX. Taught in 05 §6.
    """
    shared.require_maps(np.ndarray, ("bool",), weak=weak, strong=strong)
    lengths = np.pad(np.where(strong, 0, -1).astype(np.int32), 1, constant_values=-1).ravel()
    waiting = np.pad(weak & ~strong, 1).ravel()
    width = weak.shape[1] + 2
    neighbors = np.array([-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1])
    wave, steps = np.flatnonzero(lengths == 0), 0
    while wave.size:
        steps += 1
        near = (wave[:, None] + neighbors).ravel()
        wave = np.unique(near[waiting[near]])
        waiting[wave] = False
        lengths[wave] = steps
    return lengths.reshape(-1, width)[1:-1, 1:-1].copy()


def canny(
    image: Array, low: Real, high: Real, size: Integer = 3, l2: bool = False, sigma: Real = 0.0
) -> Array:
    """Canny edge detector: find edges one pixel wide, by the five steps.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    low, high : float >= 0, in the unit of the gradient's length: levels times the weights of
        Sobel's mask, up to 2040 for uint8 with size 3; exchanged if low > high
    size : 3, 5 or 7, side of Sobel's mask in pixels
    l2 : bool, take the Euclidean length of gradients instead of the sum of absolute values
    sigma : float >= 0, of the Gaussian before it all, in pixels; 0 is none

    Returns
    -------
    (H, W) of image's dtype: white (255, or 1.0) on edges, else 0.

    Convention
    ----------
    With sigma 0 bit-exact with ``cv2.Canny`` (``apertureSize=size``, ``L2gradient=l2``), gray and
    colour. Border ``edge``. Thresholds are meant for gradients that size 7 did not divide: there
    they are divided by 16 as well. Of float images even flat places have gradients of about 1e-16
    left by rounding: a threshold of 0 finds edges there.

    Raises
    ------
    TypeError, ValueError : image is invalid; low, high or sigma is negative; size is none of
        the three.

    References
    ----------
    Canny 1986. Taught in 05 §6.
    """
    require.image(image)
    low, high = shared.require_thresholds(low, high)
    smoothed = smooth(image, sigma)
    row_gradient, column_gradient = gradients(smoothed, size, l2)
    thinned = non_maximum_suppression(row_gradient, column_gradient, l2)
    if size == 7:
        low, high = low / shared.SIZE_7_DIVISOR, high / shared.SIZE_7_DIVISOR
    weak, strong = double_threshold(thinned, low, high, l2)
    edges = hysteresis(weak, strong)
    white = 255 if image.dtype == np.uint8 else 1
    return edges.astype(image.dtype) * image.dtype.type(white)


def strength(row_gradient: Array, column_gradient: Array, l2: bool) -> Array:
    """Give the length to compare by: |row| + |column|, or the square of the Euclidean length."""
    row, column = as_int32(row_gradient), as_int32(column_gradient)
    return row**2 + column**2 if l2 else np.abs(row) + np.abs(column)


def directions(row_gradient: Array, column_gradient: Array) -> tuple[Array, Array, Array, Array]:
    """Say where the gradient points: horizontal, vertical, falling or rising, a mask for each.

    Falling is towards the lower right or the upper left. ``np.select`` takes the first that holds.
    """
    row, column = as_int32(row_gradient), as_int32(column_gradient)
    opposite = row * column < 0
    row, column = np.abs(row), np.abs(column)
    scale, tangent = 1, shared.TAN_22_5
    if row_gradient.dtype == np.int16:
        scale, tangent = 2**shared.TAN_BITS, shared.WHOLE_TAN_22_5
    horizontal = row * scale < tangent * column
    vertical = (row - 2 * column) * scale > tangent * column  # tan 67.5 = tan 22.5 + 2
    return horizontal, vertical, ~opposite, opposite


def as_int32(gradient: Array) -> Array:
    """Convert int16 so that sums and squares fit: -32768 becomes -32767. Floats stay."""
    if gradient.dtype != np.int16:
        return gradient
    return np.maximum(gradient, -32767).astype(np.int32)
