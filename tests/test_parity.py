"""Every public function has its twin, and the twins agree.

Each chapter's ``tests/<chapter>/parity.py`` says in a table ``CASES`` what its functions are tried
with: function name -> the fields of ``Cases`` below. A public function without cases fails.
"""

import importlib
import inspect
import runpy
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
import torch

from coursekit.lab.device import device

ROOT = Path(__file__).parents[1]

# What has no twin, and why: "chapter.function": "reason", which the notebook teaches.
_SEQUENTIAL = "each step of the walk around a border needs the one before"
_RAGGED = "contours differ in their number of points, and are followed on the CPU"
_UNION_FIND = "union-find takes pixel after pixel; gpu links whole graphs at once"
_SORTED = "pixels join the tree one after the other, in the order of their levels"
_BRIDGED = "edges are bridged one after the other, in the order of their lengths"
_CORNERS = "gamuts differ in their number of corners, which are few, and found by SciPy"
_WORDS = "it counts words in Python's dictionaries, on the CPU"
_NETWORK = "a network is PyTorch's; the reference has the formulas that it is made of"
_TRAINED = "only PyTorch trains networks, and runs them on many pictures"
_SPOKEN = "it joins encoder, network and vocabulary; each decoding method has its twin"
TWINLESS = {
    "captioning.bleu": _WORDS,
    "captioning.cider": _WORDS,
    "captioning.longest_common_subsequence": _WORDS,
    "captioning.ngrams": _WORDS,
    "captioning.rouge_l": _WORDS,
    "regions.border_start": _SEQUENTIAL,
    "regions.follow_border": _SEQUENTIAL,
    "regions.parent_border": _SEQUENTIAL,
    "regions.find_contours": _SEQUENTIAL,
    "regions.approximate_contour": _RAGGED,
    "regions.dominant_points": _RAGGED,
    "regions.contour_area": _RAGGED,
    "regions.contour_moments": _RAGGED,
    "regions.arc_length": _RAGGED,
    "regions.convex_hull": _RAGGED,
    "regions.bounding_rectangle": _RAGGED,
    "regions.find": _UNION_FIND,
    "regions.union": _UNION_FIND,
    "regions.first_pass": _UNION_FIND,
    "regions.second_pass": _UNION_FIND,
    "regions.grow": _SORTED,
    "regions.component_tree": _SORTED,
    "regions.variation": _SORTED,
    "regions.maximally_stable": _SORTED,
    "regions.diverse": _SORTED,
    "regions.region_pixels": _SORTED,
    "regions.ancestors": _SORTED,
    "regions.mser": _SORTED,
    "regions.color_edges": _BRIDGED,
    "regions.evolution_thresholds": _BRIDGED,
    "regions.mscr": _BRIDGED,
    "color_transfer.gamut_hull": _CORNERS,
    "color_transfer.align_gamut": _CORNERS,
    "color_transfer.vgg19": "a trained network, whose weights are PyTorch's",
    "captioning.AttentionCaptionNet": _NETWORK,
    "captioning.CaptionNet": _NETWORK,
    "captioning.Encoder": _NETWORK,
    "captioning.SmallEncoder": _NETWORK,
    "captioning.encoder": _NETWORK,
    "captioning.pooled": _NETWORK,
    "captioning.preprocessing": _NETWORK,
    "captioning.pretrained": _NETWORK,
    "captioning.Captions": _TRAINED,
    "captioning.History": _TRAINED,
    "captioning.Recipe": _TRAINED,
    "captioning.extract": _TRAINED,
    "captioning.mean_loss": _TRAINED,
    "captioning.pretrain": _TRAINED,
    "captioning.fine_tune": _TRAINED,
    "captioning.train": _TRAINED,
    "captioning.Captioner": _SPOKEN,
    "captioning.Said": _SPOKEN,
}

SIZES = [(37, 53), (1, 1), (1, 9), (9, 1), (8, 16)]
SMALL = (13, 11)
BATCHES = [(1,), (2, 3)]
MORE_BATCHES = [(), (3,)]
LAYOUTS = ["contiguous", "transposed", "strided"]
EXCUSES = {"device", "dtype", "memory", "overwrites", "values"}


@dataclass(frozen=True)
class Cases:
    """What a function is tried with.

    arguments : white -> list of keyword arguments; white is 255 for uint8 and 1.0 for float
    dtypes, channels : of the pictures
    prepare : image, arguments -> the positional arguments; by default the image alone
    measures : the result is no picture, but numbers or tables measured on a gray one; the twin
        gives them for each channel, (..., C, *)
    call : twin, *positional, **arguments -> result; by default the twin is called
    lay_out : values, batch -> what the twin takes or gives where the reference has these values for
        the pictures of a batch; by default ``batched``. For results with rows for what was found.
    tolerance : for floats and complex; integers and bool are always equal
    excuses : check -> reason why the function need not pass it
        device      its result is not on the picture's device
        dtype       its result is not of the picture's dtype
        memory      its result may share memory with the picture
        overwrites  it changes an argument other than the first
        values      it must read values, so it cannot run where there are none (device "meta")
    """

    arguments: Callable = lambda white: [{}]
    dtypes: tuple = ("uint8", "float32", "float64")
    channels: tuple = (1, 3)
    prepare: Callable = lambda image, arguments: (image,)
    measures: bool = False
    call: Callable = lambda twin, *positional, **arguments: twin(*positional, **arguments)
    lay_out: Callable = lambda values, batch: batched(values, batch)
    tolerance: float = 1e-6
    excuses: Mapping = field(default_factory=dict)

    def __post_init__(self):
        assert set(self.excuses) <= EXCUSES and all(self.excuses.values())


# ------------------------------------------------------------------ what there is


def _chapters():
    """The packages of coursekit that have a reference or a gpu."""
    parts = [*ROOT.glob("coursekit/*/reference*"), *ROOT.glob("coursekit/*/gpu*")]
    return sorted({part.parent.name for part in parts})


def _public(chapter, part):
    """The functions and classes that coursekit.<chapter>.<part> defines, by name."""
    try:
        module = importlib.import_module(f"coursekit.{chapter}.{part}")
    except ModuleNotFoundError as error:
        if error.name != f"coursekit.{chapter}.{part}":
            raise
        return {}
    return {
        name: thing
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and isinstance(thing, (types.FunctionType, type))
        and f"{thing.__module__}.".startswith(f"{module.__name__}.")
    }


def _cases(chapter):
    path = ROOT / "tests" / chapter / "parity.py"
    table = runpy.run_path(str(path))["CASES"] if path.exists() else {}
    return {name: Cases(**entry) for name, entry in table.items()}


CHAPTERS = _chapters()
REFERENCE = {chapter: _public(chapter, "reference") for chapter in CHAPTERS}
GPU = {chapter: _public(chapter, "gpu") for chapter in CHAPTERS}
CASES = {chapter: _cases(chapter) for chapter in CHAPTERS}
TWINS = [
    (chapter, name) for chapter in CHAPTERS for name in REFERENCE[chapter] if name in GPU[chapter]
]
TRIED = [(chapter, name) for chapter, name in TWINS if name in CASES[chapter]]


def twins(chapter, name):
    """The reference and its twin, called as the cases say."""
    call = CASES[chapter][name].call
    return [partial(call, part[chapter][name]) for part in (REFERENCE, GPU)]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_function_has_its_twin(chapter):
    alone = set(REFERENCE[chapter]) ^ set(GPU[chapter])
    excused = {name.split(".")[1] for name in TWINLESS if name.split(".")[0] == chapter}
    assert alone == excused, (
        f"without a twin: {alone - excused}; excused in vain: {excused - alone}"
    )


def test_every_missing_twin_has_a_reason():
    assert all(reason.strip() for reason in TWINLESS.values())


@pytest.mark.parametrize(("chapter", "name"), TWINS)
def test_twins_have_the_same_arguments_and_defaults(chapter, name):
    first, second = (
        [(p.name, p.kind, p.default) for p in inspect.signature(part).parameters.values()]
        for part in (REFERENCE[chapter][name], GPU[chapter][name])
    )
    assert first == second


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_pair_of_twins_has_cases(chapter):
    functions = {name for name in REFERENCE[chapter] if name in GPU[chapter]}
    untried, unknown = functions - set(CASES[chapter]), set(CASES[chapter]) - functions
    assert not untried and not unknown, (
        f"tests/{chapter}/parity.py: without cases {sorted(untried)}, unknown {sorted(unknown)}"
    )


# ------------------------------------------------------------------ pictures and layouts


def picture(size, channels, dtype, layout, seed):
    """A random picture with some pure black and white: (H, W) or (H, W, 3)."""
    height, width = size
    shape = {
        "contiguous": (height, width, channels),
        "transposed": (width, height, channels),
        "strided": (2 * height, 3 * width, channels),
    }[layout]
    values = np.random.default_rng(seed).random(shape) * 1.1 - 0.05
    values = np.clip(values, 0, 1)
    image = np.rint(values * 255).astype(np.uint8) if dtype == "uint8" else values.astype(dtype)
    if layout == "transposed":
        image = image.transpose(1, 0, 2)
    if layout == "strided":
        image = image[::2, 1::3]
    return image[..., 0] if channels == 1 else image


def as_tensor(array):
    """(H, W) to (1, H, W), (H, W, 3) to (3, H, W), as a view; any other array as it is.

    int64 are counts, not gray levels, and so no picture.
    """
    tensor = torch.from_numpy(array)
    if array.dtype == np.int64:
        return tensor
    if array.ndim == 2:
        return tensor[None]
    return tensor.movedim(-1, 0) if array.ndim == 3 else tensor


def batched(values, batch):
    """Lay out what the reference takes or gives picture by picture as its twin does for a batch."""
    first = values[0]
    if isinstance(first, (list, tuple)):
        return [batched(items, batch) for items in zip(*values, strict=True)]
    if isinstance(first, np.ndarray) and (first.ndim >= 2 or first.dtype == np.int64):
        tensors = [as_tensor(value) for value in values]
        return torch.stack(tensors).unflatten(0, batch) if batch else tensors[0]
    if isinstance(first, float):  # one number for each picture
        return torch.tensor(values, dtype=torch.float32).view(batch)
    if isinstance(first, np.ndarray):  # one table for all
        assert all(np.array_equal(first, value) for value in values)
        return torch.from_numpy(first)
    return list(values) if isinstance(first, bytes) and batch else first


def measured(values, batch):
    """Lay out what was measured on each gray picture as its twin does: (..., 1, *)."""
    first = values[0]
    if isinstance(first, (list, tuple)):
        return [measured(items, batch) for items in zip(*values, strict=True)]
    if isinstance(first, type):
        return first
    tensors = [torch.as_tensor(value)[None] for value in values]
    return torch.stack(tensors).unflatten(0, batch) if batch else tensors[0]


def moved(value, where):
    """Copy the tensors in a value to a device, keeping their strides on the CPU."""
    if isinstance(value, torch.Tensor):
        return value.to(where)
    return [moved(item, where) for item in value] if isinstance(value, list) else value


def placed(arguments, where):
    """Keyword arguments of the reference as its twin takes them."""
    return {
        name: torch.from_numpy(value).to(where) if isinstance(value, np.ndarray) else value
        for name, value in arguments.items()
    }


def leaves(value):
    """The arrays or tensors in a result, however it is nested."""
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in leaves(item)]
    return [value] if isinstance(value, (np.ndarray, torch.Tensor)) else []


def outcome(function, *positional, **arguments):
    """The result, or the class of the error."""
    try:
        return function(*positional, **arguments)
    except (TypeError, ValueError) as error:
        return type(error)


# ------------------------------------------------------------------ the comparison


def assert_agree(actual, expected, tolerance):
    """Fail unless the twin's outcome is what the reference's says."""
    if isinstance(expected, list):
        assert isinstance(actual, (list, tuple)) and len(actual) == len(expected)
        for one, other in zip(actual, expected, strict=True):
            assert_agree(one, other, tolerance)
    elif isinstance(actual, float):  # one number for all pictures
        assert (torch.as_tensor(expected) == actual).all()
    elif isinstance(expected, torch.Tensor):
        assert isinstance(actual, torch.Tensor), f"got {actual!r}"
        assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape)
        exact = not (expected.dtype.is_floating_point or expected.dtype.is_complex)
        wide = torch.complex128 if expected.dtype.is_complex else torch.float64
        differences = (actual.cpu().to(wide) - expected.to(wide)).abs()
        assert (differences <= (0 if exact else tolerance)).all()  # false for NaN too
    else:
        assert actual == expected


def assert_untouched(function, positional, arguments, excuses):
    """Fail if the function changes its picture, or if its result shares the picture's memory."""
    given = leaves(list(positional))
    before = [leaf.copy() if isinstance(leaf, np.ndarray) else leaf.clone() for leaf in given]
    result = outcome(function, *positional, **arguments)
    watched = len(leaves([positional[0]])) if "overwrites" in excuses else len(given)
    for leaf, copy in zip(given[:watched], before, strict=False):
        assert (leaf == copy).all(), "it changes its input"
    if "memory" not in excuses:
        shared = [(a, b) for a in leaves(result) for b in given if share_memory(a, b)]
        assert not shared, "its result shares memory with its input"


def share_memory(one, other):
    return np.shares_memory(np.asarray(one), np.asarray(other))


def tried(cases, dtypes=None):
    """Every (dtype, channels, keyword arguments) of the cases."""
    return [
        (dtype, channels, arguments)
        for dtype in dtypes or cases.dtypes
        for channels in cases.channels
        for arguments in cases.arguments(255 if dtype == "uint8" else 1.0)
    ]


@cache
def accepted(chapter, name):
    """Every (picture, keyword arguments, reference's result) of the cases that is no error."""
    return list(_accepted(CASES[chapter][name], twins(chapter, name)[0]))


def _accepted(cases, reference):
    for dtype, channels, arguments in tried(cases):
        image = picture((37, 53), channels, dtype, "contiguous", seed=0)
        given = cases.prepare(image, arguments)
        result = outcome(reference, *given, **arguments)
        if not isinstance(result, type):
            yield image, arguments, result


def pictures(size, channels, dtype, layout="contiguous", batch=()):
    count = int(np.prod(batch, dtype=int))
    return [picture(size, channels, dtype, layout, seed) for seed in range(count)]


def assert_twins_agree(reference, gpu, cases, images, batch, arguments, where="cpu"):
    positional = [cases.prepare(image, arguments) for image in images]
    results = [outcome(reference, *given, **arguments) for given in positional]
    given = moved(cases.lay_out(positional, batch), where)
    actual = outcome(gpu, *given, **placed(arguments, where))
    laid_out = measured if cases.measures else cases.lay_out
    assert_agree(actual, laid_out(results, batch), cases.tolerance)
    return actual


def assert_twins_agree_in_all_cases(chapter, name, size, layout="contiguous", batch=()):
    cases = CASES[chapter][name]
    for dtype, channels, arguments in tried(cases):
        images = pictures(size, channels, dtype, layout, batch)
        assert_twins_agree(*twins(chapter, name), cases, images, batch, arguments)


@pytest.mark.parametrize(("chapter", "name"), TRIED)
@pytest.mark.parametrize("size", SIZES)
def test_twins_agree_on_pictures_of_any_size(chapter, name, size):
    assert_twins_agree_in_all_cases(chapter, name, size)


@pytest.mark.slow
@pytest.mark.parametrize(("chapter", "name"), TRIED)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_twins_agree_in_any_memory_layout(chapter, name, layout):
    assert_twins_agree_in_all_cases(chapter, name, SMALL, layout)


@pytest.mark.thorough
@pytest.mark.parametrize(("chapter", "name"), TRIED)
@pytest.mark.parametrize("layout", LAYOUTS[1:])
@pytest.mark.parametrize("size", SIZES)
def test_twins_agree_on_pictures_of_any_size_in_any_memory_layout(chapter, name, layout, size):
    assert_twins_agree_in_all_cases(chapter, name, size, layout)


@pytest.mark.slow
@pytest.mark.parametrize(("chapter", "name"), TRIED)
@pytest.mark.parametrize(
    "batch", BATCHES + [pytest.param(batch, marks=pytest.mark.thorough) for batch in MORE_BATCHES]
)
def test_twins_agree_on_batches_of_any_rank(chapter, name, batch):
    assert_twins_agree_in_all_cases(chapter, name, SMALL, batch=batch)


if device().type != "cpu":  # there, the tests above have tried it already

    @pytest.mark.parametrize(("chapter", "name"), TRIED)
    def test_twins_agree_where_the_fastest_device_is(chapter, name):
        cases, where = CASES[chapter][name], device()
        dtypes = [d for d in cases.dtypes if not (where.type == "mps" and d == "float64")]
        for dtype, channels, arguments in tried(cases, dtypes):
            images = pictures((37, 53), channels, dtype, batch=(2,))
            actual = assert_twins_agree(
                *twins(chapter, name), cases, images, (2,), arguments, where
            )
            if "device" not in cases.excuses:
                assert {leaf.device.type for leaf in leaves(actual)} <= {where.type}


@pytest.mark.slow
@pytest.mark.parametrize(("chapter", "name"), TRIED)
def test_gpu_stays_on_the_device_of_its_input(chapter, name):
    """On the device "meta", whose tensors have no values: what leaves it cannot come back."""
    cases = CASES[chapter][name]
    if "values" in cases.excuses:
        return
    for image, arguments, _ in accepted(chapter, name):
        given = moved(cases.lay_out([cases.prepare(image, arguments)], ()), "meta")
        result = twins(chapter, name)[1](*given, **placed(arguments, "meta"))
        if "device" not in cases.excuses:
            assert {leaf.device.type for leaf in leaves(result)} == {"meta"}


@pytest.mark.parametrize(("chapter", "name"), TRIED)
def test_twins_keep_the_dtype(chapter, name):
    results = [(image.dtype, result) for image, _, result in accepted(chapter, name)]
    assert results, "every one of its cases is an error"
    if "dtype" not in CASES[chapter][name].excuses:
        assert all(leaf.dtype == dtype for dtype, result in results for leaf in leaves(result))


@pytest.mark.parametrize(("chapter", "name"), TRIED)
def test_twins_leave_their_input_alone(chapter, name):
    cases = CASES[chapter][name]
    for dtype, channels, arguments in tried(cases):
        (image,) = pictures(SMALL, channels, dtype)
        positional = cases.prepare(image, arguments)
        reference, gpu = twins(chapter, name)
        assert_untouched(reference, positional, arguments, cases.excuses)
        given = cases.lay_out([cases.prepare(image, arguments)], ())
        assert_untouched(gpu, given, placed(arguments, "cpu"), cases.excuses)


# ------------------------------------------------------------------ the watchdog barks


def _brighten(image):
    return (image + np.uint8(1)).clip(0, 255)


@pytest.mark.parametrize(
    "twin",
    [
        lambda image: image + 2,
        lambda image: (image + 1).int(),
        lambda image: (image + 1)[..., 0],
        lambda image: (image + 1).movedim(-3, -1),
        lambda image: [image + 1],
        lambda image: (image + 1).flip(0),
        lambda image: b"",
    ],
)
def test_a_wrong_twin_is_noticed(twin):
    images = pictures((37, 53), 3, "uint8", batch=(3,))
    assert_twins_agree(_brighten, lambda image: image + 1, Cases(), images, (3,), {})
    with pytest.raises(AssertionError):
        assert_twins_agree(_brighten, twin, Cases(), images, (3,), {})


@pytest.mark.parametrize(
    "function", [lambda image: image.__iadd__(1), lambda image: image[..., 1:], lambda image: image]
)
def test_a_function_that_touches_its_input_is_noticed(function):
    for given in (np.ones((4, 5)), torch.ones(1, 4, 5)):
        with pytest.raises(AssertionError):
            assert_untouched(function, (given,), {}, {})


def test_a_wrong_phase_is_noticed():
    wave = torch.tensor([1 + 2j])
    assert_agree(wave + 1e-7j, wave, 1e-6)
    with pytest.raises(AssertionError):
        assert_agree(wave.conj().resolve_conj(), wave, 1e-6)


def test_a_nan_is_no_agreement():
    with pytest.raises(AssertionError):
        assert_agree(torch.tensor([torch.nan]), torch.tensor([0.5]), 1e-6)
