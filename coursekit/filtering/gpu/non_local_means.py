"""Non-local means of whole batches: twin of ``reference.non_local_means``.

The loop is over the offsets in the search window, never over pixels.
"""

import numpy as np
import torch

from coursekit.core import require
from coursekit.core.kernels import gaussian_weights
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import in_chunks
from coursekit.core.torch.dtypes import as_accumulator
from coursekit.core.torch.padding import pad_planes
from coursekit.core.types import Integer, Real
from coursekit.filtering import shared

COPIES = 4  # images at hand for each of the batch


def non_local_means(
    image: torch.Tensor,
    strength: Real,
    patch_size: Integer = 7,
    search_distance: Integer = 11,
    noise: Real = 0.0,
) -> torch.Tensor:
    """Non-local means of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Convention
    ----------
    uint8 is summed in float64, so that all devices agree (on a device without, Apple's, in
    float32), float in its own dtype, within 1e-6.
    """
    require_tensor(image)
    strength = require.number(strength, "strength", shared.SMALLEST, shared.LARGEST)
    patch_size = shared.require_odd(patch_size, "patch_size")
    search_distance = require.whole(search_distance, "search_distance", 0, np.inf)
    noise = require.number(noise, "noise", 0, shared.LARGEST)
    radius = patch_size // 2
    images = image.reshape(-1, *image.shape[-3:])
    padded = pad_planes(images, ((radius, radius), (radius, radius)), "reflect", image.dtype)
    patch = gaussian_weights(max(patch_size - 1, 1) / 4, radius).tolist()

    def work(stack):
        return weighted_mean(stack, patch, search_distance, strength, noise)

    return in_chunks(work, padded, COPIES * padded[0].numel()).view(image.shape)


def weighted_mean(stack, patch, search_distance, strength, noise):
    """Eq. 2 for a stack (B, C, height, width) that is padded by half a patch."""
    levels, margin = as_accumulator(stack), len(patch) - 1
    height, width = stack.shape[-2] - margin, stack.shape[-1] - margin
    center = levels.narrow(-2, margin // 2, height).narrow(-1, margin // 2, width)
    total, weights = center.clone(), torch.ones_like(center[:, :1])  # offset 0 has weight 1
    smallest = torch.finfo(levels.dtype).tiny
    rows, columns = min(search_distance, height - 1), min(search_distance, width - 1)
    for row in range(rows + 1):
        for column in range(-columns if row else 1, columns + 1):  # the others mirror these
            # The pixels whose neighbour at this offset is in the image, and those neighbours.
            left, right = max(0, -column), max(0, column)
            tall, wide = height - row, width - left - right
            here = np.s_[..., :tall, left : left + wide]
            there = np.s_[..., row:, right : right + wide]
            one = levels[..., : tall + margin, left : left + wide + margin]
            other = levels[..., row:, right : right + wide + margin]
            distance = patch_distances(one, other, patch)  # Eq. 3
            weight = distance.sub_(2.0 * noise**2).clamp_(min=0)
            weight.div_(-max(float(strength) ** 2, smallest)).exp_()
            weights[here] += weight
            total[here] += weight * center[there]
            weights[there] += weight
            total[there] += weight * center[here]
    mean = total.div_(weights)
    if stack.dtype == torch.uint8:
        mean = mean.round_(decimals=shared.DECIMALS).round_().byte()
    return mean


def patch_distances(one, other, patch):
    """Mean squared difference of the patches around two sets of pixels, (B, 1, h, w)."""
    mean = (one - other).square_()
    if mean.shape[1] > 1:
        mean = mean.mean(dim=1, keepdim=True)
    for axis in (-2, -1):  # a Gaussian is separable
        length = mean.shape[axis] - len(patch) + 1
        weighted = mean.narrow(axis, 0, length) * patch[0]
        for k in range(1, len(patch)):
            weighted.add_(mean.narrow(axis, k, length), alpha=patch[k])
        mean = weighted
    return mean
