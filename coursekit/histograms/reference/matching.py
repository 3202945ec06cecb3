"""Histogram matching: forward by one image's cumulative curve, back by another's."""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array
from coursekit.histograms import shared


def match_histograms(image: Array, reference: Array) -> Array:
    """Histogram matching: give an image the histogram of another, channel by channel.

    s = G⁻¹(F(r)): F(r) is the share of the image's pixels that are at most as bright as r, G that
    of the reference's. What is brighter than a third of the one becomes what is brighter than a
    third of the other.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    reference : of image's dtype and channels, of any size

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    G has a value at each level that occurs in the reference, and straight lines between them; below
    the first, G⁻¹ is that level. For uint8 the result is rounded half to even; for float each
    distinct value is a level of its own.
    ``skimage.exposure.match_histograms`` draws the same lines. Gray uint8 it leaves unrounded, as
    float64 (ours is within half a level of it), and colour it truncates (within 1 level); float
    within 1e-6.

    Raises
    ------
    TypeError : image or reference is not as described; the dtypes differ.
    ValueError : image or reference leaves [0, 1]; one is gray and the other in colour.

    References
    ----------
    Gonzalez and Woods 2018, §3.3 (histogram matching). Taught in 03 §6.
    """
    require.image(image)
    require.image(reference, "reference")
    ours, theirs = np.atleast_3d(image), np.atleast_3d(reference)
    shared.require_same_kind(ours, theirs, ours.shape[2], theirs.shape[2])
    matched = np.empty_like(ours, order="C")
    for channel in range(ours.shape[2]):
        r, theirs_r = ours[..., channel], theirs[..., channel]
        _, place, count = np.unique(r, return_inverse=True, return_counts=True)
        levels, their_count = np.unique(theirs_r, return_counts=True)
        F, G = count.cumsum() / r.size, their_count.cumsum() / theirs_r.size
        s = np.interp(F, G, levels)  # G⁻¹(F(r)), of each level r that occurs
        if image.dtype == np.uint8:
            s = np.rint(s.round(9))  # a third is not exact in binary: 2.5 may come out just below
        matched[..., channel] = s[place].reshape(r.shape)
    return matched.reshape(image.shape)
