"""The pages of students and of the class: complete, escaped, in one file, without network."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import cv2
import numpy as np
import pytest

from coursekit.classroom import page, similarity
from coursekit.classroom.feedback import student_page, write_pages
from coursekit.classroom.gradebook import (
    GRADER_ERROR,
    UNREADABLE,
    ExerciseResult,
    Gradebook,
    Mark,
    Result,
)
from coursekit.classroom.overview import overview_page
from coursekit.classroom.submission import normalised
from coursekit.lab.check import TestResult

EVIL = "<script>alert('ha')</script>\"'><img src=x onerror=alert(1)>"
PNG = cv2.imencode(".png", np.zeros((4, 4), np.uint8))[1].tobytes()
TESTS = (
    TestResult("takes colour", False, 1),
    TestResult("the secret input is 42", False, 2, hidden=True),
    TestResult("by hand", True, 1),
)
CODE = "def brighten(image, amount):\n    return image + amount"


def wrong(name="brighten", **changes):
    fields = {
        "stage": "wrong", "sentence": "Call `np.clip` first.", "diagnosis": "uint8 overflow",
        "earned": 1, "total": 4, "tests": TESTS, "answer": CODE, "seconds": 0.2,
        "pictures": {"difference": PNG, "expected": PNG, "yours": PNG},
    }  # fmt: skip
    return ExerciseResult(name, **{**fields, **changes})


def right(name="posterize"):
    return ExerciseResult(name, "right", "Every test passes.", None, 3, 3, answer=CODE)


def made(student="Ada Abel", **changes):
    fields = {
        "exercises": (wrong(), right()), "earned": 4, "total": 7, "graded_at": "2026-05-02T10:00",
        "submitted_at": "2026-05-01T20:00:00+00:00",
    }  # fmt: skip
    return Result(student, "02_gray_transforms", **{**fields, **changes})


class _Page(HTMLParser):
    """What a browser would make of a page: its tags, their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text.append(data)

    @property
    def words(self):
        return re.sub(r"\s+", " ", " ".join(self.text))


def assert_harmless(text):
    read = _Page(text)
    assert not {"script", "iframe", "object", "embed", "link", "form"} & set(read.tags)
    assert not [name for name, _ in read.attributes if name.startswith("on")]
    addresses = [value for name, value in read.attributes if name in ("src", "href")]
    assert all(re.match(r"#|data:image/png;base64,|feedback/", value) for value in addresses)
    assert "default-src 'none'" in text and not re.search(r"url\(|@import", text)


def test_student_sees_verdict_sentence_cause_pictures_and_points():
    text = student_page(made())
    words = _Page(text).words
    assert "4 of 7 points" in words and "1 of 4 points" in words
    assert "Call np.clip first." in words and "Likely cause. uint8 wraps around" in words
    assert text.count("data:image/png") == 3
    assert re.findall(r"<figcaption>(.*?)<", text) == ["Yours", "Expected", "Where they differ"]
    assert "failed: takes colour" in words and "passed: by hand" in words


def test_hidden_tests_only_pass_or_fail():
    text = student_page(made())
    assert "failed: a hidden test" in _Page(text).words
    assert "secret" not in text and "42" not in _Page(text).words
    assert "secret" not in overview_page([made()], {"Ada Abel": 4})


def test_mark_is_told_with_all_that_was_taken_off_and_given():
    result = made(penalty=0.5, days_late=2, cost=1, broken_cells=("cell 3",), remarks=("Odd.",))
    by_hand = Mark("Ada Abel", result.assignment, "brighten", 3, "Nearly.", "Ms H")
    whole = Mark("Ada Abel", result.assignment, None, None, "See me.", "Ms H")
    words = _Page(student_page(result, 4.5, [by_hand, whole])).words
    for told in ("4.5 of 7", "4 for the exercises", "+2 changed by hand", "−1 for 1 cell",
                 "−0.5 for handing in 2 days late", "Ms H : 3 of 4 points", "Nearly.",
                 "See me."):  # fmt: skip
        assert told.replace(" :", ":") in words.replace(" :", ":"), told


def test_all_that_a_student_wrote_is_escaped():
    tests = (TestResult(EVIL, False, 1),)
    answer = wrong(sentence=EVIL, diagnosis=EVIL, answer=f"x = '''{EVIL}'''", call=EVIL,
                   tests=tests, pictures=None)  # fmt: skip
    result = made(EVIL, exercises=(answer,), remarks=(EVIL,), broken_cells=(EVIL,), error=EVIL)
    marks = [Mark(EVIL, result.assignment, "brighten", 1, EVIL, EVIL)]
    text = student_page(result, 1, marks)
    assert_harmless(text)
    assert "alert('ha')" in _Page(text).words
    bad = replace(result, student=f"b{EVIL}", status=UNREADABLE)
    assert_harmless(overview_page([result, bad], {EVIL: 1, bad.student: 0}, marks))


def test_a_picture_that_is_no_png_is_refused():
    with pytest.raises(ValueError, match="PNG"):
        student_page(made(exercises=(wrong(pictures={"yours": b"<svg onload=alert(1)>"}),)))


def test_unreadable_and_failed_submissions_are_told_apart():
    unreadable = student_page(made(status=UNREADABLE, error="No JSON.", earned=0))
    assert "No JSON." in unreadable and "brighten" not in unreadable
    failed = student_page(made(status=GRADER_ERROR, error="KeyError: secret"))
    assert "not your fault" in failed and "secret" not in failed and "– of 7" in _Page(failed).words


def test_a_very_long_answer_is_cut():
    text = student_page(made(exercises=(wrong(answer="x = 1\n" * 100_000),)))
    assert "more characters" in _Page(text).words and len(text) < 1_000_000


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "", ".", "Zoë", "con:x", EVIL])
def test_file_names_are_plain_and_differ(name):
    made_name = page.file_name(name)
    assert re.fullmatch(r"[\w-]+\.html", made_name, re.ASCII)
    assert made_name not in {page.file_name(f"{name}_"), page.file_name(name.upper() + "x")}


def test_no_student_takes_anothers_page_by_name():
    taken = page.file_name("Zoë Q").removesuffix(".html")
    assert page.file_name(taken) != page.file_name("Zoë Q")
    assert page.file_name("Ada").lower() != page.file_name("ada").lower()


def test_pages_are_written_for_everybody(tmp_path):
    book = Gradebook(tmp_path / "gradebook.db")
    for student in ("Ada Abel", "Bo/../Berg"):
        book.save(made(student))
    book.mark("Ada Abel", "02_gray_transforms", "brighten", 4, "Good.", "Ms H")
    overview, *pages = write_pages(book, "02_gray_transforms", tmp_path)
    assert overview == tmp_path / "overview.html" and len(pages) == 2
    assert {path.parent for path in pages} == {tmp_path / "feedback"}
    assert "7 of 7 points" in _Page(pages[0].read_text()).words
    for path in pages:
        assert f"feedback/{path.name}" in overview.read_text()
    with pytest.raises(ValueError, match="grade first"):
        write_pages(book, "03_histograms", tmp_path)


# ------------------------------------------------------------------ the class


def a_class():
    ids = [f"Student {number}" for number in range(8)]
    results = [made(name, seconds=float(n)) for n, name in enumerate(ids)]
    results[1] = made(ids[1], exercises=(right("brighten"), right()), earned=7)
    results[2] = made(ids[2], days_late=1, penalty=1)
    results.append(made("Nobody", status=UNREADABLE, error="An empty folder.", earned=0))
    results.append(made("Unlucky", status=GRADER_ERROR, error="OSError: disk full"))
    return results


def test_overview_counts_the_class():
    results = a_class()
    shown = {result.student: result.mark for result in results}
    text = overview_page(results, shown)
    assert_harmless(text)
    words = _Page(text).words
    for told in ("10 submissions", "1 with full marks", "1 late", "2 without a result",
                 "1 day late, −1", "An empty folder.", "the grader failed: no mark"):  # fmt: skip
        assert told in words, told
    assert 'aria-label="1 right, 7 wrong values"' in re.sub(r"\s+", " ", text)
    assert re.search(r"7 </span>|7</span>", text) and "uint8 overflow" in words


def test_histogram_holds_everybody_once():
    results = a_class()[:8]
    text = overview_page(results, {result.student: result.mark for result in results})
    bars = re.search(r'aria-label="Histogram of marks: ([^"]*)"', text)[1]
    assert sum(int(count) for count in re.findall(r"(\d+) with", bars)) == 8
    assert "1 with 7 points" in bars


def test_overview_of_a_class_without_any_result_is_no_error():
    nothing = [made("Nobody", status=UNREADABLE, error="x", exercises=(), earned=0, total=0)]
    assert "Nobody" in overview_page(nothing, {"Nobody": 0})


# ------------------------------------------------------------------ near-identical answers

LINES = [f"    step{n} = np.clip(image[{n}:, ::{n + 1}] * {n}, {n}, 255 - {n})" for n in range(6)]
LONG = "def f(image):\n" + "\n".join(LINES) + "\n    return step0"
SHORT = "def g(image):\n    return np.clip(image, 0, 255).astype(np.uint8)"


def found(**answers):
    texts = {name: {s: normalised(a) for s, a in each.items()} for name, each in answers.items()}
    return similarity.groups(texts)


def test_a_copy_with_other_names_and_comments_is_found():
    copy = LONG.replace("step", "meins").replace("255", "255  # ha\n        ")
    others = {f"s{n}": f"def f(image):\n    return image{' + 1' * n * 7}" for n in range(1, 9)}
    (group,) = found(f={"a": LONG, "b": copy, **others})
    assert group.students == ("a", "b") and group.exercises == ("f",)


def test_the_obvious_answer_accuses_nobody():
    everybody = {f"s{n}": SHORT for n in range(30)}
    assert found(g=everybody, h=everybody, i=everybody, j=everybody) == []


def test_a_long_answer_of_half_the_class_accuses_nobody():
    half = {f"s{n}": LONG if n % 2 else SHORT + f".ravel({n})" * n for n in range(20)}
    assert found(f=half) == []


def test_one_short_answer_in_common_is_not_enough():
    others = {f"s{n}": f"def g(image):\n    return image{' + 1' * n * 6}" for n in range(9)}
    assert found(g={"a": SHORT, "b": SHORT, **others}) == []


def test_page_says_that_likeness_proves_nothing():
    exercises = [wrong("f", answer=LONG, normalised=normalised(LONG))]
    results = [made(f"s{n}", exercises=(right(),)) for n in range(10)]
    results += [made(name, exercises=tuple(exercises)) for name in ("twin a", "twin b")]
    words = _Page(overview_page(results, {r.student: 1 for r in results})).words
    assert "twin a and twin b" in words and "This proves nothing." in words


def test_no_class_has_no_groups():
    assert found() == [] and found(f={"a": LONG}) == []
