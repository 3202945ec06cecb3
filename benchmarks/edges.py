"""Chapter 05 compared with other libraries.

First derivatives are compared by the length of the gradient, which is what scikit-image and kornia
return. kornia has only Sobel's, and no Laplacian with four neighbours, so it applies the mask.
OpenCV has no Prewitt, Roberts or Laplacian of Gaussian, so it applies the masks too. Borders are
the same.

Canny comes twice. As OpenCV defines it, our edges equal its own. After a blur of sigma 1, all four
libraries do the work, but scikit-image and kornia do not promise OpenCV's edges, nor each other's;
there the differences only say that some pixels of the masks differ. kornia follows weak edges by
one pixel per pass, over the whole batch, until nothing changes, so that row has a single image.
"""

import cv2
import kornia.filters as kornia
import numpy as np
import torch
from skimage import feature, filters

from benchmarks.row import GPU, KORNIA, OPENCV, REFERENCE, SKIMAGE, Row, gray_batch
from coursekit.edges import gpu, reference, shared

WHITE = 255
ANY_EDGES = 255.0  # the tolerance where masks of 0 and 255 may differ


def rows(**size):
    """All measurements, on uint8 images."""
    batch = gray_batch(**size)
    for name, weight in (("roberts", 1), ("prewitt", 3), ("sobel", 4), ("scharr", 16)):
        yield _length_row(batch, name, weight)
    yield _laplacian_row(batch)
    yield _laplacian_of_gaussian_row(batch)
    yield _marr_hildreth_row(batch)
    for l2 in (False, True):
        yield _canny_row(batch, l2)
    yield _blurred_canny_row(gray_batch(**size | {"count": 1}))


def _length(part, name):
    derivative = getattr(part, name)
    return lambda image: part.gradient_magnitude(*derivative(image, border="edge"), norm="l2")


def _floats(batch):
    return batch.float().div_(WHITE)


def _length_row(batch, name, weight):
    def in_skimage(image):
        if name == "roberts":
            return filters.roberts(image, mask=None)
        return getattr(filters, name)(image, mask=None, axis=None, mode="nearest")

    def in_kornia(tensor):
        return kornia.sobel(_floats(tensor), normalized=False, eps=0.0)

    scale = {SKIMAGE: lambda length: length * WHITE * weight * 2**0.5}
    scale |= {KORNIA: lambda length: length * WHITE}
    work = {REFERENCE: _length(reference, name), GPU: _length(gpu, name)}
    work |= {OPENCV: _opencvs_length(name), SKIMAGE: in_skimage}
    work |= {KORNIA: in_kornia} if name == "sobel" else {}
    naive = _naive_sobel if name == "sobel" else None
    return Row(f"{name}(), l2", "uint8", batch, work, naive, same=scale)


def _opencvs_length(name):
    """OpenCV's own function if it has one, or else its correlation with the two masks."""
    pair = {"roberts": (shared.FALLING, shared.RISING), "prewitt": shared.PREWITT}.get(name)
    own = {"sobel": cv2.Sobel, "scharr": cv2.Scharr}.get(name)
    anchor = (0, 0) if name == "roberts" else (-1, -1)

    def derivative(image, which):
        if own:
            dx, dy = 1 - which, which
            return own(image, cv2.CV_32F, dx, dy, borderType=cv2.BORDER_REPLICATE)
        mask = pair[which].astype(np.float32)
        return cv2.filter2D(image, cv2.CV_32F, mask, anchor=anchor, borderType=cv2.BORDER_REPLICATE)

    return lambda image: cv2.magnitude(derivative(image, 0), derivative(image, 1))


def _naive_sobel(image):
    (row_mask, column_mask), padded = shared.sobel(3), np.pad(image.astype(int), 1, mode="edge")
    result = np.empty(image.shape, np.float32)
    for r in range(image.shape[0]):
        for c in range(image.shape[1]):
            window = padded[r : r + 3, c : c + 3]
            result[r, c] = np.hypot((window * row_mask).sum(), (window * column_mask).sum())
    return result


def _laplacian_row(batch):
    mask = torch.from_numpy(shared.laplacian(1)).float()[None]

    def in_opencv(image):
        return cv2.Laplacian(image, cv2.CV_16S, ksize=1, borderType=cv2.BORDER_REPLICATE)

    def in_kornia(tensor):
        return kornia.filter2d(_floats(tensor), mask.to(tensor.device), border_type="replicate")

    work = {
        REFERENCE: lambda image: reference.laplacian(image, 1, "edge"),
        GPU: lambda tensor: gpu.laplacian(tensor, 1, "edge"),
        OPENCV: in_opencv,
        SKIMAGE: lambda image: filters.laplace(image, ksize=3, mask=None),
        KORNIA: in_kornia,
    }
    scale = {SKIMAGE: lambda total: total * -WHITE, KORNIA: lambda total: total * WHITE}
    return Row("laplacian()", "uint8", batch, work, same=scale)


def _laplacian_of_gaussian_row(batch):
    g, g2 = shared.gaussian_and_second_derivative(2.0)

    def in_opencv(image):
        def along(across, down):
            return cv2.sepFilter2D(image, cv2.CV_32F, across, down, borderType=cv2.BORDER_DEFAULT)

        return along(g, g2) + along(g2, g)

    work = {
        REFERENCE: lambda image: reference.laplacian_of_gaussian(image, 2.0),
        GPU: lambda tensor: gpu.laplacian_of_gaussian(tensor, 2.0),
        OPENCV: in_opencv,
    }
    return Row("laplacian_of_gaussian(2)", "uint8", batch, work)


def _marr_hildreth_row(batch):
    work = {
        REFERENCE: lambda image: reference.marr_hildreth(image, 2.0, 2.0),
        GPU: lambda tensor: gpu.marr_hildreth(tensor, 2.0, 2.0),
    }
    return Row("marr_hildreth(2, 2)", "uint8", batch, work, tolerance=ANY_EDGES)


def _canny_row(batch, l2):
    work = {
        REFERENCE: lambda image: reference.canny(image, 100, 200, 3, l2),
        GPU: lambda tensor: gpu.canny(tensor, 100, 200, 3, l2),
        OPENCV: lambda image: cv2.Canny(image, 100, 200, apertureSize=3, L2gradient=l2),
    }
    norm = "l2" if l2 else "l1"
    return Row(f"canny(100, 200), {norm}", "uint8", batch, work, tolerance=0)


def _blurred_canny_row(batch):
    def in_opencv(image):
        blurred = cv2.GaussianBlur(image, (0, 0), 1.0, borderType=cv2.BORDER_REFLECT_101)
        return cv2.Canny(blurred, 100, 200, apertureSize=3, L2gradient=True)

    def in_skimage(image):
        return feature.canny(image, sigma=1.0, low_threshold=100, high_threshold=200)

    def in_kornia(tensor):
        _, found = kornia.canny(
            _floats(tensor), 100 / WHITE, 200 / WHITE, (7, 7), (1.0, 1.0), hysteresis=True
        )
        return found

    work = {
        REFERENCE: lambda image: reference.canny(image, 100, 200, 3, True, sigma=1.0),
        GPU: lambda tensor: gpu.canny(tensor, 100, 200, 3, True, sigma=1.0),
        OPENCV: in_opencv,
        SKIMAGE: in_skimage,
        KORNIA: in_kornia,
    }
    white = {SKIMAGE: lambda found: found * WHITE, KORNIA: lambda found: found * WHITE}
    name = "canny(100, 200, sigma=1), l2, one picture"
    return Row(name, "uint8", batch, work, tolerance=ANY_EDGES, same=white)
