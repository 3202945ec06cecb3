"""The homography that most matches agree on: OpenCV's RANSAC, for both twins."""

import cv2
import numpy as np

from coursekit.lab import require

TINY = np.finfo(np.float64).tiny
EXCHANGE = np.eye(3)[[1, 0, 2]]  # x and y to rows and columns, and back


def find_homography(first, second, threshold=3.0, confidence=0.995, iterations=2000):
    """Find the homography that takes most points of one picture to their matches in another.

    Parameters
    ----------
    first, second : (N, 2) float, row and column of matched points, N >= 4
    threshold : float > 0, largest distance of an inlier from where the homography puts it, pixels
    confidence : float in (0, 1), how sure RANSAC is to be
    iterations : int >= 1, trials of four matches at most

    Returns
    -------
    homography : (3, 3) float64 in rows and columns: (row, column, 1) of first to those of second,
        up to a factor; its last entry is 1
    inliers : (N,) bool

    Convention
    ----------
    ``cv2.findHomography`` with ``method=cv2.RANSAC``, which has x before y: rows and columns are
    exchanged on the way there and back. OpenCV draws with a fixed seed: equal points give equal
    results.

    Raises
    ------
    TypeError, ValueError : points do not go together, are fewer than four, or agree on nothing.

    References
    ----------
    Fischler and Bolles 1981, "Random sample consensus", *CACM* 24(6), 381-395. Taught in 07 §9.
    """
    first, second = _points(first, "first"), _points(second, "second")
    if len(first) != len(second) or len(first) < 4:
        given = f"{len(first)} and {len(second)}"
        raise ValueError(f"first and second: expected 4 or more points, as many, got {given}")
    require.number(threshold, "threshold", TINY)
    require.number(confidence, "confidence", TINY, 1 - 1e-9)
    require.whole(iterations, "iterations", 1, 2**31 - 1)
    found, inliers = cv2.findHomography(
        first[:, ::-1].copy(), second[:, ::-1].copy(), cv2.RANSAC, threshold,
        maxIters=iterations, confidence=confidence,
    )  # fmt: skip
    if found is None:
        raise ValueError("no homography: too few of the points agree, or all lie on a line")
    return EXCHANGE @ found @ EXCHANGE, inliers[:, 0].astype(bool)


def _points(points, name):
    array = np.asarray(points, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 2:
        raise ValueError(f"{name}: expected points of shape (N, 2), got {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: expected finite rows and columns, got NaN or infinity")
    return array
