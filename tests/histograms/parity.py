"""What the twins of 03 are tried with (see tests/test_parity.py)."""

import numpy as np

from coursekit.histograms import reference

COUNTS = "counts are int64"


def each(name, *values):
    return lambda white: [{name: value} for value in values]


def counted(image, arguments):
    """Histograms of the image's tiles: (C, 2, 3, 256)."""
    return (reference.tile_histograms(image, (2, 3)),)


def with_tables(image, arguments):
    """The image, and a table for each of its tiles."""
    counts = reference.tile_histograms(image, (2, 3))
    return image, reference.tile_tables(reference.clip_histograms(counts, 3))


def with_darker(image, arguments):
    """The image, and another one of another size, darker and with fewer levels."""
    darker = np.concatenate([image, image[:, :2]], axis=1)[::-1] // 4 * 3
    if image.dtype != np.uint8:
        darker = np.concatenate([image, image[:, :2]], axis=1)[::-1] ** 2 / 2
    return image, darker.astype(image.dtype)


LEVELS = {"dtypes": ("uint8",)}
GRIDS = [{"tiles": tiles} for tiles in ((8, 8), (1, 1), (2, 3), (3, 1))]

CASES = {
    "histogram": {"arguments": each("bins", 256, 1, 10, 300), "excuses": {"dtype": COUNTS}},
    "channel_histograms": {"arguments": each("bins", 256, 16), "excuses": {"dtype": COUNTS}},
    "cumulative": {"arguments": each("bins", 256, 7), "excuses": {"dtype": COUNTS}},
    "equalization_table": {"prepare": counted, **LEVELS},
    "equalize": LEVELS,
    "equalize_lightness": {"channels": (3,), **LEVELS},
    "tile_histograms": {
        "arguments": lambda white: GRIDS,
        "excuses": {"dtype": COUNTS},
        **LEVELS,
    },
    "clip_histograms": {
        "arguments": each("limit", 0, 1, 2, 7, 1000),
        "prepare": counted,
        "excuses": {"dtype": COUNTS},
        **LEVELS,
    },
    "tile_tables": {"prepare": counted, **LEVELS},
    "look_up_tiles": {"prepare": with_tables, **LEVELS},
    "interpolate_tables": {"prepare": with_tables, **LEVELS},
    "clahe": {
        "arguments": lambda white: [
            {"clip_limit": limit, **grid} for limit in (40.0, 0, 1.5, 4) for grid in GRIDS
        ],
        **LEVELS,
    },
    "match_histograms": {"prepare": with_darker},
}
