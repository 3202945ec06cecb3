"""What holds for every picture in chapter 07."""

import numpy as np
import pytest
import torch

from coursekit.lab import samples
from coursekit.sift import explore, gpu, reference
from coursekit.sift.explore import evaluation

CAMERA = samples.camera()[100:357, 150:407]  # 257 x 257: each halving keeps both ends


def found(image, **parameters):
    sift = reference.SIFT(**parameters)
    sift.detect_and_extract(image)
    return sift


@pytest.mark.parametrize("times", [1, 2, 3])
def test_quarter_turns_turn_the_keypoints_and_keep_the_descriptors(times):
    one, other = (found(np.rot90(CAMERA, k).copy(), upsampling=1) for k in (0, times))
    _, homography = evaluation.altered(CAMERA, "rotate", 90 * times)
    expected = evaluation.transfer(one.positions, homography)
    apart = np.linalg.norm(expected[:, None] - other.positions, axis=2)
    turned = other.orientations - one.orientations[:, None] - times * np.pi / 2
    ours, theirs = np.nonzero((apart < 1e-6) & (np.abs(np.angle(np.exp(1j * turned))) < 1e-6))
    assert np.array_equal(ours, np.arange(len(one.positions)))
    assert np.array_equal(np.sort(theirs), ours)
    # Near the border, patches lack the last row and column of the picture, whatever is there.
    reach = 6 * 1.25 * np.sqrt(2) * one.sigmas[:, None] + 2
    inside = ((one.positions > reach) & (one.positions < 256 - reach)).all(axis=1)
    levels = one.descriptors.astype(int) - other.descriptors[theirs]
    assert inside.sum() > 50 and np.abs(levels[inside]).max() <= 1


def test_twice_the_contrast_keeps_the_descriptors():
    dark = CAMERA / 255 / 2
    one, other = found(dark, c_dog=0.01), found(dark * 2, c_dog=0.02)
    assert np.allclose(one.positions, other.positions)
    assert np.array_equal(one.descriptors, other.descriptors)


def test_a_brighter_picture_has_the_same_keypoints():
    one, other = found(CAMERA / 510), found(CAMERA / 510 + 0.25)
    assert np.allclose(one.positions, other.positions, atol=1e-6)


def test_detect_then_extract_is_detect_and_extract():
    one, other = found(CAMERA), reference.SIFT()
    other.detect(CAMERA)
    assert other.descriptors is None
    other.extract(CAMERA)
    assert np.array_equal(one.descriptors, other.descriptors)


def test_a_batch_holds_what_its_pictures_hold():
    pictures = [CAMERA, np.zeros_like(CAMERA), CAMERA[::-1], CAMERA.T]
    batch = torch.from_numpy(np.stack(pictures) / 255)[:, None]
    sift = gpu.SIFT()
    sift.detect_and_extract(batch)
    assert sift.counts[1] == 0 and sum(sift.counts) == len(sift.positions)
    tables = zip(
        sift.positions.split(sift.counts), sift.descriptors.split(sift.counts), strict=True
    )
    for number, (positions, descriptors) in enumerate(tables):
        assert (sift.images == number).sum() == len(positions)
        if number != 1:
            alone = found(pictures[number] / 255)
            np.testing.assert_allclose(positions.numpy(), alone.positions, atol=1e-6)
            assert (descriptors.numpy() == alone.descriptors).all(axis=1).mean() > 0.99


def test_a_batch_of_any_rank_is_numbered_in_memory_order():
    batch = torch.from_numpy(np.stack([CAMERA, CAMERA[::-1]]))
    flat, deep = gpu.SIFT(), gpu.SIFT()
    flat.detect_and_extract(batch[:, None])
    deep.detect_and_extract(batch[None, :, None])
    assert flat.counts == deep.counts and torch.equal(flat.descriptors, deep.descriptors)


def test_descriptors_match_themselves():
    descriptors = found(CAMERA).descriptors
    unique = np.unique(descriptors, axis=0)
    matches = reference.match_descriptors(unique, unique)
    assert np.array_equal(matches, np.repeat(np.arange(len(unique))[:, None], 2, axis=1))


def test_matching_20000_descriptors_holds_no_matrix_of_them(monkeypatch):
    from coursekit.sift.gpu import matching

    largest, original = [], matching._two_smallest
    monkeypatch.setattr(
        matching, "_two_smallest", lambda d: largest.append(d.numel()) or original(d)
    )
    random = torch.Generator().manual_seed(0)
    many = torch.randint(0, 256, (20_000, 16), generator=random, dtype=torch.uint8)
    matches = gpu.match_descriptors(many, many.flip(0))
    assert len(matches) == 20_000 and max(largest) <= 2**20


# ------------------------------------------------------------------ known homographies


ALTERATIONS = [
    ("rotate", 90, 0.9, 0.9), ("rotate", 30, 0.7, 0.9), ("scale", 0.5, 0.7, 0.8),
    ("scale", 2, 0.8, 0.9), ("blur", 2, 0.5, 0.7), ("noise", 10, 0.45, 0.8),
    ("gamma", 1.5, 0.6, 0.9),
]  # fmt: skip


@pytest.fixture(scope="module")
def trials():
    programs = {name: evaluation.detectors()[name] for name in ("coursekit", "OpenCV")}
    kinds = [(kind, amount) for kind, amount, *_ in ALTERATIONS]
    rows = evaluation.compare(CAMERA, kinds, programs)
    return {(row["kind"], row["amount"], row["program"]): row for row in rows}


@pytest.mark.parametrize(("kind", "amount", "repeatability", "precision"), ALTERATIONS)
def test_keypoints_are_found_again(trials, kind, amount, repeatability, precision):
    ours, peer = (trials[kind, amount, program] for program in ("coursekit", "OpenCV"))
    assert repeatability < ours["repeatability"] <= 1
    assert ours["precision"] > precision and ours["correct"] > 0.8 * peer["correct"]


@pytest.mark.parametrize(("kind", "amount"), [("rotate", 30), ("scale", 0.5), ("scale", 2)])
def test_a_picture_is_moved_as_its_homography_says(kind, amount):
    image = np.zeros((61, 81), np.uint8)
    image[18:23, 28:33] = 255
    moved, homography = evaluation.altered(image, kind, amount)
    weights = moved.astype(float)
    middle = [(axis * weights).sum() / weights.sum() for axis in np.indices(moved.shape)]
    expected = evaluation.transfer(np.array([[20.0, 30.0]]), homography)
    np.testing.assert_allclose([middle], expected, atol=0.1)


def test_repeatability_counts_pairs():
    first = np.array([[10.0, 10.0], [20.0, 20.0], [20.0, 20.5], [30.0, 30.0]])
    second = np.array([[10.5, 10.0], [20.0, 20.2]])
    shapes = (50, 50), (50, 50)
    assert evaluation.repeatability(first, second, np.eye(3), shapes) == 1.0
    assert evaluation.repeatability(first, second + 25, np.eye(3), shapes) == 0.0


@pytest.mark.parametrize("figure", explore.FIGURES, ids=lambda figure: figure.__name__)
@pytest.mark.parametrize("shape", [(90, 120), (8, 6)])
def test_figures_take_a_picture_without_features(figure, shape):
    panes = figure(np.full(shape, 120, np.uint8))()
    assert all(pane.dtype == np.uint8 and pane.size for pane in panes.values())
