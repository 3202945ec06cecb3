"""The chapters of the course, in teaching order, as ``chapters.toml`` lists them."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Chapter:
    """A chapter: ``name`` in Python, ``slug`` in file names, ``title`` for its readers."""

    number: int
    name: str
    title: str
    learn: str
    minutes: int

    @property
    def slug(self) -> str:
        """The name with its number: ``02_gray_transforms``."""
        return f"{self.number:02}_{self.name}"


def listed(text: str) -> tuple[Chapter, ...]:
    """Return the chapters listed in a text in TOML; the first one is number 1."""
    entries = tomllib.loads(text)["chapter"]
    return tuple(Chapter(number, **entry) for number, entry in enumerate(entries, start=1))


CHAPTERS = listed(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def find(wanted: str | int, among: tuple[Chapter, ...] | None = None) -> Chapter:
    """Return the chapter with a number, a name or a slug: ``2``, ``02``, ``gray_transforms`` …

    Raises
    ------
    ValueError : there is no such chapter.
    """
    among = CHAPTERS if among is None else among
    for chapter in among:
        if str(wanted).zfill(2) in (f"{chapter.number:02}", chapter.name, chapter.slug):
            return chapter
    there = ", ".join(chapter.slug for chapter in among)
    raise ValueError(f"expected a chapter of the course, got {wanted!r}; there are: {there}")
