"""No module of coursekit needs, by any path, what needs it: imports go one way."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def dependencies(root, package="coursekit"):
    """Each module of a package below root, and the package's modules that it imports."""
    paths = {name_of(path.relative_to(root)): path for path in (root / package).rglob("*.py")}
    return {name: _needed(name, path, paths) for name, path in paths.items()}


def name_of(path):
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _needed(name, path, known):
    """Imports inside functions count too, and so do the packages that a module lies in.

    Importing ``a.b.c`` runs ``a`` and ``a.b``, except that a module's own packages run before it.
    """
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    tree = ast.parse(path.read_text("utf-8"), str(path))
    asked = {target for node in ast.walk(tree) for target in _targets(node, package, known)}
    return asked | {
        above
        for target in asked
        for above in _above(target)
        if above in known and above != name and above not in _above(name)
    }


def _targets(node, package, known):
    if isinstance(node, ast.Import):
        names = [(alias.name, "") for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        source = _source(node, package)
        names = [(f"{source}.{alias.name}", source) for alias in node.names]
    else:
        return
    for name, source in names:
        if name in known or source in known:
            yield name if name in known else source


def _source(node, package):
    if not node.level:
        return node.module
    parts = package.split(".")
    return ".".join([*parts[: len(parts) + 1 - node.level], *filter(None, [node.module])])


def _above(name):
    """The packages that a module lies in."""
    parts = name.split(".")
    return {".".join(parts[:depth]) for depth in range(1, len(parts))}


def circle(graph):
    """The modules of one import circle, the first of them again at the end; empty without one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1][::-1]
    return []


def test_no_import_circle_in_coursekit():
    assert circle(dependencies(ROOT)) == []


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        ({"a": "import house.b", "b": ""}, set()),
        ({"a": "import house.b", "b": "from house.a import x"}, {"house.a", "house.b"}),
        ({"a": "from house import b", "b": "def f():\n    from . import a"},
         {"house.a", "house.b"}),
        ({"room/__init__": "from house.room.a import x", "room/a": "from house.room import b",
          "room/b": "x = 1"}, set()),
        ({"room/__init__": "from .a import x", "room/a": "from house import c",
          "room/b": "", "c": "from house.room import b"},
         {"house.room", "house.room.a", "house.c"}),
        ({"a": "import house.a"}, {"house.a"}),
    ],
)  # fmt: skip
def test_a_circle_is_found(tmp_path, sources, expected):
    for name, source in sources.items():
        path = tmp_path / "house" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    assert set(circle(dependencies(tmp_path, "house"))) == expected
