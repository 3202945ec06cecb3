"""JupyterLab in headless Chromium: one server for all tests, a fresh workspace for each notebook.

def test_something(open_notebook):
    notebook = open_notebook("notebooks/02_gray_transforms.ipynb")  # or an nbformat notebook
    notebook.run_all()
    figure = notebook.figure("One curve for every pixel")
    figure.slider("contrast").press("ArrowRight")
    assert figure.pixels("after").shape == (512, 512, 3)
"""

from pathlib import Path

import nbformat
import pytest

from coursekit.lab.driver import NotebookPage, Server


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory):
    """A JupyterLab server on this machine only; has ``.address`` and ``.folder``."""
    with Server(tmp_path_factory.mktemp("jupyterlab")) as server:
        yield server


@pytest.fixture(scope="module")
def open_notebook(chromium, jupyterlab):
    """Open a notebook (or the path of one) in a fresh workspace; all of them close at the end."""
    contexts = []

    def open_it(notebook, name="test.ipynb", **options):
        if isinstance(notebook, (str, Path)):
            name = "-".join(Path(notebook).parts[-2:])
            notebook = nbformat.read(notebook, as_version=4)
        address = jupyterlab.put(notebook, name, workspace=f"test-{len(contexts)}")
        options = {"viewport": {"width": 1200, "height": 1000}} | options
        contexts.append(chromium.new_context(**options))
        return NotebookPage(contexts[-1].new_page(), address)

    yield open_it
    for context in contexts:
        context.close()
