"""Superpixels by SLIC: k-means in colour and place, where each pixel asks only the seeds nearby."""

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components as graph_components

from coursekit.core import require
from coursekit.core.kernels import gaussian_weights
from coursekit.core.types import Array, Integer, Real
from coursekit.images import reference as images
from coursekit.regions import shared


def color_features(image: Array, sigma: Real = 0.0) -> Array:
    """Give each pixel the three numbers in which colours are compared: L*, a*, b*.

    Parameters
    ----------
    image : (H, W) or (H, W, 3), uint8 or float in [0, 1]; sRGB
    sigma : float >= 0, in pixels, of the Gaussian that smooths them; 0 for none

    Returns
    -------
    float32 (H, W, 3): L* in 0..100, a* and b* in about -128..127; 0 for gray.

    Convention
    ----------
    Rounded to sixteenths, so that sums are exact in any order and all devices agree. uint8
    pictures go through the whole numbers of ``rgb_to_lab``. Border ``symmetric``.

    Raises
    ------
    TypeError, ValueError : image is no picture; sigma is negative.

    References
    ----------
    Achanta et al. 2012, §3. Taught in 06 §8.
    """
    require.image(image)
    sigma = require.number(sigma, "sigma", 0)
    color = image if image.ndim == 3 else np.stack([image] * 3, axis=-1)
    if image.dtype == np.uint8:
        lab = images.rgb_to_lab(color).astype(np.float32)
        lab = (lab - np.array([0, 128, 128], np.float32)) * np.array([100 / 255, 1, 1], np.float32)
    else:
        lab = images.rgb_to_lab(color.astype(np.float64))
    if image.ndim == 2:
        lab[..., 1:] = 0
    lab = _smooth(_rounded(lab), sigma)
    return _rounded(lab)


def _rounded(lab):
    return (np.rint(lab * shared.FINENESS) / shared.FINENESS).astype(np.float32)


def _smooth(lab, sigma):
    if sigma == 0:
        return lab
    weights = gaussian_weights(sigma).astype(np.float32)
    radius = len(weights) // 2
    for axis in (0, 1):
        padding = [(radius, radius) if axis == i else (0, 0) for i in range(3)]
        padded = np.pad(lab, padding, mode="symmetric")
        length = lab.shape[axis]
        taps = [padded.take(range(k, k + length), axis) for k in range(len(weights))]
        lab = sum(tap * weight for tap, weight in zip(taps, weights, strict=True))
    return lab


def seed_grid(colors: Array, step: Integer) -> Array:
    """Set a seed into the middle of every cell of a square grid.

    Parameters
    ----------
    colors : float32 (H, W, 3), as ``color_features`` gives
    step : int >= 1, the side of a cell in pixels

    Returns
    -------
    float32 (rows of cells, columns of cells, 5): L*, a*, b*, row and column of each seed.

    Convention
    ----------
    Seeds stand at step // 2, and then every step pixels, as in scikit-image. They are not moved
    off edges (step 2 of the paper's algorithm), which scikit-image leaves out too.

    Raises
    ------
    TypeError, ValueError : colors has no three channels; step is below 1.

    References
    ----------
    Achanta et al. 2012, algorithm 1. Taught in 06 §8.
    """
    shared.require_colors(colors)
    step = require.whole(step, "step", 1, np.inf)
    rows, columns = (shared.seeds(length, step) for length in colors.shape[:2])
    places = np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1)
    return np.concatenate([colors[rows][:, columns], places.astype(np.float32)], axis=-1)


def assign(colors: Array, centers: Array, step: Integer, compactness: Real = 10.0) -> Array:
    """Give each pixel to the nearest of the nine centres around it.

    Parameters
    ----------
    colors : float32 (H, W, 3), as ``color_features`` gives
    centers : float32 (rows of cells, columns of cells, 5), as ``seed_grid`` or ``update`` gives
    step : int >= 1, the side of a cell in pixels
    compactness : float > 0, what a distance of one cell counts beside a unit of colour

    Returns
    -------
    int32 (H, W): the number of a centre, row by row.

    Convention
    ----------
    A pixel asks the centres of its own cell of the grid and of the eight around it, wherever those
    have moved to; the paper and scikit-image let each centre ask the pixels around it. Of equal
    distances the first in raster order wins. Computed in float32.

    Raises
    ------
    TypeError, ValueError : colors or centers have the wrong shape; a number out of range.

    References
    ----------
    Achanta et al. 2012, Eqs. 1-3; Ren and Reid 2011, "gSLIC: a real-time implementation of SLIC
    superpixel segmentation" (the nine centres). Taught in 06 §8.
    """
    shared.require_colors(colors)
    weight = np.float32(shared.space_weight(compactness, step))
    rows, columns = (shared.cells(length, step) for length in colors.shape[:2])
    shared.require_centers(centers, rows, columns)
    places = np.indices(colors.shape[:2]).astype(np.float32)
    nearest = np.full(colors.shape[:2], np.inf, np.float32)
    labels = np.zeros(colors.shape[:2], np.int32)
    for i, j in shared.NEIGHBORHOOD:
        row = np.clip(rows + i, 0, rows[-1])[:, None]
        column = np.clip(columns + j, 0, columns[-1])
        distance = _distance(colors, places, centers[row, column], weight)
        label = (row * centers.shape[1] + column).astype(np.int32)
        labels = np.where(distance < nearest, label, labels)
        nearest = np.minimum(distance, nearest)
    return labels


def _distance(colors, places, center, weight):
    """The square of Eq. 3; in this order of sums its twin's numbers are the same."""
    lightness, a, b = (np.square(colors[..., k] - center[..., k]) for k in range(3))
    down, across = (np.square(places[k] - center[..., 3 + k]) for k in range(2))
    return ((lightness + a) + b) + (down + across) * weight


def update(colors: Array, labels: Array, centers: Array) -> Array:
    """Move each centre to the mean colour and place of its pixels.

    Parameters
    ----------
    colors : float32 (H, W, 3), as ``color_features`` gives
    labels : int (H, W), as ``assign`` gives
    centers : float32 (rows of cells, columns of cells, 5), the old ones

    Returns
    -------
    float32, of centers' shape.

    Convention
    ----------
    A centre without pixels stays where it is. Sums are exact, the mean is rounded to float32.

    Raises
    ------
    TypeError, ValueError : colors or labels have the wrong shape.

    References
    ----------
    Achanta et al. 2012, algorithm 1. Taught in 06 §8.
    """
    shared.require_colors(colors)
    require.labels(labels)
    count = centers.shape[0] * centers.shape[1]
    features = [*np.moveaxis(colors, -1, 0), *np.indices(labels.shape)]
    area = np.bincount(labels.ravel(), minlength=count)
    sums = [np.bincount(labels.ravel(), plane.ravel(), minlength=count) for plane in features]
    means = (np.stack(sums, axis=-1) / np.maximum(area, 1)[:, None]).astype(np.float32)
    return np.where(area[:, None] > 0, means, centers.reshape(count, 5)).reshape(centers.shape)


def enforce_connectivity(labels: Array, min_size: Integer) -> Array:
    """Make every superpixel one piece, and let pieces that are too small join another.

    Parameters
    ----------
    labels : int (H, W)
    min_size : int >= 0, in pixels; smaller pieces are given away

    Returns
    -------
    int32 (H, W): 0, 1, 2 ... in the order of the superpixels' first pixels.

    Convention
    ----------
    Neighbours are four. A small piece joins what lies to the left of its first pixel in raster
    order, or above it where there is no left; if that is small too, both go on together. The piece
    in the top left corner stays.

    Raises
    ------
    TypeError, ValueError : labels are not whole numbers from 0; min_size is negative.

    References
    ----------
    Achanta et al. 2012, §3.2. Taught in 06 §8.
    """
    require.labels(labels)
    min_size = require.whole(min_size, "min_size", 0, np.inf)
    pieces, first = _pieces(labels)
    width = labels.shape[1]
    before = np.where(first % width > 0, first - 1, first - width)
    host = np.where(first > 0, pieces.ravel()[before], 0)
    size = np.bincount(pieces.ravel())
    joined = np.where(size < min_size, host, np.arange(len(size)))
    while (joined != joined[joined]).any():  # the host may be on its way too
        joined = joined[joined]
    return np.unique(joined, return_inverse=True)[1].astype(np.int32)[pieces]


def _pieces(labels):
    """Number connected pixels of one label in raster order; and the first pixel of each piece."""
    number = np.arange(labels.size).reshape(labels.shape)
    across, down = labels[:, :-1] == labels[:, 1:], labels[:-1] == labels[1:]
    one = np.concatenate([number[:, :-1][across], number[:-1][down]])
    other = np.concatenate([number[:, 1:][across], number[1:][down]])
    graph = coo_array((np.ones(len(one), bool), (one, other)), shape=(labels.size, labels.size))
    pieces = graph_components(graph, directed=False)[1]
    _, first, inverse = np.unique(pieces, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    return rank[inverse].reshape(labels.shape), np.sort(first)


def slic(
    image: Array,
    segments: Integer = 100,
    compactness: Real = 10.0,
    iterations: Integer = 10,
    sigma: Real = 0.0,
    min_share: Real = 0.5,
) -> Array:
    """Cut a picture into superpixels: compact pieces of one colour, all of about one size.

    Parameters
    ----------
    image : (H, W) or (H, W, 3), uint8 or float in [0, 1]; sRGB
    segments : int >= 1, about how many are wanted
    compactness : float > 0, what a distance of one cell counts beside a unit of colour; the more,
        the squarer
    iterations : int >= 1
    sigma : float >= 0, in pixels; the colours are smoothed with it first
    min_share : float >= 0, pieces below this share of a cell's area are given to a neighbour

    Returns
    -------
    int32 (H, W): the superpixels, 0, 1, 2 ... in the order of their first pixels.

    Convention
    ----------
    Close to ``skimage.segmentation.slic``, from the same seeds; but see ``assign`` for who asks
    whom, and ``enforce_connectivity`` for who takes small pieces. A gray picture is treated as a
    colour picture of three equal channels. A picture of 512 x 512 takes about a second.

    Raises
    ------
    TypeError, ValueError : image is no picture; an argument out of range.

    References
    ----------
    Achanta et al. 2012, "SLIC superpixels compared to state-of-the-art superpixel methods", *IEEE
    Trans. Pattern Analysis and Machine Intelligence* 34(11), 2274-2282. Taught in 06 §8.
    """
    iterations = require.whole(iterations, "iterations", 1, np.inf)
    min_share = require.number(min_share, "min_share", 0)
    colors = color_features(image, sigma)
    height, width = image.shape[:2]
    step = shared.spacing(height, width, segments)
    centers = seed_grid(colors, step)
    for _ in range(iterations):
        labels = assign(colors, centers, step, compactness)
        centers = update(colors, labels, centers)
    share = labels.size / (centers.shape[0] * centers.shape[1])
    return enforce_connectivity(labels, int(min_share * share))
