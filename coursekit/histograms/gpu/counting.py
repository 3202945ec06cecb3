"""Counting on batches: twins of ``reference.counting``.

``scatter_add_`` counts whole batches without reading a value, where ``torch.bincount`` would wait
for the device. Large uint8 images are counted two pixels at a time.
"""

from functools import partial

import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import in_chunks
from coursekit.core.types import Integer
from coursekit.histograms.shared import MOST_BINS

PAIRS = 256 * 256


def histogram(image: torch.Tensor, bins: Integer = 256) -> torch.Tensor:
    """Histogram of each image of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    int64 (..., bins), on image's device

    Convention
    ----------
    A float below 0 is counted in the first bin, one above 1 in the last.
    """
    require_tensor(image)
    bins = require.whole(bins, "bins", 1, MOST_BINS)
    return count(image.flatten(-3), bins)


def channel_histograms(image: torch.Tensor, bins: Integer = 256) -> torch.Tensor:
    """Histograms of the channels of each image of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    int64 (..., C, bins), on image's device
    """
    require_tensor(image)
    bins = require.whole(bins, "bins", 1, MOST_BINS)
    return count(image.flatten(-2), bins)


def cumulative(image: torch.Tensor, bins: Integer = 256) -> torch.Tensor:
    """Cumulative histogram of each image of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    int64 (..., bins), on image's device
    """
    return histogram(image, bins).cumsum(-1)


def count(values: torch.Tensor, bins: int = 256) -> torch.Tensor:
    """Count the values (..., P) along the last axis; return int64 (..., bins)."""
    rows = values.reshape(-1, values.shape[-1]).contiguous()
    counts = in_chunks(partial(_count, bins=bins), rows, 2 * rows.shape[1])
    return counts.view(*values.shape[:-1], bins)


def _count(rows, bins):
    """Count rows (B, P); int32 holds the pixels of any one image."""
    is_uint8, size = rows.dtype == torch.uint8, rows.shape[1]
    in_pairs = is_uint8 and size >= PAIRS and size % 2 == rows.storage_offset() % 2 == 0
    if in_pairs:
        index, counters = rows.view(torch.int16).long().bitwise_and_(0xFFFF), PAIRS
    elif is_uint8:
        index, counters = rows.long(), 256
    else:
        index, counters = (rows * bins).long().clamp_(0, bins - 1), bins
    counts = torch.zeros(len(rows), counters, dtype=torch.int32, device=rows.device)
    one = torch.ones((), dtype=torch.int32, device=rows.device).expand(index.shape)
    counts = counts.scatter_add_(1, index, one).long()
    if in_pairs:  # either pixel of a pair, whatever the other one is
        counts = counts.view(-1, 256, 256).sum(1) + counts.view(-1, 256, 256).sum(2)
    if bins == 256 or not is_uint8:
        return counts
    bin_of_level = torch.arange(256, device=rows.device) * bins // 256
    return counts.new_zeros(len(rows), bins).index_add_(1, bin_of_level, counts)
