"""The rules of the house: what an import loads, what a chapter holds, how a function looks.

Who may import whom is tested in ``test_imports.py``.
"""

import ast
import io
import re
import statistics
import subprocess
import sys
import tokenize
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

LONGEST_FUNCTION = 40  # lines of code; longer ones only where they read as a recipe
RECIPES = {  # "module.Class.method" or "module.function": what makes it easier to read in one piece
}
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


CITED = re.compile(r"(?<![\w/*{<>.-])(?:[\w.-]+/)*[\w-]+\.(?:py|md)\b")


def remarks(source):
    """The comments and docstrings of a Python file."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, documented)]
    return [*comments, *(ast.get_docstring(node) or "" for node in nodes)]


def test_a_file_that_a_comment_cites_is_there():
    there = {f"/{path.relative_to(ROOT)}" for path in committed()}
    for path in committed("coursekit/*.py", "tests/*.py", "benchmarks/*.py"):
        for name in CITED.findall("\n".join(remarks(path.read_text("utf-8")))):
            assert any(each.endswith(f"/{name}") for each in there), f"{path}: {name}"


def test_citations_are_found_in_comments_and_docstrings():
    source = 'def f():\n    """See a/b.py."""\n    g("c.py")  # d.md says so, <e>.py and *.py not\n'
    assert CITED.findall("\n".join(remarks(source))) == ["d.md", "a/b.py"]


# ------------------------------------------------------------------ how a function looks


def functions(path):
    """Every function and method of a module, nested ones too."""
    return [node for _, node in _functions(tree(path))]


def _functions(node, prefix=""):
    """Yield (qualified name, function) for all that are defined in a node, however deep."""
    for child in ast.iter_child_nodes(node):
        named = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        name = f"{prefix}.{child.name}" if named else prefix
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield name, child
        yield from _functions(child, name)


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
        f"{name_of(path)}{name}": lines_of_code(function, path.read_text().splitlines())
        for folder in folders
        for path in modules(folder)
        for name, function in _functions(tree(path))
    }


def test_only_recipes_are_long():
    sizes = lengths(PACKAGE, ROOT / "benchmarks")
    long = {name: size for name, size in sizes.items() if size > LONGEST_FUNCTION}
    assert {*long} == {*RECIPES}, long


def test_namesakes_are_told_apart():
    source = "class A:\n def f(): ...\nclass B:\n def f():\n  def g(): ...\ndef f(): ..."
    names = [name for name, _ in _functions(ast.parse(source))]
    assert names == [".A.f", ".B.f", ".B.f.g", ".f"]


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


# ------------------------------------------------------------------ functions and lessons


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


def defaults_of(function):
    """The arguments that have a default -> its source."""
    taken = function.args
    optional = taken.args[len(taken.args) - len(taken.defaults) :]
    return {
        one.arg: ast.unparse(default) for one, default in zip(optional, taken.defaults, strict=True)
    }


def test_the_border_is_reflect_unless_one_says_otherwise():
    borders = {
        f"{chapter}.{part}.{name}": defaults_of(public(chapter, part)[name]).get("border")
        for chapter, part, name in PUBLIC
        if isinstance(public(chapter, part)[name], ast.FunctionDef)
    }
    assert {"'reflect'", None} == {*borders.values()}, borders


@pytest.mark.parametrize("path", committed("notebooks/src/*.py"), ids=lambda path: path.stem)
def test_a_cell_holds_one_thought(path):
    cells = jupytext.read(path, fmt="py:percent").cells
    long = [
        c.source for c in cells if c.cell_type == "code" and c.source.count("\n") >= LONGEST_CELL
    ]
    assert long == []


# ------------------------------------------------------------------ how a function is proven

PROOFS = {
    "a known answer": "tests/{chapter}/test_known_answers.py",
    "an oracle": "tests/{chapter}/test_oracles.py",
    "an invariant": "tests/{chapter}/test_invariants.py",
    "an error case": "tests/{chapter}/test_errors.py",
    "a benchmark": "benchmarks/{chapter}.py",
}
# Functions that lack one of these, and why. Whoever fills a gap takes the name out.
_WAY_BACK = "the way back of another function: both together change nothing, says an invariant"
_SHORTHAND = "an Augmenter with one range, says an invariant; its tests try all of them"
_EQUAL = "equal to a library's, option by option, on real pictures"
_NO_PEER = "no library has it by itself, or with these conventions"
_FEW_NUMBERS = "a few numbers for each picture or word, or one line: nobody waits for it"
_OPEN = "not written yet"
_RANDOM = dict.fromkeys(
    [
        "augmentation.random_brightness",
        "augmentation.random_channel_shift",
        "augmentation.random_flip",
        "augmentation.random_rotation",
        "augmentation.random_shear",
        "augmentation.random_shift",
        "augmentation.random_zoom",
    ],
    _SHORTHAND,
)
UNPROVEN = {
    "a known answer": _RANDOM
    | {
        "images.lab_to_rgb": _WAY_BACK,
        "images.ycrcb_to_rgb": _WAY_BACK,
        "gray_transforms.reveal_message": _WAY_BACK,
        "histograms.equalize_lightness": _EQUAL,
        "regions.central_moments": _EQUAL,
        "regions.normalized_moments": _EQUAL,
        "regions.hu_moments": _EQUAL,
        "sift.SIFT": _EQUAL,
    },
    "an oracle": _RANDOM
    | {
        "images.crop": _NO_PEER,
        "images.gaussian_pyramid": _NO_PEER,
        "images.laplacian_pyramid": _NO_PEER,
        "images.collapse": _NO_PEER,
        "gray_transforms.hide_message": _NO_PEER,
        "gray_transforms.reveal_message": _NO_PEER,
        "histograms.look_up_tiles": _NO_PEER,
        "filtering.salt_and_pepper": _NO_PEER,
        "edges.zero_crossings": _NO_PEER,
        "edges.marr_hildreth": _NO_PEER,
        "regions.approximate_contour": _OPEN,
        "augmentation.cutout": _NO_PEER,
        "augmentation.interpolate_features": _NO_PEER,
        "augmentation.mixup": _NO_PEER,
        "augmentation.random_erasing": _NO_PEER,
        "captioning.decode": _NO_PEER,
        "captioning.forbid": _NO_PEER,
        "captioning.keep_top_k": _NO_PEER,
        "color_transfer.gradient_correlation": _NO_PEER,
    },
    "an invariant": dict.fromkeys(
        [
            "regions.approximate_contour",
            "regions.arc_length",
            "regions.bounding_rectangle",
            "regions.contour_moments",
            "regions.dominant_points",
            "regions.triangle",
            "augmentation.cutout",
            "augmentation.interpolate_features",
            "augmentation.mixup",
            "augmentation.random_erasing",
        ],
        _OPEN,
    ),
    "an error case": _RANDOM,
    "a benchmark": _RANDOM
    | {
        "images.crop": _FEW_NUMBERS,
        "histograms.cumulative": _FEW_NUMBERS,
        "filtering.gaussian_kernel": _FEW_NUMBERS,
        "filtering.mean_filter": "box_filter by another name, and that has a row",
        "filtering.peak_signal_to_noise_ratio": _FEW_NUMBERS,
        "edges.gradient_direction": _OPEN,
        "edges.path_lengths": "a figure's; canny needs hysteresis, which is timed with it",
        "edges.precision_recall": _OPEN,
        "regions.component_statistics": _OPEN,
        "regions.central_moments": _FEW_NUMBERS,
        "regions.normalized_moments": _FEW_NUMBERS,
        "regions.hu_moments": _FEW_NUMBERS,
        "augmentation.cutout": _OPEN,
        "augmentation.interpolate_features": _FEW_NUMBERS,
        "augmentation.is_blank": _FEW_NUMBERS,
        "augmentation.mixup": _FEW_NUMBERS,
        "augmentation.random_erasing": _OPEN,
        "captioning.attention_keys": _FEW_NUMBERS,
        "captioning.attention_step": _OPEN,
        "captioning.decode": _FEW_NUMBERS,
        "captioning.forbid": _FEW_NUMBERS,
        "captioning.greedy": _OPEN,
        "captioning.keep_top_k": _FEW_NUMBERS,
        "captioning.masked_cross_entropy": _OPEN,
        "captioning.sample": _OPEN,
        "color_transfer.fusion_weights": _OPEN,
        "color_transfer.gradient_correlation": _OPEN,
        "color_transfer.sliced_wasserstein": _OPEN,
        "color_transfer.structural_similarity": _OPEN,
    },
}


@cache
def tried_in(path):
    """The names that a file tries: of attributes, imports and texts; not other libraries' own."""
    nodes = [*ast.walk(tree(path))]
    imports = [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]
    ours = [node for node in imports if getattr(node, "module", "").startswith("coursekit")]
    foreign = {a.asname or a.name for node in imports if node not in ours for a in node.names}
    return (
        {alias.name for node in ours for alias in node.names}
        | {node.value for node in nodes if isinstance(node, ast.Constant)}
        | {
            node.attr
            for node in nodes
            if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") not in foreign
        }
    )


@cache
def parts_by_name(chapter):
    """Each function and class of a chapter's reference and shared parts -> the names it uses."""
    definitions = [
        node
        for part in ("shared", "reference")
        for path in parts_of(chapter, part)
        for node in tree(path).body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
    ]
    return {
        one.name: {
            getattr(node, "id", getattr(node, "attr", None))
            for node in ast.walk(one)
            if isinstance(node, (ast.Name, ast.Attribute))
        }
        for one in definitions
    }


def with_steps(names, parts):
    """The names, and all that these functions are made of, by any number of steps."""
    known, waiting = set(), [*names]
    while waiting:
        name = waiting.pop()
        if name in parts and name not in known:
            known.add(name)
            waiting += parts[name]
    return known


def lacking(proof, chapter):
    """The functions that no file for this proof names, alone or as a step of what it names.

    A file about one method, test_median.py say, may hold any of its tests.
    """
    named = ROOT / PROOFS[proof].format(chapter=chapter)
    usual = {Path(pattern).name for pattern in PROOFS.values()}
    own = [path for path in (ROOT / "tests" / chapter).glob("test_*.py") if path.name not in usual]
    files = [named] if proof == "a benchmark" else [named, *own]
    names = set().union(*(tried_in(path) for path in files if path.exists()))
    every = set(public(chapter, "reference"))
    if proof == "a benchmark":
        every &= set(public(chapter, "gpu"))
    return every - with_steps(names, parts_by_name(chapter))


@pytest.mark.parametrize("proof", PROOFS)
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_function_is_proven(chapter, proof):
    missing = {f"{chapter}.{name}" for name in lacking(proof, chapter)}
    excused = {name for name in UNPROVEN[proof] if name.startswith(f"{chapter}.")}
    where = PROOFS[proof].format(chapter=chapter)
    assert not missing - excused, f"{where} lacks {proof} of {sorted(missing - excused)}"
    assert not excused - missing, f"no longer UNPROVEN: {sorted(excused - missing)}"


def test_a_step_is_proven_with_its_method():
    parts = {"clahe": {"clip_histograms", "np"}, "clip_histograms": {"sum"}, "solarize": {"output"}}
    assert with_steps({"clahe", "sobel"}, parts) == {"clahe", "clip_histograms"}
