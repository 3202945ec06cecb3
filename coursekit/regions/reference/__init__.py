"""Regions: thresholds, components, contours, stable regions, superpixels. NumPy, made to be read.

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §10.3 and ch. 11.
Otsu 1979, "A threshold selection method from gray-level histograms", *IEEE Trans. Systems, Man, and
Cybernetics* 9(1), 62-66.
Suzuki and Abe 1985, "Topological structural analysis of digitized binary images by border
following", *Computer Vision, Graphics, and Image Processing* 30(1), 32-46.
Teh and Chin 1989, "On the detection of dominant points on digital curves", *IEEE Trans. Pattern
Analysis and Machine Intelligence* 11(8), 859-872.
Matas, Chum, Urban and Pajdla 2002, "Robust wide baseline stereo from maximally stable extremal
regions", *BMVC*.
Forssen 2007, "Maximally stable colour regions for recognition and matching", *CVPR*.
Achanta et al. 2012, "SLIC superpixels compared to state-of-the-art superpixel methods", *IEEE
Trans. Pattern Analysis and Machine Intelligence* 34(11), 2274-2282.
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
from coursekit.regions.reference.mscr import color_edges, evolution_thresholds, mscr
from coursekit.regions.reference.mser import (
    ancestors,
    component_tree,
    diverse,
    grow,
    maximally_stable,
    mser,
    region_pixels,
    variation,
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
from coursekit.regions.reference.slic import (
    assign,
    color_features,
    enforce_connectivity,
    seed_grid,
    slic,
    update,
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
    "ancestors",
    "approximate_contour",
    "arc_length",
    "assign",
    "between_class_variance",
    "border_start",
    "bounding_rectangle",
    "central_moments",
    "color_edges",
    "color_features",
    "component_statistics",
    "component_tree",
    "connected_components",
    "contour_area",
    "contour_moments",
    "convex_hull",
    "diverse",
    "dominant_points",
    "enforce_connectivity",
    "evolution_thresholds",
    "find",
    "find_contours",
    "first_pass",
    "follow_border",
    "grow",
    "hu_moments",
    "local_mean",
    "maximally_stable",
    "moments",
    "mscr",
    "mser",
    "multi_otsu",
    "normalized_moments",
    "otsu",
    "parent_border",
    "region_pixels",
    "second_pass",
    "seed_grid",
    "slic",
    "threshold",
    "triangle",
    "union",
    "update",
    "variation",
]
