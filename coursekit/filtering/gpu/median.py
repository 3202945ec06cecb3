"""The median on whole batches, by comparisons alone: twin of ``reference.median``.

Batcher 1968, "Sorting networks and their applications", *Proc. AFIPS SJCC* 32, 307-314.
Knuth 1998, *The Art of Computer Programming* 3, §5.3.4.

No window is ever laid out. A *run* is a list of whole batches, the smallest of some neighbouring
pixels, the second smallest, and so on: where a run of two columns is known for every pixel, two of
them, shifted against each other, merge into a run of four. Neighbouring windows share this work,
and all of it is ``minimum`` and ``maximum``, which take 32 uint8 levels at a time.
"""

import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import overlapping_chunks
from coursekit.filtering.gpu.correlation import pad


def median_filter(image: torch.Tensor, size: int) -> torch.Tensor:
    """Replace each pixel by the median of its window.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device. Channels are filtered one by one.

    Convention
    ----------
    As ``reference.median_filter``, equal results for float too: nothing is computed, only compared.

    Raises
    ------
    TypeError, ValueError : image is no batch; size is not odd, or not positive.

    References
    ----------
    Batcher 1968, p. 308 (odd-even merge).
    """
    require_tensor(image)
    size = require.odd(size)
    if size == 1:
        return image.clone()
    padded = pad(image, size // 2, "edge").flatten(0, -3)
    numbers = max(16, size * size // 2) * image.element_size()
    medians = overlapping_chunks(lambda part: _median(part, size), padded, size - 1, numbers)
    return medians.view(image.shape)


def _median(padded, size):
    """Medians of all windows that fit in."""
    columns = _run([padded], size, -2)
    half = size // 2 + 1
    known = {1: columns}
    one, other = (_run(columns, count, -1, known) for count in (half, size - half))
    return _selected(*_side_by_side(one, other, half, -1), size * size // 2)


def _run(levels, count, axis, known=None):
    """Sort every ``count`` neighbours along an axis, where the levels of each are sorted."""
    known = {1: levels} if known is None else known
    if count not in known:
        first = 1 << (count - 1).bit_length() - 1  # a power of two, that others will need as well
        halves = (_run(levels, part, axis, known) for part in (first, count - first))
        known[count] = _merged(*_side_by_side(*halves, first, axis))
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

    At most it are, for some i, the i smallest of one and the rank + 1 - i smallest of the other:
    the smallest such bound, over all i, is the level itself.
    """
    result = None
    for i in range(max(0, rank + 1 - len(other)), min(len(one), rank + 1) + 1):
        last = [*one[i - 1 : i], *other[rank - i : rank - i + 1]] if i else [other[rank]]
        bound = torch.maximum(*last) if len(last) == 2 else last[0]
        result = bound if result is None else torch.minimum(result, bound)
    return result
