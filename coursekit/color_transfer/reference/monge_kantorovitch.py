"""Monge-Kantorovitch: means and covariances made equal, by the shortest way for all colours.

Pitié and Kokaram 2007.
"""

import numpy as np

from coursekit.color_transfer.reference.unit_cube import (
    as_image,
    in_unit,
    require_finite,
    require_pair,
)
from coursekit.core import require
from coursekit.core.types import Array


def color_moments(image: Array) -> tuple[Array, Array]:
    """Moments of first and second order: the mean and the covariance of an image's colours.

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]

    Returns
    -------
    mean : (3,) float64
    covariance : (3, 3) float64, of levels squared

    Convention
    ----------
    uint8 is measured in 0..255. The covariance divides by one less than the number of pixels, and
    that of a single pixel is 0.

    Raises
    ------
    TypeError, ValueError : image is no colour image.

    References
    ----------
    Pitié and Kokaram 2007, §2. Taught in 10 §3.
    """
    require.color(image)
    colors = image.reshape(-1, 3).astype(np.float64)
    spread = colors - colors.mean(axis=0)
    return colors.mean(axis=0), spread.T @ spread / max(len(colors) - 1, 1)


def optimal_map(covariance: Array, reference_covariance: Array) -> Array:
    """Monge-Kantorovitch, the map: the matrix from one covariance to another that moves least.

    A = Σ_t^(-1/2) (Σ_t^(1/2) Σ_r Σ_t^(1/2))^(1/2) Σ_t^(-1/2), the one symmetric positive matrix
    with A Σ_t A = Σ_r.

    Parameters
    ----------
    covariance : (3, 3) float64, Σ_t, the target's
    reference_covariance : (3, 3) float64, Σ_r

    Returns
    -------
    (3, 3) float64, symmetric

    Convention
    ----------
    Colours are columns: x becomes A (x - mean_t) + mean_r. An eigenvalue of Σ_t below 1e-9 of the
    largest, or below 1e-12, counts as that: a gray image has no spread across the gray axis, and
    the levels along it still find their way into the reference's colours.

    Raises
    ------
    TypeError : the covariances are no float64.
    ValueError : they are not (3, 3).

    References
    ----------
    Pitié and Kokaram 2007, Eq. 15. Taught in 10 §3.
    """
    require_finite(covariance, "covariance", 3, 3)
    require_finite(reference_covariance, "reference_covariance", 3, 3)
    variances, axes = np.linalg.eigh(covariance)
    deviations = np.sqrt(np.maximum(variances, max(1e-9 * variances.max(), 1e-12)))
    root = axes * deviations @ axes.T  # Σ_t^(1/2)
    back = axes / deviations @ axes.T
    scales, directions = np.linalg.eigh(root @ reference_covariance @ root)
    scales[scales <= 1e-12 * scales.max()] = 0  # what rounding leaves of a spread of 0
    middle = directions * np.sqrt(scales) @ directions.T
    return back @ middle @ back  # Eq. 15


def monge_kantorovitch(target: Array, reference: Array, clip: bool = True) -> Array:
    """Monge-Kantorovitch: give an image another's mean and covariance, by the least linear map.

    Parameters
    ----------
    target : (H, W, 3) uint8, or float in [0, 1]. What is recoloured
    reference : of target's dtype, of any height and width. Whose colours are wanted
    clip : bool, saturate floats to [0, 1]; uint8 always is

    Returns
    -------
    Array of target's shape and dtype.

    Convention
    ----------
    Levels are taken as they are, gamma and all, as the paper does. Without ``clip``, a float result
    has the reference's mean and covariance exactly (1e-9 in float64). uint8 is rounded half to
    even. Within 1e-9 of what the authors' program gives, in float64.

    Raises
    ------
    TypeError, ValueError : target or reference is no colour image; the dtypes differ.

    References
    ----------
    Pitié and Kokaram 2007, Eq. 15. Taught in 10 §3.
    """
    require_pair(target, reference)
    clip = require.flag(clip, "clip")
    mean, covariance = color_moments(in_unit(target))
    wanted_mean, wanted_covariance = color_moments(in_unit(reference))
    matrix = optimal_map(covariance, wanted_covariance)
    mapped = (in_unit(target) - mean) @ matrix + wanted_mean  # the matrix is symmetric
    return as_image(mapped, target.dtype, clip)
