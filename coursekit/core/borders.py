"""Border modes as indices, by NumPy's names: the same for both engines.

Every mode but ``constant`` repeats pixels of the image, so that one list of indices pads a row or a
column, whatever its values are.
"""

from collections.abc import Sequence
from typing import get_args

import numpy as np

from coursekit.core.types import Array, Border, Integer

BORDERS: tuple[Border, ...] = get_args(Border)


def around(
    shape: Sequence[Integer], anchor: Sequence[Integer]
) -> tuple[tuple[Integer, Integer], ...]:
    """Give the pad width that lets a window (Kh, Kw) be centred on every pixel by its anchor."""
    return tuple((at, size - 1 - at) for size, at in zip(shape, anchor, strict=True))


def extended(size: int, before: int, after: int, border: Border) -> Array:
    """Give, for each place of an extended row, the pixel (0 to size - 1) that is seen there."""
    return np.pad(np.arange(size), (before, after), mode=border)
