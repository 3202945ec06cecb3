"""Sampling once, a whole batch: twins of ``reference``.

``grid_sample`` wants positions as shares of the image's sides, from -1 to 1. To shares of any
side, float32 rounds, and then every device rounds differently; to shares of a power of two it does
not. So images are padded to sides that are powers of two, and with positions in
steps of 1/256 pixel all that ``grid_sample`` adds up for uint8 is exact, on every device.
"""

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch.nn.functional import grid_sample

from coursekit.augmentation.shared import checks, positions
from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import in_chunks
from coursekit.core.torch.dtypes import accumulator_dtype, to_device, to_uint8
from coursekit.core.types import Real, Shape

COPIES = 6  # numbers held at once for each number of an image: positions, shares, the padded images


def source_positions(
    matrix: torch.Tensor | ArrayLike, shape: Shape, exact: bool = True
) -> tuple[torch.Tensor, torch.Tensor]:
    """Inverse warping, source positions for a batch of images.

    Parameters
    ----------
    matrix : (3, 3), or (n, 3, 3); on the CPU
    shape : (H, W), of the images

    Returns
    -------
    rows, columns : (H, W) or (n, H, W) float64, on the CPU

    Convention
    ----------
    Equal to the reference's. ``warp`` adds them up where the images are.
    """
    exact = require.flag(exact, "exact")
    from_row, from_column = _parts(matrix, checks.require_shape(shape), exact, torch.device("cpu"))
    rows, columns = (from_row + from_column).double().unbind(-3)
    return rows, columns


def _parts(matrix, size, exact, device):
    """What the rows and what the columns give to the positions: (..., 2, H, 1), (..., 2, 1, W)."""
    inverse = np.linalg.inv(checks.require_matrices(matrix))
    parts = positions.parts(inverse, size, exact)
    narrow = not exact and max(np.abs(part).max() for part in parts) < positions.NEAR
    dtype = torch.float32 if narrow else accumulator_dtype(device)
    from_row, from_column = (
        to_device(np.ascontiguousarray(np.moveaxis(part, 0, -2)), device, dtype) for part in parts
    )
    return from_row[..., None], from_column[..., None, :]


def fold(position: torch.Tensor, length: int, fill_mode: checks.FillMode) -> torch.Tensor:
    """Fill mode for a batch of positions.

    Parameters
    ----------
    position : tensor of float, along one axis; pixel centres are 0 to length - 1

    Returns
    -------
    Tensor of position's shape, dtype and device, in [0, length - 1].
    """
    fill_mode = require.one_of(fill_mode, "fill_mode", checks.FILL_MODES)
    if not getattr(position, "is_floating_point", bool)():
        kind = getattr(position, "dtype", type(position).__name__)
        raise TypeError(f"position: expected a tensor of floats, got {kind}")
    length = require.whole(length, "length", 1, checks.LARGEST_SIDE)
    last = length - 1
    if fill_mode == "reflect":
        there_and_back = (position + 0.5).remainder_(2 * length)
        position = torch.minimum(there_and_back, 2 * length - there_and_back).sub_(0.5)
    if fill_mode == "wrap" and last > 0:
        inside = (position >= 0) & (position <= last)
        position = torch.where(inside, position, position.remainder(last))
    return position.clamp(0, last)


def warp(
    image: torch.Tensor,
    matrix: torch.Tensor | ArrayLike,
    fill_mode: checks.FillMode = "nearest",
    cval: Real = 0.0,
    interpolation: checks.Interpolation = "bilinear",
) -> torch.Tensor:
    """Inverse warping of a batch of images, by one matrix or by one for each.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    matrix : (3, 3) for all images, or (n, 3, 3), one for each of the n of the batch; numbers on
        the CPU, as ``affine_matrix`` gives them

    Convention
    ----------
    Uint8 equal on every device; float64 within 1e-12; float32 within 2e-7 of white for each pixel
    of the longer side, since ``grid_sample`` takes positions in the image's own precision.
    """
    require_tensor(image)
    sampler = Sampler(fill_mode, cval, interpolation, image.dtype)
    work = sampler.finished if image.dtype == torch.uint8 else sampler
    return images_in_chunks(work, image, *sampler.parts(image, matrix))


class Sampler:
    """How images are sampled: what is outside, what is between pixels. Called chunk by chunk."""

    on_pixels = False  # whether outside begins where the last pixel ends, not at its centre

    def __init__(self, fill_mode, cval, interpolation, dtype):
        white = 1 if dtype.is_floating_point else 255
        given = checks.require_sampling(fill_mode, cval, interpolation, white)
        self.fill_mode, self.cval, self.interpolation = given

    def parts(self, image, matrix):
        """The positions of a batch (..., C, H, W) cut in parts, where its images are."""
        matrix = checks.require_matrices(matrix)
        checks.require_one_for_each(matrix, image.shape[:-3].numel())
        return _parts(matrix, image.shape[-2:], image.is_floating_point(), image.device)

    def finished(self, images, *parts):
        """uint8 images, moved and rounded."""
        values = self(images, *parts)
        return to_uint8(values.round_()) if values.is_floating_point() else values

    def __call__(self, images, from_row, from_column):
        """(n, C, H, W) images moved; floats, between pixels of uint8 too."""
        rows, columns = (from_row + from_column).unbind(1)
        height, width = images.shape[-2:]
        folded = fold(rows, height, self.fill_mode), fold(columns, width, self.fill_mode)
        between = sample_bilinear if self.interpolation == "bilinear" else sample_nearest
        if self.fill_mode != "constant":
            return between(images, *folded)
        if self.on_pixels:
            outside = (rows < -0.5) | (rows >= height - 0.5)
            outside |= (columns < -0.5) | (columns >= width - 0.5)
        else:
            outside = (folded[0] != rows) | (folded[1] != columns)
        return between(images, *folded).masked_fill_(outside[:, None], self.cval)


def sample_nearest(images, rows, columns):
    """The pixel whose centre is next to each position: (n, C, H, W) of images' dtype."""
    height, width = images.shape[-2:]
    index = (rows + 0.5).floor_().mul_(width).add_((columns + 0.5).floor_()).long()
    planes = images.reshape(*images.shape[:2], height * width)
    index = index.view(len(images), 1, -1).expand(-1, images.shape[1], -1)
    return planes.gather(2, index).view(images.shape)


def sample_bilinear(images, rows, columns):
    """The four pixels around each position, mixed: (n, C, H, W) float. Overwrites positions."""
    dtype = images.dtype if images.is_floating_point() else torch.float32
    sides = [1 << (size - 1).bit_length() for size in images.shape[-2:]]
    padded = images.new_zeros((*images.shape[:2], *sides), dtype=dtype)
    padded[..., : images.shape[-2], : images.shape[-1]] = images
    shares = [
        position.mul_(2 / side).add_(1 / side - 1).to(dtype)
        for position, side in ((columns, sides[1]), (rows, sides[0]))
    ]
    grid = torch.stack(shares, dim=-1)
    return grid_sample(padded, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def images_in_chunks(work, image, *numbers):
    """Apply work to as many images at once as fit, with the rows of numbers that are theirs."""
    stack = image.reshape(-1, *image.shape[-3:])
    rows = [each.expand(len(stack), *each.shape[-3:]) for each in numbers]
    return in_chunks(work, stack, COPIES * stack[0].numel(), *rows).view(image.shape)
