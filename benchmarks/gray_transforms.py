"""Chapter 02 compared with other libraries.

OpenCV has no gamma, logarithm or stretch of its own, but it has ``cv2.LUT``; computing the 256
entries is timed too. kornia has no stretch between given levels, and supports only floats.
"""

import cv2
import kornia.enhance as kornia
import numpy as np
from skimage import exposure, util

from benchmarks.row import (
    GPU,
    KORNIA,
    OPENCV,
    REFERENCE,
    SKIMAGE,
    Batch,
    Row,
    gray_batch,
    over_pixels,
    through_floats,
)
from coursekit.gray_transforms import gpu, reference

LEVELS = np.arange(256, dtype=np.uint8)
TABLE = reference.gamma(LEVELS[None], 0.5)[0]
MESSAGE = np.random.default_rng(0).bytes(512)


def rows(**size):
    """All measurements, uint8 to uint8 and float32 to float32."""
    batch = gray_batch(**size)
    return [*_uint8(batch), *_float32(batch.as_floats())]


def _uint8(batch):
    yield _linear_row(batch)
    yield _invert_row(batch)
    yield _gamma_row(batch)
    yield _log_row(batch)
    yield _stretch_row(batch)
    yield _look_up_row(batch)
    yield _slice_row(batch)
    yield _bit_plane_row(batch)
    yield _piecewise_row(batch)
    yield _hide_row(batch)
    yield _reveal_row(batch)


def _ours(name, *arguments):
    """Our two columns."""
    return {
        REFERENCE: lambda image: getattr(reference, name)(image, *arguments),
        GPU: lambda batch: getattr(gpu, name)(batch, *arguments),
    }


def _looked_up(name, *arguments):
    """OpenCV's way for any transform: compute it for 256 levels, then look up."""
    transform = getattr(reference, name)
    return lambda image: cv2.LUT(image, transform(LEVELS[None], *arguments)[0])


def _brighter(batch, contrast, brightness):
    spread = kornia.adjust_contrast(batch, contrast, clip_output=False)
    return kornia.adjust_brightness(spread, brightness)


def _linear_row(batch):
    peers = {
        OPENCV: lambda image: cv2.convertScaleAbs(image, alpha=1.5, beta=20),
        KORNIA: through_floats(lambda floats: _brighter(floats, 1.5, 20 / 255)),
    }
    naive = over_pixels(lambda r: min(max(round(1.5 * int(r) + 20), 0), 255))
    return Row("linear(1.5, 20)", "uint8", batch, _ours("linear", 1.5, 20) | peers, naive)


def _invert_row(batch):
    peers = {
        OPENCV: cv2.bitwise_not,
        SKIMAGE: util.invert,
        KORNIA: through_floats(kornia.invert),
    }
    naive = over_pixels(lambda r: 255 - int(r))
    return Row("invert()", "uint8", batch, _ours("invert") | peers, naive)


def _gamma_row(batch):
    peers = {
        OPENCV: _looked_up("gamma", 0.5),
        SKIMAGE: lambda image: exposure.adjust_gamma(image, gamma=0.5, gain=1),
        KORNIA: through_floats(lambda floats: kornia.adjust_gamma(floats, 0.5, 1.0)),
    }
    naive = over_pixels(lambda r: round(255 * (int(r) / 255) ** 0.5))
    return Row("gamma(0.5)", "uint8", batch, _ours("gamma", 0.5) | peers, naive)


def _log_row(batch):
    peers = {
        OPENCV: _looked_up("log"),
        SKIMAGE: lambda image: exposure.adjust_log(image, gain=1, inv=False),
        KORNIA: through_floats(lambda floats: kornia.adjust_log(floats, gain=1)),
    }
    naive = over_pixels(lambda r: round(255 * np.log2(1 + int(r) / 255)))
    return Row("log()", "uint8", batch, _ours("log") | peers, naive)


def _rescaled(image, low, high):
    white = 255 if image.dtype == np.uint8 else 1
    stretched = exposure.rescale_intensity(image, in_range=(low, high), out_range=(0, white))
    return stretched.astype(image.dtype, copy=False)


def _stretch_row(batch):
    peers = {
        OPENCV: _looked_up("contrast_stretch", 50, 200),
        SKIMAGE: lambda image: _rescaled(image, 50, 200),
    }
    naive = over_pixels(lambda r: min(max(round(255 * (int(r) - 50) / 150), 0), 255))
    ours = _ours("contrast_stretch", 50, 200)
    return Row("contrast_stretch(50, 200)", "uint8", batch, ours | peers, naive)


def _look_up_row(batch):
    peers = {
        OPENCV: lambda image: cv2.LUT(image, TABLE),
        SKIMAGE: lambda image: util.map_array(image, LEVELS, TABLE),
    }
    table = {np.ndarray: TABLE, type(batch.tensor): batch.tensor.new_tensor(TABLE)}
    ours = {
        REFERENCE: lambda image: reference.apply_lut(image, TABLE),
        GPU: lambda tensor: gpu.apply_lut(tensor, table[type(tensor)].to(tensor.device)),
    }
    return Row("apply_lut(table)", "uint8", batch, ours | peers, over_pixels(lambda r: TABLE[r]))


def _slice_row(batch):
    peers = {OPENCV: lambda image: cv2.inRange(image, 100, 150)}
    naive = over_pixels(lambda r: 255 if 100 <= r <= 150 else 0)
    ours = _ours("slice_levels", 100, 150)
    return Row("slice_levels(100, 150)", "uint8", batch, ours | peers, naive)


def _bit_plane_row(batch):
    def in_opencv(image):
        return cv2.compare(cv2.bitwise_and(image, 64), 0, cv2.CMP_GT)

    naive = over_pixels(lambda r: 255 * (int(r) >> 6 & 1))
    return Row("bit_plane(6)", "uint8", batch, _ours("bit_plane", 6) | {OPENCV: in_opencv}, naive)


def _piecewise_row(batch):
    points = [(0, 0), (80, 30), (160, 220), (255, 255)]
    peers = {OPENCV: _looked_up("piecewise_linear", points)}
    ours = _ours("piecewise_linear", points)
    return Row("piecewise_linear(4 points)", "uint8", batch, ours | peers)


def _hide_row(batch):
    ours = _ours("hide_message", MESSAGE, 2)
    return Row("hide_message(512 bytes, 2)", "uint8", batch, ours, tolerance=0)


def _reveal_row(batch):
    def as_row(message):
        return np.frombuffer(message, np.uint8)[None]

    hidden = Batch.of([reference.hide_message(image, MESSAGE, 2) for image in batch.images])
    ours = {
        REFERENCE: lambda image: as_row(reference.reveal_message(image, 2)),
        GPU: lambda tensor: [as_row(message) for message in gpu.reveal_message(tensor, 2)],
    }
    return Row("reveal_message(2)", "uint8", hidden, ours, tolerance=0)


def _float32(batch):
    peers_of = {
        ("linear", 1.5, 0.08): {KORNIA: lambda floats: _brighter(floats, 1.5, 0.08)},
        ("invert",): {SKIMAGE: util.invert, KORNIA: kornia.invert},
        ("gamma", 0.5): {
            SKIMAGE: lambda image: exposure.adjust_gamma(image, gamma=0.5, gain=1),
            KORNIA: lambda floats: kornia.adjust_gamma(floats, 0.5, 1.0),
        },
        ("log",): {
            SKIMAGE: lambda image: exposure.adjust_log(image, gain=1, inv=False),
            KORNIA: lambda floats: kornia.adjust_log(floats, gain=1),
        },
        ("contrast_stretch", 0.2, 0.8): {SKIMAGE: lambda image: _rescaled(image, 0.2, 0.8)},
        ("piecewise_linear", ((0, 0), (0.3, 0.1), (1, 1))): {},
    }
    for call, peers in peers_of.items():
        name, *arguments = call
        title = f"{name}({', '.join(map(str, arguments))})"
        yield Row(title, "float32", batch, _ours(*call) | peers)
