"""The homography that most matches agree on: OpenCV's RANSAC, for both twins."""

import cv2
import numpy as np


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
    raise NotImplementedError
