"""What the twins of 02 are tried with (see tests/test_parity.py)."""

import numpy as np

from coursekit.gray_transforms import reference

SQUARES = np.rint(np.arange(256.0) ** 2 / 255).astype(np.uint8)
THREE_TABLES = np.stack([SQUARES, SQUARES[::-1], np.roll(SQUARES, 7)], axis=1)
DATA = b"one pixel at a time"


def each(name, *values):
    return lambda white: [{name: value} for value in values]


def linear(white):
    lines = [(1.5, 0.08), (0.5, 0.0), (1.1, 0.3), (0.9, -0.3), (-1.0, 1.0), (0.0, 0.5), (300, 0)]
    return [{}] + [{"contrast": a, "brightness": b * white} for a, b in lines]


def intervals(white):
    return [{"low": low * white, "high": high * white} for low, high in ((0.2, 0.7), (0.0, 1.0))]


def slices(white):
    narrow = {"low": white * 3 / 5, "high": white * 3 / 5}
    return [*intervals(white), narrow] + [limits | {"keep": True} for limits in intervals(white)]


def polygons(white):
    shapes = [
        [(0, 1), (1, 0)],
        [(0.2, 0.1), (0.4, 0.8), (0.9, 0.6)],
        [(-1, -1), (0.5, 0.5), (3, 2)],
        [(0, 0), (80 / 255, 30 / 255), (160 / 255, 220 / 255), (1, 1)],  # half levels: 4 * 30 / 80
    ]
    return [{"points": [(r * white, s * white) for r, s in shape]} for shape in shapes]


def with_levels(image, arguments):
    """The image, and an s that some T could have made of its levels."""
    r, white = reference.input_levels(image)
    return image, white - 1.25 * r


def with_message(image, arguments):
    """The image with a message in it, where there is room for one."""
    try:
        return (reference.hide_message(image, DATA[:3], **arguments),)
    except ValueError:
        return (image,)


ROUNDED = {"dtypes": ("uint8",)}

CASES = {
    "input_levels": {
        "excuses": {
            "device": "the 256 levels of a uint8 image are computed on the CPU",
            "dtype": "the levels of a uint8 picture are float64",
            "memory": "the levels of a float picture are the picture itself",
        }
    },
    "output": {
        "prepare": with_levels,
        "excuses": {
            "overwrites": "gpu rounds and saturates s where it is, to save memory",
            "memory": "of a float picture, the result is that s",
            "values": "s of a uint8 picture lies on the CPU, whatever the device of the picture",
        },
    },
    "apply_lut": {
        "arguments": each("table", SQUARES, SQUARES[::-1].copy(), THREE_TABLES),
        **ROUNDED,
    },
    "linear": {"arguments": linear},
    "invert": {},
    "gamma": {
        "arguments": lambda white: [
            {"exponent": exponent, "gain": gain}
            for exponent in (0.4, 1.0, 2.2, 25.0)
            for gain in (1.0, 0.5, 3.0)
        ]
    },
    "log": {"arguments": each("gain", 1.0, 0.0, 0.7, 4.0)},
    "contrast_stretch": {"arguments": intervals},
    "piecewise_linear": {"arguments": polygons},
    "slice_levels": {"arguments": slices},
    "bit_plane": {"arguments": each("bit", *range(8)), **ROUNDED},
    "hide_message": {
        "arguments": lambda white: (
            [{"data": DATA, "bits": bits} for bits in (1, 2, 3, 5, 8)] + [{"data": b""}]
        ),
        **ROUNDED,
    },
    "reveal_message": {
        "arguments": each("bits", 1, 2, 3, 5, 8),
        "prepare": with_message,
        "excuses": {"values": "the message is made of values", "dtype": "a message is bytes"},
        **ROUNDED,
    },
}
