"""Every public name says what it takes and gives; twins say the same; and mypy believes it."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
import types
import typing
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import ArrayLike

from coursekit import lab
from coursekit.chapters import CHAPTERS

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".mypy_cache"
LAB = ("check", "device", "figure", "plots", "progress", "quiz", "samples", "show")
PARTS = [
    *(f"{chapter.name}.{part}" for chapter in CHAPTERS for part in ("reference", "gpu")),
    *(f"{chapter.name}.shared" for chapter in CHAPTERS if chapter.name == "captioning"),
    "captioning.data",
    *(f"lab.{part}" for part in LAB),
]


def public(part):
    """Name -> function or class, of a module that lists them, or of those that it defines."""
    module = importlib.import_module(f"coursekit.{part}")
    names = getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if getattr(value, "__module__", None) == module.__name__
        and not name.startswith(("_", "require_"))
    ]
    found = {name: getattr(module, name) for name in names}
    return {
        name: value for name, value in found.items() if inspect.isroutine(value) or is_class(value)
    }


def is_class(value):
    return inspect.isclass(value) and not isinstance(value, types.GenericAlias)


def functions(part):
    """(full name, function) of what can be called: functions, and the methods of classes."""
    for name, value in public(part).items():
        if not is_class(value):
            yield name, value
            continue
        for own, member in vars(value).items():
            if own == "__init__" and hasattr(value, "__dataclass_fields__"):
                continue  # made of the fields, which are annotated or are none
            if own == "__init__" or not own.startswith("_"):
                yield from ((f"{name}.{own}", each) for each in _routines(member))


def _routines(member):
    if isinstance(member, property):
        return [each for each in (member.fget, member.fset) if each]
    member = getattr(member, "__func__", member)  # of classmethod and staticmethod
    return [member] if inspect.isfunction(member) else []


def unannotated(function):
    """The parameters without an annotation, and "return"."""
    signature = inspect.signature(function)
    bare = [
        name
        for name, parameter in signature.parameters.items()
        if parameter.annotation is parameter.empty and name not in ("self", "cls")
    ]
    return bare + ["return"] * (signature.return_annotation is signature.empty)


@pytest.mark.parametrize("part", PARTS)
def test_every_public_function_is_annotated(part):
    found = {name: unannotated(function) for name, function in functions(part)}
    assert {name: bare for name, bare in found.items() if bare} == {}


def test_the_lab_has_what_its_stub_declares():
    stub = ast.parse((ROOT / "coursekit" / "lab" / "__init__.pyi").read_text("utf-8"))
    declared = [alias.asname for node in stub.body for alias in node.names]
    assert dir(lab) == sorted(declared)
    assert all(hasattr(lab, name) for name in declared)


# ------------------------------------------------------------------ twins

ARRAY, NUMBER, SEVERAL = "array or tensor", "number", "several"
KINDS = {
    np.ndarray: ARRAY,
    np.memmap: ARRAY,
    torch.Tensor: ARRAY,
    np.random.Generator: "generator",
    torch.Generator: "generator",
    int: NUMBER,
    float: NUMBER,
    np.integer: NUMBER,
    np.floating: NUMBER,
    bool: NUMBER,
}


def kinds(annotation):
    """What an annotation allows: a set in which NumPy's things and PyTorch's are the same."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        united = frozenset().union(*map(kinds, arguments))
        if "complex" in united:  # ArrayLike is a union of all that NumPy makes an array of
            return (united & {"NoneType"}) | {ARRAY}
        return united
    if origin is typing.Literal:
        return frozenset(arguments)
    return frozenset({_kind(annotation, origin, arguments)})


def _kind(annotation, origin, arguments):
    name = origin or annotation
    if isinstance(annotation, list):  # what a Callable takes
        return tuple(map(kinds, annotation))
    if getattr(name, "__module__", "").startswith("numpy._typing"):
        return ARRAY  # what NumPy makes an array of
    if name in (list, tuple, Sequence) and arguments:
        return SEVERAL, frozenset().union(*map(kinds, arguments))
    if name in KINDS or origin is None:
        is_ours = getattr(name, "__module__", "").startswith("coursekit.")
        return KINDS.get(name, name.__name__ if is_ours else getattr(name, "__name__", name))
    return name, tuple(map(kinds, arguments))


def agree(reference, gpu):
    """Whether a twin takes or gives the same; where it has batches, one for each picture, too."""
    ours, theirs = kinds(reference), kinds(gpu)
    alone, more = ours - theirs, theirs - ours
    if len(alone) == len(more) == 1:
        (one,), (other,) = alone, more
        if isinstance(one, tuple) and isinstance(other, tuple) and one[0] == other[0] == SEVERAL:
            return one[1] - other[1] <= {NUMBER} and other[1] - one[1] <= {ARRAY}
    fits = alone <= {NUMBER} if ARRAY in theirs else not alone
    return fits and all(
        kind == ARRAY or (type(kind) is tuple and kind[0] == SEVERAL) for kind in more
    )


@pytest.mark.parametrize("chapter", [chapter.name for chapter in CHAPTERS])
def test_twins_are_annotated_alike(chapter):
    ours, theirs = (public(f"{chapter}.{part}") for part in ("reference", "gpu"))
    wrong = {}
    for name in ours.keys() & theirs.keys():
        if inspect.isroutine(ours[name]):
            hints, twins = (typing.get_type_hints(part[name]) for part in (ours, theirs))
            wrong |= {
                f"{name}: {of}": (hints[of], twins[of])
                for of in hints.keys() & twins.keys()
                if not agree(hints[of], twins[of])
            }
    assert wrong == {}


@pytest.mark.parametrize(
    ("reference", "gpu", "fits"),
    [
        (np.ndarray, torch.Tensor, True),
        (np.ndarray | None, torch.Tensor | None, True),
        (np.ndarray, torch.Tensor | np.ndarray, True),
        (Callable[[np.ndarray], int], Callable[[torch.Tensor], int], True),
        (tuple[float, np.ndarray], tuple[torch.Tensor, torch.Tensor], True),
        (float, torch.Tensor, True),
        (bytes, bytes | list[bytes], True),
        (bool | None, ArrayLike | None, True),
        (np.ndarray, torch.Tensor | None, False),
        (np.ndarray | None, torch.Tensor, False),
        (typing.Literal["each"], typing.Literal["own"], False),
        (str, float, False),
    ],
)
def test_twins_differ_in_arrays_tensors_and_batches_alone(reference, gpu, fits):
    assert agree(reference, gpu) == fits


# ------------------------------------------------------------------ mypy


def mypy(*arguments, folder=ROOT):
    finished = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-error-summary", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=600,
    )
    return finished.stdout + finished.stderr


@pytest.mark.slow
def test_mypy_finds_nothing_wrong_with_what_users_call():
    assert mypy("--cache-dir", CACHE) == ""


@pytest.mark.slow
def test_mypy_tells_a_user_right_from_wrong(tmp_path):
    """The package that is installed, read through its py.typed by a program of a user."""
    program = ROOT / "tests" / "typed_program.py"
    (tmp_path / program.name).write_text(program.read_text("utf-8"), "utf-8")
    told = mypy(
        "--config-file=", "--strict", "--cache-dir", CACHE / "user", program.name, folder=tmp_path
    )
    lines = program.read_text("utf-8").splitlines()
    wrong = {number for number, line in enumerate(lines, 1) if line.endswith("# wrong")}
    found = {int(number) for number in re.findall(r"^\w+\.py:(\d+): error", told, re.MULTILINE)}
    assert wrong and found == wrong, told


def test_the_wheel_says_that_it_is_typed(tmp_path):
    from hatchling.builders.wheel import WheelBuilder

    taken = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    assert {"coursekit/py.typed", "coursekit/lab/__init__.pyi"} <= taken
