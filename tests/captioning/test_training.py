"""Training: what a step depends on, what a kill leaves, what two processes make of it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from coursekit.captioning import command
from coursekit.captioning.explore.watch import curves
from coursekit.captioning.gpu import (
    AttentionCaptionNet,
    CaptionNet,
    Captions,
    Recipe,
    masked_cross_entropy,
    mean_loss,
    train,
)
from coursekit.captioning.gpu.checkpoints import load_tensors, save_tensors
from coursekit.captioning.gpu.training import CHECKPOINT, _stream
from coursekit.captioning.gpu.watch import Watch

PICTURES, CAPTIONS, WORDS = 40, 3, 12


def captions(shape=(6,), seed=0):
    """Codes of random pictures, and captions of two to seven random words."""
    rng = np.random.default_rng(seed)
    table = rng.integers(3, WORDS, (PICTURES, CAPTIONS, 9))
    table[..., 0] = 1
    lengths = rng.integers(3, 9, (PICTURES, CAPTIONS))
    columns = np.arange(9)
    table[columns == lengths[..., None]] = 2
    table[columns > lengths[..., None]] = 0
    features = torch.from_numpy(rng.random((PICTURES, *shape), dtype=np.float32))
    return Captions(features, table, np.full(PICTURES, CAPTIONS))


def network(seed=0, **options):
    torch.manual_seed(seed)
    return CaptionNet(WORDS, 6, embedding=8, hidden=10, **options)


class StopAt(Watch):
    """Pulls the plug before a step is over."""

    def __init__(self, step, how):
        self.left, self.how = step, how

    def step(self, loss):
        self.left -= 1
        if not self.left:
            self.how()


def stop():
    raise KeyboardInterrupt


RECIPE = Recipe(steps=12, size=8, every=4)


def test_training_lowers_the_loss():
    data, net = captions(), network()
    before = mean_loss(net, data)
    train(net, data, Recipe(steps=60, size=8, rate=1e-2))
    assert mean_loss(net, data) < before - 0.3


def test_the_mean_loss_is_that_of_all_captions_at_once():
    data, net = captions(), network()
    words = torch.from_numpy(data.table.reshape(-1, 9))
    scores = net(data.features.repeat_interleave(CAPTIONS, 0), words[:, :-1])
    expected = masked_cross_entropy(scores, words[:, 1:]).item()
    assert mean_loss(net, data, size=7) == pytest.approx(expected, abs=1e-6)


def test_an_epoch_has_each_picture_once_and_batches_of_like_lengths():
    data, stream = captions(), _stream(captions(), RECIPE)
    epoch = [next(stream) for _ in range(PICTURES // 8)]
    assert sorted(np.concatenate([pictures for pictures, _ in epoch])) == list(range(PICTURES))
    lengths = [(data.table[part] != 0).sum(1) for part in epoch]
    spread = np.mean([np.ptp(part) for part in lengths])
    assert spread < np.ptp(np.concatenate(lengths)) / 2


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_a_run_that_was_stopped_goes_on_with_the_same_numbers(tmp_path, dropout):
    whole = train(whole_net := network(dropout=dropout), captions(), RECIPE, captions(seed=1))
    with pytest.raises(KeyboardInterrupt):
        train(
            network(dropout=dropout), captions(), RECIPE, captions(seed=1), tmp_path,
            watch=StopAt(10, stop),
        )  # fmt: skip
    other = network(seed=5, dropout=dropout)
    resumed = train(other, captions(), RECIPE, captions(seed=1), tmp_path)
    assert resumed == whole
    for name, tensor in whole_net.state_dict().items():
        assert torch.equal(other.state_dict()[name], tensor), name


def test_a_kill_loses_no_more_than_the_steps_since_the_last_checkpoint(tmp_path):
    program = (
        "import os, signal, sys; from test_training import *\n"
        "torch.set_num_threads(1)\n"
        "plug = StopAt(7, lambda: os.kill(os.getpid(), signal.SIGKILL))\n"
        "train(network(), captions(), RECIPE, folder=sys.argv[1], watch=plug)"
    )
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([*sys.path, str(Path(__file__).parent)])
    }
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=environment)
    assert ended.returncode == -signal.SIGKILL
    kept = load_tensors(tmp_path / CHECKPOINT)[1]["history"]["losses"]
    assert len(kept) == 4
    resumed = train(network(seed=9), captions(), RECIPE, folder=tmp_path)
    expected = train(network(), captions(), RECIPE).losses
    np.testing.assert_allclose(resumed.losses, expected, atol=1e-6)


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    train(network(), captions(), RECIPE, folder=tmp_path)
    with pytest.raises(ValueError, match="another run"):
        train(network(), captions(), Recipe(steps=13, size=8), folder=tmp_path)


def test_training_stops_early_where_the_validation_loss_rises(tmp_path):
    random = Recipe(steps=400, size=8, rate=3e-2, every=10, patience=2)
    history = train(network(), captions(), random, captions(seed=1))
    assert len(history.losses) < 400
    assert history.since_best() == 2
    again = train(network(), captions(), random, captions(seed=1), tmp_path)
    assert train(network(), captions(), random, captions(seed=1), tmp_path) == again


def test_the_judge_is_asked_at_every_look():
    history = train(network(), captions(), RECIPE, judge=lambda net: {"mood": 1.0})
    assert [look["step"] for look in history.looks] == [4, 8, 12]
    assert all(look["mood"] == 1 for look in history.looks)


def test_the_rate_rises_and_falls_to_nothing():
    rates = [Recipe(steps=100).rate_at(step) for step in range(100)]
    assert np.argmax(rates) in (9, 10) and max(rates) == pytest.approx(3e-3)
    assert rates[0] < 1e-4 and rates[-1] < 1e-4


def test_features_of_other_pictures_are_refused():
    data = captions()
    with pytest.raises(ValueError, match="40"):
        Captions(data.features[:3], data.table, data.counts)


@pytest.mark.parametrize("order", ["after", "before"])
def test_attention_learns_where_to_look(order):
    """The one word to be said stands in one place of nine; the mean over all hides it."""
    rng = np.random.default_rng(0)
    said, place = rng.integers(3, 7, 256), rng.integers(0, 9, 256)
    grids = rng.integers(0, 4, (256, 9))
    grids[np.arange(256), place] = said - 3
    features = np.concatenate([np.eye(4)[grids], np.eye(9)[place][..., None]], -1)
    features = torch.from_numpy(features).float().mT.reshape(256, 5, 3, 3)
    table = np.stack([np.ones(256, int), said, np.full(256, 2)], 1)[:, None]
    torch.manual_seed(0)
    net = AttentionCaptionNet(7, 5, 8, 16, heads=1, memory=16, score=16, order=order)
    data = Captions(features, table, np.ones(256, int))
    train(net, data, Recipe(steps=400, size=64, rate=2e-2))
    assert mean_loss(net, data) < 0.05
    words = torch.from_numpy(table[:, 0, :1])
    attention = net.read(words, net.start(features))[2][:, 0, 0]
    assert (attention.argmax(-1).numpy() == place).mean() > 0.9


# ------------------------------------------------------------------ files


def test_tensors_come_back_as_they_were(tmp_path):
    tensors = {"a": torch.arange(6.0).view(2, 3), "b": torch.tensor([1, 2])}
    save_tensors(tmp_path / "new" / "file.safetensors", tensors, {"words": ["ä", 1]})
    read, config = load_tensors(tmp_path / "new" / "file.safetensors")
    assert config == {"words": ["ä", 1]}
    assert all(torch.equal(read[name], tensors[name]) for name in tensors)
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["file.safetensors"]


@pytest.mark.parametrize("content", [b"", b"no tensors", None])
def test_what_is_no_file_of_a_network_is_refused(tmp_path, content):
    path = tmp_path / "file.safetensors"
    save_tensors(path, {"a": torch.ones(50)}, {})
    path.write_bytes(path.read_bytes()[:-9] if content is None else content)
    with pytest.raises(ValueError, match="no whole file"):
        load_tensors(path)
    with pytest.raises(FileNotFoundError):
        load_tensors(tmp_path / "none")


def test_curves_show_a_history_with_looks_and_without():
    history = train(network(), captions(), RECIPE, captions(seed=1))
    with_looks = curves(history).draw()
    history.looks = []
    assert with_looks.dtype == np.uint8 and (curves(history).draw() != with_looks).any()


# ------------------------------------------------------------------ several processes


@pytest.fixture
def handout(tmp_path):
    """A folder like the homework's: 40 features, three captions each."""
    rng, data = np.random.default_rng(0), captions()
    words = "a red blue ring star left of the".split()
    texts = [
        [" ".join(rng.choice(words, rng.integers(3, 8))) for _ in range(CAPTIONS)]
        for _ in range(PICTURES)
    ]
    folder = tmp_path / "handout"
    folder.mkdir()
    np.save(folder / "image_codes.npy", data.features.numpy())
    (folder / "captions_tokenized.json").write_text(json.dumps(texts))
    return folder


@pytest.mark.slow
def test_two_processes_give_the_curve_of_one(tmp_path, handout):
    program = Path(sys.executable).with_name("coursekit")
    options = ["--steps", "8", "--size", "8", "--every", "4", "--device", "cpu"]
    subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
         "--no-python", program, "caption", "train", "--data", "handout", "--root", handout,
         "--out", tmp_path / "two", *options],
        check=True, timeout=120, env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    recipe = Recipe(steps=8, size=8, every=4)
    command.train_captioner(
        tmp_path / "one", "handout", handout, recipe=recipe, watch=lambda what: Watch()
    )
    one, two = (json.loads((tmp_path / n / "curves.json").read_text()) for n in ("one", "two"))
    assert len(one["losses"]) == 8
    np.testing.assert_allclose(two["losses"], one["losses"], atol=1e-5)
    for first, second in zip(one["looks"], two["looks"], strict=True):
        assert first == pytest.approx(second, abs=1e-3)
