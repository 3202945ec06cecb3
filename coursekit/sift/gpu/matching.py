"""Matching on the device: twin of ``reference.matching``."""

import numpy as np
import torch

from coursekit.core.torch.chunks import chunk_length
from coursekit.core.torch.dtypes import accumulator_dtype
from coursekit.sift import shared

ORDERS = {"euclidean": 2, "sqeuclidean": 2, "cityblock": 1, "chebyshev": np.inf, "hamming": 0}
LONGEST = 2**24 // 255**2  # uint8 vectors whose squared distances are exact in float32


def match_descriptors(
    first: torch.Tensor,
    second: torch.Tensor,
    metric: shared.Metric | None = None,
    p: float = 2,
    max_distance: float = np.inf,
    cross_check: bool = True,
    max_ratio: float = 1.0,
) -> torch.Tensor:
    """Descriptor matching on the device.

    Parameters
    ----------
    second : (N, K) descriptors on the same device

    Returns
    -------
    Tensor (Q, 2) int64 of indices into first and second, in the order of first, on their device

    Convention
    ----------
    Equal to the reference. Some rows of first at a time: memory for 2^20 distances on a processor,
    2^26 elsewhere. One pass finds the nearest both ways. Squared distances of uint8 are products of
    matrices in float32, which are exact.
    """
    metric, p, max_distance, cross_check, max_ratio = shared.require_matching(
        first, second, metric, p, max_distance, cross_check, max_ratio, torch.Tensor
    )
    if 0 in (len(first), len(second)):
        return first.new_empty((0, 2), dtype=torch.int64)
    nearest, distance, runner_up, back = _nearest(first, second, metric, p)
    keep = distance < max_distance
    rows = torch.arange(len(first), device=first.device)
    if cross_check:
        keep &= back[nearest] == rows
    if max_ratio < 1:
        keep &= distance < max_ratio * runner_up
    return torch.stack([rows, nearest], dim=1)[keep]


def _nearest(first, second, metric, p):
    """Indices of the nearest of second, two least distances, and indices of the way back."""
    measure = _measure(first, second, metric, p)
    height = chunk_length(first.device, 2 * len(second))
    found, closest, back = [], None, None
    for top in range(0, len(first), height):
        distances = measure(slice(top, top + height))
        least, row = distances.min(dim=0)
        if closest is None:
            closest, back = least, row
        else:
            back = torch.where(least < closest, row + top, back)  # of equal ones the first
            closest = torch.minimum(least, closest)
        found.append(_two_smallest(distances))
    nearest, *values = (torch.cat(column) for column in zip(*found, strict=True))
    return nearest, *(_unsquared(value, metric) for value in values), back


def _two_smallest(distances):
    smallest, nearest = distances.min(dim=1)
    distances.scatter_(1, nearest[:, None], np.inf)
    return nearest, smallest, distances.amin(dim=1)


def _measure(first, second, metric, p):
    """A function from a slice of first to its distances to second, Euclidean ones squared."""
    integers = not first.is_floating_point() and not second.is_floating_point()
    exact = integers and metric != "minkowski" and first.shape[1] <= LONGEST
    dtype = torch.float32 if exact else accumulator_dtype(first.device)
    first, second = first.to(dtype), second.to(dtype)
    if exact and metric in ("euclidean", "sqeuclidean"):
        return _by_products(first, second)
    order, length = ORDERS.get(metric, p), first.shape[1] if metric == "hamming" else 1
    power = 2 if metric in ("euclidean", "sqeuclidean") else 1

    def measure(rows):
        mode = "donot_use_mm_for_euclid_dist"  # that would lose half of the digits
        distances = torch.cdist(first[rows], second, p=order, compute_mode=mode)
        return distances.div_(length) if power == 1 else distances.square_()

    return measure


def _by_products(first, second):
    """|a - b|^2 = |a|^2 - 2 a b + |b|^2, exact for integers that are not too large."""
    squares, transposed = second.square().sum(dim=1), second.T.contiguous()

    def measure(rows):
        some = first[rows]
        distances = torch.addmm(squares, some, transposed, alpha=-2)
        return distances.add_(some.square().sum(dim=1, keepdim=True))

    return measure


def _unsquared(values, metric):
    """Distances in the precision of the reference."""
    values = values.to(accumulator_dtype(values.device))
    return values.sqrt() if metric == "euclidean" else values
