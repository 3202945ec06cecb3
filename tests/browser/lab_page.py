"""What browser tests do with a JupyterLab page."""

import base64

import numpy as np


def run_all(page, timeout=60):
    """Run all cells of the open notebook, wait for the last one, and refuse error outputs."""
    milliseconds = 1000 * timeout
    page.get_by_text("Idle").first.wait_for(state="attached", timeout=milliseconds)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(_ALL_CELLS_HAVE_RUN, timeout=milliseconds)
    errors = page.locator("[data-mime-type='application/vnd.jupyter.error']").all_inner_texts()
    assert errors == []


_ALL_CELLS_HAVE_RUN = """() => {
  const cells = [...document.querySelectorAll(".jp-CodeCell")]
    .filter((cell) => cell.querySelector(".cm-content")?.innerText.trim());
  return cells.length && cells.every((cell) =>
    /\\[\\d+\\]/.test(cell.querySelector(".jp-InputPrompt")?.innerText ?? ""));
}"""


def figure_named(page, title):
    """The figure of that title, once its pictures are there."""
    figure = page.locator(f".coursekit-figure[aria-label='{title}']")
    figure.scroll_into_view_if_needed()
    figure.locator("canvas[data-pane]").first.wait_for()
    return figure


def pane_pixels(figure, title):
    """Exact pixels of one pane as a uint8 array (H, W, 3), as the page holds them."""
    data, height, width = figure.locator(f"canvas[data-pane='{title}']").evaluate(_PIXELS)
    pixels = np.frombuffer(base64.b64decode(data), np.uint8)
    return pixels.reshape(height, width, 4)[..., :3]


_PIXELS = """(canvas) => {
  const { data, height, width } = canvas.pixels();
  let text = "";
  for (let at = 0; at < data.length; at += 32768)
    text += String.fromCharCode(...data.subarray(at, at + 32768));
  return [btoa(text), height, width];
}"""


def control(figure, name):
    """The row of one parameter's control."""
    return figure.locator(f"[data-name='{name}']")
