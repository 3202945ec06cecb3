"""The interactive figures of chapter 04."""

from coursekit.core import extras

extras.require("cv2", "ipywidgets", "matplotlib")

import cv2
import numpy as np

from coursekit.filtering import reference, shared
from coursekit.filtering.explore import drawing, experiments
from coursekit.lab import plots, samples
from coursekit.lab.figure import Choice, Figure, Kernel, Point, Slider, Toggle

ONE_TO_NINE = ((1, 2, 3), (4, 5, 6), (7, 8, 9))
HALF = 20  # pixels on each side of the point whose profile is drawn


def kernel_editor(image=None):
    """Type or drag nine numbers; see what they do to the picture, and how at one pixel."""
    return Figure(
        _kernel_editor,
        {
            "kernel": Kernel(experiments.KERNELS["mean"], experiments.KERNELS, label="kernel"),
            "at": Point((66, 92), label="pixel", hover=True),
            "divide": Toggle(True, label="divide by the sum"),
            "flip": Toggle(False, label="flip it: convolution"),
            "gray": Toggle(False, label="add 128, so that negative sums are seen"),
        },
        image=experiments.man() if image is None else image,
        title="Nine numbers",
        alt="A picture, the picture that a kernel makes of it, and the nine products at one pixel",
        before="before",
    )


def _kernel_editor(image, kernel, at, divide, flip, gray):
    weights = kernel / kernel.sum() if divide and kernel.sum() else kernel
    weights = weights[::-1, ::-1] if flip else weights
    # with 0 added, as reference.correlate(image, weights), bit for bit
    kind = {"delta": 128 * gray, "borderType": cv2.BORDER_REFLECT_101}
    after = cv2.filter2D(image, -1, weights, **kind)
    return {"after": after, "at the pixel": _worked(plots.gray(image), weights, at, gray)}


def _worked(image, weights, at, gray):
    """Nine pixels times nine weights, and the sum."""
    padded = reference.pad(image, 1, "reflect")
    pixels = padded[at[0] : at[0] + 3, at[1] : at[1] + 3].astype(float)
    products = pixels * weights
    total = products.sum()
    plus = " + 128" if gray else ""
    kept = np.clip(np.rint(total + 128 * gray), 0, 255)
    parts = [
        ("pixels", drawing.numbers(pixels, pixels)), "×",
        ("kernel", drawing.numbers(weights)), "=",
        ("products", drawing.numbers(products)),
    ]  # fmt: skip
    says = f"sum of the products{plus}: {plots.short(total)}{plus}"
    return drawing.equation(parts, [says, f"rounded and saturated: {kept:.0f}"])


def one_white_pixel(_image=None):
    """Correlation and convolution of a single light pixel: which of them draws the kernel?"""
    return Figure(
        _one_white_pixel,
        {
            "kernel": Kernel(
                ONE_TO_NINE,
                {
                    "1 to 9": ONE_TO_NINE,
                    "an L": ((5, 0, 0), (5, 0, 0), (5, 5, 0)),
                    "mean": experiments.KERNELS["mean"],
                },
                minimum=0,
                label="kernel",
            ),
        },
        title="One light pixel",
        alt="A light pixel on black; its correlation with a kernel, and its convolution",
    )


def _one_white_pixel(kernel):
    picture = samples.impulse(7, 7) // 10  # level 25
    return {
        "one pixel of level 25": picture,
        "correlation": reference.correlate(picture, kernel, "constant"),
        "convolution": reference.convolve(picture, kernel, "constant"),
    }


def borders(image=None):
    """What lies beyond the border, by five rules, and what a mean makes of it."""
    return Figure(
        _borders,
        {
            "border": Choice(experiments.BORDERS, label="border"),
            "size": Slider(3, 63, 31, 4, odd=True, label="size of the mean", unit="pixels"),
        },
        image=samples.astronaut()[:160, 140:300] if image is None else image,
        title="Borders",
        alt="A picture continued beyond its border by a rule, and the mean of each window",
    )


def _borders(image, border, size):
    half = size // 2
    framed = plots.color(reference.pad(image, half, border))
    inside = [slice(half, half + length) for length in image.shape[:2]]
    plots.frame(framed, inside, plots.ORANGE, width=1, margin=0)
    mean = reference.mean_filter(image, size, border)
    return {"continued": framed, "mean": reference.pad(mean, half, "constant", value=255)}


def noise_removal(image=None):
    """Spoil a picture and repair it; the error of each filter at each size."""
    return Figure(
        _noise_removal,
        {
            "noise": Choice(("salt and pepper", "Gaussian"), label="noise"),
            "amount": Slider(2, 40, 12, 2, label="how much", unit="%"),
            "method": Choice(("mean", "Gaussian", "median"), label="filter"),
            "size": Slider(1, 11, 3, 2, odd=True, label="its size", unit="pixels"),
        },
        image=experiments.man() if image is None else image,
        title="Remove noise",
        alt="A spoilt picture, the filtered one, and the error of three filters by their size",
        before="without noise",
    )


def _noise_removal(image, noise, amount, method, size):
    image = plots.middle(image, 200)
    noisy = experiments.spoilt(image, noise, amount)
    curves = experiments.signal_to_noise(image.tobytes(), image.shape, noise, amount)
    axes = plots.Axes(
        (380, 270), (1, 11), _round_ends(sum(curves.values(), [])), "signal to noise in dB",
        "size in pixels", x_ticks=experiments.SIZES,
    )  # fmt: skip
    for name, errors in curves.items():
        axes.line(experiments.SIZES, errors, name=name)
    axes.points(size, curves[method][experiments.SIZES.index(size)], plots.INK, radius=7, ring=True)
    after = experiments.filtered(noisy, method, size)
    panes = {"without noise": image, "noisy": noisy, "how well": axes.picture()}
    return panes | {"filtered": after}


def _round_ends(numbers):
    """The multiples of five that enclose all numbers."""
    return 5 * np.floor(min(numbers) / 5), 5 * np.floor(max(numbers) / 5) + 5


def smoothing(image=None):
    """The mean and the Gaussian that blurs as much."""
    return Figure(
        _smoothing,
        {"size": Slider(3, 25, 9, 2, odd=True, label="size of the mean", unit="pixels")},
        image=samples.zone_plate(256) if image is None else image,
        title="Box and bell",
        alt="Rings that grow finer, under a mean, which turns some inside out, and a Gaussian",
        before="before",
    )


def _smoothing(image, size):
    sigma = experiments.as_wide_as(size)
    place = np.arange(-25, 26)
    box = (np.abs(place) <= size // 2) / size
    bell = reference.gaussian_kernel(51, sigma)
    named = {"mean": (place, box), "Gaussian": (place, bell)}
    return {
        "mean": reference.mean_filter(image, size),
        "Gaussian": reference.gaussian(image, sigma),
        "weights": plots.curves(
            named, (400, 250), (-25, 25), (0, 0.5), title="weight", x_label="pixels off"
        ),
    }


def column_times_row(_image=None):
    """The column and the row that come nearest to a kernel, and what they miss."""
    kept = ("mean", "Gaussian", "left to right", "Laplacian", "sharpen")
    return Figure(
        _column_times_row,
        {
            "kernel": Kernel(
                experiments.KERNELS["Gaussian"],
                {n: experiments.KERNELS[n] for n in kept},
                label="kernel",
            )
        },
        title="Column × row",
        alt="A kernel, the column and the row whose product comes nearest to it, and the rest",
    )


def _column_times_row(kernel):
    left, strengths, right = np.linalg.svd(kernel)
    share = np.sqrt(strengths[0]) * (-1 if left[:, 0].sum() < 0 else 1)
    column, row = share * left[:, :1], share * right[:1]
    product = column @ row
    grids = {"column": column, "row": row, "product": product, "missing": kernel - product}
    titled = [(title, drawing.numbers(grid)) for title, grid in grids.items()]
    rank = np.linalg.matrix_rank(kernel)
    says = ["singular values: " + ", ".join(map(plots.short, strengths))]
    says += [f"rank {rank}: " + ("column times row, exactly" if rank < 2 else "not separable")]
    parts = [titled[0], "×", titled[1], "=", titled[2], "", titled[3]]
    return {"column times row": drawing.equation(parts, says)}


def sorted_window(image=None):
    """Sort the nine pixels of a window, and take the one of any rank."""
    return Figure(
        _sorted_window,
        {
            "rank": Slider(1, 9, 5, 1, label="which of the nine (5 is the median)"),
            "at": Point((66, 92), label="pixel", hover=True),
        },
        image=reference.salt_and_pepper(experiments.man(), 0.1, seed=4) if image is None else image,
        title="Middle of nine",
        alt="A picture with white and black specks, each pixel replaced by one of its window",
        before="before",
    )


def _sorted_window(image, rank, at):
    padded = reference.pad(image, 1, "edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(0, 1))
    ordered = np.sort(windows.reshape(*image.shape, 9), axis=-1)
    pixels = plots.gray(padded)[at[0] : at[0] + 3, at[1] : at[1] + 3]
    return {"after": ordered[..., rank - 1], "in a row": _in_a_row(pixels, rank)}


def _in_a_row(pixels, rank):
    """Nine pixels as they stand, sorted, and the chosen one in a frame."""
    ordered = np.sort(pixels, axis=None)[None]
    row = drawing.numbers(ordered, ordered)
    start, end = (rank - 1) * drawing.CELL, rank * drawing.CELL
    chosen = np.s_[2 : drawing.CELL - 1, start + 2 : end - 1]
    plots.frame(row, chosen, plots.ORANGE, width=4, margin=-1)
    says = f"chosen: {ordered[0, rank - 1]}; their mean would be {plots.short(pixels.mean())}"
    window = drawing.equation([("pixels", drawing.numbers(pixels, pixels))])
    return plots.stacked(window, drawing.equation([("sorted", row)], [says]))


def bilateral_weights(image=None):
    """Near in place times alike in level: the weights of one pixel's neighbours."""
    return Figure(
        _bilateral_weights,
        {
            "sigma_color": Slider(5, 150, 40, 5, label="sigma of the levels", unit="gray levels"),
            "sigma_space": Slider(1, 6, 3, 0.5, label="sigma of the place", unit="pixels"),
            "at": Point((53, 42), label="pixel", hover=True),
        },
        image=reference.gaussian_noise(experiments.man(), 12, seed=4) if image is None else image,
        title="Who has a say",
        alt="A noisy picture, its bilateral mean, and the weights of the neighbours of one pixel",
        before="before",
    )


def _bilateral_weights(image, sigma_color, sigma_space, at):
    # as reference.bilateral but for a few levels' rounding, and quick enough for the pointer
    after = cv2.bilateralFilter(image, 15, sigma_color, sigma_space)
    padded = reference.pad(plots.gray(image), 7, "reflect")
    window = padded[at[0] : at[0] + 15, at[1] : at[1] + 15]
    steps = np.arange(-7, 8)
    distance = np.hypot(steps[:, None], steps)
    spatial_kernel = shared.gaussian_similarity(distance, sigma_space) * (distance <= 7)
    range_kernel = shared.gaussian_similarity(window.astype(float) - window[7, 7], sigma_color)
    near, alike, both = map(
        _as_levels, (spatial_kernel, range_kernel, spatial_kernel * range_kernel)
    )
    above = drawing.equation([("window", _large(window)), "", ("near", near)])
    below = drawing.equation([("alike", alike), "→", ("near × alike", both)])
    return {"after": after, "weights (white: 1)": plots.stacked(above, below)}


def _as_levels(shares):
    return _large(plots.levels(shares, 0, 1))


def _large(window):
    return plots.panel(window, 11)


def edges_kept(image=None):
    """Three ways to average, and what each takes out of the picture."""
    return Figure(
        _edges_kept,
        {
            "method": Choice(("Gaussian", "bilateral", "non-local means"), label="mean"),
            "strength": Slider(1, 10, 5, 0.5, label="strength"),
        },
        image=_noisy_patch() if image is None else image,
        title="Taken away",
        alt="A noisy picture, smoothed, and the difference of both: noise alone, or edges too",
        before="noisy",
    )


def _noisy_patch():
    return reference.gaussian_noise(samples.camera()[70:198, 180:308], 16, seed=4)


def _edges_kept(image, method, strength):
    image = plots.middle(image, 128)
    if method == "Gaussian":
        after = reference.gaussian(image, 0.3 * strength)
    elif method == "bilateral":
        after = reference.bilateral(image, 9, 12.0 * strength, 2.5)
    else:
        after = reference.non_local_means(image, 4.0 * strength, 5, 7, noise=16.0)
    taken = np.clip(128 + 2 * (image.astype(int) - after), 0, 255).astype(np.uint8)
    return {"noisy": image, "smoothed": after, "taken away": taken}


def sharpening(image=None):
    """Sharpen, and watch the levels along a row shoot over."""
    return Figure(
        _sharpening,
        {
            "amount": Slider(0, 4, 1, 0.1, label="amount"),
            "method": Choice(("4 neighbours", "8 neighbours", "unsharp mask"), label="by"),
            "sigma": Slider(0.5, 8, 2, 0.5, label="sigma of the unsharp mask", unit="pixels"),
            "at": Point((53, 37), label="profile at", hover=True),
        },
        image=experiments.man() if image is None else image,
        title="Too sharp",
        alt="A sharpened picture, and the levels along a piece of a row, before and after",
        before="before",
    )


def _sharpening(image, amount, method, sigma, at):
    if method == "unsharp mask":
        after = reference.unsharp_mask(image, sigma, amount)
    else:
        after = reference.sharpen(image, amount, neighbors=int(method[0]))
    start = max(0, min(at[1] - HALF, image.shape[1] - 2 * HALF - 1))
    place = np.arange(start, min(start + 2 * HALF + 1, image.shape[1]))
    rows = {"after": plots.gray(after), "before": plots.gray(image)}
    named = {title: (place, levels[at[0], place]) for title, levels in rows.items()}
    plot = plots.curves(named, (400, 250), y_range=(0, 255), title="gray level", x_label="column")
    return {"after": after, "along the row": plot}


def wave(_image=None):
    """One wave, and the two points that are its spectrum."""
    return Figure(
        _wave,
        {
            "across": Slider(-24, 24, 8, 1, label="waves from left to right"),
            "down": Slider(-24, 24, 3, 1, label="waves from top to bottom"),
            "height": Slider(0, 120, 100, 10, label="height of the crests", unit="gray levels"),
        },
        title="One wave",
        alt="Stripes, and their spectrum: a point in the middle and two about it",
    )


def _wave(across, down, height):
    rows, columns = np.indices((64, 64)) / 64
    levels = 128 + height * np.cos(2 * np.pi * (down * rows + across * columns))
    strength = np.abs(reference.spectrum(levels / 255))
    shown = plots.levels(np.sqrt(strength / strength.max()), 0, 1)
    return {"picture": np.rint(levels).astype(np.uint8), "spectrum": shown}


def frequency_pass(image=None):
    """Let some of the waves pass: with a sharp rim, or with a soft one."""
    return Figure(
        _frequency_pass,
        {
            "cutoff": Slider(0.01, 0.5, 0.06, 0.01, label="cut at", unit="waves a pixel"),
            "kind": Choice(("ideal", "butterworth", "gaussian"), label="filter"),
            "passes": Choice(("low", "high", "band"), label="what passes"),
            "order": Slider(1, 10, 2, 1, label="order of the Butterworth filter"),
        },
        image=samples.camera()[:256, 100:356] if image is None else image,
        title="Which waves",
        alt="A picture of its slow waves alone, or its quick ones, beside the filter in white",
        before="before",
    )


def _frequency_pass(image, cutoff, kind, passes, order):
    cut = (cutoff / 2, cutoff) if passes == "band" else cutoff
    after = reference.frequency_filter(image, kind, cut, order, passes)
    response = shared.response(image.shape[:2], kind, cut, order, passes)
    shown = plots.levels(np.fft.fftshift(response), 0, 1)
    return {"after": after, "filter": shown}


def notch(image=None):
    """Click the peak that the stripes make in the spectrum, and they are gone."""
    return Figure(
        _notch,
        {
            "radius": Slider(0.005, 0.05, 0.01, 0.005, label="radius", unit="waves a pixel"),
            "kind": Choice(("ideal", "butterworth", "gaussian"), "butterworth", label="its rim"),
            "at": Point((100, 60), label="peak"),
        },
        image=experiments.with_stripes(samples.camera()[:256, 100:356]) if image is None else image,
        title="Click a peak",
        alt="A striped picture, its spectrum with two bright points, and the picture without them",
        before="before",
    )


def _notch(image, radius, kind, at):
    shape = np.array(image.shape[:2])
    center = (np.array(at) - shape // 2) / shape
    after = reference.notch_filter(image, [center], radius, kind)
    return {
        "spectrum": experiments.log_spectrum(image),
        "after": after,
        "its spectrum": experiments.log_spectrum(after),
    }


FIGURES = (
    kernel_editor,
    one_white_pixel,
    borders,
    noise_removal,
    smoothing,
    column_times_row,
    sorted_window,
    bilateral_weights,
    edges_kept,
    sharpening,
    wave,
    frequency_pass,
    notch,
)
