"""What holds for every picture, of every size, gray and colour, uint8 and float."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from coursekit.gray_transforms import reference

SHAPES = some.tuples(some.integers(1, 9), some.integers(1, 9)).flatmap(
    lambda size: some.sampled_from([size, (*size, 3)])
)
LEVELS = arrays(np.uint8, SHAPES)
FRACTIONS = arrays(np.float64, SHAPES, elements=some.floats(0, 1))
PICTURES = some.one_of(LEVELS, FRACTIONS)


def white_of(image):
    return 255 if image.dtype == np.uint8 else 1.0


@given(PICTURES)
def test_inverting_twice_gives_the_picture_back(image):
    twice = reference.invert(reference.invert(image))
    np.testing.assert_allclose(twice, image, atol=0 if image.dtype == np.uint8 else 1e-15)


@given(PICTURES)
def test_the_identity_line_changes_nothing(image):
    np.testing.assert_array_equal(reference.linear(image, 1, 0), image)
    np.testing.assert_array_equal(reference.linear(image), image)


@given(PICTURES)
def test_gamma_one_changes_nothing(image):
    np.testing.assert_allclose(reference.gamma(image, 1), image, atol=1e-15)


@given(PICTURES, some.floats(0, 1), some.floats(0, 1))
def test_a_stretch_keeps_the_order_of_the_levels(image, one, other):
    low, high = sorted((one * white_of(image), other * white_of(image)))
    assume(high - low > 1e-9)
    stretched = reference.contrast_stretch(image, low, high)
    order = np.argsort(image, axis=None)
    assert (np.diff(stretched.ravel()[order].astype(np.float64)) >= 0).all()


@given(PICTURES, some.floats(0.05, 20))
def test_gamma_keeps_black_and_white(image, exponent):
    bent = reference.gamma(image, exponent)
    ends = (image == 0) | (image == white_of(image))
    np.testing.assert_array_equal(bent[ends], image[ends])


@given(PICTURES)
def test_log_never_darkens(image):
    assert (reference.log(image) >= image - 1e-15).all()


@given(LEVELS)
def test_bit_planes_sum_to_the_picture(image):
    planes = [(reference.bit_plane(image, bit) > 0) * 2**bit for bit in range(8)]
    np.testing.assert_array_equal(sum(planes), image)


@given(PICTURES)
def test_points_on_the_diagonal_change_nothing(image):
    white = white_of(image)
    points = [(0, 0), (0.3 * white, 0.3 * white), (white, white)]
    np.testing.assert_allclose(reference.piecewise_linear(image, points), image, atol=1e-15)


@given(PICTURES, some.floats(0, 1), some.floats(0, 1))
def test_a_slice_is_white_inside_and_kept_or_black_outside(image, one, other):
    low, high = sorted((one * white_of(image), other * white_of(image)))
    inside = (low <= image) & (image <= high)
    kept = reference.slice_levels(image, low, high, keep=True)
    black = reference.slice_levels(image, low, high)
    np.testing.assert_array_equal(kept, np.where(inside, white_of(image), image))
    np.testing.assert_array_equal(black, inside * white_of(image))


@given(LEVELS, arrays(np.uint8, 256), arrays(np.uint8, 256))
def test_two_tables_are_one_table(image, first, second):
    twice = reference.apply_lut(reference.apply_lut(image, first), second)
    np.testing.assert_array_equal(twice, reference.apply_lut(image, second[first]))


@given(LEVELS, some.floats(-3, 3), some.floats(-300, 300))
def test_every_transform_of_uint8_is_a_table(image, contrast, brightness):
    table = reference.linear(np.arange(256, dtype=np.uint8)[None], contrast, brightness)[0]
    expected = reference.linear(image, contrast, brightness)
    np.testing.assert_array_equal(reference.apply_lut(image, table), expected)


@given(some.binary(max_size=60), some.integers(1, 8), some.integers(0, 2**32 - 1))
def test_any_message_comes_back(data, bits, seed):
    image = np.random.default_rng(seed).integers(0, 256, (13, 14, 3), dtype=np.uint8)
    hidden = reference.hide_message(image, data, bits)
    assert reference.reveal_message(hidden, bits) == data
    assert np.abs(hidden.astype(int) - image).max() < 2**bits
    np.testing.assert_array_equal(hidden >> bits, image >> bits if bits < 8 else 0)


@given(some.integers(1, 8), some.integers(6, 12), some.integers(6, 12))
def test_a_message_may_fill_all_the_room_and_no_more(bits, height, width):
    image = np.zeros((height, width), np.uint8)
    room = height * width * bits // 8 - 4
    data = bytes(range(256))[: max(room, 0)]
    assume(room >= 0)
    assert reference.reveal_message(reference.hide_message(image, data, bits), bits) == data
    with pytest.raises(ValueError, match=f"{room + 1} bytes do not fit, there is room for {room}$"):
        reference.hide_message(image, data + b"!", bits)
