"""Noise on whole batches, and the measure of what is left of it: twins of ``reference.noise``.

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
    """Turn some values of every picture black and as many white, wherever chance wants it.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    seed : int >= 0, the same noise for every picture; or one int for each picture of the batch

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Convention
    ----------
    As ``reference.salt_and_pepper``, equal results: the numbers are drawn by NumPy on the CPU.

    Raises
    ------
    TypeError, ValueError : image is no batch; amount leaves [0, 1]; seed is no whole number >= 0,
        and not one for each picture.
    """
    require_tensor(image)
    amount = require.number(amount, "amount", 0, 1)
    chance = _drawn(shared.chances, image, seed)
    white = 255 if image.dtype == torch.uint8 else 1
    hit = image.masked_fill(chance < float(np.float32(amount / 2)), 0)
    return hit.masked_fill_(chance >= float(np.float32(1 - amount / 2)), white)


def gaussian_noise(
    image: torch.Tensor, sigma: Real, seed: Integer | Sequence[Integer]
) -> torch.Tensor:
    """Add a bell-shaped error to each value of every picture.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    seed : int >= 0, the same noise for every picture; or one int for each picture of the batch

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Convention
    ----------
    As ``reference.gaussian_noise``, equal results for uint8, within 1e-6 for float.

    Raises
    ------
    TypeError, ValueError : image is no batch; sigma < 0; seed is no whole number >= 0, and not one
        for each picture.
    """
    require_tensor(image)
    sigma = require.number(sigma, "sigma", low=0)
    noise = _drawn(shared.normal, image, seed).mul_(float(np.float32(sigma)))
    return saturate(image + noise, image.dtype)


def _drawn(draw, image, seed):
    """Draw noise in the order rows, columns, channels: one picture's, or one for each seed."""
    *batch, channels, height, width = image.shape
    seeds = seed if isinstance(seed, (list, tuple)) else [seed]
    if seeds is seed:
        shared.require_one_for_each(seeds, image.shape[:-3].numel())
    noise = torch.from_numpy(draw((height, width, channels), seeds)).to(image.device)
    noise = noise.movedim(-1, 1)
    return noise.view(*batch, channels, height, width) if seeds is seed else noise[0]


def peak_signal_to_noise_ratio(image: torch.Tensor, clean: torch.Tensor) -> torch.Tensor:
    """Tell how near each picture is to the clean one, in decibels.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    clean : tensor of image's shape, dtype and device

    Returns
    -------
    Tensor (...) float32, in dB: one number for each picture; infinite for two equal ones

    Convention
    ----------
    As ``reference.peak_signal_to_noise_ratio``, within 1e-4 dB.

    Raises
    ------
    TypeError, ValueError : image or clean is no batch; shapes or dtypes differ.
    """
    require_tensor(image)
    require_tensor(clean, "clean")
    shared.require_alike(image, clean)
    white = 255 if image.dtype == torch.uint8 else 1
    numbers = image.to(torch.promote_types(image.dtype, torch.float32))
    error = torch.sub(numbers, clean).div_(white).square_().mean(dim=(-3, -2, -1))
    return error.log10_().mul_(-10).float()
