"""What the twins of 06 are tried with (see tests/test_parity.py)."""

import numpy as np

from coursekit.regions import reference
from coursekit.regions.shared import THRESHOLDS

LEVELS = {"dtypes": ("uint8",)}
GRAY = {"channels": (1,)}
COLORS = {"excuses": {"dtype": "colours are compared as float32"}}
STEP = 6
MEASURED = {"measures": True, "excuses": {"dtype": "a measure is no gray level"}} | GRAY


def each(name, *values):
    return lambda white: [{name: value} for value in values]


def thresholds(white):
    values = [share * white for share in (-0.1, 0.0, 0.3, 0.5001, 1.0, 1.2)]
    return [{"value": value, "kind": kind} for value in values for kind in THRESHOLDS]


def local_means(white):
    return [{"size": size, "kind": kind} for size in (3, 11, 33) for kind in ("mean", "gaussian")]


def adaptive_thresholds(white):
    return [
        local | {"offset": offset, "inverse": inverse}
        for local in local_means(white)
        for offset in (-3.5, 0, 7.3)
        for inverse in (False, True)
    ]


def as_mask(image, arguments):
    """Enough foreground for components of all sizes."""
    return (image > 0.45 * (255 if image.dtype == np.uint8 else 1),)


def as_labels(image, arguments):
    return (reference.connected_components(*as_mask(image, arguments)),)


def on_a_staircase(image, arguments):
    """The picture above a row of each of seventeen levels, enough for any number of classes."""
    stairs = np.arange(0, 255, 15, dtype=np.uint8)[:, None].repeat(image.shape[1], axis=1)
    return (np.concatenate([image, stairs]),)


def with_moments(image, arguments):
    return (reference.moments(image),)


def with_central_moments(image, arguments):
    return (reference.central_moments(reference.moments(image)),)


def with_normalized_moments(image, arguments):
    central = reference.central_moments(reference.moments(image))
    return (reference.normalized_moments(central),)


def as_colors(image, arguments):
    return (reference.color_features(image),)


def with_seeds(image, arguments):
    colors = reference.color_features(image)
    return colors, reference.seed_grid(colors, arguments["step"])


def with_labels(image, arguments):
    colors = reference.color_features(image)
    centers = reference.seed_grid(colors, STEP)
    return colors, reference.assign(colors, centers, STEP), centers


def cut_finely(image, arguments):
    """Labels that fall into many pieces."""
    return (np.rint(3.0 * image / (255 if image.dtype == np.uint8 else 1)).astype(np.int32),)


CASES = {
    "threshold": {"arguments": thresholds},
    "between_class_variance": MEASURED | LEVELS,
    "otsu": MEASURED | LEVELS,
    "triangle": MEASURED | LEVELS,
    "multi_otsu": MEASURED
    | LEVELS
    | {"arguments": each("classes", 2, 3, 5, 16), "prepare": on_a_staircase},
    "local_mean": {"arguments": local_means} | LEVELS,
    "adaptive_threshold": {"arguments": adaptive_thresholds} | LEVELS,
    "connected_components": {
        "arguments": each("connectivity", 4, 8),
        "prepare": as_mask,
        "excuses": {
            "dtype": "labels are no gray levels",
            "values": "how many runs there are must be known",
        },
    }
    | GRAY,
    "component_statistics": MEASURED | {"arguments": each("count", 1, 3, 40), "prepare": as_labels},
    "moments": MEASURED,
    "central_moments": MEASURED
    | {"prepare": with_moments, "tolerance": 1e-4},  # of up to 1e8: rounding in float64
    "normalized_moments": MEASURED | {"prepare": with_central_moments},
    "hu_moments": MEASURED | {"prepare": with_normalized_moments},
    "color_features": COLORS | {"arguments": each("sigma", 0.0, 1.5)},
    "seed_grid": COLORS | {"arguments": each("step", 1, 4, 11), "prepare": as_colors},
    "assign": {
        "arguments": lambda white: [
            {"step": step, "compactness": value} for step in (1, 4, 11) for value in (1.0, 30.0)
        ],
        "prepare": with_seeds,
        "excuses": {"dtype": "labels are no gray levels"},
    },
    "update": COLORS | {"prepare": with_labels},
    "enforce_connectivity": {
        "arguments": each("min_size", 0, 3, 40),
        "prepare": cut_finely,
        "excuses": {
            "dtype": "labels are no gray levels",
            "values": "how many pieces there are must be known",
        },
    }
    | GRAY,
    "slic": {
        "arguments": lambda white: [
            {"segments": 9, "iterations": 4},
            {"segments": 40, "compactness": 2.0, "iterations": 3, "sigma": 0.7},
        ],
        "excuses": {
            "dtype": "labels are no gray levels",
            "values": "how many pieces there are must be known",
        },
    },
}
