"""SIFT for whole batches: twins of ``reference.sift``, in the same order.

A point is an index with a column for every axis, (..., scale, row, column), so that the rows of one
table belong to many images.
"""

import math
from functools import partial

import numpy as np
import torch
from torch.nn import functional

from coursekit.core import require
from coursekit.core.chunks import groups_by_size
from coursekit.core.kernels import gaussian_weights
from coursekit.core.torch.checks import require_tensor, require_within
from coursekit.core.torch.chunks import chunk_length
from coursekit.core.torch.separable import filter_rows_and_columns
from coursekit.core.types import Array, Shape
from coursekit.sift import shared

require_floats = partial(shared.require_array, kind=torch.Tensor)
require_indices = partial(require_floats, dtypes=shared.WHOLE)

# ------------------------------------------------------------------ scale space


def gaussian_scale_space(
    image: torch.Tensor,
    upsampling: shared.Upsampling = 2,
    n_octaves: int = 8,
    n_scales: int = 3,
    sigma_min: float = 1.6,
    sigma_in: float = 0.5,
) -> list[torch.Tensor]:
    """Gaussian scale space of a batch of images.

    Parameters
    ----------
    image : (..., 1, H, W) uint8, or float in [0, 1]

    Returns
    -------
    List of a tensor (..., n_scales + 3, h, w) for each octave, on image's device: float64 for
    float64, else float32.

    Convention
    ----------
    Within 1e-6 of the reference; but uint8 becomes float32, not float64.
    """
    require_tensor(image, channels=(1,))
    upsampling, n_octaves, n_scales, sigma_min, sigma_in = shared.require_parameters(
        upsampling=upsampling, n_octaves=n_octaves, n_scales=n_scales,
        sigma_min=sigma_min, sigma_in=sigma_in,
    )  # fmt: skip
    octaves = shared.octaves_that_fit(image.shape[-2:], upsampling, n_octaves)
    if octaves < 1:
        raise ValueError(shared.TOO_SMALL.format(*image.shape[-2:]))
    planes = image.reshape(-1, *image.shape[-3:])
    if image.dtype == torch.uint8:
        planes = planes.float().div_(255)
    if upsampling > 1:
        planes = functional.pad(planes, (1, 1, 1, 1), mode="reflect")
        planes = functional.interpolate(planes, scale_factor=upsampling, mode="bilinear")
        planes = planes[..., upsampling:-upsampling, upsampling:-upsampling]
    weights = gaussian_weights(shared.first_sigma(upsampling, sigma_min, sigma_in))
    seed = filter_rows_and_columns(planes[:, 0], weights, "symmetric", planes.dtype)
    result = []
    for added in shared.added_sigmas(octaves, upsampling, n_scales, sigma_min):
        octave = seed.new_empty((len(seed), n_scales + 3, *seed.shape[1:]))
        octave[:, 0] = seed
        for scale, sigma in enumerate(added):
            weights = gaussian_weights(float(sigma))
            octave[:, scale + 1] = filter_rows_and_columns(
                octave[:, scale], weights, "symmetric", octave.dtype
            )
        result.append(octave.view(*image.shape[:-3], *octave.shape[1:]))
        seed = octave[:, n_scales, ::2, ::2]
    return result


def difference_of_gaussians(octave: torch.Tensor) -> torch.Tensor:
    """Difference of Gaussians (DoG) of a batch of octaves.

    Parameters
    ----------
    octave : (..., S, H, W) float, S >= 2, as ``gaussian_scale_space`` gives for each octave

    Returns
    -------
    Tensor (..., S - 1, H, W) of octave's dtype and device; equal to the reference's
    """
    require_floats(octave, "octave", ..., None, None, None)
    require.whole(octave.shape[-3], "scales of octave", 2, np.inf)
    return octave[..., 1:, :, :] - octave[..., :-1, :, :]


# ------------------------------------------------------------------ extrema, and which to trust


def _stencils():
    """Matrix (27, 10) from the values of a cube to the middle one, the gradient, the Hessian."""
    units = torch.eye(27, dtype=torch.float64).view(27, 3, 3, 3)  # scale, row, column
    axes = {"row": 2, "column": 3, "scale": 1}
    gradient, hessian = [], []
    for axis in axes.values():
        before, here, after = units.movedim(axis, 1)[:, :, 1, 1].unbind(1)
        gradient.append((after - before) / 2)  # Eq. 14
        hessian.append(after - 2 * here + before)  # Eq. 15
    for one, other in ("row", "column"), ("row", "scale"), ("column", "scale"):
        square = units.movedim((axes[one], axes[other]), (1, 2))[..., 1]
        equal, opposite = square[:, 2, 2] + square[:, 0, 0], square[:, 2, 0] + square[:, 0, 2]
        hessian.append((equal - opposite) / 4)
    return torch.stack([units[:, 1, 1, 1], *gradient, *hessian], dim=1)


CUBE = np.array([*np.ndindex(3, 3, 3)]) - 1  # steps along scale, row, column
STENCILS = _stencils()
HESSIAN = [[4, 7, 8], [7, 5, 9], [8, 9, 6]]  # where its entries are among the ten numbers


def local_extrema(differences: torch.Tensor, threshold: float = 0.0) -> torch.Tensor:
    """Extrema of the scale spaces of a batch.

    Parameters
    ----------
    differences : (..., S, H, W) float, as ``difference_of_gaussians`` gives

    Returns
    -------
    Tensor (N, rank) int64 of indices (..., scale, row, column), on differences' device: image by
    image, in each by row, column and scale

    Convention
    ----------
    Candidates are where the values stop to rise or fall along rows and along columns; these few
    are compared with all 26 neighbours.
    """
    require_floats(differences, "differences", ..., None, None, None)
    (threshold,) = shared.require_parameters(threshold=threshold)
    shape = differences.shape
    stack = differences.reshape(math.prod(shape[:-3]), *shape[-3:])
    candidates = torch.zeros_like(stack, dtype=torch.bool)
    if min(shape[-3:]) > 2:
        scales = stack[:, 1:-1]
        down = scales[:, :, 1:] > scales[:, :, :-1]
        right = scales[..., 1:] > scales[..., :-1]
        down, right = down[:, :, 1:] ^ down[:, :, :-1], right[..., 1:] ^ right[..., :-1]
        turns = down[..., 1:-1] & right[:, :, 1:-1]
        turns &= scales[:, :, 1:-1, 1:-1].abs() > threshold
        candidates[:, 1:-1, 1:-1, 1:-1] = turns
    values, places = stack.reshape(-1), candidates.flatten().nonzero().squeeze(1)
    here = values.index_select(0, places)
    side, height = here.sign(), here.abs()
    extreme = torch.ones_like(places, dtype=torch.bool)
    for scale, row, column in CUBE.tolist():
        if step := (scale * shape[-2] + row) * shape[-1] + column:
            extreme &= height > side * values.index_select(0, places + step)
    *images, scale, row, column = torch.unravel_index(places[extreme], shape)
    image = places[extreme].div(shape[-3:].numel(), rounding_mode="floor")
    order = (((image * shape[-2] + row) * shape[-1] + column) * shape[-3] + scale).argsort()
    return torch.stack([*images, scale, row, column], dim=1)[order]


def derivatives(
    differences: torch.Tensor, points: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Derivatives at points of the grids of a batch.

    Parameters
    ----------
    differences : (..., S, H, W) float
    points : (N, rank) int, indices (..., scale, row, column), none at the border

    Convention
    ----------
    Equal to the reference to the last digit or two: all numbers are sums over the 27 values of a
    cube, and so one product of matrices. On a device, that points lie inside is for the caller to
    see to: to look would be to wait for it.
    """
    require_floats(differences, "differences", ..., None, None, None)
    require_indices(points, "points", None, differences.ndim)
    if len(points) and min(differences.shape[-3:]) < 3:
        raise ValueError(f"differences: expected 3 along each axis, got {differences.shape}")
    _require_inside(points, "points", differences.shape)
    strides = np.cumprod([1, *differences.shape[:0:-1]])[::-1].copy()
    steps = torch.from_numpy(CUBE @ strides[-3:]).to(points.device)
    places = (points.long() * torch.from_numpy(strides).to(points.device)).sum(
        dim=1, keepdim=True
    ) + steps
    cubes = differences.reshape(-1).index_select(0, places.view(-1)).view(places.shape)
    numbers = cubes @ STENCILS.to(differences)
    return numbers[:, 1:4], numbers[:, HESSIAN]


def _require_inside(points, name, shape):
    """Refuse points (..., scale, row, column) without neighbours on all sides, on the CPU."""
    batch, cube = shape[:-3], shape[-3:]
    limits = [(0, size - 1) for size in batch] + [(1, size - 2) for size in cube]
    require_within(points, name, *limits)


def refine_extrema(
    differences: torch.Tensor,
    extrema: torch.Tensor,
    offset_max: float = 0.6,
    iterations: int = 5,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Subpixel refinement of the extrema of a batch.

    Parameters
    ----------
    differences : (..., S, H, W) float, as ``difference_of_gaussians`` gives
    extrema : (N, rank) int, indices (..., scale, row, column), as ``local_extrema`` gives

    Returns
    -------
    points : (N, rank) int64, the point of the grid at which each extremum ends
    """
    offset_max, iterations = shared.require_parameters(offset_max=offset_max, iterations=iterations)
    require_floats(differences, "differences", ..., None, None, None)
    require_indices(extrema, "extrema", None, differences.ndim)
    _require_inside(extrema, "extrema", differences.shape)
    points = extrema.to(torch.int64, copy=True)
    steps = torch.zeros_like(points[:, -3:])
    last = torch.tensor(differences.shape[-3:], device=points.device) - 1
    for _ in range(iterations):
        points[:, -3:] += steps
        gradient, hessian = derivatives(differences, points)
        offsets, singular = torch.linalg.solve_ex(hessian, -gradient)  # Eq. 16
        offsets = offsets.masked_fill(singular[:, None] > 0, np.nan)
        steps = (offsets > offset_max).long() - (offsets < -offset_max).long()
        steps = steps[:, [2, 0, 1]]  # scale, row, column
        targets = points[:, -3:] + steps
        steps = torch.where((targets > 0) & (targets < last), steps, 0)
    values = differences[points.unbind(1)] + (gradient * offsets).sum(dim=1) / 2  # Eq. 17
    return points, offsets, values, (offsets.abs() < offset_max).all(dim=1)


def contrast_test(values: torch.Tensor, c_dog: float = 0.04 / 3, n_scales: int = 3) -> torch.Tensor:
    """Contrast test of the extrema of a batch."""
    require_floats(values, "values", ...)
    c_dog, n_scales = shared.require_parameters(c_dog=c_dog, n_scales=n_scales)
    return values.abs() > shared.contrast_threshold(c_dog, n_scales)


def edge_test(hessians: torch.Tensor, c_edge: float = 10.0) -> torch.Tensor:
    """Edge test (Lowe's) of the extrema of a batch."""
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
    """Keypoint coordinates in a batch of images.

    Parameters
    ----------
    points : (N, rank) int, indices (..., scale, row, column), as ``refine_extrema`` gives
    """
    require_indices(points, "points", None, None)
    require_floats(offsets, "offsets", len(points), 3)
    octave, upsampling, n_scales, sigma_min = shared.require_parameters(
        octave=octave, upsampling=upsampling, n_scales=n_scales, sigma_min=sigma_min
    )
    require.whole(points.shape[1], "columns of points", 3, np.inf)
    row, column, scale = (points[:, [-2, -1, -3]] + offsets).unbind(-1)
    delta = 2.0**octave / upsampling
    sigmas = delta * sigma_min * torch.exp2(scale / n_scales)
    return torch.stack([row, column], dim=-1) * delta, sigmas


def border_test(positions: torch.Tensor, sigmas: torch.Tensor, shape: Shape) -> torch.Tensor:
    """Border test of the peaks of a batch."""
    require_floats(positions, "positions", ..., 2)
    require_floats(sigmas, "sigmas", *positions.shape[:-1])
    height, width = shared.require_shape(shape)
    row, column = positions.unbind(-1)
    inside = (row - sigmas > 0) & (row + sigmas < height)
    return inside & (column - sigmas > 0) & (column + sigmas < width)


# ------------------------------------------------------------------ orientation

NUMBERS = 32  # at hand for each pixel of a window


@torch.no_grad()
def gradients(octave: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Gradients of every scale of a batch of octaves, along rows and columns.

    Parameters
    ----------
    octave : (..., S, H, W) float, H and W at least 2, as ``gaussian_scale_space`` gives
    """
    require_floats(octave, "octave", ..., None, None, None)
    require.whole(min(octave.shape[-2:]), "rows and columns of octave", 2, np.inf)
    row_gradient = torch.empty_like(octave, memory_format=torch.contiguous_format)
    column_gradient = torch.empty_like(row_gradient)
    for axis, gradient in (-2, row_gradient), (-1, column_gradient):
        values, lines = octave.movedim(axis, 0), gradient.movedim(axis, 0)
        torch.sub(values[2:], values[:-2], out=lines[1:-1]).div_(2)
        torch.sub(values[1], values[0], out=lines[0])
        torch.sub(values[-1], values[-2], out=lines[-1])
    return row_gradient, column_gradient


def orientation_histograms(
    row_gradient: torch.Tensor,
    column_gradient: torch.Tensor,
    layers: torch.Tensor,
    positions: torch.Tensor,
    sigmas: torch.Tensor,
    n_bins: int = 36,
    lambda_ori: float = 1.5,
) -> torch.Tensor:
    """Orientation histograms of the keypoints of a batch.

    Parameters
    ----------
    row_gradient, column_gradient : (..., S, H, W) float, as ``gradients`` gives
    layers : (N, rank - 2) int, indices (..., scale) of each keypoint's scale
    """
    n_bins, lambda_ori = shared.require_parameters(n_bins=n_bins, lambda_ori=lambda_ori)
    gradient = row_gradient, column_gradient
    shared.require_keypoints(*gradient, layers, positions, sigmas, kind=torch.Tensor)
    require_within(layers, "layers", *[(0, size - 1) for size in row_gradient.shape[:-2]])
    deviations = lambda_ori * sigmas
    histograms = row_gradient.new_zeros((len(positions), n_bins))
    for group, offsets, inside, (down, right) in windows(
        gradient, layers, positions, 3 * deviations
    ):
        rows, columns = offsets
        weights = (rows**2 + columns**2).div_((-2 * deviations[group] ** 2)[:, None, None])
        weights = weights.exp_().mul_(inside).mul_(torch.hypot(down, right))  # Eq. 20
        turns = torch.atan2(right, down).div_(2 * math.pi)  # Eq. 21
        bins = turns.mul_(n_bins).add_(0.5).floor_().long().remainder_(n_bins)
        counted = histograms.new_zeros((len(group), n_bins))
        weights = weights.flatten(1).to(counted.dtype)
        histograms[group] = counted.scatter_add_(1, bins.flatten(1), weights)
    return histograms


def windows(gradient, layers, positions, reaches, left_out=0):
    """Yield keypoints whose square windows are of about one size, with the gradients in these.

    Each time: the indices of the keypoints; how far rows (n, side, 1) and columns (n, 1, side) are
    from them; which pixels (n, side, side) are inside; both gradients there.

    left_out : rows and columns at the far ends of a window that do not count
    """
    device, (height, width) = positions.device, gradient[0].shape[-2:]
    end = torch.tensor([height, width], device=device) - 1
    first = (positions - reaches[:, None] + 0.5).clamp(min=0).long()
    last = torch.minimum(positions + reaches[:, None] + 0.5, end).long() - left_out
    strides = np.cumprod([1, *gradient[0].shape[-3:0:-1]])[::-1].copy()
    planes = (layers.long() * torch.from_numpy(strides).to(device)).sum(dim=1)
    row_gradient, column_gradient = gradient[0].reshape(-1), gradient[1].reshape(-1)
    sides = ((last - first).amax(dim=1) + 1).clamp(min=0).cpu().numpy()
    for group in groups_by_size(sides, chunk_length(device, NUMBERS)):
        steps = torch.arange(int(sides[group].max()), device=device)
        group = torch.from_numpy(group).to(device)
        rows, columns = (first[group][..., None] + steps).unbind(1)
        inside = (rows <= last[group, :1])[:, :, None] & (columns <= last[group, 1:])[:, None]
        places = planes[group, None, None] * height + rows.clamp(max=height - 1)[:, :, None]
        places = places * width + columns.clamp(max=width - 1)[:, None]
        # Several times as fast as indexing, on a processor.
        down = row_gradient.index_select(0, places.view(-1)).view(places.shape)
        right = column_gradient.index_select(0, places.view(-1)).view(places.shape)
        row, column = positions[group].T[..., None, None]
        yield group, (rows[:, :, None] - row, columns[:, None] - column), inside, (down, right)


def smooth_histograms(histograms: torch.Tensor, times: int = 6) -> torch.Tensor:
    """Smoothing of a batch of histograms."""
    require_floats(histograms, "histograms", ..., None)
    (times,) = shared.require_parameters(times=times)
    smooth = histograms.clone()
    for _ in range(times):
        smooth = (smooth.roll(1, -1) + smooth + smooth.roll(-1, -1)) / 3
    return smooth


def orientation_peaks(
    histograms: torch.Tensor, c_max: float = 0.8
) -> tuple[torch.Tensor, torch.Tensor]:
    """Orientations of the keypoints of a batch."""
    require_floats(histograms, "histograms", None, None)
    n_bins = require.whole(histograms.shape[1], "bins of histograms", *shared.COUNTS["n_bins"])
    (c_max,) = shared.require_parameters(c_max=c_max)
    before, after = histograms.roll(1, 1), histograms.roll(-1, 1)
    high = histograms >= c_max * histograms.amax(dim=1, keepdim=True)
    rows, bins = (high & (histograms > before) & (histograms >= after)).nonzero(as_tuple=True)
    left, middle, right = before[rows, bins], histograms[rows, bins], after[rows, bins]
    top = (left - right) / (2 * ((left - middle) + (right - middle)))
    turns = (bins + top + 0.5) / n_bins  # Eq. 23, and half a bin
    return rows, torch.where(turns > 0.5, turns - 1, turns) * (2 * math.pi)


# ------------------------------------------------------------------ descriptor


def descriptor_histograms(
    row_gradient: torch.Tensor,
    column_gradient: torch.Tensor,
    layers: torch.Tensor,
    positions: torch.Tensor,
    sigmas: torch.Tensor,
    orientations: torch.Tensor,
    lambda_descr: float = 6.0,
    n_hist: int = 4,
    n_ori: int = 8,
) -> torch.Tensor:
    """Descriptors of the keypoints of a batch, as histograms.

    Parameters
    ----------
    row_gradient, column_gradient : (..., S, H, W) float, as ``gradients`` gives
    layers : (N, rank - 2) int, indices (..., scale) of each keypoint's scale
    """
    lambda_descr, n_hist, n_ori = shared.require_parameters(
        lambda_descr=lambda_descr, n_hist=n_hist, n_ori=n_ori
    )
    gradient = row_gradient, column_gradient
    shared.require_keypoints(*gradient, layers, positions, sigmas, orientations, kind=torch.Tensor)
    require_within(layers, "layers", *[(0, size - 1) for size in row_gradient.shape[:-2]])
    half, cosines, sines = lambda_descr * sigmas, orientations.cos(), orientations.sin()
    reaches = half * (1 + 1 / n_hist) * (cosines.abs() + sines.abs()) + 1
    cosines, sines = cosines / half * (n_hist / 2), sines / half * (n_hist / 2)
    middles = torch.arange(n_hist, device=half.device, dtype=half.dtype) - (n_hist - 1) / 2
    directions = torch.arange(n_ori, device=half.device, dtype=half.dtype)
    middles, directions = middles[:, None, None], directions[:, None, None]
    histograms = row_gradient.new_zeros((len(positions), n_hist, n_hist, n_ori))
    for group, offsets, inside, (down, right) in windows(gradient, layers, positions, reaches, 1):
        rows, columns = offsets
        cosine, sine = cosines[group, None, None], sines[group, None, None]
        along, across = cosine * rows + sine * columns, cosine * columns - sine * rows  # Eq. 24
        weights = (along**2 + across**2).div_(-(n_hist**2) / 2).exp_().mul_(inside)
        weights.mul_(torch.hypot(down, right))  # Eq. 26
        turns = torch.atan2(right, down).sub_(orientations[group, None, None])  # Eq. 27
        steps = turns.div_(2 * math.pi / n_ori).remainder_(n_ori)[:, None] - directions
        # Round the circle, the distance is n_ori / 2 - |steps - n_ori / 2|.
        in_bins = steps.abs_().sub_(n_ori / 2).abs_().add_(1 - n_ori / 2).clamp_(min=0)
        in_rows = triangular_kernel(along[:, None] - middles).mul_(weights[:, None])
        in_columns = triangular_kernel(across[:, None] - middles)
        shares = (in_rows[:, :, None] * in_columns[:, None]).flatten(1, 2).flatten(2)
        spread = in_bins.flatten(2) @ shares.mT  # Eq. 28
        histograms[group] = spread.mT.unflatten(1, (n_hist, n_hist)).to(histograms.dtype)
    return histograms


def triangular_kernel(distances):
    """Triangular kernel, in place of the distances."""
    return distances.abs_().neg_().add_(1).clamp_(min=0)


def quantize_descriptors(histograms: torch.Tensor) -> torch.Tensor:
    """Quantization of the descriptors of a batch."""
    require_floats(histograms, "histograms", None, None, None, None)
    values = histograms.flatten(1)
    lengths = torch.linalg.vector_norm(values, dim=1, keepdim=True)
    values = torch.minimum(values, 0.2 * lengths)
    lengths = torch.linalg.vector_norm(values, dim=1, keepdim=True)
    values = 512 * values / lengths.clamp(min=torch.finfo(values.dtype).tiny)
    return values.floor_().clamp_(max=255).byte()


# ------------------------------------------------------------------ all steps

COLUMNS = ("images", "positions", "sigmas", "scales", "octaves", "orientations")
RESULTS = (
    *COLUMNS, "keypoints", "descriptors", "counts", "scalespace_sigmas", "deltas", "float_dtype",
)  # fmt: skip


class SIFT:
    """SIFT of a batch: find the keypoints of every image, and describe their surroundings.

    Returns
    -------
    images : (N,) int64, which image of the batch each keypoint is of, in growing order
    counts : list of int, the number of keypoints of each image; they sum to N

    Convention
    ----------
    Attributes are tensors on the device of the batch, but for ``counts``, ``scalespace_sigmas`` and
    ``deltas``. The images of a batch (..., 1, H, W) are numbered in memory order.
    They have different numbers of keypoints, so one table holds those of all, image by image:
    ``sift.descriptors.split(sift.counts)`` gives each image its own. An image without
    any counts 0. uint8 is worked on in float32, where the reference has float64: of the keypoints
    at least 99 % lie within 0.05 pixels of the reference's, no value of a descriptor is more than
    2 levels off, and fewer than one in a thousand is off at all; float64 for float64 gives the
    reference's results.
    """

    images: torch.Tensor | None
    counts: list[int] | None
    keypoints: torch.Tensor | None
    positions: torch.Tensor | None
    sigmas: torch.Tensor | None
    scales: torch.Tensor | None
    octaves: torch.Tensor | None
    orientations: torch.Tensor | None
    descriptors: torch.Tensor | None
    scalespace_sigmas: Array | None
    deltas: Array | None
    float_dtype: torch.dtype | None

    def __init__(
        self,
        upsampling: shared.Upsampling = 2,
        n_octaves: int = 8,
        n_scales: int = 3,
        sigma_min: float = 1.6,
        sigma_in: float = 0.5,
        c_dog: float = 0.04 / 3,
        c_edge: float = 10,
        n_bins: int = 36,
        lambda_ori: float = 1.5,
        c_max: float = 0.8,
        lambda_descr: float = 6,
        n_hist: int = 4,
        n_ori: int = 8,
    ) -> None:
        (
            self.upsampling, self.n_octaves, self.n_scales, self.sigma_min, self.sigma_in,
            self.c_dog, self.c_edge, self.n_bins, self.lambda_ori, self.c_max,
            self.lambda_descr, self.n_hist, self.n_ori,
        ) = shared.require_parameters(
            upsampling=upsampling, n_octaves=n_octaves, n_scales=n_scales,
            sigma_min=sigma_min, sigma_in=sigma_in, c_dog=c_dog, c_edge=c_edge,
            n_bins=n_bins, lambda_ori=lambda_ori, c_max=c_max,
            lambda_descr=lambda_descr, n_hist=n_hist, n_ori=n_ori,
        )  # fmt: skip
        self.delta_min = 1 / self.upsampling
        for attribute in RESULTS:
            setattr(self, attribute, None)

    @torch.no_grad()
    def detect(self, image: torch.Tensor) -> None:
        """Find the keypoints of an image, a batch (..., 1, H, W), and their orientations."""
        self._detect(image)

    @torch.no_grad()
    def extract(self, image: torch.Tensor) -> None:
        """Describe the keypoints that ``detect`` has found, in an image of the same shape."""
        if self.positions is None:
            raise RuntimeError(shared.NOTHING_DETECTED)
        self.descriptors = None
        require_tensor(image, channels=(1,))
        given = self.upsampling, self.n_octaves, self.n_scales, self.sigma_min, self.sigma_in
        octaves = gaussian_scale_space(image.reshape(-1, *image.shape[-3:]), *given)
        if image.shape != self._shape:
            given = tuple(self._shape), tuple(image.shape)
            raise ValueError(shared.OTHER_SHAPE.format(*given))
        self._describe([gradients(octave[:, 1 : self.n_scales + 1]) for octave in octaves])

    @torch.no_grad()
    def detect_and_extract(self, image: torch.Tensor) -> None:
        """Find the keypoints of an image, a batch (..., 1, H, W), and describe them."""
        all_gradients = self._detect(image)
        self._describe(all_gradients)

    def _detect(self, image):
        """Find the keypoints and their orientations; return the gradients of all octaves."""
        for attribute in RESULTS:  # nothing is kept of the batch before
            setattr(self, attribute, None)
        require_tensor(image, channels=(1,))
        given = self.upsampling, self.n_octaves, self.n_scales, self.sigma_min, self.sigma_in
        octaves = gaussian_scale_space(image.reshape(-1, *image.shape[-3:]), *given)
        all_gradients, found = [], []
        for number, octave in enumerate(octaves):
            images, positions, sigmas, scales = self._find(octave, number, image.shape[-2:])
            delta = 2**number * self.delta_min
            gradient = gradients(octave[:, 1 : self.n_scales + 1])
            all_gradients.append(gradient)
            layers = torch.stack([images, scales - 1], dim=1)
            where = layers, positions / delta, sigmas / delta
            counted = orientation_histograms(*gradient, *where, self.n_bins, self.lambda_ori)
            rows, angles = orientation_peaks(smooth_histograms(counted), self.c_max)
            further = rows.diff(prepend=rows[:1] - 1) == 0  # orientations of one keypoint
            table = images[rows], positions[rows], sigmas[rows], scales[rows]
            found.append((further, *table, torch.full_like(rows, number), angles))
        further, *columns = map(torch.cat, zip(*found, strict=True))
        if len(further) == 0:
            raise RuntimeError(shared.NO_FEATURES)
        order = torch.argsort(2 * columns[0] + further.long(), stable=True)
        for name, column in zip(COLUMNS, columns, strict=True):
            setattr(self, name, column[order])
        self.keypoints = self.positions.round().long()
        self.counts = torch.bincount(self.images, minlength=len(octaves[0])).tolist()
        scales = len(octaves), self.upsampling, self.n_scales, self.sigma_min
        self.scalespace_sigmas = shared.sigmas(*scales)
        self.deltas = shared.deltas(len(octaves), self.upsampling)
        self.float_dtype = octaves[0].dtype
        self._shape = image.shape
        return all_gradients

    def _find(self, octave, number, shape):
        """Images, positions, sigmas and scales of the keypoints of one octave."""
        differences = difference_of_gaussians(octave)
        threshold = 0.8 * shared.contrast_threshold(self.c_dog, self.n_scales)
        extrema = local_extrema(differences, threshold)
        points, offsets, values, found = refine_extrema(differences, extrema)
        given = number, self.upsampling, self.n_scales, self.sigma_min
        positions, sigmas = absolute_coordinates(points, offsets, *given)
        keep = found & contrast_test(values, self.c_dog, self.n_scales)
        keep &= edge_test(derivatives(differences, points)[1], self.c_edge)
        keep &= border_test(positions, sigmas, shape)
        return points[keep, 0], positions[keep], sigmas[keep], points[keep, 1]

    def _describe(self, all_gradients):
        count = self.n_hist**2 * self.n_ori
        shape = len(self.positions), count
        descriptors = torch.empty(shape, dtype=torch.uint8, device=self.positions.device)
        for number, gradient in enumerate(all_gradients):
            here = (self.octaves == number).nonzero().squeeze(1)
            layers = torch.stack([self.images[here], self.scales[here] - 1], dim=1)
            delta = float(self.deltas[number])
            where = layers, self.positions[here] / delta, self.sigmas[here] / delta
            given = self.orientations[here], self.lambda_descr, self.n_hist, self.n_ori
            histograms = descriptor_histograms(*gradient, *where, *given)
            descriptors[here] = quantize_descriptors(histograms)
        self.descriptors = descriptors
