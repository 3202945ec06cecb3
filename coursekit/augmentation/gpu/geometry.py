"""One matrix an image: where its points go. Twins of ``reference``, for one image or many.

A matrix is nine numbers: it is worked out on the CPU, in float64, whatever the device of the
images; ``warp`` and its like send what they need of it to where the images are.
"""

import torch
from numpy.typing import ArrayLike

from coursekit.augmentation.shared import checks, matrices
from coursekit.core.torch.dtypes import to_device
from coursekit.core.types import Shape


def rotation_matrix(degrees: ArrayLike) -> torch.Tensor:
    """Rotation matrices of a batch.

    Parameters
    ----------
    degrees : float, or (n,) of them; positive is counter-clockwise

    Returns
    -------
    (3, 3) or (n, 3, 3) float64, on the CPU
    """
    return torch.from_numpy(matrices.rotation(checks.require_numbers(degrees, "degrees")))


def shift_matrix(down: ArrayLike, right: ArrayLike) -> torch.Tensor:
    """Translation matrices of a batch.

    Parameters
    ----------
    down, right : float, or (n,) of them, pixels; negative moves up and to the left

    Returns
    -------
    (3, 3) or (n, 3, 3) float64, on the CPU
    """
    amounts = checks.require_numbers(down, "down"), checks.require_numbers(right, "right")
    return torch.from_numpy(matrices.shift(*amounts))


def shear_matrix(degrees: ArrayLike) -> torch.Tensor:
    """Shear matrices of a batch.

    Parameters
    ----------
    degrees : float in (-90, 90), or (n,) of them

    Returns
    -------
    (3, 3) or (n, 3, 3) float64, on the CPU
    """
    angles = checks.require_numbers(degrees, "degrees", *checks.SHEARS)
    return torch.from_numpy(matrices.shear(angles))


def zoom_matrix(rows: ArrayLike, columns: ArrayLike) -> torch.Tensor:
    """Zoom matrices of a batch.

    Parameters
    ----------
    rows, columns : float > 0, or (n,) of them, how much is seen of the height and of the width

    Returns
    -------
    (3, 3) or (n, 3, 3) float64, on the CPU
    """
    factors = [
        checks.require_numbers(each, name, *checks.ZOOMS)
        for each, name in ((rows, "rows"), (columns, "columns"))
    ]
    return torch.from_numpy(matrices.zoom(*factors))


def flip_matrix(vertical: ArrayLike, horizontal: ArrayLike) -> torch.Tensor:
    """Flip matrices of a batch.

    Parameters
    ----------
    vertical : bool, or (n,) of them, exchange top and bottom
    horizontal : bool, or (n,) of them, exchange left and right

    Returns
    -------
    (3, 3) or (n, 3, 3) float64, on the CPU
    """
    flips = (
        checks.require_flags(vertical, "vertical"),
        checks.require_flags(horizontal, "horizontal"),
    )
    return torch.from_numpy(matrices.flip(*flips))


def affine_matrix(
    shape: Shape,
    rotation: ArrayLike = 0.0,
    height_shift: ArrayLike = 0.0,
    width_shift: ArrayLike = 0.0,
    shear: ArrayLike = 0.0,
    zoom_rows: ArrayLike = 1.0,
    zoom_columns: ArrayLike = 1.0,
    vertical_flip: ArrayLike = False,
    horizontal_flip: ArrayLike = False,
) -> torch.Tensor:
    """Affine matrices of a batch.

    Parameters
    ----------
    shape : (H, W), of the images: ``image.shape[-2:]``
    rotation : float, or (n,) of them, degrees counter-clockwise; so for all that follow

    Returns
    -------
    (3, 3) or (n, 3, 3) float64, on the CPU
    """
    numbers = [
        checks.require_numbers(rotation, "rotation"),
        checks.require_numbers(height_shift, "height_shift"),
        checks.require_numbers(width_shift, "width_shift"),
        checks.require_numbers(shear, "shear", *checks.SHEARS),
        checks.require_numbers(zoom_rows, "zoom_rows", *checks.ZOOMS),
        checks.require_numbers(zoom_columns, "zoom_columns", *checks.ZOOMS),
        checks.require_flags(vertical_flip, "vertical_flip"),
        checks.require_flags(horizontal_flip, "horizontal_flip"),
    ]
    return torch.from_numpy(matrices.affine(checks.require_shape(shape), *numbers))


def move_points(points: torch.Tensor, matrix: torch.Tensor | ArrayLike) -> torch.Tensor:
    """Affine map of points, for a batch of images.

    Parameters
    ----------
    points : (..., N, 2) float tensor, rows and columns
    matrix : (3, 3) for all images, or (n, 3, 3), one for each of the n of the batch; on the CPU

    Returns
    -------
    (..., N, 2) float64 on points' device, rows and columns; outside the image too

    Convention
    ----------
    Within 1e-9 pixels; float32 on Apple's GPUs.
    """
    checks.require_rows_tensor(points, 2, "points")
    forward = to_device(checks.require_matrices(matrix), points.device)
    checks.require_one_for_each(forward, points.shape[:-2].numel())
    images = points.shape[:-2].numel()
    stack = points.reshape(images, *points.shape[-2:]).to(forward.dtype)
    moved = stack @ forward[..., :2, :2].mT + forward[..., None, :2, 2]
    return moved.view(points.shape)
