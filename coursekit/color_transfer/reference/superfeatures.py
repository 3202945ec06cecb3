"""Superpixels that look alike: features pooled and compared, attention, and a transfer by them."""

from collections.abc import Callable

import numpy as np

from coursekit.color_transfer import shared
from coursekit.color_transfer.reference.color_fusion import (
    cut,
    finished,
    fuse_colors,
    superpixel_means,
)
from coursekit.color_transfer.reference.features import filter_bank
from coursekit.color_transfer.reference.unit_cube import require_pair
from coursekit.core import require
from coursekit.core.types import Array, Integer, Real


def super_features(
    features: Array, labels: Array, count: Integer | None = None, pooling: shared.Pooling = "mean"
) -> Array:
    """Pool the features of each superpixel's pixels to one vector.

    A picture of n pixels has 3 sqrt(n) such vectors: comparing those of two pictures costs 9 n
    products instead of n^2.

    Parameters
    ----------
    features : (H, W, C) numbers, as ``filter_bank`` or a network gives
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
    Carrillo et al. 2022, §3.1. Taught in 10 §7.
    """
    pooling = require.one_of(pooling, "pooling", shared.POOLINGS)
    means = superpixel_means(features, labels, count)
    if pooling == "mean":
        return means
    largest = np.full_like(means, -np.inf)
    np.maximum.at(largest, labels.ravel(), features.reshape(-1, features.shape[-1]))
    return np.where(np.isnan(means), np.nan, largest)


def correlation(target: Array, reference: Array, center: shared.Center = "vector") -> Array:
    """Compare every superpixel of the target with every one of the reference: Eq. 2.

    Parameters
    ----------
    target : float (M, C), super-features of the target
    reference : float (N, C), of the reference
    center : "vector": from each vector its own mean over the channels is taken off; "channel": from
        each channel its mean over the picture's superpixels

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
    ValueError : the two have not the same number of channels; center is neither.

    References
    ----------
    Carrillo et al. 2022, Eq. 2. Taught in 10 §7.
    """
    shared.require_comparable(target, reference, center)
    products = _directions(target, center) @ _directions(reference, center).T  # Eq. 2
    exists = ~np.isnan(reference).any(axis=1)
    return np.where(exists, np.clip(products, -1, 1), -np.inf)


def attention(correlations: Array, temperature: Real = 0.02) -> Array:
    """Turn correlations into shares: how much each superpixel looks at every one of the reference.

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
    TypeError, ValueError : correlations is no table; temperature is not positive.

    References
    ----------
    Carrillo et al. 2022, Eq. 1. Taught in 10 §7.
    """
    shared.require_softmax_temperature(correlations, temperature)
    correlations = np.asarray(correlations, np.float64)
    largest = correlations.max(axis=1, keepdims=True)
    shares = np.exp((correlations - largest) / temperature)
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
    """Recolour each superpixel by those of the other picture that look like it.

    Superpixels, their features, who looks at whom, mixed mean colours, colours for every pixel, and
    the grain back.

    Parameters
    ----------
    target : (H, W, 3) uint8, or float in [0, 1]. What is recoloured
    reference : of target's dtype, of any height and width. Whose colours are wanted
    features : a pair (H, W, C), (H', W', C) of arrays, features of target and reference; or a
        function that gives those of a picture; None: ``filter_bank``
    superpixels : int >= 1, about how many of each picture; None: 3 sqrt(n) for its n pixels
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
    TypeError, ValueError : target or reference is no colour picture; the dtypes differ; features
        do not fit the pictures; a parameter is out of range.

    References
    ----------
    Carrillo, Clement and Bugeau 2022, Eqs. 1-6. Taught in 10 §7.
    """
    require_pair(target, reference)
    describe, describe_other = shared.features_of(features, filter_bank)
    labels, _ = cut(target, superpixels, compactness)
    others, wanted = cut(reference, superpixels, compactness)
    correlations = correlation(
        super_features(describe(target), labels, pooling=pooling),
        super_features(describe_other(reference), others, pooling=pooling),
        center,
    )
    colors = attention(correlations, temperature) @ wanted
    fused = fuse_colors(
        target, labels, colors, place_spread, color_spread, sigma, reach, covariance
    )
    return finished(fused, target, regrained)


def _directions(vectors, center):
    """Centred vectors of length 1, or of length 0."""
    vectors = np.asarray(vectors, np.float64)
    if center == "vector":
        centered = vectors - vectors.mean(axis=1, keepdims=True)
    else:
        centered = vectors - np.nanmean(vectors, axis=0)
    centered = np.where(np.isnan(centered), 0, centered)
    length = np.sqrt((centered**2).sum(axis=1, keepdims=True))
    return np.where(length > shared.LEAST_NORM, centered / np.maximum(length, 1e-300), 0)
