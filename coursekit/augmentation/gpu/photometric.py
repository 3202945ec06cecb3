"""Photometric augmentation of whole batches: each image may have a number of its own."""

import numpy as np
import torch
from numpy.typing import ArrayLike

from coursekit.augmentation.gpu.sampling import images_in_chunks
from coursekit.augmentation.shared import checks
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.dtypes import to_device, to_uint8


def adjust_brightness(image: torch.Tensor, factor: ArrayLike) -> torch.Tensor:
    """Adjust the brightness of a batch, by one factor or by one for each image.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    factor : float >= 0, or (n,) of them, one for each of the n images of the batch

    Convention
    ----------
    Equal to the reference's.
    """
    require_tensor(image)
    factors = checks.require_numbers(factor, "factor", 0, checks.LARGEST_FACTOR)
    return _lit(torch.Tensor.mul_, image, for_each(factors[..., None], image, "factor"))


def shift_channels(image: torch.Tensor, shift: ArrayLike) -> torch.Tensor:
    """Channel shift of a batch, by the same numbers or by a row for each image.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    shift : float, or (C,) of them, or (n, C) or (n, 1), a row for each of the n images of the
        batch; in the image's own unit

    Convention
    ----------
    Equal to the reference's.
    """
    require_tensor(image)
    shifts = checks.require_array(shift, "shift").astype(np.float64)
    if shifts.ndim < 2 or not shifts.size:
        shifts = checks.require_shifts(shift, image.shape[-3])
    return _lit(torch.Tensor.add_, image, for_each(shifts, image, "shift"))


def _lit(operation, image, numbers):
    """Change the levels of each image by its numbers, as many images at once as fit."""

    def work(images, numbers):
        levels = operation(as_floats(images, copy=True), numbers)
        return finished(saturated(levels, image.dtype), image.dtype)

    return images_in_chunks(work, image, numbers)


def as_floats(image, copy=False):
    """The levels as floats: single precision for uint8, so that every device rounds alike."""
    return image.to(image.dtype if image.is_floating_point() else torch.float32, copy=copy)


def for_each(numbers, image, name):
    """Numbers (n, C), (n, 1) or (1,), as (n or 1, C or 1, 1, 1), where the images are."""
    rows = numbers.reshape(-1, numbers.shape[-1])
    images, channels = image.shape[:-3].numel(), image.shape[-3]
    if len(rows) not in (1, images) or rows.shape[1] not in (1, channels):
        raise ValueError(
            f"{name}: expected one row for all or for each of {images} images, of 1 or {channels} "
            f"numbers, got shape {numbers.shape}"
        )
    dtype = image.dtype if image.is_floating_point() else torch.float32
    return to_device(rows, image.device, dtype)[..., None, None]


def saturated(levels, dtype):
    """Levels between black and white; whole ones for uint8. Overwrites them."""
    if dtype == torch.uint8:
        return levels.clamp_(0, 255).round_()
    return levels.clamp_(0, 1)


def finished(levels, dtype):
    """Levels as the dtype of the images."""
    return to_uint8(levels) if dtype == torch.uint8 else levels.to(dtype)
