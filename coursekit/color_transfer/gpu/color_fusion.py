"""Colours piece by piece, for whole batches: twins of ``reference.color_fusion``.

Pictures of a batch have more or fewer superpixels. Their tables are as long as the longest; rows of
superpixels that a picture does not have are NaN, and get no weight.
"""

from math import e, log2

import numpy as np
import torch

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.idt import regrain
from coursekit.color_transfer.gpu.unit_cube import as_picture, in_unit, require_pair
from coursekit.core import require
from coursekit.core.torch.checks import require_labels, require_tensor
from coursekit.core.torch.chunks import chunk_length
from coursekit.core.torch.dtypes import accumulator_dtype
from coursekit.core.types import Integer, Real
from coursekit.regions import gpu as regions


def superpixel_means(
    values: torch.Tensor, labels: torch.Tensor, count: Integer | None = None
) -> torch.Tensor:
    """Average what the pixels of each superpixel have.

    Parameters
    ----------
    values : (..., C, H, W), uint8 or any other numbers: colours, places, features
    labels : int (..., 1, H, W), the superpixel of each pixel, as ``slic`` gives

    Returns
    -------
    float (..., K, C): a row for each superpixel, in the unit of values.

    Convention
    ----------
    As ``reference.superpixel_means``, in the device's accumulator dtype. Without count the largest
    label of the batch is read, which waits for the device. A number that no pixel bears has a row
    of NaN.

    Raises
    ------
    TypeError, ValueError : labels are not whole numbers from 0; values is not (..., C, H, W) for
        them. Labels are not read where count is given.
    """
    require_labels(labels, channels=1)
    shared.require_same_pixel_tensors(values, labels, "values")
    index = labels.long().flatten(-3)
    count = shared.count_of(count, int(labels.max()) if count is None else None)
    exact = accumulator_dtype(values.device)
    total = torch.zeros((*index.shape[:-1], count), dtype=exact, device=values.device)
    area = total.scatter_add(-1, index, torch.ones_like(index, dtype=exact))
    planes = values.flatten(-2).unbind(-2)
    sums = [total.scatter_add(-1, index, plane.to(exact)) for plane in planes]
    return torch.stack(sums, dim=-1).div_(area.unsqueeze(-1))  # 0 / 0 is NaN


def constrained_nearest(distances: torch.Tensor, times: Integer = 3) -> torch.Tensor:
    """Match each superpixel of the target to a near one of the reference, none of them too often.

    Parameters
    ----------
    distances : float (..., M, N), from M superpixels of the target to N of the reference

    Returns
    -------
    int64 (..., M): for each superpixel of the target its match, 0 to N - 1.

    Convention
    ----------
    As ``reference.constrained_nearest``, equal to it. The assignment goes path by path, each of
    which needs the one before, so the table (some hundreds of numbers squared) visits the processor
    picture by picture, and its matches come back. This waits for the device.
    """
    shared.require_table(distances, "distances")
    times = require.whole(times, "times", 1, np.inf)
    if not bool(torch.isfinite(distances).all()):
        raise ValueError("distances: expected finite numbers")
    return _matched(distances, times)


def _matched(distances, times):
    """The assignments of a batch; what is NaN does not exist, and is matched with 0."""
    tables = distances.double().cpu().numpy().reshape(-1, *distances.shape[-2:])
    chosen = np.zeros(tables.shape[:-1], np.int64)
    for table, row in zip(tables, chosen, strict=True):
        exists = ~np.isnan(table)
        rows, columns = exists.any(axis=1), exists.any(axis=0)
        row[rows] = np.flatnonzero(columns)[shared.assign(table[rows][:, columns], times)]
    return torch.from_numpy(chosen).view(distances.shape[:-1]).to(distances.device)


def places_and_colors(image: torch.Tensor) -> torch.Tensor:
    """Give each pixel the five numbers in which it is near to a superpixel or far from it.

    Parameters
    ----------
    image : (..., 3, H, W), uint8 or float in [0, 1]

    Returns
    -------
    float (..., 5, H, W): row / H, column / W, and red, green and blue in 0..1.

    Convention
    ----------
    As ``reference.places_and_colors``, in the device's accumulator dtype.

    Raises
    ------
    TypeError, ValueError : image is no batch of colour pictures.
    """
    require_tensor(image, channels=(3,))
    exact = {"dtype": accumulator_dtype(image.device), "device": image.device}
    height, width = image.shape[-2:]
    rows = torch.arange(height, **exact)[:, None] / height
    columns = torch.arange(width, **exact) / width
    shape = (*image.shape[:-3], 1, height, width)
    return torch.cat([rows.expand(shape), columns.expand(shape), in_unit(image)], dim=-3)


def mahalanobis_kernel(
    points: torch.Tensor,
    labels: torch.Tensor,
    place_spread: Real = 10.0,
    color_spread: Real = 0.1,
    count: Integer | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Describe each superpixel by its centre and by how far it reaches in place and in colour.

    Parameters
    ----------
    points : float (..., 5, H, W), as ``places_and_colors`` gives
    labels : int (..., 1, H, W), the superpixel of each pixel

    Returns
    -------
    centers : float (..., K, 5), X_i
    precisions : float (..., K, 5, 5), the inverse of Q_i

    Raises
    ------
    TypeError, ValueError : points is not (..., 5, H, W) for the labels; a spread is not positive.
    """
    shared.require_kernel(place_spread, color_spread, None, None, "each")
    centers = superpixel_means(points, labels, count)
    shared.require_table(centers, "points", columns=5)
    count = centers.shape[-2]
    own = _of_own(centers, labels.flatten(-3)).mT.unflatten(-1, points.shape[-2:])
    deviations = points - own
    covariances = centers.new_zeros((*centers.shape[:-1], 5, 5))
    for block, spread in ((slice(0, 2), place_spread), (slice(2, 5), color_spread)):
        part = _covariances(deviations[..., block, :, :], labels, count)
        one = torch.eye(part.shape[-1], dtype=part.dtype, device=part.device)
        covariances[..., block, block] = spread**2 * (part + shared.REGULARIZATION * one)  # Eq. 6
    return centers, torch.linalg.inv_ex(covariances).inverse  # plain inv would wait for the device


def _of_own(table, index):
    """The row of each pixel's own superpixel: (..., K, C) and (..., P) to (..., P, C)."""
    index = index.long().unsqueeze(-1)
    return table.gather(-2, index.expand(*index.shape[:-1], table.shape[-1]))


def _covariances(deviations, labels, count):
    """The mean product of every two coordinates: (..., K, C, C)."""
    columns = [
        superpixel_means(deviations * part.unsqueeze(-3), labels, count)
        for part in deviations.unbind(-3)
    ]
    return torch.stack(columns, dim=-1)


def mahalanobis(
    points: torch.Tensor, centers: torch.Tensor, precisions: torch.Tensor
) -> torch.Tensor:
    """Measure how far each point is from each centre, in units of how far that centre reaches.

    Parameters
    ----------
    points : float (..., P, D)
    centers : float (..., K, D)
    precisions : float (..., K, D, D), symmetric

    Returns
    -------
    float (..., P, K): (x - X_i)^T Q_i^-1 (x - X_i), infinite where the centre is NaN.

    Convention
    ----------
    As ``reference.mahalanobis``, from one matrix product: of what stands in the square of a point
    multiplied out (each product of two coordinates once) with what it is multiplied by.
    """
    dimensions = centers.shape[-1]
    shared.require_table(points, "points", columns=dimensions)
    shared.require_table(precisions, "precisions", columns=dimensions, rows=dimensions)
    points, centers, precisions = (
        each.to(accumulator_dtype(points.device)) for each in (points, centers, precisions)
    )
    pairs = torch.triu_indices(dimensions, dimensions, device=points.device)
    distances = _monomials(points, pairs) @ _coefficients(centers, precisions, pairs).mT
    return distances.clamp_(min=0)


def _monomials(points, pairs):
    """The products of these pairs of coordinates, the coordinates, and 1: one row for a point."""
    first, second = (points.index_select(-1, which) for which in pairs)
    return torch.cat([first.mul_(second), points, torch.ones_like(points[..., :1])], dim=-1)


def _coefficients(centers, precisions, pairs):
    """What the monomials of a point are multiplied by for its distance; infinity for no centre."""
    first, second = pairs
    square = precisions[..., first, second] * torch.where(first == second, 1, 2)
    toward = (precisions @ centers.unsqueeze(-1)).squeeze(-1)
    constant = (toward * centers).sum(dim=-1, keepdim=True)
    coefficients = torch.cat([square, -2 * toward, torch.zeros_like(constant)], dim=-1)
    constant = constant.nan_to_num(nan=torch.inf)
    return torch.cat([coefficients.nan_to_num()[..., :-1], constant], dim=-1)


def _pairs_of_kernel(device):
    """The pairs of coordinates that Eq. 6 has an entry for: of two places, or of two colours."""
    place, color = torch.triu_indices(2, 2, device=device), torch.triu_indices(3, 3, device=device)
    return torch.cat([place, color + 2], dim=-1)


def fuse_colors(
    image: torch.Tensor,
    labels: torch.Tensor,
    colors: torch.Tensor,
    place_spread: Real = 10.0,
    color_spread: Real = 0.1,
    sigma: Real | None = None,
    reach: Real | None = None,
    covariance: shared.Covariance = "each",
) -> torch.Tensor:
    """Give each pixel a mixture of the superpixels' new colours: of those near in place and colour.

    Parameters
    ----------
    image : (..., 3, H, W), uint8 or float in [0, 1], the target
    labels : int (..., 1, H, W), its superpixels, 0 to K - 1
    colors : float (..., K, C), what each superpixel is to become; ``attention @ means`` in Eq. 3

    Returns
    -------
    float (..., C, H, W), in the unit of colors.

    Convention
    ----------
    As ``reference.fuse_colors``, within 1e-6. 2^18 distances at a time on a processor, 2^24
    elsewhere: memory does not grow with the picture.
    """
    parts = fused_parts(image, labels, colors, place_spread, color_spread, sigma, reach, covariance)
    return torch.cat([*parts], dim=-1).unflatten(-1, image.shape[-2:])


def fused_parts(
    image,
    labels,
    colors,
    place_spread=10.0,
    color_spread=0.1,
    sigma=None,
    reach=None,
    covariance="each",
):
    """What ``fuse_colors`` gives, some pixels after the other: (..., C, P) each."""
    shared.require_table(colors, "colors")
    weigh = _weighing(
        image, labels, colors.shape[-2], place_spread, color_spread, sigma, reach, covariance
    )
    shares = colors.to(accumulator_dtype(image.device)).nan_to_num()
    shares = torch.cat([shares, torch.ones_like(shares[..., :1])], dim=-1).mT.contiguous()
    number = chunk_length(image.device, 8 * shares.numel() // shares.shape[-2])
    for start in range(0, image.shape[-2] * image.shape[-1], number):
        part = shares @ weigh(slice(start, start + number)).mT
        yield part[..., :-1, :] / part[..., -1:, :]  # Eq. 3


def fusion_weights(
    image: torch.Tensor,
    labels: torch.Tensor,
    attention: torch.Tensor,
    place_spread: Real = 10.0,
    color_spread: Real = 0.1,
    sigma: Real | None = None,
    reach: Real | None = None,
    covariance: shared.Covariance = "each",
) -> torch.Tensor:
    """Write out the matrix W of Eq. 4: how much of each reference superpixel each pixel takes.

    Parameters
    ----------
    image : (..., 3, H, W), uint8 or float in [0, 1], the target
    labels : int (..., 1, H, W), its superpixels, 0 to K - 1
    attention : float (..., K, N), as ``attention`` gives

    Returns
    -------
    float (..., N, H, W): W(p, j); the numbers of a pixel sum to 1 where attention's rows do.
    """
    shared.require_table(attention, "attention")
    weigh = _weighing(
        image, labels, attention.shape[-2], place_spread, color_spread, sigma, reach, covariance
    )
    weights = weigh(slice(None))
    weights = weights / weights.sum(dim=-1, keepdim=True) @ attention.to(weights)  # Eq. 4
    return weights.mT.unflatten(-1, image.shape[-2:])


def _weighing(image, labels, count, place_spread, color_spread, sigma, reach, covariance):
    """A function of some of the pixels that gives their d of Eq. 5: (..., P, K)."""
    shared.require_kernel(place_spread, color_spread, sigma, reach, covariance)
    points = places_and_colors(image)
    centers, precisions = mahalanobis_kernel(points, labels, place_spread, color_spread, count)
    points, labels = points.flatten(-2), labels.flatten(-3)
    pairs = _pairs_of_kernel(points.device)
    coefficients = _coefficients(centers, precisions, pairs).mT

    def weigh(pixels):
        some, own = points[..., pixels].mT, labels[..., pixels]
        if covariance == "each":
            distances = _monomials(some, pairs) @ coefficients
        else:
            distances = _by_own(some, own, centers, precisions, pairs)
        if reach is not None:
            distances.masked_fill_(_apart(centers, own) > reach, torch.inf)
        return _weights(distances, sigma)

    return weigh


def _by_own(points, own, centers, precisions, pairs):
    """Distances measured with the covariance of each pixel's own superpixel."""
    precisions = _of_own(precisions.flatten(-2), own).unflatten(-1, precisions.shape[-2:])
    monomials = _monomials(centers.nan_to_num(), pairs)
    distances = _coefficients(points, precisions, pairs) @ monomials.mT
    return distances.masked_fill_(centers[..., 0].isnan().unsqueeze(-2), torch.inf)


def _apart(centers, own):
    """How far the centre of each pixel's own superpixel is from the others: (..., P, K)."""
    places = centers[..., :2]
    return (_of_own(places, own).unsqueeze(-2) - places.unsqueeze(-3)).square().sum(-1).sqrt()


def _weights(distances, sigma):
    """d of Eq. 5, in the memory of the distances; the least is taken off first, lest all d be 0."""
    least = distances.amin(dim=-1, keepdim=True).clamp_(min=0)
    scale = least + shared.LEAST_SCALE if sigma is None else sigma
    # e^x as a power of 2: faster, and ten times as fast where the result underflows to 0.
    return torch.sub(least, distances, out=distances).mul_(log2(e) / scale).exp2_()


def superpixel_color_fusion(
    target: torch.Tensor,
    reference: torch.Tensor,
    superpixels: Integer = 500,
    times: Integer = 3,
    compactness: Real = 10.0,
    place_spread: Real = 10.0,
    color_spread: Real = 0.1,
    sigma: Real | None = None,
    reach: Real | None = None,
    covariance: shared.Covariance = "each",
    regrained: bool = True,
) -> torch.Tensor:
    """Recolour each superpixel by a near one of the other picture, and blend at every pixel.

    Parameters
    ----------
    target : (..., 3, H, W) uint8, or float in [0, 1]. What is recoloured
    reference : (..., 3, H', W') of target's dtype, one for all or each of target. Whose
        colours are wanted

    Returns
    -------
    Tensor of target's shape, dtype and device.

    Convention
    ----------
    As ``reference.superpixel_color_fusion``, in the device's accumulator dtype, so that what is
    near the edge of two gray levels, or of two matches, falls to the same side.
    """
    labels, colors = matched_colors(target, reference, superpixels, times, compactness)
    fused = fuse_colors(
        target, labels, colors, place_spread, color_spread, sigma, reach, covariance
    )
    return finished(fused, target, regrained)


def matched_colors(target, reference, superpixels=500, times=3, compactness=10.0):
    """The target's superpixels, and for each the mean colour of its match."""
    require_pair(target, reference)
    labels, means = cut(target, superpixels, compactness)
    _, wanted = cut(reference, superpixels, compactness)
    distances = (means.unsqueeze(-2) - wanted.unsqueeze(-3)).square().sum(dim=-1).sqrt()
    matches = _matched(distances, times)
    return labels, _of_own(wanted.expand(*matches.shape[:-1], -1, -1), matches)


def cut(image, superpixels, compactness):
    """The superpixels of pictures, 3 sqrt(n) by default, and their mean colours in 0..1."""
    count = shared.superpixels_for(*image.shape[-2:]) if superpixels is None else superpixels
    labels = regions.slic(image, count, compactness)
    return labels, superpixel_means(in_unit(image), labels)


def finished(fused, target, regrained):
    """The fused colours with the target's gradients, in its dtype."""
    if regrained:
        fused = regrain(fused, in_unit(target), clip=False)
    return as_picture(fused, target.dtype)
