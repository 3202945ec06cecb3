"""An invented class, to show what a teacher sees before there is a real one.

Every student is generated from the solution and the bank of wrong answers, with a seed: good ones
and late ones, those who gave up half-way, a file that is not a notebook, and two with nearly the
same answers.
"""

import ast
import csv
import inspect
import random
import runpy
import shutil
import textwrap
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat

from coursekit import course
from coursekit.classroom.answers import exercise_of
from coursekit.classroom.export import export
from coursekit.classroom.feedback import write_pages
from coursekit.classroom.run import grade_class
from coursekit.classroom.student_notebook import solutions, student_text

DEADLINE = datetime(2026, 5, 1, 18, 0, tzinfo=UTC)
FIRST = (
    "Ada", "Ben", "Clara", "David", "Emma", "Felix", "Grace", "Hugo", "Ines", "Jonas", "Karin",
    "Leo", "Maria", "Nils", "Olga", "Paul", "Rosa", "Samir", "Tara", "Uwe", "Vera", "Wei", "Yara",
    "Zoe", "Anton", "Bella", "Carlos", "Dina", "Elias", "Fatma",
)  # fmt: skip
LAST = (
    "Abel", "Berg", "Cole", "Dahl", "Evans", "Fuchs", "Gray", "Hill", "Ito", "Jansen", "Klein",
    "Lopez", "Moore", "Novak", "Olsen", "Park", "Quint", "Rossi", "Stone", "Tran", "Urban", "Vogel",
    "Wood", "Young", "Ziegler", "Adler", "Brook", "Costa", "Duarte", "Egger",
)  # fmt: skip
_COMMENTS = ("# first try", "# wide enough for the sum", "# see the lesson, section 2", "# works")
_RESULTS = ("result", "out", "answer", "new", "picture")
_LOCALS = ("a", "tmp", "values", "x1", "big", "work", "val", "numbers")


@dataclass(frozen=True)
class Bank:
    """What students may write: the solution and the mistakes, as source code by exercise."""

    notebook: nbformat.NotebookNode
    right: dict
    wrong: dict


def demo_class(assignment, students=30, seed=0, out="demo", root=None):
    """Write the submissions of an invented class.

    Parameters
    ----------
    assignment : ``02`` or ``02_gray_transforms``
    students : how many; with 6 or more, every kind of student is among them
    seed : of the random generator; the same seed gives the same bytes
    out : folder; the notebooks go to ``out/submissions``, with ``submitted.csv`` next to them

    Returns
    -------
    The folder of the submissions. Next to it are the ``solutions`` and ``tests`` that grade them,
    with a deadline, as in a course.
    """
    if not 1 <= students <= len(FIRST) * len(LAST):
        raise ValueError(f"students must be from 1 to {len(FIRST) * len(LAST)}, got {students}")
    root = Path(root) if root else course.folder()
    solution = _solution(assignment, root)
    bank = read_bank(solution, root)
    rng = random.Random(f"{assignment} {seed}")
    folder = Path(out) / "submissions"
    folder.mkdir(parents=True, exist_ok=True)
    names = _names(rng, students)
    written = {name: _notebook(bank, rng, rng.betavariate(4, 1.6)) for name in names}
    _make_special(written, names, bank, rng)
    for name, text in written.items():
        (folder / f"{name}.ipynb").write_text(text, encoding="utf-8", newline="\n")
    _write_times(folder / "submitted.csv", names, rng)
    _write_course(solution, root, Path(out))
    return folder


def grade_demo(assignment, out="demo", isolated=True, watch=None):
    """Grade an invented class, give one mark by hand, and write all pages and exports.

    Returns
    -------
    The overview, and the folders with the other files.
    """
    out = Path(out)
    book = grade_class(
        out / "submissions", assignment, out / "results", isolated=isolated, root=out, watch=watch
    ).gradebook
    (name,) = book.assignments()
    _mark_by_hand(book, name)
    overview, first, *_ = write_pages(book, name, out / "results")
    export(book, name, out / "results" / "export")
    return [overview, first.parent, out / "results" / "export"]


def _mark_by_hand(book, name):
    """Give the mark of a teacher who disagrees with the tests about one answer."""
    for result in book.results(name):
        near = [one for one in result.exercises if one.stage == "almost"]
        if near:
            book.mark(
                result.student, name, near[0].exercise, near[0].total / 2,
                "The idea is right; half the points.", "Ms Hartmann",
            )  # fmt: skip
            return


def _solution(assignment, root):
    return solutions(root, assignment)[0]


def _write_course(solution, root, out):
    """Write what grades this class: copies of the solution and the tests, and rules."""
    (out / "solutions").mkdir(exist_ok=True)
    (out / "tests" / "exercises").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(solution, out / "solutions" / solution.name)
    tests = Path("tests", "exercises", f"test_{solution.stem}.py")
    shutil.copyfile(root / tests, out / tests)
    rules = f"deadline = {DEADLINE.isoformat()}\ngrace_minutes = 15\nlate_per_day = 0.1\n"
    (out / "solutions" / f"{solution.stem}.toml").write_text(rules, encoding="utf-8")


def read_bank(solution, root):
    """Read a solution and the bank of wrong answers of its chapter."""
    stem = solution.stem
    solved = nbformat.read(solution, as_version=4)
    right = {exercise_of(c): _without_markers(c.source) for c in solved.cells if exercise_of(c)}
    mistakes = root / "tests" / "exercises" / "wrong_answers" / f"{stem}.py"
    wrong = runpy.run_path(str(mistakes))["WRONG"] if mistakes.exists() else {}
    sources = {name: [_source(one, name) for one in each.values()] for name, each in wrong.items()}
    released = nbformat.reads(student_text(solution), as_version=4)
    kept = {name: [text for text in texts if text] for name, texts in sources.items()}
    return Bank(released, right, kept)


def _without_markers(source):
    lines = source.splitlines()
    return "\n".join(line for line in lines if not line.strip().startswith("### "))


def _source(wrong, name):
    """A wrong answer under the name of the exercise; None if its source is not one function."""
    function = wrong[0] if isinstance(wrong, tuple) else wrong
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return None
    (definition, *more) = tree.body
    if more or not isinstance(definition, ast.FunctionDef) or _borrows(function):
        return None
    definition.name = name
    return ast.unparse(tree)


def _borrows(function):
    """Whether a function uses others of its module, which a student would not have."""
    names = function.__code__.co_names
    return bool(inspect.getclosurevars(function).nonlocals) or any(
        getattr(function.__globals__.get(name), "__module__", None) == function.__module__
        for name in names
    )


# ------------------------------------------------------------------ one student


def _notebook(bank, rng, skill):
    """A student's notebook as text; more skill means more right answers."""
    gives_up = skill < 0.5 and rng.random() < 0.6
    reached = rng.uniform(0.4, 0.8) if gives_up else 1
    answers = {
        name: _answer(bank, rng, name, skill)
        for number, name in enumerate(bank.right)
        if number < reached * len(bank.right)
    }
    return _filled(bank, answers)


def _answer(bank, rng, name, skill):
    mistakes = bank.wrong.get(name)
    is_right = not mistakes or rng.random() < skill
    return in_own_words(bank.right[name] if is_right else _mistake(mistakes, rng), rng)


def _mistake(mistakes, rng):
    """One of the mistakes, some of which are much more frequent than others."""
    return rng.choices(mistakes, [1 / rank**1.5 for rank in range(1, len(mistakes) + 1)])[0]


def _filled(bank, answers):
    notebook = nbformat.from_dict(bank.notebook)
    cells = [nbformat.from_dict({**cell}) for cell in notebook.cells]
    for cell in cells:
        cell.source = answers.get(exercise_of(cell), cell.source)
    return nbformat.writes(nbformat.from_dict({**notebook, "cells": cells})).rstrip("\n") + "\n"


def in_own_words(source, rng):
    """The same answer as another student would write it: other names, steps and comments."""
    tree = ast.parse(source)
    for function in [node for node in tree.body if isinstance(node, ast.FunctionDef)]:
        for _ in range(rng.choice((0, 1, 1, 2))):
            _take_apart(function, rng)
        _rename(function, rng)
    lines = ast.unparse(tree).splitlines()
    if rng.random() < 0.4:
        lines[-1] += f"  {rng.choice(_COMMENTS)}"
    return "\n".join(lines)


def _take_apart(function, rng):
    """Assign the returned value, or a part of it, to a variable first."""
    last = function.body[-1]
    if not isinstance(last, ast.Return) or not isinstance(last.value, (ast.Call, ast.BinOp)):
        return
    name = rng.choice(_RESULTS)
    if name in {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}:
        return
    part = last.value
    inner = part.func.value if _is_method(part) else None
    store, load = ast.Name(name, ast.Store()), ast.Name(name, ast.Load())
    if isinstance(inner, ast.Call) and rng.random() < 0.6:
        part.func.value, part = load, inner
    else:
        last.value = load
    function.body.insert(-1, ast.Assign([store], part))
    ast.fix_missing_locations(function)


def _is_method(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


def _rename(function, rng):
    """Give some local variables other names."""
    stored = [n.id for n in ast.walk(function) if isinstance(n, ast.Name) and _is_stored(n)]
    names = {name for name in stored if rng.random() < 0.5}
    fresh = [name for name in _LOCALS if name not in stored]
    new = dict(zip(sorted(names), rng.sample(fresh, min(len(names), len(fresh))), strict=False))
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            node.id = new.get(node.id, node.id)


def _is_stored(name):
    return isinstance(name.ctx, ast.Store)


# ------------------------------------------------------------------ the class


def _names(rng, students):
    pairs = [f"{first} {last}" for first in FIRST for last in LAST]
    if students <= len(FIRST):
        firsts, lasts = rng.sample(FIRST, students), rng.sample(LAST, students)
        return sorted(f"{one} {two}" for one, two in zip(firsts, lasts, strict=True))
    return sorted(rng.sample(pairs, students))


def _make_special(written, names, bank, rng):
    """Add the special cases that every class has."""
    if len(names) < 6:
        return
    twin, model, cut, empty, deleted, best = rng.sample(names, 6)
    answers = {name: _wordy(source, rng) for name, source in bank.right.items()}
    written[model] = _filled(bank, answers)
    written[twin] = _filled(bank, {name: _copied(text) for name, text in answers.items()})
    written[cut] = written[cut][: len(written[cut]) // 3]
    written[empty] = _filled(bank, {})
    written[deleted] = _without_checks(written[deleted])
    written[best] = _filled(bank, bank.right)


def _wordy(source, rng):
    """An answer with an unnecessary step that nobody else would write in the same way."""
    tree = ast.parse(source)
    function = tree.body[-1]
    texts = (f"steps = [{', '.join(map(str, rng.sample(range(9), 3)))}]", "count = len(steps)",
             "assert count == 3 and max(steps) < 9, 'only to be sure'")  # fmt: skip
    place = 1 if ast.get_docstring(function) else 0
    function.body[place:place] = [ast.parse(text).body[0] for text in texts]
    return in_own_words(ast.unparse(ast.fix_missing_locations(tree)), rng)


def _copied(source):
    """The answer of a friend, with other names for the variables and without the comments."""
    tree = ast.parse(source)
    function = tree.body[-1]
    names = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and _is_stored(n)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in names:
            node.id = f"my_{node.id}"
    return ast.unparse(tree)


def _without_checks(text):
    notebook = nbformat.reads(text, as_version=4)
    notebook.cells = [c for c in notebook.cells if not c.source.startswith("check(")]
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def _write_times(path, names, rng):
    late = set(rng.sample(names, max(1, len(names) // 8)))
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["student", "submitted_at"])
        for name in names:
            hours = rng.uniform(2, 60) if name in late else -(rng.expovariate(1 / 20))
            moment = DEADLINE + timedelta(hours=hours)
            table.writerow([name, moment.isoformat(timespec="minutes")])
