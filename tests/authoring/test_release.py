import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from coursekit.authoring.release import release
from coursekit.classroom.answers import definitions, exercise_of
from coursekit.classroom.student_notebook import ReleaseError, stub

ANSWER = """def brighten(image, offset):
    \"\"\"Add offset.\"\"\"
    if offset:
        ### BEGIN SOLUTION
        secret = 3

        return image + secret
        ### END SOLUTION
    return image"""
STUBBED = """def brighten(image, offset):
    \"\"\"Add offset.\"\"\"
    if offset:
        raise NotImplementedError
    return image"""


def made(answer=ANSWER, more=()):
    output = new_output("stream", text="7")
    notebook = new_notebook(metadata={"title": "Made"})
    notebook.cells = [
        new_markdown_cell("# Exercises", id="head"),
        new_code_cell("import numpy as np\nLEVELS = 256\nprint(7)", id="first", outputs=[output]),
        new_code_cell(answer, id="answer-brighten", metadata={"exercise": "brighten"}),
        new_code_cell("check(brighten)", id="verdict", execution_count=3),
        *more,
    ]
    return notebook


@pytest.fixture
def course(tmp_path):
    (tmp_path / "solutions").mkdir()
    nbformat.write(made(), tmp_path / "solutions" / "01_made.ipynb")
    return tmp_path


def replace(course, notebook):
    nbformat.write(notebook, course / "solutions" / "01_made.ipynb")


def test_region_gives_way_to_the_stub_at_its_indentation(course):
    (path,) = release(root=course)
    assert path == course / "exercises" / "01_made.ipynb"
    assert nbformat.read(path, 4).cells[2].source == STUBBED


def test_outputs_go_and_text_ids_and_metadata_stay(course):
    (path,) = release(root=course)
    released, solved = nbformat.read(path, 4), made()
    nbformat.validate(released)
    assert [cell.id for cell in released.cells] == [cell.id for cell in solved.cells]
    assert released.metadata == solved.metadata
    assert released.cells[2].metadata == {"exercise": "brighten"}
    assert all(not cell.get("outputs") for cell in released.cells)
    assert all(cell.get("execution_count") is None for cell in released.cells)
    assert "secret" not in path.read_text()


def test_second_release_changes_nothing(course):
    (path,) = release(root=course)
    before = path.read_bytes(), path.stat().st_mtime_ns
    release("01", root=course)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert release(check=True, root=course) == [path]


def test_check_lists_every_file_that_differs_and_writes_nothing(course):
    with pytest.raises(ReleaseError, match="01_made.ipynb: differs"):
        release(check=True, root=course)
    (path,) = release(root=course)
    path.write_text(path.read_text().replace("Add offset", "Add the offset"))
    (course / "exercises" / "09_lost.ipynb").write_text("{}")
    edited = path.read_bytes()
    with pytest.raises(ReleaseError) as caught:
        release(check=True, root=course)
    assert "01_made.ipynb: differs" in str(caught.value)
    assert "09_lost.ipynb: has no solution" in str(caught.value)
    assert path.read_bytes() == edited


def test_failed_write_leaves_the_old_file_and_nothing_else(course, monkeypatch):
    (path,) = release(root=course)
    before = path.read_bytes()
    replace(course, made(ANSWER.replace("Add", "Put")))

    def fails(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(OSError, match="disk full"):
        release(root=course)
    assert path.read_bytes() == before and list(path.parent.iterdir()) == [path]


def test_one_bad_solution_keeps_all_from_being_written(course):
    nbformat.write(made(answer="def brighten(): pass"), course / "solutions" / "02_bad.ipynb")
    with pytest.raises(ReleaseError, match="02_bad.ipynb, answer to 'brighten': no region"):
        release(root=course)
    assert not (course / "exercises").exists()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (ANSWER.replace("        ### END SOLUTION\n", ""), "begins in line 4 has no end"),
        (ANSWER.replace("        ### BEGIN SOLUTION\n", ""), "line 7 ends a region"),
        (ANSWER.replace("secret = 3", "### BEGIN SOLUTION"), "line 5 begins a region inside"),
        (ANSWER.replace("### BEGIN SOLUTION", "## begin solution"), "line 4 is not a valid"),
        (ANSWER.replace("### END SOLUTION", "pass  ### END SOLUTION"), "line 8 is not a valid"),
        (ANSWER.replace("brighten", "darken"), "does not define brighten"),
        (ANSWER.replace("        ### BEGIN", "  ### BEGIN"), "the stub it is not valid Python"),
        ("def brighten(): pass", "no region"),
    ],
)
def test_bad_markers_are_refused_with_their_place(course, answer, told):
    replace(course, made(answer))
    with pytest.raises(ReleaseError, match="01_made.ipynb, answer to 'brighten'.*" + told):
        release(root=course)


def test_region_outside_an_answer_cell_is_refused(course):
    replace(course, made(more=[new_code_cell("### BEGIN SOLUTION\n### END SOLUTION", id="odd")]))
    with pytest.raises(ReleaseError, match="outside an answer cell .cell 'odd'"):
        release(root=course)


def test_two_answer_cells_for_one_exercise_are_refused(course):
    again = new_code_cell(ANSWER, id="again", metadata={"exercise": "brighten"})
    replace(course, made(more=[again]))
    with pytest.raises(ReleaseError, match="two answer cells"):
        release(root=course)


def test_notebook_without_answers_and_unknown_name_are_refused(course):
    with pytest.raises(ReleaseError, match="no solution notebook for '07'; there are: 01_made"):
        release("07", root=course)
    replace(course, new_notebook(cells=[new_markdown_cell("text")]))
    with pytest.raises(ReleaseError, match="no answer cell"):
        release(root=course)


def test_several_regions_of_a_cell_all_give_way():
    one = "a = 1\n### BEGIN SOLUTION\nb = 2\n### END SOLUTION\n"
    assert stub(one + one).count("raise NotImplementedError") == 2 and "b" not in stub(one)


def test_definitions_run_answers_imports_and_constants_only(capsys):
    shown = new_code_cell("%matplotlib inline\nresult = print(3)\ndef given(): return LEVELS")
    namespace = definitions(made(more=[shown]))
    assert namespace["brighten"](4, 1) == 7 and namespace["given"]() == 256
    assert "result" not in namespace and capsys.readouterr().out == ""


def test_answer_cell_is_known_by_metadata_or_id():
    assert exercise_of(new_code_cell("", id="x", metadata={"exercise": "crop"})) == "crop"
    assert exercise_of(new_code_cell("", id="answer-crop")) == "crop"
    assert exercise_of(new_code_cell("", id="crop")) is None
    assert exercise_of(new_markdown_cell("", id="answer-crop")) is None


def test_exercises_of_the_course_are_what_the_solutions_generate():
    assert release(check=True) is not None
