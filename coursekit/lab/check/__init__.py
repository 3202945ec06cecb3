"""``check(function)``: the tests of an exercise, run in the notebook and shown as a verdict.

``mismatch`` holds the assertions of exercise tests, ``diagnosis`` the known mistakes, ``student``
the interface between a test and an answer; ``run`` runs the tests, and ``card`` shows the verdict.
"""

from coursekit.lab.check.card import check
from coursekit.lab.check.mismatch import (
    STAGES,
    Mismatch,
    assert_array_equal,
    assert_image_equal,
    assert_own_memory,
    assert_raises,
    assert_value_equal,
)
from coursekit.lab.check.run import BrokenTest, TestResult, Verdict, judge, judge_all, run_exercise
from coursekit.lab.check.student import LiveCall, Student

__all__ = [
    "STAGES",
    "BrokenTest",
    "LiveCall",
    "Mismatch",
    "Student",
    "TestResult",
    "Verdict",
    "assert_array_equal",
    "assert_image_equal",
    "assert_own_memory",
    "assert_raises",
    "assert_value_equal",
    "check",
    "judge",
    "judge_all",
    "run_exercise",
]
