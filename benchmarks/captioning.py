"""Chapter 09 compared with PyTorch's LSTM, COCO's metrics, and the homework's own loop.

Two rows train. The homework's loop is corrected (captions are split, PAD does not count in the
loss, the state is (h, c)) and otherwise unchanged: batches are sampled with replacement and built
from words each time, with captions of all lengths side by side, and Adam. In the first row, each
program trains its own network (the homework's has twice as many numbers in h and for each word);
in the second, both train the homework's. Both read the same features and the same captions. The
values of the features do not change the time, so they are random.
"""

import contextlib
import io
from dataclasses import dataclass

import numpy as np
import torch
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge
from scipy import special
from torch import nn
from torch.nn import functional

from benchmarks.row import GPU, REFERENCE, Batch, Row
from coursekit.captioning import data, gpu, reference, text
from coursekit.captioning.gpu.networks import CaptionNet
from coursekit.captioning.gpu.training import Captions, Recipe, train

PYTORCH, SCIPY, COCO, HOMEWORK = "PyTorch", "SciPy", "pycocoevalcap", "homework's loop"
WORDS, EMBEDDING, HIDDEN, LENGTH = 1000, 128, 256, 20
CODE = 2048  # numbers, of Inception-v3
STEPS, SIZE = 10, 64  # batches that are timed, images in each
START, END = 1, 2


def rows(count=16, size=512):
    """Steps of a decoder, the metrics, and training."""
    yield _softmax_row(count, min(size, 256))
    yield _lstm_row(4 * count)
    yield _beam_row(2 * count)
    yield from _metric_rows(data.scenes("test", 20 * count))
    yield from _training_rows(data.scenes("train", 100 * count))


@dataclass(frozen=True)
class Whole(Row):
    """A row whose columns do all the work in one call, each with its own input."""

    def _call(self, column, function):
        return function


def _numbers(*shape):
    return np.random.default_rng(9).normal(size=shape).astype(np.float32)


def _number(value):
    """A number as an image of one pixel."""
    return [np.full((1, 1), float(value), np.float32)]


# ------------------------------------------------------------------ steps of a decoder


def _softmax_row(count, length):
    def naive(logits):
        result = np.empty_like(logits)
        for row, scores in enumerate(logits):
            powers = [np.exp(score) for score in scores]
            result[row] = [power / sum(powers) for power in powers]
        return result

    batch = Batch.of(list(_numbers(count, length, WORDS)))
    work = {
        REFERENCE: reference.softmax,
        GPU: gpu.softmax,
        SCIPY: lambda logits: special.softmax(logits, axis=-1),
    }
    return Row(f"softmax(), {length} x {WORDS}", "float32", batch, work, naive, tolerance=1e-3)


def _lstm_row(count):
    network = nn.LSTM(EMBEDDING, HIDDEN, batch_first=True)
    ours = [network.weight_ih_l0, network.weight_hh_l0, network.bias_ih_l0 + network.bias_hh_l0]
    weights = [weight.detach() for weight in ours]
    arrays = [weight.numpy() for weight in weights]
    batch = Batch.of(list(_numbers(count, LENGTH, EMBEDDING)))
    nothing = np.zeros(HIDDEN, np.float32)

    def by_gpu(x):
        state = x.new_zeros(2, *x.shape[:2], HIDDEN)
        return gpu.lstm(x, *state, *(weight.to(x.device) for weight in weights))[0]

    @torch.no_grad()
    def by_pytorch():
        return network(batch.tensor[:, 0])[0][:, None]

    work = {
        REFERENCE: lambda: [reference.lstm(x, nothing, nothing, *arrays)[0] for x in batch.images],
        GPU: lambda: by_gpu(batch.tensor),
        PYTORCH: by_pytorch,
    }
    return Whole(f"lstm(), {count} x {LENGTH} words", "float32", batch, work, tolerance=1e-2)


def _beam_row(count):
    """A decoder whose state is what it has read; only the captions' scores are compared."""
    table = 3 * _numbers(WORDS, WORDS)
    start = _numbers(count, WORDS)
    tensors = torch.from_numpy(table), torch.from_numpy(start)

    def step(words, state):
        read = table if isinstance(state, np.ndarray) else tensors[0]
        return state + read[words], state / 2

    def alone(state):
        return reference.beam_search(step, state[None], START, END, 3, LENGTH)[1][None]

    work = {
        REFERENCE: lambda: [alone(state) for state in start],
        GPU: lambda: gpu.beam_search(step, tensors[1], START, END, 3, LENGTH)[1][:, None, None],
    }
    batch = Batch.of(list(start[:, None]))
    return Whole(f"beam_search(3), {count} pictures", "float32", batch, work, tolerance=1)


# ------------------------------------------------------------------ metrics


def _metric_rows(scenes):
    captions = scenes.words()
    said, written = [own[0] for own in captions], [own[1:] for own in captions]
    theirs = {
        "bleu": lambda *given: Bleu(4).compute_score(*given)[0][3],
        "rouge_l": lambda *given: Rouge().compute_score(*given)[0],
        "cider": lambda *given: Cider(n=4, sigma=6.0).compute_score(*given)[0],
    }
    ours = {
        "bleu": lambda *given: reference.bleu(*given)[3],
        "rouge_l": reference.rouge_l,
        "cider": reference.cider,
    }
    given = (_joined(written), _joined([caption] for caption in said))
    batch = Batch.of([np.zeros((1, 1), np.float32)])
    for name in ours:
        work = {
            REFERENCE: lambda name=name: _number(ours[name](said, written)),
            COCO: lambda name=name: _number(_silent(theirs[name], *given)),
        }
        title = f"{name}(), {len(said)} captions"
        yield Whole(title, "words", batch, work, tolerance=1e-3)


def _joined(captions):
    return {number: [" ".join(words) for words in own] for number, own in enumerate(captions)}


def _silent(function, *given):
    with contextlib.redirect_stdout(io.StringIO()):
        return function(*given)


# ------------------------------------------------------------------ training


def _training_rows(scenes):
    captions = scenes.words()
    vocabulary = text.Vocabulary([caption for own in captions for caption in own])
    codes = np.random.default_rng(0).random((len(captions), CODE), dtype=np.float32)
    homework = _Homework(codes, captions, vocabulary)
    table = Captions(torch.from_numpy(codes), *text.as_table(captions, vocabulary))
    recipe = Recipe(steps=STEPS, size=min(SIZE, len(captions)), every=STEPS)
    batch = Batch.of([np.zeros((1, 1), np.float32)])
    sizes = {"each its own network": {}, "one network": {"embedding": EMBEDDING, "hidden": HIDDEN}}
    for name, size in sizes.items():
        network = CaptionNet(len(vocabulary), CODE, **size)
        work = {
            GPU: lambda network=network: _number(train(network, table, recipe).losses[-1]),
            HOMEWORK: lambda: _number(homework.learn(STEPS, recipe.size)),
        }
        title = f"train, {STEPS} batches, {name}"
        yield Whole(title, "float32", batch, work, tolerance=np.inf)


class _Homework(nn.Module):
    """The homework's network and loop."""

    def __init__(self, codes, captions, vocabulary):
        super().__init__()
        self.codes, self.captions, self.vocabulary = codes, captions, vocabulary
        self.first_h, self.first_c = nn.Linear(CODE, HIDDEN), nn.Linear(CODE, HIDDEN)
        self.embed = nn.Embedding(len(vocabulary), EMBEDDING, padding_idx=vocabulary.pad)
        self.lstm = nn.LSTM(EMBEDDING, HIDDEN, batch_first=True)
        self.scores = nn.Linear(HIDDEN, len(vocabulary))
        self.optimizer = torch.optim.Adam(self.parameters())
        self.rng = np.random.default_rng(0)

    def forward(self, codes, words):
        state = self.first_h(codes)[None], self.first_c(codes)[None]
        return self.scores(self.lstm(self.embed(words), state)[0])

    def batch(self, size):
        images = self.rng.integers(0, len(self.captions), size)
        sampled = [self.captions[n][self.rng.integers(len(self.captions[n]))] for n in images]
        words = torch.tensor(text.as_matrix(sampled, self.vocabulary), dtype=torch.int64)
        return torch.tensor(self.codes[images], dtype=torch.float32), words

    def learn(self, steps, size):
        total = 0.0
        for _ in range(steps):
            codes, words = self.batch(size)
            scores, targets = self(codes, words[:, :-1]), words[:, 1:]
            loss = functional.cross_entropy(
                scores.flatten(0, 1), targets.flatten(), ignore_index=self.vocabulary.pad
            )
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            total += loss.item()
        return total / steps
