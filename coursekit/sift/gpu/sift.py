"""SIFT for whole batches, put together from its algorithms."""

import torch

from coursekit.core.types import Array
from coursekit.sift import shared
from coursekit.sift.gpu.descriptor import descriptor_histograms, quantize_descriptors
from coursekit.sift.gpu.extrema import (
    absolute_coordinates,
    border_test,
    contrast_test,
    derivatives,
    edge_test,
    local_extrema,
    refine_extrema,
)
from coursekit.sift.gpu.orientation import (
    gradients,
    orientation_histograms,
    orientation_peaks,
    smooth_histograms,
)
from coursekit.sift.gpu.scale_space import difference_of_gaussians, gaussian_scale_space
from coursekit.sift.shared import NO_FEATURES, NOTHING_DETECTED

COLUMNS = ("pictures", "positions", "sigmas", "scales", "octaves")
RESULTS = (
    *COLUMNS, "keypoints", "orientations", "descriptors", "counts", "scalespace_sigmas", "deltas",
    "float_dtype",
)  # fmt: skip


class SIFT:
    """Find keypoints at all scales in every picture of a batch, and describe their surroundings.

    Returns
    -------
    pictures : (N,) int64, which picture of the batch each keypoint is of, in growing order
    counts : list of int, the number of keypoints of each picture; they sum to N
    scalespace_sigmas, delta_min, deltas, float_dtype : as of ``reference.SIFT``

    All are attributes, tensors on the device of the batch unless told otherwise.

    Convention
    ----------
    As ``reference.SIFT``, for a batch (..., 1, H, W), whose pictures are numbered in memory order.
    Pictures have different numbers of keypoints, so one table holds those of all, picture by
    picture: ``sift.descriptors.split(sift.counts)`` gives each picture its own. A picture without
    any counts 0. uint8 is worked on in float32, where the reference has float64: of the keypoints
    at least 99 % lie within 0.05 pixels of the reference's, no value of a descriptor is more than
    2 levels off, and fewer than one in a thousand is off at all; float64 for float64 gives the
    reference's results.

    Raises
    ------
    TypeError, ValueError : a parameter is out of range; image is no batch of gray pictures.
    RuntimeError : no picture has features.
    """

    pictures: torch.Tensor | None
    counts: list[int] | None
    keypoints: torch.Tensor | None
    positions: torch.Tensor | None
    sigmas: torch.Tensor | None
    scales: torch.Tensor | None
    octaves: torch.Tensor | None
    orientations: torch.Tensor | None
    descriptors: torch.Tensor | None
    scalespace_sigmas: Array | None
    deltas: Array | None
    float_dtype: torch.dtype | None

    def __init__(
        self,
        upsampling: shared.Upsampling = 2,
        n_octaves: int = 8,
        n_scales: int = 3,
        sigma_min: float = 1.6,
        sigma_in: float = 0.5,
        c_dog: float = 0.04 / 3,
        c_edge: float = 10,
        n_bins: int = 36,
        lambda_ori: float = 1.5,
        c_max: float = 0.8,
        lambda_descr: float = 6,
        n_hist: int = 4,
        n_ori: int = 8,
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

    @torch.no_grad()
    def detect(self, image: torch.Tensor) -> None:
        """Find the keypoints of a batch (..., 1, H, W), and their orientations."""
        self._orient(self._slopes(self._find(image)))

    @torch.no_grad()
    def extract(self, image: torch.Tensor) -> None:
        """Describe the keypoints that ``detect`` has found, in this batch."""
        if self.positions is None:
            raise RuntimeError(NOTHING_DETECTED)
        self._describe(self._slopes(self._scale_space(image)))

    @torch.no_grad()
    def detect_and_extract(self, image: torch.Tensor) -> None:
        """Find the keypoints of a batch (..., 1, H, W), and describe them."""
        slopes = self._slopes(self._find(image))
        self._orient(slopes)
        self._describe(slopes)

    def _scale_space(self, image):
        """Octaves (B, S, H, W)."""
        given = (self.upsampling, self.n_octaves, self.n_scales, self.sigma_min, self.sigma_in)
        octaves = [
            octave.flatten(0, -4) if octave.ndim > 3 else octave[None]
            for octave in gaussian_scale_space(image, *given)
        ]
        self.float_dtype = octaves[0].dtype
        self.deltas = shared.deltas(len(octaves), self.upsampling)
        self.scalespace_sigmas = shared.sigmas(
            len(octaves), self.upsampling, self.n_scales, self.sigma_min
        )
        return octaves

    def _find(self, image):
        """Find the keypoints, without orientations; give the scale space."""
        octaves = self._scale_space(image)
        shape = image.shape[-2:]
        found = [self._of_octave(number, octave, shape) for number, octave in enumerate(octaves)]
        for attribute, parts in zip(COLUMNS, zip(*found, strict=True), strict=True):
            setattr(self, attribute, torch.cat(parts))
        if not len(self.positions):
            raise RuntimeError(NO_FEATURES)
        return octaves

    def _of_octave(self, number, octave, shape):
        """The columns of the table, for the keypoints of one octave."""
        differences = difference_of_gaussians(octave)
        threshold = 0.8 * shared.contrast_threshold(self.c_dog, self.n_scales)
        extrema = local_extrema(differences, threshold)
        points, offsets, values, found = refine_extrema(differences, extrema)
        given = (self.upsampling, self.n_scales, self.sigma_min)
        positions, sigmas = absolute_coordinates(points, offsets, number, *given)
        keep = found & contrast_test(values, self.c_dog, self.n_scales)
        keep &= edge_test(derivatives(differences, points)[1], self.c_edge)
        keep &= border_test(positions, sigmas, shape)
        octave_numbers = torch.full_like(points[:, 0], number)
        rows = (points[:, 0], positions, sigmas, points[:, 1], octave_numbers)
        return [column[keep] for column in rows]

    def _slopes(self, octaves):
        """Gradients of the scales that keypoints are of."""
        return [gradients(octave[:, 1 : self.n_scales + 1]) for octave in octaves]

    def _in_octave(self, number):
        """Which keypoints are of an octave, and what they are in its pixels."""
        here = (self.octaves == number).nonzero().squeeze(1)
        layers = torch.stack([self.pictures[here], self.scales[here] - 1], dim=1)
        delta = float(self.deltas[number])
        return here, (layers, self.positions[here] / delta, self.sigmas[here] / delta)

    def _orient(self, slopes):
        """Give each keypoint an orientation; further ones make keypoints of their own."""
        rows, angles = [], []
        for number, of_octave in enumerate(slopes):
            here, where = self._in_octave(number)
            counted = orientation_histograms(*of_octave, *where, self.n_bins, self.lambda_ori)
            row, angle = orientation_peaks(smooth_histograms(counted), self.c_max)
            rows.append(here[row])
            angles.append(angle)
        rows, angles = torch.cat(rows), torch.cat(angles)
        again = (rows.diff(prepend=rows[:1] - 1) == 0).long()
        order = torch.argsort(2 * self.pictures[rows] + again, stable=True)
        for attribute in COLUMNS:
            setattr(self, attribute, getattr(self, attribute)[rows[order]])
        self.orientations = angles[order]
        self.keypoints = self.positions.round().long()
        self.counts = torch.bincount(self.pictures, minlength=len(slopes[0][0])).tolist()

    def _describe(self, slopes):
        count = self.n_hist**2 * self.n_ori
        device = self.positions.device
        self.descriptors = torch.empty(
            (len(self.positions), count), dtype=torch.uint8, device=device
        )
        for number, of_octave in enumerate(slopes):
            here, where = self._in_octave(number)
            histograms = descriptor_histograms(
                *of_octave, *where, self.orientations[here],
                self.lambda_descr, self.n_hist, self.n_ori,
            )  # fmt: skip
            self.descriptors[here] = quantize_descriptors(histograms)
