"""Regions: thresholds, connected components, contours and their shape. NumPy, made to be read.

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §10.3 and ch. 11.
Otsu 1979, "A threshold selection method from gray-level histograms", *IEEE Trans. Systems, Man, and
Cybernetics* 9(1), 62-66.
Suzuki and Abe 1985, "Topological structural analysis of digitized binary images by border
following", *Computer Vision, Graphics, and Image Processing* 30(1), 32-46.
Teh and Chin 1989, "On the detection of dominant points on digital curves", *IEEE Trans. Pattern
Analysis and Machine Intelligence* 11(8), 859-872.
"""

from coursekit.regions.reference.components import (
    component_statistics,
    connected_components,
    find,
    first_pass,
    second_pass,
    union,
)
from coursekit.regions.reference.contours import (
    approximate_contour,
    border_start,
    dominant_points,
    find_contours,
    follow_border,
    parent_border,
)
from coursekit.regions.reference.shape import (
    arc_length,
    bounding_rectangle,
    central_moments,
    contour_area,
    contour_moments,
    convex_hull,
    hu_moments,
    moments,
    normalized_moments,
)
from coursekit.regions.reference.thresholds import (
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
    "approximate_contour",
    "arc_length",
    "between_class_variance",
    "border_start",
    "bounding_rectangle",
    "central_moments",
    "component_statistics",
    "connected_components",
    "contour_area",
    "contour_moments",
    "convex_hull",
    "dominant_points",
    "find",
    "find_contours",
    "first_pass",
    "follow_border",
    "hu_moments",
    "local_mean",
    "moments",
    "multi_otsu",
    "normalized_moments",
    "otsu",
    "parent_border",
    "second_pass",
    "threshold",
    "triangle",
    "union",
]
