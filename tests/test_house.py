"""The rules of the house: what an import loads, what a chapter holds, how a function looks.

Who may import whom is tested in ``test_imports.py``.
"""

import ast
import re
import statistics
import subprocess
import sys
from functools import cache
from pathlib import Path

import jupytext
import pytest

from coursekit import chapters

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "coursekit"

TEACHING_ORDER = tuple(chapter.name for chapter in chapters.CHAPTERS)
CHAPTERS = list(TEACHING_ORDER)
NUMBERED = [chapter.slug for chapter in chapters.CHAPTERS]

TOP_LEVEL = {
    "notebooks", "exercises", "solutions", "coursekit", "tests", "benchmarks", "docs",
    "environment.yml", "pyproject.toml", "requirements.lock", "Makefile", "README.md",
    "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "LICENSE", "NOTICE.md", "SECURITY.md",
    ".ci", ".github", ".gitignore", ".gitattributes",
}  # fmt: skip

LONGEST_FUNCTION = 30  # lines of code
LARGEST_NOTEBOOK = 1_500_000  # bytes
LONGEST_CELL = 15  # lines


def committed(*patterns):
    """Committed files whose names match the patterns, and that are still there."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = [ROOT / name for name in listing.stdout.split("\0") if name]
    return [path for path in paths if path.exists()]


def modules(folder=PACKAGE):
    return sorted(folder.rglob("*.py"))


def name_of(path):
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tree(path):
    return ast.parse(path.read_text("utf-8"), str(path))


def inside(name, *packages):
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


# ------------------------------------------------------------------ what an import loads


def parts_of(chapter, part):
    """The modules of a chapter's part: one file, or all in a folder."""
    return [path for path in modules(PACKAGE / chapter) if _part(path, chapter) == part]


def _part(path, chapter):
    return path.relative_to(PACKAGE / chapter).parts[0].removesuffix(".py")


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_reading_a_reference_does_not_load_torch(chapter):
    names = printed(f"import sys, coursekit.{chapter}.reference; print(*sys.modules)").split()
    assert not {"torch", "matplotlib"} & set(names)


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("coursekit", {"torch", "matplotlib", "numpy", "cv2"}),
        ("coursekit.lab", {"torch", "matplotlib"}),
        ("coursekit.classroom", {"torch", "matplotlib"}),
    ],
)
def test_import_of_a_package_loads_nothing_heavy(module, heavy):
    names = printed(f"import sys, {module}; print(*sys.modules)").split()
    assert not heavy & set(names)


def test_import_of_coursekit_loads_hardly_anything():
    program = (
        "import sys; before = {*sys.modules}; import coursekit; print(*{*sys.modules} - before)"
    )
    loaded = printed(program).split()
    assert len(loaded) < 100, loaded
    assert {name.split(".")[0] for name in loaded} - sys.stdlib_module_names <= {"coursekit"}


def printed(program):
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return finished.stdout


# ------------------------------------------------------------------ what there is


def test_top_level_holds_only_what_a_reader_expects():
    names = {path.relative_to(ROOT).parts[0] for path in committed()}
    assert names <= TOP_LEVEL, sorted(names - TOP_LEVEL)


def test_every_package_is_known():
    names = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    assert names - {*TEACHING_ORDER} <= {"core", "lab", "classroom", "authoring"}


@pytest.mark.parametrize("numbered", NUMBERED)
@pytest.mark.parametrize(
    "pattern",
    [
        "coursekit/{chapter}/__init__.py",
        "coursekit/{chapter}/reference*",
        "coursekit/{chapter}/gpu*",
        "coursekit/{chapter}/explore/__init__.py",
        "notebooks/src/{numbered}.py",
        "notebooks/{numbered}.ipynb",
        "exercises/{numbered}.ipynb",
        "solutions/src/{numbered}.py",
        "solutions/{numbered}.ipynb",
        "tests/{chapter}/test_*.py",
        "tests/{chapter}/parity.py",
        "tests/exercises/test_{numbered}.py",
        "tests/exercises/wrong_answers/{numbered}.py",
        "benchmarks/{chapter}.py",
    ],
)
def test_a_chapter_is_complete(numbered, pattern):
    name = pattern.format(numbered=numbered, chapter=numbered[3:])
    assert list(ROOT.glob(name)), f"there is no {name}"


def test_every_notebook_belongs_to_a_chapter():
    folders = ("notebooks", "exercises", "solutions")
    stems = {path.stem for folder in folders for path in ROOT.glob(f"{folder}/[!.]*.ipynb")}
    assert stems <= set(NUMBERED), sorted(stems - set(NUMBERED))


def test_notebooks_are_light():
    folders = ("notebooks", "exercises", "solutions")
    sizes = {path: path.stat().st_size for f in folders for path in ROOT.glob(f"{f}/*.ipynb")}
    assert all(size < LARGEST_NOTEBOOK for size in sizes.values()), sizes


def test_every_file_has_a_name_of_its_own():
    nameless = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert not [path for path in committed() if path.stem.lower() in nameless]


def test_no_file_speaks_of_one_machine():
    homes = re.compile(rb"(?<![\w.$}/])/(work|home|root|Users)/\w")
    registries = re.compile(rb"https?://(pypi\.|files\.pythonhosted|registry\.npm|\d+\.\d+\.\d+\.)")
    local = re.compile(rb"https?://127\.0\.0\.1")
    for path in committed():
        text = path.read_bytes() if path != Path(__file__) else b""
        found = homes.search(text) or registries.search(local.sub(b"", text))
        assert not found, f"{path.relative_to(ROOT)}: {found}"


# ------------------------------------------------------------------ how a function looks


def functions(path):
    """Every function and method of a module, nested ones too."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree(path)) if isinstance(node, kinds)]


def lines_of_code(function, source):
    """Lines of a function that are neither docstring, nor comment, nor blank."""
    documented = ast.get_docstring(function) is not None and len(function.body) > 1
    skipped = range(0)
    if ast.get_docstring(function) is not None:
        skipped = range(function.body[0].lineno, function.body[0].end_lineno + 1)
    numbers = range(function.lineno, function.end_lineno + 1)
    texts = [source[n - 1].strip() for n in numbers if n not in skipped]
    code = [text for text in texts if text and not text.startswith("#")]
    return len(code) if documented or skipped == range(0) else 1


def lengths(*folders):
    return {
        f"{name_of(path)}.{function.name}": lines_of_code(function, path.read_text().splitlines())
        for folder in folders
        for path in modules(folder)
        for function in functions(path)
    }


def test_no_function_is_long():
    sizes = lengths(PACKAGE, ROOT / "benchmarks")
    assert not {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION}


def test_half_of_all_functions_fit_in_ten_lines():
    assert statistics.median(lengths(PACKAGE).values()) <= 10


def test_length_counts_code_alone():
    source = 'def f(x):\n    """Say.\n\n    More.\n    """\n    # why\n\n    y = x\n    return y\n'
    assert lines_of_code(ast.parse(source).body[0], source.splitlines()) == 3


@pytest.mark.parametrize("folder", ["coursekit", "benchmarks", "tests"])
def test_lines_are_at_most_a_hundred_wide(folder):
    wide = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in modules(ROOT / folder)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if len(line) > 100
    ]
    assert not wide


def _can_fail(test):
    """Whether a test asserts: an assert, a call of assert_..., or pytest's raises and the like."""
    for node in ast.walk(test):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            called = node.func
            name = getattr(called, "attr", getattr(called, "id", ""))
            if name.lstrip("_").startswith("assert") or name in ("raises", "fail", "expect"):
                return True
    return False


def test_every_test_can_fail():
    tests = {
        f"{path.relative_to(ROOT)}::{node.name}": node
        for path in modules(ROOT / "tests")
        for node in functions(path)
        if node.name.startswith("test_") and path.name.startswith("test_")
    }
    assert not [name for name, node in tests.items() if not _can_fail(node)]


# ------------------------------------------------------------------ docstrings and lessons

SECTIONS = ("Parameters", "Returns", "Convention", "Raises", "References")


@cache
def public(chapter, part):
    """The public functions and classes of a chapter's part, by name; a folder exports them."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    found = {
        node.name: node
        for path in parts_of(chapter, part)
        for node in tree(path).body
        if isinstance(node, kinds) and not node.name.startswith("_")
    }
    shop_window = PACKAGE / chapter / part / "__init__.py"
    if not shop_window.exists():
        return found
    imports = [node for node in tree(shop_window).body if isinstance(node, ast.ImportFrom)]
    exported = {alias.name for node in imports for alias in node.names}
    return {name: node for name, node in found.items() if name in exported}


PUBLIC = [
    (chapter, part, name)
    for chapter in CHAPTERS
    for part in ("reference", "gpu")
    for name in public(chapter, part)
]


def documentation(chapter, part, name):
    return ast.get_docstring(public(chapter, part)[name]) or ""


@cache
def lesson(chapter):
    """The sections of a chapter's lesson: number -> text."""
    source = ROOT / "notebooks" / "src" / f"{chapters.find(chapter).slug}.py"
    if not source.exists():
        return {}
    pieces = re.split(r"(?m)^# ## (\d+)\b", source.read_text("utf-8"))
    return dict(zip(map(int, pieces[1::2]), pieces[2::2], strict=True))


def taught_in(chapter, part, name):
    """The (chapter, section) numbers at which a docstring says that its function is taught."""
    found = re.findall(r"Taught\s+in\s+(\d\d)\s+§(\d+)", documentation(chapter, part, name))
    return [(int(number), int(section)) for number, section in found]


@pytest.mark.parametrize(("chapter", "part", "name"), PUBLIC)
def test_docstring_has_all_its_sections(chapter, part, name):
    text = documentation(chapter, part, name)
    missing = [s for s in SECTIONS if not re.search(rf"(?m)^{s}\n-{{{len(s)}}}$", text)]
    arguments = public(chapter, part)[name]
    if isinstance(arguments, ast.FunctionDef) and not arguments.args.args:
        missing = [section for section in missing if section != "Parameters"]
    assert not missing


@pytest.mark.parametrize(("chapter", "part", "name"), PUBLIC)
def test_docstring_names_every_argument(chapter, part, name):
    function = public(chapter, part)[name]
    if isinstance(function, ast.FunctionDef):
        parameters = documentation(chapter, part, name).partition("Returns\n")[0]
        for argument in [
            *function.args.posonlyargs,
            *function.args.args,
            *function.args.kwonlyargs,
        ]:
            assert re.search(rf"(?m)^(\w+, )*{argument.arg}\b(, \w+)* :", parameters), argument.arg


@pytest.mark.parametrize(("chapter", "part", "name"), PUBLIC)
def test_a_function_is_taught_where_it_says(chapter, part, name):
    places = taught_in(chapter, part, name)
    assert places, "its docstring lacks 'Taught in NN §k'"
    for number, section in places:
        assert section in lesson(TEACHING_ORDER[number - 1]), (
            f"no '## {section}' in lesson {number}"
        )


@pytest.mark.parametrize(
    ("chapter", "name"), [(chapter, name) for chapter, part, name in PUBLIC if part == "reference"]
)
def test_the_section_that_teaches_a_function_names_it(chapter, name):
    named = taught_in(chapter, "reference", name)
    texts = [lesson(TEACHING_ORDER[number - 1]).get(section, "") for number, section in named]
    assert any(re.search(rf"\b{name}\b", text) for text in texts), (
        f"its docstring says it is taught in {named}, which never names {name}"
    )


@pytest.mark.parametrize("path", committed("notebooks/src/*.py"), ids=lambda path: path.stem)
def test_a_cell_holds_one_thought(path):
    cells = jupytext.read(path, fmt="py:percent").cells
    long = [
        c.source for c in cells if c.cell_type == "code" and c.source.count("\n") >= LONGEST_CELL
    ]
    assert long == []
