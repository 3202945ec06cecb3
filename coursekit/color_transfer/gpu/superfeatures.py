"""Superpixels that look alike, for whole batches: twins of ``reference.superfeatures``."""

from collections.abc import Callable

import torch

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.color_fusion import cut, finished, fuse_colors, superpixel_means
from coursekit.color_transfer.gpu.features import filter_bank
from coursekit.color_transfer.gpu.unit_cube import require_pair
from coursekit.core import require
from coursekit.core.torch.dtypes import accumulator_dtype
from coursekit.core.types import Integer, Real


def super_features(
    features: torch.Tensor,
    labels: torch.Tensor,
    count: Integer | None = None,
    pooling: shared.Pooling = "mean",
) -> torch.Tensor:
    """Pool the features of each superpixel's pixels to one vector.

    Parameters
    ----------
    features : (..., C, H, W) numbers, as ``filter_bank`` or a network gives
    labels : int (..., 1, H, W), the superpixel of each pixel, as ``slic`` gives

    Returns
    -------
    float (..., K, C): F, a row for each superpixel.

    Convention
    ----------
    Pictures with fewer superpixels than the one with the most have rows of NaN at the end.

    Raises
    ------
    TypeError, ValueError : labels are not whole numbers from 0; features is not (..., C, H, W) for
        them; pooling is neither.
    """
    pooling = require.one_of(pooling, "pooling", shared.POOLINGS)
    means = superpixel_means(features, labels, count)
    if pooling == "mean":
        return means
    index = labels.long().flatten(-3).unsqueeze(-2)
    planes = features.flatten(-2).to(means.dtype)
    largest = torch.full_like(means.mT, -torch.inf)
    largest = largest.scatter_reduce(-1, index.expand(planes.shape), planes, "amax").mT
    return torch.where(means.isnan(), means, largest)


def correlation(
    target: torch.Tensor, reference: torch.Tensor, center: shared.Center = "vector"
) -> torch.Tensor:
    """Compare every superpixel of the target with every one of the reference: Eq. 2.

    Parameters
    ----------
    target : float (..., M, C), super-features of the target
    reference : float (..., N, C), of the reference

    Returns
    -------
    float (..., M, N), M of Eq. 2, in [-1, 1].
    """
    shared.require_comparable(target, reference, center)
    products = _directions(target, center) @ _directions(reference, center).mT  # Eq. 2
    missing = reference.isnan().any(dim=-1).unsqueeze(-2)
    return products.clamp_(-1, 1).masked_fill_(missing, -torch.inf)


def _directions(vectors, center):
    """Centred vectors of length 1, or of length 0."""
    vectors = vectors.to(accumulator_dtype(vectors.device))
    if center == "vector":
        centered = vectors - vectors.mean(dim=-1, keepdim=True)
    else:
        centered = vectors - vectors.nanmean(dim=-2, keepdim=True)
    centered = centered.nan_to_num_()
    length = centered.square().sum(dim=-1, keepdim=True).sqrt_()
    short = length <= shared.LEAST_NORM
    return centered.div_(length.masked_fill_(short, 1)).masked_fill_(short, 0)


def attention(correlations: torch.Tensor, temperature: Real = 0.02) -> torch.Tensor:
    """Turn correlations into shares: how much each superpixel looks at every one of the reference.

    Parameters
    ----------
    correlations : float (..., M, N), as ``correlation`` gives

    Returns
    -------
    float (..., M, N), A of Eq. 1: from 0 to 1, each row sums to 1.

    Convention
    ----------
    As ``reference.attention``, along the last axis.
    """
    shared.require_softmax_temperature(correlations, temperature)
    correlations = correlations.to(accumulator_dtype(correlations.device))
    return (correlations / temperature).softmax(dim=-1)  # Eq. 1


def superfeature_transfer(
    target: torch.Tensor,
    reference: torch.Tensor,
    features: tuple[torch.Tensor, torch.Tensor]
    | list[torch.Tensor]
    | Callable[[torch.Tensor], torch.Tensor]
    | None = None,
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
) -> torch.Tensor:
    """Recolour each superpixel by those of the other picture that look like it.

    Parameters
    ----------
    target : (..., 3, H, W) uint8, or float in [0, 1]. What is recoloured
    reference : (..., 3, H', W') of target's dtype, one for all or each of target. Whose
        colours are wanted
    features : a pair (..., C, H, W), (..., C, H', W') of tensors, features of target and reference;
        or a function that gives those of pictures; None: ``filter_bank``

    Returns
    -------
    Tensor of target's shape, dtype and device.

    Convention
    ----------
    As ``reference.superfeature_transfer``, in the device's accumulator dtype. For the features of
    the paper pass ``features=vgg19``.

    Raises
    ------
    TypeError, ValueError : target or reference is no batch of colour pictures; the dtypes differ;
        features do not fit the pictures; a parameter is out of range.
    """
    labels, colors = attended_colors(
        target, reference, features, superpixels, compactness, pooling, center, temperature
    )
    fused = fuse_colors(
        target, labels, colors, place_spread, color_spread, sigma, reach, covariance
    )
    return finished(fused, target, regrained)


def attended_colors(
    target,
    reference,
    features=None,
    superpixels=None,
    compactness=10.0,
    pooling="mean",
    center="vector",
    temperature=0.02,
):
    """The target's superpixels, and for each the mixed mean colours of those that it looks at."""
    require_pair(target, reference)
    describe, describe_other = shared.features_of(features, filter_bank)
    labels, _ = cut(target, superpixels, compactness)
    others, wanted = cut(reference, superpixels, compactness)
    correlations = correlation(
        super_features(describe(target), labels, pooling=pooling),
        super_features(describe_other(reference), others, pooling=pooling),
        center,
    )
    return labels, attention(correlations, temperature) @ wanted.nan_to_num()
