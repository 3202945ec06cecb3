"""Does augmentation matter? Synthetic digits, a small network, and its accuracy on moved images.

Simard, Steinkraus and Platt 2003, "Best practices for convolutional neural networks applied to
visual document analysis", *ICDAR*: the question, asked of handwriting.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import cv2
import numpy as np
import torch
from torch import nn

from coursekit.augmentation import gpu
from coursekit.core.types import Integer

SIDE = 32  # pixels of a picture
CHANCE = 0.1  # ten digits, equally frequent

# How digits are written: sizes in pixels, deviations of normal and limits of uniform distributions.
SUPERSAMPLING = 8  # a digit is painted so many times larger, then averaged
UNSTEADINESS = 0.04  # deviation of each corner, in heights and widths of a digit
SMALLEST, LARGEST = (9.5, 5.5), (11.5, 7.5)  # height and width
SLANT = 0.12  # deviation, columns a row
THINNEST, THICKEST = 1.2, 2.0  # of the stroke
FRACTION_BITS = 4  # of OpenCV's coordinates

# Corners of each digit's stroke in a box of height 1 and width 1, rows before columns; a corner
# that stands twice stays sharp.
_SIX = (
    (0, 0.8), (0.15, 0.1), (0.6, 0), (1, 0), (1, 0.95), (0.75, 1), (0.45, 0.95), (0.5, 0.1),
    (0.7, 0),
)  # fmt: skip
STROKES = (
    ((0, 0.5), (0, 0.05), (0.3, 0), (0.7, 0), (1, 0.05), (1, 0.5), (1, 0.95), (0.7, 1), (0.3, 1),
     (0, 0.95), (0, 0.5)),
    ((0.3, 0.2), (0, 0.6), (0, 0.6), (1, 0.6), (1, 0.6)),
    ((0.25, 0), (0, 0.1), (0, 0.9), (0.35, 1), (0.55, 0.6), (1, 0), (1, 0), (1, 1)),
    ((0.1, 0), (0, 0.9), (0.25, 1), (0.45, 0.9), (0.48, 0.4), (0.5, 0.95), (0.75, 1.05), (1, 0.9),
     (0.9, 0)),
    ((1, 0.75), (0, 0.75), (0, 0.75), (0.65, 0), (0.65, 0), (0.65, 1)),
    ((0, 0.95), (0, 0.1), (0, 0.1), (0.45, 0.05), (0.45, 0.05), (0.35, 0.9), (0.7, 1.1), (1, 0.9),
     (0.95, 0)),
    _SIX,
    ((0, 0), (0, 1), (0, 1), (0.5, 0.5), (1, 0.3)),
    ((0.48, 0.5), (0.4, 0), (0, 0.1), (0, 0.9), (0.4, 1), (0.5, 0.5), (0.6, 0), (1, 0), (1, 1),
     (0.6, 1), (0.48, 0.5)),
    tuple((1 - row, 1 - column) for row, column in _SIX),  # a nine is a six upside down
)  # fmt: skip


def digits(count: int, seed: Integer) -> tuple[torch.Tensor, torch.Tensor]:
    """Synthetic digits in the middle of small images, each digit equally often.

    Parameters
    ----------
    count : int, images
    seed : int; the same seed gives the same

    Returns
    -------
    images : (count, 1, 32, 32) uint8 tensor, white on black
    labels : (count,) int64 tensor, 0 to 9
    """
    generator = np.random.default_rng(seed)
    labels = generator.permutation(np.arange(count) % 10)
    images = np.stack([_digit(label, generator) for label in labels])
    return torch.from_numpy(images)[:, None], torch.from_numpy(labels)


def _digit(label, generator):
    """One digit with corners, size, slant and thickness of its own: (32, 32) uint8."""
    stroke = np.array(STROKES[label])
    corners = stroke + generator.normal(0, UNSTEADINESS, stroke.shape)
    height, width = generator.uniform(SMALLEST, LARGEST)
    slant, thickness = generator.normal(0, SLANT), generator.uniform(THINNEST, THICKEST)
    rows, columns = (_rounded(corners) - 0.5).T * [[height], [width]]
    xy = np.stack([columns - slant * rows, rows], axis=1) + SIDE / 2
    canvas = np.zeros((SIDE * SUPERSAMPLING, SIDE * SUPERSAMPLING), np.uint8)
    points = np.rint(xy * SUPERSAMPLING * 2**FRACTION_BITS).astype(np.int32)
    pen = round(thickness * SUPERSAMPLING)
    cv2.polylines(canvas, [points], False, 255, pen, cv2.LINE_AA, shift=FRACTION_BITS)
    return cv2.resize(canvas, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def _rounded(corners, rounds=3):
    """Cut the corners of a line, and the new corners (Chaikin 1974)."""
    for _ in range(rounds):
        before, after = corners[:-1], corners[1:]
        cut = np.stack([0.75 * before + 0.25 * after, 0.25 * before + 0.75 * after], axis=1)
        corners = np.concatenate([corners[:1], cut.reshape(-1, 2), corners[-1:]])
    return corners


def network(seed: Integer) -> nn.Sequential:
    """A small convolutional network for the digits, with weights initialised from the seed.

    Without batch normalisation, whose running means the black background would rule. Its last layer
    weighs each place by itself: it does not know that a digit two pixels farther is the same.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Conv2d(1, 8, 5, stride=2, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 32, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(32 * (SIDE // 8) ** 2, 10),
        )


def train(
    images: torch.Tensor,
    labels: torch.Tensor,
    augmenter: gpu.Augmenter,
    epochs: int = 10,
    batch_size: int = 50,
    rate: float = 0.006,
) -> nn.Sequential:
    """Train a new network on images that the augmenter changes anew in each epoch.

    Parameters
    ----------
    images : (n, 1, 32, 32) uint8 tensor
    labels : (n,) int64 tensor
    augmenter : gpu.Augmenter; its seed initialises the weights, too
    epochs, batch_size : int
    rate : float, the highest learning rate, on the way up from a 25th and down to nothing

    Returns
    -------
    The trained network
    """
    learner = network(augmenter.seed).to(images.device)
    optimizer = torch.optim.Adam(learner.parameters())
    steps = epochs * -(-len(images) // batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps)
    flow = augmenter.flow(images, labels, batch_size, epochs=epochs, progress=False)
    with one_thread():
        for pictures, truth in flow:
            optimizer.zero_grad()
            nn.functional.cross_entropy(learner(pictures / 255), truth).backward()
            optimizer.step()
            schedule.step()
    return learner


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let PyTorch work in one thread: with so small a network a second one only costs time."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@torch.no_grad()
def read(learner: nn.Module, images: torch.Tensor) -> torch.Tensor:
    """The digit that a network predicts for each image: (n,) int64."""
    return learner(images / 255).argmax(dim=1)


def accuracy(learner: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    """The share of images that a network classifies correctly."""
    return (read(learner, images) == labels).float().mean().item()


def moved(images: torch.Tensor, rows: int, columns: int, seed: Integer) -> torch.Tensor:
    """Shift each image by whole pixels, up to so many up or down and left or right."""
    ranges: dict[str, Any] = {"height_shift_range": rows + 1, "width_shift_range": columns + 1}
    shifter = gpu.Augmenter(**ranges, fill_mode="constant", interpolation="nearest", seed=seed)
    return shifter.apply(images, shifter.draw(len(images)))


def trained(
    images: torch.Tensor, labels: torch.Tensor, seeds: Sequence[Integer] = (0, 1, 2), **ranges: Any
) -> list[nn.Sequential]:
    """Train one network for each seed, of its weights and of what is sampled from the ranges.

    Parameters
    ----------
    images, labels : to train on, as ``digits`` gives them
    seeds : int, one for each network
    ranges : of ``gpu.Augmenter``

    Returns
    -------
    list of networks
    """
    augmenters = [gpu.Augmenter(**ranges, fill_mode="constant", seed=seed) for seed in seeds]
    return [train(images, labels, augmenter) for augmenter in augmenters]


def scores(
    learners: Sequence[nn.Module], tests: Mapping[str, torch.Tensor], truth: torch.Tensor
) -> dict[str, list[float]]:
    """Accuracies of networks on test images.

    Parameters
    ----------
    learners : list of networks
    tests : dict from name to (m, 1, 32, 32) uint8 tensor
    truth : (m,) int64 tensor, the digits in every one of the tests

    Returns
    -------
    dict from name of a test to accuracies, one for each network
    """
    return {
        name: [accuracy(learner, pictures, truth) for learner in learners]
        for name, pictures in tests.items()
    }
