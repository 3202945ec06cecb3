"""Colours piece by piece: matched superpixels, and colours fused at every pixel."""

import numpy as np

from coursekit.color_transfer import shared
from coursekit.color_transfer.reference.idt import regrain
from coursekit.color_transfer.reference.unit_cube import as_picture, in_unit, require_pair
from coursekit.core import require
from coursekit.core.chunks import chunk_length
from coursekit.core.types import Array, Integer, Real
from coursekit.regions import reference as regions


def superpixel_means(values: Array, labels: Array, count: Integer | None = None) -> Array:
    """Average what the pixels of each superpixel have.

    Parameters
    ----------
    values : (H, W, C), uint8 or any other numbers: colours, places, features
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
    TypeError, ValueError : labels are not whole numbers from 0; values is not (H, W, C) for them;
        a label is not below count.

    References
    ----------
    Giraud et al. 2017, §2. Taught in 10 §6.
    """
    require.labels(labels)
    shared.require_same_pixels(values, labels, "values")
    count = shared.count_of(count, int(labels.max()))
    area = np.bincount(labels.ravel(), minlength=count)
    planes = np.moveaxis(values, -1, 0)
    sums = [np.bincount(labels.ravel(), plane.ravel(), minlength=count) for plane in planes]
    means = np.stack(sums, axis=-1) / np.maximum(area, 1)[:, None]
    means[area == 0] = np.nan
    return means


def constrained_nearest(distances: Array, times: Integer = 3) -> Array:
    """Match each superpixel of the target to a near one of the reference, none of them too often.

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
    shared.require_table(distances, "distances")
    times = require.whole(times, "times", 1, np.inf)
    if not np.isfinite(distances).all():
        raise ValueError("distances: expected finite numbers")
    return shared.assign(np.asarray(distances, np.float64), times)


def places_and_colors(image: Array) -> Array:
    """Give each pixel the five numbers in which it is near to a superpixel or far from it.

    Parameters
    ----------
    image : (H, W, 3), uint8 or float in [0, 1]

    Returns
    -------
    float64 (H, W, 5): row / H, column / W, and red, green and blue in 0..1.

    Convention
    ----------
    The paper does not say how places and colours are scaled. Without this scaling, which Giraud's
    program has too, the two spreads of Eq. 6 would mean something else for each size of picture.

    Raises
    ------
    TypeError, ValueError : image is no colour picture.

    References
    ----------
    Carrillo et al. 2022, Eq. 5 (X). Taught in 10 §7.
    """
    require.color(image)
    height, width, _ = image.shape
    rows, columns = np.indices((height, width)) / np.reshape([height, width], (2, 1, 1))
    return np.dstack([rows, columns, in_unit(image)])


def mahalanobis_kernel(
    points: Array,
    labels: Array,
    place_spread: Real = 10.0,
    color_spread: Real = 0.1,
    count: Integer | None = None,
) -> tuple[Array, Array]:
    """Describe each superpixel by its centre and by how far it reaches in place and in colour.

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
    TypeError, ValueError : points is not (H, W, 5) for the labels; a spread is not positive.

    References
    ----------
    Carrillo et al. 2022, Eq. 6; Giraud et al. 2017, §2.3. Taught in 10 §7.
    """
    shared.require_kernel(place_spread, color_spread, None, None, "each")
    centers = superpixel_means(points, labels, count)
    shared.require_table(centers, "points", columns=5)
    deviations = points - centers[labels]
    covariances = np.zeros((len(centers), 5, 5))
    for block, spread in ((slice(0, 2), place_spread), (slice(2, 5), color_spread)):
        part = _covariances(deviations[..., block], labels, len(centers))
        part += shared.REGULARIZATION * np.eye(part.shape[-1])
        covariances[:, block, block] = spread**2 * part  # Eq. 6
    return centers, np.linalg.inv(covariances)


def _covariances(deviations, labels, count):
    """The mean product of every two coordinates: (K, C, C)."""
    columns = [
        superpixel_means(deviations * part[..., None], labels, count)
        for part in np.moveaxis(deviations, -1, 0)
    ]
    return np.stack(columns, axis=-1)


def mahalanobis(points: Array, centers: Array, precisions: Array) -> Array:
    """Measure how far each point is from each centre, in units of how far that centre reaches.

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
    ValueError : the shapes do not fit.

    References
    ----------
    Mahalanobis 1936; Carrillo et al. 2022, Eq. 5. Taught in 10 §7.
    """
    dimensions = np.shape(centers)[-1]
    shared.require_table(points, "points", columns=dimensions)
    shared.require_table(precisions, "precisions", columns=dimensions, rows=dimensions)
    points, centers = (np.asarray(each, np.float64) for each in (points, centers))
    products = (points[:, :, None] * points[:, None, :]).reshape(len(points), -1)
    toward = np.einsum("kij,kj->ki", precisions, centers)
    square = products @ precisions.reshape(len(centers), -1).T
    distances = square - 2 * points @ toward.T + (toward * centers).sum(axis=-1)
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
    """Give each pixel a mixture of the superpixels' new colours: of those near in place and colour.

    Parameters
    ----------
    image : (H, W, 3), uint8 or float in [0, 1], the target
    labels : int (H, W), its superpixels, 0 to K - 1
    colors : float (K, C), what each superpixel is to become; ``attention @ means`` in Eq. 3
    place_spread, color_spread : float > 0, delta_s and delta_c
    sigma : float > 0, sigma_g of Eq. 5; None: for each pixel the least of its distances
    reach : float >= 0, only superpixels whose centre is that near to the centre of the pixel's own,
        in fractions of the picture's sides; None: all
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
    TypeError, ValueError : image is no colour picture; labels or colors do not fit; a parameter is
        out of range.

    References
    ----------
    Carrillo et al. 2022, Eqs. 3-6; Giraud et al. 2017, §2.3. Taught in 10 §7.
    """
    weigh = _weighing(
        image, labels, len(colors), place_spread, color_spread, sigma, reach, covariance
    )
    colors = np.where(np.isnan(colors), 0, colors)  # of superpixels that do not exist
    height = chunk_length(2 * labels.shape[1] * len(colors))
    rows = [weigh(slice(top, top + height)) @ colors for top in range(0, len(labels), height)]
    return np.concatenate(rows)  # Eq. 3


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
    """Write out the matrix W of Eq. 4: how much of each reference superpixel each pixel takes.

    For crops: of a photo of 1080 rows it would need 33 GiB. ``fuse_colors`` never builds it.

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
    products, (d A) I or d (A I), does not change the result, but what has to be held.

    Raises
    ------
    TypeError, ValueError : as in ``fuse_colors``.

    References
    ----------
    Carrillo et al. 2022, Eq. 4. Taught in 10 §7.
    """
    shared.require_table(attention, "attention")
    weigh = _weighing(
        image, labels, len(attention), place_spread, color_spread, sigma, reach, covariance
    )
    return weigh(slice(None)) @ attention  # Eq. 4


def _weighing(image, labels, count, place_spread, color_spread, sigma, reach, covariance):
    """A function of some rows of the picture that gives their d, summing to 1: (h, W, K)."""
    shared.require_kernel(place_spread, color_spread, sigma, reach, covariance)
    points = places_and_colors(image)
    centers, precisions = mahalanobis_kernel(points, labels, place_spread, color_spread, count)

    def weigh(rows):
        own = labels[rows].ravel()
        some = points[rows].reshape(-1, 5)
        if covariance == "each":
            distances = mahalanobis(some, centers, precisions)
        else:
            distances = mahalanobis(centers, some, precisions[own]).T
        if reach is not None:
            distances = np.where(_apart(centers, own) > reach, np.inf, distances)
        return _normalized(distances, sigma).reshape(*labels[rows].shape, -1)

    return weigh


def _apart(centers, own):
    """How far the centre of each pixel's own superpixel is from the others: (P, K)."""
    difference = centers[own, None, :2] - centers[:, :2]
    return np.sqrt((difference**2).sum(axis=-1))


def _normalized(distances, sigma):
    """d of Eq. 5 over its sum; the least distance is taken off first, lest all d be 0."""
    least = distances.min(axis=1, keepdims=True)
    scale = least + shared.LEAST_SCALE if sigma is None else sigma
    weights = np.exp((least - distances) / scale)  # Eq. 5
    return weights / weights.sum(axis=1, keepdims=True)


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
    """Recolour each superpixel by a near one of the other picture, and blend at every pixel.

    Parameters
    ----------
    target : (H, W, 3) uint8, or float in [0, 1]. What is recoloured
    reference : of target's dtype, of any height and width. Whose colours are wanted
    superpixels : int >= 1, about how many of each picture
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
    TypeError, ValueError : target or reference is no colour picture; the dtypes differ; a parameter
        is out of range.

    References
    ----------
    Giraud, Ta and Papadakis 2017. Taught in 10 §6.
    """
    require_pair(target, reference)
    labels, means = cut(target, superpixels, compactness)
    _, wanted = cut(reference, superpixels, compactness)
    distances = np.sqrt(((means[:, None] - wanted) ** 2).sum(axis=-1))
    colors = wanted[constrained_nearest(distances, times)]
    fused = fuse_colors(
        target, labels, colors, place_spread, color_spread, sigma, reach, covariance
    )
    return finished(fused, target, regrained)


def cut(image, superpixels, compactness):
    """A picture's superpixels, 3 sqrt(n) by default, and their mean colours in 0..1."""
    count = shared.superpixels_for(*image.shape[:2]) if superpixels is None else superpixels
    labels = regions.slic(image, count, compactness)
    return labels, superpixel_means(in_unit(image), labels)


def finished(fused, target, regrained):
    """The fused colours with the target's gradients, in its dtype."""
    if regrained:
        fused = regrain(fused, in_unit(target), clip=False)
    return as_picture(fused, target.dtype)
