"""Checks and grades the exercises of chapter 03."""

import cv2
import numpy as np
import pytest

from coursekit.histograms import reference
from coursekit.images.reference import lab_to_rgb, rgb_to_lab
from coursekit.lab import samples
from coursekit.lab.check import assert_array_equal, assert_image_equal, assert_value_equal

LEVELS = np.arange(256)
PICTURES = ["clock", "camera", "text"]  # the first and the last lack black and white


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
        "shares instead of counts": counts / image.size,
        "level 255 is missing: 256 levels have 257 edges": np.histogram(image, LEVELS)[0],
    }


@pytest.mark.exercise("count_levels")
@pytest.mark.points(1)
def test_six_pixels_by_hand(student):
    image = np.array([[0, 3, 3], [3, 255, 0]], dtype=np.uint8)
    expected = counts_of({0: 2, 3: 3, 255: 1})
    assert_array_equal(student.count_levels(image), expected, mistakes=counting_mistakes(image))


@pytest.mark.exercise("count_levels")
@pytest.mark.points(1)
@pytest.mark.parametrize("name", PICTURES)
def test_every_level_has_its_count(student, name):
    image = getattr(samples, name)()
    expected = reference.histogram(image)
    assert_array_equal(student.count_levels(image), expected, mistakes=counting_mistakes(image))


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
    assert_array_equal(actual, expected, mistakes=bins_mistakes(image, 4))


@pytest.mark.exercise("count_in_bins")
@pytest.mark.points(2)
@pytest.mark.parametrize("bins", [2, 10, 100, 256])
@pytest.mark.parametrize("name", PICTURES)
def test_bins_need_not_divide_256(student, name, bins):
    image = getattr(samples, name)()
    expected = reference.histogram(image, bins)
    actual = student.count_in_bins(image, bins)
    assert_array_equal(actual, expected, mistakes=bins_mistakes(image, bins))


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
    assert_array_equal(actual, expected, 1e-9, mistakes=sum_mistakes(counts))


@pytest.mark.exercise("cumulative_shares")
@pytest.mark.points(1)
@pytest.mark.parametrize("name", PICTURES)
def test_curve_climbs_to_one(student, name):
    counts = reference.histogram(getattr(samples, name)())
    expected = np.cumsum(counts) / counts.sum()
    actual = student.cumulative_shares(counts)
    assert_array_equal(actual, expected, 1e-9, mistakes=sum_mistakes(counts))


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
    no_first = "the darkest level that occurs does not become 0: c0 is not subtracted"
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
        "256 instead of 255": wrapped(np.clip(right * 256 / 255, 0, None)),
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
@pytest.mark.parametrize("name", ["moon", *PICTURES])
def test_curve_of_a_photo(student, name):
    counts = reference.histogram(getattr(samples, name)())
    assert_table(student.equalizing_table(counts), counts)


@pytest.mark.exercise("equalizing_table")
@pytest.mark.points(1)
def test_picture_of_one_level_is_left_alone(student):
    counts = counts_of({77: 20})
    assert_table(student.equalizing_table(counts), counts)


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
@pytest.mark.points(2)
@pytest.mark.parametrize("grid", [(3, 8), (1, 1), (10, 2)])
def test_tiles_stand_where_they_were(student, grid):
    image = samples.coins()[:300, :384]
    rows, columns = (np.vsplit(image, grid[0]), grid[1])
    expected = np.array([np.hsplit(row, columns) for row in rows])
    actual = student.cut_into_tiles(image, *grid)
    assert_array_equal(actual, expected, mistakes=tile_mistakes(image, *grid))


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
        "shared out in fractions: whole pixels are wanted": clipped + excess / 256,
        "shared out among the bins below the limit only": (
            clipped + below * (excess // max(below.sum(), 1))
        ),
        "clipped again after the sharing, which loses pixels": np.minimum(first, limit),
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
    assert_array_equal(actual, expected, mistakes=clip_mistakes(counts, 10))


@pytest.mark.exercise("clip_and_share")
@pytest.mark.points(2)
@pytest.mark.parametrize("limit", [1, 500, 1500, 100_000])
def test_no_pixel_is_lost(student, limit):
    counts = reference.histogram(samples.camera())
    expected = reference.clip_histograms(counts, limit)
    actual = student.clip_and_share(counts, limit)
    assert_array_equal(actual, expected, mistakes=clip_mistakes(counts, limit))


@pytest.mark.exercise("clip_and_share")
@pytest.mark.hidden
def test_nothing_remains_of_512(student):
    counts = counts_of({9: 522})
    expected = np.full(256, 2)
    expected[9] = 12
    assert_array_equal(student.clip_and_share(counts, 10), expected)


# -------------------------------------------------------- blend_two_tables


def blend_mistakes(image, left, right):
    width = image.shape[1]
    places = np.arange(width) / (width / 2) - 0.5
    share = np.clip(places, 0, 1)
    by_left, by_right = left[image].astype(float), right[image].astype(float)

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
@pytest.mark.points(2)
@pytest.mark.parametrize("name", ["camera", "clock"])
def test_tables_of_both_halves_of_a_photo(student, name):
    image = getattr(samples, name)()[:, :256]  # so that each w is exact in binary
    halves = np.hsplit(image, 2)
    left, right = (reference.equalization_table(reference.histogram(half)) for half in halves)
    width = image.shape[1]
    share = np.clip(np.arange(width) / (width / 2) - 0.5, 0, 1)
    expected = rounded((1 - share) * left[image] + share * right[image])
    actual = student.blend_two_tables(image, left, right)
    mistakes = blend_mistakes(image, left, right)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


# ---------------------------------------------------------- matching_table


def matching_mistakes(counts, model):
    f, g = np.cumsum(counts), np.cumsum(model)
    share, model_share = f / f[-1], g / g[-1]
    nearest = np.abs(model_share[:, None] - share).argmin(axis=0)
    tables = {
        "counts are compared, not shares: the pictures differ in size": [
            wrapped(np.searchsorted(g, f)),
            np.minimum(np.searchsorted(g, f), 255).astype(np.uint8),
        ],
        "G(s) > F(r), where G(s) >= F(r) is wanted": [
            wrapped(np.searchsorted(model_share, share, side="right")),
            np.minimum(np.searchsorted(model_share, share, side="right"), 255).astype(np.uint8),
        ],
        "the nearest share, which may be smaller": nearest.astype(np.uint8),
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
@pytest.mark.points(2)
@pytest.mark.parametrize("names", [("moon", "coins"), ("coins", "camera"), ("clock", "text")])
def test_photo_takes_over_the_levels_of_another(student, names):
    counts, model = (reference.histogram(getattr(samples, name)()) for name in names)
    f, g = np.cumsum(counts), np.cumsum(model)
    enough = g[None, :] * f[-1] >= f[:, None] * g[-1]  # in whole numbers: G(s) >= F(r)
    expected = enough.argmax(axis=1).astype(np.uint8)
    actual = student.matching_table(counts, model)
    mistakes = matching_mistakes(counts, model)
    assert_array_equal(actual, expected, mistakes=mistakes, exact_dtype=True)


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
    tables = equalizing_mistakes(counts)
    return {
        "as handed in: the bins run from the picture's own darkest to its own lightest level": [
            rounded(255 * np.cumsum(own_range) / image.size)[image],
            wrapped(first)[image],
        ],
    } | {name: table[image] for name, table in tables.items()}


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
