"""What the figures of chapter 10 draw: clouds of colours, distributions, pieces, shares."""

import cv2
import numpy as np

from coursekit.lab import plots

SIDE = 260  # pixels, of a drawn cloud
MOST = 6000  # points that a cloud is drawn with
TILT = np.radians(28)  # how far one looks down on a cloud
CORNERS = np.array([[r, g, b] for r in (0, 255) for g in (0, 255) for b in (0, 255)], float)
EDGES = [(i, j) for i in range(8) for j in range(i) if bin(i ^ j).count("1") == 1]


def some(image, most=MOST):
    """Colours of a picture in a list, the same pixels each time: (N, 3)."""
    colors = image.reshape(-1, image.shape[-1])
    return colors[:: -(-len(colors) // most)]


def seen(points, turn, side=SIDE):
    """Where points (N, 3) of the cube of levels are seen: x and y in pixels, and their depth."""
    angle = np.radians(turn)
    red, green, blue = (np.asarray(points, float) - 127.5).T
    across = np.cos(angle) * red - np.sin(angle) * green
    away = np.sin(angle) * red + np.cos(angle) * green
    up = np.cos(TILT) * blue + np.sin(TILT) * away
    depth = np.cos(TILT) * away - np.sin(TILT) * blue
    scale = side / 455
    return side / 2 + scale * across, side / 2 - scale * up, depth


def cloud(colors, paint=None, turn=30, marked=None):
    """A cloud of colours in the cube of red (right), green (back) and blue (up).

    colors : (N, 3), 0..255 where they are; paint : (N, 3) uint8, what they are drawn in
    marked : (3,) a colour that is ringed
    """
    paint = np.clip(np.rint(colors if paint is None else paint), 0, 255)
    panel = plots.Panel(SIDE, SIDE)
    _cube(panel, turn)
    panel.add(lambda image, scale: _draw_points(image, scale, np.clip(colors, 0, 255), paint, turn))
    if marked is not None:
        _ring(panel, marked, turn)
    return panel


def _draw_points(image, scale, colors, paint, turn):
    """A square for each colour, the farthest first."""
    side = len(image)
    x, y, depth = seen(colors, turn, side)
    farthest_first = np.argsort(-depth)
    columns, rows = (np.rint(v[farthest_first]).astype(int) for v in (x, y))
    for down, right in np.ndindex((max(2, round(2 * scale)),) * 2):
        at = np.clip(rows + down, 0, side - 1), np.clip(columns + right, 0, side - 1)
        image[at] = paint[farthest_first]


def _cube(panel, turn):
    x, y, _ = seen(CORNERS, turn)
    ends = np.stack([y, x], axis=1)
    for i, j in EDGES:
        ink = dict(zip((4, 2, 1), plots.CHANNEL_COLORS, strict=True))[i ^ j]
        plots.line(panel, ends[[i, j]], ink if min(i, j) == 0 else plots.FAINT, 1)


def _ring(panel, color, turn):
    x, y, _ = seen(np.reshape(color, (1, 3)), turn)
    for radius, ink in ((9, plots.PAPER), (7, plots.INK)):
        plots.circles(panel, [(y[0], x[0])], radius, ink, 2)


def distributions(named, low=None, high=None, size=(SIDE, 200)):
    """Outlines of how often each value comes: (title, values, color) each."""
    every = np.concatenate([values for _, values, _ in named])
    low = every.min() if low is None else low
    high = max(every.max() if high is None else high, low + 1)
    counts = [np.histogram(v, 80, (low, high))[0] / len(v) for _, v, _ in named]
    top = max(np.sort(c)[-3] for c in counts) * 1.25
    axes = plots.Axes(size, (low, high), (0, top), y_ticks=())
    for share, (title, _, ink) in zip(counts, named, strict=True):
        axes.line(low + (np.arange(80) + 0.5) * (high - low) / 80, share, ink, title)
    return axes.picture()


def shares(image, labels, share):
    """A picture that is bright where its piece has much, dark and gray where it has none.

    share : (K,) of each piece, from 0; the largest is shown in full, and ringed
    """
    amount = (share / max(share.max(), 1e-12))[labels][..., None]
    dim = image.mean(axis=2, keepdims=True) * 0.25 + 12
    drawn = np.rint(dim + (image - dim) * np.sqrt(amount)).astype(np.uint8)
    return ringed(drawn, labels == share.argmax(), plots.ORANGE)


def ringed(image, region, color):
    """A picture with a line around a region, just outside of it."""
    wide = cv2.dilate(region.astype(np.uint8), np.ones((3, 3), np.uint8))
    drawn = image.copy()
    drawn[(wide > 0) & ~region] = color
    return drawn


def bars(values, colors, size=(SIDE, 90)):
    """The largest values as bars in their own colours, the largest at the left."""
    order = np.argsort(-values)[:40]
    axes = plots.Axes(size, (0, 40), (0, max(values.max(), 1e-12)), x_ticks=(), edge_to_edge=True)
    heights, inks = np.zeros(40), np.zeros((40, 3))
    heights[: len(order)], inks[: len(order)] = values[order], colors[order]
    return axes.bars(heights, plots.GRAY, share=0.9).bars(heights, inks, share=0.7).picture()


def hulls(named):
    """Gamuts seen along the white axis: (title, corners (K, 2), color) each, to one scale."""
    reach = max(np.abs(corners).max() for _, corners, _ in named) * 1.1
    ends, ticks = (-reach, reach), {0: ""}
    axes = plots.Axes((SIDE, SIDE + 24), ends, ends, x_ticks=ticks, y_ticks=ticks)
    for title, corners, ink in named:
        outline = cv2.convexHull(np.asarray(corners, np.float32))[:, 0]
        axes.line(*np.append(outline, outline[:1], axis=0).T, ink, title)
    return axes.picture()
