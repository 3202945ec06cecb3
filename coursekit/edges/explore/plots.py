"""Drawing for the figures of chapter 05: curves, marks on pictures, a look at a few pixels."""

import cv2
import numpy as np

from coursekit.lab import show

LEFT, TOP, BELOW = 40, 24, 22  # pixels round a plot, for what is written there


def curves(named, bounds, marks=(), title="", size=(512, 150)):
    """Draw curves over one axis.

    Parameters
    ----------
    named : dict from what the legend says ("" for nothing) to (x, y), or to (x, y, color)
    bounds : (x from, x to, y from, y to)
    marks : x at which an upright line stands
    title : what is written above
    size : (width, height) of the plotted area, pixels

    Returns
    -------
    (height + 46, width + 48, 3) uint8
    """
    width, height = size
    plot = np.full((height + TOP + BELOW, width + LEFT + 8, 3), 255, np.uint8)
    _grid(plot, bounds, size)
    for mark in marks:
        column = int(_places(np.array([mark]), np.array([bounds[2]]), bounds, size)[0, 0])
        plot[TOP : TOP + height, column - 1 : column + 1] = show.PURPLE
    labels = [(title, LEFT, 4, "l")]
    for number, (name, (x, y, *own)) in enumerate(named.items()):
        color = own[0] if own else show.CURVE_COLORS[number % len(show.CURVE_COLORS)]
        line = _places(np.asarray(x), np.asarray(y), bounds, size)
        cv2.polylines(plot, [np.rint(line * 16).astype(np.int32)], False, color, 2, 16, 4)
        labels.append((name, LEFT + width - 4, TOP + 4 + 17 * number, "r", color))
    return show.write(plot, labels + _ticks(bounds, size))


def _places(x, y, bounds, size):
    """Give (column, row) of points; those above or below the plot are moved to its rim."""
    first, last, low, high = bounds
    columns = LEFT + (x - first) / (last - first) * (size[0] - 1)
    share = np.clip((y - low) / (high - low), 0, 1)
    return np.stack([columns, TOP + (1 - share) * (size[1] - 1)], axis=-1)


def _grid(plot, bounds, size):
    width, height = size
    plot[[TOP, TOP + height - 1], LEFT : LEFT + width] = show.FAINT
    plot[TOP : TOP + height, [LEFT, LEFT + width - 1]] = show.FAINT
    if bounds[2] < 0 < bounds[3]:
        row = int(_places(np.array([bounds[0]]), np.array([0]), bounds, size)[0, 1])
        plot[row, LEFT : LEFT + width] = show.FAINT


def _ticks(bounds, size):
    first, last, low, high = (f"{bound:g}" for bound in bounds)
    width, height = size
    return [
        (first, LEFT, TOP + height + 4, "l"),
        (last, LEFT + width, TOP + height + 4, "r"),
        (low, LEFT - 4, TOP + height - 15, "r"),
        (high, LEFT - 4, TOP - 1, "r"),
    ]


def stacked(*plots):
    """Lay plots of one width under each other."""
    return np.concatenate(plots)


def color(image):
    """A picture with three channels, a copy."""
    return image.copy() if image.ndim == 3 else np.repeat(image[..., None], 3, axis=2)


def gray(image):
    """A picture with one channel."""
    return image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def brightness(length, full):
    """Lengths as gray levels: white from ``full`` on."""
    return np.clip(np.rint(length * (255 / full)), 0, 255).astype(np.uint8)


def signed(response, full):
    """A response about mid-gray: black at -full and less, white at full and more."""
    return np.clip(np.rint(128 + response * (127 / full)), 0, 255).astype(np.uint8)


def in_colors(shape, *painted):
    """A white picture, on which each (mask, color) is painted over the ones before."""
    picture = np.full((*shape, 3), 255, np.uint8)
    for mask, ink in painted:
        picture[mask] = ink
    return picture


def window(shape, at, side):
    """The slices of a square of pixels about a pixel, moved inside where it leaves the picture."""
    height, width = shape[:2]
    top = int(np.clip(at[0] - side // 2, 0, max(height - side, 0)))
    left = int(np.clip(at[1] - side // 2, 0, max(width - side, 0)))
    return np.s_[top : top + side, left : left + side]


def framed(image, where, ink=show.PURPLE):
    """A colour picture with a frame round some of its pixels."""
    picture = color(image)
    (top, bottom), (left, right) = ((axis.start, axis.stop) for axis in where)
    cv2.rectangle(picture, (left - 2, top - 2), (right + 1, bottom + 1), ink, 2)
    return picture


def magnified(image, scale):
    """Each pixel as a square of so many screen pixels."""
    return color(image).repeat(scale, axis=0).repeat(scale, axis=1)


def table(numbers, title, cell=44, inks=None):
    """A grid of whole numbers under a title, one ink for each or black."""
    rows, columns = np.shape(numbers)
    grid = np.full((rows * cell + 24, columns * cell + 1, 3), 255, np.uint8)
    grid[24::cell] = show.FAINT
    grid[24:, ::cell] = show.FAINT
    grid[-1, :] = show.FAINT
    labels = [(title, 1, 4, "l")]
    for (row, column), number in np.ndenumerate(np.asarray(numbers)):
        ink = show.INK if inks is None else inks[row][column]
        labels.append((f"{number}", column * cell + cell - 8, 24 + row * cell + 14, "r", ink))
    return show.write(grid, labels)


def beside(*pictures, gap=18):
    """Lay pictures of any height in a row on white, their tops level."""
    height = max(picture.shape[0] for picture in pictures)
    padded = [
        cv2.copyMakeBorder(p, 0, height - len(p), 0, gap, cv2.BORDER_CONSTANT, value=show.PAPER)
        for p in pictures
    ]
    return np.concatenate(padded, axis=1)


def arrow(picture, start, row_step, column_step, ink, width=2):
    """Draw an arrow from (row, column) on a picture, in place."""
    end = round(start[1] + column_step), round(start[0] + row_step)
    begin = round(start[1]), round(start[0])
    cv2.arrowedLine(picture, begin, end, ink, width, cv2.LINE_AA, tipLength=0.25)
    return picture
