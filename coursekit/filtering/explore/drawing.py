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
    (rows * CELL + 1, columns * CELL + 1, 3) uint8
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
    (H, W, 3) uint8
    """
    blocks = [_sign(part) if isinstance(part, str) else _named(*part) for part in parts]
    row = plots.beside(*blocks, gap=0, middle=True)[:-16]
    row = np.pad(row, ((0, 0), (4, 4), (0, 0)), constant_values=255)
    return plots.stacked(row, *([plots.words(below, max(row.shape[1], 400), 16)] if below else []))


def _named(title, picture):
    """As much white below the picture as above, so that signs stand at its middle."""
    panel = plots.titled(picture, title)
    return np.pad(panel, ((0, len(panel) - len(picture)), (0, 0), (0, 0)), constant_values=255)


def _sign(text):
    return plots.write(plots.blank(48, 34), [(text, 17, 12, "m")], 20)
