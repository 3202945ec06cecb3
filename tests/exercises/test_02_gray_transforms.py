"""Checks and grades the exercises of chapter 02."""

import numpy as np
import pytest

from coursekit.gray_transforms import reference
from coursekit.lab import samples
from coursekit.lab.check import (
    assert_array_equal,
    assert_image_equal,
    assert_own_memory,
    assert_value_equal,
)

SEED = 12
FORBIDDEN = (
    "PIL.ImageOps.autocontrast",
    "PIL.ImageOps.posterize",
    "cv2.add",
    "cv2.addWeighted",
    "cv2.normalize",
    "skimage.exposure.adjust_gamma",
    "skimage.exposure.adjust_log",
    "skimage.exposure.rescale_intensity",
)
LEVELS = np.arange(256, dtype=np.uint8)[None]


def drawn(number):
    return np.random.default_rng([SEED, number])


def drawn_picture(rng, *channels):
    height, width = rng.integers(20, 60, 2)
    return rng.integers(0, 256, (height, width, *channels), dtype=np.uint8)


def drawn_factor(rng):
    """A multiple of 1/15: no level becomes a half, or is so near one that float32 would differ."""
    return float(rng.choice([-1, 1]) * (15 + rng.choice([-11, -8, -4, -2, -1, 1, 2, 4, 7])) / 15)


def wrapped(values):
    """What uint8 makes of values beyond its ends."""
    return np.asarray(values).astype(np.int64).astype(np.uint8)


def saturated(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


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
    mistakes = {
        "uint8 overflow": wrapped(wide),
        "the absolute value is taken: what is below 0 must become black": np.abs(wide),
    }
    expected = reference.linear(image, 1, amount)
    assert_image_equal(student.brighten(image, amount), expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("brighten")
@pytest.mark.hidden
@pytest.mark.parametrize("channels", [(), (3,)])
def test_any_picture_is_brightened(student, channels):
    rng = drawn(1)
    image, amount = drawn_picture(rng, *channels), int(rng.integers(-255, 256))
    assert_image_equal(student.brighten(image, amount), reference.linear(image, 1, amount))


# ----------------------------------------------------- contrast_about_gray


def contrast_mistakes(image, contrast):
    wide = contrast * (image.astype(float) - 128) + 128
    return {
        "turned about 0 instead of 128": reference.linear(image, contrast, 0),
        "uint8 overflow in the result": wrapped(wide),
        "uint8 overflow in r - 128": saturated(float(contrast) * wrapped(image - 128.0) + 128),
        "128 not added again": saturated(wide - 128),
        "the absolute value is taken, as `cv2.convertScaleAbs` does: what is below 0 must become "
        "black": saturated(np.abs(wide)),
        "turned about the mean instead of 128": saturated(
            contrast * (image - image.mean()) + image.mean()
        ),
    }


@pytest.mark.exercise("contrast_about_gray")
@pytest.mark.points(1)
def test_mid_gray_stays(student):
    image = np.array([[128, 138], [118, 28]], dtype=np.uint8)
    expected = np.array([[128, 148], [108, 0]], dtype=np.uint8)
    actual = student.contrast_about_gray(image, 2)
    assert_image_equal(actual, expected, image=image, mistakes=contrast_mistakes(image, 2))


@pytest.mark.exercise("contrast_about_gray")
@pytest.mark.points(1)
@pytest.mark.parametrize("contrast", [1.6, 0.4, -1])  # no half to be rounded
def test_distance_from_mid_gray_is_multiplied(student, contrast):
    image = samples.camera()
    mistakes = contrast_mistakes(image, contrast)
    expected = reference.linear(image, contrast, 128 - 128 * contrast)
    actual = student.contrast_about_gray(image, contrast)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("contrast_about_gray")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_any_contrast_of_any_picture(student, number):
    rng = drawn(20 + number)
    image, contrast = drawn_picture(rng, 3), drawn_factor(rng)
    expected = reference.linear(image, contrast, 128 - 128 * contrast)
    assert_image_equal(student.contrast_about_gray(image, contrast), expected)


# ------------------------------------------------------------- gamma_table


def gamma_mistakes(exponent):
    r = np.arange(256.0)
    with np.errstate(over="ignore"):
        undivided = r**exponent
    return {
        "r not divided by 255": saturated(undivided),
        "1 / exponent taken": reference.gamma(LEVELS, 1 / exponent)[0],
        "r divided by 256 instead of 255": saturated(255 * (r / 256) ** exponent),
        "not multiplied by 255 again": [
            saturated((r / 255) ** exponent),
            np.floor((r / 255) ** exponent),
        ],
    }


@pytest.mark.exercise("gamma_table")
@pytest.mark.points(1)
def test_exponent_one_changes_nothing(student):
    actual = student.gamma_table(1.0)
    assert_array_equal(actual, LEVELS[0], mistakes=gamma_mistakes(1.0), exact_dtype=True)


@pytest.mark.exercise("gamma_table")
@pytest.mark.points(1)
@pytest.mark.parametrize("exponent", [0.5, 2.2, 0.1, 5])
def test_black_and_white_stay_and_the_rest_bends(student, exponent):
    expected = reference.gamma(LEVELS, exponent)[0]
    actual = student.gamma_table(exponent)
    assert_array_equal(actual, expected, mistakes=gamma_mistakes(exponent), exact_dtype=True)


@pytest.mark.exercise("gamma_table")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(3))
def test_any_exponent_bends(student, number):
    exponent = drawn_exponent(drawn(30 + number))
    expected = reference.gamma(LEVELS, exponent)[0]
    assert_array_equal(student.gamma_table(exponent), expected, exact_dtype=True)


def drawn_exponent(rng):
    """An exponent that brings no level near a half, where the widths of floats would differ."""
    while True:
        exponent = float(np.exp(rng.uniform(-2, 2)))
        halves = (255 * (LEVELS / 255) ** exponent + 0.5) % 1
        if np.minimum(halves, 1 - halves).min() > 1e-4:
            return exponent


# -------------------------------------------------------- stretch_contrast


def stretched(image, low, high):
    return (image.astype(float) - low) * 255 / (high - low)


def stretch_mistakes(image):
    low, high = int(image.min()), int(image.max())
    product = wrapped((image.astype(int) - low) * 255) / (high - low)
    percentiles = [stretched(image, *np.percentile(image, (p, 100 - p))) for p in (0.5, 1, 2, 5)]
    return {
        "uint8 overflow in 255 * (r - low)": saturated(product),
        "uint8 overflow in 255 * (r - low), and cut off": wrapped(product),
        "255 // (high - low), which is cut off": saturated(
            (image.astype(float) - low) * (255 // (high - low))
        ),
        "only divided by the maximum": saturated(image * (255 / high)),
        "only the minimum subtracted": saturated(image.astype(float) - low),
        "percentiles instead of the extremes": [saturated(s) for s in percentiles],
        "percentiles instead of the extremes, and not saturated": [
            wrapped(np.rint(s)) for s in percentiles
        ],
    }


@pytest.mark.exercise("stretch_contrast")
@pytest.mark.points(1)
def test_three_levels_by_hand(student):
    image = np.array([[100, 145, 200]], dtype=np.uint8)
    expected = np.array([[0, 115, 255]], dtype=np.uint8)  # 45 * 2.55 is 114.75
    actual = student.stretch_contrast(image)
    assert_image_equal(actual, expected, image=image, mistakes=stretch_mistakes(image))


@pytest.mark.exercise("stretch_contrast")
@pytest.mark.points(1)
@pytest.mark.parametrize("name", ["clock", "brick", "microaneurysms"])
def test_darkest_becomes_black_and_lightest_white(student, name):
    image = getattr(samples, name)()
    expected = reference.contrast_stretch(image, int(image.min()), int(image.max()))
    actual = student.stretch_contrast(image)
    assert_image_equal(actual, expected, image=image, mistakes=stretch_mistakes(image))


@pytest.mark.exercise("stretch_contrast")
@pytest.mark.points(1)
def test_picture_of_one_level_comes_back(student):
    image = np.full((4, 5), 77, dtype=np.uint8)
    mistakes = {"low == high, and 0 is divided by 0": np.zeros_like(image)}
    assert_image_equal(student.stretch_contrast(image), image, mistakes=mistakes)
    assert_own_memory(student)


@pytest.mark.exercise("stretch_contrast")
@pytest.mark.hidden
@pytest.mark.parametrize("channels", [(), (3,)])
def test_any_levels_are_spread(student, channels):
    for levels in ((0, 255), (7, 8), (0, 1)):
        image = np.array([levels, levels[::-1]], dtype=np.uint8)
        expected = np.array([[0, 255], [255, 0]], dtype=np.uint8)
        assert_image_equal(student.stretch_contrast(image), expected)
    rng = drawn(4)
    low = int(rng.integers(0, 100))
    high = low + 2 * int(rng.integers(10, 75)) + 1  # an odd distance leaves no half
    image = (low + drawn_picture(rng, *channels) % (high - low + 1)).astype(np.uint8)
    image[0, 0], image[1, 1] = low, high
    expected = reference.contrast_stretch(image, low, high)
    assert_image_equal(student.stretch_contrast(image), expected)


# --------------------------------------------------------------- posterize


def posterize_mistakes(image, levels):
    r, top = np.arange(256), levels - 1
    step, narrow = r * levels // 256, r // (256 // levels)
    tables = {
        "lowest level of each step kept": r // (256 // levels) * (256 // levels),
        "the steps are too narrow, as 256 // levels and 255 / levels make them": np.rint(
            narrow * 255 / top
        ),
        "256 // levels and 255 // (levels - 1) are cut off": narrow * (255 // top),
        "255 // (levels - 1) is cut off": step * (255 // top),
        "rounded to the nearest level: the steps at the ends are half as wide": np.rint(
            np.rint(r / 255 * top) * 255 / top
        ),
        "four levels, whatever `levels` says": r // 64 * 85,
        "divided by 255 instead of 256: white falls beyond the last step": np.rint(
            r * levels // 255 * 255 / top
        ),
    }
    return {
        name: [saturated(table)[image], wrapped(table)[image]] for name, table in tables.items()
    }


@pytest.mark.exercise("posterize")
@pytest.mark.points(1)
def test_four_levels(student):
    expected = np.repeat(np.array([0, 85, 170, 255], dtype=np.uint8), 64)[None]
    mistakes = posterize_mistakes(LEVELS, 4)
    assert_image_equal(student.posterize(LEVELS, 4), expected, image=LEVELS, mistakes=mistakes)


@pytest.mark.exercise("posterize")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    ("widths", "values"),
    [
        ([128, 128], [0, 255]),
        (
            [26, 26, 25, 26, 25, 26, 26, 25, 26, 25],
            [0, 28, 57, 85, 113, 142, 170, 198, 227, 255],
        ),
        ([1] * 256, range(256)),
    ],
)
def test_black_and_white_are_among_the_levels(student, widths, values):
    levels = len(values)
    expected = np.repeat(np.array(values, dtype=np.uint8), widths)[None]
    mistakes = posterize_mistakes(LEVELS, levels)
    actual = student.posterize(LEVELS, levels)
    assert_image_equal(actual, expected, image=LEVELS, mistakes=mistakes)


@pytest.mark.exercise("posterize")
@pytest.mark.hidden
@pytest.mark.parametrize("channels", [(), (3,)])
def test_any_picture_is_posterized(student, channels):
    camera = samples.camera()
    for levels in (2, 3, 5, 256):
        assert_image_equal(student.posterize(camera, levels), posterized(camera, levels))
    rng = drawn(5)
    image, levels = drawn_picture(rng, *channels), 2 * int(rng.integers(1, 128))
    assert_image_equal(student.posterize(image, levels), posterized(image, levels))


def posterized(image, levels):
    steps = np.arange(256) * levels // 256
    return np.rint(steps * 255 / (levels - 1)).astype(np.uint8)[image]


# ------------------------------------------------------------- read_secret


def with_secret(image, text):
    bits = np.unpackbits(np.frombuffer(text.encode("ascii"), np.uint8))
    values = image.flatten()
    values[: bits.size] = values[: bits.size] & 254 | bits
    return values.reshape(image.shape)


@pytest.mark.exercise("read_secret")
@pytest.mark.points(1)
def test_one_letter_by_hand(student):
    # R is 82 is 01010010 in binary
    image = np.array([[0, 211, 10, 211], [20, 220, 221, 20]], dtype=np.uint8)
    mistakes = {
        "bits in reverse": "J",
        "read column by column": "&",
        "highest bits instead of the lowest": "V",
        "`length` bits read instead of `8 * length`": "\0",
        "values taken for bits: `& 1` is missing": "\x7f",
    }
    assert_value_equal(student.read_secret(image, 1), "R", mistakes=mistakes)


@pytest.mark.exercise("read_secret")
@pytest.mark.points(1)
@pytest.mark.parametrize("text", ["gray", "One pixel at a time."])
def test_text_in_the_camera_picture(student, text):
    image = with_secret(samples.camera(), text)
    whole = np.packbits(image.flatten() & 1).tobytes()
    rows = np.packbits(image[: 8 * len(text)] & 1).tobytes()
    mistakes = {
        "read beyond `length` letters": whole.decode("latin-1"),
        "read beyond `length` letters, what is no letter left out": whole.decode("ascii", "ignore"),
        "rows cut off instead of pixels: flatten the picture first": rows.decode("latin-1"),
    }
    assert_value_equal(student.read_secret(image, len(text)), text, mistakes=mistakes)


@pytest.mark.exercise("read_secret")
@pytest.mark.hidden
def test_length_is_respected(student):
    image = with_secret(samples.coins(), "forty-two")
    assert_value_equal(student.read_secret(image, 5), "forty")


@pytest.mark.exercise("read_secret")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(3))
def test_any_text_in_any_picture(student, number):
    rng = drawn(60 + number)
    text = bytes(rng.integers(32, 127, rng.integers(2, 40), dtype=np.uint8)).decode("ascii")
    length = int(rng.integers(1, len(text) + 1))
    image = with_secret(drawn_picture(rng), text)
    assert_value_equal(student.read_secret(image, length), text[:length])


# ------------------------------------------------------- mend_the_overflow


@pytest.mark.exercise("mend_the_overflow")
@pytest.mark.points(1)
def test_rounds_instead_of_cutting(student):
    image = np.array([[1, 2, 3]], dtype=np.uint8)
    expected = np.array([[1, 1, 2]], dtype=np.uint8)
    actual = student.mend_the_overflow(image, 0.5, 0.4)
    assert_image_equal(actual, expected, image=image)


@pytest.mark.exercise("mend_the_overflow")
@pytest.mark.points(1)
@pytest.mark.parametrize("line", [(1.6, 20), (3, -200), (-1, 255)])
def test_sky_and_grass_saturate(student, line):
    image = samples.camera()
    wide = line[0] * image.astype(float) + line[1]
    mistakes = {
        "uint8 overflow in the rounded result": wrapped(np.rint(wide)),
        "the absolute value is taken, as `cv2.convertScaleAbs` does: what is below 0 must become "
        "black": np.minimum(np.rint(np.abs(wide)), 255),
        "one end not saturated": wrapped(np.minimum(np.rint(wide), 255)),
    }
    expected = reference.linear(image, *line)
    actual = student.mend_the_overflow(image, *line)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("mend_the_overflow")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_any_line_of_any_picture(student, number):
    rng = drawn(70 + number)
    image, contrast = drawn_picture(rng, 3), drawn_factor(rng)
    brightness = int(rng.integers(0, 100)) if contrast > 0 else int(rng.integers(200, 300))
    expected = reference.linear(image, contrast, brightness)
    assert_image_equal(student.mend_the_overflow(image, contrast, brightness), expected)


# ------------------------------------------------------------ mend_the_log


def log_mistakes(image):
    wide, gain = image.astype(float), 255 / np.log(256)
    with np.errstate(divide="ignore"):
        wrapped_sum = np.maximum(np.log(wrapped(wide + 1).astype(float)), 0)
        holes = np.abs(255 / np.log(255) * np.log(wide))
    coarse = np.log1p(image)
    return {
        "log(0) is minus infinity: 1 is not added": saturated(holes),
        "uint8 overflow in 1 + r": saturated(gain * wrapped_sum),
        "c is 255 / log(255), as handed in: it must be 255 / log(256)": saturated(
            255 / np.log(255) * np.log(1 + wide)
        ),
        "r divided by 255: another curve": reference.log(image),
        "NumPy gives the log of a uint8 as a float16, which is too coarse": [
            saturated(gain * coarse),
            saturated(float(gain) * coarse),
        ],
    }


@pytest.mark.exercise("mend_the_log")
@pytest.mark.points(1)
def test_black_stays_black_and_white_stays_white(student):
    image = np.array([[0, 255], [255, 0]], dtype=np.uint8)
    assert_image_equal(student.mend_the_log(image), image, mistakes=log_mistakes(image))


@pytest.mark.exercise("mend_the_log")
@pytest.mark.points(1)
def test_curve_rises_all_the_way(student):
    image = np.array([[0, 1, 3, 7, 29, 31, 63, 74, 127, 128, 174, 255]], dtype=np.uint8)
    expected = np.array([[0, 32, 64, 96, 156, 159, 191, 199, 223, 223, 238, 255]], dtype=np.uint8)
    actual = student.mend_the_log(image)
    assert_image_equal(actual, expected, image=image, mistakes=log_mistakes(image))


@pytest.mark.exercise("mend_the_log")
@pytest.mark.hidden
@pytest.mark.parametrize("channels", [(), (3,)])
def test_any_picture_is_bent(student, channels):
    every_level = LEVELS.reshape(16, 16)
    assert_image_equal(student.mend_the_log(every_level), bent(every_level))
    image = drawn_picture(drawn(8), *channels)
    assert_image_equal(student.mend_the_log(image), bent(image))


def bent(image):
    return np.rint(255 / np.log(256) * np.log(1 + image.astype(float))).astype(np.uint8)
