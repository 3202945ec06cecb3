from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from coursekit.classroom import grade as grading
from coursekit.classroom.assignment import load
from coursekit.classroom.grade import Job, grade
from coursekit.classroom.gradebook import GRADED, GRADER_ERROR, UNREADABLE, Result
from coursekit.classroom.sandbox import CellResult, SandboxUnavailable, require_bubblewrap
from coursekit.classroom.watch import line
from coursekit.cli import app
from coursekit.lab.check import LiveCall

ROOT = Path(__file__).parents[2]
ASSIGNMENT = load("02", root=ROOT)


def _is_there():
    try:
        require_bubblewrap()
    except SandboxUnavailable:
        return False
    return True


needs_sandbox = pytest.mark.skipif(not _is_there(), reason="bubblewrap is missing or refused")


class Here:
    """A session without a process of its own: for tests of what stands around it."""

    def __init__(self, cells, job):
        self.cells, self.namespace = cells, {"__name__": "__main__", "check": print}
        self.call = LiveCall(self.namespace, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def run_cells(self):
        return [self._run(name, source) for name, source in self.cells]

    def _run(self, name, source):
        try:
            if "check(" not in source and "progress(" not in source and "show." not in source:
                exec(source, self.namespace)
        except Exception as error:  # noqa: BLE001
            return CellResult(name, (type(error).__name__, str(error)))
        return CellResult(name)


def notebook(**answers):
    """The notebook as handed out, with some answers filled in; ``solved`` fills in the rest."""
    solved = answers.pop("solved", False)
    made = nbformat.read(
        ROOT / f"{'solutions' if solved else 'exercises'}/{ASSIGNMENT.name}.ipynb", 4
    )
    for cell in made.cells:
        name = cell.metadata.get("exercise")
        cell.source = answers.get(name, cell.source)
        cell.pop("outputs", None) if cell.cell_type != "code" else cell.update(outputs=[])
    return made


def graded(made, assignment=ASSIGNMENT, session=Here, **fields):
    data = made if isinstance(made, bytes) else nbformat.writes(made).encode()
    return grade(Job(assignment, "ada", data, **fields), session)


def ruled(**rules):
    return replace(ASSIGNMENT, rules=replace(ASSIGNMENT.rules, **rules))


@pytest.fixture(scope="module")
def best():
    return graded(notebook(solved=True))


# ------------------------------------------------------------------ what is told


def test_solution_gets_full_marks(best):
    assert (best.status, best.earned, best.total, best.mark) == (GRADED, 26, 26, 26)
    assert {one.stage for one in best.exercises} == {"right"}
    assert best.notebook_ran and not best.broken_cells and not best.remarks


def test_result_keeps_what_a_regrade_needs(best):
    assert (best.tests_hash, best.lock_hash) == (ASSIGNMENT.tests_hash, ASSIGNMENT.lock_hash)
    assert best.submission_hash and best.graded_at and best.seconds > 0
    answers = {one.exercise: one.answer for one in best.exercises}
    assert "def brighten" in answers["brighten"] and "v1" in best.exercise("brighten").normalised


def test_stubs_earn_nothing_and_break_no_cell():
    result = graded(notebook())
    assert result.earned == 0 and result.notebook_ran
    assert {one.stage for one in result.exercises} == {"stub"}
    assert sum(one.total for one in result.exercises) == result.total == 26


def test_wrong_answer_is_told_with_its_pictures():
    wrong = "def brighten(image, amount):\n    return image + np.uint8(amount % 256)"
    one = graded(notebook(solved=True, brighten=wrong)).exercise("brighten")
    assert (one.stage, one.diagnosis, one.earned) == ("wrong", "uint8 overflow", 0)
    assert set(one.pictures) == {"yours", "expected", "difference"}
    assert all(png.startswith(b"\x89PNG") for png in one.pictures.values())
    assert one.call.startswith("brighten(")


def test_hidden_test_tells_only_that_it_failed():
    gray_only = (
        "def brighten(image, amount):\n"
        "    assert image.ndim == 2, f'leaked {image[0, 0]}'\n"
        "    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)"
    )
    result = graded(notebook(brighten=gray_only))
    one = result.exercise("brighten")
    assert (one.stage, one.earned, one.total) == ("wrong", 2, 3)
    assert "1 hidden test does not" in one.sentence and one.pictures is None
    assert "leaked" not in str(result.remarks) + one.sentence + str(one.tests)


def test_what_a_hidden_test_gave_cannot_be_shown_by_a_later_answer():
    spy = (
        "seen = []\n"
        "def brighten(image, amount):\n"
        "    seen.append(image.copy())\n"
        "    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)"
    )
    teller = "def mend_the_log(image):\n    raise ValueError(str([i.ndim for i in seen]))"
    result = graded(notebook(brighten=spy, mend_the_log=teller))
    assert result.exercise("brighten").stage == "right"
    assert "[2, 2, 2, 2, 2]" in result.exercise("mend_the_log").sentence


def test_tests_never_reached_count_as_failed_in_the_total():
    endless = "def posterize(image, levels):\n    while True: pass"
    one = graded(notebook(posterize=endless)).exercise("posterize")
    assert (one.stage, one.earned, one.total, len(one.tests)) == ("error", 0, 3, 2)
    assert "Is there an endless loop?" in one.sentence


def test_one_hung_test_does_not_cost_the_others():
    hangs = (
        "def stretch_contrast(image):\n"
        "    if image.size > 1000:\n        while True: pass\n"
        "    low, high = int(image.min()), int(image.max())\n"
        "    if low == high:\n        return image.copy()\n"
        "    return np.rint((image - float(low)) * 255 / (high - low)).astype(np.uint8)"
    )
    one = graded(notebook(stretch_contrast=hangs)).exercise("stretch_contrast")
    assert [test.passed for test in one.tests] == [True, False, False] and one.earned == 1


def test_broken_cell_is_told_and_costs_what_the_assignment_says():
    broken = notebook(solved=True, mend_the_log="1 / 0")
    result = graded(broken, ruled(cost_of_broken_cell=0.5))
    assert result.broken_cells == (
        "the answer to mend_the_log: ZeroDivisionError: division by zero",
    )
    assert not result.notebook_ran
    assert (result.earned, result.cost, result.mark) == (23, 0.5, 22.5)
    assert graded(broken).mark == 23


def test_answer_that_is_no_python_is_no_stub():
    broken = notebook(solved=True, posterize="def posterize(image, levels:\n    return image")
    one = graded(broken).exercise("posterize")
    assert (one.stage, one.earned, one.call) == ("error", 0, "")
    assert one.sentence == (
        "The cell of your answer does not run: SyntaxError: '(' was never closed (line 1)."
    )


def test_late_submission_loses_its_share():
    from datetime import UTC, datetime

    late = ruled(deadline=datetime(2026, 5, 1, tzinfo=UTC), late_per_day=0.1)
    result = graded(notebook(solved=True), late, submitted_at="2026-05-02T12:00:00+00:00")
    assert (result.days_late, result.penalty, result.mark) == (2, 5.2, 20.8)


@pytest.mark.parametrize("data", [b"no notebook", b'{"nbformat": 4}', b""])
def test_unreadable_file_gets_nothing_and_is_told_why(data):
    result = graded(data)
    assert (result.status, result.mark, result.total) == (UNREADABLE, 0, 26)
    assert result.error.startswith("The file is not a notebook")
    assert len(result.exercises) == 8


def test_submission_without_a_notebook_is_told_why():
    result = graded(b"", problem="No notebook was handed in, only answers.docx.")
    assert (result.status, result.error) == (
        UNREADABLE,
        "No notebook was handed in, only answers.docx.",
    )


# ------------------------------------------------------------------ whose fault it is


def test_sandbox_that_does_not_start_is_the_graders_fault():
    def refuse(cells, job):
        raise RuntimeError("The sandbox did not start.")

    result = graded(notebook(), session=refuse)
    assert (result.status, result.mark) == (GRADER_ERROR, None)
    assert result.error == "RuntimeError: The sandbox did not start."


STRICT = """
import numpy as np
import pytest

@pytest.mark.exercise("brighten")
def test_adds(student):
    result = student.brighten(np.zeros((2, 2), np.uint8), 4)
    assert result.sum() == 16
"""


def with_tests(source):
    planned = {"brighten": ASSIGNMENT.planned["brighten"][:1]}
    return replace(ASSIGNMENT, tests=source, exercises=("brighten",), planned=planned)


def test_answer_that_breaks_a_test_which_the_solution_passes_is_wrong():
    made = notebook(brighten="def brighten(image, amount): return 'seven'")
    result = graded(made, with_tests(STRICT))
    assert (result.status, result.earned) == (GRADED, 0)
    assert result.exercise("brighten").stage == "error"
    assert "is broken" in result.remarks[-1]


def test_broken_hidden_test_tells_nothing_of_its_inputs():
    hidden = STRICT.replace("def test", "@pytest.mark.hidden\ndef test")
    made = replace(with_tests(hidden), planned={"brighten": ASSIGNMENT.planned["brighten"][2:]})
    result = graded(notebook(brighten="def brighten(image, amount): return str(image)"), made)
    assert (result.status, result.earned, result.remarks) == (GRADED, 0, ())


def test_test_that_breaks_for_the_solution_too_is_the_graders_fault():
    result = graded(notebook(solved=True), with_tests(STRICT.replace("16", "16 + missing")))
    assert result.status == GRADER_ERROR and "'missing' is not defined" in result.error


# ------------------------------------------------------------------ in the sandbox


@needs_sandbox
def test_solution_gets_full_marks_in_the_sandbox(best):
    result = graded(notebook(solved=True), session=None)
    assert result.isolated and result.content() == best.content()


@needs_sandbox
def test_answer_that_kills_its_kernel_costs_only_itself():
    deadly = "def gamma_table(exponent):\n    import os\n    os._exit(0)"
    result = graded(notebook(solved=True, gamma_table=deadly), session=None)
    assert result.exercise("gamma_table").earned == 0
    assert result.earned == 26 - 3


@needs_sandbox
def test_forbidden_module_is_absent_and_told_as_such():
    leaning = "import cv2\ndef brighten(image, amount):\n    return cv2.add(image, amount)"
    result = graded(notebook(brighten=leaning), ruled(forbidden=("cv2",)), session=None)
    assert result.exercise("brighten").earned == 0
    assert "cv2 is not allowed in this exercise" in result.broken_cells[0]


@needs_sandbox
def test_without_the_sandbox_the_result_says_so(best):
    result = graded(notebook(solved=True), session=None, isolated=False)
    assert not result.isolated and result.earned == best.earned


# ------------------------------------------------------------------ the command


def run(*words):
    return CliRunner().invoke(app, [*map(str, words)])


@pytest.fixture
def handed_in(tmp_path):
    folder = tmp_path / "submissions"
    folder.mkdir()
    nbformat.write(notebook(solved=True), folder / "ada.ipynb")
    (folder / "bob.ipynb").write_text("no notebook")
    (folder / "cy.zip").write_text("a zip in a folder")
    return folder


def test_command_grades_marks_and_resumes(handed_in, tmp_path):
    words = ("grade", handed_in, "--assignment", "02", "--out", tmp_path / "results")
    first = run(*words, "--jobs", 1, "--no-sandbox")
    assert first.exit_code == 0, first.output
    assert "ada" in first.output and "26 of 26" in first.output and "not isolated" in first.output
    assert "bob" in first.output and "unreadable" in first.output
    assert "skipped" in first.output and "cy.zip" in first.output
    again = run(*words, "--no-sandbox")
    assert again.exit_code == 0 and "2 kept" in again.output
    marked = run("mark", "ada", 20.5, "--assignment", "02_gray_transforms", "--comment", "Nearly.",
                 "--out", tmp_path / "results")  # fmt: skip
    assert marked.exit_code == 0 and "20.5 of 26" in marked.output
    assert f"coursekit feedback 02_gray_transforms --results {tmp_path}" in marked.output
    bonus = run("mark", "ada", 99, "--results", tmp_path / "results")
    assert "99 of 26, more than the maximum" in bonus.output
    empty = run("mark", "ada", "--results", tmp_path / "results")
    assert empty.exit_code == 1 and "give points, --comment or --withdraw" in empty.output


def test_command_refuses_where_there_is_no_sandbox(handed_in, tmp_path, monkeypatch):
    def refuse():
        raise SandboxUnavailable("The sandbox needs bubblewrap: sudo apt-get install bubblewrap")

    monkeypatch.setattr("coursekit.classroom.run.require_bubblewrap", refuse)
    result = run("grade", handed_in, "--assignment", "02", "--out", tmp_path / "results")
    assert result.exit_code == 1 and "apt-get install bubblewrap" in result.output
    assert not (tmp_path / "results").exists()


def test_command_fails_where_a_result_is_missing(handed_in, tmp_path, monkeypatch):
    failed = [grading.failed(Job(ASSIGNMENT, "ada"), "The disk is full.")]
    monkeypatch.setattr("coursekit.classroom.run.map_jobs", lambda *_: iter(failed))
    result = run("grade", handed_in, "--assignment", "02", "--out", tmp_path, "--no-sandbox")
    assert result.exit_code == 1
    assert "ada" in result.output and "The disk is full." in result.output


def test_mark_for_nobody_is_refused(tmp_path):
    result = run("mark", "ada", 3, "--assignment", "02_gray_transforms", "--out", tmp_path)
    assert result.exit_code == 1 and "no gradebook" in result.output


def test_stranger_named_by_only_is_refused(handed_in, tmp_path):
    result = run("grade", handed_in, "--assignment", "02", "--out", tmp_path / "r", "--no-sandbox",
                 "--only", "zoe")  # fmt: skip
    assert result.exit_code == 1 and "nobody named 'zoe'" in result.output


def test_line_of_a_student_counts_in_words():
    result = Result("ada", "02", earned=1, total=2, days_late=1, broken_cells=("one",))
    assert "1 day late, 1 broken cell" in line(result)
    assert "2 days late" in line(replace(result, days_late=2))


def test_ended_by_ctrl_c_it_says_how_to_go_on(handed_in, tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr("coursekit.classroom.run.map_jobs", interrupted)
    result = run("grade", handed_in, "--assignment", "02", "--out", tmp_path / "r", "--no-sandbox")
    assert result.exit_code == 130 and "same command" in result.output


def test_what_reaches_the_teachers_screen_is_bounded_and_printable():
    remarks = ("\x1b]0;owned\x07" + "x" * 10**6, *["again"] * 100)
    result = grade(Job(ASSIGNMENT, "ada", b"{}", remarks=remarks))
    assert len(result.remarks) == 51 and result.remarks[-1] == "51 more remarks are left out."
    assert all(len(one) <= 1001 and one.isprintable() for one in result.remarks)
