"""Non-local means: a mean of pixels whose surroundings are similar.

Buades, Coll and Morel 2005, "A non-local algorithm for image denoising", *Proc. CVPR* 2, 60-65.
"""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.filtering.reference.bilateral import as_output, with_channels
from coursekit.filtering.reference.correlation import pad
from coursekit.filtering.shared import (
    non_local,
    overlap,
    patch_weights,
    patches,
    rectangle,
)


def non_local_means(
    image: Array,
    strength: Real,
    patch_size: Integer = 7,
    search_distance: Integer = 11,
    noise: Real = 0.0,
) -> Array:
    """Average the pixels whose surroundings look alike, wherever they are.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    strength : float > 0, h of the paper: how much patches may differ, in the picture's own unit
    patch_size : odd int, side of the patches that are compared, in pixels
    search_distance : int >= 0, how many rows and columns away they are looked for
    noise : float >= 0, standard deviation of the noise in the picture's own unit; what it alone
        makes two patches differ is taken off their distance

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Weight exp(-max(d - 2 noise^2, 0) / strength^2), where d is the mean squared difference of two
    patches, over channels and over places under a Gaussian of sigma (patch_size - 1) / 4. Patches
    that leave the picture see it with the border ``reflect``, but only pixels of the picture are
    averaged. Summed in float64; uint8 rounded half to even. As ``denoise_nl_means(image,
    patch_size, patch_distance=search_distance, h=strength, fast_mode=False, sigma=noise)`` of
    scikit-image, which gives up patches that differ much (weights below exp(-5) can come out as 0).

    Raises
    ------
    TypeError, ValueError : image is no picture; strength is not positive; patch_size is not odd;
        search_distance or noise is negative.

    References
    ----------
    Buades, Coll and Morel 2005, Eq. 2-3 and §3; 2011, *Image Processing On Line* 1, §2 (noise).
    Taught in 04 §7.
    """
    require.image(image)
    non_local(strength, patch_size, search_distance, noise)
    center = with_channels(image, np.float64)
    padded = with_channels(pad(image, patch_size // 2, "reflect"), np.float64)
    total, weights = np.zeros_like(center), np.zeros_like(center[..., :1])
    rows, columns = (min(search_distance, size - 1) for size in image.shape[:2])
    for row, column in rectangle(rows, columns):
        here, there = overlap(center.shape, row, column)
        distance = _patch_distance(padded, here, there, patch_size)  # Eq. 3
        weight = np.exp(-np.maximum(distance - 2 * noise**2, 0) / strength**2)
        weights[here] += weight
        total[here] += weight * center[there]
    return as_output(image, total / weights)  # Eq. 2


def _patch_distance(padded, here, there, patch_size):
    """Mean squared difference of the patches around two sets of pixels, (h, w, 1)."""
    one, other = (padded[patches(pixels, patch_size)] for pixels in (here, there))
    squared = np.square(one - other).mean(axis=-1, keepdims=True)
    place = patch_weights(patch_size)
    for axis in (0, 1):  # a Gaussian is separable
        windows = np.lib.stride_tricks.sliding_window_view(squared, patch_size, axis)
        squared = windows @ place
    return squared
