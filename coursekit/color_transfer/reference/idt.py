"""IDT, iterative distribution transfer: one-dimensional matchings along rotated axes.

Pitié, Kokaram and Dahyot 2007.
"""

import numpy as np

from coursekit.color_transfer import shared
from coursekit.color_transfer.reference.unit_cube import (
    as_image,
    in_unit,
    require_finite,
    require_pair,
)
from coursekit.core import require
from coursekit.core.types import Array, Integer, Real


def match_marginal(
    values: Array, reference: Array, bins: Integer = 300, offset: Integer = 0
) -> Array:
    """IDT, one axis: one-dimensional transport, which gives numbers the distribution of others.

    It is the histogram matching of 03, on a line.

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
    has, so that both curves rise everywhere. As exact as a bin is wide. Numbers that are all equal,
    to a millionth of a bin, have no order to keep: they get the reference's mean.

    Raises
    ------
    TypeError, ValueError : values or reference are no rows of finite floats; bins < 2.

    References
    ----------
    Pitié, Kokaram and Dahyot 2007, §3.1. Taught in 10 §4.
    """
    require_finite(values, "values", None)
    require_finite(reference, "reference", None)
    bins = require.whole(bins, "bins", 2, shared.MOST_BINS)
    offset = require.whole(offset, "offset", -1, 1)
    values, reference = values.astype(np.float64), reference.astype(np.float64)
    low, high = min(values.min(), reference.min()), max(values.max(), reference.max())
    width = max((high - low) / (bins - 1), shared.NARROWEST)
    if values.max() - values.min() <= shared.EQUAL * width:
        return np.full(values.shape, reference.mean() + offset * width)
    curves = []
    for numbers in (values, reference):
        # Rounded first: a number between two bins would fall to one or the other by its last bit.
        nearest = np.ceil(((numbers - low) / width).round(6) - 0.5).astype(np.int64)
        counts = np.bincount(nearest, minlength=bins).cumsum()
        curves.append((counts + 1e-6 * np.arange(1, bins + 1)) / (numbers.size + 1e-6 * bins))
    levels = np.arange(bins)
    matched = np.interp(curves[0], curves[1], levels)  # G⁻¹(F) of each bin
    return (np.interp((values - low) / width, levels, matched) + offset) * width + low


def project_and_match(
    colors: Array,
    reference: Array,
    axes: Array,
    bins: Integer = 300,
    relaxation: Real = 1.0,
    offset: Integer = 0,
) -> Array:
    """IDT, one rotation: match two clouds of colours by one-dimensional transport along its axes.

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
    require_finite(colors, "colors", None, 3)
    require_finite(reference, "reference", None, 3)
    if not isinstance(axes, (list, tuple)):
        require.numpy_array(axes, "axes")
    axes = shared.require_axes(axes)
    relaxation = require.number(relaxation, "relaxation", 0, 1)
    moves = np.empty((len(axes), len(colors)))
    for axis, move in zip(axes, moves, strict=True):
        projected = colors @ axis
        move[:] = match_marginal(projected, reference @ axis, bins, offset) - projected
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
    """Iterative distribution transfer (IDT): one-dimensional transport, rotation after rotation.

    In the end the image has the whole distribution of another one's colours.

    Parameters
    ----------
    target : (H, W, 3) uint8, or float in [0, 1]. What is recoloured
    reference : of target's dtype, of any height and width. Whose colours are wanted
    iterations : int, 0 to 10 000
    rotations : (iterations, K, 3) float, the axes of each iteration as rows, to replay a run of the
        authors' program; by default six axes sampled by ``shared.projection_axes``
    seed : int >= 0, of the axes sampled; unused where rotations are given
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
    side or the other). Without the offset, images of the same colours stay as they are. A target of
    one colour has no distribution to stretch: it gets the reference's mean colour.

    Raises
    ------
    TypeError, ValueError : target or reference is no colour image; the dtypes differ; rotations
        have another shape, or axes in a plane; a number is out of its range.

    References
    ----------
    Pitié, Kokaram and Dahyot 2007, algorithm 1. Taught in 10 §4.
    """
    require_pair(target, reference)
    clip = require.flag(clip, "clip")
    if offset is None:
        offset = 0 if rotations is None else -1
    colors, wanted = in_unit(target).reshape(-1, 3), in_unit(reference).reshape(-1, 3)
    if rotations is not None and not isinstance(rotations, (list, tuple)):
        require.numpy_array(rotations, "rotations")
    for axes in shared.require_rotations(rotations, iterations, seed):
        colors = project_and_match(colors, wanted, axes, bins, relaxation, offset)
    return as_image(colors.reshape(target.shape), target.dtype, clip)
