"""Measuring a region: by its contour (area, length, hull, box) and by its moments."""

from math import comb

import numpy as np
from numpy.typing import ArrayLike

from coursekit.core import require
from coursekit.core.types import Array
from coursekit.regions import shared

ORDERS = np.arange(4)
UP_TO_THREE = ORDERS[:, None] + ORDERS <= 3


def contour_area(contour: ArrayLike, oriented: bool = False) -> float:
    """Contour area: the area of the polygon through the points of a contour.

    Parameters
    ----------
    contour : (N, 2) points (row, column)
    oriented : bool, keep the sign: positive where the contour runs clockwise on the screen

    Returns
    -------
    float, in pixels squared.

    Convention
    ----------
    The polygon runs through the *centres* of the border pixels, so its area is smaller than the
    number of pixels of the region. Equal to ``cv2.contourArea``, whose sign is the same.

    Raises
    ------
    ValueError : contour is no array of points.

    References
    ----------
    Green's theorem; Gonzalez and Woods 2018, §11.3. Taught in 06 §6.
    """
    oriented = require.flag(oriented, "oriented")
    rows, columns = shared.require_contour(contour).astype(np.float64).T
    area = _doubled_areas(rows, columns).sum() / 2
    return float(area if oriented else abs(area))


def _doubled_areas(rows, columns):
    """Twice the signed area of the triangle of the origin and each side of the polygon."""
    return np.roll(columns, 1) * rows - columns * np.roll(rows, 1)


def arc_length(contour: ArrayLike, closed: bool = True) -> float:
    """Arc length: the sum of the distances from each point of a contour to the next.

    Parameters
    ----------
    contour : (N, 2) points (row, column)
    closed : bool, go back from the last point to the first

    Returns
    -------
    float, in pixels.

    Convention
    ----------
    Euclidean: a diagonal step counts sqrt(2). Within 1e-6 of ``cv2.arcLength``, relatively.

    Raises
    ------
    ValueError : contour is no array of points.

    References
    ----------
    Gonzalez and Woods 2018, §11.3. Taught in 06 §6.
    """
    closed = require.flag(closed, "closed")
    points = shared.require_contour(contour).astype(np.float64)
    following = np.roll(points, -1, axis=0) if closed else points[1:]
    steps = following - points[: len(following)]
    return float(np.hypot(*steps.T).sum())


def bounding_rectangle(contour: ArrayLike) -> tuple[int, int, int, int]:
    """Bounding rectangle: the smallest axis-aligned box of whole pixels around the points.

    Parameters
    ----------
    contour : (N, 2) points (row, column), whole numbers

    Returns
    -------
    tuple of int: top, left, height, width.

    Convention
    ----------
    Both ends are inside: a single point has height and width 1. As ``cv2.boundingRect``, which
    gives left, top, width, height.

    Raises
    ------
    ValueError : contour is no array of points.

    References
    ----------
    Gonzalez and Woods 2018, §11.3. Taught in 06 §6.
    """
    points = shared.require_contour(contour).astype(np.float64)
    top, left = np.floor(points.min(axis=0)).astype(int)
    bottom, right = np.floor(points.max(axis=0)).astype(int)
    return int(top), int(left), int(bottom - top + 1), int(right - left + 1)


def convex_hull(points: ArrayLike) -> Array:
    """Convex hull: the corners of the tightest rubber band around the points.

    Parameters
    ----------
    points : (N, 2) points (row, column), in any order

    Returns
    -------
    (M, 2) array of points' dtype: the corners, clockwise on the screen, from the leftmost of the
    topmost ones.

    Convention
    ----------
    Points on a side are no corners; points that are equal count once. The same set of corners as
    ``cv2.convexHull``.

    Raises
    ------
    ValueError : points is no array of points.

    References
    ----------
    Andrew 1979, "Another efficient algorithm for convex hulls in two dimensions", *Information
    Processing Letters* 9(5), 216-219. Taught in 06 §6.
    """
    corners = np.unique(
        shared.require_contour(points, "points"), axis=0
    )  # sorted by row, then by column
    if len(corners) <= 2:
        return corners
    right, left = _half_hull(corners), _half_hull(corners[::-1])
    return np.array(right[:-1] + left[:-1], corners.dtype)


def _half_hull(points):
    """Walk along the sorted points and drop each one at which the band would bend inwards."""
    hull = []
    for point in points.tolist():
        while len(hull) >= 2 and _turn(*hull[-2:], point) <= 0:
            hull.pop()
        hull.append(point)
    return hull


def _turn(first, second, third):
    """Positive where the way from the first over the second to the third turns right."""
    (r1, c1), (r2, c2), (r3, c3) = first, second, third
    return (c2 - c1) * (r3 - r2) - (r2 - r1) * (c3 - c2)


def moments(image: Array) -> Array:
    """Moments of an image: m[p, q] is the sum of row^p column^q f over all pixels.

    m[0, 0] is the area (or the mass), m[1, 0] / m[0, 0] the row of the centroid.

    Parameters
    ----------
    image : (H, W) uint8, or float in [0, 1]; of a mask, every foreground pixel may be 1

    Returns
    -------
    float64 (4, 4), of which only the orders p + q up to 3 are filled; the others are 0.

    Convention
    ----------
    The first index is the power of the row: ``cv2.moments`` calls m[p, q] ``m{q}{p}``. Sums of
    uint8 are exact up to 2 ** 53, which an image of 512 x 512 does not reach.

    Raises
    ------
    TypeError, ValueError : image is no gray image.

    References
    ----------
    Hu 1962; Gonzalez and Woods 2018, §11.4. Taught in 06 §6.
    """
    require.gray(image)
    height, width = image.shape
    rows = np.arange(height, dtype=np.float64)[:, None] ** ORDERS
    columns = np.arange(width, dtype=np.float64)[:, None] ** ORDERS
    return UP_TO_THREE * (rows.T @ image @ columns)


def contour_moments(contour: ArrayLike) -> Array:
    """Moments of a contour: those of the polygon through its points, filled with 1.

    Parameters
    ----------
    contour : (N, 2) points (row, column)

    Returns
    -------
    float64 (4, 4), as ``moments``.

    Convention
    ----------
    By Green's theorem a sum over the corners, whatever the size of the region. The area is taken
    as positive; where it is 0 all moments are. Equal to ``cv2.moments`` of the same points.

    Raises
    ------
    ValueError : contour is no array of points.

    References
    ----------
    Green's theorem; Steger 1996, "On the calculation of arbitrary moments of polygons".
    Taught in 06 §6.
    """
    rows, columns = shared.require_contour(contour).astype(np.float64).T
    doubled = _doubled_areas(rows, columns)
    sign = np.sign(doubled.sum())
    result = np.zeros((4, 4))
    for p, q in np.argwhere(UP_TO_THREE):
        corners = _powers_along_sides(rows, columns, p, q)
        factor = (p + q + 2) * (p + q + 1) * comb(p + q, p)
        result[p, q] = sign * (doubled * corners).sum() / factor
    return result


def _powers_along_sides(rows, columns, p, q):
    """For each side, the sum over the ways to take p rows and q columns from its two ends."""
    before = np.roll(rows, 1), np.roll(columns, 1)
    total = 0
    for k in range(p + 1):
        for j in range(q + 1):
            ways = comb(k + j, j) * comb(p + q - k - j, q - j)
            ends = rows**k * before[0] ** (p - k) * columns**j * before[1] ** (q - j)
            total = total + ways * ends
    return total


def central_moments(moments: Array) -> Array:
    """Central moments: about the centroid, so that a shift of the region changes nothing.

    Parameters
    ----------
    moments : (4, 4), as ``moments`` and ``contour_moments`` give

    Returns
    -------
    float64 (4, 4): mu[p, q] for p + q up to 3, the others 0.

    Convention
    ----------
    mu[1, 0] and mu[0, 1] are 0 up to rounding. Of an empty region everything is 0. As
    ``cv2.moments``, up to rounding.

    Raises
    ------
    ValueError : moments is not (4, 4).

    References
    ----------
    Hu 1962; Gonzalez and Woods 2018, §11.4. Taught in 06 §6.
    """
    shared.require_moments(moments)
    mass = moments[0, 0]
    if mass == 0:
        return np.zeros((4, 4))
    shift_rows, shift_columns = _shift(moments[1, 0] / mass), _shift(moments[0, 1] / mass)
    return UP_TO_THREE * (shift_rows @ moments @ shift_columns.T)


def _shift(mean):
    """The matrix of the binomial theorem: (row - mean)^p = sum of its [p, i] row^i."""
    return np.array([[comb(p, i) * (-mean) ** max(p - i, 0) for i in ORDERS] for p in ORDERS])


def normalized_moments(central: Array) -> Array:
    """Normalized moments: divided by a power of the area, so that scaling changes nothing either.

    Parameters
    ----------
    central : (4, 4), as ``central_moments`` gives

    Returns
    -------
    float64 (4, 4): eta[p, q] for p + q from 2 to 3, the others 0.

    Convention
    ----------
    As the ``nu`` of ``cv2.moments``. Of an empty region everything is 0.

    Raises
    ------
    ValueError : central is not (4, 4).

    References
    ----------
    Hu 1962; Gonzalez and Woods 2018, §11.4. Taught in 06 §6.
    """
    shared.require_moments(central, "central")
    mass = central[0, 0]
    if mass == 0:
        return np.zeros((4, 4))
    order = ORDERS[:, None] + ORDERS
    filled = (order >= 2) & UP_TO_THREE
    return np.where(filled, central / mass ** (order / 2 + 1), 0)


def hu_moments(normalized: Array) -> Array:
    """Hu moments: seven combinations of the moments that a rotation does not change.

    Parameters
    ----------
    normalized : (4, 4), as ``normalized_moments`` gives

    Returns
    -------
    float64 (7,).

    Convention
    ----------
    As ``cv2.HuMoments``. A mirror image changes the sign of the last one alone, and exchanging rows
    and columns is a mirror: hence the transpose, since Hu's first index is the power of x.

    Raises
    ------
    ValueError : normalized is not (4, 4).

    References
    ----------
    Hu 1962, "Visual pattern recognition by moment invariants", *IRE Trans. Information Theory*
    8(2), 179-187. Taught in 06 §6.
    """
    shared.require_moments(normalized, "normalized")
    eta = normalized.T
    a, b = eta[3, 0] + eta[1, 2], eta[2, 1] + eta[0, 3]
    c, d = eta[3, 0] - 3 * eta[1, 2], 3 * eta[2, 1] - eta[0, 3]
    e, f = a * (a**2 - 3 * b**2), b * (3 * a**2 - b**2)
    difference = eta[2, 0] - eta[0, 2]
    return np.array(
        [
            eta[2, 0] + eta[0, 2],
            difference**2 + 4 * eta[1, 1] ** 2,
            c**2 + d**2,
            a**2 + b**2,
            c * e + d * f,
            difference * (a**2 - b**2) + 4 * eta[1, 1] * a * b,
            d * e - c * f,
        ]
    )
