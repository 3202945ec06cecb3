"""No wrong version of a solution gets full marks, but for those that a person found equivalent."""

import json
import runpy
from itertools import groupby
from pathlib import Path
from types import SimpleNamespace

import pytest

MUTATION = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("mutation.py"))))
CHAPTERS = MUTATION.chapter_names()


def _lines():
    return [json.loads(line) for line in MUTATION.REVIEWED.read_text("utf-8").splitlines()]


@pytest.mark.thorough
@pytest.mark.parametrize("name", CHAPTERS)
def test_only_reviewed_mutants_survive(name):
    chapter, survived = MUTATION.load(name), set()
    for exercise in chapter.answers:
        _, mutants = MUTATION.survivors(chapter, exercise)
        survived |= {(mutant.exercise, mutant.change) for mutant in mutants}
    known = {(one["exercise"], one["change"]) for one in _lines() if one["chapter"] == name}
    assert not survived - known, "full marks, and nobody found them equivalent"
    assert not known - survived, "listed as equivalent, and not full marks: take them out"


def test_list_goes_chapter_by_chapter_and_names_known_exercises():
    chapters = [chapter for chapter, _ in groupby(line["chapter"] for line in _lines())]
    assert len(chapters) == len(set(chapters)) and set(chapters) <= set(CHAPTERS)
    for line in _lines():
        assert line["exercise"] in MUTATION.load(line["chapter"]).answers


def test_no_mutant_is_listed_twice():
    changes = [(line["exercise"], line["change"]) for line in _lines()]
    assert len(changes) == len(set(changes))
