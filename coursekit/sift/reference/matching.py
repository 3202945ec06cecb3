"""Which keypoint of one picture is which of another.

Lowe 2004, §7.1. Otero and Delbracio 2014, Alg. 13.
"""

import numpy as np

from coursekit.lab import require
from coursekit.sift import checks


def match_descriptors(
    first,
    second,
    metric=None,
    p=2,
    max_distance=np.inf,
    cross_check=True,
    max_ratio=1.0,
):
    """Pair each descriptor with the nearest one of another picture, if it is clearly the nearest.

    Parameters
    ----------
    first : (M, K) descriptors, uint8, float or bool
    second : (N, K) descriptors
    metric : "euclidean", "sqeuclidean", "cityblock", "chebyshev", "minkowski" or "hamming"; by
        default "hamming" for bool and "euclidean" for all others
    p : float >= 1, exponent of the metric "minkowski"
    max_distance : float >= 0; only pairs nearer than this
    cross_check : bool, only pairs of which each is the other's nearest
    max_ratio : float in (0, 1]; only pairs whose distance is less than this times the distance to
        the second nearest; 1.0: all

    Returns
    -------
    Array (Q, 2) int64 of indices into first and second, in the order of first

    Convention
    ----------
    ``skimage.feature.match_descriptors``. Of equal distances the first counts. Worked out some
    rows of first at a time: memory for 2^22 distances, never for M x N.

    Raises
    ------
    TypeError, ValueError : the descriptors have not the same length; a parameter is out of range.

    References
    ----------
    Lowe 2004, §7.1; Otero and Delbracio 2014, Alg. 13. Taught in 07 §9.
    """
    raise NotImplementedError
