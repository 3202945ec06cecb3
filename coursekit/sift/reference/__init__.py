"""Keypoints that are found again: every algorithm of SIFT as one function. NumPy, to be read.

Lowe 2004, "Distinctive image features from scale-invariant keypoints", *IJCV* 60(2), 91-110,
doi:10.1023/B:VISI.0000029664.99615.94.
Otero and Delbracio 2014, "Anatomy of the SIFT method", *Image Processing On Line* 4, 370-396,
doi:10.5201/ipol.2014.82 (the algorithms cited below).
"""

from coursekit.sift.reference.matching import match_descriptors
from coursekit.sift.reference.sift import (
    SIFT,
    absolute_coordinates,
    border_test,
    contrast_test,
    derivatives,
    descriptor_histograms,
    difference_of_gaussians,
    edge_test,
    gaussian_scale_space,
    gradients,
    local_extrema,
    orientation_histograms,
    orientation_peaks,
    quantize_descriptors,
    refine_extrema,
    smooth_histograms,
)
from coursekit.sift.shared.homography import find_homography

__all__ = [
    "SIFT",
    "absolute_coordinates",
    "border_test",
    "contrast_test",
    "derivatives",
    "descriptor_histograms",
    "difference_of_gaussians",
    "edge_test",
    "find_homography",
    "gaussian_scale_space",
    "gradients",
    "local_extrema",
    "match_descriptors",
    "orientation_histograms",
    "orientation_peaks",
    "quantize_descriptors",
    "refine_extrema",
    "smooth_histograms",
]
