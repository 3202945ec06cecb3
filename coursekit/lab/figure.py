"""Interactive figures: a pure ``render(image, **values) -> uint8 picture`` and a table of controls.

A figure can be called, driven from a cell, or shown. Shown, it is the live viewer where a front end
answers, and a still strip (minimum, middle, maximum of its first control) everywhere else.
"""

import inspect
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import cv2
import numpy as np
from numpy.typing import ArrayLike

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.lab import plots
from coursekit.lab.plain import described, plain

if TYPE_CHECKING:
    from coursekit.lab.show import Still
    from coursekit.lab.viewer import Viewer

_LARGEST_GRID = 100
Picture = Array | plots.Panel

_STILL_WIDTH, _STILL_PLOT = 200, 260  # pixels of a picture in a strip, and where plots are in it
_STILL_ROWS = 2
_STILL_NOTE = "<br><small>Still pictures. Run this cell to move the controls.</small>"


@dataclass(frozen=True)
class Slider:
    """A number in [minimum, maximum], moved in steps; ``odd=True`` reaches odd numbers only.

    ``pane`` is the title of a picture, a plot say, on which the reader may set the number too:
    a click, a drag or the arrow keys there run from the minimum at its left edge to the maximum
    at its right edge.
    """

    minimum: float
    maximum: float
    default: float
    step: float = 1
    label: str = ""
    unit: str = ""
    odd: bool = False
    pane: str = ""
    kind: ClassVar[str] = "slider"

    def __post_init__(self):
        if not self.minimum < self.maximum or self.step <= 0:
            raise ValueError(
                f"Slider: expected minimum < maximum and step > 0, "
                f"got {self.minimum}, {self.maximum} and {self.step}"
            )
        if self.odd:
            require.odd(self.minimum, "Slider minimum")
            object.__setattr__(self, "step", 2 * -(-self.step // 2))
        steps = (self.maximum - self.minimum) / self.step
        if abs(steps - round(steps)) > 1e-6:
            raise ValueError(
                f"Slider: steps of {self.step} from {self.minimum} do not reach {self.maximum}"
            )
        self.accept(self.default, "Slider default")

    @property
    def whole(self) -> bool:
        """Whether the slider moves over whole numbers."""
        return float(self.minimum).is_integer() and float(self.step).is_integer()

    def accept(self, value: Real, name: str) -> int | float:
        value = require.number(value, name, self.minimum, self.maximum)
        if not self.whole:
            return float(value)
        if not float(value).is_integer():
            raise ValueError(f"{name}: expected a whole number, got {value}")
        if self.odd:
            require.odd(int(value), name)
        return int(value)

    def nearest(self, value: Real) -> int | float:
        """The reachable value nearest to ``value``."""
        steps = round((min(max(value, self.minimum), self.maximum) - self.minimum) / self.step)
        reached = round(self.minimum + steps * self.step, 10)
        return int(reached) if self.whole else float(reached)

    def positions(self) -> tuple[int | float, ...]:
        middle = (self.minimum + self.maximum) / 2
        return tuple(map(self.nearest, (self.minimum, middle, self.maximum)))

    def written(self, value: Real) -> str:
        return f"{value:g}"


@dataclass(frozen=True)
class Choice:
    """One of several words."""

    options: tuple[str, ...]
    default: str | None = None
    label: str = ""
    kind: ClassVar[str] = "choice"

    def __post_init__(self):
        object.__setattr__(self, "options", tuple(map(str, self.options)))
        if not self.options:
            raise ValueError("Choice: expected at least one option, got none")
        if self.default is None:
            object.__setattr__(self, "default", self.options[0])
        self.accept(self.default, "Choice default")

    def accept(self, value: str, name: str) -> str:
        value = require.one_of(value, name, self.options)
        return value

    def positions(self) -> tuple[str, ...]:
        return self.options

    def written(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Toggle:
    """Off or on."""

    default: bool = False
    label: str = ""
    kind: ClassVar[str] = "toggle"

    def accept(self, value: bool | np.bool_, name: str) -> bool:
        if not isinstance(value, (bool, np.bool_)):
            raise TypeError(f"{name}: expected True or False, got {value!r}")
        return bool(value)

    def positions(self) -> tuple[bool, ...]:
        return (False, True)

    def written(self, value: bool) -> str:
        return "on" if value else "off"


@dataclass(frozen=True)
class Button:
    """A number that grows by one with each press; after ``count`` presses it is 0 again."""

    count: int
    default: int = 0
    label: str = ""
    text: str = "Again"
    kind: ClassVar[str] = "button"

    def __post_init__(self):
        require.whole(self.count, "Button count", 2, np.inf)
        self.accept(self.default, "Button default")

    def accept(self, value: Integer, name: str) -> int:
        value = require.whole(value, name, 0, self.count - 1)
        return int(value)

    def positions(self) -> tuple[int, ...]:
        return tuple(range(min(self.count, 3)))

    def written(self, value: Integer) -> str:
        return str(value)


@dataclass(frozen=True)
class Point:
    """A pixel (row, column) picked on the pictures; ``hover=True`` follows the pointer."""

    default: tuple[int, int]
    label: str = ""
    hover: bool = False
    kind: ClassVar[str] = "point"

    def __post_init__(self):
        object.__setattr__(self, "default", self.accept(self.default, "Point default"))

    def accept(self, value: Sequence[Integer] | Array, name: str) -> tuple[int, int]:
        if np.shape(value) != (2,):
            raise ValueError(f"{name}: expected (row, column), got {value!r}")
        for number, axis in zip(value, ("row", "column"), strict=True):
            number = require.whole(number, f"{name} {axis}", 0, np.inf)
        return (int(value[0]), int(value[1]))

    def positions(self) -> tuple[tuple[int, int], ...]:
        row, column = self.default
        return ((0, 0), (row // 2, column // 2), self.default)

    def written(self, value: Sequence[Integer] | Array) -> str:
        return f"at row {value[0]}, column {value[1]}"


@dataclass(frozen=True)
class Curve:
    """A table of 256 gray levels, drawn with the pointer or the keyboard; uint8 in ``render``."""

    default: tuple[int, ...] = tuple(range(256))
    label: str = ""
    kind: ClassVar[str] = "curve"

    def __post_init__(self):
        table = self.accept(self.default, "Curve default")
        object.__setattr__(self, "default", tuple(map(int, table)))

    def accept(self, value: ArrayLike, name: str) -> Array:
        table = np.asarray(value)
        if table.shape != (256,) or table.dtype.kind not in "iu":
            raise ValueError(
                f"{name}: expected a table of 256 whole numbers, "
                f"got shape {table.shape} and {table.dtype}"
            )
        if table.min() < 0 or table.max() > 255:
            raise ValueError(f"{name}: expected levels in 0..255, got {table.min()}..{table.max()}")
        return table.astype(np.uint8)

    def positions(self) -> tuple[Array, ...]:
        levels = np.arange(256)
        return tuple(t.astype(np.uint8) for t in (levels, levels // 2 + 64, 255 - levels))

    def written(self, value: Sequence[Integer] | Array) -> str:
        return f"{value[0]} to {value[255]}"


@dataclass(frozen=True)
class Kernel:
    """A small grid of numbers, typed or dragged; float (rows, columns) in ``render``.

    ``presets`` are kernels to start from, by name; ``step`` is what an arrow key adds.
    """

    default: Sequence[Sequence[Real]] | Array
    presets: dict[str, ArrayLike] = field(default_factory=dict)
    minimum: float = -10
    maximum: float = 10
    step: float = 1
    label: str = ""
    kind: ClassVar[str] = "kernel"

    def __post_init__(self):
        if np.ndim(self.default) != 2:
            raise ValueError(f"Kernel default: expected rows of numbers, got {self.default!r}")
        default = self.accept(self.default, "Kernel default")
        object.__setattr__(self, "default", tuple(map(tuple, default.tolist())))
        for name, preset in self.presets.items():
            self.accept(preset, f"Kernel preset '{name}'")

    def accept(self, value: ArrayLike, name: str) -> Array:
        shape = np.shape(self.default)
        if np.shape(value) != shape:
            raise ValueError(
                f"{name}: expected {shape[0]} x {shape[1]} numbers, got shape {np.shape(value)}"
            )
        for number in np.ravel(value).tolist():
            number = require.number(number, name, self.minimum, self.maximum)
        return np.array(value, dtype=np.float64)

    def positions(self) -> tuple[Array, ...]:
        reached = self.presets.values() or (np.zeros(np.shape(self.default)), self.default)
        return tuple(np.array(kernel, dtype=np.float64) for kernel in reached)

    def written(self, value: Sequence[Sequence[Real]] | Array) -> str:
        named = (name for name, preset in self.presets.items() if np.array_equal(preset, value))
        return next(named, "; ".join(" ".join(f"{n:g}" for n in row) for row in value))


Control = Slider | Choice | Toggle | Button | Point | Curve | Kernel


class Figure:
    """Pictures that answer to controls.

    A picture is a uint8 image, (H, W) or (H, W, 3), or a ``plots.Panel``, which the viewer draws
    at the pixels of the pane that shows it, and everything else at scale 1.

    Parameters
    ----------
    render : function(image, **values) -> picture, or {title: picture}; pure; it is called without
        ``image`` where the figure has none
    ranges : dict of parameter name -> Slider, Choice, Toggle, Button, Point, Curve or Kernel
    image : (H, W) or (H, W, 3) picture that the reader may replace by an own photo, or None
    title : heading of the figure, and title of the picture where ``render`` names none
    alt : one sentence on what is to be seen
    ordered : pairs of parameter names (low, high) kept low <= high: moving one pushes the other
    before : title of the picture that the swipe starts from; where ``render`` returns no picture of
        that title, the untouched image is shown under it, first
    second : another such picture, or None; ``render(image, second, **values)`` gets both
    photos : what the two are called where the reader replaces them; a photo dropped on the pane of
        that title takes its place
    aligned : titles of pictures that share their horizontal axis: they are shown under each other,
        as wide as each other
    one_zoom : bool, whether all images are shown at one zoom, since their sizes are compared
    still : name of the parameter that moves in the still strip; the first by default
    """

    def __init__(
        self,
        render: Callable[..., Picture | dict[str, Picture]],
        ranges: Mapping[str, Control],
        image: Array | None = None,
        title: str = "",
        alt: str = "",
        ordered: Iterable[tuple[str, str]] = (("low", "high"),),
        before: str | None = None,
        second: Array | None = None,
        photos: Iterable[str] = ("first", "second"),
        aligned: Iterable[str] = (),
        one_zoom: bool = False,
        still: str | None = None,
    ) -> None:
        self.render, self.ranges = render, dict(ranges)
        self.title, self.alt, self.before = title, alt, before
        self.ordered = tuple(pair for pair in ordered if set(pair) <= set(ranges))
        self.aligned, self.one_zoom = tuple(aligned), one_zoom
        if still is not None:
            still = require.one_of(still, "still", tuple(self.ranges))
        self._still = still or next(iter(self.ranges), "")
        self._viewer: Viewer | None = None
        self._pictures: dict[str, Picture] | None = None
        self._lock = threading.RLock()  # a cell and a slider may move the figure at once
        if image is None and second is not None:
            raise ValueError("second: expected an image beside it, got none")
        self._images = tuple(picture for picture in (image, second) if picture is not None)
        self._originals = self._images
        for picture in self._images:
            require.image(picture)
        self.photos = tuple(photos) if second is not None else ()
        self._require_fitting_parameters()
        self._values = self._accepted(self.defaults)

    def _require_fitting_parameters(self):
        try:
            inspect.signature(self.render).bind(*self._images, **dict.fromkeys(self.ranges))
        except TypeError as error:
            given = ", ".join(self.ranges)
            raise TypeError(f"render does not take the parameters {given}: {error}") from None

    # ------------------------------------------------------------------ values

    @property
    def defaults(self) -> dict[str, Any]:
        """The values that the controls start from (points moved inside the image)."""
        return {name: self._inside(c, c.default) for name, c in self.ranges.items()}

    @property
    def values(self) -> dict[str, Any]:
        """The current values of the controls."""
        return dict(self._values)

    def _inside(self, control, value):
        if control.kind != "point" or self.image is None:
            return value
        return tuple(min(v, n - 1) for v, n in zip(value, self.image.shape[:2], strict=True))

    def _accepted(self, values):
        """``values``, each checked by its control, and the ordered pairs checked too."""
        accepted = {}
        for name, value in values.items():
            name = require.one_of(name, "parameter", tuple(self.ranges))
            accepted[name] = self.ranges[name].accept(value, name)
            if self.ranges[name].kind == "point" and self.image is not None:
                self._require_inside(name, accepted[name])
        for low, high in self.ordered:
            if low in accepted and high in accepted and accepted[low] > accepted[high]:
                raise ValueError(
                    f"{low}: expected at most {high} = {accepted[high]}, got {accepted[low]}"
                )
        return accepted

    def _require_inside(self, name, point):
        height, width = self.image.shape[:2]
        if point[0] >= height or point[1] >= width:
            raise ValueError(
                f"{name}: expected a pixel of the {height} x {width} picture, got {point}"
            )

    def _pushed(self, moved):
        """Current values after ``moved``, the partners of ordered pairs pushed along."""
        values = self._values | moved
        for low, high in self.ordered:
            if values[low] <= values[high]:
                continue
            leader, follower = (low, high) if low in moved else (high, low)
            values[follower] = self.ranges[follower].nearest(values[leader])
            if values[low] > values[high]:  # the partner's range ends here
                values[leader] = self.ranges[leader].nearest(values[follower])
        return values

    def set(self, **values: Any) -> None:
        """Move controls; an ordered partner is pushed along. The live viewer follows."""
        with self._lock:
            values = self._accepted(self._pushed(self._accepted(values)))
            if self._pictures is None or not _same(values, self._values):
                self._pictures = self._rendered(values)
                self._values = values
            self._publish()

    # ---------------------------------------------------------------- pictures

    def __call__(self, **values: Any) -> dict[str, Array]:
        """Pictures at ``values`` (the rest at their defaults) as {title: uint8 picture}. Pure."""
        return _drawn(self.panels(**values))

    def panels(self, **values: Any) -> dict[str, Picture]:
        """Pictures at ``values`` as ``render`` returned them, its panels not yet drawn. Pure."""
        return self._rendered(self._accepted(self.defaults | values))

    @property
    def pictures(self) -> dict[str, Array]:
        """The pictures at the current values, as images."""
        return _drawn(self.current)

    @property
    def current(self) -> dict[str, Picture]:
        """The pictures at the current values, panels not yet drawn."""
        with self._lock:
            if self._pictures is None:
                self._pictures = self._rendered(self._values)
            return dict(self._pictures)

    def _rendered(self, values):
        result = self.render(*self._images, **values)
        if not isinstance(result, dict):
            result = {self.title or "picture": result}
        for title, picture in result.items():
            _require_picture(picture, title)
        if self.before and self.before not in result and self.image is not None:
            result = {self.before: _as_uint8(self.image)} | result
        return result

    @property
    def image(self) -> Array | None:
        """The image that ``render`` is given, the first of two; assign another to replace it."""
        return self._images[0] if self._images else None

    @image.setter
    def image(self, image: Array) -> None:
        require.image(image)
        self._replace((image, *self._images[1:]), self._values)

    @property
    def second(self) -> Array | None:
        """The second image that ``render`` is given, or None; assign another to replace it."""
        return self._images[1] if len(self._images) > 1 else None

    @second.setter
    def second(self, image: Array) -> None:
        require.image(image)
        self._replace((self.image, image), self._values)

    def reset(self) -> None:
        """Back to the images that the figure was made with, and to the controls' defaults."""
        defaults = {name: control.default for name, control in self.ranges.items()}
        self._replace(self._originals, defaults)

    def _replace(self, images, values):
        with self._lock:
            before, self._images = (self._images, self._values, self._pictures), images
            try:
                values = {n: self._inside(self.ranges[n], v) for n, v in values.items()}
                values = self._accepted(values)
                self._pictures, self._values = self._rendered(values), values
            except Exception:
                self._images, self._values, self._pictures = before
                raise
            self._publish()

    @property
    def accepts_upload(self) -> bool:
        """Whether the reader may put in an own photo."""
        return self.image is not None

    def upload(self, photo: Array, place: int = 0) -> None:
        """Take a reader's RGB photo, made gray or float where the figure's own image is.

        ``place`` is 0 for the image, 1 for the second one.
        """
        name = ("image", "second")[place]
        own = getattr(self, name)
        if own.ndim == 2:
            photo = cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
        if own.dtype != np.uint8:
            photo = (photo / 255).astype(own.dtype)
        setattr(self, name, photo)

    # ------------------------------------------------------------- tests' grid

    def extremes(self) -> Iterator[dict[str, Any]]:
        """Yield values to try: minimum, default and maximum of all controls, then a grid."""
        positions = {name: self._positions(name) for name in self.ranges}
        yield self.defaults
        if self._grid_is_small(positions):
            grid = (dict(zip(positions, v, strict=True)) for v in _product(positions))
        else:
            grid = self._one_at_a_time(positions)
        for values in grid:
            if all(values[low] <= values[high] for low, high in self.ordered):
                yield values

    def _positions(self, name):
        control = self.ranges[name]
        if control.kind == "point" and self.image is not None:
            height, width = self.image.shape[:2]
            return ((0, 0), (height // 2, width // 2), (height - 1, width - 1))
        return control.positions()

    @staticmethod
    def _grid_is_small(positions):
        return np.prod([len(p) for p in positions.values()]) <= _LARGEST_GRID

    def _one_at_a_time(self, positions):
        yield {name: reached[0] for name, reached in positions.items()}
        yield {name: reached[-1] for name, reached in positions.items()}
        for name, reached in positions.items():
            yield from (self.defaults | {name: value} for value in reached)

    # ----------------------------------------------------------------- display

    def still(self) -> "Still":
        """Strip of pictures at minimum, middle and maximum of one control, by default the first.

        The other controls stand as they are; that one, once it was moved, stands in the middle.
        """
        from coursekit.lab import show

        strip = self._strip()
        still = show.pictures(strip, columns=self._strip_columns(strip))
        still.alt = self.description
        return still

    def _strip(self):
        """{title: picture} of what moves, one row a picture, one column a position."""
        if not self.ranges:
            return _narrow(self.current)
        name, control = self._still, self.ranges[self._still]
        columns = [(control.written(v), self._moved_to(name, v)) for v in self._three(name)]
        first, last = columns[0][1], columns[-1][1]
        moving = [t for t in first if t not in last or _differ(first[t], last[t])]
        name = name.replace("_", " ")
        strip = {
            f"{title}, {written}" if row else f"{name} {written}": pictures[title]
            for row, title in enumerate((moving or list(first))[:_STILL_ROWS])
            for written, pictures in columns
            if title in pictures
        }
        return _narrow(strip)

    def _three(self, name):
        positions = self._positions(name)
        if len(positions) < 3:
            return positions
        value, default = self._values[name], self.defaults[name]
        middle = positions[len(positions) // 2] if np.array_equal(value, default) else value
        return (positions[0], middle, positions[-1])

    def _moved_to(self, name, value):
        values = self.values
        values[name] = self.ranges[name].accept(value, name)
        for low, high in self.ordered:
            if name == low:
                values[high] = max(values[high], value)
            if name == high:
                values[low] = min(values[low], value)
        return self.panels(**values)

    def _strip_columns(self, strip):
        return min(len(self._three(self._still)) if self.ranges else 3, len(strip), 4)

    @property
    def description(self) -> str:
        """Alt text: title, what is to be seen, and size and mean of each picture."""
        words = [text.rstrip(".") for text in (self.title, self.alt) if text]
        words += [described(title, picture) for title, picture in self.current.items()]
        return ". ".join(words) + "."

    @property
    def viewer(self) -> "Viewer":
        """The live widget, made when first asked for."""
        if self._viewer is None:
            from coursekit.lab.viewer import Viewer

            self._viewer = Viewer(self)
        return self._viewer

    def _publish(self):
        if self._viewer is not None:
            self._viewer.publish()

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        view = self.viewer._repr_mimebundle_()
        data, metadata = view if isinstance(view, tuple) else (view, {})
        still = self.still()
        html = still._repr_html_() + _STILL_NOTE
        return data | {"text/html": html, "text/plain": still.alt}, metadata

    def __repr__(self) -> str:
        return f"Figure({self.title!r}, {', '.join(self.ranges)})"

    def as_controls(self) -> list[dict[str, Any]]:
        """The controls as plain data, for the front end."""
        return [
            plain(asdict(control))
            | {"kind": control.kind, "name": name, "default": plain(self.defaults[name])}
            | {"label": control.label or name.replace("_", " ")}
            for name, control in self.ranges.items()
        ]


def _drawn(panels):
    return {title: plots.image(picture) for title, picture in panels.items()}


def _differ(picture, other):
    return not np.array_equal(plots.image(picture), plots.image(other))


def _require_picture(picture, title):
    if isinstance(picture, plots.Panel):
        return
    require.image(picture, f"the picture '{title}' that render returned")
    if picture.dtype != np.uint8:
        raise TypeError(
            f"the picture '{title}' that render returned: expected uint8, got {picture.dtype}"
        )


def _as_uint8(image):
    return image if image.dtype == np.uint8 else np.rint(image * 255).astype(np.uint8)


def _narrow(pictures):
    """Pictures that are as narrow as a strip has them, plots as images."""
    plotted = any(isinstance(picture, plots.Panel) for picture in pictures.values())
    most = _STILL_PLOT if plotted else _STILL_WIDTH
    return {title: _at_most(picture, most) for title, picture in pictures.items()}


def _at_most(picture, most):
    height, width = picture.shape[:2]
    scale = min(1, most / width)
    if isinstance(picture, plots.Panel):
        return picture.draw(scale)
    if scale == 1:
        return picture
    size = (most, max(1, round(height * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def _product(positions):
    return itertools.product(*positions.values())


def _same(values, others):
    return all(np.array_equal(values[name], others[name]) for name in values)
