"""What both twins of the piece-by-piece methods share: how many pieces, who is matched, checks."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from coursekit.lab import require

CENTERS = ("vector", "channel")
COVARIANCES = ("each", "own")
POOLINGS = ("mean", "max")
REGULARIZATION = 1e-4  # added to every variance, so that a piece of one colour has an inverse
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


def kernel(place_spread, color_spread, sigma, reach, covariance):
    """Refuse what is no kernel of Eq. 5-6."""
    least = np.finfo(float).tiny
    require.number(place_spread, "place_spread", low=least)
    require.number(color_spread, "color_spread", low=least)
    if sigma is not None:
        require.number(sigma, "sigma", low=least)
    if reach is not None:
        require.number(reach, "reach", low=0)
    require.one_of(covariance, "covariance", COVARIANCES)


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


def same_pixels(values, labels, name):
    """Refuse values that are not (H, W, C), C at least 1, for labels (H, W)."""
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "buif":
        kind = getattr(values, "dtype", type(values).__name__)
        raise TypeError(f"{name}: expected a NumPy array of numbers, got {kind}")
    if values.ndim != 3 or values.shape[:2] != labels.shape or values.shape[2] == 0:
        raise ValueError(
            f"{name}: expected shape (H, W, C) for labels of shape {labels.shape}, "
            f"got {values.shape}"
        )


def labels(array):
    """Refuse all but whole numbers from 0 in (H, W)."""
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "iu":
        kind = getattr(array, "dtype", type(array).__name__)
        raise TypeError(f"labels: expected a NumPy array of whole numbers, got {kind}")
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"labels: expected shape (H, W) with pixels in it, got {array.shape}")
    if array.min() < 0:
        raise ValueError(f"labels: expected 0 and above, got {array.min()}")


def label_tensor(batch):
    """Refuse all but whole numbers in (..., 1, H, W)."""
    import torch

    if not isinstance(batch, torch.Tensor) or batch.is_floating_point():
        kind = getattr(batch, "dtype", type(batch).__name__)
        raise TypeError(f"labels: expected a tensor of whole numbers, got {kind}")
    if batch.ndim < 3 or batch.shape[-3] != 1 or batch.numel() == 0:
        raise ValueError(f"labels: expected shape (..., 1, H, W), got {tuple(batch.shape)}")


def same_pixel_tensors(values, labels, name):
    """Refuse values that are not (..., C, H, W), C at least 1, for labels (..., 1, H, W)."""
    shape, expected = tuple(values.shape), tuple(labels.shape)
    if shape[:-3] + shape[-2:] != expected[:-3] + expected[-2:] or 0 in shape:
        raise ValueError(
            f"{name}: expected shape (..., C, H, W) for labels of shape {expected}, got {shape}"
        )


def table(array, name, columns=None, rows=None):
    """Refuse all but a table of numbers (M, N), an array or a batch of them (..., M, N)."""
    shape = tuple(getattr(array, "shape", ()))
    if len(shape) < 2 or 0 in shape:
        given = shape or type(array).__name__
        raise ValueError(f"{name}: expected rows and columns, (M, N), got {given}")
    if columns is not None and shape[-1] != columns:
        raise ValueError(f"{name}: expected {columns} columns, got shape {shape}")
    if rows is not None and shape[-2] != rows:
        raise ValueError(f"{name}: expected {rows} rows, got shape {shape}")


def comparable(target, reference, center):
    """Refuse vectors that cannot be compared: of other lengths, or centred in no known way."""
    table(target, "target")
    table(reference, "reference", columns=target.shape[-1])
    require.one_of(center, "center", CENTERS)


def heated(correlations, temperature):
    """Refuse what gives no attention: correlations that are no table, a temperature of 0."""
    table(correlations, "correlations")
    require.number(temperature, "temperature", low=np.finfo(float).tiny)


def count_of(count, largest):
    """How many superpixels there are: as given, or as many as the largest label asks for."""
    if count is None:
        return largest + 1
    require.whole(count, "count", 1, np.inf)
    if largest is not None and largest >= count:
        raise ValueError(f"count: expected more than the largest label {largest}, got {count}")
    return count
