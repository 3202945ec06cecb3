"""``coursekit lab``: a folder filled, kept up to date, and never robbed of one's own work."""

import json
import sys

import pytest

from coursekit import course
from coursekit.lab import start


@pytest.fixture
def made(tmp_path, monkeypatch):
    """A course of two files, as a wheel holds it, and a way to bring out its next version."""
    root = tmp_path / "installed"

    def publish(version, **files):
        monkeypatch.setattr("coursekit.__version__", version)
        for stem, text in files.items():
            path = root / stem.partition("_")[0] / f"{stem.partition('_')[2]}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    monkeypatch.setattr(course, "shipped", lambda: root)
    publish("1.0", notebooks_01_made="lesson", exercises_01_made="task")
    return publish


@pytest.fixture
def mine(tmp_path):
    return tmp_path / "mine"


def held(folder):
    """The files of a folder and what they hold, without the note."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != course.NOTE)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


LESSON, TASK = "notebooks/01_made.ipynb", "exercises/01_made.ipynb"


def test_a_new_folder_gets_the_course(made, mine):
    filled = start.fill(mine)
    assert held(mine) == {LESSON: "lesson", TASK: "task"}
    assert str(filled).startswith(f"The course is in {mine}.")


def test_a_second_call_changes_nothing(made, mine):
    start.fill(mine)
    (mine / TASK).write_text("my answer")
    assert str(start.fill(mine)) == f"{mine}: nothing new"
    assert held(mine) == {LESSON: "lesson", TASK: "my answer"}


def test_an_upgrade_says_what_is_new_and_what_is_updated(made, mine):
    start.fill(mine)
    made("2.0", notebooks_01_made="better lesson", notebooks_02_more="more")
    assert str(start.fill(mine)).splitlines() == [
        f"{mine}: coursekit 2.0, previously 1.0",
        "new: notebooks/02_more.ipynb",
        f"updated: {LESSON}",
    ]
    assert held(mine) == {LESSON: "better lesson", TASK: "task", "notebooks/02_more.ipynb": "more"}


def test_an_upgrade_keeps_what_has_been_changed_and_puts_the_new_one_beside_it(made, mine):
    start.fill(mine)
    (mine / TASK).write_text("my answer")
    made("2.0", exercises_01_made="another task")
    beside = "exercises/01_made.2.0.ipynb"
    assert str(start.fill(mine)).endswith(f"put the new version next to it: {beside}")
    assert held(mine) == {LESSON: "lesson", TASK: "my answer", beside: "another task"}
    assert str(start.fill(mine)) == f"{mine}: nothing new"


def test_what_stood_there_before_is_nobodys_to_write_over(made, mine):
    (mine / "exercises").mkdir(parents=True)
    (mine / TASK).write_text("something of mine")
    assert start.fill(mine).beside == ["exercises/01_made.1.0.ipynb"]
    assert (mine / TASK).read_text() == "something of mine"


def test_a_deleted_file_comes_back(made, mine):
    start.fill(mine)
    (mine / TASK).unlink()
    assert start.fill(mine).new == [TASK]


@pytest.mark.parametrize("damage", ["", "{half", "[]", '{"version": "1.0"}'])
def test_a_damaged_note_costs_no_work(made, mine, damage):
    start.fill(mine)
    (mine / TASK).write_text("my answer")
    (mine / course.NOTE).write_text(damage)
    start.fill(mine)
    assert (mine / TASK).read_text() == "my answer"
    assert json.loads((mine / course.NOTE).read_text())["version"] == "1.0"


def test_a_file_is_no_folder_for_the_course(made, mine):
    mine.write_text("a file")
    with pytest.raises(ValueError, match="is a file"):
        start.fill(mine)


def test_a_course_without_lessons_is_told(made, mine, monkeypatch, tmp_path):
    monkeypatch.setattr(course, "shipped", lambda: tmp_path / "nowhere")
    with pytest.raises(ValueError, match="coursekit doctor"):
        start.fill(mine)


def test_the_folder_that_we_stand_in_is_taken_up_again(made, mine, monkeypatch):
    start.fill(mine)
    monkeypatch.chdir(mine / "exercises")
    assert start.find() == mine
    assert start.find("other").name == "other"


def test_a_wheel_gets_a_folder_of_its_own_and_a_checkout_is_opened_as_it_is(
    made, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert start.find() == tmp_path / "coursekit-course"
    (tmp_path / "installed" / "notebooks" / "src").mkdir()
    assert start.find() == tmp_path / "installed"


def test_a_readers_solutions_are_not_what_is_released(made, mine, monkeypatch, tmp_path):
    start.fill(mine)
    (mine / "solutions").mkdir()
    monkeypatch.chdir(mine)
    assert course.folder() == tmp_path / "installed"
    (mine / course.NOTE).unlink()
    assert course.folder() == mine


def test_jupyterlab_opens_at_the_first_lesson_with_ones_own_options(made, mine):
    start.fill(mine)
    words = start.command(mine, browser=True, options=["--port", "9999"])
    assert words[:3] == [sys.executable, "-m", "jupyterlab"]
    assert "--LabApp.default_url=/lab/tree/notebooks/01_made.ipynb" in words
    assert words[-2:] == ["--port", "9999"]
    assert "--no-browser" not in words
    assert "--no-browser" in start.command(mine, browser=False)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
@pytest.mark.parametrize("screen", [None, "DISPLAY", "WAYLAND_DISPLAY"])
def test_a_browser_opens_where_there_is_a_screen(made, mine, monkeypatch, screen):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if screen:
        monkeypatch.setenv(screen, ":0")
    started = []
    monkeypatch.setattr("os.execv", lambda program, words: started.extend(words))
    monkeypatch.chdir(mine.parent)
    start.fill(mine)
    start.open_lab(mine)
    assert ("--no-browser" not in started) == bool(screen)
