"""What the twins of 05 are tried with (see tests/test_parity.py)."""

import numpy as np

from coursekit.edges import reference

BORDERS = ("reflect", "symmetric", "edge", "constant", "wrap", "mirror")
SIGNED = {"dtype": "differences of uint8 have signs: int16"}
STRENGTH = {"dtype": "sums of int16 need int32"}
MASKS = {"dtype": "masks are bool"}
WAITS = {"values": "how many weak pixels there are decides how much there is to do"}
GRAY = {"channels": (1,)}


def borders(white):
    return [{"border": border} for border in BORDERS]


def sizes_and_borders(white):
    return [{"size": size} for size in (1, 3, 5, 2)] + [{"size": 7} | b for b in borders(white)]


def norms(white):
    return [{"norm": norm} for norm in ("l1", "l2", "l3")]


def lengths(white):
    return [{}, {"l2": True}]


def canny_sizes(white):
    return [{"size": size, "l2": l2} for size in (3, 5, 7, 1) for l2 in (False, True)]


def thresholds(white):
    least = 0.0 if white == 255 else 1e-6  # sums of floats are not quite 0 where levels are flat
    pairs = [(least, least), (0.5, 1.5), (1.1, 1.1), (2.0, 0.4), (9.0, 9.0), (-1.0, 1.0)]
    return [
        {"low": low * white, "high": high * white, "l2": l2}
        for low, high in pairs
        for l2 in (False, True)
    ]


def all_of_canny(white):
    least = 0.0 if white == 255 else 1e-6
    small = [{"low": 0.4 * white, "high": 1.1 * white, "sigma": 1.0}]
    large = [
        {"low": low * 160 * white, "high": 320 * white, "size": 7, "l2": l2}
        for l2 in (False, True)
        for low in (least, 1.0)
    ]
    return thresholds(white) + small + large


def sigmas(white):
    return [{"sigma": sigma} for sigma in (0.0, 0.8, 2.5, -1.0)]


def sigmas_and_borders(white):
    return [{"sigma": 0.6}, {"sigma": -1.0}] + [{"sigma": 2.0} | b for b in borders(white)]


def crossing_thresholds(white):
    return [{"threshold": share * white} for share in (0.0, 0.05, -1.0)]


def marr(white):
    return [{"sigma": 1.3, "threshold": 0.003 * white}, {"sigma": 0.0, "threshold": 1.0}]


def tolerances(white):
    return [{"tolerance": pixels} for pixels in (0.0, 1.0, 1.5, 13**0.5, 80.0, -1.0)]


def as_gradients(image, arguments):
    """Sobel's pair; in int16 with the values that only saturation brings."""
    row, column = reference.sobel(image)
    if row.dtype == np.int16:
        row.flat[0] = column.flat[0] = -32768
        row.flat[-1] = column.flat[-1] = 32767
    return row, column


def as_steepest(image, arguments):
    return as_gradients(image, arguments) if image.ndim == 2 else reference.gradients(image)


def as_thinned(image, arguments):
    l2 = arguments["l2"]
    return (reference.non_maximum_suppression(*reference.gradients(image, l2=l2), l2=l2),)


def as_weak_and_strong(image, arguments):
    """More weak pixels than chance connects, and few strong ones."""
    gray = image if image.ndim == 2 else image[..., 0]
    white = 255 if gray.dtype == np.uint8 else 1
    return (gray > 0.65 * white) & (gray <= 0.97 * white), gray > 0.97 * white


def as_overlapping(image, arguments):
    weak, strong = as_weak_and_strong(image, arguments)
    return weak | strong, strong


def as_found_and_truth(image, arguments):
    gray = image if image.ndim == 2 else image[..., 0]
    white = 255 if gray.dtype == np.uint8 else 1
    return gray > 0.98 * white, gray < 0.02 * white


def as_response(image, arguments):
    """Signs that differ, and some zeros."""
    gray = image / 255 if image.dtype == np.uint8 else image
    return (np.where((gray > 0.45) & (gray < 0.55), 0, gray - 0.5).astype(gray.dtype),)


CASES = {
    # float tolerances: 1e-6 times the sum of the mask's absolute weights
    "roberts": {"arguments": borders, "excuses": SIGNED, "tolerance": 2e-6},
    "prewitt": {"arguments": borders, "excuses": SIGNED, "tolerance": 6e-6},
    "sobel": {"arguments": sizes_and_borders, "excuses": SIGNED, "tolerance": 1280e-6},
    "scharr": {"arguments": borders, "excuses": SIGNED, "tolerance": 32e-6},
    "laplacian": {"arguments": sizes_and_borders, "excuses": SIGNED, "tolerance": 1536e-6},
    "gradient_magnitude": {
        "arguments": norms,
        "prepare": as_gradients,
        "excuses": STRENGTH,
        "tolerance": 5e-3,  # one unit in the last place of the saturated 46340 in float32
    },
    "gradient_direction": {"prepare": as_gradients, "excuses": {"dtype": "angles are float"}},
    "laplacian_of_gaussian": {
        "arguments": sigmas_and_borders,
        "excuses": {"dtype": "second derivatives of uint8 are float32"},
        "tolerance": 255e-6,  # 1e-6 of the range
    },
    "zero_crossings": {
        "arguments": crossing_thresholds,
        "prepare": as_response,
        "excuses": {"dtype": "the response of a uint8 picture is float"},
    },
    "marr_hildreth": {"arguments": marr},
    "smooth": {"arguments": sigmas},
    "gradients": {"arguments": canny_sizes, "excuses": SIGNED, "tolerance": 48e-6},
    "non_maximum_suppression": {
        "arguments": lengths,
        "prepare": as_steepest,
        "excuses": STRENGTH,
        "tolerance": 1e-5,  # squares of up to 8
    },
    "double_threshold": {"arguments": thresholds, "prepare": as_thinned, "excuses": MASKS},
    "hysteresis": {"prepare": as_weak_and_strong, "excuses": MASKS | WAITS},
    "path_lengths": {
        "prepare": as_overlapping,
        "excuses": {"dtype": "lengths are counted in int32"} | WAITS,
    },
    "canny": {"arguments": all_of_canny, "excuses": WAITS},
    "precision_recall": {
        "arguments": tolerances,
        "prepare": as_found_and_truth,
        "excuses": {"dtype": "shares are float32"},
    },
}
