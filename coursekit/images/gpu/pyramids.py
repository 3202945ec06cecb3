"""Pyramids of whole batches: twins of ``reference.pyramids``."""

from itertools import pairwise

import numpy as np
import torch

from coursekit.core.torch.checks import require_tensor, require_torch
from coursekit.core.torch.weighted_sums import on, resample, weigh_columns, weigh_rows
from coursekit.core.types import Integer, Shape
from coursekit.images import shared


def pyramid_down(image: torch.Tensor) -> torch.Tensor:
    """Pyramid, REDUCE, of a batch: halve every image.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor (..., C, (H + 1) // 2, (W + 1) // 2) of image's dtype and device.

    Convention
    ----------
    What is dropped is never computed: five taps for each pixel that stays. Float within 1e-6.
    """
    require_tensor(image)
    shape = [(size + 1) // 2 for size in image.shape[-2:]]
    return _weigh(image, shape, [_halving_taps(size) for size in image.shape[-2:]])


def pyramid_up(image: torch.Tensor, shape: Shape) -> torch.Tensor:
    """Pyramid, EXPAND, of a batch: double every image.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor (..., C, height, width) of image's dtype and device.

    Convention
    ----------
    The zeros are never stored: even pixels have three taps (1, 6, 1) / 8, odd ones two (4, 4) / 8.
    Float within 1e-6.
    """
    require_tensor(image)
    shape = shared.require_double(image.shape[-2:], shape)
    taps = [_doubling_taps(*sizes) for sizes in zip(image.shape[-2:], shape, strict=True)]
    return _weigh(image, shape, taps)


def gaussian_pyramid(image: torch.Tensor, levels: Integer) -> list[torch.Tensor]:
    """Gaussian pyramid of a batch: halve every image again and again.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    """
    require_tensor(image)
    levels = shared.require_levels(image.shape[-2:], levels)
    pyramid = [image]
    while len(pyramid) < levels:
        pyramid.append(pyramid_down(pyramid[-1]))
    return pyramid


def laplacian_pyramid(image: torch.Tensor, levels: Integer) -> list[torch.Tensor]:
    """Laplacian pyramid of a batch: keep what each halving loses.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    """
    pyramid = gaussian_pyramid(image, levels)
    signed = torch.int16 if image.dtype == torch.uint8 else image.dtype
    residuals = [
        pyramid_up(coarse, fine.shape[-2:]).to(signed).neg_().add_(fine)  # Eq. 3
        for fine, coarse in pairwise(pyramid)
    ]
    return [*residuals, pyramid[-1]]


def collapse(pyramid: list[torch.Tensor] | tuple[torch.Tensor, ...]) -> torch.Tensor:
    """Laplacian pyramid of a batch, the way back: add the levels, from the coarsest on.

    Parameters
    ----------
    pyramid : list of tensors as ``laplacian_pyramid`` gives
    """
    shared.require_pyramid(pyramid)
    *residuals, image = pyramid
    require_tensor(image, "the last level of the pyramid")
    white = 255 if image.dtype == torch.uint8 else 1
    for residual in reversed(residuals):
        _require_residual(residual, image)
        expanded = pyramid_up(image, residual.shape[-2:])
        image = (residual + expanded).clamp_(0, white).to(image.dtype)  # Eq. 4
    return image


def _require_residual(residual, image):
    """Refuse all but what ``laplacian_pyramid`` keeps of a level; image is the next level."""
    require_torch(residual, "a level of the pyramid")
    expected = torch.int16 if image.dtype == torch.uint8 else image.dtype
    if residual.dtype != expected:
        raise TypeError(f"a level of the pyramid: expected {expected}, got {residual.dtype}")
    if residual.ndim != image.ndim or residual.shape[:-2] != image.shape[:-2]:
        raise ValueError(
            f"a level of the pyramid: expected shape {(*image.shape[:-2], 'H', 'W')}, "
            f"got {tuple(residual.shape)}"
        )


def _halving_taps(size):
    """Return five taps, centred on every second pixel, reflected at the border."""
    reflected = np.pad(np.arange(size), 2, mode="reflect")
    index = reflected[np.arange(0, size, 2)[:, None] + np.arange(5)]
    return index, np.tile([1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16], (len(index), 1))


def _doubling_taps(size, new_size):
    """Return the taps of even and odd pixels in turn, the zeros between the pixels left out."""
    index = np.arange(new_size)[:, None] // 2 + np.array([-1, 0, 1])
    index = np.minimum(np.abs(index), size - 1)
    even_odd = np.array([[1 / 8, 6 / 8, 1 / 8], [0, 4 / 8, 4 / 8]])
    return index, even_odd[np.arange(new_size) % 2]


def _weigh(image, shape, taps):
    """Sum taps; in float32 sums of uint8 are exact, with at most 16 bits. Rounded half up."""
    is_uint8 = image.dtype == torch.uint8
    dtype = torch.float32 if is_uint8 else image.dtype
    rows, columns = (on(image, *axis, dtype) for axis in taps)

    def work(stack):
        total = weigh_columns(weigh_rows(stack.to(dtype), *rows), *columns)
        return total.add_(0.5).byte() if is_uint8 else total.clamp_(0, 1)

    return resample(image, shape, work)
