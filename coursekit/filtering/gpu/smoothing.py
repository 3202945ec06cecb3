"""Box, mean and Gaussian filters of whole batches: twins of ``reference.smoothing``."""

import torch
from numpy.typing import ArrayLike

from coursekit.core import require
from coursekit.core.borders import BORDERS
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import planes_in_chunks
from coursekit.core.torch.dtypes import exact_dtype, saturate, to_uint8
from coursekit.core.torch.padding import pad_planes
from coursekit.core.torch.separable import filter_rows_and_columns
from coursekit.core.types import Border, Integer, Real
from coursekit.filtering import shared
from coursekit.filtering.gpu.correlation import on_cpu


def box_filter(
    image: torch.Tensor, size: Integer, normalize: bool = True, border: Border = "reflect"
) -> torch.Tensor:
    """Box filter of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape and device: image's dtype if normalized; sums are int32 for uint8,
    image's dtype for float.

    Convention
    ----------
    A running sum waits for the one before it; here sums of 2 pixels are added up to sums of 4,
    these to sums of 8, and so on, all at once: the cost grows with the logarithm of the size. uint8
    equal to the reference's. Means of float are within 1e-6, sums within 1e-6 times their number of
    pixels.
    """
    require_tensor(image)
    is_uint8 = image.dtype == torch.uint8
    normalize = require.flag(normalize, "normalize")
    size = shared.require_box(size, sums_of_uint8=is_uint8 and not normalize)
    border = require.one_of(border, "border", BORDERS)
    before, after = size // 2, size - 1 - size // 2
    dtype = exact_dtype(255 * size**2, image.device) if is_uint8 else image.dtype

    def work(planes):
        padded = pad_planes(planes, ((before, after), (before, after)), border, dtype)
        total = _sums_along(_sums_along(padded, size, -1), size, -2)
        if not normalize:
            return total.int() if is_uint8 else total
        return saturate(total.div_(size**2), image.dtype)

    return planes_in_chunks(work, image)


def _sums_along(values, size, axis):
    """Sums of size neighbours, put together from sums of 1, 2, 4, 8 ... neighbours."""
    count = values.shape[axis] - size + 1
    parts, start, width = [], 0, 1
    while start < size:
        if size & width:
            parts.append(values.narrow(axis, start, count))
            start += width
        if start < size:
            length = values.shape[axis] - width
            values = values.narrow(axis, 0, length) + values.narrow(axis, width, length)
        width *= 2
    return sum(parts[1:], parts[0])


def mean_filter(image: torch.Tensor, size: Integer, border: Border = "reflect") -> torch.Tensor:
    """Mean filter of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Convention
    ----------
    ``box_filter`` with ``normalize=True``.
    """
    return box_filter(image, size, normalize=True, border=border)


def gaussian_kernel(size: Integer, sigma: Real | None = None) -> torch.Tensor:
    """Gaussian kernel, on the CPU, where filters read it.

    Returns
    -------
    Tensor (size,) float64 on the CPU; it sums to 1

    Convention
    ----------
    Equal to the reference's.
    """
    return torch.from_numpy(shared.gaussian(size, sigma))


def gaussian(
    image: torch.Tensor, sigma: Real, size: Integer | None = None, border: Border = "reflect"
) -> torch.Tensor:
    """Gaussian filter of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Convention
    ----------
    uint8 equal to the reference's: 256ths of 256ths of 255 fit in the 24 bits of float32. float
    within 1e-6.
    """
    require_tensor(image)
    is_uint8 = image.dtype == torch.uint8
    row = shared.gaussian_row(sigma, size, is_uint8)
    if is_uint8:
        row = shared.in_fixed_point(row, shared.COARSE)
    border = require.one_of(border, "border", BORDERS)

    def work(planes):
        mean = filter_rows_and_columns(
            planes, row, border, torch.promote_types(image.dtype, torch.float32)
        )
        return to_uint8(mean.add_(0.5)) if is_uint8 else mean.clamp_(0, 1)

    return planes_in_chunks(work, image)


def is_separable(kernel: ArrayLike | torch.Tensor, tolerance: Real = 1e-6) -> bool:
    """Separable kernel: tell whether it is a column times a row, on the CPU.

    Parameters
    ----------
    kernel : (Kh, Kw) numbers: an array, nested lists, or a tensor
    """
    return shared.is_separable(shared.require_kernel(on_cpu(kernel)), tolerance)


def separate(
    kernel: ArrayLike | torch.Tensor, tolerance: Real = 1e-6
) -> tuple[torch.Tensor, torch.Tensor]:
    """Separable kernel, its two passes, on the CPU.

    Parameters
    ----------
    kernel : (Kh, Kw) numbers: an array, nested lists, or a tensor

    Returns
    -------
    column : tensor (Kh,) float64 on the CPU
    row : tensor (Kw,) float64 on the CPU
    """
    column, row = shared.separate(shared.require_kernel(on_cpu(kernel)), tolerance)
    return torch.from_numpy(column), torch.from_numpy(row)
