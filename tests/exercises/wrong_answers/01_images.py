"""The mistakes of chapter 01, as students make them."""

import cv2
import numpy as np


def crop_gives_a_view(image, top, left, height, width):
    if top < 0 or left < 0 or top + height > image.shape[0] or left + width > image.shape[1]:
        raise ValueError
    return image[top : top + height, left : left + width]


def crop_checks_nothing(image, top, left, height, width):
    return image[top : top + height, left : left + width].copy()


def crop_checks_the_far_sides(image, top, left, height, width):
    if top + height > image.shape[0] or left + width > image.shape[1]:
        raise ValueError
    return image[top : top + height, left : left + width].copy()


def crop_refuses_the_border(image, top, left, height, width):
    if top < 0 or left < 0 or top + height >= image.shape[0] or left + width >= image.shape[1]:
        raise ValueError
    return image[top : top + height, left : left + width].copy()


def crop_columns_first(image, top, left, height, width):
    if top < 0 or left < 0 or top + height > image.shape[0] or left + width > image.shape[1]:
        raise ValueError
    return image[left : left + width, top : top + height].copy()


def crop_to_height_and_width(image, top, left, height, width):
    if top < 0 or left < 0 or top + height > image.shape[0] or left + width > image.shape[1]:
        raise ValueError
    return image[top:height, left:width].copy()


def crop_raises_another_error(image, top, left, height, width):
    bottom, right = top + height, left + width
    assert 0 <= top and 0 <= left and bottom <= image.shape[0] and right <= image.shape[1]
    return image[top:bottom, left:right].copy()


def crop_of_colour_only(image, top, left, height, width):
    rows, columns, _ = image.shape
    if top < 0 or left < 0 or top + height > rows or left + width > columns:
        raise ValueError
    return image[top : top + height, left : left + width].copy()


def crop_takes_one_more(image, top, left, height, width):
    return image[top : top + height + 1, left : left + width + 1].copy()


def nearest_in_fractions(image, height, width):
    rows = np.arange(height) * image.shape[0] / height
    columns = np.arange(width) * image.shape[1] / width
    return image[rows][:, columns]


def nearest_in_pairs(image, height, width):
    rows = np.arange(height) * image.shape[0] // height
    columns = np.arange(width) * image.shape[1] // width
    return image[rows, columns]


def nearest_rounded(image, height, width):
    rows = np.rint(np.arange(height) * image.shape[0] / height).astype(int)
    columns = np.rint(np.arange(width) * image.shape[1] / width).astype(int)
    return image[rows][:, columns]


def nearest_rounded_inside(image, height, width):
    rows = np.rint(np.arange(height) * image.shape[0] / height).astype(int)
    columns = np.rint(np.arange(width) * image.shape[1] / width).astype(int)
    rows, columns = np.minimum(rows, image.shape[0] - 1), np.minimum(columns, image.shape[1] - 1)
    return image[rows][:, columns]


def nearest_cut_out(image, height, width):
    return image[:height, :width].copy()


def nearest_by_linspace(image, height, width):
    rows = np.linspace(0, image.shape[0] - 1, height).astype(int)
    columns = np.linspace(0, image.shape[1] - 1, width).astype(int)
    return image[rows][:, columns]


def nearest_by_cut_steps(image, height, width):
    rows = np.arange(height) * (image.shape[0] // height)
    columns = np.arange(width) * (image.shape[1] // width)
    return image[rows][:, columns]


def nearest_of_centres(image, height, width):
    rows = ((np.arange(height) + 0.5) * image.shape[0] / height).astype(int)
    columns = ((np.arange(width) + 0.5) * image.shape[1] / width).astype(int)
    return image[rows][:, columns]


def nearest_of_a_square(image, height, width):
    rows = np.arange(height) * image.shape[1] // height
    columns = np.arange(width) * image.shape[0] // width
    return image[rows][:, columns]


def nearest_width_first(image, height, width):
    return cv2.resize(image, (height, width), interpolation=cv2.INTER_NEAREST)


def nearest_by_bilinear(image, height, width):
    return cv2.resize(image, (width, height))


def nearest_by_whole_steps(image, height, width):
    step = max(image.shape[0] // height, 1), max(image.shape[1] // width, 1)
    return image[:: step[0], :: step[1]][:height, :width]


def nearest_loses_colour(image, height, width):
    result = np.zeros((height, width), np.uint8)
    for row, column in np.ndindex(height, width):
        old = image[row * image.shape[0] // height, column * image.shape[1] // width]
        result[row, column] = np.atleast_1d(old)[0]
    return result


def gray_in_uint8(image):
    red, green, blue = np.moveaxis(image, -1, 0)
    return (9798 * red + 19235 * green + 3735 * blue + 16384) // 32768


def gray_of_rounded_floats(image):
    return np.rint(image @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)


def gray_of_rows(image):
    red, green, blue = image
    return 0.299 * red + 0.587 * green + 0.114 * blue


def gray_by_the_mean(image):
    return np.rint(image.mean(axis=-1)).astype(np.uint8)


def gray_of_bgr(image):
    return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)


def gray_of_scikit_image(image):
    return ((image @ np.array([6963, 23442, 2363]) + 16384) >> 15).astype(np.uint8)


def gray_cut_off(image):
    return (image @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)


def gray_in_float(image):
    return image @ np.array([0.299, 0.587, 0.114])


def gray_with_three_channels(image):
    return np.repeat(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)


def gray_wraps(image):
    red, green, blue = np.moveaxis(image, -1, 0)
    return red * np.uint8(30) + green * np.uint8(59) + blue * np.uint8(11)


def even(image):
    return image[: image.shape[0] // 2 * 2, : image.shape[1] // 2 * 2]


def halve_wraps(image):
    image = even(image)
    total = image[::2, ::2] + image[::2, 1::2] + image[1::2, ::2] + image[1::2, 1::2]
    return total // 4


def halve_rounds_and_wraps(image):
    image = even(image)
    total = image[::2, ::2] + image[::2, 1::2] + image[1::2, ::2] + image[1::2, 1::2]
    return (total + 2) // 4


def halve_by_opencv(image):
    size = image.shape[1] // 2, image.shape[0] // 2
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA)


def halve_takes_every_second(image):
    return even(image)[::2, ::2].copy()


def halve_cuts_off(image):
    image = even(image).astype(int)
    total = image[::2, ::2] + image[::2, 1::2] + image[1::2, ::2] + image[1::2, 1::2]
    return (total // 4).astype(np.uint8)


def halve_rounds_to_even(image):
    image = even(image).astype(int)
    total = image[::2, ::2] + image[::2, 1::2] + image[1::2, ::2] + image[1::2, 1::2]
    return np.rint(total / 4).astype(np.uint8)


def halve_divides_first(image):
    quarter = even(image) // 4
    return quarter[::2, ::2] + quarter[::2, 1::2] + quarter[1::2, ::2] + quarter[1::2, 1::2]


def halve_rows_only(image):
    image = even(image).astype(int)
    return ((image[::2] + image[1::2] + 1) // 2).astype(np.uint8)


def halve_even_sizes_only(image):
    image = image.astype(int)
    total = image[::2, ::2] + image[::2, 1::2] + image[1::2, ::2] + image[1::2, 1::2]
    return ((total + 2) // 4).astype(np.uint8)


def hue_of_numbers(hues):
    return np.mean(hues)


def hue_below_zero(hues):
    angles = np.deg2rad(hues)
    return np.rad2deg(np.arctan2(np.sin(angles).sum(), np.cos(angles).sum()))


def hue_in_radians(hues):
    angles = np.deg2rad(hues)
    return np.arctan2(np.sin(angles).sum(), np.cos(angles).sum())


def hue_in_positive_radians(hues):
    return hue_in_radians(hues) % (2 * np.pi)


def hue_of_degrees_as_radians(hues):
    return np.rad2deg(np.arctan2(np.sin(hues).sum(), np.cos(hues).sum())) % 360


def hue_of_degrees_left_in_radians(hues):
    return np.arctan2(np.sin(hues).mean(), np.cos(hues).mean()) % 360


def hue_without_sign(hues):
    return abs(hue_below_zero(hues))


def hue_of_signed_numbers(hues):
    angles = np.deg2rad(hues)
    return np.rad2deg(np.arctan2(np.sin(angles), np.cos(angles))).mean() % 360


def hue_cut_off(hues):
    return int(hue_below_zero(hues) % 360)


def hue_cosine_first(hues):
    angles = np.deg2rad(hues)
    return np.rad2deg(np.arctan2(np.cos(angles).sum(), np.sin(angles).sum())) % 360


def hue_on_half_the_circle(hues):
    angles = np.deg2rad(hues)
    return np.rad2deg(np.arctan(np.sin(angles).sum() / np.cos(angles).sum())) % 360


def hue_moved_by_half_a_circle(hues):
    return np.mean((hues + 180) % 360) - 180


def select_in_stored_hues(hsv, hue, width):
    distance = np.abs(hsv[..., 0].astype(int) - hue)
    return (np.minimum(distance, 180 - distance) <= width) & (hsv[..., 1] >= 100)


def select_on_a_line(hsv, hue, width):
    return (np.abs(2 * hsv[..., 0].astype(int) - hue) <= width) & (hsv[..., 1] >= 100)


def select_in_stored_hues_on_a_line(hsv, hue, width):
    return (np.abs(hsv[..., 0].astype(int) - hue) <= width) & (hsv[..., 1] >= 100)


def select_gray_too(hsv, hue, width):
    distance = np.abs(2 * hsv[..., 0].astype(int) - hue)
    return np.minimum(distance, 360 - distance) <= width


def select_above_100(hsv, hue, width):
    distance = np.abs(2 * hsv[..., 0].astype(int) - hue)
    return (np.minimum(distance, 360 - distance) <= width) & (hsv[..., 1] > 100)


def select_in_uint8(hsv, hue, width):
    distance = hsv[..., 0] - np.uint8(hue // 2)
    return (distance <= width // 2) & (hsv[..., 1] >= 100)


def select_below_the_width(hsv, hue, width):
    distance = np.abs(2 * hsv[..., 0].astype(int) - hue)
    return (np.minimum(distance, 360 - distance) < width) & (hsv[..., 1] >= 100)


def select_with_and(hsv, hue, width):
    return abs(hsv[..., 0] - hue) <= width and hsv[..., 1] >= 100


def select_without_parentheses(hsv, hue, width):
    distance = np.abs(2 * hsv[..., 0].astype(int) - hue)
    return (np.minimum(distance, 360 - distance) <= width) & hsv[..., 1] >= 100


def select_the_pixels(hsv, hue, width):
    distance = np.abs(2 * hsv[..., 0].astype(int) - hue)
    return hsv[(np.minimum(distance, 360 - distance) <= width) & (hsv[..., 1] >= 100)]


def select_as_levels(hsv, hue, width):
    distance = np.abs(2 * hsv[..., 0].astype(int) - hue)
    found = (np.minimum(distance, 360 - distance) <= width) & (hsv[..., 1] >= 100)
    return found.astype(np.uint8) * 255


def blue_as_handed_in(file):
    return cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)


def blue_turned_on_its_head(file):
    return cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)[::-1]


def blue_exchanges_everything(file):
    return cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)[::-1, ::-1, ::-1]


def blue_made_gray(file):
    return cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_GRAYSCALE)


def blue_of_bytes(file):
    return cv2.imdecode(file, cv2.IMREAD_COLOR)[..., ::-1]


def blue_in_columns_reversed(file):
    return cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)[:, ::-1]


def blue_overwritten(file):
    image = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
    image[..., 0] = image[..., 2]
    image[..., 2] = image[..., 0]
    return image


def blue_and_green_exchanged(file):
    return cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)[..., [2, 0, 1]]


def thumbnail_as_handed_in(image, longest):
    scale = longest / max(image.shape[:2])
    height, width = round(image.shape[0] * scale), round(image.shape[1] * scale)
    return cv2.resize(image, (height, width), interpolation=cv2.INTER_AREA)


def thumbnail_square(image, longest):
    return cv2.resize(image, (longest, longest), interpolation=cv2.INTER_AREA)


def thumbnail_turned(image, longest):
    return thumbnail_right(image, longest).swapaxes(0, 1).copy()


def thumbnail_of_the_shortest(image, longest):
    scale = longest / min(image.shape[:2])
    height, width = round(image.shape[0] * scale), round(image.shape[1] * scale)
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def thumbnail_right(image, longest, method=cv2.INTER_AREA):
    scale = longest / max(image.shape[:2])
    height, width = round(image.shape[0] * scale), round(image.shape[1] * scale)
    return cv2.resize(image, (width, height), interpolation=method)


def thumbnail_in_fractions(image, longest):
    scale = longest / max(image.shape[:2])
    return cv2.resize(image, (image.shape[1] * scale, image.shape[0] * scale))


def thumbnail_cut_off(image, longest):
    scale = longest / max(image.shape[:2])
    height, width = int(image.shape[0] * scale), int(image.shape[1] * scale)
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def thumbnail_of_the_height(image, longest):
    scale = longest / image.shape[0]
    height, width = round(image.shape[0] * scale), round(image.shape[1] * scale)
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)


def thumbnail_of_the_width(image, longest):
    height = round(image.shape[0] * longest / image.shape[1])
    return cv2.resize(image, (longest, height), interpolation=cv2.INTER_AREA)


def thumbnail_by_cubic(image, longest):
    return thumbnail_right(image, longest, cv2.INTER_CUBIC)


def thumbnail_by_default(image, longest):
    return thumbnail_right(image, longest, cv2.INTER_LINEAR)


def thumbnail_by_nearest(image, longest):
    return thumbnail_right(image, longest, cv2.INTER_NEAREST)


WRONG = {
    "crop_patch": {
        "a view": (crop_gives_a_view, "almost", "shares memory"),
        "checks nothing": (crop_checks_nothing, "wrong"),
        "checks the far sides only": (crop_checks_the_far_sides, "wrong"),
        "refuses the border": (crop_refuses_the_border, "wrong"),
        "columns first": (crop_columns_first, "shape", "transposed"),
        "to height and width": (
            crop_to_height_and_width, "shape", "height and width taken for the last row and column"
        ),
        "colour only": (crop_of_colour_only, "error", "unpacked"),
        "one more": (crop_takes_one_more, "shape", "one row and one column too many"),
        "AssertionError": (crop_raises_another_error, "wrong"),
    },
    "nearest_resize": {
        "pixel centres": (nearest_of_centres, "wrong", "looks at pixel centres"),
        "right for squares": nearest_of_a_square,
        "width first": (nearest_width_first, "shape", "transposed"),
        "bilinear": (nearest_by_bilinear, "wrong"),
        "whole steps": nearest_by_whole_steps,
        "fractions": (nearest_in_fractions, "error", "index is no integer"),
        "in pairs": (nearest_in_pairs, "error", "index arrays in pairs"),
        "rounded": (nearest_rounded, "error", "index past the end"),
        "rounded, inside": (
            nearest_rounded_inside, "wrong", "row and column rounded to the nearest, not down"
        ),
        "cut out": (nearest_cut_out, "shape", "cut out, not shrunk"),
        "linspace": (
            nearest_by_linspace, "wrong",
            "from the first to the last pixel by linspace: the step is H / h",
        ),
        "step cut off": (
            nearest_by_cut_steps, "wrong", "the step H // h is cut off: multiply by H first"
        ),
        "one channel": (nearest_loses_colour, "shape", "channels missing"),
    },
    "to_gray": {
        "the mean": (gray_by_the_mean, "wrong", "the mean of the three"),
        "BGR": (gray_of_bgr, "wrong", "the weights of blue and red exchanged"),
        "scikit-image": (gray_of_scikit_image, "wrong", "scikit-image's weights"),
        "cut off": (gray_cut_off, "almost", "cut off, not rounded"),
        "float": (gray_in_float, "dtype"),
        "in uint8": (gray_in_uint8, "error", "9798 does not fit into uint8"),
        "rounded floats": (
            gray_of_rounded_floats, "almost",
            "0.299, 0.587 and 0.114 in floats: the formula in whole numbers is wanted",
        ),
        "rows for channels": (gray_of_rows, "error", "unpacked"),
        "three channels": (gray_with_three_channels, "shape", "channels too many"),
        "wraps around": (gray_wraps, "wrong"),
    },
    "halve": {
        "wraps around": (halve_wraps, "wrong", "uint8 overflow"),
        "rounds and wraps": (halve_rounds_and_wraps, "wrong", "uint8 overflow"),
        "by OpenCV": (
            halve_by_opencv, "wrong",
            "all rows and columns shrunk: leave out the last one where their number is odd",
        ),
        "every second": (halve_takes_every_second, "wrong", "every second pixel: this aliases"),
        "cut off": (halve_cuts_off, "almost", "cut off, not rounded"),
        "rounds to even": (halve_rounds_to_even, "almost", "rounded half to even"),
        "divides first": halve_divides_first,
        "rows only": (halve_rows_only, "shape"),
        "even sizes only": (halve_even_sizes_only, "error"),
    },
    "mean_hue": {
        "the mean of the numbers": (hue_of_numbers, "wrong", "the mean of the numbers"),
        "below zero": (hue_below_zero, "wrong", "below zero: take it modulo 360"),
        "in radians": (hue_in_radians, "wrong", "in radians"),
        "in radians above 0": (hue_in_positive_radians, "wrong", "in radians, modulo 2 pi"),
        "degrees taken for radians": (
            hue_of_degrees_as_radians, "wrong", "np.sin and np.cos take radians"
        ),
        "degrees left in radians": (
            hue_of_degrees_left_in_radians, "wrong",
            "np.sin and np.cos take radians, and np.arctan2 gives them",
        ),
        "without sign": (hue_without_sign, "wrong", "below zero: take it modulo 360, not abs"),
        "signed numbers": (
            hue_of_signed_numbers, "wrong",
            "the mean of -180..180 degrees: those are numbers still",
        ),
        "cut off": (hue_cut_off, "wrong", "fraction missing"),
        "cosine first": (hue_cosine_first, "wrong", "sine and cosine exchanged"),
        "half the circle": (hue_on_half_the_circle, "wrong", "arctan alone: half of the circle"),
        "moved by half a circle": hue_moved_by_half_a_circle,
    },
    "select_hue": {
        "stored hues": (select_in_stored_hues, "wrong", "stored hues taken for degrees"),
        "on a line": (select_on_a_line, "wrong", "not round the circle"),
        "stored hues on a line": (
            select_in_stored_hues_on_a_line, "wrong",
            "stored hues taken for degrees, and not round the circle",
        ),
        "gray too": (select_gray_too, "wrong", "saturation forgotten"),
        "above 100": (
            select_above_100, "wrong", "saturation above 100 instead of at least 100"
        ),
        "in uint8": select_in_uint8,
        "below the width": (
            select_below_the_width, "wrong", "less than the width instead of at most"
        ),
        "and": (select_with_and, "error", "one truth for a whole array"),
        "no parentheses": (
            select_without_parentheses, "wrong", "no hue is above 350 and below 10 at once, "
            "and & comes before >= unless each comparison has its parentheses",
        ),
        "the pixels": (
            select_the_pixels, "shape", "pixels picked; a picture of truth values is needed"
        ),
        "levels": (select_as_levels, "dtype", "no truth values"),
    },
    "mend_the_blue": {
        "as handed in": (blue_as_handed_in, "wrong", "red and blue exchanged"),
        "on its head": (blue_turned_on_its_head, "wrong", "rows reversed instead of channels"),
        "everything exchanged": blue_exchanges_everything,
        "bytes": (blue_of_bytes, "error", "no array"),
        "columns reversed": (
            blue_in_columns_reversed, "wrong", "columns reversed instead of channels"
        ),
        "overwritten": (blue_overwritten, "wrong", "a channel overwritten before it was copied"),
        "gray": (blue_made_gray, "shape", "channels missing"),
        "blue and green exchanged": blue_and_green_exchanged,
    },
    "mend_the_thumbnail": {
        "as handed in": (
            thumbnail_as_handed_in, "shape", "cv2.resize takes (width, height), not (height, width)"
        ),
        "fractions": (thumbnail_in_fractions, "error", "size in fractions"),
        "sides cut off": (thumbnail_cut_off, "shape", "sides cut off, not rounded"),
        "of the height": (
            thumbnail_of_the_height, "shape",
            "scaled by the height: it is not the longest side here",
        ),
        "bilinear": (thumbnail_by_default, "wrong", "shrunk by bilinear: this aliases"),
        "of the width": (
            thumbnail_of_the_width, "shape", "scaled by the width: it is not the longest side here"
        ),
        "cubic": (thumbnail_by_cubic, "wrong", "shrunk by cubic: this aliases"),
        "square": (thumbnail_square, "shape"),
        "turned": (thumbnail_turned, "shape", "transposed"),
        "shortest side": (thumbnail_of_the_shortest, "shape"),
        "nearest": (thumbnail_by_nearest, "wrong", "shrunk by nearest: this aliases"),
    },
}  # fmt: skip
