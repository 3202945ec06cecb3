"""What a student gets back: one page, to read on a screen or print."""

from pathlib import Path

from coursekit.classroom import page
from coursekit.classroom.gradebook import GRADED
from coursekit.classroom.overview import overview_page
from coursekit.lab.check.card import steps

_PICTURES = {
    "yours": ("Yours", "What your function returned"),
    "expected": ("Expected", "What was expected"),
    "difference": ("Where they differ", "The pixels that differ, marked"),
}


def write_pages(gradebook, assignment, out):
    """Write a feedback page for each student and the overview of the class.

    Parameters
    ----------
    gradebook : Gradebook
    assignment : its name, as in the gradebook
    out : folder; pages go to ``out/feedback``, the overview to ``out/overview.html``

    Returns
    -------
    The files written, the overview first.
    """
    results = gradebook.results(assignment)
    if not results:
        raise ValueError(f"no results for {assignment!r} in {gradebook.path}: grade first.")
    marks = gradebook.marks(assignment)
    shown = {result.student: gradebook.mark_shown(result) for result in results}
    folder = Path(out) / "feedback"
    folder.mkdir(parents=True, exist_ok=True)
    written = [_write(Path(out) / "overview.html", overview_page(results, shown, marks))]
    for result in results:
        mine = [mark for mark in marks if mark.student == result.student]
        text = student_page(result, shown[result.student], mine)
        written.append(_write(folder / page.file_name(result.student), text))
    return written


def student_page(result, shown=None, marks=()):
    """The feedback page of one student.

    Parameters
    ----------
    result : Result
    shown : the points that count; by default those of the result itself
    marks : the marks and comments given by hand to this student
    """
    given = {mark.exercise: mark for mark in marks}
    read = result.exercises if result.status == GRADED else ()
    exercises = [_exercise(one, given.get(one.exercise)) for one in read]
    return page.render(
        "student.html",
        result=result,
        shown=result.mark if shown is None else shown,
        exercises=exercises,
        by_hand=sum(item["points"] - item["result"].earned for item in exercises),
        whole=given.get(None),
        share=_share(result, shown),
    )


def _share(result, shown):
    mark = result.mark if shown is None else shown
    return min(100, 100 * (mark or 0) / result.total) if result.total else 0


def _exercise(one, mark):
    return {
        "result": one,
        "mark": mark,
        "steps": list(steps(one)),
        "pictures": [
            (caption, alt, one.pictures[name])
            for name, (caption, alt) in _PICTURES.items()
            if one.pictures and name in one.pictures
        ],
        "visible": [test for test in one.tests if not test.hidden],
        "hidden": [test for test in one.tests if test.hidden],
        "points": one.earned if mark is None or mark.points is None else mark.points,
    }


def _write(path, text):
    path.write_text(text, encoding="utf-8", newline="\n", errors="replace")
    return path
