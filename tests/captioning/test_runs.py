"""Whole runs: from scenes to a captioner, photographs in folders, and what the package ships."""

import json

import cv2
import numpy as np
import pytest
import torch

from coursekit.captioning import command, data, gpu
from coursekit.captioning.data import claims
from coursekit.captioning.gpu.captioner import SHIPPED
from coursekit.captioning.gpu.encoders import SHIPPED as ENCODER
from coursekit.captioning.gpu.watch import Watch
from coursekit.core.torch import torchvision

WEIGHTS = ENCODER.parent
BRIEF = gpu.Recipe(steps=4, size=8, every=2, decay=0.0)
RECIPES = dict.fromkeys(command.RECIPES, BRIEF)


def unseen(what):
    return Watch()


@pytest.fixture(scope="module")
def stored():
    return json.loads((WEIGHTS / "curves.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def shipped():
    return {name: gpu.Captioner.load(path) for name, path in SHIPPED.items()}


# ------------------------------------------------------------------ what the package ships


def test_the_weights_are_small_and_of_the_recipes(stored):
    assert sum(file.stat().st_size for file in WEIGHTS.iterdir()) < 3_000_000
    recipes = {name: vars(recipe) for name, recipe in command.RECIPES.items()}
    assert stored["recipes"] == json.loads(json.dumps(recipes))


@pytest.mark.parametrize("name", ["attention", "vector"])
def test_the_weights_give_the_stored_numbers(stored, shipped, name):
    few = data.scenes("test", command.SAMPLED)
    features = command.encoded(shipped[name].encoder, few.images)
    found = command.scores(shipped[name], few, features)
    for measure in ("true", "related", "BLEU-4", "ROUGE-L"):
        assert found[measure] == pytest.approx(stored["train"][name]["sample"][measure], abs=0.02)


def test_attention_says_what_is_true_whatever_the_seed(stored):
    trained = [run["attention"]["test"] for name, run in stored.items() if "train" in name]
    assert len(trained) == 3
    assert all(found["greedy"]["true"] > 0.9 for found in trained)
    for measure, least in {"true": 0.97, "CIDEr": 4.6, "BLEU-4": 0.78}.items():
        assert np.mean([found["beam 3"][measure] for found in trained]) >= least, measure


def test_what_was_never_seen_together_is_easier_with_attention(stored):
    true = {
        name: stored["seen"][name]["unseen"]["greedy"]["true"] for name in ("attention", "vector")
    }
    assert true["attention"] > true["vector"] + 0.3


def test_a_picture_in_a_file_gets_a_true_caption(tmp_path):
    scene = data.scenes("test", 1)
    path = tmp_path / "scene.png"
    cv2.imwrite(str(path), cv2.cvtColor(scene.images[0], cv2.COLOR_RGB2BGR))
    ((file, said),) = command.caption_files([path], method="beam")
    assert file == path
    assert claims.check(str(said[0]), scene.scenes[0]).error is None


def test_photographs_of_any_size_are_captioned(tmp_path):
    photo = np.random.default_rng(0).integers(0, 256, (90, 130, 3), np.uint8)
    cv2.imwrite(str(tmp_path / "photo.jpg"), photo)
    ((_, said),) = command.caption_files([tmp_path / "photo.jpg"], method="sample", count=5)
    assert len(said) == 5


# ------------------------------------------------------------------ making them


@pytest.mark.slow
def test_weights_are_made_once_and_by_their_recipes_alone(tmp_path):
    files = command.reproduce(tmp_path, (3, 4), unseen, 40, RECIPES)
    names = ["attention.safetensors", "curves.json", "encoder.safetensors", "vector.safetensors"]
    assert [file.name for file in files] == names
    made = [file.read_bytes() for file in files]
    curves = json.loads((tmp_path / "curves.json").read_text("utf-8"))
    assert set(curves) == {"recipes", "train", "seen", "train, seed 4"}
    assert set(curves["train, seed 4"]) == {"attention", "vector"}
    assert set(curves["seen"]["vector"]) >= {"losses", "looks", "rewards", "test", "unseen"}

    def nobody(*given, **named):
        raise AssertionError("trained again")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gpu, "pretrain", nobody)
        command.reproduce(tmp_path, (3, 4), unseen, 40, RECIPES)
        with pytest.raises(ValueError, match="other recipes"):
            command.reproduce(tmp_path, (3, 4), unseen, 40, RECIPES | {"vector": gpu.Recipe()})
    assert [file.read_bytes() for file in files] == made


def test_a_stopped_run_on_photographs_goes_on_with_the_same_numbers(tmp_path):
    """COCO's layout, torchvision's network, a plug pulled in encoding and in training."""
    data.save_as_coco(data.scenes("train", 20), tmp_path / "coco", "train2017")
    torch.manual_seed(0)
    torch.save(
        torchvision.load().models.squeezenet1_1(weights=None).state_dict(), tmp_path / "net.pth"
    )

    class Plug(Watch):
        """Pulled at the fifth of 18 pictures; then, after 2 that are held out, at the sixth batch.

        The 18 are one batch of the encoder, and are kept."""

        done = 0

        def step(self, loss):
            Plug.done += 1
            if Plug.done in (5, 5 + 2 + 6):
                raise KeyboardInterrupt

    def run(out, watch):
        command.train_captioner(
            tmp_path / out, "coco", tmp_path / "coco", None, "squeezenet1_1", tmp_path / "net.pth",
            recipe=gpu.Recipe(steps=8, size=4, every=2), min_count=1, watch=watch,
        )  # fmt: skip
        return json.loads((tmp_path / out / "curves.json").read_text())

    whole = run("whole", unseen)
    with pytest.raises(KeyboardInterrupt):
        run("parts", lambda what: Plug())
    with pytest.raises(KeyboardInterrupt):
        run("parts", lambda what: Plug())
    assert run("parts", unseen) == whole
