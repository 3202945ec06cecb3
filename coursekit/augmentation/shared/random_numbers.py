"""A counter-based random generator: a number depends on (seed, epoch, sample) alone.

A sequential generator gives a sample different numbers as soon as something else asked first:
another worker, another batch size, a mask. Philox scrambles a counter instead, and the counter
says which sample, and what of it, the number is for.

Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", *SC'11*, §3.3 (Philox 4x64-10).
"""

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Real

Interval = tuple[Real, Real] | list[int] | list[float] | Array  # (low, high)
LARGEST = 2**64 - 1  # of a seed, an epoch or a sample's number
STREAMS = ("transform", "order", "mix", "hole", "noise", "neighbor")
_MULTIPLIERS = (np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157))
_KEY_STEPS = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
_LOW, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)


def uniform(seed, epoch, samples, count, stream="transform"):
    """Sample uniform numbers in [0, 1), independent of each other, for each sample.

    Parameters
    ----------
    seed, epoch : int, 0 to 2⁶⁴ - 1
    samples : (n,) int, the number of each sample in the data set
    count : int, numbers a sample
    stream : one of ``STREAMS``, what the numbers are for: streams are independent

    Returns
    -------
    (n, count) float64; a row depends on seed, epoch, its sample and stream alone
    """
    seed = require.whole(seed, "seed", 0, LARGEST)
    epoch = require.whole(epoch, "epoch", 0, LARGEST)
    samples = np.asarray(samples).astype(np.uint64)
    blocks = -(-count // 4)
    counter = np.zeros((4, samples.size, blocks), np.uint64)
    counter[0] = np.arange(1, blocks + 1, dtype=np.uint64)  # NumPy counts on before it scrambles
    counter[1] = samples[:, None]
    counter[2] = STREAMS.index(stream)
    words = np.moveaxis(philox(counter, (seed, epoch)), 0, -1).reshape(samples.size, 4 * blocks)
    return (words[:, :count] >> np.uint64(11)) * 2.0**-53


def philox(counter, key):
    """Scramble counters by ten rounds of Philox 4x64: the words of ``numpy.random.Philox``.

    Parameters
    ----------
    counter : (4, ...) uint64
    key : two int, 0 to 2⁶⁴ - 1

    Returns
    -------
    (4, ...) uint64
    """
    a, b, c, d = counter
    keys = list(key)
    for _ in range(10):
        (high_a, low_a), (high_c, low_c) = map(_product, _MULTIPLIERS, (a, c))
        a, b, c, d = (
            high_c ^ b ^ np.uint64(keys[0]),
            low_c,
            high_a ^ d ^ np.uint64(keys[1]),
            low_a,
        )
        keys = [(k + step) % 2**64 for k, step in zip(keys, _KEY_STEPS, strict=True)]
    return np.stack([a, b, c, d])


def _product(one, other):
    """The high and the low word of a product of 128 bits, by halves as with pencil and paper."""
    one_high, one_low = one >> _HALF, one & _LOW
    high, low = other >> _HALF, other & _LOW
    crossed = one_low * high + (one_low * low >> _HALF)
    carried = one_high * low + (crossed & _LOW)
    return one_high * high + (crossed >> _HALF) + (carried >> _HALF), one * other


def order(count, seed, epoch):
    """Shuffle 0 .. count - 1 for one epoch: (count,) int64, another order in each epoch."""
    return np.argsort(uniform(seed, epoch, np.arange(count), 1, "order")[:, 0], kind="stable")


def mixing(count, alpha, seed):
    """Sample a share from Beta(alpha, alpha), float64 in [0, 1], and a partner for each image."""
    from scipy.stats import beta

    alpha = require.number(alpha, "alpha", 1e-6, 1e6)
    shares, places = uniform(seed, 0, np.arange(count), 2, "mix").T
    return beta.ppf(shares, alpha, alpha), np.argsort(places, kind="stable")


def square(shape, size, seed):
    """Sample a square: top, left, bottom, right, clipped to the image (H, W, ...)."""
    size = require.whole(size, "size", 1, 2**31)
    height, width = shape[:2]
    row, column = np.floor(uniform(seed, 0, [0], 2, "hole")[0] * (height, width)).astype(int)
    top, left = row - size // 2, column - size // 2
    return (
        int(max(top, 0)),
        int(max(left, 0)),
        int(min(top + size, height)),
        int(min(left + size, width)),
    )


def rectangle(shape, seed, probability, area, aspect):
    """Sample a rectangle that fits: top, left, bottom, right; an empty one where there is none."""
    probability = require.number(probability, "probability", 0, 1)
    shares = require_interval(area, "area", 0, 1)
    aspects = require_interval(aspect, "aspect", 1e-6, 1e6)
    height, width = shape[:2]
    uniforms = uniform(seed, 0, [0], 3 + 2 * 100, "hole")[0]
    tries = uniforms[3:].reshape(-1, 2)
    sizes = height * width * between(tries[:, 0], shares)
    ratios = between(tries[:, 1], aspects)
    tall = np.rint(np.sqrt(sizes * ratios)).astype(int)
    wide = np.rint(np.sqrt(sizes / ratios)).astype(int)
    fits = np.flatnonzero((tall < height) & (wide < width) & (tall > 0) & (wide > 0))
    if uniforms[0] >= probability or not fits.size:
        return 0, 0, 0, 0
    tall, wide = int(tall[fits[0]]), int(wide[fits[0]])
    top = int(uniforms[1] * (height - tall + 1))
    left = int(uniforms[2] * (width - wide + 1))
    return top, left, top + tall, left + wide


def levels(shape, seed):
    """Give a random level in [0, 1) for each value of a rectangle of an image."""
    return uniform(seed, 0, [0], int(np.prod(shape)), "noise").reshape(shape)


def between(uniforms, limits):
    """Scale [0, 1) to [low, high)."""
    low, high = limits
    return low + (high - low) * uniforms


def require_interval(
    limits: Interval, name: str, least: Real = -np.inf, most: Real = np.inf
) -> tuple[float, float]:
    """Refuse all but a pair (low, high) with least <= low <= high <= most; give it as floats."""
    if isinstance(limits, np.ndarray):
        require.numpy_array(limits, name)
        limits = [*limits.ravel()]
    if not isinstance(limits, (tuple, list)) or len(limits) != 2:
        raise ValueError(f"{name}: expected a pair (low, high), got {limits!r}")
    low, high = (float(require.number(value, name, least, most)) for value in limits)
    if low > high:
        raise ValueError(f"{name}: expected low <= high, got {limits!r}")
    return low, high
