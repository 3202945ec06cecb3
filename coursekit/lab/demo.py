"""For the lecture hall: a chapter's figures, full screen in a browser, without other machines.

Voilà runs a temporary notebook with one cell, using the page template ``lecture``: one tab per
figure, and no requests to other machines.
"""

import html
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import webbrowser
from contextlib import contextmanager
from pathlib import Path

from coursekit import chapters

_LAB = Path(__file__).parent
_PACKAGE = _LAB.parent
_READY = 60  # seconds to wait for the server
_CELL_TIMEOUT = 60  # seconds for drawing all figures of a chapter
_LARGEST_MESSAGE = 64 * 2**20  # bytes, since a photo is sent in one message
_EXTENSIONS = [  # of the page; no others
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
]


def serve(chapter, port=0, browser=True):
    """Show a chapter's figures in a browser until Ctrl-C.

    Parameters
    ----------
    chapter : ``02``, ``gray_transforms`` or ``02_gray_transforms``
    port : of the server on 127.0.0.1; 0 chooses a free one
    browser : whether to open the page; its address is always printed

    Raises
    ------
    ValueError : there is no such chapter, it has no figures, or the port is in use.
    """
    found = find(chapter)
    title = f"{found.number:02} · {found.title}"
    with _ended_by_signals(), running(found.name, title, port) as (address, server):
        print(f"{title}: {address}   (Ctrl-C stops it)", flush=True)
        if browser:
            webbrowser.open(address)
        try:
            server.wait()
        except KeyboardInterrupt:
            print()


def find(chapter):
    """Return the chapter with a number, a name or both, if it has figures."""
    found = chapters.find(chapter)
    if not any((_PACKAGE / found.name).glob("explore*")):
        raise ValueError(f"chapter {found.slug} has no interactive figures (explore)")
    return found


def stage(figures):
    """Display each figure below its title, for the page's tabs. Called by the notebook."""
    from IPython.display import display

    for make in figures:
        figure = make()
        title = figure.title or make.__name__.replace("_", " ").capitalize()
        heading = f'<h2 class="lecture-title">{html.escape(title)}</h2>'
        display({"text/plain": title, "text/html": heading}, raw=True)
        display(figure.viewer)  # only the live part: a page needs no still


@contextmanager
def running(name, title, port=0, package="coursekit"):
    """Serve the figures of ``package.name.explore``; yield the page's address and the server."""
    port = _free(port)
    with tempfile.TemporaryDirectory(prefix="coursekit-demo-") as folder:
        folder = Path(folder)
        _prepare(folder, f"from {package}.{name} import explore", title, port)
        with (folder / "log").open("wb") as log:
            server = _start(folder, log)
        try:
            _wait_until_ready(server, port, folder / "log")
            yield f"http://127.0.0.1:{port}/", server
        finally:
            _stop(server)


def _free(port):
    """Return a free port of this machine, or check that this one is free."""
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            raise ValueError(f"expected a free port, got {port}, which cannot be used") from None
        return probe.getsockname()[1]


def _prepare(folder, imports, title, port):
    """Write the notebook, its kernel and the server's settings."""
    import nbformat
    from ipykernel.kernelspec import write_kernel_spec

    write_kernel_spec(str(folder / "kernels" / "lecture"))
    code = f"from coursekit.lab.demo import stage\n{imports}\nstage(explore.FIGURES)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    kernel = {"name": "lecture", "display_name": "lecture", "language": "python"}
    notebook.metadata.update(title=title, kernelspec=kernel)
    nbformat.write(notebook, folder / "lecture.ipynb")
    (folder / "voila.json").write_text(json.dumps(_settings(folder, port)), "utf-8")


def _settings(folder, port):
    return {
        "Voila": {
            "ip": "127.0.0.1",
            "port": port,
            "port_retries": 0,
            "open_browser": False,
            "connection_dir_root": str(folder),
            "tornado_settings": {"websocket_max_message_size": _LARGEST_MESSAGE},
        },
        "VoilaConfiguration": {
            "template": "lecture",
            "theme": "dark",
            "show_tracebacks": True,
            "extension_allowlist": _EXTENSIONS,
        },
        "VoilaExecutor": {"timeout": _CELL_TIMEOUT},
    }


def _start(folder, log):
    return subprocess.Popen(
        [sys.executable, "-m", "voila", "lecture.ipynb"],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C is for this process, which stops the server
    )


def _environment(folder):
    def before(name, *paths):
        return os.pathsep.join([*map(str, paths), *filter(None, [os.environ.get(name)])])

    return {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(folder),
        "JUPYTER_PATH": before("JUPYTER_PATH", folder, _LAB),
        "PYTHONPATH": before("PYTHONPATH", _PACKAGE.parent),
    }


def _wait_until_ready(server, port, log):
    deadline = time.monotonic() + _READY
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    last = "\n".join(log.read_text("utf-8", "replace").splitlines()[-15:])
    raise RuntimeError(f"the server did not start; the end of its log:\n{last}")


def _stop(server):
    """End the server, which ends its kernels."""
    if server.poll() is None:
        server.terminate()
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def _ended_by_signals():
    """Let a closed terminal, or ``kill``, end the demo like Ctrl-C."""

    def end(number, frame):
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), end) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
