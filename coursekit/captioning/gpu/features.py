"""Features of many images, made once and kept in a file that is mapped into memory.

Encoding is most of the work, and the encoder does not change: 120 000 photographs of COCO are
encoded in an hour or so of a GPU, and then read from disk as often as one likes.
"""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch

from coursekit.captioning.gpu.encoders import Encoder, pooled
from coursekit.captioning.gpu.watch import Watch
from coursekit.captioning.shared import require_instance
from coursekit.core import atomic, require
from coursekit.core.types import Array, Integer

Kind = Literal["grid", "vector"]
KINDS: tuple[Kind, ...] = ("grid", "vector")


def extract(
    encoder: Encoder,
    images: Sequence[Array],
    path: str | PathLike[str],
    kind: Kind = "grid",
    size: Integer = 32,
    source: str = "",
    watch: Watch | None = None,
) -> np.memmap[Any, Any]:
    """Feature extraction: encode images into a memory-mapped file, once.

    Parameters
    ----------
    encoder : Encoder, on the device that is to do it
    images : sequence of (H, W, 3) uint8 arrays, of any sizes
    path : of the .npy file; beside it a .json notes how far it is
    kind : "grid", (N, D, h, w), or "vector", (N, D)
    size : int, images encoded at once
    source : str, what the images are, noted so that other ones are not taken for them
    watch : watch.Watch; None for nobody

    Returns
    -------
    (N, D, h, w) or (N, D) float16 array, mapped into memory, read-only

    Convention
    ----------
    The same call goes on where it was stopped.
    float16: features of ImageNet's networks are below 100, far from its end, 65504.

    Raises
    ------
    TypeError, ValueError : there are no images, or one is no (H, W, 3) uint8 array; size is below
        1; the file is of other images or another encoder.

    References
    ----------
    Xu et al. 2015, §4.3 (features made once). Taught in 09 §11.
    """
    kind = require.one_of(kind, "kind", KINDS)
    size = require.whole(size, "size", 1, np.inf)
    require_instance(encoder, "encoder", Encoder)
    require_instance(images, "images", Sequence, np.ndarray)
    require_instance(source, "source", str)
    if getattr(images, "ndim", 4) != 4 or not len(images):
        raise ValueError("images: expected one or more, got none")
    path, watch = Path(path), Watch() if watch is None else watch
    shape = (len(images), *encoder.shape[: 3 if kind == "grid" else 1])
    note = {"encoder": encoder.name, "weights": _checksum(encoder), "shape": list(shape)}
    features, done = _opened(path, shape, note | {"source": source})
    with watch, ThreadPoolExecutor(1) as reader:
        watch.begin(len(images), range(done))
        parts = range(done, len(images), size)
        read = [reader.submit(_read, images, first, size) for first in parts[:1]]
        for first in parts:
            read += [reader.submit(_read, images, first + size, size)]
            _encode(encoder, read.pop(0).result(), features[first : first + size])
            features.flush()  # before it is noted as done
            _note(path, note | {"source": source, "done": min(first + size, len(images))})
            for _ in range(first, min(first + size, len(images))):
                watch.step(None)
    return np.load(path, mmap_mode="r")


def _read(images, first, size):
    return [images[n] for n in range(first, min(first + size, len(images)))]


@torch.no_grad()
def _encode(encoder, images, features):
    """Write the features of some images; those of one size are encoded together."""
    device = next(encoder.parameters()).device
    for image in images:
        require.color(image, "images")
        require.uint8(image, "images")
    shapes = {image.shape for image in images}
    for shape in shapes:
        rows = [n for n, image in enumerate(images) if image.shape == shape]
        batch = torch.from_numpy(np.stack([images[n] for n in rows])).to(device).movedim(-1, 1)
        grid = encoder(batch)
        features[rows] = (grid if features.ndim == 4 else pooled(grid)).half().cpu().numpy()


def _opened(path, shape, note):
    """The file to be filled, and how many of its features are there."""
    notes = path.with_suffix(".json")
    if not (path.exists() and notes.exists()):
        path.parent.mkdir(parents=True, exist_ok=True)
        features = np.lib.format.open_memmap(path, "w+", np.float16, shape)
        _note(path, note | {"done": 0})
        return features, 0
    kept = json.loads(notes.read_text("utf-8"))
    done = kept.pop("done", 0)
    if kept != note:
        raise ValueError(
            f"{path}: holds features of other pictures or another encoder ({kept}); give another "
            "path, or remove it"
        )
    return np.lib.format.open_memmap(path, "r+"), done


def _note(path, note):
    atomic.write_text(path.with_suffix(".json"), json.dumps(note, indent=1))


def _checksum(encoder):
    """A number that changes with the encoder's weights."""
    return round(sum(float(p.double().abs().mean()) for p in encoder.parameters()), 9)
