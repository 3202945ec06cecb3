"""Checks and grades the exercises of chapter 02."""

import numpy as np
import pytest

from coursekit.gray_transforms import reference
from coursekit.lab import samples
from coursekit.lab.check import assert_array_equal, assert_image_equal, assert_value_equal

LEVELS = np.arange(256, dtype=np.uint8)[None]


def wrapped(values):
    """What uint8 makes of values beyond its ends."""
    return np.asarray(values).astype(np.int64).astype(np.uint8)


# ---------------------------------------------------------------- brighten


@pytest.mark.exercise("brighten")
@pytest.mark.points(1)
def test_a_few_levels_by_hand(student):
    image = np.array([[0, 100, 200], [55, 155, 255]], dtype=np.uint8)
    expected = np.array([[100, 200, 255], [155, 255, 255]], dtype=np.uint8)
    mistakes = {"uint8 overflow": wrapped(image + 100)}
    assert_image_equal(student.brighten(image, 100), expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("brighten")
@pytest.mark.points(1)
@pytest.mark.parametrize("amount", [60, 0, -60, 255])
def test_bright_pixels_saturate(student, amount):
    image = samples.camera()
    wide = image.astype(int) + amount
    mistakes = {"uint8 overflow": wrapped(wide), "one end not saturated": np.abs(wide)}
    expected = reference.linear(image, 1, amount)
    assert_image_equal(student.brighten(image, amount), expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("brighten")
@pytest.mark.hidden
def test_brighten_takes_colour(student):
    image = samples.coffee()
    assert_image_equal(student.brighten(image, -31), reference.linear(image, 1, -31))


# ----------------------------------------------------- contrast_about_gray


@pytest.mark.exercise("contrast_about_gray")
@pytest.mark.points(1)
def test_mid_gray_stays(student):
    image = np.array([[128, 138], [118, 28]], dtype=np.uint8)
    expected = np.array([[128, 148], [108, 0]], dtype=np.uint8)
    mistakes = {"turned about 0 instead of 128": reference.linear(image, 2, 0)}
    actual = student.contrast_about_gray(image, 2)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("contrast_about_gray")
@pytest.mark.points(2)
@pytest.mark.parametrize("contrast", [1.75, 0.375, -1])
def test_distance_from_mid_gray_is_multiplied(student, contrast):
    image = samples.camera()
    wide = contrast * (image.astype(float) - 128) + 128
    mistakes = {
        "turned about 0 instead of 128": reference.linear(image, contrast, 0),
        "uint8 overflow": wrapped(wide),
    }
    expected = reference.linear(image, contrast, 128 - 128 * contrast)
    actual = student.contrast_about_gray(image, contrast)
    assert_image_equal(actual, expected, tolerance=0, image=image, mistakes=mistakes)


@pytest.mark.exercise("contrast_about_gray")
@pytest.mark.hidden
def test_contrast_takes_colour(student):
    image = samples.coffee()
    expected = reference.linear(image, 1.25, -32)
    assert_image_equal(student.contrast_about_gray(image, 1.25), expected)


# ------------------------------------------------------------- gamma_table


@pytest.mark.exercise("gamma_table")
@pytest.mark.points(1)
def test_exponent_one_changes_nothing(student):
    assert_array_equal(student.gamma_table(1.0), LEVELS[0], exact_dtype=True)


@pytest.mark.exercise("gamma_table")
@pytest.mark.points(2)
@pytest.mark.parametrize("exponent", [0.5, 2.2, 0.1, 5])
def test_black_and_white_stay_and_the_rest_bends(student, exponent):
    with np.errstate(over="ignore"):
        undivided = np.arange(256.0) ** exponent
    mistakes = {
        "r not divided by 255": np.minimum(np.rint(undivided), 255).astype(np.uint8),
        "1 / exponent taken": reference.gamma(LEVELS, 1 / exponent)[0],
    }
    expected = reference.gamma(LEVELS, exponent)[0]
    actual = student.gamma_table(exponent)
    assert_array_equal(actual, expected, mistakes=mistakes, exact_dtype=True)


# -------------------------------------------------------- stretch_contrast


@pytest.mark.exercise("stretch_contrast")
@pytest.mark.points(1)
def test_three_levels_by_hand(student):
    image = np.array([[100, 150, 200]], dtype=np.uint8)
    expected = np.array([[0, 128, 255]], dtype=np.uint8)
    mistakes = {"divided by 255 levels instead of high - low": np.array([[0, 50, 100]], np.uint8)}
    assert_image_equal(student.stretch_contrast(image), expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("stretch_contrast")
@pytest.mark.points(1)
@pytest.mark.parametrize("name", ["clock", "brick", "microaneurysms"])
def test_darkest_becomes_black_and_lightest_white(student, name):
    image = getattr(samples, name)()
    low, high = int(image.min()), int(image.max())
    mistakes = {
        "only divided by the maximum": np.rint(image * (255 / high)).astype(np.uint8),
        "only the minimum subtracted": image - np.uint8(low),
    }
    expected = reference.contrast_stretch(image, low, high)
    assert_image_equal(student.stretch_contrast(image), expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("stretch_contrast")
@pytest.mark.points(1)
def test_picture_of_one_level_comes_back(student):
    image = np.full((4, 5), 77, dtype=np.uint8)
    assert_image_equal(student.stretch_contrast(image), image)


# --------------------------------------------------------------- posterize


@pytest.mark.exercise("posterize")
@pytest.mark.points(1)
def test_four_levels(student):
    expected = np.repeat(np.array([0, 85, 170, 255], dtype=np.uint8), 64)[None]
    mistakes = {"lowest level of each step kept": LEVELS // 64 * 64}
    assert_image_equal(student.posterize(LEVELS, 4), expected, image=LEVELS, mistakes=mistakes)


@pytest.mark.exercise("posterize")
@pytest.mark.points(2)
@pytest.mark.parametrize("levels", [2, 3, 7, 256])
def test_black_and_white_are_among_the_levels(student, levels):
    image = samples.camera()
    steps = np.arange(256) * levels // 256
    corners = np.rint(steps * 255 / (levels - 1)).astype(np.uint8)
    narrow = np.rint(np.arange(256) // (256 // levels) * 255 / (levels - 1))
    mistakes = {
        "steps of 256 // levels are too narrow": np.minimum(narrow, 255).astype(np.uint8)[image],
    }
    expected = reference.apply_lut(image, corners)
    assert_image_equal(student.posterize(image, levels), expected, image=image, mistakes=mistakes)


# ------------------------------------------------------------- read_secret


def with_secret(image, text):
    bits = np.unpackbits(np.frombuffer(text.encode("ascii"), np.uint8))
    values = image.flatten()
    values[: bits.size] = values[: bits.size] & 254 | bits
    return values.reshape(image.shape)


@pytest.mark.exercise("read_secret")
@pytest.mark.points(1)
def test_one_letter_by_hand(student):
    # A is 65 is 01000001 in binary
    image = np.array([[10, 11, 10, 10], [20, 20, 20, 21]], dtype=np.uint8)
    mistakes = {"bits in reverse": "\x82"}
    assert_value_equal(student.read_secret(image, 1), "A", mistakes=mistakes)


@pytest.mark.exercise("read_secret")
@pytest.mark.points(2)
@pytest.mark.parametrize("text", ["gray", "One pixel at a time."])
def test_text_in_the_camera_picture(student, text):
    image = with_secret(samples.camera(), text)
    assert_value_equal(student.read_secret(image, len(text)), text)


@pytest.mark.exercise("read_secret")
@pytest.mark.hidden
def test_length_is_respected(student):
    image = with_secret(samples.coins(), "forty-two")
    assert_value_equal(student.read_secret(image, 5), "forty")


# ------------------------------------------------------- mend_the_overflow


@pytest.mark.exercise("mend_the_overflow")
@pytest.mark.points(1)
def test_rounds_instead_of_cutting(student):
    image = np.array([[1, 2, 3]], dtype=np.uint8)
    expected = np.array([[1, 1, 2]], dtype=np.uint8)
    actual = student.mend_the_overflow(image, 0.5, 0.4)
    assert_image_equal(actual, expected, image=image)


@pytest.mark.exercise("mend_the_overflow")
@pytest.mark.points(2)
@pytest.mark.parametrize("line", [(1.5, 20), (3, -200), (-1, 255)])
def test_sky_and_grass_saturate(student, line):
    image = samples.camera()
    wide = line[0] * image.astype(float) + line[1]
    mistakes = {
        "uint8 overflow": wrapped(wide),
        "uint8 overflow, rounded": wrapped(np.rint(wide)),
        "one end not saturated": wrapped(np.minimum(np.rint(wide), 255)),
    }
    expected = reference.linear(image, *line)
    actual = student.mend_the_overflow(image, *line)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


# ------------------------------------------------------------ mend_the_log


@pytest.mark.exercise("mend_the_log")
@pytest.mark.points(2)
def test_curve_rises_all_the_way(student):
    image = LEVELS.reshape(16, 16)
    expected = np.rint(255 / np.log(256) * np.log(1 + image.astype(float))).astype(np.uint8)
    mistakes = {"r divided by 255: another curve": reference.log(image)}
    assert_image_equal(student.mend_the_log(image), expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("mend_the_log")
@pytest.mark.points(1)
def test_black_stays_black_and_white_stays_white(student):
    image = np.array([[0, 255], [255, 0]], dtype=np.uint8)
    mistakes = {"uint8 overflow in 1 + r": np.zeros_like(image)}
    assert_image_equal(student.mend_the_log(image), image, mistakes=mistakes)
