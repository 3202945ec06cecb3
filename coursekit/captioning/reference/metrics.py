"""How good captions are: what they share with those that people wrote.

Captions are lists of words. All three follow the program with which COCO's captions are scored,
also where it departs from the papers; ``Convention`` says where.
"""

from collections import Counter
from collections.abc import Sequence
from math import exp, inf, log, sqrt

import numpy as np

from coursekit.captioning import shared
from coursekit.core import require
from coursekit.core.types import Array, Integer

LONGEST = 4  # words of an n-gram
BETA = 1.2  # how much more recall weighs than precision, in ROUGE-L
SIGMA = 6.0  # bigrams by which the lengths may differ, in CIDEr


def ngrams(words: Sequence[str], n: Integer) -> Counter[tuple[str, ...]]:
    """Count the runs of n words in a caption.

    Parameters
    ----------
    words : list of str
    n : int, 1 or more

    Returns
    -------
    Counter, tuple of n words -> how often it occurs

    Convention
    ----------
    Runs overlap: L words have L - n + 1 of them.

    Raises
    ------
    TypeError, ValueError : n is no such number.

    References
    ----------
    Papineni et al. 2002, §2.1. Taught in 09 §9.
    """
    n = require.whole(n, "n", 1, inf)
    return Counter(zip(*(words[first:] for first in range(n)), strict=False))


def bleu(
    candidates: Sequence[Sequence[str]], references: Sequence[Sequence[Sequence[str]]]
) -> Array:
    """Share of the candidates' n-grams that stand in a reference, for n up to 1, 2, 3 and 4.

    Parameters
    ----------
    candidates : list of N captions, one of each picture, each a list of words
    references : list of N lists of captions, those that people wrote

    Returns
    -------
    (4,) float64 in [0, 1]: BLEU-1 to BLEU-4 of the corpus

    Convention
    ----------
    An n-gram counts at most as often as it stands in one reference. Counts are summed over the
    corpus before they are divided. Candidates that are shorter than the references of the closest
    length (the shorter of two) are punished. Nothing is smoothed: 1e-15 is added to the counts
    above and 1e-9 below, as in COCO's program.

    Raises
    ------
    TypeError : a caption is a string.
    ValueError : there are no pictures, or one has no reference.

    References
    ----------
    Papineni et al. 2002, §2.1 to 2.3. Taught in 09 §9.
    """
    shared.require_corpus(candidates, references)
    matched, total = np.zeros(LONGEST), np.zeros(LONGEST)
    said, wanted = 0, 0
    for candidate, own in zip(candidates, references, strict=True):
        for n in range(1, LONGEST + 1):
            counts = ngrams(candidate, n)
            matched[n - 1] += (counts & _most(own, n)).total()
            total[n - 1] += counts.total()
        said += len(candidate)
        wanted += min((abs(len(words) - len(candidate)), len(words)) for words in own)[1]
    precision = (matched + 1e-15) / (total + 1e-9)
    means = np.cumprod(precision) ** (1 / np.arange(1, LONGEST + 1))
    ratio = (said + 1e-15) / (wanted + 1e-9)
    return means * (exp(1 - 1 / ratio) if ratio < 1 else 1)


def _most(captions, n):
    """How often an n-gram occurs in that caption which has it most often."""
    most = Counter()
    for words in captions:
        most |= ngrams(words, n)
    return most


def longest_common_subsequence(first: Sequence[str], second: Sequence[str]) -> int:
    """The most words that two captions share in the same order, with others between them or not.

    Parameters
    ----------
    first, second : lists of str

    Returns
    -------
    int

    Convention
    ----------
    By dynamic programming, a row of the table at a time.

    Raises
    ------
    TypeError : a caption is no list.

    References
    ----------
    Lin 2004, §3. Taught in 09 §9.
    """
    row = [0] * (len(second) + 1)
    for word in first:
        before, row = row, [0]
        for column, other in enumerate(second):
            row.append(
                before[column] + 1 if word == other else max(row[column], before[column + 1])
            )
    return row[-1]


def rouge_l(
    candidates: Sequence[Sequence[str]], references: Sequence[Sequence[Sequence[str]]]
) -> float:
    """How much of a reference stands in the candidate in the same order, on average.

    Parameters
    ----------
    candidates : list of N captions, one of each picture, each a list of words
    references : list of N lists of captions, those that people wrote

    Returns
    -------
    float in [0, 1]

    Convention
    ----------
    F-measure with beta = 1.2. As in COCO's program the best precision and the best recall may be of
    two different references.

    Raises
    ------
    TypeError : a caption is a string.
    ValueError : there are no pictures, or one has no reference.

    References
    ----------
    Lin 2004, Eq. 2 to 4. Taught in 09 §9.
    """
    shared.require_corpus(candidates, references)
    scores = []
    for candidate, own in zip(candidates, references, strict=True):
        common = [longest_common_subsequence(words, candidate) for words in own]
        precision = max(common) / max(len(candidate), 1)
        recall = max(length / max(len(words), 1) for length, words in zip(common, own, strict=True))
        weighed = (1 + BETA**2) * precision * recall
        scores.append(weighed / (recall + BETA**2 * precision) if weighed else 0.0)
    return sum(scores) / len(scores)


def cider(
    candidates: Sequence[Sequence[str]], references: Sequence[Sequence[Sequence[str]]]
) -> float:
    """How much a candidate resembles the references in those words that few pictures have.

    Parameters
    ----------
    candidates : list of N captions, one of each picture, each a list of words
    references : list of N lists of captions, those that people wrote

    Returns
    -------
    float in [0, 10]

    Convention
    ----------
    What COCO's program calls CIDEr, and papers print times 100 / 10, is CIDEr-D: counts are clipped
    and differing lengths punished (by the number of bigrams, sigma = 6). How rare an n-gram is, is
    counted in the references given: the number depends on which pictures are scored together, and
    is 0 for a single one.

    Raises
    ------
    TypeError : a caption is a string.
    ValueError : there are no pictures, or one has no reference.

    References
    ----------
    Vedantam et al. 2015, Eq. 2 to 4 and 6. Taught in 09 §9.
    """
    shared.require_corpus(candidates, references)
    rarity = _rarity(references)
    scores = []
    for candidate, own in zip(candidates, references, strict=True):
        vectors = _vectors(candidate, rarity)
        alike = [_alike(vectors, _vectors(words, rarity)) for words in own]
        scores.append(10 * sum(alike) / len(alike))
    return sum(scores) / len(scores)


def _rarity(references):
    """A function of an n-gram: the logarithm of the share of pictures whose references have it."""
    pictures = Counter()
    for own in references:
        pictures.update({run for words in own for run in _runs(words)})
    weights = {run: log(len(references)) - log(count) for run, count in pictures.items()}
    return lambda run: weights.get(run, log(len(references)))


def _runs(words):
    return [run for n in range(1, LONGEST + 1) for run in ngrams(words, n)]


def _vectors(words, rarity):
    """TF-IDF of the n-grams of a caption, with its length, for each n."""
    vectors = []
    for n in range(1, LONGEST + 1):
        weights = {run: count * rarity(run) for run, count in ngrams(words, n).items()}
        vectors.append((weights, sqrt(sum(weight**2 for weight in weights.values()))))
    return vectors, max(len(words) - 1, 0)


def _alike(first, second):
    """Mean cosine of the clipped vectors, less for captions of different lengths. Eq. 6."""
    (vectors, length), (others, other_length) = first, second
    cosines = 0.0
    for (weights, norm), (wanted, other_norm) in zip(vectors, others, strict=True):
        common = sum(
            min(weight, wanted[run]) * wanted[run]
            for run, weight in weights.items()
            if run in wanted
        )
        cosines += common / (norm * other_norm) if norm and other_norm else 0.0
    return cosines / LONGEST * exp(-((length - other_length) ** 2) / (2 * SIGMA**2))
