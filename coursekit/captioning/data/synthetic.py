"""Scenes that are made: images of one to three coloured shapes, and what is in each.

A scene is sampled from (seed, split, number) alone, so that any one of them can be made again by
itself, in any order. Shapes stand in different cells of a 3 x 3 grid and never touch; small and
large differ by a factor of at least 1.4. What ``claims`` says of a scene is therefore never in
doubt.
"""

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from coursekit.captioning.shared import COLORS, KINDS, RADII, SIDE
from coursekit.core import require
from coursekit.core.types import Array, Integer

CELL = SIDE / 3
WANDER = 3.5  # pixels from the middle of a cell
LEAN = 0.25  # radians
GAP = 1.5  # pixels between shapes
MARGIN = 1.0  # pixels to the border
FINE = 4  # bits of a coordinate below one pixel

# Each colour lacks one shape, and each shape a colour or two, in a training set that is "seen".
UNSEEN = tuple((color, KINDS[n % len(KINDS)]) for n, color in enumerate(COLORS))

Split = Literal["train", "validation", "test", "seen", "unseen"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test", "seen", "unseen")


@dataclass(frozen=True)
class Shape:
    """One shape of a scene: what it is called, and where it is drawn.

    kind, color, size : names out of KINDS, COLORS and RADII
    row, column : float, of its middle, in pixels
    radius : float, pixels; angle : float, radians
    """

    kind: str
    color: str
    size: str
    row: float
    column: float
    radius: float
    angle: float

    @property
    def cell(self) -> tuple[int, int]:
        """(row, column) of its cell in the 3 x 3 grid."""
        return int(self.row // CELL), int(self.column // CELL)


@dataclass(frozen=True)
class Scene:
    """The shapes of an image, and the seed of its colours, light and noise."""

    shapes: tuple[Shape, ...]
    light: int

    def image(self) -> Array:
        """Draw the scene: (64, 64, 3) uint8, RGB."""
        rng = np.random.default_rng(self.light)
        canvas = np.clip(_background(rng), 0, 255).astype(np.uint8)
        for shape in self.shapes:
            ink = np.clip(COLORS[shape.color] + rng.uniform(-12, 12, 3), 0, 255)
            points = [np.rint(line * 2**FINE).astype(np.int32) for line in outline(shape)]
            cv2.fillPoly(canvas, points, ink.tolist(), cv2.LINE_AA, shift=FINE)
        return canvas


def _background(rng):
    """A gray slope from corner to corner, with noise."""
    corners = rng.uniform(95, 165, (2, 2)).astype(np.float32)
    slope = cv2.resize(corners, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    return slope[..., None] + 5 * rng.standard_normal((SIDE, SIDE, 3), dtype=np.float32)


def outline(shape: Shape) -> list[Array]:
    """The closed lines around a shape, each (N, 2), as (column, row) in pixels."""
    turn = np.array(
        [
            [np.cos(shape.angle), np.sin(shape.angle)],
            [-np.sin(shape.angle), np.cos(shape.angle)],
        ]
    )
    middle = (shape.column, shape.row)
    return [shape.radius * line @ turn + middle for line in _UNIT[shape.kind]]


def _polygon(corners, radius=1.0, inner=None):
    """A regular polygon, one corner up; with an inner radius, a star."""
    count = corners if inner is None else 2 * corners
    angles = 2 * np.pi * np.arange(count) / count
    radii = np.where(np.arange(count) % 2, radius if inner is None else inner, radius)
    return radii[:, None] * np.stack([np.sin(angles), -np.cos(angles)], axis=1)


_BAR = 0.34  # half the width of the cross's arms
_UNIT = {
    "circle": [_polygon(48)],
    "square": [0.86 * np.array([(-1.0, -1.0), (1, -1), (1, 1), (-1, 1)])],
    "triangle": [_polygon(3, 1.15)],
    "star": [_polygon(5, 1.15, 0.48)],
    "cross": [
        np.array(
            [(-_BAR, -1), (_BAR, -1), (_BAR, -_BAR), (1, -_BAR), (1, _BAR), (_BAR, _BAR)]
            + [(_BAR, 1), (-_BAR, 1), (-_BAR, _BAR), (-1, _BAR), (-1, -_BAR), (-_BAR, -_BAR)]
        )
    ],
    "ring": [_polygon(48), _polygon(48, 0.55)],
}


def scene(split: Split, number: Integer, seed: Integer = 0) -> Scene:
    """Make scene number of a split.

    Parameters
    ----------
    split : "train", "validation" or "test", which have every combination of colour and shape;
        "seen", which has none of UNSEEN; or "unseen", of which each scene has at least one of them
    number : int, 0 or more
    seed : int, 0 or more

    Returns
    -------
    Scene
    """
    split = require.one_of(split, "split", SPLITS)
    number = require.whole(number, "number", 0, np.inf)
    seed = require.whole(seed, "seed", 0, np.inf)
    rng = np.random.default_rng((seed, SPLITS.index(split), number))
    count = rng.integers(1, 4)
    looks = _looks(rng, split, count)
    while (places := _places(rng, looks)) is None:
        continue
    shapes = tuple(Shape(*look[:3], *place) for look, place in zip(looks, places, strict=True))
    return Scene(shapes, int(rng.integers(2**31)))


def _looks(rng, split, count):
    """(kind, color, size) of each shape, no two the same in all three."""
    looks = []
    while len(looks) < count:
        kind, color = KINDS[rng.integers(len(KINDS))], tuple(COLORS)[rng.integers(len(COLORS))]
        size = tuple(RADII)[rng.integers(2)]
        new = (color, kind) in UNSEEN
        unwanted = new if split == "seen" else split == "unseen" and not looks and not new
        if not unwanted and (kind, color, size) not in looks:
            looks.append((kind, color, size))
    return looks


def _places(rng, looks):
    """(row, column, radius, angle) of each shape, or None where two would touch."""
    cells = rng.permutation(9)[: len(looks)]
    radii = np.array([rng.uniform(*RADII[size]) for _, _, size in looks])
    middles = (np.stack(np.divmod(cells, 3), axis=1) + 0.5) * CELL
    middles += rng.uniform(-WANDER, WANDER, middles.shape)
    reach = radii[:, None] * 1.15 + MARGIN
    middles = np.clip(middles, reach, SIDE - 1 - reach)
    distances = np.linalg.norm(middles[:, None] - middles, axis=-1) + np.eye(len(looks)) * SIDE
    if (distances < 1.15 * (radii[:, None] + radii) + GAP).any():
        return None
    angles = rng.uniform(-LEAN, LEAN, len(looks))
    return np.column_stack([middles, radii, angles]).tolist()
