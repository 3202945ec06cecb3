"""Look-up where each picture and channel has a table of its own."""

import torch

from coursekit.images.gpu.bites import CACHE, MEMORY

PAIRS = 256 * 256


def look_up(image, tables):
    """Replace each level of (..., H, W) uint8 by its entry in its picture's table (..., 256)."""
    planes = image.reshape(-1, image.shape[-2] * image.shape[-1]).contiguous()
    flat = tables.reshape(-1, 256)
    return in_bites_of_two(_look_up, planes, flat, 2 * planes.shape[1]).view(image.shape)


def in_bites_of_two(work, planes, tables, numbers):
    """``in_bites`` for planes (B, ...) that each come with tables (B, ...)."""
    most = CACHE if planes.device.type == "cpu" else MEMORY
    size = max(1, most // numbers)
    bites = zip(planes.split(size), tables.split(size), strict=True)
    parts = [work(some, their) for some, their in bites]
    return torch.cat(parts) if len(parts) > 1 else parts[0]


def _look_up(planes, tables):
    """tables[b, planes[b]] of all b at once: one long table, and each picture's place in it."""
    size = planes.shape[1]
    if planes.is_cpu and size >= PAIRS and size % 2 == planes.storage_offset() % 2 == 0:
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
