"""Small answers, worked out by hand."""

import itertools

import numpy as np
import pytest
import torch

from coursekit.color_transfer import gpu, reference
from coursekit.color_transfer.shared import halves, projection_axes, triangle_taps, unit_directions

# Three rows of three columns; the gray level depends on the column alone.
COLUMNS = np.repeat(np.tile([0.0, 0.0, 0.1], (3, 1))[..., None], 3, axis=2)
# Three pure reds, three greens, three blues.
PURE = np.eye(3, dtype=np.uint8)[[[0, 1, 2]] * 3] * 255


# ------------------------------------------------------------------ two moments


def test_white_is_the_zero_of_lalphabeta():
    white = np.ones((1, 1, 3))
    # The rows of the matrix sum to 0.9996, 0.9993 and 0.9973.
    long, medium, short = np.log10([0.9996, 0.9993, 0.9973])
    expected = [
        (long + medium + short) / 3**0.5,
        (long + medium - 2 * short) / 6**0.5,
        (long - medium) / 2**0.5,
    ]
    np.testing.assert_allclose(reference.rgb_to_lalphabeta(white)[0, 0], expected, atol=1e-12)


def test_a_tenth_of_the_light_is_one_less_in_every_logarithm():
    full = reference.rgb_to_lalphabeta(np.full((1, 1, 3), 1.0), linear=False)
    tenth = reference.rgb_to_lalphabeta(np.full((1, 1, 3), 0.1), linear=False)
    np.testing.assert_allclose(full - tenth, [[[3**0.5, 0, 0]]], atol=1e-12)


def test_black_has_a_logarithm_too():
    black = reference.rgb_to_lalphabeta(np.zeros((1, 1, 3), np.uint8))
    np.testing.assert_allclose(black, [[[-5 * 3**0.5, 0, 0]]], atol=1e-12)


def test_moments_of_three_columns():
    values = np.tile([1.0, 2.0, 3.0], (3, 1))[..., None]
    wanted = np.tile([10.0, 30.0, 50.0], (3, 1))[..., None]  # mean 30, twenty times as wide
    np.testing.assert_allclose(reference.match_moments(values, wanted), wanted)


def test_a_channel_without_deviation_gets_the_mean():
    flat, wanted = np.full((2, 2, 1), 7.0), np.array([[[1.0]], [[3.0]]])
    np.testing.assert_allclose(reference.match_moments(flat, wanted), np.full((2, 2, 1), 2.0))


@pytest.mark.parametrize("method", ["reinhard", "monge_kantorovitch"])
def test_one_colour_to_learn_from_gives_that_colour(method):
    wanted = np.full((2, 2, 3), (200, 120, 40), np.uint8)
    result = getattr(reference, method)(PURE, wanted)
    assert (result == (200, 120, 40)).all()


# ------------------------------------------------------------------ the linear map


def test_moments_of_pure_colours():
    mean, covariance = reference.color_moments(PURE)
    # Each channel is 255 in a third of nine pixels; 2/9 and -1/9 of 255², times nine eighths.
    np.testing.assert_allclose(mean, [85, 85, 85])
    expected = 255**2 * (np.full((3, 3), -1 / 8) + np.eye(3) * 3 / 8)
    np.testing.assert_allclose(covariance, expected)


def test_a_single_pixel_has_no_covariance():
    assert (reference.color_moments(PURE[:1, :1])[1] == 0).all()


def test_the_map_between_axes_is_the_ratio_of_deviations():
    found = reference.optimal_map(np.diag([4.0, 1.0, 9.0]), np.diag([16.0, 9.0, 9.0]))
    np.testing.assert_allclose(found, np.diag([2.0, 3.0, 1.0]), atol=1e-12)


def test_the_map_from_a_ball_is_the_square_root():
    wanted = np.array([[5.0, 4, 0], [4, 5, 0], [0, 0, 4]])  # [[2, 1], [1, 2]] squared, and 2²
    found = reference.optimal_map(np.eye(3), wanted)
    np.testing.assert_allclose(found, [[2, 1, 0], [1, 2, 0], [0, 0, 2]], atol=1e-12)


@pytest.mark.parametrize("levels", [1.0, 4000.0])
def test_the_map_of_gray_to_gray_leaves_nothing_across_the_gray_axis(levels):
    gray = np.full((3, 3), levels)
    expected = np.full((3, 3), 1 / 3)  # 1 along the axis, 0 across it
    np.testing.assert_allclose(reference.optimal_map(gray, gray), expected, atol=1e-6)
    tensor = torch.from_numpy(gray)
    np.testing.assert_allclose(gpu.optimal_map(tensor, tensor), expected, atol=1e-6)


def test_colours_of_one_spread_are_only_shifted():
    result = reference.monge_kantorovitch(PURE / 510, PURE[::-1] / 510 + 0.25)
    np.testing.assert_allclose(result, PURE / 510 + 0.25, atol=1e-12)


def test_a_gray_picture_finds_the_line_of_the_references_colours():
    gray = np.repeat(np.array([[0.2], [0.5], [0.8]]), 3, axis=1)[:, None]
    brown = np.array([[0.1, 0.05, 0.0], [0.4, 0.3, 0.2], [0.7, 0.55, 0.4]])[:, None]
    np.testing.assert_allclose(reference.monge_kantorovitch(gray, brown), brown, atol=1e-4)


# ------------------------------------------------------------------ the whole distribution


def test_three_numbers_are_matched_with_three():
    found = reference.match_marginal(np.array([0.0, 1, 2]), np.array([4.0, 0, 2]), bins=5)
    np.testing.assert_allclose(found, [0, 2, 4], atol=1e-5)


def test_an_offset_is_counted_in_bins():
    found = reference.match_marginal(np.array([0.0, 1, 2]), np.array([4.0, 0, 2]), 5, offset=-1)
    np.testing.assert_allclose(found, [-1, 1, 3], atol=1e-5)


def test_one_number_everywhere_stays_where_it_is():
    same = np.full(3, 0.7)
    np.testing.assert_allclose(reference.match_marginal(same, same[:2]), same)


def test_numbers_that_are_all_equal_get_the_mean():
    found = reference.match_marginal(np.full(5, 0.3), np.array([0.0, 0.1, 0.8]))
    np.testing.assert_allclose(found, np.full(5, 0.3))
    lower = reference.match_marginal(np.full(5, 0.9), np.array([0.0, 0.1, 0.8]), 10, offset=-1)
    np.testing.assert_allclose(lower, np.full(5, 0.3 - 0.1))  # a bin is 0.9 / 9 wide


@pytest.mark.parametrize("color", [(255, 255, 255), (0, 0, 0), (200, 120, 40)])
def test_a_target_of_one_colour_becomes_the_references_mean(color):
    target = np.full((3, 2, 3), color, np.uint8)
    other = np.array([[[10, 0, 100]], [[20, 0, 200]], [[60, 255, 30]]], np.uint8)
    for where, iterations in itertools.product(("reference", "gpu"), (1, 10)):
        found = distribution_transfer(where, target, other, iterations)
        assert (found == (30, 85, 110)).all()


def distribution_transfer(where, target, other, iterations):
    """IDT of the reference or of its twin."""
    if where == "reference":
        return reference.iterative_distribution_transfer(target, other, iterations)
    tensors = [torch.from_numpy(image).movedim(-1, 0) for image in (target, other)]
    return gpu.iterative_distribution_transfer(*tensors, iterations).movedim(0, -1).numpy()


def test_the_first_axes_are_the_channels_one_by_one():
    cloud, wanted = np.array([[0.0, 1, 2]] * 3).T, np.array([[4.0, 0, 2]] * 3).T
    moved = reference.project_and_match(cloud, wanted, np.eye(3), bins=5)
    np.testing.assert_allclose(moved, np.array([[0.0, 2, 4]] * 3).T, atol=1e-5)
    half = reference.project_and_match(cloud, wanted, np.eye(3), bins=5, relaxation=0.5)
    np.testing.assert_allclose(half, np.array([[0.0, 1.5, 3]] * 3).T, atol=1e-5)


def test_each_axis_is_a_unit_vector_and_three_of_them_are_at_right_angles():
    for six in projection_axes(4, seed=3):
        np.testing.assert_allclose(six[:3] @ six[:3].T, np.eye(3), atol=1e-12)
        np.testing.assert_allclose(six[3:] @ six[3:].T, np.eye(3), atol=1e-12)


# ------------------------------------------------------------------ regraining


def test_weights_of_flat_parts_and_of_an_edge():
    phi, psi = reference.regrain_weights(COLUMNS)
    slope = 0.1 * 3**0.5  # three channels rise by 0.1; at the border the pixel counts again
    np.testing.assert_allclose(phi, np.tile([30, 30 / (1 + 10 * slope)] + [0], (3, 1)) + np.tile(
        [0, 0, 30 / (1 + 10 * slope)], (3, 1)))  # fmt: skip
    np.testing.assert_allclose(psi, np.tile([0, 1, 1], (3, 1)))


def test_no_sweep_gives_the_target():
    np.testing.assert_allclose(reference.regrain(COLUMNS + 0.2, COLUMNS, sweeps=(0,)), COLUMNS)


def test_one_sweep_by_hand():
    result = reference.regrain(COLUMNS + 0.1, COLUMNS, sweeps=(1,))
    edge = 30 / (1 + 3**0.5)
    pull = 3 * edge + (30 + edge) / 2  # from above, below, the right; and from the left
    step = 0.8 * 0.1 / (1 + pull)
    np.testing.assert_allclose(result[1, 1], step, atol=1e-12)
    np.testing.assert_allclose(result[1, 0], 0, atol=1e-12)  # ψ = 0: flat parts ask for nothing


def test_a_half_weighs_four_pixels_with_one_three_three_one():
    index, weights = triangle_taps(8, 4)
    np.testing.assert_allclose(weights[1], np.array([1, 3, 3, 1]) / 8)
    assert index[1].tolist() == [1, 2, 3, 4] and index[0].tolist() == [0, 0, 1, 2]


def test_a_double_weighs_two_pixels_with_one_and_three():
    index, weights = triangle_taps(4, 8)
    values = np.arange(4.0)
    expected = [0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]
    np.testing.assert_allclose((values[index] * weights).sum(axis=1), expected)


def test_sizes_are_halved_while_they_stay_above_twenty():
    assert halves(96, 165, 6) == [(96, 165), (48, 83), (24, 42)]
    assert halves(40, 500, 6) == [(40, 500)]
    assert halves(960, 960, 2) == [(960, 960), (480, 480)]


# ------------------------------------------------------------------ light and gamut


def test_gray_has_no_colour_on_the_white_axis():
    turned = reference.to_white_axis(np.full((1, 1, 3), 0.5), np.ones(3))
    np.testing.assert_allclose(turned, [[[0, 0, 0.5 * 3**0.5]]], atol=1e-12)


def test_the_light_is_the_colour_of_the_edges():
    step = np.zeros((20, 20, 1))
    step[:, 10:] = 1
    lit = step * (0.8, 0.4, 0.2)
    np.testing.assert_allclose(reference.estimate_illuminant(lit), np.array([12, 6, 3]) / 7)


def test_a_picture_without_edges_has_white_light():
    assert reference.estimate_illuminant(np.full((4, 4, 3), 0.3)).tolist() == [1, 1, 1]


def test_tones_solve_the_papers_equation():
    luminance = np.array([[0.0, 0.2, 0.9], [0.1, 0.5, 0.8], [0.3, 0.3, 0.7]])
    wanted = luminance**2
    step = np.array([[-1.0, 1, 0], [0, -1, 1]])
    squares = np.kron(step.T @ step, np.eye(3)) + np.kron(np.eye(3), step.T @ step)  # ∇ᵀ∇
    matched = reference.match_luminance(luminance, wanted, smoothness=0).ravel()
    right = matched + 2 * squares @ luminance.ravel()
    expected = np.linalg.solve(np.eye(9) + 2 * squares, right).reshape(3, 3)
    found = reference.match_luminance(luminance, wanted, smoothness=2)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_the_hull_of_a_cube_is_its_corners():
    cube = np.array(np.meshgrid(*[[0.0, 0.5, 1.0]] * 3)).reshape(3, -1).T
    hull = reference.gamut_hull(cube)
    assert sorted(map(tuple, hull)) == sorted(map(tuple, np.ndindex(2, 2, 2)))


def test_grays_have_a_line_for_a_gamut():
    grays = np.linspace(0, 1, 5)[:, None] * np.ones(3)
    assert reference.gamut_hull(grays).tolist() == [[0, 0, 0], [1, 1, 1]]


def test_a_stretched_gamut_is_found_again():
    box = (np.array(list(np.ndindex(2, 2, 2))) - 0.5) * (0.4, 0.3, 1.0)
    found = reference.align_gamut(box, box * (2, 0.5, 1))
    np.testing.assert_allclose(found, np.diag([2, 0.5, 1]), atol=1e-3)


def test_a_turned_gamut_is_found_again():
    wedge = np.array([[0, 0, 0], [0.4, 0, 0], [0, 0.2, 0], [0.1, 0.1, 1.0]]) - [0.1, 0.1, 0.2]
    quarter = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    found = reference.align_gamut(wedge, wedge @ quarter.T)
    np.testing.assert_allclose(found, quarter, atol=1e-3)


def test_gamuts_without_a_body_are_left_alone():
    line = np.linspace(0, 1, 5)[:, None] * np.ones(3)
    assert (reference.align_gamut(line, line * 2) == np.eye(3)).all()


# ------------------------------------------------------------------ measures


def test_colours_that_all_move_alike_have_moved_as_far_as_the_directions_see():
    dark, shifted = np.zeros((4, 5, 3), np.uint8), np.full((3, 3, 3), (30, 0, 0), np.uint8)
    expected = 30 * np.sqrt(np.mean(unit_directions(64)[:, 0] ** 2))
    assert reference.sliced_wasserstein(dark, shifted) == pytest.approx(expected)
    assert expected == pytest.approx(30 / 3**0.5, rel=0.2)


def test_structure_of_two_flat_images_is_how_near_their_brightness_is():
    dark, light = np.full((12, 13, 3), 0.2), np.full((12, 13, 3), 0.6)
    expected = (2 * 0.2 * 0.6 + 1e-4) / (0.2**2 + 0.6**2 + 1e-4)  # without contrast the rest is 1
    assert reference.structural_similarity(dark, light) == pytest.approx(expected)


def test_gradients_of_a_negative_point_the_other_way():
    image = (PURE / 2 + COLUMNS * 100).astype(np.uint8)
    assert reference.gradient_correlation(image, image) == pytest.approx(1)
    assert reference.gradient_correlation(image // 2 + 7, image // 2) == pytest.approx(1)
    assert reference.gradient_correlation(255 - image, image) == pytest.approx(-1)
    assert reference.gradient_correlation(np.full_like(image, 9), image) == 0
