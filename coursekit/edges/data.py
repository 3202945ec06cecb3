"""Synthetic images whose edges are known, and the detectors that are tried on them."""

from functools import cache, partial
from math import erf

import numpy as np

from coursekit.edges import reference

DARK, BRIGHT = 60.0, 180.0  # gray levels on the two sides of an edge
FINE = 8  # samples of a synthetic image along each side of a pixel
NOISE = (0, 15, 30, 45, 60)  # standard deviations that are tried, gray levels
TOLERANCE = 1.5  # pixels between what is found and what is true
THRESHOLDS = np.geomspace(5, 100, 8)  # candidates, in gray levels of a step


def profile(kind, width=12, length=128):
    """Make a row across an edge.

    Parameters
    ----------
    kind : "step", "ramp" or "roof"
    width : float > 0, over which the ramp rises, or the roof rises and falls, in pixels
    length : int, pixels

    Returns
    -------
    (length,) float64 gray levels
    """
    x = np.arange(length) - (length - 1) / 2
    if kind == "step":
        share = (x > 0).astype(float)
    elif kind == "ramp":
        share = np.clip(x / width + 0.5, 0, 1)
    else:
        share = np.clip(1 - np.abs(x) / (width / 2), 0, 1)
    return DARK + (BRIGHT - DARK) * share


def rotated_edge(angle, blur=1.0, shift=0.0, size=33):
    """Make a straight, soft edge through the middle of an image.

    Parameters
    ----------
    angle : float, the direction in which it grows brighter: 0 to the right, 90 downwards, degrees
    blur : float > 0, of the Gaussian that softens the step, in pixels
    shift : float, how far the edge is moved in that direction, in pixels
    size : odd int, side of the image in pixels

    Returns
    -------
    (size, size) float64 in [0, 1]
    """
    rows, columns = np.mgrid[:size, :size] - size // 2
    turn = np.deg2rad(angle)
    across = columns * np.cos(turn) + rows * np.sin(turn) - shift
    return 0.5 + 0.5 * np.vectorize(erf)(across / (blur * 2**0.5))


def derivatives(name, image):
    """Differentiate by rows and by columns, with Roberts's pair rotated to match the others."""
    first, second = getattr(reference, name)(image)
    return (first + second, first - second) if name == "roberts" else (first, second)


@cache
def angular_error(name, angle, blur):
    """Say by how much an operator misjudges the direction of a rotated edge.

    Parameters
    ----------
    name : "roberts", "prewitt", "sobel" or "scharr"
    angle, blur : float, as for ``rotated_edge``

    Returns
    -------
    float, the largest error in degrees, over an edge that passes the pixel by up to half a pixel
    """
    worst = 0.0
    for shift in np.linspace(-0.5, 0.5, 9):
        # Roberts's pair belongs to a corner half a pixel down and right of its pixel
        corner = 0.5 * (np.cos(np.deg2rad(angle)) + np.sin(np.deg2rad(angle)))
        moved = shift + corner if name == "roberts" else shift
        pair = derivatives(name, rotated_edge(angle, blur, moved, size=7))
        found = np.rad2deg(reference.gradient_direction(*pair)[3, 3])
        worst = max(worst, abs((found - angle + 180) % 360 - 180))
    return float(worst)


@cache
def _labels(size):
    """Number the things of the scene on a grid of FINE x FINE samples a pixel."""
    count = size * FINE
    rows, columns = (np.mgrid[:count, :count] + 0.5) / count
    labels = np.zeros((count, count), np.uint8)
    labels[np.hypot(rows - 0.28, columns - 0.28) < 0.2] = 1
    labels[np.hypot(rows - 0.28, columns - 0.28) < 0.09] = 2
    labels[np.abs(rows - 0.3) + np.abs(columns - 0.74) < 0.19] = 3
    labels[(rows > 0.6) & (rows < 0.9) & (columns > 0.1) & (columns < 0.42)] = 4
    labels[(rows < 0.92) & (rows - 0.58 > 2 * np.abs(columns - 0.74))] = 5
    return labels


LEVELS = np.array([90.0, 180.0, 60.0, 40.0, 130.0, 200.0])  # of ground, ring, hole, and so on


def shapes(noise=0.0, seed=1, size=112):
    """Make a disc with a hole, a square on its corner, a rectangle and a triangle, under noise.

    Parameters
    ----------
    noise : float >= 0, standard deviation of the Gaussian noise, gray levels
    seed : int, of the noise
    size : int, side of the image in pixels

    Returns
    -------
    (size, size) uint8
    """
    fine = LEVELS[_labels(size)]
    image = fine.reshape(size, FINE, size, FINE).mean(axis=(1, 3))
    image += np.random.default_rng(seed).normal(0, 1, image.shape) * noise
    return np.clip(np.rint(image), 0, 255).astype(np.uint8)


def true_edges(size=112):
    """Mark the pixels of ``shapes`` where one thing ends: those that differ from the next.

    Parameters
    ----------
    size : int, side of the image in pixels

    Returns
    -------
    (size, size) bool
    """
    middles = _labels(size)[FINE // 2 :: FINE, FINE // 2 :: FINE]
    edges = np.zeros((size, size), bool)
    edges[:-1] |= middles[:-1] != middles[1:]
    edges[:, :-1] |= middles[:, :-1] != middles[:, 1:]
    return edges


# ------------------------------------------------------------------ the detectors


def _steep(image, threshold, name, sigma=0.0):
    """Mark where the gradient, in levels of a step, is longer than the threshold."""
    weight = {"roberts": 2, "prewitt": 3, "sobel": 4, "scharr": 16}[name]
    pair = derivatives(name, reference.smooth(image, sigma))
    return reference.gradient_magnitude(*pair) > weight * threshold


def jump_of_a_step(height, sigma):
    """Say by how much the Laplacian of the Gaussian falls in one pixel, across a step's middle.

    Parameters
    ----------
    height : float, of the step, gray levels
    sigma : float > 0, of the Gaussian, pixels

    Returns
    -------
    float, gray levels over square pixels
    """
    return height / ((2 * np.pi) ** 0.5 * sigma**3)


def _marr_hildreth(image, threshold, sigma=2.0):
    return reference.marr_hildreth(image, sigma, jump_of_a_step(threshold, sigma)) > 0


def _canny(image, threshold, sigma=1.5):
    high = 4 * threshold
    return reference.canny(image, high / 2.5, high, l2=True, sigma=sigma) > 0


DETECTORS = {
    "Roberts": partial(_steep, name="roberts"),
    "Sobel": partial(_steep, name="sobel"),
    "Sobel, smoothed": partial(_steep, name="sobel", sigma=1.5),
    "Marr-Hildreth": _marr_hildreth,
    "Canny": _canny,
    "Prewitt": partial(_steep, name="prewitt"),
    "Scharr": partial(_steep, name="scharr"),
}  # (image, threshold) -> (H, W) bool; the figures show the first five


def harmonic_mean(precision, recall):
    """Make one number of the two: F, near the smaller one."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


@cache
def best_threshold(name, noise):
    """Choose a detector's threshold at a level of noise, by two images made for that.

    Parameters
    ----------
    name : a key of ``DETECTORS``
    noise : float >= 0, gray levels

    Returns
    -------
    float, gray levels of a step
    """
    scores = [harmonic_mean(*_mean(name, noise, threshold, (1, 2))) for threshold in THRESHOLDS]
    return float(THRESHOLDS[int(np.argmax(scores))])


@cache
def score(name, noise):
    """Try a detector on two images, with the threshold that suited it best on two others.

    Parameters
    ----------
    name : a key of ``DETECTORS``
    noise : float >= 0, gray levels

    Returns
    -------
    precision, recall : float in [0, 1], with a tolerance of 1.5 pixels
    """
    return _mean(name, noise, best_threshold(name, noise), (3, 4))


def _mean(name, noise, threshold, seeds):
    """Give precision and recall, averaged over images of different noise."""
    found = [DETECTORS[name](shapes(noise, seed), threshold) for seed in seeds]
    pairs = [reference.precision_recall(edges, true_edges(), TOLERANCE) for edges in found]
    return tuple(float(mean) for mean in np.mean(pairs, axis=0))
