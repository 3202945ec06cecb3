"""Correlation and convolution of whole batches: twins of ``reference.correlation``."""

import numpy as np
import torch
from numpy.typing import ArrayLike

from coursekit.core import require
from coursekit.core.borders import BORDERS
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import planes_in_chunks
from coursekit.core.torch.dtypes import exact_dtype, saturate
from coursekit.core.torch.padding import pad_planes
from coursekit.core.types import Array, Border, Real
from coursekit.filtering import shared


def pad(
    image: torch.Tensor, size: shared.Sides, border: Border = "reflect", value: Real = 0
) -> torch.Tensor:
    """Padding of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor (..., C, top + H + bottom, left + W + right) of image's dtype and device.

    Convention
    ----------
    Equal to the reference's, of any size and for uint8 too, which ``torch.nn.functional.pad`` does
    not give.
    """
    require_tensor(image)
    border = require.one_of(border, "border", BORDERS)
    value = require.number(value, "value", 0, 255 if image.dtype == torch.uint8 else 1)
    return pad_planes(image, shared.require_sides(size), border, image.dtype, value)


def correlate(
    image: torch.Tensor,
    kernel: ArrayLike | torch.Tensor,
    border: Border = "reflect",
    signed: bool = False,
) -> torch.Tensor:
    """Correlation of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    kernel : (Kh, Kw) numbers, odd or even sizes: an array, nested lists, or a tensor, best on the
        CPU, since its few numbers are read there

    Returns
    -------
    Tensor of image's shape, dtype and device, saturated. If signed: int16 for uint8, saturated to
    -32768..32767, and float as it is.

    Convention
    ----------
    A kernel of rank 1 is applied in two passes, for uint8 only where its weights are multiples of
    one number: there, both passes sum whole numbers. uint8 equal to the reference's, float within
    1e-6 times the sum of the weights' absolute values.
    """
    require_tensor(image)
    weights = shared.require_kernel(on_cpu(kernel))
    border = require.one_of(border, "border", BORDERS)
    signed = require.flag(signed, "signed")
    above, left = weights.shape[0] // 2, weights.shape[1] // 2  # the anchor
    below, right = weights.shape[0] - 1 - above, weights.shape[1] - 1 - left
    is_uint8 = image.dtype == torch.uint8
    passes = shared.exact_passes(weights) if is_uint8 else shared.passes(weights)
    largest = passes.largest_sum() if passes.whole else np.inf
    dtype = exact_dtype(largest, image.device) if is_uint8 else image.dtype

    def work(planes):
        total = pad_planes(planes, ((above, below), (left, right)), border, dtype)
        for table in passes.tables:
            total = sum_over_offsets(total, table)
        return saturate(_times_unit(total, passes.unit), image.dtype, signed)

    return planes_in_chunks(work, image)


def convolve(
    image: torch.Tensor,
    kernel: ArrayLike | torch.Tensor,
    border: Border = "reflect",
    signed: bool = False,
) -> torch.Tensor:
    """Convolution of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    kernel : (Kh, Kw) numbers, odd or even sizes, as for ``correlate``

    Returns
    -------
    Tensor as ``correlate`` gives.

    Convention
    ----------
    uint8 equal to the reference's, float as near as ``correlate``.
    """
    weights = shared.require_kernel(on_cpu(kernel))
    rows, columns = weights.shape
    flipped = np.pad(weights[::-1, ::-1], ((1 - rows % 2, 0), (1 - columns % 2, 0)))
    return correlate(image, flipped, border, signed)  # Eq. 3-35


def on_cpu(kernel: ArrayLike | torch.Tensor) -> ArrayLike:
    """Bring a tensor's few numbers to the CPU; anything else is left as it is."""
    if not isinstance(kernel, torch.Tensor):
        return kernel
    numbers = kernel.detach().cpu()
    return (numbers.float() if numbers.dtype == torch.bfloat16 else numbers).numpy()


def _times_unit(total, unit):
    """Multiply; a power of two is exact in float32, any other number needs float64."""
    if np.frexp(unit)[0] == 0.5:
        return total.mul_(unit) if unit != 1 else total
    return total.to(exact_dtype(np.inf, total.device)).mul_(unit)


def sum_over_offsets(padded: torch.Tensor, kernel: Array) -> torch.Tensor:
    """Add up one shifted plane for each weight: (..., H + Kh - 1, W + Kw - 1) to (..., H, W)."""
    height = padded.shape[-2] - kernel.shape[0] + 1
    width = padded.shape[-1] - kernel.shape[1] + 1
    total = padded.new_zeros((*padded.shape[:-2], height, width))
    for row, column in zip(*kernel.nonzero(), strict=True):
        neighbors = padded[..., row : row + height, column : column + width]
        total.add_(neighbors, alpha=float(kernel[row, column]))  # Eq. 3-34
    return total
