"""Gray-level transforms on whole batches, on any device: twins of ``reference``.

Tensors are (..., C, H, W) and stay on the device they are on. The table of 256 entries is worked
out in float64 on the CPU, so that every device looks up the very same numbers (some have no
float64), and then sent over: 256 bytes, whatever the size of the batch.

Taught in 02 §8.
"""

from coursekit.core import docstrings, extras

extras.require("torch")

import numpy as np
import torch
from numpy.typing import ArrayLike

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.types import Integer, Real
from coursekit.gray_transforms import shared

# Where a type is ignored: PyTorch takes NumPy's numbers, but its stubs do not say so.


def input_levels(image: torch.Tensor) -> tuple[torch.Tensor, float]:
    """Give the levels r that T has to be worked out for, and the value of white.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    r : float64 (256,) on the CPU, the levels 0 to 255, for uint8; the image itself for float

    Raises
    ------
    TypeError, ValueError : image is no batch of pictures. Values are not read.
    """
    require_tensor(image)
    if image.dtype == torch.uint8:
        return torch.arange(256, dtype=torch.float64), 255.0
    return image, 1.0


def output(image: torch.Tensor, s: torch.Tensor) -> torch.Tensor:
    """Give each pixel of the batch its new value: round, saturate, look up.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    s : what T made of ``input_levels(image)``; overwritten

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Convention
    ----------
    uint8 results are equal to the reference's, float within 1e-6.
    """
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
    """Replace each level by its entry in a look-up table.

    Parameters
    ----------
    image : (..., C, H, W) uint8
    table : (256,) uint8, or (256, 3) uint8 with a column for each channel, on the image's device

    Returns
    -------
    Tensor of image's shape and device, uint8.

    Convention
    ----------
    As ``reference.apply_lut``, equal results.

    Raises
    ------
    TypeError : image or table is not uint8.
    ValueError : table has another shape, or three columns for a batch without three channels.
    """
    require_tensor(image)
    require.uint8(image)
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
    """Multiply by the contrast, add the brightness: s = contrast * r + brightness.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Convention
    ----------
    Rounded half to even, saturated.

    Raises
    ------
    TypeError, ValueError : image is no batch; contrast or brightness is not a finite number.
    """
    contrast = require.number(contrast, "contrast")
    brightness = require.number(brightness, "brightness")
    r, _ = input_levels(image)
    s = (r * contrast).add_(brightness)
    return output(image, s)


def invert(image: torch.Tensor) -> torch.Tensor:
    """Exchange black and white: s = white - r, the negative.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Convention
    ----------
    No table: 255 - r never leaves uint8, so one subtraction is faster.

    Raises
    ------
    TypeError, ValueError : image is no batch of pictures.
    """
    _, white = input_levels(image)
    return int(white) - image  # Eq. 3-3


def _fractions(image):
    """The levels as fractions of white, and white; floats are fractions already: no work."""
    r, white = input_levels(image)
    return (r if r is image else r / white), white


def gamma(image: torch.Tensor, exponent: Real, gain: Real = 1.0) -> torch.Tensor:
    """Bend the levels by a power: s = gain * r ** exponent, with r as a fraction of white.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Raises
    ------
    TypeError, ValueError : image is no batch; exponent <= 0; gain < 0.
    """
    exponent = require.number(exponent, "exponent", low=np.finfo(float).tiny)
    gain = require.number(gain, "gain", low=0)
    fraction, white = _fractions(image)
    s = fraction.pow(exponent).mul_(gain * white)  # Eq. 3-5
    return output(image, s)


def log(image: torch.Tensor, gain: Real = 1.0) -> torch.Tensor:
    """Spread the shadows by a logarithm: s = gain * log2(1 + r), with r as a fraction of white.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Raises
    ------
    TypeError, ValueError : image is no batch; gain < 0.
    """
    gain = require.number(gain, "gain", low=0)
    fraction, white = _fractions(image)
    s = (fraction + 1).log2_().mul_(gain * white)  # Eq. 3-4
    return output(image, s)


def contrast_stretch(image: torch.Tensor, low: Real, high: Real) -> torch.Tensor:
    """Send low to black and high to white, with a straight line between them.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Raises
    ------
    TypeError, ValueError : image is no batch; low or high leaves the range; low >= high.
    """
    r, white = input_levels(image)
    low, high = require.interval(low, high, 0, white)
    if low == high:
        raise ValueError(f"low and high: expected low < high, got {low} for both")
    s = (r - low).mul_(white).div_(high - low)
    return output(image, s)


def piecewise_linear(image: torch.Tensor, points: ArrayLike) -> torch.Tensor:
    """Draw T as straight lines through the points (r, s).

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Raises
    ------
    TypeError, ValueError : image is no batch; points are fewer than two, not pairs, or not in
        order of r.
    """
    r, _ = input_levels(image)
    corners = torch.from_numpy(require.points(points)).to(r)
    s = _interpolate(r, corners[:, 0].contiguous(), corners[:, 1])
    return output(image, s)


def _interpolate(r, knots, values):
    """Straight lines through (knots, values), constant beyond both ends: ``np.interp``."""
    right = torch.searchsorted(knots, r.contiguous()).clamp_(1, len(knots) - 1)
    left = right - 1
    slope = (values[right] - values[left]) / (knots[right] - knots[left])
    return slope * (r.clamp(knots[0], knots[-1]) - knots[left]) + values[left]


def slice_levels(image: torch.Tensor, low: Real, high: Real, keep: bool = False) -> torch.Tensor:
    """Paint the levels from low to high white, and the others black.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Raises
    ------
    TypeError, ValueError : image is no batch; low or high leaves the range; low > high.
    """
    r, white = input_levels(image)
    low, high = require.interval(low, high, 0, white)
    others = r if keep else torch.zeros_like(r)
    s = torch.where((low <= r) & (r <= high), white, others)
    return output(image, s)


def bit_plane(image: torch.Tensor, bit: Integer) -> torch.Tensor:
    """Show one bit of every pixel: white where it is 1, black where it is 0.

    Parameters
    ----------
    image : (..., C, H, W) uint8

    Returns
    -------
    Tensor of image's shape and device, uint8, of 0 and 255 only.
    """
    require_tensor(image)
    require.uint8(image)
    bit = require.whole(bit, "bit", 0, 7)
    return (image >> bit).bitwise_and_(1).mul_(255)


def hide_message(image: torch.Tensor, data: bytes, bits: Integer = 1) -> torch.Tensor:
    """Write one message into the lowest bits of every picture of the batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8

    Returns
    -------
    Tensor of image's shape and device, uint8.

    Convention
    ----------
    As ``reference.hide_message``, in the same order: row, column, channel.
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
    """Read the message of each picture that ``hide_message`` wrote.

    Parameters
    ----------
    image : (..., C, H, W) uint8

    Returns
    -------
    bytes for a single (C, H, W) picture, a list of bytes for a batch

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
