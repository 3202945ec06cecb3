"""Fourier transform: an image as a sum of waves, and filters that let some of them pass.

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, ch. 4 and §5.4.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real
from coursekit.filtering import shared


def spectrum(image: Array) -> Array:
    """Spectrum, by the Fourier transform: how much of each wave an image holds, and its phase.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]

    Returns
    -------
    Array of image's shape, complex: complex64 for float32, complex128 otherwise. The channels of a
    colour image have a spectrum each.

    Convention
    ----------
    The sum over all pixels of image * exp(-2 pi i (row u / H + column v / W)), not divided by the
    number of pixels: ``numpy.fft.fft2(image, axes=(0, 1), norm="backward")``. Frequency zero, whose
    value is the sum of the image, is moved to [H // 2, W // 2] (``fftshift``); one step is 1 / H
    cycles a pixel down the rows, 1 / W along the columns. The image repeats beyond its border
    (``wrap``).

    Raises
    ------
    TypeError, ValueError : image is invalid.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 4-67 and 4-76. Taught in 04 §9.
    """
    require.image(image)
    return np.fft.fftshift(np.fft.fft2(image, axes=(0, 1)), axes=(0, 1))  # Eq. 4-67


def frequency_filter(
    image: Array,
    kind: shared.Kind,
    cutoff: Real | Sequence[Real],
    order: Integer = 2,
    passes: shared.PassBand = "low",
    keep_mean: bool = True,
) -> Array:
    """Frequency-domain filter: multiply the spectrum of an image by a transfer function.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    kind : "ideal", "butterworth" or "gaussian", the shape of the filter
    cutoff : float > 0, in cycles a pixel (1 / period in pixels; the finest wave along an axis has
        0.5); a pair (low, high) of them where passes is "band" or "stop"
    order : int >= 1, the steepness of a Butterworth filter; the others have none
    passes : "low", "high", "band" (between low and high) or "stop" (all but that)
    keep_mean : bool, let frequency zero pass whatever the filter says, so that what is left of an
        image without its low frequencies lies about its mean and not about black

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    The transfer functions are those of ``coursekit.filtering.shared``: an ideal filter passes
    its cutoff too, a Butterworth filter passes 1/2 there, a Gaussian exp(-1/2) (a high-pass is 1
    minus the low-pass, a band-stop 1 minus the band-pass). No padding: the image repeats beyond
    its border (``wrap``). The result is clipped to the image's range. uint8 is computed in
    float64 and rounded half up, from a millionth of a level below the half on, so that the last
    bit of a transform decides nothing.

    Raises
    ------
    TypeError, ValueError : image is invalid; kind or passes is none of these; cutoff is not
        positive, or no pair low < high where one is needed; order < 1.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 4-104 and Tables 4.5 to 4.7. Taught in 04 §9.
    """
    require.image(image)
    response = shared.response(image.shape[:2], kind, cutoff, order, passes, keep_mean)
    return filter_spectrum(image, response)


def notch_filter(
    image: Array,
    centers: ArrayLike,
    radius: Real,
    kind: shared.Kind = "butterworth",
    order: Integer = 2,
) -> Array:
    """Notch filter: remove single waves, such as the pattern of a print or of a faulty cable.

    Parameters
    ----------
    image : (H, W) or (H, W, 3) uint8, or float in [0, 1]
    centers : sequence of pairs (row frequency, column frequency) in cycles a pixel, -0.5 to 0.5;
        one of each pair of peaks is enough
    radius : float > 0, of the hole around each centre, in cycles a pixel
    kind : "ideal", "butterworth" or "gaussian", the shape of the holes
    order : int >= 1, the steepness of a Butterworth filter

    Returns
    -------
    Array of image's shape and dtype.

    Convention
    ----------
    As ``frequency_filter``. The filter is the product of a high-pass about each centre and about
    its mirror (-row, -column). Frequencies repeat with period 1. The mean is kept.

    Raises
    ------
    TypeError, ValueError : image is invalid; centers are not pairs, or leave -0.5 to 0.5;
        kind is none of these; radius is not positive; order < 1.

    References
    ----------
    Gonzalez and Woods 2018, Eq. 4-155. Taught in 04 §9.
    """
    require.image(image)
    response = shared.notch_response(image.shape[:2], centers, radius, kind, order)
    return filter_spectrum(image, response)


def filter_spectrum(image: Array, response: Array) -> Array:
    """Multiply the spectrum by a transfer function (H, W), and transform back."""
    if image.ndim == 3:
        response = response[..., None]
    waves = response * np.fft.fft2(image, axes=(0, 1))  # Eq. 4-104
    result = np.fft.ifft2(waves, axes=(0, 1)).real
    if image.dtype == np.uint8:
        return np.clip(np.floor(result + 0.5 + shared.GUARD), 0, 255).astype(np.uint8)
    return np.clip(result, 0, 1).astype(image.dtype)
