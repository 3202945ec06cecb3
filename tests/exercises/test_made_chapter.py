"""The tests of this folder, tried on a made chapter: sound ones pass, careless ones do not."""

import shutil
import subprocess
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest

from coursekit.authoring.release import release

HERE = Path(__file__).parent
SOLUTION = '''# %% [markdown]
# # A made chapter

# %%
import numpy as np
from coursekit.lab import check

LEVELS = 256

# %% exercise="brighten"
def brighten(image, offset):
    """Add offset, and saturate."""
    ### BEGIN SOLUTION
    return np.clip(image.astype(int) + offset, 0, LEVELS - 1).astype(np.uint8)
    ### END SOLUTION

# %%
check(brighten)
'''
TESTS = """import numpy as np
import pytest
from coursekit.lab.check import assert_image_equal

IMAGE = np.array([[0, 40, 80, 120], [10, 60, 90, 200], [20, 70, 100, 250]], np.uint8)
EXPECTED = np.array([[60, 100, 140, 180], [70, 120, 150, 255], [80, 130, 160, 255]], np.uint8)


@pytest.mark.exercise("brighten")
def test_bright_pixels_saturate(student):
    mistakes = {"uint8 overflow": IMAGE + np.uint8(60)}
    assert_image_equal(student.brighten(IMAGE, 60), EXPECTED, image=IMAGE, mistakes=mistakes)
"""
BANK = """import numpy as np


def wraps_around(image, offset):
    return image + np.uint8(offset)


WRONG = {"brighten": {"wraps around": (wraps_around, "wrong", "uint8 overflow")}}
"""


@pytest.fixture
def made(tmp_path):
    tests = tmp_path / "tests" / "exercises"
    (tests / "wrong_answers").mkdir(parents=True)
    for name in ("conftest.py", "test_wrong_answers.py", "test_unsolved.py"):
        shutil.copy(HERE / name, tests)
    (tests / "test_01_made.py").write_text(TESTS)
    (tests / "wrong_answers" / "01_made.py").write_text(BANK)
    (tmp_path / "solutions" / "src").mkdir(parents=True)
    (tmp_path / "solutions" / "src" / "01_made.py").write_text(SOLUTION)
    nbformat.write(_with_ids(jupytext.reads(SOLUTION, "py:percent")),
                   tmp_path / "solutions" / "01_made.ipynb")  # fmt: skip
    release(root=tmp_path)
    return tmp_path


def _with_ids(notebook):
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    return notebook


def outcome(course):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no"]
    command += ["--import-mode=importlib", "tests/exercises"]
    run = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=120)
    return run.returncode, run.stdout


def test_sound_chapter_passes(made):
    code, told = outcome(made)
    assert code == 0 and "passed" in told and "skipped" not in told, told


CARELESS = {
    "tests/exercises/test_01_made.py": ("EXPECTED, image", "student.brighten(IMAGE, 60), image"),
    "tests/exercises/wrong_answers/01_made.py": (
        'WRONG = {"bri',
        'WRONG = {"other": {"x": wraps_around}, "bri',
    ),
    "exercises/01_made.ipynb": ("check(brighten)", "check(undefined)"),
}
CAUGHT = (
    "transposed gets full marks",
    "test_mistake_of_the_topic_is_rejected_and_named[brighten: wraps around]",
    "test_each_exercise_has_a_mistake_of_its_topic[01_made]",
    "test_only_not_implemented_error_escapes[01_made]",
    "test_each_answer_is_told_to_be_a_stub[01_made]",
)


def test_careless_chapter_is_caught(made):
    for file, (sound, careless) in CARELESS.items():
        text = (made / file).read_text()
        assert sound in text
        (made / file).write_text(text.replace(sound, careless))
    code, told = outcome(made)
    assert code == 1
    assert [line for line in CAUGHT if line not in told] == [], told
