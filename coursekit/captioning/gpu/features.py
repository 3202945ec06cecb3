"""Codes of many pictures, made once and kept in a file that is mapped into memory.

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
from coursekit.core import atomic, require
from coursekit.core.types import Array, Integer

Kind = Literal["grid", "vector"]
KINDS: tuple[Kind, ...] = ("grid", "vector")


def extract(
    encoder: Encoder,
    pictures: Sequence[Array],
    path: str | PathLike[str],
    kind: Kind = "grid",
    size: Integer = 32,
    source: str = "",
    watch: Watch | None = None,
) -> np.memmap[Any, Any]:
    """Encode pictures into a memory-mapped file; the same call goes on where it was stopped.

    Parameters
    ----------
    encoder : Encoder, on the device that is to do it
    pictures : sequence of (H, W, 3) uint8 arrays, of any sizes
    path : of the .npy file; beside it a .json notes how far it is
    kind : "grid", (N, D, h, w), or "vector", (N, D)
    size : int, pictures encoded at once
    source : str, what the pictures are, noted so that other ones are not taken for them
    watch : watch.Watch; None for nobody

    Returns
    -------
    (N, D, h, w) or (N, D) float16 array, mapped into memory, read-only

    Convention
    ----------
    float16: codes of ImageNet's networks are below 100, far from its end, 65504.

    Raises
    ------
    ValueError : the file is of other pictures or another encoder.

    References
    ----------
    Xu et al. 2015, §4.3 (codes made once). Taught in 09 §11.
    """
    kind = require.one_of(kind, "kind", KINDS)
    path, watch = Path(path), Watch() if watch is None else watch
    shape = (len(pictures), *encoder.shape[: 3 if kind == "grid" else 1])
    note = {"encoder": encoder.name, "weights": _checksum(encoder), "shape": list(shape)}
    codes, done = _opened(path, shape, note | {"source": source})
    with watch, ThreadPoolExecutor(1) as reader:
        watch.begin(len(pictures), range(done))
        parts = range(done, len(pictures), size)
        read = [reader.submit(_read, pictures, first, size) for first in parts[:1]]
        for first in parts:
            read += [reader.submit(_read, pictures, first + size, size)]
            _encode(encoder, read.pop(0).result(), codes[first : first + size])
            codes.flush()  # before it is noted as done
            _note(path, note | {"source": source, "done": min(first + size, len(pictures))})
            for _ in range(first, min(first + size, len(pictures))):
                watch.step(None)
    return np.load(path, mmap_mode="r")


def _read(pictures, first, size):
    return [pictures[n] for n in range(first, min(first + size, len(pictures)))]


@torch.no_grad()
def _encode(encoder, pictures, codes):
    """Write the codes of some pictures; those of one size are encoded together."""
    device = next(encoder.parameters()).device
    shapes = {picture.shape for picture in pictures}
    for shape in shapes:
        rows = [n for n, picture in enumerate(pictures) if picture.shape == shape]
        batch = torch.from_numpy(np.stack([pictures[n] for n in rows])).to(device).movedim(-1, 1)
        grid = encoder(batch)
        codes[rows] = (grid if codes.ndim == 4 else pooled(grid)).half().cpu().numpy()


def _opened(path, shape, note):
    """The file to be filled, and how many of its codes are there."""
    notes = path.with_suffix(".json")
    if not (path.exists() and notes.exists()):
        path.parent.mkdir(parents=True, exist_ok=True)
        codes = np.lib.format.open_memmap(path, "w+", np.float16, shape)
        _note(path, note | {"done": 0})
        return codes, 0
    kept = json.loads(notes.read_text("utf-8"))
    done = kept.pop("done", 0)
    if kept != note:
        raise ValueError(
            f"{path}: holds codes of other pictures or another encoder ({kept}); give another "
            "path, or remove it"
        )
    return np.lib.format.open_memmap(path, "r+"), done


def _note(path, note):
    atomic.write_text(path.with_suffix(".json"), json.dumps(note, indent=1))


def _checksum(encoder):
    """A number that changes with the encoder's weights."""
    return round(sum(float(p.double().abs().mean()) for p in encoder.parameters()), 9)
