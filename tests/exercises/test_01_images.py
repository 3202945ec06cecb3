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

GIVEN = ("coursekit.images.reference.rgb_to_bgr",)

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
@pytest.mark.parametrize("corner", [(390, 0), (0, 590), (-1, 0), (0, -20)])
def test_patch_that_leaves_the_picture_is_refused(student, corner):
    assert_raises(student.crop_patch, ValueError, samples.coffee(), *corner, 20, 20)


@pytest.mark.exercise("crop_patch")
@pytest.mark.hidden
def test_patch_may_touch_the_border(student):
    image = samples.coins()
    assert_image_equal(student.crop_patch(image, 0, 0, 303, 384), image)
    assert_image_equal(student.crop_patch(image, 300, 380, 3, 4), image[300:, 380:])
    assert_own_memory(student)


# ---------------------------------------------------------- nearest_resize


def nearest(image, height, width, offset=0.0):
    """Old pixel (i + offset) H / h; half a pixel gives the centres."""
    rows, columns = (
        np.minimum((np.arange(new) + offset) * old // new, old - 1).astype(int)
        for new, old in zip((height, width), image.shape[:2], strict=True)
    )
    return image[rows][:, columns]


def nearest_mistakes(image, shape):
    sides = list(zip(shape, image.shape[:2], strict=True))
    steps = [np.arange(new) * (old // new) for new, old in sides]
    nearer = [np.rint(np.arange(new) * old / new).astype(int) for new, old in sides]
    ends = [np.linspace(0, old - 1, new).astype(int) for new, old in sides]
    return {
        "looks at pixel centres": nearest(image, *shape, 0.5),
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
    image = np.array([[1, 2, 3, 4], [5, 6, 7, 8]], dtype=np.uint8)
    expected = np.array([[1, 3], [1, 3], [5, 7], [5, 7]], dtype=np.uint8)
    mistakes = nearest_mistakes(image, (4, 2))
    assert_image_equal(student.nearest_resize(image, 4, 2), expected, mistakes=mistakes)


@pytest.mark.exercise("nearest_resize")
@pytest.mark.points(2)
@pytest.mark.parametrize("shape", [(200, 300), (50, 240), (125, 64), (500, 640)])
def test_cup_has_another_size(student, shape):
    image = samples.coffee()
    mistakes = nearest_mistakes(image, shape)
    actual = student.nearest_resize(image, *shape)
    assert_image_equal(actual, nearest(image, *shape), image=image, mistakes=mistakes)


@pytest.mark.exercise("nearest_resize")
@pytest.mark.hidden
def test_gray_has_another_size(student):
    image = samples.page()
    assert_image_equal(student.nearest_resize(image, 64, 96), nearest(image, 64, 96))


# ----------------------------------------------------------------- to_gray


def weighted(image, weights=(9798, 19235, 3735)):
    return ((image @ np.array(weights) + 16384) >> 15).astype(np.uint8)


def gray_mistakes(image):
    return {
        "the mean of the three": np.rint(image.mean(axis=-1)).astype(np.uint8),
        "the weights of blue and red exchanged": weighted(image[..., ::-1]),
        "scikit-image's weights": weighted(image, (6963, 23442, 2363)),
        "cut off, not rounded": (image @ np.array([9798, 19235, 3735]) >> 15).astype(np.uint8),
        "0.299, 0.587 and 0.114 in floats: the formula in whole numbers is wanted": np.rint(
            image @ np.array([0.299, 0.587, 0.114])
        ),
    }


@pytest.mark.exercise("to_gray")
@pytest.mark.points(1)
def test_red_green_blue_and_white(student):
    image = np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]]], dtype=np.uint8)
    expected = np.array([[76, 150, 29, 255]], dtype=np.uint8)
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
    expected = ((blocks(image).sum(axis=0) + 2) // 4).astype(np.uint8)
    assert_image_equal(student.halve(image), expected, mistakes=halving_mistakes(image))


@pytest.mark.exercise("halve")
@pytest.mark.hidden
def test_stripes_turn_gray(student):
    image = np.tile(np.array([0, 255], dtype=np.uint8), (7, 10))
    assert_image_equal(student.halve(image), np.full((3, 10), 128, dtype=np.uint8))


# ---------------------------------------------------------------- mean_hue


def hue_mistakes(hues):
    angles = np.deg2rad(hues)
    sine, cosine = np.sin(angles).sum(), np.cos(angles).sum()
    negative = np.rad2deg(np.arctan2(sine, cosine))
    unturned = np.arctan2(np.sin(hues).sum(), np.cos(hues).sum())
    return {
        "the mean of the numbers": np.mean(hues),
        "below zero: take it modulo 360": negative if negative < 0 else 1000,
        "below zero: take it modulo 360, not abs": abs(negative) if negative < 0 else 1000,
        "the mean of -180..180 degrees: those are numbers still": np.mean(180 - (180 - hues) % 360)
        % 360,
        "np.sin and np.cos take radians": np.rad2deg(unturned) % 360,
        "np.sin and np.cos take radians, and np.arctan2 gives them": unturned % 360,
        "in radians": np.arctan2(sine, cosine),
        "in radians, modulo 2 pi": np.arctan2(sine, cosine) % (2 * np.pi),
        "sine and cosine exchanged": np.rad2deg(np.arctan2(cosine, sine)) % 360,
        "arctan alone: half of the circle": np.rad2deg(np.arctan(sine / cosine)) % 360,
    }


@pytest.mark.exercise("mean_hue")
@pytest.mark.points(1)
def test_mean_of_two_reds_is_red(student):
    hues = np.array([340.0, 30.0])
    actual = student.mean_hue(hues)
    assert_value_equal(actual, 5.0, tolerance=1e-6, mistakes=hue_mistakes(hues))


@pytest.mark.exercise("mean_hue")
@pytest.mark.points(1)
@pytest.mark.parametrize("middle", [350.0, 90.0, 120.0, 200.0])
def test_mean_lies_in_the_middle(student, middle):
    hues = (middle + np.array([-50.0, -20.0, 0.0, 20.0, 50.0])) % 360
    actual = student.mean_hue(hues)
    assert_value_equal(actual, middle, tolerance=1e-6, mistakes=hue_mistakes(hues))


@pytest.mark.exercise("mean_hue")
@pytest.mark.points(1)
def test_mean_hue_of_the_coffee(student):
    hsv = reference.rgb_to_hsv(samples.coffee() / 255)
    hues = (hsv[hsv[..., 1] > 0.3][:, 0] - 40) % 360  # the coffee, turned into the purple
    angles = np.deg2rad(hues)
    expected = np.rad2deg(np.arctan2(np.sin(angles).mean(), np.cos(angles).mean())) % 360
    actual = student.mean_hue(hues)
    assert_value_equal(actual, float(expected), tolerance=1e-6, mistakes=hue_mistakes(hues))


# -------------------------------------------------------------- select_hue


def near(hsv, hue, width, scale=2, least=100):
    distance = np.abs(scale * hsv[..., 0].astype(int) - hue)
    return (np.minimum(distance, scale * 180 - distance) <= width) & (hsv[..., 1] >= least)


def selection_mistakes(hsv, hue, width):
    degrees, saturation = 2 * hsv[..., 0].astype(int), hsv[..., 1]
    straight = np.abs(degrees - hue) <= width
    between = ((hue - width) % 360 <= degrees) & (degrees <= (hue + width) % 360)
    return {
        "stored hues taken for degrees": near(hsv, hue, width, scale=1),
        "stored hues taken for degrees, and not round the circle": (
            np.abs(degrees // 2 - hue) <= width
        )
        & (saturation >= 100),
        "not round the circle": straight & (saturation >= 100),
        "no hue is above 350 and below 10 at once, "
        "and & comes before >= unless each comparison has its parentheses": [
            between & (saturation >= 100),
            (near(hsv, hue, width, least=0) & saturation) >= 100,
        ],
        "less than the width instead of at most": near(hsv, hue, width - 1e-9),
        "pixels picked; a picture of truth values is needed": hsv[near(hsv, hue, width)],
        "saturation forgotten": near(hsv, hue, width, least=0),
        "saturation above 100 instead of at least 100": near(hsv, hue, width, least=101),
    }


@pytest.mark.exercise("select_hue")
@pytest.mark.points(1)
def test_reds_on_both_sides_of_zero(student):
    hues = np.array([[0, 5, 6, 90], [175, 174, 179, 2]])
    saturations = np.array([[255, 100, 255, 255], [255, 255, 99, 100]])
    hsv = np.stack([hues, saturations, np.full((2, 4), 200)], axis=-1).astype(np.uint8)
    expected = np.array([[True, True, False, False], [True, False, False, True]])
    mistakes = selection_mistakes(hsv, 0, 10)
    assert_image_equal(student.select_hue(hsv, 0, 10), expected, mistakes=mistakes)


@pytest.mark.exercise("select_hue")
@pytest.mark.points(2)
@pytest.mark.parametrize(
    ("name", "hue", "width"), [("coffee", 4, 12), ("coffee", 350, 30), ("rocket", 220, 20)]
)
def test_colour_is_found_in_a_photo(student, name, hue, width):
    hsv = reference.rgb_to_hsv(getattr(samples, name)())
    mistakes = selection_mistakes(hsv, hue, width)
    actual = student.select_hue(hsv, hue, width)
    assert_image_equal(actual, near(hsv, hue, width), mistakes=mistakes)


@pytest.mark.exercise("select_hue")
@pytest.mark.hidden
def test_a_width_of_half_the_circle_finds_every_hue(student):
    hsv = reference.rgb_to_hsv(samples.chelsea())
    assert_image_equal(student.select_hue(hsv, 300, 180), hsv[..., 1] >= 100)


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


# ------------------------------------------------------ mend_the_thumbnail


def thumbnail(image, longest):
    scale = longest / max(image.shape[:2])
    return resized(image, *(round(side * scale) for side in image.shape[:2]))


def thumbnail_mistakes(image, longest):
    height, width = image.shape[:2]
    scale = longest / max(height, width)
    small, cut = ([whole(side * scale) for side in (height, width)] for whole in (round, int))
    return {
        "cv2.resize takes (width, height), not (height, width)": resized(image, *small[::-1]),
        "sides cut off, not rounded": resized(image, *cut),
        "the height taken for the longest side": resized(
            image, longest, round(width * longest / height)
        ),
        "the width taken for the longest side": resized(
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
    mistakes = thumbnail_mistakes(image, 2)
    assert_image_equal(student.mend_the_thumbnail(image, 2), expected, mistakes=mistakes)


@pytest.mark.exercise("mend_the_thumbnail")
@pytest.mark.points(2)
@pytest.mark.parametrize(("name", "longest"), [("coffee", 150), ("chelsea", 200), ("cell", 110)])
def test_thumbnail_keeps_its_form(student, name, longest):
    image = getattr(samples, name)()
    mistakes = thumbnail_mistakes(image, longest)
    actual = student.mend_the_thumbnail(image, longest)
    assert_image_equal(actual, thumbnail(image, longest), tolerance=1, mistakes=mistakes)


@pytest.mark.exercise("mend_the_thumbnail")
@pytest.mark.hidden
def test_thumbnail_of_a_square(student):
    image = samples.astronaut()
    actual = student.mend_the_thumbnail(image, 64)
    assert_image_equal(actual, thumbnail(image, 64), tolerance=1)
