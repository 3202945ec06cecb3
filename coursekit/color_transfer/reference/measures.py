"""How good is a transfer? The colours come near the reference's; the structure stays the target's.

Bonneel, Rabin, Peyré and Pfister 2015, "Sliced and Radon Wasserstein barycenters of measures",
*Journal of Mathematical Imaging and Vision* 51, 22-45.
Wang, Bovik, Sheikh and Simoncelli 2004, "Image quality assessment: from error visibility to
structural similarity", *IEEE Transactions on Image Processing* 13(4), 600-612.
"""

import numpy as np
from scipy.ndimage import correlate1d

from coursekit.color_transfer import shared
from coursekit.color_transfer.reference.unit_cube import in_unit, require_pair
from coursekit.core import require
from coursekit.core.color import LUMA
from coursekit.core.types import Array, Integer


def sliced_wasserstein(
    image: Array,
    reference: Array,
    directions: Integer = 64,
    quantiles: Integer = 1000,
    seed: Integer = 0,
) -> float:
    """Sliced Wasserstein distance: how far colours must move to become those of another image.

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]
    reference : of image's dtype, of any height and width
    directions : int, 1 to 10 000, random lines onto which the colours are projected
    quantiles : int, 1 to 1 000 000, at which the two distributions on a line are compared
    seed : int >= 0, of the directions

    Returns
    -------
    float, in gray levels (0..255): the root of the mean squared way, over quantiles and directions

    Convention
    ----------
    Directions are uniform on the sphere. The k-th quantile is the first value with at least a share
    of (k + 1/2) / quantiles of the pixels not above it. 0 for two images of the same colours,
    however placed. All colours moved by a vector v give about |v| / √3.

    Raises
    ------
    TypeError, ValueError : image or reference is no colour image; the dtypes differ; a number is
        out of its range.

    References
    ----------
    Bonneel et al. 2015, §3. Taught in 10 §9.
    """
    require_pair(image, reference, ("image", "reference"))
    directions = require.whole(directions, "directions", 1, shared.MOST_ITERATIONS)
    quantiles = require.whole(quantiles, "quantiles", 1, shared.MOST_BINS)
    seed = require.whole(seed, "seed", 0, np.inf)
    ours = in_unit(image).reshape(-1, 3) * 255
    theirs = in_unit(reference).reshape(-1, 3) * 255
    odd = 2 * np.arange(quantiles) + 1  # the ranks are n (k + 1/2) / quantiles
    our_ranks, their_ranks = (len(each) * odd // (2 * quantiles) for each in (ours, theirs))
    squares = 0.0
    for line in shared.unit_directions(directions, seed):
        ways = np.sort(ours @ line)[our_ranks] - np.sort(theirs @ line)[their_ranks]
        squares += np.mean(ways**2)
    return float(np.sqrt(squares / directions))


def structural_similarity(image: Array, target: Array) -> float:
    """Structural similarity (SSIM), of the grays: how much of an image's structure another has.

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]; at least 11 x 11 pixels
    target : array of image's shape and dtype

    Returns
    -------
    float in [-1, 1]; 1 for two equal images

    Convention
    ----------
    Luma 0.299 R + 0.587 G + 0.114 B, unrounded. A Gaussian of σ = 1.5 in 11 x 11 pixels,
    covariances divide by the weights' sum, K₁ = 0.01, K₂ = 0.03; the mean is over windows that lie
    in the image. ``skimage.metrics.structural_similarity`` with the paper's settings, within
    1e-9.

    Raises
    ------
    TypeError, ValueError : image or target is no colour image; shapes or dtypes differ; a side
        has fewer than 11 pixels.

    References
    ----------
    Wang et al. 2004, Eq. 13. Taught in 10 §9.
    """
    x, y = _lumas(image, target)
    shared.require_windows(*x.shape)
    mean_x, mean_y = _averaged(x), _averaged(y)
    spread_x, spread_y = _averaged(x * x) - mean_x**2, _averaged(y * y) - mean_y**2
    together = _averaged(x * y) - mean_x * mean_y
    same_light = (2 * mean_x * mean_y + shared.C1) / (mean_x**2 + mean_y**2 + shared.C1)
    same_structure = (2 * together + shared.C2) / (spread_x + spread_y + shared.C2)
    return float(np.mean(same_light * same_structure))  # Eq. 13


def gradient_correlation(image: Array, target: Array) -> float:
    """Gradient correlation of two images: are the edges where they were?

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]
    target : array of image's shape and dtype

    Returns
    -------
    float in [-1, 1]; 1 for equal images and for those that differ in contrast and brightness
    alone, -1 for the negative, 0 where one has no gradient at all

    Convention
    ----------
    Differences of neighbours in rows and in columns of luma, taken together as one long vector; the
    cosine of the angle between the two vectors.

    Raises
    ------
    TypeError, ValueError : image or target is no colour image; shapes or dtypes differ.

    References
    ----------
    Szeliski 2022, *Computer Vision*, 2nd edition, §9.1.4 (normalised correlation). Taught in 10 §9.
    """
    ours, theirs = _lumas(image, target)
    ours = np.concatenate([np.diff(ours, axis=0).ravel(), np.diff(ours, axis=1).ravel()])
    theirs = np.concatenate([np.diff(theirs, axis=0).ravel(), np.diff(theirs, axis=1).ravel()])
    lengths = np.sqrt((ours @ ours) * (theirs @ theirs))
    return float(ours @ theirs / lengths) if lengths > shared.NO_GRADIENT else 0.0


def _averaged(luma):
    """Weighted means of the windows that lie in the image."""
    inside = shared.WEIGHTS.size // 2
    for axis in (0, 1):
        luma = correlate1d(luma, shared.WEIGHTS, axis=axis)
    return luma[inside:-inside, inside:-inside]


def _lumas(image, target):
    """The lumas of two images of one shape."""
    require_pair(image, target, ("image", "target"))
    if image.shape != target.shape:
        raise ValueError(f"target: expected shape {image.shape} like image, got {target.shape}")
    return in_unit(image) @ LUMA, in_unit(target) @ LUMA
