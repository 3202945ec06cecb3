"""The transfer curves of sRGB on tensors: as in ``core.color``."""

import torch


def srgb_to_linear(value):
    """sRGB decoding: linear light from the stored value, both in 0..1."""
    power = value.clamp(min=0.04045).add_(0.055).div_(1.055).pow_(2.4)
    return torch.where(value <= 0.04045, value / 12.92, power)


def linear_to_srgb(light):
    """sRGB encoding: the stored value from linear light, both in 0..1."""
    # A power computed with logarithms is several times as fast on a CPU.
    power = light.clamp(min=0.0031308).log2_().div_(2.4).exp2_().mul_(1.055).sub_(0.055)
    return torch.where(light <= 0.0031308, light * 12.92, power)
