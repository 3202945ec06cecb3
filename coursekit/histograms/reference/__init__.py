"""How often each level occurs, and images improved by it. NumPy, made to be read.

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §3.3.
Pizer et al. 1987, "Adaptive histogram equalization and its variations", *Computer Vision,
Graphics, and Image Processing* 39(3), 355-368.
Zuiderveld 1994, "Contrast limited adaptive histogram equalization", *Graphics Gems IV*, 474-485.
"""

from coursekit.histograms.reference.clahe import (
    clahe,
    clip_histograms,
    interpolate_tables,
    look_up_tiles,
    tile_histograms,
    tile_tables,
)
from coursekit.histograms.reference.counting import channel_histograms, cumulative, histogram
from coursekit.histograms.reference.equalization import (
    equalization_table,
    equalize,
    equalize_lightness,
)
from coursekit.histograms.reference.matching import match_histograms

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
