"""JupyterLab in headless Chromium: a server for each test run, a fresh workspace for each notebook.

    def test_something(open_notebook):
        page = open_notebook(notebook)        # an nbformat notebook, or the path of one
        run_all(page)
        assert pane_pixels(page, "result").shape == (512, 512, 3)

Import ``run_all``, ``pane_pixels``, ``figure_named`` from ``lab_page`` beside this file.
"""

import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def chromium():
    """A running browser; skipped, with what to install, where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("browser tests need Chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_ARGUMENTS))
        yield browser
        browser.close()


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
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = open(folder / "server.log", "w")
        self.process = subprocess.Popen(
            self._command(folder), stdout=self.log, stderr=subprocess.STDOUT, cwd=self.folder
        )
        self._wait()

    def _command(self, folder):
        return [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *("--ip=127.0.0.1", f"--port={self.port}", "--ServerApp.port_retries=0"),
            *("--IdentityProvider.token=", f"--ServerApp.root_dir={self.folder}"),
            f"--LabApp.workspaces_dir={folder / 'workspaces'}",
            f"--LabApp.user_settings_dir={folder / 'settings'}",
            "--LabApp.news_url=None",
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        ]

    def _wait(self, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                return urllib.request.urlopen(f"{self.address}/api", timeout=2).read()
            except OSError:
                time.sleep(0.2)
        raise RuntimeError(f"JupyterLab did not start: {Path(self.log.name).read_text()[-2000:]}")

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def open_notebook(chromium, jupyterlab):
    """Open a notebook (or the path of one) in a fresh workspace; all contexts close at the end."""
    contexts = []

    def open_it(notebook, name="test.ipynb", **options):
        if isinstance(notebook, (str, Path)):
            notebook, name = nbformat.read(notebook, as_version=4), Path(notebook).name
        nbformat.write(notebook, jupyterlab.folder / name)
        options = {"viewport": {"width": 1200, "height": 1000}} | options
        contexts.append(chromium.new_context(**options))
        page = contexts[-1].new_page()
        page.coursekit_console, page.coursekit_requests = [], []
        page.on("console", lambda message: page.coursekit_console.append(message))
        page.on("pageerror", lambda error: page.coursekit_console.append(error))
        page.on("request", lambda request: page.coursekit_requests.append(request.url))
        page.goto(f"{jupyterlab.address}/lab/workspaces/test-{len(contexts)}/tree/{name}?reset")
        return page

    yield open_it
    for context in contexts:
        context.close()
