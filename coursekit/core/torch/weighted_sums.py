"""Resampling along an axis, for resize and both pyramids: a weighted sum of a few samples.

Rows are contiguous in memory, so ``embedding_bag`` sums whole rows without storing weighted ones.
Columns are gathered, one tap after the other.
"""

from collections.abc import Callable

import torch
from torch.nn.functional import embedding_bag

from coursekit.core.torch.chunks import in_chunks
from coursekit.core.types import Array, Shape


def resample(
    image: torch.Tensor, shape: Shape, work: Callable[[torch.Tensor], torch.Tensor]
) -> torch.Tensor:
    """Apply work, from (B, H, W) to (B, height, width), to a batch (..., H, W)."""
    planes = image.reshape(-1, *image.shape[-2:])
    numbers = max(image.shape[-2:].numel(), shape[0] * shape[1])
    return in_chunks(work, planes, numbers).view(*image.shape[:-2], *shape)


def weigh_rows(stack: torch.Tensor, index: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Sum rows: stack (B, H, W) float, index and weights (height, taps), to (B, height, W)."""
    images, size, width = stack.shape
    first = torch.arange(0, images * size, size, device=stack.device)
    bags = (first[:, None, None] + index).flatten(0, 1)
    rows = embedding_bag(
        bags, stack.flatten(0, 1), mode="sum", per_sample_weights=weights.repeat(images, 1)
    )
    return rows.view(images, -1, width)


def weigh_columns(stack: torch.Tensor, index: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Sum columns: stack (B, H, W), index and weights (width, taps), to (B, H, width)."""
    terms = (stack.gather(-1, columns.expand(*stack.shape[:2], -1)) for columns in index.T)
    if len(index.T) == 2 and stack.is_floating_point():
        return next(terms).lerp_(next(terms), weights[:, 1])  # the two weights sum to 1
    total = next(terms).mul_(weights[:, 0])
    for term, weight in zip(terms, weights.T[1:], strict=True):
        total.addcmul_(term, weight)
    return total


def on(
    image: torch.Tensor, index: Array, weights: Array, dtype: torch.dtype | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Move NumPy taps to the image's device, the weights as dtype (by default the image's)."""
    sent = torch.from_numpy(weights).to(image.device, dtype or image.dtype)
    return torch.from_numpy(index).to(image.device), sent
