"""Means with a row of weights for both axes, for whole batches.

A sum of weighted neighbours is a product with a matrix that has the weights along its diagonal and
zeros elsewhere. Cut into strips, little of it is zeros, and matrix products are what processors do
best.
"""

import torch

from coursekit.core.torch.shifted_sums import laid_out
from coursekit.filtering import shared

STRIP = 32  # rows, or columns, that one product weighs


def blurred(planes, row, border, dtype):
    """Weigh the neighbours in pictures (..., H, W) along rows, then along columns.

    The second sum is in the given dtype. The first is of 8 bits by at most 16, which float32 holds
    exactly.
    """
    height, width = planes.shape[-2:]
    reach = len(row) // 2
    sides = [(reach, -size % STRIP + reach) for size in (height, width)]
    padded = laid_out(planes, sides, border, torch.promote_types(planes.dtype, torch.float32))
    band = torch.from_numpy(shared.band(row, STRIP)).to(padded)
    return _turned(_turned(padded, band).to(dtype), band.to(dtype))[..., :height, :width]


def _turned(padded, band):
    """Weigh along the rows of (..., H, W + 2 reach), and give (..., W, H): no copy is needed."""
    strips = padded.unfold(-1, len(band[0]), STRIP)  # they overlap by the reach
    return (band @ strips.movedim(-3, -1)).flatten(-3, -2)
