"""Monge-Kantorovitch on whole batches: twins of ``reference.monge_kantorovitch``.

All is counted in double precision where the device has it, so that uint8 results are those of the
reference.
"""

import torch

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.unit_cube import as_picture, in_unit, require_pair
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import as_stack, pixel_chunks
from coursekit.core.torch.dtypes import accumulator_dtype

NUMBERS = 16  # at hand for each number of a pixel


def color_moments(image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Measure the mean and the covariance of each picture's colours.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]

    Returns
    -------
    mean : (..., 3) float64 (float32 where the device has no other)
    covariance : (..., 3, 3) of the same, of levels squared

    Convention
    ----------
    As ``reference.color_moments``, within 1e-9 of each in float64.

    Raises
    ------
    TypeError, ValueError : image is no batch of colour pictures.
    """
    require_tensor(image, channels=(3,))
    return _sample_moments(image, in_accumulator)


def optimal_map(covariance: torch.Tensor, reference_covariance: torch.Tensor) -> torch.Tensor:
    """Find the matrix for each picture that makes one covariance of another and moves least.

    Parameters
    ----------
    covariance : (..., 3, 3) float64, the target's
    reference_covariance : (..., 3, 3) float64

    Returns
    -------
    (..., 3, 3) float64, symmetric

    Convention
    ----------
    As ``reference.optimal_map``, within 1e-9 of the largest entry; a batch at once, by
    ``torch.linalg.eigh``.

    Raises
    ------
    TypeError : the covariances are no floats.
    ValueError : they are not (..., 3, 3).
    """
    shared.require_floats(covariance, "covariance", 3, 3)
    shared.require_floats(reference_covariance, "reference_covariance", 3, 3)
    variances, axes = torch.linalg.eigh(covariance)
    least = (1e-9 * variances.amax(-1, keepdim=True)).clamp_(min=1e-12)
    deviations = torch.maximum(variances, least).sqrt_().unsqueeze(-2)
    root, back = axes * deviations @ axes.mT, axes / deviations @ axes.mT
    return back @ _square_root(root @ reference_covariance @ root) @ back  # Eq. 15


def monge_kantorovitch(
    target: torch.Tensor, reference: torch.Tensor, clip: bool = True
) -> torch.Tensor:
    """Give each picture the mean and the covariance of its reference, by the map that moves least.

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

    Raises
    ------
    TypeError, ValueError : target or reference is no batch of colour pictures; the dtypes differ,
        or the numbers of pictures.
    """
    require_pair(target, reference)
    (mean, covariance), (their_mean, their_covariance) = (
        _sample_moments(picture, in_unit) for picture in (target, reference)
    )
    matrix = optimal_map(covariance, their_covariance)
    return map_colors(target, in_unit, matrix, mean, their_mean, clip=clip)


def _sample_moments(image, seen):
    """Mean and covariance; this one divides by one less than the number of pixels."""
    mean, scatter = sums_of(image, seen)
    return mean, scatter / max(image.shape[-2:].numel() - 1, 1)


def in_accumulator(values):
    return values.to(accumulator_dtype(values.device), copy=True)


def sums_of(image, seen):
    """Mean (..., C) and sums of centred products (..., C, C) of what pixels are seen as.

    Each chunk is centred by its own mean: sums of squares less a square would lose what matters
    (Chan, Golub and LeVeque 1983).
    """
    stack = as_stack(image)
    mean = stack.new_zeros(stack.shape[:2], dtype=accumulator_dtype(image.device))
    scatter = mean.new_zeros(*mean.shape, mean.shape[-1])
    for pictures, chunk in pixel_chunks(stack, NUMBERS * mean.shape[-1]):
        values = seen(stack[chunk])
        own = values.mean(-1)
        values.sub_(own.unsqueeze(-1))
        before, now = chunk[-1].start, values.shape[-1]
        step = own - mean[pictures]
        mean[pictures] += step * (now / (before + now))
        between = step.unsqueeze(-1) * step.unsqueeze(-2) * (before * now / (before + now))
        scatter[pictures] += torch.matmul(values, values.mT).add_(between)
    batch = image.shape[:-3]
    return mean.view(*batch, -1), scatter.view(*batch, *scatter.shape[1:])


def map_colors(image, seen, matrix, mean, their_mean, drawn=None, clip=True):
    """Pictures of colours matrix @ (seen - mean) + their mean, as they are drawn."""
    stack = as_stack(image)
    result = torch.empty(stack.shape, dtype=stack.dtype, device=stack.device)
    batch = image.shape[:-3]
    matrices = matrix.expand(*batch, -1, -1).reshape(-1, 3, 3)
    means, offsets = (each.expand(*batch, -1).reshape(-1, 3, 1) for each in (mean, their_mean))
    for pictures, chunk in pixel_chunks(stack, NUMBERS * 3):
        centred = seen(stack[chunk]).sub_(means[pictures])
        moved = torch.baddbmm(offsets[pictures], matrices[pictures], centred)
        result[chunk] = as_picture(drawn(moved) if drawn else moved, image.dtype, clip)
    return result.view(image.shape)


def _square_root(matrix):
    variances, axes = torch.linalg.eigh(matrix)
    return axes * variances.clamp(min=0).sqrt_().unsqueeze(-2) @ axes.mT
