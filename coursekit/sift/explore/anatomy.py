"""All that SIFT came by on its way through one picture, kept for the figures."""

import functools
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from coursekit.sift import reference, shared
from coursekit.sift.explore import evaluation

FAINTEST = 0.0016  # candidates nearer to 0 than this are not kept
C_DOG, C_EDGE = 0.04 / 3, 10.0
REASONS = ("kept", "contrast", "edge", "border", "lost")


@dataclass(frozen=True)
class Anatomy:
    """One picture's scale space, and a row for every extremum in it.

    octaves, differences : list of arrays (h, w, scales), one for each octave
    octave : (N,) number of each extremum's octave
    start, points : (N, 3) where it was found, and where the refinement ended
    offsets, values, found : as ``reference.refine_extrema`` gives
    hessians : (N, 3, 3) at points
    positions, sigmas : in pixels of the picture
    shape : (H, W) of the picture
    """

    octaves: list
    differences: list
    octave: np.ndarray
    start: np.ndarray
    points: np.ndarray
    offsets: np.ndarray
    values: np.ndarray
    found: np.ndarray
    hessians: np.ndarray
    positions: np.ndarray
    sigmas: np.ndarray
    shape: tuple

    def reasons(self, c_dog=C_DOG, c_edge=C_EDGE, margin=1.0):
        """Say of each extremum why it is dropped: an index into REASONS; 0 where it is kept.

        margin : least distance from the border of the picture, in blurs of the extremum
        """
        inside = reference.border_test(self.positions, margin * self.sigmas, self.shape)
        failed = [
            np.zeros_like(self.found),
            ~reference.contrast_test(self.values, c_dog),
            ~reference.edge_test(self.hessians, c_edge),
            ~inside,
        ]
        first = np.argmax(failed, axis=0)
        first[~self.found] = REASONS.index("lost")
        first[np.abs(self._values_at_start()) <= 0.8 * c_dog] = REASONS.index("contrast")
        return first

    def _values_at_start(self):
        levels = np.zeros(len(self.octave))
        for number, differences in enumerate(self.differences):
            here = self.octave == number
            levels[here] = differences[tuple(self.start[here].T)]
        return levels

    def delta(self, number):
        """The size of a pixel of an extremum's octave, in pixels of the picture."""
        return shared.deltas(len(self.octaves))[self.octave[number]]

    def nearest(self, place, among):
        """The number of the extremum of a set that lies nearest to a pixel; None of none."""
        numbers = np.flatnonzero(among)
        if not numbers.size:
            return None
        gaps = np.linalg.norm(self.positions[numbers] - place, axis=1)
        return int(numbers[gaps.argmin()])


def of(image):
    """Give the anatomy of a gray uint8 picture."""
    return _of(image.tobytes(), image.shape)


@functools.lru_cache(maxsize=6)
def _of(data, shape):
    image = np.frombuffer(data, np.uint8).reshape(shape)
    octaves = reference.gaussian_scale_space(image)
    differences = [reference.difference_of_gaussians(octave) for octave in octaves]
    rows = [_extrema(number, stack) for number, stack in enumerate(differences)]
    return Anatomy(octaves, differences, *map(np.concatenate, zip(*rows, strict=True)), shape)


def _extrema(number, differences):
    """The rows of one octave."""
    start = reference.local_extrema(differences, FAINTEST)
    points, offsets, values, found = reference.refine_extrema(differences, start)
    hessians = reference.derivatives(differences, points)[1]
    positions, sigmas = reference.absolute_coordinates(points, offsets, number)
    octave = np.full(len(start), number)
    return octave, start, points, offsets, values, found, hessians, positions, sigmas


def keypoints(image):
    """Give the keypoints of a gray uint8 picture, as ``reference.SIFT`` has them."""
    return _keypoints(image.tobytes(), image.shape)


@functools.lru_cache(maxsize=32)
def _keypoints(data, shape):
    sift = reference.SIFT()
    try:
        sift.detect_and_extract(np.frombuffer(data, np.uint8).reshape(shape))
    except RuntimeError:  # a picture without features
        none = np.zeros(0)
        return SimpleNamespace(
            positions=np.zeros((0, 2)), sigmas=none, orientations=none, octaves=none.astype(int),
            scales=none.astype(int), descriptors=np.zeros((0, 128), np.uint8),
        )  # fmt: skip
    return sift


def altered(image, turn=0, size=1.0, gamma=1.0):
    """Turn a gray picture, scale it and change its light: the picture, and the homography to it."""
    step, homography = image, np.eye(3)
    for kind, amount, nothing in (("scale", size, 1), ("rotate", turn, 0), ("gamma", gamma, 1)):
        if amount != nothing:
            step, moved = evaluation.altered(step, kind, amount)
            homography = moved @ homography
    return step, homography


def matched(first, second, max_ratio):
    """Match two gray pictures: pairs, which of them agree with one homography, and their ratios."""
    return _matched(first.tobytes(), first.shape, second.tobytes(), second.shape, max_ratio)


@functools.lru_cache(maxsize=64)
def _matched(data, shape, other_data, other_shape, max_ratio):
    one, other = _keypoints(data, shape), _keypoints(other_data, other_shape)
    pairs = reference.match_descriptors(one.descriptors, other.descriptors, max_ratio=max_ratio)
    ends = one.positions[pairs[:, 0]], other.positions[pairs[:, 1]]
    try:
        _, agree = reference.find_homography(*ends)
    except ValueError:  # fewer than four, or no agreement
        agree = np.zeros(len(pairs), bool)
    return one, other, pairs, agree
