"""The viewer in a real JupyterLab: every move is made with the mouse, the keyboard or a file."""

import itertools
import re

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

LINEAR = """
import time
import cv2
import numpy as np
from coursekit.lab.figure import Choice, Curve, Figure, Kernel, Point, Slider, Toggle

rows, columns = np.indices((64, 96))
image = np.stack([rows * 4, columns * 2, (rows + columns) % 256], axis=2).astype(np.uint8)

def linear(image, brightness):
    return {"brighter": cv2.add(image, (brightness,) * 3)}

linear_figure = Figure(
    linear, {"brightness": Slider(0, 100, 10, unit="levels")}, image, "linear", before="original"
)
linear_figure
"""

SLOW = """
positions = []

def slow(position):
    time.sleep(0.1)
    positions.append(position)
    return np.full((40, 40, 3), position, np.uint8)

slow_figure = Figure(slow, {"position": Slider(0, 200, 0)}, title="slow")
slow_figure
"""

EVERYTHING = """
def everything(image, low, high, kind, invert, table, at):
    if low == 13:
        raise ValueError("thirteen brings bad luck")
    gray = table[np.clip(image, low, high)]
    words = np.zeros_like(gray)
    words[at] = 255
    return {"toned": 255 - gray if invert else gray, "at": words, "narrow": gray[:, :40]}

everything_figure = Figure(
    everything,
    {
        "low": Slider(0, 255, 40),
        "high": Slider(0, 255, 200),
        "kind": Choice(["linear", "cubic"]),
        "invert": Toggle(),
        "table": Curve(label="tone curve"),
        "at": Point((10, 20), label="look at"),
    },
    image[..., 1],
    title="everything",
    before="original",
)
everything_figure
"""


TONED = """
def toned(image, a, b, c):
    return {"after": image, "curve": np.full((380, 380, 3), 255, np.uint8)}

controls = {name: Slider(0, 9, 1) for name in "abc"}
Figure(toned, controls, np.zeros((512, 512), np.uint8), title="toned", before="before")
"""

BINNED = """
def binned(image, level):
    plot = np.full((50, 512, 3), 255, np.uint8)
    plot[:, 2 * level : 2 * level + 2] = 0
    return {"picked": (image == level) * np.uint8(255), "plot": plot}

binned_figure = Figure(
    binned, {"level": Slider(0, 255, 10, label="level", pane="plot")}, image[..., 0], title="binned"
)
binned_figure
"""


PLOTTED = """
from coursekit.lab import plots

def plotted(image, level):
    axes = plots.Axes((300, 180), (0, 255), (0, 1), "share of the pixels").mark(level)
    return {"picked": (image == level) * np.uint8(255), "share": axes.picture()}

plotted_figure = Figure(plotted, {"level": Slider(0, 255, 10)}, image[..., 0], title="plotted")
plotted_figure
"""


KERNEL = """
weighed = Kernel(
    ((0, 0), (0, 1)),
    {"first": ((1, 0), (0, 0)), "last": ((0, 0), (0, 1))},
    minimum=-4,
    maximum=4,
    step=0.5,
    label="weights",
)
kernel_figure = Figure(
    lambda kernel: np.uint8(np.clip(100 + 10 * kernel, 0, 255)), {"kernel": weighed}, title="kernel"
)
kernel_figure
"""


PAIR = """
def pair(image, second, swap):
    pictures = (second, image) if swap else (image, second)
    return dict(zip(("target", "reference"), pictures))

pair_figure = Figure(
    pair, {"swap": Toggle()}, image, title="pair", second=image[::2, ::2],
    photos=("target", "reference"),
)
pair_figure
"""


def _made_image():
    rows, columns = np.indices((64, 96))
    return np.stack([rows * 4, columns * 2, (rows + columns) % 256], axis=2).astype(np.uint8)


SOURCES = (LINEAR, SLOW, EVERYTHING, TONED, BINNED, PLOTTED, KERNEL, PAIR)


@pytest.fixture(scope="module")
def notebook(open_notebook):
    cells = [new_code_cell(source) for source in SOURCES]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = open_notebook(new_notebook(cells=cells, metadata={"kernelspec": kernel}))
    notebook.run_all()
    return notebook


@pytest.fixture
def page(notebook):
    return notebook.page


@pytest.fixture
def linear(notebook):
    return _fresh(notebook.figure("linear"))


@pytest.fixture
def everything(notebook):
    return _fresh(notebook.figure("everything"))


@pytest.fixture
def toned(notebook):
    return notebook.figure("toned")


@pytest.fixture
def binned(notebook):
    return _fresh(notebook.figure("binned"))


@pytest.fixture
def plotted(notebook):
    return _fresh(notebook.figure("plotted"))


@pytest.fixture
def kernel(notebook):
    return _fresh(notebook.figure("kernel"))


@pytest.fixture
def pair(notebook):
    return _fresh(notebook.figure("pair"))


def _fresh(figure):
    figure.press("Reset")
    figure.settle()
    return figure


def test_pixels_are_exact_at_rest(linear):
    assert np.array_equal(linear.pixels("original"), _made_image())
    brighter = np.minimum(_made_image().astype(int) + 10, 255)
    assert np.array_equal(linear.pixels("brighter"), brighter)


def test_keys_move_a_slider_and_not_the_notebook(page, linear):
    active = page.locator(".jp-Notebook .jp-mod-active")
    before = active.evaluate("(cell) => cell.dataset.windowedListIndex ?? cell.innerText")
    slider = linear.slider("brightness")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    linear.settle()
    brighter = np.minimum(_made_image().astype(int) + 14, 255)
    assert np.array_equal(linear.pixels("brighter"), brighter)
    after = active.evaluate("(cell) => cell.dataset.windowedListIndex ?? cell.innerText")
    assert after == before


def test_mouse_drags_a_slider(page, linear):
    box = linear.slider("brightness").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.12 * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], middle, steps=10)
    page.mouse.up()
    linear.settle()
    position = int(linear.slider("brightness").input_value())
    assert 60 < position < 80
    brighter = np.minimum(_made_image().astype(int) + position, 255)
    assert np.array_equal(linear.pixels("brighter"), brighter)


def test_a_typed_number_moves_the_slider(linear):
    linear.type("brightness", 33)
    linear.settle()
    assert linear.slider("brightness").input_value() == "33"
    assert linear.pixels("brighter")[0, 0, 0] == 33


def test_the_last_of_many_quick_positions_wins(notebook):
    figure = notebook.figure("slow")
    slider = figure.root.get_by_role("slider", name="position")
    slider.evaluate(
        """async (slider) => {
          for (let step = 1; step <= 60; step++) {
            slider.value = 3 * step;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            await new Promise((done) => setTimeout(done, 10));
          }
          slider.dispatchEvent(new Event("change", { bubbles: true }));
        }"""
    )
    figure.settle()
    title = "slow"
    assert np.array_equal(figure.pixels(title), np.full((40, 40, 3), 180))
    renders = notebook.value("len(positions)")
    assert 3 < renders < 50  # of 61 positions; the slower the machine, the more are drawn


def test_the_probe_reads_all_panes_of_one_size(page, linear):
    canvas = linear.canvas("original")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    row, column = 33, 49
    red, green, blue = _made_image()[row, column]
    status = linear.root.get_by_role("status")
    expect(status).to_contain_text(f"row {row}, column {column}")
    assert f"original: {red} {green} {blue}" in status.inner_text()
    assert f"brighter: {red + 10} {green + 10} {blue + 10}" in status.inner_text()


def test_a_magnified_pixel_is_a_flat_square_of_its_color(page, linear):
    canvas = linear.canvas("brighter")
    canvas.click()
    for _ in range(4):
        page.keyboard.press("+")
    page.wait_for_timeout(100)
    seen = canvas.evaluate(
        """(canvas) => {
          const pen = canvas.getContext("2d");
          const data = pen.getImageData(canvas.width / 4, canvas.height / 4, 60, 60).data;
          return [...new Set(Array.from({ length: 3600 }, (_, n) =>
            [...data.subarray(4 * n, 4 * n + 3)].join(" ")))];
        }"""
    )
    colors = {" ".join(map(str, color)) for row in linear.pixels("brighter") for color in row}
    assert len(seen) > 2 and set(seen) <= colors
    linear.press("Fit")


def test_zoomed_far_enough_pixels_bear_their_values(page, linear):
    canvas = linear.canvas("brighter")
    plain = canvas.screenshot()
    canvas.click()
    for _ in range(8):
        page.keyboard.press("+")
    zoom = linear.root.locator(".ck-zoom")
    page.wait_for_timeout(100)
    assert float(zoom.inner_text().strip("×")) > 28
    assert canvas.screenshot() != plain
    page.keyboard.press("0")
    page.wait_for_timeout(100)
    assert "×28" not in zoom.inner_text()


def test_swipe_lays_before_over_after(page, linear):
    linear.press("Swipe")
    assert linear.canvas("original | brighter").count() == 1
    divider = linear.root.get_by_role("slider", name="Divider between before and after")
    divider.focus()
    page.keyboard.press("ArrowRight")
    assert divider.get_attribute("aria-valuenow") == "52"
    page.keyboard.press("Home")
    assert divider.get_attribute("aria-valuenow") == "0"
    linear.press("Swipe")
    assert linear.canvas("original").count() == 1


def test_histogram_tells_what_is_seen(linear):
    linear.press("Histogram")
    note = linear.root.locator(".ck-histogram").first
    assert f"mean {_made_image().mean():.1f}" in note.inner_text()
    linear.press("Histogram")
    assert note.is_hidden()


def test_a_plot_has_no_histogram(everything):
    everything.press("Histogram")
    hidden = everything.root.locator(".ck-histogram[hidden]")
    assert hidden.count() == 1  # "narrow" is not of the image's size
    everything.press("Histogram")
    assert hidden.count() == 4


def test_low_pushes_high(everything):
    everything.type("low", 220)
    everything.settle()
    assert everything.root.get_by_role("slider", name="high").input_value() == "220"
    assert everything.pixels("toned").min() == 220


def test_choice_toggle_and_point_reach_python(notebook, page, everything):
    everything.root.get_by_label("invert").check()
    everything.root.get_by_label("kind").select_option("cubic")
    everything.canvas("at").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    everything.settle()
    assert np.argwhere(everything.pixels("at")[..., 0]).tolist() == [[11, 30]]
    assert everything.pixels("toned").max() == 255 - 40
    assert notebook.value("everything_figure.values['kind']") == "cubic"


def test_a_click_picks_the_pixel_under_it(everything):
    canvas = everything.canvas("original")
    box = canvas.bounding_box()
    canvas.click(position={"x": box["width"] * 70.5 / 96, "y": box["height"] * 40.5 / 64})
    everything.settle()
    assert np.argwhere(everything.pixels("at")[..., 0]).tolist() == [[40, 70]]


def level_of(figure):
    figure.settle()
    level = int(figure.slider("level").input_value())
    picked = figure.pixels("picked")[..., 0] == 255
    assert np.array_equal(picked, _made_image()[..., 0] == level)
    return level


def test_a_click_on_a_plot_sets_the_slider_that_names_it(binned):
    canvas = binned.canvas("plot")
    box = canvas.bounding_box()
    for level in (0, 100, 255):
        across = box["width"] * (level + 0.5) / 256
        canvas.click(position={"x": across, "y": box["height"] / 2})
        assert level_of(binned) == level


def test_a_drag_over_a_plot_sweeps_the_slider(page, binned):
    canvas = binned.canvas("plot")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    first, last = (box["x"] + box["width"] * (level + 0.5) / 256 for level in (40, 180))
    middle = box["y"] + box["height"] / 2
    page.mouse.move(first, middle)
    page.mouse.down()
    page.mouse.move(last, middle, steps=8)
    page.mouse.up()
    assert level_of(binned) == 180


def test_arrow_keys_on_a_plot_step_the_slider(page, binned):
    canvas = binned.canvas("plot")
    assert "to set: level" in canvas.get_attribute("title")
    canvas.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "Shift+ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
    assert level_of(binned) == 10 + 1 + 10 + 1


def test_a_click_on_the_photo_leaves_the_slider_of_the_plot(binned):
    binned.canvas("picked").click()
    assert level_of(binned) == 10


def test_the_curve_is_drawn_and_stepped(page, everything):
    curve = everything.root.get_by_role("slider", name="tone curve")
    curve.focus()
    page.keyboard.press("Shift+ArrowUp")
    assert curve.get_attribute("aria-valuetext") == "128 becomes 144"
    box = curve.bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 3, box["y"] + 3, steps=4)
    page.mouse.up()
    everything.settle()
    assert everything.pixels("toned").min() > 240
    everything.press("Reset tone curve")
    everything.settle()
    assert everything.pixels("toned").min() == 40


def test_a_curve_drawn_past_its_corners_reaches_the_extremes(notebook, page, everything):
    curve = everything.root.get_by_role("slider", name="tone curve")
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    left, right, top, bottom = (
        box["x"] + 1, box["x"] + box["width"] + 30, box["y"] + 1, box["y"] + box["height"] + 30
    )  # fmt: skip
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(right, bottom, steps=6)
    page.mouse.up()
    everything.settle()
    table = notebook.value("everything_figure.values['table'].tolist()")
    assert (table[0], table[255]) == (255, 0) and 90 < table[128] < 160


def test_a_curve_stands_beside_the_pictures(everything):
    curve = everything.root.get_by_role("slider", name="tone curve").bounding_box()
    picture = everything.canvas("toned").bounding_box()
    assert curve["x"] > picture["x"] + picture["width"]
    assert curve["width"] > 300


def _sizes_of_a_plot(figure, page):
    """(height, width) of a plot's bitmap, of its canvas, and of its pane in CSS pixels."""
    figure.settle()
    page.wait_for_function(_HAS_ITS_OWN_PIXELS, arg=figure.canvas("share").element_handle())
    return figure.canvas("share").evaluate(_SIZES)


_SIZES = """(canvas) => {
  const { height, width } = canvas.getBoundingClientRect();
  return [canvas.drawn(), [canvas.height, canvas.width], [height, width]];
}"""
_HAS_ITS_OWN_PIXELS = """(canvas) => Math.abs(canvas.drawn()[1] - canvas.width) < 2"""


def test_a_plot_has_the_pixels_of_its_pane_and_letters_that_can_be_read(page, plotted, notebook):
    drawn, canvas, pane = _sizes_of_a_plot(plotted, page)
    assert np.abs(np.subtract(drawn, canvas)).max() <= 1
    assert notebook.value("plotted_figure.viewer.scale") == pytest.approx(pane[1] / 300, rel=1e-3)
    assert 13 * pane[1] / 300 >= 12


def test_a_plot_is_drawn_anew_where_the_room_is_another_one(page, plotted):
    before = _sizes_of_a_plot(plotted, page)[0]
    plotted.press("Full screen")
    page.wait_for_function("() => document.fullscreenElement")
    page.wait_for_timeout(300)
    drawn, canvas, _ = _sizes_of_a_plot(plotted, page)
    assert np.abs(np.subtract(drawn, canvas)).max() <= 1 and drawn[1] > before[1]
    assert 13 * drawn[1] / 300 >= 0.022 * page.evaluate("() => innerHeight") - 0.1
    plotted.press("Full screen")
    page.wait_for_function("() => !document.fullscreenElement")


def test_a_plot_moves_with_its_slider(page, plotted):
    before = plotted.pixels("share")
    plotted.type("level", 200)
    after = plotted.pixels("share")
    assert after.shape == before.shape and (after != before).any()


def test_on_a_dense_screen_a_plot_has_more_pixels(open_notebook):
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [new_code_cell(LINEAR), new_code_cell(PLOTTED)]
    notebook = open_notebook(
        new_notebook(cells=cells, metadata={"kernelspec": kernel}),
        "dense.ipynb",  # a kernel of its own
        device_scale_factor=2,
    )
    notebook.run_all()
    drawn, canvas, pane = _sizes_of_a_plot(notebook.figure("plotted"), notebook.page)
    assert np.abs(np.subtract(drawn, canvas)).max() <= 1
    assert np.abs(np.subtract(drawn, 2 * np.array(pane))).max() <= 2


def _weight(figure, row, column):
    name = f"weights, row {row}, column {column}"
    return figure.root.get_by_role("spinbutton", name=name)


def test_numbers_of_a_kernel_are_typed_and_stepped(page, kernel):
    field = _weight(kernel, 0, 1)
    field.fill("-1.3")
    assert kernel.pixels("kernel")[..., 0].tolist() == [[100, 87], [100, 110]]
    field.press("ArrowUp")
    field.press("Shift+ArrowUp")
    assert field.input_value() == "4"  # -0.8 + 10 steps of a half, and the range ends
    kernel.settle()
    assert kernel.pixels("kernel")[0, 1, 0] == 140
    field.fill("9")
    field.press("Enter")
    assert field.input_value() == "4"


def test_numbers_of_a_kernel_are_dragged_up_and_down(notebook, page, kernel):
    field = _weight(kernel, 1, 0)
    field.scroll_into_view_if_needed()
    box = field.bounding_box()
    across, down = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(across, down)
    page.mouse.down()
    page.mouse.move(across, down - 32, steps=6)
    page.mouse.up()
    page.mouse.move(across, down - 90)
    assert field.input_value() == "2"
    kernel.settle()
    assert notebook.value("kernel_figure.values['kernel'].tolist()") == [[0, 0], [2, 1]]
    assert kernel.root.get_by_text("sum 3").is_visible()


def test_a_kernel_starts_from_a_preset(kernel):
    start = kernel.root.get_by_label("weights, start from")
    assert start.input_value() == "last"
    start.select_option("first")
    assert kernel.pixels("kernel")[..., 0].tolist() == [[110, 100], [100, 100]]
    _weight(kernel, 0, 0).fill("3")
    assert start.input_value() == "own numbers"


def test_every_number_of_a_kernel_has_a_name(kernel):
    names = kernel.root.get_by_role("spinbutton").evaluate_all(
        "(fields) => fields.map((field) => field.getAttribute('aria-label'))"
    )
    assert names == [f"weights, row {row}, column {column}" for row in (0, 1) for column in (0, 1)]
    assert kernel.root.get_by_role("group", name="weights", exact=True).count() == 1


def test_an_error_of_render_is_shown_and_the_last_picture_stays(everything):
    before = everything.pixels("toned")
    everything.type("low", 13)
    alert = everything.root.get_by_role("alert")
    alert.wait_for()
    assert "thirteen brings bad luck" in alert.inner_text()
    assert np.array_equal(everything.pixels("toned"), before)
    everything.type("low", 14)
    alert.wait_for(state="hidden")


def test_a_cell_moves_the_live_figure(notebook, linear):
    assert notebook.value("linear_figure.set(brightness=77) or 'done'") == "done"
    linear.settle()
    assert linear.slider("brightness").input_value() == "77"
    assert linear.pixels("brighter")[0, 0, 0] == 77


def test_every_control_and_button_has_a_name(everything):
    nameless = everything.root.evaluate(
        """(root) => [...root.querySelectorAll("button, input, select, canvas[tabindex], [role]")]
          .filter((node) => !node.hidden && !node.getAttribute("aria-label")
            && !node.labels?.length && !node.textContent.trim()
            && !["alert", "status"].includes(node.getAttribute("role")))
          .map((node) => node.outerHTML)"""
    )
    assert nameless == []
    for name in ("low", "high"):
        assert everything.root.get_by_role("slider", name=name, exact=True).count() == 1
    assert everything.root.get_by_role(
        "application", name=re.compile("^toned: gray, 64 x 96")
    ).count()


def test_a_narrow_page_wraps_and_does_not_overflow(page, linear):
    page.set_viewport_size({"width": 620, "height": 900})
    page.wait_for_timeout(300)
    assert linear.root.evaluate("(root) => root.scrollWidth <= root.clientWidth + 1")
    page.set_viewport_size({"width": 1200, "height": 1000})


@pytest.mark.parametrize("width", [620, 680, 740])
def test_panes_of_a_narrow_page_do_not_overlap(page, toned, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(300)
    panes = [toned.canvas(title).bounding_box() for title in ("before", "after", "curve")]
    for one, other in itertools.combinations(panes, 2):
        assert any(
            first[start] + first[length] <= second[start]
            for first, second in ((one, other), (other, one))
            for start, length in (("x", "width"), ("y", "height"))
        )
    page.set_viewport_size({"width": 1200, "height": 1000})


def test_an_own_photo_replaces_the_image(page, everything, tmp_path):
    Image.fromarray(np.full((30, 50, 3), 90, np.uint8)).save(tmp_path / "photo.png")
    everything.root.locator("input[type=file]").set_input_files(tmp_path / "photo.png")
    page.wait_for_function(
        "(canvas) => canvas.pixels().width === 50",
        arg=everything.canvas("original").element_handle(),
    )
    assert np.array_equal(everything.pixels("original"), np.full((30, 50, 3), 90))
    everything.type("high", 99)
    everything.press("Reset")
    everything.settle()
    green = np.repeat(_made_image()[..., 1:2], 3, axis=2)
    assert np.array_equal(everything.pixels("original"), green)
    assert everything.root.get_by_role("slider", name="high").input_value() == "200"


DROP = """(node, bytes) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], "photo.png", { type: "image/png" }));
    for (const type of ["dragover", "drop"])
        node.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true }));
}"""


@pytest.mark.parametrize("zone", ["target", "reference"])
def test_a_photo_takes_the_place_of_the_picture_that_it_is_dropped_on(page, pair, tmp_path, zone):
    Image.fromarray(np.full((30, 50, 3), 90, np.uint8)).save(tmp_path / "photo.png")
    pair.canvas(zone).evaluate(DROP, list((tmp_path / "photo.png").read_bytes()))
    canvas = pair.canvas(zone).element_handle()
    page.wait_for_function("(canvas) => canvas.pixels().width === 50", arg=canvas)
    shapes = {title: pair.pixels(title).shape for title in ("target", "reference")}
    own = {"target": (64, 96, 3), "reference": (32, 48, 3)} | {zone: (30, 50, 3)}
    assert shapes == own


def test_each_of_two_pictures_has_a_button_of_its_own(page, pair, tmp_path):
    Image.fromarray(np.full((30, 50, 3), 90, np.uint8)).save(tmp_path / "photo.png")
    assert pair.root.get_by_role("button", name="Own target").count() == 1
    pair.root.locator("input[type=file]").nth(1).set_input_files(tmp_path / "photo.png")
    canvas = pair.canvas("reference").element_handle()
    page.wait_for_function("(canvas) => canvas.pixels().width === 50", arg=canvas)
    pair.press("Reset")
    page.wait_for_function("(canvas) => canvas.pixels().width === 48", arg=canvas)
    assert pair.pixels("reference").shape == (32, 48, 3)


@pytest.mark.parametrize("width", [1200, 1300, 1400])
def test_pictures_plot_and_sliders_are_seen_together(page, toned, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.wait_for_timeout(300)
    panes = [toned.canvas(title).bounding_box() for title in ("before", "after", "curve")]
    assert len({round(pane["y"]) for pane in panes}) == 1
    assert 280 <= panes[2]["width"] <= 380
    assert toned.root.bounding_box()["height"] < 670
    page.set_viewport_size({"width": 1200, "height": 1000})


def test_what_is_no_picture_is_refused_in_words(everything, tmp_path):
    (tmp_path / "notes.txt").write_text("no picture at all")
    everything.root.locator("input[type=file]").set_input_files(tmp_path / "notes.txt")
    alert = everything.root.get_by_role("alert")
    alert.wait_for()
    assert "The photo cannot be used" in alert.inner_text()


def test_full_screen_fits_the_screen_and_ends(page, linear):
    linear.press("Full screen")
    page.wait_for_function("() => document.fullscreenElement")
    page.wait_for_timeout(200)
    assert linear.root.evaluate("(root) => root.scrollHeight <= root.clientHeight + 1")
    assert linear.slider("brightness").is_visible()
    linear.press("Full screen")
    page.wait_for_function("() => !document.fullscreenElement")


def test_a_pane_is_saved_as_a_lossless_png(page, linear, tmp_path):
    with page.expect_download() as download:
        linear.press("Save brighter as PNG")
    download.value.save_as(tmp_path / "saved.png")
    saved = np.asarray(Image.open(tmp_path / "saved.png").convert("RGB"))
    assert np.array_equal(saved, linear.pixels("brighter"))


def test_nothing_left_the_machine_and_the_console_is_clean(notebook):
    elsewhere = [
        address
        for address in notebook.requests
        if not re.match(r"(https?|wss?)://127\.0\.0\.1:|data:|blob:", address)
    ]
    assert elsewhere == []
    assert notebook.errors == []
