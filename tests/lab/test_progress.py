import json

import pytest

from coursekit.lab import progress
from coursekit.lab.check import TestResult, Verdict, run
from coursekit.lab.progress import file, read, record

MARK = 'import pytest\n@pytest.mark.exercise("{}")\ndef test_{}(student): pass\n'


@pytest.fixture(autouse=True)
def course(tmp_path, monkeypatch):
    folder = tmp_path / "tests" / "exercises"
    folder.mkdir(parents=True)
    for chapter, names in {"01_made": ("count", "crop"), "02_more": ("gamma",)}.items():
        text = "".join(MARK.format(name, name) for name in names)
        (folder / f"test_{chapter}.py").write_text(text)
    monkeypatch.setattr(run, "_test_folders", lambda: [folder])
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CI", "")


def verdict(name, rung, earned=0):
    tests = (TestResult("a", earned > 0, 2), TestResult("b", earned > 2, 1))
    return Verdict(name, rung, "", tests=tests)


def test_nothing_is_done_at_first():
    assert repr(progress()) == "01_made: 0 of 2 done\n02_more: 0 of 1 done\nnext: count"


def test_done_and_tried_are_told_and_the_next_is_named():
    record(verdict("count", "right", 3))
    record(verdict("gamma", "wrong", 2))
    told = repr(progress())
    assert told == "01_made: 1 of 2 done\n02_more: 0 of 1 done; tried: gamma\nnext: crop"


def test_done_stays_done():
    record(verdict("count", "right", 3))
    record(verdict("count", "wrong", 0))
    entry = read()["count"]
    assert (entry["state"], entry["earned"], entry["checks"]) == ("done", 3, 2)


def test_everything_done_is_said():
    for name in ("count", "crop", "gamma"):
        record(verdict(name, "right", 3))
    assert repr(progress()).endswith("everything is done")


def test_table_has_signs_and_words():
    record(verdict("count", "right", 3))
    table = progress()._repr_html_()
    assert (
        "✔ done" in table and "○ open, ➜ next" in table and "○ open" in table and "3 of 3" in table
    )


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
    assert repr(progress()) == "progress: not kept where CI is set"
    assert progress()._repr_html_() == "<p>progress: not kept where CI is set</p>"
