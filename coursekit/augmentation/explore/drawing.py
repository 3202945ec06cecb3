"""What the figures of chapter 08 draw: grids that a matrix moves, labels, and accuracies."""

import numpy as np

from coursekit.augmentation import reference
from coursekit.lab import plots

SIDE = 300  # pixels of a drawn panel
LIGHT = (196, 196, 196)


def grid(shape, matrix, cells=8):
    """The grid of a picture, before (gray) and after (blue, its upper left cell orange).

    Drawn on a square half as wide again as the picture, so that what leaves the frame is seen.
    """
    panel = plots.Panel(SIDE, SIDE)
    centre = (np.array(shape[:2]) - 1) / 2
    scale = SIDE / (1.5 * max(shape[:2]))
    place = lambda points: (points - centre) * scale + SIDE / 2  # noqa: E731
    _lines(panel, shape, cells, place, LIGHT)
    moved = lambda points: place(reference.move_points(points, matrix))  # noqa: E731
    corner = np.array([(0, 0), (0, 1), (1, 1), (1, 0)]) * np.array(shape[:2]) / cells - 0.5
    plots.polygon(panel, moved(corner), plots.ORANGE)
    _lines(panel, shape, cells, moved, plots.BLUE)
    return plots.circles(panel, place(centre[None]), 3, plots.INK, -1)


def _lines(panel, shape, cells, place, ink):
    height, width = shape[:2]
    for share in np.linspace(0, 1, cells + 1):
        row, column = share * height - 0.5, share * width - 0.5
        for ends in ([(row, -0.5), (row, width - 0.5)], [(-0.5, column), (height - 0.5, column)]):
            plots.line(panel, place(np.array(ends)), ink, 1)


def written(matrix):
    """The first two rows of a matrix as lines of words; the third is always 0 0 1."""
    names = ("new row   ", "new column")
    return [
        f"{name} = {down:+.2f} r {across:+.2f} c {offset:+.1f}".replace("-", "−")
        for name, (down, across, offset) in zip(names, matrix[:2], strict=True)
    ]


def labelled(image, boxes=(), points=(), mask=None, ink=plots.BLUE):
    """A picture with its mask tinted, its boxes and its keypoints drawn in."""
    drawn = plots.color(image)
    if mask is not None:
        drawn[mask > 0] = drawn[mask > 0] // 2 + np.array(plots.GREEN, np.uint8) // 2
    for top, left, bottom, right in np.rint(boxes).astype(int):
        plots.frame(drawn, np.s_[top:bottom, left:right], ink, margin=-1)
    for radius, color in ((4, plots.PAPER), (3, plots.ORANGE)) if len(points) else ():
        plots.circles(drawn, points, radius, color, -1)
    return drawn


def accuracies(results, marks, width=620):
    """Draw accuracies as dots: a row for each training, a colour for each test.

    results : dict from training to dict from test to accuracies, one for each seed
    marks : dict from a word to an accuracy, drawn as a line from top to bottom
    """
    tests, colors = list(next(iter(results.values()))), plots.CURVE_COLORS
    rows, step = len(results), 1 / (len(tests) + 1)
    size = width, 64 + rows * (20 * len(tests) + 14)
    names = {row: training for row, training in enumerate(results)}
    axes = plots.Axes(
        size, (0, 1), (rows - 0.5, -0.8), x_label="accuracy", y_ticks=names, grid=False
    )
    for row in range(rows - 1):
        axes.mark(y=row + 0.5, ink=plots.FAINT, width=1)
    for word, share in marks.items():
        axes.mark(share, ink=plots.GRAY, width=1)
        axes.text(share, -0.68, word, "l" if share < 0.5 else "r")
    for number, (test, ink) in enumerate(zip(tests, colors, strict=False)):
        for row, by_test in enumerate(results.values()):
            shares, at = by_test[test], row + step * (number - (len(tests) - 1) / 2)
            axes.line([min(shares), max(shares)], [at, at], ink)
            axes.points(shares, np.full(len(shares), at), ink, "" if row else test)
    return axes.picture()
