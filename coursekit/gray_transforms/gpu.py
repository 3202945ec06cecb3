"""Gray-level transforms on whole batches, on any device: twins of ``reference``.

Tensors are (..., C, H, W) and stay on the device they are on; values are not checked. The table of
256 entries is computed in float64 on the CPU, so that every device looks up the very same numbers
(some have no float64), and then sent over: 256 bytes, whatever the size of the batch. uint8 results
are equal to the reference's, float within 1e-6.

Taught in 02 §8.
"""

from coursekit.core import docstrings, extras

extras.require("torch")

import numpy as np
import torch
from numpy.typing import ArrayLike

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor, require_torch
from coursekit.core.types import Integer, Real
from coursekit.gray_transforms import shared


def input_levels(image: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Gray-level transform of a batch, input: the levels r, and the value of white.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    r : float64 (256,) on the CPU, the levels 0 to 255, for uint8; the image itself for float

    Raises
    ------
    TypeError, ValueError : image is not a batch of images. Values are not read.
    """
    require_tensor(image)
    if image.dtype == torch.uint8:
        return torch.arange(256, dtype=torch.float64), 255.0
    return image, 1.0


@torch.no_grad()
def output(image: torch.Tensor, s: torch.Tensor) -> torch.Tensor:
    """Gray-level transform of a batch, output: round, saturate, and look up.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    s : what T made of ``input_levels(image)``; overwritten
    """
    require_tensor(image)
    require_torch(s, "s")
    shared.require_transformed(s, (256,) if image.dtype == torch.uint8 else image.shape)
    if image.dtype == torch.uint8:
        table = s.round_().clamp_(0, 255).to(torch.uint8)
        return _look_up(image, table.to(image.device, non_blocking=True))
    return s.clamp_(0, 1)


def _look_up(image, table):
    """table[image], by the one indexing function that takes 32-bit indices."""
    levels = image.contiguous().view(-1)
    if levels.is_cpu and levels.numel() % 2 == levels.storage_offset() % 2 == 0:
        return _look_up_pairs(levels, table).view(image.shape)
    return table.index_select(0, levels.int()).view(image.shape)


def _look_up_pairs(levels, table):
    """Two pixels at a time: a table of all 65536 pairs of levels fits in a processor's cache."""
    first, second = table.expand(256, 256), table[:, None].expand(256, 256)
    pairs = torch.stack((first, second), dim=-1).view(torch.int16).flatten()
    both = levels.view(torch.int16).int().bitwise_and_(0xFFFF)
    return pairs.index_select(0, both).view(torch.uint8)


def apply_lut(image: torch.Tensor, table: torch.Tensor) -> torch.Tensor:
    """Look-up table (LUT) for a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8
    table : (256,) uint8, or (256, 3) uint8 with a column for each channel, on the image's device

    Raises
    ------
    TypeError : image or table is not uint8.
    ValueError : table has another shape, or three columns for a batch without three channels.
    """
    require_tensor(image)
    require.uint8(image)
    require_torch(table, "table")
    require.uint8(table, "table")
    if table.shape == (256,):
        return _look_up(image, table)
    if table.shape == (256, 3) and image.shape[-3] == 3:
        channels = zip(image.unbind(-3), table.unbind(1), strict=True)
        return torch.stack([_look_up(channel, column) for channel, column in channels], dim=-3)
    raise ValueError(
        f"table: expected shape (256,), or (256, 3) with three channels, got {tuple(table.shape)} "
        f"with an image of shape {tuple(image.shape)}"
    )


def linear(image: torch.Tensor, contrast: Real = 1.0, brightness: Real = 0.0) -> torch.Tensor:
    """Linear transform of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    """
    contrast = require.number(contrast, "contrast", -shared.LARGEST, shared.LARGEST)
    brightness = require.number(brightness, "brightness", -shared.LARGEST, shared.LARGEST)
    r, _ = input_levels(image)
    s = (r * contrast).add_(brightness)
    return output(image, s)


def invert(image: torch.Tensor) -> torch.Tensor:
    """Negative of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Convention
    ----------
    No table: 255 - r never leaves uint8, so one subtraction is faster.
    """
    _, white = input_levels(image)
    return int(white) - image  # Eq. 3-3


def _fractions(image):
    """The levels as fractions of white, and white; floats are fractions already: no work."""
    r, white = input_levels(image)
    return (r if r is image else r / white), white


def gamma(image: torch.Tensor, exponent: Real, gain: Real = 1.0) -> torch.Tensor:
    """Gamma (power-law) transform of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    """
    exponent = require.number(exponent, "exponent", 1 / shared.LARGEST, shared.LARGEST)
    gain = require.number(gain, "gain", 0, shared.LARGEST)
    fraction, white = _fractions(image)
    s = fraction.pow(exponent).mul_(gain * white)  # Eq. 3-5
    return output(image, s)


def log(image: torch.Tensor, gain: Real = 1.0) -> torch.Tensor:
    """Log transform of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    """
    gain = require.number(gain, "gain", 0, shared.LARGEST)
    fraction, white = _fractions(image)
    s = (fraction + 1).log2_().mul_(gain * white)  # Eq. 3-4
    return output(image, s)


def contrast_stretch(image: torch.Tensor, low: Real, high: Real) -> torch.Tensor:
    """Contrast stretching of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    """
    r, white = input_levels(image)
    low, high = shared.require_span(low, high, white)
    s = (r - low).mul_(white).div_(high - low)
    return output(image, s)


def piecewise_linear(image: torch.Tensor, points: ArrayLike) -> torch.Tensor:
    """Piecewise-linear transform of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    """
    r, _ = input_levels(image)
    corners = shared.require_points(points)
    if r is not image:  # the table of uint8 is the reference's own
        return output(image, torch.from_numpy(np.interp(r.numpy(), *corners.T)))
    per_step = torch.from_numpy(1 / np.diff(corners[:, 0])).to(r)
    knots, values = torch.from_numpy(corners.T.copy()).to(r)
    right = torch.searchsorted(knots, r.contiguous()).clamp_(1, len(knots) - 1)
    left = right - 1
    share = (r - knots[left]).mul_(per_step[left]).clamp_(0, 1)
    return output(image, torch.lerp(values[left], values[right], share))


def slice_levels(image: torch.Tensor, low: Real, high: Real, keep: bool = False) -> torch.Tensor:
    """Intensity-level slicing of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    """
    r, white = input_levels(image)
    low, high = require.interval(low, high, 0, white)
    others = r if require.flag(keep, "keep") else torch.zeros_like(r)
    s = torch.where((low <= r) & (r <= high), white, others)
    return output(image, s)


def bit_plane(image: torch.Tensor, bit: Integer) -> torch.Tensor:
    """Bit-plane slicing of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8
    """
    require_tensor(image)
    require.uint8(image)
    bit = require.whole(bit, "bit", 0, 7)
    return (image >> bit).bitwise_and_(1).mul_(255)


def hide_message(image: torch.Tensor, data: bytes, bits: Integer = 1) -> torch.Tensor:
    """LSB steganography: write one message into the lowest bits of every image of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8

    Convention
    ----------
    In the reference's order: row, column, channel.
    """
    require_tensor(image)
    require.uint8(image)
    bits = require.whole(bits, "bits", 1, 8)
    pixels = image.movedim(-3, -1)  # (..., H, W, C)
    values = pixels.flatten(-3).clone()
    parts = shared.to_parts(data, bits, values.shape[-1])
    parts = torch.from_numpy(parts).to(image.device, non_blocking=True)
    cleared = values[..., : len(parts)] >> bits << bits if bits < 8 else 0
    values[..., : len(parts)] = cleared | parts
    return values.view(pixels.shape).movedim(-1, -3)


def reveal_message(image: torch.Tensor, bits: Integer = 1) -> bytes | list[bytes]:
    """LSB steganography, the way back: read the message of each image of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8

    Returns
    -------
    bytes for a single image (C, H, W), a list of bytes for a batch

    Convention
    ----------
    Bytes live on the CPU, so this waits for the device.
    """
    require_tensor(image)
    require.uint8(image)
    bits = require.whole(bits, "bits", 1, 8)
    values = image.movedim(-3, -1).flatten(-3).cpu().numpy()
    if values.ndim == 1:
        return shared.from_parts(values, bits)
    return [shared.from_parts(row, bits) for row in values.reshape(-1, values.shape[-1])]


docstrings.complete(__name__)
