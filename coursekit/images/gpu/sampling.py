"""Cropping and resizing whole batches: twins of ``reference.sampling``."""

import torch
from torch.nn.functional import interpolate

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.weighted_sums import on, resample, weigh_columns, weigh_rows
from coursekit.core.types import Integer, Shape
from coursekit.images import shared


def crop(
    image: torch.Tensor, top: Integer, left: Integer, height: Integer, width: Integer
) -> torch.Tensor:
    """Crop of a batch: cut the same rectangle out of every image.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor (..., C, height, width) of image's dtype and device: a copy, not a view.
    """
    require_tensor(image)
    rows, columns = shared.require_rectangle(image.shape[-2:], top, left, height, width)
    return image[..., rows, columns].clone()


def resize(image: torch.Tensor, shape: Shape, method: shared.Method = "bilinear") -> torch.Tensor:
    """Resize of a batch: give every image another number of rows and columns.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor (..., C, height, width) of image's dtype and device.

    Convention
    ----------
    The sample weights come from the CPU, a few for each row and column. Float within 1e-6. No part
    of a sum of weights (11 bits) times gray levels (8 bits) or their eighths (12 bits, with
    overshoot) exceeds 2 ** 24, so float32 holds it exactly.
    """
    require_tensor(image)
    shape = shared.require_shape(shape)
    method = require.one_of(method, "method", shared.METHODS)
    if method == "nearest":
        return _nearest(image, shape)
    in_64ths = all(64 * old % new == 0 for old, new in _sizes(image, shape))
    if image.dtype != torch.uint8 and method in ("bilinear", "bicubic") and in_64ths:
        return _by_pytorch(image, shape, method)
    if image.dtype != torch.uint8:
        work = _interpolation(image, shape, method)
    else:
        work = _mean(image, shape) if method == "area" else _fixed_point(image, shape, method)
    return resample(image, shape, work)


def _nearest(image, shape):
    rows, columns = (shared.nearest(*sizes) for sizes in _sizes(image, shape))
    pixels = torch.from_numpy(rows[:, None] * image.shape[-1] + columns).to(image.device)
    images = image.reshape(-1, image.shape[-2:].numel())
    resized = images.gather(-1, pixels.view(1, -1).expand(len(images), -1))
    return resized.view(*image.shape[:-2], *shape)


def _sizes(image, shape):
    return zip(image.shape[-2:], shape, strict=True)


def _interpolation(image, shape, method):
    rows, columns = (on(image, *shared.taps(*sizes, method)) for sizes in _sizes(image, shape))

    def work(stack):
        return weigh_columns(weigh_rows(stack, *rows), *columns).clamp_(0, 1)

    return work


def _by_pytorch(image, shape, method):
    """Leave it to PyTorch, whose float32 positions are exact in 64ths of a pixel, not beyond."""
    planes = image.reshape(-1, 1, *image.shape[-2:])
    resized = interpolate(planes, size=shape, mode=method, align_corners=False)
    if method == "bicubic":
        resized.clamp_(0, 1)  # it overshoots
    return resized.view(*image.shape[:-2], *shape)


def _fixed_point(image, shape, method):
    rows, columns = (
        on(image, *shared.fixed_point_taps(*sizes, method), torch.float32)
        for sizes in _sizes(image, shape)
    )
    rows[1].mul_(shared.FINE / shared.ONE)
    columns[1].mul_(1 / shared.ONE)

    def work(stack):
        fine = weigh_columns(weigh_rows(stack.float(), *rows).round_(), *columns)
        return fine.mul_(1 / shared.FINE).add_(0.5).clamp_(0, 255).byte()

    return work


def _mean(image, shape):
    rows, columns = (shared.overlaps(*sizes) for sizes in _sizes(image, shape))
    area = int(rows[1][0].sum() * columns[1][0].sum())
    wide = torch.int32 if 2 * 255 * area < 2**31 else torch.int64
    rows, columns = on(image, *rows, torch.float32), on(image, *columns, wide)

    def work(stack):
        total = weigh_columns(weigh_rows(stack.float(), *rows).to(wide), *columns)
        rounded = total.mul_(2).add_(area).div_(2 * area, rounding_mode="floor")
        return rounded.byte()

    return work
