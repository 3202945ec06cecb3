"""A picture, blurred more and more: the Gaussian scale space and its differences.

Otero and Delbracio 2014, §2; Lowe 2004, §3. The numbers of algorithms are those of the former.
"""

import numpy as np

from coursekit.core import require
from coursekit.core.kernels import gaussian_weights
from coursekit.core.types import Array, Integer, Real
from coursekit.sift import shared

ROWS = 32  # blurred at a time


def gaussian_scale_space(
    image: Array,
    upsampling: shared.Upsampling = 2,
    n_octaves: Integer = 8,
    n_scales: Integer = 3,
    sigma_min: Real = 1.6,
    sigma_in: Real = 0.5,
) -> list[Array]:
    """Blur a picture step by step, and halve it whenever the blur has doubled.

    Parameters
    ----------
    image : (H, W) uint8, or float in [0, 1]
    upsampling : 1, 2 or 4, how many times the first octave is as large as the picture
    n_octaves : int >= 1, halvings plus one at most; fewer where the smaller side of the last
        octave would be less than 12 pixels
    n_scales : int >= 1, steps in which the blur doubles
    sigma_min : float > 0, blur of the first scale, in pixels of the first octave
    sigma_in : float >= 0, blur that the picture is taken to have already, in its own pixels

    Returns
    -------
    List of an array (h, w, n_scales + 3) for each octave: float32 for float32, else float64.
    ``[..., s]`` of octave o has the blur ``shared.sigmas(...)[o, s]``, in pixels of the picture.

    Convention
    ----------
    uint8 is divided by 255. Enlarged bilinearly, pixel centres at whole coordinates plus a half,
    border ``reflect``. Gaussians reach 4 sigma to each side, border ``symmetric``; they are summed
    in float64 and kept in the picture's dtype. An octave begins with every second row and column of
    scale n_scales of the one before. Where the enlarged picture is blurred by more than sigma_min
    already, the first scale is left as it is (scikit-image stops with an error: with upsampling 4,
    sigma_in has to be below 0.4 there). Equal to what ``skimage.feature.SIFT`` works on, within
    1e-12; for float32 to the last digit or two.

    Raises
    ------
    TypeError, ValueError : image is no gray picture, or smaller than 12 / upsampling pixels; a
        parameter is out of range.

    References
    ----------
    Otero and Delbracio 2014, Alg. 1 and 2, Eq. 9-12; Lowe 2004, §3.3. Taught in 07 §2.
    """
    require.gray(image)
    shared.require_scale_space(upsampling, n_octaves, n_scales, sigma_min, sigma_in)
    height, width = image.shape
    octaves = shared.octaves_that_fit((height, width), upsampling, n_octaves)
    shared.require_shape(height, width, octaves)
    seed = enlarge(as_floats(image), upsampling)
    seed = blur(seed, shared.first_sigma(upsampling, sigma_min, sigma_in))
    result = []
    for added in shared.added_sigmas(octaves, upsampling, n_scales, sigma_min):
        result.append(_octave(seed, added))
        seed = result[-1][::2, ::2, n_scales]
    return result


def difference_of_gaussians(octave: Array) -> Array:
    """Subtract each scale of an octave from the next: what the blur between them took away.

    Parameters
    ----------
    octave : (H, W, S) float, S >= 2, as ``gaussian_scale_space`` gives for each octave

    Returns
    -------
    Array (H, W, S - 1) of octave's dtype; ``[..., s]`` is scale s + 1 minus scale s

    Convention
    ----------
    Signed: a bright blob is negative, a dark one positive.

    Raises
    ------
    TypeError, ValueError : octave is no float array (H, W, S) with two scales or more.

    References
    ----------
    Otero and Delbracio 2014, Alg. 3; Lowe 2004, Eq. 1. Taught in 07 §3.
    """
    require.floats(octave, "octave", None, None, None)
    require.whole(octave.shape[2], "scales of octave", 2, np.inf)
    return octave[..., 1:] - octave[..., :-1]


def as_floats(image):
    """A picture as float: levels divided by 255, floats as they are."""
    return image / 255 if image.dtype == np.uint8 else image


def _octave(seed, added):
    """Blur a picture by each of the added sigmas in turn: (H, W, len(added) + 1)."""
    planes = np.empty((len(added) + 1, *seed.shape), seed.dtype)  # each scale in one piece
    planes[0] = seed
    for scale, sigma in enumerate(added):
        planes[scale + 1] = blur(planes[scale], sigma)
    return np.moveaxis(planes, 0, -1)


def enlarge(image, factor):
    """Enlarge a picture bilinearly by a whole factor."""
    if factor == 1:
        return image
    rows = _enlarge_rows(image.astype(np.float64), factor)
    return _enlarge_rows(rows.T, factor).T.astype(image.dtype)


def _enlarge_rows(image, factor):
    """Rows at (i + 1/2) / factor - 1/2, each between its two neighbours."""
    places = (np.arange(len(image) * factor) + 0.5) / factor - 0.5 + 1
    padded = np.pad(image, ((1, 1), (0, 0)), mode="reflect")
    before = places.astype(int)
    share = (places - before)[:, None]
    return (1 - share) * padded[before] + share * padded[before + 1]


def blur(image, sigma):
    """Blur a picture (H, W) with a Gaussian that reaches 4 sigma, border ``symmetric``.

    A few rows at a time, which stay in the cache; summed in float64, as the differences of nearly
    equal numbers will be taken.
    """
    row = gaussian_weights(sigma)
    reach = len(row) // 2
    padded = np.pad(image, ((reach, reach), (0, 0)), mode="symmetric").astype(np.float64)
    blurred = np.empty_like(image, order="C")
    for top in range(0, len(image), ROWS):
        rows = _weigh(padded[top : top + ROWS + 2 * reach], row).astype(image.dtype)
        across = np.pad(rows, ((0, 0), (reach, reach)), mode="symmetric").astype(np.float64)
        blurred[top : top + ROWS] = _weigh(across.T, row).T
    return blurred


def _weigh(padded, row):
    """Sum of lines around each line, the two at equal distance together, the farthest first."""
    reach = len(row) // 2
    height = len(padded) - 2 * reach
    total = padded[reach : reach + height] * row[reach]
    for near, far in zip(range(reach), range(2 * reach, reach, -1), strict=True):
        pair = padded[near : near + height] + padded[far : far + height]
        pair *= row[near]
        total += pair
    return total
