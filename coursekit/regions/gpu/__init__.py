"""Regions of whole batches, on any device: twins of ``reference``.

Border following is sequential and stays on the CPU (``reference.find_contours``); so do the shapes
that are measured along contours. What is left are thresholds, components and moments.
"""

from coursekit.regions.gpu.components import component_statistics, connected_components
from coursekit.regions.gpu.shape import (
    central_moments,
    hu_moments,
    moments,
    normalized_moments,
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
    "between_class_variance",
    "central_moments",
    "component_statistics",
    "connected_components",
    "hu_moments",
    "local_mean",
    "moments",
    "multi_otsu",
    "normalized_moments",
    "otsu",
    "threshold",
    "triangle",
]
