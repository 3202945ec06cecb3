"""Median filter of whole batches, by comparisons alone: twin of ``reference.median``.

Batcher 1968, "Sorting networks and their applications", *Proc. AFIPS SJCC* 32, 307-314.
Knuth 1998, *The Art of Computer Programming* 3, §5.3.4.

No window is ever copied out. A *run* is a list of whole batches, the smallest of some neighbouring
pixels, the second smallest, and so on: where a run of two columns is known for every pixel, two of
them, shifted against each other, merge into a run of four. Neighbouring windows share this work,
and all of it is ``minimum`` and ``maximum``, which take 32 uint8 levels at a time.
"""

import torch

from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import overlapping_chunks
from coursekit.core.torch.padding import pad_planes
from coursekit.core.types import Integer
from coursekit.filtering import shared


def median_filter(image: torch.Tensor, size: Integer) -> torch.Tensor:
    """Median filter of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Convention
    ----------
    Equal to the reference's for float, too: nothing is computed, only compared.

    References
    ----------
    Batcher 1968, p. 308 (odd-even merge).
    """
    require_tensor(image)
    size = shared.require_odd(size)
    if size == 1:
        return image.clone()
    radius = size // 2
    planes = image.flatten(0, -3)
    padded = pad_planes(planes, ((radius, radius), (radius, radius)), "edge", image.dtype)

    def work(chunk):
        columns = _run([chunk], size, -2)
        known = {1: columns}
        one, other = _run(columns, radius + 1, -1, known), _run(columns, radius, -1, known)
        return _selected(*_side_by_side(one, other, radius + 1, -1), size * size // 2)

    numbers = max(16, size * size // 2) * image.element_size()
    return overlapping_chunks(work, padded, size - 1, numbers).view(image.shape)


def _run(levels, count, axis, known=None):
    """Sort every ``count`` neighbours along an axis, where the levels of each are sorted."""
    known = {1: levels} if known is None else known
    if count not in known:
        first = 1 << (count - 1).bit_length() - 1  # a power of two, which others need as well
        one, other = _run(levels, first, axis, known), _run(levels, count - first, axis, known)
        known[count] = _merged(*_side_by_side(one, other, first, axis))
    return known[count]


def _side_by_side(one, other, shift, axis):
    """Shift the other run by so many pixels, and cut both to where both are known."""
    size = other[0].shape[axis] - shift
    one = [level.narrow(axis, 0, size) for level in one]
    return one, [level.narrow(axis, shift, size) for level in other]


def _merged(one, other):
    """Merge two sorted runs: the even places, the odd places, then neighbours (Batcher)."""
    if not one or not other:
        return one or other
    if len(one) == len(other) == 1:
        return _exchanged(one[0], other[0])
    even, odd = _merged(one[::2], other[::2]), _merged(one[1::2], other[1::2])
    pairs = list(zip(odd, even[1:], strict=False))
    middle = [level for pair in pairs for level in _exchanged(*pair)]
    return [even[0], *middle, *odd[len(pairs) :], *even[1 + len(pairs) :]]


def _exchanged(one, other):
    return [torch.minimum(one, other), torch.maximum(one, other)]


def _selected(one, other, rank):
    """Give the level of a rank (from 0) in the union of two sorted runs, without merging them.

    For some i, it bounds the i smallest of one and the rank + 1 - i smallest of the other: the
    smallest such bound, over all i, is the level itself.
    """
    result = None
    for i in range(max(0, rank + 1 - len(other)), min(len(one), rank + 1) + 1):
        last = [*one[i - 1 : i], *other[rank - i : rank - i + 1]] if i else [other[rank]]
        bound = torch.maximum(*last) if len(last) == 2 else last[0]
        result = bound if result is None else torch.minimum(result, bound)
    return result
