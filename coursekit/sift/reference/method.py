"""SIFT, put together from its algorithms."""

import numpy as np

from coursekit.lab import require
from coursekit.sift import checks, scales


class SIFT:
    """Find keypoints at all scales, with orientations, and describe their surroundings.

    Parameters
    ----------
    upsampling, n_octaves, n_scales, sigma_min, sigma_in : as for ``gaussian_scale_space``
    c_dog, c_edge : as for ``contrast_test`` and ``edge_test``
    n_bins, lambda_ori, c_max : as for ``orientation_histograms`` and ``orientation_peaks``
    lambda_descr, n_hist, n_ori : as for ``descriptor_histograms``

    Returns
    -------
    keypoints : (N, 2) int64, row and column, rounded
    positions : (N, 2) float, row and column in pixels of the picture
    sigmas : (N,) float, blur in pixels of the picture
    scales : (N,) int64, index of the scale in its octave
    octaves : (N,) int64
    orientations : (N,) float, in radians in (-pi, pi]
    descriptors : (N, n_hist * n_hist * n_ori) uint8
    scalespace_sigmas : (octaves, n_scales + 3) float, blur of every scale in pixels of the picture
    delta_min : float, 1 / upsampling, a pixel of the first octave in pixels of the picture
    deltas : (octaves,) float, a pixel of each octave in pixels of the picture
    float_dtype : dtype of all floats: float32 for a float32 picture, else float64

    All are attributes, and None before ``detect`` (``descriptors``: before ``extract``), except
    ``delta_min``.

    Convention
    ----------
    ``skimage.feature.SIFT``: its parameters, defaults, attributes, their order and its errors.
    float arrays are of ``float_dtype``. Second and further orientations of keypoints come after
    all first ones.

    Raises
    ------
    TypeError, ValueError : a parameter is out of range; image is no gray picture.
    RuntimeError : the picture has no features.

    References
    ----------
    Otero and Delbracio 2014; Lowe 2004. Taught in 07 §8.

    Examples
    --------
    >>> from coursekit.lab import samples
    >>> sift = SIFT()
    >>> sift.detect_and_extract(samples.camera())
    >>> sift.descriptors.shape[1]
    128
    """

    def __init__(
        self,
        upsampling=2,
        n_octaves=8,
        n_scales=3,
        sigma_min=1.6,
        sigma_in=0.5,
        c_dog=0.04 / 3,
        c_edge=10,
        n_bins=36,
        lambda_ori=1.5,
        c_max=0.8,
        lambda_descr=6,
        n_hist=4,
        n_ori=8,
    ):
        raise NotImplementedError

    def detect(self, image):
        """Find the keypoints of a gray picture (H, W), and their orientations."""
        raise NotImplementedError

    def extract(self, image):
        """Describe the keypoints that ``detect`` has found, in this picture."""
        raise NotImplementedError

    def detect_and_extract(self, image):
        """Find the keypoints of a gray picture (H, W), and describe them."""
        raise NotImplementedError
