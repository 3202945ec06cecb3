"""The widest floats a device has: some accelerators know no float64."""

import torch


def widest(device):
    """float64, or float32 on Apple's GPUs; what is exact in float64 is then only near."""
    return torch.float32 if device.type == "mps" else torch.float64
