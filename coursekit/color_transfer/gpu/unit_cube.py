"""Batches of images as points of the unit cube, and back; and checks of what goes together."""

import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import chunk_length
from coursekit.core.torch.dtypes import accumulator_dtype, to_uint8


def in_unit(image):
    """Levels in double precision where the device has it: uint8 divided by 255; always a copy."""
    values = image.to(accumulator_dtype(image.device), copy=True)
    return values.div_(255) if image.dtype == torch.uint8 else values


def as_image(values, dtype, clip=True):
    """Give values of 0..1 an image's dtype, written over; uint8 rounds half to even."""
    if dtype != torch.uint8:
        return (values.clamp_(0, 1) if clip else values).to(dtype)
    levels = torch.empty(values.shape, dtype=dtype, device=values.device)
    size = chunk_length(values.device, 16)
    parts = levels.view(-1).split(size), values.detach().reshape(-1).split(size)
    for level, value in zip(*parts, strict=True):
        value.mul_(255e9).round_().div_(1e9)  # 127.5 may come out just below
        level.copy_(to_uint8(value.round_().clamp_(0, 255)))
    return levels


def mixed(matrix, image):
    """Each pixel's channels times a matrix (..., C, C): (..., C, H, W)."""
    return torch.matmul(matrix, image.flatten(-2)).unflatten(-1, image.shape[-2:])


def like(array, image):
    """A NumPy array on the image's device, of the image's dtype."""
    return torch.from_numpy(array).to(image.device, image.dtype)


def require_pair(target, reference, names=("target", "reference")):
    """Refuse all but two batches of colour images of one dtype, the second for all or each."""
    require_tensor(target, names[0], channels=(3,))
    require_tensor(reference, names[1], channels=(3,))
    if reference.dtype != target.dtype:
        wanted, given = (str(each.dtype).removeprefix("torch.") for each in (target, reference))
        raise TypeError(f"{names[1]}: expected {wanted} like {names[0]}, got {given}")
    require.same_batch(target.shape[:-3], reference.shape[:-3], names[1])


def require_floats(tensor, name, *sizes):
    """Refuse all but a tensor of floats whose last axes have these sizes, None for any."""
    if not isinstance(tensor, torch.Tensor):
        raise TypeError(f"{name}: expected a torch tensor, got {type(tensor).__name__}")
    if tensor.dtype not in (torch.float32, torch.float64):
        raise TypeError(f"{name}: expected an array of float32 or float64, got {tensor.dtype}")
    shape = tuple(tensor.shape)
    fits = len(shape) >= len(sizes) and 0 not in shape
    for size, given in zip(sizes, shape[len(shape) - len(sizes) :], strict=False):
        fits &= size in (None, given)
    if not fits:
        raise ValueError(f"{name}: expected last axes of sizes {sizes}, got shape {shape}")


def require_table(tensor, name, rows=None, columns=None):
    """Refuse all but tables (..., M, N) of real numbers."""
    if not isinstance(tensor, torch.Tensor):
        raise TypeError(f"{name}: expected a torch tensor, got {type(tensor).__name__}")
    if tensor.dtype == torch.bool or tensor.is_complex():
        raise TypeError(f"{name}: expected a table of numbers, got {tensor.dtype}")
    shape = tuple(tensor.shape)
    if len(shape) < 2 or 0 in shape:
        raise ValueError(f"{name}: expected rows and columns, (M, N), got {shape}")
    if rows is not None and shape[-2] != rows:
        raise ValueError(f"{name}: expected {rows} rows, got shape {shape}")
    if columns is not None and shape[-1] != columns:
        raise ValueError(f"{name}: expected {columns} columns, got shape {shape}")
