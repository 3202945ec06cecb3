"""Beside the authors' published program and scikit-image, every argument spelled out."""

from pathlib import Path

import numpy as np
import pytest
from skimage.metrics import structural_similarity

from coursekit.color_transfer import reference
from coursekit.lab import samples

PAIRS = sorted((Path(__file__).parent / "data").glob("pitie_*.npz"))


@pytest.fixture(params=PAIRS, ids=lambda path: path.stem)
def published(request):
    """The program's pictures in float64; target and reference on 0..1."""
    stored = {name: array.astype(np.float64) for name, array in np.load(request.param).items()}
    return stored | {name: stored[name] / 255 for name in ("target", "reference")}


def test_there_are_two_pairs():
    assert len(PAIRS) == 2


def test_the_linear_map_is_the_authors(published):
    found = reference.monge_kantorovitch(published["target"], published["reference"], clip=False)
    # The outputs are stored in single precision: its step is 1.2e-7 between 1 and 2.
    np.testing.assert_allclose(found, published["mkl"], rtol=6e-8, atol=1e-9)


def test_the_distribution_transfer_is_the_authors_but_for_the_edges_of_bins(published):
    found = reference.iterative_distribution_transfer(
        published["target"],
        published["reference"],
        iterations=10,
        rotations=published["rotations"],
        seed=0,
        bins=300,
        relaxation=1.0,
        offset=-1,
        clip=False,
    )
    error = np.abs(found - published["idt"])
    assert error.mean() < 1e-3
    assert (error > 1 / 255).mean() < 0.02


def test_replaying_rotations_replays_the_offset_too(published):
    arguments = (published["target"], published["reference"], 1, published["rotations"][:1])
    by_default = reference.iterative_distribution_transfer(*arguments)
    spelled_out = reference.iterative_distribution_transfer(*arguments, offset=-1)
    assert (by_default == spelled_out).all()
    without = reference.iterative_distribution_transfer(*arguments, offset=0)
    assert np.abs(without - by_default).max() > 1e-3


@pytest.mark.parametrize("recolored", ["idt", "mkl"])
def test_regraining_is_the_authors(published, recolored):
    found = reference.regrain(
        published[recolored],
        published["target"],
        sweeps=(4, 16, 32, 64, 64, 64),
        smoothness=1.0,
        clip=False,
    )
    # Both what went in and what came out are stored in single precision.
    np.testing.assert_allclose(found, published[f"regrain_{recolored}"], rtol=0, atol=2e-7)


def test_structural_similarity_is_scikit_images():
    target = samples.coffee()[:120, :150]
    image = np.roll(target, 3, axis=1)
    x, y = (picture / 255 @ [0.299, 0.587, 0.114] for picture in (image, target))
    expected = structural_similarity(
        x, y, win_size=11, gaussian_weights=True, sigma=1.5, use_sample_covariance=False,
        data_range=1.0, K1=0.01, K2=0.03,
    )  # fmt: skip
    assert reference.structural_similarity(image, target) == pytest.approx(expected, abs=1e-9)
