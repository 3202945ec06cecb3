"""Twins of ``reference`` for whole batches: the same algorithms, names, arguments and results.

A scale space is a list of tensors (..., S, H, W), one for each octave. What is found in a batch is
one table for all of it: a row of indices has a column for every axis, so that the images come
first. ``SIFT`` numbers the images and counts what belongs to each.

Taught in 07 §10.
"""

from coursekit.core import docstrings, extras

extras.require("torch")

from coursekit.sift.gpu.matching import match_descriptors
from coursekit.sift.gpu.sift import (
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

docstrings.complete(__name__)
