"""Positions are worked out in float64, which Apple's GPUs do not have."""

import torch


def wide(device):
    """The widest float of a device."""
    return torch.float32 if device.type == "mps" else torch.float64


def there(numbers, device, dtype=None):
    """Send NumPy's numbers to a device: the only way from the CPU, a few bytes a picture."""
    dtype = dtype or (wide(device) if numbers.dtype.kind == "f" else None)
    return torch.from_numpy(numbers).to(dtype).to(device, non_blocking=True)
