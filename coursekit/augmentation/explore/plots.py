"""What the figures of chapter 08 draw: grids that a matrix moves, labels, sheets and accuracies."""

import cv2
import numpy as np

from coursekit.augmentation import reference
from coursekit.lab import show

SIDE = 340  # pixels of a drawn panel
TEXT = 22  # rows of a line of words
NARROWEST = 240  # columns that words under a title need


def color(image):
    """A picture of three channels, to draw on."""
    return np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image.copy()


def small(image, side):
    """A picture whose longer side has at most so many pixels."""
    scale = side / max(image.shape[:2])
    if scale >= 1:
        return image
    height, width = (max(1, round(length * scale)) for length in image.shape[:2])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def middle(image, side):
    """At most so many rows and columns, from the middle."""
    top, left = (max(0, (length - side) // 2) for length in image.shape[:2])
    return image[top : top + side, left : left + side]


def titled(panel, *lines):
    """A panel under lines of words, each a text or (text, color)."""
    rows = TEXT * len(lines)
    wide = max(panel.shape[1], NARROWEST)
    room = ((rows, 0), (0, wide - panel.shape[1]), (0, 0))
    words = [(line, show.INK) if isinstance(line, str) else line for line in lines]
    labels = [(text, 2, TEXT * n + 3, "l", ink) for n, (text, ink) in enumerate(words)]
    return show.write(np.pad(color(panel), room, constant_values=255), labels)


def sheet(pictures, columns=3, gap=4):
    """Pictures of one size in rows and columns, on white."""
    height, width = pictures[0].shape[:2]
    rows = -(-len(pictures) // columns)
    page = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, 3), 255, np.uint8)
    for number, picture in enumerate(pictures):
        top, left = (height + gap) * (number // columns), (width + gap) * (number % columns)
        page[top : top + height, left : left + width] = color(picture)
    return page


def grid(shape, matrix, cells=8):
    """The grid of a picture, before (gray) and after (blue, its upper left cell orange).

    Drawn on a square half as wide again as the picture, so that what leaves the frame is seen.
    """
    panel = np.full((SIDE, SIDE, 3), 255, np.uint8)
    centre = (np.array(shape[:2]) - 1) / 2
    scale = SIDE / (1.5 * max(shape[:2]))
    place = lambda points: (points - centre) * scale + SIDE / 2  # noqa: E731
    _lines(panel, shape, cells, place, (196, 196, 196), 1)
    moved = lambda points: place(reference.move_points(points, matrix))  # noqa: E731
    corner = np.array([(0, 0), (0, 1), (1, 1), (1, 0)]) * np.array(shape[:2]) / cells - 0.5
    cv2.fillPoly(panel, [_fixed(moved(corner))], show.ORANGE, cv2.LINE_AA, 4)
    _lines(panel, shape, cells, moved, show.BLUE, 1)
    middle = _fixed(place(centre[None]))[0]
    cv2.circle(panel, middle, 3 * 16, show.INK, -1, cv2.LINE_AA, 4)
    return panel


def _lines(panel, shape, cells, place, ink, width):
    height, width_of_picture = shape[:2]
    for share in np.linspace(0, 1, cells + 1):
        row, column = share * height - 0.5, share * width_of_picture - 0.5
        ends = [(row, -0.5), (row, width_of_picture - 0.5), (-0.5, column), (height - 0.5, column)]
        lines = _fixed(place(np.array(ends))).reshape(2, 2, 2)
        cv2.polylines(panel, lines, False, ink, width, cv2.LINE_AA, 4)


def _fixed(points):
    """Rows and columns as OpenCV's x and y, in sixteenths of a pixel."""
    return np.rint(np.clip(np.asarray(points)[:, ::-1] + 0.5, -9999, 9999) * 16).astype(np.int32)


def written(matrix):
    """The first two rows of a matrix as lines of words; the third is always 0 0 1."""
    names = ("new row   ", "new column")
    return [
        f"{name} = {down:+.2f} r {across:+.2f} c {offset:+.1f}".replace("-", "−")
        for name, (down, across, offset) in zip(names, matrix[:2], strict=True)
    ]


def labelled(image, boxes=(), points=(), mask=None, ink=show.BLUE):
    """A picture with its mask tinted, its boxes and its keypoints (numbered) drawn in."""
    drawn = color(image)
    if mask is not None:
        drawn[mask > 0] = drawn[mask > 0] // 2 + np.array(show.GREEN, np.uint8) // 2
    for top, left, bottom, right in np.rint(boxes).astype(int):
        cv2.rectangle(drawn, (int(left), int(top)), (int(right) - 1, int(bottom) - 1), ink, 2)
    for point in points:
        at = _fixed(np.asarray(point)[None] - 0.5)[0]
        cv2.circle(drawn, at, 4 * 16, (255, 255, 255), -1, cv2.LINE_AA, 4)
        cv2.circle(drawn, at, 3 * 16, show.ORANGE, -1, cv2.LINE_AA, 4)
    return drawn


def accuracies(results, marks, width=620):
    """Draw accuracies as dots: a row for each training, a colour for each test.

    results : dict from training to dict from test to accuracies, one for each seed
    marks : dict from a word to an accuracy, drawn as a line from top to bottom
    """
    tests = list(next(iter(results.values())))
    left, right, line = 200, width - 20, 20
    block = line * len(tests) + 14
    panel = np.full((40 + block * len(results) + 44, width, 3), 255, np.uint8)
    across = lambda share: round(left + share * (right - left))  # noqa: E731
    labels = _axis(panel, across, marks)
    for number, (training, by_test) in enumerate(results.items()):
        top = 40 + block * number
        panel[top - 7, left - 190 : right] = show.FAINT
        labels.append((training, 8, top + block // 2 - 16, "l"))
        for row, (shares, ink) in enumerate(zip(by_test.values(), show.CURVE_COLORS, strict=False)):
            _dots(panel, shares, across, top + line * row + line // 2, ink)
    return show.write(panel, labels + _legend(tests, 10, panel.shape[0] - 20))


def _axis(panel, across, marks):
    labels = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        panel[33:-40, across(share)] = show.FAINT
        labels.append((f"{share:g}", across(share), panel.shape[0] - 40, "m"))
    for word, share in marks.items():
        panel[33:-40:2, across(share) - 1 : across(share) + 1] = show.INK
        aligned = "l" if share < 0.5 else "r"
        labels.append((word, across(share), 12, aligned))
    return labels


def _dots(panel, shares, across, row, ink):
    """The spread as a line, each run as a dot."""
    cv2.line(panel, (across(min(shares)), row), (across(max(shares)), row), ink, 2)
    for share in shares:
        cv2.circle(panel, (across(share), row), 5, (255, 255, 255), -1, cv2.LINE_AA)
        cv2.circle(panel, (across(share), row), 4, ink, -1, cv2.LINE_AA)


def _legend(tests, left, row):
    labels = []
    for test, ink in zip(tests, show.CURVE_COLORS, strict=False):
        labels.append((f"● {test}", left, row, "l", ink))
        left += 26 + 8 * len(test)
    return labels
