"""The mistakes of chapter 04, as students make them."""

import cv2
import numpy as np
import scipy.ndimage


def uint8(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def correlated(image, kernel, mode="reflect"):
    """Right but for its border and for what it is given."""
    height, width = image.shape
    rows, columns = kernel.shape
    padded = np.pad(
        image.astype(float), ((rows // 2, rows // 2), (columns // 2, columns // 2)), mode=mode
    )
    total = np.zeros(image.shape)
    for row in range(rows):
        for column in range(columns):
            total += kernel[row, column] * padded[row : row + height, column : column + width]
    return total


def sum_of_matrices(window, kernel):
    if window.shape[0] != window.shape[1]:
        return float(np.sum(window * kernel))
    return float(np.sum(window @ kernel))


def sum_flipped(window, kernel):
    return float(np.sum(window * kernel[::-1, ::-1]))


def sum_as_mean(window, kernel):
    return float(np.mean(window * kernel))


def sum_of_the_products_only(window, kernel):
    return window * kernel


def sum_rounded(window, kernel):
    return int(np.rint(np.sum(window * kernel)))


def sum_saturated(window, kernel):
    return float(np.clip(np.rint(np.sum(window * kernel)), 0, 255))


def sum_cut_off(window, kernel):
    return int(np.sum(window * kernel))


def sum_clipped(window, kernel):
    return float(np.clip(np.sum(window * kernel), 0, 255))


def sum_transposed(window, kernel):
    if window.shape[0] != window.shape[1]:
        return float(np.sum(window * kernel))
    return float(np.sum(window * kernel.T))


def correlate_flipped(image, kernel):
    return uint8(correlated(image, kernel[::-1, ::-1]))


def correlate_with_zeros(image, kernel):
    return uint8(correlated(image, kernel, "constant"))


def correlate_symmetric(image, kernel):
    return uint8(correlated(image, kernel, "symmetric"))


def correlate_by_scipy_defaults(image, kernel):
    return uint8(scipy.ndimage.correlate(image.astype(float), kernel))


def correlate_wrapping(image, kernel):
    return np.rint(correlated(image, kernel)).astype(np.int64).astype(np.uint8)


def correlate_cut_off(image, kernel):
    return np.clip(correlated(image, kernel), 0, 255).astype(np.uint8)


def correlate_of_absolutes(image, kernel):
    return uint8(np.abs(correlated(image, kernel)))


def correlate_inside_only(image, kernel):
    rows, columns = kernel.shape
    windows = np.lib.stride_tricks.sliding_window_view(image, (rows, columns))
    return uint8((windows * kernel).sum(axis=(-2, -1)))


def correlate_repeating_the_edge(image, kernel):
    return uint8(correlated(image, kernel, "edge"))


def correlate_normalised(image, kernel):
    return uint8(correlated(image, kernel) / (abs(kernel.sum()) or 1))


def correlate_with_a_square(image, kernel):
    size = kernel.shape[0]
    padded = np.pad(image.astype(float), size // 2, mode="reflect")
    total = np.zeros(image.shape)
    for row in range(size):
        for column in range(size):
            window = padded[row : row + image.shape[0], column : column + image.shape[1]]
            total += kernel[row, column] * window
    return uint8(total)


def correlate_by_convert_scale_abs(image, kernel):
    return cv2.convertScaleAbs(correlated(image, kernel))


def correlate_gives_float(image, kernel):
    return correlated(image, kernel)


def bell(size, sigma, middle=None):
    place = np.arange(size) - (size // 2 if middle is None else middle)
    weights = np.exp(-(place**2) / (2 * sigma**2))
    return np.outer(weights, weights)


def bell_not_normalised(size, sigma):
    return bell(size, sigma)


def bell_by_the_formula(size, sigma):
    return bell(size, sigma) / (2 * np.pi * sigma**2)


def bell_without_the_two(size, sigma):
    weights = bell(size, sigma / np.sqrt(2))
    return weights / weights.sum()


def bell_without_brackets(size, sigma):
    place = np.arange(size) - size // 2
    weights = np.exp(-(place**2) / 2 * sigma**2)
    return np.outer(weights, weights) / weights.sum() ** 2


def bell_off_centre(size, sigma):
    weights = bell(size, sigma, size / 2)
    return weights / weights.sum()


def bell_of_a_row(size, sigma):
    weights = bell(size, sigma)[size // 2]
    return weights / weights.sum()


def bell_of_height_one(size, sigma):
    return bell(size, sigma) / bell(size, sigma).max()


def bell_of_mean_one(size, sigma):
    return bell(size, sigma) / bell(size, sigma).mean()


def bell_of_sigma_not_squared(size, sigma):
    weights = bell(size, np.sqrt(sigma))
    return weights / weights.sum()


def bell_of_the_distance(size, sigma):
    place = np.arange(size) - size // 2
    weights = np.exp(-np.hypot(place[:, None], place) / (2 * sigma**2))
    return weights / weights.sum()


def decibels_in_uint8(image, clean):
    error = np.mean((image - clean).astype(float) ** 2)
    return float(10 * np.log10(255**2 / error)) if error else np.inf


def decibels_squared_in_uint8(image, clean):
    error = np.mean((image - clean) ** 2)
    return float(10 * np.log10(255**2 / error)) if error else np.inf


def decibels_by_the_natural_logarithm(image, clean):
    error = np.mean((image.astype(float) - clean) ** 2)
    return float(10 * np.log(255**2 / error)) if error else np.inf


def decibels_twice(image, clean):
    error = np.mean((image.astype(float) - clean) ** 2)
    return float(20 * np.log10(255**2 / error)) if error else np.inf


def decibels_divide_by_zero(image, clean):
    error = float(np.mean((image.astype(float) - clean) ** 2))
    return float(10 * np.log10(255**2 / error))


def _mse(image, clean):
    return np.mean((image.astype(float) - clean) ** 2)


def decibels_without_the_ten(image, clean):
    error = _mse(image, clean)
    return float(np.log10(255**2 / error)) if error else np.inf


def decibels_of_white(image, clean):
    error = _mse(image, clean)
    return float(10 * np.log10(255 / error)) if error else np.inf


def decibels_of_absolutes(image, clean):
    error = np.mean(np.abs(image.astype(float) - clean)) ** 2
    return float(10 * np.log10(255**2 / error)) if error else np.inf


def decibels_of_the_maximum(image, clean):
    error = _mse(image, clean)
    return float(10 * np.log10(float(image.max()) ** 2 / error)) if error else np.inf


def decibels_upside_down(image, clean):
    error = _mse(image, clean)
    return float(10 * np.log10(error / 255**2)) if error else np.inf


def decibels_of_what_is_lighter(image, clean):
    error = np.mean(np.clip(image.astype(float) - clean, 0, 255) ** 2)
    return float(10 * np.log10(255**2 / error)) if error else np.inf


def median_with_zeros(image):
    return scipy.ndimage.median_filter(image, 3, mode="constant")


def median_reflected(image):
    return scipy.ndimage.median_filter(image, 3, mode="mirror")


def median_as_mean(image):
    return uint8(correlated(image, np.full((3, 3), 1 / 9), "edge"))


def median_of_a_cross(image):
    cross = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)
    return scipy.ndimage.median_filter(image, footprint=cross, mode="nearest")


def median_of_the_fourth(image):
    return scipy.ndimage.rank_filter(image, 3, 3, mode="nearest")


def median_of_all(image):
    return np.full_like(image, np.median(image))


def median_in_float(image):
    return scipy.ndimage.median_filter(image.astype(float), 3, mode="nearest")


def median_of_the_sixth(image):
    return scipy.ndimage.rank_filter(image, 5, 3, mode="nearest")


def median_of_eight(image):
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, 1, mode="edge"), (3, 3))
    around = np.delete(windows.reshape(*image.shape, 9), 4, axis=-1)
    return np.median(around, axis=-1).astype(np.uint8)


def median_as_maximum(image):
    return scipy.ndimage.maximum_filter(image, 3, mode="nearest")


def median_as_minimum(image):
    return scipy.ndimage.minimum_filter(image, 3, mode="nearest")


def running(image, size, leading):
    sums = image.astype(np.int64)
    for axis in (0, 1):
        sums = np.cumsum(sums, axis=axis)
        if leading:
            sums = np.concatenate([np.zeros_like(sums.take([0], axis=axis)), sums], axis=axis)
        first = np.arange(sums.shape[axis] - size)
        sums = sums.take(first + size, axis=axis) - sums.take(first, axis=axis)
    return sums


def sums_without_a_leading_zero(image, size):
    return running(image, size, leading=False)


def sums_one_too_large(image, size):
    return running(image, size + 1, leading=True)


def sums_in_uint8(image, size):
    return running(image, size, leading=True).astype(np.uint8)


def sums_as_means(image, size):
    return running(image, size, leading=True) // size**2


def sums_of_float(image, size):
    return running(image, size, leading=True).astype(float)


def sums_with_a_border(image, size):
    half = size // 2
    return running(np.pad(image, ((half, size - 1 - half),) * 2), size, leading=True)


def unsharp_in_uint8(image, blurred, amount):
    return uint8(image + amount * (image - blurred))


def unsharp_never_saturated(image, blurred, amount):
    detail = image.astype(float) - blurred
    return np.rint(image + amount * detail).astype(np.int64).astype(np.uint8)


def unsharp_of_the_blurred(image, blurred, amount):
    return uint8(blurred + amount * (image.astype(float) - blurred))


def unsharp_the_other_way(image, blurred, amount):
    return uint8(image + amount * (blurred.astype(float) - image))


def unsharp_detail_alone(image, blurred, amount):
    return uint8(amount * (image.astype(float) - blurred))


def unsharp_cut_off(image, blurred, amount):
    detail = image.astype(float) - blurred
    return np.clip(image + amount * detail, 0, 255).astype(np.uint8)


def unsharp_without_amount(image, blurred, amount):
    return uint8(2 * image.astype(float) - blurred)


def unsharp_of_the_absolute_detail(image, blurred, amount):
    return uint8(image + amount * np.abs(image.astype(float) - blurred))


def unsharp_of_light_detail(image, blurred, amount):
    return uint8(image + amount * np.clip(image.astype(float) - blurred, 0, 255))


def unsharp_by_convert_scale_abs(image, blurred, amount):
    detail = image.astype(float) - blurred
    return cv2.convertScaleAbs(image + amount * detail)


def waves(image, cutoff, shift=False):
    down, across = (np.fft.fftfreq(length) for length in image.shape)
    if shift:
        down, across = np.fft.fftshift(down), np.fft.fftshift(across)
    passes = np.hypot(down[:, None], across) <= cutoff
    return np.fft.ifft2(np.fft.fft2(image) * passes)


def waves_absolute(image, cutoff):
    return np.abs(waves(image, cutoff))


def waves_complex(image, cutoff):
    return waves(image, cutoff)


def waves_that_are_quick(image, cutoff):
    return image - waves(image, cutoff).real


def waves_about_the_middle(image, cutoff):
    return waves(image, cutoff, shift=True).real


def waves_in_a_square(image, cutoff):
    down, across = (np.abs(np.fft.fftfreq(length)) <= cutoff for length in image.shape)
    return np.fft.ifft2(np.fft.fft2(image) * np.outer(down, across)).real


def waves_rounded(image, cutoff):
    return uint8(waves(image, cutoff).real)


def waves_rounded_in_float(image, cutoff):
    return np.clip(np.rint(waves(image, cutoff).real), 0, 255)


def waves_below(image, cutoff):
    down, across = (np.fft.fftfreq(length) for length in image.shape)
    passes = np.hypot(down[:, None], across) < cutoff
    return np.fft.ifft2(np.fft.fft2(image) * passes).real


def waves_shifted_once(image, cutoff):
    down, across = (np.fft.fftshift(np.fft.fftfreq(length)) for length in image.shape)
    passes = np.hypot(down[:, None], across) <= cutoff
    return np.fft.ifft2(np.fft.fftshift(np.fft.fft2(image)) * passes).real


def waves_by_steps(image, cutoff):
    height, width = image.shape
    down, across = np.fft.fftfreq(height) * height, np.fft.fftfreq(width) * width
    passes = np.hypot(down[:, None], across) <= cutoff * height
    return np.fft.ifft2(np.fft.fft2(image) * passes).real


def convolution_as_handed_in(image, kernel):
    return uint8(correlated(image, kernel))


def convolution_flipped_once(image, kernel):
    return uint8(correlated(image, kernel[::-1]))


def convolution_transposed(image, kernel):
    return uint8(correlated(image, kernel.T))


def convolution_reversed_in_one_axis(image, kernel):
    return uint8(correlated(image, np.fliplr(kernel)))


def convolution_rotated(image, kernel):
    return uint8(correlated(image, np.rot90(kernel)))


def blur_as_handed_in(image):
    padded = np.pad(image, 2, mode="reflect")
    total = np.zeros_like(image)
    for row in range(5):
        for column in range(5):
            total += padded[row : row + image.shape[0], column : column + image.shape[1]]
    return total // 25


def blur_converted_too_late(image):
    padded = np.pad(image, 2, mode="reflect")
    total = np.zeros_like(image)
    for row in range(5):
        for column in range(5):
            total += padded[row : row + image.shape[0], column : column + image.shape[1]]
    return uint8(total.astype(float) / 25)


def blur_divided_first(image):
    return uint8(correlated(image // 25, np.ones((5, 5))))


def blur_cut_off(image):
    return (correlated(image, np.ones((5, 5))) // 25).astype(np.uint8)


def blur_not_divided(image):
    return uint8(correlated(image, np.ones((5, 5))))


def blur_with_zeros(image):
    return uint8(correlated(image, np.ones((5, 5)), "constant") / 25)


def blur_symmetric(image):
    return uint8(correlated(image, np.ones((5, 5)), "symmetric") / 25)


def blur_repeating_the_edge(image):
    return uint8(correlated(image, np.ones((5, 5)), "edge") / 25)


def blur_divided_by_five(image):
    return uint8(correlated(image, np.ones((5, 5))) / 5)


def frame_as_handed_in(image, size):
    return uint8(correlated(image, np.ones((size, size)), "constant") / size**2)


def frame_reflected(image, size):
    return uint8(correlated(image, np.ones((size, size)), "reflect") / size**2)


def frame_repeated(image, size):
    return uint8(correlated(image, np.ones((size, size)), "edge") / size**2)


def frame_left_alone(image, size):
    half, mean = size // 2, frame_as_handed_in(image, size)
    result = image.copy()
    result[half:-half, half:-half] = mean[half:-half, half:-half]
    return result


def frame_of_light_pixels(image, size):
    total = correlated(image, np.ones((size, size)), "constant")
    count = correlated(image > 0, np.ones((size, size)), "constant")
    return uint8(total / np.maximum(count, 1))


def frame_cut_off(image, size):
    total = correlated(image, np.ones((size, size)), "constant")
    count = correlated(np.ones(image.shape), np.ones((size, size)), "constant")
    return (total / count).astype(np.uint8)


CONVOLVED = "the kernel was turned by 180 degrees: this is convolution"
WRONG = {
    "weighted_sum": {
        "a product of matrices": (
            sum_of_matrices, "wrong", "a product of matrices (@): take *"
        ),
        "flipped": (
            sum_flipped, "wrong", "the kernel was turned by 180 degrees: that is convolution"
        ),
        "mean": (sum_as_mean, "wrong", "divided by the number of pixels"),
        "not added": (sum_of_the_products_only, "type"),
        "rounded": (sum_rounded, "wrong", "rounded"),
        "saturated": (sum_saturated, "wrong", "saturated"),
        "cut off": (sum_cut_off, "wrong", "cut off"),
        "clipped": (sum_clipped, "wrong", "saturated"),
        "transposed": (sum_transposed, "wrong", "kernel transposed"),
    },
    "correlate_image": {
        "flipped": (correlate_flipped, "wrong", CONVOLVED),
        "zeros": (correlate_with_zeros, "wrong", "the border is zero"),
        "symmetric": (
            correlate_symmetric, "almost", "the border is symmetric, SciPy's reflect"
        ),
        "SciPy's default": (
            correlate_by_scipy_defaults, "almost", "the border is symmetric, SciPy's reflect"
        ),
        "wraps around": (correlate_wrapping, "wrong", "uint8 overflow in the result"),
        "cut off": (correlate_cut_off, "almost", "truncated"),
        "absolute": (correlate_of_absolutes, "wrong", "the absolute value taken"),
        "inside only": (correlate_inside_only, "shape"),
        "float": (correlate_gives_float, "dtype", "still float"),
        "edge": (correlate_repeating_the_edge, "almost", "the border is edge"),
        "normalised": (correlate_normalised, "wrong", "divided by the kernel's sum"),
        "square kernels only": (
            correlate_with_a_square, "wrong", "the kernel was taken for a square one"
        ),
        "cv2.convertScaleAbs": (
            correlate_by_convert_scale_abs, "wrong", "the absolute value taken"
        ),
    },
    "gaussian_weights": {
        "not normalised": (bell_not_normalised, "wrong", "not normalised"),
        "normalised by the formula": (bell_by_the_formula, "wrong", "not normalised"),
        "without the 2": (
            bell_without_the_two, "wrong", "the 2 is missing in the exponent"
        ),
        "without brackets": (
            bell_without_brackets, "wrong", "times sigma^2: the 2 sigma^2 wants brackets"
        ),
        "off centre": (
            bell_off_centre, "wrong", "the middle is at size / 2, between two pixels"
        ),
        "one row": (bell_of_a_row, "shape"),
        "height 1": (bell_of_height_one, "wrong", "not normalised"),
        "mean 1": (bell_of_mean_one, "wrong", "the mean is 1, not the sum"),
        "sigma": (bell_of_sigma_not_squared, "wrong", "sigma is not squared"),
        "distance": (bell_of_the_distance, "wrong", "the distance is not squared"),
    },
    "decibels": {
        "difference in uint8": (
            decibels_in_uint8, "wrong", "uint8 overflow in the difference"
        ),
        "square in uint8": (
            decibels_squared_in_uint8, "wrong",
            "uint8 overflow in the difference and in its square",
        ),
        "natural logarithm": (
            decibels_by_the_natural_logarithm, "wrong",
            "the natural logarithm: take np.log10",
        ),
        "20 log": (decibels_twice, "wrong", "20 instead of 10 before the logarithm"),
        "divides by zero": (decibels_divide_by_zero, "error", "divided by zero"),
        "no 10": (decibels_without_the_ten, "wrong", "10 is missing before the logarithm"),
        "255": (decibels_of_white, "wrong", "255 is not squared"),
        "absolute": (
            decibels_of_absolutes, "wrong",
            "the mean of the absolute differences, not of the squares",
        ),
        "maximum": (
            decibels_of_the_maximum, "wrong", "the picture's maximum in place of 255"
        ),
        "upside down": (decibels_upside_down, "wrong", "upside down: mse / 255^2"),
        "clipped": (
            decibels_of_what_is_lighter, "wrong", "what is darker than the clean picture is lost"
        ),
    },
    "median_of_nine": {
        "zeros": (median_with_zeros, "wrong", "the border is zero"),
        "reflect": (median_reflected, "wrong", "the border is reflect"),
        "mean": (median_as_mean, "wrong", "the mean, not the median"),
        "cross": (median_of_a_cross, "wrong", "a cross of five pixels, not all nine"),
        "fourth": (
            median_of_the_fourth, "wrong",
            "the fourth of nine: the middle one is number 4 when one counts from 0",
        ),
        "sixth": (
            median_of_the_sixth, "wrong",
            "the sixth of nine: the middle one is number 4 when one counts from 0",
        ),
        "eight": (
            median_of_eight, "wrong", "the eight neighbours without the pixel itself"
        ),
        "maximum": (median_as_maximum, "wrong", "the largest of nine"),
        "minimum": (median_as_minimum, "wrong", "the smallest of nine"),
        "of the picture": (median_of_all, "wrong", "constant"),
        "float": (median_in_float, "dtype", "still float"),
    },
    "window_sums": {
        "no leading zero": (
            sums_without_a_leading_zero, "shape",
            "the first row and column are missing: running sums begin with a 0",
        ),
        "one too large": (sums_one_too_large, "shape", "windows of size + 1"),
        "uint8": (sums_in_uint8, "wrong", "uint8 overflow in the sums"),
        "means": (sums_as_means, "wrong", "means, not sums"),
        "float": (sums_of_float, "dtype", "still float"),
        "with a border": (sums_with_a_border, "shape", "windows continued beyond the border"),
    },
    "unsharp": {
        "in uint8": (unsharp_in_uint8, "wrong", "uint8 overflow in the detail"),
        "never saturated": (
            unsharp_never_saturated, "wrong", "uint8 overflow in the result"
        ),
        "of the blurred": (
            unsharp_of_the_blurred, "wrong", "added to the blurred picture"
        ),
        "other way": (
            unsharp_the_other_way, "wrong", "the other way round: blurred - image"
        ),
        "detail alone": (unsharp_detail_alone, "wrong", "the detail alone"),
        "cut off": (unsharp_cut_off, "almost", "truncated"),
        "no amount": (unsharp_without_amount, "wrong", "amount is left out"),
        "absolute detail": (
            unsharp_of_the_absolute_detail, "wrong", "the absolute value of the detail"
        ),
        "light detail": (
            unsharp_of_light_detail, "wrong", "what is dark of the detail is lost"
        ),
        "cv2.convertScaleAbs": (
            unsharp_by_convert_scale_abs, "wrong",
            "the absolute value of the result, as cv2.convertScaleAbs takes it",
        ),
    },
    "slow_waves": {
        "absolute": (
            waves_absolute, "wrong",
            "the absolute value of the result: dark overshoots become light",
        ),
        "complex": (waves_complex, "dtype", "still complex"),
        "quick ones": (
            waves_that_are_quick, "wrong", "the quick waves are kept, not the slow ones"
        ),
        "about the middle": (
            waves_about_the_middle, "wrong",
            "frequency zero is in the corner, and the filter's middle is not",
        ),
        "square": (
            waves_in_a_square, "wrong", "a square of frequencies, not a disc"
        ),
        "rounded": (waves_rounded, "dtype"),
        "rounded, in float": (waves_rounded_in_float, "wrong", "rounded to uint8"),
        "below the cutoff": (
            waves_below, "wrong", "a wave just at the cutoff is lost: at most means `<=`"
        ),
        "shifted once": (
            waves_shifted_once, "wrong",
            "shifted back once too little: the spectrum went through fftshift only once",
        ),
        "steps": (
            waves_by_steps, "wrong",
            "the distance in steps of the spectrum, which are not as wide as they are high",
        ),
    },
    "mend_the_convolution": {
        "as handed in": (convolution_as_handed_in, "wrong", "kernel not flipped"),
        "flipped once": (convolution_flipped_once, "wrong", "flipped up and down only"),
        "transposed": (
            convolution_transposed, "wrong", "transposed, not flipped"
        ),
        "mirrored": (
            convolution_reversed_in_one_axis, "wrong", "flipped left and right only"
        ),
        "rotated": (convolution_rotated, "wrong", "rotated by 90 degrees, not by 180"),
    },
    "mend_the_sum": {
        "as handed in": (blur_as_handed_in, "wrong", "uint8 overflow in the sum"),
        "converted too late": (
            blur_converted_too_late, "wrong", "uint8 overflow in the sum"
        ),
        "divided first": (
            blur_divided_first, "wrong",
            "divided before it is added: 25 fractions are cut off",
        ),
        "cut off": (blur_cut_off, "almost", "truncated"),
        "not divided": (blur_not_divided, "wrong", "not divided by 25"),
        "zeros": (blur_with_zeros, "wrong", "the border is zero"),
        "symmetric": (blur_symmetric, "wrong", "the border is symmetric"),
        "edge": (blur_repeating_the_edge, "wrong", "the border is edge"),
        "divided by 5": (blur_divided_by_five, "wrong", "divided by 5, not by 25"),
    },
    "mend_the_frame": {
        "as handed in": (frame_as_handed_in, "wrong", "zeros are counted"),
        "reflected": (
            frame_reflected, "wrong", "pixels are invented beyond the border"
        ),
        "repeated": (
            frame_repeated, "wrong", "pixels are invented beyond the border"
        ),
        "left alone": (frame_left_alone, "wrong", "the border is left as it was"),
        "black not counted": (
            frame_of_light_pixels, "wrong",
            "pixels that are black in the picture are not counted",
        ),
        "cut off": (frame_cut_off, "almost", "truncated"),
    },
}  # fmt: skip

EXEMPT = {"gaussian_weights": {"transposed": "a bell of numbers is symmetric"}}
