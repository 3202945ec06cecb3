"""SLIC of whole batches: twins of ``reference.slic``.

Pixels are laid out cell by cell of the seeds' grid, (B, cells, pixels of a cell): the nine centres
that a cell's pixels ask are then nine numbers for each cell, and the sums of the pixels that chose
one of them a matrix product. No pixel, cell or superpixel is taken one after the other.
"""

from typing import Any

import numpy as np
import torch

from coursekit.core import require
from coursekit.core.kernels import gaussian_weights
from coursekit.core.torch.checks import require_labels, require_tensor
from coursekit.core.torch.chunks import in_chunks
from coursekit.core.torch.dtypes import accumulator_dtype
from coursekit.core.torch.union_find import compress, connect
from coursekit.core.types import Integer, Real
from coursekit.images import gpu as images
from coursekit.regions import shared
from coursekit.regions.gpu.components import number_roots

PIECE = 4096  # pixels whose sums of sixteenths surely stay below 2**24, where float32 is exact


def color_features(image: torch.Tensor, sigma: Real = 0.0) -> torch.Tensor:
    """Give each pixel the three numbers in which colours are compared: L*, a*, b*.

    Parameters
    ----------
    image : (..., C, H, W), C 1 or 3, uint8 or float in [0, 1]; sRGB

    Returns
    -------
    float32 (..., 3, H, W) on image's device.

    Convention
    ----------
    Equal to it for uint8. Floats are rounded to sixteenths from float64, so they are equal unless a
    value lies within 1e-13 of a rounding edge.

    Raises
    ------
    TypeError, ValueError : image is no batch of gray or colour pictures; sigma is negative.
    """
    require_tensor(image, channels=(1, 3))
    sigma = require.number(sigma, "sigma", 0)
    color = image if image.shape[-3] == 3 else image.expand(*image.shape[:-3], 3, *image.shape[-2:])
    lab = _lab(color)
    if image.shape[-3] == 1:
        lab[..., 1:, :, :] = 0
    return _rounded(_smooth(_rounded(lab), sigma)) if sigma else _rounded(lab)


def _lab(color):
    if color.dtype != torch.uint8:
        return images.rgb_to_lab(color.to(accumulator_dtype(color.device)))
    lab = images.rgb_to_lab(color).float()
    lab[..., 1:, :, :] -= 128
    lab[..., 0, :, :] *= float(np.float32(100 / 255))
    return lab


def _rounded(lab):
    return (lab * shared.FINENESS).round_().div_(shared.FINENESS).float()


def _smooth(lab, sigma):
    weights = gaussian_weights(sigma).astype(np.float32).tolist()
    for axis in (-2, -1):
        length = lab.shape[axis]
        index = _symmetric(length, len(weights) // 2, lab.device)
        padded = lab.index_select(axis, index)
        taps = [padded.narrow(axis, k, length) for k in range(len(weights))]
        lab = sum(tap * weight for tap, weight in zip(taps, weights, strict=True))
    return lab


def _symmetric(length, radius, device):
    """Places of a border that repeats the picture as in a mirror, however small that is."""
    place = torch.arange(-radius, length + radius, device=device).remainder(2 * length)
    return torch.minimum(place, 2 * length - 1 - place)


def seed_grid(colors: torch.Tensor, step: Integer) -> torch.Tensor:
    """Set a seed into the middle of every cell of a square grid.

    Parameters
    ----------
    colors : float32 (..., 3, H, W), as ``color_features`` gives

    Returns
    -------
    float32 (..., 5, rows of cells, columns of cells): L*, a*, b*, row and column of each seed.

    Convention
    ----------
    As ``reference.seed_grid``, equal to it.
    """
    _require_colors(colors)
    step = require.whole(step, "step", 1, np.inf)
    places = [torch.from_numpy(shared.seeds(n, step)).to(colors.device) for n in colors.shape[-2:]]
    rows, columns = torch.meshgrid(*places, indexing="ij")
    color = colors.index_select(-2, places[0]).index_select(-1, places[1])
    place = torch.stack([rows, columns]).float().expand(*colors.shape[:-3], *(2, *rows.shape))
    return torch.cat([color, place], dim=-3)


class _Cells:
    """Where the cells of a grid lie, and how pixels are laid out by cells and back."""

    def __init__(self, height, width, step, device):
        self.step, self.size = step, (height, width)
        cells = [torch.from_numpy(shared.cells(length, step)).to(device) for length in self.size]
        self.grid = tuple(len(shared.seeds(length, step)) for length in self.size)
        self.side = tuple(
            max(min(step, length), length - step * (count - 1))
            for length, count in zip(self.size, self.grid, strict=True)
        )
        self.places = [
            torch.arange(count, device=device)[:, None] * step + torch.arange(side, device=device)
            for count, side in zip(self.grid, self.side, strict=True)
        ]
        self.cells = cells
        self.inner = [torch.arange(len(c), device=device) - c * step for c in cells]

    def by_cells(self, planes):
        """(..., H, W) to (..., rows of cells, columns of cells, height, width of a cell)."""
        for axis, places in zip((-2, -1), self.places, strict=True):
            planes = planes.index_select(axis, places.flatten().clamp(max=planes.shape[axis] - 1))
        shape = (self.grid[0], self.side[0], self.grid[1], self.side[1])
        return planes.unflatten(-1, shape[2:]).unflatten(-3, shape[:2]).transpose(-3, -2)

    def by_rows(self, cells):
        """Back to (..., H, W)."""
        rows = cells.transpose(-3, -2).flatten(-4, -3).flatten(-2, -1)
        for axis in (0, 1):
            index = self.cells[axis] * self.side[axis] + self.inner[axis]
            rows = rows.index_select(axis - 2, index)
        return rows

    def inside(self):
        """Which places of the cells lie in the picture, and belong to that cell."""
        ones = torch.ones(self.size, device=self.cells[0].device)
        full = self.by_cells(ones).clone()
        for axis, places in zip((-2, -1), self.places, strict=True):
            own = torch.zeros(places.shape, device=places.device)
            own[self.cells[axis], self.inner[axis]] = 1
            full *= own[:, None, :, None] if axis == -2 else own[None, :, None, :]
        return full

    def around(self, centers):
        """The nine centres around each cell: (..., cells) to nine of (..., cells)."""
        rows, columns = (torch.arange(n, device=centers.device) for n in self.grid)
        for i, j in shared.NEIGHBORHOOD:
            row = (rows + i).clamp(0, self.grid[0] - 1)
            yield centers.index_select(-2, row).index_select(
                -1, (columns + j).clamp(0, self.grid[1] - 1)
            )


def assign(
    colors: torch.Tensor, centers: torch.Tensor, step: Integer, compactness: Real = 10.0
) -> torch.Tensor:
    """Give each pixel to the nearest of the nine centres around it.

    Parameters
    ----------
    colors : float32 (..., 3, H, W), as ``color_features`` gives
    centers : float32 (..., 5, rows of cells, columns of cells), as ``seed_grid`` gives

    Returns
    -------
    int32 (..., 1, H, W): the number of a centre, row by row.

    Convention
    ----------
    As ``reference.assign``, equal to it: the same sums in the same order.
    """
    _require_colors(colors)
    weight = shared.space_weight(compactness, step)
    height, width = colors.shape[-2:]
    cells = _Cells(height, width, step, colors.device)
    shared.require_center_tensor(centers, colors, cells.grid)
    nearest = _nearest(cells, cells.by_cells(colors).contiguous(), centers, weight)
    return cells.by_rows(_labels(cells, nearest)).unsqueeze(-3)


def _nearest(cells, colors, centers, weight):
    """For every pixel, laid out by cells, which of the nine centres is nearest: 0..8."""
    places = [p.float() for p in cells.places]
    best = torch.full_like(colors[..., 0, :, :, :, :], torch.inf)
    index = torch.zeros_like(best, dtype=torch.uint8)
    distance, part = torch.empty_like(best), torch.empty_like(best)
    for k, center in enumerate(cells.around(centers)):
        planes = center[..., None, None].unbind(-5)
        down = (places[0][:, None, :, None] - planes[3]).square_()
        across = (places[1] - planes[4].squeeze(-1)).square_().unsqueeze(-2)
        torch.sub(colors[..., 0, :, :, :, :], planes[0], out=distance).square_()
        for channel in (1, 2):
            torch.sub(colors[..., channel, :, :, :, :], planes[channel], out=part)
            distance.add_(part.square_())
        distance.add_(torch.add(down, across, out=part).mul_(weight))
        index.masked_fill_(distance < best, k)
        torch.minimum(best, distance, out=best)
    return index


def _labels(cells, nearest):
    """The numbers of the centres that the pixels of each cell chose."""
    device = nearest.device
    count = cells.grid[0] * cells.grid[1]
    number = torch.arange(count, dtype=torch.int32, device=device).view(cells.grid)
    table = torch.stack(list(cells.around(number)), dim=-1).flatten(0, 1)
    offset = torch.arange(count, device=device).view(*cells.grid, 1, 1) * 9
    return table.flatten()[(nearest + offset)]


def update(colors: torch.Tensor, labels: torch.Tensor, centers: torch.Tensor) -> torch.Tensor:
    """Move each centre to the mean colour and place of its pixels.

    Parameters
    ----------
    colors : float32 (..., 3, H, W), as ``color_features`` gives
    labels : int (..., 1, H, W), as ``assign`` gives
    centers : float32 (..., 5, rows of cells, columns of cells), the old ones

    Convention
    ----------
    As ``reference.update``, equal to it, since sums of sixteenths are exact. Any labels will do;
    ``slic`` itself sums cell by cell, which is faster.
    """
    _require_colors(colors)
    require_labels(labels)
    height, width = colors.shape[-2:]
    exact: dict[str, Any] = {"dtype": accumulator_dtype(colors.device), "device": colors.device}
    rows, columns = torch.arange(height, **exact)[:, None], torch.arange(width, **exact)
    shape = (*colors.shape[:-3], 1, height, width)
    planes = [colors.to(exact["dtype"]), *(place.expand(shape) for place in (rows, columns))]
    features = torch.cat([*planes, torch.ones(shape, **exact)], dim=-3).flatten(-2)
    index = labels.long().flatten(-2).expand(features.shape)
    sums = torch.zeros((*features.shape[:-1], centers.shape[-2] * centers.shape[-1]), **exact)
    return _means(sums.scatter_add_(-1, index, features).unflatten(-1, centers.shape[-2:]), centers)


def _means(sums, centers):
    area = sums[..., 5:, :, :]
    return torch.where(area > 0, (sums[..., :5, :, :] / area.clamp(min=1)).float(), centers)


def _features(cells, colors):
    """What is summed, for each pixel of each cell: (B, 6, cells, pixels), whole numbers.

    Colours in sixteenths, rows and columns counted within the cell, and 1; outside the picture 0.
    """
    inside = cells.inside()
    device = colors.device
    down = torch.arange(cells.side[0], device=device, dtype=torch.float32)[:, None]
    across = torch.arange(cells.side[1], device=device, dtype=torch.float32)
    planes = [*(colors * shared.FINENESS).unbind(-5), down, across, torch.ones_like(down)]
    shape = colors[:, 0].shape
    return torch.stack([(plane * inside).expand(shape) for plane in planes], dim=-3)


def _moved(cells, features, nearest, centers):
    """The means of the pixels that chose each centre: summed in each cell, then over nine cells."""
    sums = _sums(features, nearest).to(accumulator_dtype(centers.device))
    corner = [places[:, 0].to(sums) for places in cells.places]
    sums[..., :3] /= shared.FINENESS
    sums[..., 3] += sums[..., 5] * corner[0][:, None, None]
    sums[..., 4] += sums[..., 5] * corner[1][:, None]
    return _means(_gather(cells, sums), centers)


def _sums(features, nearest):
    """(B, rows, columns, 9, 6): the sums of each cell's pixels, by the centre that they chose."""
    chosen = nearest.flatten(-2).unsqueeze(-2)
    which = torch.arange(9, dtype=torch.uint8, device=nearest.device)[:, None]
    features = features.flatten(-2).transpose(-2, -1)
    pieces = zip(chosen.split(PIECE, -1), features.split(PIECE, -2), strict=True)
    exact = accumulator_dtype(nearest.device)
    return sum(((c == which).float() @ f).to(exact) for c, f in pieces)


def _gather(cells, sums):
    """Add what nine cells say of one centre: (B, rows, columns, 9, 6) to (B, 6, rows, columns)."""
    count = cells.grid[0] * cells.grid[1]
    number = torch.arange(count, device=sums.device).view(cells.grid)
    target = torch.stack(list(cells.around(number)), dim=-1).flatten()
    total = sums.new_zeros((len(sums), count, 6))
    total.index_add_(1, target, sums.reshape(len(sums), -1, 6))
    return total.movedim(-1, 1).unflatten(-1, cells.grid)


def enforce_connectivity(labels: torch.Tensor, min_size: Integer) -> torch.Tensor:
    """Make every superpixel one piece, and let pieces that are too small join another.

    Parameters
    ----------
    labels : int (..., C, H, W)

    Returns
    -------
    int32 tensor of labels' shape: 0, 1, 2 ... in the order of the superpixels' first pixels, from 0
    again in every picture.

    Convention
    ----------
    As ``reference.enforce_connectivity``, equal to it. Pieces are found by label propagation as in
    ``connected_components``; every small piece points to its host, and pointer jumping follows
    all chains at once. This waits for the device.

    Raises
    ------
    TypeError, ValueError : labels are not whole numbers; min_size is negative.

    References
    ----------
    Shiloach and Vishkin 1982.
    """
    require_labels(labels)
    min_size = require.whole(min_size, "min_size", 0, np.inf)
    planes = labels.reshape(-1, *labels.shape[-2:])

    def work(part):
        return _connected(part, min_size)

    return in_chunks(work, planes, 4 * planes[0].numel()).view(labels.shape)


def _connected(labels, min_size):
    """Runs of one label in a row, joined to pieces, and pieces to superpixels."""
    starts = torch.ones_like(labels, dtype=torch.bool)
    starts[..., 1:] = labels[..., 1:] != labels[..., :-1]
    run = starts.flatten().cumsum(0).sub_(1).view(labels.shape)
    first = torch.nonzero(starts.flatten()).flatten()
    roots = _pieces(labels, starts, run)
    host = torch.where(_is_small(roots, first, labels.numel(), min_size), _host(first, run), roots)
    host = torch.where(first % labels[0].numel() == 0, roots, host)  # a picture's first piece stays
    itself = torch.arange(len(roots), device=labels.device)
    roots = compress(torch.where(roots == itself, roots[host], roots))
    numbers = number_roots(roots, first // labels[0].numel(), len(labels)).sub_(1)
    return numbers.int()[run]


def _pieces(labels, starts, run):
    """The first run of the piece that each run is part of."""
    touching = labels[:, 1:] == labels[:, :-1]
    touching &= starts[:, 1:] | starts[:, :-1]
    lower, upper = run[:, 1:][touching], run[:, :-1][touching]
    return connect(torch.arange(int(run[-1, -1, -1]) + 1, device=run.device), lower, upper)


def _is_small(roots, first, end, min_size):
    length = torch.diff(first, append=first.new_tensor([end]))
    size = torch.zeros_like(length).scatter_add_(0, roots, length)
    return size[roots] < min_size


def _host(first, run):
    """The run to the left of each run's first pixel, or above it where there is no left."""
    width = run.shape[-1]
    before = torch.where(first % width > 0, first - 1, first - width).clamp_(min=0)
    return run.flatten()[before]


def slic(
    image: torch.Tensor,
    segments: Integer = 100,
    compactness: Real = 10.0,
    iterations: Integer = 10,
    sigma: Real = 0.0,
    min_share: Real = 0.5,
) -> torch.Tensor:
    """Cut pictures into superpixels: compact pieces of one colour, all of about one size.

    Parameters
    ----------
    image : (..., C, H, W), C 1 or 3, uint8 or float in [0, 1]; sRGB
    segments : int >= 1, about how many are wanted in each picture
    compactness : float > 0, what a distance of one cell counts beside a unit of colour

    Returns
    -------
    int32 (..., 1, H, W) on image's device: the superpixels, from 0 in every picture.

    Convention
    ----------
    As ``reference.slic``, and equal to it. Pieces are joined across the whole picture, which waits
    for the device once for each round of ``enforce_connectivity``; the iterations never wait.

    Raises
    ------
    TypeError, ValueError : image is no batch of gray or colour pictures; an argument out of range.
    """
    require_tensor(image, channels=(1, 3))
    iterations = require.whole(iterations, "iterations", 1, np.inf)
    min_share = require.number(min_share, "min_share", 0)
    *batch, _, height, width = image.shape
    step = shared.spacing(height, width, segments)
    weight = shared.space_weight(compactness, step)
    cells = _Cells(height, width, step, image.device)

    def work(pictures):
        labels = _cluster(cells, color_features(pictures, sigma), iterations, weight)
        return _connected(labels, int(min_share * (height * width / np.prod(cells.grid))))

    stack = image.reshape(-1, *image.shape[-3:])
    return in_chunks(work, stack, 8 * height * width).view(*batch, 1, height, width)


def _cluster(cells, colors, iterations, weight):
    """The iterations of k-means, without leaving the layout by cells."""
    centers = seed_grid(colors, cells.step)
    colors = cells.by_cells(colors).contiguous()
    features = _features(cells, colors)
    for turn in range(iterations):
        nearest = _nearest(cells, colors, centers, weight)
        if turn < iterations - 1:
            centers = _moved(cells, features, nearest, centers)
    return cells.by_rows(_labels(cells, nearest))


def _require_colors(batch):
    """Refuse all but floats (..., 3, H, W)."""
    if not isinstance(batch, torch.Tensor) or not batch.is_floating_point():
        kind = getattr(batch, "dtype", type(batch).__name__)
        raise TypeError(f"colors: expected a tensor of floats, got {kind}")
    if batch.ndim < 3 or batch.shape[-3] != 3 or batch.numel() == 0:
        raise ValueError(f"colors: expected shape (..., 3, H, W), got {tuple(batch.shape)}")
