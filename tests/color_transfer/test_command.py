"""The command ``coursekit transfer``: files in, one file out, and errors in one sentence."""

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from coursekit import cli
from coursekit.color_transfer import command, gpu
from coursekit.lab import samples


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with two small photos and a file that is none."""
    place = tmp_path_factory.mktemp("photos")
    Image.fromarray(samples.coffee()[::8, ::8]).save(place / "target.png")
    Image.fromarray(samples.chelsea()[::8, ::8]).save(place / "reference.png")
    (place / "letter.jpg").write_text("Dear Sir")
    return place


@pytest.fixture
def call(folder):
    """Call ``coursekit transfer`` in that folder, and return how it ended and what it said."""

    def run(*words, target="target.png", reference="reference.png"):
        given = ["transfer", str(folder / target), str(folder / reference), *map(str, words)]
        ended = CliRunner().invoke(cli.app, given)
        return ended.exit_code, ended.output

    return run


def tensor(path):
    return torch.from_numpy(np.array(Image.open(path))).movedim(-1, 0)


@pytest.mark.parametrize(
    ("method", "function"),
    [
        ("reinhard", gpu.reinhard),
        ("monge-kantorovitch", gpu.monge_kantorovitch),
        ("distribution", lambda t, r: gpu.regrain(gpu.iterative_distribution_transfer(t, r), t)),
        ("gamut", gpu.gamut_transfer),
        ("superpixels", gpu.superpixel_color_fusion),
        ("superfeatures", gpu.superfeature_transfer),
        ("histogram-analogy", gpu.histogram_analogy),
    ],
)
def test_the_file_holds_what_the_function_gives(call, folder, tmp_path, method, function):
    out = tmp_path / "out.png"
    assert call("-o", out, "--method", method, "--device", "cpu")[0] == 0
    expected = function(tensor(folder / "target.png"), tensor(folder / "reference.png"))
    difference = tensor(out).int() - expected.int()
    assert difference.abs().max() <= 1  # regraining here starts from rounded levels
    assert (difference == 0).float().mean() > 0.9


def test_every_method_has_been_tried_above():
    tried = test_the_file_holds_what_the_function_gives.pytestmark[0].args[1]
    assert [name for name, _ in tried] == list(command.METHODS)


def test_options_reach_the_method(call, folder, tmp_path):
    out = tmp_path / "out.png"
    words = ("--method", "distribution", "--iterations", 2, "--seed", 5, "--no-regrain")
    status, said = call("-o", out, *words, "--device", "cpu")
    assert status == 0 and "written:" in said
    pictures = (tensor(folder / name) for name in ("target.png", "reference.png"))
    assert (tensor(out) == gpu.iterative_distribution_transfer(*pictures, 2, seed=5)).all()


@pytest.mark.parametrize("suffix", command.SUFFIXES)
def test_every_kind_of_file_that_is_offered_can_be_written(call, tmp_path, suffix):
    out = tmp_path / f"out{suffix.upper()}"
    assert call("-o", out, "--method", "reinhard")[0] == 0
    assert Image.open(out).size == (75, 50)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-o", "out.png", "--method", "magic"), "method: expected one of 'reinhard', "),
        (("-o", "out.xyz"), "expected a name that ends in .png"),
        (("-o", "nowhere/out.png"), "a folder that is there"),
        (("-o", "out.png", "--device", "abacus"), "device 'abacus'"),
        (("-o", "out.png", "--iterations", "3"), "--iterations goes with --method distribution"),
        (("-o", "out.png", "--temperature", "0"), "temperature"),
        (("-o", "out.png", "--features", "nose"), "features: expected one of"),
        (("-o", "out.png", "--method", "distribution", "--iterations", "-1"), "iterations"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(call, tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    status, output = call(*words)
    assert status == 1
    assert said in " ".join(output.split())
    assert "Traceback" not in output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["missing.png", "letter.jpg"])
def test_a_file_that_is_no_picture_is_said_in_one_sentence(call, tmp_path, name):
    status, output = call("-o", tmp_path / "out.png", reference=name)
    assert status == 1 and name in output
    assert list(tmp_path.iterdir()) == []


def test_a_picture_is_not_written_over_itself(call, folder):
    before = (folder / "target.png").read_bytes()
    status, output = call("-o", folder / "target.png")
    assert status == 1 and "choose another name" in " ".join(output.split())
    assert (folder / "target.png").read_bytes() == before


def test_what_fails_in_the_middle_leaves_the_old_file(call, tmp_path, monkeypatch):
    out = tmp_path / "out.png"
    out.write_bytes(b"old")

    def burst(result, target):
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(gpu, "regrain", burst)
    status, output = call("-o", out, "--method", "reinhard", "--regrain")
    assert status == 1 and "no memory left" in output and "50 x 75" in " ".join(output.split())
    assert [path.name for path in tmp_path.iterdir()] == ["out.png"]
    assert out.read_bytes() == b"old"


def test_each_step_is_told_before_it_is_taken(folder, tmp_path):
    files = (folder / "target.png", folder / "reference.png", tmp_path / "out.png")
    told = list(command.transfer(*files, "distribution", "cpu", iterations=2))
    assert [what for _, _, what in told] == [
        "reading", "preparing", "iteration 1 of 2", "iteration 2 of 2", "rounding", "regraining",
        "writing", "done",
    ]  # fmt: skip
    assert [done for done, _, _ in told] == list(range(8))
    assert {total for _, total, _ in told} == {7}
