"""Update references to the sections of a lesson when it is renumbered.

Docstrings say ``Taught in 05 §8``, the prose of other lessons ``05 §8``, and that of the same
lesson ``§8``. A record next to the lessons says which title had which number; ``follow`` compares
it with the current headings, updates the references, and rewrites the record.
"""

import difflib
import json
import re
from collections.abc import Mapping
from pathlib import Path

from coursekit.authoring.plan import checkout
from coursekit.core import atomic

RECORD = "notebooks/src/sections.json"
_HEADING = re.compile(r"(?m)^# ## (\d+) · (.+?)\s*$")
_NUMBERS = r"§\d+(?:(?:,| and| or| to)\s+§\d+)*(?!\.?\d|–)"
_MENTION = re.compile(rf"(?<![\w.,§])(?P<chapter>\d\d)(?:,?\s+(?:# )?)(?P<there>{_NUMBERS})")
_ANY = re.compile(rf"{_MENTION.pattern}|(?P<here>{_NUMBERS})")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")  # a line with one cites a book, which has its own sections
_TEXTS = (
    "*.md",
    "docs/*.md",
    "coursekit/**/*.py",
    "benchmarks/*.py",
    "notebooks/src/*.py",
    "solutions/src/*.py",
)
_LEFT_ALONE = ("CHANGELOG.md", "README.md")  # describes the past; is written from the docstrings

Titles = dict[str, str]  # number of a section -> its title
Moves = dict[
    str, dict[str, str | None]
]  # "05" -> old number of a section -> new one, or None if removed


def titles(lesson: str) -> Titles:
    """Return the numbered sections of a lesson's text."""
    return dict(_HEADING.findall(lesson))


def record(lessons: Mapping[str, str]) -> str:
    """Return the record's text, given the text of each lesson by its file's stem."""
    every = {stem: titles(text) for stem, text in sorted(lessons.items())}
    return json.dumps(every, indent=1, ensure_ascii=False) + "\n"


def moves(before: Titles, after: Titles) -> dict[str, str | None]:
    """Map old numbers to new ones: by the same title, a similar one, or else the same number."""
    found, waiting = {}, {title: number for number, title in after.items()}
    for similarity in (1.0, 0.6):
        for number, title in before.items():
            near = difflib.get_close_matches(title, waiting, 1, similarity)
            if near and number not in found:
                found[number] = waiting.pop(near[0])
    left = {number: number if number in waiting.values() else None for number in before}
    return left | found


def moved(text: str, every: Moves, own: str | None = None) -> tuple[str, list[int]]:
    """Return a text with its references updated, and the lines that an author has to check.

    own : number of the lesson whose text it is; its own sections are named without it
    """
    doubtful = []

    def replace(found):
        parts = found.groupdict()
        chapter, mention = parts["chapter"] or own, parts["there"] or found[0]
        new = every.get(chapter, {})
        numbers = [number for number in re.findall(r"\d+", mention) if new.get(number, 0) != number]
        may_be_a_books = not parts["chapter"] and _YEAR.search(_line_around(found))
        if any(number in new and (may_be_a_books or not new[number]) for number in numbers):
            doubtful.append(text.count("\n", 0, found.start()) + 1)
            return found[0]
        renumbered = re.sub(r"\d+", lambda one: new.get(one[0], one[0]), mention)
        return found[0].removesuffix(mention) + renumbered

    return (_ANY if own else _MENTION).sub(replace, text), doubtful


def follow(root: Path | None = None) -> list[str]:
    """Update the references to renumbered sections; list changes, and what to check."""
    try:
        root = checkout(root)
    except ValueError:
        return []
    lessons = {path.stem: path.read_text("utf-8") for path in _lessons(root)}
    stored = root / RECORD
    before = json.loads(stored.read_text("utf-8")) if stored.exists() else {}
    every = {stem[:2]: moves(before.get(stem, {}), titles(text)) for stem, text in lessons.items()}
    report = [
        f"{chapter} §{old} -> §{new}" if new else f"{chapter} §{old} is gone"
        for chapter, changes in every.items()
        for old, new in changes.items()
        if old != new
    ]
    for path in _texts(root) if report else ():
        text = path.read_text("utf-8")
        new, doubtful = moved(text, every, path.stem[:2] if path.stem in lessons else None)
        report += [f"check {path.relative_to(root)}:{line}" for line in doubtful]
        if new != text:
            atomic.write_text(path, new)
    if not stored.exists() or stored.read_text("utf-8") != record(lessons):
        atomic.write_text(stored, record(lessons))
    return report


def _lessons(root):
    return sorted((root / "notebooks" / "src").glob("[0-9][0-9]_*.py"))


def _texts(root):
    """The files that may mention a section."""
    every = {path for pattern in _TEXTS for path in root.glob(pattern)}
    return sorted(path for path in every if path.name not in _LEFT_ALONE)


def _line_around(found):
    text, start = found.string, found.start()
    end = text.find("\n", found.end())
    return text[text.rfind("\n", 0, start) + 1 : end if end >= 0 else None]
