"""What both engines need: limits, OpenCV's windows, and checks."""

from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np

from coursekit.core import kernels, require

# ------------------------------------------------------------------ limits

MOST_CLASSES = 16  # of multi_otsu
MOST_LABELS = 2**24  # of a table with a row for each
LARGEST_SIGMA = 1000  # pixels, of the smoothing before SLIC
LARGEST_STEP = 2**31  # pixels, no image is larger
MOST_ITERATIONS = 10_000
MOST_THRESHOLDS = 2**20
LARGEST_WINDOW = 4095  # pixels along a side
FARTHEST = 2.0**40  # of a point, so that products of four coordinates are finite numbers


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
BORDERS = get_args(BorderKind)
Polarity = Literal["dark", "bright"]
Connectivity = Literal[4, 8]


def require_window(size, kind):
    """Refuse a local mean over anything but an odd square of more than one pixel."""
    size = require.whole(require.odd(size), "size", 3, LARGEST_WINDOW)
    return size, require.one_of(kind, "kind", LOCAL_MEANS)


def require_levels_in_use(fewest, classes):
    """Refuse an image of fewer gray levels than classes."""
    if fewest < classes:
        raise ValueError(f"image: {classes} classes need {classes} gray levels, got {fewest}")


def require_mask(array, name="mask"):
    """Refuse all but a (H, W) array of bool or uint8, in which 0 is background."""
    require.numpy_array(array, name)
    if array.dtype not in (np.bool_, np.uint8):
        raise TypeError(f"{name}: expected bool or uint8, got {array.dtype}")
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"{name}: expected shape (H, W) with pixels in it, got {array.shape}")


def require_three(left, here, right):
    """Refuse all but whole numbers, the values of three pixels; return them as int."""
    return (
        require.whole(left, "left", -np.inf, np.inf),
        require.whole(here, "here", -np.inf, np.inf),
        require.whole(right, "right", -np.inf, np.inf),
    )


def require_border(kind, last, kinds, parents):
    """Refuse an unknown kind of border, and a last border that has no kind or no parent."""
    for borders, name in ((kinds, "kinds"), (parents, "parents")):
        if not isinstance(borders, Mapping):
            raise TypeError(f"{name}: expected a mapping, got {type(borders).__name__}")
    known = kinds.keys() & parents.keys()
    return require.one_of(kind, "kind", BORDERS), require.one_of(last, "last", known)


def require_place(place, values):
    """Refuse all but (row, column) inside the padding of a list of lists; return whole numbers."""
    if not isinstance(values, list) or not values or not isinstance(values[0], list):
        raise TypeError(f"values: expected a list of lists, got {type(values).__name__}")
    if not isinstance(place, (tuple, list)) or len(place) != 2:
        raise TypeError(f"start: expected (row, column), got {type(place).__name__}")
    return (
        require.whole(place[0], "start", 1, len(values) - 2),
        require.whole(place[1], "start", 1, len(values[0]) - 2),
    )


def require_parents(parents):
    """Refuse all but a list of labels, one for each label."""
    if not isinstance(parents, list) or not parents:
        raise TypeError(f"parents: expected a list of labels, got {type(parents).__name__}")
    if not isinstance(parents[-1], (int, np.integer)):
        given = type(parents[-1]).__name__
        raise TypeError(f"parents: expected a list of whole numbers, got {given} in it")


def require_numbers(array, name, length):
    """Refuse all but a NumPy array of so many finite numbers."""
    require.numpy_array(array, name)
    if array.dtype.kind not in "iuf" or array.shape != (length,) or not np.isfinite(array).all():
        raise ValueError(
            f"{name}: expected {length} finite numbers, got {array.dtype} of shape {array.shape}"
        )


def require_contour(points, name="contour"):
    """Refuse all but one or more finite points (row, column); return them as (N, 2)."""
    if not isinstance(points, (list, tuple)):
        require.numpy_array(points, name)
    try:
        array = np.asarray(points)
    except ValueError:
        raise ValueError(f"{name}: expected points (row, column), all of two numbers") from None
    if array.ndim != 2 or array.shape[1] != 2 or len(array) == 0 or array.dtype.kind not in "iuf":
        raise ValueError(
            f"{name}: expected points (row, column) in an array (N, 2), "
            f"got shape {array.shape} of {array.dtype}"
        )
    if not np.abs(array.astype(np.float64)).max() <= FARTHEST:  # NaN fails, too
        raise ValueError(f"{name}: expected finite points, no farther than {FARTHEST:g}")
    return array


def require_moments(array, name="moments"):
    """Refuse all but finite moments of the orders 0 to 3 along both axes: (4, 4)."""
    require.numpy_array(array, name)
    require.floats(array, name)
    if array.shape[-2:] != (4, 4):
        raise ValueError(f"{name}: expected shape (..., 4, 4), got {array.shape}")
    if array.ndim != 2 or not np.abs(array).max() <= 1e60:  # NaN fails, too
        raise ValueError(f"{name}: expected numbers up to 1e60 in (4, 4), got shape {array.shape}")


def require_moment_tensor(tensor, name="moments"):
    """Refuse all but floats of the orders 0 to 3 along both axes: (..., 4, 4)."""
    if not getattr(tensor, "is_floating_point", bool)():
        kind = getattr(tensor, "dtype", type(tensor).__name__)
        raise TypeError(f"{name}: expected a tensor of floats, got {kind}")
    if tuple(tensor.shape)[-2:] != (4, 4):
        raise ValueError(f"{name}: expected shape (..., 4, 4), got {tuple(tensor.shape)}")


def require_chain(points, name="contour"):
    """Refuse all but points of which each is a neighbour of the next; return int64 (N, 2)."""
    array = require_contour(points, name).astype(np.float64)
    steps = np.abs(np.roll(array, -1, axis=0) - array).max(axis=1)
    if (array != np.rint(array)).any() or (len(array) > 1 and not (steps == 1).all()):
        raise ValueError(
            f"{name}: expected each point beside the next, got a step of {steps.max()}"
        )
    return array.astype(np.int64)


def require_one_for_each_channel(value, image):
    """Refuse a tensor of thresholds that is not (..., C) for an image (..., C, H, W)."""
    if value.shape != image.shape[:-2]:
        expected, given = tuple(image.shape[:-2]), tuple(value.shape)
        raise ValueError(f"value: expected shape {expected}, one for each channel, got {given}")


def require_clusters(colors, *others, step=None):
    """Refuse what is no colours (H, W, 3), centres (R, C, 5), of step one a cell, or labels."""
    require.numpy_array(colors, "colors")
    if colors.dtype not in (np.float32, np.float64):
        raise TypeError(f"colors: expected an array of floats, got {colors.dtype}")
    if colors.ndim != 3 or colors.shape[2] != 3 or colors.size == 0:
        raise ValueError(f"colors: expected shape (H, W, 3), got {colors.shape}")
    if not np.abs(colors).max() <= 1e9:  # NaN fails, too
        raise ValueError("colors: expected finite numbers up to 1e9")
    if not others:
        return
    centers, *labels = others
    require.numpy_array(centers, "centers")
    height, width = colors.shape[:2]
    expected = (*seeds_along(height, width, step), 5) if step else (*centers.shape[:2], 5)
    if centers.dtype.kind != "f" or centers.shape != expected or centers.size == 0:
        raise ValueError(
            f"centers: expected floats of shape {expected}, "
            f"got {centers.dtype} of shape {centers.shape}"
        )
    rows, columns = centers[..., 3], centers[..., 4]
    if not (np.abs(centers).max() <= 1e9 and rows.min() >= 0 and columns.min() >= 0):
        raise ValueError("centers: expected finite colours and places from 0 on")
    if rows.max() > height - 1 or columns.max() > width - 1:
        raise ValueError(f"centers: expected places in an image of {height} x {width} pixels")
    if not labels:
        return
    require.labels(labels[0])
    count, highest, shape = centers.shape[0] * centers.shape[1], labels[0].max(), labels[0].shape
    if shape != (height, width) or highest >= count:
        raise ValueError(
            f"labels: expected 0 to {count - 1} in shape {(height, width)}, "
            f"got a maximum of {highest} in shape {shape}"
        )


def require_cluster_tensors(colors, *others, step=None):
    """Refuse what are no tensors of colours (..., 3, H, W), centres (..., 5, R, C), labels."""
    if not getattr(colors, "is_floating_point", bool)():
        kind = getattr(colors, "dtype", type(colors).__name__)
        raise TypeError(f"colors: expected a tensor of floats, got {kind}")
    *batch, channels, height, width = colors.shape if colors.ndim >= 3 else (0, 0, 0)
    if channels != 3 or colors.numel() == 0:
        raise ValueError(f"colors: expected shape (..., 3, H, W), got {tuple(colors.shape)}")
    if not others:
        return
    centers, *labels = others
    given = tuple(getattr(centers, "shape", ()))
    expected = (*batch, 5, *(seeds_along(height, width, step) if step else given[-2:]))
    if not getattr(centers, "is_floating_point", bool)() or given != expected or 0 in given:
        raise ValueError(
            f"centers: expected a tensor of floats of shape {expected}, "
            f"got {getattr(centers, 'dtype', type(centers).__name__)} of shape {given}"
        )
    if labels and labels[0].shape != (*batch, 1, height, width):
        raise ValueError(
            f"labels: expected shape {(*batch, 1, height, width)}, got {tuple(labels[0].shape)}"
        )


def seeds_along(height, width, step):
    """How many seeds, step apart and half of that from the edge, stand in rows and in columns."""
    rows, columns = min(step, height) // 2, min(step, width) // 2
    return -((rows - height) // step), -((columns - width) // step)
