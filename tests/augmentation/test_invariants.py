"""What holds for every picture, every seed, every order of execution."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader

from coursekit.augmentation import gpu, reference, training
from coursekit.augmentation.shared import random_numbers, stream

RANGES = {
    "rotation_range": 30, "width_shift_range": 0.2, "height_shift_range": 3, "shear_range": 8,
    "zoom_range": 0.2, "channel_shift_range": 20, "brightness_range": (0.7, 1.4),
    "horizontal_flip": True, "vertical_flip": True,
}  # fmt: skip
PICTURES = np.random.default_rng(0).integers(0, 256, (10, 13, 17, 3), dtype=np.uint8)
LABELS = np.arange(10)
ENGINES = {
    "reference": (reference.Augmenter, PICTURES),
    "gpu": (gpu.Augmenter, torch.from_numpy(PICTURES).movedim(-1, 1)),
    "training": (training.Augmenter, PICTURES),
}


def streamed(engine, **options):
    """All batches of a stream as NumPy arrays (pictures, labels)."""
    make, pictures = ENGINES[engine]
    flow = make(**RANGES, seed=6).flow(pictures, LABELS, progress=False, **options)
    return [
        (np.asarray(batch.movedim(1, -1) if engine == "gpu" else batch), labels)
        for batch, labels in flow
    ]


def assert_same_batches(one, other):
    assert len(one) == len(other)
    for (pictures, labels), (others, other_labels) in zip(one, other, strict=True):
        np.testing.assert_array_equal(labels, other_labels)
        np.testing.assert_array_equal(pictures, others)


# ------------------------------------------------------------------ numbers


@pytest.mark.parametrize("seed", [0, 3, 2**64 - 1])
def test_the_numbers_are_philox_as_numpy_has_it(seed):
    samples = [0, 7, 2**40]
    expected = [
        np.random.Generator(
            np.random.Philox(key=np.array([seed, 5], np.uint64), counter=(0, each, 1, 0))
        ).random(11)
        for each in samples
    ]
    np.testing.assert_array_equal(random_numbers.uniform(seed, 5, samples, 11, "order"), expected)


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(8)), st.integers(0, 2**32), st.integers(0, 50))
def test_parameters_depend_on_seed_epoch_and_sample_alone(samples, seed, epoch):
    augmenter = reference.Augmenter(**RANGES, seed=seed)
    together, shuffled = augmenter.draw(8, epoch), augmenter.draw(samples, epoch)
    for row, sample in enumerate(samples):
        alone = augmenter.draw([sample], epoch)
        assert alone.rotation[0] == shuffled.rotation[row] == together.rotation[sample]
        assert alone.brightness[0] == shuffled.brightness[row] == together.brightness[sample]


def test_seeds_epochs_and_samples_draw_differently():
    angles = [
        reference.Augmenter(rotation_range=9, seed=seed).draw(20, epoch).rotation
        for seed in range(4)
        for epoch in range(4)
    ]
    assert np.unique(angles).size == 4 * 4 * 20


@pytest.mark.parametrize("name", RANGES)
def test_one_range_more_changes_nothing_that_others_draw(name):
    fewer = {key: value for key, value in RANGES.items() if key != name}
    every, some = reference.Augmenter(**RANGES).draw(30), reference.Augmenter(**fewer).draw(30)
    own = {"zoom_range": {"zoom_rows", "zoom_columns"}}.get(name, {name.removesuffix("_range")})
    for field in set(drawing_fields()) - own:
        np.testing.assert_array_equal(getattr(every, field), getattr(some, field))


def drawing_fields():
    return [name for name in vars(reference.Augmenter().draw(1)) if not name.endswith("_pixels")]


def test_draws_fill_their_ranges_evenly():
    drawn = reference.Augmenter(**RANGES, seed=1).draw(4000)
    assert (
        abs(drawn.rotation.mean()) < 1.5 and drawn.rotation.min() < -29 < 29 < drawn.rotation.max()
    )
    values, counts = np.unique(drawn.height_shift, return_counts=True)
    assert values.tolist() == [-2, -1, 0, 1, 2] and counts.min() > 700
    assert 0.45 < drawn.horizontal_flip.mean() < 0.55
    assert 0.8 <= drawn.zoom_rows.min() and drawn.zoom_rows.max() <= 1.2
    assert abs(np.corrcoef(drawn.zoom_rows, drawn.zoom_columns)[0, 1]) < 0.05
    assert (drawn.channel_shift[:, 0] == drawn.channel_shift[:, 2]).all()


@pytest.mark.parametrize(
    ("given", "in_pixels", "low", "high"),
    [
        (0.25, False, -0.25, 0.25),
        (3.0, True, -3, 3),
        (1.0, True, -1, 1),
        (1, True, 0, 0),
        (4, True, -3, 3),
        ([0.1, 0.5], False, 0.1, 0.5),
        ([-7, 2], True, -7, 2),
    ],
)
def test_shifts_mean_what_keras_says_they_mean(given, in_pixels, low, high):
    drawn = reference.Augmenter(height_shift_range=given).draw(500)
    assert drawn.height_in_pixels is in_pixels
    assert low <= drawn.height_shift.min() and drawn.height_shift.max() <= high
    assert np.ptp(drawn.height_shift) >= 0.9 * (high - low)


def test_a_share_is_one_of_the_side_it_moves_along():
    drawn = reference.Augmenter(height_shift_range=[0.5], width_shift_range=[0.5]).draw(1)
    assert drawn.affine((10, 30), 0)["height_shift"] == 5
    assert drawn.affine((10, 30), 0)["width_shift"] == 15


# ------------------------------------------------------------------ streams


@pytest.mark.parametrize("engine", ENGINES)
def test_an_interrupted_stream_goes_on_where_it_stopped(engine):
    whole = streamed(engine, batch_size=4, epochs=2)
    assert [len(labels) for _, labels in whole] == [4, 4, 2] * 2
    for start in (1, 3, 5):
        resumed = streamed(engine, batch_size=4, epochs=2, start=start)
        assert_same_batches(resumed, whole[start:])


def test_reference_and_gpu_stream_the_same_batches():
    assert_same_batches(streamed("reference", batch_size=4), streamed("gpu", batch_size=4))


def test_the_training_path_streams_the_same_batches_within_two_levels():
    ours, fast = (streamed(engine, batch_size=4) for engine in ("reference", "training"))
    for (pictures, labels), (others, other_labels) in zip(ours, fast, strict=True):
        np.testing.assert_array_equal(labels, other_labels)
        difference = np.abs(pictures.astype(int) - others)
        assert difference.max() <= 2 and difference.mean() < 0.25  # of noise, made lighter


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_any_number_of_workers_streams_the_same_batches(workers):
    samples = training.Samples(PICTURES, LABELS, training.Augmenter(**RANGES, seed=6))
    batches = training.Batches(stream.Plan(10, batch_size=4, epochs=2, seed=6))
    loader = DataLoader(
        samples, batch_sampler=batches, num_workers=workers, worker_init_fn=training.one_thread
    )
    loaded = [(pictures.numpy(), labels.numpy()) for pictures, labels in loader]
    assert_same_batches(loaded, streamed("training", batch_size=4, epochs=2))


def test_threads_change_nothing():
    augmenter = training.Augmenter(**RANGES)
    drawn = augmenter.draw(10)
    alone = augmenter.apply(PICTURES, drawn)
    augmenter.threads = 2
    np.testing.assert_array_equal(augmenter.apply(PICTURES, drawn), alone)


def test_every_epoch_shows_every_picture_once_in_another_order():
    epochs = [random_numbers.order(50, seed=1, epoch=epoch) for epoch in range(3)]
    assert all(sorted(order) == list(range(50)) for order in epochs)
    assert not np.array_equal(epochs[0], epochs[1])


def test_masks_stay_in_step_with_their_pictures():
    levels = np.where(np.arange(17) < 8, 0, 255).astype(np.uint8) * np.ones((4, 13, 1), np.uint8)
    moves = {key: RANGES[key] for key in ("rotation_range", "zoom_range", "horizontal_flip")}
    augmenter = reference.Augmenter(**moves, interpolation="nearest", seed=2)
    for pictures, masks in augmenter.flow(levels, masks=levels > 0, batch_size=3, progress=False):
        np.testing.assert_array_equal(pictures > 0, masks)


# ------------------------------------------------------------------ pixels


@pytest.mark.parametrize("fill_mode", ["nearest", "constant", "reflect", "wrap"])
@pytest.mark.parametrize("dtype", ["uint8", "float64"])
def test_nothing_drawn_changes_nothing(fill_mode, dtype):
    image = PICTURES[0] if dtype == "uint8" else PICTURES[0] / 255
    still = reference.Augmenter(fill_mode=fill_mode)
    np.testing.assert_array_equal(still.apply(image[None], still.draw(1))[0], image)


@pytest.mark.parametrize(
    ("name", "ranges"),
    [
        ("random_rotation", {"rotation_range": 50}),
        ("random_shift", {"height_shift_range": 0.3, "width_shift_range": 0.2}),
        ("random_shear", {"shear_range": 20}),
        ("random_zoom", {"zoom_range": 0.4}),
        ("random_flip", {"horizontal_flip": True, "vertical_flip": True}),
        ("random_brightness", {"brightness_range": (0.5, 1.5)}),
        ("random_channel_shift", {"channel_shift_range": 40}),
    ],
)
def test_a_random_change_is_what_the_augmenter_draws(name, ranges):
    image = PICTURES[3]
    augmenter = reference.Augmenter(**ranges, seed=9)
    expected = augmenter.apply(image[None], augmenter.draw(1))[0]
    changed = getattr(reference, name)(image, *ranges.values(), seed=9)
    assert not np.array_equal(changed, image)
    np.testing.assert_array_equal(changed, expected)


def test_pictures_of_a_list_may_differ_in_shape():
    pictures = [PICTURES[0], PICTURES[1, :9], PICTURES[2, :, :5]]
    drawn = reference.Augmenter(**RANGES).draw(3)
    ours = reference.Augmenter(**RANGES).apply(pictures, drawn)
    tensors = [torch.from_numpy(each).movedim(-1, 0) for each in pictures]
    theirs = gpu.Augmenter(**RANGES).apply(tensors, drawn)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(other.movedim(0, -1), one)


def test_light_of_a_large_batch_is_that_of_each_picture():
    images = np.random.default_rng(1).integers(0, 256, (3, 512, 384, 3), dtype=np.uint8)
    batch, factors = torch.from_numpy(images).movedim(-1, 1), [0.5, 1.25, 1.9]
    shifts = np.arange(9.0).reshape(3, 3) * 10 - 40
    lit, shifted = gpu.adjust_brightness(batch, factors), gpu.shift_channels(batch, shifts)
    for k, image in enumerate(images):
        expected = reference.adjust_brightness(image, factors[k])
        np.testing.assert_array_equal(lit[k].movedim(0, -1), expected)
        expected = reference.shift_channels(image, shifts[k])
        np.testing.assert_array_equal(shifted[k].movedim(0, -1), expected)


def test_sampling_once_keeps_more_texture_than_sampling_five_times():
    texture = np.random.default_rng(2).random((64, 64))
    once = reference.warp(texture, reference.affine_matrix((64, 64), rotation=25))
    five = texture
    for _ in range(5):
        five = reference.warp(five, reference.affine_matrix((64, 64), rotation=5))
    centre = slice(16, 48), slice(16, 48)
    assert five[centre].std() < 0.75 * once[centre].std()


def test_a_box_of_gpu_follows_each_picture_s_own_matrix():
    augmenter = gpu.Augmenter(**RANGES, seed=4)
    drawn, boxes = augmenter.draw(3), torch.tensor([[[2.0, 3, 7, 9]]] * 3)
    moved, kept = augmenter.apply_boxes(boxes, drawn, (13, 17))
    expected = reference.Augmenter().apply_boxes([[[2, 3, 7, 9]]] * 3, drawn, (13, 17))
    for row in range(3):
        np.testing.assert_allclose(moved[row], expected[row][0])
        np.testing.assert_array_equal(kept[row], expected[row][1])
