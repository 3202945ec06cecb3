"""Checks and grades the exercises of chapter 04."""

import numpy as np
import pytest
import scipy.ndimage
import scipy.signal

from coursekit.filtering import reference
from coursekit.lab import samples
from coursekit.lab.check import assert_array_equal, assert_image_equal, assert_value_equal

SEED = 4
FORBIDDEN = (
    "PIL.ImageFilter",
    "coursekit.core.kernels",
    "cv2.GaussianBlur",
    "cv2.PSNR",
    "cv2.blur",
    "cv2.boxFilter",
    "cv2.filter2D",
    "cv2.getGaussianKernel",
    "cv2.integral",
    "cv2.medianBlur",
    "cv2.sepFilter2D",
    "scipy.ndimage",
    "scipy.signal",
    "skimage.filters",
    "skimage.metrics",
    "skimage.transform.integral_image",
)

SLOPE = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
MEAN = np.full((3, 3), 1 / 9)
BROAD = np.array([[1, 2, 3, 4, 6], [0, 5, 1, 1, 1], [0, 0, 2, 3, 3]]) / 32
SCIPY = {"reflect": "mirror", "symmetric": "reflect", "edge": "nearest", "constant": "constant"}


def wrapped(values):
    """What uint8 makes of values beyond its ends."""
    return np.asarray(values).astype(np.int64).astype(np.uint8)


def saturated(values):
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def part(image, size=96):
    """A piece of a picture with a border of its own."""
    return np.ascontiguousarray(image[70 : 70 + size, 200 : 200 + size + 20])


def summed(image, kernel, border="reflect"):
    """Correlation in float, by SciPy, under NumPy's names of the borders."""
    return scipy.ndimage.correlate(image.astype(float), kernel.astype(float), mode=SCIPY[border])


def drawn(random, height, width):
    """A picture of random pixels."""
    return random.integers(0, 256, (height, width), dtype=np.uint8)


def odd(random, most=7):
    return 2 * int(random.integers(0, most // 2 + 1)) + 1


# ------------------------------------------------------------ weighted_sum


def sum_mistakes(window, kernel):
    wide, kernel = window.astype(float), kernel.astype(float)
    total = float((wide * kernel).sum())
    mistakes = {
        "the kernel was turned by 180 degrees: that is convolution": (
            wide * kernel[::-1, ::-1]
        ).sum(),
        "divided by the number of pixels": total / kernel.size,
        "rounded": float(np.rint(total)),
        "cut off": float(int(total)),
        "saturated": float(np.clip(np.rint(total), 0, 255)),
    }
    if window.shape[0] == window.shape[1]:
        mistakes["a product of matrices (@): take *"] = float((wide @ kernel).sum())
        mistakes["kernel transposed"] = float((wide * kernel.T).sum())
    return {name: float(value) for name, value in mistakes.items() if value != total}


@pytest.mark.exercise("weighted_sum")
@pytest.mark.points(1)
def test_nine_products_by_hand(student):
    window = np.array([[10, 20, 30], [40, 50, 60], [70, 80, 95]], dtype=np.uint8)
    kernel = np.array([[0, 0, 1], [0, 2.275, 0], [-1, 0, 4]])  # 30 + 113.75 - 70 + 380
    actual = student.weighted_sum(window, kernel)
    assert_value_equal(actual, 453.75, mistakes=sum_mistakes(window, kernel))


@pytest.mark.exercise("weighted_sum")
@pytest.mark.points(1)
@pytest.mark.parametrize("kernel", [SLOPE * 0.75, BROAD], ids=["negative", "wide"])
def test_sum_of_a_window_of_the_camera_picture(student, kernel):
    height, width = kernel.shape
    window = samples.camera()[100 : 100 + height, 240 : 240 + width]
    expected = float((window.astype(float) * kernel).sum())
    actual = student.weighted_sum(window, kernel)
    assert_value_equal(actual, expected, mistakes=sum_mistakes(window, kernel))


@pytest.mark.exercise("weighted_sum")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("divisor", [1, 16])
def test_sum_of_any_window(student, number, divisor):
    random = np.random.default_rng([SEED, 1, number, divisor])
    window = drawn(random, odd(random), odd(random))
    kernel = random.integers(-40, 41, window.shape)
    kernel = kernel if divisor == 1 else kernel / divisor
    expected = float(np.vdot(window.astype(float), kernel))
    assert_value_equal(student.weighted_sum(window, kernel), expected)


# --------------------------------------------------------- correlate_image


def correlation_mistakes(image, kernel):
    total = summed(image, kernel)
    mistakes = {
        "the kernel was turned by 180 degrees: this is convolution": saturated(
            summed(image, kernel[::-1, ::-1])
        ),
        "the border is zero": saturated(summed(image, kernel, "constant")),
        "the absolute value taken": saturated(np.abs(total)),
        "divided by the kernel's sum": saturated(total / (abs(kernel.sum()) or 1)),
    }
    if max(kernel.shape) > 3:  # one pixel wide, these two are alike
        symmetric = saturated(summed(image, kernel, "symmetric"))
        mistakes["the border is symmetric, SciPy's reflect"] = symmetric
        mistakes["the border is edge"] = saturated(summed(image, kernel, "edge"))
    if kernel.shape[0] != kernel.shape[1]:
        mistakes["the kernel was taken for a square one"] = _of_a_square(image, kernel)
    right = saturated(total)
    if (right != wrapped(np.rint(total))).any():
        mistakes["uint8 overflow in the result"] = [wrapped(total), wrapped(np.rint(total))]
    return {n: w for n, w in mistakes.items() if isinstance(w, list) or (w != right).any()}


def _of_a_square(image, kernel):
    """What the first, and what the middle rows and columns of a kernel give as a square."""
    side, (rows, columns) = min(kernel.shape), kernel.shape
    top, left = (rows - side) // 2, (columns - side) // 2
    return [
        saturated(summed(image, kernel[:side, :side])),
        saturated(summed(image, kernel[top : top + side, left : left + side])),
    ]


@pytest.mark.exercise("correlate_image")
@pytest.mark.points(1)
def test_light_pixel_draws_the_kernel_turned_round(student):
    image = np.zeros((5, 5), np.uint8)
    image[2, 2] = 10
    kernel = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    expected = np.zeros((5, 5), np.uint8)
    expected[1:4, 1:4] = [[90, 80, 70], [60, 50, 40], [30, 20, 10]]
    actual = student.correlate_image(image, kernel)
    mistakes = correlation_mistakes(image, kernel)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("correlate_image")
@pytest.mark.points(2)
@pytest.mark.parametrize("kernel", [2 * BROAD, MEAN, SLOPE], ids=["wide", "mean", "slope"])
def test_whole_picture_with_its_border(student, kernel):
    image = part(samples.camera())
    expected = saturated(summed(image, kernel))
    actual = student.correlate_image(image, kernel)
    mistakes = correlation_mistakes(image, kernel)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("correlate_image")
@pytest.mark.hidden
def test_tall_kernel(student):
    image = part(samples.coins(), 60)
    assert_image_equal(student.correlate_image(image, BROAD.T), saturated(summed(image, BROAD.T)))


def any_kernel(random, rows, columns):
    """Numbers that add up to no half, so that no rounding is in doubt."""
    return random.integers(-9, 15, (rows, columns)) / 25


@pytest.mark.exercise("correlate_image")
@pytest.mark.hidden
@pytest.mark.parametrize("sides", [(1, 7), (5, 1), (3, 5), (7, 3), (3, 3)])
def test_any_picture_and_kernel(student, sides):
    random = np.random.default_rng([SEED, 2, *sides])
    image = drawn(random, *(side // 2 + random.integers(1, 20) for side in sides))
    kernel = any_kernel(random, *sides)
    assert_image_equal(student.correlate_image(image, kernel), saturated(summed(image, kernel)))


@pytest.mark.exercise("correlate_image")
@pytest.mark.hidden
def test_kernel_larger_than_the_picture(student):
    random = np.random.default_rng([SEED, 3])
    image, kernel = drawn(random, 3, 3), any_kernel(random, 5, 5)
    assert_image_equal(student.correlate_image(image, kernel), saturated(summed(image, kernel)))


# -------------------------------------------------------- gaussian_weights


def bell(size, sigma, middle=None):
    place = np.arange(size) - (size // 2 if middle is None else middle)
    weights = np.exp(-(place**2) / (2 * sigma**2))
    return np.outer(weights, weights)


def bell_mistakes(size, sigma):
    weights = bell(size, sigma)
    place = np.arange(size) - size // 2
    narrow = np.exp(-(place**2) / sigma**2)
    steep = np.exp(-(place**2) / (2 * sigma))
    flat = np.exp(-(place**2) / 2 * sigma**2)
    half = bell(size, sigma, size / 2)
    linear = np.exp(-np.hypot(place[:, None], place) / (2 * sigma**2))
    mistakes = {
        "not normalised": [weights, weights / (2 * np.pi * sigma**2)],
        "the 2 is missing in the exponent": np.outer(narrow, narrow) / narrow.sum() ** 2,
        "times sigma^2: the 2 sigma^2 wants brackets": np.outer(flat, flat) / flat.sum() ** 2,
        "sigma is not squared": np.outer(steep, steep) / steep.sum() ** 2,
        "the middle is at size / 2, between two pixels": half / half.sum(),
        "the distance is not squared": linear / linear.sum(),
        "the mean is 1, not the sum": weights / weights.mean(),
    }
    return mistakes


@pytest.mark.exercise("gaussian_weights")
@pytest.mark.points(1)
def test_bell_of_three_by_hand(student):
    # with this sigma exp(-1 / 2 sigma^2) is 1/2: 1/2 1 1/2, whose sum is 2
    sigma = 1 / np.sqrt(2 * np.log(2))
    expected = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
    actual = student.gaussian_weights(3, sigma)
    assert_array_equal(actual, expected, tolerance=1e-9, mistakes=bell_mistakes(3, sigma))


@pytest.mark.exercise("gaussian_weights")
@pytest.mark.points(1)
@pytest.mark.parametrize(("size", "sigma"), [(5, 1.3), (9, 0.7), (7, 3)])
def test_bell_of_any_size(student, size, sigma):
    expected = bell(size, sigma) / bell(size, sigma).sum()
    actual = student.gaussian_weights(size, sigma)
    assert_array_equal(actual, expected, tolerance=1e-9, mistakes=bell_mistakes(size, sigma))


@pytest.mark.exercise("gaussian_weights")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(5))
def test_bell_of_a_size_and_a_sigma_drawn(student, number):
    random = np.random.default_rng([SEED, 4, number])
    size, sigma = odd(random, 15), float(random.uniform(0.4, 5))
    down, across = np.indices((size, size)) - size // 2
    weights = np.exp(-(down**2 + across**2) / (2 * sigma**2))
    assert_array_equal(student.gaussian_weights(size, sigma), weights / weights.sum(), 1e-9)


# ---------------------------------------------------------------- decibels


def decibel_mistakes(image, clean):
    difference = image.astype(float) - clean
    error = np.mean(difference**2)
    narrow = wrapped(difference)
    mistakes = {
        "uint8 overflow in the difference": 10
        * np.log10(255**2 / np.mean(narrow.astype(float) ** 2)),
        "uint8 overflow in the difference and in its square": 10
        * np.log10(255**2 / max(np.mean(narrow * narrow), 1e-9)),
        "the natural logarithm: take np.log10": 10 * np.log(255**2 / error),
        "20 instead of 10 before the logarithm": 20 * np.log10(255**2 / error),
        "255 is not squared": 10 * np.log10(255 / error),
        "the picture's maximum in place of 255": 10 * np.log10(float(image.max()) ** 2 / error),
        "upside down: mse / 255^2": 10 * np.log10(error / 255**2),
        "10 is missing before the logarithm": np.log10(255**2 / error),
        "the mean of the absolute differences, not of the squares": 10
        * np.log10(255**2 / np.mean(np.abs(difference)) ** 2),
    }
    lighter = np.mean(np.maximum(difference, 0) ** 2)
    if lighter:
        mistakes["what is darker than the clean picture is lost"] = 10 * np.log10(255**2 / lighter)
    right = 10 * np.log10(255**2 / error)
    return {name: float(v) for name, v in mistakes.items() if not np.isclose(v, right)}


@pytest.mark.exercise("decibels")
@pytest.mark.points(1)
def test_an_error_of_ten_levels_up_and_down(student):
    clean = np.array([[100, 100], [100, 100]], dtype=np.uint8)
    image = np.array([[110, 90], [90, 110]], dtype=np.uint8)  # mse is 100: 20 log10(25.5)
    actual = student.decibels(image, clean)
    assert_value_equal(actual, 28.1308036, tolerance=1e-6, mistakes=decibel_mistakes(image, clean))


@pytest.mark.exercise("decibels")
@pytest.mark.points(1)
@pytest.mark.parametrize("sigma", [3, 25])
def test_noise_on_the_camera_picture(student, sigma):
    clean = samples.camera() // 2 + 60
    noise = np.random.default_rng(sigma).normal(0, sigma, clean.shape)
    image = saturated(clean + noise)
    expected = float(10 * np.log10(255**2 / np.mean((image.astype(float) - clean) ** 2)))
    actual = student.decibels(image, clean)
    mistakes = decibel_mistakes(image, clean)
    assert_value_equal(actual, expected, tolerance=1e-6, mistakes=mistakes)


@pytest.mark.exercise("decibels")
@pytest.mark.points(1)
def test_equal_pictures_have_no_noise(student):
    image = samples.coins()
    assert_value_equal(student.decibels(image, image.copy()), np.inf)


@pytest.mark.exercise("decibels")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_ratio_of_any_two_pictures(student, number):
    random = np.random.default_rng([SEED, 5, number])
    clean = drawn(random, *random.integers(1, 20, 2))
    image = saturated(clean + random.normal(0, random.uniform(1, 60), clean.shape))
    image[0, 0] = clean[0, 0] ^ 1  # one level away: the pictures differ
    squares = [(int(a) - int(b)) ** 2 for a, b in zip(image.flat, clean.flat, strict=True)]
    expected = float(20 * np.log10(255) - 10 * np.log10(sum(squares) / len(squares)))
    assert_value_equal(student.decibels(image, clean), expected, 1e-6)


# ---------------------------------------------------------- median_of_nine


def median_mistakes(image):
    edge = {"mode": "nearest"}
    cross = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)
    mistakes = {
        "the border is zero": scipy.ndimage.median_filter(image, 3, mode="constant"),
        "the border is reflect": scipy.ndimage.median_filter(image, 3, mode="mirror"),
        "the mean, not the median": [
            saturated(summed(image, MEAN, "edge")),
            np.floor(summed(image, MEAN, "edge") + 1e-9).astype(np.uint8),
        ],
        "a cross of five pixels, not all nine": scipy.ndimage.median_filter(
            image, footprint=cross, **edge
        ),
        "the eight neighbours without the pixel itself": _median_of_eight(image),
        "the largest of nine": scipy.ndimage.maximum_filter(image, 3, **edge),
        "the smallest of nine": scipy.ndimage.minimum_filter(image, 3, **edge),
        "the fourth of nine: the middle one is number 4 when one counts from 0": (
            scipy.ndimage.rank_filter(image, 3, 3, **edge)
        ),
        "the sixth of nine: the middle one is number 4 when one counts from 0": (
            scipy.ndimage.rank_filter(image, 5, 3, **edge)
        ),
    }
    right = scipy.ndimage.median_filter(image, 3, **edge)
    return {n: w for n, w in mistakes.items() if isinstance(w, list) or (w != right).any()}


def _median_of_eight(image):
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image, 1, mode="edge"), (3, 3))
    around = np.delete(windows.reshape(*image.shape, 9), 4, axis=-1)
    return np.median(around, axis=-1).astype(np.uint8)


@pytest.mark.exercise("median_of_nine")
@pytest.mark.points(1)
def test_lone_speck_vanishes_and_the_edge_stays(student):
    expected = np.repeat(np.array([[20, 20, 20, 200, 200, 200]], dtype=np.uint8), 5, axis=0)
    image = expected.copy()
    image[2, 1], image[2, 4] = 255, 0
    actual = student.median_of_nine(image)
    assert_image_equal(actual, expected, image=image, mistakes=median_mistakes(image))


@pytest.mark.exercise("median_of_nine")
@pytest.mark.points(2)
@pytest.mark.parametrize("amount", [0, 0.2])
def test_median_of_the_camera_picture(student, amount):
    image = _peppered(part(samples.camera()), amount)
    expected = scipy.ndimage.median_filter(image, 3, mode="nearest")
    actual = student.median_of_nine(image)
    assert_image_equal(actual, expected, image=image, mistakes=median_mistakes(image))


def _peppered(image, amount):
    chance = np.random.default_rng(1).random(image.shape)
    image = np.where(chance < amount / 2, 0, image)
    return np.where(chance > 1 - amount / 2, 255, image).astype(np.uint8)


@pytest.mark.exercise("median_of_nine")
@pytest.mark.hidden
def test_median_of_a_picture_of_one_row(student):
    image = np.array([[10, 200, 30, 40, 250, 60]], dtype=np.uint8)
    expected = np.array([[10, 30, 40, 40, 60, 60]], dtype=np.uint8)
    assert_image_equal(student.median_of_nine(image), expected)


@pytest.mark.exercise("median_of_nine")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_median_of_any_picture(student, number):
    random = np.random.default_rng([SEED, 6, number])
    image = drawn(random, *random.integers(1, 25, 2))
    expected = scipy.ndimage.median_filter(image, 3, mode="nearest")
    assert_image_equal(student.median_of_nine(image), expected)


# ------------------------------------------------------------- window_sums


def window_mistakes(image, size):
    def sums_of(pixels, side=size):
        return scipy.signal.convolve2d(pixels.astype(np.int64), np.ones((side, side), int), "valid")

    sums, pad = sums_of(image), ((size // 2, (size - 1) // 2),) * 2
    mistakes = {
        "the first row and column are missing: running sums begin with a 0": sums[1:, 1:],
        "means, not sums": [sums // size**2, saturated(sums / size**2), sums / size**2],
        "uint8 overflow in the sums": wrapped(sums),
        "windows continued beyond the border": [
            sums_of(np.pad(image, pad, mode=mode)) for mode in ("constant", "reflect", "edge")
        ],
    }
    if size > 1 and min(image.shape) > size:
        mistakes["windows of size + 1"] = sums_of(image, size + 1)
    return mistakes


@pytest.mark.exercise("window_sums")
@pytest.mark.points(1)
def test_four_windows_by_hand(student):
    image = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 250]], dtype=np.uint8)
    expected = np.array([[12, 16], [24, 269]])
    actual = student.window_sums(image, 2)
    assert_array_equal(actual, expected, mistakes=window_mistakes(image, 2))


@pytest.mark.exercise("window_sums")
@pytest.mark.points(2)
@pytest.mark.parametrize("size", [1, 3, 40, 96])
def test_windows_of_any_size(student, size):
    image = part(samples.camera())
    expected = scipy.signal.convolve2d(image.astype(int), np.ones((size, size), int), "valid")
    actual = student.window_sums(image, size)
    assert_array_equal(actual, expected, mistakes=window_mistakes(image, size))


@pytest.mark.exercise("window_sums")
@pytest.mark.hidden
@pytest.mark.parametrize("size", [1, 2, 5])
def test_windows_of_any_picture(student, size):
    random = np.random.default_rng([SEED, 7, size])
    for height, width in ((size, size), (size, 9), (size + 3, size), random.integers(size, 30, 2)):
        image = drawn(random, height, width)
        windows = np.lib.stride_tricks.sliding_window_view(image.astype(int), (size, size))
        assert_array_equal(student.window_sums(image, size), windows.sum(axis=(2, 3)))


# ----------------------------------------------------------------- unsharp


def unsharp_mistakes(image, blurred, amount):
    wide = image.astype(float)
    detail = wide - blurred
    right = saturated(wide + amount * detail)
    mistakes = {
        "uint8 overflow in the detail": [
            saturated(wide + amount * wrapped(detail)),
            (image + amount * wrapped(detail)).astype(np.int64).astype(np.uint8),
        ],
        "uint8 overflow in the result": [
            wrapped(wide + amount * detail),
            wrapped(np.rint(wide + amount * detail)),
        ],
        "added to the blurred picture": saturated(blurred + amount * detail),
        "the other way round: blurred - image": saturated(wide - amount * detail),
        "the detail alone": saturated(amount * detail),
        "the absolute value of the detail": saturated(wide + amount * np.abs(detail)),
        "what is dark of the detail is lost": saturated(wide + amount * np.maximum(detail, 0)),
        "amount is left out": saturated(wide + detail),
        "the absolute value of the result, as cv2.convertScaleAbs takes it": saturated(
            np.abs(wide + amount * detail)
        ),
    }
    return {n: w for n, w in mistakes.items() if isinstance(w, list) or (w != right).any()}


@pytest.mark.exercise("unsharp")
@pytest.mark.points(1)
def test_overshoot_by_hand(student):
    image = np.array([[50, 50, 200, 200]], dtype=np.uint8)
    blurred = np.array([[50, 100, 150, 200]], dtype=np.uint8)
    expected = np.array([[50, 0, 255, 200]], dtype=np.uint8)  # 50 - 75 and 200 + 75
    actual = student.unsharp(image, blurred, 1.5)
    mistakes = unsharp_mistakes(image, blurred, 1.5)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("unsharp")
@pytest.mark.points(1)
@pytest.mark.parametrize("amount", [0.5, 2.0, 0])
def test_detail_is_added_to_the_camera_picture(student, amount):
    image = part(samples.camera())
    blurred = saturated(summed(image, bell(9, 2) / bell(9, 2).sum()))
    expected = saturated(image + amount * (image.astype(float) - blurred))
    actual = student.unsharp(image, blurred, amount)
    mistakes = unsharp_mistakes(image, blurred, amount)
    assert_image_equal(actual, expected, image=image, mistakes=mistakes)


@pytest.mark.exercise("unsharp")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_any_amount_of_any_detail(student, number):
    random = np.random.default_rng([SEED, 8, number])
    height, width = random.integers(12, 40, 2)
    image, blurred = drawn(random, height, width), drawn(random, height, width)
    amount = int(random.integers(1, 21)) / 7  # sevenths add up to no half: no rounding is in doubt
    expected = saturated(image + amount * (image.astype(float) - blurred))
    assert_image_equal(student.unsharp(image, blurred, amount), expected)


# -------------------------------------------------------------- slow_waves


def waves_of(image, passes):
    return np.fft.ifft2(np.fft.fft2(image) * passes)


def wave_mistakes(image, cutoff):
    height, width = image.shape
    down, across = np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)
    low = np.hypot(down, across) <= cutoff
    kept = waves_of(image, low)
    rows, columns = np.indices(image.shape)
    middle = np.hypot(rows / height - 0.5, columns / width - 0.5) <= cutoff
    square = (np.abs(down) <= cutoff) & (np.abs(across) <= cutoff)
    below = np.hypot(down, across) < cutoff
    steps = np.hypot(down * height, across * width) <= cutoff * height
    mistakes = {
        "the quick waves are kept, not the slow ones": waves_of(image, ~low).real,
        "a wave just at the cutoff is lost: at most means `<=`": waves_of(image, below).real,
        "frequency zero is in the corner, and the filter's middle is not": (
            waves_of(image, middle).real
        ),
        "the absolute value of the result: dark overshoots become light": np.abs(kept),
        "a square of frequencies, not a disc": waves_of(image, square).real,
        "the distance in steps of the spectrum, which are not as wide as they are high": (
            waves_of(image, steps).real
        ),
        "rounded to uint8": np.clip(np.rint(kept.real), 0, 255),
        "shifted back once too little: the spectrum went through fftshift only once": (
            np.fft.ifft2(np.fft.fftshift(np.fft.fft2(image) * low)).real
        ),
    }
    return {n: w for n, w in mistakes.items() if not np.allclose(w, kept.real, atol=1e-6)}


@pytest.mark.exercise("slow_waves")
@pytest.mark.points(1)
def test_slow_wave_passes_and_a_quick_one_does_not(student):
    place = np.arange(32) / 32
    slow = 128 + 50 * np.cos(2 * np.pi * 3 * place) * np.ones((24, 1))
    image = slow + 40 * np.cos(2 * np.pi * 11 * place)
    actual = student.slow_waves(image, 0.2)  # 3 / 32 is below it, 11 / 32 is not
    assert_array_equal(actual, slow, tolerance=1e-6, mistakes=wave_mistakes(image, 0.2))


@pytest.mark.exercise("slow_waves")
@pytest.mark.points(1)
@pytest.mark.parametrize(("down", "across"), [(0, 4), (4, 0), (3, 4)])
def test_wave_just_at_the_cutoff_passes(student, down, across):
    row, column = np.indices((16, 16)) / 16

    def wave(waves_down, waves_across):
        return np.cos(2 * np.pi * (waves_down * row + waves_across * column))

    cutoff = np.hypot(down, across) / 16
    expected = 100 + 20 * wave(down, across) + 10 * wave(1, 2)
    image = expected + 30 * wave(down + 1, across)
    actual = student.slow_waves(image, cutoff)
    assert_array_equal(actual, expected, tolerance=1e-6, mistakes=wave_mistakes(image, cutoff))


@pytest.mark.exercise("slow_waves")
@pytest.mark.points(2)
@pytest.mark.parametrize("cutoff", [0.04, 0.15, 0.4])
def test_slow_waves_of_a_checkerboard_and_a_photo(student, cutoff):
    image = np.concatenate([samples.checker(64, 45, 15), part(samples.camera(), 64)], axis=1)
    down, across = (np.fft.fftfreq(length) for length in image.shape)
    expected = waves_of(image, np.hypot(down[:, None], across) <= cutoff).real
    actual = student.slow_waves(image, cutoff)
    mistakes = wave_mistakes(image, cutoff)
    assert_array_equal(actual, expected, tolerance=1e-6, mistakes=mistakes)


@pytest.mark.exercise("slow_waves")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_slow_waves_of_any_picture(student, number):
    random = np.random.default_rng([SEED, 9, number])
    image = drawn(random, *random.integers(1, 30, 2))
    cutoff = float(random.uniform(0, 0.75)) if number else 0.0  # 0: the mean alone
    down, across = (np.fft.fftfreq(length) for length in image.shape)
    expected = waves_of(image, np.hypot(down[:, None], across) <= cutoff).real
    assert_array_equal(student.slow_waves(image, cutoff), expected, tolerance=1e-6)


# ---------------------------------------------------- mend_the_convolution


def flip_mistakes(image, kernel):
    ways = {
        "kernel not flipped": kernel,
        "flipped up and down only": kernel[::-1],
        "flipped left and right only": kernel[:, ::-1],
        "transposed, not flipped": kernel.T,
        "rotated by 90 degrees, not by 180": [np.rot90(kernel), np.rot90(kernel, -1)],
    }
    right = saturated(summed(image, kernel[::-1, ::-1]))
    results = {
        name: [saturated(summed(image, k)) for k in (way if isinstance(way, list) else [way])]
        for name, way in ways.items()
    }
    apart = {name: [w for w in wrong if (w != right).any()] for name, wrong in results.items()}
    return {name: wrong for name, wrong in apart.items() if wrong}


@pytest.mark.exercise("mend_the_convolution")
@pytest.mark.points(1)
def test_light_pixel_draws_the_kernel(student):
    image = np.zeros((5, 5), np.uint8)
    image[2, 2] = 10
    kernel = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    expected = np.zeros((5, 5), np.uint8)
    expected[1:4, 1:4] = 10 * kernel
    actual = student.mend_the_convolution(image, kernel)
    assert_image_equal(actual, expected, image=image, mistakes=flip_mistakes(image, kernel))


@pytest.mark.exercise("mend_the_convolution")
@pytest.mark.points(2)
@pytest.mark.parametrize("kernel", [BROAD, SLOPE.T, BROAD.T], ids=["wide", "slope", "tall"])
def test_convolution_of_the_camera_picture(student, kernel):
    image = part(samples.camera())
    expected = reference.convolve(image, kernel, "reflect")
    actual = student.mend_the_convolution(image, kernel)
    assert_image_equal(actual, expected, image=image, mistakes=flip_mistakes(image, kernel))


@pytest.mark.exercise("mend_the_convolution")
@pytest.mark.hidden
@pytest.mark.parametrize("sides", [(1, 7), (5, 1), (3, 5), (7, 3), (3, 3)])
def test_convolution_of_any_picture(student, sides):
    random = np.random.default_rng([SEED, 10, *sides])
    image = drawn(random, *(side // 2 + random.integers(1, 20) for side in sides))
    kernel = any_kernel(random, *sides)
    expected = saturated(summed(image, kernel[::-1, ::-1]))
    assert_image_equal(student.mend_the_convolution(image, kernel), expected)


@pytest.mark.exercise("mend_the_convolution")
@pytest.mark.hidden
def test_convolution_with_a_kernel_larger_than_the_picture(student):
    random = np.random.default_rng([SEED, 11])
    image, kernel = drawn(random, 3, 3), any_kernel(random, 5, 5)
    expected = saturated(summed(image, kernel[::-1, ::-1]))
    assert_image_equal(student.mend_the_convolution(image, kernel), expected)


# ------------------------------------------------------------ mend_the_sum


def blur_mistakes(image):
    kernel = np.ones((5, 5))
    total = summed(image, kernel)
    parts = summed(image // 25, kernel)
    mistakes = {
        "uint8 overflow in the sum": [wrapped(total) // 25, saturated(wrapped(total) / 25)],
        "divided before it is added: 25 fractions are cut off": saturated(parts),
        "not divided by 25": [saturated(total), wrapped(total)],
        "divided by 5, not by 25": [saturated(total / 5), wrapped(total / 5), wrapped(total // 5)],
        "the border is symmetric": saturated(summed(image, kernel, "symmetric") / 25),
        "the border is edge": saturated(summed(image, kernel, "edge") / 25),
        "the border is zero": saturated(summed(image, kernel, "constant") / 25),
    }
    right = saturated(total / 25)
    return {n: w for n, w in mistakes.items() if isinstance(w, list) or (w != right).any()}


@pytest.mark.exercise("mend_the_sum")
@pytest.mark.points(1)
def test_mean_of_a_white_picture_is_white(student):
    image = np.full((7, 8), 255, np.uint8)
    actual = student.mend_the_sum(image)
    assert_image_equal(actual, image, mistakes=blur_mistakes(image))


@pytest.mark.exercise("mend_the_sum")
@pytest.mark.points(2)
def test_mean_of_the_camera_picture_is_rounded(student):
    image = part(samples.camera())
    expected = saturated(summed(image, np.ones((5, 5))) / 25)
    actual = student.mend_the_sum(image)
    assert_image_equal(actual, expected, image=image, mistakes=blur_mistakes(image))


@pytest.mark.exercise("mend_the_sum")
@pytest.mark.hidden
@pytest.mark.parametrize("number", range(4))
def test_mean_of_any_picture(student, number):
    random = np.random.default_rng([SEED, 12, number])
    image = drawn(random, *random.integers(3, 25, 2))
    expected = saturated(summed(image, np.ones((5, 5))) / 25)
    assert_image_equal(student.mend_the_sum(image), expected)


# ---------------------------------------------------------- mend_the_frame


def inside_mean(image, size):
    kernel = np.ones((size, size))
    total = summed(image, kernel, "constant")
    return total, np.rint(summed(np.ones(image.shape), kernel, "constant"))


def frame_mistakes(image, size):
    total, count = inside_mean(image, size)
    kernel = np.full((size, size), 1 / size**2)
    right = saturated(total / count)
    mistakes = {
        "zeros are counted": saturated(total / size**2),
        "pixels are invented beyond the border": [
            saturated(summed(image, kernel, border)) for border in ("reflect", "symmetric", "edge")
        ],
        "the border is left as it was": _kept_border(image, saturated(total / size**2), size // 2),
        "pixels that are black in the picture are not counted": _without_black(image, total, size),
    }
    return {n: w for n, w in mistakes.items() if isinstance(w, list) or (w != right).any()}


def _kept_border(image, mean, half):
    kept = image.copy()
    inside = np.s_[half : image.shape[0] - half, half : image.shape[1] - half]
    kept[inside] = mean[inside]
    return kept


def _without_black(image, total, size):
    light = np.rint(summed(image > 0, np.ones((size, size)), "constant"))
    return saturated(total / np.maximum(light, 1))


@pytest.mark.exercise("mend_the_frame")
@pytest.mark.points(1)
def test_mean_of_the_corner_is_of_four_pixels(student):
    image = np.array([[10, 20, 30], [40, 50, 61], [70, 80, 0]], dtype=np.uint8)
    # corners: 120/4 161/4 240/4 191/4; sides: 211/6 270/6 241/6 301/6; middle: 361/9
    expected = np.array([[30, 35, 40], [45, 40, 40], [60, 50, 48]], dtype=np.uint8)
    actual = student.mend_the_frame(image, 3)
    assert_image_equal(actual, expected, image=image, mistakes=frame_mistakes(image, 3))


@pytest.mark.exercise("mend_the_frame")
@pytest.mark.points(2)
@pytest.mark.parametrize("size", [5, 21])
def test_no_frame_on_the_camera_picture(student, size):
    image = part(samples.camera())
    total, count = inside_mean(image, size)
    actual = student.mend_the_frame(image, size)
    mistakes = frame_mistakes(image, size)
    assert_image_equal(actual, saturated(total / count), image=image, mistakes=mistakes)


@pytest.mark.exercise("mend_the_frame")
@pytest.mark.hidden
@pytest.mark.parametrize("size", [1, 3, 7, 11])
def test_mean_inside_any_picture(student, size):
    random = np.random.default_rng([SEED, 13, size])
    image, half = drawn(random, *random.integers(1, 20, 2)), size // 2
    means = [
        [
            image[max(row - half, 0) : row + half + 1, max(column - half, 0) : column + half + 1]
            .astype(float)
            .mean()
            for column in range(image.shape[1])
        ]
        for row in range(image.shape[0])
    ]
    assert_image_equal(student.mend_the_frame(image, size), saturated(means))
