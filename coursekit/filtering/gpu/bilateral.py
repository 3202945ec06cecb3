"""The bilateral filter on whole batches: twin of ``reference.bilateral``.

The loop is over the places of a window, never over pixels: whole batches are compared with
themselves, shifted. Two pixels are compared once, for the sake of both.
"""

import numpy as np
import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import overlapping_chunks
from coursekit.core.types import Real
from coursekit.filtering.gpu.correlation import pad
from coursekit.filtering.shared import (
    disc,
    gaussian_similarity,
)


def bilateral(image: torch.Tensor, size: int, sigma_color: Real, sigma_space: Real) -> torch.Tensor:
    """Average the neighbours that are near in place and alike in colour.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Convention
    ----------
    uint8 results are equal to the reference's: the weights of all possible differences are worked
    out on the CPU and looked up, and a product is rounded before it is added, in the same order.
    float is summed in its own dtype, within 1e-6.

    Raises
    ------
    TypeError, ValueError : image is no batch; size is not odd; a sigma is not positive.
    """
    require_tensor(image)
    size = require.odd(size)
    sigma_color = require.number(sigma_color, "sigma_color", low=np.finfo(np.float32).tiny)
    sigma_space = require.number(sigma_space, "sigma_space", low=np.finfo(np.float32).tiny)
    padded = as_batch(pad(image, size // 2, "reflect"))
    numbers = max(8, size * size // 10)

    def work(strip):
        return _mean_of_alike(strip, size // 2, sigma_color, sigma_space)

    return overlapping_chunks(work, padded, size - 1, numbers).view(image.shape)


def as_batch(image):
    """A batch (..., C, H, W) of any rank as (B, C, H, W)."""
    return image.reshape(-1, *image.shape[-3:])


def _mean_of_alike(strip, radius, sigma_color, sigma_space):
    """Eq. 5 for a strip (B, C, height, width) that is padded by the radius."""
    is_uint8 = strip.dtype == torch.uint8
    numbers, levels = (strip.float(), strip.int()) if is_uint8 else (strip, strip)
    likeness = _likeness_of_levels(strip, sigma_color) if is_uint8 else _likeness(sigma_color)
    before = disc(radius)[: len(disc(radius)) // 2]  # those after the centre mirror these
    both = []
    for row, column in before:
        nearness = float(gaussian_similarity(np.hypot(row, column), sigma_space))
        distance = _color_distance(levels, row, column, radius)
        both.append(_of_each(likeness(distance, nearness), row, column, radius, strip))
    center = numbers.new_ones(())
    ordered = [first for first, _ in both] + [center] + [second for _, second in reversed(both)]
    return _weighted_mean(numbers, ordered, radius, is_uint8)


def _weighted_mean(numbers, ordered, radius, is_uint8):
    """Sum neighbours in the reference's order."""
    total = torch.zeros_like(inside(numbers, 0, 0, radius))
    weights, term = torch.zeros_like(total[:, :1]), torch.empty_like(total)
    for (row, column), weight in zip(disc(radius), ordered, strict=True):
        # A product is rounded before it is added: fused, sums would not equal the reference's.
        torch.mul(weight, inside(numbers, row, column, radius), out=term)
        total.add_(term)
        weights.add_(weight)
    mean = total.div_(weights)
    return mean.round_().byte() if is_uint8 else mean


def inside(padded, row, column, radius):
    """What every pixel sees at an offset from itself."""
    height, width = (size - 2 * radius for size in padded.shape[-2:])
    return padded.narrow(-2, radius + row, height).narrow(-1, radius + column, width)


def _color_distance(levels, row, column, radius):
    """Sum over channels of the absolute difference at an offset before the centre, (B, 1, h, w).

    Of the pixels of the picture, and of those from which they lie at this offset.
    """
    height, width = (size - 2 * radius for size in levels.shape[-2:])
    left, more = radius - max(column, 0), abs(column)
    center = levels.narrow(-2, radius, height - row).narrow(-1, left, width + more)
    other = levels.narrow(-2, radius + row, height - row).narrow(-1, left + column, width + more)
    pairs = zip(center.split(1, dim=1), other.split(1, dim=1), strict=True)
    first, *others = ((one - two).abs_() for one, two in pairs)
    for difference in others:
        first.add_(difference)
    return first


def _of_each(weight, row, column, radius, strip):
    """The weights at an offset, and at its mirror, of every pixel."""
    height, width = (size - 2 * radius for size in strip.shape[-2:])
    here, there = max(column, 0), max(-column, 0)
    return (
        weight.narrow(-2, 0, height).narrow(-1, here, width),
        weight.narrow(-2, -row, height).narrow(-1, there, width),
    )


def _likeness_of_levels(strip, sigma):
    """Weights of whole distances, looked up: every device multiplies the very same numbers."""
    distances = np.arange(255 * strip.shape[1] + 1)
    table = torch.from_numpy(gaussian_similarity(distances, sigma).astype(np.float32))
    table = table.to(strip.device, non_blocking=True)

    def weight(distance, nearness):
        return (table * nearness).index_select(0, distance.view(-1)).view(distance.shape)

    return weight


def _likeness(sigma):
    """Weights of any distances, which are overwritten."""

    def weight(distance, nearness):
        return distance.square_().mul_(-0.5 / sigma**2).exp_().mul_(nearness)

    return weight
