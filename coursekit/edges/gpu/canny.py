"""Canny edge detector on whole batches: twins of ``reference.canny``."""

from math import floor

import torch
from torch.nn.functional import pad

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import padded_chunks
from coursekit.core.torch.union_find import connect
from coursekit.core.types import Integer, Real
from coursekit.edges import shared
from coursekit.edges.gpu.derivatives import as_stored, sobel_sums, sum_dtype
from coursekit.filtering.gpu import gaussian

STRONG = 0  # the root of all that is connected to a strong pixel


def smooth(image: torch.Tensor, sigma: Real) -> torch.Tensor:
    """Canny, step 1: smooth a batch of images by a Gaussian.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    """
    require_tensor(image)
    sigma = require.number(sigma, "sigma", 0, shared.LARGEST_SIGMA)
    return gaussian(image, sigma) if sigma else image.clone()


def gradients(image: torch.Tensor, size: Integer = 3, l2: bool = False) -> list[torch.Tensor]:
    """Canny, step 2: the gradients of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    row_gradient, column_gradient : (..., 1, H, W), int16 for uint8, else of image's dtype
    """
    require_tensor(image)
    size = require.one_of(size, "size", shared.CANNY_SIZES)
    l2 = require.flag(l2, "l2")

    def work(padded):
        return steepest_gradients(padded, size, l2, image.dtype)

    dtype = sum_dtype(image, size)
    return padded_chunks(work, image, (size // 2, size // 2), "edge", dtype)


def non_maximum_suppression(
    row_gradient: torch.Tensor, column_gradient: torch.Tensor, l2: bool = False
) -> torch.Tensor:
    """Canny, step 3: non-maximum suppression of a batch of gradients.

    Parameters
    ----------
    row_gradient, column_gradient : (..., 1, H, W) int16 or float, as ``gradients`` gives them

    Returns
    -------
    (..., 1, H, W) int32 for int16, else the gradients' dtype: the strength of the pixels that are
    kept, and 0 for the others. With l2 it is the *square* of the length.

    Convention
    ----------
    All four directions are compared everywhere, and masks are combined by "and" and "or": on a
    processor, choosing would take ten times as long.
    """
    shared.require_gradients(torch.Tensor, row_gradient, column_gradient)
    row, column = as_int32(row_gradient), as_int32(column_gradient)
    center = strength(row, column, require.flag(l2, "l2"))
    around = pad(center, (1, 1, 1, 1))
    above, below = around[..., :-2, 1:-1], around[..., 2:, 1:-1]
    left, right = around[..., 1:-1, :-2], around[..., 1:-1, 2:]
    horizontal, vertical, falling, rising = directions(row, column)
    horizontal &= (center > left) & (center >= right)
    vertical &= (center > above) & (center >= below)
    falling &= center > torch.maximum(around[..., :-2, :-2], around[..., 2:, 2:])
    rising &= center > torch.maximum(around[..., :-2, 2:], around[..., 2:, :-2])
    return center * (horizontal | vertical | falling | rising)


def double_threshold(
    thinned: torch.Tensor, low: Real, high: Real, l2: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """Canny, step 4: double threshold of a batch.

    Parameters
    ----------
    thinned : (..., 1, H, W) int32 or float, as ``non_maximum_suppression`` gives it

    Returns
    -------
    weak : (..., 1, H, W) bool, low < length <= high
    strong : (..., 1, H, W) bool, high < length
    """
    shared.require_maps(torch.Tensor, ("int32", *shared.FLOATS), thinned=thinned)
    low, high = shared.require_thresholds(low, high)
    if require.flag(l2, "l2"):
        low, high = low**2, high**2
    if not thinned.is_floating_point():  # compared with a float, int32 would lose its last bits
        low, high = min(floor(low), 2**31 - 1), min(floor(high), 2**31 - 1)
    strong = thinned > high  # Eq. 10-39
    weak = (thinned > low).logical_and_(~strong)  # Eq. 10-40 and 10-41
    return weak, strong


def hysteresis(weak: torch.Tensor, strong: torch.Tensor) -> torch.Tensor:
    """Canny, step 5: hysteresis of a batch.

    Parameters
    ----------
    weak, strong : (..., 1, H, W) bool, as ``double_threshold`` gives them

    Returns
    -------
    (..., 1, H, W) bool

    Convention
    ----------
    Nothing walks along the paths. Each weak pixel is a node of a graph, all strong pixels together
    are one more, number 0, and neighbours are connected by union-find: n weak pixels take 2 log2(n)
    rounds at most, even as a single spiral. How many weak pixels there are is read from the device.

    References
    ----------
    Shiloach and Vishkin 1982, "An O(log n) parallel connectivity algorithm", *Journal of
    Algorithms* 3(1), 57-67.
    """
    shared.require_maps(torch.Tensor, ("bool",), weak=weak, strong=strong)
    height, width = weak.shape[-2] + 2, weak.shape[-1] + 2
    # Padding separates the images of a batch, which lie one after the other in memory.
    places = pad(weak, (1, 1, 1, 1)).flatten().nonzero()[:, 0]
    if not len(places):
        return strong.clone()
    around = pad(strong, (2, 2, 2, 2))
    rows = around[..., :-2, :] | around[..., 1:-1, :] | around[..., 2:, :]
    near_strong = (rows[..., :-2] | rows[..., 1:-1] | rows[..., 2:]).flatten()
    parents = torch.arange(len(places) + 1, device=weak.device)
    parents[1:] *= ~near_strong[places]
    numbers = torch.zeros(near_strong.numel(), dtype=torch.int32, device=weak.device)
    numbers[places] = torch.arange(1, len(places) + 1, dtype=torch.int32, device=weak.device)
    earlier = torch.tensor((-width - 1, -width, -width + 1, -1), device=weak.device)
    neighbors = numbers[places[:, None] + earlier]
    one, which = neighbors.gt(0).nonzero(as_tuple=True)
    roots = connect(parents, one + 1, neighbors[one, which].long())
    kept = torch.zeros_like(near_strong)
    kept[places] = roots[1:] == STRONG
    return kept.view(*weak.shape[:-2], height, width)[..., 1:-1, 1:-1] | strong


def path_lengths(weak: torch.Tensor, strong: torch.Tensor) -> torch.Tensor:
    """Connected paths in a batch: count the steps to the nearest strong pixel.

    Parameters
    ----------
    weak, strong : (..., 1, H, W) bool, as ``double_threshold`` gives them

    Returns
    -------
    (..., 1, H, W) int32: 0 for a strong pixel, n for a weak one that is n steps away from a strong
    pixel, -1 for the background, and for a weak one that is connected to none.

    Convention
    ----------
    In waves, all images at once, as many as the longest path has steps. ``hysteresis``, which only
    says what is connected, needs far fewer.
    """
    shared.require_maps(torch.Tensor, ("bool",), weak=weak, strong=strong)
    height, width = weak.shape[-2] + 2, weak.shape[-1] + 2
    waiting = pad(weak & ~strong, (1, 1, 1, 1)).flatten()
    lengths = pad(strong, (1, 1, 1, 1)).flatten().int() - 1
    around = (-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1)
    neighbors = torch.tensor(around, device=weak.device)
    wave, steps = (lengths == 0).nonzero()[:, 0], 0
    while len(wave):
        steps += 1
        near = (wave[:, None] + neighbors).flatten()
        wave = near[waiting[near]].unique()
        waiting[wave] = False
        lengths[wave] = steps
    return lengths.view(*weak.shape[:-2], height, width)[..., 1:-1, 1:-1].contiguous()


def canny(
    image: torch.Tensor,
    low: Real,
    high: Real,
    size: Integer = 3,
    l2: bool = False,
    sigma: Real = 0.0,
) -> torch.Tensor:
    """Canny edge detector of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    (..., 1, H, W) of image's dtype: white (255, or 1.0) on edges, else 0.

    Convention
    ----------
    Steps 2 to 4 go chunk by chunk, while what they write is still in the processor's cache.
    """
    require_tensor(image)
    size = require.one_of(size, "size", shared.CANNY_SIZES)
    low, high = shared.require_thresholds(low, high)
    l2 = require.flag(l2, "l2")
    sigma = require.number(sigma, "sigma", 0, shared.LARGEST_SIGMA)
    if size == 7:
        low, high = low / shared.SIZE_7_DIVISOR, high / shared.SIZE_7_DIVISOR

    def work(padded):
        thinned = non_maximum_suppression(*steepest_gradients(padded, size, l2, image.dtype), l2)
        return double_threshold(thinned, low, high, l2)

    smoothed = smooth(image, sigma) if sigma else image
    dtype = sum_dtype(image, size)
    weak, strong = padded_chunks(work, smoothed, (size // 2, size // 2), "edge", dtype)
    edges = hysteresis(weak, strong)
    return edges.to(image.dtype).mul_(255 if image.dtype == torch.uint8 else 1)


def steepest_gradients(padded, size, l2, dtype):
    """Differentiate (B, C, H, W), and choose the steepest channel, the first of equal ones."""
    row, column = sobel_sums(padded, size)
    if size == 7 and dtype == torch.uint8:  # round half to even
        row, column = row + 7 + (row >> 4 & 1) >> 4, column + 7 + (column >> 4 & 1) >> 4
    elif size == 7:
        row, column = row.div_(shared.SIZE_7_DIVISOR), column.div_(shared.SIZE_7_DIVISOR)
    row, column = as_stored(row, dtype), as_stored(column, dtype)
    first_row, first_column = row[:, :1], column[:, :1]
    for channel in range(1, row.shape[1]):
        other_row, other_column = row[:, channel : channel + 1], column[:, channel : channel + 1]
        steeper = strength(as_int32(other_row), as_int32(other_column), l2) > strength(
            as_int32(first_row), as_int32(first_column), l2
        )
        first_row = torch.where(steeper, other_row, first_row)
        first_column = torch.where(steeper, other_column, first_column)
    return first_row, first_column


def strength(row, column, l2):
    """Give the length to compare by: |row| + |column|, or the square of the Euclidean length."""
    return row * row + column * column if l2 else row.abs() + column.abs()


def directions(row, column):
    """Say where the gradient points: horizontal, vertical, falling or rising, a mask for each."""
    scale, tangent = 1, shared.TAN_22_5
    if not row.is_floating_point():
        scale, tangent = 2**shared.TAN_BITS, shared.WHOLE_TAN_22_5
    opposite = row * column < 0
    row, column = row.abs(), column.abs()
    bound = tangent * column
    horizontal = scale * row < bound
    vertical = scale * (row - 2 * column) > bound  # tan 67.5 = tan 22.5 + 2
    diagonal = ~(horizontal | vertical)
    return horizontal, vertical, diagonal & ~opposite, diagonal & opposite


def as_int32(gradient):
    """Convert int16 so that sums and squares fit: -32768 becomes -32767. Floats stay."""
    return gradient.clamp(min=-32767).int() if gradient.dtype == torch.int16 else gradient
