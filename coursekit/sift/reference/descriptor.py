"""What a keypoint's surroundings look like: 4 x 4 histograms of gradient directions.

Otero and Delbracio 2014, §4.2; Lowe 2004, §6. The numbers of algorithms are those of the former.
"""

import numpy as np

from coursekit.lab import require
from coursekit.sift import checks


def descriptor_histograms(
    row_gradient,
    column_gradient,
    layers,
    positions,
    sigmas,
    orientations,
    lambda_descr=6.0,
    n_hist=4,
    n_ori=8,
):
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
    lambda_descr sigma (1 + 1 / n_hist), cut off at the border of the octave. A gradient counts with
    its magnitude times a Gaussian of lambda_descr sigma, linearly shared out between the two
    nearest rows and columns of histograms and the two nearest bins.

    Raises
    ------
    TypeError, ValueError : arrays do not go together; a parameter is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 12, Eq. 24-28; Lowe 2004, §6.1. Taught in 07 §7.
    """
    raise NotImplementedError


def quantize_descriptors(histograms):
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
    raise NotImplementedError
