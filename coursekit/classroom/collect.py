"""Find what was handed in: a notebook a student, in a folder or a zip, named by student.

Nothing is unpacked and no link is followed. Names by Canvas and Moodle are understood.
"""

import csv
import re
import stat
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from coursekit.classroom.submission import LARGEST, Unreadable

_MOST_FILES = 20_000
_LARGEST_ZIP = 4 * 2**30  # bytes, unpacked
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)(?:_.*)?")
_CANVAS = re.compile(r"(?P<name>[^_]+)(?:_LATE)?_(?P<id>\d+)_\d+_.+")
_LEFT_OUT = re.compile(r"\.|__MACOSX$|__pycache__$")
_OURS = ("submitted.csv",)
_EMPTY, _LINK = "an empty folder", "a link to a folder"


@dataclass(frozen=True)
class Submission:
    """One student's notebook, where it lies: a file, or a member of a zip."""

    student: str
    path: Path
    member: str = ""
    submitted_at: str | None = None
    remarks: tuple[str, ...] = ()
    fault: str = ""  # why there is no notebook to read

    def read(self):
        """The notebook's bytes; never more than one beyond the largest that is accepted."""
        if self.fault:
            return b""
        if not self.member:
            with self.path.open("rb") as stream:
                return stream.read(LARGEST + 1)
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as stream:
                return stream.read(LARGEST + 1)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise Unreadable(f"{self.member} cannot be taken out of the zip: {error}.") from None


@dataclass(frozen=True)
class _File:
    parts: tuple[str, ...]
    path: Path
    member: str
    modified: float
    is_plain: bool

    @property
    def is_notebook(self):
        return self.parts[-1].lower().endswith(".ipynb")


def find(place, assignment="", leave_out=(), passed_over=list):
    """Find each student's submission, by name of student.

    Parameters
    ----------
    place : folder or zip: ``ada.ipynb``, ``ada/anything.ipynb``, or named by Canvas or Moodle
    assignment : of several notebooks of a student the one of this name is taken, else the newest
    leave_out : folders that hold no submissions, such as that of the results
    passed_over : is given the names of the files that are nobody's submission

    Raises
    ------
    ValueError : no such place, nothing in it, or a zip with links, with ways out, or absurdly big.
    """
    place = Path(place)
    if not place.exists():
        raise ValueError(f"no submissions at {place}: a folder or a zip is needed.")
    files = list(_in_folder(place, leave_out)) if place.is_dir() else _in_zip(place)
    times = _handed_in(place) if place.is_dir() else {}
    owners, nobodys = {}, []
    for file, owner in zip(files, _owners(files, assignment), strict=True):
        (owners.setdefault(owner, []) if owner else nobodys).append(file)
    if not owners:
        raise ValueError(f"{place} holds no submission: NAME.ipynb or NAME/*.ipynb are needed.")
    passed_over(_clean(file.parts[-1]) for file in nobodys if file.parts[-1] not in _OURS)
    return [_submission(owner, owners[owner], assignment, times) for owner in sorted(owners)]


def _in_folder(folder, leave_out):
    leave_out = {Path(path).resolve() for path in leave_out}
    for path in sorted(folder.iterdir()):
        if not _LEFT_OUT.match(path.name) and path.resolve() not in leave_out:
            yield from _files_at(path, folder)


def _files_at(path, folder):
    about = path.lstat()
    parts = path.relative_to(folder).parts
    if path.is_symlink() and path.is_dir():
        yield _File((*parts, _LINK), path, "", about.st_mtime, is_plain=False)
        return
    if not stat.S_ISDIR(about.st_mode):
        yield _File(parts, path, "", about.st_mtime, stat.S_ISREG(about.st_mode))
        return
    inside = [inner for inner in sorted(path.iterdir()) if not _LEFT_OUT.match(inner.name)]
    for inner in inside:
        yield from _files_at(inner, folder)
    if not inside:
        yield _File((*parts, _EMPTY), path, "", about.st_mtime, is_plain=False)


def _in_zip(path):
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise ValueError(f"{path} is no folder, and no zip that can be read: {error}") from None
    _refuse_absurd(path, members)
    files = [_member(path, member) for member in members if not member.is_dir()]
    files = [file for file in files if not any(map(_LEFT_OUT.match, file.parts))]
    return _unwrapped(files)


def _refuse_absurd(path, members):
    size = sum(member.file_size for member in members)
    if len(members) > _MOST_FILES or size > _LARGEST_ZIP:
        raise ValueError(f"{path} is refused: {len(members)} files of {size / 2**30:.1f} GiB.")
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or re.match(r"[A-Za-z]:", member.filename):
            raise ValueError(f"{path} is refused: {member.filename!r} leads out of it.")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise ValueError(f"{path} is refused: {member.filename!r} is a link.")


def _member(path, member):
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    modified = datetime(*member.date_time[:5]).timestamp() if member.date_time[1] else 0.0
    return _File(parts, path, member.filename, modified, not member.flag_bits & 1)


def _unwrapped(files):
    """Leave out the one folder that a zip made of a folder begins with."""
    tops = {file.parts[0] for file in files}
    notebooks = sum(file.is_notebook for file in files)
    if len(tops) > 1 or notebooks < 2 or any(len(file.parts) == 1 for file in files):
        return files
    return [_File(f.parts[1:], f.path, f.member, f.modified, f.is_plain) for f in files]


def _owners(files, assignment):
    """The student whom each file belongs to; None where it is nobody's."""
    found = [_name_and_number(file, assignment) for file in files]
    numbers = {}
    for name, number in filter(None, found):
        numbers.setdefault(name, set()).add(number)
    return [pair and (pair[0] if len(numbers[pair[0]]) == 1 else "_".join(pair)) for pair in found]


def _name_and_number(file, assignment):
    top = file.parts[0]
    named = _MOODLE.fullmatch(top) or _CANVAS.fullmatch(top)
    if named:
        return _clean(named["name"]), named["id"]
    if len(file.parts) == 1 and not file.is_notebook:
        return None
    name = top[: -len(".ipynb")] if len(file.parts) == 1 else top
    return _clean(_without(assignment, name)), ""


def _without(assignment, name):
    """A file's name without the assignment's, which many programs and students add to their own."""
    found = assignment and re.fullmatch(rf"(.+?)[ _-]+{re.escape(assignment)}", name)
    return found[1] if found else name


def _clean(name):
    """A student's name as it can be printed and stored."""
    name = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    name = "".join(c if c.isprintable() and c not in "/\\:" else "_" for c in name).strip(". ")
    return name or "_"


def _handed_in(folder):
    """When each student handed in, where the teacher says so in ``submitted.csv``."""
    table = folder / "submitted.csv"
    if not table.is_file():
        return {}
    rows = list(csv.reader(table.read_text("utf-8-sig").splitlines()))
    try:
        return {row[0]: _moment(datetime.fromisoformat(row[1])) for row in rows[1:] if row}
    except (IndexError, ValueError) as error:
        raise ValueError(f"{table}: expected lines `student,2026-05-01T12:00`; {error}") from None


def _moment(when):
    return when.astimezone(UTC).isoformat(timespec="seconds")


def _submission(student, files, assignment, times):
    notebooks = [file for file in files if file.is_notebook]
    plain = [file for file in notebooks if file.is_plain]
    chosen = max(plain, key=lambda file: _preference(file, assignment), default=None)
    if chosen is None:
        return Submission(student, files[0].path, fault=_no_notebook(files, notebooks))
    when = times.get(student) or _moment(datetime.fromtimestamp(chosen.modified, UTC))
    others = sorted(_clean(file.parts[-1]) for file in notebooks if file is not chosen)
    told = f"Graded: {_clean(chosen.parts[-1])}. Left aside: {', '.join(others)}."
    return Submission(student, chosen.path, chosen.member, when, (told,) if others else ())


def _preference(file, assignment):
    name = file.parts[-1]
    return name == f"{assignment}.ipynb", assignment in name, file.modified


def _no_notebook(files, notebooks):
    if notebooks:
        return f"{_clean(notebooks[0].parts[-1])} is a link or locked, not a plain file."
    return f"No notebook was handed in, but {', '.join(_clean(f.parts[-1]) for f in files[:5])}."
