"""Mutation testing of the exercises: change a solution a little, and see whether its tests notice.

An answer cell is changed in one place at a time: an operator, a constant, an axis, a slice, a
call, a statement. The exercise's own tests judge each such *mutant*. One that gets full marks has
*survived*: either it means the same as the solution, or the tests accept a wrong answer. ::

    python tests/exercises/mutation.py 02 03              # two chapters
    python tests/exercises/mutation.py --only posterize   # one exercise
    python tests/exercises/mutation.py --jobs 2           # everything, on two cores

Survivors are shown as differences from the solution; those that ``equivalent_mutants.jsonl`` names
were read by a person and mean the same. The exit status is 1 where another one survived. With
``--write FILE`` the others are written as lines for that list: add them, sorted by chapter, once
you have found them equivalent, and say ``why``.
"""

import argparse
import ast
import contextlib
import copy
import difflib
import functools
import io
import itertools
import json
import multiprocessing
import os
import sys
import time
import warnings
from collections import Counter
from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from pathlib import Path

ROOT = Path(__file__).parents[2]
REVIEWED = Path(__file__).with_name("equivalent_mutants.jsonl")
MEMORY = 6 * 2**30  # bytes for the process that runs mutants, so that np.zeros(10**12) only fails
STALLED = 60  # seconds without a verdict, as in C code, after which that process is killed
SECONDS = 5  # for one call of a mutant

# ------------------------------------------------------------------ what is changed
# Each operator is a generator: given a node, it yields what was done and the node that replaces
# it. An operator must not change the node it is given.

OPERATORS_TO = {
    ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Div, ast.Add],
    ast.Div: [ast.Mult, ast.FloorDiv], ast.FloorDiv: [ast.Div, ast.Mult],
    ast.Mod: [ast.FloorDiv], ast.Pow: [ast.Mult], ast.BitAnd: [ast.BitOr],
    ast.BitOr: [ast.BitAnd, ast.BitXor], ast.BitXor: [ast.BitOr], ast.LShift: [ast.RShift],
    ast.RShift: [ast.LShift],
}  # fmt: skip
COMPARISONS_TO = {
    ast.Lt: [ast.LtE, ast.Gt], ast.LtE: [ast.Lt, ast.GtE], ast.Gt: [ast.GtE, ast.Lt],
    ast.GtE: [ast.Gt, ast.LtE], ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq],
    ast.Is: [ast.IsNot], ast.IsNot: [ast.Is], ast.In: [ast.NotIn], ast.NotIn: [ast.In],
}  # fmt: skip
FUNCTIONS_TO = {
    "min": ["max"], "max": ["min"], "minimum": ["maximum"], "maximum": ["minimum"],
    "argmin": ["argmax"], "argmax": ["argmin"], "floor": ["ceil", "rint"],
    "ceil": ["floor", "rint"], "rint": ["floor", "ceil", "trunc"], "round": ["floor", "ceil"],
    "trunc": ["floor", "rint"], "sin": ["cos"], "cos": ["sin"], "sum": ["mean", "max"],
    "mean": ["median", "sum"], "median": ["mean"], "any": ["all"], "all": ["any"],
    "zeros": ["ones"], "ones": ["zeros"], "zeros_like": ["ones_like", "empty_like"],
    "ones_like": ["zeros_like"], "cumsum": ["cumprod"], "hypot": ["add", "maximum"],
    "deg2rad": ["rad2deg"], "rad2deg": ["deg2rad"], "radians": ["degrees"],
    "degrees": ["radians"], "log": ["log2", "log10", "log1p"], "log2": ["log"],
    "log10": ["log"], "exp": ["exp2"], "logical_and": ["logical_or"],
    "logical_or": ["logical_and"], "append": ["insert"], "std": ["var"], "var": ["std"],
    "solve": ["lstsq"], "vstack": ["hstack"], "hstack": ["vstack"], "lower": ["upper"],
    "lstrip": ["rstrip"], "rstrip": ["lstrip"], "eigh": ["eig"], "inv": ["pinv"],
    "dot": ["multiply"],
}  # fmt: skip
TYPES_TO = {
    "uint8": ["int16", "float64", "int64"], "int16": ["uint8"], "int32": ["uint8", "int16"],
    "int64": ["int32", "uint8", "int16"], "int": ["float", "np.uint8", "np.int16"],
    "float": ["int", "np.float32", "np.float16"], "float32": ["float64", "float16"],
    "float64": ["float32", "int64", "uint8", "float16"], "bool": ["uint8"],
}  # fmt: skip
TEXTS_TO = {
    "reflect": ["edge", "symmetric", "constant", "wrap"], "edge": ["reflect", "constant"],
    "symmetric": ["reflect"], "constant": ["edge"], "left": ["right"], "right": ["left"],
    "ij": ["xy"], "xy": ["ij"], "same": ["valid"],
}  # fmt: skip
LEFT_OUT = {
    "rint", "round", "floor", "ceil", "trunc", "abs", "sqrt", "square", "clip", "float", "int",
    "flip", "flipud", "fliplr", "deg2rad", "rad2deg", "ravel", "flatten", "copy", "astype", "conj",
    "sorted", "list", "squeeze", "minimum", "maximum", "nan_to_num", "fmod", "log", "exp",
    "softmax", "normalize", "transpose", "reversed", "set", "tuple", "asarray", "array", "lower",
    "strip", "swapaxes", "cumsum", "unique",
}  # fmt: skip
DROPPED_LEFT = (ast.Add, ast.Mult, ast.BitAnd)
DROPPED_RIGHT = (*DROPPED_LEFT, ast.Sub, ast.Div, ast.Mod, ast.Pow, ast.FloorDiv)
ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.MatMult, ast.Pow, ast.Mod)
MODULES = ("np", "math", "cv2", "torch")
BUILT_IN = ("min", "max", "sum", "any", "all")


def _with(node, **fields):
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _exchanged(items):
    """Each pair of neighbours exchanged, as (number of the first, the new list)."""
    for at in range(len(items) - 1):
        yield at + 1, [*items[:at], items[at + 1], items[at], *items[at + 2 :]]


def _by_one(node):
    one = ast.Constant(1)
    yield "+ 1", ast.BinOp(node, ast.Add(), one)
    yield "- 1", ast.BinOp(node, ast.Sub(), one)


def arithmetic(node):
    if not isinstance(node, (ast.BinOp, ast.AugAssign)):
        return
    name = type(node.op).__name__
    for other in OPERATORS_TO.get(type(node.op), ()):
        yield f"{name} to {other.__name__}", _with(node, op=other())
    if isinstance(node, ast.AugAssign):
        yield "augmented becomes plain assignment", ast.Assign([node.target], node.value)
        return
    if isinstance(node.op, ORDERED):
        yield "operands exchanged", ast.BinOp(node.right, node.op, node.left)
    if isinstance(node.op, DROPPED_RIGHT):
        yield f"{name}: right side left out", node.left
    if isinstance(node.op, DROPPED_LEFT):
        yield f"{name}: left side left out", node.right


def comparisons(node):
    if isinstance(node, ast.Compare):
        for at, operator in enumerate(node.ops):
            for other in COMPARISONS_TO.get(type(operator), ()):
                changed = [*node.ops[:at], other(), *node.ops[at + 1 :]]
                yield f"{type(operator).__name__} to {other.__name__}", _with(node, ops=changed)


def logic(node):
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and / or exchanged", _with(node, op=other)
        for at in range(len(node.values)):
            rest = node.values[:at] + node.values[at + 1 :]
            kept = rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
            yield f"condition {at + 1} left out", kept
    if isinstance(node, ast.UnaryOp):
        yield f"{type(node.op).__name__} left out", node.operand


def conditions(node):
    if isinstance(node, (ast.If, ast.IfExp)):
        yield "condition always True", _with(node, test=ast.Constant(True))
    if isinstance(node, (ast.If, ast.IfExp, ast.While)):
        yield "condition always False", _with(node, test=ast.Constant(False))
    if isinstance(node, ast.IfExp):
        yield "branches exchanged", ast.IfExp(node.test, node.orelse, node.body)
    if isinstance(node, ast.comprehension) and node.ifs:
        yield "filter of a comprehension left out", _with(node, ifs=[])


def constants(node):
    if isinstance(node, ast.Constant):
        for other in dict.fromkeys(_other_values(node.value)):
            if other != node.value or type(other) is not type(node.value):
                yield f"{node.value!r} to {other!r}", ast.Constant(other)


def _other_values(value):
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, value - 1, 0, 1, 2, -value]
    if isinstance(value, float):
        return [value + 1, value * 1.01, value * 0.99, 0.0, 1.0, -value]
    return TEXTS_TO.get(value, []) if isinstance(value, str) else []


def functions(node):
    """Another function is called, or none."""
    if not isinstance(node, ast.Call):
        return
    name, method = _name_of(node), isinstance(node.func, ast.Attribute)
    for other in FUNCTIONS_TO.get(name, ()):
        if method:
            yield f"{name} to {other}", _with(node, func=_with(node.func, attr=other))
        elif name in BUILT_IN:
            yield f"{name} to {other}", _with(node, func=ast.Name(other, ast.Load()))
    if name not in LEFT_OUT:
        return
    if method and getattr(node.func.value, "id", "") not in MODULES:
        yield f".{name}() left out", node.func.value
    elif node.args and not isinstance(node.args[0], ast.Starred):
        yield f"{name}() left out", node.args[0]
        if name in ("minimum", "maximum") and len(node.args) > 1:
            yield f"{name}() left out, second kept", node.args[1]


def _name_of(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def arguments(node):
    if not isinstance(node, ast.Call):
        return
    name = _name_of(node)
    for first, args in _exchanged(node.args):
        yield f"{name}: arguments {first} and {first + 1} exchanged", _with(node, args=args)
    for at, keyword in enumerate(node.keywords):
        before, after = node.keywords[:at], node.keywords[at + 1 :]
        yield f"{name}: {keyword.arg}= left out", _with(node, keywords=before + after)
        if keyword.arg in ("axis", "dim") and isinstance(
            keyword.value, (ast.Constant, ast.UnaryOp)
        ):
            for axis in (0, 1, -1, None):
                other = ast.keyword(keyword.arg, ast.Constant(axis))
                changed = _with(node, keywords=[*before, other, *after])
                yield f"{name}: {keyword.arg}={axis}", changed


def orders(node):
    """What is sorted otherwise, searched from the other side, clipped at one end, counted by one
    more."""
    name = _name_of(node) if isinstance(node, ast.Call) else ""
    if name in ("argsort", "sorted"):
        backwards = ast.Slice(None, None, ast.UnaryOp(ast.USub(), ast.Constant(1)))
        yield f"{name} reversed", ast.Subscript(node, backwards, ast.Load())
    if name == "argsort" and not node.keywords:
        stable = ast.keyword("kind", ast.Constant("stable"))
        yield "argsort made stable", _with(node, keywords=[stable])
    if name == "searchsorted" and "side" not in [keyword.arg for keyword in node.keywords]:
        right = ast.keyword("side", ast.Constant("right"))
        yield "searchsorted from the right", _with(node, keywords=[*node.keywords, right])
    if name == "clip" and len(node.args) == 3:
        for kept, function in ((1, "maximum"), (2, "minimum")):
            bound = ast.Attribute(ast.Name("np", ast.Load()), function, ast.Load())
            one_end = ast.Call(bound, [node.args[0], node.args[kept]], [])
            yield f"clip at one end: {function}", one_end
    if name == "range":
        for at in (0,) if len(node.args) == 1 else (1, 0):
            for word, other in _by_one(node.args[at]):
                args = [*node.args[:at], other, *node.args[at + 1 :]]
                yield f"range: argument {at + 1} {word}", _with(node, args=args)


def types(node):
    if not isinstance(getattr(node, "ctx", None), ast.Load) or getattr(node, "is_called", False):
        return
    name = getattr(node, "attr", getattr(node, "id", ""))
    for other in TYPES_TO.get(name, ()):
        module, _, last = other.rpartition(".")
        module = getattr(getattr(node, "value", None), "id", None) or module
        changed = ast.Name(last, ast.Load())
        if module or isinstance(node, ast.Attribute):
            changed = ast.Attribute(ast.Name(module or "np", ast.Load()), last, ast.Load())
        yield f"{name} to {other}", changed


def slices(node):
    if not isinstance(node, ast.Slice):
        return
    for end in ("lower", "upper", "step"):
        bound = getattr(node, end)
        if bound is not None:
            yield f"slice: {end} left out", _with(node, **{end: None})
            for word, other in _by_one(bound) if end != "step" else ():
                yield f"slice: {end} {word}", _with(node, **{end: other})
    if node.lower is None:
        yield "slice: lower + 1", _with(node, lower=ast.Constant(1))
    if node.upper is None:
        yield "slice: upper - 1", _with(node, upper=ast.UnaryOp(ast.USub(), ast.Constant(1)))


def indices(node):
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        if isinstance(node.slice, (ast.Name, ast.BinOp)):
            for word, other in _by_one(node.slice):
                yield f"index {word}", _with(node, slice=other)
        if isinstance(node.slice, ast.Slice) and isinstance(node.slice.step, ast.UnaryOp):
            yield "reversal left out", node.value


def sequences(node):
    if isinstance(node, (ast.Tuple, ast.List)):
        for first, elements in _exchanged(node.elts):
            yield f"elements {first} and {first + 1} exchanged", _with(node, elts=elements)


def results(node):
    if isinstance(node, ast.Return) and node.value is not None:
        for factor in (1 + 1e-3, 1 + 1e-6):
            scaled = ast.BinOp(node.value, ast.Mult(), ast.Constant(factor))
            yield f"result times {factor}", _with(node, value=scaled)


OPERATORS = (
    arithmetic, comparisons, logic, conditions, constants, functions, arguments, orders, types,
    slices, indices, sequences, results,
)  # fmt: skip


def statements(body):
    """Changes of a list of statements, as (what was done, the new list)."""
    for at, one in enumerate(body):
        before, after = body[:at], body[at + 1 :]
        for told, instead in _instead_of(one):
            yield told, [*before, *instead, *after]
        if isinstance(one, ast.Assign) and after and isinstance(after[0], ast.Assign):
            yield "two statements exchanged", [*before, after[0], one, *after[1:]]


def _instead_of(statement):
    is_docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    kept = (ast.Return, ast.FunctionDef, ast.Import, ast.ImportFrom, ast.Pass)
    if not is_docstring and not isinstance(statement, kept):
        yield f"left out: {ast.unparse(statement).splitlines()[0][:50]}", [ast.Pass()]
    if isinstance(statement, ast.If) and not statement.orelse:
        yield "body of if always runs", statement.body
    if isinstance(statement, (ast.For, ast.While)):
        yield "loop runs once", [_with(statement, body=[*statement.body, ast.Break()])]
    if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.BinOp):
        target, value = statement.targets[0], statement.value
        if ast.unparse(target) == ast.unparse(value.left):
            in_place = ast.AugAssign(target, value.op, value.right)
            yield "in place instead of a new array", [in_place]


# ------------------------------------------------------------------ mutants


@dataclass(frozen=True)
class Mutant:
    """An answer cell changed in one place."""

    exercise: str
    line: int
    told: str
    source: str
    change: str  # the lines that differ from the solution, as a difference


def mutants(exercise, source):
    """Every mutant of an answer cell; no two alike, none like the cell."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            node.func.is_called = True
    original = ast.unparse(tree)
    made = {original}
    for line, told, place, changed in _changes(tree):
        try:
            text = _written(tree, *place, changed)
            with warnings.catch_warnings(action="ignore"):
                compile(text, "mutant", "exec")
        except (SyntaxError, ValueError, AttributeError, TypeError):
            continue
        if text not in made:
            made.add(text)
            yield Mutant(exercise, line, told, text, _difference(original, text))


def _written(tree, holder, key, changed):
    """The source with one field of a node, or one item of a list, replaced for the moment."""
    is_item = isinstance(holder, list)
    before = holder[key] if is_item else getattr(holder, key)
    put = functools.partial(holder.__setitem__, key) if is_item else _setter(holder, key)
    put(changed)
    try:
        return ast.unparse(ast.fix_missing_locations(tree))
    finally:
        put(before)


def _setter(holder, key):
    return lambda value: setattr(holder, key, value)


def _difference(before, after):
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _changes(tree):
    """(line, what was done, where: a node and its field or a list and its place, what instead)."""
    yield from _changed_nodes(tree)
    yield from _changed_bodies(tree)
    yield from _changed_names(tree)


def _changed_nodes(tree):
    docstrings = {
        id(function.body[0].value)
        for function in _functions(tree)
        if ast.get_docstring(function) is not None
    }
    for parent in list(ast.walk(tree)):
        for node, place in _children(parent):
            if id(node) not in docstrings:
                line = getattr(node, "lineno", getattr(parent, "lineno", 0))
                for told, changed in itertools.chain.from_iterable(f(node) for f in OPERATORS):
                    yield line, told, place, changed


def _children(parent):
    for field, value in ast.iter_fields(parent):
        if isinstance(value, ast.AST):
            yield value, (parent, field)
        for at, node in enumerate(value if isinstance(value, list) else ()):
            if isinstance(node, ast.AST):
                yield node, (value, at)


def _changed_bodies(tree):
    for parent in list(ast.walk(tree)):
        for field in ("body", "orelse"):
            body = getattr(parent, field, None)
            if isinstance(body, list) and not isinstance(parent, ast.Module):
                for told, changed in statements(body):
                    yield getattr(parent, "lineno", 0), told, (parent, field), changed


def _changed_names(tree):
    """One use of a parameter or variable is taken for another one of the same function."""
    for function in _functions(tree):
        names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
        stored = [name.id for name in names if isinstance(name.ctx, ast.Store)]
        known = dict.fromkeys([argument.arg for argument in function.args.args] + stored)
        for name in names:
            if isinstance(name.ctx, ast.Load) and name.id in known:
                for other in known:
                    yield name.lineno, f"{name.id} taken for {other}", (name, "id"), other


def _functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


# ------------------------------------------------------------------ verdicts


@dataclass(frozen=True)
class Chapter:
    """The tests of a chapter, its solved notebook's namespace, and its answer cells."""

    path: Path
    tests: dict
    namespace: dict
    answers: dict

    def calls(self, exercise):
        """Each call of each test of an exercise, as (function, arguments)."""
        for function in list(self.tests.values()):
            marks = getattr(function, "pytestmark", [])
            if any(mark.name == "exercise" and mark.args[0] == exercise for mark in marks):
                for rows in itertools.product(*map(_table, marks)):
                    yield function, {name: value for row in rows for name, value in row.items()}


def _table(mark):
    """The rows of a parametrized argument; an empty row for any other mark."""
    if mark.name != "parametrize":
        return [{}]
    names, rows = mark.args[:2]
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else names
    rows = [row.values if hasattr(row, "marks") else row for row in rows]
    return [dict(zip(names, [row] if len(names) == 1 else row, strict=True)) for row in rows]


@functools.cache
def chapter_of(tests, notebook):
    """Read a test file and a solution; before processes are forked, since this is the slow part."""
    import jupytext

    from coursekit.classroom.answers import definitions, exercise_of

    module = {"__name__": tests.stem, "__file__": str(tests)}
    exec(compile(tests.read_text("utf-8"), str(tests), "exec"), module)
    read = jupytext.read(notebook)
    answers = {exercise_of(cell): cell.source for cell in read.cells if exercise_of(cell)}
    return Chapter(tests, module, definitions(read, notebook.stem), answers)


def verdict(chapter, mutant, seconds=SECONDS):
    """What became of a mutant, as a word: ``survived``, or the stage at which it stopped."""
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            return _first_failure(chapter, mutant, seconds) or _judged(chapter, mutant, seconds)
        except Exception as error:  # a cell or a test that stops is no survivor
            return f"{type(error).__name__}: {error!s:.100}"


def _first_failure(chapter, mutant, seconds):
    """The stage of the first test that fails, called without pytest; None where all pass."""
    from coursekit.lab.check import Mismatch

    student = _student(chapter, mutant, seconds)
    for function, given in chapter.calls(mutant.exercise):
        try:
            function(student=student, **copy.deepcopy(given))
            student.settle()
        except Mismatch as mismatch:
            return mismatch.stage
        except AssertionError:
            return "wrong"
    return None


def _judged(chapter, mutant, seconds):
    """The same by the grader's own code, which has the last word on who survives."""
    from coursekit.lab.check import judge

    judged = judge(mutant.exercise, chapter.path, _student(chapter, mutant, 4 * seconds))
    return "survived" if judged.passed else judged.stage


def _student(chapter, mutant, seconds):
    from coursekit.lab.check import LiveCall, Student

    changed = dict(chapter.namespace)
    exec(compile(mutant.source, "<mutant>", "exec"), changed)
    return Student(LiveCall(changed, seconds))


def verdicts(chapter, made, seconds=SECONDS):
    """What became of each mutant, judged in a process of its own that may hang or die."""
    found = []
    while len(found) < len(made):
        ours, theirs = multiprocessing.Pipe(duplex=False)
        child = multiprocessing.get_context("fork").Process(
            target=_judge_rest, args=(theirs, chapter, made[len(found) :], seconds)
        )
        child.start()
        theirs.close()
        found += _received(ours, len(made) - len(found))
        child.kill()
        child.join()
    return found


def _judge_rest(pipe, chapter, made, seconds):
    with contextlib.suppress(ImportError):  # Windows has none
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for mutant in made:
        pipe.send(verdict(chapter, mutant, seconds))


def _received(pipe, count):
    """The verdicts of one process; the mutant at which it stalled or died has one, too."""
    found = []
    while len(found) < count:
        if not pipe.poll(STALLED):
            return [*found, "stalled"]
        try:
            found.append(pipe.recv())
        except EOFError:
            return [*found, "died"]
    return found


def survivors(chapter, exercise, seconds=SECONDS):
    """The number of mutants of an exercise, and those that its tests take for right."""
    made = list(mutants(exercise, chapter.answers[exercise]))
    judged = zip(made, verdicts(chapter, made, seconds), strict=True)
    return len(made), [mutant for mutant, word in judged if word == "survived"]


# ------------------------------------------------------------------ what people found equivalent


def reviewed(path=REVIEWED):
    """The (exercise, change) of each mutant that a person found to mean the same."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return {(one["exercise"], one["change"]) for one in map(json.loads, lines)}


def line_for(chapter, mutant):
    """A survivor as a line of the list of equivalent mutants."""
    line = {"chapter": chapter, "exercise": mutant.exercise, "change": mutant.change, "why": ""}
    return json.dumps(line, ensure_ascii=False)


# ------------------------------------------------------------------ the command


def main():
    asked = _arguments()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    known, begun = reviewed(), time.monotonic()
    jobs = [
        (chapter, exercise)
        for chapter in map(load, chapter_names(asked.chapters))
        for exercise in chapter.answers
        if not asked.only or exercise in asked.only
    ]
    counts, lines = {}, []
    work = ThreadPool(asked.jobs).imap(lambda job: survivors(*job, asked.seconds), jobs)
    for (chapter, exercise), (made, survived) in zip(jobs, work, strict=True):
        name = chapter.path.stem.removeprefix("test_")
        print(
            f"## {name} {exercise}: {made} made, {len(survived)} survived "
            f"[{time.monotonic() - begun:.0f} s]",
            flush=True,
        )
        new = [mutant for mutant in survived if (exercise, mutant.change) not in known]
        for mutant in new:
            print(f"-- line {mutant.line}: {mutant.told}\n{mutant.change}", flush=True)
        lines += [line_for(name, mutant) for mutant in new]
        counts.setdefault(name, Counter()).update(
            made=made, survived=len(survived), unreviewed=len(new)
        )
    _print_table(counts)
    if asked.write:
        asked.write.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return 1 if lines else 0


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("chapters", nargs="*", help="such as 02; by default all")
    parser.add_argument("--only", nargs="+", default=[], metavar="EXERCISE")
    parser.add_argument("--write", type=Path, help="file for the survivors that nobody reviewed")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for one call")
    parser.add_argument("--jobs", type=int, default=1, help="exercises at a time")
    return parser.parse_args()


def chapter_names(chapters=()):
    """The chapters of the course that have exercises, or those of them that are asked for."""
    names = [path.stem for path in sorted((ROOT / "solutions/src").glob("[0-9][0-9]_*.py"))]
    return [name for name in names if not chapters or {name, name[:2]} & set(chapters)]


def load(name):
    """A chapter of the course, such as ``02_gray_transforms``."""
    tests = ROOT / "tests" / "exercises" / f"test_{name}.py"
    return chapter_of(tests, ROOT / "solutions" / "src" / f"{name}.py")


def _print_table(counts):
    print(f"\n{'chapter':28}{'made':>7}{'killed':>8}{'survived':>10}{'unreviewed':>12}")
    for name, count in counts.items():
        killed = count["made"] - count["survived"]
        print(f"{name:28}{count['made']:7}{killed:8}{count['survived']:10}{count['unreviewed']:12}")


if __name__ == "__main__":
    sys.exit(main())
