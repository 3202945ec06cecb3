"""A common limit on the memory and number of all processes of a sandbox.

This needs a control group that we may create: as root, or in a session that systemd delegates to
its user. Without one, only the limits on each process apply.
"""

import itertools
import os
import re
import time
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_OURS_AT = Path("/proc/self/cgroup")
_PATIENCE = 5  # seconds
_COUNT = itertools.count()
_OURS = re.compile(r"coursekit-(\d+)-\d+")


class Group:
    """The control groups of one sandbox; none if none can be created."""

    def __init__(self, limits):
        self.folders = _make(limits)

    @property
    def is_limited(self):
        return bool(self.folders)

    @property
    def doors(self):
        """The files to which a process writes 0 to enter."""
        return [str(folder / "cgroup.procs") for folder in self.folders]

    def close(self):
        """Remove the groups, once the last process in them is gone."""
        deadline = time.monotonic() + _PATIENCE
        while self.folders and time.monotonic() < deadline:
            self.folders = [folder for folder in self.folders if not _removed(folder)]
            time.sleep(0.002 if self.folders else 0)


def _make(limits):
    name = f"coursekit-{os.getpid()}-{next(_COUNT)}"
    memory, processes = str(limits.memory), str(limits.processes)
    for settings in (
        {"": {"memory.max": memory, "memory.swap.max": "0", "pids.max": processes}},
        {"memory": {"memory.limit_in_bytes": memory}, "pids": {"pids.max": processes}},
    ):
        folders = [_made(kind, name, files) for kind, files in settings.items()]
        if all(folders):
            return folders
        for folder in filter(None, folders):
            _removed(folder)
    return []


def _made(kind, name, files):
    """Create a group below or next to our own; version 1 has one tree per kind, version 2 only one.

    In version 2, a group that contains processes, like ours, cannot set limits below itself.
    """
    home = _own(kind)
    for parent in (home, home.parent) if home else ():
        if not (parent / "cgroup.procs").exists():
            continue
        folder = parent / name
        try:
            _sweep(parent)
            folder.mkdir()
            for file, value in files.items():
                _set(folder / file, value)
            return folder
        except OSError:
            _removed(folder)
    return None


def _own(kind):
    """The folder of our own group."""
    try:
        lines = _OURS_AT.read_text().splitlines()
    except OSError:
        return None
    for _, kinds, path in (line.split(":", 2) for line in lines):
        if kind in kinds.split(","):
            tree = _ROOT / kind
            return tree / path.lstrip("/") if tree.is_dir() else None
    return None


def _set(file, value):
    if file.name == "memory.swap.max" and not file.exists():
        return
    file.write_text(value)


def _removed(folder):
    try:
        folder.rmdir()
    except OSError:
        return not folder.exists()
    return True


def _sweep(parent):
    """Remove groups left behind by graders that were killed."""
    for folder in parent.glob("coursekit-*-*"):
        match = _OURS.fullmatch(folder.name)
        if match and not Path(f"/proc/{match[1]}").exists():
            _removed(folder)
