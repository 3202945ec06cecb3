"""Decoding: from probabilities to a caption, by the best word, by sampling, or by beam search.

A decoder is a function ``step(words, state)``: it reads the last words and gives the scores of the
next ones, and the new state, an array or tuple of arrays that have a row for each caption.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from coursekit.captioning import shared
from coursekit.captioning.reference.loss import log_softmax
from coursekit.core import require
from coursekit.core.types import Array, Integer, Real

State = TypeVar("State", bound=Array | tuple[Array, ...])


def forbid(logits: Array, words: Sequence[Integer]) -> Array:
    """Mask logits: give some words, such as PAD, the probability 0.

    Parameters
    ----------
    logits : (..., V) float
    words : list of int, their numbers

    Returns
    -------
    (..., V) float, -inf at the words

    Convention
    ----------
    A copy. exp(-inf) is 0, so that ``softmax`` gives those words the probability 0.

    Raises
    ------
    TypeError, ValueError : logits is not float; a number is no word's.

    References
    ----------
    Taught in 09 §7.
    """
    words = shared.require_numbers(words, "words", shared.require_logits(np.ndarray, logits))
    logits = logits.copy()
    logits[..., words] = -np.inf
    return logits


def keep_top_k(logits: Array, k: Integer) -> Array:
    """Top-k filtering: give all but the k best words the probability 0.

    Parameters
    ----------
    logits : (..., V) float
    k : int, 1 or more; V or more keeps all

    Returns
    -------
    (..., V) float, -inf elsewhere

    Convention
    ----------
    Words that are as good as the k-th are kept too. A copy.

    Raises
    ------
    TypeError, ValueError : logits is not float; k is below 1.

    References
    ----------
    Fan, Lewis and Dauphin 2018, "Hierarchical neural story generation", §5.1. Taught in 09 §7.
    """
    count = shared.require_logits(np.ndarray, logits)
    k = require.whole(k, "k", 1, np.inf)
    last = max(count - k, 0)
    worst = np.sort(logits, axis=-1)[..., last : last + 1]
    return np.where(logits >= worst, logits, -np.inf).astype(logits.dtype)


def greedy(logits: Array) -> Array:
    """Greedy decoding: take the best word.

    Parameters
    ----------
    logits : (..., V) float

    Returns
    -------
    (...,) int64

    Convention
    ----------
    The first of equally good ones.

    Raises
    ------
    TypeError, ValueError : logits is not float.

    References
    ----------
    Vinyals et al. 2015, §3.1. Taught in 09 §7.
    """
    shared.require_logits(np.ndarray, logits)
    return np.asarray(logits.argmax(axis=-1), dtype=np.int64)


def sample(probabilities: Array, uniform: Array | Real) -> Array:
    """Inverse transform sampling: lay the probabilities end to end; a random number picks a word.

    Parameters
    ----------
    probabilities : (..., V) float, 0 or more, as ``softmax`` gives them
    uniform : (...) float in [0, 1), a random number for each

    Returns
    -------
    (...,) int64

    Convention
    ----------
    Word n is picked where the sum of the probabilities before it is at most ``uniform``, and the
    sum with it is greater: a word of probability 0 never is. The same random number gives the same
    word on every device, but for numbers within rounding of a sum.

    Raises
    ------
    TypeError, ValueError : an array is not float; there is not one random number for each, or it is
        not in [0, 1); a probability is negative or not finite, or all of them are 0.

    References
    ----------
    Devroye 1986, *Non-Uniform Random Variate Generation*, §III.2. Taught in 09 §7.
    """
    if not isinstance(uniform, np.ndarray):
        uniform = np.asarray(float(require.number(uniform, "uniform")))
    shared.require_sampling(np.ndarray, probabilities, uniform)
    if not ((uniform >= 0) & (uniform < 1)).all():
        raise ValueError(
            f"uniform: expected numbers in [0, 1), got {uniform.min()} to {uniform.max()}"
        )
    sums = probabilities.cumsum(axis=-1)
    total = sums[..., -1:]  # only nearly 1
    if not ((probabilities >= 0).all() and (total > 0).all() and np.isfinite(total).all()):
        raise ValueError("probabilities: expected 0 or more, and a sum above 0 in each row")
    reached = uniform.astype(sums.dtype)[..., None] * total
    words = np.minimum((sums <= reached).sum(axis=-1), (sums < total).sum(axis=-1))
    return np.asarray(words, dtype=np.int64)  # at most the last word with a probability above 0


def decode(
    step: Callable[[Array, State], tuple[Array, State]],
    state: State,
    start: Integer,
    end: Integer,
    choose: Callable[[Array], Array] | None = None,
    max_length: Integer = 20,
) -> Array:
    """Autoregressive decoding: generate a caption for each row of the state, word by word.

    Parameters
    ----------
    step : function (words (B,) int64, state) -> (logits (B, V) float, state)
    state : array or tuple of arrays, with B rows
    start : int, the first word read; it is not part of the caption
    end : int, the word after which a caption is over
    choose : function (logits (B, V)) -> words (B,) int64; for instance one that samples;
        None for ``greedy``
    max_length : int, words at most

    Returns
    -------
    (B, L) int64, L at most max_length; padded with END

    Convention
    ----------
    Stops as soon as all captions have ended. Each word is read once: the state remembers.

    Raises
    ------
    TypeError, ValueError : start, end or max_length is no such number; end is no word that ``step``
        scores; the state has no rows.

    References
    ----------
    Vinyals et al. 2015, §3.1. Taught in 09 §7.
    """
    start, end, _, max_length, _ = shared.require_search(start, end, 1, max_length)
    choose = greedy if choose is None else choose
    shared.require_function(choose, "choose", "of logits")
    shared.require_function(step, "step", "of words and state")
    count = shared.require_state(np.ndarray, state)
    words, caption = np.full(count, start, dtype=np.int64), []
    over = np.zeros(count, dtype=bool)
    while len(caption) < max_length and not over.all():
        logits, state = step(words, state)
        shared.require_scored(np.ndarray, logits, count, end)
        chosen = choose(logits)
        shared.require_chosen(np.ndarray, chosen, count)
        words = np.where(over, end, chosen)
        over |= words == end
        caption.append(words)
    return np.stack(caption, axis=1)


def beam_step(
    scores: Array, over: Array, log_probabilities: Array, end: Integer
) -> tuple[Array, Array, Array]:
    """Beam search, one step: extend each of the K captions by every word, and keep the K best.

    Parameters
    ----------
    scores : (K,) float, the log probability of each caption so far, -inf for an empty place
    over : (K,) bool, captions that have ended: they go on with END, for free
    log_probabilities : (K, V) float, of the next word of each
    end : int, the word after which a caption is over

    Returns
    -------
    parents : (K,) int64, which caption each of the new ones continues
    words : (K,) int64, with which word
    scores : (K,) float, their log probabilities, best first

    Convention
    ----------
    Which of equally good ones goes first is left open. A place for which there is no caption left
    has the score -inf, the parent 0 and the word END.

    Raises
    ------
    TypeError, ValueError : an array is not float, or its shape does not fit the others; end is no
        word's number.

    References
    ----------
    Vinyals et al. 2015, §3.1; Graves 2012, "Sequence transduction with recurrent neural networks",
    Alg. 1. Taught in 09 §7.
    """
    end = shared.require_beam(np.ndarray, scores, over, log_probabilities, end)
    only_end = np.full(log_probabilities.shape[-1], -np.inf)
    only_end[end] = 0
    totals = scores[:, None] + np.where(over[:, None], only_end, log_probabilities)
    totals = totals.astype(scores.dtype)
    best = np.argsort(-totals.ravel(), kind="stable")[: len(scores)]
    parents, words = np.divmod(best, totals.shape[1])
    scores = totals.ravel()[best]
    empty = np.isneginf(scores)
    return np.where(empty, 0, parents), np.where(empty, end, words), scores


def repeats(captions: Array, size: Integer, vocabulary_size: Integer) -> Array:
    """N-gram blocking: find the words that would make a caption repeat one of its n-grams.

    Parameters
    ----------
    captions : (K, L) int64, words so far, each in 0..V-1
    size : int, n, 1 or more; with 1, every word of the caption is found
    vocabulary_size : int, V

    Returns
    -------
    (K, V) bool

    Convention
    ----------
    A caption "a b c a b" must not go on with c if n is 3. Nothing is found in fewer than n words.

    Raises
    ------
    TypeError, ValueError : captions are not int64, or not in 0..V-1; size or vocabulary_size is
        below 1.

    References
    ----------
    Paulus, Xiong and Socher 2018, "A deep reinforced model for abstractive summarization", *ICLR*,
    §2.5, with n = 3. Taught in 09 §7.
    """
    size, vocabulary_size = shared.require_ngrams(np.ndarray, captions, size, vocabulary_size)
    shared.require_known(captions, "captions", vocabulary_size)
    found = np.zeros((len(captions), vocabulary_size), dtype=bool)
    for row, caption in enumerate(captions):
        last = caption[len(caption) - size + 1 :]
        for at in range(len(caption) - size + 1):
            ngram = caption[at : at + size]
            if np.array_equal(ngram[:-1], last):
                found[row, ngram[-1]] = True
    return found


def beam_search(
    step: Callable[[Array, State], tuple[Array, State]],
    state: State,
    start: Integer,
    end: Integer,
    beam_width: Integer = 3,
    max_length: Integer = 20,
    no_repeat_ngram_size: Integer = 0,
) -> tuple[Array, Array]:
    """Beam search: generate captions, keeping the K likeliest beginnings at each word.

    Parameters
    ----------
    step : function (words (K,) int64, state) -> (logits (K, V) float, state)
    state : array or tuple of arrays, with one row: an image's
    start : int, the first word read; it is not part of the caption
    end : int, the word after which a caption is over
    beam_width : int, K, how many captions are kept
    max_length : int, words at most
    no_repeat_ngram_size : int, n of the n-grams that no caption repeats; 0 to allow all

    Returns
    -------
    captions : (K, L) int64, best first, L at most max_length; padded with END
    scores : (K,) float, the log probability of each; -inf where there are fewer captions than K

    Convention
    ----------
    Probabilities are not divided by lengths, so that short captions have an advantage, and stay
    what they are where a word is forbidden (``repeats``). Stops when all have ended.

    Raises
    ------
    TypeError, ValueError : start, end or another number is no such number; end is no word that
        ``step`` scores; the state has not one row.

    References
    ----------
    Vinyals et al. 2015, §3.1; Graves 2012, Alg. 1. Taught in 09 §7.
    """
    start, end, beam_width, max_length, no_repeat_ngram_size = shared.require_search(
        start, end, beam_width, max_length, no_repeat_ngram_size
    )
    shared.require_function(step, "step", "of words and state")
    shared.require_state(np.ndarray, state, 1)
    state = _rows(state, np.zeros(beam_width, dtype=np.int64))
    words = np.full(beam_width, start, dtype=np.int64)
    captions, over = np.empty((beam_width, 0), dtype=np.int64), np.zeros(beam_width, dtype=bool)
    scores = np.where(np.arange(beam_width) == 0, 0, -np.inf)  # all begin the same: count it once
    while captions.shape[1] < max_length and not over.all():
        logits, state = step(words, state)
        shared.require_scored(np.ndarray, logits, beam_width, end)
        following = log_softmax(logits)
        if no_repeat_ngram_size:
            following[repeats(captions, no_repeat_ngram_size, following.shape[1])] = -np.inf
        parents, words, scores = beam_step(scores.astype(following.dtype), over, following, end)
        captions = np.column_stack([captions[parents], words])
        over, state = words == end, _rows(state, parents)
    return captions, scores


def _rows(state, rows):
    return tuple(part[rows] for part in state) if isinstance(state, tuple) else state[rows]
