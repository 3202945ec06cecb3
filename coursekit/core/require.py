"""Checks of arguments: each message says what was expected and what was given.

Those that read only shape and dtype accept arrays and tensors; ``core.torch.checks`` has more.
Checks of numbers, flags and words return Python's own ``int``, ``float``, ``bool`` or ``str``, and
callers use the returned value, since NumPy's small integers overflow silently.
"""

import reprlib
import sys
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit.core.types import Array, Real

_FLOATS = ("float32", "float64")


def numpy_array(value: object, name: str) -> None:
    """Refuse all but a NumPy array, and the subclasses that compute differently."""
    if not isinstance(value, np.ndarray):
        raise TypeError(f"{name}: expected a NumPy array, got {type(value).__name__}")
    if isinstance(value, np.matrix):
        raise TypeError(f"{name}: expected a NumPy array, got a matrix; give np.asarray({name})")
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(
            f"{name}: expected a NumPy array, got a masked array; "
            f"give {name}.filled(...) with a value for the masked elements"
        )


def image(array: Any, name: str = "image") -> None:
    """Refuse all but a gray (H, W) or colour (H, W, 3) image, uint8 or float in [0, 1]."""
    numpy_array(array, name)
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] != 3):
        raise ValueError(f"{name}: expected shape (H, W) or (H, W, 3), got {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name}: expected at least one pixel, got shape {array.shape}")
    if array.dtype == np.uint8:
        return
    if array.dtype.name not in _FLOATS:
        raise TypeError(f"{name}: expected uint8 or float in [0, 1], got {array.dtype}")
    low, high = array.min(), array.max()
    if not (low >= 0 and high <= 1):  # NaN fails both
        raise ValueError(
            f"{name}: expected uint8 or float in [0, 1], "
            f"got {array.dtype} with minimum {low} and maximum {high}"
        )


def gray(array: Array, name: str = "image") -> None:
    """Refuse all but a gray (H, W) image, uint8 or float in [0, 1]."""
    image(array, name)
    if array.ndim != 2:
        raise ValueError(f"{name}: expected a gray image of shape (H, W), got {array.shape}")


def color(array: Array, name: str = "image") -> None:
    """Refuse all but a colour (H, W, 3) image, uint8 or float in [0, 1]."""
    image(array, name)
    if array.ndim != 3:
        raise ValueError(f"{name}: expected a colour image of shape (H, W, 3), got {array.shape}")


def uint8(array: object, name: str = "image") -> None:
    """Refuse all but uint8, the only dtype with 256 levels and eight bits."""
    if dtype_of(array, name) != "uint8":
        given = getattr(array, "dtype", type(array).__name__)
        raise TypeError(f"{name}: expected uint8, got {given}")


def floats(array: object, name: str, *sizes: int | None) -> None:
    """Refuse all but float arrays or tensors; sizes are those of the last axes (None: any)."""
    dtype = dtype_of(array, name)
    if dtype not in _FLOATS:
        raise TypeError(f"{name}: expected an array of float32 or float64, got {dtype}")
    last_axes(array, name, *sizes)


def whole_numbers(array: object, name: str, *sizes: int | None) -> None:
    """Refuse all but arrays or tensors of integers; sizes as for ``floats``."""
    dtype = dtype_of(array, name)
    if not (hasattr(array, "shape") and dtype.startswith(("int", "uint"))):
        raise TypeError(f"{name}: expected an array of whole numbers, got {dtype}")
    last_axes(array, name, *sizes)


def last_axes(array: Any, name: str, *sizes: int | None) -> None:
    """Refuse an array whose last axes have other sizes; None means any size."""
    given = tuple(array.shape)
    last = given[len(given) - len(sizes) :] if len(given) >= len(sizes) else ()
    fits = len(last) == len(sizes) and all(
        size in (None, here) for size, here in zip(sizes, last, strict=True)
    )
    if not fits:
        wanted = ", ".join("any" if size is None else str(size) for size in sizes)
        raise ValueError(f"{name}: expected last axes of sizes ({wanted}), got shape {given}")


def dtype_of(array: Any, name: str = "array") -> str:
    """The dtype's name, the same for arrays and tensors; for anything else, its type's name."""
    if not hasattr(array, "shape"):
        return type(array).__name__
    if isinstance(array, np.ndarray):
        numpy_array(array, name)
        return array.dtype.name  # without the order of its bytes
    return str(array.dtype).removeprefix("torch.")


def number(value: object, name: str, low: Real = -np.inf, high: Real = np.inf) -> Any:
    """Refuse all but a finite real number in [low, high]; return it as an int or a float."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name}: expected a number, got {type(value).__name__}")
    plain = int(value) if isinstance(value, (int, np.integer)) else float(value)
    if not (abs(plain) <= sys.float_info.max and low <= plain <= high):
        raise ValueError(f"{name}: expected a finite number in [{low}, {high}], got {value}")
    return plain


def whole(value: object, name: str, low: Real, high: Real) -> int:
    """Refuse all but a whole number in [low, high]; return it as an int."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name}: expected a whole number, got {_shortened(value)}")
    if not low <= int(value) <= high:
        raise ValueError(f"{name}: expected a whole number in [{low}, {high}], got {value}")
    return int(value)


def odd(value: object, name: str = "size") -> int:
    """Refuse all but an odd, positive whole number; return it as an int."""
    number = whole(value, name, 1, np.inf)
    if number % 2 == 0:
        raise ValueError(f"{name}: expected an odd number, got {number}")
    return number


def flag(value: object, name: str) -> bool:
    """Refuse all but True and False; return Python's own."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name}: expected True or False, got {_shortened(value)}")
    return bool(value)


def interval(low: object, high: object, least: Real, most: Real) -> tuple[Any, Any]:
    """Refuse all but least <= low <= high <= most; return both as numbers."""
    low, high = number(low, "low", least, most), number(high, "high", least, most)
    if low > high:
        raise ValueError(f"low and high: expected low <= high, got {low} and {high}")
    return low, high


def points(pairs: ArrayLike, name: str = "points") -> Array:
    """Refuse all but two or more finite pairs (r, s), r increasing; return them as an array."""
    array = np.asarray(pairs, dtype=np.float64)
    if array.ndim != 2 or array.shape[0] < 2 or array.shape[1] != 2:
        raise ValueError(f"{name}: expected two or more pairs (r, s), got shape {array.shape}")
    if not np.isfinite(array).all() or (np.diff(array[:, 0]) <= 0).any():
        raise ValueError(f"{name}: expected finite pairs, r increasing, got {array.tolist()}")
    return array


def one_of(value: object, name: str, choices: Collection[Any]) -> Any:
    """Refuse all but one of the choices, of the same type; return that choice."""
    plain = value.item() if isinstance(value, np.generic) else value
    for choice in choices:
        if isinstance(plain, type(choice)) and type(plain) is not bool and plain == choice:
            return choice
    listed = ", ".join(map(repr, choices))
    raise ValueError(f"{name}: expected one of {listed}, got {_shortened(value)}")


def _shortened(value: object) -> str:
    """The value as one line of a message; for an array or tensor, its type and shape."""
    if hasattr(value, "shape") and not isinstance(value, np.generic):
        return f"{type(value).__name__} of shape {tuple(value.shape)}"
    return reprlib.repr(value)


def labels(array: Any) -> None:
    """Refuse all but an array (H, W) of whole numbers >= 0."""
    numpy_array(array, "labels")
    if array.dtype.kind not in "iu":
        raise TypeError(f"labels: expected a NumPy array of whole numbers, got {array.dtype}")
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"labels: expected shape (H, W) with pixels in it, got {array.shape}")
    if array.min() < 0:
        raise ValueError(f"labels: expected whole numbers >= 0, got {array.min()}")


def same_batch(images: Sequence[int], others: Sequence[int], name: str = "reference") -> None:
    """Refuse others whose leading axes do not fit the images': each equal, 1, or missing."""
    pairs = zip(reversed(images), reversed(others), strict=False)
    if len(others) > len(images) or any(other not in (own, 1) for own, other in pairs):
        raise ValueError(
            f"{name}: expected one for all images or one for each of {tuple(images)}, "
            f"got {tuple(others)}"
        )


def seeds(seed: object, images: int, most: float = np.inf) -> list[int]:
    """Refuse all but one seed up to most, or a list of one per image; return a list of ints."""
    if not isinstance(seed, (list, tuple)):
        return [whole(seed, "seed", 0, most)]
    if len(seed) != images:
        raise ValueError(f"seed: expected one for each of {images} images, got {len(seed)} of them")
    return [whole(each, "seed", 0, most) for each in seed]
