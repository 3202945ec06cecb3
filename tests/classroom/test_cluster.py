"""A cluster of two worker processes on this machine gives what the local run gives."""

import threading

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from coursekit.classroom.run import grade_class

distributed = pytest.importorskip("distributed")

ANSWERS = ("return 2 * number", "return number ** 2", "return None", "raise RuntimeError('no')")
TESTS = """import pytest
from coursekit.lab.check import assert_value_equal

@pytest.mark.exercise("double")
def test_two(student):
    assert_value_equal(student.double(2), 4)

@pytest.mark.exercise("double")
@pytest.mark.hidden
def test_three(student):
    assert_value_equal(student.double(3), 6)
"""


def made(body):
    cell = new_code_cell(f"def double(number):\n    {body}", id="answer-double")
    cell.metadata["exercise"] = "double"
    return new_notebook(cells=[cell])


@pytest.fixture
def course(tmp_path):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "tests" / "exercises").mkdir(parents=True)
    (tmp_path / "submissions").mkdir()
    solution = made("### BEGIN SOLUTION\n    return 2 * number\n    ### END SOLUTION")
    nbformat.write(solution, tmp_path / "solutions" / "01_made.ipynb")
    (tmp_path / "tests" / "exercises" / "test_01_made.py").write_text(TESTS)
    for number in range(8):
        answer = made(ANSWERS[number % len(ANSWERS)])
        nbformat.write(answer, tmp_path / "submissions" / f"s{number}.ipynb")
    return tmp_path


@pytest.fixture
def cluster():
    quiet = {"dashboard_address": None, "silence_logs": "CRITICAL"}
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, **quiet) as cluster:
        yield cluster


def graded(course, out, **more):
    place = course / "submissions"
    summary = grade_class(place, "01", course / out, isolated=False, root=course, **more)
    return summary, [result.content() for result in summary.gradebook.results("01_made")]


@pytest.mark.slow
def test_cluster_that_loses_a_worker_gives_the_same_gradebook(course, cluster):
    _, here = graded(course, "here", jobs=1)
    victim = next(iter(cluster.workers.values()))
    lose = threading.Timer(0.5, lambda: victim.process.process._process.kill())
    lose.start()
    summary, there = graded(course, "there", scheduler=cluster.scheduler_address)
    assert not lose.is_alive(), "the run was over before the worker was lost"
    assert there == here and len(there) == 8
    assert not summary.failures


def test_no_cluster_is_told_in_one_sentence(course, monkeypatch):
    monkeypatch.setattr("coursekit.classroom.cluster._PATIENCE", 0.5)
    with pytest.raises(ValueError, match="no Dask cluster answers at tcp://127.0.0.1:9"):
        graded(course, "out", scheduler="tcp://127.0.0.1:9")
