"""Speaking about many pictures at once: twins of ``reference.decoding``.

``step`` reads words (R,) and gives logits (R, V); a state is a tensor, or a tuple of tensors, with
R rows. What does not change from word to word, such as the keys of attention, is better kept out of
the state: a beam's captions stay with their picture, whose rows stand together.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

import torch

from coursekit.captioning import shared
from coursekit.captioning.gpu.loss import log_softmax
from coursekit.core import require
from coursekit.core.types import Integer

State = TypeVar("State", bound=torch.Tensor | tuple[torch.Tensor, ...])


def forbid(logits: torch.Tensor, words: Sequence[Integer]) -> torch.Tensor:
    """Give some words no chance: nobody says PAD.

    Convention
    ----------
    As ``reference.forbid``, equal. A copy.
    """
    require.floats(logits, "logits", None)
    for word in words:
        word = require.whole(word, "words", 0, logits.shape[-1] - 1)
    logits = logits.clone()
    logits[..., list(words)] = -torch.inf
    return logits


def keep_top_k(logits: torch.Tensor, k: Integer) -> torch.Tensor:
    """Give none but the k best words a chance.

    Convention
    ----------
    As ``reference.keep_top_k``, equal: words as good as the k-th are kept too.

    References
    ----------
    Fan, Lewis and Dauphin 2018, §5.1.
    """
    require.floats(logits, "logits", None)
    k = require.whole(k, "k", 1, float("inf"))
    worst = logits.topk(min(k, logits.shape[-1]), dim=-1).values[..., -1:]
    return logits.masked_fill(logits < worst, -torch.inf)


def greedy(logits: torch.Tensor) -> torch.Tensor:
    """Take the best word.

    Convention
    ----------
    As ``reference.greedy``, equal.
    """
    require.floats(logits, "logits", None)
    return logits.argmax(dim=-1)


def sample(probabilities: torch.Tensor, uniform: torch.Tensor) -> torch.Tensor:
    """Draw words: lay the probabilities end to end, and see where random numbers fall.

    Parameters
    ----------
    uniform : (...) float in [0, 1), a random number for each, on the same device

    Convention
    ----------
    As ``reference.sample``, equal but for random numbers within rounding of a sum.
    ``torch.multinomial`` draws other words from the same generator on each device; this does not.

    Raises
    ------
    TypeError, ValueError : a tensor is not float; there is not one random number for each.

    References
    ----------
    Devroye 1986, §III.2.
    """
    require.floats(probabilities, "probabilities", None)
    if tuple(uniform.shape) != tuple(probabilities.shape[:-1]):
        raise ValueError(
            f"uniform: expected shape {tuple(probabilities.shape[:-1])}, got {tuple(uniform.shape)}"
        )
    sums = probabilities.cumsum(dim=-1)
    reached = uniform.to(sums.dtype)[..., None] * sums[..., -1:]
    return (sums <= reached).sum(dim=-1)


def decode(
    step: Callable[[torch.Tensor, State], tuple[torch.Tensor, State]],
    state: State,
    start: Integer,
    end: Integer,
    choose: Callable[[torch.Tensor], torch.Tensor] | None = None,
    max_length: Integer = 20,
) -> torch.Tensor:
    """Say a caption for each row of the state, word by word, until all have ended.

    Parameters
    ----------
    step : function (words (R,) int64, state) -> (logits (R, V) float, state)
    state : tensor or tuple of tensors, with R rows
    choose : function (logits (R, V)) -> words (R,) int64; for instance one that draws; None
        for ``greedy``

    Returns
    -------
    (R, L) int64, L at most max_length; filled up with END

    Convention
    ----------
    As ``reference.decode``, equal.
    """
    shared.require_search(start, end, 1, max_length)
    choose = greedy if choose is None else choose
    first = state[0] if isinstance(state, tuple) else state
    words = torch.full((len(first),), start, device=first.device)
    over, said = torch.zeros_like(words, dtype=torch.bool), []
    while len(said) < max_length and not over.all():
        logits, state = step(words, state)
        words = choose(logits).masked_fill(over, end)
        over = over | (words == end)
        said.append(words)
    return torch.stack(said, dim=1)


def beam_step(
    scores: torch.Tensor, over: torch.Tensor, log_probabilities: torch.Tensor, end: Integer
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Let each caption of each beam go on with every word, and keep as many as there were.

    Parameters
    ----------
    scores : (..., K) float, the log probabilities so far, -inf for an empty place
    over : (..., K) bool, captions that have ended: they go on with END, for free
    log_probabilities : (..., K, V) float, of the next word of each

    Returns
    -------
    parents : (..., K) int64, which caption of its beam each of the new ones continues
    words : (..., K) int64, with which word
    scores : (..., K) float, their log probabilities, best first

    Raises
    ------
    TypeError, ValueError : a tensor is not float, or its shape does not fit the others.

    References
    ----------
    Graves 2012, Alg. 1.
    """
    require.floats(log_probabilities, "log_probabilities", None, None)
    width, vocabulary = log_probabilities.shape[-2:]
    require.floats(scores, "scores", width)
    only_end = log_probabilities.new_full((vocabulary,), -torch.inf)
    only_end[end] = 0
    totals = scores[..., None] + torch.where(over[..., None], only_end, log_probabilities)
    scores, best = totals.flatten(-2).topk(width, dim=-1)
    empty = scores.isneginf()
    parents = (best // vocabulary).masked_fill(empty, 0)
    return parents, (best % vocabulary).masked_fill(empty, end), scores


def repeats(captions: torch.Tensor, size: Integer, vocabulary_size: Integer) -> torch.Tensor:
    """Find the words with which captions would say again ``size`` words that they have said.

    Parameters
    ----------
    captions : (..., L) int64, words so far, each in 0..V-1

    Returns
    -------
    (..., V) bool

    Convention
    ----------
    As ``reference.repeats``, equal.

    References
    ----------
    Paulus et al. 2018, §2.5.
    """
    shared.require_ngrams(captions, size, vocabulary_size)
    counts = captions.new_zeros(*captions.shape[:-1], vocabulary_size)
    length = captions.shape[-1]
    if length < size:
        return counts.bool()
    said, last = captions.unfold(-1, size, 1), captions[..., None, length - size + 1 :]
    again = (said[..., :-1] == last).all(-1)
    return counts.scatter_add_(-1, said[..., -1], again.long()).bool()


def beam_search(
    step: Callable[[torch.Tensor, State], tuple[torch.Tensor, State]],
    state: State,
    start: Integer,
    end: Integer,
    beam_width: Integer = 3,
    max_length: Integer = 20,
    no_repeat_ngram_size: Integer = 0,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Say captions of many pictures while keeping the several best beginnings of each in mind.

    Parameters
    ----------
    step : function (words (R,) int64, state) -> (logits (R, V) float, state); R is B * K, and the
        K rows of a picture stand together
    state : tensor or tuple of tensors, with B rows, one for each picture
    beam_width : int, K, how many captions of a picture are kept

    Returns
    -------
    captions : (B, K, L) int64, best first, L at most max_length; filled up with END
    scores : (B, K) float, the log probability of each; -inf where there are fewer than K captions

    Convention
    ----------
    As ``reference.beam_search``, picture by picture. All beams take a step together.
    """
    shared.require_search(start, end, beam_width, max_length, no_repeat_ngram_size)
    first = state[0] if isinstance(state, tuple) else state
    offsets = torch.arange(len(first), device=first.device)[:, None]
    state = _rows(state, offsets.expand(-1, beam_width))
    words = torch.full((len(first), beam_width), start, device=first.device)
    captions, over = words[..., None][..., :0], torch.zeros_like(words, dtype=torch.bool)
    scores = None
    while captions.shape[-1] < max_length and not over.all():
        logits, state = step(words.flatten(), state)
        chances = log_softmax(logits).unflatten(0, words.shape)
        if no_repeat_ngram_size:
            again = repeats(captions, no_repeat_ngram_size, chances.shape[-1])
            chances = chances.masked_fill(again, -torch.inf)
        scores = _only_first(chances) if scores is None else scores
        parents, words, scores = beam_step(scores, over, chances, end)
        captions = captions.gather(1, parents[..., None].expand(captions.shape))
        captions = torch.cat([captions, words[..., None]], dim=-1)
        over, state = words == end, _rows(state, offsets * beam_width + parents)
    return captions, scores  # type: ignore[return-value]  # set, since max_length is not 0


def _only_first(chances):
    """Scores to begin with: all K captions are empty, and so the same; one of them counts."""
    scores = chances.new_full(chances.shape[:-1], -torch.inf)
    scores[..., 0] = 0
    return scores


def _rows(state, rows):
    rows = rows.flatten()
    if isinstance(state, tuple):
        return tuple(part.index_select(0, rows) for part in state)
    return state.index_select(0, rows)
