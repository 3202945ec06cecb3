"""The command ``coursekit transfer``: two files in, one out, step by step.

``transfer`` tells of each step before it takes it, so that whoever runs it can show how far it is.
The images keep their size. The result is written whole at the end, or not at all.
"""

import io
import os
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import torch
from PIL import Image

from coursekit.color_transfer import gpu, shared
from coursekit.color_transfer.gpu.color_fusion import fused_parts, matched_colors
from coursekit.color_transfer.gpu.superfeatures import attended_colors
from coursekit.color_transfer.gpu.unit_cube import as_image, in_unit
from coursekit.core import atomic, require
from coursekit.lab import samples
from coursekit.lab.device import device as fastest

Steps = Generator[str, None, torch.Tensor]  # yields what comes next, and returns the result

LARGEST = 20_000  # pixels along the longer side of what is read
SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp")
WHOLE: dict[str, Callable[..., torch.Tensor]] = {  # methods in one step
    "reinhard": gpu.reinhard,
    "monge-kantorovitch": gpu.monge_kantorovitch,
    "gamut": gpu.gamut_transfer,
    "histogram-analogy": gpu.histogram_analogy,
}
METHODS = (
    "reinhard", "monge-kantorovitch", "distribution", "gamut", "superpixels", "superfeatures",
    "histogram-analogy",
)  # fmt: skip
_FUSION = {"superpixels", "place_spread", "color_spread"}
OPTIONS = {  # beside regrain, which goes with every method
    "distribution": {"iterations", "seed"},
    "superpixels": _FUSION,
    "superfeatures": _FUSION | {"temperature", "features", "weights"},
    "histogram-analogy": {"weights"},
}
REGRAINED = ("distribution", "superpixels", "superfeatures")  # unless one says no
PARTS = 20  # after which one is told how far the fusion is


def transfer(target, reference, out, method="superfeatures", device=None, **options):
    """Give one file the colours of another and write the result; yields (done, of, what next).

    Parameters
    ----------
    target, reference : paths of images
    out : path of the image to write, its suffix one of ``SUFFIXES``
    method : one of ``METHODS``
    device : name of the device to compute on; by default the fastest here
    options : regrain, and those of the method in ``OPTIONS``; None leaves one at its default
    """
    method = require.one_of(method, "method", METHODS)
    out = _writable(out, target, reference)
    options = _fitting(method, options)
    regrain = options.pop("regrain", method in REGRAINED)
    place = _place(device)
    count, run = _planned(method, **options)
    total = 2 + count + bool(regrain)
    for done, what in enumerate(_steps(target, reference, out, run, regrain, place)):
        yield done, total, what
    yield total, total, "done"


def _steps(target, reference, out, run, regrain, place):
    """Read, run the method, regrain and write, and tell of each before it is done."""
    yield "reading"
    images = _read(target, place), _read(reference, place)
    with _memory_told(*images):
        result = yield from run(*images)
        if regrain:
            yield "regraining"
            result = gpu.regrain(result, images[0])
    yield "writing"
    write(result, out)


def _planned(method, **options):
    """How many steps a method takes, and the generator function that takes them."""
    if method in WHOLE:
        return 1, partial(_at_once, method, **options)
    if method == "distribution":
        iterations = require.whole(options.pop("iterations", 10), "iterations", 0, 1000)
        return iterations + 2, partial(_iterated, iterations, **options)
    return PARTS + 2, partial(_fused, method, **options)


def _at_once(method, target, reference, **options) -> Steps:
    """A method that tells of no steps."""
    yield method
    return WHOLE[method](target, reference, **options)


def _iterated(iterations, target, reference, seed=0) -> Steps:
    """``iterative_distribution_transfer``, iteration by iteration."""
    yield "preparing"
    axes_of_all = shared.require_rotations(None, iterations, seed)
    colors, wanted = in_unit(target).flatten(-2).mT, in_unit(reference).flatten(-2).mT
    for number, axes in enumerate(axes_of_all, start=1):
        yield f"iteration {number} of {iterations}"
        colors = gpu.project_and_match(colors, wanted, axes)
    yield "rounding"
    return as_image(colors.mT.reshape(target.shape), target.dtype)


def _fused(method, target, reference, place_spread=10.0, color_spread=0.1, **options) -> Steps:
    """``superpixel_color_fusion`` or ``superfeature_transfer``, some pixels after the other."""
    yield "superpixels"
    if method == "superfeatures":
        labels, colors = attended_colors(target, reference, **_with_features(**options))
    else:
        labels, colors = matched_colors(target, reference, **options)
    fused = torch.empty_like(target, dtype=colors.dtype)
    pixels = fused.flatten(-2)
    parts = fused_parts(target, labels, colors, place_spread, color_spread)
    done = 0
    for number in range(1, PARTS + 1):
        yield f"fusing, part {number} of {PARTS}"
        while done < number / PARTS * pixels.shape[-1]:
            part = next(parts)
            pixels[:, done : done + part.shape[-1]] = part
            done += part.shape[-1]
    yield "rounding"
    return as_image(fused, target.dtype)


def _with_features(features="filter-bank", weights="DEFAULT", **options):
    """The options of ``attended_colors``, in which features are a function."""
    features = require.one_of(features, "features", ("filter-bank", "vgg19"))
    if features == "vgg19":
        options["features"] = partial(gpu.vgg19, weights=weights)
    return options


@contextmanager
def _memory_told(target, reference) -> Iterator[None]:
    """Where memory runs out, say so in words."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "memory" not in str(error):
            raise
        sizes = " and ".join(f"{p.shape[1]} x {p.shape[2]}" for p in (target, reference))
        raise ValueError(f"no memory left for images of {sizes} pixels: shrink them") from error


def _fitting(method, options):
    """The options that were given; those of another method are refused."""
    given = {name: value for name, value in options.items() if value is not None}
    strangers = sorted(given.keys() - OPTIONS.get(method, set()) - {"regrain"})
    if strangers:
        flags = ", ".join("--" + name.replace("_", "-") for name in strangers)
        homes = [other for other in OPTIONS if OPTIONS[other] & set(strangers)]
        raise ValueError(f"{flags} goes with --method {' or '.join(homes)}, not with {method}")
    return given


def _writable(out, *sources):
    """The path of the result; refused before any work where it cannot be written."""
    out = Path(out).expanduser()
    if out.suffix.lower() not in SUFFIXES:
        raise ValueError(f"{str(out)!r}: expected a name that ends in {', '.join(SUFFIXES)}")
    if out.is_dir() or not out.parent.is_dir():
        raise ValueError(f"{str(out)!r}: expected a file in a folder that is there")
    if not os.access(out.parent, os.W_OK):
        raise PermissionError(f"nothing can be written in the folder {str(out.parent)!r}")
    for source in sources:
        if out.resolve() == Path(source).expanduser().resolve():
            raise ValueError(f"{str(out)!r} is one of the images given: choose another name")
    return out


def _place(name):
    """The device of this name; refused where there is none."""
    try:
        return torch.empty(0, device=fastest() if name is None else name).device
    except (RuntimeError, AssertionError) as error:
        reason = str(error).splitlines()[0]
        raise ValueError(f"device {name!r} cannot be computed on here: {reason}") from error


def _read(path, place):
    photo = samples.load(path, largest=LARGEST)
    return torch.from_numpy(photo).movedim(-1, 0).contiguous().to(place)


def write(result, out):
    kind = Image.registered_extensions()[out.suffix.lower()]
    best = {"quality": 95, "subsampling": 0} if kind == "JPEG" else {}
    stream = io.BytesIO()
    Image.fromarray(result.movedim(0, -1).cpu().numpy()).save(stream, kind, **best)
    atomic.write_bytes(out, stream.getvalue())
