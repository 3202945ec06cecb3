"""The file of your own progress, written by ``check`` and read by ``progress``.

It is one small file in your own data folder; nothing is sent anywhere. The environment variable
COURSEKIT_HOME gives another folder.
"""

import json
import os
import time
from pathlib import Path

from coursekit.core import atomic

_COUNTS = ("earned", "total", "checks")


def record(verdict):
    """Record the verdict of a check; an exercise that is done stays done."""
    kept = read()
    entry = kept.setdefault(verdict.exercise, {"state": "tried", "earned": 0, "checks": 0})
    entry["checks"] += 1
    entry["total"] = verdict.total
    entry["earned"] = max(entry["earned"], verdict.earned)
    if verdict.passed and entry["state"] != "done":
        entry |= {"state": "done", "done_at": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
    _write(kept)


def read():
    """The records of all exercises; a file that cannot be read is renamed, with a message."""
    path = file()
    try:
        return _exercises_in(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        aside = path.with_name(f"{path.stem}.damaged-{time.time_ns()}.json")
        os.replace(path, aside)
        print(
            f"Your progress could not be read ({error}). The file was renamed to {aside}, and "
            "progress starts again from zero. Run your checks again to restore it."
        )
        return {}


def file():
    """The path of the progress file."""
    home = os.environ.get("COURSEKIT_HOME")
    if not home:
        from platformdirs import user_data_dir

        home = user_data_dir("coursekit", appauthor=False)
    return Path(home) / "progress.json"


def _exercises_in(text):
    kept = json.loads(text)
    entries = kept.get("exercises") if isinstance(kept, dict) else None
    if not isinstance(entries, dict):
        raise ValueError("it has no exercises")
    for name, entry in entries.items():
        known = isinstance(entry, dict) and entry.get("state") in ("done", "tried")
        if not known or not all(isinstance(entry.get(key), int) for key in _COUNTS):
            raise ValueError(f"the entry for {name} makes no sense")
    return entries


def _write(entries):
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write_text(path, json.dumps({"version": 1, "exercises": entries}, indent=1))
