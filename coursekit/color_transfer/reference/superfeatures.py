"""Superpixels that look alike: features pooled and compared, attention, and a transfer by them.

Carrillo, Clément and Bugeau 2021 (in print 2022).
"""

from collections.abc import Callable

import numpy as np

from coursekit.color_transfer import shared
from coursekit.color_transfer.reference.color_fusion import (
    cut_superpixels,
    fuse_colors,
    require_pixels,
    superpixel_means,
)
from coursekit.color_transfer.reference.features import filter_bank
from coursekit.color_transfer.reference.regrain import regrain
from coursekit.color_transfer.reference.unit_cube import (
    as_image,
    in_unit,
    require_pair,
    require_table,
)
from coursekit.core import require
from coursekit.core.types import Array, Integer, Real


def super_features(
    features: Array, labels: Array, count: Integer | None = None, pooling: shared.Pooling = "mean"
) -> Array:
    """Super-features: pool the features of each superpixel's pixels to one vector.

    An image of n pixels has 3 sqrt(n) such vectors: comparing those of two images costs 9 n
    products instead of n^2.

    Parameters
    ----------
    features : (H, W, C) finite numbers, as ``filter_bank`` or a network gives
    labels : int (H, W), the superpixel of each pixel, as ``slic`` gives
    count : int, how many superpixels there are; by default the largest label and one
    pooling : "mean" or "max"

    Returns
    -------
    float64 (K, C): F, a row for each superpixel.

    Convention
    ----------
    The paper pools without saying how: the mean is the default. A number that no pixel bears has a
    row of NaN, which ``correlation`` and ``attention`` leave out.

    Raises
    ------
    TypeError, ValueError : labels are not whole numbers from 0; features is not (H, W, C) for them;
        pooling is neither.

    References
    ----------
    Carrillo et al. 2021, §3.1. Taught in 10 §7.
    """
    pooling = require.one_of(pooling, "pooling", shared.POOLINGS)
    count = require_pixels(features, labels, count, "features")
    means = superpixel_means(features, labels, count)
    if pooling == "mean":
        return means
    largest = np.full_like(means, -np.inf)
    np.maximum.at(largest, labels.ravel().astype(np.intp), features.reshape(-1, features.shape[-1]))
    return np.where(np.isnan(means), np.nan, largest)


def correlation(target: Array, reference: Array, center: shared.Center = "vector") -> Array:
    """Similarity of superpixels, Eq. 2: correlate each of the target with each of the reference.

    Parameters
    ----------
    target : float (M, C), super-features of the target
    reference : float (N, C), of the reference
    center : "vector": from each vector its own mean over the channels is taken off; "channel": from
        each channel its mean over the image's superpixels

    Returns
    -------
    float64 (M, N), M of Eq. 2, in [-1, 1].

    Convention
    ----------
    The cosine of the angle between the centred vectors. The paper's text reads as "vector"; the
    program of the work that it builds on has "channel". A vector that is flat after
    centring (shorter than 1e-6) correlates with nothing: 0. The column of a reference vector of
    NaN is -inf, which gets no attention.

    Raises
    ------
    TypeError, ValueError : target or reference is no table of numbers; they differ in their number
        of channels; center is neither.

    References
    ----------
    Carrillo et al. 2021, Eq. 2. Taught in 10 §7.
    """
    require_table(target, "target")
    require_table(reference, "reference", columns=target.shape[1])
    center = require.one_of(center, "center", shared.CENTERS)
    directions = []
    for vectors in (target.astype(np.float64), reference.astype(np.float64)):
        if center == "vector":
            centered = vectors - vectors.mean(axis=1, keepdims=True)
        else:
            centered = vectors - np.nanmean(vectors, axis=0)
        centered = np.nan_to_num(centered)
        length = np.linalg.norm(centered, axis=1, keepdims=True)
        directions.append(centered / np.where(length > shared.LEAST_NORM, length, np.inf))
    cosines = np.clip(directions[0] @ directions[1].T, -1, 1)  # Eq. 2
    return np.where(np.isnan(reference).any(axis=1), -np.inf, cosines)


def attention(correlations: Array, temperature: Real = 0.02) -> Array:
    """Attention, Eq. 1: the share of each superpixel of the reference in each of the target.

    Parameters
    ----------
    correlations : float (M, N), as ``correlation`` gives
    temperature : float > 0, tau; near 0 only the best match counts, and when large all alike

    Returns
    -------
    float64 (M, N), A of Eq. 1: from 0 to 1, each row sums to 1.

    Convention
    ----------
    Softmax over the reference (axis 1). The largest number of a row is taken off first, or exp
    would overflow at temperatures below 0.0014.

    Raises
    ------
    TypeError, ValueError : correlations is no table, or has NaN or infinity, or a row of -inf
        alone; temperature is not positive.

    References
    ----------
    Carrillo et al. 2021, Eq. 1. Taught in 10 §7.
    """
    require_table(correlations, "correlations", infinite=True)
    temperature = require.number(temperature, "temperature", shared.LEAST, shared.MOST)
    largest = correlations.max(axis=1, keepdims=True)
    if not np.isfinite(largest).all():  # NaN, too, would be the largest
        raise ValueError("correlations: expected a finite number in each row, and no NaN")
    shares = np.exp((correlations.astype(np.float64) - largest) / temperature)
    return shares / shares.sum(axis=1, keepdims=True)  # Eq. 1


def superfeature_transfer(
    target: Array,
    reference: Array,
    features: tuple[Array, Array] | list[Array] | Callable[[Array], Array] | None = None,
    superpixels: Integer | None = None,
    compactness: Real = 10.0,
    pooling: shared.Pooling = "mean",
    center: shared.Center = "vector",
    temperature: Real = 0.02,
    place_spread: Real = 10.0,
    color_spread: Real = 0.1,
    sigma: Real | None = None,
    reach: Real | None = None,
    covariance: shared.Covariance = "each",
    regrained: bool = True,
) -> Array:
    """Superfeature transfer: recolour superpixels by those of another image that look like them.

    Superpixels, their features, who looks at whom, mixed mean colours, colours for every pixel, and
    the grain back.

    Parameters
    ----------
    target : (H, W, 3) uint8, or float in [0, 1]. What is recoloured
    reference : of target's dtype, of any height and width. Whose colours are wanted
    features : a pair (H, W, C), (H', W', C) of arrays, features of target and reference; or a
        function that gives those of an image; None: ``filter_bank``
    superpixels : int >= 1, about how many of each image; None: 3 sqrt(n) for its n pixels
    compactness : float > 0, of ``slic``
    pooling : "mean" or "max", see ``super_features``
    center : "vector" or "channel", see ``correlation``
    temperature : float > 0, tau, see ``attention``
    place_spread, color_spread, sigma, reach, covariance : see ``fuse_colors``
    regrained : bool, give the target's gradients back at the end

    Returns
    -------
    Array of target's shape and dtype.

    Convention
    ----------
    Attention times mean colours comes first (K x 3 numbers), then pixels in chunks: the matrix of
    all pixels and all superpixels is never built. Double precision; uint8 is rounded half to even.
    The paper's figures need the features of a VGG-19 trained on photos; ``filter_bank`` is no
    substitute for those, only a default that needs nothing.

    Raises
    ------
    TypeError, ValueError : target or reference is no colour image; the dtypes differ; features
        do not fit the images; a parameter is out of range.

    References
    ----------
    Carrillo, Clément and Bugeau 2021, Eqs. 1-6. Taught in 10 §7.
    """
    require_pair(target, reference)
    regrained = require.flag(regrained, "regrained")
    features = filter_bank if features is None else features
    if not callable(features) and not (isinstance(features, (tuple, list)) and len(features) == 2):
        kind = type(features).__name__
        raise TypeError(f"features: expected a pair, of target and of reference, got {kind}")
    labels, _ = cut_superpixels(target, superpixels, compactness)
    other_labels, other_colors = cut_superpixels(reference, superpixels, compactness)

    pooled = []
    for which, image, segments in ((0, target, labels), (1, reference, other_labels)):
        described = features(image) if callable(features) else features[which]
        pooled.append(super_features(described, segments, pooling=pooling))
    shares = attention(correlation(*pooled, center), temperature)

    fused = fuse_colors(
        target, labels, shares @ other_colors, place_spread, color_spread, sigma, reach, covariance
    )
    if regrained:
        fused = regrain(fused, in_unit(target), clip=False)
    return as_image(fused, target.dtype)
