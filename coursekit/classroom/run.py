"""Grade a class: each submission once, in separate processes; a run can be resumed at any time.

Only this process writes to the gradebook, in one transaction per submission. The same command,
run again, continues where the last run was stopped.
"""

import multiprocessing
import os
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from multiprocessing import connection
from pathlib import Path

from filelock import FileLock, Timeout

from coursekit.classroom.assignment import load, remove_left_tests
from coursekit.classroom.collect import find
from coursekit.classroom.grade import Job, digest, failed, grade, read, unreadable
from coursekit.classroom.gradebook import GRADER_ERROR, NAME, Gradebook, Result, meant
from coursekit.classroom.sandbox import SandboxUnavailable, require_bubblewrap
from coursekit.classroom.submission import Unreadable
from coursekit.classroom.watch import Watch

_LOCK = ".grading.lock"


@dataclass
class Summary:
    """What a run did: its new results, and the students whose results were kept."""

    assignment: str
    gradebook: Gradebook
    results: list[Result] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    def __str__(self):
        text = f"{self.assignment}: {len(self.results)} graded, {len(self.kept)} kept"
        failed = f", {len(self.failures)} without a result: run the same command again"
        return text + (failed if self.failures else "")

    @property
    def failures(self):
        """The results that are the grader's own errors."""
        return [result for result in self.results if result.status == GRADER_ERROR]


def grade_class(
    place, assignment, out="results", *, jobs=None, seconds=None, memory_mib=None,
    regrade=False, only=None, isolated=True, scheduler=None, root=None, watch=None,
):  # fmt: skip
    """Grade a folder or zip of submissions into the gradebook ``out/gradebook.db``.

    Parameters
    ----------
    place : folder or zip, as for ``collect.find``
    assignment : ``02`` or ``02_gray_transforms``
    out : folder of the results
    jobs : number of processes; by default one per core
    seconds, memory_mib : limits on one call and on one kernel, instead of the assignment's
    regrade : also grade submissions that have a result
    only : names of the students to grade; None means all
    isolated : False grades without the sandbox, and each result says so
    scheduler : ``tcp://host:port`` of a Dask cluster that does the work
    watch : follows the run

    Returns
    -------
    Summary

    Raises
    ------
    ValueError : an argument makes no sense, another grader is running, or there is no sandbox.
    """
    if isolated:
        _require_sandbox()
    remove_left_tests()
    with _alone(Path(out)), watch or Watch() as watch:
        loaded = _limited(load(assignment, root), seconds, memory_mib)
        found = find(place, loaded.name, [out], watch.skipped, watch.numbered)
        found = _chosen(found, only)
        watch.begin(len(found))
        summary = Summary(loaded.name, Gradebook(Path(out) / NAME))
        todo = _todo(_jobs(found, loaded, isolated), summary, regrade, watch)
        for result in map_jobs(todo, jobs, scheduler):
            summary.gradebook.save(result)
            summary.results.append(_light(result))
            watch.done(result)
    return summary


def _require_sandbox():
    try:
        require_bubblewrap()
    except SandboxUnavailable as error:
        raise ValueError(str(error)) from None


def _alone(out):
    """Lock the results folder; the system releases it however this process ends."""
    out.mkdir(parents=True, exist_ok=True)
    try:
        return FileLock(out / _LOCK).acquire(timeout=0)
    except Timeout:
        raise ValueError(
            f"another grader is running on {out}: wait until it has finished."
        ) from None


def _limited(assignment, seconds, memory_mib):
    changes = {"seconds_per_call": seconds, "memory_mib": memory_mib}
    given = {name: value for name, value in changes.items() if value is not None}
    return replace(assignment, rules=replace(assignment.rules, **given))


def _chosen(found, only):
    if not only:
        return found
    names = {submission.student for submission in found}
    unknown = sorted(set(only) - names)
    if unknown:
        raise ValueError(f"nobody named {unknown[0]!r} handed in; {meant(unknown[0], names)}")
    return [submission for submission in found if submission.student in only]


def _jobs(found, assignment, isolated) -> Iterator[Job]:
    """Read the submissions one by one, when they are needed."""
    for one in found:
        job = Job(
            assignment, one.student, b"", one.problem, one.submitted_at, one.remarks, isolated
        )
        try:
            yield replace(job, data=one.read())
        except Unreadable as error:
            yield replace(job, problem=str(error))


def _todo(jobs: Iterable[Job], summary, regrade, watch) -> Iterator[Job]:
    for job in jobs:
        if regrade or not _holds(summary.gradebook.result(job.student, job.assignment.name), job):
            yield job
        else:
            summary.kept.append(job.student)
            watch.kept(job.student)


def _holds(result, job):
    """Whether a result is of this submission and these tests, and as isolated as the job asks."""
    return (
        result is not None
        and result.status != GRADER_ERROR
        and result.submission_hash == digest(job)
        and result.tests_hash == job.assignment.tests_hash
        and result.isolated >= job.isolated
    )


def _light(result):
    """A result without what takes much memory, since a class may be large."""
    bare = [replace(one, pictures=None, answer="") for one in result.exercises]
    return replace(result, exercises=tuple(bare))


# ------------------------------------------------------------------ processes


def map_jobs(jobs: Iterable[Job], count=None, scheduler=None) -> Iterator[Result]:
    """Grade all jobs, several at a time, and yield the results as they come."""
    if scheduler:
        from coursekit.classroom.cluster import map_on_cluster

        return map_on_cluster(jobs, scheduler)
    return _map_here(jobs, count or os.cpu_count() or 1)


def _map_here(jobs, count):
    jobs, pool, running = iter(jobs), _pool(count), {}
    try:
        while _fill(running, jobs, pool, count) or running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            lost = [running[future] for future in done if _is_lost(future)]
            yield from [future.result() for future in done if not _is_lost(future)]
            if lost:
                lost += [job for future, job in running.items() if future not in done]
                pool, running = _pool(count), {}
                yield from map(_alone_in_a_process, lost)
            running = {future: job for future, job in running.items() if future not in done}
    finally:
        pool.shutdown(cancel_futures=True)


def _fill(running, jobs, pool, count):
    """Keep one job waiting besides those that run, and no more, since each holds a notebook."""
    while len(running) <= count:
        job = next(jobs, None)
        if job is None:
            return False
        running[pool.submit(grade, job)] = job
    return True


def _is_lost(future):
    return isinstance(future.exception(), BrokenProcessPool)


def _alone_in_a_process(job):
    """Grade a job whose process died alone, so that it cannot harm others."""
    if _survives(read, job):
        with _pool(1) as pool:
            try:
                return pool.submit(grade, job).result()
            except BrokenProcessPool:
                return failed(job, "The grading process itself ended unexpectedly.")
    return unreadable(job, "Reading the file takes too long, or kills the process that reads it.")


def _survives(step, job):
    with _pool(1) as pool:
        return not _is_lost(pool.submit(step, job))


def _pool(count):
    return ProcessPoolExecutor(count, mp_context=_context(), initializer=_end_with_parent)


def _context():
    """On Linux, one process loads what grading needs, and the workers are copies of it."""
    if not sys.platform.startswith("linux"):
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([grade.__module__])
    return context


def _end_with_parent():
    """Make sure that no worker outlives the run, however it ends."""
    parent = multiprocessing.parent_process().sentinel

    def watch():
        connection.wait([parent])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
