"""Checks of tensor arguments, beside those of ``core.require``.

They read type, dtype and shape, never values: reading a value would make the program wait for the
device.
"""

from collections.abc import Collection

import torch


def require_tensor(
    batch: torch.Tensor, name: str = "image", channels: Collection[int] | None = None
) -> None:
    """Refuse all but a (..., C, H, W) tensor, uint8 or float; ``channels`` lists the C allowed."""
    require_torch(batch, name)
    if batch.dtype not in (torch.uint8, torch.float32, torch.float64):
        raise TypeError(f"{name}: expected uint8 or float in [0, 1], got {batch.dtype}")
    _require_pixels(batch, name)
    if channels and batch.shape[-3] not in channels:
        allowed = " or ".join(map(str, channels))
        shape = tuple(batch.shape)
        raise ValueError(f"{name}: expected {allowed} channels in (..., C, H, W), got {shape}")


def require_mask(batch: torch.Tensor, name: str = "mask") -> None:
    """Refuse all but a (..., C, H, W) tensor of bool or uint8, in which 0 is background."""
    require_torch(batch, name)
    if batch.dtype not in (torch.bool, torch.uint8):
        raise TypeError(f"{name}: expected bool or uint8, got {batch.dtype}")
    _require_pixels(batch, name)


def require_labels(batch: torch.Tensor, name: str = "labels", channels: int | None = None) -> None:
    """Refuse all but whole numbers in (..., C, H, W), or with so many channels."""
    require_torch(batch, name)
    if batch.is_floating_point() or batch.dtype == torch.bool:
        raise TypeError(f"{name}: expected whole numbers, got {batch.dtype}")
    _require_pixels(batch, name)
    if channels and batch.shape[-3] != channels:
        shape = tuple(batch.shape)
        raise ValueError(f"{name}: expected shape (..., {channels}, H, W), got {shape}")


def require_torch(batch: object, name: str) -> None:
    """Refuse all but dense tensors, of any shape and dtype."""
    if not isinstance(batch, torch.Tensor):
        raise TypeError(f"{name}: expected a torch tensor, got {type(batch).__name__}")
    if batch.layout != torch.strided:
        raise TypeError(f"{name}: expected a dense tensor, got {batch.layout}; give .to_dense()")


def _require_pixels(batch: torch.Tensor, name: str) -> None:
    if batch.ndim < 3 or batch.numel() == 0:
        shape = tuple(batch.shape)
        raise ValueError(f"{name}: expected shape (..., C, H, W) with pixels in it, got {shape}")
