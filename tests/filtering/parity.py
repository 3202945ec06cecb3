"""What the twins of 04 are tried with (see tests/test_parity.py)."""

import numpy as np

BORDERS = ("reflect", "symmetric", "edge", "constant", "wrap")
# Lists, not arrays: a kernel is read on the CPU, whatever the device of the picture.
KERNELS = {
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
    "rank 1, whole": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
    "ninths": [[1 / 9] * 3] * 3,
    "tenths": [[0.1] * 5] * 2,
    "thirds and sevenths": [[1 / 3, -0.2, 1 / 7], [0.11, 0.4, -0.05], [1 / 7, 0.1, -0.3]],
    "even": [[0.5, -0.25], [0.125, 1], [0, -1], [0.25, 0.5]],
    "a row": [[0.25, 0.5, 0.25, 0, -0.1]],
    "one": [[1.5]],
    "zero": [[0, 0], [0, 0]],
}


def each(name, *values):
    return lambda white: [{name: value} for value in values]


def linear_filters(white):
    kernels = [{"kernel": kernel} for kernel in KERNELS.values()]
    borders = [{"kernel": KERNELS["even"], "border": border} for border in BORDERS]
    signed = [{"kernel": kernel, "signed": True} for kernel in KERNELS.values()]
    return kernels + borders + signed


def paddings(white):
    sizes = (0, 2, 40, ((1, 2), (0, 3)))
    named = [{"size": size, "border": border} for size in sizes for border in BORDERS]
    return named + [{"size": 2, "border": "constant", "value": white * 3 / 5}]


def boxes(white):
    sizes = [{"size": size} for size in (1, 2, 3, 8, 15)]
    return sizes + [{"size": 4, "border": border} for border in BORDERS]


def sums_and_means(white):
    return boxes(white) + [case | {"normalize": False} for case in boxes(white)[1:4]]


def gaussians(white):
    sigmas = [{"sigma": sigma} for sigma in (0.3, 1, 2.7)]
    sized = [{"sigma": 1.4, "size": 5, "border": border} for border in BORDERS]
    return sigmas + sized


def sharpenings(white):
    by_neighbors = [{"amount": a, "neighbors": n} for a in (0, 0.5, 0.3, 2) for n in (4, 8)]
    return [{}] + by_neighbors + [{"border": border} for border in BORDERS]


def masks(white):
    sizes = [{"sigma": sigma, "amount": a} for sigma in (0.8, 3) for a in (0, 0.3, 1, 2.5)]
    return sizes + [{"sigma": 1, "border": border} for border in BORDERS]


def alone(image, arguments):
    """No picture: the function takes only its keyword arguments."""
    return ()


def with_negative(image, arguments):
    """The image, and another one that differs from it in every pixel."""
    return image, (255 if image.dtype == np.uint8 else 1) - image


ON_THE_CPU = {"device": "a kernel is a few numbers on the CPU", "dtype": "a kernel is float64"}


def bilaterals(white):
    return [
        {"size": size, "sigma_color": color * white, "sigma_space": space}
        for size, color, space in ((1, 0.1, 1), (3, 0.1, 2.0), (5, 0.02, 1.5), (9, 0.4, 3.0))
    ]


def patches_and_searches(white):
    return [
        {
            "strength": strength * white,
            "patch_size": size,
            "search_distance": distance,
            "noise": noise * white,
        }
        for strength, size, distance, noise in ((0.3, 1, 2, 0), (0.2, 3, 3, 0.1), (0.1, 5, 0, 0))
    ]


def responses(white):
    return [
        {"kind": "ideal", "cutoff": 0.2},
        {"kind": "ideal", "cutoff": (0.1, 0.2), "passes": "stop"},
        {"kind": "butterworth", "cutoff": 0.1, "order": 3, "passes": "high"},
        {"kind": "butterworth", "cutoff": (0.1, 0.3), "passes": "band", "keep_mean": False},
        {"kind": "gaussian", "cutoff": 0.05, "passes": "high", "keep_mean": False},
        {"kind": "gaussian", "cutoff": (0.3, 0.1), "passes": "stop"},
    ]


def notches(white):
    centers = [(0.1, 0.2), (-0.25, 0.0), (0.5, 0.5)]
    kinds = ("ideal", "butterworth", "gaussian")
    return [{"centers": centers, "radius": 0.06, "kind": kind, "order": 1} for kind in kinds]


CASES = {
    "pad": {"arguments": paddings},
    "correlate": {
        "arguments": linear_filters,
        "tolerance": 2e-6,  # times 7, the sum of the emboss kernel's absolute values
        "excuses": {"dtype": "signed sums of uint8 are int16"},
    },
    "convolve": {
        "arguments": linear_filters,
        "tolerance": 2e-6,
        "excuses": {"dtype": "signed sums of uint8 are int16"},
    },
    "salt_and_pepper": {
        "arguments": lambda white: [{"amount": a, "seed": s} for a in (0, 0.1, 1) for s in (0, 7)]
    },
    "gaussian_noise": {
        "arguments": lambda white: [{"sigma": s * white, "seed": 3} for s in (0, 0.05, 0.7)]
    },
    "peak_signal_to_noise_ratio": {
        "prepare": with_negative,
        "tolerance": 1e-4,  # decibels
        "excuses": {"dtype": "decibels are float32"},
    },
    "box_filter": {
        "arguments": sums_and_means,
        "tolerance": 1e-4,  # sums of 64 values in float32
        "excuses": {"dtype": "sums of uint8 are int32"},
    },
    "mean_filter": {"arguments": boxes},
    "gaussian_kernel": {
        "arguments": lambda white: (
            [{"size": n} for n in (1, 3, 5, 7, 9, 11)] + [{"size": 7, "sigma": 1.5}]
        ),
        "prepare": alone,
        "excuses": ON_THE_CPU,
    },
    "gaussian": {"arguments": gaussians},
    "is_separable": {
        "arguments": each("kernel", *KERNELS.values()),
        "prepare": alone,
        "excuses": ON_THE_CPU,
    },
    "separate": {
        "arguments": each("kernel", *KERNELS.values()),
        "prepare": alone,
        "excuses": ON_THE_CPU,
    },
    "sharpen": {"arguments": sharpenings, "tolerance": 3e-6},
    "unsharp_mask": {"arguments": masks, "tolerance": 3e-6},
    "median_filter": {"arguments": each("size", 1, 3, 5, 7, 9)},
    "bilateral": {"arguments": bilaterals},
    "non_local_means": {"arguments": patches_and_searches},
    "spectrum": {
        "tolerance": 37 * 53 * 1e-6,  # 1e-6 of the largest coefficient, the sum of the picture
        "excuses": {"dtype": "waves are complex"},
    },
    "frequency_filter": {"arguments": responses},
    "notch_filter": {"arguments": notches},
}
