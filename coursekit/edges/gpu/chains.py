"""Which weak pixels are joined to strong ones, without walking from pixel to pixel."""

import torch

NOTHING, STRONG = -1, 0


def saved(weak, strong):
    """Give the strong pixels and the weak ones joined to them, (..., 1, H, W) bool.

    All strong pixels are one node of a graph, number 0; each weak pixel is a node of its own. A
    tree joined to node 0 is saved.
    """
    numbers, places, around = _numbered(weak, strong)
    if not len(places):
        return strong.clone()
    own = torch.arange(1, len(places) + 1, dtype=torch.int64, device=weak.device)
    near = numbers[places[:, None] + around].long()
    joined = (near >= STRONG) & (near < own[:, None])  # each pair once, by its larger number
    roots = _joined(len(places) + 1, own[:, None].expand_as(near)[joined], near[joined])
    kept = torch.zeros_like(numbers, dtype=torch.bool)
    kept[places] = roots[1:] == STRONG
    return _unframed(kept, weak.shape) | strong


def lengths_of_chains(weak, strong):
    """Count the steps from the strong pixels, wave by wave, (..., 1, H, W) int32."""
    numbers, places, around = _numbered(weak & ~strong, strong)
    lengths = numbers.clamp(max=STRONG).int()
    lengths[places] = NOTHING
    wave, steps = (numbers == STRONG).nonzero()[:, 0], 0
    while len(wave):
        steps += 1
        near = (wave[:, None] + around).flatten()
        near = near[numbers[near] > STRONG]
        wave = near[lengths[near] == NOTHING].unique()
        lengths[wave] = steps
    return _unframed(lengths, weak.shape)


def _numbered(weak, strong):
    """Number the nodes in a flat, framed batch; list the weak pixels' places, and the 8 ways on."""
    height, width = weak.shape[-2] + 2, weak.shape[-1] + 2
    numbers = weak.new_full((weak[..., 0, 0].numel(), height, width), NOTHING, dtype=torch.int32)
    inside = numbers[:, 1:-1, 1:-1]
    shape = inside.shape
    inside.sub_(strong.view(shape).int(), alpha=NOTHING)
    framed = torch.nn.functional.pad(weak.reshape(shape), (1, 1, 1, 1))
    places = framed.flatten().nonzero()[:, 0]
    numbers = numbers.flatten()
    numbers[places] = torch.arange(1, len(places) + 1, dtype=torch.int32, device=weak.device)
    ways = [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]
    return numbers, places, torch.tensor(ways, device=weak.device)


def _joined(count, one, other):
    """Give each node the smallest number in its tree, after joining the pairs (one, other).

    Each round hangs every root that touches a smaller one below it, and then lets all nodes look
    up their new root. A root that stays is smaller than all it touches: at most half of them stay.
    """
    parents = torch.arange(count, device=one.device)
    while len(one):
        parents.scatter_reduce_(0, torch.maximum(one, other), torch.minimum(one, other), "amin")
        parents = _looked_up(parents)
        one, other = parents[one], parents[other]
        apart = one != other
        one, other = one[apart], other[apart]
    return parents


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
