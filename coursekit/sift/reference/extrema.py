"""Where the differences of Gaussians peak, in rows, columns and scales, and which peaks to trust.

Otero and Delbracio 2014, §3; Lowe 2004, §3.1 and §4. The numbers of algorithms are those of the
former.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real, Shape
from coursekit.sift import shared

AXES = np.eye(3, dtype=np.int64)  # one step along row, column, scale
NEIGHBORS = np.array([step for step in np.ndindex(3, 3, 3) if step != (1, 1, 1)]) - 1


def local_extrema(differences: Array, threshold: Real = 0.0) -> Array:
    """Find what is larger, or smaller, than all of its 26 neighbours.

    Parameters
    ----------
    differences : (H, W, S) float, as ``difference_of_gaussians`` gives
    threshold : float >= 0; what is no farther than this from 0 is passed over

    Returns
    -------
    Array (N, 3) int64 of row, column and scale, in reading order

    Convention
    ----------
    Strict: on a plateau there is none. A maximum is above threshold, a minimum below -threshold;
    which of them a point is, the sign of its difference tells.
    The first and the last row, column and scale have too few neighbours.

    Raises
    ------
    TypeError, ValueError : differences are no float array (H, W, S); threshold is negative.

    References
    ----------
    Otero and Delbracio 2014, Alg. 4; Lowe 2004, §3.1, Fig. 2. Taught in 07 §4.
    """
    require.floats(differences, "differences", None, None, None)
    threshold = require.number(threshold, "threshold", 0)
    planes = np.ascontiguousarray(np.moveaxis(differences, -1, 0))
    scale, row, column = np.unravel_index(_extreme_places(planes, threshold), planes.shape)
    order = np.lexsort((scale, column, row))
    return np.stack([row, column, scale], axis=1)[order]


def derivatives(differences: Array, points: Array) -> tuple[Array, Array]:
    """Give the gradient and the Hessian at points of the grid, from their 18 nearest neighbours.

    Parameters
    ----------
    differences : (H, W, S) float
    points : (N, 3) int of row, column and scale, none at the border

    Returns
    -------
    Arrays (N, 3) and (N, 3, 3) of differences' dtype: along row, column and scale

    Convention
    ----------
    Central differences: (next - previous) / 2; next - 2 here + previous; mixed ones are a quarter
    of the sum of the two corners of equal sign minus the two others.

    Raises
    ------
    TypeError, ValueError : differences are no float array; points are no (N, 3) whole numbers
        inside its border.

    References
    ----------
    Otero and Delbracio 2014, Eq. 14-15 (in Alg. 6); Lowe 2004, §4. Taught in 07 §5.
    """
    require.floats(differences, "differences", None, None, None)
    _require_inside(points, differences.shape)
    value = _neighbors(differences, points)
    here, gradient, hessian = value(), [], np.empty((len(points), 3, 3), differences.dtype)
    for i, axis in enumerate(AXES):
        after, before = value(axis), value(-axis)
        gradient.append((after - before) / 2)  # Eq. 14
        hessian[:, i, i] = after - 2 * here + before  # Eq. 15
    for i, j in ((0, 1), (0, 2), (1, 2)):
        alike = value(AXES[i] + AXES[j]) + value(-AXES[i] - AXES[j])
        unlike = value(AXES[i] - AXES[j]) + value(AXES[j] - AXES[i])
        hessian[:, i, j] = hessian[:, j, i] = (alike - unlike) / 4
    return np.stack(gradient, axis=1), hessian


def refine_extrema(
    differences: Array, extrema: ArrayLike, offset_max: Real = 0.6, iterations: Integer = 5
) -> tuple[Array, Array, Array, Array]:
    """Move each extremum to the peak of the parabola through its neighbours.

    Where the peak is nearer to a neighbour than to the point, the neighbour is tried instead.

    Parameters
    ----------
    differences : (H, W, S) float, as ``difference_of_gaussians`` gives
    extrema : (N, 3) int of row, column and scale, as ``local_extrema`` gives
    offset_max : float > 0; a peak farther away than this along an axis lies at a neighbour
    iterations : int >= 1, how often the parabola is fitted at most

    Returns
    -------
    points : (N, 3) int64, the point of the grid at which each extremum ends
    offsets : (N, 3) of differences' dtype, from there to the peak, in rows, columns and scales
    values : (N,) the height of the parabola's peak
    found : (N,) bool, whether the offset is within offset_max; the other rows are to be dropped

    Convention
    ----------
    A step is one pixel or one scale along each axis on which the peak is too far, but never onto
    the border. ``refine_extrema(..., iterations=k)`` for k = 1, 2 ... shows the steps.

    Raises
    ------
    TypeError, ValueError : as ``derivatives``; offset_max is not positive; iterations < 1.

    References
    ----------
    Otero and Delbracio 2014, Alg. 5 and 6, Eq. 16-17; Lowe 2004, Eq. 2-3. Taught in 07 §5.
    """
    offset_max = require.number(offset_max, "offset_max", shared.POSITIVE)
    iterations = require.whole(iterations, "iterations", 1, np.inf)
    points = np.array(extrema, dtype=np.int64)
    offsets, values = parabola_peaks(differences, points)
    moving = np.arange(len(points))
    for _ in range(iterations - 1):
        steps = _steps(points[moving], offsets[moving], offset_max, differences.shape)
        free = steps.any(axis=1)
        moving = moving[free]
        points[moving] += steps[free]
        offsets[moving], values[moving] = parabola_peaks(differences, points[moving])
    found = (np.abs(offsets) < offset_max).all(axis=1)
    return points, offsets, values, found


def contrast_test(values: Array, c_dog: Real = 0.04 / 3, n_scales: Integer = 3) -> Array:
    """Tell which extrema stand out from noise.

    Parameters
    ----------
    values : float of any shape, the heights of the peaks that ``refine_extrema`` gives
    c_dog : float >= 0, least height for three scales an octave
    n_scales : int >= 1, scales an octave; the more, the smaller are all differences

    Returns
    -------
    Array of values' shape, bool

    Convention
    ----------
    Above (2^(1 / n_scales) - 1) / (2^(1 / 3) - 1) c_dog, or below minus that.

    Raises
    ------
    TypeError, ValueError : values are no floats; a parameter is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 7; Lowe 2004, §4 (0.03, for other scales). Taught in 07 §5.
    """
    require.floats(values, "values")
    shared.require_tests(c_dog=c_dog, n_scales=n_scales)
    return np.abs(values) > shared.contrast_threshold(c_dog, n_scales)


def edge_test(hessians: Array, c_edge: Real = 10.0) -> Array:
    """Tell which extrema are peaks to all sides, and not ridges along an edge.

    Parameters
    ----------
    hessians : (..., 3, 3) float along row, column and scale, as ``derivatives`` gives
    c_edge : float > 0, largest ratio of the two curvatures within the picture

    Returns
    -------
    Array (...) bool

    Convention
    ----------
    |trace^2 / determinant| of the 2 x 2 Hessian of row and column is at most
    (c_edge + 1)^2 / c_edge. By its absolute value, a saddle may pass (scikit-image does so, Lowe
    drops saddles); a determinant of 0 does not.

    Raises
    ------
    TypeError, ValueError : hessians are no float (..., 3, 3); c_edge is not positive.

    References
    ----------
    Otero and Delbracio 2014, Alg. 8, Eq. 18; Lowe 2004, §4.1. Taught in 07 §5.
    """
    require.floats(hessians, "hessians", 3, 3)
    shared.require_tests(c_edge=c_edge)
    (rr, rc), (_, cc) = np.moveaxis(hessians[..., :2, :2], (-2, -1), (0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        edgeness = (rr + cc) ** 2 / (rr * cc - rc**2)  # Eq. 18
    return np.abs(edgeness) <= (c_edge + 1) ** 2 / c_edge


def absolute_coordinates(
    points: Array,
    offsets: Array,
    octave: Integer,
    upsampling: shared.Upsampling = 2,
    n_scales: Integer = 3,
    sigma_min: Real = 1.6,
) -> tuple[Array, Array]:
    """Say where in the picture, and at which blur, the peaks of an octave lie.

    Parameters
    ----------
    points : (N, 3) int of row, column and scale, as ``refine_extrema`` gives
    offsets : (N, 3) float, from there to the peaks
    octave : int >= 0, number of the octave
    upsampling, n_scales, sigma_min : as for ``gaussian_scale_space``

    Returns
    -------
    positions : (N, 2) of offsets' dtype, row and column in pixels of the picture
    sigmas : (N,) of offsets' dtype, blur in pixels of the picture

    Convention
    ----------
    (point + offset) 2^octave / upsampling; sigma_min / upsampling 2^(octave + scale / n_scales).
    That row 0 of every octave lies at row 0 of the picture is the paper's convention; the bilinear
    enlargement has its centre a quarter of a pixel above and left of there (upsampling 2), so all
    positions are that much too large.

    Raises
    ------
    TypeError, ValueError : points and offsets are no (N, 3); a parameter is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 5, Eq. 17. Taught in 07 §5.
    """
    require.whole_numbers(points, "points", 3)
    require.floats(offsets, "offsets", 3)
    octave = require.whole(octave, "octave", 0, np.inf)
    shared.require_scale_space(upsampling, n_scales=n_scales, sigma_min=sigma_min)
    row, column, scale = (points + offsets).T
    delta = 2.0**octave / upsampling
    positions = np.stack([row, column], axis=1) * delta
    sigmas = delta * sigma_min * 2 ** (scale / n_scales)
    return positions.astype(offsets.dtype), sigmas.astype(offsets.dtype)


def border_test(positions: Array, sigmas: Array, shape: Shape) -> Array:
    """Tell which peaks are at least their own blur away from the border of the picture.

    Parameters
    ----------
    positions : (..., 2) float, row and column in pixels of the picture
    sigmas : (...) float, blur in pixels of the picture
    shape : (H, W) of the picture

    Returns
    -------
    Array (...) bool

    Convention
    ----------
    0 < position - sigma and position + sigma < shape, for row and column.

    Raises
    ------
    TypeError, ValueError : positions, sigmas or shape do not go together.

    References
    ----------
    Otero and Delbracio 2014, §3.4 (there, for orientation and descriptor). Taught in 07 §5.
    """
    require.floats(positions, "positions", 2)
    require.floats(sigmas, "sigmas", *positions.shape[:-1])
    nearest, farthest = positions - sigmas[..., None], positions + sigmas[..., None]
    inside: Any = (nearest > 0) & (farthest < np.asarray(shape))
    return inside.all(axis=-1)


def _extreme_places(planes, threshold):
    """Flat indices of extrema: compared with one neighbour after another, fewer are left."""
    inner = (slice(1, -1),) * 3
    candidates = np.zeros(planes.shape, bool)
    candidates[inner] = np.abs(planes[inner]) > threshold
    places, values = np.flatnonzero(candidates), planes.ravel()
    here = values[places]
    for step in NEIGHBORS @ (np.array(planes.strides) // planes.itemsize):
        further = np.where(here > 0, here > values[places + step], here < values[places + step])
        places, here = places[further], here[further]
    return places


def _inside(points, shape):
    """Tell which points (N, 3) have neighbours to all sides."""
    return ((points > 0) & (points < np.subtract(shape, 1))).all(axis=1)


def _require_inside(points, shape):
    require.whole_numbers(points, "points", 3)
    if not _inside(points, shape).all():
        raise ValueError(f"points: expected none at the border of shape {shape}")


def _neighbors(differences, points):
    """A function of a step that gives the values that far from the points."""

    def value(step=(0, 0, 0)):
        return differences[tuple((points + step).T)]

    return value


def parabola_peaks(differences, points):
    """Where the parabolas through points of the grid peak, as offsets (N, 3), and how high."""
    gradient, hessian = derivatives(differences, points)
    offsets = -_solve(hessian, gradient)  # Eq. 16
    values = differences[tuple(points.T)] + (gradient * offsets).sum(axis=1) / 2  # Eq. 17
    return offsets, values


def _solve(matrices, vectors):
    """Cramer's rule for 3 x 3; infinite or NaN where a matrix is singular."""
    first, second, third = np.moveaxis(matrices, -1, 0)
    across = np.cross(second, third)
    with np.errstate(all="ignore"):
        numerators = [
            (vectors * across).sum(axis=1),
            (first * np.cross(vectors, third)).sum(axis=1),
            (first * np.cross(second, vectors)).sum(axis=1),
        ]
        return np.stack(numerators, axis=1) / (first * across).sum(axis=1)[:, None]


def _steps(points, offsets, offset_max, shape):
    """One step along each axis on which the peak is too far, but none onto the border."""
    steps = (offsets > offset_max).astype(np.int64) - (offsets < -offset_max)
    targets = points + steps
    return np.where((targets > 0) & (targets < np.subtract(shape, 1)), steps, 0)
