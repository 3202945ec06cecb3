"""Time from a key press on a slider to new pixels, in JupyterLab in headless Chromium.

``python -m benchmarks.latency`` prints the median over several runs, and how many pictures are
shown while a slider is dragged for two seconds. It brightens one colour picture of 512 x 512.
"""

import statistics
import tempfile
import time
from pathlib import Path

from nbformat.v4 import new_code_cell, new_notebook

from coursekit.lab.driver import NotebookPage, Server, chromium_options

RUNS = 4
DRAG_SECONDS, DRAG_MOVES = 2, 40

FIGURE = """
import cv2
from coursekit.lab import samples
from coursekit.lab.figure import Figure, Slider

def brighter(image, amount):
    return cv2.convertScaleAbs(image, alpha=1, beta=amount)

Figure(brighter, {"amount": Slider(0, 200, 0)}, samples.astronaut(), title="latency")
"""

# Watches one pixel of the canvas in every frame; a key press starts the clock, a change stops it.
WATCH = """(root) => {
  const canvas = root.querySelector("canvas[data-pane]");
  const pen = canvas.getContext("2d");
  const pixel = () =>
    pen.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data.slice(0, 3).join(" ");
  const watch = (window.watch = { times: [], pictures: 0, pressed: null });
  let last = pixel();
  root.addEventListener("keydown", () => (watch.pressed = performance.now()), true);
  const look = () => {
    const now = pixel();
    if (now !== last) {
      watch.pictures += 1;
      if (watch.pressed !== null) watch.times.push(performance.now() - watch.pressed);
      watch.pressed = null;
      last = now;
    }
    requestAnimationFrame(look);
  };
  look();
}"""


def measure_latency(budget=4):
    """Median milliseconds from key press to new pixels, and pictures shown in a drag.

    budget : float, seconds of key presses, shared by the runs; at least one press in each

    Returns None, with a message, if there is no browser.
    """
    try:
        from playwright.sync_api import sync_playwright

        browser = chromium_options()
    except (ImportError, FileNotFoundError) as error:
        print(f"Latency was not measured: {error}")
        return None
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=[new_code_cell(FIGURE)], metadata={"kernelspec": kernel})
    with (
        tempfile.TemporaryDirectory() as folder,
        Server(Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        view = {"viewport": {"width": 1200, "height": 1000}}
        page = playwright.chromium.launch(**browser).new_page(**view)
        address = server.put(notebook, "latency.ipynb", workspace="latency")
        return _measured(NotebookPage(page, address), budget)


def _measured(notebook, budget):
    notebook.run_all()
    figure = notebook.figure("latency")
    figure.settle()
    figure.root.evaluate(WATCH)
    runs = [_key_presses(figure, budget / RUNS) for _ in range(RUNS)]
    return {
        "median_ms": statistics.median(time for run in runs for time in run),
        "runs_ms": [statistics.median(run) for run in runs],
        "pictures_in_a_drag": _drag(figure),
        "drag_seconds": DRAG_SECONDS,
        "drag_moves": DRAG_MOVES,
    }


def _key_presses(figure, seconds):
    page, end, count = figure.page, time.perf_counter() + seconds, 0
    page.evaluate("watch.times = []")
    figure.slider("amount").focus()
    while count == 0 or time.perf_counter() < end:
        count += 1
        page.keyboard.press("ArrowRight")
        page.wait_for_function("(count) => watch.times.length >= count", arg=count)
        page.wait_for_timeout(20)
    figure.settle()
    return page.evaluate("watch.times")


def _drag(figure):
    page = figure.page
    figure.press("Reset")
    figure.settle()
    box = figure.slider("amount").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.05 * box["width"], middle)
    page.mouse.down()
    page.evaluate("watch.pictures = 0")
    for move in range(DRAG_MOVES):
        share = 0.05 + 0.9 * move / DRAG_MOVES
        page.mouse.move(box["x"] + share * box["width"], middle)
        page.wait_for_timeout(1000 * DRAG_SECONDS / DRAG_MOVES)
    pictures = page.evaluate("watch.pictures")
    page.mouse.up()
    return pictures


if __name__ == "__main__":
    print(measure_latency())
