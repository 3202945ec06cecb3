"""Reinhard's transfer of whole batches: twins of ``reference.reinhard``.

All is computed in double precision where the device has it, so that uint8 results are those of the
reference.
"""

from functools import cache, partial

import numpy as np
import torch

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.monge_kantorovitch import in_accumulator, map_colors, sums_of
from coursekit.color_transfer.gpu.unit_cube import in_unit, like, require_floats, require_pair
from coursekit.core import color, require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.color import linear_to_srgb, srgb_to_linear
from coursekit.core.torch.dtypes import to_device

# Of logarithms with base 2, which are undone twice as fast.
_FROM_LOGARITHMS = shared.LMS_TO_LALPHABETA * np.log10(2)
_TO_LOGARITHMS = np.linalg.inv(_FROM_LOGARITHMS)
_BRIGHTEST = shared.BRIGHTEST / np.log10(2)


def rgb_to_lalphabeta(image: torch.Tensor, linear: bool = True) -> torch.Tensor:
    """RGB to lαβ, for a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]; sRGB
    linear : bool, undo the screen's gamma first; False takes the levels as they are

    Returns
    -------
    (..., 3, H, W) float64 (float32 where the device has no other): l, α, β

    Convention
    ----------
    Within 1e-9 in float64. uint8 reads the light of its 256
    levels from a table.
    """
    require_tensor(image, channels=(3,))
    logarithms = _logarithms(image.flatten(-2), require.flag(linear, "linear"))
    lalphabeta = like(_FROM_LOGARITHMS, logarithms) @ logarithms  # Eq. 6
    return lalphabeta.view(image.shape)


def lalphabeta_to_rgb(lalphabeta: torch.Tensor, linear: bool = True) -> torch.Tensor:
    """lαβ to RGB, for a batch of images.

    Parameters
    ----------
    lalphabeta : (..., 3, H, W) float, as ``rgb_to_lalphabeta`` gives

    Returns
    -------
    (..., 3, H, W) float64 (float32 where the device has no other) in [0, 1]

    Convention
    ----------
    Within 1e-9 in float64.
    """
    require_floats(lalphabeta, "lalphabeta", 3, None, None)
    values = in_unit(lalphabeta).flatten(-2)
    logarithms = like(_TO_LOGARITHMS, values) @ values
    return _from_logarithms(logarithms, require.flag(linear, "linear")).view(lalphabeta.shape)


def match_moments(values: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
    """Reinhard's transfer, the matching, of a batch.

    Parameters
    ----------
    values : (..., C, H, W) float
    reference : (..., C, h, w) float on values' device: one for all, or one for each

    Returns
    -------
    (..., C, H, W) float64 (float32 where the device has no other)

    Convention
    ----------
    Within 1e-9 in float64.
    """
    require_floats(values, "values", None, None, None)
    require_floats(reference, "reference", values.shape[-3], None, None)
    require.same_batch(values.shape[:-3], reference.shape[:-3])
    mean, scatter = sums_of(values, in_accumulator)
    wanted_mean, wanted_scatter = sums_of(reference, in_accumulator)
    ratio = _ratio(values, scatter, reference, wanted_scatter)
    centred = in_accumulator(values).sub_(mean[..., None, None])
    return centred.mul_(ratio[..., None, None]).add_(wanted_mean[..., None, None])  # Eq. 10-11


def reinhard(target: torch.Tensor, reference: torch.Tensor, linear: bool = True) -> torch.Tensor:
    """Reinhard's transfer of a batch of images.

    Parameters
    ----------
    target : (..., 3, H, W) uint8, or float in [0, 1]; sRGB
    reference : of target's dtype and device, of any height and width; (3, h, w) serves the whole
        batch, (..., 3, h, w) has one for each image

    Returns
    -------
    Tensor of target's shape, dtype and device, saturated.

    Convention
    ----------
    uint8 results are equal to the reference's, float within 1e-6.
    """
    require_pair(target, reference)
    linear = require.flag(linear, "linear")
    to_logarithms = partial(_logarithms, linear=linear)
    from_logarithms = partial(_from_logarithms, linear=linear)
    mean, scatter = sums_of(target, to_logarithms)
    wanted_mean, wanted_scatter = sums_of(reference, to_logarithms)
    opponents = like(_FROM_LOGARITHMS, mean)
    scatter = opponents @ scatter @ opponents.T
    ratio = _ratio(target, scatter, reference, opponents @ wanted_scatter @ opponents.T)
    # Three straight lines in lαβ are one matrix of logarithms: lαβ itself is never written down.
    matrix = like(_TO_LOGARITHMS, mean) @ (ratio.unsqueeze(-1) * opponents)
    return map_colors(target, to_logarithms, matrix, mean, wanted_mean, from_logarithms)


def _ratio(values, scatter, reference, wanted_scatter):
    """The reference's standard deviations over the values', (..., C); 0 for no deviation."""
    ours = scatter.diagonal(dim1=-2, dim2=-1) / values.shape[-2:].numel()
    theirs = wanted_scatter.diagonal(dim1=-2, dim2=-1) / reference.shape[-2:].numel()
    deviation = ours.clamp_(min=0).sqrt_()
    wanted = theirs.clamp_(min=0).sqrt_()
    return wanted / deviation.where(deviation > shared.NO_SPREAD, torch.inf)


def _logarithms(image, linear):
    """The logarithms with base 2 of the cones' responses to colours (..., 3, P)."""
    if linear and image.dtype == torch.uint8:
        table = _light_of_levels(image.device)
        light = table.index_select(0, image.flatten().int()).view(image.shape)
    else:
        light = srgb_to_linear(in_unit(image)) if linear else in_unit(image)
    cones = like(shared.RGB_TO_LMS, light) @ light  # Eq. 4
    return cones.clamp_(min=shared.DARKEST).log2_()  # Eq. 5


def _from_logarithms(logarithms, linear):
    """sRGB levels in 0..1 of logarithms (..., 3, P), which are written over."""
    cones = logarithms.clamp_(-_BRIGHTEST, _BRIGHTEST).exp2_()  # Eq. 7
    light = (like(np.linalg.inv(shared.RGB_TO_LMS), cones) @ cones).clamp_(0, 1)  # Eq. 8
    return linear_to_srgb(light) if linear else light


@cache
def _light_of_levels(device):
    return to_device(color.srgb_to_linear(np.arange(256) / 255), device)
