"""The mistakes of chapter 02, as students make them."""

import cv2
import numpy as np


def brighten_wraps(image, amount):
    return (image.astype(int) + amount).astype(np.uint8)


def brighten_takes_the_absolute_value(image, amount):
    return np.abs(np.minimum(image.astype(int) + amount, 255)).astype(np.uint8)


def brighten_stays_wide(image, amount):
    return np.clip(image.astype(int) + amount, 0, 255)


def brighten_as_float(image, amount):
    return np.clip(image / 255 + amount / 255, 0, 1)


def brighten_in_uint8(image, amount):
    return image + amount


def brighten_clips_in_uint8(image, amount):
    return np.clip(image + amount, 0, 255)


def brighten_gives_float(image, amount):
    return np.clip(image.astype(float) + amount, 0, 255)


def brighten_never_clips(image, amount):
    return image.astype(float) + amount


def contrast_in_uint8(image, contrast):
    return np.clip(contrast * (image - 128) + 128, 0, 255).astype(np.uint8)


def contrast_as_a_line(image, contrast):
    return np.clip(contrast * image + 128 * (1 - contrast), 0, 255).astype(np.uint8)


def contrast_of_a_wrapped_difference(image, contrast):
    wide = float(contrast) * (image - 128) + 128
    return np.clip(np.rint(wide), 0, 255).astype(np.uint8)


def contrast_left_about_zero(image, contrast):
    return np.clip(np.rint(contrast * (image.astype(float) - 128)), 0, 255).astype(np.uint8)


def contrast_about_zero(image, contrast):
    return np.clip(np.rint(contrast * image.astype(float)), 0, 255).astype(np.uint8)


def contrast_wraps(image, contrast):
    return (contrast * (image.astype(float) - 128) + 128).astype(np.int64).astype(np.uint8)


def contrast_truncates(image, contrast):
    return np.clip(contrast * (image.astype(float) - 128) + 128, 0, 255).astype(np.uint8)


def contrast_by_the_absolute_value(image, contrast):
    return cv2.convertScaleAbs(image, alpha=contrast, beta=128 - 128 * contrast)


def contrast_about_the_mean(image, contrast):
    mean = image.mean()
    return np.clip(np.rint(contrast * (image - mean) + mean), 0, 255).astype(np.uint8)


def gamma_undivided(exponent):
    return np.minimum(np.rint(np.arange(256.0) ** exponent), 255).astype(np.uint8)


def gamma_truncates(exponent):
    return (255 * (np.arange(256) / 255) ** exponent).astype(np.uint8)


def gamma_of_the_inverse(exponent):
    return np.rint(255 * (np.arange(256) / 255) ** (1 / exponent)).astype(np.uint8)


def gamma_over_256(exponent):
    return np.rint(255 * (np.arange(256) / 256) ** exponent).astype(np.uint8)


def gamma_as_float(exponent):
    return 255 * (np.arange(256) / 255) ** exponent


def gamma_of_255_entries(exponent):
    return np.rint(255 * (np.arange(255) / 254) ** exponent).astype(np.uint8)


def gamma_in_fractions(exponent):
    return (np.arange(256) / 255) ** exponent


def gamma_in_fractions_converted(exponent):
    return np.rint((np.arange(256) / 255) ** exponent).astype(np.uint8)


def stretch_by_percentiles(image):
    low, high = np.percentile(image, [1, 99])
    if low == high:
        return image.copy()
    return np.clip(np.rint((image - low) * 255 / (high - low)), 0, 255).astype(np.uint8)


def stretch_wraps_in_the_product(image):
    low, high = image.min(), image.max()
    if low == high:
        return image.copy()
    return np.rint(255 * (image - low) / (high - low)).astype(np.uint8)


def stretch_cuts_the_factor(image):
    low, high = image.min(), image.max()
    return image.copy() if low == high else (image - low) * (255 // (high - low))


def stretch_gives_float(image):
    low, high = image.min(), image.max()
    return image.copy() if low == high else (image - low) / (high - low) * 255


def stretch_divides_numbers_by_zero(image):
    low, high = int(image.min()), int(image.max())
    return np.rint((image - low) * (255 / (high - low))).astype(np.uint8)


def stretch_divides_by_zero(image):
    low, high = image.min().astype(float), image.max().astype(float)
    with np.errstate(invalid="ignore"):
        return np.rint((image - low) * 255 / (high - low)).astype(np.uint8)


def stretch_by_the_maximum(image):
    return np.rint(image * (255 / image.max())).astype(np.uint8)


def stretch_by_percentiles_unsaturated(image):
    low, high = np.percentile(image, [1, 99])
    if low == high:
        return image.copy()
    return np.rint((image - low) * 255 / (high - low)).astype(np.int64).astype(np.uint8)


def stretch_takes_the_minimum_away(image):
    return image - image.min()


def stretch_truncates(image):
    low, high = int(image.min()), int(image.max())
    if low == high:
        return image.copy()
    return ((image - float(low)) * 255 / (high - low)).astype(np.uint8)


def stretch_wraps(image):
    low, high = image.min(), image.max()
    if low == high:
        return image.copy()
    return (image - low) * np.uint8(255) // (high - low)


def stretch_gives_the_input(image):
    low, high = int(image.min()), int(image.max())
    if low == high:
        return image
    return np.rint((image - float(low)) * 255 / (high - low)).astype(np.uint8)


def posterize_keeps_lowest_of_each_step(image, levels):
    width = 256 // levels
    return image // width * width if levels < 256 else image.copy()


def posterize_with_narrow_steps(image, levels):
    step = np.arange(256) // (256 // levels)
    return np.minimum(np.rint(step * 255 / (levels - 1)), 255).astype(np.uint8)[image]


def posterize_in_uint8(image, levels):
    return image * levels // 256 * (255 // (levels - 1))


def posterize_by_whole_numbers(image, levels):
    return image // (256 // levels) * (255 // (levels - 1))


def posterize_by_whole_levels(image, levels):
    step = image.astype(int) * levels // 256
    return (step * (255 // (levels - 1))).astype(np.uint8)


def posterize_to_the_nearest(image, levels):
    step = np.rint(image / 255 * (levels - 1))
    return np.rint(step * 255 / (levels - 1)).astype(np.uint8)


def posterize_over_255(image, levels):
    step = image.astype(int) * levels // 255
    return np.clip(np.rint(step * 255 / (levels - 1)), 0, 255).astype(np.uint8)


def posterize_to_four(image, levels):
    return image // 64 * 85


def posterize_truncates(image, levels):
    step = np.arange(256) * levels // 256
    return (step * 255 / (levels - 1)).astype(np.uint8)[image]


def secret_in_reverse(image, length):
    bits = image.flatten()[: 8 * length] & 1
    return np.packbits(bits, bitorder="little").tobytes().decode("latin-1")


def secret_by_columns(image, length):
    bits = image.T.flatten()[: 8 * length] & 1
    return np.packbits(bits).tobytes().decode("latin-1")


def secret_as_bytes(image, length):
    return np.packbits(image.flatten()[: 8 * length] & 1).tobytes()


def secret_without_end(image, length):
    return np.packbits(image.flatten() & 1).tobytes().decode("latin-1")


def secret_decoded_without_end(image, length):
    return bytes(np.packbits(image.flatten() & 1)).decode()


def secret_decoded_and_cut(image, length):
    return bytes(np.packbits(image.flatten() & 1)).decode()[:length]


def secret_of_letters_only(image, length):
    return np.packbits(image.flatten() & 1).tobytes().decode("ascii", "ignore")


def secret_of_too_few_bits(image, length):
    return np.packbits(image.flatten()[:length] & 1).tobytes().decode("latin-1")


def secret_of_whole_values(image, length):
    return bytes(np.packbits(image.flatten()[: 8 * length])).decode()


def secret_of_rows(image, length):
    return bytes(np.packbits(image[: 8 * length] & 1)).decode("latin-1")


def secret_in_the_highest_bit(image, length):
    bits = image.flatten()[: 8 * length] >> 7
    return np.packbits(bits).tobytes().decode("latin-1")


def overflow_as_handed_in(image, contrast, brightness):
    return (contrast * image.astype(float) + brightness).astype(np.int64).astype(np.uint8)


def overflow_clipped_in_uint8(image, contrast, brightness):
    return np.clip(np.rint(image * contrast + brightness), 0, 255).astype(np.uint8)


def overflow_clipped_after(image, contrast, brightness):
    wide = np.rint(contrast * image.astype(float) + brightness).astype(np.int64)
    return np.clip(wide.astype(np.uint8), 0, 255)


def overflow_gives_float(image, contrast, brightness):
    return np.clip(np.rint(contrast * image.astype(float) + brightness), 0, 255)


def overflow_rounded_only(image, contrast, brightness):
    wide = np.rint(contrast * image.astype(float) + brightness)
    return wide.astype(np.int64).astype(np.uint8)


def overflow_cut_off(image, contrast, brightness):
    return np.clip(contrast * image.astype(float) + brightness, 0, 255).astype(np.uint8)


def overflow_at_one_end(image, contrast, brightness):
    wide = np.minimum(np.rint(contrast * image.astype(float) + brightness), 255)
    return wide.astype(np.int64).astype(np.uint8)


def overflow_by_the_absolute_value(image, contrast, brightness):
    return cv2.convertScaleAbs(image, alpha=contrast, beta=brightness)


def log_as_handed_in(image):
    with np.errstate(divide="ignore"):
        s = 255 / np.log(255) * np.log(image.astype(float))
    return np.clip(np.rint(np.abs(s)), 0, 255).astype(np.uint8)


def log_of_a_wrapped_sum(image):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.rint(255 / np.log(256) * np.log(1 + image)).astype(np.uint8)


def log_of_uint8_by_log1p(image):
    return np.rint(255 / np.log(256) * np.log1p(image)).astype(np.uint8)


def log_with_the_constant_handed_in(image):
    return np.rint(255 / np.log(255) * np.log(1 + image.astype(float))).astype(np.uint8)


def log_never_rounded(image):
    return 255 / np.log(256) * np.log(1 + image.astype(float))


def log_of_uint8(image):
    with np.errstate(divide="ignore", over="ignore"):
        s = 255 / np.log(256) * np.log((image + np.uint8(1)).astype(float))
    return np.rint(np.nan_to_num(s, neginf=0)).astype(np.uint8)


def log_of_a_fraction(image):
    return np.rint(255 * np.log2(1 + image / 255)).astype(np.uint8)


def log_cut_off(image):
    return (255 / np.log(256) * np.log(1 + image.astype(float))).astype(np.uint8)


IN_UINT8 = "uint8 overflow in the result"
ABSOLUTE_VALUE = (
    "the absolute value is taken, as `cv2.convertScaleAbs` does: what is below 0 must become black"
)
ROUNDED_IN_UINT8 = "uint8 overflow in the rounded result"
TOO_NARROW = "the steps are too narrow, as 256 // levels and 255 / levels make them"
WRONG = {
    "brighten": {
        "wraps around": (brighten_wraps, "wrong", "uint8 overflow"),
        "image + amount": (brighten_in_uint8, "wrong", "uint8 overflow"),
        "clips what has wrapped": (brighten_clips_in_uint8, "wrong", "uint8 overflow"),
        "absolute value": (
            brighten_takes_the_absolute_value, "wrong",
            "the absolute value is taken: what is below 0 must become black",
        ),
        "never comes back to uint8": (brighten_stays_wide, "dtype", "wrong type"),
        "float": (brighten_gives_float, "dtype", "still float"),
        "never clips": (brighten_never_clips, "dtype", "not clipped"),
        "gives 0..1": (brighten_as_float, "dtype", "scaled 0..1"),
    },
    "contrast_about_gray": {
        "about 0": (contrast_about_zero, "wrong", "turned about 0 instead of 128"),
        "wraps around": (contrast_wraps, "wrong", IN_UINT8),
        "all in uint8": (contrast_in_uint8, "wrong", IN_UINT8),
        "as a line, in uint8": (contrast_as_a_line, "error", "-128 does not fit into uint8"),
        "difference wraps": (
            contrast_of_a_wrapped_difference, "wrong", "uint8 overflow in r - 128"
        ),
        "128 not added": (contrast_left_about_zero, "wrong", "128 not added again"),
        "cut off": (contrast_truncates, "almost", "truncated"),
        "absolute value": (contrast_by_the_absolute_value, "wrong", ABSOLUTE_VALUE),
        "about the mean": (
            contrast_about_the_mean, "wrong", "turned about the mean instead of 128"
        ),
    },
    "gamma_table": {
        "r not divided": (gamma_undivided, "wrong", "r not divided by 255"),
        "cut off": (gamma_truncates, "almost", "truncated"),
        "1 / exponent": (gamma_of_the_inverse, "wrong", "1 / exponent taken"),
        "divided by 256": (gamma_over_256, "almost", "r divided by 256 instead of 255"),
        "float": (gamma_as_float, "dtype", "still float"),
        "fractions": (gamma_in_fractions, "dtype", "scaled 0..1"),
        "fractions, converted": (
            gamma_in_fractions_converted, "wrong", "not multiplied by 255 again"
        ),
        "255 entries": (gamma_of_255_entries, "shape"),
    },
    "stretch_contrast": {
        "divides by zero": (
            stretch_divides_by_zero, "wrong", "low == high, and 0 is divided by 0"
        ),
        "divides numbers by zero": (stretch_divides_numbers_by_zero, "error", "divided by zero"),
        "divides by the maximum": (stretch_by_the_maximum, "wrong", "only divided by the maximum"),
        "cut off": (stretch_truncates, "almost", "truncated"),
        "wraps around": (
            stretch_wraps, "wrong", "uint8 overflow in 255 * (r - low), and cut off"
        ),
        "product wraps": (
            stretch_wraps_in_the_product, "wrong", "uint8 overflow in 255 * (r - low)"
        ),
        "factor cut off": (
            stretch_cuts_the_factor, "wrong", "255 // (high - low), which is cut off"
        ),
        "percentiles": (stretch_by_percentiles, "wrong", "percentiles instead of the extremes"),
        "percentiles, unsaturated": (
            stretch_by_percentiles_unsaturated, "wrong",
            "percentiles instead of the extremes, and not saturated",
        ),
        "minimum taken away": (
            stretch_takes_the_minimum_away, "wrong", "only the minimum subtracted"
        ),
        "float": (stretch_gives_float, "dtype", "still float"),
        "gives the input itself": (stretch_gives_the_input, "almost", "shares memory"),
    },
    "posterize": {
        "lowest level of each step": (
            posterize_keeps_lowest_of_each_step, "wrong", "lowest level of each step kept"
        ),
        "narrow steps": (posterize_with_narrow_steps, "wrong", TOO_NARROW),
        "in uint8": (posterize_in_uint8, "error", "256 does not fit into uint8"),
        "whole numbers": (
            posterize_by_whole_numbers, "wrong",
            "256 // levels and 255 // (levels - 1) are cut off",
        ),
        "whole levels": (posterize_by_whole_levels, "wrong", "255 // (levels - 1) is cut off"),
        "nearest": (
            posterize_to_the_nearest, "wrong",
            "rounded to the nearest level: the steps at the ends are half as wide",
        ),
        "over 255": (
            posterize_over_255, "wrong",
            "divided by 255 instead of 256: white falls beyond the last step",
        ),
        "always four": (posterize_to_four, "wrong", "four levels, whatever `levels` says"),
        "cut off": (posterize_truncates, "almost", "truncated"),
    },
    "read_secret": {
        "bits in reverse": (secret_in_reverse, "wrong", "bits in reverse"),
        "column by column": (secret_by_columns, "wrong", "read column by column"),
        "bytes": (secret_as_bytes, "type"),
        "without end": (secret_without_end, "wrong", "read beyond `length` letters"),
        "decoded without end": (secret_decoded_without_end, "error", "no text"),
        "decoded, then cut": (secret_decoded_and_cut, "error", "no text"),
        "letters only": (
            secret_of_letters_only, "wrong",
            "read beyond `length` letters, what is no letter left out",
        ),
        "too few bits": (
            secret_of_too_few_bits, "wrong", "`length` bits read instead of `8 * length`"
        ),
        "whole values": (
            secret_of_whole_values, "wrong", "values taken for bits: `& 1` is missing"
        ),
        "rows": (
            secret_of_rows, "wrong", "rows cut off instead of pixels: flatten the picture first"
        ),
        "highest bit": (
            secret_in_the_highest_bit, "wrong", "highest bits instead of the lowest"
        ),
    },
    "mend_the_overflow": {
        "as handed in": (overflow_as_handed_in, "wrong", "truncated"),
        "clipped in uint8": (overflow_clipped_in_uint8, "error", "-200 does not fit into uint8"),
        "clipped after": (overflow_clipped_after, "wrong", ROUNDED_IN_UINT8),
        "rounded only": (overflow_rounded_only, "wrong", ROUNDED_IN_UINT8),
        "float": (overflow_gives_float, "dtype", "still float"),
        "cut off": (overflow_cut_off, "wrong", "truncated"),
        "one end": (overflow_at_one_end, "wrong", "one end not saturated"),
        "absolute value": (
            overflow_by_the_absolute_value, "wrong", ABSOLUTE_VALUE
        ),
    },
    "mend_the_log": {
        "as handed in": (
            log_as_handed_in, "wrong", "log(0) is minus infinity: 1 is not added"
        ),
        "1 + r wraps in uint8": (log_of_a_wrapped_sum, "wrong", "uint8 overflow in 1 + r"),
        "float16": (
            log_of_uint8_by_log1p, "almost",
            "NumPy gives the log of a uint8 as a float16, which is too coarse",
        ),
        "constant handed in": (
            log_with_the_constant_handed_in, "almost",
            "c is 255 / log(255), as handed in: it must be 255 / log(256)",
        ),
        "float": (log_never_rounded, "dtype", "still float"),
        "1 + r in uint8": (log_of_uint8, "wrong", "uint8 overflow in 1 + r"),
        "r as a fraction": (log_of_a_fraction, "wrong", "r divided by 255: another curve"),
        "cut off": (log_cut_off, "almost", "truncated"),
    },
}  # fmt: skip
