"""Checks and grades the exercises of chapter 09."""

import json
import re
from collections import Counter

import numpy as np
import pytest

from coursekit.lab.check import assert_array_equal, assert_value_equal

GIVEN = (
    "coursekit.captioning.data.claims",
    "coursekit.captioning.data.synthetic",
    "coursekit.captioning.explore.drawing",
    "coursekit.captioning.gpu",
    "coursekit.captioning.gpu.captioner",
)

PAD, START, END, UNK = range(4)
SPECIAL = ["<PAD>", "<START>", "<END>", "<UNK>"]
SCENES = [
    "Two shapes: a large red star, and a small blue circle.",
    "A small blue circle is to the right of a large red star.",
    "There's a red star. A blue circle, too!",
    "A GREEN square",
]


def drawn(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


def softmax(values, axis=-1):
    powers = np.exp(values - values.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def assert_list_equal(actual, expected, mistakes):
    """Check, stage by stage, a list of words or numbers, or of such lists, of any length."""
    if not isinstance(actual, (list, tuple, np.ndarray)):
        assert_value_equal(actual, expected)
    named = {name: listed(wrong) for name, wrong in mistakes.items()}
    assert_value_equal(listed(actual), listed(expected), 0, named)


def listed(values):
    return json.dumps(values, default=lambda part: getattr(part, "tolist", part.__repr__)())


def split(text):
    return re.findall(r"[a-z0-9']+", text.lower())


# ----------------------------------------------------------- split_caption


def split_mistakes(text):
    return {
        "letters, not words: a string is a sequence of letters": list(text),
        "letters, not words: the string was made small, but never split": list(text.lower()),
        "punctuation sticks to the words: 'star,' and 'star' are two": text.lower().split(),
        "capitals are kept: 'A' and 'a' are two words": re.findall(r"[A-Za-z0-9']+", text),
        "punctuation became words of its own": re.findall(r"[a-z0-9']+|[^\sa-z0-9']", text.lower()),
        "the apostrophe splits a word in two": re.findall(r"[a-z0-9]+", text.lower()),
        "split at single blanks: two in a row leave an empty word": re.sub(
            r"[^a-z0-9' ]", "", text.lower()
        ).split(" "),
        "what divides two words was only dropped, and they grew together": re.sub(
            r"[^a-z0-9'\s]", "", text.lower()
        ).split(),
    }


@pytest.mark.exercise("split_caption")
@pytest.mark.points(1)
def test_words_of_a_caption_by_hand(student):
    text = "A small, RED circle."
    mistakes = split_mistakes(text)
    assert_list_equal(student.split_caption(text), ["a", "small", "red", "circle"], mistakes)


@pytest.mark.exercise("split_caption")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    "text", ["There's  a 2nd star!", "A blue-green\nring/star", *SCENES[:3], "...", ""]
)
def test_words_of_many_captions(student, text):
    assert_list_equal(student.split_caption(text), split(text), split_mistakes(text))


# -------------------------------------------------------- build_vocabulary


def vocabulary_of(captions, min_count, wanted=lambda count, least: count >= least):
    counts = Counter(word for caption in captions for word in caption)
    known = [word for word, count in counts.items() if wanted(count, min_count)]
    return SPECIAL + sorted(known, key=lambda word: (-counts[word], word))


def vocabulary_mistakes(captions, min_count):
    counts = Counter(word for caption in captions for word in caption)
    once = Counter(word for caption in captions for word in set(caption))
    kept = [word for word, count in counts.items() if count >= min_count]
    right = vocabulary_of(captions, min_count)
    return {
        "the special words stand at the end": right[4:] + SPECIAL,
        "the four special words are missing": right[4:],
        "rare words are there, too: `min_count` is not used": vocabulary_of(captions, 0),
        "the words stand as they first came: the commonest first": SPECIAL + kept,
        "the words stand by the alphabet: the commonest first": SPECIAL + sorted(kept),
        "equally common words stand as they came: by the alphabet": SPECIAL
        + sorted(kept, key=lambda word: -counts[word]),
        "the rarest words stand first": SPECIAL + sorted(kept, key=lambda w: (counts[w], w)),
        "each caption was counted once for a word, however often it has it": SPECIAL
        + sorted((word for word in once if once[word] >= min_count), key=lambda w: (-once[w], w)),
        "more than `min_count`: it is at least": vocabulary_of(
            captions, min_count, lambda count, least: count > least
        ),
    }


@pytest.mark.exercise("build_vocabulary")
@pytest.mark.points(1)
def test_vocabulary_by_hand(student):
    captions = [["star"], split("the red star and the red circle in the middle")]
    mistakes = vocabulary_mistakes(captions, 2)
    actual = student.build_vocabulary(captions, 2)
    assert_list_equal(actual, [*SPECIAL, "the", "red", "star"], mistakes)


@pytest.mark.exercise("build_vocabulary")
@pytest.mark.points(1)
@pytest.mark.parametrize("min_count", [1, 3, 4, 99])
def test_vocabulary_of_four_captions(student, min_count):
    captions = [split(text) for text in SCENES]
    expected = vocabulary_of(captions, min_count)
    actual = student.build_vocabulary(captions, min_count)
    assert_list_equal(actual, expected, vocabulary_mistakes(captions, min_count))


# ------------------------------------------------------------- into_matrix


def matrix(captions, vocabulary, longest, cut=None, pad=PAD, unknown=UNK, first=True):
    index = {word: number for number, word in enumerate(vocabulary)}
    cut = cut or (lambda row: [*row[:-1][: longest - 1], END])
    rows = [[START, *(index.get(word, unknown) for word in c), END] for c in captions]
    rows = [cut(row) if first else cut(row)[1:] for row in rows]
    result = np.full((len(rows), max(map(len, rows))), pad)
    for line, row in zip(result, rows, strict=True):
        line[: len(row)] = row
    return result


def matrix_mistakes(captions, vocabulary, longest):
    given = captions, vocabulary, longest
    wide = matrix(*given)
    backwards = np.full_like(wide, PAD)
    for line, row in zip(backwards, wide, strict=True):
        words = row[: np.flatnonzero(row == END)[0] + 1]
        line[len(line) - len(words) :] = words
    return {
        "END is cut off: a network that never sees END never stops": matrix(
            *given, cut=lambda row: row[:longest]
        ),
        "filled up with END, not with PAD": matrix(*given, pad=END),
        "unknown words became PAD, not UNK": matrix(*given, unknown=PAD),
        "START is missing": matrix(*given, first=False),
        "nothing is cut: rows are longer than `longest`": matrix(*given, cut=lambda row: row),
        "one symbol too few: START and END count, and no more": matrix(
            *given, cut=lambda row: [*row[:-1][: longest - 2], END]
        ),
        "one symbol too many: END counts too": matrix(
            *given, cut=lambda row: [*row[:-1][:longest], END]
        ),
        "PAD stands before the words, not after them": backwards,
        "always `longest` columns: no wider than the longest row": np.pad(
            wide, ((0, 0), (0, longest - wide.shape[1])), constant_values=PAD
        ),
    }


@pytest.mark.exercise("into_matrix")
@pytest.mark.points(1)
def test_two_rows_by_hand(student):
    captions, vocabulary = [["a", "star"], ["a", "big", "red", "star"]], [*SPECIAL, "a", "star"]
    expected = np.array([[1, 4, 5, 2, 0, 0], [1, 4, 3, 3, 5, 2]])
    actual = student.into_matrix(captions, vocabulary, 9)
    mistakes = matrix_mistakes(captions, vocabulary, 9)
    assert_array_equal(actual, expected, mistakes=mistakes)


@pytest.mark.exercise("into_matrix")
@pytest.mark.points(2)
@pytest.mark.parametrize("longest", [30, 12, 5, 2])
def test_long_captions_are_cut_and_still_end(student, longest):
    captions = [split(text) for text in SCENES]
    vocabulary = [*SPECIAL, "a", "blue", "circle", "red", "star"]
    expected = matrix(captions, vocabulary, longest)
    actual = student.into_matrix(captions, vocabulary, longest)
    mistakes = matrix_mistakes(captions, vocabulary, longest)
    assert_array_equal(actual, expected, mistakes=mistakes)


# ----------------------------------------------------------- one_lstm_step


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def lstm_step(x, h, c, weights, order="ifgo", squash=np.tanh, told=np.tanh):
    """One step; ``order`` names the gates as they stand in the rows of the weights."""
    w_x, w_h, bias = weights
    parts = dict(zip(order, np.split(w_x @ x + w_h @ h + bias, 4), strict=True))
    i, f, o = (sigmoid(parts[gate]) for gate in "ifo")
    memory = f * c + i * squash(parts["g"])
    return np.stack([o * told(memory), memory])


def lstm_mistakes(x, h, c, weights):
    w_x, w_h, bias = weights
    right = lstm_step(x, h, c, weights)
    return {
        "the gates stand in the order i, f, g, o: yours are taken as i, f, o, g": lstm_step(
            x, h, c, weights, "ifog"
        ),
        "input and forget gate are exchanged": lstm_step(x, h, c, weights, "figo"),
        "h is the gate times c: its tanh is missing": lstm_step(
            x, h, c, weights, told=lambda memory: memory
        ),
        "the candidate g goes through tanh, not through the sigmoid": lstm_step(
            x, h, c, weights, squash=sigmoid
        ),
        "the old memory is forgotten entirely": lstm_step(x, h, 0 * c, weights),
        "h is made from the old c": np.stack([right[0] / np.tanh(right[1]) * np.tanh(c), right[1]]),
        "h and c are exchanged": right[::-1],
        "the bias is missing": lstm_step(x, h, c, (w_x, w_h, 0 * bias)),
        "the old h is not used": lstm_step(x, 0 * h, c, weights),
    }


@pytest.mark.exercise("one_lstm_step")
@pytest.mark.points(1)
def test_one_cell_by_hand(student):
    # i = 1/2, f = 1/4, g = 1/2, o = 3/4, so c = 1/4 * 2 + 1/2 * 1/2 = 3/4
    bias = np.array([0.0, -np.log(3), np.arctanh(0.5), np.log(3)])
    weights = np.zeros((4, 2)), np.zeros((4, 1)), bias
    given = np.ones(2), np.array([0.5]), np.array([2.0])
    expected = np.array([[0.75 * np.tanh(0.75)], [0.75]])
    actual = student.one_lstm_step(*given, *weights)
    assert_array_equal(actual, expected, 1e-9, lstm_mistakes(*given, weights))


@pytest.mark.exercise("one_lstm_step")
@pytest.mark.points(2)
@pytest.mark.parametrize(("inputs", "cells"), [(3, 4), (5, 2), (1, 6)])
def test_a_step_of_many_cells(student, inputs, cells):
    weights = drawn(1, 4 * cells, inputs), drawn(2, 4 * cells, cells), drawn(3, 4 * cells)
    given = drawn(4, inputs), drawn(5, cells), drawn(6, cells)
    actual = student.one_lstm_step(*given, *weights)
    mistakes = lstm_mistakes(*given, weights)
    assert_array_equal(actual, lstm_step(*given, weights), 1e-9, mistakes)


# -------------------------------------------------------------- look_at_it


def looked(query, keys, v, values, squash=np.tanh):
    return softmax(squash(query + keys) @ v) @ values


def look_mistakes(query, keys, v, values):
    scores = np.tanh(query + keys) @ v
    best = values[scores.argmax()]
    return {
        "only the best place is looked at: all of them, by their weights": best,
        "the plain mean of all places: the weights are not used": values.mean(axis=0),
        "the scores are used as they are: softmax makes weights of them": scores @ values,
        "the weights do not add up to 1": np.exp(scores - scores.max()) @ values,
        "the tanh is missing": looked(query, keys, v, values, lambda sums: sums),
        "the query is left out: it would look at the same place for each word": looked(
            0, keys, v, values
        ),
        "divided by the sum, without exp": scores / scores.sum() @ values,
    }


@pytest.mark.exercise("look_at_it")
@pytest.mark.points(1)
def test_two_places_by_hand(student):
    # tanh gives 0 and 0.5, times v: 0 and ln 3. The weights are 1/4 and 3/4.
    query, v = np.array([1.0]), np.array([2 * np.log(3)])
    keys = np.array([[-1.0], [np.arctanh(0.5) - 1]])
    values = np.array([[4.0, 0.0], [0.0, 8.0]])
    mistakes = look_mistakes(query, keys, v, values)
    actual = student.look_at_it(query, keys, v, values)
    assert_array_equal(actual, np.array([1.0, 6.0]), 1e-9, mistakes)


@pytest.mark.exercise("look_at_it")
@pytest.mark.points(1)
@pytest.mark.parametrize(("places", "size"), [(64, 5), (9, 9)])
def test_a_map_of_places(student, places, size):
    query, keys, v, values = drawn(1, size), drawn(2, places, size), drawn(3, size), None
    values = drawn(4, places, 7)
    mistakes = look_mistakes(query, keys, v, values)
    actual = student.look_at_it(query, keys, v, values)
    assert_array_equal(actual, looked(query, keys, v, values), 1e-9, mistakes)


@pytest.mark.exercise("look_at_it")
@pytest.mark.points(1)
def test_large_scores_do_not_overflow(student):
    query, keys = np.zeros(2), np.array([[9.0, 9.0], [-9.0, 9.0], [9.0, 8.0]])
    v, values = np.array([800.0, 800.0]), np.arange(6.0).reshape(3, 2)
    mistakes = look_mistakes(query, keys, v, values)
    actual = student.look_at_it(query, keys, v, values)
    assert_array_equal(actual, looked(query, keys, v, values), 1e-9, mistakes)


# ------------------------------------------------------- at_temperature


def temperature_mistakes(logits, temperature):
    p = softmax(logits)
    mistakes = {
        "multiplied by the temperature: it divides": softmax(logits * temperature),
        "the temperature is not used": p,
        "probabilities were divided, not logits: that changes nothing": p / temperature,
        "softmax twice": softmax(p / temperature),
        "not normalised: they must add up to 1": np.exp((logits - logits.max()) / temperature),
        "divided by the square of the temperature": softmax(logits / temperature**2),
    }
    return mistakes


@pytest.mark.exercise("at_temperature")
@pytest.mark.points(1)
def test_half_as_warm_squares_the_odds(student):
    # the odds are 1 : 2 : 3; at temperature 1/2 they are 1 : 4 : 9
    logits = np.log([1.0, 2.0, 3.0])
    expected = np.array([1.0, 4.0, 9.0]) / 14
    actual = student.at_temperature(logits, 0.5)
    assert_array_equal(actual, expected, 1e-9, temperature_mistakes(logits, 0.5))


@pytest.mark.exercise("at_temperature")
@pytest.mark.points(1)
@pytest.mark.parametrize("temperature", [0.2, 1.0, 3.0])
def test_temperatures(student, temperature):
    logits = drawn(int(10 * temperature), 45)
    expected = softmax(logits / temperature)
    actual = student.at_temperature(logits, temperature)
    assert_array_equal(actual, expected, 1e-9, temperature_mistakes(logits, temperature))


@pytest.mark.exercise("at_temperature")
@pytest.mark.points(1)
def test_cold_and_large_logits_do_not_overflow(student):
    logits = np.array([980.0, 1000.0, 999.0, -1000.0])
    actual = student.at_temperature(logits, 0.5)
    mistakes = temperature_mistakes(logits, 0.5)
    assert_array_equal(actual, softmax(logits / 0.5), 1e-9, mistakes)


# -------------------------------------------------------------- widen_beam


def ranked(totals, width):
    """Rows and columns of the highest totals, best first."""
    order = sorted(np.ndindex(totals.shape), key=lambda place: -totals[place])
    return np.array(order[:width])


def beam_mistakes(scores, steps, width):
    totals = scores[:, None] + steps
    each = np.stack([np.arange(len(steps)), steps.argmax(axis=1)], axis=1)
    return {
        "each beam keeps its own best word: all must compete": [
            each[:width], each[np.argsort(-totals.max(axis=1))][:width],
        ],
        "the score of the words before is left out": ranked(steps, width),
        "log-probabilities are added, not multiplied": ranked(scores[:, None] * steps, width),
        "the worst come first": [ranked(-totals, width), ranked(totals, width)[::-1]],
        "word and beam are exchanged: beam first": ranked(totals, width)[:, ::-1],
        "probabilities were added, not log-probabilities": ranked(
            np.exp(scores)[:, None] + np.exp(steps), width
        ),
    }  # fmt: skip


@pytest.mark.exercise("widen_beam")
@pytest.mark.points(1)
def test_two_survivors_may_have_one_parent(student):
    scores = np.log([0.6, 0.3])
    steps = np.log([[0.78, 0.04, 0.18], [0.5, 0.3, 0.2]])
    # 0.468, 0.024, 0.108 and 0.15, 0.09, 0.06
    expected = np.array([[0, 0], [1, 0], [0, 2]])
    mistakes = beam_mistakes(scores, steps, 3)
    assert_array_equal(student.widen_beam(scores, steps, 3), expected, mistakes=mistakes)


@pytest.mark.exercise("widen_beam")
@pytest.mark.points(2)
@pytest.mark.parametrize(("beams", "words", "width"), [(3, 45, 3), (1, 10, 4), (5, 7, 2)])
def test_the_best_of_all(student, beams, words, width):
    scores = np.sort(drawn(beams, beams))[::-1] - 4
    steps = np.log(softmax(2 * drawn(words, beams, words)))
    expected = ranked(scores[:, None] + steps, width)
    mistakes = beam_mistakes(scores, steps, width)
    assert_array_equal(student.widen_beam(scores, steps, width), expected, mistakes=mistakes)


# --------------------------------------------------------- clipped_matches


def grams(words, n):
    return Counter(tuple(words[start : start + n]) for start in range(len(words) - n + 1))


def clipped(caption, references, n):
    most = Counter()
    for reference in references:
        most |= grams(reference, n)
    mine = grams(caption, n)
    return (sum((mine & most).values()), sum(mine.values()))


def match_mistakes(caption, references, n):
    mine, counts = grams(caption, n), [grams(reference, n) for reference in references]
    together = sum(counts, Counter())
    total = sum(mine.values())
    return {
        "not clipped: a repeated n-gram counts as often as it is said": (
            sum(count for gram, count in mine.items() if gram in together), total,
        ),
        "clipped by the sum over the references: it is the highest count in one": (
            sum((mine & together).values()), total,
        ),
        "only the first reference is read": (sum((mine & counts[0]).values()), total),
        "each different n-gram counts once": (sum(gram in together for gram in mine), len(mine)),
        "the number of words, not of n-grams": (clipped(caption, references, n)[0], len(caption)),
        "single words, whatever n is": clipped(caption, references, 1),
    }  # fmt: skip


@pytest.mark.exercise("clipped_matches")
@pytest.mark.points(1)
def test_the_famous_caption(student):
    references = [split("the cat is on the mat"), split("there is a cat on the mat")]
    mistakes = match_mistakes(["the"] * 7, references, 1)
    actual = student.clipped_matches(["the"] * 7, references, 1)
    assert_value_equal(actual, (2, 7), 0, mistakes)


@pytest.mark.exercise("clipped_matches")
@pytest.mark.points(2)
@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("step", [1, -1], ids=["forwards", "backwards"])
def test_matches_of_scenes(student, n, step):
    caption = split("a blue circle and a blue circle is to the right of a large red star")[::step]
    references = [split(text) for text in SCENES]
    expected = clipped(caption, references, n)
    mistakes = match_mistakes(caption, references, n)
    assert_value_equal(student.clipped_matches(caption, references, n), expected, 0, mistakes)


@pytest.mark.exercise("clipped_matches")
@pytest.mark.points(1)
@pytest.mark.parametrize("n", [3, 4])
def test_a_caption_shorter_than_n_has_nothing(student, n):
    mistakes = {"fewer than none: a caption shorter than n has no n-grams": (0, 3 - n)}
    actual = student.clipped_matches(["a", "star"], [["a", "star"]], n)
    assert_value_equal(actual, (0, 0), 0, mistakes if n > 3 else None)


# --------------------------------------------------------- mend_the_tokens


def encoded(units, vocabulary, ends=True):
    index = {word: number for number, word in enumerate(vocabulary)}
    rows = [[index.get(unit, UNK) for unit in caption] for caption in units]
    return [[START, *row, END] for row in rows] if ends else rows


def token_mistakes(captions, vocabulary):
    words = [caption.split() for caption in captions]
    return {
        "as handed in: letters, and neither START nor END": encoded(captions, vocabulary, False),
        "START and END are there now, but between them stand letters": encoded(
            captions, vocabulary
        ),
        "words, but neither START nor END": encoded(words, vocabulary, False),
        "unknown words are left out: they are UNK": [
            [number for number in row if number != UNK] for row in encoded(words, vocabulary)
        ],
    }


ALPHABET = sorted({*"abcdefghijklmnopqrstuvwxyz", "circle", "red", "star", "small"})


@pytest.mark.exercise("mend_the_tokens")
@pytest.mark.points(1)
def test_rows_of_words_by_hand(student):
    vocabulary = [*SPECIAL, "a", "d", "e", "r", "red", "star"]
    captions = ["a red star", "a red red dog"]
    expected = [[1, 4, 8, 9, 2], [1, 4, 8, 8, 3, 2]]
    mistakes = token_mistakes(captions, vocabulary)
    assert_list_equal(student.mend_the_tokens(captions, vocabulary), expected, mistakes)


@pytest.mark.exercise("mend_the_tokens")
@pytest.mark.points(1)
@pytest.mark.parametrize("count", [1, 3])
def test_rows_of_words(student, count):
    captions = ["a small red star", "a circle", "a b c is no caption"][:count]
    vocabulary = [*SPECIAL, *ALPHABET]
    expected = encoded([caption.split() for caption in captions], vocabulary)
    mistakes = token_mistakes(captions, vocabulary)
    assert_list_equal(student.mend_the_tokens(captions, vocabulary), expected, mistakes)


# --------------------------------------------------------- mend_the_lookup


@pytest.mark.exercise("mend_the_lookup")
@pytest.mark.points(1)
def test_numbers_of_three_words(student):
    actual = student.mend_the_lookup(["red", "star", "moon"], [*SPECIAL, "a", "star", "red"])
    mistakes = {
        "an unknown word became PAD: it is UNK": [6, 5, 0],
        "each number is one too large": [7, 6, 4],
        "the special words were not counted": [2, 1, 3],
    }
    assert_list_equal(actual, [6, 5, 3], mistakes)


@pytest.mark.exercise("mend_the_lookup")
@pytest.mark.points(2)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_words_come_back_whatever_the_vocabulary(student, seed):
    words = np.random.default_rng(seed).permutation(sorted(set(split(" ".join(SCENES))))).tolist()
    vocabulary = SPECIAL + words[seed:]
    caption = split(SCENES[0]) + words[: seed + 1]
    index = {word: number for number, word in enumerate(vocabulary)}
    expected = [index.get(word, UNK) for word in caption]
    mistakes = {
        "each number is one too large": [number + 1 for number in expected],
        "the special words were not counted": [
            number - len(SPECIAL) if number != UNK else UNK for number in expected
        ],
    }
    actual = student.mend_the_lookup(caption, vocabulary)
    assert_list_equal(actual, expected, mistakes)


# --------------------------------------------------------- mend_the_ending


def chain(size, *steps):
    """A table of probabilities whose highest of each row leads to the next step."""
    table = softmax(drawn(size, size, size) / 4)
    for here, there in steps:
        table[here] *= 0.5 / table[here].sum()
        table[here, there] += 0.5
    return table


def spoken(table, longest, stops=True, keep=False, first=False):
    words, word = ([START] if first else []), START
    for _ in range(longest):
        word = int(table[word].argmax())
        if stops and word == END:
            return [*words, END] if keep else words
        words.append(word)
    return words


def ending_mistakes(table, longest):
    return {
        "as handed in: it goes on after END": spoken(table, longest, stops=False),
        "START is among the words, and it goes on after END": spoken(
            table, longest, stops=False, first=True
        ),
        "END is among the words": spoken(table, longest, keep=True),
        "START is among the words": spoken(table, longest, first=True),
        "START and END are among the words": spoken(table, longest, keep=True, first=True),
        "the last word is cut off, although END was not reached": spoken(table, longest)[:-1],
    }


def assert_spoken(actual, table, longest):
    mistakes = ending_mistakes(table, longest)
    assert_list_equal(actual, spoken(table, longest), mistakes)


@pytest.mark.exercise("mend_the_ending")
@pytest.mark.points(1)
def test_it_stops_at_end(student):
    table = chain(7, (START, 4), (4, 6), (6, 5), (5, END), (END, 4))
    assert_spoken(student.mend_the_ending(table, 20), table, 20)


@pytest.mark.exercise("mend_the_ending")
@pytest.mark.points(1)
@pytest.mark.parametrize("longest", [0, 1, 5, 12])
def test_what_never_ends_is_cut(student, longest):
    table = chain(8, (START, 4), (4, 5), (5, 6), (6, 7), (7, 4))
    assert_spoken(student.mend_the_ending(table, longest), table, longest)


@pytest.mark.exercise("mend_the_ending")
@pytest.mark.points(1)
def test_it_may_say_nothing(student):
    table = chain(6, (START, END), (END, 4))
    assert_spoken(student.mend_the_ending(table, 9), table, 9)


# ----------------------------------------------------------- mend_the_mask


def padded(seed, lengths, words):
    """Log-probabilities (B, T, V) and targets (B, T) of captions of these lengths."""
    rng = np.random.default_rng(seed)
    log_p = np.log(softmax(2 * rng.normal(size=(len(lengths), max(lengths), words))))
    targets = rng.integers(PAD + 1, words, (len(lengths), max(lengths)))
    targets[np.arange(max(lengths)) >= np.array(lengths)[:, None]] = PAD
    return log_p, targets


def surprise(log_p, targets):
    return -np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]


def mask_mistakes(log_p, targets, losses=None):
    losses = surprise(log_p, targets) if losses is None else losses
    real = targets != PAD
    return {
        "as handed in: PAD counts": float(losses.mean()),
        "PAD adds nothing, but its places are divided by": float((losses * real).mean()),
        "each caption counts the same: each word must": float(
            ((losses * real).sum(axis=1) / real.sum(axis=1)).mean()
        ),
        "the sum, not the mean": float((losses * real).sum()),
        "divided by the captions, not by the words": float((losses * real).sum() / len(targets)),
        "the sign is reversed": float(-losses[real].mean()),
        "the mask is upside down: only PAD counts": float(losses[~real].mean() if (~real).any()
                                                           else np.inf),
    }  # fmt: skip


@pytest.mark.exercise("mend_the_mask")
@pytest.mark.points(1)
def test_three_words_and_one_pad_by_hand(student):
    # the words were given 1/2, 1/4 and 1/8: one, two and three bits of surprise
    p = np.array([[[1 / 4, 1 / 2, 1 / 4], [1 / 2, 1 / 4, 1 / 4]],
                  [[1 / 8, 3 / 4, 1 / 8], [3 / 4, 1 / 8, 1 / 8]]])  # fmt: skip
    targets = np.array([[1, 2], [2, PAD]])
    actual = student.mend_the_mask(np.log(p), targets, PAD)
    assert_value_equal(actual, float(2 * np.log(2)), 1e-6, mask_mistakes(np.log(p), targets))


@pytest.mark.exercise("mend_the_mask")
@pytest.mark.points(1)
@pytest.mark.parametrize("lengths", [(5, 9, 2), (4, 4), (1, 7, 3, 12)])
def test_loss_of_a_batch(student, lengths):
    log_p, targets = padded(len(lengths), lengths, 11)
    total = sum(
        -log_p[b, t, targets[b, t]] for b, length in enumerate(lengths) for t in range(length)
    )
    actual = student.mend_the_mask(log_p, targets, PAD)
    mistakes = mask_mistakes(log_p, targets)
    assert_value_equal(actual, float(total / sum(lengths)), 1e-6, mistakes)


@pytest.mark.exercise("mend_the_mask")
@pytest.mark.points(1)
def test_pad_has_the_number_that_it_is_given(student):
    log_p, targets = padded(3, (3, 6), 9)
    other = np.where(targets == PAD, 8, np.where(targets == 8, PAD, targets))
    swapped = log_p[..., [8, *range(1, 8), 0]]
    expected = mask_free_loss(log_p, targets)
    assert_value_equal(student.mend_the_mask(swapped, other, 8), expected, 1e-6)


def mask_free_loss(log_p, targets):
    return float(surprise(log_p, targets)[targets != PAD].mean())


# -------------------------------------------------------- mend_the_average


@pytest.mark.exercise("mend_the_average")
@pytest.mark.points(1)
def test_average_by_hand(student):
    losses = np.array([[1.0, 2.0, 6.0], [5.0, 7.0, 9.0]])
    targets = np.array([[4, 5, 2], [2, PAD, PAD]])
    mistakes = average_mistakes(losses, targets)
    assert_value_equal(student.mend_the_average(losses, targets, PAD), 3.5, 1e-6, mistakes)


def average_mistakes(losses, targets):
    mistakes = mask_mistakes(None, targets, losses)
    mistakes["PAD counts in the sum, too"] = mistakes.pop("as handed in: PAD counts")
    empty = "PAD adds nothing, but its places are divided by"
    return {"as handed in: divided by all places, PAD's too": mistakes.pop(empty)} | mistakes


@pytest.mark.exercise("mend_the_average")
@pytest.mark.points(2)
@pytest.mark.parametrize("columns", [12, 20, 80])
def test_more_columns_of_pad_change_nothing(student, columns):
    log_p, targets = padded(7, (5, 12, 9), 13)
    losses, width = surprise(log_p, targets), columns - targets.shape[1]
    expected = float(losses[targets != PAD].mean())
    wide = np.pad(losses, ((0, 0), (0, width)), constant_values=0.25)
    targets = np.pad(targets, ((0, 0), (0, width)), constant_values=PAD)
    actual = student.mend_the_average(wide, targets, PAD)
    assert_value_equal(actual, expected, 1e-6, average_mistakes(wide, targets))


# --------------------------------------------------------- mend_the_states


def first_states(vector, w_h, b_h, w_c, b_c, squash=np.tanh):
    return np.stack([squash(w_h @ vector + b_h), w_c @ vector + b_c])


def state_mistakes(vector, w_h, b_h, w_c, b_c):
    given = vector, w_h, b_h, w_c, b_c
    right = first_states(*given)
    both = np.tanh(first_states(*given, squash=lambda sums: sums))
    return {
        "as handed in: c stands first, where the LSTM looks for h": right[::-1],
        "the weights are exchanged, not only the order": first_states(vector, w_c, b_c, w_h, b_h),
        "c goes through tanh, too: it may be larger than 1": both,
        "h lacks its tanh": first_states(*given, squash=lambda sums: sums),
        "the biases are missing": first_states(vector, w_h, 0 * b_h, w_c, 0 * b_c),
    }


@pytest.mark.exercise("mend_the_states")
@pytest.mark.points(1)
def test_h_comes_first(student):
    given = np.array([1.0, 2.0]), np.eye(2), np.zeros(2), np.ones((2, 2)), np.array([0.0, 1.0])
    expected = np.array([[np.tanh(1), np.tanh(2)], [3.0, 4.0]])
    actual = student.mend_the_states(*given)
    assert_array_equal(actual, expected, 1e-9, state_mistakes(*given))


@pytest.mark.exercise("mend_the_states")
@pytest.mark.points(1)
@pytest.mark.parametrize(("inputs", "cells"), [(6, 4), (3, 8)])
def test_no_h_is_larger_than_one(student, inputs, cells):
    given = (3 * drawn(1, inputs), drawn(2, cells, inputs), drawn(3, cells),
             drawn(4, cells, inputs), drawn(5, cells))  # fmt: skip
    actual = student.mend_the_states(*given)
    assert_array_equal(actual, first_states(*given), 1e-9, state_mistakes(*given))
