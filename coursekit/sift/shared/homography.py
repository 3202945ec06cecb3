"""RANSAC: the homography with the most inliers among the matches. NumPy, for both engines.

Fischler and Bolles 1981, "Random sample consensus", *CACM* 24(6), 381-395,
doi:10.1145/358669.358692.
Hartley and Zisserman 2004, *Multiple View Geometry in Computer Vision*, 2nd ed., chapter 4,
doi:10.1017/CBO9780511811685 (the algorithms and equations cited below).
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real

TINY = np.finfo(np.float64).tiny
EPSILON = np.finfo(np.float64).eps
LARGEST = 1e100  # coordinate: its square has to be finite
NOTHING_FOUND = "no homography: too few of the points agree, or all lie on a line"
SEED = 0
MOST_SAMPLES = 1000  # of four matches for one trial, before they are taken to lie on a line
FLATTEST = 1e-4  # triangle, its height over its longest side: rounded coordinates decide on it
AT_INFINITY = 1e-10  # share of the last coordinate that the last entry decides, and rounding does
TRIANGLES = np.array([[0, 1, 2], [0, 1, 3], [0, 2, 3], [1, 2, 3]])  # among four points


def find_homography(
    first: ArrayLike,
    second: ArrayLike,
    threshold: Real = 3.0,
    confidence: Real = 0.995,
    iterations: Integer = 2000,
) -> tuple[Array, Array]:
    """RANSAC: find the homography that takes most points of one image to their matches in another.

    Four matches, sampled at random, make a homography, and others agree with it or do not. After
    as many trials as it takes to have sampled four right ones, the largest set of matches that
    agree is fitted by least squares, and fitted anew while more agree with the fit.

    Parameters
    ----------
    first, second : (N, 2) float, row and column of matched points, N >= 4
    threshold : float > 0, largest distance of an inlier from where the homography puts it, pixels
    confidence : float in (0, 1), how sure RANSAC is to be
    iterations : int in [1, 100_000], trials of four matches at most

    Returns
    -------
    homography : (3, 3) float64 in rows and columns: (row, column, 1) of first to those of second,
        up to a factor: its last entry is 1, or, where the origin goes to infinity, its last entry
        is 0 and the root of the sum of its squares 1
    inliers : (N,) bool, the matches that it is fitted to

    Convention
    ----------
    The generator has a fixed seed: equal points give equal results. Four matches of which three lie
    on a line in one of the images, up to the rounding of their coordinates, make no homography;
    that is height over longest side of at most 1e-4. Distances are measured in
    the second image, as ``cv2.findHomography`` with ``method=cv2.RANSAC`` does. The least squares
    are those of the normalised direct linear transform; OpenCV refines them further.

    Raises
    ------
    TypeError, ValueError : points do not go together, are fewer than four, or agree on nothing.

    References
    ----------
    Fischler and Bolles 1981; Hartley and Zisserman 2004, Alg. 4.4 to 4.6. Taught in 07 §9.
    """
    first, second = _matched_points(first, second)
    threshold = require.number(threshold, "threshold", TINY)
    confidence = require.number(confidence, "confidence", TINY, 1 - 1e-9)
    iterations = require.whole(iterations, "iterations", 1, 100_000)
    random = np.random.default_rng(SEED)
    best = np.zeros(len(first), dtype=bool)
    trial, needed = 0, iterations
    while trial < needed:
        sample = _four_matches(first, second, random)
        candidate = _direct_linear_transform(first[sample], second[sample])
        inliers = _transfer_errors(candidate, first, second) <= threshold
        if inliers.sum() > best.sum():
            best = inliers
            needed = min(iterations, _trials_needed(best.mean(), confidence))
        trial += 1
    return _refined(best, first, second, threshold)


def _matched_points(first: ArrayLike, second: ArrayLike) -> tuple[Array, Array]:
    first, second = _points(first, "first"), _points(second, "second")
    if len(first) != len(second) or len(first) < 4:
        given = f"{len(first)} and {len(second)}"
        raise ValueError(f"first and second: expected 4 or more points, as many, got {given}")
    return first, second


def _points(points: ArrayLike, name: str) -> Array:
    if isinstance(points, np.ndarray):
        require.numpy_array(points, name)
    try:
        array = np.asarray(points)
    except (TypeError, ValueError) as error:  # ragged lists, tensors on a device
        raise TypeError(f"{name}: expected points of shape (N, 2), got {error}") from error
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name}: expected rows and columns as numbers, got {array.dtype}")
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"{name}: expected points of shape (N, 2), got {array.shape}")
    if not (np.abs(array := array.astype(np.float64)) <= LARGEST).all():  # NaN fails
        raise ValueError(f"{name}: expected finite rows and columns, at most {LARGEST}")
    return array


def _four_matches(first, second, random):
    """Sample four matches of which no three lie on a line: those would not fix a homography."""
    for _ in range(MOST_SAMPLES):
        sample = random.choice(len(first), 4, replace=False)
        if not (_three_on_a_line(first[sample]) or _three_on_a_line(second[sample])):
            return sample
    raise ValueError(NOTHING_FOUND)


def _three_on_a_line(points):
    a, b, c = points[TRIANGLES].swapaxes(0, 1)
    (rows, columns), (other_rows, other_columns) = (b - a).T, (c - a).T
    twice_the_area = np.abs(rows * other_columns - columns * other_rows)
    longest = np.max([np.sum(side**2, axis=1) for side in (b - a, c - a, c - b)], axis=0)
    return (twice_the_area <= FLATTEST * longest).any()


def _trials_needed(share, confidence):
    """How many samples make it this sure that one of them holds inliers alone."""
    all_four = min(share**4, 1 - EPSILON)
    return math.log(1 - confidence) / math.log1p(-all_four)  # Eq. 4.18


def _direct_linear_transform(first, second):
    """The homography of least algebraic error, from four or more matches (Alg. 4.2)."""
    to_first, to_second = _normalization(first), _normalization(second)
    points = _homogeneous(first) @ to_first.T
    rows, columns, _ = (_homogeneous(second) @ to_second.T).T[..., None]
    zeros = np.zeros_like(points)
    equations = np.vstack([
        np.hstack([zeros, -points, columns * points]),
        np.hstack([points, zeros, -rows * points]),
    ])  # Eq. 4.3, two for each match  # fmt: skip
    four = len(first) == 4  # eight equations for nine entries: the full matrix has the ninth row
    solution = np.linalg.svd(equations, full_matrices=four)[2][-1]
    return np.linalg.inv(to_second) @ solution.reshape(3, 3) @ to_first


def _normalization(points):
    """The similarity that puts the mean of points at 0 and their mean distance at sqrt(2)."""
    center = points.mean(axis=0)
    scale = math.sqrt(2) / np.linalg.norm(points - center, axis=1).mean()
    return np.array([[scale, 0, -scale * center[0]], [0, scale, -scale * center[1]], [0, 0, 1]])


def _homogeneous(points):
    return np.column_stack([points, np.ones(len(points))])


def _transfer_errors(homography, first, second):
    """How far each point lands from its match, in pixels."""
    landed = _homogeneous(first) @ homography.T
    with np.errstate(divide="ignore", invalid="ignore"):  # a point may go to infinity
        return np.linalg.norm(landed[:, :2] / landed[:, 2:] - second, axis=1)


def _refined(inliers, first, second, threshold):
    """Fit all inliers, then all that agree with the fit, for as long as they become more."""
    if inliers.sum() < 4:
        raise ValueError(NOTHING_FOUND)
    homography, agree = None, inliers
    while homography is None or agree.sum() > inliers.sum():
        inliers = agree
        homography = _direct_linear_transform(first[inliers], second[inliers])
        agree = _transfer_errors(homography, first, second) <= threshold
    return _scaled(homography, first[inliers]), inliers


def _scaled(homography, points):
    """The homography with a last entry of 1, or of 0 where that is what it is but for rounding."""
    others = np.abs(points) @ np.abs(homography[2, :2])
    if abs(homography[2, 2]) > AT_INFINITY * others.max():
        return homography / homography[2, 2]
    homography[2, 2] = 0
    return homography / np.linalg.norm(homography)
