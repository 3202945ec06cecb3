"""Which way a keypoint looks: a histogram of the gradients around it, and its peaks.

Otero and Delbracio 2014, §4.1; Lowe 2004, §5. The numbers of algorithms are those of the former.
"""

import numpy as np

from coursekit.lab import require
from coursekit.sift import checks


def gradients(octave):
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
    raise NotImplementedError


def orientation_histograms(
    row_gradient, column_gradient, layers, positions, sigmas, n_bins=36, lambda_ori=1.5
):
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
    raise NotImplementedError


def smooth_histograms(histograms, times=6):
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
    raise NotImplementedError


def orientation_peaks(histograms, c_max=0.8):
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
    raise NotImplementedError
