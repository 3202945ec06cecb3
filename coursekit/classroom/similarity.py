"""Answers that are nearly the same: a reason to look, never a proof.

Answers are compared as sequences of normalised tokens (no comments, no layout, own names numbered).
Short answers necessarily look alike, and so does what half the class writes. So a pair counts only
if both answers are closer to each other than to almost everybody else's, and only if such answers
add up to a certain length.
"""

from dataclasses import dataclass

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel
from scipy.sparse.csgraph import connected_components

NEAR = 0.92  # share of tokens that two answers have in common, in order
NEARER = 0.02  # answers that are less close by this much do not make a pair common
SHORTEST, LONGEST = 30, 2000  # tokens; shorter answers are not compared, longer ones are cut
EVIDENCE = 120  # tokens of rare, shared answers that make a pair worth a look
COMMON = 0.1  # share of the class that may be as close before a pair means nothing


@dataclass(frozen=True)
class Group:
    """Students whose answers are nearly the same, and in which exercises."""

    students: tuple
    exercises: tuple
    tokens: int


def groups(answers):
    """Find the groups of a class.

    Parameters
    ----------
    answers : dict exercise -> dict student -> normalised answer, its tokens between spaces

    Returns
    -------
    list of Group, sorted by shared tokens, most first
    """
    students = sorted({student for each in answers.values() for student in each})
    shared = {name: _shared(each, students) for name, each in answers.items()}
    evidence = sum(shared.values(), np.zeros((len(students),) * 2))
    if not students:
        return []
    count, label = connected_components(evidence >= EVIDENCE, directed=False)
    members = [np.flatnonzero(label == number) for number in range(count)]
    found = [_group(who, students, shared, evidence) for who in members if len(who) > 1]
    return sorted(found, key=lambda group: -group.tokens)


def _group(who, students, shared, evidence):
    inside = np.ix_(who, who)
    exercises = tuple(name for name, matrix in shared.items() if matrix[inside].any())
    return Group(tuple(students[i] for i in who), exercises, int(evidence[inside].max()))


def _shared(texts, students):
    """For each pair of students: the tokens of this exercise that only they have in common."""
    written = {student: text.split()[:LONGEST] for student, text in texts.items()}
    compared = [student for student in students if len(written.get(student, ())) >= SHORTEST]
    matrix = np.zeros((len(students),) * 2)
    if len(compared) > 1:
        sequences = [written[student] for student in compared]
        near = process.cdist(sequences, sequences, scorer=Indel.normalized_similarity)
        lengths = np.array([len(sequence) for sequence in sequences])
        shorter = np.minimum(lengths[:, None], lengths)
        rows = [students.index(student) for student in compared]
        matrix[np.ix_(rows, rows)] = np.where(_stands_out(near, len(students)), shorter, 0)
    return matrix


def _stands_out(near, class_size):
    """Pairs that are close to each other, while few others are as close to either of them."""
    near = near.copy()
    np.fill_diagonal(near, 0)
    others = np.array([_as_near(row) for row in near]) - 1
    few = np.maximum(others, others.T) <= COMMON * class_size
    return (near >= NEAR) & few


def _as_near(row):
    """For each value of a row, how many values of the row are as high, or almost."""
    return row.size - np.searchsorted(np.sort(row), row - NEARER)
