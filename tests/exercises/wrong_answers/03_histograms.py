"""The mistakes of chapter 03, as students make them."""

import cv2
import numpy as np

from coursekit.images.reference import lab_to_rgb, rgb_to_lab


def count_over_own_range(image):
    return np.histogram(image, bins=256)[0]


def count_by_fancy_index(image):
    counts = np.zeros(256, int)
    counts[image] += 1
    return counts


def count_without_minlength(image):
    return np.bincount(image.ravel())


def count_in_uint8(image):
    return np.bincount(image.ravel(), minlength=256).astype(np.uint8)


def count_shares(image):
    return np.bincount(image.ravel(), minlength=256) / image.size


def count_255_levels(image):
    return np.histogram(image, bins=np.arange(256))[0]


def count_to_255(image):
    return np.array([np.sum(image == level) for level in range(255)])


def bins_over_own_range(image, bins):
    return np.histogram(image, bins)[0]


def bins_to_255(image, bins):
    return np.histogram(image, bins, range=(0, 255))[0]


def bins_in_uint8(image, bins):
    return np.bincount((image * bins // 256).ravel(), minlength=bins)


def bins_wrap(image, bins):
    product = (image.astype(int) * bins).astype(np.uint8)
    return np.bincount((product / 256).astype(int).ravel(), minlength=bins)


def bins_too_narrow(image, bins):
    return np.bincount((image // (256 // bins)).ravel(), minlength=bins)


def bins_without_minlength(image, bins):
    return np.bincount((image.astype(int) * bins // 256).ravel())


def bins_as_fractions(image, bins):
    return np.bincount((image.astype(int) * bins / 256).ravel(), minlength=bins)


def sums_of_counts(counts):
    return np.cumsum(counts).astype(float)


def sums_as_whole_numbers(counts):
    return np.cumsum(counts)


def sums_without_the_level(counts):
    return (np.cumsum(counts) - counts) / counts.sum()


def sums_over_the_tallest(counts):
    return np.cumsum(counts) / counts.max()


def sums_over_256(counts):
    return np.cumsum(counts) / len(counts)


def sums_forgotten(counts):
    return counts / counts.sum()


def sums_from_white(counts):
    return np.cumsum(counts[::-1])[::-1] / counts.sum()


def level_above(counts, share):
    return int(np.argmax(np.cumsum(counts) > share * np.sum(counts)))


def level_below(counts, share):
    return int(np.sum(np.cumsum(counts) < share * np.sum(counts))) - 1


def level_nearest(counts, share):
    return int(np.argmin(np.abs(np.cumsum(counts) / np.sum(counts) - share)))


def level_of_white(counts, share):
    return int(255 * share)


def level_by_percentile(counts, share):
    return int(np.percentile(np.repeat(np.arange(256), counts), 100 * share))


def level_without_sum(counts, share):
    return int(np.argmax(counts >= share * np.sum(counts)))


def level_of_shares_in_percent(counts, share):
    return int(np.argmax(100 * np.cumsum(counts) >= share * np.sum(counts)))


def table_without_first(counts):
    return np.rint(255 * np.cumsum(counts) / np.sum(counts)).astype(np.uint8)


def table_of_the_first_entry(counts):
    sums = np.cumsum(counts)
    return np.rint(255 * (sums - sums[0]) / (sums[-1] - sums[0])).astype(np.uint8)


def _first(counts):
    return counts[counts > 0][0]


def table_that_wraps(counts):
    sums, first = np.cumsum(counts), _first(counts)
    if first == sums[-1]:
        return np.arange(256, dtype=np.uint8)
    spread = np.rint(255 * (sums - first) / (sums[-1] - first))
    return spread.astype(np.int64).astype(np.uint8)


def table_divides_by_zero(counts):
    sums, first = np.cumsum(counts), _first(counts)
    with np.errstate(invalid="ignore"):
        spread = 255 * np.maximum(sums - first, 0) / (sums[-1] - first)
    return np.rint(np.nan_to_num(spread)).astype(np.uint8)


def table_without_first_cut_off(counts):
    return (255 * np.cumsum(counts) / np.sum(counts)).astype(np.uint8)


def table_over_256(counts):
    sums, first = np.cumsum(counts), _first(counts)
    if first == sums[-1]:
        return np.arange(256, dtype=np.uint8)
    spread = np.rint(256 * np.maximum(sums - first, 0) / (sums[-1] - first))
    return spread.astype(np.int64).astype(np.uint8)


def table_truncates(counts):
    sums, first = np.cumsum(counts), _first(counts)
    if first == sums[-1]:
        return np.arange(256, dtype=np.uint8)
    return (255 * np.maximum(sums - first, 0) / (sums[-1] - first)).astype(np.uint8)


def table_of_floats(counts):
    sums, first = np.cumsum(counts), _first(counts)
    return 255 * np.maximum(sums - first, 0) / max(sums[-1] - first, 1)


def table_of_the_rarest(counts):
    sums, first = np.cumsum(counts), counts[counts > 0].min()
    if first == sums[-1]:
        return np.arange(256, dtype=np.uint8)
    return np.rint(np.maximum(255 * (sums - first) / (sums[-1] - first), 0)).astype(np.uint8)


def table_not_to_white(counts):
    sums, first = np.cumsum(counts), _first(counts)
    return np.rint(255 * np.maximum(sums - first, 0) / sums[-1]).astype(np.uint8)


def tiles_by_reshape(image, rows, columns):
    height, width = image.shape
    return image.reshape(rows, columns, height // rows, width // columns).copy()


def tiles_left_as_strips(image, rows, columns):
    height, width = image.shape
    return image.reshape(rows, height // rows, columns, width // columns).copy()


def tiles_exchanged(image, rows, columns):
    height, width = image.shape
    strips = image.reshape(rows, height // rows, columns, width // columns)
    return strips.swapaxes(1, 2).swapaxes(0, 1).copy()


def tiles_transposed(image, rows, columns):
    height, width = image.shape
    strips = image.reshape(rows, height // rows, columns, width // columns)
    return strips.transpose(0, 2, 3, 1).copy()


def tiles_as_lists(image, rows, columns):
    return [np.hsplit(row, columns) for row in np.vsplit(image, rows)]


def clip_and_lose(counts, limit):
    return np.minimum(counts, limit)


def clip_and_lose_the_rest(counts, limit):
    clipped = np.minimum(counts, limit)
    return clipped + (counts.sum() - clipped.sum()) // 256


def clip_and_fill_from_the_left(counts, limit):
    clipped = np.minimum(counts, limit)
    each, rest = divmod(counts.sum() - clipped.sum(), 256)
    clipped += each
    clipped[:rest] += 1
    return clipped


def clip_and_give_too_much(counts, limit):
    clipped = np.minimum(counts, limit)
    each, rest = divmod(counts.sum() - clipped.sum(), 256)
    clipped += each
    if rest:
        clipped[:: 256 // rest] += 1
    return clipped


def clip_in_fractions(counts, limit):
    clipped = np.minimum(counts, limit)
    return clipped + (counts.sum() - clipped.sum()) / 256


def clip_and_divide_by_zero(counts, limit):
    clipped = np.minimum(counts, limit)
    each, rest = divmod(int(counts.sum() - clipped.sum()), 256)
    clipped += each
    clipped[np.arange(rest) * (256 // rest)] += 1
    return clipped


def clip_again(counts, limit):
    clipped = np.minimum(counts, limit)
    each, rest = divmod(int(counts.sum() - clipped.sum()), 256)
    clipped += each
    clipped[np.arange(rest) * (256 // max(rest, 1))] += 1
    return np.minimum(clipped, limit)


def clip_to_the_others(counts, limit):
    clipped, below = np.minimum(counts, limit), counts < limit
    excess = counts.sum() - clipped.sum()
    return clipped + below * (excess // max(below.sum(), 1))


def _weights(image):
    return np.arange(image.shape[1]) / (image.shape[1] / 2) - 0.5


def _blended(image, left, right, weight):
    s = (1 - weight) * left[image].astype(float) + weight * right[image]
    return np.clip(np.rint(s), 0, 255).astype(np.uint8)


def blend_exchanged(image, left, right):
    return _blended(image, right, left, np.clip(_weights(image), 0, 1))


def blend_not_at_all(image, left, right):
    half = image.shape[1] // 2
    return np.hstack([left[image[:, :half]], right[image[:, half:]]])


def blend_without_limits(image, left, right):
    return _blended(image, left, right, _weights(image))


def blend_from_edge_to_edge(image, left, right):
    return _blended(image, left, right, np.linspace(0, 1, image.shape[1]))


def blend_in_uint8(image, left, right):
    s = left[image] + np.clip(_weights(image), 0, 1) * (right[image] - left[image])
    return np.clip(np.rint(s), 0, 255).astype(np.uint8)


def blend_truncates(image, left, right):
    w = np.clip(_weights(image), 0, 1)
    return ((1 - w) * left[image] + w * right[image]).astype(np.uint8)


def blend_halves(image, left, right):
    return _blended(image, left, right, 0.5)


def blend_by_levels(image, left, right):
    return _blended(image, left, right, image / 255)


def blend_by_rows(image, left, right):
    w = np.clip(_weights(image.T), 0, 1)[:, None]
    return _blended(image, left, right, w)


def match_counts(counts, model_counts):
    places = np.searchsorted(np.cumsum(model_counts), np.cumsum(counts))
    return np.minimum(places, 255).astype(np.uint8)


def match_greater(counts, model_counts):
    share, model = (np.cumsum(c) / np.sum(c) for c in (counts, model_counts))
    return np.minimum(np.searchsorted(model, share, side="right"), 255).astype(np.uint8)


def match_sums_of_fractions(counts, model_counts):
    share, model = (np.cumsum(c / np.sum(c)) for c in (counts, model_counts))
    return np.searchsorted(model, share).astype(np.uint8)


def match_on_lines(counts, model_counts):
    share, model = (np.cumsum(c) / np.sum(c) for c in (counts, model_counts))
    return np.rint(np.interp(share, model, np.arange(256))).astype(np.uint8)


def match_nearest(counts, model_counts):
    share, model = (np.cumsum(c) / np.sum(c) for c in (counts, model_counts))
    return np.abs(model[:, None] - share).argmin(axis=0).astype(np.uint8)


def match_exchanged(counts, model_counts):
    share, model = (np.cumsum(c) / np.sum(c) for c in (counts, model_counts))
    return np.searchsorted(share, model).astype(np.uint8)


def match_to_nothing(counts, model_counts):
    return np.rint(255 * np.cumsum(counts) / np.sum(counts)).astype(np.uint8)


def match_gives_places(counts, model_counts):
    share, model = (np.cumsum(c) / np.sum(c) for c in (counts, model_counts))
    return np.searchsorted(model, share)


def equalizer_as_handed_in(image):
    sums = np.cumsum(np.histogram(image, bins=256)[0])
    return np.rint(255 * sums / sums[-1]).astype(np.uint8)[image]


def equalizer_mended_by_half(image):
    return table_without_first(np.bincount(image.ravel(), minlength=256))[image]


def equalizer_with_the_other_half(image):
    counts = np.histogram(image, bins=256)[0]
    sums = np.cumsum(counts)
    return np.rint(255 * (sums - sums[0]) / (sums[-1] - sums[0])).astype(np.uint8)[image]


def equalizer_stretches(image):
    low, high = int(image.min()), int(image.max())
    return np.rint((image - float(low)) * 255 / (high - low)).astype(np.uint8)


def equalizer_truncates(image):
    return table_truncates(np.bincount(image.ravel(), minlength=256))[image]


def colors_as_handed_in(image):
    return np.stack([cv2.equalizeHist(image[..., c]) for c in range(3)], axis=-1)


def colors_of_all_three(image):
    lab = rgb_to_lab(image)
    return lab_to_rgb(np.stack([cv2.equalizeHist(lab[..., c]) for c in range(3)], axis=-1))


def colors_by_value(image):
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV)
    hsv[..., 2] = cv2.equalizeHist(hsv[..., 2])
    return cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)


def colors_left_in_lab(image):
    lab = rgb_to_lab(image)
    lab[..., 0] = cv2.equalizeHist(lab[..., 0])
    return lab


def colors_of_the_lightness(image):
    return cv2.equalizeHist(rgb_to_lab(image)[..., 0])


def colors_all_the_same(image):
    return np.stack([colors_of_the_lightness(image)] * 3, axis=-1)


def colors_from_bgr(image):
    lab = rgb_to_lab(np.ascontiguousarray(image[..., ::-1]))
    lab[..., 0] = cv2.equalizeHist(lab[..., 0])
    return lab_to_rgb(lab)


def colors_by_one_table(image):
    sums = np.cumsum(np.bincount(image.ravel(), minlength=256))
    first = sums[image.min()]
    spread = np.maximum(255 * (sums - first) / (sums[-1] - first), 0)
    return np.rint(spread).astype(np.uint8)[image]


OWN_RANGE = "the bins run from the darkest to the lightest level of the picture, not from 0 to 255"
NO_FIRST = (
    "the darkest level that occurs does not become 0: subtract its count, not that of level 0"
)
WRONG = {
    "count_levels": {
        "own range": (count_over_own_range, "wrong", OWN_RANGE),
        "counts[image] += 1": (
            count_by_fancy_index, "almost",
            "each level counted once at most: `counts[image] += 1` adds 1 to a place once",
        ),
        "no minlength": (
            count_without_minlength, "shape",
            "levels beyond the lightest are missing: `minlength=256`",
        ),
        "in uint8": (count_in_uint8, "wrong", "counted in uint8, which starts again at 0"),
        "shares": (count_shares, "dtype"),
        "255 bins": (
            count_255_levels, "shape", "level 255 is missing: 256 levels have 257 edges"
        ),
        "levels to 254": (count_to_255, "shape"),
    },
    "count_in_bins": {
        "own range": (bins_over_own_range, "wrong", OWN_RANGE),
        "0 to 255": (
            bins_to_255, "wrong", "cut from 0 to 255 instead of 0 to 256: `range=(0, 256)`"
        ),
        "in uint8": (bins_in_uint8, "error", "256 does not fit into uint8"),
        "wraps around": (bins_wrap, "wrong", "uint8 overflow in r * bins"),
        "too narrow": (
            bins_too_narrow, "wrong", "bins of 256 // bins levels, which leave levels over"
        ),
        "no minlength": (
            bins_without_minlength, "shape",
            "empty bins at the end are missing: `minlength=bins`",
        ),
        "fractions": (bins_as_fractions, "error"),
    },
    "cumulative_shares": {
        "counts": (
            sums_of_counts, "wrong", "counts instead of shares: divide by the number of pixels"
        ),
        "whole numbers": (sums_as_whole_numbers, "dtype"),
        "without the level": (sums_without_the_level, "almost", "the level itself is left out"),
        "over the tallest": (
            sums_over_the_tallest, "wrong",
            "divided by the tallest bin instead of the number of pixels",
        ),
        "over 256": (
            sums_over_256, "wrong", "divided by 256, which is the number of levels, not of pixels"
        ),
        "not added up": (sums_forgotten, "wrong", "counts are divided, but not added up"),
        "from white": (sums_from_white, "almost", "added up from white to black"),
    },
    "level_at_share": {
        "more than": (
            level_above, "wrong",
            "more than the share is asked for (`>`), at least the share is wanted (`>=`)",
        ),
        "one below": (
            level_below, "wrong", "the level below: the last one that has not enough"
        ),
        "nearest": (
            level_nearest, "wrong", "the curve's nearest point, which may lie below the share"
        ),
        "percentile": (
            level_by_percentile, "wrong", "a level between two that occur, as `np.percentile` gives"
        ),
        "share of white": (
            level_of_white, "wrong", "the share of white instead of the share of pixels"
        ),
        "not added up": (
            level_without_sum, "wrong", "counts are compared that were not added up"
        ),
        "percent": (level_of_shares_in_percent, "wrong"),
    },
    "equalizing_table": {
        "no c0": (table_without_first, "wrong", NO_FIRST),
        "no c0, cut off": (
            table_without_first_cut_off, "wrong", f"{NO_FIRST}, and the fraction is cut off"
        ),
        "256": (table_over_256, "wrong", "256 instead of 255"),
        "c0 is entry 0": (table_of_the_first_entry, "wrong", NO_FIRST),
        "wraps around": (
            table_that_wraps, "wrong",
            "uint8 overflow: below the darkest level c - c0 is negative",
        ),
        "divides by zero": (
            table_divides_by_zero, "wrong", "one level only: 0 is divided by 0"
        ),
        "cut off": (table_truncates, "almost", "truncated"),
        "float": (table_of_floats, "dtype", "still float"),
        "rarest level": (
            table_of_the_rarest, "wrong",
            "c0 is the smallest count of all, not that of the darkest level",
        ),
        "white not reached": (
            table_not_to_white, "wrong",
            "c0 is subtracted above the line only, so white is not reached",
        ),
    },
    "cut_into_tiles": {
        "reshape": (
            tiles_by_reshape, "wrong",
            "reshaped only: a tile is made of pixels that follow each other in reading order",
        ),
        "strips": (
            tiles_left_as_strips, "shape",
            "the axes are left in the order row, pixel row, column, pixel column",
        ),
        "grid exchanged": (
            tiles_exchanged, "shape", "rows and columns of the grid are exchanged"
        ),
        "tiles transposed": (tiles_transposed, "wrong", "every tile is transposed"),
        "lists": (tiles_as_lists, "type"),
    },
    "clip_and_share": {
        "lost": (clip_and_lose, "wrong", "what is cut off is lost: share it out"),
        "rest lost": (
            clip_and_lose_the_rest, "almost", "the rest, fewer than 256 pixels, is lost"
        ),
        "from the left": (
            clip_and_fill_from_the_left, "almost",
            "the rest goes to the first bins, one after the other, without steps",
        ),
        "too much": (
            clip_and_give_too_much, "almost",
            "more than the rest is given away: stop after `rest` bins",
        ),
        "fractions": (clip_in_fractions, "dtype"),
        "rest of 0": (clip_and_divide_by_zero, "error", "divided by zero"),
        "clipped again": (
            clip_again, "almost", "clipped again after the sharing, which loses pixels"
        ),
        "to the others": (
            clip_to_the_others, "almost", "shared out among the bins below the limit only"
        ),
    },
    "blend_two_tables": {
        "exchanged": (blend_exchanged, "wrong", "left and right are exchanged"),
        "not at all": (blend_not_at_all, "wrong", "not blended: an edge down the middle"),
        "no limits": (blend_without_limits, "wrong", "w is not limited to 0 ... 1"),
        "edge to edge": (
            blend_from_edge_to_edge, "wrong",
            "blended from edge to edge, not from middle to middle of the tiles",
        ),
        "in uint8": (blend_in_uint8, "wrong", "uint8 overflow in right - left"),
        "cut off": (blend_truncates, "almost", "truncated"),
        "halves": (blend_halves, "wrong", "half of each everywhere"),
        "by levels": (
            blend_by_levels, "wrong",
            "the tables are blended by the level of the pixel, not by its column",
        ),
        "by rows": (
            blend_by_rows, "wrong",
            "w changes from row to row: one weight for each column is wanted",
        ),
    },
    "matching_table": {
        "counts": (
            match_counts, "wrong",
            "counts are compared, not shares: the pictures differ in size",
        ),
        "divided first": (
            match_sums_of_fractions, "wrong",
            "divided before adding up: a sum of rounded fractions may miss 1",
        ),
        "on lines": (
            match_on_lines, "wrong",
            "on a line between two levels (`np.interp`): the smallest whole level is wanted",
        ),
        "greater": (match_greater, "wrong", "G(s) > F(r), where G(s) >= F(r) is wanted"),
        "nearest": (match_nearest, "almost", "the nearest share, which may be smaller"),
        "exchanged": (match_exchanged, "wrong", "picture and model are exchanged"),
        "equalised": (
            match_to_nothing, "wrong", "the picture's own curve: equalised, not matched"
        ),
        "int64": (match_gives_places, "dtype", "wrong type"),
    },
    "mend_the_equalizer": {
        "as handed in": (
            equalizer_as_handed_in, "wrong",
            "as handed in: the bins run from the picture's own darkest to its own lightest level",
        ),
        "first half only": (equalizer_mended_by_half, "wrong", NO_FIRST),
        "second half only": (
            equalizer_with_the_other_half, "wrong",
            "as handed in: the bins run from the picture's own darkest to its own lightest level",
        ),
        "stretched": (equalizer_stretches, "wrong"),
        "cut off": (equalizer_truncates, "almost", "truncated"),
    },
    "mend_the_colors": {
        "as handed in": (
            colors_as_handed_in, "wrong",
            "as handed in: red, green and blue are equalised each for itself",
        ),
        "a and b too": (
            colors_of_all_three, "wrong",
            "a and b are equalised too: they are colours, not lightness",
        ),
        "V of HSV": (colors_by_value, "wrong", "V of HSV instead of L of Lab"),
        "left in Lab": (colors_left_in_lab, "wrong", "never converted back from Lab to RGB"),
        "gray": (colors_of_the_lightness, "shape", "channels missing"),
        "gray three times": (
            colors_all_the_same, "wrong", "gray: the lightness alone, without a and b"
        ),
        "BGR": (
            colors_from_bgr, "wrong", "red and blue are exchanged before Lab (BGR for RGB)"
        ),
        "one table": (colors_by_one_table, "wrong", "one table for all three channels"),
    },
}  # fmt: skip
