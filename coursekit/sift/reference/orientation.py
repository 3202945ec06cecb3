"""Which way a keypoint looks: a histogram of the gradients around it, and its peaks.

Otero and Delbracio 2014, §4.1; Lowe 2004, §5. The numbers of algorithms are those of the former.
"""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.sift import shared
from coursekit.sift.reference.patches import Windows


def gradients(octave: Array) -> tuple[Array, Array]:
    """Give the slopes of every scale of an octave along rows and columns.

    Parameters
    ----------
    octave : (H, W, S) float, H and W at least 2, as ``gaussian_scale_space`` gives

    Returns
    -------
    row_gradient, column_gradient : arrays of octave's shape and dtype, per pixel of the octave

    Convention
    ----------
    (next - previous) / 2 inside, next - previous at the border. ``row_gradient`` is positive where
    the picture grows brighter downwards.

    Raises
    ------
    TypeError, ValueError : octave is no float array (H, W, S).

    References
    ----------
    Otero and Delbracio 2014, Alg. 10. Taught in 07 §6.
    """
    shared.require_octave(octave, *octave.shape[:2])
    planes = np.moveaxis(octave, -1, 0)
    return tuple(np.moveaxis(slopes, 0, -1) for slopes in np.gradient(planes, axis=(1, 2)))


def orientation_histograms(
    row_gradient: Array,
    column_gradient: Array,
    layers: Array,
    positions: Array,
    sigmas: Array,
    n_bins: Integer = 36,
    lambda_ori: Real = 1.5,
) -> Array:
    """Count the directions of the gradients around each keypoint, near and steep ones most.

    Parameters
    ----------
    row_gradient, column_gradient : (H, W, S) float, as ``gradients`` gives
    layers : (N,) int, index of each keypoint's scale
    positions : (N, 2) float, row and column in pixels of the octave
    sigmas : (N,) float, blur in pixels of the octave
    n_bins : int >= 3, bins of the histogram
    lambda_ori : float > 0, standard deviation of the weights, in sigmas

    Returns
    -------
    Array (N, n_bins) of row_gradient's dtype, not smoothed

    Convention
    ----------
    The window is a square that reaches 3 lambda_ori sigma to each side, cut off at the border of
    the octave. Angles are atan2(column gradient, row gradient): 0 looks down the rows, a quarter
    turn along the columns. Bin k has its middle at 2 pi k / n_bins.

    Raises
    ------
    TypeError, ValueError : arrays do not go together; a parameter is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 11 (A), Eq. 19-21; Lowe 2004, §5. Taught in 07 §6.
    """
    shared.require_orientation(n_bins, lambda_ori)
    shared.require_keypoints(row_gradient, column_gradient, layers, positions, sigmas)
    windows = Windows(positions, 3 * lambda_ori * sigmas, row_gradient.shape)
    histograms = np.empty((len(positions), n_bins), row_gradient.dtype)
    for group in windows.groups():
        slopes = windows.values(group, layers, row_gradient, column_gradient)
        weights = _weights(windows, group, lambda_ori * sigmas[group]) * np.hypot(*slopes)
        histograms[group] = _counted(_bins(slopes[0], slopes[1], n_bins), weights, n_bins)
    return histograms


def smooth_histograms(histograms: Array, times: Integer = 6) -> Array:
    """Replace each bin by the mean of itself and its two neighbours, round the circle, six times.

    Parameters
    ----------
    histograms : (..., n_bins) float
    times : int >= 0

    Returns
    -------
    Array of histograms' shape and dtype

    Convention
    ----------
    The last bin is the first one's neighbour.

    Raises
    ------
    TypeError, ValueError : histograms are no floats; times is negative.

    References
    ----------
    Otero and Delbracio 2014, Alg. 11 (B). Taught in 07 §6.
    """
    require.floats(histograms, "histograms", None)
    times = require.whole(times, "times", 0, np.inf)
    smooth = histograms.copy()
    for _ in range(times):
        smooth = (np.roll(smooth, 1, axis=-1) + smooth + np.roll(smooth, -1, axis=-1)) / 3
    return smooth


def orientation_peaks(histograms: Array, c_max: Real = 0.8) -> tuple[Array, Array]:
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
    A peak is at least as high as both neighbours; the top of the parabola through the three is
    its direction, plus half a bin, as scikit-image has it: the histogram's bins have their middle
    at whole numbers, so all orientations are pi / n_bins too large. Descriptors made with them
    match among themselves, not with orientations of another program.

    Raises
    ------
    TypeError, ValueError : histograms are no float (N, n_bins); c_max is not in [0, 1].

    References
    ----------
    Otero and Delbracio 2014, Alg. 11 (C), Eq. 23; Lowe 2004, §5. Taught in 07 §6.
    """
    require.floats(histograms, "histograms", None)
    shared.require_orientation(histograms.shape[1], c_max=c_max)
    before, after = np.roll(histograms, 1, axis=1), np.roll(histograms, -1, axis=1)
    highest = histograms.max(axis=1, keepdims=True)
    is_peak = (histograms >= np.maximum(before, after)) & (histograms >= c_max * highest)
    rows, bins = np.nonzero(is_peak & (highest > 0))
    left, middle, right = (h[rows, bins] for h in (before, histograms, after))
    with np.errstate(invalid="ignore"):
        top = np.nan_to_num((left - right) / (2 * (left - 2 * middle + right)))  # flat: the middle
    turns = (bins + top + 0.5) / histograms.shape[1]  # Eq. 23, and half a bin
    orientations = np.where(turns > 0.5, turns - 1, turns) * 2 * np.pi
    return rows, orientations.astype(histograms.dtype)


def _weights(windows, group, sigmas):
    """A Gaussian around each keypoint, nothing outside its window."""
    rows, columns, inside = windows.offsets(group)
    variances = (sigmas**2)[:, None, None]
    return np.exp((rows**2 + columns**2) / (-2 * variances)) * inside  # Eq. 20


def _bins(row_slopes, column_slopes, n_bins):
    """The bin whose middle is nearest to each direction."""
    turns = np.arctan2(column_slopes, row_slopes) / (2 * np.pi)  # Eq. 21
    return np.floor(turns * n_bins + 0.5).astype(np.int64) % n_bins


def _counted(bins, weights, n_bins):
    """Weighted histograms (n, n_bins) of the windows (n, side, side)."""
    count = len(bins)
    bins = bins + n_bins * np.arange(count)[:, None, None]
    return np.bincount(bins.ravel(), weights.ravel(), count * n_bins).reshape(count, n_bins)
