"""A run that is killed, disturbed or run twice: each submission has one result, the same one."""

import multiprocessing
import os
import random
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from filelock import FileLock

from coursekit.classroom import run
from coursekit.classroom.assignment import load
from coursekit.classroom.grade import Job
from coursekit.classroom.gradebook import GRADED, GRADER_ERROR, UNREADABLE, Gradebook
from coursekit.classroom.run import grade_class, map_jobs

NAME = "01_made"
ANSWERS = (
    "def double(number):\n    return number + number",
    "def double(number):\n    return number ** 2",
    "def double(number):\n    raise RuntimeError('no')",
)
RUNS = multiprocessing.get_context("forkserver")  # each a process of its own, imports made once
RUNS.set_forkserver_preload(["coursekit.classroom.run"])


@pytest.fixture
def hand_in(answered, tmp_path):
    """Writes a notebook for each of so many students, or for one by name."""
    folder = tmp_path / "submissions"
    folder.mkdir()

    def write(count=0, **answers):
        answers |= {f"s{number:02}": ANSWERS[number % len(ANSWERS)] for number in range(count)}
        for student, answer in answers.items():
            nbformat.write(answered(double=answer), folder / f"{student}.ipynb")
        return folder

    return write


@pytest.fixture
def few(hand_in):
    return hand_in(3)


def grade_here(place, out, course, **more):
    return grade_class(place, "01", out, jobs=1, isolated=False, root=course, **more)


def contents(out):
    return [result.content() for result in Gradebook(out / "gradebook.db").results(NAME)]


# ------------------------------------------------------------------ resuming


def test_second_run_keeps_what_holds_and_grades_what_is_new(few, hand_in, tmp_path, course):
    first = grade_here(few, tmp_path / "out", course)
    assert sorted(one.student for one in first.results) == ["s00", "s01", "s02"]
    assert [one.earned for one in first.gradebook.results(NAME)] == [3, 2, 0]
    hand_in(s01=ANSWERS[0], s09=ANSWERS[0])
    again = grade_here(few, tmp_path / "out", course)
    assert again.kept == ["s00", "s02"]
    assert sorted(one.student for one in again.results) == ["s01", "s09"]
    assert [one.earned for one in again.gradebook.history("s01", NAME)] == [2, 3]


def test_regrade_keeps_marks_given_by_hand(few, tmp_path, course):
    book = grade_here(few, tmp_path / "out", course, only=["s02"]).gradebook
    book.mark("s02", NAME, "double", 1.5, "tried hard", by="teacher")
    summary = grade_here(few, tmp_path / "out", course, only=["s02"], regrade=True)
    (result,) = summary.gradebook.results(NAME)
    assert len(book.history("s02", NAME)) == 2
    assert (result.earned, book.mark_shown(result)) == (0, 1.5)


def test_grader_error_is_tried_again(few, tmp_path, course, monkeypatch):
    from coursekit.classroom import run

    monkeypatch.setattr(
        run, "map_jobs", lambda jobs, *_: (run.failed(job, "The disk is full.") for job in jobs)
    )
    summary = grade_here(few, tmp_path / "out", course)
    assert len(summary.failures) == 3 and "3 without a result" in str(summary)
    monkeypatch.undo()
    summary = grade_here(few, tmp_path / "out", course)
    assert not summary.failures and not summary.kept
    assert {one.status for one in summary.gradebook.results(NAME)} == {GRADED}


def test_result_without_the_sandbox_serves_no_run_with_it(few, tmp_path, course, monkeypatch):
    from coursekit.classroom import run

    grade_here(few, tmp_path / "out", course)
    monkeypatch.setattr(run, "require_bubblewrap", lambda: None)
    monkeypatch.setattr(
        run, "map_jobs", lambda jobs, *_: (run.failed(job, "not run") for job in jobs)
    )
    summary = grade_class(few, "01", tmp_path / "out", root=course)
    assert not summary.kept and len(summary.results) == 3


def test_second_grader_on_one_folder_is_refused(few, tmp_path, course):
    out = tmp_path / "out"
    out.mkdir()
    with FileLock(out / ".grading.lock"):
        with pytest.raises(ValueError, match="another grader is running on"):
            grade_here(few, out, course)
    assert not (out / "gradebook.db").exists()


# ------------------------------------------------------------------ processes


class Bomb(bytes):
    """A submission that ends the process that takes it up."""

    def __reduce__(self):
        return os._exit, (3,)


def test_job_that_ends_its_process_takes_no_other_down(course, answered):
    assignment = load("01", root=course)
    good = nbformat.writes(answered(double=ANSWERS[0])).encode()
    data = {"ada": good, "bomb": Bomb(b"x"), "cy": good, "dan": good}
    jobs = [Job(assignment, name, content, isolated=False) for name, content in data.items()]
    results = {one.student: one for one in map_jobs(iter(jobs), 2)}
    assert results.keys() == data.keys()
    bomb = results.pop("bomb")
    assert bomb.status == UNREADABLE and "takes too long" in bomb.error
    assert {one.earned for one in results.values()} == {3}


def test_job_that_is_read_and_then_ends_its_process_is_an_error_of_the_grader(course, monkeypatch):
    monkeypatch.setattr(run, "_survives", lambda step, job: True)
    job = Job(load("01", root=course), "bomb", Bomb(b"x"), isolated=False)
    (result,) = map_jobs(iter([job]), 1)
    assert result.status == GRADER_ERROR


def descendants(process):
    """The processes that a process has started, and theirs."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found, todo = [], [process.pid]
    while todo:
        found += (children := parents.get(todo.pop(), []))
        todo += children
    return found


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def all_gone(pids, seconds=10):
    until = time.monotonic() + seconds
    while any(map(is_alive, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    return not any(map(is_alive, pids))


def started(place, out, course):
    how = {"jobs": 2, "isolated": False, "root": course}
    process = RUNS.Process(target=grade_class, args=(place, "01", out), kwargs=how)
    process.start()
    return process


def results_of(out):
    try:
        with closing(sqlite3.connect(f"file:{out}/gradebook.db?mode=ro", uri=True)) as book:
            return book.execute("select count(distinct student) from results").fetchone()[0]
    except sqlite3.OperationalError:  # not there yet
        return 0


def kill_after(process, out, results, delay):
    """Kill a run so many seconds after it has saved so many results; tell what it had started."""
    while results_of(out) < results and process.is_alive():
        time.sleep(0.02)
    time.sleep(delay)
    family = descendants(process)
    process.kill()
    process.join()
    return family


@pytest.mark.parametrize("students", [10, pytest.param(40, marks=pytest.mark.thorough)])
@pytest.mark.skipif(not Path("/proc").exists(), reason="counts processes under /proc")
def test_run_killed_at_any_moment_and_resumed_equals_an_undisturbed_one(
    hand_in, tmp_path, course, students
):
    place, out = hand_in(students), tmp_path / "killed"
    grade_class(place, "01", tmp_path / "whole", jobs=2, isolated=False, root=course)
    chance = random.Random(7)
    for results in range(0, students, 2):
        family = kill_after(started(place, out, course), out, results, chance.uniform(0, 0.6))
        assert all_gone(family), "a worker outlived its run"
        assert results_of(out) >= results
    last = started(place, out, course)
    last.join(timeout=120)
    assert last.exitcode == 0
    assert contents(out) == contents(tmp_path / "whole")
    book = Gradebook(out / "gradebook.db")
    assert [len(book.history(f"s{n:02}", NAME)) for n in range(students)] == [1] * students
