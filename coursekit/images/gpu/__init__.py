"""Images as arrays, on whole batches and any device: twins of ``reference``.

Tensors are (..., C, H, W) and stay on the device they are on; values are not checked. uint8 results
are equal to the reference's on every device: all sums are of whole numbers, small enough to be
exact.

Taught in 01 §6.
"""

from coursekit.core import docstrings, extras

extras.require("torch")

from coursekit.images.gpu.color_order import rgb_to_bgr, rgb_to_gray
from coursekit.images.gpu.color_spaces import (
    hsv_to_rgb,
    lab_to_rgb,
    rgb_to_hsv,
    rgb_to_lab,
    rgb_to_ycrcb,
    ycrcb_to_rgb,
)
from coursekit.images.gpu.pyramids import (
    collapse,
    gaussian_pyramid,
    laplacian_pyramid,
    pyramid_down,
    pyramid_up,
)
from coursekit.images.gpu.sampling import crop, resize

__all__ = [
    "collapse",
    "crop",
    "gaussian_pyramid",
    "hsv_to_rgb",
    "lab_to_rgb",
    "laplacian_pyramid",
    "pyramid_down",
    "pyramid_up",
    "resize",
    "rgb_to_bgr",
    "rgb_to_gray",
    "rgb_to_hsv",
    "rgb_to_lab",
    "rgb_to_ycrcb",
    "ycrcb_to_rgb",
]

docstrings.complete(__name__)
