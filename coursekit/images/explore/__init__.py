"""The interactive figures of chapter 01."""

from coursekit.core import extras

extras.require("cv2", "ipywidgets", "matplotlib")

import cv2
import numpy as np

from coursekit.images import reference
from coursekit.lab import plots, samples
from coursekit.lab.figure import Choice, Figure, Point, Slider

METHODS = ("nearest", "bilinear", "bicubic", "area", "lanczos")
SIDE = 240  # pixels of the lens
YELLOW = (240, 228, 66)


def lens(image=None):
    """Pixels under a lens, with their numbers."""
    return Figure(
        _lens,
        {
            "size": Slider(3, 9, 5, 1, label="lens", unit="pixels wide"),
            "at": Point((380, 141), label="where to look (row, column)", hover=True),
        },
        image=samples.astronaut() if image is None else image,
        title="Pixels under a lens",
        alt="A picture with a small frame on it, and the pixels in the frame, large, with numbers",
    )


def _lens(image, size, at):
    rows, columns = (_around(middle, size, n) for middle, n in zip(at, image.shape, strict=False))
    patch = image[rows, columns]
    picture = plots.color(image)
    for margin, ink in ((5, (0, 0, 0)), (3, YELLOW)):
        plots.frame(picture, (rows, columns), ink, margin=margin)
    if image.ndim == 2:
        return {"picture": picture, "its pixels": _numbered(patch)}
    channels = zip(("red", "green", "blue"), np.moveaxis(patch, 2, 0), strict=True)
    numbered = {f"its {name}": _numbered(channel) for name, channel in channels}
    return {"picture": picture, "its pixels": _numbered(patch)} | numbered


def _around(middle, size, length):
    """The ``size`` indices around the middle that lie inside the picture."""
    start = min(max(middle - size // 2, 0), max(length - size, 0))
    return slice(start, min(start + size, length))


def _numbered(patch):
    """A patch magnified, with the number or numbers of each pixel written on it."""
    pixels = patch.reshape(*patch.shape[:2], -1).tolist()
    side = SIDE // max(patch.shape[:2])
    room = side >= 2 * len(pixels[0][0]) * plots.TEXT // 2 + 8  # else the channels say it
    numbers = [["\n".join(map(str, pixel)) if room else "" for pixel in row] for row in pixels]
    return plots.cells(numbers, side, patch)


def resampling(image=None):
    """Shrink and enlarge again: what each method makes of the pixels."""
    return Figure(
        _resampling,
        {
            "factor": Slider(1, 16, 4, 1, label="shrink to one in", unit="pixels"),
            "shrink": Choice(METHODS, "area", label="shrink by"),
            "enlarge": Choice(METHODS, "bicubic", label="enlarge again by"),
        },
        image=samples.chelsea() if image is None else image,
        title="Fewer pixels, and as many again",
        alt="A cat made of few pixels: with blocks where nearest was used, smooth by the others",
        before="nearest, both ways",
    )


def _resampling(image, factor, shrink, enlarge):
    small = _divided(image.shape, factor)
    blocks = reference.resize(reference.resize(image, small, "nearest"), image.shape[:2], "nearest")
    chosen = reference.resize(reference.resize(image, small, shrink), image.shape[:2], enlarge)
    return {"nearest, both ways": blocks, "as chosen": chosen}


def _divided(shape, factor):
    return tuple(max(1, round(side / factor)) for side in shape[:2])


def aliasing(image=None):
    """Shrink fine rings: without a blur first, rings appear that are not there."""
    return Figure(
        _aliasing,
        {
            "factor": Slider(1, 8, 4, 1, label="shrink to one in", unit="pixels"),
            "method": Choice(METHODS, "nearest", label="shrink by"),
        },
        image=samples.zone_plate(256) if image is None else image,
        title="Rings that are not there",
        alt="Fine rings, and the same picture shrunk: false rings all around",
        before="before",
    )


def _aliasing(image, factor, method):
    small = reference.resize(image, _divided(image.shape, factor), method)
    return {"shrunk": reference.resize(small, image.shape[:2], "nearest")}


def pyramid(image=None):
    """One level of a pyramid, and the picture made of this level and the coarser ones."""
    return Figure(
        _pyramid,
        {
            "level": Slider(0, 5, 2, 1, label="level (0 is the finest)"),
            "kind": Choice(("Gaussian", "Laplacian"), label="pyramid"),
        },
        image=samples.camera() if image is None else image,
        title="Up and down a pyramid",
        alt="A level of a pyramid, and the picture rebuilt without the levels finer than it",
        before="before",
    )


def _pyramid(image, level, kind):
    most = 1 + (max(image.shape[:2]) - 1).bit_length()
    levels = reference.laplacian_pyramid(image, min(level + 2, most))
    level = min(level, len(levels) - 2)
    coarse = reference.collapse(levels[level:])
    shown = coarse if kind == "Gaussian" else _about_gray(levels[level])
    for residual in reversed(levels[:level]):
        coarse = reference.pyramid_up(coarse, residual.shape[:2])
    shown = reference.resize(shown, image.shape[:2], "nearest")
    return {"this level": shown, "without the finer levels": coarse}


def _about_gray(residual):
    return np.clip(residual + 128, 0, 255).astype(np.uint8)


def equal_brightness(_image=None):
    """Find the gray that is as bright as a pure colour."""
    return Figure(
        _equal_brightness,
        {
            "level": Slider(0, 255, 255, 1, label="gray of the dots", unit="gray level"),
            "color": Choice(("red", "green", "blue"), label="ground"),
        },
        title="As bright as a colour",
        alt="Gray dots on a ground of pure colour, that stand out least where both are as bright",
    )


def _equal_brightness(level, color):
    ground = np.zeros((400, 560, 3), np.uint8)
    ground[..., ("red", "green", "blue").index(color)] = 255
    rows, columns = np.indices(ground.shape[:2]) % 40 - 19.5
    ground[rows**2 + columns**2 < 14**2] = level
    return ground


SPACES = {
    "RGB": (None, None),
    "YCrCb": (reference.rgb_to_ycrcb, reference.ycrcb_to_rgb),
    "HSV": (reference.rgb_to_hsv, reference.hsv_to_rgb),
    "Lab": (reference.rgb_to_lab, reference.lab_to_rgb),
}
CHANNELS = ("first channel", "second channel", "third channel")


def channels(image=None):
    """The three channels of a colour space, and the picture without one of them."""
    return Figure(
        _channels,
        {
            "space": Choice(tuple(SPACES), label="colour space"),
            "flattened": Choice(("none", *CHANNELS), label="replace by its mean"),
        },
        image=samples.astronaut() if image is None else image,
        title="Three numbers a pixel, four ways",
        alt="The channels of a picture in a colour space, each as a gray picture",
        before="before",
    )


def _channels(image, space, flattened):
    forth, back = SPACES[space]
    encoded = plots.color(image) if forth is None else forth(plots.color(image))
    after = plots.color(image)
    if flattened in CHANNELS:
        changed, chosen = encoded.copy(), CHANNELS.index(flattened)
        changed[..., chosen] = np.rint(encoded[..., chosen].mean())
        after = changed if back is None else back(changed)
    return {"after": after} | dict(zip(CHANNELS, np.moveaxis(encoded, 2, 0), strict=True))


def hue_picker(image=None):
    """Keep the pixels of one hue in colour; the others turn gray."""
    return Figure(
        _hue_picker,
        {
            "hue": Slider(0, 358, 250, 2, label="hue (0 red, 120 green, 240 blue)", unit="degrees"),
            "width": Slider(2, 90, 16, 2, label="up to so far from it", unit="degrees"),
            "saturation": Slider(0, 255, 100, 5, label="least saturation"),
        },
        image=samples.astronaut() if image is None else image,
        title="Find a thing by its colour",
        alt="The pixels of the chosen hue in colour, all others gray; the pixels found in white",
        before="before",
    )


def _hue_picker(image, hue, width, saturation):
    found = _hue_mask(plots.color(image), hue, width, saturation)
    rest = plots.color(reference.rgb_to_gray(plots.color(image))) // 2
    picked = np.where(found[..., None], plots.color(image), rest)
    return {"picked": picked, "found": found.astype(np.uint8) * 255}


def _hue_mask(image, hue, width, saturation):
    """Pixels within ``width`` degrees of a hue, round the circle, that are colourful enough."""
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)  # as reference.rgb_to_hsv, bit for bit
    degrees = np.abs(2 * np.arange(180) - hue)
    near = np.minimum(degrees, 360 - degrees) <= width  # a table: one entry for each hue
    return near[hsv[..., 0]] & (hsv[..., 1] >= saturation)


def chroma(image=None):
    """Give the colours, or the lightness, fewer pixels than the rest."""
    return Figure(
        _chroma,
        {
            "factor": Slider(1, 16, 4, 1, label="shrink to one in", unit="pixels each way"),
            "part": Choice(("colours: Cr and Cb", "lightness: Y"), label="of the"),
        },
        image=samples.astronaut()[:300, 80:400] if image is None else image,
        title="The eye is not fussy about colour",
        alt="A portrait with fewer pixels for colour, which looks as before, or for lightness",
        before="before",
    )


def _chroma(image, factor, part):
    planes = reference.rgb_to_ycrcb(plots.color(image))
    coarse = _coarsened(planes, factor)
    which = [0] if part.startswith("light") else [1, 2]
    planes[..., which] = coarse[..., which]
    return {"after": reference.ycrcb_to_rgb(planes)}


def _coarsened(image, factor):
    """Shrink by area, and come back to the size by bilinear."""
    small = reference.resize(image, _divided(image.shape, factor), "area")
    return reference.resize(small, image.shape[:2], "bilinear")


FIGURES = (
    lens,
    resampling,
    aliasing,
    pyramid,
    equal_brightness,
    channels,
    hue_picker,
    chroma,
)
