"""Traces, what the figures of chapter 09 show: a network's words, where it looked, what it weighed.

The network is the one whose weights come with the package.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import torch

from coursekit.captioning import gpu, reference
from coursekit.captioning.text import END

LONGEST = 20  # words
ALTERNATIVES = 5


@dataclass(frozen=True)
class Trace:
    """One caption, word by word.

    words : list of str, END the last, where it came to an end
    logits : (L, V) float64, before each word
    attention : (L, h, w) float, where the network looked before each word
    probability : float, how likely the caption is as a whole
    """

    words: list
    logits: np.ndarray
    attention: np.ndarray
    probability: float

    @property
    def text(self):
        return " ".join(word for word in self.words if word != END)


@cache
def captioner():
    """The trained network with attention, its encoder and its vocabulary."""
    return gpu.Captioner.load()


@lru_cache(maxsize=16)
def _begun(data, shape):
    picture = torch.from_numpy(np.frombuffer(data, np.uint8).reshape(shape).copy())
    with torch.no_grad():
        return captioner().network.start(captioner().encoder(picture.movedim(-1, 0)[None]))


def begun(picture):
    """The decoder's first state; it is kept, since a slider asks again and again."""
    return _begun(picture.tobytes(), picture.shape)


def grid(picture):
    """The encoder's map of a picture: (D, h, w) float."""
    return captioner().encoder(torch.from_numpy(picture).movedim(-1, 0)[None])[0].numpy()


def probabilities(logits, temperature):
    """The probabilities of words, (V,), at a temperature."""
    return reference.softmax(logits, temperature)


@torch.no_grad()
def _step(words, state):
    logits, state, _ = captioner().network.read(words[:, None], state)
    vocabulary = captioner().vocabulary
    never = [vocabulary.pad, vocabulary.start, vocabulary.unk]
    return gpu.forbid(logits[:, 0], never), state


def greedy(picture):
    """The likeliest words, one after another: list of int."""
    return _decoded(begun(picture), gpu.greedy)[0]


def _decoded(state, choose):
    vocabulary = captioner().vocabulary
    rows = gpu.decode(_step, state, vocabulary.start, vocabulary.end, choose, LONGEST)
    return [_until_end(row.tolist()) for row in rows]


def _until_end(numbers):
    end = captioner().vocabulary.end
    return numbers[: numbers.index(end) + 1] if end in numbers else numbers


def sampled(picture, temperature, seed):
    """Captions that are sampled, word by word: ALTERNATIVES lists of int."""
    rng = np.random.default_rng(seed)
    state = tuple(part.expand(ALTERNATIVES, *part.shape[1:]) for part in begun(picture))

    def choose(logits):
        uniform = torch.from_numpy(rng.random(len(logits))).to(logits.dtype)
        return gpu.sample(gpu.softmax(logits, temperature), uniform)

    return _decoded(state, choose)


def likeliest(picture, width):
    """The best caption that a beam finds: list of int."""
    vocabulary = captioner().vocabulary
    rows, _ = gpu.beam_search(
        _step, begun(picture), vocabulary.start, vocabulary.end, width, LONGEST
    )
    return _until_end(rows[0, 0].tolist())


@torch.no_grad()
def of(picture, numbers):
    """What the network thinks and where it looks while it says these words."""
    vocabulary, network = captioner().vocabulary, captioner().network
    read = torch.tensor([[vocabulary.start, *numbers[:-1]]])
    logits, _, attention = network.read(read, begun(picture))
    logits = logits[0].double().numpy()
    logits[:, [vocabulary.pad, vocabulary.start, vocabulary.unk]] = -np.inf
    steps = reference.log_softmax(logits)[np.arange(len(numbers)), numbers]
    rows, columns = captioner().encoder.shape[1:]
    looked = attention[0].mean(1).view(-1, rows, columns).numpy()  # over the heads
    words = [vocabulary.words[number] for number in numbers]
    return Trace(words, logits, looked, float(np.exp(steps.sum())))


@lru_cache(maxsize=64)
def _grown(data, shape, width):
    """The beam's history: for each step (parents, words, log-probabilities), best first."""
    vocabulary = captioner().vocabulary
    state = tuple(part.expand(width, *part.shape[1:]) for part in _begun(data, shape))
    words, over = torch.full((width,), vocabulary.start), np.zeros(width, bool)
    scores, history = np.where(np.arange(width) == 0, 0.0, -np.inf), []
    while len(history) < LONGEST and not over.all():
        logits, state = _step(words, state)
        following = reference.log_softmax(logits.double().numpy())
        parents, chosen, scores = reference.beam_step(scores, over, following, vocabulary.end)
        over, words = chosen == vocabulary.end, torch.from_numpy(chosen)
        state = tuple(part[torch.from_numpy(parents)] for part in state)
        history.append((parents, chosen, scores))
    return history


def branches(picture, width, steps):
    """The tree of a beam after some steps, for ``drawing.tree``.

    A branch is "best" if it leads to the caption that wins in the end, "alive" if it goes on in
    this step, and "lost" otherwise.
    """
    history = _grown(picture.tobytes(), picture.shape, width)
    words = captioner().vocabulary.words
    best = _ancestors(history, [0], len(history))
    history = history[:steps]
    alive = _ancestors(history, range(width), len(history))
    levels = []
    for depth, (parents, chosen, scores) in enumerate(history):
        kinds = [
            "best" if n in best[depth] else "alive" if n in alive[depth] else "lost"
            for n in range(width)
        ]
        named = [words[number] for number in chosen]
        if depth:  # a caption that is over waits for the others
            over = history[depth - 1][1][parents] == captioner().vocabulary.end
            named = ["·" if waits else word for waits, word in zip(over, named, strict=True)]
        likelihoods = np.exp(scores).tolist()
        levels.append(list(zip(parents.tolist(), named, likelihoods, kinds, strict=True)))
    return levels


def _ancestors(history, last, depth):
    """The members of each level from which the last ones descend."""
    levels = [set(last)]
    for parents, _, _ in reversed(history[1:depth]):
        levels.append({int(parents[n]) for n in levels[-1]})
    return levels[::-1]
