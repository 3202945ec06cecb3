"""Accumulator dtypes, NumPy constants as tensors, and rounding back to gray levels."""

from functools import cache

import torch

from coursekit.core.types import Array, Real


def accumulator_dtype(device: torch.device) -> torch.dtype:
    """float64, or float32 on Apple's GPUs, where results are then only approximate."""
    return torch.float32 if device.type == "mps" else torch.float64


def exact_dtype(largest: Real, device: torch.device) -> torch.dtype:
    """Return the smaller float that represents whole numbers up to the largest exactly."""
    return torch.float32 if largest <= 2**24 else accumulator_dtype(device)


def as_accumulator(levels: torch.Tensor) -> torch.Tensor:
    """uint8 in the accumulator dtype, so that all devices round the same; floats unchanged."""
    return levels.to(accumulator_dtype(levels.device)) if levels.dtype == torch.uint8 else levels


def to_device(
    numbers: Array, device: torch.device, dtype: torch.dtype | None = None
) -> torch.Tensor:
    """Move a NumPy array to a device; floats in the accumulator dtype, if none is given."""
    dtype = dtype or (accumulator_dtype(device) if numbers.dtype.kind == "f" else None)
    return torch.from_numpy(numbers).to(dtype).to(device, non_blocking=True)


def to_uint8(values: torch.Tensor) -> torch.Tensor:
    """Values of 0..255 as uint8, truncated.

    A CPU converts floats to bytes one by one, but floats to int16, and these to bytes, many at
    once, which is five times as fast. An accelerator reads and writes memory only once.
    """
    return (values.short() if values.is_cpu else values).byte()


def saturate(total: torch.Tensor, dtype: torch.dtype, signed: bool = False) -> torch.Tensor:
    """Round half to even if levels are whole numbers, and saturate; total is overwritten."""
    if dtype != torch.uint8:
        return total if signed else total.clamp_(0, 1)
    if signed:
        return total.round_().clamp_(-32768, 32767).short()
    return to_uint8(total.round_().clamp_(0, 255))


def multiply_add(total: torch.Tensor, values: torch.Tensor, weight: float) -> torch.Tensor:
    """total + weight * values in float32, rounded once at the end; total may be overwritten."""
    if _rounds_once(total.device):
        return total.add_(values, alpha=weight)
    dtype = accumulator_dtype(total.device)
    return total.to(dtype).add_(values.to(dtype), alpha=weight).float()


@cache
def _rounds_once(device: torch.device) -> bool:
    """Whether the device's sums keep the last bit of a product, in rows and in columns."""
    if device.type == "meta":
        return True
    factor = 1 + 2**-12
    values = torch.full((67, 3), factor, device=device)
    total = torch.full_like(values, 2**-24 - factor**2)  # float32 cannot represent factor ** 2
    sums = [total.add(values, alpha=factor), total[:, :1].add(values[:, :1], alpha=factor)]
    return bool((torch.cat(sums, dim=1) == 2**-24).all())
