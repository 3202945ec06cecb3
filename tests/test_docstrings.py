"""What the docstrings say: all that a caller needs, and where the course teaches it.

They are judged as ``help`` shows them; a twin's is completed from the reference's.
"""

import ast
import dataclasses
import importlib
import inspect
import re
import types
from functools import cache
from pathlib import Path

import pytest

from coursekit import chapters
from coursekit.core import docstrings

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "coursekit"
CHAPTERS = [chapter.name for chapter in chapters.CHAPTERS]
ROOMS = ("reference", "gpu")
SECTIONS = ("Parameters", "Returns", "Convention", "Raises", "References")


def public(chapter, room):
    """The functions and classes that coursekit.<chapter>.<room> defines, by name."""
    module = importlib.import_module(f"coursekit.{chapter}.{room}")
    return {
        name: thing
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and isinstance(thing, (types.FunctionType, type))
        and f"{thing.__module__}.".startswith(f"{module.__name__}.")
    }


PUBLIC = [
    pytest.param(thing, chapter, room, name, id=f"{chapter}.{room}.{name}")
    for chapter in CHAPTERS
    for room in ROOMS
    for name, thing in public(chapter, room).items()
]
REFERENCE = [one for one in PUBLIC if one.values[2] == "reference"]
TWINS = [
    one
    for one in PUBLIC
    if one.values[2] == "gpu" and one.values[3] in public(one.values[1], "reference")
]


@cache
def own(chapter, room):
    """What the source itself says: "function" or "Class.method" -> docstring."""
    return dict(docstrings.documented(f"coursekit.{chapter}", room))


# ------------------------------------------------------------------ sections and arguments


def arguments_of(thing):
    """What a function takes, or a class: its constructor's arguments, or a dataclass's fields."""
    if isinstance(thing, property):
        return []
    if dataclasses.is_dataclass(thing):
        return [field.name for field in dataclasses.fields(thing)]
    names = [*inspect.signature(thing).parameters]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def undocumented(thing):
    """The arguments that the section on parameters does not name."""
    text = docstrings.sections(inspect.getdoc(thing) or "").get("Parameters", "")
    named = {name.lstrip("*") for names, _ in docstrings.entries(text) for name in names}
    return [name for name in arguments_of(thing) if name not in named]


@pytest.mark.parametrize(("thing", "chapter", "room", "name"), PUBLIC)
def test_docstring_has_all_its_sections(thing, chapter, room, name):
    there = docstrings.sections(inspect.getdoc(thing) or "")
    wanted = SECTIONS if arguments_of(thing) else SECTIONS[1:]
    assert [title for title in wanted if not there.get(title)] == []


@pytest.mark.parametrize(("thing", "chapter", "room", "name"), PUBLIC)
def test_docstring_names_every_argument(thing, chapter, room, name):
    assert undocumented(thing) == []


def members(thing):
    """The methods and properties of a class that are ours and public, by name."""
    if not isinstance(thing, type):
        return {}
    found = {name: inspect.getattr_static(thing, name) for name in dir(thing) if name[0] != "_"}
    return {
        name: getattr(member, "__func__", member)
        for name, member in found.items()
        if _module_of(member).startswith("coursekit.")
    }


def _module_of(member):
    maker = member.fget if isinstance(member, property) else member
    kinds = (types.FunctionType, classmethod, staticmethod)
    return maker.__module__ if isinstance(maker, kinds) else ""


MEMBERS = [
    pytest.param(one.values[0], member, path, id=f"{one.id}.{path}")
    for one in PUBLIC
    for path, member in members(one.values[0]).items()
]


@pytest.mark.parametrize(("thing", "member", "name"), MEMBERS)
def test_a_method_has_a_docstring_that_names_its_arguments(thing, member, name):
    text = inspect.getdoc(member) or ""
    assert text, f"{name} has no docstring"
    assert [one for one in arguments_of(member) if not re.search(rf"\b{one}\b", text)] == []


@pytest.mark.parametrize(
    "head",
    [
        "def f(sigma, size=3):",
        "def f(sigma, *, size=3):",
        "class F:\n def __init__(self, sigma, size=3): ...\n def g(self, x):",
        "@dataclass\nclass F:\n sigma: float\n size: int = 3\n def g(self):",
    ],
)
def test_an_argument_without_a_word_on_it_is_noticed(head):
    named = {"dataclass": dataclasses.dataclass}
    exec(f"{head} ...", named)
    thing = named.get("f") or named["F"]
    thing.__doc__ = "Blur.\n\nParameters\n----------\nsigma : float\n\nReturns\n-------\nsize : x"
    assert undocumented(thing) == ["size"]


def is_stub(function):
    """Whether a function does nothing: an overload, or what others override."""
    empty = (ast.Expr, ast.Pass, ast.Raise)
    return all(isinstance(line, empty) for line in function.body)


def unused(path):
    """The arguments that public functions and methods of a file take and never use."""
    tree = ast.parse(path.read_text("utf-8"), str(path))
    found = [
        (function.name, taken.arg)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and not is_stub(function)
        for taken in (*function.args.args, *function.args.kwonlyargs)
        if taken.arg not in {one.id for one in ast.walk(function) if isinstance(one, ast.Name)}
    ]
    return [(name, argument) for name, argument in found if argument not in ("self", "cls")]


@pytest.mark.parametrize("room", [*ROOMS, "shared"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_argument_is_used(chapter, room):
    paths = [*PACKAGE.glob(f"{chapter}/{room}/*.py"), *PACKAGE.glob(f"{chapter}/{room}.py")]
    assert [one for path in paths for one in unused(path)] == []


# ------------------------------------------------------------------ twins


def statements(text):
    """What a docstring says: (section, statement) for each paragraph, argument, result or list."""
    return {
        (title, " ".join(statement.split()))
        for title, body in docstrings.sections(text).items()
        for statement in _statements(title, body)
    }


def _statements(title, body):
    if title in ("Parameters", "Returns"):
        return [
            f"{name} : {text}" for names, text in docstrings.entries(body) for name in names or [""]
        ]
    return [body] if title == "Raises" else body.split("\n\n")


@pytest.mark.parametrize(("thing", "chapter", "room", "name"), TWINS)
def test_a_twin_says_only_what_differs(thing, chapter, room, name):
    said = {path: text for path, text in own(chapter, "gpu").items() if path.split(".")[0] == name}
    repeated = {
        statement
        for path, text in said.items()
        for statement in statements(text) & statements(own(chapter, "reference").get(path, ""))
    }
    assert not repeated, "the reference says so already"


def test_a_repeated_statement_is_noticed():
    both = "Parameters\n----------\n{} : float,\n    in pixels\n\nRaises\n------\nValueError : no."
    one, other = (f"{first}\n\n{both}" for first in ("Blur.", "Blur a batch."))
    repeated = statements(one.format("low, high")) & statements(other.format("high"))
    assert repeated == {("Parameters", "high : float, in pixels"), ("Raises", "ValueError : no.")}


@pytest.mark.parametrize(("thing", "chapter", "room", "name"), TWINS)
def test_a_twin_leaves_it_to_its_package_where_the_lesson_comes_to_the_gpu(
    thing, chapter, room, name
):
    assert "Taught in" not in own(chapter, "gpu").get(name, "")


# ------------------------------------------------------------------ where it is taught


@cache
def lesson(chapter):
    """The sections of a chapter's lesson: number -> text."""
    source = ROOT / "notebooks" / "src" / f"{chapters.find(chapter).slug}.py"
    pieces = re.split(r"(?m)^# ## (\d+)\b", source.read_text("utf-8"))
    return dict(zip(map(int, pieces[1::2]), pieces[2::2], strict=True))


def taught_in(text):
    """The (chapter, section) numbers at which a docstring says that its function is taught."""
    found = re.findall(r"(?:Taught\s+in|On\s+the\s+GPU:)\s+(\d\d)\s+§(\d+)", text or "")
    return [(int(number), int(section)) for number, section in found]


@pytest.mark.parametrize(("thing", "chapter", "room", "name"), PUBLIC)
def test_a_function_is_taught_where_it_says(thing, chapter, room, name):
    places = taught_in(inspect.getdoc(thing))
    assert places, "its docstring lacks 'Taught in NN §k'"
    for number, section in places:
        assert section in lesson(CHAPTERS[number - 1]), f"no '## {section}' in lesson {number}"


@pytest.mark.parametrize(("thing", "chapter", "room", "name"), REFERENCE)
def test_the_section_that_teaches_a_function_names_it(thing, chapter, room, name):
    named = taught_in(inspect.getdoc(thing))
    texts = [lesson(CHAPTERS[number - 1]).get(section, "") for number, section in named]
    assert any(re.search(rf"\b{name}\b", text) for text in texts), (
        f"its docstring says it is taught in {named}, which never names {name}"
    )


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_gpu_is_taught_where_the_lesson_comes_to_it(chapter):
    number = chapters.find(chapter).number
    (section,) = [k for k, text in lesson(chapter).items() if text.startswith(" · On the GPU")]
    package = importlib.import_module(f"coursekit.{chapter}.gpu")
    assert taught_in(package.__doc__) == [(number, section)]
    twins = [one.values[0] for one in TWINS if one.values[1] == chapter]
    assert all((number, section) in taught_in(twin.__doc__) for twin in twins)
