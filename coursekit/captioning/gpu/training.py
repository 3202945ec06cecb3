"""Training a captioning network: on one device, or on several with ``torchrun``.

What a step does depends on the recipe, the seed and the step's number alone: which captions are
read, the rate, what dropout hides. A run that was killed therefore goes on, from its last
checkpoint, with the numbers that it would have had.
"""

import math
from collections.abc import Callable, Sized
from dataclasses import asdict, dataclass, field
from os import PathLike
from pathlib import Path
from types import NoneType

import numpy as np
import torch
from numpy.typing import NDArray
from torch import distributed, nn
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel

from coursekit.captioning.gpu.checkpoints import (
    load_tensors,
    moments,
    restore_moments,
    save_tensors,
    under,
    within,
)
from coursekit.captioning.gpu.networks import AttentionCaptionNet, CaptionNet
from coursekit.captioning.gpu.watch import Watch
from coursekit.captioning.shared import require_instance, require_words
from coursekit.captioning.text import batches
from coursekit.core import require
from coursekit.core.types import Array, Integer

CHECKPOINT = "checkpoint.safetensors"
MOST_STEPS = 2**40  # of a training, and of whatever is counted in it
_SORTED = 16  # batches whose captions are sorted by length before they are divided


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Parameters
    ----------
    steps : int, batches that are learned from
    size : int, images in a batch, over all processes
    rate : float, the highest rate of learning
    warm_up : float in [0, 1], share of the steps in which the rate rises; then it falls to 0
    decay : float, of the weights (AdamW)
    clip : float, longest gradient
    seed : int
    every : int, steps between two looks at the validation set, with a checkpoint at each
    patience : int, looks without a better validation loss before training stops; None for never

    Returns
    -------
    Recipe

    Convention
    ----------
    The rate follows half a cosine up and half a cosine down.

    Raises
    ------
    TypeError, ValueError : a name is unknown; a number is no such number.

    References
    ----------
    Loshchilov and Hutter 2019 (AdamW); Smith and Topin 2018 (one cycle). Taught in 09 §6.
    """

    steps: int = 3500
    size: int = 64
    rate: float = 3e-3
    warm_up: float = 0.1
    decay: float = 0.01
    clip: float = 1.0
    seed: int = 0
    every: int = 250
    patience: int | None = None

    def __post_init__(self) -> None:
        for name in ("steps", "size", "every", "patience"):
            if (value := getattr(self, name)) is not None or name != "patience":
                object.__setattr__(self, name, require.whole(value, name, 1, MOST_STEPS))
        object.__setattr__(self, "seed", require.whole(self.seed, "seed", 0, 2**31 - 1))
        for name, high in (("rate", np.inf), ("warm_up", 1), ("decay", np.inf), ("clip", np.inf)):
            object.__setattr__(self, name, require.number(getattr(self, name), name, 0, high))

    def rate_at(self, step: Integer) -> float:
        """The rate of a step, 0 .. steps - 1."""
        step, rise = require.whole(step, "step", 0, self.steps - 1), self.warm_up * self.steps
        if step < rise:
            return self.rate * (1 - math.cos(math.pi * (step + 1) / rise)) / 2
        return self.rate * (1 + math.cos(math.pi * (step - rise) / (self.steps - rise))) / 2


@dataclass
class History:
    """What became of a training: the loss of each step, and what each look found.

    Parameters
    ----------
    losses : list of float, nats a word, one for each step
    looks : list of dict: "step", "loss" on the validation set, and what ``judge`` measured

    Returns
    -------
    History

    Convention
    ----------
    The losses of a run on several processes are those of the whole batch.

    Raises
    ------
    TypeError : a name is unknown.

    References
    ----------
    Taught in 09 §6.
    """

    losses: list[float] = field(default_factory=list)
    looks: list[dict[str, float]] = field(default_factory=list)

    def since_best(self) -> int:
        """How many evaluations ago the validation loss was at its best."""
        found = [look["loss"] for look in self.looks]
        return len(found) - 1 - int(np.argmin(found)) if found else 0


@dataclass(frozen=True)
class Captions:
    """Features of images, and their captions as numbers: what a network learns from.

    Parameters
    ----------
    features : (N, D) or (N, D, h, w) tensor, memory-mapped array, or whatever rows can be taken of
    table : (N, K, L) int64, of ``text.as_table``
    counts : (N,) int64, of ``text.as_table``

    Returns
    -------
    Captions

    Convention
    ----------
    PAD is number 0.

    Raises
    ------
    ValueError : there are not as many features as captions.

    References
    ----------
    Taught in 09 §6.
    """

    features: torch.Tensor | Array
    table: Array
    counts: Array

    def __post_init__(self) -> None:
        require_words(np.ndarray, self.table, "table", None, None, None)
        require.numpy_array(self.counts, "counts")
        require.whole_numbers(self.counts, "counts", len(self.table))
        require_instance(self.features, "features", Sized)
        if hasattr(self.features, "shape"):
            require.last_axes(self.features, "features", None, None)
        if len(self.features) != len(self.table):
            raise ValueError(
                f"features: expected as many as images with captions, {len(self.table)}, "
                f"got {len(self.features)}"
            )

    def batch(
        self, images: NDArray[np.int64], chosen: NDArray[np.int64], device: str | torch.device
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Features and captions of one batch on a device, the captions cut after the longest.

        images, chosen : (B,) int64, numbers of the images, and for each that of its caption
        """
        captions = self.table[images, chosen]
        captions = captions[:, : (captions != 0).sum(1).max()]
        return _as_tensor(self.features[images], device), _as_tensor(captions, device)


def _as_tensor(values, device):
    if not isinstance(values, torch.Tensor):
        values = torch.from_numpy(np.ascontiguousarray(values))
    values = values.to(device, non_blocking=True)
    return values.float() if values.is_floating_point() else values


def train(
    network: CaptionNet | AttentionCaptionNet,
    captions: Captions,
    recipe: Recipe | None = None,
    validation: Captions | None = None,
    folder: str | PathLike[str] | None = None,
    judge: Callable[[nn.Module], dict[str, float]] | None = None,
    watch: Watch | None = None,
) -> History:
    """Train a network to caption; where a checkpoint of the same run is there, go on from it.

    Parameters
    ----------
    network : CaptionNet or AttentionCaptionNet, on the device to be trained on; its parameters are
        overwritten
    captions : Captions
    recipe : Recipe; None for the default one
    validation : Captions, images that are not among those; None to look at nothing
    folder : where checkpoints are kept; None for none
    judge : function of the network that gives a dict of numbers, at each look
    watch : watch.Watch, which is told of each step; None for nobody

    Returns
    -------
    History

    Convention
    ----------
    Under ``torchrun`` each process learns from its share of every batch, and the gradients are
    averaged: the curve is that of one process, within rounding. The first process writes.

    Raises
    ------
    ValueError : the checkpoint in the folder is of another recipe or network.

    References
    ----------
    Vinyals et al. 2015, §4.3.1; Li et al. 2020, *PyTorch Distributed*. Taught in 09 §6, 09 §10.
    """
    require_instance(network, "network", nn.Module)
    require_instance(captions, "captions", Captions)
    require_instance(recipe, "recipe", Recipe, NoneType)
    require_instance(validation, "validation", Captions, NoneType)
    require_instance(folder, "folder", str, PathLike, NoneType)
    require_instance(judge, "judge", Callable, NoneType)
    require_instance(watch, "watch", Watch, NoneType)
    run = _Run(network, captions, recipe or Recipe(), folder)
    watch = Watch() if watch is None else watch
    with watch:
        watch.begin(run.recipe.steps, run.history)
        for step, batch in run.batches():
            watch.step(run.learn(step, *batch))
            if (step + 1) % run.recipe.every == 0 or step + 1 == run.recipe.steps:
                run.look(step + 1, validation, judge)
                watch.look(run.history)
                if run.tired():
                    break
    network.eval()
    return run.history


class _Run:
    """A training on its way: network, optimizer, and what has been."""

    def __init__(self, network, captions, recipe, folder):
        self.network, self.captions, self.recipe = network, captions, recipe
        self.device = next(network.parameters()).device
        self.history, self.path = History(), folder and Path(folder) / CHECKPOINT
        self.optimizer = torch.optim.AdamW(
            network.parameters(), weight_decay=recipe.decay, fused=True
        )
        self.config = {"recipe": asdict(recipe), "network": network.config}
        if self.path and self.path.exists():
            self._resume()
        self.model = _Summed(network)
        if _processes() > 1:
            self.model = DistributedDataParallel(self.model)

    def batches(self):
        """(step, (images, chosen)) from the first step that is still to be done."""
        done = len(self.history.losses)
        stream = _stream(self.captions, self.recipe)
        for step in range(self.recipe.steps):
            batch = next(stream)
            if step >= done and not self.tired():
                yield step, batch

    def learn(self, step, images, chosen):
        """One step downhill: the loss of the whole batch, as a tensor on its device."""
        torch.manual_seed(self.recipe.seed * 1_000_003 + step)  # what dropout hides
        self.network.train()
        words = (self.captions.table[images, chosen][:, 1:] != 0).sum()
        share = slice(_rank(), None, _processes())
        features, captions = self.captions.batch(images[share], chosen[share], self.device)
        loss = self.model(features, captions) / int(words)
        self.optimizer.zero_grad(set_to_none=True)
        (loss * _processes()).backward()  # since gradients are averaged, not summed
        nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip)
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.rate_at(step)
        self.optimizer.step()
        self.history.losses.append(_summed(loss.detach()))
        return self.history.losses[-1]

    def look(self, step, validation, judge):
        """Measure the network as it is, and keep a checkpoint."""
        self.history.losses = [float(loss) for loss in self.history.losses]
        self.network.eval()
        found = {"step": step}
        if validation is not None:
            found["loss"] = mean_loss(self.network, validation)
        if judge is not None:
            found |= judge(self.network)
        self.history.looks.append(found)
        if self.path and _rank() == 0:
            self._save()

    def tired(self):
        """Whether the validation loss has not fallen for too long."""
        patience = self.recipe.patience
        return patience is not None and self.history.since_best() >= patience

    def _save(self):
        tensors = under("network", self.network.state_dict())
        tensors |= under("optimizer", moments(self.optimizer, self.network))
        save_tensors(self.path, tensors, self.config | {"history": asdict(self.history)})

    def _resume(self):
        tensors, config = load_tensors(self.path)
        kept = {name: config.get(name) for name in self.config}
        if kept != self.config:
            raise ValueError(
                f"{self.path}: the checkpoint is of another run, {kept}; give another folder, or "
                "remove it"
            )
        self.network.load_state_dict(within("network", tensors))
        restore_moments(self.optimizer, self.network, within("optimizer", tensors))
        self.history = History(**config["history"])


class _Summed(nn.Module):
    """The network and its loss in one, as DistributedDataParallel wants it: a sum over words."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, features, captions):
        scores = self.network(features, captions[:, :-1])
        targets = captions[:, 1:].flatten()
        return functional.cross_entropy(
            scores.flatten(0, 1), targets, ignore_index=0, reduction="sum"
        )


@torch.no_grad()
def mean_loss(
    network: CaptionNet | AttentionCaptionNet, captions: Captions, size: Integer = 256
) -> float:
    """Mean cross-entropy over all captions of all images, in nats a word.

    Parameters
    ----------
    network : CaptionNet or AttentionCaptionNet
    captions : Captions
    size : int, images at a time

    Returns
    -------
    float

    Convention
    ----------
    PAD is left out, of the sum and of the number it is divided by.

    Raises
    ------
    ValueError : the features are not what the network was made for.

    References
    ----------
    Vinyals et al. 2015, Eq. 13. Taught in 09 §6.
    """
    require_instance(network, "network", nn.Module)
    require_instance(captions, "captions", Captions)
    size = require.whole(size, "size", 1, np.inf)
    device, model = next(network.parameters()).device, _Summed(network)
    total = words = 0
    rows, columns = np.nonzero(np.arange(captions.table.shape[1]) < captions.counts[:, None])
    for first in range(0, len(rows), size):
        part = slice(first, first + size)
        features, spoken = captions.batch(rows[part], columns[part], device)
        total = total + model(features, spoken)
        words += int((captions.table[rows[part], columns[part]][:, 1:] != 0).sum())
    return float(total) / words


def _stream(captions, recipe):
    """Batches without end: those of an epoch, with captions of like length in one batch.

    A batch is as wide as its longest caption, so that mixed lengths would be mostly PAD.
    """
    many = recipe.size * min(_SORTED, max(1, len(captions.counts) // recipe.size))
    lengths, epoch = (captions.table != 0).sum(-1), 0
    while True:
        for images, chosen in batches(captions.counts, many, recipe.seed, epoch):
            order = np.argsort(lengths[images, chosen], kind="stable")
            parts = order.reshape(-1, recipe.size)
            for part in np.random.default_rng((recipe.seed, epoch, images[0])).permutation(parts):
                yield images[part], chosen[part]
        epoch += 1


def _processes():
    return distributed.get_world_size() if distributed.is_initialized() else 1


def _rank():
    return distributed.get_rank() if distributed.is_initialized() else 0


def _summed(value):
    """The sum of a number over all processes."""
    if _processes() > 1:
        distributed.all_reduce(value)
    return value
