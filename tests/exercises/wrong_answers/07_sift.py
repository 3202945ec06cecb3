"""The mistakes of chapter 07, as students make them."""

import numpy as np

TURN = 2 * np.pi


def blur_subtracted(sigmas):
    return np.diff(sigmas)


def blur_in_squares(sigmas):
    return sigmas[1:] ** 2 - sigmas[:-1] ** 2


def blur_root_of_differences(sigmas):
    return np.sqrt(sigmas[1:] - sigmas[:-1])


def blur_from_the_first(sigmas):
    return np.sqrt(sigmas[1:] ** 2 - sigmas[0] ** 2)


def blur_of_both(sigmas):
    return np.sqrt(sigmas[1:] ** 2 + sigmas[:-1] ** 2)


def blur_keeps_the_first(sigmas):
    return np.append(sigmas[0], np.sqrt(np.diff(sigmas**2)))


def differences_reversed(octave):
    return octave[..., :-1] - octave[..., 1:]


def differences_of_rows(octave):
    return np.diff(octave, axis=0)


def differences_of_columns(octave):
    return np.diff(octave, axis=1)


def differences_to_the_first(octave):
    return octave[..., 1:] - octave[..., :1]


def differences_without_sign(octave):
    return np.abs(octave[..., 1:] - octave[..., :-1])


def _marked(differences, rule):
    marks = np.zeros(differences.shape, bool)
    for r, c, s in np.ndindex(*(side - 2 for side in differences.shape)):
        cube = differences[r : r + 3, c : c + 3, s : s + 3]
        marks[r + 1, c + 1, s + 1] = rule(cube, np.delete(cube.ravel(), 13))
    return marks


def extrema_only_maxima(differences):
    return _marked(differences, lambda cube, others: cube[1, 1, 1] > others.max())


def extrema_only_maxima_or_equals(differences):
    return _marked(differences, lambda cube, _: cube[1, 1, 1] == cube.max())


def extrema_only_minima(differences):
    return _marked(differences, lambda cube, others: cube[1, 1, 1] < others.min())


def extrema_among_six(differences):
    def rule(cube, _):
        six = [cube[0, 1, 1], cube[2, 1, 1], cube[1, 0, 1], cube[1, 2, 1], *cube[1, 1, ::2]]
        return cube[1, 1, 1] > max(six) or cube[1, 1, 1] < min(six)

    return _marked(differences, rule)


def extrema_of_plateaus(differences):
    return _marked(
        differences,
        lambda cube, _: cube[1, 1, 1] == cube.max() or cube[1, 1, 1] == cube.min(),
    )


def extrema_in_one_slice(differences):
    def rule(cube, _):
        others = np.delete(cube[..., 1].ravel(), 4)
        return cube[1, 1, 1] > others.max() or cube[1, 1, 1] < others.min()

    return _marked(differences, rule)


def extrema_against_themselves(differences):
    return _marked(differences, lambda cube, _: cube[1, 1, 1] > cube.max())


def extrema_round_the_border(differences):
    larger, smaller = np.ones((2, *differences.shape), bool)
    for step in np.ndindex(3, 3, 3):
        if step != (1, 1, 1):
            neighbor = np.roll(differences, np.array(step) - 1, axis=(0, 1, 2))
            larger &= differences > neighbor
            smaller &= differences < neighbor
    return larger | smaller


def extrema_as_places(differences):
    rule = lambda cube, others: not others.min() <= cube[1, 1, 1] <= others.max()  # noqa: E731
    return np.argwhere(_marked(differences, rule))


def extrema_by_size(differences):
    return _marked(differences, lambda cube, others: abs(cube[1, 1, 1]) > abs(others).max())


def top_on_the_wrong_side(left, here, right):
    offset = (right - left) / (2 * (left - 2 * here + right))
    return np.array([offset, here + (right - left) / 4 * offset])


def top_without_half(left, here, right):
    offset = (left - right) / (2 * (left - 2 * here + right))
    return np.array([offset, here + (right - left) / 2 * offset])


def top_of_the_middle(left, here, right):
    return np.array([(left - right) / (2 * (left - 2 * here + right)), here])


def top_without_brackets(left, here, right):
    offset = (left - right) / 2 * (left - 2 * here + right)
    return np.array([offset, here + (right - left) / 4 * offset])


def top_twice_as_far(left, here, right):
    offset = (left - right) / (left - 2 * here + right)
    return np.array([offset, here + (right - left) / 4 * offset])


def top_exchanged(left, here, right):
    offset = (left - right) / (2 * (left - 2 * here + right))
    return np.array([here + (right - left) / 4 * offset, offset])


def top_below_the_middle(left, here, right):
    offset = (left - right) / (2 * (left - 2 * here + right))
    return np.array([offset, here - (right - left) / 4 * offset])


def top_in_a_tuple(left, here, right):
    offset = (left - right) / (2 * (left - 2 * here + right))
    return offset, here + (right - left) / 4 * offset


def refine_with_the_wrong_sign(value, gradient, hessian):
    offset = np.linalg.solve(hessian, gradient)
    return np.append(offset, value + 0.5 * gradient @ offset)


def refine_axis_by_axis(value, gradient, hessian):
    offset = -gradient / np.diagonal(hessian)
    return np.append(offset, value + 0.5 * gradient @ offset)


def refine_without_half(value, gradient, hessian):
    offset = -np.linalg.solve(hessian, gradient)
    return np.append(offset, value + gradient @ offset)


def refine_to_the_value(value, gradient, hessian):
    return np.append(-np.linalg.solve(hessian, gradient), value)


def refine_by_multiplying(value, gradient, hessian):
    offset = -hessian @ gradient
    return np.append(offset, value + 0.5 * gradient @ offset)


def refine_entry_by_entry(value, gradient, hessian):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.append(-gradient / hessian, value)


def _curvatures(hessians):
    h_rr, h_cc, h_rc = hessians[:, 0, 0], hessians[:, 1, 1], hessians[:, 0, 1]
    return h_rr + h_cc, h_rr * h_cc - h_rc**2


def peaks_and_saddles(hessians, c=10):
    trace, determinant = _curvatures(hessians)
    with np.errstate(divide="ignore", invalid="ignore"):
        return trace**2 / determinant < (c + 1) ** 2 / c


def peaks_by_absolute_value(hessians, c=10):
    trace, determinant = _curvatures(hessians)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.abs(trace**2 / determinant) < (c + 1) ** 2 / c


def peaks_without_square(hessians, c=10):
    trace, determinant = _curvatures(hessians)
    return (determinant > 0) & (trace * c < (c + 1) ** 2 * determinant)


def peaks_compared_with_c(hessians, c=10):
    trace, determinant = _curvatures(hessians)
    return (determinant > 0) & (trace**2 < c * determinant)


def peaks_with_scales(hessians, c=10):
    trace, determinant = np.trace(hessians, axis1=1, axis2=2), np.linalg.det(hessians)
    return (determinant > 0) & (trace**2 * c < (c + 1) ** 2 * determinant)


def peaks_with_scales_and_saddles(hessians, c=10):
    trace, determinant = np.trace(hessians, axis1=1, axis2=2), np.linalg.det(hessians)
    with np.errstate(divide="ignore", invalid="ignore"):
        return trace**2 / determinant < (c + 1) ** 2 / c


def peaks_with_the_trace_of_scales(hessians, c=10):
    trace, (_, determinant) = np.trace(hessians, axis1=1, axis2=2), _curvatures(hessians)
    return (determinant > 0) & (trace**2 * c < (c + 1) ** 2 * determinant)


def peaks_with_the_determinant_of_scales(hessians, c=10):
    (trace, _), determinant = _curvatures(hessians), np.linalg.det(hessians)
    return (determinant > 0) & (trace**2 * c < (c + 1) ** 2 * determinant)


def peaks_on_the_limit(hessians, c=10):
    trace, determinant = _curvatures(hessians)
    return (determinant > 0) & (trace**2 * c <= (c + 1) ** 2 * determinant)


def peaks_of_negative_determinant(hessians, c=10):
    trace, determinant = _curvatures(hessians)
    return (determinant < 0) & (trace**2 * c < (c + 1) ** 2 * determinant)


def peaks_dropped(hessians, c=10):
    trace, determinant = _curvatures(hessians)
    return ~((determinant > 0) & (trace**2 * c < (c + 1) ** 2 * determinant))


def _compass(angles, parts, n, nearest=np.rint):
    bins = nearest(angles / TURN * n).astype(int) % n
    return np.bincount(bins.ravel(), weights=parts.ravel(), minlength=n)


def compass_exchanged(row_gradient, column_gradient, weights, n=36):
    angles = np.arctan2(row_gradient, column_gradient)
    return _compass(angles, weights * np.hypot(row_gradient, column_gradient), n)


def compass_rounds_down(row_gradient, column_gradient, weights, n=36):
    angles = np.arctan2(column_gradient, row_gradient)
    return _compass(angles, weights * np.hypot(row_gradient, column_gradient), n, np.floor)


def compass_without_lengths(row_gradient, column_gradient, weights, n=36):
    return _compass(np.arctan2(column_gradient, row_gradient), weights, n)


def compass_without_weights(row_gradient, column_gradient, weights, n=36):
    angles = np.arctan2(column_gradient, row_gradient)
    return _compass(angles, np.hypot(row_gradient, column_gradient), n)


def compass_of_squares(row_gradient, column_gradient, weights, n=36):
    angles = np.arctan2(column_gradient, row_gradient)
    return _compass(angles, weights * (row_gradient**2 + column_gradient**2), n)


def compass_of_shares(row_gradient, column_gradient, weights, n=36):
    angles = np.arctan2(column_gradient, row_gradient)
    counted = _compass(angles, weights * np.hypot(row_gradient, column_gradient), n)
    return counted / counted.sum()


def compass_adds_once(row_gradient, column_gradient, weights, n=36):
    angles = np.arctan2(column_gradient, row_gradient)
    histogram = np.zeros(n)
    bins = np.rint(angles / TURN * n).astype(int) % n
    histogram[bins] += weights * np.hypot(row_gradient, column_gradient)
    return histogram


def compass_from_half_a_turn(row_gradient, column_gradient, weights, n=36):
    angles = np.arctan2(column_gradient, row_gradient)
    parts = weights * np.hypot(row_gradient, column_gradient)
    return np.histogram(angles, n, (-np.pi, np.pi), weights=parts)[0]


def compass_mirrored(row_gradient, column_gradient, weights, n=36):
    angles = np.abs(np.arctan2(column_gradient, row_gradient))
    return _compass(angles, weights * np.hypot(row_gradient, column_gradient), n)


def compass_of_ten_degrees(row_gradient, column_gradient, weights, n=36):
    bins = np.rint(np.degrees(np.arctan2(column_gradient, row_gradient)) / 10).astype(int) % n
    parts = weights * np.hypot(row_gradient, column_gradient)
    return np.bincount(bins.ravel(), weights=parts.ravel(), minlength=n)


def compass_does_not_go_round(row_gradient, column_gradient, weights, n=36):
    angles = np.arctan2(column_gradient, row_gradient) % TURN
    bins = np.rint(angles / TURN * n).astype(int)
    parts = weights * np.hypot(row_gradient, column_gradient)
    return np.bincount(bins.ravel(), weights=parts.ravel(), minlength=n)


def _direction(histogram, shift=0.0, sign=1):
    n, k = len(histogram), int(np.argmax(histogram))
    left, here, right = histogram[k - 1], histogram[k], histogram[(k + 1) % n]
    offset = sign * (left - right) / (2 * (left - 2 * here + right))
    return float((k + offset + shift) % n * TURN / n)


def direction_half_a_bin_off(histogram):
    return _direction(histogram, 0.5)


def direction_of_the_bin(histogram):
    return float(np.argmax(histogram) * TURN / len(histogram))


def direction_to_the_wrong_side(histogram):
    return _direction(histogram, sign=-1)


def direction_in_degrees(histogram):
    return float(np.degrees(_direction(histogram)))


def direction_by_the_height(histogram):
    n, k = len(histogram), int(np.argmax(histogram))
    left, here, right = histogram[k - 1], histogram[k], histogram[(k + 1) % n]
    offset = (left - right) / (2 * (left - 2 * here + right))
    return float((k + here + (right - left) / 4 * offset) * TURN / n % TURN)


def direction_that_ends(histogram):
    n, k = len(histogram), int(np.argmax(histogram))
    left, here, right = histogram[[max(k - 1, 0), k, min(k + 1, n - 1)]]
    return float((k + (left - right) / (2 * (left - 2 * here + right))) * TURN / n % TURN)


def direction_past_the_end(histogram):
    n, k = len(histogram), int(np.argmax(histogram))
    left, here, right = histogram[k - 1], histogram[k], histogram[k + 1]
    return float((k + (left - right) / (2 * (left - 2 * here + right))) % n * TURN / n)


def direction_before_the_first_bin(histogram):
    n, k = len(histogram), int(np.argmax(histogram))
    left, here, right = histogram[k - 1], histogram[k], histogram[(k + 1) % n]
    return float((k + (left - right) / (2 * (left - 2 * here + right))) * TURN / n)


def direction_in_bins(histogram):
    return float(_direction(histogram) / TURN * len(histogram))


def direction_below_zero(histogram):
    angle = _direction(histogram)
    return angle - TURN if angle > np.pi else angle


def _shared(row, column, turn, magnitude, weigh=lambda f: (1 - f, f), around=True):
    histograms = np.zeros((4, 4, 8))
    place = np.array([row, column, turn])
    first = np.floor(place).astype(int)
    shares = np.array(weigh(place - first))
    for step in np.ndindex(2, 2, 2):
        r, c, t = first + step
        if 0 <= r < 4 and 0 <= c < 4 and (around or t < 8):
            histograms[r, c, t % 8] += magnitude * np.prod(shares[step, range(3)])
    return histograms


def share_to_the_nearest(row, column, turn, magnitude):
    histograms = np.zeros((4, 4, 8))
    r, c, t = (int(np.rint(x)) for x in (row, column, turn))
    if 0 <= r < 4 and 0 <= c < 4:
        histograms[r, c, t % 8] = magnitude
    return histograms


def share_exchanged(row, column, turn, magnitude):
    return _shared(row, column, turn, magnitude, lambda f: (f, 1 - f))


def share_stops_at_eight(row, column, turn, magnitude):
    return _shared(row, column, turn, magnitude, around=False)


def share_keeps_all(row, column, turn, magnitude):
    histograms = _shared(row, column, turn, magnitude)
    return histograms * magnitude / histograms.sum()


def share_columns_first(row, column, turn, magnitude):
    return _shared(column, row, turn, magnitude)


def _shared_in_loops(place, magnitude, below, lowest):
    histograms = np.zeros((4, 4, 8))
    first = [int(below(x)) for x in place]
    for step in np.ndindex(2, 2, 2):
        r, c, t = (x + s for x, s in zip(first, step, strict=True))
        shares = [x - f if s else 1 - x + f for x, f, s in zip(place, first, step, strict=True)]
        if lowest <= r < 4 and lowest <= c < 4:
            histograms[r, c, t % 8] += magnitude * np.prod(shares)
    return histograms


def share_cut_towards_zero(row, column, turn, magnitude):
    return _shared_in_loops((row, column, turn), magnitude, int, 0)


def share_from_the_end(row, column, turn, magnitude):
    return _shared_in_loops((row, column, turn), magnitude, np.floor, -1)


def share_without_magnitude(row, column, turn, magnitude):
    return _shared(row, column, turn, 1.0)


def share_past_the_patch(row, column, turn, magnitude):
    histograms = np.zeros((4, 4, 8))
    place = np.array([row, column, turn])
    first = np.floor(place).astype(int)
    share = place - first
    for step in np.ndindex(2, 2, 2):
        r, c, t = first + step
        histograms[r, c, t % 8] += magnitude * np.prod(np.where(step, share, 1 - share))
    return histograms


def _scaled(values, length, rounded=np.floor):
    return np.minimum(rounded(512 * values / length), 255).astype(np.uint8)


def bytes_thrown_away(histograms):
    values = histograms.ravel().copy()
    values[values > 0.2 * np.linalg.norm(values)] = 0
    return _scaled(values, max(np.linalg.norm(values), 1e-9))


def bytes_by_the_old_length(histograms):
    length = np.linalg.norm(histograms)
    return _scaled(np.minimum(histograms.ravel(), 0.2 * length), length)


def bytes_without_a_limit(histograms):
    return _scaled(histograms.ravel(), np.linalg.norm(histograms))


def bytes_cut_at_a_fifth(histograms):
    values = np.minimum(histograms.ravel(), 0.2)
    return _scaled(values, np.linalg.norm(values))


def bytes_that_wrap(histograms):
    values = np.minimum(histograms.ravel(), 0.2 * np.linalg.norm(histograms))
    return np.floor(512 * values / np.linalg.norm(values)).astype(np.int64).astype(np.uint8)


def bytes_rounded(histograms):
    values = np.minimum(histograms.ravel(), 0.2 * np.linalg.norm(histograms))
    return _scaled(values, np.linalg.norm(values), np.rint)


def bytes_of_255(histograms):
    values = np.minimum(histograms.ravel(), 0.2 * np.linalg.norm(histograms))
    return np.floor(255 * values / np.linalg.norm(values)).astype(np.uint8)


def bytes_by_the_sum(histograms):
    values = np.minimum(histograms.ravel(), 0.2 * np.linalg.norm(histograms))
    return _scaled(values, values.sum())


def bytes_left_as_floats(histograms):
    values = np.minimum(histograms.ravel(), 0.2 * np.linalg.norm(histograms))
    return np.minimum(np.floor(512 * values / np.linalg.norm(values)), 255)


def _pairs(distances, max_ratio):
    best, next_best = np.sort(distances, axis=1)[:, :2].T
    kept = np.flatnonzero(best < max_ratio * next_best)
    return np.stack([kept, distances.argmin(axis=1)[kept]], axis=1)


def ratio_in_uint8(first, second, max_ratio=0.8):
    difference = first[:, None] - second[None]
    return _pairs(np.linalg.norm(difference.astype(float), axis=2), max_ratio)


def ratio_of_squares(first, second, max_ratio=0.8):
    difference = first[:, None].astype(float) - second[None]
    return _pairs((difference**2).sum(axis=2), max_ratio)


def ratio_left_out(first, second, max_ratio=0.8):
    distances = np.linalg.norm(first[:, None].astype(float) - second[None], axis=2)
    return np.stack([np.arange(len(first)), distances.argmin(axis=1)], axis=1)


def ratio_as_a_limit(first, second, max_ratio=0.8):
    distances = np.linalg.norm(first[:, None].astype(float) - second[None], axis=2)
    kept = np.flatnonzero(distances.min(axis=1) < max_ratio)
    return np.stack([kept, distances.argmin(axis=1)[kept]], axis=1)


def ratio_of_sums(first, second, max_ratio=0.8):
    return _pairs(np.abs(first[:, None].astype(float) - second[None]).sum(axis=2), max_ratio)


def ratio_that_fails(first, second, max_ratio=0.8):
    distances = np.linalg.norm(first[:, None].astype(float) - second[None], axis=2)
    best, next_best = np.sort(distances, axis=1)[:, :2].T
    kept = np.flatnonzero(best >= max_ratio * next_best)
    return np.stack([kept, distances.argmin(axis=1)[kept]], axis=1)


def ratio_at_most(first, second, max_ratio=0.8):
    distances = np.linalg.norm(first[:, None].astype(float) - second[None], axis=2)
    best, next_best = np.sort(distances, axis=1)[:, :2].T
    kept = np.flatnonzero(best <= max_ratio * next_best)
    return np.stack([kept, distances.argmin(axis=1)[kept]], axis=1)


def ratio_the_other_way_round(first, second, max_ratio=0.8):
    distances = np.linalg.norm(first[:, None].astype(float) - second[None], axis=2)
    return _pairs(distances.T, max_ratio)[:, ::-1]


def ratio_with_columns_exchanged(first, second, max_ratio=0.8):
    distances = np.linalg.norm(first[:, None].astype(float) - second[None], axis=2)
    return _pairs(distances, max_ratio)[:, ::-1]


def _mended(row_gradient, column_gradient, n, nearest, shift):
    angles = np.arctan2(column_gradient, row_gradient)
    bins = np.floor(angles / TURN * n + nearest).astype(int) % n
    return float((np.bincount(bins.ravel(), minlength=n).argmax() + shift) * 360 / n)


def compass_as_handed_in(row_gradient, column_gradient, n=36):
    return _mended(row_gradient, column_gradient, n, 0.5, 0.5)


def compass_mended_at_both_ends(row_gradient, column_gradient, n=36):
    return _mended(row_gradient, column_gradient, n, 0, 0.5)


def compass_mended_in_the_bins(row_gradient, column_gradient, n=36):
    return _mended(row_gradient, column_gradient, n, 0, 0)


def compass_half_a_bin_short(row_gradient, column_gradient, n=36):
    return _mended(row_gradient, column_gradient, n, 0.5, -0.5) % 360


def compass_mended_and_exchanged(row_gradient, column_gradient, n=36):
    return _mended(column_gradient, row_gradient, n, 0.5, 0)


def compass_in_whole_degrees(row_gradient, column_gradient, n=36):
    angles = np.arctan2(column_gradient, row_gradient)
    bins = np.floor(angles / TURN * n + 0.5).astype(int) % n
    return float(np.bincount(bins.ravel(), minlength=n).argmax() * 360 // n)


def compass_in_radians(row_gradient, column_gradient, n=36):
    return float(np.radians(_mended(row_gradient, column_gradient, n, 0.5, 0)))


def heights_as_handed_in(differences, scale, gradients, offsets):
    heights = differences[:, :, scale]
    heights += 0.5 * (gradients * offsets).sum(axis=-1)
    return heights


def heights_spoilt_then_copied(differences, scale, gradients, offsets):
    heights = differences[:, :, scale]
    heights += 0.5 * (gradients * offsets).sum(axis=-1)
    return heights.copy()


def heights_without_half(differences, scale, gradients, offsets):
    return differences[:, :, scale] + (gradients * offsets).sum(axis=-1)


def heights_without_correction(differences, scale, gradients, offsets):
    return differences[:, :, scale].copy()


def heights_subtracted(differences, scale, gradients, offsets):
    return differences[:, :, scale] - 0.5 * (gradients * offsets).sum(axis=-1)


def heights_of_the_next_scale(differences, scale, gradients, offsets):
    step = 0.5 * (gradients * offsets).sum(axis=-1)
    return differences[:, :, (scale + 1) % differences.shape[2]] + step


def heights_of_one_axis(differences, scale, gradients, offsets):
    return differences[:, :, scale] + 0.5 * (gradients * offsets)[..., scale % 3]


SCALES = "trace and determinant of 3 x 3, with the scales: rows and columns only"
WRONG = {
    "blur_to_add": {
        "subtracted": (
            blur_subtracted, "wrong", "blurs subtracted: their squares add up"
        ),
        "no root": (blur_in_squares, "wrong", "squares subtracted, and no root drawn"),
        "root of differences": (
            blur_root_of_differences, "wrong",
            "the root of the difference of the blurs, not of their squares",
        ),
        "from the first": (
            blur_from_the_first, "wrong",
            "added up from the first scale, not from the one before",
        ),
        "added": (
            blur_of_both, "wrong", "squares added: what is missing is their difference"
        ),
        "one too many": (blur_keeps_the_first, "shape"),
    },
    "differences_of_scales": {
        "reversed": (
            differences_reversed, "wrong", "this scale minus the next: the sign is reversed"
        ),
        "rows": (differences_of_rows, "shape", "rows are subtracted, not scales"),
        "columns": (differences_of_columns, "shape", "columns are subtracted, not scales"),
        "to the first": (differences_to_the_first, "wrong", "each scale minus the first"),
        "no sign": (differences_without_sign, "wrong", "absolute values: the sign is lost"),
    },
    "mark_extrema": {
        "maxima": (
            extrema_only_maxima, "almost",
            "only maxima: what is smaller than all 26 counts too",
        ),
        "maxima or equals": (
            extrema_only_maxima_or_equals, "wrong",
            "only maxima: what is smaller than all 26 counts too",
        ),
        "minima": (
            extrema_only_minima, "almost",
            "only minima: what is larger than all 26 counts too",
        ),
        "among six": (extrema_among_six, "wrong", "only the 6 nearest neighbours"),
        "plateaus": (
            extrema_of_plateaus, "wrong",
            "equal neighbours count as smaller: on a plateau there is no extremum",
        ),
        "one slice": (
            extrema_in_one_slice, "wrong", "only the 8 neighbours in its own slice"
        ),
        "by size": (
            extrema_by_size, "almost", "compared by their absolute values"
        ),
        "against themselves": (
            extrema_against_themselves, "almost",
            "each is compared with itself, too, and nothing is larger than itself",
        ),
        "round the border": (
            extrema_round_the_border, "almost",
            "the border is marked: there, np.roll goes round to the other side",
        ),
        "places": (extrema_as_places, "shape"),
    },
    "top_of_parabola": {
        "wrong side": (
            top_on_the_wrong_side, "wrong", "the offset points to the wrong side"
        ),
        "no half": (top_without_half, "wrong", "the height lacks the factor 1/2"),
        "middle": (
            top_of_the_middle, "wrong",
            "the height is the middle value: that of the top is wanted",
        ),
        "unbracketed": (
            top_without_brackets, "wrong",
            "/ 2 * (...) multiplies by the bracket: put all below the line into one",
        ),
        "twice as far": (
            top_twice_as_far, "wrong",
            "the offset is twice too large: slopes are half of (right - left)",
        ),
        "exchanged": (top_exchanged, "wrong", "height and offset are exchanged"),
        "below": (
            top_below_the_middle, "wrong", "the height's correction has the wrong sign"
        ),
        "tuple": (top_in_a_tuple, "type"),
    },
    "refine_once": {
        "wrong sign": (refine_with_the_wrong_sign, "wrong", "the offset has the wrong sign"),
        "axis by axis": (
            refine_axis_by_axis, "wrong",
            "each axis for itself: the mixed curvatures are left out",
        ),
        "no half": (refine_without_half, "wrong", "the height lacks the factor 1/2"),
        "value": (
            refine_to_the_value, "wrong",
            "the height is the value at the point: that of the top is wanted",
        ),
        "multiplied": (
            refine_by_multiplying, "wrong",
            "multiplied by the Hessian, where its system is to be solved",
        ),
        "entry by entry": (refine_entry_by_entry, "shape"),
    },
    "keep_peaks": {
        "saddles": (
            peaks_and_saddles, "wrong", "saddles are kept: their determinant is negative"
        ),
        "absolute": (
            peaks_by_absolute_value, "wrong", "the absolute value lets some saddles pass"
        ),
        "no square": (peaks_without_square, "wrong", "the trace is not squared"),
        "c": (peaks_compared_with_c, "wrong", "compared with c, not with (c + 1)^2 / c"),
        "scales": (
            peaks_with_scales, "wrong", SCALES
        ),
        "scales and saddles": (peaks_with_scales_and_saddles, "wrong", SCALES),
        "trace of scales": (peaks_with_the_trace_of_scales, "wrong", SCALES),
        "determinant of scales": (peaks_with_the_determinant_of_scales, "wrong", SCALES),
        "on the limit": (
            peaks_on_the_limit, "wrong",
            "on the limit a point is kept: *less than* c times is wanted",
        ),
        "pits of the determinant": (
            peaks_of_negative_determinant, "wrong",
            "no peak is kept: its determinant is positive, and its limit (c + 1)^2 / c",
        ),
        "dropped": (peaks_dropped, "wrong", "ridges are kept and peaks dropped"),
    },
    "compass": {
        "exchanged": (
            compass_exchanged, "wrong", "rows and columns are exchanged in atan2"
        ),
        "rounded down": (
            compass_rounds_down, "wrong",
            "rounded down, not to the nearest: the bins are off by half a bin",
        ),
        "no lengths": (
            compass_without_lengths, "wrong", "the lengths of the gradients are left out"
        ),
        "no weights": (compass_without_weights, "wrong", "the weights are left out"),
        "squares": (compass_of_squares, "wrong", "lengths without a root"),
        "shares": (compass_of_shares, "wrong", "divided by the sum"),
        "adds once": (
            compass_adds_once, "wrong",
            "each bin counted once at most: `histogram[bins] += 1` adds to a place once",
        ),
        "from half a turn": (
            compass_from_half_a_turn, "wrong",
            "bin 0 begins at half a turn: its middle is at 0",
        ),
        "mirrored": (
            compass_mirrored, "wrong",
            "negative angles are mirrored: go round the circle with %, not with abs",
        ),
        "ten degrees": (
            compass_of_ten_degrees, "wrong", "bins of 10 degrees each: a turn has n bins"
        ),
        "not round": (compass_does_not_go_round, "shape"),
    },
    "main_direction": {
        "half a bin": (
            direction_half_a_bin_off, "wrong",
            "half a bin too much: bin k has its middle at k",
        ),
        "bin": (
            direction_of_the_bin, "wrong",
            "the middle of the bin: the parabola is left out",
        ),
        "wrong side": (
            direction_to_the_wrong_side, "wrong",
            "the parabola's offset points to the wrong side",
        ),
        "degrees": (
            direction_in_degrees, "wrong", "degrees, where radians are wanted"
        ),
        "height": (
            direction_by_the_height, "wrong",
            "the parabola's height is added to the bin: its offset is wanted",
        ),
        "ends": (
            direction_that_ends, "wrong", "the histogram ends at its last bin: it is a circle"
        ),
        "past the end": (direction_past_the_end, "error", "index past the end"),
        "before the first": (
            direction_before_the_first_bin, "wrong", "a negative angle: give 0 to 2 pi"
        ),
        "in bins": (direction_in_bins, "wrong", "the number of the bin, not its angle"),
        "below zero": (
            direction_below_zero, "wrong", "from -pi to pi: give 0 to 2 pi"
        ),
    },
    "share_out": {
        "nearest": (
            share_to_the_nearest, "almost",
            "all of it to the nearest bin: nothing is shared",
        ),
        "exchanged": (
            share_exchanged, "wrong",
            "the far one gets more than the near one: the shares are exchanged",
        ),
        "to eight": (
            share_stops_at_eight, "wrong",
            "the directions do not go round: bin 8 is bin 0",
        ),
        "keeps all": (
            share_keeps_all, "almost",
            "what lies outside is given to those inside: it is to be lost",
        ),
        "columns first": (
            share_columns_first, "wrong", "rows and columns are exchanged"
        ),
        "cut towards 0": (
            share_cut_towards_zero, "wrong",
            "int() cuts off towards 0: int(-0.4) is 0, and np.floor(-0.4) is -1",
        ),
        "index -1": (
            share_from_the_end, "almost",
            "index -1 is the last row or column: what falls there is to be lost",
        ),
        "no magnitude": (
            share_without_magnitude, "almost", "the magnitude is left out"
        ),
        "past the patch": (share_past_the_patch, "error"),
    },
    "into_bytes": {
        "thrown away": (
            bytes_thrown_away, "wrong",
            "what is above 0.2 of the length is thrown away: it is to become 0.2 of it",
        ),
        "old length": (
            bytes_by_the_old_length, "wrong",
            "divided by the length as it was before the cut",
        ),
        "no limit": (bytes_without_a_limit, "wrong", "nothing is cut at 0.2 of the length"),
        "cut at 0.2": (
            bytes_cut_at_a_fifth, "wrong", "cut at 0.2, not at 0.2 times the length"
        ),
        "wraps": (
            bytes_that_wrap, "wrong",
            "uint8 overflow: cut off at 255 before you convert",
        ),
        "255": (bytes_of_255, "wrong", "255 times, not 512 times"),
        "sum": (
            bytes_by_the_sum, "wrong", "divided by the sum, not by the Euclidean length"
        ),
        "rounded": (bytes_rounded, "almost", "rounded to the nearest, not down"),
        "floats": (bytes_left_as_floats, "dtype", "still float"),
    },
    "ratio_test": {
        "in uint8": (ratio_in_uint8, "shape", "uint8 overflow in the differences"),
        "squares": (
            ratio_of_squares, "shape",
            "squared distances are compared with a ratio of distances",
        ),
        "left out": (
            ratio_left_out, "shape", "no ratio test: every nearest pair is kept"
        ),
        "a limit": (
            ratio_as_a_limit, "shape", "the distance itself is compared with max_ratio"
        ),
        "sums": (
            ratio_of_sums, "shape",
            "sums of absolute differences: Euclidean distances are wanted",
        ),
        "fails": (ratio_that_fails, "shape", "the pairs that fail are kept"),
        "at most": (
            ratio_at_most, "shape",
            "kept where the distances are alike, or just at the ratio: *less than* is wanted",
        ),
        "the other way round": (
            ratio_the_other_way_round, "shape",
            "for each of the second the nearest of the first: it is the other way round",
        ),
        "exchanged": (
            ratio_with_columns_exchanged, "wrong",
            "second picture first: the columns are exchanged",
        ),
    },
    "mend_the_compass": {
        "as handed in": (
            compass_as_handed_in, "wrong", "as handed in: half a bin too much"
        ),
        "both ends": (
            compass_mended_at_both_ends, "wrong",
            "both lines are changed: the bins now begin at k, and have their middle at k + 0.5",
        ),
        "the bins": (
            compass_mended_in_the_bins, "wrong",
            "now the bins are rounded down, but the middle is still at k",
        ),
        "too little": (compass_half_a_bin_short, "wrong", "half a bin too little"),
        "exchanged": (
            compass_mended_and_exchanged, "wrong", "rows and columns are exchanged in atan2"
        ),
        "whole degrees": (
            compass_in_whole_degrees, "wrong",
            "whole degrees: with n bins the middle may lie between them",
        ),
        "radians": (
            compass_in_radians, "wrong", "radians, where degrees are wanted"
        ),
    },
    "mend_the_heights": {
        "as handed in": (heights_as_handed_in, "almost", "changes its input"),
        "copied too late": (heights_spoilt_then_copied, "almost", "changes its input"),
        "no half": (heights_without_half, "wrong", "the factor 1/2 is missing"),
        "no correction": (
            heights_without_correction, "wrong",
            "half of slope times offset is left out: the values are those of the pixels",
        ),
        "subtracted": (heights_subtracted, "wrong", "the correction is subtracted"),
        "next scale": (heights_of_the_next_scale, "wrong", "the next scale is taken"),
        "one axis": (heights_of_one_axis, "wrong", "only one of the three axes"),
    },
}  # fmt: skip
