"""What holds for every picture: chapter 01 on shapes and values that hypothesis makes up."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from coursekit.images import gpu, reference
from coursekit.lab import samples

METHODS = ("nearest", "bilinear", "bicubic", "area", "lanczos")
sides = st.integers(1, 20)
sizes = st.tuples(sides, sides)
few = settings(max_examples=60, deadline=None)


def pictures(dtypes=(np.uint8, np.float32, np.float64), channels=((), (3,))):
    def of(dtype, size, channel):
        if dtype == np.uint8:
            values = st.integers(0, 255)
        else:
            values = st.floats(0, 1, width=32 if dtype == np.float32 else 64)
        return arrays(dtype, (*size, *channel), elements=values)

    options = st.tuples(st.sampled_from(dtypes), sizes, st.sampled_from(channels))
    return options.flatmap(lambda option: of(*option))


color_levels = pictures((np.uint8,), ((3,),))
color_floats = pictures((np.float64,), ((3,),))


def off_by(actual, expected):
    assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape)
    return np.abs(actual.astype(np.float64) - expected).max()


@few
@given(pictures(), st.data())
def test_a_crop_of_a_crop_is_a_crop(image, data):
    height, width = (data.draw(st.integers(1, side)) for side in image.shape[:2])
    top = data.draw(st.integers(0, image.shape[0] - height))
    left = data.draw(st.integers(0, image.shape[1] - width))
    row, column = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    size = height - row, width - column
    once = reference.crop(image, top + row, left + column, *size)
    twice = reference.crop(reference.crop(image, top, left, height, width), row, column, *size)
    np.testing.assert_array_equal(once, twice)


@few
@given(pictures(), st.sampled_from(METHODS))
def test_resize_to_its_own_shape_changes_nothing(image, method):
    assert off_by(reference.resize(image, image.shape[:2], method), image) <= 1e-12


@few
@given(sizes, sizes, st.integers(0, 255), st.sampled_from(METHODS))
def test_a_flat_picture_stays_flat(size, shape, level, method):
    flat = np.full(size, level, np.uint8)
    np.testing.assert_array_equal(reference.resize(flat, shape, method), np.full(shape, level))
    np.testing.assert_allclose(
        reference.resize(flat / 255, shape, method), np.full(shape, level / 255), atol=1e-12
    )


@few
@given(pictures(), sizes, st.sampled_from(METHODS))
def test_resize_treats_rows_and_columns_alike(image, shape, method):
    turned = reference.resize(image.swapaxes(0, 1), shape[::-1], method).swapaxes(0, 1)
    resized = reference.resize(image, shape, method)
    # eighths of a level are kept after the first pass only, hence up to one level
    assert off_by(resized, turned) <= (1 if image.dtype == np.uint8 else 1e-6)


@few
@given(pictures(), st.integers(1, 6))
def test_a_pyramid_collapses_to_its_picture(image, levels):
    levels = min(levels, 1 + (max(image.shape[:2]) - 1).bit_length())
    pyramid = reference.laplacian_pyramid(image, levels)
    assert len(pyramid) == levels
    assert off_by(reference.collapse(pyramid), image) <= (0 if image.dtype == np.uint8 else 1e-6)


@few
@given(sizes, st.integers(0, 255))
def test_a_flat_picture_has_no_residual(size, level):
    *residuals, coarsest = reference.laplacian_pyramid(
        np.full(size, level, np.uint8), 1 + (max(size) > 1)
    )
    assert all((residual == 0).all() for residual in residuals)
    assert (coarsest == level).all()


@few
@given(color_levels)
def test_bgr_twice_is_rgb(image):
    np.testing.assert_array_equal(reference.rgb_to_bgr(reference.rgb_to_bgr(image)), image)


# the bounds were measured over all 2 ** 24 colours; the colour is one that reaches them
ROUND_TRIPS = {
    "hsv": (reference.rgb_to_hsv, reference.hsv_to_rgb, 5, 1e-9),
    "ycrcb": (reference.rgb_to_ycrcb, reference.ycrcb_to_rgb, 1, 1e-3),
    "lab": (reference.rgb_to_lab, reference.lab_to_rgb, 27, 1e-6),
}


@pytest.mark.parametrize("name", ROUND_TRIPS)
@few
@given(levels=color_levels, floats=color_floats)
def test_colors_come_back_within_their_bound(name, levels, floats):
    there, back, most_levels, most = ROUND_TRIPS[name]
    assert off_by(back(there(levels)), levels) <= most_levels
    assert off_by(back(there(floats)), floats) <= most


@pytest.mark.parametrize(
    ("name", "color", "levels"),
    [("hsv", (0, 5, 246), 5), ("lab", (0, 235, 254), 27), ("ycrcb", (0, 0, 1), 1)],
)
def test_the_bound_of_a_round_trip_is_reached(name, color, levels):
    there, back, *_ = ROUND_TRIPS[name]
    image = np.array([[color]], np.uint8)
    assert off_by(back(there(image)), image) == levels


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee"])
def test_inputs_are_left_alone(name):
    image = getattr(samples, name)()[:64, :80]
    before = image.copy()
    reference.resize(image, (20, 30), "bicubic")
    reference.collapse(reference.laplacian_pyramid(image, 3))
    for there, back, *_ in ROUND_TRIPS.values():
        back(there(image))
    np.testing.assert_array_equal(image, before)


@few
@given(pictures(channels=((3,),)))
def test_gray_lies_between_the_channels(image):
    gray = reference.rgb_to_gray(image)
    assert (gray >= image.min(axis=-1) - 1e-6).all() and (gray <= image.max(axis=-1) + 1e-6).all()


@few
@given(pictures(channels=((),)))
def test_gray_of_three_equal_channels_is_the_channel(image):
    assert off_by(reference.rgb_to_gray(np.dstack([image] * 3)), image) <= 1e-6


@pytest.mark.parametrize("small", [np.uint8, np.int8, np.int64, np.uint64])
def test_numpys_small_numbers_do_not_wrap_around(small):
    image = np.arange(250 * 4, dtype=np.uint16).reshape(250, 4).astype(np.uint8)
    size = [small(n) for n in (100, 0, 120, 4)]
    np.testing.assert_array_equal(reference.crop(image, *size), image[100:220])
    planes = torch.from_numpy(image)[None]
    np.testing.assert_array_equal(gpu.crop(planes, *size)[0], image[100:220])
