"""The small network of two histograms, on batches: twins of ``reference.histogram_analogy``."""

from itertools import product

import torch
from torch.nn import functional

from coursekit.color_transfer.gpu.unit_cube import as_image, in_unit, require_floats, require_pair
from coursekit.color_transfer.shared import (
    BINS,
    CODE,
    MOST_CUBE_BINS,
    MOST_CUBE_SIZE,
    Weights,
    load,
)
from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.types import Integer


def color_histogram(image: torch.Tensor, bins: Integer = 8) -> torch.Tensor:
    """Colour histogram of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W), uint8 or float in [0, 1]

    Returns
    -------
    float (..., bins, bins, bins), the shares of the image, which sum to 1.
    """
    require_tensor(image, channels=(3,))
    bins = require.whole(bins, "bins", 2, MOST_CUBE_BINS)
    places = in_unit(image).flatten(-2).mul_(bins - 1)
    below = places.floor().clamp_(max=bins - 2)
    beyond = places.sub_(below)
    below = below.long()
    total = places.new_zeros((*places.shape[:-2], bins**3))
    for corner in product((0, 1), repeat=3):
        share = torch.ones_like(beyond[..., 0, :])
        index = torch.zeros_like(below[..., 0, :])
        for axis, step in enumerate(corner):
            share *= beyond[..., axis, :] if step else 1 - beyond[..., axis, :]
            index.mul_(bins).add_(below[..., axis, :]).add_(step)
        total.scatter_add_(-1, index, share)
    return (total / total.sum(dim=-1, keepdim=True)).unflatten(-1, (bins, bins, bins))


def encode_histogram(histogram: torch.Tensor, weights: Weights | None = None) -> torch.Tensor:
    """Histogram encoding of a batch.

    Parameters
    ----------
    histogram : float (..., bins, bins, bins), as ``color_histogram`` gives

    Returns
    -------
    float (..., D), the code, in (-1, 1).

    Convention
    ----------
    In the histogram's precision.
    """
    require_floats(histogram, "histogram", BINS, BINS, BINS)
    return code_of(histogram, _tables(weights, histogram))


def _tables(weights, like):
    return {
        name: torch.from_numpy(table).to(like.device, like.dtype)
        for name, table in load(weights).items()
    }


def code_of(histogram, tables):
    """The code of histograms, with the network's tables as tensors."""
    layer = _layer(histogram.flatten(-3).sqrt(), tables, "encode.0").tanh_()
    return _layer(layer, tables, "encode.1").tanh_()


def _layer(values, tables, name):
    return functional.linear(values, tables[f"{name}.weight"], tables[f"{name}.bias"])


def moved(colors, target_code, reference_code, tables):
    """Where colours (..., P, 3) go for two codes (..., D), with the tables as tensors."""
    codes = torch.cat([target_code, reference_code], dim=-1).unsqueeze(-2)
    seen = torch.cat([colors, codes.expand(*colors.shape[:-1], -1)], dim=-1)
    phi = _layer(_layer(seen, tables, "map.0").tanh_(), tables, "map.1").tanh_()
    steered = (reference_code - target_code).unsqueeze(-2) * phi
    return colors + steered @ tables["out.weight"].T


def analogy_cube(
    target_code: torch.Tensor,
    reference_code: torch.Tensor,
    weights: Weights | None = None,
    size: Integer = 33,
) -> torch.Tensor:
    """Histogram analogy, the cube, for a batch.

    Parameters
    ----------
    target_code, reference_code : float (..., D), as ``encode_histogram`` gives

    Returns
    -------
    float (..., 3, size, size, size): the new colour of (red, green, blue), each from 0 to 1 in
    equal steps.

    Convention
    ----------
    In the codes' precision.
    """
    size = require.whole(size, "size", 2, MOST_CUBE_SIZE)
    require_floats(target_code, "target_code", CODE)
    require_floats(reference_code, "reference_code", CODE)
    target_code, reference_code = torch.broadcast_tensors(target_code, reference_code)
    steps = torch.arange(size, dtype=target_code.dtype, device=target_code.device) / (size - 1)
    colors = torch.cartesian_prod(steps, steps, steps)
    colors = colors.expand(*target_code.shape[:-1], *colors.shape)
    cube = moved(colors, target_code, reference_code, _tables(weights, target_code))
    return cube.mT.unflatten(-1, (size, size, size))


def look_up_cube(image: torch.Tensor, cube: torch.Tensor) -> torch.Tensor:
    """3D look-up table for a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W), uint8 or float in [0, 1]
    cube : float (..., 3, S, S, S), as ``analogy_cube`` gives

    Returns
    -------
    Tensor of image's shape, dtype and device.

    Convention
    ----------
    By the device's own trilinear sampler.
    """
    require_tensor(image, channels=(3,))
    require_floats(cube, "cube", None, None, None, None)
    if cube.shape[-4] != 3 or len({*cube.shape[-3:], max(cube.shape[-1], 2)}) > 1:
        raise ValueError(f"cube: expected shape (..., 3, S, S, S), got {tuple(cube.shape)}")
    batch = image.shape[:-3]
    require.same_batch(batch, cube.shape[:-4], "cube")
    cubes = cube.expand(*batch, *cube.shape[-4:]).reshape(-1, *cube.shape[-4:])
    colors = _between(in_unit(image).reshape(-1, *image.shape[-3:]), cubes)
    return as_image(colors.view(image.shape), image.dtype)


def _between(images, cubes):
    """Trilinear, by the device's sampler; it counts axes backwards, blue first, from -1 to 1."""
    places = images.mul_(2).sub_(1).movedim(1, -1).flip(-1).unsqueeze(1)
    return functional.grid_sample(cubes.to(places.dtype), places, align_corners=True).squeeze(2)


def histogram_analogy(
    target: torch.Tensor,
    reference: torch.Tensor,
    weights: Weights | None = None,
    size: Integer = 33,
) -> torch.Tensor:
    """Histogram analogy of a batch of images.

    Parameters
    ----------
    target : (..., 3, H, W) uint8, or float in [0, 1]. What is recoloured
    reference : (..., 3, H', W') of target's dtype, one for all or each of target. Whose
        colours are wanted

    Returns
    -------
    Tensor of target's shape, dtype and device.

    Convention
    ----------
    In the device's accumulator dtype.
    """
    require_pair(target, reference)
    codes = [encode_histogram(color_histogram(each, BINS), weights) for each in (target, reference)]
    return look_up_cube(target, analogy_cube(*codes, weights, size))
