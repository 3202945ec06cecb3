"""What both engines need: SLIC's grid, OpenCV's windows, and checks."""

from typing import Literal, get_args

import numpy as np

from coursekit.core import kernels, require

# ------------------------------------------------------------------ limits

MOST_CLASSES = 16  # of multi_otsu
LARGEST_SIGMA = 1000  # pixels, of the smoothing before SLIC
LARGEST_STEP = 2**31  # pixels, no image is larger
MOST_ITERATIONS = 10_000


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
    """Refuse all but finite floats (H, W, 3), small enough to be squared in float32."""
    require.numpy_array(array, "colors")
    if array.dtype.kind != "f":
        raise TypeError(f"colors: expected an array of floats, got {array.dtype}")
    if array.ndim != 3 or array.shape[2] != 3 or array.size == 0:
        raise ValueError(f"colors: expected shape (H, W, 3), got {array.shape}")
    if not np.abs(array).max() <= 1e9:  # NaN fails, too
        raise ValueError("colors: expected finite numbers up to 1e9")


def require_centers(array, shape, step=None):
    """Refuse all but finite floats (R, C, 5) with places in the image; of step, one a cell."""
    require.numpy_array(array, "centers")
    cells = tuple(-(-(n - min(step, n) // 2) // step) for n in shape) if step else array.shape[:2]
    if array.dtype.kind != "f" or array.shape != (*cells, 5) or array.size == 0:
        raise ValueError(
            f"centers: expected floats of shape ({', '.join(map(str, cells))}, 5), "
            f"got {array.dtype} of shape {array.shape}"
        )
    rows, columns = array[..., 3], array[..., 4]
    height, width = shape
    if not (np.abs(array).max() <= 1e9 and rows.min() >= 0 and columns.min() >= 0):
        raise ValueError("centers: expected finite colours and places from 0 on")
    if rows.max() > height - 1 or columns.max() > width - 1:
        raise ValueError(f"centers: expected places in an image of {height} x {width} pixels")


def require_labels_below(labels, shape, count):
    """Refuse all but whole numbers from 0 to count - 1 in an array of the shape."""
    require.labels(labels)
    if labels.shape != tuple(shape):
        raise ValueError(f"labels: expected shape {tuple(shape)}, got {labels.shape}")
    if labels.max() >= count:
        raise ValueError(f"labels: expected 0 to {count - 1}, got {labels.max()}")


def require_center_tensor(centers, colors, cells):
    """Refuse all but (..., 5, R, C), one for each cell of each image."""
    expected = (*colors.shape[:-3], 5, *cells)
    given = tuple(getattr(centers, "shape", ()))
    if given != expected:
        raise ValueError(f"centers: expected shape {expected}, got {given}")
