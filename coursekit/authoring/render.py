"""Make notebooks from their text: sync, execute, normalise, write.

The text (``notebooks/src/NN_*.py`` and ``solutions/src/NN_*.py``, jupytext py:percent) is what
people edit and review; the ``.ipynb`` next to ``src`` is only ever written here. Rendering the same
text twice gives the same bytes: a cell whose output differs from run to run (a time, for instance)
has the tag ``nbval-ignore-output``, and keeps its stored outputs until its code changes.
"""

import hashlib
import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ipykernel.kernelspec
import jupytext
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from coursekit import course
from coursekit.core import atomic

FOLDERS = ("notebooks", "solutions")
LARGEST = 1_500_000  # bytes of one notebook
CELL_TIMEOUT = 60  # seconds
AT_ONCE = 2  # notebooks executed side by side
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_IGNORED = {"nbval-ignore-output"}
_METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "pygments_lexer": "ipython3",
    },
}


class RenderError(ValueError):
    """A notebook that cannot be rendered, or that disagrees with its text."""


def render(names=None, check=False, root=None):
    """Write notebooks from their text, or check that they agree with it.

    Parameters
    ----------
    names : sequence of numbers, names, both together, or paths of sources; None means all
    check : only compare, without executing or writing anything
    root : the course's folder; by default the one that contains the current folder, or else the
        shipped one

    Returns
    -------
    The notebooks written (or found to agree), as a list of paths.

    Raises
    ------
    RenderError : there is no such source, a cell fails, a notebook is too large or, with ``check``,
        notebooks disagree with their text.
    """
    root = Path(root) if root else course.folder("notebooks/src")
    sources = _sources(root, names)
    if check:
        found = disagreements(root, names)
        if found:
            raise RenderError("\n".join([*found, "Run `coursekit render` and commit the result."]))
        return [_target(source) for source in sources]
    with tempfile.TemporaryDirectory(prefix="coursekit-home-") as home:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            jobs = [pool.submit(_render_one, source, home) for source in sources]
    refused = [job.exception() for job in jobs if isinstance(job.exception(), RenderError)]
    if len(refused) > 1:
        raise RenderError("\n\n".join(map(str, refused)))
    return [job.result() for job in jobs]


def disagreements(root, names=None):
    """List where the notebooks under root disagree with their text, one per line."""
    root = Path(root)
    sources = _sources(root, names)
    found = [line for source in sources for line in _compare(source)]
    if names is None:
        written = (path for folder in FOLDERS for path in (root / folder).glob("*.ipynb"))
        targets = {_target(source) for source in sources}
        found += [f"{_shown(path)}: has no text in src/" for path in sorted(set(written) - targets)]
    return found


def _sources(root, names):
    every = [path for folder in FOLDERS for path in sorted((root / folder / "src").glob("*.py"))]
    if names is None:
        return every
    names = [names] if isinstance(names, (str, Path)) else names
    return list(dict.fromkeys(path for name in names for path in _named(name, every)))


def _named(name, every):
    name = Path(name)
    if name.parent != Path("."):
        found = [path for path in every if path.resolve() == name.resolve() or _is_of(name, path)]
    else:
        found = [path for path in every if name.stem in (path.stem, *path.stem.split("_", 1))]
    if not found:
        known = ", ".join(sorted({path.stem for path in every})) or "none"
        raise RenderError(f"no text for {str(name)!r} in notebooks/src or solutions/src: {known}")
    return found


def _is_of(notebook, source):
    return notebook.suffix == ".ipynb" and notebook.resolve() == _target(source).resolve()


def _target(source):
    return source.parents[1] / f"{source.stem}.ipynb"


def _shown(path):
    """Return a path as one would type it in the current folder."""
    path = Path(path).resolve()
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _render_one(source, home):
    notebook = read(source)
    _execute(notebook, source, home)
    _normalise(notebook)
    _keep_ignored_outputs(notebook, _target(source))
    return _write(notebook, source)


def read(source):
    """Return the notebook of a source, not executed yet."""
    return notebook_of(Path(source).read_text("utf-8"), Path(source))


def notebook_of(text, source):
    """Return the notebook of a source's text, with fixed ids and metadata."""
    notebook = jupytext.reads(text, fmt="py:percent")
    title = notebook.metadata.get("title")
    notebook.metadata = nbformat.from_dict({**_METADATA, **({"title": title} if title else {})})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    taken = set()
    for cell in notebook.cells:
        cell.id = _identity(cell, taken, source)
        taken.add(cell.id)
        cell.metadata.pop("lines_to_next_cell", None)  # jupytext's own note about blank lines
    return notebook


def _identity(cell, taken, source):
    """Return a cell's id, derived from its text, so that a new cell does not change other ids."""
    exercise = cell.metadata.get("exercise")
    if exercise:
        if f"answer-{exercise}" in taken:
            raise RenderError(f"{_shown(source)}: two answer cells for the exercise {exercise!r}")
        return f"answer-{exercise}"
    digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
    copies = (digest if n == 1 else f"{digest}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in copies if name not in taken)


class _ThisPython(KernelSpecManager):
    """Runs the kernel in this interpreter, whatever kernels the user has installed."""

    def get_kernel_spec(self, kernel_name):
        spec = ipykernel.kernelspec.get_kernel_dict()
        return self.kernel_spec_class(resource_dir=ipykernel.kernelspec.RESOURCES, **spec)


def _execute(notebook, source, home):
    at = {}
    client = NotebookClient(
        notebook,
        km=AsyncKernelManager(kernel_name="python3", kernel_spec_manager=_ThisPython()),
        timeout=CELL_TIMEOUT,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(_target(source).parent)}},
        on_cell_start=lambda cell, cell_index: at.update(cell=cell, number=cell_index + 1),
    )
    try:
        client.execute(env=_environment(home), cleanup_kc=True)  # it is our own kernel: end it
    except CellExecutionError as error:
        reason = f"{error.ename}: {error.evalue}"
        raise RenderError(_where(source, **at, traceback=error.traceback) + reason) from None
    except CellTimeoutError:
        reason = f"the cell took more than {CELL_TIMEOUT} s"
        raise RenderError(_where(source, **at) + reason) from None
    except DeadKernelError:
        raise RenderError(_where(source, **at) + "the kernel died") from None


def _environment(home):
    """Return the kernel's environment: this package, but not the user's progress and settings."""
    package = str(course.PACKAGE.parent)
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, "COURSEKIT_HOME": home, "IPYTHONDIR": home}


def _where(source, cell, number, traceback=""):
    """Return the line of the text in which a cell failed."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", traceback)
    inside = re.findall(r"Cell In\[\d+\], line (\d+)", plain)
    line = int(inside[0]) if inside else 1
    before, found, _ = source.read_text("utf-8").partition(cell.source)
    first = before.count("\n") + 1 if found else 1
    code = cell.source.splitlines()[line - 1].strip()
    place = f"{_shown(source)}:{first + line - 1}: {_target(source).name}, cell {number}"
    return f"{place}, at `{code}`\n  "


def _normalise(notebook):
    """Remove what differs from run to run, or what only a live kernel could show."""
    notebook.metadata.pop("widgets", None)
    notebook.metadata.update(nbformat.from_dict(_METADATA))
    count = 0
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        cell.outputs = [output for output in map(_stored_form, cell.outputs) if output]
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count


def _keep_ignored_outputs(notebook, target):
    """Keep the stored outputs of cells whose outputs are not compared, such as times.

    So a second run changes nothing. To measure new times, delete the notebook first.
    """
    stored = nbformat.read(target, as_version=4).cells if target.exists() else []
    outputs = {cell.id: cell.outputs for cell in stored if cell.cell_type == "code"}
    for cell in notebook.cells:
        if _IGNORED & set(cell.metadata.get("tags", ())) and outputs.get(cell.id):
            cell.outputs = outputs[cell.id]


def _stored_form(output):
    """Return an output as it is stored, or None if nothing of it can be."""
    if output.output_type == "error":
        output.traceback = [_without_folders(line) for line in output.traceback]
    if "data" not in output:
        return output
    output.data.pop(_WIDGET_VIEW, None)
    output.metadata.pop(_WIDGET_VIEW, None)
    return output if output.data else None


def _without_folders(line):
    here = str(course.PACKAGE.parent) + os.sep
    return line.replace(here, "").replace(str(Path.home()), "~")


def _write(notebook, source):
    target = _target(source)
    nbformat.validate(notebook)
    text = nbformat.writes(notebook).rstrip("\n") + "\n"
    size = len(text.encode())
    if size > LARGEST:
        number, weight = max(enumerate(_weights(notebook), 1), key=lambda pair: pair[1])
        raise RenderError(
            f"{_shown(target)}: {size / 1e6:.1f} MB, more than the {LARGEST / 1e6:.1f} MB allowed; "
            f"cell {number} alone takes {weight / 1e6:.1f} MB"
        )
    if not target.exists() or target.read_text("utf-8") != text:
        atomic.write_text(target, text)
    return target


def _weights(notebook):
    return [len(nbformat.writes(nbformat.v4.new_notebook(cells=[c]))) for c in notebook.cells]


def _compare(source):
    """List how one notebook differs from its text, one per line."""
    target = _target(source)
    if not target.exists():
        return [f"{_shown(target)}: not rendered yet from {source.name}"]
    stored, current = nbformat.read(target, as_version=4), read(source)
    if [_content(cell) for cell in stored.cells] != [_content(cell) for cell in current.cells]:
        pairs = zip(stored.cells, current.cells, strict=False)
        same = [_content(a) == _content(b) for a, b in pairs]
        number = same.index(False) + 1 if False in same else len(same) + 1
        return [f"{_shown(target)}: cell {number} differs from {source.name}"]
    counts = [cell.execution_count for cell in stored.cells if cell.cell_type == "code"]
    if counts != list(range(1, len(counts) + 1)):
        return [f"{_shown(target)}: was not executed from the first cell to the last"]
    return []


def _content(cell):
    return cell.id, cell.cell_type, cell.source, dict(cell.metadata)
