"""Sample pictures that need no network: bundled ones, made ones, and the reader's own.

``samples.camera()``, ``samples.astronaut()`` and the others of ``samples.names()`` come with
scikit-image. The made ones (``ramp``, ``step_edge`` ...) are drawn here. ``load`` reads a photo.
"""

import io
import warnings
from collections.abc import Callable
from os import PathLike
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real

_BUNDLED = (
    "astronaut", "brick", "camera", "cell", "chelsea", "clock", "coffee", "coins", "colorwheel",
    "grass", "gravel", "horse", "hubble_deep_field", "immunohistochemistry", "logo",
    "microaneurysms", "moon", "page", "retina", "rocket", "shepp_logan_phantom", "text",
)  # fmt: skip
_MADE = ("ramp", "step_edge", "ramp_edge", "roof_edge", "checker", "zone_plate", "impulse")
_MOST_PIXELS = 150_000_000  # beyond that a file is more likely a trap than a photo


def names() -> tuple[str, ...]:
    """List the names of all sample pictures, the bundled ones first."""
    return (*_BUNDLED, *_MADE)


def __getattr__(name: str) -> Callable[[], Array]:
    if name not in _BUNDLED:
        raise AttributeError(f"no sample picture {name!r}; there are {', '.join(names())}")

    def bundled():
        return _bundled(name)

    bundled.__name__ = name
    bundled.__doc__ = f"The picture {name!r} of scikit-image, uint8, (H, W) or (H, W, 3) RGB."
    return bundled


def __dir__() -> list[str]:
    return sorted((*names(), "names", "load"))


def _bundled(name):
    import skimage.data

    picture = np.asarray(getattr(skimage.data, name)())
    return _without_alpha(_levels(picture))


def stereo_motorcycle() -> tuple[Array, Array]:
    """Two photos (H, W, 3) of one motorcycle, as the left and the right eye see it."""
    import skimage.data

    left, right, _ = skimage.data.stereo_motorcycle()
    return left, right


def lfw_subset() -> Array:
    """Hundred faces, then hundred patches without one: (200, 25, 25) uint8."""
    import skimage.data

    return _levels(skimage.data.lfw_subset())


def ramp(height: int = 256, width: int = 256) -> Array:
    """Every gray level from black on the left to white on the right."""
    levels = np.linspace(0, 255, width).round().astype(np.uint8)
    return np.tile(levels, (height, 1))


def step_edge(height: int = 256, width: int = 256, low: Real = 50, high: Real = 200) -> Array:
    """Dark on the left, light on the right, and nothing between."""
    return _profile(height, np.where(np.arange(width) < width // 2, low, high))


def ramp_edge(
    height: int = 256, width: int = 256, low: Real = 50, high: Real = 200, over: Real = 64
) -> Array:
    """Dark on the left, light on the right, and a slope of ``over`` pixels between."""
    start = (width - over) / 2
    return _profile(height, np.interp(np.arange(width), [start, start + over], [low, high]))


def roof_edge(
    height: int = 256, width: int = 256, low: Real = 50, high: Real = 200, over: Real = 64
) -> Array:
    """A bright ridge ``over`` pixels wide on dark ground."""
    middle = (width - 1) / 2
    knots = [middle - over / 2, middle, middle + over / 2]
    return _profile(height, np.interp(np.arange(width), knots, [low, high, low]))


def _profile(height, levels):
    return np.tile(np.rint(levels).astype(np.uint8), (height, 1))


def checker(height: int = 256, width: int = 256, square: int = 32) -> Array:
    """A chessboard of black and white squares, the first one black."""
    rows, columns = np.indices((height, width)) // square
    return ((rows + columns) % 2 * 255).astype(np.uint8)


def zone_plate(size: int = 256) -> Array:
    """Rings that grow finer outwards, up to one cycle in two pixels at the edges' middles."""
    rows, columns = np.indices((size, size)) - (size - 1) / 2
    phase = np.pi * (rows**2 + columns**2) / size
    return np.rint(127.5 + 127.5 * np.cos(phase)).astype(np.uint8)


def impulse(height: int = 65, width: int = 65) -> Array:
    """One white pixel in the middle of black."""
    image = np.zeros((height, width), np.uint8)
    image[height // 2, width // 2] = 255
    return image


def load(
    source: str | PathLike[str] | bytes | bytearray | memoryview, largest: Integer = 1600
) -> Array:
    """Read a photo: upright, RGB, and small enough to work with.

    Parameters
    ----------
    source : path, or the bytes of a file, in any format that Pillow or OpenCV reads
    largest : int, the longest side in pixels; a larger photo is shrunk to it

    Returns
    -------
    (H, W, 3) uint8 RGB

    Convention
    ----------
    Turned as its EXIF orientation says. Transparent pixels lie on white. 16-bit levels are divided
    by 257, other depths by their own white. Shrunk by averaging areas; never enlarged.

    Raises
    ------
    FileNotFoundError : there is no such file.
    ValueError : the file is no picture, is broken off, or has more than 150 million pixels.
    """
    largest = require.whole(largest, "largest", 1, 20_000)
    data, name = _read(source)
    photo = _decode(data, name)
    scale = largest / max(photo.shape[:2])
    if scale >= 1:
        return photo
    height, width = (max(1, round(side * scale)) for side in photo.shape[:2])
    return cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA)


def _read(source):
    """Give the file's bytes, and what to call it in a message."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), "these bytes"
    path = Path(source).expanduser()
    if not path.is_file():
        raise FileNotFoundError(f"no file {str(source)!r} in {Path.cwd()}")
    return path.read_bytes(), repr(path.name)


def _decode(data, name):
    """Let Pillow read the file, or else OpenCV."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our limit is below
            with Image.open(io.BytesIO(data)) as photo:
                _require_size(photo.size, name)
                return _upright(photo)
    except Image.UnidentifiedImageError:
        return _decode_with_opencv(data, name)
    except Image.DecompressionBombError as error:
        raise ValueError(f"{name} has too many pixels: {error}") from error
    except (OSError, SyntaxError) as error:
        raise ValueError(f"{name} is a broken picture: {error}") from error


def _require_size(size, name):
    width, height = size
    if width * height > _MOST_PIXELS:
        raise ValueError(
            f"{name} has {width} x {height} pixels; at most {_MOST_PIXELS:,} can be read"
        )


def _upright(photo):
    """Turn a Pillow picture upright and make it RGB, on white where it is transparent."""
    photo = ImageOps.exif_transpose(photo)
    if photo.mode in ("I", "F", "I;16", "I;16B", "I;16L"):
        return _without_alpha(_levels(np.asarray(photo)), always_color=True)
    if photo.has_transparency_data:
        photo = photo.convert("RGBA")
        white = Image.new("RGBA", photo.size, "white")
        photo = Image.alpha_composite(white, photo)
    return np.array(photo.convert("RGB"))


def _decode_with_opencv(data, name):
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if image is None:
        raise ValueError(
            f"{name}: this is no picture that Pillow or OpenCV can read "
            f"(starts with {data[:8]!r}); try JPEG, PNG, TIFF or WebP"
        )
    _require_size(image.shape[1::-1], name)
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def _levels(image):
    """Bring levels of any depth to uint8."""
    if image.dtype == np.uint8:
        return image
    if image.dtype == bool:
        return image.astype(np.uint8) * 255
    white = 65535.0 if image.max() > 255 else 255.0 if image.max() > 1 else 1.0
    return np.clip(np.rint(image * (255 / white)), 0, 255).astype(np.uint8)


def _without_alpha(image, always_color=False):
    """Drop alpha; gray stays (H, W) unless colour is asked for."""
    if image.ndim == 3:
        return np.ascontiguousarray(image[..., :3])
    return np.repeat(image[..., None], 3, axis=2) if always_color else image
