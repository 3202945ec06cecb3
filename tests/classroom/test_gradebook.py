import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest

from coursekit.classroom import gradebook
from coursekit.classroom.gradebook import GRADER_ERROR, ExerciseResult, Gradebook, Result, meant
from coursekit.lab.check import TestResult

PICTURES = {"yours": b"\x89PNG 1", "expected": b"\x89PNG 2"}
TESTS = (TestResult("takes colour", False, 1, hidden=True), TestResult("by hand", True, 2))


def made(student="ada", **changes):
    exercises = (
        ExerciseResult("brighten", "wrong", "Not <yet>.", "overflow", 2, 3, TESTS, PICTURES, 0.25),
        ExerciseResult("posterize", "right", "Every test passes.", None, 4, 4, answer="def é(): 1"),
    )
    fields = {"exercises": exercises, "remarks": ("one", "two"), "earned": 6, "total": 7, "seed": 5}
    return Result(student, "02_gray_transforms", **{**fields, **changes})


@pytest.fixture
def book(tmp_path):
    return Gradebook(tmp_path / "results" / "gradebook.db")


def test_result_comes_back_as_it_was_saved(book):
    book.save(made())
    assert Gradebook(book.path).result("ada", "02_gray_transforms") == made()


def test_results_are_told_once_for_each_student_by_name(book):
    for student, earned in [("cy", 1), ("ada", 2), ("cy", 3)]:
        book.save(made(student, earned=earned))
    found = [(result.student, result.earned) for result in book.results("02_gray_transforms")]
    assert found == [("ada", 2), ("cy", 3)]
    assert book.results("03_histograms") == []
    assert book.assignments() == ["02_gray_transforms"]


def test_old_result_stays_in_the_history_without_its_pictures(book):
    book.save(made(earned=1, tests_hash="old"))
    book.save(made(earned=6, tests_hash="new"))
    old, new = book.history("ada", "02_gray_transforms")
    assert (old.earned, old.tests_hash, new.earned, new.tests_hash) == (1, "old", 6, "new")
    assert old.exercises[0].pictures is None and new.exercises[0].pictures == PICTURES


def test_mark_by_hand_survives_a_regrade(book):
    book.save(made(penalty=1))
    assert book.mark_shown(made(penalty=1)) == 5
    book.mark("ada", "02_gray_transforms", "brighten", 2.5, "nice idea", by="teacher")
    book.save(made(earned=4, penalty=1))
    result = book.result("ada", "02_gray_transforms")
    (mark,) = book.marks("02_gray_transforms")
    assert (mark.points, mark.comment, mark.by, mark.exercise) == (
        2.5, "nice idea", "teacher", "brighten",
    )  # fmt: skip
    assert book.mark_shown(result) == 2.5 + 4 - 1


def test_last_mark_counts_and_a_mark_for_the_whole_beats_all(book):
    book.save(made(penalty=3))
    for points in (1, 7):
        book.mark("ada", "02_gray_transforms", None, points)
    book.mark("ada", "02_gray_transforms", "brighten", 0)
    assert book.mark_shown(book.result("ada", "02_gray_transforms")) == 7
    assert {mark.exercise: mark.points for mark in book.marks("02_gray_transforms")} == {
        None: 7, "brighten": 0,
    }  # fmt: skip


def test_comment_alone_changes_no_mark(book):
    book.save(made())
    book.mark("ada", "02_gray_transforms", None, None, "come and see me")
    assert book.mark_shown(made()) == 6


def test_comment_keeps_the_mark_before_it_and_a_mark_the_comment(book):
    book.save(made())
    book.mark("ada", "02_gray_transforms", None, 5)
    book.mark("ada", "02_gray_transforms", None, None, "come and see me")
    book.mark("ada", "02_gray_transforms", None, 6.5)
    (mark,) = book.marks("02_gray_transforms", "ada")
    assert (mark.points, mark.comment) == (6.5, "come and see me")


def test_mark_can_be_withdrawn(book):
    book.save(made())
    book.mark("ada", "02_gray_transforms", None, 5, "hm")
    book.withdraw("ada", "02_gray_transforms")
    assert book.marks("02_gray_transforms") == [] and book.mark_shown(made()) == 6


def test_grader_error_has_no_mark_until_one_is_given(book):
    failed = made(status=GRADER_ERROR, error="the test stopped by itself")
    book.save(failed)
    assert book.mark_shown(failed) is None
    book.mark("ada", "02_gray_transforms", None, 5)
    assert book.mark_shown(failed) == 5


def test_deductions_never_go_below_zero():
    assert made(earned=2, penalty=3, cost=1).mark == 0


@pytest.mark.parametrize(
    ("student", "exercise", "points", "told"),
    [
        ("bob", None, 1, "'bob' has no result for '02_gray_transforms'; there are ada"),
        ("Adá", None, 1, "did you mean 'ada'"),
        ("ada", "sharpen", 1, "no exercise 'sharpen'; there are: brighten, posterize"),
        ("ada", None, -1, "of at least 0"),
        ("ada", None, float("nan"), "of at least 0"),
    ],
)
def test_mark_that_cannot_be_is_refused(book, student, exercise, points, told):
    book.save(made())
    with pytest.raises(ValueError, match=told):
        book.mark(student, "02_gray_transforms", exercise, points)
    assert book.marks("02_gray_transforms") == []


def test_name_that_nobody_bears_is_told_with_the_nearest():
    class_list = ["Ada Well", "Ada Wells", "Bob", "Cy", "Dan", "Eve"]
    assert meant("ada well", class_list) == "did you mean 'Ada Well' or 'Ada Wells'?"
    assert meant("Zoe", class_list) == "there are Ada Well, Ada Wells, Bob, Cy, Dan, ..."


@pytest.mark.parametrize(("name", "told"), [("", "which assignment"), ("07", "no assignment '07'")])
def test_assignment_without_results_is_refused_with_those_there_are(book, name, told):
    book.save(made())
    book.save(replace(made(), assignment="03_histograms"))
    with pytest.raises(ValueError, match=f"{told}.*02_gray_transforms, 03_histograms"):
        book.assignment_named(name)


def test_saving_that_fails_half_way_leaves_the_old_result(book):
    book.save(made(earned=1))
    broken = ExerciseResult("brighten", "wrong", "", None, 0, 3, pictures={"yours": None})
    with pytest.raises(OSError, match="gradebook.db: NOT NULL constraint failed"):
        book.save(made(exercises=(broken,)))
    assert book.history("ada", "02_gray_transforms") == [made(earned=1)]


def test_what_the_disk_or_another_program_does_to_the_file_is_told_with_a_way_out(
    tmp_path, monkeypatch
):
    path = tmp_path / "gradebook.db"
    path.write_bytes(b"no database, but a text that somebody has saved under its name" * 40)
    with pytest.raises(OSError, match="not a database. Move the file away"):
        Gradebook(path)
    assert path.read_bytes().startswith(b"no database")
    path.unlink()
    book = Gradebook(path)
    monkeypatch.setattr(gradebook, "_PATIENCE", 0)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(OSError, match="is locked. Another program is using it"):
            book.save(made())
    book.save(made())
    assert book.results("02_gray_transforms") == [made()]


WRITER = """
import sys
from coursekit.classroom.gradebook import Gradebook, Result
book = Gradebook(sys.argv[1])
for number in range(10):
    book.save(Result(sys.argv[2], "02", earned=number))
"""


def test_two_programs_write_to_one_file(book):
    programs = [
        subprocess.Popen([sys.executable, "-c", WRITER, book.path, name]) for name in ("ada", "bob")
    ]
    assert [program.wait(60) for program in programs] == [0, 0]
    assert [(one.student, one.earned) for one in book.results("02")] == [("ada", 9), ("bob", 9)]
    assert len(book.history("ada", "02")) == 10


def test_times_do_not_count_as_content():
    timed = replace(made().exercises[0], seconds=9)
    again = made(graded_at="2026-01-01", seconds=3, exercises=(timed, *made().exercises[1:]))
    assert again != made() and again.content() == made(
        exercises=(replace(timed, seconds=0.0), made().exercises[1])
    )


def test_a_gradebook_of_an_older_version_is_read(book):
    book.save(made())
    with closing(sqlite3.connect(book.path)) as connection, connection:
        connection.execute(
            "UPDATE results SET document = replace(document, '\"stage\"', '\"rung\"')"
        )
    assert book.result("ada", "02_gray_transforms") == made()
