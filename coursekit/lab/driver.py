"""JupyterLab in a headless browser, controlled by a program, for browser tests and benchmarks.

Run a notebook and operate one of its figures::

    with Server(folder) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium_options())
        address = server.put(nbformat_notebook, "one.ipynb", "one")
        notebook = NotebookPage(browser.new_page(), address)
        notebook.run_all()
        figure = notebook.figure("One curve for every pixel")
        figure.slider("contrast").press("ArrowRight")
        figure.pixels("after")  # (512, 512, 3) uint8
"""

import ast
import base64
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import nbformat
import numpy as np

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def chromium_options() -> dict[str, Any]:
    """The options for Playwright's ``chromium.launch``.

    Raises
    ------
    FileNotFoundError : there is no Chromium; the message says how to install it.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise FileNotFoundError("needs Chromium: apt-get install chromium")
    return {"executable_path": path, "args": list(CHROMIUM_ARGUMENTS)}


class Server:
    """``jupyter lab`` on a free port, with its own folder, settings and workspaces."""

    def __init__(self, folder: Path):
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

    def put(self, notebook: nbformat.NotebookNode, name: str, workspace: str) -> str:
        """Give the notebook, without outputs, to the server; return its address."""
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        nbformat.write(notebook, self.folder / name)
        return f"{self.address}/lab/workspaces/{workspace}/tree/{name}?reset"

    def stop(self) -> None:
        """End the server."""
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def _environment(folder):
    """A student's environment: without CI, under which checks raise, and with its own progress."""
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    return environment | {"COURSEKIT_HOME": str(folder / "home")}


def _write_settings(folder):
    """Disable news and updates, which would contact other machines."""
    extension = folder / "@jupyterlab" / "apputils-extension"
    extension.mkdir(parents=True)
    settings = '{"fetchNews": "false", "checkForUpdates": false, "doNotDisturbMode": true}'
    (extension / "notification.jupyterlab-settings").write_text(settings)


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class NotebookPage:
    """An open notebook: ``.page`` is Playwright's, ``.requests`` and ``.errors`` are recorded."""

    def __init__(self, page, address):
        self.page, self.requests, self.errors = page, [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: line.type == "error" and self.errors.append(line.text))
        page.goto(address)

    def run_all(self, timeout: float = 60) -> None:
        """Run all cells, wait for the last one, and refuse error outputs."""
        milliseconds = 1000 * timeout
        idle = self.page.locator("#jp-main-statusbar").get_by_text("| Idle")
        idle.wait_for(timeout=milliseconds)
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.page.wait_for_function(_ALL_CELLS_HAVE_RUN, timeout=milliseconds)
        errors = self.page.locator("[data-mime-type='application/vnd.jupyter.error']")
        if texts := errors.all_inner_texts():
            raise RuntimeError("\n".join(texts))

    def figure(self, title: str, number: int = 0) -> "FigureOnPage":
        """The figure with this title (by default the first one), once its pictures are shown."""
        root = self.page.locator(f".coursekit-figure[aria-label='{title}']").nth(number)
        root.locator("canvas[data-pane]").first.wait_for()
        root.scroll_into_view_if_needed()
        return FigureOnPage(root)

    def value(self, expression: str) -> object:
        """The value of an expression in the notebook's kernel, through a new cell at the end."""
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
    """One figure of ``coursekit.lab`` on a page; ``.root`` is its Playwright locator."""

    def __init__(self, root):
        self.root, self.page = root, root.page

    def control(self, name: str):
        """The row with the control of a parameter, by the parameter's name."""
        return self.root.locator(f"[data-name='{name}']")

    def slider(self, name: str):
        """The slider of a parameter."""
        return self.control(name).get_by_role("slider")

    def type(self, name: str, number: float) -> None:
        """Type a number into the field of a parameter."""
        field = self.control(name).get_by_role("spinbutton")
        field.fill(str(number))
        field.press("Enter")

    def press(self, button: str) -> None:
        """Press the button with this name."""
        self.root.get_by_role("button", name=button, exact=True).click()

    def canvas(self, title: str):
        """The canvas that shows the picture with this title."""
        return self.root.locator(f"canvas[data-pane='{title}']")

    def settle(self) -> None:
        """Wait until there is no pending request and all visible pictures are lossless."""
        self.page.wait_for_timeout(200)  # longer than the front end waits for the next move
        self.page.wait_for_function(_IS_SETTLED, arg=self.root.element_handle())

    def pixels(self, title: str) -> np.ndarray:
        """The exact pixels of a pane, (H, W, 3) uint8, when the page has settled."""
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
