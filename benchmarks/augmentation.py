"""Chapter 08 compared with other libraries: random rotation, shift, zoom, flip and brightness.

Every library gets the ranges and samples for itself, so results cannot be compared pixel by pixel
(tests do that for Keras), only the times. Libraries marked "one sample for all" transform all
images of a batch in the same way, which is less work than ours.
"""

import os
import sys
import time

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

import cv2
import numpy as np
import torch

from benchmarks.row import (
    GPU,
    KORNIA,
    OPENCV,
    REFERENCE,
    Batch,
    Row,
    as_images,
    color_batch,
    over_pixels,
    through_floats,
)
from coursekit.augmentation import gpu, reference, training
from coursekit.core.torch.torchvision import load as load_torchvision
from coursekit.lab.device import device

TURN, SHIFT, ZOOM, LIGHT = 20, 0.1, 0.2, (0.7, 1.3)
RANGES = {
    "rotation_range": TURN,
    "width_shift_range": SHIFT,
    "height_shift_range": SHIFT,
    "zoom_range": ZOOM,
    "horizontal_flip": True,
    "brightness_range": LIGHT,
}


PATH = "OpenCV path"  # ours, too: what a training loop on a CPU uses
OURS = {REFERENCE: reference, GPU: gpu, PATH: training}


class Sampled(Row):
    """Whole batches, with new random numbers in each call; only our own can be compared."""

    def candidates(self):
        return dict(self.work)

    def differences(self):
        results = {name: as_images(self._once(name)) for name in OURS}
        expected = results.pop(REFERENCE)
        return {name: float(np.abs(each - expected).max()) for name, each in results.items()}

    def _once(self, name):
        augmenter = OURS[name].Augmenter(**RANGES, seed=1)
        given = self.batch.tensor if name == GPU else np.stack(self.batch.images)
        return augmenter.apply(given, augmenter.draw(len(given)))


def rows(**size):
    """The whole augmentation, then its two halves separately."""
    few = color_batch(**size)
    yield Sampled(
        "turn, shift, zoom, flip, brighten", "uint8", few, everybody(few), tolerances={PATH: 2}
    )
    yield _warp_row(few)
    yield _brightness_row(few)


def _warp_row(batch):
    height, width = batch.images[0].shape[:2]
    matrix = reference.affine_matrix((height, width), rotation=20, zoom_rows=0.9, zoom_columns=1.1)
    xy = np.linalg.inv(matrix)[[1, 0]][:, [1, 0, 2]]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP

    def in_opencv(image):
        return cv2.warpAffine(
            image, xy, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
        )

    work = {
        REFERENCE: lambda image: reference.warp(image, matrix),
        GPU: lambda tensor: gpu.warp(tensor, matrix),
        OPENCV: in_opencv,
    }
    return Row("warp(matrix)", "uint8", batch, work)


def _brightness_row(batch):
    work = {
        REFERENCE: lambda image: reference.adjust_brightness(image, 1.25),
        GPU: lambda tensor: gpu.adjust_brightness(tensor, 1.25),
        OPENCV: lambda image: cv2.convertScaleAbs(image, alpha=1.25, beta=0),
    }
    naive = over_pixels(lambda r: np.minimum(np.rint(r * 1.25), 255))
    return Row("adjust_brightness(1.25)", "uint8", batch, work, naive)


def everybody(batch):
    """Name -> function without arguments, for us and all libraries, on the same images."""
    images, calls = np.stack(batch.images), {}
    for name, part in OURS.items():
        given = batch.tensor if name == GPU else images
        calls[name] = _sampled_anew(part.Augmenter(**RANGES, seed=1), given)
    if device().type != "cpu":
        there = batch.tensor.to(device())
        calls[f"{GPU} on {device().type}"] = _sampled_anew(gpu.Augmenter(**RANGES, seed=1), there)
    for peer in PEERS:
        calls |= peer(images)
    return calls


def photos(count=64, size=224):
    """A batch of (size, size, 3) uint8 images."""
    few = color_batch(count=16, size=size).images
    return Batch.of([few[k % len(few)] for k in range(count)])


def as_tensor(images):
    return torch.from_numpy(images).movedim(-1, 1).contiguous()


def _sampled_anew(augmenter, images):
    epochs = iter(range(10**9))
    return lambda: augmenter.apply(images, augmenter.draw(len(images), next(epochs)))


def albumentations(images):
    import albumentations as peer

    steps = [
        peer.Affine(
            rotate=(-TURN, TURN),
            translate_percent={"x": (-SHIFT, SHIFT), "y": (-SHIFT, SHIFT)},
            scale={"x": (1 - ZOOM, 1 + ZOOM), "y": (1 - ZOOM, 1 + ZOOM)},
            interpolation=cv2.INTER_LINEAR,
            border_mode=cv2.BORDER_REPLICATE,
            p=1,
        ),
        peer.HorizontalFlip(p=0.5),
        peer.RandomBrightnessContrast(
            brightness_limit=(LIGHT[0] - 1, LIGHT[1] - 1), contrast_limit=(0, 0), p=1
        ),
    ]
    transform = peer.Compose(steps)
    return {"albumentations": lambda: [transform(image=image)["image"] for image in images]}


def torchvision(images):
    from PIL import Image

    load_torchvision()
    from torchvision.transforms import InterpolationMode, v2

    transform = v2.Compose(
        [
            v2.RandomAffine(
                degrees=TURN,
                translate=(SHIFT, SHIFT),
                scale=(1 - ZOOM, 1 + ZOOM),
                interpolation=InterpolationMode.BILINEAR,
            ),
            v2.RandomHorizontalFlip(p=0.5),
            v2.ColorJitter(brightness=LIGHT),
        ]
    )
    batch, photos = as_tensor(images), [Image.fromarray(image) for image in images]
    return {
        "torchvision v2, PIL": lambda: [transform(photo) for photo in photos],
        "torchvision v2, tensors": lambda: [transform(image) for image in batch],
        "torchvision v2, batch, one draw for all": lambda: transform(batch),
    }


def kornia(images):
    import kornia.augmentation as peer

    transform = peer.AugmentationSequential(
        peer.RandomAffine(
            degrees=float(TURN),
            translate=(SHIFT, SHIFT),
            scale=(1 - ZOOM, 1 + ZOOM),
            resample="bilinear",
            padding_mode="border",
            p=1.0,
        ),
        peer.RandomHorizontalFlip(p=0.5),
        peer.RandomBrightness(brightness=LIGHT, p=1.0),
    )
    batch = as_tensor(images)
    work = through_floats(transform)
    return {KORNIA: lambda: work(batch)}


def keras(images):
    from keras.src.legacy.preprocessing.image import ImageDataGenerator

    options = RANGES | {"fill_mode": "nearest", "interpolation_order": 1}
    flow = ImageDataGenerator(**options).flow(images, batch_size=len(images), shuffle=False)
    return {"Keras ImageDataGenerator": lambda: next(flow)}


PEERS = (albumentations, torchvision, kornia, keras)


def rates(batch, rounds=5):
    """Name -> images per second of processor time, the best of several rounds in turns."""
    calls = everybody(batch)
    for call in calls.values():
        call()
    best = dict.fromkeys(calls, np.inf)
    for _ in range(rounds):
        for name, call in calls.items():
            began = time.process_time()
            call()
            best[name] = min(best[name], time.process_time() - began)
    return {name: len(batch.images) / seconds for name, seconds in best.items()}


def main(count=64):
    """Print pictures per CPU-second, the fastest first."""
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    found = rates(photos(count))
    for name, rate in sorted(found.items(), key=lambda item: -item[1]):
        print(f"{rate:8.0f} pictures per CPU-second   {name}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
