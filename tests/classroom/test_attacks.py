"""Hostile and right answers, each a submission of its own, graded as any other."""

import os
import resource
import shutil
import sys
import tempfile
import time
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbformat.v4 import new_code_cell

import coursekit
from coursekit.classroom.assignment import load
from coursekit.classroom.grade import Job, grade
from coursekit.classroom.gradebook import GRADED
from coursekit.classroom.sandbox.bubblewrap import sandbox_user
from coursekit.classroom.sandbox.limits import MIB

pytestmark = pytest.mark.skipif(
    not shutil.which("bwrap"), reason="needs bubblewrap (apt-get install bubblewrap)"
)

HERE = Path(__file__).parent
ATTACKS = sorted((HERE / "attacks").glob("*.py"))
RIGHT = sorted((HERE / "right_answers").glob("*.py"))
ENDS_IN_A_CELL = {"endless_cell", "exit_in_a_cell", "reply_before_the_request"}
SECRET = 31337  # an input of a hidden test
TESTS = f"""
import numpy as np
import pytest
from coursekit.lab import samples
from coursekit.lab.check import assert_array_equal, assert_image_equal

def brighter(image, amount):
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)

@pytest.mark.exercise("brighten")
@pytest.mark.points(2)
def test_by_hand(student):
    image = np.array([[0, 100, 200], [55, 155, 255]], np.uint8)
    assert_image_equal(student.brighten(image, 100), brighter(image, 100), image=image)

@pytest.mark.exercise("brighten")
def test_a_photo(student):
    image = samples.camera()
    assert_image_equal(student.brighten(image, -60), brighter(image, -60), image=image)

@pytest.mark.exercise("brighten")
@pytest.mark.hidden
def test_far_too_much(student):
    image = np.full((2, 3, 3), 7, np.uint8)
    assert_image_equal(student.brighten(image, {SECRET}), brighter(image, {SECRET}))

@pytest.mark.exercise("mend_the_overflow")
def test_mended(student):
    image = np.array([[100, 200]], np.uint8)
    expected = np.array([[200, 255]], np.uint8)
    assert_image_equal(student.mend_the_overflow(image, 1, 100), expected)

@pytest.mark.exercise("scaled")
def test_scaled(student):
    image = np.array([[0, 51], [102, 255]], np.uint8)
    assert_array_equal(student.scaled(image), image / 255, accept_lists=True)
"""
RULES = """
forbidden = ["coursekit.gray_transforms"]
seconds_per_call = 1.5
memory_mib = 1024
"""
HONEST = """def brighten(image, amount):
    return np.clip(image.astype(int) + amount, 0, 255).astype(np.uint8)"""
MENDED = """def mend_the_overflow(image, contrast, brightness):
    wide = np.rint(contrast * image.astype(float) + brightness)
    return np.clip(wide, 0, 255).astype(np.uint8)"""
SCALED = """def scaled(image):
    return image / 255"""
SOLVED = {"brighten": HONEST, "mend_the_overflow": MENDED, "scaled": SCALED}
LEFT_BEHIND = "coursekit-was-here"
WHERE_TO_LOOK = (
    "/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", "/usr", str(Path.home()), "/home",
    tempfile.gettempdir(), os.getcwd(), str(HERE.parents[1]), str(Path(coursekit.__file__).parent),
    sys.prefix, sys.base_prefix,
)  # fmt: skip


@pytest.fixture(scope="module")
def assignment(make_course, answered, tmp_path_factory):
    """Three exercises, each with its check."""
    root = tmp_path_factory.mktemp("attacked")
    notebook = answered(**{name: _solution(source) for name, source in SOLVED.items()})
    for number, name in enumerate(SOLVED):
        notebook.cells.insert(1 + 2 * number, new_code_cell(f"check({name})", id=f"check-{name}"))
    given = "import numpy as np\nfrom coursekit.lab import check"
    notebook.cells.insert(0, new_code_cell(given, id="given"))
    make_course(root, notebook, TESTS)
    (root / "solutions" / "01_made.toml").write_text(RULES)
    return load("01", root)


def _solution(source):
    first, *body = source.splitlines()
    marked = ["    ### BEGIN SOLUTION", *body, "    ### END SOLUTION"]
    return "\n".join([first, *marked])


def graded(assignment, answers, own=()):
    """Grade what a student hands in: answers by exercise, and cells of their own before them."""
    made = deepcopy(assignment.notebook)
    for cell in made.cells:
        cell.source = answers.get(cell.metadata.get("exercise"), cell.source)
    made.cells[:0] = [new_code_cell(source) for source in own]
    return grade(Job(assignment, "ada", nbformat.writes(made).encode()))


def code(path):
    return [cell.source for cell in jupytext.read(path).cells if cell.cell_type == "code"]


def attack(path):
    """All cells of an attack in one answer cell; what answers the other exercise in the other."""
    sources = code(path)
    other = [source for source in sources if source.startswith("def mend_the_overflow")]
    answers = {"brighten": "\n\n".join(one for one in sources if one not in other)}
    return answers | ({"mend_the_overflow": other[0]} if other else {})


def right_answer(path):
    """The answer, and the cells of one's own around it."""
    (found,) = ((n, source) for source in code(path) for n in SOLVED if f"def {n}(" in source)
    return found, [source for source in code(path) if source != found[1]]


def names(paths):
    return [path.stem for path in paths]


def processes_left():
    """Processes of the user inside, or that an attack has started, a moment after the session."""
    deadline = time.monotonic() + 5
    while found := [number for number in map(_ours, Path("/proc").glob("[0-9]*")) if number]:
        if time.monotonic() > deadline:
            return found
        time.sleep(0.01)
    return []


def _ours(process):
    if _siblings() & set(_ancestors(int(process.name))):
        return None  # what another worker's sandbox runs at the same time
    try:
        is_user = sandbox_user() is not None and process.stat().st_uid == sandbox_user()
        is_sleep = b"31415" in (process / "cmdline").read_bytes()
    except OSError:
        return None
    return process.name if is_user or is_sleep else None


def _siblings():
    """The workers of the same test run, beside this one."""
    parents = {int(path.name): _parent(path.name) for path in Path("/proc").glob("[0-9]*")}
    return {n for n, parent in parents.items() if parent == os.getppid()} - {os.getpid()}


def _ancestors(number):
    while number > 1:
        yield number
        number = _parent(number)


def _parent(number):
    try:
        return int(Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:  # it has ended
        return 0


def peak_memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def left_behind():
    return [p for folder in WHERE_TO_LOOK for p in Path(folder).glob(f"{LEFT_BEHIND}*")]


@pytest.mark.parametrize("path", ATTACKS, ids=names(ATTACKS))
def test_an_attack_earns_nothing_and_harms_nothing(path, assignment, tmp_path):
    store = tmp_path / "results.sqlite"
    store.write_text("another student's marks")
    peak = peak_memory()
    if path.stem in ENDS_IN_A_CELL:
        assignment = replace(assignment, rules=replace(assignment.rules, seconds_per_cell=1))
    result = graded(assignment, attack(path))
    assert (result.status, result.earned, result.total) == (GRADED, 0, 6)
    assert str(SECRET) not in repr(result)
    assert processes_left() == []
    assert left_behind() == []
    assert peak_memory() - peak < 400 * MIB
    assert store.read_text() == "another student's marks"
    assert result.notebook_ran or path.stem in ENDS_IN_A_CELL, "the attack itself failed"


def test_after_all_attacks_an_honest_answer_is_right(assignment):
    result = graded(assignment, SOLVED)
    assert (result.earned, result.remarks) == (6, ())


@pytest.mark.parametrize("name", ["exit_in_a_function", "fifty_orphans", "forty_gigabytes",
                                  "reply_claims_ten_terabytes"])  # fmt: skip
def test_the_next_exercise_of_an_attacker_is_judged_on_its_own(name, assignment):
    answers = {**attack(HERE / "attacks" / f"{name}.py"), "mend_the_overflow": MENDED}
    answers["brighten"] = answers["brighten"].replace("server.do_call = do_call", _ONLY_FIRST)
    result = graded(assignment, answers)
    assert result.exercise("brighten").earned == 0
    assert result.exercise("mend_the_overflow").earned == 1


_ONLY_FIRST = """
honest = server.do_call
server.do_call = lambda head, b: (do_call if head["name"] == "brighten" else honest)(head, b)
"""


def test_an_error_from_within_is_no_stub(assignment):
    result = graded(assignment, attack(HERE / "attacks" / "not_implemented_elsewhere.py"))
    told = result.exercise("brighten")
    assert told.stage == "error" and "NotImplementedError" in told.sentence


@pytest.mark.parametrize("path", RIGHT, ids=names(RIGHT))
def test_a_right_answer_gets_full_marks(path, assignment):
    (name, answer), own = right_answer(path)
    result = graded(assignment, {name: answer}, own)
    told = result.exercise(name)
    assert (told.earned, told.stage) == (told.total, "right"), (told.sentence, result.remarks)
