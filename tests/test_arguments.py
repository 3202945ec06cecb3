"""Every argument of every public function, given what is nearly right and what is wrong.

NumPy's numbers, flags and words are as good as Python's: the result is the same to the last bit.
What is of the wrong kind or out of range ends in a right answer or in one ValueError or TypeError
whose message begins with an argument's name. What the functions are tried with stands in
``tests/<chapter>/parity.py``; here is only what has no twin.
"""

import importlib
import inspect
import re
import resource
import runpy
import signal
import types
import warnings
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from coursekit.chapters import CHAPTERS

ROOT = Path(__file__).parents[1]
PARITY = types.SimpleNamespace(**runpy.run_path(str(ROOT / "tests" / "test_parity.py")))
NAMES = [chapter.name for chapter in CHAPTERS]
INTEGERS = [np.dtype(f"{sign}int{bits}").type for bits in (8, 16, 32, 64) for sign in ("", "u")]
FLOATS = [np.float16, np.float32, np.float64, np.longdouble]
SECONDS = 5  # for one call
MEMORY = 3 * 2**30  # bytes that a call may ask for

CHAIN = np.array([[0, 0], [1, 0], [2, 1], [1, 1], [0, 1]])
SQUARE = np.array([[0, 0], [5, 0], [5, 7], [0, 7]])
MASK = np.kron(np.uint8([[1, 0, 1], [1, 0, 0]]), np.ones((4, 5), np.uint8))
FRAMED = [[0, 0, 0, 0], [0, 1, 1, 0], [0, 1, 1, 0], [0, 0, 0, 0]]
GRAY = np.random.default_rng(3).integers(0, 256, (16, 17), np.uint8)
COLOR = np.random.default_rng(4).integers(0, 256, (12, 13, 3), np.uint8)
HULL = COLOR[:3, :3].reshape(-1, 3) / 255
CAPTIONS = [["a", "dog", "runs", "on", "grass"], ["two", "cats", "sleep", "on", "a", "mat"]]
SCORED = {"candidates": CAPTIONS, "references": [[CAPTIONS[0]], [CAPTIONS[1], CAPTIONS[0]]]}


@cache
def _of_gray(name):
    """The tree of components of a picture, and what is worked out from it."""
    steps = {name: _function("regions", "reference", name) for name in ("component_tree", name)}
    tree = steps["component_tree"](GRAY)
    return tree if name == "component_tree" else steps[name](tree)


def _tree():
    return _of_gray("component_tree")


ALONE: dict[str, Callable[[], dict[str, Any]]] = {
    "regions.approximate_contour": lambda: {"contour": CHAIN, "method": "simple"},
    "regions.dominant_points": lambda: {"contour": CHAIN, "measure": "l1"},
    "regions.contour_area": lambda: {"contour": SQUARE, "oriented": True},
    "regions.contour_moments": lambda: {"contour": SQUARE},
    "regions.arc_length": lambda: {"contour": SQUARE, "closed": True},
    "regions.convex_hull": lambda: {"points": SQUARE},
    "regions.bounding_rectangle": lambda: {"contour": SQUARE},
    "regions.border_start": lambda: {"left": 0, "here": 1, "right": 0},
    "regions.find_contours": lambda: {"mask": MASK},
    "regions.find": lambda: {"parents": [0, 1, 1], "label": 2},
    "regions.union": lambda: {"parents": [0, 1, 2], "one": 1, "other": 2},
    "regions.first_pass": lambda: {"mask": MASK, "connectivity": 8},
    "regions.second_pass": lambda: {"labels": np.int32([[1, 0, 2]]), "parents": [0, 1, 1]},
    "regions.parent_border": lambda: {
        "kind": "outer", "last": 2, "kinds": {1: "hole", 2: "outer"}, "parents": {1: 0, 2: 1},
    },
    "regions.follow_border": lambda: {
        "values": [[*row] for row in FRAMED], "start": (1, 1), "kind": "outer", "number": 2,
    },
    "regions.grow": lambda: {"level": GRAY.astype(np.int64)},
    "regions.component_tree": lambda: {"image": GRAY, "polarity": "dark"},
    "regions.variation": lambda: {"tree": _tree(), "delta": 5},
    "regions.maximally_stable": lambda: {
        "tree": _tree(), "variations": _of_gray("variation"), "min_area": 3,
    },
    "regions.diverse": lambda: {"tree": _tree(), "chosen": [3, 1], "min_diversity": 0.2},
    "regions.region_pixels": lambda: {"tree": _tree(), "node": 1},
    "regions.ancestors": lambda: {"tree": _tree(), "row": 1, "column": 2},
    "regions.mser": lambda: {"image": GRAY, "min_area": 3},
    "regions.color_edges": lambda: {"image": COLOR, "edge_blur_size": 5},
    "regions.evolution_thresholds": lambda: {"mean": 0.1, "max_evolution": 20},
    "regions.mscr": lambda: {"image": COLOR, "min_area": 3, "max_evolution": 20},
    "captioning.bleu": lambda: SCORED,
    "captioning.cider": lambda: SCORED,
    "captioning.rouge_l": lambda: SCORED,
    "captioning.ngrams": lambda: {"words": CAPTIONS[0], "n": 2},
    "captioning.longest_common_subsequence": lambda: {"first": CAPTIONS[0], "second": CAPTIONS[1]},
    "captioning.Recipe": lambda: {},
    "captioning.CaptionNet": lambda: {"words": 9, "features": 8},
    "captioning.AttentionCaptionNet": lambda: {"words": 9, "features": 8},
    "captioning.SmallEncoder": lambda: {"channels": 8},
    "captioning.pooled": lambda: {"grid": torch.ones(2, 3, 4, 5)},
    "captioning.Captions": lambda: {
        "features": torch.ones(2, 3), "table": np.ones((2, 1, 4), int), "counts": np.ones(2, int),
    },
    "color_transfer.gamut_hull": lambda: {"colors": HULL},
    "color_transfer.align_gamut": lambda: {"hull": HULL, "reference_hull": HULL},
}  # fmt: skip


EXCUSED = {  # "chapter.function(argument)": why what is wrong about it may be told otherwise
    **dict.fromkeys(
        [f"regions.{name}(parents)" for name in ("find", "union", "second_pass")],
        "a list of which one look-up reads few labels: to examine all would take longer than that",
    ),
    **dict.fromkeys(
        [f"captioning.{name}(state)" for name in ("decode", "beam_search")],
        "whatever the caller's step takes and gives",
    ),
    **dict.fromkeys(
        [
            f"captioning.attention_step({n})"
            for n in ("query", "keys", "query_weight", "score_weight")
        ],
        "NaN is found where it meets the softmax, whose logits the message names",
    ),
    **dict.fromkeys(
        ["color_transfer.super_features(features)", "color_transfer.super_features(labels)"],
        "what it pools by superpixel_means is called values there",
    ),
}


@dataclass(frozen=True)
class Call:
    """A call that succeeds; ``run`` repeats it with other arguments."""

    name: str
    arguments: Mapping[str, Any]
    run: Callable[[Mapping[str, Any]], Any]
    annotations: Mapping[str, str]
    result: Any


def _function(chapter, room, name):
    return getattr(importlib.import_module(f"coursekit.{chapter}.{room}"), name)


def _annotations(function):
    parameters = inspect.signature(function).parameters.values()
    return {one.name: str(one.annotation).replace("typing.", "") for one in parameters}


def calls_of(chapter, room, name):
    """Yield the calls of the cases, of a picture of the smallest size that is not refused."""
    function = _function(chapter, room, name)
    if f"{chapter}.{name}" in ALONE:
        make = ALONE[f"{chapter}.{name}"]
        call = _call(function, lambda replaced: replaced(**make()))
        assert call, f"{name} refuses {make()}: {function(**make())}"
        yield call
        return
    cases = PARITY.CASES[chapter][name]
    for dtype, channels, arguments in PARITY.tried(cases, cases.dtypes[:2]):
        for size in (PARITY.SMALL, (37, 53)):
            image = PARITY.picture(size, channels, dtype, "contiguous", seed=0)
            given, named = cases.prepare(image, arguments), arguments
            if room == "gpu":
                given, named = cases.lay_out([given], ()), PARITY.placed(arguments, "cpu")
            call = _call(function, lambda f, g=given, n=named: cases.call(f, *g, **n))
            if call:
                yield call
                break


def _call(function, invoke):
    """Find out what arguments a function is given in the end; None if it refuses them."""
    seen = {}

    def replaced_by(others):
        def replaced(*positional, **named):
            bound = inspect.signature(function).bind(*positional, **named)
            bound.apply_defaults()
            seen.update(bound.arguments)
            return function(**{**bound.arguments, **others})

        return replaced

    def run(others):
        return invoke(replaced_by(others))

    result = outcome(run, {})
    if isinstance(result, BaseException):
        return None
    return Call(function.__name__, dict(seen), run, _annotations(function), result)


class TooLong(BaseException):
    """A call took more than its time."""


@contextmanager
def bounded(seconds=SECONDS):
    """Stop what takes too long, and refuse more memory than is right."""

    def stop(number, frame):
        raise TooLong

    before = signal.signal(signal.SIGALRM, stop)
    limits = resource.getrlimit(resource.RLIMIT_AS)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, limits[1]))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, limits)
        signal.signal(signal.SIGALRM, before)


def outcome(run, others):
    """The result of a call with other arguments, or what it raises."""
    try:
        with bounded(), warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            return run(others)
    except (Exception, TooLong) as error:
        return error


def same(one, other):
    """Whether two results are equal to the last bit, however they are nested."""
    if is_number(one) and isinstance(other, np.number) or isinstance(one, np.number):
        return one == other
    if type(one) is not type(other):
        return False
    if isinstance(one, torch.Tensor):
        return one.dtype == other.dtype and same(one.numpy(), other.numpy())
    if isinstance(one, np.ndarray):
        return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, torch.nn.Module):
        return str(one) == str(other)
    if type(one).__module__.startswith("coursekit") and hasattr(one, "__dict__"):
        return same(vars(one), vars(other))
    return one == other or (one != one and other != other)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _numbers_in(value):
    """The numbers in a value that is one, or a list or tuple of them."""
    if isinstance(value, (list, tuple)):
        return [number for one in value for number in _numbers_in(one)]
    return [value] if is_number(value) else []


def _mapped(value, function):
    if isinstance(value, (list, tuple)):
        return type(value)(_mapped(one, function) for one in value)
    return function(value) if is_number(value) else value


def with_numpy_numbers(value, kinds):
    """Yield what an argument may be in NumPy's numbers, and the same in Python's."""
    numbers = _numbers_in(value)
    for kind in kinds if numbers and np.isfinite(numbers).all() else ():
        if issubclass(kind, np.integer):
            limits = np.iinfo(kind)
            if not all(one == int(one) and limits.min <= one <= limits.max for one in numbers):
                continue
        elif any(abs(one) > float(np.finfo(kind).max) for one in numbers):
            continue
        yield _mapped(value, kind), _mapped(value, lambda one, kind=kind: _plain(kind(one)))


def _plain(number):
    return int(number) if isinstance(number, np.integer) else float(number)


def with_numpy_scalars(value):
    """The same for a flag or a word."""
    if isinstance(value, bool):
        yield np.bool_(value), value
    elif isinstance(value, str):
        yield np.str_(value), value


def clear(error, names):
    """Whether an error is a ValueError or TypeError that begins with an argument's name."""
    head, colon, _ = str(error).partition(": ")
    named = {*re.findall(r"\w+", head)} & {*names}
    kinds = (ValueError, TypeError, FileNotFoundError)
    return isinstance(error, kinds) and bool(colon and named) and len(head) < 50


@cache
def distinct_calls(chapter, room, name):
    """The first call of a function, and those that give an argument another kind of value."""
    chosen, seen = [], set()
    for call in calls_of(chapter, room, name):
        kinds = {(key, _kind(value)) for key, value in call.arguments.items()}
        if not kinds <= seen:
            chosen.append((call, {key for key, kind in kinds - seen}))
            seen |= kinds
    return chosen


def _kind(value):
    if isinstance(value, (list, tuple)):
        return type(value), tuple(map(_kind, value)) if len(value) < 5 else None
    return getattr(value, "dtype", type(value)) if not isinstance(value, float) else float


def disagreements(chapter, room, name, kinds):
    """Say where NumPy's numbers give another result than Python's."""
    tried, found = 0, []
    for call, keys in distinct_calls(chapter, room, name):
        for key in sorted(keys):
            if f"{chapter}.{name}({key})" in EXCUSED:
                continue
            value, expected = call.arguments[key], {}
            pairs = [*with_numpy_numbers(value, kinds), *with_numpy_scalars(value)]
            for given, plain in pairs:
                if repr(plain) not in expected:
                    expected[repr(plain)] = outcome(call.run, {key: plain})
                actual, right = outcome(call.run, {key: given}), expected[repr(plain)]
                tried += 1
                if isinstance(actual, (Exception, TooLong)):
                    good = clear(actual, {*call.arguments, call.name})
                else:
                    good = not isinstance(right, (Exception, TooLong)) and same(actual, right)
                if not good:
                    what = f"{type(given).__name__} {given!r}"
                    found.append(f"{chapter}.{room}.{name}({key}={what}): {_told(actual)}")
    return tried, found


def _told(actual):
    if isinstance(actual, BaseException):
        return f"{type(actual).__name__}: {str(actual)[:90]}"
    return "another result"


def public():
    """Every (chapter, room, name)."""
    return [
        (chapter, room, name)
        for chapter in NAMES
        for room, there in (("reference", PARITY.REFERENCE), ("gpu", PARITY.GPU))
        for name in there[chapter]
    ]


TRIED = [one for one in public() if one[2] in PARITY.CASES[one[0]] or f"{one[0]}.{one[2]}" in ALONE]


# ------------------------------------------------------------------ what is wrong


WORDS = ["no such word", "", b"edge", None, 3, ["edge"], np.array(["edge", "x"]), torch.ones(2)]
NUMBERS = [
    None, "3", "", [3], (), {}, object(), 1j, np.array([1, 2, 3]), np.array(3), torch.ones(3),
    torch.tensor(3), True, np.nan, np.inf, -np.inf, -1, -(10**9), 0, 2**31, 2**63, 2**200,
    1e300, -1e300, 1e-300, 2.5, 3.0, np.float64(3), np.nan * 1j,
]  # fmt: skip
FLAGS = [None, 1, 0, 1.0, "True", "", [], [True], np.array([True, False]), torch.ones(2)]
SEQUENCES = [
    None, 3, -1, "ab", "", (), [], (1,), (1, 2, 3, 4), ("a", "b"), [None, None], [[1], [2, 3]],
    (np.nan, 1), (1, np.inf), (-1, -1), (2**63, 2**63), (1.5, 2.5), (True, True), {}, object(),
    np.array([[1, 2], [3, 4]]), np.array(["a", "b"]), np.array([]), torch.ones(2, 3), (1j, 1j),
]  # fmt: skip
NEVER_NUMBERS = [
    None, "3", "", [3], (), {}, 1j, np.array([1, 2, 3]), torch.ones(3), True, np.nan, np.inf
]  # fmt: skip
NEVER_WHOLE = [2.5, 3.0, np.float64(3)]


def arrays_like(array):
    """Yield NumPy arrays, and what is none, in place of an array."""
    plain = np.asarray(array)
    yield from (None, 3, 2.5, "text", [], {}, object(), np.float64(1), True)
    yield torch.from_numpy(np.ascontiguousarray(plain))
    yield np.ma.masked_array(plain, mask=plain == plain.flat[0])
    if plain.ndim == 2:
        yield plain.view(np.matrix)
    yield from (plain[None], plain[None, None], plain.flat[0])
    if plain.ndim:
        yield from (plain[..., :0], plain[:0])
    yield from (np.zeros((0,) * plain.ndim, plain.dtype), np.array(0), plain.astype(object))
    for kind in (bool, np.int8, np.uint16, np.int64, np.float16, np.longdouble, complex, str):
        with np.errstate(invalid="ignore"):
            yield plain.astype(kind)
    yield np.full_like(plain, -1) if plain.dtype.kind in "if" else np.full_like(plain, 255)
    if plain.dtype.kind == "f":
        yield from (np.full_like(plain, fill) for fill in (np.nan, np.inf, -np.inf, 3e38, -1.0))


def tensors_like(tensor):
    """Yield tensors, and what is none, in place of a tensor."""
    yield from (None, 3, 2.5, "text", [], {}, object(), np.float64(1), True)
    yield tensor.numpy()
    yield [tensor]
    yield from (tensor[None], tensor.flatten()[0])
    if tensor.ndim:
        yield from (tensor[..., :0], tensor[:0])
    yield torch.zeros((0,) * tensor.ndim, dtype=tensor.dtype)
    if not tensor.is_floating_point() and tensor.dtype not in (torch.bool, torch.uint8):
        yield from (torch.full_like(tensor, number) for number in (-1, 99))
    for kind in (torch.bool, torch.int8, torch.int64, torch.float16, torch.bfloat16, torch.cfloat):
        yield tensor.to(kind)


def wrong_values(value, annotation):
    """Yield (what to give instead, whether only an error is right)."""
    if isinstance(value, bool):
        yield from ((one, False) for one in FLAGS)
    elif isinstance(value, (int, float)):
        whole = "int" in annotation and "float" not in annotation
        never = {repr(one) for one in NEVER_NUMBERS + NEVER_WHOLE * whole}
        others = re.search("None|list|Sequence|ndarray", annotation)
        yield from ((one, repr(one) in never and not others) for one in NUMBERS)
    elif isinstance(value, str):
        yield from ((one, "None" not in annotation) for one in WORDS)
    elif isinstance(value, np.ndarray):
        never = (np.matrix, np.ma.MaskedArray, str)
        never = never if "Tensor" in annotation else (torch.Tensor, *never)
        yield from ((one, isinstance(one, never)) for one in arrays_like(value))
    elif isinstance(value, torch.Tensor):
        for one in tensors_like(value):
            yield one, isinstance(one, (np.ndarray, str, bool)) and "ndarray" not in annotation
    elif isinstance(value, (list, tuple)):
        yield from ((one, False) for one in SEQUENCES)
    elif value is None:
        yield from ((one, False) for one in [*NUMBERS[1:8], "text", True, np.nan, -1, 2**63])


def mishaps(chapter, room, name, share=1.0, seed=0):
    """Say where a wrong argument ends in anything but a result or one clear error."""
    random, tried, found = np.random.default_rng(seed), 0, []
    parameters = inspect.signature(_function(chapter, room, name)).parameters
    for call, keys in distinct_calls(chapter, room, name):
        for key in sorted(keys):
            excused = f"{chapter}.{name}({key})" in EXCUSED
            for wrong, never in wrong_values(call.arguments[key], call.annotations[key]):
                if random.random() >= share or excused:
                    continue
                never = never and wrong is not parameters[key].default  # such as np.inf
                tried += 1
                actual = outcome(call.run, {key: wrong})
                what = _mishap(actual, wrong, never, call)
                if what:
                    found.append(f"{chapter}.{room}.{name}({key}={_shown(wrong)}): {what}")
    return tried, found


def _mishap(actual, wrong, never, call):
    if isinstance(actual, TooLong):
        return f"takes more than {SECONDS} s"
    if isinstance(actual, MemoryError) or "allocate memory" in str(actual):
        return ""
    if isinstance(actual, BaseException):
        return "" if clear(actual, {*call.arguments, call.name}) else _told(actual)
    if never:
        return "is taken"
    finite = is_number(wrong) and np.isfinite(float(wrong))
    return "gives NaN" if finite and has_nan(actual) and not has_nan(call.result) else ""


def has_nan(result):
    """Whether some number in a result is none."""
    if isinstance(result, (np.ndarray, torch.Tensor)):
        return bool((result != result).any())
    if isinstance(result, (list, tuple)):
        return any(map(has_nan, result))
    return isinstance(result, float) and result != result


def _shown(value):
    if isinstance(value, (np.ndarray, torch.Tensor)):
        return f"{type(value).__name__} {value.dtype} {tuple(value.shape)}"
    return repr(value)[:60].partition(" at 0x")[0]


# ------------------------------------------------------------------ how it lies in memory


def _backwards(array):
    turned = (slice(None, None, -1),) * array.ndim
    return array[turned].copy()[turned]


def _locked(array):
    array = array.copy()
    array.flags.writeable = False
    return array


LAYOUTS = {
    np.ndarray: {
        "bytes in the other order": lambda array: array.astype(array.dtype.newbyteorder()),
        "columns first": np.asfortranarray,
        "negative strides": _backwards,
        "read-only": _locked,
    },
    torch.Tensor: {
        "every other element": lambda t: torch.stack([t, torch.zeros_like(t)], dim=-1)[..., 0],
        "with a gradient": lambda t: t.clone().requires_grad_(t.is_floating_point()),
    },
}


def confusions(chapter, room, name):
    """Say where the same numbers, stored otherwise, give another result, or are written over."""
    found = []
    for call, keys in distinct_calls(chapter, room, name):
        for key in sorted(keys):
            value = call.arguments[key]
            kind = np.ndarray if isinstance(value, np.ndarray) else type(value)
            for layout, arranged in LAYOUTS.get(kind, {}).items():
                stored = arranged(value)
                actual = outcome(torch.enable_grad()(call.run), {key: stored})
                if "order" in layout and clear(actual, {*call.arguments, call.name}):
                    continue
                if not near(actual, call.result):
                    told = _told(actual)
                    found.append(f"{chapter}.{room}.{name}({key} {layout}): {told}")
                elif not near(stored, value) and f"{name}({key})" != "output(s)":
                    found.append(f"{chapter}.{room}.{name}({key} {layout}) is written over")
    return found


def near(one, other):
    """Whether two results are equal but for the order of sums, however they are nested."""
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(near, one, other))
    if isinstance(one, torch.Tensor):
        one, other = one.detach().numpy(), other.detach().numpy()
    if isinstance(one, np.ndarray) and one.dtype.kind in "fc":
        return one.dtype.name == other.dtype.name and np.allclose(one, other, 1e-5, 1e-5, True)
    if isinstance(one, np.ndarray):
        return one.dtype.name == other.dtype.name and np.array_equal(one, other)
    if isinstance(one, (float, np.floating)):
        return bool(np.isclose(one, other, equal_nan=True))
    if type(one).__module__.startswith("coursekit") and hasattr(one, "__dict__"):
        return near([*vars(one).values()], [*vars(other).values()])
    return same(one, other)


# ------------------------------------------------------------------ the tests

SLOW = {  # functions that take long even for a small picture: make test-thorough tries them
    "SIFT", "slic", "refine_extrema", "notch_filter", "frequency_filter", "superfeature_transfer",
    "superpixel_color_fusion", "iterative_distribution_transfer",
}  # fmt: skip
QUICK = [one for one in TRIED if one[2] not in SLOW]
A_FEW = [np.int8, np.uint8, np.uint64, np.float16, np.longdouble]
TRIED_ELSEWHERE = {  # they read files, or run for minutes
    "captioning.Captioner", "captioning.Encoder", "captioning.History", "captioning.Said",
    "captioning.encoder", "captioning.extract", "captioning.mean_loss", "captioning.preprocessing",
    "captioning.pretrain", "captioning.pretrained", "captioning.fine_tune", "captioning.train",
    "color_transfer.vgg19",
}  # fmt: skip


def test_every_function_is_tried():
    left = {f"{chapter}.{name}" for chapter, room, name in set(public()) - set(TRIED)}
    assert left == TRIED_ELSEWHERE
    assert all(distinct_calls(*one) for one in QUICK)


@pytest.mark.parametrize(("chapter", "room", "name"), QUICK)
def test_numpys_numbers_are_as_good_as_pythons(chapter, room, name):
    assert disagreements(chapter, room, name, A_FEW)[1] == []


@pytest.mark.parametrize(("chapter", "room", "name"), QUICK)
def test_what_is_wrong_is_refused_by_its_name(chapter, room, name):
    assert mishaps(chapter, room, name, share=0.1)[1] == []


@pytest.mark.parametrize(("chapter", "room", "name"), QUICK)
def test_how_an_array_lies_in_memory_changes_nothing(chapter, room, name):
    assert confusions(chapter, room, name) == []


@pytest.mark.thorough
@pytest.mark.parametrize(("chapter", "room", "name"), TRIED)
def test_every_kind_of_numpys_numbers_is_as_good_as_pythons(chapter, room, name):
    assert disagreements(chapter, room, name, INTEGERS + FLOATS)[1] == []


@pytest.mark.thorough
@pytest.mark.parametrize(("chapter", "room", "name"), TRIED)
def test_everything_wrong_is_refused_by_its_name(chapter, room, name):
    assert mishaps(chapter, room, name)[1] == []


# ------------------------------------------------------------------ the watchdog barks


def _call_of(function, **arguments):
    return _call(function, lambda replaced: replaced(**arguments))


def _wraps(amount: int):
    return amount * 100


def _forwards(image: np.ndarray, amount: float):
    return image.real * amount


def _checks(image: np.ndarray, amount: float):
    if not isinstance(image, np.ndarray) or not is_number(amount):
        raise TypeError("image, amount: expected an array and a number")
    return image


def test_what_wraps_around_is_noticed():
    call = _call_of(_wraps, amount=3)
    assert not same(outcome(call.run, {"amount": np.uint8(3)}), call.result)
    assert same(outcome(call.run, {"amount": 3}), call.result)


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        (_forwards, {"image": None}, "AttributeError"),
        (_forwards, {"amount": np.nan}, "is taken"),
        (_forwards, {"amount": 1e300}, "gives NaN"),
        (_checks, {"image": None}, ""),
        (_checks, {"amount": 2.5}, ""),
    ],
)
def test_a_mishap_is_noticed(function, arguments, expected):
    call = _call_of(function, image=np.zeros((2, 2)), amount=1.0)
    if expected == "gives NaN":
        call = _call_of(lambda image, amount: image * amount * 1e300 * 0, image=1.0, amount=1.0)
    ((_, wrong),) = arguments.items()
    assert _mishap(outcome(call.run, arguments), wrong, "taken" in expected, call).startswith(
        expected
    )


def test_a_call_that_never_ends_is_stopped():
    def forever():
        while True:
            pass

    with pytest.raises(TooLong), bounded(seconds=0.1):
        forever()
