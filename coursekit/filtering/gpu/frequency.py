"""Fourier transform and its filters for whole batches: twins of ``reference.frequency``."""

from collections.abc import Sequence

import torch
from numpy.typing import ArrayLike

from coursekit.core.torch.checks import require_tensor
from coursekit.core.torch.chunks import planes_in_chunks
from coursekit.core.torch.dtypes import as_accumulator
from coursekit.core.types import Integer, Real
from coursekit.filtering import shared


def spectrum(image: torch.Tensor) -> torch.Tensor:
    """Spectrum of each image of a batch, by the Fourier transform.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Returns
    -------
    Tensor of image's shape and device, complex: complex64 for float32, complex128 otherwise.

    Convention
    ----------
    Within 1e-6 of the largest coefficient. A device without float64 (Apple's) gives complex64
    always.
    """
    require_tensor(image)
    return planes_in_chunks(_spectra, image)


def _spectra(planes):
    """Transform half of the waves: of real numbers, the other half is their mirror image."""
    half = torch.fft.rfft2(as_accumulator(planes))
    height, width = planes.shape[-2:]
    top, left = height // 2, width // 2
    waves = half.new_empty(planes.shape)
    waves[..., :top, left:] = half[..., height - top :, : width - left]
    waves[..., top:, left:] = half[..., : height - top, : width - left]
    mirrored = half[..., 1 : left + 1].conj()
    waves[..., : top + 1, :left] = mirrored[..., : top + 1, :].flip(-2, -1)
    waves[..., top + 1 :, :left] = mirrored[..., top + 1 :, :].flip(-2, -1)
    return waves


def frequency_filter(
    image: torch.Tensor,
    kind: shared.Kind,
    cutoff: Real | Sequence[Real],
    order: Integer = 2,
    passes: shared.PassBand = "low",
    keep_mean: bool = True,
) -> torch.Tensor:
    """Frequency-domain filter of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]

    Convention
    ----------
    The spectrum of a real image is its own mirror, so only half of it is computed.
    """
    require_tensor(image)
    response = shared.response(image.shape[-2:], kind, cutoff, order, passes, keep_mean)
    return filter_spectrum(image, response)


def notch_filter(
    image: torch.Tensor,
    centers: ArrayLike,
    radius: Real,
    kind: shared.Kind = "butterworth",
    order: Integer = 2,
) -> torch.Tensor:
    """Notch filter of a batch of images.

    Parameters
    ----------
    image : (..., C, H, W) uint8, or float in [0, 1]
    """
    require_tensor(image)
    response = shared.notch_response(image.shape[-2:], centers, radius, kind, order)
    return filter_spectrum(image, response)


def filter_spectrum(image, response):
    """Multiply the spectra by a transfer function (H, W), and transform back."""
    half = torch.from_numpy(response[:, : image.shape[-1] // 2 + 1])
    half = half.to(image.device, as_accumulator(image[..., :1, :1]).dtype, non_blocking=True)
    half = half.T.contiguous().T  # column by column in memory, as the waves are

    def work(planes):
        return _levels(_multiplied(as_accumulator(planes), half), image.dtype)

    return planes_in_chunks(work, image)


def _multiplied(numbers, half):
    """Transform rows, then columns, multiply, and go back, columns first.

    Axis by axis: on a processor ``irfft2`` reads columns as if they were rows, in twice the time.
    """
    waves = torch.fft.fft(torch.fft.rfft(numbers, dim=-1), dim=-2).mul_(half)  # Eq. 4-104
    rows = torch.fft.ifft(waves, dim=-2).contiguous()
    return torch.fft.irfft(rows, n=numbers.shape[-1], dim=-1)


def _levels(result, dtype):
    """Saturate; uint8 is rounded half up, from a guard's width below the half on."""
    if dtype == torch.uint8:
        return result.add_(0.5 + shared.GUARD).clamp_(0, 255).byte()  # which truncates
    return result.clamp_(0, 1)
