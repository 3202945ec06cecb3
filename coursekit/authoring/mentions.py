"""Find and rewrite mentions of chapters by number or name.

A number counts as a chapter's only if the words around it say so: ``NN_name``, ``chapter NN``,
``chapters NN to NN``, ``NN §3``, ``# NN · Title``, ``coursekit demo NN``. Doubtful numbers are left
alone and noted, for the author to check.
"""

import re
from dataclasses import dataclass, field

_NUMBERS = r"\d\d(?:(?:,\s|\sand\s|\sor\s|\sto\s|,\sand\s|–|-)\d\d\b)*"
_PLACES = (
    r"\bTaught\s+in\s+\d\d(?:\s+§\d+(?:,|\sand)\s\d\d(?=\s+§))*",
    rf"\b(?:[Cc]hapter|[Ll]esson)s?\s+{_NUMBERS}\b",
    r"(?<![a-z])chapter_\d\d(?!\d)",
    r"(?<![\w.,])\d\d(?=\s+§)",
    r"^(?:# )?# \d\d(?= · )",
    r"^\| \d\d(?= \| \[)",
    r"\bcoursekit [a-z-]+ \d\d\b",
    r"\btwins of \d\d\b",
)
_PLACE = re.compile(rf"(?<!\d)(?P<slug>\d\d_[a-z]\w*)|{'|'.join(_PLACES)}", re.MULTILINE)
_NUMBER = re.compile(r"(?<![\d§])\d\d(?!\d)")
_SILENT = ".ipynb"  # nothing is noted for a notebook, since its source has the same text
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LOOSE = re.compile(r"0(?<![\w.,:§/+*-]0)\d(?![\w:§/%*-]|\.\d)")


@dataclass
class Mentions:
    """Changes of chapters: old slug -> new slug, or None if a chapter is removed."""

    slugs: dict[str, str | None]
    noted: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        both = [(int(old[:2]), new and int(new[:2])) for old, new in self.slugs.items()]
        self._numbers = {old: new for old, new in both if old != new}
        self._names = {
            old[3:]: new[3:] for old, new in self.slugs.items() if new and old[3:] != new[3:]
        }

    def rewrite(self, text: str, path: str) -> str:
        """Return the text after the change, and note what has to be checked."""

        def replace(found):
            if found["slug"]:
                return self._slug(found, path)
            numbers = {int(number) for number in _NUMBER.findall(found[0])} & {*self._numbers}
            line = _line_around(found)
            is_ours = found[0].startswith("Taught") or line.startswith("# Index: ")
            may_be_a_books = not is_ours and _YEAR.search(line)
            ambiguous = may_be_a_books and any(number > 9 for number in numbers)
            if ambiguous or any(self._numbers[number] is None for number in numbers):
                self._note(path, text, found.start())
                return found[0]
            return _NUMBER.sub(self._number, found[0])

        if self._numbers and not path.endswith(_SILENT):
            self._note_loose(text, path)
        text = _PLACE.sub(replace, text)
        return self._renamed(text, path) if self._names else text

    def moved(self, path: str) -> str:
        """Return the path of a file after the change."""
        return self.rewrite(path, _SILENT)

    def _slug(self, found, path):
        """Return the new slug of a chapter; other slugs, and removed chapters', stay unchanged."""
        parts = found["slug"].split("_")
        for count in range(len(parts), 1, -1):  # 06_regions_more is chapter 06's, too
            slug = "_".join(parts[:count])
            if slug in self.slugs:
                if self.slugs[slug] is None:
                    self._note(path, found.string, found.start())
                return (self.slugs[slug] or slug) + found["slug"].removeprefix(slug)
        return found["slug"]

    def _number(self, found):
        number = int(found[0])
        return f"{self._numbers.get(number, number):02}"

    def _note(self, path, text, position):
        if path.endswith(_SILENT):
            return
        number = text.count("\n", 0, position) + 1
        line = text.splitlines()[number - 1].strip()
        self.noted.append(f"{self.moved(path)}:{number}: {line[:120]}")

    def _note_loose(self, text, path):
        """Note numbers that look like chapters', without a word that says so."""
        known = [found.span() for found in _PLACE.finditer(text)]
        for found in _LOOSE.finditer(text):
            inside = any(start <= found.start() < end for start, end in known)
            if not inside and int(found[0]) in self._numbers:
                self._note(path, text, found.start())

    def _renamed(self, text, path):
        for old, new in self._names.items():
            text = re.sub(rf"\b(coursekit|tests|benchmarks)([./]){old}\b", rf"\1\2{new}", text)
            text = re.sub(rf'(["\']){old}(?=\.\w+["\']|": \[)', rf"\1{new}", text)
            for found in re.finditer(rf'["\'`]{old}["\'`]', text):
                self._note(path, text, found.start())
        return text


def _line_around(found):
    text, start = found.string, found.start()
    end = text.find("\n", found.end())
    return text[text.rfind("\n", 0, start) + 1 : end if end >= 0 else None]
