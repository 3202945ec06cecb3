"""An assignment: its exercises, the tests that grade them, and the rules for this class.

The rules are in ``solutions/NN_<chapter>.toml``; all of them are optional::

    deadline = 2026-05-01T23:59:00+02:00
    grace_minutes = 15
    late_per_day = 0.1            # share of all points, per day or part of a day
    late_at_most = 0.5            # share of all points
    cost_of_broken_cell = 0       # points, for each cell that fails
    forbidden = ["cv2", "skimage.filters.gaussian"]  # instead of what the tests forbid
    seconds_per_call = 10
    seconds_per_cell = 30
    seconds_per_notebook = 300
    memory_mib = 2048
    seed = 2026                   # replaces SEED in the tests
"""

import hashlib
import math
import os
import platform
import re
import shutil
import tempfile
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from importlib import metadata
from pathlib import Path

import nbformat
import psutil

from coursekit import course
from coursekit.classroom import nbgrader
from coursekit.classroom.answers import definitions, exercise_of
from coursekit.classroom.student_notebook import student_text
from coursekit.lab.check import BrokenTest, LiveCall, Student, TestResult, judge
from coursekit.lab.check.forbidden import forbidden_by
from coursekit.lab.check.run import exercises

_SEED = re.compile(r"^SEED = (\d+)$", re.MULTILINE)
_TESTS = "coursekit-tests-"  # followed by the process and random letters
_DAY = 24 * 60 * 60  # seconds
_SECONDS = 60  # for one call of the solution


@dataclass(frozen=True)
class Rules:
    """What a teacher can set for an assignment."""

    deadline: datetime | None = None
    grace_minutes: float = 0
    late_per_day: float = 0
    late_at_most: float = 1
    cost_of_broken_cell: float = 0
    forbidden: tuple[str, ...] | None = None  # None: what the tests say
    seconds_per_call: float = 10
    seconds_per_cell: float = 30
    seconds_per_notebook: float = 300
    memory_mib: int = 2048
    seed: int | None = None

    def __post_init__(self):
        for name in _NUMBERS:
            if not (_is_number(getattr(self, name)) or (name, self.seed) == ("seed", None)):
                raise ValueError(
                    f"{name} must be a number of at least 0, got {getattr(self, name)!r}"
                )
        for name in ("late_per_day", "late_at_most"):
            if getattr(self, name) > 1:
                raise ValueError(f"{name} is a share of all points: at most 1, not 10 for 10 %")

    def days_late(self, submitted_at):
        """The days late, each counted as soon as it begins, after the deadline and the grace."""
        if self.deadline is None or submitted_at is None:
            return 0
        late = datetime.fromisoformat(submitted_at) - self.deadline
        seconds = late.total_seconds() - 60 * self.grace_minutes
        return max(0, math.ceil(seconds / _DAY))

    def penalty(self, days, total):
        """The points deducted for this many days."""
        return round(total * min(self.late_at_most, self.late_per_day * days), 4)


_NUMBERS = (
    "grace_minutes", "late_per_day", "late_at_most", "cost_of_broken_cell", "seconds_per_call",
    "seconds_per_cell", "seconds_per_notebook", "memory_mib", "seed",
)  # fmt: skip


@dataclass(frozen=True)
class Assignment:
    """What grading needs; of it, only ``notebook`` ever reaches the sandbox."""

    name: str
    notebook: nbformat.NotebookNode  # as the students got it
    solution: nbformat.NotebookNode
    tests: str  # the source of the tests, with this class's seed
    exercises: tuple[str, ...]
    rules: Rules = field(default_factory=Rules)
    tests_hash: str = ""
    lock_hash: str = ""
    planned: dict[str, tuple[TestResult, ...]] = field(default_factory=dict)
    given: tuple[str, ...] = ()  # what of the forbidden chapter may be used after all

    @property
    def total(self):
        """The total points of all tests."""
        return sum(test.points for tests in self.planned.values() for test in tests)

    @property
    def seed(self):
        """The seed of the tests' random inputs; 0 if they have none."""
        found = _SEED.search(self.tests)
        return int(found[1]) if found else 0

    @contextmanager
    def test_file(self):
        """Write the tests to a file for as long as they are needed."""
        with tempfile.TemporaryDirectory(prefix=f"{_TESTS}{os.getpid()}-") as folder:
            path = Path(folder) / f"test_{self.name}.py"
            path.write_text(self.tests, "utf-8")
            yield path

    def judge_solution(self, exercise):
        """The verdict on the teacher's own solution, in this process."""
        namespace = definitions(self.solution, self.name)
        with self.test_file() as tests:
            return judge(exercise, tests, Student(LiveCall(namespace, _SECONDS)))


def remove_left_tests():
    """Remove the tests left behind by graders that were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_TESTS}*-*"):
        owner = folder.name.removeprefix(_TESTS).partition("-")[0]
        if owner.isdecimal() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def load(name, root=None):
    """Load the assignment ``02`` or ``02_gray_transforms`` of the course.

    The tests are first run on the solution, so that they are not to blame for later failures.

    Parameters
    ----------
    root : the course's folder; by default the one that contains the current folder, or else the
        shipped one

    Raises
    ------
    ValueError : no such assignment, tests that do not fit the notebook, a solution that fails, or
        rules that make no sense.
    """
    root = Path(root) if root else course.folder()
    path = _solution(root, name)
    tests = root / "tests" / "exercises" / f"test_{path.stem}.py"
    text, toml = student_text(path), path.with_suffix(".toml")
    notebook, rules = nbformat.reads(text, as_version=4), read_rules(toml)
    forbidden, given = forbidden_by(tests)
    if rules.forbidden is None:
        rules = replace(rules, forbidden=forbidden)
    loaded = Assignment(
        path.stem, notebook, nbformat.read(path, as_version=4),
        tests=_seeded(_bytes(tests).decode(), rules.seed),
        exercises=_exercises(notebook, tests),
        rules=rules,
        given=given,
        tests_hash=_hash(text.encode(), _bytes(tests), _bytes(toml)),
        lock_hash=_hash(_lock(root), platform.python_version().encode()),
    )  # fmt: skip
    return replace(loaded, planned={name: _planned(loaded, name) for name in loaded.exercises})


def _seeded(source, seed):
    return source if seed is None else _SEED.sub(f"SEED = {int(seed)}", source)


def _planned(assignment, exercise):
    """The tests of one exercise, passed by the solution."""
    try:
        verdict = assignment.judge_solution(exercise)
    except BrokenTest as error:
        raise ValueError(f"nothing was graded, because a test is broken: {error}") from None
    if not verdict.passed:
        raise ValueError(
            f"nothing was graded, because the solution of {exercise} fails its own tests here: "
            f"{verdict.sentence}"
        )
    return verdict.tests


def read_rules(path):
    """Read the rules of an assignment; if there is no file, the defaults apply.

    Raises
    ------
    ValueError : the file is not TOML, or a rule does not exist or makes no sense.
    """
    if not Path(path).exists():
        return Rules()
    try:
        given = tomllib.loads(Path(path).read_text("utf-8"))
        return _rules(given)
    except (ValueError, TypeError) as error:
        raise ValueError(f"{path}: {error}") from None


def _rules(given):
    known = [one.name for one in fields(Rules)]
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ValueError(f"no rule {unknown[0]!r}; there are: {', '.join(known)}")
    forbidden = given.get("forbidden")
    if forbidden is not None:
        if not isinstance(forbidden, list) or not all(isinstance(name, str) for name in forbidden):
            raise ValueError("forbidden must be a list of modules and functions, such as ['cv2']")
        given = {**given, "forbidden": tuple(forbidden)}
    rules = replace(Rules(), **given)
    return replace(rules, deadline=_deadline(rules.deadline))


def _deadline(moment):
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        example = f"{moment}T23:59:00+02:00" if isinstance(moment, date) else "2026-05-01T23:59:00"
        raise ValueError(f"deadline needs a day and a time of day, such as {example}")
    return moment.astimezone()  # without an offset: this machine's own time


def _is_number(value):
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and value >= 0


def _solution(root, name):
    every = sorted((root / "solutions").glob("*.ipynb"))
    for path in every:
        if str(name) in (path.stem, *path.stem.split("_", 1)):
            return path
    known = ", ".join(path.stem for path in every) or "none"
    raise ValueError(f"no assignment {str(name)!r}; there are: {known}")


def _exercises(notebook, tests):
    if not tests.exists():
        raise ValueError(_without_tests(notebook, tests))
    set_here = [name for name in map(exercise_of, notebook.cells) if name]
    tested = exercises(tests)
    unknown = sorted(set(tested) - set(set_here))
    if unknown:
        raise ValueError(f"{tests.name} tests {unknown[0]!r}, which the notebook does not contain.")
    return tuple(name for name in set_here if name in tested)


def _without_tests(notebook, tests):
    if any(nbgrader.is_test(cell) for cell in notebook.cells):
        return (
            "the assertions in nbgrader's test cells would run in the student's own process, where "
            f"their results can be forged: write them as {tests}, or grade with nbgrader itself "
            "and its flag --ExecutePreprocessor.kernel_name=coursekit-sandbox."
        )
    return f"{tests}, which should contain the tests, does not exist."


def _bytes(path):
    return path.read_bytes() if path.exists() else b""


def _lock(root):
    """The versions used for a mark: the course's lock file or, without one, what is installed."""
    found = {f"{one.name}=={one.version}" for one in metadata.distributions()}
    return _bytes(root / "requirements.lock") or "\n".join(sorted(found)).encode()


def _hash(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:16]
