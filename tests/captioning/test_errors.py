"""What is refused, and in what words."""

import numpy as np
import pytest
import torch

from coursekit.captioning import data, gpu, reference, text
from coursekit.captioning.data import claims, synthetic

PARTS = [pytest.param(reference, np.asarray, id="reference"), pytest.param(gpu, torch.tensor)]


def zeros(make, *shape):
    return make(np.zeros(shape))


def gates(make, **changed):
    shapes = {
        "x": (5,), "h": (3,), "c": (3,), "input_weight": (12, 5), "state_weight": (12, 3),
        "bias": (12,),
    }  # fmt: skip
    return [zeros(make, *shape) for shape in (shapes | changed).values()]


@pytest.mark.parametrize(("part", "make"), PARTS)
@pytest.mark.parametrize(
    ("name", "shape", "wanted"),
    [
        ("c", (4,), "3"),
        ("input_weight", (9, 5), "12, 5"),
        ("input_weight", (12, 4), "12, 5"),
        ("state_weight", (12, 12), "12, 3"),
        ("bias", (3,), "12"),
    ],
)
def test_weights_that_do_not_fit_are_refused(part, make, name, shape, wanted):
    with pytest.raises(ValueError, match=rf"{name}: expected last axes of sizes \({wanted}\)"):
        part.lstm_cell(*gates(make, **{name: shape}))


@pytest.mark.parametrize(("part", "make"), PARTS)
def test_a_sequence_needs_words(part, make):
    with pytest.raises(ValueError, match="x: expected last axes of sizes"):
        part.lstm(*gates(make))


@pytest.mark.parametrize(("part", "make"), PARTS)
def test_whole_numbers_are_no_logits(part, make):
    whole = make(np.zeros((2, 3), np.int64))
    for function in (part.softmax, part.log_softmax, part.greedy):
        with pytest.raises(TypeError, match="expected an array of float32 or float64, got int64"):
            function(whole)


@pytest.mark.parametrize(("part", "make"), PARTS)
@pytest.mark.parametrize("temperature", [0, -1, float("nan"), "warm"])
def test_temperatures_that_divide_by_nothing_are_refused(part, make, temperature):
    with pytest.raises((TypeError, ValueError), match="temperature"):
        part.softmax(zeros(make, 3), temperature)


@pytest.mark.parametrize("row", [[-np.inf] * 2, [np.inf, 0], [np.nan, 0]])
@pytest.mark.parametrize("function", [reference.softmax, reference.log_softmax])
def test_a_row_of_nothing_has_no_probabilities(function, row):
    with pytest.raises(ValueError, match="logits: expected a finite greatest score in each row"):
        function(np.array([[0, 1], row]))


def test_a_row_of_nothing_is_nan_on_the_gpu_which_reads_no_value():
    assert gpu.softmax(torch.full((2,), -torch.inf)).isnan().all()


def test_scores_far_apart_overflow_in_silence():
    scores = np.array([3e38, -3e38], np.float32)
    assert reference.softmax(scores, 1e-3).tolist() == [1, 0]
    assert reference.log_softmax(scores).tolist() == [0, -np.inf]


@pytest.mark.parametrize(("part", "make"), PARTS)
@pytest.mark.parametrize("target", [-1, 8, -100])
def test_a_target_is_a_word_or_padding(part, make, target):
    with pytest.raises(ValueError, match="targets: expected numbers of words"):
        part.masked_cross_entropy(zeros(make, 2, 8), make(np.array([1, target])))


@pytest.mark.parametrize(("part", "make"), PARTS)
def test_targets_must_be_a_word_for_each_of_the_logits(part, make):
    words = make(np.ones(4, np.int64))
    with pytest.raises(ValueError, match="targets: expected one word for each"):
        part.masked_cross_entropy(zeros(make, 5, 8), words)
    with pytest.raises(TypeError, match="targets: expected an array of int64"):
        part.masked_cross_entropy(zeros(make, 4, 8), zeros(make, 4))


def test_a_caption_of_nothing_but_padding_has_no_loss():
    with pytest.raises(ValueError, match="nothing but PAD"):
        reference.masked_cross_entropy(np.zeros((2, 8)), np.zeros(2, np.int64))
    loss = gpu.masked_cross_entropy(torch.zeros(2, 8), torch.zeros(2, dtype=torch.int64))
    assert loss.isnan()


@pytest.mark.parametrize(("part", "make"), PARTS)
def test_attention_needs_a_key_for_each_cell(part, make):
    arrays = [zeros(make, *shape) for shape in ((3,), (5, 2), (4, 6), (2, 3), (2,))]
    with pytest.raises(ValueError, match=r"keys: expected last axes of sizes \(4, any\)"):
        part.attention_step(*arrays)
    with pytest.raises(ValueError, match="feature_weight"):
        part.attention_keys(arrays[2], arrays[3], arrays[4])


@pytest.mark.parametrize(("part", "make"), PARTS)
def test_searches_that_cannot_go_on_are_refused(part, make):
    state = zeros(make, 1, 3)
    wrong = {"beam_width": 0}, {"max_length": 0}, {"beam_width": 1.5}, {"no_repeat_ngram_size": -1}
    for arguments in wrong:
        with pytest.raises((TypeError, ValueError), match=next(iter(arguments))):
            part.beam_search(None, state, 1, 2, **arguments)
    with pytest.raises(TypeError, match="end: expected a whole number, got None"):
        part.decode(None, state, 1, None)


@pytest.mark.parametrize(("part", "make"), PARTS)
@pytest.mark.parametrize("search", ["decode", "beam_search"])
def test_a_caption_ends_with_a_word_that_is_there(part, make, search):
    def step(words, state):
        return zeros(make, len(words), 5), state

    with pytest.raises(ValueError, match="end: expected numbers of words, 0 to 4, got 99"):
        getattr(part, search)(step, zeros(make, 1, 2), 1, 99)
    with pytest.raises(ValueError, match=r"end: expected a whole number in \[0, 4\], got 5"):
        part.beam_step(zeros(make, 2), zeros(make, 2) > 0, zeros(make, 2, 5), 5)


@pytest.mark.parametrize(("part", "make"), PARTS)
@pytest.mark.parametrize("search", ["decode", "beam_search"])
@pytest.mark.parametrize("shape", [(), (0, 2)])
def test_a_search_needs_a_state(part, make, search, shape):
    with pytest.raises(ValueError, match="state: expected"):
        getattr(part, search)(print, zeros(make, *shape), 1, 2)
    with pytest.raises(TypeError, match="step: expected a function of words and state, got None"):
        getattr(part, search)(None, zeros(make, 1, 2), 1, 2)


@pytest.mark.parametrize(
    ("part", "make", "says"),
    [(reference, torch.tensor, "expected a NumPy array"), (gpu, np.array, "expected a torch")],
    ids=["reference", "gpu"],
)
def test_an_engine_takes_its_own_arrays(part, make, says):
    scores = make([[0.5, 0.25]])
    for function in (part.softmax, part.log_softmax, part.greedy):
        with pytest.raises(TypeError, match=f"logits: {says}"):
            function(scores)
    with pytest.raises(TypeError, match=f"features: {says}"):
        part.attention_keys(scores, scores, scores)
    with pytest.raises(TypeError, match=f"h: {says}"):
        part.lstm_cell(*gates(make))
    with pytest.raises(TypeError, match=f"captions: {says}"):
        part.repeats(make([[1, 2]]), 1, 3)


@pytest.mark.parametrize(("part", "make"), PARTS)
def test_repeats_are_sought_among_words_and_in_runs_of_one_or_more(part, make):
    with pytest.raises(TypeError, match="captions: expected an array of int64, got float"):
        part.repeats(zeros(make, 2, 3), 2, 5)
    words = make(np.zeros((2, 3), np.int64))
    for size, count, name in ((0, 5, "size"), (2, 0, "vocabulary_size")):
        with pytest.raises(ValueError, match=name):
            part.repeats(words, size, count)


@pytest.mark.parametrize(("part", "make"), PARTS)
def test_a_random_number_is_needed_for_each_draw(part, make):
    with pytest.raises(ValueError, match=r"uniform: expected shape \(4,\), got \(3,\)"):
        part.sample(zeros(make, 4, 5), zeros(make, 3))


@pytest.mark.parametrize("row", [[0, 0, 0], [0.5, -0.25, 0.75], [np.nan, 1, 0], [np.inf, 1, 0]])
def test_probabilities_that_are_none_are_refused(row):
    with pytest.raises(ValueError, match="probabilities: expected 0 or more, and a sum above 0"):
        reference.sample(np.array([[0.5, 0.25, 0.25], row]), np.array([0.5, 0.5]))


@pytest.mark.parametrize("uniform", [1.0, -0.1, np.nan])
def test_random_numbers_are_below_one(uniform):
    with pytest.raises(ValueError, match="uniform: expected"):
        reference.sample(np.array([0.5, 0.5]), np.array(uniform))


@pytest.mark.parametrize(("part", "make"), PARTS)
def test_words_outside_the_vocabulary_cannot_be_forbidden(part, make):
    with pytest.raises(ValueError, match="words"):
        part.forbid(zeros(make, 5), [5])
    with pytest.raises(ValueError, match="k: expected a whole number"):
        part.keep_top_k(zeros(make, 5), 0)


METRICS = [reference.bleu, reference.rouge_l, reference.cider]


@pytest.mark.parametrize("metric", METRICS)
def test_captions_that_were_never_split_are_refused(metric):
    with pytest.raises(TypeError, match="expected lists of words, got the string 'a star'"):
        metric(["a star"], [[["a", "star"]]])
    with pytest.raises(TypeError, match="expected lists of words"):
        metric([["a", "star"]], [["a star"]])


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("caption", [None, 3, [None], [["a"]]])
def test_captions_without_words_are_refused(metric, caption):
    with pytest.raises(TypeError, match="candidates: expected .*words"):
        metric([caption], [[["a"]]])
    with pytest.raises(TypeError, match="references: expected .*words"):
        metric([["a"]], [[caption]])


@pytest.mark.parametrize("metric", METRICS)
def test_a_corpus_needs_a_candidate_and_references_for_each_picture(metric):
    with pytest.raises(ValueError, match="got 1 and 2"):
        metric([["a"]], [[["a"]], [["b"]]])
    with pytest.raises(ValueError, match="got 0 and 0"):
        metric([], [])
    with pytest.raises(ValueError, match="one or more captions for picture 1"):
        metric([["a"], ["b"]], [[["a"]], []])


# ------------------------------------------------------------------ words and scenes


def test_strings_are_no_lists_of_words():
    vocabulary = text.Vocabulary([["a"]], 1)
    for use in (
        lambda: text.Vocabulary(["a star"]),
        lambda: vocabulary.encode("a star"),
        lambda: text.as_matrix(["a star"], vocabulary),
    ):
        with pytest.raises(TypeError, match="expected a list of words, got the string 'a star'"):
            use()


@pytest.mark.parametrize("numbers", [[1, 4, -1], [99], [5], [4, 2, -100]])
def test_numbers_of_no_word_are_not_read(numbers):
    vocabulary = text.Vocabulary([["a"]], 1)
    given = next(number for number in numbers if not 0 <= number < 5)
    with pytest.raises(ValueError, match=f"numbers: .* got {given}"):
        vocabulary.decode(numbers)
    for odd in ([1.5], 4, ["a"], [[4]]):
        with pytest.raises(TypeError, match="numbers: expected a "):
            vocabulary.decode(odd)


def test_lists_of_words_are_no_sentences():
    with pytest.raises(TypeError, match="expected a string, got list"):
        text.tokenize(["a", "star"])


@pytest.mark.parametrize("words", [["a"], ["<PAD>", "<START>", "<END>", "<UNK>", "a", "a"]])
def test_a_saved_vocabulary_that_is_none_is_refused(words):
    with pytest.raises(ValueError, match="words: expected"):
        text.Vocabulary.of(words)


def test_tables_and_batches_refuse_what_is_missing():
    vocabulary = text.Vocabulary([["a"]], 1)
    with pytest.raises(ValueError, match="picture 1 has none"):
        text.as_table([[["a"]], []], vocabulary)
    with pytest.raises(ValueError, match="at most 3, the number of pictures, got 4"):
        next(text.batches(np.ones(3, int), 4))
    for counts, name in (([1, 0], "counts"), ([0.5, 1], "counts")):
        with pytest.raises((TypeError, ValueError), match=name):
            next(text.batches(np.array(counts), 1))
    with pytest.raises(ValueError, match="seed: expected"):
        text.split_by_picture(4, 0.5, -1)
    with pytest.raises(ValueError, match="max_length"):
        text.as_matrix([["a"]], vocabulary, 1)


def test_scenes_refuse_what_there_is_not():
    with pytest.raises(ValueError, match="split: expected one of 'train'"):
        synthetic.scene("training", 0)
    with pytest.raises(ValueError, match="count"):
        data.scenes("train", 0)
    with pytest.raises(ValueError, match="count: expected a whole number"):
        claims.sentences(synthetic.scene("train", 0), count=9)  # there are not so many
    made = data.scenes("train", 2)
    for rows in ([2], [-1], [0.5], 1):
        with pytest.raises((TypeError, ValueError), match="rows: expected"):
            made.take(rows)
