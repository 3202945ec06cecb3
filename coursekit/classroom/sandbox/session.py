"""A student's notebook in the sandbox: its cells are run, then its functions called."""

import time
from dataclasses import dataclass

from coursekit.classroom.sandbox import wire
from coursekit.classroom.sandbox.bubblewrap import Forbidden
from coursekit.classroom.sandbox.kernel import Died, Hung, Kernel
from coursekit.classroom.sandbox.limits import Limits
from coursekit.lab.check.student import Failure, Reply, describe_call

_TEXT_KEPT = 2000


@dataclass(frozen=True)
class CellResult:
    """What became of one cell: ``error`` is None or (name of its class, message)."""

    id: str
    error: tuple | None = None
    printed: str = ""
    seconds: float = 0.0

    @property
    def ok(self):
        return self.error is None


class Session:
    """Run a notebook's cells in the sandbox and call the functions that they define.

    Parameters
    ----------
    cells : list of (id, source), the code cells of a grafted notebook
    limits : what the notebook may use
    forbidden : names of modules that the exercise does without, such as ``cv2``,
        ``skimage.filters`` or ``coursekit.gray_transforms``, which are refused and absent, and of
        functions such as ``cv2.medianBlur``, which are masked
    given : modules and functions of a forbidden chapter that are there all the same
    isolated : False runs without a sandbox, with limits only, where there is no bubblewrap

    A cell or call that does not come back is killed, and a fresh kernel serves the next one.
    Use it as a context manager: leaving it ends whatever the notebook has started.

    Raises
    ------
    SandboxUnavailable : no bubblewrap, or none that works. SandboxFailed : it did not start.
    """

    def __init__(self, cells, limits=None, forbidden=(), isolated=True, given=()):
        self.cells = [(str(name), source) for name, source in cells]
        self.limits = limits or Limits()
        self.forbidden, self.isolated = Forbidden.of(forbidden, given), isolated
        self.spent = 0.0
        self._kernel, self._results, self._fatal, self._hung = None, {}, set(), {}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """End the kernel and all that it has started."""
        if self._kernel is not None:
            self._kernel.kill()
            self._kernel = None

    def fresh(self):
        """Give a second session of the same notebook, which remembers nothing of this one.

        A visible test after a hidden one belongs there: its result could tell the hidden inputs.
        """
        session = Session(self.cells, self.limits, isolated=self.isolated)
        session.forbidden = self.forbidden
        return session

    # ------------------------------------------------------------ cells

    def run_cells(self):
        """Run each cell once, from the first to the last; one that fails does not stop the rest.

        Returns
        -------
        A ``CellResult`` for each cell.
        """
        self._ready()
        return [self._results[name] for name, _ in self.cells]

    def _ready(self):
        """Have a kernel in which all cells have run, save those that ended one before."""
        while self._kernel is None:
            self._kernel = Kernel(self.limits, self.forbidden, self.isolated)
            for name, source in self.cells:
                self._run(name, source)
                if self._kernel is None:
                    break

    def _run(self, name, source):
        if name in self._fatal:
            return
        is_new = name not in self._results
        if is_new and len(self._fatal) >= self.limits.hung_calls or self._left() <= 0:
            self._fatal.add(name)
            self._results.setdefault(name, CellResult(name, ("TimeLimit", "was not run")))
            return
        result = self._result(name, source)
        self._results.setdefault(name, result)

    def _result(self, name, source):
        seconds = min(self.limits.cell_seconds, self._left())
        try:
            head, _ = self._ask({"do": "cell", "source": source}, (), seconds)
            return _cell_result(name, head)
        except Hung:
            error = ("TimeLimit", f"had not finished after {seconds:g} s")
        except Died as reason:
            error = ("Died", f"{reason}")
        self._fatal.add(name)
        self._results[name] = CellResult(name, error, seconds=seconds)
        self.close()
        return self._results[name]

    # ------------------------------------------------------------ calls

    def call(self, name, arguments, keywords, seconds=None):
        """Call a function of the notebook; whatever it does, a ``Reply`` comes back.

        Arguments and result cross as plain data; made for ``Student(session.call)``.
        """
        told = describe_call(name, arguments, keywords)
        if self._hung.get(name, 0) >= self.limits.hung_calls:
            return _failed(told, "TimeLimit", f"`{name}` was not called again")
        buffers = []
        sent = wire.encode((tuple(arguments), dict(keywords)), buffers)
        request = {"do": "call", "name": name, "arguments": sent}
        self._ready()
        return self._reply(told, request, buffers, seconds or self.limits.call_seconds)

    def _reply(self, told, request, buffers, seconds):
        name, seconds = request["name"], min(seconds, self._left())
        if seconds <= 0:
            return _failed(told, "TimeLimit", "The notebook has used all its time")
        try:
            head, parts = self._ask({**request, "seconds": seconds}, buffers, seconds)
            reply = _reply(told, head, parts)
        except Hung:
            reply = _failed(told, "TimeLimit", f"`{name}` had not answered after {seconds:g} s")
            self.close()
        except Died as reason:
            reply = _failed(told, "Died", str(reason))
            self.close()
        if reply.failure and {"TimeLimit", "Died"} & set(reply.failure.kinds):
            self._hung[name] = self._hung.get(name, 0) + 1
        return reply

    # ------------------------------------------------------------ time

    def _ask(self, request, buffers, seconds):
        begun = time.monotonic()
        try:
            return self._kernel.ask(request, buffers, seconds)
        finally:
            self.spent += time.monotonic() - begun

    def _left(self):
        return self.limits.notebook_seconds - self.spent


# ---------------------------------------------------------------- answers, not yet believed


def _cell_result(name, head):
    error, seconds = head.get("error"), head.get("seconds")
    if error is not None:
        error = tuple(_texts(error, most=2)) or ("Error", "")
        error = (*error, "")[:2]
    seconds = float(seconds) if type(seconds) in (int, float) else 0.0
    return CellResult(name, error, _text(head.get("printed")), seconds)


def _reply(told, head, parts):
    if "failure" in head:
        return Reply(told, failure=_failure(head["failure"]))
    try:
        value = wire.decode(head.get("value"), parts)
    except wire.NotOnTheWire as error:
        raise Died(f"it sent what is no answer: {error}") from None
    return Reply(
        told, value, changed=tuple(_texts(head.get("changed"))),
        shares_memory=head.get("shares_memory") is True, printed=_text(head.get("printed")),
    )  # fmt: skip


def _failure(told):
    told = told if type(told) is dict else {}
    kinds = tuple(_texts(told.get("kinds"))) or ("Exception",)
    line = told.get("line")
    return Failure(
        kinds, _text(told.get("message")), _text(told.get("function")),
        line if type(line) is int and 0 <= line < 10**6 else 0, _text(told.get("source")),
    )  # fmt: skip


def _failed(told, kind, message):
    return Reply(told, failure=Failure((kind,), message))


def _texts(value, most=50):
    return [_text(part) for part in value[:most]] if type(value) is list else []


def _text(value):
    """A text that can be stored and shown: bounded, without control characters or surrogates."""
    text = value[:_TEXT_KEPT] if type(value) is str else ""
    return "".join(c for c in text if c in "\n\t" or c.isprintable())
