"""Sections of lessons are renumbered, and what names them follows."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from coursekit.authoring import sections
from coursekit.chapters import CHAPTERS

ROOT = Path(__file__).parents[2]
MOVED = {"05": {"3": "4", "7": "8", "8": "9", "5": "5", "6": None}}


def test_the_record_says_what_the_lessons_say():
    lessons = {
        chapter.slug: (ROOT / f"notebooks/src/{chapter.slug}.py").read_text("utf-8")
        for chapter in CHAPTERS
    }
    stored = (ROOT / sections.RECORD).read_text("utf-8")
    assert stored == sections.record(lessons), "out of date: coursekit render writes it anew"


def test_numbered_headings_are_sections():
    lesson = "# # 05 · Edges\n# ## 1 · What?\n# ### 2 · no\n# ## 2 · Why: §1\n# ## Take-aways\n"
    assert sections.titles(lesson) == {"1": "What?", "2": "Why: §1"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("one two six", "one two six", "1 2 3"),
        ("one two six", "one new two six", "1 3 4"),
        ("one two six", "six one two", "2 3 1"),
        ("one two six", "one two", "1 2 None"),
        ("gradients masks", "start gradient masks", "2 3"),
        ("one two six", "one else six", "1 2 3"),
        ("one two six", "one six fresh", "1 None 2"),
    ],
)
def test_a_section_is_known_by_its_title_else_its_place(before, after, expected):
    numbered = [{str(k): t for k, t in enumerate(each.split(), 1)} for each in (before, after)]
    assert " ".join(str(new) for _, new in sorted(sections.moves(*numbered).items())) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Canny 1986. Taught in 05 §8.", "Canny 1986. Taught in 05 §9."),
        ("Taught in\n    05 §7 and 05 §8.", "Taught in\n    05 §8 and 05 §9."),
        ("see 05, §3 and §7, or 04 §3", "see 05, §4 and §8, or 04 §3"),
        ("Taught in 05 §5", "Taught in 05 §5"),
        ("Gonzalez and Woods 2018, §3.3 and §8", "Gonzalez and Woods 2018, §3.3 and §8"),
        ("version 1.05 §8, 105 §8, 05 §8.2", "version 1.05 §8, 105 §8, 05 §8.2"),
    ],
)
def test_mentions_move(text, expected):
    assert sections.moved(text, MOVED) == (expected, [])


def test_a_lesson_names_its_own_sections_without_its_number():
    text = "# Masks (§3), as in 04 §3.\n# As in 05 §7, and §8 says more.\n"
    expected = "# Masks (§4), as in 04 §3.\n# As in 05 §8, and §9 says more.\n"
    assert sections.moved(text, MOVED, own="05") == (expected, [])
    assert sections.moved(text, MOVED, own="04")[0].splitlines()[0] == "# Masks (§3), as in 04 §3."


@pytest.mark.parametrize("text", ["# Szeliski 2022, §3 and ch. 4", "# §5 and §6", "# 05 §6"])
def test_what_is_doubtful_stays_and_is_told(text):
    assert sections.moved(f"#\n{text}\n", MOVED, own="05") == (f"#\n{text}\n", [2])


@pytest.fixture
def course(tmp_path):
    """A checkout of one lesson, and of a docstring and a page that name its sections."""
    files = {
        "coursekit/chapters.toml": "",
        "coursekit/edges/gpu.py": '"""Taught in 05 §2."""\n',
        "docs/guide.md": "As 05 §1 shows.\n",
        "CHANGELOG.md": "05 §2 is new.\n",
        "notebooks/src/05_edges.py": "# ## 1 · Question\n# See §2.\n# ## 2 · Answer\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / ".git").mkdir()
    assert sections.follow(tmp_path) == []
    return tmp_path


def test_all_that_names_a_section_follows_once(course):
    lesson = course / "notebooks/src/05_edges.py"
    lesson.write_text(
        "# ## 1 · Before\n" + lesson.read_text().replace("## 2", "## 3").replace("## 1", "## 2")
    )
    assert sections.follow(course) == ["05 §1 -> §2", "05 §2 -> §3"]
    assert sections.follow(course) == []
    assert "# See §3." in lesson.read_text()
    assert "05 §3" in (course / "coursekit/edges/gpu.py").read_text()
    assert "05 §2" in (course / "docs/guide.md").read_text()
    assert "05 §2" in (course / "CHANGELOG.md").read_text()
    record = json.loads((course / sections.RECORD).read_text())
    assert record == {"05_edges": {"1": "Before", "2": "Question", "3": "Answer"}}


def test_what_names_a_section_that_is_gone_is_told(course):
    (course / "notebooks/src/05_edges.py").write_text("# ## 1 · Question\n")
    told = sections.follow(course)
    assert told == ["05 §2 is gone", "check coursekit/edges/gpu.py:1"]


def test_outside_a_checkout_nothing_is_done(tmp_path):
    assert sections.follow(tmp_path) == []


def test_every_section_that_is_mentioned_is_there():
    record = json.loads((ROOT / sections.RECORD).read_text("utf-8"))
    numbered = {stem[:2]: there for stem, there in record.items()}
    listed = subprocess.run(
        ["git", "ls-files", "coursekit/*.py", "notebooks/src/*.py", "solutions/src/*.py"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    for name in filter(None, listed.stdout.split("\n")):
        if (ROOT / name).exists():
            text = (ROOT / name).read_text("utf-8")
            for chapter, section in re.findall(r"(?<![\w.])(\d\d),?\s+§(\d+)(?!\.?\d)", text):
                assert chapter not in numbered or section in numbered[chapter], (
                    f"{name}: {chapter} §{section}"
                )
