"""Where the differences of Gaussians peak, in rows, columns and scales, and which peaks to trust.

Otero and Delbracio 2014, §3; Lowe 2004, §3.1 and §4. The numbers of algorithms are those of the
former.
"""

import numpy as np

from coursekit.lab import require
from coursekit.sift import checks, scales


def local_extrema(differences, threshold=0.0):
    """Find what is larger, or smaller, than all of its 26 neighbours.

    Parameters
    ----------
    differences : (H, W, S) float, as ``difference_of_gaussians`` gives
    threshold : float >= 0; what is no farther than this from 0 is passed over

    Returns
    -------
    Array (N, 3) int64 of row, column and scale: the maxima, then the minima, each in reading order

    Convention
    ----------
    Strict: on a plateau there is none. A maximum is above threshold, a minimum below -threshold.
    The first and the last row, column and scale have too few neighbours.

    Raises
    ------
    TypeError, ValueError : differences are no float array (H, W, S); threshold is negative.

    References
    ----------
    Otero and Delbracio 2014, Alg. 4; Lowe 2004, §3.1, Fig. 2. Taught in 07 §4.
    """
    raise NotImplementedError


def derivatives(differences, points):
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
    raise NotImplementedError


def refine_extrema(differences, extrema, offset_max=0.6, iterations=5):
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
    raise NotImplementedError


def contrast_test(values, c_dog=0.04 / 3, n_scales=3):
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
    raise NotImplementedError


def edge_test(hessians, c_edge=10.0):
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
    raise NotImplementedError


def absolute_coordinates(points, offsets, octave, upsampling=2, n_scales=3, sigma_min=1.6):
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
    enlargement puts it a quarter of a pixel higher (upsampling 2).

    Raises
    ------
    TypeError, ValueError : points and offsets are no (N, 3); a parameter is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 5, Eq. 17. Taught in 07 §5.
    """
    raise NotImplementedError


def border_test(positions, sigmas, shape):
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
    raise NotImplementedError
