"""What both engines need: the format of a hidden message, and checks of arguments."""

import reprlib

import numpy as np

from coursekit.core import require

LARGEST = 1e30  # of a factor: its products with levels stay finite in float32
LARGEST_POINT, LEAST_STEP = 1e12, 1e-20  # and so do slopes between points

# ------------------------------------------------------------------ a hidden message

# Its length, then its bytes, cut into groups of bits: on the CPU for both engines.

HEADER_BYTES = 4  # the length of the data, big-endian


def to_parts(data, bits, values):
    """Cut a message into numbers below 2 ** bits, highest bit first.

    Parameters
    ----------
    data : bytes
    bits : int, 1 to 8
    values : int, how many numbers the image can hold

    Returns
    -------
    (N,) uint8, N <= values; the last one is padded with zeros

    Raises
    ------
    TypeError : data is not bytes.
    ValueError : the message does not fit; the error says how many bytes would.
    """
    if not isinstance(data, bytes):
        raise TypeError(f"data: expected bytes, got {type(data).__name__}")
    capacity = max(values * bits // 8 - HEADER_BYTES, 0)
    if len(data) > capacity or values * bits < 8 * HEADER_BYTES:
        raise ValueError(f"data: {len(data)} bytes do not fit, there is room for {capacity}")
    message = len(data).to_bytes(HEADER_BYTES, "big") + data
    stream = np.unpackbits(np.frombuffer(message, np.uint8))
    groups = np.pad(stream, (0, -stream.size % bits)).reshape(-1, bits)
    return np.packbits(groups, axis=1)[:, 0] >> (8 - bits)


def from_parts(parts, bits):
    """Join numbers below 2 ** bits into bytes, and give as many as the length in front says.

    Parameters
    ----------
    parts : (N,) uint8
    bits : int, 1 to 8

    Returns
    -------
    bytes

    Raises
    ------
    ValueError : the length found is more than the image can hold: no message, or other bits.
    """
    stream = np.unpackbits(parts[:, None], axis=1)[:, 8 - bits :].flatten()
    message = np.packbits(stream[: stream.size // 8 * 8]).tobytes()
    length = int.from_bytes(message[:HEADER_BYTES], "big")
    if len(message) < HEADER_BYTES or length > len(message) - HEADER_BYTES:
        raise ValueError(f"image: no message is hidden in its lowest {bits} bit(s)")
    return message[HEADER_BYTES : HEADER_BYTES + length]


# ------------------------------------------------------------------ checks


def require_transformed(s, shape):
    """Refuse all but floats of the shape: what T made of the input levels."""
    require.floats(s, "s")
    if tuple(s.shape) != tuple(shape):
        raise ValueError(f"s: expected shape {tuple(shape)}, got {tuple(s.shape)}")


def require_span(low, high, white):
    """Refuse all but 0 <= low < high <= white; return both as numbers."""
    low, high = require.interval(low, high, 0, white)
    if low == high:
        raise ValueError(f"low and high: expected low < high, got {low} for both")
    if high - low < 1 / LARGEST:
        raise ValueError(
            f"low and high: expected a difference of {1 / LARGEST:g} or more, got {high - low}"
        )
    return low, high


def require_points(pairs):
    """Refuse all but two or more pairs (r, s) of numbers, r increasing; return them as float64."""
    if isinstance(pairs, np.ndarray):
        require.numpy_array(pairs, "points")
    try:
        array = np.asarray(pairs).astype(np.float64, casting="same_kind")
    except (TypeError, ValueError, RuntimeError):
        got = reprlib.repr(pairs)
        raise TypeError(f"points: expected pairs of numbers (r, s), got {got}") from None
    array = require.points(array)
    if np.abs(array).max() > LARGEST_POINT or np.diff(array[:, 0]).min() < LEAST_STEP:
        raise ValueError(
            f"points: expected numbers up to {LARGEST_POINT:g}, and r increasing by "
            f"{LEAST_STEP:g} or more, got {array.tolist()}"
        )
    return array
