"""Chapter 01 compared with other libraries.

The same name does not always mean the same work. We left out scikit-image's bicubic (a spline
through all pixels), its nearest (centres) and its YCbCr (16 to 235). We kept, since a reader would
use it instead, scikit-image's gray (other weights), and the pyramids of scikit-image and kornia
(other kernels).
"""

import cv2
import kornia.color
import kornia.geometry
import numpy as np
from skimage import color, transform

from benchmarks.row import (
    GPU,
    KORNIA,
    OPENCV,
    REFERENCE,
    SKIMAGE,
    Batch,
    Row,
    color_batch,
    over_pixels,
    through_floats,
)
from coursekit.images import gpu, reference

HALF = (256, 256)
LEVELS = 4
FLAGS = {
    "nearest": cv2.INTER_NEAREST,
    "bilinear": cv2.INTER_LINEAR,
    "bicubic": cv2.INTER_CUBIC,
    "area": cv2.INTER_AREA,
    "lanczos": cv2.INTER_LANCZOS4,
}
OTHER_WEIGHTS, OTHER_KERNEL = 30, 120  # gray levels


def rows(**size):
    """All measurements: uint8 to uint8, then float32 to float32."""
    batch = color_batch(**size)
    floats = batch.as_floats()
    for method in FLAGS:
        yield _resize_row(batch, method)
    yield from (_pyramid_row(batch), _laplacian_row(batch), _collapse_row(batch))
    yield from (_gray_row(batch), _bgr_row(batch))
    yield from (_uint8_color_row(batch, space) for space in ("hsv", "lab", "ycrcb"))
    yield from (_resize_row(floats, method) for method in ("bilinear", "bicubic"))
    yield _gray_row(floats)
    yield from (_hsv_row(floats), _lab_row(floats), _ycrcb_row(floats))
    yield from (_from_hsv_row(floats), _from_lab_row(floats), _from_ycrcb_row(floats))


def _ours(name, *arguments):
    """Our two columns."""
    return {
        REFERENCE: lambda image: getattr(reference, name)(image, *arguments),
        GPU: lambda batch: getattr(gpu, name)(batch, *arguments),
    }


def _dtype(batch):
    return batch.images[0].dtype.name


def _kornia(batch, function):
    return through_floats(function) if _dtype(batch) == "uint8" else function


def _resize_row(batch, method):
    peers = {OPENCV: lambda image: _resized_by_opencv(image, FLAGS[method])}
    if method == "bilinear":
        peers[SKIMAGE] = _resized_by_skimage
    if method != "lanczos":
        peers[KORNIA] = _kornia(batch, lambda floats: _resized_by_kornia(floats, method))
    work = _ours("resize", HALF, method) | peers
    return Row(f"resize(half, {method})", _dtype(batch), batch, work, tolerance=1.01)


def _resized_by_opencv(image, flag):
    resized = cv2.resize(image, HALF, interpolation=flag)
    overshoots = image.dtype != np.uint8 and flag == cv2.INTER_CUBIC
    return resized.clip(0, 1, out=resized) if overshoots else resized


def _resized_by_skimage(image):
    options = {"order": 1, "mode": "edge", "anti_aliasing": False, "preserve_range": True}
    resized = transform.resize(image, HALF, **options)
    return np.rint(resized).astype(np.uint8) if image.dtype == np.uint8 else resized


def _resized_by_kornia(floats, method):
    corners = {"align_corners": False} if method in ("bilinear", "bicubic") else {}
    resized = kornia.geometry.resize(floats, HALF, method, antialias=False, **corners)
    return resized.clamp_(0, 1) if method == "bicubic" else resized


def _pyramid_row(batch):
    def by_skimage(image):
        levels = transform.pyramid_gaussian(image, LEVELS - 1, channel_axis=-1)
        return [np.rint(level * 255).astype(np.uint8) for level in levels][-1]

    work = {
        REFERENCE: lambda image: reference.gaussian_pyramid(image, LEVELS)[-1],
        GPU: lambda tensor: gpu.gaussian_pyramid(tensor, LEVELS)[-1],
        OPENCV: lambda image: _halved(image, LEVELS)[-1],
        SKIMAGE: by_skimage,
        KORNIA: through_floats(lambda floats: kornia.geometry.build_pyramid(floats, LEVELS)[-1]),
    }
    return Row(f"gaussian_pyramid({LEVELS})", "uint8", batch, work, tolerance=OTHER_KERNEL)


def _halved(image, levels):
    pyramid = [image]
    while len(pyramid) < levels:
        pyramid.append(cv2.pyrDown(pyramid[-1]))
    return pyramid


def _laplacian_row(batch):
    def by_opencv(image):
        fine, coarse = _halved(image, 2)
        return cv2.subtract(fine, cv2.pyrUp(coarse, dstsize=fine.shape[1::-1]), dtype=cv2.CV_16S)

    work = {
        REFERENCE: lambda image: reference.laplacian_pyramid(image, 2)[0],
        GPU: lambda tensor: gpu.laplacian_pyramid(tensor, 2)[0],
        OPENCV: by_opencv,
    }
    return Row("laplacian_pyramid(2)", "uint8", batch, work)


def _collapse_row(batch):
    """Decompose and collapse, since a single level cannot be collapsed."""

    def by_opencv(image):
        fine, coarse = _halved(image, 2)
        expanded = cv2.pyrUp(coarse, dstsize=fine.shape[1::-1])
        residual = cv2.subtract(fine, expanded, dtype=cv2.CV_16S)
        return cv2.add(residual, expanded, dtype=cv2.CV_8U)

    work = {
        REFERENCE: lambda image: reference.collapse(reference.laplacian_pyramid(image, 2)),
        GPU: lambda tensor: gpu.collapse(gpu.laplacian_pyramid(tensor, 2)),
        OPENCV: by_opencv,
    }
    return Row("collapse(laplacian_pyramid(2))", "uint8", batch, work, tolerance=0)


def _gray_row(batch):
    def by_skimage(image):
        gray = color.rgb2gray(image)
        return np.rint(gray * 255).astype(np.uint8) if image.dtype == np.uint8 else gray

    peers = {
        OPENCV: lambda image: cv2.cvtColor(image, cv2.COLOR_RGB2GRAY),
        SKIMAGE: by_skimage,
        KORNIA: _kornia(batch, kornia.color.rgb_to_grayscale),
    }
    naive = _naive_gray if _dtype(batch) == "uint8" else None
    work = _ours("rgb_to_gray") | peers
    return Row("rgb_to_gray()", _dtype(batch), batch, work, naive, OTHER_WEIGHTS)


def _naive_gray(image):
    result = np.empty(image.shape[:2], np.uint8)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            red, green, blue = image[row, column]
            result[row, column] = round(0.299 * red + 0.587 * green + 0.114 * blue)
    return result


def _bgr_row(batch):
    peers = {
        OPENCV: lambda image: cv2.cvtColor(image, cv2.COLOR_RGB2BGR),
        KORNIA: kornia.color.rgb_to_bgr,
    }
    naive = over_pixels(lambda pixel: pixel[::-1])
    return Row("rgb_to_bgr()", "uint8", batch, _ours("rgb_to_bgr") | peers, naive)


def _uint8_color_row(batch, space):
    code = {
        "hsv": cv2.COLOR_RGB2HSV, "lab": cv2.COLOR_RGB2Lab, "ycrcb": cv2.COLOR_RGB2YCrCb,
    }[space]  # fmt: skip
    peers = {OPENCV: lambda image: cv2.cvtColor(image, code)}
    return Row(f"rgb_to_{space}()", "uint8", batch, _ours(f"rgb_to_{space}") | peers)


def _times(*factors):
    return lambda images: images * np.array(factors)


def _last_two_exchanged(images):
    return images[..., [0, 2, 1]]


def _hsv_row(floats):
    peers = {
        OPENCV: lambda image: cv2.cvtColor(image, cv2.COLOR_RGB2HSV),
        SKIMAGE: color.rgb2hsv,
        KORNIA: kornia.color.rgb_to_hsv,
    }
    same = {SKIMAGE: _times(360, 1, 1), KORNIA: _times(180 / np.pi, 1, 1)}
    work = _ours("rgb_to_hsv") | peers
    return Row("rgb_to_hsv()", "float32", floats, work, tolerance=255 * 0.1, same=same)


def _lab_row(floats):
    peers = {
        OPENCV: lambda image: cv2.cvtColor(image, cv2.COLOR_RGB2Lab),
        SKIMAGE: color.rgb2lab,
        KORNIA: kornia.color.rgb_to_lab,
    }
    work = _ours("rgb_to_lab") | peers
    return Row("rgb_to_lab()", "float32", floats, work, tolerance=255 * 1.0)


def _ycrcb_row(floats):
    peers = {
        OPENCV: lambda image: cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb),
        KORNIA: kornia.color.rgb_to_ycbcr,
    }
    same = {KORNIA: _last_two_exchanged}
    work = _ours("rgb_to_ycrcb") | peers
    return Row("rgb_to_ycrcb()", "float32", floats, work, same=same)


def _converted(floats, convert):
    return Batch.of([convert(image) for image in floats.images])


def _from_hsv_row(floats):
    batch = _converted(floats, reference.rgb_to_hsv)
    radians = batch.tensor * batch.tensor.new_tensor([np.pi / 180, 1, 1]).view(3, 1, 1)
    peers = {
        OPENCV: lambda image: cv2.cvtColor(image, cv2.COLOR_HSV2RGB),
        KORNIA: lambda tensor: kornia.color.hsv_to_rgb(radians),
    }
    return Row("hsv_to_rgb()", "float32", batch, _ours("hsv_to_rgb") | peers)


def _from_lab_row(floats):
    peers = {
        OPENCV: lambda image: cv2.cvtColor(image, cv2.COLOR_Lab2RGB),
        SKIMAGE: color.lab2rgb,
        KORNIA: kornia.color.lab_to_rgb,
    }
    batch = _converted(floats, reference.rgb_to_lab)
    return Row("lab_to_rgb()", "float32", batch, _ours("lab_to_rgb") | peers, tolerance=3)


def _from_ycrcb_row(floats):
    batch = _converted(floats, reference.rgb_to_ycrcb)
    exchanged = batch.tensor[:, [0, 2, 1]].contiguous()
    peers = {
        OPENCV: lambda image: cv2.cvtColor(image, cv2.COLOR_YCrCb2RGB),
        KORNIA: lambda tensor: kornia.color.ycbcr_to_rgb(exchanged),
    }
    return Row("ycrcb_to_rgb()", "float32", batch, _ours("ycrcb_to_rgb") | peers)
