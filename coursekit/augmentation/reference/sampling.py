"""Sampling once: each pixel of the new image asks where in the old one it comes from.

Szeliski 2022, *Computer Vision*, 2nd edition, §3.6.1 (inverse warping).
"""

import numpy as np
from numpy.typing import ArrayLike

from coursekit.augmentation.shared import checks, positions
from coursekit.core import require
from coursekit.core.types import Array, Integer, Real, Shape


def source_positions(matrix: ArrayLike, shape: Shape, exact: bool = True) -> tuple[Array, Array]:
    """Inverse warping, source positions: where in the old image each pixel of the new one lies.

    Parameters
    ----------
    matrix : (3, 3), from old places to new ones, as ``affine_matrix`` gives it
    shape : (H, W, ...), of the image
    exact : bool; False rounds to 1/256 of a pixel, as for uint8

    Returns
    -------
    rows, columns : (H, W) float64

    Convention
    ----------
    matrix⁻¹ (r, c, 1). An affine map adds what the row gives to what the column gives; each of the
    two is rounded to 2⁻²⁴ pixels (exact) or to 2⁻⁸, so that their sum is the same on every device,
    and half a turn or a flip lands on pixels and not 1e-14 beside them.

    Raises
    ------
    ValueError : matrix is not an invertible affine one; shape is no shape of an image.

    References
    ----------
    Szeliski 2022, §3.6.1, Alg. 3.2. Taught in 08 §3.
    """
    exact = require.flag(exact, "exact")
    inverse = np.linalg.inv(checks.require_matrix(matrix))
    from_row, from_column = positions.parts(inverse, checks.require_shape(shape), exact)
    rows, columns = from_row[:, :, None] + from_column[:, None, :]
    return rows, columns


def fold(position: Array, length: Integer, fill_mode: checks.FillMode) -> Array:
    """Fill mode: bring positions outside an image back inside.

    Parameters
    ----------
    position : array of float, along one axis; pixel centres are 0 to length - 1
    length : int, pixels along that axis
    fill_mode : 'nearest', 'constant', 'reflect' or 'wrap'

    Returns
    -------
    Array of position's shape, in [0, length - 1].

    Convention
    ----------
    nearest: a a|a b c d|d d, the edge goes on. reflect: b a|a b c d|d c, a mirror at the outer edge
    of the last pixel (NumPy's ``symmetric``). wrap: the last pixel lies on the first, period
    length - 1 as in SciPy's ``wrap`` and so in Keras (NumPy's ``wrap`` has period length).
    constant: as nearest; ``warp`` paints over what lies outside.

    Raises
    ------
    ValueError : fill_mode is none of the four.
    TypeError, ValueError : length is not a whole number above 0.

    References
    ----------
    ``scipy.ndimage``, modes nearest, constant, reflect, wrap. Taught in 08 §3.
    """
    checks.require_positions(position)
    fill_mode = require.one_of(fill_mode, "fill_mode", checks.FILL_MODES)
    length = require.whole(length, "length", 1, checks.LARGEST_SIDE)
    last = length - 1
    if fill_mode == "reflect":
        there_and_back = np.mod(position + 0.5, 2 * length)
        position = np.minimum(there_and_back, 2 * length - there_and_back) - 0.5
    if fill_mode == "wrap" and last > 0:
        inside = (position >= 0) & (position <= last)
        position = np.where(inside, position, np.mod(position, last))
    return np.clip(position, 0, last)


def warp(
    image: Array,
    matrix: ArrayLike,
    fill_mode: checks.FillMode = "nearest",
    cval: Real = 0.0,
    interpolation: checks.Interpolation = "bilinear",
) -> Array:
    """Inverse warping: move an image by an affine matrix, sampling it once.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    matrix : (3, 3), from old places to new ones, as ``affine_matrix`` gives it
    fill_mode : 'nearest', 'constant', 'reflect' or 'wrap', what is seen outside the image
    cval : float, the level of 'constant', in the image's own unit
    interpolation : 'bilinear', or 'nearest' for the pixel whose centre is next

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Outside is below 0 or above H - 1, W - 1; 'constant' does not blend with the edge. A position
    half-way between two pixels is next to the second. uint8: positions to 1/256 pixel, so that
    weights times levels are exact; then rounded half to even.
    Within 1e-3 gray levels of Keras's ``apply_transform`` for float, square images.

    Raises
    ------
    TypeError, ValueError : image is no image; matrix is not an invertible affine one; fill_mode,
        cval or interpolation is out of its range.

    References
    ----------
    Szeliski 2022, §3.6.1, Alg. 3.2. Taught in 08 §3.
    """
    require.image(image)
    white = 255 if image.dtype == np.uint8 else 1
    given = checks.require_sampling(fill_mode, cval, interpolation, white)
    fill_mode, cval, interpolation = given
    rows, columns = source_positions(matrix, image.shape, exact=image.dtype != np.uint8)
    height, width = image.shape[:2]
    folded = fold(rows, height, fill_mode), fold(columns, width, fill_mode)
    sample = sample_bilinear if interpolation == "bilinear" else sample_nearest
    values = sample(image, *folded)
    inside = (rows >= 0) & (rows <= height - 1) & (columns >= 0) & (columns <= width - 1)
    if fill_mode == "constant":
        values[~inside] = cval
    return (np.rint(values) if image.dtype == np.uint8 else values).astype(image.dtype)


def sample_nearest(image, rows, columns):
    """The pixel whose centre is next to each position."""
    return image[np.floor(rows + 0.5).astype(int), np.floor(columns + 0.5).astype(int)]


def sample_bilinear(image, rows, columns):
    """The four pixels around each position, mixed: the nearer, the more."""
    top, left = np.floor(rows).astype(int), np.floor(columns).astype(int)
    bottom = np.minimum(top + 1, image.shape[0] - 1)
    right = np.minimum(left + 1, image.shape[1] - 1)
    color = (..., None) if image.ndim == 3 else ...
    a, b = (rows - top)[color], (columns - left)[color]
    upper = (1 - b) * image[top, left] + b * image[top, right]
    lower = (1 - b) * image[bottom, left] + b * image[bottom, right]
    return (1 - a) * upper + a * lower
