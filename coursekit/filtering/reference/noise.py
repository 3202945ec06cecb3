"""Noise, made so that it can be removed, and PSNR, the measure of what is left of it.

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §5.2.
"""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.filtering import shared
from coursekit.filtering.reference.correlation import saturate


def salt_and_pepper(image: Array, amount: Real, seed: Integer) -> Array:
    """Salt-and-pepper noise: turn random values black, and as many white.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    amount : float in [0, 1], the share of the values that are hit
    seed : int >= 0; the same seed hits the same values

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Each value is hit by itself, a colour's channels too, half of them by pepper (0) and half by
    salt (white): a uniform random number in [0, 1), sampled by ``numpy.random.default_rng(seed)``
    in the order rows, columns, channels, is below amount / 2, or not below 1 - amount / 2. So a
    larger amount hits the same values and some more.

    Raises
    ------
    TypeError, ValueError : image is invalid; amount leaves [0, 1]; seed is no whole number >= 0.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 5-16. Taught in 04 §4.
    """
    require.image(image)
    amount = require.number(amount, "amount", 0, 1)
    numbers = shared.uniform(image.shape, [require.whole(seed, "seed", 0, np.inf)])[0]
    white = 255 if image.dtype == np.uint8 else 1
    peppered = np.where(numbers < np.float32(amount / 2), image.dtype.type(0), image)
    return np.where(numbers >= np.float32(1 - amount / 2), image.dtype.type(white), peppered)


def gaussian_noise(image: Array, sigma: Real, seed: Integer) -> Array:
    """Gaussian noise: add a normally distributed error to each value.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    sigma : float >= 0, standard deviation in the image's own unit (gray levels, or fractions of
        white)
    seed : int >= 0; the same seed adds the same noise

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    Each value, a colour's channels too, gets its own error: sigma times a standard normal number,
    sampled in single precision with ``numpy.random.default_rng(seed)`` in the order rows, columns,
    channels. Rounded half to even, then saturated, which makes the noise smaller near black and
    white.

    Raises
    ------
    TypeError, ValueError : image is invalid; sigma < 0; seed is no whole number >= 0.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 5-3. Taught in 04 §4.
    """
    require.image(image)
    sigma = require.number(sigma, "sigma", 0, shared.LARGEST)
    seed = require.whole(seed, "seed", 0, np.inf)
    noise = np.float32(sigma) * shared.normal(image.shape, [seed])[0]
    return saturate(image + noise, image.dtype)


def peak_signal_to_noise_ratio(image: Array, clean: Array) -> float:
    """PSNR, peak signal-to-noise ratio: 10 log10(white^2 / mean squared error), in decibels.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    clean : array of image's shape and dtype

    Returns
    -------
    float, in dB; infinite for two equal images

    Convention
    ----------
    The mean is over all pixels and channels. Twice the error is 6.02 dB less.
    ``skimage.metrics.peak_signal_noise_ratio`` with ``data_range`` 255, or 1 for float.

    Raises
    ------
    TypeError, ValueError : image or clean is no image; shapes or dtypes differ.

    References
    ----------
    Szeliski 2022, *Computer Vision*, 2nd edition, §2.3.3. Taught in 04 §4.
    """
    require.image(image)
    require.image(clean, "clean")
    shared.require_same_shape_and_dtype(image, clean)
    white = 255 if image.dtype == np.uint8 else 1
    error = np.mean(np.square(np.subtract(image, clean, dtype=np.float64)))
    return float(10 * np.log10(white**2 / error)) if error > 0 else np.inf
