"""Pictures, kernels and small experiments that the lesson and the figures of chapter 04 share."""

import functools

import cv2
import numpy as np

from coursekit.filtering import reference
from coursekit.lab import plots, samples

BORDERS = ("constant", "edge", "reflect", "symmetric", "wrap")
KERNELS = {
    "nothing": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    "mean": ((1, 1, 1), (1, 1, 1), (1, 1, 1)),
    "Gaussian": ((1, 2, 1), (2, 4, 2), (1, 2, 1)),
    "right neighbour": ((0, 0, 0), (0, 0, 1), (0, 0, 0)),
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "left to right": ((-1, 0, 1), (-2, 0, 2), (-1, 0, 1)),
    "Laplacian": ((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "emboss": ((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
}
SIZES = (1, 3, 5, 7, 9, 11)


def man():
    """The camera picture's middle: small enough that three pixels are seen to change."""
    return samples.camera()[40:240, 130:330]


def spoilt(image, noise, amount):
    """A picture with noise, the amount in hundredths of white, or of the pixels."""
    if noise == "Gaussian":
        return reference.gaussian_noise(image, 2.55 * amount, seed=4)
    return reference.salt_and_pepper(image, amount / 100, seed=4)


def filtered(image, method, size):
    """Filter a picture; the Gaussian is as wide as the mean of that size."""
    if size == 1:
        return image
    if method == "median":
        return cv2.medianBlur(image, size)  # as reference.median_filter, bit for bit
    if method == "mean":
        return reference.mean_filter(image, size)
    return reference.gaussian(image, as_wide_as(size))


def as_wide_as(size):
    """Sigma of the Gaussian that spreads a pixel as far as the mean of that size."""
    return np.sqrt((size**2 - 1) / 12)  # the standard deviation of so many equal weights


@functools.lru_cache(maxsize=32)
def signal_to_noise(data, shape, noise, amount):
    """Signal to noise of each filter at each size; kept, since the chosen filter alters nothing."""
    image = np.frombuffer(data, np.uint8).reshape(shape)
    noisy = spoilt(image, noise, amount)
    ratio = reference.peak_signal_to_noise_ratio
    return {
        method: [min(60.0, ratio(image, filtered(noisy, method, size))) for size in SIZES]
        for method in ("mean", "Gaussian", "median")
    }


def log_spectrum(image):
    """Strength of each wave, by its logarithm: from black, the median, to white, the strongest.

    Each point is grown by a pixel on all sides, so that a lone one is seen.
    """
    strength = np.log1p(np.abs(reference.spectrum(plots.gray(image))))
    typical = np.median(strength)
    share = (strength - typical) / max(strength.max() - typical, 1)
    shown = np.rint(255 * np.clip(share, 0, 1)).astype(np.uint8)
    return cv2.dilate(shown, np.ones((3, 3), np.uint8))


def with_stripes(image, across=24, down=10, height=40):
    """A picture spoilt by a wave: so many crests over its width and its height."""
    rows, columns = (np.arange(n) / n for n in image.shape[:2])
    stripes = height * np.cos(2 * np.pi * (down * rows[:, None] + across * columns))
    stripes = stripes.reshape(*stripes.shape, *[1] * (image.ndim - 2))
    return np.clip(np.rint(image + stripes), 0, 255).astype(np.uint8)
