"""The path that a training loop on a CPU uses: one warp by OpenCV, and one look-up table.

The parameters are those of ``reference`` and ``gpu``, sampled from (seed, epoch, sample) alone, so
workers may come in any number and order. OpenCV interpolates in single precision: a uint8 image
differs from the reference's by one gray level at most, where brightness and shift do not
magnify that.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, overload

import cv2
import numpy as np

from coursekit.augmentation import reference
from coursekit.augmentation.shared import checks, positions, recipe, stream
from coursekit.core.types import Array

BORDERS = {"nearest": cv2.BORDER_REPLICATE, "reflect": cv2.BORDER_REFLECT}


class Augmenter(reference.Augmenter):
    """As ``reference.Augmenter``, for uint8 images, as fast as it goes.

    threads : int >= 1, an attribute; images are dealt out to so many. Leave it at 1 in a worker
    """

    threads = 1

    @overload
    def apply(self, images: Array, parameters: recipe.Parameters) -> Array: ...

    @overload
    def apply(
        self, images: list[Array] | tuple[Array, ...], parameters: recipe.Parameters
    ) -> list[Array]: ...

    def apply(
        self, images: Array | list[Array] | tuple[Array, ...], parameters: recipe.Parameters
    ) -> Array | list[Array]:
        """Give each image what was sampled for it.

        images : (n, H, W) or (n, H, W, 3) uint8, or a list of n images
        parameters : ``Parameters`` of n samples
        """
        checks.require_as_many(images, parameters)
        if isinstance(images, (list, tuple)):
            alone = (parameters[row] for row in range(len(images)))
            return [self.apply(i[None], p)[0] for i, p in zip(images, alone, strict=True)]
        checks.require_uint8_batch(images)
        shape = images.shape[1:3]
        inverse = np.linalg.inv(parameters.matrices(shape))
        tables = look_up_tables(parameters, images.ndim == 4)
        result = np.empty_like(images)

        def work(row):
            table = None if tables is None else tables[row]
            self._one(images[row], inverse[row], table, result[row])

        self._each(work, range(len(images)))
        return result

    def _each(self, work, rows):
        if self.threads == 1:
            return [work(row) for row in rows]
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(work, rows))

    def _one(self, image, inverse, table, result):
        """Warp one image into its place, then change its levels there."""
        if self.fill_mode in BORDERS and self.interpolation == "bilinear":
            _warp(image, inverse, BORDERS[self.fill_mode], result)
        else:
            _remap(image, inverse, self, result)
        if table is not None:
            cv2.LUT(result, table, dst=result)


def _warp(image, inverse, border, result):
    """OpenCV writes (x, y) where we write (row, column)."""
    xy = inverse[[1, 0]][:, [1, 0, 2]]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    height, width = image.shape[:2]
    cv2.warpAffine(image, xy, (width, height), dst=result, flags=flags, borderMode=border)


def _remap(image, inverse, how, result):
    """What warpAffine cannot: Keras's wrap, a constant that does not blend, our nearest pixel."""
    height, width = image.shape[:2]
    from_row, from_column = positions.parts(inverse, (height, width), exact=False)
    rows, columns = from_row[:, :, None] + from_column[:, None, :]
    folded = [
        reference.fold(each, length, how.fill_mode)
        for each, length in ((rows, height), (columns, width))
    ]
    if how.interpolation == "nearest":
        result[...] = image[tuple(np.floor(each + 0.5).astype(int) for each in folded)]
    else:
        y, x = (each.astype(np.float32) for each in folded)
        cv2.remap(image, x, y, cv2.INTER_LINEAR, dst=result, borderMode=cv2.BORDER_REPLICATE)
    if how.fill_mode == "constant":
        result[(folded[0] != rows) | (folded[1] != columns)] = round(how.cval)


def look_up_tables(parameters: recipe.Parameters, color: bool) -> Array | None:
    """What shift and brightness make of each level: (n, 256) uint8, or (n, 1, 256, 3) where the
    channels differ; None where nothing changes.
    """
    shifts, factors = parameters.channel_shift, parameters.brightness
    if not shifts.any() and (factors == 1).all():
        return None
    if not color:
        checks.require_same_shifts(shifts, channels=1)
    if (shifts == shifts[:, :1]).all():
        shifts = shifts[:, :1]
    levels = np.arange(256, dtype=np.float32)[:, None] + shifts.astype(np.float32)[:, None]
    shifted = np.rint(levels.clip(0, 255))  # (n, 256, 1 or 3)
    lit = np.rint((shifted * factors.astype(np.float32)[:, None, None]).clip(0, 255))
    tables = lit.astype(np.uint8)
    return tables[..., 0] if tables.shape[-1] == 1 else tables[:, None]


class Samples:
    """A data set for ``torch.utils.data.DataLoader`` whose items are (epoch, number), not number.

    images : (n, H, W) or (n, H, W, 3) uint8, or a list of n images
    labels : n labels
    augmenter : ``Augmenter``

    An item is named by all that its parameters depend on, so it makes no difference which worker
    is asked for it, in which order, or how many times.
    """

    def __init__(
        self, images: Array | Sequence[Array], labels: stream.Items, augmenter: recipe.Recipe
    ) -> None:
        stream.require_same_length(images, labels)
        self.images, self.labels, self.augmenter = images, labels, augmenter

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, item: tuple[int, int]) -> tuple[Array, Any]:
        return self.__getitems__([item])[0]

    def __getitems__(self, items: Sequence[tuple[int, int]]) -> list[tuple[Array, Any]]:
        """A batch at once: PyTorch's loader asks so where it can."""
        epochs, numbers = np.array(items).T
        images: list[Any] = [None] * len(items)
        for epoch in np.unique(epochs):
            rows = np.flatnonzero(epochs == epoch)
            parameters = self.augmenter.draw(numbers[rows], int(epoch))
            applied = self.augmenter.apply(stream.take(self.images, numbers[rows]), parameters)
            for row, image in zip(rows, applied, strict=True):
                images[row] = image
        return [(images[row], self.labels[number]) for row, number in enumerate(numbers)]


class Batches:
    """A batch sampler for ``torch.utils.data.DataLoader``: the items of ``Samples``, by a plan.

    plan : ``stream.Plan``, which resumes where its ``start`` says
    """

    def __init__(self, plan: stream.Plan) -> None:
        self.plan = plan

    def __len__(self) -> int:
        return len(self.plan)

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        for epoch, numbers in self.plan:
            yield [(epoch, int(number)) for number in numbers]


def one_thread(worker: int) -> None:
    """``worker_init_fn`` of a loader: OpenCV's own threads are one too many in each worker."""
    cv2.setNumThreads(0)
