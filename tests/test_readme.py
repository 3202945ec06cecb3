"""Every command of the README is run by some test, as it stands there."""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from coursekit.lab import samples

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
PROGRAMS = "make|coursekit|pytest|python3?|py|pip|conda|jupyter|nbgrader|source|[.]"

GRADING = (
    "coursekit release 02_gray_transforms --out handout/",
    "coursekit grade submissions/ --assignment 02_gray_transforms --out results/",
    'coursekit mark "Ada Ziegler" 25 --comment "Well argued in person."',
    "coursekit feedback",
    "coursekit export",
)
PHOTOS = ("coursekit caption photo.jpg", "coursekit transfer target.jpg reference.jpg -o out.png")
FIRST_LESSON = "/lab/tree/notebooks/01_images.ipynb"
NBVAL = "pytest --nbval --nbval-current-env --nbval-sanitize-with=tests/nbval_sanitize.cfg"
NEEDS_BUBBLEWRAP = pytest.mark.skipif(
    not shutil.which("bwrap"), reason="needs bubblewrap: apt-get install bubblewrap"
)

# What each of them runs with the environment's Python: this run, or that of test_benchmarks.py.
MAKE = {
    "make setup": [],
    "make test": ["-m pytest"],
    "make test-quick": ["-m pytest"],
    "make test-thorough": ["-m pytest"],
    "make bench": ["-m benchmarks", "-m benchmarks.grading"],
}

# What takes minutes or serves until it is stopped is run by a test that gives it less to do.
ELSEWHERE = {
    "coursekit lab": "test_wheel.py::test_lab_fills_a_folder_once",
    "pip wheel --no-deps -w dist .": "test_wheel.py::test_the_wheel_holds_only_the_course",
    "coursekit doctor": "test_doctor.py::test_all_is_well_here",
    "coursekit render": "authoring/test_render.py::test_notebooks_agree_with_their_text",
    "coursekit release": (
        "authoring/test_release.py::test_exercises_of_the_course_are_what_the_solutions_generate"
    ),
    "coursekit new-chapter": (
        "authoring/test_chapters.py::test_a_chapter_comes_between_two_others_and_goes_again"
    ),
    "coursekit demo 02": "lab/test_demo.py::test_ctrl_c_ends_the_demo_and_leaves_no_process",
    "coursekit demo-class": "classroom/test_demo_class.py::test_a_made_class_is_graded_and_shown",
    "coursekit caption train": "test_cli.py::test_a_training_is_given_its_recipe",
    "coursekit sandbox install": (
        "classroom/test_sandbox.py"
        "::test_the_kernel_is_installed_in_this_environment_unless_told_otherwise"
    ),
    "nbgrader autograde ps1 --ExecutePreprocessor.kernel_name=coursekit-sandbox": (
        "classroom/test_nbgrader.py::test_autograde_runs_behind_the_walls_by_a_flag"
    ),
    "pytest --nbval --nbval-kernel-name coursekit-sandbox notebook.ipynb": (
        "classroom/test_sandbox.py::test_nbval_uses_the_kernel_by_name"
    ),
    f'{NBVAL} -m "not thorough" tests notebooks solutions': (
        "test_setup.py::test_make_test_is_one_pytest_run_over_everything"
    ),
}
# Commands that are the beginning of a longer one, which is run.
SHORTENED = {"coursekit grade"}
# Commands of an installation by hand, which this very run stands on, and of other systems.
BY_HAND = {
    ". .venv/bin/activate",
    "python3 -m venv .venv && source .venv/bin/activate",
    'pip install -c requirements.lock -e ".[course]"',
    'pip install -c requirements.lock -e ".[test]"',
    'pip install --find-links dist "coursekit[course]"',
    "python3 -m venv .venv && .venv/bin/pip install torch==2.13.0 torchvision==0.28.0 "
    "--index-url https://download.pytorch.org/whl/cpu",
    r"py -m venv .venv; .venv\Scripts\Activate.ps1",
    "conda env create -f environment.yml && conda activate coursekit",
    "conda activate coursekit",
    "pip install --no-deps -e .",
}


def commands(text):
    """All commands: the lines of blocks in no language, and what stands between backticks."""
    lines = [line for language, block in BLOCK.findall(text) if not language
             for line in block.splitlines()]  # fmt: skip
    prose = re.findall(rf"`((?:{PROGRAMS}) [^`]+)`", BLOCK.sub("", text))
    return {re.sub(r"\s{2,}#.*", "", line) for line in (*lines, *prose)} - {""}


def test_every_command_has_its_test():
    run_here = {*GRADING, *PHOTOS, *MAKE, "make lab"}
    assert commands(README) == run_here | ELSEWHERE.keys() | SHORTENED | BY_HAND


def test_a_new_command_is_found_wherever_it_stands():
    text = "Say `make tea`, with `sugar`:\n```\npour cup/   # hot\n```\n```toml\nmilk = 1\n```\n"
    assert commands(text) == {"make tea", "pour cup/"}


@pytest.mark.parametrize("place", sorted(set(ELSEWHERE.values())))
def test_a_test_elsewhere_is_there(place):
    name, _, function = place.partition("::")
    tree = ast.parse((ROOT / "tests" / name).read_text("utf-8"))
    assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def environment(folder, **more):
    """A shell in which ``coursekit`` is found, and that writes nowhere else than to a folder."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "COURSEKIT_HOME": str(folder / "home"), **more}


def run(command, folder, **more):
    """Run a command of the README, and give what it said."""
    assert command in commands(README)
    finished = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment(folder, **more),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
    )  # fmt: skip
    assert finished.returncode == 0, f"{command}\n{finished.stdout}"
    return finished.stdout


@pytest.mark.slow
@NEEDS_BUBBLEWRAP
def test_a_class_is_graded_as_it_stands_there(tmp_path):
    (tmp_path / "submissions").mkdir()
    solution = ROOT / "solutions" / "02_gray_transforms.ipynb"
    shutil.copy(solution, tmp_path / "submissions" / "Ada Ziegler.ipynb")
    said = [run(command, tmp_path) for command in GRADING]
    assert list((tmp_path / "handout").rglob("*.ipynb"))
    assert "Ada Ziegler, 02_gray_transforms: 25 of" in said[2]
    assert "1 pages" in said[3]
    exported = {path.suffix for path in (tmp_path / "results" / "export").rglob("*")}
    assert exported >= {".csv", ".xml"}


@pytest.mark.slow
def test_photos_are_captioned_and_recolored_as_it_stands_there(tmp_path):
    coffee, cat = samples.coffee(), samples.chelsea()
    for name, picture in {"photo": coffee, "target": coffee, "reference": cat}.items():
        Image.fromarray(picture[::8, ::8]).save(tmp_path / f"{name}.jpg")
    caption, _ = [run(command, tmp_path) for command in PHOTOS]
    assert caption.startswith("photo.jpg: ")
    assert np.array(Image.open(tmp_path / "out.png")).shape == coffee[::8, ::8].shape


@pytest.fixture
def checkout(tmp_path):
    """A folder that is set up, as far as make can see."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").mkdir()
    for name in ("ready", "test", "bench", "browser", "sandbox"):
        (tmp_path / ".venv" / name).touch()
    return tmp_path


@pytest.mark.parametrize("command", MAKE)
def test_make_runs_what_it_says(checkout, command):
    python, noted = checkout / "bin" / "python", checkout / "noted"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\necho "$*" >> "{noted}"\n')
    python.chmod(0o755)
    noted.touch()
    run(command, checkout, MAKEFLAGS="e", BIN=str(python.parent))
    calls = noted.read_text().splitlines()
    for call, begun in zip(calls, MAKE[command], strict=True):
        assert f"{call} ".startswith(f"{begun} ")


@pytest.mark.slow
def test_make_lab_opens_the_course(checkout):
    for name in ("notebooks", "coursekit"):
        (checkout / name).symlink_to(ROOT / name)
    quiet = {"MAKEFLAGS": "e", "BIN": str(Path(sys.executable).parent), "BROWSER": "true"}
    log = checkout / "log"
    with log.open("w") as stream:
        running = subprocess.Popen(
            ["make", "lab"], cwd=checkout, env=environment(checkout, **quiet),
            stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, start_new_session=True,
        )  # fmt: skip
    try:
        address = _address(running, log)
    finally:
        os.killpg(running.pid, signal.SIGTERM)
        running.wait(60)
    assert FIRST_LESSON in address


def _address(running, log):
    """The address that JupyterLab tells once it serves."""
    while running.poll() is None:
        time.sleep(0.2)
        if found := re.search(r"http://(?:localhost|127\.0\.0\.1):\d+/\S+", log.read_text()):
            return found.group()
    raise RuntimeError(log.read_text())


def test_python_runs_as_it_stands_there():
    (block,) = [block for language, block in BLOCK.findall(README) if language == "python"]
    assert "assert " in block
    exec(block, {})
