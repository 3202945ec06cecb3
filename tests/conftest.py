"""What all tests share: one thread a process, turns, and one browser."""

import os
from pathlib import Path

import pytest

# Before NumPy and PyTorch are loaded; workers and the kernels of notebooks inherit it. As many
# processes run as there are cores: threads of theirs would only take the cores from each other.
os.environ |= dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1"
) | {"OMP_WAIT_POLICY": "PASSIVE"}

ROOT = Path(__file__).parents[1]

# The longest first, or the last worker is waited for; and make test-quick leaves them out.
LONGEST = (
    "tests/test_wheel.py",
    "tests/classroom/test_attacks.py",
    "notebooks/",
    "solutions/",
    "tests/browser/",
    "tests/classroom/test_sandbox.py",
    "tests/test_benchmarks.py",
    "tests/exercises/test_wrong_answers.py",
    "tests/classroom/test_nbgrader.py",
    "tests/classroom/test_resume.py",
    "tests/classroom/test_grade.py",
    "tests/authoring/",
    "tests/lab/test_demo.py",
    "tests/exercises/test_unsolved.py",
    "tests/exercises/test_made_chapter.py",
    "tests/classroom/test_handout.py",
    "tests/classroom/test_hostile_notebooks.py",
    "tests/test_torchvision.py",
    "tests/test_extras.py",
    "tests/test_readme.py",
    "tests/test_figures.py",
    "tests/sift/test_oracles.py",
)


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items):
    """Deal the tests out: a file to a worker, a large file by its chapters or its own groups."""
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(_group(item)))
        if _length_rank(item) < len(LONGEST):
            item.add_marker(pytest.mark.slow)
    items.sort(key=_length_rank)


def _group(item):
    chapter = getattr(item, "callspec", None) and item.callspec.params.get("chapter")
    return f"{_place(item)} {chapter or ''}".strip()


def _length_rank(item):
    ranks = (rank for rank, start in enumerate(LONGEST) if _place(item).startswith(start))
    return next(ranks, len(LONGEST))


def _place(item):
    return item.path.relative_to(ROOT).as_posix()


@pytest.fixture(scope="session")
def chromium():
    """A running browser; skipped, with what to install, where there is none."""
    from coursekit.lab.driver import chromium_options

    try:
        options = chromium_options()
    except FileNotFoundError as error:
        pytest.skip(f"browser tests: {error}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**options)
        yield browser
        browser.close()
