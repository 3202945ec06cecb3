"""Answers of chapter 03 that were worked out by hand."""

import numpy as np
import pytest
import torch

from coursekit.histograms import gpu, reference, shared

TWINS = pytest.mark.parametrize("part", [reference, gpu], ids=["reference", "gpu"])


def given(part, rows, dtype=np.uint8):
    """Rows of a gray picture as the twin takes them: (H, W), or (1, H, W)."""
    image = np.array(rows, dtype)
    return image if part is reference else torch.from_numpy(image)[None]


def listed(part, result):
    """A twin's gray picture as rows again."""
    return (result if part is reference else result[0]).tolist()


def counts(part, **levels):
    """A histogram with so many pixels at each level: counts(part, _10=3)."""
    histogram = np.zeros(256, np.int64)
    for level, pixels in levels.items():
        histogram[int(level[1:])] = pixels
    return histogram if part is reference else torch.from_numpy(histogram)


@TWINS
def test_each_level_is_counted(part):
    counted = part.histogram(given(part, [[0, 7, 7], [255, 7, 0]])).tolist()
    expected = counts(reference, _0=2, _7=3, _255=1)
    assert counted == expected.tolist()


@TWINS
def test_levels_share_wider_bins(part):
    # four bins of 64 levels: 0..63, 64..127, 128..191, 192..255
    counted = part.histogram(given(part, [[0, 63, 64, 127, 128, 255]]), bins=4)
    assert counted.tolist() == [2, 2, 1, 1]


@TWINS
def test_bins_need_not_divide_the_levels(part):
    # three bins: 3 r // 256 is 0 up to 85, 1 from 86 (258 // 256) to 170, 2 from 171 (513 // 256)
    counted = part.histogram(given(part, [[85, 86, 170, 171, 255]]), bins=3)
    assert counted.tolist() == [1, 2, 2]


@TWINS
def test_white_floats_fall_into_the_last_bin(part):
    counted = part.histogram(given(part, [[0.0, 0.24, 0.25, 0.999, 1.0]], np.float64), bins=4)
    assert counted.tolist() == [2, 1, 0, 2]


@TWINS
def test_a_level_belongs_to_its_own_cumulative_count(part):
    curve = part.cumulative(given(part, [[3, 5, 5, 9]])).tolist()
    assert curve[2:6] + curve[8:10] == [0, 1, 1, 3, 3, 4] and curve[-1] == 4


def test_channels_are_counted_by_themselves():
    image = np.array([[[1, 2, 3], [1, 2, 4]]], np.uint8)
    for counted in (
        reference.channel_histograms(image),
        gpu.channel_histograms(torch.from_numpy(image).movedim(-1, 0)),
    ):
        assert counted[0][1] == 2 and counted[1][2] == 2
        assert counted[2][3] == 1 and counted[2][4] == 1
        assert counted.sum() == 6


@TWINS
def test_equalization_by_hand(part):
    # c = 1, 3, 4 at the levels 50, 60, 70; c_0 = 1; s = 255 (c - 1) / 3 = 0, 170, 255
    assert listed(part, part.equalize(given(part, [[50, 60], [60, 70]]))) == [[0, 170], [170, 255]]


@TWINS
def test_a_constant_picture_stays_as_it_is(part):
    assert listed(part, part.equalize(given(part, [[77, 77]]))) == [[77, 77]]


@TWINS
def test_each_channel_has_its_own_table(part):
    # red 10 < 20, green 9 > 5, blue constant
    image = np.array([[[10, 9, 200], [20, 5, 200]]], np.uint8)
    if part is gpu:
        equalized = gpu.equalize(torch.from_numpy(image).movedim(-1, 0)).movedim(0, -1)
    else:
        equalized = reference.equalize(image)
    assert equalized.tolist() == [[[0, 255, 200], [255, 0, 200]]]


@TWINS
def test_the_tables_of_equalization_and_clahe_differ_in_black(part):
    # 1, 3 and 4 of 4 pixels: without c_0, s = 255 / 4 = 63.75, 191.25, 255
    histogram = counts(part, _50=1, _60=2, _70=1)
    assert part.equalization_table(histogram)[[50, 60, 70]].tolist() == [0, 170, 255]
    assert part.tile_tables(histogram)[[0, 50, 60, 70]].tolist() == [0, 64, 191, 255]


@TWINS
def test_what_is_cut_off_is_shared_out(part):
    # 600 above the limit of 10 leave 2 for each of the 256 bins and 88 over: one each for every
    # second level (256 // 88 = 2) from 0 to 174
    clipped = part.clip_histograms(counts(part, _3=610), 10).tolist()
    assert clipped[:6] == [3, 2, 3, 12, 3, 2]
    assert clipped[174:178] == [3, 2, 2, 2]
    assert sum(clipped) == 610


@TWINS
def test_a_limit_of_nothing_clips_nothing(part):
    histogram = counts(part, _3=610, _4=1)
    assert part.clip_histograms(histogram, 0).tolist() == histogram.tolist()


@TWINS
def test_tiles_are_counted_row_by_row(part):
    image = given(part, [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 9]])
    counted = part.tile_histograms(image, (2, 2))
    assert tuple(counted.shape) == (1, 2, 2, 256)
    assert [counted[0, r, c, k].item() for r, c, k in ((0, 0, 1), (0, 1, 2), (1, 0, 3))] == [4] * 3
    assert counted[0, 1, 1, [4, 9]].tolist() == [3, 1]


@TWINS
def test_a_row_of_three_is_mirrored_into_two_tiles(part):
    # 2 does not divide 3: one column more, 10 20 30 -> 10 20 | 30 20; 1 divides 1, and still a row
    # is added, which repeats the only row there is
    counted = part.tile_histograms(given(part, [[10, 20, 30]]), (1, 2))
    assert counted[0, 0, 0, [10, 20, 30]].tolist() == [2, 2, 0]
    assert counted[0, 0, 1, [10, 20, 30]].tolist() == [0, 2, 2]


def two_tables(part):
    """Two tiles side by side: the left one says 0 to everything, the right one 100."""
    tables = np.zeros((1, 1, 2, 256), np.uint8)
    tables[0, 0, 1] = 100
    return tables if part is reference else torch.from_numpy(tables)


@TWINS
def test_tables_are_blended_between_the_middles_of_their_tiles(part):
    # Tiles 4 wide; column p lies at p / 4 - 1/2: from 0 at column 2 to 1 at column 6
    image = given(part, [[9] * 8])
    blended = part.interpolate_tables(image, two_tables(part))
    assert listed(part, blended) == [[0, 0, 0, 25, 50, 75, 100, 100]]


@TWINS
def test_without_blending_the_tiles_show(part):
    shown = part.look_up_tiles(given(part, [[9] * 8]), two_tables(part))
    assert listed(part, shown) == [[0] * 4 + [100] * 4]


@TWINS
def test_matching_by_hand(part):
    # Shares 1/4, 3/4, 1 of the image's levels; the reference reaches 1/2 at 100 and 1 at 200:
    # 1/4 is below the first and stays 100, 3/4 is half way from 100 to 200
    image, other = given(part, [[0, 1], [1, 2]]), given(part, [[100, 200]])
    assert listed(part, part.match_histograms(image, other)) == [[100, 150], [150, 200]]


@TWINS
def test_halves_are_matched_to_even(part):
    # Shares 3/4 and 1: half way from 2 to 3 is 2.5, and goes to 2; from 3 to 4, 3.5, to 4
    image = given(part, [[0, 0], [0, 1]])
    assert listed(part, part.match_histograms(image, given(part, [[2, 3]])))[1] == [2, 3]
    assert listed(part, part.match_histograms(image, given(part, [[3, 4]])))[1] == [4, 4]


@TWINS
def test_thirds_are_not_exact_and_halves_of_them_are_rounded_to_even_all_the_same(part):
    # Share 1/2 lies half way from 1/3 (level 1) to 2/3 (level 2): 1.5, to 2
    image, other = given(part, [[0, 9]]), given(part, [[1, 2, 3]])
    assert listed(part, part.match_histograms(image, other)) == [[2, 3]]


@TWINS
def test_floats_are_matched_value_by_value(part):
    image = given(part, [[0.25, 0.5], [0.5, 1.0]], np.float64)
    other = given(part, [[0.1, 0.2]], np.float64)
    matched = listed(part, part.match_histograms(image, other))
    np.testing.assert_allclose(matched, [[0.1, 0.15], [0.15, 0.2]], atol=1e-12)


@pytest.mark.parametrize(
    ("size", "grid", "padding", "shape"),
    [
        ((512, 512), (8, 8), (0, 0), (64, 64)),
        ((10, 9), (4, 3), (2, 3), (3, 4)),  # 3 divides 9: OpenCV adds 3 columns all the same
        ((1, 1), (8, 8), (7, 7), (1, 1)),
        ((5, 16), (8, 8), (3, 8), (1, 3)),
    ],
)
def test_the_grid_of_tiles(size, grid, padding, shape):
    assert shared.tile_grid(size, grid) == (padding, shape)


def test_a_clip_limit_is_a_multiple_of_the_mean_bin():
    # 64 x 64 / 256 = 16 pixels in the mean bin
    assert shared.clip_height(40, (64, 64)) == 640
    assert shared.clip_height(2.55, (64, 64)) == 40
    assert shared.clip_height(0.01, (64, 64)) == 1
    assert shared.clip_height(0, (64, 64)) == 0


@TWINS
def test_an_empty_histogram_has_a_black_table(part):
    assert part.tile_tables(counts(part)).tolist() == [0] * 256
    assert part.equalization_table(counts(part)).tolist() == list(range(256))


@TWINS
@pytest.mark.parametrize("limit", [np.uint8(40), np.int8(40), np.float16(40), np.uint64(40)])
def test_a_limit_in_numpys_numbers_is_the_same_limit(part, limit):
    image = given(part, np.random.default_rng(0).integers(0, 256, (9, 11)))
    tiles = np.uint8(2), np.int16(2)
    assert listed(part, part.clahe(image, limit, tiles)) == listed(
        part, part.clahe(image, 40, (2, 2))
    )
    clipped = part.clip_histograms(counts(part, _3=610), 200)
    assert part.clip_histograms(counts(part, _3=610), np.uint8(200)).tolist() == clipped.tolist()


@TWINS
def test_a_limit_beyond_all_bins_limits_nothing(part):
    image = given(part, np.random.default_rng(0).integers(0, 256, (9, 11)))
    unlimited = listed(part, part.clahe(image, 0, (2, 3)))
    for limit in (256, 1e300, 2**63):
        assert listed(part, part.clahe(image, limit, (2, 3))) == unlimited
