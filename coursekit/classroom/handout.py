"""What students get: a folder, also as a zip, with everything that they need and no answers.

For graded work, the chapter's ``reference`` would give the answers away. The handout replaces it by
the results that the visible tests ask for, computed with the solution (see ``replay``). For
self-study, ``reference`` is included as it is.
"""

import ast
import re
import shutil
import zipfile
from importlib import import_module, metadata
from pathlib import Path

import nbformat
import numpy as np

from coursekit import course
from coursekit.classroom import page, replay
from coursekit.classroom.answers import definitions, exercise_of
from coursekit.classroom.assignment import read_rules
from coursekit.classroom.student_notebook import (
    ReleaseError,
    solutions,
    student_text,
    without_ways_out,
)
from coursekit.lab.check import LiveCall, Student, judge
from coursekit.lab.check.forbidden import forbidden_by
from coursekit.lab.check.run import exercises

_NOT_FOR_STUDENTS = (
    "__main__.py", "__pycache__", "chapters.py", "cli.py", "demo.py", "doctor.py", "driver.py",
    "explore*", "gpu*", "start.py", "voila",
)  # fmt: skip
_ONLY_IF_USED = {"torch", "torchvision"}
_SEED = re.compile(r"(?m)^SEED = \d+$")
_KEPT = ("SEED", "FORBIDDEN", "GIVEN")  # constants to keep, even if no test uses them
_EPOCH = (1980, 1, 1, 0, 0, 0)  # in the zip, so that the same handout has the same bytes


def handout(name, out, seed=None, self_study=False, root=None):
    """Write the handouts of one chapter, of your own notebook, or of all chapters.

    Parameters
    ----------
    name : ``02``, ``02_gray_transforms``, the path of a solved notebook, or None for all
    out : folder; each handout is ``out/<name>`` and ``out/<name>.zip``
    seed : replaces ``SEED`` in the tests with random inputs
    self_study : include the chapter's ``reference`` and the links to the solutions
    root : the course's folder

    Returns
    -------
    The folders and zips written.

    Raises
    ------
    ReleaseError : there is no such solution, or it cannot be handed out.
    """
    root = Path(root) if root else course.folder()
    chosen, written = list(solutions(root, name)), []
    if seed is not None and not any(_SEED.search(_tests(one.stem, root, None)) for one in chosen):
        raise ReleaseError(f"a seed would change nothing: no test of {name} uses a SEED.")
    for solution in chosen:
        folder = Path(out) / solution.stem
        if folder.exists():
            _refuse_strange(folder)
            shutil.rmtree(folder)
        _write(solution, folder, root, seed, self_study)
        written += [folder, _zipped(folder)]
    return written


def _refuse_strange(folder):
    if not (folder / f"{folder.name}.ipynb").exists():
        raise ReleaseError(
            f"{folder} exists and is not a handout: remove it, or choose another folder."
        )


def _write(solution, folder, root, seed, self_study):
    text = student_text(solution)
    text = text if self_study else _without_ways_out(text)
    tests = _tests(solution.stem, root, seed)
    folder.mkdir(parents=True)
    (folder / f"{solution.stem}.ipynb").write_text(text, encoding="utf-8", newline="\n")
    if tests:
        target = folder / "tests" / "exercises" / f"test_{solution.stem}.py"
        target.parent.mkdir(parents=True)
        target.write_text(tests, encoding="utf-8", newline="\n")
    code = [cell.source for cell in nbformat.reads(text, 4).cells if cell.cell_type == "code"]
    texts = [*code, _without_rules(tests)]
    _copy_package(folder, solution, texts, self_study)
    needs = _requirements(folder, "\n".join(texts))
    (folder / "requirements.txt").write_text("\n".join(needs) + "\n", encoding="utf-8")
    forbidden, given = forbidden_by(root / "tests" / "exercises" / f"test_{solution.stem}.py")
    rules = read_rules(solution.with_suffix(".toml")).forbidden
    readme = page.render(
        "handout.md", name=solution.stem, has_tests=bool(tests), given=given,
        forbidden=forbidden if rules is None else rules,
    )  # fmt: skip
    (folder / "README.md").write_text(readme, encoding="utf-8", newline="\n")


def _without_ways_out(text):
    """The notebook without links to files that students do not get."""
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = without_ways_out(cell.source)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def _zipped(folder):
    path = folder.with_name(f"{folder.name}.zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(one for one in folder.rglob("*") if one.is_file()):
            about = zipfile.ZipInfo(file.relative_to(folder.parent).as_posix(), _EPOCH)
            about.external_attr, about.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(about, file.read_bytes())
    return path


# ------------------------------------------------------------------ tests


def _tests(stem, root, seed):
    path = root / "tests" / "exercises" / f"test_{stem}.py"
    if not path.exists():
        return ""
    source = visible_tests(path.read_text("utf-8"))
    return source if seed is None else _SEED.sub(f"SEED = {int(seed)}", source)


def visible_tests(source):
    """A test file without its hidden tests, and without anything that only they use."""
    hidden = [node for node in ast.parse(source).body if _is_hidden(node)]
    source = _without_nodes(source, hidden)
    while unused := _unused(source):
        source = _without_nodes(source, unused)
    if any(_names_hidden(node) for node in ast.walk(ast.parse(source))):
        raise ReleaseError("a hidden test cannot be removed: put the mark on the function itself.")
    return re.sub(r"\n{4,}", "\n\n\n", source).rstrip("\n") + "\n"


def _without_rules(tests):
    """A test file without FORBIDDEN and GIVEN: what these name need not be in the handout."""
    named = [node for node in ast.parse(tests).body if _given(node) & {"FORBIDDEN", "GIVEN"}]
    return _without_nodes(tests, named)


def _is_hidden(node):
    return any(_names_hidden(part) for one in _decorators(node) for part in ast.walk(one))


def _decorators(node):
    return getattr(node, "decorator_list", [])


def _names_hidden(node):
    return isinstance(node, ast.Attribute) and node.attr == "hidden"


def _without_nodes(source, nodes):
    lines = source.splitlines()
    for node in sorted(nodes, key=lambda node: -node.lineno):
        first = min([node.lineno, *(one.lineno for one in _decorators(node))]) - 1
        while first and lines[first - 1].startswith("#") and "-----" not in lines[first - 1]:
            first -= 1
        del lines[first : node.end_lineno]
    return "\n".join(lines) + "\n"


def _unused(source):
    """Functions, constants and imports that no test of the file uses."""
    tree = ast.parse(source)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    stored = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    loaded = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and n not in stored}
    return [
        node
        for node in tree.body
        if (given := _given(node)) and not given & {*(loaded & used), *_KEPT}
    ]


def _given(node):
    """The names that a statement of a module defines; tests and other statements define none."""
    if isinstance(node, ast.FunctionDef) and not node.name.startswith("test_"):
        return {node.name} if not _decorators(node) else set()
    if isinstance(node, ast.Assign):
        return {part.id for part in ast.walk(node) if _is_stored(part)}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
    return set()


def _is_stored(node):
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


# ------------------------------------------------------------------ the package


def _copy_package(folder, solution, texts, self_study):
    """Copy what the notebook and its tests import from coursekit."""
    target = folder / "coursekit"
    target.mkdir()
    for path in course.PACKAGE.glob("*.py"):
        if path.name not in _NOT_FOR_STUDENTS:
            shutil.copyfile(path, target / path.name)
    own = solution.stem.partition("_")[2]
    for part in ["lab", *_chapters(texts, frozen="" if self_study else own)]:
        if part == own and not self_study:
            _freeze(target / own, solution, folder, texts)
        else:
            leave_out = shutil.ignore_patterns(*_NOT_FOR_STUDENTS)
            shutil.copytree(course.PACKAGE / part, target / part, ignore=leave_out)
    _copy_core(target / "core", texts)


def _copy_core(target, texts):
    """Copy what the handout uses from core; some other parts are answers to exercises."""
    target.mkdir()
    left = [*texts, *(path.read_text("utf-8") for path in target.parent.rglob("*.py"))]
    names = ["__init__"]
    while names:
        for path in (course.PACKAGE / "core" / f"{name}.py" for name in names):
            if path.exists() and not (target / path.name).exists():
                shutil.copyfile(path, target / path.name)
                left.append(path.read_text("utf-8"))
        names = [name for source in left for name in _of_core(source)]
        left = []


def _of_core(source):
    """The modules of core that some source code imports."""
    for node in _imports(source):
        for alias in node.names:
            name = alias.name
            if isinstance(node, ast.ImportFrom):
                name = f"{node.module}.{name}"
            if name.startswith("coursekit.core."):
                yield name.split(".")[2]


def _chapters(texts, frozen=""):
    """The chapters that these texts import, directly or through any chapter but the frozen one."""
    found, left = [], list(texts)
    while left:
        for name in re.findall(r"\bcoursekit\.(\w+)", left.pop()):
            if (
                name not in ("core", "lab", "classroom", *found)
                and (course.PACKAGE / name).is_dir()
            ):
                found.append(name)
                if name == frozen:
                    continue
                left += [path.read_text("utf-8") for path in (course.PACKAGE / name).rglob("*.py")]
    return sorted(found)


def _requirements(folder, text):
    """What has to be installed: the course's requirements that the handout imports."""
    bundled = [path.read_text("utf-8") for path in (folder / "coursekit").rglob("*.py")]
    roots = {name for source in [*bundled, text] for name in _imported(source)}
    roots -= {"coursekit"} | {name for name in _ONLY_IF_USED if not re.search(rf"\b{name}\b", text)}
    providers = metadata.packages_distributions()
    needed = {_plain(one) for root in roots for one in providers.get(root, ())} | {"jupyterlab"}
    asked = {line.partition(";")[0].strip() for line in metadata.requires("coursekit") or ()}
    return sorted(line for line in asked if _plain(re.split(r"[^\w.-]", line)[0]) in needed)


def _plain(distribution):
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _imported(source):
    for node in _imports(source):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif node.module and not node.level:
            yield node.module.partition(".")[0]


def _imports(source):
    """All imports in some source code; lines for IPython are skipped."""
    lines = "\n".join("" if line[:1] in ("%", "!") else line for line in source.splitlines())
    kinds = (ast.Import, ast.ImportFrom)
    return [node for node in ast.walk(ast.parse(lines)) if isinstance(node, kinds)]


# ------------------------------------------------------------------ results in place of functions


def _freeze(target, solution, folder, texts):
    """Replace the chapter's reference by those of its results that the handout asks for."""
    chapter = target.name
    named = set(re.findall(rf"coursekit\.{chapter}(?:\.| import )(\w+)", "\n".join(texts)))
    if named - {"reference"}:
        raise ReleaseError(
            f"{solution.name} uses coursekit.{chapter}'s {', '.join(sorted(named - {'reference'}))}"
            ": only `reference` can be hidden from students; use --self-study."
        )
    reference = import_module(f"coursekit.{chapter}.reference")
    results = _recorded(reference, solution, folder)
    plain = {k: v for k, v in vars(reference).items() if isinstance(v, (int, float, np.ndarray))}
    constants = {name: value for name, value in plain.items() if _mentioned(name, texts)}
    target.mkdir()
    shutil.copyfile(course.PACKAGE / chapter / "__init__.py", target / "__init__.py")
    shutil.copyfile(replay.__file__, target / "reference.py")
    replay.save(target / "answers.npz", constants, results)


def _mentioned(name, texts):
    return any(f"reference.{name}" in text for text in texts)


def _recorded(reference, solution, folder):
    """The results of all calls that the visible tests and the given cells make to reference."""
    results, working = {}, []
    public = {k: v for k, v in vars(reference).items() if callable(v) and not k.startswith("_")}

    def recording(name, function):
        def record(*arguments, **keywords):
            key = replay.digest(name, arguments, keywords)
            working.append(name)
            try:
                value = function(*arguments, **keywords)
            finally:
                working.pop()
            if not working:
                results[key] = value
            return value

        return record

    try:
        for name, function in public.items():
            setattr(reference, name, recording(name, function))
        _run_everything(solution, folder)
    finally:
        for name, function in public.items():
            setattr(reference, name, function)
    return results


def _run_everything(solution, folder):
    """Run the handout's tests against the solution, and the notebook's given cells."""
    notebook = nbformat.read(solution, as_version=4)
    namespace = definitions(notebook, solution.stem)
    for tests in (folder / "tests" / "exercises").glob("test_*.py"):
        for name in exercises(tests):
            verdict = judge(name, tests, Student(LiveCall(namespace)))
            if not verdict.passed:
                raise ReleaseError(f"{solution.name}: the solution of {name} fails its own tests: "
                                   f"{verdict.sentence}")  # fmt: skip
    _run_given(notebook, {**namespace, "check": lambda *_: None, "progress": lambda: None})


def _run_given(notebook, namespace):
    """Run the cells that students get, which may call reference too; failures are ignored."""
    imports = re.compile(r"(?m)^from coursekit\.lab import .*$")
    for cell in notebook.cells:
        if cell.cell_type == "code" and not exercise_of(cell) and "%" not in cell.source[:1]:
            try:
                exec(compile(imports.sub("", cell.source), cell.id, "exec"), namespace)
            except Exception:  # noqa: BLE001, S112  shown to nobody; the notebook has its own test
                continue
