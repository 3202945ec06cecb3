"""The overview for the teacher: the whole class on one page."""

import math
import statistics
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from coursekit.classroom import page, similarity
from coursekit.classroom.gradebook import GRADED, GRADER_ERROR

BANDS = {
    "right": ("right",),
    "almost": ("almost",),
    "wrong": ("wrong",),
    "stopped": ("error", "none", "type", "shape", "dtype", "range"),
    "stub": ("stub",),
}
BAND_WORDS = {
    "right": "right",
    "almost": "almost",
    "wrong": "wrong values",
    "stopped": "stopped earlier",
    "stub": "not started",
}
_BAND_OF = {stage: band for band, stages in BANDS.items() for stage in stages}
_BARS = 10  # of the histogram of marks, or one more
_MISTAKES = 12  # most common mistakes shown


@dataclass(frozen=True)
class Exercise:
    """One exercise, summarised over the class."""

    name: str
    bands: dict
    mean: float
    total: float
    median_seconds: float
    longest_seconds: float
    slowest: str


@dataclass(frozen=True)
class Mistake:
    """One diagnosis of one exercise, and who made it."""

    exercise: str
    diagnosis: str
    students: tuple


def overview_page(results, shown, marks=()):
    """The overview of a class.

    Parameters
    ----------
    results : the class's results, one for each student
    shown : maps each student to the points that count, or None
    marks : the marks and comments given by hand
    """
    graded = [result for result in results if result.status == GRADED]
    ranked = sorted(graded, key=lambda result: (-(shown[result.student] or 0), result.student))
    return page.render(
        "overview.html",
        assignment=results[0].assignment,
        figures=_figures(results, shown),
        bars=_histogram(graded, shown),
        exercises=_exercises(graded),
        names=_names(graded),
        mistakes=_mistakes(graded),
        students=[_row(result, shown, marks, _names(graded)) for result in ranked],
        without=[result for result in results if result.status != GRADED],
        groups=[_group(group, graded) for group in similarity.groups(_answers(graded))],
        slowest=sorted(graded, key=lambda result: -result.seconds)[:3],
        words=BAND_WORDS,
        page_of=lambda student: f"feedback/{page.file_name(student)}",
        graded_at=max(result.graded_at for result in results),
    )


def _figures(results, shown):
    """The numbers at the top of the page."""
    graded = [result for result in results if result.status == GRADED]
    points = [shown[result.student] or 0 for result in graded]
    late = sum(bool(result.penalty or result.days_late) for result in graded)
    failed = sum(result.status == GRADER_ERROR for result in results)
    return {
        "submissions": len(results),
        "graded": len(graded),
        "failed": failed,
        "unreadable": len(results) - len(graded) - failed,
        "total": max((result.total for result in graded), default=0),
        "median": statistics.median(points) if points else None,
        "mean": statistics.fmean(points) if points else None,
        "full": sum(p >= r.total > 0 for p, r in zip(points, graded, strict=True)),
        "late": late,
        "seconds": statistics.median(r.seconds for r in graded) if graded else 0,
        "open": sum(not result.isolated for result in graded),
    }


def _histogram(graded, shown):
    """Bars of the histogram of marks: points, count, and height out of 100."""
    total = max((result.total for result in graded), default=0)
    if not total:
        return []
    step = max(1, math.ceil(total / _BARS))
    edges = np.arange(0, total + step, step)
    values = [min(shown[result.student] or 0, total) for result in graded]
    counts, _ = np.histogram(values, bins=np.append(edges, edges[-1] + step))
    return [
        {
            "low": f"{low:g}",
            "label": _label(low, step, total),
            "count": int(n),
            "height": 100 * n / counts.max(),
        }
        for n, low in zip(counts, edges, strict=True)
        if low <= total
    ]


def _label(low, step, total):
    high = min(low + step - 1, total)
    return page.points(float(low)) if high <= low else f"{low:g}–{high:g}"


def _names(graded):
    return list(dict.fromkeys(one.exercise for result in graded for one in result.exercises))


def _exercises(graded):
    found = defaultdict(list)
    for result in graded:
        for one in result.exercises:
            found[one.exercise].append((result.student, one))
    return [_exercise(name, pairs) for name, pairs in found.items()]


def _exercise(name, pairs):
    answers = [one for _, one in pairs]
    stages = [_BAND_OF.get(one.stage, "wrong") for one in answers]
    slowest, longest = max(pairs, key=lambda pair: pair[1].seconds)
    return Exercise(
        name,
        {band: stages.count(band) for band in BANDS},
        statistics.fmean(one.earned for one in answers),
        max(one.total for one in answers),
        statistics.median(one.seconds for one in answers),
        longest.seconds,
        slowest,
    )


def _mistakes(graded):
    found = defaultdict(list)
    for result in graded:
        for one in result.exercises:
            if one.diagnosis:
                found[one.exercise, one.diagnosis].append(result.student)
    mistakes = [Mistake(*key, tuple(students)) for key, students in found.items()]
    return sorted(mistakes, key=lambda m: (-len(m.students), m.exercise))[:_MISTAKES]


def _row(result, shown, marks, names):
    by_hand = {mark.exercise: mark.points for mark in marks if mark.student == result.student}
    solved = {one.exercise: one for one in result.exercises}
    return {
        "result": result,
        "shown": shown[result.student],
        "by_hand": by_hand,
        "points": {
            name: one.earned if by_hand.get(name) is None else by_hand[name]
            for name, one in solved.items()
        },
        "cells": [solved.get(name) for name in names],
    }


def _answers(graded):
    found = defaultdict(dict)
    for result in graded:
        for one in result.exercises:
            if one.stage != "stub":
                found[one.exercise][result.student] = one.normalised
    return found


def _group(group, graded):
    """A group with the answers that it shares, to be shown side by side."""
    members = [result for result in graded if result.student in group.students]
    shared = [
        (name, [(member.student, member.exercise(name).answer) for member in members])
        for name in group.exercises
    ]
    return {"group": group, "answers": shared}
