"""Filter bank: what a pixel looks like, in numbers that nobody had to learn."""

import numpy as np
from scipy.ndimage import gaussian_filter

from coursekit.color_transfer.reference.unit_cube import in_unit
from coursekit.color_transfer.shared import LEVELS, SCALES
from coursekit.core import require
from coursekit.core.types import Array


def filter_bank(image: Array) -> Array:
    """Filter bank: 27 numbers a pixel, of lightness, colour, and edges and spots at three scales.

    What the first layers of a trained network come to: blurred colours, edges in each direction,
    bright and dark spots, all cut off at 0, so that each channel answers to one thing alone.

    Parameters
    ----------
    image : (H, W, 3), uint8 or float in [0, 1]

    Returns
    -------
    float32 (H, W, 27), none negative: five levels of lightness (black, dark, middle, light, white;
    they sum to 1), four opponent colours (red, green, yellow, blue), and for sigma = 1, 2 and 4
    pixels four edges (brighter below, above, to the right, to the left) and two spots (dark,
    bright).

    Convention
    ----------
    Lightness is (R + G + B) / 3. Red minus green is R - G, yellow minus blue (R + G) / 2 - B. The
    Gaussians end at 4 sigma, border ``symmetric``; derivatives are central differences times sigma,
    and the Laplacian times sigma^2 (Lindeberg's normalisation). Worked out in float64.

    Raises
    ------
    TypeError, ValueError : image is no colour image.

    References
    ----------
    Lindeberg 1998, "Feature detection with automatic scale selection", *International Journal of
    Computer Vision* 30(2), 79-116. Taught in 10 §7.
    """
    require.color(image)
    red, green, blue = np.moveaxis(in_unit(image), -1, 0)
    lightness = (red + green + blue) / 3
    spacing = LEVELS[1] - LEVELS[0]
    channels = []
    for level in LEVELS:
        channels.append(1 - np.abs(lightness - level) / spacing)  # a triangular kernel
    for opponent in (red - green, (red + green) / 2 - blue):
        channels += [opponent, -opponent]
    for sigma in SCALES:
        blurred = gaussian_filter(lightness, sigma, mode="reflect", truncate=4.0)
        padded = np.pad(blurred, 1, mode="symmetric")
        above, below = padded[:-2, 1:-1], padded[2:, 1:-1]
        left, right = padded[1:-1, :-2], padded[1:-1, 2:]
        vertical, horizontal = (below - above) * (sigma / 2), (right - left) * (sigma / 2)
        laplacian = (above + below + left + right - 4 * blurred) * sigma**2
        channels += [vertical, -vertical, horizontal, -horizontal, laplacian, -laplacian]
    return np.maximum(np.stack(channels, axis=-1, dtype=np.float32), 0)
