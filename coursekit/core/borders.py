"""Padding by index, with NumPy's border modes: the same for both engines.

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
    """Return the pad width with which a window (Kh, Kw), held by its anchor, fits every pixel."""
    return tuple((at, size - 1 - at) for size, at in zip(shape, anchor, strict=True))


def extended(size: int, before: int, after: int, border: Border) -> Array:
    """Return, for each place of a padded row, the index (0 to size - 1) of the pixel there."""
    return np.pad(np.arange(size), (before, after), mode=border)
