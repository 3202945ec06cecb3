"""What the twins of 07 are tried with (see tests/test_parity.py).

What is found in a batch is one table for all its pictures, in which an index has a column for every
axis: ``as_table`` lays out the tables of single pictures so.
"""

import numpy as np
import torch

from coursekit.sift import reference

COUNTED = {"dtype": "indices and counts are int64", "values": "how many there are is not known"}
DTYPE = {"dtype": "it tells what passes, or where things are"}
SMOOTH = ("float64",)  # float32 is compared as a whole, in test_oracles.py


def as_table(values, batch):
    """Stack arrays (H, W, S); join all others, with the number of the picture in their indices."""
    first = values[0]
    if isinstance(first, (list, tuple)):
        return [as_table(items, batch) for items in zip(*values, strict=True)]
    if not isinstance(first, np.ndarray):
        return first
    if first.ndim == 3 and first.shape[1:] != (3, 3):
        tensors = [torch.from_numpy(value).movedim(-1, 0) for value in values]
        return torch.stack(tensors).unflatten(0, batch) if batch else tensors[0]
    if first.dtype == np.int64:
        values = [_with_picture(value, k, batch) for k, value in enumerate(values)]
    return torch.from_numpy(np.concatenate(values))


def _with_picture(index, number, batch):
    """(row, column, scale) or scale, to (..., scale, row, column) or (..., scale)."""
    index = index[:, [2, 0, 1]] if index.ndim == 2 else index[:, None]
    picture = np.array(np.unravel_index(number, batch) if batch else (), dtype=np.int64)
    return np.hstack([np.tile(picture, (len(index), 1)), index])


def peaks_as_table(values, batch):
    """Histograms of all pictures as one table: its rows are numbered through."""
    if isinstance(values[0], tuple) and len(values[0]) == 2:
        starts = [number * HISTOGRAMS for number in range(len(values))]
        rows = [rows + start for (rows, _), start in zip(values, starts, strict=True)]
        angles = [angles for _, angles in values]
        return [torch.from_numpy(np.concatenate(column)) for column in (rows, angles)]
    return as_table(values, batch)


def one_for_all(values, batch):
    first = values[0]
    if isinstance(first, (list, tuple)):
        return [one_for_all([item], batch) for item in first]
    return torch.from_numpy(first)


# ------------------------------------------------------------------ what stands in for pictures

HISTOGRAMS = 20


def draw(image):
    """Random numbers that depend on the picture alone."""
    return np.random.default_rng(int(image.sum() * 1000) % 2**32)


def with_extrema(image, arguments):
    """A picture of five scales, smooth enough for parabolas, and its extrema."""
    smooth = image.cumsum(axis=0).cumsum(axis=1)
    waves = np.sin(smooth / smooth.max() * 40 + np.arange(5) * 0.7)
    return waves, reference.local_extrema(waves)


def with_points(image, arguments):
    points = draw(image).integers(1, (20, 30, 4), (9, 3))
    return points, draw(image).normal(size=(9, 3)).astype(image.dtype)


def with_sigmas(image, arguments):
    positions = draw(image).uniform(-2, 55, (40, 2)).astype(image.dtype)
    return positions, draw(image).uniform(0, 9, 40).astype(image.dtype)


def hessians(image, arguments):
    half = draw(image).normal(size=(30, 3, 3)).astype(image.dtype)
    return (half + half.transpose(0, 2, 1),)


def keypoints(image, arguments):
    """Gradients of five scales, and keypoints in the picture and at its border."""
    gradient = [image - 0.5, np.roll(image, 3, axis=0)[..., ::-1] - 0.5]
    random, size = draw(image), np.array(image.shape[:2])
    positions = (random.random((12, 2)) * (size - 1)).astype(image.dtype)
    sigmas = random.uniform(1, 4, 12).astype(image.dtype)
    return *gradient, random.integers(0, 5, 12), positions, sigmas


def rotated_keypoints(image, arguments):
    angles = draw(image).uniform(-np.pi, np.pi, 12).astype(image.dtype)
    return *keypoints(image, arguments), angles


def histograms(image, arguments):
    return (draw(image).random((HISTOGRAMS, 36)).astype(image.dtype),)


def patches(image, arguments):
    given = draw(image).random((9, 4, 4, 8)).astype(image.dtype)
    given[0] = 0
    return (given,)


def joined(values, batch):
    """Rows of all pictures, whatever their shape."""
    if isinstance(values[0], (list, tuple)):
        return [joined(items, batch) for items in zip(*values, strict=True)]
    return torch.from_numpy(np.concatenate(values))


def descriptors(image, arguments):
    random = np.random.default_rng(7)
    first = random.integers(0, 9, (60, 12)).astype(image.dtype)
    return first, np.concatenate([first[5:30], random.integers(0, 9, (20, 12))]).astype(image.dtype)


def matchings(white):
    metrics = ("euclidean", "sqeuclidean", "cityblock", "chebyshev", "hamming", None)
    named = [{"metric": metric} for metric in metrics] + [{"metric": "minkowski", "p": 3}]
    ratios = [{"max_ratio": 0.8}, {"max_ratio": 0.8, "cross_check": False}]
    return named + ratios + [{"max_distance": 6.0}, {"cross_check": False}]


def found(SIFT, image, **parameters):
    """Everything that is found, in columns."""
    sift = SIFT(**parameters)
    sift.detect_and_extract(image)
    names = ("keypoints", "positions", "sigmas", "scales", "octaves", "orientations", "descriptors")
    columns = [getattr(sift, name) for name in names]
    return columns + [sift.images] if hasattr(sift, "images") else columns


def found_as_table(values, batch):
    """The columns of all pictures, and the number of the picture last."""
    first = values[0]
    if isinstance(first, type):
        return first
    if isinstance(first, tuple):
        return [torch.stack([as_gray(image) for (image,) in values]).view(*batch, *GRAY)]
    counts = torch.tensor([len(columns[0]) for columns in values])
    return joined(values, batch) + [torch.arange(len(values)).repeat_interleave(counts)]


GRAY = (1, 48, 40)


def as_gray(image):
    return torch.from_numpy(image)[None]


def blobs(image, arguments):
    """A picture of a size of its own, with something on it."""
    rows, columns = np.indices(GRAY[1:])
    shifts = draw(image).uniform(-3, 3, 4)
    wave = np.sin((rows + shifts[0]) / 3) * np.cos((columns + shifts[1]) / 4)
    return ((0.5 + 0.4 * wave * np.sin((rows - columns + shifts[2]) / 9)).astype(image.dtype),)


SPACES = [{}, {"upsampling": 1}, {"upsampling": 4, "n_scales": 2}, {"n_octaves": 1, "sigma_in": 0}]
FLOATS = ("float32", "float64")

CASES = {
    "gaussian_scale_space": {
        "arguments": lambda white: SPACES,
        "dtypes": FLOATS,
        "channels": (1,),
        "tolerance": 2e-6,
    },
    "difference_of_gaussians": {"dtypes": FLOATS, "channels": (2, 5)},
    "local_extrema": {
        "arguments": lambda white: [{}, {"threshold": 0.9}],
        "dtypes": FLOATS,
        "channels": (5,),
        "lay_out": as_table,
        "excuses": COUNTED,
    },
    "derivatives": {
        "dtypes": SMOOTH, "channels": (5,), "prepare": with_extrema, "lay_out": as_table,
    },
    "refine_extrema": {
        "arguments": lambda white: [{}, {"iterations": 1}, {"offset_max": 0.9}],
        "dtypes": SMOOTH, "channels": (5,), "prepare": with_extrema, "lay_out": as_table,
        "tolerance": 1e-4,  # where a parabola is flat, its peak is far away
        "excuses": DTYPE,
    },
    "contrast_test": {
        "arguments": lambda white: [{}, {"c_dog": 0.5, "n_scales": 5}],
        "dtypes": FLOATS, "channels": (1,), "excuses": DTYPE,
    },
    "edge_test": {
        "arguments": lambda white: [{}, {"c_edge": 2.0}],
        "dtypes": FLOATS, "prepare": hessians, "lay_out": joined, "excuses": DTYPE,
    },
    "absolute_coordinates": {
        "arguments": lambda white: [{"octave": 0}, {"octave": 2, "upsampling": 1, "n_scales": 5}],
        "dtypes": FLOATS, "prepare": with_points, "lay_out": as_table,
        "tolerance": 2e-5,  # pixels, in float32
    },
    "border_test": {
        "arguments": lambda white: [{"shape": (37, 53)}],
        "dtypes": FLOATS, "prepare": with_sigmas, "lay_out": joined, "excuses": DTYPE,
    },
    "gradients": {"dtypes": FLOATS, "channels": (2, 5)},
    "orientation_histograms": {
        "arguments": lambda white: [{}, {"n_bins": 24, "lambda_ori": 2}],
        "dtypes": SMOOTH, "channels": (5,), "prepare": keypoints, "lay_out": as_table,
        "excuses": {"values": "sizes of windows are read"},
    },
    "smooth_histograms": {
        "arguments": lambda white: [{}, {"times": 0}], "dtypes": FLOATS, "channels": (1,),
    },
    "orientation_peaks": {
        "arguments": lambda white: [{}, {"c_max": 0.3}],
        "dtypes": FLOATS, "prepare": histograms, "lay_out": peaks_as_table, "excuses": COUNTED,
        "tolerance": 3e-5,  # radians, in float32
    },
    "descriptor_histograms": {
        "arguments": lambda white: [{}, {"lambda_descr": 4, "n_hist": 3, "n_ori": 6}],
        "dtypes": SMOOTH, "channels": (5,), "prepare": rotated_keypoints, "lay_out": as_table,
        "excuses": {"values": "sizes of windows are read"},
    },
    "quantize_descriptors": {
        "dtypes": SMOOTH, "prepare": patches, "lay_out": joined, "excuses": DTYPE,
    },
    "SIFT": {
        "arguments": lambda white: [{}, {"upsampling": 1, "c_dog": 0.005, "n_hist": 3}],
        "dtypes": SMOOTH, "channels": (1,), "prepare": blobs, "lay_out": found_as_table,
        "call": found, "excuses": COUNTED,
    },
    "match_descriptors": {
        "arguments": matchings, "prepare": descriptors, "lay_out": one_for_all, "channels": (1,),
        "excuses": COUNTED,
    },
}  # fmt: skip
