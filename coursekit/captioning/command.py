"""Whole runs, from pictures to a file that captions photographs: what ``coursekit caption`` does.

``train_captioner`` learns from scenes, COCO or the homework's files. ``reproduce`` makes the
weights and curves that come with the package, with the full measurement of both networks.
"""

import json
import os
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from coursekit.captioning import data, gpu
from coursekit.captioning.data import claims
from coursekit.captioning.gpu.checkpoints import save_tensors
from coursekit.captioning.gpu.encoders import SMALL
from coursekit.captioning.gpu.watch import SMOOTH, Watch, line
from coursekit.captioning.reference import metrics
from coursekit.captioning.text import Vocabulary, as_table, tokenize
from coursekit.core import atomic, require
from coursekit.lab import samples
from coursekit.lab.device import device as fastest

NETWORKS = {"attention": gpu.AttentionCaptionNet, "vector": gpu.CaptionNet}
DATA = ("scenes", "coco", "handout")
LEARNED, HELD_OUT, TESTED, SAMPLED = 8000, 500, 1000, 60  # scenes
RECIPES = {
    "encoder": gpu.Recipe(steps=1200, size=32, rate=4e-3, every=1200),
    "attention": gpu.Recipe(steps=3300, every=550),
    "vector": gpu.Recipe(steps=3000, rate=5e-3, every=300),
    "fine-tuning": gpu.Recipe(steps=150, size=32, rate=4e-4, decay=0.0, every=150),
}
# Scenes need the small networks that are made without further words; photographs need these.
LARGE = {
    "attention": {"embedding": 256, "hidden": 512, "memory": 512, "score": 256},
    "vector": {"embedding": 256, "hidden": 512},
}
WAYS = {
    "greedy": {"method": "greedy"},
    "beam 3": {"method": "beam"},
    "beam 3, no repeats": {"method": "beam", "no_repeat_ngram_size": 4},
}


# ------------------------------------------------------------------ one network


class Bar(Watch):
    """A bar with the count and the time left; above it a line for each look.

    Parameters
    ----------
    what : str, written before the bar
    """

    def __init__(self, what="training"):
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TextColumn("{task.fields[loss]}"), TimeRemainingColumn(), TextColumn("left"),
            console=Console(highlight=False), transient=True,
        )  # fmt: skip
        self._task = self._progress.add_task(what, total=None, loss="")

    def __enter__(self):
        self._progress.start()
        return self

    def __exit__(self, kind, *_):
        self._progress.stop()
        if kind is KeyboardInterrupt:
            self._progress.console.print("The same command goes on from the last checkpoint.")

    def begin(self, total, history):
        self._progress.update(
            self._task, total=total, completed=len(getattr(history, "losses", history))
        )

    def step(self, loss):
        self._progress.update(self._task, advance=1)

    def look(self, history):
        self._progress.update(self._task, loss=f"loss {np.mean(history.losses[-SMOOTH:]):.3f}")
        self._progress.console.print(line(history))


def train_captioner(
    out, kind="scenes", root=None, split=None, encoder=SMALL, weights="DEFAULT", network=None,
    recipe=None, min_count=5, device=None, watch=Bar, fine_tuning=None,
):  # fmt: skip
    """Train a network to caption, and write it to a folder; the same call goes on with a run.

    Parameters
    ----------
    out : folder for captioner.safetensors, curves.json, checkpoint and features
    kind : "scenes", "coco" or "handout"
    root : folder of COCO or of the handout
    split : of COCO: "train2017"; a tenth of its pictures is held out
    encoder, weights : as for ``gpu.encoder``; the handout has its features already
    network : "attention" or "vector"; None for attention where there are grids
    recipe : gpu.Recipe; None for that of RECIPES
    min_count : int, a word that occurs less often is not learned
    device : where to train; None for the fastest; under ``torchrun`` each process has its own
    watch : class of what is told of each part, called with the part's name
    fine_tuning : gpu.Recipe, for scenes, whose captions can be checked; None for none

    Returns
    -------
    list of Path, the files written
    """
    kind = require.one_of(kind, "data", DATA)
    out, device, first = Path(out), *_joined(device)
    network = network or ("vector" if kind == "handout" else "attention")
    network = require.one_of(network, "network", tuple(NETWORKS))
    learned, held = _captioned(kind, root, split)
    encoder = None if kind == "handout" else gpu.encoder(encoder, weights).to(device)
    watch = watch if first else (lambda what: Watch())
    if kind == "handout":
        features = learned.images, held.images
    elif kind == "scenes":
        features = encoded(encoder, learned.images), encoded(encoder, held.images)
    else:
        paths = out / "features_learned.npy", out / "features_held.npy"
        if first:
            _extract(encoder, (learned, held), paths, network, watch)
        if torch.distributed.is_initialized():
            torch.distributed.barrier()
        features = [np.load(path, mmap_mode="r") for path in paths]
    recipe = recipe or RECIPES[network]
    captioner, history = fit(
        encoder, learned, held, features, network, recipe, min_count, device, out, watch("training")
    )
    if fine_tuning and learned.scenes:
        fine_tuned(captioner, learned, features[0], fine_tuning, watch("fine-tuning"))
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()
    return _written(captioner, history, out, weights) if first else []


def fit(
    encoder, learned, held, features, network, recipe, min_count=5, device="cpu", folder=None,
    watch=None,
):  # fmt: skip
    """Train a network on features that are there: a Captioner and a History."""
    words = learned.words()
    vocabulary = Vocabulary((caption for own in words for caption in own), min_count)
    torch.manual_seed(recipe.seed)
    sizes = {} if learned.scenes else LARGE[network]
    net = NETWORKS[network](len(vocabulary), len(features[0][0]), **sizes).to(device)
    captioner = gpu.Captioner(encoder, net, vocabulary)
    table = as_table(words, vocabulary)
    history = gpu.train(
        net, gpu.Captions(features[0], *table), recipe,
        validation=gpu.Captions(features[1], *as_table(held.words(), vocabulary)),
        folder=folder, judge=_judge(captioner, held, features[1]), watch=watch,
    )  # fmt: skip
    return captioner, history


def fine_tuned(captioner, learned, features, recipe, watch=None):
    """Go on training with rewards for true captions: the mean reward of each step."""

    def reward(captions, rows):
        return claims.rewards(captions, [learned.scenes[row] for row in rows])

    return gpu.fine_tune(captioner, features, reward, recipe, watch=watch)


def _captioned(kind, root, split):
    """What is learned from, and what is held out."""
    if kind == "scenes":
        return data.scenes("train", LEARNED), data.scenes("validation", HELD_OUT)
    if root is None:
        raise ValueError(f"root: expected the folder of {kind}")
    if kind == "coco":
        return data.coco(root, split or "train2017").split(0.1)
    return data.handout(root).split(0.1)


def _extract(encoder, parts, paths, network, watch):
    """Encode photographs into files, or go on with it."""
    kind = "grid" if network == "attention" else "vector"
    for part, path in zip(parts, paths, strict=True):
        gpu.extract(encoder, part.images, path, kind, source=part.name, watch=watch("encoding"))


def encoded(encoder, images, size=200):
    """Grids of images of one size, (N, D, h, w) float16, in memory."""
    device, parts = next(encoder.parameters()).device, []
    for first in range(0, len(images), size):
        batch = torch.from_numpy(images[first : first + size]).movedim(-1, 1)
        parts.append(encoder(batch.to(device)).half().cpu())
    return torch.cat(parts)


def _judge(captioner, held, features, most=200):
    """A function that scores a network's captions of some held-out pictures."""
    few = held.take(range(min(most, len(held))))

    def judge(network):
        return scores(captioner, few, features[: len(few)], ("BLEU-4", "CIDEr", "true"))

    return judge


def scores(captioner, captioned, features, only=None, **options):
    """Generate a caption for each image, and score them all: a dict from measure to number."""
    captions = []
    for first in range(0, len(features), 250):
        part = torch.tensor(np.asarray(features[first : first + 250])).float()
        part = part.to(next(captioner.network.parameters()).device)
        captions += [best for (best,) in captioner.words(part, **options)]
    references = [[tokenize(caption) for caption in own] for own in captioned.captions]
    found = {
        "BLEU-4": metrics.bleu(captions, references)[3],
        "CIDEr": metrics.cider(captions, references),
    }
    if only is None:
        found["ROUGE-L"] = metrics.rouge_l(captions, references)
    if captioned.scenes:
        found |= claims.tally(captions, captioned.scenes)
    return {name: float(found[name]) for name in only or found if name in found}


def _written(captioner, history, out, weights):
    path = captioner.save(out / "captioner.safetensors", weights=weights)
    curves = out / "curves.json"
    atomic.write_text(curves, json.dumps(asdict(history)))
    return [path, curves]


def _joined(device):
    """Join the other processes of torchrun, if any: this one's device, and whether it leads."""
    if "RANK" not in os.environ:
        return torch.device(device or fastest()), True
    cuda = torch.cuda.is_available()
    torch.distributed.init_process_group("nccl" if cuda else "gloo")
    if cuda:
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    return torch.device("cuda" if cuda else "cpu"), torch.distributed.get_rank() == 0


# ------------------------------------------------------------------ captions of files


def caption_files(files, model=None, weights=None, **options):
    """Caption pictures in files, one after the other: yields (file, list of gpu.Said).

    Parameters
    ----------
    files : list of Path
    model : file of a captioner; None for the one that comes with the package
    weights : of its encoder; None for those it was trained with
    options : of ``gpu.Captioner.speak``
    """
    captioner = gpu.Captioner.load(model, weights)
    for file in files:
        shown = torch.from_numpy(np.ascontiguousarray(samples.load(file))).movedim(-1, 0)
        yield file, captioner.generate(shown, **options)


# ------------------------------------------------------------------ what comes with the package


def reproduce(out, seeds=(0, 1, 2), watch=Bar, learned=LEARNED, recipes=None):
    """Make the weights that come with the package, and measure them; the same call goes on.

    Parameters
    ----------
    out : folder for encoder, attention and vector.safetensors and curves.json
    seeds : int, of the networks; the weights are of the first, and with the others all is trained
        and measured again. The scenes are always the same
    watch : class of what is told of each part
    learned : int, scenes learned from; recipes : dict like RECIPES, for a shorter run

    Returns
    -------
    list of Path
    """
    out, recipes = Path(out), recipes or RECIPES
    out.mkdir(parents=True, exist_ok=True)
    curves = out / "curves.json"
    runs = _begun(curves, {name: asdict(recipe) for name, recipe in recipes.items()})
    parts = {"train": seeds[0], "seen": seeds[0]}
    parts |= {f"train, seed {seed}": seed for seed in seeds[1:]}
    for name, seed in parts.items():
        if name not in runs:
            own = {part: replace(recipe, seed=seed) for part, recipe in recipes.items()}
            folder = out if name == "train" else None
            runs[name] = _trained(name, learned, own, folder, watch)
            atomic.write_text(curves, json.dumps(_rounded(runs), indent=1))
    return sorted(path for path in out.glob("*.*"))


def _begun(curves, recipes):
    """What an earlier call has measured, if it had the same recipes."""
    runs = json.loads(curves.read_text("utf-8")) if curves.exists() else {"recipes": recipes}
    if runs.get("recipes") != recipes:
        raise ValueError(f"{curves}: of other recipes; give another folder, or remove it")
    return runs


def _trained(part, learned, recipes, out, watch):
    """Train encoder and both networks on a split; what became of each."""
    split = part.partition(",")[0]
    train, held = data.scenes(split, learned), data.scenes("validation", min(HELD_OUT, learned))
    small = gpu.pretrain(
        train.images, train.scenes, recipes["encoder"], watch=watch(f"{part}: encoder")
    )
    _halve(small)
    if out:
        save_tensors(out / "encoder.safetensors", _halves(small), {"kind": "SmallEncoder"})
    encoder = gpu.Encoder(SMALL, small.cpu(), gpu.encoder(SMALL, None).prepare)
    features = [encoded(encoder, part.images) for part in (train, held)]
    tests = {"train": ("test",), "seen": ("test", "unseen")}[split]
    return {
        name: _both_ways(part, name, encoder, (train, held), features, recipes, tests, out, watch)
        for name in NETWORKS
    }


def _both_ways(part, name, encoder, captioned, features, recipes, tests, out, watch):
    """Train one network on what people said, then on the rewards of its own captions."""
    bar = watch(f"{part}: {name}")
    captioner, history = fit(encoder, *captioned, features, name, recipes[name], watch=bar)
    before = _measured(captioner, tests, len(captioned[0]))
    bar = watch(f"{part}: {name}, fine-tuning")
    rewards = fine_tuned(captioner, captioned[0], features[0], recipes["fine-tuning"], bar)
    _halve(captioner.network)
    found = {
        "losses": _averaged(history.losses), "looks": history.looks,
        "rewards": _averaged(rewards, 5), "before fine-tuning": before,
        **_measured(captioner, tests, len(captioned[0])),
    }  # fmt: skip
    if out:
        captioner.save(out / f"{name}.safetensors")
        found["sample"] = _sampled(captioner)
    return found


def _halves(network):
    return {
        name: tensor.half() if tensor.is_floating_point() else tensor
        for name, tensor in network.state_dict().items()
    }


def _halve(network):
    """Round a network as it is rounded in its file."""
    network.load_state_dict(_halves(network))


def _measured(captioner, tests, learned):
    """Scores of each way of speaking on each test."""
    found = {}
    for split in tests:
        held = data.scenes(split, min(TESTED, learned))
        features = encoded(captioner.encoder, held.images)
        found[split] = {way: scores(captioner, held, features, **how) for way, how in WAYS.items()}
    return found


def _sampled(captioner):
    """Scores on a few scenes, which a test compares with those of the weights in their files."""
    few = data.scenes("test", SAMPLED)
    return scores(captioner, few, encoded(captioner.encoder, few.images))


def _averaged(losses, steps=25):
    return [float(np.mean(losses[n : n + steps])) for n in range(0, len(losses), steps)]


def _rounded(value):
    """Numbers to four digits after the point, however they are nested; no NaN, which is no JSON."""
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return (None if np.isnan(value) else round(value, 4)) if isinstance(value, float) else value
