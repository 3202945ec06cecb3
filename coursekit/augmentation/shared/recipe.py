"""The recipe of an augmentation: its ranges, and what is sampled from them for each image.

Nothing here touches a pixel: ``reference``, ``gpu`` and ``training`` apply the same parameters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from coursekit.augmentation.shared import checks, matrices, random_numbers, stream
from coursekit.core import require
from coursekit.core.types import Array, Integer, Real, Shape

MOST_SAMPLES = 2**31  # asked for at once
ShiftRange = Real | list[int] | list[float] | Array

# Each number has a place of its own, so that one range more changes none of the others' numbers.
PLACES = (
    "rotation", "height_shift", "width_shift", "shear", "zoom_rows", "zoom_columns",
    "channel_shift_0", "channel_shift_1", "channel_shift_2", "brightness",
    "horizontal_flip", "vertical_flip",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Parameters:
    """What was sampled, one row for each of n samples.

    rotation, shear : (n,) float, degrees
    height_shift, width_shift : (n,) float, in pixels or in shares of the height and the width
    zoom_rows, zoom_columns : (n,) float, how much is seen
    channel_shift : (n, 3) float, in the unit of channel_shift_range
    brightness : (n,) float, a factor
    horizontal_flip, vertical_flip : (n,) bool
    height_in_pixels, width_in_pixels : bool, the units of the shifts
    """

    rotation: Array
    height_shift: Array
    width_shift: Array
    shear: Array
    zoom_rows: Array
    zoom_columns: Array
    channel_shift: Array
    brightness: Array
    horizontal_flip: Array
    vertical_flip: Array
    height_in_pixels: bool = False
    width_in_pixels: bool = False

    @classmethod
    def concatenated(cls, several: Sequence[Self]) -> Self:
        """One table of several, whose shifts are in the same units."""
        columns: dict[str, Any] = {}
        for name in cls._columns():
            columns[name] = np.concatenate([getattr(each, name) for each in several])
        return cls(**columns, **several[0]._units())

    @classmethod
    def _columns(cls):
        return [each.name for each in fields(cls) if not each.name.endswith("_in_pixels")]

    def __len__(self) -> int:
        return len(self.rotation)

    def __getitem__(self, samples: Integer | slice | Sequence[int] | Array) -> "Parameters":
        """The parameters of some of the samples; of one where ``samples`` is a number."""
        if isinstance(samples, (int, np.integer)):
            first = range(len(self))[int(samples)]
            samples = slice(first, first + 1)
        columns = {name: getattr(self, name)[samples] for name in self._columns()}
        return Parameters(**columns, **self._units())

    def _units(self):
        return {
            "height_in_pixels": self.height_in_pixels,
            "width_in_pixels": self.width_in_pixels,
        }

    def affine(self, shape: Shape, row: Integer | None = None) -> dict[str, Any]:
        """The arguments of ``affine_matrix`` for images of this shape: of all samples, or one."""
        height, width = checks.require_shape(shape)
        arguments = {
            "rotation": self.rotation,
            "height_shift": self.height_shift * (1 if self.height_in_pixels else height),
            "width_shift": self.width_shift * (1 if self.width_in_pixels else width),
            "shear": self.shear,
            "zoom_rows": self.zoom_rows,
            "zoom_columns": self.zoom_columns,
            "vertical_flip": self.vertical_flip,
            "horizontal_flip": self.horizontal_flip,
        }
        if row is None:
            return arguments
        return {name: values[row].item() for name, values in arguments.items()}

    def matrices(self, shape: Shape) -> Array:
        """One matrix for each sample, for images of this shape: (n, 3, 3) float64."""
        return matrices.affine(shape, **self.affine(shape))


class Recipe:
    """Ranges, and what is sampled from them. ``apply`` is up to those who know pixels."""

    def __init__(
        self,
        rotation_range: Real = 0.0,
        width_shift_range: ShiftRange = 0.0,
        height_shift_range: ShiftRange = 0.0,
        shear_range: Real = 0.0,
        zoom_range: Real | random_numbers.Interval = 0.0,
        channel_shift_range: ArrayLike = 0.0,
        brightness_range: random_numbers.Interval | None = None,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        fill_mode: checks.FillMode = "nearest",
        cval: Real = 0.0,
        interpolation: checks.Interpolation = "bilinear",
        seed: Integer = 0,
    ) -> None:
        self.rotation_range = _spread(rotation_range, "rotation_range")
        self.width_shift_range = Shift(width_shift_range, "width_shift_range")
        self.height_shift_range = Shift(height_shift_range, "height_shift_range")
        self.shear_range = _spread(shear_range, "shear_range", most=89)
        self.zoom_range = _zoom(zoom_range)
        self.channel_shift_range = _channels(channel_shift_range)
        self.brightness_range = (
            (1.0, 1.0)
            if brightness_range is None
            else random_numbers.require_interval(
                brightness_range, "brightness_range", 0, checks.LARGEST_FACTOR
            )
        )
        self.horizontal_flip = require.flag(horizontal_flip, "horizontal_flip")
        self.vertical_flip = require.flag(vertical_flip, "vertical_flip")
        given = checks.require_sampling(fill_mode, cval, interpolation, 255)
        self.fill_mode, self.cval, self.interpolation = given
        self.seed = require.whole(seed, "seed", 0, random_numbers.LARGEST)

    def draw(self, samples: Integer | Sequence[int] | Array, epoch: Integer = 0) -> Parameters:
        """Sample the parameters of some images; the same whoever asks, when and how often.

        samples : int n, for the samples 0 to n - 1; or (n,) int, their numbers in the data set
        epoch : int >= 0

        Gives ``Parameters`` with one row for each.
        """
        numbers = _numbers(samples)
        uniforms = random_numbers.uniform(self.seed, epoch, numbers, len(PLACES)).T
        place = dict(zip(PLACES, uniforms, strict=True))
        reach, shifts = self.channel_shift_range, uniforms[6:9].T
        if reach.size == 1:  # Keras's meaning: one number for all channels
            shifts = shifts[:, [0, 0, 0]]
        return Parameters(
            rotation=_about_zero(place["rotation"], self.rotation_range),
            height_shift=self.height_shift_range.sample(place["height_shift"]),
            width_shift=self.width_shift_range.sample(place["width_shift"]),
            shear=_about_zero(place["shear"], self.shear_range),
            zoom_rows=random_numbers.between(place["zoom_rows"], self.zoom_range),
            zoom_columns=random_numbers.between(place["zoom_columns"], self.zoom_range),
            channel_shift=_about_zero(shifts, reach),
            brightness=random_numbers.between(place["brightness"], self.brightness_range),
            horizontal_flip=(place["horizontal_flip"] < 0.5) & self.horizontal_flip,
            vertical_flip=(place["vertical_flip"] < 0.5) & self.vertical_flip,
            height_in_pixels=self.height_shift_range.in_pixels,
            width_in_pixels=self.width_shift_range.in_pixels,
        )

    def apply(self, images: Any, parameters: Parameters) -> Any:
        """Apply to each image what was sampled for it."""
        raise NotImplementedError

    def apply_masks(self, masks: Any, parameters: Parameters, outside: Integer = 0) -> Any:
        """Move masks with their images."""
        raise NotImplementedError

    def flow(
        self,
        images: stream.Items,
        labels: stream.Items | None = None,
        batch_size: int = 32,
        masks: stream.Items | None = None,
        epochs: int | None = 1,
        shuffle: bool = True,
        start: int = 0,
        progress: bool = True,
    ) -> Iterator[Any]:
        """Go through the images in batches, each image augmented anew in each epoch.

        images : array or tensor of n images, or a list of images
        labels : n labels, array, tensor or list; by default none
        batch_size : int >= 1; the last batch of an epoch may be smaller
        masks : n masks that move with their images; by default none
        epochs : int >= 1, or None to go on for ever
        shuffle : bool, another order in each epoch, which (seed, epoch) alone decides
        start : int >= 0, batches that are done: an interrupted stream goes on where it stopped
        progress : bool, show a bar where it takes longer than two seconds

        Yields the images, then the labels and the masks where there are some.
        """
        stream.require_same_length(images, labels, masks)
        progress = require.flag(progress, "progress")
        plan = stream.Plan(len(images), batch_size, epochs, shuffle, self.seed, start)
        for epoch, numbers in stream.watched(plan) if progress else plan:
            parameters = self.draw(numbers, epoch)
            batch = [self.apply(stream.take(images, numbers), parameters)]
            if labels is not None:
                batch.append(stream.take(labels, numbers))
            if masks is not None:
                batch.append(self.apply_masks(stream.take(masks, numbers), parameters))
            yield batch[0] if len(batch) == 1 else tuple(batch)


class Shift:
    """A range of shifts as Keras writes it: a share, pixels, or a list of choices.

    A float below 1 is a share of the side, sampled evenly from ± that share; a float from 1 on is
    pixels, and so is an int n: a whole number above -n and below n. A list is what is chosen from:
    whole numbers are pixels, others shares, unless one of them is 1 or more.
    """

    choices: Array | None
    reach: float
    whole: bool
    in_pixels: bool

    def __init__(self, given: ShiftRange, name: str) -> None:
        self.choices, self.reach, self.whole = None, 0.0, False
        if isinstance(given, tuple):
            raise ValueError(
                f"{name}: expected a number or a list of choices, got the pair {given!r}, "
                "which could be an interval: write a list"
            )
        if isinstance(given, (list, np.ndarray)):
            self.choices = _choices(given, name)
            whole = np.asarray(given).dtype.kind in "iu"
            self.in_pixels = whole or bool(abs(self.choices).max() >= 1)
            return
        given = require.number(given, name, 0, checks.FARTHEST)
        self.whole = isinstance(given, int) and given >= 1
        self.reach, self.in_pixels = float(given), given >= 1

    def sample(self, uniforms: Array) -> Array:
        """Shifts for uniform numbers in [0, 1)."""
        if self.choices is not None:
            return self.choices[np.floor(uniforms * self.choices.size).astype(int)]
        if self.whole:
            return np.floor(uniforms * (2 * self.reach - 1)) - (self.reach - 1)
        return _about_zero(uniforms, self.reach)


def _about_zero(uniforms, reach):
    return reach * (2 * uniforms - 1)


def _choices(given, name):
    if isinstance(given, np.ndarray):
        require.numpy_array(given, name)
    try:
        array = np.asarray(given)
    except ValueError:
        raise ValueError(f"{name}: expected a list of numbers, got {given!r}") from None
    if array.dtype.kind not in "iuf" or array.ndim != 1 or not array.size:
        raise ValueError(f"{name}: expected a list of numbers, got {given!r}")
    if not (np.abs(array.astype(np.float64)) <= checks.FARTHEST).all():
        raise ValueError(f"{name}: expected finite numbers up to 1e9, got {given!r}")
    return array.astype(np.float64)


def _spread(value: Real, name: str, most: Real = checks.FARTHEST) -> float:
    return float(require.number(value, name, 0, most))


def _zoom(given: Real | random_numbers.Interval) -> tuple[float, float]:
    """Keras's: a number z is the pair (1 - z, 1 + z)."""
    if isinstance(given, (tuple, list, np.ndarray)):
        return random_numbers.require_interval(given, "zoom_range", *checks.ZOOMS)
    given = float(require.number(given, "zoom_range", 0, 0.999))
    return 1 - given, 1 + given


def _channels(given: ArrayLike) -> Array:
    """A number for all channels together, or one for each of three."""
    reach: list[Any] = [given]
    if isinstance(given, (list, tuple)) or (isinstance(given, np.ndarray) and given.ndim):
        reach = list(given)
    if len(reach) not in (1, 3):
        raise ValueError(f"channel_shift_range: expected a number or three, got {given!r}")
    for k in range(len(reach)):
        reach[k] = require.number(reach[k], "channel_shift_range", 0, checks.LARGEST_FACTOR)
    return np.array(reach, dtype=np.float64)


def _numbers(samples):
    if isinstance(samples, (int, np.integer)) and not isinstance(samples, bool):
        return np.arange(require.whole(samples, "samples", 0, MOST_SAMPLES))
    array = checks.require_array(samples, "samples")
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise TypeError(f"samples: expected a whole number, or (n,) of them, got {samples!r}")
    if array.size and array.min() < 0:
        raise ValueError(f"samples: expected numbers from 0 on, got {array.min()}")
    return array
