"""Noise on whole batches, and PSNR, which measures it: twins of ``reference.noise``.

The numbers are sampled by NumPy on the CPU, so that a seed means the same noise on every device.
"""

from collections.abc import Sequence

import numpy as np
import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.dtypes import saturate
from coursekit.core.types import Integer, Real
from coursekit.filtering import shared


def salt_and_pepper(
    image: torch.Tensor, amount: Real, seed: Integer | Sequence[Integer]
) -> torch.Tensor:
    """Salt-and-pepper noise on a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    seed : int >= 0, the same noise for every image; or a list of one int for each image

    Convention
    ----------
    Equal to the reference's.
    """
    require_tensor(image)
    amount = require.number(amount, "amount", 0, 1)
    numbers = _sampled(shared.uniform, image, seed)
    white = 255 if image.dtype == torch.uint8 else 1
    peppered = image.masked_fill(numbers < float(np.float32(amount / 2)), 0)
    return peppered.masked_fill_(numbers >= float(np.float32(1 - amount / 2)), white)


def gaussian_noise(
    image: torch.Tensor, sigma: Real, seed: Integer | Sequence[Integer]
) -> torch.Tensor:
    """Gaussian noise on a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    seed : int >= 0, the same noise for every image; or a list of one int for each image

    Convention
    ----------
    uint8 equal to the reference's, float within 1e-6.
    """
    require_tensor(image)
    sigma = require.number(sigma, "sigma", 0, shared.LARGEST)
    noise = _sampled(shared.normal, image, seed).mul_(float(np.float32(sigma)))
    return saturate(image + noise, image.dtype)


def _sampled(sampler, image, seed):
    """Sample in the order rows, columns, channels: numbers for all images, or for each seed."""
    seeds = require.seeds(seed, image.shape[:-3].numel())
    channels, height, width = image.shape[-3:]
    numbers = torch.from_numpy(sampler((height, width, channels), seeds)).to(image.device)
    numbers = numbers.movedim(-1, 1)
    return numbers.view(image.shape) if isinstance(seed, (list, tuple)) else numbers[0]


def peak_signal_to_noise_ratio(image: torch.Tensor, clean: torch.Tensor) -> torch.Tensor:
    """PSNR, peak signal-to-noise ratio, of each image of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    clean : tensor of image's shape, dtype and device

    Returns
    -------
    Tensor (...) float32, in dB: one number for each image; infinite for two equal ones

    Convention
    ----------
    Within 1e-4 dB.
    """
    require_tensor(image)
    require_tensor(clean, "clean")
    shared.require_same_shape_and_dtype(image, clean)
    white = 255 if image.dtype == torch.uint8 else 1
    numbers = image.to(torch.promote_types(image.dtype, torch.float32))
    error = torch.sub(numbers, clean).div_(white).square_().mean(dim=(-3, -2, -1))
    return error.log10_().mul_(-10).float()
