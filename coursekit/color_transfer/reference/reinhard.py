"""Reinhard's transfer: each channel's mean and deviation made equal, in a space of opponents.

Reinhard et al. 2001; Ruderman, Cronin and Chiao 1998, "Statistics of cone responses to natural
images", *Journal of the Optical Society of America A* 15(8), 2036-2045 (lαβ).
"""

import numpy as np

from coursekit.color_transfer.reference.unit_cube import (
    as_image,
    in_unit,
    require_finite,
    require_pair,
)
from coursekit.color_transfer.shared import (
    BRIGHTEST,
    DARKEST,
    LMS_TO_LALPHABETA,
    NO_SPREAD,
    RGB_TO_LMS,
)
from coursekit.core import require
from coursekit.core.color import linear_to_srgb, srgb_to_linear
from coursekit.core.types import Array


def rgb_to_lalphabeta(image: Array, linear: bool = True) -> Array:
    """RGB to lαβ: lightness l, yellow-blue α and red-green β of the cones' logarithms.

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
    LMS = M RGB, with the matrix of the paper for sRGB's phosphors, ``shared.RGB_TO_LMS``;
    logarithms have base 10. The paper does not speak of gamma: cones see light, so light is the
    default. Cone values below 1e-5, which only black has among 256 levels, count as 1e-5, because
    black has no logarithm.

    Raises
    ------
    TypeError, ValueError : image is no colour image; linear is no bool.

    References
    ----------
    Reinhard et al. 2001, Eq. 4-6. Taught in 10 §2.
    """
    require.color(image)
    levels = in_unit(image)
    light = srgb_to_linear(levels) if require.flag(linear, "linear") else levels
    cones = light @ RGB_TO_LMS.T  # Eq. 4
    return np.log10(np.maximum(cones, DARKEST)) @ LMS_TO_LALPHABETA.T  # Eq. 5-6


def lalphabeta_to_rgb(lalphabeta: Array, linear: bool = True) -> Array:
    """lαβ to RGB: the sRGB colour of l, α, β.

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
    TypeError, ValueError : lalphabeta is not (H, W, 3) of finite floats; linear is no bool.

    References
    ----------
    Reinhard et al. 2001, Eq. 7-9. Taught in 10 §2.
    """
    require_finite(lalphabeta, "lalphabeta", None, None, 3)
    logarithms = lalphabeta @ np.linalg.inv(LMS_TO_LALPHABETA).T
    cones = 10 ** np.clip(logarithms, -BRIGHTEST, BRIGHTEST)  # Eq. 7
    light = np.clip(cones @ np.linalg.inv(RGB_TO_LMS).T, 0, 1)  # Eq. 8
    return linear_to_srgb(light) if require.flag(linear, "linear") else light


def match_moments(values: Array, reference: Array) -> Array:
    """Reinhard's transfer, the matching: give each channel the reference's mean and deviation.

    Parameters
    ----------
    values : (H, W, C) float
    reference : (h, w, C) float, of any height and width

    Returns
    -------
    (H, W, C) float64

    Convention
    ----------
    s = (x - mean) σ_r / σ + mean_r, each channel by itself; standard deviations divide by the
    number of pixels. A channel without any deviation gets the reference's mean.

    Raises
    ------
    TypeError : values or reference are no floats.
    ValueError : they are not (H, W, C) of one C.

    References
    ----------
    Reinhard et al. 2001, Eq. 10-11. Taught in 10 §2.
    """
    require_finite(values, "values", None, None, None)
    require_finite(reference, "reference", None, None, values.shape[2])
    pixels = values.astype(np.float64)
    wanted = reference.astype(np.float64)
    mean, wanted_mean = pixels.mean(axis=(0, 1)), wanted.mean(axis=(0, 1))
    deviation, wanted_deviation = pixels.std(axis=(0, 1)), wanted.std(axis=(0, 1))
    ratio = wanted_deviation / np.where(deviation > NO_SPREAD, deviation, np.inf)
    return (pixels - mean) * ratio + wanted_mean  # Eq. 10-11


def reinhard(target: Array, reference: Array, linear: bool = True) -> Array:
    """Reinhard's transfer: give an image the mean and the deviation of another one in lαβ.

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
    TypeError, ValueError : target or reference is no colour image; the dtypes differ; linear is no
        bool.

    References
    ----------
    Reinhard et al. 2001. Taught in 10 §2.
    """
    require_pair(target, reference)
    ours = rgb_to_lalphabeta(target, linear)
    theirs = rgb_to_lalphabeta(reference, linear)
    matched = match_moments(ours, theirs)
    return as_image(lalphabeta_to_rgb(matched, linear), target.dtype)
