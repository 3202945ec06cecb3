"""Docstrings of twins, completed from the reference's.

A twin in ``gpu`` says in one line what it does, and then only what differs. ``complete`` adds the
rest, so that ``help`` shows it. The reference's docstrings are read from its source code, without
importing it.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from importlib import resources
from types import FunctionType
from typing import Any

_TITLE = re.compile(r"(?m)^(\w+)\n-{3,}\n")
_NAMED = re.compile(r"(\*{0,2}\w+(?:, \*{0,2}\w+)*) : ")
_TAUGHT = re.compile(r"Taught\s+in\s+(\d\d\s+§\d+)")

Sections = dict[
    str, str
]  # title -> text, in order; what comes before the first title has the title ""
Entry = tuple[list[str], str]


def complete(package: str) -> None:
    """Complete the docstrings of a chapter's ``gpu``, given its name, from its ``reference``.

    The package's own docstring names the lesson's section on the GPU.
    """
    module = sys.modules[package]
    taught = _TAUGHT.search(module.__doc__ or "")
    inherited = dict(documented(package.rpartition(".")[0]))
    for name, thing in [*vars(module).items()]:
        if not f"{getattr(thing, '__module__', '')}.".startswith(f"{package}."):
            continue
        for path, member in _members(name, thing):
            if inherited.get(path):
                own, where = member.__doc__, taught[1] if taught else None
                member.__doc__ = joined(own, inherited[path], where) if own else inherited[path]


def joined(own: str, inherited: str, taught: str | None = None) -> str:
    """Return a twin's docstring, completed by everything that only the reference's has.

    For parameters and results, the twin's entries win; its convention and sources follow the
    reference's; other sections, except examples, come from the reference unless the twin has them.

    taught : section of the lesson on the GPU, such as "05 §8"
    """
    parts, rest = sections(inspect.cleandoc(own)), sections(inspect.cleandoc(inherited))
    rest.pop("Examples", None)
    merged = {title: _merged(title, parts.get(title), rest.get(title)) for title in rest | parts}
    if taught and "References" in merged and f"On the GPU: {taught}" not in merged["References"]:
        merged["References"] += f"\nOn the GPU: {' '.join(taught.split())}."
    text = [
        f"{title}\n{'-' * len(title)}\n{body}" if title else body for title, body in merged.items()
    ]
    return "\n\n".join(text)


def sections(text: str) -> Sections:
    """Split a docstring, its indentation removed, at the titles of its sections."""
    first, *others = _TITLE.split(text)
    pairs = {"": first} | dict(zip(others[::2], others[1::2], strict=True))
    return {title: body.strip() for title, body in pairs.items()}


def entries(text: str) -> list[Entry]:
    """Split a section into entries: names (none for prose) and their text."""
    found: list[tuple[list[str], list[str]]] = []
    for line in text.splitlines():
        named = _NAMED.match(line)
        if named:
            found.append((named[1].split(", "), [line[named.end() :]]))
        elif found and (not found[-1][0] or not line.strip() or line[0] == " "):
            found[-1][1].append(line)
        else:
            found.append(([], [line]))
    return [(names, "\n".join(lines).rstrip()) for names, lines in found]


def _merged(title: str, own: str | None, inherited: str | None) -> str:
    if own is None or inherited is None:
        return own or inherited or ""
    if title == "":
        summary, _, more = own.partition("\n\n")
        before = inherited.partition("\n\n")[2]
        return "\n\n".join(filter(None, [summary, before if before not in more else "", more]))
    if title in ("Convention", "References"):
        return own if inherited in own else f"{inherited}\n\n{own}"
    if title in ("Parameters", "Returns"):
        return _with_entries(entries(own), entries(inherited)) or own
    return own


def _with_entries(own: list[Entry], inherited: list[Entry]) -> str:
    """Put the twin's entries in place of the reference's; "" if either has no names."""
    replaced = {name for names, _ in own for name in names}
    merged: list[Entry] = []
    for names, text in inherited:
        merged += [one for one in own if {*one[0]} & {*names} and one not in merged]
        left = [name for name in names if name not in replaced]
        merged += [(left, text)] if left else []
    if not (merged and replaced):
        return ""
    merged += [one for one in own if one[0] and one not in merged]
    prose = [text for names, text in own if not names] or [t for names, t in inherited if not names]
    lines = [f"{', '.join(names)} : {text}" for names, text in merged]
    return "\n".join([*lines, *(f"\n{text}" for text in prose)])


def documented(chapter: str, part: str = "reference") -> Iterator[tuple[str, str]]:
    """Yield "function" or "Class.method" and its docstring, for ``reference`` or ``gpu``."""
    folder = resources.files(chapter) / part
    for file in folder.iterdir() if folder.is_dir() else [resources.files(chapter) / f"{part}.py"]:
        if file.name.endswith(".py"):
            yield from _documented_in(ast.parse(file.read_text("utf-8")))


def _documented_in(node: ast.Module | ast.ClassDef, prefix: str = "") -> Iterator[tuple[str, str]]:
    for one in node.body:
        if isinstance(one, (ast.FunctionDef, ast.ClassDef)) and not one.name.startswith("_"):
            yield f"{prefix}{one.name}", ast.get_docstring(one) or ""
            if isinstance(one, ast.ClassDef):
                yield from _documented_in(one, f"{one.name}.")


def _members(name: str, thing: Any) -> Iterator[tuple[str, Any]]:
    """Yield a function, or a class with its public methods and properties, with its path."""
    yield name, thing
    if isinstance(thing, type):
        for member, value in vars(thing).items():
            if not member.startswith("_") and isinstance(value, (FunctionType, property)):
                yield f"{name}.{member}", value
