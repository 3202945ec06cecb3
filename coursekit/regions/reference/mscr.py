"""Maximally stable colour regions (MSCR): regions that hardly grow with the threshold."""

import numpy as np
from scipy.special import gammaincinv

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.regions import shared
from coursekit.regions.reference.components import find

TABLE = 400  # entries of the distribution between which thresholds are interpolated


def color_edges(image: Array, edge_blur_size: Integer = 5) -> tuple[Array, Array]:
    """MSCR, edges: how much each pixel differs from its neighbours to the right and below.

    Parameters
    ----------
    image : (H, W, 3) uint8
    edge_blur_size : odd int, side of the Gaussian window that smooths the differences, or 0

    Returns
    -------
    distance : float64 (E,), sorted: chi-squared distance of two neighbours' colours
    ends : int64 (E, 2), the numbers of the two pixels, row by row

    Convention
    ----------
    Of equal distances, those below each other come first, then raster order. Border
    ``reflect``.

    Raises
    ------
    TypeError, ValueError : image is no colour uint8 image; the size is even.

    References
    ----------
    Forssen 2007, "Maximally stable colour regions for recognition and matching", *CVPR*, Eq. 3.
    Taught in 06 §7.
    """
    require.color(image)
    require.uint8(image)
    edge_blur_size = require.whole(edge_blur_size, "edge_blur_size", 0, shared.LARGEST_WINDOW)
    if edge_blur_size:
        edge_blur_size = require.odd(edge_blur_size, "edge_blur_size")
    number = np.arange(image[..., 0].size).reshape(image.shape[:2])
    distances, ends = [], []
    for first, second in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        distance = _smooth(_chi_squared(image[first], image[second]), edge_blur_size)
        distances.append(distance.ravel())
        ends.append(np.stack([number[first].ravel(), number[second].ravel()], axis=1))
    distance = np.concatenate(distances)
    order = np.argsort(distance, kind="stable")
    return distance[order], np.concatenate(ends)[order]


def _chi_squared(one, other):
    one, other = one.astype(np.float64), other.astype(np.float64)
    return ((one - other) ** 2 / (one + other + 1e-10)).sum(axis=-1)


def _smooth(plane, size):
    if size <= 1 or plane.size == 0:
        return plane
    weights = shared.local_gaussian(size).astype(np.float64)
    for axis in (1, 0):
        padding = [(size // 2, size // 2) if axis == i else (0, 0) for i in range(2)]
        padded = np.pad(plane, padding, mode="reflect")
        windows = np.lib.stride_tricks.sliding_window_view(padded, size, axis=axis)
        plane = windows @ weights
    return plane


def evolution_thresholds(mean: Real, max_evolution: Integer = 200) -> Array:
    """MSCR, evolution thresholds: spaced so that each step bridges about as many edges.

    Parameters
    ----------
    mean : float, the mean distance between neighbours
    max_evolution : int, 1 to 2**20, how many steps

    Returns
    -------
    float64 (max_evolution,), increasing from 0.

    Convention
    ----------
    Distances are taken to follow a chi-squared distribution of three degrees of freedom, one for
    each channel; its quantiles are interpolated between 400 entries, as in OpenCV.

    Raises
    ------
    TypeError, ValueError : mean is negative; max_evolution is below 1.

    References
    ----------
    Forssen 2007, Eq. 5. Taught in 06 §7.
    """
    mean = require.number(mean, "mean", 0, 1e300)
    max_evolution = require.whole(max_evolution, "max_evolution", 1, shared.MOST_THRESHOLDS)
    quantiles = 2 * gammaincinv(1.5, np.arange(TABLE) / (TABLE - 1)) / 3
    quantiles[-1] = TABLE / 3  # in place of infinity
    place = np.arange(max_evolution) / max_evolution * (TABLE - 1)
    return mean * np.interp(place, np.arange(TABLE), quantiles)


class _Regions:
    """The regions of an evolution, each known by its root, and those recorded as stable."""

    def __init__(self, count, area_threshold, is_stable):
        self.parents = list(range(count))
        self.rank, self.size = [0] * count, [1] * count
        self.following, self.last = list(range(count)), list(range(count))  # its pixels in a row
        self.area_threshold, self.is_stable = area_threshold, is_stable
        self.born = [np.inf] * count  # the step at which the region last grew by leaps
        self.first_size, self.first, self.latest = [1] * count, [0.0] * count, [0.0] * count
        self.slope = [np.inf] * count
        self.open, self.recorded = [None] * count, [None] * count
        self.records = []

    def bridge(self, one, other, distance, step):
        """Let the regions of two neighbours become one."""
        root, guest = find(self.parents, one), find(self.parents, other)
        if root == guest:
            return
        root, guest = self._host(root, guest)
        before = self.size[root]
        self._append(root, guest)
        if self.size[root] > before * self.area_threshold:
            self._begin(root, distance, step)
        self.latest[root] = distance
        if step > self.born[root]:
            self._observe(root, step)

    def _host(self, root, guest):
        """Who takes the other in: the higher tree, and of equal ones the smaller region."""
        if self.rank[guest] > self.rank[root]:
            return guest, root
        if self.rank[guest] == self.rank[root]:
            if self.size[root] > self.size[guest]:
                root, guest = guest, root
            self.rank[root] += 1
        return root, guest

    def _append(self, root, guest):
        self.parents[guest] = root
        self.size[root] += self.size[guest]
        self.following[self.last[root]] = guest
        self.last[root] = self.last[guest]

    def _begin(self, root, distance, step):
        """A leap ends the life of the region that was, and begins a new one."""
        if self.open[root] is not None:
            self.open[root]["margin"] = self.latest[root] - self.first[root]
            self.open[root] = None
        self.first_size[root], self.born[root] = self.size[root], step
        self.first[root], self.slope[root] = distance, 1e10

    def _observe(self, root, step):
        """Record the region where it grows more slowly than it ever has in this life."""
        grown = self.size[root] - self.first_size[root]
        passed = self.latest[root] - self.first[root]
        slope = grown / passed if passed > 0 else np.inf
        if slope >= self.slope[root]:
            return
        self.slope[root] = slope
        if step > self.born[root] + 1 and self.is_stable(self.size[root], self.recorded[root]):
            self._record(root)

    def _record(self, root):
        if self.open[root] is None:
            self.open[root] = self.recorded[root] = {"root": root}
            self.records.append(self.open[root])
        self.open[root].update(size=self.size[root], margin=0.0)

    def pixels(self, record):
        """The pixels that a region had when it was recorded."""
        pixel, found = record["root"], []
        for _ in range(record["size"]):
            found.append(pixel)
            pixel = self.following[pixel]
        return np.sort(found)


def mscr(
    image: Array,
    min_area: Real = 60,
    max_area: Real = 14400,
    min_diversity: Real = 0.2,
    max_evolution: Integer = 200,
    area_threshold: Real = 1.01,
    min_margin: Real = 0.003,
    edge_blur_size: Integer = 5,
) -> list[Array]:
    """MSCR: find the maximally stable colour regions of an image.

    Neighbours are connected in the order of their difference. A region is stable while its area
    hardly grows although the threshold does.

    Parameters
    ----------
    image : (H, W, 3) uint8
    min_area, max_area : int, in pixels; neither is allowed itself
    min_diversity : float, the share by which a region must have grown since it was last recorded
    max_evolution : int, 1 to 2**20, how many thresholds
    area_threshold : float >= 1, growth by this factor at once begins a region anew
    min_margin : float, over how large a range of distances a region must have lived
    edge_blur_size : odd int, side of the window that smooths the differences, or 0

    Returns
    -------
    list of int64 (M, 2): the pixels (row, column) of each region, in the order of their discovery.

    Convention
    ----------
    Neighbours are four. The regions of ``cv2.MSER_create(...).detectRegions`` on colour images,
    as long as no two differences are equal: among equals OpenCV's sorting takes no order in
    particular. An image of 256 x 256 takes about a second.

    Raises
    ------
    TypeError, ValueError : image is no colour uint8 image; an argument out of range.

    References
    ----------
    Forssen 2007. Taught in 06 §7.
    """
    min_area = require.number(min_area, "min_area", 0)
    max_area = require.number(max_area, "max_area", 0)
    min_diversity = require.number(min_diversity, "min_diversity", 0, 1)
    area_threshold = require.number(area_threshold, "area_threshold", 1)
    min_margin = require.number(min_margin, "min_margin", 0)
    distance, ends = color_edges(image, edge_blur_size)

    def is_stable(size, recorded):
        if not min_area < size < max_area:
            return False
        return recorded is None or (size - recorded["size"]) / size > min_diversity

    regions = _Regions(image[..., 0].size, area_threshold, is_stable)
    thresholds = evolution_thresholds(distance.mean() if len(distance) else 0.0, max_evolution)
    steps = np.searchsorted(thresholds, distance, side="right")  # the first threshold above
    count = np.count_nonzero(steps < max_evolution)
    edges = zip(ends[:count].tolist(), distance.tolist(), steps.tolist(), strict=False)
    for (one, other), difference, step in edges:
        regions.bridge(one, other, difference, step)
    kept = [record for record in regions.records if record["margin"] > min_margin]
    return [np.stack(np.divmod(regions.pixels(record), image.shape[1]), axis=1) for record in kept]
