"""A small network that reads two histograms and says where each colour goes."""

from itertools import product

import numpy as np

from coursekit.color_transfer.reference.unit_cube import (
    as_image,
    in_unit,
    require_finite,
    require_pair,
)
from coursekit.color_transfer.shared import (
    BINS,
    CODE,
    MOST_CUBE_BINS,
    MOST_CUBE_SIZE,
    Weights,
    load,
)
from coursekit.core import require
from coursekit.core.types import Array, Integer


def color_histogram(image: Array, bins: Integer = 8) -> Array:
    """Colour histogram: a cube of bins, each pixel shared among the nearest eight.

    Parameters
    ----------
    image : (H, W, 3), uint8 or float in [0, 1]
    bins : int, 2 to 256, along each of red, green and blue

    Returns
    -------
    float64 (bins, bins, bins), the shares of the image, which sum to 1.

    Convention
    ----------
    The middles of the first and the last bin lie at 0 and 1; a colour between middles is shared in
    proportion (trilinear), so that the histogram changes smoothly with the colours. Axes are
    red, green, blue. The order of the pixels does not matter.

    Raises
    ------
    TypeError, ValueError : image is no colour image; bins is below 2.

    References
    ----------
    Lee et al. 2020, §3.1. Taught in 10 §8.
    """
    require.color(image)
    bins = require.whole(bins, "bins", 2, MOST_CUBE_BINS)
    total = np.zeros(bins**3)
    for corner, share in _corners(in_unit(image).reshape(-1, 3), bins):
        total += np.bincount(np.ravel_multi_index(corner, (bins,) * 3), share, len(total))
    return (total / total.sum()).reshape(bins, bins, bins)


def encode_histogram(histogram: Array, weights: Weights | None = None) -> Array:
    """Histogram encoding: reduce a histogram to a code of a few numbers.

    Parameters
    ----------
    histogram : float (bins, bins, bins), as ``color_histogram`` gives
    weights : dict of arrays, the network's; a file; or None, those of the chapter

    Returns
    -------
    float64 (D,), the code, in (-1, 1).

    Convention
    ----------
    Two layers on the square roots of the shares (rare colours matter as well), with tanh.

    Raises
    ------
    TypeError, ValueError : histogram is no float array from 0 to 1 with the bins of the network.

    References
    ----------
    Lee et al. 2020, §3.1 (histogram encoding network). Taught in 10 §8.
    """
    tables = load(weights)
    require_finite(histogram, "histogram", None, None, None)
    if histogram.shape != (BINS,) * 3 or histogram.min() < 0 or histogram.max() > 1:
        raise ValueError(
            f"histogram: expected shares from 0 to 1 with {BINS} bins a side, "
            f"got shape {histogram.shape} from {histogram.min():g} to {histogram.max():g}"
        )
    layer = np.tanh(
        tables["encode.0.weight"] @ np.sqrt(histogram).ravel() + tables["encode.0.bias"]
    )
    return np.tanh(tables["encode.1.weight"] @ layer + tables["encode.1.bias"])


def analogy_cube(
    target_code: Array,
    reference_code: Array,
    weights: Weights | None = None,
    size: Integer = 33,
) -> Array:
    """Histogram analogy, the cube: where the network moves each colour of a regular cube.

    Parameters
    ----------
    target_code, reference_code : float (D,), as ``encode_histogram`` gives
    weights : dict of arrays, the network's; a file; or None, those of the chapter
    size : int, 2 to 129, colours along each of red, green and blue

    Returns
    -------
    float64 (size, size, size, 3): the new colour of (red, green, blue), each from 0 to 1 in equal
    steps.

    Convention
    ----------
    x + V ((e_R - e_T) * phi(x, e_T, e_R)): the difference of the codes steers. Images with equal
    histograms leave every colour where it is, exactly. Results may leave [0, 1].

    Raises
    ------
    TypeError, ValueError : a code is no float array of the network's length; size is out of range.

    References
    ----------
    Lee et al. 2020, §3.2 (the analogy). Taught in 10 §8.
    """
    tables = load(weights)
    size = require.whole(size, "size", 2, MOST_CUBE_SIZE)
    require_finite(target_code, "target_code", CODE)
    require_finite(reference_code, "reference_code", CODE)
    colors = np.stack(np.meshgrid(*[np.linspace(0, 1, size)] * 3, indexing="ij"), axis=-1)
    codes = np.broadcast_to([*target_code, *reference_code], (*colors.shape[:3], 2 * CODE))
    seen = np.concatenate([colors, codes], axis=-1)
    layer = np.tanh(seen @ tables["map.0.weight"].T + tables["map.0.bias"])
    phi = np.tanh(layer @ tables["map.1.weight"].T + tables["map.1.bias"])
    return colors + ((reference_code - target_code) * phi) @ tables["out.weight"].T


def look_up_cube(image: Array, cube: Array) -> Array:
    """3D look-up table: each pixel's colour in a cube, between the eight nearest entries.

    Parameters
    ----------
    image : (H, W, 3), uint8 or float in [0, 1]
    cube : float (S, S, S, 3), as ``analogy_cube`` gives

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Trilinear, in double precision; saturated, and uint8 rounded half to even.

    Raises
    ------
    TypeError, ValueError : image is no colour image; cube is no cube.

    References
    ----------
    Szeliski 2022, *Computer Vision*, 2nd edition, §3.1.2. Taught in 10 §8.
    """
    require.color(image)
    require_finite(cube, "cube", None, None, None, 3)
    size = len(cube)
    if cube.shape != (size, size, size, 3) or size < 2:
        raise ValueError(f"cube: expected shape (S, S, S, 3), S >= 2, got {cube.shape}")
    colors = np.zeros((image.shape[0] * image.shape[1], 3))
    for corner, share in _corners(in_unit(image).reshape(-1, 3), size):
        colors += share[:, None] * cube[corner]
    return as_image(colors.reshape(image.shape), image.dtype)


def histogram_analogy(
    target: Array, reference: Array, weights: Weights | None = None, size: Integer = 33
) -> Array:
    """Histogram analogy: let a small network transfer the colours, from two histograms alone.

    Parameters
    ----------
    target : (H, W, 3) uint8, or float in [0, 1]. What is recoloured
    reference : of target's dtype, of any height and width. Whose colours are wanted
    weights : path of a safetensors file, or dict of arrays; None: those that come with the chapter,
        trained by ``python -m coursekit.color_transfer.training``
    size : int, 2 to 129, side of the cube of colours that the network is asked for

    Returns
    -------
    Array of target's shape and dtype.

    Convention
    ----------
    In the spirit of the paper, whose network maps images and is a thousand times larger: here
    the same colour goes to the same colour wherever it stands. The target with its own histogram
    comes back within rounding. The order of the reference's pixels does not matter.

    Raises
    ------
    TypeError, ValueError : target or reference is no colour image; the dtypes differ; weights are
        not those of such a network.

    References
    ----------
    Lee, Son, Lee and Lee 2020, "Deep color transfer using histogram analogy", *The Visual Computer*
    36, 2129-2143. Taught in 10 §8.
    """
    require_pair(target, reference)
    tables = load(weights)
    codes = [encode_histogram(color_histogram(each, BINS), tables) for each in (target, reference)]
    return look_up_cube(target, analogy_cube(*codes, tables, size))


def _corners(colors, size):
    """The eight entries of a cube around each colour, as indices, and the share of each."""
    places = colors * (size - 1)
    below = np.clip(places.astype(int), 0, size - 2)
    beyond = places - below
    for corner in product((0, 1), repeat=3):
        share = np.where(corner, beyond, 1 - beyond).prod(axis=1)
        yield tuple((below + corner).T), share
