"""Checks that reference and gpu share: of the parameters of SIFT, and of arrays.

Those of arrays read shapes and dtypes, which NumPy's and PyTorch's have alike.
"""

import numpy as np

from coursekit.lab import require

POSITIVE = np.finfo(np.float64).tiny
METRICS = ("euclidean", "sqeuclidean", "cityblock", "chebyshev", "minkowski", "hamming")


def scale_space(upsampling=2, n_octaves=8, n_scales=3, sigma_min=1.6, sigma_in=0.5):
    """Refuse parameters from which no scale space can be made."""
    upsampled(upsampling)
    require.whole(n_octaves, "n_octaves", 1, np.inf)
    require.whole(n_scales, "n_scales", 1, np.inf)
    require.number(sigma_min, "sigma_min", POSITIVE)
    require.number(sigma_in, "sigma_in", 0)


def upsampled(upsampling):
    """Refuse all but 1, 2 and 4."""
    if upsampling not in (1, 2, 4):
        raise ValueError(f"upsampling: expected 1, 2 or 4, got {upsampling!r}")


def shape(height, width, octaves):
    """Refuse a picture that is too small for one octave."""
    if octaves < 1:
        raise ValueError(
            f"image: expected at least 12 pixels along each side of the first octave, "
            f"got a picture of {height} x {width}"
        )


def tests(c_dog=0.04 / 3, c_edge=10.0, n_scales=3):
    """Refuse thresholds that mean nothing."""
    require.number(c_dog, "c_dog", 0)
    require.number(c_edge, "c_edge", POSITIVE)
    require.whole(n_scales, "n_scales", 1, np.inf)


def orientation(n_bins=36, lambda_ori=1.5, c_max=0.8):
    """Refuse parameters of no histogram of orientations."""
    require.whole(n_bins, "n_bins", 3, np.inf)
    require.number(lambda_ori, "lambda_ori", POSITIVE)
    require.number(c_max, "c_max", 0, 1)


def descriptor(lambda_descr=6.0, n_hist=4, n_ori=8):
    """Refuse parameters of no descriptor."""
    require.number(lambda_descr, "lambda_descr", POSITIVE)
    require.whole(n_hist, "n_hist", 1, np.inf)
    require.whole(n_ori, "n_ori", 1, np.inf)


def as_many(count, **arrays):
    """Refuse arrays that have not one entry for each of count keypoints."""
    for name, array in arrays.items():
        if len(array) != count:
            raise ValueError(
                f"{name}: expected one for each of {count} keypoints, got {len(array)}"
            )


def matching(first, second, metric, p, max_distance, max_ratio):
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
    require.one_of(metric, "metric", METRICS)
    require.number(p, "p", 1)
    if not (max_distance >= 0):
        raise ValueError(f"max_distance: expected a number of 0 or more, got {max_distance}")
    require.number(max_ratio, "max_ratio", POSITIVE, 1)
    return metric


def keypoints(row_gradient, column_gradient, layers, positions, sigmas, orientations=None):
    """Refuse gradients of different shapes, and keypoints of different numbers."""
    require.floats(row_gradient, "row_gradient", None, None, None)
    require.floats(column_gradient, "column_gradient", *row_gradient.shape)
    require.whole_numbers(layers, "layers")
    require.floats(positions, "positions", 2)
    as_many(len(positions), layers=layers, sigmas=sigmas)
    if orientations is not None:
        as_many(len(positions), orientations=orientations)


def slopes(octave, height, width):
    """Refuse an octave in which a pixel has no neighbour along one of the axes."""
    require.floats(octave, "octave", None, None, None)
    if min(height, width) < 2:
        raise ValueError(f"octave: expected at least 2 rows and columns, got {height} x {width}")
