"""Captioners: ways of speaking, batches, prefixes, and what comes back from a file."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from coursekit.captioning.gpu import (
    AttentionCaptionNet,
    Captioner,
    CaptionNet,
    encoder,
    log_softmax,
)
from coursekit.captioning.gpu.checkpoints import save_tensors
from coursekit.captioning.reference import ngrams
from coursekit.captioning.text import SPECIAL, Vocabulary

WORDS = "a red blue ring star above below".split()
PICTURES = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (5, 3, 64, 64), np.uint8))


def made(kind, **options):
    torch.manual_seed(0)
    vocabulary = Vocabulary.of([*SPECIAL, *WORDS])
    network = kind(len(vocabulary), 96, **options)
    return Captioner(encoder("small", None), network, vocabulary)


@pytest.fixture(params=[CaptionNet, AttentionCaptionNet], ids=lambda kind: kind.__name__)
def captioner(request):
    return made(request.param)


def words(said):
    return [one.words for one in said]


@pytest.mark.parametrize("method", ["greedy", "beam"])
def test_a_batch_is_captioned_as_its_pictures_one_by_one(captioner, method):
    for picture, said in zip(PICTURES, captioner.generate(PICTURES, method), strict=True):
        assert words(said) == words(captioner.generate(picture, method))


def test_fractions_of_white_are_captioned_as_levels(captioner):
    assert words(captioner.generate(PICTURES[0] / 255)) == words(captioner.generate(PICTURES[0]))


def test_a_caption_is_shown_by_its_words_and_score():
    said = made(AttentionCaptionNet).generate(PICTURES[0], max_length=6)[0]
    assert repr(said) == f"Said(words={said.words!r}, score={said.score!r})"


@pytest.mark.parametrize("level", [255.0, -0.5, float("nan")])
def test_floats_that_are_no_fractions_of_white_are_refused(captioner, level):
    images = PICTURES / 255
    images[1, 2, 3, 4] = level
    with pytest.raises(ValueError, match=r"images: expected uint8 or float in \[0, 1\], got torch"):
        captioner.generate(images)


def test_numbers_of_numpy_say_what_those_of_python_say(captioner):
    options = {"count": 2, "seed": 3, "max_length": 9, "top_k": 5}
    own = {name: np.int8(value) for name, value in options.items()}
    said, again = (captioner.generate(PICTURES, "sample", **each) for each in (options, own))
    assert list(map(words, said)) == list(map(words, again))
    beam = {"method": "beam", "beam_width": np.uint8(4), "count": np.int64(2)}
    said = captioner.generate(PICTURES, max_length=np.int16(6), **beam)
    assert all(len(own) == 2 for own in said)


@torch.no_grad()
def test_a_score_is_the_log_probability_of_words_and_end(captioner):
    known = captioner.vocabulary
    for said in captioner.generate(PICTURES, "beam", count=2, beam_width=4, max_length=6)[0]:
        numbers = torch.tensor([[known.start, *known.encode(said.words), known.end]])
        scores = captioner.network(captioner.encoder(PICTURES[:1]), numbers[:, :-1])
        scores[..., [known.pad, known.start, known.unk]] = -torch.inf
        chances = log_softmax(scores).gather(-1, numbers[:, 1:, None])[0, :, 0]
        assert said.score == pytest.approx(float(chances[:6].sum()), abs=1e-4)


def test_a_beam_finds_what_is_likelier_than_the_greedy_caption(captioner):
    greedy = captioner.generate(PICTURES, max_length=6)
    beam = captioner.generate(PICTURES, "beam", beam_width=len(captioner.vocabulary), max_length=6)
    for one, other in zip(greedy, beam, strict=True):
        assert other[0].score >= one[0].score - 1e-5


def test_a_beam_gives_its_best_first_and_each_once(captioner):
    for said in captioner.generate(PICTURES, "beam", count=4, beam_width=6, max_length=8):
        assert [one.score for one in said] == sorted((one.score for one in said), reverse=True)
        assert len({str(one) for one in said}) == 4


def test_long_captions_are_preferred_by_length(captioner):
    options = {"method": "beam", "count": 6, "beam_width": 6, "max_length": 8}
    plain = captioner.generate(PICTURES[0], **options)
    long = captioner.generate(PICTURES[0], length_power=3.0, **options)
    assert {str(one) for one in long} == {str(one) for one in plain}
    expected = max(plain, key=lambda one: one.score / min(len(one.words) + 1, 9) ** 3)
    assert len(long[0].words) >= len(plain[0].words) and str(long[0]) == str(expected)


def test_a_beam_may_be_told_to_say_nothing_twice(captioner):
    options = {"method": "beam", "count": 6, "beam_width": 6, "max_length": 20}
    for size in (1, 2, 3):
        own = captioner.generate(PICTURES[0], no_repeat_ngram_size=size, **options)
        assert max(max(ngrams(one.words, size).values(), default=1) for one in own) == 1
    plain = captioner.generate(PICTURES[0], **options)
    assert max(max(ngrams(one.words, 3).values(), default=1) for one in plain) > 1


@pytest.mark.parametrize("method", ["greedy", "sample", "beam"])
def test_words_alone_are_those_of_what_is_said(captioner, method):
    features, options = captioner.encoder(PICTURES), {"method": method, "max_length": 9}
    options["count"] = 1 if method == "greedy" else 3
    assert captioner.words(features, **options) == list(
        map(words, captioner.speak(features, **options))
    )


def test_draws_repeat_with_their_seed_and_differ_without(captioner):
    draw = {"method": "sample", "count": 5, "temperature": 2.0}
    first = captioner.generate(PICTURES, seed=1, **draw)
    assert list(map(words, first)) == list(map(words, captioner.generate(PICTURES, seed=1, **draw)))
    assert list(map(words, first)) != list(map(words, captioner.generate(PICTURES, seed=2, **draw)))
    assert all(len(said) == 5 for said in first)


def test_the_one_best_word_and_a_cold_draw_are_greedy(captioner):
    with torch.no_grad():
        captioner.network.out.weight *= 100  # sure of what it says
    greedy = [words(said) for said in captioner.generate(PICTURES)]
    for options in ({"top_k": 1}, {"temperature": 1e-3}):
        drawn = captioner.generate(PICTURES, "sample", seed=4, **options)
        assert [words(said) for said in drawn] == greedy


@pytest.mark.parametrize("method", ["greedy", "sample", "beam"])
def test_captions_begin_with_their_prefix_and_end_in_time(captioner, method):
    for said in captioner.generate(PICTURES, method, prefix=["a", "red"], max_length=7):
        assert said[0].words[:2] == ["a", "red"] and len(said[0].words) <= 7


def test_a_prefix_is_what_the_network_would_have_said(captioner):
    whole = captioner.generate(PICTURES[0])[0].words
    begun = captioner.generate(PICTURES[0], prefix=whole[:2])[0].words
    assert begun == whole


def test_nobody_says_what_is_no_word(captioner):
    said = captioner.generate(PICTURES, "sample", count=20, temperature=50.0)
    spoken = {word for own in said for one in own for word in one.words}
    assert spoken == set(WORDS)


def test_attention_has_a_map_for_each_word_and_head():
    said = made(AttentionCaptionNet, heads=2).generate(PICTURES, max_length=6)
    for one in (own[0] for own in said):
        assert one.attention.shape == (len(one.words), 2, 8, 8)
        torch.testing.assert_close(one.attention.sum((-2, -1)), torch.ones(len(one.words), 2))
    assert made(CaptionNet).generate(PICTURES[0])[0].attention is None


@pytest.mark.parametrize("order", ["after", "before"])
def test_words_read_together_are_words_read_one_by_one(order):
    captioner = made(AttentionCaptionNet, order=order)
    net, features = captioner.network, captioner.encoder(PICTURES)
    heard = torch.randint(4, 11, (5, 6), generator=torch.Generator().manual_seed(0))
    together, _, attention = net.read(heard, net.start(features))
    state, apart = net.start(features), []
    for word in heard.T:
        scores, state, looked = net.read(word[:, None], state)
        apart.append((scores, looked))
    for whole, parts in zip((together, attention), zip(*apart, strict=True), strict=True):
        torch.testing.assert_close(torch.cat(parts, 1), whole)


def test_before_the_word_is_read_it_cannot_guide_the_glance():
    features = encoder("small", None)(PICTURES[:1])
    heard = torch.tensor([[1, 5], [1, 6]])
    for order, alike in (("before", True), ("after", False)):
        net = made(AttentionCaptionNet, order=order).network
        attention = net.read(heard, net.start(features.expand(2, -1, -1, -1)))[2]
        assert torch.equal(attention[0, 1], attention[1, 1]) == alike


def test_a_captioner_comes_back_from_its_file(captioner, tmp_path):
    save_file(captioner.encoder.network.state_dict(), tmp_path / "encoder.safetensors")
    captioner.save(tmp_path / "captioner.safetensors", dtype=torch.float32)
    read = Captioner.load(tmp_path / "captioner.safetensors", tmp_path / "encoder.safetensors")
    assert type(read.network) is type(captioner.network)
    assert read.vocabulary.words == captioner.vocabulary.words
    for method in ("greedy", "beam"):
        expected = [words(said) for said in captioner.generate(PICTURES, method)]
        assert [words(said) for said in read.generate(PICTURES, method)] == expected


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"method": "loud"}, "'greedy', 'sample', 'beam'"),
        ({"prefix": ["a", "cat"]}, "known words, got .'cat'"),
        ({"prefix": "a red"}, "list of known words"),
        ({"prefix": ["a", "<END>"]}, "known words, got .'<END>'"),
        ({"length_power": -1}, "length_power"),
        ({"method": "sample", "seed": -1}, "seed"),
        ({"method": "sample", "top_k": 0}, "top_k"),
        ({"max_length": 0}, "max_length"),
        ({"prefix": ["a", "red"], "max_length": 2}, "max_length"),
        ({"method": "beam", "beam_width": 2, "count": 3}, "beam_width"),
        ({"method": "sample", "temperature": 0.0}, "temperature"),
        ({"count": 2}, "count"),
    ],
)
def test_ways_of_speaking_that_there_are_not(captioner, options, says):
    with pytest.raises(ValueError, match=says):
        captioner.generate(PICTURES, **options)


def test_vectors_are_nothing_to_look_at():
    with pytest.raises(ValueError, match="looks at a grid"):
        made(AttentionCaptionNet).speak(torch.zeros(2, 96))
    with pytest.raises(ValueError, match="96 features"):
        made(CaptionNet).speak(torch.zeros(2, 50))


def test_a_network_of_other_words_is_refused(captioner):
    with pytest.raises(ValueError, match="11 words, the vocabulary has 4"):
        Captioner(None, captioner.network, Vocabulary.of(SPECIAL))


def test_without_an_encoder_there_are_no_pictures(captioner):
    blind = Captioner(None, captioner.network, captioner.vocabulary)
    with pytest.raises(ValueError, match="no encoder"):
        blind.generate(PICTURES)


def test_other_files_are_no_captioners(tmp_path):
    save_file({"a": torch.ones(2)}, tmp_path / "other.safetensors")
    with pytest.raises(ValueError, match="no whole file of a network"):
        Captioner.load(tmp_path / "other.safetensors")
    save_tensors(tmp_path / "other.safetensors", {"a": torch.ones(2)}, {"kind": "Net"})
    with pytest.raises(ValueError, match="no file of a captioner"):
        Captioner.load(tmp_path / "other.safetensors")
