"""The gradebook: an SQLite file with the results, written in one transaction per submission.

Whatever is saved is complete, even if the program is killed. A new result of the same submission
replaces the old one, which is kept as history; marks given by hand remain valid.
"""

import difflib
import json
import math
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from coursekit.lab.check import TestResult

NAME = "gradebook.db"
GRADED, UNREADABLE, GRADER_ERROR = "graded", "unreadable", "grader error"
_PATIENCE = 30  # seconds to wait for another program that uses the same file
_SCHEMA = """
CREATE TABLE IF NOT EXISTS results (
    number INTEGER PRIMARY KEY AUTOINCREMENT, student TEXT NOT NULL, assignment TEXT NOT NULL,
    document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS of_student ON results (assignment, student);
CREATE TABLE IF NOT EXISTS pictures (
    result INTEGER NOT NULL REFERENCES results (number), exercise TEXT NOT NULL,
    name TEXT NOT NULL, png BLOB NOT NULL, PRIMARY KEY (result, exercise, name));
CREATE TABLE IF NOT EXISTS marks (
    number INTEGER PRIMARY KEY AUTOINCREMENT, student TEXT NOT NULL, assignment TEXT NOT NULL,
    exercise TEXT, points REAL, comment TEXT NOT NULL, given_by TEXT NOT NULL,
    marked_at TEXT NOT NULL);
PRAGMA user_version = 1;
"""
_LATEST = "number IN (SELECT MAX(number) FROM {table} WHERE assignment = ? GROUP BY {same})"


@dataclass(frozen=True)
class ExerciseResult:
    """The result of one exercise: the fields of a verdict, without its live arrays.

    ``pictures`` holds PNG files: ``{"yours": bytes, "expected": bytes, "difference": bytes}``, or
    is None. ``normalised`` is the answer without comments and without its own names.
    """

    exercise: str
    stage: str
    sentence: str
    diagnosis: str | None
    earned: float
    total: float
    tests: tuple[TestResult, ...] = ()
    pictures: dict[str, bytes] | None = None
    seconds: float = 0.0
    answer: str = ""
    normalised: str = ""
    call: str = ""  # the call that failed, as a reader would write it


@dataclass(frozen=True)
class Result:
    """The result of one submission. Times are ISO 8601 texts with an offset.

    ``status`` is "graded", "unreadable" (the file is broken: 0 points) or "grader error" (the
    grader failed: no mark). ``penalty`` (for lateness) and ``cost`` (of broken cells) are in
    points.
    """

    student: str
    assignment: str
    status: str = GRADED
    exercises: tuple[ExerciseResult, ...] = ()
    notebook_ran: bool = False
    broken_cells: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    isolated: bool = True
    seed: int = 0
    tests_hash: str = ""
    lock_hash: str = ""
    submission_hash: str = ""
    graded_at: str = ""
    seconds: float = 0.0
    submitted_at: str | None = None
    days_late: int = 0
    penalty: float = 0.0
    cost: float = 0.0
    earned: float = 0.0
    total: float = 0.0
    error: str = ""

    @property
    def mark(self):
        """Points after all deductions; None if the grader itself failed."""
        return None if self.status == GRADER_ERROR else self.after_deductions(self.earned)

    def after_deductions(self, earned):
        """Deduct the late penalty and the cost of broken cells from these points."""
        return max(0.0, earned - self.penalty - self.cost)

    def exercise(self, name):
        """The result of one exercise, by its name."""
        return next(one for one in self.exercises if one.exercise == name)

    def content(self):
        """What must be the same in two runs over the same submission: everything but the times."""
        untimed = [replace(one, seconds=0.0) for one in self.exercises]
        return replace(self, exercises=tuple(untimed), graded_at="", seconds=0.0)


@dataclass(frozen=True)
class Mark:
    """A mark or a comment given by hand: for one exercise, or for all (exercise None)."""

    student: str
    assignment: str
    exercise: str | None
    points: float | None
    comment: str = ""
    by: str = ""
    marked_at: str = field(default_factory=lambda: now())


def now():
    """The current time, as the gradebook writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Gradebook:
    """Results and marks of a class, in one file."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._open() as connection:
            connection.executescript(_SCHEMA)

    def save(self, result):
        """Save a result, completely or not at all; the one that it replaces becomes history."""
        with self._open() as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            self._forget_pictures(connection, result)
            values = (result.student, result.assignment, _written(result))
            number = connection.execute(
                "INSERT INTO results (student, assignment, document) VALUES (?, ?, ?)", values
            ).lastrowid
            rows = [(number, *row) for row in _pictures_of(result)]
            connection.executemany("INSERT INTO pictures VALUES (?, ?, ?, ?)", rows)

    def results(self, assignment):
        """The current results, one for each student, sorted by name."""
        latest = _LATEST.format(table="results", same="student")
        found = self._read(latest, (assignment,))
        return sorted(found, key=lambda result: result.student)

    def result(self, student, assignment):
        """The current result; None if there is none."""
        found = self.history(student, assignment)
        return found[-1] if found else None

    def history(self, student, assignment):
        """All results of a student, the oldest first; the last one is current."""
        return self._read("student = ? AND assignment = ?", (student, assignment))

    def assignments(self):
        """The names of the assignments that have results."""
        rows = self._rows("SELECT DISTINCT assignment FROM results ORDER BY assignment")
        return [name for (name,) in rows]

    def assignment_named(self, name=""):
        """The assignment called ``02`` or ``02_gray_transforms``, or the only one there is."""
        every = self.assignments()
        found = [one for one in every if name in ("", one, *one.split("_", 1))]
        if len(found) != 1:
            known = ", ".join(every) or "none"
            asked = f"no assignment {name!r}:" if name else "which assignment?"
            raise ValueError(f"{asked} {self.path} has results of: {known}")
        return found[0]

    def mark(self, student, assignment, exercise, points, comment="", by=""):
        """Give a mark by hand, or only a comment (points None); what is left out stays unchanged.

        Raises
        ------
        ValueError : no such result or exercise, or points that are not a number of at least 0.
        """
        self._refuse_mark(student, assignment, exercise, points)
        given = {mark.exercise: mark for mark in self.marks(assignment, student)}
        before = given.get(exercise, Mark(student, assignment, exercise, None))
        points = before.points if points is None else points
        mark = Mark(student, assignment, exercise, points, comment or before.comment, by)
        self._write(mark)
        return mark

    def withdraw(self, student, assignment, exercise=None, by=""):
        """Withdraw a mark and its comment: what was earned counts again."""
        self._refuse_mark(student, assignment, exercise, None)
        self._write(Mark(student, assignment, exercise, None, by=by))

    def marks(self, assignment, student=None):
        """The current marks and comments: the last for each student and exercise."""
        latest = _LATEST.format(table="marks", same="student, exercise")
        found = [Mark(*row) for row in self._rows(_MARKS + latest, (assignment,))]
        found = [mark for mark in found if mark.points is not None or mark.comment]
        return [mark for mark in found if student in (None, mark.student)]

    def mark_shown(self, result):
        """The points that count: those given by hand, or else those earned, minus deductions.

        None if the grader failed and nobody has given a mark.
        """
        marks = self.marks(result.assignment, result.student)
        given = {mark.exercise: mark.points for mark in marks if mark.points is not None}
        if None in given or not given:
            return given.get(None, result.mark)
        earned = sum(given.get(one.exercise, one.earned) for one in result.exercises)
        return result.after_deductions(earned)

    def _refuse_mark(self, student, assignment, exercise, points):
        result = self.result(student, assignment)
        if result is None:
            known = [one.student for one in self.results(assignment)]
            raise ValueError(
                f"{student!r} has no result for {assignment!r}; {meant(student, known)}."
            )
        names = [one.exercise for one in result.exercises]
        if exercise is not None and exercise not in names:
            known = ", ".join(names) or "none"
            raise ValueError(f"{assignment!r} has no exercise {exercise!r}; there are: {known}")
        if points is not None and not (math.isfinite(points) and points >= 0):
            raise ValueError(f"a mark must be a number of at least 0, got {points}")

    def _write(self, mark):
        with self._open() as connection, connection:
            connection.execute(
                "INSERT INTO marks (student, assignment, exercise, points, comment, given_by, "
                "marked_at) VALUES (?, ?, ?, ?, ?, ?, ?)", tuple(asdict(mark).values())
            )  # fmt: skip

    @contextmanager
    def _open(self):
        try:
            with closing(sqlite3.connect(self.path, timeout=_PATIENCE)) as connection:
                connection.execute("PRAGMA foreign_keys = ON")
                connection.execute("PRAGMA synchronous = FULL")
                yield connection
        except sqlite3.Error as error:
            remedy = next((what for word, what in _REMEDIES.items() if word in str(error)), "")
            raise OSError(f"{self.path}: {error}. {remedy}".strip()) from error

    def _rows(self, query, values=()):
        with self._open() as connection:
            return connection.execute(query, values).fetchall()

    def _read(self, condition, values):
        query = f"SELECT number, document FROM results WHERE {condition} ORDER BY number"
        with self._open() as connection:
            rows = connection.execute(query, values).fetchall()
            return [_result(document, _stored(connection, number)) for number, document in rows]

    @staticmethod
    def _forget_pictures(connection, result):
        connection.execute(
            "DELETE FROM pictures WHERE result IN "
            "(SELECT number FROM results WHERE student = ? AND assignment = ?)",
            (result.student, result.assignment),
        )


def meant(student, known):
    """Who may be meant by an unknown name."""
    plain = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(student.casefold(), plain, n=3, cutoff=0.6)
    if near:
        return f"did you mean {' or '.join(repr(plain[name]) for name in near)}?"
    some = ", ".join(sorted(known)[:5])
    return f"there are {some}{', ...' if len(known) > 5 else ''}"


def open_gradebook(folder):
    """Open the gradebook in a folder of results.

    Raises
    ------
    ValueError : there is none.
    """
    path = Path(folder) / NAME
    if not path.exists():
        raise ValueError(
            f"no gradebook in {folder}: run `coursekit grade` first, or give the folder of its "
            "results with --results."
        )
    return Gradebook(path)


_REMEDIES = {
    "full": "Nothing is lost: free some space, and run the same command again.",
    "locked": "Another program is using it: close that, and run the same command again.",
    "readonly": "Make it writable, or choose another folder for the results.",
    "not a database": "Move the file away, or restore it from a backup.",
    "malformed": "Restore it from a backup, or move it away and grade again.",
}
_MARKS = (
    "SELECT student, assignment, exercise, points, comment, given_by, marked_at FROM marks WHERE "
)


def _stored(connection, number):
    """The pictures of one result: exercise -> name -> PNG."""
    query = "SELECT exercise, name, png FROM pictures WHERE result = ?"
    found = {}
    for exercise, name, png in connection.execute(query, (number,)):
        found.setdefault(exercise, {})[name] = png
    return found


def _pictures_of(result):
    for one in result.exercises:
        for name, png in (one.pictures or {}).items():
            yield one.exercise, name, png


def _written(result):
    bare = [replace(one, pictures=None) for one in result.exercises]
    return json.dumps(asdict(replace(result, exercises=tuple(bare))), allow_nan=False)


def _result(document, pictures):
    fields = json.loads(document)
    exercises = [_exercise_result(one, pictures) for one in fields.pop("exercises")]
    lists = {key: tuple(value) for key, value in fields.items() if isinstance(value, list)}
    return Result(**{**fields, **lists}, exercises=tuple(exercises))


def _exercise_result(fields, pictures):
    tests = tuple(TestResult(**test) for test in fields.pop("tests"))
    mine = pictures.get(fields["exercise"])
    fields = {
        "stage" if key == "rung" else key: value for key, value in fields.items()
    }  # until 0.1
    return ExerciseResult(**{**fields, "pictures": mine}, tests=tests)
