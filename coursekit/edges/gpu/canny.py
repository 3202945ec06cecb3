"""Canny's five steps on whole batches: twins of ``reference.canny``."""

import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import padded_chunks
from coursekit.core.torch.union_find import connect
from coursekit.core.types import Integer, Real
from coursekit.edges import shared
from coursekit.edges.gpu.derivatives import sobel_sums, stored, sum_dtype
from coursekit.filtering.gpu import gaussian


def smooth(image: torch.Tensor, sigma: Real) -> torch.Tensor:
    """Step 1: blur the noise away by a Gaussian.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device, a copy.

    Raises
    ------
    TypeError, ValueError : image is no batch; sigma is negative.
    """
    require_tensor(image)
    sigma = require.number(sigma, "sigma", low=0)
    return gaussian(image, sigma) if sigma else image.clone()


def gradients(image: torch.Tensor, size: Integer = 3, l2: bool = False) -> list[torch.Tensor]:
    """Step 2: the gradient of each pixel, in a colour picture that of its steepest channel.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    row_gradient, column_gradient : (..., 1, H, W) on image's device, int16 for uint8, else of
        image's dtype

    Raises
    ------
    TypeError, ValueError : image is no batch; size is none of the three.
    """
    require_tensor(image)
    size = require.one_of(size, "size", shared.CANNY_SIZES)

    def work(padded):
        return _steepest(padded, size, l2, image.dtype)

    return _padded_sums(work, image, size)


def non_maximum_suppression(
    row_gradient: torch.Tensor, column_gradient: torch.Tensor, l2: bool = False
) -> torch.Tensor:
    """Step 3: keep a pixel only where it is steeper than its two neighbours across the edge.

    Parameters
    ----------
    row_gradient, column_gradient : (..., 1, H, W) int16 or float, as ``gradients`` gives them

    Returns
    -------
    (..., 1, H, W) int32 for int16, else the gradients' dtype, on their device: the strength of the
    pixels that are kept, and 0 for the others.

    Convention
    ----------
    With l2 the strength is the square of the length. All four directions are compared everywhere,
    and each pixel then chooses.

    Raises
    ------
    TypeError, ValueError : the gradients are no pair of (..., 1, H, W).
    """
    shared.require_gradients(row_gradient, column_gradient)
    shared.require_picture_of(row_gradient, "row_gradient")
    row, column = _numbers(row_gradient), _numbers(column_gradient)
    strength = _strength(row, column, l2)
    return strength * _is_peak(row, column, strength)


def double_threshold(
    thinned: torch.Tensor, low: Real, high: Real, l2: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """Step 4: sort what is left into strong pixels, weak ones and nothing.

    Parameters
    ----------
    thinned : (..., 1, H, W) int32 or float, as ``non_maximum_suppression`` gives it

    Returns
    -------
    weak : (..., 1, H, W) bool, low < length <= high
    strong : (..., 1, H, W) bool, high < length
    """
    shared.require_thinned(thinned)
    low, high = shared.require_thresholds(low, high, l2)
    strong = thinned > high  # Eq. 10-39
    weak = (thinned > low).logical_and_(~strong)  # Eq. 10-40 and 10-41
    return weak, strong


def hysteresis(weak: torch.Tensor, strong: torch.Tensor) -> torch.Tensor:
    """Step 5: keep the strong pixels, and the weak ones that a chain joins to a strong one.

    Parameters
    ----------
    weak, strong : (..., 1, H, W) bool, as ``double_threshold`` gives them

    Returns
    -------
    (..., 1, H, W) bool on their device

    Convention
    ----------
    Nothing walks along the chains: neighbours join into trees, and trees into larger ones. Two
    rounds together at least halve the trees that can still grow, so that n weak pixels take 2
    log2(n) rounds at most, even as a single spiral. How many weak pixels there are is read from the
    device.

    Raises
    ------
    TypeError, ValueError : weak and strong are no bool masks of one shape (..., 1, H, W).

    References
    ----------
    Shiloach and Vishkin 1982, "An O(log n) parallel connectivity algorithm", *Journal of
    Algorithms* 3(1), 57-67.
    """
    shared.require_masks(weak, strong, ("weak", "strong"))
    return connected_to_strong(weak, strong)


def chain_lengths(weak: torch.Tensor, strong: torch.Tensor) -> torch.Tensor:
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
    In waves, all pictures at once, as many as the longest chain has steps. Whoever wants to know
    only what is saved asks ``hysteresis``, which needs far fewer.

    Raises
    ------
    TypeError, ValueError : weak and strong are no bool masks of one shape (..., 1, H, W).
    """
    shared.require_masks(weak, strong, ("weak", "strong"))
    return lengths_of_paths(weak, strong)


def canny(
    image: torch.Tensor,
    low: Real,
    high: Real,
    size: Integer = 3,
    l2: bool = False,
    sigma: Real = 0.0,
) -> torch.Tensor:
    """Find edges one pixel wide: the five steps, one after the other.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    low, high : float >= 0, in the unit of the gradient's length; exchanged if low > high

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
    """
    require_tensor(image)
    size = require.one_of(size, "size", shared.CANNY_SIZES)
    shared.require_thresholds(low, high, l2)
    divisor = shared.SIZE_7_DIVISOR if size == 7 else 1

    def work(padded):
        pair = _steepest(padded, size, l2, image.dtype)
        thinned = non_maximum_suppression(*pair, l2)
        return double_threshold(thinned, low / divisor, high / divisor, l2)

    smoothed = smooth(image, sigma) if sigma else image
    edges = connected_to_strong(*_padded_sums(work, smoothed, size))
    return edges.to(image.dtype).mul_(255 if image.dtype == torch.uint8 else 1)


def _padded_sums(work, image, size):
    widths = (size // 2, size // 2)
    return padded_chunks(work, image, widths, "edge", sum_dtype(image, wide=size == 7))


def _steepest(padded, size, l2, dtype):
    """Derive (B, C, H, W), and choose the steepest of the C channels."""
    row, column = sobel_sums(padded, size)
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


STRONG = 0  # the root of all that is kept


def connected_to_strong(weak: torch.Tensor, strong: torch.Tensor) -> torch.Tensor:
    """Give the strong pixels and the weak ones connected to them, (..., 1, H, W) bool.

    Each weak pixel is a node of a graph; all strong pixels together are one more, number 0. What
    ends in a tree with root 0 is kept.
    """
    numbers, places, width = _numbered(weak)
    if not len(places):
        return strong.clone()
    parents = torch.arange(len(places) + 1, device=weak.device)
    parents[1:] *= ~_padded(_with_neighbors(strong)).flatten()[places]
    before = numbers[places[:, None] + _neighbor_steps(width, weak.device)[:4]]
    one, number = before.gt(0).nonzero(as_tuple=True)
    roots = connect(parents, one + 1, before[one, number].long())
    kept = torch.zeros_like(numbers, dtype=torch.bool)
    kept[places] = roots[1:] == STRONG
    return _unpadded(kept, weak.shape) | strong


def lengths_of_paths(weak: torch.Tensor, strong: torch.Tensor) -> torch.Tensor:
    """Count the steps from the strong pixels, wave by wave, (..., 1, H, W) int32."""
    waiting = _padded(weak & ~strong).flatten()
    lengths = _padded(strong).flatten().int() - 1
    steps_to = _neighbor_steps(weak.shape[-1] + 2, weak.device)
    wave, steps = (lengths == STRONG).nonzero()[:, 0], 0
    while len(wave):
        steps += 1
        near = (wave[:, None] + steps_to).flatten()
        wave = near[waiting[near]].unique()
        waiting[wave] = False
        lengths[wave] = steps
    return _unpadded(lengths, weak.shape)


def _numbered(weak):
    """Number the weak pixels from 1, in a flat and padded batch; give their places, and its width.

    In reading order, so that the pixels before another one have the smaller numbers.
    """
    padded = _padded(weak)
    places = padded.flatten().nonzero()[:, 0]
    numbers = torch.zeros(padded.numel(), dtype=torch.int32, device=weak.device)
    numbers[places] = torch.arange(1, len(places) + 1, dtype=torch.int32, device=weak.device)
    return numbers, places, padded.shape[-1]


def _padded(mask):
    """Pad each image by False, so that no neighbour is one of another image."""
    return torch.nn.functional.pad(mask.reshape(-1, *mask.shape[-2:]), (1, 1, 1, 1))


def _with_neighbors(mask):
    """Add the eight neighbours."""
    padded = torch.nn.functional.pad(mask, (1, 1, 1, 1))
    rows = padded[..., :-2, :] | padded[..., 1:-1, :] | padded[..., 2:, :]
    return rows[..., :-2] | rows[..., 1:-1] | rows[..., 2:]


def _neighbor_steps(width, device):
    """Give the steps to the eight neighbours in a flat picture, in reading order."""
    around = (-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1)
    return torch.tensor(around, device=device)


def _unpadded(flat, shape):
    padded = flat.view(-1, shape[-2] + 2, shape[-1] + 2)
    return padded[:, 1:-1, 1:-1].reshape(shape)
