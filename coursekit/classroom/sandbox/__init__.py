"""Student code in a separate, sandboxed process; only plain data comes back.

``limits`` says how much an answer may use. ``bubblewrap`` builds the sandbox, that is, what it
shows and allows, with the help of ``syscalls`` and ``cgroup``. ``inside`` is the program that runs
in it, and ``wire`` encodes the plain data that passes through. ``session`` runs a notebook's cells
and calls its functions; ``provisioner`` offers the sandbox to Jupyter as the kernel ``coursekit-
sandbox``.
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
