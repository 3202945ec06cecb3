"""Marks for other programs: Canvas, Moodle, Gradescope, and whatever reads JUnit's XML.

Canvas needs ``Student, ID, SIS Login ID, Section`` before the assignments, and a row
``Points Possible`` below the header (it identifies students by ID, login or name). In Moodle, the
teacher maps the columns; mark and feedback must be imported together. Gradescope reads one
``results.json`` for each submission.
"""

import csv
import json
import re
import unicodedata
from pathlib import Path
from xml.etree import ElementTree

from coursekit.classroom import page
from coursekit.classroom.gradebook import GRADED, GRADER_ERROR
from coursekit.lab.check import diagnosis

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FORMULA = tuple("=+-@")


def export(gradebook, assignment, out, formats=()):
    """Write the marks of an assignment in other programs' formats.

    Parameters
    ----------
    gradebook : Gradebook
    assignment : its name, as in the gradebook
    out : folder; files are ``canvas/grades.csv``, ``moodle/grades.csv``,
        ``gradescope/<student>/results.json`` and ``junit.xml``
    formats : some of ``canvas``, ``moodle``, ``gradescope``, ``junit``; by default all

    Returns
    -------
    The files written.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise ValueError(f"no format {unknown[0]!r}; there are: {', '.join(FORMATS)}")
    results = gradebook.results(assignment)
    if not results:
        raise ValueError(f"no results for {assignment!r} in {gradebook.path}: grade first.")
    shown = {result.student: gradebook.mark_shown(result) for result in results}
    comments = _comments(gradebook.marks(assignment))
    written = []
    for name in formats or FORMATS:
        written += FORMATS[name](results, shown, comments, Path(out))
    return written


def _comments(marks):
    """The comments given by hand to each student."""
    said = {}
    for mark in marks:
        if mark.comment:
            about = f"{mark.exercise}: " if mark.exercise else ""
            said.setdefault(mark.student, []).append(about + mark.comment)
    return said


# ------------------------------------------------------------------ tables


def _canvas(results, shown, comments, out):
    name = results[0].assignment
    total = max(result.total for result in results)
    rows = [["Student", "ID", "SIS Login ID", "Section", name]]
    rows.append(["    Points Possible", "", "", "", page.points(total)])
    for result in results:
        student = _cell(result.student)
        rows.append([student, "", student, "", _points(shown[result.student])])
    return [_table(out / "canvas" / "grades.csv", rows)]


def _moodle(results, shown, comments, out):
    name = results[0].assignment
    rows = [["Username", f"{name} (Real)", f"{name} (Feedback)"]]
    for result in results:
        feedback = _cell(_feedback(result, comments.get(result.student, ())))
        rows.append([_cell(result.student), _points(shown[result.student]), feedback])
    return [_table(out / "moodle" / "grades.csv", rows)]


def _points(mark):
    """A mark for a table; blank if the grader failed on the submission."""
    return "" if mark is None else page.points(mark)


def _feedback(result, said):
    parts = [result.error] if result.status != GRADED else []
    parts += [
        f"{one.exercise}: {page.points(one.earned)} of {page.points(one.total)}"
        for one in result.exercises
    ]
    return "\n".join([*parts, *said])


def _cell(text):
    """Text that no spreadsheet treats as a formula."""
    begins = unicodedata.normalize("NFKC", text.lstrip()[:1])
    return f"'{text}" if begins in _FORMULA or text[:1] in ("\t", "\r") else text


def _table(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="", errors="replace") as stream:
        csv.writer(stream).writerows(rows)
    return path


# ------------------------------------------------------------------ Gradescope


def _gradescope(results, shown, comments, out):
    return [
        _json(
            out / "gradescope" / page.file_name(result.student).removesuffix(".html"),
            _gradescope_result(result, shown[result.student], comments.get(result.student, ())),
        )
        for result in results
        if result.status != GRADER_ERROR
    ]


def _gradescope_result(result, mark, said):
    """What Gradescope shows; no times, since an answer could use them to leak hidden tests."""
    return {
        "score": mark or 0.0,
        "output": "\n\n".join([*filter(None, [result.error]), *result.remarks, *said]),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "tests": [test for one in result.exercises for test in _gradescope_tests(one)],
    }


def _gradescope_tests(one):
    message = _message(one)
    for number, test in enumerate(one.tests, start=1):
        yield {
            "score": test.points if test.passed else 0,
            "max_score": test.points,
            "status": "passed" if test.passed else "failed",
            "name": f"{one.exercise}: {'a hidden test' if test.hidden else test.name}",
            "number": f"{one.exercise}.{number}",
            "output": "" if test.passed or test.hidden else message,
            "output_format": "text",
            "visibility": "after_published" if test.hidden else "visible",
        }


def _message(one):
    why = [diagnosis.sentence(one.diagnosis)] if one.diagnosis else []
    return " ".join([one.sentence, *why])


def _json(folder, value):
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "results.json"
    path.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
    return path


# ------------------------------------------------------------------ JUnit


def _junit(results, shown, comments, out):
    top = ElementTree.Element("testsuites", name=results[0].assignment)
    for result in results:
        _suite(top, result)
    out.mkdir(parents=True, exist_ok=True)
    ElementTree.indent(top)
    ElementTree.ElementTree(top).write(out / "junit.xml", "utf-8", xml_declaration=True)
    return [out / "junit.xml"]


def _suite(top, result):
    tests = [(one, test) for one in result.exercises for test in one.tests]
    failures = sum(not test.passed for _, test in tests)
    suite = ElementTree.SubElement(
        top, "testsuite", name=_xml(result.student), time=f"{result.seconds:.3f}",
        tests=str(len(tests) or 1), failures=str(failures), skipped="0",
        errors=str(int(result.status != GRADED)), timestamp=result.graded_at[:19],
    )  # fmt: skip
    for one, test in tests:
        _case(suite, one, test)
    if result.status != GRADED:
        case = ElementTree.SubElement(suite, "testcase", classname="submission", name="can be read")
        ElementTree.SubElement(case, "error", message=_xml(result.error), type=result.status)


def _case(suite, one, test):
    name = "a hidden test" if test.hidden else test.name
    case = ElementTree.SubElement(suite, "testcase", classname=one.exercise, name=_xml(name))
    if not test.passed:
        message = "" if test.hidden else _xml(_message(one))
        ElementTree.SubElement(case, "failure", message=message, type=one.stage)


def _xml(text):
    """Text without characters that are not allowed in XML."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)


FORMATS = {"canvas": _canvas, "moodle": _moodle, "gradescope": _gradescope, "junit": _junit}
