"""Contours by border following, with the tree of which border encloses which.

Suzuki and Abe 1985 (the steps and the table cited below). Borders are numbered from 2 on; 1 is the
frame of the image, which counts as the border of a hole. A border pixel gets its border's number,
negative where the background lies to its right, so that no border is found twice.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike

from coursekit.core import require
from coursekit.core.types import Array
from coursekit.regions import shared

FRAME = 1

# The eight neighbours in counter-clockwise order, east first: Freeman's directions 0 to 7.
DIRECTIONS = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))
EAST, WEST = 0, 4


def border_start(left: int, here: int, right: int) -> shared.BorderKind | None:
    """Suzuki and Abe, step 1: decide from a pixel and its two neighbours whether a border begins.

    Parameters
    ----------
    left, here, right : int, values of three pixels in a row: 0 background, 1 not yet visited,
        +-number of a border followed before

    Returns
    -------
    ``outer``, ``hole`` or None

    Convention
    ----------
    An outer border begins where an unvisited pixel follows background; a hole begins where
    background follows a pixel that is not marked as having been left to the right.

    Raises
    ------
    TypeError : the values are not whole numbers.

    References
    ----------
    Suzuki and Abe 1985, Algorithm 1, step 1. Taught in 06 §5.
    """
    left, here, right = shared.require_three(left, here, right)
    if here == 1 and left == 0:
        return "outer"
    if here >= 1 and right == 0:
        return "hole"
    return None


def parent_border(
    kind: shared.BorderKind,
    last: int,
    kinds: Mapping[int, shared.BorderKind],
    parents: Mapping[int, int],
) -> int:
    """Suzuki and Abe, step 2: find the border that encloses a new one, its parent.

    Parameters
    ----------
    kind : ``outer`` or ``hole``, what the new border is
    last : int, number of the border that the scan met last in this row, 1 for the frame
    kinds : mapping from a border's number to ``outer`` or ``hole``; the frame is a hole
    parents : mapping from a border's number to its parent's

    Returns
    -------
    int, the number of the parent border

    Convention
    ----------
    Outer borders lie in holes, and holes in outer borders. Two of one kind are siblings.

    Raises
    ------
    TypeError, ValueError : last is no border; kind is unknown.

    References
    ----------
    Suzuki and Abe 1985, Table 1. Taught in 06 §5.
    """
    kind, last = shared.require_border(kind, last, kinds, parents)
    return parents[last] if kinds[last] == kind else last


def follow_border(
    values: list[list[int]], start: tuple[int, int], kind: shared.BorderKind, number: int
) -> list[tuple[int, int]]:
    """Suzuki and Abe, step 3: follow a border once around, marking its pixels.

    Parameters
    ----------
    values : list of lists of int, the image padded with zeros; its border pixels are marked
    start : (row, column) in values, where ``border_start`` found the border
    kind : ``outer`` or ``hole``
    number : int >= 2, the border's number

    Returns
    -------
    list of (row, column) in values, in the order of the walk, from start on. A pixel is listed as
    often as the walk passes it.

    Convention
    ----------
    Outer borders are walked counter-clockwise on the screen, holes clockwise. 8 neighbours.

    Raises
    ------
    TypeError, ValueError : values is not padded; start, kind or number is out of range.

    References
    ----------
    Suzuki and Abe 1985, Algorithm 1, steps 3.1 to 3.5. Taught in 06 §5.
    """
    kind = require.one_of(kind, "kind", shared.BORDERS)
    number = require.whole(number, "number", 2, np.inf)
    row, column = start = shared.require_place(start, values)
    background = WEST if kind == "outer" else EAST
    back = _first_neighbor(values, start, background, turn=-1)  # step 3.1
    if back is None:
        values[row][column] = -number
        return [start]
    last = row + DIRECTIONS[back][0], column + DIRECTIONS[back][1]
    border = []
    while True:
        border.append((row, column))
        ahead = _first_neighbor(values, (row, column), back, turn=1)  # step 3.3
        _mark(values, row, column, back, ahead, number)
        down, right = DIRECTIONS[ahead]
        if (row + down, column + right) == start and (row, column) == last:  # step 3.5
            return border
        row, column, back = row + down, column + right, (ahead + 4) % 8


def _first_neighbor(values, place, direction, turn):
    """Look around from a direction, which comes last: clockwise (-1) or counter-clockwise."""
    row, column = place
    for step in range(1, 9):
        ahead = (direction + turn * step) % 8
        down, right = DIRECTIONS[ahead]
        if values[row + down][column + right]:
            return ahead
    return None


def _mark(values, row, column, back, ahead, number):
    """Step 3.4: negative if the look-around passed the background in the east."""
    if (EAST - back - 1) % 8 < (ahead - back - 1) % 8:
        values[row][column] = -number
    elif values[row][column] == 1:
        values[row][column] = number


def find_contours(
    mask: Array, mode: shared.Mode = "list", method: shared.Method = "none"
) -> tuple[list[Array], Array]:
    """Contours by border following (Suzuki and Abe): find them, with their hierarchy.

    Parameters
    ----------
    mask : (H, W) bool, or uint8 in which 0 is background
    mode : which borders are given, and how they are linked:

        ============ ============================== =========================================
        mode         borders                        parents
        ============ ============================== =========================================
        ``external`` outermost ones only            none
        ``list``     all                            none
        ``ccomp``    all                            of a hole, the outer border around it
        ``tree``     all                            of each, the border that encloses it
        ============ ============================== =========================================
    method : which points of a border are kept, see ``approximate_contour``

    Returns
    -------
    contours : list of int64 (N, 2), points (row, column)
    hierarchy : int64 (len(contours), 4): next and previous border with the same parent, first
        child, parent, as indices of contours; -1 for none

    Convention
    ----------
    Regions are 8-connected, so holes are 4-connected. What lies outside the image is background:
    a region that touches the border has its contour there. Contours come in the order in which the
    raster scan meets them, ``cv2.findContours`` gives them in another; as sets and as a tree they
    are equal, and each has the same points in the same order (with ``tc89_l1``, OpenCV 5 may give
    the first point twice).

    Raises
    ------
    TypeError, ValueError : mask is no mask; mode or method is unknown.

    References
    ----------
    Suzuki and Abe 1985, Algorithm 1 and, for ``external``, Algorithm 2. Taught in 06 §5.
    """
    shared.require_mask(mask)
    mode = require.one_of(mode, "mode", shared.MODES)
    method = require.one_of(method, "method", shared.METHODS)
    borders, kinds, parents = _all_borders(np.pad(mask != 0, 1).astype(int).tolist())
    kept = [n for n in borders if mode != "external" or parents[n] == FRAME]
    parents = {n: _parent_in_mode(n, mode, kinds, parents) for n in kept}
    contours = [_approximated(np.array(borders[n]) - 1, method) for n in kept]
    return contours, _hierarchy(kept, parents)


def _all_borders(values):
    """Algorithm 1: scan row by row; follow every border that begins; remember the last one met."""
    borders, kinds, parents = {}, {FRAME: "hole"}, {FRAME: FRAME}
    for row in range(1, len(values) - 1):
        line, last = values[row], FRAME
        for column in range(1, len(line) - 1):
            if line[column] == 0:
                continue
            kind = border_start(line[column - 1], line[column], line[column + 1])
            if kind:
                number = len(borders) + 2
                met = line[column] if kind == "hole" and line[column] > 1 else last  # step 1b
                kinds[number], parents[number] = kind, parent_border(kind, met, kinds, parents)
                borders[number] = follow_border(values, (row, column), kind, number)
            if line[column] != 1:
                last = abs(line[column])  # step 4
    return borders, kinds, parents


def _parent_in_mode(number, mode, kinds, parents):
    if mode == "tree" or (mode == "ccomp" and kinds[number] == "hole"):
        return parents[number]
    return FRAME


def _hierarchy(numbers, parents):
    """Link each border to its next and previous sibling, its first child and its parent."""
    index = {number: i for i, number in enumerate(numbers)}
    links = np.full((len(numbers), 4), -1, dtype=np.int64)
    latest = {}  # parent -> the child met last
    for i, number in enumerate(numbers):
        parent = index.get(parents[number], -1)
        links[i, 3] = parent
        if parent in latest:
            links[latest[parent], 0], links[i, 1] = i, latest[parent]
        elif parent >= 0:
            links[parent, 2] = i
        latest[parent] = i
    return links


def approximate_contour(contour: ArrayLike, method: shared.Method = "simple") -> Array:
    """Contour approximation: keep only the points of a contour that its shape needs.

    Parameters
    ----------
    contour : int (N, 2), points (row, column), each a neighbour of the one before
    method : ``none`` keeps all points; ``simple`` the ends of straight runs; ``tc89_l1`` and
        ``tc89_kcos`` the dominant points

    Returns
    -------
    int64 (M, 2), in the order of contour.

    Convention
    ----------
    The contour is closed. ``simple`` loses nothing: horizontal, vertical and diagonal runs are
    straight lines between the points kept.

    Raises
    ------
    ValueError : contour is no array of points, or is not made of neighbours; method is unknown.

    References
    ----------
    Freeman 1961 (chain code); Teh and Chin 1989. Taught in 06 §5.
    """
    method = require.one_of(method, "method", shared.METHODS)
    return _approximated(shared.require_chain(contour), method).copy()


def _approximated(contour, method):
    if method == "none" or len(contour) == 1:
        return contour
    if method == "simple":
        return contour[_turns(contour) != 0]
    return contour[_dominant(contour, method.removeprefix("tc89_"))]


def _turns(contour):
    """Between the steps into and out of each point: 0 straight on to 4 back, in eighths of a turn.

    This is the 1-curvature of Teh and Chin.
    """
    directions = {offset: code for code, offset in enumerate(DIRECTIONS)}
    steps = np.roll(contour, -1, axis=0) - contour
    codes = np.array([directions[tuple(step)] for step in steps.tolist()])
    turns = (codes - np.roll(codes, 1)) % 8
    return np.minimum(turns, 8 - turns)


def dominant_points(contour: ArrayLike, measure: shared.Measure = "l1") -> Array:
    """Dominant points (Teh and Chin): where a contour bends most, each point at its own scale.

    Parameters
    ----------
    contour : int (N, 2), points (row, column), each a neighbour of the one before
    measure : ``l1``, significance is the turn between two steps; ``kcos``, the cosine of the angle
        to the ends of the region of support

    Returns
    -------
    int64 (M,), increasing: indices of points of contour

    Convention
    ----------
    The contour is closed. As ``cv2.findContours``, which considers only points that turn, and which
    keeps a point too many where neighbours at the beginning of a contour all survive.

    Raises
    ------
    ValueError : contour is no array of points, or is not made of neighbours; measure is unknown.

    References
    ----------
    Teh and Chin 1989. Taught in 06 §5.
    """
    measure = require.one_of(measure, "measure", ("l1", "kcos"))
    return _dominant(shared.require_chain(contour), measure)


def _dominant(contour, measure):
    if len(contour) == 1:
        return np.array([0])
    turns = _turns(contour)
    points, kept = contour.tolist(), np.flatnonzero(turns).tolist()
    support = {i: _support(points, i) for i in kept}  # pass 1
    significance = turns.tolist()
    if measure == "kcos":
        for i in kept:
            significance[i] = _cosine(points, i, support[i])
    kept = _suppress(kept, significance, lambda i: support[i] // 2)  # pass 2
    single = [i for i in kept if support[i] == 1]
    weak = set(single) - set(_suppress(single, significance, lambda i: 1, ties=True))  # pass 3
    kept = [i for i in kept if i not in weak]
    if measure == "l1":
        kept = _thin_runs(kept, len(points), significance, support)
    return np.array(kept, dtype=np.int64)


def _support(points, i):
    """How far a point reaches to both sides: until the chord, or the bend, stops growing."""
    (row, column), count = points[i], len(points)
    chord = height = reach = 0
    while True:
        before, after = points[(i - reach - 1) % count], points[(i + reach + 1) % count]
        down, right = after[0] - before[0], after[1] - before[1]
        new_chord = right * right + down * down
        new_height = (column - before[1]) * down - (row - before[0]) * right
        growth = height * new_chord - new_height * chord
        bends_less = (height > 0 and growth <= 0) or (height < 0 and growth >= 0)
        if reach > 0 and (chord >= new_chord or bends_less):
            return reach
        chord, height, reach = new_chord, new_height, reach + 1


def _cosine(points, i, support):
    """The best k-cosine on the way in from the support's ends: 0.1 straight on, 2.1 back."""
    (row, column), count, best = points[i], len(points), 0.0
    for k in range(support, 0, -1):
        before, after = points[(i - k) % count], points[(i + k) % count]
        a, b = before[0] - row, before[1] - column
        c, d = after[0] - row, after[1] - column
        lengths = (a * a + b * b) * (c * c + d * d)
        if lengths == 0:
            break
        cosine = np.float32((a * c + b * d) / math.sqrt(lengths))
        value = float(np.float32(float(cosine) + 1.1))
        if k < support and value <= best:
            break
        best = value
    return best


def _suppress(kept, significance, reach, ties=False):
    """Drop, in order, each point that a more significant one stands near; it no longer counts."""
    survivors, count = [], len(significance)
    for i in kept:
        near = [(i + side * j) % count for j in range(1, reach(i) + 1) for side in (-1, 1)]
        highest = max((significance[j] for j in near), default=-1)
        if highest > significance[i] or (ties and highest == significance[i]):
            significance[i] = 0
        else:
            survivors.append(i)
    return survivors


def _thin_runs(kept, count, significance, support):
    """Of neighbours that all survived, keep the two ends, or the better one of two (pass 4)."""
    runs = _runs(kept, count)
    if not runs:  # every point survived
        return kept
    thinned = _spared_by_opencv(runs)
    for run in runs:
        if len(run) == 2:
            thinned.add(min(run, key=lambda i: (-significance[i], support[i])))
        else:
            thinned |= {run[0], run[-1]}
    return sorted(thinned)


def _runs(kept, count):
    """Runs of neighbours, in order; one that goes on past the last point comes last."""
    survivors, runs = set(kept), []
    for start in kept:
        if (start - 1) % count not in survivors:
            length = 1
            while (start + length) % count in survivors:
                length += 1
            runs.append([(start + step) % count for step in range(length)])
    return runs


def _spared_by_opencv(runs):
    """What OpenCV 5 keeps, against the paper, of the runs around a contour's beginning."""
    first, last = runs[0], runs[-1]
    wraps = 0 in last[1:]
    spared = {0} if wraps else set()
    if len(first) > 2 and (first[0] == 0 or (wraps and len(last) == 2)):
        spared.add(first[1])
    return spared
