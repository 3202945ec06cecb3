"""Grade one submission: graft it, run it in a session, and assert outside of that.

Every submission gets a result: an answer that breaks its kernel loses its own points, students are
told what is wrong with their file, and an error of the grader is reported as one.
"""

import hashlib
import io
import re
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from coursekit.classroom.answers import exercise_of
from coursekit.classroom.assignment import Assignment
from coursekit.classroom.gradebook import GRADER_ERROR, UNREADABLE, ExerciseResult, Result, now
from coursekit.classroom.sandbox import Limits, Session
from coursekit.classroom.student_notebook import STUB
from coursekit.classroom.submission import Unreadable, graft, parse, wall_clock
from coursekit.lab import show
from coursekit.lab.check import BrokenTest, Student, Verdict, judge
from coursekit.lab.check.card import is_picture

_SECONDS_TO_READ = 20  # a submission, before any of it runs
_MOST_REMARKS = 50
_LONGEST_REMARK = 1000  # characters
HUNG_TESTS = 2  # of one exercise, before its other tests are skipped
_LARGEST_SIDE = 320  # pixels of an image that is stored
_MOST_PIXELS = 4_000_000  # of an image that is shown at all
_MIB = 2**20
_FILE = re.compile(r"<(?:ipython|string|unknown)[^>]*>, (?=line )")  # in a syntax error


@dataclass(frozen=True)
class Job:
    """Everything that a worker needs to grade one submission."""

    assignment: Assignment
    student: str
    data: bytes = b""
    problem: str = ""
    submitted_at: str | None = None
    remarks: tuple[str, ...] = ()
    isolated: bool = True


@dataclass
class _Ran:
    """How the grafted notebook ran from top to bottom."""

    broken: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)  # the error in the cell of an answer
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Bench:
    """What is needed to judge one submission."""

    session: object
    tests: Path
    assignment: Assignment
    ran: _Ran


def grade(job, open_session=None):
    """Grade one submission; whatever happens, return a Result."""
    begun = time.monotonic()
    try:
        result = _grade(job, open_session or _session)
    except Unreadable as error:
        result = unreadable(job, str(error))
    except Exception as error:  # noqa: BLE001  reported as the grader's own error
        result = failed(job, f"{type(error).__name__}: {error!s:.1000}")
    seconds = round(time.monotonic() - begun, 3)
    return replace(
        result, error=_printable(result.error), remarks=_remarks(result.remarks),
        broken_cells=tuple(map(_printable, result.broken_cells)), graded_at=now(), seconds=seconds,
    )  # fmt: skip


def unreadable(job, why):
    """The result of a submission that cannot be read; every exercise gets 0 points."""
    return replace(
        _blank(job), status=UNREADABLE, error=_printable(why), exercises=_none(job), graded_at=now()
    )


def failed(job, why):
    """The result of a submission on which the grader itself failed."""
    return replace(_blank(job), status=GRADER_ERROR, error=why, graded_at=now())


def _remarks(remarks):
    shown = [_printable(remark) for remark in remarks[:_MOST_REMARKS]]
    left_out = len(remarks) - len(shown)
    return (*shown, *([f"{left_out} more remarks are left out."] if left_out else []))


def _printable(text):
    """A text for a console or page: shortened, and without control characters."""
    cut = text[:_LONGEST_REMARK] + ("…" if len(text) > _LONGEST_REMARK else "")
    return "".join(c if c == "\n" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in cut)


def digest(job):
    """A hash that differs between two versions of a submission."""
    return hashlib.sha256(job.data or job.problem.encode()).hexdigest()[:16]


def _grade(job, open_session):
    if job.problem:
        raise Unreadable(job.problem)
    assignment, (grafted, remarks) = job.assignment, read(job)
    with open_session(_code(grafted.notebook), job) as session, assignment.test_file() as tests:
        ran = _run(session, grafted.notebook)
        exercises = _judge_all(_Bench(session, tests, assignment, ran), grafted)
    return _added_up(replace(
        _blank(job),
        exercises=exercises,
        notebook_ran=not ran.broken,
        broken_cells=tuple(ran.broken),
        remarks=(*job.remarks, *remarks, *grafted.remarks, *ran.remarks),
    ), assignment.rules)  # fmt: skip


def read(job):
    """Read a submission and graft its answers; return what to run, and remarks on the file.

    Raises
    ------
    Unreadable : it is not a notebook, or takes too long.
    """
    with wall_clock(_SECONDS_TO_READ):
        cells, remarks = parse(job.data)
        return graft(cells, job.assignment.notebook), remarks


def _session(cells, job):
    rules = job.assignment.rules
    limits = Limits(
        call_seconds=rules.seconds_per_call,
        cell_seconds=rules.seconds_per_cell,
        notebook_seconds=rules.seconds_per_notebook,
        memory=rules.memory_mib * _MIB,
    )
    return Session(cells, limits, rules.forbidden, job.isolated, job.assignment.given)


def _blank(job):
    assignment = job.assignment
    days = assignment.rules.days_late(job.submitted_at)
    return Result(
        job.student, assignment.name, remarks=job.remarks, isolated=job.isolated,
        seed=assignment.seed, tests_hash=assignment.tests_hash,
        lock_hash=assignment.lock_hash, submission_hash=digest(job),
        submitted_at=job.submitted_at, days_late=days, total=assignment.total,
    )  # fmt: skip


def _none(job):
    """The exercises of a submission that cannot be read."""
    return tuple(
        _untested(job.assignment, name, "error", "The submission could not be read.")
        for name in job.assignment.exercises
    )


def _added_up(result, rules):
    return replace(
        result,
        earned=sum(one.earned for one in result.exercises),
        penalty=rules.penalty(result.days_late, result.total),
        cost=rules.cost_of_broken_cell * len(result.broken_cells),
    )


# ------------------------------------------------------------------ the notebook's own run


def _code(notebook):
    """The code cells by id."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    return [(cell.get("id", f"number {n}"), cell.source) for n, cell in enumerate(code, start=1)]


def _run(session, notebook):
    """Run the grafted notebook; an unfilled stub does not count as a broken cell."""
    cells = {cell.get("id"): cell for cell in notebook.cells}
    ran = _Ran()
    for cell in session.run_cells():
        if cell.error and not _is_stub(cell.error, cells.get(cell.id)):
            error = _FILE.sub("", ": ".join(filter(None, cell.error)))[:300]
            name = exercise_of(cells[cell.id]) if cell.id in cells else None
            where = f"the answer to {name}" if name else _called(cells.get(cell.id), cell.id)
            ran.broken.append(f"{where}: {error}")
            if name:
                ran.answers[name] = error
    return ran


def _is_stub(error, cell):
    return error == ("NotImplementedError", "") and cell is not None and STUB in cell.source


def _called(cell, identity):
    """Describe a given cell so that a student finds it: by its first line."""
    return f"the cell `{cell.source.strip().splitlines()[0][:60]}`" if cell else f"cell {identity}"


# ------------------------------------------------------------------ the exercises


def _judge_all(bench, grafted):
    """Run the visible tests first, so that nothing of the hidden ones can leak into them."""
    names = bench.assignment.exercises
    shown = {name: _judge(bench, name, hidden=False) for name in names}
    hidden = {name: _judge(bench, name, hidden=True) for name in names}
    return tuple(_result_of(bench, name, [shown[name], hidden[name]], grafted) for name in names)


def _judge(bench, name, hidden):
    """The verdict on one exercise, or None if there is no such test, and the seconds it took."""
    if not any(test.hidden == hidden for test in bench.assignment.planned[name]):
        return None, 0.0
    begun, student = time.monotonic(), Student(bench.session.call)
    try:
        verdict = judge(name, bench.tests, student, hidden=hidden, hangs=HUNG_TESTS)
    except BrokenTest as error:
        verdict = _blame_the_answer(bench.assignment, name, error)
        if not hidden:  # a hidden test's message may contain its inputs
            bench.ran.remarks.append(f"`{name}`: {error!s:.500}")
    return verdict, time.monotonic() - begun


def _blame_the_answer(assignment, name, error):
    """Blame the answer for a broken test only if the solution passes the same tests."""
    if not assignment.judge_solution(name).passed:
        raise error
    return Verdict(name, "error", "Your answer returned something that the test cannot handle.")


def _result_of(bench, name, judged, grafted):
    verdicts = [verdict for verdict, _ in judged if verdict]
    passed = {test.name for verdict in verdicts for test in verdict.tests if test.passed}
    planned = bench.assignment.planned[name]
    tests = tuple(replace(test, passed=test.name in passed) for test in planned)
    verdict = next((v for v in verdicts if not v.passed), verdicts[-1])
    verdict = _no_stub(verdict, bench.ran.answers.get(name))
    return ExerciseResult(
        name, verdict.stage, verdict.sentence, verdict.diagnosis,
        earned=sum(test.points for test in tests if test.passed),
        total=sum(test.points for test in tests),
        tests=tests,
        pictures=_pictures(verdict),
        seconds=round(sum(seconds for _, seconds in judged), 3),
        answer=grafted.answers.get(name, ""), normalised=grafted.normalised.get(name, ""),
        call=verdict.call,
    )  # fmt: skip


def _no_stub(verdict, error):
    """Correct the verdict on an answer that is no stub, but whose cell failed."""
    if verdict.stage != "stub" or error is None:
        return verdict
    sentence = f"The cell with your answer fails: {error}."
    return replace(verdict, stage="error", sentence=sentence, call="")


def _untested(assignment, name, stage, sentence):
    tests = tuple(replace(test, passed=False) for test in assignment.planned[name])
    return ExerciseResult(name, stage, sentence, None, 0, sum(test.points for test in tests), tests)


# ------------------------------------------------------------------ pictures


def _pictures(verdict):
    """Yours, expected and where they differ, as PNG files; None if they are not images."""
    yours, expected = verdict.yours, verdict.expected
    if not (is_picture(yours) and is_picture(expected)) or yours.size > _MOST_PIXELS:
        return None
    named = {"yours": show.as_picture(yours), "expected": show.as_picture(expected)}
    if yours.shape == expected.shape:
        wrong = show.differing(yours, expected)
        named["difference"] = show.painted(named["expected"], wrong)
    return {
        name: _png(show.fitted(picture, None, _LARGEST_SIDE)) for name, picture in named.items()
    }


def _png(picture):
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()
