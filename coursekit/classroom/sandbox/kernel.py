"""One process that runs student code, and the connection to it."""

import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from coursekit.classroom.sandbox import bubblewrap, syscalls, wire
from coursekit.classroom.sandbox.cgroup import Group
from coursekit.course import PACKAGE

_ENTER = 'while [ "$1" != -- ]; do echo 0 > "$1"; shift; done; shift; exec "$@"'
NOTHING = bubblewrap.Forbidden()
_GRACE = 1  # seconds in which a kernel itself may report that a call took too long


class SandboxFailed(RuntimeError):
    """The sandbox did not start, which is never the answer's fault."""


class Hung(Exception):
    """No answer in time."""


class Died(Exception):
    """The process ended, or sent an invalid answer."""


class Kernel:
    """A process in the sandbox (or, not isolated, with limits only) that answers requests."""

    def __init__(self, limits, forbidden=NOTHING, isolated=True):
        self.limits = limits
        self._folder = None if isolated else tempfile.TemporaryDirectory(prefix="coursekit-")
        self.process, self._stream, self.group = None, None, Group(limits)
        try:
            self._start(forbidden, isolated)
            self.ask({"do": "hello"}, seconds=limits.start_seconds)
        except BaseException as error:
            message = self._kill()
            if isinstance(error, (Hung, Died)):
                raise SandboxFailed(f"The sandbox did not start. {message}".strip()) from None
            raise

    def _start(self, forbidden, isolated):
        self._stream, theirs = socket.socketpair()
        told = plan(self.limits, forbidden, socket=theirs.fileno(), largest=self.limits.reply)
        if isolated:
            self.process = launch(self.limits, told, self.group, forbidden=forbidden.modules,
                                  keep=[theirs.fileno()], stderr=subprocess.PIPE)  # fmt: skip
        else:
            self.process = self._launch_unsandboxed(told, theirs.fileno())
        theirs.close()

    def _launch_unsandboxed(self, told, keep):
        home = self._folder.name
        words = _words({**told, "user": None}, str(Path(__file__).with_name("inside.py")))
        return subprocess.Popen(
            _entering(self.group, words), env=environment(home), cwd=home, pass_fds=[keep],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip

    def ask(self, request, buffers=(), seconds=10):
        """Send a request and return the answer's header and buffers.

        Only an answer that repeats the request's own secret counts; anything that was sent before
        the request, or instead of its answer, ends the kernel.

        Raises
        ------
        Hung : no complete answer came in time. Died : the process ended or sent an invalid answer.
        """
        nonce, deadline = secrets.token_hex(16), time.monotonic() + seconds + _GRACE
        try:
            self._stream.settimeout(seconds + _GRACE)
            wire.send(self._stream, {**request, "nonce": nonce}, buffers)
            head, parts = wire.receive(self._stream, self.limits.reply, deadline)
        except TimeoutError:
            raise Hung from None
        except (OSError, EOFError):
            raise Died("it ended its own process, or ran out of memory") from None
        except wire.NotOnTheWire as error:
            raise Died(f"it sent an invalid answer: {error}") from None
        if head.pop("nonce", None) != nonce:
            raise Died("it sent an answer to another request")
        return head, parts

    def kill(self):
        """End the process and everything that it has started."""
        self._kill()

    def _kill(self):
        """End everything and return what the process wrote to its error stream."""
        message = ""
        if self._stream is not None:
            self._stream.close()
        if self.process is not None:
            end(self.process)
            message = self.process.stderr.read(4000).decode(errors="replace")
            self.process.stderr.close()
        self.group.close()
        if self._folder is not None:
            self._folder.cleanup()
        return message


def plan(limits, forbidden, **more):
    """The instructions for ``inside``, passed on its command line."""
    path = [str(PACKAGE.parent), *map(str, bubblewrap.libraries())]
    return {
        "user": bubblewrap.sandbox_user(), "rlimits": limits.rlimits, "path": path,
        "forbidden": forbidden.modules, "masked": forbidden.functions, "given": forbidden.given,
        "socket": None, **more,
    }  # fmt: skip


def launch(limits, told, group, forbidden=(), visible=(), keep=(), info=None, **options):
    """Start ``inside`` in the sandbox; returns the process."""
    seccomp = syscalls.filter_descriptor()
    program, *words = bubblewrap.command(limits, forbidden, visible, seccomp)
    words += ["--info-fd", str(info)] if info is not None else []
    try:
        with _written(words) as arguments:
            kept = [seccomp, info, arguments.fileno(), *keep]
            sandboxed = [program, "--args", str(arguments.fileno())]
            return subprocess.Popen(
                _entering(group, [*sandboxed, *_words(told, f"{bubblewrap.INSIDE}/inside.py")]),
                env=environment("/tmp"), pass_fds=[fd for fd in kept if fd is not None],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True,
                **options,
            )  # fmt: skip
    finally:
        if seccomp is not None:
            os.close(seccomp)


def _written(words):
    """An open file with bubblewrap's arguments, which the sandbox could read on a command line."""
    file = tempfile.TemporaryFile()
    file.write("\0".join(words).encode(errors="surrogateescape"))
    file.flush()
    file.seek(0)
    return file


def _words(told, program):
    return [sys.executable, "-I", "-B", program, json.dumps(told)]


def _entering(group, words):
    """Start a command inside its control group from the first moment."""
    return ["/bin/sh", "-c", _ENTER, "sh", *group.doors, "--", *words]


def environment(home):
    """All environment variables of the sandbox."""
    return {
        "HOME": home, "USER": "student", "LOGNAME": "student", "TMPDIR": home,
        "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "MPLBACKEND": "agg",
        "IPYTHONDIR": f"{home}/.ipython", "COURSEKIT_HOME": home, "MALLOC_ARENA_MAX": "2",
        "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "MKL_NUM_THREADS": "2",
    }  # fmt: skip


def end(process):
    """Kill a process and its session; bubblewrap takes everything inside with it."""
    try:
        os.killpg(process.pid, 9)
    except ProcessLookupError:
        pass
    process.wait()
