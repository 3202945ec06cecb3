"""Find the submissions: one notebook for each student, in a folder or a zip, named by student.

Nothing is unpacked and no link is followed. File names by Canvas and Moodle are understood.
"""

import csv
import io
import itertools
import os
import re
import stat
import unicodedata
import zipfile
from collections import Counter
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
_DEEP, _CLOSED = "folders nested too deep", "a folder that cannot be opened"
_LONGEST_NAME = 200  # characters
_DEEPEST = 20  # nested folders


@dataclass(frozen=True)
class Submission:
    """One student's notebook, where it is: a file, or a member of a zip."""

    student: str
    path: Path
    member: str = ""
    submitted_at: str | None = None
    remarks: tuple[str, ...] = ()
    problem: str = ""  # why there is no notebook to read

    def read(self):
        """The notebook's bytes; never more than one beyond the largest that is accepted."""
        if self.problem:
            return b""
        if not self.member:
            try:
                with open(self.path, "rb", opener=_opened) as stream:
                    return stream.read(LARGEST + 1)
            except OSError as error:
                message = f"{_clean(self.path.name)} cannot be read: {error.strerror}."
                raise Unreadable(message) from None
        try:
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as stream:
                return stream.read(LARGEST + 1)
        except Exception as error:  # noqa: BLE001  each compression fails in its own way
            name = _clean(PurePosixPath(self.member).name)
            message = f"{name} cannot be extracted from the zip: {error!s:.200}."
            raise Unreadable(message) from None


def _opened(path, flags):
    """Open what was a plain file when it was found, and may have become a link or a pipe since."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


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


def find(place, assignment="", leave_out=(), skipped=list, numbered=list):
    """Find each student's submission, sorted by student.

    Parameters
    ----------
    place : folder or zip: ``ada.ipynb``, ``ada/anything.ipynb``, or named by Canvas or Moodle
    assignment : if a student has several notebooks, the one of this name is taken, or else the
        newest
    leave_out : folders that hold no submissions, such as that of the results
    skipped : called with the names of the files that belong to no submission
    numbered : called with the students who had to be told apart by a number

    Raises
    ------
    ValueError : the place does not exist or is empty, or a zip has links, leads out of itself, or
        is absurdly big.
    """
    place = Path(place)
    if not place.exists():
        raise ValueError(f"{place} does not exist: a folder or a zip of submissions is needed.")
    files = list(_in_folder(place, leave_out)) if place.is_dir() else _in_zip(place)
    times = _handed_in(place) if place.is_dir() else {}
    owners, nobodys = _owners(files, assignment)
    if not owners:
        raise ValueError(f"{place} holds no submission: NAME.ipynb or NAME/*.ipynb are needed.")
    skipped(_clean(file.parts[-1]) for file in nobodys if file.parts[-1] not in _OURS)
    students = _told_apart(owners, assignment)
    numbered(student for student, (_, remarks) in students.items() if remarks)
    return [
        _submission(student, *students[student], assignment, times) for student in sorted(students)
    ]


def _in_folder(folder, leave_out):
    leave_out = {os.path.realpath(path) for path in leave_out}
    for path in sorted(folder.iterdir()):
        if not _LEFT_OUT.match(path.name) and os.path.realpath(path) not in leave_out:
            yield from _files_at(path, folder)


def _files_at(path, folder):
    parts = path.relative_to(folder).parts
    try:
        about = path.lstat()
    except OSError:  # taken away a moment ago
        return
    if not stat.S_ISDIR(about.st_mode):
        is_link = path.is_symlink() and path.is_dir()
        parts = (*parts, _LINK) if is_link else parts
        yield _File(parts, path, "", about.st_mtime, stat.S_ISREG(about.st_mode))
        return
    inside = _inside(path) if len(parts) < _DEEPEST else _DEEP
    if isinstance(inside, str):
        yield _File((*parts, inside), path, "", about.st_mtime, is_plain=False)
        return
    for inner in inside:
        yield from _files_at(inner, folder)


def _inside(folder):
    """The paths in a folder, or a description of it if there are none."""
    try:
        inside = [path for path in sorted(folder.iterdir()) if not _LEFT_OUT.match(path.name)]
    except OSError:
        return _CLOSED
    return inside or _EMPTY


def _in_zip(path):
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except Exception as error:  # noqa: BLE001  each damage shows in its own way
        raise ValueError(f"{path} is neither a folder nor a readable zip: {error}") from None
    _refuse_absurd(path, members)
    latest = {member.filename: member for member in members}  # the one that is read by that name
    files = [_member(path, member) for member in latest.values() if _is_file(member)]
    files = [file for file in files if file.parts and not any(map(_LEFT_OUT.match, file.parts))]
    return _unwrapped(files)


def _is_file(member):
    return not member.filename.endswith("/")


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
    try:
        modified = datetime(*member.date_time[:5]).timestamp()
    except ValueError:  # the 31st of February, or month 0
        modified = 0.0
    return _File(parts, path, member.filename, modified, not member.flag_bits & 1)


def _unwrapped(files):
    """Drop the top folder of a zip that was made from a folder."""
    tops = {file.parts[0] for file in files}
    notebooks = sum(file.is_notebook for file in files)
    if len(tops) > 1 or notebooks < 2 or any(len(file.parts) == 1 for file in files):
        return files
    return [_File(f.parts[1:], f.path, f.member, f.modified, f.is_plain) for f in files]


def _owners(files, assignment):
    """The files by (name, number) of their student, and those that belong to nobody."""
    owners, nobodys = {}, []
    for file in files:
        owner = _name_and_number(file, assignment)
        (owners.setdefault(owner, []) if owner else nobodys).append(file)
    return owners, nobodys


def _name_and_number(file, assignment):
    """The student of a file, by its name; names that differ by more than Unicode form differ."""
    top = _composed(file.parts[0])
    named = _MOODLE.fullmatch(top) or _CANVAS.fullmatch(top)
    if named:
        return named["name"], named["id"]
    if len(file.parts) == 1 and not file.is_notebook:
        return None
    return (top[: -len(".ipynb")] if len(file.parts) == 1 else top), ""


def _told_apart(owners, assignment):
    """The students by name, each with files and remarks; names that look alike get a number."""
    names = {owner: _clean(_without(assignment, owner[0])) for owner in owners}
    shared = Counter(names[owner] for owner in owners if owner[1])
    students = {}
    for owner in sorted(owners, key=lambda one: (bool(one[1]), names[one] != one[0], one)):
        name, number = names[owner], owner[1]
        plain = f"{name}_{number}" if number and (shared[name] > 1 or name in students) else name
        student = next(one for one in _numbered(plain) if one not in students)
        told = f"Handed in as {_clean(owners[owner][0].parts[0])!r}; another student is {plain!r}."
        students[student] = owners[owner], () if student == plain else (told,)
    return students


def _numbered(name):
    return itertools.chain([name], (f"{name} ({number})" for number in itertools.count(2)))


def _without(assignment, name):
    """A file's name without the assignment's, which many programs and students append."""
    rest = name.removesuffix(assignment)
    bare = rest.rstrip(" _-")
    return bare if bare and bare != rest != name else name


def _clean(name):
    """A student's name as it can be printed and stored."""
    name = _composed(name)[:_LONGEST_NAME]
    name = "".join(c if c.isprintable() and c not in "/\\:" else "_" for c in name).strip(". ")
    return name or "_"


def _composed(name):
    return unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())


def _handed_in(folder):
    """When each student handed in, according to the teacher's ``submitted.csv``."""
    table = folder / "submitted.csv"
    if not table.is_file():
        return {}
    try:
        rows = csv.reader(io.StringIO(table.read_text("utf-8-sig"), newline=""))
        told = [[part.strip() for part in row] for row in rows if row]
        first = 0 if told and _is_time(*told[0][1:2]) else 1  # a line of titles
        return {_composed(row[0]): _time(row[1]) for row in told[first:]}
    except (IndexError, ValueError, OverflowError, csv.Error) as error:
        raise ValueError(f"{table}: expected lines `student,2026-05-01T12:00`; {error}") from None


def _is_time(text=""):
    try:
        return bool(_time(text))
    except (ValueError, OverflowError):
        return False


def _time(text):
    return _moment(datetime.fromisoformat(text))


def _moment(when):
    return when.astimezone(UTC).isoformat(timespec="seconds")


def _submission(student, files, remarks, assignment, times):
    notebooks = [file for file in files if file.is_notebook]
    plain = [file for file in notebooks if file.is_plain]
    chosen = max(plain, key=lambda file: _preference(file, assignment), default=None)
    if chosen is None:
        problem = _no_notebook(files, notebooks)
        return Submission(student, files[0].path, remarks=remarks, problem=problem)
    others = sorted(_clean(file.parts[-1]) for file in notebooks if file is not chosen)
    if others:
        told = f"Graded: {_clean(chosen.parts[-1])}. Not graded: {', '.join(others)}."
        remarks = (*remarks, told)
    when = times.get(student) or _time_of(chosen)
    if when is None:
        remarks = (*remarks, "The file has no possible time, so it does not count as late.")
    return Submission(student, chosen.path, chosen.member, when, remarks)


def _time_of(file):
    try:
        return _moment(datetime.fromtimestamp(file.modified, UTC))
    except (ValueError, OverflowError, OSError):  # beyond the year 9999
        return None


def _preference(file, assignment):
    name = file.parts[-1]
    return name == f"{assignment}.ipynb", assignment in name, file.modified


def _no_notebook(files, notebooks):
    if notebooks:
        return f"{_clean(notebooks[0].parts[-1])} is a link or encrypted, not a plain file."
    return f"No notebook was handed in, only {', '.join(_clean(f.parts[-1]) for f in files[:5])}."
