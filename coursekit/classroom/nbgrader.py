"""Notebooks written for nbgrader: solution regions, hidden tests, points, locked cells.

Cells are treated as by nbgrader's own ``generate_assignment``: solutions are replaced by a stub,
hidden tests and mark schemes are removed, tests and locked cells can no longer be edited or
deleted.
"""

import re

CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"
_SOLUTION, _HIDDEN, _SCHEME = "SOLUTION", "HIDDEN TESTS", "MARK SCHEME"


def about(cell):
    """nbgrader's metadata of a cell; empty if there are none."""
    found = cell.metadata.get("nbgrader", {})
    return found if isinstance(found, dict) else {}


def is_answer(cell):
    """Whether students write their own code or text in this cell."""
    return bool(about(cell).get("solution"))


def is_test(cell):
    """Whether this cell holds assertions that nbgrader would run and grade."""
    told = about(cell)
    return cell.cell_type == "code" and bool(told.get("grade")) and not told.get("solution")


def points(notebook):
    """Map the grade ids of a notebook to their points."""
    cells = [about(cell) for cell in notebook.cells]
    return {one["grade_id"]: one.get("points", 0) for one in cells if one.get("grade")}


def clear(cell):
    """Turn a cell with nbgrader's metadata into the student's version."""
    told = about(cell)
    cell.source = _without(_HIDDEN, _without(_SCHEME, cell.source))
    if told.get("solution"):
        stub = CODE_STUB if cell.cell_type == "code" else TEXT_STUB
        given = _without(_SOLUTION, cell.source, stub)
        cell.source = stub if given == cell.source else given
    is_test = told.get("grade") and not told.get("solution")
    if told.get("locked") or is_test:
        cell.metadata["editable"] = False
    if told.get("locked") or told.get("grade") or told.get("solution"):
        cell.metadata["deletable"] = False


def _without(region, source, stub=None):
    """Remove the regions of one kind, with their marker lines, or replace them by a stub."""
    begin, end = (re.compile(rf"(\s*).*\b{word} {region}\b") for word in ("BEGIN", "END"))
    kept, inside = [], False
    for number, line in enumerate(source.splitlines(), start=1):
        opens, closes = begin.match(line), end.match(line)
        if (opens and inside) or (closes and not inside):
            raise ValueError(f"line {number}: {line.strip()!r} has no counterpart.")
        if opens and stub:
            kept += [opens[1] + part for part in stub.splitlines()]
        inside = bool(opens) or (inside and not closes)
        if not (inside or closes):
            kept.append(line)
    if inside:
        raise ValueError(f"a region {region} has no end.")
    return "\n".join(kept)
