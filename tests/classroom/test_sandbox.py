"""The sandbox: what an answer sees and may do in there, and what crosses its border."""

import json
import os
import platform
import shutil
import socket
import stat
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import nbformat
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from jupyter_client.manager import KernelManager
from typer.testing import CliRunner

import coursekit
from coursekit.classroom.sandbox import (
    Limits,
    SandboxFailed,
    SandboxUnavailable,
    Session,
    bubblewrap,
    cgroup,
    provisioner,
    require_bubblewrap,
    syscalls,
    wire,
)
from coursekit.classroom.sandbox.limits import MIB
from coursekit.cli import app
from coursekit.lab.check import Student, judge

needs_sandbox = pytest.mark.skipif(
    not shutil.which("bwrap"), reason="needs bubblewrap (apt-get install bubblewrap)"
)
TESTS = Path(__file__).parents[1] / "exercises" / "test_02_gray_transforms.py"
SHORT = Limits(call_seconds=1, cell_seconds=2)


def session(source, *more, **choices):
    """A session of the given cells."""
    choices.setdefault("limits", SHORT)
    return Session([(str(n), cell) for n, cell in enumerate((source, *more))], **choices)


def told(expression, **choices):
    """The value of an expression inside the sandbox."""
    source = f"import os, sys, subprocess, pathlib\ndef tell(): return {expression}"
    with session(source, **choices) as inside:
        reply = inside.call("tell", (), {})
    assert reply.failure is None, reply.failure
    return reply.value


# ------------------------------------------------------------------ cells


@needs_sandbox
def test_cells_run_in_order_and_one_that_fails_stops_only_itself():
    with session("x = 1", "print(x)\nx / 0", "y = x +", "x += 1\nprint(x)") as inside:
        first, second, third, fourth = inside.run_cells()
    assert first.ok and fourth.ok
    assert second.error == ("ZeroDivisionError", "division by zero")
    assert second.printed == "1\n" and fourth.printed == "2\n"
    assert third.error[0] == "SyntaxError"


@needs_sandbox
def test_what_a_cell_prints_is_kept_from_its_beginning_and_bounded():
    with session("print('begin'); print('x' * 10**7)") as inside:
        (cell,) = inside.run_cells()
    assert cell.ok and cell.printed.startswith("begin") and len(cell.printed) == 2000


@needs_sandbox
def test_cells_that_end_the_kernel_cost_only_themselves():
    source = "def f(): return 7"
    with session(source, "import os; os._exit(0)", "def g(): return 8") as inside:
        before, ending, after = inside.run_cells()
        assert before.ok and after.ok and ending.error[0] == "Died"
        assert inside.call("f", (), {}).value == 7
        assert inside.call("g", (), {}).value == 8


@needs_sandbox
def test_after_two_cells_that_end_the_kernel_no_new_one_is_tried():
    ends = "import os; os._exit(0)"
    with session("def f(): return 7", ends, ends, "x = 1", ends) as inside:
        assert [cell.ok for cell in inside.run_cells()] == [True, False, False, False, False]
        assert inside.call("f", (), {}).value == 7


@needs_sandbox
def test_check_and_progress_do_nothing_inside():
    source = "from coursekit.lab import check, progress\nimport coursekit.lab as lab"
    with session(source, "def f(): pass\nprint(check(f), progress(), lab.check(f))") as inside:
        _, cell = inside.run_cells()
    assert cell.printed == "None None None\n"


# ------------------------------------------------------------------ calls


@needs_sandbox
@pytest.mark.parametrize("isolated", [True, False])
def test_values_come_back_as_they_are(isolated):
    values = [1, -2.5, float("inf"), 1 + 2j, "grün", b"\0\xff", None, True, (1, [2, (3,)]),
              {"a": 1, 2: [None]}, np.float32(1.5), np.arange(6.0).reshape(2, 3)[:, ::2],
              np.zeros((0, 3), np.uint8), np.array(True), np.array([1, 2], ">i4")]  # fmt: skip
    with session("def same(value): return value", isolated=isolated) as inside:
        for value in values:
            back = inside.call("same", (value,), {}).value
            assert type(back) is type(value)
            assert repr(back) == repr(value)


@needs_sandbox
def test_an_array_that_came_back_is_ours_alone():
    with session("def same(value): return value") as inside:
        back = inside.call("same", (np.zeros(3),), {}).value
    back += 1
    assert back.flags.owndata and back.tolist() == [1, 1, 1]


@needs_sandbox
def test_a_tensor_comes_back_as_a_tensor():
    torch = pytest.importorskip("torch")
    with session("def twice(x): return 2 * x", limits=Limits()) as inside:
        reply = inside.call("twice", (torch.ones(2, 3),), {})
    assert torch.equal(reply.value, torch.full((2, 3), 2.0))


@needs_sandbox
def test_a_failure_says_where_and_why():
    with session("def f(x):\n    y = x\n    return 1 // y") as inside:
        failure = inside.call("f", (0,), {}).failure
    assert failure.kinds[0] == "ZeroDivisionError"
    assert (failure.function, failure.line, failure.source) == ("f", 3, "return 1 // y")


@needs_sandbox
def test_changed_arguments_and_shared_memory_are_noticed():
    with session("def f(image):\n    image[0] = 9\n    return image[:2]") as inside:
        reply = inside.call("f", (np.zeros(3),), {})
    assert reply.changed == ("image",) and reply.shares_memory


@needs_sandbox
@pytest.mark.parametrize("result", ["object()", "np.array([None])", "np.array(['a'])", "10**400",
                                    "lambda: 0", "[0] * 3_000_000"])  # fmt: skip
def test_what_is_no_plain_data_is_of_the_wrong_type(result):
    with session(f"import numpy as np\ndef f(): return {result}", limits=Limits()) as inside:
        assert inside.call("f", (), {}).failure.stage == "type"


@needs_sandbox
def test_a_function_that_is_not_there_is_a_stub():
    with session("x = 1") as inside:
        assert inside.call("f", (), {}).failure.stage == "stub"


@needs_sandbox
@pytest.mark.parametrize("isolated", [True, False])
def test_a_call_that_does_not_answer_is_killed_and_a_fresh_kernel_serves_the_next(isolated):
    deaf = (
        "def deaf():\n    while True:\n        try: time.sleep(99)\n        except BaseException: 0"
    )
    with session(f"import time\n{deaf}\ndef f(): return 7", isolated=isolated) as inside:
        assert "TimeLimit" in inside.call("deaf", (), {}).failure.kinds
        assert inside.call("f", (), {}).value == 7


@needs_sandbox
def test_a_function_that_hung_twice_is_not_called_again():
    with session("def spin():\n    while True: pass", limits=Limits(call_seconds=0.3)) as inside:
        for _ in range(2):
            inside.call("spin", (), {})
        spent = inside.spent
        failure = inside.call("spin", (), {}).failure
    assert "TimeLimit" in failure.kinds and inside.spent == spent


@needs_sandbox
def test_a_notebook_has_only_so_much_time():
    limits = Limits(notebook_seconds=60)
    with session("import time\ndef nap(): time.sleep(0.3)", limits=limits) as inside:
        assert inside.call("nap", (), {}).failure is None
        assert inside.spent >= 0.3
        inside.spent = limits.notebook_seconds - 0.1
        failures = [inside.call("nap", (), {}).failure for _ in range(2)]
    assert all("TimeLimit" in failure.kinds for failure in failures)


@needs_sandbox
def test_a_fresh_session_remembers_nothing():
    source = "import pathlib\nseen = []\ndef f(x):\n    seen.append(x)\n" \
             "    pathlib.Path('/tmp/seen').open('a').write(str(x))\n" \
             "    return len(seen), pathlib.Path('/tmp/seen').read_text()"  # fmt: skip
    with session(source) as inside, inside.fresh() as second:
        inside.call("f", (1,), {})
        assert inside.call("f", (2,), {}).value == (2, "12")
        assert second.call("f", (3,), {}).value == (1, "3")


@needs_sandbox
def test_hidden_inputs_leave_by_no_exception_no_print_and_no_name():
    source = "import numpy as np\nclass Shown(Exception): pass\ndef brighten(image, amount):\n" \
             "    if image.ndim == 3:\n        print('seen', image.sum())\n" \
             "        Shown.__name__ = f'seen{image.sum()}'\n" \
             "        raise Shown(f'seen {image.sum()}')\n" \
             "    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)"  # fmt: skip
    with session(source, limits=Limits()) as inside:
        verdict = judge("brighten", TESTS, Student(inside.call))
    assert not verdict.passed and "seen" not in repr(verdict)


@needs_sandbox
@pytest.mark.parametrize(
    "result",
    ["np.zeros((0, 0))", "np.zeros((1,) * 32)", "np.array(1j)", "np.nan", "b'right'", "{}", "[]",
     "np.array([np.inf, np.nan], 'f2')", "np.zeros((2, 3), '>u2')", "(image, image)", "'\\ud800'",
     "np.array(2**63, 'u8')", "np.zeros((0, 2**30), 'u1')", "np.zeros((2, 3), 'g')"],
)  # fmt: skip
def test_strange_results_are_wrong_and_do_not_break_the_tests(result):
    source = f"import numpy as np\ndef brighten(image, amount): return {result}"
    with session(source) as inside:
        verdict = judge("brighten", TESTS, Student(inside.call))
    assert not verdict.passed and verdict.earned == 0


# ------------------------------------------------------------------ isolation


@needs_sandbox
def test_nobody_inside_is_root_or_can_become_it():
    status = told("pathlib.Path('/proc/self/status').read_text()")
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert "0" not in fields["Uid"].split()
    assert int(fields["CapEff"], 16) == int(fields["CapPrm"], 16) == 0
    assert fields["NoNewPrivs"] == "1"


@needs_sandbox
def test_the_environment_is_empty_of_the_teachers(monkeypatch):
    monkeypatch.setenv("CANVAS_TOKEN", "secret")
    environment = told("dict(os.environ)")
    assert "CANVAS_TOKEN" not in environment and environment["HOME"] == "/tmp"


@needs_sandbox
def test_tests_solutions_and_the_classroom_are_absent():
    package = Path(coursekit.__file__).parent
    course = told(f"sorted(os.listdir({str(package)!r}))")
    beside = told(f"os.listdir({str(package.parent)!r})")
    assert "lab" in course and not {"classroom", "cli.py"} & set(course)
    assert not {"tests", "solutions", "exercises", "notebooks", ".git"} & set(beside)


@needs_sandbox
def test_only_small_private_folders_can_be_written():
    mounts = told("[line.split() for line in open('/proc/mounts')]")
    places = [place for _, place, kind, flags, *_ in mounts if kind == "tmpfs" and "rw" in flags]
    assert sorted(places) == ["/dev/shm", "/run/sockets", "/tmp"]


@needs_sandbox
def test_there_is_no_network_but_its_own_loopback():
    assert told("os.listdir('/proc/self/net') and open('/proc/net/dev').read().count(':')") == 1


@needs_sandbox
def test_processes_of_the_machine_are_not_seen():
    seen = told("[p for p in os.listdir('/proc') if p.isdigit()]")
    assert len(seen) <= 4


@needs_sandbox
def test_limits_stand_for_good():
    source = "__import__('resource').getrlimit({})"
    assert told(source.format(7)) == (256, 256)  # open files
    assert told(source.format(9)) == (2048 * MIB, 2048 * MIB)  # address space


@needs_sandbox
@pytest.mark.parametrize(
    "module", ["cv2", "skimage.filters", "scipy.ndimage", "coursekit.gray_transforms"]
)
def test_a_forbidden_module_is_refused_and_absent(module):
    unhooked = f"import sys\nsys.meta_path.pop(0)\nimport {module} as found\nfound.__file__.strip()"
    with session(f"import {module}", unhooked, forbidden=(module,), limits=Limits()) as inside:
        refused, absent = inside.run_cells()
    assert refused.error == ("ImportError", f"{module} is not allowed in this exercise")
    assert absent.error[0] in ("ImportError", "ModuleNotFoundError", "AttributeError")
    assert "not allowed" not in absent.error[1]


@needs_sandbox
def test_a_forbidden_module_is_refused_where_it_is_written_too():
    source = "from skimage._shared.filters import gaussian"
    with session(source, forbidden=("skimage.filters",), limits=Limits()) as inside:
        (refused,) = inside.run_cells()
    assert refused.error[1] == "skimage._shared.filters is not allowed in this exercise"


@needs_sandbox
def test_the_sandbox_cannot_read_how_it_was_made():
    words = told("[pathlib.Path(f'/proc/{n}/cmdline').read_text() for n in (1, 2)]")
    assert "bwrap" in words[0] and not [word for word in words if "--ro-bind" in word]


@needs_sandbox
def test_the_lab_works_where_opencv_is_forbidden():
    source = "from coursekit.lab import samples, show\nshow.pictures({'a': samples.camera()})"
    with session(source, "import cv2", forbidden=("cv2",), limits=Limits()) as inside:
        lab, opencv = inside.run_cells()
    assert lab.ok and opencv.error[0] == "ImportError"


@needs_sandbox
def test_a_sandbox_that_cannot_start_is_no_fault_of_the_answer():
    with session("x = 1", limits=Limits(memory=32 * MIB)) as inside:
        with pytest.raises(SandboxFailed, match="did not start"):
            inside.run_cells()


def test_a_control_group_is_removed_with_its_sandbox():
    group = cgroup.Group(Limits(memory=64 * MIB))
    folders = list(group.folders)
    if not group.is_limited:
        pytest.skip("no control group can be made here")
    group.close()
    assert not any(folder.exists() for folder in folders)


@pytest.fixture
def version_two(tmp_path, monkeypatch):
    """Folders like those of a system with control groups of version 2, and our own group there.

    They are no such groups: it is we who refuse what the kernel refuses, limits in a group whose
    parent holds processes.
    """
    ours = tmp_path / "user.slice" / "app.slice" / "shell.scope"
    ours.mkdir(parents=True)
    for folder in (ours, ours.parent):
        (folder / "cgroup.procs").touch()
    told = tmp_path / "told"
    told.write_text("0::/user.slice/app.slice/shell.scope\n")
    monkeypatch.setattr(cgroup, "_ROOT", tmp_path)
    monkeypatch.setattr(cgroup, "_OURS_AT", told)

    def set_unless_refused(file, value, honest=cgroup._set):
        if file.parent.parent == ours:
            raise PermissionError
        honest(file, value)

    monkeypatch.setattr(cgroup, "_set", set_unless_refused)
    return ours


def test_group_of_version_two_is_made_beside_our_own_with_all_its_limits(version_two):
    group = cgroup.Group(Limits(memory=64 * MIB, processes=9))
    (folder,) = group.folders
    assert folder.parent == version_two.parent and not list(version_two.glob("coursekit-*"))
    limits = {file.name: file.read_text() for file in folder.iterdir()}
    assert limits == {"memory.max": str(64 * MIB), "pids.max": "9"}  # no swap here: no limit of it
    assert group.doors == [str(folder / "cgroup.procs")]


def test_where_no_group_may_be_made_there_is_none_and_nothing_is_left(version_two, monkeypatch):
    def refuse(file, value):
        raise PermissionError

    monkeypatch.setattr(cgroup, "_set", refuse)
    group = cgroup.Group(Limits())
    assert not group.is_limited and group.doors == []
    assert not list(version_two.parent.rglob("coursekit-*"))


def _real_version_two():
    """Where this system has control groups of version 2 that we may make."""
    for root in (Path("/sys/fs/cgroup"), Path("/sys/fs/cgroup/unified")):
        if (root / "cgroup.controllers").exists() and os.access(root / "cgroup.procs", os.W_OK):
            return root
    return None


@pytest.mark.skipif(
    _real_version_two() is None, reason="needs control groups of version 2, as root"
)
def test_group_of_the_real_version_two_is_entered_limited_and_removed(monkeypatch):
    monkeypatch.setattr(cgroup, "_ROOT", _real_version_two())
    folder = cgroup._made("", f"coursekit-{os.getpid()}-t", {"cgroup.max.descendants": "0"})
    words = ["/bin/sh", "-c", f"echo 0 > {folder}/cgroup.procs; exec cat /proc/self/cgroup"]
    inside = subprocess.run(words, capture_output=True, text=True).stdout
    assert f"/{folder.name}\n" in inside
    with pytest.raises(OSError):
        (folder / "below").mkdir()
    assert cgroup._removed(folder) and not folder.exists()


@needs_sandbox
def test_leaving_a_session_leaves_no_process():
    with session("import subprocess\nsubprocess.Popen(['sleep', '27182'])") as inside:
        inside.run_cells()
        assert _becomes(True, "27182")
    assert _becomes(False, "27182")


def _becomes(running, word):
    """Whether a process with this word on its command line comes, or goes, within two seconds."""
    deadline = time.monotonic() + 2
    while _running(word) != running and time.monotonic() < deadline:
        time.sleep(0.01)
    return _running(word) == running


def _running(word):
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in process.read_bytes():
                return True
        except OSError:
            continue
    return False


def test_the_filter_refuses_new_namespaces_on_both_machines():
    for machine in ("x86_64", "aarch64"):
        program = syscalls.filter_program(machine)
        steps = list(struct.iter_unpack("HBBI", program))
        assert steps[-1] == (0x06, 0, 0, 0x7FFF0000)
        assert all(
            at + 1 + max(yes, no) < len(steps) for at, (_, yes, no, _) in enumerate(steps[:-1])
        )
    assert syscalls.filter_program("sparc") is None
    assert (syscalls.filter_program() is None) == (platform.machine() not in ("x86_64", "aarch64"))


# ------------------------------------------------------------------ no bubblewrap


def _fake_bubblewrap(folder, script, monkeypatch):
    program = folder / "bwrap"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.fixture
def unknown():
    require_bubblewrap.cache_clear()
    yield
    require_bubblewrap.cache_clear()


def test_without_bubblewrap_the_refusal_says_what_to_install(tmp_path, monkeypatch, unknown):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxUnavailable, match="apt-get install bubblewrap.*--no-sandbox"):
        session("x = 1").run_cells()


def test_an_old_bubblewrap_is_refused(tmp_path, monkeypatch, unknown):
    _fake_bubblewrap(tmp_path, "echo bubblewrap 0.6.1", monkeypatch)
    with pytest.raises(SandboxUnavailable, match="bubblewrap 0.6.1 is too old"):
        require_bubblewrap()


def test_where_namespaces_are_refused_the_remedy_is_told(tmp_path, monkeypatch, unknown):
    script = 'test "$1" = --version && echo bubblewrap 0.9.0 && exit\n' \
             "echo 'setting up uid map: Permission denied' >&2; exit 1"  # fmt: skip
    _fake_bubblewrap(tmp_path, script, monkeypatch)
    with pytest.raises(SandboxUnavailable, match="uid map: Permission denied"):
        require_bubblewrap()


@pytest.mark.parametrize(
    ("setting", "value", "remedy"),
    [
        ("kernel/apparmor_restrict_unprivileged_userns", "1", "profile bwrap /usr/bin/bwrap"),
        ("kernel/unprivileged_userns_clone", "0", "sysctl -w kernel.unprivileged_userns_clone=1"),
        ("user/max_user_namespaces", "0", "sysctl -w user.max_user_namespaces"),
        ("kernel/apparmor_restrict_unprivileged_userns", "0", "container"),
    ],
)
def test_each_refusal_has_its_remedy(setting, value, remedy, tmp_path):
    (tmp_path / setting).parent.mkdir()
    (tmp_path / setting).write_text(f"{value}\n")
    assert remedy in bubblewrap._remedy("/usr/bin/bwrap", settings=tmp_path)


def test_elsewhere_than_on_linux_the_refusal_says_so(monkeypatch, unknown):
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(SandboxUnavailable, match="needs Linux"):
        require_bubblewrap()


def test_without_the_sandbox_limits_hold_and_nothing_is_left(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    source = "import os\ndef f():\n    open('x', 'w').close()\n    return os.getcwd()"
    with session(source, "import cv2", isolated=False, forbidden=("cv2",)) as inside:
        _, refused = inside.run_cells()
        home = inside.call("f", (), {}).value
        assert Path(home, "x").exists() and Path(home).parent == tmp_path
    assert refused.error[0] == "ImportError" and not inside.isolated
    assert list(tmp_path.iterdir()) == []


# ------------------------------------------------------------------ the wire

plain = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.binary()
    | st.integers(-(10**40), 10**40) | st.complex_numbers()
    | arrays(st.sampled_from(["u1", "i8", "f4", ">f8", "c16", "?"]), array_shapes(min_dims=0)),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner)
    | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(plain)
@settings(max_examples=60, deadline=None)
def test_every_plain_value_survives_the_wire(value):
    buffers = []
    head = json.loads(json.dumps(wire.encode(value, buffers)))
    back = wire.decode(head, iter([bytearray(part) for part in buffers]))
    assert repr(back) == repr(value)


@given(st.recursive(st.none() | st.integers() | st.text(), lambda inner: st.lists(inner)
       | st.dictionaries(st.sampled_from(["list", "tuple", "dict", "array", "scalar", "bytes",
                                          "complex", "x"]), inner), max_leaves=20))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_any_json_is_a_value_or_refused(head):
    try:
        wire.decode(head, iter([b"12345678"]))
    except wire.NotOnTheWire as refusal:
        assert str(refusal)


@pytest.mark.parametrize(
    ("content", "data"),
    [
        (["|u1", [10**6, 10**6]], b"x"),
        (["|O", [1]], b"12345678"),
        (["<U4", [1]], b"x" * 16),
        (["<f8", [-1, -1]], b"12345678"),
        (["<f8", [1] * 40], b"12345678"),
        (["<f8", [True]], b"12345678"),
        (["<f8", [2**40, 0]], b""),
        (["<f8"], b"12345678"),
        ("<f8", b"12345678"),
    ],
)
def test_an_array_that_is_not_what_it_claims_is_refused(content, data):
    with pytest.raises(wire.NotOnTheWire):
        wire.decode({"array": content}, iter([data]))


def test_a_boolean_array_holds_nothing_but_true_and_false():
    back = wire.decode({"array": ["|b1", [3]]}, iter([b"\0\1\2"]))
    assert back.view(np.uint8).tolist() == [0, 1, 1]


def _received(data, largest=1000):
    ours, theirs = socket.socketpair()
    with ours, theirs:
        threading.Thread(target=theirs.sendall, args=(data,), daemon=True).start()
        return wire.receive(ours, largest, time.monotonic() + 0.3)


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("<I", 2**32 - 1),
        struct.pack("<I", 4) + b"[[[[",
        struct.pack("<I", 10**5) + b"[" * 10**5,
        struct.pack("<I", 2) + b"[]",
        struct.pack("<I", 2) + b"{}",
        struct.pack("<I", 12) + b'{"sizes":-1}',
        struct.pack("<I", 16) + b'{"sizes":[1001]}',
        struct.pack("<I", 19) + b'{"sizes":["a","b"]}',
        struct.pack("<I", 20) + b'{"sizes":[-1, 1000]}',
    ],
)
def test_a_message_that_is_none_is_refused(data):
    with pytest.raises(wire.NotOnTheWire):
        _received(data)


@pytest.mark.parametrize("data", [b"", b"\1", struct.pack("<I", 100) + b"{"])
def test_a_message_that_does_not_end_is_given_up(data):
    with pytest.raises(TimeoutError):
        _received(data)


# ------------------------------------------------------------------ Jupyter


@pytest.fixture
def kernel():
    specs = provisioner.SandboxKernelSpecManager()
    manager = KernelManager(kernel_name=provisioner.NAME, kernel_spec_manager=specs)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def _output(client, code):
    seen = []
    reply = client.execute_interactive(code, timeout=30, output_hook=seen.append)
    return "".join(m["content"].get("text", "") for m in seen), reply["content"]


@needs_sandbox
def test_a_jupyter_kernel_runs_in_the_same_sandbox(kernel):
    manager, client = kernel
    assert manager.transport == "ipc" and len(f"{manager.ip}-5") < 107
    text, _ = _output(client, "import os; print(os.getuid() != 0, os.listdir('/run/coursekit'))")
    assert text == "True ['inside.py', 'wire.py']\n" or text == "True ['wire.py', 'inside.py']\n"


@needs_sandbox
def test_a_jupyter_kernel_is_interrupted_by_message_and_restarts(kernel):
    manager, client = kernel
    threading.Timer(0.7, manager.interrupt_kernel).start()
    _, reply = _output(client, "import time; time.sleep(20)")
    assert reply["ename"] == "KeyboardInterrupt"
    manager.restart_kernel(now=True)
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    assert _output(client, "print(1 + 1)")[0] == "2\n"
    client.stop_channels()


REPLACED = Path(__file__).parent / "attacks" / "sockets_replaced.py"


@needs_sandbox
def test_sockets_of_a_jupyter_kernel_cannot_be_replaced_by_links(kernel, tmp_path):
    manager, client = kernel
    with socket.socket(socket.AF_UNIX) as outside:
        outside.bind(str(tmp_path / "s"))
        outside.listen()
        outside.settimeout(1)
        source = REPLACED.read_text().replace("/etc/passwd", outside.getsockname())
        printed, _ = _output(client, source)
        another = manager.client()
        another.start_channels()
        with pytest.raises(TimeoutError):
            outside.accept()
        another.stop_channels()
    assert printed == "0 links\n"


@needs_sandbox
def test_nbval_uses_the_kernel_by_name(tmp_path):
    provisioner.install(tmp_path)
    cell = nbformat.v4.new_code_cell("import os\nprint(os.path.exists('/run/coursekit'))")
    cell.execution_count = 1
    cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text="True\n")]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "one.ipynb")
    words = [sys.executable, "-m", "pytest", "--nbval", "--nbval-kernel-name", provisioner.NAME]
    finished = subprocess.run(
        [*words, "-p", "no:cacheprovider", "one.ipynb"], cwd=tmp_path, capture_output=True,
        text=True, env={**os.environ, "JUPYTER_PATH": str(tmp_path / "share" / "jupyter")},
    )  # fmt: skip
    assert finished.returncode == 0, finished.stdout
    assert "1 passed" in finished.stdout


def installed(*words):
    """The folder that the command says it has written, and all that it said."""
    ended = CliRunner().invoke(app, ["sandbox", "install", *map(str, words)])
    assert ended.exit_code == 0, ended.output
    return Path(ended.output.splitlines()[0].removeprefix("written: ")), ended.output


def test_what_is_not_there_cannot_be_shown(tmp_path):
    ended = CliRunner().invoke(app, ["sandbox", "install", "--prefix", str(tmp_path / "kernel"),
                                     "--show", str(tmp_path / "data")])  # fmt: skip
    assert ended.exit_code == 1 and "cannot be shown" in ended.output
    assert "Errno" not in ended.output
    assert not (tmp_path / "kernel").exists()


def test_the_command_installs_the_kernel_with_its_choices(tmp_path):
    place, _ = installed("--prefix", tmp_path, "--forbid", "cv2", "--show", tmp_path)
    spec = json.loads((place / "kernel.json").read_text())
    config = spec["metadata"]["kernel_provisioner"]["config"]
    assert place == tmp_path / "share" / "jupyter" / "kernels" / "coursekit-sandbox"
    assert config == {"forbidden": ["cv2"], "visible": [str(tmp_path)], "limits": {}}
    assert stat.S_IMODE(place.stat().st_mode) & 0o055 == 0o055, "others cannot read it"


@pytest.mark.parametrize("words", [(), ("--sys-prefix",)])
def test_the_kernel_is_installed_in_this_environment_unless_told_otherwise(
    words, tmp_path, monkeypatch
):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert tmp_path in installed(*words)[0].parents


def test_the_kernel_can_be_installed_for_the_user_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    assert installed("--user")[0] == tmp_path / "kernels" / "coursekit-sandbox"


def test_the_kernel_is_installed_in_one_place_only():
    ended = CliRunner().invoke(app, ["sandbox", "install", "--user", "--sys-prefix"])
    assert ended.exit_code == 1 and "choose one" in ended.output


def test_a_kernel_that_cannot_start_yet_is_installed_and_the_remedy_told(
    tmp_path, monkeypatch, unknown
):
    monkeypatch.setenv("PATH", str(tmp_path))
    place, told = installed("--prefix", tmp_path)
    assert (place / "kernel.json").exists()
    assert "cannot start on this machine yet" in told and "apt-get install bubblewrap" in told


# ------------------------------------------------------------------ functions that are the answer


@needs_sandbox
@pytest.mark.parametrize(
    "source",
    [
        "import cv2\ncv2.medianBlur(None, 3)",
        "from cv2 import medianBlur\nmedianBlur(None, 3)",
        "import numpy as np, scipy.ndimage as n\nn.median_filter(np.eye(3), 3)",
        "import skimage.filters\nskimage.filters.gaussian(None)",
        "import numpy as np\nnp.histogram([1])",
        "from numpy.lib._histograms_impl import histogram\nhistogram([1])",
        "from scipy.ndimage._filters import median_filter\nmedian_filter(None, 3)",
        "from scipy.ndimage.filters import median_filter\nmedian_filter(None, 3)",
        "from skimage.measure.block import block_reduce\nblock_reduce(None)",
        "import importlib, cv2\nimportlib.reload(cv2).medianBlur(None, 3)",
        "import sys, cv2\ndel sys.modules['cv2']\nimport cv2\nvars(cv2)['medianBlur'](None, 3)",
    ],
)
def test_a_forbidden_function_is_masked_wherever_and_whenever_it_is_loaded(source):
    names = ("cv2.medianBlur", "scipy.ndimage.median_filter", "skimage.filters.gaussian",
             "numpy.histogram", "skimage.measure.block_reduce")  # fmt: skip
    with session(source, "import cv2, numpy as np\ncv2.blur(np.eye(5), (3, 3))",
                 forbidden=names, limits=Limits()) as inside:  # fmt: skip
        refused, allowed = inside.run_cells()
    assert refused.error[0] == "ImportError"
    assert refused.error[1].endswith("is not allowed in this exercise")
    assert allowed.ok


@needs_sandbox
def test_of_a_forbidden_chapter_only_what_is_given_is_there():
    given = ("coursekit.edges.reference.hysteresis", "coursekit.edges.data")
    cells = (
        "import numpy as np\nfrom coursekit.edges.reference import hysteresis\n"
        "mask = np.eye(4, dtype=bool)\nassert hysteresis(mask, mask).sum() == 4",
        "from coursekit.edges import data",
        "from coursekit.edges.reference import sobel\nsobel(np.eye(4))",
        "import coursekit.edges.reference.canny",
        "import coursekit.edges.gpu",
        "import coursekit.filtering.reference",
    )
    with session(*cells, forbidden=("coursekit.edges",), given=given, limits=Limits()) as inside:
        results = inside.run_cells()
    assert [one.ok for one in results] == [True, True, False, False, False, True], results
    assert all("not allowed" in one.error[1] for one in results if not one.ok)
