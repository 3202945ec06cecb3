"""What the figures of chapter 04 draw beside their pictures: worked sums."""

import numpy as np

from coursekit.lab import plots

CELL = 50  # pixels: the side of one number's square


def numbers(values, shade=None):
    """Draw a grid of numbers, each in a square.

    Parameters
    ----------
    values : (rows, columns) numbers
    shade : (rows, columns) gray levels behind them, or None for paper

    Returns
    -------
    Panel (rows * CELL + 1, columns * CELL + 1)
    """
    texts = [[plots.short(value) for value in row] for row in values]
    return plots.cells(texts, CELL, None if shade is None else np.clip(shade, 0, 255))


def equation(parts, below=()):
    """Stand titled grids beside each other with signs between them, and lines of text below.

    Parameters
    ----------
    parts : list of (title, picture) and of str, the signs
    below : lines of text

    Returns
    -------
    Panel
    """
    blocks = [_sign(part) if isinstance(part, str) else _named(*part) for part in parts]
    row = plots.beside(*blocks, gap=0, middle=True)
    framed = plots.Panel(row.height - 16, row.width + 8).put(row, 0, 4)
    lines = [plots.words(below, max(framed.width, 300))] if below else []
    return plots.stacked(framed, *lines)


def _named(title, picture):
    """As much white below the picture as above, so that signs stand at its middle."""
    body = plots.panel(picture)
    panel = plots.titled(body, title)
    return plots.Panel(2 * panel.height - body.height, panel.width).put(panel)


def _sign(text):
    return plots.write(plots.Panel(48, 34), [(text, 17, 12, "m")], 20)
