"""The Gaussian scale space of whole batches: twins of ``reference.scale_space``."""

import numpy as np
import torch

from coursekit.core import require
from coursekit.core.kernels import gaussian_weights
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.padding import pad_planes
from coursekit.core.torch.separable import filter_rows_and_columns
from coursekit.sift import shared


def gaussian_scale_space(
    image: torch.Tensor,
    upsampling: shared.Upsampling = 2,
    n_octaves: int = 8,
    n_scales: int = 3,
    sigma_min: float = 1.6,
    sigma_in: float = 0.5,
) -> list[torch.Tensor]:
    """Blur every picture of a batch step by step, and halve it whenever the blur has doubled.

    Parameters
    ----------
    image : (..., 1, H, W) uint8, or float in [0, 1]
    upsampling : 1, 2 or 4, how many times the first octave is as large as the picture
    n_octaves : int >= 1, halvings plus one at most
    n_scales : int >= 1, steps in which the blur doubles
    sigma_min : float > 0, blur of the first scale, in pixels of the first octave
    sigma_in : float >= 0, blur that the picture is taken to have already, in its own pixels

    Returns
    -------
    List of a tensor (..., n_scales + 3, h, w) for each octave, on image's device: float64 for
    float64, else float32.

    Convention
    ----------
    As ``reference.gaussian_scale_space``, within 1e-6; but uint8 becomes float32, not float64.

    Raises
    ------
    TypeError, ValueError : image is no batch of gray pictures, or they are too small; a parameter
        is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 1 and 2, Eq. 9-12; Lowe 2004, §3.3. Taught in 07 §10.
    """
    require_tensor(image, channels=(1,))
    upsampling, n_octaves, n_scales, sigma_min, sigma_in = shared.require_parameters(
        upsampling=upsampling, n_octaves=n_octaves, n_scales=n_scales,
        sigma_min=sigma_min, sigma_in=sigma_in,
    )  # fmt: skip
    height, width = image.shape[-2:]
    octaves = shared.octaves_that_fit((height, width), upsampling, n_octaves)
    if octaves < 1:
        raise ValueError(shared.TOO_SMALL.format(height, width))
    seed = enlarge(as_floats(image).squeeze(-3), upsampling)
    seed = blur(seed, shared.first_sigma(upsampling, sigma_min, sigma_in))
    result = []
    for added in shared.added_sigmas(octaves, upsampling, n_scales, sigma_min):
        result.append(_octave(seed, added))
        seed = result[-1][..., n_scales, ::2, ::2]
    return result


def difference_of_gaussians(octave: torch.Tensor) -> torch.Tensor:
    """Subtract each scale of an octave from the next, for every picture of a batch.

    Parameters
    ----------
    octave : (..., S, H, W) float, S >= 2, as ``gaussian_scale_space`` gives for each octave

    Returns
    -------
    Tensor (..., S - 1, H, W) of octave's dtype and device

    Convention
    ----------
    As ``reference.difference_of_gaussians``; equal to it.

    Raises
    ------
    TypeError, ValueError : octave is no float tensor (..., S, H, W) with two scales or more.

    References
    ----------
    Otero and Delbracio 2014, Alg. 3; Lowe 2004, Eq. 1. Taught in 07 §10.
    """
    require_floats(octave, "octave", ..., None, None, None)
    require.whole(octave.shape[-3], "scales of octave", 2, np.inf)
    return octave[..., 1:, :, :] - octave[..., :-1, :, :]


def as_floats(image):
    """A batch as float: levels divided by 255, floats as they are."""
    return image.float().div_(255) if image.dtype == torch.uint8 else image


def _octave(seed, added):
    """Blur pictures (..., H, W) by each of the added sigmas in turn."""
    shape = (*seed.shape[:-2], len(added) + 1, *seed.shape[-2:])
    octave = seed.new_empty(shape)
    octave[..., 0, :, :] = seed
    for scale, sigma in enumerate(added):
        octave[..., scale + 1, :, :] = blur(octave[..., scale, :, :], float(sigma))
    return octave


def enlarge(planes, factor):
    """Enlarge pictures (..., H, W) bilinearly by a whole factor."""
    if factor == 1:
        return planes
    return _enlarge(_enlarge(planes, factor, -2), factor, -1)


def _enlarge(planes, factor, axis):
    """Lines at (i + 1/2) / factor - 1/2, each between its two neighbours."""
    size = planes.shape[axis]
    sides = ((1, 1), (0, 0)) if axis == -2 else ((0, 0), (1, 1))
    padded = pad_planes(planes, sides, "reflect", planes.dtype)
    larger = [*planes.shape]
    larger[axis] *= factor
    larger = planes.new_empty(larger)
    for phase in range(factor):  # all lines that lie alike between their neighbours
        before = (phase + 0.5) / factor + 0.5
        first, second = (padded.narrow(axis, int(before) + step, size) for step in (0, 1))
        lines = larger[..., phase::factor] if axis == -1 else larger[..., phase::factor, :]
        lines.copy_(torch.lerp(first, second, before % 1))
    return larger


def blur(planes, sigma):
    """Blur pictures (..., H, W) with a Gaussian that reaches 4 sigma, border ``symmetric``."""
    return filter_rows_and_columns(planes, gaussian_weights(sigma), "symmetric", planes.dtype)
