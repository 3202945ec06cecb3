"""chapters.toml is the one list of chapters, and README says what it says."""

import re
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


def _read(path):
    return (ROOT / path).read_text("utf-8")


def _sources():
    return [path.relative_to(ROOT).as_posix() for path in ROOT.glob("coursekit/**/*.py")]


OUT_OF_DATE = "out of date: coursekit render --lists writes it anew"


def test_the_list_of_methods_is_what_the_docstrings_say():
    assert _read(methods.PAGE) == methods.page(CHAPTERS, _sources(), _read), OUT_OF_DATE


def test_readmes_index_of_methods_is_what_the_docstrings_say():
    index = methods.index(CHAPTERS, _sources(), _read)
    assert methods.with_index(_read("README.md"), index) == _read("README.md"), OUT_OF_DATE


@pytest.mark.parametrize(
    ("method", "name", "code"),
    [
        ("Canny.*hysteresis", "hysteresis", "def hysteresis"),
        ("Edge test.*Lowe", "edge_test", "def edge_test"),
        ("CLAHE, redistribution", "clip_histograms", "def clip_histograms"),
        ("Suzuki and Abe, step 3", "follow_border", "def follow_border"),
        ("RGB to lαβ", "rgb_to_lalphabeta", "def rgb_to_lalphabeta"),
        ("IDT.*rotation", "project_and_match", "def project_and_match"),
        ("Similarity of superpixels, Eq. 2", "correlation", "def correlation"),
        ("LSTM cell", "lstm_cell", "def lstm_cell"),
        ("CIDEr.*tf-idf", "metrics", "idf"),
        ("SLIC, (?:assignment|distance)", "assign", "def assign"),
        ("Zero crossings.*|Marr-Hildreth.*crossings", "zero_crossings", "def zero_crossings"),
    ],
)
def test_a_step_of_a_paper_is_one_click_from_the_readme(method, name, code):
    """The link leads to the very line."""
    rows = re.findall(
        rf"(?m)^\| (?:{method})[^|]*\|.*\[`{name}`\]\((.*?)#L(\d+)\)", _read("README.md")
    )
    ((path, line),) = rows
    assert code in _read(path).splitlines()[int(line) - 1]


EXAMPLE = {
    "coursekit/edges/reference.py": "def hysteresis(weak, strong):\n"
    '    """Canny, hysteresis: keep a | b.\n\n    More.\n\n    References\n    ----------\n'
    '    Canny 1986, "A computational\n    approach", *IEEE* 8(6), §VII; Szeliski 2022, §7.2.\n'
    '    Taught in 05 §6.\n    """\n    # Index: Canny, walk: 05 §6, Canny 1986, §IX\n'
    "\ndef _step(): ...\n",
    "coursekit/edges/gpu.py": "\n\ndef hysteresis(weak, strong):\n    ...\n",
}
EDGES = next(chapter for chapter in CHAPTERS if chapter.name == "edges")


def test_a_row_of_the_list_has_twin_purpose_lesson_and_source():
    rows = methods.page([EDGES], EXAMPLE, EXAMPLE.get).splitlines()[-2:]
    assert rows[0] == (
        "| [`hysteresis`](../coursekit/edges/reference.py#L1) "
        "| [gpu](../coursekit/edges/gpu.py#L3) | Canny, hysteresis: keep a \\| b. | 05 §6 "
        '| Canny 1986, "A computational approach", *IEEE* 8(6), §VII; Szeliski 2022, §7.2 |'
    )


def test_a_row_of_readmes_index_names_method_lesson_both_engines_and_paper():
    rows = methods.index([EDGES], EXAMPLE, EXAMPLE.get).splitlines()[-4:-1]
    assert rows[-2:] == [
        "| Canny, hysteresis | §6 | [`hysteresis`](coursekit/edges/reference.py#L1) "
        "| [gpu](coursekit/edges/gpu.py#L3) | Canny 1986, §VII; Szeliski 2022, §7.2 |",
        "| Canny, walk | §6 | [`reference`](coursekit/edges/reference.py#L12) |  "
        "| Canny 1986, §IX |",
    ]


def test_what_only_textbooks_teach_is_left_to_the_list():
    text = EXAMPLE["coursekit/edges/reference.py"].replace("Canny 1986", "Gonzalez and Woods 2018")
    index = methods.index([EDGES], ["coursekit/edges/reference.py"], lambda path: text)
    assert index == ""


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_a_lesson_bears_its_number_and_title(chapter):
    lesson = (ROOT / f"notebooks/src/{chapter.slug}.py").read_text("utf-8")
    assert f"# # {chapter.number:02} · {chapter.title}\n" in lesson


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_a_lesson_takes_about_as_long_as_the_list_says(chapter):
    lesson = (ROOT / f"notebooks/src/{chapter.slug}.py").read_text("utf-8")
    assert abs(contents.reading_minutes(lesson) - chapter.minutes) <= 10
