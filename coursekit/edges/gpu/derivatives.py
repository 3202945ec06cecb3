"""Gradients and the Laplacian of whole batches: twins of ``reference.derivatives``."""

import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import padded_chunks
from coursekit.core.types import Border, Integer
from coursekit.edges import shared


def roberts(image: torch.Tensor, border: Border = "reflect") -> list[torch.Tensor]:
    """Roberts, of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    falling, rising : tensors of image's shape, int16 for uint8, else image's dtype
    """
    require_tensor(image)

    def work(padded):
        here, below = padded[..., :-1, :], padded[..., 1:, :]
        falling = below[..., 1:] - here[..., :-1]  # Eq. 10-22
        rising = below[..., :-1] - here[..., 1:]  # Eq. 10-23
        return falling, rising

    return padded_chunks(work, image, (0, 1), border, sum_dtype(image))


def prewitt(image: torch.Tensor, border: Border = "reflect") -> list[torch.Tensor]:
    """Prewitt, of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    row_gradient, column_gradient : tensors of image's shape, int16 for uint8, else
        image's dtype
    """
    require_tensor(image)

    def work(padded):
        return _gradients(padded, 1, 1)

    return padded_chunks(work, image, (1, 1), border, sum_dtype(image))


def sobel(image: torch.Tensor, size: Integer = 3, border: Border = "reflect") -> list[torch.Tensor]:
    """Sobel, of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    row_gradient, column_gradient : tensors of image's shape, int16 for uint8, else
        image's dtype

    Convention
    ----------
    Float within 1e-6 of the sum of the mask's absolute weights.
    """
    require_tensor(image)
    size = require.one_of(size, "size", shared.SIZES)

    def work(padded):
        return [as_stored(gradient, image.dtype) for gradient in sobel_sums(padded, size)]

    return _padded_sums(work, image, size, border)


def scharr(image: torch.Tensor, border: Border = "reflect") -> list[torch.Tensor]:
    """Scharr, of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    row_gradient, column_gradient : tensors of image's shape, int16 for uint8, else
        image's dtype

    Convention
    ----------
    Float within 1e-6 of the sum of the mask's absolute weights.
    """
    require_tensor(image)

    def work(padded):
        return _gradients(padded, 3, 10)

    return padded_chunks(work, image, (1, 1), border, sum_dtype(image))


def laplacian(image: torch.Tensor, size: Integer = 1, border: Border = "reflect") -> torch.Tensor:
    """Laplacian of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, int16 for uint8, else image's dtype.

    Convention
    ----------
    Of size 3 the four sides cancel, which leaves the four corners. Float within 1e-6 of the sum of
    the mask's absolute weights.
    """
    require_tensor(image)
    size = require.one_of(size, "size", shared.SIZES)

    def work(padded):
        center = padded[..., 1:-1, 1:-1]
        if size == 1:
            total = padded[..., :-2, 1:-1] + padded[..., 2:, 1:-1]
            total.add_(padded[..., 1:-1, :-2]).add_(padded[..., 1:-1, 2:]).sub_(center, alpha=4)
        else:
            smoothed = _smoothed(padded, size - 3)
            sides = smoothed[..., :-2] + smoothed[..., 2:]
            total = sides[..., :-2, :] + sides[..., 2:, :]
            total.sub_(smoothed[..., 1:-1, 1:-1], alpha=4).mul_(2)
        return (as_stored(total, image.dtype),)  # Eq. 10-14

    (result,) = _padded_sums(work, image, size, border)
    return result


def gradient_magnitude(
    row_gradient: torch.Tensor, column_gradient: torch.Tensor, norm: shared.Norm = "l2"
) -> torch.Tensor:
    """Gradient magnitude of a batch.

    Parameters
    ----------
    row_gradient, column_gradient : tensors of one shape and dtype, int16 or float

    Returns
    -------
    Tensor of their shape. int16 becomes float32 in l2 and int32 in l1; float keeps its
    dtype.

    Convention
    ----------
    In l2 of int16 the sum of squares is rounded to float32 before its root: within one part in ten
    million.
    """
    shared.require_gradients(torch.Tensor, row_gradient, column_gradient, one_channel=False)
    norm = require.one_of(norm, "norm", shared.NORMS)
    dtype = row_gradient.dtype
    if dtype == torch.int16:
        dtype = torch.int32 if norm == "l1" else torch.float32
    length, column = row_gradient.to(dtype, copy=True), column_gradient.to(dtype)
    if norm == "l1":
        return length.abs_().add_(column.abs())  # Eq. 10-20
    return length.square_().addcmul_(column, column).sqrt_()  # Eq. 10-17


def gradient_direction(row_gradient: torch.Tensor, column_gradient: torch.Tensor) -> torch.Tensor:
    """Gradient direction of a batch.

    Parameters
    ----------
    row_gradient, column_gradient : tensors of one shape and dtype, int16 or float

    Returns
    -------
    Tensor of their shape, radians in [-pi, pi]; float32 for int16, else the gradients'
    dtype.
    """
    shared.require_gradients(torch.Tensor, row_gradient, column_gradient, one_channel=False)
    dtype = torch.float32 if row_gradient.dtype == torch.int16 else row_gradient.dtype
    return torch.atan2(row_gradient.to(dtype) + 0, column_gradient.to(dtype) + 0)


def sobel_sums(padded: torch.Tensor, size: Integer) -> tuple[torch.Tensor, torch.Tensor]:
    """Differentiate a batch padded by size // 2 pixels (by 1 for size 1), without saturation."""
    if size == 1:
        row = padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]
        return row, padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]
    return _gradients(_smoothed(padded, size - 3), 1, 2)


def sum_dtype(image: torch.Tensor, size: int = 3) -> torch.dtype:
    """Give the dtype for sums: int16 for uint8, int32 where that is too small."""
    if image.dtype != torch.uint8:
        return image.dtype
    return torch.int32 if size == 7 else torch.int16


def as_stored(total: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Give sums of uint8 as int16, saturated, and others as they are."""
    if dtype != torch.uint8 or total.dtype == torch.int16:
        return total
    return total.clamp_(-32768, 32767).short()


def _padded_sums(work, image, size, border):
    radius = max(size // 2, 1)
    return padded_chunks(work, image, (radius, radius), border, sum_dtype(image, size))


def _gradients(padded, outer, middle):
    """Differentiate over three pixels, and weigh three across: outer, middle, outer."""
    across = padded[..., :-2] + padded[..., 2:]
    down = padded[..., :-2, :] + padded[..., 2:, :]
    if outer != 1:
        across, down = across.mul_(outer), down.mul_(outer)
    across.add_(padded[..., 1:-1], alpha=middle)
    down.add_(padded[..., 1:-1, :], alpha=middle)
    return across[..., 2:, :] - across[..., :-2, :], down[..., 2:] - down[..., :-2]


def _smoothed(padded, times):
    """Add each pixel to the next one, times over, along rows and along columns."""
    for _ in range(times):
        padded = padded[..., 1:] + padded[..., :-1]
        padded = padded[..., 1:, :] + padded[..., :-1, :]
    return padded
