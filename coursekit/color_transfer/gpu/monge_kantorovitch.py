"""Monge-Kantorovitch of whole batches: twins of ``reference.monge_kantorovitch``.

All is computed in double precision where the device has it, so that uint8 results are those of the
reference.
"""

import torch

from coursekit.color_transfer.gpu.unit_cube import (
    as_image,
    in_unit,
    require_floats,
    require_pair,
)
from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import as_stack, pixel_chunks
from coursekit.core.torch.dtypes import accumulator_dtype

NUMBERS = 16  # at hand for each number of a pixel


def color_moments(image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Moments of first and second order of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]

    Returns
    -------
    mean : (..., 3) float64 (float32 where the device has no other)
    covariance : (..., 3, 3) of the same, of levels squared

    Convention
    ----------
    Within 1e-9 of each in float64.
    """
    require_tensor(image, channels=(3,))
    return _sample_moments(image, in_accumulator)


def optimal_map(covariance: torch.Tensor, reference_covariance: torch.Tensor) -> torch.Tensor:
    """Monge-Kantorovitch, the map, for a batch.

    Parameters
    ----------
    covariance : (..., 3, 3) float64, the target's
    reference_covariance : (..., 3, 3) float64

    Returns
    -------
    (..., 3, 3) float64, symmetric

    Convention
    ----------
    Within 1e-9 of the largest entry; a batch at once, by
    ``torch.linalg.eigh``.
    """
    require_floats(covariance, "covariance", 3, 3)
    require_floats(reference_covariance, "reference_covariance", 3, 3)
    variances, axes = torch.linalg.eigh(covariance)
    least = (1e-9 * variances.amax(-1, keepdim=True)).clamp_(min=1e-12)
    deviations = torch.maximum(variances, least).sqrt_().unsqueeze(-2)
    root, back = axes * deviations @ axes.mT, axes / deviations @ axes.mT
    scales, directions = torch.linalg.eigh(root @ reference_covariance @ root)
    rounding = 1e-12 * scales.amax(-1, keepdim=True)
    scales = scales.where(scales > rounding, 0)
    middle = directions * scales.sqrt_().unsqueeze(-2) @ directions.mT
    return back @ middle @ back  # Eq. 15


def monge_kantorovitch(
    target: torch.Tensor, reference: torch.Tensor, clip: bool = True
) -> torch.Tensor:
    """Monge-Kantorovitch of a batch of images.

    Parameters
    ----------
    target : (..., 3, H, W) uint8, or float in [0, 1]
    reference : of target's dtype and device, of any height and width; one for all, or one for each

    Returns
    -------
    Tensor of target's shape, dtype and device.

    Convention
    ----------
    uint8 results are equal to the reference's, float within 1e-6.
    """
    require_pair(target, reference)
    clip = require.flag(clip, "clip")
    mean, covariance = _sample_moments(target, in_unit)
    wanted_mean, wanted_covariance = _sample_moments(reference, in_unit)
    matrix = optimal_map(covariance, wanted_covariance)
    return map_colors(target, in_unit, matrix, mean, wanted_mean, clip=clip)


def _sample_moments(image, convert):
    """Mean and covariance; this one divides by one less than the number of pixels."""
    mean, scatter = sums_of(image, convert)
    return mean, scatter / max(image.shape[-2:].numel() - 1, 1)


def in_accumulator(values):
    return values.to(accumulator_dtype(values.device), copy=True)


def sums_of(image, convert):
    """Mean (..., C) and sums of centred products (..., C, C) of converted pixels.

    Each chunk is centred by its own mean: sums of squares less a square would lose what matters
    (Chan, Golub and LeVeque 1983).
    """
    stack = as_stack(image)
    mean = stack.new_zeros(stack.shape[:2], dtype=accumulator_dtype(image.device))
    scatter = mean.new_zeros(*mean.shape, mean.shape[-1])
    for images, chunk in pixel_chunks(stack, NUMBERS * mean.shape[-1]):
        values = convert(stack[chunk])
        own = values.mean(-1)
        values.sub_(own.unsqueeze(-1))
        before, now = chunk[-1].start, values.shape[-1]
        step = own - mean[images]
        mean[images] += step * (now / (before + now))
        between = step.unsqueeze(-1) * step.unsqueeze(-2) * (before * now / (before + now))
        scatter[images] += torch.matmul(values, values.mT).add_(between)
    batch = image.shape[:-3]
    return mean.view(*batch, -1), scatter.view(*batch, *scatter.shape[1:])


def map_colors(image, convert, matrix, mean, wanted_mean, convert_back=None, clip=True):
    """Images of colours matrix @ (converted - mean) + wanted mean, converted back."""
    stack = as_stack(image)
    result = torch.empty(stack.shape, dtype=stack.dtype, device=stack.device)
    batch = image.shape[:-3]
    matrices = matrix.expand(*batch, -1, -1).reshape(-1, 3, 3)
    means = mean.expand(*batch, -1).reshape(-1, 3, 1)
    offsets = wanted_mean.expand(*batch, -1).reshape(-1, 3, 1)
    for images, chunk in pixel_chunks(stack, NUMBERS * 3):
        centred = convert(stack[chunk]).sub_(means[images])
        moved = torch.baddbmm(offsets[images], matrices[images], centred)
        moved = convert_back(moved) if convert_back else moved
        result[chunk] = as_image(moved, image.dtype, clip)
    return result.view(image.shape)
