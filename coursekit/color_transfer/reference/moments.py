"""One straight line for each colour: means, deviations and covariances of two pictures made equal.

Reinhard et al. 2001; Ruderman, Cronin and Chiao 1998, "Statistics of cone responses to natural
images", *Journal of the Optical Society of America A* 15(8), 2036-2045 (lαβ).
Pitié and Kokaram 2007.
"""

import numpy as np

from coursekit.color_transfer import shared
from coursekit.color_transfer.reference.unit_cube import as_picture, in_unit, require_pair
from coursekit.core import require
from coursekit.core.color import linear_to_srgb, srgb_to_linear
from coursekit.core.types import Array


def rgb_to_lalphabeta(image: Array, linear: bool = True) -> Array:
    """Give lightness l, yellow-blue α and red-green β of the logarithms of the eye's cones.

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]; sRGB
    linear : bool, undo the screen's gamma first, so that the cones see light; False takes the
        levels as they are

    Returns
    -------
    (H, W, 3) float64: l, α, β. White is near (0, 0, 0), l is about -7..0.

    Convention
    ----------
    LMS = M RGB, with the matrix of the paper for sRGB's phosphors; logarithms have base 10. The
    paper does not speak of gamma: cones see light, so light is the default. Cone values below 1e-5,
    which only black has among 256 levels, count as 1e-5, because black has no logarithm.

    Raises
    ------
    TypeError, ValueError : image is no colour picture.

    References
    ----------
    Reinhard et al. 2001, Eq. 4-6. Taught in 10 §2.
    """
    require.color(image)
    light = srgb_to_linear(in_unit(image)) if linear else in_unit(image)
    responses = light @ shared.FROM_RGB.T  # Eq. 4
    return np.log10(np.maximum(responses, shared.DARKEST)) @ shared.OPPONENTS.T  # Eq. 5-6


def lalphabeta_to_rgb(lalphabeta: Array, linear: bool = True) -> Array:
    """Find the sRGB colour of l, α, β.

    Parameters
    ----------
    lalphabeta : (H, W, 3) float, as ``rgb_to_lalphabeta`` gives
    linear : bool, as for ``rgb_to_lalphabeta``

    Returns
    -------
    (H, W, 3) float64 in [0, 1]; what no screen can show is saturated.

    Convention
    ----------
    The inverse matrices are computed, not the paper's of four digits, so that a colour comes back
    as it was: within 1e-9, and within 1e-3 near black.

    Raises
    ------
    TypeError, ValueError : lalphabeta is not (H, W, 3) of finite floats.

    References
    ----------
    Reinhard et al. 2001, Eq. 7-9. Taught in 10 §2.
    """
    shared.require_finite(lalphabeta, "lalphabeta", None, None, 3)
    responses = 10 ** (lalphabeta @ np.linalg.inv(shared.OPPONENTS).T)  # Eq. 7
    light = np.clip(responses @ np.linalg.inv(shared.FROM_RGB).T, 0, 1)  # Eq. 8
    return linear_to_srgb(light) if linear else light


def match_moments(values: Array, reference: Array) -> Array:
    """Give each channel the mean and the standard deviation that it has in the reference.

    Parameters
    ----------
    values : (H, W, C) float
    reference : (h, w, C) float, of any height and width

    Returns
    -------
    (H, W, C) float64

    Convention
    ----------
    s = (x - mean) σ_r / σ + mean_r, each channel by itself; deviations divide by the number of
    pixels. A channel without any deviation gets the reference's mean.

    Raises
    ------
    TypeError : values or reference are no floats.
    ValueError : they are not (H, W, C) of one C.

    References
    ----------
    Reinhard et al. 2001, Eq. 10-11. Taught in 10 §2.
    """
    shared.require_finite(values, "values", None, None, None)
    shared.require_finite(reference, "reference", None, None, values.shape[2])
    pixels, wanted = (
        array.reshape(-1, array.shape[2]).astype(float) for array in (values, reference)
    )
    deviation = pixels.std(axis=0)
    ratio = wanted.std(axis=0) / np.where(deviation > shared.NO_SPREAD, deviation, np.inf)
    matched = (pixels - pixels.mean(axis=0)) * ratio + wanted.mean(axis=0)  # Eq. 10-11
    return matched.reshape(values.shape)


def reinhard(target: Array, reference: Array, linear: bool = True) -> Array:
    """Give a picture the mean and the deviation that another one has in lαβ.

    Parameters
    ----------
    target : (H, W, 3) uint8, or float in [0, 1]; sRGB. What is recoloured
    reference : of target's dtype, of any height and width. Whose colours are wanted
    linear : bool, as for ``rgb_to_lalphabeta``

    Returns
    -------
    Array of target's shape and dtype, saturated.

    Convention
    ----------
    Three straight lines in lαβ, one a channel; correlations between the channels stay as they are.
    uint8 is rounded half to even. The order of the reference's pixels does not matter.

    Raises
    ------
    TypeError, ValueError : target or reference is no colour picture; the dtypes differ.

    References
    ----------
    Reinhard et al. 2001. Taught in 10 §2.
    """
    require_pair(target, reference)
    ours, theirs = rgb_to_lalphabeta(target, linear), rgb_to_lalphabeta(reference, linear)
    return as_picture(lalphabeta_to_rgb(match_moments(ours, theirs), linear), target.dtype)


def color_moments(image: Array) -> tuple[Array, Array]:
    """Measure the mean and the covariance of a picture's colours.

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
    TypeError, ValueError : image is no colour picture.

    References
    ----------
    Pitié and Kokaram 2007, §2. Taught in 10 §3.
    """
    require.color(image)
    colors = image.reshape(-1, 3).astype(np.float64)
    spread = colors - colors.mean(axis=0)
    return colors.mean(axis=0), spread.T @ spread / max(len(colors) - 1, 1)


def optimal_map(covariance: Array, reference_covariance: Array) -> Array:
    """Find the matrix that makes one covariance of another and moves colours least.

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
    largest, or below 1e-12, counts as that: a gray picture has no spread across the gray axis, and
    the levels along it still find their way into the reference's colours.

    Raises
    ------
    TypeError : the covariances are no float64.
    ValueError : they are not (3, 3).

    References
    ----------
    Pitié and Kokaram 2007, Eq. 15. Taught in 10 §3.
    """
    shared.require_finite(covariance, "covariance", 3, 3)
    shared.require_finite(reference_covariance, "reference_covariance", 3, 3)
    variances, axes = np.linalg.eigh(covariance)
    deviations = np.sqrt(np.maximum(variances, max(1e-9 * variances.max(), 1e-12)))
    root = axes * deviations @ axes.T  # Σ_t^(1/2)
    back = axes / deviations @ axes.T
    return back @ _square_root(root @ reference_covariance @ root) @ back  # Eq. 15


def monge_kantorovitch(target: Array, reference: Array, clip: bool = True) -> Array:
    """Give a picture the mean and the covariance of another, by the linear map that moves least.

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
    TypeError, ValueError : target or reference is no colour picture; the dtypes differ.

    References
    ----------
    Pitié and Kokaram 2007, Eq. 15. Taught in 10 §3.
    """
    require_pair(target, reference)
    (mean, covariance), (their_mean, their_covariance) = (
        color_moments(in_unit(image)) for image in (target, reference)
    )
    colors = in_unit(target) - mean
    mapped = colors @ optimal_map(covariance, their_covariance) + their_mean  # A is symmetric
    return as_picture(mapped, target.dtype, clip)


def _square_root(matrix):
    variances, axes = np.linalg.eigh(matrix)
    return axes * np.sqrt(np.maximum(variances, 0)) @ axes.T
