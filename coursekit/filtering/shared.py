"""What both engines need: kernels, transfer functions, noise, and checks."""

import reprlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from coursekit.core import require
from coursekit.core.kernels import gaussian_of_size, gaussian_weights, mirrored
from coursekit.core.types import Array, Integer

# ------------------------------------------------------------------ kernels

# Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §3.4-3.6.
# Szeliski 2022, *Computer Vision*, 2nd edition, §3.2.1 (separable filtering).

Neighbors = Literal[4, 8]  # above, below, left and right; or the diagonal ones too
SMALLEST_SIGMA = 1e-3  # pixels
SMALLEST, LARGEST = float(np.finfo(np.float32).tiny), 1e30  # single precision holds sums of these
LARGEST_SIZE = 2**15 - 1  # of windows and padding, in pixels
LARGEST_BOX = 2901  # 255 times its pixels fit in int32
DECIMALS = 9  # of a mean of gray levels that is rounded: those after them are rounding errors
NEGLIGIBLE = 1e-8  # second singular value, as a share of the first
FINEST = 2**16  # parts of 1 that a common unit is looked for in
COARSE, FINE = 2**8, 2**16  # parts of a weight of 1 in fixed point; OpenCV's Gaussian has 2**8


def gaussian(size, sigma=None):
    """Give exp(-x^2 / 2 sigma^2) at x = -(size // 2) to size // 2, divided by its sum."""
    size = require_odd(size)
    if sigma is None:
        return gaussian_of_size(size)
    sigma = require.number(sigma, "sigma", SMALLEST_SIGMA, LARGEST)
    return gaussian_weights(sigma, size // 2)


def gaussian_row(sigma, size, is_uint8):
    """Give the weights of a Gaussian; without a size, that of OpenCV: 3 or 4 sigma to each side."""
    most = LARGEST if size is not None else LARGEST_SIZE // 8
    sigma = require.number(sigma, "sigma", SMALLEST_SIGMA, most)
    reach = 3 if is_uint8 else 4
    return gaussian(round(2 * reach * sigma + 1) | 1 if size is None else size, sigma)


def in_fixed_point(weights, parts):
    """Round the weights of a symmetric kernel to parts of 1 so that they still sum to 1.

    What rounding takes from one weight is given to the next, from the ends to the centre; the
    centre gets what is left. With 256 parts, these are the weights of OpenCV's Gaussian. Sums of
    uint8 times such weights are exact.
    """
    whole, left = [], 0.0
    for weight in weights[: len(weights) // 2] * parts:
        whole.append(round(weight + left))
        left += weight - whole[-1]
    return mirrored([*whole, parts - 2 * sum(whole)]) / parts


def sharpening(amount, neighbors):
    """Give the 3 x 3 kernel that adds amount times the difference from 4 or 8 neighbours."""
    amount = require.number(amount, "amount", 0, LARGEST)
    neighbors = require.one_of(neighbors, "neighbors", (4, 8))
    table = np.full((3, 3), -amount, dtype=np.float64)
    if neighbors == 4:
        table[::2, ::2] = 0
    table[1, 1] = 1 + amount * neighbors
    return table


def singular_values(kernel):
    """Singular value decomposition: kernel = sum of s[k] * outer(u[:, k], v[k]), s falling."""
    return np.linalg.svd(kernel, full_matrices=False)


def is_separable(kernel, tolerance):
    """Tell whether the second singular value is at most tolerance times the first."""
    tolerance = require.number(tolerance, "tolerance", 0, 1)
    _, s, _ = singular_values(kernel)
    return bool(s[0] > 0 and np.all(s[1:] <= tolerance * s[0]))


def separate(kernel, tolerance):
    """Give column and row, outer(column, row) = kernel; the column's largest weight is > 0."""
    if not is_separable(kernel, tolerance):
        raise ValueError(
            f"kernel: expected rank 1, got singular values {singular_values(kernel)[1].round(6)}"
        )
    u, s, v = singular_values(kernel)
    sign = np.sign(u[np.abs(u[:, 0]).argmax(), 0])
    return sign * np.sqrt(s[0]) * u[:, 0], sign * np.sqrt(s[0]) * v[0]


@dataclass(frozen=True)
class Passes:
    """How to apply a kernel: correlate with each table in turn, then multiply by unit.

    whole : bool, the tables hold whole numbers, as whole levels' sums then do
    """

    tables: tuple[Array, ...]
    unit: float = 1.0
    whole: bool = False

    def largest_sum(self):
        """The largest sum that white pixels can come to, before it is multiplied by unit."""
        return 255 * np.prod([np.abs(table).sum() for table in self.tables])


def passes(kernel):
    """Separate a kernel of rank 1 into a row and a column: Kh + Kw weights for Kh * Kw."""
    if min(kernel.shape) == 1 or not is_separable(kernel, NEGLIGIBLE):
        return Passes((kernel,))
    column, row = separate(kernel, NEGLIGIBLE)
    return Passes((row[None, :], column[:, None]))


def exact_passes(kernel):
    """Do the same where no rounding can change a sum: the weights are multiples of one number."""
    kernel = kernel.astype(np.float32).astype(np.float64)  # as the reference, and OpenCV, do
    unit = _common_unit(kernel)
    if unit is None:
        return Passes((kernel,))
    whole = np.rint(kernel / unit)
    row = whole[np.abs(whole).sum(axis=1).argmax()]
    row = row / max(np.gcd.reduce(row.astype(np.int64)), 1)
    column = whole[:, np.abs(row).argmax()] / max(np.abs(row).max(), 1)
    column *= np.sign(row[np.abs(row).argmax()])
    if min(kernel.shape) == 1 or not np.array_equal(np.outer(column, row), whole):
        return Passes((whole,), unit, True)
    return Passes((row[None, :], column[:, None]), unit, True)


def _common_unit(kernel):
    """Give a number that all weights are whole multiples of, exactly; None if none is found."""
    sizes = np.abs(kernel[kernel != 0])
    if sizes.size == 0:
        return 1.0
    parts = sizes * FINEST
    if (parts == np.rint(parts)).all() and parts.max() < 2**53:
        return np.gcd.reduce(parts.astype(np.int64)) / FINEST
    unit = sizes.min()
    multiples = np.rint(sizes / unit)
    return unit if (multiples * unit == sizes).all() and multiples.max() < 2**24 else None


def gaussian_similarity(distance, sigma):
    """Spatial or range kernel: exp(-distance^2 / 2 sigma^2), 1 at distance 0, in float64."""
    return np.exp(-0.5 / (sigma * sigma) * np.square(distance, dtype=np.float64))


# ------------------------------------------------------------------ transfer functions

# The gain at each frequency, from 0 to 1. Frequencies are in cycles per pixel, in the order of the
# Fourier transform: zero at [0, 0], then the positive ones, then the negative ones.
# Computed in float64 on the CPU, so that ``reference`` and ``gpu`` get the same numbers.
#
# Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §4.8 to §4.10.

Kind = Literal["ideal", "butterworth", "gaussian"]
KINDS: tuple[Kind, ...] = get_args(Kind)
PassBand = Literal["low", "high", "band", "stop"]
PASSES: tuple[PassBand, ...] = get_args(PassBand)
GUARD = 1e-6  # of a gray level: halves go up, whatever the last bit of a transform says


def response(shape, kind, cutoff, order=2, passes="low", keep_mean=False):
    """Give H(u, v), (height, width), of a filter that is the same in all directions."""
    kind = require.one_of(kind, "kind", KINDS)
    passes = require.one_of(passes, "passes", PASSES)
    keep_mean = require.flag(keep_mean, "keep_mean")
    order = require.whole(order, "order", 1, 2**15)
    frequency = distance(shape, (0, 0))
    if passes in ("low", "high"):
        cutoff = require.number(cutoff, "cutoff", SMALLEST, LARGEST)
        passed = low_pass(frequency, kind, cutoff, order)
    else:
        passed = low_pass(detuning(frequency, *require_band(cutoff)), kind, 1, order)
    result = passed if passes in ("low", "band") else 1 - passed
    if keep_mean:
        result[0, 0] = 1
    return result


def notch_response(shape, centers, radius, kind="butterworth", order=2):
    """Give H(u, v), (height, width), of a filter with a hole at each centre and at its mirror."""
    kind = require.one_of(kind, "kind", KINDS)
    radius = require.number(radius, "radius", SMALLEST, LARGEST)
    order = require.whole(order, "order", 1, 2**15)
    result = np.ones(shape)
    for row, column in require_centers(centers):
        for center in sorted({(row % 1, column % 1), (-row % 1, -column % 1)}):
            result *= 1 - low_pass(distance(shape, center), kind, radius, order)  # Eq. 4-155
    result[0, 0] = 1
    return result


def low_pass(distance, kind, cutoff, order):
    """Pass what is near zero: 1 at distance 0, falling about the cutoff."""
    with np.errstate(over="ignore"):  # a large power is infinite, and its inverse 0
        if kind == "ideal":
            return np.where(distance <= cutoff, 1.0, 0.0)  # Eq. 4-111
        if kind == "butterworth":
            return 1 / (1 + (distance / cutoff) ** (2 * order))  # Eq. 4-117
        return np.exp(-0.5 * (distance / cutoff) ** 2)  # Eq. 4-116


def distance(shape, center):
    """Distance of each frequency from a centre, the shorter way round: frequencies repeat."""
    rows, columns = (
        (np.fft.fftfreq(size) - middle + 0.5) % 1 - 0.5
        for size, middle in zip(shape, center, strict=True)
    )
    return np.sqrt(rows[:, None] ** 2 + columns**2)


def detuning(frequency, low, high):
    """Distance from a band, in half widths: 0 in its middle, 1 at low and high, infinite at 0.

    A band-pass is a low-pass of this (Table 4.7 has the middle half way; here it is the geometric
    mean, so that a filter does the same at both ends).
    """
    with np.errstate(divide="ignore", over="ignore"):
        return np.abs(frequency**2 - low * high) / (frequency * (high - low))


# ------------------------------------------------------------------ noise

# Sampled by NumPy on the CPU, so that a seed means the same noise on every device.


def uniform(shape, seeds):
    """Sample uniform random numbers in [0, 1), (seeds, *shape) float32, each seed by itself."""
    return _sampled("random", shape, seeds)


def normal(shape, seeds):
    """Sample normal random numbers of mean 0 and standard deviation 1, likewise."""
    return _sampled("standard_normal", shape, seeds)


def _sampled(distribution, shape, seeds):
    numbers = np.empty((len(seeds), *shape), np.float32)

    def fill(seed, out):
        getattr(np.random.default_rng(seed), distribution)(dtype=np.float32, out=out)

    with ThreadPoolExecutor() as pool:
        list(pool.map(fill, seeds, numbers))
    return numbers


# ------------------------------------------------------------------ checks

Sides = Integer | Sequence[Sequence[Integer]]  # for all, or ((top, bottom), (left, right))


def require_odd(size, name="size"):
    """Refuse all but an odd number of pixels; give it as an int."""
    return require.whole(require.odd(size, name), name, 1, LARGEST_SIZE)


def require_box(size, sums_of_uint8):
    """Refuse all but the side of a window, whose sums int32 holds if they are of uint8."""
    return require.whole(size, "size", 1, LARGEST_BOX if sums_of_uint8 else LARGEST_SIZE)


def require_sides(size):
    """Refuse all but a whole number or ((top, bottom), (left, right)); give the latter."""
    widths = _as_array(size, "size")
    if widths.dtype.kind not in "iu" or widths.shape not in ((), (2, 2)):
        raise TypeError(
            f"size: expected a whole number or ((top, bottom), (left, right)), "
            f"got {reprlib.repr(size)}"
        )
    if widths.min() < 0:
        raise ValueError(f"size: expected no negative number, got {size!r}")
    if widths.max() > LARGEST_SIZE:
        raise ValueError(f"size: expected at most {LARGEST_SIZE} pixels, got {size!r}")
    return tuple(map(tuple, np.broadcast_to(widths, (2, 2)).tolist()))


def require_kernel(table):
    """Refuse all but a (Kh, Kw) table of finite numbers; give it as a float64 array."""
    array = _as_array(table, "kernel")
    if array.dtype.kind not in "iuf":
        raise TypeError(f"kernel: expected numbers, got {array.dtype}")
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"kernel: expected shape (Kh, Kw), got {array.shape}")
    if max(array.shape) > LARGEST_SIZE:
        raise ValueError(f"kernel: expected sides of at most {LARGEST_SIZE}, got {array.shape}")
    weights = array.astype(np.float64)
    if not np.isfinite(weights).all():
        raise ValueError("kernel: expected finite numbers, got NaN or infinity")
    if np.abs(weights).max() > 10 * LARGEST:
        raise ValueError(f"kernel: expected weights of at most {10 * LARGEST}, got {weights.max()}")
    return weights


def require_band(cutoff):
    """Refuse all but a pair of frequencies 0 < low < high."""
    if not isinstance(cutoff, (tuple, list)) or len(cutoff) != 2:
        raise TypeError(
            f"cutoff: expected a pair (low, high) for a band, got {reprlib.repr(cutoff)}"
        )
    low = require.number(cutoff[0], "low cutoff", SMALLEST, LARGEST)
    high = require.number(cutoff[1], "high cutoff", SMALLEST, LARGEST)
    if low >= high:
        raise ValueError(f"cutoff: expected low < high, got {low} and {high}")
    return low, high


def require_centers(centers):
    """Refuse all but pairs of frequencies in [-0.5, 0.5]; give them as an array (N, 2)."""
    array = _as_array(centers, "centers")
    if array.ndim != 2 or array.shape[0] == 0 or array.shape[1] != 2:
        raise ValueError(f"centers: expected pairs (row, column), got shape {array.shape}")
    if array.dtype.kind not in "iuf":
        raise TypeError(f"centers: expected numbers, got {array.dtype}")
    if not (np.abs(array) <= 0.5).all():  # NaN fails too
        raise ValueError(f"centers: expected frequencies in [-0.5, 0.5], got {array.tolist()}")
    return array.astype(np.float64)


def require_same_shape_and_dtype(image, clean):
    """Refuse all but two images, or two batches, of one shape and dtype."""
    if image.shape != clean.shape or image.dtype != clean.dtype:
        given = [f"{tuple(each.shape)} {each.dtype}" for each in (image, clean)]
        raise ValueError(
            f"image and clean: expected one shape and dtype, got {' and '.join(given)}"
        )


def _as_array(values, name):
    """Give an array of plain numbers; ragged lists and tensors become one of objects."""
    if isinstance(values, np.ndarray):
        require.numpy_array(values, name)
    elif hasattr(values, "shape") and not isinstance(values, np.generic):
        raise TypeError(f"{name}: expected a NumPy array, got {type(values).__name__}")
    try:
        return np.asarray(values)
    except ValueError:
        return np.asarray(values, dtype=object)
