"""How large the octaves of a scale space are, and how blurred its scales. For both twins.

Otero and Delbracio 2014, §2.2, Eq. 9-12.
"""

import math

import numpy as np

SMALLEST = 12  # pixels along the shorter side of the last octave


def octaves_that_fit(shape, upsampling=2, n_octaves=8):
    """Give the number of octaves whose shorter side is at least 12 pixels, n_octaves at most."""
    halvings = math.log2(min(shape) * upsampling / SMALLEST)
    return min(n_octaves, int(halvings + 1))


def deltas(octaves, upsampling=2):
    """Give the size of a pixel of each octave, in pixels of the picture: (octaves,)."""
    return 2.0 ** np.arange(octaves) / upsampling


def sigmas(octaves, upsampling=2, n_scales=3, sigma_min=1.6):
    """Give the blur of every scale, in pixels of the picture: (octaves, n_scales + 3)."""
    steps = 2.0 ** (np.arange(n_scales + 3) / n_scales)
    return deltas(octaves, upsampling)[:, None] * sigma_min * steps  # Eq. 11


def added_sigmas(octaves, upsampling=2, n_scales=3, sigma_min=1.6):
    """Give the blur that leads from each scale to the next, in pixels of its octave."""
    absolute = sigmas(octaves, upsampling, n_scales, sigma_min)
    added = np.sqrt(np.diff(absolute**2, axis=1))  # variances add up
    return added / deltas(octaves, upsampling)[:, None]  # Eq. 12


def first_sigma(upsampling=2, sigma_min=1.6, sigma_in=0.5):
    """Give the blur that leads from the enlarged picture to the first scale, in its pixels."""
    return math.sqrt(max(sigma_min**2 - (upsampling * sigma_in) ** 2, 0.0))


def contrast_threshold(c_dog=0.04 / 3, n_scales=3):
    """Give the least height of a peak: the finer the scales, the smaller their differences."""
    return (2 ** (1 / n_scales) - 1) / (2 ** (1 / 3) - 1) * c_dog
