"""Separable correlation: weighted sums of neighbours along one axis at a time."""

from collections.abc import Sequence

import torch

from coursekit.core import kernels
from coursekit.core.torch.padding import pad_axis, pad_planes
from coursekit.core.types import Array, Border

BLOCK = 32  # rows or columns in one matrix product


def filter_axis(
    image: torch.Tensor, weights: Sequence[float] | Array, axis: int, border: Border
) -> torch.Tensor:
    """Correlate with a row of weights along one axis."""
    length = image.shape[axis]
    padded = pad_axis(image, axis, len(weights) // 2, border)
    total = torch.zeros_like(image)
    for first, weight in enumerate(weights):
        total.add_(padded.narrow(axis, first, length), alpha=weight)
    return total


def filter_rows_and_columns(
    planes: torch.Tensor, row: Array, border: Border, dtype: torch.dtype
) -> torch.Tensor:
    """Correlate planes (..., H, W) with one row of weights along both axes.

    A weighted sum of neighbours is a product with a matrix that has the weights along its diagonal
    and zeros elsewhere. Split into blocks, it has few zeros, and matrix products are what
    processors do best. The second sum is computed in the given dtype. The first has products of 8
    bits and at most 16, which float32 represents exactly.
    """
    height, width = planes.shape[-2:]
    reach = len(row) // 2
    sides = [(reach, -size % BLOCK + reach) for size in (height, width)]
    padded = pad_planes(planes, sides, border, torch.promote_types(planes.dtype, torch.float32))
    band = torch.from_numpy(kernels.band(row, BLOCK)).to(padded)
    along_rows = _filtered_and_transposed(padded, band).to(dtype)
    return _filtered_and_transposed(along_rows, band.to(dtype))[..., :height, :width]


def _filtered_and_transposed(padded: torch.Tensor, band: torch.Tensor) -> torch.Tensor:
    """Filter the rows of (..., H, W + 2 reach), and return (..., W, H) without a copy."""
    blocks = padded.unfold(-1, len(band[0]), BLOCK)  # they overlap by the reach
    return (band @ blocks.movedim(-3, -1)).flatten(-3, -2)
