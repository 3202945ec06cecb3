"""Gradients and the Laplacian: first and second derivatives by masks.

Scharr 2000, *Optimale Operatoren in der Digitalen Bildverarbeitung*, dissertation, Heidelberg.
"""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Border, Integer
from coursekit.edges import shared
from coursekit.filtering.reference import correlate, pad


def roberts(image: Array, border: Border = "reflect") -> tuple[Array, Array]:
    """Roberts: subtract pixels that touch at a corner, the derivatives along both diagonals.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    border : name of a border, as for ``coursekit.filtering.reference.pad``

    Returns
    -------
    falling : image[r + 1, c + 1] - image[r, c], positive where it grows brighter to the lower right
    rising : image[r + 1, c] - image[r, c + 1], positive where it does to the lower left
    Both of image's shape, int16 for uint8, else image's dtype.

    Convention
    ----------
    Exact; bit-exact with ``cv2.filter2D`` of the two masks, ``anchor=(0, 0)``. Both belong to the
    corner half a pixel to the lower right of (r, c). They are rotated by 45 degrees against the
    other pairs: falling + rising is the derivative by rows and falling - rising the one by columns,
    each over two pixels side by side.

    Raises
    ------
    TypeError, ValueError : image is invalid; border is unknown.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 10-22 and 10-23. Taught in 05 §2.
    """
    require.image(image)
    padded = pad(image, ((0, 1), (0, 1)), border)
    levels = padded.astype(np.int16 if image.dtype == np.uint8 else image.dtype)
    falling = levels[1:, 1:] - levels[:-1, :-1]  # Eq. 10-22
    rising = levels[1:, :-1] - levels[:-1, 1:]  # Eq. 10-23
    return falling, rising


def prewitt(image: Array, border: Border = "reflect") -> tuple[Array, Array]:
    """Prewitt: differentiate by rows and columns, and average over three pixels across.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    border : name of a border, as for ``coursekit.filtering.reference.pad``

    Returns
    -------
    row_gradient : positive where it grows brighter downwards
    column_gradient : positive where it grows brighter to the right
    Both of image's shape, int16 for uint8, else image's dtype.

    Convention
    ----------
    Masks as printed in the book, not divided by their sum. Correlation, no flip.
    Bit-exact with ``cv2.filter2D`` (``ddepth=CV_16S``).

    Raises
    ------
    TypeError, ValueError : image is invalid; border is unknown.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 10-24 and 10-25. Taught in 05 §2.
    """
    require.image(image)
    row_mask, column_mask = shared.PREWITT
    row_gradient = correlate(image, row_mask, border, signed=True)
    column_gradient = correlate(image, column_mask, border, signed=True)
    return row_gradient, column_gradient


def sobel(image: Array, size: Integer = 3, border: Border = "reflect") -> tuple[Array, Array]:
    """Sobel: differentiate by rows and columns, and smooth across by a row of Pascal's triangle.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    size : 1, 3, 5 or 7, side of the mask in pixels; 1 is three pixels without smoothing
    border : name of a border, as for ``coursekit.filtering.reference.pad``

    Returns
    -------
    row_gradient : positive where it grows brighter downwards
    column_gradient : positive where it grows brighter to the right
    Both of image's shape, int16 for uint8, else image's dtype.

    Convention
    ----------
    Masks of whole numbers, not divided by their sum. Correlation, no flip. int16 saturates, which
    only size 7 reaches. Bit-exact with ``cv2.Sobel`` (``ddepth=CV_16S``, ``scale=1``, ``delta=0``):
    ``row_gradient`` is its ``dx=0, dy=1`` and ``column_gradient`` its ``dx=1, dy=0``.

    Raises
    ------
    TypeError, ValueError : image is invalid; size is none of the four; border is unknown.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 10-26 and 10-27. Taught in 05 §2.
    """
    require.image(image)
    size = require.one_of(size, "size", shared.SIZES)
    row_mask, column_mask = shared.sobel(size)
    row_gradient = correlate(image, row_mask, border, signed=True)
    column_gradient = correlate(image, column_mask, border, signed=True)
    return row_gradient, column_gradient


def scharr(image: Array, border: Border = "reflect") -> tuple[Array, Array]:
    """Scharr: differentiate by rows and columns, and smooth by (3 10 3), truest to the angle.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    border : name of a border, as for ``coursekit.filtering.reference.pad``

    Returns
    -------
    row_gradient : positive where it grows brighter downwards
    column_gradient : positive where it grows brighter to the right
    Both of image's shape, int16 for uint8, else image's dtype.

    Convention
    ----------
    Masks of whole numbers, not divided by their sum. Correlation, no flip. Bit-exact with
    ``cv2.Scharr`` (``ddepth=CV_16S``, ``scale=1``, ``delta=0``).

    Raises
    ------
    TypeError, ValueError : image is invalid; border is unknown.

    References
    ----------
    Scharr 2000, §5. Taught in 05 §2.
    """
    require.image(image)
    row_mask, column_mask = shared.SCHARR
    row_gradient = correlate(image, row_mask, border, signed=True)
    column_gradient = correlate(image, column_mask, border, signed=True)
    return row_gradient, column_gradient


def laplacian(image: Array, size: Integer = 1, border: Border = "reflect") -> Array:
    """Laplacian: add the second derivatives by rows and by columns, nearly alike in all directions.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    size : 1, 3, 5 or 7, side of the mask in pixels; 1 takes the pixel and its four neighbours
    border : name of a border, as for ``coursekit.filtering.reference.pad``

    Returns
    -------
    Array of image's shape, int16 for uint8, else image's dtype; negative on the bright side of an
    edge, positive on the dark one.

    Convention
    ----------
    The centre of the mask is negative. Masks of whole numbers, not divided. int16 saturates, which
    only size 7 reaches. Bit-exact with ``cv2.Laplacian`` (``ddepth=CV_16S``, ``scale=1``,
    ``delta=0``).

    Raises
    ------
    TypeError, ValueError : image is invalid; size is none of the four; border is unknown.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 10-14, Fig. 10.4. Taught in 05 §4.
    """
    require.image(image)
    size = require.one_of(size, "size", shared.SIZES)
    return correlate(image, shared.laplacian(size), border, signed=True)  # Eq. 10-14


def gradient_magnitude(
    row_gradient: Array, column_gradient: Array, norm: shared.Norm = "l2"
) -> Array:
    """Gradient magnitude: how steep it is, the length of the gradient.

    Parameters
    ----------
    row_gradient, column_gradient : arrays of one shape and dtype, int16 or float
    norm : "l2", the Euclidean length; "l1", the sum of the absolute values, which needs no root

    Returns
    -------
    Array of their shape. int16 becomes float32 in l2 and int32 in l1; float keeps its dtype.

    Convention
    ----------
    l1 is exact; l2 of int16 is the rounded root of the exact sum of squares. l1 is the larger one
    of the two, by up to sqrt(2) on diagonals.

    Raises
    ------
    TypeError, ValueError : the gradients are no pair; norm is unknown.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 10-17 and 10-20. Taught in 05 §2.
    """
    shared.require_gradients(np.ndarray, row_gradient, column_gradient, one_channel=False)
    norm = require.one_of(norm, "norm", shared.NORMS)
    is_whole = row_gradient.dtype == np.int16
    row, column = row_gradient, column_gradient
    if is_whole:
        row, column = row.astype(np.int64), column.astype(np.int64)
    if norm == "l1":
        length = np.abs(row) + np.abs(column)  # Eq. 10-20
        return length.astype(np.int32) if is_whole else length
    length = np.sqrt(row**2 + column**2)  # Eq. 10-17
    return length.astype(np.float32) if is_whole else length


def gradient_direction(row_gradient: Array, column_gradient: Array) -> Array:
    """Gradient direction: which way it grows brighter, the angle across the edge.

    Parameters
    ----------
    row_gradient, column_gradient : arrays of one shape and dtype, int16 or float

    Returns
    -------
    Array of their shape, radians in [-pi, pi]; float32 for int16, else the gradients' dtype.

    Convention
    ----------
    0 points to the right (along a row, towards the next column) and pi / 2 downwards (towards the
    next row): seen on the screen, angles grow clockwise. The edge itself runs at a right angle to
    it. 0 where there is no gradient.

    Raises
    ------
    TypeError, ValueError : the gradients are no pair.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 10-18. Taught in 05 §2.
    """
    shared.require_gradients(np.ndarray, row_gradient, column_gradient, one_channel=False)
    dtype = np.float32 if row_gradient.dtype == np.int16 else row_gradient.dtype
    row, column = row_gradient.astype(dtype), column_gradient.astype(dtype)
    return np.arctan2(row + 0, column + 0)  # -0.0 + 0 is 0.0, which keeps the angle off -pi
