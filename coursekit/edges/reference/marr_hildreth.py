"""Marr-Hildreth edge detector: where the Laplacian of a Gaussian (LoG) changes its sign."""

import numpy as np

from coursekit.core import require
from coursekit.core.borders import BORDERS
from coursekit.core.types import Array, Border, Real
from coursekit.edges import shared
from coursekit.filtering.reference.correlation import sum_over_offsets


def laplacian_of_gaussian(image: Array, sigma: Real, border: Border = "reflect") -> Array:
    """Laplacian of Gaussian (LoG): smooth and differentiate twice in one, by a Mexican hat.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    sigma : float > 0, of the Gaussian, in pixels
    border : "reflect", "symmetric", "edge", "constant" (black) or "wrap"

    Returns
    -------
    Array of image's shape, float32 for uint8, else image's dtype: the second derivative in the
    image's own levels over square pixels, positive on the dark side of an edge.

    Convention
    ----------
    Masks are sampled and end at 4 sigma. As ``scipy.ndimage.gaussian_laplace`` (``truncate=4.0``;
    its ``mode="mirror"`` is our ``reflect``), within 1e-6 of the range.

    Raises
    ------
    TypeError, ValueError : image is invalid; sigma is not positive; border is unknown.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 10-29 and 10-30. Taught in 05 §5.
    """
    require.image(image)
    sigma = require.number(sigma, "sigma", shared.SMALLEST_SIGMA, shared.LARGEST_SIGMA)
    border = require.one_of(border, "border", BORDERS)
    g, g2 = shared.gaussian_and_second_derivative(sigma)
    radius = len(g) // 2
    pad_width = ((radius, radius), (radius, radius), (0, 0))[: image.ndim]
    padded = np.pad(image.astype(np.float64), pad_width, mode=border)
    by_rows = sum_over_offsets(sum_over_offsets(padded, g2[:, None]), g[None, :])
    by_columns = sum_over_offsets(sum_over_offsets(padded, g[:, None]), g2[None, :])
    dtype = np.float32 if image.dtype == np.uint8 else image.dtype
    return (by_rows + by_columns).astype(dtype)  # Eq. 10-29


def zero_crossings(response: Array, threshold: Real = 0.0) -> tuple[Array, Array]:
    """Zero crossings: find where a second derivative changes its sign, to a fraction of a pixel.

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
    ``coursekit.edges.explore.crossings.positions`` lists the crossings as (row, column).

    Raises
    ------
    TypeError, ValueError : response is not float; threshold is negative.

    References
    ----------
    Marr and Hildreth 1980, §3; Gonzalez and Woods 2018, §10.2, p. 733. Taught in 05 §5.
    """
    shared.require_maps(np.ndarray, shared.FLOATS, one_channel=False, axes=2, response=response)
    threshold = require.number(threshold, "threshold", 0, shared.LARGEST)
    down = np.full_like(response, -1)
    right = np.full_like(response, -1)
    down[:-1] = crossing(response[:-1], response[1:], threshold)
    right[:, :-1] = crossing(response[:, :-1], response[:, 1:], threshold)
    return down, right


def marr_hildreth(image: Array, sigma: Real, threshold: Real) -> Array:
    """Marr-Hildreth edge detector: mark pixels where the Laplacian of Gaussian changes its sign.

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
    TypeError, ValueError : image is invalid; sigma is not positive; threshold is negative.

    References
    ----------
    Marr and Hildreth 1980; Gonzalez and Woods 2018, §10.2, p. 733. Taught in 05 §5.
    """
    response = laplacian_of_gaussian(image, sigma)
    down, right = zero_crossings(response, threshold)
    edge = ((down >= 0) & (down <= 0.5)) | ((right >= 0) & (right <= 0.5))
    edge[1:] |= down[:-1] > 0.5
    edge[:, 1:] |= right[:, :-1] > 0.5
    white = 255 if image.dtype == np.uint8 else 1
    return edge.astype(image.dtype) * image.dtype.type(white)


def crossing(one: Array, other: Array, threshold: float) -> Array:
    """Give the way from one to where the straight line to the other is 0, or -1."""
    changes = ((one >= 0) != (other >= 0)) & (np.abs(one - other) > threshold)
    difference = np.where(changes, one - other, 1)
    return np.where(changes, one / difference, -1)
