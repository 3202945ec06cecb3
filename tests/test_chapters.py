"""chapters.toml is the one list of chapters, and README says what it says."""

import subprocess
import sys
from pathlib import Path

import pytest

from coursekit.authoring import contents, methods
from coursekit.chapters import CHAPTERS, find

ROOT = Path(__file__).parents[1]


def test_a_chapter_is_found_by_number_name_or_both():
    for wanted in ("02", "2", 2, "gray_transforms", "02_gray_transforms"):
        assert find(wanted).slug == "02_gray_transforms"


@pytest.mark.parametrize("wanted", ["", "0", "100", "gray", "2_gray_transforms"])
def test_an_unknown_chapter_lists_those_there_are(wanted):
    with pytest.raises(ValueError, match="there are: 01_images, 02_gray_transforms"):
        find(wanted)


def test_the_list_is_read_without_importing_a_chapter():
    code = "import sys, coursekit.chapters; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    loaded = set(done.stdout.split())
    assert not loaded & {f"coursekit.{chapter.name}" for chapter in CHAPTERS}
    assert "coursekit.chapters" in loaded


def test_readme_lists_the_chapters_and_links_to_their_lessons():
    readme = (ROOT / "README.md").read_text("utf-8")
    assert contents.with_table(readme, CHAPTERS) == readme
    assert all((ROOT / f"notebooks/{chapter.slug}.ipynb").is_file() for chapter in CHAPTERS)


def test_the_list_of_methods_is_what_the_docstrings_say():
    paths = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("coursekit/**/*.py")]
    expected = methods.page(CHAPTERS, paths, lambda path: (ROOT / path).read_text("utf-8"))
    stored = (ROOT / methods.PAGE).read_text("utf-8")
    assert stored == expected, f"{methods.PAGE} is out of date: coursekit render writes it anew"


def test_a_row_of_the_list_has_purpose_lesson_and_source():
    sources = {
        "coursekit/edges/reference.py": "def hysteresis(weak, strong):\n"
        '    """Keep a | b.\n\n    More.\n\n    References\n    ----------\n'
        '    Canny 1986, §VII.\n    Taught in 05 §6.\n    """\n\ndef _step(): ...\n'
    }
    chapter = next(chapter for chapter in CHAPTERS if chapter.name == "edges")
    rows = methods.page([chapter], sources, sources.get).splitlines()[-1:]
    assert rows == [
        "| [`hysteresis`](../coursekit/edges/reference.py) | Keep a \\| b. | 05 §6 "
        "| Canny 1986, §VII |"
    ]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_a_lesson_bears_its_number_and_title(chapter):
    lesson = (ROOT / f"notebooks/src/{chapter.slug}.py").read_text("utf-8")
    assert f"# # {chapter.number:02} · {chapter.title}\n" in lesson


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_a_lesson_takes_about_as_long_as_the_list_says(chapter):
    lesson = (ROOT / f"notebooks/src/{chapter.slug}.py").read_text("utf-8")
    assert abs(contents.reading_minutes(lesson) - chapter.minutes) <= 10
