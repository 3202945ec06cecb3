"""Sharpening: take the mean of the neighbours away, and what is left is detail; add it.

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §3.6 (the equations cited below).
"""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Border, Real
from coursekit.filtering import shared
from coursekit.filtering.reference.correlation import correlate, saturate
from coursekit.filtering.reference.smoothing import blurred


def sharpen(
    image: Array, amount: Real = 1.0, neighbors: shared.Neighbors = 4, border: Border = "reflect"
) -> Array:
    """Sharpening by the Laplacian: add to each pixel its difference from its neighbours.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    amount : float >= 0, how often the difference is added
    neighbors : 4 (above, below, left, right) or 8 (the diagonal ones too)
    border : "reflect", "symmetric", "edge", "constant" (black) or "wrap", as for ``pad``

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    ``correlate`` with 1 + amount * neighbors at the centre and -amount at each neighbour: the
    image minus amount times its Laplacian. Rounded half to even, saturated. Bit-exact with
    ``cv2.filter2D`` where single precision holds the weights, as with 1 or 0.5.

    Raises
    ------
    TypeError, ValueError : image is invalid; amount < 0; neighbors is neither 4 nor 8; border
        has another name.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-63, Fig. 3.51. Taught in 04 §8.
    """
    return correlate(image, shared.sharpening(amount, neighbors), border)


def unsharp_mask(
    image: Array, sigma: Real, amount: Real = 1.0, border: Border = "reflect"
) -> Array:
    """Unsharp masking: add to each pixel its difference from a blurred copy of the image.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    sigma : float > 0, of the Gaussian that blurs, in pixels
    amount : float >= 0, how often the difference (the mask) is added
    border : "reflect", "symmetric", "edge", "constant" (black) or "wrap", as for ``pad``

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    image + amount * (image - blurred). The blurred copy reaches 4 sigma to each side and is not
    rounded, since amount would enlarge the error; for uint8 its weights are 65536ths that sum to 1,
    so that its sums are exact. Rounded half to even, saturated. Within 1 gray level of
    ``skimage.filters.unsharp_mask``, whose border is ``symmetric``.

    Raises
    ------
    TypeError, ValueError : image is invalid; sigma is not positive; amount < 0; border has
        another name.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-64 and 3-65. Taught in 04 §8.
    """
    require.image(image)
    amount = require.number(amount, "amount", 0, shared.LARGEST)
    row = shared.gaussian_row(sigma, None, is_uint8=False)
    if image.dtype == np.uint8:
        row = shared.in_fixed_point(row, shared.FINE)
    mask = image - blurred(image, row, border)  # Eq. 3-64
    return saturate(image + amount * mask, image.dtype)  # Eq. 3-65
