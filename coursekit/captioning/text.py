"""Captions as text and as numbers: words, vocabulary, and the table that batches index.

Captions become one table of token numbers, once; a batch is an index into it, and costs nothing.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Self

import numpy as np
import regex

from coursekit.captioning.shared import require_caption, require_instance, require_list
from coursekit.core import require
from coursekit.core.types import Array, Integer, Real

PAD, START, END, UNK = SPECIAL = ("<PAD>", "<START>", "<END>", "<UNK>")
# From a letter or digit to the next of Unicode's word boundaries; hyphens join words.
_WORD = regex.compile(r"\b[\p{L}\p{N}].*?\b(?:-[\p{L}\p{N}].*?\b)*", regex.WORD | regex.DOTALL)
_ALIKE = str.maketrans({"\u2019": "'", "\u2010": "-", "\u2011": "-", "_": " "})


def tokenize(sentence: str) -> list[str]:
    """Split a sentence into words: lower case, no punctuation.

    Parameters
    ----------
    sentence : str

    Returns
    -------
    list of str

    Convention
    ----------
    Words end at Unicode's default word boundaries, and hyphens join them ("in-line"). Spellings
    that look alike give the same word: the result is in normal form C, with a straight apostrophe
    and a plain hyphen. Where a script has no spaces, words are shorter than a reader's: Chinese
    is split into its characters.

    Raises
    ------
    TypeError : sentence is no string, for instance split already.

    References
    ----------
    Unicode Standard Annex 29, *Unicode Text Segmentation*, §4. Taught in 09 §3.
    """
    if not isinstance(sentence, str):
        raise TypeError(f"sentence: expected a string, got {type(sentence).__name__}")
    return _WORD.findall(unicodedata.normalize("NFC", sentence.lower()).translate(_ALIKE))


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

    Convention
    ----------
    PAD, START, END and UNK are always 0, 1, 2 and 3. A word of a caption that is spelled like one
    of them ("<END>") is not that token: it is never learned, and encoded as UNK.

    Raises
    ------
    TypeError : a caption is a string: it must be split into words first, or letters are counted.
    """

    def __init__(self, captions: Iterable[Sequence[str]], min_count: Integer = 5) -> None:
        min_count = require.whole(min_count, "min_count", 1, np.inf)
        counts = Counter()
        for caption in require_list(captions, "captions", "a list of captions", Iterable):
            counts.update(require_caption(caption))
        known = [word for word in counts if counts[word] >= min_count and word not in SPECIAL]
        self.words: list[str] = [*SPECIAL, *sorted(known, key=lambda word: (-counts[word], word))]
        self.numbers: dict[str, int] = {word: number for number, word in enumerate(self.words)}

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """A vocabulary from its list of words, as it was saved."""
        words = require_caption(words, "words")
        if tuple(words[:4]) != SPECIAL or len(set(words)) != len(words):
            raise ValueError(f"words: expected {SPECIAL} and then different words")
        vocabulary = cls([])
        vocabulary.words = words
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
        """Numbers of words; UNK for those not known, and for those spelled like a special one."""
        return [
            self.unk if word in SPECIAL else self.numbers.get(word, self.unk)
            for word in require_caption(words)
        ]

    def decode(self, numbers: Array | Sequence[Integer]) -> list[str]:
        """Words of numbers: START and PAD left out, and all from END on."""
        require_list(numbers, "numbers", "a list of whole numbers", Iterable)
        plain = numbers.tolist() if hasattr(numbers, "tolist") else numbers
        words = [self.words[require.whole(one, "numbers", 0, len(self) - 1)] for one in plain]
        if END in words:
            words = words[: words.index(END)]
        return [word for word in words if word not in (START, PAD)]


def as_matrix(
    captions: Iterable[Sequence[str]], vocabulary: Vocabulary, max_length: Integer | None = None
) -> Array:
    """Write captions as a padded matrix of numbers: START, the words, END, then PAD.

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
    captions without END never learns to stop.

    Raises
    ------
    TypeError : a caption is a string.
    ValueError : max_length is below 2.
    """
    if max_length is not None:
        max_length = require.whole(max_length, "max_length", 2, np.inf)
    require_instance(vocabulary, "vocabulary", Vocabulary)
    require_list(captions, "captions", "a list of captions", Iterable)
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
    ValueError : there is no picture, or one has no caption.
    """
    require_list(captions, "captions", "a list of lists of captions")
    for own in captions:
        require_list(own, "captions", "a list of captions for each picture")
    counts = np.array([len(own) for own in captions], dtype=np.int64)
    if not counts.size:
        raise ValueError("captions: expected those of one or more pictures, got none")
    if not counts.all():
        raise ValueError(f"captions: expected one or more, picture {counts.argmin()} has none")
    matrix = as_matrix([caption for own in captions for caption in own], vocabulary, max_length)
    table = np.full((len(counts), counts.max(), matrix.shape[1]), vocabulary.pad, dtype=np.int64)
    table[np.arange(counts.max()) < counts[:, None]] = matrix
    return table, counts


def batches(
    counts: Array, size: Integer, seed: Integer = 0, epoch: Integer = 0
) -> Iterator[tuple[Array, Array]]:
    """Sample the batches of an epoch: different pictures, and one of the captions of each.

    Parameters
    ----------
    counts : (N,) int64, as ``as_table`` gives them
    size : int, pictures in a batch; the last ones, too few for a batch, wait for another epoch
    seed, epoch : int, 0 or more; the samples depend on these two alone

    Yields
    ------
    pictures : (size,) int64, numbers of pictures, all different over the whole epoch
    chosen : (size,) int64, the number of a caption of each; ``table[pictures, chosen]`` are its
        words

    Raises
    ------
    ValueError : there are fewer pictures than size.
    """
    size = require.whole(size, "size", 1, np.inf)
    seed = require.whole(seed, "seed", 0, np.inf)
    epoch = require.whole(epoch, "epoch", 0, np.inf)
    require.numpy_array(counts, "counts")
    require.whole_numbers(counts, "counts", None)
    if len(counts) < size:
        raise ValueError(
            f"size: expected at most {len(counts)}, the number of pictures, got {size}"
        )
    if counts.min() < 1:
        raise ValueError(f"counts: expected 1 or more, got {counts.min()}")
    rng = np.random.default_rng((seed, epoch))
    order, chosen = rng.permutation(len(counts)), rng.integers(0, counts)
    for first in range(0, len(counts) - size + 1, size):
        pictures = order[first : first + size]
        yield pictures, chosen[pictures]


def split_by_picture(count: Integer, share: Real, seed: Integer = 0) -> tuple[Array, Array]:
    """Divide pictures in two, so that no picture has captions on both sides.

    Parameters
    ----------
    count : int, number of pictures
    share : float in (0, 1), of the second part
    seed : int, 0 or more

    Returns
    -------
    two sorted (n,) int64 arrays of numbers of pictures, none empty

    Raises
    ------
    ValueError : one of the parts would be empty.
    """
    count = require.whole(count, "count", 2, np.inf)
    share = require.number(share, "share", 0, 1)
    seed = require.whole(seed, "seed", 0, np.inf)
    second = round(count * share)
    if not 0 < second < count:
        raise ValueError(f"share: expected both parts to have pictures, got {share} of {count}")
    order = np.random.default_rng(seed).permutation(count)
    return np.sort(order[second:]), np.sort(order[:second])
