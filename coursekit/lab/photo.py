"""Read a photo from a file: upright, in sRGB, with levels according to the file's type and tags."""

import io
import reprlib
import struct
import warnings
from os import PathLike
from pathlib import Path
from typing import BinaryIO

import cv2
import numpy as np
from PIL import Image, ImageCms

from coursekit.core import require
from coursekit.core.types import Array, Integer, Real

Source = str | PathLike[str] | bytes | bytearray | memoryview | BinaryIO | Image.Image

_MOST_PIXELS = 150_000_000  # a larger file is more likely a trap than a photo
_DEEP = ("I", "F", "I;16", "I;16B", "I;16L")  # Pillow's modes of more than eight bits
_ORIENTATION = 0x0112  # tag of EXIF
_BITS, _SAMPLE_FORMAT, _WHITES = 258, 339, (50717, 341, 281)  # tags of TIFF
_SIGNED = 2  # a sample format
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def load(source: Source, largest: Integer = 1600, white: Real | None = None) -> Array:
    """Read a photo: upright, sRGB, and small enough to work with.

    Parameters
    ----------
    source : path, bytes of a file, open binary file, or Pillow image; any format that Pillow or
        OpenCV reads
    largest : int, longest side in pixels; larger photos are reduced to it
    white : number > 0, the level that becomes 255 in files of more than eight bits; by default
        the file's own white

    Returns
    -------
    (H, W, 3) uint8 RGB

    Convention
    ----------
    Rotated according to its EXIF orientation. An embedded colour profile (Display P3, Adobe RGB) is
    converted to sRGB. Transparent pixels are put on white. The file's own white is the one given in
    a TIFF's tags; without one it is 65535 for 16 bits, 2**bits - 1 for others, and 1 for floating
    point. It is never guessed from the levels: if they use little of the range, a warning says how
    to give another white. Reduced by averaging areas; never enlarged.

    Raises
    ------
    FileNotFoundError : there is no such file.
    TypeError : source is none of the above.
    ValueError : the file is not an image, is incomplete, contains NaN or infinity, or has more than
        150 million pixels.
    """
    largest = require.whole(largest, "largest", 1, 20_000)
    if white is not None:
        white = require.number(white, "white", np.finfo(np.float32).tiny)
    photo = _rgb(source, white)
    scale = largest / max(photo.shape[:2])
    if scale >= 1:
        return photo
    height, width = (max(1, round(side * scale)) for side in photo.shape[:2])
    return cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA)


def _rgb(source, white):
    if isinstance(source, Image.Image):
        _require_size(source.size, "this image")
        return _converted(source, white, "this image")
    data, name = _read(source)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our limit is below
            photo = Image.open(io.BytesIO(data))
            _require_size(photo.size, name)
            photo.load()
    except Image.UnidentifiedImageError:
        return _decoded_by_opencv(data, name)
    except Image.DecompressionBombError as error:
        raise ValueError(f"{name} has too many pixels: {error}") from error
    except (OSError, SyntaxError, struct.error, EOFError) as error:
        raise ValueError(f"{name} is a damaged image: {error}") from error
    return _converted(photo, white, name)


def _read(source):
    """Return the file's bytes, and its name for messages."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), "the data"
    if callable(getattr(source, "read", None)):
        return _read(source.read())
    if not isinstance(source, (str, PathLike)):
        kinds = "a path, the bytes of a file, an open binary file or a Pillow image"
        raise TypeError(f"source: expected {kinds}, got {type(source).__name__}")
    path = Path(source).expanduser()
    try:
        return path.read_bytes(), repr(path.name)
    except (OSError, ValueError) as error:
        reason = "" if isinstance(error, FileNotFoundError) else f": {error}"[:200]
        raise FileNotFoundError(
            f"no file {reprlib.repr(str(source))} in {Path.cwd()}{reason}"
        ) from None


def _require_size(size, name):
    width, height = size
    if width * height > _MOST_PIXELS:
        raise ValueError(
            f"{name} has {width} x {height} pixels; at most {_MOST_PIXELS:,} can be read"
        )


def _decoded_by_opencv(data, name):
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) if data else None
    if image is None:
        raise ValueError(
            f"{name} is not an image that Pillow or OpenCV can read "
            f"(it starts with {data[:8]!r}); try JPEG, PNG, TIFF or WebP"
        )
    _require_size(image.shape[1::-1], name)
    return cv2.cvtColor(image, cv2.COLOR_BGR2RGB)


def _converted(photo, white, name):
    """A Pillow image as (H, W, 3): eight bits, upright, sRGB, on white."""
    profile, turn = photo.info.get("icc_profile"), _TURNS.get(_orientation(photo))
    photo = _in_eight_bits(photo, white, name) if photo.mode in _DEEP else photo
    photo = photo.transpose(turn) if turn is not None else photo
    alpha = photo.convert("RGBA").getchannel("A") if photo.has_transparency_data else None
    photo = _in_srgb(photo, profile)
    if alpha is not None:
        photo = Image.composite(photo, Image.new("RGB", photo.size, "white"), alpha)
    return np.array(photo)


def _orientation(photo):
    try:
        return photo.getexif().get(_ORIENTATION)
    except Exception:  # noqa: BLE001  unreadable EXIF is ignored
        return None


# ------------------------------------------------------------------ more than eight bits


def _in_eight_bits(photo, white, name):
    levels = np.asarray(photo).astype(np.float64)
    if not np.isfinite(levels).all():
        count = np.count_nonzero(~np.isfinite(levels))
        raise ValueError(f"{name} contains {count} pixels that are NaN or infinity")
    own = white is None
    white = _white(photo) if own else white
    if own and not white / 8 < levels.max() <= white and levels.max() > 0:
        warnings.warn(
            f"{name}: its levels go up to {levels.max():g}, but for its type white is {white:g}; "
            "if it has another white, use load(..., white=...)",
            stacklevel=5,
        )
    scaled = np.clip(np.rint(levels * (255 / white)), 0, 255).astype(np.uint8)
    if (clear := photo.info.get("transparency")) is None:
        return Image.fromarray(scaled)
    alpha = np.where(levels == clear, 0, 255).astype(np.uint8)
    return Image.fromarray(np.stack([scaled, alpha], axis=2), "LA")


def _white(photo):
    """The white level according to the file's type and tags."""
    tags = getattr(photo, "tag_v2", {})
    named = [np.max(tags[tag]) for tag in _WHITES if tag in tags]
    if named and named[0] > 0:
        return float(named[0])
    if photo.mode == "F":
        return 1.0
    bits = int(np.max(tags.get(_BITS, 16)))
    is_signed = np.max(tags.get(_SAMPLE_FORMAT, 1)) == _SIGNED
    return 2.0 ** (bits - 1 if is_signed else bits) - 1


# ------------------------------------------------------------------ color profiles


def _in_srgb(photo, profile):
    """The image as sRGB, using its profile if it has a readable one."""
    plain = "CMYK" if photo.mode == "CMYK" else "L" if photo.mode in ("L", "LA", "1") else "RGB"
    photo = photo.convert(plain)
    transform = _to_srgb(profile, plain) if profile else None
    return photo.convert("RGB") if transform is None else ImageCms.applyTransform(photo, transform)


def _to_srgb(profile, mode):
    """The conversion from a profile; None if it is sRGB itself, or damaged."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        warnings.warn(f"ignoring a colour profile: {error!s:.100}", stacklevel=6)
        return None
    if mode != "RGB":
        return transform
    axis = np.linspace(0, 255, 9).astype(np.uint8)
    colors = np.stack(np.meshgrid(axis, axis, axis), axis=-1).reshape(9, 81, 3)
    converted = np.asarray(ImageCms.applyTransform(Image.fromarray(colors), transform))
    return None if np.abs(converted.astype(int) - colors).max() <= 2 else transform
