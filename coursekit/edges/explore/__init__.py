"""The interactive figures of chapter 05."""

from coursekit.core import extras

extras.require("cv2", "ipywidgets", "matplotlib")

import cv2
import numpy as np

from coursekit.edges import data, reference, shared
from coursekit.edges.explore import crossings, paths
from coursekit.lab import plots, samples
from coursekit.lab.figure import Choice, Figure, Point, Slider

WIDE = 440  # pixels of plots that stand under each other
OPERATORS = ("roberts", "prewitt", "sobel", "scharr")


def small_camera():
    """The camera picture at half its size, so that single pixels can be seen.

    Returns
    -------
    (256, 256) uint8
    """
    return cv2.resize(samples.camera(), (256, 256), interpolation=cv2.INTER_AREA)


def across_the_picture(image=None):
    """The levels along one row of a picture, and how they change from pixel to pixel."""
    return Figure(
        _across_the_picture,
        {
            "sigma": Slider(0, 8, 0, 0.5, label="smooth by sigma", unit="pixels"),
            "at": Point((40, 200), label="row through the pixel"),
        },
        image=samples.camera()[130:430] if image is None else image,
        title="Across the picture",
        alt="A picture with one row marked; under it the levels of that row, and their derivative",
        aligned=("picture", "levels and derivative"),
    )


def _across_the_picture(image, sigma, at):
    smoothed = reference.smooth(plots.gray(image), sigma)
    marked = plots.color(smoothed)
    marked[max(at[0] - 1, 0) : at[0] + 1] = plots.ORANGE
    levels = smoothed[at[0]].astype(float)
    x, last = np.arange(levels.size), max(levels.size - 1, 1)
    steps = np.zeros_like(levels)
    steps[1:-1] = (levels[2:] - levels[:-2]) / 2
    words = f"derivative in column {at[1]}: {steps[at[1]]:+.1f}".replace("-", "−")
    columns = {"size": (300, 94), "x_range": (0, last), "edge_to_edge": True}
    up = {"y_range": (0, 255), "y_ticks": {0: "0", 200: "200"}, "x_ticks": ()}
    upper = plots.Axes(**columns, **up, title=f"levels of row {at[0]}")
    steep = {
        "y_range": (-128, 128),
        "y_ticks": {-100: "−100", 0: "", 100: "100"},
    }  # no derivative is steeper
    lower = plots.Axes(**columns, **steep, title=words)
    upper.line(x, levels, width=1).mark(at[1])
    lower.line(x, steps, plots.ORANGE, width=1).mark(at[1])
    both = plots.stacked(upper.picture(), lower.picture())
    return {"picture": marked, "levels and derivative": both}


def edge_models():
    """A step, a ramp and a roof with first and second derivative, in noise and smoothed."""
    return Figure(
        _edge_models,
        {
            "kind": Choice(("step", "ramp", "roof"), "ramp", label="edge"),
            "width": Slider(4, 60, 24, 4, label="width of ramp and roof", unit="pixels"),
            "noise": Slider(0, 20, 0, 0.5, label="noise", unit="gray levels"),
            "sigma": Slider(0, 8, 0, 0.5, label="smooth by sigma", unit="pixels"),
        },
        title="Three edges",
        alt="A strip with an edge, the levels across it, and their first and second derivative",
    )


def _edge_models(kind, width, noise, sigma):
    clean = data.profile(kind, width)
    levels = clean + np.random.default_rng(5).normal(0, 1, clean.size) * noise
    levels = reference.smooth((levels / 255)[None].clip(0, 1), sigma)[0] * 255
    first = np.gradient(levels)
    second = np.diff(levels, 2, prepend=levels[0], append=levels[-1])
    strip = plots.panel(np.rint(levels).astype(np.uint8)[None], size=(WIDE, 24))
    x, last = np.arange(levels.size), levels.size - 1
    drawn = {
        "levels, 0 to 255": (levels, (0, 255), plots.BLUE),
        "first derivative, {:g} to {:g}": (first, _reach(first, 8), plots.ORANGE),
        "second derivative, {:g} to {:g}": (second, _reach(second, 2), plots.GREEN),
    }
    stack = []
    for name, (y, (low, high), ink) in drawn.items():
        axes = plots.Axes(
            (WIDE, 92), (-0.5, last + 0.5), (low, high), name.format(low, high).replace("-", "−"),
            x_ticks=range(0, 128, 20) if y is second else dict.fromkeys(range(0, 128, 20), ""),
            y_ticks=dict.fromkeys((low, 0, high), ""), edge_to_edge=True,
        )  # fmt: skip
        stack.append(axes.line(x, y, ink).picture())
    return {"the edge, its levels and their derivatives": plots.stacked(strip, *stack)}


def _reach(values, least):
    """Bounds about 0 that hold all the values, in a few sizes; the plot's title says which."""
    reach = least * 4.0 ** np.ceil(np.log2(max(np.abs(values).max() / least, 1)) / 2)
    return -float(reach), float(reach)


def mask_at_a_pixel(image=None):
    """Lay the two masks of an operator on a pixel, and see the gradient that they give."""
    return Figure(
        _mask_at_a_pixel,
        {
            "operator": Choice(OPERATORS, "sobel", label="operator"),
            "at": Point((68, 121), label="pixel"),
        },
        image=small_camera() if image is None else image,
        title="Two masks, one arrow",
        alt="A picture, the levels under two masks, their sums, and an arrow across the edge",
    )


def _mask_at_a_pixel(image, operator, at):
    image = plots.gray(image)
    first, second = getattr(reference, operator)(image)
    pair = data.derivatives(operator, image)
    length = reference.gradient_magnitude(*pair)
    window = _window(image.shape, at, 15)
    full = {"roberts": 2, "prewitt": 3, "sobel": 4, "scharr": 16}[operator] * 150
    steep = plots.levels(length, 0, full)
    return {
        "picture": plots.frame(plots.color(image), window),
        "length of the gradient": plots.frame(plots.color(steep), window),
        "under the masks": _sums(image, operator, at, int(first[at]), int(second[at])),
        "across the edge": _arrow_at(image, window, at, *(float(g[at]) for g in pair)),
    }


def _sums(image, operator, at, first, second):
    """The levels under the masks, the masks, and what the products add up to."""
    pair = {
        "roberts": (shared.FALLING, shared.RISING),
        "prewitt": shared.PREWITT,
        "sobel": shared.sobel(3),
        "scharr": shared.SCHARR,
    }[operator]
    names = ("falling", "rising") if operator == "roberts" else ("row", "column")
    side, before = (2, 0) if operator == "roberts" else (3, 1)
    padded = np.pad(image, 1, mode="reflect") if min(image.shape) > 1 else np.pad(image, 1, "edge")
    top, left = at[0] + 1 - before, at[1] + 1 - before
    levels = padded[top : top + side, left : left + side]
    cell = 132 // side  # tables of one width, which holds their titles
    tables = [plots.titled(plots.cells(levels, cell), "levels")]
    for mask, name, total in zip(pair, names, (first, second), strict=True):
        inks = [[_sign_ink(weight) for weight in row] for row in mask]
        table = plots.cells(mask, cell, inks=inks)
        tables.append(plots.titled(table, f"{name}: sum {total}".replace("-", "−")))
    return plots.beside(*tables, gap=18)


def _sign_ink(weight):
    return plots.legible(plots.BLUE if weight > 0 else plots.ORANGE if weight < 0 else plots.GRAY)


def _arrow_at(image, window, at, row_gradient, column_gradient, scale=14):
    """The pixels of a window, magnified, with the gradient of one as an arrow."""
    picture = plots.panel(image[window], scale)
    start = [(n - w.start + 0.5) * scale for n, w in zip(at, window, strict=True)]
    length = np.hypot(row_gradient, column_gradient)
    if length:
        step = 4 * scale / length * np.array([row_gradient, column_gradient])
        plots.arrow(picture, start, start + step, plots.ORANGE, 3)
    angle = np.rad2deg(
        reference.gradient_direction(*np.array([[[row_gradient]], [[column_gradient]]]))
    )
    return plots.titled(picture, f"length {length:.0f}, angle {angle[0, 0]:.0f}°")


def rotating_edge():
    """Turn an edge whose direction is known, and see how far four operators are off."""
    return Figure(
        _rotating_edge,
        {
            "angle": Slider(0, 90, 22, 1, label="direction of the edge", unit="degrees"),
            "blur": Slider(0.5, 2, 1, 0.25, label="softness of the edge", unit="pixels"),
        },
        title="A turning edge",
        alt="A soft edge with an arrow across it, and the angular errors of four operators",
    )


def _rotating_edge(angle, blur):
    edge = plots.levels(data.rotated_edge(angle, blur, size=17), 0, 1)
    turn = np.deg2rad(angle)
    picture = plots.panel(edge, 14)
    end = 119 + 56 * np.sin(turn), 119 + 56 * np.cos(turn)
    plots.arrow(picture, (119, 119), end, plots.ORANGE, 3)
    angles = range(0, 91, 3)
    named = {}
    for name in OPERATORS:
        errors = [data.angular_error(name, a, blur) for a in angles]
        named[f"{name} {data.angular_error(name, angle, blur):.2f}°"] = (angles, errors)
    top = max(0.5, np.ceil(max(max(errors) for _, errors in named.values()) * 1.3))
    axes = plots.Axes((400, 262), (0, 90), (0, top), "largest error of the direction, degrees")
    for name, errors in named.items():
        axes.line(*errors, name=name)
    return {"edge and its direction": picture, "angular error": axes.mark(angle).picture()}


def crossings_between_pixels(image=None):
    """The Laplacian of a Gaussian, its zero crossings, and where they lie between the pixels."""
    return Figure(
        _crossings_between_pixels,
        {
            "sigma": Slider(0.5, 6, 2, 0.5, label="sigma", unit="pixels"),
            "threshold": Slider(0, 60, 16, 2, label="threshold, as a step of", unit="gray levels"),
            "at": Point((68, 121), label="look closer at the pixel"),
        },
        image=small_camera() if image is None else image,
        title="Where the second derivative changes its sign",
        alt="A response, bright and dark beside each edge, its zero crossings, and a closer look",
    )


def _crossings_between_pixels(image, sigma, threshold, at):
    image = plots.gray(image)
    jump = data.jump_of_a_step(threshold, sigma)
    response = reference.laplacian_of_gaussian(image, sigma)
    down, right = reference.zero_crossings(response, jump)
    edges = reference.marr_hildreth(image, sigma, jump)
    window = _window(image.shape, at, 20)
    full = max(float(np.percentile(np.abs(response), 99)), 1e-6)
    return {
        "second derivative": plots.frame(plots.color(plots.levels(response, -full, full)), window),
        "its zero crossings": plots.frame(plots.color(255 - edges), window),
        "between the pixels": _closer(image, window, crossings.positions(down, right)),
    }


def _closer(image, window, points, scale=14):
    """The pixels of a window, magnified and paled, with the crossings as dots."""
    picture = plots.panel(image[window] // 2 + 127, scale)
    start = np.array([part.start for part in window])
    places = (points - start + 0.5) * scale
    inside = ((places >= 0) & (places < picture.shape[:2])).all(axis=1)
    return plots.circles(picture, places[inside], 3, plots.ORANGE, -1)


STEPS = ("1 smooth", "2 gradients", "3 thin", "4 two thresholds", "5 hysteresis")


def canny_step_by_step(image=None):
    """Canny's five steps, one after the other, with everything to be turned."""
    return Figure(
        _canny_step_by_step,
        {
            "step": Choice(STEPS, STEPS[1], label="after step"),
            "sigma": Slider(0, 4, 1, 0.25, label="sigma of step 1", unit="pixels"),
            "low": Slider(0, 600, 80, 10, label="low threshold"),
            "high": Slider(0, 600, 200, 10, label="high threshold"),
        },
        image=samples.camera() if image is None else image,
        title="Canny, step by step",
        alt="A picture after each of five steps: smoothed, its gradients, thinned, sorted, joined",
        before="before",
    )


def _canny_step_by_step(image, step, sigma, low, high):
    smoothed = reference.smooth(image, sigma)
    pair = reference.gradients(smoothed)
    thinned = reference.non_maximum_suppression(*pair)
    weak, strong = reference.double_threshold(thinned, low, high)
    number = STEPS.index(step) + 1
    if number == 1:
        after = smoothed
    elif number < 4:
        length = reference.gradient_magnitude(*pair, norm="l1") if number == 2 else thinned
        after = plots.levels(length, 0, 600)
    elif number == 4:
        after = _in_colors(weak.shape, (weak, plots.BLUE), (strong, plots.INK))
    else:
        kept = reference.hysteresis(weak, strong)
        after = _in_colors(weak.shape, (kept & weak, plots.BLUE), (strong, plots.INK))
    counts = (
        (f"weak: {np.count_nonzero(weak)} pixels", plots.BLUE),
        (f"strong: {np.count_nonzero(strong)} pixels", plots.INK),
    )
    return {"after": after, "after thinning": plots.legend(counts, width=220)}


def chain_of_a_pixel(image=None):
    """Click a weak pixel: is there a chain that leads to a strong one?"""
    return Figure(
        _chain_of_a_pixel,
        {
            "low": Slider(40, 280, 80, 10, label="low threshold"),
            "high": Slider(100, 600, 300, 10, label="high threshold"),
            "at": Point((248, 112), label="weak pixel near"),
        },
        image=small_camera() if image is None else image,
        title="Saved by a chain",
        alt="Strong pixels in black, weak ones in blue, and in orange the chain that saves a pixel",
    )


def _chain_of_a_pixel(image, low, high, at):
    weak, strong = reference.double_threshold(
        reference.non_maximum_suppression(*reference.gradients(image)), low, high
    )
    layers = [(weak, plots.BLUE), (strong, plots.INK)]
    words, way = ("there is no weak pixel", ""), []
    if weak.any():
        start = _nearest(weak, at)
        words, way, ink = _fate(weak, strong, start)
        layers.append((_mask(weak.shape, way), ink))
        at = start
    drawn = _in_colors(weak.shape, *layers)
    window = _window(weak.shape, at, 40)
    closer = plots.panel(drawn[window], 7)
    place = [(n - part.start) * 7 + 3 for n, part in zip(at, window, strict=True)]
    plots.circles(closer, [place], 9, plots.ORANGE, 2)
    drawn = plots.frame(drawn, window)
    return {"weak and strong": drawn, "around your pixel": plots.titled(closer, *words)}


def _nearest(mask, at):
    """The marked pixel nearest to a place."""
    marked = np.argwhere(mask)
    return tuple(map(int, marked[((marked - at) ** 2).sum(axis=1).argmin()]))


def _fate(weak, strong, start):
    """What becomes of a weak pixel: words, the pixels that show it, and their ink."""
    way = paths.chain(reference.path_lengths(weak, strong), *start)
    if way:
        words = f"saved, by a chain of {len(way) - 1}", "to a strong pixel"
        return words, way[:-1], plots.ORANGE
    numbers = cv2.connectedComponents(weak.astype(np.uint8), connectivity=8)[1]
    alone = np.argwhere(numbers == numbers[start])
    return (f"lost: in its group of {len(alone)}", "none is strong"), alone, plots.PURPLE


def _mask(shape, positions):
    mask = np.zeros(shape, bool)
    mask[tuple(np.array(positions).T)] = True
    return mask


def threshold_ratio():
    """The low threshold as a part of the high one, and what that does to precision and recall."""
    return Figure(
        _threshold_ratio,
        {
            "ratio": Slider(1, 6, 2.5, 0.5, label="high : low"),
            "high": Slider(40, 200, 120, 10, label="high threshold"),
            "noise": Slider(0, 60, 40, 5, label="noise", unit="gray levels"),
        },
        title="Two to one, three to one",
        alt="Found, false and missed edges of made shapes, and precision and recall over the ratio",
    )


def _threshold_ratio(ratio, high, noise):
    image, truth = data.shapes(noise, seed=3), data.true_edges()
    pair = reference.gradients(reference.smooth(image, 1.5), l2=True)
    thinned = reference.non_maximum_suppression(*pair, l2=True)

    def found_at(ratio):
        return reference.hysteresis(*reference.double_threshold(thinned, high / ratio, high, True))

    ratios = np.arange(1, 6.5, 0.5)
    agreed = [reference.precision_recall(found_at(r), truth, data.TOLERANCE) for r in ratios]
    precision, recall = np.transpose(agreed)
    here = agreed[int(np.argmin(np.abs(ratios - ratio)))]
    axes = plots.Axes((360, 240), (1, 6), (0, 1), x_label="high : low")
    axes.line(ratios, precision, plots.ORANGE, f"precision {here[0]:.2f}")
    axes.line(ratios, recall, plots.BLUE, f"recall {here[1]:.2f}").mark(ratio)
    return {
        "picture": plots.magnified(image, 3),
        "right, false, missed": judged(found_at(ratio), truth),
        "precision and recall": axes.picture(),
    }


def judged(found, truth, scale=3):
    """Draw what was found: right in black, false in orange, and in blue what was missed.

    Parameters
    ----------
    found, truth : (H, W) bool
    scale : int, screen pixels for each pixel

    Returns
    -------
    (scale * H, scale * W, 3) uint8
    """
    right, met = found & _near(truth), truth & ~_near(found)
    layers = (found, plots.ORANGE), (right, plots.INK), (met, plots.BLUE)
    return plots.magnified(_in_colors(found.shape, *layers), scale)


def _near(mask):
    """Pixels that are within the tolerance of 1.5 pixels: over sides and corners."""
    return cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0


def against_noise():
    """Five detectors on shapes whose edges are known, in more and more noise."""
    return Figure(
        _against_noise,
        {
            "noise": Slider(0, 60, 30, 15, label="noise", unit="gray levels"),
            "detector": Choice(tuple(data.DETECTORS), "Canny", label="detector"),
        },
        title="Who finds the edge?",
        alt="Made shapes in noise, what a detector finds there, and the marks of five detectors",
    )


def _against_noise(noise, detector):
    image = data.shapes(noise, seed=3)
    found = data.DETECTORS[detector](image, data.best_threshold(detector, noise))
    title = "F, of precision and recall"
    axes = plots.Axes((380, 270), (0, 60), (0, 1), title, x_label="noise in gray levels")
    for name in list(data.DETECTORS)[:5]:
        marks = [data.harmonic_mean(*data.score(name, level)) for level in data.NOISE]
        axes.line(data.NOISE, marks, name=name)
    return {
        "picture": plots.magnified(image, 3),
        "right, false, missed": judged(found, data.true_edges()),
        "five detectors": axes.mark(noise).picture(),
    }


def _in_colors(shape, *painted):
    """A white picture, on which each (mask, color) is painted over the ones before."""
    picture = plots.blank(*shape)
    for mask, ink in painted:
        picture[mask] = ink
    return picture


def _window(shape, at, side):
    """The slices of a square of pixels about a pixel, moved inside where it leaves the picture."""
    height, width = shape[:2]
    top = int(np.clip(at[0] - side // 2, 0, max(height - side, 0)))
    left = int(np.clip(at[1] - side // 2, 0, max(width - side, 0)))
    return np.s_[top : top + side, left : left + side]


FIGURES = (
    across_the_picture,
    edge_models,
    mask_at_a_pixel,
    rotating_edge,
    crossings_between_pixels,
    canny_step_by_step,
    chain_of_a_pixel,
    threshold_ratio,
    against_noise,
)
