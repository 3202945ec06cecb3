"""The format of a hidden message: its length, then its bytes, cut into groups of bits.

Computed on the CPU by both engines.
"""

import numpy as np

HEADER_BYTES = 4  # the length of the data, big-endian


def to_parts(data, bits, values):
    """Cut a message into numbers below 2 ** bits, highest bit first.

    Parameters
    ----------
    data : bytes
    bits : int, 1 to 8
    values : int, how many numbers there is room for

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
    room = max(values * bits // 8 - HEADER_BYTES, 0)
    if len(data) > room or values * bits < 8 * HEADER_BYTES:
        raise ValueError(f"data: {len(data)} bytes do not fit, there is room for {room}")
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
    ValueError : the length found is longer than there is room for: no message, or other bits.
    """
    stream = np.unpackbits(parts[:, None], axis=1)[:, 8 - bits :].flatten()
    message = np.packbits(stream[: stream.size // 8 * 8]).tobytes()
    length = int.from_bytes(message[:HEADER_BYTES], "big")
    if len(message) < HEADER_BYTES or length > len(message) - HEADER_BYTES:
        raise ValueError(f"no message is hidden in the lowest {bits} bit(s) of this image")
    return message[HEADER_BYTES : HEADER_BYTES + length]
