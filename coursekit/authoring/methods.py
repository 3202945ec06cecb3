"""The list of methods, docs/methods.md: what each public function does and where it is taught.

All of it stands in the docstrings of the references.
"""

import ast
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from coursekit.authoring.plan import checkout
from coursekit.chapters import CHAPTERS, Chapter
from coursekit.core import atomic

PAGE = "docs/methods.md"
_HEAD = """\
# Methods

Every public function of the references, with its lesson and its source. `gpu` has the same names.
Written from the docstrings by `coursekit render`.
"""
_TAUGHT = re.compile(r"Taught\s+in\s+(\d\d\s+§\d+(?:(?:,|\sand)\s+\d\d\s+§\d+)*)")


def page(chapters: Iterable[Chapter], paths: Iterable[str], read: Callable[[str], str]) -> str:
    """Return the list, given the checkout's Python files and what reads one of them."""
    paths = sorted(paths)
    sections = [_section(chapter, paths, read) for chapter in chapters]
    return "\n".join([_HEAD, *sections])


def write(root: Path | None = None) -> list[Path]:
    """Write the list where it is out of date; return what was written, outside a checkout none."""
    try:
        root = checkout(root)
    except ValueError:
        return []
    paths = [path.relative_to(root).as_posix() for path in root.glob("coursekit/**/*.py")]
    text = page(CHAPTERS, paths, lambda path: (root / path).read_text("utf-8"))
    target = root / PAGE
    if target.exists() and target.read_text("utf-8") == text:
        return []
    atomic.write_text(target, text)
    return [target]


def _section(chapter, paths, read):
    folder = f"coursekit/{chapter.name}/reference"
    own = [path for path in paths if path.startswith((f"{folder}/", f"{folder}.py"))]
    window = read(f"{folder}/__init__.py") if f"{folder}/__init__.py" in own else ""
    rows = [
        _row(node, path)
        for path in own
        for node in ast.parse(read(path)).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and (not window or re.search(rf"\b{node.name}\b", window))
    ]
    title = f"## {chapter.number:02} · [{chapter.title}](../notebooks/{chapter.slug}.ipynb)"
    head = "| function | what it does | taught in | source |\n|---|---|---|---|"
    return "\n".join([title, "", head, *rows, ""])


def _row(node, path):
    text = ast.get_docstring(node) or ""
    purpose = " ".join(text.partition("\n\n")[0].split())
    references = text.partition("References\n----------\n")[2]
    taught = _TAUGHT.search(references)
    source = " ".join(_TAUGHT.sub("", references).split()).strip(" .;,")
    cells = [f"[`{node.name}`](../{path})", purpose, taught[1] if taught else "", source]
    return f"| {' | '.join(' '.join(cell.split()).replace('|', chr(92) + '|') for cell in cells)} |"
