"""Connected components of whole batches by label propagation: twins of ``reference.components``.

Union-find handles one pixel after the other. Here every row is cut into runs, all at once; runs
that touch are connected by edges; and all edges together propagate the smallest label, until
nothing changes. Several images are one tall image, with an empty row above each.
"""

from functools import partial

import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_labels, require_mask
from coursekit.core.torch.chunks import in_chunks
from coursekit.core.torch.dtypes import accumulator_dtype
from coursekit.core.torch.union_find import connect
from coursekit.regions import shared


def connected_components(mask: torch.Tensor, connectivity: shared.Connectivity = 8) -> torch.Tensor:
    """Connected components of every mask of a batch, by label propagation.

    Parameters
    ----------
    mask : (..., C, H, W) bool, or uint8 in which 0 is background

    Returns
    -------
    int32 tensor of mask's shape and device: 0 is background, components are 1, 2, 3 ... in the
    order of their first pixels, from 1 again in every channel of every image.

    Convention
    ----------
    Equal to the reference's. Each round hooks the roots of two trees that
    touch and then flattens them, so the rounds grow with the logarithm of the number of runs, not
    with the length of a component; a spiral takes no longer than a blob. The number of runs must be
    known, so this waits for the device.

    References
    ----------
    Shiloach and Vishkin 1982, "An O(log n) parallel connectivity algorithm", *J. Algorithms* 3(1),
    57-67; Liu and Tarjan 2019, "Simple concurrent labeling algorithms for connected components".
    """
    require_mask(mask)
    connectivity = require.one_of(connectivity, "connectivity", (4, 8))
    planes = mask.reshape(-1, *mask.shape[-2:])
    work = partial(_label, diagonal=connectivity == 8)
    labels = in_chunks(work, planes, 2 * planes[0].numel())
    return labels.reshape(mask.shape).contiguous()


def _label(planes, diagonal):
    """Cut all rows into alternating runs of background and foreground, and label the latter."""
    count, height, width = planes.shape
    padded = planes.new_zeros((count, height + 1, width + 1), dtype=torch.bool)
    padded[:, 1:, :-1] = planes  # any number but 0 is True
    pixels = padded.view(torch.uint8).flatten()
    _, stretch, lengths = pixels.unique_consecutive(return_inverse=True, return_counts=True)
    first, stop = _touching(stretch, lengths[:-1].cumsum(0), width + 1, diagonal)
    roots = _propagate(first, stop, height)
    earlier = stretch[:: padded[0].numel()] >> 1  # the runs before each image
    runs = earlier.diff(append=earlier.new_full((1,), len(roots)))
    image = torch.repeat_interleave(runs, output_size=len(roots))
    numbers = number_roots(roots, image, count)
    labels = lengths.new_zeros(len(lengths), dtype=torch.int32)
    labels[1::2] = numbers
    return labels.index_select(0, stretch).view(padded.shape)[:, 1:, :-1]


def _touching(stretch, ends, width, diagonal):
    """Of each run, the first of the runs above that it touches, and the one after the last.

    Stretches 1, 3, 5 ... are the runs 0, 1, 2 ...; below the 2, as above the 3, run 1 comes next.
    """
    left = ends[::2] - (width + 1 if diagonal else width)
    right = ends[1::2] - (width if diagonal else width + 1)
    first = stretch.index_select(0, left.clamp_(min=0))
    return first >> 1, stretch.index_select(0, right).add_(1) >> 1  # halved: runs are the odd ones


def _propagate(first, stop, height):
    """Link each run to the first it touches, then propagate small labels along the other edges."""
    others = stop - first - 1
    roots = torch.where(others < 0, torch.arange(len(first), device=first.device), first)
    for _ in range((height - 1).bit_length()):  # each jump doubles the rows, so these reach the top
        roots = roots.index_select(0, roots)
    several = torch.nonzero(others > 0).flatten()
    first, others = first.index_select(0, several), others.index_select(0, several)
    before = (others.cumsum(0) - others).repeat_interleave(others)
    upper = first.repeat_interleave(others) - before
    upper.add_(torch.arange(1, len(upper) + 1, device=upper.device))
    return connect(roots, several.repeat_interleave(others), upper)


def number_roots(roots, image, images):
    """Number the roots from 1 on within each image, and give every run its root's number."""
    rank = (roots == torch.arange(len(roots), device=roots.device)).cumsum(0)
    starts = torch.searchsorted(image, torch.arange(images, device=image.device))
    earlier = torch.cat([rank.new_zeros(1), rank]).index_select(0, starts)
    return rank.index_select(0, roots) - earlier.index_select(0, image)


def component_statistics(
    labels: torch.Tensor, count: int | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Component statistics of every image of a batch.

    Parameters
    ----------
    labels : (..., C, H, W) int, as ``connected_components`` gives
    count : int >= 1, how many labels to report, the background being the first; all by default,
        which waits for the device

    Returns
    -------
    boxes : int64 (..., C, count, 5): top, left, height, width, area; in pixels
    centroids : float64 (..., C, count, 2): mean row and column

    Convention
    ----------
    A label without pixels has zeros, so images with different numbers of components stand in one
    tensor.
    """
    require_labels(labels)
    if count is None:
        lowest, highest = map(int, labels.aminmax())
        if lowest < 0:
            raise ValueError(f"labels: expected whole numbers >= 0, got {lowest}")
        count = highest + 1
        if count > shared.MOST_LABELS:
            raise ValueError(f"labels: expected less than {shared.MOST_LABELS}, got {count - 1}")
    count = require.whole(count, "count", 1, shared.MOST_LABELS)
    height, width = labels.shape[-2:]
    planes = labels.reshape(-1, height * width).long()
    asked_for = (planes >= 0) & (planes < count)
    label = torch.where(asked_for, planes, count)  # the last slot takes what is not asked for
    place = torch.arange(height * width, device=labels.device)
    rows, columns = (place // width).expand_as(label), (place % width).expand_as(label)
    area = _sum(label, torch.ones_like(rows), count)
    sums = torch.stack([_sum(label, rows, count), _sum(label, columns, count)], dim=-1)
    top, tall = _extent(label, rows, count)
    left, wide = _extent(label, columns, count)
    boxes = torch.stack([top, left, tall, wide, area], dim=-1)
    means = sums.to(accumulator_dtype(labels.device)) / area.clamp(min=1)[..., None]
    batch = labels.shape[:-2]
    return boxes.reshape(*batch, count, 5), means.reshape(*batch, count, 2)


def _sum(label, values, count):
    total = values.new_zeros((len(label), count + 1))
    return total.scatter_add_(1, label, values)[:, :count]


def _extent(label, places, count):
    """For every label, the first of its places, and how many lie between first and last."""
    empty = places.new_full((len(label), count + 1), -1)
    last = empty.scatter_reduce(1, label, places, "amax")[:, :count]
    first = empty.scatter_reduce(1, label, places, "amin", include_self=False)[:, :count]
    return first.clamp(min=0), torch.where(last < 0, 0, last - first + 1)
