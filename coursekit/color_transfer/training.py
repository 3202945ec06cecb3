"""Train the small network of ``histogram_analogy``, in a minute or two on two cores.

    python -m coursekit.color_transfer.training

One scene, seen twice (moved and zoomed), and a style: other brightness, other channels. The network
sees the first view and the histogram of the second one in that style; what it should make of the
first is known, the first view in that style. For two scenes nobody knows the answer; there the
distribution of the colours has to come near. No photo is needed: gray images are tinted and put
together, so those that the chapter measures on are new to the network.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch

from coursekit.augmentation.gpu import Augmenter
from coursekit.color_transfer import shared
from coursekit.color_transfer.gpu.histogram_analogy import code_of, color_histogram, moved
from coursekit.lab import samples

SCENES = (
    "brick", "camera", "coins", "colorwheel", "grass", "gravel", "hubble_deep_field",
    "immunohistochemistry", "logo", "microaneurysms", "moon", "page", "retina", "text",
)  # fmt: skip
SIDE, BATCH, PIXELS = 64, 32, 256
UNPAIRED = 0.5  # weight of the distance between distributions


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--output", type=Path, default=shared.SHIPPED)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)  # small products; and the same sums, whatever the machine has
    tables, losses = train(options.steps, options.seed, report=print)
    save(tables, options.output)
    print(f"loss {np.mean(losses[:20]):.4f} -> {np.mean(losses[-20:]):.4f}: {options.output}")


def train(steps, seed=0, report=None):
    """The network's tables after so many steps, and the loss of each step."""
    generator = torch.Generator().manual_seed(seed)
    tables = initial(generator)
    optimizer = torch.optim.Adam(tables.values(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 1e-2, total_steps=steps)
    views, styles = augmenters(seed)
    scenes, losses = load_scenes(), []
    for step in range(steps):
        batch = sample_batch(scenes, views, styles, step, generator)
        loss = loss_of(tables, *batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if report and step % 100 == 99:
            report(f"step {step + 1} of {steps}: loss {np.mean(losses[-100:]):.4f}")
    return {name: table.detach() for name, table in tables.items()}, losses


def save(tables, path):
    from safetensors.torch import save_file

    path.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: table.float().contiguous() for name, table in tables.items()}, path)


def initial(generator):
    """Small random tables; the last one is 0, so the untrained network changes nothing."""
    tables = {}
    for name, shape in shared.SHAPES.items():
        scale = 0.0 if "bias" in name or name.startswith("out") else shape[-1] ** -0.5
        tables[name] = (torch.randn(shape, generator=generator) * scale).requires_grad_()
    return tables


def augmenters(seed):
    """What moves a view of a scene, and what changes its style: chapter 08's."""
    views = Augmenter(
        height_shift_range=0.2,
        width_shift_range=0.2,
        zoom_range=(0.5, 1.0),
        horizontal_flip=True,
        fill_mode="reflect",
        seed=seed,
    )
    styles = Augmenter(
        channel_shift_range=(0.25, 0.25, 0.25), brightness_range=(0.5, 1.5), seed=seed + 1
    )
    return views, styles


def load_scenes():
    """Images to be tinted, one channel each: (N, SIDE, SIDE) float in 0..1."""
    planes = []
    for name in SCENES:
        image = getattr(samples, name)()
        small = cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        planes += list(np.moveaxis(small.reshape(SIDE, SIDE, -1), -1, 0))
    return torch.from_numpy(np.stack(planes)).float() / 255


def sample_batch(scenes, views, styles, step, generator):
    """Colours of first views, the same in a style, and histograms of both and of second views."""
    images = tinted(scenes, generator)
    first, second = (
        views.apply(images, views.draw(BATCH, epoch=2 * step + turn)) for turn in range(2)
    )
    style = styles.draw(BATCH, epoch=step)
    answer, reference = styles.apply(first, style), styles.apply(second, style)
    chosen = torch.randint(SIDE * SIDE, (PIXELS,), generator=generator)
    colors, answers, others = (
        each.flatten(-2)[..., chosen].mT for each in (first, answer, reference)
    )
    histograms = [color_histogram(each).float() for each in (first, reference)]
    return colors, answers, others, *histograms


def tinted(scenes, generator):
    """Two scenes side by side, each level a colour along a random curve: (BATCH, 3, SIDE, SIDE)."""
    halves = []
    for _ in range(2):
        plane = scenes[torch.randint(len(scenes), (BATCH,), generator=generator)].unsqueeze(1)
        bend = torch.exp(0.8 * torch.randn(BATCH, 3, 1, 1, generator=generator))
        ends = torch.rand(BATCH, 3, 2, 1, 1, generator=generator)
        low, high = 0.5 * ends[:, :, 0], 1 - 0.6 * ends[:, :, 1]
        halves.append(low + (high - low) * plane**bend)
    cut = torch.randint(SIDE // 4, 3 * SIDE // 4, (BATCH, 1, 1, 1), generator=generator)
    return torch.where(torch.arange(SIDE) < cut, *halves)


def loss_of(tables, colors, answers, others, histogram, styled):
    """Squared error where the answer is known, distance of distributions where it is not."""
    target, reference = code_of(histogram, tables), code_of(styled, tables)
    known = (moved(colors, target, reference, tables) - answers).square().mean()
    other_scene = reference.roll(1, dims=0)
    free = moved(colors, target, other_scene, tables)
    return known + UNPAIRED * sliced_distance(free, others.roll(1, dims=0))


def sliced_distance(colors, others):
    """Mean squared difference of sorted numbers along the axes and diagonals of the colour cube."""
    signs = torch.tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1], [1, -1, 0], [1, 1, -2]])
    axes = torch.nn.functional.normalize(signs.float())
    ours, theirs = ((cloud @ axes.T).sort(dim=-2).values for cloud in (colors, others))
    return (ours - theirs).square().mean()


if __name__ == "__main__":
    main()
