"""The mistakes of chapter 06, as students make them."""

import numpy as np

from coursekit.regions.reference import connected_components, find, first_pass, local_mean

LEVELS = np.arange(256)


def _classes(counts):
    lower = np.cumsum(counts)
    sums = np.cumsum(counts * LEVELS)
    upper = lower[-1] - lower
    return lower, upper, sums / np.maximum(lower, 1), (sums[-1] - sums) / np.maximum(upper, 1)


def curve_without_weights(counts):
    *_, below, above = _classes(counts)
    return (above - below) ** 2


def curve_of_counts(counts):
    lower, upper, below, above = _classes(counts)
    return lower * upper * (above - below) ** 2


def curve_of_one_class(counts):
    lower, _, below, above = _classes(counts)
    return lower / counts.sum() * (above - below) ** 2


def curve_one_level_late(counts):
    lower, upper, below, above = _classes(counts)
    curve = lower * upper / counts.sum() ** 2 * (above - below) ** 2
    return np.append(0, curve[:-1])


def curve_not_squared(counts):
    lower, upper, below, above = _classes(counts)
    return lower * upper / counts.sum() ** 2 * (above - below)


def curve_with_holes(counts):
    lower = np.cumsum(counts) / counts.sum()
    mean = np.cumsum(counts * LEVELS) / counts.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        curve = (mean[-1] * lower - mean) ** 2 / (lower * (1 - lower))
    return np.where((lower > 0) & (lower < 1 - 1e-12), curve, np.nan)


def box_corner_twice(sums, top, left, height, width):
    bottom, right = top + height, left + width
    return sums[bottom, right] - sums[top, right] - sums[bottom, left]


def box_one_short(sums, top, left, height, width):
    bottom, right = top + height - 1, left + width - 1
    return sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]


def box_one_early(sums, top, left, height, width):
    bottom, right = top + height, left + width
    above = sums[top - 1, right] + sums[bottom, left - 1] - sums[top - 1, left - 1]
    return sums[bottom, right] - above


def box_without_frame(sums, top, left, height, width):
    bottom, right = top + height - 1, left + width - 1
    above = sums[top - 1, right] + sums[bottom, left - 1] - sums[top - 1, left - 1]
    return sums[bottom, right] - above


def box_to_height(sums, top, left, height, width):
    return sums[height, width] - sums[top, width] - sums[height, left] + sums[top, left]


def box_exchanged(sums, top, left, height, width):
    top, left, height, width = left, top, width, height
    bottom = min(top + height, len(sums) - 1)
    right = min(left + width, sums.shape[1] - 1)
    top, left = min(top, bottom), min(left, right)
    return sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]


def box_of_the_corner(sums, top, left, height, width):
    return sums[top + height, left + width]


def box_mean(sums, top, left, height, width):
    bottom, right = top + height, left + width
    total = sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]
    return total / (height * width)


def box_one_late(sums, top, left, height, width):
    top, left = top + 1, left + 1
    bottom = min(top + height, len(sums) - 1)
    right = min(left + width, sums.shape[1] - 1)
    return sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left]


def root_one_up(parents, label):
    return parents[label]


def root_two_up(parents, label):
    return parents[parents[label]]


def root_first(parents, label):
    return 1


def root_background(parents, label):
    while label:
        label = label - 1
    return label


def _sums_of(labels):
    rows, columns = (places.ravel() for places in np.indices(labels.shape))
    totals = [np.bincount(labels.ravel(), weights=places) for places in (rows, columns)]
    return np.stack(totals, axis=1), np.bincount(labels.ravel())[:, None]


def centroids_with_background(labels):
    sums, areas = _sums_of(labels)
    return sums / areas


def centroids_exchanged(labels):
    sums, areas = _sums_of(labels)
    return (sums / areas)[1:, ::-1]


def centroids_of_boxes(labels):
    middles = []
    for label in range(1, labels.max() + 1):
        rows, columns = np.nonzero(labels == label)
        middles.append([(rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2])
    return np.array(middles)


def centroids_not_divided(labels):
    return _sums_of(labels)[0][1:]


def centroids_of_the_picture(labels):
    return _sums_of(labels)[0][1:] / labels.size


def centroids_cut_off(labels):
    sums, areas = _sums_of(labels)
    return np.floor(sums / areas)[1:]


DIRECTIONS = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))


def _first_of(values, row, column, directions):
    for direction in directions:
        down, right = DIRECTIONS[direction % 8]
        if values[row + down, column + right]:
            return direction % 8
    return None


def step_clockwise(values, row, column, back):
    return _first_of(values, row, column, [back - turn for turn in range(1, 9)])


def step_back_first(values, row, column, back):
    return _first_of(values, row, column, [back + turn for turn in range(8)])


def step_from_the_east(values, row, column, back):
    return _first_of(values, row, column, range(8))


def step_to_four(values, row, column, back):
    four = [back + turn for turn in range(1, 9) if (back + turn) % 2 == 0]
    return _first_of(values, row, column, four)


def step_from_ahead(values, row, column, back):
    return _first_of(values, row, column, [back + 4 + turn for turn in range(1, 9)])


def step_never_back(values, row, column, back):
    return _first_of(values, row, column, [back + turn for turn in range(1, 8)])


def step_to_positive(values, row, column, back):
    return _first_of(values > 0, row, column, [back + turn for turn in range(1, 9)])


def step_to_ones(values, row, column, back):
    return _first_of(values == 1, row, column, [back + turn for turn in range(1, 9)])


def step_over_columns(values, row, column, back):
    return _first_of(values.T, column, row, [back + turn for turn in range(1, 9)])


def _cross(points):
    y, x = points.T
    return x * np.roll(y, -1) - np.roll(x, -1) * y


def area_not_halved(points):
    return float(abs(_cross(points).sum()))


def area_not_closed(points):
    return float(abs(_cross(points)[:-1].sum()) / 2)


def area_by_counting(points):
    return float(len(points))


def area_of_the_box(points):
    return float(np.prod(np.ptp(points, axis=0)))


def area_with_sign(points):
    return float(_cross(points).sum() / 2)


def area_of_amounts(points):
    return float(abs(_cross(points)).sum() / 2)


def _tilt(x, y):
    return np.arctan2(2 * np.sum(x * y), np.sum(x * x) - np.sum(y * y)) / 2


def _about_centroid(mask):
    rows, columns = np.nonzero(mask)
    return columns - columns.mean(), rows.mean() - rows


def tilt_downwards(mask):
    x, y = _about_centroid(mask)
    return float(np.degrees(_tilt(x, -y)))


def tilt_in_radians(mask):
    return float(_tilt(*_about_centroid(mask)))


def tilt_doubled(mask):
    return float(np.degrees(2 * _tilt(*_about_centroid(mask))))


def tilt_from_the_corner(mask):
    rows, columns = np.nonzero(mask)
    return float(np.degrees(_tilt(columns, -rows)))


def tilt_to_the_vertical(mask):
    x, y = _about_centroid(mask)
    return float(np.degrees(_tilt(y, x)))


def tilt_by_arctan(mask):
    x, y = _about_centroid(mask)
    difference = np.sum(x * x) - np.sum(y * y)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.degrees(np.arctan(2 * np.sum(x * y) / difference) / 2))


def growth_not_divided(areas, delta):
    return (areas[2 * delta :] - areas[: -2 * delta]).astype(float)


def growth_over_the_first(areas, delta):
    return (areas[2 * delta :] - areas[: -2 * delta]) / areas[: -2 * delta]


def growth_forwards_only(areas, delta):
    return (areas[2 * delta :] - areas[delta:-delta]) / areas[delta:-delta]


def growth_by_one_level(areas, delta):
    return (areas[2:] - areas[:-2]) / areas[1:-1]


def growth_backwards(areas, delta):
    return (areas[: -2 * delta] - areas[2 * delta :]) / areas[delta:-delta]


def growth_in_whole_numbers(areas, delta):
    return (areas[2 * delta :] - areas[: -2 * delta]) // areas[delta:-delta]


def growth_by_roll(areas, delta):
    return (np.roll(areas, -delta) - np.roll(areas, delta)) / areas


def growth_per_level(areas, delta):
    return (areas[2 * delta :] - areas[: -2 * delta]) / areas[delta:-delta] / (2 * delta)


def growth_over_the_last(areas, delta):
    return (areas[2 * delta :] - areas[: -2 * delta]) / areas[2 * delta :]


def growth_cut_off(areas, delta):
    return growth_in_whole_numbers(areas, delta).astype(float)


def growth_as_list(areas, delta):
    ks = range(delta, len(areas) - delta)
    return [float((areas[k + delta] - areas[k - delta]) / areas[k]) for k in ks]


def _distances(lab, centers):
    places = np.stack(np.indices(lab.shape[:2]), axis=-1)
    color = ((lab - centers[:, None, None, :3]) ** 2).sum(axis=-1)
    return color, ((places - centers[:, None, None, 3:]) ** 2).sum(axis=-1)


def centers_by_color(lab, centers, step, compactness):
    return _distances(lab, centers)[0].argmin(axis=0)


def centers_by_place(lab, centers, step, compactness):
    return _distances(lab, centers)[1].argmin(axis=0)


def centers_not_squared(lab, centers, step, compactness):
    color, place = _distances(lab, centers)
    return (color + compactness / step * place).argmin(axis=0)


def centers_without_step(lab, centers, step, compactness):
    color, place = _distances(lab, centers)
    return (color + compactness**2 * place).argmin(axis=0)


def centers_exchanged(lab, centers, step, compactness):
    color, place = _distances(lab, centers[:, [0, 1, 2, 4, 3]])
    return (_distances(lab, centers)[0] + (compactness / step) ** 2 * place).argmin(axis=0)


def centers_from_one(lab, centers, step, compactness):
    color, place = _distances(lab, centers)
    return (color + (compactness / step) ** 2 * place).argmin(axis=0) + 1


def centers_upside_down(lab, centers, step, compactness):
    color, place = _distances(lab, centers)
    return (color + (step / compactness) ** 2 * place).argmin(axis=0)


def centers_of_plain_distances(lab, centers, step, compactness):
    color, place = _distances(lab, centers)
    return (np.sqrt(color) + compactness / step * np.sqrt(place)).argmin(axis=0)


def centers_of_the_last(lab, centers, step, compactness):
    color, place = _distances(lab, centers)
    distance = color + (compactness / step) ** 2 * place
    return len(centers) - 1 - distance[::-1].argmin(axis=0)


def centers_far_away(lab, centers, step, compactness):
    color, place = _distances(lab, centers)
    return (color + (compactness / step) ** 2 * place).argmax(axis=0)


def _white(where):
    return where * np.uint8(255)


def page_as_handed_in(image, size, offset):
    return _white(image > local_mean(image, size) + offset)


def page_that_wraps(image, size, offset):
    return _white(image > local_mean(image, size) - np.uint8(offset))


def page_inverted(image, size, offset):
    return _white(image <= local_mean(image, size).astype(int) - offset)


def page_with_equals(image, size, offset):
    return _white(image >= local_mean(image, size).astype(int) - offset)


def page_without_offset(image, size, offset):
    return _white(image > local_mean(image, size))


def page_by_one_mean(image, size, offset):
    return _white(image > image.mean() - offset)


def page_as_mask(image, size, offset):
    return image > local_mean(image, size).astype(int) - offset


def pieces_as_handed_in(mask):
    labels, parents = first_pass(mask, 4)
    return np.array(parents)[labels]


def pieces_renumbered_only(mask):
    labels, parents = first_pass(mask, 4)
    return np.unique(parents, return_inverse=True)[1][labels]


def pieces_two_up(mask):
    labels, parents = first_pass(mask, 4)
    parents = np.array(parents)
    return np.unique(parents[parents], return_inverse=True)[1][labels]


def pieces_with_gaps(mask):
    labels, parents = first_pass(mask, 4)
    return np.array([find(parents, label) for label in range(len(parents))])[labels]


def pieces_provisional(mask):
    return first_pass(mask, 4)[0]


def pieces_of_eight(mask):
    return connected_components(mask, 8)


def pieces_from_zero(mask):
    return np.maximum(connected_components(mask, 4) - 1, 0)


WRONG = {
    "separation_curve": {
        "no weights": (
            curve_without_weights, "wrong",
            "the weights are missing: a class of one pixel counts as much as all others",
        ),
        "counts": (curve_of_counts, "wrong", "the weights are counts: shares are wanted"),
        "one class": (curve_of_one_class, "wrong", "only one class is weighted"),
        "one level late": (
            curve_one_level_late, "almost",
            "the level k itself is in the upper class: it belongs to the lower one",
        ),
        "not squared": (curve_not_squared, "wrong", "the means are not squared"),
        "0 / 0": (curve_with_holes, "range", "0 divided by 0 where a class is empty"),
    },
    "sum_of_box": {
        "corner twice": (
            box_corner_twice, "wrong",
            "what lies above and left of the box is taken away twice: add it once",
        ),
        "one short": (
            box_one_short, "wrong",
            "one row and one column too few: the box ends before top + height",
        ),
        "one early": (
            box_one_early, "wrong",
            "the box begins one row and one column too early: sums has zeros in front, so no - 1",
        ),
        "without frame": (
            box_without_frame, "wrong",
            "one row and one column too far up and left: sums has zeros in front, so no - 1",
        ),
        "to height": (
            box_to_height, "wrong", "height and width are taken for the last row and column"
        ),
        "exchanged": (box_exchanged, "wrong", "rows and columns are exchanged"),
        "the corner": (
            box_of_the_corner, "wrong",
            "only the lower right corner: everything above and left is in it too",
        ),
        "mean": (box_mean, "wrong", "the mean: the sum is wanted"),
        "one late": (
            box_one_late, "wrong", "the box begins one row and one column too late"
        ),
    },
    "root_of": {
        "one up": (root_one_up, "wrong", "the parent, but not the parent's parent"),
        "two up": (root_two_up, "wrong", "two steps up, no more"),
        "first": (root_first, "wrong", "always the root of the first tree"),
        "background": (root_background, "wrong", "0 is background, and no root of other labels"),
    },
    "centroids_of": {
        "with background": (
            centroids_with_background, "shape", "the background is among them"
        ),
        "exchanged": (centroids_exchanged, "wrong", "rows and columns are exchanged"),
        "boxes": (
            centroids_of_boxes, "wrong",
            "the middle of the box around the piece, not the mean of its pixels",
        ),
        "not divided": (
            centroids_not_divided, "wrong", "sums, not means: divide by the area"
        ),
        "by the picture": (
            centroids_of_the_picture, "wrong", "divided by all pixels of the picture"
        ),
        "cut off": (centroids_cut_off, "wrong", "cut off to whole pixels"),
    },
    "next_direction": {
        "clockwise": (
            step_clockwise, "wrong",
            "clockwise: the numbers of the directions grow counter-clockwise",
        ),
        "back first": (
            step_back_first, "wrong",
            "begins with back itself, and so goes back where it came from",
        ),
        "from the east": (step_from_the_east, "wrong", "begins in the east, not after back"),
        "four neighbours": (
            step_to_four, "wrong", "four neighbours only: the diagonal ones are skipped"
        ),
        "from ahead": (
            step_from_ahead, "wrong", "begins after the direction one looks in, not after back"
        ),
        "never back": (step_never_back, "none"),
        "positive": (
            step_to_positive, "wrong",
            "negative numbers are passed over: they are marked border pixels, and region",
        ),
        "exchanged": (step_over_columns, "wrong", "rows and columns are exchanged"),
        "ones": (step_to_ones, "wrong", "only 1 counts: marked pixels have other numbers"),
    },
    "polygon_area": {
        "not halved": (area_not_halved, "wrong", "twice the area: halve it"),
        "not closed": (
            area_not_closed, "wrong",
            "not closed: the line from the last point to the first is missing",
        ),
        "counted": (
            area_by_counting, "wrong", "the points are counted: that is a length, not an area"
        ),
        "box": (area_of_the_box, "wrong", "the box around the points"),
        "sign": (
            area_with_sign, "wrong",
            "the sign is left: some polygons run the other way round",
        ),
        "amounts": (
            area_of_amounts, "wrong",
            "the amounts are added up: leave them their signs till the end",
        ),
    },
    "tilt_of": {
        "downwards": (tilt_downwards, "wrong", "downwards: rows grow downwards, y upwards"),
        "radians": (tilt_in_radians, "wrong", "radians: degrees are wanted"),
        "doubled": (tilt_doubled, "wrong", "twice the angle: halve it"),
        "from the corner": (
            tilt_from_the_corner, "wrong",
            "measured from the corner of the picture, not from the centroid",
        ),
        "to the vertical": (
            tilt_to_the_vertical, "wrong",
            "the angle to the vertical: rows and columns are exchanged",
        ),
        "arctan": (
            tilt_by_arctan, "wrong",
            "arctan of a quotient, which has lost its signs: arctan2 takes both sums",
        ),
    },
    "growth_of": {
        "not divided": (
            growth_not_divided, "wrong",
            "not divided: a large region always grows by more pixels",
        ),
        "over the first": (
            growth_over_the_first, "wrong",
            "divided by the area before, not by that in the middle",
        ),
        "forwards": (growth_forwards_only, "wrong", "delta to one side only"),
        "one level": (
            growth_by_one_level, "shape", "one level to each side, whatever delta is"
        ),
        "backwards": (growth_backwards, "wrong", "earlier less later: the sign"),
        "whole numbers": (growth_in_whole_numbers, "dtype"),
        "by roll": (growth_by_roll, "shape"),
        "per level": (growth_per_level, "wrong", "divided by 2 delta, too"),
        "over the last": (
            growth_over_the_last, "wrong",
            "divided by the area after, not by that in the middle",
        ),
        "cut off": (growth_cut_off, "wrong", "whole numbers: `//` cuts the fraction off"),
        "list": (growth_as_list, "type", "list for array"),
    },
    "nearest_centers": {
        "colour": (centers_by_color, "wrong", "the colour alone: the place is missing"),
        "place": (centers_by_place, "wrong", "the place alone: the colour is missing"),
        "not squared": (centers_not_squared, "wrong", "m / S is not squared"),
        "no step": (centers_without_step, "wrong", "not divided by S"),
        "exchanged": (
            centers_exchanged, "wrong", "rows and columns of the centres are exchanged"
        ),
        "from 1": (centers_from_one, "almost", "numbered from 1: the first centre is 0"),
        "S / m": (centers_upside_down, "wrong", "S / m instead of m / S"),
        "plain distances": (
            centers_of_plain_distances, "wrong", "distances are added that were not squared"
        ),
        "the last": (
            centers_of_the_last, "wrong",
            "of equally near centres the last one: the first is wanted",
        ),
        "farthest": (centers_far_away, "wrong", "the farthest centre"),
    },
    "mend_the_page": {
        "as handed in": (
            page_as_handed_in, "wrong",
            "as handed in: the offset makes the threshold higher, and paper is no longer above it",
        ),
        "wraps around": (
            page_that_wraps, "wrong",
            "uint8 overflow: a mean below the offset, less the offset, is negative",
        ),
        "inverted": (page_inverted, "wrong", "ink is white and paper black"),
        "equals": (
            page_with_equals, "almost",
            "a pixel that equals the threshold is not above it: `>`",
        ),
        "no offset": (page_without_offset, "wrong", "the offset is missing"),
        "one mean": (page_by_one_mean, "wrong", "one mean for the whole picture"),
        "mask": (page_as_mask, "dtype"),
    },
    "mend_the_pieces": {
        "as handed in": (
            pieces_as_handed_in, "wrong",
            "as handed in: the parent of a label need not be the root",
        ),
        "renumbered": (
            pieces_renumbered_only, "wrong", "as handed in: the parent, numbered without gaps"
        ),
        "two up": (pieces_two_up, "wrong", "two steps up, no more"),
        "from 0": (pieces_from_zero, "wrong", "numbered from 0, like the background"),
        "gaps": (pieces_with_gaps, "wrong", "the numbers have gaps"),
        "provisional": (
            pieces_provisional, "wrong", "the provisional labels of the first pass"
        ),
        "eight": (
            pieces_of_eight, "wrong", "eight neighbours: pieces that touch at a corner are two"
        ),
    },
}  # fmt: skip
