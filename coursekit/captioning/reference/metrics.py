"""Metrics of captions, BLEU, ROUGE-L and CIDEr: what they share with those that people wrote.

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
SIZES = range(1, LONGEST + 1)
BETA = 1.2  # how much more recall weighs than precision, in ROUGE-L
SIGMA = 6.0  # bigrams by which the lengths may differ, in CIDEr


def ngrams(words: Sequence[str], n: Integer) -> Counter[tuple[str, ...]]:
    """N-grams: count the sequences of n words in a caption.

    Parameters
    ----------
    words : list of str, or of the words' numbers
    n : int, 1 or more

    Returns
    -------
    Counter, tuple of n words -> how often it occurs

    Convention
    ----------
    They overlap: L words have L - n + 1 n-grams.

    Raises
    ------
    TypeError, ValueError : words is no list; n is no such number.

    References
    ----------
    Papineni et al. 2002, §2.1. Taught in 09 §9.
    """
    words = shared.require_tokens(words, "words")
    n = require.whole(n, "n", 1, inf)
    return _ngrams(words, n)


def _ngrams(words, n):
    """The same of words that are checked already."""
    return Counter(zip(*(words[first:] for first in range(min(n, len(words) + 1))), strict=False))


def bleu(
    candidates: Sequence[Sequence[str]], references: Sequence[Sequence[Sequence[str]]]
) -> Array:
    """BLEU: share of the candidates' n-grams that occur in a reference, for n up to 1, 2, 3 and 4.

    Parameters
    ----------
    candidates : list of N captions, one of each image, each a list of words
    references : list of N lists of captions, those that people wrote

    Returns
    -------
    (4,) float64 in [0, 1]: BLEU-1 to BLEU-4 of the corpus

    Convention
    ----------
    An n-gram counts at most as often as it occurs in one reference (clipping). Counts are summed
    over the corpus before they are divided. Candidates that are shorter than the references of the
    closest length (the shorter of two) are punished (brevity penalty). Nothing is smoothed: 1e-15
    is added to the counts above and 1e-9 below, as in COCO's program.

    Raises
    ------
    TypeError : a caption is a string.
    ValueError : there are no images, or one has no reference.

    References
    ----------
    Papineni et al. 2002, §2.1 to 2.3. Taught in 09 §9.
    """
    shared.require_corpus(candidates, references)
    matched, total = np.zeros(LONGEST), np.zeros(LONGEST)
    length, wanted = 0, 0
    for candidate, own in zip(candidates, references, strict=True):
        for n in SIZES:
            counts = _ngrams(candidate, n)
            most = Counter()
            for words in own:
                most |= _ngrams(words, n)  # of each n-gram, the greater count
            matched[n - 1] += (counts & most).total()
            total[n - 1] += counts.total()
        length += len(candidate)
        wanted += min((abs(len(words) - len(candidate)), len(words)) for words in own)[1]
    precision = (matched + 1e-15) / (total + 1e-9)
    means = np.cumprod(precision) ** (1 / np.arange(1, LONGEST + 1))
    ratio = (length + 1e-15) / (wanted + 1e-9)
    return means * (exp(1 - 1 / ratio) if ratio < 1 else 1)


def longest_common_subsequence(first: Sequence[str], second: Sequence[str]) -> int:
    """Longest common subsequence: how many words two captions share in the same order.

    Parameters
    ----------
    first, second : lists of str

    Returns
    -------
    int

    Convention
    ----------
    Other words may stand between them. By dynamic programming, a row of the table at a time.

    Raises
    ------
    TypeError : a caption is no list.

    References
    ----------
    Lin 2004, §3. Taught in 09 §9.
    """
    first = shared.require_tokens(first, "first")
    second = shared.require_tokens(second, "second")
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
    """ROUGE-L: how much of a reference occurs in the candidate in the same order, on average.

    Parameters
    ----------
    candidates : list of N captions, one of each image, each a list of words
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
    ValueError : there are no images, or one has no reference.

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
        weighted = (1 + BETA**2) * precision * recall
        scores.append(weighted / (recall + BETA**2 * precision) if weighted else 0.0)
    return sum(scores) / len(scores)


def cider(
    candidates: Sequence[Sequence[str]], references: Sequence[Sequence[Sequence[str]]]
) -> float:
    """CIDEr: cosine similarity of candidate and references, their n-grams weighted by tf-idf.

    Parameters
    ----------
    candidates : list of N captions, one of each image, each a list of words
    references : list of N lists of captions, those that people wrote

    Returns
    -------
    float in [0, 10]

    Convention
    ----------
    What COCO's program calls CIDEr, and papers print times 100 / 10, is CIDEr-D: counts are clipped
    and differing lengths punished (by the number of bigrams, sigma = 6). An n-gram weighs its count
    (term frequency, tf) times its inverse document frequency (idf): minus the logarithm of the
    share of images in whose references it occurs. The idf is that of the references given, so that
    the score depends on which images are scored together, and is 0 for a single one.

    Raises
    ------
    TypeError : a caption is a string.
    ValueError : there are no images, or one has no reference.

    References
    ----------
    Vedantam et al. 2015, Eq. 2 to 4 and 6. Taught in 09 §9.
    """
    shared.require_corpus(candidates, references)
    documents = Counter()
    for own in references:
        documents.update({ngram for words in own for n in SIZES for ngram in _ngrams(words, n)})
    idf = {ngram: log(len(references) / count) for ngram, count in documents.items()}
    unseen = log(len(references))
    scores = []
    for candidate, own in zip(candidates, references, strict=True):
        vectors, similarities = _tf_idf(candidate, idf, unseen), []
        for words in own:
            bigrams = max(len(candidate) - 1, 0) - max(len(words) - 1, 0)
            penalty = exp(-(bigrams**2) / (2 * SIGMA**2))
            similarities.append(penalty * _cosine(vectors, _tf_idf(words, idf, unseen)))
        scores.append(10 * sum(similarities) / len(similarities))
    return sum(scores) / len(scores)


# Index: CIDEr, tf-idf: 09 §9, Vedantam et al. 2015, Eq. 2
def _tf_idf(words, idf, unseen):
    """For each n, the n-grams of a caption with their weights."""
    return [
        {ngram: count * idf.get(ngram, unseen) for ngram, count in _ngrams(words, n).items()}
        for n in SIZES
    ]


def _cosine(candidate, reference):
    """Mean over n of the vectors' cosine, the candidate's clipped to the reference's. Eq. 6."""
    cosines = 0.0
    for first, second in zip(candidate, reference, strict=True):
        common = sum(min(first[g], second[g]) * second[g] for g in first if g in second)
        norms = sqrt(sum(w**2 for w in first.values()) * sum(w**2 for w in second.values()))
        cosines += common / norms if norms else 0.0
    return cosines / LONGEST
