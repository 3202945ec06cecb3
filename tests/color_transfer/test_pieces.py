"""Piece by piece: what holds for every picture, and what is refused."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.color_transfer import gpu, reference, shared
from coursekit.regions.reference import slic

RNG = np.random.default_rng(3)


def photo(seed, height=24, width=28):
    """Blurred noise of an own cast: uint8."""
    rng = np.random.default_rng(seed)
    rough = rng.random((height // 4, width // 4, 3)) ** rng.uniform(0.5, 2, 3)
    fine = np.kron(rough, np.ones((4, 4, 1))) + rng.normal(0, 0.05, (height, width, 3))
    return np.rint(np.clip(fine, 0, 1) * 255).astype(np.uint8)


seeds = st.integers(0, 2**32 - 1)
few = settings(max_examples=8, deadline=None)


# ------------------------------------------------------------------ what always holds


@few
@given(seeds, st.sampled_from([9e-4, 0.02, 0.1]))
def test_rows_of_attention_sum_to_one(seed, temperature):
    features = np.random.default_rng(seed).random((2, 9, 27))
    shares = reference.attention(reference.correlation(*features), temperature)
    assert shares.sum(axis=1) == pytest.approx(np.ones(9))
    assert (shares >= 0).all()


@few
@given(seeds)
def test_correlations_do_not_see_gain_and_offset(seed):
    target, other = np.random.default_rng(seed).random((2, 7, 12))
    expected = reference.correlation(target, other)
    assert np.abs(reference.correlation(3 * target + 1, other) - expected).max() < 1e-9
    assert np.abs(expected).max() <= 1


@few
@given(seeds, st.sampled_from(["each", "own"]), st.sampled_from([None, 0.5]))
def test_the_dense_form_equals_the_streamed_one_on_a_crop(seed, covariance, reach):
    image = photo(seed)
    labels = slic(image, 12)
    shares = np.random.default_rng(seed).dirichlet(np.ones(9), labels.max() + 1)
    means = np.random.default_rng(seed).random((9, 3))
    options = {"covariance": covariance, "reach": reach}
    dense = reference.fusion_weights(image, labels, shares, **options)
    assert np.abs(dense.sum(axis=-1) - 1).max() < 1e-9
    streamed = reference.fuse_colors(image, labels, shares @ means, **options)
    assert np.abs(dense @ means - streamed).max() < 1e-9


def test_streaming_in_many_chunks_changes_nothing(monkeypatch):
    image = photo(1)
    labels, colors = slic(image, 12), RNG.random((30, 3))
    whole = reference.fuse_colors(image, labels, colors[: labels.max() + 1])
    monkeypatch.setattr("coursekit.core.chunks.CHUNK_NUMBERS", 1600)
    chunks = reference.fuse_colors(image, labels, colors[: labels.max() + 1])
    assert np.abs(whole - chunks).max() < 1e-12


def test_streaming_a_batch_in_many_chunks_changes_nothing(monkeypatch):
    pictures = [photo(seed) for seed in (1, 2)]
    image, labels = (
        torch.from_numpy(np.stack(arrays)) for arrays in (pictures, [slic(p, 12) for p in pictures])
    )
    image, labels = image.movedim(-1, 1), labels[:, None]
    colors = torch.from_numpy(RNG.random((2, int(labels.max()) + 1, 3)))
    whole = gpu.fuse_colors(image, labels, colors)
    monkeypatch.setattr("coursekit.core.chunks.CHUNK_NUMBERS", 800)
    assert (gpu.fuse_colors(image, labels, colors) - whole).abs().max() < 1e-12


@pytest.mark.parametrize("where", ["reference", "gpu"])
def test_a_picture_keeps_its_own_colours(where):
    image = photo(2, 48, 48)
    for name in ("superpixel_color_fusion", "superfeature_transfer", "histogram_analogy"):
        options = {"temperature": 9e-4} if name == "superfeature_transfer" else {}
        if where == "reference":
            result = getattr(reference, name)(image, image, **options)
        else:
            tensor = torch.from_numpy(image).movedim(-1, 0)
            result = getattr(gpu, name)(tensor, tensor, **options).movedim(0, -1).numpy()
        error = np.abs(result.astype(float) - image).mean()
        assert error < (1e-9 if name == "histogram_analogy" else 12), name


@few
@given(seeds)
def test_no_match_is_chosen_too_often(seed):
    distances = np.random.default_rng(seed).random((20, 9))
    matches = reference.constrained_nearest(distances, times=3)
    assert np.bincount(matches).max() <= 3


def test_the_least_sum_beats_going_one_after_the_other():
    distances = RNG.random((8, 8))
    matches = reference.constrained_nearest(distances, times=1)
    free, greedy = list(range(8)), 0.0
    for row in distances:
        nearest = min(free, key=lambda column: row[column])
        greedy += row[nearest]
        free.remove(nearest)
    assert distances[range(8), matches].sum() <= greedy


@few
@given(seeds)
def test_a_histogram_does_not_see_the_order_of_pixels(seed):
    image = photo(seed)
    mixed = np.random.default_rng(seed).permutation(image.reshape(-1, 3)).reshape(image.shape)
    counts = reference.color_histogram(image)
    assert np.abs(counts - reference.color_histogram(mixed)).max() < 1e-12
    assert counts.sum() == pytest.approx(1)


def test_the_middle_of_the_histogram_is_the_mean_colour():
    image = photo(4)
    counts = reference.color_histogram(image, bins=6)
    red = counts.sum(axis=(1, 2)) @ np.linspace(0, 1, 6)
    assert red == pytest.approx(image[..., 0].mean() / 255)


def test_equal_histograms_leave_every_colour_where_it_is():
    code = RNG.uniform(-1, 1, shared.CODE)
    cube = reference.analogy_cube(code, code, size=4)
    assert cube[1, 2, 3] == pytest.approx([1 / 3, 2 / 3, 1])


def test_the_network_comes_nearer_to_the_reference():
    target, other = photo(5, 64, 64), photo(6, 64, 64)
    result = reference.histogram_analogy(target, other)
    before = reference.sliced_wasserstein(target, other)
    assert reference.sliced_wasserstein(result, other) < 0.8 * before


def test_pictures_of_a_batch_with_more_and_with_fewer_superpixels():
    pictures = [photo(seed, 32, 32) for seed in (7, 8)]
    pictures[1][:] = pictures[1][:1, :1]  # one colour
    batch = torch.from_numpy(np.stack(pictures)).movedim(-1, -3)
    for method in (gpu.superpixel_color_fusion, gpu.superfeature_transfer):
        together = method(batch, batch.flip(0), superpixels=20)
        for k in range(2):
            alone = method(batch[k], batch[1 - k], superpixels=20)
            assert torch.equal(together[k], alone)


def test_one_reference_serves_a_batch():
    batch = torch.from_numpy(np.stack([photo(seed, 32, 32) for seed in (7, 8)])).movedim(-1, -3)
    other = torch.from_numpy(photo(9)).movedim(-1, 0)
    for method in (gpu.superpixel_color_fusion, gpu.superfeature_transfer):
        together = method(batch, other, superpixels=20)
        for found, image in zip(together, batch, strict=True):
            assert torch.equal(found, method(image, other, superpixels=20))


def test_any_features_will_do():
    image, other = photo(9), photo(10, 20, 32)
    given = reference.superfeature_transfer(image, other, features=(image, other))
    made = reference.superfeature_transfer(image, other, features=lambda picture: picture)
    assert np.array_equal(given, made)
    assert not np.array_equal(given, reference.superfeature_transfer(image, other))


# ------------------------------------------------------------------ weights


def test_weights_of_a_file_or_a_table(tmp_path):
    from safetensors.numpy import save_file

    tables = {n: (0.1 * RNG.normal(size=s)).astype(np.float32) for n, s in shared.SHAPES.items()}
    save_file(tables, tmp_path / "mine.safetensors")
    image, other = photo(11), photo(12)
    of_file = reference.histogram_analogy(image, other, tmp_path / "mine.safetensors")
    assert np.array_equal(of_file, reference.histogram_analogy(image, other, tables))
    assert not np.array_equal(of_file, reference.histogram_analogy(image, other))


def test_weights_are_refused_that_are_none(tmp_path):
    (tmp_path / "text.safetensors").write_text("no weights")
    image = photo(13)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        reference.histogram_analogy(image, image, tmp_path / "nowhere.safetensors")
    with pytest.raises(ValueError, match="no safetensors file"):
        reference.histogram_analogy(image, image, tmp_path / "text.safetensors")
    with pytest.raises(ValueError, match="do not fit"):
        reference.histogram_analogy(image, image, {"out.weight": np.zeros((3, 1))})


def test_shipped_weights_are_small():
    assert shared.SHIPPED.stat().st_size < 300_000


# ------------------------------------------------------------------ what is refused

IMAGE, LABELS = photo(14), np.zeros((24, 28), np.int32)


@pytest.mark.parametrize(
    ("name", "positional", "options", "message"),
    [
        ("superpixel_means", (IMAGE, LABELS[:3]), {}, "values: expected shape"),
        ("superpixel_means", (IMAGE, LABELS - 1), {}, "whole numbers >= 0"),
        ("superpixel_means", (IMAGE, LABELS), {"count": 0}, "count"),
        ("superpixel_means", (IMAGE, LABELS + 7), {"count": 7}, "count: expected more"),
        ("super_features", (IMAGE, LABELS), {"pooling": "median"}, "pooling"),
        ("constrained_nearest", (np.zeros((2, 2)),), {"times": 0}, "times"),
        ("constrained_nearest", (np.full((2, 2), np.nan),), {}, "finite"),
        ("correlation", (np.zeros((2, 3)), np.zeros((2, 4))), {}, "3 columns"),
        ("correlation", (np.zeros((2, 3)),) * 2, {"center": "row"}, "center"),
        ("attention", (np.zeros((2, 3)),), {"temperature": 0}, "temperature"),
        ("attention", (np.zeros(3),), {}, "rows and columns"),
        ("fuse_colors", (IMAGE, LABELS, np.zeros((1, 3))), {"color_spread": 0}, "color_spread"),
        ("fuse_colors", (IMAGE, LABELS, np.zeros((1, 3))), {"covariance": "all"}, "covariance"),
        ("fuse_colors", (IMAGE, LABELS + 1, np.zeros((1, 3))), {}, "count: expected more"),
        ("superfeature_transfer", (IMAGE, IMAGE), {"features": (IMAGE, IMAGE[:3])}, "features"),
        ("color_histogram", (IMAGE,), {"bins": 1}, "bins"),
        ("look_up_cube", (IMAGE, np.zeros((3, 3, 2, 3))), {}, "cube"),
        ("analogy_cube", (np.zeros(3), np.zeros(3)), {}, "target_code"),
        ("encode_histogram", (np.zeros((4, 4, 4)),), {}, "8 bins"),
    ],
)
def test_a_wrong_value_is_named(name, positional, options, message):
    with pytest.raises(ValueError, match=message):
        getattr(reference, name)(*positional, **options)


@pytest.mark.parametrize("where", [reference, gpu])
@pytest.mark.parametrize(
    "name", ["superpixel_color_fusion", "superfeature_transfer", "histogram_analogy"]
)
def test_two_dtypes_are_refused(where, name):
    image, other = IMAGE, IMAGE / np.float32(255)
    if where is gpu:
        image, other = (torch.from_numpy(each).movedim(-1, 0) for each in (image, other))
    with pytest.raises(TypeError, match="uint8"):
        getattr(where, name)(image, other)


def test_features_that_are_no_pair_are_refused():
    with pytest.raises(TypeError, match="features: expected a pair"):
        reference.superfeature_transfer(IMAGE, IMAGE, features=IMAGE)
