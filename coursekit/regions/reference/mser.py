"""Maximally stable extremal regions (MSER) of gray images, from their component tree."""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.regions import shared
from coursekit.regions.reference.components import find


class ComponentTree(NamedTuple):
    """Component tree: the components of all thresholds of an image, parents before children.

    level : int64 (N,), the threshold at which the component first has its shape; 0..255
    area : int64 (N,), its pixels
    parent : int64 (N,), the component that it is next part of; 0 is its own parent
    heir : int64 (N,), the largest of its children; a leaf is its own heir
    pixels : int64 (H * W,), the image's pixels in an order in which every component is one slice
    start : int64 (N,), where that slice begins; it is ``area`` long
    node : int64 (H, W), the smallest component that each pixel belongs to
    """

    level: Array
    area: Array
    parent: Array
    heir: Array
    pixels: Array
    start: Array
    node: Array


def grow(level: Array) -> tuple[Array, list[int]]:
    """Component tree, union-find: add each pixel as the root of what it touches.

    Parameters
    ----------
    level : (H, W) int, at which threshold each pixel appears

    Returns
    -------
    order : int64 (H * W,), the pixels in the order in which they appeared
    above : list of int, of each pixel the later one that took its component in; the last pixel of
        all is its own

    Convention
    ----------
    Pixels are numbered row by row. Of equal levels the first in raster order comes first.
    Neighbours are four.

    Raises
    ------
    TypeError, ValueError : level is no (H, W) array of whole numbers.

    References
    ----------
    Berger et al. 2007, "Effective component tree computation with application to pattern
    recognition in astronomical imaging", *ICIP*, algorithm 1. Taught in 06 §7.
    """
    require.numpy_array(level, "level")
    require.whole_numbers(level, "level")
    if level.ndim != 2 or level.size == 0:
        raise ValueError(f"level: expected shape (H, W) with pixels in it, got {level.shape}")
    order = np.argsort(level, axis=None, kind="stable")
    height, width = level.shape
    parents, above = [-1] * level.size, [-1] * level.size
    for pixel in order.tolist():
        parents[pixel] = above[pixel] = pixel
        row, column = divmod(pixel, width)
        near = ((row > 0, -width), (column > 0, -1), (column < width - 1, 1))
        for exists, offset in (*near, (row < height - 1, width)):
            neighbor = pixel + offset
            if exists and parents[neighbor] >= 0:  # it has appeared
                root = find(parents, neighbor)
                parents[root] = above[root] = pixel
    return order, above


def component_tree(image: Array, polarity: shared.Polarity = "dark") -> ComponentTree:
    """Component tree: the connected components of all 256 thresholds, and which holds which.

    Parameters
    ----------
    image : (H, W) uint8
    polarity : "dark" takes the pixels at or below the threshold, as it rises; "bright" those at or
        above, as it falls

    Returns
    -------
    ComponentTree: level, area, parent, heir, pixels, start, node; see there.

    Convention
    ----------
    A component that keeps its shape over several thresholds is one node, at the first of them.
    For "bright", levels are counted from white: 255 minus the threshold. Node 0 is the whole
    image, and a parent comes before its children.

    Raises
    ------
    TypeError, ValueError : image is no gray uint8 image; no such polarity.

    References
    ----------
    Matas et al. 2002, "Robust wide baseline stereo from maximally stable extremal regions",
    *BMVC*; Berger et al. 2007. Taught in 06 §7.
    """
    require.gray(image)
    require.uint8(image)
    polarity = require.one_of(polarity, "polarity", ("dark", "bright"))
    level = (image if polarity == "dark" else 255 - image).astype(np.int64)
    order, above = grow(level)
    node, first, parent = _condense(order[::-1], np.array(above), level.ravel())
    area = _areas(parent, node)
    start, pixels = _slices(parent, area, node)
    level = level.ravel()[first]
    heir = _heirs(parent, area, level)
    return ComponentTree(level, area, parent, heir, pixels, start, node.reshape(image.shape))


def _condense(order, above, level):
    """Make one node of the pixels of one component and level, from the last pixel backwards."""
    node = [0] * len(order)
    first, parent = [order[0]], [0]
    opens = (level[above] != level).tolist()
    above = above.tolist()
    for pixel in order[1:].tolist():
        if opens[pixel]:
            node[pixel] = len(first)
            first.append(pixel)
            parent.append(node[above[pixel]])
        else:
            node[pixel] = node[above[pixel]]
    return np.array(node), np.array(first), np.array(parent)


def _areas(parent, node):
    area = np.bincount(node, minlength=len(parent)).tolist()
    for child in range(len(parent) - 1, 0, -1):
        area[parent[child]] += area[child]
    return np.array(area)


def _slices(parent, area, node):
    """Order each node's own pixels first, then its children's, one child after the other."""
    own = np.bincount(node, minlength=len(parent))
    start, free = [0] * len(parent), own.tolist()
    for child in range(1, len(parent)):
        start[child] = free[parent[child]]
        free[parent[child]] += area[child]
        free[child] += start[child]
    start = np.array(start)
    return start, np.argsort(start[node], kind="stable")


def _heirs(parent, area, level):
    """Of each node the largest child, of equal ones that of the higher level."""
    heir = np.arange(len(parent))
    children = np.arange(1, len(parent))
    children = children[np.lexsort((level[1:], area[1:]))]
    heir[parent[children]] = children  # the last one written stays
    return heir


def variation(tree: ComponentTree, delta: Integer = 5) -> Array:
    """MSER, variation: how fast each component grows with the threshold.

    Parameters
    ----------
    tree : ComponentTree
    delta : int >= 1, in gray levels

    Returns
    -------
    float32 (N,): the area at delta levels more, less the area at delta levels less, over the area.

    Convention
    ----------
    Upwards it is the last ancestor at most delta away; downwards the last of the largest children
    that is at most delta away. As in OpenCV, and rounded to float32 as there.

    Raises
    ------
    TypeError, ValueError : delta is no whole number from 1 to 255.

    References
    ----------
    Matas et al. 2002, q(i) of §2. Taught in 06 §7.
    """
    _require_tree(tree)
    delta = require.whole(delta, "delta", 1, 255)
    above = below = np.arange(len(tree.level))
    for _ in range(delta):  # each step is one level or more
        up, down = tree.parent[above], tree.heir[below]
        above = np.where(tree.level[up] <= tree.level + delta, up, above)
        below = np.where(tree.level[down] >= tree.level - delta, down, below)
    growth = (tree.area[above] - tree.area[below]).astype(np.float32)
    return growth / tree.area.astype(np.float32)


def maximally_stable(
    tree: ComponentTree,
    variations: Array,
    min_area: Real = 60,
    max_area: Real = 14400,
    max_variation: Real = 0.25,
) -> Array:
    """MSER, selection: components more stable than their parent and their children.

    Parameters
    ----------
    tree : ComponentTree
    variations : float32 (N,), as ``variation`` gives
    min_area, max_area : int, in pixels; both are allowed
    max_variation : float, the largest allowed

    Returns
    -------
    int64 (M,): the nodes, the larger thresholds first.

    Convention
    ----------
    Strictly below the variation of the parent, unless it is 0 or the whole image's, and not above
    that of any child of min_area or more. As in OpenCV.

    Raises
    ------
    TypeError, ValueError : a limit is no number.

    References
    ----------
    Matas et al. 2002, §2. Taught in 06 §7.
    """
    _require_tree(tree)
    shared.require_numbers(variations, "variations", len(tree.area))
    min_area = require.number(min_area, "min_area", 0)
    max_area = require.number(max_area, "max_area", 0)
    max_variation = require.number(max_variation, "max_variation", 0)
    large = tree.area >= min_area
    calmest = np.full(len(tree.area), np.inf, np.float32)
    children = np.flatnonzero(large)
    children = children[children > 0]
    np.minimum.at(calmest, tree.parent[children], variations[children])
    whole = np.arange(len(variations)) == 0
    calmer = (variations < variations[tree.parent]) | (variations == 0) | whole
    minimal = calmer & (variations <= calmest)
    small = tree.area <= max_area
    return np.flatnonzero(large & small & minimal & (variations <= max_variation))


def diverse(tree: ComponentTree, chosen: ArrayLike, min_diversity: Real) -> Array:
    """MSER, diversity: of nested regions that are nearly the same, keep the largest.

    Parameters
    ----------
    tree : ComponentTree
    chosen : int (M,), nodes
    min_diversity : float in [0, 1], the least share of the larger region by which two must differ

    Returns
    -------
    int64 (K,): the nodes that are left. 0 leaves all.

    Convention
    ----------
    A region is compared with the smallest region kept that holds it, from the whole downwards.

    Raises
    ------
    TypeError, ValueError : min_diversity is no number in [0, 1].

    References
    ----------
    Nister and Stewenius 2008, "Linear time maximally stable extremal regions", *ECCV*.
    Taught in 06 §7.
    """
    _require_tree(tree)
    min_diversity = require.number(min_diversity, "min_diversity", 0, 1)
    wanted = set()
    if not isinstance(chosen, (list, tuple, np.ndarray)) or getattr(chosen, "ndim", 1) != 1:
        raise TypeError(f"chosen: expected a list of nodes, got {type(chosen).__name__}")
    for node in chosen:
        wanted.add(require.whole(node, "chosen", 0, len(tree.area) - 1))
    holder, kept = [-1] * len(tree.area), []
    for node in range(len(tree.area)):
        outer = holder[tree.parent[node]]
        difference = tree.area[outer] - tree.area[node]
        is_similar = outer >= 0 and difference < min_diversity * tree.area[outer]
        holder[node] = outer
        if node in wanted and not is_similar:
            holder[node] = node
            kept.append(node)
    return np.array(kept, np.int64)


def region_pixels(tree: ComponentTree, node: Integer) -> Array:
    """Region pixels: list the pixels of a component of the tree.

    Parameters
    ----------
    tree : ComponentTree
    node : int

    Returns
    -------
    int64 (M, 2): row and column, in raster order.

    Convention
    ----------
    (row, column); OpenCV gives (x, y).

    Raises
    ------
    TypeError, ValueError : there is no such node.

    References
    ----------
    Matas et al. 2002. Taught in 06 §7.
    """
    _require_tree(tree)
    node = require.whole(node, "node", 0, len(tree.area) - 1)
    start = tree.start[node]
    pixels = np.sort(tree.pixels[start : start + tree.area[node]])
    return np.stack(np.divmod(pixels, tree.node.shape[1]), axis=1)


def ancestors(tree: ComponentTree, row: Integer, column: Integer) -> Array:
    """Component tree, ancestors: the nested components that a pixel belongs to.

    Parameters
    ----------
    tree : ComponentTree
    row, column : int, the pixel

    Returns
    -------
    int64 (M,): the nodes from the smallest to the whole image. ``tree.level`` and ``tree.area``
    of them are the curve of the pixel's stability: flat where the region is stable.

    Convention
    ----------
    Levels increase along the path.

    Raises
    ------
    TypeError, ValueError : the pixel does not lie in the image.

    References
    ----------
    Matas et al. 2002. Taught in 06 §7.
    """
    _require_tree(tree)
    height, width = tree.node.shape
    row = require.whole(row, "row", 0, height - 1)
    column = require.whole(column, "column", 0, width - 1)
    path = [tree.node[row, column]]
    while path[-1] != 0:
        path.append(tree.parent[path[-1]])
    return np.array(path, np.int64)


def mser(
    image: Array,
    delta: Integer = 5,
    min_area: Real = 60,
    max_area: Real = 14400,
    max_variation: Real = 0.25,
    min_diversity: Real = 0.0,
    polarity: shared.Polarity | Literal["both"] = "both",
) -> list[Array]:
    """MSER: find the maximally stable extremal regions, which hardly change with the threshold.

    Parameters
    ----------
    image : (H, W) uint8
    delta : int >= 1, over how many gray levels growth is measured
    min_area, max_area : int, in pixels; both are allowed
    max_variation : float, the largest growth allowed, as a share of the area
    min_diversity : float in [0, 1], the least share by which nested regions must differ; 0 keeps
        all
    polarity : "dark", "bright", or "both"

    Returns
    -------
    list of int64 (M, 2): the pixels (row, column) of each region; dark regions before bright ones,
    larger thresholds before smaller ones.

    Convention
    ----------
    Neighbours are four. The same regions as ``cv2.MSER_create(...).detectRegions`` finds when the
    image has a border of one pixel around it, which OpenCV leaves out, and its ``min_diversity``
    is 0: OpenCV 4 does not look at it on gray images, 5.0.0 takes it for a least variation by
    mistake. Where the two largest children of a component have equal areas, the one of the higher
    level is followed downwards; in OpenCV the order of its flood decides. On eleven bundled
    images that makes no difference with these defaults, on noise and with tiny regions it changes
    about 1 region in 100. An image of 256 x 256 takes about a second.

    Raises
    ------
    TypeError, ValueError : image is no gray uint8 image; an argument out of range.

    References
    ----------
    Matas et al. 2002; Nister and Stewenius 2008. Taught in 06 §7.
    """
    polarity = require.one_of(polarity, "polarity", ("dark", "bright", "both"))
    regions = []
    polarities: list[shared.Polarity] = ["dark", "bright"]
    for one in polarities if polarity == "both" else [polarity]:
        tree = component_tree(image, one)
        chosen = maximally_stable(tree, variation(tree, delta), min_area, max_area, max_variation)
        chosen = diverse(tree, chosen, min_diversity)
        regions += [region_pixels(tree, node) for node in chosen]
    return regions


def _require_tree(tree):
    """Refuse all but what ``component_tree`` gives."""
    if not isinstance(tree, ComponentTree):
        raise TypeError(f"tree: expected a ComponentTree, got {type(tree).__name__}")
