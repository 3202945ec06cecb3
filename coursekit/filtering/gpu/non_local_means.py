"""Non-local means on whole batches: twin of ``reference.non_local_means``.

The loop is over the places of the search window, never over pixels.
"""

import torch

from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import in_chunks
from coursekit.core.torch.dtypes import as_accumulator
from coursekit.core.types import Integer, Real
from coursekit.filtering.gpu.bilateral import as_batch, inside
from coursekit.filtering.gpu.correlation import pad
from coursekit.filtering.shared import (
    non_local,
    overlap,
    patch_weights,
    patches,
    rectangle,
)

COPIES = 4  # images at hand for each of the batch


def non_local_means(
    image: torch.Tensor,
    strength: Real,
    patch_size: Integer = 7,
    search_distance: Integer = 11,
    noise: Real = 0.0,
) -> torch.Tensor:
    """Average the pixels whose surroundings look alike, wherever they are.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    noise : float >= 0, standard deviation of the noise in the picture's own unit

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Convention
    ----------
    Uint8 is summed in float64, so that all round alike (on a device without, Apple's, in float32),
    float in its own dtype, within 1e-6.

    Raises
    ------
    TypeError, ValueError : image is no batch; strength is not positive; patch_size is not odd;
        search_distance or noise is negative.
    """
    require_tensor(image)
    non_local(strength, patch_size, search_distance, noise)
    padded = as_batch(pad(image, patch_size // 2, "reflect"))

    def work(stack):
        return _mean_of_similar(stack, patch_size, search_distance, strength, noise)

    return in_chunks(work, padded, COPIES * padded[0].numel()).view(image.shape)


def _mean_of_similar(stack, patch_size, search_distance, strength, noise):
    """Eq. 2 for a stack (B, C, height, width) that is padded by half a patch."""
    numbers = as_accumulator(stack)
    center = inside(numbers, 0, 0, patch_size // 2)
    total, weights = center.clone(), torch.ones_like(center[:, :1])  # each is like itself
    reach = (min(search_distance, size - 1) for size in center.shape[-2:])
    for row, column in rectangle(*reach):
        if (row, column) > (0, 0):  # its mirror is the same pair of pixels
            here, there = overlap(center.shape[-2:], row, column)
            distance = _patch_distance(numbers, here, there, patch_size)  # Eq. 3
            weight = distance.sub_(2 * noise**2).clamp_(min=0).div_(-(strength**2)).exp_()
            for one, other in ((here, there), (there, here)):
                weights[(..., *one)] += weight
                total[(..., *one)] += weight * center[(..., *other)]
    mean = total.div_(weights)
    return mean.round_().byte() if stack.dtype == torch.uint8 else mean


def _patch_distance(padded, here, there, patch_size):
    """Mean squared difference of the patches around two sets of pixels, (B, 1, h, w)."""
    one, other = (padded[(..., *patches(pixels, patch_size))] for pixels in (here, there))
    squared = (one - other).square_()
    mean = squared if squared.shape[1] == 1 else squared.mean(dim=1, keepdim=True)
    for axis in (-2, -1):  # a Gaussian is separable
        size = mean.shape[axis] - patch_size + 1
        first, *others = enumerate(patch_weights(patch_size).tolist())
        blurred = mean.narrow(axis, 0, size) * first[1]
        for k, weight in others:
            blurred.add_(mean.narrow(axis, k, size), alpha=weight)
        mean = blurred
    return mean
