"""The same jobs on many machines: a Dask cluster instead of processes on this one.

Each worker needs coursekit and bubblewrap, like this machine; ``dask worker ADDRESS --nworkers
auto --nthreads 1`` uses all cores. If a worker is lost, its job goes to another one.
"""

import threading
from collections.abc import Iterable, Iterator
from itertools import islice

from distributed import Client, KilledWorker, as_completed

from coursekit.classroom.grade import Job, failed, grade
from coursekit.classroom.gradebook import Result

_PATIENCE = 10  # seconds to find the cluster
_ONE_AT_A_TIME = threading.Lock()  # pytest can judge only one answer at a time in a process


def map_on_cluster(jobs: Iterable[Job], address) -> Iterator[Result]:
    """Grade all jobs on the cluster at ``tcp://host:port``; yield results as they come.

    Raises
    ------
    ValueError : there is no cluster, or it has no workers.
    """
    with _client(address) as client:
        jobs, running = iter(jobs), {}
        waiting = as_completed()
        for job in islice(jobs, 2 * _workers(client, address)):
            waiting.add(_submitted(client, job, running))
        for future in waiting:
            yield _result(future, running.pop(future.key))
            for job in islice(jobs, 1):
                waiting.add(_submitted(client, job, running))


def _client(address):
    try:
        return Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        raise ValueError(f"no Dask cluster answers at {address}: {error}") from None


def _workers(client, address):
    threads = sum(client.nthreads().values())
    if not threads:
        raise ValueError(f"the Dask cluster at {address} has no workers.")
    return threads


def _submitted(client, job, running):
    future = client.submit(_grade, job, pure=False)
    running[future.key] = job
    return future


def _grade(job):
    with _ONE_AT_A_TIME:
        return grade(job)


def _result(future, job):
    try:
        return future.result()
    except KilledWorker:
        return failed(job, "Every worker that tried to grade it died.")
