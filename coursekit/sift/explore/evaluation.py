"""How well keypoints are found again when it is known where they must be.

Mikolajczyk et al. 2005, "A comparison of affine region detectors", *IJCV* 65, 43-72.
Mikolajczyk and Schmid 2005, "A performance evaluation of local descriptors", *PAMI* 27, 1615-1630.
"""

import cv2
import numpy as np
from scipy.spatial import cKDTree

from coursekit.sift.reference import SIFT, match_descriptors

QUARTER = 0.25  # pixels that the enlargement moves every position by


def transfer(positions, homography):
    """Take points (N, 2), row and column, through a homography (3, 3) of rows and columns."""
    places = np.column_stack([positions, np.ones(len(positions))]) @ np.transpose(homography)
    return places[:, :2] / places[:, 2:]


def visible(positions, homography, shape):
    """Tell which points (N, 2) a homography puts inside a picture of this shape: (N,) bool."""
    places = transfer(positions, homography)
    return ((places >= 0) & (places <= np.subtract(shape, 1))).all(axis=1)


def repeatability(first, second, homography, shapes, tolerance=2.0):
    """Give the share of the keypoints in sight of both pictures that are found in both.

    first, second: positions (M, 2) and (N, 2). shapes: (H, W) of both pictures. A keypoint is found
    again if the nearest one of the other picture lies within tolerance pixels of where it must be,
    and has none nearer itself; keypoints at one place count once.
    """
    first, second = np.unique(first, axis=0), np.unique(second, axis=0)
    first = first[visible(first, homography, shapes[1])]
    second = second[visible(second, np.linalg.inv(homography), shapes[0])]
    if 0 in (len(first), len(second)):
        return 0.0
    expected = transfer(first, homography)
    distance, nearest = cKDTree(second).query(expected)
    _, back = cKDTree(expected).query(second)
    again = (distance <= tolerance) & (back[nearest] == np.arange(len(first)))
    return float(again.sum() / min(len(first), len(second)))


def correct_matches(matches, first, second, homography, tolerance=3.0):
    """Tell which matches (Q, 2) lie within tolerance pixels of where they must: (Q,) bool."""
    expected = transfer(first[matches[:, 0]], homography)
    return np.linalg.norm(expected - second[matches[:, 1]], axis=1) <= tolerance


def altered(image, kind, amount):
    """Alter a gray picture in a known way: give the picture and the homography to it.

    kind: "rotate" (degrees, anticlockwise), "scale" (factor), "blur" (sigma in pixels), "noise"
    (sigma in gray levels) or "gamma" (exponent). A turned picture shows the whole of the old one.
    """
    if kind in ("rotate", "scale"):
        return _moved(image, kind, amount)
    return ALTERATIONS[kind](image.astype(np.float64), amount), np.eye(3)


def detectors():
    """Give the programs to compare: name -> function of a uint8 picture (H, W).

    Each gives positions (N, 2), row and column in pixels, and descriptors (N, 128). "coursekit"
    is ``reference.SIFT``; "scikit-image" and "OpenCV" are those of the libraries, OpenCV's with
    a contrast threshold of 0.04 and three scales an octave, which are its defaults.
    """
    return {"coursekit": _by_coursekit, "scikit-image": _by_skimage, "OpenCV": _by_opencv}


def compare(image, alterations, programs=None, max_ratio=0.8):
    """Try programs on alterations of one picture: a list of dictionaries, one for each trial.

    alterations: pairs (kind, amount) of ``altered``. A dictionary has "kind", "amount", "program",
    "keypoints" (two numbers), "repeatability" and "matches", "correct" (numbers) and "precision".
    """
    programs = detectors() if programs is None else programs
    found = {name: detect(image) for name, detect in programs.items()}
    rows = []
    for kind, amount in alterations:
        other, homography = altered(image, kind, amount)
        for name, detect in programs.items():
            trial = {"kind": kind, "amount": amount, "program": name}
            shapes = image.shape, other.shape
            rows.append(trial | _scores(found[name], detect(other), homography, shapes, max_ratio))
    return rows


def _scores(found, other, homography, shapes, max_ratio):
    """What one program made of two pictures."""
    (first, of_first), (second, of_second) = found, other
    matches = match_descriptors(of_first, of_second, max_ratio=max_ratio)
    correct = int(correct_matches(matches, first, second, homography).sum())
    return {
        "keypoints": (len(first), len(second)),
        "repeatability": repeatability(first, second, homography, shapes),
        "matches": len(matches),
        "correct": correct,
        "precision": correct / max(len(matches), 1),
    }


def _moved(image, kind, amount):
    """Turn about the middle, or scale, so that all of the picture is seen."""
    if kind == "rotate" and amount % 90 == 0:
        return _quarter_turns(image, round(amount / 90) % 4)
    angle, factor = (np.deg2rad(amount), 1.0) if kind == "rotate" else (0.0, amount)
    turn = factor * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle = (np.array(image.shape) - 1) / 2
    shape = np.ceil(np.abs(turn) @ image.shape).astype(int)
    homography = np.eye(3)
    homography[:2, :2], homography[:2, 2] = turn, (shape - 1) / 2 - turn @ middle
    sharp = cv2.GaussianBlur(image, (0, 0), 0.5 / factor) if factor < 1 else image  # no aliases
    exchanged = homography[[1, 0, 2]][:, [1, 0, 2]]
    options = {"flags": cv2.INTER_CUBIC, "borderMode": cv2.BORDER_REPLICATE}
    return cv2.warpPerspective(
        sharp, exchanged, tuple(map(int, shape[::-1])), **options
    ), homography


def _quarter_turns(image, times):
    """Turn by whole quarters, which moves pixels and alters none."""
    height, width = image.shape
    homography = np.eye(3)
    for _ in range(times):  # row -> last column - column, column -> row
        homography = np.array([[0, -1, width - 1], [1, 0, 0], [0, 0, 1]]) @ homography
        height, width = width, height
    return np.rot90(image, times).copy(), homography


def _levels(numbers):
    return np.clip(np.rint(numbers), 0, 255).astype(np.uint8)


def _blurred(image, sigma):
    return _levels(cv2.GaussianBlur(image, (0, 0), sigma))


def _noisy(image, sigma):
    return _levels(image + np.random.default_rng(0).normal(0, sigma, image.shape))


def _gamma(image, exponent):
    return _levels(255 * (image / 255) ** exponent)


ALTERATIONS = {"blur": _blurred, "noise": _noisy, "gamma": _gamma}


def _by_coursekit(image):
    sift = SIFT()
    sift.detect_and_extract(image)
    return sift.positions - QUARTER, sift.descriptors


def _by_skimage(image):
    from skimage import feature

    sift = feature.SIFT()
    sift.detect_and_extract(image)
    return sift.positions - QUARTER, sift.descriptors


def _by_opencv(image):
    sift = cv2.SIFT_create(nOctaveLayers=3, contrastThreshold=0.04, edgeThreshold=10, sigma=1.6)
    points, descriptors = sift.detectAndCompute(image, None)
    positions = np.array([point.pt[::-1] for point in points]).reshape(-1, 2)
    return positions, descriptors.astype(np.uint8)
