"""``coursekit doctor``: is everything that the course needs installed, and does it work?

An examination is a function that returns what it found, or raises if something is wrong; its
remedy says what to do then. All examinations run, whatever the others found.
"""

import importlib.metadata
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from unittest.mock import patch

from packaging.requirements import Requirement
from rich.console import Console
from rich.table import Table
from rich.text import Text

from coursekit import course

_AGAIN = 'Set up again: make setup, or pip install --force-reinstall "coursekit[course]"'
_EXTENSIONS = ("anywidget", "@jupyter-widgets/jupyterlab-manager")
_NOTEBOOKS = ("notebooks", "exercises", "solutions")
_BROWSERS = ("chromium", "chromium-browser")
_WIDGET = "application/vnd.jupyter.widget-view+json"
_COLOR_CODE = re.compile(r"\x1b\[[0-9;]*m")
_LAMP = {"good": "green", "warning": "yellow", "bad": "red"}


@dataclass(frozen=True)
class Examination:
    """Something to examine: ``look`` returns what it finds, or raises."""

    subject: str
    look: Callable[[], str]
    remedy: str
    needed: bool = True


@dataclass(frozen=True)
class Finding:
    """What an examination found and, if it is not good, what to do."""

    subject: str
    state: str
    found: str
    remedy: str = ""


class Unmet(RuntimeError):
    """A problem with a remedy of its own."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.remedy = remedy


def run(console: Console | None = None) -> bool:
    """Print a line for each examination; return whether none of them is red."""
    console = console or Console()
    findings = []
    with console.status("Examining"):
        for examination in examinations():
            findings.append(examine(examination))
    console.print(_table(findings))
    red = sum(finding.state == "bad" for finding in findings)
    console.print(_closing_line(red), soft_wrap=True)
    return not red


def examinations() -> list[Examination]:
    """Return all examinations, in the order in which they are printed."""
    return [
        Examination("Python", _python, "Install Python 3.11 or newer and set up again."),
        *_packages(),
        Examination("lessons, exercises, tests", _course, _AGAIN),
        Examination("OpenCV loads", _opencv, "Linux: sudo apt-get install libgl1 libglib2.0-0"),
        Examination("torch computes on", _device, _AGAIN),
        Examination(
            "torchvision loads", _torchvision, "Install the torchvision that fits your torch"
        ),
        Examination("widgets in JupyterLab", _extensions, _AGAIN),
        Examination(
            "sample pictures, offline", _samples, "pip install --force-reinstall scikit-image"
        ),
        Examination("gray transforms: both versions agree", _twins, _AGAIN),
        Examination("gray transforms: a figure works", _figure, _AGAIN),
        Examination(
            "browser, for the browser tests",
            _browser,
            "Install Chromium (Debian, Ubuntu: sudo apt-get install chromium)",
            needed=False,
        ),
        Examination("sandbox, for grading", _sandbox, "See SECURITY.md", needed=False),
    ]


def examine(examination: Examination) -> Finding:
    """Look, and turn whatever is raised into a finding with its remedy."""
    try:
        return Finding(examination.subject, "good", examination.look())
    except Exception as error:
        state = "bad" if examination.needed else "warning"
        remedy = getattr(error, "remedy", examination.remedy)
        return Finding(examination.subject, state, _last_line(error), remedy)


def _last_line(error: Exception) -> str:
    lines = _COLOR_CODE.sub("", str(error)).strip().splitlines()
    return lines[-1] if lines else type(error).__name__


def _table(findings: list[Finding]) -> Table:
    table = Table("", "", "", box=None, show_header=False)
    for finding in findings:
        lamp = Text(finding.state, style=_LAMP[finding.state])
        answer = Text(finding.found)
        if finding.remedy:
            answer.append(f"\n→ {finding.remedy}", style=_LAMP[finding.state])
        table.add_row(lamp, finding.subject, answer)
    return table


def _closing_line(red: int) -> Text:
    if red:
        problems = "1 problem" if red == 1 else f"{red} problems"
        return Text(f"{problems}: follow the arrows, then run the doctor again.", style="red")
    return Text("All is well.", style="green")


def _python() -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python is what we look for
        raise RuntimeError(f"{version}, but 3.11 or newer is needed")
    return version


def _packages() -> list[Examination]:
    try:
        ranges = importlib.metadata.requires("coursekit") or []
    except importlib.metadata.PackageNotFoundError:
        return [Examination("coursekit", _not_installed, "pip install --no-deps -e .")]
    asked = sorted(map(Requirement, ranges), key=lambda each: each.name)
    return [_package(each) for each in asked if _is_of_the_course(each)]


def _is_of_the_course(requirement: Requirement) -> bool:
    """Whether a reader needs it: coursekit itself, or its extra ``course``."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": "course"})


def _not_installed() -> str:
    raise RuntimeError("runs from its folder but is not installed")


def _package(requirement: Requirement) -> Examination:
    def look() -> str:
        try:
            version = importlib.metadata.version(requirement.name)
        except importlib.metadata.PackageNotFoundError:
            raise RuntimeError(f"missing; {asked} is needed") from None
        if not requirement.specifier.contains(version, prereleases=True):
            raise RuntimeError(f"{version}, but {asked} is needed")
        return version

    asked = f"{requirement.name}{requirement.specifier}"
    return Examination(requirement.name, look, f'pip install "{asked}"')


def _course() -> str:
    """Count the files of the course: every folder must have one for each chapter."""
    root = course.shipped()
    found = {name: len(list((root / name).glob("*.ipynb"))) for name in _NOTEBOOKS}
    found["tests"] = len(list((root / "tests" / "exercises").glob("test_[0-9][0-9]_*.py")))
    if min(found.values()) == 0 or len(set(found.values())) > 1:
        told = ", ".join(f"{count} {name}" for name, count in found.items())
        raise RuntimeError(f"chapters do not match: {told} in {root}")
    return f"{found['tests']} chapters in {root}"


def _opencv() -> str:
    import cv2

    return cv2.__version__


def _device() -> str:
    import torch

    if torch.cuda.is_available():
        return f"cuda, {torch.cuda.get_device_name()}"
    if torch.backends.mps.is_available():
        return "mps"
    return f"cpu, {torch.get_num_threads()} threads"


def _torchvision() -> str:
    from coursekit.core.torch import torchvision

    return torchvision.load().__version__


def _extensions() -> str:
    from jupyter_core.paths import jupyter_path
    from jupyterlab_server.config import get_federated_extensions, get_page_config

    folders = jupyter_path("labextensions")
    disabled = get_page_config(folders).get("disabledExtensions", [])
    there = get_federated_extensions(folders)
    for name in _EXTENSIONS:
        if name not in there:
            raise RuntimeError(f"JupyterLab's extension {name} is missing")
        if name in disabled:
            raise RuntimeError(f"JupyterLab's extension {name} is disabled")
    return "installed and enabled"


def _samples() -> str:
    from coursekit.lab import samples

    with patch("socket.socket.connect", side_effect=OSError("a picture is not on this machine")):
        pictures = [getattr(samples, name)() for name in samples.names()]
    return f"{len(pictures)} found"


def _twins() -> str:
    import numpy as np
    import torch

    from coursekit.gray_transforms import gpu, reference
    from coursekit.lab import samples

    image = samples.camera()
    expected = reference.linear(image, contrast=1.5, brightness=20)
    actual = gpu.linear(torch.from_numpy(image)[None], contrast=1.5, brightness=20)[0].numpy()
    if not np.array_equal(actual, expected):
        raise RuntimeError("reference and gpu differ on linear(camera, 1.5, 20)")
    return f"reference and gpu give the same {image.size} pixels"


def _figure() -> str:
    import nbformat
    from nbclient import NotebookClient

    program = "from coursekit.gray_transforms import explore\nexplore.FIGURES[0]()"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(program)])
    quiet = ["--IPKernelApp.log_level=ERROR"]
    NotebookClient(notebook, timeout=60, kernel_name="python3", extra_arguments=quiet).execute()
    shown = [set(output.get("data", {})) for output in notebook.cells[0].outputs]
    if not any(_WIDGET in kinds for kinds in shown):
        raise RuntimeError("the figure has no live viewer")
    return "live viewer and still picture, in a kernel"


def _browser() -> str:
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise RuntimeError("none found, so the browser tests are skipped")
    return found


def _sandbox() -> str:
    from coursekit.classroom.sandbox import Limits, SandboxUnavailable, require_bubblewrap
    from coursekit.classroom.sandbox.kernel import Kernel

    try:
        require_bubblewrap()
    except SandboxUnavailable as error:
        raise Unmet("student code cannot be isolated here", str(error)) from None
    kernel = Kernel(Limits())
    try:
        whole = kernel.group.is_limited
    finally:
        kernel.kill()
    limits = "all processes of a notebook together" if whole else "each process separately"
    return f"student code is isolated; memory is limited for {limits}"
