"""Histograms of whole batches, on any device: twins of ``reference``.

Tensors are (..., C, H, W) and stay on the device they are on; values are not checked, and nothing
waits for the device. Results are equal to the reference's, unless a function says otherwise: counts
are int64, and the tables made of them single precision, as OpenCV's are.

Taught in 03 §8.
"""

from coursekit.core import docstrings, extras

extras.require("torch")

from coursekit.histograms.gpu.clahe import (
    clahe,
    clip_histograms,
    interpolate_tables,
    look_up_tiles,
    tile_histograms,
    tile_tables,
)
from coursekit.histograms.gpu.counting import channel_histograms, cumulative, histogram
from coursekit.histograms.gpu.equalization import (
    equalization_table,
    equalize,
    equalize_lightness,
)
from coursekit.histograms.gpu.matching import match_histograms

__all__ = [
    "channel_histograms",
    "clahe",
    "clip_histograms",
    "cumulative",
    "equalization_table",
    "equalize",
    "equalize_lightness",
    "histogram",
    "interpolate_tables",
    "look_up_tiles",
    "match_histograms",
    "tile_histograms",
    "tile_tables",
]

docstrings.complete(__name__)
