"""The mistakes of chapter 02, as students make them."""

import numpy as np


def brighten_wraps(image, amount):
    return (image.astype(int) + amount).astype(np.uint8)


def brighten_saturates_one_end(image, amount):
    return np.abs(np.minimum(image.astype(int) + amount, 255)).astype(np.uint8)


def brighten_stays_wide(image, amount):
    return np.clip(image.astype(int) + amount, 0, 255)


def brighten_as_float(image, amount):
    return np.clip(image / 255 + amount / 255, 0, 1)


def contrast_about_zero(image, contrast):
    return np.clip(np.rint(contrast * image.astype(float)), 0, 255).astype(np.uint8)


def contrast_wraps(image, contrast):
    return (contrast * (image.astype(float) - 128) + 128).astype(np.int64).astype(np.uint8)


def contrast_truncates(image, contrast):
    return np.clip(contrast * (image.astype(float) - 128) + 128, 0, 255).astype(np.uint8)


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


def stretch_divides_by_zero(image):
    low, high = image.min().astype(float), image.max().astype(float)
    with np.errstate(invalid="ignore"):
        return np.rint((image - low) * 255 / (high - low)).astype(np.uint8)


def stretch_by_the_maximum(image):
    return np.rint(image * (255 / image.max())).astype(np.uint8)


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
    return image if image.min() == image.max() else stretch_truncates(image)


def posterize_keeps_lowest_of_each_step(image, levels):
    width = 256 // levels
    return image // width * width if levels < 256 else image.copy()


def posterize_with_narrow_steps(image, levels):
    step = np.arange(256) // (256 // levels)
    return np.minimum(np.rint(step * 255 / (levels - 1)), 255).astype(np.uint8)[image]


def posterize_in_uint8(image, levels):
    return image * levels // 256 * (255 // (levels - 1))


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


def secret_in_the_highest_bit(image, length):
    bits = image.flatten()[: 8 * length] >> 7
    return np.packbits(bits).tobytes().decode("latin-1")


def overflow_as_handed_in(image, contrast, brightness):
    return (contrast * image.astype(float) + brightness).astype(np.int64).astype(np.uint8)


def overflow_rounded_only(image, contrast, brightness):
    wide = np.rint(contrast * image.astype(float) + brightness)
    return wide.astype(np.int64).astype(np.uint8)


def overflow_cut_off(image, contrast, brightness):
    return np.clip(contrast * image.astype(float) + brightness, 0, 255).astype(np.uint8)


def overflow_at_one_end(image, contrast, brightness):
    wide = np.minimum(np.rint(contrast * image.astype(float) + brightness), 255)
    return wide.astype(np.int64).astype(np.uint8)


def log_as_handed_in(image):
    with np.errstate(divide="ignore"):
        s = 255 / np.log(255) * np.log(image.astype(float))
    return np.clip(np.rint(np.abs(s)), 0, 255).astype(np.uint8)


def log_of_uint8(image):
    with np.errstate(divide="ignore", over="ignore"):
        s = 255 / np.log(256) * np.log((image + np.uint8(1)).astype(float))
    return np.rint(np.nan_to_num(s, neginf=0)).astype(np.uint8)


def log_of_a_fraction(image):
    return np.rint(255 * np.log2(1 + image / 255)).astype(np.uint8)


def log_cut_off(image):
    return (255 / np.log(256) * np.log(1 + image.astype(float))).astype(np.uint8)


WRONG = {
    "brighten": {
        "wraps around": (brighten_wraps, "wrong", "uint8 overflow"),
        "saturates one end only": brighten_saturates_one_end,
        "never comes back to uint8": (brighten_stays_wide, "dtype"),
        "gives 0..1": (brighten_as_float, "dtype", "scaled 0..1"),
    },
    "contrast_about_gray": {
        "about 0": (contrast_about_zero, "wrong", "turned about 0 instead of 128"),
        "wraps around": (contrast_wraps, "wrong"),
        "cut off": contrast_truncates,
        "about the mean": (contrast_about_the_mean, "wrong"),
    },
    "gamma_table": {
        "r not divided": (gamma_undivided, "wrong", "r not divided by 255"),
        "cut off": (gamma_truncates, "almost", "truncated"),
        "1 / exponent": (gamma_of_the_inverse, "wrong", "1 / exponent taken"),
        "divided by 256": gamma_over_256,
        "float": (gamma_as_float, "dtype"),
        "255 entries": (gamma_of_255_entries, "shape"),
    },
    "stretch_contrast": {
        "divides by zero": (stretch_divides_by_zero, "wrong"),
        "divides by the maximum": (stretch_by_the_maximum, "wrong"),
        "cut off": (stretch_truncates, "almost", "truncated"),
        "wraps around": (stretch_wraps, "wrong"),
        "gives the input itself": stretch_gives_the_input,
    },
    "posterize": {
        "lowest level of each step": (posterize_keeps_lowest_of_each_step, "wrong"),
        "narrow steps": (posterize_with_narrow_steps, "wrong"),
        "in uint8": (posterize_in_uint8, "error"),
        "cut off": (posterize_truncates, "almost", "truncated"),
    },
    "read_secret": {
        "bits in reverse": (secret_in_reverse, "wrong", "bits in reverse"),
        "column by column": (secret_by_columns, "wrong"),
        "bytes": (secret_as_bytes, "type"),
        "without end": (secret_without_end, "wrong"),
        "highest bit": (secret_in_the_highest_bit, "wrong"),
    },
    "mend_the_overflow": {
        "as handed in": (overflow_as_handed_in, "wrong"),
        "rounded only": (overflow_rounded_only, "wrong", "uint8 overflow, rounded"),
        "cut off": (overflow_cut_off, "wrong", "truncated"),
        "one end": (overflow_at_one_end, "wrong", "one end not saturated"),
    },
    "mend_the_log": {
        "as handed in": (log_as_handed_in, "wrong"),
        "1 + r in uint8": (log_of_uint8, "wrong", "uint8 overflow in 1 + r"),
        "r as a fraction": (log_of_a_fraction, "wrong", "r divided by 255: another curve"),
        "cut off": (log_cut_off, "almost", "truncated"),
    },
}
