"""What the figures of chapter 07 draw: magnified patches, keypoints, histograms and curves."""

import cv2
import numpy as np

from coursekit.lab import show

SIDE = 340  # pixels, of a drawn panel
TEXT = 24  # rows above a panel for each line of words
LARGE = 17  # pixels, of the letters in panels that are shown small
BAR = (150, 150, 150)


class Loupe:
    """A square part of one layer, magnified.

    center : (row, column) of its middle, in pixels of the layer
    half : float, from its middle to its edge
    """

    def __init__(self, center, half, side=SIDE):
        self.center, self.half, self.side = np.asarray(center, float), float(half), side
        self.scale = side / (2 * self.half)

    def at(self, points):
        """Where points (N, 2) of the layer lie in the panel: x and y in sixteenths, int32."""
        moved = (np.atleast_2d(points) - self.center + self.half) * self.scale
        return np.rint(np.clip(moved[:, ::-1], -9999, 9999) * 16).astype(np.int32)

    def picture(self, layer, smooth=False):
        """The part as (side, side), in the layer's own values; beyond its edge the edge goes on."""
        row, column = self.center - self.half + 0.5 / self.scale
        matrix = np.float64([[1 / self.scale, 0, column], [0, 1 / self.scale, row]])
        how = (cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST) | cv2.WARP_INVERSE_MAP
        return cv2.warpAffine(
            np.ascontiguousarray(layer, dtype=np.float32), matrix, (self.side, self.side),
            flags=how, borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip

    def line(self, panel, points, color, width=1, closed=False):
        cv2.polylines(panel, [self.at(points)], closed, color, width, cv2.LINE_AA, shift=4)

    def dot(self, panel, point, color, radius=4, width=-1):
        cv2.circle(panel, self.at(point)[0], radius * 16, color, width, cv2.LINE_AA, shift=4)


def levels(layer):
    """A layer of the scale space, 0 to 1, as a colour picture."""
    gray = np.clip(np.rint(255 * np.asarray(layer)), 0, 255).astype(np.uint8)
    return np.repeat(gray[..., None], 3, axis=2)


def signed(values, reach):
    """Differences as colours: white is 0, orange is positive, blue is negative, full at reach."""
    share = np.clip(values / max(reach, 1e-9), -1, 1)[..., None]
    ends = np.where(share > 0, np.array(show.ORANGE), np.array(show.BLUE))
    return np.rint(255 + np.abs(share) * (ends - 255.0)).astype(np.uint8)


def titled(panel, *lines, size=13):
    """A panel with lines of words above it, each a text or (text, color)."""
    panel = np.pad(panel, ((TEXT * len(lines) + 2, 0), (0, 0), (0, 0)), constant_values=255)
    words = [(line, show.INK) if isinstance(line, str) else line for line in lines]
    labels = [(text, 2, TEXT * n + 4, "l", color) for n, (text, color) in enumerate(words)]
    return show.write(panel, labels, size)


def beside(*panels, gap=8):
    """Panels of one height in a row."""
    space = np.full((panels[0].shape[0], gap, 3), 255, np.uint8)
    parts = [part for panel in panels for part in (panel, space)]
    return np.concatenate(parts[:-1], axis=1)


def circles(picture, positions, radii, color, width=1):
    """Draw circles at positions (N, 2), row and column in pixels, on a colour picture."""
    for (row, column), radius in zip(positions, radii, strict=True):
        middle = round((column + 0.5) * 16), round((row + 0.5) * 16)
        cv2.circle(picture, middle, round(radius * 16), color, width, cv2.LINE_AA, shift=4)
    return picture


def arrow(picture, position, angle, length, color, width=2):
    """Draw a direction: 0 points down the rows, a quarter turn along the columns."""
    row, column = position
    end = round(column + length * np.sin(angle)), round(row + length * np.cos(angle))
    cv2.arrowedLine(picture, (round(column), round(row)), end, color, width, cv2.LINE_AA)


def corners(center, half, angle):
    """The corners (4, 2) of a square turned by an angle, row and column."""
    square = half * np.array([[-1, -1], [-1, 1], [1, 1], [1, -1]])
    return np.asarray(center) + square @ axes(angle)


def axes(angle):
    """Where the row axis and the column axis of a turned patch point: (2, 2), row and column."""
    return np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])


def grid(loupe, panel, center, half, angle, cells=4, color=show.ORANGE):
    """Draw a turned patch and the borders of its cells."""
    down, right = axes(angle) * half
    for share in np.linspace(-1, 1, cells + 1):
        for along, across in ((down, right), (right, down)):
            ends = [center + share * along - across, center + share * along + across]
            loupe.line(panel, ends, color)


def stars(loupe, panel, center, half, angle, histograms, color=show.BLUE):
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


def compass(raw, smoothed, peaks, c_max=0.8, width=432, height=220):
    """Draw a histogram of directions: raw behind, smoothed before, a parabola at each peak.

    peaks : angles in radians, of the parabolas' tops, half a bin not added
    """
    bins = len(raw)
    step, full = width // bins, 1.08 * max(raw.max(), smoothed.max(), 1e-9)
    plot = np.full((height, width, 3), 255, np.uint8)
    row = lambda value: round((height - 1) * (1 - value / full))  # noqa: E731
    for number, (behind, before) in enumerate(zip(raw, smoothed, strict=True)):
        left = number * step
        cv2.rectangle(plot, (left, row(behind)), (left + step - 1, height), (228, 228, 228), -1)
        cv2.rectangle(plot, (left + 2, row(before)), (left + step - 3, height), BAR, -1)
    least = row(c_max * smoothed.max())
    cv2.line(plot, (0, least), (width, least), show.GREEN, 1)
    for angle in peaks:
        _parabola(plot, smoothed, angle % (2 * np.pi) * bins / (2 * np.pi), step, row)
    marks = [(f"{90 * n}°", round((90 * n / 360 * bins + 0.5) * step), 2, "m") for n in range(1, 4)]
    axis = np.full((20, width, 3), 255, np.uint8)
    return np.concatenate([plot, show.write(axis, [("0°", 1, 2, "l"), *marks])])


def _parabola(plot, smoothed, top, step, row):
    bins = len(smoothed)
    k = round(top)
    left, here, right = smoothed[[(k - 1) % bins, k % bins, (k + 1) % bins]]
    x = np.linspace(-1.4, 1.4, 41)
    y = here + (right - left) / 2 * x + (left - 2 * here + right) / 2 * x**2
    line = [((k + across + 0.5) * step, row(up)) for across, up in zip(x, y, strict=True)]
    cv2.polylines(plot, [np.int32(line)], False, show.ORANGE, 2, cv2.LINE_AA)
    at = round((top + 0.5) * step)
    cv2.line(plot, (at, 0), (at, plot.shape[0]), show.ORANGE, 1)


def bars(descriptors, width=512, height=110):
    """Draw descriptors (n, 128) over each other as steps, one colour for each."""
    plot = np.full((height, width, 3), 255, np.uint8)
    plot[:, :: width // 16] = show.FAINT
    for values, color in zip(descriptors, show.CURVE_COLORS, strict=False):
        across = np.linspace(0, width - 1, len(values) + 1).repeat(2)[1:-1]
        up = height - 1 - values.astype(float).repeat(2) * (height - 4) / 255
        line = np.stack([across, up], axis=1)
        cv2.polylines(plot, [np.rint(line).astype(np.int32)], False, color, 1, cv2.LINE_AA)
    return plot


def signature(sigmas, values, chosen, width=480, height=240):
    """Draw differences over blur, blur on a logarithmic axis, the chosen blur marked."""
    plot = np.full((height, width, 3), 255, np.uint8)
    reach = 1.1 * max(np.abs(values).max(), 0.02)
    across = np.log(sigmas / sigmas[0]) / np.log(sigmas[-1] / sigmas[0]) * (width - 60) + 44
    up = height / 2 * (1 - values / reach)
    cv2.line(plot, (36, height // 2), (width - 8, height // 2), BAR, 1)
    points = np.rint(np.stack([across, up], axis=1)).astype(np.int32)
    cv2.polylines(plot, [points], False, show.BLUE, 2, cv2.LINE_AA)
    for number, point in enumerate(points):
        color, size = (show.ORANGE, 6) if number == chosen else (show.BLUE, 3)
        cv2.circle(plot, point, size, color, -1, cv2.LINE_AA)
    ticks = [(f"{s:.1f}", round(x), height - 18, "m") for s, x in zip(sigmas, across, strict=True)]
    ends = [(f"+{reach:.2f}", 2, 2, "l"), ("0", 26, height // 2 - 8, "r")]
    ends.append((f"−{reach:.2f}", 2, height - 40, "l"))
    return show.write(plot, [*ticks[::3], *ends])


def joined(first, second, gap=12):
    """Two colour pictures side by side on white; where the second one begins."""
    height = max(first.shape[0], second.shape[0])
    padded = [
        np.pad(p, ((0, height - p.shape[0]), (0, 0), (0, 0)), constant_values=255)
        for p in (first, second)
    ]
    return beside(*padded, gap=gap), first.shape[1] + gap
