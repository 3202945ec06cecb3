"""``coursekit doctor``: green where all is well, red with a remedy where something is not."""

import importlib.metadata
import io
import shutil
import socket
import sys

import pytest
from rich.console import Console

from coursekit import doctor
from coursekit.classroom.sandbox import SandboxUnavailable, require_bubblewrap
from coursekit.doctor import Examination, examine


def examined(subject):
    """Return the finding of one of doctor's own examinations."""
    (examination,) = [each for each in doctor.examinations() if each.subject == subject]
    return examine(examination)


def printed():
    """Return whether doctor is content, and all that it prints."""
    console = Console(file=io.StringIO(), width=200)
    return doctor.run(console), console.file.getvalue()


def only(monkeypatch, *subjects):
    """Let doctor look at these subjects only."""
    chosen = [each for each in doctor.examinations() if each.subject in subjects]
    monkeypatch.setattr(doctor, "examinations", lambda: chosen)


def test_all_is_well_here():
    well, lines = printed()
    assert well, lines
    assert "All is well." in lines
    assert "bad" not in lines


@pytest.fixture
def without(monkeypatch):
    """Make one package look as if it were missing, or of another version."""

    def simulate(name, version=None):
        ask = importlib.metadata.version

        def answer(wanted):
            if wanted != name:
                return ask(wanted)
            if version is None:
                raise importlib.metadata.PackageNotFoundError(name)
            return version

        monkeypatch.setattr(importlib.metadata, "version", answer)

    return simulate


def test_a_missing_package_is_red_and_says_what_to_do(without, monkeypatch):
    without("scipy")
    only(monkeypatch, "numpy", "scipy")
    well, lines = printed()
    assert not well
    assert "missing; scipy>=" in lines
    assert '→ pip install "scipy>=' in lines
    assert "1 problem:" in lines


def test_a_package_out_of_range_is_red(without):
    without("numpy", version="1.26.4")
    finding = examined("numpy")
    assert finding.state == "bad"
    assert finding.found.startswith("1.26.4, but numpy>=")


def test_a_package_in_range_shows_its_version(without):
    without("numpy", version="2.4.6")
    assert (examined("numpy").state, examined("numpy").found) == ("good", "2.4.6")


def test_a_course_that_is_not_installed_is_red(monkeypatch):
    def unknown(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "requires", unknown)
    assert examined("coursekit").remedy == "pip install --no-deps -e ."


def test_an_old_python_is_red(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    assert examined("Python").found == "3.10.4, but 3.11 or newer is needed"


def test_opencv_without_its_library_names_the_library_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)
    finding = examined("OpenCV loads")
    assert finding.state == "bad"
    assert "libgl1" in finding.remedy


def test_no_browser_is_a_warning_only(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    only(monkeypatch, "browser, for the browser tests")
    well, lines = printed()
    assert well
    assert "warning" in lines
    assert "apt-get install chromium" in lines


def test_no_sandbox_is_a_warning_that_says_what_to_install(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(sys, "platform", "linux")
    require_bubblewrap.cache_clear()
    finding = examined("sandbox, for grading")
    require_bubblewrap.cache_clear()
    assert (finding.state, finding.found) == ("warning", "student code cannot be isolated here")
    assert "sudo apt-get install bubblewrap" in finding.remedy


def test_remedy_of_a_sandbox_is_shown_whole(monkeypatch):
    def refuse():
        raise SandboxUnavailable("Allow it, once:\n  sudo tee\n(bwrap: no permission)")

    monkeypatch.setattr("coursekit.classroom.sandbox.require_bubblewrap", refuse)
    only(monkeypatch, "sandbox, for grading")
    well, lines = printed()
    assert well
    assert "Allow it, once:" in lines and "sudo tee" in lines and "no permission" in lines


def test_sandbox_is_tried_with_a_kernel():
    try:
        require_bubblewrap()
    except SandboxUnavailable as error:
        pytest.skip(str(error))
    finding = examined("sandbox, for grading")
    assert finding.state == "good"
    assert finding.found.startswith("student code is isolated; memory is limited for")


def test_widgets_that_jupyterlab_does_not_see_are_red(monkeypatch):
    monkeypatch.setattr("jupyter_core.paths.jupyter_path", lambda *parts: [])
    finding = examined("widgets in JupyterLab")
    assert finding.state == "bad"
    assert "anywidget is missing" in finding.found


def test_a_widget_switched_off_is_red(monkeypatch):
    switched_off = {"disabledExtensions": ["@jupyter-widgets/jupyterlab-manager"]}
    monkeypatch.setattr("jupyterlab_server.config.get_page_config", lambda folders: switched_off)
    assert "jupyterlab-manager is disabled" in examined("widgets in JupyterLab").found


def test_a_picture_that_needs_the_network_is_red(monkeypatch):
    from coursekit.lab import samples

    def download():
        socket.create_connection(("127.0.0.1", 9), timeout=1)

    monkeypatch.setattr(samples, "names", lambda: ["far_away"])
    monkeypatch.setattr(samples, "far_away", download, raising=False)
    assert examined("sample pictures, offline").found == "a picture is not on this machine"


def test_twins_that_differ_are_red(monkeypatch):
    from coursekit.gray_transforms import reference

    monkeypatch.setattr(reference, "linear", lambda image, contrast, brightness: image)
    assert "reference and gpu differ" in examined("gray transforms: both versions agree").found


def test_an_error_is_shown_by_its_last_line_without_colours():
    def fail():
        raise RuntimeError("a long story\n\x1b[31mImportError\x1b[39m: no such thing")

    finding = examine(Examination("anything", fail, "mend it"))
    assert finding.found == "ImportError: no such thing"


def test_an_error_without_words_is_shown_by_its_name():
    def fail():
        raise KeyError

    assert examine(Examination("anything", fail, "mend it")).found == "KeyError"
