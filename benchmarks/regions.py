"""Chapter 06 compared with other libraries.

scikit-image's local thresholds are floats, while OpenCV's and ours are whole levels, so single
pixels differ. kornia's components come from its exact function; its other one stops after a fixed
number of rounds, even if it is not finished.
"""

import cv2
import numpy as np
from kornia.contrib import connected_components_union_find
from kornia.enhance import threshold as kornia_threshold
from kornia.filters import otsu_threshold
from skimage import filters, measure, segmentation

from benchmarks.row import (
    GPU,
    KORNIA,
    OPENCV,
    REFERENCE,
    SKIMAGE,
    Batch,
    Row,
    color_batch,
    gray_batch,
    over_pixels,
)
from coursekit.regions import gpu, reference

SIZE, OFFSET = 31, 5
SUPERPIXELS = 256
PIXELS = 255.0  # the difference of a pixel that is black for one and white for the other
METHODS = {"mean": cv2.ADAPTIVE_THRESH_MEAN_C, "gaussian": cv2.ADAPTIVE_THRESH_GAUSSIAN_C}


def rows(**size):
    """All measurements, on uint8."""
    batch = gray_batch(**size)
    yield _threshold_row(batch)
    yield _otsu_row(batch)
    yield _triangle_row(batch)
    yield _multi_otsu_row(batch)
    yield _adaptive_row(batch, "mean")
    yield _adaptive_row(batch, "gaussian")
    yield _components_row(batch.crops(4, 512))
    yield _moments_row(batch)
    yield _slic_row(color_batch(**size).crops(4, 256))


def _number(value):
    """A number as an image of one pixel."""
    return np.reshape(value, (1, 1))


def _threshold_row(batch):
    work = {
        REFERENCE: lambda image: reference.threshold(image, 127),
        GPU: lambda tensor: gpu.threshold(tensor, 127),
        OPENCV: lambda image: cv2.threshold(image, 127, 255, cv2.THRESH_BINARY)[1],
        KORNIA: lambda tensor: kornia_threshold(tensor, 127, 255),
    }
    naive = over_pixels(lambda r: 255 if r > 127 else 0)
    return Row("threshold(127)", "uint8", batch, work, naive)


def _otsu_row(batch):
    work = {
        REFERENCE: lambda image: _number(reference.otsu(image)),
        GPU: lambda tensor: gpu.otsu(tensor)[..., None, None],
        OPENCV: lambda image: _number(cv2.threshold(image, 0, 255, cv2.THRESH_OTSU)[0]),
        SKIMAGE: lambda image: _number(filters.threshold_otsu(image, nbins=256)),
        KORNIA: lambda tensor: otsu_threshold(tensor, nbins=256)[1][:, None, None, None],
    }
    return Row("otsu()", "uint8", batch, work)


def _triangle_row(batch):
    work = {
        REFERENCE: lambda image: _number(reference.triangle(image)),
        GPU: lambda tensor: gpu.triangle(tensor)[..., None, None],
        OPENCV: lambda image: _number(cv2.threshold(image, 0, 255, cv2.THRESH_TRIANGLE)[0]),
        SKIMAGE: lambda image: _number(filters.threshold_triangle(image, nbins=256)),
    }
    return Row("triangle()", "uint8", batch, work, tolerance=8)


def _multi_otsu_row(batch):
    work = {
        REFERENCE: lambda image: reference.multi_otsu(image, 3)[None],
        GPU: lambda tensor: gpu.multi_otsu(tensor, 3)[..., None, :],
        SKIMAGE: lambda image: filters.threshold_multiotsu(image, classes=3, nbins=256)[None],
    }
    return Row("multi_otsu(3)", "uint8", batch, work)


def _adaptive_row(batch, kind):
    sigma = {"mean": None, "gaussian": 0.3 * ((SIZE - 1) / 2 - 1) + 0.8}[kind]

    def in_opencv(image):
        method, flag = METHODS[kind], cv2.THRESH_BINARY
        return cv2.adaptiveThreshold(image, 255, method, flag, SIZE, OFFSET)

    def in_skimage(image):
        local = filters.threshold_local(
            image, SIZE, method=kind, offset=OFFSET, mode="nearest", param=sigma
        )
        return (image > local) * np.uint8(255)

    work = {
        REFERENCE: lambda image: reference.adaptive_threshold(image, SIZE, OFFSET, kind),
        GPU: lambda tensor: gpu.adaptive_threshold(tensor, SIZE, OFFSET, kind),
        OPENCV: in_opencv,
        SKIMAGE: in_skimage,
    }
    name = f'adaptive_threshold({SIZE}, {OFFSET}, "{kind}")'
    return Row(name, "uint8", batch, work, tolerance=PIXELS)


def _components_row(batch):
    masks = [reference.threshold(p, reference.otsu(p)) for p in batch.images]
    work = {
        REFERENCE: reference.connected_components,
        GPU: gpu.connected_components,
        OPENCV: lambda mask: cv2.connectedComponents(mask, connectivity=8)[1],
        SKIMAGE: lambda mask: measure.label(mask > 0, background=0, connectivity=2),
        KORNIA: lambda tensor: connected_components_union_find(tensor > 0),
    }
    same = dict.fromkeys((OPENCV, SKIMAGE, KORNIA), _in_raster_order)
    return Row(f"connected_components(), {batch}", "uint8", Batch.of(masks), work, same=same)


def _in_raster_order(stack):
    """Number the components of each image in the order of their first pixels."""
    ordered = np.zeros_like(stack)
    for labels, result in zip(stack, ordered, strict=True):
        found, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
        first[found == 0] = -1
        rank = np.argsort(np.argsort(first)) + (found[0] != 0)
        result[:] = rank[inverse].reshape(labels.shape)
    return ordered


def _moments_row(batch):
    filled = np.add.outer(range(4), range(4)) <= 3

    def in_opencv(image):
        values, result = cv2.moments(image, binaryImage=False), np.zeros((4, 4))
        for p, q in np.argwhere(filled):
            result[p, q] = values[f"m{q}{p}"]
        return result

    def in_skimage(image):
        return measure.moments(image, order=3) * filled

    work = {REFERENCE: reference.moments, GPU: gpu.moments, OPENCV: in_opencv, SKIMAGE: in_skimage}
    return Row("moments()", "uint8", batch, work)


def _slic_row(batch):
    """The same work means as many superpixels within a fifth; tests compare their boundaries."""

    def in_skimage(image):
        return segmentation.slic(
            image,
            n_segments=SUPERPIXELS,
            compactness=10.0,
            max_num_iter=10,
            sigma=0,
            convert2lab=True,
            enforce_connectivity=True,
            slic_zero=False,
            start_label=0,
            channel_axis=-1,
        )

    work = {
        REFERENCE: lambda image: reference.slic(image, SUPERPIXELS, 10.0, 10),
        GPU: lambda tensor: gpu.slic(tensor, SUPERPIXELS, 10.0, 10),
        SKIMAGE: in_skimage,
    }
    same = dict.fromkeys(work, _superpixels)
    name = f"slic({SUPERPIXELS}, 10, 10), {batch}"
    return Row(name, "uint8", batch, work, tolerance=SUPERPIXELS / 5, same=same)


def _superpixels(stack):
    """The number of superpixels in each image."""
    return stack.max(axis=(1, 2, 3)) + 1
