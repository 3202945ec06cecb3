"""What a sandbox sees and may do, as a command line for bubblewrap.

The root consists only of the system's libraries, this Python and, from the course, core, lab and
the chapters, all read-only. Tests, solutions and submissions are not merely hidden: they do not
exist there.
"""

import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from coursekit.classroom.sandbox.limits import MIB
from coursekit.course import PACKAGE

INSIDE = "/run/coursekit"
SOCKETS = "/run/sockets"
_HERE = Path(__file__).parent
_PROGRAM = ("inside.py", "wire.py")
_SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/alternatives",
    "/etc/fonts", "/etc/localtime", "/sys/devices/system/cpu",
)  # fmt: skip
_OF_THE_COURSE = ("__init__.py", "core", "course.py", "lab")
_OLDEST = (0, 7)
_NOBODY = 200_000  # the first user id that root switches to; each grader process has its own


class SandboxUnavailable(RuntimeError):
    """The sandbox is not available here; the message says why, and what to do."""


# ---------------------------------------------------------------- is it there?

_INSTALL = (
    "The sandbox needs bubblewrap. Debian, Ubuntu: sudo apt-get install bubblewrap; Fedora: sudo "
    "dnf install bubblewrap. Or grade with --no-sandbox: only limits apply, and results are marked "
    "not isolated."
)
_APPARMOR = """\
AppArmor prevents bubblewrap from creating a user namespace (Ubuntu since 23.10). Allow it, once:
  sudo tee /etc/apparmor.d/bwrap >/dev/null <<'END'
  abi <abi/4.0>,
  include <tunables/global>
  profile bwrap {program} flags=(unconfined) {{
    userns,
  }}
  END
  sudo apparmor_parser -r /etc/apparmor.d/bwrap"""
_SETTINGS = {
    "kernel/apparmor_restrict_unprivileged_userns": ("1", _APPARMOR),
    "kernel/unprivileged_userns_clone": (
        "0",
        "This system allows user namespaces only for root. Allow them: "
        "sudo sysctl -w kernel.unprivileged_userns_clone=1",
    ),
    "user/max_user_namespaces": (
        "0",
        "This system allows no user namespaces. Allow them: "
        "sudo sysctl -w user.max_user_namespaces=10000",
    ),
}
_CONTAINER = (
    "bubblewrap may not create namespaces here. In a container, allow it (docker run --cap-add "
    "SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined), or grade "
    "outside the container."
)


@cache
def require_bubblewrap():
    """Return bubblewrap's path after testing that it works here.

    Raises
    ------
    SandboxUnavailable : it is missing, too old, or lacks permissions.
    """
    if not sys.platform.startswith("linux"):
        raise SandboxUnavailable(f"The sandbox needs Linux (on Windows: WSL). {_INSTALL}")
    program = shutil.which("bwrap")
    if program is None:
        raise SandboxUnavailable(_INSTALL)
    _refuse_old(program)
    trial = [program, *_namespaces(), "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"]
    tried = subprocess.run([*trial, "true"], capture_output=True, text=True, timeout=30)
    if tried.returncode != 0:
        raise SandboxUnavailable(f"{_remedy(program)}\n(bwrap: {tried.stderr.strip()[:500]})")
    return program


def _refuse_old(program):
    version = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30)
    numbers = re.search(r"(\d+)\.(\d+)", version.stdout)
    if numbers and tuple(map(int, numbers.groups())) < _OLDEST:
        raise SandboxUnavailable(
            f"{version.stdout.strip()} is too old: 0.7 or newer is needed. {_INSTALL}"
        )


def _remedy(program, settings=Path("/proc/sys")):
    """What to do if namespaces are refused."""
    for name, (refusing, remedy) in _SETTINGS.items():
        file = settings / name
        if file.exists() and file.read_text().strip() == refusing:
            return remedy.format(program=program)
    return _CONTAINER


# ---------------------------------------------------------------- the command


def sandbox_user():
    """The user inside: another one if root starts the sandbox, or else the same."""
    return _NOBODY + os.getpid() if os.geteuid() == 0 else None


def command(limits, forbidden=(), visible=(), seccomp=None):
    """The command line that runs a command in the sandbox.

    Parameters
    ----------
    limits : for the size of the sandbox's own /tmp
    forbidden : names of modules whose files are left out
    visible : further paths to show, read-only
    seccomp : file descriptor of the system-call filter
    """
    words = [require_bubblewrap(), *_namespaces(), "--die-with-parent", "--new-session"]
    words += ["--hostname", "classroom", "--cap-drop", "ALL"]
    if sandbox_user() is not None:
        words += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    words += _devices(limits)
    words += _files([*_system(), *map(Path, visible)])
    words += _course(forbidden)
    words += [word for name in forbidden for path in places(name) for word in _mask(path)]
    words += ["--remount-ro", "/", "--chdir", "/tmp"]
    return words + (["--seccomp", str(seccomp)] if seccomp is not None else [])


def _namespaces():
    """Its own network, process list and so on; root needs no user namespace for this."""
    own = [] if os.geteuid() == 0 else ["--unshare-user"]
    kinds = ("ipc", "pid", "net", "uts", "cgroup-try")
    return own + [f"--unshare-{kind}" for kind in kinds]


def _devices(limits):
    words = ["--proc", "/proc", "--dev", "/dev"]
    words += _tmpfs("/dev/shm", limits.disk) + ["--remount-ro", "/dev"]
    return words + _tmpfs("/tmp", limits.disk) + _tmpfs(SOCKETS, MIB // 4)


def _tmpfs(folder, size):
    return [*_above(folder), "--perms", "1777", "--size", str(size), "--tmpfs", folder]


def _above(path):
    """The folders above a path, readable for the user inside."""
    parents = [str(parent) for parent in reversed(Path(path).parents)][1:]
    return [word for parent in parents for word in ("--perms", "0755", "--dir", parent)]


def _files(paths):
    paths = [path for path in dict.fromkeys(paths) if path.exists()]
    return [word for path in paths for word in _shown(path, path)]


def _shown(source, place):
    return [*_above(place), "--ro-bind", str(source), str(place)]


def _system():
    prefixes = map(Path, (sys.base_prefix, sys.base_exec_prefix, sys.prefix))
    outside = [path for path in (*prefixes, *libraries()) if not path.is_relative_to("/usr")]
    return [*map(Path, _SYSTEM), *outside]


def libraries():
    """The folders of installed packages from which this Python imports."""
    folders = [Path(entry) for entry in sys.path if entry]
    return [path for path in folders if path.name in ("site-packages", "dist-packages")]


def _course(forbidden):
    """The course's own package: the lab and the allowed chapters, but not the classroom."""
    words = [*_above(PACKAGE), "--perms", "0755", "--tmpfs", str(PACKAGE)]
    for path in _allowed_parts(forbidden):
        words += _shown(path, path)
    words += [*(w for name in _PROGRAM for w in _shown(_HERE / name, Path(INSIDE) / name))]
    return [*words, "--remount-ro", str(PACKAGE)]


def _allowed_parts(forbidden):
    chapters = [path.parent.name for path in PACKAGE.glob("*/reference*")]
    names = [*_OF_THE_COURSE, *sorted(set(chapters))]
    named = [name for name in names if f"coursekit.{name.removesuffix('.py')}" not in forbidden]
    return [PACKAGE / name for name in named if (PACKAGE / name).exists()]


# ---------------------------------------------------------------- what is forbidden


@dataclass(frozen=True)
class Forbidden:
    """What an exercise may not use, by how it is forbidden.

    Parts of a forbidden chapter may be given: then the chapter's files are visible, but only the
    given parts can be imported.
    """

    modules: tuple[str, ...] = ()  # their files are left out, and their import is refused
    functions: tuple[str, ...] = ()  # each is masked in its module
    given: dict[str, dict[str, list[str]]] = field(default_factory=dict)  # chapter -> part -> names

    @classmethod
    def of(cls, names, given=()):
        """Divide names such as ``cv2``, ``cv2.medianBlur`` and ``coursekit.filtering``."""
        parts = {}
        for name in given:
            chapter = ".".join(name.split(".")[:2])
            if chapter in names:
                module, function = (name, "") if places(name) else name.rsplit(".", 1)
                functions = parts.setdefault(chapter, {}).setdefault(module, [])
                functions += [function] if function else []
        modules = [name for name in names if name not in parts and _is_module(name)]
        functions = [name for name in names if name not in parts and not _is_module(name)]
        hidden = [home for module in modules for home in homes(module)]
        return cls((*modules, *hidden), tuple(functions), parts)


def _is_module(name):
    top, *inner = name.split(".")
    return not inner or (top == "coursekit" and len(inner) == 1) or bool(places(name))


@cache
def homes(module):
    """The private modules that define what a module exports.

    Examples
    --------
    >>> homes("skimage.filters")
    ('skimage._shared.filters',)
    """
    top, *inner = module.split(".")
    if not inner or top == "coursekit":
        return ()
    try:
        offering = importlib.import_module(module)
    except ImportError:
        return ()
    names = getattr(offering, "__all__", [])
    modules = [getattr(getattr(offering, name, None), "__module__", None) for name in names]
    return tuple(sorted({name for name in modules if name and name.startswith(f"{top}._")}))


def places(module):
    """The files and folders of a module of an installed package, found without importing it."""
    top, *rest = module.split(".")
    if top == "coursekit" and len(rest) == 1:
        return []  # always left out
    spec = importlib.util.find_spec(top)
    if spec is None:
        return []
    if not rest:
        return list(map(Path, spec.submodule_search_locations or [spec.origin]))
    folder, last = Path(spec.submodule_search_locations[0]).joinpath(*rest[:-1]), rest[-1]
    found = [folder / last] if (folder / last).is_dir() else []
    return [*found, *folder.glob(f"{last}.*"), *folder.glob(f"__pycache__/{last}.*")]


def _mask(path):
    """Cover a path with an empty folder, or with the null device."""
    if path.is_dir():
        return ["--tmpfs", str(path), "--remount-ro", str(path)]
    return ["--ro-bind", os.devnull, str(path)]
