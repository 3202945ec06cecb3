"""How exactly a device counts: the widest floats it has, and the sums it rounds only once."""

from functools import cache

import torch


def widest(device):
    """float64, or float32 on Apple's GPUs; what is exact in float64 is then only near."""
    return torch.float32 if device.type == "mps" else torch.float64


def multiply_add(total, values, weight):
    """total + weight * values in float32, rounded once at the end; total may be written over."""
    if _rounds_once(total.device):
        return total.add_(values, alpha=weight)
    wide = widest(total.device)
    return total.to(wide).add_(values.to(wide), alpha=weight).float()


@cache
def _rounds_once(device):
    """Whether a sum of the device keeps the last bit of a product, in rows and in columns."""
    if device.type == "meta":
        return True
    factor = 1 + 2**-12
    values = torch.full((67, 3), factor, device=device)
    total = torch.full_like(values, 2**-24 - factor**2)  # float32 has no room for factor ** 2
    sums = [total.add(values, alpha=factor), total[:, :1].add(values[:, :1], alpha=factor)]
    return bool((torch.cat(sums, dim=1) == 2**-24).all())
