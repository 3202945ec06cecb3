"""JupyterLab in headless Chromium: one server for all tests, a fresh workspace for each notebook.

def test_something(open_notebook):
    notebook = open_notebook("notebooks/02_gray_transforms.ipynb")  # or an nbformat notebook
    notebook.run_all()
    figure = notebook.figure("One curve for every pixel")
    figure.slider("contrast").press("ArrowRight")
    assert figure.pixels("after").shape == (512, 512, 3)
"""

import ast
import base64
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import numpy as np
import pytest


@pytest.fixture(scope="session")
def jupyterlab(tmp_path_factory):
    """A JupyterLab server on this machine only; has ``.address`` and ``.folder``."""
    server = Server(tmp_path_factory.mktemp("jupyterlab"))
    yield server
    server.stop()


class Server:
    """``jupyter lab`` on a free port, its folder, settings and workspaces all its own."""

    def __init__(self, folder):
        self.folder = folder / "notebooks"
        self.folder.mkdir()
        _write_settings(folder / "settings")
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = open(folder / "server.log", "w")
        self.process = subprocess.Popen(
            self._command(folder), stdout=self.log, stderr=subprocess.STDOUT, cwd=self.folder,
            env=_environment(folder),
        )  # fmt: skip
        self._wait()

    def _command(self, folder):
        return [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *("--ip=127.0.0.1", f"--port={self.port}", "--ServerApp.port_retries=0"),
            *("--IdentityProvider.token=", f"--ServerApp.root_dir={self.folder}"),
            f"--LabApp.workspaces_dir={folder / 'workspaces'}",
            f"--LabApp.user_settings_dir={folder / 'settings'}",
        ]

    def _wait(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                return urllib.request.urlopen(f"{self.address}/api", timeout=2).read()
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"JupyterLab did not start: {Path(self.log.name).read_text()[-2000:]}")

    def put(self, notebook, name, workspace):
        """Write the notebook, not yet run, for the server; its address in a fresh workspace."""
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, self.folder / name)
        return f"{self.address}/lab/workspaces/{workspace}/tree/{name}?reset"

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()


def _environment(folder):
    """As a student's: no CI, under which checks raise, and a progress file of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    return environment | {"COURSEKIT_HOME": str(folder / "home")}


def _write_settings(folder):
    """No question about news and no look for updates: both would ask other machines."""
    extension = folder / "@jupyterlab" / "apputils-extension"
    extension.mkdir(parents=True)
    settings = '{"fetchNews": "false", "checkForUpdates": false, "doNotDisturbMode": true}'
    (extension / "notification.jupyterlab-settings").write_text(settings)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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


class NotebookPage:
    """An open notebook; ``.page`` is Playwright's, ``.requests`` and ``.errors`` what it did."""

    def __init__(self, page, address):
        self.page, self.requests, self.errors = page, [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: line.type == "error" and self.errors.append(line.text))
        page.goto(address)

    def run_all(self, timeout=60):
        """Run all cells, wait for the last one, and refuse error outputs."""
        milliseconds = 1000 * timeout
        idle = self.page.locator("#jp-main-statusbar").get_by_text("| Idle")
        idle.wait_for(timeout=milliseconds)
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(_ALL_CELLS_HAVE_RUN, timeout=milliseconds)
        errors = self.page.locator("[data-mime-type='application/vnd.jupyter.error']")
        assert errors.all_inner_texts() == []

    def figure(self, title, number=0):
        """The figure of that title (the first of several), once its pictures are there."""
        root = self.page.locator(f".coursekit-figure[aria-label='{title}']").nth(number)
        root.locator("canvas[data-pane]").first.wait_for()
        root.scroll_into_view_if_needed()
        return FigureOnPage(root)

    def value(self, expression):
        """Value of an expression in the notebook's kernel, by way of a new cell at the end."""
        self.page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").last.click()
        for key in ("Escape", "b", "Enter"):
            self.page.keyboard.press(key)
        self.page.keyboard.insert_text(f"print('answer', repr({expression}))")
        self.page.keyboard.press("Control+Enter")
        cell = self.page.locator(".jp-Notebook .jp-CodeCell").last
        output = cell.locator(".jp-OutputArea-output").get_by_text(re.compile("^answer "))
        output.wait_for()
        return ast.literal_eval(output.inner_text().removeprefix("answer ").strip())


class FigureOnPage:
    """One figure of ``coursekit.lab`` on a page; ``.root`` is Playwright's locator of it."""

    def __init__(self, root):
        self.root, self.page = root, root.page

    def control(self, name):
        """The row of one parameter's control, by the parameter's name."""
        return self.root.locator(f"[data-name='{name}']")

    def slider(self, name):
        """The slider of one parameter."""
        return self.control(name).get_by_role("slider")

    def type(self, name, number):
        """Type a number into one parameter's field."""
        field = self.control(name).get_by_role("spinbutton")
        field.fill(str(number))
        field.press("Enter")

    def press(self, button):
        """Press the button of that name."""
        self.root.get_by_role("button", name=button, exact=True).click()

    def canvas(self, title):
        """The canvas that shows the picture of that title."""
        return self.root.locator(f"canvas[data-pane='{title}']")

    def settle(self):
        """Wait until no request is under way and all pictures shown are lossless."""
        self.page.wait_for_timeout(200)  # longer than the front end waits for a next move
        self.page.wait_for_function(_IS_SETTLED, arg=self.root.element_handle())

    def pixels(self, title):
        """Exact pixels of one pane: (H, W, 3) uint8, as the page holds them at rest."""
        self.settle()
        data, height, width = self.canvas(title).evaluate(_PIXELS)
        pixels = np.frombuffer(base64.b64decode(data), np.uint8)
        return pixels.reshape(height, width, 4)[..., :3]


_ALL_CELLS_HAVE_RUN = """() => {
  const cells = [...document.querySelectorAll(".jp-CodeCell")]
    .filter((cell) => cell.querySelector(".cm-content")?.textContent.trim());
  return cells.length && cells.every((cell) =>
    /\\[\\d+\\]/.test(cell.querySelector(".jp-InputPrompt")?.textContent ?? ""));
}"""

_IS_SETTLED = """(root) => !root.classList.contains("ck-waits")
  && [...root.querySelectorAll("canvas[data-pane]")].every((canvas) => canvas.exact())"""

_PIXELS = """(canvas) => {
  const { data, height, width } = canvas.pixels();
  let text = "";
  for (let at = 0; at < data.length; at += 32768)
    text += String.fromCharCode(...data.subarray(at, at + 32768));
  return [btoa(text), height, width];
}"""
