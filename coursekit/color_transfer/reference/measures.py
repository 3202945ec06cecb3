"""How good is a transfer? The colours come near the reference's; the structure stays the target's.

Bonneel, Rabin, Peyré and Pfister 2015, "Sliced and Radon Wasserstein barycenters of measures",
*Journal of Mathematical Imaging and Vision* 51, 22-45.
Wang, Bovik, Sheikh and Simoncelli 2004, "Image quality assessment: from error visibility to
structural similarity", *IEEE Transactions on Image Processing* 13(4), 600-612.
"""

import numpy as np
from scipy.ndimage import correlate1d

from coursekit.color_transfer import shared
from coursekit.color_transfer.reference.unit_cube import in_unit
from coursekit.color_transfer.shared import unit_directions
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
    """Tell how far the colours of one picture must move to become those of another one.

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]
    reference : of image's dtype, of any height and width
    directions : int >= 1, random lines onto which the colours are projected
    quantiles : int >= 1, at which the two distributions on a line are compared
    seed : int >= 0, of the directions

    Returns
    -------
    float, in gray levels (0..255): the root of the mean squared way, over quantiles and directions

    Convention
    ----------
    Directions are uniform on the sphere. The k-th quantile is the first value with at least a share
    of (k + 1/2) / quantiles of the pixels not above it. 0 for two pictures of the same colours,
    however placed. All colours moved by a vector v give about |v| / √3.

    Raises
    ------
    TypeError, ValueError : image or reference is no colour picture; the dtypes differ; a number is
        out of its range.

    References
    ----------
    Bonneel et al. 2015, §3. Taught in 10 §9.
    """
    require.color(image)
    require.color(reference, "reference")
    shared.require_same_dtype(image, reference, like="image")
    shared.require_measured(directions, quantiles, seed)
    ours, theirs = (in_unit(picture).reshape(-1, 3) * 255 for picture in (image, reference))
    ways = [
        _quantiles(ours @ line, quantiles) - _quantiles(theirs @ line, quantiles)
        for line in unit_directions(directions, seed)
    ]
    return float(np.sqrt(np.mean(np.square(ways))))


def structural_similarity(image: Array, target: Array) -> float:
    """Tell how much of a picture's structure another one has: SSIM of the grays.

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]; at least 11 x 11 pixels
    target : array of image's shape and dtype

    Returns
    -------
    float in [-1, 1]; 1 for two equal pictures

    Convention
    ----------
    Luma 0.299 R + 0.587 G + 0.114 B, unrounded. A Gaussian of σ = 1.5 in 11 x 11 pixels,
    covariances divide by the weights' sum, K₁ = 0.01, K₂ = 0.03; the mean is over windows that lie
    in the picture. ``skimage.metrics.structural_similarity`` with the paper's settings, within
    1e-9.

    Raises
    ------
    TypeError, ValueError : image or target is no colour picture; shapes or dtypes differ; a side
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
    """Tell whether edges are where they were: the correlation of two pictures' gradients.

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]
    target : array of image's shape and dtype

    Returns
    -------
    float in [-1, 1]; 1 for equal pictures and for those that differ in contrast and brightness
    alone, -1 for the negative, 0 where one has no gradient at all

    Convention
    ----------
    Differences of neighbours in rows and in columns of luma, taken together as one long vector; the
    cosine of the angle between the two vectors.

    Raises
    ------
    TypeError, ValueError : image or target is no colour picture; shapes or dtypes differ.

    References
    ----------
    Szeliski 2022, *Computer Vision*, 2nd edition, §9.1.4 (normalised correlation). Taught in 10 §9.
    """
    ours, theirs = (
        np.concatenate([np.diff(luma, axis=0).ravel(), np.diff(luma, axis=1).ravel()])
        for luma in _lumas(image, target)
    )
    lengths = np.sqrt((ours @ ours) * (theirs @ theirs))
    return float(ours @ theirs / lengths) if lengths > shared.NO_GRADIENT else 0.0


def _quantiles(values, count):
    ranks = (2 * np.arange(count) + 1) * values.size // (2 * count)
    return np.sort(values)[ranks]


def _averaged(luma):
    """Weighed means of the windows that lie in the picture."""
    inside = shared.WEIGHTS.size // 2
    for axis in (0, 1):
        luma = correlate1d(luma, shared.WEIGHTS, axis=axis)
    return luma[inside:-inside, inside:-inside]


def _lumas(image, target):
    require.color(image)
    require.color(target, "target")
    shared.require_same_shape(image, target)
    return (in_unit(picture) @ LUMA for picture in (image, target))
