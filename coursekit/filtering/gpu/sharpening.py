"""Sharpening of whole batches: twins of ``reference.sharpening``."""

import numpy as np
import torch

from coursekit.core import require
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
    """Add to each pixel of a batch its difference from its neighbours.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Convention
    ----------
    uint8 results are equal to the reference's, float within 1e-6 times the sum of the weights'
    absolute values.

    Raises
    ------
    TypeError, ValueError : image is no batch; amount < 0; neighbors is neither 4 nor 8; border has
        another name.
    """
    return correlate(image, shared.sharpening(amount, neighbors), border)


def unsharp_mask(
    image: torch.Tensor, sigma: Real, amount: Real = 1.0, border: Border = "reflect"
) -> torch.Tensor:
    """Add to each pixel of a batch its difference from a blurred copy.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Convention
    ----------
    uint8 results are equal to the reference's: the mask is exact in float64, and both steps after
    it are rounded alike. float within 1e-6 times 1 + 2 amount.

    Raises
    ------
    TypeError, ValueError : image is no batch; sigma is not positive; amount < 0; border has another
        name.
    """
    require_tensor(image)
    amount = require.number(amount, "amount", low=0)
    row = shared.gaussian_row(sigma, None, is_uint8=False)
    dtype = image.dtype
    if dtype == torch.uint8:
        row, dtype = shared.in_fixed_point(row, shared.FINE), exact_dtype(np.inf, image.device)
    shared.require_border(border)

    def work(planes):
        mask = filter_rows_and_columns(planes, row, border, dtype).neg_().add_(planes)  # Eq. 3-64
        return saturate(mask.mul_(amount).add_(planes), planes.dtype)  # Eq. 3-65

    return planes_in_chunks(work, image)
