"""Connected components of whole batches by label propagation: twins of ``reference.components``.

Union-find handles one pixel after the other. Here every row is cut into runs, all at once; runs
that touch are joined by edges; and all edges together hand the smallest label on, until nothing
changes. Several pictures are one tall picture, with an empty row above each.
"""

from functools import partial

import torch

from coursekit.images.gpu.bites import in_bites
from coursekit.lab import require
from coursekit.regions import checks
from coursekit.regions.gpu.precision import widest


def connected_components(mask, connectivity=8):
    """Number the pieces that every mask of a batch falls into.

    Parameters
    ----------
    mask : (..., C, H, W) bool, or uint8 in which 0 is background
    connectivity : 4 or 8, how many neighbours a pixel has

    Returns
    -------
    int32 tensor of mask's shape and device: 0 is background, components are 1, 2, 3 ... in the
    order of their first pixels, from 1 again in every channel of every picture.

    Convention
    ----------
    As ``reference.connected_components``, equal to it. Each round hooks the roots of two trees that
    touch and then flattens all trees, so the rounds grow with the logarithm of the number of runs,
    not with the length of a component; a spiral takes no longer than a blot. The number of runs
    must be known, so this waits for the device.

    Raises
    ------
    TypeError, ValueError : mask is no batch of masks; connectivity is neither 4 nor 8.

    References
    ----------
    Shiloach and Vishkin 1982, "An O(log n) parallel connectivity algorithm", *J. Algorithms* 3(1),
    57-67; Liu and Tarjan 2019, "Simple concurrent labeling algorithms for connected components".
    Taught in 06 §9.
    """
    checks.mask_tensor(mask)
    checks.connectivity(connectivity)
    planes = mask.reshape(-1, *mask.shape[-2:])
    work = partial(_label, diagonal=connectivity == 8)
    return in_bites(work, planes, 8 * planes[0].numel()).view(mask.shape)


def _label(planes, diagonal):
    count, height, width = planes.shape
    framed = planes.new_zeros((count, height + 1, width + 1), dtype=torch.bool)
    framed[:, 1:, :-1] = planes  # any number but 0 is True
    starts, stops = _runs(framed)
    roots = _propagate(*_touching(starts, stops, width + 1, diagonal))
    numbers = number_roots(roots, starts // framed[0].numel(), count)
    return _paint(starts, stops, numbers, framed.shape)[:, 1:, :-1].contiguous()


def _runs(framed):
    """The places at which runs of foreground start, and at which they have stopped."""
    pixels = framed.flatten()
    changes = torch.nonzero(pixels[1:] != pixels[:-1]).flatten().add_(1)
    return changes[::2].contiguous(), changes[1::2].contiguous()


def _touching(starts, stops, width, diagonal):
    """Of each run, the first of the runs above that it touches, and how many they are."""
    first = torch.searchsorted(stops, starts - width + (0 if diagonal else 1))
    last = torch.searchsorted(starts, stops - width + (1 if diagonal else 0))
    return first, (last - first).clamp_(min=0)


def _propagate(first, count):
    """Hang each run on the first it touches, then hand small labels on along the other edges."""
    runs = torch.arange(len(first), device=first.device)
    roots = flatten(torch.where(count > 0, first, runs))
    others = (count - 1).clamp_(min=0)
    lower = torch.repeat_interleave(others)
    step = torch.arange(1, len(lower) + 1, device=lower.device) - (others.cumsum(0) - others)[lower]
    return hand_on(roots, lower, first[lower] + step)


def hand_on(roots, lower, upper):
    """Along edges from lower to upper, give every root the smallest label of what it touches."""
    while len(lower):
        one, other = roots[lower], roots[upper]
        apart = torch.nonzero(one != other).flatten()
        lower, upper, one, other = (ends[apart] for ends in (lower, upper, one, other))
        high, low = torch.maximum(one, other), torch.minimum(one, other)
        roots.scatter_reduce_(0, high, low, "amin")  # hook the root with the larger label
        roots = flatten(roots)
    return roots


def flatten(roots):
    """Pointer jumping: let each label point to its grandparent, which halves all paths."""
    while True:
        jumped = roots[roots]
        if torch.equal(jumped, roots):
            return roots
        roots = jumped


def number_roots(roots, picture, pictures):
    """Number the roots from 1 on within each picture, and give every run its root's number."""
    first = roots == torch.arange(len(roots), device=roots.device)
    rank = first.cumsum(0)
    components = torch.zeros(pictures, dtype=rank.dtype, device=rank.device)
    components.index_add_(0, picture, first.to(rank.dtype))
    earlier = components.cumsum(0) - components
    return rank[roots] - earlier[picture]


def _paint(starts, stops, numbers, shape):
    """Write each run's number where it starts, take it away where it stops, and add up."""
    steps = torch.zeros(shape, dtype=torch.int32, device=starts.device)
    numbers = numbers.int()
    steps.view(-1)[starts] = numbers
    steps.view(-1)[stops] = -numbers  # between two runs of a row lies background
    return steps.cumsum(-1, dtype=torch.int32)


def component_statistics(labels, count=None):
    """Measure every component of every picture: its box, its area, its centroid.

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
    As ``reference.component_statistics``. A label without pixels has zeros, so pictures with
    different numbers of components stand in one tensor.

    Raises
    ------
    TypeError, ValueError : labels are not whole numbers; count is below 1.

    References
    ----------
    Gonzalez and Woods 2018, §11.4. Taught in 06 §9.
    """
    checks.label_tensor(labels)
    count = int(labels.max()) + 1 if count is None else count
    require.whole(count, "count", 1, 2**31)
    height, width = labels.shape[-2:]
    planes = labels.reshape(-1, height * width).long()
    label = torch.where(planes < count, planes, count)  # the last slot takes what is not asked for
    place = torch.arange(height * width, device=labels.device)
    rows, columns = ((place // width).expand_as(label), (place % width).expand_as(label))
    sums = [_sum(label, values, count) for values in (torch.ones_like(rows), rows, columns)]
    area = sums[0]
    top, tall = _extent(label, rows, count)
    left, wide = _extent(label, columns, count)
    boxes = torch.stack([top, left, tall, wide, area], dim=-1)
    means = torch.stack(sums[1:], dim=-1).to(widest(labels.device))
    means = means / area.clamp(min=1)[..., None]
    return tuple(part.reshape(*labels.shape[:-2], *part.shape[1:]) for part in (boxes, means))


def _sum(label, values, count):
    total = values.new_zeros((len(label), count + 1))
    return total.scatter_add_(1, label, values)[:, :count]


def _extent(label, places, count):
    """For every label, the first of its places, and how many lie between first and last."""
    empty = places.new_full((len(label), count + 1), -1)
    last = empty.scatter_reduce(1, label, places, "amax")[:, :count]
    first = empty.scatter_reduce(1, label, places, "amin", include_self=False)[:, :count]
    return first.clamp(min=0), torch.where(last < 0, 0, last - first + 1)
