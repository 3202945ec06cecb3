"""A student's notebook: read within limits, its answers grafted into the teacher's notebook.

Only the source of the answer cells is used, and whatever they need of the student's own cells;
never outputs, metadata or given cells. Everything odd becomes a remark.
"""

import ast
import builtins
import contextlib
import faulthandler
import io
import json
import keyword
import os
import re
import signal
import symtable
import threading
import tokenize
import warnings
from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property

import nbformat

from coursekit.classroom.answers import defines, exercise_of
from coursekit.classroom.student_notebook import without_ways_out

LARGEST = 32 * 2**20  # bytes of a notebook
LONGEST_ANSWER = 256 * 2**10  # characters
_MOST_BRACKETS = 500_000  # a bomb of empty lists takes memory, not bytes
_MOST_CODE = 2 * 2**20  # characters in all cells together
_MOST_CELLS = 5_000
_KINDS = ("code", "markdown", "raw")


class Unreadable(ValueError):
    """A submission that is not a notebook; its student is told why."""


@dataclass(frozen=True)
class Cell:
    """What is taken from a cell of a student's notebook."""

    kind: str
    source: str
    names: tuple[str, ...] = ()  # its id, and what its metadata call it

    @cached_property
    def tree(self):
        """Its parsed code; None if it is not valid Python."""
        return _tree(self.source) if self.kind == "code" else None

    @property
    def defines(self):
        """The functions and classes that it defines at the top level."""
        body = self.tree.body if self.tree else ()
        return {node.name for node in body if hasattr(node, "name")}


@contextlib.contextmanager
def wall_clock(seconds):
    """Stop what takes longer, such as reading a notebook that was built to be slow.

    A long step in C receives no signal: after three times as long, the process ends. Has no
    effect outside the main thread of a process.

    Raises
    ------
    Unreadable : the time is up.
    """
    if threading.current_thread() is not threading.main_thread() or os.name != "posix":
        yield
        return
    before = signal.signal(signal.SIGALRM, _stop)
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(3 * seconds, exit=True, file=nowhere)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        except _TimeIsUp:
            raise Unreadable(f"Reading the file takes more than {seconds:g} s.") from None
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            faulthandler.cancel_dump_traceback_later()
            signal.signal(signal.SIGALRM, before)


class _TimeIsUp(BaseException):
    """Not an ``Exception``, since code on the way might catch those and read on."""


def _stop(*_):
    raise _TimeIsUp


def parse(data):
    """Read a student's notebook; return its cells, and remarks on what is odd about it.

    Raises
    ------
    Unreadable : it is too big, not JSON, or not a notebook.
    """
    document = _bounded_json(data)
    remarks = []
    if document["nbformat"] < 4:
        remarks.append(f"The notebook has the old format {document['nbformat']} and was converted.")
        document = _upgraded(document)
    cells = document.get("cells")
    if not isinstance(cells, list):
        raise Unreadable("The file is not a notebook: it has no list of cells.")
    if len(cells) > _MOST_CELLS:
        raise Unreadable(f"The notebook has {len(cells)} cells; at most {_MOST_CELLS} can be read.")
    remarks += _invalid(document)
    read = [cell for cell in map(_cell, cells) if cell]
    if sum(len(cell.source) for cell in read if cell.kind == "code") > _MOST_CODE:
        raise Unreadable(f"The notebook contains more than {_MOST_CODE / 2**20:.0f} MB of code.")
    return read, remarks


def _bounded_json(data):
    if len(data) > LARGEST:
        raise Unreadable(
            f"The notebook is larger than {LARGEST / 2**20:.0f} MB: clear its outputs, save it, "
            "and hand it in again."
        )
    if data.count(b"[") + data.count(b"{") > _MOST_BRACKETS:
        raise Unreadable("The file is not a notebook: it has too many or too deeply nested parts.")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        where = f"line {error.lineno}" if hasattr(error, "lineno") else type(error).__name__
        raise Unreadable(f"The file is not a notebook: it is not valid JSON ({where}).") from None
    version = document.get("nbformat") if isinstance(document, dict) else None
    if type(version) is not int:
        raise Unreadable("The file is not a notebook: it does not name its format.")
    return document


def _upgraded(document):
    try:
        return nbformat.convert(nbformat.from_dict(document), 4)
    except Exception as error:  # noqa: BLE001  old documents may hold anything
        raise Unreadable(f"The old notebook cannot be converted: {error!s:.200}.") from None


def _invalid(document):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # about missing ids, for instance, which are not needed here
            nbformat.validate(deepcopy(document))
    except Exception as error:  # noqa: BLE001
        reason = str(error).strip().partition("\n")[0][:120]
        return [f"The notebook violates its format ({reason}), but could be read."]
    return []


def _cell(raw):
    if not isinstance(raw, dict):
        return None
    source = raw.get("source", "")
    source = "".join(map(str, source)) if isinstance(source, list) else source
    about = raw.get("metadata") if isinstance(raw.get("metadata"), dict) else {}
    nbgrader = about.get("nbgrader") if isinstance(about.get("nbgrader"), dict) else {}
    names = (raw.get("id"), about.get("id"), about.get("exercise"), nbgrader.get("grade_id"))
    names = tuple(name for name in names if isinstance(name, str))
    kind = raw["cell_type"] if raw.get("cell_type") in _KINDS else "unknown"
    return Cell(kind, source if isinstance(source, str) else "", names)


# ------------------------------------------------------------------ grafting


@dataclass
class Graft:
    """The teacher's notebook with a student's answers in it."""

    notebook: nbformat.NotebookNode
    answers: dict[str, str] = field(default_factory=dict)
    normalised: dict[str, str] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)


def graft(cells, teacher):
    """Put a student's answers into a copy of the teacher's (released) notebook."""
    made = Graft(deepcopy(teacher))
    used = []
    for cell in made.notebook.cells:
        exercise = exercise_of(cell)
        if exercise:
            parts = _parts(cells, exercise, cell.get("id", ""), made.remarks)
            used += parts
            answer = _joined(parts, exercise, made.remarks) or cell.source
            cell.source = made.answers[exercise] = answer
            made.normalised[exercise] = normalised(answer)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    places = {id(cell): place for place, cell in enumerate(cells)}
    positions = [places[id(cell)] for cell in used]
    if positions != sorted(positions):
        made.remarks.append("The answer cells are not in the order of the exercise.")
    _remark_on_given(made, cells, teacher)
    taken = set(positions)
    _take_along(made, [cell for place, cell in enumerate(cells) if place not in taken])
    return made


def _parts(cells, exercise, identity, remarks):
    """The cells that answer an exercise: by id, by metadata, or else by what they define."""
    wanted = {exercise, f"answer-{exercise}", identity} - {""}
    named = [cell for cell in cells if wanted & set(cell.names)]
    for cell in named:
        if cell.kind != "code":
            remarks.append(f"`{exercise}`: the answer is a {cell.kind} cell; it was read as code.")
    if len(named) > 1:
        remarks.append(
            f"`{exercise}` has {len(named)} answer cells, which were joined in their order."
        )
    if named:
        return named
    defining = [cell for cell in cells if exercise in cell.defines]
    place = "was found in a cell of your own" if defining else "is missing"
    remarks.append(f"`{exercise}`: the answer cell was deleted; the answer {place}.")
    return defining[-1:]


def _joined(parts, exercise, remarks):
    source = "\n".join(part.source for part in parts)
    if len(source) > LONGEST_ANSWER:
        remarks.append(
            f"`{exercise}`: an answer of {len(source)} characters is too long to be read."
        )
        return ""
    if len(parts) > 1 and _tree(source) is None:
        readable = [part.source for part in parts if _tree(part.source)]
        return readable[-1] if readable else source
    return source


def _take_along(made, others):
    """Add what a student's own cells define, and those of their variables that the answers need."""
    given = {cell.source.strip() for cell in made.notebook.cells}
    code = [cell for cell in others if cell.kind == "code" and cell.source.strip() not in given]
    bodies = [cell.tree.body for cell in code if cell.tree]
    needed = _needed([statement for body in bodies for statement in body], made.answers.values())
    found = [_code(statement for statement in body if statement in needed) for body in bodies]
    found = [text for text in found if text]
    if found:
        made.remarks.append(
            "Definitions in your own cells were used, but nothing else in these cells."
        )
        first = next(i for i, cell in enumerate(made.notebook.cells) if exercise_of(cell))
        made.notebook.cells[first:first] = [
            nbformat.v4.new_code_cell(text, id=f"own-{number}")
            for number, text in enumerate(found, start=1)
        ]


def _remark_on_given(made, cells, teacher):
    """Say how many of the given cells were changed or deleted."""
    there = {(name, cell.source.strip()) for cell in cells for name in cell.names}
    given = [cell for cell in teacher.cells if not exercise_of(cell)]
    lost = sum(not _texts(cell) & there for cell in given)
    if lost:
        made.remarks.append(
            f"{lost} of {len(given)} given cells had been changed or deleted and were restored."
        )


def _texts(cell):
    """A given cell as in the course's exercises, and as in a handout."""
    texts = {cell.source, without_ways_out(cell.source)}
    return {(cell.get("id"), text.strip()) for text in texts}


def _tree(source):
    return _read(source)[1]


def _read(source):
    """Code as it stands or without IPython's commands, and parsed; None where it is no Python."""
    for python in (str, _without_commands):
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            return python(source), ast.parse(python(source))
    return "", None


def _without_commands(source):
    """Code without magics, ``!`` and ``?``, line by line: IPython's own reader takes hours."""
    return "\n".join(map(_without_command, source.split("\n")))


def _without_command(line):
    code, indent = line.strip(), line[: len(line) - len(line.lstrip())]
    if code.startswith(("%", "!", "?")) or code.endswith("?"):
        return f"{indent}pass"
    target, _, value = line.partition("=")
    return f"{target}= None" if value.lstrip().startswith(("%", "!")) else line


def _needed(statements, answers):
    """Imports, functions, classes, CONSTANTS, and every variable that these or an answer use."""
    needed = {statement for statement in statements if defines(statement)}
    assignments = defaultdict(list)
    for statement in statements:
        for name in _variables(statement):
            assignments[name].append(statement)
    used = [*map(_from_outside, answers), *(_from_outside(_code([one])) for one in needed)]
    waiting = [*set().union(*used)]
    while waiting:
        found = [one for one in assignments.pop(waiting.pop(), ()) if one not in needed]
        needed.update(found)
        waiting += [name for one in found for name in _from_outside(_code([one]))]
    return needed


def _variables(statement):
    """The variables that a statement sets, or of which it sets a part; not those in functions."""
    todo, found = [statement], set()
    while todo:
        node = todo.pop()
        if not isinstance(node, _SCOPES):
            todo += ast.iter_child_nodes(node)
        if isinstance(getattr(node, "ctx", None), ast.Store) or _is_changed(node):
            while isinstance(node, (ast.Subscript, ast.Attribute)):
                node = node.value
            found |= {node.id} if isinstance(node, ast.Name) else set()
    return found


def _is_changed(node):
    """Whether it is a method by which a list, set, dict or array is changed: ``table.append``."""
    return isinstance(node, ast.Attribute) and node.attr in _CHANGES


_CHANGES = {"append", "extend", "insert", "add", "update", "setdefault", "sort", "reverse", "fill"}
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def _from_outside(source):
    """The names that code uses and that are local to none of its functions."""
    try:
        todo, found = [symtable.symtable(source, "answer", "exec")], set()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set(re.findall(r"\w+", source))  # magics, or `await`: all its words
    while todo:
        scope = todo.pop()
        todo += scope.get_children()
        symbols = [symbol for symbol in scope.get_symbols() if symbol.is_referenced()]
        is_outermost = scope.get_type() == "module"
        found |= {symbol.get_name() for symbol in symbols if is_outermost or symbol.is_global()}
    return found


def _code(statements):
    try:
        return "\n".join(map(ast.unparse, statements))
    except RecursionError:
        return ""


def normalised(source):
    """An answer's bare code, without comments, docstrings and layout; its own names numbered."""
    source, _ = _read(source)  # what is not Python may take the tokenizer hours
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError, ValueError):
        return ""
    numbers, words, before = {}, [], tokenize.NEWLINE
    for token in tokens:
        starts = before in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.NL)
        if token.type == tokenize.NAME and not _is_known(token.string, words):
            words.append(f"v{numbers.setdefault(token.string, len(numbers) + 1)}")
        elif token.type in _SAID and not (token.type == tokenize.STRING and starts):
            words.append(token.string)
        before = token.type if token.type != tokenize.COMMENT else before
    return " ".join(words)


_SAID = {tokenize.NAME, tokenize.NUMBER, tokenize.STRING, tokenize.OP}


def _is_known(name, words):
    return keyword.iskeyword(name) or hasattr(builtins, name) or words[-1:] == ["."]
