"""The wheel is the whole course: installed, in an empty folder, without the checkout."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import textwrap
import zipfile
from pathlib import Path

import nbformat
import pytest

from coursekit.classroom.sandbox import SandboxUnavailable, require_bubblewrap
from coursekit.core.extras import BROUGHT_BY

ROOT = Path(__file__).parents[1]
BASE = ("numpy", "regex", "scipy", "safetensors")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Build the wheel, as an index would get it."""
    folder = tmp_path_factory.mktemp("wheel")
    words = ["wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "-w", folder]
    subprocess.run([sys.executable, "-m", "pip", *words, ROOT], check=True, timeout=120)
    (path,) = folder.glob("*.whl")
    return path


class Installed:
    """An environment into which the wheel is installed; its packages come from elsewhere."""

    def __init__(self, folder, wheel):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        folder.chmod(0o755)  # the user inside the sandbox is another one
        self.folder, self.python = folder, folder / "bin" / "python"
        paths = {"base": str(folder), "platbase": str(folder)}
        self.site = Path(sysconfig.get_path("purelib", "venv", vars=paths))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(self.site)

    def run(self, *words, cwd, **environment):
        """Run this Python, as in a shell that has never seen the checkout."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        home = {"HOME": str(cwd), "COURSEKIT_HOME": str(cwd / "home"), "IPYTHONDIR": str(cwd)}
        return subprocess.run(
            [self.python, *map(str, words)],
            cwd=cwd,
            env={**kept, **home, "OMP_NUM_THREADS": "1", "NO_COLOR": "1", **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )

    def command(self, *words, cwd):
        """Run the command ``coursekit`` and return all that it printed, once it has ended well."""
        finished = self.run("-m", "coursekit", *words, cwd=cwd)
        assert finished.returncode == 0, finished.stdout + finished.stderr
        return finished.stdout

    def program(self, text, cwd):
        finished = self.run("-c", textwrap.dedent(text), cwd=cwd)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout.strip()


FOLDERS = [Path(entry) for entry in sys.path if Path(entry).name == "site-packages"]


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The wheel with all that ``coursekit[course]`` brings."""
    made = Installed(tmp_path_factory.mktemp("course"), wheel)
    # The .pth files of these folders, which lead to the checkout, are not followed from here.
    (made.site / "packages.pth").write_text("\n".join(map(str, FOLDERS)))
    return made


@pytest.fixture(scope="module")
def bare(wheel, tmp_path_factory):
    """The wheel with what ``coursekit`` alone brings."""
    made = Installed(tmp_path_factory.mktemp("bare"), wheel)
    for path in (path for folder in FOLDERS for path in folder.iterdir()):
        if path.name.partition(".")[0] in BASE:
            (made.site / path.name).symlink_to(path)
    return made


@pytest.fixture(scope="module")
def empty(tmp_path_factory, installed):
    """An empty folder, which ``coursekit lab`` fills once for all."""
    folder = tmp_path_factory.mktemp("empty")
    installed.command("lab", "--no-start", cwd=folder)
    return folder


def test_the_checkout_is_out_of_sight(installed, tmp_path):
    program = "import sys, coursekit; print(coursekit.__file__, *sys.path)"
    told = installed.program(program, tmp_path)
    assert told.startswith(str(installed.folder))
    assert str(ROOT) not in told.split()


def test_the_wheel_holds_only_the_course(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0].partition("-")[0] for name in names}
    assert tops == {"coursekit"}
    tests = {Path(name).name for name in names if "/_course/tests/" in name}
    assert tests and all(name[:5] == "test_" or name[:2].isdigit() for name in tests)
    assert not [name for name in names if name.endswith("conftest.py")]


def test_lab_fills_a_folder_once(installed, empty):
    folder = empty / "coursekit-course"
    for part in ("notebooks", "exercises", "solutions"):
        there = {path.name: path.read_bytes() for path in (folder / part).glob("*.ipynb")}
        ours = {path.name: path.read_bytes() for path in (ROOT / part).glob("*.ipynb")}
        assert there == ours
    mine = folder / "exercises" / "01_images.ipynb"
    before = mine.read_bytes()
    mine.write_bytes(before + b"\n")
    assert "nothing new" in installed.command("lab", "--no-start", cwd=folder)
    assert mine.read_bytes() == before + b"\n"
    mine.write_bytes(before)


CHECKED = """
from pathlib import Path
import nbformat
from coursekit.classroom.answers import definitions
from coursekit.lab import check, progress
from coursekit.lab.check import Mismatch
solved = nbformat.read("solutions/02_gray_transforms.ipynb", as_version=4)
right = definitions(solved, "02_gray_transforms")
name = next(iter(name for name in right if callable(right[name]) and name in {names!r}))

def wrong(*given, **named):
    return None

wrong.__name__ = name
check(right[name])
try:
    check(wrong)
except Mismatch:
    print("refused")
print(progress())
"""


def test_check_tells_right_from_wrong_and_progress_counts(installed, empty):
    cells = nbformat.read(ROOT / "exercises" / "02_gray_transforms.ipynb", as_version=4).cells
    names = [cell.metadata["exercise"] for cell in cells if "exercise" in cell.metadata]
    told = installed.program(CHECKED.format(names=names), empty / "coursekit-course")
    right, wrong, refused, *progress = told.splitlines()
    assert "right" in right
    assert "0 of" in wrong and "None" in wrong and refused == "refused"
    assert "02_gray_transforms: 1 of" in "\n".join(progress)


def test_a_figure_is_rendered(installed, empty):
    program = """
        from coursekit.gray_transforms import explore
        from coursekit.lab.figure import Figure
        figure = explore.FIGURES[0]()
        print(isinstance(figure, Figure), "<img" in figure._repr_mimebundle_()[0]["text/html"])
        """
    assert installed.program(program, empty) == "True True"


def test_a_handout_is_released(installed, empty):
    installed.command("release", "02", "--out", "handout", cwd=empty)
    folder = empty / "handout" / "02_gray_transforms"
    assert (folder / "02_gray_transforms.ipynb").is_file()
    assert (folder / "tests" / "exercises" / "test_02_gray_transforms.py").is_file()
    assert "numpy>=" in (folder / "requirements.txt").read_text()
    refused = installed.run("-m", "coursekit", "release", "02", cwd=empty)
    assert (refused.returncode, "give a folder with --out" in refused.stderr) == (1, True)


@pytest.fixture
def sandbox():
    try:
        require_bubblewrap()
    except SandboxUnavailable as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("sandbox")
def test_a_class_of_one_is_graded_in_the_sandbox(installed, empty):
    (empty / "in").mkdir()
    solved = ROOT / "solutions" / "02_gray_transforms.ipynb"
    shutil.copy(solved, empty / "in" / "Ada Ziegler.ipynb")
    words = ("in", "--assignment", "02", "--out", "results", "--jobs", "1")
    told = installed.command("grade", *words, cwd=empty)
    assert "overview" in told
    page = next((empty / "results").rglob("*Ziegler*.html")).read_text("utf-8")
    assert "not isolated" not in page


LISTING = """
from coursekit.classroom.sandbox import Session
cell = '''
from pathlib import Path
import coursekit
def names(): return [path.name for path in Path(coursekit.__file__).parent.iterdir()]
'''
with Session([("0", cell)]) as inside:
    print(*inside.call("names", (), {}).value)
"""


@pytest.mark.usefixtures("sandbox")
def test_solutions_and_tests_in_the_wheel_are_not_in_the_sandbox(installed, empty):
    names = set(installed.program(LISTING, empty).split())
    assert {"core", "lab", "images"} <= names
    assert not {"_course", "classroom"} & names


def test_a_demo_class_is_made(installed, empty):
    installed.command("demo-class", "02", "--students", "2", "--no-grade", cwd=empty)
    assert len(list((empty / "demo" / "submissions").glob("*.ipynb"))) == 2


def test_doctor_finds_the_course_and_misses_it_loudly(installed, empty):
    course = next(installed.folder.rglob("coursekit/_course"))
    program = """
        from coursekit import doctor
        (look,) = [e for e in doctor.examinations() if e.subject.startswith("lessons")]
        print(doctor.examine(look))
        """
    assert "state='good'" in installed.program(program, empty)
    course.rename(course.with_name("elsewhere"))
    try:
        assert "state='bad'" in installed.program(program, empty)
    finally:
        course.with_name("elsewhere").rename(course)


def test_every_reference_works_with_what_coursekit_alone_brings(bare, tmp_path):
    program = f"""
        import importlib, json, sys
        from coursekit.chapters import CHAPTERS
        for chapter in CHAPTERS:
            importlib.import_module(f"coursekit.{{chapter.name}}.reference")
        print(json.dumps(sorted({{name.partition(".")[0] for name in sys.modules}}
                                & {set(BROUGHT_BY)!r})))
        """
    assert json.loads(bare.program(program, tmp_path)) == []


def test_the_command_says_what_it_misses_where_coursekit_alone_is_there(bare, tmp_path):
    finished = bare.run("-m", "coursekit", "lab", cwd=tmp_path)
    (line,) = finished.stderr.splitlines()
    assert line.endswith('is not installed. To install it: pip install "coursekit[lab]"')
