"""What the figures of chapter 09 draw: curves, bars of words, maps of attention, a tree."""

import cv2
import numpy as np

from coursekit.lab import show

BAR = (150, 150, 150)
LINE = 20  # pixels, of a line of words


def curves(named, steps="steps", width=460, height=240, low=0.0):
    """Draw losses over steps, a line and a colour for each.

    Parameters
    ----------
    named : dict from name to a list of numbers; each is drawn over the whole width
    steps : str, what the horizontal axis counts
    width, height : int, pixels
    low : float, the number at the bottom

    Returns
    -------
    (height, width, 3) uint8
    """
    plot = np.full((height, width, 3), 255, np.uint8)
    high = 1.05 * max(max(values) for values in named.values())
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
        points = np.rint(np.stack([across, up], axis=1)).astype(np.int32)
        cv2.polylines(plot, [points], False, color, 2, cv2.LINE_AA)
        labels.append((f"{name} {values[-1]:.2f}", right - 4, top + LINE * number, "r", color))
    return show.write(plot, labels, 14)


def _ticks(low, high):
    """Four to nine round numbers."""
    step = 10 ** np.floor(np.log10(high - low))
    step = next(s for s in (step / 5, step / 2, step, 2 * step) if (high - low) / s < 7)
    return np.arange(np.ceil(low / step), high / step) * step
