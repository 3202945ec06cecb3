"""Counting on batches: twins of ``reference.counting``.

``scatter_add_`` counts whole batches without reading a value, where ``torch.bincount`` would wait
for the device. Large uint8 pictures are counted two pixels at a time.
"""

import numpy as np
import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import in_chunks
from coursekit.core.types import Integer

# Where a type is ignored: PyTorch takes NumPy's numbers, but its stubs do not say so.

PAIRS = 256 * 256


def histogram(image: torch.Tensor, bins: Integer = 256) -> torch.Tensor:
    """Count the values of each picture that fall into each bin: h(k) = n_k.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    int64 (..., bins), on image's device

    Convention
    ----------
    As ``reference.histogram``, equal results. Values are not checked: a float below 0 is counted in
    the first bin, one above 1 in the last.

    Raises
    ------
    TypeError, ValueError : image is no batch of pictures; bins is no whole number >= 1.
    """
    require_tensor(image)
    bins = require.whole(bins, "bins", 1, np.inf)
    return count(image.flatten(-3), bins)


def channel_histograms(image: torch.Tensor, bins: Integer = 256) -> torch.Tensor:
    """Count the values of each channel of each picture by themselves.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    int64 (..., C, bins), on image's device

    Convention
    ----------
    As ``reference.channel_histograms``, equal results.

    Raises
    ------
    TypeError, ValueError : image is no batch of pictures; bins is no whole number >= 1.
    """
    require_tensor(image)
    bins = require.whole(bins, "bins", 1, np.inf)
    return count(image.flatten(-2), bins)


def cumulative(image: torch.Tensor, bins: Integer = 256) -> torch.Tensor:
    """Count the values of each picture that lie in each bin or in one below it.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    int64 (..., bins), on image's device

    Convention
    ----------
    As ``reference.cumulative``, equal results.

    Raises
    ------
    TypeError, ValueError : image is no batch of pictures; bins is no whole number >= 1.
    """
    return histogram(image, bins).cumsum(-1)


def count(values: torch.Tensor, bins: Integer = 256) -> torch.Tensor:
    """Count the values (..., P) along the last axis; gives int64 (..., bins)."""
    rows = values.reshape(-1, values.shape[-1]).contiguous()
    counts = in_chunks(lambda part: _count(part, bins), rows, 2 * rows.shape[1])
    return counts.view(*values.shape[:-1], bins)  # type: ignore[arg-type]


def _count(rows, bins):
    if rows.dtype != torch.uint8:
        return _add_up((rows * bins).long().clamp_(0, bins - 1), bins)
    counts = _count_pairs(rows) if in_pairs(rows) else _add_up(rows.long(), 256)
    if bins == 256:
        return counts
    bin_of_level = torch.arange(256, device=rows.device) * bins // 256
    return counts.new_zeros(len(rows), bins).index_add_(1, bin_of_level, counts)


def in_pairs(rows: torch.Tensor) -> bool:
    """Whether two pixels can be read at a time, and are enough to be worth their larger table."""
    size = rows.shape[1]
    return size >= PAIRS and size % 2 == rows.storage_offset() % 2 == 0


def _count_pairs(rows):
    """Count pairs of neighbours, half as many; then either pixel of the pair, over the other."""
    pairs = _add_up(rows.view(torch.int16).long().bitwise_and_(0xFFFF), PAIRS)
    pairs = pairs.view(-1, 256, 256)
    return pairs.sum(1) + pairs.sum(2)


def _add_up(index, bins):
    """Add 1 at each index, row by row. int32 holds the pixels of any one picture."""
    counts = torch.zeros(len(index), bins, dtype=torch.int32, device=index.device)
    one = torch.ones((), dtype=torch.int32, device=index.device).expand(index.shape)
    return counts.scatter_add_(1, index, one).long()
