"""Extrema of whole batches, refined and tested: twins of ``reference.extrema``.

A point is an index with a column for every axis of the differences, (..., scale, row, column), so
that rows of one table belong to many pictures.
"""

import numpy as np
import torch

from coursekit.core import require
from coursekit.core.types import Shape
from coursekit.sift import shared

CUBE = np.array([*np.ndindex(3, 3, 3)]) - 1  # steps along scale, row, column
AXES = np.array([(0, 1, 0), (0, 0, 1), (1, 0, 0)])  # a step along row, column, scale
PAIRS = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))
HESSIAN = [[4, 7, 8], [7, 5, 9], [8, 9, 6]]  # where its entries are among the ten numbers below


def _weights_in_cube(terms):
    """The weights (27,) of a sum over a cube, from pairs of a step and its weight."""
    weights = np.zeros((3, 3, 3))
    for step, weight in terms:
        weights[tuple(np.add(step, 1))] += weight
    return weights.ravel()


def _stencils():
    """Matrix (27, 10) from a cube's values to the middle one, the gradient and the Hessian."""
    columns = [_weights_in_cube([((0, 0, 0), 1)])]
    columns += [_weights_in_cube([(axis, 0.5), (-axis, -0.5)]) for axis in AXES]  # Eq. 14
    for one, other in (AXES[list(pair)] for pair in PAIRS):  # Eq. 15
        if (one == other).all():
            terms = [(one, 1), (0 * one, -2), (-one, 1)]
        else:
            alike, unlike = one + other, one - other
            terms = [(alike, 0.25), (-alike, 0.25), (unlike, -0.25), (-unlike, -0.25)]
        columns.append(_weights_in_cube(terms))
    return torch.from_numpy(np.stack(columns, axis=1))


STENCILS = _stencils()


def local_extrema(differences: torch.Tensor, threshold: float = 0.0) -> torch.Tensor:
    """Find what is larger, or smaller, than all of its 26 neighbours, in a whole batch.

    Parameters
    ----------
    differences : (..., S, H, W) float, as ``difference_of_gaussians`` gives
    threshold : float >= 0; what is no farther than this from 0 is passed over

    Returns
    -------
    Tensor (N, rank) int64 of indices (..., scale, row, column), on differences' device: picture by
    picture, in each by row, column and scale

    Convention
    ----------
    As ``reference.local_extrema``; equal to it for equal differences.

    Raises
    ------
    TypeError, ValueError : differences are no float tensor (..., S, H, W); threshold is negative.

    References
    ----------
    Otero and Delbracio 2014, Alg. 4; Lowe 2004, §3.1, Fig. 2. Taught in 07 §10.
    """
    require_floats(differences, "differences", ..., None, None, None)
    (threshold,) = shared.require_parameters(threshold=threshold)
    shape = differences.shape
    stack = differences.reshape(-1, *shape[-3:])
    places = _extreme_places(stack, threshold)
    picture, scale, row, column = _unravelled(places, stack.shape)
    order = (((picture * shape[-2] + row) * shape[-1] + column) * shape[-3] + scale).argsort()
    leading = _unravelled(picture, shape[:-3]) if len(shape) > 3 else []
    return torch.stack([*leading, scale, row, column], dim=1)[order]


def derivatives(
    differences: torch.Tensor, points: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Give the gradient and the Hessian at points of the grid, from their 18 nearest neighbours.

    Parameters
    ----------
    differences : (..., S, H, W) float
    points : (N, rank) int, indices (..., scale, row, column), none at the border

    Returns
    -------
    Tensors (N, 3) and (N, 3, 3) of differences' dtype and device: along row, column and scale

    Convention
    ----------
    As ``reference.derivatives``, to the last digit or two: all ten numbers are sums over the 27
    values of a cube, and so one product of matrices. That points lie inside is for
    the caller to see to: to look would be to wait for the device.

    Raises
    ------
    TypeError, ValueError : differences are no float tensor; points have another number of columns.

    References
    ----------
    Otero and Delbracio 2014, Eq. 14-15 (in Alg. 6); Lowe 2004, §4. Taught in 07 §10.
    """
    require_floats(differences, "differences", ..., None, None, None)
    require_whole_numbers(points, "points", None, differences.ndim)
    values = _neighborhoods(differences, points) @ STENCILS.to(differences)
    return values[:, 1:4], values[:, HESSIAN]


def refine_extrema(
    differences: torch.Tensor,
    extrema: torch.Tensor,
    offset_max: float = 0.6,
    iterations: int = 5,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Move each extremum to the peak of the parabola through its neighbours.

    Parameters
    ----------
    differences : (..., S, H, W) float, as ``difference_of_gaussians`` gives
    extrema : (N, rank) int, indices (..., scale, row, column), as ``local_extrema`` gives
    offset_max : float > 0; a peak farther away than this along an axis lies at a neighbour
    iterations : int >= 1, how often the parabola is fitted at most

    Returns
    -------
    points : (N, rank) int64, the point of the grid at which each extremum ends
    offsets : (N, 3) of differences' dtype, from there to the peak, in rows, columns and scales
    values : (N,) the height of the parabola's peak
    found : (N,) bool, whether the offset is within offset_max; the other rows are to be dropped

    Convention
    ----------
    As ``reference.refine_extrema``. All extrema take all steps together; those at their end stay.

    Raises
    ------
    TypeError, ValueError : as ``derivatives``; offset_max is not positive; iterations < 1.

    References
    ----------
    Otero and Delbracio 2014, Alg. 5 and 6, Eq. 16-17; Lowe 2004, Eq. 2-3. Taught in 07 §10.
    """
    offset_max, iterations = shared.require_parameters(offset_max=offset_max, iterations=iterations)
    require_floats(differences, "differences", ..., None, None, None)
    require_whole_numbers(extrema, "extrema", None, differences.ndim)
    points = extrema.to(torch.int64, copy=True)
    for _ in range(iterations - 1):
        offsets, _ = _parabola_peaks(differences, points)
        points = points + _steps(points, offsets, offset_max, differences.shape)
    offsets, values = _parabola_peaks(differences, points)
    return points, offsets, values, (offsets.abs() < offset_max).all(dim=1)


def contrast_test(values: torch.Tensor, c_dog: float = 0.04 / 3, n_scales: int = 3) -> torch.Tensor:
    """Tell which extrema stand out from noise.

    Parameters
    ----------
    values : float of any shape, the heights of the peaks that ``refine_extrema`` gives
    c_dog : float >= 0, least height for three scales an octave
    n_scales : int >= 1, scales an octave; the more, the smaller are all differences

    Returns
    -------
    Tensor of values' shape and device, bool

    Convention
    ----------
    As ``reference.contrast_test``.

    Raises
    ------
    TypeError, ValueError : values are no floats; a parameter is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 7; Lowe 2004, §4. Taught in 07 §10.
    """
    require_floats(values, "values", ...)
    c_dog, n_scales = shared.require_parameters(c_dog=c_dog, n_scales=n_scales)
    return values.abs() > shared.contrast_threshold(c_dog, n_scales)


def edge_test(hessians: torch.Tensor, c_edge: float = 10.0) -> torch.Tensor:
    """Tell which extrema are peaks to all sides, and not ridges along an edge.

    Parameters
    ----------
    hessians : (..., 3, 3) float along row, column and scale, as ``derivatives`` gives
    c_edge : float > 0, largest ratio of the two curvatures within the picture

    Returns
    -------
    Tensor (...) bool on hessians' device

    Convention
    ----------
    As ``reference.edge_test``.

    Raises
    ------
    TypeError, ValueError : hessians are no float (..., 3, 3); c_edge is not positive.

    References
    ----------
    Otero and Delbracio 2014, Alg. 8, Eq. 18; Lowe 2004, §4.1. Taught in 07 §10.
    """
    require_floats(hessians, "hessians", ..., 3, 3)
    (c_edge,) = shared.require_parameters(c_edge=c_edge)
    rr, rc, cc = hessians[..., 0, 0], hessians[..., 0, 1], hessians[..., 1, 1]
    edgeness = (rr + cc) ** 2 / (rr * cc - rc**2)  # Eq. 18
    return edgeness.abs() <= (c_edge + 1) ** 2 / c_edge


def absolute_coordinates(
    points: torch.Tensor,
    offsets: torch.Tensor,
    octave: int,
    upsampling: shared.Upsampling = 2,
    n_scales: int = 3,
    sigma_min: float = 1.6,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Say where in the picture, and at which blur, the peaks of an octave lie.

    Parameters
    ----------
    points : (N, rank) int, indices (..., scale, row, column), as ``refine_extrema`` gives
    offsets : (N, 3) float, from there to the peaks, in rows, columns and scales
    octave : int >= 0, number of the octave
    upsampling, n_scales, sigma_min : as for ``gaussian_scale_space``

    Returns
    -------
    positions : (N, 2) of offsets' dtype, row and column in pixels of the picture
    sigmas : (N,) of offsets' dtype, blur in pixels of the picture

    Convention
    ----------
    As ``reference.absolute_coordinates``.

    Raises
    ------
    TypeError, ValueError : points and offsets do not go together; a parameter is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 5, Eq. 17. Taught in 07 §10.
    """
    require_whole_numbers(points, "points", None, None)
    require_floats(offsets, "offsets", len(points), 3)
    octave, upsampling, n_scales, sigma_min = shared.require_parameters(
        octave=octave, upsampling=upsampling, n_scales=n_scales, sigma_min=sigma_min
    )
    row, column, scale = (points[..., [-2, -1, -3]] + offsets).unbind(-1)
    delta = 2.0**octave / upsampling
    sigmas = delta * sigma_min * torch.exp2(scale / n_scales)
    return torch.stack([row, column], dim=-1) * delta, sigmas


def border_test(positions: torch.Tensor, sigmas: torch.Tensor, shape: Shape) -> torch.Tensor:
    """Tell which peaks are at least their own blur away from the border of the picture.

    Parameters
    ----------
    positions : (..., 2) float, row and column in pixels of the picture
    sigmas : (...) float, blur in pixels of the picture
    shape : (H, W) of the picture

    Returns
    -------
    Tensor (...) bool on positions' device

    Convention
    ----------
    As ``reference.border_test``.

    Raises
    ------
    TypeError, ValueError : positions, sigmas or shape do not go together.

    References
    ----------
    Otero and Delbracio 2014, §3.4. Taught in 07 §10.
    """
    require_floats(positions, "positions", ..., 2)
    require_floats(sigmas, "sigmas", *positions.shape[:-1])
    height, width = shared.require_shape(shape)
    (row, column), sigma = positions.unbind(-1), sigmas
    inside = (row - sigma > 0) & (row + sigma < height)
    return inside & (column - sigma > 0) & (column + sigma < width)


def _unravelled(places, shape):
    """Indices along every axis, from flat ones."""
    axes = []
    for size in reversed(shape):
        axes.append(places % size)
        places = places.div(size, rounding_mode="floor")
    return axes[::-1]


def _extreme_places(stack, threshold):
    """Flat indices of extrema; few candidates are left to be held against all 26 neighbours."""
    turns = _turns(stack, -2)[..., 1:-1] & _turns(stack, -1)[..., 1:-1, :]
    inside = stack[:, 1:-1, 1:-1, 1:-1]
    candidates = torch.zeros_like(stack, dtype=torch.bool)
    candidates[:, 1:-1, 1:-1, 1:-1] = turns.logical_and_(inside.abs() > threshold)
    places = candidates.flatten().nonzero().squeeze(1)
    return places[_is_extreme(stack.reshape(-1), places, _flat_steps(stack.shape))]


def _turns(stack, axis):
    """Where values along an axis stop to rise or fall, in all scales but the first and last."""
    values, size = stack[:, 1:-1], stack.shape[axis] - 1
    rises = values.narrow(axis, 1, size) > values.narrow(axis, 0, size)
    inner = max(size - 1, 0)
    return rises.narrow(axis, size - inner, inner) ^ rises.narrow(axis, 0, inner)


def _flat_steps(shape):
    """How far the 26 neighbours are in memory."""
    return [(s * shape[-2] + r) * shape[-1] + c for s, r, c in CUBE.tolist() if s or r or c]


def _is_extreme(values, places, steps):
    """Whether values at places are farther from 0 than those at every step, on their own side."""
    here = values.index_select(0, places)
    side = here.sign()
    here, extreme = here.abs(), torch.ones_like(places, dtype=torch.bool)
    for step in steps:
        extreme &= here > side * values.index_select(0, places + step)
    return extreme


def _neighborhoods(differences, points):
    """The 3 x 3 x 3 values around each point: (N, 27)."""
    strides = np.cumprod([1, *differences.shape[:0:-1]])[::-1].copy()
    steps = CUBE @ strides[-3:]
    places = (points * torch.from_numpy(strides).to(points.device)).sum(dim=1, keepdim=True)
    places = places + torch.from_numpy(steps).to(points.device)
    return differences.reshape(-1).index_select(0, places.view(-1)).view(places.shape)


def _parabola_peaks(differences, points):
    """Where the parabolas through points of the grid peak, as offsets (N, 3), and how high."""
    values = _neighborhoods(differences, points) @ STENCILS.to(differences)
    here, gradient = values[:, 0], values[:, 1:4]
    offsets = -_solve(values[:, HESSIAN], gradient)  # Eq. 16
    return offsets, here + (gradient * offsets).sum(dim=1) / 2  # Eq. 17


def _solve(matrices, vectors):
    """Cramer's rule for 3 x 3; infinite or NaN where a matrix is singular."""
    first, second, third = matrices.unbind(-1)
    across = torch.linalg.cross(second, third)
    numerators = [
        (vectors * across).sum(dim=1),
        (first * torch.linalg.cross(vectors, third)).sum(dim=1),
        (first * torch.linalg.cross(second, vectors)).sum(dim=1),
    ]
    return torch.stack(numerators, dim=1) / (first * across).sum(dim=1, keepdim=True)


def _steps(points, offsets, offset_max, shape):
    """One step along each axis on which the peak is too far, but none onto the border."""
    steps = (offsets > offset_max).long() - (offsets < -offset_max).long()
    steps = steps[:, [2, 0, 1]]  # scale, row, column
    targets = points[:, -3:] + steps
    last = torch.tensor(shape[-3:], device=points.device) - 1
    steps = torch.where((targets > 0) & (targets < last), steps, 0)
    return torch.nn.functional.pad(steps, (len(shape) - 3, 0))
