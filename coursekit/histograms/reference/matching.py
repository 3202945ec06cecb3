"""Matching: the cumulative curve of one picture forward, that of another one back."""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array
from coursekit.histograms import shared


def match_histograms(image: Array, reference: Array) -> Array:
    """Give a picture the histogram of another one, channel by channel.

    s = G⁻¹(F(r)): F is the share of the image's pixels at most as bright as r, G that of the
    reference's. What is brighter than a third of the one becomes what is so in the other.

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
    TypeError : image is no picture; the dtypes differ.
    ValueError : image or reference leaves [0, 1]; one is gray and the other in colour.

    References
    ----------
    Gonzalez and Woods 2018, §3.3 (histogram matching). Taught in 03 §6.
    """
    require.image(image)
    require.image(reference, "reference")
    ours, theirs = np.atleast_3d(image), np.atleast_3d(reference)
    shared.require_same_kind(ours, theirs, ours.shape[2], theirs.shape[2])
    channels = [_matched(ours[..., c], theirs[..., c]) for c in range(ours.shape[2])]
    return np.stack(channels, axis=-1).reshape(image.shape)


def _matched(channel, reference):
    _, place, count = np.unique(channel, return_inverse=True, return_counts=True)
    levels, their_count = np.unique(reference, return_counts=True)
    share = count.cumsum() / channel.size  # F
    their_share = their_count.cumsum() / reference.size  # G
    s = np.interp(share, their_share, levels)
    if channel.dtype == np.uint8:
        s = np.rint(s.round(9))  # a third is not exact in binary: 2.5 may come out just below
    return s.astype(channel.dtype)[place].reshape(channel.shape)
