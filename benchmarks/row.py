"""A row of the benchmark: the same work, done in turns by several programs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf

import numpy as np
import torch

from coursekit.lab import samples
from coursekit.lab.device import Timing, device, measure_all

REFERENCE, GPU, OPENCV, SKIMAGE, KORNIA, NAIVE = COLUMNS = (
    "reference", "gpu", "OpenCV", "scikit-image", "kornia", "naive loop",
)  # fmt: skip
CROP = 64  # side of the crop on which the naive loop is timed
MOST_ROUNDS = 200


def ours(columns):
    """The column that others are compared with: ``gpu``, or ``reference`` if there is no twin."""
    return GPU if GPU in columns else REFERENCE


@dataclass(frozen=True)
class Batch:
    """The same images for all programs: a list of arrays, and one tensor (B, C, H, W)."""

    images: list
    tensor: torch.Tensor

    @classmethod
    def of(cls, images):
        stack = np.stack(images)
        stack = stack[..., None] if stack.ndim == 3 else stack
        return cls(images, torch.from_numpy(stack).movedim(-1, 1).contiguous())

    def crops(self, count, size):
        """The corners of the first images, for slow work."""
        return Batch.of([image[:size, :size].copy() for image in self.images[:count]])

    def __str__(self):
        return f"{len(self.images)} of {' x '.join(map(str, self.tensor.shape[-2:]))}"

    def as_floats(self):
        return Batch.of([(image / 255).astype(np.float32) for image in self.images])


def gray_batch(count=16, size=512):
    """Four images, each in four rotations."""
    names = ("camera", "brick", "grass", "gravel")
    images = [getattr(samples, name)()[:size, :size] for name in names]
    return Batch.of([np.rot90(p, k).copy() for k in range(4) for p in images][:count])


def color_batch(count=16, size=512):
    """One image in four rotations, each with four orders of its channels."""
    astronaut = samples.astronaut()[:size, :size]
    orders = ([0, 1, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0])
    return Batch.of(
        [np.rot90(astronaut[..., o], k).copy() for k in range(4) for o in orders][:count]
    )


@dataclass(frozen=True)
class Row:
    """One measurement.

    name : the work, with its arguments
    dtype : of the images, in and out
    batch : Batch
    work : column -> function; of an image for the columns of NumPy, of the batch for PyTorch's.
        ``reference`` may be missing if NumPy computes nothing, ``gpu`` if there is no twin
    naive : the double loop over one image; timed on a crop and scaled by the number of pixels
    tolerance : the largest difference from ``reference`` that still counts as the same work
    same : column -> function that converts its result to reference's units and order; not timed
    tolerances : column -> tolerance, for libraries that define the work differently

    All columns take turns. The first round is the warm-up and is compared; the second is always
    timed, and more rounds are if they fit in the budget. Slow work gets fewer images, so that two
    rounds suffice.
    """

    name: str
    dtype: str
    batch: Batch
    work: Mapping[str, Callable]
    naive: Callable | None = None
    tolerance: float = 1.0
    same: Mapping[str, Callable] = field(default_factory=dict)
    tolerances: Mapping[str, float] = field(default_factory=dict)

    def candidates(self):
        """Column -> function without arguments; ``gpu`` also runs on a GPU if there is one."""
        calls = {name: self._call(name, function) for name, function in self.work.items()}
        if device().type != "cpu" and GPU in self.work:
            batch, function = self.batch.tensor.to(device()), self.work[GPU]
            calls[f"{GPU} on {device().type}"] = lambda: function(batch)
        return calls

    def _call(self, column, function):
        if column in (GPU, KORNIA):
            return lambda: function(self.batch.tensor)
        return lambda: [function(image) for image in self.batch.images]

    def too_different(self, differences):
        """The columns whose differences exceed the tolerance, which did other work."""
        return {
            column: difference
            for column, difference in differences.items()
            if not difference <= self.tolerances.get(column, self.tolerance)  # true for NaN too
        }

    def differences(self):
        """Column -> largest difference from ``reference`` (or else ``gpu``), in gray levels."""
        results = {
            column: self.same.get(column, np.asarray)(as_images(call()))
            for column, call in self.candidates().items()
        }
        expected = results.pop(REFERENCE if REFERENCE in results else GPU)
        white = 1 if self.dtype == "uint8" else 255
        return {
            column: float(np.abs(result - expected).max() * white)
            for column, result in results.items()
        }

    def measure(self, budget):
        """Column -> Timing of the whole batch, in about ``budget`` seconds but at least one round.

        The columns are warmed up, since ``differences`` has called each of them.
        """
        calls = self.candidates()
        crop = self.batch.images[0][:CROP, :CROP]
        if self.naive:
            calls[NAIVE] = lambda: self.naive(crop)
        timings = _timed(calls, 1)
        rounds = int(budget / sum(timing.median for timing in timings.values())) - 1
        if rounds > 0:
            timings = _timed(calls, min(rounds, MOST_ROUNDS))
        if self.naive:
            scale = sum(image.size for image in self.batch.images) / crop.size
            timings[NAIVE] = Timing(tuple(seconds * scale for seconds in timings[NAIVE].times))
        return timings


def _timed(calls, rounds):
    return measure_all(calls, warmup=0, repeats=rounds, budget=inf)


def over_pixels(transform):
    """The textbook's double loop over a function of one pixel."""

    def naive(image):
        result = np.empty_like(image)
        for row in range(image.shape[0]):
            for column in range(image.shape[1]):
                result[row, column] = transform(image[row, column])
        return result

    return naive


def as_images(result):
    """Any column's result as one float array (B, H, W, C)."""
    if isinstance(result, torch.Tensor):
        return result.movedim(1, -1).cpu().numpy().astype(np.float64)
    stack = np.stack(result).astype(np.float64)
    return stack[..., None] if stack.ndim == 3 else stack


def through_floats(function):
    """Let a function of floats process uint8; the conversions are timed too."""

    def work(batch):
        result = function(batch.float().div_(255))
        return result.mul_(255).round_().clamp_(0, 255).to(torch.uint8)

    return work
