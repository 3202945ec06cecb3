"""What all tests share: one thread a process, turns, and one browser."""

import os
import re
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from coursekit.chapters import CHAPTERS

# Before NumPy and PyTorch are loaded; workers and the kernels of notebooks inherit it. As many
# processes run as there are cores: threads of theirs would only take the cores from each other.
os.environ |= dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1"
) | {"OMP_WAIT_POLICY": "PASSIVE"}

ROOT = Path(__file__).parents[1]

# The longest first, or the last worker is waited for; and make test-quick leaves them out.
LONGEST = (
    "tests/exercises/test_mutants.py",
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
    "tests/exercises/test_every_exercise.py",
    "tests/classroom/test_handout.py",
    "tests/classroom/test_hostile_notebooks.py",
    "tests/test_torchvision.py",
    "tests/test_extras.py",
    "tests/test_readme.py",
    "tests/test_figures.py",
    "tests/sift/test_oracles.py",
    "tests/captioning/test_encoders.py",
    "tests/captioning/test_runs.py",
    "tests/captioning/test_training.py",
    "tests/sift/test_invariants.py",
    "tests/regions/test_mser.py",
    "tests/regions/test_superpixels.py",
    "tests/color_transfer/test_vgg19.py",
    "tests/classroom/test_demo_class.py",
)


# Large files are dealt out in parts: the tests that share a worker bear the same part of their id.
_CHAPTERS = "|".join(chapter.name for chapter in CHAPTERS)
PARTS = {
    "tests/exercises/test_wrong_answers.py": re.compile(r"\[([^:\]]+)"),  # an exercise
    "tests/exercises/test_every_exercise.py": re.compile(r"\[(\d\d)"),  # a chapter
    "tests/exercises/test_mutants.py": re.compile(r"\[(\d\d)"),
    "tests/test_figures.py": re.compile(r"\[([\w-]+)\]"),  # a figure
    "tests/test_parity.py": re.compile(rf"[\[-]({_CHAPTERS})-"),
}


class ByFileOrPart(LoadScopeScheduling):
    """Deals a file to a worker, and a large file by its parts.

    The marks of ``--dist loadgroup`` would say the same, but xdist 3.8 writes them where pytest 9
    no longer reads them.
    """

    def _split_scope(self, nodeid):
        file, _, test = nodeid.partition("::")
        part = PARTS[file].search(test) if file in PARTS else None
        return f"{file} {part.group(1)}" if part else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    if config.option.dist == "loadscope":
        return ByFileOrPart(config, log)
    return None  # as the command line asks


def pytest_collection_modifyitems(items):
    """Begin with the longest."""
    for item in items:
        if _length_rank(item) < len(LONGEST):
            item.add_marker(pytest.mark.slow)
    items.sort(key=_length_rank)


def _length_rank(item):
    place = item.path.relative_to(ROOT).as_posix()
    ranks = (rank for rank, start in enumerate(LONGEST) if place.startswith(start))
    return next(ranks, len(LONGEST))


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
