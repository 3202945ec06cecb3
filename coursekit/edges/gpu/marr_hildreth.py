"""Marr-Hildreth edge detector on whole batches: twins of ``reference.marr_hildreth``."""

import torch

from coursekit.core import require
from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import padded_chunks
from coursekit.core.types import Border, Real
from coursekit.edges import shared


@torch.no_grad()
def laplacian_of_gaussian(
    image: torch.Tensor, sigma: Real, border: Border = "reflect"
) -> torch.Tensor:
    """Laplacian of Gaussian (LoG) of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape and device, float32 for uint8, else image's dtype.

    Convention
    ----------
    As ``reference.laplacian_of_gaussian``, within 1e-6 of the range.
    """
    require_tensor(image)
    sigma = require.number(sigma, "sigma", shared.SMALLEST_SIGMA, shared.LARGEST_SIGMA)
    g, g2 = shared.gaussian_and_second_derivative(sigma)
    radius = len(g) // 2
    dtype = torch.float32 if image.dtype == torch.uint8 else image.dtype

    def work(padded):
        by_rows = _along(_along(padded, g2, -2), g, -1)
        by_columns = _along(_along(padded, g, -2), g2, -1)
        return (by_rows.add_(by_columns),)  # Eq. 10-29

    (result,) = padded_chunks(work, image, (radius, radius), border, dtype)
    return result


def zero_crossings(
    response: torch.Tensor, threshold: Real = 0.0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Zero crossings of a batch of second derivatives.

    Parameters
    ----------
    response : (..., C, H, W) float, a second derivative, such as ``laplacian_of_gaussian``

    Returns
    -------
    down, right : tensors of response's shape, dtype and device: the way from each pixel to the
        crossing between it and the pixel below, or on the right; -1 where there is none
    """
    shared.require_maps(torch.Tensor, shared.FLOATS, one_channel=False, axes=2, response=response)
    threshold = require.number(threshold, "threshold", 0, shared.LARGEST)
    down, right = torch.full_like(response, -1), torch.full_like(response, -1)
    down[..., :-1, :] = crossing(response[..., :-1, :], response[..., 1:, :], threshold)
    right[..., :-1] = crossing(response[..., :-1], response[..., 1:], threshold)
    return down, right


@torch.no_grad()
def marr_hildreth(image: torch.Tensor, sigma: Real, threshold: Real) -> torch.Tensor:
    """Marr-Hildreth edge detector of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape, dtype and device: white (255, or 1.0) on edges, else 0.

    Convention
    ----------
    A response within rounding of 0 or of half way between two pixels may fall on the other side.
    """
    response = laplacian_of_gaussian(image, sigma)
    down, right = zero_crossings(response, threshold)
    edge = ((down >= 0) & (down <= 0.5)) | ((right >= 0) & (right <= 0.5))
    edge[..., 1:, :] |= down[..., :-1, :] > 0.5
    edge[..., 1:] |= right[..., :-1] > 0.5
    return edge.to(image.dtype).mul_(255 if image.dtype == torch.uint8 else 1)


def _along(planes, mask, axis):
    """Weigh the neighbours along one axis: those at the same distance have the same weight."""
    middle = len(mask) // 2
    length = planes.shape[axis] - 2 * middle
    total = planes.narrow(axis, middle, length) * float(mask[middle])
    pair = torch.empty_like(total)
    for k in range(1, middle + 1):
        before = planes.narrow(axis, middle - k, length)
        after = planes.narrow(axis, middle + k, length)
        torch.add(before, after, out=pair)
        total.add_(pair, alpha=float(mask[middle + k]))
    return total


def crossing(one, other, threshold):
    """Give the way from one to where the straight line to the other is 0, or -1."""
    difference = one - other
    changes = ((one >= 0) != (other >= 0)) & (difference.abs() > threshold)
    return torch.where(changes, one / difference, -1.0)
