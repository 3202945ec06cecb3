"""Bilateral filter: a mean in which pixels of other colours weigh less, so that edges stay.

Tomasi and Manduchi 1998, "Bilateral filtering for gray and color images", *Proc. ICCV*, 839-846.
"""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.filtering import shared


def bilateral(image: Array, size: Integer, sigma_color: Real, sigma_space: Real) -> Array:
    """Bilateral filter: average the neighbours that are near in place and in colour.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    size : odd int, diameter of the round window in pixels
    sigma_color : float > 0, in the image's own unit (gray levels, or fractions of white)
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
    differently: by a level in a pixel of ten thousand, and in half of a gray image with sizes 3
    and 5. float is summed in float64; OpenCV reads its weights off a table.

    Raises
    ------
    TypeError, ValueError : image is invalid; size is not odd; a sigma is not positive.

    References
    ----------
    Tomasi and Manduchi 1998, Eq. 5-6. Taught in 04 §7.
    """
    require.image(image)
    size = shared.require_odd(size)
    sigma_color = require.number(sigma_color, "sigma_color", shared.SMALLEST, shared.LARGEST)
    sigma_space = require.number(sigma_space, "sigma_space", shared.SMALLEST, shared.LARGEST)
    height, width, radius = *image.shape[:2], size // 2
    dtype = np.float32 if image.dtype == np.uint8 else np.float64
    center = np.atleast_3d(image).astype(dtype)
    padded = np.pad(center, ((radius, radius), (radius, radius), (0, 0)), mode="reflect")
    total, weights = np.zeros_like(center), np.zeros_like(center[..., :1])
    rows, columns = np.mgrid[:size, :size] - radius
    for row, column in np.argwhere(rows**2 + columns**2 <= radius**2):
        neighbor = padded[row : row + height, column : column + width]
        distance = np.hypot(row - radius, column - radius)
        difference = np.abs(neighbor - center).sum(axis=-1, keepdims=True)
        spatial_kernel = shared.gaussian_similarity(distance, sigma_space).astype(dtype)
        range_kernel = shared.gaussian_similarity(difference, sigma_color).astype(dtype)
        weight = spatial_kernel * range_kernel
        total += weight * neighbor
        weights += weight
    mean = (total / weights).reshape(image.shape)  # Eq. 5
    return (np.rint(mean) if image.dtype == np.uint8 else mean).astype(image.dtype)
