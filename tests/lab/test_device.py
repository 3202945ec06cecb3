"""The timer counts what it says it counts."""

import subprocess
import sys
import time
from importlib import import_module

import numpy as np
import pytest
import torch

from coursekit.lab.device import Timing, device, measure, measure_all, written

TIMER = import_module("coursekit.lab.device")  # the name in ``lab`` is the function


class Clock:
    """Stands in for the module ``time``: moves only when told to."""

    def __init__(self):
        self.now = 0.0

    def perf_counter(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(TIMER, "time", clock)
    return clock


class Accelerator:
    """Work that is only ordered at the call, and done when someone waits for it."""

    def __init__(self, clock, cost):
        self.clock, self.cost, self.pending = clock, cost, 0

    def order(self, *arguments):
        self.pending += 1

    def wait(self):
        self.clock.now += self.pending * self.cost
        self.pending = 0


def takes(clock, *costs):
    """A function whose calls take ``costs`` seconds, one after the other."""
    remaining = list(costs)

    def function(*arguments):
        clock.now += remaining.pop(0)

    return function


def test_device_can_hold_a_tensor():
    assert torch.ones(3, device=device()).sum().item() == 3


def test_device_is_the_cpu_where_there_is_nothing_else(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert device() == torch.device("cpu")


def test_device_prefers_cuda_then_mps(monkeypatch):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert device() == torch.device("mps")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert device() == torch.device("cuda")


def test_each_call_is_timed_after_the_warm_up(clock):
    function = takes(clock, 100, 100, 3, 1, 2)
    timing = measure(function, repeats=3, warmup=2, budget=999)
    assert timing.times == (3, 1, 2)
    assert (timing.median, timing.minimum) == (2, 1)


def test_the_clock_waits_for_the_device(clock, monkeypatch):
    accelerator = Accelerator(clock, cost=5)
    monkeypatch.setattr(TIMER, "_waiter", lambda where: accelerator.wait)
    assert measure(accelerator.order, repeats=2, warmup=3, budget=99).times == (5, 5)


def test_cuda_and_mps_are_waited_for(monkeypatch):
    waited = []
    monkeypatch.setattr(torch.cuda, "synchronize", lambda where: waited.append(where))
    monkeypatch.setattr(torch.mps, "synchronize", lambda: waited.append("mps"))
    measure(lambda: None, device="cuda:1", repeats=2, warmup=1)
    measure(lambda: None, device="mps", repeats=1, warmup=1)
    assert waited == ["cuda:1"] * 3 + ["mps"] * 2


def test_every_round_calls_each_candidate_once_and_not_always_in_one_order():
    called = []
    candidates = {name: lambda name=name: called.append(name) for name in "abc"}
    measure_all(candidates, repeats=8, warmup=0, budget=60)
    rounds = {"".join(called[start : start + 3]) for start in range(0, 24, 3)}
    assert all(sorted(names) == list("abc") for names in rounds)
    assert len(rounds) > 2


def test_measure_all_keeps_the_candidates_apart(clock):
    timings = measure_all(
        {"slow": takes(clock, 4, 4), "fast": takes(clock, 1, 1)}, repeats=2, warmup=0, budget=60
    )
    assert {name: timing.times for name, timing in timings.items()} == {
        "slow": (4, 4),
        "fast": (1, 1),
    }


def test_budget_decides_how_often(clock):
    timing = measure(takes(clock, *[0.1] * 30), warmup=0, budget=0.95)
    assert len(timing.times) == 9


@pytest.mark.parametrize(("warmup", "timed"), [(0, 3), (1, 2), (2, 1), (3, 1), (9, 1)])
@pytest.mark.parametrize("repeats", [None, 5])
def test_warm_up_and_rounds_keep_within_the_budget(clock, warmup, timed, repeats):
    timing = measure(takes(clock, *[20] * 9), warmup=warmup, repeats=repeats, budget=60)
    assert timing.times == (20,) * timed
    assert clock.now <= 60


def test_a_function_too_slow_for_the_budget_is_timed_once_at_its_first_call(clock):
    assert measure(takes(clock, 90, 1), budget=60).times == (90,)
    assert clock.now == 90


def test_what_the_first_call_loads_does_not_count_against_the_rounds(clock):
    timing = measure(takes(clock, 5, *[1] * 9), warmup=1, budget=10)
    assert timing.times == (1,) * 5


def test_no_call_begins_that_may_not_end_in_time(clock):
    assert measure(takes(clock, 1, 9, 1, 1), warmup=1, budget=18).times == (9,)


def test_a_slow_candidate_drops_out_and_the_fast_one_goes_on(clock):
    slow, fast = takes(clock, *[4] * 9), takes(clock, *[1] * 19)
    timings = measure_all({"slow": slow, "fast": fast}, repeats=8, warmup=1, budget=13)
    assert [len(timings[name].times) for name in ("slow", "fast")] == [2, 8]
    assert clock.now == 3 * 4 + 9 * 1


def test_tensors_are_moved_to_the_device_and_the_rest_is_left_alone():
    seen = []
    measure(lambda *given: seen.append(given), torch.ones(2), "word", device="meta", repeats=1)
    assert {(tensor.device.type, word) for tensor, word in seen} == {("meta", "word")}


def test_transfer_is_counted_on_request(clock, monkeypatch):
    def moved(value, where):
        clock.now += 7
        return value

    monkeypatch.setattr(TIMER, "_moved", moved)
    without = measure(takes(clock, 1), "tensor", device="cpu", repeats=1, warmup=0)
    there_and_back = measure(
        takes(clock, 1), "tensor", device="cpu", transfer=True, repeats=1, warmup=0
    )
    assert (without.times, there_and_back.times) == ((1,), (15,))


def test_transfer_without_a_device_is_refused():
    with pytest.raises(ValueError, match="device: expected a device, .* got None"):
        measure(lambda: None, transfer=True)


@pytest.mark.parametrize("name", ["repeats", "warmup"])
def test_senseless_counts_are_refused(name):
    with pytest.raises(ValueError, match=f"{name}: expected a whole number .* got -1"):
        measure(lambda: None, **{name: -1})


def test_real_time_is_measured():
    timing = measure(time.sleep, 0.02, repeats=5, budget=60)
    assert 0.02 <= timing.minimum <= timing.median


def test_timing_prints_what_it_knows():
    assert repr(Timing((0.003, 0.001, 0.002))) == "2 ms (median of 3, fastest 1 ms)"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(2.5, "2.5 s"), (0.01234, "12.3 ms"), (0.0000456, "45.6 µs"), (4e-8, "0.04 µs")],
)
def test_times_are_written_in_the_unit_that_suits(seconds, text):
    assert written(seconds) == text


def test_timing_a_numpy_function_does_not_load_torch():
    program = """if True:
        import sys
        from coursekit.lab import measure
        measure(abs, -1)
        print("torch" in sys.modules)
        """
    command = [sys.executable, "-c", program]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "False"


def test_results_that_are_arrays_are_left_alone():
    assert (
        len(measure(np.sort, np.arange(5)[::-1], device="cpu", transfer=True, repeats=2).times) == 2
    )
