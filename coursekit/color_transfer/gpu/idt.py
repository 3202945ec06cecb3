"""IDT, iterative distribution transfer, for whole batches: twins of ``reference.idt``.

All is computed in double precision where the device has it: in single, a number near the edge of a
bin would fall to the other side than the reference's. Histograms are made by scattered sums of
whole numbers, which come out the same in any order.
"""

import numpy as np
import torch

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.unit_cube import (
    as_image,
    in_unit,
    like,
    require_floats,
    require_pair,
)
from coursekit.core import require
from coursekit.core.torch.chunks import pixel_chunks
from coursekit.core.torch.dtypes import accumulator_dtype
from coursekit.core.types import Array, Integer, Real

NUMBERS = 16  # at hand for each number of a pixel


def match_marginal(
    values: torch.Tensor, reference: torch.Tensor, bins: Integer = 300, offset: Integer = 0
) -> torch.Tensor:
    """IDT, one axis: one-dimensional transport of rows of numbers.

    Parameters
    ----------
    values : (..., N) float
    reference : (..., M) float on values' device: one row for all, or one for each

    Returns
    -------
    (..., N) float64 (float32 where the device has no other)

    Convention
    ----------
    Within 1e-9 of the range in float64; each row has a range of its own.
    """
    require_floats(values, "values", None)
    require_floats(reference, "reference", None)
    require.same_batch(values.shape[:-1], reference.shape[:-1])
    bins = require.whole(bins, "bins", 2, shared.MOST_BINS)
    offset = require.whole(offset, "offset", -1, 1)
    rows, wanted = values.unsqueeze(-2), reference.unsqueeze(-2)
    return _move_along(rows, wanted, np.eye(1), bins, 1.0, offset).squeeze(-2)


def project_and_match(
    colors: torch.Tensor,
    reference: torch.Tensor,
    axes: Array | torch.Tensor,
    bins: Integer = 300,
    relaxation: Real = 1.0,
    offset: Integer = 0,
) -> torch.Tensor:
    """IDT, one rotation: match clouds of colours by one-dimensional transport along its axes.

    Parameters
    ----------
    colors : (..., N, 3) float
    reference : (..., M, 3) float on colors' device: one cloud for all, or one for each
    axes : (K, 3) float, K >= 3, unit vectors as rows that span all three dimensions; NumPy's, or a
        tensor on the CPU

    Returns
    -------
    (..., N, 3) float64 (float32 where the device has no other), the colours moved

    Convention
    ----------
    Within 1e-9 of the range in float64.
    """
    require_floats(colors, "colors", None, 3)
    require_floats(reference, "reference", None, 3)
    require.same_batch(colors.shape[:-2], reference.shape[:-2])
    axes = shared.require_axes(axes)
    bins = require.whole(bins, "bins", 2, shared.MOST_BINS)
    relaxation = require.number(relaxation, "relaxation", 0, 1)
    offset = require.whole(offset, "offset", -1, 1)
    return _move_along(colors.mT, reference.mT, axes, bins, relaxation, offset).mT


def iterative_distribution_transfer(
    target: torch.Tensor,
    reference: torch.Tensor,
    iterations: Integer = 10,
    rotations: Array | torch.Tensor | None = None,
    seed: Integer = 0,
    bins: Integer = 300,
    relaxation: Real = 1.0,
    offset: Integer | None = None,
    clip: bool = True,
) -> torch.Tensor:
    """Iterative distribution transfer (IDT) of a batch of images.

    Parameters
    ----------
    target : (..., 3, H, W) uint8, or float in [0, 1]
    reference : of target's dtype and device, of any height and width; one for all, or one for each
    rotations : (iterations, K, 3) float, NumPy's or a tensor on the CPU, the axes of each iteration
        as rows, to replay a run of the authors' program; by default six axes sampled by
        ``shared.projection_axes``

    Returns
    -------
    Tensor of target's shape, dtype and device.

    Convention
    ----------
    All images are moved along the same axes. uint8 results are equal to the reference's, float
    within 1e-6.
    """
    require_pair(target, reference)
    rotations_given = rotations is not None
    rotations = shared.require_rotations(rotations, iterations, seed)
    bins = require.whole(bins, "bins", 2, shared.MOST_BINS)
    relaxation = require.number(relaxation, "relaxation", 0, 1)
    offset = -int(rotations_given) if offset is None else require.whole(offset, "offset", -1, 1)
    clip = require.flag(clip, "clip")
    colors, wanted = in_unit(target).flatten(-2), in_unit(reference).flatten(-2)
    for axes in rotations:
        colors = _move_along(colors, wanted, axes, bins, relaxation, offset)
    return as_image(colors.view(target.shape), target.dtype, clip)


def _move_along(planes, reference, axes, bins, relaxation, offset):
    """One iteration on planes (..., C, N), along axes (K, C)."""
    dtype = accumulator_dtype(planes.device)
    moved = torch.empty(planes.shape, dtype=dtype, device=planes.device).copy_(planes)
    wanted = reference.expand(*planes.shape[:-2], *reference.shape[-2:])
    stack, wanted = moved.view(-1, *moved.shape[-2:]), wanted.reshape(-1, *wanted.shape[-2:])
    back = like(relaxation * np.linalg.pinv(axes), moved)
    axes = like(axes, moved)
    least, most = _range_along(stack, axes)
    wanted_least, wanted_most = _range_along(wanted, axes)
    low = torch.minimum(least, wanted_least)
    width = (torch.maximum(most, wanted_most) - low).div_(bins - 1).clamp_(min=shared.NARROWEST)
    ours = _cumulative(stack, axes, low, width, bins)
    theirs = _cumulative(wanted, axes, low, width, bins)
    levels = torch.arange(bins, dtype=dtype, device=planes.device)
    moves = _look_up_inverse(theirs, ours).sub_(levels).add_(offset).mul_(width)
    to_mean = (axes @ wanted.mean(-1, keepdim=True, dtype=dtype)).sub_(least).add_(offset * width)
    moves = to_mean.where(most - least <= shared.EQUAL * width, moves)
    for images, chunk in pixel_chunks(stack, NUMBERS * len(axes)):
        positions = (axes @ stack[chunk]).sub_(low[images]).div_(width[images])
        stack[chunk].add_(back @ _look_up(moves[images], positions))
    return moved


def _range_along(stack, axes):
    """The smallest and the largest number on each axis: both (B, K, 1)."""
    least = axes.new_full((len(stack), len(axes), 1), torch.inf)
    most = -least
    for images, chunk in pixel_chunks(stack, NUMBERS * len(axes)):
        along = axes @ stack[chunk].to(axes.dtype)
        least[images] = torch.minimum(least[images], along.amin(-1, keepdim=True))
        most[images] = torch.maximum(most[images], along.amax(-1, keepdim=True))
    return least, most


def _cumulative(stack, axes, low, width, bins):
    """The share of numbers on each axis up to each bin, rising everywhere: (B, K, bins)."""
    counts = torch.zeros(*low.shape[:2], bins, dtype=torch.int32, device=stack.device)
    one = torch.ones((), dtype=torch.int32, device=stack.device)
    for images, chunk in pixel_chunks(stack, NUMBERS * len(axes)):
        positions = (axes @ stack[chunk].to(axes.dtype)).sub_(low[images]).div_(width[images])
        # Rounded first: between two bins, the last bit would choose the one or the other.
        nearest = positions.mul_(1e6).round_().div_(1e6).sub_(0.5).ceil_().long()
        counts[images].scatter_add_(-1, nearest, one.expand(nearest.shape))
    little = torch.arange(1, bins + 1, device=stack.device, dtype=axes.dtype).mul_(1e-6)
    return counts.cumsum(-1).add(little).div_(stack.shape[-1] + 1e-6 * bins)


def _look_up_inverse(curve, heights):
    """Where a rising curve (..., bins) has these heights, in bins; its ends beyond them."""
    above = torch.searchsorted(curve, heights).clamp_(1, curve.shape[-1] - 1)
    low, high = curve.gather(-1, above - 1), curve.gather(-1, above)
    return (heights - low).div_(high - low).clamp_(0, 1).add_(above - 1)


def _look_up(table, positions):
    """The straight lines between the numbers of a table (..., bins), at positions (..., N)."""
    steps = table.diff(dim=-1)
    below = positions.long().clamp_(max=steps.shape[-1] - 1)
    return table.gather(-1, below).addcmul_(steps.gather(-1, below), positions.sub_(below))
