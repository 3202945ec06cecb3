"""Regraining: the gradients of the image before, given back to the recoloured one.

Pitié, Kokaram and Dahyot 2005; 2007, §5.
"""

import numpy as np
from scipy.sparse import csr_array

from coursekit.color_transfer import shared
from coursekit.color_transfer.reference.unit_cube import as_image, in_unit, require_finite
from coursekit.core import require
from coursekit.core.types import Array, Integer, Real


def regrain_weights(
    target: Array, scale: Real = 1.0, smoothness: Real = 1.0
) -> tuple[Array, Array]:
    """Regraining, the weights: where gradients must be kept (φ), and where new colours must (ψ).

    Parameters
    ----------
    target : (H, W, 3) float in [0, 1], the image before its colours were changed
    scale : float > 0, 1 for the full image, 1/2 for half of its height and width ...
    smoothness : float > 0, the larger, the smoother across edges

    Returns
    -------
    phi, psi : (H, W) float64

    Convention
    ----------
    φ = 30 scale / (1 + 10 |∇I| / smoothness) and ψ = min(1, 256 |∇I| / 5): in flat parts the grain
    matters, across edges the colours. |∇I| is over rows, columns and the three channels, of
    differences from the pixel before to the pixel behind; at the border, the nearest one counts
    again.

    Raises
    ------
    TypeError, ValueError : target is no colour image of floats; scale or smoothness is not
        positive.

    References
    ----------
    Pitié, Kokaram and Dahyot 2007, §5. Taught in 10 §4.
    """
    require.color(target, "target")
    require_finite(target, "target", None, None, 3)
    scale = require.number(scale, "scale", shared.LEAST, shared.MOST)
    smoothness = require.number(smoothness, "smoothness", shared.LEAST, shared.MOST)
    above, below, left, right = _neighbors(target.astype(np.float64))
    gradient = np.sqrt(((below - above) ** 2 + (right - left) ** 2).sum(axis=2))
    return 30 * scale / (1 + 10 * gradient / smoothness), np.minimum(1, 256 * gradient / 5)


def regrain(
    result: Array,
    target: Array,
    sweeps: tuple[Integer, ...] | list[int] = (4, 16, 32, 64, 64, 64),
    smoothness: Real = 1.0,
    clip: bool = True,
) -> Array:
    """Regraining: give a recoloured image the gradients of the image that it was made of.

    The image J that makes  ∫ φ |∇J - ∇target|² + ψ |J - result|²  small, from coarse to fine.

    Parameters
    ----------
    result : (H, W, 3) of target's dtype, recoloured; floats may leave [0, 1]
    target : (H, W, 3) uint8, or float in [0, 1], before it was recoloured
    sweeps : tuple of int >= 0, at the full size, at its half, its quarter ...
    smoothness : float > 0, as for ``regrain_weights``
    clip : bool, saturate floats to [0, 1]; uint8 always is

    Returns
    -------
    Array of target's shape and dtype.

    Convention
    ----------
    Damped Jacobi sweeps (four fifths of each step) of the Euler-Lagrange equation on images
    halved (rounded up, bilinear with a kernel as wide as two pixels of the coarse one) while both
    sides of the half stay above 20 pixels, starting from the target. Double precision. Within 1e-9
    of the authors' program on sizes that halve evenly, else within 5e-3. The sweeps are few, and
    stop before the minimum: ``regrain(target, target)`` is the target but for a little of its
    finest grain (0.005 on average).

    Raises
    ------
    TypeError, ValueError : result or target is no colour image, they differ in shape or dtype;
        sweeps are no whole numbers; smoothness is not positive.

    References
    ----------
    Pitié, Kokaram and Dahyot 2005; 2007, §5. Taught in 10 §4.
    """
    require.color(target, "target")
    require.numpy_array(result, "result")
    if result.dtype != target.dtype:
        raise TypeError(f"result: expected {target.dtype} like target, got {result.dtype}")
    if result.shape != target.shape:
        raise ValueError(f"result: expected shape {target.shape} like target, got {result.shape}")
    if result.dtype != np.uint8:
        require_finite(result, "result", None, None, 3)
    sweeps = shared.require_sweeps(sweeps)
    clip = require.flag(clip, "clip")
    sizes = shared.halves(*target.shape[:2], len(sweeps))
    pyramid = [(in_unit(target), in_unit(result))]
    for size in sizes[1:]:
        target_above, result_above = pyramid[-1]
        pyramid.append((_resized(target_above, size), _resized(result_above, size)))
    grained = pyramid[-1][0]
    for level in reversed(range(len(sizes))):
        grained = _resized(grained, sizes[level])
        wanted_gradients, wanted_colors = pyramid[level]
        phi, psi = regrain_weights(np.clip(wanted_gradients, 0, 1), 2.0**-level, smoothness)
        phi, psi = phi[..., None], psi[..., None]
        weights, wanted = [], psi * wanted_colors
        for near_phi, near in zip(_neighbors(phi), _neighbors(wanted_gradients), strict=True):
            weights.append((near_phi + phi) / 2)
            wanted += weights[-1] * (wanted_gradients - near)
        total = psi + sum(weights)
        for _ in range(sweeps[level]):  # Jacobi: each pixel as its neighbours want it
            pulled = wanted.copy()
            for weight, near in zip(weights, _neighbors(grained), strict=True):
                pulled += weight * near
            grained = 0.8 * pulled / total + 0.2 * grained
    return as_image(grained, target.dtype, clip)


def _neighbors(image):
    """What each pixel has above, below, left and right of it; the border's pixels repeat."""
    padded = np.pad(image, ((1, 1), (1, 1), (0, 0)), mode="edge")
    return padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]


def _resized(image, size):
    """Bilinear: rows and then columns as mixtures of those of image (H, W, C)."""
    for new in size:
        index, weights = shared.triangle_taps(len(image), new)
        starts = np.arange(0, index.size + 1, index.shape[1])
        mixture = csr_array((weights.ravel(), index.ravel(), starts), shape=(new, len(image)))
        rows = mixture @ image.reshape(len(image), -1)
        image = rows.reshape(new, *image.shape[1:]).swapaxes(0, 1)
    return image
