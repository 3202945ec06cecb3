"""The interactive figures of chapter 06."""

from coursekit.core import extras

extras.require("cv2", "ipywidgets", "matplotlib")

from functools import lru_cache

import cv2
import numpy as np

from coursekit.lab import plots, samples, show
from coursekit.lab.figure import Choice, Figure, Point, Slider, Toggle
from coursekit.regions import data, reference
from coursekit.regions.explore import drawing

WIDTH = 400  # pixels of a plot
LARGEST = 400  # pixels a side, where pixels are taken one after the other


def count_the_coins(image=None):
    """White pieces on black, each in a colour of its own, and how many there are."""
    return Figure(
        _count_the_coins,
        {
            "level": Slider(0, 255, 107, 1, label="threshold", unit="gray levels"),
            "smallest": Slider(0, 2000, 0, 50, label="smallest piece that counts", unit="pixels"),
        },
        image=samples.coins() if image is None else image,
        title="Coins",
        alt="Coins on a dark table, and the pieces above a threshold, each in a colour of its own",
    )


def _count_the_coins(image, level, smallest):
    mask = (plots.gray(image) > level).astype(np.uint8)
    _, labels, boxes, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    counted = boxes[:, 4] >= smallest
    counted[0] = False
    numbers = np.cumsum(counted) * counted
    areas = np.sort(boxes[counted, 4])[::-1]
    words = f"pieces: {len(areas)}" + (f", the largest of {areas[0]} pixels" if len(areas) else "")
    tallest = max(areas, default=1)
    axes = plots.Axes((360, 160), (0, 1), (0, tallest), words, x_ticks=())
    axes.bars(np.pad(areas, (0, max(0, 27 - len(areas)))), plots.BLUE, share=0.85)
    pieces = plots.shaded(numbers[labels], background=0)
    return {"picture": image, "pieces": pieces, "their sizes": axes.picture()}


def five_kinds(image=None):
    """The five things that can become of pixels above a threshold, and of the others."""
    return Figure(
        _five_kinds,
        {
            "value": Slider(0, 255, 127, 1, label="threshold", unit="gray levels"),
            "kind": Choice(("binary", "binary_inv", "trunc", "tozero", "tozero_inv"), label="kind"),
        },
        image=samples.camera() if image is None else image,
        title="Five kinds",
        alt="A picture, what the threshold makes of it, and its curve",
        before="before",
    )


def _five_kinds(image, value, kind):
    levels = np.arange(256, dtype=np.uint8)[None]
    return {
        "after": reference.threshold(plots.gray(image), value, kind),
        "s = T(r)": show.plot_curve(reference.threshold(levels, value, kind)[0]),
    }


def valley(image=None):
    """Two classes of pixels under the slider, and how much they vary inside: Otsu's valley."""
    return Figure(
        _valley,
        {"level": Slider(0, 254, 60, 1, label="threshold", pane="histogram and variances")},
        image=samples.coins() if image is None else image,
        title="Valley",
        alt="A picture in black and white; its histogram in two colours; two curves of variance",
    )


def _valley(image, level):
    image = plots.gray(image)
    counts = np.bincount(image.ravel(), minlength=256)
    between = reference.between_class_variance(image)
    within = image.var() - between
    inks = np.where((np.arange(256) > level)[:, None], plots.ORANGE, plots.BLUE)
    words = f"at {level}: inside {within[level]:.0f}, between {between[level]:.0f}"
    bars = _level_axes(120, plots.full_height(counts), words, grid=False)
    bars.bars(counts, inks).mark(level + 0.5, ink=plots.INK, width=1)
    lines = _level_axes(140, 1.05 * max(between.max(), within.max(), 1e-9))
    for name, values, ink in (
        ("inside the classes", within, plots.INK), ("between them", between, plots.PURPLE),
    ):  # fmt: skip
        lines.line(np.arange(len(values)), values, ink, name)
    lines.mark(level + 0.5, ink=plots.INK, width=1)
    plot = plots.stacked(bars.picture(), lines.picture())
    return {"picture": reference.threshold(image, level), "histogram and variances": plot}


def _level_axes(height, full, title="", **names):
    """Axes over the gray levels, as wide as a plot."""
    return plots.Axes(
        (WIDTH, height), plots.LEVELS, (0, full), title, x_ticks=plots.LEVEL_TICKS,
        edge_to_edge=True, **names,
    )  # fmt: skip


def more_classes(image=None):
    """Several thresholds at once: multi-Otsu."""
    return Figure(
        _more_classes,
        {"classes": Slider(2, 6, 3, 1, label="classes")},
        image=samples.camera() if image is None else image,
        title="Classes",
        alt="A picture in a few gray levels, and its histogram with the thresholds between them",
        before="before",
    )


def _more_classes(image, classes):
    image = plots.gray(image)
    thresholds = reference.multi_otsu(image, classes)
    class_of = np.searchsorted(thresholds, np.arange(256))
    inks = plots.SHADES[class_of % len(plots.SHADES)]
    counts = np.bincount(image.ravel(), minlength=256)
    words = "thresholds " + ", ".join(map(str, thresholds))
    axes = _level_axes(170, plots.full_height(counts), words, grid=False).bars(counts, inks)
    poster = (class_of * 255 // (classes - 1)).astype(np.uint8)[image]
    return {"classes": poster, "its histogram": axes.picture()}


def uneven_light(image=None):
    """One threshold for all pixels against one for each, and both along a row of the page."""
    return Figure(
        _uneven_light,
        {
            "kind": Choice(("one for all", "mean", "gaussian"), label="threshold"),
            "size": Slider(3, 101, 31, 2, label="window", unit="pixels", odd=True),
            "offset": Slider(-20, 40, 10, 1, label="offset", unit="gray levels"),
            "at": Point((62, 100), label="row through the pixel"),
        },
        image=samples.page() if image is None else image,
        title="Uneven light",
        alt="A page lit from one side, in black and white, and its gray levels along one row",
        before="before",
    )


def _uneven_light(image, kind, size, offset, at):
    image = plots.gray(image)
    if kind == "one for all":
        value = reference.otsu(image)
        after, surface = reference.threshold(image, value), np.full(image.shape, value)
    else:
        after = reference.adaptive_threshold(image, size, offset, kind)
        surface = reference.local_mean(image, size, kind).astype(int) - offset
    before, after = plots.color(image), plots.color(after)
    before[at[0]] = plots.ORANGE
    after[at[0], ::4] = plots.ORANGE
    levels, limits, columns = image[at[0]], surface[at[0]], np.arange(image.shape[1])
    up = min(0, int(limits.min())), max(int(levels.max()), int(limits.max()), 1)
    axes = plots.Axes((WIDTH, 190), (0, max(len(columns) - 1, 1)), up, x_label="column")
    axes.line(columns, limits, plots.ORANGE, "threshold")
    axes.line(columns, levels, plots.INK, "gray level", width=1)
    return {"before": before, "after": after, "along the row": axes.picture()}


def two_passes():
    """The first pass pixel by pixel, the labels that met, and what the second pass makes of it."""
    last = int(data.letters().sum())
    return Figure(
        _two_passes,
        {
            "step": Slider(1, last, last, 1, label="pixels visited"),
            "neighbors": Choice(("8", "4"), label="neighbours"),
        },
        title="Two passes",
        alt="A grid of pixels with provisional labels, the trees of these, and the final labels",
    )


def _two_passes(step, neighbors):
    mask = data.letters()
    visited = mask.copy()
    places = np.argwhere(mask)
    visited[tuple(places[step:].T)] = False
    labels, parents = reference.first_pass(visited, int(neighbors))
    here = tuple(places[step - 1])
    colors = plots.shaded(labels)
    colors[mask & ~visited] = plots.FAINT
    second = reference.second_pass(labels, parents)
    trees = {n: None if parents[n] == n else parents[n] for n in range(1, len(parents))}
    inks = {n: plots.shade(n) for n in trees}
    return {
        "first pass": drawing.cells(labels, colors, marked=[here]),
        "who has met whom": drawing.forest(trees, inks, 220),
        "second pass": drawing.cells(second, plots.shaded(second)),
    }


def along_the_borders():
    """Suzuki and Abe's algorithm, one step of a border at a time."""
    last = sum(len(points) for _, _, _, points, _, _ in _walks())
    return Figure(
        _along_the_borders,
        {"step": Slider(1, last, 12, 1, label="steps taken")},
        title="Borders",
        alt="A grid of pixels that get the numbers of their borders, and the tree of borders",
    )


def _walks():
    """For each border: number, kind, parent, its walk, and the values before it and after it."""
    values = data.island().astype(int).tolist()
    kinds, parents, walks = {1: "hole"}, {1: 1}, []
    for row in range(1, len(values) - 1):
        last = 1
        for column in range(1, len(values[0]) - 1):
            here = values[row][column]
            kind = reference.border_start(values[row][column - 1], here, values[row][column + 1])
            if kind:
                number = len(kinds) + 1
                met = here if kind == "hole" and here > 1 else last
                kinds[number] = kind
                parents[number] = reference.parent_border(kind, met, kinds, parents)
                before = np.array(values)
                points = reference.follow_border(values, (row, column), kind, number)
                walks.append((number, kind, parents[number], points, before, np.array(values)))
            if abs(values[row][column]) > 1:
                last = abs(values[row][column])
    return walks


def _along_the_borders(step):
    walks = _walks()
    parents = {1: None}
    for walk in walks:
        number, kind, parent, points, before, after = walk
        parents[number] = parent
        if step <= len(points):
            break
        step -= len(points)
    values = before
    visited = tuple(np.array(points[:step]).T)
    values[visited] = after[visited]
    colors = plots.shaded(np.abs(values))
    colors[values == 1] = plots.FAINT
    grid = drawing.cells(values, colors, marked=[points[0]])
    drawing.arrow(grid, points[step - 1], points[step % len(points)])
    inks = {n: plots.shade(n) for n in parents}
    tree = plots.titled(drawing.forest(parents, inks, 260, 230), f"border {number}: {kind}")
    return {"values": grid, "which lies in which": tree}


def contours_and_tree(image=None):
    """Four ways to ask for contours, four ways to write them down, and their hierarchy."""
    return Figure(
        _contours_and_tree,
        {
            "mode": Choice(("tree", "ccomp", "list", "external"), label="mode"),
            "method": Choice(("none", "simple", "tc89_l1", "tc89_kcos"), "simple", label="method"),
        },
        image=255 * data.nested().astype(np.uint8) if image is None else image,
        title="Contours",
        alt="Shapes with their contours in colours by depth, and the tree of the contours",
    )


def _contours_and_tree(image, mode, method):
    image = plots.gray(image)
    scale = max(1, round(360 / max(image.shape)))
    contours, hierarchy = reference.find_contours(image > 127, mode, method)
    parents = {i: None if link[3] < 0 else int(link[3]) for i, link in enumerate(hierarchy)}
    depth = {}
    for i, parent in parents.items():
        depth[i] = 0 if parent is None else depth[parent] + 1
    inks = {i: plots.shade(2 + d) for i, d in depth.items()}
    picture = plots.panel(image // 4 + 160, scale)
    for i, contour in enumerate(contours):
        drawing.with_polygon(picture, contour, inks[i], scale, dots=method != "none")
    points = sum(map(len, contours))
    few = {i: parent for i, parent in parents.items() if i < 60}
    words = f"{len(contours)} contours, {points} points"
    tree = plots.titled(drawing.forest(few, inks), words)
    return {"contours": picture, "hierarchy": tree}


@lru_cache(maxsize=4)
def _coin_labels(data, shape):
    image = np.frombuffer(data, np.uint8).reshape(shape)
    size = min(101, 2 * (min(shape) // 2) - 1)
    mask = reference.adaptive_threshold(image, max(3, size), -10)
    return reference.connected_components(mask, 8)


def measure_a_piece(image=None):
    """The piece under the pointer: its box, hull, centroid and axis, and what they measure."""
    return Figure(
        _measure_a_piece,
        {
            "pixel": Point((100, 95), label="piece at the pixel"),
            "filled": Toggle(False, label="fill its holes"),
        },
        image=samples.coins()[90:, 180:].copy() if image is None else image,
        title="Measures",
        alt="Coins, one of them with its outline, its hull, its box and its long axis",
    )


def _measure_a_piece(image, pixel, filled):
    image = plots.gray(image)
    labels = _coin_labels(image.tobytes(), image.shape)
    label = labels[pixel] or labels.ravel()[np.argmin(_distances(labels, pixel))]
    mask = labels == label
    contours, _ = reference.find_contours(mask, "external", "none")
    outer = max(contours, key=len) if contours else np.array([pixel])
    picture = plots.color(image)
    hull = reference.convex_hull(outer)
    drawing.with_polygon(picture, outer, plots.ORANGE)
    drawing.with_polygon(picture, hull, plots.BLUE)
    polygon = reference.contour_moments(outer)
    weights = polygon if filled else reference.moments(mask.astype(np.uint8))
    words = _measures(mask, outer, hull, weights)
    _draw_axis(picture, weights)
    return {"piece": picture, "in numbers": plots.words(words)}


def _distances(labels, pixel):
    rows, columns = np.indices(labels.shape)
    distance = (rows - pixel[0]) ** 2 + (columns - pixel[1]) ** 2
    return np.where(labels > 0, distance, labels.size**2)


def _measures(mask, outer, hull, weights):
    area, length = reference.contour_area(outer), reference.arc_length(outer)
    central = reference.central_moments(weights)
    invariants = reference.hu_moments(reference.normalized_moments(central))
    solid = area / max(reference.contour_area(hull), 1e-9)
    return (
        f"pixels: {mask.sum()}",
        f"area inside the contour: {area:.1f}",
        f"perimeter: {length:.1f}",
        f"roundness: {4 * np.pi * area / max(length, 1e-9) ** 2:.3f}",
        f"share of its hull: {solid:.3f}",
        f"box: {reference.bounding_rectangle(outer)}",
        f"Hu's first invariant: {invariants[0]:.4f}",
    )


def _draw_axis(picture, weights):
    """The centroid and the long axis, two standard deviations to both sides."""
    if weights[0, 0] == 0:
        return
    center = np.array([weights[0, 1], weights[1, 0]]) / weights[0, 0]
    mu = reference.central_moments(weights) / weights[0, 0]
    spread, axes = np.linalg.eigh([[mu[0, 2], mu[1, 1]], [mu[1, 1], mu[2, 0]]])
    reach = 2 * np.sqrt(max(spread[1], 0)) * axes[:, 1]
    middle, reach = center[::-1], reach[::-1]
    plots.line(picture, [middle - reach, middle + reach], plots.GREEN, 1)
    plots.circles(picture, [middle], 2, plots.GREEN, -1)


@lru_cache(maxsize=8)
def _tree(data, shape, polarity):
    image = np.frombuffer(data, np.uint8).reshape(shape)
    return reference.component_tree(image, polarity)


def stable_under_the_pointer(image=None):
    """The region of a pixel while the threshold rises: its area, and how fast it grows."""
    return Figure(
        _stable_under_the_pointer,
        {
            "level": Slider(0, 255, 110, 1, label="threshold", pane="area and growth"),
            "at": Point((25, 204), label="region around the pixel", hover=True),
            "delta": Slider(1, 20, 5, 1, label="delta", unit="gray levels"),
        },
        image=samples.page()[:, :256].copy() if image is None else image,
        title="Stability",
        alt="A page; the region around a pixel in orange; the curves of its area and its growth",
    )


def _stable_under_the_pointer(image, level, at, delta):
    picture = plots.color(image)
    image, thin = drawing.thinned(plots.gray(image), LARGEST)
    tree = _tree(image.tobytes(), image.shape, "dark")
    chain = reference.ancestors(tree, at[0] // thin, at[1] // thin)
    born, areas = tree.level[chain], tree.area[chain]
    growth = reference.variation(tree, delta)[chain]
    inside = np.searchsorted(born, np.arange(256), side="right") - 1  # the node at each threshold
    area = np.where(inside < 0, 0, areas[inside])
    if inside[level] >= 0:
        region = np.zeros(image.shape, bool)
        region[tuple(reference.region_pixels(tree, chain[inside[level]]).T)] = True
        where = plots.magnified(region, thin)[: picture.shape[0], : picture.shape[1]]
        picture[where] = plots.ORANGE
    size = np.log10(np.maximum(area, 1))
    rate = np.where(inside < 0, 2, np.minimum(growth[inside], 2))
    words = f"at {level}: {area[level]} pixels, q = {rate[level]:.2f}"
    upper = _level_axes(130, 1.05 * max(size.max(), 1e-9), words)
    upper.line(np.arange(256), size, plots.BLUE, "area, as a logarithm")
    lower = _level_axes(120, 2.05).line(np.arange(256), rate, plots.ORANGE, "growth q, up to 2")
    marked = [axes.mark(level, ink=plots.INK, width=1).picture() for axes in (upper, lower)]
    return {"region": picture, "area and growth": plots.stacked(*marked)}


def stable_regions(image=None):
    """All maximally stable regions, of dark letters or bright ones."""
    return Figure(
        _stable_regions,
        {
            "delta": Slider(1, 30, 5, 1, label="delta", unit="gray levels"),
            "largest": Slider(0.05, 1, 0.5, 0.05, label="largest growth q"),
            "diversity": Slider(0, 1, 0.5, 0.05, label="least difference of nested regions"),
            "polarity": Choice(("dark", "bright"), label="regions that are"),
        },
        image=samples.page()[:, :256].copy() if image is None else image,
        title="MSER",
        alt="A page whose stable regions are coloured",
    )


def _stable_regions(image, delta, largest, diversity, polarity):
    image, _ = drawing.thinned(plots.gray(image), LARGEST)
    tree = _tree(image.tobytes(), image.shape, polarity)
    chosen = reference.maximally_stable(tree, reference.variation(tree, delta), 20, 3000, largest)
    chosen = reference.diverse(tree, chosen, diversity)
    regions = [reference.region_pixels(tree, node) for node in chosen]
    found = plots.words([f"{len(regions)} regions"], 120)
    return {"regions": plots.magnified(_regions_on(image, regions), 2), "found": found}


def _regions_on(image, regions):
    """A pale picture with regions in colours; smaller ones lie on top."""
    picture = plots.color(image) // 2 + 127
    for number, region in enumerate(sorted(regions, key=len, reverse=True)):
        picture[tuple(region.T)] = plots.shade(number + 1)
    return picture


def stable_colors(image=None):
    """Maximally stable colour regions: joined by likeness, not by level."""
    return Figure(
        _stable_colors,
        {
            "margin": Slider(0, 0.4, 0.02, 0.02, label="least margin"),
            "diversity": Slider(0, 1, 0.2, 0.05, label="least difference of nested regions"),
        },
        image=data.colorful() if image is None else image,
        title="MSCR",
        alt="A colour picture, and its stable colour regions in their mean colours",
        before="before",
    )


def _stable_colors(image, margin, diversity):
    image, _ = drawing.thinned(plots.color(image), LARGEST // 2)
    largest = image[..., 0].size // 3
    regions = reference.mscr(image, 30, largest, diversity, min_margin=margin)
    scale = max(1, 400 // image.shape[1])
    labels = np.zeros(image.shape[:2], int)
    after = np.full_like(image, 245)
    for number, region in enumerate(sorted(regions, key=len, reverse=True), start=1):
        labels[tuple(region.T)] = number
        after[tuple(region.T)] = image[tuple(region.T)].mean(axis=0)
    outlines = plots.outlined(plots.magnified(after, scale), plots.magnified(labels, scale))
    return {"before": plots.magnified(image, scale), "regions": outlines}


def slic_step_by_step(image=None):
    """Superpixels iteration by iteration."""
    small = cv2.resize(samples.coffee(), (240, 160), interpolation=cv2.INTER_AREA)
    return Figure(
        _slic_step_by_step,
        {
            "iterations": Slider(0, 10, 0, 1, label="iterations"),
            "segments": Slider(10, 300, 100, 10, label="superpixels wanted"),
            "compactness": Slider(1, 60, 10, 1, label="compactness m"),
            "connected": Toggle(False, label="enforce connectivity"),
        },
        image=small if image is None else image,
        title="SLIC",
        alt="A picture cut into superpixels that fit its edges better with every iteration",
    )


def _slic_step_by_step(image, iterations, segments, compactness, connected):
    image, _ = drawing.thinned(image, LARGEST)
    colors = reference.color_features(image)
    step = max(1, round((image.shape[0] * image.shape[1] / segments) ** 0.5))
    centers = reference.seed_grid(colors, step)
    labels = reference.assign(colors, centers, step, 1e6)  # by place alone: the grid
    for _ in range(iterations):
        labels = reference.assign(colors, centers, step, compactness)
        centers = reference.update(colors, labels, centers)
    if connected:
        labels = reference.enforce_connectivity(labels, step * step // 2)
    scale = max(1, 480 // max(image.shape[:2]))
    lines = plots.outlined(plots.magnified(image, scale), plots.magnified(labels, scale))
    places = (centers[..., 3:].reshape(-1, 2) + 0.5) * scale
    plots.circles(lines, places, 2, plots.BLUE, -1)
    means = _means(plots.color(image), labels)[labels]
    return {
        "superpixels": lines,
        "their means": plots.magnified(means, scale),
        "how many": plots.words([f"{labels.max() + 1} superpixels"], 150),
    }


def _means(image, labels):
    """The mean colour of each label."""
    area = np.maximum(np.bincount(labels.ravel()), 1)
    sums = [np.bincount(labels.ravel(), channel.ravel()) for channel in np.moveaxis(image, -1, 0)]
    return np.rint(np.stack(sums, axis=-1) / area[:, None]).astype(np.uint8)


FIGURES = (
    count_the_coins,
    five_kinds,
    valley,
    more_classes,
    uneven_light,
    two_passes,
    along_the_borders,
    contours_and_tree,
    measure_a_piece,
    stable_under_the_pointer,
    stable_regions,
    stable_colors,
    slic_step_by_step,
)
