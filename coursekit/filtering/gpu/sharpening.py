"""Sharpening of whole batches: twins of ``reference.sharpening``."""

import numpy as np
import torch

from coursekit.core import require
from coursekit.core.borders import BORDERS
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import planes_in_chunks
from coursekit.core.torch.dtypes import exact_dtype, saturate
from coursekit.core.torch.separable import filter_rows_and_columns
from coursekit.core.types import Border, Real
from coursekit.filtering import shared
from coursekit.filtering.gpu.correlation import correlate


def sharpen(
    image: torch.Tensor,
    amount: Real = 1.0,
    neighbors: shared.Neighbors = 4,
    border: Border = "reflect",
) -> torch.Tensor:
    """Sharpening of a batch of images by the Laplacian.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Convention
    ----------
    uint8 equal to the reference's, float within 1e-6 times the sum of the weights' absolute values.
    """
    return correlate(image, shared.sharpening(amount, neighbors), border)


def unsharp_mask(
    image: torch.Tensor, sigma: Real, amount: Real = 1.0, border: Border = "reflect"
) -> torch.Tensor:
    """Unsharp masking of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Convention
    ----------
    uint8 equal to the reference's: the mask is exact in float64, and both steps after
    it round in the same way. float within 1e-6 times 1 + 2 amount.
    """
    require_tensor(image)
    amount = require.number(amount, "amount", 0, shared.LARGEST)
    row = shared.gaussian_row(sigma, None, is_uint8=False)
    dtype = image.dtype
    if dtype == torch.uint8:
        row, dtype = shared.in_fixed_point(row, shared.FINE), exact_dtype(np.inf, image.device)
    border = require.one_of(border, "border", BORDERS)

    def work(planes):
        mask = filter_rows_and_columns(planes, row, border, dtype).neg_().add_(planes)  # Eq. 3-64
        return saturate(mask.mul_(float(amount)).add_(planes), planes.dtype)  # Eq. 3-65

    return planes_in_chunks(work, image)
