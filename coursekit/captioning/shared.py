"""What both engines need: what scenes are made of, words and their numbers, checks."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

import numpy as np

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real

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


# ------------------------------------------------------------------ words

# Captions become one table of token numbers, once; a batch is an index into it, and costs nothing.

PAD, START, END, UNK = SPECIAL = ("<PAD>", "<START>", "<END>", "<UNK>")
_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


def tokenize(sentence: str) -> list[str]:
    """Split a sentence into words: lower case, no punctuation.

    Parameters
    ----------
    sentence : str

    Returns
    -------
    list of str

    Raises
    ------
    TypeError : sentence is no string, for instance split already.
    """
    if not isinstance(sentence, str):
        raise TypeError(f"sentence: expected a string, got {type(sentence).__name__}")
    return _WORD.findall(sentence.lower())


class Vocabulary:
    """The words that a network knows, numbered: first the four special ones, then by frequency.

    Parameters
    ----------
    captions : iterable of lists of words
    min_count : int, a word that occurs less often becomes UNK

    Attributes
    ----------
    words : list of str, number -> word
    numbers : dict, word -> number

    Raises
    ------
    TypeError : a caption is a string: it must be split into words first, or letters are counted.
    """

    def __init__(self, captions: Iterable[Sequence[str]], min_count: Integer = 5) -> None:
        min_count = require.whole(min_count, "min_count", 1, np.inf)
        counts = Counter()
        for caption in captions:
            counts.update(_split(caption))
        known = [word for word, count in counts.items() if count >= min_count]
        self.words: list[str] = [*SPECIAL, *sorted(known, key=lambda word: (-counts[word], word))]
        self.numbers: dict[str, int] = {word: number for number, word in enumerate(self.words)}

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """A vocabulary from its list of words, as it was saved."""
        if tuple(words[:4]) != SPECIAL or len(set(words)) != len(words):
            raise ValueError(f"words: expected {SPECIAL} and then different words")
        vocabulary = cls([])
        vocabulary.words = list(words)
        vocabulary.numbers = {word: number for number, word in enumerate(words)}
        return vocabulary

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.numbers

    @property
    def pad(self) -> int:
        return self.numbers[PAD]

    @property
    def start(self) -> int:
        return self.numbers[START]

    @property
    def end(self) -> int:
        return self.numbers[END]

    @property
    def unk(self) -> int:
        return self.numbers[UNK]

    def encode(self, words: Iterable[str]) -> list[int]:
        """Numbers of words; UNK for those not known."""
        return [self.numbers.get(word, self.unk) for word in _split(words)]

    def decode(self, numbers: Array | Sequence[Integer]) -> list[str]:
        """Words of numbers: START and PAD left out, and all from END on."""
        words = []
        for number in np.asarray(numbers).tolist():
            if number == self.end:
                break
            if number not in (self.start, self.pad):
                words.append(self.words[number])
        return words


def _split(caption):
    if isinstance(caption, str):
        raise TypeError(f"caption: expected a list of words, got the string {caption!r}")
    return caption


def as_matrix(
    captions: Iterable[Sequence[str]], vocabulary: Vocabulary, max_length: Integer | None = None
) -> Array:
    """Lay captions out as a matrix of numbers: START, the words, END, then PAD.

    Parameters
    ----------
    captions : list of lists of words
    vocabulary : Vocabulary
    max_length : int, 2 or more, most columns; None for as many as the longest caption needs

    Returns
    -------
    (N, L) int64

    Convention
    ----------
    A caption that is too long loses its last words, never its END: a network that is shown
    captions without END learns never to stop.

    Raises
    ------
    TypeError : a caption is a string.
    ValueError : max_length is below 2.
    """
    if max_length is not None:
        max_length = require.whole(max_length, "max_length", 2, np.inf)
    rows = [vocabulary.encode(caption) for caption in captions]
    longest = max((len(row) for row in rows), default=0) + 2
    length = longest if max_length is None else min(longest, max_length)
    matrix = np.full((len(rows), length), vocabulary.pad, dtype=np.int64)
    for line, row in zip(matrix, rows, strict=True):
        words = [vocabulary.start, *row[: length - 2], vocabulary.end]
        line[: len(words)] = words
    return matrix


def as_table(
    captions: Sequence[Sequence[Sequence[str]]],
    vocabulary: Vocabulary,
    max_length: Integer | None = None,
) -> tuple[Array, Array]:
    """Turn all captions of all pictures into one array, once.

    Parameters
    ----------
    captions : list, for each picture a list of captions, each a list of words
    vocabulary : Vocabulary
    max_length : as for ``as_matrix``

    Returns
    -------
    table : (N, K, L) int64, K captions of a picture; rows of PAD where it has fewer
    counts : (N,) int64, how many captions each picture has

    Raises
    ------
    ValueError : a picture has no caption.
    """
    counts = np.array([len(own) for own in captions], dtype=np.int64)
    if not counts.all():
        raise ValueError(f"captions: expected one or more, picture {counts.argmin()} has none")
    matrix = as_matrix([caption for own in captions for caption in own], vocabulary, max_length)
    table = np.full((len(counts), counts.max(), matrix.shape[1]), vocabulary.pad, dtype=np.int64)
    table[np.arange(counts.max()) < counts[:, None]] = matrix
    return table, counts


def batches(
    counts: Array, size: Integer, seed: Integer = 0, epoch: Integer = 0
) -> Iterator[tuple[Array, Array]]:
    """Draw the batches of an epoch: different pictures, one caption drawn for each.

    Parameters
    ----------
    counts : (N,) int64, as ``as_table`` gives them
    size : int, pictures in a batch; the last ones, too few for a batch, wait for another epoch
    seed, epoch : int, 0 or more; the draw depends on these two alone

    Yields
    ------
    pictures : (size,) int64, numbers of pictures, all different over the whole epoch
    drawn : (size,) int64, the number of a caption of each; ``table[pictures, drawn]`` are its words

    Raises
    ------
    ValueError : there are fewer pictures than size.
    """
    size = require.whole(size, "size", 1, np.inf)
    if len(counts) < size:
        raise ValueError(
            f"size: expected at most {len(counts)}, the number of pictures, got {size}"
        )
    rng = np.random.default_rng((seed, epoch))
    order, drawn = rng.permutation(len(counts)), rng.integers(0, counts)
    for first in range(0, len(counts) - size + 1, size):
        pictures = order[first : first + size]
        yield pictures, drawn[pictures]


def split_by_picture(count: Integer, share: Real, seed: Integer = 0) -> tuple[Array, Array]:
    """Divide pictures in two, so that no picture has captions on both sides.

    Parameters
    ----------
    count : int, number of pictures
    share : float in (0, 1), of the second part
    seed : int

    Returns
    -------
    two sorted (n,) int64 arrays of numbers of pictures, none empty

    Raises
    ------
    ValueError : one of the parts would be empty.
    """
    count = require.whole(count, "count", 2, np.inf)
    share = require.number(share, "share", 0, 1)
    second = round(count * share)
    if not 0 < second < count:
        raise ValueError(f"share: expected both parts to have pictures, got {share} of {count}")
    order = np.random.default_rng(seed).permutation(count)
    return np.sort(order[second:]), np.sort(order[:second])


# ------------------------------------------------------------------ checks


def require_words(array, name, *sizes):
    """Refuse all but int64, the numbers of words; sizes are those of the last axes."""
    if require.dtype_of(array) != "int64":
        raise TypeError(f"{name}: expected an array of int64, got {require.dtype_of(array)}")
    require.last_axes(array, name, *sizes)


def require_lstm(x, h, c, input_weight, state_weight, bias):
    """Refuse weights that do not stack four gates, or do not fit the word and the state."""
    require.floats(h, "h", None)
    size = h.shape[-1]
    require.floats(c, "c", size)
    require.floats(x, "x", None)
    require.floats(input_weight, "input_weight", 4 * size, x.shape[-1])
    require.floats(state_weight, "state_weight", 4 * size, size)
    require.floats(bias, "bias", 4 * size)


def require_keys(features, feature_weight, bias):
    """Refuse weights that do not fit the features."""
    require.floats(features, "features", None, None)
    require.floats(feature_weight, "feature_weight", None, features.shape[-1])
    require.floats(bias, "bias", feature_weight.shape[0])


def require_attention(query, keys, features, query_weight, score_weight):
    """Refuse a query that cannot be compared with the keys, and keys that are not the features'."""
    require.floats(features, "features", None, None)
    require.floats(keys, "keys", features.shape[-2], None)
    require.floats(query, "query", None)
    require.floats(query_weight, "query_weight", keys.shape[-1], query.shape[-1])
    require.floats(score_weight, "score_weight", keys.shape[-1])


def require_targets(logits, targets):
    """Refuse targets that are not one word for each row of logits."""
    require.floats(logits, "logits", None, None)
    require_words(targets, "targets")
    if tuple(targets.shape) != tuple(logits.shape[:-1]):
        raise ValueError(
            f"targets: expected one word for each of the logits, shape {tuple(logits.shape[:-1])}, "
            f"got {tuple(targets.shape)}"
        )


def require_search(start, end, width, max_length, repeated=0):
    """Refuse a search that cannot begin, go on or stop."""
    start = require.whole(start, "start", 0, float("inf"))
    end = require.whole(end, "end", 0, float("inf"))
    width = require.whole(width, "beam_width", 1, float("inf"))
    max_length = require.whole(max_length, "max_length", 1, float("inf"))
    repeated = require.whole(repeated, "no_repeat_ngram_size", 0, float("inf"))


def require_ngrams(captions, size, vocabulary_size):
    """Refuse captions that are no numbers of words, and sizes below 1."""
    require_words(captions, "captions")
    size = require.whole(size, "size", 1, float("inf"))
    vocabulary_size = require.whole(vocabulary_size, "vocabulary_size", 1, float("inf"))


def require_corpus(candidates, references):
    """Refuse all but one candidate and one or more references for each picture, split to words."""
    if len(candidates) != len(references) or not len(candidates):
        raise ValueError(
            f"candidates and references: expected one each for every picture, "
            f"got {len(candidates)} and {len(references)}"
        )
    for number, (candidate, own) in enumerate(zip(candidates, references, strict=True)):
        if isinstance(own, str) or not len(own):
            raise ValueError(f"references: expected one or more captions for picture {number}")
        for caption in (candidate, *own):
            if isinstance(caption, str):
                raise TypeError(f"captions: expected lists of words, got the string {caption!r}")
