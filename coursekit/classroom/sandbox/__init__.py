"""Student code in a process of its own, in a sandbox; only plain data comes back.

``limits`` says how much an answer may use. ``bubblewrap`` builds the sandbox: what it shows and
allows, with ``syscalls`` and ``cgroup`` behind it. ``inside`` is the program that runs in there,
``wire`` the plain data that crosses. ``session`` runs a notebook's cells and calls its
functions; ``provisioner`` offers it to Jupyter as the kernel ``coursekit-sandbox``.
"""

from coursekit.classroom.sandbox.bubblewrap import SandboxUnavailable, require_bubblewrap
from coursekit.classroom.sandbox.kernel import SandboxFailed
from coursekit.classroom.sandbox.limits import Limits
from coursekit.classroom.sandbox.session import CellResult, Session

__all__ = [
    "CellResult",
    "Limits",
    "SandboxFailed",
    "SandboxUnavailable",
    "Session",
    "require_bubblewrap",
]
