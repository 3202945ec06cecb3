"""Encoders: what they give, where weights come from, and what is said where there are none."""

import urllib.error

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from coursekit.captioning.gpu import Encoder, encoder, extract, pooled, preprocessing, pretrained
from coursekit.captioning.gpu import encoders as module

PICTURES = torch.from_numpy(np.random.default_rng(0).integers(0, 256, (2, 3, 70, 90), np.uint8))


@pytest.fixture(scope="module")
def inception():
    torch.manual_seed(0)
    return pretrained("inception_v3", None)


def test_the_small_encoder_gives_an_8_by_8_grid_of_any_picture():
    see = encoder("small", None)
    assert see.shape == (96, 8, 8)
    assert see(PICTURES).shape == (2, 96, 8, 8)
    assert see(PICTURES[0]).shape == (96, 8, 8)
    assert see(PICTURES.view(1, 2, 3, 70, 90)).shape == (1, 2, 96, 8, 8)


def test_levels_and_fractions_of_white_are_seen_alike():
    see = encoder("small", None)
    torch.testing.assert_close(see(PICTURES / 255), see(PICTURES))


def test_a_vector_is_the_mean_over_the_places():
    grid = torch.arange(12.0).view(1, 2, 2, 3)
    assert pooled(grid).tolist() == [[2.5, 8.5]]


@pytest.mark.parametrize(
    ("name", "shape"),
    [("resnet18", (512, 7, 7)), ("squeezenet1_1", (512, 13, 13)), ("alexnet", (256, 6, 6))],
)
def test_networks_are_cut_before_their_heads(name, shape):
    see = encoder(name, None)
    assert see.shape == shape
    assert see(PICTURES).shape == (2, *shape)
    assert not any(parameter.requires_grad for parameter in see.parameters())


def test_the_grid_of_a_residual_network_is_what_its_head_averages():
    network = pretrained("resnet18", None)
    see = Encoder(
        "resnet18", module._cut(network, preprocessing("resnet18")), preprocessing("resnet18")
    )
    expected = network(preprocessing("resnet18")(PICTURES))
    torch.testing.assert_close(network.fc(pooled(see(PICTURES))), expected)


def test_inception_is_cut_at_8_by_8_places_and_its_own_vector(inception):
    prepare = preprocessing("inception_v3")
    see = Encoder("inception_v3", module._cut(inception, prepare), prepare)
    assert see.shape == (2048, 8, 8)
    own = []
    hook = inception.avgpool.register_forward_hook(lambda *given: own.append(given[-1]))
    inception(prepare(PICTURES))
    hook.remove()
    torch.testing.assert_close(pooled(see(PICTURES)), own[0].flatten(1))


def test_inception_reads_minus_one_to_one(inception):
    """ImageNet's normalisation is undone: white comes to 1, black to -1."""
    prepare = preprocessing("inception_v3")
    white = prepare(torch.full((1, 3, 20, 20), 255, dtype=torch.uint8))
    black = prepare(torch.zeros(1, 3, 20, 20, dtype=torch.uint8))
    assert white.shape == (1, 3, 299, 299)
    for picture, value in ((white, 1.0), (black, -1.0)):
        read = inception._transform_input(picture)
        torch.testing.assert_close(read, torch.full_like(read, value), atol=1e-5, rtol=0)


# ------------------------------------------------------------------ weights


@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_weights_from_a_file(tmp_path, suffix):
    torch.manual_seed(1)
    made, path = pretrained("alexnet", None).state_dict(), tmp_path / f"weights{suffix}"
    (save_file if suffix == ".safetensors" else torch.save)(made, path)
    read = pretrained("alexnet", path)
    assert all(torch.equal(read.state_dict()[name], made[name]) for name in made)
    assert not read.training


def test_weights_by_name_are_found_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    made = pretrained("alexnet", None).state_dict()
    (tmp_path / "checkpoints").mkdir()
    torch.save(made, tmp_path / "checkpoints" / "alexnet-owt-7be5be79.pth")
    for weights in ("DEFAULT", "IMAGENET1K_V1"):
        read = pretrained("alexnet", weights).state_dict()
        assert torch.equal(read["features.0.weight"], made["features.0.weight"])


def test_offline_the_missing_file_and_its_place_are_named(tmp_path, monkeypatch):
    def offline(*given, **options):
        raise urllib.error.URLError("no network")

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(torch.hub, "download_url_to_file", offline)
    with pytest.raises(FileNotFoundError) as caught:
        encoder("inception_v3")
    said = str(caught.value)
    assert said.startswith("weights: inception_v3_google-0cc3c7bd.pth is not here")
    assert str(tmp_path / "checkpoints" / "inception_v3_google-0cc3c7bd.pth") in said
    assert "https://download.pytorch.org/models/inception_v3_google-0cc3c7bd.pth" in said


def test_weights_of_another_network_are_refused(tmp_path):
    torch.save(pretrained("squeezenet1_1", None).state_dict(), tmp_path / "other.pth")
    with pytest.raises(ValueError, match="other.pth does not fit"):
        pretrained("alexnet", tmp_path / "other.pth")


@pytest.mark.parametrize("content", [b"", b"no weights at all"])
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_broken_files_are_refused(tmp_path, content, suffix):
    path = tmp_path / f"broken{suffix}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="does not fit"):
        encoder("small", path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="IMAGENET1K_V1"):
        pretrained("alexnet", tmp_path / "none.pth")
    with pytest.raises(FileNotFoundError, match="none.pth"):
        encoder("small", tmp_path / "none.pth")


@pytest.mark.parametrize("name", ["vit_b_16", "no_such_net", "raft_small"])
def test_what_gives_no_grid_is_refused(name):
    with pytest.raises(ValueError, match="inception_v3"):
        encoder(name, None)


def test_what_is_no_batch_of_pictures_is_refused():
    see = encoder("small", None)
    with pytest.raises(ValueError, match="3 channels"):
        see(PICTURES[:, :1])
    with pytest.raises(TypeError, match="tensor"):
        see(PICTURES.numpy())


# ------------------------------------------------------------------ features


@pytest.fixture
def pictures():
    rng = np.random.default_rng(1)
    shapes = [(64, 64, 3), (50, 70, 3)] * 5
    return [rng.integers(0, 256, shape, dtype=np.uint8) for shape in shapes]


class Counted(list):
    """Pictures that note which of them are read, and of which one may be broken."""

    def __init__(self, pictures, broken=None):
        super().__init__(pictures)
        self.read, self.broken = [], broken

    def __getitem__(self, number):
        if number == self.broken:
            raise OSError("no whole picture")
        self.read.append(number)
        return super().__getitem__(number)


@pytest.mark.parametrize(("kind", "shape"), [("grid", (10, 96, 8, 8)), ("vector", (10, 96))])
def test_features_in_a_file_are_those_of_the_encoder(tmp_path, pictures, kind, shape):
    see = encoder("small", None)
    features = extract(see, pictures, tmp_path / "features.npy", kind, size=4)
    assert (
        isinstance(features, np.memmap) and features.shape == shape and features.dtype == np.float16
    )
    for picture, vector in zip(pictures, features, strict=True):
        grid = see(torch.from_numpy(picture).movedim(-1, 0))
        expected = grid if kind == "grid" else pooled(grid)
        np.testing.assert_allclose(vector, expected.numpy(), atol=2e-3)


def test_extraction_goes_on_where_it_was_stopped(tmp_path, pictures):
    see, path = encoder("small", None), tmp_path / "features.npy"
    whole = extract(see, pictures, tmp_path / "whole.npy", size=3)
    with pytest.raises(OSError, match="no whole picture"):
        extract(see, Counted(pictures, broken=7), path, size=3)
    rest = Counted(pictures)
    features = extract(see, rest, path, size=3)
    assert min(rest.read) in (3, 6) and max(rest.read) == 9
    np.testing.assert_array_equal(features, whole)
    done = Counted(pictures)
    extract(see, done, path, size=3)
    assert done.read == []


def test_features_of_other_pictures_are_not_taken(tmp_path, pictures):
    see, path = encoder("small", None), tmp_path / "features.npy"
    extract(see, pictures, path, source="these")
    for others, source in ((pictures[:9], "these"), (pictures, "those")):
        with pytest.raises(ValueError, match="other pictures or another encoder"):
            extract(see, others, path, source=source)
    torch.manual_seed(8)
    with pytest.raises(ValueError, match="other pictures or another encoder"):
        extract(encoder("small", None), pictures, path, source="these")
