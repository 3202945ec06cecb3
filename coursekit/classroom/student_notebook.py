"""Make a student notebook from a solution notebook.

In an answer cell, the lines between ``### BEGIN SOLUTION`` and ``### END SOLUTION`` are replaced by
``raise NotImplementedError`` with the same indentation, as in nbgrader. Outputs are removed; text,
ids and metadata stay.
"""

import ast
import re
from pathlib import Path

import nbformat

from coursekit.classroom import nbgrader
from coursekit.classroom.answers import exercise_of

STUB = "raise NotImplementedError"
_BEGIN = re.compile(r"^(\s*)### BEGIN SOLUTION\s*$")
_END = re.compile(r"^\s*### END SOLUTION\s*$")
_LINK_OUT = re.compile(r"\[([^\]]*)\]\(\.\./[^)]*\)")
_TO_SOLUTIONS = re.compile(
    r"(?:[^.?!\n]*\?\s*)?[^.?!\n\[]*\[[^\]]*\]\(\.\./solutions/[^)]*\)[^.?!\n]*[.?!]?"
)
_MARKER = re.compile(r"#+\s*(BEGIN|END)\s+SOLUTION", re.IGNORECASE)


class ReleaseError(ValueError):
    """A solution notebook that cannot be released, or exercises that are out of date."""


def student_text(path):
    """The text of the student notebook that a solution notebook generates."""
    return stubbed(nbformat.read(path, as_version=4), path)


def stubbed(notebook, path):
    """The text of the student notebook for a solution notebook that was read from path."""
    seen = set()
    for cell in notebook.cells:
        _clear(cell, path, seen)
    if not seen:
        raise ReleaseError(f"{path.name}: there is no answer cell, so there is nothing to release.")
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def without_ways_out(markdown):
    """A text without links to files that students do not get, as in a handout."""
    return _LINK_OUT.sub(r"\1", _TO_SOLUTIONS.sub("", markdown))


def _clear(cell, path, seen):
    exercise = exercise_of(cell)
    if nbgrader.about(cell):
        _clear_nbgrader(cell, path, seen)
    elif exercise:
        if exercise in seen:
            raise ReleaseError(f"{path.name}: two answer cells for the exercise {exercise!r}.")
        seen.add(exercise)
        cell.source = _student_answer(cell.source, exercise, path.name)
    elif _MARKER.search(cell.source):
        raise ReleaseError(
            f"{path.name}: a solution marker outside an answer cell (cell {cell.get('id')!r})."
        )
    if cell.cell_type == "code":
        cell.outputs, cell.execution_count = [], None


def _clear_nbgrader(cell, path, seen):
    if nbgrader.is_answer(cell):
        seen.add(nbgrader.about(cell).get("grade_id"))
    try:
        nbgrader.clear(cell)
    except ValueError as error:
        raise ReleaseError(f"{path.name}, cell {cell.get('id')!r}: {error}") from None


def _student_answer(source, exercise, file):
    where = f"{file}, answer to {exercise!r}"
    stubbed = stub(source, where)
    if STUB not in stubbed:
        raise ReleaseError(f"{where}: no region between ### BEGIN SOLUTION and ### END SOLUTION.")
    try:
        names = [node.name for node in ast.parse(stubbed).body if hasattr(node, "name")]
    except SyntaxError as error:
        raise ReleaseError(f"{where}: with the stub it is not valid Python: {error}.") from None
    if exercise not in names:
        raise ReleaseError(f"{where}: the cell does not define {exercise}.")
    return stubbed


def stub(source, where="cell"):
    """Replace each solution region by ``raise NotImplementedError``."""
    lines, opened = [], 0
    for number, line in enumerate(source.splitlines(), start=1):
        begin, end = _BEGIN.match(line), _END.match(line)
        if begin and opened:
            raise ReleaseError(
                f"{where}: line {number} begins a region inside the one from line {opened}."
            )
        if end and not opened:
            raise ReleaseError(f"{where}: line {number} ends a region that has no beginning.")
        if not (begin or end) and _MARKER.search(line):
            raise ReleaseError(f"{where}: line {number} is not a valid marker: it must consist of "
                               "`### BEGIN SOLUTION` or `### END SOLUTION`.")  # fmt: skip
        if begin:
            opened = number
            lines.append(begin[1] + STUB)
        elif end:
            opened = 0
        elif not opened:
            lines.append(line)
    if opened:
        raise ReleaseError(f"{where}: the region that begins in line {opened} has no end.")
    return "\n".join(lines)


def solutions(root, name=None):
    """The solved notebooks of a course: all, one by its name, or your own by its path."""
    if str(name).endswith(".ipynb") and Path(name).is_file():
        return [Path(name)]
    every = sorted((root / "solutions").glob("[0-9][0-9]_*.ipynb"))
    if name is None:
        return every
    found = [path for path in every if str(name) in (path.stem, *path.stem.split("_", 1))]
    if not found:
        known = ", ".join(path.stem for path in every) or "none"
        raise ReleaseError(f"no solution notebook for {name!r}; there are: {known}")
    return found
