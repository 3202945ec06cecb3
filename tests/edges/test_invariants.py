"""What holds for every picture: chapter 05 on shapes and values that hypothesis makes up."""

import numpy as np
import torch
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from coursekit.core.torch import union_find
from coursekit.edges import gpu, reference
from coursekit.edges.explore import paths
from coursekit.lab import samples

few = settings(max_examples=50, deadline=None)
sides = some.integers(1, 12)
PICTURES = some.tuples(sides, sides).flatmap(lambda size: arrays(np.uint8, size))
LEVELS = some.integers(0, 255)
BORDERS = some.sampled_from(("reflect", "symmetric", "edge"))
FIRST = some.sampled_from((reference.sobel, reference.scharr, reference.prewitt))
MASKS = some.tuples(sides, sides).flatmap(
    lambda size: arrays(np.uint8, size, elements=some.sampled_from((0, 0, 1, 1, 1, 2)))
)
THRESHOLDS = some.tuples(some.integers(0, 600), some.integers(0, 600)).map(sorted)


def split(mask):
    return mask == 1, mask == 2


@few
@given(some.tuples(sides, sides), LEVELS, BORDERS)
def test_a_flat_picture_has_no_edges(size, level, border):
    image = np.full(size, level, np.uint8)
    for function in (reference.roberts, reference.prewitt, reference.sobel, reference.scharr):
        assert not np.any(function(image, border=border))
    assert not reference.laplacian(image, 3, border).any()
    assert not reference.canny(image, 0, 0).any()
    assert not reference.marr_hildreth(image, 1.0, 1e-6).any()


@few
@given(PICTURES, FIRST)
def test_transposing_exchanges_the_gradients(image, derive):
    row, column = derive(image)
    other_row, other_column = derive(image.T)
    np.testing.assert_array_equal(other_row, column.T)
    np.testing.assert_array_equal(other_column, row.T)


@few
@given(PICTURES, FIRST)
def test_a_negative_has_opposite_gradients(image, derive):
    for gradient, opposite in zip(derive(image), derive(255 - image), strict=True):
        np.testing.assert_array_equal(gradient, -opposite)


@few
@given(PICTURES)
def test_mirroring_turns_the_column_gradient(image):
    row, column = reference.sobel(image)
    mirrored_row, mirrored_column = reference.sobel(image[:, ::-1])
    np.testing.assert_array_equal(mirrored_row, row[:, ::-1])
    np.testing.assert_array_equal(mirrored_column, -column[:, ::-1])


@few
@given(PICTURES)
def test_the_diagonals_of_roberts_give_rows_and_columns(image):
    falling, rising = reference.roberts(image, "edge")
    padded = np.pad(image.astype(int), ((0, 1), (0, 1)), mode="edge")
    down = padded[1:] - padded[:-1]
    np.testing.assert_array_equal(falling + rising, down[:, :-1] + down[:, 1:])


@few
@given(PICTURES)
def test_l1_is_between_l2_and_its_root_two_fold(image):
    pair = reference.sobel(image, 7)
    l1, l2 = (reference.gradient_magnitude(*pair, norm) for norm in ("l1", "l2"))
    assert (l2 <= l1 * (1 + 1e-6)).all() and (l1 <= l2 * (2**0.5 + 1e-6)).all()


@few
@given(PICTURES)
def test_a_negative_has_the_same_edges(image):
    thinned, negative = (
        reference.non_maximum_suppression(*reference.gradients(picture))
        for picture in (image, 255 - image)
    )
    np.testing.assert_array_equal(thinned, negative)


@few
@given(PICTURES, THRESHOLDS, some.booleans())
def test_lower_thresholds_find_no_less(image, thresholds, l2):
    low, high = thresholds
    found = reference.canny(image, low, high, l2=l2) > 0
    assert (found <= (reference.canny(image, low / 2, high, l2=l2) > 0)).all()
    assert (found <= (reference.canny(image, low / 2, high / 2, l2=l2) > 0)).all()


@few
@given(PICTURES)
def test_thinning_keeps_the_strength_or_clears_it(image):
    row, column = reference.gradients(image)
    thinned = reference.non_maximum_suppression(row, column)
    strength = reference.gradient_magnitude(row, column, "l1")
    assert ((thinned == 0) | (thinned == strength)).all()


@few
@given(MASKS)
def test_hysteresis_keeps_what_twins_keep(mask):
    weak, strong = split(mask)
    kept = reference.hysteresis(weak, strong)
    twin = gpu.hysteresis(torch.from_numpy(weak)[None], torch.from_numpy(strong)[None])
    np.testing.assert_array_equal(twin[0].numpy(), kept)
    assert (strong <= kept).all() and (kept <= (weak | strong)).all()


@few
@given(MASKS)
def test_hysteresis_twice_is_hysteresis_once(mask):
    weak, strong = split(mask)
    kept = reference.hysteresis(weak, strong)
    np.testing.assert_array_equal(reference.hysteresis(weak, kept), kept)


@few
@given(MASKS)
def test_every_path_leads_over_neighbours_to_a_strong_pixel(mask):
    weak, strong = split(mask)
    lengths = reference.path_lengths(weak, strong)
    for row, column in np.argwhere(lengths >= 0):
        path = np.array(paths.chain(lengths, row, column))
        assert strong[tuple(path[-1])] and len(path) == lengths[row, column] + 1
        assert all(weak[tuple(place)] for place in path[:-1])
        assert (np.abs(np.diff(path, axis=0)) <= 1).all()


@few
@given(MASKS, some.floats(0, 4))
def test_precision_and_recall_exchange_with_found_and_truth(mask, tolerance):
    found, truth = mask >= 1, mask == 2
    precision, recall = reference.precision_recall(found, truth, tolerance)
    assert (recall, precision) == reference.precision_recall(truth, found, tolerance)
    assert reference.precision_recall(found, found, 0) == (1, 1)


def spiral(size):
    """A spiral one pixel wide, and its inner end."""
    mask = np.zeros((size, size), bool)
    place, step = np.array([0, -1]), np.array([0, 1])
    for length in [size] + [n for n in range(size - 1, 0, -2) for _ in "ab"]:
        for _ in range(length):
            place += step
            mask[tuple(place)] = True
        step = np.array([step[1], -step[0]])
    return mask, tuple(place)


def test_a_spiral_of_thousands_of_pixels_takes_few_rounds(monkeypatch):
    mask, end = spiral(301)
    strong = np.zeros_like(mask)
    strong[end] = True
    rounds, compress = [], union_find._compress_among
    monkeypatch.setattr(union_find, "_compress_among", lambda *a: rounds.append(1) or compress(*a))
    kept = gpu.hysteresis(torch.from_numpy(mask & ~strong)[None], torch.from_numpy(strong)[None])
    assert mask.sum() > 40_000 and len(rounds) <= np.log2(mask.sum())
    np.testing.assert_array_equal(kept[0].numpy(), mask)
    assert reference.path_lengths(mask & ~strong, strong)[0, 0] > 40_000


def test_the_worst_order_of_a_path_still_halves(monkeypatch):
    """Comb teeth: every number is smaller or larger than both of its neighbours."""
    mask = np.zeros((4, 2000), bool)
    mask[0, 0::4] = mask[1, 1::2] = mask[2, 2::4] = True
    strong = np.zeros_like(mask)
    strong[2, 1998] = True
    kept = gpu.hysteresis(torch.from_numpy(mask & ~strong)[None], torch.from_numpy(strong)[None])
    np.testing.assert_array_equal(kept[0].numpy(), mask)


def test_zero_crossings_find_a_blurred_step_to_a_fiftieth_of_a_pixel():
    columns = np.arange(40.0)
    for place in (19.0, 19.2, 19.5, 19.83):
        profile = 1 / (1 + np.exp(-(columns - place) / 1.5))
        response = reference.laplacian_of_gaussian(np.tile(profile, (5, 1)), 2.0)
        _, right = reference.zero_crossings(response, 1e-3)
        found = (np.arange(40) + right)[2][right[2] >= 0]
        np.testing.assert_allclose(found, [place], atol=0.02)


def test_scharr_has_the_smallest_error_of_angle():
    def error(derive):
        angles = np.radians(np.arange(0, 46, 5))
        errors = []
        for angle in angles:
            rows, columns = np.mgrid[-20:21, -20:21]
            phase = 0.9 * (columns * np.cos(angle) + rows * np.sin(angle))
            direction = reference.gradient_direction(*derive(0.5 + 0.4 * np.sin(phase)))
            errors.append(abs(direction[20, 20] - angle))
        return max(errors)

    scharr, sobel, prewitt = map(error, (reference.scharr, reference.sobel, reference.prewitt))
    assert 3 * scharr < sobel < prewitt


def test_smoothing_raises_precision_in_noise():
    clean = samples.step_edge(80, 80)
    noise = np.random.default_rng(1).normal(0, 25, clean.shape)
    noisy = np.clip(np.rint(clean + noise), 0, 255).astype(np.uint8)
    truth = reference.canny(clean, 100, 200) > 0
    rough, mild = (reference.canny(noisy, 100, 200, sigma=s) > 0 for s in (0, 2))
    assert reference.precision_recall(rough, truth)[0] < 0.2
    assert min(reference.precision_recall(mild, truth, 2)) > 0.9
