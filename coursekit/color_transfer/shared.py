"""What both engines need: numbers, axes of projection, hulls, matches, weights and checks."""

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

# ------------------------------------------------------------------ Reinhard's matrices

# Reinhard et al. 2001: linear RGB to LMS, the eye's cones, and log LMS to lαβ.

RGB_TO_LMS = np.array(
    [[0.3811, 0.5783, 0.0402], [0.1967, 0.7244, 0.0782], [0.0241, 0.1288, 0.8444]]
)  # Eq. 4
LMS_TO_LALPHABETA = np.diag([1 / np.sqrt(3), 1 / np.sqrt(6), 1 / np.sqrt(2)]) @ np.array(
    [[1, 1, 1], [1, 1, -2], [1, -1, 0]]
)  # Eq. 6, of logarithms
DARKEST = 1e-5  # a response below it counts as it: black has no logarithm
BRIGHTEST = 100  # a logarithm of a response above it counts as it: its power is as good as infinite
NO_SPREAD = 1e-6  # a deviation below it is rounding, and no deviation

# ------------------------------------------------------------------ IDT: rotations

EQUAL = 1e-6  # of a bin: numbers that differ by less are one
NARROWEST = np.finfo(np.float64).tiny  # a bin's width

# Red, green and blue, then the same three after a half turn about the gray axis.
SIX = np.array(
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [2 / 3, 2 / 3, -1 / 3], [2 / 3, -1 / 3, 2 / 3],
     [-1 / 3, 2 / 3, 2 / 3]]
)  # fmt: skip


def projection_axes(iterations, seed=0):
    """IDT, the rotations: six axes for each iteration, as rows, (iterations, 6, 3) float64.

    The first six are red, green, blue and three directions between them; each further six are these
    after a random rotation, uniform among all. The first k of more iterations are the same.
    """
    rng = np.random.default_rng(seed)
    axes = np.empty((iterations, 6, 3))
    axes[:1] = SIX
    for rotated in axes[1:]:
        q, r = np.linalg.qr(rng.standard_normal((3, 3)))
        rotation = q * np.sign(np.diag(r))  # without the signs, not all rotations are as likely
        rotated[:] = SIX @ rotation
    return axes


def unit_directions(count, seed=0):
    """Directions uniform on the sphere, as rows: (count, 3) float64."""
    vectors = np.random.default_rng(seed).standard_normal((count, 3))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


# ------------------------------------------------------------------ lights

LUMINANCE_BINS = 1000  # of the luminances' histograms
FAINTEST = 1e-2  # of a light's mean: what no channel of it falls below
NO_EDGES = np.finfo(np.float64).eps  # a mean strength below it is rounding

# The shortest rotation of (1, 1, 1) / √3 onto (0, 0, 1): about (1, -1, 0), by arccos(1 / √3).
_A, _B, _C = (3 + np.sqrt(3)) / 6, (np.sqrt(3) - 3) / 6, 1 / np.sqrt(3)
TO_WHITE_AXIS = np.array([[_A, _B, -_C], [_B, _A, -_C], [_C, _C, _C]])


def roughness(size, count):
    """Squared differences along an axis of this size: of its first ``count`` cosines, (count,)."""
    return 2 - 2 * np.cos(np.pi * np.arange(count) / size)


# ------------------------------------------------------------------ regraining: pyramids


def triangle_taps(size, new_size):
    """Weights of bilinear scaling along one axis: index and weights, both (new_size, taps).

    The triangle is two pixels wide where an image grows, and two *new* pixels where it shrinks,
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
        height, width = -(-height // 2), -(-width // 2)
        if min(height, width) <= 20:
            break
        sizes.append((height, width))
    return sizes


# ------------------------------------------------------------------ structural similarity

# The window and the constants of SSIM (Wang et al. 2004, §III.C), for white = 1.

WEIGHTS = gaussian_weights(1.5, 5)
C1, C2 = 0.01**2, 0.03**2
NO_GRADIENT = 1e-20  # a product of lengths below it is rounding

# ------------------------------------------------------------------ convex hulls

# Few points, whatever the size of the image: on the CPU for both engines.

_PART = 2**18  # colours whose hull is taken at once; the hull of the parts' corners is the whole's
_STARTS = 8
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
    """The rotation and stretch of colour (3, 3) of one hull onto another; see ``align_gamut``."""
    own, theirs = volume(hull), volume(reference_hull)
    if not (own and theirs):
        return np.eye(3)

    def unshared(parameters):  # E(T) = 2 V(T·hull ∪ reference) - V(reference) - V(T·hull)
        matrix = _rotate_and_stretch(*parameters)
        both = volume(np.concatenate([hull @ matrix.T, reference_hull]))
        return 2 * both - theirs - own * np.linalg.det(matrix)

    def polish(start, precision):
        return minimize(
            unshared,
            start,
            method="Nelder-Mead",
            bounds=[(None, None), *[(-_MOST_STRETCH, _MOST_STRETCH)] * 2],
            options={"xatol": precision, "fatol": 1e-9 if precision < 1e-3 else 1e-4 * theirs},
        )

    # The start that is lowest need not lead to the lowest minimum, so each is followed down.
    angles = 2 * np.pi * np.arange(_STARTS) / _STARTS
    valleys = [polish(_start(angle, hull, reference_hull), 1e-2) for angle in angles]
    lowest = min(valleys, key=lambda valley: valley.fun)
    return _rotate_and_stretch(*polish(lowest.x, 1e-4).x)


def _start(angle, hull, reference_hull):
    """A rotation, stretched until the corners are as far out as the reference's."""
    rotated = hull @ _rotate_and_stretch(angle, 0, 0).T
    ratios = np.linalg.norm(reference_hull, axis=0) / np.linalg.norm(rotated, axis=0)
    ratios *= np.sqrt(len(hull) / len(reference_hull))
    return angle, *np.clip(np.log(ratios[:2]), -_MOST_STRETCH, _MOST_STRETCH)


def _rotate_and_stretch(angle, log_first, log_second):
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
    if weights is not None and not isinstance(weights, (str, PathLike)):
        kind = type(weights).__name__
        raise TypeError(f"weights: expected a path, a dict of arrays or None, got {kind}")
    return dict(_read(Path(SHIPPED if weights is None else weights)))


class MissingWeights(FileNotFoundError, ValueError):
    """Weights were to be read from a file that is not there."""


@cache
def _read(path):
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    if not path.is_file():
        raise MissingWeights(f"weights: there is no file {path}")
    try:
        return _checked(load_file(path))
    except SafetensorError as error:
        raise ValueError(f"weights: {path.name} is no safetensors file ({error})") from None


def _checked(tables):
    given = {name: tuple(np.shape(table)) for name, table in tables.items()}
    if given != SHAPES:
        wrong = sorted(set(given.items()) ^ set(SHAPES.items()), key=str)
        raise ValueError(f"weights: expected {SHAPES}; these do not fit: {wrong}")
    tables = {name: np.asarray(table, np.float64) for name, table in tables.items()}
    if not all(np.isfinite(table).all() for table in tables.values()):
        raise ValueError("weights: expected finite numbers, got NaN or infinity among them")
    return tables


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
MOST_SUPERPIXELS = 2**24  # that can be told apart


def cheapest_matches(distances, times):
    """The cheapest match in which no column serves more than so many rows: (M, N) -> (M,).

    A column that may serve three rows is three columns. Where all together are too few for the
    rows, each serves as many more as that takes.
    """
    rows, columns = distances.shape
    copies = min(max(times, -(-rows // columns)), rows)
    distances = distances.round(9)  # or rounding, which no two machines share, would part ties
    _, chosen = linear_sum_assignment(np.tile(distances, copies))
    return chosen % columns


# ------------------------------------------------------------------ checks

# Limits of what a number may be; the functions' docstrings speak of ordinary ones.

LEAST, MOST = 1e-12, 1e12  # of a parameter that must be positive
FARTHEST = 1e4  # of places and colours: what is added to variances is not lost in rounding
LARGEST = np.float64(1e50)  # of measured numbers: squares of their squares are still finite
MOST_ITERATIONS, MOST_BINS = 10_000, 1_000_000
MOST_CUBE_BINS, MOST_CUBE_SIZE = 256, 129
MOST_POWER, MOST_SIGMA = 32, 1000


def require_axes(rows, name="axes", ndim=2):
    """Refuse all but (..., K, 3) finite numbers whose K rows span all three dimensions."""
    if isinstance(rows, np.ndarray):
        require.numpy_array(rows, name)
    try:
        array = np.asarray(rows, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{name}: expected rows of numbers, got {type(rows).__name__}") from None
    if array.ndim not in (2, ndim) or array.shape[-1] != 3 or array.shape[-2] < 3:
        raise ValueError(f"{name}: expected rows of shape (..., K, 3), K >= 3, got {array.shape}")
    if not (np.abs(array) <= MOST).all() or (np.linalg.matrix_rank(array, tol=1e-6) < 3).any():
        raise ValueError(f"{name}: expected finite rows that span all three dimensions")
    return np.ascontiguousarray(array)


def require_rotations(rotations, iterations, seed):
    """Refuse what is no run of IDT; give its axes, (iterations, K, 3): as given, or sampled."""
    iterations = require.whole(iterations, "iterations", 0, MOST_ITERATIONS)
    seed = require.whole(seed, "seed", 0, np.inf)
    if rotations is None:
        return projection_axes(iterations, seed)
    given = require_axes(rotations, "rotations", ndim=3)
    if given.ndim != 3 or len(given) != iterations:
        raise ValueError(
            f"rotations: expected shape (iterations, K, 3) with {iterations} iterations, "
            f"got {given.shape}"
        )
    return given


def require_sweeps(sweeps):
    """Refuse all but a tuple or list of whole numbers, at least one; give them as a list."""
    if not isinstance(sweeps, (tuple, list)) or not sweeps:
        raise TypeError(f"sweeps: expected a tuple of whole numbers, got {type(sweeps).__name__}")
    counts = []
    for count in sweeps:
        counts.append(require.whole(count, "each of sweeps", 0, MOST_ITERATIONS))
    return counts


def require_windows(height, width, size=11):
    """Refuse an image into which no window fits."""
    if min(height, width) < size:
        raise ValueError(f"image: expected at least {size} x {size} pixels, got {height} x {width}")
