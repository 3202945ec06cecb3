"""Superpixels that look alike, for whole batches: twins of ``reference.superfeatures``."""

from collections.abc import Callable

import torch

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.color_fusion import (
    cut_superpixels,
    fuse_colors,
    require_pixels,
    superpixel_means,
)
from coursekit.color_transfer.gpu.features import filter_bank
from coursekit.color_transfer.gpu.regrain import regrain
from coursekit.color_transfer.gpu.unit_cube import as_image, in_unit, require_pair, require_table
from coursekit.core import require
from coursekit.core.torch.dtypes import accumulator_dtype
from coursekit.core.types import Integer, Real


def super_features(
    features: torch.Tensor,
    labels: torch.Tensor,
    count: Integer | None = None,
    pooling: shared.Pooling = "mean",
) -> torch.Tensor:
    """Super-features of a batch.

    Parameters
    ----------
    features : (..., C, H, W) numbers, as ``filter_bank`` or a network gives
    labels : int (..., 1, H, W), the superpixel of each pixel, as ``slic`` gives

    Returns
    -------
    float (..., K, C): F, a row for each superpixel.

    Convention
    ----------
    Images with fewer superpixels than the one with the most have rows of NaN at the end.
    """
    pooling = require.one_of(pooling, "pooling", shared.POOLINGS)
    count = require_pixels(features, labels, count, "features")
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
    """Similarity of superpixels, Eq. 2, of a batch.

    Parameters
    ----------
    target : float (..., M, C), super-features of the target
    reference : float (..., N, C), of the reference

    Returns
    -------
    float (..., M, N), M of Eq. 2, in [-1, 1].
    """
    require_table(target, "target")
    require_table(reference, "reference", columns=target.shape[-1])
    require.same_batch(target.shape[:-2], reference.shape[:-2])
    center = require.one_of(center, "center", shared.CENTERS)
    directions = []
    for vectors in (target, reference):
        vectors = vectors.to(accumulator_dtype(vectors.device))
        if center == "vector":
            centered = vectors - vectors.mean(dim=-1, keepdim=True)
        else:
            centered = vectors - vectors.nanmean(dim=-2, keepdim=True)
        length = centered.nan_to_num_().square().sum(dim=-1, keepdim=True).sqrt_()
        length.masked_fill_(length <= shared.LEAST_NORM, torch.inf)
        directions.append(centered.div_(length))
    cosines = (directions[0] @ directions[1].mT).clamp_(-1, 1)  # Eq. 2
    return cosines.masked_fill_(reference.isnan().any(dim=-1).unsqueeze(-2), -torch.inf)


def attention(correlations: torch.Tensor, temperature: Real = 0.02) -> torch.Tensor:
    """Attention, Eq. 1, of a batch.

    Parameters
    ----------
    correlations : float (..., M, N), as ``correlation`` gives

    Returns
    -------
    float (..., M, N), A of Eq. 1: from 0 to 1, each row sums to 1.

    Convention
    ----------
    Along the last axis.
    """
    require_table(correlations, "correlations")
    temperature = require.number(temperature, "temperature", shared.LEAST, shared.MOST)
    correlations = correlations.to(accumulator_dtype(correlations.device))
    return (correlations / temperature).softmax(dim=-1)  # Eq. 1


@torch.no_grad()
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
    """Superfeature transfer of a batch of images.

    Parameters
    ----------
    target : (..., 3, H, W) uint8, or float in [0, 1]. What is recoloured
    reference : (..., 3, H', W') of target's dtype, one for all or each of target. Whose
        colours are wanted
    features : a pair (..., C, H, W), (..., C, H', W') of tensors, features of target and reference;
        or a function that gives those of images; None: ``filter_bank``

    Returns
    -------
    Tensor of target's shape, dtype and device.

    Convention
    ----------
    In the device's accumulator dtype. For the features of
    the paper pass ``features=vgg19``.
    """
    regrained = require.flag(regrained, "regrained")
    labels, colors = attended_colors(
        target, reference, features, superpixels, compactness, pooling, center, temperature
    )
    fused = fuse_colors(
        target, labels, colors, place_spread, color_spread, sigma, reach, covariance
    )
    if regrained:
        fused = regrain(fused, in_unit(target), clip=False)
    return as_image(fused, target.dtype)


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
    features = filter_bank if features is None else features
    if not callable(features) and not (isinstance(features, (tuple, list)) and len(features) == 2):
        kind = type(features).__name__
        raise TypeError(f"features: expected a pair, of target and of reference, got {kind}")
    labels, _ = cut_superpixels(target, superpixels, compactness)
    other_labels, other_colors = cut_superpixels(reference, superpixels, compactness)
    pooled = []
    for which, images, segments in ((0, target, labels), (1, reference, other_labels)):
        described = features(images) if callable(features) else features[which]
        pooled.append(super_features(described, segments, pooling=pooling))
        del described  # of a large photo gigabytes
    shares = attention(correlation(*pooled, center), temperature)
    return labels, shares @ other_colors.nan_to_num()
