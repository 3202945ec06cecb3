"""Assertions for exercise tests, stage by stage: each stops at the first stage that fails."""

import sys
from collections.abc import Mapping
from os.path import commonprefix
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from coursekit.core.types import Array, Real
from coursekit.lab.check import diagnosis as known

Stage = Literal[
    "stub", "none", "type", "shape", "dtype", "range", "error", "wrong", "almost", "right",
]  # fmt: skip
STAGES: tuple[Stage, ...] = (
    "stub", "none", "type", "shape", "dtype", "range", "error", "wrong", "almost", "right",
)  # fmt: skip

Mistakes = Mapping[str, ArrayLike | list[ArrayLike]]  # name of a known mistake -> what it gives

_ALMOST_SHARE = 0.02
_FLOAT_SLACK = 16  # units in the last place, so that the order of a sum costs nothing
_COARSEST = float(np.finfo(np.float32).eps)  # half precision buys no tolerance
_ULP_OF_NUMBERS = 1e-9 / _FLOAT_SLACK  # of a number by itself, which is often a long sum


class Mismatch(AssertionError):
    """What an answer returned and the test expected: a stage and a sentence, perhaps images."""

    def __init__(
        self,
        stage: Stage,
        sentence: str,
        yours: Any = None,
        expected: Any = None,
        diagnosis: str | None = None,
    ) -> None:
        super().__init__(sentence)
        self.stage, self.sentence, self.diagnosis = stage, sentence, diagnosis
        self.yours, self.expected = yours, expected


def assert_image_equal(
    actual: object,
    expected: ArrayLike,
    tolerance: Real = 0,
    image: Array | None = None,
    mistakes: Mistakes | None = None,
    exact_dtype: bool = False,
) -> None:
    """Check an image, stage by stage: (H, W) or (H, W, 3); floats may have any width.

    ``tolerance`` is the difference allowed at each pixel. ``image`` is the input, so that an
    unchanged image is diagnosed. ``mistakes`` maps the name of a known mistake to its result, an
    array, or a list of arrays if the mistake can be made in several ways.
    """
    actual, expected = _as_array(actual, expected)
    _same_shape(actual, expected, tolerance, mistakes, picture=True)
    exact_dtype = exact_dtype or expected.dtype.kind in "ub"
    _same_frame(actual, expected, exact_dtype, mistakes, picture=True)
    _same_values(actual, expected, tolerance, image, mistakes, picture=True)


def assert_array_equal(
    actual: object,
    expected: ArrayLike,
    tolerance: Real = 0,
    mistakes: Mistakes | None = None,
    exact_dtype: bool = False,
    accept_lists: bool = False,
) -> None:
    """Check, stage by stage, an array that is not an image: a table, a histogram, coordinates."""
    if accept_lists and isinstance(actual, (list, tuple)):
        actual = _from_list(actual, np.asarray(expected))
    actual, expected = _as_array(actual, expected)
    _same_shape(actual, expected, tolerance, mistakes, picture=False)
    _same_frame(actual, expected, exact_dtype, mistakes, picture=False)
    _same_values(actual, expected, tolerance, None, mistakes, picture=False)


def assert_value_equal(
    actual: Any, expected: Any, tolerance: Real = 0, mistakes: Mapping[str, Any] | None = None
) -> None:
    """Check, stage by stage, a number, boolean or text, or a tuple, list or dict of these."""
    if actual is None and expected is not None:
        raise Mismatch("none", _NOTHING)
    if isinstance(expected, (tuple, list, dict)):
        _same_collection(actual, expected, tolerance, mistakes)
    elif isinstance(expected, np.ndarray) and expected.ndim:
        assert_array_equal(actual, expected, tolerance, mistakes)
    else:
        _same_scalar(actual, _scalar(expected), tolerance, mistakes)


def assert_raises(function: Any, error: type[Exception], *arguments: Any, **keywords: Any) -> None:
    """The student's function must refuse these arguments with this error."""
    reply = function.reply(*arguments, **keywords)
    if reply.failure is None:
        raise Mismatch(
            "wrong", f"{reply.call} should raise {error.__name__}, but it returned an answer."
        )
    if error.__name__ not in reply.failure.kinds or not reply.failure.is_raised_inside:
        if reply.failure.stage != "error" or not reply.failure.is_raised_inside:
            raise reply.failure.mismatch(function.name)
        told = f": {reply.failure.message}" if reply.failure.message else ""
        raise Mismatch(
            "wrong",
            f"{reply.call} should raise {error.__name__}, but it raised {reply.failure.kinds[0]}"
            f"{told}.",
        )


def assert_own_memory(student: Any) -> None:
    """The result of the student's last call must not be a view of its input."""
    if student.last.shares_memory:
        raise Mismatch(
            "almost",
            "Your result shares its memory with the argument: changing one changes both. "
            "Return a copy.",
            diagnosis="shares memory",
        )


_NOTHING = "Your function returned None: does every path through it end with `return` and a value?"


def _as_array(actual, expected):
    expected = _from_tensor(expected)
    if actual is None:
        raise Mismatch("none", _NOTHING)
    actual = _from_tensor(actual)
    if not isinstance(actual, np.ndarray):
        raise Mismatch(
            "type",
            f"A NumPy array is needed, but your function returned {_kind(actual)}.",
            diagnosis=known.of_list(actual, expected),
        )
    return actual, np.asarray(expected)


def _from_tensor(value):
    is_tensor = type(value).__module__ == "torch" and hasattr(value, "detach")
    return value.detach().cpu().numpy() if is_tensor else value


def _from_list(actual, expected):
    try:
        array = np.asarray(actual)
    except ValueError:
        raise Mismatch("shape", "The rows of your list have different lengths.") from None
    return array if array.dtype.kind in "biufc" or expected.dtype.kind in "SU" else actual


def _kind(value):
    name = type(value).__name__
    begins_with_vowel = name[0] in "aeio" or name == "ndarray"  # as spoken: "you-int", "en-dee"
    return f"{'an' if begins_with_vowel else 'a'} {name}"


def _same_shape(actual, expected, tolerance, mistakes, picture):
    if actual.shape != expected.shape:
        name = known.of_mistakes(actual, tolerance, mistakes or {})
        raise Mismatch(
            "shape",
            f"The result should have shape {expected.shape}, but yours has {actual.shape}.",
            diagnosis=name or known.of_shape(actual.shape, expected.shape),
            **_shown(picture, actual, expected),
        )


def _same_frame(actual, expected, exact_dtype, mistakes, picture):
    if not _dtype_fits(actual.dtype, expected.dtype, exact_dtype):
        raise Mismatch(
            "dtype",
            f"The result should be {expected.dtype}, but yours is {actual.dtype}.",
            diagnosis=known.of_dtype(actual, expected),
        )
    _in_range(actual, expected, mistakes, picture)


def _dtype_fits(actual, expected, exact):
    families = {"i": "iu", "u": "iu", "f": "f", "c": "c", "b": "b", "U": "U", "S": "S"}
    if exact:
        return actual == expected
    return actual.kind in families.get(expected.kind, expected.kind)


def _in_range(actual, expected, mistakes, picture):
    if actual.dtype.kind in "fc" and not np.isfinite(actual[np.isfinite(expected)]).all():
        where = np.argwhere(~np.isfinite(actual) & np.isfinite(expected))[0]
        raise Mismatch(
            "range",
            f"The result contains {actual[tuple(where)]}, first at {_place(where)}.",
            diagnosis=known.of_mistakes(actual, 0, mistakes or {}) or "not a number",
        )
    scaled = known.of_range(actual, expected) if picture else None
    if scaled:
        raise Mismatch(
            "range",
            f"The values should run from {_number(expected.min())} to {_number(expected.max())}, "
            f"but yours run from {_number(actual.min())} to {_number(actual.max())}.",
            diagnosis=scaled,
            **_shown(picture, actual, expected),
        )


def _same_values(actual, expected, tolerance, image, mistakes, picture):
    difference = _difference(actual, expected)
    allowed = tolerance + _slack(actual, expected)
    if (difference <= allowed).all():
        return
    name = known.of_values(actual, expected, allowed, image, mistakes or {}, picture)
    raise Mismatch(
        _wrong_or_almost(difference > allowed, difference, expected),
        _where_it_differs(actual, expected, difference, allowed, picture),
        diagnosis=name,
        **_shown(picture, actual, expected),
    )


def _difference(actual, expected):
    if expected.dtype.kind in "US":
        return (actual != expected).astype(float)
    wide = np.complex128 if "c" in (actual.dtype.kind, expected.dtype.kind) else np.float64
    with np.errstate(invalid="ignore"):
        difference = np.abs(actual.astype(wide) - expected.astype(wide))
    alike = (actual == expected) | (np.isnan(expected.astype(wide)) & np.isnan(actual.astype(wide)))
    if {actual.dtype.kind, expected.dtype.kind} <= set("iu"):
        difference = np.maximum(difference, 1.0)  # large ones that are equal as floats
    return np.where(alike, 0.0, np.where(np.isnan(difference), np.inf, difference))


def _slack(actual, expected):
    if expected.dtype.kind not in "fc":
        return 0.0
    finite = np.abs(expected[np.isfinite(expected)])
    unit = max(_unit(actual.dtype), _unit(expected.dtype))
    return _FLOAT_SLACK * unit * max(1.0, float(finite.max(initial=0.0)))


def _unit(dtype):
    """The unit in the last place of 1, of a float's dtype, but never above float32's."""
    return min(float(np.finfo(dtype).eps), _COARSEST) if dtype.kind in "fc" else 0.0


def _wrong_or_almost(differs, difference, expected):
    one_step = 1 if expected.dtype.kind in "iu" else 0.005
    close = expected.dtype.kind in "iuf" and difference.max() <= one_step
    near = close and np.abs(expected).max() > 8 * one_step
    return "almost" if near or differs.mean() <= _ALMOST_SHARE else "wrong"


def _where_it_differs(actual, expected, difference, allowed, picture):
    differs = difference > allowed
    pixels = differs.any(axis=2) if picture and differs.ndim == 3 else differs
    most = difference.max(axis=2) if pixels.ndim < difference.ndim else difference
    place = tuple(np.argwhere(most == most.max())[0])
    thing = "pixel" if picture else "value"
    count, total = int(pixels.sum()), pixels.size
    measured = expected.dtype.kind not in "bUS"
    largest = f"the largest difference is {_number(most.max())}, first" if measured else "the first"
    return (
        f"{count} of {total} {thing}s {'differs' if count == 1 else 'differ'}; {largest} at "
        f"{_axes(pixels.ndim, picture)}{_place(place)}: yours {_number(actual[place])}, "
        f"expected {_number(expected[place])}."
    )


def _axes(ndim, picture):
    return "(row, column) = " if picture and ndim == 2 else "index "


def _place(index):
    return f"({', '.join(str(int(i)) for i in index)}{',' if len(index) == 1 else ''})"


def _number(value):
    if isinstance(value, np.ndarray):
        return f"({', '.join(_number(part) for part in value)})"
    value = _scalar(value)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _told(actual, expected):
    """Both values, shortened, but including the place where they begin to differ."""
    texts = [repr(v) if isinstance(v, (str, bytes)) else _number(v) for v in (actual, expected)]
    if texts[0] == texts[1]:  # the same to six digits
        texts = [repr(actual), repr(expected)]
    alike = len(commonprefix(texts))
    start = alike - 20 if alike > 50 else 0
    return [_cut(text, start) for text in texts]


def _cut(text, start):
    text = f"...{text[start:]}" if start else text
    return text if len(text) <= 60 else f"{text[:57]}..."


def _shown(picture, actual, expected):
    return {"yours": actual, "expected": expected} if picture else {}


def _scalar(value):
    value = _from_tensor(value)
    if isinstance(value, np.generic) or (isinstance(value, np.ndarray) and value.ndim == 0):
        plain = value.item()
        wide = {"f": float, "c": complex}.get(value.dtype.kind)  # longdouble has no Python number
        return wide(plain) if wide else plain
    return value


def _same_collection(actual, expected, tolerance, mistakes):
    if isinstance(expected, dict):
        return _same_dict(actual, expected, tolerance)
    if not isinstance(actual, (tuple, list)):
        raise Mismatch(
            "type", f"{_kind(expected).capitalize()} of {len(expected)} is needed, but your "
            f"function returned {_kind(actual)}."
        )  # fmt: skip
    if len(actual) != len(expected):
        raise Mismatch(
            "shape",
            f"{len(expected)} values are needed, but your function returned {len(actual)}.",
            diagnosis=known.of_value(actual, expected, mistakes or {}),
        )
    _items(zip(actual, expected, strict=True), tolerance, expected, actual, mistakes)
    return None


def _items(pairs, tolerance, expected, actual, mistakes):
    for number, (mine, wanted) in enumerate(pairs):
        try:
            assert_value_equal(mine, wanted, tolerance)
        except Mismatch as mismatch:
            if mismatch.stage in ("wrong", "almost"):
                mismatch.diagnosis = known.of_value(actual, expected, mistakes or {})
            mismatch.sentence = f"In value number {number + 1}: {mismatch.sentence}"
            raise


def _same_dict(actual, expected, tolerance):
    if not isinstance(actual, dict):
        raise Mismatch("type", f"A dict is needed, but your function returned {_kind(actual)}.")
    if set(actual) != set(expected):
        missing = ", ".join(sorted(repr(key) for key in set(expected) ^ set(actual)))
        raise Mismatch("shape", f"Your dict has the wrong keys; check {missing}.")
    for key, wanted in expected.items():
        assert_value_equal(actual[key], wanted, tolerance)


def _same_scalar(given, expected, tolerance, mistakes):
    actual, dtype = _scalar(given), getattr(_from_tensor(given), "dtype", None)
    _scalar_type(actual, expected)
    if isinstance(expected, (bool, str, bytes)) or expected is None:
        right = actual == expected
    else:
        right = _number_fits(actual, expected, tolerance, dtype)
    if not right:
        yours, wanted = _told(actual, expected)
        cause = None if _is_boundless(actual) else known.of_value(actual, expected, mistakes or {})
        raise Mismatch(
            "wrong",
            f"Yours is {yours}, expected {wanted}.",
            diagnosis=cause or known.of_precision(dtype, actual, expected),
        )


def _is_boundless(number):
    """Whether a whole number is too large for a float."""
    return isinstance(number, int) and abs(number) > sys.float_info.max


def _scalar_type(actual, expected):
    is_number = isinstance(expected, (int, float, complex)) and not isinstance(expected, bool)
    numbers = (int, float, complex) if isinstance(expected, complex) else (int, float)
    wanted = numbers if is_number else type(expected)
    fits = isinstance(actual, wanted) and not (is_number and isinstance(actual, bool))
    if not fits:
        needed = "A number" if is_number else _kind(expected).capitalize()
        needed = "None" if expected is None else needed
        raise Mismatch("type", f"{needed} is needed, but your function returned {_kind(actual)}.")


def _number_fits(actual, expected, tolerance, dtype):
    if actual != actual and expected == expected:
        raise Mismatch("range", "Your function returned NaN.", diagnosis="not a number")
    if actual == expected:
        return True
    if actual != actual:
        return expected != expected
    if _is_boundless(actual) or abs(expected) == float("inf"):
        return False
    if not isinstance(expected, (float, complex)):
        return abs(actual - expected) <= tolerance
    unit = max(_ULP_OF_NUMBERS, _unit(dtype) if dtype is not None else 0.0)
    return abs(actual - expected) <= tolerance + _FLOAT_SLACK * unit * max(1.0, abs(expected))
