"""The made class: the same by its seed, believable, and found by the grader as it was made."""

import csv
import random
import runpy
import shutil
from datetime import datetime
from pathlib import Path

import nbformat
import numpy as np
import pytest
from typer.testing import CliRunner

from coursekit.classroom.answers import definitions, exercise_of
from coursekit.classroom.assignment import load
from coursekit.classroom.collect import find
from coursekit.classroom.demo_class import DEADLINE, demo_class, grade_demo, in_own_words, read_bank
from coursekit.classroom.gradebook import GRADER_ERROR, open_gradebook
from coursekit.classroom.submission import Unreadable, graft, normalised, parse
from coursekit.cli import app

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "02_gray_transforms.ipynb"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return demo_class("02", 30, seed=3, out=tmp_path_factory.mktemp("demo"), root=ROOT)


@pytest.fixture(scope="module")
def answers(folder):
    """Each readable student's answers, as the grader takes them."""
    assignment, found = load("02", folder.parent), {}
    for submission in find(folder):
        try:
            cells, _ = parse(submission.read())
        except Unreadable:
            continue
        found[submission.student] = graft(cells, assignment.notebook).answers
    return found


def test_same_seed_gives_the_same_bytes_and_another_seed_others(folder, tmp_path):
    again = demo_class("02", 30, seed=3, out=tmp_path / "again", root=ROOT)
    other = demo_class("02", 30, seed=4, out=tmp_path / "other", root=ROOT)
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert {path.name: path.read_bytes() for path in again.iterdir()} == first
    assert {path.name: path.read_bytes() for path in other.iterdir()} != first


def test_class_has_so_many_students_of_whom_one_cannot_be_read(folder, answers):
    assert len(find(folder)) == 30 and len(answers) == 29


def test_some_are_late_and_most_are_not(folder):
    with (folder / "submitted.csv").open(encoding="utf-8") as stream:
        times = [datetime.fromisoformat(row["submitted_at"]) for row in csv.DictReader(stream)]
    late = sum(time > DEADLINE for time in times)
    assert len(times) == 30 and 1 <= late <= 6
    assert load("02", folder.parent).rules.deadline == DEADLINE


def test_some_solved_all_some_gave_up_and_two_are_alike(answers):
    stub = "raise NotImplementedError"
    undone = {name: sum(stub in text for text in each.values()) for name, each in answers.items()}
    assert 0 in undone.values() and any(0 < count < 8 for count in undone.values())
    assert 8 in undone.values()
    forms = [tuple(map(normalised, each.values())) for each in answers.values()]
    copies = [one for one in set(forms) if forms.count(one) > 1 and one[0].count("v") > 8]
    assert len(copies) == 1


def test_no_answer_of_the_class_is_the_solution_with_its_markers(folder):
    for path in folder.glob("*.ipynb"):
        assert "BEGIN SOLUTION" not in path.read_text()


def test_own_words_change_the_text_and_not_the_result():
    solved = nbformat.read(SOLUTION, as_version=4)
    (cell,) = [cell for cell in solved.cells if exercise_of(cell) == "stretch_contrast"]
    image = np.random.default_rng(1).integers(20, 90, (5, 6), dtype=np.uint8)
    expected = definitions(solved)["stretch_contrast"](image)
    texts = {in_own_words(cell.source, random.Random(seed)) for seed in range(12)}
    assert len(texts) > 6
    for text in texts:
        namespace = {"np": np}
        exec(text, namespace)
        np.testing.assert_array_equal(namespace["stretch_contrast"](image), expected)


def test_bank_holds_mistakes_that_stand_alone():
    bank = read_bank(SOLUTION, ROOT)
    wrong = runpy.run_path(str(ROOT / "tests/exercises/wrong_answers/02_gray_transforms.py"))
    assert set(bank.right) == set(bank.wrong) == set(wrong["WRONG"])
    for name, sources in bank.wrong.items():
        assert sources
        for source in sources:
            namespace = {"np": np}
            exec(source, namespace)
            assert callable(namespace[name])


@pytest.mark.parametrize(("students", "told"), [(0, "from 1 to 900"), (901, "got 901")])
def test_no_class_of_nobody_and_none_without_end(tmp_path, students, told):
    with pytest.raises(ValueError, match=told):
        demo_class("02", students, out=tmp_path, root=ROOT)


def test_a_small_class_is_made_too(tmp_path):
    assert len(find(demo_class("02", 2, out=tmp_path, root=ROOT))) == 2


def test_a_chapter_that_is_not_there_is_one_sentence(tmp_path):
    with pytest.raises(ValueError, match="no solution notebook for '99'"):
        demo_class("99", out=tmp_path, root=ROOT)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("bwrap"), reason="needs bubblewrap")
def test_a_made_class_is_graded_and_shown(tmp_path):
    demo_class("02", 8, seed=1, out=tmp_path, root=ROOT)
    overview, pages, exports = grade_demo("02", tmp_path)
    assert len(list(pages.glob("*.html"))) == 8 and (exports / "canvas" / "grades.csv").exists()
    book = open_gradebook(tmp_path / "results")
    (name,) = book.assignments()
    marks = [result.mark for result in book.results(name)]
    assert max(marks) == book.results(name)[0].total and 0 in marks
    assert all(result.status != GRADER_ERROR for result in book.results(name))
    text = overview.read_text()
    assert "8</strong>submissions" in text and "This proves nothing" in text


def test_command_makes_a_class_without_grading_it(tmp_path):
    ended = CliRunner().invoke(app, ["demo-class", "--students", "3", "--out", str(tmp_path),
                                     "--no-grade"])  # fmt: skip
    assert ended.exit_code == 0 and f"written: {tmp_path / 'submissions'}" in ended.output
    assert len(find(tmp_path / "submissions")) == 3 and not (tmp_path / "results").exists()


def test_pages_and_exports_without_a_gradebook_are_refused_in_one_sentence(tmp_path):
    for command in ("feedback", "export"):
        ended = CliRunner().invoke(app, [command, "02", "--results", str(tmp_path)])
        assert ended.exit_code == 1 and "no gradebook" in ended.output
