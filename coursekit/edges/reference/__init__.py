"""Edges: where the levels change. First and second derivatives, Marr and Hildreth, Canny.

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §10.2.
Canny 1986, "A computational approach to edge detection", *IEEE Trans. Pattern Analysis and Machine
Intelligence* 8(6), 679-698.
Marr and Hildreth 1980, "Theory of edge detection", *Proc. Royal Society London B* 207, 187-217.

Every derivative comes as a pair (row_gradient, column_gradient): the first is positive where it
grows brighter downwards (the next row), the second where it does to the right (the next column).
"""

from coursekit.edges.reference.canny import (
    canny,
    double_threshold,
    gradients,
    hysteresis,
    non_maximum_suppression,
    path_lengths,
    smooth,
)
from coursekit.edges.reference.derivatives import (
    gradient_direction,
    gradient_magnitude,
    laplacian,
    prewitt,
    roberts,
    scharr,
    sobel,
)
from coursekit.edges.reference.marr_hildreth import (
    laplacian_of_gaussian,
    marr_hildreth,
    zero_crossings,
)
from coursekit.edges.reference.precision_recall import precision_recall

__all__ = [
    "canny",
    "path_lengths",
    "double_threshold",
    "gradient_direction",
    "gradient_magnitude",
    "gradients",
    "hysteresis",
    "laplacian",
    "laplacian_of_gaussian",
    "marr_hildreth",
    "non_maximum_suppression",
    "precision_recall",
    "prewitt",
    "roberts",
    "scharr",
    "smooth",
    "sobel",
    "zero_crossings",
]
