"""What both engines need: SLIC's grid, OpenCV's windows, and checks."""

from typing import Literal, get_args

import numpy as np

from coursekit.core import kernels, require

# ------------------------------------------------------------------ SLIC's grid

NEIGHBORHOOD = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]  # the nine cells about a pixel
FINENESS = 16  # colours are kept in sixteenths: sums of them are exact, in any order


def spacing(height, width, segments):
    """The side of the cells, in whole pixels, that gives about so many."""
    segments = require.whole(segments, "segments", 1, np.inf)
    return max(1, round((height * width / segments) ** 0.5))


def seeds(length, step):
    """Where along an axis the seeds stand: in the middles of cells."""
    return np.arange(min(step, length) // 2, length, step)


def cells(length, step):
    """Which cell each place along an axis belongs to; the last one takes what is left over."""
    return np.minimum(np.arange(length) // step, len(seeds(length, step)) - 1)


def space_weight(compactness, step):
    """What a squared pixel counts beside a squared unit of colour."""
    compactness = require.number(compactness, "compactness", 1e-6, 1e6)
    step = require.whole(step, "step", 1, np.inf)
    return float(np.float32((compactness / step) ** 2))


# ------------------------------------------------------------------ windows


def local_gaussian(size):
    """float32 (size,), with a sum of 1 up to rounding; sigma follows from the size."""
    return kernels.gaussian_of_size(size).astype(np.float32)


# ------------------------------------------------------------------ checks

Kind = Literal["binary", "binary_inv", "trunc", "tozero", "tozero_inv"]
THRESHOLDS = get_args(Kind)
LocalMean = Literal["mean", "gaussian"]
LOCAL_MEANS = get_args(LocalMean)
Mode = Literal["external", "list", "ccomp", "tree"]
MODES = get_args(Mode)
Method = Literal["none", "simple", "tc89_l1", "tc89_kcos"]
METHODS = get_args(Method)
Measure = Literal["l1", "kcos"]
BorderKind = Literal["outer", "hole"]
Polarity = Literal["dark", "bright"]
Connectivity = Literal[4, 8]
MOST_CLASSES = 16


def require_window(size, kind):
    """Refuse a local mean over anything but an odd square of more than one pixel."""
    size = require.odd(size)
    size = require.whole(size, "size", 3, np.inf)
    kind = require.one_of(kind, "kind", LOCAL_MEANS)


def require_levels_in_use(counts, classes):
    """Refuse a picture of fewer gray levels than classes."""
    used = int((counts > 0).sum())
    if used < classes:
        raise ValueError(f"image: {classes} classes need {classes} gray levels, got {used}")


def require_connectivity(value):
    """Refuse all but 4 and 8 neighbours."""
    value = require.one_of(value, "connectivity", (4, 8))


def require_mask(array, name="mask"):
    """Refuse all but a (H, W) array of bool or uint8, in which 0 is background."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name}: expected a NumPy array, got {type(array).__name__}")
    if array.dtype not in (np.bool_, np.uint8):
        raise TypeError(f"{name}: expected bool or uint8, got {array.dtype}")
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name}: expected shape (H, W) with pixels in it, got {array.shape}")


def require_contour(points, name="contour"):
    """Refuse all but one or more finite points (row, column); give them as float64 (N, 2)."""
    array = np.asarray(points)
    if array.ndim != 2 or array.shape[1] != 2 or len(array) == 0 or array.dtype.kind not in "iuf":
        raise ValueError(
            f"{name}: expected points (row, column) in an array (N, 2), "
            f"got shape {array.shape} of {array.dtype}"
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: expected finite points")
    return array.astype(np.float64)


def require_moments(matrix, name="moments"):
    """Refuse all but moments of the orders 0 to 3 along both axes: (..., 4, 4)."""
    shape = tuple(getattr(matrix, "shape", ()))
    if shape[-2:] != (4, 4):
        raise ValueError(f"{name}: expected shape (..., 4, 4), got {shape}")


def require_chain(points, name="contour"):
    """Refuse all but points of which each is a neighbour of the next; give them as int64 (N, 2)."""
    array = require_contour(points, name)
    steps = np.abs(np.roll(array, -1, axis=0) - array).max(axis=1)
    if len(array) > 1 and not (steps == 1).all():
        raise ValueError(
            f"{name}: expected each point beside the next, got a step of {steps.max()}"
        )
    return array.astype(np.int64)


def require_one_for_each_channel(value, image):
    """Refuse a tensor of thresholds that is not (..., C) for an image (..., C, H, W)."""
    if value.shape != image.shape[:-2]:
        expected, given = tuple(image.shape[:-2]), tuple(value.shape)
        raise ValueError(f"value: expected shape {expected}, one for each channel, got {given}")


def require_colors(array):
    """Refuse all but finite floats (H, W, 3)."""
    if not isinstance(array, np.ndarray) or array.dtype.kind != "f":
        kind = getattr(array, "dtype", type(array).__name__)
        raise TypeError(f"colors: expected a NumPy array of floats, got {kind}")
    if array.ndim != 3 or array.shape[2] != 3 or array.size == 0:
        raise ValueError(f"colors: expected shape (H, W, 3), got {array.shape}")


def require_centers(array, rows, columns):
    """Refuse all but (R, C, 5), one for each cell; rows and columns are the pixels' cells."""
    expected = (int(rows[-1]) + 1, int(columns[-1]) + 1, 5)
    if getattr(array, "shape", None) != expected:
        given = getattr(array, "shape", type(array).__name__)
        raise ValueError(f"centers: expected shape {expected}, got {given}")


def require_center_tensor(centers, colors, cells):
    """Refuse all but (..., 5, R, C), one for each cell of each picture."""
    expected = (*colors.shape[:-3], 5, *cells)
    given = tuple(getattr(centers, "shape", ()))
    if given != expected:
        raise ValueError(f"centers: expected shape {expected}, got {given}")
