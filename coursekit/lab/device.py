"""The device that PyTorch computes on here, and a timer that is fair to it.

An accelerator answers before it has finished: a clock stopped too early measures how fast work is
ordered, not how fast it is done. The timer waits for the device before it reads the clock, warms
up before it counts, and says whether the way to the device and back is counted.
"""

import itertools
import random
import statistics
import sys
import time
from dataclasses import dataclass

from coursekit.core import require

_FEWEST, _MOST = 5, 1000  # rounds, where the budget decides


@dataclass(frozen=True, repr=False)
class Timing:
    """How long each call took, in seconds and in the order of the calls."""

    times: tuple

    @property
    def median(self):
        """Half of the calls took longer: what to expect."""
        return statistics.median(self.times)

    @property
    def minimum(self):
        """The fastest call: what the work costs when nothing disturbs it."""
        return min(self.times)

    def __repr__(self):
        median, fastest = written(self.median), written(self.minimum)
        return f"{median} (median of {len(self.times)}, fastest {fastest})"


def written(seconds):
    """Write a time in the unit that suits it."""
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def device():
    """Give the fastest device here: CUDA's first GPU, Apple's (mps), or the CPU.

    Returns
    -------
    torch.device
    """
    import torch

    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def measure(function, *arguments, device=None, transfer=False, repeats=None, warmup=3, budget=1.0):
    """Time ``function(*arguments)``.

    Parameters
    ----------
    function : callable
    arguments : what it is called with
    device : torch.device or its name; tensors among the arguments are moved to it. By default they
        stay where they are
    transfer : bool, count the way of the tensors to the device, and of the result back to the CPU
    repeats : int, calls that are timed; by default as many as fit in ``budget``
    warmup : int, calls before them that are not
    budget : float, seconds

    Returns
    -------
    Timing
    """
    options = {"transfer": transfer, "repeats": repeats, "warmup": warmup, "budget": budget}
    return measure_all({"": function}, *arguments, device=device, **options)[""]


def measure_all(
    candidates, *arguments, device=None, transfer=False, repeats=None, warmup=3, budget=1.0
):
    """Time several functions in one run: each round calls them all, each in another order.

    What slows the machine down for a while, slows all of them down alike.

    Parameters
    ----------
    candidates : dict from name to callable
    arguments : what each is called with
    device, transfer, warmup : as for ``measure``
    repeats : int, rounds; by default as many as fit in ``budget``, but 5 at least
    budget : float, seconds for each candidate

    Returns
    -------
    dict from name to Timing
    """
    require.whole(warmup, "warmup", 0, _MOST)
    if repeats is not None:
        require.whole(repeats, "repeats", 1, _MOST)
    if transfer and device is None:
        raise ValueError("device: expected a device, since the transfer is counted; got None")
    calls = {
        name: _call(function, arguments, device, transfer) for name, function in candidates.items()
    }
    wait = _waiter(device)
    for call in list(calls.values()) * warmup:
        call()
    wait()
    times = _rounds(calls, wait, repeats, budget * len(calls))
    return {name: Timing(tuple(taken)) for name, taken in times.items()}


def _rounds(calls, wait, repeats, budget):
    times, names, dice = {name: [] for name in calls}, list(calls), random.Random(0)
    end = time.perf_counter() + budget
    for done in itertools.count():
        enough = done == repeats if repeats else done >= _FEWEST and time.perf_counter() >= end
        if enough or done == _MOST:
            return times
        for name in names:
            times[name].append(_seconds(calls[name], wait))
        dice.shuffle(names)  # or one candidate would always follow the same other one


def _seconds(call, wait):
    start = time.perf_counter()
    result = call()
    wait()
    taken = time.perf_counter() - start
    del result  # its memory is given back after the clock has stopped
    return taken


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
