"""Layers: what works with NumPy and SciPy alone, and what is said where an extra is missing."""

import importlib.metadata
import os
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from coursekit.core.extras import BROUGHT_BY, MissingExtra, explained, require

ROOT = Path(__file__).parents[1]

ABSENT = """
import sys

class Absent:
    '''Finds nothing of the packages named, as if they were not installed.'''
    names = {names!r}

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name.partition(".")[0] in cls.names:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Absent)
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in Absent.names else find(name, *more)
"""


def run(program, absent=(), **options):
    """Run a program in a fresh interpreter that lacks these packages."""
    words = ABSENT.format(names=sorted(absent)) + textwrap.dedent(program)
    return subprocess.run(
        [sys.executable, "-c", words],
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        **options,
    )


def extras():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {
        extra: {canonicalize_name(Requirement(text).name) for text in listed}
        for extra, listed in project["optional-dependencies"].items()
    }


def test_each_package_is_brought_by_the_extra_that_is_named():
    homes, asked = importlib.metadata.packages_distributions(), extras()
    by_jupyterlab = {
        "IPython", "ipykernel", "jupyter_client", "jupyter_core", "jupyterlab_server", "traitlets",
    }  # fmt: skip
    for module, extra in BROUGHT_BY.items():
        names = {canonicalize_name(home) for home in homes[module]}
        names |= {"jupyterlab"} if module in by_jupyterlab else set()
        assert names & asked[extra], f"{module}: not in [{extra}]"


def test_course_is_all_that_a_reader_needs():
    course = {"gpu", "lab", "classroom", "captioning"}
    (listed,) = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]["course"]
    assert Requirement(listed).extras == course
    assert set(BROUGHT_BY.values()) - {"cluster"} <= course


def test_what_is_missing_is_said_in_one_line_with_the_command():
    with pytest.raises(MissingExtra) as caught, explained():
        raise ModuleNotFoundError(name="torch.nn")
    said = 'torch is not installed. To install it: pip install "coursekit[gpu]"'
    assert (str(caught.value), caught.value.name) == (said, "torch")


def test_a_strange_module_that_is_missing_is_no_extra():
    with pytest.raises(ModuleNotFoundError), explained():
        raise ModuleNotFoundError(name="nonesuch")


def test_what_is_installed_is_not_asked_for_again():
    assert require("torch", "typer") is None


def test_import_of_coursekit_changes_nothing_of_others():
    program = """
        before, finders = dict(sys.modules), list(sys.meta_path)
        import coursekit, coursekit.lab, coursekit.classroom
        strange = {name: module for name, module in sys.modules.items() if module is None}
        changed = [name for name in before if sys.modules.get(name) is not before[name]]
        print(sys.meta_path == finders, strange, changed)
        """
    finished = run(program)
    assert finished.stdout.strip() == "True {} []", finished.stderr


BASE = """
import numpy as np
from coursekit.{chapter} import reference
image = np.arange(48 * 40, dtype=np.uint32).reshape(48, 40) % 251
image = image.astype(np.uint8)
color = np.stack([image, image.T.reshape(48, 40), image[::-1]], axis=-1)
print(np.shape({call}))
"""
CALLS = {
    "images": "reference.rgb_to_gray(color)",
    "gray_transforms": "reference.gamma(image, 0.5)",
    "histograms": "reference.equalize(image)",
    "filtering": "reference.median_filter(image, 3)",
    "edges": "reference.canny(image, 50, 100)",
    "regions": "reference.connected_components(image > 99)[1]",
    "sift": "[reference.SIFT().scalespace_sigmas is None]",
    "augmentation": "reference.warp(image, reference.flip_matrix(False, True))",
    "color_transfer": "reference.reinhard(color, color[::-1])",
}


@pytest.mark.parametrize("chapter", CALLS)
def test_reference_needs_numpy_and_scipy_alone(chapter):
    absent = {*BROUGHT_BY, "pandas", "networkx", "sympy"}
    finished = run(BASE.format(chapter=chapter, call=CALLS[chapter]), absent)
    assert finished.returncode == 0, finished.stderr


@pytest.mark.parametrize(
    ("module", "absent", "extra"),
    [
        ("coursekit.gray_transforms.gpu", "torch", "gpu"),
        ("coursekit.edges.gpu", "torch", "gpu"),
        ("coursekit.edges.explore", "cv2", "lab"),
        ("coursekit.gray_transforms.explore", "matplotlib", "lab"),
        ("coursekit.classroom.grade", "rapidfuzz", "classroom"),
    ],
)
def test_a_part_says_at_its_import_what_brings_its_package(module, absent, extra):
    finished = run(f"import {module}", {absent})
    said = f'{absent} is not installed. To install it: pip install "coursekit[{extra}]"'
    assert finished.stderr.strip().splitlines()[-1] == f"coursekit.core.extras.MissingExtra: {said}"


@pytest.mark.parametrize(
    ("name", "absent"), [("samples", "PIL"), ("check", "pytest"), ("figure", "cv2")]
)
def test_the_lab_says_what_brings_its_package(name, absent):
    finished = run(f"from coursekit.lab import {name}", {absent})
    assert finished.stderr.strip().endswith('To install it: pip install "coursekit[lab]"')


@pytest.mark.parametrize(
    ("words", "absent", "extra"),
    [
        ([], set(BROUGHT_BY), "lab"),
        (["doctor"], {"packaging"}, "lab"),
        (["demo", "02"], {"nbformat"}, "lab"),
        (["release", "02"], {"rapidfuzz"}, "classroom"),
        (["caption", "photo.jpg"], {"torch"}, "gpu"),
        (["transfer", "a.png", "b.png", "-o", "c.png"], {"torch"}, "gpu"),
    ],
)
def test_a_command_says_in_one_line_what_is_missing(words, absent, extra, tmp_path):
    program = f"sys.argv = {['coursekit', *words]!r}; from coursekit.__main__ import main; main()"
    finished = run(program, absent, cwd=tmp_path)
    assert finished.returncode == 1
    (line,) = finished.stderr.splitlines()
    assert line.startswith("coursekit: ")
    assert line.endswith(f'is not installed. To install it: pip install "coursekit[{extra}]"')
