"""Reinhard's transfer: each colour's mean and deviation made equal, in a space of opponents.

Reinhard et al. 2001; Ruderman, Cronin and Chiao 1998, "Statistics of cone responses to natural
images", *Journal of the Optical Society of America A* 15(8), 2036-2045 (lαβ).
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
