"""Each pixel from its neighbours, on whole batches and any device: twins of ``reference``.

Tensors are (..., C, H, W) and stay on the device they are on. Nothing here is PyTorch's ``conv2d``:
for one channel, a sum of shifted images is several times faster on a processor, and on a GPU
``conv2d`` may round to ten bits. uint8 results are equal to the reference's, since their sums are
exact: of whole numbers in float32 where 24 bits hold them, otherwise in float64. A device without
float64 (Apple's) computes the latter in float32 as well, and may be a level off.

Taught in 04 §10.
"""

from coursekit.core import docstrings, extras

extras.require("torch")

from coursekit.filtering.gpu.bilateral import bilateral
from coursekit.filtering.gpu.correlation import convolve, correlate, pad
from coursekit.filtering.gpu.frequency import frequency_filter, notch_filter, spectrum
from coursekit.filtering.gpu.median import median_filter
from coursekit.filtering.gpu.noise import (
    gaussian_noise,
    peak_signal_to_noise_ratio,
    salt_and_pepper,
)
from coursekit.filtering.gpu.non_local_means import non_local_means
from coursekit.filtering.gpu.sharpening import sharpen, unsharp_mask
from coursekit.filtering.gpu.smoothing import (
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

docstrings.complete(__name__)
