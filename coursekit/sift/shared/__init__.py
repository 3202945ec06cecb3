"""What both engines need: blurs of the scale space, limits of the parameters, messages, checks."""

import math
import reprlib
from collections.abc import Sequence
from typing import Any, Literal, get_args

import numpy as np

from coursekit.core import require

# ------------------------------------------------------------------ octaves and scales

# Otero and Delbracio 2014, §2.2, Eq. 9-12.

SMALLEST = 12  # pixels along the shorter side of the last octave


def octaves_that_fit(shape, upsampling=2, n_octaves=8):
    """Give the number of octaves whose shorter side is at least 12 pixels, n_octaves at most."""
    halvings = math.log2(min(shape) * upsampling / SMALLEST)
    return min(n_octaves, int(halvings + 1))


def deltas(octaves, upsampling=2):
    """Give the size of a pixel of each octave, in pixels of the image: (octaves,)."""
    return 2.0 ** np.arange(octaves) / upsampling


def sigmas(octaves, upsampling=2, n_scales=3, sigma_min=1.6):
    """Give the blur of every scale, in pixels of the image: (octaves, n_scales + 3)."""
    steps = 2.0 ** (np.arange(n_scales + 3) / n_scales)
    return deltas(octaves, upsampling)[:, None] * sigma_min * steps  # Eq. 11


def added_sigmas(octaves, upsampling=2, n_scales=3, sigma_min=1.6):
    """Give the blur that leads from each scale to the next, in pixels of its octave."""
    absolute = sigmas(octaves, upsampling, n_scales, sigma_min)
    added = np.sqrt(np.diff(absolute**2, axis=1))  # variances add up
    return added / deltas(octaves, upsampling)[:, None]  # Eq. 12


def first_sigma(upsampling=2, sigma_min=1.6, sigma_in=0.5):
    """Give the blur that leads from the enlarged image to the first scale, in its pixels."""
    return math.sqrt(max(sigma_min**2 - (upsampling * sigma_in) ** 2, 0.0))


def contrast_threshold(c_dog=0.04 / 3, n_scales=3):
    """Give the least height of a peak: the finer the scales, the smaller their differences."""
    return (2 ** (1 / n_scales) - 1) / (2 ** (1 / 3) - 1) * c_dog


# ------------------------------------------------------------------ messages

NO_FEATURES = (
    "SIFT found no features: expected an image with more contrast between neighbouring pixels"
)
NOTHING_DETECTED = "no keypoints yet: call detect first, or detect_and_extract"
TOO_SMALL = (
    "image: expected at least 12 pixels along each side of the first octave, "
    "got an image of {} x {}"
)
OTHER_SHAPE = "image: expected the shape in which keypoints were detected, {}, got {}"

# ------------------------------------------------------------------ checks

POSITIVE = np.finfo(np.float64).tiny
Metric = Literal["euclidean", "sqeuclidean", "cityblock", "chebyshev", "minkowski", "hamming"]
METRICS = get_args(Metric)
Upsampling = Literal[1, 2, 4]

FLOATS, WHOLE = ("float32", "float64"), ("int", "uint")

COUNTS = {
    "n_octaves": (1, np.inf),
    "n_scales": (1, 64),
    "octave": (0, 64),
    "iterations": (1, 1000),
    "n_bins": (5, 4096),  # smoothing leaves nothing of fewer
    "times": (0, 1000),
    "n_hist": (1, 32),
    "n_ori": (1, 360),
}
NUMBERS = {
    "sigma_min": (0.1, 100),
    "sigma_in": (0, 100),
    "threshold": (0, np.inf),
    "offset_max": (POSITIVE, np.inf),
    "c_dog": (0, 1),
    "c_edge": (POSITIVE, 1e9),
    "lambda_ori": (1e-9, 1e9),
    "c_max": (0, 1),
    "lambda_descr": (1e-9, 1e9),
}


def require_parameters(**given: object) -> list[Any]:
    """Refuse parameters out of range; return them as Python's own numbers."""
    checked: list[Any] = []
    for name, value in given.items():
        if name in COUNTS:
            checked.append(require.whole(value, name, *COUNTS[name]))
        elif name in NUMBERS:
            checked.append(float(require.number(value, name, *NUMBERS[name])))
        else:
            plain = value.item() if isinstance(value, np.generic) else value
            if type(plain) is not int or plain not in (1, 2, 4):
                raise ValueError(f"{name}: expected 1, 2 or 4, got {reprlib.repr(value)}")
            checked.append(plain)
    return checked


def require_array(array: Any, name: str, *sizes: Any, dtypes=FLOATS, kind=np.ndarray):
    """Refuse all but an array of this kind, of one of these dtypes, and of just these axes.

    sizes : one for each axis, None for any; a leading ``...`` stands for any axes before
    dtypes : how the names of dtypes may begin
    kind : np.ndarray, or torch.Tensor
    """
    if kind is np.ndarray:
        require.numpy_array(array, name)
    elif not isinstance(array, kind):
        raise TypeError(f"{name}: expected a torch tensor, got {type(array).__name__}")
    elif str(array.layout) != "torch.strided":
        raise TypeError(f"{name}: expected a dense tensor, got {array.layout}; give .to_dense()")
    dtype, shape = require.dtype_of(array, name), tuple(array.shape)
    if not dtype.startswith(dtypes):
        raise TypeError(f"{name}: expected {' or '.join(dtypes)}, got {dtype}")
    if sizes[:1] == (...,):
        missing = max(0, len(shape) - len(sizes) + 1)
        sizes = (*[None] * missing, *sizes[1:])
    fits = len(shape) == len(sizes)
    for given, wanted in zip(shape, sizes, strict=False):
        fits &= wanted in (None, given)
    if not fits:
        raise ValueError(f"{name}: expected the shape {sizes} (None: any size), got {shape}")


def require_matching(first, second, metric, p, max_distance, cross_check, max_ratio, kind):
    """Refuse descriptors that cannot be compared; return the parameters as Python's own."""
    for name, array in (("first", first), ("second", second)):
        require_array(array, name, None, None, dtypes=("bool", *WHOLE, *FLOATS), kind=kind)
    if first.shape[1] != second.shape[1] or first.shape[1] == 0:
        lengths = f"{first.shape[1]} and {second.shape[1]}"
        raise ValueError(f"first and second: expected descriptors of one length, got {lengths}")
    if metric is None:
        metric = "hamming" if str(first.dtype).endswith("bool") else "euclidean"
    metric = require.one_of(metric, "metric", METRICS)
    p = require.number(p, "p", 1, 100)
    if not (isinstance(max_distance, (float, np.floating)) and max_distance == np.inf):
        max_distance = require.number(max_distance, "max_distance", 0)
    cross_check = require.flag(cross_check, "cross_check")
    max_ratio = require.number(max_ratio, "max_ratio", POSITIVE, 1)
    return metric, p, float(max_distance), cross_check, max_ratio


def require_shape(shape: Any) -> tuple[int, int]:
    """Refuse all but two whole numbers from 1; return them as Python's own."""
    if not isinstance(shape, Sequence) or isinstance(shape, str) or len(shape) != 2:
        raise ValueError(f"shape: expected (H, W), got {reprlib.repr(shape)}")
    height, width = shape
    return require.whole(height, "shape", 1, np.inf), require.whole(width, "shape", 1, np.inf)


def require_keypoints(
    row_gradient, column_gradient, layers, positions, sigmas, *orientations, kind=np.ndarray
):
    """Refuse gradients and keypoints that do not go together; of arrays, read the values, too."""
    on_gpu = kind is not np.ndarray
    require_array(row_gradient, "row_gradient", *[...] * on_gpu, None, None, None, kind=kind)
    require_array(column_gradient, "column_gradient", *row_gradient.shape, kind=kind)
    require_array(positions, "positions", None, 2, kind=kind)
    columns = [row_gradient.ndim - 2] * on_gpu  # of an index (..., scale)
    require_array(layers, "layers", None, *columns, dtypes=WHOLE, kind=kind)
    require_array(sigmas, "sigmas", None, kind=kind)
    each = {"layers": layers, "positions": positions, "sigmas": sigmas}
    for angles in orientations:  # none, or one array
        require_array(angles, "orientations", None, kind=kind)
        each["orientations"] = angles
    for name, array in each.items():
        if len(array) != len(positions):
            raise ValueError(
                f"{name}: expected one for each of {len(positions)} keypoints, got {len(array)}"
            )
    if on_gpu:
        return
    each |= {"row_gradient": row_gradient, "column_gradient": column_gradient}
    for name, array in each.items():
        if not np.isfinite(array).all():
            raise ValueError(f"{name}: expected finite numbers, got NaN or infinity")
    last = row_gradient.shape[2] - 1
    if (layers < 0).any() or (layers > last).any():
        raise ValueError(f"layers: expected 0 to {last}, got {layers.min()} to {layers.max()}")
    if (sigmas <= 0).any():
        raise ValueError(f"sigmas: expected numbers above 0, got {sigmas.min()}")
