"""Sample images that need no network: bundled ones, synthetic ones, and your own.

``samples.camera()``, ``samples.astronaut()`` and others in ``samples.names()`` come with
scikit-image. The synthetic ones (``ramp``, ``step_edge`` ...) are drawn here. ``load`` reads your
own photos.
"""

from collections.abc import Callable

import numpy as np

from coursekit.core.types import Array, Real
from coursekit.lab.photo import load as load

_BUNDLED = (
    "astronaut", "brick", "camera", "cell", "chelsea", "clock", "coffee", "coins", "colorwheel",
    "grass", "gravel", "horse", "hubble_deep_field", "immunohistochemistry", "logo",
    "microaneurysms", "moon", "page", "retina", "rocket", "shepp_logan_phantom", "text",
)  # fmt: skip
_SYNTHETIC = ("ramp", "step_edge", "ramp_edge", "roof_edge", "checker", "zone_plate", "impulse")


def names() -> tuple[str, ...]:
    """List the names of all sample images, the bundled ones first."""
    return (*_BUNDLED, *_SYNTHETIC)


def __getattr__(name: str) -> Callable[[], Array]:
    if name not in _BUNDLED:
        raise AttributeError(f"no sample image {name!r}; there are {', '.join(names())}")

    def bundled():
        return _bundled(name)

    bundled.__name__ = name
    bundled.__doc__ = f"The image {name!r} from scikit-image, uint8, (H, W) or (H, W, 3) RGB."
    return bundled


def __dir__() -> list[str]:
    return sorted((*names(), "names", "load"))


def _bundled(name):
    import skimage.data

    image = np.asarray(getattr(skimage.data, name)())
    return _without_alpha(_levels(image))


def stereo_motorcycle() -> tuple[Array, Array]:
    """Two photos (H, W, 3) of a motorcycle, as seen by the left and the right eye."""
    import skimage.data

    left, right, _ = skimage.data.stereo_motorcycle()
    return left, right


def lfw_subset() -> Array:
    """A hundred faces, then a hundred patches without one: (200, 25, 25) uint8."""
    import skimage.data

    return _levels(skimage.data.lfw_subset())


def ramp(height: int = 256, width: int = 256) -> Array:
    """Every gray level from black on the left to white on the right."""
    levels = np.linspace(0, 255, width).round().astype(np.uint8)
    return np.tile(levels, (height, 1))


def step_edge(height: int = 256, width: int = 256, low: Real = 50, high: Real = 200) -> Array:
    """Dark on the left, light on the right, and nothing in between."""
    return _profile(height, np.where(np.arange(width) < width // 2, low, high))


def ramp_edge(
    height: int = 256, width: int = 256, low: Real = 50, high: Real = 200, over: Real = 64
) -> Array:
    """Dark on the left, light on the right, and a slope of ``over`` pixels in between."""
    start = (width - over) / 2
    return _profile(height, np.interp(np.arange(width), [start, start + over], [low, high]))


def roof_edge(
    height: int = 256, width: int = 256, low: Real = 50, high: Real = 200, over: Real = 64
) -> Array:
    """A bright ridge, ``over`` pixels wide, on a dark background."""
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
    """Rings, finer outwards, up to one cycle in two pixels at the middle of the edges."""
    rows, columns = np.indices((size, size)) - (size - 1) / 2
    phase = np.pi * (rows**2 + columns**2) / size
    return np.rint(127.5 + 127.5 * np.cos(phase)).astype(np.uint8)


def impulse(height: int = 65, width: int = 65) -> Array:
    """One white pixel in the middle of a black image."""
    image = np.zeros((height, width), np.uint8)
    image[height // 2, width // 2] = 255
    return image


def _levels(image):
    """Booleans, or fractions of white, as uint8."""
    if image.dtype == np.uint8:
        return image
    return np.rint(image * 255.0).astype(np.uint8)


def _without_alpha(image):
    return np.ascontiguousarray(image[..., :3]) if image.ndim == 3 else image
