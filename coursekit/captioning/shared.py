"""What both engines need: what scenes are made of, and checks."""

import reprlib
from collections.abc import Iterable, Sequence
from types import NoneType
from typing import Any

import numpy as np

from coursekit.core import require

# ------------------------------------------------------------------ scenes

SIDE = 64  # pixels
RADII = {"small": (5.0, 6.2), "large": (8.8, 10.2)}  # pixels
COLORS = {
    "red": (214, 39, 40),
    "green": (44, 150, 54),
    "blue": (40, 80, 220),
    "yellow": (240, 225, 50),
    "orange": (250, 140, 20),
    "purple": (140, 50, 170),
    "white": (245, 245, 245),
    "black": (20, 20, 20),
}
KINDS = ("circle", "square", "triangle", "star", "cross", "ring")


# ------------------------------------------------------------------ checks

MOST = 2**20  # words of a caption or of a vocabulary, captions of a beam: more is a mistake
COLDEST, HOTTEST = 1e-3, 1e30  # temperatures by which float32 can be divided without overflow


def require_instance(value: object, name: str, *kinds: type) -> None:
    """Refuse all but instances of some classes."""
    if not isinstance(value, kinds):
        wanted = " or ".join("None" if kind is NoneType else kind.__name__ for kind in kinds)
        raise TypeError(f"{name}: expected {wanted}, got {reprlib.repr(value)}")


def require_list(value: Any, name: str, expected: str, kind: type = Sequence) -> Any:
    """Refuse all but lists, above all a string where a list of words is meant."""
    if isinstance(value, str) or not isinstance(value, kind) or getattr(value, "ndim", 1) == 0:
        given = f"the string {value!r}" if isinstance(value, str) else reprlib.repr(value)
        raise TypeError(f"{name}: expected {expected}, got {given}")
    return value


def require_caption(caption: Any, name: str = "caption", kinds: Any = str) -> list[Any]:
    """Refuse all but the words of a caption, one by one; return them as a list."""
    words = list(require_list(caption, name, "a list of words", Iterable))
    for word in words:
        if not isinstance(word, kinds):
            raise TypeError(f"{name}: expected a list of words, got {reprlib.repr(word)} in it")
    return words


def require_tokens(caption: Any, name: str) -> list[Any]:
    """Refuse all but a list of words, or of their numbers."""
    return require_caption(caption, name, (str, int, np.integer))


def require_arrays(kind: type, **arrays: Any) -> None:
    """Refuse all but what the engine computes with: NumPy's arrays, or PyTorch's tensors."""
    for name, array in arrays.items():
        if kind is np.ndarray:
            require.numpy_array(array, name)
        elif not isinstance(array, kind):
            raise TypeError(f"{name}: expected a torch tensor, got {type(array).__name__}")


def require_floats(kind: type, array: Any, name: str, *sizes: int | None) -> None:
    """Refuse all but float arrays of the engine; sizes are those of the last axes, None for any."""
    require_arrays(kind, **{name: array})
    require.floats(array, name, *sizes)


def require_single(*arrays: tuple[Any, str, int]) -> None:
    """Refuse batches, in the reference: of each array, its name and the number of its axes."""
    for array, name, axes in arrays:
        if array.ndim != axes:
            raise ValueError(
                f"{name}: expected {axes} axes, got shape {array.shape}; gpu takes batches"
            )


def require_alike(**arrays: Any) -> None:
    """Refuse float tensors of several dtypes: PyTorch multiplies those of one."""
    given = {name: require.dtype_of(array, name) for name, array in arrays.items()}
    if len(set(given.values())) > 1:
        raise TypeError(f"{', '.join(given)}: expected one dtype, got {', '.join(given.values())}")


def require_broadcast(**shapes: Any) -> None:
    """Refuse leading axes that cannot be broadcast to each other."""
    try:
        np.broadcast_shapes(*(tuple(shape) for shape in shapes.values()))
    except ValueError:
        given = ", ".join(str(tuple(shape)) for shape in shapes.values())
        raise ValueError(
            f"{', '.join(shapes)}: expected leading axes that fit each other, got {given}"
        ) from None


def require_logits(kind: type, logits: Any, name: str = "logits") -> int:
    """Refuse all but float scores for one word or more; return how many words, V."""
    require_floats(kind, logits, name, None)
    count = int(logits.shape[-1])
    if count == 0:
        raise ValueError(f"{name}: expected one word or more, got shape {tuple(logits.shape)}")
    return count


def require_temperature(temperature: object) -> Any:
    """Refuse what logits cannot be divided by; return it as a number."""
    return require.number(temperature, "temperature", COLDEST, HOTTEST)


def require_known(numbers: Any, name: str, count: int) -> None:
    """Refuse numbers that are no words of a vocabulary of so many; one, or an array of them."""
    numbers = np.asarray(numbers)
    strange = numbers[(numbers < 0) | (numbers >= count)]
    if strange.size:
        raise ValueError(f"{name}: expected numbers of words, 0 to {count - 1}, got {strange[0]}")


def require_numbers(words: Any, name: str, count: int) -> list[int]:
    """Refuse all but a list of numbers of words; return it with Python's ints."""
    require_list(words, name, "a list of numbers of words", Iterable)
    if getattr(words, "ndim", 1) != 1:
        raise ValueError(f"{name}: expected a list of numbers of words, got shape {words.shape}")
    return [require.whole(word, name, 0, count - 1) for word in words]


def require_lstm(kind, x, h, c, input_weight, state_weight, bias):
    """Refuse weights that do not stack four gates, or do not fit the word and the state."""
    require_floats(kind, h, "h", None)
    size = h.shape[-1]
    require_floats(kind, c, "c", size)
    require_floats(kind, x, "x", None)
    require_floats(kind, input_weight, "input_weight", 4 * size, x.shape[-1])
    require_floats(kind, state_weight, "state_weight", 4 * size, size)
    require_floats(kind, bias, "bias", 4 * size)
    require_single((input_weight, "input_weight", 2), (state_weight, "state_weight", 2))
    require_single((bias, "bias", 1))
    if kind is not np.ndarray:
        require_alike(
            x=x, h=h, c=c, input_weight=input_weight, state_weight=state_weight, bias=bias
        )


def require_sequence(kind, x, h, c):
    """Refuse all but sequences of one word or more, each with a state to begin with."""
    require_floats(kind, x, "x", None, None)
    for name, state in (("h", h), ("c", c)):
        require_floats(kind, state, name, None)
        if tuple(state.shape[:-1]) != tuple(x.shape[:-2]):
            raise ValueError(
                f"{name}: expected one for each sequence, leading axes {tuple(x.shape[:-2])}, "
                f"got shape {tuple(state.shape)}"
            )
    if kind is np.ndarray:
        require_single((x, "x", 2))
    if 0 in x.shape[:-1]:
        raise ValueError(f"x: expected one word or more, got shape {tuple(x.shape)}")


def require_keys(kind, features, feature_weight, bias):
    """Refuse weights that do not fit the features."""
    require_floats(kind, features, "features", None, None)
    require_floats(kind, feature_weight, "feature_weight", None, features.shape[-1])
    require_floats(kind, bias, "bias", feature_weight.shape[0])
    require_single((feature_weight, "feature_weight", 2), (bias, "bias", 1))
    if kind is np.ndarray:
        require_single((features, "features", 2))
    else:
        require_alike(features=features, feature_weight=feature_weight, bias=bias)


def require_attention(kind, query, keys, features, query_weight, score_weight):
    """Refuse a query that cannot be compared with the keys, and keys that are not the features'."""
    require_floats(kind, features, "features", None, None)
    if features.shape[-2] == 0:
        raise ValueError(f"features: expected one cell or more, got shape {tuple(features.shape)}")
    require_floats(kind, keys, "keys", features.shape[-2], None)
    require_floats(kind, query, "query", None)
    require_floats(kind, query_weight, "query_weight", keys.shape[-1], query.shape[-1])
    require_floats(kind, score_weight, "score_weight", keys.shape[-1])
    require_single((query_weight, "query_weight", 2), (score_weight, "score_weight", 1))
    if kind is np.ndarray:
        require_single((query, "query", 1), (keys, "keys", 2), (features, "features", 2))
    else:
        require_broadcast(
            query=query.shape[:-1], keys=keys.shape[:-2], features=features.shape[:-2]
        )
        require_alike(
            query=query, keys=keys, features=features, query_weight=query_weight,
            score_weight=score_weight,
        )  # fmt: skip


def require_words(kind, array, name, *sizes):
    """Refuse all but int64, the numbers of words; sizes are those of the last axes."""
    require_arrays(kind, **{name: array})
    if require.dtype_of(array, name) != "int64":
        raise TypeError(f"{name}: expected an array of int64, got {require.dtype_of(array)}")
    require.last_axes(array, name, *sizes)


def require_targets(kind: type, logits: Any, targets: Any, pad: object) -> int:
    """Refuse targets that are not one word for each row of logits; return pad as an int."""
    require_logits(kind, logits)
    require.floats(logits, "logits", None, None)
    require_words(kind, targets, "targets")
    if tuple(targets.shape) != tuple(logits.shape[:-1]):
        raise ValueError(
            f"targets: expected one word for each of the logits, shape {tuple(logits.shape[:-1])}, "
            f"got {tuple(targets.shape)}"
        )
    return require.whole(pad, "pad", -(2**63), 2**63 - 1)


def require_sampling(kind: type, probabilities: Any, uniform: Any) -> None:
    """Refuse all but one random number for each row of probabilities."""
    require_logits(kind, probabilities, "probabilities")
    require_floats(kind, uniform, "uniform")
    if tuple(uniform.shape) != tuple(probabilities.shape[:-1]):
        raise ValueError(
            f"uniform: expected shape {tuple(probabilities.shape[:-1])}, got {tuple(uniform.shape)}"
        )


def require_search(
    start: object, end: object, width: object, max_length: object, repeated: object = 0
) -> tuple[int, int, int, int, int]:
    """Refuse a search that cannot begin, go on or stop; return its numbers as ints."""
    return (
        require.whole(start, "start", 0, MOST),
        require.whole(end, "end", 0, MOST),
        require.whole(width, "beam_width", 1, MOST),
        require.whole(max_length, "max_length", 1, MOST),
        require.whole(repeated, "no_repeat_ngram_size", 0, np.inf),
    )


def require_function(value: object, name: str, expected: str) -> None:
    """Refuse what cannot be called."""
    if not callable(value):
        raise TypeError(f"{name}: expected a function {expected}, got {reprlib.repr(value)}")


def require_scored(kind: type, logits: Any, rows: int, end: int) -> None:
    """Refuse what a step gives for a state, if it is not scores of words, END among them."""
    count = require_logits(kind, logits, "step, logits for the state")
    if tuple(logits.shape) != (rows, count):
        raise ValueError(
            f"step: expected logits of shape ({rows}, V) for the state, got {tuple(logits.shape)}"
        )
    require_known(end, "end", count)


def require_chosen(kind: type, words: Any, rows: int) -> None:
    """Refuse all but a word for each row, which a function was to choose."""
    require_arrays(kind, choose=words)
    require.whole_numbers(words, "choose")
    if tuple(words.shape) != (rows,):
        raise ValueError(f"choose: expected {rows} words, got shape {tuple(words.shape)}")


def require_state(kind: type, state: Any, rows: int | None = None) -> int:
    """Refuse all but an array, or a tuple of arrays, with so many rows; return how many."""
    parts = state if isinstance(state, tuple) else (state,)
    if not parts:
        raise ValueError("state: expected an array or a tuple of arrays, got an empty tuple")
    for part in parts:
        require_arrays(kind, state=part)
    counts = {part.shape[0] if part.ndim else 0 for part in parts}
    if counts == {0} or len(counts) > 1 or rows not in (None, *counts):
        shapes = ", ".join(str(tuple(part.shape)) for part in parts)
        wanted = "as many rows in each part, and one or more" if rows is None else f"{rows} row"
        raise ValueError(f"state: expected {wanted}, got shape {shapes}")
    return int(counts.pop())


def require_beam(kind: type, scores: Any, over: Any, log_probabilities: Any, end: object) -> int:
    """Refuse a beam whose parts do not fit each other; return end as an int."""
    count = require_logits(kind, log_probabilities, "log_probabilities")
    require.floats(log_probabilities, "log_probabilities", None, None)
    places = tuple(log_probabilities.shape[:-1])
    require_floats(kind, scores, "scores", places[-1])
    require_arrays(kind, over=over)
    if require.dtype_of(over, "over") != "bool":
        raise TypeError(f"over: expected an array of bool, got {require.dtype_of(over)}")
    for name, part in (("scores", scores), ("over", over)):
        if tuple(part.shape) != places:
            raise ValueError(f"{name}: expected shape {places}, got {tuple(part.shape)}")
    if kind is np.ndarray:
        require_single((log_probabilities, "log_probabilities", 2))
    return require.whole(end, "end", 0, count - 1)


def require_ngrams(
    kind: type, captions: Any, size: object, vocabulary_size: object
) -> tuple[int, int]:
    """Refuse captions that are no numbers of words, and sizes below 1; return these as ints."""
    require_words(kind, captions, "captions", None)
    if kind is np.ndarray:
        require_single((captions, "captions", 2))
    return (
        require.whole(size, "size", 1, np.inf),
        require.whole(vocabulary_size, "vocabulary_size", 1, MOST),
    )


def require_corpus(candidates: Any, references: Any) -> None:
    """Refuse all but one candidate and one or more references for each picture, split to words."""
    require_list(candidates, "candidates", "a list of captions")
    require_list(references, "references", "a list of lists of captions")
    if len(candidates) != len(references) or not len(candidates):
        raise ValueError(
            f"candidates and references: expected one each for every picture, "
            f"got {len(candidates)} and {len(references)}"
        )
    for number, (candidate, own) in enumerate(zip(candidates, references, strict=True)):
        if isinstance(own, str) or not isinstance(own, Sequence) or not len(own):
            raise ValueError(f"references: expected one or more captions for picture {number}")
        for name, captions in (("candidates", (candidate,)), ("references", own)):
            for caption in captions:
                require_tokens(require_list(caption, name, "lists of words"), name)
