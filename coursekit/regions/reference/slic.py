"""SLIC superpixels: k-means in colour and place, where each centre searches only its surroundings.

Achanta et al. 2012, "SLIC superpixels compared to state-of-the-art superpixel methods", *IEEE
Trans. Pattern Analysis and Machine Intelligence* 34(11), 2274-2282: the equations cited below.
"""

import numpy as np
from scipy import ndimage

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.images import reference as images
from coursekit.regions import shared
from coursekit.regions.reference.components import connected_components


def color_features(image: Array, sigma: Real = 0.0) -> Array:
    """SLIC, colour features: give each pixel the L*, a*, b* in which colours are compared.

    Parameters
    ----------
    image : (H, W) or (H, W, 3), uint8 or float in [0, 1]; sRGB
    sigma : float in [0, 1000], in pixels, of the Gaussian that smooths them; 0 for none

    Returns
    -------
    float32 (H, W, 3): L* in 0..100, a* and b* in about -128..127; 0 for gray.

    Convention
    ----------
    uint8 images go through the whole numbers of ``rgb_to_lab``. Border ``symmetric``.

    Raises
    ------
    TypeError, ValueError : image is no image; sigma is negative.

    References
    ----------
    Achanta et al. 2012, §3. Taught in 06 §8.
    """
    require.image(image)
    sigma = require.number(sigma, "sigma", 0, shared.LARGEST_SIGMA)
    color = image if image.ndim == 3 else np.stack([image] * 3, axis=-1)
    if image.dtype == np.uint8:
        lab = (images.rgb_to_lab(color) - np.array([0.0, 128, 128])) * [100 / 255, 1, 1]
    else:
        lab = images.rgb_to_lab(color.astype(np.float64))
    if image.ndim == 2:
        lab[..., 1:] = 0
    if sigma > 0:
        lab = ndimage.gaussian_filter(lab, sigma, mode="reflect", truncate=4.0, axes=(0, 1))
    return lab.astype(np.float32)


def seed_grid(colors: Array, step: Integer) -> Array:
    """SLIC, seeds: place a centre in the middle of every cell of a square grid.

    Parameters
    ----------
    colors : float32 (H, W, 3), as ``color_features`` gives
    step : int >= 1, the side of a cell in pixels: S of the paper

    Returns
    -------
    float32 (rows of cells, columns of cells, 5): L*, a*, b*, row and column of each centre.

    Convention
    ----------
    Seeds stand at step // 2, and then every step pixels, as in scikit-image. They are not moved
    off edges (the perturbation in the paper's algorithm), which scikit-image leaves out too.

    Raises
    ------
    TypeError, ValueError : colors has no three channels; step is below 1.

    References
    ----------
    Achanta et al. 2012, Algorithm 1. Taught in 06 §8.
    """
    shared.require_clusters(colors)
    step = require.whole(step, "step", 1, shared.LARGEST_STEP)
    height, width = colors.shape[:2]
    rows = np.arange(min(step, height) // 2, height, step)
    columns = np.arange(min(step, width) // 2, width, step)
    places = np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1)
    return np.concatenate([colors[rows][:, columns], places], axis=-1, dtype=np.float32)


def assign(colors: Array, centers: Array, step: Integer, compactness: Real = 10.0) -> Array:
    """SLIC, assignment: let each centre claim the pixels of its surroundings that it is nearest to.

    Parameters
    ----------
    colors : float32 (H, W, 3), as ``color_features`` gives
    centers : float32 (rows of cells, columns of cells, 5), as ``seed_grid`` or ``update`` gives
    step : int >= 1, the side of a cell in pixels: S of the paper
    compactness : float in [1e-6, 1e6], what a distance of one cell counts beside a unit of colour:
        m of the paper

    Returns
    -------
    int32 (H, W): the number of a centre, row by row.

    Convention
    ----------
    A centre searches the square from S before to S behind the pixel that it lies on, in rows and
    columns: the paper's 2S x 2S. Of equal distances the centre with the lower number wins. A pixel
    that no centre searches stays with the centre of its cell of the grid. Computed in float32.

    Raises
    ------
    TypeError, ValueError : colors or centers have the wrong shape; a number out of range.

    References
    ----------
    Achanta et al. 2012, Algorithm 1 and Eqs. 1-3. Taught in 06 §8.
    """
    step = require.whole(step, "step", 1, shared.LARGEST_STEP)
    compactness = require.number(compactness, "compactness", 1e-6, 1e6)
    shared.require_clusters(colors, centers, step=step)
    rows, columns = np.indices(colors.shape[:2])
    features = np.stack([*np.moveaxis(colors, -1, 0), rows, columns], dtype=np.float32)
    labels = np.minimum(rows // step, len(centers) - 1) * centers.shape[1]
    labels += np.minimum(columns // step, centers.shape[1] - 1)
    nearest = np.full(labels.shape, np.inf, np.float32)
    for number, center in enumerate(centers.astype(np.float32).reshape(-1, 5)):
        row, column = np.rint(center[3:]).astype(int).tolist()
        top, left = max(row - step, 0), max(column - step, 0)
        window = np.s_[top : row + step + 1, left : column + step + 1]
        squares = np.square(features[:, *window] - center[:, None, None])
        color, place = squares[:3].sum(axis=0), squares[3:].sum(axis=0)  # Eq. 1, squared
        distance = color + place * (compactness / step) ** 2  # Eq. 3, squared
        closer = distance < nearest[window]
        labels[window][closer] = number
        nearest[window][closer] = distance[closer]
    return labels.astype(np.int32)


def update(colors: Array, labels: Array, centers: Array) -> Array:
    """SLIC, update: move each centre to the mean colour and place of its pixels.

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
    A centre without pixels stays where it is. Sums are float64, the mean is rounded to float32.

    Raises
    ------
    TypeError, ValueError : colors, labels or centers have the wrong shape; a label has no centre.

    References
    ----------
    Achanta et al. 2012, Algorithm 1. Taught in 06 §8.
    """
    shared.require_clusters(colors, centers, labels)
    count = centers.shape[0] * centers.shape[1]
    label = labels.ravel().astype(np.int64)
    area = np.bincount(label, minlength=count)
    moved = centers.astype(np.float32).reshape(count, 5)
    for k, plane in enumerate([*np.moveaxis(colors, -1, 0), *np.indices(labels.shape)]):
        total = np.bincount(label, plane.ravel(), minlength=count)
        moved[area > 0, k] = total[area > 0] / area[area > 0]
    return moved.reshape(centers.shape)


def enforce_connectivity(labels: Array, min_size: Integer) -> Array:
    """SLIC, connectivity: make every superpixel one component, and merge those that are too small.

    Parameters
    ----------
    labels : int (H, W)
    min_size : int >= 0, in pixels; smaller components are merged into a neighbour

    Returns
    -------
    int32 (H, W): 0, 1, 2 ... in the order of the superpixels' first pixels.

    Convention
    ----------
    Four neighbours. A small component joins what lies to the left of its first pixel in raster
    order, or above it where there is no left; if that is small too, both go on together. The
    component in the top left corner stays.

    Raises
    ------
    TypeError, ValueError : labels are not whole numbers from 0; min_size is negative.

    References
    ----------
    Achanta et al. 2012, §3. Taught in 06 §8.
    """
    require.labels(labels)
    min_size = require.whole(min_size, "min_size", 0, np.inf)
    height, width = labels.shape
    labels = np.unique(labels, return_inverse=True)[1].reshape(height, width)
    components, count = np.zeros_like(labels), 0
    for label, box in enumerate(ndimage.find_objects(labels + 1)):
        mask = labels[box] == label
        parts = connected_components(mask, 4)
        components[box][mask] = count + parts[mask] - 1
        count += parts.max()
    _, first, area = np.unique(components, return_index=True, return_counts=True)
    superpixels, numbers = 0, np.zeros(count, np.int32)
    for k in np.argsort(first):
        row, column = divmod(first[k], width)
        if area[k] >= min_size or first[k] == 0:
            numbers[k], superpixels = superpixels, superpixels + 1
        elif column > 0:
            numbers[k] = numbers[components[row, column - 1]]
        else:
            numbers[k] = numbers[components[row - 1, column]]
    return numbers[components]


def slic(
    image: Array,
    segments: Integer = 100,
    compactness: Real = 10.0,
    iterations: Integer = 10,
    sigma: Real = 0.0,
    min_share: Real = 0.5,
) -> Array:
    """SLIC superpixels: cut an image into compact segments of one colour and about one size.

    Parameters
    ----------
    image : (H, W) or (H, W, 3), uint8 or float in [0, 1]; sRGB
    segments : int >= 1, about how many are wanted
    compactness : float in [1e-6, 1e6], what a distance of one cell counts beside a unit of colour;
        the more, the squarer
    iterations : int, 1 to 10000
    sigma : float in [0, 1000], in pixels; the colours are smoothed with it first
    min_share : float in [0, 1e6], components below this share of a cell's area are merged into a
        neighbour

    Returns
    -------
    int32 (H, W): the superpixels, 0, 1, 2 ... in the order of their first pixels.

    Convention
    ----------
    Close to ``skimage.segmentation.slic``, from the same seeds; there a centre searches twice as
    far, and small components join another neighbour. A gray image is treated as a colour image of
    three equal channels. An image of 512 x 512 takes about a second.

    Raises
    ------
    TypeError, ValueError : image is no image; an argument out of range.

    References
    ----------
    Achanta et al. 2012, "SLIC superpixels compared to state-of-the-art superpixel methods", *IEEE
    Trans. Pattern Analysis and Machine Intelligence* 34(11), 2274-2282. Taught in 06 §8.
    """
    segments = require.whole(segments, "segments", 1, np.inf)
    iterations = require.whole(iterations, "iterations", 1, shared.MOST_ITERATIONS)
    min_share = require.number(min_share, "min_share", 0, 1e6)
    colors = color_features(image, sigma)
    height, width = colors.shape[:2]
    step = max(1, round((height * width / segments) ** 0.5))
    centers = seed_grid(colors, step)
    for _ in range(iterations):
        labels = assign(colors, centers, step, compactness)
        centers = update(colors, labels, centers)
    cell = height * width / (centers.shape[0] * centers.shape[1])
    return enforce_connectivity(labels, int(min_share * cell))
