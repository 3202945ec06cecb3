"""What figures and lesson of chapter 10 lean on: kept steps, drawn clouds, measured pairs."""

import numpy as np
import pytest

from coursekit.color_transfer import explore, reference
from coursekit.color_transfer.explore import drawing, experiments, story
from coursekit.lab import plots

TARGET, OTHER = (experiments.picture(name, 48) for name in ("coffee", "rocket"))


def test_a_figure_without_any_movement_shows_the_target():
    result = story.moved_moments(TARGET, OTHER, 0, 0, story.SPACES[0])
    assert np.array_equal(result, TARGET)


@pytest.mark.parametrize("space", story.SPACES)
def test_all_the_way_is_the_methods_own_result(space):
    moved = story.moved_moments(TARGET, OTHER, 1, 1, space)
    if space == story.SPACES[0]:
        light = reference.match_moments(TARGET / 255, OTHER / 255)
        expected = np.rint(255 * np.clip(light, 0, 1)).astype(np.uint8)
    else:
        expected = reference.reinhard(TARGET, OTHER)
    assert np.abs(moved.astype(int) - expected).max() <= 1


def test_steps_are_kept_by_content_and_not_by_name():
    labels, _ = story.pieces_of(TARGET, 20)
    assert story.pieces_of(TARGET.copy(), 20)[0] is labels
    assert story.pieces_of(TARGET[::-1].copy(), 20)[0] is not labels


def test_by_features_is_the_transfer_step_by_step():
    ours = story.by_features(TARGET, OTHER, 20, 0.02, 10, 0.1, True)
    whole = reference.superfeature_transfer(TARGET, OTHER, superpixels=20)
    assert np.array_equal(ours, whole)


def test_by_colors_is_the_fusion_step_by_step():
    ours = story.by_colors(TARGET, OTHER, 20, 10, 0.1, True)
    assert np.array_equal(ours, reference.superpixel_color_fusion(TARGET, OTHER, superpixels=20))


def test_what_has_a_say_in_a_pixel_is_its_row_of_the_fusion():
    labels, _ = story.pieces_of(TARGET, 20)
    weights = reference.fusion_weights(TARGET, labels, np.eye(labels.max() + 1))
    assert np.allclose(story.blending(TARGET, 20, (7, 9), 10, 0.1), weights[7, 9], atol=1e-9)


def test_the_corners_of_the_cube_lie_in_the_panel_at_every_turn():
    for turn in range(0, 360, 10):
        x, y, _ = drawing.seen(drawing.CORNERS, turn)
        assert 0 <= min(x.min(), y.min()) and max(x.max(), y.max()) < drawing.SIDE


def test_a_near_color_hides_a_far_one():
    _, _, depth = drawing.seen([[127.5, 0, 127.5], [127.5, 255, 127.5]], 0)
    assert depth[0] < depth[1]
    panel = drawing.cloud(np.array([[9, 9, 9], [9, 9, 9]]), np.array([[1, 2, 3], [1, 2, 3]])).draw()
    assert (panel == [1, 2, 3]).all(axis=2).sum() == 4


def test_the_line_between_pieces_lies_between_them():
    labels = np.array([[0, 0, 1], [0, 0, 1], [2, 2, 2]])
    expected = np.array([[0, 1, 0], [1, 1, 1], [0, 0, 0]], bool)
    assert np.array_equal(plots.borders(labels), expected)


def test_shares_light_up_the_piece_that_has_most():
    image = np.full((3, 4, 3), 200, np.uint8)
    labels = np.array([[0, 0, 1, 1]] * 3)
    lit = drawing.shares(image, labels, np.array([0.9, 0.1]))
    assert (lit[:, 0] == 200).all() and lit[:, 3].max() < 200


def test_a_pointer_on_a_large_photo_finds_its_pixel_in_the_small_one():
    photo, work = np.zeros((800, 1000, 3), np.uint8), np.zeros((160, 200, 3), np.uint8)
    assert explore._within(photo, work, (799, 999)) == (159, 199)
    assert explore._within(photo, work, (400, 7)) == (80, 1)


def test_there_are_six_pairs_and_every_method_is_measured_on_each():
    assert len(set(experiments.PAIRS)) >= 6
    two = dict(list(experiments.METHODS.items())[:2])
    results = experiments.compare(experiments.PAIRS[:2], two, side=32)
    assert len(results) == 2 * 3
    mean = experiments.mean_over_pairs(results)
    assert mean[experiments.NOTHING]["structure"] == pytest.approx(1)
    assert mean["moments (Reinhard)"]["distance"] < mean[experiments.NOTHING]["distance"]
