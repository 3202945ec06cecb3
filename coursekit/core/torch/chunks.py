"""Process batches in chunks, so that what one step writes is still in the cache for the next.

On a CPU this halves the time of a sequence of simple steps. An accelerator gets large chunks.
"""

from collections.abc import Callable, Iterator, Sequence

import torch

from coursekit.core import require
from coursekit.core.borders import BORDERS
from coursekit.core.chunks import CHUNK_NUMBERS
from coursekit.core.torch.padding import pad_planes
from coursekit.core.types import Border

StackIndex = tuple[slice, slice, slice]  # of images, of channels, of pixels

DEVICE_NUMBERS = 2**27  # numbers in one chunk on an accelerator; on a CPU CHUNK_NUMBERS
PLANES = 8  # float64 planes that a filter needs for each plane of its input


def chunk_length(device: torch.device, numbers: int) -> int:
    """Return the number of items in a chunk, at least 1, if each needs this many numbers."""
    most = CHUNK_NUMBERS if device.type == "cpu" else DEVICE_NUMBERS
    return max(1, int(most // numbers))


def in_chunks(
    work: Callable[..., torch.Tensor], stack: torch.Tensor, numbers: int, *rows: torch.Tensor
) -> torch.Tensor:
    """Apply work to a stack (B, ...) in chunks, if each item needs this many numbers.

    Each chunk's result is written to its place at once, and the next chunk reuses its memory.

    rows : more tensors (B, ...), split in the same way: what work needs for each item
    """
    size = chunk_length(stack.device, numbers)
    parts = zip(*(each.split(size) for each in (stack, *rows)), strict=True)
    first = work(*next(parts))
    if size >= len(stack):
        return first
    whole = first.new_empty((len(stack), *first.shape[1:]))
    places = iter(whole.split(size))
    next(places).copy_(first)
    for place, part in zip(places, parts, strict=True):
        place.copy_(work(*part))
    return whole


def planes_in_chunks(
    work: Callable[[torch.Tensor], torch.Tensor], image: torch.Tensor
) -> torch.Tensor:
    """Apply work, from (B, H, W) to (B, H, W), to a batch (..., H, W)."""
    planes = image.reshape(-1, *image.shape[-2:])
    return in_chunks(work, planes, PLANES * image.shape[-2:].numel()).view(image.shape)


def padded_chunks(
    work: Callable[[torch.Tensor], Sequence[torch.Tensor]],
    image: torch.Tensor,
    widths: tuple[int, int],
    border: Border,
    dtype: torch.dtype,
) -> list[torch.Tensor]:
    """Apply work to padded chunks of a batch (..., C, H, W); return the tensors that it returns.

    work : takes (B, C, H + ..., W + ...) of dtype, and returns several tensors (B, ?, H, W)
    widths : rows and columns before, and after
    """
    border = require.one_of(border, "border", BORDERS)
    images = image.reshape(-1, *image.shape[-3:])
    size = chunk_length(image.device, PLANES * images[0].numel())
    parts = []
    for chunk in images.split(size):
        parts.append(work(pad_planes(chunk, (widths, widths), border, dtype)))
    results = []
    for several in zip(*parts, strict=True):
        whole = torch.cat(several) if len(several) > 1 else several[0]
        results.append(whole.view(*image.shape[:-3], *whole.shape[1:]))
    return results


def overlapping_chunks(
    work: Callable[[torch.Tensor], torch.Tensor], padded: torch.Tensor, margin: int, numbers: int
) -> torch.Tensor:
    """Apply work, which removes a border, to chunks of rows that overlap by the margin.

    padded is (B, ..., H + margin, W + margin), and work turns any number of its rows into
    (B, ..., rows - margin, W), with this many numbers for each pixel.
    """
    pixels = chunk_length(padded.device, numbers)
    height, width = padded.shape[-2] - margin, padded.shape[-1] - margin
    rows = min(height, max(margin + 1, pixels // width))
    stacks = []
    for stack in padded.split(max(1, pixels // (rows * width))):
        bands = []
        for top in range(0, height, rows):
            bands.append(work(stack.narrow(-2, top, min(rows, height - top) + margin)))
        stacks.append(torch.cat(bands, dim=-2))
    return torch.cat(stacks)


def as_stack(image: torch.Tensor) -> torch.Tensor:
    """Return a batch (..., C, H, W) as images (B, C, P) of P pixels."""
    return image.reshape(-1, image.shape[-3], image.shape[-2:].numel())


def pixel_chunks(stack: torch.Tensor, numbers: int) -> Iterator[tuple[slice, StackIndex]]:
    """Cut a stack (B, C, P) into parts small enough for this many numbers per pixel.

    Yields the images of each part, and its index in the stack.
    """
    count, _, size = stack.shape
    pixels = chunk_length(stack.device, numbers)
    images = max(1, pixels // size)
    for first in range(0, count, images):
        some = slice(first, first + images)
        for start in range(0, size, pixels):
            yield some, (some, slice(None), slice(start, start + pixels))
