"""What holds for every picture."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull

from coursekit.color_transfer import gpu, reference
from coursekit.color_transfer.shared import projection_axes
from coursekit.lab import samples

GLOBAL = ["reinhard", "monge_kantorovitch", "iterative_distribution_transfer"]
METHODS = [*GLOBAL, "gamut_transfer"]


def picture(seed, height=24, width=20, dtype=np.uint8):
    """Random patches in colours of an own cast, with some black and white."""
    rng = np.random.default_rng(seed)
    rough = rng.random((4, 4, 3)) ** rng.uniform(0.5, 2, 3)
    fine = np.kron(rough, np.ones((height // 4, width // 4, 1)))
    values = np.clip(fine + rng.normal(0, 0.08, fine.shape), 0, 1)
    return np.rint(values * 255).astype(np.uint8) if dtype == np.uint8 else values.astype(dtype)


pictures = st.integers(0, 2**32 - 1).map(picture)
few = settings(max_examples=10, deadline=None)


def distance(image, other):
    return reference.sliced_wasserstein(image, other, directions=16)


@pytest.mark.parametrize("method", METHODS)
@few
@given(image=pictures)
def test_a_picture_that_learns_from_itself_stays_as_it_is(method, image):
    assert (getattr(reference, method)(image, image) == image).all()


@pytest.mark.parametrize("method", GLOBAL)
@few
@given(image=pictures, other=pictures, seed=st.integers(0, 99))
def test_the_order_of_the_references_pixels_does_not_matter(method, image, other, seed):
    shuffled = np.random.default_rng(seed).permutation(other.reshape(-1, 3)).reshape(20, 24, 3)
    transfer = getattr(reference, method)
    assert (transfer(image, shuffled) == transfer(image, other)).all()


@pytest.mark.parametrize("method", METHODS)
def test_the_colours_come_nearer(method):
    image, other = picture(1), picture(2)
    assert distance(getattr(reference, method)(image, other), other) < 0.6 * distance(image, other)


@few
@given(seeds=st.tuples(st.integers(0, 999), st.integers(1000, 1999)))
def test_the_linear_map_hits_mean_and_covariance(seeds):
    image, other = (picture(seed, dtype=np.float64) for seed in seeds)
    found = _mapped_moments(image, other)
    for moment, wanted in zip(found, reference.color_moments(other), strict=True):
        np.testing.assert_allclose(moment, wanted, atol=1e-9)


def _mapped_moments(image, other):
    """Moments of the mapped colours, which may leave [0, 1]."""
    colors = reference.monge_kantorovitch(image, other, clip=False).reshape(-1, 3)
    return colors.mean(axis=0), np.cov(colors.T)


@few
@given(seeds=st.tuples(st.integers(0, 999), st.integers(1000, 1999)))
def test_the_optimal_map_is_symmetric_positive_and_moves_one_covariance_onto_the_other(seeds):
    (_, one), (_, other) = (reference.color_moments(picture(seed)) for seed in seeds)
    found = reference.optimal_map(one, other)
    np.testing.assert_allclose(found, found.T, atol=1e-9)
    assert (np.linalg.eigvalsh(found) > 0).all()
    np.testing.assert_allclose(found @ one @ found, other, rtol=1e-6)


@few
@given(image=pictures)
def test_lalphabeta_and_back(image):
    back = reference.lalphabeta_to_rgb(reference.rgb_to_lalphabeta(image))
    np.testing.assert_allclose(back * 255, image, atol=0.1)


def test_the_marginals_converge():
    image, other = picture(3, dtype=np.float64), picture(4, dtype=np.float64)
    results = [
        reference.iterative_distribution_transfer(image, other, iterations, bins=1000, clip=False)
        for iterations in (0, 1, 4, 12)
    ]
    away = [_marginal_distance(result, other) for result in results]
    assert away == sorted(away, reverse=True)
    assert away[3] < away[0] / 8


def _marginal_distance(image, other):
    """The mean way between the two along the channels and eight more lines."""
    lines = np.concatenate([np.eye(3), projection_axes(8, seed=9)[1:, 0]])
    ways = [np.sort(image @ line, axis=None) - np.sort(other @ line, axis=None) for line in lines]
    return np.abs(ways).mean()


def test_fewer_iterations_are_the_first_of_more():
    assert (projection_axes(9, seed=4)[:5] == projection_axes(5, seed=4)).all()
    assert (projection_axes(2, seed=4)[1] != projection_axes(2, seed=5)[1]).any()
    assert projection_axes(0).shape == (0, 6, 3)


@few
@given(image=pictures, other=pictures)
def test_a_matched_row_keeps_its_order(image, other):
    row = np.sort(image.ravel() / 255)
    assert (np.diff(reference.match_marginal(row, other.ravel() / 255)) >= -1e-12).all()


def test_regraining_brings_gradients_back():
    image, other = picture(5, 48, 60), picture(6)
    colored = reference.iterative_distribution_transfer(image, other)
    grained = reference.regrain(colored, image)
    before, after = (reference.gradient_correlation(x, image) for x in (colored, grained))
    assert after > before


@few
@given(image=pictures)
def test_the_white_axis_and_back(image):
    light = np.array([1.3, 1.0, 0.7])
    back = reference.from_white_axis(reference.to_white_axis(image, light), light)
    np.testing.assert_allclose(back * 255, image, atol=1e-9)


@few
@given(image=pictures)
def test_luminance_alone_is_matched_with_itself(image):
    luminance = image[..., 0] / 255
    np.testing.assert_allclose(
        reference.match_luminance(luminance, luminance[::-1]), luminance, atol=1e-9
    )


@pytest.mark.parametrize("pixels", [100, 2 * 24 * 20])
@pytest.mark.parametrize("method", METHODS)
def test_pictures_in_many_chunks_come_out_as_in_one(monkeypatch, method, pixels):
    batch = torch.from_numpy(np.stack([picture(seed) for seed in (1, 2, 3)])).movedim(-1, 1)
    transfer = getattr(gpu, method)
    whole = transfer(batch, batch.flip(0))
    monkeypatch.setattr("coursekit.core.chunks.CHUNK_NUMBERS", 16 * 3 * pixels)
    assert torch.equal(transfer(batch, batch.flip(0)), whole)


@pytest.mark.parametrize("step", [1, 2, 4])
def test_gamuts_are_aligned_alike_at_every_size(step):
    images = samples.stereo_motorcycle()[0][::step, ::step], samples.coffee()[::step, ::step]
    lights = [reference.estimate_illuminant(image) for image in images]
    ours, theirs = (
        reference.to_white_axis(*each).reshape(-1, 3) for each in zip(images, lights, strict=True)
    )
    hull, wanted = (reference.gamut_hull(each - each.mean(axis=0)) for each in (ours, theirs))
    found = reference.align_gamut(hull, wanted)
    rotation = np.degrees(np.arctan2(found[1, 0], found[0, 0]))
    assert abs(rotation) < 45  # by half a turn, a red motorcycle would be blue
    for degrees in range(-180, 180, 15):
        cosine, sine = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
        turn = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
        for stretch in (0.5, 1, 2):
            assert _unshared(found, hull, wanted) <= _unshared(
                np.diag([stretch, stretch, 1]) @ turn, hull, wanted
            )


def _unshared(matrix, hull, wanted):
    """E of ``align_gamut``."""
    moved = hull @ matrix.T
    both = ConvexHull(np.concatenate([moved, wanted])).volume
    return 2 * both - ConvexHull(wanted).volume - ConvexHull(moved).volume


def test_a_scene_under_another_light_gets_that_light():
    scene = picture(7, 40, 40, np.float64) * 0.8
    evening = scene * (1.2, 0.9, 0.6)
    result = reference.gamut_transfer(scene, evening)
    assert np.abs(result - evening).mean() < 0.25 * np.abs(scene - evening).mean()


@few
@given(image=pictures, other=pictures)
def test_distance_is_symmetric_and_zero_for_the_same_colours(image, other):
    assert distance(image, other) == pytest.approx(distance(other, image))
    assert distance(image, image[::-1, ::-1].copy()) == 0


@few
@given(image=pictures, other=pictures)
def test_structural_similarity_is_symmetric_and_one_for_equal_images_alone(image, other):
    found = reference.structural_similarity(image, other)
    assert found == pytest.approx(reference.structural_similarity(other, image))
    assert -1 <= found <= 1
    assert reference.structural_similarity(image, image) == pytest.approx(1)
    flipped = reference.structural_similarity(image[::-1].copy(), other[::-1].copy())
    assert flipped == pytest.approx(found)  # windows look alike upside down


def test_colours_in_many_parts_have_the_hull_of_the_whole(monkeypatch):
    colors = np.random.default_rng(0).random((500, 3))
    whole = reference.gamut_hull(colors)
    monkeypatch.setattr("coursekit.color_transfer.shared._PART", 60)
    assert (reference.gamut_hull(colors) == whole).all()


PLAIN = {
    "noise": picture(8),
    "one colour": np.full((24, 20, 3), (200, 120, 40), np.uint8),
    "black": np.zeros((24, 20, 3), np.uint8),
    "gray": np.repeat(picture(9)[..., :1], 3, axis=2),
    "one pixel": np.full((1, 1, 3), (9, 90, 200), np.uint8),
    "one row": picture(10)[:1],
}
EVERY = [*METHODS, "superpixel_color_fusion", "superfeature_transfer", "histogram_analogy"]


@pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64])
@pytest.mark.parametrize("kind", ["one colour", "black", "gray", "one pixel"])
def test_twins_agree_on_the_plainest_targets(kind, dtype):
    plain, noise = PLAIN[kind], PLAIN["noise"]
    if dtype != np.uint8:
        plain, noise = (plain / 255).astype(dtype), (noise / 255).astype(dtype)
    tensors = [torch.from_numpy(image).movedim(-1, 0) for image in (plain, noise)]
    for options in ({}, {"iterations": 3, "relaxation": 0.5}):
        expected = reference.iterative_distribution_transfer(plain, noise, **options)
        found = gpu.iterative_distribution_transfer(*tensors, **options).movedim(0, -1).numpy()
        tolerance = 0 if dtype == np.uint8 else 1e-6
        np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("method", EVERY)
@pytest.mark.parametrize("kind", [name for name in PLAIN if name != "noise"])
def test_the_plainest_pictures_give_colours_and_no_nan(method, kind):
    transfer, plain, noise = getattr(reference, method), PLAIN[kind] / 255, PLAIN["noise"] / 255
    for target, other in ((plain, noise), (noise, plain), (plain, plain)):
        assert np.isfinite(transfer(target, other)).all()
