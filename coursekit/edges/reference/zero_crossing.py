"""Marr and Hildreth: smooth, take the second derivative, and see where it changes its sign."""

import numpy as np
from scipy import ndimage

from coursekit.edges import checks, masks
from coursekit.lab import require

TRUNCATE = 4.0  # sigmas


def laplacian_of_gaussian(image, sigma, border="reflect"):
    """Smooth by a Gaussian and take the Laplacian, in one: the Mexican hat, upside down.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    sigma : float > 0, of the Gaussian, in pixels
    border : "reflect", "symmetric", "edge" or "wrap"

    Returns
    -------
    Array of image's shape, float32 for uint8, else image's dtype: the second derivative in the
    picture's own levels over square pixels, positive on the dark side of an edge.

    Convention
    ----------
    Masks are sampled and end at 4 sigma. As ``scipy.ndimage.gaussian_laplace`` (``truncate=4.0``;
    its ``mode="mirror"`` is our ``reflect``), within 1e-6 of the range.

    Raises
    ------
    TypeError, ValueError : image is no picture; sigma is not positive; border is unknown.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 10-29 and 10-30. Taught in 05 §5.
    """
    raise NotImplementedError


def zero_crossings(response, threshold=0.0):
    """Find where a second derivative changes its sign, to a fraction of a pixel.

    Between two neighbours of opposite sign lies an edge. A straight line between the two says
    where: the larger one is farther away from it.

    Parameters
    ----------
    response : (H, W) or (H, W, 3) float, a second derivative, such as ``laplacian_of_gaussian``
    threshold : float >= 0, in the response's unit: the two must differ by more than this

    Returns
    -------
    down : the way from each pixel to the crossing between it and the pixel below, in [0, 1] pixels;
        -1 where there is none, as in the last row
    right : the same towards the pixel on the right; -1 in the last column
    Both of response's shape and dtype.

    Convention
    ----------
    Zero counts as positive, so that a zero between two signs is one crossing, not two. In flat
    places rounding leaves tiny responses of any sign: a threshold above 0 keeps them out.
    ``coursekit.edges.crossings.positions`` lists the crossings as (row, column).

    Raises
    ------
    TypeError, ValueError : response is not float; threshold is negative.

    References
    ----------
    Marr and Hildreth 1980, §3; Gonzalez and Woods 2018, §10.2, p. 733. Taught in 05 §5.
    """
    raise NotImplementedError


def marr_hildreth(image, sigma, threshold):
    """Mark the pixels next to which the Laplacian of the Gaussian changes its sign.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    sigma : float > 0, of the Gaussian, in pixels
    threshold : float >= 0, as for ``zero_crossings``, in levels over square pixels

    Returns
    -------
    Array of image's shape and dtype: white (255, or 1.0) on edges, else 0. Channels one by one.

    Convention
    ----------
    Each crossing marks the nearer one of its two pixels, half way the one above or on the left.
    Border ``reflect``.

    Raises
    ------
    TypeError, ValueError : image is no picture; sigma is not positive; threshold is negative.

    References
    ----------
    Marr and Hildreth 1980; Gonzalez and Woods 2018, §10.2, p. 733. Taught in 05 §5.
    """
    raise NotImplementedError
