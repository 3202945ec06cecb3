"""Edges in whole batches, on any device: twins of ``reference``.

Tensors are (..., C, H, W) and stay on the device they are on. Sums of uint8 are of whole numbers,
so that every device gives the very same edges. Masks are split into sums of neighbours: a row of
Pascal's triangle is (1 1) over and over, and Sobel's larger masks are the smallest one after it.

Taught in 05 §8.
"""

from coursekit.core import docstrings, extras

extras.require("torch")

from coursekit.edges.gpu.canny import (
    canny,
    double_threshold,
    gradients,
    hysteresis,
    non_maximum_suppression,
    path_lengths,
    smooth,
)
from coursekit.edges.gpu.derivatives import (
    gradient_direction,
    gradient_magnitude,
    laplacian,
    prewitt,
    roberts,
    scharr,
    sobel,
)
from coursekit.edges.gpu.marr_hildreth import laplacian_of_gaussian, marr_hildreth, zero_crossings
from coursekit.edges.gpu.precision_recall import precision_recall

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

docstrings.complete(__name__)
