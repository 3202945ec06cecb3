"""Pre-training of the small encoder: it learns to say what stands in each of the 8 x 8 places.

A network that is to be cut before its head must first have had one. Inception-v3's had learned
a thousand classes; this one's says, for each place, which shape has its middle there, of which
colour and size, and how far from the middle of the place. All of that is known of a made scene.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from coursekit.captioning.gpu.encoders import SmallEncoder
from coursekit.captioning.gpu.training import Recipe
from coursekit.captioning.gpu.watch import Watch
from coursekit.captioning.shared import COLORS, KINDS, RADII, SIDE
from coursekit.core.types import Array

PLACES = 8  # in a row and in a column
NOTHING = len(KINDS)
_OUTPUTS = (len(KINDS) + 1, len(COLORS), len(RADII), 2)
_IGNORED = -100  # of colour and size, where there is nothing


class _Scene(Protocol):
    @property
    def shapes(self) -> Sequence[Any]: ...


def detection_targets(scenes):
    """Detection targets: what stands in each place of some scenes.

    Parameters
    ----------
    scenes : sequence of N Scene

    Returns
    -------
    kinds, colors, sizes : (N, 8, 8) int64 tensors; kinds is NOTHING where no shape has its middle,
        and the others are -100 there
    offsets : (N, 2, 8, 8) float32 tensor, of rows and columns, in places, -0.5..0.5

    Convention
    ----------
    Names are numbered as in KINDS, COLORS and RADII.

    Raises
    ------
    ValueError : a scene has a name that is not listed there.

    References
    ----------
    Redmon, Divvala, Girshick and Farhadi 2016, *You Only Look Once*, §2. Taught in 09 §4.
    """
    grids = np.full((3, len(scenes), PLACES, PLACES), _IGNORED)
    grids[0] = NOTHING
    offsets = np.zeros((len(scenes), 2, PLACES, PLACES), np.float32)
    names = KINDS, tuple(COLORS), tuple(RADII)
    for number, scene in enumerate(scenes):
        for shape in scene.shapes:
            middle = np.array([shape.row, shape.column]) * PLACES / SIDE
            row, column = middle.astype(int)
            looks = shape.kind, shape.color, shape.size
            known = [own.index(look) for own, look in zip(names, looks, strict=True)]
            grids[:, number, row, column] = known
            offsets[number, :, row, column] = middle - (row + 0.5, column + 0.5)
    return *map(torch.from_numpy, grids), torch.from_numpy(offsets)


def detection_loss(scores, kinds, colors, sizes, offsets):
    """Detection loss: how wrong an encoder is about what stands where, for each shape.

    Parameters
    ----------
    scores : (B, 19, 8, 8) float
    kinds, colors, sizes, offsets : of ``detection_targets``

    Returns
    -------
    () float tensor

    Convention
    ----------
    Cross-entropies in nats, summed, and twice the absolute error of the offsets.

    Raises
    ------
    RuntimeError : the shapes do not fit.

    References
    ----------
    Redmon et al. 2016, Eq. 3. Taught in 09 §4.
    """
    kind, color, size, offset = scores.split(_OUTPUTS, dim=1)
    there = kinds != NOTHING
    loss = 2 * ((offset - offsets).abs() * there[:, None]).sum()
    for given, known in ((kind, kinds), (color, colors), (size, sizes)):
        loss = loss + functional.cross_entropy(given, known, ignore_index=_IGNORED, reduction="sum")
    return loss / there.sum()


def pretrain(
    images: Array,
    scenes: Sequence[_Scene],
    recipe: Recipe | None = None,
    device: str | torch.device = "cpu",
    watch: Watch | None = None,
) -> SmallEncoder:
    """Pre-training: train the small encoder on made scenes.

    Parameters
    ----------
    images : (N, 64, 64, 3) uint8 array
    scenes : sequence of N Scene
    recipe : training.Recipe; None for 500 steps
    device : where it is trained
    watch : watch.Watch; None for nobody

    Returns
    -------
    SmallEncoder, in evaluation mode, without its head

    Convention
    ----------
    Depends on the recipe and its seed alone.

    Raises
    ------
    ValueError : there are fewer images than in a batch, or not as many scenes as images.

    References
    ----------
    Taught in 09 §4.
    """
    if len(images) != len(scenes):
        raise ValueError(f"scenes: expected one for each image, {len(images)}, got {len(scenes)}")
    recipe = recipe or Recipe(steps=500, rate=4e-3)
    watch = Watch() if watch is None else watch
    torch.manual_seed(recipe.seed)
    network = SmallEncoder().to(device, memory_format=torch.channels_last)
    head = nn.Conv2d(96, sum(_OUTPUTS), 1).to(device)
    parameters = [*network.parameters(), *head.parameters()]
    optimizer = torch.optim.AdamW(parameters, weight_decay=recipe.decay, fused=True)
    known, losses = [part.to(device) for part in detection_targets(scenes)], []
    with watch:
        watch.begin(recipe.steps, losses)
        for step, rows in enumerate(_rows(len(images), recipe)):
            shown = torch.from_numpy(images[rows]).to(device).movedim(-1, 1) / 255
            loss = detection_loss(head(network(shown)), *(part[rows] for part in known))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.param_groups[0]["lr"] = recipe.rate_at(step)
            optimizer.step()
            watch.step(loss.detach())
    return network.eval()


def _rows(count, recipe):
    """Which images are learned from in each step."""
    rng, rows = np.random.default_rng(recipe.seed), np.empty(0, int)
    if count < recipe.size:
        raise ValueError(f"images: expected {recipe.size} or more, got {count}")
    for _ in range(recipe.steps):
        if len(rows) < recipe.size:
            rows = rng.permutation(count)
        yield torch.from_numpy(rows[: recipe.size])
        rows = rows[recipe.size :]
