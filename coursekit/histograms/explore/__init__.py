"""The interactive figures of chapter 03."""

from coursekit.core import extras

extras.require("cv2", "ipywidgets", "matplotlib")

import cv2
import numpy as np

from coursekit.histograms import reference
from coursekit.histograms import shared as tiling
from coursekit.lab import plots, samples, show
from coursekit.lab.figure import Choice, Figure, Point, Slider, Toggle

WIDTH = 400  # pixels of a plot
PALE = (240, 190, 150)


def pixels_of_a_bin(image=None):
    """The histogram as a picture of a picture: click a bin, see its pixels."""
    return Figure(
        _pixels_of_a_bin,
        {
            "level": Slider(0, 255, 206, 1, label="bin of gray level", pane="its histogram"),
            "bins": Choice(("256", "64", "16", "4"), "64", label="number of bins"),
            "at": Point((100, 260), label="or a pixel, whose bin is marked"),
        },
        image=samples.camera() if image is None else image,
        title="Pixels of a bin",
        alt="A picture in which the pixels of one bin are orange, and its histogram with that bin",
    )


def _pixels_of_a_bin(image, level, bins, at):
    image, bins = plots.gray(image), int(bins)
    bin_of = image.astype(int) * bins // 256
    chosen = level * bins // 256
    inside = bin_of == chosen
    first, last = (256 * chosen // bins, 256 * (chosen + 1) // bins - 1)
    levels = f"level {first}" if first == last else f"levels {first} to {last}"
    words = f"{levels}: {np.count_nonzero(inside)} pixels, {inside.mean():.1%}"
    plot = _bars(reference.histogram(image, bins), chosen, (words, plots.ORANGE))
    plot.mark((bin_of[at] + 0.5) * 256 / bins - 0.5, name=f"your pixel: {image[at]}")
    return {"picture": show.painted(image, inside), "its histogram": plot.picture()}


def same_histogram(image=None):
    """Cut a picture into pieces and lay them out anew: the histogram stays."""
    return Figure(
        _same_histogram,
        {"size": Slider(1, 128, 64, 1, label="side of a piece", unit="pixels")},
        image=samples.camera() if image is None else image,
        title="Shuffled pieces",
        alt="A picture and the same cut into shuffled squares, with two equal histograms",
        before="before",
    )


def _same_histogram(image, size):
    image = plots.gray(image)
    shuffled = _shuffled(image, size)
    return {
        "before": image,
        "shuffled": shuffled,
        "histogram before": _bars(reference.histogram(image)).picture(),
        "histogram shuffled": _bars(reference.histogram(shuffled)).picture(),
    }


def _shuffled(image, size):
    """The whole squares of a picture in another order; what remains at the edges stays."""
    rows, columns = (max(1, n // size) for n in image.shape)
    size = min(size, *image.shape)
    whole = np.s_[: rows * size, : columns * size]
    squares = image[whole].reshape(rows, size, columns, size).swapaxes(1, 2)
    squares = np.random.default_rng(3).permutation(squares.reshape(-1, size, size))
    shuffled = image.copy()
    sheet = squares.reshape(rows, columns, size, size).swapaxes(1, 2)
    shuffled[whole] = sheet.reshape(rows * size, columns * size)
    return shuffled


def three_channels(image=None):
    """More or less of each colour, and the three histograms beside it."""
    gain = {"minimum": 0.5, "maximum": 2.5, "default": 1, "step": 0.05}
    return Figure(
        _three_channels,
        {name: Slider(**gain, label=f"{name} times") for name in ("red", "green", "blue")},
        image=tinted() if image is None else image,
        title="Three histograms",
        alt="A picture, and the outlines of its red, green and blue histograms",
        before="before",
    )


def _three_channels(image, red, green, blue):
    scaled = plots.color(image) * np.array((red, green, blue))
    after = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    counts = reference.channel_histograms(after, bins=64)
    axes = _level_axes(170, plots.full_height(counts), "means:")
    means = zip(("red", "green", "blue"), after.mean(axis=(0, 1)), strict=True)
    for outline, ink, (name, mean) in zip(counts, plots.CHANNEL_COLORS, means, strict=True):
        axes.steps(outline, ink, f"{name} {mean:.0f}")
    return {"after": after, "its three histograms": axes.picture()}


def tinted():
    """The astronaut under yellow light: made from the bundled photo, channel by channel.

    Returns
    -------
    (H, W, 3) uint8
    """
    return np.rint(samples.astronaut() * np.array((1.0, 0.85, 0.5))).astype(np.uint8)


def dark_enough(image=None):
    """The cumulative curve: how many pixels are at most that light."""
    return Figure(
        _dark_enough,
        {"level": Slider(0, 255, 100, 1, label="gray level", pane="histogram and its sum")},
        image=samples.camera() if image is None else image,
        title="At most that light",
        alt="A picture whose darker pixels are orange; its histogram and its cumulative curve",
    )


def _dark_enough(image, level):
    image = plots.gray(image)
    counts, sums = reference.histogram(image), reference.cumulative(image)
    inside = image <= level
    words = f"{sums[level]} pixels ({inside.mean():.1%}) are at most {level}"
    bars = _bars(counts, range(level + 1), (words, plots.ORANGE), height=120)
    curve = _level_axes(130, 1.04).line(np.arange(256), sums / sums[-1])
    plot = plots.stacked(bars.picture(), curve.mark(level, ink=plots.ORANGE).picture())
    return {"picture": show.painted(image, inside), "histogram and its sum": plot}


def equalization(image=None):
    """The picture's own cumulative curve becomes its look-up table."""
    return Figure(
        _equalization,
        {"amount": Slider(0, 1, 1, 0.05, label="how far to the cumulative curve")},
        image=samples.moon() if image is None else image,
        title="A curve of its own",
        alt="A pale picture gains contrast as its curve turns into its cumulative histogram",
        before="before",
    )


def _equalization(image, amount):
    image = plots.gray(image)
    levels = np.arange(256)
    table = reference.equalization_table(reference.histogram(image))
    table = np.rint(levels + amount * (table - levels.astype(float))).astype(np.uint8)
    after = table[image]
    return {"before": image, "after": after, "s = T(r)": show.plot_transform(table, image, after)}


def remedies(image=None):
    """One picture and four remedies for it."""
    return Figure(
        _remedies,
        {
            "remedy": Choice(
                ("none", "gamma 0.4", "equalize", "clahe"), "equalize", label="remedy"
            ),
            "clip_limit": Slider(1, 40, 3, 0.5, label="clip limit of clahe"),
            "tiles": Slider(1, 16, 8, 1, label="tiles of clahe, each way"),
        },
        image=backlit() if image is None else image,
        title="Against the light",
        alt="A dark figure before a bright window, as it is and after the remedy chosen",
        before="before",
    )


def _remedies(image, remedy, clip_limit, tiles):
    after = _of_lightness(image, lambda gray: _remedied(gray, remedy, clip_limit, tiles))
    return {"after": after, "its histogram": show.plot_histogram(after, WIDTH, 160)}


def _remedied(gray, remedy, clip_limit, tiles):
    if remedy == "gamma 0.4":
        return np.rint(255 * (gray / 255) ** 0.4).astype(np.uint8)
    if remedy == "equalize":
        return reference.equalize(gray)
    if remedy == "clahe":
        return reference.clahe(gray, clip_limit, (tiles, tiles))
    return gray


def _of_lightness(image, change):
    """Change a gray picture, or of a colour picture the lightness alone."""
    if image.ndim == 2:
        return change(image)
    lab = cv2.cvtColor(image, cv2.COLOR_RGB2Lab)
    lab[..., 0] = change(lab[..., 0])
    return cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)


FACE = np.s_[154:197, 249:287]  # where the face is in backlit()
_SIDE, _CORNER = 270, (114, 150)  # of the portrait in the scene, pixels
_OUTLINE = (
    (22, 512), (25, 430), (30, 340), (45, 280), (80, 243), (118, 215), (112, 190), (124, 166),
    (148, 152), (184, 150), (179, 124), (168, 116), (156, 102), (153, 80), (158, 56), (172, 38),
    (190, 26), (215, 16), (240, 14), (265, 22), (285, 40), (297, 60), (302, 85), (295, 108),
    (282, 127), (272, 134), (264, 158), (258, 176), (276, 184), (294, 206), (304, 236), (306, 254),
    (332, 264), (350, 290), (362, 350), (385, 345), (420, 346), (455, 365), (480, 400), (497, 440),
    (500, 512),
)  # fmt: skip


def backlit():
    """A portrait against a bright window: made, not taken.

    The astronaut of the bundled photo, cut out along a hand-drawn outline, stands in 6 % of her
    light before a window that is drawn; grain of 1.2 gray levels lies over all.

    Returns
    -------
    (384, 512) uint8
    """
    size = (_SIDE, _SIDE)
    outline = np.zeros((512, 512), np.uint8)
    cv2.fillPoly(outline, [np.array(_OUTLINE)], 255, cv2.LINE_AA)
    inside = cv2.GaussianBlur(cv2.resize(outline, size, interpolation=cv2.INTER_AREA), (0, 0), 0.8)
    photo = cv2.resize(plots.gray(samples.astronaut()), size, interpolation=cv2.INTER_AREA)
    person = 255 * (0.06 * (photo / 255) ** 2.2) ** (1 / 2.2)  # levels to light and back
    scene = _window(384, 512)
    place = tuple(slice(start, start + _SIDE) for start in _CORNER)
    scene[place] += inside / 255 * (person - scene[place])
    grain = np.random.default_rng(3).normal(0, 1.2, scene.shape)
    return np.clip(np.rint(scene + grain), 0, 255).astype(np.uint8)


def _window(height, width):
    """A bright sky over grass, behind the bars of a window: float64 gray levels."""
    rows, columns = np.mgrid[:height, :width].astype(float)
    clouds = 8 * np.sin(columns / 47) * np.cos(rows / 31) + 10 * np.cos(columns / 120 + 1)
    sky = 246 - 60 * rows / height + clouds
    horizon = 0.62 * height + 14 * np.sin(columns / 60) + 6 * np.sin(columns / 23)
    grass = cv2.resize(samples.grass(), (width, width))[:height] * 0.25 + 125
    scene = np.where(rows > horizon, grass, sky)
    bars = (abs(columns - 153) < 5) | (abs(columns - 440) < 5) | (abs(rows - 115) < 5)
    return cv2.GaussianBlur(np.where(bars, 120.0, scene), (0, 0), 1.2)


def tile_by_tile(image=None):
    """CLAHE with everything to be turned: tiles, clip limit, and the blending between tiles."""
    return Figure(
        _tile_by_tile,
        {
            "tiles": Slider(1, 16, 8, 1, label="tiles each way"),
            "clip_limit": Slider(0, 40, 3, 0.5, label="clip limit (0: none)"),
            "blend": Toggle(True, label="interpolate between tiles"),
            "lines": Toggle(False, label="show the tiles"),
        },
        image=backlit() if image is None else image,
        title="Tile by tile",
        alt="A picture equalised in tiles, whose edges show where nothing is interpolated",
        before="before",
    )


def _tile_by_tile(image, tiles, clip_limit, blend, lines):
    image = plots.gray(image)
    grid = (tiles, tiles)
    tables, shape = _tables(image, clip_limit, grid)
    look_up = reference.interpolate_tables if blend else reference.look_up_tiles
    after = look_up(image, tables)
    return {"before": image, "after": _ruled(after, shape) if lines else after}


def _tables(image, clip_limit, grid):
    """The tables of all tiles, and the (height, width) of a tile."""
    counts = reference.tile_histograms(image, grid)
    _, shape = tiling.tile_grid(image.shape, grid)
    clipped = reference.clip_histograms(counts, tiling.clip_height(clip_limit, shape))
    return reference.tile_tables(clipped), shape


def _ruled(image, shape):
    """A gray picture with thin lines between its tiles, unless they would hide the tiles."""
    ruled = plots.color(image)
    if min(shape) > 3:
        ruled[shape[0] :: shape[0]] = plots.ORANGE
        ruled[:, shape[1] :: shape[1]] = plots.ORANGE
    return ruled


def one_tile(image=None):
    """One tile's histogram, what the limit cuts off it, and the table that comes of it."""
    return Figure(
        _one_tile,
        {
            "clip_limit": Slider(1, 40, 3, 0.5, label="clip limit"),
            "at": Point((40, 200), label="tile of the pixel"),
        },
        image=backlit() if image is None else image,
        title="The clip limit in one tile",
        alt="A picture in 8 x 8 tiles, the histogram of one tile before and after, and its table",
    )


def _one_tile(image, clip_limit, at):
    image = plots.gray(image)
    _, shape = tiling.tile_grid(image.shape, (8, 8))
    here = at[0] // shape[0], at[1] // shape[1]
    counts = reference.tile_histograms(image, (8, 8))[(0, *here)]
    limit = tiling.clip_height(clip_limit, shape)
    clipped = reference.clip_histograms(counts, limit)
    tables = {
        "no limit": reference.tile_tables(counts),
        "with limit": reference.tile_tables(clipped),
    }
    return {
        "picture": _framed(image, shape, here),
        "its histogram": _clipped_bars(counts, clipped, limit),
        "its table": show.plot_curve(tables),
    }


def _framed(image, shape, here):
    """A picture whose tiles are ruled, one of them in a frame."""
    ruled = _ruled(image, shape)
    if min(shape) <= 3:
        return ruled
    tile = [slice(n * side, (n + 1) * side) for n, side in zip(here, shape, strict=True)]
    return plots.frame(ruled, tile, width=3, margin=0)


def _clipped_bars(counts, clipped, limit):
    """A histogram, faint above the limit, and over it the line of what was made of it."""
    cut = np.maximum(counts - limit, 0).sum()
    words = f"tallest bin {counts.max()}, limit {limit}, cut off {cut} of {counts.sum()} pixels"
    full = min(counts.max(), 6 * max(limit, int(clipped.max())))
    axes = _level_axes(200, full, (words, PALE), grid=False)
    axes.bars(np.minimum(counts, full), PALE).bars(np.minimum(counts, limit), plots.GRAY)
    axes.line(np.arange(256), clipped, plots.BLUE, "after sharing out", width=1)
    return axes.picture()


def matching(image=None):
    """One picture takes over the histogram of another, level by level."""
    return Figure(
        _matching,
        {
            "level": Slider(0, 255, 110, 1, label="gray level", pane="two cumulative curves"),
            "model": Choice(("camera", "coins", "clock", "page"), label="take the histogram of"),
        },
        image=samples.moon() if image is None else image,
        title="Up one curve, down another",
        alt="A picture before and after, the one it was matched to, and both cumulative curves",
        before="before",
    )


def _matching(image, level, model):
    image, model = plots.gray(image), getattr(samples, model)()
    after = reference.match_histograms(image, model)
    shares = [reference.cumulative(picture) / picture.size for picture in (image, model)]
    becomes = int(np.searchsorted(shares[1], shares[0][level] - 1e-12))
    share = shares[0][level]
    words = f"{level} becomes about {becomes}: share up to both {share:.1%}"
    axes = _level_axes(230, 1.04, words)
    axes.line(np.arange(256), shares[0], name="picture")
    axes.line(np.arange(256), shares[1], name="model")
    axes.line([level, level, becomes], [0, share, share], plots.INK)  # up, and across
    axes.arrow((becomes, share), (becomes, 0))
    panes = {"before": image, "after": after, "model": model}
    return panes | {"two cumulative curves": axes.picture()}


def equalization_in_color(image=None):
    """Equalise red, green and blue each for itself, or the lightness alone."""
    return Figure(
        _equalization_in_color,
        {"amount": Slider(0, 1, 1, 0.05, label="how much of it")},
        image=samples.coffee() if image is None else image,
        title="Colour by lightness",
        alt="A colour picture equalised channel by channel, wrongly coloured, and in lightness",
        before="before",
    )


def _equalization_in_color(image, amount):
    image = plots.color(image)
    after = {
        "channel by channel": reference.equalize(image),
        "lightness alone": reference.equalize_lightness(image),
    }
    return {name: cv2.addWeighted(image, 1 - amount, one, amount, 0) for name, one in after.items()}


# ------------------------------------------------------------------ how it is drawn


def _level_axes(height, full, title="", **names):
    """Axes over the gray levels, as wide as a plot."""
    return plots.Axes(
        (WIDTH, height), plots.LEVELS, (0, full), title, x_ticks=plots.LEVEL_TICKS,
        edge_to_edge=True, **names,
    )  # fmt: skip


def _bars(counts, chosen=slice(0), title="", height=170):
    """A histogram, the chosen bins orange."""
    inks = np.tile(np.uint8(plots.GRAY), (counts.size, 1))
    inks[chosen] = plots.ORANGE
    axes = _level_axes(height, plots.full_height(counts), title, grid=False)
    return axes.bars(counts, inks)


FIGURES = (
    pixels_of_a_bin,
    same_histogram,
    three_channels,
    dark_enough,
    equalization,
    remedies,
    tile_by_tile,
    one_tile,
    matching,
    equalization_in_color,
)
