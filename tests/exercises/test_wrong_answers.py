"""The graders are graded: every wrong answer is rejected, every solution gets full marks.

A chapter's bank is ``wrong_answers/NN_<chapter>.py``. It holds the mistakes of its topic; those
that any exercise can suffer (GENERIC below) are made here from the solution. ::

    WRONG = {
        "brighten": {
            "wraps around": (wraps_around, "wrong", "uint8 overflow"),  # rung and diagnosis wanted
            "never clips": (never_clips, "dtype"),                      # rung wanted
            "darkens": darkens,                                         # rejected is enough
        }
    }
    EXEMPT = {"blur_kernel": {"transposed": "a blur kernel is symmetric"}}  # optional, with reason
"""

import copy
import runpy
from pathlib import Path

import numpy as np
import pytest

from coursekit.lab.check import LiveCall, Student, judge
from coursekit.lab.check.run import exercises

HERE = Path(__file__).parent
EVERY_TEST = sorted(HERE.glob("test_[0-9][0-9]_*.py"))
SECONDS = 5


def _chapter(tests):
    return tests.stem.removeprefix("test_")


def _bank(tests):
    path = HERE / "wrong_answers" / f"{_chapter(tests)}.py"
    return runpy.run_path(str(path)) if path.exists() else {"WRONG": {}}


def _verdict(tests, name, namespace, function):
    call = LiveCall({**namespace, name: function}, SECONDS)
    return judge(name, tests, Student(call))


def _each_exercise():
    for tests in EVERY_TEST:
        for name in exercises(tests):
            yield pytest.param(tests, name, id=name)


def _each_generic():
    for tests in EVERY_TEST:
        exempt = _bank(tests).get("EXEMPT", {})
        for name in exercises(tests):
            for label in (label for label in GENERIC if label not in exempt.get(name, {})):
                yield pytest.param(tests, name, label, id=f"{name}: {label}")


def _each_topical():
    for tests in EVERY_TEST:
        for name, mistakes in _bank(tests)["WRONG"].items():
            for label, wrong in mistakes.items():
                yield pytest.param(tests, name, wrong, id=f"{name}: {label}")


def _stub(right):
    def stub(*_, **__):
        raise NotImplementedError

    return stub


def _altered(change):
    """A wrong answer that alters the right result; ``change`` gives None where it cannot."""

    def of(right):
        def altered(*arguments, **keywords):
            result = right(*arguments, **keywords)
            changed = change(result)
            altered.applied |= changed is not None
            return result if changed is None else changed

        altered.applied = False
        return altered

    return of


def _not_a_number(result):
    if isinstance(result, np.ndarray):
        return np.full(result.shape, np.nan)
    return tuple(map(_not_a_number, result)) if isinstance(result, tuple) else float("nan")


def _constant(result):
    if isinstance(result, (tuple, list)):
        return type(result)(map(_constant, result))
    return np.zeros_like(result) if isinstance(result, np.ndarray) else type(result)()


def _transposed(result):
    image = isinstance(result, np.ndarray) and result.ndim >= 2
    return result.swapaxes(0, 1) if image else None


def _shifted(result):
    return np.roll(result, 1, axis=0) if np.ndim(result) and np.size(result) > 1 else None


def _mutating(right):
    def mutating(*arguments, **keywords):
        result = copy.deepcopy(right(*arguments, **keywords))
        for value in (*arguments, *keywords.values()):
            if isinstance(value, np.ndarray) and value.size:
                value.flat[0] = not value.flat[0]
                mutating.applied = True
        return result

    mutating.applied = False
    return mutating


GENERIC = {
    "stub": _stub,
    "None": lambda right: lambda *_, **__: None,
    "text": lambda right: lambda *_, **__: "the right answer",
    "an object": lambda right: lambda *_, **__: object(),
    "identity": lambda right: lambda first=0, *_, **__: first,
    "not a number": _altered(_not_a_number),
    "constant": _altered(_constant),
    "transposed": _altered(_transposed),
    "shifted by one": _altered(_shifted),
    "changes its input": _mutating,
}
RUNG = {"stub": "stub", "None": "none"}


@pytest.mark.parametrize(("tests", "name"), list(_each_exercise()))
def test_solution_gets_full_marks(tests, name, solution):
    namespace = solution(_chapter(tests))
    verdict = _verdict(tests, name, namespace, namespace[name])
    assert verdict.rung == "right", verdict.sentence
    assert verdict.earned == verdict.total > 0


@pytest.mark.parametrize(("tests", "name", "label"), list(_each_generic()))
def test_mistake_that_any_exercise_suffers_is_rejected(tests, name, label, solution):
    namespace = solution(_chapter(tests))
    wrong = GENERIC[label](namespace[name])
    verdict = _verdict(tests, name, namespace, wrong)
    if getattr(wrong, "applied", True):
        assert verdict.earned < verdict.total, f"{label} gets full marks"
        assert verdict.rung == RUNG.get(label, verdict.rung) != "right", verdict.sentence


@pytest.mark.parametrize(("tests", "name", "wrong"), list(_each_topical()))
def test_mistake_of_the_topic_is_rejected_and_named(tests, name, wrong, solution):
    function, *wanted = wrong if isinstance(wrong, tuple) else (wrong,)
    verdict = _verdict(tests, name, solution(_chapter(tests)), function)
    assert verdict.rung != "right" and verdict.earned < verdict.total
    assert (verdict.rung, verdict.diagnosis)[: len(wanted)] == tuple(wanted), verdict.sentence


@pytest.mark.parametrize("tests", EVERY_TEST, ids=_chapter)
def test_each_exercise_has_a_mistake_of_its_topic(tests):
    bank = _bank(tests)["WRONG"]
    assert {name for name, mistakes in bank.items() if mistakes} == set(exercises(tests))


@pytest.mark.parametrize("tests", EVERY_TEST, ids=_chapter)
def test_exemptions_are_known_and_reasoned(tests):
    for name, reasons in _bank(tests).get("EXEMPT", {}).items():
        assert name in exercises(tests)
        assert reasons.keys() <= GENERIC.keys() and all(reasons.values())
