"""Light and gamut of batches: twins of ``reference.gamut``.

Everything that looks at pixels runs on the batch's device. The corners of each image's gamut, a few
hundred of its colours, are found and aligned by SciPy on the CPU, image by image: this step, and it
alone, waits for the device.
"""

import torch
from torch.fft import irfft2, rfft2

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.idt import match_marginal
from coursekit.color_transfer.gpu.unit_cube import (
    as_image,
    in_unit,
    like,
    mixed,
    require_floats,
    require_pair,
)
from coursekit.core import require
from coursekit.core.kernels import gaussian_weights
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.separable import filter_axis
from coursekit.core.types import Integer, Real


def estimate_illuminant(image: torch.Tensor, power: Integer = 6, sigma: Real = 2.0) -> torch.Tensor:
    """Grey-Edge of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]
    power : int >= 1, Minkowski's p

    Returns
    -------
    (..., 3) float64 (float32 where the device has no other), positive, of mean 1

    Convention
    ----------
    Within 1e-9 in float64.
    """
    require_tensor(image, channels=(3,))
    power = require.whole(power, "power", 1, shared.MOST_POWER)
    sigma = require.number(sigma, "sigma", 0, shared.MOST_SIGMA)
    smooth = in_unit(image)
    for axis in (-2, -1):
        smooth = filter_axis(smooth, gaussian_weights(sigma).tolist(), axis, "edge")
    rows = filter_axis(smooth, (-0.5, 0, 0.5), -2, "edge")
    columns = filter_axis(smooth, (-0.5, 0, 0.5), -1, "edge")
    strengths = rows.hypot_(columns).pow_(power).mean((-2, -1)).pow_(1 / power)
    mean = strengths.mean(-1, keepdim=True)
    light = (strengths / mean).clamp_(min=shared.FAINTEST)
    return (light / light.mean(-1, keepdim=True)).where(mean >= shared.NO_EDGES, 1.0)


def to_white_axis(image: torch.Tensor, illuminant: torch.Tensor) -> torch.Tensor:
    """White balance of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W) uint8, or float in [0, 1]
    illuminant : (..., 3) float on image's device, positive: one for all, or one for each

    Returns
    -------
    (..., 3, H, W) float64 (float32 where the device has no other)

    Convention
    ----------
    Within 1e-9 in float64.
    """
    require_tensor(image, channels=(3,))
    require_floats(illuminant, "illuminant", 3)
    require.same_batch(image.shape[:-3], illuminant.shape[:-1], "illuminant")
    white = in_unit(image)
    white.div_(illuminant[..., None, None])
    return mixed(like(shared.TO_WHITE_AXIS, white), white)


def from_white_axis(rotated: torch.Tensor, illuminant: torch.Tensor) -> torch.Tensor:
    """White balance undone, for a batch of images.

    Parameters
    ----------
    rotated : (..., 3, H, W) float, as ``to_white_axis`` gives
    illuminant : (..., 3) float on rotated's device, positive: one for all, or one for each

    Returns
    -------
    (..., 3, H, W) float64 (float32 where the device has no other) in 0..1, not saturated

    Convention
    ----------
    Within 1e-9 in float64.
    """
    require_floats(rotated, "rotated", 3, None, None)
    require_floats(illuminant, "illuminant", 3)
    require.same_batch(rotated.shape[:-3], illuminant.shape[:-1], "illuminant")
    colors = in_unit(rotated)
    back = mixed(like(shared.TO_WHITE_AXIS, colors).T, colors)
    return back.mul_(illuminant[..., None, None])


def match_luminance(
    luminance: torch.Tensor, reference: torch.Tensor, smoothness: Real = 1.0
) -> torch.Tensor:
    """Luminance matching that keeps gradients, of a batch.

    Parameters
    ----------
    luminance : (..., H, W) float
    reference : (..., h, w) float on luminance's device: one for all, or one for each

    Returns
    -------
    (..., H, W) float64 (float32 where the device has no other)

    Convention
    ----------
    Within 1e-9 in float64. Cosines are taken as waves of the
    image mirrored at its border.
    """
    require_floats(luminance, "luminance", None, None)
    require_floats(reference, "reference", None, None)
    require.same_batch(luminance.shape[:-2], reference.shape[:-2])
    smoothness = require.number(smoothness, "smoothness", 0, shared.MOST)
    matched = match_marginal(luminance.flatten(-2), reference.flatten(-2), shared.LUMINANCE_BINS)
    change = matched.view(luminance.shape).sub_(luminance)
    mirrored = torch.cat([change, change.flip(-2)], dim=-2)
    mirrored = torch.cat([mirrored, mirrored.flip(-1)], dim=-1)
    height, width = change.shape[-2:]
    rows, columns = shared.roughness(height, 2 * height), shared.roughness(width, width + 1)
    stiffness = like(1 + smoothness * (rows[:, None] + columns), change)
    waves = rfft2(mirrored).div_(stiffness)
    return irfft2(waves, s=mirrored.shape[-2:])[..., :height, :width] + luminance


@torch.no_grad()
def gamut_transfer(
    target: torch.Tensor, reference: torch.Tensor, smoothness: Real = 1.0
) -> torch.Tensor:
    """Gamut transfer of a batch of images.

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
    aligned on the CPU.
    """
    require_pair(target, reference)
    smoothness = require.number(smoothness, "smoothness", 0, shared.MOST)
    light = estimate_illuminant(reference)
    ours = to_white_axis(target, estimate_illuminant(target))
    theirs = to_white_axis(reference, light)
    tones = match_luminance(ours[..., 2, :, :], theirs[..., 2, :, :], smoothness)
    ours[..., 2, :, :] = tones
    mean = ours.mean((-2, -1), keepdim=True)
    wanted_mean = theirs.mean((-2, -1), keepdim=True)
    matrices = _alignments(ours.sub_(mean), theirs.sub_(wanted_mean))
    aligned = mixed(matrices, ours).add_(wanted_mean)
    return as_image(from_white_axis(aligned, light), target.dtype)


def _alignments(colors, reference):
    """The alignment of each image's gamut with its reference's: (..., 3, 3), through the CPU."""
    ours, theirs = _gamuts(colors), _gamuts(reference)
    theirs = theirs * len(ours) if len(theirs) == 1 else theirs
    matrices = [shared.alignment(*pair).tolist() for pair in zip(ours, theirs, strict=True)]
    matrices = torch.tensor(matrices, dtype=colors.dtype).to(colors.device)
    return matrices.view(*colors.shape[:-3], 3, 3)


def _gamuts(images):
    """The corners of each image's gamut, as NumPy arrays."""
    clouds = images.flatten(-2).reshape(-1, 3, images.shape[-2:].numel())
    return [shared.corners(cloud.T.double().cpu().numpy()) for cloud in clouds]
