"""Pyramids of whole batches: twins of ``reference.pyramids``."""

from itertools import pairwise

import numpy as np
import torch

from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.weighted_sums import on, resample, weigh_columns, weigh_rows
from coursekit.core.types import Integer, Shape
from coursekit.images import shared


def pyramid_down(image: torch.Tensor) -> torch.Tensor:
    """Halve every picture of a batch: blur it, then keep every second row and column.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor (..., C, (H + 1) // 2, (W + 1) // 2) of image's dtype and device.

    Convention
    ----------
    As ``reference.pyramid_down``, but what is dropped is never computed: five taps for each pixel
    that stays. uint8 results are equal to the reference's, float within 1e-6.

    Raises
    ------
    TypeError, ValueError : image is no batch.
    """
    require_tensor(image)
    shape = [(size + 1) // 2 for size in image.shape[-2:]]
    return _weigh(image, shape, [_halving_taps(size) for size in image.shape[-2:]])


def pyramid_up(image: torch.Tensor, shape: Shape) -> torch.Tensor:
    """Double every picture of a batch: put zeros between its pixels, then blur.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor (..., C, height, width) of image's dtype and device.

    Convention
    ----------
    As ``reference.pyramid_up``, but the zeros are never stored: even pixels have three taps
    (1, 6, 1) / 8, odd ones two (4, 4) / 8. uint8 results are equal to the reference's, float
    within 1e-6.

    Raises
    ------
    TypeError, ValueError : image is no batch; shape is not its double.
    """
    require_tensor(image)
    shared.require_double(image.shape[-2:], shape)
    taps = [_doubling_taps(*sizes) for sizes in zip(image.shape[-2:], shape, strict=True)]
    return _weigh(image, shape, taps)


def gaussian_pyramid(image: torch.Tensor, levels: Integer) -> list[torch.Tensor]:
    """Halve every picture of a batch again and again.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    levels : int >= 1, how many batches, the image itself among them

    Returns
    -------
    List of ``levels`` tensors of image's dtype and device, the image itself first.

    Raises
    ------
    TypeError, ValueError : image is no batch; levels < 1, or more than lead to a single pixel.
    """
    require_tensor(image)
    shared.require_levels(image.shape[-2:], levels)
    pyramid = [image]
    while len(pyramid) < levels:
        pyramid.append(pyramid_down(pyramid[-1]))
    return pyramid


def laplacian_pyramid(image: torch.Tensor, levels: Integer) -> list[torch.Tensor]:
    """Keep what each halving loses: the difference to the next level, doubled.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    List of ``levels`` tensors: levels - 1 residuals, int16 for uint8, image's dtype for float; then
    the coarsest level of the Gaussian pyramid.

    Raises
    ------
    TypeError, ValueError : image is no batch; levels < 1, or more than lead to a single pixel.
    """
    pyramid = gaussian_pyramid(image, levels)
    residuals = [_residual(fine, coarse) for fine, coarse in pairwise(pyramid)]
    return [*residuals, pyramid[-1]]


def collapse(pyramid: list[torch.Tensor] | tuple[torch.Tensor, ...]) -> torch.Tensor:
    """Put the Laplacian pyramid of a batch together again.

    Parameters
    ----------
    pyramid : list of tensors as ``laplacian_pyramid`` gives

    Returns
    -------
    Tensor of the first level's shape and the last level's dtype.

    Convention
    ----------
    Exact for uint8, within 1e-6 for float.
    """
    shared.require_pyramid(pyramid)
    *residuals, picture = pyramid
    require_tensor(picture, "the last level")
    white = 255 if picture.dtype == torch.uint8 else 1
    for residual in reversed(residuals):
        expanded = pyramid_up(picture, tuple(residual.shape[-2:]))
        picture = (residual + expanded).clamp_(0, white).to(picture.dtype)  # Eq. 4
    return picture


def _residual(fine, coarse):
    expanded = pyramid_up(coarse, tuple(fine.shape[-2:]))
    if fine.dtype == torch.uint8:
        return fine.short().sub_(expanded)
    return expanded.neg_().add_(fine)  # Eq. 3


def _halving_taps(size):
    """Give five taps, centred on every second pixel, reflected at the border."""
    reflected = np.pad(np.arange(size), 2, mode="reflect")
    index = reflected[np.arange(0, size, 2)[:, None] + np.arange(5)]
    return index, np.tile([1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16], (len(index), 1))


def _doubling_taps(size, new_size):
    """Give the taps of even and odd pixels in turn, the zeros between the pixels left out."""
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
