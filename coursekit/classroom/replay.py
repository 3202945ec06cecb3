"""Precomputed results, under the names of the functions that computed them.

A copy of this file replaces a chapter's ``reference`` if its functions would be the answers: it
knows the results that the tests ask for and nothing else. They are in ``answers.npz``, next to it.
"""

import hashlib
import json
from functools import cache, partial
from pathlib import Path

import numpy as np

_DECIMALS = 6  # of floats in arguments, so that rounding on another processor does no harm


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    constants, _ = _stored()
    return constants[name] if name in constants else partial(_result, name)


def _result(name, *arguments, **keywords):
    _, results = _stored()
    key = digest(name, arguments, keywords)
    if key not in results:
        raise LookupError(
            f"{name} is not part of the handout, only its results for the calls in the tests."
        )
    return results[key]


@cache
def _stored():
    with np.load(Path(__file__).with_name("answers.npz"), allow_pickle=False) as kept:
        told = json.loads(str(kept["told"]))
        return tuple({key: _decoded(one, kept) for key, one in part.items()} for part in told)


def digest(name, arguments, keywords):
    """A hash of a call."""
    text = f"{name}{_described(list(arguments))}{_described(keywords)}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _described(value):
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        array = np.round(array, _DECIMALS) + 0.0 if array.dtype.kind == "f" else array
        content = hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()
        return f"{array.dtype.str}{array.shape}{content}"
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(_described, value))}]"
    if isinstance(value, dict):
        return f"{{{','.join(f'{key}:{_described(value[key])}' for key in sorted(value))}}}"
    return repr(value)


def save(path, constants, results):
    """Write ``answers.npz``: constants by name, results by digest."""
    arrays = {}
    told = [{k: _encoded(v, arrays) for k, v in part.items()} for part in (constants, results)]
    np.savez_compressed(path, told=np.array(json.dumps(told)), **arrays)


def _encoded(value, arrays):
    if isinstance(value, (np.ndarray, np.generic)):
        name = f"a{len(arrays)}"
        arrays[name] = value
        return ["array", name]
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, [_encoded(part, arrays) for part in value]]
    if isinstance(value, dict):
        return ["dict", [[key, _encoded(part, arrays)] for key, part in value.items()]]
    if value is None or isinstance(value, (bool, int, float, str)):
        return ["plain", value]
    raise TypeError(f"a {type(value).__name__} cannot be stored")


def _decoded(one, kept):
    kind, value = one
    if kind == "array":
        return kept[value]
    if kind == "dict":
        return {key: _decoded(part, kept) for key, part in value}
    if kind in ("list", "tuple"):
        parts = [_decoded(part, kept) for part in value]
        return tuple(parts) if kind == "tuple" else parts
    return value
