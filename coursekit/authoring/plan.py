"""A change to many files of a checkout, first planned completely and then carried out."""

import subprocess
from collections.abc import Collection, Mapping
from pathlib import Path, PurePosixPath

LIST = "coursekit/chapters.toml"


def checkout(start: Path | None = None) -> Path:
    """Return the root of the checkout that contains a folder, by default the current one."""
    start = Path(start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / ".git").exists() and (folder / LIST).is_file():
            return folder
    raise ValueError(f"this needs a checkout of the project (git clone); {start} is not in one")


class Plan:
    """The planned files of a checkout; paths are relative, as git writes them."""

    def __init__(self, root: Path, may_differ: Collection[str] = ()) -> None:
        """Read what git tracks; refuse a checkout with changes, except in the files named."""
        self.root = Path(root)
        status = self._git("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
        changed = {entry[3:] for entry in status if entry} - {*may_differ}
        if changed:
            raise ValueError(
                "expected a clean checkout; commit or stash first: "
                + ", ".join(sorted(changed)[:5])
            )
        tracked = {path for path in self._git("ls-files", "-z") if path}
        self._before = frozenset(tracked)
        self._origin = {path: path for path in tracked}  # where the bytes of a file come from
        self._written: dict[str, str] = {}

    def _git(self, *words):
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, check=True)
        return done.stdout.decode().split("\0")

    def __contains__(self, path: str) -> bool:
        return path in self._origin or path in self._written

    def paths(self, *suffixes: str) -> list[str]:
        """Return all paths, or those with one of the suffixes, in order."""
        every = sorted({*self._origin, *self._written})
        return [path for path in every if not suffixes or PurePosixPath(path).suffix in suffixes]

    def read(self, path: str) -> str:
        """Return the planned text of a file."""
        if path in self._written:
            return self._written[path]
        return (self.root / self._origin[path]).read_text("utf-8")

    def is_changed(self, path: str) -> bool:
        """Return whether a file gets a new text."""
        return path in self._written

    def write(self, path: str, text: str) -> None:
        """Give a file this text."""
        if path not in self or self.read(path) != text:
            self._written[path] = text

    def move_all(self, moves: Mapping[str, str]) -> None:
        """Rename files all at once, so that they can exchange names."""
        taken = {new for new in moves.values() if new in self and new not in moves}
        if taken or len(set(moves.values())) < len(moves):
            raise ValueError(f"file exists already: {', '.join(sorted(taken))}")
        for files in (self._origin, self._written):
            moved = {moves[path]: files.pop(path) for path in moves if path in files}
            files.update(moved)

    def remove(self, path: str) -> None:
        """Remove a file."""
        self._origin.pop(path, None)
        self._written.pop(path, None)

    def changes(self) -> list[str]:
        """Return a summary, one line per file that is added, changed, moved or removed."""
        after = {*self._origin, *self._written}
        moved = {old: new for new, old in self._origin.items() if old != new}
        return [
            *(f"move    {old} -> {new}" for old, new in sorted(moved.items())),
            *(f"add     {path}" for path in sorted(after - self._before - {*moved.values()})),
            *(f"change  {path}" for path in sorted({*self._written} & self._before - {*moved})),
            *(f"remove  {path}" for path in sorted(self._before - after - {*moved})),
        ]

    def carry_out(self) -> None:
        """Carry out the change; if it is interrupted, restore the files."""
        after = self._contents()
        before = {path: self._bytes(path) for path in after}
        try:
            self._put(after)
        except BaseException:
            self._put(before)
            raise

    def _contents(self):
        """Map each path that changes to its new bytes, or to None if it is removed."""
        gone = dict.fromkeys(self._before - {*self._origin, *self._written})
        moved = {new: self._bytes(old) for new, old in self._origin.items() if old != new}
        return gone | moved | {path: text.encode() for path, text in self._written.items()}

    def _bytes(self, path):
        file = self.root / path
        return file.read_bytes() if file.exists() else None

    def _put(self, contents):
        for path, content in contents.items():
            file = self.root / path
            if content is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            elif file.exists():
                file.unlink()
                self._remove_empty(file.parent)

    def _remove_empty(self, folder):
        """Remove folders that contain nothing but compiled Python, from this one upwards."""
        while folder != self.root and {one.name for one in folder.iterdir()} <= {"__pycache__"}:
            for compiled in folder.glob("__pycache__/*.pyc"):
                compiled.unlink()
            if (folder / "__pycache__").exists():
                (folder / "__pycache__").rmdir()
            folder.rmdir()
            folder = folder.parent
