"""Bilateral filter of whole batches: twin of ``reference.bilateral``.

The loop is over the offsets in a window, never over pixels: whole batches are compared with
themselves, shifted. Two pixels are compared once, and the weight serves both.
"""

import numpy as np
import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import overlapping_chunks
from coursekit.core.torch.padding import pad_planes
from coursekit.core.types import Integer, Real
from coursekit.filtering import shared


@torch.no_grad()
def bilateral(
    image: torch.Tensor, size: Integer, sigma_color: Real, sigma_space: Real
) -> torch.Tensor:
    """Bilateral filter of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Convention
    ----------
    uint8 equal to the reference's: the range kernel of all possible differences is computed on the
    CPU and looked up, and products are rounded before they are added, in the same order. float is
    summed in its own dtype, within 1e-6.
    """
    require_tensor(image)
    size = shared.require_odd(size)
    sigma_color = require.number(sigma_color, "sigma_color", shared.SMALLEST, shared.LARGEST)
    sigma_space = require.number(sigma_space, "sigma_space", shared.SMALLEST, shared.LARGEST)
    radius = size // 2
    images = image.reshape(-1, *image.shape[-3:])
    padded = pad_planes(images, ((radius, radius), (radius, radius)), "reflect", image.dtype)
    rows, columns = np.mgrid[:size, :size] - radius
    offsets = np.argwhere(rows**2 + columns**2 <= radius**2) - radius
    spatial_kernel = shared.gaussian_similarity(np.hypot(*offsets.T), sigma_space)
    table = None
    if image.dtype == torch.uint8:  # every device multiplies the very same numbers
        possible = np.arange(255 * images.shape[1] + 1)
        weights = shared.gaussian_similarity(possible, sigma_color).astype(np.float32)
        table = torch.from_numpy(weights).to(image.device, non_blocking=True)

    def work(chunk):
        weights = weights_at_offsets(chunk, offsets, spatial_kernel, table, sigma_color)
        return weighted_mean(chunk, offsets, weights)

    return overlapping_chunks(work, padded, size - 1, max(8, size**2 // 10)).view(image.shape)


def weights_at_offsets(padded, offsets, spatial_kernel, table, sigma_color):
    """Weights (B, 1, H, W) at each offset; that of two pixels serves an offset and its mirror.

    table : the range kernel of whole differences; without one it is computed, by sigma_color
    """
    radius = int(offsets.max())
    levels = padded if table is None else padded.int()
    height, width = padded.shape[-2] - 2 * radius, padded.shape[-1] - 2 * radius
    middle = len(offsets) // 2
    weights = [padded.new_ones((), dtype=None if table is None else table.dtype)] * len(offsets)
    for k, (row, column) in enumerate(offsets[:middle].tolist()):
        # The images' pixels, and those from which they lie at this offset.
        left, right = max(column, 0), max(-column, 0)
        tall, wide = height - row, width + left + right
        center = levels.narrow(-2, radius, tall).narrow(-1, radius - left, wide)
        neighbor = levels.narrow(-2, radius + row, tall).narrow(-1, radius - right, wide)
        difference = color_difference(center, neighbor)
        if table is None:
            logarithm = difference.new_full((), spatial_kernel[k]).log_()
            difference.mul_(0.5**0.5 / sigma_color)
            weight = torch.addcmul(logarithm, difference, difference, value=-1).exp_()
        else:
            weight = (table * spatial_kernel[k]).index_select(0, difference.view(-1))
            weight = weight.view(difference.shape)
        weights[k] = weight.narrow(-2, 0, height).narrow(-1, left, width)
        weights[-1 - k] = weight.narrow(-2, -row, height).narrow(-1, right, width)
    return weights


def color_difference(one, other):
    """Sum of the absolute differences of all channels, (B, 1, H, W)."""
    total = (one[:, :1] - other[:, :1]).abs_()
    for channel in range(1, one.shape[1]):
        total.add_((one[:, channel : channel + 1] - other[:, channel : channel + 1]).abs_())
    return total


def weighted_mean(padded, offsets, weights):
    """Eq. 5, in the reference's order, for a chunk that is padded by the radius."""
    radius = int(offsets.max())
    levels = padded.float() if padded.dtype == torch.uint8 else padded
    height, width = padded.shape[-2] - 2 * radius, padded.shape[-1] - 2 * radius
    total = levels.new_zeros((*levels.shape[:2], height, width))
    normalizer, term = torch.zeros_like(total[:, :1]), torch.empty_like(total)
    for (row, column), weight in zip(offsets.tolist(), weights, strict=True):
        neighbor = levels.narrow(-2, radius + row, height).narrow(-1, radius + column, width)
        # A product is rounded before it is added: fused, sums would not equal the reference's.
        torch.mul(weight, neighbor, out=term)
        total.add_(term)
        normalizer.add_(weight)
    mean = total.div_(normalizer)
    return mean.round_().byte() if padded.dtype == torch.uint8 else mean
