"""Moments of whole batches made equal: twins of ``reference.moments``.

All is counted in double precision where the device has it, so that uint8 results are those of the
reference.
"""

from functools import cache

import numpy as np
import torch

from coursekit.color_transfer import checks, cones
from coursekit.color_transfer.gpu.picture import (
    as_picture,
    in_unit,
    like,
    mapped,
    mixed,
    require_pair,
)
from coursekit.lab import require
from coursekit.regions.gpu.precision import widest


def rgb_to_lalphabeta(image, linear=True):
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
    require.tensor(image, channels=(3,))
    logarithms = _logarithms(image, linear)
    return mixed(like(cones.OPPONENTS, logarithms), logarithms)  # Eq. 6


def lalphabeta_to_rgb(lalphabeta, linear=True):
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
    checks.floats(lalphabeta, "lalphabeta", 3, None, None)
    values = in_unit(lalphabeta)
    return _from_logarithms(mixed(like(np.linalg.inv(cones.OPPONENTS), values), values), linear)


def match_moments(values, reference):
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
    checks.floats(values, "values", None, None, None)
    checks.floats(reference, "reference", values.shape[-3], None, None)
    checks.same_batch(values.shape[:-3], reference.shape[:-3])
    wide = widest(values.device)
    mean, scatter = _centred(centred := values.to(wide, copy=True))
    their_mean, their_scatter = _centred(reference.to(wide, copy=True))
    ratio = _ratio(values, scatter, reference, their_scatter)
    return centred.mul_(ratio[..., None, None]).add_(their_mean[..., None, None])  # Eq. 10-11


def reinhard(target, reference, linear=True):
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
    ours, theirs = _logarithms(target, linear), _logarithms(reference, linear)
    (_, scatter), (their_mean, their_scatter) = _centred(ours), _centred(theirs)
    opponents = like(cones.OPPONENTS, ours)
    turned = (opponents @ each @ opponents.T for each in (scatter, their_scatter))
    ratio = _ratio(target, next(turned), reference, next(turned))
    # Three straight lines in lαβ are one matrix of logarithms: lαβ itself is never written down.
    matrix = like(np.linalg.inv(cones.OPPONENTS), ours) @ (ratio.unsqueeze(-1) * opponents)
    moved = mapped(matrix, ours, their_mean)
    return as_picture(_from_logarithms(moved, linear), target.dtype)


def color_moments(image):
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
    require.tensor(image, channels=(3,))
    mean, scatter = _centred(image.to(widest(image.device), copy=True))
    return mean, scatter / max(image.shape[-2:].numel() - 1, 1)


def optimal_map(covariance, reference_covariance):
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
    checks.floats(covariance, "covariance", 3, 3)
    checks.floats(reference_covariance, "reference_covariance", 3, 3)
    variances, axes = torch.linalg.eigh(covariance)
    least = (1e-9 * variances.amax(-1, keepdim=True)).clamp_(min=1e-12)
    deviations = torch.maximum(variances, least).sqrt_().unsqueeze(-2)
    root, back = axes * deviations @ axes.mT, axes / deviations @ axes.mT
    return back @ _square_root(root @ reference_covariance @ root) @ back  # Eq. 15


def monge_kantorovitch(target, reference, clip=True):
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
    colors, wanted = in_unit(target), in_unit(reference)
    (_, scatter), (their_mean, their_scatter) = _centred(colors), _centred(wanted)
    covariances = (
        each / max(picture.shape[-2:].numel() - 1, 1)
        for each, picture in ((scatter, target), (their_scatter, reference))
    )
    moved = mapped(optimal_map(*covariances), colors, their_mean)
    return as_picture(moved, target.dtype, clip)


def _centred(image):
    """Take each channel's mean away, in place; give it, and the sums of products (..., C, C)."""
    mean = image.mean((-2, -1))
    planes = image.sub_(mean[..., None, None]).flatten(-2)
    return mean, planes @ planes.mT


def _ratio(values, scatter, reference, their_scatter):
    """The reference's standard deviations over the values', (..., C); 0 for no deviation."""
    deviation, wanted = (
        (sums.diagonal(dim1=-2, dim2=-1) / image.shape[-2:].numel()).clamp_(min=0).sqrt_()
        for sums, image in ((scatter, values), (their_scatter, reference))
    )
    return wanted / deviation.where(deviation > cones.NO_SPREAD, torch.inf)


def _square_root(matrix):
    variances, axes = torch.linalg.eigh(matrix)
    return axes * variances.clamp(min=0).sqrt_().unsqueeze(-2) @ axes.mT


def _logarithms(image, linear):
    """The logarithms of the cones' responses."""
    light = _light(image) if linear else in_unit(image)
    responses = mixed(like(cones.FROM_RGB, light), light)  # Eq. 4
    return responses.clamp_(min=cones.DARKEST).log10_()  # Eq. 5


def _from_logarithms(logarithms, linear):
    """sRGB levels in 0..1; the logarithms are written over."""
    responses = logarithms.mul_(np.log(10)).exp_()  # Eq. 7
    light = mixed(like(np.linalg.inv(cones.FROM_RGB), responses), responses).clamp_(0, 1)  # Eq. 8
    return _levels(light) if linear else light


def _light(image):
    """sRGB levels as light."""
    if image.dtype == torch.uint8:
        return _light_of_levels(image.device)[image.int()]
    values = in_unit(image)
    power = values.clamp(min=0.04045).add_(0.055).div_(1.055).pow_(2.4)
    return torch.where(values <= 0.04045, values.div_(12.92), power)


def _levels(light):
    """Light as sRGB levels."""
    power = light.clamp(min=0.0031308).pow_(1 / 2.4).mul_(1.055).sub_(0.055)
    return torch.where(light <= 0.0031308, light * 12.92, power)


@cache
def _light_of_levels(device):
    return torch.from_numpy(cones.to_linear(np.arange(256) / 255)).to(widest(device)).to(device)
