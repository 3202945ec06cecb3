"""How good is a transfer? Measured on batches: twins of ``reference.measures``."""

import torch

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.unit_cube import in_unit, like, require_pair
from coursekit.core import require
from coursekit.core.color import LUMA
from coursekit.core.types import Integer


def sliced_wasserstein(
    image: torch.Tensor,
    reference: torch.Tensor,
    directions: Integer = 64,
    quantiles: Integer = 1000,
    seed: Integer = 0,
) -> torch.Tensor:
    """Sliced Wasserstein distance of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]
    reference : of image's dtype and device, of any height and width; one for all, or one for each

    Returns
    -------
    Tensor (...) float32, in gray levels (0..255): one number for each image

    Convention
    ----------
    Within 1e-4.
    """
    require_pair(image, reference, ("image", "reference"))
    directions = require.whole(directions, "directions", 1, shared.MOST_ITERATIONS)
    quantiles = require.whole(quantiles, "quantiles", 1, shared.MOST_BINS)
    seed = require.whole(seed, "seed", 0, float("inf"))
    ours = in_unit(image).mul_(255).flatten(-2)
    theirs = in_unit(reference).mul_(255).flatten(-2)
    squares = torch.zeros(image.shape[:-3], dtype=ours.dtype, device=image.device)
    for line in like(shared.unit_directions(directions, seed), ours):
        way = _quantiles(line @ ours, quantiles) - _quantiles(line @ theirs, quantiles)
        squares += way.square_().mean(-1)
    return squares.div_(directions).sqrt_().float()


def structural_similarity(image: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Structural similarity (SSIM) of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]; at least 11 x 11 pixels
    target : tensor of image's shape, dtype and device

    Returns
    -------
    Tensor (...) float32 in [-1, 1]: one number for each image

    Convention
    ----------
    Within 1e-6.
    """
    x, y = _lumas(image, target)
    shared.require_windows(*x.shape[-2:])
    mean_x, mean_y = _averaged(x), _averaged(y)
    spread_x, spread_y = _averaged(x * x) - mean_x**2, _averaged(y * y) - mean_y**2
    together = _averaged(x * y) - mean_x * mean_y
    same_light = (2 * mean_x * mean_y + shared.C1) / (mean_x**2 + mean_y**2 + shared.C1)
    same_structure = (2 * together + shared.C2) / (spread_x + spread_y + shared.C2)
    return same_light.mul_(same_structure).mean((-2, -1)).float()  # Eq. 13


def gradient_correlation(image: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Gradient correlation of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]
    target : tensor of image's shape, dtype and device

    Returns
    -------
    Tensor (...) float32 in [-1, 1]: one number for each image; 0 where one has no gradient at all

    Convention
    ----------
    Within 1e-6.
    """
    ours, theirs = _lumas(image, target)
    ours = torch.cat([ours.diff(dim=-2).flatten(-2), ours.diff(dim=-1).flatten(-2)], dim=-1)
    theirs = torch.cat([theirs.diff(dim=-2).flatten(-2), theirs.diff(dim=-1).flatten(-2)], dim=-1)
    lengths = (ours.square().sum(-1) * theirs.square().sum(-1)).sqrt_()
    together = (ours * theirs).sum(-1)
    return together.div_(lengths).where(lengths > shared.NO_GRADIENT, 0.0).float()


def _quantiles(values, count):
    pixels = values.shape[-1]
    ranks = torch.arange(count, device=values.device).mul_(2).add_(1).mul_(pixels)
    return values.sort(-1).values[..., ranks.div_(2 * count, rounding_mode="floor")]


def _averaged(luma):
    """Weighted means of the windows that lie in the image."""
    for axis in (-2, -1):
        size = luma.shape[axis] - shared.WEIGHTS.size + 1
        parts = (luma.narrow(axis, first, size) for first in range(shared.WEIGHTS.size))
        luma = sum(part * weight for part, weight in zip(parts, shared.WEIGHTS, strict=True))
    return luma


def _lumas(image, target):
    """The lumas of two batches of one shape: (..., H, W)."""
    require_pair(image, target, ("image", "target"))
    if image.shape != target.shape:
        shape, given = tuple(image.shape), tuple(target.shape)
        raise ValueError(f"target: expected shape {shape} like image, got {given}")
    red, green, blue = LUMA
    images = (in_unit(each).unbind(-3) for each in (image, target))
    return [r.mul(red).add_(g, alpha=green).add_(b, alpha=blue) for r, g, b in images]
