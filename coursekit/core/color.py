"""The transfer curves of sRGB, and the weights of luma.

IEC 61966-2-1:1999 (sRGB); ITU-R BT.601-7, §2.5.1 (luma).
"""

import numpy as np

from coursekit.core.types import Array

LUMA = (0.299, 0.587, 0.114)  # of the stored values of R, G and B


def srgb_to_linear(value: Array) -> Array:
    """sRGB decoding: linear light from the stored value, both in 0..1."""
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def linear_to_srgb(light: Array) -> Array:
    """sRGB encoding: the stored value from linear light, both in 0..1."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
