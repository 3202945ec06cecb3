"""Small synthetic images for the figures of chapter 06."""

import cv2
import numpy as np

from coursekit.lab import samples

_LETTERS = (
    "................",
    ".#...#..........",
    ".#...#..####....",
    ".#.#.#.....#..#.",
    ".##.##..####..#.",
    ".#...#..#.....#.",
    "........####..#.",
    "...........#..#.",
    "..#.....####.##.",
    ".#.#............",
)


def letters():
    """A small synthetic mask: components that the first pass must cut, and one corner to corner.

    Returns
    -------
    (10, 16) bool
    """
    return np.array([[pixel == "#" for pixel in row] for row in _LETTERS])


_ISLAND = (
    "...........",
    ".#######...",
    ".#.....#.#.",
    ".#.###.#...",
    ".#.#.#.#...",
    ".#.###.##..",
    ".#.....#...",
    ".#######...",
    "...........",
)


def island():
    """A small mask that is made: a ring, in it another ring, and beside them a dot.

    Returns
    -------
    (9, 11) bool
    """
    return np.array([[pixel == "#" for pixel in row] for row in _ISLAND])


def nested():
    """A picture that is made: rings in rings, a square with two holes, a disc.

    Returns
    -------
    (150, 240) bool
    """
    image = np.zeros((150, 240), np.uint8)
    for radius, ink in ((62, 1), (50, 0), (36, 1), (24, 0), (10, 1)):
        cv2.circle(image, (75, 75), radius, ink, -1)
    cv2.rectangle(image, (155, 20), (225, 80), 1, -1)
    cv2.rectangle(image, (165, 30), (185, 70), 0, -1)
    cv2.ellipse(image, (206, 50), (10, 16), 20, 0, 360, 0, -1)
    cv2.ellipse(image, (190, 117), (36, 14), -15, 0, 360, 1, -1)
    return image.astype(bool)


def colorful():
    """A small colour picture for MSCR: the cup of coffee, an eighth of its pixels a side.

    Returns
    -------
    (100, 150, 3) uint8
    """
    return cv2.resize(samples.coffee(), (150, 100), interpolation=cv2.INTER_AREA)
