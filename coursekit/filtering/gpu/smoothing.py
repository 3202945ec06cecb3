"""Means of neighbourhoods for whole batches: twins of ``reference.smoothing``."""

import numpy as np
import torch
from numpy.typing import ArrayLike

from coursekit.core import borders, require
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
    """Add up, or average, all pixels of a square window, for every picture of a batch.

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
    results are equal to the reference's. Means of float are within 1e-6, sums within 1e-6 times
    their number of pixels.

    Raises
    ------
    TypeError, ValueError : image is no batch; size < 1; border has another name.
    """
    require_tensor(image)
    size = require.whole(size, "size", 1, np.inf)
    shared.require_border(border)
    is_uint8 = image.dtype == torch.uint8
    dtype = exact_dtype(255 * size**2, image.device) if is_uint8 else image.dtype

    def work(planes):
        total = _window_sums(planes, size, border, dtype)
        if not normalize:
            return total.int() if is_uint8 else total
        return saturate(total.div_(size**2), image.dtype)

    return planes_in_chunks(work, image)


def _window_sums(planes, size, border, dtype):
    """Sums along rows, then of these along columns."""
    sides = borders.around((size, size), (size // 2, size // 2))
    padded = pad_planes(planes, sides, border, dtype)
    return _sums_along(_sums_along(padded, size, -1), size, -2)


def _sums_along(values, size, axis):
    """Sums of size neighbours, put together from sums of 1, 2, 4, 8 ... neighbours."""
    count = values.shape[axis] - size + 1
    parts, start, width = [], 0, 1
    while start < size:
        if size & width:
            parts.append(values.narrow(axis, start, count))
            start += width
        if start < size:
            room = values.shape[axis] - width
            values = values.narrow(axis, 0, room) + values.narrow(axis, width, room)
        width *= 2
    return sum(parts[1:], parts[0])


def mean_filter(image: torch.Tensor, size: Integer, border: Border = "reflect") -> torch.Tensor:
    """Replace each pixel of a batch by the mean of its window.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Convention
    ----------
    ``box_filter`` with ``normalize=True``.

    Raises
    ------
    TypeError, ValueError : image is no batch; size < 1; border has another name.
    """
    return box_filter(image, size, normalize=True, border=border)


def gaussian_kernel(size: Integer, sigma: Real | None = None) -> torch.Tensor:
    """Give the weights of a row of a Gaussian, on the CPU, where filters read them.

    Returns
    -------
    Tensor (size,) float64 on the CPU; it sums to 1

    Convention
    ----------
    As ``reference.gaussian_kernel``, equal results.
    """
    return torch.from_numpy(shared.gaussian(size, sigma))


def gaussian(
    image: torch.Tensor, sigma: Real, size: Integer | None = None, border: Border = "reflect"
) -> torch.Tensor:
    """Replace each pixel of a batch by a mean in which the nearest count most.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    size : odd int, side of the window in pixels; by default 3 sigma to each side for uint8 and
        4 sigma for float

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Convention
    ----------
    uint8 results are equal to the reference's: 256ths of 256ths of 255 fit in the 24 bits of
    float32. float within 1e-6.

    Raises
    ------
    TypeError, ValueError : image is no batch; sigma is not positive; size is not odd; border has
        another name.
    """
    require_tensor(image)
    is_uint8 = image.dtype == torch.uint8
    row = shared.gaussian_row(sigma, size, is_uint8)
    if is_uint8:
        row = shared.in_fixed_point(row, shared.COARSE)
    shared.require_border(border)

    def work(planes):
        mean = filter_rows_and_columns(
            planes, row, border, torch.promote_types(image.dtype, torch.float32)
        )
        return to_uint8(mean.add_(0.5)) if is_uint8 else mean.clamp_(0, 1)

    return planes_in_chunks(work, image)


def is_separable(kernel: ArrayLike | torch.Tensor, tolerance: Real = 1e-6) -> bool:
    """Tell whether a kernel is a column times a row, and so can be applied in two passes.

    Parameters
    ----------
    kernel : (Kh, Kw) numbers: an array, nested lists, or a tensor

    Convention
    ----------
    As ``reference.is_separable``, on the CPU: a kernel is a few numbers.
    """
    return shared.is_separable(shared.require_kernel(on_cpu(kernel)), tolerance)


def separate(
    kernel: ArrayLike | torch.Tensor, tolerance: Real = 1e-6
) -> tuple[torch.Tensor, torch.Tensor]:
    """Take a kernel apart into the column and the row that it is the product of.

    Parameters
    ----------
    kernel : (Kh, Kw) numbers: an array, nested lists, or a tensor

    Returns
    -------
    column : tensor (Kh,) float64 on the CPU
    row : tensor (Kw,) float64 on the CPU

    Convention
    ----------
    As ``reference.separate``, equal results.
    """
    column, row = shared.separate(shared.require_kernel(on_cpu(kernel)), tolerance)
    return torch.from_numpy(column), torch.from_numpy(row)
