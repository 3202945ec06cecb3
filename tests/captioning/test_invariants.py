"""What holds for every scene, caption, table and search."""

import os
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.captioning import data, gpu, reference, text
from coursekit.captioning.data import claims, synthetic

MADE = [synthetic.scene("train", number) for number in range(400)]

# ------------------------------------------------------------------ scenes


def test_a_scene_is_the_same_again_alone_and_in_any_order():
    for number in (399, 3, 120):
        again = synthetic.scene("train", number)
        assert again == MADE[number]
        np.testing.assert_array_equal(again.image(), MADE[number].image())


def test_scenes_of_other_seeds_and_splits_are_others():
    first = [MADE[:50], *([synthetic.scene(s, n, 1) for n in range(50)] for s in synthetic.SPLITS)]
    assert len({one for group in first for one in group}) == 50 * len(first)


def test_pictures_are_small_colour_pictures():
    for one in MADE[:50]:
        picture = one.image()
        assert (picture.shape, picture.dtype) == ((64, 64, 3), np.uint8)


def test_shapes_lie_in_the_picture_in_cells_of_their_own_and_do_not_touch():
    for one in MADE:
        assert 1 <= len(one.shapes) <= 3
        assert len({shape.cell for shape in one.shapes}) == len(one.shapes)
        masks = [covered(shape) for shape in one.shapes]
        assert (np.sum(masks, axis=0) <= 1).all()
        for mask in masks:
            assert not (mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any())


def covered(shape):
    """The pixels that a shape is drawn on."""
    alone = synthetic.Scene((shape,), light=0).image().astype(int)
    return np.abs(alone - synthetic.Scene((), light=0).image()).max(axis=2) > 12


def test_small_and_large_are_apart():
    radii = {"small": [], "large": []}
    for one in MADE:
        for shape in one.shapes:
            radii[shape.size].append(shape.radius)
    assert min(radii["large"]) > 1.4 * max(radii["small"])


def test_all_kinds_colours_sizes_and_numbers_occur():
    shapes = [shape for one in MADE for shape in one.shapes]
    assert {shape.kind for shape in shapes} == set(synthetic.KINDS)
    assert {shape.color for shape in shapes} == set(synthetic.COLORS)
    assert {len(one.shapes) for one in MADE} == {1, 2, 3}
    assert len(synthetic.KINDS) * len(synthetic.COLORS) == 48


def combinations(one):
    return {(shape.color, shape.kind) for shape in one.shapes}


def test_unseen_combinations_are_in_every_unseen_scene_and_in_no_seen_one():
    unseen = set(synthetic.UNSEEN)
    assert len(unseen) == 8
    for number in range(200):
        assert combinations(synthetic.scene("unseen", number)) & unseen
        assert not combinations(synthetic.scene("seen", number)) & unseen


def test_every_colour_and_every_shape_is_seen():
    shown = set.union(*(combinations(synthetic.scene("seen", number)) for number in range(400)))
    assert len(shown) == 40
    assert {color for color, _ in shown} == set(synthetic.COLORS)
    assert {kind for _, kind in shown} == set(synthetic.KINDS)


# ------------------------------------------------------------------ claims


def test_each_scene_has_five_different_sentences_that_are_true_and_complete():
    for one in MADE:
        said = claims.sentences(one)
        assert len(set(said)) == 5
        verdicts = [claims.check(sentence, one) for sentence in said]
        assert all(verdict.error is None and verdict.complete for verdict in verdicts)


def test_a_sentence_of_another_scene_is_hardly_ever_true():
    lies = [
        claims.check(claims.sentences(one)[0], other).error
        for one, other in zip(MADE, MADE[1:], strict=False)
    ]
    assert lies.count(None) <= 2


def test_what_is_said_of_a_scene_turned_round_is_false():
    """Mirrored left to right, a relation or place across turns false, and no other claim does."""
    turned = {"left": "right", "right": "left"}
    for one in MADE[:150]:
        if len(combinations(one)) < len(one.shapes):
            continue  # of two red stars, one is left of the other either way
        for sentence in claims.sentences(one):
            words = [turned.get(word, word) for word in text.tokenize(sentence)]
            verdict = claims.check(words, one)
            mirrored = words != text.tokenize(sentence)
            assert (verdict.error in ("place", "relation")) == mirrored


def test_words_exchanged_are_no_sentence_or_another_claim():
    for one in MADE[:150]:
        words = text.tokenize(claims.sentences(one)[0])
        assert claims.parse(words[::-1]) is None
        assert claims.parse(words[:-1]) != claims.parse(words)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from("a an red ring star at the top left of and is there".split())))
def test_any_words_are_parsed_or_refused(words):
    parsed = claims.parse(words)
    assert parsed is None or len(parsed.things) >= 1


# ------------------------------------------------------------------ words

CAPTIONS = st.lists(st.lists(st.sampled_from("abcdefg"), max_size=8), min_size=1, max_size=20)


@given(CAPTIONS, st.integers(2, 9))
def test_what_is_encoded_is_decoded(captions, length):
    vocabulary = text.Vocabulary(captions, 1)
    matrix = text.as_matrix(captions, vocabulary, length)
    assert (matrix == vocabulary.end).sum(axis=1).tolist() == [1] * len(captions)
    assert (matrix[:, 0] == vocabulary.start).all()
    for row, caption in zip(matrix, captions, strict=True):
        assert vocabulary.decode(row) == caption[: length - 2]


def test_a_vocabulary_survives_being_saved():
    vocabulary = text.Vocabulary([["a", "b", "a"]], 1)
    again = text.Vocabulary.of(list(vocabulary.words))
    assert (again.words, again.numbers) == (vocabulary.words, vocabulary.numbers)


def test_an_epoch_shows_every_picture_once():
    counts = np.array([5, 1, 3, 7, 2, 5, 6])
    epoch = list(text.batches(counts, 3, seed=4, epoch=2))
    pictures = np.concatenate([pictures for pictures, _ in epoch])
    assert len(epoch) == 2 and len(set(pictures.tolist())) == 6
    for pictures, drawn in epoch:
        assert (drawn >= 0).all() and (drawn < counts[pictures]).all()


def test_batches_depend_on_seed_and_epoch_alone():
    counts = np.full(40, 5)

    def drawn(**which):
        return np.concatenate([np.stack(pair) for pair in text.batches(counts, 10, **which)])

    np.testing.assert_array_equal(drawn(seed=1, epoch=3), drawn(seed=1, epoch=3))
    assert (drawn(seed=1, epoch=3) != drawn(seed=1, epoch=4)).any()
    assert (drawn(seed=1, epoch=3) != drawn(seed=2, epoch=3)).any()


def test_every_caption_is_drawn_in_the_long_run():
    counts = np.array([3, 5])
    drawn = {
        (int(picture), int(caption))
        for epoch in range(60)
        for pictures, captions in text.batches(counts, 2, epoch=epoch)
        for picture, caption in zip(pictures, captions, strict=True)
    }
    assert drawn == {(0, n) for n in range(3)} | {(1, n) for n in range(5)}


def test_a_batch_is_an_index_into_the_table_of_numpy_and_of_pytorch():
    captions = data.scenes("train", 6).words()
    vocabulary = text.Vocabulary([caption for own in captions for caption in own], 1)
    table, counts = text.as_table(captions, vocabulary)
    ((pictures, drawn),) = text.batches(counts, 6)
    words = torch.from_numpy(table)[pictures, drawn].numpy()
    np.testing.assert_array_equal(words, table[pictures, drawn])
    for row, picture, caption in zip(words, pictures, drawn, strict=True):
        assert vocabulary.decode(row) == captions[picture][caption]


@given(st.integers(2, 200), st.floats(0.05, 0.95), st.integers(0, 99))
def test_no_picture_is_on_both_sides_of_a_split(count, share, seed):
    if not 0 < round(count * share) < count:
        with pytest.raises(ValueError, match="both parts"):
            text.split_by_picture(count, share, seed)
        return
    first, second = text.split_by_picture(count, share, seed)
    assert sorted([*first, *second]) == list(range(count))


# ------------------------------------------------------------------ numbers

LOGITS = np.random.default_rng(2).normal(size=(20, 9)) * 4


@pytest.mark.parametrize("temperature", [0.01, 0.5, 1.0, 30.0])
def test_probabilities_sum_to_one_and_keep_the_order(temperature):
    probabilities = reference.softmax(LOGITS, temperature)
    np.testing.assert_allclose(probabilities.sum(axis=-1), 1)
    assert (probabilities.argmax(axis=-1) == LOGITS.argmax(axis=-1)).all()


def test_a_higher_temperature_makes_the_best_word_less_probable():
    best = [reference.softmax(LOGITS, t).max(axis=-1) for t in (0.1, 0.5, 1, 2, 10)]
    assert (np.diff(best, axis=0) < 0).all()


def test_scores_may_be_shifted():
    for function in (reference.softmax, reference.log_softmax):
        np.testing.assert_allclose(function(LOGITS + 100), function(LOGITS), atol=1e-12)


@given(st.sets(st.integers(0, 8), max_size=8), st.sets(st.integers(0, 8)))
def test_forbidden_words_leave_the_others_as_likely_to_each_other(some, more):
    kept = [word for word in range(9) if word not in some]
    probabilities = reference.softmax(reference.forbid(LOGITS, some))
    assert (probabilities[:, list(some)] == 0).all()
    expected = reference.softmax(LOGITS)[:, kept]
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(probabilities[:, kept], expected)
    twice = reference.forbid(reference.forbid(LOGITS, some), more)
    np.testing.assert_array_equal(twice, reference.forbid(LOGITS, some | more))


@given(st.integers(1, 12), st.integers(1, 12))
def test_the_best_words_are_so_many_and_among_the_best_of_more(k, more):
    kept = reference.keep_top_k(LOGITS, k)
    assert (np.isfinite(kept).sum(axis=1) == min(k, 9)).all()
    assert (reference.greedy(kept) == reference.greedy(LOGITS)).all()
    again = reference.keep_top_k(reference.keep_top_k(LOGITS, more), k)
    np.testing.assert_array_equal(again, reference.keep_top_k(LOGITS, min(k, more)))


GATES = [np.random.default_rng(4).normal(size=shape) for shape in ((16, 5), (16, 4), (16,))]


@settings(deadline=None)
@given(st.integers(1, 11))
def test_a_sequence_may_be_read_in_two_parts(first):
    x = np.random.default_rng(5).normal(size=(12, 5))
    h, c = np.random.default_rng(6).normal(size=(2, 4))
    shown, *last = reference.lstm(x, h, c, *GATES)
    one, *state = reference.lstm(x[:first], h, c, *GATES)
    two, *end = reference.lstm(x[first:], *state, *GATES)
    np.testing.assert_array_equal(np.concatenate([one, two]), shown)
    np.testing.assert_array_equal(end, last)


@given(st.floats(-1e3, 1e3), st.floats(-50, 50))
def test_a_cell_shows_less_than_one_and_adds_less_than_one_to_its_memory(word, memory):
    x, h, c = np.full((3, 5), word), np.zeros((3, 4)), np.full((3, 4), memory)
    shown, after = reference.lstm_cell(x, h, c, *GATES)
    assert (np.abs(shown) <= 1).all()
    assert (np.abs(after) <= np.abs(c) + 1).all()


def test_the_order_of_the_cells_does_not_matter_to_attention():
    rng = np.random.default_rng(0)
    query, features = rng.normal(size=4), rng.normal(size=(10, 6))
    weights = rng.normal(size=(5, 4)), rng.normal(size=5)
    keys = reference.attention_keys(features, rng.normal(size=(5, 6)), rng.normal(size=5))
    order = rng.permutation(10)
    context, attention = reference.attention_step(query, keys, features, *weights)
    mixed = reference.attention_step(query, keys[order], features[order], *weights)
    np.testing.assert_allclose(mixed[0], context)
    np.testing.assert_allclose(mixed[1], attention[order])


def test_a_wider_beam_never_ends_with_a_worse_caption_than_greedy():
    """Not so for any two widths, but the sum of a greedy caption bounds that of the widest beam."""
    table = LOGITS[:9]

    def step(words, state):
        return torch.from_numpy(table)[words] + state, state * 0.9

    state = torch.linspace(-1, 1, 5, dtype=torch.float64)[:, None]
    _, one = gpu.beam_search(step, state, 1, 2, beam_width=1, max_length=4)
    _, all_of_them = gpu.beam_search(step, state, 1, 2, beam_width=9**3, max_length=4)
    assert (all_of_them[:, 0] >= one[:, 0]).all()


def test_a_batch_of_searches_is_each_of_them_alone():
    table = torch.from_numpy(LOGITS[:9])

    def step(words, state):
        return table[words] + state[0], (state[0].flip(-1), state[1] + 1)

    state = (torch.from_numpy(LOGITS[9:14]), torch.zeros(5))
    captions, scores = gpu.beam_search(step, state, 1, 2, beam_width=4, max_length=6)
    for n in range(5):
        row = tuple(part[n : n + 1] for part in state)
        alone, own = gpu.beam_search(step, row, 1, 2, beam_width=4, max_length=6)
        torch.testing.assert_close(own[0], scores[n])
        length = alone.shape[-1]
        assert (captions[n, :, :length] == alone[0]).all() and (captions[n, :, length:] == 2).all()


# ------------------------------------------------------------------ metrics

SAID = [["a", "red", "star"], ["a", "ring", "over", "a", "star"], ["two", "rings"]]
WRITTEN = [[["a", "red", "star"], ["red", "star"]], [["a", "ring", "and", "a", "star"]], [["one"]]]
METRICS = [lambda *pair: reference.bleu(*pair)[3], reference.rouge_l, reference.cider]


@pytest.mark.parametrize("metric", METRICS)
def test_the_order_of_pictures_and_references_does_not_matter(metric):
    turned = metric(SAID[::-1], [own[::-1] for own in WRITTEN[::-1]])
    assert turned == pytest.approx(metric(SAID, WRITTEN))


@pytest.mark.parametrize("metric", METRICS)
def test_a_reference_itself_scores_best(metric):
    right = [own[0] for own in WRITTEN]
    assert metric(right, WRITTEN) > metric(SAID, WRITTEN) > 0


def test_scores_are_the_same_bits_however_a_process_hashes_words():
    program = (
        "from coursekit.captioning import data, reference; "
        "words = data.scenes('test', 100).words(); "
        "parts = [words[first : first + 20] for first in range(0, 100, 5)]; "
        "pairs = [([own[0] for own in part], [own[1:] for own in part]) for part in parts]; "
        "metrics = reference.bleu, reference.rouge_l, reference.cider; "
        "print([metric(*pair) for metric in metrics for pair in pairs])"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program], env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(printed) == 1


def test_an_empty_caption_scores_nothing():
    empty = [[], [], []]
    assert reference.bleu(empty, WRITTEN).max() < 1e-6
    assert reference.rouge_l(empty, WRITTEN) == reference.cider(empty, WRITTEN) == 0
