"""Checks and grades the exercises of chapter 10."""

import numpy as np
import pytest

from coursekit.color_transfer import reference
from coursekit.lab import samples
from coursekit.lab.check import assert_array_equal, assert_image_equal, assert_value_equal

FORBIDDEN = (
    "coursekit.captioning",
    "scipy.ndimage.labeled_comprehension",
    "scipy.ndimage.mean",
    "scipy.spatial.distance.cdist",
    "scipy.spatial.distance.mahalanobis",
    "scipy.special.softmax",
    "scipy.stats.wasserstein_distance",
)
SEED = 10

OVERFLOW = (
    "e to a large power is infinite, and infinity over infinity is no number: "
    "subtract the largest of the row first"
)


def seeded(number):
    """A generator for one of the hidden tests."""
    return np.random.default_rng([SEED, number])


def cloud(seed, count, center=(0.5, 0.4, 0.3)):
    """Colours about a center, spread differently along slanting axes: float (count, 3)."""
    rng = np.random.default_rng(seed)
    slant = np.array([[0.2, 0.1, 0.05], [0.0, 0.1, 0.08], [0.0, 0.0, 0.06]])
    return np.array(center) + rng.normal(size=(count, 3)) @ slant


def turned(seed):
    """A rotation of space, float (3, 3), that is neither symmetric nor near to doing nothing."""
    axes, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return axes * np.linalg.det(axes)


# ------------------------------------------------------------ match_moments


def moment_mistakes(colors, wanted):
    def moved(stretch, mean):
        return (colors - colors.mean(axis=0)) * stretch + mean

    stretch = wanted.std(axis=0) / colors.std(axis=0)
    mean = wanted.mean(axis=0)
    sampled = wanted.std(axis=0, ddof=1) / colors.std(axis=0, ddof=1)
    return {
        "ddof=1: these deviations divide by one less than the number of colours": moved(
            sampled, mean
        ),
        "only the mean is matched, not the deviation": moved(1, mean),
        "only the deviation is matched: the mean is still the old one": moved(
            stretch, colors.mean(axis=0)
        ),
        "stretched about 0, not about the mean": colors * stretch + mean - colors.mean(axis=0),
        "the ratio of the deviations is upside down": moved(1 / stretch, mean),
        "variances in place of deviations": moved(stretch**2, mean),
        "one mean and one deviation for all three axes": (colors - colors.mean())
        * (wanted.std() / colors.std())
        + wanted.mean(),
        "the wanted mean is never added": moved(stretch, 0),
    }


@pytest.mark.exercise("match_moments")
@pytest.mark.points(1)
def test_three_colors_by_hand(student):
    colors = np.array([[0.0, 1.0, 4.0], [2.0, 2.0, 8.0], [4.0, 3.0, 12.0]])
    wanted = np.array([[9.0, 5.0, 1.0], [11.0, 15.0, 3.0]])
    root = np.sqrt(1.5)  # one step of the row 0, 1, 2 in deviations
    expected = np.array([[-1.0, -1.0, -1.0], [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]) * root
    expected = expected * [1.0, 5.0, 1.0] + [10.0, 10.0, 2.0]
    mistakes = moment_mistakes(colors, wanted)
    assert_array_equal(student.match_moments(colors, wanted), expected, 1e-9, mistakes)


@pytest.mark.exercise("match_moments")
@pytest.mark.points(1)
def test_two_clouds_of_different_sizes(student):
    colors, wanted = cloud(1, 60), cloud(2, 45, (0.2, 0.7, 0.5)) * [0.5, 1.0, 2.0]
    expected = reference.match_moments(colors[None], wanted[None])[0]
    mistakes = moment_mistakes(colors, wanted)
    assert_array_equal(student.match_moments(colors, wanted), expected, 1e-9, mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("match_moments")
@pytest.mark.points(1)
def test_two_drawn_clouds(student):
    rng = seeded(1)
    colors, wanted = (
        rng.uniform(0.1, 3, 3) * cloud([SEED, number], int(rng.integers(4, 90)))
        for number in (20, 21)
    )
    expected = reference.match_moments(colors[None], wanted[None])[0]
    assert_array_equal(student.match_moments(colors, wanted), expected, 1e-9)


# ------------------------------------------------------------ opponent_axes

THIRD, SIXTH, HALF = 1 / np.sqrt(3), 1 / np.sqrt(6), 1 / np.sqrt(2)
OPPONENT = np.array([[THIRD, THIRD, THIRD], [SIXTH, SIXTH, -2 * SIXTH], [HALF, -HALF, 0]])


def opponent_mistakes(cones):
    logarithms = np.log10(cones)
    return {
        "no logarithm is taken": cones @ OPPONENT.T,
        "natural logarithms: those to base 10 are wanted": np.log(cones) @ OPPONENT.T,
        "logarithms to base 2: those to base 10 are wanted": np.log2(cones) @ OPPONENT.T,
        "the roots are left out": logarithms @ np.array([[1, 1, 1], [1, 1, -2], [1, -1, 0]]).T,
        "alpha and beta are exchanged": logarithms @ OPPONENT[[0, 2, 1]].T,
        "the axes come first, not last": np.moveaxis(logarithms @ OPPONENT.T, -1, 0),
        "beta has the wrong sign: L - M is wanted": logarithms @ (OPPONENT * [[1], [1], [-1]]).T,
        "alpha has the wrong sign: L + M - 2 S is wanted": logarithms
        @ (OPPONENT * [[1], [-1], [1]]).T,
        "S counts once in alpha, not twice": logarithms
        @ (OPPONENT * np.array([[1, 1, 1], [1, 1, 0.5], [1, 1, 1]])).T,
    }


@pytest.mark.exercise("opponent_axes")
@pytest.mark.points(1)
def test_powers_of_ten_have_round_logarithms(student):
    cones = np.array([[10.0, 10.0, 10.0], [100.0, 1.0, 10.0]])
    expected = np.array([[np.sqrt(3), 0.0, 0.0], [np.sqrt(3), 0.0, np.sqrt(2)]])
    mistakes = opponent_mistakes(cones)
    assert_array_equal(student.opponent_axes(cones), expected, 1e-9, mistakes)


@pytest.mark.exercise("opponent_axes")
@pytest.mark.points(1)
def test_axes_of_a_small_picture(student):
    cones = 10.0 ** np.array([[[3, 1, 2], [-1, 2, 0]], [[0, 0, 5], [-2, -3, 1]]])
    roots = np.array([[[6, 0, 2], [1, 1, -3]], [[5, -10, 0], [-4, -7, 1]]])
    mistakes = opponent_mistakes(cones)
    expected = roots / np.sqrt([3, 6, 2])
    assert_array_equal(student.opponent_axes(cones), expected, 1e-9, mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("opponent_axes")
@pytest.mark.points(1)
def test_axes_of_drawn_cones(student):
    rng = seeded(2)
    for shape in [rng.integers(1, 9, 1), rng.integers(1, 7, 2), rng.integers(1, 5, 3)]:
        cones = rng.uniform(1e-3, 2, (*shape, 3))
        expected = np.log10(cones) @ OPPONENT.T
        assert_array_equal(student.opponent_axes(cones), expected, 1e-9)


# ------------------------------------------------------ least_moving_matrix


def root_of_symmetric(matrix):
    values, axes = np.linalg.eigh(matrix)
    return axes @ np.diag(np.sqrt(values)) @ axes.T


def matrix_of(root, covariance, wanted):
    half = root(covariance)
    back = np.linalg.pinv(half)
    return back @ root(half @ wanted @ half) @ back


def root_of_each_entry(matrix):
    return np.sqrt(np.abs(matrix))


def root_of_any_axes(matrix):
    values, axes = np.linalg.eig(matrix)
    return (axes * np.sqrt(values)) @ axes.T


def root_with_axes_in_rows(matrix):
    values, axes = np.linalg.eigh(matrix)
    return axes.T @ np.diag(np.sqrt(np.maximum(values, 0))) @ axes


def matrix_mistakes(covariance, wanted):
    half, goal = root_of_symmetric(covariance), root_of_symmetric(wanted)
    back = np.linalg.inv(half)
    cholesky = np.linalg.cholesky(wanted) @ np.linalg.inv(np.linalg.cholesky(covariance))
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "the deviations of each axis alone: the slant of the cloud is not seen": np.diag(
                np.sqrt(np.diag(wanted) / np.diag(covariance))
            ),
            "roots divided: right only if both clouds have the same axes": goal @ back,
            "triangular (Cholesky): it gives the covariance, but does not move least": cholesky,
            "the root of each entry, not of the matrix": matrix_of(
                root_of_each_entry, covariance, wanted
            ),
            "the axes are taken from the rows: eigh gives them in the columns": matrix_of(
                root_with_axes_in_rows, covariance, wanted
            ),
            "the root in the middle is missing": back @ (half @ wanted @ half) @ back,
            "the other way round: the wanted cloud is moved to the first": np.linalg.inv(
                back @ root_of_symmetric(half @ wanted @ half) @ back
            ),
            "the outer factors are not inverted": half
            @ root_of_symmetric(half @ wanted @ half)
            @ half,
        }


@pytest.mark.exercise("least_moving_matrix")
@pytest.mark.points(1)
def test_two_clouds_along_the_axes_by_hand(student):
    covariance, wanted = np.diag([4.0, 1.0, 9.0]), np.diag([1.0, 25.0, 9.0])
    expected = np.diag([0.5, 5.0, 1.0])
    mistakes = matrix_mistakes(covariance, wanted)
    # those that no slant tells apart are left for the next test
    told = {name: wrong for name, wrong in mistakes.items() if not np.allclose(wrong, expected)}
    assert_array_equal(student.least_moving_matrix(covariance, wanted), expected, 1e-9, told)


@pytest.mark.exercise("least_moving_matrix")
@pytest.mark.points(2)
@pytest.mark.parametrize("seed", [3, 8])
def test_two_slanting_clouds(student, seed):
    covariance = np.cov(cloud(seed, 50).T) * 100
    axes = turned(seed)
    stretch = axes @ np.diag([0.5, 1.0, 3.0]) @ axes.T  # symmetric and positive: it is the answer
    wanted = stretch @ covariance @ stretch
    mistakes = matrix_mistakes(covariance, wanted)
    actual = student.least_moving_matrix(covariance, wanted)
    assert_array_equal(actual, stretch, 1e-7, mistakes)


@pytest.mark.exercise("least_moving_matrix")
@pytest.mark.points(1)
def test_a_cloud_as_round_as_a_disc(student):
    disc, axes = turned(8), turned(9)
    covariance = disc @ np.diag([2.0, 2.0, 5.0]) @ disc.T
    stretch = axes @ np.diag([0.5, 1.0, 3.0]) @ axes.T
    wanted = stretch @ covariance @ stretch
    name = "eig in place of eigh: where two stretches are equal its axes are not perpendicular"
    mistakes = {name: np.real(matrix_of(root_of_any_axes, covariance, wanted))}
    actual = student.least_moving_matrix(covariance, wanted)
    assert_array_equal(actual, stretch, 1e-7, mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("least_moving_matrix")
@pytest.mark.points(1)
def test_two_drawn_clouds_that_slant(student):
    rng = seeded(3)
    for number in (22, 23):
        covariance, axes = np.cov(cloud([SEED, number], 40).T) * 100, turned([SEED, number])
        stretch = axes @ np.diag(rng.uniform(0.3, 3, 3)) @ axes.T
        disc = axes @ np.diag(rng.uniform(0.5, 3, 2)[[0, 0, 1]]) @ axes.T
        for one in (covariance, disc):
            actual = student.least_moving_matrix(one, stretch @ one @ stretch)
            assert_array_equal(actual, stretch, 1e-7)


# ---------------------------------------------------------- match_on_a_line


def line_mistakes(values, wanted):
    places = np.argsort(values)
    return {
        "sorted, but not put back where each value stood": np.sort(wanted),
        "not sorted: wanted as it came": wanted.copy(),
        "argsort taken for the ranks: sort once more": np.sort(wanted)[places],
        "the smallest gets the largest": np.sort(wanted)[::-1][np.argsort(places)],
        "wanted is not sorted before it is dealt out": wanted[np.argsort(places)],
    }


@pytest.mark.exercise("match_on_a_line")
@pytest.mark.points(1)
def test_four_numbers_by_hand(student):
    values, wanted = np.array([40.0, 10.0, 30.0, 20.0]), np.array([6.0, 8.0, 5.0, 7.0])
    expected = np.array([8.0, 5.0, 7.0, 6.0])
    actual = student.match_on_a_line(values, wanted)
    assert_array_equal(actual, expected, 1e-9, line_mistakes(values, wanted))


@pytest.mark.exercise("match_on_a_line")
@pytest.mark.points(1)
def test_each_keeps_its_rank(student):
    values = np.array([0.5, -3.0, 7.25, 2.0, 100.0, -0.5, 1e-3])
    wanted = np.array([3.503, -8.021, 0.25, 40.0, 2.0, 3.0, 3.503])
    expected = np.array([3.0, -8.021, 3.503, 3.503, 40.0, 0.25, 2.0])
    actual = student.match_on_a_line(values, wanted)
    assert_array_equal(actual, expected, 1e-9, line_mistakes(values, wanted))


def line_of_known_ranks(rng, count):
    """Values, what is wanted of them, and the answer: all of it made from the ranks."""
    low, high = np.cumsum(rng.uniform(0.1, 1, (2, count)), axis=1) - count / 4
    ranks = rng.permutation(count)
    return low[ranks], rng.permutation(high), high[ranks]


@pytest.mark.hidden
@pytest.mark.exercise("match_on_a_line")
@pytest.mark.points(1)
def test_drawn_ranks(student):
    rng = seeded(4)
    for count in (1, 2, *rng.integers(3, 80, 3)):
        values, wanted, expected = line_of_known_ranks(rng, count)
        assert_array_equal(student.match_on_a_line(values, wanted), expected, 1e-9)


# ----------------------------------------------------------------- one_turn


def turn_mistakes(colors, wanted, rotation, right):
    def dealt(columns, goals):
        ranks = (columns[:, None, :] > columns[None, :, :]).sum(axis=1)
        return np.sort(goals, axis=0)[ranks, np.arange(3)]

    there = right @ rotation.T
    return {
        "not turned back": there,
        "the axes are not turned at all": dealt(colors, wanted),
        "the new axes are taken from the columns of the rotation": dealt(
            colors @ rotation, wanted @ rotation
        )
        @ rotation.T,
        "turned further in place of back": there @ rotation.T,
        "only the target is turned": dealt(colors @ rotation.T, wanted) @ rotation,
    }


@pytest.mark.exercise("one_turn")
@pytest.mark.points(1)
def test_a_quarter_turn_by_hand(student):
    # the first new axis is the old second one, the second is the old first one, reversed
    rotation = np.array([[0.0, 1.0, 0.0], [-1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    colors = np.array([[1.0, 2.0, 3.0], [4.0, 1.0, 9.0]])
    wanted = np.array([[10.0, 0.0, 5.0], [20.0, 7.0, 6.0]])
    expected = np.array([[10.0, 7.0, 5.0], [20.0, 0.0, 6.0]])
    mistakes = turn_mistakes(colors, wanted, rotation, expected)
    told = {name: wrong for name, wrong in mistakes.items() if not np.allclose(wrong, expected)}
    assert_array_equal(student.one_turn(colors, wanted, rotation), expected, 1e-9, told)


def turn_of_known_ranks(rng, count, rotation):
    """Colours, what is wanted of them, and the answer: all of it made from the ranks."""
    low, high = np.cumsum(rng.uniform(0.1, 1, (2, count, 3)), axis=1) / count
    ranks = np.stack([rng.permutation(count) for _ in range(3)], axis=1)
    colors, expected = (np.take_along_axis(rising, ranks, axis=0) for rising in (low, high))
    return colors @ rotation, rng.permuted(high, axis=0) @ rotation, expected @ rotation


@pytest.mark.exercise("one_turn")
@pytest.mark.points(2)
@pytest.mark.parametrize("seed", [6, 7])
def test_a_slanting_turn(student, seed):
    rotation = turned(seed)
    made = turn_of_known_ranks(np.random.default_rng(seed), 50, rotation)
    colors, wanted, expected = made
    mistakes = turn_mistakes(colors, wanted, rotation, expected)
    actual = student.one_turn(colors, wanted, rotation)
    assert_array_equal(actual, expected, 1e-9, mistakes)


@pytest.mark.exercise("one_turn")
@pytest.mark.points(1)
def test_whole_numbers_turn_into_fractions(student):
    rotation = np.array([[0.6, 0.8, 0.0], [-0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])
    # along the new axes: 0 0 0, 6 -8 5, 8 6 9, and what is wanted: 0.6 -0.8 1, 0.8 0.6 2, 0 0 3
    colors = np.array([[0, 0, 0], [10, 0, 5], [0, 10, 9]])
    wanted = np.array([[1, 0, 1], [0, 1, 2], [0, 0, 3]])
    expected = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 2.0], [0.0, 1.0, 3.0]])
    name = "matched in an array of whole numbers, which cuts off the fractions"
    mistakes = {name: expected * [0, 0, 1]}
    actual = student.one_turn(colors, wanted, rotation)
    assert_array_equal(actual, expected, 1e-9, mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("one_turn")
@pytest.mark.points(1)
def test_a_drawn_turn(student):
    rng = seeded(5)
    for number in (24, 25):
        rotation = turned([SEED, number])
        colors, wanted, expected = turn_of_known_ranks(rng, int(rng.integers(2, 70)), rotation)
        assert_array_equal(student.one_turn(colors, wanted, rotation), expected, 1e-9)


# ---------------------------------------------------------- sliced_distance


def sliced_mistakes(colors, others, directions):
    one, other = colors @ directions.T, others @ directions.T
    gap = np.sort(one, axis=0) - np.sort(other, axis=0)
    rows = np.sort(one, axis=1) - np.sort(other, axis=1)
    return {
        "not sorted: pixel by pixel, not cloud by cloud": float(np.abs(one - other).mean()),
        "sorted along the wrong axis": float(np.abs(rows).mean()),
        "no absolute value: what is too high and what is too low cancel": float(gap.mean()),
        "squared, and no absolute value": float((gap**2).mean()),
        "the root of the mean square, not the mean of the distances": float(
            np.sqrt((gap**2).mean())
        ),
        "the sum, not the mean, over the directions": float(np.abs(gap).mean(axis=0).sum()),
        "the sum, not the mean": float(np.abs(gap).sum()),
    }


@pytest.mark.exercise("sliced_distance")
@pytest.mark.points(1)
def test_two_colors_seen_from_two_sides(student):
    colors = np.array([[0.0, 0.0, 0.0], [1.0, 2.0, 0.0]])
    others = np.array([[1.0, 5.0, 0.0], [2.0, 0.0, 0.0]])
    directions = np.eye(3)[:2]
    # red: 0 1 and 1 2, so 1 and 1; green: 0 2 and 0 5, so 0 and 3
    mistakes = sliced_mistakes(colors, others, directions)
    assert_value_equal(student.sliced_distance(colors, others, directions), 1.25, 1e-9, mistakes)


@pytest.mark.exercise("sliced_distance")
@pytest.mark.points(1)
def test_two_clouds_seen_from_many_sides(student):
    # one cloud, moved as a whole: along a direction, by the dot product of both
    colors, moved = cloud(10, 40), np.array([0.3, -0.2, 0.1])
    others = np.random.default_rng(11).permutation(colors) + moved
    directions = np.concatenate([turned(seed) for seed in range(4)])
    expected = np.abs(directions @ moved).mean()
    mistakes = sliced_mistakes(colors, others, directions)
    actual = student.sliced_distance(colors, others, directions)
    assert_value_equal(actual, float(expected), 1e-9, mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("sliced_distance")
@pytest.mark.points(1)
def test_two_drawn_clouds_seen_from_drawn_sides(student):
    rng = seeded(6)
    count, sides = (int(number) for number in rng.integers(2, 40, 2))
    colors, others = (cloud([SEED, number], count) * rng.uniform(0.5, 2, 3) for number in (26, 27))
    directions = rng.normal(size=(sides, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    distances = [
        abs(one - other)
        for side in directions
        for one, other in zip(sorted(colors @ side), sorted(others @ side), strict=True)
    ]
    actual = student.sliced_distance(colors, others, directions)
    assert_value_equal(actual, float(np.mean(distances)), 1e-9)


@pytest.mark.exercise("sliced_distance")
@pytest.mark.points(1)
def test_the_order_of_the_pixels_does_not_matter(student):
    colors = cloud(12, 30)
    shuffled = np.random.default_rng(0).permutation(colors)
    mistakes = sliced_mistakes(colors, shuffled, np.eye(3))
    actual = student.sliced_distance(colors, shuffled, np.eye(3))
    assert_value_equal(actual, 0.0, 1e-9, {k: v for k, v in mistakes.items() if v > 1e-9})


# --------------------------------------------------------- pool_over_pieces


def pool_mistakes(features, labels):
    flat, pieces = features.reshape(labels.size, -1), labels.ravel()
    sums = np.stack([np.bincount(pieces, weights=channel) for channel in flat.T], axis=1)
    counts = np.bincount(pieces)
    every = [flat[pieces == piece] for piece in range(len(counts))]
    return {
        "sums, not means: they grow with the size of the piece": sums,
        "divided by the pixels of the whole picture": sums / len(flat),
        "one mean over all channels": np.repeat(
            (sums / counts[:, None]).mean(axis=1, keepdims=True), flat.shape[1], axis=1
        ),
        "largest in place of mean": np.stack([rows.max(axis=0) for rows in every]),
        "medians in place of means": np.stack([np.median(rows, axis=0) for rows in every]),
        "channels first: a row for each superpixel is wanted": (sums / counts[:, None]).T,
    }


@pytest.mark.exercise("pool_over_pieces")
@pytest.mark.points(1)
def test_two_pieces_by_hand(student):
    features = np.array([[[0.0, 1.0, 5.0], [2.0, 1.0, 6.0]], [[9.0, 7.0, 1.0], [4.0, 1.0, 7.0]]])
    labels = np.array([[1, 1], [0, 1]])
    expected = np.array([[9.0, 7.0, 1.0], [2.0, 1.0, 6.0]])
    mistakes = pool_mistakes(features, labels)
    told = {
        name: w for name, w in mistakes.items() if np.shape(w) != (2, 3) or (w != expected).any()
    }
    assert_array_equal(student.pool_over_pieces(features, labels), expected, 1e-9, told)


@pytest.mark.exercise("pool_over_pieces")
@pytest.mark.points(1)
def test_pieces_of_many_sizes(student):
    rng = np.random.default_rng(13)
    labels = rng.permutation(np.repeat(np.arange(5), [1, 3, 8, 20, 31])).reshape(7, 9)
    features = rng.normal(size=(7, 9, 4))
    expected = reference.superpixel_means(features, labels)
    actual = student.pool_over_pieces(features, labels)
    assert_array_equal(actual, expected, 1e-9, pool_mistakes(features, labels))


def drawn_labels(rng):
    """Labels in no order, none of them empty."""
    height, width, count = (int(number) for number in rng.integers(3, 12, 3))
    others = rng.integers(0, count, height * width - count)
    return rng.permutation([*range(count), *others]).reshape(height, width)


@pytest.mark.hidden
@pytest.mark.exercise("pool_over_pieces")
@pytest.mark.points(1)
def test_drawn_pieces(student):
    rng = seeded(7)
    for channels in (1, *rng.integers(2, 9, 2)):
        labels = drawn_labels(rng)
        features = rng.normal(size=(*labels.shape, channels))
        expected = reference.superpixel_means(features, labels)
        assert_array_equal(student.pool_over_pieces(features, labels), expected, 1e-9)


# -------------------------------------------------------------- resemblance


def resemblance_mistakes(features, others):
    def unit(rows):
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def centred(rows, axis=1):
        return rows - rows.mean(axis=axis, keepdims=True)

    right = reference.correlation(features, others)
    return {
        "the means are not subtracted": unit(features) @ unit(others).T,
        "the mean of each column is subtracted: each row has its own": unit(centred(features, 0))
        @ unit(centred(others, 0)).T,
        "one mean of the whole table is subtracted: each row has its own": unit(
            features - features.mean()
        )
        @ unit(others - others.mean()).T,
        "not divided by the lengths": centred(features) @ centred(others).T,
        "divided by the deviations, not by the lengths": right * features.shape[1],
        "lengths taken before the means are subtracted": (
            centred(features) / np.linalg.norm(features, axis=1, keepdims=True)
        )
        @ (centred(others) / np.linalg.norm(others, axis=1, keepdims=True)).T,
        "absolute values: the sign is lost": np.abs(right),
        "rows and columns of the table are exchanged": right.T,
    }


@pytest.mark.exercise("resemblance")
@pytest.mark.points(1)
def test_same_opposite_and_unrelated(student):
    features = np.array([[1.0, 2.0, 3.0], [2.0, 1.0, 3.0]])
    others = np.array([[10.0, 30.0, 50.0], [7.0, 6.0, 5.0], [1.0, 4.0, 1.0]])
    expected = np.array([[1.0, -1.0, 0.0], [0.5, -0.5, -np.sqrt(0.75)]])
    mistakes = resemblance_mistakes(features, others)
    assert_array_equal(student.resemblance(features, others), expected, 1e-9, mistakes)


@pytest.mark.exercise("resemblance")
@pytest.mark.points(1)
def test_every_piece_with_every_other(student):
    rng = np.random.default_rng(14)
    features, others = rng.normal(1, 1, (6, 8)), rng.normal(2, 1, (4, 8))
    expected = reference.correlation(features, others)
    mistakes = resemblance_mistakes(features, others)
    assert_array_equal(student.resemblance(features, others), expected, 1e-9, mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("resemblance")
@pytest.mark.points(1)
def test_drawn_pieces_with_each_other(student):
    rng = seeded(8)
    one, other, channels = rng.integers(3, 15, 3)
    features, others = rng.normal(1, 2, (one, channels)), rng.normal(-2, 1, (other, channels))
    expected = np.corrcoef(features, others)[:one, one:]
    assert_array_equal(student.resemblance(features, others), expected, 1e-9)


# ------------------------------------------------------ squared_mahalanobis


def mahalanobis_mistakes(points, mean, covariance):
    centred = points - mean
    inverse = np.linalg.inv(covariance)
    squared = np.einsum("ni,ij,nj->n", centred, inverse, centred)
    return {
        "the covariance is not inverted": np.einsum("ni,ij,nj->n", centred, covariance, centred),
        "the plain distance: the spread is not used": (centred**2).sum(axis=1),
        "only the variances are used: the slant of the piece is not seen": (
            centred**2 / np.diag(covariance)
        ).sum(axis=1),
        "the mean is not subtracted": np.einsum("ni,ij,nj->n", points, inverse, points),
        "the points' own mean is subtracted, not the mean that is given": np.einsum(
            "ni,ij,nj->n", points - points.mean(axis=0), inverse, points - points.mean(axis=0)
        ),
        "the root is taken: the square is wanted": np.sqrt(squared),
        "each entry is inverted, not the matrix": np.einsum(
            "ni,ij,nj->n", centred, 1 / np.where(covariance, covariance, np.inf), centred
        ),
        "a table of all pairs: its diagonal is what is wanted": centred @ inverse @ centred.T,
    }


@pytest.mark.exercise("squared_mahalanobis")
@pytest.mark.points(1)
def test_wide_and_narrow_by_hand(student):
    mean, covariance = np.array([1.0, 1.0]), np.diag([4.0, 0.25])
    points = np.array([[1.0, 1.0], [3.0, 1.0], [1.0, 3.0], [5.0, 0.0]])
    expected = np.array([0.0, 1.0, 16.0, 8.0])
    mistakes = mahalanobis_mistakes(points, mean, covariance)
    told = {
        n: w for n, w in mistakes.items() if np.shape(w) != (4,) or not np.allclose(w, expected)
    }
    actual = student.squared_mahalanobis(points, mean, covariance)
    assert_array_equal(actual, expected, 1e-9, told)


@pytest.mark.exercise("squared_mahalanobis")
@pytest.mark.points(1)
def test_a_slanting_piece(student):
    points = np.concatenate([cloud(15, 30), cloud(16, 30)[:, :2]], axis=1)
    mean, covariance = points[:20].mean(axis=0), np.cov(points[:20].T)
    inverse = np.linalg.inv(covariance)
    expected = reference.mahalanobis(points, mean[None], inverse[None])[:, 0]
    mistakes = mahalanobis_mistakes(points, mean, covariance)
    actual = student.squared_mahalanobis(points, mean, covariance)
    assert_array_equal(actual, expected, 1e-6, mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("squared_mahalanobis")
@pytest.mark.points(1)
def test_a_drawn_piece(student):
    rng = seeded(9)
    count, size = rng.integers(1, 10, 2)
    root = rng.normal(size=(size, size)) / 4 + np.eye(size)
    points, mean, covariance = rng.normal(size=(count, size)), rng.normal(size=size), root @ root.T
    expected = (np.linalg.inv(root) @ (points - mean).T).T
    actual = student.squared_mahalanobis(points, mean, covariance)
    assert_array_equal(actual, np.square(expected).sum(axis=1), 1e-6)


# ----------------------------------------------------------- count_products


def product_mistakes(p, n, m, left, right):
    return {
        "left and right are exchanged": (right, left),
        "only the first product of each order is counted": (p * n * m, n * m * 3),
        "additions counted too: multiplications alone are wanted": (2 * left, 2 * right),
        "the second products are exchanged: which shape has the first one's result?": (
            p * n * m + p * n * 3,
            n * m * 3 + p * m * 3,
        ),
        "only one colour channel: there are three": (p * n * m + p * m, n * m + p * n),
    }


@pytest.mark.exercise("count_products")
@pytest.mark.points(1)
def test_five_pixels_and_two_pieces_by_hand(student):
    # left first: 5 x 2 x 4, then 5 x 4 x 3; right first: 2 x 4 x 3, then 5 x 2 x 3
    mistakes = product_mistakes(5, 2, 4, 100, 54)
    assert_value_equal(student.count_products(5, 2, 4), (100, 54), mistakes=mistakes)


@pytest.mark.exercise("count_products")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ((262_144, 1536, 1536), (619_683_250_176, 1_215_037_440)),
        ((2_073_600, 4320, 4000), (35_856_691_200_000, 26_925_696_000)),
    ],
)
def test_products_of_a_photo(student, sizes, expected):
    mistakes = product_mistakes(*sizes, *expected)
    assert_value_equal(student.count_products(*sizes), expected, mistakes=mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("count_products")
@pytest.mark.points(1)
def test_products_of_drawn_sizes(student):
    for sizes in seeded(10).integers(1, 5000, (4, 3)).tolist():
        pixels, pieces, others = sizes
        expected = (pixels * others * (pieces + 3), pieces * 3 * (others + pixels))
        assert_value_equal(student.count_products(*sizes), expected)


# ------------------------------------------------------- mend_the_attention


def attention_mistakes(correlations, tau):
    def softmax(values, axis):
        weights = np.exp(values - values.max(axis=axis, keepdims=True))
        return weights / weights.sum(axis=axis, keepdims=True)

    return {
        "as handed in: the columns sum to 1, not the rows": softmax(correlations / tau, 0),
        "the whole table sums to 1": softmax(correlations / tau, (0, 1)),
        "multiplied by tau, not divided": softmax(correlations * tau, 1),
        "tau is not used": softmax(correlations, 1),
        "not divided by the sum": np.exp(
            (correlations - correlations.max(axis=1, keepdims=True)) / tau
        ),
        "no exponential: correlations divided by their sum": correlations
        / correlations.sum(axis=1, keepdims=True),
    }


@pytest.mark.exercise("mend_the_attention")
@pytest.mark.points(1)
def test_two_pieces_that_know_what_they_want(student):
    correlations = np.array([[np.log(1.0), np.log(2.0), np.log(5.0)], [np.log(4.0)] * 3])
    expected = np.array([[0.125, 0.25, 0.625], [1 / 3, 1 / 3, 1 / 3]])
    mistakes = attention_mistakes(correlations, 1.0)
    told = {
        n: w for n, w in mistakes.items() if np.isfinite(w).all() and not np.allclose(w, expected)
    }
    assert_array_equal(student.mend_the_attention(correlations, 1.0), expected, 1e-9, told)


@pytest.mark.exercise("mend_the_attention")
@pytest.mark.points(1)
@pytest.mark.parametrize("tau", [0.02, 0.5])
def test_many_pieces(student, tau):
    correlations = np.random.default_rng(17).uniform(0.7, 0.99, (9, 6))
    expected = reference.attention(correlations, tau)
    mistakes = attention_mistakes(correlations, tau)
    assert_array_equal(student.mend_the_attention(correlations, tau), expected, 1e-9, mistakes)


@pytest.mark.exercise("mend_the_attention")
@pytest.mark.points(1)
def test_a_piece_that_resembles_none(student):
    correlations = np.array([[0.9, 0.95, 0.2], [-0.9, -0.95, -0.95]])
    expected = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    actual = student.mend_the_attention(correlations, 9e-4)
    mistakes = attention_mistakes(correlations, 9e-4)
    nothing = np.full(3, np.nan)
    mistakes["the largest of the whole table is subtracted: a row of small ones is 0 / 0"] = (
        np.array([[0.0, 1.0, 0.0], nothing])
    )
    mistakes[OVERFLOW] = np.array([[np.nan, np.nan, 0.0], nothing])
    assert_array_equal(actual, expected, 1e-9, mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("mend_the_attention")
@pytest.mark.points(1)
@pytest.mark.parametrize("tau", [9e-4, 0.05])
def test_drawn_correlations(student, tau):
    rng = seeded(11)
    correlations = rng.uniform(-1, 1, rng.integers(2, 15, 2))
    expected = reference.attention(correlations, tau)
    assert_array_equal(student.mend_the_attention(correlations, tau), expected, 1e-9)


# ------------------------------------------------------------ mend_the_lamp


def to_light(image):
    levels = image / 255
    return np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)


def to_levels(light):
    return 255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def as_levels(values):
    return np.rint(np.clip(values, 0, 255)).astype(np.uint8)


def lamp_mistakes(target, lamp):
    light, wanted = to_light(target), to_light(lamp)
    encoded = lamp.mean(axis=(0, 1)) / target.mean(axis=(0, 1))
    factors = wanted.mean(axis=(0, 1)) / light.mean(axis=(0, 1))
    lit = np.clip(light * factors, 0, 1)
    powers = (target / 255) ** 2.2
    gamma = ((lamp / 255) ** 2.2).mean(axis=(0, 1)) / powers.mean(axis=(0, 1))
    return {
        "as handed in: means of levels, not of light": as_levels(target * encoded),
        "the factor comes from the levels, though the light is multiplied": as_levels(
            to_levels(np.clip(light * encoded, 0, 1))
        ),
        "the factor comes from the light, but the levels are multiplied": as_levels(
            target * factors
        ),
        "never turned back into levels": as_levels(255 * lit),
        "one factor for all three channels": as_levels(
            to_levels(np.clip(light * (wanted.mean() / light.mean()), 0, 1))
        ),
        "gamma 2.2 is near to sRGB's curve, but is not it: light_of and levels_of are": as_levels(
            255 * np.clip(powers * gamma, 0, 1) ** (1 / 2.2)
        ),
        "the fraction is cut off, not rounded": to_levels(lit).astype(np.uint8),
        "light beyond 1 is not cut off: uint8 overflow": np.rint(to_levels(light * factors))
        .astype(np.int64)
        .astype(np.uint8),
    }


@pytest.mark.exercise("mend_the_lamp")
@pytest.mark.points(1)
def test_half_of_the_light_is_level_188(student):
    flat = np.full((2, 2, 3), 100, np.uint8)
    board = np.array([[0, 255], [255, 0]], np.uint8)[..., None].repeat(3, axis=2)
    expected = np.full((2, 2, 3), 188, np.uint8)
    mistakes = lamp_mistakes(flat, board)
    told = {name: wrong for name, wrong in mistakes.items() if (wrong != expected).any()}
    actual = student.mend_the_lamp(flat, board)
    assert_image_equal(actual, expected, image=flat, mistakes=told)


@pytest.mark.exercise("mend_the_lamp")
@pytest.mark.points(1)
def test_light_of_four_pixels(student):
    target = np.array([[[100, 50, 200], [20, 60, 220]], [[0, 200, 100], [240, 10, 30]]], np.uint8)
    lamp = np.array([[[255, 90, 10], [200, 100, 60], [250, 120, 4]]], np.uint8)
    expected = np.array([[[175, 46, 45], [42, 55, 51]], [[0, 186, 18], [255, 8, 2]]], np.uint8)
    actual = student.mend_the_lamp(target, lamp)
    assert_image_equal(actual, expected, image=target, mistakes=lamp_mistakes(target, lamp))


@pytest.mark.hidden
@pytest.mark.exercise("mend_the_lamp")
@pytest.mark.points(1)
@pytest.mark.parametrize("names", [("coffee", "rocket"), ("rocket", "chelsea")])
def test_light_of_a_photo(student, names):
    first, step = seeded(12).integers(8, 40, 2)
    target, lamp = (getattr(samples, name)()[first::step, first::step] for name in names)
    light = to_light(target) * to_light(lamp).mean(axis=(0, 1))
    expected = as_levels(to_levels(np.minimum(light / to_light(target).mean(axis=(0, 1)), 1)))
    assert_image_equal(student.mend_the_lamp(target, lamp), expected, image=target)


# -------------------------------------------------------- mend_the_blackout


def blackout_mistakes(image, labels):
    pieces = [image[labels == piece] for piece in range(labels.max() + 1)]
    counts = np.array([[len(piece)] for piece in pieces])
    wide = np.stack([piece.astype(np.int64).sum(axis=0) for piece in pieces])
    last = np.stack([piece[-1] for piece in pieces])
    return {
        "as handed in: uint8 overflow in the sums": wide.astype(np.uint8) / counts,
        "int16 is too narrow as well: its largest number is 32767": wide.astype(np.int16) / counts,
        "uint16 is too narrow as well: its largest number is 65535": wide.astype(np.uint16)
        / counts,
        "sums[labels] += image counts only one pixel a piece: np.add.at adds them all": last
        / counts,
        "sums, not means": wide.astype(float),
        "rounded down: a mean is no whole number": (wide // counts).astype(float),
    }


@pytest.mark.exercise("mend_the_blackout")
@pytest.mark.points(1)
def test_four_bright_pixels_by_hand(student):
    image = np.array([[[200, 10, 0], [100, 20, 1]], [[201, 30, 0], [103, 40, 2]]], np.uint8)
    labels = np.array([[0, 1], [0, 1]])
    expected = np.array([[200.5, 20.0, 0.0], [101.5, 30.0, 1.5]])
    mistakes = blackout_mistakes(image, labels)
    told = {name: wrong for name, wrong in mistakes.items() if not np.allclose(wrong, expected)}
    assert_array_equal(student.mend_the_blackout(image, labels), expected, 1e-9, told)


@pytest.mark.exercise("mend_the_blackout")
@pytest.mark.points(1)
def test_large_pieces(student):
    image = samples.coffee()[:60, :80]
    image = 255 - image // 8  # bright: sums beyond what sixteen bits hold
    labels = np.arange(60)[:, None] // 30 * 2 + np.arange(80)[None] // 40
    expected = reference.superpixel_means(image, labels)
    mistakes = blackout_mistakes(image, labels)
    assert_array_equal(student.mend_the_blackout(image, labels), expected, 1e-9, mistakes)


@pytest.mark.hidden
@pytest.mark.exercise("mend_the_blackout")
@pytest.mark.points(1)
def test_drawn_bright_pieces(student):
    rng = seeded(13)
    labels = drawn_labels(rng).repeat(20, axis=0).repeat(20, axis=1)
    image = rng.integers(150, 256, (*labels.shape, 3)).astype(np.uint8)
    expected = reference.superpixel_means(image, labels)
    assert_array_equal(student.mend_the_blackout(image, labels), expected, 1e-9)
