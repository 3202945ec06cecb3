"""An invented class, graded by coursekit and by nbgrader: ``python -m benchmarks.grading``.

The answers are the same, and so are the assertions. coursekit grades the whole class in its
sandbox, on all cores and in one run; nbgrader grades a sample, one by one and without isolation.
Half of the sample is graded before coursekit's run and half after, so that a machine that slows
down slows both. Their verdicts on each answer are compared.
"""

import argparse
import json
import multiprocessing
import os
import shutil
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from importlib.metadata import version
from pathlib import Path

import nbformat
import psutil
from nbformat.v4 import new_code_cell
from rich.console import Console
from rich.table import Table

from coursekit import course
from coursekit.classroom.answers import exercise_of
from coursekit.classroom.demo_class import demo_class
from coursekit.classroom.gradebook import GRADED
from coursekit.classroom.run import grade_class
from coursekit.classroom.watch import Watch
from coursekit.core import atomic
from coursekit.lab.device import written

RESULTS = Path(__file__).parent / "results"
ASSIGNMENT = "02_gray_transforms"
MIB = 2**20
BY_QUARTER = "memory in MiB, the median in each quarter of the class"

# Added to the tests of the chapter: a test cell of nbgrader calls them without pytest.
RUN_TESTS = '''

def run(exercise, functions):
    """Call every test of an exercise with the functions of a notebook."""
    from coursekit.lab.check import LiveCall, Student

    student, known = Student(LiveCall(functions)), list(globals().values())
    marked = [test for test in known if isinstance(getattr(test, "pytestmark", None), list)]
    for test in marked:
        marks = {mark.name: mark.args for mark in test.pytestmark}
        if marks["exercise"] == (exercise,):
            names, rows = marks.get("parametrize", ((), [()]))
            for row in rows:
                named = {names: row} if isinstance(names, str) else dict(zip(names, row))
                test(student, **named)
                student.settle()
'''


# ------------------------------------------------------------------ coursekit


class Memory(Watch):
    """Measures the memory of the grader and its workers five times a second, in MiB."""

    def __init__(self):
        self.seen = []  # (submissions graded so far, the grader, its workers together)
        self._graded, self._total = 0, 1

    def begin(self, total):
        self._total = total

    def done(self, result):
        self._graded += 1

    def __enter__(self):
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _look(self):
        grader = psutil.Process()
        others = set(grader.children())  # one of them runs nbgrader
        while not self._over.wait(0.2):
            workers = [one for one in grader.children(recursive=True) if one not in others]
            self.seen.append((self._graded, _held(grader), sum(map(_held, workers))))

    def facts(self):
        """The memory used in each quarter of the class, and the maximum."""
        quarters = [[], [], [], []]
        for graded, *held in self.seen:
            quarters[min(3, graded * 4 // self._total)].append(held)
        medians = []
        for held in quarters:  # in a small class, some quarters may have no measurement
            seen = held or medians[-1:]
            medians.append([statistics.median(column) for column in zip(*seen, strict=True)])
        grader, workers = ([round(value, 1) for value in one] for one in zip(*medians, strict=True))
        most = max(sum(held) for _, *held in self.seen)
        return {"grader": grader, "workers together": workers, "most of all": round(most, 1)}


def _held(process):
    """The memory of a process that grades; sandboxed processes do not count."""
    try:
        command = " ".join(process.cmdline())
        grades = process.pid == os.getpid() or "spawn_main" in command or "forkserver" in command
        return process.memory_info().rss / MIB if grades else 0.0
    except psutil.Error:  # it has just ended
        return 0.0


def graded(folder, memory):
    """Grade the class with coursekit, in one run; return the seconds and the results."""
    begun = time.perf_counter()
    summary = grade_class(
        folder / "submissions", ASSIGNMENT, folder / "results", root=folder, watch=memory
    )
    return time.perf_counter() - begun, summary.results


def _passed(results):
    """The exercises that each student passed, for submissions that could be read."""
    return {
        result.student: {one.exercise: one.stage == "right" for one in result.exercises}
        for result in results
        if result.status == GRADED
    }


# ------------------------------------------------------------------ nbgrader


def write_nbgrader_course(folder, submissions, names):
    """Write a course for nbgrader: the assignment, and these students' submissions."""
    source = nbgrader_notebook(
        nbformat.read(course.folder() / "solutions" / f"{ASSIGNMENT}.ipynb", 4)
    )
    tests = course.folder() / "tests" / "exercises" / f"test_{ASSIGNMENT}.py"
    place = folder / "source" / ASSIGNMENT
    place.mkdir(parents=True)
    nbformat.write(source, place / f"{ASSIGNMENT}.ipynb")
    (place / "graded_tests.py").write_text(tests.read_text("utf-8") + RUN_TESTS, "utf-8")
    _nbgrader(folder, "generate_assignment", ASSIGNMENT)
    released = folder / "release" / ASSIGNMENT
    for name in names:
        handed_in = folder / "submitted" / _account(name) / ASSIGNMENT
        shutil.copytree(released, handed_in)
        _answer(handed_in / f"{ASSIGNMENT}.ipynb", submissions / f"{name}.ipynb")


def nbgrader_notebook(solution):
    """The solution as a teacher would write it for nbgrader, with a test cell after each answer."""
    cells, exercise = [], None
    for cell in solution.cells:
        if exercise_of(cell):
            exercise = exercise_of(cell)
            cell.metadata["nbgrader"] = _role(exercise, solution=True)
        elif cell.source.startswith("check("):
            cell = new_code_cell(f"import graded_tests\ngraded_tests.run({exercise!r}, globals())")
            cell.metadata["nbgrader"] = _role(f"test_{exercise}", grade=True, locked=True, points=1)
        if cell.source != "progress()":
            cells.append(cell)
    return nbformat.from_dict({**solution, "cells": cells})


def _role(name, **roles):
    plain = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"schema_version": 3, "grade_id": name, **plain, **roles}


def _account(name):
    return name.replace(" ", "_")


def _answer(released, handed_in):
    """Put a student's answers into the notebook that nbgrader released."""
    theirs = {exercise_of(cell): cell.source for cell in nbformat.read(handed_in, 4).cells}
    notebook = nbformat.read(released, 4)
    for cell in notebook.cells:
        if exercise_of(cell):
            cell.source = theirs.get(exercise_of(cell), cell.source)
    nbformat.write(notebook, released)


def _nbgrader(folder, action, *words):
    """Run one action of nbgrader; return the seconds it took."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    place = {"root": str(folder), "course_id": "bench"}
    api = NbGraderAPI(config=Config(CourseDirectory=place))
    begun = time.perf_counter()
    outcome = getattr(api, action)(*words)
    seconds = time.perf_counter() - begun
    if not outcome["success"]:
        raise RuntimeError(f"nbgrader's {action}: {outcome['log']}")
    return seconds


def autograde(folder, name):
    """Grade a student with nbgrader; return the seconds and which exercises passed."""
    from nbgrader.api import Gradebook

    seconds = _nbgrader(folder, "autograde", ASSIGNMENT, _account(name))
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as book:
        (notebook,) = book.find_submission(ASSIGNMENT, _account(name)).notebooks
        passed = {one.name.removeprefix("test_"): bool(one.auto_score) for one in notebook.grades}
    return seconds, passed


# ------------------------------------------------------------------ both


def measured(submissions, peer):
    """Grade a class with both; return their times and how often they agree."""
    with tempfile.TemporaryDirectory(prefix="coursekit-") as place, _one_process() as nbgrader:
        folder = Path(place)
        handed_in = demo_class(ASSIGNMENT, submissions, 0, folder)
        names = sorted(path.stem for path in handed_in.glob("*.ipynb"))
        sample = _sample([name for name in names if _is_readable(handed_in, name)], peer)
        theirs_at, memory = folder / "nbgrader", Memory()
        nbgrader.submit(write_nbgrader_course, theirs_at, handed_in, sample).result()
        autograded = partial(_autograded, nbgrader, theirs_at)
        before = autograded(sample[::2])
        ours = graded(folder, memory)
        theirs = before + autograded(sample[1::2])
    return _facts(ours, theirs, memory)


def _autograded(process, folder, names):
    return [(name, *process.submit(autograde, folder, name).result()) for name in names]


def _one_process():
    """A separate process, so that nbgrader's memory does not count as the grader's."""
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=spawn, initializer=_prepare)


def _prepare():
    """Let nbgrader find ``alembic`` by name, and hide its warnings; its errors are raised."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


def _sample(names, count):
    """This many names, evenly spread."""
    count = min(count, len(names))
    return [names[number * len(names) // count] for number in range(count)]


def _is_readable(folder, name):
    try:
        return bool(nbformat.read(folder / f"{name}.ipynb", 4).cells)
    except (ValueError, nbformat.ValidationError):
        return False


def _facts(ours, theirs, memory):
    seconds, results = ours
    found = _passed(results)
    pairs = [(found[name].get(one), ok) for name, _, passed in theirs for one, ok in passed.items()]
    own = [each for _, each, _ in theirs]
    return {
        "assignment": ASSIGNMENT,
        "coursekit": {
            **_times(seconds, [result.seconds for result in results]),
            "processes": os.cpu_count(),
            "isolated": all(result.isolated for result in results),
            BY_QUARTER: memory.facts(),
        },
        "nbgrader": {**_times(sum(own), own), "processes": 1, "isolated": False},
        "answers judged by both": len(pairs),
        "answers judged alike": sum(ours == theirs for ours, theirs in pairs),
    }


def _times(wall, each):
    median = statistics.median(each)
    return {
        "submissions": len(each),
        "seconds for each": wall / len(each),
        "median seconds of one": median,
    }


def table(results):
    """One line for each grader."""
    grid = Table("grader", title=f"grading {results['assignment']}", title_justify="left")
    for title in ("submissions", "processes", "wall for each", "median of one", "isolated"):
        grid.add_column(title, justify="right")
    for name in ("coursekit", "nbgrader"):
        row = results[name]
        sampled = " (a sample)" if row["submissions"] < results["coursekit"]["submissions"] else ""
        times = map(written, (row["seconds for each"], row["median seconds of one"]))
        grid.add_row(
            name, f"{row['submissions']}{sampled}", str(row["processes"]), *times,
            "yes" if row["isolated"] else "no",
        )  # fmt: skip
    return grid


def memory_table(ours):
    """A column for each quarter of the class; memory that is never freed shows as a rise."""
    held = ours[BY_QUARTER]
    grid = Table("memory in MiB, median", title="while it grades", title_justify="left")
    ends = [ours["submissions"] * part // 4 for part in range(5)]
    for first, last in zip(ends, ends[1:], strict=False):
        grid.add_column(f"{first + 1} to {last}", justify="right")
    grid.add_row("the grader", *(f"{value:.0f}" for value in held["grader"]))
    workers = f"its {ours['processes']} workers together"
    grid.add_row(workers, *(f"{value:.0f}" for value in held["workers together"]))
    return grid


def show(results):
    """Print the results, and what they mean."""
    console = Console(width=110)
    facts, ours = results["machine"], results["coursekit"]
    console.print(f"{facts['processor']}, {facts['cores']} cores, load {facts['load']}.")
    console.print(table(results))
    console.print(
        "nbgrader graded a sample, without isolation; its start-up is not counted, ours is."
    )
    alike, both = results["answers judged alike"], results["answers judged by both"]
    console.print(f"Both agree on {alike} of {both} answers.")
    console.print(memory_table(ours))
    console.print(
        f"Never more than {ours[BY_QUARTER]['most of all']:.0f} MiB, without the sandboxes."
    )


def _machine():
    from benchmarks.machine import machine

    facts = machine()
    facts["versions"] |= {name: version(name) for name in ("coursekit", "nbgrader", "nbclient")}
    return facts


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.grading", description=__doc__)
    parser.add_argument("--submissions", type=int, default=200, help="students in the class")
    parser.add_argument("--peer", type=int, default=20, help="how many of them nbgrader grades too")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for the results")
    asked = parser.parse_args()
    with _one_process() as other:  # so that torch's memory does not count as the grader's
        facts = other.submit(_machine).result()
    results = {"machine": facts, **measured(asked.submissions, asked.peer)}
    show(results)
    asked.results.mkdir(parents=True, exist_ok=True)
    atomic.write_text(asked.results / "grading.json", json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
