"""How the figures of chapter 06 draw: shaded pieces, outlines, grids of numbers, trees, curves."""

import cv2
import numpy as np

from coursekit.lab import show

WIDTH = 512  # of a plot: two columns for each gray level
TEXT = 22  # rows above a plot for what is written there
CELL = 30  # side of a pixel that a number stands in

# Okabe and Ito's eight, less black; pieces take turns
SHADES = np.uint8(
    [(230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178), (213, 94, 0),
     (204, 121, 167)]
)  # fmt: skip


def gray(image):
    return image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)


def color(image):
    return image.copy() if image.ndim == 3 else np.repeat(image[..., None], 3, axis=2)


def thinned(image, largest):
    """Every n-th pixel, so that no side is longer than largest; and n."""
    step = -(-max(image.shape[:2]) // largest)
    return np.ascontiguousarray(image[::step, ::step]), step


def enlarged(image, scale):
    return image.repeat(scale, axis=0).repeat(scale, axis=1)


def titled(plot, *labels):
    """A plot with room above it, where the labels are written."""
    plot = np.pad(plot, ((TEXT, 0), (0, 0), (0, 0)), constant_values=255)
    return show.write(plot, labels)


def shaded(labels):
    """Each piece in a colour of its own, as far as seven go; 0 stays black."""
    picture = SHADES[(labels - 1) % len(SHADES)]
    picture[labels == 0] = 0
    return picture


def outlined(image, labels, ink=show.ORANGE):
    """A picture in which the pixels are marked whose right or lower neighbour has another label."""
    marked = color(image)
    edge = np.zeros(labels.shape, bool)
    edge[:, :-1] |= labels[:, :-1] != labels[:, 1:]
    edge[:-1] |= labels[:-1] != labels[1:]
    marked[edge] = ink
    return marked


def with_polygon(image, points, ink, scale=1, dots=False):
    """Draw a closed polygon through the middles of pixels (row, column), in place."""
    middles = np.rint((np.asarray(points)[:, ::-1] + 0.5) * scale - 0.5).astype(np.int32)
    cv2.polylines(image, [middles], True, ink, 1 if scale < 4 else 2, cv2.LINE_AA)
    for middle in middles if dots else ():
        cv2.circle(image, tuple(map(int, middle)), max(2, scale // 2), ink, -1, cv2.LINE_AA)


def cells(numbers, colors, marked=()):
    """A small array as a grid of coloured cells, each with its number; zeros are left empty."""
    picture = enlarged(colors, CELL)
    picture[::CELL] = picture[:, ::CELL] = show.FAINT
    for row, column in marked:
        corner = np.array((column, row)) * CELL
        cv2.rectangle(picture, corner + 1, corner + CELL - 1, show.INK, 3)
    labels = [
        (str(numbers[place]), place[1] * CELL + 22, place[0] * CELL + 8, "r")
        for place in zip(*np.nonzero(numbers), strict=True)
    ]
    return show.write(np.ascontiguousarray(picture), labels)


def on_paper(labels):
    """As ``shaded``, on white."""
    picture = shaded(labels)
    picture[labels == 0] = 255
    return picture


def arrow(picture, start, end, ink=show.INK):
    """An arrow between two cells of a grid, in place."""
    middles = [tuple((np.array(place)[::-1] * CELL + CELL // 2).tolist()) for place in (start, end)]
    cv2.arrowedLine(picture, *middles, ink, 3, cv2.LINE_AA, tipLength=0.4)


def forest(parents, inks, width=384, height=220):
    """Draw trees from a mapping {node: its parent, None for a root}; parents come first."""
    places = _places(parents, width, height)
    plot = np.full((height, width, 3), 255, np.uint8)
    for node, parent in parents.items():
        if parent is not None:
            cv2.line(plot, places[parent], places[node], show.FAINT, 2, cv2.LINE_AA)
    for node, place in places.items():
        cv2.circle(plot, place, 11, inks[node], -1, cv2.LINE_AA)
    names = [(str(node), x + 4 * len(str(node)), y - 7, "r") for node, (x, y) in places.items()]
    return show.write(plot, names)


def _places(parents, width, height):
    """Leaves side by side, a parent above the middle of its children."""
    depth, children = {}, {node: [] for node in parents}
    for node, parent in parents.items():
        depth[node] = 0 if parent is None else depth[parent] + 1
        if parent is not None:
            children[parent].append(node)
    across = {}
    for node in _leaves_first([n for n in parents if parents[n] is None], children):
        below = [across[child] for child in children[node]]
        leaves = sum(not children[other] for other in across)
        across[node] = sum(below) / len(below) if below else leaves
    leaves = max(1, sum(not children[node] for node in parents))
    rows = 16 + np.arange(max(depth.values(), default=0) + 1) * min(52, (height - 32) // 4)
    step = min(46, (width - 24) / leaves)
    return {n: (round(18 + step * across[n]), int(rows[depth[n]])) for n in parents}


def _leaves_first(nodes, children):
    for node in nodes:
        yield from _leaves_first(children[node], children)
        yield node


def bars(counts, inks, height=120, width=WIDTH):
    """A histogram whose levels have the colours given, one for each; few tall bars are cut off."""
    full = max(min(counts.max(), 3 * np.sort(counts)[-6]), 1)
    tops = np.rint(np.minimum(counts / full, 1) * (height - 2)).astype(int)
    rows = height - 1 - np.arange(height)[:, None]
    plot = np.where((rows < tops)[..., None], np.uint8(inks), np.uint8(255))
    plot[-1] = show.FAINT
    return plot.repeat(width // counts.size, axis=1)


def curves(named, height=150, width=WIDTH, lowest=0.0):
    """Curves over a plot's full width, on one scale from lowest to their greatest value.

    named : {name: (values, ink, thickness)}; the names are written above.
    """
    plot = np.full((height, width, 3), 255, np.uint8)
    plot[-1] = show.FAINT
    top = max(max(float(np.max(values)) for values, *_ in named.values()) - lowest, 1e-9)
    legend, right = [], width - 4
    for name, (values, ink, thickness) in named.items():
        across = np.linspace(0, width - 1, len(values))
        down = height - 3 - (np.asarray(values) - lowest) / top * (height - 10)
        line = np.rint(np.stack([across, down], axis=1) * 16).astype(np.int32)
        cv2.polylines(plot, [line], False, ink, thickness, cv2.LINE_AA, shift=4)
        legend.append((name, right, 3, "r", ink))
        right -= 8 * len(name) + 24
    return titled(plot, *legend)


def words(lines, width=300):
    """Lines of text as a picture."""
    sheet = np.full((14 + 22 * len(lines), width, 3), 255, np.uint8)
    return show.write(sheet, [(line, 6, 8 + 22 * n, "l") for n, line in enumerate(lines)])


def columns(values, width=384, height=150):
    """Numbers as columns side by side, the tallest over the whole height."""
    plot = np.full((height, width, 3), 255, np.uint8)
    step = max(1, min(14, width // max(1, len(values))))
    for number, value in enumerate(values[: width // step]):
        top = height - round(value / values[0] * (height - 4))
        ink = tuple(map(int, SHADES[4]))
        cv2.rectangle(plot, (number * step, top), (number * step + step - 2, height), ink, -1)
    return plot
