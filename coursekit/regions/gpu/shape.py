"""Moments of whole batches: twins of ``reference.shape``."""

from math import comb

import torch

from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import in_chunks
from coursekit.core.torch.dtypes import accumulator_dtype
from coursekit.regions import shared


def moments(image: torch.Tensor) -> torch.Tensor:
    """Moments of every image of a batch.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    float64 (..., C, 4, 4), of which only the orders p + q up to 3 are filled; the others are 0.

    Convention
    ----------
    Two products of matrices. Sums of uint8 are exact up to 2 ** 53; on devices without float64 they
    are float32, near only.
    """
    require_tensor(image)
    dtype = accumulator_dtype(image.device)
    rows, columns = (_powers(size, image.device, dtype) for size in image.shape[-2:])
    planes = image.reshape(-1, *image.shape[-2:])

    def work(part):
        along_columns = torch.tensordot(rows, part.to(dtype), dims=([0], [1]))  # (4, B, W)
        return (along_columns @ columns).movedim(0, 1)

    sums = in_chunks(work, planes, 8 * planes[0].numel()) * _up_to_three(image.device)
    return sums.reshape(*image.shape[:-2], 4, 4)


def _powers(size, device, dtype):
    places = torch.arange(size, device=device, dtype=dtype)
    return torch.stack([torch.ones_like(places), places, places**2, places**3], dim=-1)


def _order(device):
    orders = torch.arange(4, device=device)
    return orders[:, None] + orders


def _up_to_three(device):
    return _order(device) <= 3


def central_moments(moments: torch.Tensor) -> torch.Tensor:
    """Central moments of a batch.

    Parameters
    ----------
    moments : float (..., 4, 4), as ``moments`` gives

    Returns
    -------
    Tensor of the same shape: mu[p, q] for p + q up to 3, the others 0.

    Convention
    ----------
    Up to rounding. Of an empty image everything is 0.
    """
    shared.require_moment_tensor(moments)
    mass = moments[..., 0, 0]
    mass = torch.where(mass == 0, 1, mass)
    rows, columns = _shift(moments[..., 1, 0] / mass), _shift(moments[..., 0, 1] / mass)
    return (rows @ moments @ columns.mT).mul_(_up_to_three(moments.device))


def _shift(mean):
    """The matrix of the binomial theorem: (row - mean)^p = sum of its [p, i] row^i."""
    powers = [torch.ones_like(mean), -mean, mean**2, -(mean**3)]
    nothing = torch.zeros_like(mean)
    rows = [[comb(p, i) * powers[p - i] if i <= p else nothing for i in range(4)] for p in range(4)]
    return torch.stack([torch.stack(row, dim=-1) for row in rows], dim=-2)


def normalized_moments(central: torch.Tensor) -> torch.Tensor:
    """Normalized moments of a batch.

    Parameters
    ----------
    central : float (..., 4, 4), as ``central_moments`` gives

    Returns
    -------
    Tensor of the same shape: eta[p, q] for p + q from 2 to 3, the others 0.
    """
    shared.require_moment_tensor(central, "central")
    mass = central[..., :1, :1]
    order = _order(central.device)
    filled = (order >= 2) & (order <= 3) & (mass != 0)
    mass = torch.where(mass == 0, 1, mass)
    return torch.where(filled, central / mass ** (order / 2 + 1), 0)


def hu_moments(normalized: torch.Tensor) -> torch.Tensor:
    """Hu moments of a batch.

    Parameters
    ----------
    normalized : float (..., 4, 4), as ``normalized_moments`` gives

    Returns
    -------
    Tensor (..., 7)
    """
    shared.require_moment_tensor(normalized, "normalized")
    eta = normalized.movedim((-1, -2), (0, 1))
    a, b = eta[3, 0] + eta[1, 2], eta[2, 1] + eta[0, 3]
    c, d = eta[3, 0] - 3 * eta[1, 2], 3 * eta[2, 1] - eta[0, 3]
    e, f = a * (a**2 - 3 * b**2), b * (3 * a**2 - b**2)
    difference = eta[2, 0] - eta[0, 2]
    invariants = [
        eta[2, 0] + eta[0, 2],
        difference**2 + 4 * eta[1, 1] ** 2,
        c**2 + d**2,
        a**2 + b**2,
        c * e + d * f,
        difference * (a**2 - b**2) + 4 * eta[1, 1] * a * b,
        d * e - c * f,
    ]
    return torch.stack(invariants, dim=-1)
