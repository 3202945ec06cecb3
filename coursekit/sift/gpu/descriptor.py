"""Descriptors of keypoints of whole batches: twins of ``reference.descriptor``."""

import numpy as np
import torch

from coursekit.core import require
from coursekit.sift import shared
from coursekit.sift.gpu.patches import Windows


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
    """Spread each gradient of the turned patch over the nearest histograms and bins.

    Parameters
    ----------
    row_gradient, column_gradient : (..., S, H, W) float, as ``gradients`` gives
    layers : (N, rank - 2) int, indices (..., scale) of each keypoint's scale
    positions : (N, 2) float, row and column in pixels of the octave
    sigmas : (N,) float, blur in pixels of the octave
    orientations : (N,) float, in radians, as ``orientation_peaks`` gives
    lambda_descr : float > 0, half the side of the patch without its margin, in sigmas
    n_hist : int >= 1, histograms along a side of the patch
    n_ori : int >= 1, bins of each histogram

    Returns
    -------
    Tensor (N, n_hist, n_hist, n_ori) of row_gradient's dtype and device

    Convention
    ----------
    As ``reference.descriptor_histograms``. A histogram is a sum over the window of triple products,
    which is a product of matrices for each keypoint.

    Raises
    ------
    TypeError, ValueError : tensors do not go together; a parameter is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 12, Eq. 24-28; Lowe 2004, §6.1. Taught in 07 §10.
    """
    lambda_descr, n_hist, n_ori = shared.require_parameters(
        lambda_descr=lambda_descr, n_hist=n_hist, n_ori=n_ori
    )
    slopes = row_gradient, column_gradient
    shared.require_keypoints(slopes, layers, positions, sigmas, orientations, kind=torch.Tensor)
    half = lambda_descr * sigmas  # half the side, without the margin
    extent = torch.abs(torch.cos(orientations)) + torch.abs(torch.sin(orientations))
    reaches = half * (1 + 1 / n_hist) * extent + 1  # of the upright square around the turned one
    windows = Windows(positions, reaches, row_gradient.shape, left_out=1)
    histograms = row_gradient.new_zeros((len(positions), n_hist, n_hist, n_ori))
    for group, side in windows.groups():
        rows, columns, inside = windows.grid(group, side)
        slopes = windows.values(layers[group], rows, columns, row_gradient, column_gradient)
        rows, columns = windows.offsets(group, rows, columns)
        rows, columns = _turned(rows, columns, half[group], orientations[group])
        angles = orientations[group]
        histograms[group] = _spread(rows, columns, inside, slopes, angles, n_hist, n_ori)
    return histograms


def quantize_descriptors(histograms: torch.Tensor) -> torch.Tensor:
    """Limit what one bin may weigh, bring all to one length, and round down to 0 ... 255.

    Parameters
    ----------
    histograms : (N, n_hist, n_hist, n_ori) float, as ``descriptor_histograms`` gives

    Returns
    -------
    Tensor (N, n_hist * n_hist * n_ori) uint8 on histograms' device

    Convention
    ----------
    As ``reference.quantize_descriptors``.

    Raises
    ------
    TypeError, ValueError : histograms are no float (N, n_hist, n_hist, n_ori).

    References
    ----------
    Otero and Delbracio 2014, Alg. 12, last lines; Lowe 2004, §6.1. Taught in 07 §10.
    """
    require_floats(histograms, "histograms", None, None, None, None)
    values = histograms.flatten(-3)
    values = torch.minimum(values, 0.2 * _lengths(values))
    values = 512 * values / _lengths(values).clamp(min=torch.finfo(values.dtype).tiny)
    return values.floor_().clamp_(max=255).byte()


def _turned(rows, columns, half, orientations):
    """Rows and columns in the turned patch, from -1 to 1 without the margin."""
    cosine, sine = (f(orientations) / half for f in (torch.cos, torch.sin))
    cosine, sine = cosine[:, None, None], sine[:, None, None]
    return cosine * rows + sine * columns, cosine * columns - sine * rows  # Eq. 24


def _spread(rows, columns, inside, slopes, orientations, n_hist, n_ori):
    """Share out the gradients: for each keypoint the sum over its window of a triple product."""
    magnitude = (rows**2 + columns**2).div_(-2).exp_().mul_(inside)  # Eq. 26
    magnitude.mul_(torch.hypot(*slopes))
    turns = torch.atan2(*slopes[::-1]).sub_(orientations[:, None, None]).div_(2 * np.pi)  # Eq. 27
    along = _hats(rows, n_hist).mul_(magnitude[:, None]), _hats(columns, n_hist)
    places = (along[0][:, :, None] * along[1][:, None]).flatten(1, 2).flatten(2)
    spread = _hats_round(turns, n_ori).flatten(2) @ places.mT  # Eq. 28
    return spread.mT.unflatten(1, (n_hist, n_hist))


def _hats(places, n_hist):
    """How near places in (-1, 1) are to each histogram: -1 at its middle, 0 from the next one on.

    Negative, which saves a pass: they are multiplied two by two.
    """
    middles = torch.arange(n_hist, device=places.device, dtype=places.dtype).view(-1, 1, 1)
    number = places.add_(1).mul_(n_hist / 2).sub_(0.5)
    return (number[:, None] - middles).abs_().sub_(1).clamp_(max=0)


def _hats_round(turns, n_ori):
    """How near directions are to each bin, round the circle: 1 at its middle."""
    bins = torch.arange(n_ori, device=turns.device, dtype=turns.dtype).view(-1, 1, 1)
    apart = (turns.mul_(n_ori).remainder_(n_ori)[:, None] - bins).abs_()
    # Round the circle, they are n_ori / 2 - |apart - n_ori / 2| apart.
    return apart.sub_(n_ori / 2).abs_().add_(1 - n_ori / 2).clamp_(min=0)


def _lengths(values):
    return torch.linalg.vector_norm(values, dim=-1, keepdim=True)
