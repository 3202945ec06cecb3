"""SIFT, put together from its algorithms."""

from typing import Any

import numpy as np

from coursekit.core.types import Array, Integer, Real
from coursekit.sift import shared
from coursekit.sift.reference.descriptor import descriptor_histograms, quantize_descriptors
from coursekit.sift.reference.extrema import (
    absolute_coordinates,
    border_test,
    contrast_test,
    derivatives,
    edge_test,
    local_extrema,
    refine_extrema,
)
from coursekit.sift.reference.orientation import (
    gradients,
    orientation_histograms,
    orientation_peaks,
    smooth_histograms,
)
from coursekit.sift.reference.scale_space import difference_of_gaussians, gaussian_scale_space
from coursekit.sift.shared import NO_FEATURES, NOTHING_DETECTED

RESULTS = (
    "keypoints", "positions", "sigmas", "scales", "octaves", "orientations", "descriptors",
    "scalespace_sigmas", "deltas", "float_dtype",
)  # fmt: skip


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

    keypoints: Array | None
    positions: Array | None
    sigmas: Array | None
    scales: Array | None
    octaves: Array | None
    orientations: Array | None
    descriptors: Array | None
    scalespace_sigmas: Array | None
    deltas: Array | None
    float_dtype: type[np.floating[Any]] | None

    def __init__(
        self,
        upsampling: shared.Upsampling = 2,
        n_octaves: Integer = 8,
        n_scales: Integer = 3,
        sigma_min: Real = 1.6,
        sigma_in: Real = 0.5,
        c_dog: Real = 0.04 / 3,
        c_edge: Real = 10,
        n_bins: Integer = 36,
        lambda_ori: Real = 1.5,
        c_max: Real = 0.8,
        lambda_descr: Real = 6,
        n_hist: Integer = 4,
        n_ori: Integer = 8,
    ) -> None:
        shared.require_scale_space(upsampling, n_octaves, n_scales, sigma_min, sigma_in)
        shared.require_tests(c_dog, c_edge)
        shared.require_orientation(n_bins, lambda_ori, c_max)
        shared.require_descriptor(lambda_descr, n_hist, n_ori)
        self.upsampling, self.n_octaves, self.n_scales = upsampling, n_octaves, n_scales
        self.sigma_min, self.sigma_in = sigma_min, sigma_in
        self.c_dog, self.c_edge = c_dog, c_edge
        self.n_bins, self.lambda_ori, self.c_max = n_bins, lambda_ori, c_max
        self.lambda_descr, self.n_hist, self.n_ori = lambda_descr, n_hist, n_ori
        self.delta_min = 1 / upsampling
        for attribute in RESULTS:
            setattr(self, attribute, None)

    def detect(self, image: Array) -> None:
        """Find the keypoints of a gray picture (H, W), and their orientations."""
        self._orient(self._slopes(self._find(image)))

    def extract(self, image: Array) -> None:
        """Describe the keypoints that ``detect`` has found, in this picture."""
        if self.positions is None:
            raise RuntimeError(NOTHING_DETECTED)
        self._describe(self._slopes(self._scale_space(image)))

    def detect_and_extract(self, image: Array) -> None:
        """Find the keypoints of a gray picture (H, W), and describe them."""
        slopes = self._slopes(self._find(image))
        self._orient(slopes)
        self._describe(slopes)

    def _scale_space(self, image):
        given = (self.upsampling, self.n_octaves, self.n_scales, self.sigma_min, self.sigma_in)
        octaves = gaussian_scale_space(image, *given)
        self.float_dtype = octaves[0].dtype.type
        self.deltas = shared.deltas(len(octaves), self.upsampling)
        self.scalespace_sigmas = shared.sigmas(
            len(octaves), self.upsampling, self.n_scales, self.sigma_min
        )
        return octaves

    def _find(self, image):
        """Find the keypoints, without orientations; give the scale space."""
        octaves = self._scale_space(image)
        found = [self._of_octave(number, octave, image) for number, octave in enumerate(octaves)]
        self.positions, self.sigmas, self.scales, self.octaves = map(
            np.concatenate, zip(*found, strict=True)
        )
        if not len(self.positions):
            raise RuntimeError(NO_FEATURES)
        return octaves

    def _of_octave(self, number, octave, image):
        """Positions, sigmas, scales and octaves of the keypoints of one octave."""
        differences = difference_of_gaussians(octave)
        threshold = 0.8 * shared.contrast_threshold(self.c_dog, self.n_scales)
        extrema = local_extrema(differences, threshold)
        points, offsets, values, found = refine_extrema(differences, extrema)
        keep = found & contrast_test(values, self.c_dog, self.n_scales)
        points, offsets = points[keep], offsets[keep]
        keep = edge_test(derivatives(differences, points)[1], self.c_edge)
        points, offsets = points[keep], offsets[keep]
        given = (self.upsampling, self.n_scales, self.sigma_min)
        positions, sigmas = absolute_coordinates(points, offsets, number, *given)
        keep = border_test(positions, sigmas, image.shape)
        rows = (positions, sigmas, points[:, 2], np.full(len(points), number))
        return [column[keep] for column in rows]

    def _slopes(self, octaves):
        """Gradients of the scales that keypoints are of."""
        return [gradients(octave[..., 1 : self.n_scales + 1]) for octave in octaves]

    def _in_octave(self, number):
        """Which keypoints are of an octave, and what they are in its pixels."""
        here = np.flatnonzero(self.octaves == number)
        delta = self.deltas[number]
        return here, (
            self.scales[here] - 1,
            self.positions[here] / delta,
            self.sigmas[here] / delta,
        )

    def _orient(self, slopes):
        """Give each keypoint an orientation; further ones make keypoints of their own."""
        rows, angles = [], []
        for number, of_octave in enumerate(slopes):
            here, where = self._in_octave(number)
            counted = orientation_histograms(*of_octave, *where, self.n_bins, self.lambda_ori)
            row, angle = orientation_peaks(smooth_histograms(counted), self.c_max)
            rows.append(here[row])
            angles.append(angle)
        rows, angles = np.concatenate(rows), np.concatenate(angles)
        again = np.diff(rows, prepend=-1) == 0
        order = np.concatenate([np.flatnonzero(~again), np.flatnonzero(again)])
        for attribute in ("positions", "sigmas", "scales", "octaves"):
            setattr(self, attribute, getattr(self, attribute)[rows[order]])
        self.orientations = angles[order]
        self.keypoints = np.rint(self.positions).astype(np.int64)

    def _describe(self, slopes):
        count = self.n_hist**2 * self.n_ori
        self.descriptors = np.empty((len(self.positions), count), np.uint8)
        for number, of_octave in enumerate(slopes):
            here, where = self._in_octave(number)
            histograms = descriptor_histograms(
                *of_octave, *where, self.orientations[here],
                self.lambda_descr, self.n_hist, self.n_ori,
            )  # fmt: skip
            self.descriptors[here] = quantize_descriptors(histograms)
