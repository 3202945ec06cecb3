"""The program inside the sandbox: sets its own limits, then runs a kernel or answers calls.

It is started as a script, with ``wire.py`` next to it and nothing else of ``coursekit.classroom``.
Whatever a student does to this process, its answers are only values: the assertions run outside.
"""

import contextlib
import importlib
import importlib.abc
import importlib.util
import inspect
import io
import json
import os
import socket
import sys
import time
import types
from pathlib import Path

TEXT_KEPT = 2000
ON_A_SCREEN = (  # without one, these end the process
    "cv2.imshow", "cv2.namedWindow", "cv2.waitKey", "cv2.destroyAllWindows", "cv2.destroyWindow",
)  # fmt: skip


def main():
    plan = json.loads(sys.argv[1])
    become(plan["user"])
    limit(plan["rlimits"])
    sys.path[:0] = plan["path"]
    mask(ON_A_SCREEN, lambda name: _nothing)
    refuse(plan["forbidden"])
    if plan["masked"]:
        mask(plan["masked"])
    quieten_the_lab(plan["forbidden"])
    keep_only(plan["given"])
    if plan["socket"] is None:
        be_a_kernel(plan["connection"], plan["arguments"])
    else:
        Server(socket.socket(fileno=plan["socket"]), plan["largest"]).serve()


# ---------------------------------------------------------------- the sandbox from within


def become(user):
    """Switch from root to a user who owns nothing, and so drop all capabilities."""
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)


def limit(rlimits):
    """Set each limit permanently; some systems refuse some of them."""
    import resource

    for name, value in rlimits.items():
        number = getattr(resource, name, None)
        with contextlib.suppress(ValueError, OSError):
            if number is not None:
                resource.setrlimit(number, (value, value))


class Refuse(importlib.abc.MetaPathFinder):
    """Refuses to import what the exercise forbids, and says so."""

    def __init__(self, forbidden):
        self.forbidden = forbidden

    def find_spec(self, name, path=None, target=None):
        for module in self.forbidden:
            if name == module or name.startswith(f"{module.rstrip('.')}."):
                raise ImportError(f"{name} is not allowed in this exercise", name=name)
        return None


def refuse(forbidden):
    sys.meta_path.insert(0, Refuse(tuple(forbidden)))


class Forbidden:
    """Replaces a function that is not allowed, and says so when it is called."""

    def __init__(self, name):
        self.__name__ = self.__qualname__ = name.rpartition(".")[2]
        self._message = f"{name} is not allowed in this exercise"

    def __call__(self, *_, **__):
        raise ImportError(self._message)


class Mask(importlib.abc.MetaPathFinder):
    """Replaces functions by ``Forbidden`` as soon as their module is loaded."""

    def __init__(self, names, stand_in=Forbidden):
        self.names, self.stand_in, self._searching = names, stand_in, False

    def find_spec(self, name, path=None, target=None):
        if name not in self.names or self._searching:
            return None
        self._searching = True
        try:
            spec = importlib.util.find_spec(name)
        finally:
            self._searching = False
        if spec is not None:
            spec.loader = _Masking(spec.loader, self)
        return spec

    def cover(self, module):
        for name in self.names[module.__name__]:
            if hasattr(module, name):
                stand_in = self.stand_in(f"{module.__name__}.{name}")
                for home in _homes(module, name):
                    setattr(home, name, stand_in)


def _homes(module, name):
    """The module, and those of its package in which the function is written or passed on."""
    top = f"{module.__name__.partition('.')[0]}."
    parts = [part for key, part in [*sys.modules.items()] if key.startswith(top) and part]
    function = inspect.unwrap(getattr(module, name))
    found = [part for part in parts if inspect.unwrap(vars(part).get(name)) is function]
    return [module, *found]


class _Masking(importlib.abc.Loader):
    def __init__(self, loader, mask):
        self._loader, self._mask = loader, mask

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        self._mask.cover(module)


def mask(functions, stand_in=Forbidden):
    """Mask functions such as ``cv2.medianBlur``, even if their module is not loaded yet."""
    names = {}
    for name in functions:
        module, _, function = name.rpartition(".")
        names.setdefault(module, []).append(function)
    masking = Mask(names, stand_in)
    sys.meta_path.insert(0, masking)
    for module in names.keys() & sys.modules.keys():
        masking.cover(sys.modules[module])


def keep_only(given):
    """Remove everything from a forbidden chapter except the modules and functions given."""
    for chapter, parts in given.items():
        modules = {name: importlib.import_module(name) for name in parts}
        for name, functions in parts.items():
            for other in [key for key in vars(modules[name]) if not key.startswith("_")]:
                if functions and other not in functions:
                    setattr(modules[name], other, Forbidden(f"{name}.{other}"))
        for loaded in [key for key in sys.modules if key.startswith(f"{chapter}.")]:
            if not any(f"{name}.".startswith(f"{loaded}.") for name in modules):
                del sys.modules[loaded]
        refuse([f"{chapter}."])


# ---------------------------------------------------------------- the course's lab


def quieten_the_lab(forbidden):
    """Make ``check`` and ``progress`` do nothing, and ``show`` too if OpenCV is forbidden."""
    lab = importlib.import_module("coursekit.lab")
    checks = types.ModuleType("coursekit.lab.check")
    checks.__path__ = [str(Path(lab.__file__).with_name("check"))]
    checks.check = lab.check = _nothing
    lab.progress = _nothing
    sys.modules[checks.__name__] = checks
    if "cv2" in forbidden:
        _load_without_opencv(lab)


def _nothing(*_, **__):
    """Do nothing."""


def _load_without_opencv(lab):
    """Load the lab, which draws with OpenCV, with an empty module that no answer can reach."""
    sys.modules["cv2"] = types.ModuleType("cv2")
    with contextlib.suppress(ImportError):
        importlib.import_module("coursekit.lab.samples")
    del sys.modules["cv2"]
    lab.show = sys.modules["coursekit.lab.show"] = _Quiet("coursekit.lab.show")


class _Quiet(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing


# ---------------------------------------------------------------- a Jupyter kernel


def be_a_kernel(connection, arguments):
    from ipykernel.kernelapp import IPKernelApp

    file = Path("/tmp/.connection.json")
    file.touch(mode=0o600)
    with open(connection, encoding="utf-8") as given:
        file.write_text(given.read(), encoding="utf-8")
    application = IPKernelApp.instance(ignore_cwd=True)
    application.initialize(["-f", str(file), *arguments])
    application.start()


# ---------------------------------------------------------------- a server of calls


class Server:
    """Runs cells and calls functions on request, one at a time."""

    def __init__(self, stream, largest):
        self.wire = _wire()
        self.student = importlib.import_module("coursekit.lab.check.student")
        self.stream, self.largest = stream, largest
        self.shell = _shell()

    def serve(self):
        """Answer until the connection is closed."""
        _close_the_outputs()
        while True:
            try:
                head, buffers = self.wire.receive(self.stream, self.largest)
            except EOFError:
                return
            answer, parts = getattr(self, f"do_{head['do']}")(head, buffers)
            self.wire.send(self.stream, {"nonce": head["nonce"], **answer}, parts)

    def do_hello(self, head, buffers):
        return {}, ()

    def do_cell(self, head, buffers):
        begun, printed = time.monotonic(), Bounded()
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
            result = self.shell.run_cell(head["source"], store_history=False)
        error = result.error_before_exec or result.error_in_exec
        named = [type(error).__name__, self.student._message(error)] if error else None
        spent = time.monotonic() - begun
        return {"error": named, "printed": printed.getvalue(), "seconds": spent}, ()

    def do_call(self, head, buffers):
        arguments, keywords = self.wire.decode(head["arguments"], buffers)
        call = self.student.LiveCall(self.shell.user_ns, head["seconds"])
        try:
            with contextlib.redirect_stderr(Bounded()):
                reply = call(head["name"], arguments, keywords)
            return self._encoded(reply)
        except BaseException as error:  # noqa: BLE001  such as an interrupt or a lack of memory
            function = self.shell.user_ns.get(head["name"])
            return {"failure": vars(self.student.failure_of(error, function))}, ()

    def _encoded(self, reply):
        if reply.failure is not None:
            return {"failure": vars(reply.failure)}, ()
        buffers = []
        try:
            value = self.wire.encode(reply.value, buffers)
        except self.wire.NotOnTheWire as error:
            kinds, message = ("NotPlain",), f"The result contains {error}: return numbers or arrays"
            return {"failure": {"kinds": kinds, "message": message}}, ()
        flags = {"changed": reply.changed, "shares_memory": reply.shares_memory}
        return {"value": value, **flags, "printed": reply.printed[:TEXT_KEPT]}, buffers


class Bounded(io.TextIOBase):
    """Keeps the beginning of what is printed."""

    def __init__(self):
        self._kept, self._room = [], TEXT_KEPT

    def writable(self):
        return True

    def write(self, text):
        if self._room > 0:
            self._kept.append(text[: self._room])
            self._room -= len(text)
        return len(text)

    def getvalue(self):
        return "".join(self._kept)


def _wire():
    """The module next to this one, which is in no package here."""
    spec = importlib.util.spec_from_file_location("wire", Path(__file__).with_name("wire.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _shell():
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    class Shell(InteractiveShell):
        """Accepts every magic that a notebook's kernel accepts; there is no screen for a GUI."""

        enable_gui = _nothing

        def enable_matplotlib(self, gui=None):
            try:
                return super().enable_matplotlib(gui)
            except Exception:  # noqa: BLE001  no Qt, or no widgets
                return super().enable_matplotlib("inline")

    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    shell = Shell.instance(config=config)
    shell.display_formatter.active_types = ["text/plain"]
    shell.showtraceback = shell.showsyntaxerror = _nothing  # the error itself is returned
    shell.user_ns["__name__"] = "__main__"
    return shell


def _close_the_outputs():
    """Discard what libraries print, which would fill a pipe that nobody reads."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    os.close(nothing)


if __name__ == "__main__":
    main()
