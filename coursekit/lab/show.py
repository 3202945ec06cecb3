"""Still pictures: side by side, compared, with their histograms, with the curve of a transform.

All pictures share one gray scale: 0 is black and 255 (or 1.0) is white, never the picture's own
minimum and maximum. Each still carries its description for those who cannot see it.
``source`` shows how a function is written.
"""

import ast
import base64
import functools
import inspect
import io
import textwrap
from html import escape
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

INK, PAPER, FAINT = (34, 34, 34), (255, 255, 255), (214, 214, 214)
# Okabe and Ito 2008: told apart by the color-blind
BLUE, ORANGE, GREEN, PURPLE = (0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167)
CURVE_COLORS = (BLUE, ORANGE, GREEN, PURPLE, INK)
CHANNEL_COLORS = (ORANGE, GREEN, BLUE)
GAP, TITLE = 12, 26  # pixels between pictures, and above each for its title
PNG_LIMIT = 60_000  # bytes; a larger still is stored as JPEG


class Still:
    """A picture for a notebook, with a description.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8
    alt : str, what the picture shows, for a screen reader and where no picture can be shown
    """

    def __init__(self, image, alt):
        self.image = _rgb(image)
        self.alt = alt

    def __repr__(self):
        return self.alt

    def _repr_html_(self):
        # <img>, since neither JupyterLab nor its export gives an image output its description
        style = "max-width: 100%; height: auto"
        return f'<img src="{data_url(self.image)}" alt="{escape(self.alt)}" style="{style}">'


def data_url(image):
    """A picture as an address that holds it, for ``<img src=...>``."""
    mime, data = encode(image)
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def encode(image):
    """Give a picture's MIME type and file: PNG where that is small, else JPEG."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    if buffer.tell() <= PNG_LIMIT:
        return "image/png", buffer.getvalue()
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=75)
    return "image/jpeg", buffer.getvalue()


def pictures(named, columns=None, scale=None, largest=512):
    """Show pictures side by side, with their titles, on one gray scale.

    Parameters
    ----------
    named : dict from title to picture, (H, W) or (H, W, 3), uint8, bool, float in [0, 1] or
        signed integers; signed ones are halved and shown about mid-gray
    columns : int, pictures in a row; all of them by default
    scale : whole number, screen pixels for each pixel; by default small pictures are magnified
    largest : int, a larger picture is shrunk to this side

    Returns
    -------
    Still
    """
    tiles = [
        _tile(title, fitted(as_picture(image), scale, largest)) for title, image in named.items()
    ]
    return Still(_sheet(tiles, columns), "; ".join(describe(*item) for item in named.items()))


def compare(yours, expected):
    """Show yours | expected | where they differ.

    Parameters
    ----------
    yours, expected : pictures as for ``pictures``

    Returns
    -------
    Still. The third picture paints the differing pixels orange; it is missing where the shapes
    differ.
    """
    named = {"yours": yours, "expected": expected}
    if np.shape(yours) == np.shape(expected):
        wrong = differing(yours, expected)
        named[f"different: {np.count_nonzero(wrong)} of {wrong.size} pixels"] = painted(
            as_picture(expected), wrong
        )
    return pictures(named, largest=320)


def differing(yours, expected):
    """Mark the pixels that are not equal: (H, W) bool."""
    unequal = np.asarray(yours) != np.asarray(expected)
    return unequal.any(axis=2) if unequal.ndim == 3 else unequal


def painted(image, where):
    """A uint8 picture, dark, with some of its pixels orange."""
    dark = _rgb(image) // 3
    dark[where] = ORANGE
    return dark


def with_histogram(named, columns=None, largest=280):
    """Show pictures side by side, each with its histogram under it.

    Parameters
    ----------
    named : dict from title to picture, as for ``pictures``
    columns : int, pictures in a row; all of them by default
    largest : int, a larger picture is shrunk to this side

    Returns
    -------
    Still
    """
    tiles = []
    for title, image in named.items():
        picture = fitted(as_picture(image), None, largest)
        plot = plot_histogram(as_picture(image), width=max(picture.shape[1], 200))
        tiles.append(_stack([_tile(title, picture), plot], axis=0))
    alt = "; ".join(f"{describe(*item)}, with its histogram" for item in named.items())
    return Still(_sheet(tiles, columns), alt)


def curve(named, size=256):
    """Show the curve s = T(r) of each transform over the levels 0 to 255.

    Parameters
    ----------
    named : dict from title to a table of 256 levels, or to a function of a uint8 picture
    size : int, side of the plot in pixels

    Returns
    -------
    Still
    """
    tables = {title: _table(transform) for title, transform in named.items()}
    ends = [f"{title}: 0 to {t[0]:.0f}, 128 to {t[128]:.0f}, 255 to {t[255]:.0f}"
            for title, t in tables.items()]  # fmt: skip
    return Still(plot_curve(tables, size), "Curve of s = T(r). " + "; ".join(ends))


def _table(transform):
    if callable(transform):
        return transform(np.arange(256, dtype=np.uint8)[None])[0]
    return np.asarray(transform)


def plot_histogram(image, width=256, height=96, marks=()):
    """Draw the histogram of a picture: how many pixels there are of each level.

    Full height is 1.5 times the third tallest bar; a taller one is cut off and drawn in orange,
    so that a picture with much pure black or white does not flatten all the rest.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8; three channels give three outlines
    width, height : int, size of the plot in pixels
    marks : levels to be marked by a line

    Returns
    -------
    (height, width, 3) uint8
    """
    plot = np.full((height, width, 3), 255, np.uint8)
    plot[: height - 14] = _bars(image, width, height - 14, marks)
    return write(plot, [("0", 2, height - 13, "l"), ("255", width - 2, height - 13, "r")])


def _bars(image, width, height, marks=()):
    """The bars of a histogram alone, without labels."""
    channels = [image] if image.ndim == 2 else list(np.moveaxis(image, 2, 0))
    counts = np.array([np.bincount(channel.ravel(), minlength=256) for channel in channels])
    full = min(max(1.5 * np.sort(counts, axis=None)[-3], counts.max() / 20), counts.max())
    shares = _per_column(np.minimum(counts / full, 1), width)
    plot = np.full((height, width, 3), 255, np.uint8)
    colors = [(110, 110, 110)] if image.ndim == 2 else CHANNEL_COLORS
    for bars, color in zip(np.rint(shares * (height - 8)).astype(int), colors, strict=True):
        _draw_bars(plot, bars, color, filled=image.ndim == 2)
    cut = _per_column(counts > full, width).any(axis=0)
    plot[: height if image.ndim == 2 else 5, np.convolve(cut, [1, 1, 1], mode="same") > 0] = ORANGE
    plot[:, [round(mark * (width - 1) / 255) for mark in marks]] = PURPLE
    plot[-1] = FAINT
    return plot


def _per_column(levels, width):
    """Spread 256 levels over the columns of a plot; the largest of those that share one counts."""
    if width >= 256:
        return levels[:, np.arange(width) * 256 // width]
    return np.maximum.reduceat(levels, np.arange(width) * 256 // width, axis=1)


def _draw_bars(plot, bars, color, filled):
    height, width = plot.shape[:2]
    tops = height - 1 - bars
    if filled:
        plot[np.arange(height)[:, None] >= tops] = color
        return
    outline = np.stack([np.arange(width), tops], axis=1).astype(np.int32)
    cv2.polylines(plot, [outline], False, color, 1, cv2.LINE_AA)


def plot_transform(table, before, after, marks=()):
    """Draw a curve between the histograms of what goes in and of what comes out.

    Under the curve stands the histogram of the picture before, along the axis of r; at its right,
    on its side, the histogram after, along the axis of s. A bar below goes up to the curve, and
    from there to the right, to the bar that it becomes.

    Parameters
    ----------
    table : (256,) levels
    before, after : (H, W) or (H, W, 3) uint8
    marks : levels of r to be marked by a line

    Returns
    -------
    (380, 380, 3) uint8
    """
    size, high, left, top = 256, 78, 30, 4
    plot = np.full((380, 380, 3), 255, np.uint8)
    plot[: size + 26, : size + 34] = plot_curve(table, size)
    below = top + size + 22
    plot[below : below + high, left : left + size] = _bars(before, size, high, marks)
    beside = left + size + 6
    on_its_side = np.rot90(_bars(after, size, high)[::-1])  # level 0 lowest, bars to the right
    plot[top : top + size, beside : beside + high] = on_its_side
    return write(
        plot, [("before", left, below + high + 2, "l"), ("after", 378, top + size + 4, "r")]
    )


def plot_curve(tables, size=256):
    """Draw the curve s = T(r) of one or several tables over 0..255, with the identity dashed.

    Parameters
    ----------
    tables : (256,) levels, or dict from title to such tables
    size : int, side of the plotted square in pixels

    Returns
    -------
    (size + 26, size + 34, 3) uint8, wider by a legend where the curves have titles
    """
    named = tables if isinstance(tables, dict) else {"": tables}
    left, top = 30, 4
    plot = np.full((size + 26, size + 34 + _legend_width(named), 3), 255, np.uint8)
    _draw_grid(plot, left, top, size)
    for table, color in zip(named.values(), CURVE_COLORS, strict=False):
        _draw_curve(plot, np.asarray(table, float), (left, top, size), color)
    ticks = [("0", left, top + size + 4, "l"), ("r  255", left + size, top + size + 4, "r"),
             ("0", left - 4, top + size - 12, "r"), ("255", left - 4, top, "r"),
             ("s", left - 4, top + 16, "r")]  # fmt: skip
    legend = [
        (title, left + size + 14, top + 20 * i, "l", color)
        for i, (title, color) in enumerate(zip(named, CURVE_COLORS, strict=False))
    ]
    return write(plot, ticks + legend)


def _legend_width(named):
    """Room for the longest title beside the plot, none where there is no title."""
    longest = max(int(_font().getlength(title)) for title in named)
    return longest + 20 if longest else 0


def _draw_grid(plot, left, top, size):
    for step in range(5):
        at = round(step * (size - 1) / 4)
        plot[top + at, left : left + size] = FAINT
        plot[top : top + size, left + at] = FAINT
    for start in range(0, size, 12):
        ends = (left + start, top + size - 1 - start), (left + start + 5, top + size - 6 - start)
        cv2.line(plot, *ends, (150, 150, 150), 1, cv2.LINE_AA)


def _draw_curve(plot, table, place, color):
    left, top, size = place
    scale = (size - 1) / 255
    columns = left + np.arange(256) * scale
    rows = top + size - 1 - np.clip(table, 0, 255) * scale
    line = np.rint(np.stack([columns, rows], axis=1) * 16).astype(np.int32)
    cv2.polylines(plot, [line], False, color, 2, cv2.LINE_AA, shift=4)


class Source:
    """The code of functions, read from the package, without their docstrings."""

    def __init__(self, functions):
        self.code = "\n\n".join(map(_without_docstring, functions))

    def __repr__(self):
        return self.code

    def _repr_markdown_(self):
        return f"```python\n{self.code}\n```"


def source(*functions):
    """Show how functions are written: their code as it stands in the package."""
    return Source(functions)


def _without_docstring(function):
    code = textwrap.dedent(inspect.getsource(function)).rstrip()  # a method is indented
    definition, lines = ast.parse(code).body[0], code.splitlines()
    if ast.get_docstring(definition):
        docstring = definition.body[0]
        del lines[docstring.lineno - 1 : docstring.end_lineno]
    return "\n".join(lines)


def as_picture(image):
    """Bring any picture to uint8 for the screen, on the one gray scale of all stills."""
    image = np.asarray(image)
    if image.dtype == np.uint8:
        return image
    if image.dtype == bool:
        return image.astype(np.uint8) * 255
    if np.issubdtype(image.dtype, np.signedinteger):
        image = (image.astype(np.float64) / 2 + 128) / 255
    return np.clip(np.rint(np.nan_to_num(image) * 255), 0, 255).astype(np.uint8)


def describe(title, image):
    """Say in words what a picture is: title, size, dtype, mean."""
    image = np.asarray(image)
    size = " x ".join(map(str, image.shape))
    return f"{title}: {size} {image.dtype}, mean {image.mean():.4g}"


def _rgb(image):
    return np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image.copy()


def fitted(image, scale, largest):
    """Magnify small pictures by whole numbers, shrink large ones."""
    side = max(image.shape[:2])
    scale = scale or max(1, 192 // side)
    if scale > 1:
        image = image.repeat(scale, axis=0).repeat(scale, axis=1)
    if max(image.shape[:2]) <= largest or scale > 1:
        return image
    height, width = (max(1, round(n * largest / side)) for n in image.shape[:2])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def _tile(title, image):
    """A picture under its title, framed by a thin line so that white borders show."""
    image = cv2.copyMakeBorder(_rgb(image), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=FAINT)
    width = max(image.shape[1], int(_font().getlength(title)) + 4)
    tile = np.full((image.shape[0] + TITLE, width, 3), 255, np.uint8)
    tile[TITLE:, : image.shape[1]] = image
    return write(tile, [(title, 1, 5, "l")])


def _sheet(tiles, columns):
    """Lay tiles out in rows of so many columns."""
    columns = columns or len(tiles)
    starts = range(0, len(tiles), columns)
    return _stack([_stack(tiles[start : start + columns], axis=1) for start in starts], axis=0)


def _stack(tiles, axis):
    """Lay pictures in a row (axis 1) or a column (axis 0) on white."""
    gap = GAP if axis else 0
    other = 1 - axis
    shape = [0, 0, 3]
    shape[axis] = sum(tile.shape[axis] for tile in tiles) + gap * (len(tiles) - 1)
    shape[other] = max(tile.shape[other] for tile in tiles)
    sheet, start = np.full(shape, 255, np.uint8), 0
    for tile in tiles:
        corner = (0, start) if axis else (start, 0)
        rows, columns = (slice(c, c + n) for c, n in zip(corner, tile.shape[:2], strict=True))
        sheet[rows, columns] = tile
        start += tile.shape[axis] + gap
    return sheet


def write(image, labels, size=13):
    """Write on a copy of a colour picture.

    Parameters
    ----------
    image : (H, W, 3) uint8
    labels : sequence of (text, column, row, "l", "m" or "r" aligned[, color]), the row of the
        text's top
    size : int, of the letters in pixels

    Returns
    -------
    (H, W, 3) uint8
    """
    sheet = Image.fromarray(image)
    pen, font = ImageDraw.Draw(sheet), _font(size)
    for text, column, row, align, *color in labels:
        pen.text((column, row), text, color[0] if color else INK, font, anchor=f"{align}a")
    return np.array(sheet)


@functools.cache
def _font(size=13):
    import matplotlib

    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return ImageFont.truetype(str(path), size)
