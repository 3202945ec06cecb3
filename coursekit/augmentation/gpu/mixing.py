"""Beyond moving, a whole batch: twins of ``reference``. Random numbers are sampled on the CPU."""

import numpy as np
import torch

from coursekit.augmentation.shared import checks, random_numbers
from coursekit.core import require
from coursekit.core.torch.checks import require_tensor, require_torch
from coursekit.core.torch.dtypes import accumulator_dtype, to_device, to_uint8
from coursekit.core.types import Integer, Real


def mixup(
    images: torch.Tensor, labels: torch.Tensor, alpha: Real = 0.2, seed: Integer = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mixup of a batch on its device.

    Parameters
    ----------
    images : (N, C, H, W) uint8, or float in [0, 1]
    labels : (N, K) float, one row for each image

    Returns
    -------
    images : tensor of images' shape, dtype and device
    labels : (N, K), of labels' dtype and device

    Convention
    ----------
    Equal to the reference's.
    """
    require_tensor(images, "images")
    if images.ndim != 4:
        raise ValueError(f"images: expected shape (N, C, H, W), got {tuple(images.shape)}")
    checks.require_labels(images, labels)
    shares, partners = random_numbers.mixing(len(images), alpha, seed)
    return _mixed(images, shares, partners), _mixed(labels, shares, partners)


def _mixed(values, shares, partners):
    """Eq. 2: a share of each row, and the rest from its partner."""
    whole = values.dtype == torch.uint8
    share = to_device(shares, values.device, torch.float32 if whole else values.dtype)
    share = share.view(-1, *[1] * (values.ndim - 1))
    others = values.index_select(0, to_device(partners, values.device))
    mixed = (share * values).add_((1 - share) * others)
    return to_uint8(mixed.round_()) if whole else mixed


def cutout(
    image: torch.Tensor, size: Integer, seed: checks.Seed, value: float = 0.0
) -> torch.Tensor:
    """Cutout for a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    seed : int >= 0, the same hole in every image; or one int for each image of the batch

    Convention
    ----------
    Equal to the reference's.
    """
    require_tensor(image)
    value = require.number(value, "value", 0, 255 if image.dtype == torch.uint8 else 1)
    seeds = checks.require_seeds(seed, image.shape[:-3].numel())
    hole = _holes(image, [random_numbers.square(image.shape[-2:], size, each) for each in seeds])
    return image.masked_fill(hole, round(value) if image.dtype == torch.uint8 else value)


def _holes(image, rectangles):
    """Where the rectangles are, one for all images or one for each: (..., 1, H, W) bool."""
    edges = to_device(np.array(rectangles), image.device)
    top, left, bottom, right = edges[..., None, None].unbind(1)  # (n, 1, 1) each
    row = torch.arange(image.shape[-2], device=image.device)[:, None]
    column = torch.arange(image.shape[-1], device=image.device)
    inside = (row >= top) & (row < bottom) & (column >= left) & (column < right)
    return _for_batch(inside[:, None], image)


def _for_batch(rows, image):
    """One row for all images of a batch or one for each, (1 or n, ...), as (..., ...)."""
    batch = image.shape[:-3] if len(rows) > 1 else (1,) * len(image.shape[:-3])
    return rows.reshape(*batch, *rows.shape[1:])


def random_erasing(
    image: torch.Tensor,
    seed: checks.Seed,
    probability: Real = 0.5,
    area: random_numbers.Interval = (0.02, 0.4),
    aspect: random_numbers.Interval = (0.3, 3.3),
) -> torch.Tensor:
    """Random erasing for a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    seed : int >= 0, the same for every image; or one int for each image of the batch

    Convention
    ----------
    Equal to the reference's.
    """
    require_tensor(image)
    channels, height, width = image.shape[-3:]
    limits = probability, area, aspect
    seeds = checks.require_seeds(seed, image.shape[:-3].numel())
    hole = _holes(
        image, [random_numbers.rectangle((height, width), each, *limits) for each in seeds]
    )
    levels = np.stack([random_numbers.levels((height, width, channels), each) for each in seeds])
    noise = np.floor(levels * 256) if image.dtype == torch.uint8 else levels
    sent = to_device(noise, image.device, image.dtype).movedim(-1, 1)
    return torch.where(hole, _for_batch(sent, image), image)


def interpolate_features(
    features: torch.Tensor,
    labels: torch.Tensor,
    amount: float = 0.5,
    neighbors: Integer = 3,
    seed: Integer = 0,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Feature-space interpolation on the device of the features.

    Returns
    -------
    features : (N, D) of features' dtype and device
    """
    require_torch(features, "features")
    require_torch(labels, "labels")
    checks.require_features(features, labels)
    amount = require.number(amount, "amount", 0, 1)
    neighbors = require.whole(neighbors, "neighbors", 1, 2**31)
    uniforms = random_numbers.uniform(seed, 0, np.arange(len(features)), 1, "neighbor")[:, 0]
    partners = _partners(features, labels, neighbors, to_device(uniforms, features.device))
    moved = (features[partners] - features).mul_(amount).add_(features)  # Eq. 1
    return moved, labels.clone()


def _partners(features, labels, neighbors, uniforms):
    """For each row one among the nearest of its class; itself where it is alone."""
    exact = features.to(accumulator_dtype(features.device))
    distance = torch.cdist(exact, exact, compute_mode="donot_use_mm_for_euclid_dist")
    same_class = labels[:, None] == labels
    distance = distance.masked_fill(~same_class, torch.inf).fill_diagonal_(-1)  # itself comes first
    order = distance.argsort(dim=1, stable=True)
    candidates = (same_class.sum(dim=1) - 1).clamp(max=neighbors)
    chosen = torch.where(candidates > 0, 1 + (uniforms * candidates).floor().long(), 0)
    return order.gather(1, chosen[:, None])[:, 0]
