"""No test depends on the clock or on chance: it would fail on a busy machine, or one day."""

import ast
from functools import cache
from pathlib import Path

import jupytext
import pytest

HERE = Path(__file__).parent
LESSONS = HERE.parent / "notebooks" / "src"

CLOCKS = {
    f"time.{name}{unit}"
    for name in ("time", "perf_counter", "monotonic", "process_time", "thread_time")
    for unit in ("", "_ns")
}
TIMERS = CLOCKS | {"measure", "measure_all", "timeit.timeit", "timeit.repeat"}
TIMED_ON_PURPOSE = {"lab/test_device.py": "the timer itself, with a clock of its own"}

CHANCE = {"os.urandom", "uuid.uuid1", "uuid.uuid4", "random.SystemRandom", "random.seed"}
NEEDS_A_SEED = {"random.Random", "np.random.RandomState", "np.random.SeedSequence"}
SEEDED = {"Random", "RandomState", "Generator", "Philox", "PCG64", "SeedSequence"} | {
    "seed", "get_state", "set_state",
}  # fmt: skip
SEEDS = {"np.random.seed", "torch.manual_seed"}
TORCH_DRAWS = {f"torch.{name}" for name in ("rand", "randn", "randint", "randperm", "normal")}
BY_CHANCE_ON_PURPOSE = {
    "exercises/wrong_answers/08_augmentation.py": "a wrong answer that forgets the seed"
}
# What students hand in, and what they attack with.
NO_TESTS = ("classroom/attacks/", "classroom/right_answers/")


def dotted(node):
    """The name by which something is called: ``np.random.default_rng``, or "" for another."""
    return ast.unparse(node) if isinstance(node, (ast.Name, ast.Attribute)) else ""


def calls(node):
    return [inner for inner in ast.walk(node) if isinstance(inner, ast.Call)]


def names(node):
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def is_timed(node, timed):
    """Whether a value is a time that was measured: a clock's, or from a name that holds one."""
    return bool(names(node) & timed) or any(dotted(call.func) in TIMERS for call in calls(node))


def bound(node):
    """What a statement gives names to, and from which value: (targets, value)."""
    if isinstance(node, ast.Assign):
        return node.targets, node.value
    if isinstance(node, (ast.For, ast.comprehension)):
        return [node.target], node.iter
    if isinstance(node, (ast.AugAssign, ast.AnnAssign, ast.NamedExpr)) and node.value:
        return [node.target], node.value
    return [], None


def timed_asserts(tree):
    """Lines of asserts about what a clock or a timer says, in one function or cell."""
    timed, lines = set(), []
    for node in in_order(tree):
        targets, value = bound(node)
        given = {name for target in targets for name in names(target)}
        if isinstance(node, ast.Assert) and is_timed(node.test, timed):
            lines.append(node.lineno)
        elif value is not None and is_timed(value, timed):
            timed |= given
        elif not isinstance(node, ast.AugAssign):
            timed -= {t.id for t in targets if isinstance(t, ast.Name)}
    return lines


def in_order(tree):
    found = [node for node in ast.walk(tree) if hasattr(node, "lineno")]
    return sorted(found, key=lambda node: node.lineno)


def functions(tree):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def is_by_chance(call, imported):
    """Whether a call draws from a source that nobody has seeded."""
    name = dotted(call.func)
    module, _, function = name.rpartition(".")
    if name in NEEDS_A_SEED or function == "default_rng":
        return not call.args and not call.keywords
    is_shared = module == "random" in imported or module == "np.random"
    return (
        name in CHANCE
        or module == "secrets"
        or (is_shared and function not in SEEDED)
        or (name in TORCH_DRAWS and "generator" not in [keyword.arg for keyword in call.keywords])
    )


def drawn_by_chance(tree):
    """Lines that draw from an unseeded source; a file that seeds a shared one may draw from it."""
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    is_seeded = any(dotted(call.func) in SEEDS for call in calls(tree))
    found = [call for call in calls(tree) if is_by_chance(call, imported)]
    return [
        call.lineno
        for call in found
        if not (is_seeded and dotted(call.func).startswith(("np.random.", "torch.")))
    ]


def files_of_tests():
    files = {path.relative_to(HERE).as_posix(): path for path in sorted(HERE.rglob("*.py"))}
    return {name: path for name, path in files.items() if not name.startswith(NO_TESTS)}


@cache
def parsed(path):
    return ast.parse(path.read_text("utf-8"))


def test_no_test_asserts_what_a_clock_says():
    found = {
        name: lines
        for name, path in files_of_tests().items()
        if (lines := [n for function in functions(parsed(path)) for n in timed_asserts(function)])
    }
    assert found.keys() <= TIMED_ON_PURPOSE.keys(), found


def test_no_lesson_asserts_what_a_clock_says():
    found = [
        f"{path.stem}: {cell.source}"
        for path in LESSONS.glob("*.py")
        for cell in jupytext.read(path, fmt="py:percent").cells
        if cell.cell_type == "code" and timed_asserts(ast.parse(cell.source))
    ]
    assert not found


def test_no_test_draws_from_an_unseeded_source():
    found = {
        name: lines
        for name, path in files_of_tests().items()
        if (lines := drawn_by_chance(parsed(path)))
    }
    assert found.keys() <= BY_CHANCE_ON_PURPOSE.keys(), found


@pytest.mark.parametrize(
    "source",
    [
        "begun = time.monotonic()\nwork()\nassert time.monotonic() - begun < 3",
        "times = measure_all(ways)\nslow = times['slow'].median\nassert slow > 5",
        "for name, t in measure_all(ways).items():\n    assert t.median < 1",
        "assert measure(work).minimum < 0.02",
    ],
)
def test_a_look_at_the_clock_is_noticed(source):
    assert timed_asserts(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "os.urandom(5)", "np.random.default_rng()", "default_rng()",
        "import random; random.random()", "random.Random()",
        "uuid.uuid4()", "secrets.token_hex()", "torch.rand(3)",
    ],
)  # fmt: skip
def test_an_unseeded_source_is_noticed(source):
    assert drawn_by_chance(ast.parse(source))


@pytest.mark.parametrize(
    "source",
    [
        "np.random.default_rng(0)", "random.Random(7)", "rng.random(5)",
        "torch.manual_seed(0)\ntorch.rand(3)",
        "while time.monotonic() < end:\n    pass\nassert arrived",
    ],
)  # fmt: skip
def test_what_is_repeatable_is_let_pass(source):
    assert not drawn_by_chance(ast.parse(source)) and not timed_asserts(ast.parse(source))
