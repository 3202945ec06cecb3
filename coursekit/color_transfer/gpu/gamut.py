"""Light and gamut on batches: twins of ``reference.gamut``.

Everything that looks at pixels runs on the batch's device. The corners of each picture's gamut, a
few hundred of its colours, are found and turned by SciPy on the CPU (``hulls``), picture by
picture: this step, and it alone, waits for the device.
"""

import torch
from torch.fft import irfft2, rfft2

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.idt import match_marginal
from coursekit.color_transfer.gpu.unit_cube import as_picture, in_unit, like, mixed, require_pair
from coursekit.core import require
from coursekit.core.kernels import gaussian_weights
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.separable import filter_axis
from coursekit.core.types import Integer, Real


def estimate_illuminant(image: torch.Tensor, power: Integer = 6, sigma: Real = 2.0) -> torch.Tensor:
    """Guess the colour of each picture's light from its edges.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]
    power : int >= 1, Minkowski's p

    Returns
    -------
    (..., 3) float64 (float32 where the device has no other), positive, of mean 1

    Convention
    ----------
    As ``reference.estimate_illuminant``, within 1e-9 in float64.

    Raises
    ------
    TypeError, ValueError : image is no batch of colour pictures; power or sigma is out of range.
    """
    require_tensor(image, channels=(3,))
    shared.require_edges(power, sigma)
    smooth = in_unit(image)
    for axis in (-2, -1):
        smooth = filter_axis(smooth, gaussian_weights(sigma).tolist(), axis, "edge")
    rows, columns = (filter_axis(smooth, (-0.5, 0, 0.5), axis, "edge") for axis in (-2, -1))
    strengths = rows.hypot_(columns).pow_(power).mean((-2, -1)).pow_(1 / power)
    return _balanced(strengths)


def to_white_axis(image: torch.Tensor, illuminant: torch.Tensor) -> torch.Tensor:
    """Take the light's colour away and turn the colours, so that white points straight up.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]
    illuminant : (..., 3) float on image's device, positive: one for all, or one for each

    Returns
    -------
    (..., 3, H, W) float64 (float32 where the device has no other)

    Convention
    ----------
    As ``reference.to_white_axis``, within 1e-9 in float64.

    Raises
    ------
    TypeError, ValueError : image is no batch of colour pictures; illuminant is not (..., 3) floats.
    """
    require_tensor(image, channels=(3,))
    shared.require_floats(illuminant, "illuminant", 3)
    require.same_batch(image.shape[:-3], illuminant.shape[:-1], "illuminant")
    white = in_unit(image)
    white.div_(illuminant[..., None, None])
    return mixed(like(shared.TO_WHITE_AXIS, white), white)


def from_white_axis(turned: torch.Tensor, illuminant: torch.Tensor) -> torch.Tensor:
    """Turn colours back from the white axis, and put them under a light.

    Parameters
    ----------
    turned : (..., 3, H, W) float, as ``to_white_axis`` gives
    illuminant : (..., 3) float on turned's device, positive: one for all, or one for each

    Returns
    -------
    (..., 3, H, W) float64 (float32 where the device has no other) in 0..1, not saturated

    Convention
    ----------
    As ``reference.from_white_axis``, within 1e-9 in float64.

    Raises
    ------
    TypeError, ValueError : turned is no batch of floats with three channels; illuminant is not
        (..., 3) floats.
    """
    shared.require_floats(turned, "turned", 3, None, None)
    shared.require_floats(illuminant, "illuminant", 3)
    require.same_batch(turned.shape[:-3], illuminant.shape[:-1], "illuminant")
    colors = in_unit(turned)
    back = mixed(like(shared.TO_WHITE_AXIS, colors).T, colors)
    return back.mul_(illuminant[..., None, None])


def match_luminance(
    luminance: torch.Tensor, reference: torch.Tensor, smoothness: Real = 1.0
) -> torch.Tensor:
    """Match the tones of pictures with those of their references, and keep the gradients.

    Parameters
    ----------
    luminance : (..., H, W) float
    reference : (..., h, w) float on luminance's device: one for all, or one for each

    Returns
    -------
    (..., H, W) float64 (float32 where the device has no other)

    Convention
    ----------
    As ``reference.match_luminance``, within 1e-9 in float64. Cosines are taken as waves of the
    picture mirrored at its border.

    Raises
    ------
    TypeError, ValueError : luminance or reference are no floats, or of other numbers of pictures;
        smoothness is negative.
    """
    shared.require_floats(luminance, "luminance", None, None)
    shared.require_floats(reference, "reference", None, None)
    require.same_batch(luminance.shape[:-2], reference.shape[:-2])
    smoothness = require.number(smoothness, "smoothness", 0)
    matched = match_marginal(luminance.flatten(-2), reference.flatten(-2), shared.LUMINANCE_BINS)
    change = matched.view(luminance.shape).sub_(luminance)
    mirrored = torch.cat([change, change.flip(-2)], dim=-2)
    mirrored = torch.cat([mirrored, mirrored.flip(-1)], dim=-1)
    waves = rfft2(mirrored).div_(_stiffness(change, smoothness))
    height, width = change.shape[-2:]
    return irfft2(waves, s=mirrored.shape[-2:])[..., :height, :width] + luminance


def gamut_transfer(
    target: torch.Tensor, reference: torch.Tensor, smoothness: Real = 1.0
) -> torch.Tensor:
    """Give each picture the light, the tones and the gamut of its reference.

    Parameters
    ----------
    target : (..., 3, H, W) uint8, or float in [0, 1]
    reference : of target's dtype and device, of any height and width; one for all, or one for each

    Returns
    -------
    Tensor of target's shape, dtype and device, saturated.

    Convention
    ----------
    uint8 results are equal to the reference's, float within 1e-6. The gamuts' corners are found and
    turned on the CPU.

    Raises
    ------
    TypeError, ValueError : target or reference is no batch of colour pictures; the dtypes differ,
        or the numbers of pictures; smoothness is negative.
    """
    require_pair(target, reference)
    smoothness = require.number(smoothness, "smoothness", 0)
    light = estimate_illuminant(reference)
    ours = to_white_axis(target, estimate_illuminant(target))
    theirs = to_white_axis(reference, light)
    tones = match_luminance(ours[..., 2, :, :], theirs[..., 2, :, :], smoothness)
    ours[..., 2, :, :] = tones
    mean, their_mean = (turned.mean((-2, -1), keepdim=True) for turned in (ours, theirs))
    turn = _alignments(ours.sub_(mean), theirs.sub_(their_mean))
    aligned = mixed(turn, ours).add_(their_mean)
    return as_picture(from_white_axis(aligned, light), target.dtype)


def _alignments(colors, reference):
    """The turn of each picture's gamut onto its reference's: (..., 3, 3), through the CPU."""
    ours, theirs = (_gamuts(pictures) for pictures in (colors, reference))
    theirs = theirs * len(ours) if len(theirs) == 1 else theirs
    turns = [shared.alignment(*pair) for pair in zip(ours, theirs, strict=True)]
    turns = torch.tensor([turn.tolist() for turn in turns], dtype=colors.dtype)
    return turns.to(colors.device).view(*colors.shape[:-3], 3, 3)


def _gamuts(pictures):
    clouds = pictures.flatten(-2).reshape(-1, 3, pictures.shape[-2:].numel())
    return [shared.corners(cloud.T.double().cpu().numpy()) for cloud in clouds]


def _balanced(strengths):
    """Lights of mean 1 with these strengths, none too faint; white where there is none."""
    mean = strengths.mean(-1, keepdim=True)
    light = (strengths / mean).clamp_(min=shared.FAINTEST)
    light = light / light.mean(-1, keepdim=True)
    return light.where(mean >= shared.NO_EDGES, 1.0)


def _stiffness(picture, smoothness):
    """1 + smoothness times the squared differences of each wave of the mirrored picture."""
    height, width = picture.shape[-2:]
    rows, columns = shared.roughness(height, 2 * height), shared.roughness(width, width + 1)
    return like(1 + smoothness * (rows[:, None] + columns), picture)
