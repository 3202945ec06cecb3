"""The benchmarks run, compare the same work, and report what they measured."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import grading, report
from benchmarks.__main__ import beside_earlier, chapters
from benchmarks.row import GPU, KORNIA, NAIVE, REFERENCE, SKIMAGE, Row, gray_batch

ROOT = Path(__file__).parents[1]
TINY = {"count": 2, "size": 64}


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """Run ``make bench`` with the least work; what it prints, and the folder it writes to."""
    folder = tmp_path_factory.mktemp("results")
    finished = subprocess.run(
        [
            *("make", "bench", f"BIN={Path(sys.executable).parent}"),
            *("-o", ".venv/bench", "-o", ".venv/browser", "-o", ".venv/sandbox"),
            f"BENCH_FLAGS=--results {folder} --budget 0 --pictures 2 --size 64",
            f"GRADING_FLAGS=--results {folder} --submissions 1 --peer 1",
        ],
        cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout, folder


@pytest.fixture(scope="module")
def results(bench):
    return json.loads((bench[1] / "results.json").read_text("utf-8"))


@pytest.mark.slow
def test_every_row_of_every_chapter_is_saved_with_its_times(results):
    assert list(results["chapters"]) == chapters()
    for row in (row for rows in results["chapters"].values() for row in rows):
        assert {REFERENCE, GPU} & set(row["seconds"]) and len(row["seconds"]) > 1
        assert all(0 < row["fastest"][name] <= row["seconds"][name] for name in row["seconds"])


@pytest.mark.slow
def test_every_chapter_has_a_naive_loop(results):
    for rows in results["chapters"].values():
        assert [row for row in rows if NAIVE in row["seconds"]]


@pytest.mark.slow
def test_every_row_is_printed_with_its_ratios_and_drawn(bench, results):
    printed, folder = bench
    for rows in results["chapters"].values():
        for row in rows:
            assert len(re.findall(f"^{re.escape(row['name'])} {row['dtype']} ", printed, re.M)) == 1
    assert "(×" in printed
    assert (folder / "results.png").stat().st_size > 10_000


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium: apt-get install chromium")
def test_a_slider_is_timed_in_the_browser(results):
    latency = results["latency"]
    assert len(latency["runs_ms"]) == 4 and latency["median_ms"] > 0
    assert latency["pictures_in_a_drag"] > 0


@pytest.mark.slow
def test_a_class_is_graded_by_both(bench):
    graded = json.loads((bench[1] / "grading.json").read_text("utf-8"))
    assert graded["answers judged alike"] == graded["answers judged by both"] > 0
    assert max(graded["coursekit"][grading.BY_QUARTER]["workers together"]) > 0


def test_an_interrupted_run_keeps_the_chapters_that_are_done(tmp_path, monkeypatch, capsys):
    def measured(chapter, budget, **size):
        yield {"name": "w", "dtype": "uint8", "seconds": {GPU: 2.0, KORNIA: 4.0}}
        if chapter == "histograms":
            raise KeyboardInterrupt

    monkeypatch.setattr(command, "measured", measured)
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--results", str(tmp_path)])
    command.main()
    saved = json.loads((tmp_path / "results.json").read_text("utf-8"))
    assert list(saved["chapters"]) == ["images", "gray_transforms"]
    printed = capsys.readouterr().out
    assert printed.count("w uint8") == 3 and "(×2)" in printed and "Stopped" in printed


def test_a_row_keeps_to_its_budget(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("time.perf_counter", clock.now)
    work = {REFERENCE: clock.takes(0.01, np.sort), GPU: clock.takes(0.1, lambda tensor: tensor)}
    row = Row("sort", "uint8", gray_batch(**TINY), work)
    timings = row.measure(budget=6.5)
    assert (clock.seconds, len(timings[GPU].times)) == (pytest.approx(6.48), 53)
    timings = row.measure(budget=0)
    assert (clock.seconds, len(timings[GPU].times)) == (pytest.approx(6.6), 1)


class Clock:
    """Stands still but for the work that is said to take so many seconds."""

    def __init__(self):
        self.seconds = 0.0

    def now(self):
        return self.seconds

    def takes(self, seconds, function):
        def work(*given):
            self.seconds += seconds
            return function(*given)

        return work


def test_a_run_of_some_chapters_keeps_the_rows_of_others(tmp_path):
    row = {"name": "w", "dtype": "uint8", "seconds": {GPU: 2.0}}
    earlier = {"machine": {"processor": "P"}, "chapters": {"edges": [row], "images": [row]}}
    text = json.dumps(earlier | {"latency": {}})
    (tmp_path / "results.json").write_text(text, "utf-8")
    anew = {"machine": {"processor": "P", "load": 0}, "batch": "small", "chapters": {"edges": []}}
    together = beside_earlier(anew, tmp_path)
    assert list(together["chapters"].items()) == [("images", [row]), ("edges", [])]
    assert together["machine"]["load"] == 0 and together["latency"] == {}
    elsewhere = anew | {"machine": {"processor": "Q"}}
    assert beside_earlier(elsewhere, tmp_path) == elsewhere


def test_a_peer_that_does_other_work_is_found_out():
    work = {REFERENCE: lambda picture: picture, GPU: lambda batch: batch // 2}
    row = Row("halve", "uint8", gray_batch(**TINY), work)
    assert row.differences()[GPU] > row.tolerance


def test_naive_loop_is_scaled_to_the_whole_batch(monkeypatch):
    clock = Clock()
    monkeypatch.setattr("time.perf_counter", clock.now)
    batch = gray_batch(count=2, size=128)
    crops = []
    work = {REFERENCE: clock.takes(0.5, np.sort), GPU: clock.takes(1, lambda tensor: tensor)}
    naive = clock.takes(1, crops.append)
    timings = Row("sort", "uint8", batch, work, naive).measure(budget=0)
    assert {crop.shape for crop in crops} == {(64, 64)}
    # the loop takes a second, and 2 pictures of 128 x 128 are 8 crops of 64 x 64
    assert set(timings[REFERENCE].times) == {1} and set(timings[NAIVE].times) == {8}


def test_losses_and_ties_are_named():
    row = {"name": "w", "dtype": "uint8", "seconds": {GPU: 2.0, KORNIA: 1.0, SKIMAGE: 2.1}}
    results = {"chapters": {"c": [row]}}
    assert report.losses(results) == ["c.w uint8 (kornia)"]
    assert report.ties(results) == ["c.w uint8 (scikit-image)"]


def test_nbgrader_gets_a_cell_of_tests_after_each_answer():
    path = grading.course.folder() / "solutions" / f"{grading.ASSIGNMENT}.ipynb"
    solution = nbformat.read(path, as_version=4)
    exercises = [name for name in map(grading.exercise_of, solution.cells) if name]
    roles = [cell.metadata.get("nbgrader") for cell in grading.nbgrader_notebook(solution).cells]
    expected = [name for exercise in exercises for name in (exercise, f"test_{exercise}")]
    assert [role["grade_id"] for role in roles if role] == expected


def test_tests_run_in_nbgrader_without_pytest():
    tests = """import pytest
@pytest.mark.exercise("double")
@pytest.mark.parametrize("number", [1, 2])
def test_double(student, number):
    assert student.double(number) == 2 * number
"""
    module = {}
    exec(tests + grading.RUN_TESTS, module)
    module["run"]("double", {"double": lambda number: 2 * number})
    with pytest.raises(AssertionError):
        module["run"]("double", {"double": lambda number: 2})


def test_memory_is_told_for_each_quarter_of_the_class():
    memory = grading.Memory()
    memory.begin(8)
    memory.seen = [(0, 5, 9), (1, 5, 8), (1, 1, 7), (2, 2, 20), (4, 3, 9), (6, 4, 30), (8, 6, 40)]
    expected = {"grader": [5, 2, 3, 5], "workers together": [8, 20, 9, 35], "most of all": 46}
    assert memory.facts() == expected
    drawn = {"submissions": 8, "processes": 2, grading.BY_QUARTER: expected}
    columns = [column.header for column in grading.memory_table(drawn).columns]
    assert columns[1:] == ["1 to 2", "3 to 4", "5 to 6", "7 to 8"]
