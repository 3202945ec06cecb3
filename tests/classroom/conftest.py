"""A made course of one assignment, for tests of what stands around the exercises."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

DOUBLE = """def double(number):
    ### BEGIN SOLUTION
    return 2 * number
    ### END SOLUTION"""
TESTS = """import pytest
from coursekit.lab.check import assert_value_equal

@pytest.mark.exercise("double")
@pytest.mark.points(2)
def test_two(student):
    assert_value_equal(student.double(2), 4)

@pytest.mark.exercise("double")
@pytest.mark.hidden
def test_three(student):
    assert_value_equal(student.double(3), 6)
"""


def _answered(**answers):
    return new_notebook(
        cells=[
            new_code_cell(source, id=f"answer-{name}", metadata={"exercise": name})
            for name, source in answers.items()
        ]
    )


def _made(root, notebook, tests=TESTS):
    (root / "solutions").mkdir()
    (root / "tests" / "exercises").mkdir(parents=True)
    nbformat.write(notebook, root / "solutions" / "01_made.ipynb")
    (root / "tests" / "exercises" / "test_01_made.py").write_text(tests)
    return root


@pytest.fixture(scope="session")
def answered():
    """Makes a notebook of answer cells: ``answered(double="def double(number): ...")``."""
    return _answered


@pytest.fixture(scope="session")
def make_course():
    """Writes a course into a folder: the solved notebook ``01_made``, and its tests."""
    return _made


@pytest.fixture
def course(tmp_path):
    """A course whose one exercise is ``double``, with a visible and a hidden test: 2 + 1 points."""
    return _made(tmp_path, _answered(double=DOUBLE))
