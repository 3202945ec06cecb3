"""The benchmarks run, compare the same work, and report what they measured."""

import json
from importlib import import_module

import nbformat
import numpy as np
import pytest

from benchmarks import grading, report
from benchmarks.__main__ import beside_earlier, chapters, measured
from benchmarks.machine import machine
from benchmarks.row import GPU, KORNIA, NAIVE, REFERENCE, SKIMAGE, Row, gray_batch

TINY = {"count": 2, "size": 64}


@pytest.fixture(scope="module", params=chapters())
def results(request):
    rows = measured(request.param, budget=0, **TINY)
    return {"machine": machine(), "batch": "tiny", "chapters": {request.param: rows}}


def test_every_row_does_the_same_work_and_takes_time(results):
    (rows,) = results["chapters"].values()
    for row in rows:
        assert {REFERENCE, GPU} & set(row["seconds"]) and len(row["seconds"]) > 1
        assert all(0 < row["fastest"][name] <= row["seconds"][name] for name in row["seconds"])


def test_the_naive_loop_is_the_slowest(results):
    (rows,) = results["chapters"].values()
    loops = [row["seconds"] for row in rows if NAIVE in row["seconds"]]
    assert loops and all(seconds[NAIVE] > seconds[REFERENCE] for seconds in loops)


def test_results_are_saved_as_json_and_drawn(results, tmp_path):
    report.save(results, tmp_path)
    assert json.loads((tmp_path / "results.json").read_text()) == results
    assert (tmp_path / "results.png").stat().st_size > 10_000


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


def test_table_names_every_row_and_ratio(results, capsys):
    report.show(results)
    printed = capsys.readouterr().out
    (rows,) = results["chapters"].values()
    assert all(row["name"] in printed for row in rows)
    assert "(×" in printed


def test_a_peer_that_does_other_work_is_found_out():
    work = {REFERENCE: lambda picture: picture, GPU: lambda batch: batch // 2}
    row = Row("halve", "uint8", gray_batch(**TINY), work)
    assert row.differences()[GPU] > row.tolerance


class Clock:
    """Stands in for the module ``time``: each reading is one second later than the last."""

    def __init__(self):
        self.now = 0

    def perf_counter(self):
        self.now += 1
        return self.now


def test_naive_loop_is_scaled_to_the_whole_batch(monkeypatch):
    monkeypatch.setattr(import_module("coursekit.lab.device"), "time", Clock())
    batch = gray_batch(count=2, size=128)
    crops = []
    work = {REFERENCE: np.sort, GPU: lambda tensor: tensor}
    timings = Row("sort", "uint8", batch, work, crops.append).measure(budget=0)
    assert {crop.shape for crop in crops} == {(64, 64)}
    # every call takes a second, and 2 pictures of 128 x 128 are 8 crops of 64 x 64
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
