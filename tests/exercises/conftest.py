"""The ``student`` of the exercise tests, when the project tests itself: the solutions."""

from functools import cache
from pathlib import Path

import jupytext
import pytest

from coursekit.classroom.answers import definitions
from coursekit.lab.check import LiveCall, Student

SOLUTIONS = Path(__file__).parents[2] / "solutions" / "src"


@pytest.fixture(scope="session")
def solution():
    """Give the namespace of a chapter's solution notebook."""

    @cache
    def load(chapter):
        return definitions(jupytext.read(SOLUTIONS / f"{chapter}.py"), chapter)

    return load


@pytest.fixture
def student(request, solution):
    solved = Student(LiveCall(solution(request.path.stem.removeprefix("test_"))))
    yield solved
    solved.settle()
