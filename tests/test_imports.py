"""Who may import whom, for every file of the package, and by any number of steps."""

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

from coursekit.chapters import CHAPTERS

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "coursekit"
ORDER = [chapter.name for chapter in CHAPTERS]

# The rooms of a chapter, with what each may import from elsewhere beside the standard library.
ROOMS = {
    "reference": {"numpy", "scipy"},
    "gpu": {"numpy", "torch", "torchvision", "safetensors"},
    "shared": {"numpy", "scipy", "safetensors", "rich"},  # rich: a progress bar, where it is there
    "text": {"numpy", "regex"},
    "data": {"numpy", "scipy", "cv2", "PIL"},
    "training": {"numpy", "scipy", "torch", "safetensors", "cv2", "rich"},
    "command": {"numpy", "torch", "PIL", "rich", "safetensors"},
    "explore": {"numpy", "scipy", "torch", "cv2", "PIL", "skimage", "IPython"},
}
PLOTTING = {"matplotlib", "coursekit.lab.show", "coursekit.lab.plots", "coursekit.lab.figure"}


def modules(folder=PACKAGE):
    return sorted(folder.rglob("*.py"))


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


PATHS = {name_of(path): path for path in modules()}


@cache
def imported(module):
    """Full names of what a module imports, inside functions too: modules, where they are ours."""
    path = PATHS[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    names = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: package.count(".") + 2 - node.level]
            source = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            names |= {f"{source}.{alias.name}" for alias in node.names}
    return {_module_of(name) for name in names}


def _module_of(name):
    """The module that a full name stands for or in, where it is one of ours."""
    while inside(name, "coursekit") and name not in PATHS:
        name = name.rpartition(".")[0]
    return name


def inside(name, *packages):
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


def ours(module):
    return {name for name in imported(module) if inside(name, "coursekit")}


def packages_of(module):
    """The module's own packages: Python runs their ``__init__`` on the way to it."""
    parts = module.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts) + 1)} & PATHS.keys()


@cache
def reached(module):
    """All that a module imports by any path, the packages on the way included."""
    found, waiting = set(), packages_of(module)
    while waiting:
        name = waiting.pop()
        found.add(name)
        if name in PATHS:
            steps = {part for other in imported(name) for part in _with_packages(other)}
            waiting |= steps - found
    return found


def _with_packages(name):
    return packages_of(name) if inside(name, "coursekit") else {name}


def foreign(names):
    """The top packages among names that are neither ours nor the standard library's."""
    return {name.split(".")[0] for name in names} - {"coursekit"} - set(sys.stdlib_module_names)


def room_of(module):
    return module.split(".")[2] if module.count(".") >= 2 else None


def rooms(*names):
    return [
        module
        for module in PATHS
        if module.split(".")[1:2] and module.split(".")[1] in ORDER and room_of(module) in names
    ]


def allowed(module):
    """What a chapter's module may import of coursekit."""
    chapter, room = module.split(".")[1:3]
    before = [*ORDER[: ORDER.index(chapter)], chapter]
    own = f"coursekit.{chapter}"
    rules = {
        "reference": ["coursekit.core", *(f"coursekit.{name}.reference" for name in before)],
        "gpu": ["coursekit.core", *(f"coursekit.{name}.gpu" for name in before)],
        "shared": ["coursekit.core"],
        "text": ["coursekit.core"],
        "data": ["coursekit.core", "coursekit.lab", *(f"coursekit.{name}" for name in before)],
        "training": ["coursekit.core", "coursekit.lab", *(f"coursekit.{name}" for name in before)],
        "command": ["coursekit.core", "coursekit.lab", own],
        "explore": ["coursekit.core", "coursekit.lab", *(f"coursekit.{name}" for name in before)],
    }
    return rules[room] + [f"{own}.shared", f"{own}.text", f"{own}.{room}"]


@pytest.mark.parametrize("module", rooms(*ROOMS))
def test_a_chapter_imports_only_what_comes_before_it(module):
    strangers = {name for name in ours(module) if not inside(name, *allowed(module))}
    assert not strangers


@pytest.mark.parametrize("module", rooms(*ROOMS))
def test_each_room_computes_with_its_own_engine(module):
    assert foreign(imported(module)) <= ROOMS[room_of(module)]


@pytest.mark.parametrize("module", rooms("reference", "shared", "text"))
def test_a_reference_reaches_neither_torch_nor_opencv_nor_plots(module):
    assert foreign(reached(module)) <= ROOMS["shared"] | ROOMS["text"]


@pytest.mark.parametrize("module", rooms("gpu"))
def test_gpu_reaches_neither_opencv_nor_plots_nor_the_lab(module):
    assert foreign(reached(module)) <= ROOMS["gpu"] | ROOMS["shared"] | ROOMS["text"]
    assert not [name for name in reached(module) if inside(name, "coursekit.lab")]


@pytest.mark.parametrize("module", rooms("training", "command"))
def test_a_training_loop_reaches_no_plotting(module):
    assert not [name for name in reached(module) if inside(name, *PLOTTING)]


@pytest.mark.parametrize("chapter", ORDER)
def test_a_chapter_holds_its_rooms_and_nothing_else(chapter):
    names = {
        path.stem if path.suffix == ".py" else path.name
        for path in (PACKAGE / chapter).iterdir()
        if path.name != "__pycache__"
    }
    assert names <= {*ROOMS, "weights", "__init__"}
    assert {"reference", "gpu", "explore"} <= names


@pytest.mark.parametrize("chapter", ORDER)
def test_both_engines_have_files_of_the_same_names(chapter):
    reference, gpu = (
        {path.name for path in (PACKAGE / chapter / part).glob("*.py")}
        for part in ("reference", "gpu")
    )
    assert reference - gpu <= ONLY_REFERENCE.get(chapter, set())
    assert gpu - reference <= ONLY_GPU.get(chapter, set())


ONLY_REFERENCE = {
    "regions": {"contours.py", "mser.py", "mscr.py"},  # sequential: see TWINLESS
    "captioning": {"metrics.py"},  # counts words
}
ONLY_GPU = {
    "captioning": {  # networks and their training are PyTorch's
        "captioner.py", "checkpoints.py", "encoders.py", "features.py", "networks.py",
        "policy_gradient.py", "pretraining.py", "training.py", "watch.py",
    },
}  # fmt: skip


FLOORS = {  # what each part beside the chapters may import of coursekit
    "core": ["coursekit.core"],
    "lab": ["coursekit.core", "coursekit.lab", "coursekit.course", "coursekit.chapters"],
    "classroom": [
        "coursekit.core", "coursekit.lab", "coursekit.classroom", "coursekit.course",
        "coursekit.chapters",
    ],
    "authoring": [
        "coursekit.core", "coursekit.lab", "coursekit.classroom", "coursekit.authoring",
        "coursekit.course", "coursekit.chapters",
    ],
}  # fmt: skip


@pytest.mark.parametrize("floor", FLOORS)
def test_each_floor_stands_on_those_below_it(floor):
    for module in PATHS:
        if inside(module, f"coursekit.{floor}"):
            strangers = {name for name in ours(module) if not inside(name, *FLOORS[floor])}
            assert strangers <= {"coursekit"}, module


def test_core_is_numpy_and_its_torch_is_torch():
    for module in PATHS:
        if inside(module, "coursekit.core"):
            torch = inside(module, "coursekit.core.torch")
            engine = {"numpy", "torch", "torchvision"} if torch else {"numpy"}
            assert foreign(imported(module)) <= engine, module
            assert torch or not [name for name in ours(module) if "core.torch" in name]


def test_nothing_imports_explore_or_the_command_line():
    importers = {
        module: name
        for module in PATHS
        for name in ours(module)
        if inside(name, "coursekit.cli")
        and module != "coursekit.__main__"
        or (name.split(".")[2:3] == ["explore"] and room_of(module) != "explore")
    }
    assert not importers


def test_nothing_imports_pyplot():
    importers = [module for module in PATHS if "pyplot" in " ".join(imported(module))]
    assert not importers


def test_a_breach_by_several_steps_is_seen(monkeypatch, tmp_path):
    """Chapter 01's shared numbers import chapter 07's, which no file of the reference says."""
    spoiled = tmp_path / "shared.py"
    source = PATHS["coursekit.images.shared"].read_text("utf-8")
    spoiled.write_text(source + "\nfrom coursekit.sift.explore import drawing\n", "utf-8")
    monkeypatch.setitem(PATHS, "coursekit.images.shared", spoiled)
    imported.cache_clear(), reached.cache_clear()
    try:
        strangers = {
            name
            for name in ours("coursekit.images.shared")
            if not inside(name, *allowed("coursekit.images.shared"))
        }
        assert strangers == {"coursekit.sift.explore.drawing"}
        assert "cv2" in foreign(reached("coursekit.images.reference"))
    finally:
        imported.cache_clear(), reached.cache_clear()
