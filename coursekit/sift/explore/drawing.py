"""What the figures of chapter 07 draw: magnified patches, keypoints, histograms and curves."""

import cv2
import numpy as np

from coursekit.lab import plots

SIDE = 160  # pixels, of a drawn panel
PALE = (228, 228, 228)


class Loupe:
    """A square part of one layer, magnified.

    center : (row, column) of its middle, in pixels of the layer
    half : float, from its middle to its edge
    """

    def __init__(self, center, half, side=SIDE):
        self.center, self.half, self.side = np.asarray(center, float), float(half), side
        self.scale = side / (2 * self.half)

    def at(self, points):
        """Where points (N, 2) of the layer lie in the panel: row and column."""
        return (np.atleast_2d(points) - self.center + self.half) * self.scale

    def picture(self, layer, smooth=False):
        """The part as (side, side), in the layer's own values; beyond its edge the edge goes on."""
        row, column = self.center - self.half + 0.5 / self.scale
        matrix = np.float64([[1 / self.scale, 0, column], [0, 1 / self.scale, row]])
        how = (cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST) | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(
            np.ascontiguousarray(layer, dtype=np.float32), matrix, (self.side, self.side),
            flags=how, borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip

    def line(self, panel, points, ink, width=1, closed=False):
        plots.line(panel, self.at(points), ink, width, closed)

    def dot(self, panel, point, ink, radius=4):
        plots.circles(panel, self.at(point), radius, ink, -1)


def layer_levels(layer):
    """A layer of the scale space, 0 to 1, as gray levels."""
    return plots.levels(np.asarray(layer), 0, 1)


def corners(center, half, angle):
    """The corners (4, 2) of a square turned by an angle, row and column."""
    square = half * np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]])
    return np.asarray(center) + square @ axes(angle)


def axes(angle):
    """Where the row axis and the column axis of a turned patch point: (2, 2), row and column."""
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def grid(loupe, panel, center, half, angle, cells=4, color=plots.ORANGE):
    """Draw a turned patch and the borders of its cells."""
    down, right = axes(angle) * half
    for share in np.linspace(-1, 1, cells + 1):
        for along, across in ((down, right), (right, down)):
            ends = [center + share * along - across, center + share * along + across]
            loupe.line(panel, ends, color)


def stars(loupe, panel, center, half, angle, histograms, color=plots.BLUE):
    """Draw every histogram of a descriptor as a star of arrows in its cell."""
    cells, _, bins = histograms.shape
    down, right = axes(angle)
    longest = half / cells / max(histograms.max(), 1e-9)
    for i, j in np.ndindex(cells, cells):
        place = (2 * np.array([i, j]) + 1) / cells - 1
        middle = center + half * (place[0] * down + place[1] * right)
        for turn, weight in enumerate(histograms[i, j] * longest):
            direction = angle + 2 * np.pi * turn / bins
            end = middle + weight * np.array([np.cos(direction), np.sin(direction)])
            loupe.line(panel, [middle, end], color, 2)


def ellipse(loupe, panel, center, hessian, color, reach):
    """Draw the level line of a peak: where the surface has fallen by reach, at most 6 pixels."""
    curvatures, directions = np.linalg.eigh(hessian)
    radii = np.minimum(np.sqrt(2 * reach / np.maximum(np.abs(curvatures), 1e-9)), 6)
    turns = np.linspace(0, 2 * np.pi, 73)[:, None]
    around = np.concatenate([np.cos(turns), np.sin(turns)], axis=1) * radii
    loupe.line(panel, center + around @ directions.T, color, 2, closed=True)
    for radius, direction in zip(radii, directions.T, strict=True):
        ends = [center - radius * direction, center + radius * direction]
        loupe.line(panel, ends, color)


def compass(raw, smoothed, peaks, c_max=0.8, size=(220, 150)):
    """Draw a histogram of directions: raw behind, smoothed before, a parabola at each peak.

    peaks : angles in radians, of the parabolas' tops, half a bin not added
    """
    width = 360 / len(raw)  # degrees of a bin, whose middle stands for it
    full = 1.08 * max(raw.max(), smoothed.max(), 1e-9)
    ticks = {angle: f"{angle}°" for angle in (0, 90, 180, 270)}
    axes = plots.Axes(
        size, (-width / 2, 360 - width / 2), (0, full), x_ticks=ticks, y_ticks=(), grid=False
    )
    axes.bars(raw, PALE).bars(smoothed, plots.GRAY, share=0.6)
    axes.mark(y=c_max * smoothed.max(), ink=plots.GREEN, width=1)
    for angle in peaks:
        top = angle % (2 * np.pi) * len(raw) / (2 * np.pi)
        x, y = _parabola(smoothed, round(top))
        axes.line(x * width, y, plots.ORANGE).mark(top * width, ink=plots.ORANGE, width=1)
    return axes.picture()


def _parabola(smoothed, k):
    """The parabola through a bin and its neighbours, over numbers of bins."""
    left, here, right = smoothed[[(n % len(smoothed)) for n in (k - 1, k, k + 1)]]
    x = np.linspace(-1.4, 1.4, 41)
    return k + x, here + (right - left) / 2 * x + (left - 2 * here + right) / 2 * x**2


def bars(descriptors, width=SIDE, height=60):
    """Draw descriptors (n, 128) over each other as steps, one colour for each."""
    cells = {8 * n: "" for n in range(17)}
    axes = plots.Axes((width, height), (0, 128), (0, 255), x_ticks=cells, edge_to_edge=True)
    for values in descriptors:
        axes.steps(values, width=1)
    return axes.picture()


def signature(sigmas, values, chosen, words, size=(340, 210)):
    """Draw differences over blur, blur on a logarithmic axis, the chosen blur marked."""
    reach, across = 1.1 * max(np.abs(values).max(), 0.02), np.log(sigmas)
    ticks = dict(zip(across[::3], (f"{sigma:.1f}" for sigma in sigmas[::3]), strict=True))
    axes = plots.Axes(
        size, (across[0], across[-1]), (-reach, reach), words, "blur in pixels", x_ticks=ticks
    )
    axes.line(across, values, plots.BLUE).points(across, values, plots.BLUE, radius=3)
    return axes.points(across[chosen], values[chosen], plots.ORANGE, radius=6).picture()
