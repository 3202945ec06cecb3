"""Checks that reference and gpu share; they read shapes and dtypes, which both kinds of array have.

They also refuse captions that the metrics cannot count.
"""

from coursekit.lab import require


def words(array, name, *sizes):
    """Refuse all but int64, the numbers of words; sizes are those of the last axes."""
    if require.dtype_of(array) != "int64":
        raise TypeError(f"{name}: expected an array of int64, got {require.dtype_of(array)}")
    require.last_axes(array, name, *sizes)


def lstm(x, h, c, input_weight, state_weight, bias):
    """Refuse weights that do not stack four gates, or do not fit the word and the state."""
    require.floats(h, "h", None)
    size = h.shape[-1]
    require.floats(c, "c", size)
    require.floats(x, "x", None)
    require.floats(input_weight, "input_weight", 4 * size, x.shape[-1])
    require.floats(state_weight, "state_weight", 4 * size, size)
    require.floats(bias, "bias", 4 * size)


def keys(features, feature_weight, bias):
    """Refuse weights that do not fit the features."""
    require.floats(features, "features", None, None)
    require.floats(feature_weight, "feature_weight", None, features.shape[-1])
    require.floats(bias, "bias", feature_weight.shape[0])


def attention(query, keys, features, query_weight, score_weight):
    """Refuse a query that cannot be compared with the keys, and keys that are not the features'."""
    require.floats(features, "features", None, None)
    require.floats(keys, "keys", features.shape[-2], None)
    require.floats(query, "query", None)
    require.floats(query_weight, "query_weight", keys.shape[-1], query.shape[-1])
    require.floats(score_weight, "score_weight", keys.shape[-1])


def targets(logits, targets):
    """Refuse targets that are not one word for each row of logits."""
    require.floats(logits, "logits", None, None)
    words(targets, "targets")
    if tuple(targets.shape) != tuple(logits.shape[:-1]):
        raise ValueError(
            f"targets: expected one word for each of the logits, shape {tuple(logits.shape[:-1])}, "
            f"got {tuple(targets.shape)}"
        )


def search(start, end, width, max_length, repeated=0):
    """Refuse a search that cannot begin, go on or stop."""
    require.whole(start, "start", 0, float("inf"))
    require.whole(end, "end", 0, float("inf"))
    require.whole(width, "beam_width", 1, float("inf"))
    require.whole(max_length, "max_length", 1, float("inf"))
    require.whole(repeated, "no_repeat_ngram_size", 0, float("inf"))


def ngrams(captions, size, vocabulary_size):
    """Refuse captions that are no numbers of words, and sizes below 1."""
    words(captions, "captions")
    require.whole(size, "size", 1, float("inf"))
    require.whole(vocabulary_size, "vocabulary_size", 1, float("inf"))


def corpus(candidates, references):
    """Refuse all but one candidate and one or more references for each picture, split to words."""
    if len(candidates) != len(references) or not len(candidates):
        raise ValueError(
            f"candidates and references: expected one each for every picture, "
            f"got {len(candidates)} and {len(references)}"
        )
    for number, (candidate, own) in enumerate(zip(candidates, references, strict=True)):
        if isinstance(own, str) or not len(own):
            raise ValueError(f"references: expected one or more captions for picture {number}")
        for caption in (candidate, *own):
            if isinstance(caption, str):
                raise TypeError(f"captions: expected lists of words, got the string {caption!r}")
