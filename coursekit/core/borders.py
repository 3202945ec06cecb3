"""What lies beyond the border of an image, as indices: NumPy's rules, the same for both engines.

Every rule but ``constant`` looks a pixel up inside the image. A row or a column of pixels is thus
extended by one list of indices, whatever its values are.
"""

import numpy as np

BORDERS = ("reflect", "symmetric", "edge", "constant", "wrap")


def around(shape, anchor):
    """Give the pad width that lets a window (Kh, Kw) be centred on every pixel by its anchor."""
    return tuple((at, size - 1 - at) for size, at in zip(shape, anchor, strict=True))


def extended(size, before, after, border):
    """Give, for each place of an extended row, the pixel (0 to size - 1) that is seen there."""
    return np.pad(np.arange(size), (before, after), mode=border)
