"""The device that PyTorch computes on here, and a timer that is fair to it.

An accelerator answers before it has finished: a clock stopped too early measures how fast work is
ordered, not how fast it is done. The timer waits for the device before it reads the clock, warms
up before it counts, and says whether the way to the device and back is counted. It keeps a budget:
what is slow is timed fewer times, and its Timing says how often.
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
        """Half of the calls took longer: what to expect."""
        return statistics.median(self.times)

    @property
    def minimum(self) -> float:
        """The fastest call: what the work costs when nothing disturbs it."""
        return min(self.times)

    def __repr__(self) -> str:
        median, fastest = written(self.median), written(self.minimum)
        return f"{median} (median of {len(self.times)}, fastest {fastest})"


def written(seconds: float) -> str:
    """Write a time in the unit that suits it."""
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def device() -> "torch.device":
    """Give the fastest device here: CUDA's first GPU, Apple's (mps), or the CPU.

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
    arguments : what it is called with
    device : torch.device or its name; tensors among the arguments are moved to it. By default they
        stay where they are
    transfer : bool, count the way of the tensors to the device, and of the result back to the CPU
    repeats : int, calls that are timed, as far as the budget allows; by default as many as it does
    warmup : int, calls before them that are not
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
    """Time several functions in one run: each round calls them all, each in another order.

    What slows the machine down for a while, slows all of them down alike.

    No call begins that would end after the candidate's budget if it took as long as the longest
    before it (the first, which may have had to load something, counts only for the second): a slow
    candidate drops out of later rounds, and one too slow for them is timed at its last warm-up.

    Parameters
    ----------
    candidates : dict from name to callable
    arguments : what each is called with
    device, transfer, warmup : as for ``measure``
    repeats : int, rounds, as far as the budget allows; by default as many as it does
    budget : float, seconds for each candidate, warm-up included

    Returns
    -------
    dict from name to Timing
    """
    warmup = require.whole(warmup, "warmup", 0, _MOST)
    if repeats is not None:
        repeats = require.whole(repeats, "repeats", 1, _MOST)
    if transfer and device is None:
        raise ValueError("device: expected a device, since the transfer is counted; got None")
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
    """Call each candidate once a round, in another order each, while its budget lasts."""
    order, dice = list(runs), random.Random(0)
    for _ in range(rounds):
        able = [run for run in order if run.affords_another()]
        if not able:
            return
        for run in able:
            run.call_once()
        dice.shuffle(order)  # or one candidate would always follow the same other one


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
        del result  # its memory is given back after the clock has stopped
        self.times.append(taken)
        self._left -= taken


def _call(function, arguments, device, transfer):
    """Bind the arguments, on the device already or to be sent there at each call."""
    if not transfer:
        there = _moved(arguments, device)
        return lambda: function(*there)
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
    """Give the function that waits until the device has done all that it was sent."""
    torch = sys.modules.get("torch")
    if torch is None:
        return lambda: None
    kind = torch.device(where).type if where else device().type
    if kind == "cuda":
        return lambda: torch.cuda.synchronize(where)
    return torch.mps.synchronize if kind == "mps" else lambda: None
