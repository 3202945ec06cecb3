"""Chapter 02 as its reader meets it, in JupyterLab."""

from pathlib import Path

import nbformat
import numpy as np
import pytest

from coursekit.gray_transforms import reference
from coursekit.lab import samples

COURSE = Path(__file__).parents[2]
LINE = "A straight line for every pixel"
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lesson(open_notebook):
    notebook = open_notebook(COURSE / "notebooks" / "02_gray_transforms.ipynb")
    notebook.run_all(timeout=120)
    return notebook


@pytest.fixture(scope="module")
def exercises(open_notebook):
    notebook = open_notebook(COURSE / "exercises" / "02_gray_transforms.ipynb")
    notebook.run_all(timeout=120)
    return notebook


def expected(contrast, brightness):
    after = reference.linear(samples.moon(), contrast, brightness)
    return np.repeat(after[..., None], 3, axis=2)


def test_figure_shows_what_its_cell_set(lesson):
    figure = lesson.figure(LINE, number=1)
    assert np.array_equal(figure.pixels("after"), expected(3, -200))


def test_keyboard_moves_the_curve(lesson):
    figure = lesson.figure(LINE)
    figure.type("contrast", 2)
    figure.slider("brightness").focus()
    for _ in range(3):
        lesson.page.keyboard.press("ArrowLeft")
    assert figure.slider("brightness").input_value() == "-15"
    assert np.array_equal(figure.pixels("after"), expected(2, -15))


def test_mouse_moves_the_curve(lesson):
    figure = lesson.figure(LINE)
    slider = figure.slider("contrast")
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    lesson.page.mouse.move(box["x"] + box["width"] * 0.8, middle)
    lesson.page.mouse.down()
    lesson.page.mouse.move(box["x"] + box["width"] * 0.4, middle, steps=12)
    lesson.page.mouse.up()
    contrast, brightness = (
        float(figure.slider(name).input_value()) for name in ("contrast", "brightness")
    )
    assert 0.2 < contrast < 0.6
    assert np.array_equal(figure.pixels("after"), expected(contrast, brightness))


def test_lesson_asks_no_other_machine(lesson):
    here = ("http://127.0.0.1", "data:", "blob:")
    assert [url for url in lesson.requests if not url.startswith(here)] == []


def card(notebook, name):
    return notebook.page.locator(f"section[aria-label='check({name})']")


def test_unsolved_exercise_shows_where_to_start(exercises):
    assert "not started" in card(exercises, "brighten").text_content().lower()


def test_solved_exercise_turns_green(exercises):
    solved = nbformat.read(COURSE / "solutions" / "02_gray_transforms.ipynb", as_version=4)
    answer = next(cell.source for cell in solved.cells if cell.id == "answer-brighten")
    cell = exercises.page.locator(".jp-CodeCell", has_text="def brighten")
    cell.locator(".cm-content").click()
    exercises.page.keyboard.press("Control+a")
    exercises.page.keyboard.insert_text(answer)
    exercises.page.keyboard.press("Shift+Enter")
    exercises.page.keyboard.press("Shift+Enter")
    card(exercises, "brighten").get_by_text("3 of 3 points").wait_for()
    assert "ck-right" in card(exercises, "brighten").get_attribute("class")
