"""Exports, read back as the other programs read them."""

import csv
import json
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from coursekit.classroom import export as exporting
from coursekit.classroom.export import export
from coursekit.classroom.gradebook import (
    GRADED,
    GRADER_ERROR,
    UNREADABLE,
    ExerciseResult,
    Gradebook,
    Result,
)
from coursekit.cli import app
from coursekit.lab.check import TestResult

NAME = "02_gray_transforms"
TESTS = (
    TestResult("by hand", True, 2),
    TestResult("takes colour", False, 1),
    TestResult("secret input 42", False, 1, hidden=True),
)


def made(student, status=GRADED, sentence="Not <yet>.\x00\x1b", **changes):
    one = ExerciseResult("brighten", "wrong", sentence, "uint8 overflow", 2, 4, TESTS)
    fields = {
        "exercises": (one,),
        "earned": 2,
        "total": 4,
        "graded_at": "2026-05-02T10:00:00+00:00",
    }
    return Result(student, NAME, status=status, **{**fields, **changes})


@pytest.fixture
def book(tmp_path):
    book = Gradebook(tmp_path / "gradebook.db")
    book.save(made("Ada, Abel", penalty=0.5))
    book.save(made("=cmd|' /C calc'!A0"))
    book.save(made("Nobody", UNREADABLE, earned=0, error="No JSON."))
    book.save(made("Unlucky", GRADER_ERROR, error="disk full"))
    book.mark("Ada, Abel", NAME, "brighten", 3, "Nearly.", "Ms H")
    return book


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def test_canvas_finds_head_points_possible_and_students(book, tmp_path):
    (path,) = export(book, NAME, tmp_path, ["canvas"])
    head, possible, *students = rows(path)
    assert "Student" in head[0] and "ID" in head[1] and "SIS Login ID" in head[2]
    assert head[3:] == ["Section", NAME]
    assert "Points Possible" in possible[0] and possible[-1] == "4"
    marks = {row[0]: row[-1] for row in students}
    assert marks["Ada, Abel"] == "2.5" and marks["Nobody"] == "0" and marks["Unlucky"] == ""
    assert all(len(row) == len(head) for row in students)


def test_moodle_has_marks_and_feedback_side_by_side(book, tmp_path):
    (path,) = export(book, NAME, tmp_path, ["moodle"])
    head, *students = rows(path)
    assert head == ["Username", f"{NAME} (Real)", f"{NAME} (Feedback)"]
    told = {row[0]: row[1:] for row in students}
    assert told["Ada, Abel"] == ["2.5", "brighten: 2 of 4\nbrighten: Nearly."]
    assert told["Nobody"][1].startswith("No JSON.")


@pytest.mark.parametrize("format", ["canvas", "moodle"])
def test_no_cell_is_a_formula(book, tmp_path, format):
    (path,) = export(book, NAME, tmp_path, [format])
    cells = [cell for row in rows(path) for cell in row]
    assert "'=cmd|' /C calc'!A0" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize("text", ["=1", " =1", "\uff1dSUM(1)", "\uff0b1", "\tx", "\r=1", "@x"])
def test_what_a_spreadsheet_may_take_for_a_formula_is_quoted(text):
    assert exporting._cell(text) == f"'{text}"
    assert exporting._cell(f"x{text}") == f"x{text}"


def test_command_names_the_files_of_a_whole_class_in_one_line(book, tmp_path):
    words = ["export", "--results", str(book.path.parent), "--out", str(tmp_path / "out")]
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == 0
    assert f"written: 3 files at {tmp_path / 'out' / 'gradescope'}/*/results.json" in ended.output
    assert len(ended.output.splitlines()) == 4


def test_gradescope_gets_one_file_a_submission(book, tmp_path):
    paths = export(book, NAME, tmp_path, ["gradescope"])
    assert len(paths) == 3 and {path.name for path in paths} == {"results.json"}
    ada = next(path for path in paths if "Ada" in path.parent.name)
    told = json.loads(ada.read_text())
    assert told["score"] == 2.5 and "brighten: Nearly." in told["output"]
    by_hand, colour, hidden = told["tests"]
    assert (by_hand["score"], by_hand["max_score"], by_hand["status"]) == (2, 2, "passed")
    assert colour["visibility"] == "visible" and "uint8 wraps around" in colour["output"]
    assert hidden["visibility"] == "after_published" and hidden["output"] == ""
    assert "secret" not in ada.read_text()


def test_junit_counts_failures_and_holds_no_hidden_name(book, tmp_path):
    (path,) = export(book, NAME, tmp_path, ["junit"])
    top = ElementTree.parse(path).getroot()
    suites = {suite.get("name"): suite for suite in top}
    ada = suites["Ada, Abel"]
    assert (ada.get("tests"), ada.get("failures"), ada.get("errors")) == ("3", "2", "0")
    assert [case.get("classname") for case in ada] == ["brighten"] * 3
    message = ada[1].find("failure").get("message")
    assert message.startswith("Not <yet>.\N{REPLACEMENT CHARACTER}")
    assert suites["Nobody"].find("testcase/error").get("message") == "No JSON."
    assert "secret" not in path.read_text()


def test_all_formats_are_written_by_default(book, tmp_path):
    names = {path.relative_to(tmp_path).parts[0] for path in export(book, NAME, tmp_path)}
    assert names == {"canvas", "moodle", "gradescope", "junit.xml"}


def test_unknown_format_and_empty_gradebook_are_refused(book, tmp_path):
    with pytest.raises(ValueError, match="no format 'excel'; there are: canvas"):
        export(book, NAME, tmp_path, ["excel"])
    with pytest.raises(ValueError, match="grade first"):
        export(book, "03_histograms", tmp_path)
