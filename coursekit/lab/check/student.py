"""The student of an exercise test: functions called by name, which reply with plain data.

A test never touches the student's objects, only a ``Reply``. Here the functions live in the
notebook's own namespace; a grader replaces ``LiveCall`` by its own ``call``, and the tests stay
the same.
"""

import contextlib
import copy
import inspect
import io
import linecache
import re
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from coursekit.core.types import Real
from coursekit.lab.check.diagnosis import of_error
from coursekit.lab.check.mismatch import Mismatch, Stage

SECONDS_PER_CALL = 10
_PLAIN = (type(None), bool, int, float, complex, str, bytes)
_TEXT_KEPT = 2000
_NUMBERS_SHOWN = 12
_STUB = re.compile(r"raise NotImplementedError(\(\))?(\s*#.*)?")


@dataclass(frozen=True)
class Failure:
    """An error that the answer raised: the names of its class and base classes, and where."""

    kinds: tuple[str, ...]
    message: str
    function: str = ""
    line: int = 0
    source: str = ""

    @property
    def stage(self) -> Stage:
        """The stage at which an answer with this failure stops."""
        if "NotDefined" in self.kinds or self._is_stub:
            return "stub"
        return "type" if "NotPlain" in self.kinds else "error"

    @property
    def _is_stub(self):
        """Whether the stub's own line raised it, and not a library."""
        if self.source:
            return bool(_STUB.fullmatch(self.source))
        return "NotImplementedError" in self.kinds and not self.message

    @property
    def is_raised_inside(self) -> bool:
        """Whether the answer's own code raised it, and not a wrong call or the time limit."""
        return bool(self.function) and "TimeLimit" not in self.kinds

    def mismatch(self, called: str = "") -> Mismatch:
        """The verdict on this failure in a test that called ``called``."""
        if self.stage == "stub":
            return Mismatch("stub", self._stub(called))
        if self.stage == "type":
            return Mismatch("type", f"{self.message}.")
        if "TimeLimit" in self.kinds:
            return Mismatch("error", f"{self.message}. Is there an endless loop?")
        where = f" in line {self.line}, `{self.source}`" if self.source else ""
        reason = f": {self.message}" if self.message else ""
        sentence = f"{self.function or called} raised {self.kinds[0]}{where}{reason}."
        return Mismatch("error", sentence, diagnosis=of_error(self.message))

    def _stub(self, called):
        if self.function and called and self.function != called:
            return f"`{called}` calls `{self.function}`, which is still a stub."
        return (
            f"`{self.function or called}` is still a stub: replace `raise NotImplementedError` by "
            "your code."
        )


@dataclass(frozen=True)
class Reply:
    """What comes back from the student's side: plain data only."""

    call: str
    value: object = None
    failure: Failure | None = None
    changed: tuple[str, ...] = ()
    shares_memory: bool = False
    printed: str = ""


class Student:
    """Gives tests the student's functions by name, and records their side effects."""

    def __init__(self, call: Callable[[str, tuple[Any, ...], dict[str, Any]], Reply]) -> None:
        self._call = call
        self.last: Reply | None = None
        self._side_effects = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Function(self, name)

    def settle(self) -> None:
        """Raise what no assertion can see in the result: an argument changed in place."""
        mismatches, self._side_effects = self._side_effects, []
        if mismatches:
            raise mismatches[0]

    def _ask(self, name, arguments, keywords):
        self.last = reply = self._call(name, arguments, keywords)
        if reply.changed:
            self._side_effects.append(
                Mismatch(
                    "almost",
                    "The result may be right, but your function changes its argument "
                    f"`{'`, `'.join(reply.changed)}` in place: work on a copy.",
                    diagnosis="changes its input",
                )
            )
        return reply


@dataclass(frozen=True)
class _Function:
    student: Student
    name: str

    def __call__(self, *arguments, **keywords):
        reply = self.reply(*arguments, **keywords)
        if reply.failure is not None:
            raise reply.failure.mismatch(self.name)
        return reply.value

    def reply(self, *arguments, **keywords):
        return self.student._ask(self.name, arguments, keywords)


class LiveCall:
    """Calls functions in this process, on copies of the arguments, within a time limit."""

    def __init__(self, namespace: Mapping[str, Any], seconds: Real = SECONDS_PER_CALL) -> None:
        self.namespace, self.seconds = namespace, seconds

    def __call__(self, name: str, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Reply:
        described = describe_call(name, arguments, keywords)
        function = self.namespace.get(name)
        if not callable(function):
            return Reply(described, failure=Failure(("NotDefined",), "not defined", function=name))
        sent, named = copy.deepcopy((arguments, keywords))
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed), time_limit(self.seconds, name):
                result = function(*sent, **named)
                value = plain(result)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001  a student's SystemExit is an answer too
            return Reply(described, failure=failure_of(error, function))
        before = _by_name(function, arguments, keywords)
        after = _by_name(function, sent, named)
        return Reply(
            described,
            value=value,
            changed=tuple(key for key in before if not same(before[key], after[key])),
            shares_memory=_shares_memory(result, tuple(after.values())),
            printed=printed.getvalue()[:_TEXT_KEPT],
        )


def _by_name(function, arguments, keywords):
    """The arguments under the names of the parameters that took them."""
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    names += [f"number {number}" for number in range(len(names) + 1, len(arguments) + 1)]
    return dict(zip(names, arguments, strict=False)) | keywords


class TimeLimit(Exception):
    """Raised inside an answer that takes too long."""


class NotPlain(Exception):
    """Raised for a result that is not plain data."""


@contextlib.contextmanager
def time_limit(seconds, name):
    """Stop what runs too long; without signals (another thread, Windows) there is no limit."""
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def stop(*_):
        raise TimeLimit(f"`{name}` did not return within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1)  # then each second: an except may catch one
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def plain(value):
    """A copy that consists of plain data only; raises NotPlain for anything else."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, (np.ndarray, np.generic)):
        return _plain_array(value)
    if kind.__module__ == "torch" and hasattr(value, "detach"):
        return value.detach().clone()
    if isinstance(value, (list, tuple)):
        parts = [plain(part) for part in value]
        return parts if isinstance(value, list) else tuple(parts)
    if isinstance(value, dict):
        return {plain(key): plain(part) for key, part in value.items()}
    raise NotPlain(f"The result has the type {kind.__name__}: return numbers, text or arrays")


def _plain_array(value):
    if value.dtype.hasobject or value.dtype.fields:
        raise NotPlain("Your array holds objects, not numbers: perhaps its rows differ in length")
    if isinstance(value, np.generic):
        return value.copy()
    return np.array(value, copy=True, subok=False)


def same(one, other):
    """Whether two arguments have the same values."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.tobytes() == other.tobytes()
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if type(one).__module__ == "torch" and hasattr(one, "equal"):
        return one.equal(other)
    return not isinstance(one, _PLAIN) or repr(one) == repr(other)


def _arrays(value):
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, (list, tuple, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _arrays(part)


def _shares_memory(result, arguments):
    given = list(_arrays(arguments))
    return any(np.may_share_memory(mine, theirs) for mine in _arrays(result) for theirs in given)


def failure_of(error, called):
    """Reduce an error to plain data, with the last line of the notebook that it passed through."""
    namespace = getattr(called, "__globals__", None)
    function, line, source = "", 0, ""
    trace = error.__traceback__
    while trace is not None:
        frame = trace.tb_frame
        if frame.f_globals is namespace:
            function, line = frame.f_code.co_name, trace.tb_lineno
            source = linecache.getline(frame.f_code.co_filename, line).strip()
        trace = trace.tb_next
    kinds = tuple(kind.__name__ for kind in type(error).__mro__)
    return Failure(kinds, _message(error), function, line, source)


def _message(error):
    try:
        return " ".join(str(error)[:_TEXT_KEPT].split()).rstrip(". ")
    except Exception:  # noqa: BLE001  a student's __str__ may do anything
        return ""


def describe_call(name, arguments, keywords):
    """The call as a reader would write it: ``brighten([[0, 100, 200], [55, 155, 255]], 20)``."""
    parts = [_describe(value) for value in arguments]
    parts += [f"{key}={_describe(value)}" for key, value in keywords.items()]
    return f"{name}({', '.join(parts)})"


def _describe(value):
    if isinstance(value, np.ndarray):
        return _describe_array(value)
    if isinstance(value, bytes) and len(value) > _NUMBERS_SHOWN:
        return f"{len(value)} bytes"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _describe_array(array):
    if array.size > _NUMBERS_SHOWN:
        return f"{array.shape} {array.dtype} array"
    return repr((array.round(4) if array.dtype.kind == "f" else array).tolist())
