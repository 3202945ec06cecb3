"""The median: known answers, OpenCV and SciPy, what always holds, what is refused."""

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from coursekit.filtering import gpu, reference
from coursekit.lab import samples

PICTURES = {
    "camera": samples.camera()[90:200, 180:301],
    "astronaut": samples.astronaut()[20:97, 150:260],
    "noise": np.random.default_rng(4).integers(0, 256, (40, 51), dtype=np.uint8),
    "a row": np.arange(0, 250, 10, dtype=np.uint8)[None],
    "one pixel": np.array([[7]], dtype=np.uint8),
}
SMALL = arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)))
SIZES = st.sampled_from([1, 3, 5, 7])
few = settings(max_examples=40, deadline=None)


def in_batch(image, size):
    """The twin's result for one picture."""
    tensor = torch.from_numpy(np.atleast_3d(image).copy()).movedim(-1, 0)
    return gpu.median_filter(tensor, size).movedim(0, -1).numpy().reshape(image.shape)


# ------------------------------------------------------------------ known answers


def test_a_window_by_hand():
    image = np.array([[1, 2, 3], [4, 99, 6], [7, 8, 9]], dtype=np.uint8)
    # around 99: 1 2 3 4 6 7 8 9 99; around 1, with the edge repeated: 1 1 1 1 2 2 4 4 99
    assert reference.median_filter(image, 3)[1, 1] == 6
    assert reference.median_filter(image, 3)[0, 0] == 2


def test_a_median_removes_a_speck_and_a_mean_spreads_it():
    image = np.full((9, 9), 100, np.uint8)
    image[4, 4] = 255
    assert (reference.median_filter(image, 3) == 100).all()
    assert (reference.mean_filter(image, 3) != 100).sum() == 9


@pytest.mark.parametrize("size", [3, 5, 9, 15])
def test_a_median_keeps_a_step_edge(size):
    image = np.repeat(np.array([10, 200], np.uint8), 20)[None].repeat(30, axis=0)
    np.testing.assert_array_equal(reference.median_filter(image, size), image)


def test_a_median_rounds_a_corner():
    image = np.zeros((12, 12), np.uint8)
    image[6:, 6:] = 255
    assert reference.median_filter(image, 3)[6, 6] == 0


def test_channels_do_not_mix():
    image = PICTURES["astronaut"]
    apart = [reference.median_filter(image[..., c], 5) for c in range(3)]
    np.testing.assert_array_equal(reference.median_filter(image, 5), np.dstack(apart))


# ------------------------------------------------------------------ oracles


@pytest.mark.parametrize("size", [3, 5, 7, 9, 15, 31])
@pytest.mark.parametrize("name", PICTURES)
def test_median_is_opencvs(name, size):
    image = PICTURES[name]
    expected = cv2.medianBlur(image, ksize=size).reshape(image.shape)
    np.testing.assert_array_equal(in_batch(image, size), expected)
    if size < 10:
        np.testing.assert_array_equal(reference.median_filter(image, size), expected)


@pytest.mark.parametrize("size", [3, 5])
def test_median_of_floats_is_opencvs(size):
    image = (PICTURES["camera"] / 255).astype(np.float32)
    expected = cv2.medianBlur(image, ksize=size)
    np.testing.assert_array_equal(reference.median_filter(image, size), expected)


@pytest.mark.parametrize("size", [7, 11])
def test_median_of_floats_is_scipys(size):
    image = np.random.default_rng(1).random((30, 41))
    expected = ndimage.median_filter(image, size=(size, size), mode="nearest", origin=0)
    np.testing.assert_array_equal(reference.median_filter(image, size), expected)


def test_a_large_batch_is_cut_into_chunks_that_fit_together():
    image = samples.camera()
    batch = torch.from_numpy(np.stack([image, image[::-1].copy()]))[:, None]
    expected = np.stack([cv2.medianBlur(picture, ksize=7) for picture in batch[:, 0].numpy()])
    np.testing.assert_array_equal(gpu.median_filter(batch, 7)[:, 0].numpy(), expected)


# ------------------------------------------------------------------ what always holds


@few
@given(SMALL, SIZES)
def test_a_median_is_a_level_of_the_picture(image, size):
    assert np.isin(reference.median_filter(image, size), image).all()


@few
@given(SMALL, SIZES)
def test_comparisons_find_what_sorting_finds(image, size):
    np.testing.assert_array_equal(in_batch(image, size), reference.median_filter(image, size))


@few
@given(SMALL, SIZES)
def test_the_median_of_the_negative_is_the_negative_of_the_median(image, size):
    inverted = reference.median_filter(255 - image, size)
    np.testing.assert_array_equal(inverted, 255 - reference.median_filter(image, size))


@few
@given(SMALL, SIZES)
def test_a_rotated_picture_has_a_rotated_median(image, size):
    rotated = reference.median_filter(np.rot90(image), size)
    np.testing.assert_array_equal(rotated, np.rot90(reference.median_filter(image, size)))


def test_a_median_is_not_linear():
    one, other = np.zeros((2, 3, 3), np.uint8)
    one[0], other[2] = 1, 1
    one[1, 0] = other[1, 2] = 1  # four pixels of nine each, eight together
    parts = reference.median_filter(one, 3)[1, 1] + reference.median_filter(other, 3)[1, 1]
    assert (parts, reference.median_filter(one + other, 3)[1, 1]) == (0, 1)


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("size", "error", "message"),
    [
        (4, ValueError, "size: expected an odd number, got 4"),
        (0, ValueError, "size: expected a whole number .* got 0"),
        (3.0, TypeError, "size: expected a whole number, got 3.0"),
    ],
)
def test_a_window_without_a_centre_is_refused(size, error, message):
    with pytest.raises(error, match=message):
        reference.median_filter(PICTURES["camera"], size)
    with pytest.raises(error, match=message):
        gpu.median_filter(torch.zeros(1, 4, 4), size)


def test_what_is_no_picture_is_refused():
    with pytest.raises(TypeError, match="expected a NumPy array, got list"):
        reference.median_filter([[1]], 3)
    with pytest.raises(TypeError, match="expected a torch tensor, got ndarray"):
        gpu.median_filter(PICTURES["camera"], 3)
