"""Notebooks come from their text, and say so when they do not."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from coursekit.authoring import render as rendering
from coursekit.authoring.render import RenderError, disagreements, read, render

COURSE = Path(rendering.__file__).parents[2]

LESSON = """\
# %% [markdown]
# # A made lesson

# %%
print("hello")
print("again")

# %% exercise="brighten"
def brighten(image):
    ### BEGIN SOLUTION
    return image + 1
    ### END SOLUTION

# %%
brighten(1)
"""

WIDGET = """\
# %%
import anywidget, traitlets

class Dial(anywidget.AnyWidget):
    _esm = "export default { render({ model, el }) { el.textContent = model.get('value') } }"
    value = traitlets.Int(3).tag(sync=True)

    def _repr_mimebundle_(self, **kwargs):
        live, about = super()._repr_mimebundle_(**kwargs)
        return {**live, "text/plain": "a dial at 3", "image/jpeg": b"\\xff\\xd8still"}, about

# %%
dial = Dial()
dial

# %%
dial.value = 7
print(dial.value)

# %% tags=["nbval-ignore-output"]
import time
print(time.time())
"""


@pytest.fixture
def course(tmp_path):
    """A course's folder; call it with a name and a text to add a lesson."""
    source = tmp_path / "notebooks" / "src"
    source.mkdir(parents=True)

    def add(name, text):
        (source / f"{name}.py").write_text(text, "utf-8")
        return tmp_path

    return add


def stored(root, name):
    return nbformat.read(root / "notebooks" / f"{name}.ipynb", as_version=4)


@pytest.fixture(scope="module")
def lesson(tmp_path_factory):
    """A course with one lesson and one with a widget, rendered."""
    root = tmp_path_factory.mktemp("course")
    (root / "notebooks" / "src").mkdir(parents=True)
    (root / "notebooks" / "src" / "01_made.py").write_text(LESSON, "utf-8")
    (root / "notebooks" / "src" / "02_widget.py").write_text(WIDGET, "utf-8")
    render(root=root)
    return root


def test_rendered_notebook_carries_its_outputs(lesson):
    greeting, answer, result = stored(lesson, "01_made").cells[1:]
    assert greeting.outputs[0].text == "hello\nagain\n"
    assert result.outputs[0].data["text/plain"] == "2"
    assert [cell.execution_count for cell in (greeting, answer, result)] == [1, 2, 3]


def test_rendering_twice_gives_the_same_bytes(lesson):
    target = lesson / "notebooks" / "01_made.ipynb"
    before = target.read_bytes()
    target.unlink()
    assert render("01_made", root=lesson) == [target]
    assert target.read_bytes() == before


def test_answer_cells_are_named_after_their_exercise(lesson):
    cell = stored(lesson, "01_made").cells[2]
    assert cell.id == "answer-brighten"
    assert cell.metadata.exercise == "brighten"


def test_a_new_cell_leaves_the_other_ids_alone(course):
    source = course("01_made", LESSON) / "notebooks" / "src" / "01_made.py"
    before = [cell.id for cell in read(source).cells]
    source.write_text(LESSON.replace("# %%\nprint", "# %%\n1 + 1\n\n# %%\nprint", 1), "utf-8")
    after = [cell.id for cell in read(source).cells]
    assert [name for name in after if name in before] == before
    assert len(after) == len(before) + 1


def test_equal_cells_get_different_valid_ids(course):
    source = course("01_made", "# %%\n1\n\n# %%\n1\n\n# %%\n1\n") / "notebooks/src/01_made.py"
    notebook = read(source)
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == 3


def test_two_answers_to_one_exercise_are_refused(course):
    text = '# %% exercise="a"\n1\n\n# %% exercise="a"\n2\n'
    with pytest.raises(RenderError, match="two answer cells for the exercise 'a'"):
        render(root=course("01_made", text))


def test_stored_widget_shows_its_picture_without_a_kernel(lesson):
    notebook = stored(lesson, "02_widget")
    assert set(notebook.cells[1].outputs[0].data) == {"text/plain", "image/jpeg"}
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert "widget-view" not in (lesson / "notebooks" / "02_widget.ipynb").read_text("utf-8")


def test_nbval_agrees_with_a_rendered_notebook(lesson):
    outcome = _nbval(lesson)
    assert outcome.returncode == 0, outcome.stdout
    assert "7 passed" in outcome.stdout


def test_nbval_objects_to_a_changed_output(lesson, tmp_path):
    changed = tmp_path / "01_made.ipynb"
    text = (lesson / "notebooks" / "01_made.ipynb").read_text("utf-8")
    changed.write_text(text.replace("hello\\n", "farewell\\n"), "utf-8")
    assert "1 failed" in _nbval(changed).stdout


def _nbval(path):
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q"]
    command += ["-p", "no:cacheprovider", "--rootdir", str(COURSE), str(path)]
    environment = {**os.environ, "PYTHONPATH": str(COURSE)}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)


def test_an_error_names_notebook_cell_and_line_and_writes_nothing(course):
    root = course("01_made", LESSON + "\n# %%\nx = 1\nx / 0\n")
    with pytest.raises(RenderError) as caught:
        render(root=root)
    message = str(caught.value)
    assert "01_made.py:19: 01_made.ipynb, cell 5, at `x / 0`" in message
    assert "ZeroDivisionError: division by zero" in message
    assert [path.name for path in (root / "notebooks").iterdir()] == ["src"]


def test_a_cell_that_does_not_end_is_stopped(course, monkeypatch):
    monkeypatch.setattr(rendering, "CELL_TIMEOUT", 1)
    root = course("01_made", "# %%\nwhile True:\n    pass\n")
    with pytest.raises(RenderError, match="cell 1.*\n.*took more than 1 s"):
        render(root=root)


def test_a_notebook_too_large_is_refused(course, monkeypatch):
    monkeypatch.setattr(rendering, "LARGEST", 100_000)
    root = course("01_made", '# %%\n1\n\n# %%\nprint("x\\n" * 100_000)\n')
    with pytest.raises(RenderError, match="1.3 MB, more than the 0.1 MB allowed; cell 2 alone"):
        render(root=root)
    assert not list((root / "notebooks").glob("*.ipynb"))


def test_progress_made_while_rendering_is_not_the_users_own(course):
    root = course("01_made", '# %%\nimport os\nprint(os.environ["COURSEKIT_HOME"])\n')
    render(root=root)
    home = stored(root, "01_made").cells[0].outputs[0].text.strip()
    assert "coursekit-home-" in home and not Path(home).exists()


def test_unknown_name_lists_what_there_is(course):
    with pytest.raises(RenderError, match="no text for '07_none' .*: 01_made"):
        render("07_none", root=course("01_made", LESSON))


def test_check_accepts_what_render_wrote(lesson):
    assert disagreements(lesson) == []
    assert render("02", check=True, root=lesson) == [lesson / "notebooks" / "02_widget.ipynb"]


def _edited(notebook, cell):
    cell.source += " "


def _renamed(notebook, cell):
    cell.id = "other"


def _cleared(notebook, cell):
    cell.execution_count, cell.outputs = None, []


def _dropped(notebook, cell):
    notebook.cells.remove(notebook.cells[-1])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (_edited, "cell 2 differs from 01_made.py"),
        (_renamed, "cell 2 differs from 01_made.py"),
        (_cleared, "was not executed from the first cell to the last"),
        (_dropped, "cell 4 differs from 01_made.py"),
    ],
)
def test_check_names_the_notebook_that_disagrees(course, lesson, change, complaint):
    root = course("01_made", LESSON)
    notebook = stored(lesson, "01_made")
    change(notebook, notebook.cells[1])
    nbformat.write(notebook, root / "notebooks" / "01_made.ipynb")
    with pytest.raises(RenderError, match=complaint):
        render(check=True, root=root)


def test_check_misses_no_notebook(course):
    root = course("01_made", LESSON)
    nbformat.write(nbformat.v4.new_notebook(), root / "notebooks" / "02_lost.ipynb")
    missing, orphan = disagreements(root)
    assert "01_made.ipynb: not rendered yet" in missing
    assert "02_lost.ipynb: has no text" in orphan


def test_notebooks_agree_with_their_text():
    assert disagreements(COURSE) == []
