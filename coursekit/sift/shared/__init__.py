"""What both engines need: sizes and blurs of the scale space, messages, checks."""

import math
from typing import Literal, get_args

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
    """Give the size of a pixel of each octave, in pixels of the picture: (octaves,)."""
    return 2.0 ** np.arange(octaves) / upsampling


def sigmas(octaves, upsampling=2, n_scales=3, sigma_min=1.6):
    """Give the blur of every scale, in pixels of the picture: (octaves, n_scales + 3)."""
    steps = 2.0 ** (np.arange(n_scales + 3) / n_scales)
    return deltas(octaves, upsampling)[:, None] * sigma_min * steps  # Eq. 11


def added_sigmas(octaves, upsampling=2, n_scales=3, sigma_min=1.6):
    """Give the blur that leads from each scale to the next, in pixels of its octave."""
    absolute = sigmas(octaves, upsampling, n_scales, sigma_min)
    added = np.sqrt(np.diff(absolute**2, axis=1))  # variances add up
    return added / deltas(octaves, upsampling)[:, None]  # Eq. 12


def first_sigma(upsampling=2, sigma_min=1.6, sigma_in=0.5):
    """Give the blur that leads from the enlarged picture to the first scale, in its pixels."""
    return math.sqrt(max(sigma_min**2 - (upsampling * sigma_in) ** 2, 0.0))


def contrast_threshold(c_dog=0.04 / 3, n_scales=3):
    """Give the least height of a peak: the finer the scales, the smaller their differences."""
    return (2 ** (1 / n_scales) - 1) / (2 ** (1 / 3) - 1) * c_dog


# ------------------------------------------------------------------ messages

NO_FEATURES = (
    "SIFT found no features: expected a picture with more contrast between neighbouring pixels"
)
NOTHING_DETECTED = "no keypoints yet: call detect first, or detect_and_extract"

# ------------------------------------------------------------------ checks

POSITIVE = np.finfo(np.float64).tiny
Metric = Literal["euclidean", "sqeuclidean", "cityblock", "chebyshev", "minkowski", "hamming"]
METRICS = get_args(Metric)
Upsampling = Literal[1, 2, 4]


def require_scale_space(upsampling=2, n_octaves=8, n_scales=3, sigma_min=1.6, sigma_in=0.5):
    """Refuse parameters from which no scale space can be made."""
    require_upsampled(upsampling)
    n_octaves = require.whole(n_octaves, "n_octaves", 1, np.inf)
    n_scales = require.whole(n_scales, "n_scales", 1, np.inf)
    sigma_min = require.number(sigma_min, "sigma_min", POSITIVE)
    sigma_in = require.number(sigma_in, "sigma_in", 0)


def require_upsampled(upsampling):
    """Refuse all but 1, 2 and 4."""
    if upsampling not in (1, 2, 4):
        raise ValueError(f"upsampling: expected 1, 2 or 4, got {upsampling!r}")


def require_shape(height, width, octaves):
    """Refuse a picture that is too small for one octave."""
    if octaves < 1:
        raise ValueError(
            f"image: expected at least 12 pixels along each side of the first octave, "
            f"got a picture of {height} x {width}"
        )


def require_tests(c_dog=0.04 / 3, c_edge=10.0, n_scales=3):
    """Refuse thresholds that mean nothing."""
    c_dog = require.number(c_dog, "c_dog", 0)
    c_edge = require.number(c_edge, "c_edge", POSITIVE)
    n_scales = require.whole(n_scales, "n_scales", 1, np.inf)


def require_orientation(n_bins=36, lambda_ori=1.5, c_max=0.8):
    """Refuse parameters of no histogram of orientations."""
    n_bins = require.whole(n_bins, "n_bins", 3, np.inf)
    lambda_ori = require.number(lambda_ori, "lambda_ori", POSITIVE)
    c_max = require.number(c_max, "c_max", 0, 1)


def require_descriptor(lambda_descr=6.0, n_hist=4, n_ori=8):
    """Refuse parameters of no descriptor."""
    lambda_descr = require.number(lambda_descr, "lambda_descr", POSITIVE)
    n_hist = require.whole(n_hist, "n_hist", 1, np.inf)
    n_ori = require.whole(n_ori, "n_ori", 1, np.inf)


def require_as_many(count, **arrays):
    """Refuse arrays that have not one entry for each of count keypoints."""
    for name, array in arrays.items():
        if len(array) != count:
            raise ValueError(
                f"{name}: expected one for each of {count} keypoints, got {len(array)}"
            )


def require_matching(first, second, metric, p, max_distance, max_ratio):
    """Refuse descriptors that cannot be compared; give the name of the metric."""
    for name, array in (("first", first), ("second", second)):
        if getattr(array, "ndim", None) != 2:
            given = tuple(getattr(array, "shape", ())) or type(array).__name__
            raise ValueError(f"{name}: expected descriptors of shape (N, K), got {given}")
    if first.shape[1] != second.shape[1]:
        lengths = f"{first.shape[1]} and {second.shape[1]}"
        raise ValueError(f"first and second: expected descriptors of one length, got {lengths}")
    if metric is None:
        metric = "hamming" if str(first.dtype).endswith("bool") else "euclidean"
    metric = require.one_of(metric, "metric", METRICS)
    p = require.number(p, "p", 1)
    if not (max_distance >= 0):
        raise ValueError(f"max_distance: expected a number of 0 or more, got {max_distance}")
    max_ratio = require.number(max_ratio, "max_ratio", POSITIVE, 1)
    return metric


def require_keypoints(row_gradient, column_gradient, layers, positions, sigmas, orientations=None):
    """Refuse gradients of different shapes, and keypoints of different numbers."""
    require.floats(row_gradient, "row_gradient", None, None, None)
    require.floats(column_gradient, "column_gradient", *row_gradient.shape)
    require.whole_numbers(layers, "layers")
    require.floats(positions, "positions", 2)
    require_as_many(len(positions), layers=layers, sigmas=sigmas)
    if orientations is not None:
        require_as_many(len(positions), orientations=orientations)


def require_octave(octave, height, width):
    """Refuse an octave in which a pixel has no neighbour along one of the axes."""
    require.floats(octave, "octave", None, None, None)
    if min(height, width) < 2:
        raise ValueError(f"octave: expected at least 2 rows and columns, got {height} x {width}")
