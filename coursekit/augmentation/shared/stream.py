"""Shuffling and batching: which samples a batch holds, epoch by epoch."""

import time
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np

from coursekit.augmentation.shared import random_numbers
from coursekit.core import require
from coursekit.core.types import Array, Integer

PATIENCE = 2.0  # seconds without a bar
_CAN_SHOW = find_spec("rich") is not None


class Items(Protocol):
    """What a data set may be: an array, a tensor, a list."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: Any, /) -> Any: ...

    def __iter__(self) -> Iterator[Any]: ...


class Plan:
    """Batches of sample numbers: (epoch, (b,) int64), one after the other.

    count : int, samples in the data set
    batch_size, epochs, shuffle, start : as for ``Augmenter.flow``
    seed : int; (seed, epoch) alone decides the order of an epoch
    """

    def __init__(
        self,
        count: int,
        batch_size: int = 32,
        epochs: int | None = 1,
        shuffle: bool = True,
        seed: Integer = 0,
        start: int = 0,
    ) -> None:
        count = require.whole(count, "count", 1, np.inf)
        batch_size = require.whole(batch_size, "batch_size", 1, np.inf)
        if epochs is not None:
            epochs = require.whole(epochs, "epochs", 1, np.inf)
        start = require.whole(start, "start", 0, np.inf)
        shuffle = require.flag(shuffle, "shuffle")
        seed = require.whole(seed, "seed", 0, random_numbers.LARGEST)
        self.count, self.batch_size, self.epochs = count, batch_size, epochs
        self.shuffle, self.seed, self.start = shuffle, seed, start
        self.batches_an_epoch = -(-count // batch_size)

    def __len__(self) -> int:
        """Batches still to come."""
        if self.epochs is None:
            raise TypeError("a stream without end has no length")
        return max(self.epochs * self.batches_an_epoch - self.start, 0)

    def __iter__(self) -> Iterator[tuple[int, Array]]:
        epoch, batch = divmod(self.start, self.batches_an_epoch)
        while self.epochs is None or epoch < self.epochs:
            numbers = self.samples(epoch)
            for first in range(batch * self.batch_size, self.count, self.batch_size):
                yield epoch, numbers[first : first + self.batch_size]
            epoch, batch = epoch + 1, 0

    def samples(self, epoch: Integer) -> Array:
        """All sample numbers in the order of one epoch."""
        if not self.shuffle:
            return np.arange(self.count)
        return random_numbers.order(self.count, self.seed, epoch)


def watched(plan: Plan) -> Iterator[tuple[int, Array]]:
    """Go through a plan, with a bar (where rich is installed) once it has taken two seconds."""
    began, bar = time.monotonic(), None
    done, total = 0, None if plan.epochs is None else len(plan)
    try:
        for batch in plan:
            yield batch
            done += 1
            if bar is None and _CAN_SHOW and time.monotonic() - began > PATIENCE:
                bar = _bar(total)
            if bar is not None:
                bar.update(bar.task_ids[0], completed=done)
    finally:
        if bar is not None:
            bar.stop()


def _bar(total):
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), "batches", TimeRemainingColumn())
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    bar.add_task("", total=total)
    bar.start()
    return bar


def take(items, numbers):
    """Some of the items: of an array, of a tensor on any device, or of a list."""
    if isinstance(items, (list, tuple)):
        return [items[number] for number in numbers]
    return items[numbers]


def require_same_length(images, *others):
    """Refuse labels or masks that are not as many as the images."""
    if not hasattr(images, "__len__"):
        raise TypeError(f"images: expected an array, a tensor or a list, got {images!r}")
    for each in others:
        if each is not None and len(each) != len(images):
            raise ValueError(
                f"images and labels: expected as many of both, got {len(images)} and {len(each)}"
            )
