"""SIFT, from the image to the descriptors: its steps in the order in which they are taken.

Otero and Delbracio 2014, whose numbers of algorithms and equations stand at the lines; Lowe 2004.
"""

from functools import partial
from typing import Any

import numpy as np
from scipy import ndimage

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real, Shape
from coursekit.sift import shared

# ------------------------------------------------------------------ scale space

blur = partial(ndimage.gaussian_filter, mode="reflect", truncate=4.0)  # SciPy's name of symmetric


def gaussian_scale_space(
    image: Array,
    upsampling: shared.Upsampling = 2,
    n_octaves: Integer = 8,
    n_scales: Integer = 3,
    sigma_min: Real = 1.6,
    sigma_in: Real = 0.5,
) -> list[Array]:
    """Gaussian scale space: blur an image step by step, halve it whenever the blur has doubled.

    Parameters
    ----------
    image : (H, W) uint8, or float in [0, 1]
    upsampling : 1, 2 or 4, how many times the first octave is as large as the image
    n_octaves : int >= 1, halvings plus one at most; fewer where the smaller side of the last
        octave would be less than 12 pixels
    n_scales : int in [1, 64], steps in which the blur doubles
    sigma_min : float in [0.1, 100], blur of the first scale, in pixels of the first octave
    sigma_in : float in [0, 100], blur that the image is taken to have already, in its own pixels

    Returns
    -------
    List of an array (h, w, n_scales + 3) for each octave: float32 for float32, else float64.
    ``[..., s]`` of octave o has the blur ``shared.sigmas(...)[o, s]``, in pixels of the image.

    Convention
    ----------
    uint8 is divided by 255. Enlarged bilinearly, pixel centres at whole coordinates plus a half,
    border ``reflect``. Gaussians reach 4 sigma to each side, border ``symmetric``; they are summed
    in float64 and kept in the image's dtype. An octave begins with every second row and column of
    scale n_scales of the one before. Where the enlarged image is blurred by more than sigma_min
    already, the first scale is left as it is (scikit-image stops with an error: with upsampling 4,
    sigma_in has to be below 0.4 there). Equal to what ``skimage.feature.SIFT`` works on, within
    1e-12; for float32 to the last digit or two.

    Raises
    ------
    TypeError, ValueError : image is no gray image, or smaller than 12 / upsampling pixels; a
        parameter is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 1 and 2, Eq. 9-12; Lowe 2004, §3.3. Taught in 07 §2.
    """
    require.gray(image)
    upsampling, n_octaves, n_scales, sigma_min, sigma_in = shared.require_parameters(
        upsampling=upsampling, n_octaves=n_octaves, n_scales=n_scales,
        sigma_min=sigma_min, sigma_in=sigma_in,
    )  # fmt: skip
    octaves = shared.octaves_that_fit(image.shape, upsampling, n_octaves)
    if octaves < 1:
        raise ValueError(shared.TOO_SMALL.format(*image.shape))
    seed = image / 255 if image.dtype == np.uint8 else image
    seed = ndimage.zoom(seed, upsampling, order=1, mode="mirror", grid_mode=True)
    seed = blur(seed, shared.first_sigma(upsampling, sigma_min, sigma_in))
    result = []
    for added in shared.added_sigmas(octaves, upsampling, n_scales, sigma_min):
        scales = [seed]
        for sigma in added:
            scales.append(blur(scales[-1], sigma))
        result.append(np.stack(scales, axis=-1))
        seed = scales[n_scales][::2, ::2]
    return result


def difference_of_gaussians(octave: Array) -> Array:
    """Difference of Gaussians (DoG): subtract each scale of an octave from the next.

    Parameters
    ----------
    octave : (H, W, S) float, S >= 2, as ``gaussian_scale_space`` gives for each octave

    Returns
    -------
    Array (H, W, S - 1) of octave's dtype; ``[..., s]`` is scale s + 1 minus scale s: what the blur
    between them took away

    Convention
    ----------
    Signed: a bright blob is negative, a dark one positive.

    Raises
    ------
    TypeError, ValueError : octave is no float array (H, W, S) with two scales or more.

    References
    ----------
    Otero and Delbracio 2014, Alg. 3; Lowe 2004, Eq. 1. Taught in 07 §3.
    """
    shared.require_array(octave, "octave", None, None, None)
    require.whole(octave.shape[2], "scales of octave", 2, np.inf)
    return octave[..., 1:] - octave[..., :-1]


# ------------------------------------------------------------------ extrema, and which to trust

NEIGHBORS = np.array([step for step in np.ndindex(3, 3, 3) if step != (1, 1, 1)]) - 1


def local_extrema(differences: Array, threshold: Real = 0.0) -> Array:
    """Extrema of scale space: find what is larger, or smaller, than all of its 26 neighbours.

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
    shared.require_array(differences, "differences", None, None, None)
    (threshold,) = shared.require_parameters(threshold=threshold)
    points = np.argwhere(np.abs(differences[1:-1, 1:-1, 1:-1]) > threshold) + 1
    for step in NEIGHBORS:  # each leaves fewer points to compare with the next
        here, neighbor = differences[tuple(points.T)], differences[tuple((points + step).T)]
        points = points[np.where(here > 0, here > neighbor, here < neighbor)]
    return points


def derivatives(differences: Array, points: Array) -> tuple[Array, Array]:
    """Derivatives: gradient and Hessian at points of the grid, from their 18 nearest neighbours.

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
    shared.require_array(differences, "differences", None, None, None)
    shared.require_array(points, "points", None, 3, dtypes=shared.WHOLE)
    if (points < 1).any() or (points > np.subtract(differences.shape, 2)).any():
        shape = differences.shape
        raise ValueError(f"points in differences: expected none at the border of shape {shape}")
    points = points.astype(np.int64)
    cubes = np.empty((3, 3, 3, len(points)), differences.dtype)  # the values around each point
    for step in np.ndindex(3, 3, 3):
        cubes[step] = differences[tuple((points + step - 1).T)]
    gradient = np.empty((len(points), 3), differences.dtype)
    hessian = np.empty((len(points), 3, 3), differences.dtype)
    for axis in range(3):
        before, here, after = np.moveaxis(cubes, axis, 0)[:, 1, 1]
        gradient[:, axis] = (after - before) / 2  # Eq. 14
        hessian[:, axis, axis] = after - 2 * here + before  # Eq. 15
    for axis, other in (0, 1), (0, 2), (1, 2):
        square = np.moveaxis(cubes, (axis, other), (0, 1))[:, :, 1]
        equal, opposite = square[2, 2] + square[0, 0], square[2, 0] + square[0, 2]
        hessian[:, axis, other] = hessian[:, other, axis] = (equal - opposite) / 4
    return gradient, hessian


def refine_extrema(
    differences: Array, extrema: Array, offset_max: Real = 0.6, iterations: Integer = 5
) -> tuple[Array, Array, Array, Array]:
    """Subpixel refinement: move each extremum to the peak of the parabola through its neighbours.

    Where the peak is nearer to a neighbour than to the point, the neighbour is tried instead.

    Parameters
    ----------
    differences : (H, W, S) float, as ``difference_of_gaussians`` gives
    extrema : (N, 3) int of row, column and scale, as ``local_extrema`` gives
    offset_max : float > 0; a peak farther away than this along an axis lies at a neighbour
    iterations : int in [1, 1000], how often the parabola is fitted at most

    Returns
    -------
    points : (N, 3) int64, the point of the grid at which each extremum ends
    offsets : (N, 3) of differences' dtype, from there to the peak, in rows, columns and scales
    values : (N,) the height of the parabola's peak
    found : (N,) bool, whether the offset is within offset_max; the other rows are to be dropped

    Convention
    ----------
    A step is one pixel or one scale along each axis on which the peak is too far, but never onto
    the border. ``refine_extrema(..., iterations=k)`` for k = 1, 2 ... shows the steps. A parabola
    whose Hessian has the determinant 0 has no peak: NaN, not found.

    Raises
    ------
    TypeError, ValueError : as ``derivatives``; offset_max is not positive; iterations < 1.

    References
    ----------
    Otero and Delbracio 2014, Alg. 5 and 6, Eq. 16-17; Lowe 2004, Eq. 2-3. Taught in 07 §5.
    """
    offset_max, iterations = shared.require_parameters(offset_max=offset_max, iterations=iterations)
    shared.require_array(extrema, "extrema", None, 3, dtypes=shared.WHOLE)
    points = extrema.astype(np.int64)
    steps = np.zeros_like(points)
    for _ in range(iterations):
        points += steps
        gradient, hessian = derivatives(differences, points)
        peaked = np.linalg.det(hessian) != 0
        offsets = np.full_like(gradient, np.nan)
        offsets[peaked] = -np.linalg.solve(hessian[peaked], gradient[peaked][..., None])[..., 0]
        steps = (offsets > offset_max).astype(np.int64) - (offsets < -offset_max)  # Eq. 16
        targets = points + steps
        steps[(targets < 1) | (targets > np.subtract(differences.shape, 2))] = 0
    values = differences[tuple(points.T)] + (gradient * offsets).sum(axis=1) / 2  # Eq. 17
    found = (np.abs(offsets) < offset_max).all(axis=1)
    return points, offsets, values, found


def contrast_test(values: Array, c_dog: Real = 0.04 / 3, n_scales: Integer = 3) -> Array:
    """Contrast test: tell which extrema stand out from noise.

    Parameters
    ----------
    values : float of any shape, the heights of the peaks that ``refine_extrema`` gives
    c_dog : float in [0, 1], least height for three scales an octave
    n_scales : int in [1, 64], scales an octave; the more, the smaller are all differences

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
    shared.require_array(values, "values", ...)
    c_dog, n_scales = shared.require_parameters(c_dog=c_dog, n_scales=n_scales)
    return np.abs(values) > shared.contrast_threshold(c_dog, n_scales)


def edge_test(hessians: Array, c_edge: Real = 10.0) -> Array:
    """Edge test (Lowe's): tell which extrema are peaks to all sides, not ridges along an edge.

    Parameters
    ----------
    hessians : (..., 3, 3) float along row, column and scale, as ``derivatives`` gives
    c_edge : float > 0, largest ratio of the two curvatures within the image, at most 1e9

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
    shared.require_array(hessians, "hessians", ..., 3, 3)
    (c_edge,) = shared.require_parameters(c_edge=c_edge)
    rr, rc, cc = hessians[..., 0, 0], hessians[..., 0, 1], hessians[..., 1, 1]
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
    """Keypoint coordinates: where in the image, and at which blur, the peaks of an octave lie.

    Parameters
    ----------
    points : (N, 3) int of row, column and scale, as ``refine_extrema`` gives
    offsets : (N, 3) float, from there to the peaks
    octave : int >= 0, number of the octave
    upsampling, n_scales, sigma_min : as for ``gaussian_scale_space``

    Returns
    -------
    positions : (N, 2) of offsets' dtype, row and column in pixels of the image
    sigmas : (N,) of offsets' dtype, blur in pixels of the image

    Convention
    ----------
    (point + offset) 2^octave / upsampling; sigma_min / upsampling 2^(octave + scale / n_scales).
    That row 0 of every octave lies at row 0 of the image is the paper's convention; the bilinear
    enlargement has its centre a quarter of a pixel above and left of there (upsampling 2), so all
    positions are that much too large.

    Raises
    ------
    TypeError, ValueError : points and offsets are no (N, 3); a parameter is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 5, Eq. 17. Taught in 07 §5.
    """
    shared.require_array(points, "points", None, 3, dtypes=shared.WHOLE)
    shared.require_array(offsets, "offsets", len(points), 3)
    octave, upsampling, n_scales, sigma_min = shared.require_parameters(
        octave=octave, upsampling=upsampling, n_scales=n_scales, sigma_min=sigma_min
    )
    row, column, scale = (points + offsets).T
    delta = 2.0**octave / upsampling
    positions = np.stack([row, column], axis=1) * delta
    sigmas = delta * sigma_min * 2 ** (scale / n_scales)
    return positions.astype(offsets.dtype), sigmas.astype(offsets.dtype)


def border_test(positions: Array, sigmas: Array, shape: Shape) -> Array:
    """Border test: tell which peaks are at least their own blur away from the image's border.

    Parameters
    ----------
    positions : (..., 2) float, row and column in pixels of the image
    sigmas : (...) float, blur in pixels of the image
    shape : (H, W) of the image

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
    shared.require_array(positions, "positions", ..., 2)
    shared.require_array(sigmas, "sigmas", *positions.shape[:-1])
    height, width = shared.require_shape(shape)
    row, column = positions[..., 0], positions[..., 1]
    inside = (row - sigmas > 0) & (row + sigmas < height)
    return inside & (column - sigmas > 0) & (column + sigmas < width)


# ------------------------------------------------------------------ orientation


def gradients(octave: Array) -> tuple[Array, Array]:
    """Gradients: those of every scale of an octave, along rows and columns.

    Parameters
    ----------
    octave : (H, W, S) float, H and W at least 2, as ``gaussian_scale_space`` gives

    Returns
    -------
    row_gradient, column_gradient : arrays of octave's shape and dtype, per pixel of the octave

    Convention
    ----------
    (next - previous) / 2 inside, next - previous at the border. ``row_gradient`` is positive where
    the image grows brighter downwards.

    Raises
    ------
    TypeError, ValueError : octave is no float array (H, W, S).

    References
    ----------
    Otero and Delbracio 2014, Alg. 10. Taught in 07 §6.
    """
    shared.require_array(octave, "octave", None, None, None)
    require.whole(min(octave.shape[:2]), "rows and columns of octave", 2, np.inf)
    row_gradient, column_gradient = np.gradient(octave, axis=(0, 1))
    return row_gradient, column_gradient


def orientation_histograms(
    row_gradient: Array,
    column_gradient: Array,
    layers: Array,
    positions: Array,
    sigmas: Array,
    n_bins: Integer = 36,
    lambda_ori: Real = 1.5,
) -> Array:
    """Orientation histograms: count the directions of the gradients around each keypoint.

    Near and steep ones count most.

    Parameters
    ----------
    row_gradient, column_gradient : (H, W, S) float, as ``gradients`` gives
    layers : (N,) int, index of each keypoint's scale
    positions : (N, 2) float, row and column in pixels of the octave
    sigmas : (N,) float, blur in pixels of the octave
    n_bins : int in [5, 4096], bins of the histogram
    lambda_ori : float in [1e-9, 1e9], standard deviation of the weights, in sigmas

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
    n_bins, lambda_ori = shared.require_parameters(n_bins=n_bins, lambda_ori=lambda_ori)
    shared.require_keypoints(row_gradient, column_gradient, layers, positions, sigmas)
    histograms = np.empty((len(positions), n_bins), row_gradient.dtype)
    for number, (layer, (row, column)) in enumerate(zip(layers, positions, strict=True)):
        sigma = lambda_ori * float(sigmas[number])
        inside = window(row, column, 3 * sigma, row_gradient.shape)
        down, right = row_gradient[inside][..., layer], column_gradient[inside][..., layer]
        rows, columns = np.ogrid[inside]
        distances = np.hypot(rows - row, columns - column) / sigma
        weights = np.hypot(down, right) * np.exp(distances**2 / -2)  # Eq. 20
        turns = np.arctan2(right, down) / (2 * np.pi)  # Eq. 21
        bins = np.floor(turns * n_bins + 0.5).astype(np.int64) % n_bins  # the nearest middle
        histograms[number] = np.bincount(bins.ravel(), weights.ravel(), n_bins)
    return histograms


def window(row, column, reach, shape):
    """Square window around a place, cut off at the border of the octave, as two slices."""
    place, height_and_width = np.array([row, column]), shape[:2]
    first = np.clip(place - reach + 0.5, 0, height_and_width).astype(np.int64)
    end = np.clip(place + reach + 1.5, 0, height_and_width).astype(np.int64)
    return slice(first[0], end[0]), slice(first[1], end[1])


def smooth_histograms(histograms: Array, times: Integer = 6) -> Array:
    """Smoothing: replace each bin by the mean of itself and its two neighbours, six times.

    Parameters
    ----------
    histograms : (..., n_bins) float
    times : int in [0, 1000]

    Returns
    -------
    Array of histograms' shape and dtype

    Convention
    ----------
    Round the circle: the last bin is the first one's neighbour.

    Raises
    ------
    TypeError, ValueError : histograms are no floats; times is negative.

    References
    ----------
    Otero and Delbracio 2014, Alg. 11 (B). Taught in 07 §6.
    """
    shared.require_array(histograms, "histograms", ..., None)
    (times,) = shared.require_parameters(times=times)
    smooth = histograms.copy()
    for _ in range(times):
        smooth = (np.roll(smooth, 1, axis=-1) + smooth + np.roll(smooth, -1, axis=-1)) / 3
    return smooth


def orientation_peaks(histograms: Array, c_max: Real = 0.8) -> tuple[Array, Array]:
    """Orientations: the directions in which histograms peak; two of them make two keypoints.

    Parameters
    ----------
    histograms : (N, n_bins) float, smoothed, of at least five bins
    c_max : float in [0, 1], least height of a peak, as a share of the highest

    Returns
    -------
    rows : (M,) int64, which histogram each peak is of, in growing order
    orientations : (M,) of histograms' dtype, in radians in (-pi, pi]

    Convention
    ----------
    A peak is higher than the bin before and at least as high as the one after, so that a plateau
    peaks once and a flat histogram never. The top of the parabola through the three is its
    direction, plus half a bin, as scikit-image has it: the histogram's bins have their middle at
    whole numbers, so all orientations are pi / n_bins too large. Descriptors made with them match
    among themselves, not with orientations of another program.

    Raises
    ------
    TypeError, ValueError : histograms are no float (N, n_bins); c_max is not in [0, 1].

    References
    ----------
    Otero and Delbracio 2014, Alg. 11 (C), Eq. 23; Lowe 2004, §5. Taught in 07 §6.
    """
    shared.require_array(histograms, "histograms", None, None)
    n_bins = require.whole(histograms.shape[1], "bins of histograms", *shared.COUNTS["n_bins"])
    (c_max,) = shared.require_parameters(c_max=c_max)
    before, after = np.roll(histograms, 1, axis=1), np.roll(histograms, -1, axis=1)
    high = histograms >= c_max * histograms.max(axis=1, keepdims=True)
    rows, bins = np.nonzero(high & (histograms > before) & (histograms >= after))
    left, middle, right = before[rows, bins], histograms[rows, bins], after[rows, bins]
    top = (left - right) / (2 * ((left - middle) + (right - middle)))
    turns = (bins + top + 0.5) / n_bins  # Eq. 23, and half a bin
    orientations = np.where(turns > 0.5, turns - 1, turns) * 2 * np.pi
    return rows, orientations.astype(histograms.dtype)


# ------------------------------------------------------------------ descriptor


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
    """Descriptor: spread each gradient of the rotated patch over the nearest histograms and bins.

    Parameters
    ----------
    row_gradient, column_gradient : (H, W, S) float, as ``gradients`` gives
    layers : (N,) int, index of each keypoint's scale
    positions : (N, 2) float, row and column in pixels of the octave
    sigmas : (N,) float, blur in pixels of the octave
    orientations : (N,) float, in radians, as ``orientation_peaks`` gives
    lambda_descr : float in [1e-9, 1e9], half the side of the patch without its margin, in sigmas
    n_hist : int in [1, 32], histograms along a side of the patch
    n_ori : int in [1, 360], bins of each histogram

    Returns
    -------
    Array (N, n_hist, n_hist, n_ori) of row_gradient's dtype: along the patch's rows, its columns,
    and the direction

    Convention
    ----------
    The patch is a square rotated by the orientation, of half side
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
    lambda_descr, n_hist, n_ori = shared.require_parameters(
        lambda_descr=lambda_descr, n_hist=n_hist, n_ori=n_ori
    )
    shared.require_keypoints(row_gradient, column_gradient, layers, positions, sigmas, orientations)
    histograms = np.empty((len(positions), n_hist, n_hist, n_ori), row_gradient.dtype)
    middles = np.arange(n_hist)[:, None, None] - (n_hist - 1) / 2
    directions = np.arange(n_ori)[:, None, None] / n_ori
    for number, (layer, (row, column)) in enumerate(zip(layers, positions, strict=True)):
        angle = float(orientations[number])
        cell = 2 * lambda_descr * float(sigmas[number]) / n_hist  # that one histogram covers
        cosine, sine = np.cos(angle), np.sin(angle)
        reach = cell * (n_hist + 1) / 2 * (abs(cosine) + abs(sine)) + 1
        inside = window(row, column, reach, np.subtract(row_gradient.shape[:2], 1))
        down, right = row_gradient[inside][..., layer], column_gradient[inside][..., layer]
        rows, columns = np.ogrid[inside]
        rows, columns = (rows - row) / cell, (columns - column) / cell
        along, across = cosine * rows + sine * columns, cosine * columns - sine * rows  # Eq. 24
        distances = np.hypot(along, across) / (n_hist / 2)
        weights = np.hypot(down, right) * np.exp(distances**2 / -2)  # Eq. 26
        turns = (np.arctan2(right, down) - angle) / (2 * np.pi) - directions  # Eq. 27
        in_rows = triangular_kernel(along - middles)
        in_columns = triangular_kernel(across - middles)
        in_bins = triangular_kernel(n_ori * (turns - np.rint(turns)))
        shares = (weights * in_rows[:, None] * in_columns).reshape(n_hist**2, -1)
        spread = shares @ in_bins.reshape(n_ori, -1).T
        histograms[number] = spread.reshape(histograms.shape[1:])  # Eq. 28
    return histograms


def triangular_kernel(distance):
    """Triangular kernel: 1 at a distance of 0, falling evenly to 0 at a distance of 1."""
    return np.maximum(0, 1 - np.abs(distance))


def quantize_descriptors(histograms: Array) -> Array:
    """Quantization: limit what one bin may weigh, normalize, and round down to 0 ... 255.

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
    shared.require_array(histograms, "histograms", None, None, None, None)
    if not (np.isfinite(histograms) & (histograms >= 0)).all():
        raise ValueError("histograms: expected finite numbers from 0, got others")
    values = histograms.reshape(len(histograms), np.prod(histograms.shape[1:]))
    values = np.minimum(values, 0.2 * np.linalg.norm(values, axis=1, keepdims=True))
    lengths = np.maximum(np.linalg.norm(values, axis=1, keepdims=True), np.finfo(values.dtype).tiny)
    return np.minimum(np.floor(512 * values / lengths), 255).astype(np.uint8)


# ------------------------------------------------------------------ all steps

RESULTS = (
    "keypoints", "positions", "sigmas", "scales", "octaves", "orientations", "descriptors",
    "scalespace_sigmas", "deltas", "float_dtype",
)  # fmt: skip


class SIFT:
    """SIFT: find keypoints at all scales, with orientations, and describe their surroundings.

    Parameters
    ----------
    upsampling, n_octaves, n_scales, sigma_min, sigma_in : as for ``gaussian_scale_space``
    c_dog, c_edge : as for ``contrast_test`` and ``edge_test``
    n_bins, lambda_ori, c_max : as for ``orientation_histograms`` and ``orientation_peaks``
    lambda_descr, n_hist, n_ori : as for ``descriptor_histograms``

    Returns
    -------
    keypoints : (N, 2) int64, row and column, rounded
    positions : (N, 2) float, row and column in pixels of the image
    sigmas : (N,) float, blur in pixels of the image
    scales : (N,) int64, index of the scale in its octave
    octaves : (N,) int64
    orientations : (N,) float, in radians in (-pi, pi]
    descriptors : (N, n_hist * n_hist * n_ori) uint8
    scalespace_sigmas : (octaves, n_scales + 3) float, blur of every scale in pixels of the image
    delta_min : float, 1 / upsampling, a pixel of the first octave in pixels of the image
    deltas : (octaves,) float, a pixel of each octave in pixels of the image
    float_dtype : dtype of all floats: float32 for a float32 image, else float64

    All are attributes, and None before ``detect`` (``descriptors``: before ``extract``), except
    ``delta_min``.

    Convention
    ----------
    ``skimage.feature.SIFT``: its parameters, defaults, attributes, their order and its errors.
    float arrays are of ``float_dtype``. Second and further orientations of keypoints come after
    all first ones. Each ``detect`` drops what was found before, also when it fails; ``extract``
    takes an image of the shape in which keypoints were detected.

    Raises
    ------
    TypeError, ValueError : a parameter is out of range; image is no gray image.
    RuntimeError : the image has no features, or none that has an orientation.

    References
    ----------
    Otero and Delbracio 2014; Lowe 2004. Taught in 07 §8.

    Examples
    --------
    >>> from coursekit.lab import samples
    >>> sift = SIFT()
    >>> sift.detect_and_extract(samples.camera())
    >>> sift.descriptors.shape[1]
    128
    """

    keypoints: Array | None
    positions: Array | None
    sigmas: Array | None
    scales: Array | None
    octaves: Array | None
    orientations: Array | None
    descriptors: Array | None
    scalespace_sigmas: Array | None
    deltas: Array | None
    float_dtype: type[np.floating[Any]] | None

    def __init__(
        self,
        upsampling: shared.Upsampling = 2,
        n_octaves: Integer = 8,
        n_scales: Integer = 3,
        sigma_min: Real = 1.6,
        sigma_in: Real = 0.5,
        c_dog: Real = 0.04 / 3,
        c_edge: Real = 10,
        n_bins: Integer = 36,
        lambda_ori: Real = 1.5,
        c_max: Real = 0.8,
        lambda_descr: Real = 6,
        n_hist: Integer = 4,
        n_ori: Integer = 8,
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

    def detect(self, image: Array) -> None:
        """Find the keypoints of an image (H, W), and their orientations."""
        self._detect(image)

    def extract(self, image: Array) -> None:
        """Describe the keypoints that ``detect`` has found, in this image of the same shape."""
        if self.positions is None:
            raise RuntimeError(shared.NOTHING_DETECTED)
        self.descriptors = None
        given = self.upsampling, self.n_octaves, self.n_scales, self.sigma_min, self.sigma_in
        octaves = gaussian_scale_space(image, *given)
        if image.shape != self._shape:
            raise ValueError(shared.OTHER_SHAPE.format(self._shape, image.shape))
        self._describe(octaves)

    def detect_and_extract(self, image: Array) -> None:
        """Find the keypoints of an image (H, W), and describe them."""
        octaves = self._detect(image)
        self._describe(octaves)

    def _detect(self, image):
        """Find the keypoints and their orientations; return the octaves."""
        for attribute in RESULTS:  # nothing is kept of the image before
            setattr(self, attribute, None)
        given = self.upsampling, self.n_octaves, self.n_scales, self.sigma_min, self.sigma_in
        octaves = gaussian_scale_space(image, *given)
        found = []
        for number, octave in enumerate(octaves):
            positions, sigmas, scales = self._find(octave, number, image.shape)
            delta = 2**number * self.delta_min
            gradient = gradients(octave[..., 1 : self.n_scales + 1])
            where = scales - 1, positions / delta, sigmas / delta
            counted = orientation_histograms(*gradient, *where, self.n_bins, self.lambda_ori)
            rows, angles = orientation_peaks(smooth_histograms(counted), self.c_max)
            further = np.diff(rows, prepend=-1) == 0  # orientations of one keypoint
            octave_numbers = np.full_like(rows, number)
            found.append(
                (further, positions[rows], sigmas[rows], scales[rows], octave_numbers, angles)
            )
        further, *columns = map(np.concatenate, zip(*found, strict=True))
        if len(further) == 0:
            raise RuntimeError(shared.NO_FEATURES)
        order = np.argsort(further, kind="stable")
        names = "positions", "sigmas", "scales", "octaves", "orientations"
        for name, column in zip(names, columns, strict=True):
            setattr(self, name, column[order])
        self.keypoints = np.rint(self.positions).astype(np.int64)
        scales = len(octaves), self.upsampling, self.n_scales, self.sigma_min
        self.scalespace_sigmas = shared.sigmas(*scales)
        self.deltas = shared.deltas(len(octaves), self.upsampling)
        self.float_dtype = octaves[0].dtype.type
        self._shape = image.shape
        return octaves

    def _find(self, octave, number, shape):
        """Positions, sigmas and scales of the keypoints of one octave."""
        differences = difference_of_gaussians(octave)
        threshold = 0.8 * shared.contrast_threshold(self.c_dog, self.n_scales)
        extrema = local_extrema(differences, threshold)
        points, offsets, values, found = refine_extrema(differences, extrema)
        keep = found & contrast_test(values, self.c_dog, self.n_scales)
        points, offsets = points[keep], offsets[keep]
        _, hessians = derivatives(differences, points)
        keep = edge_test(hessians, self.c_edge)
        points, offsets = points[keep], offsets[keep]
        given = number, self.upsampling, self.n_scales, self.sigma_min
        positions, sigmas = absolute_coordinates(points, offsets, *given)
        keep = border_test(positions, sigmas, shape)
        return positions[keep], sigmas[keep], points[keep, 2]

    def _describe(self, octaves):
        count = self.n_hist**2 * self.n_ori
        descriptors = np.empty((len(self.positions), count), np.uint8)
        for number, octave in enumerate(octaves):
            gradient = gradients(octave[..., 1 : self.n_scales + 1])
            here = self.octaves == number
            delta = self.deltas[number]
            where = self.scales[here] - 1, self.positions[here] / delta, self.sigmas[here] / delta
            given = self.orientations[here], self.lambda_descr, self.n_hist, self.n_ori
            descriptors[here] = quantize_descriptors(
                descriptor_histograms(*gradient, *where, *given)
            )
        self.descriptors = descriptors
