"""Non-local means: a mean of pixels whose surroundings are similar.

Buades, Coll and Morel 2005, "A non-local algorithm for image denoising", *Proc. CVPR* 2, 60-65.
"""

import numpy as np

from coursekit.core import require
from coursekit.core.kernels import gaussian_weights
from coursekit.core.types import Array, Integer, Real
from coursekit.filtering import shared


def non_local_means(
    image: Array,
    strength: Real,
    patch_size: Integer = 7,
    search_distance: Integer = 11,
    noise: Real = 0.0,
) -> Array:
    """Non-local means: average the pixels whose surroundings are similar, wherever they are.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    strength : float > 0, h of the paper: how much patches may differ, in the image's own unit
    patch_size : odd int, side of the patches that are compared, in pixels
    search_distance : int >= 0, how many rows and columns away they are looked for
    noise : float >= 0, standard deviation of the noise in the image's own unit; what it alone
        makes two patches differ is taken off their distance

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Weight exp(-max(d - 2 noise^2, 0) / strength^2), where d is the mean squared difference of two
    patches, over channels and over places under a Gaussian of sigma (patch_size - 1) / 4. Patches
    that leave the image see it with the border ``reflect``, but only pixels of the image are
    averaged. Summed in float64; uint8 rounded half to even, where a half is one to nine
    decimals, so that the order of a sum decides nothing. As ``denoise_nl_means(image,
    patch_size, patch_distance=search_distance, h=strength, fast_mode=False, sigma=noise)`` of
    scikit-image, which gives up patches that differ much (weights below exp(-5) can come out as 0).

    Raises
    ------
    TypeError, ValueError : image is invalid; strength is not positive; patch_size is not odd;
        search_distance or noise is negative.

    References
    ----------
    Buades, Coll and Morel 2005, Eq. 2-3 and §3; 2011, *Image Processing On Line* 1, §2 (noise).
    Taught in 04 §7.
    """
    require.image(image)
    strength = require.number(strength, "strength", shared.SMALLEST, shared.LARGEST)
    patch_size = shared.require_odd(patch_size, "patch_size")
    search_distance = require.whole(search_distance, "search_distance", 0, np.inf)
    noise = require.number(noise, "noise", 0, shared.LARGEST)
    height, width = image.shape[:2]
    center = np.atleast_3d(image).astype(np.float64)
    radius, margin = patch_size // 2, patch_size - 1
    padded = np.pad(center, ((radius, radius), (radius, radius), (0, 0)), mode="reflect")
    total, weights = np.zeros_like(center), np.zeros_like(center[..., :1])
    rows, columns = min(search_distance, height - 1), min(search_distance, width - 1)
    for down in range(-rows, rows + 1):
        top, bottom = max(0, -down), min(height, height - down)
        for right in range(-columns, columns + 1):
            left, end = max(0, -right), min(width, width - right)
            # The pixels whose neighbour at this offset is in the image, and those neighbours.
            here = np.s_[top:bottom, left:end]
            there = np.s_[top + down : bottom + down, left + right : end + right]
            one = padded[top : bottom + margin, left : end + margin]
            other = padded[top + down : bottom + down + margin, left + right : end + right + margin]
            distance = patch_distances(one, other, patch_size)  # Eq. 3
            weight = np.exp(-np.maximum(distance - 2 * noise**2, 0) / strength**2)
            weights[here] += weight
            total[here] += weight * center[there]
    mean = (total / weights).reshape(image.shape)  # Eq. 2
    if image.dtype == np.uint8:
        mean = np.rint(np.round(mean, shared.DECIMALS))
    return mean.astype(image.dtype)


def patch_distances(one: Array, other: Array, size: int) -> Array:
    """Mean squared difference of all patches of a size, (height, width, 1), under a Gaussian."""
    squared = np.square(one - other).mean(axis=-1, keepdims=True)
    weights = gaussian_weights(max(size - 1, 1) / 4, size // 2)
    for axis in (0, 1):  # a Gaussian is separable
        squared = np.lib.stride_tricks.sliding_window_view(squared, size, axis) @ weights
    return squared
