"""The workflow on GitHub does what pyproject.toml promises and what the Makefile offers."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
JOBS = WORKFLOW["jobs"]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
NEWEST = "3.x"  # setup-python's word for it


def combinations(job):
    """What a job runs with: a list of dicts with os and python."""
    matrix = job["strategy"]["matrix"]
    if "include" in matrix:
        return matrix["include"]
    return [{"os": os, "python": python} for os in matrix["os"] for python in matrix["python"]]


def commands(name=None):
    """The command lines of one job, or of all."""
    jobs = JOBS.values() if name is None else [JOBS[name]]
    return [step["run"] for job in jobs for step in job["steps"] if "run" in step]


def test_linux_macos_and_windows_are_tried():
    systems = {each["os"] for job in JOBS.values() for each in combinations(job)}
    assert systems == {"ubuntu-latest", "macos-latest", "windows-latest"}
    assert {each["os"] for each in combinations(JOBS["wheel"])} == systems


@pytest.mark.parametrize("name", JOBS)
def test_a_job_tries_the_oldest_and_the_newest_python(name):
    pythons = {each["python"] for each in combinations(JOBS[name])}
    oldest = min(pythons - {NEWEST}, key=lambda python: tuple(map(int, python.split("."))))
    allowed = SpecifierSet(PYPROJECT["project"]["requires-python"])
    major, minor = map(int, oldest.split("."))
    assert NEWEST in pythons
    assert oldest in allowed and f"{major}.{minor - 1}" not in allowed


def test_the_oldest_and_the_newest_dependencies_are_tried():
    tried = {each["resolution"] for each in combinations(JOBS["dependencies"])}
    assert tried == {"lowest-direct", "highest"}


def test_each_make_command_has_its_target():
    targets = set(re.search(r"(?m)^\.PHONY: (.+)$", MAKEFILE).group(1).split())
    asked = {target for line in commands() for target in re.findall(r"^make (\S+)", line)}
    assert {"doctor", "test"} <= asked <= targets


def test_the_script_for_ci_and_the_workflow_run_the_same():
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert set(re.findall(r"(?m)^make (\S+)", script)) <= {
        target for line in commands("course") for target in re.findall(r"^make (\S+)", line)
    }


def test_extras_and_marks_are_known():
    text = "\n".join(commands())
    extras = {extra for group in re.findall(r"\.\[(.+?)\]", text) for extra in group.split(",")}
    marks = set(re.findall(r"not (\w+)", " ".join(re.findall(r'-m "(.+?)"', text))))
    declared = {
        re.split(r"[(:]", mark)[0] for mark in PYPROJECT["tool"]["pytest"]["ini_options"]["markers"]
    }
    assert extras and extras <= PYPROJECT["project"]["optional-dependencies"].keys()
    assert marks and marks <= declared


def test_the_wheel_is_built_and_checked():
    text = "\n".join(commands("wheel"))
    assert all(step in text for step in ("-m build", "twine check --strict", "-k wheel"))


def test_no_job_may_write_or_run_on():
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] <= 90 for job in JOBS.values())
