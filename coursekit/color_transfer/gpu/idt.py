"""The whole distribution of colours, for whole batches: twins of ``reference.idt``.

All is counted in double precision where the device has it: in single, a number near the edge of a
bin would fall to the other side than the reference's. Histograms are made by scattered sums of
whole numbers, which come out the same in any order.
"""

import numpy as np
import torch

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.unit_cube import as_picture, in_unit, like, require_pair
from coursekit.color_transfer.shared import halves, projection_axes, triangle_taps
from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import pixel_chunks
from coursekit.core.torch.dtypes import accumulator_dtype
from coursekit.core.types import Array, Integer, Real

_NEIGHBOURS = ((-2, -1), (-2, 1), (-1, -1), (-1, 1))  # the axis, and the step along it

NUMBERS = 16  # at hand for each number of a pixel


def match_marginal(
    values: torch.Tensor, reference: torch.Tensor, bins: Integer = 300, offset: Integer = 0
) -> torch.Tensor:
    """Give rows of numbers the distribution of other rows.

    Parameters
    ----------
    values : (..., N) float
    reference : (..., M) float on values' device: one row for all, or one for each
    offset : -1, 0 or 1, by how many bins the result is moved

    Returns
    -------
    (..., N) float64 (float32 where the device has no other)

    Convention
    ----------
    As ``reference.match_marginal``, within 1e-9 of the range in float64; each row has a range of
    its own.

    Raises
    ------
    TypeError, ValueError : values or reference are no rows of floats, or of other numbers of rows;
        bins < 2.
    """
    shared.require_floats(values, "values", None)
    shared.require_floats(reference, "reference", None)
    require.same_batch(values.shape[:-1], reference.shape[:-1])
    shared.require_matching(bins, offset=offset)
    rows, wanted = values.unsqueeze(-2), reference.unsqueeze(-2)
    return _moved(rows, wanted, np.eye(1), bins, 1.0, offset).squeeze(-2)


def project_and_match(
    colors: torch.Tensor,
    reference: torch.Tensor,
    axes: Array | torch.Tensor,
    bins: Integer = 300,
    relaxation: Real = 1.0,
    offset: Integer = 0,
) -> torch.Tensor:
    """Match clouds of colours along some axes: one iteration of the transfer.

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
    As ``reference.project_and_match``, within 1e-9 of the range in float64.

    Raises
    ------
    TypeError, ValueError : colors, reference or axes are no floats of these shapes, the axes lie in
        a plane, or relaxation leaves [0, 1].
    """
    shared.require_floats(colors, "colors", None, 3)
    shared.require_floats(reference, "reference", None, 3)
    require.same_batch(colors.shape[:-2], reference.shape[:-2])
    shared.require_matching(bins, relaxation, offset)
    return _moved(colors.mT, reference.mT, shared.require_axes(axes), bins, relaxation, offset).mT


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
    """Give each picture the whole distribution of its reference's colours, axis after axis.

    Parameters
    ----------
    target : (..., 3, H, W) uint8, or float in [0, 1]
    reference : of target's dtype and device, of any height and width; one for all, or one for each
    rotations : (iterations, K, 3) float, NumPy's or a tensor on the CPU, the axes of each iteration
        as rows, to replay a run of the authors' program; by default six axes drawn by
        ``shared.projection_axes``
    offset : -1, 0, 1 or None, as for ``match_marginal``; None is -1 where rotations are given and 0
        where they are not

    Returns
    -------
    Tensor of target's shape, dtype and device.

    Convention
    ----------
    All pictures are moved along the same axes. uint8 results are equal to the reference's, float
    within 1e-6; but for targets of one colour.

    Raises
    ------
    TypeError, ValueError : target or reference is no batch of colour pictures; the dtypes differ,
        or the numbers of pictures; rotations have another shape, or axes in a plane; a number is
        out of its range.
    """
    require_pair(target, reference)
    replayed = shared.require_transfer(iterations, rotations, seed)
    rotations = projection_axes(iterations, seed) if replayed is None else replayed
    offset = (0 if replayed is None else -1) if offset is None else offset
    shared.require_matching(bins, relaxation, offset)
    colors, wanted = in_unit(target).flatten(-2), in_unit(reference).flatten(-2)
    for axes in rotations:
        colors = _moved(colors, wanted, axes, bins, relaxation, offset)
    return as_picture(colors.view(target.shape), target.dtype, clip)


def regrain_weights(
    target: torch.Tensor, scale: Real = 1.0, smoothness: Real = 1.0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Tell where each picture's gradients must be kept (φ), and where its new colours must (ψ).

    Parameters
    ----------
    target : (..., 3, H, W) float in [0, 1]

    Returns
    -------
    phi, psi : (..., H, W) float64 (float32 where the device has no other)

    Convention
    ----------
    As ``reference.regrain_weights``, within 1e-9 in float64.

    Raises
    ------
    TypeError, ValueError : target is no batch of colour pictures of floats; scale or smoothness is
        not positive.
    """
    shared.require_floats(target, "target", 3, None, None)
    scale = require.number(scale, "scale", shared.POSITIVE)
    smoothness = require.number(smoothness, "smoothness", shared.POSITIVE)
    target = target.to(accumulator_dtype(target.device))
    up, down, left, right = (_shifted(target, *step) for step in _NEIGHBOURS)
    slope = down.sub_(up).square_().add_(right.sub_(left).square_()).sum(-3).sqrt_()
    phi = 30 * scale / slope.mul(10 / smoothness).add_(1)
    return phi, slope.mul_(256 / 5).clamp_(max=1)


def regrain(
    result: torch.Tensor,
    target: torch.Tensor,
    sweeps: tuple[Integer, ...] | list[int] = (4, 16, 32, 64, 64, 64),
    smoothness: Real = 1.0,
    clip: bool = True,
) -> torch.Tensor:
    """Give recoloured pictures the gradients of the pictures that they were made of.

    Parameters
    ----------
    result : (..., 3, H, W) of target's shape, dtype and device, recoloured; floats may leave [0, 1]
    target : (..., 3, H, W) uint8, or float in [0, 1], before it was recoloured

    Returns
    -------
    Tensor of target's shape, dtype and device.

    Convention
    ----------
    uint8 results are equal to the reference's, float within 1e-6.

    Raises
    ------
    TypeError, ValueError : result or target is no batch of colour pictures, they differ in shape or
        dtype; sweeps are no whole numbers; smoothness is not positive.
    """
    require_tensor(target, "target", channels=(3,))
    require_tensor(result, "result", channels=(3,))
    shared.require_same_shape(target, result, "result", "target")
    shared.require_regraining(sweeps, smoothness)
    sizes = halves(*target.shape[-2:], len(sweeps))
    pyramid = [(in_unit(target), in_unit(result))]
    for size in sizes[1:]:
        pyramid.append([_scaled(picture, size) for picture in pyramid[-1]])
    grained = pyramid[-1][0]
    for level in reversed(range(len(sizes))):
        grained = _scaled(grained, sizes[level])
        grained = _relaxed(grained, *pyramid[level], sweeps[level], 2.0**-level, smoothness)
    return as_picture(grained, target.dtype, clip)


def _moved(planes, reference, axes, bins, relaxation, offset):
    """One iteration on planes (..., C, N), along axes (K, C)."""
    wide = accumulator_dtype(planes.device)
    moved = torch.empty(planes.shape, dtype=wide, device=planes.device).copy_(planes)
    wanted = reference.expand(*planes.shape[:-2], *reference.shape[-2:])
    stack, wanted = (each.reshape(-1, *each.shape[-2:]) for each in (moved, wanted))
    back = like(relaxation * np.linalg.pinv(axes), moved)
    axes = like(axes, moved)
    low, width = _bins(stack, wanted, axes, bins)
    theirs, ours = (_cumulative(each, axes, low, width, bins) for each in (wanted, stack))
    levels = torch.arange(bins, dtype=wide, device=planes.device)
    moves = _read_backwards(theirs, ours).sub_(levels).add_(offset).mul_(width)
    for pictures, chunk in pixel_chunks(stack, NUMBERS * len(axes)):
        positions = _positions(stack[chunk], axes, low[pictures], width[pictures])
        stack[chunk].add_(back @ _read(moves[pictures], positions))
    return moved


def _bins(stack, wanted, axes, bins):
    """Where the first bin is on each axis, and how wide all are: both (B, K, 1)."""
    ends = [_ends(each, axes) for each in (stack, wanted)]
    low = torch.minimum(*(least for least, _ in ends))
    high = torch.maximum(*(most for _, most in ends))
    width = ((high - low) / (bins - 1)).clamp_(min=torch.finfo(low.dtype).tiny)
    return low.unsqueeze(-1), width.unsqueeze(-1)


def _ends(stack, axes):
    """The smallest and the largest number on each axis: both (B, K)."""
    least = axes.new_full((len(stack), len(axes)), torch.inf)
    most = -least
    for pictures, chunk in pixel_chunks(stack, NUMBERS * len(axes)):
        along = axes @ stack[chunk].to(axes.dtype)
        least[pictures] = torch.minimum(least[pictures], along.amin(-1))
        most[pictures] = torch.maximum(most[pictures], along.amax(-1))
    return least, most


def _positions(planes, axes, low, width):
    """Where colours (B, C, P) are along the axes, in bins: (B, K, P)."""
    return (axes @ planes.to(axes.dtype)).sub_(low).div_(width)


def _cumulative(stack, axes, low, width, bins):
    """The share of numbers on each axis up to each bin, rising everywhere: (B, K, bins)."""
    counts = torch.zeros(*low.shape[:2], bins, dtype=torch.int32, device=stack.device)
    one = torch.ones((), dtype=torch.int32, device=stack.device)
    for pictures, chunk in pixel_chunks(stack, NUMBERS * len(axes)):
        positions = _positions(stack[chunk], axes, low[pictures], width[pictures])
        # Rounded first: between two bins, the last bit would choose the one or the other.
        nearest = positions.mul_(1e6).round_().div_(1e6).sub_(0.5).ceil_().long()
        counts[pictures].scatter_add_(-1, nearest, one.expand(nearest.shape))
    little = torch.arange(1, bins + 1, device=stack.device, dtype=axes.dtype).mul_(1e-6)
    return counts.cumsum(-1).add(little).div_(stack.shape[-1] + 1e-6 * bins)


def _read_backwards(curve, heights):
    """Where a rising curve (..., bins) has these heights, in bins; its ends beyond them."""
    curve = curve.expand(heights.shape).contiguous()
    above = torch.searchsorted(curve, heights).clamp_(1, curve.shape[-1] - 1)
    low, high = curve.gather(-1, above - 1), curve.gather(-1, above)
    return (heights - low).div_(high - low).clamp_(0, 1).add_(above - 1)


def _read(table, positions):
    """The straight lines between the numbers of a table (..., bins), at positions (..., N)."""
    steps = table.diff(dim=-1)
    below = positions.long().clamp_(max=steps.shape[-1] - 1)
    return table.gather(-1, below).addcmul_(steps.gather(-1, below), positions.sub_(below))


def _relaxed(grained, target, result, sweeps, scale, smoothness):
    """Jacobi sweeps: each pixel as its neighbours, the target's slopes and the result want it."""
    phi, psi = (plane.unsqueeze(-3) for plane in regrain_weights(target, scale, smoothness))
    between = [_shifted(phi, *step).add_(phi).div_(2) for step in _NEIGHBOURS]
    wanted, share = psi * result, 0.8 / (psi + sum(between))
    for weight, step in zip(between, _NEIGHBOURS, strict=True):
        wanted.addcmul_(weight, target - _shifted(target, *step))
    for _ in range(sweeps):
        pulled = wanted.clone()
        for weight, step in zip(between, _NEIGHBOURS, strict=True):
            _add_neighbours(pulled, weight, grained, *step)
        grained = pulled.mul_(share).add_(grained, alpha=0.2)
    return grained


def _beside(size, step):
    """Slices of an axis: pixels with a neighbour, these, and the border's, its own neighbour."""
    inner = (slice(1, size), slice(0, size - 1))
    return (
        *(inner if step < 0 else inner[::-1]),
        slice(0, 1) if step < 0 else slice(size - 1, size),
    )


def _shifted(picture, axis, step):
    """What each pixel has beside it; the border's repeats."""
    here, there, border = _beside(picture.shape[axis], step)
    parts = [_cut(picture, axis, border), _cut(picture, axis, there)]
    return torch.cat(parts if step < 0 else parts[::-1], dim=axis)


def _add_neighbours(total, weight, picture, axis, step):
    """total + weight * what each pixel has beside it, in place and without a shifted copy."""
    here, there, border = _beside(picture.shape[axis], step)
    for own, other in ((here, there), (border, border)):
        parts = (_cut(weight, axis, own), _cut(picture, axis, other))
        _cut(total, axis, own).addcmul_(*parts)


def _cut(picture, axis, part):
    return picture[..., part, :] if axis == -2 else picture[..., part]


def _scaled(picture, size):
    for axis, new in zip((-2, -1), size, strict=True):
        index, weights = triangle_taps(picture.shape[axis], new)
        index = torch.from_numpy(index).to(picture.device)
        weights = like(weights, picture).T.unflatten(-1, (-1, 1) if axis == -2 else (1, -1))
        picture = sum(
            picture.index_select(axis, taps).mul_(weight)
            for taps, weight in zip(index.T, weights, strict=True)
        )
    return picture
