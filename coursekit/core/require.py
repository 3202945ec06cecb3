"""Checks of arguments: each message says what was expected and what was given.

Those that read only shape and dtype take arrays and tensors; ``core.torch.checks`` has more.
"""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from coursekit.core.types import Array, Integer, Real

_FLOATS = ("float32", "float64")


def image(array: object, name: str = "image") -> None:
    """Refuse all but a gray (H, W) or colour (H, W, 3) picture, uint8 or float in [0, 1]."""
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name}: expected a NumPy array, got {type(array).__name__}")
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] != 3):
        raise ValueError(f"{name}: expected shape (H, W) or (H, W, 3), got {array.shape}")
    if array.size == 0:
        raise ValueError(f"{name}: expected at least one pixel, got shape {array.shape}")
    _levels(array, name)


def gray(array: Array, name: str = "image") -> None:
    """Refuse all but a gray (H, W) picture, uint8 or float in [0, 1]."""
    image(array, name)
    if array.ndim != 2:
        raise ValueError(f"{name}: expected a gray picture of shape (H, W), got {array.shape}")


def color(array: Array, name: str = "image") -> None:
    """Refuse all but a colour (H, W, 3) picture, uint8 or float in [0, 1]."""
    image(array, name)
    if array.ndim != 3:
        raise ValueError(f"{name}: expected a colour picture of shape (H, W, 3), got {array.shape}")


def _levels(array: Array, name: str) -> None:
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


def uint8(array: object, name: str = "image") -> None:
    """Refuse all but uint8, the one dtype that has 256 levels and eight bits."""
    dtype = str(getattr(array, "dtype", type(array).__name__))
    if dtype.removeprefix("torch.") != "uint8":
        raise TypeError(f"{name}: expected uint8, got {dtype}")


def floats(array: object, name: str, *sizes: int | None) -> None:
    """Refuse all but float arrays or tensors; sizes are those of the last axes, None for any."""
    dtype = dtype_of(array)
    if dtype not in _FLOATS:
        raise TypeError(f"{name}: expected an array of float32 or float64, got {dtype}")
    last_axes(array, name, *sizes)


def whole_numbers(array: object, name: str, *sizes: int | None) -> None:
    """Refuse all but arrays or tensors of integers; sizes as for ``floats``."""
    dtype = dtype_of(array)
    if not (hasattr(array, "shape") and dtype.startswith(("int", "uint"))):
        raise TypeError(f"{name}: expected an array of whole numbers, got {dtype}")
    last_axes(array, name, *sizes)


def last_axes(array: Any, name: str, *sizes: int | None) -> None:
    """Refuse an array whose last axes have other sizes; None stands for any."""
    given = tuple(array.shape)
    last = given[len(given) - len(sizes) :] if len(given) >= len(sizes) else ()
    fits = len(last) == len(sizes) and all(
        size in (None, here) for size, here in zip(sizes, last, strict=True)
    )
    if not fits:
        wanted = ", ".join("any" if size is None else str(size) for size in sizes)
        raise ValueError(f"{name}: expected last axes of sizes ({wanted}), got shape {given}")


def dtype_of(array: Any) -> str:
    """The dtype's name, the same for arrays and tensors; of anything else its type's."""
    if not hasattr(array, "shape"):
        return type(array).__name__
    return str(array.dtype).removeprefix("torch.")


def number(value: object, name: str, low: Real = -np.inf, high: Real = np.inf) -> None:
    """Refuse all but a finite real number in [low, high]."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.number)):
        raise TypeError(f"{name}: expected a number, got {type(value).__name__}")
    if not (np.isfinite(value) and low <= value <= high):
        raise ValueError(f"{name}: expected a finite number in [{low}, {high}], got {value}")


def whole(value: object, name: str, low: Real, high: Real) -> None:
    """Refuse all but a whole number in [low, high]."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name}: expected a whole number, got {value!r}")
    if not low <= value <= high:
        raise ValueError(f"{name}: expected a whole number in [{low}, {high}], got {value}")


def odd(value: Integer, name: str = "size") -> None:
    """Refuse all but an odd, positive whole number."""
    whole(value, name, 1, np.inf)
    if value % 2 == 0:
        raise ValueError(f"{name}: expected an odd number, got {value}")


def interval(low: Real, high: Real, least: Real, most: Real) -> None:
    """Refuse all but least <= low <= high <= most."""
    number(low, "low", least, most)
    number(high, "high", least, most)
    if low > high:
        raise ValueError(f"low and high: expected low <= high, got {low} and {high}")


def points(pairs: ArrayLike, name: str = "points") -> Array:
    """Refuse all but two or more finite pairs (r, s) with r increasing; give them as an array."""
    array = np.asarray(pairs, dtype=np.float64)
    if array.ndim != 2 or array.shape[0] < 2 or array.shape[1] != 2:
        raise ValueError(f"{name}: expected two or more pairs (r, s), got shape {array.shape}")
    if not np.isfinite(array).all() or (np.diff(array[:, 0]) <= 0).any():
        raise ValueError(f"{name}: expected finite pairs, r increasing, got {array.tolist()}")
    return array


def one_of(value: object, name: str, choices: Collection[object]) -> None:
    """Refuse all but one of the choices."""
    if value not in choices:
        raise ValueError(f"{name}: expected one of {', '.join(map(repr, choices))}, got {value!r}")


def labels(array: object) -> None:
    """Refuse all but whole numbers from 0 in (H, W)."""
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "iu":
        kind = getattr(array, "dtype", type(array).__name__)
        raise TypeError(f"labels: expected a NumPy array of whole numbers, got {kind}")
    if array.ndim != 2 or array.size == 0:
        raise ValueError(f"labels: expected shape (H, W) with pixels in it, got {array.shape}")
    if array.min() < 0:
        raise ValueError(f"labels: expected 0 and above, got {array.min()}")


def same_batch(images: Sequence[int], others: Sequence[int], name: str = "reference") -> None:
    """Refuse others of leading axes that do not serve the images': equal, 1, or missing."""
    pairs = zip(reversed(images), reversed(others), strict=False)
    if len(others) > len(images) or any(other not in (own, 1) for own, other in pairs):
        raise ValueError(
            f"{name}: expected one for all pictures or one for each of {tuple(images)}, "
            f"got {tuple(others)}"
        )
