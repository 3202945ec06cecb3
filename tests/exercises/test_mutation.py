"""The mutation tool finds tests that accept a wrong answer, and leaves the good ones alone."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

MUTATION = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("mutation.py"))))

NOTEBOOK = """
# %%
import numpy as np

# %% exercise="select"
def select(levels, limit):
    ### BEGIN SOLUTION
    return levels >= limit
    ### END SOLUTION
"""
TEST = """
import numpy as np
import pytest
from coursekit.lab.check import assert_array_equal

@pytest.mark.exercise({name!r})
@pytest.mark.parametrize("limit", {limits})
def test_levels_are_selected(student, limit):
    levels = np.array([10, 20, 30])
    expected = np.array([level >= limit for level in (10, 20, 30)])
    assert_array_equal(student.select(levels, limit), expected)
"""


@pytest.fixture
def chapter_with(tmp_path):
    """Give a chapter with one exercise, tested with these limits."""

    def write(limits):
        notebook, tests = tmp_path / "11_made.py", tmp_path / "test_11_made.py"
        notebook.write_text(NOTEBOOK)
        tests.write_text(TEST.format(name="select", limits=limits))
        return MUTATION.chapter_of(tests, notebook)

    return write


def changes(source):
    return [mutant.change.splitlines()[-1].strip("+ ") for mutant in MUTATION.mutants("f", source)]


def test_a_limit_that_no_test_stands_on_is_found(chapter_with):
    _, survived = MUTATION.survivors(chapter_with([15]), "select")
    assert [mutant.told for mutant in survived] == ["GtE to Gt"]
    assert survived[0].change == "-    return levels >= limit\n+    return levels > limit"


def test_a_test_on_the_limit_lets_no_mutant_survive(chapter_with):
    made, survived = MUTATION.survivors(chapter_with([15, 20]), "select")
    assert made > 3 and not survived


def test_a_mutant_that_never_ends_or_kills_its_process_is_judged(chapter_with):
    chapter = chapter_with([15])
    bodies = ("while True: pass", "import os; os._exit(0)", "return levels > limit")
    made = [
        MUTATION.Mutant("select", 1, "", f"def select(levels, limit):\n    {body}", "")
        for body in bodies
    ]
    assert MUTATION.verdicts(chapter, made, seconds=0.2) == ["error", "died", "survived"]


def test_mutants_are_different_from_each_other_and_from_the_answer():
    source = 'def f(x, y):\n    """Text."""\n    return np.clip(x + y, 0, 255)[1:]'
    texts = [mutant.source for mutant in MUTATION.mutants("f", source)]
    assert len(texts) == len(set(texts)) > 20
    assert all("'Text.'" in text or '"""Text."""' in text for text in texts)
    assert source not in texts


@pytest.mark.parametrize(
    ("statement", "changed"),
    [
        ("return x - 1", "return 1 - x"),
        ("return x < y", "return x <= y"),
        ("return x and y", "return x or y"),
        ("return 7", "return 8"),
        ("return x.copy()", "return x"),
        ("return np.clip(x, 0, 9)", "return np.maximum(x, 0)"),
        ("return x.sum(axis=1)", "return x.sum(axis=0)"),
        ("return np.zeros(3, np.float64)", "return np.zeros(3, np.float32)"),
        ("return x[1:]", "return x[1 + 1:]"),
        ("return (x, y)", "return (y, x)"),
        ("return x + 2", "return y + 2"),
        ("return [a for a in x if a]", "return [a for a in x]"),
        ("return np.pad(x, 1, 'reflect')", "return np.pad(x, 1, 'symmetric')"),
    ],
)
def test_each_kind_of_change_is_made(statement, changed):
    assert changed in changes(f"def f(x, y):\n    {statement}")


def test_statements_are_left_out_and_loops_cut_short():
    source = "def f(x):\n    for a in x:\n        x = x + a\n    return x"
    made = [mutant.told for mutant in MUTATION.mutants("f", source)]
    assert {"left out: x = x + a", "loop runs once", "in place instead of a new array"} <= {*made}
