"""The Jupyter kernel ``coursekit-sandbox``: an ipykernel in the sandbox, for nbval and nbgrader.

``pytest --nbval --nbval-kernel-name coursekit-sandbox`` and nbgrader's
``--ExecutePreprocessor.kernel_name=coursekit-sandbox`` use it by name, once ``install`` has run.
The kernel listens in its own folder, which we reach through the ``/proc`` of its process.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from ipykernel.kernelspec import RESOURCES
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.provisioning import LocalProvisioner
from traitlets import Dict, List, Unicode

from coursekit.classroom.sandbox.bubblewrap import SOCKETS, Forbidden, require_bubblewrap
from coursekit.classroom.sandbox.cgroup import Group
from coursekit.classroom.sandbox.kernel import SandboxFailed, end, launch, plan
from coursekit.classroom.sandbox.limits import Limits

NAME = "coursekit-sandbox"


class SandboxProvisioner(LocalProvisioner):
    """Starts and ends kernels in the sandbox; raises SandboxUnavailable if there is none."""

    forbidden = List(Unicode(), help="modules refused and absent, functions masked")
    forbidden.tag(config=True)
    visible = List(Unicode(), help="further paths to show, read-only").tag(config=True)
    limits = Dict(help="what differs from the default Limits").tag(config=True)
    _group = None

    async def pre_launch(self, **options):
        require_bubblewrap()
        self.parent.transport, self.parent.ip = "ipc", f"{SOCKETS}/kernel"
        return await super().pre_launch(**options)

    async def launch_kernel(self, cmd, **options):
        limits = Limits(**self.limits)
        self._group = Group(limits)
        forbidden = Forbidden.of(self.forbidden)
        surroundings = {"forbidden": forbidden.modules, "visible": self.visible}
        connection = _connection(self.connection_info)
        reading, writing = os.pipe()
        instructions = plan(limits, forbidden, connection=connection.fileno(),
                            arguments=_extra(cmd, self.parent.connection_file))  # fmt: skip
        self.process = launch(
            limits, instructions, self._group, keep=[connection.fileno()], info=writing,
            stderr=options.get("stderr"), **surroundings,
        )  # fmt: skip
        os.close(writing)
        connection.close()
        self.pid = self.pgid = self.process.pid
        self.cwd = "/tmp"
        return {**self.connection_info, "ip": _seen_from_outside(reading)}

    async def kill(self, restart=False):
        self._end()

    async def terminate(self, restart=False):
        self._end()

    async def cleanup(self, restart=False):
        self._end()
        await super().cleanup(restart)

    def _end(self):
        if self.process is not None:
            end(self.process)
        if self._group is not None:
            self._group.close()


def _connection(info):
    """An open file that tells the kernel where to listen, so that no command line shows its key."""
    file = tempfile.TemporaryFile("w+")
    json.dump({**info, "key": info["key"].decode()}, file)
    file.flush()
    file.seek(0)
    return file


def _extra(words, connection_file):
    """The arguments that follow the connection file in a kernel's command."""
    return list(words[words.index(connection_file) + 1 :]) if connection_file in words else []


def _seen_from_outside(descriptor):
    """The path of the kernel's sockets, through its process."""
    with open(descriptor, encoding="utf-8") as file:
        text = file.read()
    if not text:
        raise SandboxFailed(
            "The sandbox did not start: bubblewrap ended before the kernel started."
        )
    return f"/proc/{json.loads(text)['child-pid']}/root{SOCKETS}/kernel"


# ---------------------------------------------------------------- the kernelspec


def kernelspec(forbidden=(), visible=(), limits=None):
    """The content of ``kernel.json``."""
    config = {"forbidden": [*forbidden], "visible": [*map(str, visible)], "limits": limits or {}}
    return {
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (coursekit sandbox)",
        "language": "python",
        "interrupt_mode": "message",
        "metadata": {"kernel_provisioner": {"provisioner_name": NAME, "config": config}},
    }


class SandboxKernelSpecManager(KernelSpecManager):
    """Knows the kernel ``coursekit-sandbox`` even if nobody has installed it."""

    def get_kernel_spec(self, kernel_name):
        if kernel_name != NAME:
            return super().get_kernel_spec(kernel_name)
        return self.kernel_spec_class(resource_dir=RESOURCES, **kernelspec())


def install(prefix=None, user=False, **choices):
    """Write the kernelspec to where Jupyter finds it: this Python's environment, or elsewhere.

    Parameters
    ----------
    prefix : an environment's folder; the kernelspec goes below its ``share/jupyter/kernels``
    user : write it only for this user, in any environment
    choices : ``forbidden``, ``visible``, ``limits``; see ``SandboxProvisioner``

    Returns
    -------
    The folder with the new ``kernel.json``.

    Raises
    ------
    ValueError : both a prefix and a user are given.
    """
    place = {"user": True, "prefix": prefix} if user else {"prefix": str(prefix or sys.prefix)}
    text = json.dumps(kernelspec(**choices), indent=1) + "\n"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder, NAME)  # Jupyter copies its mode too, which must not be private
        made.mkdir()
        (made / "kernel.json").write_text(text, encoding="utf-8")
        return Path(KernelSpecManager().install_kernel_spec(str(made), NAME, **place))
