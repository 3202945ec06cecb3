"""The graders are graded: every wrong answer is rejected, every solution gets full marks.

A chapter's bank is ``wrong_answers/NN_<chapter>.py``. It holds the mistakes of its topic; those
that any exercise can suffer (GENERIC below) are made here from the solution. ::

    WRONG = {
        "brighten": {
            "wraps around": (wraps_around, "wrong", "uint8 overflow"),  # stage and diagnosis wanted
            "never clips": (never_clips, "dtype"),                      # stage wanted
            "darkens": darkens,                                         # rejected is enough
        }
    }
    EXEMPT = {"blur_kernel": {"transposed": "a blur kernel is symmetric"}}  # optional, with reason
"""

import copy
import runpy
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from coursekit.lab.check import BrokenTest, LiveCall, Student, judge_all
from coursekit.lab.check.run import exercises

HERE = Path(__file__).parent
EVERY_TEST = sorted(HERE.glob("test_[0-9][0-9]_*.py"))
SECONDS = 60  # no answer here is endless; a busy machine may be slow


def _chapter(tests):
    return tests.stem.removeprefix("test_")


@cache
def _bank(tests):
    path = HERE / "wrong_answers" / f"{_chapter(tests)}.py"
    return runpy.run_path(str(path)) if path.exists() else {"WRONG": {}}


def _generic(tests, name):
    """The labels of the generic mistakes that an exercise is tried with."""
    exempt = _bank(tests).get("EXEMPT", {}).get(name, {})
    return [label for label in GENERIC if label not in exempt]


def _topical(tests, name):
    """Label -> (wrong answer, stage and diagnosis wanted) of an exercise's own mistakes."""
    mistakes = _bank(tests)["WRONG"].get(name, {})
    return {
        label: wrong if isinstance(wrong, tuple) else (wrong,) for label, wrong in mistakes.items()
    }


def _each_exercise():
    for tests in EVERY_TEST:
        for name in exercises(tests):
            yield _parameters(tests, name)


def _each_generic():
    for tests in EVERY_TEST:
        for name in exercises(tests):
            for label in _generic(tests, name):
                yield _parameters(tests, name, label)


def _each_topical():
    for tests in EVERY_TEST:
        for name in _bank(tests)["WRONG"]:
            for label in _topical(tests, name):
                yield _parameters(tests, name, label)


def _parameters(tests, *names):
    """The exercise comes first in the id: all answers to it stay with one worker (see conftest)."""
    return pytest.param(tests, *names, id=": ".join(names))


@pytest.fixture(scope="session")
def judged(solution):
    """Gives, for one answer to an exercise, the function and its verdict."""

    @cache
    def judged_together(tests, name):
        namespace = solution(_chapter(tests))
        answers = {"right": namespace[name]}
        answers |= {("any", k): GENERIC[k](namespace[name]) for k in _generic(tests, name)}
        answers |= {("topic", k): wrong[0] for k, wrong in _topical(tests, name).items()}
        students = [
            Student(LiveCall({**namespace, name: function}, SECONDS))
            for function in answers.values()
        ]
        verdicts = judge_all(name, tests, students)
        return dict(zip(answers, zip(answers.values(), verdicts, strict=True), strict=True))

    def of(tests, name, answer):
        function, verdict = judged_together(tests, name)[answer]
        if isinstance(verdict, BrokenTest):
            raise verdict
        return function, verdict

    return of


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
def test_solution_gets_full_marks(tests, name, judged):
    _, verdict = judged(tests, name, "right")
    assert verdict.stage == "right", verdict.sentence
    assert verdict.earned == verdict.total > 0


@pytest.mark.parametrize(("tests", "name", "label"), list(_each_generic()))
def test_mistake_that_any_exercise_suffers_is_rejected(tests, name, label, judged):
    wrong, verdict = judged(tests, name, ("any", label))
    if getattr(wrong, "applied", True):
        assert verdict.earned < verdict.total, f"{label} gets full marks"
        assert verdict.stage == RUNG.get(label, verdict.stage) != "right", verdict.sentence


@pytest.mark.parametrize(("tests", "name", "label"), list(_each_topical()))
def test_mistake_of_the_topic_is_rejected_and_named(tests, name, label, judged):
    _, *wanted = _topical(tests, name)[label]
    _, verdict = judged(tests, name, ("topic", label))
    assert verdict.stage != "right" and verdict.earned < verdict.total
    assert (verdict.stage, verdict.diagnosis)[: len(wanted)] == tuple(wanted), verdict.sentence


@pytest.mark.parametrize("tests", EVERY_TEST, ids=_chapter)
def test_each_exercise_has_a_mistake_of_its_topic(tests):
    bank = _bank(tests)["WRONG"]
    assert {name for name, mistakes in bank.items() if mistakes} == set(exercises(tests))


@pytest.mark.parametrize("tests", EVERY_TEST, ids=_chapter)
def test_exemptions_are_known_and_reasoned(tests):
    for name, reasons in _bank(tests).get("EXEMPT", {}).items():
        assert name in exercises(tests)
        assert reasons.keys() <= GENERIC.keys() and all(reasons.values())
