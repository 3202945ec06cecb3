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
    """The result of one cell: ``error`` is None or (name of its class, message)."""

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
    forbidden : names of modules that the exercise may not use, such as ``cv2``,
        ``skimage.filters`` or ``coursekit.gray_transforms``, which are refused and absent, and of
        functions such as ``cv2.medianBlur``, which are masked
    given : modules and functions of a forbidden chapter that may be used after all
    isolated : False runs without a sandbox, with limits only, if there is no bubblewrap

    A cell or call that does not return is killed, and a fresh kernel handles the next one.
    Use it as a context manager: leaving it ends everything that the notebook has started.

    Raises
    ------
    SandboxUnavailable : bubblewrap is missing or does not work. SandboxFailed : it did not start.
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
        """End the kernel and everything that it has started."""
        if self._kernel is not None:
            self._kernel.kill()
            self._kernel = None

    def fresh(self):
        """Return a second session of the same notebook, which knows nothing of this one.

        Use it for visible tests after hidden ones, since their results could leak hidden inputs.
        """
        session = Session(self.cells, self.limits, isolated=self.isolated)
        session.forbidden = self.forbidden
        return session

    # ------------------------------------------------------------ cells

    def run_cells(self):
        """Run each cell once, in order; a cell that fails does not stop the others.

        Returns
        -------
        A ``CellResult`` for each cell.
        """
        self._ready()
        return [self._results[name] for name, _ in self.cells]

    def _ready(self):
        """Make sure that all cells have run in a kernel, except those that killed one before."""
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
            self._results.setdefault(name, CellResult(name, ("TimeLimit", "this cell was skipped")))
            return
        result = self._result(name, source)
        self._results.setdefault(name, result)

    def _result(self, name, source):
        seconds = min(self.limits.cell_seconds, self._left())
        try:
            head, _ = self._ask({"do": "cell", "source": source}, (), seconds)
            return _cell_result(name, head)
        except Hung:
            error = ("TimeLimit", f"did not finish within {seconds:g} s")
        except Died as reason:
            error = ("Died", f"{reason}")
        self._fatal.add(name)
        self._results[name] = CellResult(name, error, seconds=seconds)
        self.close()
        return self._results[name]

    # ------------------------------------------------------------ calls

    def call(self, name, arguments, keywords, seconds=None):
        """Call a function of the notebook; whatever it does, return a ``Reply``.

        Arguments and result are passed as plain data. Meant for ``Student(session.call)``.
        """
        described = describe_call(name, arguments, keywords)
        if self._hung.get(name, 0) >= self.limits.hung_calls:
            return _failed(described, "TimeLimit", f"`{name}` was not called again")
        buffers = []
        sent = wire.encode((tuple(arguments), dict(keywords)), buffers)
        request = {"do": "call", "name": name, "arguments": sent}
        self._ready()
        return self._reply(described, request, buffers, seconds or self.limits.call_seconds)

    def _reply(self, described, request, buffers, seconds):
        name, seconds = request["name"], min(seconds, self._left())
        if seconds <= 0:
            return _failed(described, "TimeLimit", "The notebook has used up its time")
        try:
            head, parts = self._ask({**request, "seconds": seconds}, buffers, seconds)
            reply = _reply(described, head, parts)
        except Hung:
            message = f"`{name}` did not return within {seconds:g} s"
            reply = _failed(described, "TimeLimit", message)
            self.close()
        except Died as reason:
            reply = _failed(described, "Died", str(reason))
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


# ---------------------------------------------------------------- answers, not trusted yet


def _cell_result(name, head):
    error, seconds = head.get("error"), head.get("seconds")
    if error is not None:
        error = tuple(_texts(error, most=2)) or ("Error", "")
        error = (*error, "")[:2]
    seconds = float(seconds) if type(seconds) in (int, float) else 0.0
    return CellResult(name, error, _text(head.get("printed")), seconds)


def _reply(described, head, parts):
    if "failure" in head:
        return Reply(described, failure=_failure(head["failure"]))
    try:
        value = wire.decode(head.get("value"), parts)
    except wire.NotOnTheWire as error:
        raise Died(f"it sent an invalid answer: {error}") from None
    return Reply(
        described, value, changed=tuple(_texts(head.get("changed"))),
        shares_memory=head.get("shares_memory") is True, printed=_text(head.get("printed")),
    )  # fmt: skip


def _failure(fields):
    fields = fields if type(fields) is dict else {}
    kinds = tuple(_texts(fields.get("kinds"))) or ("Exception",)
    line = fields.get("line")
    return Failure(
        kinds, _text(fields.get("message")), _text(fields.get("function")),
        line if type(line) is int and 0 <= line < 10**6 else 0, _text(fields.get("source")),
    )  # fmt: skip


def _failed(described, kind, message):
    return Reply(described, failure=Failure((kind,), message))


def _texts(value, most=50):
    return [_text(part) for part in value[:most]] if type(value) is list else []


def _text(value):
    """A text that can be stored and shown: shortened, no control characters or surrogates."""
    text = value[:_TEXT_KEPT] if type(value) is str else ""
    return "".join(c for c in text if c in "\n\t" or c.isprintable())
