"""Chapter 07 compared with other libraries.

Every library finds and describes keypoints in each image of the batch. OpenCV and kornia define
keypoints differently: kornia is asked for as many as the reference finds in the image with most.
We compare how many are found, not where they are, which the tests do for scikit-image.

A call takes seconds, so all libraries get one whole image and two quarters, and only ``gpu`` and
OpenCV get the megapixel.
"""

import cv2
import kornia.feature as kornia
import numpy as np
import torch
from skimage import feature

from benchmarks.row import GPU, KORNIA, OPENCV, REFERENCE, SKIMAGE, Batch, Row, gray_batch
from coursekit.lab import samples
from coursekit.sift import gpu, reference

ANY = np.inf  # of the numbers of keypoints
DESCRIPTORS = 2000


def rows(**size):
    """An image, quarters, a megapixel; one scale space, its extrema, and the matching."""
    side = size.get("size", 512)
    single = Batch.of(gray_batch(**size).images[:1])
    quarters = gray_batch(**size).crops(2, side // 2)
    yield _sift_row("SIFT(), camera", single)
    yield _sift_row(f"SIFT(), {quarters}", quarters)
    yield _large_row(megapixel(side))
    yield _space_row(single)
    yield _extrema_row(single)
    yield _matching_row(min(DESCRIPTORS, 20 * side))


def megapixel(size=512):
    """One image of 512 x 2048 pixels if size is 512."""
    names = ("camera", "coins", "gravel", "brick")
    tiles = [np.resize(getattr(samples, name)(), (512, 512))[:size, :size] for name in names]
    return Batch.of([np.hstack(tiles)])


def _found(count):
    """The result that is compared: the number of keypoints, as an image of one pixel."""
    return np.full((1, 1), float(count), np.float32)


def _by(program):
    def work(image):
        sift = program.SIFT()
        try:
            sift.detect_and_extract(image)
        except RuntimeError:
            return _found(0)
        return _found(len(sift.descriptors))

    return work


def _by_gpu(batch):
    sift = gpu.SIFT()
    try:
        sift.detect_and_extract(batch)
    except RuntimeError:
        return torch.zeros(len(batch), 1, 1, 1)
    return torch.tensor(sift.counts, dtype=torch.float32).view(-1, 1, 1, 1)


def _by_opencv(image):
    sift = cv2.SIFT_create(nOctaveLayers=3, contrastThreshold=0.04, edgeThreshold=10, sigma=1.6)
    return _found(len(sift.detectAndCompute(image, None)[0]))


def _by_kornia(count):
    """kornia processes one image at a time."""
    sift = kornia.SIFTFeature(num_features=count, upright=False, rootsift=False)

    def work(batch):
        with torch.inference_mode():
            found = [sift(image)[0].shape[1] for image in batch.float().div_(255).split(1)]
        return torch.tensor(found, dtype=torch.float32).view(-1, 1, 1, 1)

    return work


def _sift_row(name, batch):
    most = max(int(_by(reference)(image)[0, 0]) for image in batch.images)
    work = {
        REFERENCE: _by(reference),
        GPU: _by_gpu,
        OPENCV: _by_opencv,
        SKIMAGE: _by(feature),
        KORNIA: _by_kornia(max(most, 1)),
    }
    return Row(name, "uint8", batch, work, tolerance=ANY)


def _large_row(batch):
    work = {GPU: _by_gpu, OPENCV: _by_opencv}
    return Row("SIFT(), 1 MP", "uint8", batch, work, tolerance=ANY)


def _space_row(batch):
    """The first octave is compared."""
    work = {
        REFERENCE: lambda image: reference.gaussian_scale_space(image)[0],
        GPU: lambda batch: gpu.gaussian_scale_space(batch)[0],
    }
    return Row("gaussian_scale_space()", "uint8", batch, work)


def _extrema_row(batch):
    """Extrema of one octave, marked in its image."""
    floats = batch.as_floats()
    octave = reference.gaussian_scale_space(floats.images[0], n_octaves=1)[0]
    differences = reference.difference_of_gaussians(octave)
    small = np.ascontiguousarray(differences[:256, :256])
    given = Batch.of([small])
    work = {REFERENCE: _marked_by_reference, GPU: _marked_by_gpu}
    return Row("local_extrema(0.01)", "float32", given, work, naive=_naive_extrema)


def _marked_by_reference(differences):
    marks = np.zeros(differences.shape, np.float32)
    marks[tuple(reference.local_extrema(differences, 0.01).T)] = 1
    return marks


def _marked_by_gpu(batch):
    marks = torch.zeros_like(batch)
    marks[tuple(gpu.local_extrema(batch, 0.01).T)] = 1
    return marks


def _naive_extrema(differences):
    marks = np.zeros(differences.shape, np.float32)
    for row, column, scale in np.ndindex(*np.subtract(differences.shape, 2)):
        cube = differences[row : row + 3, column : column + 3, scale : scale + 3].ravel()
        here, others = cube[13], np.delete(cube, 13)
        if here > max(0.01, others.max()) or here < min(-0.01, others.min()):
            marks[row + 1, column + 1, scale + 1] = 1
    return marks


def _matching_row(count):
    random = np.random.default_rng(7)
    tables = random.integers(0, 256, (2, count, 128), dtype=np.uint8)
    tables[1, : count // 2] = tables[0, : count // 2]
    second = torch.from_numpy(tables[1])

    def by_gpu(batch):
        matches = gpu.match_descriptors(batch[0, 0], second.to(batch.device), max_ratio=0.8)
        return matches.float()[None, None]

    def by_opencv(first):
        pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(
            first.astype(np.float32), tables[1].astype(np.float32), k=2
        )
        back = cv2.BFMatcher(cv2.NORM_L2).match(
            tables[1].astype(np.float32), first.astype(np.float32)
        )
        nearest = {match.queryIdx: match.trainIdx for match in back}
        kept = [one for one, two in pairs if one.distance < 0.8 * two.distance]
        return np.array(
            [(m.queryIdx, m.trainIdx) for m in kept if nearest[m.trainIdx] == m.queryIdx],
            np.float32,
        )

    def by(program):
        return lambda first: np.float32(
            program.match_descriptors(first, tables[1], metric="euclidean", max_ratio=0.8)
        )

    work = {REFERENCE: by(reference), GPU: by_gpu, OPENCV: by_opencv, SKIMAGE: by(feature)}
    name = f"match_descriptors({count} x {count})"
    return Row(name, "uint8", Batch.of([tables[0]]), work)
