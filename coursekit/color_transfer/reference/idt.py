"""The whole distribution of colours: matchings on turned axes, and the grain back.

Pitié, Kokaram and Dahyot 2007 (the transfer), and 2005 (the regraining).
"""

import numpy as np

from coursekit.color_transfer import shared
from coursekit.color_transfer.reference.unit_cube import as_picture, in_unit, require_pair
from coursekit.color_transfer.shared import halves, projection_axes, triangle_taps
from coursekit.core import require
from coursekit.core.types import Array, Integer, Real

_NEIGHBOURS = ((-1, 0), (1, 0), (0, -1), (0, 1))


def match_marginal(
    values: Array, reference: Array, bins: Integer = 300, offset: Integer = 0
) -> Array:
    """Give numbers the distribution of other numbers: the matching of 03, on a line.

    Parameters
    ----------
    values : (N,) float
    reference : (M,) float
    bins : int >= 2, of both histograms, on the range of both together
    offset : -1, 0 or 1, by how many bins the result is moved: -1 replays the authors' program,
        which lands one bin low

    Returns
    -------
    (N,) float64

    Convention
    ----------
    x becomes G⁻¹(F(x)), with F and G the cumulative histograms and straight lines between the bins.
    The first bin is centred on the smallest number of both, the last one on the largest; a number
    in the middle between two bins counts for the lower. Each bin has 1e-6 of a number more than it
    has, so that both curves rise everywhere. As exact as a bin is wide.

    Raises
    ------
    TypeError, ValueError : values or reference are no rows of finite floats; bins < 2.

    References
    ----------
    Pitié, Kokaram and Dahyot 2007, §3.1. Taught in 10 §4.
    """
    shared.require_finite(values, "values", None)
    shared.require_finite(reference, "reference", None)
    shared.require_matching(bins, offset=offset)
    values, reference = values.astype(np.float64), reference.astype(np.float64)
    low, high = min(values.min(), reference.min()), max(values.max(), reference.max())
    width = max((high - low) / (bins - 1), shared.POSITIVE)
    ours, theirs = ((numbers - low) / width for numbers in (values, reference))
    levels = np.arange(bins)
    table = np.interp(_cumulative(ours, bins), _cumulative(theirs, bins), levels)  # G⁻¹(F)
    return (np.interp(ours, levels, table) + offset) * width + low


def project_and_match(
    colors: Array,
    reference: Array,
    axes: Array,
    bins: Integer = 300,
    relaxation: Real = 1.0,
    offset: Integer = 0,
) -> Array:
    """Match two clouds of colours along some axes: one iteration of the transfer.

    Parameters
    ----------
    colors : (N, 3) float
    reference : (M, 3) float
    axes : (K, 3) float, K >= 3, unit vectors as rows that span all three dimensions
    bins : int >= 2, as for ``match_marginal``
    relaxation : float in [0, 1], how much of the way is gone
    offset : -1, 0 or 1, as for ``match_marginal``

    Returns
    -------
    (N, 3) float64, the colours moved

    Convention
    ----------
    Each axis wants the colours moved along it; with more than three axes the wishes contradict each
    other, and the move is the one of least squares: axes⁺ (matched - projected).

    Raises
    ------
    TypeError, ValueError : colors, reference or axes are no finite floats of these shapes, the
        axes lie in a plane, or relaxation leaves [0, 1].

    References
    ----------
    Pitié, Kokaram and Dahyot 2007, algorithm 1. Taught in 10 §4.
    """
    shared.require_finite(colors, "colors", None, 3)
    shared.require_finite(reference, "reference", None, 3)
    shared.require_matching(bins, relaxation, offset)
    axes = shared.require_axes(axes)
    moves = [match_marginal(colors @ a, reference @ a, bins, offset) - colors @ a for a in axes]
    return colors + relaxation * (np.linalg.pinv(axes) @ moves).T


def iterative_distribution_transfer(
    target: Array,
    reference: Array,
    iterations: Integer = 10,
    rotations: Array | None = None,
    seed: Integer = 0,
    bins: Integer = 300,
    relaxation: Real = 1.0,
    offset: Integer | None = None,
    clip: bool = True,
) -> Array:
    """Give a picture the whole distribution of another one's colours, axis after axis.

    Parameters
    ----------
    target : (H, W, 3) uint8, or float in [0, 1]. What is recoloured
    reference : of target's dtype, of any height and width. Whose colours are wanted
    iterations : int >= 0
    rotations : (iterations, K, 3) float, the axes of each iteration as rows, to replay a run of the
        authors' program; by default six axes drawn by ``shared.projection_axes``
    seed : int >= 0, of the axes drawn; unused where rotations are given
    bins : int >= 2, as for ``match_marginal``
    relaxation : float in [0, 1], as for ``project_and_match``
    offset : -1, 0, 1 or None, as for ``match_marginal``; None is -1 where rotations are given,
        since the authors' program lands one bin low, and 0 where they are not
    clip : bool, saturate floats to [0, 1]; uint8 always is

    Returns
    -------
    Array of target's shape and dtype.

    Convention
    ----------
    k iterations are the first k of any more with the same seed. The colours are worked on in 0..1,
    in double precision; uint8 is rounded half to even. The order of the reference's pixels does not
    matter. Beside the authors' program with its rotations replayed: a mean difference below 1e-3,
    and under 2 % of the values off by more than 1/255 (values on the edge of a bin fall to the one
    side or the other). Without the offset, pictures of the same colours stay as they are. A target
    of one colour has no distribution to stretch: which colour it becomes hangs on rounding.

    Raises
    ------
    TypeError, ValueError : target or reference is no colour picture; the dtypes differ; rotations
        have another shape, or axes in a plane; a number is out of its range.

    References
    ----------
    Pitié, Kokaram and Dahyot 2007, algorithm 1. Taught in 10 §4.
    """
    require_pair(target, reference)
    replayed = shared.require_transfer(iterations, rotations, seed)
    rotations = projection_axes(iterations, seed) if replayed is None else replayed
    offset = (0 if replayed is None else -1) if offset is None else offset
    shared.require_matching(bins, relaxation, offset)
    colors, wanted = (in_unit(image).reshape(-1, 3) for image in (target, reference))
    for axes in rotations:
        colors = project_and_match(colors, wanted, axes, bins, relaxation, offset)
    return as_picture(colors.reshape(target.shape), target.dtype, clip)


def regrain_weights(
    target: Array, scale: Real = 1.0, smoothness: Real = 1.0
) -> tuple[Array, Array]:
    """Tell where a picture's gradients must be kept (φ), and where its new colours must (ψ).

    Parameters
    ----------
    target : (H, W, 3) float in [0, 1], the picture before its colours were changed
    scale : float > 0, 1 for the full picture, 1/2 for half of its height and width ...
    smoothness : float > 0, the larger, the smoother across edges

    Returns
    -------
    phi, psi : (H, W) float64

    Convention
    ----------
    φ = 30 scale / (1 + 10 |∇I| / smoothness) and ψ = min(1, 256 |∇I| / 5): in flat parts the grain
    matters, across edges the colours. |∇I| is over rows, columns and the three channels, of
    differences from the pixel before to the pixel behind; at the border, the nearest one counts
    again.

    Raises
    ------
    TypeError, ValueError : target is no colour picture of floats; scale or smoothness is not
        positive.

    References
    ----------
    Pitié, Kokaram and Dahyot 2007, §5. Taught in 10 §4.
    """
    require.color(target, "target")
    shared.require_finite(target, "target", None, None, 3)
    scale = require.number(scale, "scale", shared.POSITIVE)
    smoothness = require.number(smoothness, "smoothness", shared.POSITIVE)
    up, down, left, right = (_shifted(target.astype(np.float64), step) for step in _NEIGHBOURS)
    slope = np.sqrt(((down - up) ** 2 + (right - left) ** 2).sum(axis=2))
    return 30 * scale / (1 + 10 * slope / smoothness), np.minimum(1, 256 * slope / 5)


def regrain(
    result: Array,
    target: Array,
    sweeps: tuple[Integer, ...] | list[int] = (4, 16, 32, 64, 64, 64),
    smoothness: Real = 1.0,
    clip: bool = True,
) -> Array:
    """Give a recoloured picture the gradients of the picture that it was made of.

    The picture J that makes  ∫ φ |∇J - ∇target|² + ψ |J - result|²  small, from coarse to fine.

    Parameters
    ----------
    result : (H, W, 3) of target's dtype, recoloured; floats may leave [0, 1]
    target : (H, W, 3) uint8, or float in [0, 1], before it was recoloured
    sweeps : tuple of int >= 0, at the full size, at its half, its quarter ...
    smoothness : float > 0, as for ``regrain_weights``
    clip : bool, saturate floats to [0, 1]; uint8 always is

    Returns
    -------
    Array of target's shape and dtype.

    Convention
    ----------
    Damped Jacobi sweeps (four fifths of each step) of the Euler-Lagrange equation on pictures
    halved (rounded up, bilinear with a kernel as wide as two pixels of the coarse one) while both
    sides of the half stay above 20 pixels, starting from the target. Double precision. Within 1e-9
    of the authors' program on sizes that halve evenly, else within 5e-3. The sweeps are few, and
    stop before the minimum: ``regrain(target, target)`` is the target but for a little of its
    finest grain (0.005 on average).

    Raises
    ------
    TypeError, ValueError : result or target is no colour picture, they differ in shape or dtype;
        sweeps are no whole numbers; smoothness is not positive.

    References
    ----------
    Pitié, Kokaram and Dahyot 2005; 2007, §5. Taught in 10 §4.
    """
    require.color(target, "target")
    _require_recolored(result, target)
    shared.require_regraining(sweeps, smoothness)
    sizes = halves(*target.shape[:2], len(sweeps))
    pyramid = [(in_unit(target), in_unit(result))]
    for size in sizes[1:]:
        pyramid.append([_scaled(picture, size) for picture in pyramid[-1]])
    grained = pyramid[-1][0]
    for level in reversed(range(len(sizes))):
        grained = _scaled(grained, sizes[level])
        grained = _relaxed(grained, *pyramid[level], sweeps[level], 2.0**-level, smoothness)
    return as_picture(grained, target.dtype, clip)


def _cumulative(positions, bins):
    """The share of numbers up to each bin, rising everywhere."""
    # Rounded first: a number between two bins would fall to the one or the other by its last bit.
    nearest = np.ceil(positions.round(6) - 0.5).astype(np.int64)
    counts = np.bincount(nearest, minlength=bins).cumsum()
    return (counts + 1e-6 * np.arange(1, bins + 1)) / (len(positions) + 1e-6 * bins)


def _relaxed(grained, target, result, sweeps, scale, smoothness):
    """Jacobi sweeps: each pixel as its neighbours, the target's slopes and the result want it."""
    phi, psi = regrain_weights(np.clip(target, 0, 1), scale, smoothness)
    between = [((_shifted(phi, step) + phi) / 2)[..., None] for step in _NEIGHBOURS]
    wanted = psi[..., None] * result
    for weight, step in zip(between, _NEIGHBOURS, strict=True):
        wanted += weight * (target - _shifted(target, step))
    for _ in range(sweeps):
        pulled = wanted.copy()
        for weight, step in zip(between, _NEIGHBOURS, strict=True):
            pulled += weight * _shifted(grained, step)
        grained = 0.8 * pulled / (psi[..., None] + sum(between)) + 0.2 * grained
    return grained


def _shifted(picture, step):
    """What each pixel has beside it, a step in rows and columns away; the border's repeats."""
    rows, columns = (np.arange(size) for size in picture.shape[:2])
    rows, columns = rows + step[0], columns + step[1]
    taken = picture.take(rows.clip(0, rows.size - 1), axis=0) if step[0] else picture
    return taken.take(columns.clip(0, columns.size - 1), axis=1) if step[1] else taken


def _scaled(picture, size):
    for axis in (0, 1):
        index, weights = triangle_taps(picture.shape[axis], size[axis])
        shape = [1, 1, 1]
        shape[axis] = -1
        terms = zip(index.T, weights.T, strict=True)
        picture = sum(picture.take(i, axis=axis) * w.reshape(shape) for i, w in terms)
    return picture


def _require_recolored(result, target):
    """Refuse all but a picture of target's shape and dtype; floats may leave [0, 1]."""
    shared.require_same_shape(target, result, "result", "target")
    if result.dtype != np.uint8:
        shared.require_finite(result, "result", None, None, 3)
