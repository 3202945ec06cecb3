"""Checks and grades the exercises of chapter 03."""

import cv2
import numpy as np
import pytest

from coursekit.histograms import reference
from coursekit.images.reference import lab_to_rgb, rgb_to_lab
from coursekit.lab import samples
from coursekit.lab.check import assert_array_equal, assert_image_equal, assert_value_equal

SEED = 13
FORBIDDEN = (
    "PIL.ImageOps.equalize",
    "cv2.calcHist",
    "skimage.exposure.cumulative_distribution",
    "skimage.exposure.equalize_hist",
    "skimage.exposure.histogram",
    "skimage.exposure.match_histograms",
    "skimage.util.view_as_blocks",
)
LEVELS = np.arange(256)
PICTURES = ["clock", "camera", "text"]  # the first and the last lack black and white


def drawn(number):
    return np.random.default_rng([SEED, number])


def drawn_picture(rng, *channels):
    """A picture that has some of the levels; the darkest and the lightest may be among them."""
    low, high = rng.choice([0, 30, 100]), rng.choice([180, 255])
    levels = rng.integers(low, high + 1, 40)
    image = rng.choice(levels, (*rng.integers(20, 60, 2), *channels)).astype(np.uint8)
    image[0, 0], image[-1, -1] = low, high
    return image


def drawn_counts(rng):
    return reference.histogram(drawn_picture(rng))


def rounded(values):
    return np.clip(np.rint(np.nan_to_num(values)), 0, 255).astype(np.uint8)


def wrapped(values):
    """What uint8 makes of values beyond its ends."""
    return np.asarray(values).astype(np.int64).astype(np.uint8)


def counts_of(levels):
    """A histogram from {level: how many}."""
    counts = np.zeros(256, np.int64)
    for level, number in levels.items():
        counts[level] = number
    return counts


# ------------------------------------------------------------ count_levels


def counting_mistakes(image):
    counts = reference.histogram(image)
    return {
        "the bins run from the darkest to the lightest level of the picture, not from 0 to 255": (
            np.histogram(image, 256)[0]
        ),
        "each level counted once at most: `counts[image] += 1` adds 1 to a place once": (
            np.minimum(counts, 1)
        ),
        "levels beyond the lightest are missing: `minlength=256`": np.bincount(image.ravel()),
        "counted in uint8, which starts again at 0": wrapped(counts),
        "level 255 is missing: 256 levels have 257 edges": np.histogram(image, LEVELS)[0],
    }


@pytest.mark.exercise("count_levels")
@pytest.mark.points(1)
def test_six_pixels_by_hand(student):
    image = np.array([[0, 3, 3], [3, 255, 0]], dtype=np.uint8)
    expected = counts_of({0: 2, 3: 3, 255: 1})
    actual, mistakes = student.count_levels(image), counting_mistakes(image)
    assert_array_equal(actual, expected, mistakes=mistakes, accept_lists=True)


@pytest.mark.exercise("count_levels")
@pytest.mark.points(1)
@pytest.mark.parametrize("name", PICTURES)
def test_every_level_has_its_count(student, name):
    image = getattr(samples, name)()
    expected = reference.histogram(image)
    actual, mistakes = student.count_levels(image), counting_mistakes(image)
    assert_array_equal(actual, expected, mistakes=mistakes, accept_lists=True)


@pytest.mark.exercise("count_levels")
@pytest.mark.hidden
@pytest.mark.parametrize("channels", [(), (3,)])
def test_levels_of_any_picture_are_counted(student, channels):
    image = drawn_picture(drawn(1), *channels)
    expected = reference.histogram(image)
    assert_array_equal(student.count_levels(image), expected, accept_lists=True)


# ----------------------------------------------------------- count_in_bins


def bins_mistakes(image, bins):
    width = 256 // bins
    edges = np.histogram(image, bins, range=(0, 255))[0]
    return {
        "the bins run from the darkest to the lightest level of the picture, not from 0 to 255": (
            np.histogram(image, bins)[0]
        ),
        "cut from 0 to 255 instead of 0 to 256: `range=(0, 256)`": [
            edges,
            np.bincount(np.minimum(image.astype(int) * bins // 255, bins - 1).ravel(),
                        minlength=bins),
        ],
        "uint8 overflow in r * bins": np.bincount(
            (wrapped(image.astype(int) * bins).astype(int) // 256).ravel(), minlength=bins
        ),
        "bins of 256 // bins levels, which leave levels over": [
            np.bincount(image.ravel() // width, minlength=bins),
            np.bincount(np.minimum(image.ravel() // width, bins - 1), minlength=bins),
        ],
        "empty bins at the end are missing: `minlength=bins`": np.bincount(
            (image.astype(int) * bins // 256).ravel()
        ),
    }  # fmt: skip


@pytest.mark.exercise("count_in_bins")
@pytest.mark.points(1)
def test_four_bins_by_hand(student):
    image = np.array([[0, 63, 64], [127, 128, 191]], dtype=np.uint8)
    expected = np.array([2, 2, 2, 0])
    actual = student.count_in_bins(image, 4)
    mistakes = bins_mistakes(image, 4)
    assert_array_equal(actual, expected, mistakes=mistakes, accept_lists=True)


@pytest.mark.exercise("count_in_bins")
@pytest.mark.points(2)
@pytest.mark.parametrize("bins", [2, 10, 100, 256])
@pytest.mark.parametrize("name", PICTURES)
def test_bins_need_not_divide_256(student, name, bins):
    image = getattr(samples, name)()
    expected = reference.histogram(image, bins)
    actual = student.count_in_bins(image, bins)
    mistakes = bins_mistakes(image, bins)
    assert_array_equal(actual, expected, mistakes=mistakes, accept_lists=True)


@pytest.mark.exercise("count_in_bins")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(3))
def test_any_number_of_bins(student, number):
    rng = drawn(20 + number)
    image, bins = drawn_picture(rng), int(rng.integers(1, 257))
    expected = reference.histogram(image, bins)
    assert_array_equal(student.count_in_bins(image, bins), expected, accept_lists=True)


# ------------------------------------------------------- cumulative_shares


def sum_mistakes(counts):
    sums, total = np.cumsum(counts), counts.sum()
    return {
        "counts instead of shares: divide by the number of pixels": sums.astype(float),
        "the level itself is left out": (sums - counts) / total,
        "divided by the tallest bin instead of the number of pixels": sums / counts.max(),
        "divided by 256, which is the number of levels, not of pixels": sums / counts.size,
        "counts are divided, but not added up": counts / total,
        "added up from white to black": np.cumsum(counts[::-1])[::-1] / total,
    }


@pytest.mark.exercise("cumulative_shares")
@pytest.mark.points(1)
def test_thousand_pixels_by_hand(student):
    counts = counts_of({0: 100, 2: 400, 255: 500})
    expected = np.where(LEVELS < 2, 0.1, np.where(LEVELS < 255, 0.5, 1.0))
    actual = student.cumulative_shares(counts)
    assert_array_equal(actual, expected, 1e-9, mistakes=sum_mistakes(counts), accept_lists=True)


@pytest.mark.exercise("cumulative_shares")
@pytest.mark.points(1)
@pytest.mark.parametrize("name", PICTURES)
def test_curve_climbs_to_one(student, name):
    image = getattr(samples, name)()
    counts, expected = reference.histogram(image), reference.cumulative(image) / image.size
    actual = student.cumulative_shares(counts)
    assert_array_equal(actual, expected, 1e-9, mistakes=sum_mistakes(counts), accept_lists=True)


@pytest.mark.exercise("cumulative_shares")
@pytest.mark.hidden
def test_any_curve_climbs_to_one(student):
    image = drawn_picture(drawn(3))
    counts, expected = reference.histogram(image), reference.cumulative(image) / image.size
    assert_array_equal(student.cumulative_shares(counts), expected, 1e-9, accept_lists=True)


# ---------------------------------------------------------- level_at_share


def share_mistakes(counts, share):
    sums, wanted = np.cumsum(counts), share * counts.sum()
    return {
        "more than the share is asked for (`>`), at least the share is wanted (`>=`)": int(
            np.argmax(sums > wanted)
        ),
        "the level below: the last one that has not enough": int(np.argmax(sums >= wanted)) - 1,
        "the curve's nearest point, which may lie below the share": int(
            np.argmin(abs(sums - wanted))
        ),
        "the share of white instead of the share of pixels": int(255 * share),
        "a level between two that occur, as `np.percentile` gives": float(
            np.percentile(np.repeat(LEVELS, counts), 100 * share)
        ),
        "counts are compared that were not added up": int(np.argmax(counts >= wanted)),
    }


@pytest.mark.exercise("level_at_share")
@pytest.mark.points(1)
@pytest.mark.parametrize(("share", "level"), [(0.5, 20), (0.51, 60), (0.2, 7), (1.0, 90)])
def test_smallest_level_that_has_the_share(student, share, level):
    counts = counts_of({7: 2, 20: 3, 60: 1, 90: 4})
    mistakes = share_mistakes(counts, share)
    assert_value_equal(student.level_at_share(counts, share), level, mistakes=mistakes)


@pytest.mark.exercise("level_at_share")
@pytest.mark.points(1)
@pytest.mark.parametrize("share", [0.01, 0.3, 0.5, 0.99])
def test_half_of_the_moon_is_no_lighter(student, share):
    image = samples.moon()
    expected = int(np.sort(image, axis=None)[int(np.ceil(share * image.size)) - 1])
    counts = reference.histogram(image)
    mistakes = share_mistakes(counts, share)
    assert_value_equal(student.level_at_share(counts, share), expected, mistakes=mistakes)


@pytest.mark.exercise("level_at_share")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(3))
def test_share_that_a_level_reaches_and_the_next_larger_one(student, number):
    rng = drawn(40 + number)
    levels = np.sort(rng.integers(0, 256, 1024))  # each share of 1024 is exact
    place = int(rng.integers(0, 1023))
    for more in (0, 1):  # the share of place + 1 pixels, and a pixel more
        share = (place + 1 + more) / 1024
        expected = int(levels[place + more])
        actual = student.level_at_share(np.bincount(levels, minlength=256), share)
        assert_value_equal(actual, expected)


# -------------------------------------------------------- equalizing_table


def spread(counts, first, white=255):
    sums = np.cumsum(counts)
    with np.errstate(invalid="ignore", divide="ignore"):
        return white * (sums - first) / (sums[-1] - first)


def equalizing_mistakes(counts):
    darkest = counts[np.argmax(counts > 0)]
    sums = np.cumsum(counts)
    right = np.nan_to_num(spread(counts, darkest), posinf=0, neginf=0)
    share = 255 * sums / sums[-1]
    no_first = (
        "the darkest level that occurs does not become 0: subtract its count, not that of level 0"
    )
    one_level = {"one level only: 0 is divided by 0": np.zeros(256, np.uint8)}
    return (one_level if darkest == sums[-1] else {}) | {
        no_first: rounded(share),
        f"{no_first}, and the fraction is cut off": wrapped(share),
        "uint8 overflow: below the darkest level c - c0 is negative": wrapped(np.rint(right)),
        "c0 is subtracted above the line only, so white is not reached": rounded(
            255 * np.maximum(sums - darkest, 0) / sums[-1]
        ),
        "c0 is the smallest count of all, not that of the darkest level": rounded(
            spread(counts, counts[counts > 0].min())
        ),
        "256 instead of 255": wrapped(np.rint(np.clip(right * 256 / 255, 0, None))),
    }


def assert_table(actual, counts):
    expected = reference.equalization_table(counts)
    assert_array_equal(actual, expected, mistakes=equalizing_mistakes(counts), exact_dtype=True)


@pytest.mark.exercise("equalizing_table")
@pytest.mark.points(1)
def test_three_levels_by_hand(student):
    # c0 = 4, N = 12: 10 becomes 0, 20 becomes 255 * 2 / 8 = 63.75, 30 becomes 255
    counts = counts_of({10: 4, 20: 2, 30: 6})
    expected = np.select([LEVELS < 20, LEVELS < 30], [0, 64], 255).astype(np.uint8)
    actual = student.equalizing_table(counts)
    mistakes = equalizing_mistakes(counts)
    assert_array_equal(actual, expected, mistakes=mistakes, exact_dtype=True)


@pytest.mark.exercise("equalizing_table")
@pytest.mark.points(1)
def test_black_and_white_in_equal_parts(student):
    # c0 = 3, N = 10: 0 becomes 0, 100 becomes 255 * 4 / 7 = 145.7, 255 becomes 255
    counts = counts_of({0: 3, 100: 4, 255: 3})
    expected = np.select([LEVELS < 100, LEVELS < 255], [0, 146], 255).astype(np.uint8)
    actual = student.equalizing_table(counts)
    mistakes = equalizing_mistakes(counts)
    assert_array_equal(actual, expected, mistakes=mistakes, exact_dtype=True)


@pytest.mark.exercise("equalizing_table")
@pytest.mark.points(1)
@pytest.mark.parametrize("name", ["moon", *PICTURES])
def test_curve_of_a_photo(student, name):
    counts = reference.histogram(getattr(samples, name)())
    assert_table(student.equalizing_table(counts), counts)


@pytest.mark.exercise("equalizing_table")
@pytest.mark.points(1)
@pytest.mark.parametrize("level", [77, 0, 255])
def test_picture_of_one_level_is_left_alone(student, level):
    counts = counts_of({level: 20})
    assert_table(student.equalizing_table(counts), counts)


@pytest.mark.exercise("equalizing_table")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_any_counts_are_equalised(student, number):
    counts = without_halves(drawn_counts(drawn(50 + number)))
    expected = reference.equalization_table(counts)
    assert_array_equal(student.equalizing_table(counts), expected, exact_dtype=True)


def without_halves(counts):
    """With an odd number of pixels above the darkest level, none falls on a half."""
    first = np.argmax(counts > 0)
    counts[first + 1] += (counts.sum() - counts[first] + 1) % 2
    return counts


# ---------------------------------------------------------- cut_into_tiles


def tile_mistakes(image, rows, columns):
    height, width = image.shape[0] // rows, image.shape[1] // columns
    strips = image.reshape(rows, height, columns, width)
    right = strips.swapaxes(1, 2)
    return {
        "reshaped only: a tile is made of pixels that follow each other in reading order": (
            image.reshape(rows, columns, height, width)
        ),
        "the axes are left in the order row, pixel row, column, pixel column": strips,
        "rows and columns of the grid are exchanged": right.swapaxes(0, 1),
        "every tile is transposed": right.swapaxes(2, 3),
    }


@pytest.mark.exercise("cut_into_tiles")
@pytest.mark.points(1)
def test_six_tiles_by_hand(student):
    image = np.arange(24, dtype=np.uint8).reshape(4, 6)
    upper = [[[0, 1], [6, 7]], [[2, 3], [8, 9]], [[4, 5], [10, 11]]]
    lower = [[[12, 13], [18, 19]], [[14, 15], [20, 21]], [[16, 17], [22, 23]]]
    expected = np.array([upper, lower], dtype=np.uint8)
    actual = student.cut_into_tiles(image, 2, 3)
    assert_array_equal(actual, expected, mistakes=tile_mistakes(image, 2, 3))


@pytest.mark.exercise("cut_into_tiles")
@pytest.mark.points(1)
def test_two_tall_tiles_by_hand(student):
    image = np.arange(12, dtype=np.uint8).reshape(3, 4)
    expected = np.array([[[[0, 1], [4, 5], [8, 9]], [[2, 3], [6, 7], [10, 11]]]], dtype=np.uint8)
    actual = student.cut_into_tiles(image, 1, 2)
    assert_array_equal(actual, expected, mistakes=tile_mistakes(image, 1, 2))


@pytest.mark.exercise("cut_into_tiles")
@pytest.mark.hidden
@pytest.mark.parametrize("grid", [(3, 8), (1, 1), (10, 2)])
def test_tiles_stand_where_they_were(student, grid):
    image = samples.coins()[:300, :384]
    assert_array_equal(student.cut_into_tiles(image, *grid), tiled(image, *grid))


@pytest.mark.exercise("cut_into_tiles")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(3))
def test_any_tiles_of_any_picture(student, number):
    rng = drawn(60 + number)
    rows, columns, height, width = map(int, rng.integers(1, 9, 4))
    image = rng.integers(0, 256, (rows * height, columns * width), dtype=np.uint8)
    actual = student.cut_into_tiles(image, rows, columns)
    assert_array_equal(actual, tiled(image, rows, columns))


def tiled(image, rows, columns):
    return np.array([np.hsplit(row, columns) for row in np.vsplit(image, rows)])


# ---------------------------------------------------------- clip_and_share


def clip_mistakes(counts, limit):
    clipped = np.minimum(counts, limit)
    excess = int(counts.sum() - clipped.sum())
    each, rest = divmod(excess, 256)
    shared, first, every = clipped + each, clipped + each, clipped + each
    first[:rest] += 1
    every[:: max(256 // rest, 1) if rest else 256] += 1
    below = counts < limit
    return {
        "what is cut off is lost: share it out": clipped,
        "the rest, fewer than 256 pixels, is lost": shared,
        "the rest goes to the first bins, one after the other, without steps": first,
        "more than the rest is given away: stop after `rest` bins": every,
        "shared out among the bins below the limit only": (
            clipped + below * (excess // max(below.sum(), 1))
        ),
        "clipped again after the sharing, which loses pixels": np.minimum(
            reference.clip_histograms(counts, limit), limit
        ),
    }


@pytest.mark.exercise("clip_and_share")
@pytest.mark.points(1)
def test_excess_of_515_by_hand(student):
    # 515 are cut off: two for every bin, and 3 remain, for the bins 0, 85 and 170
    counts = counts_of({40: 525, 200: 7})
    expected = np.full(256, 2)
    expected[[0, 85, 170]] += 1
    expected[[40, 200]] += [10, 7]
    actual = student.clip_and_share(counts, 10)
    assert_array_equal(actual, expected, mistakes=clip_mistakes(counts, 10), accept_lists=True)


@pytest.mark.exercise("clip_and_share")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    ("rest", "bins"), [(2, [0, 128]), (4, [0, 64, 128, 192]), (1, [0]), (255, range(255))]
)
def test_rest_goes_to_bins_a_step_apart(student, rest, bins):
    counts = counts_of({40: 10 + 256 + rest})
    expected = np.full(256, 1)
    expected[list(bins)] += 1
    expected[40] += 10
    actual, mistakes = student.clip_and_share(counts, 10), clip_mistakes(counts, 10)
    assert_array_equal(actual, expected, mistakes=mistakes, accept_lists=True)


@pytest.mark.exercise("clip_and_share")
@pytest.mark.points(2)
@pytest.mark.parametrize("limit", [1, 500, 1500, 100_000])
def test_no_pixel_is_lost(student, limit):
    counts = reference.histogram(samples.camera())
    expected = reference.clip_histograms(counts, limit)
    actual = student.clip_and_share(counts, limit)
    mistakes = clip_mistakes(counts, limit)
    assert_array_equal(actual, expected, mistakes=mistakes, accept_lists=True)


@pytest.mark.exercise("clip_and_share")
@pytest.mark.hidden
def test_nothing_remains_of_512(student):
    counts = counts_of({9: 522})
    expected = np.full(256, 2)
    expected[9] = 12
    assert_array_equal(student.clip_and_share(counts, 10), expected, accept_lists=True)


@pytest.mark.exercise("clip_and_share")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_no_pixel_of_any_counts_is_lost(student, number):
    rng = drawn(70 + number)
    counts, limit = drawn_counts(rng), int(rng.integers(1, 60))
    expected = reference.clip_histograms(counts, limit)
    assert_array_equal(student.clip_and_share(counts, limit), expected, accept_lists=True)


# -------------------------------------------------------- blend_two_tables


def blend_mistakes(image, left, right):
    width = image.shape[1]
    places = np.arange(width) / (width / 2) - 0.5
    share = np.clip(places, 0, 1)
    by_left, by_right = left[image].astype(float), right[image].astype(float)
    rows = np.arange(len(image))[:, None]

    def blended(weight):
        return (1 - weight) * by_left + weight * by_right

    return {
        "left and right are exchanged": rounded(blended(1 - share)),
        "not blended: an edge down the middle": rounded(blended(places >= 0.5)),
        "w is not limited to 0 ... 1": [
            rounded(blended(places)),
            wrapped(np.rint(blended(places))),
        ],
        "blended from edge to edge, not from middle to middle of the tiles": [
            rounded(blended(np.linspace(0, 1, width))),
            rounded(blended(np.arange(width) / width)),
        ],
        "half of each everywhere": rounded(blended(0.5)),
        "uint8 overflow in right - left": rounded(by_left + share * (right - left)[image]),
        "the tables are blended by the level of the pixel, not by its column": rounded(
            blended(image / 255)
        ),
        "w changes from row to row: one weight for each column is wanted": [
            rounded(blended(np.clip(rows / (length / 2) - 0.5, 0, 1))) for length in image.shape
        ],
    }


@pytest.mark.exercise("blend_two_tables")
@pytest.mark.points(1)
def test_one_row_by_hand(student):
    # 8 columns: w = -1/2, -1/4, 0, 1/4, 1/2, 3/4, 1, 5/4 before it is limited
    image = np.full((1, 8), 100, dtype=np.uint8)
    left, right = np.full(256, 200, np.uint8), np.full(256, 40, np.uint8)
    expected = np.array([[200, 200, 200, 160, 120, 80, 40, 40]], dtype=np.uint8)
    actual = student.blend_two_tables(image, left, right)
    mistakes = blend_mistakes(image, left, right)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("blend_two_tables")
@pytest.mark.points(1)
def test_each_level_has_its_entry_in_both_tables(student):
    image = np.array([[0, 255, 0, 255], [9, 9, 9, 9]], dtype=np.uint8)
    left, right = LEVELS.astype(np.uint8), LEVELS[::-1].astype(np.uint8)
    # w = 0, 0, 1/2, 1; the means of 0 and 255 and of 9 and 246 are 127.5
    expected = np.array([[0, 255, 128, 0], [9, 9, 128, 246]], dtype=np.uint8)
    actual = student.blend_two_tables(image, left, right)
    mistakes = blend_mistakes(image, left, right)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("blend_two_tables")
@pytest.mark.hidden
@pytest.mark.parametrize("name", ["camera", "clock"])
def test_tables_of_both_halves_of_a_photo(student, name):
    image = getattr(samples, name)()[:, :256]  # so that each w is exact in binary
    halves = np.hsplit(image, 2)
    left, right = (reference.equalization_table(reference.histogram(half)) for half in halves)
    actual = student.blend_two_tables(image, left, right)
    assert_image_equal(actual, of_two_tables(image, left, right))


@pytest.mark.exercise("blend_two_tables")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(3))
def test_any_two_tables_are_blended(student, number):
    rng = drawn(80 + number)
    width = int(rng.choice([2, 8, 32, 64]))
    image = rng.integers(0, 256, (rng.integers(1, 30), width), dtype=np.uint8)
    left, right = rng.integers(0, 256, (2, 256), dtype=np.uint8)
    actual = student.blend_two_tables(image, left, right)
    assert_image_equal(actual, of_two_tables(image, left, right))


def of_two_tables(image, left, right):
    share = np.clip(np.arange(image.shape[1]) / (image.shape[1] / 2) - 0.5, 0, 1)
    return np.rint((1 - share) * left[image] + share * right[image]).astype(np.uint8)


# ---------------------------------------------------------- matching_table


def matching_mistakes(counts, model):
    f, g = np.cumsum(counts), np.cumsum(model)
    share, model_share = f / f[-1], g / g[-1]
    nearest = np.abs(model_share[:, None] - share).argmin(axis=0)
    divided = np.searchsorted(np.cumsum(model / g[-1]), np.cumsum(counts / f[-1]))
    tables = {
        "counts are compared, not shares: the pictures differ in size": [
            wrapped(np.searchsorted(g, f)),
            np.minimum(np.searchsorted(g, f), 255).astype(np.uint8),
        ],
        "divided before adding up: a sum of rounded fractions may miss 1": [
            wrapped(divided),
            np.minimum(divided, 255).astype(np.uint8),
        ],
        "G(s) > F(r), where G(s) >= F(r) is wanted": [
            wrapped(np.searchsorted(model_share, share, side="right")),
            np.minimum(np.searchsorted(model_share, share, side="right"), 255).astype(np.uint8),
        ],
        "the nearest share, which may be smaller": nearest.astype(np.uint8),
        "on a line between two levels (`np.interp`): the smallest whole level is wanted": [
            rounded(np.interp(share, model_share, LEVELS)),
            rounded(np.interp(share, model_share[model > 0], LEVELS[model > 0])),
        ],
        "picture and model are exchanged": wrapped(np.searchsorted(share, model_share)),
        "the picture's own curve: equalised, not matched": rounded(255 * share),
    }
    return tables


@pytest.mark.exercise("matching_table")
@pytest.mark.points(1)
def test_four_pixels_to_a_model_of_eight(student):
    # F(10) = 1/4, F(20) = 1; G(50) = 1/4, G(60) = 7/8, G(70) = 1
    counts, model = counts_of({10: 1, 20: 3}), counts_of({50: 2, 60: 5, 70: 1})
    expected = np.select([LEVELS < 10, LEVELS < 20], [0, 50], 70).astype(np.uint8)
    actual = student.matching_table(counts, model)
    mistakes = matching_mistakes(counts, model)
    assert_array_equal(actual, expected, mistakes=mistakes, exact_dtype=True)


@pytest.mark.exercise("matching_table")
@pytest.mark.points(1)
def test_four_pixels_to_a_model_of_ten(student):
    # F(10) = 1/4, F(20) = 1; G(50) = 1/10, G(51) = 2/10, G(52) = 3/10 ... G(59) = 1
    counts, model = counts_of({10: 1, 20: 3}), counts_of(dict.fromkeys(range(50, 60), 1))
    expected = np.select([LEVELS < 10, LEVELS < 20], [0, 52], 59).astype(np.uint8)
    actual = student.matching_table(counts, model)
    mistakes = matching_mistakes(counts, model)
    assert_array_equal(actual, expected, mistakes=mistakes, exact_dtype=True)


@pytest.mark.exercise("matching_table")
@pytest.mark.hidden
@pytest.mark.parametrize("names", [("moon", "coins"), ("coins", "camera"), ("clock", "text")])
def test_photo_takes_over_the_levels_of_another(student, names):
    counts, model = (reference.histogram(getattr(samples, name)()) for name in names)
    actual = student.matching_table(counts, model)
    assert_array_equal(actual, matched(counts, model), exact_dtype=True)


@pytest.mark.exercise("matching_table")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(3))
def test_any_counts_are_matched(student, number):
    rng = drawn(90 + number)
    counts, model = drawn_counts(rng), drawn_counts(rng)
    actual = student.matching_table(counts, model)
    assert_array_equal(actual, matched(counts, model), exact_dtype=True)


def matched(counts, model):
    f, g = np.cumsum(counts), np.cumsum(model)
    enough = g[None, :] * f[-1] >= f[:, None] * g[-1]  # in whole numbers: G(s) >= F(r)
    return enough.argmax(axis=1).astype(np.uint8)


@pytest.mark.exercise("matching_table")
@pytest.mark.hidden
def test_picture_matched_to_itself_keeps_its_levels(student):
    counts = np.arange(256) + 1  # every level occurs
    expected = LEVELS.astype(np.uint8)
    assert_array_equal(student.matching_table(counts, counts), expected, exact_dtype=True)


# ------------------------------------------------------ mend_the_equalizer


def mending_mistakes(image):
    own_range = np.histogram(image, 256)[0]
    counts = reference.histogram(image)
    first = np.rint(spread(own_range, own_range[0]))
    return {
        "as handed in: the bins run from the picture's own darkest to its own lightest level": [
            rounded(255 * np.cumsum(own_range) / image.size)[image],
            wrapped(first)[image],
        ],
        "the darkest level that occurs does not become 0: subtract its count, not that of level "
        "0": rounded(255 * np.cumsum(counts) / image.size)[image],
    }


@pytest.mark.exercise("mend_the_equalizer")
@pytest.mark.points(1)
def test_small_picture_uses_all_levels(student):
    image = np.array([[100, 100, 101], [102, 102, 102]], dtype=np.uint8)
    expected = np.array([[0, 0, 64], [255, 255, 255]], dtype=np.uint8)  # 255 / 4 is 63.75
    actual = student.mend_the_equalizer(image)
    assert_image_equal(actual, expected, image=image, mistakes=mending_mistakes(image))


@pytest.mark.exercise("mend_the_equalizer")
@pytest.mark.points(2)
@pytest.mark.parametrize("name", ["clock", "moon", "brick"])
def test_clock_and_moon_are_equalised(student, name):
    image = getattr(samples, name)()
    actual = student.mend_the_equalizer(image)
    expected = reference.equalize(image)
    assert_image_equal(actual, expected, image=image, mistakes=mending_mistakes(image))


@pytest.mark.exercise("mend_the_equalizer")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_any_picture_is_equalised(student, number):
    counts = without_halves(drawn_counts(drawn(100 + number)))
    image = np.repeat(LEVELS, counts).astype(np.uint8)[None]
    assert_image_equal(student.mend_the_equalizer(image), reference.equalize(image))


@pytest.mark.exercise("mend_the_equalizer")
@pytest.mark.hidden
def test_black_and_white_are_kept(student):
    image = np.array([[0, 100, 100, 255], [0, 100, 100, 255]], dtype=np.uint8)
    expected = np.array([[0, 170, 170, 255], [0, 170, 170, 255]], dtype=np.uint8)
    assert_image_equal(student.mend_the_equalizer(image), expected)


# --------------------------------------------------------- mend_the_colors


def color_mistakes(image):
    lab = rgb_to_lab(image)
    all_three = np.stack([cv2.equalizeHist(lab[..., c]) for c in range(3)], axis=-1)
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    hsv[..., 2] = cv2.equalizeHist(hsv[..., 2])
    lightness = cv2.equalizeHist(lab[..., 0])
    left_in_lab = lab.copy()
    left_in_lab[..., 0] = lightness
    from_bgr = rgb_to_lab(np.ascontiguousarray(image[..., ::-1]))
    from_bgr[..., 0] = cv2.equalizeHist(from_bgr[..., 0])
    return {
        "as handed in: red, green and blue are equalised each for itself": [
            reference.equalize(image)
        ],
        "a and b are equalised too: they are colours, not lightness": [lab_to_rgb(all_three)],
        "V of HSV instead of L of Lab": [cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)],
        "never converted back from Lab to RGB": [left_in_lab],
        "gray: the lightness alone, without a and b": [np.stack([lightness] * 3, axis=-1)],
        "red and blue are exchanged before Lab (BGR for RGB)": [
            lab_to_rgb(from_bgr), lab_to_rgb(from_bgr)[..., ::-1]
        ],
        "one table for all three channels": [
            reference.equalization_table(reference.histogram(image))[image]
        ],
    }  # fmt: skip


@pytest.mark.exercise("mend_the_colors")
@pytest.mark.points(2)
@pytest.mark.parametrize("name", ["coffee", "rocket"])
def test_lightness_is_spread_and_colour_is_kept(student, name):
    image = getattr(samples, name)()[::2, ::2].copy()
    expected = reference.equalize_lightness(image)
    actual = student.mend_the_colors(image)
    mistakes = color_mistakes(image)
    assert_image_equal(actual, expected, tolerance=2, image=image, mistakes=mistakes)


@pytest.mark.exercise("mend_the_colors")
@pytest.mark.points(1)
def test_gray_stays_gray(student):
    gray = samples.clock()[::4, ::4]
    image = np.stack([gray] * 3, axis=-1)
    expected = reference.equalize_lightness(image)
    actual = student.mend_the_colors(image)
    assert_image_equal(actual, expected, tolerance=2, mistakes=color_mistakes(image))


@pytest.mark.exercise("mend_the_colors")
@pytest.mark.hidden
@pytest.mark.parametrize("name", ["coffee", "rocket", "chelsea"])
def test_lightness_of_any_part_of_a_photo_is_spread(student, name):
    photo, rng = getattr(samples, name)(), drawn(110)
    height, width = rng.integers(50, 150, 2)
    top, left = (
        rng.integers(0, side - size)
        for side, size in zip(photo.shape, (height, width), strict=False)
    )
    image = photo[top : top + height, left : left + width].copy()
    expected = reference.equalize_lightness(image)
    assert_image_equal(student.mend_the_colors(image), expected, tolerance=2)
