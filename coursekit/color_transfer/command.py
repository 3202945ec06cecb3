"""The command ``coursekit transfer``: two files in, one out, step by step.

``transfer`` tells of each step before it takes it, so that whoever runs it can show how far it is.
The pictures keep their size. The result is written whole at the end, or not at all.
"""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from PIL import Image

from coursekit.color_transfer import gpu, shared
from coursekit.color_transfer.gpu.color_fusion import fused_parts, matched_colors
from coursekit.color_transfer.gpu.superfeatures import attended_colors
from coursekit.color_transfer.gpu.unit_cube import as_picture, in_unit
from coursekit.color_transfer.shared import projection_axes
from coursekit.core import atomic, require
from coursekit.lab import samples
from coursekit.lab.device import device as fastest

LARGEST = 20_000  # pixels along the longer side of what is read
SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp")
METHODS = {
    "reinhard": gpu.reinhard,
    "monge-kantorovitch": gpu.monge_kantorovitch,
    "distribution": None,  # iteration by iteration
    "gamut": gpu.gamut_transfer,
    "superpixels": None,  # part by part
    "superfeatures": None,
    "histogram-analogy": gpu.histogram_analogy,
}
_PIECES = {"superpixels", "place_spread", "color_spread"}
OPTIONS = {  # beside regrain, which goes with every method
    "distribution": {"iterations", "seed"},
    "superpixels": _PIECES,
    "superfeatures": _PIECES | {"temperature", "features", "weights"},
    "histogram-analogy": {"weights"},
}
REGRAINED = ("distribution", "superpixels", "superfeatures")  # unless one says no
PARTS = 20  # after which one is told how far the fusion is


@dataclass
class _Job:
    """What is on the table: two pictures (3, H, W), and what has become of the target."""

    target: torch.Tensor
    reference: torch.Tensor
    result: torch.Tensor | None = None
    parts: Iterator | None = None  # of the result, one after the other
    fused: int = 0  # pixels of the result that are there


def transfer(target, reference, out, method="superfeatures", device=None, **options):
    """Give one file the colours of another and write the result; yields (done, of, what next).

    Parameters
    ----------
    target, reference : paths of pictures
    out : path of the picture to write, its suffix one of ``SUFFIXES``
    method : one of ``METHODS``
    device : name of the device to compute on; by default the fastest here
    options : regrain, and those of the method in ``OPTIONS``; None leaves one at its default
    """
    method = require.one_of(method, "method", tuple(METHODS))
    out = _writable(out, target, reference)
    given = _fitting(method, options)
    place = _place(device)
    steps = [
        ("reading", lambda _: _Job(*(_read(path, place) for path in (target, reference)))),
        *_steps(method, **given),
        ("writing", lambda job: write(job.result, out)),
    ]
    job = None
    for done, (what, step) in enumerate(steps):
        yield done, len(steps), what
        job = _taken(step, job)
    yield len(steps), len(steps), "done"


def _steps(method, regrain=None, **options):
    """What the method does, as (what is told, function from job to job)."""
    wanted = method in REGRAINED if regrain is None else regrain
    if method == "distribution":
        yield from _iterations(**options)
    elif method in ("superpixels", "superfeatures"):
        yield from _piece_by_piece(method, **options)
    else:
        yield method, partial(_in_one_go, partial(METHODS[method], **options))
    if wanted:
        yield "regraining", _regrain


def _iterations(iterations=10, seed=0):
    """The steps of ``iterative_distribution_transfer``, on colours in 0..1."""
    iterations = require.whole(iterations, "iterations", 0, 1000)
    seed = require.whole(seed, "seed", 0, float("inf"))
    yield "preparing", lambda job: _Job(job.target, in_unit(job.reference), in_unit(job.target))
    for k, axes in enumerate(projection_axes(iterations, seed), start=1):
        yield f"iteration {k} of {iterations}", partial(_iterate, axes)
    yield "rounding", _round


def _iterate(axes, job):
    clouds = (picture.flatten(-2).mT for picture in (job.result, job.reference))
    job.result = gpu.project_and_match(*clouds, axes).mT.view(job.target.shape)
    return job


def _round(job):
    job.result = as_picture(job.result, job.target.dtype)
    return job


def _regrain(job):
    job.result = gpu.regrain(job.result, job.target)
    return job


def _in_one_go(method, job):
    job.result = method(job.target, job.reference)
    return job


def _piece_by_piece(method, place_spread=10.0, color_spread=0.1, **options):
    """The steps of ``superpixel_color_fusion`` and of ``superfeature_transfer``."""
    shared.require_kernel(place_spread, color_spread, None, None, "each")
    choose = matched_colors
    if method == "superfeatures":
        choose, options = attended_colors, _with_features(**options)
    yield "superpixels", partial(_cut, partial(choose, **options), place_spread, color_spread)
    for k in range(1, PARTS + 1):
        yield f"fusing, part {k} of {PARTS}", partial(_fuse, k / PARTS)
    yield "rounding", _round


def _cut(choose, place_spread, color_spread, job):
    labels, colors = choose(job.target, job.reference)
    job.parts = fused_parts(job.target, labels, colors, place_spread, color_spread)
    job.result = torch.empty_like(job.target, dtype=colors.dtype)
    return job


def _fuse(share, job):
    """Fuse pixels until this share of them is done."""
    pixels = job.result.flatten(-2)
    while job.fused < share * pixels.shape[-1]:
        part = next(job.parts)
        pixels[:, job.fused : job.fused + part.shape[-1]] = part
        job.fused += part.shape[-1]
    return job


def _with_features(features="filter-bank", weights="DEFAULT", **options):
    features = require.one_of(features, "features", ("filter-bank", "vgg19"))
    if features == "vgg19":
        options["features"] = partial(gpu.vgg19, weights=weights)
    return options


def _taken(step, job):
    """Take a step; where memory runs out, say so in words."""
    try:
        return step(job)
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and "memory" not in str(error):
            raise
        sizes = " and ".join(f"{p.shape[1]} x {p.shape[2]}" for p in (job.target, job.reference))
        raise ValueError(f"no memory left for pictures of {sizes} pixels: shrink them") from error


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
            raise ValueError(f"{str(out)!r} is one of the pictures given: choose another name")
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
