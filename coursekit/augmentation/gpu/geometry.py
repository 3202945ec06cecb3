"""One matrix a picture: where its points go. Twins of ``reference``, for one picture or many.

A matrix is nine numbers: it is worked out on the CPU, in float64, whatever the device of the
pictures; ``warp`` and its like send what they need of it to where the pictures are.
"""

import torch
from numpy.typing import ArrayLike

from coursekit.augmentation.shared import checks, matrices
from coursekit.core.torch.dtypes import to_device
from coursekit.core.types import Shape


def rotation_matrix(degrees: ArrayLike) -> torch.Tensor:
    """Turn about the point (0, 0), counter-clockwise as one looks at the picture.

    Parameters
    ----------
    degrees : float, or (n,) of them; positive is counter-clockwise

    Returns
    -------
    (3, 3) or (n, 3, 3) float64, on the CPU
    """
    return torch.from_numpy(matrices.rotation(checks.numbers(degrees, "degrees")))


def shift_matrix(down: ArrayLike, right: ArrayLike) -> torch.Tensor:
    """Move by whole or broken pixels.

    Parameters
    ----------
    down, right : float, or (n,) of them, pixels; negative moves up and to the left

    Returns
    -------
    (3, 3) or (n, 3, 3) float64, on the CPU
    """
    amounts = checks.numbers(down, "down"), checks.numbers(right, "right")
    return torch.from_numpy(matrices.shift(*amounts))


def shear_matrix(degrees: ArrayLike) -> torch.Tensor:
    """Lean the columns over to the side; rows stay rows.

    Parameters
    ----------
    degrees : float in (-90, 90), or (n,) of them

    Returns
    -------
    (3, 3) or (n, 3, 3) float64, on the CPU
    """
    angles = checks.numbers(degrees, "degrees", *checks.SHEARS)
    return torch.from_numpy(matrices.shear(angles))


def zoom_matrix(rows: ArrayLike, columns: ArrayLike) -> torch.Tensor:
    """Show more of the picture or less: 2 shows twice as much, and so everything half as large.

    Parameters
    ----------
    rows, columns : float > 0, or (n,) of them, how much is seen of the height and of the width

    Returns
    -------
    (3, 3) or (n, 3, 3) float64, on the CPU
    """
    factors = [
        checks.numbers(each, name, *checks.ZOOMS)
        for each, name in ((rows, "rows"), (columns, "columns"))
    ]
    return torch.from_numpy(matrices.zoom(*factors))


def flip_matrix(vertical: ArrayLike, horizontal: ArrayLike) -> torch.Tensor:
    """Turn the picture over about the point (0, 0).

    Parameters
    ----------
    vertical : bool, or (n,) of them, exchange top and bottom
    horizontal : bool, or (n,) of them, exchange left and right

    Returns
    -------
    (3, 3) or (n, 3, 3) float64, on the CPU
    """
    flips = (
        checks.each_yes_or_no(vertical, "vertical"),
        checks.each_yes_or_no(horizontal, "horizontal"),
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
    """Compose everything that moves a picture into one matrix, about the picture's centre.

    Parameters
    ----------
    shape : (H, W), of the pictures: ``image.shape[-2:]``
    rotation : float, or (n,) of them, degrees counter-clockwise; so for all that follow

    Returns
    -------
    (3, 3) or (n, 3, 3) float64, on the CPU
    """
    numbers = [
        checks.numbers(rotation, "rotation"),
        checks.numbers(height_shift, "height_shift"),
        checks.numbers(width_shift, "width_shift"),
        checks.numbers(shear, "shear", *checks.SHEARS),
        checks.numbers(zoom_rows, "zoom_rows", *checks.ZOOMS),
        checks.numbers(zoom_columns, "zoom_columns", *checks.ZOOMS),
        checks.each_yes_or_no(vertical_flip, "vertical_flip"),
        checks.each_yes_or_no(horizontal_flip, "horizontal_flip"),
    ]
    return torch.from_numpy(matrices.affine(checks.size(shape), *numbers))


def move_points(points: torch.Tensor, matrix: torch.Tensor | ArrayLike) -> torch.Tensor:
    """Send points of the old pictures to their places in the new ones.

    Parameters
    ----------
    points : (..., N, 2) float tensor, rows and columns
    matrix : (3, 3) for all pictures, or (n, 3, 3), one for each of the n of the batch; on the CPU

    Returns
    -------
    (..., N, 2) float64 on points' device, rows and columns; outside the picture too

    Convention
    ----------
    As ``reference.move_points``, within 1e-9 pixels; float32 on Apple's GPUs.

    Raises
    ------
    TypeError, ValueError : points are no (..., N, 2) tensor; matrix is not an invertible affine
        one, or not one for each.
    """
    checks.tensor_of(points, 2, "points")
    forward = to_device(checks.matrices(matrix), points.device)
    checks.one_for_each(forward, points.shape[:-2].numel())
    stack = points.reshape(-1, *points.shape[-2:]).to(forward.dtype)
    moved = stack @ forward[..., :2, :2].mT + forward[..., None, :2, 2]
    return moved.view(points.shape)
