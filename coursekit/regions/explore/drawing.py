"""What the figures of chapter 06 draw beside plots: polygons, grids of numbers, trees."""

import numpy as np

from coursekit.lab import plots

CELL = 24  # side of a pixel that a number stands in


def thinned(image, largest):
    """Every n-th pixel, so that no side is longer than largest; and n."""
    step = -(-max(image.shape[:2]) // largest)
    return np.ascontiguousarray(image[::step, ::step]), step


def with_polygon(image, points, ink, scale=1, dots=False):
    """Draw a closed polygon through the middles of pixels (row, column), in place."""
    middles = (np.asarray(points) + 0.5) * scale - 0.5
    plots.line(image, middles, ink, 1 if scale < 4 else 2, closed=True)
    if dots:
        plots.circles(image, middles, max(2, scale // 2), ink, -1)


def cells(numbers, colors, marked=()):
    """A small array as a grid of coloured cells, each with its number; zeros are left empty."""
    picture = plots.cells(np.where(numbers, numbers.astype(str), ""), CELL, colors)
    for row, column in marked:
        cell = np.s_[row * CELL : (row + 1) * CELL, column * CELL : (column + 1) * CELL]
        plots.frame(picture, cell, width=3, ink=plots.INK, margin=-2)
    return picture


def arrow(picture, start, end):
    """An arrow between two cells of a grid, in place."""
    ends = (np.array([start, end]) + 0.5) * CELL
    plots.arrow(picture, *ends, plots.INK, 3, head=0.4)


def forest(parents, inks, width=340, height=200):
    """Draw trees from a mapping {node: its parent, None for a root}; parents come first."""
    places = _places(parents, width, height)
    plot = plots.Panel(height, width)
    for node, parent in parents.items():
        if parent is not None:
            plots.line(plot, [places[parent], places[node]], plots.FAINT)
    for node, place in places.items():
        plots.circles(plot, [place], 11, inks[node], -1)
        label = str(node), place[1], place[0] - 8, "m", plots.ink_on(inks[node])
        plots.write(plot, [label])
    return plot


def _places(parents, width, height):
    """Row and column of each node: leaves side by side, a parent above the middle of its own."""
    depth, children = {}, {node: [] for node in parents}
    for node, parent in parents.items():
        depth[node] = 0 if parent is None else depth[parent] + 1
        if parent is not None:
            children[parent].append(node)
    across = {}
    for node in _leaves_first([n for n in parents if parents[n] is None], children):
        below = [across[child] for child in children[node]]
        leaves = sum(not children[other] for other in across)
        across[node] = sum(below) / len(below) if below else leaves
    leaves = max(1, sum(not children[node] for node in parents))
    rows = 16 + np.arange(max(depth.values(), default=0) + 1) * min(52, (height - 32) // 4)
    step = min(46, (width - 24) / leaves)
    return {n: (int(rows[depth[n]]), round(18 + step * across[n])) for n in parents}


def _leaves_first(nodes, children):
    for node in nodes:
        yield from _leaves_first(children[node], children)
        yield node
