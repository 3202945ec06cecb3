"""Your own progress: which exercises are done, which were tried, which comes next.

It is one small file in your own folder, written by ``check`` and read by ``progress``; nothing is
sent anywhere. The environment variable COURSEKIT_HOME puts it elsewhere.
"""

import json
import os
import re
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from coursekit.core import atomic
from coursekit.lab.check import run
from coursekit.lab.check.card import in_ci

_COUNTS = ("earned", "total", "checks")
_SIGNS = {"done": "✔", "tried": "◐", "next": "➜", "open": "○"}
_HEADING = re.compile(r"^##\s+(.+?)\s*$", re.MULTILINE)


def progress():
    """Show your progress: for each chapter what is done, what was tried, what comes next."""
    return Progress({}, kept=False) if in_ci() else Progress(read())


def record(verdict):
    """Note the verdict of a check; what was done once stays done."""
    kept = read()
    entry = kept.setdefault(verdict.exercise, {"state": "tried", "earned": 0, "checks": 0})
    entry["checks"] += 1
    entry["total"] = verdict.total
    entry["earned"] = max(entry["earned"], verdict.earned)
    if verdict.passed and entry["state"] != "done":
        entry |= {"state": "done", "done_at": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
    _write(kept)


def read():
    """The notes on each exercise; a file that cannot be read is put aside, with a word on it."""
    path = file()
    try:
        return _exercises_in(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        aside = path.with_name(f"{path.stem}.damaged-{time.time_ns()}.json")
        os.replace(path, aside)
        print(
            f"Your progress could not be read ({error}). The file is kept as {aside}; "
            "progress starts anew. Run your checks again to fill it."
        )
        return {}


def file():
    """Where progress is kept."""
    home = os.environ.get("COURSEKIT_HOME")
    if not home:
        from platformdirs import user_data_dir

        home = user_data_dir("coursekit", appauthor=False)
    return Path(home) / "progress.json"


def _exercises_in(text):
    kept = json.loads(text)
    entries = kept.get("exercises") if isinstance(kept, dict) else None
    if not isinstance(entries, dict):
        raise ValueError("no exercises in it")
    for name, entry in entries.items():
        known = isinstance(entry, dict) and entry.get("state") in ("done", "tried")
        if not known or not all(isinstance(entry.get(key), int) for key in _COUNTS):
            raise ValueError(f"the entry of {name} makes no sense")
    return entries


def _write(entries):
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_text(path, json.dumps({"version": 1, "exercises": entries}, indent=1))


@dataclass
class Progress:
    """Progress as a table in a notebook and as text elsewhere."""

    entries: dict
    kept: bool = True
    course: dict = field(default_factory=run.chapters)

    def total(self):
        """Points and exercises done, of how many, as text."""
        worth = {name: most for names in self.course.values() for name, most in names.items()}
        earned = sum(min(self.earned(name), most) for name, most in worth.items())
        done = sum(map(self._is_done, worth))
        return f"{earned} of {sum(worth.values())} points, {done} of {len(worth)} exercises done"

    def following(self):
        """The first exercise that is not done; None when all are."""
        names = (name for chapter in self.course.values() for name in chapter)
        return next((name for name in names if not self._is_done(name)), None)

    def state(self, name):
        """What is told of an exercise: a sign and a word, and whether it comes next."""
        state = self.entries.get(name, {}).get("state", "open")
        next_one = f", {_SIGNS['next']} next" if name == self.following() else ""
        return f"{_SIGNS[state]} {state}{next_one}"

    def earned(self, name):
        """The most points that an exercise has had."""
        return self.entries.get(name, {}).get("earned", 0)

    def _is_done(self, name):
        return self.entries.get(name, {}).get("state") == "done"

    def __repr__(self):
        if not self.kept:
            return "progress: not kept where CI is set"
        if not self.course:
            return "progress: no exercises found, no folder tests/exercises here or above"
        return "\n".join(self._lines())

    def _lines(self):
        for chapter, names in self.course.items():
            done = [name for name in names if self._is_done(name)]
            tried = [name for name in names if name in self.entries and name not in done]
            yield f"{chapter}: {len(done)} of {len(names)} done" + (
                f"; tried: {', '.join(tried)}" if tried else ""
            )
        yield f"total: {self.total()}; the best result of each is kept"
        following = self.following()
        yield f"next: {following}" if following else "everything is done"

    def _repr_html_(self):
        if not (self.kept and self.course):
            return f"<p>{self!r}</p>"
        return _template().render(progress=self, headings=headings)


@cache
def _template():
    from jinja2 import Environment

    source = Path(__file__).with_suffix(".html").read_text(encoding="utf-8")
    return Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(source)


def headings(chapter):
    """Map each exercise of a chapter to its heading in the notebook, where there is one."""
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
