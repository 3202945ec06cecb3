"""Still pictures: side by side, compared, with their histograms, with the curve of a transform.

All pictures share one gray scale: 0 is black and 255 (or 1.0) is white, never the picture's own
minimum and maximum. Each still carries its description for those who cannot see it.
``source`` shows how a function is written.
"""

import ast
import base64
import inspect
import io
import textwrap
from collections.abc import Callable, Iterable, Mapping
from html import escape
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from coursekit.core.types import Array, Real
from coursekit.lab import plots
from coursekit.lab.plots import (  # noqa: F401  a lesson names its colours show.ORANGE
    BLUE,
    CHANNEL_COLORS,
    CURVE_COLORS,
    FAINT,
    GREEN,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    Panel,
)

LONG = 240  # pixels of a title above a narrow picture
PNG_LIMIT = 60_000  # bytes; a larger still is stored as JPEG


class Still:
    """A picture for a notebook, with a description.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or Panel
    alt : str, what the picture shows, for a screen reader and where no picture can be shown
    """

    def __init__(self, image: Array | Panel, alt: str) -> None:
        self.image = plots.color(plots.image(image))
        self.alt = alt

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        # <img>, since neither JupyterLab nor its export gives an image output its description
        style = "max-width: 100%; height: auto"
        return f'<img src="{data_url(self.image)}" alt="{escape(self.alt)}" style="{style}">'


def data_url(image: Array) -> str:
    """A picture as an address that holds it, for ``<img src=...>``."""
    mime, data = encode(image)
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def encode(image: Array) -> tuple[str, bytes]:
    """Give a picture's MIME type and file: PNG where that is small, else JPEG."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    if buffer.tell() <= PNG_LIMIT:
        return "image/png", buffer.getvalue()
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=75, optimize=True, progressive=True)
    return "image/jpeg", buffer.getvalue()


def pictures(
    named: Mapping[str, ArrayLike],
    columns: int | None = None,
    scale: int | None = None,
    largest: int = 512,
) -> Still:
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
    return Still(_in_rows(tiles, columns), "; ".join(describe(*item) for item in named.items()))


def compare(yours: ArrayLike, expected: ArrayLike) -> Still:
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


def differing(yours: ArrayLike, expected: ArrayLike) -> Array:
    """Mark the pixels that are not equal: (H, W) bool."""
    unequal = np.asarray(yours) != np.asarray(expected)
    return unequal.any(axis=2) if unequal.ndim == 3 else unequal


def painted(image: Array, where: Array) -> Array:
    """A uint8 picture, dark, with some of its pixels orange."""
    dark = plots.color(image) // 3
    dark[where] = ORANGE
    return dark


def with_histogram(
    named: Mapping[str, ArrayLike], columns: int | None = None, largest: int = 280
) -> Still:
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
        tiles.append(plots.stacked(_tile(title, picture), plot))
    alt = "; ".join(f"{describe(*item)}, with its histogram" for item in named.items())
    return Still(_in_rows(tiles, columns), alt)


def curve(named: Mapping[str, ArrayLike | Callable[[Array], Array]], size: int = 256) -> Still:
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


def plot_histogram(
    image: Array, width: int = 256, height: int = 96, marks: Iterable[Real] = ()
) -> Panel:
    """Draw the histogram of a picture: how many pixels there are of each level.

    Full height is 1.5 times the third tallest bar; a taller one is cut off and drawn in orange,
    with a gap, so that a picture with much pure black or white does not flatten all the rest.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8; three channels give three outlines
    width, height : int, size of the plot in pixels
    marks : levels to be marked by a line

    Returns
    -------
    Panel (height, width)
    """
    return _histogram(image, (width, height), marks, plots.LEVEL_TICKS)


def _histogram(image, size, marks=(), ticks=()):
    channels = [image] if image.ndim == 2 else list(np.moveaxis(image, 2, 0))
    counts = np.array([np.bincount(channel.ravel(), minlength=256) for channel in channels])
    full = plots.full_height(counts)
    axes = plots.Axes(size, plots.LEVELS, (0, full), x_ticks=ticks, edge_to_edge=True, grid=False)
    if image.ndim == 2:
        axes.bars(counts[0], np.where(counts.T > full, np.uint8(ORANGE), np.uint8(plots.GRAY)))
    else:
        for channel, ink in zip(counts, CHANNEL_COLORS, strict=True):
            axes.steps(channel, ink, width=1)
            cut = np.flatnonzero(channel > full)
            axes.points(cut, np.full(cut.size, full), ORANGE, radius=2)
    for mark in marks:
        axes.mark(mark, width=1)
    return axes.picture()


def plot_transform(
    table: ArrayLike, before: Array, after: Array, marks: Iterable[Real] = (), size: int = 340
) -> Panel:
    """Draw a curve between the histograms of what goes in and of what comes out.

    Under the curve stands the histogram of the picture before, along the axis of r; at its right,
    on its side, the histogram after, along the axis of s. A bar below goes up to the curve, and
    from there to the right, to the bar that it becomes.

    Parameters
    ----------
    table : (256,) levels
    before, after : (H, W) or (H, W, 3) uint8
    marks : levels of r to be marked by a line
    size : int, side of the picture in pixels

    Returns
    -------
    Panel (size, size)
    """
    high, room = 76, 96  # of a histogram, and with what is written under it
    axes = _curve_axes({"": table}, size - room)
    left, top, width, height = axes.box()
    sheet, below = Panel(size, size), size - room
    beside = below
    sheet.put(axes.picture())
    sheet.put(_histogram(before, (width, high), marks), below, left)
    sheet.put(_on_its_side(_histogram(after, (height, high))), top, beside)
    labels = [("before", left, below + high, "l"), ("after", beside + high, top + height + 3, "r")]
    return plots.write(sheet, labels)


def _on_its_side(upright):
    """A histogram with level 0 lowest, and its bars to the right."""

    def draw(image, scale):
        turned = np.rot90(upright.draw(scale)[::-1])
        np.copyto(image, cv2.resize(turned, image.shape[1::-1], interpolation=cv2.INTER_NEAREST))

    return Panel(upright.width, upright.height).add(draw)


def plot_curve(tables: ArrayLike | dict[str, ArrayLike], size: int = 256) -> Panel:
    """Draw the curve s = T(r) of one or several tables over 0..255, with the identity in gray.

    Parameters
    ----------
    tables : (256,) levels, or dict from title to such tables
    size : int, of the plotted square in pixels, about

    Returns
    -------
    Panel (size + 44, size + 44)
    """
    named = tables if isinstance(tables, dict) else {"": tables}
    return _curve_axes(named, size + 44).picture()


def _curve_axes(named, side):
    axes = plots.Axes(
        (side, side), (0, 255), (0, 255), x_ticks=plots.LEVEL_TICKS, y_ticks=plots.LEVEL_TICKS
    )
    axes.line([0, 255], [0, 255], plots.GRAY, width=1)
    for title, table in named.items():
        axes.line(np.arange(256), table, name=title)
    return axes.text(252, 8, "r", "r").text(5, 243, "s")


class Source:
    """The code of functions, read from the package, without their docstrings."""

    def __init__(self, functions: Iterable[Callable[..., Any]]) -> None:
        self.code = "\n\n".join(map(_without_docstring, functions))

    def __repr__(self) -> str:
        return self.code

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.code}\n```"


def source(*functions: Callable[..., Any]) -> Source:
    """Show how functions are written: their code as it stands in the package."""
    return Source(functions)


def _without_docstring(function):
    code = textwrap.dedent(inspect.getsource(function)).rstrip()  # a method is indented
    definition, lines = ast.parse(code).body[0], code.splitlines()
    if ast.get_docstring(definition):
        docstring = definition.body[0]
        del lines[docstring.lineno - 1 : docstring.end_lineno]
    return "\n".join(lines)


def as_picture(image: ArrayLike) -> Array:
    """Bring any picture to uint8 for the screen, on the one gray scale of all stills."""
    image = np.asarray(image)
    if image.dtype == np.uint8:
        return image
    if image.dtype == bool:
        return image.astype(np.uint8) * 255
    if np.issubdtype(image.dtype, np.signedinteger):
        image = (image.astype(np.float64) / 2 + 128) / 255
    return np.clip(np.rint(np.nan_to_num(image) * 255), 0, 255).astype(np.uint8)


def describe(title: str, image: ArrayLike) -> str:
    """Say in words what a picture is: title, size, dtype, mean."""
    image = np.asarray(image)
    size = " x ".join(map(str, image.shape))
    return f"{title}: {size} {image.dtype}, mean {image.mean():.4g}"


def fitted(image: Array, scale: int | None, largest: int) -> Array:
    """Magnify small pictures by whole numbers, shrink large ones."""
    side = max(image.shape[:2])
    scale = scale or max(1, 192 // side)
    if scale > 1:
        image = plots.magnified(image, scale)
    if max(image.shape[:2]) <= largest or scale > 1:
        return image
    height, width = (max(1, round(n * largest / side)) for n in image.shape[:2])
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def _tile(title, image):
    """A picture under its title, framed by a thin line so that white borders show.

    A long title widens a narrow picture up to LONG pixels, and is broken then.
    """
    image = plots.color(image)
    image = cv2.copyMakeBorder(image, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=FAINT)
    return plots.titled(image, title, least=min(plots.text_width(title) + 4, LONG))


def _in_rows(tiles, columns):
    return plots.contact_sheet(tiles, columns or len(tiles), plots.GAP)
