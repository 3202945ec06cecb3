"""What a student opens: it runs to its end, and nothing but NotImplementedError comes out of it."""

import os
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.util import run_sync
from nbformat.v4 import new_code_cell

from coursekit.classroom.answers import exercise_of
from coursekit.lab.check.run import exercises

HERE = Path(__file__).parent
FOLDER = HERE.parents[1] / "exercises"
EVERY_NOTEBOOK = sorted(FOLDER.glob("*.ipynb"))


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """One kernel for all notebooks, so that what they import is loaded once."""
    home = str(tmp_path_factory.mktemp("home"))
    manager = AsyncKernelManager(kernel_name="python3")
    environment = {**os.environ, "CI": "", "COURSEKIT_HOME": home, "IPYTHONDIR": home}
    run_sync(manager.start_kernel)(env=environment, cwd=str(FOLDER))
    yield manager
    run_sync(manager.shutdown_kernel)(now=True)


@pytest.fixture(scope="module", params=EVERY_NOTEBOOK, ids=lambda path: path.stem)
def executed(request, kernel):
    notebook = nbformat.read(request.param, as_version=4)
    notebook.cells.insert(0, new_code_cell("%reset -f"))
    NotebookClient(notebook, km=kernel, timeout=60, allow_errors=True).execute()
    return request.param.stem, notebook


def _outputs(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", ())]


def test_every_chapter_with_exercise_tests_is_handed_out():
    chapters = {path.stem.removeprefix("test_") for path in HERE.glob("test_[0-9][0-9]_*.py")}
    assert chapters == {path.stem for path in EVERY_NOTEBOOK}


def test_no_two_chapters_set_exercises_of_one_name():
    names = Counter(name for path in HERE.glob("test_[0-9][0-9]_*.py") for name in exercises(path))
    assert not [name for name, times in names.items() if times > 1]


def test_only_not_implemented_error_escapes(executed):
    errors = [output for output in _outputs(executed[1]) if output.output_type == "error"]
    assert {error.ename for error in errors} <= {"NotImplementedError"}, errors


def test_each_answer_is_told_to_be_a_stub(executed):
    told = [
        output.data.get("text/plain", "") for output in _outputs(executed[1]) if "data" in output
    ]
    for name in filter(None, map(exercise_of, executed[1].cells)):
        assert any(text.startswith(f"check({name}): not started") for text in told), name


def test_each_tested_exercise_has_its_answer_cell(executed):
    chapter, notebook = executed
    answers = [name for name in map(exercise_of, notebook.cells) if name]
    assert answers == exercises(HERE / f"test_{chapter}.py")
