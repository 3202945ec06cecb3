"""Plain data as a small JSON header and raw bytes: nothing else leaves a sandbox.

A message is the header's length, the header, then the buffers whose lengths the header gives.
Nothing in it is trusted: lengths are compared with limits before anything is read, shapes with byte
counts, and every array is copied to fresh memory. No pickle, no object dtypes.

This module also runs inside the sandbox, so it imports nothing from coursekit.
"""

import json
import math
import re
import struct
import time

import numpy as np

LARGEST_HEAD = 4 * 2**20
DEEPEST = 32
_LENGTH = struct.Struct("<I")
_DTYPE = re.compile(r"[<>|](b1|[iu][1248]|f(2|4|8|16)|c(8|16|32))")
_LARGEST_INTEGER = 10**300
_CHUNK = 2**20


class NotOnTheWire(ValueError):
    """Data that cannot be sent, or a message that is not what it claims to be."""


# ---------------------------------------------------------------- values


def encode(value, buffers, depth=0):
    """Return a value as JSON, and append its bytes to ``buffers``."""
    if depth > DEEPEST:
        raise NotOnTheWire(f"more than {DEEPEST} levels of nested lists")
    if value is None or type(value) in (bool, float, str):
        return value
    if type(value) is int and abs(value) < _LARGEST_INTEGER:
        return value
    kind, content = _parts(value, buffers)
    if kind in ("list", "tuple", "dict"):
        if len(content) > LARGEST_HEAD // 2:
            raise NotOnTheWire("too many numbers in lists")
        content = [encode(part, buffers, depth + 1) for part in content]
    return {kind: content}


def _parts(value, buffers):
    if type(value) in (list, tuple):
        return type(value).__name__, value
    if type(value) is dict:
        return "dict", [part for pair in value.items() for part in pair]
    if type(value) is complex:
        return "complex", [value.real, value.imag]
    if type(value) is bytes:
        buffers.append(value)
        return "bytes", len(value)
    if isinstance(value, np.generic):
        return "scalar", _array(np.asarray(value), buffers)
    if isinstance(value, np.ndarray):
        return "array", _array(value, buffers)
    if type(value).__module__ == "torch" and hasattr(value, "detach"):
        return "tensor", _array(value.detach().cpu().numpy(), buffers)
    raise NotOnTheWire(f"a value of type {type(value).__name__}")


def _array(array, buffers):
    if not _DTYPE.fullmatch(array.dtype.str):
        raise NotOnTheWire(f"an array of {array.dtype}")
    buffers.append(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return [array.dtype.str, list(array.shape)]


def decode(value, buffers, depth=0):
    """Return the value of some JSON, with its bytes from the iterator ``buffers``."""
    if depth > DEEPEST:
        raise NotOnTheWire("too many levels of nested lists")
    if value is None or type(value) in (bool, int, float, str):
        return value
    if type(value) is not dict or len(value) != 1:
        raise NotOnTheWire("a value of no known kind")
    [(kind, content)] = value.items()
    if kind in ("list", "tuple", "dict") and type(content) is list:
        return _collect(kind, [decode(part, buffers, depth + 1) for part in content])
    return _decode_leaf(kind, content, buffers)


def _collect(kind, parts):
    if kind == "dict":
        try:
            return dict(zip(parts[::2], parts[1::2], strict=True))
        except (TypeError, ValueError):
            raise NotOnTheWire("a dict with unequal numbers of keys and values") from None
    return parts if kind == "list" else tuple(parts)


def _decode_leaf(kind, content, buffers):
    if kind == "complex" and _are_floats(content):
        return complex(*content)
    if kind == "bytes":
        return bytes(next(buffers, b""))
    if kind in ("array", "scalar", "tensor"):
        try:
            return _as(kind, _decode_array(content, next(buffers, b"")))
        except (TypeError, ValueError, MemoryError, OverflowError) as error:
            raise NotOnTheWire(f"an impossible array: {error!s:.100}") from None
    raise NotOnTheWire("a value of no known kind")


def _are_floats(content):
    return type(content) is list and [type(part) for part in content] == [float, float]


def _as(kind, array):
    if kind == "tensor":
        import torch

        return torch.from_numpy(array)
    if kind == "scalar" and array.ndim:
        raise NotOnTheWire("a scalar with a shape")
    return array[()] if kind == "scalar" else array


def _decode_array(content, data):
    dtype, shape = _dtype_and_shape(content)
    if math.prod(shape) * dtype.itemsize != len(data):
        raise NotOnTheWire("an array whose shape and bytes disagree")
    array = np.frombuffer(data, dtype).reshape(shape)
    if dtype.kind == "b":
        return np.array(array.view(np.uint8) != 0)
    return array.copy()


def _dtype_and_shape(content):
    is_pair = type(content) is list and [type(part) for part in content] == [str, list]
    if not is_pair or not _DTYPE.fullmatch(content[0]):
        raise NotOnTheWire("an array of unknown dtype")
    shape = content[1]
    if len(shape) > 32 or not all(type(n) is int and 0 <= n < 2**31 for n in shape):
        raise NotOnTheWire("an array of impossible shape")
    return np.dtype(content[0]), shape


# ---------------------------------------------------------------- messages


def send(stream, head, buffers=()):
    """Send a message; the socket's time limit applies to each part."""
    head = {**head, "sizes": [len(part) for part in buffers]}
    text = json.dumps(head).encode()
    if len(text) > LARGEST_HEAD:
        raise NotOnTheWire("too many numbers in lists")
    stream.sendall(_LENGTH.pack(len(text)) + text)
    for part in buffers:
        stream.sendall(part)


def receive(stream, largest, deadline=None):
    """Receive a message with at most ``largest`` bytes: its header, and an iterator of buffers."""
    (length,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size, deadline))
    if length > LARGEST_HEAD:
        raise NotOnTheWire("a header that is too long")
    head = _parsed(_exactly(stream, length, deadline))
    sizes = head.pop("sizes", None)
    if type(sizes) is not list or not all(type(size) is int and size >= 0 for size in sizes):
        raise NotOnTheWire("invalid sizes")
    if sum(sizes) > largest:
        raise NotOnTheWire(f"more than {largest} bytes")
    return head, iter([_exactly(stream, size, deadline) for size in sizes])


def _parsed(text):
    try:
        head = json.loads(text)
    except (ValueError, RecursionError):
        raise NotOnTheWire("a header that is not JSON") from None
    if type(head) is not dict:
        raise NotOnTheWire("a header that is not an object")
    return head


def _exactly(stream, length, deadline):
    """Read this many bytes; memory grows with what arrives, not with what was announced."""
    data = bytearray()
    while len(data) < length:
        if deadline is not None:
            stream.settimeout(_left(deadline))
        part = stream.recv(min(length - len(data), _CHUNK))
        if not part:
            raise EOFError("the other side has closed the connection")
        data += part
    return data


def _left(deadline):
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("no complete message in time")
    return left
