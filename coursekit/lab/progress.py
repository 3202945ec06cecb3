"""Your own progress: which exercises are done, which were tried, which comes next."""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from coursekit.lab.check import run
from coursekit.lab.environment import in_ci
from coursekit.lab.progress_file import read

_SIGNS = {"done": "✔", "tried": "◐", "next": "➜", "open": "○"}
_HEADING = re.compile(r"^##\s+(.+?)\s*$", re.MULTILINE)


def progress() -> "Progress":
    """Show your progress: what is done in each chapter, what you tried, and what comes next."""
    return Progress({}, kept=False) if in_ci() else Progress(read())


@dataclass
class Progress:
    """Progress as a table in a notebook and as text elsewhere."""

    entries: dict[str, dict[str, Any]]
    kept: bool = True
    course: dict[str, dict[str, int]] = field(default_factory=run.chapters)

    def total(self) -> str:
        """Points earned and exercises done, each out of how many, as text."""
        worth = {name: most for names in self.course.values() for name, most in names.items()}
        earned = sum(min(self.earned(name), most) for name, most in worth.items())
        done = sum(map(self._is_done, worth))
        return f"{earned} of {sum(worth.values())} points, {done} of {len(worth)} exercises done"

    def following(self) -> str | None:
        """The first exercise that is not done; None when all are."""
        names = (name for chapter in self.course.values() for name in chapter)
        return next((name for name in names if not self._is_done(name)), None)

    def state(self, name: str) -> str:
        """The state of an exercise: a sign and a word, and whether it comes next."""
        state = self.entries.get(name, {}).get("state", "open")
        next_one = f", {_SIGNS['next']} next" if name == self.following() else ""
        return f"{_SIGNS[state]} {state}{next_one}"

    def earned(self, name: str) -> int:
        """The most points ever earned in an exercise."""
        return self.entries.get(name, {}).get("earned", 0)

    def _is_done(self, name):
        return self.entries.get(name, {}).get("state") == "done"

    def __repr__(self) -> str:
        if not self.kept:
            return "progress: not saved while CI is set"
        if not self.course:
            return "progress: no exercises found; try `coursekit doctor`"
        return "\n".join(self._lines())

    def _lines(self):
        for chapter, names in self.course.items():
            done = [name for name in names if self._is_done(name)]
            tried = [name for name in names if name in self.entries and name not in done]
            yield f"{chapter}: {len(done)} of {len(names)} done" + (
                f"; tried: {', '.join(tried)}" if tried else ""
            )
        yield f"total: {self.total()}; your best result in each exercise counts"
        following = self.following()
        yield f"next: {following}" if following else "all exercises are done"

    def _repr_html_(self) -> str:
        if not (self.kept and self.course):
            return f"<p>{self!r}</p>"
        return _template().render(progress=self, headings=headings)


@cache
def _template():
    from jinja2 import Environment

    source = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source)


def headings(chapter: str) -> dict[str, str]:
    """Map each exercise of a chapter to its heading in the notebook, if it has one."""
    for folder in run.test_folders():
        path = folder.parents[1] / "exercises" / f"{chapter}.ipynb"
        if path.is_file():
            try:
                return _headings_in(json.loads(path.read_text(encoding="utf-8"))["cells"])
            except (OSError, ValueError, KeyError, TypeError, AttributeError):
                return {}
    return {}


def _headings_in(cells):
    heading, found = "", {}
    for cell in cells:
        if cell["cell_type"] == "markdown":
            heading = next(iter(_HEADING.findall("".join(cell["source"]))), heading)
        elif name := cell["metadata"].get("exercise"):
            found[name] = heading
    return found
