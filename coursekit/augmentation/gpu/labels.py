"""Labels move too, a whole batch: twins of ``reference``."""

import numpy as np
import torch
from numpy.typing import ArrayLike

from coursekit.augmentation.gpu.geometry import move_points
from coursekit.augmentation.gpu.sampling import Sampler, images_in_chunks
from coursekit.augmentation.shared import checks
from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.dtypes import to_device
from coursekit.core.types import Integer, Shape


def warp_mask(
    mask: torch.Tensor,
    matrix: torch.Tensor | ArrayLike,
    fill_mode: checks.FillMode = "constant",
    outside: Integer = 0,
) -> torch.Tensor:
    """Mask warping of a batch.

    Parameters
    ----------
    mask : (..., H, W) bool or integer
    matrix : (3, 3) for all, or (n, 3, 3), one for each of the n of the batch; on the CPU

    Returns
    -------
    Tensor of mask's shape, dtype and device; no label in it is new, but for ``outside``.

    Convention
    ----------
    Equal to the reference's.
    """
    checks.require_mask_tensor(mask)
    outside = checks.require_label(outside, torch.empty(0, dtype=mask.dtype).numpy().dtype)
    sampler = Sampler(fill_mode, 0, "nearest", mask.dtype)
    sampler.cval, sampler.on_pixels = outside, True
    image = mask.unsqueeze(-3)
    return images_in_chunks(sampler, image, *sampler.parts(image, matrix)).squeeze(-3)


def move_keypoints(
    points: torch.Tensor, matrix: torch.Tensor | ArrayLike, shape: Shape
) -> tuple[torch.Tensor, torch.Tensor]:
    """Keypoint augmentation for a batch of images.

    Parameters
    ----------
    points : (..., N, 2) float tensor, rows and columns
    matrix : (3, 3) for all, or (n, 3, 3), one for each of the n of the batch; on the CPU
    shape : (H, W), of the images

    Returns
    -------
    points : (..., N, 2) float64, rows and columns, outside the image too
    visible : (..., N) bool
    """
    height, width = checks.require_shape(shape)
    moved = move_points(points, matrix)
    edge = to_device(np.array([height - 0.5, width - 0.5]), moved.device)
    return moved, ((moved >= -0.5) & (moved < edge)).all(dim=-1)


def move_boxes(
    boxes: torch.Tensor, matrix: torch.Tensor | ArrayLike, shape: Shape, least_visible: float = 0.25
) -> tuple[torch.Tensor, torch.Tensor]:
    """Bounding-box augmentation for a batch of images.

    Parameters
    ----------
    boxes : (..., N, 4) float tensor: top, left, bottom, right
    matrix : (3, 3) for all, or (n, 3, 3), one for each of the n of the batch; on the CPU
    shape : (H, W), of the images

    Returns
    -------
    boxes : (..., N, 4) float64, axis-aligned boxes around the four moved corners, clipped to the
        image
    kept : (..., N) bool, where that share is visible

    Convention
    ----------
    Top < bottom and left < right are not looked at.
    """
    height, width = checks.require_shape(shape)
    least_visible = require.number(least_visible, "least_visible", 0, 1)
    checks.require_rows_tensor(boxes, 4, "boxes")
    top, left, bottom, right = boxes.unbind(-1)
    corners = torch.stack([top, left, top, right, bottom, left, bottom, right], dim=-1) - 0.5
    moved = move_points(corners.view(*boxes.shape[:-2], 4 * boxes.shape[-2], 2), matrix)
    moved = moved.view(*boxes.shape[:-1], 4, 2) + 0.5
    around = torch.cat([moved.amin(dim=-2), moved.amax(dim=-2)], dim=-1)
    edge = to_device(np.array([height, width, height, width], float), around.device)
    clipped = torch.minimum(around.clamp(min=0), edge)
    seen = _area(clipped)
    return clipped, (seen > 0) & (seen >= (least_visible - checks.ROUNDING) * _area(around))


def _area(boxes):
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


def is_blank(image: torch.Tensor, least: float = 0.02) -> torch.Tensor:
    """Blank test for a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    (...) bool, one for each image
    """
    require_tensor(image)
    least = require.number(least, "least", 0, 1)
    white = 255 if image.dtype == torch.uint8 else 1
    spread = image.amax(dim=(-2, -1)) - image.amin(dim=(-2, -1))
    return (spread < least * white).all(dim=-1)
