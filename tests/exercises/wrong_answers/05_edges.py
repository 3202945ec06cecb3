"""The mistakes of chapter 05, as students make them."""

import cv2
import numpy as np

from coursekit.edges.reference import gradient_magnitude, non_maximum_suppression

_WINDOW = np.ones((3, 3), np.uint8)
_CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)


def _near(mask, window=_WINDOW):
    return cv2.dilate(mask.astype(np.uint8), window) > 0


def slope_in_uint8(row):
    padded = np.pad(row, 1, mode="edge")
    return (padded[2:] - padded[:-2]) / 2


def slope_forward(row):
    padded = np.pad(row.astype(float), (0, 1), mode="edge")
    return padded[1:] - padded[:-1]


def slope_not_halved(row):
    padded = np.pad(row.astype(float), 1, mode="edge")
    return padded[2:] - padded[:-2]


def slope_backwards(row):
    padded = np.pad(row.astype(float), 1, mode="edge")
    return (padded[:-2] - padded[2:]) / 2


def slope_from_black(row):
    padded = np.pad(row.astype(float), 1)
    return (padded[2:] - padded[:-2]) / 2


def slope_by_numpy(row):
    return np.gradient(row.astype(float))


def slope_rolled(row):
    wide = row.astype(float)
    return (np.roll(wide, -1) - np.roll(wide, 1)) / 2


def slope_too_short(row):
    wide = row.astype(float)
    return (wide[2:] - wide[:-2]) / 2


def slope_by_hand(row):
    padded = np.pad(row.astype(float), 1, mode="edge")
    return (padded[2:] - padded[:-2]) / 2


def slope_whole(row):
    padded = np.pad(row.astype(int), 1, mode="edge")
    return (padded[2:] - padded[:-2]) // 2


def slope_without_sign(row):
    return np.abs(slope_by_hand(row))


def slope_clipped(row):
    return np.clip(slope_by_hand(row), 0, 255)


def _sobel(image, mode="edge", weight=2):
    padded = np.pad(image.astype(int), 1, mode=mode)
    smoothed = padded[:-2] + weight * padded[1:-1] + padded[2:]
    return smoothed[:, 2:] - smoothed[:, :-2]


def sobel_in_uint8(image):
    padded = np.pad(image, 1, mode="edge")
    smoothed = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    return smoothed[:, 2:] - smoothed[:, :-2]


def sobel_by_rows(image):
    return np.ascontiguousarray(_sobel(image.T).T)


def sobel_negative(image):
    return -_sobel(image)


def sobel_as_prewitt(image):
    return _sobel(image, weight=1)


def sobel_from_black(image):
    return _sobel(image, "constant")


def sobel_mirrored(image):
    return _sobel(image, "reflect")


def sobel_without_frame(image):
    return _sobel(image)[1:-1, 1:-1]


def sobel_quartered(image):
    return _sobel(image) // 4


def sobel_clipped(image):
    return np.clip(_sobel(image), 0, None)


def sobel_by_convert_scale_abs(image):
    return cv2.convertScaleAbs(_sobel(image).astype(np.int16))


def sobel_of_one_row(image):
    padded = np.pad(image.astype(int), ((0, 0), (1, 1)), mode="edge")
    return padded[:, 2:] - padded[:, :-2]


def sobel_rolled(image):
    return _sobel(image, "wrap")


def direction_in_radians(row_gradient, column_gradient):
    return np.arctan2(row_gradient.astype(float), column_gradient)


def direction_signed(row_gradient, column_gradient):
    return np.rad2deg(np.arctan2(row_gradient.astype(float), column_gradient))


def direction_exchanged(row_gradient, column_gradient):
    return np.rad2deg(np.arctan2(column_gradient.astype(float), row_gradient)) % 360


def direction_by_arctan(row_gradient, column_gradient):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.rad2deg(np.arctan(row_gradient / column_gradient.astype(float)))


def direction_upwards(row_gradient, column_gradient):
    return np.rad2deg(np.arctan2(-row_gradient.astype(float), column_gradient)) % 360


def direction_of_the_line(row_gradient, column_gradient):
    return direction_signed(row_gradient, column_gradient) % 180


def direction_along_the_edge(row_gradient, column_gradient):
    return (direction_signed(row_gradient, column_gradient) + 90) % 360


def line_cut_off(angle):
    return (angle // 45).astype(int) % 4


def line_of_eight(angle):
    return np.floor(angle / 45 + 0.5).astype(int) % 8


def line_half_to_even(angle):
    return np.rint(angle / 45).astype(int) % 4


def line_four(angle):
    return np.floor(angle % 180 / 45 + 0.5).astype(int)


def line_counterclockwise(angle):
    return -np.floor(angle / 45 + 0.5).astype(int) % 4


def line_along(angle):
    return (np.floor(angle / 45 + 0.5).astype(int) + 2) % 4


def line_as_float(angle):
    return np.floor(angle / 45 + 0.5) % 4


def line_of_quarters(angle):
    return np.floor(angle / 90 + 0.5).astype(int) % 4


def _changes(response):
    positive = response >= 0
    x = np.flatnonzero(positive[:-1] != positive[1:])
    return x, response[x], response[x + 1]


def crossings_as_pixels(response):
    return _changes(response)[0]


def crossings_half_way(response):
    return _changes(response)[0] + 0.5


def crossings_from_the_other_end(response):
    x, a, b = _changes(response)
    return x + b / (b - a)


def crossings_by_product(response):
    x = np.flatnonzero(response[:-1] * response[1:] < 0)
    return x + response[x] / (response[x] - response[x + 1])


def crossings_without_x(response):
    _, a, b = _changes(response)
    return a / (a - b)


def crossings_only_down(response):
    x, a, b = _changes(response)
    return (x + a / (a - b))[a >= 0]


def crossings_as_list(response):
    x, a, b = _changes(response)
    return list(x + a / (a - b))


def crossings_on_the_left(response):
    return _changes(response)[0].astype(float)


def crossings_by_the_sum(response):
    x, a, b = _changes(response)
    return x + a / (a + b)


def crossings_one_too_far(response):
    x, a, b = _changes(response)
    return x + 1 + a / (a - b)


def crossings_only_up(response):
    x, a, b = _changes(response)
    return (x + a / (a - b))[a < 0]


_STEPS = ((0, 1), (1, 1), (1, 0), (1, -1))


def _thin(length, line, steps=_STEPS, first=np.greater, second=np.greater_equal):
    height, width = length.shape
    padded = np.pad(length, 1)

    def neighbor(down, right):
        return padded[1 + down : 1 + down + height, 1 + right : 1 + right + width]

    peaks = [first(length, neighbor(-d, -r)) & second(length, neighbor(d, r)) for d, r in steps]
    return np.where(np.choose(line, peaks), length, 0.0)


def thin_along(length, line):
    return _thin(length, (line + 2) % 4)


def thin_with_other_diagonals(length, line):
    return _thin(length, -line % 4)


def thin_keeps_both(length, line):
    return _thin(length, line, first=np.greater_equal)


def thin_loses_both(length, line):
    return _thin(length, line, second=np.greater)


def thin_keeps_the_other(length, line):
    return _thin(length, line, tuple((-down, -right) for down, right in _STEPS))


def thin_rolled(length, line):
    peaks = [
        (length > np.roll(length, (d, r), (0, 1))) & (length >= np.roll(length, (-d, -r), (0, 1)))
        for d, r in _STEPS
    ]
    return np.where(np.choose(line, peaks), length, 0.0)


def thin_to_truth(length, line):
    return _thin(length, line) > 0


def thin_to_ones(length, line):
    return (_thin(length, line) > 0).astype(float)


def thin_by_all_eight(length, line):
    return np.where(length >= cv2.dilate(length, _WINDOW), length, 0.0)


def sorted_at_least(thinned, low, high):
    return np.select([thinned >= high, thinned >= low], [255, 128], 0).astype(np.uint8)


def sorted_over(thinned, low, high):
    result = np.zeros(thinned.shape, np.uint8)
    result[thinned > high] = 255
    result[thinned > low] = 128
    return result


def sorted_exchanged(thinned, low, high):
    return np.select([thinned > high, thinned > low], [128, 255], 0).astype(np.uint8)


def sorted_by_one(thinned, low, high):
    return np.where(thinned > high, 255, 0).astype(np.uint8)


def sorted_as_int(thinned, low, high):
    return np.select([thinned > high, thinned > low], [255, 128], 0)


def sorted_at_127(thinned, low, high):
    return np.select([thinned > high, thinned > low], [255, 127], 0).astype(np.uint8)


def sorted_all_strong(thinned, low, high):
    return np.where(thinned > low, 255, 0).astype(np.uint8)


def chains_of_one(weak, strong):
    return strong | (_near(strong) & weak)


def chains_downwards(weak, strong):
    kept = np.pad(strong, 1)
    for row, column in np.argwhere(weak):
        kept[row + 1, column + 1] |= kept[row : row + 3, column : column + 3].any()
    return kept[1:-1, 1:-1].copy()


def _grown(weak, strong, window=_WINDOW):
    kept, before = strong.copy(), -1
    while kept.sum() != before:
        before = kept.sum()
        kept |= _near(kept, window) & weak
    return kept


def chains_over_sides(weak, strong):
    return _grown(weak, strong, _CROSS)


def chains_of_the_strong(weak, strong):
    return strong.copy()


def chains_of_all(weak, strong):
    return weak | strong


def chains_without_the_strong(weak, strong):
    return _grown(weak, strong) & ~strong


def chains_as_uint8(weak, strong):
    return _grown(weak, strong).astype(np.uint8)


def chains_over_everything(weak, strong):
    return _near(strong)


def _share(pixels, others, empty=1.0):
    return float(others[pixels].mean()) if pixels.any() else empty


def agreement_exchanged(found, truth):
    return _share(truth, _near(found)), _share(found, _near(truth))


def agreement_without_tolerance(found, truth):
    return _share(found, truth), _share(truth, found)


def agreement_over_sides(found, truth):
    return _share(found, _near(truth, _CROSS)), _share(truth, _near(found, _CROSS))


def agreement_within_two(found, truth):
    window = np.ones((5, 5), np.uint8)
    return _share(found, _near(truth, window)), _share(truth, _near(found, window))


def agreement_of_nothing(found, truth):
    return _share(found, _near(truth), 0.0), _share(truth, _near(found), 0.0)


def agreement_of_the_widened(found, truth):
    wide_found, wide_truth = _near(found), _near(truth)
    return (
        float((wide_found & truth).sum() / max(found.sum(), 1)),
        float((wide_truth & found).sum() / max(truth.sum(), 1)),
    )


def agreement_precision_alone(found, truth):
    return _share(found, _near(truth))


def agreement_of_all_pixels(found, truth):
    return float((found & _near(truth)).mean()), float((truth & _near(found)).mean())


def _detect(image, threshold, order=((0, 1), (1, 0)), depth=cv2.CV_16S, l2=False):
    border = cv2.BORDER_REPLICATE
    pair = [cv2.Sobel(image, depth, dx, dy, ksize=3, borderType=border) for dx, dy in order]
    pair = [gradient.astype(np.int16) for gradient in pair]
    thinned = non_maximum_suppression(*pair, l2)
    return thinned > (threshold**2 if l2 else threshold)


def detector_as_handed_in(image, threshold):
    return _detect(image, threshold, order=((1, 0), (0, 1)))


def detector_in_uint8(image, threshold):
    return _detect(image, threshold, depth=cv2.CV_8U)


def detector_with_one_gradient(image, threshold):
    return _detect(image, threshold, order=((0, 1), (0, 1)))


def detector_by_l2(image, threshold):
    return _detect(image, threshold, l2=True)


def detector_with_a_sign_exchanged(image, threshold):
    border = cv2.BORDER_REPLICATE
    row, column = (
        cv2.Sobel(image, cv2.CV_16S, dx, 1 - dx, ksize=3, borderType=border) for dx in (0, 1)
    )
    return non_maximum_suppression(-row, column) > threshold


def detector_by_scharr(image, threshold):
    border = cv2.BORDER_REPLICATE
    pair = [cv2.Scharr(image, cv2.CV_16S, dx, 1 - dx, borderType=border) for dx in (0, 1)]
    return non_maximum_suppression(*pair) > threshold


def detector_at_least(image, threshold):
    return _detect(image, threshold - 1)


def detector_not_thinned(image, threshold):
    border = cv2.BORDER_REPLICATE
    row, column = (
        cv2.Sobel(image, cv2.CV_16S, dx, 1 - dx, ksize=3, borderType=border) for dx in (0, 1)
    )
    return gradient_magnitude(row, column, "l1") > threshold


def detector_as_picture(image, threshold):
    return _detect(image, threshold).astype(np.uint8)


def _steep(image, threshold, mode="edge"):
    padded = np.pad(image.astype(float), 1, mode=mode)
    down = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    across = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    return np.hypot(across[2:] - across[:-2], down[:, 2:] - down[:, :-2]) > threshold


def frame_as_handed_in(image, threshold):
    return _steep(image, threshold, "constant")


def frame_wiped_out(image, threshold):
    result = _steep(image, threshold)
    result[[0, -1]] = False
    result[:, [0, -1]] = False
    return result


def frame_cut_off(image, threshold):
    return _steep(image, threshold)[1:-1, 1:-1].copy()


def frame_from_the_other_side(image, threshold):
    return _steep(image, threshold, "wrap")


def frame_mirrored(image, threshold):
    return _steep(image, threshold, "reflect")


def frame_by_l1(image, threshold):
    padded = np.pad(image.astype(int), 1, mode="edge")
    down = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    across = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    row, column = across[2:] - across[:-2], down[:, 2:] - down[:, :-2]
    return np.abs(row) + np.abs(column) > threshold


def frame_at_least(image, threshold):
    return _steep(image, np.nextafter(threshold, 0))


HANDED_IN = "as handed in: dx=1, dy=0 derives along x, which gives the column gradient"

WRONG = {
    "slope_along_a_row": {
        "in uint8": (slope_in_uint8, "wrong", "uint8 overflow in f(x + 1) - f(x - 1)"),
        "forward": (slope_forward, "wrong", "differences over one pixel, not over two"),
        "not halved": (slope_not_halved, "wrong", "not divided by 2"),
        "backwards": (
            slope_backwards, "wrong", "the sign is exchanged: f(x + 1) comes first"
        ),
        "from black": (slope_from_black, "wrong", "black beyond the ends"),
        "np.gradient": (
            slope_by_numpy, "wrong",
            "`np.gradient` takes a difference over one pixel at the ends",
        ),
        "rolled": (
            slope_rolled, "wrong", "the row begins again at its other end (`np.roll`)"
        ),
        "too short": (slope_too_short, "shape", "the two ends are missing: pad the row first"),
        "whole": (slope_whole, "dtype"),
        "without sign": (
            slope_without_sign, "wrong", "absolute values: a derivative has a sign"
        ),
        "clipped": (slope_clipped, "wrong", "what falls is lost: a derivative has a sign"),
    },
    "sobel_by_hand": {
        "in uint8": (sobel_in_uint8, "wrong", "uint8 overflow in the sums"),
        "by rows": (sobel_by_rows, "wrong", "the row gradient: this one derives downwards"),
        "negative": (
            sobel_negative, "wrong",
            "the sign is exchanged: positive where it grows brighter to the right",
        ),
        "Prewitt": (
            sobel_as_prewitt, "wrong", "the middle row counts once: this is Prewitt's mask"
        ),
        "from black": (sobel_from_black, "wrong", "black beyond the rim"),
        "mirrored": (
            sobel_mirrored, "wrong", "mirrored beyond the rim, where the outermost pixels go on"
        ),
        "without a frame": (
            sobel_without_frame, "shape", "the mask was laid on without a frame: pad first"
        ),
        "quartered": (sobel_quartered, "wrong", "divided by 4, as scikit-image does"),
        "clipped": (
            sobel_clipped, "wrong", "what grows darker is lost: the gradient has a sign"
        ),
        "cv2.convertScaleAbs": (
            sobel_by_convert_scale_abs, "wrong", "the absolute value: the gradient has a sign"
        ),
        "one row": (
            sobel_of_one_row, "wrong",
            "not smoothed along the columns: three rows belong to the mask",
        ),
        "rolled": (
            sobel_rolled, "wrong",
            "the other side of the picture goes on beyond the rim (`np.roll`)",
        ),
    },
    "direction_in_degrees": {
        "radians": (direction_in_radians, "wrong", "radians instead of degrees"),
        "signed": (direction_signed, "wrong", "from -180 to 180, not from 0 to 360"),
        "exchanged": (direction_exchanged, "wrong", "the two gradients are exchanged"),
        "arctan": (
            direction_by_arctan, "wrong",
            "`arctan` cannot tell a direction from the opposite one: `arctan2`",
        ),
        "upwards": (direction_upwards, "wrong", "90 points upwards: rows grow downwards"),
        "line": (
            direction_of_the_line, "wrong",
            "from 0 to 180: opposite directions are not the same",
        ),
        "along the edge": (
            direction_along_the_edge, "wrong", "along the edge instead of across"
        ),
    },
    "nearest_line": {
        "cut off": (
            line_cut_off, "wrong", "cut off instead of rounded: 44 degrees are nearest to 45"
        ),
        "of eight": (
            line_of_eight, "wrong", "eight directions: opposite ones are the same line"
        ),
        "half to even": (
            line_half_to_even, "wrong",
            "halves are rounded to even (`np.rint`, `round`), here up",
        ),
        "line 4": (
            line_four, "wrong",
            "the last half line, from 337.5 on, is no line 4: it is line 0 again",
        ),
        "counter-clockwise": (
            line_counterclockwise, "wrong",
            "lines 1 and 3 are exchanged: angles grow clockwise, since rows grow downwards",
        ),
        "along": (line_along, "wrong", "the line along the edge, not across it"),
        "float": (line_as_float, "dtype", "still float"),
        "of quarters": (
            line_of_quarters, "wrong", "the lines are 45 degrees apart, not 90"
        ),
    },
    "crossings_of_a_row": {
        "pixels": (crossings_as_pixels, "dtype"),
        "half way": (crossings_half_way, "wrong", "always half way"),
        "other end": (
            crossings_from_the_other_end, "wrong",
            "counted from the wrong end: b / (b - a)",
        ),
        "product": (
            crossings_by_product, "shape",
            "where a product is negative: a zero counts as positive",
        ),
        "without x": (crossings_without_x, "wrong", "the fraction alone, without x"),
        "only down": (crossings_only_down, "shape", "only from positive to negative"),
        "list": (crossings_as_list, "type", "list for array"),
        "on the left": (
            crossings_on_the_left, "wrong", "the pixel on the left: the fraction is missing"
        ),
        "sum": (
            crossings_by_the_sum, "wrong",
            "divided by the sum a + b, not by the difference a - b",
        ),
        "one too far": (crossings_one_too_far, "wrong", "x is one too large"),
        "only up": (crossings_only_up, "shape", "only from negative to positive"),
    },
    "thin_the_edges": {
        "along": (thin_along, "wrong", "compared along the edge, not across it"),
        "diagonals": (
            thin_with_other_diagonals, "wrong", "the diagonals ╲ and ╱ are exchanged"
        ),
        "keeps both": (
            thin_keeps_both, "wrong",
            "both neighbours may be equal: a ridge two pixels wide stays",
        ),
        "loses both": (
            thin_loses_both, "wrong",
            "no neighbour may be equal: a ridge two pixels wide is lost",
        ),
        "keeps the other": (
            thin_keeps_the_other, "wrong",
            "the equal neighbour is the one on the left or above, not the other one",
        ),
        "rolled": (
            thin_rolled, "wrong",
            "beyond the rim lies the other side of the picture (`np.roll`)",
        ),
        "truth": (thin_to_truth, "dtype"),
        "ones": (thin_to_ones, "wrong", "truth values instead of lengths"),
        "all eight": (
            thin_by_all_eight, "wrong", "compared with all eight neighbours, not with two"
        ),
    },
    "strong_and_weak": {
        "at least": (
            sorted_at_least, "wrong", "at least (`>=`), where more than (`>`) is wanted"
        ),
        "overwritten": (
            sorted_over, "wrong",
            "strong pixels are overwritten by weak ones: ask for the strong ones first",
        ),
        "exchanged": (sorted_exchanged, "wrong", "strong and weak are exchanged"),
        "one threshold": (
            sorted_by_one, "wrong", "two kinds only: the weak ones are missing"
        ),
        "int": (sorted_as_int, "dtype", "wrong type"),
        "127": (sorted_at_127, "almost", "127 instead of 128"),
        "all strong": (
            sorted_all_strong, "wrong", "two kinds only: weak ones count as strong"
        ),
    },
    "follow_the_chains": {
        "one step": (chains_of_one, "wrong", "one turn only: the chain ends after one step"),
        "downwards": (
            chains_downwards, "wrong",
            "one pass over the pixels, which follows no chain upwards",
        ),
        "over sides": (
            chains_over_sides, "wrong", "over sides only: corners join as well"
        ),
        "strong alone": (chains_of_the_strong, "wrong", "the strong pixels alone"),
        "all": (chains_of_all, "wrong", "all weak pixels, joined or not"),
        "without the strong": (
            chains_without_the_strong, "wrong",
            "the saved weak pixels without the strong ones",
        ),
        "uint8": (chains_as_uint8, "dtype", "no truth values"),
        "over everything": (
            chains_over_everything, "wrong", "grown over everything, not over weak pixels only"
        ),
    },
    "precision_and_recall": {
        "exchanged": (agreement_exchanged, "wrong", "precision and recall are exchanged"),
        "no tolerance": (
            agreement_without_tolerance, "wrong",
            "no tolerance: a neighbour counts as near",
        ),
        "over sides": (
            agreement_over_sides, "wrong", "sides only are near: corners count as well"
        ),
        "two away": (agreement_within_two, "wrong", "two pixels away is not near"),
        "nothing": (
            agreement_of_nothing, "wrong", "nothing found: nothing is wrong, precision 1"
        ),
        "widened": (
            agreement_of_the_widened, "wrong",
            "both shares of what is near, counted in the widened mask",
        ),
        "precision alone": (agreement_precision_alone, "type"),
        "all pixels": (agreement_of_all_pixels, "wrong", "shares of all pixels"),
    },
    "mend_the_detector": {
        "as handed in": (detector_as_handed_in, "wrong", HANDED_IN),
        "uint8": (
            detector_in_uint8, "wrong", "negative gradients are cut off (`CV_8U`)"
        ),
        "one gradient": (detector_with_one_gradient, "wrong", "one gradient twice"),
        "l2": (
            detector_by_l2, "almost",
            "by the Euclidean length, not the sum of absolute values",
        ),
        "sign": (
            detector_with_a_sign_exchanged, "wrong",
            "one sign is exchanged, which turns the diagonals around",
        ),
        "Scharr": (detector_by_scharr, "almost", "Scharr's mask, not Sobel's"),
        "at least": (
            detector_at_least, "almost", "at least (`>=`), where more than (`>`) is wanted"
        ),
        "not thinned": (
            detector_not_thinned, "wrong",
            "not thinned: the gradient itself is compared with the threshold",
        ),
        "picture": (detector_as_picture, "dtype", "no truth values"),
    },
    "mend_the_rim": {
        "as handed in": (
            frame_as_handed_in, "wrong", "as handed in: black beyond the rim"
        ),
        "wiped out": (
            frame_wiped_out, "wrong",
            "the frame is wiped out, and the true edges there with it",
        ),
        "cut off": (
            frame_cut_off, "shape",
            "the frame is cut off: the result must be as large as the picture",
        ),
        "other side": (
            frame_from_the_other_side, "wrong",
            "the other side of the picture goes on beyond the rim",
        ),
        "mirrored": (
            frame_mirrored, "almost",
            "mirrored beyond the rim, where the outermost pixels go on",
        ),
        "l1": (
            frame_by_l1, "almost", "the sum of absolute values, not the Euclidean length"
        ),
        "at least": (
            frame_at_least, "wrong",
            "a gradient as long as the threshold is not longer: `>`, not `>=`",
        ),
    },
}  # fmt: skip
