"""First and second derivatives of whole batches: twins of ``reference.derivatives``."""

import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import padded_chunks
from coursekit.core.types import Border, Integer
from coursekit.edges import shared


def roberts(image: torch.Tensor, border: Border = "reflect") -> list[torch.Tensor]:
    """Subtract pixels that touch at a corner: the two derivatives along the diagonals.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    border : name of a border, as for ``coursekit.filtering.gpu.pad``

    Returns
    -------
    falling, rising : tensors of image's shape and device, int16 for uint8, else image's dtype

    Raises
    ------
    TypeError, ValueError : image is no batch; border is unknown.
    """
    require_tensor(image)

    def work(padded):
        here, below = padded[..., :-1, :], padded[..., 1:, :]
        falling = below[..., 1:] - here[..., :-1]  # Eq. 10-22
        rising = below[..., :-1] - here[..., 1:]  # Eq. 10-23
        return falling, rising

    return padded_chunks(work, image, (0, 1), border, sum_dtype(image))


def prewitt(image: torch.Tensor, border: Border = "reflect") -> list[torch.Tensor]:
    """Derive by rows and by columns, and average over three pixels across.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    border : name of a border, as for ``coursekit.filtering.gpu.pad``

    Returns
    -------
    row_gradient, column_gradient : tensors of image's shape and device, int16 for uint8, else
        image's dtype

    Raises
    ------
    TypeError, ValueError : image is no batch; border is unknown.
    """
    require_tensor(image)
    return _pair_of(image, 1, 1, border)


def sobel(image: torch.Tensor, size: Integer = 3, border: Border = "reflect") -> list[torch.Tensor]:
    """Derive by rows and by columns, and smooth across by a row of Pascal's triangle.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    border : name of a border, as for ``coursekit.filtering.gpu.pad``

    Returns
    -------
    row_gradient, column_gradient : tensors of image's shape and device, int16 for uint8, else
        image's dtype

    Convention
    ----------
    Float within 1e-6 of the sum of the mask's absolute weights.

    Raises
    ------
    TypeError, ValueError : image is no batch; size is none of the four; border is unknown.
    """
    require_tensor(image)
    size = require.one_of(size, "size", shared.SIZES)

    def work(padded):
        return [stored(gradient, image.dtype) for gradient in sobel_sums(padded, size)]

    return _padded_sums(work, image, size, border)


def scharr(image: torch.Tensor, border: Border = "reflect") -> list[torch.Tensor]:
    """Derive by rows and by columns, and smooth across by (3 10 3): most faithful to the angle.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    border : name of a border, as for ``coursekit.filtering.gpu.pad``

    Returns
    -------
    row_gradient, column_gradient : tensors of image's shape and device, int16 for uint8, else
        image's dtype

    Convention
    ----------
    Float within 1e-6 of the sum of the mask's absolute weights.

    Raises
    ------
    TypeError, ValueError : image is no batch; border is unknown.
    """
    require_tensor(image)
    return _pair_of(image, 3, 10, border)


def laplacian(image: torch.Tensor, size: Integer = 1, border: Border = "reflect") -> torch.Tensor:
    """Add the second derivatives by rows and by columns: the same in all directions, nearly.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    border : name of a border, as for ``coursekit.filtering.gpu.pad``

    Returns
    -------
    Tensor of image's shape and device, int16 for uint8, else image's dtype.

    Convention
    ----------
    Of size 3 the four sides cancel, which leaves the four corners. Float within 1e-6 of the sum of
    the mask's absolute weights.

    Raises
    ------
    TypeError, ValueError : image is no batch; size is none of the four; border is unknown.
    """
    require_tensor(image)
    size = require.one_of(size, "size", shared.SIZES)

    def work(padded):
        total = _cross(padded) if size == 1 else _corners(_smoothed(padded, size - 3))
        return (stored(total, image.dtype),)

    (result,) = _padded_sums(work, image, size, border)
    return result


def gradient_magnitude(
    row_gradient: torch.Tensor, column_gradient: torch.Tensor, norm: shared.Norm = "l2"
) -> torch.Tensor:
    """Say how steep it is: the length of the gradient.

    Parameters
    ----------
    row_gradient, column_gradient : tensors of one shape and dtype, int16 or float

    Returns
    -------
    Tensor of their shape and device. int16 becomes float32 in l2 and int32 in l1; float keeps its
    dtype.

    Convention
    ----------
    In l2 of int16 the sum of squares is rounded to float32 before its root: within one part in ten
    million.
    """
    shared.require_gradients(row_gradient, column_gradient)
    norm = require.one_of(norm, "norm", ("l1", "l2"))
    whole = row_gradient.dtype == torch.int16
    room = {"l1": torch.int32, "l2": torch.float32}[norm] if whole else row_gradient.dtype
    length, column = row_gradient.to(room, copy=True), column_gradient.to(room)
    if norm == "l1":
        return length.abs_().add_(column.abs())  # Eq. 10-20
    return length.square_().addcmul_(column, column).sqrt_()  # Eq. 10-17


def gradient_direction(row_gradient: torch.Tensor, column_gradient: torch.Tensor) -> torch.Tensor:
    """Say which way it grows brighter: the angle of the gradient, across the edge.

    Parameters
    ----------
    row_gradient, column_gradient : tensors of one shape and dtype, int16 or float

    Returns
    -------
    Tensor of their shape and device, radians in [-pi, pi]; float32 for int16, else the gradients'
    dtype.
    """
    shared.require_gradients(row_gradient, column_gradient)
    dtype = torch.float32 if row_gradient.dtype == torch.int16 else row_gradient.dtype
    return torch.atan2(row_gradient.to(dtype) + 0, column_gradient.to(dtype) + 0)


def sobel_sums(padded: torch.Tensor, size: Integer) -> tuple[torch.Tensor, torch.Tensor]:
    """Derive a batch that is padded by size // 2 pixels (of 1 for size 1), without saturation."""
    if size == 1:
        row = padded[..., 2:, 1:-1] - padded[..., :-2, 1:-1]
        return row, padded[..., 1:-1, 2:] - padded[..., 1:-1, :-2]
    return _pair(_smoothed(padded, size - 3), 1, 2)


def sum_dtype(image: torch.Tensor, wide: bool = False) -> torch.dtype:
    """Give the dtype for sums: int16 for uint8, int32 where that is too small."""
    if image.dtype != torch.uint8:
        return image.dtype
    return torch.int32 if wide else torch.int16


def stored(total: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Give sums of uint8 as int16, saturated, and others as they are."""
    if dtype != torch.uint8 or total.dtype == torch.int16:
        return total
    return total.clamp_(-32768, 32767).short()


def _padded_sums(work, image, size, border):
    reach = max(size // 2, 1)
    return padded_chunks(work, image, (reach, reach), border, sum_dtype(image, wide=size == 7))


def _pair_of(image, outer, middle, border):
    def work(padded):
        return _pair(padded, outer, middle)

    return padded_chunks(work, image, (1, 1), border, sum_dtype(image))


def _pair(padded, outer, middle):
    """Derive over three pixels, weighing three across: outer, middle, outer."""
    across = _weighed(padded[..., :-2], padded[..., 1:-1], padded[..., 2:], outer, middle)
    row = across[..., 2:, :] - across[..., :-2, :]
    down = _weighed(padded[..., :-2, :], padded[..., 1:-1, :], padded[..., 2:, :], outer, middle)
    return row, down[..., 2:] - down[..., :-2]


def _weighed(one, two, three, outer, middle):
    total = one + three
    if outer != 1:
        total *= outer
    return total.add_(two, alpha=middle)


def _smoothed(padded, times):
    """Add each pixel to the next one, times over, along rows and along columns."""
    for _ in range(times):
        padded = padded[..., 1:] + padded[..., :-1]
        padded = padded[..., 1:, :] + padded[..., :-1, :]
    return padded


def _cross(padded):
    total = padded[..., :-2, 1:-1] + padded[..., 2:, 1:-1]
    total.add_(padded[..., 1:-1, :-2]).add_(padded[..., 1:-1, 2:])
    return total.sub_(padded[..., 1:-1, 1:-1], alpha=4)  # Eq. 10-14


def _corners(padded):
    sides = padded[..., :-2] + padded[..., 2:]
    total = sides[..., :-2, :] + sides[..., 2:, :]
    return total.sub_(padded[..., 1:-1, 1:-1], alpha=4).mul_(2)
