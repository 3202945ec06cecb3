"""The index of methods, generated from the docstrings of the references.

README lists those that come from a paper, step by step; docs/methods.md lists all. A step inside a
function has no docstring of its own; a comment next to it puts it on the index:
``# Index: NAME: NN §K, SOURCE``.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from coursekit.authoring.plan import checkout
from coursekit.chapters import CHAPTERS, Chapter
from coursekit.core import atomic, docstrings

PAGE = "docs/methods.md"
README = "README.md"
_BEGIN = "<!-- methods: written by coursekit render -->\n"
_END = "<!-- end of methods -->\n"
_HEAD = """\
# Methods

Every public function of the references, with its twin on the GPU, its lesson and its source.
Written from the docstrings by `coursekit render`.
"""
_TAUGHT = re.compile(r"Taught\s+in\s+(\d\d\s+§\d+(?:(?:,|\sand)\s+\d\d\s+§\d+)*)")
_STEP = re.compile(r"# Index: (?P<method>.+): (?P<taught>\d\d §\d+), (?P<source>.+)")
_TEXTBOOKS = re.compile(r"(?:Gonzalez and Woods|Szeliski) 2\d{3}\b|Keras|``scipy")
_PLACE = r"(?:§|Eqs?\.|[Aa]lg|Table|Fig|step|pp?\.) ?\S"
_TITLE = re.compile(rf',? (?:"[^"]*"|\*[^*]*\*).*?(?=, {_PLACE}|$)')


@dataclass(frozen=True)
class Entry:
    """One method or step; the links are a file's path and a line in it."""

    name: str  # of the function; for a step inside one, of its file
    method: str
    purpose: str
    taught: str
    source: str
    reference: str
    gpu: str

    @property
    def is_from_a_paper(self) -> bool:
        """Whether the source names more than textbooks and libraries."""
        return any(part.strip() and not _TEXTBOOKS.search(part) for part in self.source.split(";"))


def entries(chapter: Chapter, paths: Iterable[str], read: Callable[[str], str]) -> list[Entry]:
    """Return the functions that a chapter's reference exports, and the steps named in comments."""
    own = {part: _files(f"coursekit/{chapter.name}/{part}", paths) for part in ("reference", "gpu")}
    twins = {node.name: place for node, place in _public(own["gpu"], read)}
    found = [_entry(node, place, twins) for node, place in _public(own["reference"], read)]
    steps = [_step(*one) for one in _lines(own["reference"], read) if _STEP.search(one[0])]
    return [*found, *steps]


def page(chapters: Iterable[Chapter], paths: Iterable[str], read: Callable[[str], str]) -> str:
    """Return docs/methods.md, given the paths of Python files and a function that reads them."""
    paths, parts = sorted(paths), [_HEAD]
    for chapter in chapters:
        rows = [
            f"| [`{one.name}`](../{one.reference}) | {f'[gpu](../{one.gpu})' if one.gpu else ''} "
            f"| {_cell(one.purpose)} | {one.taught} | {_cell(one.source)} |"
            for one in entries(chapter, paths, read)
        ]
        title = f"## {chapter.number:02} · [{chapter.title}](../notebooks/{chapter.slug}.ipynb)\n"
        head = "| function | gpu | what it does | taught in | source |\n|---|---|---|---|---|"
        parts.append("\n".join([title, head, *rows, ""]))
    return "\n".join(parts)


def index(chapters: Iterable[Chapter], paths: Iterable[str], read: Callable[[str], str]) -> str:
    """Return README's index: a foldable table for each chapter."""
    paths, parts = sorted(paths), []
    for chapter in chapters:
        rows = [
            f"| {_cell(one.method)} | {one.taught.partition(' ')[2]} "
            f"| [`{one.name}`]({one.reference}) | {f'[gpu]({one.gpu})' if one.gpu else ''} "
            f"| {_cell(_short(one.source))} |"
            for one in entries(chapter, paths, read)
            if one.is_from_a_paper
        ]
        head = "| method | lesson | reference | gpu | paper |\n|---|---|---|---|---|"
        title = f"<details><summary>{chapter.number:02} · {chapter.title}</summary>\n"
        parts += ["\n".join([title, head, *rows, "</details>\n"])] if rows else []
    return "\n".join(parts)


def with_index(readme: str, text: str) -> str:
    """Return README's text with this index."""
    before, begin, rest = readme.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise ValueError(f"{README} has no place for the index of methods: {_BEGIN}{_END}")
    return f"{before}{_BEGIN}\n{text}\n{_END}{after}"


def write(root: Path | None = None) -> list[Path]:
    """Write both files if they are out of date; return those written (none outside a checkout)."""
    try:
        root = checkout(root)
    except ValueError:
        return []
    paths = [path.relative_to(root).as_posix() for path in root.glob("coursekit/**/*.py")]

    def read(path):
        return (root / path).read_text("utf-8")

    texts = {
        root / PAGE: page(CHAPTERS, paths, read),
        root / README: with_index(read(README), index(CHAPTERS, paths, read)),
    }
    stale = [path for path in texts if not path.exists() or path.read_text("utf-8") != texts[path]]
    for path in stale:
        atomic.write_text(path, texts[path])
    return stale


def _files(part, paths):
    return [path for path in paths if path.startswith((f"{part}/", f"{part}.py"))]


def _public(files, read) -> Iterator[tuple[ast.FunctionDef | ast.ClassDef, str]]:
    """Yield what ``reference`` or ``gpu`` exports, with its file and line."""
    exports = "".join(read(path) for path in files if path.endswith("/__init__.py"))
    for path in files:
        for node in ast.parse(read(path)).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                if not exports or re.search(rf"\b{node.name}\b", exports):
                    yield node, f"{path}#L{node.lineno}"


def _entry(node, place, twins):
    text = docstrings.sections(ast.get_docstring(node) or "")
    purpose = " ".join(text[""].partition("\n\n")[0].split())
    sources = text.get("References", "")
    taught = _TAUGHT.search(sources)
    method = purpose.partition(": ")[0] if ": " in purpose else f"`{node.name}`"
    return Entry(
        name=node.name,
        method=method,
        purpose=purpose,
        taught=" ".join(taught[1].split()) if taught else "",
        source=" ".join(_TAUGHT.sub("", sources).split()).strip(" .;,"),
        reference=place,
        gpu=twins.get(node.name, ""),
    )


def _lines(files, read):
    for path in files:
        for number, line in enumerate(read(path).splitlines(), start=1):
            yield line, path, number


def _step(line, path, number):
    found = _STEP.search(line)
    name = Path(path).stem
    return Entry(
        name,
        found["method"],
        found["method"],
        found["taught"],
        found["source"],
        f"{path}#L{number}",
        "",
    )


def _short(source):
    """The source without titles: author, year and place."""
    return "; ".join(_TITLE.sub("", part.strip()) for part in source.split(";"))


def _cell(text):
    return " ".join(text.split()).replace("|", "\\|")
