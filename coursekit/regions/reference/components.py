"""Connected components in two passes, with union-find."""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer
from coursekit.regions import shared

# Neighbours that the raster scan has met before: (row, column) offsets.
VISITED = {4: ((-1, 0), (0, -1)), 8: ((-1, -1), (-1, 0), (-1, 1), (0, -1))}


def find(parents: list[int], label: int) -> int:
    """Union-find, find: follow the parents of a label up to the root of its tree.

    Parameters
    ----------
    parents : list of int; a label that is its own parent is a root
    label : int

    Returns
    -------
    int, the root: the name of the set that label belongs to.

    Convention
    ----------
    Every label on the way is made to point to its grandparent, which keeps all trees flat.

    Raises
    ------
    TypeError, ValueError : there is no such label.

    References
    ----------
    Tarjan and van Leeuwen 1984, "Worst-case analysis of set union algorithms", *J. ACM* 31(2),
    245-281 (path halving). Taught in 06 §4.
    """
    shared.require_parents(parents)
    label = require.whole(label, "label", 0, len(parents) - 1)
    while parents[label] != label:
        parents[label] = parents[parents[label]]
        label = parents[label]
    return label


def union(parents: list[int], one: int, other: int) -> int:
    """Union-find, union: merge the two sets that the labels belong to.

    Parameters
    ----------
    parents : list of int; changed
    one, other : int, labels

    Returns
    -------
    int, the root of the new set.

    Convention
    ----------
    The smaller root wins, so the root of a set is always its first label in raster order.

    Raises
    ------
    TypeError, ValueError : there is no such label.

    References
    ----------
    Tarjan and van Leeuwen 1984. Taught in 06 §4.
    """
    shared.require_parents(parents)
    one = find(parents, require.whole(one, "one", 0, len(parents) - 1))
    other = find(parents, require.whole(other, "other", 0, len(parents) - 1))
    parents[max(one, other)] = min(one, other)
    return min(one, other)


def first_pass(mask: Array, connectivity: shared.Connectivity = 8) -> tuple[Array, list[int]]:
    """Connected components, first pass: label each pixel, and note which labels have met.

    Parameters
    ----------
    mask : (H, W) bool, or uint8 in which 0 is background
    connectivity : 4 or 8, how many neighbours a pixel has

    Returns
    -------
    labels : int32 (H, W), provisional: a component may bear several; 0 is background
    parents : list of int, the trees of the labels that belong together; 0 stands for background

    Convention
    ----------
    Raster order: row by row, left to right. Only neighbours met before count: above and left.

    Raises
    ------
    TypeError, ValueError : mask is no mask; connectivity is neither 4 nor 8.

    References
    ----------
    Rosenfeld and Pfaltz 1966, "Sequential operations in digital picture processing", *J. ACM*
    13(4), 471-494. Taught in 06 §4.
    """
    shared.require_mask(mask)
    connectivity = require.one_of(connectivity, "connectivity", (4, 8))
    labels = np.zeros((mask.shape[0] + 1, mask.shape[1] + 2), int).tolist()  # background around
    parents = [0]
    for row, column in (np.argwhere(mask) + 1).tolist():
        met = []
        for i, j in VISITED[connectivity]:
            if labels[row + i][column + j]:
                met.append(labels[row + i][column + j])
        label = min(met, default=len(parents))
        if not met:
            parents.append(label)
        for other in met:
            if other != label:
                union(parents, label, other)
        labels[row][column] = label
    return np.array(labels, np.int32)[1:, 1:-1], parents


def second_pass(labels: Array, parents: list[int]) -> Array:
    """Connected components, second pass: replace each label by the number of its tree.

    Parameters
    ----------
    labels : (H, W) int, as ``first_pass`` gives
    parents : list of int, as ``first_pass`` gives

    Returns
    -------
    int32 (H, W): components are numbered 1, 2, 3 ... in the order of their first pixels.

    Convention
    ----------
    Raster order. 0 is background.

    Raises
    ------
    TypeError, ValueError : labels are not whole numbers from 0, or one of them has no parent.

    References
    ----------
    Rosenfeld and Pfaltz 1966. Taught in 06 §4.
    """
    require.labels(labels)
    shared.require_parents(parents)
    if labels.max() >= len(parents):
        raise ValueError(f"labels: expected 0 to {len(parents) - 1}, got {labels.max()}")
    roots = np.zeros(len(parents), int)
    for label in range(len(parents)):
        roots[label] = find(parents, label)
    _, numbers = np.unique(roots, return_inverse=True)
    return numbers.astype(np.int32)[labels]


def connected_components(mask: Array, connectivity: shared.Connectivity = 8) -> Array:
    """Connected components: label the connected regions of a mask.

    Parameters
    ----------
    mask : (H, W) bool, or uint8 in which 0 is background
    connectivity : 4 or 8, how many neighbours a pixel has

    Returns
    -------
    int32 (H, W): 0 is background, components are 1, 2, 3 ... in the order of their first pixels.

    Convention
    ----------
    Raster order: row by row, left to right. The same components as
    ``cv2.connectedComponents``, which numbers them differently.

    Raises
    ------
    TypeError, ValueError : mask is no mask; connectivity is neither 4 nor 8.

    References
    ----------
    Rosenfeld and Pfaltz 1966. Taught in 06 §4.
    """
    labels, parents = first_pass(mask, connectivity)
    return second_pass(labels, parents)


def component_statistics(labels: Array, count: Integer | None = None) -> tuple[Array, Array]:
    """Component statistics: the bounding box, the area and the centroid of every label.

    Parameters
    ----------
    labels : (H, W) int, as ``connected_components`` gives
    count : int, 1 to 2**24, how many labels to report, the background being the first; all by
        default

    Returns
    -------
    boxes : int64 (count, 5): top, left, height, width, area; in pixels
    centroids : float64 (count, 2): mean row and column

    Convention
    ----------
    Row i belongs to label i, row 0 to the background. A label without pixels has zeros. The same
    numbers as ``cv2.connectedComponentsWithStats``, which puts columns before rows.

    Raises
    ------
    TypeError, ValueError : labels are not whole numbers from 0, or too large; count out of range.

    References
    ----------
    Gonzalez and Woods 2018, §11.4. Taught in 06 §4.
    """
    require.labels(labels)
    if count is None:
        count = int(labels.max()) + 1
        if count > shared.MOST_LABELS:
            raise ValueError(f"labels: expected less than {shared.MOST_LABELS}, got {count - 1}")
    count = require.whole(count, "count", 1, shared.MOST_LABELS)
    rows, columns = np.nonzero(labels < count)
    label = labels[rows, columns].astype(np.int64)
    area = np.bincount(label, minlength=count)
    top, height = _extent(label, rows, count)
    left, width = _extent(label, columns, count)
    centroids = np.zeros((count, 2))
    for axis, places in enumerate((rows, columns)):
        totals = np.bincount(label, weights=places, minlength=count)
        centroids[:, axis] = totals / np.maximum(area, 1)
    return np.stack([top, left, height, width, area], axis=1), centroids


def _extent(label, places, count):
    """For every label, the first of its places, and how many lie between first and last."""
    first = np.full(count, np.iinfo(np.int64).max)
    last = np.full(count, -1)
    np.minimum.at(first, label, places)
    np.maximum.at(last, label, places)
    return np.where(last < 0, 0, first), np.where(last < 0, 0, last - first + 1)
