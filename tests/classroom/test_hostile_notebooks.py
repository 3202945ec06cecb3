"""Odd and hostile notebooks, handed in by one class: each is graded, and no other one feels it.

Each way to mangle a notebook is handed in twice, around wrong answers and around right ones.
"""

import hashlib
import json
import shutil
import stat
import zipfile

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from coursekit.classroom.feedback import write_pages
from coursekit.classroom.gradebook import GRADED, UNREADABLE
from coursekit.classroom.run import grade_class
from coursekit.classroom.watch import Watch

pytestmark = pytest.mark.skipif(
    not shutil.which("bwrap"), reason="needs bubblewrap (apt-get install bubblewrap)"
)

TESTS = """import pytest
from coursekit.lab.check import assert_value_equal

@pytest.mark.exercise("double")
def test_two(student):
    assert_value_equal(student.double(2), 4)

@pytest.mark.exercise("triple")
@pytest.mark.hidden
def test_three(student):
    assert_value_equal(student.triple(3), 9)
"""
SOLVED = """def {}(number):
    ### BEGIN SOLUTION
    return {} * number
    ### END SOLUTION"""
ANSWERS = {
    "wrong": {"double": "def double(n):\n    return n + 7", "triple": "def triple(n): return 7"},
    "right": {
        "double": "def double(n):\n    return n + n",
        "triple": "def triple(n): return 3 * n",
    },
}
SCRIPT = "<script>alert('coursekit-was-here')</script>"
TRAP = "open('/tmp/coursekit-was-here', 'w'); import os; os._exit(0)"
FORGERY = "double = triple = lambda n: 6 * n\ncheck = progress = lambda *_: 'right, 2 of 2 points'"
BESIDE = ("numpy.py", "conftest.py", "sitecustomize.py", "coursekit.py", "test_01_made.py")


# ------------------------------------------------------------------ ways to mangle a notebook


def untouched(notebook):
    pass


def duplicate_cells(notebook):
    """Every cell twice, with its id."""
    notebook.cells += [cell.copy() for cell in notebook.cells]


def missing_cells(notebook):
    """No answer cell; the answers stand in cells of one's own."""
    notebook.cells = [new_code_cell(cell.source) for cell in notebook.cells]


def retyped_cells(notebook):
    """Answers as text, text as code."""
    notebook.cells = [
        new_markdown_cell(cell.source, id=cell.id, metadata=cell.metadata)
        if cell.cell_type == "code"
        else new_code_cell(cell.source, id=cell.id, metadata=cell.metadata)
        for cell in notebook.cells
    ]


def split_cells(notebook):
    """The first answer in two cells, cut in the middle of its function."""
    at = next(i for i, cell in enumerate(notebook.cells) if cell.metadata.get("exercise"))
    first, rest = notebook.cells[at].source.split("\n", 1)
    notebook.cells[at].source = first
    notebook.cells.insert(at + 1, new_code_cell(rest, metadata={"exercise": "double"}))


def reordered_cells(notebook):
    notebook.cells.reverse()


def edited_checks(notebook):
    for cell in notebook.cells:
        if cell.source.startswith("check("):
            cell.source = FORGERY


def deleted_checks(notebook):
    notebook.cells = [cell for cell in notebook.cells if not cell.source.startswith("check(")]


def forged_metadata(notebook):
    """Metadata that other tools obey: another kernel, cells to skip, points of nbgrader's."""
    notebook.metadata["kernelspec"] = {"name": "mine", "display_name": "mine"}
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution", "nbval-skip", "raises-exception"]
        cell.metadata["nbgrader"] = {"grade": True, "points": 1000, "grade_id": "x"}


def script_in_outputs(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [new_output("display_data", {"text/html": SCRIPT})]
            cell.source += f"\n# {SCRIPT}"


def thousands_of_cells(notebook):
    """Cells of one's own, as many as are read, all with one id."""
    notebook.cells += [new_code_cell(f"x = {n}", id="mine") for n in range(4900)]


def chain_of_variables(notebook):
    """Each variable needs the one before, and the answer needs the last: a cell of 40 kB."""
    chain = "\n".join(["v0 = 0", *(f"v{n} = v{n - 1}" for n in range(1, 3000))])
    notebook.cells.insert(1, new_code_cell(chain))
    notebook.cells[2].source += "\nadded = v2999"


def megabytes_of_odd_words(notebook):
    """Kinds of cells, names and ids that are long and hold commands for a terminal."""
    notebook.cells += [
        {
            "cell_type": f"\x1b]0;owned\x07{n}" + "x" * 10**5,
            "source": [],
            "id": "\x1b[31m" + "y" * 10**5,
        }
        for n in range(30)
    ]


def magics_in_answers(notebook):
    for cell in notebook.cells:
        if cell.metadata.get("exercise"):
            cell.source = f"%matplotlib inline\n{cell.source}"


def old_format(notebook):
    """Format 3, as written ten years ago."""
    cells = [
        {"cell_type": "code", "language": "python", "collapsed": False, "outputs": [],
         "input": cell.source, "metadata": {"exercise": cell.metadata["exercise"]}}
        for cell in notebook.cells if cell.metadata.get("exercise")
    ]  # fmt: skip
    return json.dumps(
        {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    )


MANGLED = (
    untouched, duplicate_cells, missing_cells, retyped_cells, split_cells, reordered_cells,
    edited_checks, deleted_checks, forged_metadata, script_in_outputs, thousands_of_cells,
    chain_of_variables, megabytes_of_odd_words, magics_in_answers, old_format,
)  # fmt: skip
UNREAD = {
    "hundred_megabytes": b'{"nbformat": 4, "cells": [], "x": "' + b" " * 100 * 2**20 + b'"}',
    "no_json": b'{"nbformat": 4, "cells": [',
    "no_notebook": b"[1, 2, 3]",
    "deep": b"[" * 100_000,
    "cells_without_end": json.dumps({"nbformat": 4, "cells": [{}] * 100_000}).encode(),
}


def handed_in(answers, mangle):
    notebook = nbformat.v4.new_notebook(
        cells=[
            new_markdown_cell("# Exercises", id="head"),
            new_code_cell("from coursekit.lab import check", id="given"),
        ]
    )
    for name, source in answers.items():
        about = {"exercise": name}
        notebook.cells.append(new_code_cell(source, id=f"answer-{name}", metadata=about))
        notebook.cells.append(new_code_cell(f"check({name})", id=f"check-{name}"))
    text = mangle(notebook)
    return text or json.dumps(notebook)  # nbformat itself would mend what is odd


# ------------------------------------------------------------------ the class


@pytest.fixture(scope="module")
def folder(make_course, tmp_path_factory):
    """The course, and what its class has handed in."""
    folder = tmp_path_factory.mktemp("class")
    solution = {name: SOLVED.format(name, n) for name, n in (("double", 2), ("triple", 3))}
    make_course(folder, nbformat.reads(handed_in(solution, untouched), 4), TESTS)
    place = folder / "submissions"
    place.mkdir()
    for mangle in MANGLED:
        for kind, answers in ANSWERS.items():
            path = place / f"{mangle.__name__}_{kind}.ipynb"
            path.write_text(handed_in(answers, mangle))
    for name, data in UNREAD.items():
        (place / f"{name}.ipynb").write_bytes(data)
    wrong = handed_in(ANSWERS["wrong"], untouched)
    (place / f"{SCRIPT.replace('/', '_')}.ipynb").write_text(wrong)
    (place / "linked.ipynb").symlink_to(folder / "solutions" / "01_made.ipynb")
    (place / "looped.ipynb").symlink_to("looped.ipynb")
    (place / "nested" / "/".join("d" * 300)).mkdir(parents=True)
    _with_files_beside(place / "beside_wrong", wrong)
    _with_files_beside(place / "beside_right", handed_in(ANSWERS["right"], untouched))
    return folder


def _with_files_beside(place, notebook):
    place.mkdir()
    (place / "work.ipynb").write_text(notebook)
    (place / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    for name in BESIDE:
        (place / name).write_text(TRAP)


def snapshot(folder):
    """The bytes of all that was there before."""
    files = [path for path in folder.rglob("*") if path.is_file() and "results" not in path.parts]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


class Intruder(Watch):
    """Starts a second grader on the same folder while the first one is at work."""

    def __init__(self, folder):
        self.folder, self.told = folder, []

    def done(self, result):
        if not self.told:
            with pytest.raises(ValueError) as refused:
                grade(self.folder)
            self.told.append(str(refused.value))


def grade(folder, place="submissions", **more):
    return grade_class(folder / place, "01", folder / "results", jobs=2, root=folder, **more)


@pytest.fixture(scope="module")
def run(folder):
    """The whole class, graded in one run: results by student, and what was seen."""
    before, intruder = snapshot(folder), Intruder(folder)
    summary = grade(folder, watch=intruder)
    results = {one.student: one for one in summary.gradebook.results("01_made")}
    pages = write_pages(summary.gradebook, "01_made", folder / "results")
    return {"results": results, "summary": summary, "pages": pages, "intruder": intruder.told,
            "before": before, "after": snapshot(folder)}  # fmt: skip


NAMES = [mangle.__name__ for mangle in MANGLED] + ["beside"]


@pytest.mark.parametrize("name", NAMES)
def test_wrong_answers_earn_nothing_however_the_notebook_is_mangled(run, name):
    result = run["results"][f"{name}_wrong"]
    assert (result.status, result.earned, result.total) == (GRADED, 0, 2)


@pytest.mark.parametrize("name", NAMES)
def test_right_answers_get_full_marks_however_the_notebook_is_mangled(run, name):
    result = run["results"][f"{name}_right"]
    assert (result.status, result.earned) == (GRADED, 2), result.remarks
    assert result.notebook_ran


@pytest.mark.parametrize("name", [*UNREAD, "linked", "looped", "nested"])
def test_file_that_is_no_notebook_earns_nothing_and_its_student_is_told_why(run, name):
    result = run["results"][name]
    assert (result.status, result.earned, result.total) == (UNREADABLE, 0, 2)
    assert result.error


def test_every_submission_has_a_result_and_nothing_around_them_has_changed(run):
    assert len(run["results"]) == 2 * len(NAMES) + len(UNREAD) + 4
    assert not run["summary"].failures
    assert run["after"] == run["before"]


def test_what_students_write_is_bounded_and_sends_nothing_to_a_terminal(run):
    for result in run["results"].values():
        told = [result.error, *result.remarks, *result.broken_cells]
        assert len(told) < 100 and all(len(text) <= 1001 for text in told)
        assert "\x1b" not in "".join(told) and "\x07" not in "".join(told)
    assert all(page.stat().st_size < 2**20 for page in run["pages"])


def test_no_script_of_a_student_stands_in_any_page(run):
    texts = [page.read_text() for page in run["pages"]]
    assert any("coursekit-was-here" in text for text in texts), "the attack itself failed"
    assert not any("<script>alert" in text for text in texts)
    assert all(page.is_file() for page in run["pages"])


def test_second_grader_on_the_same_folder_is_refused_and_the_first_goes_on(run):
    (told,) = run["intruder"]
    assert "another grader is running" in told


# ------------------------------------------------------------------ zips


@pytest.fixture
def zipped(folder):
    """Writes a zip beside the folder of submissions."""
    path = folder / "all.zip"

    def write(name, data="{}", mode=0o644):
        about = zipfile.ZipInfo(name)
        about.external_attr = mode << 16
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("ada.ipynb", handed_in(ANSWERS["right"], untouched))
            archive.writestr(about, data)
        return path.name

    yield write
    path.unlink()


@pytest.mark.parametrize(
    ("name", "mode", "told"),
    [
        ("../solutions/01_made.ipynb", 0o644, "leads out of it"),
        ("/tmp/coursekit-was-here.ipynb", 0o644, "leads out of it"),
        ("bob.ipynb", stat.S_IFLNK | 0o777, "is a link"),
    ],
)
def test_zip_with_ways_out_is_refused_and_not_unpacked(folder, zipped, name, mode, told):
    place, before = zipped(name, "../solutions/01_made.ipynb", mode), snapshot(folder)
    with pytest.raises(ValueError, match=told):
        grade(folder, place)
    assert snapshot(folder) == before
