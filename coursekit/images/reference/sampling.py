"""Cropping an image, and giving it another number of pixels.

Keys 1981, "Cubic convolution interpolation for digital image processing", *IEEE Trans. ASSP*
29(6), 1153-1160. Turkowski 1990, "Filters for common resampling tasks", *Graphics Gems*, 147-165.
"""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer, Shape
from coursekit.images import shared


def crop(image: Array, top: Integer, left: Integer, height: Integer, width: Integer) -> Array:
    """Crop: cut a rectangle out of an image.

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
    Rows first, then columns; exact. No border: the rectangle has to lie inside the image.

    Raises
    ------
    TypeError, ValueError : image is not as described; the rectangle is empty or leaves the image.

    References
    ----------
    Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §2.4. Taught in 01 §1.
    """
    require.image(image)
    rows, columns = shared.require_rectangle(image.shape[:2], top, left, height, width)
    return image[rows, columns].copy()


def resize(image: Array, shape: Shape, method: shared.Method = "bilinear") -> Array:
    """Resize: give an image another number of rows and columns.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    shape : (height, width) of the result, up to 65535 each; OpenCV's ``dsize`` is (width, height)
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
    uint8: weights have 11 bits, and the pass over the rows keeps 1/8 gray level, so that every sum
    is exact on every machine; "area" keeps whole sums. Rounded half up.
    "nearest" is bit-exact with ``cv2.INTER_NEAREST``, the others within 1 gray level of OpenCV's
    ("area" unless one side grows while the other shrinks: OpenCV then looks at 2 x 2 pixels).

    Raises
    ------
    TypeError, ValueError : image is not as described; shape is not a pair of whole numbers from 1
        to 65535; the method is unknown.

    References
    ----------
    Keys 1981; Turkowski 1990. Taught in 01 §2.
    """
    require.image(image)
    shape = shared.require_shape(shape)
    method = require.one_of(method, "method", shared.METHODS)
    sizes = list(zip(image.shape[:2], shape, strict=True))  # (old, new) of rows and of columns
    if method == "nearest":
        rows, columns = (shared.nearest(old, new) for old, new in sizes)
        return image[rows][:, columns]
    if image.dtype != np.uint8:
        weights = [shared.matrix(shared.taps(old, new, method), old) for old, new in sizes]
        return np.clip(_weigh(image, *weights), 0, 1).astype(image.dtype)
    if method == "area":
        covered = [shared.matrix(shared.overlaps(old, new), old) for old, new in sizes]
        area = covered[0][0].sum() * covered[1][0].sum()  # of a new pixel
        levels = (2 * _weigh(image, *covered) + area) // (2 * area)
    else:
        taps = [shared.fixed_point_taps(old, new, method) for old, new in sizes]
        levels = _weigh_in_fixed_point(image, *map(shared.matrix, taps, image.shape))
    return np.clip(levels, 0, 255).astype(np.uint8)


def _weigh(image, rows, columns):
    """Weigh the rows by one matrix (height, H), then the columns by another (width, W)."""
    return np.moveaxis(np.tensordot(columns, np.tensordot(rows, image, axes=1), (1, 1)), 0, 1)


def _weigh_in_fixed_point(image, rows, columns):
    """Weigh in whole numbers: weights in units of 1/2048, gray levels between in units of 1/8."""
    fine = np.rint(np.tensordot(rows, image, axes=1) * (shared.FINE / shared.ONE))
    levels = np.moveaxis(np.tensordot(columns, fine, (1, 1)), 0, 1)
    return np.floor(levels / (shared.FINE * shared.ONE) + 0.5)
