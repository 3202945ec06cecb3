"""The lecture hall's page: a chapter's figures in a browser, and not one request to elsewhere."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from coursekit import chapters
from coursekit.lab import demo

COURSE = Path(demo.__file__).parents[2]

EXPLORE = """
import numpy as np
from coursekit.lab.figure import Figure, Slider

def lighter():
    return Figure(
        lambda image, level: np.full_like(image, level),
        {"level": Slider(0, 250, 100, label="level")},
        image=np.zeros((40, 60), np.uint8),
        title="All of one <gray>",
    )

def wider():
    return Figure(
        lambda size: np.full((40, size), 9, np.uint8), {"size": Slider(1, 9, 5)}, title="Wider"
    )

FIGURES = (lighter, wider)
"""

DOTS = chapters.Chapter(1, "dots", "Dots", "what a dot is", 20)
LINES = chapters.Chapter(2, "lines", "Lines, in rows", "what a row is", 30)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A package with the chapters 01_dots, which has no figures, and 02_lines."""
    package = tmp_path / "made_course"
    for name in ("dots", "lines"):
        (package / name).mkdir(parents=True)
        (package / name / "__init__.py").touch()
    (package / "__init__.py").touch()
    (package / "lines" / "explore.py").write_text(EXPLORE)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(demo, "_PACKAGE", package)
    monkeypatch.setattr(chapters, "CHAPTERS", (DOTS, LINES))
    return package


@pytest.mark.parametrize("chapter", ["02", "2", 2, "lines", "02_lines"])
def test_a_chapter_is_found_by_number_name_or_both(course, chapter):
    assert demo.find(chapter) == LINES


@pytest.mark.parametrize("chapter", ["11", "", "0", "lin", "../lines"])
def test_an_unknown_chapter_lists_those_there_are(course, chapter):
    with pytest.raises(ValueError, match="there are: 01_dots, 02_lines"):
        demo.serve(chapter)


def test_a_chapter_without_figures_says_so(course):
    with pytest.raises(ValueError, match="chapter 01_dots has no interactive figures"):
        demo.serve("01")


@pytest.mark.parametrize("port", [-1, 70_000])
def test_an_impossible_port_is_refused(course, port):
    with pytest.raises(ValueError, match=f"expected a free port, got {port}"):
        demo.serve("02", port=port)


def test_a_port_in_use_is_refused(course):
    with demo.socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ValueError, match="expected a free port"):
            demo.serve("02", port=other.getsockname()[1])


def test_ctrl_c_ends_the_demo_and_leaves_no_process():
    code = "from coursekit.lab import demo; demo.serve('02', browser=False)"
    command = [sys.executable, "-c", code]
    running = subprocess.Popen(command, cwd=COURSE, stdout=subprocess.PIPE, text=True)
    address = running.stdout.readline().split()[-4]
    assert address.startswith("http://127.0.0.1:")
    subprocess.run([sys.executable, "-c", _VISIT, address], check=True, timeout=60)
    family = _descendants(running.pid)
    assert len(family) >= 2  # the server and a kernel
    running.send_signal(signal.SIGINT)
    assert running.wait(20) == 0
    assert [pid for pid in family if _alive(pid)] == []


_VISIT = "import sys, urllib.request as u; u.urlopen(sys.argv[1], timeout=50).read()"


def _descendants(pid):
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listing.splitlines()]
    found = [pid]
    for parent in found:
        found += [child for child, of in pairs if of == parent]
    return found[1:]


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def page(course, chromium):
    """The made chapter's page in a browser; ``page.asked`` lists the hosts it spoke to."""
    with demo.running("lines", "02 · Lines", package="made_course") as (address, _):
        page = chromium.new_page(viewport={"width": 1280, "height": 720})
        page.asked = []
        page.on("request", lambda request: page.asked.append(urlsplit(request.url)))
        page.on("websocket", lambda socket: page.asked.append(urlsplit(socket.url)))
        page.goto(address)
        page.locator(".ck-canvas").first.wait_for(timeout=60_000)
        yield page
        page.close()


def _level(page):
    return page.evaluate("document.querySelector('.ck-canvas').pixels().data[0]")


@pytest.mark.browser
def test_the_page_shows_the_figures_and_asks_no_other_machine(page):
    tabs = page.get_by_role("tab")
    assert tabs.all_inner_texts() == ["All of one <gray>", ""]  # of the others, the key alone
    assert page.get_by_role("tab", name="Wider").is_visible()
    assert page.title() == "02 · Lines"
    assert page.get_by_text("Keys: 1 to 9").is_visible()
    assert not tabs.evaluate_all(_ANY_IS_CUT)
    assert page.evaluate(_SMALLEST_LETTERS) >= 0.022 * 720
    _moves_a_slider(page)
    _gives_a_tool_the_room_of_the_hint(page)
    _switches_by_keyboard(page)
    _fills_the_screen(page)
    asked = [url for url in page.asked if url.scheme not in ("data", "blob")]
    assert {url.hostname for url in asked} == {"127.0.0.1"}
    assert "ws" in {url.scheme for url in asked}


@pytest.mark.browser
def test_a_page_whose_figures_are_lost_begins_anew_a_few_times_with_the_same_figure(page):
    page.keyboard.press("2")
    page.wait_for_url("**/#2")
    while page.evaluate(_BEGUN) < 3:  # a busy machine may have lost some before
        with page.expect_navigation(timeout=60_000):
            page.evaluate(_LOSE_A_FIGURE)
        page.locator(".ck-canvas").nth(1).wait_for(timeout=60_000)
        assert page.get_by_role("tab").count() == 2
        assert page.locator("[role=tab][aria-selected=true]").inner_text() == "Wider"
    page.evaluate("window.isTheSame = true")
    page.evaluate(_LOSE_A_FIGURE)
    page.wait_for_timeout(500)
    assert page.evaluate("window.isTheSame")


_BEGUN = "Number(sessionStorage.getItem('begun anew'))"
_LOSE_A_FIGURE = """() => {
  const output = document.querySelector(".jp-OutputArea-output:has(.coursekit-figure)");
  output.textContent = "Error displaying widget: model not found";
  output.classList.add("jupyter-widgets");
}"""


_ANY_IS_CUT = """(tabs) => tabs.some((tab) =>
  tab.scrollWidth > tab.clientWidth + 1 || tab.scrollHeight > tab.clientHeight + 1)"""


_SMALLEST_LETTERS = """() => {
  const hasText = (node) => [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  const nodes = [...document.body.querySelectorAll("*")].filter(hasText);
  const sizes = nodes.filter((node) => node.checkVisibility()).map((node) =>
    parseFloat(getComputedStyle(node).fontSize));
  return Math.min(...sizes);
}"""


def _moves_a_slider(page):
    assert _level(page) == 100
    page.get_by_role("slider", name="level").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.ck-canvas').pixels().data[0] === 101")


def _switches_by_keyboard(page):
    seen = page.locator("[role=tab][aria-selected=true]")
    for key, title in {"2": "Wider", "PageDown": "All of one <gray>", "PageUp": "Wider"}.items():
        page.keyboard.press(key)
        assert seen.inner_text() == title
    assert page.get_by_role("tabpanel").count() == 1  # the other is hidden
    seen.focus()
    page.keyboard.press("ArrowLeft")
    assert seen.inner_text() == "All of one <gray>"


def _gives_a_tool_the_room_of_the_hint(page):
    hint, tool = page.get_by_text("Keys: 1 to 9"), page.get_by_role("button", name="Histogram")
    for is_on in (True, False):
        tool.click()
        assert tool.get_attribute("aria-pressed") == str(is_on).lower()
        assert hint.is_visible() != is_on


def _fills_the_screen(page):
    time.sleep(0.3)
    box = page.locator(".ck-controls").first.bounding_box()
    assert 680 < box["y"] + box["height"] <= 720
    assert page.locator(".ck-canvas").first.bounding_box()["height"] > 300
