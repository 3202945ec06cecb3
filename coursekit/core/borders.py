"""Padding by index, with NumPy's border modes, for ``reference`` and ``gpu``.

Every mode except ``constant`` repeats pixels of the image, so one list of indices pads a row or a
column, whatever its values.
"""

from collections.abc import Sequence
from typing import get_args

import numpy as np

from coursekit.core.types import Array, Border, Integer

BORDERS: tuple[Border, ...] = get_args(Border)


def around(
    shape: Sequence[Integer], anchor: Sequence[Integer]
) -> tuple[tuple[Integer, Integer], ...]:
    """Return the pad width that lets a window (Kh, Kw), placed by its anchor, fit every pixel."""
    return tuple((at, size - 1 - at) for size, at in zip(shape, anchor, strict=True))


def extended(size: int, before: int, after: int, border: Border) -> Array:
    """Return the index (0 to size - 1) of the pixel at each position of a padded row."""
    return np.pad(np.arange(size), (before, after), mode=border)
