"""Run the pytest tests of one exercise in this process and reduce them to a verdict."""

import ast
import contextlib
import difflib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from coursekit.core.types import Real
from coursekit.course import test_folders
from coursekit.lab.check.mismatch import Mismatch, Stage
from coursekit.lab.check.student import LiveCall, Student

_MARK = re.compile(r"mark\.exercise\(\s*[\"'](\w+)[\"']")
_CHAPTER = re.compile(r"test_(\d\d_\w+)\.py")
_PLUGINS_LEFT_OUT = (
    "cacheprovider", "terminal", "faulthandler", "logging", "junitxml", "pastebin", "stepwise",
    "doctest", "unittest", "nose", "debugging", "unraisableexception", "threadexception",
)  # fmt: skip


class BrokenTest(RuntimeError):
    """A test of the course is broken; the answer is not to blame."""


@dataclass(frozen=True)
class TestResult:
    """One test: its name in words, whether it passed, and its points."""

    __test__ = False
    name: str
    passed: bool
    points: int
    hidden: bool = False


@dataclass(frozen=True)
class Verdict:
    """What the tests of one exercise say about an answer."""

    exercise: str
    stage: Stage
    sentence: str
    diagnosis: str | None = None
    yours: object = None
    expected: object = None
    call: str = ""
    tests: tuple[TestResult, ...] = ()

    @property
    def earned(self) -> int:
        return sum(test.points for test in self.tests if test.passed)

    @property
    def total(self) -> int:
        return sum(test.points for test in self.tests)

    @property
    def passed(self) -> bool:
        return self.stage == "right"


def run_exercise(name: str, namespace: Mapping[str, Any], seconds: Real | None = None) -> Verdict:
    """Test the function ``name`` of ``namespace``.

    The verdict reports the stage reached in the first test that fails, in the order of the file:
    authors put the simplest test first.
    """
    call = LiveCall(namespace, seconds) if seconds else LiveCall(namespace)
    return judge(name, find_tests(name), Student(call))


def judge(
    name: str, path: Path, student: Student, hidden: bool | None = None, hangs: int = 1
) -> Verdict:
    """Test any student: a live notebook, a solution, or a proxy for one in a sandbox.

    ``hidden`` runs only the hidden tests (True) or only the others (False). After this many
    ``hangs``, tests in which the answer did not return, the others are skipped.
    """
    (verdict,) = judge_all(name, path, [student], hidden, hangs)
    if isinstance(verdict, BrokenTest):
        raise verdict
    return verdict


def judge_all(
    name: str, path: Path, students: Sequence[Student], hidden: bool | None = None, hangs: int = 1
) -> list[Verdict | BrokenTest]:
    """Test many students independently; the tests are read once.

    Returns
    -------
    For each student a ``Verdict``, or the ``BrokenTest`` that ``judge`` would raise.
    """
    plugin = _OneExercise(name, students, hidden, hangs)
    _run_pytest(path, plugin)
    if plugin.broken:
        raise BrokenTest(plugin.broken)
    return [_judged(name, path, trial) for trial in plugin.trials]


def _judged(name, path, trial):
    if trial.broken:
        return BrokenTest(trial.broken)
    if not trial.outcomes:
        return BrokenTest(f"{path.name} has no test for the exercise {name!r} that can run.")
    return _verdict(name, trial.outcomes.values())


def exercises(chapter_file: str | PathLike[str]) -> list[str]:
    """The names of the exercises of one test file, in its order."""
    return list(dict.fromkeys(_MARK.findall(Path(chapter_file).read_text(encoding="utf-8"))))


def points(chapter_file: str | PathLike[str]) -> dict[str, int]:
    """Map each exercise of one test file to the total points of its tests."""
    worth = dict.fromkeys(exercises(chapter_file), 0)
    for test in ast.parse(Path(chapter_file).read_text(encoding="utf-8")).body:
        marks = _marks(test)
        if marks.get("exercise") in worth:
            worth[marks["exercise"]] += marks.get("points", 1)
    return worth


def _marks(test):
    """Map each marker of a test that has a plain value to this value."""
    calls = [mark for mark in getattr(test, "decorator_list", ()) if isinstance(mark, ast.Call)]
    return {
        call.func.attr: call.args[0].value
        for call in calls
        if call.args and isinstance(call.args[0], ast.Constant)
    }


def chapters(folder: str | PathLike[str] | None = None) -> dict[str, dict[str, int]]:
    """Map each chapter's name to its exercises and their points, in teaching order."""
    found = {}
    for place in [Path(folder)] if folder else test_folders():
        for path in sorted(place.glob("test_*.py")):
            match = _CHAPTER.fullmatch(path.name)
            if match and (worth := points(path)):
                found.setdefault(match[1], worth)
    return dict(sorted(found.items()))


def find_tests(name: str) -> Path:
    """The test file of an exercise: in ``tests/exercises`` above here, or the course's."""
    known = []
    for folder in test_folders():
        for path in sorted(folder.glob("test_*.py")):
            names = exercises(path)
            if name in names:
                return path
            known += names
    raise ValueError(_not_an_exercise(name, known))


def _not_an_exercise(name, known):
    known = list(dict.fromkeys(known))
    if not known:
        return f"{name} cannot be checked: the course's tests are missing; try `coursekit doctor`."
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or known[:3]
    return f"{name} is not an exercise. Did you mean {' or '.join(near)}?"


def _run_pytest(path, plugin):
    arguments = [str(path), "-c", os.devnull, f"--rootdir={path.parent}", "--noconftest"]
    arguments += ["--capture=no", "--assert=plain", "--strict-markers"]
    arguments += [part for name in _PLUGINS_LEFT_OUT for part in ("-p", f"no:{name}")]
    with _surroundings_kept():
        code = pytest.main(arguments, plugins=[plugin])
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    if code in (pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR):
        raise BrokenTest(f"pytest could not run {path.name}: {plugin.internal or code.name}.")


@contextlib.contextmanager
def _surroundings_kept():
    """Restore the environment after the run, which may be in a notebook or in another pytest."""
    environment, path, bytecode = dict(os.environ), list(sys.path), sys.dont_write_bytecode
    os.environ.update(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", PYTEST_ADDOPTS="", PYTEST_PLUGINS="")
    sys.dont_write_bytecode = True
    try:
        yield
    finally:
        sys.dont_write_bytecode = bytecode
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(environment)


class _Outcome:
    """The outcome of one test function; of all its parameters, the first failure is kept."""

    def __init__(self, item):
        self.name = item.originalname.removeprefix("test_").replace("_", " ")
        mark = item.get_closest_marker("points")
        self.points = mark.args[0] if mark else 1
        self.hidden = item.get_closest_marker("hidden") is not None
        self.mismatch, self.call = None, ""

    def fail(self, mismatch, call):
        if self.mismatch is None:
            self.mismatch, self.call = mismatch, call


class _Trial:
    """The outcomes of one exercise's tests for one student."""

    def __init__(self, student, hangs):
        self.student, self.hangs = student, hangs
        self.outcomes, self.broken, self.stopped = {}, "", False

    def failed(self, item, outcome, excinfo):
        mismatch = _as_mismatch(excinfo)
        if mismatch is None:
            self.broken = self.broken or _blame_the_test(item, excinfo)
            self.stopped = True
            return
        last = self.student.last
        outcome.fail(mismatch, last.call if last else "")
        if last and last.failure and "TimeLimit" in last.failure.kinds:
            self.hangs -= 1
            self.stopped = self.stopped or self.hangs <= 0


class _OneExercise:
    """The pytest plugin: provides ``student`` and the markers, and keeps the outcomes."""

    def __init__(self, name, students, hidden=None, hangs=1):
        self.name, self._students, self._hidden, self._hangs = name, students, hidden, hangs
        self.trials, self.broken, self.internal = [], "", ""

    @pytest.fixture
    def student(self):
        student = self.trials[-1].student
        yield student
        student.settle()

    def pytest_configure(self, config):
        for mark in ("exercise(name)", "points(number)", "hidden", "slow"):
            config.addinivalue_line("markers", mark)
        config.option.tbstyle = "native"  # pytest's own report is never shown, and takes time

    def pytest_pycollect_makemodule(self, module_path, parent):
        return _fresh_module(parent, module_path)

    def pytest_collection_modifyitems(self, items):
        items[:] = [item for item in items if self._is_wanted(item)]

    def _is_wanted(self, item):
        is_hidden = item.get_closest_marker("hidden") is not None
        return self.name in _exercise_of(item) and self._hidden in (None, is_hidden)

    def pytest_collectreport(self, report):
        if report.failed:
            self.broken = f"{report.nodeid} cannot be read: {_last_line(report.longrepr)}"

    def pytest_runtestloop(self, session):
        for student in self._students if not self.broken else ():
            self.trials.append(trial := _Trial(student, self._hangs))
            for item, following in zip(session.items, [*session.items[1:], None], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if trial.stopped:
                    session._setupstate.teardown_exact(None)
                    break
        return True

    def pytest_internalerror(self, excinfo):
        self.internal = excinfo.exconly()

    def pytest_runtest_makereport(self, item, call):
        if item.get_closest_marker("skip") or _skipped(call.excinfo):
            return
        trial = self.trials[-1]
        outcome = trial.outcomes.setdefault(item.originalname, _Outcome(item))
        if call.excinfo is not None:
            trial.failed(item, outcome, call.excinfo)


def _fresh_module(parent, path):
    """A test module that is read anew each time: no bytecode, nothing left in sys.modules."""

    class Fresh(pytest.Module):
        def _getobj(self):
            module = ModuleType(path.stem)
            module.__file__ = str(path)
            exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module.__dict__)
            return module

    return Fresh.from_parent(parent, path=path)


def _exercise_of(item):
    return [mark.args[0] for mark in item.iter_markers("exercise") if mark.args]


def _skipped(excinfo):
    return excinfo is not None and excinfo.errisinstance(pytest.skip.Exception)


def _last_line(longrepr):
    return str(longrepr).strip().splitlines()[-1].removeprefix("E").strip()


def _as_mismatch(excinfo):
    if isinstance(excinfo.value, Mismatch):
        return excinfo.value
    if isinstance(excinfo.value, AssertionError):
        entry = excinfo.traceback[-1]
        lines = str(excinfo.value).strip().splitlines()
        return Mismatch(
            "wrong", lines[0] if lines else f"This does not hold: `{str(entry.statement).strip()}`."
        )
    return None


def _blame_the_test(item, excinfo):
    entry = next((e for e in reversed(excinfo.traceback) if e.path == item.path), None)
    where = f" in line {entry.lineno + 1}, `{str(entry.statement).strip()}`" if entry else ""
    return (
        f"The test {item.originalname} of {item.path.name} is broken{where}: "
        f"{excinfo.exconly()}. Either the test has a bug, or your answer returned something "
        "that it does not expect."
    )


def _verdict(name, outcomes):
    outcomes = list(outcomes)
    tests = tuple(TestResult(o.name, o.mismatch is None, o.points, o.hidden) for o in outcomes)
    failed = [outcome for outcome in outcomes if outcome.mismatch is not None]
    if not failed:
        return Verdict(name, "right", "Every test passes.", tests=tests)
    shown = [outcome for outcome in failed if not outcome.hidden]
    if not shown:
        return Verdict(name, *_only_hidden(failed), tests=tests)
    first, mismatch = shown[0], shown[0].mismatch
    return Verdict(
        name, mismatch.stage, mismatch.sentence, mismatch.diagnosis, mismatch.yours,
        mismatch.expected, first.call, tests,
    )  # fmt: skip


def _only_hidden(failed):
    count = len(failed)
    return "wrong", (
        f"All visible tests pass, but {count} hidden "
        f"{'test does' if count == 1 else 'tests do'} not: read the task again for what is missing."
    )
