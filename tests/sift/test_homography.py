"""The homography that most matches agree on: against the truth, and against OpenCV."""

import subprocess
import sys

import cv2
import numpy as np
import pytest

from coursekit.sift import gpu, reference
from coursekit.sift.explore import evaluation

TRUTH = {
    "moved": [[1, 0, 12], [0, 1, -5], [0, 0, 1]],
    "turned by a right angle": [[0, -1, 319], [1, 0, 0], [0, 0, 1]],
    "mirrored": [[1, 0, 0], [0, -1, 319], [0, 0, 1]],
    "sheared": [[0.9, -0.2, 12], [0.1, 1.1, -5], [0, 0, 1]],
    "seen from the side": [[0.9, -0.2, 12], [0.1, 1.1, -5], [1e-3, -5e-4, 1]],
}
CORNERS = np.array([[0, 0], [0, 319], [319, 0], [319, 319]], dtype=float)
EXCHANGE = np.eye(3)[[1, 0, 2]]  # x and y to rows and columns, and back


def matches(kind, count=200, wrong=0.0, noise=0.0, seed=0):
    """Points, and where a known homography takes them; the first ones are matched wrongly."""
    random = np.random.default_rng(seed)
    truth = np.array(TRUTH[kind], dtype=float)
    first = random.uniform(0, 320, (count, 2))
    second = evaluation.transfer(first, truth) + random.normal(0, noise, (count, 2))
    astray = round(wrong * count)
    second[:astray] = random.uniform(0, 320, (astray, 2))
    return truth, first, second, np.arange(count) >= astray


def apart(homography, other):
    """How far from each other two homographies put the corners of a picture, in pixels."""
    landed = evaluation.transfer(CORNERS, homography) - evaluation.transfer(CORNERS, other)
    return np.linalg.norm(landed, axis=1).max()


def opencv(first, second):
    """OpenCV has x before y."""
    found, inliers = cv2.findHomography(
        first[:, ::-1].copy(), second[:, ::-1].copy(), method=cv2.RANSAC,
        ransacReprojThreshold=3.0, maxIters=2000, confidence=0.995,
    )  # fmt: skip
    return EXCHANGE @ found @ EXCHANGE, inliers[:, 0].astype(bool)


@pytest.mark.parametrize("wrong", [0, 0.2, 0.5, 0.7])
@pytest.mark.parametrize("kind", TRUTH)
def test_exact_matches_give_the_exact_homography(kind, wrong):
    truth, first, second, right = matches(kind, wrong=wrong)
    found, inliers = reference.find_homography(first, second, threshold=1e-3)
    assert found[2, 2] == 1 and apart(found, truth) < 1e-6
    assert np.array_equal(inliers, right)


@pytest.mark.parametrize("wrong", [0, 0.3, 0.6])
@pytest.mark.parametrize("kind", TRUTH)
def test_noise_of_half_a_pixel_is_averaged_away(kind, wrong):
    truth, first, second, _ = matches(kind, count=1000, wrong=wrong, noise=0.5)
    assert apart(reference.find_homography(first, second)[0], truth) < 0.5


@pytest.mark.parametrize("count", [100, 400, 2000])
@pytest.mark.parametrize("wrong", [0, 0.3, 0.5])
@pytest.mark.parametrize("kind", TRUTH)
def test_homography_is_that_of_opencv(kind, wrong, count):
    _, first, second, _ = matches(kind, count, wrong, noise=0.3)
    found, inliers = reference.find_homography(
        first, second, threshold=3.0, confidence=0.995, iterations=2000
    )
    expected, agree = opencv(first, second)
    assert apart(found, expected) < 0.5
    assert (inliers != agree).mean() < 0.02


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e5])
@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_units_and_origin_do_not_matter(scale, offset):
    truth, first, second, right = matches("sheared", wrong=0.3)
    first, second = (scale * (points + offset) for points in (first, second))
    found, inliers = reference.find_homography(first, second, threshold=3.0 * scale)
    landed = evaluation.transfer(first[right], found) - second[right]
    assert inliers[right].all() and np.abs(landed).max() < 0.02 * scale


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e5])
def test_where_the_origin_goes_to_infinity_the_last_entry_is_0(scale):
    truth = np.array([[scale, 0, 5 * scale**2], [0, scale, 3 * scale**2], [0.01, 0.005, 0]])
    first = scale * np.random.default_rng(0).uniform(10, 300, (50, 2))
    second = evaluation.transfer(first, truth)
    found, inliers = reference.find_homography(first, second, threshold=1e-3 * scale)
    assert found[2, 2] == 0 and np.linalg.norm(found) == pytest.approx(1) and inliers.all()
    np.testing.assert_allclose(evaluation.transfer(first, found), second, rtol=1e-6)


def test_four_matches_are_enough():
    truth = np.array(TRUTH["seen from the side"])
    found, inliers = reference.find_homography(CORNERS, evaluation.transfer(CORNERS, truth))
    np.testing.assert_allclose(found, truth, atol=1e-9)
    assert inliers.all()


def test_equal_points_give_equal_results():
    _, first, second, _ = matches("sheared", wrong=0.6, noise=1.0)
    one, other = (reference.find_homography(first, second) for _ in range(2))
    assert np.array_equal(one[0], other[0]) and np.array_equal(one[1], other[1])


def test_both_twins_have_it():
    assert gpu.find_homography is reference.find_homography


LINE = np.column_stack([np.arange(8.0), 2 * np.arange(8.0) + 1])
SPREAD = np.array([[0, 0], [0, 9], [9, 0], [9, 9], [3, 4], [5, 1], [2, 7], [8, 6]], dtype=float)
SLANTED = np.array([[30, 40], [103.1, 101.7], [176.2, 163.4], [250, 20]], dtype=np.float32)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(LINE, SPREAD, id="the first on a line"),
        pytest.param(SPREAD, LINE, id="the second on a line"),
        pytest.param(LINE, LINE, id="both on a line"),
        pytest.param(np.vstack([LINE[:3], SPREAD[3:4]]), SPREAD[:4], id="three of four on a line"),
        pytest.param(SPREAD[:4], np.vstack([LINE[:3], SPREAD[3:4]]), id="three of their matches"),
        pytest.param(SLANTED, SPREAD[:4], id="three of four on a line, in float32"),
        pytest.param(np.vstack([LINE, SPREAD[1:2]]), np.vstack([LINE, SPREAD[1:2]]),
                     id="all but one on a line"),
        pytest.param(np.repeat(SPREAD[:1], 8, axis=0), SPREAD, id="one point"),
        pytest.param(np.repeat(SPREAD[:3], 3, axis=0), np.repeat(SPREAD[:3], 3, axis=0),
                     id="three points, each three times"),
        pytest.param(SPREAD[:3], SPREAD[:3], id="fewer than four"),
    ],
)  # fmt: skip
def test_points_that_fix_no_homography_are_refused(first, second):
    with pytest.raises(ValueError, match="no homography: too few|expected 4 or more points"):
        reference.find_homography(first, second)


def test_duplicates_do_no_harm_beside_four_points():
    first = np.repeat(SPREAD[:5], 4, axis=0)
    truth = np.array(TRUTH["sheared"])
    found, inliers = reference.find_homography(first, evaluation.transfer(first, truth))
    np.testing.assert_allclose(found, truth, atol=1e-9)
    assert inliers.all()


@pytest.mark.parametrize("iterations", [1, 5])
def test_trials_end_when_they_are_used_up(iterations):
    random = np.random.default_rng(3)
    first, second = random.uniform(0, 320, (2, 50, 2))
    _, inliers = reference.find_homography(first, second, iterations=iterations)
    assert 4 <= inliers.sum() < 15


def test_numpy_alone_is_enough():
    program = "import sys, coursekit.sift.shared.homography; print(*sys.modules)"
    names = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"cv2", "torch", "matplotlib"} & set(names)
