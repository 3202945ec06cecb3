"""Canny's five steps on whole batches: twins of ``reference.five_steps``."""

import torch

from coursekit.core import require
from coursekit.core.torch.frame import in_bites_with_frame, room
from coursekit.edges import shared
from coursekit.edges.gpu.chains import lengths_of_chains, saved
from coursekit.edges.gpu.derivatives import sobel_sums, stored
from coursekit.filtering.gpu import gaussian


def smooth(image, sigma):
    """Step 1: blur the noise away by a Gaussian.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    sigma : float >= 0, in pixels; 0 leaves the image as it is

    Returns
    -------
    Tensor of image's shape, dtype and device, a copy.

    Convention
    ----------
    As ``reference.smooth``.

    Raises
    ------
    TypeError, ValueError : image is no batch; sigma is negative.

    References
    ----------
    Canny 1986, §IV; Gonzalez and Woods 2018, Eq. 10-35. Taught in 05 §8.
    """
    require.tensor(image)
    require.number(sigma, "sigma", low=0)
    return gaussian(image, sigma) if sigma else image.clone()


def gradients(image, size=3, l2=False):
    """Step 2: the gradient of each pixel, in a colour picture that of its steepest channel.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    size : 3, 5 or 7, side of Sobel's mask in pixels
    l2 : bool, compare channels by the Euclidean length instead of the sum of absolute values

    Returns
    -------
    row_gradient, column_gradient : (..., 1, H, W) on image's device, int16 for uint8, else of
        image's dtype

    Convention
    ----------
    As ``reference.gradients``.

    Raises
    ------
    TypeError, ValueError : image is no batch; size is none of the three.

    References
    ----------
    Canny 1986, §VIII; Gonzalez and Woods 2018, §10.2, p. 735. Taught in 05 §8.
    """
    require.tensor(image)
    require.one_of(size, "size", shared.CANNY_SIZES)

    def work(framed):
        return _steepest(framed, size, l2, image.dtype)

    return _in_frame(work, image, size)


def non_maximum_suppression(row_gradient, column_gradient, l2=False):
    """Step 3: keep a pixel only where it is steeper than its two neighbours across the edge.

    Parameters
    ----------
    row_gradient, column_gradient : (..., 1, H, W) int16 or float, as ``gradients`` gives them
    l2 : bool, compare Euclidean lengths instead of sums of absolute values

    Returns
    -------
    (..., 1, H, W) int32 for int16, else the gradients' dtype, on their device: the strength of the
    pixels that are kept, and 0 for the others.

    Convention
    ----------
    As ``reference.non_maximum_suppression``: with l2 the strength is the square of the length. All
    four directions are compared everywhere, and each pixel then chooses.

    Raises
    ------
    TypeError, ValueError : the gradients are no pair of (..., 1, H, W).

    References
    ----------
    Canny 1986, §VIII; Gonzalez and Woods 2018, §10.2, p. 736. Taught in 05 §8.
    """
    shared.require_gradients(row_gradient, column_gradient)
    shared.require_picture_of(row_gradient, "row_gradient")
    row, column = _numbers(row_gradient), _numbers(column_gradient)
    strength = _strength(row, column, l2)
    return strength * _is_peak(row, column, strength)


def double_threshold(thinned, low, high, l2=False):
    """Step 4: sort what is left into strong pixels, weak ones and nothing.

    Parameters
    ----------
    thinned : (..., 1, H, W) int32 or float, as ``non_maximum_suppression`` gives it
    low, high : float >= 0, in the unit of the gradient's length; exchanged if low > high
    l2 : bool, as in ``non_maximum_suppression``: thinned holds squares

    Returns
    -------
    weak : (..., 1, H, W) bool, low < length <= high
    strong : (..., 1, H, W) bool, high < length

    Convention
    ----------
    As ``reference.double_threshold``.

    Raises
    ------
    TypeError, ValueError : thinned is neither int32 nor float; low or high is negative.

    References
    ----------
    Canny 1986, §IX; Gonzalez and Woods 2018, Eq. 10-39 to 10-41. Taught in 05 §8.
    """
    shared.require_thinned(thinned)
    low, high = shared.require_thresholds(low, high, l2)
    strong = thinned > high  # Eq. 10-39
    weak = (thinned > low).logical_and_(~strong)  # Eq. 10-40 and 10-41
    return weak, strong


def hysteresis(weak, strong):
    """Step 5: keep the strong pixels, and the weak ones that a chain joins to a strong one.

    Parameters
    ----------
    weak, strong : (..., 1, H, W) bool, as ``double_threshold`` gives them

    Returns
    -------
    (..., 1, H, W) bool on their device

    Convention
    ----------
    As ``reference.hysteresis``. Nothing walks along the chains: neighbours join into trees, and
    trees into larger ones. Two rounds together at least halve the trees that can still grow, so
    that n weak pixels take 2 log2(n) rounds at most, even as a single spiral. How many weak pixels
    there are is read from the device.

    Raises
    ------
    TypeError, ValueError : weak and strong are no bool masks of one shape (..., 1, H, W).

    References
    ----------
    Canny 1986, §IX; Shiloach and Vishkin 1982, "An O(log n) parallel connectivity algorithm",
    *Journal of Algorithms* 3(1), 57-67. Taught in 05 §8.
    """
    shared.require_masks(weak, strong, ("weak", "strong"))
    return saved(weak, strong)


def chain_lengths(weak, strong):
    """Count the steps from each weak pixel to the strong one that saves it.

    Parameters
    ----------
    weak, strong : (..., 1, H, W) bool, as ``double_threshold`` gives them

    Returns
    -------
    (..., 1, H, W) int32 on their device: 0 for a strong pixel, n for a weak one that n steps lead
    to, -1 for one that nothing saves, and for the background.

    Convention
    ----------
    As ``reference.chain_lengths``: in waves, all pictures at once, as many as the longest chain has
    steps. Whoever wants to know only what is saved asks ``hysteresis``, which needs far fewer.

    Raises
    ------
    TypeError, ValueError : weak and strong are no bool masks of one shape (..., 1, H, W).

    References
    ----------
    Canny 1986, §IX. Taught in 05 §8.
    """
    shared.require_masks(weak, strong, ("weak", "strong"))
    return lengths_of_chains(weak, strong)


def canny(image, low, high, size=3, l2=False, sigma=0.0):
    """Find edges one pixel wide: the five steps, one after the other.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    low, high : float >= 0, in the unit of the gradient's length; exchanged if low > high
    size : 3, 5 or 7, side of Sobel's mask in pixels
    l2 : bool, take the Euclidean length of gradients instead of the sum of absolute values
    sigma : float >= 0, of the Gaussian before it all, in pixels; 0 is none

    Returns
    -------
    (..., 1, H, W) of image's dtype and device: white (255, or 1.0) on edges, else 0.

    Convention
    ----------
    As ``reference.canny``, and so bit-exact with ``cv2.Canny``. Steps 2 to 4 go a few pictures at a
    time, while what they write is still in the processor's cache.

    Raises
    ------
    TypeError, ValueError : image is no batch; low, high or sigma is negative; size is none of the
        three.

    References
    ----------
    Canny 1986. Taught in 05 §8.
    """
    require.tensor(image)
    require.one_of(size, "size", shared.CANNY_SIZES)
    shared.require_thresholds(low, high, l2)
    divisor = shared.SIZE_7_DIVISOR if size == 7 else 1

    def work(framed):
        pair = _steepest(framed, size, l2, image.dtype)
        thinned = non_maximum_suppression(*pair, l2)
        return double_threshold(thinned, low / divisor, high / divisor, l2)

    smoothed = smooth(image, sigma) if sigma else image
    edges = saved(*_in_frame(work, smoothed, size))
    return edges.to(image.dtype).mul_(255 if image.dtype == torch.uint8 else 1)


def _in_frame(work, image, size):
    frame = (size // 2, size // 2)
    return in_bites_with_frame(work, image, frame, "edge", room(image, wide=size == 7))


def _steepest(framed, size, l2, dtype):
    """Derive (B, C, H, W), and choose the steepest of the C channels."""
    row, column = sobel_sums(framed, size)
    if size == 7:
        row, column = (_sixteenth(total, dtype) for total in (row, column))
    row, column = stored(row, dtype), stored(column, dtype)
    first, *others = zip(row.split(1, dim=-3), column.split(1, dim=-3), strict=True)
    for other in others:
        steeper = _strength(*map(_numbers, other), l2) > _strength(*map(_numbers, first), l2)
        first = [torch.where(steeper, *both) for both in zip(other, first, strict=True)]
    return first


def _sixteenth(total, dtype):
    """Divide by 16; whole numbers are rounded half to even."""
    if dtype != torch.uint8:
        return total.div_(shared.SIZE_7_DIVISOR)
    half = 7 + (total >> 4 & 1)
    return (total + half) >> 4


def _numbers(gradient):
    """Make room for sums and squares: int16 becomes int32, and -32768 becomes -32767 to fit."""
    return gradient.clamp(min=-32767).int() if gradient.dtype == torch.int16 else gradient


def _strength(row, column, l2):
    """Give the length to compare by: l1, or the square of l2."""
    return row * row + column * column if l2 else row.abs() + column.abs()


def _is_peak(row, column, strength):
    """Say where the strength exceeds its two neighbours' across the edge.

    Masks are joined by "and" and "or": on a processor a tenth of the time that choosing takes.
    """
    around = torch.nn.functional.pad(strength, (1, 1, 1, 1))
    height, width = strength.shape[-2:]

    def at(row_step, column_step):
        top, left = 1 + row_step, 1 + column_step
        return around[..., top : top + height, left : left + width]

    level, upright, falling, rising = _directions(row, column)
    level &= (strength > at(0, -1)) & (strength >= at(0, 1))
    upright &= (strength > at(-1, 0)) & (strength >= at(1, 0))
    falling &= strength > torch.maximum(at(-1, -1), at(1, 1))
    rising &= strength > torch.maximum(at(-1, 1), at(1, -1))
    return level | upright | falling | rising


def _directions(row, column):
    """Say which two neighbours lie across the edge: one mask for each direction."""
    scale, tangent = 1, shared.TAN_22_5
    if not row.is_floating_point():
        scale, tangent = 2**shared.TAN_BITS, shared.WHOLE_TAN_22_5
    opposite = row * column < 0
    row, column = row.abs(), column.abs()
    bound = tangent * column
    level = scale * row < bound
    upright = scale * (row - 2 * column) > bound  # tan 67.5 = tan 22.5 + 2
    diagonal = ~(level | upright)
    return level, upright, diagonal & ~opposite, diagonal & opposite
