"""Colours superpixel by superpixel: matched, and fused at every pixel.

Giraud, Ta and Papadakis 2017; Carrillo, Clément and Bugeau 2021 (in print 2022).
"""

import numpy as np

from coursekit.color_transfer import shared
from coursekit.color_transfer.reference.regrain import regrain
from coursekit.color_transfer.reference.unit_cube import (
    as_image,
    in_unit,
    require_finite,
    require_pair,
    require_table,
)
from coursekit.core import require
from coursekit.core.chunks import chunk_length
from coursekit.core.types import Array, Integer, Real
from coursekit.regions import reference as regions


def superpixel_means(values: Array, labels: Array, count: Integer | None = None) -> Array:
    """Superpixel means: average the values of each superpixel's pixels.

    Parameters
    ----------
    values : (H, W, C), uint8 or any other finite numbers: colours, places, features
    labels : int (H, W), the superpixel of each pixel, as ``slic`` gives
    count : int, how many superpixels there are; by default the largest label and one

    Returns
    -------
    float64 (K, C): a row for each superpixel, in the unit of values.

    Convention
    ----------
    Summed in float64: in uint8 the sum would wrap around at 256. A number that no pixel bears has
    no mean: its row is NaN.

    Raises
    ------
    TypeError, ValueError : labels are not whole numbers from 0 to 2^24; values is not (H, W, C) for
        them; a label is not below count.

    References
    ----------
    Giraud et al. 2017, §2. Taught in 10 §6.
    """
    count = require_pixels(values, labels, count)
    labels = labels.astype(np.intp)
    area = np.bincount(labels.ravel(), minlength=count)
    sums = np.empty((count, values.shape[2]))
    for channel in range(values.shape[2]):
        sums[:, channel] = np.bincount(labels.ravel(), values[..., channel].ravel(), count)
    return np.where(area[:, None] > 0, sums, np.nan) / np.maximum(area, 1)[:, None]


def constrained_nearest(distances: Array, times: Integer = 3) -> Array:
    """Constrained nearest neighbours: match superpixels, none of the reference's too often.

    Without a limit, a dull target chooses a few dull superpixels again and again, and takes
    nothing of the reference's other colours.

    Parameters
    ----------
    distances : float (M, N), from M superpixels of the target to N of the reference
    times : int >= 1, how many superpixels of the target may choose the same one (epsilon)

    Returns
    -------
    int64 (M,): for each superpixel of the target its match, 0 to N - 1.

    Convention
    ----------
    The matches whose sum of distances is the least that the limit allows. The paper comes near it
    by a random search, in which two superpixels change matches wherever that lowers the sum; here
    the assignment is solved. With M > times * N the limit is raised to what M needs.

    Raises
    ------
    TypeError, ValueError : distances is no table of finite numbers; times is below 1.

    References
    ----------
    Giraud et al. 2017, §2.2; Kuhn 1955, "The Hungarian method for the assignment problem", *Naval
    Research Logistics Quarterly* 2, 83-97. Taught in 10 §6.
    """
    require_table(distances, "distances")
    times = require.whole(times, "times", 1, np.inf)
    if not np.isfinite(distances).all():
        raise ValueError("distances: expected finite numbers")
    return shared.cheapest_matches(distances.astype(np.float64), times)


def places_and_colors(image: Array) -> Array:
    """Places and colours: the five numbers by which a pixel is near to a superpixel, or far.

    Parameters
    ----------
    image : (H, W, 3), uint8 or float in [0, 1]

    Returns
    -------
    float64 (H, W, 5): row / H, column / W, and red, green and blue in 0..1.

    Convention
    ----------
    The paper does not say how places and colours are scaled. Without this scaling, which Giraud's
    program has too, the two spreads of Eq. 6 would mean something else for each size of image.

    Raises
    ------
    TypeError, ValueError : image is no colour image.

    References
    ----------
    Carrillo et al. 2021, Eq. 5 (X). Taught in 10 §7.
    """
    require.color(image)
    height, width, _ = image.shape
    rows, columns = np.indices((height, width))
    return np.dstack([rows / height, columns / width, in_unit(image)])


def mahalanobis_kernel(
    points: Array,
    labels: Array,
    place_spread: Real = 10.0,
    color_spread: Real = 0.1,
    count: Integer | None = None,
) -> tuple[Array, Array]:
    """Mahalanobis kernel, Eq. 6: centre and reach of each superpixel in place and in colour.

    Parameters
    ----------
    points : float (H, W, 5), as ``places_and_colors`` gives
    labels : int (H, W), the superpixel of each pixel
    place_spread, color_spread : float > 0, delta_s and delta_c
    count : int, how many superpixels there are; by default the largest label and one

    Returns
    -------
    centers : float64 (K, 5), X_i
    precisions : float64 (K, 5, 5), the inverse of Q_i

    Convention
    ----------
    Q_i = [delta_s^2 Cov(places), 0; 0, delta_c^2 Cov(colours)] with 1e-4 added to each variance, so
    that a superpixel of a single colour has an inverse too. Covariances are divided by the
    number of pixels. A number that no pixel bears has NaN.

    Raises
    ------
    TypeError, ValueError : points is not (H, W, 5) for the labels; a spread is not from 1e-12 to
        1e12.

    References
    ----------
    Carrillo et al. 2021, Eq. 6; Giraud et al. 2017, §2.3. Taught in 10 §7.
    """
    place_spread = require.number(place_spread, "place_spread", shared.LEAST, shared.MOST)
    color_spread = require.number(color_spread, "color_spread", shared.LEAST, shared.MOST)
    require_finite(points, "points", None, None, 5)
    count = require_pixels(points, labels, count, "points", largest=shared.FARTHEST)
    centers = superpixel_means(points, labels, count)
    deviations = points - centers[labels]
    covariances = np.empty((len(centers), 5, 5))
    for axis in range(5):
        products = deviations * deviations[..., axis, None]
        covariances[:, axis] = superpixel_means(products, labels, len(centers))
    spreads = np.zeros((5, 5))
    spreads[:2, :2] = place_spread**2
    spreads[2:, 2:] = color_spread**2
    kernels = spreads * (covariances + shared.REGULARIZATION * np.eye(5))  # Eq. 6
    return centers, np.linalg.inv(kernels)


def mahalanobis(points: Array, centers: Array, precisions: Array) -> Array:
    """Mahalanobis distance: from each point to each centre, in units of that centre's reach.

    Parameters
    ----------
    points : float (P, D)
    centers : float (K, D)
    precisions : float (K, D, D), symmetric

    Returns
    -------
    float64 (P, K): (x - X_i)^T Q_i^-1 (x - X_i), infinite where the centre is NaN.

    Convention
    ----------
    The square is multiplied out: x^T Q^-1 x is a sum over the products of x's coordinates, so that
    all distances come from two matrix products. Squares of distances, no roots.

    Raises
    ------
    TypeError, ValueError : points, centers or precisions are no tables of numbers that fit.

    References
    ----------
    Mahalanobis 1936; Carrillo et al. 2021, Eq. 5. Taught in 10 §7.
    """
    require_table(centers, "centers")
    count, dimensions = centers.shape
    require_table(points, "points", columns=dimensions)
    require_finite(precisions, "precisions", count, dimensions, dimensions, missing=True)
    points = points.astype(np.float64)
    products = (points[:, :, None] * points[:, None, :]).reshape(len(points), -1)
    square = products @ precisions.reshape(count, -1).T
    toward = np.einsum("kij,kj->ki", precisions, centers)
    distances = square - 2 * points @ toward.T + (toward * centers).sum(axis=1)
    return np.where(np.isnan(distances), np.inf, np.maximum(distances, 0))


def fuse_colors(
    image: Array,
    labels: Array,
    colors: Array,
    place_spread: Real = 10.0,
    color_spread: Real = 0.1,
    sigma: Real | None = None,
    reach: Real | None = None,
    covariance: shared.Covariance = "each",
) -> Array:
    """Colour fusion, Eq. 3: mix at each pixel the superpixels' colours, of the nearest the most.

    Parameters
    ----------
    image : (H, W, 3), uint8 or float in [0, 1], the target
    labels : int (H, W), its superpixels, 0 to K - 1
    colors : float (K, C), what each superpixel is to become; ``attention @ means`` in Eq. 3
    place_spread, color_spread : float > 0, delta_s and delta_c
    sigma : float > 0, sigma_g of Eq. 5; None: for each pixel the least of its distances
    reach : float >= 0, only superpixels whose centre is that near to the centre of the pixel's own,
        in fractions of the image's sides; None: all
    covariance : "each": distances to superpixel i are measured with Q_i, as Eq. 6 says; "own": with
        that of the pixel's own superpixel, as Giraud's program does

    Returns
    -------
    float64 (H, W, C), in the unit of colors.

    Convention
    ----------
    I(p) = sum_i d(p, i) c_i / sum_i d(p, i), a few rows of pixels at a time: neither d for all
    pixels nor the matrix W of Eq. 4 is ever held. sigma = None is exp(1 - m_i / (min m + 1e-5)) for
    the distances m. No value of sigma_g is in print.

    Raises
    ------
    TypeError, ValueError : image is no colour image; labels or colors do not fit; a parameter is
        out of range.

    References
    ----------
    Carrillo et al. 2021, Eqs. 3-6; Giraud et al. 2017, §2.3. Taught in 10 §7.
    """
    require.color(image)
    require_table(colors, "colors")
    require_pixels(image, labels, len(colors), "image")
    covariance = require.one_of(covariance, "covariance", shared.COVARIANCES)
    sigma = sigma if sigma is None else require.number(sigma, "sigma", shared.LEAST, shared.MOST)
    reach = np.inf if reach is None else require.number(reach, "reach", 0, shared.MOST)
    points = places_and_colors(image)
    centers, precisions = mahalanobis_kernel(
        points, labels, place_spread, color_spread, len(colors)
    )
    colors = np.where(np.isnan(colors), 0, colors)  # of superpixels that do not exist
    fused = np.empty((*labels.shape, colors.shape[1]))
    height = chunk_length(2 * labels.shape[1] * len(colors))
    for top in range(0, len(labels), height):
        rows = slice(top, top + height)
        own, pixels = labels[rows].ravel(), points[rows].reshape(-1, 5)
        if covariance == "each":
            distances = mahalanobis(pixels, centers, precisions)  # of Eq. 5
        else:
            distances = mahalanobis(centers, pixels, precisions[own]).T
        if reach < np.inf:
            between = np.linalg.norm(centers[own, None, :2] - centers[:, :2], axis=-1)
            distances[between > reach] = np.inf
        nearest = distances.min(axis=1, keepdims=True)  # taken off first, lest all weights be 0
        scale = nearest + shared.LEAST_SCALE if sigma is None else sigma
        weights = np.exp((nearest - distances) / scale)  # Eq. 5
        mixed = weights @ colors / weights.sum(axis=1, keepdims=True)  # Eq. 3
        fused[rows] = mixed.reshape(fused[rows].shape)
    return fused


def fusion_weights(
    image: Array,
    labels: Array,
    attention: Array,
    place_spread: Real = 10.0,
    color_spread: Real = 0.1,
    sigma: Real | None = None,
    reach: Real | None = None,
    covariance: shared.Covariance = "each",
) -> Array:
    """Fusion weights, the matrix W of Eq. 4: the share of each reference superpixel in each pixel.

    For crops: of a photo of 1080 rows it would need 33 GiB. ``fuse_colors`` does without it.

    Parameters
    ----------
    image : (H, W, 3), uint8 or float in [0, 1], the target
    labels : int (H, W), its superpixels, 0 to K - 1
    attention : float (K, N), as ``attention`` gives
    place_spread, color_spread, sigma, reach, covariance : as in ``fuse_colors``

    Returns
    -------
    float64 (H, W, N): W(p, j); the numbers of a pixel sum to 1 where attention's rows do.

    Convention
    ----------
    ``fusion_weights(...) @ means`` is ``fuse_colors(..., attention @ means)``: the order of two
    products, (d A) I or d (A I), does not change the result, but what has to be held. So W is what
    ``fuse_colors`` makes of rows of attention in the place of colours.

    Raises
    ------
    TypeError, ValueError : as in ``fuse_colors``.

    References
    ----------
    Carrillo et al. 2021, Eq. 4. Taught in 10 §7.
    """
    require_table(attention, "attention")
    return fuse_colors(
        image, labels, attention, place_spread, color_spread, sigma, reach, covariance
    )  # Eq. 4


def superpixel_color_fusion(
    target: Array,
    reference: Array,
    superpixels: Integer = 500,
    times: Integer = 3,
    compactness: Real = 10.0,
    place_spread: Real = 10.0,
    color_spread: Real = 0.1,
    sigma: Real | None = None,
    reach: Real | None = None,
    covariance: shared.Covariance = "each",
    regrained: bool = True,
) -> Array:
    """Superpixel colour fusion: recolour superpixels by near ones of another image, and blend.

    Parameters
    ----------
    target : (H, W, 3) uint8, or float in [0, 1]. What is recoloured
    reference : of target's dtype, of any height and width. Whose colours are wanted
    superpixels : int >= 1, about how many of each image
    times : int >= 1, how often one superpixel of the reference may be chosen, see
        ``constrained_nearest``
    compactness : float > 0, of ``slic``
    place_spread, color_spread, sigma, reach, covariance : see ``fuse_colors``
    regrained : bool, give the target's gradients back at the end

    Returns
    -------
    Array of target's shape and dtype.

    Convention
    ----------
    Superpixels are near when their mean colours are, in red, green and blue. Colours are worked on
    in 0..1, in double precision; uint8 is rounded half to even.

    Raises
    ------
    TypeError, ValueError : target or reference is no colour image; the dtypes differ; a parameter
        is out of range.

    References
    ----------
    Giraud, Ta and Papadakis 2017. Taught in 10 §6.
    """
    require_pair(target, reference)
    regrained = require.flag(regrained, "regrained")
    superpixels = require.whole(superpixels, "superpixels", 1, shared.MOST_SUPERPIXELS)
    labels, own = cut_superpixels(target, superpixels, compactness)
    _, others = cut_superpixels(reference, superpixels, compactness)
    distances = np.linalg.norm(own[:, None] - others, axis=-1)
    colors = others[constrained_nearest(distances, times)]
    fused = fuse_colors(
        target, labels, colors, place_spread, color_spread, sigma, reach, covariance
    )
    if regrained:
        fused = regrain(fused, in_unit(target), clip=False)
    return as_image(fused, target.dtype)


def cut_superpixels(image, superpixels, compactness):
    """An image's superpixels, 3 sqrt(n) by default, and their mean colours in 0..1."""
    if superpixels is None:
        superpixels = max(1, round(3 * np.sqrt(image.shape[0] * image.shape[1])))
    superpixels = require.whole(superpixels, "superpixels", 1, shared.MOST_SUPERPIXELS)
    labels = regions.slic(image, superpixels, compactness)
    return labels, superpixel_means(in_unit(image), labels)


def require_pixels(values, labels, count, name="values", largest=shared.LARGEST):
    """Refuse values that are not (H, W, C) for labels (H, W) below count; give the count."""
    require.labels(labels)
    require.numpy_array(values, name)
    if values.dtype.kind not in "buif" or values.dtype.itemsize > 8:
        raise TypeError(f"{name}: expected a NumPy array of numbers, got {values.dtype}")
    if values.ndim != 3 or values.shape[:2] != labels.shape or values.size == 0:
        raise ValueError(
            f"{name}: expected shape (H, W, C) for labels of shape {labels.shape}, "
            f"got {values.shape}"
        )
    if not np.abs(values).max() <= largest:  # nor NaN
        raise ValueError(f"{name}: expected finite numbers, of size {largest:g} at most")
    most = int(labels.max())
    if count is None:
        return require.whole(most + 1, "labels", 1, shared.MOST_SUPERPIXELS)
    count = require.whole(count, "count", 1, shared.MOST_SUPERPIXELS)
    if most >= count:
        raise ValueError(f"labels, count: expected more than the largest label {most}, got {count}")
    return count
