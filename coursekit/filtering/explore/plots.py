"""What the figures of chapter 04 draw beside their pictures: worked sums, weights and lines."""

import cv2
import numpy as np

from coursekit.lab import show

CELL = 50  # pixels: the side of one number's square
PALE = (236, 236, 236)


def numbers(values, shade=None):
    """Draw a grid of numbers, each in a square.

    Parameters
    ----------
    values : (rows, columns) numbers
    shade : (rows, columns) gray levels behind them, or None for paper

    Returns
    -------
    (rows * CELL + 1, columns * CELL + 1, 3) uint8
    """
    values = np.asarray(values)
    shade = np.full(values.shape, 255) if shade is None else np.asarray(shade)
    levels = np.clip(shade, 0, 255).astype(np.uint8)
    sheet = np.pad(levels.repeat(CELL, 0).repeat(CELL, 1), ((0, 1), (0, 1)), mode="edge")
    sheet[::CELL] = sheet[:, ::CELL] = 150
    labels = [
        (
            short(values[row, column]),
            column * CELL + CELL // 2,
            row * CELL + CELL // 2 - 8,
            "m",
            show.INK if levels[row, column] > 110 else show.PAPER,
        )
        for row, column in np.ndindex(values.shape)
    ]
    return show.write(np.repeat(sheet[..., None], 3, axis=2), labels, 13)


def short(number):
    """Write a number in some five characters, with a minus as long as a plus."""
    text = f"{number:.3g}" if 0.1 <= abs(number) < 1000 else f"{number:.3f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text.replace("-", "−")


def equation(parts, below=()):
    """Stand titled grids beside each other with signs between them, and lines of text below.

    Parameters
    ----------
    parts : list of (title, picture) and of str, the signs
    below : lines of text

    Returns
    -------
    (H, W, 3) uint8
    """
    tall = max(part[1].shape[0] for part in parts if not isinstance(part, str))
    blocks = [
        _sign(part, tall) if isinstance(part, str) else _titled(*part, tall) for part in parts
    ]
    row = np.concatenate(blocks, axis=1)
    sheet = np.full((row.shape[0] + 26 * len(below) + 8, row.shape[1] + 8, 3), 255, np.uint8)
    sheet[: row.shape[0], 4 : 4 + row.shape[1]] = row
    labels = [(text, 4, row.shape[0] + 8 + 26 * n, "l") for n, text in enumerate(below)]
    return show.write(sheet, labels, 16)


def stacked(*pictures):
    """Lay plots below each other, on white."""
    wide = max(picture.shape[1] for picture in pictures)
    rows = [
        np.pad(p, ((0, 0), (0, wide - p.shape[1]), (0, 0)), constant_values=255) for p in pictures
    ]
    return np.concatenate(rows)


def _titled(title, picture, tall):
    top = 26 + (tall - picture.shape[0]) // 2
    block = np.full((tall + 26, picture.shape[1], 3), 255, np.uint8)
    block[top : top + picture.shape[0]] = picture
    return show.write(block, [(title, 0, top - 22, "l")], 14)


def _sign(text, tall):
    block = np.full((tall + 26, 34, 3), 255, np.uint8)
    return show.write(block, [(text, 17, 26 + tall // 2 - 12, "m")], 20)


def lines(named, across, up, spans, marks=()):
    """Draw lines over numbered axes.

    Parameters
    ----------
    named : dict from title to (x, y), two sequences; None for y leaves a place in the legend
    across, up : str, what the axes count
    spans : ((x least, x most), (y least, y most))
    marks : (x, y) points to be marked by a ring

    Returns
    -------
    (330, 470, 3) uint8
    """
    plot = np.full((330, 470, 3), 255, np.uint8)
    place = (46, 44, 410, 240)  # left, top, width, height
    ticks = _axes(plot, place, spans)
    for (x, y), color in zip(named.values(), show.CURVE_COLORS, strict=False):
        ends = _on(place, spans, x, y)
        cv2.polylines(plot, [ends], False, color, 2, cv2.LINE_AA, shift=4)
    for x, y in marks:
        cv2.circle(plot, tuple(map(int, _on(place, spans, [x], [y])[0] // 16)), 7, show.INK, 2)
    words = [(across, 456, 310, "r"), (up, 4, 4, "l")]
    return show.write(plot, ticks + words + _legend(named))


def _on(place, spans, x, y):
    """Pixels of points, in sixteenths."""
    left, top, width, height = place
    (x_least, x_most), (y_least, y_most) = spans
    columns = left + (np.asarray(x, float) - x_least) / (x_most - x_least) * width
    shares = np.clip((np.asarray(y, float) - y_least) / (y_most - y_least), -0.02, 1.02)
    rows = top + height - shares * height
    return np.rint(np.stack([columns, rows], axis=1) * 16).astype(np.int32)


def _axes(plot, place, spans):
    left, top, width, height = place
    labels = []
    for share in np.linspace(0, 1, 6):
        column, row = round(left + share * width), round(top + height - share * height)
        plot[top : top + height + 1, column] = PALE
        plot[row, left : left + width + 1] = PALE
        x, y = (low + share * (high - low) for low, high in spans)
        labels += [(short(x), column, top + height + 5, "m"), (short(y), left - 6, row - 8, "r")]
    return labels


def _legend(named):
    labels, column = [], 46
    for title, color in zip(named, show.CURVE_COLORS, strict=False):
        labels.append((title, column, 22, "l", color))
        column += 18 + 8 * len(title)
    return labels
