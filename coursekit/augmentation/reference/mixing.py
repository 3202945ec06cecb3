"""Beyond moving: images and labels mixed, images with holes, and points between features."""

import numpy as np
from scipy.spatial.distance import cdist

from coursekit.augmentation.shared import checks, random_numbers
from coursekit.core import require
from coursekit.core.types import Array, Integer, Real


def mixup(
    images: Array, labels: Array, alpha: Real = 0.2, seed: Integer = 0
) -> tuple[Array, Array]:
    """Mixup: mix each image of a batch with another one, and their labels in the same shares.

    Parameters
    ----------
    images : (N, H, W) or (N, H, W, 3) uint8, or float in [0, 1]
    labels : (N, K) float, one row for each image, as ``np.eye(K)[numbers]`` gives it
    alpha : float > 0; small ones mix little, 1 mixes by any share
    seed : int >= 0

    Returns
    -------
    images : array of images' shape and dtype
    labels : (N, K), of labels' dtype

    Convention
    ----------
    One share λ from Beta(alpha, alpha) for each image, one permutation for the batch: λ x + (1 -
    λ) x', worked out in single precision; uint8 rounded half to even.

    Raises
    ------
    TypeError, ValueError : images are no batch of images; labels are not (N, K); alpha <= 0.

    References
    ----------
    Zhang et al. 2018, "mixup: beyond empirical risk minimization", *ICLR*, Eq. 2. Taught in 08 §9.
    """
    checks.require_batch(images)
    checks.require_labels(images, labels)
    shares, partners = random_numbers.mixing(len(images), alpha, seed)
    return _mixed(images, shares, partners), _mixed(labels, shares, partners)


def _mixed(values, shares, partners):
    """Eq. 2: a share of each row, and the rest from its partner."""
    wide = np.float32 if values.dtype == np.uint8 else values.dtype
    share = shares.astype(wide).reshape(-1, *[1] * (values.ndim - 1))
    mixed = share * values + (1 - share) * values[partners]
    return (np.rint(mixed) if values.dtype == np.uint8 else mixed).astype(values.dtype)


def cutout(image: Array, size: Integer, seed: Integer, value: Real = 0.0) -> Array:
    """Cutout: cut a square out of an image, so that no single part of it is relied on.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    size : int >= 1, side of the square in pixels
    seed : int >= 0
    value : float, the level of the hole, in the image's own unit

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    The centre is any pixel, each as likely; what of the square lies outside is lost, so holes at
    the edge are smaller.

    Raises
    ------
    TypeError, ValueError : image is no image; size, seed or value is out of its range.

    References
    ----------
    DeVries and Taylor 2017, "Improved regularization of convolutional neural networks with
    cutout", arXiv:1708.04552, §3. Taught in 08 §9.
    """
    require.image(image)
    value = require.number(value, "value", 0, 255 if image.dtype == np.uint8 else 1)
    top, left, bottom, right = random_numbers.square(image.shape, size, seed)
    result = image.copy()
    result[top:bottom, left:right] = np.rint(value) if image.dtype == np.uint8 else value
    return result


def random_erasing(
    image: Array,
    seed: Integer,
    probability: Real = 0.5,
    area: random_numbers.Interval = (0.02, 0.4),
    aspect: random_numbers.Interval = (0.3, 3.3),
) -> Array:
    """Random erasing: paint noise over a rectangle of an image, sometimes.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    seed : int >= 0
    probability : float in [0, 1], how often
    area : (low, high), the rectangle's share of the image
    aspect : (low, high), its height over its width

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Area and aspect are sampled evenly, at most a hundred times until the rectangle fits; then its
    place. Each value in it is sampled evenly from black to white, channels by themselves (the
    paper's RE-R).

    Raises
    ------
    TypeError, ValueError : image is no image; an argument is out of its range.

    References
    ----------
    Zhong et al. 2020, "Random erasing data augmentation", *AAAI*, Alg. 1. Taught in 08 §9.
    """
    require.image(image)
    hole = random_numbers.rectangle(image.shape, seed, probability, area, aspect)
    top, left, bottom, right = hole
    result = image.copy()
    noise = random_numbers.levels((*image.shape[:2], image[0, 0].size), seed).reshape(image.shape)
    noise = np.floor(noise * 256) if image.dtype == np.uint8 else noise
    result[top:bottom, left:right] = noise[top:bottom, left:right]
    return result


def interpolate_features(
    features: Array, labels: Array, amount: Real = 0.5, neighbors: Integer = 3, seed: Integer = 0
) -> tuple[Array, Array]:
    """Feature-space interpolation: make new examples between those of one class.

    Parameters
    ----------
    features : (N, D) float
    labels : (N,) int, the class of each
    amount : float in [0, 1], how far towards the neighbour; above 0.5 is nearer to it
    neighbors : int >= 1, one of the so many nearest of the same class is sampled
    seed : int >= 0

    Returns
    -------
    features : (N, D) of features' dtype, (1 - amount) f + amount f'
    labels : (N,), the same

    Convention
    ----------
    Nearest by Euclidean distance, ties in order of rows. A class with one member keeps it.

    Raises
    ------
    TypeError, ValueError : features are not (N, D) floats; labels are not (N,) integers; amount,
        neighbors or seed is out of its range.

    References
    ----------
    DeVries and Taylor 2017, "Dataset augmentation in feature space", *ICLR workshop*, Eq. 1.
    Taught in 08 §9.
    """
    require.numpy_array(features, "features")
    checks.require_features(features, labels)
    require.numpy_array(labels, "labels")
    if not (np.abs(features) <= checks.LARGEST_FACTOR).all():  # NaN fails, too
        raise ValueError("features: expected finite numbers up to 1e30")
    amount = require.number(amount, "amount", 0, 1)
    neighbors = require.whole(neighbors, "neighbors", 1, 2**31)
    uniforms = random_numbers.uniform(seed, 0, np.arange(len(features)), 1, "neighbor")[:, 0]
    partners = _partners(features, labels, neighbors, uniforms)
    moved = (features[partners] - features) * features.dtype.type(amount) + features  # Eq. 1
    return moved, labels.copy()


def _partners(features, labels, neighbors, uniforms):
    """For each row one among the nearest of its class; itself where it is alone."""
    same_class = labels[:, None] == labels[None]
    distance = np.where(same_class, cdist(features, features), np.inf)
    np.fill_diagonal(distance, -1)  # itself comes first
    order = np.argsort(distance, axis=1, kind="stable")
    candidates = np.minimum(same_class.sum(axis=1) - 1, neighbors)
    chosen = np.where(candidates > 0, 1 + np.floor(uniforms * candidates), 0).astype(int)
    return order[np.arange(len(order)), chosen]
