"""Moments of whole batches made equal: twins of ``reference.moments``.

All is counted in double precision where the device has it, so that uint8 results are those of the
reference.
"""

from functools import cache, partial

import numpy as np
import torch

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.unit_cube import as_picture, in_unit, like, require_pair
from coursekit.core import color
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import as_stack, pixel_chunks
from coursekit.core.torch.color import linear_to_srgb, srgb_to_linear
from coursekit.core.torch.dtypes import accumulator_dtype, to_device

_OPPONENTS = shared.OPPONENTS * np.log10(2)  # of logarithms with base 2, undone twice as fast

NUMBERS = 16  # at hand for each number of a pixel


def rgb_to_lalphabeta(image: torch.Tensor, linear: bool = True) -> torch.Tensor:
    """Give lightness l, yellow-blue α and red-green β of the logarithms of the eye's cones.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]; sRGB
    linear : bool, undo the screen's gamma first; False takes the levels as they are

    Returns
    -------
    (..., 3, H, W) float64 (float32 where the device has no other): l, α, β

    Convention
    ----------
    As ``reference.rgb_to_lalphabeta``, within 1e-9 in float64. uint8 reads the light of its 256
    levels from a table.

    Raises
    ------
    TypeError, ValueError : image is no batch of colour pictures.

    References
    ----------
    Reinhard et al. 2001, Eq. 4-6. Taught in 10 §10.
    """
    require_tensor(image, channels=(3,))
    logarithms = _logarithms(image.flatten(-2), linear)
    lalphabeta = like(_OPPONENTS, logarithms) @ logarithms  # Eq. 6
    return lalphabeta.view(image.shape)


def lalphabeta_to_rgb(lalphabeta: torch.Tensor, linear: bool = True) -> torch.Tensor:
    """Find the sRGB colours of l, α, β.

    Parameters
    ----------
    lalphabeta : (..., 3, H, W) float, as ``rgb_to_lalphabeta`` gives
    linear : bool, as for ``rgb_to_lalphabeta``

    Returns
    -------
    (..., 3, H, W) float64 (float32 where the device has no other) in [0, 1]

    Convention
    ----------
    As ``reference.lalphabeta_to_rgb``, within 1e-9 in float64.

    Raises
    ------
    TypeError, ValueError : lalphabeta is no batch of floats with three channels.

    References
    ----------
    Reinhard et al. 2001, Eq. 7-9. Taught in 10 §10.
    """
    shared.require_floats(lalphabeta, "lalphabeta", 3, None, None)
    values = in_unit(lalphabeta).flatten(-2)
    logarithms = like(np.linalg.inv(_OPPONENTS), values) @ values
    return _from_logarithms(logarithms, linear).view(lalphabeta.shape)


def match_moments(values: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
    """Give each channel the mean and the standard deviation that it has in the reference.

    Parameters
    ----------
    values : (..., C, H, W) float
    reference : (..., C, h, w) float on values' device: one for all, or one for each

    Returns
    -------
    (..., C, H, W) float64 (float32 where the device has no other)

    Convention
    ----------
    As ``reference.match_moments``, within 1e-9 in float64.

    Raises
    ------
    TypeError : values or reference are no floats.
    ValueError : the numbers of channels differ, or those of pictures.

    References
    ----------
    Reinhard et al. 2001, Eq. 10-11. Taught in 10 §10.
    """
    shared.require_floats(values, "values", None, None, None)
    shared.require_floats(reference, "reference", values.shape[-3], None, None)
    shared.require_same_batch(values.shape[:-3], reference.shape[:-3])
    (mean, scatter), (their_mean, their_scatter) = (
        _moments(each, _widened) for each in (values, reference)
    )
    ratio = _ratio(values, scatter, reference, their_scatter)
    centred = _widened(values).sub_(mean[..., None, None])
    return centred.mul_(ratio[..., None, None]).add_(their_mean[..., None, None])  # Eq. 10-11


def reinhard(target: torch.Tensor, reference: torch.Tensor, linear: bool = True) -> torch.Tensor:
    """Give each picture the mean and the deviation that its reference has in lαβ.

    Parameters
    ----------
    target : (..., 3, H, W) uint8, or float in [0, 1]; sRGB
    reference : of target's dtype and device, of any height and width; (3, h, w) serves the whole
        batch, (..., 3, h, w) has one for each picture
    linear : bool, as for ``rgb_to_lalphabeta``

    Returns
    -------
    Tensor of target's shape, dtype and device, saturated.

    Convention
    ----------
    As ``reference.reinhard``. uint8 results are equal to the reference's, float within 1e-6.

    Raises
    ------
    TypeError, ValueError : target or reference is no batch of colour pictures; the dtypes differ,
        or the numbers of pictures.

    References
    ----------
    Reinhard et al. 2001. Taught in 10 §10.
    """
    require_pair(target, reference)
    seen, drawn = (partial(curve, linear=linear) for curve in (_logarithms, _from_logarithms))
    (mean, scatter), (their_mean, their_scatter) = (
        _moments(picture, seen) for picture in (target, reference)
    )
    opponents = like(_OPPONENTS, mean)
    turned = (opponents @ each @ opponents.T for each in (scatter, their_scatter))
    ratio = _ratio(target, next(turned), reference, next(turned))
    # Three straight lines in lαβ are one matrix of logarithms: lαβ itself is never written down.
    matrix = like(np.linalg.inv(_OPPONENTS), mean) @ (ratio.unsqueeze(-1) * opponents)
    return _mapped(target, seen, matrix, mean, their_mean, drawn)


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

    References
    ----------
    Pitié and Kokaram 2007, §2. Taught in 10 §10.
    """
    require_tensor(image, channels=(3,))
    return _sample_moments(image, _widened)


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

    References
    ----------
    Pitié and Kokaram 2007, Eq. 15. Taught in 10 §10.
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
    clip : bool, saturate floats to [0, 1]; uint8 always is

    Returns
    -------
    Tensor of target's shape, dtype and device.

    Convention
    ----------
    As ``reference.monge_kantorovitch``. uint8 results are equal to the reference's, float within
    1e-6.

    Raises
    ------
    TypeError, ValueError : target or reference is no batch of colour pictures; the dtypes differ,
        or the numbers of pictures.

    References
    ----------
    Pitié and Kokaram 2007, Eq. 15. Taught in 10 §10.
    """
    require_pair(target, reference)
    (mean, covariance), (their_mean, their_covariance) = (
        _sample_moments(picture, in_unit) for picture in (target, reference)
    )
    matrix = optimal_map(covariance, their_covariance)
    return _mapped(target, in_unit, matrix, mean, their_mean, clip=clip)


def _sample_moments(image, seen):
    """Mean and covariance; this one divides by one less than the number of pixels."""
    mean, scatter = _moments(image, seen)
    return mean, scatter / max(image.shape[-2:].numel() - 1, 1)


def _widened(values):
    return values.to(accumulator_dtype(values.device), copy=True)


def _moments(image, seen):
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


def _mapped(image, seen, matrix, mean, their_mean, drawn=None, clip=True):
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


def _ratio(values, scatter, reference, their_scatter):
    """The reference's standard deviations over the values', (..., C); 0 for no deviation."""
    deviation, wanted = (
        (sums.diagonal(dim1=-2, dim2=-1) / image.shape[-2:].numel()).clamp_(min=0).sqrt_()
        for sums, image in ((scatter, values), (their_scatter, reference))
    )
    return wanted / deviation.where(deviation > shared.NO_SPREAD, torch.inf)


def _square_root(matrix):
    variances, axes = torch.linalg.eigh(matrix)
    return axes * variances.clamp(min=0).sqrt_().unsqueeze(-2) @ axes.mT


def _logarithms(image, linear):
    """The logarithms with base 2 of the cones' responses to colours (..., 3, P)."""
    light = _light(image) if linear else in_unit(image)
    responses = like(shared.FROM_RGB, light) @ light  # Eq. 4
    return responses.clamp_(min=shared.DARKEST).log2_()  # Eq. 5


def _from_logarithms(logarithms, linear):
    """sRGB levels in 0..1 of logarithms (..., 3, P), which are written over."""
    responses = logarithms.exp2_()  # Eq. 7
    light = (like(np.linalg.inv(shared.FROM_RGB), responses) @ responses).clamp_(0, 1)  # Eq. 8
    return linear_to_srgb(light) if linear else light


def _light(image):
    """sRGB levels as light."""
    if image.dtype == torch.uint8:
        table = _light_of_levels(image.device)
        return table.index_select(0, image.flatten().int()).view(image.shape)
    return srgb_to_linear(in_unit(image))


@cache
def _light_of_levels(device):
    return to_device(color.srgb_to_linear(np.arange(256) / 255), device)
