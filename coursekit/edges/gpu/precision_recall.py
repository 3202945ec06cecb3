"""Precision and recall of edges on whole batches: twins of ``reference.precision_recall``."""

import torch

from coursekit.core import require
from coursekit.core.types import Real
from coursekit.edges import shared


def precision_recall(
    found: torch.Tensor, truth: torch.Tensor, tolerance: Real = 1.0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Precision and recall of a batch.

    Parameters
    ----------
    found : (..., 1, H, W) bool, the edge pixels of a detector
    truth : (..., 1, H, W) bool, the edge pixels that are known

    Returns
    -------
    precision, recall : float32 (...) in [0, 1] on found's device, one number for each image

    Convention
    ----------
    Each mask is widened by a disc, which takes time with tolerance; distances, as in the reference,
    do not.

    References
    ----------
    Martin, Fowlkes and Malik 2004, §4.
    """
    shared.require_maps(torch.Tensor, ("bool",), found=found, truth=truth)
    tolerance = require.number(tolerance, "tolerance", 0, shared.LARGEST)
    return _share_near(found, truth, tolerance), _share_near(truth, found, tolerance)


def _share_near(pixels, others, tolerance):
    """Give the share of each image's pixels that have one of the others within tolerance."""
    near = _widened(others, tolerance) & pixels
    count, all_of_them = (mask.flatten(-3).sum(dim=-1) for mask in (near, pixels))
    return torch.where(all_of_them > 0, count / all_of_them, 1.0)


def _widened(mask, tolerance):
    """Give the pixels that have one of the mask within tolerance: a disc, row by row.

    From its tip to its middle a disc only grows wider, so that no width is worked out twice.
    """
    result, spread, reached = torch.zeros_like(mask), mask.clone(), 0
    for down, half_width in shared.rows_of_disc(tolerance, max(mask.shape[-2:])):
        for width in range(reached + 1, half_width + 1):
            spread |= _moved(mask, -1, width) | _moved(mask, -1, -width)
        reached = half_width
        result |= _moved(spread, -2, down) | _moved(spread, -2, -down)
    return result


def _moved(mask, axis, steps):
    """Move a mask by some steps, and fill up with False."""
    length = mask.shape[axis]
    result = torch.zeros_like(mask)
    kept = max(length - abs(steps), 0)
    source, target = (max(-steps, 0), max(steps, 0))
    if kept:
        result.narrow(axis, target, kept).copy_(mask.narrow(axis, source, kept))
    return result
