"""Precision and recall of edges that were found, by edges that are known."""

import numpy as np
from scipy import ndimage

from coursekit.core import require
from coursekit.core.types import Array, Real
from coursekit.edges import shared


def precision_recall(found: Array, truth: Array, tolerance: Real = 1.0) -> tuple[float, float]:
    """Precision and recall: what share of the found is true, and what share of the true is found.

    Parameters
    ----------
    found : (H, W) bool, the edge pixels of a detector
    truth : (H, W) bool, the edge pixels that are known
    tolerance : float >= 0, how far apart two pixels may lie and still agree, in pixels

    Returns
    -------
    precision : float in [0, 1], of the found pixels those that have a true one within tolerance
    recall : float in [0, 1], of the true pixels those that have a found one within tolerance

    Convention
    ----------
    Distances are Euclidean, between centres of pixels. Several pixels may agree with the same one:
    a thick edge is not punished. Where nothing was found, nothing is wrong: precision 1; where
    nothing is true, nothing is missed: recall 1.

    Raises
    ------
    TypeError, ValueError : found and truth are no bool masks of one shape; tolerance is negative.

    References
    ----------
    Martin, Fowlkes and Malik 2004, "Learning to detect natural image boundaries", *IEEE Trans.
    Pattern Analysis and Machine Intelligence* 26(5), §4. Taught in 05 §7.
    """
    shared.require_maps(np.ndarray, ("bool",), found=found, truth=truth)
    tolerance = require.number(tolerance, "tolerance", 0, shared.LARGEST)
    return _share_near(found, truth, tolerance), _share_near(truth, found, tolerance)


def _share_near(pixels, others, tolerance):
    """Give the share of the pixels that have one of the others within tolerance."""
    if not pixels.any():
        return 1.0
    if not others.any():
        return 0.0
    distance = ndimage.distance_transform_edt(~others)
    return float((distance[pixels] <= tolerance).mean())
