"""The device that PyTorch computes on, and a timer that measures it correctly.

Calls to an accelerator return before it has finished: a clock stopped too early measures how fast
work is ordered, not how fast it is done. The timer waits for the device before it reads the clock,
warms up first, and counts the transfer to the device and back if asked to. It has a budget: slow
functions are timed less often, and the Timing says how often.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coursekit.core import require
from coursekit.core.types import Integer, Real

if TYPE_CHECKING:
    import torch

_MOST = 1000  # rounds, however fast the calls are


@dataclass(frozen=True, repr=False)
class Timing:
    """How long each call took, in seconds and in the order of the calls."""

    times: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median: half of the calls took longer."""
        return statistics.median(self.times)

    @property
    def minimum(self) -> float:
        """The fastest call, least disturbed by other programs."""
        return min(self.times)

    def __repr__(self) -> str:
        median, fastest = written(self.median), written(self.minimum)
        return f"{median} (median of {len(self.times)}, fastest {fastest})"


def written(seconds: float) -> str:
    """Return a time as text, in a suitable unit."""
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def device() -> "torch.device":
    """Return the fastest device: CUDA's first GPU, Apple's (mps), or the CPU.

    Returns
    -------
    torch.device
    """
    import torch

    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def measure(
    function: Callable[..., Any],
    *arguments: Any,
    device: "str | torch.device | None" = None,
    transfer: bool = False,
    repeats: Integer | None = None,
    warmup: Integer = 3,
    budget: Real = 2.0,
) -> Timing:
    """Time ``function(*arguments)``.

    Parameters
    ----------
    function : callable
    arguments : passed to the function
    device : torch.device or its name; tensors among the arguments are moved to it. By default they
        stay where they are
    transfer : bool, include the transfer of the tensors to the device and of the result to the CPU
    repeats : int, number of timed calls, if the budget allows; by default as many as it allows
    warmup : int, number of calls before them that are not timed
    budget : float, seconds for all these calls; only the first may take longer

    Returns
    -------
    Timing
    """
    options = {"transfer": transfer, "repeats": repeats, "warmup": warmup, "budget": budget}
    return measure_all({"": function}, *arguments, device=device, **options)[""]


def measure_all(
    candidates: Mapping[str, Callable[..., Any]],
    *arguments: Any,
    device: "str | torch.device | None" = None,
    transfer: bool = False,
    repeats: Integer | None = None,
    warmup: Integer = 3,
    budget: Real = 2.0,
) -> dict[str, Timing]:
    """Time several functions in one run: each round calls all of them, in a different order.

    So whatever slows the machine down for a while slows all of them down equally.

    A call is skipped if it would exceed the candidate's budget by taking as long as the longest
    call before it (the first, which may have to load something, counts only for the second). So a
    slow candidate drops out of later rounds, and a very slow one is timed at its last warm-up.

    Parameters
    ----------
    candidates : dict from name to callable
    arguments : passed to each of them
    device, transfer, warmup : as for ``measure``
    repeats : int, number of rounds, if the budget allows; by default as many as it allows
    budget : float, seconds for each candidate, warm-up included

    Returns
    -------
    dict from name to Timing
    """
    warmup = require.whole(warmup, "warmup", 0, _MOST)
    if repeats is not None:
        repeats = require.whole(repeats, "repeats", 1, _MOST)
    if transfer and device is None:
        raise ValueError("device: expected a device, since transfer is True; got None")
    wait = _waiter(device)
    runs = [
        _Run(name, _call(function, arguments, device, transfer), wait, budget)
        for name, function in candidates.items()
    ]
    _take_turns(runs, warmup)
    warm = {run.name: len(run.times) for run in runs}
    _take_turns(runs, repeats or _MOST)
    return {run.name: Timing(tuple(run.times[warm[run.name] :] or run.times[-1:])) for run in runs}


def _take_turns(runs, rounds):
    """Call each candidate once per round, in changing order, while its budget lasts."""
    order, generator = list(runs), random.Random(0)
    for _ in range(rounds):
        able = [run for run in order if run.affords_another()]
        if not able:
            return
        for run in able:
            run.call_once()
        generator.shuffle(order)  # or a candidate would always follow the same one


class _Run:
    """A candidate, its calls so far, and what is left of its budget."""

    def __init__(self, name, call, wait, budget):
        self.name, self._call, self._wait, self._left = name, call, wait, budget
        self.times = []

    def affords_another(self):
        return not self.times or max(self.times[1:] or self.times) <= self._left

    def call_once(self):
        start = time.perf_counter()
        result = self._call()
        self._wait()
        taken = time.perf_counter() - start
        del result  # its memory is freed after the clock has stopped
        self.times.append(taken)
        self._left -= taken


def _call(function, arguments, device, transfer):
    """Bind the arguments, moved to the device now or at each call."""
    if not transfer:
        moved = _moved(arguments, device)
        return lambda: function(*moved)
    return lambda: _moved(function(*_moved(arguments, device)), "cpu")


def _moved(value, device):
    """Move the tensors in a value, a tuple or a list to the device."""
    if isinstance(value, (tuple, list)):
        return type(value)(_moved(item, device) for item in value)
    torch = sys.modules.get("torch")
    if torch is None or device is None or not isinstance(value, torch.Tensor):
        return value
    return value.to(device)


def _waiter(where):
    """Return the function that waits until the device has finished all its work."""
    torch = sys.modules.get("torch")
    if torch is None:
        return lambda: None
    kind = torch.device(where).type if where else device().type
    if kind == "cuda":
        return lambda: torch.cuda.synchronize(where)
    return torch.mps.synchronize if kind == "mps" else lambda: None
