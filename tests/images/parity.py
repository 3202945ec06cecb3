"""What the twins of 01 are tried with (see tests/test_parity.py)."""

import numpy as np

from coursekit.images import reference

METHODS = ("nearest", "bilinear", "bicubic", "area", "lanczos")
SHAPES = ((37, 53), (1, 1), (12, 31), (80, 111))
COLOR = {"channels": (3,)}


def rectangles(white):
    corners = ((0, 0, 1, 1), (1, 2, 3, 4), (0, 3, 8, 5), (-1, 0, 2, 2), (0, 0, 60, 2))
    return [dict(zip(("top", "left", "height", "width"), c, strict=True)) for c in corners]


def sizes_and_methods(white):
    return [{"shape": shape, "method": method} for shape in SHAPES for method in METHODS]


def spread(scale, offset):
    """Bring the channels of a float picture to the ranges that a colour space has."""

    def prepare(image, arguments):
        if image.dtype == np.uint8:
            return (image,)
        return (image * np.array(scale, image.dtype) - np.array(offset, image.dtype),)

    return prepare


def doubled(image, arguments):
    height, width = image.shape[:2]
    return image, (2 * height - 1, 2 * width)


def as_pyramid(image, arguments):
    levels = min(3, 1 + (max(image.shape[:2]) - 1).bit_length())
    return (reference.laplacian_pyramid(image, levels),)


def levels(white):
    return [{"levels": count} for count in (1, 2, 4, 5, 9)]


FIRST_LEVEL = "the first level is the image itself"

CASES = {
    "crop": {"arguments": rectangles},
    "resize": {"arguments": sizes_and_methods},
    "pyramid_down": {},
    "pyramid_up": {"prepare": doubled},
    "gaussian_pyramid": {"arguments": levels, "excuses": {"memory": FIRST_LEVEL}},
    "laplacian_pyramid": {
        "arguments": levels,
        "excuses": {"memory": FIRST_LEVEL, "dtype": "differences of uint8 have signs: int16"},
    },
    "collapse": {"prepare": as_pyramid},
    "rgb_to_bgr": COLOR,
    "rgb_to_gray": COLOR,
    "rgb_to_hsv": COLOR | {"tolerance": 360e-6},  # 1e-6 of a circle of 360 degrees
    "hsv_to_rgb": COLOR | {"prepare": spread((360, 1, 1), (0, 0, 0)), "tolerance": 1e-5},
    "rgb_to_ycrcb": COLOR,
    "ycrcb_to_rgb": COLOR,
    "rgb_to_lab": COLOR | {"tolerance": 255e-5},  # powers in float32: 1e-5 of a range of 255
    "lab_to_rgb": COLOR | {"prepare": spread((100, 255, 255), (0, 128, 128)), "tolerance": 1e-5},
}
