"""One matrix: where each point of an image goes when the image is rotated, shifted, zoomed.

Points are (row, column, 1), rows count downwards, and a matrix sends a point of the old image to
its place in the new one. Szeliski 2022, *Computer Vision*, 2nd edition, §2.1.1.
"""

import numpy as np
from numpy.typing import ArrayLike

from coursekit.augmentation.shared import checks
from coursekit.core import require
from coursekit.core.types import Array, Real, Shape


def rotation_matrix(degrees: Real) -> Array:
    """Rotation matrix: rotate about the point (0, 0), counter-clockwise as one looks at the image.

    Parameters
    ----------
    degrees : float; positive is counter-clockwise

    Returns
    -------
    (3, 3) float64

    Convention
    ----------
    Rows count downwards: a point to the right of the centre goes up, to a smaller row. So
    ``rotation_matrix(90) @ (0, 1, 1)`` is (-1, 0, 1).

    Raises
    ------
    TypeError, ValueError : degrees is not a finite number.

    References
    ----------
    Szeliski 2022, Eq. 2.16, written for (row, column). Taught in 08 §2.
    """
    degrees = require.number(degrees, "degrees", -checks.FARTHEST, checks.FARTHEST)
    c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
    if degrees % 90 == 0:
        c, s = np.rint(c), np.rint(s)  # 0, 1 and -1: a half turn lands on pixels, not 1e-16 beside
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def shift_matrix(down: Real, right: Real) -> Array:
    """Translation matrix: shift by whole or fractional pixels.

    Parameters
    ----------
    down, right : float, pixels; negative moves up and to the left

    Returns
    -------
    (3, 3) float64

    Convention
    ----------
    (r, c) goes to (r + down, c + right): height moves rows, width moves columns.

    Raises
    ------
    TypeError, ValueError : down or right is not a finite number.

    References
    ----------
    Szeliski 2022, Eq. 2.14. Taught in 08 §2.
    """
    down = require.number(down, "down", -checks.FARTHEST, checks.FARTHEST)
    right = require.number(right, "right", -checks.FARTHEST, checks.FARTHEST)
    return np.array([[1.0, 0, down], [0, 1, right], [0, 0, 1]])


def shear_matrix(degrees: Real) -> Array:
    """Shear matrix: lean the columns over to the side; rows stay rows.

    Parameters
    ----------
    degrees : float in (-90, 90); positive leans what is vertical counter-clockwise

    Returns
    -------
    (3, 3) float64

    Convention
    ----------
    Keras's meaning, whose inverse is c - sin(s) r, cos(s) r: (r, c) goes to
    (r / cos(s), c + tan(s) r). So a shear makes an image taller by 1 / cos(s), too.

    Raises
    ------
    TypeError, ValueError : degrees is not a number between -90 and 90.

    References
    ----------
    Szeliski 2022, §2.1.1; Keras's ``apply_affine_transform``. Taught in 08 §2.
    """
    degrees = require.number(degrees, "degrees", *checks.SHEARS)
    angle = np.deg2rad(degrees)
    return np.array([[1 / np.cos(angle), 0, 0], [np.tan(angle), 1, 0], [0, 0, 1]])


def zoom_matrix(rows: Real, columns: Real) -> Array:
    """Zoom matrix: 2 shows twice as much of the image, and so everything half as large.

    Parameters
    ----------
    rows, columns : float > 0, how much is seen of the height and of the width; 1 changes nothing

    Returns
    -------
    (3, 3) float64

    Convention
    ----------
    Keras's meaning: (r, c) goes to (r / rows, c / columns), so that a zoom of 2 makes smaller.

    Raises
    ------
    TypeError, ValueError : rows or columns is not a positive number.

    References
    ----------
    Szeliski 2022, Eq. 2.17; Keras's ``apply_affine_transform``. Taught in 08 §2.
    """
    rows = require.number(rows, "rows", *checks.ZOOMS)
    columns = require.number(columns, "columns", *checks.ZOOMS)
    return np.diag([1 / rows, 1 / columns, 1])


def flip_matrix(vertical: bool, horizontal: bool) -> Array:
    """Flip matrix: mirror the image about the point (0, 0).

    Parameters
    ----------
    vertical : bool, exchange top and bottom
    horizontal : bool, exchange left and right

    Returns
    -------
    (3, 3) float64

    Convention
    ----------
    (r, c) goes to (±r, ±c).

    Raises
    ------
    TypeError : vertical or horizontal is not a bool.

    References
    ----------
    Szeliski 2022, §2.1.1. Taught in 08 §2.
    """
    vertical = require.flag(vertical, "vertical")
    horizontal = require.flag(horizontal, "horizontal")
    return np.diag([-1.0 if vertical else 1, -1.0 if horizontal else 1, 1])


def affine_matrix(
    shape: Shape,
    rotation: Real = 0.0,
    height_shift: Real = 0.0,
    width_shift: Real = 0.0,
    shear: Real = 0.0,
    zoom_rows: Real = 1.0,
    zoom_columns: Real = 1.0,
    vertical_flip: bool = False,
    horizontal_flip: bool = False,
) -> Array:
    """Affine matrix: compose all that moves an image into one matrix, about the image's centre.

    Parameters
    ----------
    shape : (H, W, ...), of the image
    rotation : float, degrees counter-clockwise
    height_shift, width_shift : float, pixels down and to the right
    shear : float in (-90, 90), degrees
    zoom_rows, zoom_columns : float > 0, how much is seen of the height and of the width
    vertical_flip, horizontal_flip : bool

    Returns
    -------
    (3, 3) float64, from a point of the old image to its place in the new one

    Convention
    ----------
    Rotated first, then shifted, sheared, zoomed and flipped: C F Z H S R C⁻¹, read from the right,
    about the centre ((H - 1) / 2, (W - 1) / 2), which lies between pixels where a side is even.
    Keras's theta, tx, ty, shear, zx, zy are rotation, -width_shift, -height_shift, shear,
    zoom_columns, zoom_rows: its axes are exchanged.

    Raises
    ------
    TypeError, ValueError : shape is no shape of an image; an argument is out of its range.

    References
    ----------
    Szeliski 2022, §2.1.1. Taught in 08 §2.
    """
    height, width = checks.require_shape(shape)
    rotation = require.number(rotation, "rotation", -checks.FARTHEST, checks.FARTHEST)
    height_shift = require.number(height_shift, "height_shift", -checks.FARTHEST, checks.FARTHEST)
    width_shift = require.number(width_shift, "width_shift", -checks.FARTHEST, checks.FARTHEST)
    shear = require.number(shear, "shear", *checks.SHEARS)
    zoom_rows = require.number(zoom_rows, "zoom_rows", *checks.ZOOMS)
    zoom_columns = require.number(zoom_columns, "zoom_columns", *checks.ZOOMS)
    vertical_flip = require.flag(vertical_flip, "vertical_flip")
    horizontal_flip = require.flag(horizontal_flip, "horizontal_flip")
    centre = shift_matrix((height - 1) / 2, (width - 1) / 2)
    matrix = rotation_matrix(rotation) @ np.linalg.inv(centre)
    matrix = shift_matrix(height_shift, width_shift) @ matrix
    matrix = shear_matrix(shear) @ matrix
    matrix = zoom_matrix(zoom_rows, zoom_columns) @ matrix
    matrix = flip_matrix(vertical_flip, horizontal_flip) @ matrix
    return centre @ matrix


def move_points(points: ArrayLike, matrix: ArrayLike) -> Array:
    """Affine map of points: send points of the old image to their places in the new one.

    Parameters
    ----------
    points : (N, 2) float, rows and columns
    matrix : (3, 3), as ``affine_matrix`` gives it

    Returns
    -------
    (N, 2) float64, rows and columns; outside the image too

    Convention
    ----------
    The centre of the first pixel is (0, 0).

    Raises
    ------
    ValueError : points are not (N, 2) finite numbers; matrix is not an invertible affine one.

    References
    ----------
    Szeliski 2022, Eq. 2.17. Taught in 08 §2.
    """
    rows = checks.require_rows(points, 2, "points")
    forward = checks.require_matrix(matrix)
    return rows @ forward[:2, :2].T + forward[:2, 2]
