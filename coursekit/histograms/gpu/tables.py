"""Look-up where each picture and channel has a table of its own."""

import torch

from coursekit.core.torch.chunks import in_bites
from coursekit.histograms.gpu.counting import PAIRS, in_pairs


def look_up(image, tables):
    """Replace each level of (..., H, W) uint8 by its entry in its picture's table (..., 256)."""
    planes = image.reshape(-1, image.shape[-2] * image.shape[-1]).contiguous()
    flat = tables.reshape(-1, 256)
    return in_bites(_look_up, planes, 2 * planes.shape[1], flat).view(image.shape)


def _look_up(planes, tables):
    """tables[b, planes[b]] of all b at once: one long table, and each picture's place in it."""
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
