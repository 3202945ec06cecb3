"""How much a student's notebook may use."""

from dataclasses import dataclass

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """Limits on one kernel and on what it sends; sizes in bytes, times in seconds.

    ``memory`` applies to each process and, if there is a cgroup, to all of them together.
    ``notebook_seconds`` is the time for all cells and calls of a notebook, fresh kernels included.
    """

    call_seconds: float = 10
    cell_seconds: float = 60
    notebook_seconds: float = 600
    start_seconds: float = 60
    hung_calls: int = 2
    memory: int = 2048 * MIB
    processes: int = 64
    open_files: int = 256
    file_size: int = 64 * MIB
    disk: int = 64 * MIB
    reply: int = 256 * MIB

    @property
    def rlimits(self):
        """The limits that the system enforces, by their names in the module ``resource``."""
        return {
            "RLIMIT_AS": self.memory,
            "RLIMIT_CPU": int(self.notebook_seconds) + 1,
            "RLIMIT_NPROC": self.processes,
            "RLIMIT_NOFILE": self.open_files,
            "RLIMIT_FSIZE": self.file_size,
            "RLIMIT_CORE": 0,
        }
