"""Chapter 03 compared with other libraries.

They define the same names differently, and the row says by how much they may differ. OpenCV has no
matching of its own, so it uses two histograms, NumPy's interpolation and ``cv2.LUT``. kornia
matches one image at a time, and its histograms are soft, which is different work. Floats are
counted; to match them, each value is a level of its own and has to be sorted, which PyTorch does
more slowly than NumPy on a CPU, so ``gpu`` gains nothing there.
"""

import cv2
import kornia.color
import kornia.contrib
import kornia.enhance
import numpy as np
import torch
from skimage import color, exposure

from benchmarks.row import (
    GPU,
    KORNIA,
    OPENCV,
    REFERENCE,
    SKIMAGE,
    Row,
    color_batch,
    gray_batch,
    through_floats,
)
from coursekit.histograms import gpu, reference

LEVELS = np.arange(256)
CLIP_LIMIT, TILES = 4.0, 8


def rows(**size):
    """All measurements."""
    gray, colored = gray_batch(**size), color_batch(**size)
    yield _histogram_row(gray)
    yield _float_histogram_row(gray.as_floats())
    yield _equalize_row(gray)
    yield _equalize_lightness_row(colored)
    yield _clahe_row(gray)
    yield _tiles_row(gray)
    yield _match_row(gray)


def _ours(name, *arguments):
    """Our two columns."""
    return {
        REFERENCE: lambda image: getattr(reference, name)(image, *arguments),
        GPU: lambda batch: getattr(gpu, name)(batch, *arguments),
    }


def _counted(image, white=256.0):
    return cv2.calcHist([image], [0], None, [256], [0, white]).ravel()


def _histogram_row(batch):
    peers = {
        OPENCV: _counted,
        SKIMAGE: lambda image: exposure.histogram(image, source_range="dtype")[0],
    }
    work = _ours("histogram") | peers
    return Row("histogram()", "uint8", batch, work, _naive_histogram, tolerance=0)


def _naive_histogram(image):
    counts = np.zeros(256, np.int64)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            counts[image[row, column]] += 1
    return counts


def _float_histogram_row(batch):
    beyond_white = float(np.nextafter(np.float32(1), np.float32(2)))  # OpenCV leaves the end out
    peers = {OPENCV: lambda image: _counted(image, beyond_white)}
    return Row("histogram()", "float32", batch, _ours("histogram") | peers, tolerance=0)


def _equalize_row(batch):
    """kornia spreads by a whole number of pixels for each level, like Pillow, which is coarser."""
    peers = {
        OPENCV: cv2.equalizeHist,
        SKIMAGE: lambda image: _levels(exposure.equalize_hist(image, nbins=256)),
        KORNIA: through_floats(kornia.enhance.equalize),
    }
    work, differing = _ours("equalize") | peers, {SKIMAGE: 5, KORNIA: 60}
    return Row("equalize()", "uint8", batch, work, _naive_equalize, 0, tolerances=differing)


def _levels(floats):
    return np.rint(255 * floats).astype(np.uint8)


def _naive_equalize(image):
    curve = _naive_histogram(image).cumsum()
    darkest, result = curve[image.min()], np.empty_like(image)
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            above = curve[image[row, column]] - darkest
            result[row, column] = round(255 * above / max(curve[-1] - darkest, 1))
    return result


def _equalize_lightness_row(batch):
    """The others equalise lightness in floats before rounding to levels."""
    peers = {
        OPENCV: _lightness_in_opencv,
        SKIMAGE: _lightness_in_scikit_image,
        KORNIA: through_floats(_lightness_in_kornia),
    }
    work, differing = _ours("equalize_lightness") | peers, {SKIMAGE: 60, KORNIA: 60}
    return Row("equalize_lightness()", "uint8", batch, work, None, 0, tolerances=differing)


def _lightness_in_opencv(image):
    lightness, a, b = cv2.split(cv2.cvtColor(image, cv2.COLOR_RGB2Lab))
    return cv2.cvtColor(cv2.merge([cv2.equalizeHist(lightness), a, b]), cv2.COLOR_Lab2RGB)


def _lightness_in_scikit_image(image):
    lab = color.rgb2lab(image)
    lab[..., 0] = 100 * exposure.equalize_hist(lab[..., 0] / 100, nbins=256)
    return _levels(color.lab2rgb(lab))


def _lightness_in_kornia(floats):
    lab = kornia.color.rgb_to_lab(floats)
    lightness = kornia.enhance.equalize((lab[:, :1] / 100).clamp_(0, 1))
    return kornia.color.lab_to_rgb(torch.cat([100 * lightness, lab[:, 1:]], dim=1))


def _clahe_row(batch):
    """kornia's tiles are half a pixel off; scikit-image stretches before and after, and so differs.

    It also redistributes the excess until no bin stands out any more, where the others do once.
    """
    opencv = cv2.createCLAHE(clipLimit=CLIP_LIMIT, tileGridSize=(TILES, TILES))
    side = batch.images[0].shape[0] // TILES
    options = {"kernel_size": side, "clip_limit": CLIP_LIMIT / 256, "nbins": 256}
    peers = {
        OPENCV: opencv.apply,
        SKIMAGE: lambda image: _levels(exposure.equalize_adapthist(image, **options)),
        KORNIA: through_floats(
            lambda floats: kornia.enhance.equalize_clahe(floats, CLIP_LIMIT, (TILES, TILES))
        ),
    }
    work = _ours("clahe", CLIP_LIMIT, (TILES, TILES)) | peers
    name, differing = f"clahe({CLIP_LIMIT}, ({TILES}, {TILES}))", {SKIMAGE: 255, KORNIA: 20}
    return Row(name, "uint8", batch, work, None, 0, tolerances=differing)


def _tiles_row(batch):
    """No other library shows its tiles."""
    tables = reference.tile_tables(reference.tile_histograms(batch.images[0], (TILES, TILES)))
    tensor = torch.from_numpy(tables)
    work = {
        REFERENCE: lambda image: reference.look_up_tiles(image, tables),
        GPU: lambda images: gpu.look_up_tiles(images, tensor.to(images.device)),
    }
    return Row("look_up_tiles(tables)", "uint8", batch, work, tolerance=0)


def _match_row(batch):
    """Each image to the last one; the others round differently, scikit-image not at all."""
    other, tensor = batch.images[-1], batch.tensor[-1]
    work = {
        REFERENCE: lambda image: reference.match_histograms(image, other),
        GPU: lambda images: gpu.match_histograms(images, tensor.to(images.device)),
        OPENCV: lambda image: cv2.LUT(image, _matching_table(image, other)),
        SKIMAGE: lambda image: exposure.match_histograms(image, other, channel_axis=None),
        KORNIA: lambda images: _matched_in_kornia(images, tensor),
    }
    return Row("match_histograms(picture)", "uint8", batch, work)


def _matching_table(image, other):
    ours, theirs = _counted(image), _counted(other)
    levels = LEVELS[theirs > 0]
    shares = ours.cumsum() / image.size, theirs[levels].cumsum() / other.size
    return np.rint(np.interp(*shares, levels)).astype(np.uint8)


def _matched_in_kornia(images, other):
    matched = [kornia.contrib.histogram_matching(image, other) for image in images]
    return torch.stack(matched).round_().byte()
