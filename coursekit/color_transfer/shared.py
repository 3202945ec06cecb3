"""What both engines need: axes and spaces of colour, lights, hulls, superpixels, checks."""

from functools import cache
from os import PathLike
from pathlib import Path
from typing import Literal

import numpy as np
from scipy.optimize import linear_sum_assignment, minimize
from scipy.spatial import ConvexHull, QhullError

from coursekit.core import require
from coursekit.core.kernels import gaussian_weights
from coursekit.core.types import Array

# ------------------------------------------------------------------ the rotations of IDT

# Red, green and blue, then the same three after a half turn about the gray axis.
SIX = np.array(
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [2 / 3, 2 / 3, -1 / 3], [2 / 3, -1 / 3, 2 / 3],
     [-1 / 3, 2 / 3, 2 / 3]]
)  # fmt: skip


def projection_axes(iterations, seed=0):
    """Six axes for each iteration, as rows: (iterations, 6, 3) float64.

    The first six are red, green, blue and three directions between them; each further six are these
    after a random rotation, uniform among all. The first k of more iterations are the same.
    """
    rng = np.random.default_rng(seed)
    turned = [SIX @ _rotation(rng) for _ in range(iterations - 1)]
    return np.stack([SIX, *turned])[:iterations]


def _rotation(rng):
    q, r = np.linalg.qr(rng.standard_normal((3, 3)))
    return q * np.sign(np.diag(r))  # without the signs, not all rotations are as likely


def unit_directions(count, seed=0):
    """Directions uniform on the sphere, as rows: (count, 3) float64."""
    vectors = np.random.default_rng(seed).standard_normal((count, 3))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


# ------------------------------------------------------------------ from light to lαβ

# The matrices of Reinhard et al. 2001: linear RGB to LMS, the eye's cones, and log LMS to lαβ.

FROM_RGB = np.array(
    [[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]]
)  # Eq. 4
OPPONENTS = np.diag([1 / np.sqrt(3), 1 / np.sqrt(6), 1 / np.sqrt(2)]) @ np.array(
    [[1, 1, 1], [1, 1, -2], [1, -1, 0]]
)  # Eq. 6
DARKEST = 1e-5  # a response below it counts as it: black has no logarithm
NO_SPREAD = 1e-6  # a deviation below it is rounding, and no deviation


# ------------------------------------------------------------------ lights

LUMINANCE_BINS = 1000  # of the luminances' histograms
FAINTEST = 1e-2  # of a light's mean: what no channel of it falls below
NO_EDGES = np.finfo(np.float64).eps  # a mean strength below it is rounding

# The shortest rotation of (1, 1, 1) / √3 onto (0, 0, 1): about (1, -1, 0), by arccos(1 / √3).
_A, _B, _C = (3 + np.sqrt(3)) / 6, (np.sqrt(3) - 3) / 6, 1 / np.sqrt(3)
TO_WHITE_AXIS = np.array([[_A, _B, -_C], [_B, _A, -_C], [_C, _C, _C]])


def balanced(strengths):
    """A light of mean 1 with these strengths, none of them too faint; white where there is none."""
    mean = strengths.mean()
    if mean < NO_EDGES:
        return np.ones(3)
    light = np.maximum(strengths / mean, FAINTEST)
    return light / light.mean()


def roughness(size, count):
    """Squared differences along an axis of this size: of its first ``count`` cosines, (count,)."""
    return 2 - 2 * np.cos(np.pi * np.arange(count) / size)


# ------------------------------------------------------------------ sample weights of scaling


def triangle_taps(size, new_size):
    """Weights of bilinear scaling along one axis: index and weights, both (new_size, taps).

    The triangle is two pixels wide where a picture grows, and two *new* pixels where it shrinks,
    since a narrower one would skip pixels: fine texture would come back as a coarse one. The
    border's pixel is repeated.
    """
    shrink = max(size / new_size, 1)
    middle = (np.arange(new_size) + 0.5) * size / new_size - 0.5
    first = np.floor(middle - shrink).astype(np.int64)
    index = first[:, None] + np.arange(int(np.ceil(2 * shrink)) + 1)
    weights = np.maximum(0, 1 - np.abs(index - middle[:, None]) / shrink)
    used = weights.any(axis=0)
    weights = weights[:, used] / weights.sum(axis=1, keepdims=True)
    return np.clip(index[:, used], 0, size - 1), weights


def halves(height, width, levels):
    """The sizes of a pyramid, each half of the one before, while a half is above 20 pixels."""
    sizes = [(height, width)]
    while len(sizes) < levels:
        half = tuple(-(-side // 2) for side in sizes[-1])
        if min(half) <= 20:
            break
        sizes.append(half)
    return sizes


# ------------------------------------------------------------------ windows

# The window and the constants of SSIM (Wang et al. 2004, §III.C), for white = 1.

WEIGHTS = gaussian_weights(1.5, 5)
C1, C2 = 0.01**2, 0.03**2
NO_GRADIENT = 1e-20  # a product of lengths below it is rounding

# ------------------------------------------------------------------ convex hulls

# Few points, whatever the size of the picture: on the CPU for both engines.

_PART = 2**18  # colours whose hull is taken at once; the hull of the parts' corners is the whole's
_TURNS = 8
_MOST_STRETCH = np.log(8)


def corners(colors):
    """The corners (K, 3) of the convex hull of colours (N, 3); see ``reference.gamut_hull``."""
    colors = colors.round(9)  # or rounding, which no two machines share, would choose corners
    parts = [_outside(colors[i : i + _PART]) for i in range(0, len(colors), _PART)]
    found = _outside(np.concatenate(parts)) if len(parts) > 1 else parts[0]
    if volume(found) > 0:
        return found
    outermost = [found[:, axis].argsort()[[0, -1]] for axis in range(3)]
    return np.unique(found[np.concatenate(outermost)], axis=0)


def _outside(colors):
    """The corners of the hull, sorted; all different colours where they have no body."""
    try:
        return np.unique(colors[ConvexHull(colors).vertices], axis=0)
    except (QhullError, ValueError):  # fewer than four colours, or all in a plane
        return np.unique(colors, axis=0)


def volume(points):
    """The volume of the convex hull; 0 where the points lie in a plane."""
    try:
        return ConvexHull(points).volume
    except (QhullError, ValueError):
        return 0.0


def alignment(hull, reference_hull):
    """The turn and stretch of colour (3, 3) that bring hull onto another; see ``align_gamut``."""
    own, theirs = volume(hull), volume(reference_hull)
    if not (own and theirs):
        return np.eye(3)

    def unshared(parameters):  # E(T) = 2 V(T·hull ∪ reference) - V(reference) - V(T·hull)
        turn = _turn(*parameters)
        both = volume(np.concatenate([hull @ turn.T, reference_hull]))
        return 2 * both - theirs - own * np.linalg.det(turn)

    starts = [
        _start(angle, hull, reference_hull) for angle in 2 * np.pi * np.arange(_TURNS) / _TURNS
    ]
    best = minimize(
        unshared,
        min(starts, key=unshared),
        method="Nelder-Mead",
        bounds=[(None, None), *[(-_MOST_STRETCH, _MOST_STRETCH)] * 2],
        options={"xatol": 1e-4, "fatol": 1e-9},
    )
    return _turn(*best.x)


def _start(angle, hull, reference_hull):
    """A turn by this angle, stretched until the corners are as far out as the reference's."""
    turned = hull @ _turn(angle, 0, 0).T
    ratios = np.linalg.norm(reference_hull, axis=0) / np.linalg.norm(turned, axis=0)
    ratios *= np.sqrt(len(hull) / len(reference_hull))
    return angle, *np.clip(np.log(ratios[:2]), -_MOST_STRETCH, _MOST_STRETCH)


def _turn(angle, log_first, log_second):
    cosine, sine = np.cos(angle), np.sin(angle)
    rotation = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
    return np.diag([np.exp(log_first), np.exp(log_second), 1]) @ rotation


# ------------------------------------------------------------------ the small network

# The weights of ``histogram_analogy``, which ``python -m coursekit.color_transfer.training`` makes.

SHIPPED = Path(__file__).parent / "weights" / "histogram_analogy.safetensors"
Weights = dict[str, Array] | str | PathLike[str]
BINS, HIDDEN, CODE = 8, 64, 32
SHAPES = {
    "encode.0.weight": (HIDDEN, BINS**3),
    "encode.0.bias": (HIDDEN,),
    "encode.1.weight": (CODE, HIDDEN),
    "encode.1.bias": (CODE,),
    "map.0.weight": (HIDDEN, 3 + 2 * CODE),
    "map.0.bias": (HIDDEN,),
    "map.1.weight": (CODE, HIDDEN),
    "map.1.bias": (CODE,),
    "out.weight": (3, CODE),
}


def load(weights=None):
    """The network's tables as float64, by name: of a file, of a dict, or those that are shipped."""
    if isinstance(weights, dict):
        return _checked(weights)
    return dict(_read(Path(SHIPPED if weights is None else weights)))


@cache
def _read(path):
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    if not path.is_file():
        raise FileNotFoundError(f"weights: there is no file {path}")
    try:
        return _checked(load_file(path))
    except SafetensorError as error:
        raise ValueError(f"weights: {path.name} is no safetensors file ({error})") from None


def _checked(tables):
    given = {name: tuple(np.shape(table)) for name, table in tables.items()}
    if given != SHAPES:
        wrong = sorted(set(given.items()) ^ set(SHAPES.items()))
        raise ValueError(f"weights: expected {SHAPES}; these do not fit: {wrong}")
    return {name: np.asarray(table, np.float64) for name, table in tables.items()}


# ------------------------------------------------------------------ superpixels

Center = Literal["vector", "channel"]
CENTERS: tuple[Center, ...] = ("vector", "channel")
Covariance = Literal["each", "own"]
COVARIANCES: tuple[Covariance, ...] = ("each", "own")
Pooling = Literal["mean", "max"]
POOLINGS: tuple[Pooling, ...] = ("mean", "max")
REGULARIZATION = 1e-4  # added to every variance, so that a superpixel of one colour has an inverse
LEAST_SCALE = 1e-5  # added to the adaptive sigma of Eq. 5, so that no pixel divides by 0
LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)  # of lightness, in the filter bank
SCALES = (1.0, 2.0, 4.0)  # sigma of its Gaussians, in pixels
LEAST_NORM = 1e-6  # a centred vector shorter than this points nowhere, and correlates with nothing


def superpixels_for(height, width):
    """About how many superpixels a picture gets: 3 sqrt(n) for n pixels."""
    return max(1, round(3 * np.sqrt(height * width)))


def assign(distances, times):
    """The cheapest match in which no column serves more than so many rows: (M, N) -> (M,).

    A column that may serve three rows is three columns. Where all together are too few for the
    rows, each serves as many more as that takes.
    """
    rows, columns = distances.shape
    copies = max(times, -(-rows // columns))
    distances = distances.round(9)  # or rounding, which no two machines share, would part ties
    _, chosen = linear_sum_assignment(np.tile(distances, copies))
    return chosen % columns


def require_kernel(place_spread, color_spread, sigma, reach, covariance):
    """Refuse what is no kernel of Eq. 5-6."""
    least = np.finfo(float).tiny
    place_spread = require.number(place_spread, "place_spread", low=least)
    color_spread = require.number(color_spread, "color_spread", low=least)
    if sigma is not None:
        sigma = require.number(sigma, "sigma", low=least)
    if reach is not None:
        reach = require.number(reach, "reach", low=0)
    covariance = require.one_of(covariance, "covariance", COVARIANCES)


def features_of(features, default):
    """Two functions that give the features of target and reference, each when it is needed.

    Features of a large photo take gigabytes: those of the one are gone before the other's come.
    """
    if features is None or callable(features):
        return (features or default,) * 2
    if not isinstance(features, (tuple, list)) or len(features) != 2:
        kind = type(features).__name__
        raise TypeError(f"features: expected a pair, of target and of reference, got {kind}")
    first, second = features
    return lambda _: first, lambda _: second


def require_same_pixels(values, labels, name):
    """Refuse values that are not (H, W, C), C at least 1, for labels (H, W)."""
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "buif":
        kind = getattr(values, "dtype", type(values).__name__)
        raise TypeError(f"{name}: expected a NumPy array of numbers, got {kind}")
    if values.ndim != 3 or values.shape[:2] != labels.shape or values.shape[2] == 0:
        raise ValueError(
            f"{name}: expected shape (H, W, C) for labels of shape {labels.shape}, "
            f"got {values.shape}"
        )


def require_same_pixel_tensors(values, labels, name):
    """Refuse values that are not (..., C, H, W), C at least 1, for labels (..., 1, H, W)."""
    shape, expected = tuple(values.shape), tuple(labels.shape)
    if shape[:-3] + shape[-2:] != expected[:-3] + expected[-2:] or 0 in shape:
        raise ValueError(
            f"{name}: expected shape (..., C, H, W) for labels of shape {expected}, got {shape}"
        )


def require_table(array, name, columns=None, rows=None):
    """Refuse all but a table of numbers (M, N), an array or a batch of them (..., M, N)."""
    shape = tuple(getattr(array, "shape", ()))
    if len(shape) < 2 or 0 in shape:
        given = shape or type(array).__name__
        raise ValueError(f"{name}: expected rows and columns, (M, N), got {given}")
    if columns is not None and shape[-1] != columns:
        raise ValueError(f"{name}: expected {columns} columns, got shape {shape}")
    if rows is not None and shape[-2] != rows:
        raise ValueError(f"{name}: expected {rows} rows, got shape {shape}")


def require_comparable(target, reference, center):
    """Refuse vectors that cannot be compared: of other lengths, or centred in no known way."""
    require_table(target, "target")
    require_table(reference, "reference", columns=target.shape[-1])
    center = require.one_of(center, "center", CENTERS)


def require_softmax_temperature(correlations, temperature):
    """Refuse what gives no attention: correlations that are no table, a temperature of 0."""
    require_table(correlations, "correlations")
    temperature = require.number(temperature, "temperature", low=np.finfo(float).tiny)


def count_of(count, largest):
    """How many superpixels there are: as given, or as many as the largest label asks for."""
    if count is None:
        return largest + 1
    count = require.whole(count, "count", 1, np.inf)
    if largest is not None and largest >= count:
        raise ValueError(f"count: expected more than the largest label {largest}, got {count}")
    return count


# ------------------------------------------------------------------ checks

POSITIVE = np.finfo(np.float64).tiny


def require_same_dtype(image, other, name="reference", like="target"):
    """Refuse a second picture of another dtype."""
    if require.dtype_of(image) != require.dtype_of(other):
        raise TypeError(
            f"{name}: expected {require.dtype_of(image)} like {like}, got {require.dtype_of(other)}"
        )


def require_same_shape(image, other, name="target", like="image"):
    """Refuse a second picture of another shape or dtype."""
    require_same_dtype(image, other, name, like)
    if tuple(image.shape) != tuple(other.shape):
        raise ValueError(
            f"{name}: expected shape {tuple(image.shape)} like {like}, got {tuple(other.shape)}"
        )


def require_floats(array, name, *sizes):
    """Refuse what ``require.floats`` refuses, and axes without entries."""
    require.floats(array, name, *sizes)
    if 0 in array.shape[array.ndim - len(sizes) :]:
        raise ValueError(f"{name}: expected axes that are not empty, got {tuple(array.shape)}")


def require_finite(array, name, *sizes):
    """Refuse all but a NumPy array of exactly these axes, of finite floats."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name}: expected a NumPy array, got {type(array).__name__}")
    require_floats(array, name, *sizes)
    if array.ndim != len(sizes):
        raise ValueError(f"{name}: expected {len(sizes)} axes, got shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: expected finite numbers, got NaN or infinity among them")


def require_axes(rows, name="axes"):
    """Refuse all but (..., K, 3) finite numbers whose K rows span all three dimensions."""
    array = np.asarray(rows, dtype=np.float64)
    if array.ndim < 2 or array.shape[-1] != 3 or array.shape[-2] < 3:
        raise ValueError(f"{name}: expected rows of shape (..., K, 3), K >= 3, got {array.shape}")
    if not np.isfinite(array).all() or (np.linalg.matrix_rank(array, tol=1e-6) < 3).any():
        raise ValueError(f"{name}: expected finite rows that span all three dimensions")
    return array


def require_transfer(iterations, rotations, seed):
    """Refuse numbers of no transfer; give the rotations as an array, or None for those drawn."""
    iterations = require.whole(iterations, "iterations", 0, np.inf)
    seed = require.whole(seed, "seed", 0, np.inf)
    if rotations is None:
        return None
    given = require_axes(rotations, "rotations")
    if given.ndim != 3 or len(given) != iterations:
        raise ValueError(
            f"rotations: expected shape (iterations, K, 3) with {iterations} iterations, "
            f"got {given.shape}"
        )
    return given


def require_matching(bins, relaxation=1.0, offset=0):
    """Refuse numbers with which nothing can be matched."""
    bins = require.whole(bins, "bins", 2, np.inf)
    relaxation = require.number(relaxation, "relaxation", 0, 1)
    offset = require.whole(offset, "offset", -1, 1)


def require_regraining(sweeps, smoothness):
    """Refuse numbers of no regraining."""
    if not isinstance(sweeps, (tuple, list)) or not sweeps:
        raise TypeError(f"sweeps: expected a tuple of whole numbers, got {sweeps!r}")
    for count in sweeps:
        count = require.whole(count, "each of sweeps", 0, np.inf)
    smoothness = require.number(smoothness, "smoothness", POSITIVE)


def require_measured(directions, quantiles, seed):
    """Refuse numbers with which no distance can be measured."""
    directions = require.whole(directions, "directions", 1, np.inf)
    quantiles = require.whole(quantiles, "quantiles", 1, np.inf)
    seed = require.whole(seed, "seed", 0, np.inf)


def require_windows(height, width, size=11):
    """Refuse a picture into which no window fits."""
    if min(height, width) < size:
        raise ValueError(f"image: expected at least {size} x {size} pixels, got {height} x {width}")


def require_edges(power, sigma):
    """Refuse numbers with which no light can be estimated."""
    power = require.whole(power, "power", 1, np.inf)
    sigma = require.number(sigma, "sigma", 0)


def require_light(illuminant):
    """Refuse all but (3,) finite positive numbers of NumPy's float64."""
    require_finite(illuminant, "illuminant", 3)
    if not (illuminant > 0).all():
        raise ValueError(f"illuminant: expected positive numbers, got {illuminant.tolist()}")
