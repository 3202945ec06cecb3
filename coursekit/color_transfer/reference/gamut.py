"""Light and gamut: white made white, tones matched, one hull of colours rotated onto another.

Nguyen, Kim and Brown 2014. Van de Weijer, Gevers and Gijsenij 2007, "Edge-based color constancy",
*IEEE Transactions on Image Processing* 16(9), 2207-2214 (the illuminant).
Xiao and Ma 2009, "Gradient-preserving color transfer", *Computer Graphics Forum* 28(7), 1879-1886.
"""

import numpy as np
from scipy.fft import dctn, idctn
from scipy.ndimage import gaussian_filter

from coursekit.color_transfer import shared
from coursekit.color_transfer.reference.idt import match_marginal
from coursekit.color_transfer.reference.unit_cube import (
    as_image,
    in_unit,
    require_finite,
    require_pair,
)
from coursekit.core import require
from coursekit.core.types import Array, Integer, Real


def estimate_illuminant(image: Array, power: Integer = 6, sigma: Real = 2.0) -> Array:
    """Grey-Edge: estimate the colour of the light from the edges, which on average have none.

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]
    power : int, 1 to 32, Minkowski's p: 1 averages all edges, a large one listens to the strongest
    sigma : float, 0 to 1000, of the Gaussian smoothing before the derivatives, in pixels

    Returns
    -------
    (3,) float64, positive, of mean 1; white light is (1, 1, 1)

    Convention
    ----------
    e_c = (Σ |∇ G_σ I_c|^p)^(1/p), the Grey-Edge of first order (the paper also weighs edges by
    their kind). Derivatives are half the differences of the neighbours on both sides. Levels as
    they are; the border is repeated (edge); the kernel ends at 4 σ. An image without edges has
    white light; no channel gets less than 1e-2.

    Raises
    ------
    TypeError, ValueError : image is no colour image; power or sigma is out of range.

    References
    ----------
    Van de Weijer, Gevers and Gijsenij 2007; Nguyen, Kim and Brown 2014, §4.1. Taught in 10 §5.
    """
    require.color(image)
    power = require.whole(power, "power", 1, shared.MOST_POWER)
    sigma = require.number(sigma, "sigma", 0, shared.MOST_SIGMA)
    smooth = gaussian_filter(in_unit(image), (sigma, sigma, 0), mode="nearest", truncate=4.0)
    padded = np.pad(smooth, ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = (padded[2:, 1:-1] - padded[:-2, 1:-1]) / 2
    columns = (padded[1:-1, 2:] - padded[1:-1, :-2]) / 2
    edges = np.hypot(rows, columns).reshape(-1, 3)
    strengths = np.mean(edges**power, axis=0) ** (1 / power)
    if strengths.mean() < shared.NO_EDGES:
        return np.ones(3)
    light = np.maximum(strengths / strengths.mean(), shared.FAINTEST)
    return light / light.mean()


def to_white_axis(image: Array, illuminant: Array) -> Array:
    """White balance: take the light's colour away, and rotate colours so that white points up.

    Parameters
    ----------
    image : (H, W, 3) uint8, or float in [0, 1]
    illuminant : (3,) float64, positive, as ``estimate_illuminant`` gives

    Returns
    -------
    (H, W, 3) float64: two coordinates of colour, then luminance along the white axis

    Convention
    ----------
    uint8 is divided by 255. R diag(1 / illuminant) x, with R the shortest rotation of (1, 1, 1)
    onto (0, 0, √3): luminance runs from 0 to √3 under white light; grays have no colour.

    Raises
    ------
    TypeError, ValueError : image is no colour image; illuminant is not (3,) positive float64.

    References
    ----------
    Nguyen, Kim and Brown 2014, §4.1. Taught in 10 §5.
    """
    require.color(image)
    _require_light(illuminant)
    return in_unit(image) / illuminant @ shared.TO_WHITE_AXIS.T


def from_white_axis(rotated: Array, illuminant: Array) -> Array:
    """White balance undone: rotate colours back from the white axis, and put them under a light.

    Parameters
    ----------
    rotated : (H, W, 3) float, as ``to_white_axis`` gives
    illuminant : (3,) float64, positive; the light of the reference for a transfer

    Returns
    -------
    (H, W, 3) float64 in 0..1, not saturated

    Convention
    ----------
    The inverse of ``to_white_axis``, within 1e-12.

    Raises
    ------
    TypeError, ValueError : rotated is not (H, W, 3) of finite floats; illuminant is not (3,)
        positive float64.

    References
    ----------
    Nguyen, Kim and Brown 2014, §4.4. Taught in 10 §5.
    """
    require_finite(rotated, "rotated", None, None, 3)
    _require_light(illuminant)
    return rotated @ shared.TO_WHITE_AXIS * illuminant


def match_luminance(luminance: Array, reference: Array, smoothness: Real = 1.0) -> Array:
    """Luminance matching that keeps gradients: give an image the tones of another one.

    The L that makes  Σ (L - matched)² + smoothness Σ |∇L - ∇luminance|²  smallest.

    Parameters
    ----------
    luminance : (H, W) float
    reference : (h, w) float, of any height and width
    smoothness : float >= 0, the paper's λ; 0 gives the histogram's matching alone

    Returns
    -------
    (H, W) float64

    Convention
    ----------
    The matching is ``match_marginal``'s with 1000 bins. Gradients are differences of neighbours in
    rows and columns; nothing crosses the border. The minimum is exact: cosines (DCT-II) are the
    eigenvectors of the differences.

    Raises
    ------
    TypeError, ValueError : luminance or reference is no (H, W) of finite floats; smoothness is
        negative.

    References
    ----------
    Nguyen, Kim and Brown 2014, §4.2; Xiao and Ma 2009. Taught in 10 §5.
    """
    require_finite(luminance, "luminance", None, None)
    require_finite(reference, "reference", None, None)
    smoothness = require.number(smoothness, "smoothness", 0, shared.MOST)
    matched = match_marginal(luminance.ravel(), reference.ravel(), shared.LUMINANCE_BINS)
    right = matched.reshape(luminance.shape) - luminance  # (1 + λ ∇ᵀ∇) change = right
    rows, columns = (shared.roughness(size, size) for size in right.shape)
    waves = dctn(right, norm="ortho") / (1 + smoothness * (rows[:, None] + columns))
    return luminance + idctn(waves, norm="ortho")


def gamut_hull(colors: Array) -> Array:
    """Gamut, a convex hull: the corners of the smallest convex body around a cloud of colours.

    Parameters
    ----------
    colors : (N, 3) float

    Returns
    -------
    (K, 3) float64, those of the colours that are corners, sorted by their first coordinate

    Convention
    ----------
    By Qhull (``scipy.spatial.ConvexHull``), in parts of a quarter of a million colours. Of colours
    in a plane or on a line, which have no body, the outermost along the three axes are given.

    Raises
    ------
    TypeError, ValueError : colors are not (N, 3) of finite floats.

    References
    ----------
    Barber, Dobkin and Huhdanpaa 1996, "The quickhull algorithm", *ACM Transactions on Mathematical
    Software* 22(4), 469-483. Taught in 10 §5.
    """
    require_finite(colors, "colors", None, 3)
    return shared.corners(colors.astype(np.float64))


def align_gamut(hull: Array, reference_hull: Array) -> Array:
    """Gamut alignment: the rotation and the two stretches that bring one gamut onto another.

    T minimises  E(T) = 2 V(T·hull ∪ reference) - V(reference) - V(T·hull), V the volume of the
    convex hull: what the two do not share.

    Parameters
    ----------
    hull : (K, 3) float64, corners of the target's gamut about its mean colour, luminance last
    reference_hull : (K', 3) float64, the same of the reference

    Returns
    -------
    (3, 3) float64; the last row and column are (0, 0, 1): luminance is left alone

    Convention
    ----------
    T = diag(s₁, s₂, 1) times a rotation about the luminance axis. E has several minima. Nelder and
    Mead's method goes down from 8 rotations, stretched until the corners are as far out as the
    reference's; the lowest of the 8 minima is taken. The stretches stay in 1/8..8. E knows no hues:
    gamuts that are nearly symmetric may be rotated by half a turn. Gamuts without volume give the
    identity.

    Raises
    ------
    TypeError, ValueError : a hull is not (K, 3) of finite floats.

    References
    ----------
    Nguyen, Kim and Brown 2014, §4.3. Taught in 10 §5.
    """
    require_finite(hull, "hull", None, 3)
    require_finite(reference_hull, "reference_hull", None, 3)
    return shared.alignment(hull, reference_hull)


def gamut_transfer(target: Array, reference: Array, smoothness: Real = 1.0) -> Array:
    """Gamut transfer: give an image the light, the tones and the gamut of another one.

    Parameters
    ----------
    target : (H, W, 3) uint8, or float in [0, 1]. What is recoloured
    reference : of target's dtype, of any height and width. Whose colours are wanted
    smoothness : float >= 0, as for ``match_luminance``

    Returns
    -------
    Array of target's shape and dtype, saturated.

    Convention
    ----------
    White balance of both, luminance matched, colours about their mean mapped by ``align_gamut``,
    the light of the reference put back. uint8 is rounded half to even. The order of the reference's
    pixels matters, since its light is read from its edges.

    Raises
    ------
    TypeError, ValueError : target or reference is no colour image; the dtypes differ; smoothness
        is negative.

    References
    ----------
    Nguyen, Kim and Brown 2014. Taught in 10 §5.
    """
    require_pair(target, reference)
    smoothness = require.number(smoothness, "smoothness", 0, shared.MOST)
    light = estimate_illuminant(reference)
    ours = to_white_axis(target, estimate_illuminant(target))
    theirs = to_white_axis(reference, light)
    ours[..., 2] = match_luminance(ours[..., 2], theirs[..., 2], smoothness)
    mean, wanted_mean = ours.mean(axis=(0, 1)), theirs.mean(axis=(0, 1))
    hull = gamut_hull((ours - mean).reshape(-1, 3))
    wanted_hull = gamut_hull((theirs - wanted_mean).reshape(-1, 3))
    aligned = (ours - mean) @ align_gamut(hull, wanted_hull).T + wanted_mean
    return as_image(from_white_axis(aligned, light), target.dtype)


def _require_light(illuminant):
    """Refuse all but three positive numbers of NumPy's floats."""
    require_finite(illuminant, "illuminant", 3)
    if not (illuminant >= shared.LEAST).all():
        raise ValueError(f"illuminant: expected positive numbers, got {illuminant.tolist()}")
