"""Which weak pixels are joined to strong ones, without walking from pixel to pixel."""

import torch

STRONG = 0  # the number of the node that saves


def saved(weak, strong):
    """Give the strong pixels and the weak ones joined to them, (..., 1, H, W) bool.

    Each weak pixel is a node of a graph; all strong pixels together are one more, number 0. What
    ends in a tree with node 0 is saved.
    """
    numbers, places, width = _numbered(weak)
    if not len(places):
        return strong.clone()
    parents = torch.arange(len(places) + 1, device=weak.device)
    parents[1:] *= ~_framed(_spread(strong)).flatten()[places]
    before = numbers[places[:, None] + _ways(width, weak.device)[:4]]
    one, number = before.gt(0).nonzero(as_tuple=True)
    roots = _joined(parents, one + 1, before[one, number].long())
    kept = torch.zeros_like(numbers, dtype=torch.bool)
    kept[places] = roots[1:] == STRONG
    return _unframed(kept, weak.shape) | strong


def lengths_of_chains(weak, strong):
    """Count the steps from the strong pixels, wave by wave, (..., 1, H, W) int32."""
    waiting = _framed(weak & ~strong).flatten()
    lengths = _framed(strong).flatten().int() - 1
    ways = _ways(weak.shape[-1] + 2, weak.device)
    wave, steps = (lengths == STRONG).nonzero()[:, 0], 0
    while len(wave):
        steps += 1
        near = (wave[:, None] + ways).flatten()
        wave = near[waiting[near]].unique()
        waiting[wave] = False
        lengths[wave] = steps
    return _unframed(lengths, weak.shape)


def _numbered(weak):
    """Number the weak pixels from 1, in a flat and framed batch; give their places, and its width.

    In reading order, so that the pixels before another one have the smaller numbers.
    """
    framed = _framed(weak)
    places = framed.flatten().nonzero()[:, 0]
    numbers = torch.zeros(framed.numel(), dtype=torch.int32, device=weak.device)
    numbers[places] = torch.arange(1, len(places) + 1, dtype=torch.int32, device=weak.device)
    return numbers, places, framed.shape[-1]


def _framed(mask):
    """Lay a frame of False around each picture, so that no neighbour is one of another picture."""
    return torch.nn.functional.pad(mask.reshape(-1, *mask.shape[-2:]), (1, 1, 1, 1))


def _spread(mask):
    """Add the eight neighbours."""
    framed = torch.nn.functional.pad(mask, (1, 1, 1, 1))
    rows = framed[..., :-2, :] | framed[..., 1:-1, :] | framed[..., 2:, :]
    return rows[..., :-2] | rows[..., 1:-1] | rows[..., 2:]


def _ways(width, device):
    """Give the steps to the eight neighbours in a flat picture, in reading order."""
    around = (-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1)
    return torch.tensor(around, device=device)


def _joined(parents, one, other):
    """Give each node the smallest number in its tree, after joining the pairs (one, other).

    Each round hangs every root that touches a smaller one below it, and then lets all nodes look
    up their new root. A root that stays was smaller than all it touched. Either it took one of them
    in, or each went below a smaller root still, and it follows in the next round: two rounds
    together at least halve the trees that can still grow.
    """
    one, other = _apart(parents, one, other)
    while len(one):
        parents.scatter_reduce_(0, torch.maximum(one, other), torch.minimum(one, other), "amin")
        parents = _looked_up(parents)
        one, other = _apart(parents, one, other)
    return parents


def _apart(parents, one, other):
    """Replace nodes by their roots, and forget the pairs that are joined."""
    one, other = parents[one], parents[other]
    apart = one != other
    return one[apart], other[apart]


def _looked_up(parents):
    """Let every node point at its root: the way up halves at each look."""
    while True:
        grandparents = parents[parents]
        if torch.equal(grandparents, parents):
            return parents
        parents = grandparents


def _unframed(flat, shape):
    framed = flat.view(-1, shape[-2] + 2, shape[-1] + 2)
    return framed[:, 1:-1, 1:-1].reshape(shape)
