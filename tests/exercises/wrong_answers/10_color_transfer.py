"""The mistakes of chapter 10, as students make them."""

import numpy as np

OVERFLOW = (
    "e to a large power is infinite, and infinity over infinity is no number: "
    "subtract the largest of the row first"
)


def _moments(colors, wanted, stretch, mean):
    return (colors - colors.mean(axis=0)) * stretch + mean


def moments_without_stretch(colors, wanted):
    return _moments(colors, wanted, 1, wanted.mean(axis=0))


def moments_with_the_old_mean(colors, wanted):
    return _moments(colors, wanted, wanted.std(axis=0) / colors.std(axis=0), colors.mean(axis=0))


def moments_about_zero(colors, wanted):
    stretch = wanted.std(axis=0) / colors.std(axis=0)
    return colors * stretch + wanted.mean(axis=0) - colors.mean(axis=0)


def moments_upside_down(colors, wanted):
    return _moments(colors, wanted, colors.std(axis=0) / wanted.std(axis=0), wanted.mean(axis=0))


def moments_of_variances(colors, wanted):
    return _moments(colors, wanted, wanted.var(axis=0) / colors.var(axis=0), wanted.mean(axis=0))


def moments_of_all_axes(colors, wanted):
    return (colors - colors.mean()) * (wanted.std() / colors.std()) + wanted.mean()


def moments_as_of_a_sample(colors, wanted):
    stretch = wanted.std(axis=0, ddof=1) / colors.std(axis=0, ddof=1)
    return _moments(colors, wanted, stretch, wanted.mean(axis=0))


def moments_without_the_wanted_mean(colors, wanted):
    return _moments(colors, wanted, wanted.std(axis=0) / colors.std(axis=0), 0)


def moments_of_each_color(colors, wanted):
    middle, spread = colors.mean(axis=1, keepdims=True), colors.std(axis=1, keepdims=True)
    return (colors - middle) / np.maximum(spread, 1e-9) * wanted.std() + wanted.mean()


THIRD, SIXTH, HALF = 1 / np.sqrt(3), 1 / np.sqrt(6), 1 / np.sqrt(2)
OPPONENT = np.array([[THIRD, THIRD, THIRD], [SIXTH, SIXTH, -2 * SIXTH], [HALF, -HALF, 0]])


def axes_without_logarithm(cones):
    return cones @ OPPONENT.T


def axes_of_natural_logarithms(cones):
    return np.log(cones) @ OPPONENT.T


def axes_of_base_two(cones):
    return np.log2(cones) @ OPPONENT.T


def axes_without_roots(cones):
    return np.log10(cones) @ np.array([[1, 1, 1], [1, 1, -2], [1, -1, 0]]).T


def axes_exchanged(cones):
    return np.log10(cones) @ OPPONENT[[0, 2, 1]].T


def axes_first(cones):
    return np.moveaxis(np.log10(cones) @ OPPONENT.T, -1, 0)


def axes_with_s_once(cones):
    long, middle, short = np.moveaxis(np.log10(cones), -1, 0)
    alpha = (long + middle - short) / np.sqrt(6)
    light = (long + middle + short) / np.sqrt(3)
    return np.stack([light, alpha, (long - middle) / np.sqrt(2)], axis=-1)


def axes_with_beta_reversed(cones):
    return np.log10(cones) @ (OPPONENT * [[1], [1], [-1]]).T


def axes_with_alpha_reversed(cones):
    return np.log10(cones) @ (OPPONENT * [[1], [-1], [1]]).T


def _root(matrix):
    values, axes = np.linalg.eigh(matrix)
    return (axes * np.sqrt(values)) @ axes.T


def matrix_of_deviations(covariance, wanted):
    return np.diag(np.sqrt(np.diag(wanted) / np.diag(covariance)))


def matrix_of_divided_roots(covariance, wanted):
    return _root(wanted) @ np.linalg.inv(_root(covariance))


def matrix_by_cholesky(covariance, wanted):
    return np.linalg.cholesky(wanted) @ np.linalg.inv(np.linalg.cholesky(covariance))


def matrix_without_middle_root(covariance, wanted):
    half = _root(covariance)
    return np.linalg.inv(half) @ half @ wanted @ half @ np.linalg.inv(half)


def matrix_the_other_way(covariance, wanted):
    half = _root(wanted)
    back = np.linalg.inv(half)
    return back @ _root(half @ covariance @ half) @ back


def _root_with_axes_in_rows(matrix):
    values, axes = np.linalg.eigh(matrix)
    return axes.T @ np.diag(np.sqrt(np.maximum(values, 0))) @ axes


def matrix_with_axes_in_rows(covariance, wanted):
    half = _root_with_axes_in_rows(covariance)
    back = np.linalg.inv(half)
    return back @ _root_with_axes_in_rows(half @ wanted @ half) @ back


def matrix_of_any_axes(covariance, wanted):
    def root(matrix):
        values, axes = np.linalg.eig(matrix)
        return (axes * np.sqrt(values)) @ axes.T

    half = root(covariance)
    back = np.linalg.inv(half)
    return np.real(back @ root(half @ wanted @ half) @ back)


def matrix_with_outer_roots_as_they_are(covariance, wanted):
    half = _root(covariance)
    return half @ _root(half @ wanted @ half) @ half


def matrix_of_rooted_entries(covariance, wanted):
    half = np.sqrt(np.abs(covariance))
    back = np.linalg.pinv(half)
    return back @ np.sqrt(np.abs(half @ wanted @ half)) @ back


def line_sorted(values, wanted):
    return np.sort(wanted)


def line_as_it_came(values, wanted):
    return wanted.copy()


def line_sorted_once(values, wanted):
    return np.sort(wanted)[np.argsort(values)]


def line_reversed(values, wanted):
    return np.sort(wanted)[::-1][np.argsort(np.argsort(values))]


def line_not_sorted(values, wanted):
    return wanted[np.argsort(np.argsort(values))]


def line_as_a_list(values, wanted):
    return list(np.sort(wanted)[np.argsort(np.argsort(values))])


def _matched(values, wanted):
    ranks = np.argsort(np.argsort(values, axis=0), axis=0)
    return np.take_along_axis(np.sort(wanted, axis=0), ranks, axis=0)


def turn_not_back(colors, wanted, rotation):
    return _matched(colors @ rotation.T, wanted @ rotation.T)


def turn_nothing(colors, wanted, rotation):
    return _matched(colors, wanted)


def turn_by_columns(colors, wanted, rotation):
    return _matched(colors @ rotation, wanted @ rotation) @ rotation.T


def turn_further(colors, wanted, rotation):
    return _matched(colors @ rotation.T, wanted @ rotation.T) @ rotation.T


def turn_in_whole_numbers(colors, wanted, rotation):
    there, goal = colors @ rotation.T, wanted @ rotation.T
    matched = np.empty_like(colors)
    for axis in range(3):
        matched[np.argsort(there[:, axis]), axis] = np.sort(goal[:, axis])
    return matched @ rotation


def turn_the_target_alone(colors, wanted, rotation):
    return _matched(colors @ rotation.T, wanted) @ rotation


def _gaps(colors, others, directions):
    one = np.sort(colors @ directions.T, axis=0)
    return one - np.sort(others @ directions.T, axis=0)


def sliced_not_sorted(colors, others, directions):
    return float(np.abs((colors - others) @ directions.T).mean())


def sliced_across(colors, others, directions):
    one = np.sort(colors @ directions.T)
    return float(np.abs(one - np.sort(others @ directions.T)).mean())


def sliced_signed(colors, others, directions):
    return float(_gaps(colors, others, directions).mean())


def sliced_squared(colors, others, directions):
    return float((_gaps(colors, others, directions) ** 2).mean())


def sliced_root(colors, others, directions):
    return float(np.sqrt((_gaps(colors, others, directions) ** 2).mean()))


def sliced_summed(colors, others, directions):
    return float(np.abs(_gaps(colors, others, directions)).sum())


def sliced_summed_over_directions(colors, others, directions):
    return float(np.abs(_gaps(colors, others, directions)).mean(axis=0).sum())


def sliced_each(colors, others, directions):
    return np.abs(_gaps(colors, others, directions)).mean(axis=0)


def _sums(features, labels):
    flat, pieces = features.reshape(labels.size, -1), labels.ravel()
    return np.stack([np.bincount(pieces, weights=channel) for channel in flat.T], axis=1)


def pool_sums(features, labels):
    return _sums(features, labels)


def pool_over_the_picture(features, labels):
    return _sums(features, labels) / labels.size


def pool_of_largest(features, labels):
    return np.stack([features[labels == piece].max(axis=0) for piece in np.unique(labels)])


def pool_of_medians(features, labels):
    return np.stack([np.median(features[labels == p], axis=0) for p in np.unique(labels)])


def pool_of_all_channels(features, labels):
    means = [features[labels == piece].mean() for piece in np.unique(labels)]
    return np.repeat(np.array(means)[:, None], features.shape[2], axis=1)


def pool_channels_first(features, labels):
    return (_sums(features, labels) / np.bincount(labels.ravel())[:, None]).T


def _unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _centred(rows, axis=1):
    return rows - rows.mean(axis=axis, keepdims=True)


def resemblance_not_centred(features, others):
    return _unit(features) @ _unit(others).T


def resemblance_centred_by_column(features, others):
    return _unit(_centred(features, 0)) @ _unit(_centred(others, 0)).T


def resemblance_not_normalised(features, others):
    return _centred(features) @ _centred(others).T


def resemblance_by_deviations(features, others):
    one, other = _centred(features), _centred(others)
    one, other = one / features.std(axis=1)[:, None], other / others.std(axis=1)[:, None]
    return one @ other.T


def resemblance_without_sign(features, others):
    return np.abs(_unit(_centred(features)) @ _unit(_centred(others)).T)


def resemblance_exchanged(features, others):
    return _unit(_centred(others)) @ _unit(_centred(features)).T


def resemblance_of_early_lengths(features, others):
    one = _centred(features) / np.linalg.norm(features, axis=1, keepdims=True)
    return one @ (_centred(others) / np.linalg.norm(others, axis=1, keepdims=True)).T


def resemblance_with_one_mean(features, others):
    return _unit(features - features.mean()) @ _unit(others - others.mean()).T


def mahalanobis_of_the_own_mean(points, mean, covariance):
    centred = points - points.mean(axis=0)
    return (centred @ np.linalg.inv(covariance) * centred).sum(axis=1)


def mahalanobis_not_inverted(points, mean, covariance):
    centred = points - mean
    return (centred @ covariance * centred).sum(axis=1)


def mahalanobis_plain(points, mean, covariance):
    return ((points - mean) ** 2).sum(axis=1)


def mahalanobis_of_variances(points, mean, covariance):
    return ((points - mean) ** 2 / np.diag(covariance)).sum(axis=1)


def mahalanobis_not_centred(points, mean, covariance):
    return (points @ np.linalg.inv(covariance) * points).sum(axis=1)


def mahalanobis_rooted(points, mean, covariance):
    centred = points - mean
    return np.sqrt((centred @ np.linalg.inv(covariance) * centred).sum(axis=1))


def mahalanobis_of_inverted_entries(points, mean, covariance):
    centred = points - mean
    entries = np.divide(1, covariance, out=np.zeros_like(covariance), where=covariance != 0)
    return (centred @ entries * centred).sum(axis=1)


def mahalanobis_of_all_pairs(points, mean, covariance):
    centred = points - mean
    return centred @ np.linalg.inv(covariance) @ centred.T


def products_exchanged(pixels, pieces, others):
    left = pixels * pieces * others + pixels * others * 3
    return pieces * others * 3 + pixels * pieces * 3, left


def products_of_the_first_alone(pixels, pieces, others):
    return pixels * pieces * others, pieces * others * 3


def products_of_one_channel(pixels, pieces, others):
    left = pixels * pieces * others + pixels * others
    return left, pieces * others + pixels * pieces


def products_with_second_ones_exchanged(pixels, pieces, others):
    left = pixels * pieces * others + pixels * pieces * 3
    return left, pieces * others * 3 + pixels * others * 3


def products_and_additions(pixels, pieces, others):
    left = pixels * pieces * others + pixels * others * 3
    return 2 * left, 2 * (pieces * others * 3 + pixels * pieces * 3)


def products_in_a_ratio(pixels, pieces, others):
    left = pixels * pieces * others + pixels * others * 3
    return left / (pieces * others * 3 + pixels * pieces * 3)


def _softmax(values, axis):
    weights = np.exp(values - values.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True)


def attention_as_handed_in(correlations, tau):
    weights = np.exp((correlations - correlations.max()) / tau)
    return weights / weights.sum(axis=0)


def attention_over_columns(correlations, tau):
    return _softmax(correlations / tau, 0)


def attention_over_all(correlations, tau):
    return _softmax(correlations / tau, (0, 1))


def attention_times_tau(correlations, tau):
    return _softmax(correlations * tau, 1)


def attention_without_tau(correlations, tau):
    return _softmax(correlations, 1)


def attention_without_a_sum(correlations, tau):
    return np.exp((correlations - correlations.max(axis=1, keepdims=True)) / tau)


def attention_without_exp(correlations, tau):
    return correlations / correlations.sum(axis=1, keepdims=True)


def attention_that_overflows(correlations, tau):
    with np.errstate(over="ignore", invalid="ignore"):
        weights = np.exp(correlations / tau)
        return weights / weights.sum(axis=1, keepdims=True)


def attention_with_the_highest_of_all(correlations, tau):
    weights = np.exp((correlations - correlations.max()) / tau)
    with np.errstate(invalid="ignore"):
        return weights / weights.sum(axis=1, keepdims=True)


def _to_light(image):
    levels = image / 255
    return np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)


def _to_levels(light):
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def _rounded(values):
    return np.rint(np.clip(values, 0, 255)).astype(np.uint8)


def _factors(target, reference):
    return _to_light(reference).mean(axis=(0, 1)) / _to_light(target).mean(axis=(0, 1))


def lamp_as_handed_in(target, reference):
    return _rounded(target * (reference.mean(axis=(0, 1)) / target.mean(axis=(0, 1))))


def lamp_of_encoded_factors(target, reference):
    factors = reference.mean(axis=(0, 1)) / target.mean(axis=(0, 1))
    return _rounded(_to_levels(np.minimum(_to_light(target) * factors, 1)))


def lamp_on_levels(target, reference):
    return _rounded(target * _factors(target, reference))


def lamp_never_encoded(target, reference):
    return _rounded(255 * _to_light(target) * _factors(target, reference))


def lamp_of_one_factor(target, reference):
    factor = _to_light(reference).mean() / _to_light(target).mean()
    return _rounded(_to_levels(np.minimum(_to_light(target) * factor, 1)))


def lamp_of_gamma(target, reference):
    light, wanted = (target / 255) ** 2.2, (reference / 255) ** 2.2
    lit = np.minimum(light * wanted.mean(axis=(0, 1)) / light.mean(axis=(0, 1)), 1)
    return np.rint(255 * lit ** (1 / 2.2)).astype(np.uint8)


def lamp_encoded_with_gamma(target, reference):
    light = _to_light(target) * _factors(target, reference)
    return np.rint(255 * np.minimum(light, 1) ** (1 / 2.2)).astype(np.uint8)


def lamp_of_squares(target, reference):
    light, wanted = (target / 255) ** 2, (reference / 255) ** 2
    lit = np.minimum(light * wanted.mean(axis=(0, 1)) / light.mean(axis=(0, 1)), 1)
    return np.rint(255 * np.sqrt(lit)).astype(np.uint8)


def lamp_that_wraps_around(target, reference):
    light = _to_light(target) * _factors(target, reference)
    return np.rint(_to_levels(light)).astype(int).astype(np.uint8)


def lamp_cut_off(target, reference):
    light = np.minimum(_to_light(target) * _factors(target, reference), 1)
    return _to_levels(light).astype(np.uint8)


def lamp_left_as_light(target, reference):
    return np.minimum(_to_light(target) * _factors(target, reference), 1)


def _blackout(image, labels, dtype):
    sums = np.zeros((labels.max() + 1, 3), dtype)
    np.add.at(sums, labels, image.astype(dtype))
    return sums / np.bincount(labels.ravel())[:, None]


def blackout_as_handed_in(image, labels):
    return _blackout(image, labels, np.uint8)


def blackout_in_sixteen_bits(image, labels):
    return _blackout(image, labels, np.uint16)


def blackout_in_int16(image, labels):
    return _blackout(image, labels, np.int16)


def blackout_of_one_pixel(image, labels):
    sums = np.zeros((labels.max() + 1, 3))
    sums[labels] += image
    return sums / np.bincount(labels.ravel())[:, None]


def blackout_sums(image, labels):
    sums = np.zeros((labels.max() + 1, 3))
    np.add.at(sums, labels, image)
    return sums


def blackout_rounded_down(image, labels):
    return np.floor(_blackout(image, labels, np.float64))


def blackout_in_levels(image, labels):
    return np.rint(_blackout(image, labels, np.float64)).astype(np.uint8)


WRONG = {
    "match_moments": {
        "no stretch": (
            moments_without_stretch, "wrong", "only the mean is matched, not the deviation"
        ),
        "old mean": (
            moments_with_the_old_mean, "wrong",
            "only the deviation is matched: the mean is still the old one",
        ),
        "about zero": (moments_about_zero, "wrong", "stretched about 0, not about the mean"),
        "upside down": (
            moments_upside_down, "wrong", "the ratio of the deviations is upside down"
        ),
        "variances": (moments_of_variances, "wrong", "variances in place of deviations"),
        "all axes": (
            moments_of_all_axes, "wrong", "one mean and one deviation for all three axes"
        ),
        "sample": (
            moments_as_of_a_sample, "wrong",
            "ddof=1: these deviations divide by one less than the number of colours",
        ),
        "no mean": (
            moments_without_the_wanted_mean, "wrong", "the wanted mean is never added"
        ),
        "each color": (moments_of_each_color, "wrong", None),
    },
    "opponent_axes": {
        "no logarithm": (axes_without_logarithm, "wrong", "no logarithm is taken"),
        "natural": (
            axes_of_natural_logarithms, "wrong",
            "natural logarithms: those to base 10 are wanted",
        ),
        "base two": (
            axes_of_base_two, "wrong", "logarithms to base 2: those to base 10 are wanted"
        ),
        "no roots": (axes_without_roots, "wrong", "the roots are left out"),
        "exchanged": (axes_exchanged, "wrong", "alpha and beta are exchanged"),
        "first": (axes_first, "shape", "the axes come first, not last"),
        "beta reversed": (
            axes_with_beta_reversed, "wrong", "beta has the wrong sign: L - M is wanted"
        ),
        "alpha reversed": (
            axes_with_alpha_reversed, "wrong", "alpha has the wrong sign: L + M - 2 S is wanted"
        ),
        "S once": (axes_with_s_once, "wrong", "S counts once in alpha, not twice"),
    },
    "least_moving_matrix": {
        "deviations": (
            matrix_of_deviations, "wrong",
            "the deviations of each axis alone: the slant of the cloud is not seen",
        ),
        "divided roots": (
            matrix_of_divided_roots, "wrong",
            "roots divided: right only if both clouds have the same axes",
        ),
        "Cholesky": (
            matrix_by_cholesky, "wrong",
            "triangular (Cholesky): it gives the covariance, but does not move least",
        ),
        "no middle root": (
            matrix_without_middle_root, "wrong", "the root in the middle is missing"
        ),
        "other way": (
            matrix_the_other_way, "wrong",
            "the other way round: the wanted cloud is moved to the first",
        ),
        "rows": (
            matrix_with_axes_in_rows, "wrong",
            "the axes are taken from the rows: eigh gives them in the columns",
        ),
        "eig": (
            matrix_of_any_axes, "wrong",
            "eig in place of eigh: where two stretches are equal its axes are not perpendicular",
        ),
        "outer": (
            matrix_with_outer_roots_as_they_are, "wrong", "the outer factors are not inverted"
        ),
        "rooted entries": (
            matrix_of_rooted_entries, "wrong", "the root of each entry, not of the matrix"
        ),
    },
    "match_on_a_line": {
        "sorted": (line_sorted, "wrong", "sorted, but not put back where each value stood"),
        "as it came": (line_as_it_came, "wrong", "not sorted: wanted as it came"),
        "sorted once": (
            line_sorted_once, "wrong", "argsort taken for the ranks: sort once more"
        ),
        "reversed": (line_reversed, "wrong", "the smallest gets the largest"),
        "not sorted": (
            line_not_sorted, "wrong", "wanted is not sorted before it is dealt out"
        ),
        "a list": (line_as_a_list, "type"),
    },
    "one_turn": {
        "not back": (turn_not_back, "wrong", "not turned back"),
        "nothing": (turn_nothing, "wrong", "the axes are not turned at all"),
        "columns": (
            turn_by_columns, "wrong",
            "the new axes are taken from the columns of the rotation",
        ),
        "further": (turn_further, "wrong", "turned further in place of back"),
        "whole numbers": (
            turn_in_whole_numbers, "wrong",
            "matched in an array of whole numbers, which cuts off the fractions",
        ),
        "target alone": (turn_the_target_alone, "wrong", "only the target is turned"),
    },
    "sliced_distance": {
        "not sorted": (
            sliced_not_sorted, "wrong", "not sorted: pixel by pixel, not cloud by cloud"
        ),
        "across": (sliced_across, "wrong", "sorted along the wrong axis"),
        "signed": (
            sliced_signed, "wrong",
            "no absolute value: what is too high and what is too low cancel",
        ),
        "squared": (sliced_squared, "wrong", "squared, and no absolute value"),
        "root": (
            sliced_root, "wrong", "the root of the mean square, not the mean of the distances"
        ),
        "summed": (sliced_summed, "wrong", "the sum, not the mean"),
        "summed over directions": (
            sliced_summed_over_directions, "wrong",
            "the sum, not the mean, over the directions",
        ),
        "each": (sliced_each, "type"),
    },
    "pool_over_pieces": {
        "sums": (
            pool_sums, "wrong", "sums, not means: they grow with the size of the piece"
        ),
        "whole picture": (
            pool_over_the_picture, "wrong", "divided by the pixels of the whole picture"
        ),
        "largest": (pool_of_largest, "wrong", "largest in place of mean"),
        "medians": (pool_of_medians, "wrong", "medians in place of means"),
        "all channels": (pool_of_all_channels, "wrong", "one mean over all channels"),
        "channels first": (
            pool_channels_first, "shape",
            "channels first: a row for each superpixel is wanted",
        ),
    },
    "resemblance": {
        "not centred": (
            resemblance_not_centred, "wrong", "the means are not subtracted"
        ),
        "by column": (
            resemblance_centred_by_column, "wrong",
            "the mean of each column is subtracted: each row has its own",
        ),
        "not normalised": (
            resemblance_not_normalised, "wrong", "not divided by the lengths"
        ),
        "deviations": (
            resemblance_by_deviations, "wrong", "divided by the deviations, not by the lengths"
        ),
        "no sign": (
            resemblance_without_sign, "wrong", "absolute values: the sign is lost"
        ),
        "exchanged": (
            resemblance_exchanged, "shape", "rows and columns of the table are exchanged"
        ),
        "early lengths": (
            resemblance_of_early_lengths, "wrong",
            "lengths taken before the means are subtracted",
        ),
        "one mean": (
            resemblance_with_one_mean, "wrong",
            "one mean of the whole table is subtracted: each row has its own",
        ),
    },
    "squared_mahalanobis": {
        "own mean": (
            mahalanobis_of_the_own_mean, "wrong",
            "the points' own mean is subtracted, not the mean that is given",
        ),
        "not inverted": (
            mahalanobis_not_inverted, "wrong", "the covariance is not inverted"
        ),
        "plain": (
            mahalanobis_plain, "wrong", "the plain distance: the spread is not used"
        ),
        "variances": (
            mahalanobis_of_variances, "wrong",
            "only the variances are used: the slant of the piece is not seen",
        ),
        "not centred": (mahalanobis_not_centred, "wrong", "the mean is not subtracted"),
        "rooted": (
            mahalanobis_rooted, "wrong", "the root is taken: the square is wanted"
        ),
        "entries": (
            mahalanobis_of_inverted_entries, "wrong", "each entry is inverted, not the matrix"
        ),
        "all pairs": (
            mahalanobis_of_all_pairs, "shape",
            "a table of all pairs: its diagonal is what is wanted",
        ),
    },
    "count_products": {
        "second ones exchanged": (
            products_with_second_ones_exchanged, "wrong",
            "the second products are exchanged: which shape has the first one's result?",
        ),
        "exchanged": (products_exchanged, "wrong", "left and right are exchanged"),
        "first alone": (
            products_of_the_first_alone, "wrong",
            "only the first product of each order is counted",
        ),
        "one channel": (
            products_of_one_channel, "wrong", "only one colour channel: there are three"
        ),
        "additions": (
            products_and_additions, "wrong",
            "additions counted too: multiplications alone are wanted",
        ),
        "ratio": (products_in_a_ratio, "type"),
    },
    "mend_the_attention": {
        "as handed in": (
            attention_as_handed_in, "wrong",
            "as handed in: the columns sum to 1, not the rows",
        ),
        "columns": (
            attention_over_columns, "wrong",
            "as handed in: the columns sum to 1, not the rows",
        ),
        "all": (attention_over_all, "wrong", "the whole table sums to 1"),
        "times tau": (
            attention_times_tau, "wrong", "multiplied by tau, not divided"
        ),
        "no tau": (attention_without_tau, "wrong", "tau is not used"),
        "no sum": (attention_without_a_sum, "wrong", "not divided by the sum"),
        "no exp": (
            attention_without_exp, "wrong",
            "no exponential: correlations divided by their sum",
        ),
        "overflows": (attention_that_overflows, "range", OVERFLOW),
        "highest of all": (
            attention_with_the_highest_of_all, "range",
            "the largest of the whole table is subtracted: a row of small ones is 0 / 0",
        ),
    },
    "mend_the_lamp": {
        "as handed in": (
            lamp_as_handed_in, "wrong", "as handed in: means of levels, not of light"
        ),
        "encoded factors": (
            lamp_of_encoded_factors, "wrong",
            "the factor comes from the levels, though the light is multiplied",
        ),
        "on levels": (
            lamp_on_levels, "wrong",
            "the factor comes from the light, but the levels are multiplied",
        ),
        "never encoded": (lamp_never_encoded, "wrong", "never turned back into levels"),
        "one factor": (
            lamp_of_one_factor, "wrong", "one factor for all three channels"
        ),
        "gamma": (
            lamp_of_gamma, "wrong",
            "gamma 2.2 is near to sRGB's curve, but is not it: light_of and levels_of are",
        ),
        "half a gamma": (
            lamp_encoded_with_gamma, "wrong",
            "gamma 2.2 is near to sRGB's curve, but is not it: light_of and levels_of are",
        ),
        "a square": (lamp_of_squares, "wrong", None),
        "wraps around": (
            lamp_that_wraps_around, "wrong", "light beyond 1 is not cut off: uint8 overflow"
        ),
        "cut off": (lamp_cut_off, "almost", "the fraction is cut off, not rounded"),
        "light": (lamp_left_as_light, "dtype", "scaled 0..1"),
    },
    "mend_the_blackout": {
        "as handed in": (
            blackout_as_handed_in, "wrong", "as handed in: uint8 overflow in the sums"
        ),
        "sixteen bits": (
            blackout_in_sixteen_bits, "wrong",
            "uint16 is too narrow as well: its largest number is 65535",
        ),
        "int16": (
            blackout_in_int16, "wrong",
            "int16 is too narrow as well: its largest number is 32767",
        ),
        "one pixel": (
            blackout_of_one_pixel, "wrong",
            "sums[labels] += image counts only one pixel a piece: np.add.at adds them all",
        ),
        "sums": (blackout_sums, "wrong", "sums, not means"),
        "rounded down": (
            blackout_rounded_down, "wrong", "rounded down: a mean is no whole number"
        ),
        "levels": (blackout_in_levels, "dtype"),
    },
}  # fmt: skip
EXEMPT = {"least_moving_matrix": {"transposed": "the right matrix is symmetric"}}
