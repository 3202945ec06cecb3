"""Checks and grades the exercises of chapter 01."""

import cv2
import numpy as np
import pytest

from coursekit.images import reference
from coursekit.lab import samples
from coursekit.lab.check import (
    assert_image_equal,
    assert_own_memory,
    assert_raises,
    assert_value_equal,
)

SEED = 11
GIVEN = ("coursekit.images.reference.rgb_to_bgr",)
FORBIDDEN = (
    "scipy.ndimage.zoom",
    "scipy.stats.circmean",
    "skimage.color.rgb2gray",
    "skimage.measure.block_reduce",
    "skimage.transform.downscale_local_mean",
    "skimage.transform.rescale",
    "skimage.transform.resize",
)


def drawn(number):
    return np.random.default_rng([SEED, number])


def drawn_picture(rng, *channels):
    height, width = rng.integers(20, 60, 2)
    return rng.integers(0, 256, (height, width, *channels), dtype=np.uint8)


# -------------------------------------------------------------- crop_patch


@pytest.mark.exercise("crop_patch")
@pytest.mark.points(1)
def test_two_rows_of_a_small_table(student):
    image = np.arange(20, dtype=np.uint8).reshape(4, 5)
    expected = np.array([[6, 7, 8], [11, 12, 13]], dtype=np.uint8)
    mistakes = {
        "transposed": image[1:4, 1:3],
        "height and width taken for the last row and column": image[1:2, 1:3],
        "one row and one column too many": image[1:4, 1:5],
    }
    assert_image_equal(student.crop_patch(image, 1, 1, 2, 3), expected, mistakes=mistakes)


@pytest.mark.exercise("crop_patch")
@pytest.mark.points(1)
def test_patch_is_a_picture_of_its_own(student):
    image = samples.coffee()
    mistakes = {"transposed": image[250:330, 60:200]}
    actual = student.crop_patch(image, 60, 250, 80, 140)
    assert_image_equal(actual, image[60:140, 250:390], mistakes=mistakes)
    assert_own_memory(student)


@pytest.mark.exercise("crop_patch")
@pytest.mark.points(1)
@pytest.mark.parametrize("corner", [(381, 0), (0, 581), (-1, 0), (0, -1)])
def test_patch_that_leaves_the_picture_is_refused(student, corner):
    assert_raises(student.crop_patch, ValueError, samples.coffee(), *corner, 20, 20)


@pytest.mark.exercise("crop_patch")
@pytest.mark.hidden
def test_patch_may_touch_the_border(student):
    image = samples.coins()
    assert_image_equal(student.crop_patch(image, 0, 0, 303, 384), image)
    assert_image_equal(student.crop_patch(image, 300, 380, 3, 4), image[300:, 380:])
    assert_own_memory(student)


@pytest.mark.exercise("crop_patch")
@pytest.mark.hidden
@pytest.mark.parametrize("channels", [(), (3,)])
def test_any_patch_of_any_picture(student, channels):
    rng = drawn(1)
    image = drawn_picture(rng, *channels)
    (top, bottom), (left, right) = (sorted(rng.integers(0, side, 2)) for side in image.shape[:2])
    height, width = int(bottom - top) + 1, int(right - left) + 1
    actual = student.crop_patch(image, int(top), int(left), height, width)
    assert_image_equal(actual, image[top : bottom + 1, left : right + 1])
    beyond = image.shape[0] - height + 1
    assert_raises(student.crop_patch, ValueError, image, beyond, int(left), height, width)


# ---------------------------------------------------------- nearest_resize


def nearest_mistakes(image, shape):
    sides = list(zip(shape, image.shape[:2], strict=True))
    steps = [np.arange(new) * (old // new) for new, old in sides]
    nearer = [np.rint(np.arange(new) * old / new).astype(int) for new, old in sides]
    ends = [np.linspace(0, old - 1, new).astype(int) for new, old in sides]
    centres = [((np.arange(new) + 0.5) * old / new).astype(int) for new, old in sides]
    return {
        "looks at pixel centres": picked(image, centres),
        "cut out, not shrunk": image[: shape[0], : shape[1]],
        "the step H // h is cut off: multiply by H first": picked(image, steps),
        "row and column rounded to the nearest, not down": picked(image, nearer),
        "from the first to the last pixel by linspace: the step is H / h": picked(image, ends),
    }


def picked(image, places):
    rows, columns = map(np.minimum, places, (image.shape[0] - 1, image.shape[1] - 1))
    return image[rows][:, columns]


@pytest.mark.exercise("nearest_resize")
@pytest.mark.points(1)
def test_four_columns_become_two(student):
    image = np.array([[10, 20, 30, 40], [50, 60, 70, 80]], dtype=np.uint8)
    expected = np.array([[10, 30], [10, 30], [50, 70], [50, 70]], dtype=np.uint8)
    mistakes = nearest_mistakes(image, (4, 2))
    assert_image_equal(student.nearest_resize(image, 4, 2), expected, mistakes=mistakes)


@pytest.mark.exercise("nearest_resize")
@pytest.mark.points(2)
@pytest.mark.parametrize("shape", [(200, 300), (50, 240), (125, 64), (500, 640)])
def test_cup_has_another_size(student, shape):
    image = samples.coffee()
    mistakes = nearest_mistakes(image, shape)
    actual = student.nearest_resize(image, *shape)
    expected = reference.resize(image, shape, "nearest")
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("nearest_resize")
@pytest.mark.hidden
@pytest.mark.parametrize("channels", [(), (3,)])
def test_any_picture_has_another_size(student, channels):
    rng = drawn(2)
    image = drawn_picture(rng, *channels)
    height, width = map(int, rng.integers(1, 90, 2))
    rows = [row * image.shape[0] // height for row in range(height)]
    columns = [column * image.shape[1] // width for column in range(width)]
    actual = student.nearest_resize(image, height, width)
    assert_image_equal(actual, image[np.ix_(rows, columns)])


# ----------------------------------------------------------------- to_gray


def gray_mistakes(image):
    blue_first = np.array([0.114, 0.587, 0.299])
    return {
        "the mean of the three": np.rint(image.mean(axis=-1)).astype(np.uint8),
        "the weights of blue and red exchanged": np.rint(image @ blue_first),
        "scikit-image's weights": np.rint(image @ np.array([0.2125, 0.7154, 0.0721])),
        "cut off, not rounded": (image @ np.array([0.299, 0.587, 0.114])).astype(np.uint8),
        "0.299, 0.587 and 0.114 in floats: the formula in whole numbers is wanted": np.rint(
            image @ np.array([0.299, 0.587, 0.114])
        ),
    }


@pytest.mark.exercise("to_gray")
@pytest.mark.points(1)
def test_red_green_blue_and_white(student):
    colours = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [128, 20, 92]]
    image = np.array([colours], dtype=np.uint8)
    expected = np.array([[76, 150, 29, 255, 61]], dtype=np.uint8)  # the last is 60.5, rounded up
    assert_image_equal(student.to_gray(image), expected, mistakes=gray_mistakes(image))


@pytest.mark.exercise("to_gray")
@pytest.mark.points(2)
@pytest.mark.parametrize("name", ["coffee", "rocket"])
def test_gray_of_a_photo(student, name):
    image = getattr(samples, name)()
    expected = reference.rgb_to_gray(image)
    assert_image_equal(student.to_gray(image), expected, mistakes=gray_mistakes(image))


@pytest.mark.exercise("to_gray")
@pytest.mark.hidden
def test_gray_stays_gray(student):
    image = np.repeat(samples.page()[..., None], 3, axis=2)
    assert_image_equal(student.to_gray(image), image[..., 0])


@pytest.mark.exercise("to_gray")
@pytest.mark.hidden
def test_gray_of_any_colours(student):
    image = drawn_picture(drawn(3), 3)
    assert_image_equal(student.to_gray(image), reference.rgb_to_gray(image))


# ------------------------------------------------------------------- halve


def blocks(image):
    height, width = (side // 2 * 2 for side in image.shape[:2])
    corners = [image[top:height:2, left:width:2] for top in (0, 1) for left in (0, 1)]
    return np.stack(corners).astype(int)


def halving_mistakes(image):
    total = blocks(image).sum(axis=0)
    return {
        "uint8 overflow": [total.astype(np.uint8) // 4, (total + 2).astype(np.uint8) // 4],
        "every second pixel: this aliases": blocks(image)[0],
        "cut off, not rounded": total // 4,
        "rounded half to even": np.rint(total / 4),
        "all rows and columns shrunk: leave out the last one where their number is odd": [
            cv2.resize(image, (image.shape[1] // 2, image.shape[0] // 2), interpolation=method)
            for method in (cv2.INTER_AREA, cv2.INTER_LINEAR)
        ],
    }


@pytest.mark.exercise("halve")
@pytest.mark.points(1)
def test_three_blocks_by_hand(student):
    image = np.array([[250, 251, 0, 1, 1, 1], [252, 255, 1, 0, 1, 0]], dtype=np.uint8)
    expected = np.array([[252, 1, 1]], dtype=np.uint8)  # 1008 / 4; 2 / 4 and 3 / 4 rounded up
    actual = student.halve(image)
    assert_image_equal(actual, expected, mistakes=halving_mistakes(image))


@pytest.mark.exercise("halve")
@pytest.mark.points(2)
@pytest.mark.parametrize("name", ["coffee", "chelsea", "page"])
def test_halved_photo_is_a_mean(student, name):
    image = getattr(samples, name)()
    height, width = image.shape[0] // 2, image.shape[1] // 2
    expected = reference.resize(image[: 2 * height, : 2 * width], (height, width), "area")
    assert_image_equal(student.halve(image), expected, mistakes=halving_mistakes(image))


@pytest.mark.exercise("halve")
@pytest.mark.hidden
def test_stripes_turn_gray(student):
    image = np.tile(np.array([0, 255], dtype=np.uint8), (7, 10))
    assert_image_equal(student.halve(image), np.full((3, 10), 128, dtype=np.uint8))


@pytest.mark.exercise("halve")
@pytest.mark.hidden
@pytest.mark.parametrize("channels", [(), (3,)])
def test_any_picture_is_halved(student, channels):
    image = drawn_picture(drawn(4), *channels)
    height, width = image.shape[0] // 2, image.shape[1] // 2
    even = image[: 2 * height, : 2 * width].astype(int)
    total = even.reshape(height, 2, width, 2, *channels).sum(axis=(1, 3))
    assert_image_equal(student.halve(image), ((total + 2) // 4).astype(np.uint8))


# ---------------------------------------------------------------- mean_hue


def hue_mistakes(hues, mean):
    """What mistakes make of hues whose mean is known."""
    signed = mean - 360 if mean > 180 else mean
    return {
        "the mean of the numbers": np.mean(hues),
        "below zero: take it modulo 360": signed if signed < 0 else 1000,
        "below zero: take it modulo 360, not abs": abs(signed) if signed < 0 else 1000,
        "the mean of -180..180 degrees: those are numbers still": np.mean(180 - (180 - hues) % 360)
        % 360,
        "in radians": np.deg2rad(signed),
        "in radians, modulo 2 pi": np.deg2rad(mean),
        "sine and cosine exchanged": (90 - mean) % 360,
        "arctan alone: half of the circle": ((mean + 90) % 180 - 90) % 360,
    }


@pytest.mark.exercise("mean_hue")
@pytest.mark.points(1)
def test_mean_of_green_cyan_and_blue(student):
    hues = np.array([160.0, 200.0, 240.0])
    mistakes = {
        "np.sin and np.cos take radians": 119.155902616,
        "np.sin and np.cos take radians, and np.arctan2 gives them": 2.07966282384,
    }
    mistakes |= hue_mistakes(hues, 200.0)
    assert_value_equal(student.mean_hue(hues), 200.0, tolerance=1e-6, mistakes=mistakes)


@pytest.mark.exercise("mean_hue")
@pytest.mark.points(1)
@pytest.mark.parametrize("middle", [5.0, 350.0, 90.0, 120.0, 200.0])
def test_mean_lies_in_the_middle(student, middle):
    hues = (middle + np.array([-50.0, -20.0, 0.0, 20.0, 50.0])) % 360
    actual = student.mean_hue(hues)
    assert_value_equal(actual, middle, tolerance=1e-6, mistakes=hue_mistakes(hues, middle))


@pytest.mark.exercise("mean_hue")
@pytest.mark.hidden
def test_mean_hue_of_the_coffee(student):
    hsv = reference.rgb_to_hsv(samples.coffee() / 255)
    hues = (hsv[hsv[..., 1] > 0.3][:, 0] - 40) % 360  # the coffee, turned into the purple
    assert_value_equal(student.mean_hue(hues), mean_of(hues), tolerance=1e-6)


@pytest.mark.exercise("mean_hue")
@pytest.mark.hidden
@pytest.mark.parametrize("spread", [10, 90, 150])
def test_mean_of_any_hues(student, spread):
    rng = drawn(5)
    middle = rng.uniform(0, 360)
    hues = (middle + rng.uniform(-spread, spread, rng.integers(3, 30)) / 2) % 360
    assert_value_equal(student.mean_hue(hues), mean_of(hues), tolerance=1e-6)


def mean_of(degrees):
    return float(np.rad2deg(np.angle(np.exp(1j * np.deg2rad(degrees)).sum())) % 360)


# -------------------------------------------------------------- select_hue


def selection_mistakes(hsv, expected):
    """What mistakes make of a picture whose stored hues and saturations are to be selected."""
    none = np.zeros_like(expected)
    return {
        "no hue is above 350 and below 10 at once, "
        "and & comes before >= unless each comparison has its parentheses": none,
        "pixels picked; a picture of truth values is needed": hsv[expected],
    }


def with_flipped(expected, *places):
    """The right selection, but for these pixels."""
    changed = expected.copy()
    for place in places:
        changed[place] = not changed[place]
    return changed


@pytest.mark.exercise("select_hue")
@pytest.mark.points(1)
def test_reds_on_both_sides_of_zero(student):
    hues = np.array([[0, 5, 6, 90], [175, 174, 179, 2]])
    saturations = np.array([[255, 100, 255, 255], [255, 255, 99, 100]])
    hsv = np.stack([hues, saturations, np.full((2, 4), 200)], axis=-1).astype(np.uint8)
    expected = np.array([[True, True, False, False], [True, False, False, True]])
    mistakes = {
        "stored hues taken for degrees": with_flipped(expected, (0, 2), (1, 1)),
        "stored hues taken for degrees, and not round the circle": with_flipped(
            expected, (0, 2), (1, 0)
        ),
        "not round the circle": with_flipped(expected, (1, 0)),
        "less than the width instead of at most": with_flipped(expected, (0, 1), (1, 0)),
        "saturation forgotten": with_flipped(expected, (1, 2)),
        "saturation above 100 instead of at least 100": with_flipped(expected, (0, 1), (1, 3)),
        **selection_mistakes(hsv, expected),
    }
    assert_image_equal(student.select_hue(hsv, 0, 10), expected, mistakes=mistakes)


@pytest.mark.exercise("select_hue")
@pytest.mark.points(1)
@pytest.mark.parametrize(
    ("hue", "width", "wanted"),
    [
        (351, 11, [False, True, True, True, False, False]),
        (351, 12, [False, True, True, True, False, False]),
        (350, 12, [True, True, True, True, False, False]),
        (3, 1, [False, False, False, True, True, False]),
    ],
)
def test_purples_and_oranges(student, hue, width, wanted):
    degrees = np.array([[338, 340, 0, 2, 4, 180]])
    hsv = np.stack([degrees // 2, np.full((1, 6), 100), np.full((1, 6), 9)], axis=-1)
    expected = np.array([wanted])
    actual = student.select_hue(hsv.astype(np.uint8), hue, width)
    assert_image_equal(actual, expected, mistakes=selection_mistakes(hsv, expected))


@pytest.mark.exercise("select_hue")
@pytest.mark.hidden
@pytest.mark.parametrize(
    ("name", "hue", "width"), [("coffee", 4, 12), ("coffee", 350, 30), ("rocket", 220, 20)]
)
def test_colour_is_found_in_a_photo(student, name, hue, width):
    hsv = reference.rgb_to_hsv(getattr(samples, name)())
    assert_image_equal(student.select_hue(hsv, hue, width), near(hsv, hue, width))


@pytest.mark.exercise("select_hue")
@pytest.mark.hidden
def test_a_width_of_half_the_circle_finds_every_hue(student):
    hsv = reference.rgb_to_hsv(samples.chelsea())
    assert_image_equal(student.select_hue(hsv, 300, 180), hsv[..., 1] >= 100)


@pytest.mark.exercise("select_hue")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_any_hue_of_any_picture(student, number):
    rng = drawn(60 + number)
    hsv = drawn_picture(rng, 3)
    hsv[..., 0] %= 180
    hue, width = int(rng.integers(0, 360)), int(rng.integers(1, 90))
    assert_image_equal(student.select_hue(hsv, hue, width), near(hsv, hue, width))


def near(hsv, hue, width):
    hues = [stored for stored in range(180) if (2 * stored - hue + width) % 360 <= 2 * width]
    return np.isin(hsv[..., 0], hues) & (hsv[..., 1] >= 100)


# ----------------------------------------------------------- mend_the_blue


def blue_mistakes(image):
    return {
        "a channel overwritten before it was copied": [
            image[..., [0, 1, 0]],
            image[..., [2, 1, 2]],
        ],
        "columns reversed instead of channels": image[:, ::-1, ::-1],
        "rows reversed instead of channels": image[::-1, :, ::-1],
    }


def as_file(image, extension=".png"):
    return cv2.imencode(extension, image[..., ::-1])[1].tobytes()


@pytest.mark.exercise("mend_the_blue")
@pytest.mark.points(1)
def test_red_comes_first(student):
    upper, lower = [[200, 100, 0], [10, 20, 30], [255, 0, 0]], [[0, 9, 3], [0, 200, 0], [1, 7, 3]]
    image = np.array([upper, lower], dtype=np.uint8)
    actual = student.mend_the_blue(as_file(image))
    assert_image_equal(actual, image, mistakes=blue_mistakes(image))


@pytest.mark.exercise("mend_the_blue")
@pytest.mark.points(1)
@pytest.mark.parametrize("name", ["coffee", "chelsea"])
def test_colours_of_a_file_are_right(student, name):
    image = getattr(samples, name)()
    actual = student.mend_the_blue(as_file(image))
    assert_image_equal(actual, image, mistakes=blue_mistakes(image))


@pytest.mark.exercise("mend_the_blue")
@pytest.mark.hidden
def test_colours_of_a_bitmap_file_are_right(student):
    image = samples.rocket()
    assert_image_equal(student.mend_the_blue(as_file(image, ".bmp")), image)


@pytest.mark.exercise("mend_the_blue")
@pytest.mark.hidden
def test_colours_of_any_file_are_right(student):
    image = drawn_picture(drawn(7), 3)
    assert_image_equal(student.mend_the_blue(as_file(image)), image)


# ------------------------------------------------------ mend_the_thumbnail


def thumbnail_mistakes(image, longest, small):
    height, width = image.shape[:2]
    cut = [side * longest // max(height, width) for side in (height, width)]
    return {
        "cv2.resize takes (width, height), not (height, width)": resized(image, *small[::-1]),
        "sides cut off, not rounded": resized(image, *cut),
        "scaled by the height: it is not the longest side here": resized(
            image, longest, round(width * longest / height)
        ),
        "scaled by the width: it is not the longest side here": resized(
            image, round(height * longest / width), longest
        ),
        "shrunk by nearest: this aliases": resized(image, *small, cv2.INTER_NEAREST),
        "shrunk by bilinear: this aliases": resized(image, *small, cv2.INTER_LINEAR),
        "shrunk by cubic: this aliases": resized(image, *small, cv2.INTER_CUBIC),
    }


def resized(image, height, width, method=cv2.INTER_AREA):
    return cv2.resize(image, (width, height), interpolation=method)


@pytest.mark.exercise("mend_the_thumbnail")
@pytest.mark.points(1)
def test_four_rows_of_two_become_two_rows_of_one(student):
    image = np.array([[10, 30], [10, 30], [50, 70], [50, 70]], dtype=np.uint8)
    expected = np.array([[20], [60]], dtype=np.uint8)
    mistakes = thumbnail_mistakes(image, 2, (2, 1))
    assert_image_equal(student.mend_the_thumbnail(image, 2), expected, mistakes=mistakes)


@pytest.mark.exercise("mend_the_thumbnail")
@pytest.mark.points(2)
@pytest.mark.parametrize(
    ("name", "longest", "shape"),
    [("coffee", 150, (100, 150)), ("chelsea", 200, (133, 200)), ("cell", 110, (110, 92))],
)
def test_thumbnail_keeps_its_form(student, name, longest, shape):
    image = getattr(samples, name)()
    expected = reference.resize(image, shape, "area")
    mistakes = thumbnail_mistakes(image, longest, shape)
    actual = student.mend_the_thumbnail(image, longest)
    assert_image_equal(actual, expected, tolerance=1, mistakes=mistakes)


@pytest.mark.exercise("mend_the_thumbnail")
@pytest.mark.hidden
def test_thumbnail_of_a_square(student):
    image = samples.astronaut()
    actual = student.mend_the_thumbnail(image, 64)
    assert_image_equal(actual, reference.resize(image, (64, 64), "area"), tolerance=1)


@pytest.mark.exercise("mend_the_thumbnail")
@pytest.mark.hidden
def test_tiny_picture_keeps_its_size(student):
    image = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    assert_image_equal(student.mend_the_thumbnail(image, 2), image, tolerance=1)


@pytest.mark.exercise("mend_the_thumbnail")
@pytest.mark.hidden
@pytest.mark.parametrize("channels", [(), (3,)])
def test_thumbnail_of_any_picture(student, channels):
    rng = drawn(8)
    image = drawn_picture(rng, *channels)
    shortest, largest = sorted(image.shape[:2])
    sizes = [size for size in range(5, 20) if shortest * size % largest * 2 != largest]  # no half
    longest = int(rng.choice(sizes))
    small = (round(side * longest / largest) for side in image.shape[:2])
    actual = student.mend_the_thumbnail(image, longest)
    assert_image_equal(actual, resized(image, *small), tolerance=1)
