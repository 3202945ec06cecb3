"""The mistakes of chapter 09, as students make them."""

import re
from collections import Counter

import numpy as np

PAD, START, END, UNK = range(4)
SPECIAL = ["<PAD>", "<START>", "<END>", "<UNK>"]
OVERFLOW = (
    "e to a large power is infinite, and infinity over infinity is no number: "
    "subtract the largest first"
)


def split_into_letters(text):
    return list(text.lower())


def split_as_it_stands(text):
    return list(text)


def split_not_at_all(text):
    return text.lower()


def split_with_punctuation(text):
    return text.lower().split()


def split_with_capitals(text):
    return re.findall(r"[A-Za-z0-9']+", text)


def split_at_apostrophes(text):
    return re.findall(r"[a-z0-9]+", text.lower())


def split_at_each_blank(text):
    return re.sub(r"[^a-z0-9' ]", "", text.lower()).split(" ")


def split_without_dividing(text):
    return re.sub(r"[^a-z0-9'\s]", "", text.lower()).split()


def split_with_signs_as_words(text):
    return re.findall(r"[a-z0-9']+|[^\sa-z0-9']", text.lower())


def _counts(captions):
    return Counter(word for caption in captions for word in caption)


def _common(counts, wanted):
    known = [word for word, count in counts.items() if wanted(count)]
    return sorted(known, key=lambda word: (-counts[word], word))


def vocabulary_with_special_last(captions, min_count):
    return _common(_counts(captions), lambda count: count >= min_count) + SPECIAL


def vocabulary_as_it_came(captions, min_count):
    return SPECIAL + [w for w, count in _counts(captions).items() if count >= min_count]


def vocabulary_by_alphabet(captions, min_count):
    return SPECIAL + sorted(vocabulary_as_it_came(captions, min_count)[4:])


def vocabulary_by_count(captions, min_count):
    common = _counts(captions).most_common()
    return SPECIAL + [word for word, count in common if count >= min_count]


def vocabulary_of_the_rarest(captions, min_count):
    counts = _counts(captions)
    known = [word for word, count in counts.items() if count >= min_count]
    return SPECIAL + sorted(known, key=lambda word: (counts[word], word))


def vocabulary_of_more_than(captions, min_count):
    return SPECIAL + _common(_counts(captions), lambda count: count > min_count)


def vocabulary_of_captions(captions, min_count):
    counts = Counter(word for caption in captions for word in set(caption))
    return SPECIAL + _common(counts, lambda count: count >= min_count)


def vocabulary_without_special(captions, min_count):
    return _common(_counts(captions), lambda count: count >= min_count)


def vocabulary_of_all(captions, min_count):
    return SPECIAL + _common(_counts(captions), lambda count: True)


def _matrix(captions, vocabulary, cut, pad=PAD, unknown=UNK, front=False):
    index = {word: number for number, word in enumerate(vocabulary)}
    rows = [cut([START, *(index.get(w, unknown) for w in words), END]) for words in captions]
    width = max(len(row) for row in rows)
    gaps = [[pad] * (width - len(row)) for row in rows]
    return np.array([g + r if front else r + g for r, g in zip(rows, gaps, strict=True)])


def _kept(longest):
    return lambda row: [*row[:-1][: longest - 1], END]


def matrix_without_an_end(captions, vocabulary, longest):
    return _matrix(captions, vocabulary, lambda row: row[:longest])


def matrix_filled_with_end(captions, vocabulary, longest):
    return _matrix(captions, vocabulary, _kept(longest), pad=END)


def matrix_with_unknown_as_pad(captions, vocabulary, longest):
    return _matrix(captions, vocabulary, _kept(longest), unknown=PAD)


def matrix_that_is_not_cut(captions, vocabulary, longest):
    return _matrix(captions, vocabulary, lambda row: row)


def matrix_filled_in_front(captions, vocabulary, longest):
    return _matrix(captions, vocabulary, _kept(longest), front=True)


def matrix_without_start(captions, vocabulary, longest):
    return _matrix(captions, vocabulary, _kept(longest))[:, 1:].copy()


def matrix_of_one_less(captions, vocabulary, longest):
    return _matrix(captions, vocabulary, lambda row: [*row[:-1][: longest - 2], END])


def matrix_of_one_more(captions, vocabulary, longest):
    return _matrix(captions, vocabulary, lambda row: [*row[:-1][:longest], END])


def matrix_of_lists(captions, vocabulary, longest):
    return _matrix(captions, vocabulary, _kept(longest)).tolist()


def matrix_of_full_width(captions, vocabulary, longest):
    short = _matrix(captions, vocabulary, _kept(longest))
    return np.pad(short, ((0, 0), (0, longest - short.shape[1])), constant_values=PAD)


def _sigmoid(values):
    return 1 / (1 + np.exp(-values))


def _cell(i, f, g, o, c, squash=np.tanh, told=np.tanh):
    memory = _sigmoid(f) * c + _sigmoid(i) * squash(g)
    return np.stack([_sigmoid(o) * told(memory), memory])


def lstm_with_gates_mixed_up(x, h, c, w_x, w_h, bias):
    i, f, o, g = np.split(w_x @ x + w_h @ h + bias, 4)
    return _cell(i, f, g, o, c)


def lstm_forgets_what_it_should_take(x, h, c, w_x, w_h, bias):
    f, i, g, o = np.split(w_x @ x + w_h @ h + bias, 4)
    return _cell(i, f, g, o, c)


def lstm_without_tanh(x, h, c, w_x, w_h, bias):
    return _cell(*np.split(w_x @ x + w_h @ h + bias, 4), c, told=lambda memory: memory)


def lstm_with_four_sigmoids(x, h, c, w_x, w_h, bias):
    return _cell(*np.split(w_x @ x + w_h @ h + bias, 4), c, squash=_sigmoid)


def lstm_exchanged(x, h, c, w_x, w_h, bias):
    return _cell(*np.split(w_x @ x + w_h @ h + bias, 4), c)[::-1].copy()


def lstm_without_bias(x, h, c, w_x, w_h, bias):
    return _cell(*np.split(w_x @ x + w_h @ h, 4), c)


def lstm_without_a_memory(x, h, c, w_x, w_h, bias):
    return _cell(*np.split(w_x @ x + w_h @ h + bias, 4), 0 * c)


def lstm_that_tells_the_old_memory(x, h, c, w_x, w_h, bias):
    i, f, g, o = np.split(w_x @ x + w_h @ h + bias, 4)
    return np.stack([_sigmoid(o) * np.tanh(c), _sigmoid(f) * c + _sigmoid(i) * np.tanh(g)])


def lstm_without_the_old_h(x, h, c, w_x, w_h, bias):
    return _cell(*np.split(w_x @ x + bias, 4), c)


def lstm_with_overflow(x, h, c, w_x, w_h, bias):
    i, f, g, o = np.split(w_x @ x + w_h @ h + bias, 4)
    with np.errstate(over="ignore", invalid="ignore"):
        i, f, o = (np.exp(z) / (1 + np.exp(z)) for z in (i, f, o))
    memory = f * c + i * np.tanh(g)
    return np.stack([o * np.tanh(memory), memory])


def lstm_with_a_logarithm(x, h, c, w_x, w_h, bias):
    i, f, g, o = np.split(w_x @ x + w_h @ h + bias, 4)
    with np.errstate(invalid="ignore"):
        memory = _sigmoid(f) * c + _sigmoid(i) * np.log(g)
    return np.stack([_sigmoid(o) * np.tanh(memory), memory])


def lstm_in_one_row(x, h, c, w_x, w_h, bias):
    return _cell(*np.split(w_x @ x + w_h @ h + bias, 4), c).ravel()


def _softmax(scores):
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()


def look_at_the_best(query, keys, v, values):
    return values[(np.tanh(query + keys) @ v).argmax()]


def look_everywhere_alike(query, keys, v, values):
    return values.mean(axis=0)


def look_by_scores(query, keys, v, values):
    return (np.tanh(query + keys) @ v) @ values


def look_without_tanh(query, keys, v, values):
    return _softmax((query + keys) @ v) @ values


def look_without_a_query(query, keys, v, values):
    return _softmax(np.tanh(keys) @ v) @ values


def look_with_overflow(query, keys, v, values):
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(np.tanh(query + keys) @ v)
        return powers / powers.sum() @ values


def look_with_weights_of_one(query, keys, v, values):
    scores = np.tanh(query + keys) @ v[:, None]
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True) * values).sum(axis=0)


def look_without_a_sum(query, keys, v, values):
    scores = np.tanh(query + keys) @ v
    return np.exp(scores - scores.max()) @ values


def look_without_a_sum_or_largest(query, keys, v, values):
    with np.errstate(over="ignore", invalid="ignore"):
        return np.exp(np.tanh(query + keys) @ v) @ values


def look_without_exp(query, keys, v, values):
    scores = np.tanh(query + keys) @ v
    return scores / scores.sum() @ values


def look_and_give_weights(query, keys, v, values):
    return _softmax(np.tanh(query + keys) @ v)


def temperature_upside_down(logits, temperature):
    return _softmax(logits * temperature)


def temperature_of_probabilities(logits, temperature):
    return _softmax(_softmax(logits) / temperature)


def temperature_without_sum(logits, temperature):
    return np.exp((logits - logits.max()) / temperature)


def temperature_with_overflow(logits, temperature):
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(logits / temperature)
        return powers / powers.sum()


def temperature_of_divided_probabilities(logits, temperature):
    return _softmax(logits) / temperature


def temperature_without_sum_or_largest(logits, temperature):
    with np.errstate(over="ignore"):
        return np.exp(logits / temperature)


def temperature_ignored(logits, temperature):
    return _softmax(logits)


def _best(totals, width):
    flat = np.argsort(-totals, axis=None, kind="stable")[:width]
    return np.stack(np.unravel_index(flat, totals.shape), axis=1)


def beam_of_greedy_lines(scores, steps, width):
    return np.stack([np.arange(len(steps)), steps.argmax(axis=1)], axis=1)[:width]


def beam_without_a_past(scores, steps, width):
    return _best(steps, width)


def beam_of_products(scores, steps, width):
    return _best(scores[:, None] * steps, width)


def beam_of_the_worst(scores, steps, width):
    return _best(-scores[:, None] - steps, width)


def beam_upside_down(scores, steps, width):
    return _best(scores[:, None] + steps, width)[::-1].copy()


def beam_with_word_first(scores, steps, width):
    return _best(scores[:, None] + steps, width)[:, ::-1].copy()


def beam_of_added_probabilities(scores, steps, width):
    return _best(np.exp(scores)[:, None] + np.exp(steps), width)


def beam_of_flat_numbers(scores, steps, width):
    return np.argsort(-(scores[:, None] + steps), axis=None)[:width]


def _grams(words, n):
    return Counter(tuple(words[start : start + n]) for start in range(len(words) - n + 1))


def matches_not_clipped(caption, references, n):
    known = set().union(*(_grams(reference, n) for reference in references))
    mine = _grams(caption, n)
    return sum(count for gram, count in mine.items() if gram in known), sum(mine.values())


def matches_clipped_by_the_sum(caption, references, n):
    mine = _grams(caption, n)
    together = sum((_grams(reference, n) for reference in references), Counter())
    return sum((mine & together).values()), sum(mine.values())


def matches_with_the_first(caption, references, n):
    mine = _grams(caption, n)
    return sum((mine & _grams(references[0], n)).values()), sum(mine.values())


def _most(references, n):
    most = Counter()
    for reference in references:
        most |= _grams(reference, n)
    return most


def matches_once_each(caption, references, n):
    mine, known = _grams(caption, n), _most(references, n)
    return sum(gram in known for gram in mine), len(mine)


def matches_of_words(caption, references, n):
    mine = _grams(caption, 1)
    return sum((mine & _most(references, 1)).values()), sum(mine.values())


def matches_per_word(caption, references, n):
    return sum((_grams(caption, n) & _most(references, n)).values()), len(caption)


def matches_without_order(caption, references, n):
    mine = Counter(tuple(sorted(gram)) for gram in _grams(caption, n).elements())
    most = Counter()
    for reference in references:
        most |= Counter(tuple(sorted(gram)) for gram in _grams(reference, n).elements())
    return sum((mine & most).values()), sum(mine.values())


def matches_fewer_than_none(caption, references, n):
    mine = _grams(caption, n)
    return sum((mine & _most(references, n)).values()), len(caption) - n + 1


def matches_as_a_share(caption, references, n):
    mine = _grams(caption, n)
    return sum((mine & _most(references, n)).values()) / max(sum(mine.values()), 1)


def tokens_as_handed_in(captions, vocabulary):
    word_to_index = {word: number for number, word in enumerate(vocabulary)}
    return [[word_to_index.get(word, UNK) for word in caption] for caption in captions]


def tokens_of_letters_with_ends(captions, vocabulary):
    return [[START, *row, END] for row in tokens_as_handed_in(captions, vocabulary)]


def tokens_without_ends(captions, vocabulary):
    return tokens_as_handed_in([caption.split() for caption in captions], vocabulary)


def tokens_that_skip_unknown_words(captions, vocabulary):
    number = {word: number for number, word in enumerate(vocabulary)}
    return [[START, *(number[w] for w in c.split() if w in number), END] for c in captions]


_old = {word: number for number, word in enumerate([*SPECIAL, "a", "and", "blue", "star", "red"])}


def lookup_as_handed_in(words, vocabulary):
    return [_old.get(word, UNK) for word in words]


def lookup_without_unknown(words, vocabulary):
    word_to_index = {word: number for number, word in enumerate(vocabulary)}
    return [word_to_index[word] for word in words]


def lookup_from_one(words, vocabulary):
    word_to_index = {word: number for number, word in enumerate(vocabulary, start=1)}
    return [word_to_index.get(word, UNK + 1) for word in words]


def lookup_without_special(words, vocabulary):
    word_to_index = {word: number for number, word in enumerate(vocabulary[len(SPECIAL) :])}
    return [word_to_index.get(word, UNK) for word in words]


def lookup_unknown_as_pad(words, vocabulary):
    word_to_index = {word: number for number, word in enumerate(vocabulary)}
    return [word_to_index.get(word, PAD) for word in words]


def _said(table, longest, ends=lambda words: words[-1] == END):
    words = [START]
    while len(words) <= longest:
        words.append(int(table[words[-1]].argmax()))
        if ends(words):
            break
    return words


def ending_as_handed_in(table, longest):
    return _said(table, longest, ends=lambda words: words == END)[1:]


def ending_with_end(table, longest):
    return _said(table, longest)[1:]


def ending_with_both(table, longest):
    return _said(table, longest)


def ending_always_cut(table, longest):
    return _said(table, longest)[1:-1]


def ending_with_start(table, longest):
    return [word for word in _said(table, longest) if word != END]


def _losses(log_p, targets):
    return -np.take_along_axis(log_p, targets[..., None], axis=-1)[..., 0]


def ending_that_never_comes(table, longest):
    return _said(table, longest, ends=lambda words: words == END)


def mask_as_handed_in(log_p, targets, pad):
    return float(_losses(log_p, targets).mean())


def mask_that_still_divides(log_p, targets, pad):
    return float((_losses(log_p, targets) * (targets != pad)).mean())


def mask_upside_down(log_p, targets, pad):
    return float(_losses(log_p, targets)[targets == pad].mean()) if (targets == pad).any() else 0.0


def mask_by_captions(log_p, targets, pad):
    real = targets != pad
    return float(((_losses(log_p, targets) * real).sum(1) / real.sum(1)).mean())


def mask_of_the_sum(log_p, targets, pad):
    return float(_losses(log_p, targets)[targets != pad].sum())


def mask_with_the_sign(log_p, targets, pad):
    return -float(_losses(log_p, targets)[targets != pad].mean())


def mask_of_zero(log_p, targets, pad):
    return float(_losses(log_p, targets)[targets != 0].mean())


def mask_by_rows(log_p, targets, pad):
    return float(_losses(log_p, targets)[targets != pad].sum() / len(targets))


def average_as_handed_in(losses, targets, pad):
    return float((losses * (targets != pad)).mean(-1).mean(-1))


def average_of_captions(losses, targets, pad):
    real = targets != pad
    return float(((losses * real).sum(axis=1) / real.sum(axis=1)).mean())


def average_with_pad_in_the_sum(losses, targets, pad):
    return float(losses.mean())


def average_by_captions(losses, targets, pad):
    return float((losses * (targets != pad)).sum() / len(losses))


def average_of_the_sum(losses, targets, pad):
    return float((losses * (targets != pad)).sum())


def average_upside_down(losses, targets, pad):
    return float(losses[targets == pad].mean())


def states_as_handed_in(vector, w_h, b_h, w_c, b_c):
    return np.stack([w_c @ vector + b_c, np.tanh(w_h @ vector + b_h)])


def states_of_exchanged_weights(vector, w_h, b_h, w_c, b_c):
    return np.stack([np.tanh(w_c @ vector + b_c), w_h @ vector + b_h])


def states_without_tanh(vector, w_h, b_h, w_c, b_c):
    return np.stack([w_h @ vector + b_h, w_c @ vector + b_c])


def states_both_squashed(vector, w_h, b_h, w_c, b_c):
    return np.tanh(states_without_tanh(vector, w_h, b_h, w_c, b_c))


def states_without_biases(vector, w_h, b_h, w_c, b_c):
    return np.stack([np.tanh(w_h @ vector), w_c @ vector])


def states_in_a_tuple(vector, w_h, b_h, w_c, b_c):
    return np.tanh(w_h @ vector + b_h), w_c @ vector + b_c


WRONG = {
    "split_caption": {
        "letters": (
            split_into_letters, "wrong",
            "letters, not words: the string was made small, but never split",
        ),
        "as it stands": (
            split_as_it_stands, "wrong", "letters, not words: a string is a sequence of letters"
        ),
        "signs": (
            split_with_signs_as_words, "wrong", "punctuation became words of its own"
        ),
        "never split": (split_not_at_all, "type"),
        "punctuation": (
            split_with_punctuation, "wrong",
            "punctuation sticks to the words: 'star,' and 'star' are two",
        ),
        "capitals": (
            split_with_capitals, "wrong", "capitals are kept: 'A' and 'a' are two words"
        ),
        "apostrophes": (
            split_at_apostrophes, "wrong", "the apostrophe splits a word in two"
        ),
        "each blank": (
            split_at_each_blank, "wrong",
            "split at single blanks: two in a row leave an empty word",
        ),
        "grown together": (
            split_without_dividing, "wrong",
            "what divides two words was only dropped, and they grew together",
        ),
    },
    "build_vocabulary": {
        "special last": (
            vocabulary_with_special_last, "wrong", "the special words stand at the end"
        ),
        "as it came": (
            vocabulary_as_it_came, "wrong",
            "the words stand as they first came: the commonest come first",
        ),
        "by alphabet": (
            vocabulary_by_alphabet, "wrong",
            "the words stand in alphabetical order: the commonest come first",
        ),
        "by count": (
            vocabulary_by_count, "wrong",
            "equally common words stand as they came, not in alphabetical order",
        ),
        "rarest": (vocabulary_of_the_rarest, "wrong", "the rarest words stand first"),
        "more than": (
            vocabulary_of_more_than, "wrong", "more than `min_count`: it is at least"
        ),
        "once a caption": (
            vocabulary_of_captions, "wrong",
            "each caption was counted once for a word, however often it has it",
        ),
        "no special": (
            vocabulary_without_special, "wrong", "the four special words are missing"
        ),
        "all words": (
            vocabulary_of_all, "wrong", "rare words are there, too: `min_count` is not used"
        ),
    },
    "into_matrix": {
        "no end": (
            matrix_without_an_end, "wrong",
            "END is cut off: a network that never sees END never stops",
        ),
        "filled with END": (
            matrix_filled_with_end, "wrong", "filled up with END, not with PAD"
        ),
        "unknown is PAD": (
            matrix_with_unknown_as_pad, "wrong", "unknown words became PAD, not UNK"
        ),
        "not cut": (
            matrix_that_is_not_cut, "shape", "nothing is cut: rows are longer than `longest`"
        ),
        "in front": (
            matrix_filled_in_front, "wrong", "PAD stands before the words, not after them"
        ),
        "no start": (matrix_without_start, "shape", "START is missing"),
        "one less": (
            matrix_of_one_less, "shape",
            "one symbol too few: START and END count, and no more",
        ),
        "one more": (
            matrix_of_one_more, "shape", "one symbol too many: END counts too"
        ),
        "lists": (matrix_of_lists, "type"),
        "too wide": (
            matrix_of_full_width, "shape",
            "always `longest` columns: no wider than the longest row",
        ),
    },
    "one_lstm_step": {
        "order": (
            lstm_with_gates_mixed_up, "wrong",
            "the gates stand in the order i, f, g, o: yours are taken as i, f, o, g",
        ),
        "input and forget": (
            lstm_forgets_what_it_should_take, "wrong",
            "input and forget gate are exchanged",
        ),
        "no tanh": (
            lstm_without_tanh, "wrong", "h is the gate times c: its tanh is missing"
        ),
        "four sigmoids": (
            lstm_with_four_sigmoids, "wrong",
            "the candidate g goes through tanh, not through the sigmoid",
        ),
        "exchanged": (lstm_exchanged, "wrong", "h and c are exchanged"),
        "no bias": (lstm_without_bias, "wrong", "the bias is missing"),
        "no memory": (
            lstm_without_a_memory, "wrong", "the old memory is forgotten entirely"
        ),
        "old memory": (
            lstm_that_tells_the_old_memory, "wrong", "h is made from the old c"
        ),
        "no old h": (lstm_without_the_old_h, "wrong", "the old h is not used"),
        "overflow": (
            lstm_with_overflow, "range",
            "e^z / (1 + e^z) is infinity over infinity where z is large: 1 / (1 + e^-z) is not",
        ),
        "a logarithm": (lstm_with_a_logarithm, "wrong", None),
        "one row": (lstm_in_one_row, "shape"),
    },
    "look_at_it": {
        "the best": (
            look_at_the_best, "wrong",
            "only the best place is looked at: all of them, by their weights",
        ),
        "the mean": (
            look_everywhere_alike, "wrong",
            "the plain mean of all places: the weights are not used",
        ),
        "scores": (
            look_by_scores, "wrong",
            "the scores are used as they are: softmax makes weights of them",
        ),
        "no tanh": (look_without_tanh, "wrong", "the tanh is missing"),
        "no query": (
            look_without_a_query, "wrong",
            "the query is left out: it would look at the same place for each word",
        ),
        "wrong axis": (
            look_with_weights_of_one, "wrong",
            "softmax over the wrong axis: each place by itself has the weight 1",
        ),
        "no sum": (look_without_a_sum, "wrong", "the weights do not add up to 1"),
        "no sum, nor largest": (
            look_without_a_sum_or_largest, "wrong", "the weights do not add up to 1"
        ),
        "no exp": (look_without_exp, "wrong", "divided by the sum, without exp"),
        "overflow": (look_with_overflow, "range", OVERFLOW),
        "weights": look_and_give_weights,
    },
    "at_temperature": {
        "upside down": (
            temperature_upside_down, "wrong", "multiplied by the temperature: it divides"
        ),
        "probabilities": (temperature_of_probabilities, "wrong", "softmax twice"),
        "no sum": (
            temperature_without_sum, "wrong", "not normalised: they must add up to 1"
        ),
        "ignored": (temperature_ignored, "wrong", "the temperature is not used"),
        "divided": (
            temperature_of_divided_probabilities, "wrong",
            "probabilities were divided, not logits",
        ),
        "no sum, nor largest": (
            temperature_without_sum_or_largest, "wrong",
            "not normalised: they must add up to 1",
        ),
        "overflow": (temperature_with_overflow, "range", OVERFLOW),
    },
    "widen_beam": {
        "greedy lines": (
            beam_of_greedy_lines, "shape",
            "each beam keeps its own best word: all must compete",
        ),
        "probabilities": (
            beam_of_added_probabilities, "wrong",
            "probabilities were added, not log-probabilities",
        ),
        "no past": (
            beam_without_a_past, "wrong", "the score of the words before is left out"
        ),
        "products": (
            beam_of_products, "wrong", "log-probabilities are added, not multiplied"
        ),
        "worst": (beam_of_the_worst, "wrong", "the worst come first"),
        "upside down": (beam_upside_down, "wrong", "the worst come first"),
        "word first": (
            beam_with_word_first, "wrong", "word and beam are exchanged: beam first"
        ),
        "flat": (beam_of_flat_numbers, "shape"),
    },
    "clipped_matches": {
        "not clipped": (
            matches_not_clipped, "wrong",
            "not clipped: a repeated n-gram counts as often as it is said",
        ),
        "sum": (
            matches_clipped_by_the_sum, "wrong",
            "clipped by the sum over the references: it is the highest count in one",
        ),
        "first": (matches_with_the_first, "wrong", "only the first reference is read"),
        "words": (matches_of_words, "wrong", "single words, whatever n is"),
        "per word": (matches_per_word, "wrong", "the number of words, not of n-grams"),
        "once": (
            matches_once_each, "wrong", "each different n-gram counts once"
        ),
        "order": matches_without_order,
        "fewer than none": (
            matches_fewer_than_none, "wrong",
            "fewer than none: a caption shorter than n has no n-grams",
        ),
        "share": (matches_as_a_share, "type"),
    },
    "mend_the_tokens": {
        "as handed in": (
            tokens_as_handed_in, "wrong", "as handed in: letters, and neither START nor END"
        ),
        "letters": (
            tokens_of_letters_with_ends, "wrong",
            "START and END are there now, but between them stand letters",
        ),
        "no ends": (tokens_without_ends, "wrong", "words, but neither START nor END"),
        "skipped": (
            tokens_that_skip_unknown_words, "wrong", "unknown words are left out: they are UNK"
        ),
    },
    "mend_the_lookup": {
        "as handed in": (lookup_as_handed_in, "wrong"),
        "no unknown": (lookup_without_unknown, "error"),
        "from one": (lookup_from_one, "wrong", "each number is one too large"),
        "no special": (
            lookup_without_special, "wrong", "the special words were not counted"
        ),
        "PAD": (
            lookup_unknown_as_pad, "wrong", "an unknown word became PAD: it is UNK"
        ),
    },
    "mend_the_ending": {
        "as handed in": (
            ending_as_handed_in, "wrong", "as handed in: it goes on after END"
        ),
        "END": (ending_with_end, "wrong", "END is among the words"),
        "both": (ending_with_both, "wrong", "START and END are among the words"),
        "START": (ending_with_start, "wrong", "START is among the words"),
        "never": (
            ending_that_never_comes, "wrong",
            "START is among the words, and it goes on after END",
        ),
        "cut": (
            ending_always_cut, "wrong",
            "the last word is cut off, although END was not reached",
        ),
    },
    "mend_the_mask": {
        "as handed in": (mask_as_handed_in, "wrong", "as handed in: PAD counts"),
        "divides": (
            mask_that_still_divides, "wrong",
            "PAD adds nothing, but its places are divided by",
        ),
        "upside down": (
            mask_upside_down, "wrong", "the mask is upside down: only PAD counts"
        ),
        "captions": (
            mask_by_captions, "wrong", "each caption counts the same: each word must"
        ),
        "sum": (mask_of_the_sum, "wrong", "the sum, not the mean"),
        "sign": (mask_with_the_sign, "wrong", "the sign is reversed"),
        "by captions": (
            mask_by_rows, "wrong", "divided by the captions, not by the words"
        ),
        "always 0": (
            mask_of_zero, "wrong",
            "words with the number 0 are left out: PAD has the number that is given",
        ),
    },
    "mend_the_average": {
        "as handed in": (
            average_as_handed_in, "wrong",
            "as handed in: divided by all places, PAD's too",
        ),
        "captions": (
            average_of_captions, "wrong", "each caption counts the same: each word must"
        ),
        "PAD": (average_with_pad_in_the_sum, "wrong", "PAD counts in the sum, too"),
        "sum": (average_of_the_sum, "wrong", "the sum, not the mean"),
        "upside down": (
            average_upside_down, "wrong", "the mask is upside down: only PAD counts"
        ),
        "by captions": (
            average_by_captions, "wrong", "divided by the captions, not by the words"
        ),
    },
    "mend_the_states": {
        "as handed in": (
            states_as_handed_in, "wrong",
            "as handed in: c stands first, where the LSTM looks for h",
        ),
        "weights": (
            states_of_exchanged_weights, "wrong",
            "the weights are exchanged, not only the order",
        ),
        "no tanh": (states_without_tanh, "wrong", "h lacks its tanh"),
        "both": (
            states_both_squashed, "wrong", "c goes through tanh, too: it may be larger than 1"
        ),
        "no biases": (states_without_biases, "wrong", "the biases are missing"),
        "tuple": (states_in_a_tuple, "type"),
    },
}  # fmt: skip
