"""PyTorch's own functions, and the program with which COCO's captions are scored."""

import contextlib
import io

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from torch import nn
from torch.nn import functional

from coursekit.captioning import data, gpu, reference, text

RNG = np.random.default_rng(5)


def numbers(*shape, dtype=np.float64):
    return RNG.normal(size=shape).astype(dtype)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_lstm_is_that_of_pytorch(dtype):
    network = nn.LSTM(input_size=6, hidden_size=9, num_layers=1, batch_first=True, dtype=dtype)
    x, h, c = (torch.from_numpy(numbers(*shape)).to(dtype) for shape in ((3, 8, 6), (3, 9), (3, 9)))
    with torch.no_grad():
        shown, (last_h, last_c) = network(x, (h[None], c[None]))
    weights = {
        "input_weight": network.weight_ih_l0.detach(),
        "state_weight": network.weight_hh_l0.detach(),
        "bias": (network.bias_ih_l0 + network.bias_hh_l0).detach(),
    }
    arrays = {name: value.numpy() for name, value in weights.items()}
    for n in range(3):
        ours = reference.lstm(x[n].numpy(), h[n].numpy(), c[n].numpy(), **arrays)
        for one, other in zip(ours, (shown[n], last_h[0, n], last_c[0, n]), strict=True):
            np.testing.assert_allclose(one, other.numpy(), rtol=0, atol=1e-6)
    ours = gpu.lstm(x, h, c, **weights)
    for one, other in zip(ours, (shown, last_h[0], last_c[0]), strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-6)


def test_lstm_cell_is_that_of_pytorch():
    cell = nn.LSTMCell(input_size=6, hidden_size=9, dtype=torch.float64)
    x, h, c = numbers(4, 6), numbers(4, 9), numbers(4, 9)
    with torch.no_grad():
        expected = cell(torch.from_numpy(x), (torch.from_numpy(h), torch.from_numpy(c)))
    bias = (cell.bias_ih + cell.bias_hh).detach().numpy()
    weights = (cell.weight_ih.detach().numpy(), cell.weight_hh.detach().numpy(), bias)
    for one, other in zip(reference.lstm_cell(x, h, c, *weights), expected, strict=True):
        np.testing.assert_allclose(one, other.numpy(), rtol=0, atol=1e-6)


def test_gradients_flow_through_the_twins():
    weights = [torch.from_numpy(0.3 * numbers(*s)) for s in ((12, 2), (12, 3), (12,))]
    x, h, c = (torch.from_numpy(numbers(*shape)) for shape in ((2, 4, 2), (2, 3), (2, 3)))
    inputs = [tensor.requires_grad_() for tensor in (x, h, c, *weights)]
    assert torch.autograd.gradcheck(gpu.lstm, inputs)
    assert torch.autograd.gradcheck(gpu.lstm_cell, [x[:, 0], *inputs[1:]])


def test_the_loss_is_that_of_pytorch_on_captions_of_different_lengths():
    logits = numbers(5, 7, 11)
    targets = RNG.integers(1, 11, (5, 7))
    for row, length in zip(targets, (7, 1, 3, 0, 6), strict=True):
        row[length:] = 0
    expected = functional.cross_entropy(
        torch.from_numpy(logits).flatten(0, 1),
        torch.from_numpy(targets).flatten(),
        weight=None, ignore_index=0, reduction="mean", label_smoothing=0.0,
    )  # fmt: skip
    assert reference.masked_cross_entropy(logits, targets) == pytest.approx(float(expected))
    ours = gpu.masked_cross_entropy(torch.from_numpy(logits), torch.from_numpy(targets))
    assert float(ours) == pytest.approx(float(expected))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_is_that_of_pytorch(dtype):
    logits = 10 * numbers(4, 50, dtype=dtype)
    tensor = torch.from_numpy(logits)
    pairs = [
        (reference.softmax(logits, 1.0), functional.softmax(tensor, dim=-1)),
        (reference.softmax(logits, 0.7), functional.softmax(tensor / 0.7, dim=-1)),
        (reference.log_softmax(logits), functional.log_softmax(tensor, dim=-1)),
    ]
    for ours, theirs in pairs:
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=2e-7, atol=1e-6)


def test_attention_is_that_of_pytorch_layers():
    features, query = numbers(3, 16, 8), numbers(3, 5)
    ask, describe, score = nn.Linear(5, 6, bias=False), nn.Linear(8, 6), nn.Linear(6, 1, bias=False)
    for layer in (ask, describe, score):
        layer.double().requires_grad_(False)
    cells = torch.from_numpy(features)
    asked = ask(torch.from_numpy(query))[:, None]
    scores = score(torch.tanh(asked + describe(cells)))[..., 0]
    expected = functional.softmax(scores, dim=1)
    context = torch.einsum("bp,bpc->bc", expected, cells)
    for n in range(3):
        keys = reference.attention_keys(features[n], describe.weight.numpy(), describe.bias.numpy())
        ours = reference.attention_step(
            query[n], keys, features[n], ask.weight.numpy(), score.weight.numpy()[0]
        )
        np.testing.assert_allclose(ours[0], context[n].numpy(), rtol=0, atol=1e-6)
        np.testing.assert_allclose(ours[1], expected[n].numpy(), rtol=0, atol=1e-6)


def test_what_is_drawn_is_as_frequent_as_it_is_probable():
    probabilities = reference.softmax(numbers(6))
    uniform = np.random.default_rng(0).random(100_000)
    drawn = reference.sample(np.tile(probabilities, (len(uniform), 1)), uniform)
    shares = np.bincount(drawn, minlength=6) / len(uniform)
    assert np.abs(shares - probabilities).max() < 0.005


@pytest.mark.parametrize("size", [0, 1, 2])
def test_the_widest_beam_finds_the_best_of_all_captions(size):
    """All captions of three words, scored one by one, are the oracle, or those without a repeat."""
    table, width = numbers(5, 5), 5**3

    def step(words, state):
        return table[words] + state, state * -0.5

    captions, scores = reference.beam_search(step, np.full((1, 1), 0.3), 1, 2, width, 3, size)
    bare = reference.log_softmax(table)
    best = {}
    for words in np.ndindex(5, 5, 5):
        words = words[: words.index(2) + 1] if 2 in words else words
        if size and max(reference.ngrams(words, size).values(), default=1) > 1:
            continue
        best[words] = sum(bare[a, b] for a, b in zip((1, *words), words, strict=False))
    first = max(best, key=best.get)
    assert tuple(captions[0][: len(first)]) == first
    assert scores[0] == pytest.approx(best[first])
    assert np.sort(scores[np.isfinite(scores)]) == pytest.approx(np.sort(list(best.values())))


@given(arrays(np.int64, (3, 7), elements=st.integers(0, 3)), st.integers(1, 8))
def test_what_is_found_again_is_what_makes_a_run_stand_twice(captions, size):
    found = reference.repeats(captions, size, 5)
    for caption, row in zip(captions.tolist(), found, strict=True):
        for word in range(5):
            last = tuple([*caption, word][-size:])
            assert row[word] == (len(last) == size and last in reference.ngrams(caption, size))


# ------------------------------------------------------------------ pycocoevalcap


def scored_by_coco(candidates, references):
    """BLEU-1 to 4, ROUGE-L and CIDEr of pycocoevalcap."""
    bleu = pytest.importorskip("pycocoevalcap.bleu.bleu").Bleu(4)
    rouge = pytest.importorskip("pycocoevalcap.rouge.rouge").Rouge()
    cider = pytest.importorskip("pycocoevalcap.cider.cider").Cider(n=4, sigma=6.0)
    said = {n: [" ".join(words)] for n, words in enumerate(candidates)}
    wanted = {n: [" ".join(words) for words in own] for n, own in enumerate(references)}
    with contextlib.redirect_stdout(io.StringIO()):
        return [
            *bleu.compute_score(wanted, said)[0],
            rouge.compute_score(wanted, said)[0],
            cider.compute_score(wanted, said)[0],
        ]


def scored_by_us(candidates, references):
    return [
        *reference.bleu(candidates, references),
        reference.rouge_l(candidates, references),
        reference.cider(candidates, references),
    ]


def test_metrics_are_those_of_coco_on_scenes():
    made = [[text.tokenize(caption) for caption in own] for own in data.scenes("test", 80).captions]
    rng = np.random.default_rng(3)
    candidates = [own[4] if rng.random() < 0.7 else made[n - 1][0] for n, own in enumerate(made)]
    candidates = [words[: rng.integers(2, 20)] for words in candidates]
    references = [own[:4] for own in made]
    expected = scored_by_coco(candidates, references)
    assert scored_by_us(candidates, references) == pytest.approx(expected, rel=0, abs=1e-6)


CAPTIONS = st.lists(st.sampled_from("a b c d e f".split()), min_size=1, max_size=9)
PICTURES = st.lists(
    st.tuples(CAPTIONS, st.lists(CAPTIONS, min_size=1, max_size=4)), min_size=1, max_size=6
)


@settings(max_examples=150, deadline=None)
@given(PICTURES)
def test_metrics_are_those_of_coco_on_any_captions(pictures):
    candidates, references = map(list, zip(*pictures, strict=True))
    expected = scored_by_coco(candidates, references)
    assert scored_by_us(candidates, references) == pytest.approx(expected, rel=0, abs=1e-6)
