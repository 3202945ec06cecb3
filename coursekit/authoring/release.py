"""The students' notebooks in ``exercises/``, written from the solutions."""

from pathlib import Path

from coursekit import course
from coursekit.classroom.student_notebook import ReleaseError, solutions, student_text
from coursekit.core import atomic


def release(name=None, out=None, check=False, root=None):
    """Write the student notebooks, or check that they agree with the solutions.

    Parameters
    ----------
    name : ``02`` or ``02_gray_transforms``; None means every chapter
    out : folder to write to; by default the course's ``exercises``
    check : compare only; nothing is written
    root : the course's folder; by default the one that contains the current folder, or else the
        shipped one

    Returns
    -------
    The student notebooks written (or found to agree), as a list of paths.

    Raises
    ------
    ReleaseError : no such solution, markers that do not pair, or, under ``check``, files that
        differ; all files are told at once.
    """
    root = Path(root) if root else course.folder()
    folder = Path(out) if out else _own_exercises(root, check)
    texts = {folder / path.name: student_text(path) for path in solutions(root, name)}
    if check:
        _refuse_stale(texts, folder if name is None else None)
        return list(texts)
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        if _read(path) != text:
            atomic.write_text(path, text)
    return list(texts)


def _own_exercises(root, check):
    if root == course.shipped() and not (check or course.is_checkout()):
        raise ReleaseError("the installed course cannot be changed: give a folder with --out.")
    return root / "exercises"


def _refuse_stale(texts, folder):
    found = [f"{path}: differs from what {path.stem} in solutions/ generates"
             for path, text in texts.items() if _read(path) != text]  # fmt: skip
    orphans = set(folder.glob("*.ipynb")) - set(texts) if folder else ()
    found += [f"{path}: has no solution" for path in sorted(orphans)]
    if found:
        raise ReleaseError("\n".join([*found, "Run `coursekit release` and commit the result."]))


def _read(path):
    return path.read_text("utf-8") if path.exists() else None
