"""The first layers of VGG-19, with weights that are made here: nothing is fetched."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from coursekit.color_transfer import command, gpu
from coursekit.core.torch import torchvision
from coursekit.lab import samples

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's


@pytest.fixture(scope="module")
def tables():
    """A table for each name of the network; but for the first layers, zeros that take no room."""
    vgg19 = torchvision.load().models.vgg19
    chance = torch.Generator().manual_seed(0)
    with torch.device("meta"):
        shapes = {name: table.shape for name, table in vgg19().state_dict().items()}
    made = {name: torch.zeros(1).expand(shape) for name, shape in shapes.items()}
    for layer in (0, 2, 5, 7):
        for name in (f"features.{layer}.weight", f"features.{layer}.bias"):
            made[name] = 0.2 * torch.randn(shapes[name], generator=chance)
    return made


@pytest.fixture(scope="module")
def weights(tables, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "vgg19.pth"
    torch.save(tables, path)
    return str(path)


def photo(name, size=40):
    picture = getattr(samples, name)()[100 : 100 + size, 200 : 200 + size + 8]
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(picture, -1, 0)))


def by_hand(image, tables, layers):
    """Convolutions with a border of zeros, each cut off at 0."""
    mean, deviation = (torch.tensor(each)[:, None, None] for each in (MEAN, DEVIATION))
    values = ((image / 255 - mean) / deviation)[None]
    for layer in layers:
        table = tables[f"features.{layer}.weight"], tables[f"features.{layer}.bias"]
        values = functional.conv2d(values, *table, padding=1).clamp(min=0)
    return values


def test_the_default_is_two_convolutions_cut_off_at_0(weights, tables):
    image = photo("coffee")
    found = gpu.vgg19(image, weights)
    assert found.shape == (64, 40, 48) and found.dtype == torch.float32
    torch.testing.assert_close(found, by_hand(image, tables, (0, 2))[0])


def test_deeper_layers_are_enlarged(weights, tables):
    image = photo("coffee")
    half = functional.max_pool2d(by_hand(image, tables, (0, 2)), 2)
    expected = functional.conv2d(
        half, tables["features.5.weight"], tables["features.5.bias"], padding=1
    )
    expected = functional.interpolate(expected.clamp(min=0), (40, 48), mode="bilinear")
    torch.testing.assert_close(gpu.vgg19(image, weights, "relu2_1"), expected[0])


def test_a_batch_of_floats_is_described_picture_by_picture(weights):
    batch = torch.stack([photo("coffee"), photo("chelsea")])
    found = gpu.vgg19(batch[None] / 255, weights)
    assert found.shape == (1, 2, 64, 40, 48)
    torch.testing.assert_close(found[0, 1], gpu.vgg19(batch[1], weights))


def test_a_transfer_by_its_features(weights):
    target, reference = photo("coffee"), photo("chelsea")
    result = gpu.superfeature_transfer(
        target, reference, features=lambda picture: gpu.vgg19(picture, weights)
    )
    given = tuple(gpu.vgg19(picture, weights) for picture in (target, reference))
    assert torch.equal(result, gpu.superfeature_transfer(target, reference, features=given))
    assert not torch.equal(result, gpu.superfeature_transfer(target, reference))


def test_the_command_takes_a_file_of_weights(weights, tmp_path):
    target, reference = photo("coffee"), photo("chelsea")
    files = [tmp_path / name for name in ("target.png", "reference.png", "out.png")]
    for picture, path in zip((target, reference), files, strict=False):
        command.write(picture, path)
    options = {"features": "vgg19", "weights": weights, "regrain": False}
    list(command.transfer(*files, "superfeatures", "cpu", **options))
    expected = gpu.superfeature_transfer(
        target, reference, lambda picture: gpu.vgg19(picture, weights), regrained=False
    )
    found = torch.from_numpy(samples.load(files[-1])).movedim(-1, 0)
    assert torch.equal(found, expected)


def test_weights_that_are_missing_or_do_not_fit_are_said(tmp_path):
    image = photo("coffee")
    with pytest.raises(FileNotFoundError, match="nowhere.pth"):
        gpu.vgg19(image, tmp_path / "nowhere.pth")
    torch.save({"features.0.weight": torch.zeros(1)}, tmp_path / "other.pth")
    with pytest.raises(ValueError, match="does not fit"):
        gpu.vgg19(image, tmp_path / "other.pth")
    with pytest.raises(ValueError, match="layer"):
        gpu.vgg19(image, None, layer="relu5_4")
