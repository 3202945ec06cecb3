"""Checks of tensor arguments, in addition to those of ``core.require``.

They read type, dtype and shape, but never values, since the program would have to wait for the
device.
"""

from collections.abc import Collection

import torch

_IMAGES = (torch.uint8, torch.float32, torch.float64)
_WHOLE = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)


def require_tensor(
    batch: torch.Tensor,
    name: str = "image",
    channels: Collection[int] | None = None,
    dtypes: Collection[torch.dtype] = _IMAGES,
    expected: str = "uint8 or float in [0, 1]",
) -> None:
    """Refuse all but a dense (..., C, H, W) tensor, uint8 or float; ``channels`` lists the C.

    dtypes : those that are allowed; expected describes them in the message
    """
    require_torch(batch, name)
    if batch.dtype not in dtypes:
        raise TypeError(f"{name}: expected {expected}, got {batch.dtype}")
    shape = tuple(batch.shape)
    if len(shape) < 3 or 0 in shape:
        raise ValueError(f"{name}: expected shape (..., C, H, W) with pixels in it, got {shape}")
    if channels and shape[-3] not in channels:
        allowed = " or ".join(map(str, channels))
        raise ValueError(f"{name}: expected {allowed} channels in (..., C, H, W), got {shape}")


def require_mask(batch: torch.Tensor, name: str = "mask") -> None:
    """Refuse all but a (..., C, H, W) tensor of bool or uint8, in which 0 is background."""
    require_tensor(batch, name, None, (torch.bool, torch.uint8), "bool or uint8")


def require_labels(batch: torch.Tensor, name: str = "labels", channels: int | None = None) -> None:
    """Refuse all but whole numbers in (..., C, H, W), with this many channels if given."""
    require_tensor(batch, name, None, _WHOLE, "whole numbers")
    if channels and batch.shape[-3] != channels:
        shape = tuple(batch.shape)
        raise ValueError(f"{name}: expected shape (..., {channels}, H, W), got {shape}")


def require_torch(batch: object, name: str) -> None:
    """Refuse all but dense tensors, of any shape and dtype."""
    if not isinstance(batch, torch.Tensor):
        raise TypeError(f"{name}: expected a torch tensor, got {type(batch).__name__}")
    if batch.layout != torch.strided:
        raise TypeError(f"{name}: expected a dense tensor, got {batch.layout}; give .to_dense()")
