"""Pictures as points of the unit cube, and back; and two pictures that fit together."""

import numpy as np

from coursekit.color_transfer import shared
from coursekit.core import require


def in_unit(image):
    """Levels as float64: uint8 divided by 255, floats as they are."""
    return image / 255 if image.dtype == np.uint8 else image.astype(np.float64)


def as_picture(values, dtype, clip=True):
    """Give values of 0..1 a picture's dtype; uint8 is rounded half to even and saturated."""
    if dtype == np.uint8:
        levels = np.rint((values * 255).round(9))  # 127.5 may come out just below
        return np.clip(levels, 0, 255).astype(np.uint8)
    return (np.clip(values, 0, 1) if clip else values).astype(dtype)


def require_pair(target, reference):
    """Refuse all but two colour pictures of one dtype."""
    require.color(target, "target")
    require.color(reference, "reference")
    shared.require_same_dtype(target, reference)
