"""Colours superpixel by superpixel, for whole batches: twins of ``reference.color_fusion``.

Images of a batch have more or fewer superpixels. Their tables are as long as the longest; rows of
superpixels that an image does not have are NaN, and get no weight.
"""

from math import e, log2

import numpy as np
import torch

from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.regrain import regrain
from coursekit.color_transfer.gpu.unit_cube import (
    as_image,
    in_unit,
    require_floats,
    require_pair,
    require_table,
)
from coursekit.core import require
from coursekit.core.torch.checks import require_labels, require_tensor, require_within
from coursekit.core.torch.chunks import chunk_length
from coursekit.core.torch.dtypes import accumulator_dtype
from coursekit.core.types import Integer, Real
from coursekit.regions import gpu as regions


def superpixel_means(
    values: torch.Tensor, labels: torch.Tensor, count: Integer | None = None
) -> torch.Tensor:
    """Superpixel means of a batch.

    Parameters
    ----------
    values : (..., C, H, W), uint8 or any other numbers: colours, places, features
    labels : int (..., 1, H, W), the superpixel of each pixel, as ``slic`` gives

    Returns
    -------
    float (..., K, C): a row for each superpixel, in the unit of values.

    Convention
    ----------
    In the device's accumulator dtype. Without count the largest label of the batch is read, which
    waits for the device; with it, labels are looked at on the CPU only.
    """
    count = require_pixels(values, labels, count)
    index = labels.long().flatten(-3)
    dtype = accumulator_dtype(values.device)
    total = torch.zeros((*index.shape[:-1], count), dtype=dtype, device=values.device)
    area = total.scatter_add(-1, index, torch.ones_like(index, dtype=dtype))
    sums = []
    for plane in values.flatten(-2).unbind(-2):
        sums.append(total.scatter_add(-1, index, plane.to(dtype)))
    return torch.stack(sums, dim=-1).div_(area.unsqueeze(-1))  # 0 / 0 is NaN


@torch.no_grad()
def constrained_nearest(distances: torch.Tensor, times: Integer = 3) -> torch.Tensor:
    """Constrained nearest neighbours of a batch.

    Parameters
    ----------
    distances : float (..., M, N), from M superpixels of the target to N of the reference

    Returns
    -------
    int64 (..., M): for each superpixel of the target its match, 0 to N - 1.

    Convention
    ----------
    Equal to the reference's. The assignment goes path by path, each of which needs the one before,
    so the table (some hundreds of numbers squared) visits the CPU image by image, and its matches
    come back. This waits for the device.
    """
    require_table(distances, "distances")
    times = require.whole(times, "times", 1, np.inf)
    distances = distances.to(accumulator_dtype(distances.device))
    if not bool((distances.abs() <= shared.LARGEST).all()):
        raise ValueError(f"distances: expected finite numbers, of size {shared.LARGEST:g} at most")
    return _assign(distances, times)


def _assign(distances, times):
    """The assignments of a batch; what is NaN does not exist, and is matched with 0."""
    tables = distances.double().cpu().numpy().reshape(-1, *distances.shape[-2:])
    chosen = np.zeros(tables.shape[:-1], np.int64)
    for table, row in zip(tables, chosen, strict=True):
        exists = ~np.isnan(table)
        rows, columns = exists.any(axis=1), exists.any(axis=0)
        matches = shared.cheapest_matches(table[rows][:, columns], times)
        row[rows] = np.flatnonzero(columns)[matches]
    return torch.from_numpy(chosen).view(distances.shape[:-1]).to(distances.device)


def places_and_colors(image: torch.Tensor) -> torch.Tensor:
    """Places and colours of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W), uint8 or float in [0, 1]

    Returns
    -------
    float (..., 5, H, W): row / H, column / W, and red, green and blue in 0..1.

    Convention
    ----------
    In the device's accumulator dtype.
    """
    require_tensor(image, channels=(3,))
    colors = in_unit(image)
    height, width = image.shape[-2:]
    rows = torch.arange(height, dtype=colors.dtype, device=colors.device)[:, None] / height
    columns = torch.arange(width, dtype=colors.dtype, device=colors.device) / width
    shape = (*image.shape[:-3], 1, height, width)
    return torch.cat([rows.expand(shape), columns.expand(shape), colors], dim=-3)


def mahalanobis_kernel(
    points: torch.Tensor,
    labels: torch.Tensor,
    place_spread: Real = 10.0,
    color_spread: Real = 0.1,
    count: Integer | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Mahalanobis kernel, Eq. 6, of a batch.

    Parameters
    ----------
    points : float (..., 5, H, W), as ``places_and_colors`` gives
    labels : int (..., 1, H, W), the superpixel of each pixel

    Returns
    -------
    centers : float (..., K, 5), X_i
    precisions : float (..., K, 5, 5), the inverse of Q_i
    """
    place_spread = require.number(place_spread, "place_spread", shared.LEAST, shared.MOST)
    color_spread = require.number(color_spread, "color_spread", shared.LEAST, shared.MOST)
    require_floats(points, "points", 5, None, None)
    count = require_pixels(points, labels, count, "points")
    centers = superpixel_means(points, labels, count)
    index = labels.flatten(-3).long().unsqueeze(-1)
    own = centers.gather(-2, index.expand(*index.shape[:-1], 5))  # of each pixel
    deviations = points - own.mT.unflatten(-1, points.shape[-2:])
    kernels = centers.new_zeros((*centers.shape, 5))
    for block, spread in ((slice(0, 2), place_spread), (slice(2, 5), color_spread)):
        part = deviations[..., block, :, :]
        for axis in range(block.start, block.stop):
            products = part * deviations[..., axis, None, :, :]
            kernels[..., block, axis] = superpixel_means(products, labels, count)
            kernels[..., axis, axis] += shared.REGULARIZATION
        kernels[..., block, block] *= spread**2  # Eq. 6
    return centers, torch.linalg.inv_ex(kernels).inverse  # plain inv would wait for the device


def mahalanobis(
    points: torch.Tensor, centers: torch.Tensor, precisions: torch.Tensor
) -> torch.Tensor:
    """Mahalanobis distances of a batch.

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
    From one matrix product: of what stands in the square of a point multiplied out (each product of
    two coordinates once) with what it is multiplied by.
    """
    require_table(centers, "centers")
    count, dimensions = centers.shape[-2:]
    require_table(points, "points", columns=dimensions)
    require_floats(precisions, "precisions", count, dimensions, dimensions)
    require.same_batch(points.shape[:-2], centers.shape[:-2], "centers")
    require.same_batch(centers.shape[:-2], precisions.shape[:-3], "precisions")
    dtype = accumulator_dtype(points.device)
    pairs = torch.triu_indices(dimensions, dimensions, device=points.device)
    coefficients = _coefficients(centers.to(dtype), precisions.to(dtype), pairs)
    return (_monomials(points.to(dtype), pairs) @ coefficients.mT).clamp_(min=0)


def _monomials(points, pairs):
    """The products of these pairs of coordinates, the coordinates, and 1: one row for a point."""
    products = points.index_select(-1, pairs[0]).mul_(points.index_select(-1, pairs[1]))
    return torch.cat([products, points, torch.ones_like(points[..., :1])], dim=-1)


def _coefficients(centers, precisions, pairs):
    """What the monomials of a point are multiplied by for its distance; infinity for no centre."""
    first, second = pairs
    square = precisions[..., first, second] * torch.where(first == second, 1, 2)
    toward = (precisions @ centers.unsqueeze(-1)).squeeze(-1)
    constant = (toward * centers).sum(dim=-1, keepdim=True).nan_to_num(nan=torch.inf)
    return torch.cat([square.nan_to_num(), (-2 * toward).nan_to_num(), constant], dim=-1)


@torch.no_grad()
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
    """Colour fusion, Eq. 3, of a batch of images.

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
    Within 1e-6. Pixels are fused in chunks: memory does not grow with the number of superpixels
    times that of pixels.
    """
    require_tensor(image, channels=(3,))
    require_table(colors, "colors")
    require_pixels(image, labels, colors.shape[-2], "image")
    require.same_batch(image.shape[:-3], colors.shape[:-2], "colors")
    parts = fused_parts(image, labels, colors, place_spread, color_spread, sigma, reach, covariance)
    return torch.cat([*parts], dim=-1).unflatten(-1, image.shape[-2:])


def fused_parts(
    image, labels, colors, place_spread, color_spread, sigma=None, reach=None, covariance="each"
):
    """Yield what ``fuse_colors`` gives, some pixels after the other: (..., C, P) each."""
    covariance = require.one_of(covariance, "covariance", shared.COVARIANCES)
    sigma = sigma if sigma is None else require.number(sigma, "sigma", shared.LEAST, shared.MOST)
    reach = reach if reach is None else require.number(reach, "reach", 0, shared.MOST)
    points = places_and_colors(image)
    centers, precisions = mahalanobis_kernel(
        points, labels, place_spread, color_spread, colors.shape[-2]
    )
    points, labels = points.flatten(-2), labels.flatten(-3).long().unsqueeze(-1)
    place_pairs = torch.triu_indices(2, 2, device=points.device)
    color_pairs = torch.triu_indices(3, 3, device=points.device) + 2
    pairs = torch.cat([place_pairs, color_pairs], dim=-1)  # Eq. 6 has no others
    coefficients = _coefficients(centers, precisions, pairs).mT
    colors = colors.to(points.dtype).nan_to_num()
    colors = torch.cat([colors, torch.ones_like(colors[..., :1])], dim=-1).mT.contiguous()
    number = chunk_length(image.device, 8 * colors.numel() // colors.shape[-2])
    for start in range(0, points.shape[-1], number):
        pixels = slice(start, start + number)
        some, own = points[..., pixels].mT, labels[..., pixels, :]
        if covariance == "each":
            distances = _monomials(some, pairs) @ coefficients
        else:
            of_own = precisions.flatten(-2).gather(-2, own.expand(*own.shape[:-1], 25))
            of_centers = _monomials(centers.nan_to_num(), pairs)
            distances = _coefficients(some, of_own.unflatten(-1, (5, 5)), pairs) @ of_centers.mT
            distances.masked_fill_(centers[..., 0].isnan().unsqueeze(-2), torch.inf)
        if reach is not None:
            places = centers[..., :2]
            own_places = places.gather(-2, own.expand(*own.shape[:-1], 2))
            steps = own_places.unsqueeze(-2) - places.unsqueeze(-3)
            distances.masked_fill_(steps.square().sum(-1).sqrt() > reach, torch.inf)
        nearest = distances.amin(dim=-1, keepdim=True).clamp_(min=0)
        scale = nearest + shared.LEAST_SCALE if sigma is None else sigma
        # Eq. 5, as a power of 2: faster, and ten times as fast where the result underflows to 0.
        weights = torch.sub(nearest, distances, out=distances).mul_(log2(e) / scale).exp2_()
        mixed = colors @ weights.mT
        del distances, weights  # the next chunk takes their memory
        yield mixed[..., :-1, :] / mixed[..., -1:, :]  # Eq. 3


@torch.no_grad()
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
    """Fusion weights, the matrix W of Eq. 4, of a batch of images.

    Parameters
    ----------
    image : (..., 3, H, W), uint8 or float in [0, 1], the target
    labels : int (..., 1, H, W), its superpixels, 0 to K - 1
    attention : float (..., K, N), as ``attention`` gives

    Returns
    -------
    float (..., N, H, W): W(p, j); the numbers of a pixel sum to 1 where attention's rows do.
    """
    require_tensor(image, channels=(3,))
    require_table(attention, "attention")
    require.same_batch(image.shape[:-3], attention.shape[:-2], "attention")
    return fuse_colors(
        image, labels, attention, place_spread, color_spread, sigma, reach, covariance
    )  # Eq. 4


@torch.no_grad()
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
    """Superpixel colour fusion of a batch of images.

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
    In the device's accumulator dtype, so that what is near the edge of two gray levels, or of two
    matches, falls to the same side.
    """
    regrained = require.flag(regrained, "regrained")
    superpixels = require.whole(superpixels, "superpixels", 1, shared.MOST_SUPERPIXELS)
    labels, colors = matched_colors(target, reference, superpixels, times, compactness)
    fused = fuse_colors(
        target, labels, colors, place_spread, color_spread, sigma, reach, covariance
    )
    if regrained:
        fused = regrain(fused, in_unit(target), clip=False)
    return as_image(fused, target.dtype)


def matched_colors(target, reference, superpixels=500, times=3, compactness=10.0):
    """The target's superpixels, and for each the mean colour of its match."""
    require_pair(target, reference)
    times = require.whole(times, "times", 1, np.inf)
    labels, own = cut_superpixels(target, superpixels, compactness)
    _, others = cut_superpixels(reference, superpixels, compactness)
    distances = (own.unsqueeze(-2) - others.unsqueeze(-3)).square().sum(dim=-1).sqrt()
    matches = _assign(distances, times)
    others = others.expand(*matches.shape[:-1], -1, -1)
    return labels, others.take_along_dim(matches.unsqueeze(-1), dim=-2)


def cut_superpixels(image, superpixels, compactness):
    """The superpixels of images, 3 sqrt(n) by default, and their mean colours in 0..1."""
    if superpixels is None:
        superpixels = max(1, round(3 * np.sqrt(image.shape[-2] * image.shape[-1])))
    superpixels = require.whole(superpixels, "superpixels", 1, shared.MOST_SUPERPIXELS)
    labels = regions.slic(image, superpixels, compactness)
    return labels, superpixel_means(in_unit(image), labels)


def require_pixels(values, labels, count, name="values"):
    """Refuse values that are not (..., C, H, W) for labels (..., 1, H, W); give the count."""
    require_labels(labels, channels=1)
    if not isinstance(values, torch.Tensor) or values.is_complex():
        kind = getattr(values, "dtype", type(values).__name__)
        raise TypeError(f"{name}: expected a torch tensor of numbers, got {kind}")
    shape, expected = tuple(values.shape), tuple(labels.shape)
    fits = len(shape) == len(expected) and 0 not in shape
    if not fits or shape[:-3] + shape[-2:] != expected[:-3] + expected[-2:]:
        raise ValueError(
            f"{name}: expected shape (..., C, H, W) for labels of shape {expected}, got {shape}"
        )
    if count is not None:
        count = require.whole(count, "count", 1, shared.MOST_SUPERPIXELS)
        require_within(labels, "labels", (0, count - 1))
        return count
    least, largest = torch.stack(torch.aminmax(labels)).tolist()
    if least < 0:
        raise ValueError(f"labels: expected whole numbers >= 0, got {least}")
    return require.whole(largest + 1, "labels", 1, shared.MOST_SUPERPIXELS)
