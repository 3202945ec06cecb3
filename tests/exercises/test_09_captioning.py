"""Checks and grades the exercises of chapter 09."""

import json
import re
from collections import Counter

import numpy as np
import pytest

from coursekit.captioning import reference
from coursekit.lab.check import assert_array_equal, assert_value_equal

GIVEN = ("coursekit.captioning.data.claims", "coursekit.captioning.data.synthetic")
FORBIDDEN = (
    "coursekit.color_transfer",
    "scipy.special.log_softmax",
    "scipy.special.softmax",
    "torch",
)
SEED = 9

PAD, START, END, UNK = range(4)
SPECIAL = ["<PAD>", "<START>", "<END>", "<UNK>"]
SCENES = [
    "two shapes a large red star and a small blue circle".split(),
    "a small blue circle is to the right of a large red star".split(),
    "there's a red star a blue circle too".split(),
    "a green square".split(),
]
OVERFLOW = (
    "e to a large power is infinite, and infinity over infinity is no number: "
    "subtract the largest first"
)


def drawn(seed, *shape):
    return np.random.default_rng(seed).normal(size=shape)


def seeded(number):
    """A generator for one of the hidden tests."""
    return np.random.default_rng([SEED, number])


def drawn_words(rng, count, letters="abc"):
    """Words of one to five letters."""
    return ["".join(rng.choice(list(letters), rng.integers(1, 6))) for _ in range(count)]


def assert_list_equal(actual, expected, mistakes=None):
    """Check, stage by stage, a list of words or numbers, or of such lists, of any length."""
    if not isinstance(actual, (list, tuple, np.ndarray)):
        assert_value_equal(actual, expected)
    named = {name: listed(wrong) for name, wrong in (mistakes or {}).items()}
    assert_value_equal(listed(actual), listed(expected), 0, named)


def listed(values):
    return json.dumps(values, default=lambda part: getattr(part, "tolist", part.__repr__)())


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
    ("text", "words"),
    [
        ("There's  a 2nd star!", "there's a 2nd star"),
        ("A blue-green\nring/star", "a blue green ring star"),
        (
            "Two shapes: a large red star, and a small blue circle.",
            "two shapes a large red star and a small blue circle",
        ),
        ("There's a red star. A blue circle, too!", "there's a red star a blue circle too"),
        ("a star_shaped hole", "a star shaped hole"),
        ("...", ""),
        ("", ""),
    ],
)
def test_words_of_many_captions(student, text, words):
    assert_list_equal(student.split_caption(text), words.split(), split_mistakes(text))


@pytest.mark.hidden
@pytest.mark.exercise("split_caption")
@pytest.mark.points(1)
def test_words_of_drawn_captions(student):
    rng = seeded(1)
    between = [" ", "  ", ", ", "-", "!\n", "_", ". ", "\t", "/", " & "]
    for _ in range(6):
        words = drawn_words(rng, rng.integers(1, 12), "abzAYZ019'")
        text = "".join(word + str(rng.choice(between)) for word in words)
        assert_list_equal(student.split_caption(text), [word.lower() for word in words])


# -------------------------------------------------------- build_vocabulary


def vocabulary_mistakes(captions, min_count, right):
    counts = Counter(word for caption in captions for word in caption)
    once = Counter(word for caption in captions for word in set(caption))
    kept = [word for word, count in counts.items() if count >= min_count]

    def listed(words, *order):
        return SPECIAL + sorted(words, key=lambda word: [key(word) for key in order])

    def common(word):
        return -counts[word]

    return {
        "the special words stand at the end": right[4:] + SPECIAL,
        "the four special words are missing": right[4:],
        "rare words are there, too: `min_count` is not used": listed(counts, common, str),
        "the words stand as they first came: the commonest come first": SPECIAL + kept,
        "the words stand in alphabetical order: the commonest come first": SPECIAL + sorted(kept),
        "equally common words stand as they came, not in alphabetical order": listed(kept, common),
        "the rarest words stand first": listed(kept, counts.get, str),
        "each caption was counted once for a word, however often it has it": listed(
            [word for word in once if once[word] >= min_count], lambda word: -once[word], str
        ),
        "more than `min_count`: it is at least": [
            word for word in right if counts[word] != min_count
        ],
    }


@pytest.mark.exercise("build_vocabulary")
@pytest.mark.points(1)
def test_vocabulary_by_hand(student):
    captions = [["tiny", "star"], "the red star and the red circle in the tiny middle".split()]
    expected = [*SPECIAL, "the", "red", "star", "tiny"]
    mistakes = vocabulary_mistakes(captions, 2, expected)
    actual = student.build_vocabulary(captions, 2)
    assert_list_equal(actual, expected, mistakes)


@pytest.mark.exercise("build_vocabulary")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    ("min_count", "words"),
    [
        (
            1,
            "a blue circle red star large small and green is of right shapes square the there's "
            "to too two",
        ),
        (2, "a blue circle red star large small"),
        (3, "a blue circle red star"),
        (4, "a"),
        (99, ""),
    ],
)
def test_vocabulary_of_four_captions(student, min_count, words):
    expected = SPECIAL + words.split()
    actual = student.build_vocabulary(SCENES, min_count)
    assert_list_equal(actual, expected, vocabulary_mistakes(SCENES, min_count, expected))


@pytest.mark.hidden
@pytest.mark.exercise("build_vocabulary")
@pytest.mark.points(1)
def test_vocabulary_of_drawn_captions(student):
    rng = seeded(2)
    known = drawn_words(rng, 14)
    captions = [rng.choice(known, rng.integers(0, 9)).tolist() for _ in range(rng.integers(5, 12))]
    counts = Counter(word for caption in captions for word in caption)
    for min_count in sorted({*counts.values()}):
        words = sorted(word for word in counts if counts[word] >= min_count)
        expected = SPECIAL + sorted(words, key=lambda word: -counts[word])
        assert_list_equal(student.build_vocabulary(captions, min_count), expected)


# ------------------------------------------------------------- into_matrix


def rectangle(rows, fill=PAD, before=False):
    """Rows of numbers, filled up to the widest."""
    width = max(map(len, rows))
    gaps = [[fill] * (width - len(row)) for row in rows]
    return np.array([g + r if before else r + g for r, g in zip(rows, gaps, strict=True)])


def matrix_mistakes(whole, longest, right):
    """Of the rows ``right``, made of the ``whole`` ones."""
    table = rectangle(right)
    return {
        "END is cut off: a network that never sees END never stops": rectangle(
            [row[:longest] for row in whole]
        ),
        "filled up with END, not with PAD": rectangle(right, fill=END),
        "unknown words became PAD, not UNK": np.where(table == UNK, PAD, table),
        "START is missing": table[:, 1:],
        "nothing is cut: rows are longer than `longest`": rectangle(whole),
        "one symbol too few: START and END count, and no more": rectangle(
            [[*row[:-1][: longest - 2], END] for row in whole]
        ),
        "one symbol too many: END counts too": rectangle(
            [[*row[:-1][:longest], END] for row in whole]
        ),
        "PAD stands before the words, not after them": rectangle(right, before=True),
        "always `longest` columns: no wider than the longest row": np.pad(
            table, ((0, 0), (0, longest - table.shape[1])), constant_values=PAD
        ),
    }


@pytest.mark.exercise("into_matrix")
@pytest.mark.points(1)
def test_two_rows_by_hand(student):
    captions, vocabulary = [["a", "star"], ["a", "big", "red", "star"]], [*SPECIAL, "a", "star"]
    rows = [[1, 4, 5, 2], [1, 4, 3, 3, 5, 2]]
    expected = np.array([[1, 4, 5, 2, 0, 0], [1, 4, 3, 3, 5, 2]])
    actual = student.into_matrix(captions, vocabulary, 9)
    assert_array_equal(actual, expected, mistakes=matrix_mistakes(rows, 9, rows))


WHOLE = [
    [1, 3, 3, 4, 3, 7, 8, 3, 4, 3, 5, 6, 2],
    [1, 4, 3, 5, 6, 3, 3, 3, 3, 3, 4, 3, 7, 8, 2],
    [1, 3, 4, 7, 8, 4, 5, 6, 3, 2],
    [1, 4, 3, 3, 2],
]
CUT = {
    30: WHOLE,
    12: [
        [1, 3, 3, 4, 3, 7, 8, 3, 4, 3, 5, 2],
        [1, 4, 3, 5, 6, 3, 3, 3, 3, 3, 4, 2],
        *WHOLE[2:],
    ],
    13: [WHOLE[0], [1, 4, 3, 5, 6, 3, 3, 3, 3, 3, 4, 3, 2], *WHOLE[2:]],
    5: [[1, 3, 3, 4, 2], [1, 4, 3, 5, 2], [1, 3, 4, 7, 2], [1, 4, 3, 3, 2]],
    2: [[1, 2]] * 4,
}


@pytest.mark.exercise("into_matrix")
@pytest.mark.points(2)
@pytest.mark.parametrize("longest", CUT)
def test_long_captions_are_cut_and_still_end(student, longest):
    vocabulary = [*SPECIAL, "a", "blue", "circle", "red", "star"]
    actual = student.into_matrix(SCENES, vocabulary, longest)
    mistakes = matrix_mistakes(WHOLE, longest, CUT[longest])
    assert_array_equal(actual, rectangle(CUT[longest]), mistakes=mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("into_matrix")
@pytest.mark.points(1)
def test_drawn_captions_about_the_longest(student):
    rng = seeded(3)
    words = sorted({*drawn_words(rng, 12)})
    vocabulary = [*SPECIAL, *rng.permutation(words)[: rng.integers(2, len(words))].tolist()]
    longest = int(rng.integers(5, 10))
    for lengths in [(longest - 3, 0), (1, longest - 2), (longest - 1, longest, 2 * longest)]:
        captions = [rng.choice(words, length).tolist() for length in lengths]
        expected = np.full((len(lengths), min(longest, max(lengths) + 2)), PAD)
        for row, caption in zip(expected, captions, strict=True):
            last = min(len(caption), longest - 2) + 1
            row[0], row[last] = START, END
            for place in range(1, last):
                word = caption[place - 1]
                row[place] = vocabulary.index(word) if word in vocabulary else UNK
        assert_array_equal(student.into_matrix(captions, vocabulary, longest), expected)


# ----------------------------------------------------------- one_lstm_step


def next_state(given):
    return np.stack(reference.lstm_cell(*given))


def lstm_mistakes(x, h, c, w_x, w_h, bias):
    """Of an LSTM whose gates are numbered in the rows of its weights."""

    def reordered(*gates):
        rows = [np.concatenate([np.split(w, 4)[gate] for gate in gates]) for w in (w_x, w_h, bias)]
        return next_state([x, h, c, *rows])

    def sigmoid(sums):
        return (1 + np.tanh(sums / 2)) / 2

    told, memory = next_state([x, h, c, w_x, w_h, bias])
    write, _, candidate, show = np.split(w_x @ x + w_h @ h + bias, 4)
    squashed = memory + sigmoid(write) * (sigmoid(candidate) - np.tanh(candidate))
    return {
        "the gates stand in the order i, f, g, o: yours are taken as i, f, o, g": reordered(
            0, 1, 3, 2
        ),
        "input and forget gate are exchanged": reordered(1, 0, 2, 3),
        "h is the gate times c: its tanh is missing": np.stack(
            [told / np.tanh(memory) * memory, memory]
        ),
        "the candidate g goes through tanh, not through the sigmoid": np.stack(
            [sigmoid(show) * np.tanh(squashed), squashed]
        ),
        "the old memory is forgotten entirely": next_state([x, h, 0 * c, w_x, w_h, bias]),
        "h is made from the old c": np.stack([told / np.tanh(memory) * np.tanh(c), memory]),
        "h and c are exchanged": np.stack([memory, told]),
        "the bias is missing": next_state([x, h, c, w_x, w_h, 0 * bias]),
        "the old h is not used": next_state([x, 0 * h, c, w_x, w_h, bias]),
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
    assert_array_equal(actual, expected, 1e-9, lstm_mistakes(*given, *weights))


@pytest.mark.exercise("one_lstm_step")
@pytest.mark.points(2)
@pytest.mark.parametrize(("inputs", "cells"), [(3, 4), (5, 2), (1, 6)])
def test_a_step_of_many_cells(student, inputs, cells):
    weights = drawn(1, 4 * cells, inputs), drawn(2, 4 * cells, cells), drawn(3, 4 * cells)
    given = drawn(4, inputs), drawn(5, cells), drawn(6, cells), *weights
    actual = student.one_lstm_step(*given)
    assert_array_equal(actual, next_state(given), 1e-9, lstm_mistakes(*given))


@pytest.mark.exercise("one_lstm_step")
@pytest.mark.points(1)
def test_gates_that_are_wide_open(student):
    weights = np.zeros((8, 2)), np.zeros((8, 2)), np.full(8, 1000.0)
    actual = student.one_lstm_step(np.ones(2), np.zeros(2), np.array([0.5, -2.0]), *weights)
    expected = np.array([np.tanh([1.5, -1.0]), [1.5, -1.0]])
    name = "e^z / (1 + e^z) is infinity over infinity where z is large: 1 / (1 + e^-z) is not"
    assert_array_equal(actual, expected, 1e-9, {name: np.full((2, 2), np.nan)})


@pytest.mark.hidden
@pytest.mark.exercise("one_lstm_step")
@pytest.mark.points(1)
def test_a_drawn_step(student):
    rng = seeded(4)
    inputs, cells = rng.integers(2, 9, 2)
    shapes = [inputs, cells, cells, (4 * cells, inputs), (4 * cells, cells), 4 * cells]
    given = [rng.normal(size=shape) for shape in shapes]
    assert_array_equal(student.one_lstm_step(*given), next_state(given), 1e-9)


# -------------------------------------------------------------- look_at_it


def context(given):
    query, keys, v, values = given
    seen, _ = reference.attention_step(query, keys, values, np.eye(len(v)), v)
    return seen


def look_mistakes(query, keys, v, values):
    scores = np.tanh(query + keys) @ v
    return {
        "only the best place is looked at: all of them, by their weights": values[scores.argmax()],
        "the plain mean of all places: the weights are not used": values.mean(axis=0),
        "softmax over the wrong axis: each place by itself has the weight 1": values.sum(axis=0),
        "the scores are used as they are: softmax makes weights of them": scores @ values,
        "the weights do not add up to 1": [
            np.exp(scores - scores.max()) @ values,
            np.exp(np.minimum(scores, 700)) @ values,
        ],
        "the tanh is missing": reference.softmax((query + keys) @ v) @ values,
        "the query is left out: it would look at the same place for each word": context(
            (0 * query, keys, v, values)
        ),
        "divided by the sum, without exp": scores / scores.sum() @ values,
    }


@pytest.mark.exercise("look_at_it")
@pytest.mark.points(1)
def test_two_places_by_hand(student):
    # tanh times v gives ln 2 and ln 6: the weights are 1/4 and 3/4
    query, v = np.array([1.0]), np.array([2.0])
    keys = np.arctanh([[np.log(2) / 2], [np.log(6) / 2]]) - 1
    values = np.array([[4.0, 0.0], [0.0, 8.0]])
    mistakes = look_mistakes(query, keys, v, values)
    actual = student.look_at_it(query, keys, v, values)
    assert_array_equal(actual, np.array([1.0, 6.0]), 1e-9, mistakes)


@pytest.mark.exercise("look_at_it")
@pytest.mark.points(1)
@pytest.mark.parametrize(("places", "size"), [(64, 5), (9, 9)])
def test_a_map_of_places(student, places, size):
    given = drawn(1, size), drawn(2, places, size), drawn(3, size), drawn(4, places, 7)
    actual = student.look_at_it(*given)
    assert_array_equal(actual, context(given), 1e-9, look_mistakes(*given))


@pytest.mark.exercise("look_at_it")
@pytest.mark.points(1)
def test_large_scores_do_not_overflow(student):
    query, keys = np.zeros(2), np.array([[9.0, 9.0], [-9.0, 9.0], [9.0, 8.0]])
    v, values = np.array([800.0, 800.0]), np.arange(6.0).reshape(3, 2)
    actual = student.look_at_it(query, keys, v, values)
    mistakes = look_mistakes(query, keys, v, values) | {OVERFLOW: np.full(2, np.nan)}
    assert_array_equal(actual, context((query, keys, v, values)), 1e-9, mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("look_at_it")
@pytest.mark.points(1)
@pytest.mark.parametrize("largest", [1, 900])
def test_a_drawn_map_of_places(student, largest):
    rng = seeded(5)
    places, size, channels = rng.integers(3, 20, 3)
    query, keys = rng.normal(size=size), rng.normal(size=(places, size))
    v, values = rng.uniform(0.5, 1, size) * largest, rng.normal(size=(places, channels))
    actual = student.look_at_it(query, keys, v, values)
    assert_array_equal(actual, context((query, keys, v, values)), 1e-9)


# ------------------------------------------------------- at_temperature


def temperature_mistakes(logits, temperature):
    p = reference.softmax(logits)
    return {
        "multiplied by the temperature: it divides": reference.softmax(logits * temperature),
        "the temperature is not used": p,
        "probabilities were divided, not logits": p / temperature,
        "softmax twice": reference.softmax(p / temperature),
        "not normalised: they must add up to 1": [
            np.exp((logits - logits.max()) / temperature),
            np.exp(np.minimum(logits / temperature, 700)),
        ],
    }


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
    expected = reference.softmax(logits, temperature)
    actual = student.at_temperature(logits, temperature)
    assert_array_equal(actual, expected, 1e-9, temperature_mistakes(logits, temperature))


@pytest.mark.exercise("at_temperature")
@pytest.mark.points(1)
def test_cold_and_large_logits_do_not_overflow(student):
    logits = np.array([980.0, 1000.0, 999.0, -1000.0])
    actual = student.at_temperature(logits, 0.5)
    mistakes = temperature_mistakes(logits, 0.5)
    mistakes[OVERFLOW] = np.array([np.nan, np.nan, np.nan, 0.0])
    assert_array_equal(actual, reference.softmax(logits, 0.5), 1e-9, mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("at_temperature")
@pytest.mark.points(1)
def test_drawn_logits_and_temperatures(student):
    rng = seeded(6)
    for size in (1, 5, 2000):
        logits, temperature = rng.normal(size=rng.integers(2, 60)) * size, rng.uniform(0.1, 4)
        expected = reference.softmax(logits, temperature)
        assert_array_equal(student.at_temperature(logits, temperature), expected, 1e-9)


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
    actual = student.widen_beam(scores, steps, 3)
    assert_array_equal(actual, expected, mistakes=mistakes, accept_lists=True)


@pytest.mark.exercise("widen_beam")
@pytest.mark.points(2)
@pytest.mark.parametrize(("beams", "words", "width"), [(3, 45, 3), (1, 10, 4), (5, 7, 2)])
def test_the_best_of_all(student, beams, words, width):
    scores = np.sort(drawn(beams, beams))[::-1] - 4
    steps = reference.log_softmax(2 * drawn(words, beams, words))
    expected = ranked(scores[:, None] + steps, width)
    mistakes = beam_mistakes(scores, steps, width)
    actual = student.widen_beam(scores, steps, width)
    assert_array_equal(actual, expected, mistakes=mistakes, accept_lists=True)


@pytest.mark.hidden
@pytest.mark.exercise("widen_beam")
@pytest.mark.points(1)
def test_the_best_of_a_drawn_table(student):
    rng = seeded(7)
    for _ in range(4):
        beams, words = (int(size) for size in rng.integers(1, 9, 2))
        scores, steps = rng.normal(-4, 2, beams), rng.normal(-3, 2, (beams, words))
        width = int(rng.integers(1, beams * words + 1))
        expected = ranked(scores[:, None] + steps, width)
        actual = student.widen_beam(scores, steps, width)
        assert_array_equal(actual, expected, accept_lists=True)


# --------------------------------------------------------- clipped_matches


def match_mistakes(caption, references, n, right, single):
    """Of a caption that has ``right`` n-grams, and of single words ``single``."""
    mine = reference.ngrams(caption, n)
    counts = [reference.ngrams(one, n) for one in references]
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
        "the number of words, not of n-grams": (right[0], len(caption)),
        "single words, whatever n is": single,
    }  # fmt: skip


@pytest.mark.exercise("clipped_matches")
@pytest.mark.points(1)
def test_the_famous_caption(student):
    references = ["the cat is on the mat".split(), "there is a cat on the mat".split()]
    mistakes = match_mistakes(["the"] * 7, references, 1, (2, 7), (2, 7))
    actual = student.clipped_matches(["the"] * 7, references, 1)
    assert_value_equal(actual, (2, 7), 0, mistakes)


FORWARDS = [(13, 16), (12, 15), (10, 14), (8, 13)]
BACKWARDS = [(13, 16), (0, 15), (0, 14), (0, 13)]


@pytest.mark.exercise("clipped_matches")
@pytest.mark.points(2)
@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize(
    ("step", "found"), [(1, FORWARDS), (-1, BACKWARDS)], ids=["forwards", "backwards"]
)
def test_matches_of_scenes(student, n, step, found):
    said = "a blue circle and a blue circle is to the right of a large red star"
    caption = said.split()[::step]
    mistakes = match_mistakes(caption, SCENES, n, found[n - 1], found[0])
    actual = student.clipped_matches(caption, SCENES, n)
    assert_value_equal(actual, found[n - 1], 0, mistakes)


@pytest.mark.exercise("clipped_matches")
@pytest.mark.points(1)
@pytest.mark.parametrize("n", [3, 4])
def test_a_caption_shorter_than_n_has_nothing(student, n):
    mistakes = {"fewer than none: a caption shorter than n has no n-grams": (0, 3 - n)}
    actual = student.clipped_matches(["a", "star"], [["a", "star"]], n)
    assert_value_equal(actual, (0, 0), 0, mistakes if n > 3 else None)


@pytest.mark.hidden
@pytest.mark.exercise("clipped_matches")
@pytest.mark.points(1)
def test_matches_of_drawn_captions(student):
    rng = seeded(8)
    for n in (1, 2, 3, 4):
        words = drawn_words(rng, 3)
        caption, *references = (
            rng.choice(words, rng.integers(3, 15)).tolist() for _ in range(rng.integers(2, 6))
        )
        own = [tuple(caption[i : i + n]) for i in range(len(caption) - n + 1)]
        most = [
            max(reference.ngrams(one, n)[gram] for one in references) for gram in dict.fromkeys(own)
        ]
        found = sum(map(min, most, Counter(own).values()))
        actual = student.clipped_matches(caption, references, n)
        assert_value_equal(actual, (found, len(own)))


# --------------------------------------------------------- mend_the_tokens


def token_mistakes(captions, vocabulary, right):
    letters = [
        [vocabulary.index(sign) if sign in vocabulary else UNK for sign in caption]
        for caption in captions
    ]
    return {
        "as handed in: letters, and neither START nor END": letters,
        "START and END are there now, but between them stand letters": [
            [START, *row, END] for row in letters
        ],
        "words, but neither START nor END": [row[1:-1] for row in right],
        "unknown words are left out: they are UNK": [
            [number for number in row if number != UNK] for row in right
        ],
    }


ALPHABET = sorted({*"abcdefghijklmnopqrstuvwxyz", "circle", "red", "star", "small"})


@pytest.mark.exercise("mend_the_tokens")
@pytest.mark.points(1)
def test_rows_of_words_by_hand(student):
    vocabulary = [*SPECIAL, "a", "d", "e", "r", "red", "star"]
    captions = ["a red star", "a red red dog"]
    expected = [[1, 4, 8, 9, 2], [1, 4, 8, 8, 3, 2]]
    mistakes = token_mistakes(captions, vocabulary, expected)
    assert_list_equal(student.mend_the_tokens(captions, vocabulary), expected, mistakes)


@pytest.mark.exercise("mend_the_tokens")
@pytest.mark.points(1)
@pytest.mark.parametrize("count", [1, 3])
def test_rows_of_words(student, count):
    captions = ["a small red star", "a circle", "a b c is no caption"][:count]
    vocabulary = [*SPECIAL, *ALPHABET]
    place = vocabulary.index
    expected = [
        [START, place("a"), place("small"), place("red"), place("star"), END],
        [START, place("a"), place("circle"), END],
        [START, place("a"), place("b"), place("c"), UNK, UNK, UNK, END],
    ][:count]
    mistakes = token_mistakes(captions, vocabulary, expected)
    assert_list_equal(student.mend_the_tokens(captions, vocabulary), expected, mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("mend_the_tokens")
@pytest.mark.points(1)
def test_rows_of_drawn_words(student):
    rng = seeded(9)
    words = sorted({*drawn_words(rng, 15), *"abc"})
    vocabulary = [*SPECIAL, *rng.permutation(words)[: rng.integers(3, len(words))].tolist()]
    rows = [rng.choice(words, rng.integers(1, 9)).tolist() for _ in range(rng.integers(1, 6))]
    expected = [
        [START, *(vocabulary.index(word) if word in vocabulary else UNK for word in row), END]
        for row in rows
    ]
    captions = [" ".join(row) for row in rows]
    assert_list_equal(student.mend_the_tokens(captions, vocabulary), expected)


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
@pytest.mark.parametrize(
    ("vocabulary", "expected"),
    [("red a star", [5, 4, 3, 6]), ("moon blue a", [6, 3, 4, 3]), ("star moon red", [3, 6, 5, 4])],
)
def test_words_come_back_whatever_the_vocabulary(student, vocabulary, expected):
    vocabulary = SPECIAL + vocabulary.split()
    mistakes = {
        "each number is one too large": [number + 1 for number in expected],
        "the special words were not counted": [
            number - len(SPECIAL) if number != UNK else UNK for number in expected
        ],
    }
    actual = student.mend_the_lookup(["a", "red", "moon", "star"], vocabulary)
    assert_list_equal(actual, expected, mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("mend_the_lookup")
@pytest.mark.points(1)
def test_numbers_of_drawn_words(student):
    rng = seeded(10)
    for _ in range(3):
        words = sorted({*drawn_words(rng, 12)})
        vocabulary = [*SPECIAL, *rng.permutation(words)[: rng.integers(1, len(words))].tolist()]
        caption = rng.choice(words, rng.integers(0, 20)).tolist()
        expected = [vocabulary.index(word) if word in vocabulary else UNK for word in caption]
        assert_list_equal(student.mend_the_lookup(caption, vocabulary), expected)


# --------------------------------------------------------- mend_the_ending


def chain(size, *steps):
    """A table of probabilities whose highest of each row leads to the next step."""
    table = reference.softmax(drawn(size, size, size) / 4)
    for here, there in steps:
        table[here] *= 0.5 / table[here].sum()
        table[here, there] += 0.5
    return table


def ending_mistakes(table, longest, right):
    words = [START]
    while len(words) <= longest:
        words.append(int(table[words[-1]].argmax()))
    ends = [END] if END in words else []
    return {
        "as handed in: it goes on after END": words[1:],
        "START is among the words, and it goes on after END": words,
        "END is among the words": right + ends,
        "START is among the words": [START, *right],
        "START and END are among the words": [START, *right, *ends],
        "the last word is cut off, although END was not reached": right[:-1],
    }


def assert_spoken(actual, table, longest, expected):
    assert_list_equal(actual, expected, ending_mistakes(table, longest, expected))


@pytest.mark.exercise("mend_the_ending")
@pytest.mark.points(1)
def test_it_stops_at_end(student):
    table = chain(7, (START, 4), (4, 6), (6, 5), (5, END), (END, 4))
    assert_spoken(student.mend_the_ending(table, 20), table, 20, [4, 6, 5])


@pytest.mark.exercise("mend_the_ending")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    ("longest", "expected"),
    [(0, []), (1, [4]), (5, [4, 5, 6, 7, 4]), (12, [4, 5, 6, 7] * 3)],
)
def test_what_never_ends_is_cut(student, longest, expected):
    table = chain(8, (START, 4), (4, 5), (5, 6), (6, 7), (7, 4))
    assert_spoken(student.mend_the_ending(table, longest), table, longest, expected)


@pytest.mark.exercise("mend_the_ending")
@pytest.mark.points(1)
def test_it_may_say_nothing(student):
    table = chain(6, (START, END), (END, 4))
    assert_spoken(student.mend_the_ending(table, 9), table, 9, [])


@pytest.mark.hidden
@pytest.mark.exercise("mend_the_ending")
@pytest.mark.points(1)
def test_drawn_words_about_the_longest(student):
    rng = seeded(11)
    size = int(rng.integers(7, 15))
    path = rng.permutation(np.arange(4, size))[: rng.integers(2, size - 4)].tolist()
    steps = zip([START, *path, END], [*path, END, path[0]], strict=True)
    table = chain(size, *steps)
    for longest in (len(path) - 1, len(path), len(path) + 1, 3 * size):
        assert_list_equal(student.mend_the_ending(table, longest), path[:longest])


# ----------------------------------------------------------- mend_the_mask


def padded(seed, lengths, words):
    """Log-probabilities (B, T, V) and targets (B, T) of captions of these lengths."""
    rng = np.random.default_rng(seed)
    log_p = reference.log_softmax(2 * rng.normal(size=(len(lengths), max(lengths), words)))
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
    expected = float(reference.masked_cross_entropy(log_p, targets, PAD))
    name = "words with the number 0 are left out: PAD has the number that is given"
    mistakes = {name: float(surprise(swapped, other)[other != 0].mean())}
    assert_value_equal(student.mend_the_mask(swapped, other, 8), expected, 1e-6, mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("mend_the_mask")
@pytest.mark.points(1)
def test_loss_of_a_drawn_batch(student):
    rng = seeded(12)
    words, pad = int(rng.integers(4, 20)), int(rng.integers(0, 4))
    log_p, targets = padded([SEED, 13], rng.integers(1, 12, rng.integers(2, 7)), words)
    targets = (targets + pad) % words
    expected = float(reference.masked_cross_entropy(log_p, targets, pad))
    assert_value_equal(student.mend_the_mask(log_p, targets, pad), expected, 1e-6)


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
    del mistakes["the sign is reversed"]
    return {"as handed in: divided by all places, PAD's too": mistakes.pop(empty)} | mistakes


@pytest.mark.exercise("mend_the_average")
@pytest.mark.points(2)
@pytest.mark.parametrize("columns", [12, 20, 80])
def test_more_columns_of_pad_change_nothing(student, columns):
    log_p, targets = padded(7, (5, 12, 9), 13)
    losses, width = surprise(log_p, targets), columns - targets.shape[1]
    expected = float(reference.masked_cross_entropy(log_p, targets, PAD))
    wide = np.pad(losses, ((0, 0), (0, width)), constant_values=0.25)
    targets = np.pad(targets, ((0, 0), (0, width)), constant_values=PAD)
    actual = student.mend_the_average(wide, targets, PAD)
    assert_value_equal(actual, expected, 1e-6, average_mistakes(wide, targets))


@pytest.mark.hidden
@pytest.mark.exercise("mend_the_average")
@pytest.mark.points(1)
def test_average_of_a_drawn_batch(student):
    rng = seeded(14)
    rows, columns = rng.integers(2, 12, 2)
    losses, pad = rng.uniform(0, 5, (rows, columns)), int(rng.integers(0, 9))
    targets = np.where(rng.random((rows, columns)) < 0.4, pad, pad + 1)
    targets[0, 0] = pad + 1
    places = [place for place in np.ndindex(rows, columns) if targets[place] != pad]
    expected = sum(float(losses[place]) for place in places) / len(places)
    assert_value_equal(student.mend_the_average(losses, targets, pad), expected, 1e-6)


# --------------------------------------------------------- mend_the_states


def state_mistakes(vector, w_h, b_h, w_c, b_c):
    of_h, of_c = w_h @ vector + b_h, w_c @ vector + b_c
    return {
        "as handed in: c stands first, where the LSTM looks for h": np.stack([of_c, np.tanh(of_h)]),
        "the weights are exchanged, not only the order": np.stack([np.tanh(of_c), of_h]),
        "c goes through tanh, too: it may be larger than 1": np.tanh([of_h, of_c]),
        "h lacks its tanh": np.stack([of_h, of_c]),
        "the biases are missing": np.stack([np.tanh(of_h - b_h), of_c - b_c]),
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
def test_no_h_is_larger_than_one(student):
    given = (
        np.array([3.0, -1.0]),
        np.array([[1.0, 2.0], [0.0, -1.0], [2.0, 2.0]]),
        np.array([0.5, 0.0, -1.0]),
        np.array([[0.0, 4.0], [-1.0, 1.0], [5.0, 0.0]]),
        np.array([1.0, 0.5, -2.0]),
    )
    expected = np.array([np.tanh([1.5, 1.0, 3.0]), [-3.0, -3.5, 13.0]])
    actual = student.mend_the_states(*given)
    assert_array_equal(actual, expected, 1e-9, state_mistakes(*given))


@pytest.mark.hidden
@pytest.mark.exercise("mend_the_states")
@pytest.mark.points(1)
def test_states_of_a_drawn_vector(student):
    rng = seeded(15)
    inputs, cells = rng.integers(2, 12, 2)
    shapes = [inputs, (cells, inputs), cells, (cells, inputs), cells]
    vector, w_h, b_h, w_c, b_c = given = [rng.normal(size=shape) for shape in shapes]
    of_h, of_c = ((w * vector).sum(axis=1) + b for w, b in ((w_h, b_h), (w_c, b_c)))
    assert_array_equal(student.mend_the_states(*given), np.array([np.tanh(of_h), of_c]), 1e-9)
