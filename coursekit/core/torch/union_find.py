"""Union-find on whole graphs at once: link roots, then compress all paths.

Shiloach and Vishkin 1982, "An O(log n) parallel connectivity algorithm", *J. Algorithms* 3(1),
57-67; Liu and Tarjan 2019, "Simple concurrent labeling algorithms for connected components".
"""

import torch


def connect(roots: torch.Tensor, one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Connect nodes by the edges (one, other): every root becomes the smallest that it reaches.

    Each round links the larger root of an edge to the smaller one. A root that remains was smaller
    than all its neighbours. Either one of them was linked to it, or each was linked to an even
    smaller root, and it follows in the next round. So two rounds at least halve the number of trees
    that can still grow.

    roots : (N,) int64, each node's root so far, which is its own root; overwritten
    """
    while len(one):
        one, other = roots.index_select(0, one), roots.index_select(0, other)
        different = torch.nonzero(one != other).flatten()
        one, other = one.index_select(0, different), other.index_select(0, different)
        larger, smaller = torch.maximum(one, other), torch.minimum(one, other)
        roots.scatter_reduce_(0, larger, smaller, "amin")
        _compress_among(roots, torch.cat([larger, smaller]))
        one, other = larger, smaller
    return compress(roots)


def compress(roots: torch.Tensor) -> torch.Tensor:
    """Path halving: let each node point to its grandparent until all point to their roots."""
    while True:
        grandparents = roots.index_select(0, roots)
        if torch.equal(grandparents, roots):
            return roots
        roots = grandparents


def _compress_among(roots: torch.Tensor, nodes: torch.Tensor) -> None:
    """Compress, in place, the paths of the nodes that have just been linked."""
    parents = roots.index_select(0, nodes)
    while True:
        grandparents = roots.index_select(0, parents)
        if torch.equal(grandparents, parents):
            return
        roots.scatter_(0, nodes, grandparents)
        parents = grandparents
