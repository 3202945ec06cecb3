"""Handouts: all that a student needs, no answer, no hidden test, and the visible tests pass."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from coursekit.authoring.release import release
from coursekit.classroom import nbgrader, replay
from coursekit.classroom.answers import exercise_of
from coursekit.classroom.handout import handout, visible_tests
from coursekit.classroom.student_notebook import ReleaseError

ROOT = Path(__file__).parents[2]
CHAPTERS = sorted(path.stem for path in (ROOT / "solutions").glob("[0-9][0-9]_*.ipynb"))[:2]

SOLVED_HERE = """
import os, sys
import nbformat
from coursekit.classroom.answers import definitions
solved = nbformat.read(sys.argv[1], as_version=4)
answers = definitions(solved)
for name in [name for name in sys.modules if name.partition(".")[0] == "coursekit"]:
    del sys.modules[name]
os.chdir(sys.argv[2])
sys.path.insert(0, sys.argv[2])
import coursekit
assert coursekit.__file__.startswith(sys.argv[2])
from coursekit.lab.check.run import exercises, run_exercise
from pathlib import Path
tests = next(Path(sys.argv[2], "tests/exercises").glob("test_*.py"))
for name in exercises(tests):
    verdict = run_exercise(name, answers)
    print(name, verdict.stage, verdict.sentence)
try:
    import coursekit.classroom
except ImportError:
    print("no classroom here")
"""


@pytest.fixture(scope="module")
def handouts(tmp_path_factory):
    out = tmp_path_factory.mktemp("handouts")
    for name in CHAPTERS:
        handout(name, out, root=ROOT)
    return out


@pytest.mark.parametrize("name", CHAPTERS)
def test_solution_passes_the_tests_of_the_handout_without_the_chapters_code(handouts, name):
    folder = handouts / name
    words = [sys.executable, "-c", SOLVED_HERE, ROOT / "solutions" / f"{name}.ipynb", folder]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    *verdicts, last = ran.stdout.splitlines()
    assert last == "no classroom here", ran.stderr
    assert verdicts and all(line.split()[1] == "right" for line in verdicts), ran.stdout


@pytest.mark.parametrize("name", CHAPTERS)
def test_no_file_of_a_handout_holds_an_answer_or_a_hidden_test(handouts, name):
    solved = nbformat.read(ROOT / "solutions" / f"{name}.ipynb", as_version=4)
    regions = re.compile(r"### BEGIN SOLUTION\n(.*?)\n\s*### END SOLUTION", re.DOTALL)
    answers = [code for cell in solved.cells for code in regions.findall(cell.source)]
    texts = [path.read_text() for path in (handouts / name).rglob("*") if _is_text(path)]
    assert len(answers) > 3 and len(texts) > 10
    for text in texts:
        assert not any(answer.strip() in text for answer in answers)
        assert "mark.hidden" not in text and "solutions/0" not in text
    chapter = handouts / name / "coursekit" / name[3:]
    assert {path.name for path in chapter.iterdir()} == {
        "__init__.py", "reference.py", "answers.npz"
    }  # fmt: skip


def _is_text(path):
    return path.suffix in (".py", ".md", ".txt", ".ipynb")


def test_a_handout_has_of_core_what_it_uses(handouts):
    core = handouts / CHAPTERS[0] / "coursekit" / "core"
    names = {path.name for path in core.iterdir()}
    assert names > {"__init__.py", "require.py", "types.py"}
    assert "kernels.py" not in names  # which holds the answer to an exercise of another chapter
    assert "torch" not in names


def test_zip_holds_the_folder_and_is_the_same_each_time(handouts, tmp_path):
    name = CHAPTERS[0]
    with zipfile.ZipFile(handouts / f"{name}.zip") as archive:
        listed = set(archive.namelist())
    there = {path.relative_to(handouts).as_posix() for path in (handouts / name).rglob("*")}
    assert listed == {path for path in there if (handouts / path).is_file()}
    assert {f"{name}/README.md", f"{name}/requirements.txt", f"{name}/{name}.ipynb"} <= listed
    _, again = handout(name, tmp_path, root=ROOT)
    assert again.read_bytes() == (handouts / f"{name}.zip").read_bytes()


def test_requirements_leave_out_what_students_do_not_need(handouts):
    needed = (handouts / CHAPTERS[0] / "requirements.txt").read_text()
    assert "numpy>=" in needed and "jupyterlab>=" in needed and "pytest>=" in needed
    assert "torch" not in needed and "nbval" not in needed


def test_self_study_keeps_the_reference_and_the_way_to_the_solutions(tmp_path):
    folder, _ = handout(CHAPTERS[0], tmp_path, self_study=True, root=ROOT)
    chapter = folder / "coursekit" / CHAPTERS[0][3:]
    assert not (chapter / "answers.npz").exists() and list(chapter.glob("reference*"))
    assert "../solutions/" in (folder / f"{CHAPTERS[0]}.ipynb").read_text()


def test_a_folder_that_is_no_handout_is_not_removed(tmp_path):
    (tmp_path / CHAPTERS[0]).mkdir()
    (tmp_path / CHAPTERS[0] / "thesis.tex").write_text("years of work")
    with pytest.raises(ReleaseError, match="is not a handout"):
        handout(CHAPTERS[0], tmp_path, root=ROOT)
    assert (tmp_path / CHAPTERS[0] / "thesis.tex").exists()


# ------------------------------------------------------------------ a made course

TESTS = """
import numpy as np
import pytest

SEED = 0
SECRET = np.arange(7)


def hidden_input():
    return SECRET * 2


@pytest.mark.exercise("double")
def test_drawn(student):
    image = np.random.default_rng(SEED).integers(0, 9, 5)
    assert (student.double(image) == 2 * image).all()


# nobody must know of 42
@pytest.mark.exercise("double")
@pytest.mark.hidden
def test_secret(student):
    assert (student.double(hidden_input()) == 2 * hidden_input()).all()
"""


@pytest.fixture
def drawing(make_course, answered, tmp_path):
    """A course whose tests draw their inputs, and whose notebook leads out of the handout."""
    answer = "def double(x):\n    ### BEGIN SOLUTION\n    return x * 2\n    ### END SOLUTION"
    notebook = answered(double=answer)
    text = "Read [it](../notebooks/01.ipynb). Stuck? See [s](../solutions/01.ipynb)."
    notebook.cells.insert(0, new_markdown_cell(text))
    return make_course(tmp_path, notebook, TESTS)


def test_hidden_tests_go_with_all_that_only_they_use():
    visible = visible_tests(TESTS)
    assert "test_drawn" in visible and "import numpy" in visible
    assert not any(word in visible for word in ("secret", "SECRET", "hidden", "42"))


def test_a_marker_hidden_elsewhere_cannot_be_handed_out():
    inside = TESTS.replace("SEED = 0", "SEED = 0\nMARK = [pytest.mark.hidden]\nassert MARK")
    with pytest.raises(ReleaseError, match="hidden test cannot be removed"):
        visible_tests(inside)


def test_seed_gives_inputs_of_their_own(drawing, tmp_path):
    folder, _ = handout("01", tmp_path / "out", seed=77, root=drawing)
    assert "SEED = 77\n" in (folder / "tests/exercises/test_01_made.py").read_text()
    folder, _ = handout("01", tmp_path / "out", root=drawing)
    assert "SEED = 0\n" in (folder / "tests/exercises/test_01_made.py").read_text()


def test_seed_without_inputs_that_are_drawn_is_refused(course, tmp_path):
    with pytest.raises(ReleaseError, match="a seed would change nothing"):
        handout("01_made", tmp_path / "out", seed=7, root=course)
    assert not (tmp_path / "out").exists()


def test_links_that_lead_out_go_and_the_rest_of_the_text_stays(drawing, tmp_path):
    folder, _ = handout("01", tmp_path / "out", root=drawing)
    assert nbformat.read(folder / "01_made.ipynb", 4).cells[0].source == "Read it."


# ------------------------------------------------------------------ replay


def test_replay_knows_what_was_asked_and_no_more(tmp_path, monkeypatch):
    image = np.arange(6, dtype=np.uint8).reshape(2, 3)
    kept = {"parts": (image, [1.5, None]), "named": {"mean": 2.5}}
    results = {replay.digest("f", (image, 2), {"border": "edge"}): kept}
    replay.save(tmp_path / "answers.npz", {"LEVELS": 256}, results)
    monkeypatch.setattr(replay, "__file__", str(tmp_path / "reference.py"))
    replay._stored.cache_clear()
    assert replay.LEVELS == 256
    back = replay.f(image.copy(), 2, border="edge")
    np.testing.assert_array_equal(back["parts"][0], image)
    assert back["parts"][0].dtype == np.uint8 and back["parts"][1] == [1.5, None]
    with pytest.raises(LookupError, match="f is not part of the handout"):
        replay.f(image + 1, 2, border="edge")
    replay._stored.cache_clear()


def test_another_processors_last_digit_does_no_harm():
    table = np.linspace(0, 1, 5)
    assert replay.digest("f", (table,), {}) == replay.digest("f", (table + 1e-15,), {})
    assert replay.digest("f", (table,), {}) != replay.digest("f", (table + 1e-3,), {})
    assert replay.digest("f", (table,), {}) != replay.digest("f", (table.astype("f4"),), {})


# ------------------------------------------------------------------ nbgrader


def graded(source, kind=new_code_cell, **about):
    told = {"grade": False, "solution": False, "locked": False, "schema_version": 3, **about}
    return kind(source, metadata={"nbgrader": told})


def test_nbgraders_own_notebook_is_released_as_nbgrader_does(tmp_path):
    square = "def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION"
    tests = "assert square(2) == 4\n### BEGIN HIDDEN TESTS\nassert square(9)\n### END HIDDEN TESTS"
    notebook = new_notebook(cells=[
        graded("from math import pi", locked=True, grade_id="given"),
        graded(square, solution=True, grade_id="square"),
        graded("whole = 1", solution=True, grade_id="whole"),
        graded(tests, grade=True, locked=True, points=3, grade_id="test_square"),
        graded("Because.", new_markdown_cell, grade=True, solution=True, points=2, grade_id="why"),
        graded("Draw.\n=== BEGIN MARK SCHEME ===\n2 for axes\n=== END MARK SCHEME ===",
               new_markdown_cell, task=True, locked=True, points=1, grade_id="draw"),
    ])  # fmt: skip
    (tmp_path / "solutions").mkdir()
    nbformat.write(notebook, tmp_path / "solutions" / "01_own.ipynb")
    (path,) = release(root=tmp_path)
    made = nbformat.read(path, as_version=4)
    given, answer, whole, test, why, draw = made.cells
    assert answer.source == "def square(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    assert whole.source == nbgrader.CODE_STUB and why.source == nbgrader.TEXT_STUB
    assert test.source == "assert square(2) == 4" and draw.source == "Draw."
    assert given.metadata["editable"] is test.metadata["editable"] is False
    assert "editable" not in answer.metadata and answer.metadata["deletable"] is False
    assert exercise_of(answer) == "square" and exercise_of(test) is None
    assert nbgrader.points(made) == {"test_square": 3, "why": 2}


def test_nbgrader_region_without_end_is_told_with_its_cell(tmp_path):
    cell = graded("### BEGIN HIDDEN TESTS\nassert 1", grade=True, grade_id="t", points=1)
    (tmp_path / "solutions").mkdir()
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "solutions" / "01_own.ipynb")
    with pytest.raises(ReleaseError, match="01_own.ipynb, cell .*has no end"):
        release(root=tmp_path)


def test_notebook_of_ones_own_is_handed_out_by_its_path(drawing, tmp_path):
    own = tmp_path / "mine.ipynb"
    own.write_bytes((drawing / "solutions" / "01_made.ipynb").read_bytes())
    folder, packed = handout(str(own), tmp_path / "out", root=drawing)
    assert folder.name == "mine" and packed.exists() and not (folder / "tests").exists()


def test_what_answers_do_without_is_told(course, tmp_path):
    tests = course / "tests" / "exercises" / "test_01_made.py"
    tests.write_text("FORBIDDEN = ('cv2.blur',)\n" + tests.read_text())
    folder, _ = handout("01", tmp_path / "out", root=course)
    assert "your answers may not use `cv2.blur`: write" in (folder / "README.md").read_text()
    assert "FORBIDDEN = ('cv2.blur',)" in next(folder.rglob("test_01_made.py")).read_text()


def test_what_is_forbidden_is_not_handed_out_for_being_named(course, tmp_path):
    tests = course / "tests" / "exercises" / "test_01_made.py"
    tests.write_text("FORBIDDEN = ('coursekit.edges', 'torch')\n" + tests.read_text())
    folder, _ = handout("01", tmp_path / "out", root=course)
    assert not (folder / "coursekit" / "edges").exists()
    assert "torch" not in (folder / "requirements.txt").read_text()
