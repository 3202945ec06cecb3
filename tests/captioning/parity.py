"""What the twins of 09 are tried with (see tests/test_parity.py).

There are no pictures in it: random numbers are, seeded by the picture that is passed. Where the
reference takes one caption or picture, its twin takes a batch, stacked in front.
"""

import numpy as np
import torch

WORD, STATE, WORDS, CELLS, SCORE = 5, 7, 11, 6, 4
START, END = 1, 2


def stacked(values, batch):
    """What belongs to one caption, stacked for a batch."""
    first = values[0]
    if isinstance(first, (list, tuple)):
        return [stacked(items, batch) for items in zip(*values, strict=True)]
    if isinstance(first, (np.ndarray, np.generic)):
        tensors = [torch.from_numpy(np.asarray(value)) for value in values]
        return torch.stack(tensors).unflatten(0, batch) if batch else tensors[0]
    return first


def averaged(values, batch):
    """One loss for the whole batch; its captions have as many words each."""
    if isinstance(values[0], np.floating):
        return torch.from_numpy(np.asarray(np.mean(values, dtype=values[0].dtype)))
    return stacked(values, batch)


def numbers(image, *shape):
    """Random numbers that the picture seeds."""
    rng = np.random.default_rng(int(image.astype(np.float64).sum() * 1000))
    return rng.normal(size=shape).astype(image.dtype)


def drawn(*shapes):
    """Give arrays of these shapes instead of a picture."""

    def prepare(image, arguments):
        sizes = [int(np.prod(shape, dtype=int)) for shape in shapes]
        parts = np.split(numbers(image, sum(sizes)), np.cumsum(sizes)[:-1])
        return tuple(part.reshape(shape) for part, shape in zip(parts, shapes, strict=True))

    return prepare


def of_its_dtype(twin, *positional, **arguments):
    """Weights of the dtype of what they weigh."""
    dtype = positional[0].dtype
    cast = "astype" if isinstance(positional[0], np.ndarray) else "to"
    weights = {
        name: getattr(value, cast)(dtype) if hasattr(value, "shape") else value
        for name, value in arguments.items()
    }
    return twin(*positional, **weights)


def weights(**shapes):
    rng = np.random.default_rng(9)
    return {name: 0.5 * rng.normal(size=shape) for name, shape in shapes.items()}


GATES = weights(input_weight=(4 * STATE, WORD), state_weight=(4 * STATE, STATE), bias=(4 * STATE,))
KEYS = weights(feature_weight=(SCORE, WORD), bias=(SCORE,))
LOOK = weights(query_weight=(SCORE, STATE), score_weight=(SCORE,))


def targets(image, arguments):
    """Logits, and a caption of three words with PAD after them."""
    logits = numbers(image, 6, WORDS)
    words = np.abs(numbers(image, 6) * 1000).astype(np.int64) % (WORDS - 1) + 1
    words[3:] = 0
    return logits, words


def captions(image, arguments):
    """Three captions of eight words, of the numbers 0 to 3, which are bound to come again."""
    return (np.abs(numbers(image, 3, 8) * 1000).astype(np.int64) % 4,)


def probabilities(image, arguments):
    powers = np.exp(numbers(image, WORDS))
    uniform = np.abs(numbers(image, 1)) % 1
    return powers / powers.sum(), uniform[0]


def beam(image, arguments):
    """Scores of a beam with an ended caption and an empty place, and the next words' chances."""
    chances = numbers(image, 3, WORDS)
    chances -= np.log(np.exp(chances).sum(axis=1, keepdims=True))
    return np.array([-1.5, -2, -np.inf], image.dtype), np.array([False, True, False]), chances


# A decoder whose state is the sum of what it has read, as a row of numbers.
_READ = np.random.default_rng(7).normal(size=(WORDS, WORDS)) * 2


def step(words, state):
    """Read words; like a user's own step, it refuses a state that it did not make."""
    if isinstance(state, np.ndarray):
        finite = state.dtype.kind == "f" and np.isfinite(state).all()
    else:
        finite = state.is_floating_point() and state.isfinite().all()
    if tuple(state.shape[1:]) != (WORDS,) or not finite:
        raise ValueError(f"state: expected {WORDS} finite numbers in each row, got {state}")
    table = _READ if isinstance(state, np.ndarray) else torch.from_numpy(_READ).to(state.device)
    read = table[words]
    state = state * 0.5 + (read if isinstance(state, np.ndarray) else read.to(state.dtype))
    return (state.astype(np.float64) if isinstance(state, np.ndarray) else state.double()), state


def says(twin, state, **arguments):
    """Decode from a state; in the twin, all pictures of the batch are rows."""
    if isinstance(state, np.ndarray):
        return _filled(twin(step, state[None], START, END, **arguments), arguments)
    rows = state.reshape(-1, WORDS)
    result = _filled(twin(step, rows, START, END, **arguments), arguments)
    shape = state.shape[:-1]
    return [part.unflatten(0, shape) if shape else part[0] for part in result]


def _filled(result, arguments):
    """Captions and scores, filled up with END to one length."""
    captions, *scores = result if isinstance(result, tuple) else (result,)
    missing = arguments["max_length"] - captions.shape[-1]
    if isinstance(captions, np.ndarray):
        wide = [(0, 0)] * (captions.ndim - 1) + [(0, missing)]
        captions = np.pad(captions, wide, constant_values=END)
        return [captions, *scores] if scores else [captions[0]]
    return [torch.nn.functional.pad(captions, (0, missing), value=END), *scores]


FLOATS = {"dtypes": ("float32", "float64"), "channels": (1,), "lay_out": stacked}
INDEX = {"dtype": "numbers of words are int64"}
LOOP = INDEX | {"values": "it stops when every caption has ended"}
SAME = {"memory": "what is kept is not copied"}

CASES = {
    "attention_keys": FLOATS
    | {
        "prepare": drawn((CELLS, WORD)),
        "arguments": lambda white: [KEYS],
        "call": of_its_dtype,
    },
    "attention_step": FLOATS
    | {
        "prepare": drawn((STATE,), (CELLS, SCORE), (CELLS, WORD)),
        "arguments": lambda white: [LOOK],
        "call": of_its_dtype,
    },
    "beam_search": FLOATS
    | {
        "prepare": drawn((WORDS,)),
        "arguments": lambda white: [
            {"beam_width": 1, "max_length": 5},
            {"beam_width": 3, "max_length": 9},
            {"beam_width": WORDS + 4, "max_length": 4},
            {"beam_width": 3, "max_length": 9, "no_repeat_ngram_size": 2},
        ],
        "call": says,
        "excuses": LOOP,
    },
    "beam_step": FLOATS
    | {"prepare": beam, "arguments": lambda white: [{"end": END}], "excuses": INDEX},
    "decode": FLOATS
    | {
        "prepare": drawn((WORDS,)),
        "arguments": lambda white: [{"max_length": 1}, {"max_length": 12}],
        "call": says,
        "excuses": LOOP,
    },
    "forbid": FLOATS
    | {
        "prepare": drawn((WORDS,)),
        "arguments": lambda white: [{"words": []}, {"words": [0, 3]}, {"words": [WORDS]}],
        "call": lambda twin, logits, words: twin(logits, words).clip(-9e9),
    },
    "greedy": FLOATS | {"prepare": drawn((3, WORDS)), "excuses": INDEX},
    "keep_top_k": FLOATS
    | {
        "prepare": drawn((WORDS,)),
        "arguments": lambda white: [{"k": 1}, {"k": 4}, {"k": 99}, {"k": 0}],
        "call": lambda twin, logits, k: twin(logits, k).clip(-9e9),
    },
    "log_softmax": FLOATS | {"prepare": drawn((WORDS,))},
    "lstm": FLOATS
    | {
        "prepare": drawn((8, WORD), (STATE,), (STATE,)),
        "arguments": lambda white: [GATES],
        "call": of_its_dtype,
    },
    "lstm_cell": FLOATS
    | {
        "prepare": drawn((WORD,), (STATE,), (STATE,)),
        "arguments": lambda white: [GATES],
        "call": of_its_dtype,
    },
    "masked_cross_entropy": FLOATS | {"prepare": targets, "lay_out": averaged},
    "repeats": FLOATS
    | {
        "prepare": captions,
        "arguments": lambda white: [{"size": size, "vocabulary_size": 6} for size in (1, 2, 3, 9)],
        "excuses": INDEX,
    },
    "sample": FLOATS | {"prepare": probabilities, "excuses": INDEX},
    "softmax": FLOATS
    | {
        "prepare": drawn((WORDS,)),
        "arguments": lambda white: [
            {"temperature": 1.0},
            {"temperature": 0.001},
            {"temperature": 50.0},
            {"temperature": 0.0},
        ],
    },
}
