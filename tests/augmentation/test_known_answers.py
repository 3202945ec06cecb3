"""Small answers worked out by hand, on pictures that are not square."""

import numpy as np
import pytest
import torch

from coursekit.augmentation import gpu, reference

# 3 rows, 5 columns: the centre is the pixel (1, 2).
PICTURE = np.arange(15, dtype=np.uint8).reshape(3, 5) * 10


def affine(**arguments):
    return reference.affine_matrix(PICTURE.shape, **arguments)


def goes(point, **arguments):
    return reference.move_points([point], affine(**arguments))[0]


# ------------------------------------------------------------------ where points go


def test_a_positive_angle_turns_counter_clockwise():
    # To the right of the centre, by two: a quarter turn brings it above the centre, by two.
    np.testing.assert_allclose(goes((1, 4), rotation=90), (-1, 2), atol=1e-12)
    np.testing.assert_allclose(goes((0, 2), rotation=90), (1, 1), atol=1e-12)


def test_the_centre_stays_where_it_is():
    still = {"rotation": 77, "shear": 20, "zoom_rows": 3, "zoom_columns": 0.4}
    np.testing.assert_allclose(goes((1, 2), **still, vertical_flip=True), (1, 2), atol=1e-12)


def test_the_centre_of_an_even_side_lies_between_pixels():
    matrix = reference.affine_matrix((4, 6), rotation=180)
    np.testing.assert_allclose(matrix @ (0, 0, 1), (3, 5, 1), atol=1e-12)
    np.testing.assert_allclose(matrix @ (1.5, 2.5, 1), (1.5, 2.5, 1), atol=1e-12)


def test_height_moves_rows_and_width_moves_columns():
    np.testing.assert_allclose(goes((0, 0), height_shift=2), (2, 0))
    np.testing.assert_allclose(goes((0, 0), width_shift=2), (0, 2))


def test_a_zoom_of_two_shows_everything_half_as_large():
    np.testing.assert_allclose(goes((0, 4), zoom_rows=2), (0.5, 4))
    np.testing.assert_allclose(goes((0, 4), zoom_columns=2), (0, 3))


def test_a_shear_moves_rows_to_the_side():
    # One row below the centre: tan 45 = 1 to the right, and 1 / cos 45 down.
    np.testing.assert_allclose(goes((2, 2), shear=45), (1 + np.sqrt(2), 3))
    np.testing.assert_allclose(goes((1, 4), shear=45), (1, 4))


def test_flips_exchange_sides():
    np.testing.assert_allclose(goes((0, 1), horizontal_flip=True), (0, 3))
    np.testing.assert_allclose(goes((0, 1), vertical_flip=True), (2, 1))


def test_a_picture_is_turned_first_and_shifted_then():
    # A quarter turn brings (1, 4) to (-1, 2); the shift brings it two rows down.
    np.testing.assert_allclose(goes((1, 4), rotation=90, height_shift=2), (1, 2), atol=1e-12)


def test_a_turned_picture_is_zoomed_last():
    # (1, 4) to (-1, 2) by a quarter turn: two rows above the centre, of which a zoom leaves one.
    np.testing.assert_allclose(goes((1, 4), rotation=90, zoom_rows=2), (0, 2), atol=1e-12)


# ------------------------------------------------------------------ what pixels become


def test_pixels_move_down_with_the_height():
    moved = reference.warp(PICTURE, affine(height_shift=1), fill_mode="constant", cval=7)
    np.testing.assert_array_equal(moved, [[7] * 5, PICTURE[0], PICTURE[1]])


def test_pixels_move_right_with_the_width():
    moved = reference.warp(PICTURE, affine(width_shift=1), fill_mode="nearest")
    np.testing.assert_array_equal(moved[0], [0, 0, 10, 20, 30])


def test_half_a_pixel_is_the_mean_of_two():
    moved = reference.warp(PICTURE, affine(width_shift=0.5))
    np.testing.assert_array_equal(moved[0], [0, 5, 15, 25, 35])


def test_half_a_turn_of_a_picture_that_is_not_square_is_exact():
    turned = reference.warp(PICTURE, affine(rotation=180), fill_mode="constant", cval=99)
    np.testing.assert_array_equal(turned, PICTURE[::-1, ::-1])


def test_a_quarter_turn_of_a_square_is_counter_clockwise():
    square = PICTURE[:, :3].copy()
    turned = reference.warp(square, reference.affine_matrix((3, 3), rotation=90), "constant")
    np.testing.assert_array_equal(turned, np.rot90(square))


def test_a_flip_is_exact():
    flipped = reference.warp(PICTURE, affine(horizontal_flip=True), fill_mode="constant")
    np.testing.assert_array_equal(flipped, PICTURE[:, ::-1])


@pytest.mark.parametrize(
    ("fill_mode", "row"),
    [
        ("nearest", [0, 0, 0, 0, 10]),
        ("constant", [99, 99, 99, 0, 10]),
        ("reflect", [20, 10, 0, 0, 10]),
        ("wrap", [10, 20, 30, 0, 10]),  # period 4: column 4 lies on column 0
    ],
)
def test_what_lies_outside(fill_mode, row):
    moved = reference.warp(PICTURE, affine(width_shift=3), fill_mode, cval=99)
    np.testing.assert_array_equal(moved[0], row)


def test_fold_by_hand():
    position = np.array([-2.5, -0.25, 0, 3, 3.25, 5])
    expected = {
        "nearest": [0, 0, 0, 3, 3, 3],
        "reflect": [1.5, 0, 0, 3, 3, 2],
        "wrap": [0.5, 2.75, 0, 3, 0.25, 2],
    }
    for fill_mode, folded in expected.items():
        np.testing.assert_allclose(reference.fold(position, 4, fill_mode), folded)


def test_brightness_multiplies_and_saturates():
    lit = reference.adjust_brightness(np.array([[0, 100, 201]], np.uint8), 1.5)
    np.testing.assert_array_equal(lit, [[0, 150, 255]])


def test_shifted_channels_saturate_at_black_and_white():
    pixel = np.array([[[10, 100, 250]]], np.uint8)
    np.testing.assert_array_equal(reference.shift_channels(pixel, 20), [[[30, 120, 255]]])
    np.testing.assert_array_equal(reference.shift_channels(pixel, [-20, 0, 1]), [[[0, 100, 251]]])


# ------------------------------------------------------------------ labels


def test_a_box_moves_as_its_slice():
    boxes, kept = reference.move_boxes([[0, 1, 2, 3]], affine(height_shift=1), (3, 5))
    np.testing.assert_allclose(boxes, [[1, 1, 3, 3]])
    assert kept.tolist() == [True]


def test_a_flipped_box_holds_the_flipped_pixels():
    (box,), _ = reference.move_boxes([[0, 1, 2, 3]], affine(horizontal_flip=True), (3, 5))
    top, left, bottom, right = box.round().astype(int)
    flipped = reference.warp(PICTURE, affine(horizontal_flip=True))
    np.testing.assert_array_equal(flipped[top:bottom, left:right], PICTURE[0:2, 1:3][:, ::-1])


def test_a_box_is_clipped_and_dropped_below_its_visible_share():
    # Shifted by 3 of 5 columns: of the columns 1 to 3 (a width of 2), one is left.
    for least, kept in ((0.5, True), (0.51, False)):
        boxes, keep = reference.move_boxes([[0, 1, 2, 3]], affine(width_shift=3), (3, 5), least)
        np.testing.assert_allclose(boxes, [[0, 4, 2, 5]])
        assert keep.tolist() == [kept]


def test_the_box_of_a_turned_square_grows():
    matrix = reference.affine_matrix((101, 101), rotation=45)
    (box,), _ = reference.move_boxes([[40, 40, 61, 61]], matrix, (101, 101))
    np.testing.assert_allclose(box[2] - box[0], 21 * np.sqrt(2))


def test_keypoints_outside_are_not_visible():
    points, visible = reference.move_keypoints([[0, 0], [0, 4]], affine(width_shift=1), (3, 5))
    np.testing.assert_allclose(points, [[0, 1], [0, 5]])
    assert visible.tolist() == [True, False]


def test_labels_are_never_mixed():
    mask = np.array([[0, 0, 9, 9]] * 4)
    moved = reference.warp_mask(mask, reference.affine_matrix((4, 4), rotation=30), "nearest")
    assert set(np.unique(moved)) == {0, 9}


def test_a_picture_of_one_level_is_blank():
    assert reference.is_blank(np.full((4, 6), 200, np.uint8))
    assert not reference.is_blank(PICTURE)
    one_channel = np.dstack([PICTURE, PICTURE * 0, PICTURE * 0])
    assert not reference.is_blank(one_channel)


# ------------------------------------------------------------------ beyond


def test_mixup_mixes_pictures_and_labels_by_one_share():
    images = np.stack([np.zeros((2, 3)), np.ones((2, 3))])
    mixed, labels = reference.mixup(images, np.eye(2), alpha=1, seed=4)
    np.testing.assert_allclose(labels.sum(axis=1), 1)
    np.testing.assert_allclose(mixed[:, 0, 0], labels[:, 1])


def test_a_cut_out_square_has_its_size_where_it_fits():
    white = np.ones((50, 60))
    holes = [int((reference.cutout(white, 8, seed) == 0).sum()) for seed in range(40)]
    assert max(holes) == 64 and min(holes) < 64


def test_erasing_keeps_to_its_share():
    image = np.full((60, 80), 0.5)
    shares = [np.mean(reference.random_erasing(image, s, 1) != 0.5) for s in range(60)]
    assert 0.015 < min(shares) and max(shares) < 0.42
    assert np.mean([share > 0 for share in shares]) == 1
    unchanged = [(reference.random_erasing(image, s, 0.5) == 0.5).all() for s in range(100)]
    assert 30 < sum(unchanged) < 70


def test_features_move_towards_their_nearest_of_the_same_class():
    features, labels = np.array([[0.0], [1], [10], [2]]), np.array([0, 0, 0, 1])
    moved, same = reference.interpolate_features(features, labels, 0.25, neighbors=1)
    # 0 and 1 are each other's nearest; 10's is 1; the last one is alone in its class.
    np.testing.assert_allclose(moved[:, 0], [0.25, 0.75, 7.75, 2])
    np.testing.assert_array_equal(same, labels)


# ------------------------------------------------------------------ rounding and edges


@pytest.mark.parametrize(
    "move", [{"rotation": 180}, {"rotation": 90}, {"rotation": -270}, {"horizontal_flip": True}]
)
def test_the_box_of_a_whole_picture_stays_after_right_angles_and_flips(move):
    """A hundred sizes; by a quarter turn only squares fall onto themselves."""
    for height in range(5, 15):
        for width in range(5, 15):
            if move.get("rotation", 180) % 180 == 0 or height == width:
                matrix = reference.affine_matrix((height, width), **move)
                box = np.array([[0.0, 0, height, width]])
                moved, kept = reference.move_boxes(box, matrix, (height, width), 1.0)
                assert kept[0] and (moved == box).all()
                twin, also = gpu.move_boxes(torch.from_numpy(box), matrix, (height, width), 1.0)
                assert also[0] and (twin.numpy() == box).all()


def test_a_box_stays_after_eighths_of_a_turn_that_make_a_whole_one():
    eighth = reference.affine_matrix((9, 9), rotation=45)
    matrix = np.linalg.matrix_power(eighth, 8)
    _, kept = reference.move_boxes([[0, 0, 9, 9]], matrix, (9, 9), 1.0)
    assert kept[0]


def test_a_mask_keeps_its_labels_up_to_the_edge_of_the_pixels():
    mask = np.ones((4, 4), np.uint8)
    for shift, column in ((0.3, [1, 1, 1, 1]), (0.6, [0, 1, 1, 1]), (-0.6, [1, 1, 1, 0])):
        matrix = reference.shift_matrix(0, shift)
        assert (reference.warp_mask(mask, matrix) == column).all()
        assert (gpu.warp_mask(torch.from_numpy(mask), matrix).numpy() == column).all()
        rows = reference.shift_matrix(shift, 0)
        assert (reference.warp_mask(mask, rows).T == column).all()


def test_an_empty_list_is_no_boxes_and_no_keypoints():
    boxes, kept = reference.move_boxes([], np.eye(3), (5, 5))
    assert boxes.shape == (0, 4) and kept.shape == (0,)
    points, kept = reference.move_keypoints([], np.eye(3), (5, 5))
    assert points.shape == (0, 2) and kept.shape == (0,)


def test_no_boxes_and_no_keypoints_are_moved_to_none():
    matrix = reference.affine_matrix((9, 9))
    for move, length in (("move_boxes", 4), ("move_keypoints", 2)):
        for module, none in ((reference, np.zeros((0, length))), (gpu, torch.zeros(0, length))):
            moved, kept = getattr(module, move)(none, matrix, (9, 9))
            assert moved.shape == (0, length) and kept.shape == (0,)


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int64, np.uint64])
def test_numpys_numbers_count_as_pythons(kind):
    ranges = {"rotation_range": 30, "width_shift_range": 5, "zoom_range": (1, 2)}
    ours = {k: tuple(map(kind, v)) if k == "zoom_range" else kind(v) for k, v in ranges.items()}
    one = reference.Augmenter(**ranges, seed=3).draw(4, epoch=2)
    other = reference.Augmenter(**ours, seed=kind(3)).draw(kind(4), epoch=kind(2))
    np.testing.assert_array_equal(one.matrices((9, 9)), other.matrices((9, 9)))
    image = np.arange(64, dtype=np.uint8).reshape(8, 8)
    np.testing.assert_array_equal(
        reference.cutout(image, 3, 1), reference.cutout(image, kind(3), kind(1))
    )
    tensor = torch.from_numpy(image)[None]
    assert torch.equal(gpu.cutout(tensor, 3, 1), gpu.cutout(tensor, kind(3), kind(1)))
