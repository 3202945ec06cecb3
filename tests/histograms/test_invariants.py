"""What holds for every picture, of every size, gray and colour."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from coursekit.histograms import gpu, reference

SIZES = some.tuples(some.integers(1, 12), some.integers(1, 12))
SHAPES = SIZES.flatmap(lambda size: some.sampled_from([size, (*size, 3)]))
LEVELS = arrays(np.uint8, SHAPES)
GRAY = arrays(np.uint8, SIZES)
FRACTIONS = arrays(np.float64, SIZES, elements=some.floats(0, 1))
PICTURES = some.one_of(LEVELS, FRACTIONS)
BINS = some.integers(1, 400)
GRIDS = some.tuples(some.integers(1, 9), some.integers(1, 9))
COUNTS = arrays(np.int64, 256, elements=some.integers(0, 5000))


@given(PICTURES, BINS)
def test_every_value_is_counted_once(image, bins):
    counts = reference.histogram(image, bins)
    assert counts.shape == (bins,) and counts.sum() == image.size
    np.testing.assert_array_equal(reference.channel_histograms(image, bins).sum(axis=0), counts)


@given(PICTURES, BINS)
def test_the_cumulative_curve_never_falls_and_ends_at_all(image, bins):
    curve = reference.cumulative(image, bins)
    assert (np.diff(curve) >= 0).all() and curve[-1] == image.size


@given(LEVELS, some.randoms())
def test_a_histogram_forgets_where_the_pixels_are(image, dice):
    shuffled = image.ravel()[dice.sample(range(image.size), image.size)].reshape(image.shape)
    np.testing.assert_array_equal(reference.histogram(shuffled), reference.histogram(image))


@given(GRAY)
def test_equalization_keeps_the_order_of_the_levels(image):
    equalized = reference.equalize(image)
    order = np.argsort(image, axis=None)
    assert (np.diff(equalized.ravel()[order].astype(int)) >= 0).all()


@given(GRAY)
def test_the_darkest_becomes_black_and_the_brightest_white(image):
    equalized = reference.equalize(image)
    if image.min() == image.max():
        np.testing.assert_array_equal(equalized, image)
    else:
        assert (equalized[image == image.min()] == 0).all()
        assert (equalized[image == image.max()] == 255).all()


@given(GRAY)
def test_equalizing_cannot_tell_an_equalized_picture(image):
    once = reference.equalize(image)
    # levels that were merged stay merged, the others are where they belong already
    assert np.abs(reference.equalize(once).astype(int) - once).max() <= 1


@given(GRAY, GRIDS)
def test_tiles_are_of_one_size_and_hold_all_pixels(image, grid):
    counts = reference.tile_histograms(image, grid)
    sizes = counts.sum(axis=-1)
    assert counts.shape == (1, *grid, 256) and (sizes == sizes[0, 0, 0]).all()
    assert sizes.sum() >= image.size


@given(COUNTS, some.integers(0, 2000))
def test_clipping_moves_pixels_and_loses_none(counts, limit):
    clipped = reference.clip_histograms(counts, limit)
    assert clipped.sum() == counts.sum() and (clipped >= 0).all()
    if limit:
        shared_out = np.maximum(counts - limit, 0).sum() // 256 + 1
        assert clipped.max() <= limit + shared_out


@given(GRAY)
def test_one_tile_without_a_limit_is_the_cumulative_curve(image):
    share = reference.cumulative(image).astype(np.float32) * (np.float32(255) / image.size)
    expected = np.rint(share).astype(np.uint8)[image]
    np.testing.assert_array_equal(reference.clahe(image, 0, (1, 1)), expected)


@given(GRAY, GRIDS)
def test_equal_tables_are_one_table(image, grid):
    table = np.random.default_rng(3).integers(0, 256, 256, dtype=np.uint8)
    tables = np.broadcast_to(table, (1, *grid, 256))
    np.testing.assert_array_equal(reference.interpolate_tables(image, tables), table[image])
    np.testing.assert_array_equal(reference.look_up_tiles(image, tables), table[image])


@settings(deadline=None)
@given(LEVELS, some.floats(0, 40), GRIDS)
def test_the_channels_of_clahe_do_not_mix(image, limit, grid):
    result = reference.clahe(image, limit, grid)
    planes = np.moveaxis(np.atleast_3d(image), -1, 0)
    expected = np.stack([reference.clahe(plane, limit, grid) for plane in planes], axis=-1)
    np.testing.assert_array_equal(result, expected.reshape(image.shape))


@given(PICTURES)
def test_a_picture_matched_to_itself_stays_as_it_is(image):
    np.testing.assert_allclose(reference.match_histograms(image, image), image, atol=1e-12)


@given(GRAY, GRAY)
def test_matching_stays_among_the_levels_of_the_reference(image, other):
    matched = reference.match_histograms(image, other)
    assert matched.min() >= other.min() and matched.max() == other.max()


@settings(max_examples=40, deadline=None)
@given(some.integers(1, 2), some.integers(1, 3), some.integers(250, 270), some.integers(250, 270))
def test_pixels_are_read_two_at_a_time_with_the_same_results(batch, channels, height, width):
    """Pictures large enough for pairs, of even and odd size, on even and odd addresses."""
    rng = np.random.default_rng(height)
    memory = torch.from_numpy(rng.integers(0, 256, batch * channels * height * width + 1, np.uint8))
    for values in (memory[:-1], memory[1:]):
        image = values.view(batch, channels, height, width)
        planes = image.flatten(0, 1).numpy()
        expected = [reference.histogram(plane) for plane in planes]
        counted = gpu.channel_histograms(image).view(-1, 256)
        np.testing.assert_array_equal(counted.numpy(), expected)
        expected = [reference.equalize(plane) for plane in planes]
        np.testing.assert_array_equal(gpu.equalize(image).flatten(0, 1).numpy(), expected)


def test_a_large_batch_is_processed_in_chunks_with_the_same_results():
    image = torch.randint(0, 256, (40, 1, 300, 302), generator=torch.Generator().manual_seed(1))
    image = (image // torch.arange(1, 41)[:, None, None, None]).byte()
    for name in ("channel_histograms", "equalize", "clahe", "tile_histograms"):
        whole = getattr(gpu, name)(image)
        for k in (0, 17, 39):
            assert torch.equal(whole[k], getattr(gpu, name)(image[k])), name


def test_one_reference_serves_a_whole_batch():
    rng = np.random.default_rng(5)
    image = torch.from_numpy(rng.integers(0, 256, (2, 3, 1, 20, 21), np.uint8))
    other = torch.from_numpy(rng.integers(0, 99, (1, 30, 17), np.uint8))
    for pictures, one in ((image, other), (image / 255, other / 255)):
        matched = gpu.match_histograms(pictures, one)
        for k in range(6):
            picture, result = pictures.flatten(0, 1)[k], matched.flatten(0, 1)[k]
            assert torch.equal(result, gpu.match_histograms(picture, one))


@given(GRAY)
def test_equalizing_the_lightness_leaves_gray_gray_and_its_levels_in_order(image):
    result = reference.equalize_lightness(np.dstack([image] * 3)).astype(int)
    assert (result.max(axis=-1) - result.min(axis=-1)).max() <= 1
    order = np.argsort(image, axis=None, kind="stable")
    assert (np.diff(result[..., 1].ravel()[order]) >= 0).all()
