"""Keras is the oracle where it is right, and a list of traps where it is not.

Its ``ImageDataGenerator`` exchanges the axes: what its parameters do is written down in
``as_keras``, once, and everything else agrees.
"""

import os
import warnings

import numpy as np
import pytest

from coursekit.augmentation import gpu, reference

os.environ.setdefault("KERAS_BACKEND", "torch")
keras_image = pytest.importorskip("keras.src.legacy.preprocessing.image", exc_type=ImportError)

FILL_MODES = ("nearest", "constant", "reflect", "wrap")
INTERPOLATIONS = ("nearest", "bilinear")  # Keras's orders 0 and 1
CVAL = 30  # gray levels
GRAY_LEVEL = 1 / 255


def picture(size=41):
    """Noise, with a black and a white square that stay in sight."""
    image = np.random.default_rng(5).random((size, size, 3))
    image[size // 2 - 8 : size // 2 + 8, size // 2 - 6 : size // 2] = 0
    image[size // 2 - 8 : size // 2 + 8, size // 2 : size // 2 + 6] = 1
    return image


def as_keras(channel_shift=0.0, **move):
    """Our parameters as Keras takes them: width and height exchanged, to the left and up."""
    return {
        "theta": move.get("rotation", 0),
        "tx": -move.get("width_shift", 0),
        "ty": -move.get("height_shift", 0),
        "shear": move.get("shear", 0),
        "zx": move.get("zoom_columns", 1),
        "zy": move.get("zoom_rows", 1),
        "flip_horizontal": move.get("horizontal_flip", False),
        "flip_vertical": move.get("vertical_flip", False),
        "channel_shift_intensity": channel_shift / GRAY_LEVEL or None,
    }


def keras_result(image, parameters, fill_mode="nearest", interpolation="bilinear"):
    """Of a float picture in 0..1, through 0..255, which is what Keras expects."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        generator = keras_image.ImageDataGenerator(
            fill_mode=fill_mode,
            cval=CVAL,
            interpolation_order=INTERPOLATIONS.index(interpolation),
        )
        return generator.apply_transform(image * 255, parameters) / 255


def our_result(image, fill_mode, interpolation, channel_shift=0.0, **move):
    matrix = reference.affine_matrix(image.shape, **move)
    moved = reference.warp(image, matrix, fill_mode, CVAL * GRAY_LEVEL, interpolation)
    if channel_shift:  # Keras saturates to the picture's own levels: let them be black and white
        assert (moved.min(), moved.max()) == (0, 1)
    return reference.shift_channels(moved, channel_shift)


MOVES = {
    "rotation": {"rotation": 33.3},
    "rotation the other way": {"rotation": -140.7},
    "height shift": {"height_shift": 7.3},
    "width shift": {"width_shift": -11.9},
    "shear": {"shear": 21.3, "height_shift": 0.01},  # or SciPy loses a pixel at the edge itself
    "zoom of rows": {"zoom_rows": 0.63},
    "zoom of columns": {"zoom_columns": 1.71},
    "horizontal flip": {"horizontal_flip": True},
    "vertical flip": {"vertical_flip": True},
    "channel shift": {"channel_shift": 47.2 * GRAY_LEVEL},
    "all at once": {
        "rotation": 27.1, "height_shift": 3.3, "width_shift": -4.6, "shear": 13.7,
        "zoom_rows": 1.21, "zoom_columns": 0.83, "horizontal_flip": True, "vertical_flip": True,
        "channel_shift": -19.7 * GRAY_LEVEL,
    },
}  # fmt: skip


@pytest.mark.parametrize("interpolation", INTERPOLATIONS)
@pytest.mark.parametrize("fill_mode", FILL_MODES)
@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
@pytest.mark.parametrize("size", [41, 40])
def test_square_pictures_come_out_as_keras_makes_them(size, move, fill_mode, interpolation):
    image = picture(size)
    expected = keras_result(image, as_keras(**move), fill_mode, interpolation)
    actual = our_result(image, fill_mode, interpolation, **move)
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-3 * GRAY_LEVEL)


@pytest.mark.parametrize("fill_mode", FILL_MODES)
def test_drawn_parameters_come_out_as_keras_makes_them_in_gpu_too(fill_mode):
    import torch

    ranges = {"rotation_range": 40, "width_shift_range": 0.2, "height_shift_range": 5.0, "seed": 8}
    more = {"shear_range": 15, "zoom_range": 0.3, "horizontal_flip": True, "vertical_flip": True}
    augmenter = gpu.Augmenter(**ranges, **more, fill_mode=fill_mode, cval=CVAL * GRAY_LEVEL)
    drawn = augmenter.draw(5)
    images = np.stack([picture()] * 5)
    actual = augmenter.apply(torch.from_numpy(images).movedim(-1, 1), drawn).movedim(1, -1)
    for row in range(5):
        keras = as_keras(**drawn.affine((41, 41), row))
        expected = keras_result(images[row], keras, fill_mode)
        np.testing.assert_allclose(actual[row], expected, rtol=0, atol=1e-3 * GRAY_LEVEL)


def test_brightness_of_whole_levels_is_keras_s_to_one_level():
    levels = np.random.default_rng(1).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    for factor in (0.4, 1.0, 1.7):
        expected = keras_image.apply_brightness_shift(levels.astype(float), factor, scale=False)
        actual = reference.adjust_brightness(levels, factor)
        assert np.abs(actual - expected).max() <= 1  # Pillow truncates


# ------------------------------------------------------------------ traps: theirs, then ours


def spot(row, column, shape=(41, 61)):
    image = np.zeros((*shape, 3))
    image[row, column] = 1
    return image


def found(image):
    """Where the brightest pixel is; None where there is no light."""
    if not image.any():
        return None
    row, column, _ = np.unravel_index(image.argmax(), image.shape)
    return int(row), int(column)


def test_trap_height_shift_moves_columns():
    image, keras = spot(20, 30), {"tx": 5}  # what Keras draws from height_shift_range
    assert found(keras_result(image, keras)) == (20, 25)
    assert found(our_result(image, "constant", "bilinear", height_shift=5)) == (25, 30)


def test_trap_a_turn_moves_the_centre_of_a_picture_that_is_not_square():
    image = spot(20, 30)
    assert found(keras_result(image, {"theta": 90})) == (20, 10)
    assert found(our_result(image, "constant", "bilinear", rotation=90)) == (20, 30)


def test_trap_brightness_of_one_destroys_a_picture_in_0_to_1():
    image = np.linspace(0, 1, 60).reshape(4, 5, 3)
    ruined = keras_image.apply_brightness_shift(image, 1.0, scale=False)
    assert set(np.unique(ruined)) <= {0, 1}
    np.testing.assert_array_equal(reference.adjust_brightness(image, 1.0), image)


def test_trap_masks_fall_out_of_step():
    batch = np.zeros((4, 9, 9, 1))
    common = {"rotation_range": 90}

    def angles(**ranges):
        generator = keras_image.ImageDataGenerator(**common, **ranges)
        np.random.seed(3)  # as flow(seed=3) does
        return [generator.get_random_transform(image.shape)["theta"] for image in batch]

    pictures, masks = angles(brightness_range=(0.5, 1.5)), angles()
    assert pictures[0] == masks[0] and pictures[1] != masks[1]
    ours = [
        reference.Augmenter(**common, **ranges, seed=3).draw(4).rotation
        for ranges in ({"brightness_range": (0.5, 1.5)}, {})
    ]
    np.testing.assert_array_equal(*ours)


def test_trap_a_seed_overwrites_everybody_s_numbers():
    generator = keras_image.ImageDataGenerator(rotation_range=9)
    state = np.random.get_state()
    generator.get_random_transform((9, 9, 1), seed=1)
    assert not np.array_equal(np.random.get_state()[1], state[1])
    np.random.set_state(state)
    list(reference.Augmenter(rotation_range=9, seed=1).flow(np.zeros((3, 9, 9)), batch_size=2))
    assert np.array_equal(np.random.get_state()[1], state[1])


@pytest.mark.parametrize("given", [[3, 4], (3, 4)])
def test_trap_a_list_is_not_what_is_chosen_from_and_a_pair_is_no_interval(given):
    generator = keras_image.ImageDataGenerator(width_shift_range=given)
    drawn = {generator.get_random_transform((9, 9, 1), seed=seed)["ty"] for seed in range(40)}
    assert drawn == {-4, -3, 3, 4}


def test_a_list_is_what_is_chosen_from_and_a_pair_is_refused():
    ours = reference.Augmenter(width_shift_range=[3, 4]).draw(40).width_shift
    assert set(ours) == {3, 4}
    with pytest.raises(ValueError, match="width_shift_range: expected a number or a list"):
        reference.Augmenter(width_shift_range=(3, 4))


def test_trap_negative_choices_become_shares():
    generator = keras_image.ImageDataGenerator(height_shift_range=[-3, 0])
    drawn = {abs(generator.get_random_transform((9, 9, 1), seed=s)["tx"]) for s in range(20)}
    assert drawn == {0, 27}  # three times the height: nothing is left of the picture
    ours = reference.Augmenter(height_shift_range=[-3, 0]).draw(20)
    assert ours.height_in_pixels and set(ours.height_shift) == {-3, 0}


def test_trap_channel_shift_stays_within_the_picture_s_own_levels():
    image = np.full((4, 4, 3), 100.0)
    image[0, 0] = 120
    assert keras_image.apply_channel_shift(image, 50, channel_axis=2).max() == 120
    assert reference.shift_channels(image.astype(np.uint8), 50).max() == 170
