"""Hostile and right answers, each a submission of its own, judged through the sandbox."""

import os
import resource
import shutil
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import jupytext
import pytest

import coursekit
from coursekit.classroom.sandbox import Limits, Session
from coursekit.classroom.sandbox.bubblewrap import sandbox_user
from coursekit.classroom.sandbox.limits import MIB
from coursekit.lab.check import Student, judge

pytestmark = pytest.mark.skipif(
    not shutil.which("bwrap"), reason="needs bubblewrap (apt-get install bubblewrap)"
)

HERE = Path(__file__).parent
TESTS = HERE.parent / "exercises" / "test_02_gray_transforms.py"
ATTACKS = sorted((HERE / "attacks").glob("*.py"))
RIGHT = sorted((HERE / "right_answers").glob("*.py"))
FORBIDDEN = ("coursekit.gray_transforms",)
TIGHT = Limits(call_seconds=1.5, cell_seconds=30, memory=1024 * MIB, processes=48,
               disk=8 * MIB, file_size=4 * MIB, reply=16 * MIB)  # fmt: skip
ENDS_IN_A_CELL = {"endless_cell", "exit_in_a_cell", "reply_before_the_request"}
HONEST = """
import numpy as np

def brighten(image, amount):
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)
"""
OTHER_EXERCISE = """
import numpy as np

def mend_the_overflow(image, contrast, brightness):
    wide = np.rint(contrast * image.astype(float) + brightness)
    return np.clip(wide, 0, 255).astype(np.uint8)
"""
LEFT_BEHIND = "coursekit-was-here"
WHERE_TO_LOOK = (
    "/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", "/usr", str(Path.home()), "/home",
    tempfile.gettempdir(), os.getcwd(), str(HERE.parents[1]), str(Path(coursekit.__file__).parent),
    sys.prefix, sys.base_prefix,
)  # fmt: skip


def cells(path):
    """The code cells of a submission."""
    notebook = jupytext.read(path)
    return [(str(n), c.source) for n, c in enumerate(notebook.cells) if c.cell_type == "code"]


def names(paths):
    return [path.stem for path in paths]


def judged(session, exercise="brighten"):
    return judge(exercise, TESTS, Student(session.call))


def processes_left():
    """Processes of the user inside, or that an attack has started, a moment after the session."""
    deadline = time.monotonic() + 5
    while found := [number for number in map(_ours, Path("/proc").glob("[0-9]*")) if number]:
        if time.monotonic() > deadline:
            return found
        time.sleep(0.01)
    return []


def _ours(process):
    try:
        is_user = sandbox_user() is not None and process.stat().st_uid == sandbox_user()
        is_sleep = b"31415" in (process / "cmdline").read_bytes()
    except OSError:
        return None
    return process.name if is_user or is_sleep else None


def peak_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def left_behind():
    return [p for folder in WHERE_TO_LOOK for p in Path(folder).glob(f"{LEFT_BEHIND}*")]


@pytest.mark.parametrize("path", ATTACKS, ids=names(ATTACKS))
def test_an_attack_earns_nothing_and_harms_nothing(path, tmp_path):
    store = tmp_path / "results.sqlite"
    store.write_text("another student's marks")
    peak = peak_memory()
    limits = replace(TIGHT, cell_seconds=1) if path.stem in ENDS_IN_A_CELL else TIGHT
    with Session(cells(path), limits, FORBIDDEN) as session:
        ran = session.run_cells()
        verdict = judged(session)
    assert not verdict.passed
    assert verdict.earned == 0
    assert processes_left() == []
    assert left_behind() == []
    assert peak_memory() - peak < 400 * MIB
    assert store.read_text() == "another student's marks"
    assert all(cell.ok for cell in ran) or path.stem in ENDS_IN_A_CELL, "the attack itself failed"


def test_after_all_attacks_an_honest_answer_is_right():
    with Session([("answer", HONEST)], forbidden=FORBIDDEN) as session:
        verdict = judged(session)
    assert verdict.passed


@pytest.mark.parametrize("name", ["exit_in_a_function", "fifty_orphans", "forty_gigabytes",
                                  "reply_claims_ten_terabytes"])  # fmt: skip
def test_the_next_exercise_of_an_attacker_is_judged_on_its_own(name):
    other = ("other", OTHER_EXERCISE)
    submission = [*cells(HERE / "attacks" / f"{name}.py"), other]
    if name.startswith("reply"):
        submission = [
            (i, s.replace("server.do_call = do_call", _ONLY_FIRST)) for i, s in submission
        ]
    with Session(submission, TIGHT, FORBIDDEN) as session:
        assert judged(session).earned == 0
        assert judged(session, "mend_the_overflow").passed


_ONLY_FIRST = """
honest = server.do_call
server.do_call = lambda head, b: (do_call if head["name"] == "brighten" else honest)(head, b)
"""


@pytest.mark.parametrize("path", RIGHT, ids=names(RIGHT))
def test_a_right_answer_gets_full_marks(path):
    with Session(cells(path), forbidden=FORBIDDEN) as session:
        verdict = judged(session)
    assert verdict.passed, verdict.sentence
    assert verdict.earned == verdict.total
