"""``coursekit lab``: the reader's own copy of the course, open in JupyterLab.

A checkout is opened as it is. Otherwise, lessons, exercises and solutions are copied to a folder,
with a note that records the contents of each file: files that the reader has not changed are
updated with the course, and changed files belong to the reader and stay.
"""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import coursekit
from coursekit import course
from coursekit.core import atomic

FOLDER = "coursekit-course"
_PARTS = ("notebooks", "exercises", "solutions")


@dataclass
class Filled:
    """What was done in a reader's folder, as names of files in it."""

    folder: Path
    before: str | None  # the version of its course
    new: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)

    def __str__(self):
        return "\n".join(self._lines()) or f"{self.folder}: nothing new"

    def _lines(self):
        if self.before is None:
            yield f"The course is in {self.folder}. These files are yours: your changes are kept."
        elif self.before != coursekit.__version__:
            yield f"{self.folder}: coursekit {coursekit.__version__}, previously {self.before}"
        for kind, names in (("new", self.new), ("updated", self.updated)):
            if names and self.before is not None:
                yield f"{kind}: {', '.join(names)}"
        if self.beside:
            yield f"kept yours, and put the new version next to it: {', '.join(self.beside)}"


def find(folder=None):
    """The folder to open: the one named, a reader's that we are in, a checkout, or a new one."""
    if folder is not None:
        return Path(folder)
    here = Path.cwd()
    for place in (here, *here.parents):
        if (place / course.NOTE).exists():
            return place
    return course.shipped() if course.is_checkout() else here / FOLDER


def fill(folder):
    """Copy the course to a folder, or update it there, and report what was done.

    A file that the reader has changed is never overwritten: if the course has a new version of it,
    this is put next to it. Deleted files are restored.

    Raises
    ------
    ValueError : the folder is a file, or the installed course is incomplete.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file: give a folder for the course.")
    files = _shipped_files()
    note = _read_note(folder)
    filled = Filled(folder, note["version"])
    for name, content in files.items():
        _bring(name, content, note["files"].get(name), filled)
    note = {
        "version": coursekit.__version__,
        "files": {name: _digest(content) for name, content in files.items()},
    }
    atomic.write_text(folder / course.NOTE, json.dumps(note, indent=1))
    return filled


def _shipped_files():
    root = course.shipped()
    paths = [path for part in _PARTS for path in sorted((root / part).glob("*.ipynb"))]
    if not paths:
        raise ValueError(f"no lessons in {root}; run `coursekit doctor`.")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def _read_note(folder):
    try:
        note = json.loads((folder / course.NOTE).read_text("utf-8"))
        return {"version": str(note["version"]), "files": dict(note["files"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {"version": None, "files": {}}


def _bring(name, content, noted, filled):
    """Write one file of the course, next to the reader's if that has been changed."""
    path = filled.folder / name
    there = _digest(path.read_bytes()) if path.exists() else None
    if there == _digest(content):
        return
    if there is None:
        _write(path, content)
        filled.new.append(name)
    elif there == noted:
        _write(path, content)
        filled.updated.append(name)
    elif noted != _digest(content):
        path = path.with_name(f"{path.stem}.{coursekit.__version__}{path.suffix}")
        if not path.exists():
            _write(path, content)
        filled.beside.append(path.relative_to(filled.folder).as_posix())


def _write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_bytes(path, content)


def _digest(content):
    return hashlib.sha256(content).hexdigest()


def open_lab(folder, browser=None, options=()):
    """Open a folder of the course in JupyterLab, at the first lesson, and exit with it.

    Parameters
    ----------
    browser : whether to open one; None means if there is a screen
    options : options for JupyterLab
    """
    folder = Path(folder).resolve()
    words = command(folder, _has_screen() if browser is None else browser, options)
    if os.name == "posix":  # so that Ctrl-C reaches JupyterLab, which asks
        os.chdir(folder)
        os.execv(words[0], words)
    else:
        raise SystemExit(subprocess.call(words, cwd=folder))


def command(folder, browser, options=()):
    """The command that starts JupyterLab at the first lesson of a folder."""
    first = min((Path(folder) / "notebooks").glob("[0-9][0-9]_*.ipynb")).name
    address = f"/lab/tree/notebooks/{first}"
    words = [sys.executable, "-m", "jupyterlab", f"--LabApp.default_url={address}"]
    words += [] if browser else ["--no-browser"]
    words += ["--allow-root"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
    return [*words, *options]


def _has_screen():
    shown = "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    return not sys.platform.startswith("linux") or shown
