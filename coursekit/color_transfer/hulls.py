"""Convex hulls of colours, and the turn that brings one onto another: a few corners, on the CPU."""

import numpy as np
from scipy.optimize import minimize
from scipy.spatial import ConvexHull, QhullError

_PART = 2**18  # colours whose hull is taken at once; the hull of the parts' corners is the whole's
_TURNS = 8
_MOST_STRETCH = np.log(8)


def corners(colors):
    """The corners (K, 3) of the convex hull of colours (N, 3); see ``reference.gamut_hull``."""
    colors = colors.round(9)  # or rounding, which no two machines share, would choose corners
    parts = [_outside(colors[i : i + _PART]) for i in range(0, len(colors), _PART)]
    found = _outside(np.concatenate(parts)) if len(parts) > 1 else parts[0]
    if volume(found) > 0:
        return found
    outermost = [found[:, axis].argsort()[[0, -1]] for axis in range(3)]
    return np.unique(found[np.concatenate(outermost)], axis=0)


def _outside(colors):
    """The corners of the hull, sorted; all different colours where they have no body."""
    try:
        return np.unique(colors[ConvexHull(colors).vertices], axis=0)
    except (QhullError, ValueError):  # fewer than four colours, or all in a plane
        return np.unique(colors, axis=0)


def volume(points):
    """The volume of the convex hull; 0 where the points lie in a plane."""
    try:
        return ConvexHull(points).volume
    except (QhullError, ValueError):
        return 0.0


def alignment(hull, reference_hull):
    """The turn and stretch of colour (3, 3) that bring hull onto another; see ``align_gamut``."""
    own, theirs = volume(hull), volume(reference_hull)
    if not (own and theirs):
        return np.eye(3)

    def unshared(parameters):  # E(T) = 2 V(T·hull ∪ reference) - V(reference) - V(T·hull)
        turn = _turn(*parameters)
        both = volume(np.concatenate([hull @ turn.T, reference_hull]))
        return 2 * both - theirs - own * np.linalg.det(turn)

    starts = [
        _start(angle, hull, reference_hull) for angle in 2 * np.pi * np.arange(_TURNS) / _TURNS
    ]
    best = minimize(
        unshared,
        min(starts, key=unshared),
        method="Nelder-Mead",
        bounds=[(None, None), *[(-_MOST_STRETCH, _MOST_STRETCH)] * 2],
        options={"xatol": 1e-4, "fatol": 1e-9},
    )
    return _turn(*best.x)


def _start(angle, hull, reference_hull):
    """A turn by this angle, stretched until the corners are as far out as the reference's."""
    turned = hull @ _turn(angle, 0, 0).T
    ratios = np.linalg.norm(reference_hull, axis=0) / np.linalg.norm(turned, axis=0)
    ratios *= np.sqrt(len(hull) / len(reference_hull))
    return angle, *np.clip(np.log(ratios[:2]), -_MOST_STRETCH, _MOST_STRETCH)


def _turn(angle, log_first, log_second):
    cosine, sine = np.cos(angle), np.sin(angle)
    rotation = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
    return np.diag([np.exp(log_first), np.exp(log_second), 1]) @ rotation
