"""Regions of whole batches, on any device: twins of ``reference``.

Border following is sequential and stays on the CPU (``reference.find_contours``); so do the shapes
that are measured along contours. MSER lets one pixel after the other join its tree, and stays too.
What is left are thresholds, components, moments and superpixels.

Taught in 06 §9.
"""

from coursekit.core import docstrings, extras

extras.require("torch")

from coursekit.regions.gpu.components import component_statistics, connected_components
from coursekit.regions.gpu.shape import (
    central_moments,
    hu_moments,
    moments,
    normalized_moments,
)
from coursekit.regions.gpu.slic import (
    assign,
    color_features,
    enforce_connectivity,
    seed_grid,
    slic,
    update,
)
from coursekit.regions.gpu.thresholds import (
    adaptive_threshold,
    between_class_variance,
    local_mean,
    multi_otsu,
    otsu,
    threshold,
    triangle,
)

__all__ = [
    "adaptive_threshold",
    "assign",
    "between_class_variance",
    "central_moments",
    "color_features",
    "component_statistics",
    "connected_components",
    "enforce_connectivity",
    "hu_moments",
    "local_mean",
    "moments",
    "multi_otsu",
    "normalized_moments",
    "otsu",
    "seed_grid",
    "slic",
    "threshold",
    "triangle",
    "update",
]

docstrings.complete(__name__)
