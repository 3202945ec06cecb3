"""What holds for every exercise: causes are proved, seeds drawn, and no answer is within reach."""

import ast
import re
import runpy
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType, SimpleNamespace

import pytest

from coursekit.classroom.handout import visible_tests
from coursekit.lab.check import LiveCall, Mismatch, Student
from coursekit.lab.check.forbidden import forbidden_by, used
from coursekit.lab.check.run import exercises

HERE = Path(__file__).parent
MUTATION = SimpleNamespace(**runpy.run_path(str(HERE / "mutation.py")))
EVERY_TEST = sorted(HERE.glob("test_[0-9][0-9]_*.py"))
SEEDS = (0, 1, 2026)  # beside the file's own
SECONDS = 60  # no answer here is endless; a busy machine may be slow


def _every_exercise():
    for path in EVERY_TEST:
        name = path.stem.removeprefix("test_")
        for exercise in exercises(path):
            yield pytest.param(name, exercise, id=f"{name}: {exercise}")


every_exercise = pytest.mark.parametrize(("name", "exercise"), list(_every_exercise()))


@cache
def _module(source, path):
    """The names that a test file's source defines."""
    module = {"__name__": path.stem, "__file__": str(path)}
    exec(compile(source, str(path), "exec"), module)
    return module


def _chapter(name, source=None):
    """A chapter, with this source in the place of its test file's."""
    chapter = MUTATION.load(name)
    source = chapter.path.read_text("utf-8") if source is None else source
    return MUTATION.Chapter(
        chapter.path, _module(source, chapter.path), chapter.namespace, chapter.answers
    )


def _passes(chapter, exercise, answer, hidden_only=False):
    """Whether an answer gets full marks, or those of the hidden tests."""
    student = Student(LiveCall({**chapter.namespace, exercise: answer}, SECONDS))
    for test, given in chapter.calls(exercise):
        if hidden_only and not _is_hidden(test):
            continue
        try:
            test(student=student, **given)
            student.settle()
        except (Mismatch, AssertionError):
            return False
    return True


def _is_hidden(test):
    return any(mark.name == "hidden" for mark in test.pytestmark)


# ------------------------------------------------------------------ causes


@every_exercise
def test_each_cause_that_a_test_names_has_an_answer_that_suffers_it(name, exercise, monkeypatch):
    chapter, named = _chapter(name), set()
    for assertion in [key for key in chapter.tests if key.startswith("assert_")]:
        recorder = _recorder(chapter.tests[assertion], named)
        monkeypatch.setitem(chapter.tests, assertion, recorder)
    assert _passes(chapter, exercise, chapter.namespace[exercise])
    bank = runpy.run_path(str(HERE / "wrong_answers" / f"{name}.py"))["WRONG"][exercise]
    proved = {wrong[2] for wrong in bank.values() if isinstance(wrong, tuple) and wrong[2:]}
    missing = "\n".join(sorted(named - proved))
    assert not missing, missing


def _recorder(assertion, named):
    def recorded(*arguments, mistakes=None, **keywords):
        named.update(mistakes or ())
        if mistakes is not None:
            keywords["mistakes"] = mistakes
        assertion(*arguments, **keywords)

    return recorded


# ------------------------------------------------------------------ seeds


@every_exercise
def test_a_hidden_test_draws_its_inputs_from_the_seed(name, exercise):
    chapter = _chapter(name)
    hidden = {test.__name__ for test, _ in chapter.calls(exercise) if _is_hidden(test)}
    tree = ast.parse(chapter.path.read_text("utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert any("SEED" in _names(test, functions) for test in hidden)


def _names(function, functions):
    """The names in a function, its decorators, and the functions of the file that it uses."""
    seen, waiting = set(), [function]
    while waiting:
        nodes = ast.walk(functions[waiting.pop()])
        new = {node.id for node in nodes if isinstance(node, ast.Name)} - seen
        waiting += new & functions.keys()
        seen |= new
    return seen


@every_exercise
def test_solution_passes_under_other_seeds(name, exercise):
    source = MUTATION.load(name).path.read_text("utf-8")
    for seed in SEEDS:
        chapter = _chapter(name, re.sub(r"(?m)^SEED = \d+$", f"SEED = {seed}", source))
        assert chapter.tests["SEED"] == seed
        assert _passes(chapter, exercise, chapter.namespace[exercise], hidden_only=True), seed


# ------------------------------------------------------------------ answers within reach


@every_exercise
def test_no_helper_of_the_visible_tests_is_an_answer(name, exercise):
    chapter = _chapter(name)
    helpers = _helpers(chapter)
    assert [key for key, helper in helpers.items() if _solves(chapter, exercise, helper)] == []


def _helpers(chapter):
    """The functions of the handout's tests, where the chapter's own functions do not work."""
    module = dict(_module(visible_tests(chapter.path.read_text("utf-8")), chapter.path))
    own = f"coursekit.{chapter.path.stem.removeprefix('test_').partition('_')[2]}"
    for key, value in module.items():
        place = value.__name__ if isinstance(value, ModuleType) else None
        if f"{place or getattr(value, '__module__', '')}.".startswith(f"{own}."):
            module[key] = None
    return {
        key: FunctionType(
            value.__code__, module, key, value.__defaults__, value.__closure__
        )
        for key, value in module.items()
        if isinstance(value, FunctionType) and value.__code__.co_filename == str(chapter.path)
        if not key.startswith("test_")
    }  # fmt: skip


def _solves(chapter, exercise, helper):
    try:
        return _passes(chapter, exercise, helper)
    except Exception:  # what an odd answer does to a test is not asked here
        return False


@every_exercise
def test_solution_uses_nothing_forbidden(name, exercise):
    chapter = MUTATION.load(name)
    assert used(chapter.namespace[exercise], *forbidden_by(chapter.path)) == []
