"""Each pixel from its neighbours: kernels, borders, noise and what removes it. NumPy, to be read.

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, ch. 3-5.
Szeliski 2022, *Computer Vision*, 2nd edition, §3.2-3.4.
"""

from coursekit.filtering.reference.bilateral import bilateral
from coursekit.filtering.reference.correlation import convolve, correlate, pad
from coursekit.filtering.reference.frequency import frequency_filter, notch_filter, spectrum
from coursekit.filtering.reference.median import median_filter
from coursekit.filtering.reference.noise import (
    gaussian_noise,
    peak_signal_to_noise_ratio,
    salt_and_pepper,
)
from coursekit.filtering.reference.non_local_means import non_local_means
from coursekit.filtering.reference.sharpening import sharpen, unsharp_mask
from coursekit.filtering.reference.smoothing import (
    box_filter,
    gaussian,
    gaussian_kernel,
    is_separable,
    mean_filter,
    separate,
)

__all__ = [
    "bilateral",
    "box_filter",
    "convolve",
    "correlate",
    "frequency_filter",
    "gaussian",
    "gaussian_kernel",
    "gaussian_noise",
    "is_separable",
    "mean_filter",
    "median_filter",
    "non_local_means",
    "notch_filter",
    "pad",
    "peak_signal_to_noise_ratio",
    "salt_and_pepper",
    "separate",
    "sharpen",
    "spectrum",
    "unsharp_mask",
]
