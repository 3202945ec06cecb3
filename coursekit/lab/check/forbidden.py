"""What answers do without: the chapter's own functions, and a library's that are the answer.

A test file may say it in two constants: ``FORBIDDEN`` names modules and functions beyond the
chapter itself, ``GIVEN`` the parts of the chapter that answers may use all the same.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Collection
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from coursekit.course import PACKAGE


def forbidden_by(tests: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what the answers that a test file tests may not use, and what of it they may."""
    said: dict[str, tuple[str, ...]] = {"FORBIDDEN": (), "GIVEN": ()}
    for node in ast.parse(tests.read_text("utf-8")).body if tests.exists() else ():
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            if node.targets[0].id in said:
                said[node.targets[0].id] = tuple(ast.literal_eval(node.value))
    chapter = tests.stem.removeprefix("test_").partition("_")[2]
    own = (f"coursekit.{chapter}",) if (PACKAGE / chapter / "__init__.py").exists() else ()
    return (*own, *said["FORBIDDEN"]), said["GIVEN"]


def used(
    answer: Callable[..., Any], forbidden: Collection[str], given: Collection[str]
) -> list[str]:
    """Return what of the forbidden an answer uses, itself or in its notebook's own functions."""
    allowed = {id(thing) for thing in map(_loaded, given) if thing is not None}
    known = {id(thing): name for name in forbidden if (thing := _loaded(name)) is not None}
    found: dict[str, None] = {}
    answer = inspect.unwrap(answer)
    namespace = getattr(answer, "__globals__", {})  # a ufunc, or a class, has none
    waiting, seen = [answer] if namespace else [], {id(answer)}
    while waiting:
        for name, value in _named_in(waiting.pop(), namespace):
            names = [known.get(id(value)), name, _full_name(value)]
            told = next((one for one in names if one and _is_in(one, forbidden)), None)
            if told and id(value) not in allowed and not _is_in(name, given):
                found[told] = None
            is_own = isinstance(value, FunctionType) and value.__globals__ is namespace
            if is_own and id(value) not in seen:
                waiting.append(value)
                seen.add(id(value))
    return list(found)


def _loaded(name):
    """The module or function of this name, where it is loaded."""
    module, _, attribute = name.rpartition(".")
    return sys.modules.get(name) or getattr(sys.modules.get(module), attribute, None)


def _is_in(name, names):
    return any(f"{name}.".startswith(f"{one}.") for one in names)


def _full_name(value):
    if isinstance(value, ModuleType):
        return value.__name__
    if isinstance(value, FunctionType):
        return f"{value.__module__}.{value.__qualname__}"
    return ""


def _named_in(function, namespace):
    """Each name, chain of attributes and import in a function's source, and what it stands for."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return
    within = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((f"{node.module}.{alias.name}", None) for alias in node.names)
        elif isinstance(node, (ast.Name, ast.Attribute)) and id(node) not in within:
            yield _resolved(node, namespace)


def _resolved(node, namespace):
    """A name as it would be written in full, and its value; attributes of modules alone."""
    if isinstance(node, ast.Name):
        value = namespace.get(node.id)
        return (_full_name(value) if isinstance(value, ModuleType) else ""), value
    if isinstance(node, ast.Attribute):
        above, module = _resolved(node.value, namespace)
        if isinstance(module, ModuleType):
            return f"{above}.{node.attr}", vars(module).get(node.attr)
    return "", None
