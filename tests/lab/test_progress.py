import json

import pytest

from coursekit.lab import progress
from coursekit.lab.check import TestResult, Verdict, run
from coursekit.lab.progress_file import file, read, record

MARK = """import pytest
@pytest.mark.exercise("{0}")
@pytest.mark.points(2)
@pytest.mark.parametrize("size", [1, 2])
def test_{0}(student, size): pass
@pytest.mark.exercise("{0}")
@pytest.mark.hidden
def test_{0}_again(student): pass
"""


@pytest.fixture(autouse=True)
def course(tmp_path, monkeypatch):
    folder = tmp_path / "tests" / "exercises"
    folder.mkdir(parents=True)
    for chapter, names in {"01_made": ("count", "crop"), "02_more": ("gamma",)}.items():
        text = "".join(MARK.format(name) for name in names)
        (folder / f"test_{chapter}.py").write_text(text)
    monkeypatch.setattr(run, "test_folders", lambda: [folder])
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CI", "")


def verdict(name, stage, earned=0):
    tests = (TestResult("a", earned > 0, 2), TestResult("b", earned > 2, 1))
    return Verdict(name, stage, "", tests=tests)


def test_nothing_is_done_at_first():
    assert repr(progress()).splitlines() == [
        "01_made: 0 of 2 done",
        "02_more: 0 of 1 done",
        "total: 0 of 9 points, 0 of 3 exercises done; your best result in each exercise counts",
        "next: count",
    ]


def test_done_and_tried_are_told_and_the_next_is_named():
    record(verdict("count", "right", 3))
    record(verdict("gamma", "wrong", 2))
    assert repr(progress()).splitlines() == [
        "01_made: 1 of 2 done",
        "02_more: 0 of 1 done; tried: gamma",
        "total: 5 of 9 points, 1 of 3 exercises done; your best result in each exercise counts",
        "next: crop",
    ]


def test_done_stays_done():
    record(verdict("count", "right", 3))
    record(verdict("count", "wrong", 0))
    entry = read()["count"]
    assert (entry["state"], entry["earned"], entry["checks"]) == ("done", 3, 2)


def test_everything_done_is_said():
    for name in ("count", "crop", "gamma"):
        record(verdict(name, "right", 3))
    assert repr(progress()).endswith("all exercises are done")


def test_table_has_signs_and_words():
    record(verdict("count", "right", 3))
    table = progress()._repr_html_()
    assert [table.count(f"<td>{state}</td>") for state in ("✔ done", "○ open", "3 of 3")] == [1] * 3
    assert "3 of 9 points, 1 of 3 exercises done" in table and "best result" in table


def test_next_one_is_marked_and_no_other():
    table = progress()._repr_html_()
    marked = table[table.index('class="cp-next"') :].partition("</tr>")[0]
    assert "<code>count</code>" in marked and "○ open, ➜ next" in marked
    assert table.count('class="cp-next"') == table.count("➜") == 1


def test_no_exercise_is_marked_once_all_are_done():
    for name in ("count", "crop", "gamma"):
        record(verdict(name, "right", 3))
    assert "➜" not in progress()._repr_html_() and "9 of 9 points" in progress()._repr_html_()


def handed_out(folder, text):
    place = folder / "exercises"
    place.mkdir()
    (place / "01_made.ipynb").write_text(text)


def test_headings_of_the_notebook_stand_beside_the_names(tmp_path):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Made\n", "\n", "## 1 · R & B"]},
        {"cell_type": "code", "metadata": {}, "source": "1"},
        {"cell_type": "code", "metadata": {"exercise": "count"}, "source": ""},
    ]
    handed_out(tmp_path, json.dumps({"cells": cells}))
    table = progress()._repr_html_()
    assert "1 · R &amp; B <code>count</code>" in table and "<td> <code>crop</code>" in table


@pytest.mark.parametrize("damage", ["{half", "[]", "{}", '{"cells": [3]}'])
def test_notebook_that_cannot_be_read_costs_no_progress(tmp_path, damage):
    handed_out(tmp_path, damage)
    assert "<code>count</code>" in progress()._repr_html_()


@pytest.mark.parametrize(
    "damage", ["", "{half", "[]", '{"exercises": {"count": 3}}', '{"exercises": []}']
)
def test_damaged_file_is_kept_aside_and_said(damage, capsys):
    record(verdict("count", "right", 3))
    file().write_text(damage)
    assert read() == {}
    (aside,) = file().parent.glob("progress.damaged-*.json")
    assert aside.read_text() == damage
    assert str(aside) in capsys.readouterr().out


def test_file_is_written_whole(monkeypatch):
    record(verdict("count", "right", 3))

    def fails(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fails)
    with pytest.raises(OSError, match="disk full"):
        record(verdict("crop", "right", 3))
    assert list(json.loads(file().read_text())["exercises"]) == ["count"]


def test_ci_keeps_no_progress(monkeypatch):
    record(verdict("count", "right", 3))
    monkeypatch.setenv("CI", "true")
    assert repr(progress()) == "progress: not saved while CI is set"
    assert progress()._repr_html_() == "<p>progress: not saved while CI is set</p>"
