"""The answer cells of a notebook, and the functions that they define.

An answer cell has the metadata ``exercise`` or the id ``answer-<exercise>``, or it is one of
nbgrader's answer cells, whose ``grade_id`` is then the exercise.
"""

import ast


def exercise_of(cell):
    """The exercise that a cell answers; None if it is not an answer cell."""
    if cell.cell_type != "code":
        return None
    identity = cell.get("id", "")
    named = identity.removeprefix("answer-") if identity.startswith("answer-") else None
    return cell.metadata.get("exercise") or named or _named_by_nbgrader(cell)


def _named_by_nbgrader(cell):
    about = cell.metadata.get("nbgrader")
    is_answer = isinstance(about, dict) and about.get("solution")
    return about.get("grade_id") if is_answer else None


def definitions(notebook, name="notebook"):
    """Run the definitions of a notebook and return its namespace.

    Answer cells run completely; of other cells, only imports, functions, classes and CONSTANTS.
    """
    namespace = {"__name__": name}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            place = f"<{name}: {cell.get('id', 'cell')}>"
            exec(compile(_tree(cell, place), place, "exec"), namespace)
    return namespace


def _tree(cell, place):
    if exercise_of(cell):
        return ast.parse(cell.source, place)
    tree = ast.parse(_without_magics(cell.source), place)
    tree.body = [statement for statement in tree.body if defines(statement)]
    return tree


def _without_magics(source):
    if source.startswith("%%"):
        return ""
    lines = source.splitlines()
    return "\n".join("pass" if line.lstrip()[:1] in ("%", "!") else line for line in lines)


def defines(statement):
    """Whether a statement is an import, a function, a class or a CONSTANT."""
    if isinstance(statement, (ast.Assign, ast.AnnAssign)):
        targets = getattr(statement, "targets", None) or [statement.target]
        return all(isinstance(t, ast.Name) and t.id.isupper() for t in targets)
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return isinstance(statement, kinds)
