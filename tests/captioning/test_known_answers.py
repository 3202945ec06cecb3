"""Small answers, worked out by hand or published with the method."""

import unicodedata

import numpy as np
import pytest
import torch

from coursekit.captioning import gpu, reference, text
from coursekit.captioning.data import claims
from coursekit.captioning.data.synthetic import Scene, Shape

PAD, START, END, UNK = range(4)

# ------------------------------------------------------------------ words


def test_a_sentence_becomes_words():
    assert text.tokenize("There's a 2nd star, in-line: RED!") == [
        "there's", "a", "2nd", "star", "in-line", "red",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "word",
    [
        pytest.param("\u0939\u093f\u0928\u094d\u0926\u0940", id="Hindi"),
        pytest.param("\u0bb5\u0ba3\u0b95\u0bcd\u0b95\u0bae\u0bcd", id="Tamil"),
        pytest.param("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", id="Persian"),
        pytest.param("\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd", id="Hebrew"),
        pytest.param("\ud55c\uad6d\uc5b4", id="Korean"),
        pytest.param("z\u0307\u0323", id="marks that no letter has"),
    ],
)
def test_words_of_any_script_are_whole(word):
    (whole,) = text.tokenize(word)
    assert text.tokenize(f"{word}, 2 {word}!") == [whole, "2", whole]
    assert unicodedata.normalize("NFC", whole) == unicodedata.normalize("NFC", word)


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("Cafe\u0301 noir", ["caf\u00e9", "noir"]),
        ("caf\u00e9 noir", ["caf\u00e9", "noir"]),
        ("\u2018Don\u2019t\u2019", ["don't"]),
        ("L\u2019\u00c9t\u00e9", ["l'\u00e9t\u00e9"]),
        ("in\u2010line, in\u2011line", ["in-line", "in-line"]),
        ("-a- b--c d_e", ["a", "b", "c", "d", "e"]),
        ("\u4e00\u9897\u661f", ["\u4e00", "\u9897", "\u661f"]),
        ("\u0301 \U0001f600 ...", []),
    ],
)
def test_one_word_however_it_is_spelled(sentence, words):
    assert text.tokenize(sentence) == words


def test_words_that_look_like_special_ones_move_no_number():
    vocabulary = text.Vocabulary([["<PAD>", "a", "<END>", "<UNK>"]] * 3, 1)
    assert vocabulary.words == ["<PAD>", "<START>", "<END>", "<UNK>", "a"]
    assert vocabulary.encode(["<PAD>", "a", "<END>"]) == [UNK, 4, UNK]
    matrix = text.as_matrix([["<END>", "a"], ["a"]], vocabulary)
    assert matrix.tolist() == [[START, UNK, 4, END], [START, 4, END, PAD]]


def test_a_vocabulary_begins_with_the_special_words_and_goes_by_frequency():
    captions = [["a", "star", "a"], ["a", "ring"], ["star", "moon"]]
    vocabulary = text.Vocabulary(captions, min_count=2)
    assert vocabulary.words == ["<PAD>", "<START>", "<END>", "<UNK>", "a", "star"]
    special = (vocabulary.pad, vocabulary.start, vocabulary.end, vocabulary.unk)
    assert special == (PAD, START, END, UNK)
    assert vocabulary.encode(["star", "ring"]) == [5, UNK]
    assert vocabulary.decode([START, 5, 4, END, 4]) == ["star", "a"]


def test_equally_frequent_words_go_by_the_alphabet():
    assert text.Vocabulary([["b", "a"]], 1).words[4:] == ["a", "b"]


def test_captions_are_laid_out_with_start_end_and_padding():
    vocabulary = text.Vocabulary([["a", "b", "c"]], 1)  # 4, 5, 6
    matrix = text.as_matrix([["a"], ["a", "b", "c"]], vocabulary)
    expected = [[START, 4, END, PAD, PAD], [START, 4, 5, 6, END]]
    assert matrix.tolist() == expected


def test_a_caption_that_is_cut_keeps_its_end():
    vocabulary = text.Vocabulary([["a", "b", "c"]], 1)
    assert text.as_matrix([["a", "b", "c"]], vocabulary, max_length=4).tolist() == [
        [START, 4, 5, END]
    ]


def test_pictures_with_fewer_captions_have_rows_of_padding():
    vocabulary = text.Vocabulary([["a", "b"]], 1)
    table, counts = text.as_table([[["a"]], [["b"], ["a"]]], vocabulary)
    assert table.tolist() == [
        [[START, 4, END], [PAD, PAD, PAD]],
        [[START, 5, END], [START, 4, END]],
    ]
    assert counts.tolist() == [1, 2]


# ------------------------------------------------------------------ the cell


def one_cell(write, keep, candidate, show):
    """An LSTM of one unit whose gates read nothing but their biases."""
    nothing = np.zeros((4, 1))
    return nothing, nothing, np.array([write, keep, candidate, show], dtype=float)


WIDE = 50.0  # the sigmoid of it is 1


@pytest.mark.parametrize("part", [reference, gpu])
def test_a_closed_input_and_an_open_forget_gate_keep_the_memory(part):
    h, c = called(part.lstm_cell, [[9.0], [0.3], [0.7]], one_cell(-WIDE, WIDE, 1, WIDE))
    assert c == pytest.approx(0.7)
    assert h == pytest.approx(np.tanh(0.7))


@pytest.mark.parametrize("part", [reference, gpu])
def test_an_open_input_and_a_closed_forget_gate_write_the_candidate(part):
    h, c = called(part.lstm_cell, [[9.0], [0.3], [0.7]], one_cell(WIDE, -WIDE, 0.5, 0))
    assert c == pytest.approx(np.tanh(0.5))
    assert h == pytest.approx(0.5 * np.tanh(np.tanh(0.5)))  # the output gate stands half open


@pytest.mark.parametrize("part", [reference, gpu])
def test_a_memory_that_adds_up_counts_the_words(part):
    # i, f and o open, g of tanh(0.5): c grows by it with each word, and h is tanh of c
    arrays = [np.zeros((3, 1)), np.zeros(1), np.zeros(1), *one_cell(WIDE, WIDE, 0.5, WIDE)]
    make = torch.from_numpy if part is gpu else np.asarray
    shown, h, c = part.lstm(*map(make, arrays))
    counted = np.tanh(0.5) * np.arange(1, 4)
    assert np.asarray(shown)[:, 0] == pytest.approx(np.tanh(counted))
    assert (float(h[0]), float(c[0])) == pytest.approx((np.tanh(counted[2]), counted[2]))


def called(function, *groups):
    """Call with arrays, or tensors where the function is a twin; give floats of one element."""
    arrays = [np.array(value, dtype=float) for group in groups for value in group]
    if ".gpu" in function.__module__:
        arrays = [torch.from_numpy(array) for array in arrays]
    return [float(result[0]) for result in function(*arrays)]


# ------------------------------------------------------------------ attention


def test_attention_without_weights_is_a_mean():
    features = np.array([[1.0, 0.0], [3.0, 4.0]])
    nothing = np.zeros((1, 2))
    keys = reference.attention_keys(features, nothing, np.zeros(1))
    context, attention = reference.attention_step(np.ones(2), keys, features, nothing, np.ones(1))
    assert attention.tolist() == [0.5, 0.5]
    assert context.tolist() == [2.0, 2.0]


def test_attention_goes_to_the_cell_that_answers_the_query():
    # scores 9 tanh(20 + (-20, 20)) = (0, 9): shares 1 / (1 + e^9) and the rest
    features = np.array([[-20.0], [20.0]])
    one = np.ones((1, 1))
    context, attention = reference.attention_step(
        np.array([20.0]), features, features, one, np.array([9.0])
    )
    assert attention == pytest.approx([1 / (1 + np.e**9), 1 / (1 + np.e**-9)])
    assert context == pytest.approx(20 * (attention[1] - attention[0]))


# ------------------------------------------------------------------ the loss


def test_a_network_that_knows_nothing_is_surprised_by_log_v():
    loss = reference.masked_cross_entropy(np.zeros((3, 8)), np.array([1, 5, 2]))
    assert loss == pytest.approx(np.log(8))


def test_padding_counts_neither_above_nor_below():
    # two words at probability 1/2 and 1/4 (of the scores log 2, log 1, log 1), then PAD
    logits = np.log([[1, 2, 1], [1, 2, 1], [9, 1, 1], [9, 1, 1]])
    loss = reference.masked_cross_entropy(logits, np.array([1, 2, PAD, PAD]))
    assert loss == pytest.approx((np.log(2) + np.log(4)) / 2)


@pytest.mark.parametrize("pad", [PAD, -100, 7])
def test_padding_may_be_any_number(pad):
    # of equal scores every word has the probability 1/4
    logits, targets = np.zeros((3, 4), np.float32), np.array([1, pad, 2])
    assert reference.masked_cross_entropy(logits, targets, pad) == pytest.approx(np.log(4))
    loss = gpu.masked_cross_entropy(torch.from_numpy(logits), torch.from_numpy(targets), pad)
    assert float(loss) == pytest.approx(np.log(4))


def test_words_weigh_the_same_in_short_and_long_captions():
    # one caption of one word at 1/2, one of three at 1/4: the mean over words, not over captions
    logits = np.log(np.array([[[1, 2, 1]] * 3, [[1, 1, 2]] * 3], dtype=float))
    loss = reference.masked_cross_entropy(logits, np.array([[1, PAD, PAD], [1, 1, 1]]))
    assert loss == pytest.approx((np.log(2) + 3 * np.log(4)) / 4)


# ------------------------------------------------------------------ the next word


def test_the_temperature_divides_the_scores():
    logits = np.log([1.0, 2.0, 4.0])
    assert reference.softmax(logits) == pytest.approx(np.array([1, 2, 4]) / 7)
    assert reference.softmax(logits, 0.5) == pytest.approx(np.array([1, 4, 16]) / 21)
    assert reference.softmax(logits, 1e-3) == pytest.approx([0, 0, 1])
    assert reference.softmax(logits, 1e6) == pytest.approx([1 / 3] * 3, abs=1e-5)


def test_great_scores_do_not_overflow():
    assert reference.softmax(np.array([1e4, 1e4])).tolist() == [0.5, 0.5]
    assert reference.log_softmax(np.array([0.0, -1e4])).tolist() == [0, -1e4]


def test_a_forbidden_word_has_no_chance():
    probabilities = reference.softmax(reference.forbid(np.zeros(4), [0, 2]))
    assert probabilities.tolist() == [0, 0.5, 0, 0.5]


def test_only_the_best_words_are_kept():
    assert reference.keep_top_k(np.array([1.0, 3, 2, 0]), 2).tolist() == [-np.inf, 3, 2, -np.inf]
    assert reference.keep_top_k(np.array([1.0, 3, 1, 0]), 2).tolist() == [1, 3, 1, -np.inf]


@pytest.mark.parametrize(("uniform", "word"), [(0.0, 1), (0.24, 1), (0.25, 2), (0.5, 4), (0.99, 4)])
def test_a_word_is_drawn_where_the_number_falls(uniform, word):
    probabilities = np.array([0, 0.25, 0.25, 0, 0.5, 0])
    assert reference.sample(probabilities, uniform) == word


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_greatest_random_number_picks_the_last_word_that_has_a_probability(dtype, place):
    """Rounded to float32, the number is 1: it must not pass the end, nor words of no chance."""
    probabilities = np.zeros(4, dtype)
    probabilities[: place + 1] = 1 / (place + 1)
    uniform = np.nextafter(1.0, 0)
    assert reference.sample(probabilities, uniform) == place
    assert gpu.sample(torch.from_numpy(probabilities), torch.tensor(uniform)) == place


def test_the_last_word_is_not_passed_where_sums_are_rounded():
    tenths = np.full(10, 0.1, dtype=np.float32)
    assert reference.sample(tenths, np.float32(0.99999994)) == 9


# ------------------------------------------------------------------ the search

# What may follow: START a|b, a x|y, b z. Greedy takes a (0.6), then x (0.5 of it); b z is better.
A, B, X, Y, Z = range(3, 8)
FOLLOWS = np.zeros((8, 8))
FOLLOWS[START, [A, B]] = 0.6, 0.4
FOLLOWS[A, [X, Y]] = 0.55, 0.45
FOLLOWS[B, Z] = 1
FOLLOWS[[X, Y, Z, END], END] = 1


def step(words, state):
    with np.errstate(divide="ignore"):
        return np.log(FOLLOWS[words]), state


def test_greedy_takes_the_best_word_and_misses_the_best_caption():
    assert reference.decode(step, np.zeros((1, 1)), START, END).tolist() == [[A, X, END]]


def test_a_beam_finds_the_better_caption():
    captions, scores = reference.beam_search(step, np.zeros((1, 1)), START, END, beam_width=3)
    assert captions.tolist() == [[B, Z, END], [A, X, END], [A, Y, END]]
    assert np.exp(scores) == pytest.approx([0.4, 0.33, 0.27])


def test_a_beam_of_one_is_greedy():
    captions, scores = reference.beam_search(step, np.zeros((1, 1)), START, END, beam_width=1)
    assert captions.tolist() == [[A, X, END]]
    assert np.exp(scores) == pytest.approx([0.33])


def test_a_beam_with_too_few_captions_leaves_places_empty():
    captions, scores = reference.beam_search(step, np.zeros((1, 1)), START, END, beam_width=5)
    assert np.isneginf(scores).tolist() == [False] * 3 + [True] * 2
    assert captions.shape == (5, 3)


def test_speaking_stops_at_the_longest():
    captions = reference.decode(step, np.zeros((2, 1)), START, END, max_length=1)
    assert captions.tolist() == [[A], [A]]


def test_a_step_of_the_beam():
    scores, over = np.log([0.5, 0.3]), np.array([False, True])
    following = np.log([[0.7, 0.2, 0.1], [0.4, 0.5, 0.1]])
    parents, words, after = reference.beam_step(scores, over, following, end=2)
    # 0.5 * 0.7 = 0.35; the caption that has ended keeps its 0.3
    assert (parents.tolist(), words.tolist()) == ([0, 1], [0, 2])
    assert np.exp(after) == pytest.approx([0.35, 0.3])


@pytest.mark.parametrize(
    ("size", "again"),
    [(1, [{3, 4, 5}, {3, 4, 5}]), (2, [{5}, {4, 5}]), (3, [{5}, set()]), (6, [set()] * 2)],
)
def test_what_was_said_after_the_last_words_would_be_said_again(size, again):
    found = reference.repeats(np.array([[3, 4, 5, 3, 4], [3, 4, 5, 4, 4]]), size, 7)
    assert [set(np.flatnonzero(row)) for row in found] == again


# ------------------------------------------------------------------ the metrics

CAT = "the cat is on the mat".split()
ALSO = "there is a cat on the mat".split()


def test_a_word_counts_as_often_as_in_one_reference():
    # Papineni et al. 2002, §2.1: seven times "the" matches twice
    scores = reference.bleu([["the"] * 7], [[CAT, ALSO]])
    assert scores[0] == pytest.approx(2 / 7)


def test_short_candidates_are_punished():
    # one right word where two are wanted: e^(1 - 2/1)
    assert reference.bleu([["a"]], [[["a", "b"]]])[0] == pytest.approx(np.exp(-1))


def test_of_two_references_as_close_the_shorter_is_wanted():
    assert reference.bleu([["a", "b"]], [[["a"], ["a", "b", "c"]]])[0] == pytest.approx(1)


def test_what_two_captions_share_in_order():
    first = "police killed the gunman".split()  # Lin 2004, §3
    assert reference.longest_common_subsequence(first, "police kill the gunman".split()) == 3
    assert reference.longest_common_subsequence(first, "the gunman kill police".split()) == 2
    assert reference.longest_common_subsequence(first, []) == 0


def test_runs_of_words_overlap():
    assert reference.ngrams("a b a b".split(), 2) == {("a", "b"): 2, ("b", "a"): 1}
    assert reference.ngrams(["a"], 2) == {}


def test_cider_of_one_picture_is_zero():
    assert reference.cider([CAT], [[CAT]]) == 0


def test_cider_of_perfect_captions_without_a_common_word_is_ten():
    captions = ["a b c d".split(), "e f g h".split()]
    assert reference.cider(captions, [[caption] for caption in captions]) == pytest.approx(10)


# Scores that are published with the tests of Maluuba's nlg-eval, to six digits
SEEMS_GOOD = [
    "this is the model generated sentence1 which seems good enough".split(),
    "this is sentence2 which has been generated by your model".split(),
]
WRITTEN = [
    [
        "this is one reference sentence for sentence1".split(),
        "this is one more reference sentence for sentence1".split(),
    ],
    [
        "this is a reference sentence for sentence2 which was generated by your model".split(),
        "this is the second reference sentence for sentence2".split(),
    ],
]


def test_published_scores_of_two_captions():
    bleu = reference.bleu(SEEMS_GOOD, WRITTEN)
    assert bleu == pytest.approx([0.55, 0.428174, 0.284043, 0.201143], abs=1e-6)
    assert reference.rouge_l(SEEMS_GOOD, WRITTEN) == pytest.approx(0.522104, abs=1e-6)
    assert reference.cider(SEEMS_GOOD, WRITTEN) == pytest.approx(1.242192, abs=1e-6)


def test_published_scores_of_one_caption():
    candidate = ["this is a good test".split()]
    references = [["this is a test".split(), "this is also a test".split()]]
    bleu = reference.bleu(candidate, references)
    assert bleu == pytest.approx([0.799999, 0.632455, 0.5108729, 0.0000903602], abs=2e-6)
    assert reference.rouge_l(candidate, references) == pytest.approx(0.9070631, abs=1e-6)
    assert reference.cider(candidate, references) == 0


# What COCO's own program prints in its demo: 1000 captions of 9893 words, their references of 9855,
# and how many runs of 1, 2, 3 and 4 words are right. Words that are right come in runs; so many of
# them have 4, 3, 2 and 1 words.
COUNTED = (5732, 2510, 1043, 423)
RUNS = [4] * 423 + [3] * 197 + [2] * 847 + [1] * 1755


def right_runs(caption):
    """The right words of a caption, in runs; no word occurs twice in the corpus."""
    lengths = RUNS[caption::1000]
    return [[f"{caption}-{n}-{k}" for k in range(length)] for n, length in enumerate(lengths)]


def filled(runs, length, filler):
    words = [word for run in runs for word in run]
    return words + [f"{filler}{n}" for n in range(length - len(words))]


def test_a_corpus_with_published_counts_has_the_published_bleu():
    assert tuple(sum(max(run - n, 0) for run in RUNS) for n in range(4)) == COUNTED
    runs = [right_runs(caption) for caption in range(1000)]
    said = [filled(own, 10 if n < 893 else 9, "said") for n, own in enumerate(runs)]
    written = [[filled(own[::-1], 10 if n < 855 else 9, "meant")] for n, own in enumerate(runs)]
    assert (sum(map(len, said)), sum(len(own[0]) for own in written)) == (9893, 9855)
    expected = [0.5794, 0.4044, 0.2785, 0.1908]
    assert reference.bleu(said, written) == pytest.approx(expected, abs=5e-5)


# ------------------------------------------------------------------ claims


def shape(kind, color, size, row, column):
    return Shape(kind, color, size, row, column, 9.0 if size == "large" else 5.5, 0.0)


RED_STAR = shape("star", "red", "large", 11, 11)
BLUE_RING = shape("ring", "blue", "small", 13, 53)
TWO = Scene((RED_STAR, BLUE_RING), light=0)


@pytest.mark.parametrize(
    ("sentence", "error"),
    [
        ("A red star and a blue ring.", None),
        ("Two shapes: a large red star left of a small blue ring.", None),
        ("A red star at the top left and a blue ring at the top right.", None),
        ("There is a red star larger than a blue ring.", None),
        ("A red star.", None),
        ("A blue star and a red ring.", "attributes"),
        ("A small red star.", "attributes"),
        ("A red star and a red star.", "attributes"),
        ("A red star and a blue ring and a blue ring.", "attributes"),
        ("Three shapes: a red star and a blue ring.", "count"),
        ("A red star in the middle.", "place"),
        ("A red star to the right of a blue ring.", "relation"),
        ("A red star above a blue ring.", "relation"),
        ("A red star smaller than a blue ring.", "relation"),
        ("A red star and.", "grammar"),
        ("An red star.", "grammar"),
        ("A red star at the top left left of a blue ring.", "grammar"),
        ("a r g e", "grammar"),
        ("", "grammar"),
    ],
)
def test_each_claim_is_checked(sentence, error):
    assert claims.check(sentence, TWO).error == error


def test_a_caption_is_complete_that_names_all_shapes():
    assert not claims.check("A red star.", TWO).complete
    assert claims.check("A red star over a blue ring.", TWO).complete


def test_a_claim_holds_if_it_does_for_one_of_the_shapes_that_fit():
    both = Scene((RED_STAR, shape("star", "red", "small", 53, 11), BLUE_RING), light=0)
    assert claims.check("A red star above a red star.", both).error is None
    assert claims.check("A red star at the bottom left.", both).error is None
    assert claims.check("A red star under a blue ring.", both).error == "relation"


def test_what_a_sentence_claims():
    parsed = claims.parse("Two shapes: a large red star left of a blue ring.")
    star, ring = claims.Thing("star", "red", "large"), claims.Thing("ring", "blue")
    assert parsed == claims.Claims((star, ring), ((0, "left", 1),), 2)


def test_claims_are_counted():
    said = ["A red star.", "A red star above a blue ring.", "A red star left of a blue ring.", "a"]
    shares = claims.tally(said, [TWO] * 4)
    assert (shares["true"], shares["complete"], shares["related"]) == (0.5, 0.25, 0.5)
    assert (shares["relation true"], shares["relation"], shares["grammar"]) == (0.5, 0.25, 0.25)
