"""Thresholds of whole batches: twins of ``reference.thresholds``."""

import math

import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import in_chunks
from coursekit.core.torch.dtypes import accumulator_dtype, multiply_add
from coursekit.core.torch.padding import pad_axis
from coursekit.core.types import Integer, Real
from coursekit.regions import shared


def threshold(
    image: torch.Tensor, value: Real | torch.Tensor, kind: shared.Kind = "binary"
) -> torch.Tensor:
    """Global threshold of a batch: one value for all images, or one for each.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    value : float, in the image's own unit; or a tensor (..., C) as ``otsu`` gives, one value for
        each channel of each image

    Convention
    ----------
    Equal to the reference's.
    """
    require_tensor(image)
    kind = require.one_of(kind, "kind", shared.THRESHOLDS)
    level = _level(image, value)
    white = 255 if image.dtype == torch.uint8 else 1
    above = (image.short() if image.dtype == torch.uint8 else image) > level
    if kind == "trunc":
        return torch.where(above, level.clamp(0, white).to(image.dtype), image)
    if kind.endswith("inv"):
        above.logical_not_()
    pixels = above.to(image.dtype)
    return pixels.mul_(white if kind.startswith("binary") else image)


def _level(image, value):
    """The value as a tensor that lies over the image: rounded down, in 16 bits, for uint8."""
    if isinstance(value, torch.Tensor):
        shared.require_one_for_each_channel(value, image)
        value = value[..., None, None]
    else:
        value = require.number(value, "value")
        value = torch.tensor(value, dtype=torch.float64)
    if image.dtype == torch.uint8:
        return value.floor().clamp(-1, 256).short()
    return value.to(image.dtype)


def between_class_variance(image: torch.Tensor) -> torch.Tensor:
    """Otsu, between-class variance of every image of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8

    Returns
    -------
    float64 (..., C, 256)

    Convention
    ----------
    Equal to the reference's where the device has float64.
    """
    counts = _counts(image)
    pixels = counts.cumsum(-1)
    levels = (counts * torch.arange(256, device=image.device)).cumsum(-1)
    n, total = pixels[..., -1:], levels[..., -1:]
    wide = accumulator_dtype(image.device)
    deviation = (total * pixels - levels * n).to(wide) / n.to(wide)
    return deviation**2 / (pixels * (n - pixels)).clamp(min=1).to(wide)  # Eq. 18


def otsu(image: torch.Tensor) -> torch.Tensor:
    """Otsu's threshold of every image of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8

    Returns
    -------
    int64 (..., C)

    Convention
    ----------
    Equal to the reference's where the device has float64. No image waits for another,
    and nothing waits for the device.

    References
    ----------
    Otsu 1979, Eq. 19.
    """
    return between_class_variance(image).argmax(-1)


def triangle(image: torch.Tensor) -> torch.Tensor:
    """Triangle threshold of every image of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8

    Returns
    -------
    int64 (..., C)

    Convention
    ----------
    Equal to the reference's.
    """
    counts = _counts(image)
    used = (counts > 0).byte()
    first = (used.argmax(-1, keepdim=True) - 1).clamp_(min=0)
    last = (256 - used.flip(-1).argmax(-1, keepdim=True)).clamp_(max=255)
    peak = counts.argmax(-1, keepdim=True)
    on_the_right = peak - first < last - peak
    counts = torch.where(on_the_right, counts.flip(-1), counts)
    first = torch.where(on_the_right, 255 - last, first)
    peak = torch.where(on_the_right, 255 - peak, peak)
    foot = _foot_of_triangle(counts, first, peak)
    return torch.where(on_the_right, 255 - foot, foot).squeeze(-1)


def _foot_of_triangle(counts, first, peak):
    levels = torch.arange(256, device=counts.device)
    depth = counts.gather(-1, peak) * levels - (peak - first) * counts
    depth = torch.where((levels > first) & (levels <= peak), depth, 0)
    deepest = depth.amax(-1, keepdim=True)
    return torch.where(deepest > 0, depth.argmax(-1, keepdim=True), first) - 1


def multi_otsu(image: torch.Tensor, classes: Integer = 3) -> torch.Tensor:
    """Multi-Otsu: the thresholds of every image of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8

    Returns
    -------
    int64 (..., C, classes - 1), increasing

    Convention
    ----------
    Equal to the reference's where the device has float64. That no image has fewer levels than
    classes must be known, so this waits for the device.
    """
    classes = require.whole(classes, "classes", 2, shared.MOST_CLASSES)
    counts = _counts(image)
    if not counts.is_meta:
        shared.require_levels_in_use(int((counts > 0).sum(-1).min()), classes)
    gain = _class_gains(counts)
    best = [gain[..., -1]]
    for _ in range(classes - 2):
        best.append((gain[..., :-1] + best[-1][..., None, 1:]).amax(-1))
    thresholds, start = [], torch.zeros_like(gain[..., :1, :-1], dtype=torch.int64)
    for rest in reversed(best):
        totals = gain[..., :-1].gather(-2, start).squeeze(-2) + rest[..., 1:]
        thresholds.append(totals.argmax(-1))
        start = (thresholds[-1] + 1)[..., None, None].expand_as(start)
    return torch.stack(thresholds, dim=-1)


def _class_gains(counts):
    """At [i, j], what a class of the levels i to j adds to the variance: S(i, j)^2 / P(i, j)."""
    levels = counts * torch.arange(256, device=counts.device)
    p = counts.cumsum(-1).unsqueeze(-2) - (counts.cumsum(-1) - counts).unsqueeze(-1)
    s = levels.cumsum(-1).unsqueeze(-2) - (levels.cumsum(-1) - levels).unsqueeze(-1)
    s = s.to(accumulator_dtype(counts.device))
    return torch.where(p > 0, s * s / p.clamp(min=1), -torch.inf)


def _counts(image):
    """int64 (..., C, 256): how many pixels of every plane have each level."""
    require_tensor(image)
    require.uint8(image)
    planes = image.reshape(-1, image.shape[-2:].numel())
    counts = in_chunks(_count, planes, 8 * planes.shape[1])
    return counts.view(*image.shape[:-2], 256)


def _count(planes):
    if planes.is_meta:
        return planes.new_empty((len(planes), 256), dtype=torch.int64)
    if len(planes) == 1:
        return torch.bincount(planes[0], minlength=256)[None]
    shift = torch.arange(0, 256 * len(planes), 256, device=planes.device, dtype=torch.int32)
    marked = planes + shift.to(torch.int16 if len(planes) < 128 else torch.int32)[:, None]
    return torch.bincount(marked.flatten(), minlength=256 * len(planes)).view(-1, 256)


def local_mean(image: torch.Tensor, size: Integer, kind: shared.LocalMean = "mean") -> torch.Tensor:
    """Local mean of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8
    kind : ``mean`` or ``gaussian``

    Returns
    -------
    Tensor of image's shape and device, uint8.

    Convention
    ----------
    Equal to the reference's where the device rounds a multiply-add once or has
    float64. ``mean`` takes running sums: its time does not grow with the size.
    """
    require_tensor(image)
    require.uint8(image)
    size, kind = shared.require_window(size, kind)
    planes = image.reshape(-1, *image.shape[-2:])
    work = _box_mean if kind == "mean" else _gaussian_mean
    numbers = (image.shape[-2] + size) * (image.shape[-1] + size)
    return in_chunks(lambda part: work(part, size), planes, 4 * numbers).view(image.shape)


def _box_mean(planes, size):
    """Sum along rows, which lie side by side in memory; transposed, along columns."""
    padded = pad_axis(pad_axis(planes, -1, size // 2, "edge"), -2, size // 2, "edge")
    sums = _running_sums(padded, size).mT.contiguous()
    sums = _running_sums(sums, size).mT
    area = size * size
    return sums.mul_(2).add_(area).div_(2 * area, rounding_mode="floor").byte().contiguous()


def _running_sums(values, size):
    """What enters the window minus what leaves it."""
    sums = values.cumsum(-1, dtype=torch.int32)
    return torch.cat([sums[..., size - 1 : size], sums[..., size:] - sums[..., :-size]], dim=-1)


def _gaussian_mean(planes, size):
    weights, middle = shared.local_gaussian(size).tolist(), size // 2
    height, width = planes.shape[-2:]
    values = pad_axis(planes, -1, size // 2, "edge").float()
    total = torch.zeros_like(planes, dtype=torch.float32)
    for offset, weight in enumerate(weights):
        total = multiply_add(total, values.narrow(-1, offset, width), weight)
    total = pad_axis(total, -2, size // 2, "edge")
    blurred = total.narrow(-2, middle, height) * weights[middle]
    for offset in range(1, middle + 1):
        pair = total.narrow(-2, middle - offset, height) + total.narrow(-2, middle + offset, height)
        blurred = multiply_add(blurred, pair, weights[middle + offset])
    return blurred.round_().clamp_(0, 255).byte()


def adaptive_threshold(
    image: torch.Tensor,
    size: Integer,
    offset: Real,
    kind: shared.LocalMean = "mean",
    inverse: bool = False,
) -> torch.Tensor:
    """Adaptive threshold of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8
    offset : float, in gray levels
    kind : ``mean`` or ``gaussian``

    Returns
    -------
    Tensor of image's shape and device, uint8, of 0 and 255 only.

    Convention
    ----------
    Equal to the reference's where ``local_mean`` is.
    """
    require_tensor(image)
    require.uint8(image)
    offset = min(max(require.number(offset, "offset"), -1000), 1000)  # differences are below 256
    inverse = require.flag(inverse, "inverse")
    difference = image.short() - local_mean(image, size, kind)
    dark = -math.floor(offset) if inverse else -math.ceil(offset)
    chosen = difference <= dark if inverse else difference > dark
    return chosen.byte().mul_(255)
