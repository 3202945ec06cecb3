"""What the figures of chapter 10 draw: clouds of colours, distributions, pieces, shares."""

import cv2
import numpy as np

from coursekit.lab import show

SIDE = 340  # pixels, of a drawn cloud
HEIGHT = 150  # pixels, of a drawn distribution
TEXT = 22  # rows above a panel for each line of words
MOST = 6000  # points that a cloud is drawn with
TILT = np.radians(28)  # how far one looks down on a cloud
CORNERS = np.array([[r, g, b] for r in (0, 255) for g in (0, 255) for b in (0, 255)], float)
EDGES = [(i, j) for i in range(8) for j in range(i) if bin(i ^ j).count("1") == 1]


def titled(panel, *lines):
    """A panel with lines of words above it, each a text or (text, color)."""
    panel = np.pad(panel, ((TEXT * len(lines) + 4, 0), (0, 0), (0, 0)), constant_values=255)
    words = [(line, show.INK) if isinstance(line, str) else line for line in lines]
    return show.write(
        panel, [(text, 2, TEXT * n + 3, "l", color) for n, (text, color) in enumerate(words)]
    )


def some(image, most=MOST):
    """Colours of a picture in a list, the same pixels each time: (N, 3)."""
    colors = image.reshape(-1, image.shape[-1])
    return colors[:: -(-len(colors) // most)]


def seen(points, turn):
    """Where points (N, 3) of the cube of levels are seen: x and y in pixels, and their depth."""
    angle = np.radians(turn)
    red, green, blue = (np.asarray(points, float) - 127.5).T
    across = np.cos(angle) * red - np.sin(angle) * green
    away = np.sin(angle) * red + np.cos(angle) * green
    up = np.cos(TILT) * blue + np.sin(TILT) * away
    depth = np.cos(TILT) * away - np.sin(TILT) * blue
    scale = SIDE / 455
    return SIDE / 2 + scale * across, SIDE / 2 - scale * up, depth


def cloud(colors, paint=None, turn=30, marked=None):
    """A cloud of colours in the cube of red (right), green (back) and blue (up).

    colors : (N, 3), 0..255 where they are; paint : (N, 3) uint8, what they are drawn in
    marked : (3,) a colour that is ringed
    """
    panel = np.full((SIDE, SIDE, 3), 255, np.uint8)
    _cube(panel, turn)
    x, y, depth = seen(np.clip(colors, 0, 255), turn)
    farthest_first = np.argsort(-depth)
    columns, rows = (np.rint(v[farthest_first]).astype(int) for v in (x, y))
    paint = np.clip(np.rint(colors if paint is None else paint), 0, 255)[farthest_first]
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        at = np.clip(rows + down, 0, SIDE - 1), np.clip(columns + right, 0, SIDE - 1)
        panel[at] = paint
    if marked is not None:
        _ring(panel, marked, turn)
    return panel


def _cube(panel, turn):
    x, y, _ = seen(CORNERS, turn)
    ends = np.rint(np.stack([x, y], axis=1) * 16).astype(np.int32)
    for i, j in EDGES:
        color = dict(zip((4, 2, 1), show.CHANNEL_COLORS, strict=True))[i ^ j]
        shown = color if min(i, j) == 0 else show.FAINT
        cv2.line(panel, ends[i].tolist(), ends[j].tolist(), shown, 1, cv2.LINE_AA, shift=4)


def _ring(panel, color, turn):
    x, y, _ = seen(np.reshape(color, (1, 3)), turn)
    middle = round(x[0] * 16), round(y[0] * 16)
    for radius, ink in ((9, (255, 255, 255)), (7, show.INK)):
        cv2.circle(panel, middle, radius * 16, ink, 2, cv2.LINE_AA, shift=4)


def distributions(named, low=None, high=None):
    """Outlines of how often each value comes, one under its name: (title, values, color) each."""
    every = np.concatenate([values for _, values, _ in named])
    low = every.min() if low is None else low
    high = every.max() if high is None else high
    panel = np.full((HEIGHT, SIDE, 3), 255, np.uint8)
    counts = [np.histogram(v, 80, (low, max(high, low + 1)))[0] / len(v) for _, v, _ in named]
    top = max(np.sort(c)[-3] for c in counts) * 1.25
    for share, (_, _, color) in zip(counts, named, strict=True):
        rows = HEIGHT - 2 - np.minimum(share / top, 1) * (HEIGHT - 8)
        line = np.stack([(np.arange(80) + 0.5) * SIDE / 80, rows], axis=1)
        line = np.rint(line * 16).astype(np.int32)
        cv2.polylines(panel, [line], False, color, 2, cv2.LINE_AA, shift=4)
    return titled(panel, *((title, color) for title, _, color in named))


def outlined(image, labels, color=(255, 255, 255)):
    """A picture with thin lines between its pieces."""
    drawn = image.copy()
    drawn[borders(labels)] = color
    return drawn


def borders(labels):
    """Pixels whose neighbour to the right or below belongs to another piece: bool (H, W)."""
    edge = np.zeros(labels.shape, bool)
    edge[:, :-1] |= labels[:, 1:] != labels[:, :-1]
    edge[:-1] |= labels[1:] != labels[:-1]
    return edge


def shares(image, labels, share):
    """A picture that is bright where its piece has much, dark and gray where it has none.

    share : (K,) of each piece, from 0; the largest is shown in full, and ringed
    """
    amount = (share / max(share.max(), 1e-12))[labels][..., None]
    dim = image.mean(axis=2, keepdims=True) * 0.25 + 12
    drawn = np.rint(dim + (image - dim) * np.sqrt(amount)).astype(np.uint8)
    return ringed(drawn, labels == share.argmax(), show.ORANGE)


def ringed(image, region, color):
    """A picture with a line around a region, just outside of it."""
    wide = cv2.dilate(region.astype(np.uint8), np.ones((3, 3), np.uint8))
    drawn = image.copy()
    drawn[(wide > 0) & ~region] = color
    return drawn


def bars(values, colors, height=90):
    """The largest values as bars in their own colours, the largest at the left."""
    panel = np.full((height, SIDE, 3), 255, np.uint8)
    order = np.argsort(-values)[:40]
    width = SIDE / 40
    for place, number in enumerate(order):
        top = height - 1 - round(float(values[number] / max(values.max(), 1e-12)) * (height - 6))
        left, right = round(place * width), round((place + 1) * width) - 1
        cv2.rectangle(panel, (left, top), (right, height), [int(v) for v in colors[number]], -1)
        cv2.rectangle(panel, (left, top), (right, height), (190, 190, 190), 1)
    return panel


def hulls(named):
    """Gamuts seen along the white axis: (title, corners (K, 2), color) each, to one scale."""
    reach = max(np.abs(corners).max() for _, corners, _ in named) * 1.1
    panel = np.full((SIDE, SIDE, 3), 255, np.uint8)
    cv2.line(panel, (0, SIDE // 2), (SIDE, SIDE // 2), show.FAINT, 1)
    cv2.line(panel, (SIDE // 2, 0), (SIDE // 2, SIDE), show.FAINT, 1)
    for _, corners, color in named:
        points = (np.asarray(corners) / reach * [1, -1] + 1) * SIDE / 2 * 16
        outline = cv2.convexHull(np.rint(points).astype(np.int32))
        cv2.polylines(panel, [outline], True, color, 2, cv2.LINE_AA, shift=4)
    return titled(panel, *((title, color) for title, _, color in named))
