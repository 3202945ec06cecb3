"""What can be done to an image as an array: crop, resize, halve, convert. NumPy, made to be read.

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, ch. 2 and 7.
Szeliski 2022, *Computer Vision*, 2nd edition, §2.3 and §3.5.
"""

from coursekit.images.reference.color_order import rgb_to_bgr, rgb_to_gray
from coursekit.images.reference.color_spaces import (
    hsv_to_rgb,
    lab_to_rgb,
    rgb_to_hsv,
    rgb_to_lab,
    rgb_to_ycrcb,
    ycrcb_to_rgb,
)
from coursekit.images.reference.pyramids import (
    collapse,
    gaussian_pyramid,
    laplacian_pyramid,
    pyramid_down,
    pyramid_up,
)
from coursekit.images.reference.sampling import crop, resize

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
