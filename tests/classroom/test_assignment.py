import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import fields
from datetime import datetime
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell

from coursekit.classroom.assignment import Rules, load, read_rules, remove_left_tests

ROOT = Path(__file__).parents[2]


def rules(folder, text):
    path = folder / "rules.toml"
    path.write_text(text)
    return read_rules(path)


def test_assignment_of_the_course_has_what_grading_needs():
    loaded = load("02", root=ROOT)
    assert loaded.name == "02_gray_transforms"
    assert loaded.exercises[0] == "brighten" and len(loaded.exercises) == 8
    assert loaded.total == 26
    assert not any("BEGIN SOLUTION" in cell.source for cell in loaded.notebook.cells)


def test_plan_tells_each_test_its_points_and_whether_it_is_hidden(course):
    loaded = load("01_made", root=course)
    told = [(test.name, test.points, test.hidden) for test in loaded.planned["double"]]
    assert told == [("two", 2, False), ("three", 1, True)] and loaded.total == 3


def test_hash_follows_tests_notebook_and_rules(course):
    hashes = {load("01", root=course).tests_hash}
    (course / "solutions" / "01_made.toml").write_text("seed = 3")
    hashes.add(load("01", root=course).tests_hash)
    with (course / "tests" / "exercises" / "test_01_made.py").open("a") as tests:
        tests.write("\n# mended\n")
    hashes.add(load("01", root=course).tests_hash)
    assert len(hashes) == 3
    lock = load("01", root=course).lock_hash
    shutil.copy(ROOT / "requirements.lock", course)
    assert load("01", root=course).lock_hash != lock


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("6)", "7)", "the solution of double fails its own tests"),
        ("assert_value_equal(student.double(3), 6)", "1 / 0", "a test is broken"),
        ('"double"', '"triple"', "tests 'triple', which the notebook does not"),
    ],
)
def test_tests_that_cannot_grade_are_refused_before_anyone_is_graded(course, right, wrong, told):
    path = course / "tests" / "exercises" / "test_01_made.py"
    path.write_text(path.read_text().replace(right, wrong, 1))
    with pytest.raises(ValueError, match=told):
        load("01", root=course)


def test_assignment_without_tests_is_refused(course):
    (course / "tests" / "exercises" / "test_01_made.py").unlink()
    with pytest.raises(ValueError, match="does not exist"):
        load("01", root=course)


@pytest.fixture
def of_nbgrader(course):
    """The same course as a teacher writes it for nbgrader: assertions in a cell, no test file."""
    path = course / "solutions" / "01_made.ipynb"
    notebook = nbformat.read(path, as_version=4)
    plain = {"schema_version": 3, "grade": False, "solution": False, "locked": False}
    notebook.cells[0].metadata = {"nbgrader": plain | {"solution": True, "grade_id": "double"}}
    test = new_code_cell("assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(3) == 6\n"
                         "### END HIDDEN TESTS")  # fmt: skip
    about = {"grade": True, "locked": True, "points": 3, "grade_id": "test_double"}
    test.metadata["nbgrader"] = plain | about
    notebook.cells.append(test)
    nbformat.write(notebook, path)
    tests = course / "tests" / "exercises" / "test_01_made.py"
    return course, tests, tests.rename(course / "kept.py")


def test_assertions_in_nbgraders_cells_are_refused_with_both_ways_out(of_nbgrader):
    course, tests, _ = of_nbgrader
    with pytest.raises(ValueError, match="can be forged") as refused:
        load("01", root=course)
    assert str(tests) in str(refused.value)
    assert "--ExecutePreprocessor.kernel_name=coursekit-sandbox" in str(refused.value)


def test_nbgraders_notebook_is_graded_by_tests_that_stand_outside(of_nbgrader):
    course, tests, kept = of_nbgrader
    kept.rename(tests)
    loaded = load("01", root=course)
    assert (loaded.exercises, loaded.total) == (("double",), 3)


def test_unknown_assignment_is_told_with_those_there_are(course):
    with pytest.raises(ValueError, match="no assignment '7'; there are: 01_made"):
        load("7", root=course)


# ------------------------------------------------------------------ rules


def test_without_a_file_the_defaults_hold(tmp_path):
    assert read_rules(tmp_path / "none.toml") == Rules()
    assert Rules().days_late("2199-01-01T00:00:00+00:00") == 0


@pytest.mark.parametrize(
    ("submitted", "days"),
    [
        ("2026-05-01T21:59:00+00:00", 0),
        ("2026-05-01T22:14:00+00:00", 0),
        ("2026-05-01T22:14:01+00:00", 1),
        ("2026-05-02T22:14:00+00:00", 1),
        ("2026-05-02T22:14:01+00:00", 2),
        (None, 0),
    ],
)
def test_days_are_counted_from_the_deadline_and_its_grace(tmp_path, submitted, days):
    made = rules(tmp_path, "deadline = 2026-05-01T23:59:00+02:00\ngrace_minutes = 15")
    assert made.days_late(submitted) == days


def test_penalty_is_a_share_of_all_points_for_each_day_up_to_the_most():
    made = Rules(late_per_day=0.1, late_at_most=0.25)
    assert [made.penalty(days, 26) for days in (0, 1, 2, 3, 9)] == [0, 2.6, 5.2, 6.5, 6.5]


def test_deadline_without_an_offset_is_this_machines_own_time(tmp_path):
    made = rules(tmp_path, "deadline = 2026-05-01T23:59:00")
    assert made.deadline == datetime(2026, 5, 1, 23, 59).astimezone()


def test_forbidden_modules_are_read(tmp_path):
    assert rules(tmp_path, 'forbidden = ["cv2", "skimage"]').forbidden == ("cv2", "skimage")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("deadlin = 3", "no rule 'deadlin'; there are: deadline"),
        ("deadline = 2026-05-01", "needs a day and a time of day, such as 2026-05-01T23:59"),
        ("late_per_day = 10", "at most 1, not 10 for 10 %"),
        ("late_per_day = -0.1", "of at least 0"),
        ("memory_mib = true", "of at least 0"),
        ("seconds_per_call = inf", "of at least 0"),
        ("forbidden = 'cv2'", "must be a list"),
        ("seed = ", "rules.toml"),
    ],
)
def test_rule_that_makes_no_sense_is_refused(tmp_path, text, told):
    with pytest.raises(ValueError, match=told):
        rules(tmp_path, text)


def test_readme_shows_every_rule_as_it_may_be_set(tmp_path):
    (block,) = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
    assert rules(tmp_path, block).late_per_day == 0.1
    named = {line.partition(" ")[0] for line in block.strip().splitlines()}
    assert named == {one.name for one in fields(Rules)} - {"seed"}


def test_tests_left_by_a_killed_grader_are_removed_and_no_others(course, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = tmp_path / f"coursekit-tests-{ended.pid}-x"
    left.mkdir()
    (left / "test_02.py").write_text("hidden")
    with load("01", root=course).test_file() as mine:
        remove_left_tests()
        assert mine.exists() and not left.exists()


@pytest.mark.parametrize(
    ("rules", "forbidden"),
    [("", ("cv2.blur",)), ("forbidden = ['cv2']", ("cv2",)), ("forbidden = []", ())],
)
def test_what_the_tests_forbid_holds_unless_the_teacher_says_otherwise(course, rules, forbidden):
    tests = course / "tests" / "exercises" / "test_01_made.py"
    tests.write_text("FORBIDDEN = ('cv2.blur',)\n" + tests.read_text())
    (course / "solutions" / "01_made.toml").write_text(rules)
    assert load("01", course).rules.forbidden == forbidden


def test_a_chapter_of_the_course_forbids_itself():
    assert load("02", ROOT).rules.forbidden[0] == "coursekit.gray_transforms"
