"""Transfer functions: how much of each frequency a filter lets through, from 0 to 1.

Gonzalez and Woods 2018, *Digital Image Processing*, 4th edition, §4.8 to §4.10.

Worked out in float64 on the CPU, and so the same for ``reference`` and ``gpu``. Frequencies are in
cycles a pixel and lie as the Fourier transform leaves them: zero at [0, 0], then the positive ones,
then the negative ones. ``np.fft.fftshift`` moves zero to the middle, for looking at.
"""

import numpy as np

from coursekit.lab import require

KINDS = ("ideal", "butterworth", "gaussian")
PASSES = ("low", "high", "band", "stop")
TINY = np.finfo(np.float32).tiny
GUARD = 1e-6  # of a gray level: halves go up, whatever the last bit of a transform says


def response(shape, kind, cutoff, order=2, passes="low", keep_mean=False):
    """Give H(u, v), (height, width), of a filter that treats all directions alike."""
    require.one_of(kind, "kind", KINDS)
    require.one_of(passes, "passes", PASSES)
    require.whole(order, "order", 1, np.inf)
    frequency = distance(shape, (0, 0))
    if passes in ("low", "high"):
        require.number(cutoff, "cutoff", TINY)
        passed = low_pass(frequency, kind, cutoff, order)
    else:
        passed = low_pass(detuning(frequency, *_band(cutoff)), kind, 1, order)
    result = passed if passes in ("low", "band") else 1 - passed
    if keep_mean:
        result[0, 0] = 1
    return result


def notch_response(shape, centers, radius, kind="butterworth", order=2):
    """Give H(u, v), (height, width), of a filter with a hole at each centre and at its mirror."""
    require.one_of(kind, "kind", KINDS)
    require.number(radius, "radius", TINY)
    require.whole(order, "order", 1, np.inf)
    result = np.ones(shape)
    for row, column in _pairs(centers):
        for center in sorted({(row % 1, column % 1), (-row % 1, -column % 1)}):
            result *= 1 - low_pass(distance(shape, center), kind, radius, order)  # Eq. 4-155
    result[0, 0] = 1
    return result


def low_pass(distance, kind, cutoff, order):
    """Pass what is near zero: 1 at distance 0, falling about the cutoff."""
    with np.errstate(over="ignore"):  # a large power is infinite, and its inverse 0
        if kind == "ideal":
            return np.where(distance <= cutoff, 1.0, 0.0)  # Eq. 4-111
        if kind == "butterworth":
            return 1 / (1 + (distance / cutoff) ** (2 * order))  # Eq. 4-117
        return np.exp(-0.5 * (distance / cutoff) ** 2)  # Eq. 4-116


def distance(shape, center):
    """Distance of each frequency from a centre, the shorter way round: frequencies repeat."""
    rows, columns = (
        (np.fft.fftfreq(size) - middle + 0.5) % 1 - 0.5
        for size, middle in zip(shape, center, strict=True)
    )
    return np.hypot(rows[:, None], columns)


def detuning(frequency, low, high):
    """Distance from a band, in half widths: 0 in its middle, 1 at low and high, infinite at 0.

    A band-pass is a low-pass of this (Table 4.7 has the middle half way; here it is the geometric
    mean, so that a filter does the same at both ends).
    """
    with np.errstate(divide="ignore", over="ignore"):
        return np.abs(frequency**2 - low * high) / (frequency * (high - low))


def _band(cutoff):
    """Refuse all but a pair of frequencies 0 < low < high."""
    if not isinstance(cutoff, (tuple, list)) or len(cutoff) != 2:
        raise TypeError(f"cutoff: expected a pair (low, high) for a band, got {cutoff!r}")
    low, high = cutoff
    require.number(low, "low cutoff", TINY)
    require.number(high, "high cutoff", TINY)
    if low >= high:
        raise ValueError(f"cutoff: expected low < high, got {low} and {high}")
    return low, high


def _pairs(centers):
    """Refuse all but pairs of frequencies in [-0.5, 0.5]; give them as an array (N, 2)."""
    array = np.asarray(centers, dtype=np.float64)
    if array.ndim != 2 or array.shape[0] == 0 or array.shape[1] != 2:
        raise ValueError(f"centers: expected pairs (row, column), got shape {array.shape}")
    if not (np.abs(array) <= 0.5).all():  # NaN fails too
        raise ValueError(f"centers: expected frequencies in [-0.5, 0.5], got {array.tolist()}")
    return array
