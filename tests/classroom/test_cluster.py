"""A cluster of two worker processes on this machine gives what the local run gives."""

import threading

import nbformat
import pytest

from coursekit.classroom.run import grade_class

distributed = pytest.importorskip("distributed")

ANSWERS = ("return 2 * number", "return number ** 2", "return None", "raise RuntimeError('no')")


@pytest.fixture
def handed_in(course, answered):
    """The made course, with a folder of submissions."""
    (course / "submissions").mkdir()
    for number in range(8):
        answer = f"def double(number):\n    {ANSWERS[number % len(ANSWERS)]}"
        nbformat.write(answered(double=answer), course / "submissions" / f"s{number}.ipynb")
    return course


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
def test_cluster_that_loses_a_worker_gives_the_same_gradebook(handed_in, cluster):
    _, here = graded(handed_in, "here", jobs=1)
    victim = next(iter(cluster.workers.values()))
    lose = threading.Timer(0.5, lambda: victim.process.process._process.kill())
    lose.start()
    summary, there = graded(handed_in, "there", scheduler=cluster.scheduler_address)
    assert not lose.is_alive(), "the run was over before the worker was lost"
    assert there == here and len(there) == 8
    assert not summary.failures


def test_no_cluster_is_told_in_one_sentence(handed_in, monkeypatch):
    monkeypatch.setattr("coursekit.classroom.cluster._PATIENCE", 0.5)
    with pytest.raises(ValueError, match="no Dask cluster answers at tcp://127.0.0.1:9"):
        graded(handed_in, "out", scheduler="tcp://127.0.0.1:9")
