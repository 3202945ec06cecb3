"""Histogram equalization of batches: twins of ``reference.equalization``."""

import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor, require_torch
from coursekit.core.torch.chunks import in_chunks
from coursekit.histograms import shared
from coursekit.histograms.gpu.counting import PAIRS, channel_histograms
from coursekit.images.gpu import lab_to_rgb, rgb_to_lab


def equalization_table(counts: torch.Tensor) -> torch.Tensor:
    """Histogram equalization, the tables of a batch of histograms."""
    require_torch(counts, "counts")
    shared.require_array(counts, "counts", "int64", 256)
    c = counts.cumsum(-1)
    pixels = c[..., -1:]
    c_0 = torch.where(c > 0, c, pixels).amin(-1, keepdim=True)
    spread = pixels - c_0
    divisor = spread.clamp(min=1).float()
    per_pixel = torch.full_like(divisor, 255).div_(divisor)  # 255 / divisor would be rounded twice
    s = (c - c_0).float().mul_(per_pixel)
    unchanged = torch.arange(256, dtype=torch.float32, device=c.device)
    return torch.where(spread == 0, unchanged, s).round_().clamp_(0, 255).byte()


def equalize(image: torch.Tensor) -> torch.Tensor:
    """Histogram equalization of a batch: each channel of each image by a table of its own.

    Parameters
    ----------
    image : (..., C, H, W) uint8
    """
    require_tensor(image)
    require.uint8(image)
    return look_up(image, equalization_table(channel_histograms(image)))


def equalize_lightness(image: torch.Tensor) -> torch.Tensor:
    """Histogram equalization of the lightness L* of each image of a batch.

    Parameters
    ----------
    image : (..., 3, H, W) uint8
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
    size, number = planes.shape[1], torch.arange(len(planes), device=planes.device)[:, None].int()
    in_pairs = size >= PAIRS and size % 2 == planes.storage_offset() % 2 == 0
    if not (in_pairs and planes.is_cpu):
        index = planes + number * 256
        return tables.reshape(-1).index_select(0, index.view(-1)).view(planes.shape)
    # Two pixels at a time: a table of all pairs of levels fits in a processor's cache.
    first = tables[:, None, :].expand(-1, 256, 256)
    second = tables[:, :, None].expand(-1, 256, 256)
    pairs = torch.stack((first, second), dim=-1).view(torch.int16).flatten()
    index = planes.view(torch.int16).int().bitwise_and_(0xFFFF) + number * PAIRS
    return pairs.index_select(0, index.view(-1)).view(torch.uint8).view(planes.shape)
