"""How well keypoints are found again when it is known where they must be.

Mikolajczyk et al. 2005, "A comparison of affine region detectors", *IJCV* 65, 43-72.
Mikolajczyk and Schmid 2005, "A performance evaluation of local descriptors", *PAMI* 27, 1615-1630.
"""

import numpy as np


def transfer(positions, homography):
    """Take points (N, 2), row and column, through a homography (3, 3) of rows and columns."""
    raise NotImplementedError


def visible(positions, homography, shape):
    """Tell which points (N, 2) a homography puts inside a picture of this shape: (N,) bool."""
    raise NotImplementedError


def repeatability(first, second, homography, shapes, tolerance=2.0):
    """Give the share of the keypoints in sight of both pictures that are found in both.

    first, second: positions (M, 2) and (N, 2). shapes: (H, W) of both pictures. A keypoint is found
    again if one of the other picture lies within tolerance pixels of where it must be; keypoints at
    one place count once.
    """
    raise NotImplementedError


def correct_matches(matches, first, second, homography, tolerance=3.0):
    """Tell which matches (Q, 2) lie within tolerance pixels of where they must: (Q,) bool."""
    raise NotImplementedError


def altered(image, kind, amount):
    """Alter a gray picture in a known way: give the picture and the homography to it.

    kind: "rotate" (degrees, anticlockwise), "scale" (factor), "blur" (sigma in pixels), "noise"
    (sigma in gray levels) or "gamma" (exponent). A turned picture shows the whole of the old one.
    """
    raise NotImplementedError


def detectors():
    """Give the programs to compare: name -> function of a uint8 picture (H, W).

    Each gives positions (N, 2), row and column in pixels, and descriptors (N, 128). "coursekit"
    is ``reference.SIFT``; "scikit-image" and "OpenCV" are those of the libraries, OpenCV's with
    a contrast threshold of 0.04 and three scales an octave, which are its defaults.
    """
    raise NotImplementedError


def compare(image, alterations, programs=None, max_ratio=0.8):
    """Try programs on alterations of one picture: a list of dictionaries, one for each trial.

    alterations: pairs (kind, amount) of ``altered``. A dictionary has "kind", "amount", "program",
    "keypoints" (two numbers), "repeatability" and "matches", "correct" (numbers) and "precision".
    """
    raise NotImplementedError
