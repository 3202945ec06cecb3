"""How good is a transfer? Measured on batches: twins of ``reference.measures``."""

import torch

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.unit_cube import in_unit, like
from coursekit.color_transfer.shared import unit_directions
from coursekit.core import require
from coursekit.core.color import LUMA
from coursekit.core.torch.checks import require_tensor
from coursekit.core.types import Integer


def sliced_wasserstein(
    image: torch.Tensor,
    reference: torch.Tensor,
    directions: Integer = 64,
    quantiles: Integer = 1000,
    seed: Integer = 0,
) -> torch.Tensor:
    """Tell how far the colours of each picture must move to become those of its reference.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]
    reference : of image's dtype and device, of any height and width; one for all, or one for each

    Returns
    -------
    Tensor (...) float32, in gray levels (0..255): one number for each picture

    Convention
    ----------
    As ``reference.sliced_wasserstein``, within 1e-4.

    Raises
    ------
    TypeError, ValueError : image or reference is no batch of colour pictures; the dtypes differ, or
        the numbers of pictures; a number is out of its range.
    """
    require_tensor(image, channels=(3,))
    require_tensor(reference, "reference", channels=(3,))
    shared.require_same_dtype(image, reference, like="image")
    require.same_batch(image.shape[:-3], reference.shape[:-3])
    shared.require_measured(directions, quantiles, seed)
    ours, theirs = (in_unit(picture).mul_(255).flatten(-2) for picture in (image, reference))
    squares = torch.zeros(image.shape[:-3], dtype=ours.dtype, device=image.device)
    for line in like(unit_directions(directions, seed), ours):
        way = _quantiles(line @ ours, quantiles) - _quantiles(line @ theirs, quantiles)
        squares += way.square_().mean(-1)
    return squares.div_(directions).sqrt_().float()


def structural_similarity(image: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Tell how much of each picture's structure another one has: SSIM of the grays.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]; at least 11 x 11 pixels
    target : tensor of image's shape, dtype and device

    Returns
    -------
    Tensor (...) float32 in [-1, 1]: one number for each picture

    Convention
    ----------
    As ``reference.structural_similarity``, within 1e-6.

    Raises
    ------
    TypeError, ValueError : image or target is no batch of colour pictures; shapes or dtypes differ;
        a side has fewer than 11 pixels.
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
    """Tell whether edges are where they were: the correlation of gradients, picture by picture.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]
    target : tensor of image's shape, dtype and device

    Returns
    -------
    Tensor (...) float32 in [-1, 1]: one number for each picture; 0 where one has no gradient at all

    Convention
    ----------
    As ``reference.gradient_correlation``, within 1e-6.

    Raises
    ------
    TypeError, ValueError : image or target is no batch of colour pictures; shapes or dtypes differ.
    """
    ours, theirs = (
        torch.cat([luma.diff(dim=-2).flatten(-2), luma.diff(dim=-1).flatten(-2)], dim=-1)
        for luma in _lumas(image, target)
    )
    lengths = (ours.square().sum(-1) * theirs.square().sum(-1)).sqrt_()
    together = (ours * theirs).sum(-1)
    return together.div_(lengths).where(lengths > shared.NO_GRADIENT, 0.0).float()


def _quantiles(values, count):
    pixels = values.shape[-1]
    ranks = torch.arange(count, device=values.device).mul_(2).add_(1).mul_(pixels)
    return values.sort(-1).values[..., ranks.div_(2 * count, rounding_mode="floor")]


def _averaged(luma):
    """Weighed means of the windows that lie in the picture."""
    for axis in (-2, -1):
        size = luma.shape[axis] - shared.WEIGHTS.size + 1
        parts = (luma.narrow(axis, first, size) for first in range(shared.WEIGHTS.size))
        luma = sum(part * weight for part, weight in zip(parts, shared.WEIGHTS, strict=True))
    return luma


def _lumas(image, target):
    require_tensor(image, channels=(3,))
    require_tensor(target, "target", channels=(3,))
    shared.require_same_shape(image, target)
    red, green, blue = LUMA
    pictures = (in_unit(picture).unbind(-3) for picture in (image, target))
    return [r.mul_(red).add_(g, alpha=green).add_(b, alpha=blue) for r, g, b in pictures]
