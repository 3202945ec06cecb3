"""What the figures of chapter 09 draw: losses, bars of words, maps of attention, a tree."""

import cv2
import numpy as np

from coursekit.lab import plots


def histories(named, steps="steps", size=(460, 264), low=0.0, high=None):
    """Draw losses over steps, a line and a colour for each.

    Parameters
    ----------
    named : dict from name to a list of numbers; each is drawn over the whole width, but for NaN
    steps : str, what the horizontal axis counts
    size : (width, height) in pixels
    low, high : float, the numbers at the bottom and the top; None for a little above all curves

    Returns
    -------
    Panel (height, width)
    """
    high = high or 1.05 * np.nanmax(np.concatenate(list(named.values())))
    axes = plots.Axes(size, (0, 1), (low, high), x_label=steps, x_ticks=())
    for name, values in named.items():
        axes.line(np.linspace(0, 1, len(values)), values, name=f"{name} {values[-1]:.2f}")
    return axes.picture()


def word_bars(words, shares, chosen=None, width=380):
    """Draw how likely each of some words is.

    Parameters
    ----------
    words : list of str, from the top
    shares : list of float in [0, 1]
    chosen : int, the one to be drawn in orange, or None
    width : int, pixels

    Returns
    -------
    Panel (H, width)
    """
    inks = [plots.ORANGE if number == chosen else plots.BLUE for number in range(len(words))]
    axes = plots.Axes(
        (width, 24 * len(words) + 8), (0, 1.6), (len(words) - 0.5, -0.5), x_ticks=(),
        y_ticks=dict(enumerate(words)), grid=False,
    ).horizontal_bars(shares, inks)  # fmt: skip
    for number, share in enumerate(shares):
        axes.text(share, number, f"  {percent(share)}")
    return axes.picture()


def percent(share):
    """A share as text; what is there is never called nothing, nor all."""
    if 0 < share < 0.001:
        return "under 0.1 %"
    if 0.999 < share < 1:
        return "over 99.9 %"
    return f"{100 * share:.{0 if 0.1 <= share <= 0.99 or share == 1 else 1}f} %"


def attention_map(picture, attention, side=256, smooth=True):
    """Darken a picture where nobody looks.

    Parameters
    ----------
    picture : (H, W, 3) uint8
    attention : (h, w) float, 0 or more
    side : int, the longer side of the result in pixels
    smooth : bool, blend the places into each other

    Returns
    -------
    (H', W', 3) uint8
    """
    seen = plots.resized(picture, side)
    light = np.asarray(attention, np.float32) / max(float(np.max(attention)), 1e-9)
    how = cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST
    light = cv2.resize(light, seen.shape[1::-1], interpolation=how)
    return np.rint(seen * (0.22 + 0.78 * light[..., None])).astype(np.uint8)


def attention_maps(pictures, words, columns=6, current=None):
    """Contact sheet of attention maps, a word under each; the current word's is framed.

    Parameters
    ----------
    pictures : list of (H, W, 3) uint8, all of one size
    words : list of str
    columns : int, pictures in a row
    current : int or None

    Returns
    -------
    Panel (H', W')
    """
    tiles = []
    for number, (picture, word) in enumerate(zip(pictures, words, strict=True)):
        height, width = picture.shape[:2]
        tile = plots.Panel(height + 27, width + 6).put(picture, 3, 3)
        ink = plots.INK
        if number == current:
            ink = plots.legible(plots.ORANGE)
            plots.frame(tile, np.s_[3 : 3 + height, 3 : 3 + width], plots.ORANGE, margin=0)
        tiles.append(plots.write(tile, [(word, width // 2 + 3, height + 7, "m", ink)]))
    tiles += [plots.Panel(tiles[0].height, tiles[0].width)] * (-len(tiles) % columns)
    return plots.contact_sheet(tiles, columns, gap=0)


def tree(levels, columns=5, rows=10, width=100, height=34):
    """Draw the captions of a beam as a tree that grows downwards, on a sheet of one size.

    Parameters
    ----------
    levels : list, for each step a list of (parent, word, share, kind): the number of the parent in
        the level above, the text, its probability, and "best", "alive" or "lost"
    columns, rows : int, nodes side by side and under each other that there is room for; of more
        rows the last ones are shown
    width, height : int, pixels of a node's place

    Returns
    -------
    Panel (height * (rows + 1), width * columns)
    """
    sheet = plots.Panel(height * (rows + 1), width * columns)
    before = max(len(levels) - rows, 0)
    first = f"… {before} words before" if before else "START"
    plots.write(sheet, [(first, 8, 4, "l")])
    for depth, level in enumerate(levels[before:]):
        for place, (parent, word, share, kind) in enumerate(level):
            ink = {"best": plots.ORANGE, "alive": plots.BLUE, "lost": plots.GRAY}[kind]
            column, row = width * place + width // 2, height * (depth + 1) + 4
            above = row - height + 19, width * parent + width // 2
            if depth or not before:
                plots.line(sheet, [above, (row - 1, column)], ink, 3 if kind == "best" else 1)
            label = f"{word} {100 * share:.0f} %" if share >= 0.01 else f"{word} < 1 %"
            plots.write(sheet, [(label, column, row, "m", plots.legible(ink))])
    return sheet


def heat(values, side=256):
    """Draw a small table of numbers, 0 or more, as squares from white to blue."""
    colors = plots.diverging(-np.asarray(values, float), float(np.max(values)))
    return plots.magnified(colors, side // max(colors.shape[:2]))


def stems(now, before, words, size=(388, 172)):
    """Draw a vector as bars, what it was before as their outline, and lines of words above it."""
    full = 1.05 * max(now.max(), before.max(), 1e-9)
    axes = plots.Axes(size, (0, len(now)), (0, full), x_ticks=(), edge_to_edge=True)
    axes.bars(now, plots.GRAY, "now", share=0.7)
    axes.steps(before, plots.ORANGE, "with the shape at the left", width=1)
    return plots.stacked(plots.words(words, size[0]), axes.picture())
