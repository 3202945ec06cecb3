"""What the figures of chapter 09 draw: curves, bars of words, maps of attention, a tree."""

import textwrap

import cv2
import numpy as np

from coursekit.lab import show

BAR = (150, 150, 150)
LINE = 20  # pixels, of a line of words


def curves(named, steps="steps", width=460, height=240, low=0.0, high=None):
    """Draw losses over steps, a line and a colour for each.

    Parameters
    ----------
    named : dict from name to a list of numbers; each is drawn over the whole width, but for NaN
    steps : str, what the horizontal axis counts
    width, height : int, pixels
    low, high : float, the numbers at the bottom and the top; None for a little above all curves

    Returns
    -------
    (height, width, 3) uint8
    """
    plot = np.full((height, width, 3), 255, np.uint8)
    high = high or 1.05 * np.nanmax(np.concatenate(list(named.values())))
    left, right, top, bottom = 36, width - 8, 8, height - 22
    labels = [(steps, right, height - 18, "r")]
    for tick in _ticks(low, high):
        row = round(bottom - (tick - low) / (high - low) * (bottom - top))
        cv2.line(plot, (left, row), (right, row), show.FAINT, 1)
        labels.append((f"{tick:g}", left - 6, row - 8, "r"))
    for number, (name, values) in enumerate(named.items()):
        color = show.CURVE_COLORS[number % len(show.CURVE_COLORS)]
        across = np.linspace(left, right, len(values))
        up = bottom - (np.clip(values, low, high) - low) / (high - low) * (bottom - top)
        points = np.stack([across, up], axis=1)[~np.isnan(up)]
        points = np.rint(points).astype(np.int32)
        cv2.polylines(plot, [points], False, color, 2, cv2.LINE_AA)
        labels.append((f"{name} {values[-1]:.2f}", right - 4, top + LINE * number, "r", color))
    return show.write(plot, labels, 14)


def _ticks(low, high):
    """Four to nine round numbers."""
    step = 10 ** np.floor(np.log10(high - low))
    step = next(s for s in (step / 5, step / 2, step, 2 * step) if (high - low) / s < 7)
    return np.arange(np.ceil(low / step), high / step) * step


def word_bars(words, shares, chosen=None, width=380):
    """Draw how likely each of some words is.

    Parameters
    ----------
    words : list of str, from the top
    shares : list of float in [0, 1]
    chosen : int, the one to be drawn in orange, or None
    width : int, pixels

    Returns
    -------
    (H, width, 3) uint8
    """
    row = LINE + 4
    plot = np.full((row * len(words) + 4, width, 3), 255, np.uint8)
    left, full, labels = 100, width - 156, []
    for number, (word, share) in enumerate(zip(words, shares, strict=True)):
        top = row * number + 4
        color = show.ORANGE if number == chosen else show.BLUE
        end = left + max(round(share * full), 1)
        cv2.rectangle(plot, (left, top), (end, top + LINE - 4), color, -1)
        labels.append((word, left - 6, top, "r"))
        labels.append((percent(share), end + 5, top, "l"))
    return show.write(plot, labels, 14)


def percent(share):
    """A share as text; what is there is never called nothing, nor all."""
    if 0 < share < 0.001:
        return "under 0.1 %"
    if 0.999 < share < 1:
        return "over 99.9 %"
    return f"{100 * share:.{0 if 0.1 <= share <= 0.99 or share == 1 else 1}f} %"


def glance(picture, attention, side=256, smooth=True):
    """Darken a picture where nobody looks.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    attention : (h, w) float, 0 or more
    side : int, the longer side of the result in pixels
    smooth : bool, blend the places into each other

    Returns
    -------
    (H', W', 3) uint8
    """
    seen = enlarged(picture, side)
    light = np.asarray(attention, np.float32) / max(float(np.max(attention)), 1e-9)
    how = cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST
    light = cv2.resize(light, seen.shape[1::-1], interpolation=how)
    return np.rint(seen * (0.22 + 0.78 * light[..., None])).astype(np.uint8)


def enlarged(picture, side):
    """A picture whose longer side has so many pixels; a small one is enlarged smoothly."""
    scale = side / max(picture.shape[:2])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = tuple(max(round(scale * n), 1) for n in picture.shape[1::-1])
    return cv2.resize(picture, size, interpolation=how)


def glances(pictures, words, columns=6, current=None):
    """Lay pictures out in rows, a word under each; the current word's is framed.

    Parameters
    ----------
    pictures : list of (H, W, 3) uint8, all of one size
    words : list of str
    columns : int, pictures in a row
    current : int or None

    Returns
    -------
    (H', W', 3) uint8
    """
    tiles = []
    for number, (picture, word) in enumerate(zip(pictures, words, strict=True)):
        tile = np.pad(picture, ((3, 24), (3, 3), (0, 0)), constant_values=255)
        color = show.INK
        if number == current:
            color = show.ORANGE
            cv2.rectangle(tile, (1, 1), (tile.shape[1] - 2, tile.shape[0] - 24), color, 2)
        labels = [(word, tile.shape[1] // 2, tile.shape[0] - 20, "m", color)]
        tiles.append(show.write(tile, labels, 14))
    blank = np.full_like(tiles[0], 255)
    tiles += [blank] * (-len(tiles) % columns)
    rows = [np.concatenate(tiles[n : n + columns], axis=1) for n in range(0, len(tiles), columns)]
    return np.concatenate(rows)


def tree(levels, width=112, height=56):
    """Draw the captions of a beam as a tree that grows downwards.

    Parameters
    ----------
    levels : list, for each step a list of (parent, word, share, kind): the number of the parent in
        the level above, the text, its probability, and "best", "alive" or "lost"
    width, height : int, pixels of a node's place

    Returns
    -------
    (H, W, 3) uint8
    """
    columns = max(len(level) for level in levels)
    sheet = np.full((height * (len(levels) + 1), max(width * columns, 3 * width), 3), 255, np.uint8)
    labels = [("START", width // 2, 8, "m")]
    for depth, level in enumerate(levels):
        for place, (parent, word, share, kind) in enumerate(level):
            color = {"best": show.ORANGE, "alive": show.BLUE, "lost": BAR}[kind]
            column, row = width * place + width // 2, height * (depth + 1) + 6
            above = width * parent + width // 2, height * depth + 40
            thick = 3 if kind == "best" else 1
            cv2.line(sheet, above, (column, row), color, thick, cv2.LINE_AA)
            labels.append((word, column, row + 1, "m", color))
            labels.append((percent(share), column, row + 16, "m", color))
    return show.write(sheet, labels, 13)


def lines(texts, width=520, size=15):
    """Write texts under each other, each a str or (str, color); long ones are broken."""
    told = [(text, show.INK) if isinstance(text, str) else text for text in texts]
    most = int((width - 12) / (0.6 * size))  # letters in a line
    broken = [
        (part, color)
        for text, color in told
        for part in textwrap.wrap(text, most, subsequent_indent="    ") or [""]
    ]
    sheet = np.full(((size + 9) * len(broken) + 8, width, 3), 255, np.uint8)
    labels = [(text, 6, (size + 9) * n + 5, "l", color) for n, (text, color) in enumerate(broken)]
    return show.write(sheet, labels, size)


def heat(values, side=256):
    """Draw a small table of numbers, 0 or more, as squares from white to blue."""
    share = np.asarray(values, float) / max(float(np.max(values)), 1e-9)
    colors = 255 + share[..., None] * (np.array(show.BLUE) - 255.0)
    size = side // share.shape[1] * share.shape[1], side // share.shape[0] * share.shape[0]
    picture = np.rint(colors).astype(np.uint8)
    return cv2.resize(picture, size, interpolation=cv2.INTER_NEAREST)


def stems(now, before, words, width=388, height=150):
    """Draw a vector as bars, what it was before as dots, and lines of words above it."""
    plot = np.full((height, width, 3), 255, np.uint8)
    full, step = 1.05 * max(now.max(), before.max(), 1e-9), width / len(now)
    for number, (value, old) in enumerate(zip(now, before, strict=True)):
        left, right = round(number * step), round((number + 1) * step) - 2
        rows = [height - 1 - round(level / full * (height - 4)) for level in (value, old)]
        cv2.rectangle(plot, (left, rows[0]), (max(right, left), height - 1), BAR, -1)
        cv2.line(plot, (left, rows[1]), (max(right, left), rows[1]), show.ORANGE, 2)
    return np.concatenate([lines(words, width, 14), plot])
