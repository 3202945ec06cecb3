"""Images with their captions: made, from COCO's own files, or as the homework hands them out.

All three give a ``Captioned``, so that whatever is trained on one can be trained on the others.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
from PIL import Image

from coursekit.captioning.data import claims
from coursekit.captioning.data.synthetic import Scene, Split, scene
from coursekit.captioning.shared import MOST
from coursekit.captioning.text import split_by_picture, tokenize
from coursekit.core import atomic, require
from coursekit.core.types import Array, Integer, Real


@dataclass(frozen=True)
class Captioned:
    """Images, or their features, and what people said of them.

    Parameters
    ----------
    name : str, where they are from
    images : sequence of N; item n is an image (H, W, 3) uint8, or its feature vector (C,) float. A
        list of numbers gives several at once: an array where all have one size, else a list.
    captions : tuple of N tuples of str, one or more for each image
    identities : tuple of N int, COCO's image ids
    scenes : tuple of N Scene for images that are made, otherwise None
    """

    name: str
    images: Sequence[Array] | Array
    captions: tuple[tuple[str, ...], ...]
    identities: tuple[int, ...]
    scenes: tuple[Scene, ...] | None = None

    def __len__(self) -> int:
        return len(self.captions)

    def words(self) -> list[list[list[str]]]:
        """The captions, each split into words."""
        return [[tokenize(caption) for caption in own] for own in self.captions]

    def take(self, rows: Array | Sequence[Integer]) -> Self:
        """The images of some rows, in that order; nothing is read or copied yet."""
        rows = np.asarray(rows)
        if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
            raise TypeError(
                f"rows: expected a list of whole numbers, got {rows.dtype} of shape {rows.shape}"
            )
        for row in rows.tolist():
            require.whole(row, "rows", 0, len(self) - 1)
        rows = rows.astype(np.int64)
        chosen = {
            name: tuple(getattr(self, name)[row] for row in rows)
            for name in ("captions", "identities", *(["scenes"] if self.scenes else []))
        }
        return replace(self, images=_Rows(self.images, rows), **chosen)

    def split(self, share: Real = 0.1, seed: Integer = 0) -> tuple[Self, ...]:
        """Two Captioned, the second with a share of the images, none of which is in the first."""
        return tuple(self.take(rows) for rows in split_by_picture(len(self), share, seed))


class _Rows(Sequence[Any]):
    """Some items of a sequence."""

    def __init__(self, items, rows):
        self._items, self._rows = items, rows

    def __len__(self):
        return len(self._rows)

    def __getitem__(self, index):
        return self._items[self._rows[index]]


# ------------------------------------------------------------------ scenes


def scenes(split: Split = "train", count: Integer = 1000, seed: Integer = 0) -> Captioned:
    """Make scenes, each with five different captions that are true of it.

    Parameters
    ----------
    split : "train", "validation", "test", or "seen" and "unseen" (``synthetic.scene`` says what of)
    count : int, 1 or more
    seed : int, 0 or more

    Returns
    -------
    Captioned, with images (N, 64, 64, 3) uint8; the first ones are the same for any count
    """
    count = require.whole(count, "count", 1, MOST)
    made = tuple(scene(split, number, seed) for number in range(count))
    images = np.stack([one.image() for one in made])
    captions = tuple(tuple(claims.sentences(one)) for one in made)
    return Captioned(f"scenes, {split}", images, captions, tuple(range(1, count + 1)), made)


def save_as_coco(data: Captioned, root: str | PathLike[str], split: str) -> None:
    """Write pictures and captions as COCO lays them out on disk, for ``coco`` to read.

    Parameters
    ----------
    data : Captioned, with images
    root : folder, made where there is none
    split : str, for instance "train2017"
    """
    root = Path(root)
    for folder in (root / split, root / "annotations"):
        folder.mkdir(parents=True, exist_ok=True)
    images, notes = [], []
    for number, identity in enumerate(data.identities):
        picture, name = data.images[number], f"{identity:012}.png"
        cv2.imwrite(str(root / split / name), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        height, width = picture.shape[:2]
        images.append({"id": identity, "file_name": name, "height": height, "width": width})
        for caption in data.captions[number]:
            notes.append({"id": len(notes) + 1, "image_id": identity, "caption": caption})
    text = json.dumps({"images": images, "annotations": notes})
    atomic.write_text(root / "annotations" / f"captions_{split}.json", text)


# ------------------------------------------------------------------ COCO


def coco(root: str | PathLike[str], split: str = "train2017") -> Captioned:
    """Read COCO's captions; the pictures are read when they are asked for.

    Parameters
    ----------
    root : folder with ``annotations/captions_<split>.json`` and the pictures in ``<split>/`` or
        ``images/<split>/``, as cocodataset.org packs them
    split : "train2017", "val2017", "train2014", "val2014", or the name of your own

    Returns
    -------
    Captioned, with images (H, W, 3) uint8 of many sizes

    Raises
    ------
    FileNotFoundError : a file or folder is missing.
    ValueError : the file of captions is truncated or of another kind, or does not fit the pictures.
    """
    root = Path(root)
    path = root / "annotations" / f"captions_{split}.json"
    images, captions = _annotations(path)
    folders = [folder for folder in (root / split, root / "images" / split) if folder.is_dir()]
    if not folders:
        raise FileNotFoundError(f"{root / split}: expected a folder with the pictures of {split}")
    there = {file.name for file in folders[0].iterdir()}
    missing = [name for name in images.values() if name not in there]
    if missing:
        raise FileNotFoundError(
            f"{folders[0]}: {len(missing)} of {len(images)} pictures that {path.name} names are "
            f"missing, for instance {missing[0]}"
        )
    pictures = _Folder([folders[0] / name for name in images.values()])
    texts = tuple(tuple(captions[identity]) for identity in images)
    return Captioned(f"COCO, {split}", pictures, texts, tuple(images))


def _annotations(path):
    """{image id: file name} and {image id: captions} of COCO's file."""
    content = _json(path)
    try:
        images = {image["id"]: image["file_name"] for image in content["images"]}
        captions = {identity: [] for identity in images}
        notes = [(note["image_id"], note["caption"]) for note in content["annotations"]]
    except (KeyError, TypeError):
        raise ValueError(
            f"{path}: expected COCO's captions, a list of images (id, file_name) and one of "
            f"annotations (image_id, caption)"
        ) from None
    for identity, caption in notes:
        if identity not in captions:
            raise ValueError(f"{path}: a caption is of image {identity}, which is not listed")
        captions[identity].append(caption)
    _described(captions.items(), path)
    return images, captions


def _described(captions, path):
    """Refuse pictures without a caption, and captions that are no text."""
    for name, own in captions:
        if not own:
            raise ValueError(f"{path}: picture {name} has no caption")
        if not all(isinstance(caption, str) for caption in own):
            raise ValueError(f"{path}: expected text for captions, picture {name} has {own!r}")


def _json(path):
    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such file")
    try:
        return json.loads(path.read_text("utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError):
        size = path.stat().st_size
        raise ValueError(f"{path}: no whole JSON file, only {size} bytes of one") from None


class _Folder(Sequence[Any]):
    """Pictures that are read from their files when they are asked for."""

    def __init__(self, paths):
        self._paths = paths

    def __len__(self):
        return len(self._paths)

    def __getitem__(self, index):
        if np.ndim(index):
            return [self[one] for one in index]
        try:
            with Image.open(self._paths[index]) as image:
                return np.asarray(image.convert("RGB"))
        except OSError as error:
            raise ValueError(f"{self._paths[index]}: no whole picture ({error})") from None


# ------------------------------------------------------------------ the homework's files


def handout(folder: str | PathLike[str]) -> Captioned:
    """Open the homework's files: features of COCO's images, and their captions.

    Parameters
    ----------
    folder : with ``image_codes.npy``, (N, C) float, Inception-v3's pooled vectors (C = 2048), and
        ``captions_tokenized.json``, a list of N lists of captions

    Returns
    -------
    Captioned, with features instead of images; they stay on the disk until they are asked for

    Raises
    ------
    FileNotFoundError : a file is missing.
    ValueError : a file is truncated or of another kind, or they are not of the same pictures.
    """
    folder = Path(folder)
    features = _mapped(folder / "image_codes.npy")
    path = folder / "captions_tokenized.json"
    captions = _json(path)
    if not isinstance(captions, list) or not all(isinstance(own, list) for own in captions):
        raise ValueError(f"{path}: expected a list with a list of captions for each picture")
    if len(captions) != len(features):
        raise ValueError(
            f"{folder}: expected features and captions of the same pictures, got {len(features)} "
            f"features and captions of {len(captions)} pictures"
        )
    _described(enumerate(captions), path)
    texts = tuple(tuple(own) for own in captions)
    return Captioned(f"handout, {folder.name}", features, texts, tuple(range(len(features))))


def _mapped(path):
    """Map the features into memory."""
    if not path.is_file():
        raise FileNotFoundError(f"{path}: there is no such file")
    try:
        features = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise ValueError(f"{path}: no whole file of an array ({error})") from None
    if features.ndim != 2 or features.dtype.kind != "f" or not features.size:
        raise ValueError(
            f"{path}: expected features of shape (N, C), float, got {features.shape} "
            f"{features.dtype}"
        )
    return features
