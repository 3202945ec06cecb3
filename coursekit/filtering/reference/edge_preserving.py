"""Means that stop at edges: who looks different has less to say.

Tomasi and Manduchi 1998, "Bilateral filtering for gray and color images", *Proc. ICCV*, 839-846.
Buades, Coll and Morel 2005, "A non-local algorithm for image denoising", *Proc. CVPR* 2, 60-65.
"""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.filtering.reference.correlation import pad
from coursekit.filtering.shared import (
    disc,
    gaussian_similarity,
    non_local,
    overlap,
    patch_weights,
    patches,
    rectangle,
)


def bilateral(image: Array, size: Integer, sigma_color: Real, sigma_space: Real) -> Array:
    """Average the neighbours that are near in place and alike in colour.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    size : odd int, diameter of the round window in pixels
    sigma_color : float > 0, in the picture's own unit (gray levels, or fractions of white)
    sigma_space : float > 0, in pixels

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    The window is the disc of radius size // 2; size 1 gives the image back. Border ``reflect``.
    The colour distance is the sum of the absolute differences of all channels, which therefore
    get the same weights. uint8: weights and sums are float32, neighbours are added row by row, the
    mean is rounded half to even: bit-exact with ``cv2.bilateralFilter`` (size >= 3, borderType
    ``BORDER_REFLECT_101``) after ``cv2.setUseOptimized(False)``. OpenCV's faster programs round
    otherwise: by a level in a pixel of ten thousand, and in half of a gray picture with sizes 3
    and 5. float is summed in float64; OpenCV reads its weights off a table.

    Raises
    ------
    TypeError, ValueError : image is no picture; size is not odd; a sigma is not positive.

    References
    ----------
    Tomasi and Manduchi 1998, Eq. 5-6. Taught in 04 §7.
    """
    require.image(image)
    require.odd(size)
    require.number(sigma_color, "sigma_color", low=np.finfo(np.float32).tiny)
    require.number(sigma_space, "sigma_space", low=np.finfo(np.float32).tiny)
    center = _with_channels(image, np.float32)
    padded = _with_channels(pad(image, size // 2, "reflect"), np.float32)
    total, weights = np.zeros_like(center), np.zeros_like(center[..., :1])
    for row, column in disc(size // 2):
        neighbor = _shifted(padded, row, column, size // 2)
        nearness = gaussian_similarity(np.hypot(row, column), sigma_space).astype(center.dtype)
        likeness = gaussian_similarity(_color_distance(neighbor, center), sigma_color).astype(
            center.dtype
        )
        weights += nearness * likeness
        total += nearness * likeness * neighbor
    return _output(image, total / weights)  # Eq. 5


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
    center = _with_channels(image, np.float64)
    padded = _with_channels(pad(image, patch_size // 2, "reflect"), np.float64)
    total, weights = np.zeros_like(center), np.zeros_like(center[..., :1])
    rows, columns = (min(search_distance, size - 1) for size in image.shape[:2])
    for row, column in rectangle(rows, columns):
        here, there = overlap(center.shape, row, column)
        distance = _patch_distance(padded, here, there, patch_size)  # Eq. 3
        weight = np.exp(-np.maximum(distance - 2 * noise**2, 0) / strength**2)
        weights[here] += weight
        total[here] += weight * center[there]
    return _output(image, total / weights)  # Eq. 2


def _with_channels(image, numbers):
    """The levels as (H, W, C) numbers: uint8 as told, float as float64."""
    levels = image.astype(numbers if image.dtype == np.uint8 else np.float64)
    return np.atleast_3d(levels)


def _output(image, levels):
    """Back to the picture's own shape and dtype; uint8 is rounded half to even."""
    levels = levels.reshape(image.shape)
    return (np.rint(levels) if image.dtype == np.uint8 else levels).astype(image.dtype)


def _shifted(padded, row, column, radius):
    """What every pixel sees at an offset from itself."""
    height, width = padded.shape[0] - 2 * radius, padded.shape[1] - 2 * radius
    top, left = radius + row, radius + column
    return padded[top : top + height, left : left + width]


def _color_distance(one, other):
    """Sum of the absolute differences of all channels, (H, W, 1)."""
    return np.abs(one - other).sum(axis=-1, keepdims=True)


def _patch_distance(padded, here, there, patch_size):
    """Mean squared difference of the patches around two sets of pixels, (h, w, 1)."""
    one, other = (padded[patches(pixels, patch_size)] for pixels in (here, there))
    squared = np.square(one - other).mean(axis=-1, keepdims=True)
    place = patch_weights(patch_size)
    for axis in (0, 1):  # a Gaussian is separable
        windows = np.lib.stride_tricks.sliding_window_view(squared, patch_size, axis)
        squared = windows @ place
    return squared
