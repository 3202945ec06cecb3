"""Your own progress: which exercises are done, which were tried, which comes next.

It is one small file in your own folder, written by ``check`` and read by ``progress``; nothing is
sent anywhere. The environment variable COURSEKIT_HOME puts it elsewhere.
"""

import html
import json
import os
import time
from dataclasses import dataclass
from pathlib import Path

from coursekit.lab.check.card import in_ci
from coursekit.lab.check.run import chapters

_COUNTS = ("earned", "total", "checks")
_SIGNS = {"done": "✔", "tried": "◐", "next": "➜", "open": "○"}


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
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps({"version": 1, "exercises": entries}, indent=1), encoding="utf-8")
    os.replace(fresh, path)


@dataclass
class Progress:
    """Progress as a table in a notebook and as text elsewhere."""

    entries: dict
    kept: bool = True

    def rows(self):
        """Map each chapter to its rows (exercise, state, points), in teaching order."""
        return {chapter: list(map(self._row, names)) for chapter, names in chapters().items()}

    def _row(self, name):
        entry = self.entries.get(name, {})
        state = entry.get("state", "open")
        points = f"{entry['earned']} of {entry['total']}" if "total" in entry else ""
        told = f"{_SIGNS[state]} {state}"
        return name, told + (f", {_SIGNS['next']} next" if name == self.following() else ""), points

    def following(self):
        """The first exercise that is not done; None when all are."""
        names = (name for chapter in chapters().values() for name in chapter)
        return next((name for name in names if not self._is_done(name)), None)

    def _is_done(self, name):
        return self.entries.get(name, {}).get("state") == "done"

    def __repr__(self):
        if not self.kept:
            return "progress: not kept where CI is set"
        if not chapters():
            return "progress: no exercises found, no folder tests/exercises here or above"
        return "\n".join(self._lines())

    def _lines(self):
        for chapter, names in chapters().items():
            done = [name for name in names if self._is_done(name)]
            tried = [name for name in names if name in self.entries and name not in done]
            yield f"{chapter}: {len(done)} of {len(names)} done" + (
                f"; tried: {', '.join(tried)}" if tried else ""
            )
        following = self.following()
        yield f"next: {following}" if following else "everything is done"

    def _repr_html_(self):
        if not self.kept:
            return f"<p>{self!r}</p>"
        body = "".join(_table_body(chapter, rows) for chapter, rows in self.rows().items())
        return (
            '<table style="text-align:left"><caption>Your progress</caption><thead><tr>'
            '<th scope="col">chapter</th><th scope="col">exercise</th>'
            '<th scope="col">state</th><th scope="col">points</th>'
            f"</tr></thead>{body}</table>"
        )


def _table_body(chapter, rows):
    head = f'<th scope="rowgroup" rowspan="{len(rows)}" style="vertical-align:top">{chapter}</th>'
    lines = [f"<tr>{'' if n else head}{_cells(row)}</tr>" for n, row in enumerate(rows)]
    return f"<tbody>{''.join(lines)}</tbody>"


def _cells(row):
    return "".join(f'<td style="text-align:left">{html.escape(cell)}</td>' for cell in row)
