"""Reinhard's transfer on whole batches: twins of ``reference.reinhard``.

All is counted in double precision where the device has it, so that uint8 results are those of the
reference.
"""

from functools import cache, partial

import numpy as np
import torch

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.monge_kantorovitch import in_accumulator, map_colors, sums_of
from coursekit.color_transfer.gpu.unit_cube import in_unit, like, require_pair
from coursekit.core import color, require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.color import linear_to_srgb, srgb_to_linear
from coursekit.core.torch.dtypes import to_device

_OPPONENTS = shared.OPPONENTS * np.log10(2)  # of logarithms with base 2, undone twice as fast


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

    Returns
    -------
    (..., 3, H, W) float64 (float32 where the device has no other) in [0, 1]

    Convention
    ----------
    As ``reference.lalphabeta_to_rgb``, within 1e-9 in float64.

    Raises
    ------
    TypeError, ValueError : lalphabeta is no batch of floats with three channels.
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
    """
    shared.require_floats(values, "values", None, None, None)
    shared.require_floats(reference, "reference", values.shape[-3], None, None)
    require.same_batch(values.shape[:-3], reference.shape[:-3])
    (mean, scatter), (their_mean, their_scatter) = (
        sums_of(each, in_accumulator) for each in (values, reference)
    )
    ratio = _ratio(values, scatter, reference, their_scatter)
    centred = in_accumulator(values).sub_(mean[..., None, None])
    return centred.mul_(ratio[..., None, None]).add_(their_mean[..., None, None])  # Eq. 10-11


def reinhard(target: torch.Tensor, reference: torch.Tensor, linear: bool = True) -> torch.Tensor:
    """Give each picture the mean and the deviation that its reference has in lαβ.

    Parameters
    ----------
    target : (..., 3, H, W) uint8, or float in [0, 1]; sRGB
    reference : of target's dtype and device, of any height and width; (3, h, w) serves the whole
        batch, (..., 3, h, w) has one for each picture

    Returns
    -------
    Tensor of target's shape, dtype and device, saturated.

    Convention
    ----------
    uint8 results are equal to the reference's, float within 1e-6.

    Raises
    ------
    TypeError, ValueError : target or reference is no batch of colour pictures; the dtypes differ,
        or the numbers of pictures.
    """
    require_pair(target, reference)
    seen, drawn = (partial(curve, linear=linear) for curve in (_logarithms, _from_logarithms))
    (mean, scatter), (their_mean, their_scatter) = (
        sums_of(picture, seen) for picture in (target, reference)
    )
    opponents = like(_OPPONENTS, mean)
    turned = (opponents @ each @ opponents.T for each in (scatter, their_scatter))
    ratio = _ratio(target, next(turned), reference, next(turned))
    # Three straight lines in lαβ are one matrix of logarithms: lαβ itself is never written down.
    matrix = like(np.linalg.inv(_OPPONENTS), mean) @ (ratio.unsqueeze(-1) * opponents)
    return map_colors(target, seen, matrix, mean, their_mean, drawn)


def _ratio(values, scatter, reference, their_scatter):
    """The reference's standard deviations over the values', (..., C); 0 for no deviation."""
    deviation, wanted = (
        (sums.diagonal(dim1=-2, dim2=-1) / image.shape[-2:].numel()).clamp_(min=0).sqrt_()
        for sums, image in ((scatter, values), (their_scatter, reference))
    )
    return wanted / deviation.where(deviation > shared.NO_SPREAD, torch.inf)


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
