"""Matching: which keypoint of one image is which of another.

Lowe 2004, §7.1. Otero and Delbracio 2014, Alg. 13.
"""

import numpy as np
from scipy.spatial.distance import cdist

from coursekit.core.chunks import chunk_length
from coursekit.core.types import Array, Real
from coursekit.sift import shared


def match_descriptors(
    first: Array,
    second: Array,
    metric: shared.Metric | None = None,
    p: Real = 2,
    max_distance: Real = np.inf,
    cross_check: bool = True,
    max_ratio: Real = 1.0,
) -> Array:
    """Descriptor matching: pair each with the nearest of another image, if clearly the nearest.

    Parameters
    ----------
    first : (M, K) descriptors, uint8, float or bool
    second : (N, K) descriptors
    metric : "euclidean", "sqeuclidean", "cityblock", "chebyshev", "minkowski" or "hamming"; by
        default "hamming" for bool and "euclidean" for all others
    p : float in [1, 100], exponent of the metric "minkowski"
    max_distance : float >= 0; only pairs nearer than this
    cross_check : bool, only pairs of which each is the other's nearest
    max_ratio : float in (0, 1], of Lowe's ratio test; only pairs whose distance is less than this
        times the distance to the second nearest; 1.0: all

    Returns
    -------
    Array (Q, 2) int64 of indices into first and second, in the order of first

    Convention
    ----------
    ``skimage.feature.match_descriptors``, except that a tie never passes the ratio test, not even
    of two descriptors that both equal this one: neither is clearly the nearest (scikit-image takes
    the first of them). Of equal distances the first counts. Worked out some rows of first
    at a time: memory for 2^21 distances, never for M x N.

    Raises
    ------
    TypeError, ValueError : the descriptors have not the same length; a parameter is out of range.

    References
    ----------
    Lowe 2004, §7.1; Otero and Delbracio 2014, Alg. 13. Taught in 07 §9.
    """
    metric, p, max_distance, cross_check, max_ratio = shared.require_matching(
        first, second, metric, p, max_distance, cross_check, max_ratio, np.ndarray
    )
    if 0 in (len(first), len(second)):
        return np.empty((0, 2), np.int64)
    nearest, distance, runner_up = _nearest(first, second, metric, p)
    keep = distance < max_distance
    if cross_check:
        back, _, _ = _nearest(second, first, metric, p)
        keep &= back[nearest] == np.arange(len(first))
    if max_ratio < 1:
        keep &= distance < max_ratio * runner_up
    return np.stack([np.flatnonzero(keep), nearest[keep]], axis=1)


def _nearest(first, second, metric, p):
    """Index of the nearest of second, its distance, and the distance of the second nearest."""
    height = chunk_length(len(second))
    options = {"metric": metric, "p": p} if metric == "minkowski" else {"metric": metric}
    chunks = []
    for top in range(0, len(first), height):
        distances = cdist(first[top : top + height], second, **options)
        rows, nearest = np.arange(len(distances)), distances.argmin(axis=1)
        smallest = distances[rows, nearest]
        distances[rows, nearest] = np.inf
        chunks.append((nearest, smallest, distances.min(axis=1)))
    return [np.concatenate(column) for column in zip(*chunks, strict=True)]
