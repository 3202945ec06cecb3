"""Orientations of keypoints of whole batches: twins of ``reference.orientation``."""

import numpy as np
import torch

from coursekit.core import require
from coursekit.sift import shared
from coursekit.sift.gpu.patches import Windows


def gradients(octave: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Give the slopes of every scale of an octave along rows and columns, for a whole batch.

    Parameters
    ----------
    octave : (..., S, H, W) float, H and W at least 2, as ``gaussian_scale_space`` gives

    Returns
    -------
    row_gradient, column_gradient : tensors of octave's shape, dtype and device

    Convention
    ----------
    As ``reference.gradients``; equal to it.

    Raises
    ------
    TypeError, ValueError : octave is no float tensor (..., S, H, W).

    References
    ----------
    Otero and Delbracio 2014, Alg. 10. Taught in 07 §10.
    """
    require_floats(octave, "octave", ..., None, None, None)
    require.whole(min(octave.shape[-2:]), "rows and columns of octave", 2, np.inf)
    return _slopes(octave, -2), _slopes(octave, -1)


def orientation_histograms(
    row_gradient: torch.Tensor,
    column_gradient: torch.Tensor,
    layers: torch.Tensor,
    positions: torch.Tensor,
    sigmas: torch.Tensor,
    n_bins: int = 36,
    lambda_ori: float = 1.5,
) -> torch.Tensor:
    """Count the directions of the gradients around each keypoint, near and steep ones most.

    Parameters
    ----------
    row_gradient, column_gradient : (..., S, H, W) float, as ``gradients`` gives
    layers : (N, rank - 2) int, indices (..., scale) of each keypoint's scale
    positions : (N, 2) float, row and column in pixels of the octave
    sigmas : (N,) float, blur in pixels of the octave
    n_bins : int >= 3, bins of the histogram
    lambda_ori : float > 0, standard deviation of the weights, in sigmas

    Returns
    -------
    Tensor (N, n_bins) of row_gradient's dtype and device, not smoothed

    Convention
    ----------
    As ``reference.orientation_histograms``. Windows of about one size are counted together.

    Raises
    ------
    TypeError, ValueError : tensors do not go together; a parameter is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 11 (A), Eq. 19-21; Lowe 2004, §5. Taught in 07 §10.
    """
    n_bins, lambda_ori = shared.require_parameters(n_bins=n_bins, lambda_ori=lambda_ori)
    slopes = row_gradient, column_gradient
    shared.require_keypoints(slopes, layers, positions, sigmas, kind=torch.Tensor)
    windows = Windows(positions, 3 * lambda_ori * sigmas, row_gradient.shape)
    histograms = row_gradient.new_zeros((len(positions), n_bins))
    for group, side in windows.groups():
        rows, columns, inside = windows.grid(group, side)
        slopes = windows.values(layers[group], rows, columns, row_gradient, column_gradient)
        rows, columns = windows.offsets(group, rows, columns)
        weight = _weights(rows, columns, lambda_ori * sigmas[group], inside)
        weight = weight.mul_(torch.hypot(*slopes)).flatten(1)
        bins = _bins(slopes[0], slopes[1], n_bins).flatten(1)
        counted = histograms.new_zeros((len(group), n_bins)).scatter_add_(1, bins, weight)
        histograms[group] = counted
    return histograms


def smooth_histograms(histograms: torch.Tensor, times: int = 6) -> torch.Tensor:
    """Replace each bin by the mean of itself and its two neighbours, round the circle, six times.

    Parameters
    ----------
    histograms : (..., n_bins) float
    times : int >= 0

    Returns
    -------
    Tensor of histograms' shape, dtype and device

    Convention
    ----------
    As ``reference.smooth_histograms``.

    Raises
    ------
    TypeError, ValueError : histograms are no floats; times is negative.

    References
    ----------
    Otero and Delbracio 2014, Alg. 11 (B). Taught in 07 §10.
    """
    require_floats(histograms, "histograms", ..., None)
    (times,) = shared.require_parameters(times=times)
    smooth = histograms.clone()
    for _ in range(times):
        smooth = (smooth.roll(1, -1) + smooth + smooth.roll(-1, -1)) / 3
    return smooth


def orientation_peaks(
    histograms: torch.Tensor, c_max: float = 0.8
) -> tuple[torch.Tensor, torch.Tensor]:
    """Give the directions in which histograms peak; a keypoint with two is two keypoints.

    Parameters
    ----------
    histograms : (N, n_bins) float, smoothed
    c_max : float in [0, 1], least height of a peak, as a share of the highest

    Returns
    -------
    rows : (M,) int64, which histogram each peak is of, in growing order
    orientations : (M,) of histograms' dtype, in radians in (-pi, pi]

    Convention
    ----------
    As ``reference.orientation_peaks``.

    Raises
    ------
    TypeError, ValueError : histograms are no float (N, n_bins); c_max is not in [0, 1].

    References
    ----------
    Otero and Delbracio 2014, Alg. 11 (C), Eq. 23; Lowe 2004, §5. Taught in 07 §10.
    """
    require_floats(histograms, "histograms", None, None)
    n_bins, c_max = shared.require_parameters(n_bins=histograms.shape[1], c_max=c_max)
    before, after = histograms.roll(1, 1), histograms.roll(-1, 1)
    high = histograms >= c_max * histograms.amax(dim=1, keepdim=True)
    rows, bins = (high & (histograms > before) & (histograms >= after)).nonzero(as_tuple=True)
    left, middle, right = before[rows, bins], histograms[rows, bins], after[rows, bins]
    top = (left - right) / (2 * ((left - middle) + (right - middle)))
    turns = (bins + top + 0.5) / n_bins  # Eq. 23, and half a bin
    return rows, torch.where(turns > 0.5, turns - 1, turns) * (2 * np.pi)


def _slopes(octave, axis):
    """Central differences, one-sided at the two ends."""
    size = octave.shape[axis]
    slopes = torch.empty_like(octave, memory_format=torch.contiguous_format)
    inner = slopes.narrow(axis, 1, size - 2)
    torch.sub(octave.narrow(axis, 2, size - 2), octave.narrow(axis, 0, size - 2), out=inner)
    inner.div_(2)
    for end, before in ((0, 0), (size - 1, size - 2)):
        step = octave.narrow(axis, before + 1, 1) - octave.narrow(axis, before, 1)
        slopes.narrow(axis, end, 1).copy_(step)
    return slopes


def _weights(rows, columns, sigmas, inside):
    """A Gaussian around each keypoint, nothing outside its window."""
    exponent = (rows**2 + columns**2).div_((-2 * sigmas**2)[:, None, None])
    return exponent.exp_().mul_(inside)  # Eq. 20


def _bins(row_slopes, column_slopes, n_bins):
    """The bin whose middle is nearest to each direction."""
    turns = torch.atan2(column_slopes, row_slopes).div_(2 * np.pi)  # Eq. 21
    return turns.mul_(n_bins).add_(0.5).floor_().long().remainder_(n_bins)
