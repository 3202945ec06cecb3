"""Equalisation of batches: twins of ``reference.equalization``."""

import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import in_chunks
from coursekit.histograms import shared
from coursekit.histograms.gpu.counting import PAIRS, channel_histograms, in_pairs
from coursekit.images.gpu import lab_to_rgb, rgb_to_lab


def equalization_table(counts: torch.Tensor) -> torch.Tensor:
    """Make the table that spreads levels so that all are about equally frequent.

    Returns
    -------
    uint8 (..., 256), on the device of counts

    Convention
    ----------
    As ``reference.equalization_table``, equal results: single precision is enough for them.
    """
    shared.require_counts(counts)
    c = counts.cumsum(-1)
    pixels = c[..., -1:]
    c_0 = torch.where(c > 0, c, pixels).amin(-1, keepdim=True)
    spread = pixels - c_0
    s = (c - c_0).float().mul_(per_level(spread))
    unchanged = torch.arange(256, dtype=torch.float32, device=c.device)
    return torch.where(spread == 0, unchanged, s).round_().clamp_(0, 255).byte()


def per_level(pixels: torch.Tensor) -> torch.Tensor:
    """255 / pixels, rounded once: PyTorch would take the inverse and multiply, rounding twice."""
    pixels = pixels.clamp(min=1).float()
    return torch.full_like(pixels, 255).div_(pixels)


def equalize(image: torch.Tensor) -> torch.Tensor:
    """Spread the levels of each channel of each picture by themselves.

    Parameters
    ----------
    image : (..., C, H, W) uint8

    Returns
    -------
    Tensor of image's shape and device, uint8.

    Convention
    ----------
    As ``reference.equalize``, equal results. Every channel of the batch gets its own table.

    Raises
    ------
    TypeError, ValueError : image is no batch of pictures, or not uint8.
    """
    require_tensor(image)
    require.uint8(image)
    return look_up(image, equalization_table(channel_histograms(image)))


def equalize_lightness(image: torch.Tensor) -> torch.Tensor:
    """Equalise how light the pixels of each picture are, and leave their colours.

    Parameters
    ----------
    image : (..., 3, H, W) uint8

    Returns
    -------
    Tensor of image's shape and device, uint8.

    Convention
    ----------
    As ``reference.equalize_lightness``, equal results.

    Raises
    ------
    TypeError, ValueError : image is no batch of colour pictures, or not uint8.
    """
    require_tensor(image, channels=(3,))
    require.uint8(image)
    lab = rgb_to_lab(image)
    lab[..., :1, :, :] = equalize(lab[..., :1, :, :])
    return lab_to_rgb(lab)


def look_up(image: torch.Tensor, tables: torch.Tensor) -> torch.Tensor:
    """Replace each level of (..., H, W) uint8 by its entry in its image's table (..., 256)."""
    planes = image.reshape(-1, image.shape[-2] * image.shape[-1]).contiguous()
    flat = tables.reshape(-1, 256)
    return in_chunks(_look_up, planes, 2 * planes.shape[1], flat).view(image.shape)


def _look_up(planes, tables):
    """tables[b, planes[b]] of all b at once: one long table, and each image's place in it."""
    if planes.is_cpu and in_pairs(planes):
        return _look_up_pairs(planes, tables)
    index = planes + _starts(planes, 256)
    return tables.reshape(-1).index_select(0, index.view(-1)).view(planes.shape)


def _look_up_pairs(planes, tables):
    """Two pixels at a time: a table of all pairs of levels fits in a processor's cache."""
    first = tables[:, None, :].expand(-1, 256, 256)
    second = tables[:, :, None].expand(-1, 256, 256)
    pairs = torch.stack((first, second), dim=-1).view(torch.int16).flatten()
    both = planes.view(torch.int16).int().bitwise_and_(0xFFFF)
    both += _starts(both, PAIRS)
    return pairs.index_select(0, both.view(-1)).view(torch.uint8).view(planes.shape)


def _starts(planes, entries):
    """Where the table of each plane starts, int32 (B, 1)."""
    count, device = len(planes), planes.device
    return torch.arange(count, dtype=torch.int32, device=device)[:, None] * entries
