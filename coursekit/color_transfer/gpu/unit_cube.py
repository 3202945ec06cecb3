"""Batches of pictures as points of the unit cube, and back; and two batches that fit together."""

import torch

from coursekit.color_transfer import shared
from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import chunk_length
from coursekit.core.torch.dtypes import accumulator_dtype, to_uint8


def in_unit(image):
    """Levels in double precision where the device has it: uint8 divided by 255; always a copy."""
    values = image.to(accumulator_dtype(image.device), copy=True)
    return values.div_(255) if image.dtype == torch.uint8 else values


def as_picture(values, dtype, clip=True):
    """Give values of 0..1 a picture's dtype, written over; uint8 rounds half to even."""
    if dtype == torch.uint8:
        levels = torch.empty(values.shape, dtype=dtype, device=values.device)
        size = chunk_length(values.device, 16)
        parts = (tensor.reshape(-1).split(size) for tensor in (levels, values))
        for level, value in zip(*parts, strict=True):
            value.mul_(255e9).round_().div_(1e9)  # 127.5 may come out just below
            level.copy_(to_uint8(value.round_().clamp_(0, 255)))
        return levels
    return (values.clamp_(0, 1) if clip else values).to(dtype)


def require_pair(target, reference):
    """Refuse all but two batches of colour pictures of one dtype, the second for all or each."""
    require_tensor(target, "target", channels=(3,))
    require_tensor(reference, "reference", channels=(3,))
    shared.require_same_dtype(target, reference)
    require.same_batch(target.shape[:-3], reference.shape[:-3])


def mixed(matrix, image):
    """Each pixel's channels times a matrix (..., C, C): (..., C, H, W)."""
    return torch.matmul(matrix, image.flatten(-2)).unflatten(-1, image.shape[-2:])


def like(array, image):
    """A NumPy array on the image's device, of the image's dtype."""
    return torch.from_numpy(array).to(image.device, image.dtype)
