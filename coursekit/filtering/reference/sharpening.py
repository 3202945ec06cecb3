"""Sharpening: take the mean of the neighbours away, and what is left is detail; add it.

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §3.6 (the equations cited below).
"""

import numpy as np

from coursekit.filtering import weights
from coursekit.filtering.reference.correlation import as_picture, correlate
from coursekit.filtering.reference.smoothing import blurred
from coursekit.lab import require


def sharpen(image, amount=1.0, neighbors=4, border="reflect"):
    """Add to each pixel its difference from its neighbours.

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
    picture minus amount times its Laplacian. Rounded half to even, saturated. Bit-exact with
    ``cv2.filter2D`` where single precision holds the weights, as with 1 or 0.5.

    Raises
    ------
    TypeError, ValueError : image is no picture; amount < 0; neighbors is neither 4 nor 8; border
        has another name.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-63, Fig. 3.51. Taught in 04 §8.
    """
    return correlate(image, weights.sharpening(amount, neighbors), border)


def unsharp_mask(image, sigma, amount=1.0, border="reflect"):
    """Add to each pixel its difference from a blurred copy of the picture.

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
    image + amount * (image - blurred), the blurred copy being that of ``gaussian`` before it is
    rounded. Rounded half to even, saturated. uint8: amount times the mask is taken in single
    precision. Within 1 gray level of ``skimage.filters.unsharp_mask``, whose border is
    ``symmetric``, for amount up to 1.

    Raises
    ------
    TypeError, ValueError : image is no picture; sigma is not positive; amount < 0; border has
        another name.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 3-64 and 3-65. Taught in 04 §8.
    """
    require.image(image)
    require.number(amount, "amount", low=0)
    dtype = np.result_type(image, np.float32)
    mask = (image - blurred(image, sigma, None, border)).astype(dtype)  # Eq. 3-64
    return as_picture(image + dtype.type(amount) * mask, image.dtype)  # Eq. 3-65
