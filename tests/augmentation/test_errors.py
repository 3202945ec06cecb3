"""What is refused, and that the error says what was given and what is needed."""

import numpy as np
import pytest
import torch

from coursekit.augmentation import gpu, reference, training
from coursekit.augmentation.shared import random_numbers, stream

IMAGE = np.zeros((6, 8, 3), np.uint8)
TENSOR = torch.zeros(2, 3, 6, 8, dtype=torch.uint8)
STILL = np.eye(3)
MASK = IMAGE[..., 0]


@pytest.mark.parametrize(
    ("ranges", "error", "says"),
    [
        ({"rotation_range": -1}, ValueError, "rotation_range"),
        ({"rotation_range": "30"}, TypeError, "rotation_range"),
        ({"shear_range": 90}, ValueError, "shear_range"),
        ({"width_shift_range": (-0.1, 0.2)}, ValueError, "write a list"),
        ({"height_shift_range": []}, ValueError, "list of numbers"),
        ({"height_shift_range": ["a"]}, ValueError, "list of numbers"),
        ({"width_shift_range": [np.nan]}, ValueError, "finite"),
        ({"zoom_range": 1}, ValueError, "zoom_range"),
        ({"zoom_range": (0, 2)}, ValueError, "zoom_range"),
        ({"zoom_range": (2, 1)}, ValueError, "low <= high"),
        ({"brightness_range": 0.5}, ValueError, "a pair"),
        ({"brightness_range": (-1, 1)}, ValueError, "brightness_range"),
        ({"channel_shift_range": [1, 2]}, ValueError, "a number or three"),
        ({"horizontal_flip": 1}, TypeError, "True or False"),
        ({"fill_mode": "edge"}, ValueError, "'nearest', 'constant', 'reflect', 'wrap'"),
        ({"interpolation": "bicubic"}, ValueError, "'nearest', 'bilinear'"),
        ({"cval": 300}, ValueError, "cval"),
        ({"seed": -1}, ValueError, "seed"),
        ({"seed": 1.5}, TypeError, "seed"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(ranges, error, says):
    for make in (reference.Augmenter, gpu.Augmenter, training.Augmenter):
        with pytest.raises(error, match=says):
            make(**ranges)


@pytest.mark.parametrize(
    ("matrix", "says"),
    [
        (np.eye(2), "shape"),
        (np.zeros((3, 3)), "last row"),
        (np.diag([0, 1, 1]), "invertible"),
        (np.full((3, 3), np.nan), "finite"),
    ],
)
def test_a_matrix_that_moves_nothing_anywhere_is_refused(matrix, says):
    for call in (reference.warp, reference.warp_mask):
        with pytest.raises(ValueError, match=says):
            call(IMAGE[..., 0], matrix)
    with pytest.raises(ValueError, match=says):
        gpu.warp(TENSOR, matrix)
    with pytest.raises(ValueError, match=says):
        reference.move_points([[0, 0]], matrix)


def test_as_many_matrices_as_pictures_are_needed():
    with pytest.raises(ValueError, match="each of 2 images"):
        gpu.warp(TENSOR, np.stack([STILL] * 3))


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: reference.warp(IMAGE.astype(float) + 9, STILL), ValueError, "maximum 9"),
        (lambda: reference.warp(IMAGE / 255, STILL, cval=30), ValueError, "cval"),
        (lambda: gpu.warp(IMAGE, STILL), TypeError, "torch tensor"),
        (lambda: reference.fold(np.zeros(2), 4, "mirror"), ValueError, "fill_mode"),
        (lambda: reference.adjust_brightness(IMAGE, -1), ValueError, "factor"),
        (lambda: reference.shift_channels(IMAGE, [1, 2]), ValueError, "each of 3"),
        (lambda: gpu.shift_channels(TENSOR, np.zeros((3, 3))), ValueError, "each of 2 images"),
        (lambda: gpu.adjust_brightness(TENSOR, [1.0, 1, 1]), ValueError, "each of 2 images"),
        (lambda: reference.warp_mask(IMAGE[..., 0] / 2, STILL), TypeError, "bool or integers"),
        (lambda: reference.warp_mask(IMAGE, STILL), ValueError, r"\(H, W\)"),
        (lambda: reference.warp_mask(MASK, STILL, outside=999), ValueError, "outside"),
        (lambda: gpu.warp_mask(TENSOR.float(), STILL), TypeError, "bool or integers"),
        (lambda: reference.move_boxes([[3, 0, 2, 1]], STILL, (6, 8)), ValueError, "top < bottom"),
        (lambda: reference.move_boxes([[0, 0, 1]], STILL, (6, 8)), ValueError, r"\(N, 4\)"),
        (lambda: reference.move_keypoints([[np.nan, 0]], STILL, (6, 8)), ValueError, "finite"),
        (lambda: gpu.move_keypoints([[0, 0]], STILL, (6, 8)), TypeError, "torch tensor"),
        (lambda: reference.affine_matrix((6,)), ValueError, "shape"),
        (lambda: reference.affine_matrix((6, 8), zoom_rows=0), ValueError, "rows"),
        (lambda: reference.affine_matrix((6, 8), shear=90), ValueError, "shear"),
        (lambda: gpu.affine_matrix((6, 8), rotation=[[1.0]]), ValueError, "rotation"),
        (lambda: reference.is_blank(IMAGE, 2), ValueError, "least"),
        (lambda: reference.mixup(IMAGE[None], np.zeros(1)), ValueError, "K"),
        (lambda: reference.mixup(IMAGE[None], np.zeros(1, int)), TypeError, "np.eye"),
        (lambda: reference.mixup(IMAGE[None], np.ones((1, 2)), alpha=0), ValueError, "alpha"),
        (lambda: reference.cutout(IMAGE, 0, seed=1), ValueError, "size"),
        (lambda: reference.random_erasing(IMAGE, 1, area=0.3), ValueError, "a pair"),
        (lambda: gpu.cutout(TENSOR, 3, seed=[1, 2, 3]), ValueError, "each of 2 images"),
        (lambda: reference.interpolate_features(IMAGE, [0]), TypeError, "floats"),
    ],
)  # fmt: skip
def test_bad_input_is_refused(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_parameters_and_labels_are_as_many_as_pictures():
    augmenter = reference.Augmenter()
    with pytest.raises(ValueError, match="each of 1 images"):
        augmenter.apply(IMAGE[None], augmenter.draw(2))
    with pytest.raises(ValueError, match="1 and 2"):
        next(augmenter.flow(IMAGE[None], labels=[0, 1]))


def test_three_shifts_need_three_channels():
    tint = {"channel_shift_range": [9, 0, 9]}
    for make, gray in (
        (reference.Augmenter, IMAGE[None, ..., 0]),
        (training.Augmenter, IMAGE[None, ..., 0]),
        (gpu.Augmenter, TENSOR[:1, :1]),
    ):
        with pytest.raises(ValueError, match="channel_shift_range"):
            make(**tint).apply(gray, make(**tint).draw(1))


def test_samples_are_whole_numbers_from_0_on():
    for samples, error in (([-1], ValueError), ([0.5], TypeError), (True, TypeError)):
        with pytest.raises(error, match="samples"):
            reference.Augmenter().draw(samples)
    with pytest.raises(ValueError, match="epoch"):
        reference.Augmenter().draw(1, epoch=-1)


def test_the_training_path_takes_uint8_alone():
    with pytest.raises(TypeError, match="uint8"):
        training.Augmenter().apply(IMAGE[None] / 255, training.Augmenter().draw(1))


def test_a_stream_without_end_has_no_length():
    with pytest.raises(TypeError, match="without end"):
        len(stream.Plan(5, epochs=None))
    with pytest.raises(ValueError, match="batch_size"):
        stream.Plan(5, batch_size=0)


def test_a_stream_of_numbers_has_a_name():
    with pytest.raises(ValueError):
        random_numbers.uniform(0, 0, [0], 1, stream="weather")


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: reference.Augmenter(channel_shift_range="a"), TypeError, "channel_shift_range"),
        (lambda: reference.Augmenter(channel_shift_range={}), TypeError, "channel_shift_range"),
        (lambda: reference.Augmenter(seed=2**64), ValueError, "seed"),
        (lambda: reference.Augmenter(rotation_range=1e300), ValueError, "rotation_range"),
        (lambda: reference.warp(IMAGE, np.ma.array(STILL, mask=STILL > 2)), TypeError, "masked"),
        (lambda: reference.warp(IMAGE, [STILL, STILL]), ValueError, "matrix: expected shape"),
        (lambda: reference.affine_matrix(None), ValueError, "shape: expected"),
        (lambda: reference.affine_matrix((3, 4), vertical_flip=np.ones(2)), TypeError, "vertical"),
        (lambda: reference.move_points(TENSOR, STILL), TypeError, "points"),
        (lambda: gpu.move_points(np.zeros((1, 2)), STILL), TypeError, "points"),
        (lambda: gpu.fold(np.zeros(3), 4, "wrap"), TypeError, "position"),
        (lambda: reference.warp_mask(MASK, STILL, outside=1.0), TypeError, "outside"),
        (lambda: reference.warp_mask(MASK, STILL, outside=256), ValueError, "outside"),
        (lambda: gpu.cutout(TENSOR, 3, seed=np.array([1, -2])), ValueError, "seed"),
    ],
)  # fmt: skip
def test_what_is_of_the_wrong_kind_is_refused_by_name(call, error, says):
    with pytest.raises(error, match=says):
        call()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_features_that_are_no_numbers_are_refused(bad):
    features = np.array([[bad, 1], [0, 1], [1, 1.0]])
    with pytest.raises(ValueError, match="features: expected finite"):
        reference.interpolate_features(features, np.array([0, 0, 0]))
