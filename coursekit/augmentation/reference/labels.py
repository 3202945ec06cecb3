"""Labels move too: masks, keypoints and boxes go where their image goes, by the same matrix."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit.augmentation.reference.geometry import move_points
from coursekit.augmentation.reference.sampling import fold, sample_nearest, source_positions
from coursekit.augmentation.shared import checks
from coursekit.core import require
from coursekit.core.types import Array, Integer, Real, Shape


def warp_mask(
    mask: Array, matrix: ArrayLike, fill_mode: checks.FillMode = "constant", outside: Integer = 0
) -> Array:
    """Mask warping: move a mask with its image. Labels are names: looked up, never mixed.

    Parameters
    ----------
    mask : (H, W) bool or integer
    matrix : (3, 3), the one that moves the image
    fill_mode : 'nearest', 'constant', 'reflect' or 'wrap'; the image's own keeps them in step
    outside : the label of 'constant'

    Returns
    -------
    Array of mask's shape and dtype; no label in it is new, but for ``outside``.

    Convention
    ----------
    As ``warp`` with interpolation 'nearest', positions to 1/256 pixel; but outside is only what
    lies on no pixel, half a pixel farther, as for ``move_keypoints``.

    Raises
    ------
    TypeError, ValueError : mask is no (H, W) array of bool or integers; matrix or fill_mode as for
        ``warp``; outside does not fit mask's dtype.

    References
    ----------
    Szeliski 2022, §3.6.1. Taught in 08 §6.
    """
    checks.require_mask(mask)
    outside = checks.require_label(outside, mask.dtype)
    fill_mode = require.one_of(fill_mode, "fill_mode", checks.FILL_MODES)
    rows, columns = source_positions(matrix, mask.shape, exact=False)
    height, width = mask.shape
    inside = (rows >= -0.5) & (rows < height - 0.5) & (columns >= -0.5) & (columns < width - 0.5)
    moved = sample_nearest(mask, fold(rows, height, fill_mode), fold(columns, width, fill_mode))
    if fill_mode == "constant":
        moved[~inside] = outside
    return moved


def move_keypoints(points: ArrayLike, matrix: ArrayLike, shape: Shape) -> tuple[Array, Array]:
    """Keypoint augmentation: move keypoints with their image, and say which are still in it.

    Parameters
    ----------
    points : (N, 2) float, rows and columns
    matrix : (3, 3), the one that moves the image
    shape : (H, W, ...), of the image

    Returns
    -------
    points : (N, 2) float64, rows and columns, outside the image too
    visible : (N,) bool

    Convention
    ----------
    The centre of the first pixel is (0, 0). Visible is what lies on a pixel: -0.5 <= r < H - 0.5,
    likewise for columns. A flip exchanges left and right eyes: renaming them is up to the caller.

    Raises
    ------
    ValueError : points are not (N, 2) finite numbers; matrix is not an invertible affine one.

    References
    ----------
    Szeliski 2022, Eq. 2.17. Taught in 08 §6.
    """
    height, width = checks.require_shape(shape)
    moved = move_points(points, matrix)
    visible: Any = ((moved >= -0.5) & (moved < (height - 0.5, width - 0.5))).all(axis=1)
    return moved, visible


def move_boxes(
    boxes: ArrayLike, matrix: ArrayLike, shape: Shape, least_visible: Real = 0.25
) -> tuple[Array, Array]:
    """Bounding-box augmentation: move boxes with their image, clip them, and say which to keep.

    Parameters
    ----------
    boxes : (N, 4) float: top, left, bottom, right; ``image[top:bottom, left:right]`` is inside
    matrix : (3, 3), the one that moves the image
    shape : (H, W, ...), of the image
    least_visible : float in [0, 1], the share of a moved box that has to lie in the image

    Returns
    -------
    boxes : (N, 4) float64, axis-aligned boxes around the four moved corners, clipped to the image
    kept : (N,) bool, where that share is visible, up to 1e-9: ``boxes[kept]`` drops the
        others

    Convention
    ----------
    Edges lie between pixels: top is r - 0.5 of the first row inside, bottom r + 0.5 of the last,
    plus 0.5 each, so that they can be used as slices. An axis-aligned box around a rotated box
    is larger than what it holds: the box of a disc grows though the disc does not.

    Raises
    ------
    ValueError : boxes are not (N, 4) finite numbers with top < bottom and left < right; matrix is
        not an invertible affine one; least_visible leaves [0, 1].

    References
    ----------
    Zoph et al. 2020, "Learning data augmentation strategies for object detection", *ECCV*, §3.
    Taught in 08 §6.
    """
    height, width = checks.require_shape(shape)
    least_visible = require.number(least_visible, "least_visible", 0, 1)
    corners = checks.require_boxes(boxes)[:, [[0, 1], [0, 3], [2, 1], [2, 3]]] - 0.5  # (N, 4, 2)
    moved = move_points(corners.reshape(-1, 2), matrix).reshape(-1, 4, 2) + 0.5
    around = np.concatenate([moved.min(axis=1), moved.max(axis=1)], axis=1)
    clipped = np.clip(around, 0, (height, width, height, width))
    seen = _area(clipped)
    return clipped, (seen > 0) & (seen >= (least_visible - checks.ROUNDING) * _area(around))


def _area(boxes):
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def is_blank(image: Array, least: Real = 0.02) -> bool:
    """Blank test: tell whether an image shows nothing, all of its levels being nearly the same.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    least : float in [0, 1], the smallest difference of levels that is something, a share of white

    Returns
    -------
    bool

    Convention
    ----------
    Blank where, in each channel, the lightest pixel is less than ``least`` above the darkest.

    Raises
    ------
    TypeError, ValueError : image is no image; least leaves [0, 1].

    References
    ----------
    Taught in 08 §6.
    """
    require.image(image)
    least = require.number(least, "least", 0, 1)
    white = 255 if image.dtype == np.uint8 else 1
    spread = image.max(axis=(0, 1)) - image.min(axis=(0, 1))
    return bool((spread < least * white).all())
