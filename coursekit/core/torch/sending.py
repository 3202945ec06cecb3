"""The only way from the CPU: the few numbers a picture that are drawn or checked there."""

import torch

from coursekit.core.torch.precision import widest


def there(numbers, device, dtype=None):
    """Send NumPy's numbers to a device; floats as the widest that it has, if no dtype is given."""
    dtype = dtype or (widest(device) if numbers.dtype.kind == "f" else None)
    return torch.from_numpy(numbers).to(dtype).to(device, non_blocking=True)
