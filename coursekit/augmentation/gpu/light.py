"""Light, a whole batch: twins of ``reference``. Each picture may have a number of its own."""

import numpy as np
import torch

from coursekit.augmentation import checks
from coursekit.augmentation.gpu.sending import there
from coursekit.lab import require


def adjust_brightness(image, factor):
    """Multiply the light: s = factor * r.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    factor : float >= 0, or (n,) of them, one for each of the n pictures of the batch

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Convention
    ----------
    As ``reference.adjust_brightness``, equal results.

    Raises
    ------
    TypeError, ValueError : image is no batch; factor is not a number >= 0, nor one for each.

    References
    ----------
    Szeliski 2022, Eq. 3.3. Taught in 08 §10.
    """
    require.tensor(image)
    factors = checks.numbers(factor, "factor", low=0)
    levels = widened(image)
    levels = levels * for_each(factors[..., None], image)
    return finished(saturated(levels, image.dtype), image.dtype)


def shift_channels(image, shift):
    """Add to the levels: one number for all channels, or one for each.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    shift : float, or (C,) of them, or (n, C) or (n, 1), a row for each of the n pictures of the
        batch; in the picture's own unit

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Convention
    ----------
    As ``reference.shift_channels``, equal results.

    Raises
    ------
    TypeError, ValueError : image is no batch; shift is neither a number, nor one for each channel,
        nor a row for each picture.

    References
    ----------
    Szeliski 2022, Eq. 3.3; Keras's ``apply_channel_shift``. Taught in 08 §10.
    """
    require.tensor(image)
    shifts = np.asarray(shift, dtype=np.float64)
    if shifts.ndim < 2:
        shifts = checks.shifts(shift, image.shape[-3])
    levels = widened(image) + for_each(shifts, image)
    return finished(saturated(levels, image.dtype), image.dtype)


def widened(image):
    """The levels as floats: single precision for uint8, so that every device rounds alike."""
    return image if image.is_floating_point() else image.float()


def for_each(numbers, image):
    """Numbers for each picture, (n, C), (n, 1) or (1,), where and as the pictures need them."""
    rows = numbers.reshape(-1, numbers.shape[-1])
    batch, channels = image.shape[:-3], image.shape[-3]
    if len(rows) not in (1, batch.numel()) or rows.shape[1] not in (1, channels):
        raise ValueError(
            f"expected one row for all or for each of {batch.numel()} pictures, of 1 or {channels} "
            f"numbers, got shape {numbers.shape}"
        )
    dtype = image.dtype if image.is_floating_point() else torch.float32
    sent = there(rows, image.device, dtype)
    return sent.view(*(batch if len(rows) > 1 else ()), rows.shape[1], 1, 1)


def saturated(levels, dtype):
    """Levels between black and white; whole ones for uint8. Overwrites them."""
    if dtype == torch.uint8:
        return levels.clamp_(0, 255).round_()
    return levels.clamp_(0, 1)


def finished(levels, dtype):
    """Levels as the dtype of the pictures."""
    return levels.to(dtype)
