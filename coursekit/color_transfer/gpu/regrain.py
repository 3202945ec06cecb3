"""Regraining for whole batches: twins of ``reference.regrain``."""

import torch

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.unit_cube import as_image, in_unit, require_floats
from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.dtypes import accumulator_dtype
from coursekit.core.types import Integer, Real

# Rows and columns of the pixels that have a neighbour above, of these neighbours, and of the
# border's pixels, which are their own neighbours. Then the same below, to the left, to the right.
_ALL, _FIRST, _LAST = slice(None), slice(0, 1), slice(-1, None)
_BUT_FIRST, _BUT_LAST = slice(1, None), slice(None, -1)
_DIRECTIONS = (
    ((..., _BUT_FIRST, _ALL), (..., _BUT_LAST, _ALL), (..., _FIRST, _ALL)),
    ((..., _BUT_LAST, _ALL), (..., _BUT_FIRST, _ALL), (..., _LAST, _ALL)),
    ((..., _ALL, _BUT_FIRST), (..., _ALL, _BUT_LAST), (..., _ALL, _FIRST)),
    ((..., _ALL, _BUT_LAST), (..., _ALL, _BUT_FIRST), (..., _ALL, _LAST)),
)


def regrain_weights(
    target: torch.Tensor, scale: Real = 1.0, smoothness: Real = 1.0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Regraining, the weights φ and ψ of a batch of images.

    Parameters
    ----------
    target : (..., 3, H, W) float in [0, 1]

    Returns
    -------
    phi, psi : (..., H, W) float64 (float32 where the device has no other)

    Convention
    ----------
    Within 1e-9 in float64.
    """
    require_floats(target, "target", 3, None, None)
    scale = require.number(scale, "scale", shared.LEAST, shared.MOST)
    smoothness = require.number(smoothness, "smoothness", shared.LEAST, shared.MOST)
    target = target.to(accumulator_dtype(target.device))
    above, below, left, right = _neighbors(target)
    gradient = below.sub_(above).square_().add_(right.sub_(left).square_()).sum(-3).sqrt_()
    phi = 30 * scale / gradient.mul(10 / smoothness).add_(1)
    return phi, gradient.mul_(256 / 5).clamp_(max=1)


def regrain(
    result: torch.Tensor,
    target: torch.Tensor,
    sweeps: tuple[Integer, ...] | list[int] = (4, 16, 32, 64, 64, 64),
    smoothness: Real = 1.0,
    clip: bool = True,
) -> torch.Tensor:
    """Regraining of a batch of images.

    Parameters
    ----------
    result : (..., 3, H, W) of target's shape, dtype and device, recoloured; floats may leave [0, 1]
    target : (..., 3, H, W) uint8, or float in [0, 1], before it was recoloured

    Returns
    -------
    Tensor of target's shape, dtype and device.

    Convention
    ----------
    uint8 results are equal to the reference's, float within 1e-6.
    """
    require_tensor(target, "target", channels=(3,))
    require_tensor(result, "result", channels=(3,))
    if result.dtype != target.dtype:
        raise TypeError(f"result: expected {target.dtype} like target, got {result.dtype}")
    if result.shape != target.shape:
        shape, given = tuple(target.shape), tuple(result.shape)
        raise ValueError(f"result: expected shape {shape} like target, got {given}")
    sweeps = shared.require_sweeps(sweeps)
    clip = require.flag(clip, "clip")
    sizes = shared.halves(*target.shape[-2:], len(sweeps))
    pyramid = [(in_unit(target), in_unit(result))]
    for size in sizes[1:]:
        target_above, result_above = pyramid[-1]
        pyramid.append((_resized(target_above, size), _resized(result_above, size)))
    grained = pyramid[-1][0]
    for level in reversed(range(len(sizes))):
        grained = _resized(grained, sizes[level])
        wanted_gradients, wanted_colors = pyramid[level]
        phi, psi = regrain_weights(wanted_gradients, 2.0**-level, smoothness)
        phi, psi = phi.unsqueeze(-3), psi.unsqueeze(-3)
        weights, wanted, total = [], psi * wanted_colors, psi
        for near_phi, near in zip(_neighbors(phi), _neighbors(wanted_gradients), strict=True):
            weights.append(near_phi.add_(phi).div_(2))
            wanted.addcmul_(weights[-1], near.sub_(wanted_gradients), value=-1)
            total = total + weights[-1]
        share = 0.8 / total
        for _ in range(sweeps[level]):
            pulled = wanted.clone()
            for weight, (pixels, near, border) in zip(weights, _DIRECTIONS, strict=True):
                pulled[pixels].addcmul_(weight[pixels], grained[near])  # no copy is shifted
                pulled[border].addcmul_(weight[border], grained[border])
            grained = pulled.mul_(share).add_(grained, alpha=0.2)
    return as_image(grained, target.dtype, clip)


def _neighbors(image):
    """Yield what each pixel has above, below, left and right of it; the border's pixels repeat."""
    for pixels, near, border in _DIRECTIONS:
        shifted = torch.empty_like(image)
        shifted[pixels] = image[near]
        shifted[border] = image[border]
        yield shifted


def _resized(image, size):
    """Bilinear: rows and then columns as mixtures of those of images (..., H, W)."""
    for axis, new in zip((-2, -1), size, strict=True):
        index, weights = shared.triangle_taps(image.shape[axis], new)
        index = torch.from_numpy(index).to(image.device)
        weights = torch.from_numpy(weights.T).to(image)
        weights = weights.unflatten(-1, (-1, 1) if axis == -2 else (1, -1))
        resized = 0
        for taps, weight in zip(index.T, weights, strict=True):
            resized = resized + image.index_select(axis, taps).mul_(weight)
        image = resized
    return image
