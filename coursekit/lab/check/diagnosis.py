"""Known mistakes: each is recognised by what it does to the right result."""

import re

import numpy as np

SENTENCES = {
    "unchanged": "This is the input, unchanged.",
    "inverted": "Black and white are swapped: this is the negative of the right picture.",
    "red and blue exchanged": "Red and blue are swapped: OpenCV uses BGR, this course RGB.",
    "transposed": "Rows and columns are swapped: an image is indexed [row, column].",
    "flipped up-down": "The picture is upside down: the rows are in reverse order.",
    "flipped left-right": "The picture is mirrored: the columns are in reverse order.",
    "rotated by 180 degrees": "The picture is rotated by 180 degrees: both axes are reversed.",
    "truncated": "Every value that differs is one level too low: the fraction was cut off "
    "(`//`, `int` and `.astype` do that; round first), or a constant is a little too small.",
    "rounding": "No value is off by more than one level: check where you round, and your "
    "constants.",
    "fraction missing": "This is a whole number: return the result with its fraction.",
    "off by one": "Every value is off by exactly one.",
    "overflow": "The picture differs only where the result leaves 0..255 and should be clipped: "
    "uint8 wraps around, so compute in a wider type, and clip (`np.clip`) before you convert "
    "back.",
    "uint8 overflow": "uint8 wraps around beyond 0..255: compute in a wider type, for example "
    "`image.astype(float)`.",
    "half precision": "These numbers were computed in float16, which has only three digits: NumPy "
    "gives roots and logarithms of uint8 as float16. Convert the picture first, for example with "
    "`image.astype(float)`.",
    "scaled 0..1": "The values look like 0..1 where 0..255 is needed.",
    "scaled 0..255": "The values look like 0..255 where 0..1 is needed.",
    "constant": "Every pixel has the same value.",
    "normalisation": "The picture is right except for a factor and an offset: check how you "
    "scale it.",
    "border": "The inside is right, but the border is not: check what you assume beyond the edge.",
    "not a number": "NaN (not a number) comes from 0 / 0, from infinity divided by or minus "
    "infinity (did a power or a product grow too large?), and from the root or logarithm of a "
    "negative number.",
    "changes its input": "Assigning to elements of an argument changes the caller's array too.",
    "shares memory": "The result is a view of the argument: return a copy.",
    "kernel not flipped": "The kernel was not flipped: this is correlation, not convolution.",
    "wrong border": "Only the border differs: you used another rule for what lies beyond the edge.",
    "channels missing": "A colour picture (H, W, 3) is needed.",
    "channels too many": "A gray picture (H, W) is needed.",
    "wrong type": "The values are right, their type is not: convert with `.astype`.",
    "still complex": "The numbers are still complex: their real part (`.real`) is the result.",
    "list for array": "The numbers are right, but they are in a list: make an array of it with "
    "`np.array`.",
    "still float": "The numbers are still floats: round them (`np.rint`), then convert them "
    "(`.astype`).",
    "not clipped": "Some values lie outside 0..255: round and clip (`np.clip`) before you convert "
    "to uint8.",
    "no text": "These bytes are not plain text. Did you read more bytes than the text has, put "
    "their bits together in another order, or use values other than 0 and 1 as bits?",
    "one truth for a whole array": "`if`, `and`, `or`, `min` and `max` decide once and not for "
    "each pixel: use `np.where`, `&`, `|`, `np.minimum` or `np.maximum`.",
    "index is no integer": "An index must be an integer: use `//` instead of `/`, or convert with "
    "`.astype(int)`.",
    "divided by zero": "The divisor can be zero: for which input? Handle that one first.",
    "no truth values": "Booleans are needed: return the comparison itself.",
    "index arrays in pairs": "Two index arrays pick pixels in pairs. For all the rows and all the "
    "columns, write `image[rows][:, columns]`.",
    "index past the end": "The last index of an axis is its length minus 1; the axes are rows, "
    "columns, channels. Did you round an index up, or use it for the wrong axis?",
    "unpacked": "The number of parts and the number of names differ. `image.shape[:2]` gives the "
    "rows and columns of any picture, `image[..., 0]` its first channel.",
    "one number needed": "You gave an array to a function for one number: use NumPy's (`np.`) "
    "instead of `math.`, `int` or `float`.",
    "size in fractions": "OpenCV needs the size in whole numbers, (width, height): use `round`.",
    "no array": "OpenCV needs an array: `np.frombuffer(file, np.uint8)` turns bytes into one.",
    "shapes do not match": "These two arrays cannot be combined pixel by pixel: print the `.shape` "
    "of each.",
}  # fmt: skip

_ERRORS = {
    r"codec can't decode": "no text",
    r"truth value of an array": "one truth for a whole array",
    r"used as indices must be of int|indices must be integers|valid indices": "index is no integer",
    r"indexing arrays could not be broadcast": "index arrays in pairs",
    r"out of bounds for axis|index out of range": "index past the end",
    r"values to unpack": "unpacked",
    r"only (0-dimensional|length-1|size-1) arrays": "one number needed",
    r"Can't parse 'dsize'": "size in fractions",
    r"is not a numpy array": "no array",
    r"could not be broadcast": "shapes do not match",
    r"division by zero|float division|modulo by zero": "divided by zero",
}
_OUT_OF_BOUNDS = re.compile(r"integer (-?\d+) out of bounds for (\w+)")
_TOO_LARGE = 1e30  # for a picture's levels
_HALF = 16 * float(np.finfo(np.float16).eps)
_DOES_NOT_FIT = re.compile(r"(-?\d+) does not fit into (\w+)")

_SHIFTS = {
    (-1, 0): "shifted up by one pixel",
    (1, 0): "shifted down by one pixel",
    (0, -1): "shifted left by one pixel",
    (0, 1): "shifted right by one pixel",
    (-1, -1): "shifted up and left by one pixel",
    (-1, 1): "shifted up and right by one pixel",
    (1, -1): "shifted down and left by one pixel",
    (1, 1): "shifted down and right by one pixel",
}


def sentence(name):
    """Explain a diagnosis in one sentence; a chapter's own mistake is called by its name."""
    if name in _SHIFTS.values():
        return f"The picture is {name}: check the first and last index of your loops."
    if found := _DOES_NOT_FIT.fullmatch(name):
        return _too_narrow(*found.groups())
    return SENTENCES.get(name) or _of_the_chapter(name)


def _too_narrow(number, dtype):
    return (
        f"The picture is still {dtype}, so NumPy also tried to fit {number} into {dtype}: convert "
        "the picture to a wider type first, for example `image.astype(float)`."
    )


def _of_the_chapter(name):
    text = f"Your result is exactly what this mistake gives: {name}."
    return f"{text} {SENTENCES['uint8 overflow']}" if name.startswith("uint8 overflow") else text


def of_error(message):
    """Diagnose the message of an error that the answer raised."""
    if found := _OUT_OF_BOUNDS.search(message):
        return f"{found[1]} does not fit into {found[2]}"
    return next((name for words, name in _ERRORS.items() if re.search(words, message)), None)


def of_list(actual, expected):
    """Diagnose a list, or a tuple, of the right numbers."""
    if not isinstance(actual, (list, tuple)):
        return None
    try:
        fits = np.shape(actual) == np.shape(expected) and np.allclose(actual, expected)
    except (TypeError, ValueError):
        return None
    return "list for array" if fits else None


def of_shape(actual, expected):
    """Diagnose a wrong shape."""
    if len(actual) >= 2 and actual == (expected[1::-1] + expected[2:]):
        return "transposed"
    if actual == expected[:2] and len(expected) == 3:
        return "channels missing"
    if actual[:2] == expected and len(actual) == 3:
        return "channels too many"
    return None


def of_dtype(actual, expected):
    """Diagnose a wrong dtype; a wrong scale is reported first."""
    if actual.dtype.kind == "c" and expected.dtype.kind in "iuf":
        return "still complex" if np.allclose(actual.real, expected) else None
    if actual.dtype.kind not in "iufb" or expected.dtype.kind not in "iufb":
        return None
    if scaled := of_range(actual, expected):
        return scaled
    if expected.dtype == np.uint8 and actual.size and (actual.min() < 0 or actual.max() > 255):
        return "not clipped"
    if actual.dtype.kind == "f" and expected.dtype.kind in "iu":
        return "still float"
    if expected.dtype.kind == "b" and np.array_equal(actual != 0, expected):
        return "no truth values"
    return "wrong type" if np.array_equal(actual, expected) else None


def of_range(actual, expected):
    """Diagnose values in 0..1 where 0..255 is needed, and the reverse."""
    if actual.size == 0 or {actual.dtype.kind, expected.dtype.kind} - set("iuf"):
        return None
    highest, needed = np.abs(actual).max(), np.abs(expected).max()
    if needed > 4 and 0 < highest <= 1 and actual.dtype.kind == "f":
        return "scaled 0..1"
    if expected.dtype.kind == "f" and 0 < needed <= 1 and 4 < highest <= 255:
        return "scaled 0..255"
    return None


def of_value(actual, expected, mistakes):
    """Name the mistake that gives this number, text or tuple."""
    for name, wrong in mistakes.items():
        if _same_value(actual, wrong):
            return name
    if type(actual) is int and isinstance(expected, float) and abs(actual - expected) < 1.001:
        return "fraction missing"
    whole = isinstance(actual, (int, float)) and isinstance(expected, int)
    return "off by one" if whole and abs(actual - expected) == 1 else None


def _same_value(actual, wrong):
    try:
        if isinstance(actual, (int, float, np.ndarray)):
            return bool(np.shape(actual) == np.shape(wrong) and np.allclose(actual, wrong))
        return bool(actual == wrong)
    except (TypeError, ValueError):
        return False


def of_precision(dtype, actual, expected):
    """Diagnose float16 where the result is right to its three digits."""
    if dtype != np.float16:
        return None
    close = np.allclose(actual, expected, rtol=_HALF, atol=_HALF * np.abs(expected).max(initial=1))
    return "half precision" if close else None


def of_mistakes(actual, allowed, mistakes):
    """Name the first mistake of the chapter that gives this array."""
    for name, wrong in mistakes.items():
        if any(_is(actual, one, allowed) for one in _ways(wrong)):
            return name
    return None


def of_values(actual, expected, allowed, image, mistakes, picture):
    """Name the mistake that turns the expected array into this one, or return None."""
    if name := of_mistakes(actual, allowed, mistakes):
        return name
    if name := of_precision(actual.dtype, actual, expected):
        return name
    if not picture:
        return _of_levels(actual, expected)
    if image is not None and np.shape(image) == actual.shape and _equal(actual, image, allowed):
        return "unchanged"
    return (
        _of_geometry(actual, expected, allowed)
        or _of_levels(actual, expected)
        or _of_tones(actual, expected, allowed)
        or _of_border(actual, expected, allowed)
    )


def _ways(wrong):
    """The results of a mistake: a list of arrays if it can be made in several ways."""
    several = isinstance(wrong, list) and wrong and isinstance(wrong[0], np.ndarray)
    return wrong if several else [np.asarray(wrong)]


def _is(actual, other, allowed):
    return other.shape == actual.shape and _equal(actual, other, allowed)


def _equal(actual, other, allowed):
    if actual.dtype.kind not in "biuf" or np.asarray(other).dtype.kind not in "biuf":
        return np.array_equal(actual, other)
    return _close(_few(actual), _few(other), allowed) and _close(actual, other, allowed)


def _close(actual, other, allowed):
    close = np.allclose(actual.astype(float), other, rtol=0, atol=allowed + 1e-12, equal_nan=True)
    return bool(close)


def _few(array):
    """A few thousand of the values, which are enough to tell most pictures apart."""
    array = np.asarray(array)
    step = 1 + array.shape[0] // 32 if array.ndim else 1
    return array[::step] if array.ndim else array


def _of_geometry(actual, expected, allowed):
    if expected.ndim == 0:
        return None
    variants = {
        "red and blue exchanged": expected[..., ::-1] if expected.ndim == 3 else expected,
        "transposed": np.swapaxes(expected, 0, 1) if expected.ndim >= 2 else expected,
        "flipped up-down": expected[::-1],
        "flipped left-right": expected[:, ::-1] if expected.ndim >= 2 else expected,
        "rotated by 180 degrees": expected[::-1, ::-1] if expected.ndim >= 2 else expected,
    }
    for name, other in variants.items():
        if _is(actual, other, allowed):
            return name
    return _of_shift(actual, expected, allowed)


def _of_shift(actual, expected, allowed):
    if expected.ndim < 2 or min(expected.shape[:2]) < 3:
        return None
    for (down, right), name in _SHIFTS.items():
        mine, wanted = _overlap(actual, down, right), _overlap(expected, -down, -right)
        if np.ptp(wanted.astype(float)) > 0 and _equal(mine, wanted, allowed):
            return name
    return None


def _overlap(array, down, right):
    rows, columns = array.shape[:2]
    return array[max(down, 0) : rows + min(down, 0), max(right, 0) : columns + min(right, 0)]


def _of_levels(actual, expected):
    if actual.dtype.kind not in "iu" or expected.dtype.kind not in "iu":
        return None
    difference = actual.astype(float) - expected  # int64 would wrap around
    if np.abs(difference).max() > 1:
        return None
    if (difference == -1).all() or (difference == 1).all():
        return "off by one"
    return "truncated" if difference.max() <= 0 else "rounding"


def _of_tones(actual, expected, allowed):
    if actual.dtype.kind not in "uf" or expected.dtype.kind not in "uf":
        return None
    if not all(np.abs(array).max() < _TOO_LARGE for array in (actual, expected)):  # or NaN
        return None
    if np.ptp(actual) == 0:
        return "constant" if np.ptp(expected) else None
    top = 255 if expected.dtype == np.uint8 else 1
    if _equal(actual, top - expected.astype(float), allowed):
        return "inverted"
    if expected.dtype == np.uint8 and _only_at_the_ends(actual, expected, allowed):
        return "overflow"
    return "normalisation" if _is_affine(actual, expected) else None


def _only_at_the_ends(actual, expected, allowed):
    differs = np.abs(actual.astype(float) - expected) > allowed
    ends = (expected == 0) | (expected == 255)
    far = np.abs(actual.astype(float) - expected)[differs].max() > 8
    return bool((differs <= ends).all() and far and not ends.all())


def _is_affine(actual, expected):
    """Whether yours = factor * expected + offset, except for rounding."""
    mine, wanted = _few(actual).ravel().astype(float), _few(expected).ravel().astype(float)
    if np.unique(wanted).size < 4:
        return False
    factor, offset = np.polyfit(wanted, mine, 1)
    slack = 1.01 if actual.dtype.kind == "u" else 1e-4
    return bool(factor > 0.02 and np.abs(factor * wanted + offset - mine).max() <= slack)


def _of_border(actual, expected, allowed):
    if expected.ndim < 2:
        return None
    for width in range(1, min(expected.shape[:2]) // 4 + 1):
        inside = np.s_[width:-width, width:-width]
        if _equal(actual[inside], expected[inside], allowed):
            return "border"
    return None
