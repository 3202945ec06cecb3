"""Decoding for many images at once: twins of ``reference.decoding``.

``step`` reads words (R,) and gives logits (R, V); a state is a tensor, or a tuple of tensors, with
R rows. What does not change from word to word, such as the keys of attention, is better kept out of
the state: a beam's captions stay with their image, whose rows stand together.
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
    """Mask logits of a batch: give some words, such as PAD, the probability 0."""
    words = shared.require_numbers(words, "words", shared.require_logits(torch.Tensor, logits))
    logits = logits.clone()
    logits[..., words] = -torch.inf
    return logits


def keep_top_k(logits: torch.Tensor, k: Integer) -> torch.Tensor:
    """Top-k filtering of a batch: give all but the k best words the probability 0."""
    count = shared.require_logits(torch.Tensor, logits)
    k = require.whole(k, "k", 1, float("inf"))
    worst = logits.topk(min(k, count), dim=-1).values[..., -1:]
    return logits.masked_fill(logits < worst, -torch.inf)


def greedy(logits: torch.Tensor) -> torch.Tensor:
    """Greedy decoding of a batch: take the best word in each row."""
    shared.require_logits(torch.Tensor, logits)
    return logits.argmax(dim=-1)


def sample(probabilities: torch.Tensor, uniform: torch.Tensor) -> torch.Tensor:
    """Inverse transform sampling of a batch: a random number picks a word in each row.

    Parameters
    ----------
    uniform : (...) float in [0, 1), a random number for each, on the same device

    Convention
    ----------
    ``torch.multinomial`` samples other words from the same generator on each device; this does
    not. No value is refused: where all probabilities are 0, the word is 0.

    Raises
    ------
    TypeError, ValueError : a tensor is not float; there is not one random number for each.
    """
    shared.require_sampling(torch.Tensor, probabilities, uniform)
    sums = probabilities.cumsum(dim=-1)
    total = sums[..., -1:]
    reached = uniform.to(sums.dtype)[..., None] * total
    return torch.minimum((sums <= reached).sum(dim=-1), (sums < total).sum(dim=-1))


def decode(
    step: Callable[[torch.Tensor, State], tuple[torch.Tensor, State]],
    state: State,
    start: Integer,
    end: Integer,
    choose: Callable[[torch.Tensor], torch.Tensor] | None = None,
    max_length: Integer = 20,
) -> torch.Tensor:
    """Autoregressive decoding of a batch: generate a caption for each row of the state.

    Parameters
    ----------
    step : function (words (R,) int64, state) -> (logits (R, V) float, state)
    state : tensor or tuple of tensors, with R rows
    choose : function (logits (R, V)) -> words (R,) int64; for instance one that samples; None
        for ``greedy``

    Returns
    -------
    (R, L) int64, L at most max_length; padded with END
    """
    start, end, _, max_length, _ = shared.require_search(start, end, 1, max_length)
    choose = greedy if choose is None else choose
    shared.require_function(choose, "choose", "of logits")
    shared.require_function(step, "step", "of words and state")
    count = shared.require_state(torch.Tensor, state)
    device = state[0].device if isinstance(state, tuple) else state.device
    words = torch.full((count,), start, device=device)
    over, caption = torch.zeros_like(words, dtype=torch.bool), []
    while len(caption) < max_length and not over.all():
        logits, state = step(words, state)
        first = not caption  # all steps are alike: only the first is checked
        if first:
            shared.require_scored(torch.Tensor, logits, count, end)
        words = choose(logits)
        if first:
            shared.require_chosen(torch.Tensor, words, count)
        words = words.masked_fill(over, end)
        over = over | (words == end)
        caption.append(words)
    return torch.stack(caption, dim=1)


def beam_step(
    scores: torch.Tensor, over: torch.Tensor, log_probabilities: torch.Tensor, end: Integer
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Beam search, one step: extend the K captions of each beam by every word, and keep the K best.

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
    """
    end = shared.require_beam(torch.Tensor, scores, over, log_probabilities, end)
    width, vocabulary = log_probabilities.shape[-2:]
    only_end = log_probabilities.new_full((vocabulary,), -torch.inf)
    only_end[end] = 0
    totals = scores[..., None] + torch.where(over[..., None], only_end, log_probabilities)
    scores, best = totals.flatten(-2).topk(width, dim=-1)
    empty = scores.isneginf()
    parents = (best // vocabulary).masked_fill(empty, 0)
    return parents, (best % vocabulary).masked_fill(empty, end), scores


def repeats(captions: torch.Tensor, size: Integer, vocabulary_size: Integer) -> torch.Tensor:
    """N-gram blocking of a batch: find the words that would make captions repeat an n-gram.

    Parameters
    ----------
    captions : (..., L) int64, words so far, each in 0..V-1

    Returns
    -------
    (..., V) bool
    """
    size, vocabulary_size = shared.require_ngrams(torch.Tensor, captions, size, vocabulary_size)
    counts = captions.new_zeros(*captions.shape[:-1], vocabulary_size)
    length = captions.shape[-1]
    if length < size:
        return counts.bool()
    ngrams, last = captions.unfold(-1, size, 1), captions[..., None, length - size + 1 :]
    again = (ngrams[..., :-1] == last).all(-1)
    try:
        return counts.scatter_add_(-1, ngrams[..., -1], again.long()).bool()
    except RuntimeError as error:  # the CPU notices
        raise ValueError(f"captions: expected numbers of words, {error}") from None


def beam_search(
    step: Callable[[torch.Tensor, State], tuple[torch.Tensor, State]],
    state: State,
    start: Integer,
    end: Integer,
    beam_width: Integer = 3,
    max_length: Integer = 20,
    no_repeat_ngram_size: Integer = 0,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Beam search for many images: generate captions, keeping the K likeliest beginnings of each.

    Parameters
    ----------
    step : function (words (R,) int64, state) -> (logits (R, V) float, state); R is B * K, and the
        K rows of an image stand together
    state : tensor or tuple of tensors, with B rows, one for each image
    beam_width : int, K, how many captions of an image are kept

    Returns
    -------
    captions : (B, K, L) int64, best first, L at most max_length; padded with END
    scores : (B, K) float, the log probability of each; -inf where there are fewer than K captions

    Convention
    ----------
    All beams take a step together.

    Raises
    ------
    TypeError, ValueError : start, end or another number is no such number; end is no word that
        ``step`` scores; the state has no rows.
    """
    start, end, beam_width, max_length, no_repeat_ngram_size = shared.require_search(
        start, end, beam_width, max_length, no_repeat_ngram_size
    )
    shared.require_function(step, "step", "of words and state")
    count = shared.require_state(torch.Tensor, state)
    device = state[0].device if isinstance(state, tuple) else state.device
    offsets = torch.arange(count, device=device)[:, None]
    state = _rows(state, offsets.expand(-1, beam_width))
    words = torch.full((count, beam_width), start, device=device)
    captions, over = words[..., None][..., :0], torch.zeros_like(words, dtype=torch.bool)
    scores = None
    while captions.shape[-1] < max_length and not over.all():
        logits, state = step(words.flatten(), state)
        if scores is None:
            shared.require_scored(torch.Tensor, logits, words.numel(), end)
        following = log_softmax(logits).unflatten(0, words.shape)
        if no_repeat_ngram_size:
            again = repeats(captions, no_repeat_ngram_size, following.shape[-1])
            following = following.masked_fill(again, -torch.inf)
        if scores is None:
            scores = following.new_full(words.shape, -torch.inf)
            scores[:, 0] = 0  # all begin the same: count it once
        parents, words, scores = beam_step(scores, over, following, end)
        captions = captions.gather(1, parents[..., None].expand(captions.shape))
        captions = torch.cat([captions, words[..., None]], dim=-1)
        over, state = words == end, _rows(state, offsets * beam_width + parents)
    return captions, scores  # type: ignore[return-value]  # set, since max_length is not 0


def _rows(state, rows):
    rows = rows.flatten()
    if isinstance(state, tuple):
        return tuple(part.index_select(0, rows) for part in state)
    return state.index_select(0, rows)
