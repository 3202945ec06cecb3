"""SLIC superpixels of whole batches: twins of ``reference.slic``.

The windows that the centres search are copied out, many at once; each pixel then takes the least of
all the distances worked out for it.
"""

import math
from functools import partial
from typing import Any

import torch
from torch.nn.functional import pad

from coursekit.core import require
from coursekit.core.kernels import gaussian_weights
from coursekit.core.torch.checks import require_labels, require_tensor, require_within
from coursekit.core.torch.chunks import chunk_length, in_chunks
from coursekit.core.torch.dtypes import accumulator_dtype
from coursekit.core.torch.separable import filter_axis
from coursekit.core.torch.union_find import compress, connect
from coursekit.core.types import Integer, Real
from coursekit.images import gpu as images
from coursekit.regions import shared
from coursekit.regions.gpu.components import number_roots

INFINITE = 0x7F800000 << 32  # the bits of float32's infinity, above those of a label
LABEL = 2**32 - 1
NUMBERS = 16  # at hand for each pixel of a window


def color_features(image: torch.Tensor, sigma: Real = 0.0) -> torch.Tensor:
    """SLIC, colour features of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W), C 1 or 3, uint8 or float in [0, 1]; sRGB

    Returns
    -------
    float32 (..., 3, H, W) on image's device.

    Convention
    ----------
    Equal to the reference's for uint8 without smoothing; otherwise up to the last bit of float32.
    """
    require_tensor(image, channels=(1, 3))
    sigma = require.number(sigma, "sigma", 0, shared.LARGEST_SIGMA)
    dtype = accumulator_dtype(image.device)
    color = image.expand(*image.shape[:-3], 3, *image.shape[-2:])
    if image.dtype == torch.uint8:
        lab = images.rgb_to_lab(color).to(dtype)
        lab[..., 1:, :, :] -= 128
        lab[..., 0, :, :] *= 100 / 255
    else:
        lab = images.rgb_to_lab(color.to(dtype))
    if image.shape[-3] == 1:
        lab[..., 1:, :, :] = 0
    if sigma > 0:
        weights = gaussian_weights(sigma)
        lab = filter_axis(filter_axis(lab, weights, -2, "symmetric"), weights, -1, "symmetric")
    return lab.float()


def seed_grid(colors: torch.Tensor, step: Integer) -> torch.Tensor:
    """SLIC, seeds for a batch of images.

    Parameters
    ----------
    colors : float32 (..., 3, H, W), as ``color_features`` gives

    Returns
    -------
    float32 (..., 5, rows of cells, columns of cells): L*, a*, b*, row and column of each centre.
    """
    shared.require_cluster_tensors(colors)
    step = require.whole(step, "step", 1, shared.LARGEST_STEP)
    height, width = colors.shape[-2:]
    rows = torch.arange(min(step, height) // 2, height, step, device=colors.device)
    columns = torch.arange(min(step, width) // 2, width, step, device=colors.device)
    places = torch.stack(torch.meshgrid(rows, columns, indexing="ij")).float()
    color = colors.index_select(-2, rows).index_select(-1, columns).float()
    return torch.cat([color, places.expand(*colors.shape[:-3], *places.shape)], dim=-3)


def assign(
    colors: torch.Tensor, centers: torch.Tensor, step: Integer, compactness: Real = 10.0
) -> torch.Tensor:
    """SLIC, assignment for a batch of images, all centres at once.

    Parameters
    ----------
    colors : float32 (..., 3, H, W), as ``color_features`` gives
    centers : float32 (..., 5, rows of cells, columns of cells), as ``seed_grid`` gives

    Returns
    -------
    int32 (..., 1, H, W): the number of a centre, row by row.

    Convention
    ----------
    Equal to the reference's. The bits of a distance, which order as the distance does, and below
    them the number of its centre make one whole number: the least one is the nearest centre, and
    of equally near ones the first. Places of centres are not looked at.
    """
    step = require.whole(step, "step", 1, shared.LARGEST_STEP)
    compactness = require.number(compactness, "compactness", 1e-6, 1e6)
    shared.require_cluster_tensors(colors, centers, step=step)
    height, width = colors.shape[-2:]
    grid, device = centers.shape[-2:], colors.device
    down, right = min(step, height), min(step, width)  # as far as a window reaches
    stack = pad(colors.float().reshape(-1, 3, height, width), (right, right, down, down))
    windows = stack.movedim(1, 0).unfold(2, 2 * down + 1, 1).unfold(3, 2 * right + 1, 1)

    features = centers.float().reshape(-1, 5, grid.numel()).movedim(1, 0).flatten(1)  # (5, N)
    row = features[3].round().long().clamp_(0, height - 1)
    column = features[4].round().long().clamp_(0, width - 1)
    image = torch.arange(len(stack), device=device).repeat_interleave(grid.numel())
    number = torch.arange(grid.numel(), device=device).repeat(len(stack))
    below = torch.arange(2 * down + 1, device=device)  # the first row and column of a window
    beside = torch.arange(2 * right + 1, device=device)
    rows = (row[:, None] + (below - down) - features[3, :, None]).square_()
    columns = (column[:, None] + (beside - right) - features[4, :, None]).square_()
    corner = (image * stack.shape[-2] + row) * stack.shape[-1] + column
    offset = below[:, None] * stack.shape[-1] + beside

    nearest = stack.new_full((len(stack), *stack.shape[-2:]), INFINITE, dtype=torch.int64)
    inside = nearest[:, down : down + height, right : right + width]
    rows_of_cells = (torch.arange(height, device=device) // step).clamp_(max=grid[0] - 1)
    columns_of_cells = (torch.arange(width, device=device) // step).clamp_(max=grid[1] - 1)
    inside += rows_of_cells[:, None] * grid[1] + columns_of_cells
    for some in torch.arange(len(row), device=device).split(
        chunk_length(device, NUMBERS * offset.numel())
    ):
        pixels = windows[:, image[some], row[some], column[some]]  # (3, n, height, width)
        color = pixels.sub_(features[:3, some, None, None]).square_()
        place = rows[some, :, None] + columns[some, None, :]
        distance = (
            color[0].add_(color[1]).add_(color[2]).add_(place.mul_((compactness / step) ** 2))
        )
        key = distance.view(torch.int32).long().mul_(2**32).add_(number[some, None, None])
        index = corner[some, None, None] + offset
        nearest.view(-1).scatter_reduce_(0, index.flatten(), key.flatten(), "amin")
    return (inside & LABEL).int().view(*colors.shape[:-3], 1, height, width)


def update(colors: torch.Tensor, labels: torch.Tensor, centers: torch.Tensor) -> torch.Tensor:
    """SLIC, update of the centres of a batch of images.

    Parameters
    ----------
    colors : float32 (..., 3, H, W), as ``color_features`` gives
    labels : int (..., 1, H, W), as ``assign`` gives
    centers : float32 (..., 5, rows of cells, columns of cells), the old ones

    Convention
    ----------
    Equal to the reference's where the device has float64: sums of float32 are exact in it, but for
    the last bits of very small numbers.
    """
    require_labels(labels, channels=1)
    shared.require_cluster_tensors(colors, centers, labels)
    require_within(labels, "labels", (0, centers.shape[-2:].numel() - 1))
    height, width = colors.shape[-2:]
    wide: dict[str, Any] = {"dtype": accumulator_dtype(colors.device), "device": colors.device}
    features = torch.ones((*colors.shape[:-3], 6, height, width), **wide)
    features[..., :3, :, :] = colors
    features[..., 3, :, :] = torch.arange(height, **wide)[:, None]
    features[..., 4, :, :] = torch.arange(width, **wide)
    sums = torch.zeros((*features.shape[:-2], centers.shape[-2:].numel()), **wide)
    index = labels.long().flatten(-2).expand(*features.shape[:-2], -1)
    sums = sums.scatter_add_(-1, index, features.flatten(-2)).unflatten(-1, centers.shape[-2:])
    area = sums[..., 5:, :, :]
    return torch.where(area > 0, (sums[..., :5, :, :] / area.clamp(min=1)).float(), centers)


def enforce_connectivity(labels: torch.Tensor, min_size: Integer) -> torch.Tensor:
    """SLIC, connectivity for a batch of label images.

    Parameters
    ----------
    labels : int (..., C, H, W)

    Returns
    -------
    int32 tensor of labels' shape: 0, 1, 2 ... in the order of the superpixels' first pixels, from 0
    again in every image.

    Convention
    ----------
    Equal to the reference's. Runs of one label in a row are connected to components by union-find
    on the whole batch; each small component points to the one that it joins, and all paths are
    compressed at once. This waits for the device.

    References
    ----------
    Shiloach and Vishkin 1982.
    """
    require_labels(labels)
    min_size = min(require.whole(min_size, "min_size", 0, math.inf), labels.numel() + 1)
    planes = labels.reshape(-1, *labels.shape[-2:])
    work = partial(_connected, min_size=min_size)
    return in_chunks(work, planes, 4 * planes[0].numel()).view(labels.shape)


def _connected(labels, min_size):
    """Runs of one label in a row, connected to components, and these to superpixels."""
    count, height, width = labels.shape
    starts = torch.ones_like(labels, dtype=torch.bool)
    starts[..., 1:] = labels[..., 1:] != labels[..., :-1]
    run = starts.flatten().cumsum(0).sub_(1).view(labels.shape)
    first = torch.nonzero(starts.flatten()).flatten()
    itself = torch.arange(len(first), device=labels.device)

    touching = labels[:, 1:] == labels[:, :-1]
    touching &= starts[:, 1:] | starts[:, :-1]
    roots = connect(itself.clone(), run[:, 1:][touching], run[:, :-1][touching])

    lengths = first.diff(append=first.new_full((1,), labels.numel()))
    size = torch.zeros_like(lengths).scatter_add_(0, roots, lengths)
    small = (size < min_size) & (roots == itself) & (first % (height * width) > 0)
    before = torch.where(first % width > 0, first - 1, first - width).clamp_(min=0)
    roots = compress(torch.where(small, run.flatten()[before], roots))
    return number_roots(roots, first // (height * width), count).sub_(1).int()[run]


def slic(
    image: torch.Tensor,
    segments: Integer = 100,
    compactness: Real = 10.0,
    iterations: Integer = 10,
    sigma: Real = 0.0,
    min_share: Real = 0.5,
) -> torch.Tensor:
    """SLIC superpixels of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W), C 1 or 3, uint8 or float in [0, 1]; sRGB
    segments : int >= 1, about how many are wanted in each image

    Returns
    -------
    int32 (..., 1, H, W) on image's device: the superpixels, from 0 in every image.

    Convention
    ----------
    Equal to the reference's, up to ties that the last bit of a float image's colours decides. Only
    ``enforce_connectivity`` waits for the device, once in each of its rounds.
    """
    require_tensor(image, channels=(1, 3))
    segments = require.whole(segments, "segments", 1, math.inf)
    iterations = require.whole(iterations, "iterations", 1, shared.MOST_ITERATIONS)
    min_share = require.number(min_share, "min_share", 0, 1e6)
    height, width = image.shape[-2:]
    step = max(1, round((height * width / segments) ** 0.5))

    def work(images):
        colors = color_features(images, sigma)
        centers = seed_grid(colors, step)
        labels = assign(colors, centers, step, compactness)
        for _ in range(iterations - 1):
            centers = update(colors, labels, centers)
            labels = assign(colors, centers, step, compactness)
        cell = height * width / centers.shape[-2:].numel()
        return enforce_connectivity(labels, int(min_share * cell))

    stack = image.reshape(-1, *image.shape[-3:])
    return in_chunks(work, stack, 8 * height * width).view(*image.shape[:-3], 1, height, width)
