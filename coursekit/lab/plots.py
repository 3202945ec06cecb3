"""Plots and panels: what all figures and stills draw with, so that they look alike.

``Axes`` is a plot at a given size in pixels::

    axes = Axes((480, 240), x_range=(0, 255), y_range=(0, 1), title="share of the pixels")
    axes.line(levels, shares, name="picture").mark(x=110)
    picture = axes.picture()

Its title, its legend and its ticks have their own rows and columns, so that no text lies on
another. ``curves`` makes such a plot of a dict in one call. Panels are put together by ``titled``,
``beside``, ``stacked`` and ``contact_sheet``; ``line``, ``circles``, ``arrow``, ``frame`` and
``write`` draw on an image or a panel, in place, at (row, column): whole numbers are the middles of
pixels.

A ``Panel`` remembers what is drawn on it, and ``Panel.draw(scale)`` makes the pixels: a figure's
viewer asks for as many as its pane has, so that letters and lines are sharp at any size. Letters
are never smaller than ``TEXT`` pixels at scale 1: a line too long for its panel is broken.

Nothing is drawn by pyplot: a plot takes about a millisecond, which a slider can wait for.
"""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import cv2
import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw, ImageFont

from coursekit.core.color import srgb_to_linear
from coursekit.core.types import Array, Integer, Real

Color = Sequence[Integer]  # red, green and blue, 0 to 255
Words = str | tuple[str, Color]
Pair = Sequence[Real]
Ticks = Iterable[Real] | dict[Real, str]
Align = Literal["l", "m", "r"]

INK, PAPER, FAINT, GRAY = (34, 34, 34), (255, 255, 255), (214, 214, 214), (130, 130, 130)
# Okabe and Ito 2008: told apart by the color-blind
BLUE, ORANGE, GREEN, PURPLE = (0, 114, 178), (213, 94, 0), (0, 158, 115), (204, 121, 167)
CURVE_COLORS = (BLUE, ORANGE, GREEN, PURPLE, INK)
CHANNEL_COLORS = (ORANGE, GREEN, BLUE)
SHADES = np.uint8(
    [(230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (213, 94, 0),
     (204, 121, 167)]
)  # fmt: skip

TEXT = 13  # pixels, of letters
GAP = 12  # pixels between panels
HEAD = 20  # rows of a line of text above or below a plot
SWATCH = 10  # pixels, side of the square of colour before a name in a legend
LEVELS = (-0.5, 255.5)  # a range in which each gray level has a bar of its own
LEVEL_TICKS = (0, 64, 128, 192, 255)
INDENT = "    "  # of what is left of a text that was broken
SUBPIXELS = 4  # bits of a pixel that OpenCV draws with


# ------------------------------------------------------------------ pictures


def gray(image: Array) -> Array:
    """A picture with one channel."""
    return image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def color(image: Array) -> Array:
    """A picture with three channels, to draw on: a copy."""
    return image.copy() if image.ndim == 3 else np.repeat(image[..., None], 3, axis=2)


def blank(height: int, width: int) -> Array:
    """White paper: (height, width, 3) uint8."""
    return np.full((height, width, 3), 255, np.uint8)


def levels(values: Array, low: Real, high: Real) -> Array:
    """Numbers as gray levels: black at low and less, white at high and more."""
    scale = 255 / (high - low)
    return np.clip(np.rint(values * scale - low * scale), 0, 255).astype(np.uint8)


def diverging(values: ArrayLike, reach: Real) -> Array:
    """Numbers as colours: white is 0, orange is positive, blue is negative, full at reach."""
    share = np.clip(np.asarray(values) / max(reach, 1e-9), -1, 1)[..., None]
    ends = np.where(share > 0, np.array(ORANGE), np.array(BLUE))
    return np.rint(255 + np.abs(share) * (ends - 255.0)).astype(np.uint8)


def shaded(labels: Array, background: Color = PAPER) -> Array:
    """Each label in a colour of its own, as far as seven go; 0 is the background."""
    picture = SHADES[(labels - 1) % len(SHADES)]
    picture[labels == 0] = background
    return picture


def shade(number: int) -> Color:
    """The colour of one label in ``shaded``, as three ints."""
    return tuple(map(int, SHADES[(number - 1) % len(SHADES)]))


def magnified(image: Array, scale: int) -> Array:
    """Each pixel as a square of so many screen pixels."""
    return image.repeat(scale, axis=1).repeat(scale, axis=0)  # rows at once: the quick order


def resized(image: Array, side: int) -> Array:
    """A picture whose longer side has so many pixels, smooth if it is enlarged."""
    scale = side / max(image.shape[:2])
    if scale == 1:
        return image
    size = tuple(max(round(scale * length), 1) for length in image.shape[1::-1])
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)


def shrunk(image: Array, side: int) -> Array:
    """A picture whose longer side has at most so many pixels."""
    return image if max(image.shape[:2]) <= side else resized(image, side)


def middle(image: Array, side: int) -> Array:
    """At most so many rows and columns, from the middle of a picture."""
    top, left = (max(0, (length - side) // 2) for length in image.shape[:2])
    return image[top : top + side, left : left + side]


def borders(labels: Array) -> Array:
    """Pixels whose neighbour to the right or below has another label: (H, W) bool."""
    edge = np.zeros(labels.shape, bool)
    edge[:, :-1] |= labels[:, 1:] != labels[:, :-1]
    edge[:-1] |= labels[1:] != labels[:-1]
    return edge


def outlined(image: Array, labels: Array, ink: Color = ORANGE) -> Array:
    """A picture with thin lines between its labels."""
    drawn = color(image)
    drawn[borders(labels)] = ink
    return drawn


# ------------------------------------------------------------------ drawings of any size


class Panel:
    """A drawing that remembers what is on it, and can be drawn at any scale.

    Parameters
    ----------
    height, width : of the drawing in pixels at scale 1
    paper : colour that it begins with
    """

    def __init__(self, height: float, width: float, paper: Color = PAPER) -> None:
        self.height, self.width, self._paper = height, width, paper
        self._drawing: list[Callable[[Array, float], object]] = []

    @property
    def shape(self) -> tuple[int, int, int]:
        """(height, width, 3) of the image at scale 1."""
        return max(round(self.height), 1), max(round(self.width), 1), 3

    def add(self, draw: Callable[[Array, float], object]) -> Self:
        """Let a function draw on the image, in place; it is given the image and the scale."""
        self._drawing.append(draw)
        return self

    def put(self, part: "Array | Panel", top: float = 0, left: float = 0) -> Self:
        """Lay an image or a panel on this one, its upper left corner at (top, left)."""
        part = panel(part)

        def draw(image, scale):
            rows = slice(round(scale * top), round(scale * (top + part.height)))
            columns = slice(round(scale * left), round(scale * (left + part.width)))
            part._draw_on(image[rows, columns], scale)

        return self.add(draw)

    def fill(self, rows: Pair, columns: Pair, ink: Color) -> Self:
        """Fill a rectangle: rows and columns from the first up to the last."""

        def draw(image, scale):
            down, across = (
                slice(*(round(scale * end) for end in ends)) for ends in (rows, columns)
            )
            image[down, across] = ink

        return self.add(draw)

    def draw(self, scale: float = 1.0) -> Array:
        """Draw it: (scale * height, scale * width, 3) uint8."""
        image = blank(*(max(round(scale * side), 1) for side in (self.height, self.width)))
        self._draw_on(image, scale)
        return image

    def _draw_on(self, image, scale):
        image[:] = 255 if self._paper == PAPER else self._paper  # one number: ten times as quick
        for draw in self._drawing:
            draw(image, scale)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        return self.draw() if dtype is None else self.draw().astype(dtype)


Ground = TypeVar("Ground", Array, Panel)  # what is drawn on


def panel(image: Array | Panel, scale: float = 1, size: tuple[float, float] | None = None) -> Panel:
    """An image as a panel, each of its pixels as a square of so many, or of a (width, height)."""
    if isinstance(image, Panel):
        return image
    width, height = size or (image.shape[1] * scale, image.shape[0] * scale)
    sheet = Panel(height, width)
    return sheet.add(lambda place, _: np.copyto(place, _fitted(color(image), place.shape[:2])))


def _fitted(image, shape):
    """An image at another size: smooth, unless its pixels are so large that they are looked at."""
    if image.shape[:2] == shape or not min(shape):
        return image[: shape[0], : shape[1]]
    growth = shape[0] / image.shape[0]
    how = cv2.INTER_AREA if growth < 1 else cv2.INTER_LINEAR if growth < 2 else cv2.INTER_NEAREST
    return cv2.resize(image, shape[::-1], interpolation=how)


def image(drawing: Array | Panel, scale: float = 1.0) -> Array:
    """The pixels of a drawing: of a panel at a scale; an image is what it is."""
    return drawing.draw(scale) if isinstance(drawing, Panel) else drawing


def _scaled(points, scale):
    """Rows and columns at another scale, at which whole numbers are the middles of pixels too."""
    return (np.asarray(points, float).reshape(-1, 2) + 0.5) * scale - 0.5


def _thick(width, scale):
    return width if width < 0 else max(1, round(width * scale))


# ------------------------------------------------------------------ drawing on a picture


def line(
    picture: Ground, points: ArrayLike, ink: Color, width: int = 2, closed: bool = False
) -> Ground:
    """Join points (N, 2), row and column, by a line."""
    if isinstance(picture, Panel):
        return picture.add(
            lambda image, scale: line(
                image, _scaled(points, scale), ink, _thick(width, scale), closed
            )
        )
    cv2.polylines(
        picture, [_fixed(points)], closed, _plain(ink), width, cv2.LINE_AA, shift=SUBPIXELS
    )
    return picture


def polygon(picture: Ground, points: ArrayLike, ink: Color) -> Ground:
    """Fill the polygon of points (N, 2), row and column."""
    if isinstance(picture, Panel):
        return picture.add(lambda image, scale: polygon(image, _scaled(points, scale), ink))
    cv2.fillPoly(picture, [_fixed(points)], _plain(ink), cv2.LINE_AA, SUBPIXELS)
    return picture


def circles(
    picture: Ground, points: ArrayLike, radii: ArrayLike, ink: Color, width: int = 1
) -> Ground:
    """Draw a circle about each point (N, 2); a width of -1 fills it."""
    if isinstance(picture, Panel):
        return picture.add(
            lambda image, scale: circles(
                image, _scaled(points, scale), np.multiply(radii, scale), ink, _thick(width, scale)
            )
        )
    points = _fixed(points)
    for middle, radius in zip(points, np.broadcast_to(radii, len(points)), strict=True):
        radius = round(float(radius) * 2**SUBPIXELS)
        cv2.circle(picture, middle, radius, _plain(ink), width, cv2.LINE_AA, SUBPIXELS)
    return picture


def arrow(
    picture: Ground, start: Pair, end: Pair, ink: Color, width: int = 2, head: float = 0.25
) -> Ground:
    """Draw an arrow from one (row, column) to another; head is its share of the length."""
    if isinstance(picture, Panel):
        return picture.add(
            lambda image, scale: arrow(
                image, *_scaled([start, end], scale), ink, _thick(width, scale), head
            )
        )
    ends = _fixed([start, end])
    cv2.arrowedLine(picture, *ends, _plain(ink), width, cv2.LINE_AA, SUBPIXELS, tipLength=head)
    return picture


def frame(
    picture: Ground,
    where: tuple[slice, slice],
    ink: Color = PURPLE,
    width: int = 2,
    margin: int = 1,
) -> Ground:
    """Draw a frame around two slices, so many pixels away from them."""
    if isinstance(picture, Panel):
        return picture.add(
            lambda image, scale: frame(
                image,
                tuple(slice(*np.rint(scale * np.array([n.start, n.stop]))) for n in where),
                ink,
                _thick(width, scale),
                round(scale * margin),
            )
        )
    (top, bottom), (left, right) = ((axis.start, axis.stop) for axis in where)
    first = int(left) - 1 - margin, int(top) - 1 - margin
    cv2.rectangle(picture, first, (int(right) + margin, int(bottom) + margin), _plain(ink), width)
    return picture


def _fixed(points):
    """Rows and columns as OpenCV's x and y, in fractions of a pixel: (N, 2) int32."""
    points = np.asarray(points, float).reshape(-1, 2)[:, ::-1]
    return np.rint(np.clip(points, -9999, 9999) * 2**SUBPIXELS).astype(np.int32)


def _plain(ink):
    return tuple(map(int, ink))


def write(picture: Ground, labels: Iterable[Sequence[Any]], size: float = TEXT) -> Ground:
    """Write on an image or a panel.

    Parameters
    ----------
    picture : (H, W, 3) uint8, or Panel
    labels : sequence of (text, column, row, "l", "m" or "r" aligned[, ink]), the row of the
        text's top
    size : float, of the letters in pixels
    """
    if isinstance(picture, Panel):
        return _write_at_any_scale(picture, list(labels), size)
    for text, column, row, align, *ink in labels:
        if text:
            paper, letters = _letters(text, size, *ink)
            left = round(column) - letters.shape[1] * "lmr".index(align) // 2
            _blend(picture, paper, letters, left, round(row))
    return picture


def _write_at_any_scale(panel, labels, size):
    def draw(image, scale):
        moved = [(text, scale * x, scale * y, *rest) for text, x, y, *rest in labels]
        write(image, moved, round(scale * size, 1))

    return panel.add(draw)


def _blend(picture, paper, letters, left, top):
    if left < 0 or top < 0:
        inside = np.s_[max(-top, 0) :, max(-left, 0) :]
        paper, letters, left, top = paper[inside], letters[inside], max(left, 0), max(top, 0)
    under = picture[top : top + letters.shape[0], left : left + letters.shape[1]]
    if under.shape != letters.shape:  # cut off at the right or below
        inside = np.s_[: under.shape[0], : under.shape[1]]
        paper, letters = paper[inside], letters[inside]
    mixed = under * paper
    mixed += letters
    mixed >>= 8
    under[:] = mixed


@functools.lru_cache(maxsize=2048)
def _letters(text, size, ink=INK):
    """A line of text: how much of the paper stays, of 256, and the rest in ink; both uint16."""
    font = _font(size)
    sheet = Image.new("L", (text_width(text, size), sum(font.getmetrics())))
    ImageDraw.Draw(sheet).text((0, 0), text, 255, font)
    share = np.rint(np.asarray(sheet) * (256 / 255)).astype(np.uint16)[..., None]
    return 256 - share, share * np.uint16(ink)


@functools.lru_cache(maxsize=4096)
def text_width(text: str, size: int = TEXT) -> int:
    """How many pixels wide a line of text is."""
    return int(np.ceil(_font(size).getlength(text))) + 1


@functools.cache
def _font(size):
    import matplotlib

    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return ImageFont.truetype(str(path), size)


@functools.lru_cache(maxsize=256)
def legible(ink: Color) -> Color:
    """A colour dark enough for letters on white: a contrast of at least 4.5 (WCAG 2.2, 1.4.3)."""
    light = np.array(ink) / 255
    while 1.05 / (_luminance(light) + 0.05) < 4.5:
        light = light * 0.96
    return tuple(int(level) for level in 255 * light)


def _luminance(light):
    return srgb_to_linear(light) @ (0.2126, 0.7152, 0.0722)


def ink_on(ground: Sequence[Integer]) -> Color:
    """The colour of letters on a ground: white on the dark, else black."""
    red, green, blue = (int(level) for level in ground)
    return PAPER if 299 * red + 587 * green + 114 * blue < 120_000 else INK


def short(number: Real) -> str:
    """Write a number in some five characters, with a minus as long as a plus."""
    text = f"{number:.3g}" if 0.1 <= abs(number) < 1000 else f"{number:.3f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text.replace("-", "−")


# ------------------------------------------------------------------ panels


def titled(body: Array | Panel, *lines: Words, size: int = TEXT, least: float = 0) -> Panel:
    """An image or a panel under lines of words; a line that is too long for it is broken.

    Parameters
    ----------
    body : (H, W) or (H, W, 3) uint8, or Panel
    lines : str, or (str, colour) for a line behind a square of that colour
    size : int, of the letters in pixels
    least : pixels; a narrower panel gets white at its right
    """
    step, body = size + 8, panel(body)
    width = max(body.width, least)
    entries = [part for words in lines for part in _broken(words, width - 3, size)]
    sheet = Panel(step * len(entries) + 4 + body.height, width)
    sheet.put(body, sheet.height - body.height)
    for number, entry in enumerate(entries):
        _entry(sheet, entry, 2, 3 + step * number, size)
    return sheet


def legend(lines: Sequence[Words], size: int = TEXT, width: float = 200) -> Panel:
    """Lines of words under each other, each a str or (str, colour)."""
    entries = [part for words in lines for part in _broken(words, width - 9, size)]
    sheet = Panel((size + 11) * len(entries) + 8, width)
    for number, entry in enumerate(entries):
        _entry(sheet, entry, 8, 8 + (size + 11) * number, size)
    return sheet


def _entry(sheet, text, column, row, size):
    """Write a line of a legend in ink, behind a square of its colour if it has one."""
    text, ink = (text, None) if isinstance(text, str) else text
    if ink is not None:
        top = row + (size + 4 - SWATCH) // 2
        sheet.fill((top, top + SWATCH), (column, column + SWATCH), ink)
        column += SWATCH + 5
    write(sheet, [(text, column, row, "l")], size)


def _broken(words, width, size):
    """A line of a legend as lines that are no wider, the square of its colour before the first."""
    text, *ink = [words] if isinstance(words, str) else words
    first, *rest = _lines(text, width - (SWATCH + 5 if ink else 0), size)
    return [(first, *ink) if ink else first, *rest]


def _lines(text, width, size):
    """Text in lines that are no wider, broken between words."""
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and text_width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def words(texts: Iterable[Words], width: float = 300, size: int = TEXT) -> Panel:
    """Texts under each other, each a str or (str, colour of its letters); long ones are broken."""
    told = [(text, INK) if isinstance(text, str) else text for text in texts]
    broken = [
        (f"{INDENT}{part}" if number else part, legible(ink))
        for text, ink in told
        for number, part in enumerate(_lines(text, width - 12 - text_width(INDENT, size), size))
    ]
    step = size + 9
    sheet = Panel(step * len(broken) + 8, width)
    return write(sheet, [(t, 6, step * n + 5, "l", ink) for n, (t, ink) in enumerate(broken)], size)


def beside(*panels: Array | Panel, gap: float = GAP, middle: bool = False) -> Panel:
    """Panels in a row on white, their tops or their middles at one height."""
    parts = [panel(part) for part in panels]
    height = max(part.height for part in parts)
    sheet = Panel(height, sum(part.width + gap for part in parts) - gap)
    left = 0.0
    for part in parts:
        sheet.put(part, (height - part.height) // 2 if middle else 0, left)
        left += part.width + gap
    return sheet


def stacked(*panels: Array | Panel, gap: float = 0) -> Panel:
    """Panels under each other on white, their left edges in line."""
    parts = [panel(part) for part in panels]
    sheet = Panel(sum(part.height + gap for part in parts) - gap, max(part.width for part in parts))
    top = 0.0
    for part in parts:
        sheet.put(part, top)
        top += part.height + gap
    return sheet


def contact_sheet(pictures: Sequence[Array | Panel], columns: int = 3, gap: float = 4) -> Panel:
    """Pictures in rows of so many, on white."""
    starts = range(0, len(pictures), columns)
    return stacked(*(beside(*pictures[n : n + columns], gap=gap) for n in starts), gap=gap)


def cells(
    texts: Iterable[Iterable[object]],
    side: int = 44,
    colors: ArrayLike | None = None,
    inks: Sequence[Sequence[Color]] | None = None,
) -> Panel:
    """A table of numbers or words, each in a square.

    Parameters
    ----------
    texts : (rows, columns), anything that ``str`` writes; "\\n" begins a new line
    side : int, of a square in pixels, at least; a longer text makes all squares larger
    colors : (rows, columns) or (rows, columns, 3) uint8 of the squares, white by default
    inks : for each square the colour of its letters, by default black, or white on the dark

    Returns
    -------
    Panel (rows * side + 1, columns * side + 1)
    """
    texts = [[str(text) for text in row] for row in texts]
    rows, columns = len(texts), len(texts[0])
    colors = blank(rows, columns) if colors is None else color(np.asarray(colors, np.uint8))
    side = max(side, _room(texts))
    sheet = Panel(rows * side + 1, columns * side + 1)
    sheet.add(lambda image, scale: _draw_squares(image, scale, colors, side))
    labels = []
    for (row, column), ground in zip(np.ndindex(rows, columns), _each(colors), strict=True):
        ink = ink_on(ground) if inks is None else inks[row][column]
        lines, middle = texts[row][column].split("\n"), column * side + side // 2
        top = row * side + (side - len(lines) * (TEXT + 2)) // 2
        labels += [(text, middle, top + n * (TEXT + 2), "m", ink) for n, text in enumerate(lines)]
    return write(sheet, labels)


def _draw_squares(image, scale, colors, side):
    """Squares in their colours, and the lines between them."""
    down, across = (np.rint(scale * side * np.arange(n + 1)).astype(int) for n in colors.shape[:2])
    squares = colors.repeat(np.diff(across), axis=1).repeat(np.diff(down), axis=0)
    place = image[: len(squares), : squares.shape[1]]  # a part may have lost a pixel in rounding
    np.copyto(place, squares[: place.shape[0], : place.shape[1]])
    image[np.minimum(down, len(image) - 1)] = 180
    image[:, np.minimum(across, image.shape[1] - 1)] = 180


def _each(colors):
    return colors.reshape(-1, 3).tolist()


def _room(texts):
    """The side of the smallest squares that hold the texts."""
    parts = [text.split("\n") for row in texts for text in row]
    longest = max(text_width(part) for lines in parts for part in lines)
    return max(longest + 3, (TEXT + 2) * max(map(len, parts)) + 2)


# ------------------------------------------------------------------ axes


class Axes:
    """A plot that is drawn at a given size.

    Each call adds to the plot and returns it; ``picture`` gives the panel with all of it. What is
    called ``name`` stands in the legend, behind a square of the colour.

    Parameters
    ----------
    size : (width, height) of the whole panel in pixels
    x_range, y_range : (first, last), from left to right and from bottom to top; the first may be
        the larger one. What lies beyond them is drawn at the rim.
    title : str above the plot, or (str, colour): what it shows, or what its y counts
    x_label : str below the plot: what its x counts
    x_ticks, y_ticks : where there are ticks: numbers, or a dict from number to text; by default
        round numbers, as many as fit; ``()`` for none
    edge_to_edge : bool, the plot takes the full width, so that its left and its right edge are
        those of the panel, as a control with a ``pane`` has it, and an image above it; there are
        no ticks of y but those asked for, which are written in the plot
    grid : bool, faint lines at the ticks
    """

    def __init__(
        self,
        size: tuple[int, int],
        x_range: Pair = (0, 1),
        y_range: Pair = (0, 1),
        title: Words = "",
        x_label: str = "",
        x_ticks: Ticks | None = None,
        y_ticks: Ticks | None = None,
        edge_to_edge: bool = False,
        grid: bool = True,
    ) -> None:
        self.size, self.x_range, self.y_range = size, x_range, y_range
        self.title, self.x_label, self.edge_to_edge, self.grid = title, x_label, edge_to_edge, grid
        across, up = max(size[0] // 80, 2), max(size[1] // 45, 4)
        self.x_ticks: dict[Real, str] = (
            _ticks(x_range, across) if x_ticks is None else _named(x_ticks)
        )
        self.y_ticks: dict[Real, str] = _ticks(y_range, up) if y_ticks is None else _named(y_ticks)
        if edge_to_edge and y_ticks is None:
            self.y_ticks = {}
        self._drawing, self._names, self._lines = [], [], 0

    def line(
        self, x: ArrayLike, y: ArrayLike, ink: Color | None = None, name: str = "", width: int = 2
    ) -> Self:
        """Join points by a line, without those that are NaN; by default in the next colour."""
        x, y = np.asarray(x, float), np.asarray(y, float)
        there = ~np.isnan(y)
        ink = self._next(ink)
        self._name(name, ink)

        def draw(plot, at, scale):
            line(plot, at(x[there], y[there]), ink, _thick(width, scale))

        return self._add(draw)

    def steps(
        self,
        values: Sequence[Real] | Array,
        ink: Color | None = None,
        name: str = "",
        width: int = 2,
    ) -> Self:
        """The outline of bars of one width over the whole range of x."""
        edges = np.linspace(*self.x_range, len(values) + 1).repeat(2)[1:-1]
        return self.line(edges, np.repeat(values, 2), ink, name, width)

    def bars(
        self, values: ArrayLike, inks: ArrayLike = GRAY, name: str = "", share: float = 1.0
    ) -> Self:
        """Bars of one width over the whole range of x; too tall ones are broken, with a gap.

        inks : one colour for all, or one for each
        share : of its place that a bar fills
        """
        values, inks = np.asarray(values, float), np.asarray(inks, np.uint8)
        if inks.ndim == 1:
            self._name(name, tuple(map(int, inks)))
        return self._add(
            lambda plot, at, scale: _draw_bars(plot, at, scale, self, values, inks, share)
        )

    def horizontal_bars(
        self, values: Sequence[Real] | Array, inks: ArrayLike = GRAY, share: float = 0.7
    ) -> Self:
        """Bars to the right, the n-th at y = n."""
        inks = np.broadcast_to(np.asarray(inks), (len(values), 3))

        def draw(plot, at, scale):
            for number, (value, ink) in enumerate(zip(values, inks, strict=True)):
                near, far = number - share / 2, number + share / 2
                ends = at([self.x_range[0], max(value, 0)], [near, far])
                (top, bottom), (left, right) = np.rint(np.sort(ends, axis=0)).astype(int).T
                plot[top : bottom + 1, left : max(right, left + 1) + 1] = ink

        return self._add(draw)

    def points(
        self,
        x: ArrayLike,
        y: ArrayLike,
        ink: Color | None = None,
        name: str = "",
        radius: int = 4,
        ring: bool = False,
    ) -> Self:
        """Mark points by dots on white rims, or by rings."""
        ink = self._next(ink)
        self._name(name, ink)

        def draw(plot, at, scale):
            places = at(np.atleast_1d(x), np.atleast_1d(y))
            if ring:
                circles(plot, places, scale * radius, ink, _thick(2, scale))
            else:
                circles(plot, places, scale * (radius + 1), PAPER, -1)
                circles(plot, places, scale * radius, ink, -1)

        return self._add(draw)

    def mark(
        self,
        x: Real | None = None,
        y: Real | None = None,
        ink: Color = PURPLE,
        name: str = "",
        width: int = 2,
    ) -> Self:
        """Mark one x by a line from bottom to top, or one y by a line from left to right."""
        self._name(name, ink)

        def draw(plot, at, scale):
            ends = ([x, x], self.y_range) if y is None else (self.x_range, [y, y])
            (row, column), (bottom, right) = np.sort(at(*ends).astype(int), axis=0)
            thick = _thick(width, scale)
            if y is None:
                column = max(column - (thick - 1) // 2, 0)
                plot[row : bottom + 1, column : column + thick] = ink
            else:
                row = max(row - (thick - 1) // 2, 0)
                plot[row : row + thick, column : right + 1] = ink

        return self._add(draw)

    def arrow(self, start: Pair, end: Pair, ink: Color = INK, width: int = 2) -> Self:
        """Draw an arrow from one (x, y) to another."""

        def draw(plot, at, scale):
            arrow(plot, *at(*np.transpose([start, end])), ink, _thick(width, scale), head=0.1)

        return self._add(draw)

    def text(
        self, x: Real, y: Real, text: str, align: Align = "l", ink: Color = INK, size: int = TEXT
    ) -> Self:
        """Write at a point: the middle of the text's height, its left end, middle or right end."""

        def draw(plot, at, scale):
            ((row, column),) = at(np.array([x]), np.array([y]))
            letters = round(scale * size, 1)
            write(plot, [(text, column, row - 0.62 * letters, align, legible(ink))], letters)

        return self._add(draw)

    def picture(self) -> Panel:
        """All of it as a panel, (height, width) as asked for."""
        width, height = self.size
        plot = Panel(height, width)
        for entry, column, row in self._header():
            _entry(plot, entry, column, 3 + HEAD * row, TEXT)
        plot.add(self._draw_grid)
        write(plot, self._labels())
        return plot.add(self._draw_all)

    def _draw_all(self, plot, scale):
        at = functools.partial(self._at, self._pixels(plot, scale))
        for draw in self._drawing:
            draw(plot, at, scale)

    def _pixels(self, plot, scale):
        """Where the plot itself lies at a scale, in whole pixels."""
        left, top, width, height = self.box()
        first, last = round(scale * left), min(round(scale * (left + width)), plot.shape[1])
        upper, lower = round(scale * top), min(round(scale * (top + height)), plot.shape[0])
        return first, upper, last - first, lower - upper

    def box(self) -> tuple[int, int, int, int]:
        """Where the plot itself lies in its panel: left, top, width and height in pixels."""
        rows = [row for _, _, row in self._header()]
        top = HEAD * (max(rows) + 1) + 4 if rows else 4
        left = right = 0
        if not self.edge_to_edge:
            longest = max((text_width(text) for text in self.y_ticks.values()), default=0)
            left = longest + 8 if longest else 6
            last = [text for text in self.x_ticks.values()][-1:] or [""]
            right = max(8, text_width(last[0]) // 2 + 2)
        if self.y_ticks:
            top = max(top, TEXT // 2 + 4)
        ends = TEXT // 2 + 3 if self.y_ticks else 2
        below = HEAD * (any(self.x_ticks.values()) + bool(self.x_label)) or ends
        width, height = self.size
        return left, top, width - left - right, height - top - below

    def _add(self, draw):
        self._drawing.append(draw)
        return self

    def _name(self, name, ink):
        if name:
            self._names.append((name, ink))

    def _next(self, ink):
        if ink is None:
            ink = CURVE_COLORS[self._lines % len(CURVE_COLORS)]
            self._lines += 1
        return ink

    def _header(self):
        """Title and legend in as many rows as they need: (entry, column, row) each."""
        placed, column, row = [], 4, 0
        room = self.size[0] - 5
        for words in [self.title, *self._names] if self.title else self._names:
            entries = _broken(words, room, TEXT)
            for entry in entries:
                text, square = (entry, 0) if isinstance(entry, str) else (entry[0], SWATCH + 5)
                wide = text_width(text) + square
                if column > 4 and (column + wide > self.size[0] or entry is not entries[0]):
                    column, row = 4, row + 1
                placed.append((entry, column, row))
                column += wide + 18
        return placed

    def _at(self, box, x, y):
        """Rows and columns of points: (N, 2)."""
        left, top, width, height = box
        (x_first, x_last), (y_first, y_last) = self.x_range, self.y_range
        across = np.clip((np.asarray(x, float) - x_first) / (x_last - x_first), 0, 1)
        up = np.clip((np.asarray(y, float) - y_first) / (y_last - y_first), 0, 1)
        return np.stack([top + (1 - up) * (height - 1), left + across * (width - 1)], axis=-1)

    def _draw_grid(self, plot, scale):
        left, top, width, height = box = self._pixels(plot, scale)
        thick = _thick(1, scale)
        if self.grid:
            for x in self.x_ticks:
                column = round(self._at(box, x, self.y_range[0])[1])
                plot[top : top + height, column : column + thick] = FAINT
            for y in self.y_ticks:
                row = round(self._at(box, self.x_range[0], y)[0])
                plot[row : row + thick, left : left + width] = FAINT
        plot[top + height - thick : top + height, left : left + width] = FAINT

    def _labels(self):
        """Texts of the ticks and of the axis below, as ``write`` takes them."""
        left, top, width, height = box = self.box()
        labels, right = [], self.size[0] - 1
        for x, text in self.x_ticks.items():
            column, half = self._at(box, x, self.y_range[0])[1], text_width(text) / 2
            labels.append((text, np.clip(round(column), half, right - half), top + height + 3, "m"))
        for y, text in self.y_ticks.items():
            row = round(self._at(box, self.x_range[0], y)[0])
            inside = (text, 4, max(row - TEXT - 4, top), "l")
            labels.append(inside if self.edge_to_edge else (text, left - 6, row - 0.62 * TEXT, "r"))
        if self.x_label:
            labels.append((self.x_label, left + width, self.size[1] - TEXT - 6, "r"))
        return labels


def _draw_bars(plot, at, scale, axes, values, inks, share):
    """Bars column by column; where several share one, the tallest counts."""
    (bottom, left), (top, right) = np.rint(at(axes.x_range, axes.y_range)).astype(int)
    columns, rows = np.arange(right - left + 1), np.arange(top, bottom + 1)[:, None]
    bar = columns * len(values) // len(columns)
    tallest = values
    if len(columns) < len(values):
        starts = np.arange(len(columns)) * len(values) // len(columns)
        group = np.searchsorted(starts, np.arange(len(values)), side="right") - 1
        order = np.lexsort((values, group))
        bar = order[np.searchsorted(group, np.arange(len(columns)), side="right") - 1]
    low, high = axes.y_range
    shares = np.clip((tallest - low) / (high - low), 0, 1)
    tops = bottom - np.ceil(shares * (bottom - top)).astype(int)
    shown = (rows > tops[bar]) & _within_bars(columns, len(values), share)
    gap = rows - top - round(6 * scale)
    shown &= ~((values > high)[bar] & (gap >= 0) & (gap < _thick(4, scale)))
    part = plot[top : bottom + 1, left : right + 1]
    np.copyto(part, inks if inks.ndim == 1 else inks[bar], where=shown[..., None])


def _within_bars(columns, count, share):
    """Which columns lie in a bar, and which in the gap beside it."""
    if share == 1:
        return np.ones(len(columns), bool)
    inside = (columns + 0.5) * count / len(columns) % 1
    return np.abs(inside - 0.5) <= share / 2


def curves(
    named: Mapping[str, Sequence[Any]],
    size: tuple[int, int] = (470, 330),
    x_range: Pair | None = None,
    y_range: Pair | None = None,
    **axes: Any,
) -> Panel:
    """A plot of lines, with their names.

    Parameters
    ----------
    named : dict from name to (x, y), or to (x, y, colour)
    size : (width, height) in pixels
    x_range, y_range : (first, last); by default as far as the lines go
    axes : title, x_label, x_ticks, y_ticks, edge_to_edge, grid: as for ``Axes``
    """
    x_range = x_range or _extent([x for x, *_ in named.values()])
    plot = Axes(size, x_range, y_range or _extent([y for _, y, *_ in named.values()]), **axes)
    for name, (x, y, *ink) in named.items():
        plot.line(x, y, *ink, name=name)
    return plot.picture()


def full_height(counts: ArrayLike) -> float:
    """The height of a histogram's plot, at which a few tall bars do not flatten all others."""
    counts = np.asarray(counts)
    tallest, usual = counts.max(), 1.5 * np.sort(counts, axis=None)[-3:][0]
    return max(min(max(usual, tallest / 20), tallest), 1e-9)


def _extent(sequences):
    every = np.concatenate([np.asarray(values, float).ravel() for values in sequences])
    low, high = float(np.nanmin(every)), float(np.nanmax(every))
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _ticks(bounds, most):
    """Round numbers in a range, at most so many steps apart: {number: text}."""
    low, high = min(bounds), max(bounds)
    rough = (high - low) / most
    power = 10.0 ** np.floor(np.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
    numbers = np.arange(np.ceil(low / step - 1e-9), np.floor(high / step + 1e-9) + 1) * step
    return _named(np.round(numbers, 10)) if len(numbers) > 1 else _ticks(bounds, 2 * most)


def _named(ticks):
    if isinstance(ticks, dict):
        return ticks
    return {float(tick): f"{tick + 0.0:g}".replace("-", "−") for tick in ticks}
