"""The steps of each transfer on the way from one picture to another, kept for the figures."""

import functools
from typing import NamedTuple

import numpy as np

from coursekit.color_transfer import reference
from coursekit.color_transfer.explore import experiments
from coursekit.color_transfer.reference.color_fusion import cut_superpixels
from coursekit.color_transfer.reference.unit_cube import as_image, in_unit

SPACES = ("red, green, blue", "light, yellow-blue, red-green")


class _Content(NamedTuple):
    """An array that can be looked up."""

    data: bytes
    shape: tuple
    dtype: str

    def array(self):
        return np.frombuffer(self.data, self.dtype).reshape(self.shape)


def kept(most):
    """Remember the last results of a function of arrays and plain values."""

    def decorate(function):
        @functools.lru_cache(maxsize=most)
        def by_content(*values):
            return function(*(v.array() if isinstance(v, _Content) else v for v in values))

        @functools.wraps(function)
        def remembered(*values):
            return by_content(*map(_looked_up, values))

        return remembered

    return decorate


def _looked_up(value):
    if not isinstance(value, np.ndarray):
        return value
    return _Content(value.tobytes(), value.shape, value.dtype.str)


def moved_moments(target, other, mean, deviation, space):
    """Bring means and deviations some of the way, 0 to 1, to those of the other picture."""
    ours, theirs = (_in(space, image) for image in (target, other))
    middle, spread = ours.mean(axis=(0, 1)), ours.std(axis=(0, 1))
    goal = middle + mean * (theirs.mean(axis=(0, 1)) - middle)
    stretch = 1 + deviation * (theirs.std(axis=(0, 1)) / np.maximum(spread, 1e-9) - 1)
    moved = (ours - middle) * stretch + goal
    light = moved if space == SPACES[0] else reference.lalphabeta_to_rgb(moved)
    return np.rint(np.clip(light, 0, 1) * 255).astype(np.uint8)


def _in(space, image):
    return image / 255 if space == SPACES[0] else reference.rgb_to_lalphabeta(image)


@kept(64)
def transferred(method, target, other):
    """What one of the methods makes of two pictures, with its defaults."""
    return experiments.METHODS[method](target, other)


@kept(48)
def turns(target, other, iterations):
    """The colours after some turns of the transfer of distributions: uint8, not regrained."""
    return reference.iterative_distribution_transfer(target, other, iterations)


@kept(48)
def pieces_of(image, count):
    """The superpixels of a picture, (H, W), and their mean colours in 0..1."""
    return cut_superpixels(image, count, 10.0)


@kept(32)
def correlations(target, other, count, center="vector"):
    """How much each superpixel of the target resembles each of the other picture."""
    pooled = [
        reference.super_features(reference.filter_bank(image), pieces_of(image, count)[0])
        for image in (target, other)
    ]
    return reference.correlation(*pooled, center)


@kept(64)
def matches(target, other, count, times):
    """Which superpixel of the other picture each one of the target is given."""
    ours, theirs = (pieces_of(image, count)[1] for image in (target, other))
    distances = np.linalg.norm(ours[:, None] - theirs, axis=-1)
    return reference.constrained_nearest(distances, times)


def blending(image, count, at, place, color):
    """How much each superpixel has to say about one pixel: (K,), of sum 1."""
    labels, _ = pieces_of(image, count)
    points = reference.places_and_colors(image)
    kernel = reference.mahalanobis_kernel(points, labels, place, color)
    distances = reference.mahalanobis(points[at][None], *kernel)[0]
    weights = np.exp(1 - distances / (distances.min() + 1e-5))
    return weights / weights.sum()


@kept(64)
def by_colors(target, other, count, place, color, regrained):
    """Superpixels matched by their colours, fused, and regrained."""
    labels, _ = pieces_of(target, count)
    wanted = pieces_of(other, count)[1][matches(target, other, count, 3)]
    fused = reference.fuse_colors(target, labels, wanted, place, color)
    return _in_dtype(fused, target, regrained)


@kept(64)
def by_features(target, other, count, temperature, place, color, regrained):
    """Superpixels that attend to those that look like them, fused, and regrained."""
    labels, _ = pieces_of(target, count)
    shares = reference.attention(correlations(target, other, count), temperature)
    wanted = shares @ pieces_of(other, count)[1]
    fused = reference.fuse_colors(target, labels, wanted, place, color)
    return _in_dtype(fused, target, regrained)


def _in_dtype(fused, target, regrained):
    """The fused colours in the target's dtype, with its gradients."""
    if regrained:
        fused = reference.regrain(fused, in_unit(target), clip=False)
    return as_image(fused, target.dtype)
