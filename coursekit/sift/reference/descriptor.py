"""What a keypoint's surroundings look like: 4 x 4 histograms of gradient directions.

Otero and Delbracio 2014, §4.2; Lowe 2004, §6. The numbers of algorithms are those of the former.
"""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.sift import shared
from coursekit.sift.reference.patches import Windows


def descriptor_histograms(
    row_gradient: Array,
    column_gradient: Array,
    layers: Array,
    positions: Array,
    sigmas: Array,
    orientations: Array,
    lambda_descr: Real = 6.0,
    n_hist: Integer = 4,
    n_ori: Integer = 8,
) -> Array:
    """Spread each gradient of the turned patch over the nearest histograms and bins.

    Parameters
    ----------
    row_gradient, column_gradient : (H, W, S) float, as ``gradients`` gives
    layers : (N,) int, index of each keypoint's scale
    positions : (N, 2) float, row and column in pixels of the octave
    sigmas : (N,) float, blur in pixels of the octave
    orientations : (N,) float, in radians, as ``orientation_peaks`` gives
    lambda_descr : float > 0, half the side of the patch without its margin, in sigmas
    n_hist : int >= 1, histograms along a side of the patch
    n_ori : int >= 1, bins of each histogram

    Returns
    -------
    Array (N, n_hist, n_hist, n_ori) of row_gradient's dtype: along the patch's rows, its columns,
    and the direction

    Convention
    ----------
    The patch is a square turned by the orientation, of half side
    lambda_descr sigma (1 + 1 / n_hist), cut off at the border of the octave; its last row and
    column are left out, which is scikit-image's way. A gradient counts with
    its magnitude times a Gaussian of lambda_descr sigma, linearly shared out between the two
    nearest rows and columns of histograms and the two nearest bins.

    Raises
    ------
    TypeError, ValueError : arrays do not go together; a parameter is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 12, Eq. 24-28; Lowe 2004, §6.1. Taught in 07 §7.
    """
    shared.require_descriptor(lambda_descr, n_hist, n_ori)
    shared.require_keypoints(row_gradient, column_gradient, layers, positions, sigmas, orientations)
    half = lambda_descr * sigmas  # half the side, without the margin
    extent = np.abs(np.cos(orientations)) + np.abs(np.sin(orientations))
    reaches = half * (1 + 1 / n_hist) * extent + 1  # of the upright square around the turned one
    windows = Windows(positions, reaches, row_gradient.shape, left_out=1)
    histograms = np.empty((len(positions), n_hist, n_hist, n_ori), row_gradient.dtype)
    for group in windows.groups():
        slopes = windows.values(group, layers, row_gradient, column_gradient)
        patch = turned(windows, group, half, orientations)
        histograms[group] = _spread(patch, slopes, orientations[group], n_hist, n_ori)
    return histograms


def quantize_descriptors(histograms: Array) -> Array:
    """Limit what one bin may weigh, bring all to one length, and round down to 0 ... 255.

    Parameters
    ----------
    histograms : (N, n_hist, n_hist, n_ori) float, as ``descriptor_histograms`` gives

    Returns
    -------
    Array (N, n_hist * n_hist * n_ori) uint8

    Convention
    ----------
    Values above 0.2 times the Euclidean length are cut to that; then 512 times the values, divided
    by their length, are rounded down and cut at 255. A patch without gradients gives zeros.

    Raises
    ------
    TypeError, ValueError : histograms are no float (N, n_hist, n_hist, n_ori).

    References
    ----------
    Otero and Delbracio 2014, Alg. 12, last lines; Lowe 2004, §6.1. Taught in 07 §7.
    """
    require.floats(histograms, "histograms", None, None, None)
    values = histograms.reshape(len(histograms), np.prod(histograms.shape[1:]))
    values = np.minimum(values, 0.2 * _lengths(values))
    values = 512 * values / np.maximum(_lengths(values), np.finfo(values.dtype).tiny)
    return np.minimum(np.floor(values), 255).astype(np.uint8)


def turned(windows, group, half, orientations):
    """Rows and columns in the turned patch, from -1 to 1 without the margin, and what is inside."""
    rows, columns, inside = windows.offsets(group)
    size = half[group][:, None, None]
    cosine, sine = (f(orientations[group])[:, None, None] / size for f in (np.cos, np.sin))
    return cosine * rows + sine * columns, cosine * columns - sine * rows, inside  # Eq. 24


def _spread(patch, slopes, orientations, n_hist, n_ori):
    """Share out the gradients: for each keypoint the sum over its window of a triple product."""
    rows, columns, inside = patch
    magnitude = np.hypot(*slopes) * np.exp((rows**2 + columns**2) / -2) * inside  # Eq. 26
    turns = (np.arctan2(*slopes[::-1]) - orientations[:, None, None]) / (2 * np.pi)  # Eq. 27
    along = [_hats(x, n_hist) for x in (rows, columns)]
    places = along[0][:, :, None] * along[1][:, None, :] * magnitude[:, None, None]
    count = len(orientations)
    places = places.reshape(count, n_hist * n_hist, -1)
    directions = _hats_round(turns, n_ori).reshape(count, n_ori, -1)
    spread = places @ directions.swapaxes(1, 2)  # Eq. 28
    return spread.reshape(count, n_hist, n_hist, n_ori)


def _hats(places, n_hist):
    """How near places in (-1, 1) are to each histogram: 1 at its middle, 0 from the next one on."""
    number = (places + 1) * (n_hist / 2) - 0.5
    middles = np.arange(n_hist).reshape(-1, 1, 1)
    return np.maximum(0, 1 - np.abs(number[:, None] - middles)).astype(places.dtype)


def _hats_round(turns, n_ori):
    """How near directions are to each bin, round the circle."""
    bins = (np.arange(n_ori) / n_ori).reshape(-1, 1, 1).astype(turns.dtype)
    apart = turns[:, None] - bins
    apart -= np.rint(apart)
    return np.maximum(0, 1 - n_ori * np.abs(apart))


def _lengths(values):
    return np.linalg.norm(values, axis=1, keepdims=True)
