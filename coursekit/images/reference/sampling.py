"""Cutting a picture out, and giving it another number of pixels.

Keys 1981, "Cubic convolution interpolation for digital image processing", *IEEE Trans. ASSP*
29(6), 1153-1160. Turkowski 1990, "Filters for common resampling tasks", *Graphics Gems*, 147-165.
"""

from functools import partial

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer, Shape
from coursekit.images import shared


def crop(image: Array, top: Integer, left: Integer, height: Integer, width: Integer) -> Array:
    """Cut a rectangle out of a picture.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    top, left : int, row and column of the rectangle's first pixel, counted from 0
    height, width : int > 0, in pixels

    Returns
    -------
    Array (height, width) or (height, width, 3) of image's dtype: a copy, not a view.

    Convention
    ----------
    Rows first, then columns; exact. No border: the rectangle has to lie inside the picture.

    Raises
    ------
    TypeError, ValueError : image is no picture; the rectangle is empty or leaves the picture.

    References
    ----------
    Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §2.4. Taught in 01 §1.
    """
    require.image(image)
    shared.require_rectangle(image.shape[:2], top, left, height, width)
    return image[top : top + height, left : left + width].copy()


def resize(image: Array, shape: Shape, method: shared.Method = "bilinear") -> Array:
    """Give a picture another number of rows and columns.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    shape : (height, width) of the result, rows first: OpenCV's ``dsize`` turned round
    method : "nearest"; "bilinear" from 2 x 2 pixels, "bicubic" from 4 x 4, "lanczos" from 8 x 8;
        "area", the mean over all that the new pixel covers

    Returns
    -------
    Array (height, width) or (height, width, 3) of image's dtype.

    Convention
    ----------
    Pixel i is the square from i to i + 1: new row i looks at (i + 0.5) * H / height - 0.5.
    Border ``edge``. Bicubic has a = -0.75 as in OpenCV (Keys, Pillow and scikit-image: -0.5);
    overshoot saturates. Shrinking by anything but "area" aliases.
    uint8: weights have 11 bits, the pass over rows keeps 1/8 gray level, so that every sum is exact
    on every machine; "area" keeps whole sums. Rounded half up.
    "nearest" is bit-exact with ``cv2.INTER_NEAREST``, the others within 1 gray level of OpenCV's
    ("area" unless one side grows while the other shrinks: OpenCV then looks at 2 x 2 pixels).

    Raises
    ------
    TypeError, ValueError : image is no picture; shape is not two positive whole numbers; the
        method is unknown.

    References
    ----------
    Keys 1981; Turkowski 1990. Taught in 01 §2.
    """
    require.image(image)
    shared.require_shape(shape)
    method = require.one_of(method, "method", shared.METHODS)
    if method == "nearest":
        rows, columns = (
            shared.nearest(*sizes) for sizes in zip(image.shape[:2], shape, strict=True)
        )
        return image[rows][:, columns]
    if image.dtype != np.uint8:
        return np.clip(_interpolate(image, shape, method), 0, 1).astype(image.dtype)
    levels = _mean(image, shape) if method == "area" else _fixed_point(image, shape, method)
    return np.clip(levels, 0, 255).astype(np.uint8)


def _interpolate(image, shape, method):
    rows, columns = _matrices(image, shape, partial(shared.taps, method=method))
    return _along_columns(columns, _along_rows(rows, image))


def _fixed_point(image, shape, method):
    """Interpolate in whole numbers: weights in units of 1/2048, gray levels in units of 1/8."""
    taps = partial(shared.fixed_point_taps, method=method)
    rows, columns = _matrices(image, shape, taps)
    fine = np.rint(_along_rows(rows, image) * (shared.FINE / shared.ONE))
    return np.floor(_along_columns(columns, fine) / (shared.FINE * shared.ONE) + 0.5)


def _mean(image, shape):
    """Add what each new pixel covers in whole numbers, and divide once."""
    rows, columns = _matrices(image, shape, shared.overlaps)
    area = rows[0].sum() * columns[0].sum()
    total = _along_columns(columns, _along_rows(rows, image))
    return (2 * total + area) // (2 * area)


def _matrices(image, shape, taps):
    """Lay the taps of both axes out as matrices (height, H) and (width, W)."""
    pairs = zip(image.shape[:2], shape, strict=True)
    return (shared.matrix(*taps(size, new_size), size) for size, new_size in pairs)


def _along_rows(matrix, image):
    """Weigh rows: (height, H) @ (H, W) or (H, W, 3)."""
    return np.tensordot(matrix, image, axes=1)


def _along_columns(matrix, image):
    """Weigh columns: (H, W) @ (width, W).T, each channel for itself."""
    return np.swapaxes(np.tensordot(matrix, np.swapaxes(image, 0, 1), axes=1), 0, 1)
