"""The interactive figures of chapter 10."""

from coursekit.core import extras

extras.require("cv2", "ipywidgets", "matplotlib")

import cv2
import numpy as np

from coursekit.color_transfer import reference
from coursekit.color_transfer.explore import drawing, experiments, story
from coursekit.lab import plots
from coursekit.lab.figure import Choice, Figure, Point, Slider, Toggle

SIDE = 200  # pixels: the longer side of the pictures that are worked on
PHOTOS = ("target", "reference")
AXES = {
    "red": (1, 0, 0),
    "green": (0, 1, 0),
    "blue": (0, 0, 1),
    "light": (3**-0.5, 3**-0.5, 3**-0.5),
    "red against blue": (2**-0.5, 0, -(2**-0.5)),
}
BEFORE, WANTED, NOW = plots.BLUE, plots.ORANGE, plots.GREEN


def _pair(first, second, names=("coffee", "rocket")):
    """The two pictures of a figure: the reader's own, or two of the bundled ones."""
    given = {"image": first, "second": second}
    for (key, picture), name in zip(list(given.items()), names, strict=True):
        given[key] = experiments.picture(name, SIDE) if picture is None else picture
    return given | {"photos": PHOTOS}


def _work(image):
    """A colour picture that is small enough to work on."""
    return experiments.small(image, min(max(image.shape), SIDE))


def _as_large_as(image, picture):
    """A picture of the working size, as large as the photo that it was made of."""
    height, width = image.shape[:2]
    if picture.shape[:2] == (height, width):
        return picture
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_NEAREST)


def _within(image, work, at):
    """The pixel of the working picture under a pixel of the photo."""
    scale = [there / here for there, here in zip(work.shape[:2], image.shape[:2], strict=True)]
    return tuple(min(int(n * s), m - 1) for n, s, m in zip(at, scale, work.shape[:2], strict=True))


def a_pixel(image=None):
    """Every pixel is a point in the cube of colours."""
    return Figure(
        _a_pixel,
        {
            "turn": Slider(0, 350, 30, 10, label="cube turned by", unit="degrees"),
            "at": Point((60, 100), label="pixel", hover=True),
        },
        image=experiments.picture("coffee", SIDE) if image is None else image,
        title="A picture is a cloud",
        alt="A picture, and its pixels as points in a cube of red, green and blue",
    )


def _a_pixel(image, turn, at):
    work = _work(image)
    place = _within(image, work, at)
    drawn = drawing.cloud(drawing.some(work), turn=turn, marked=work[place])
    words = "red {}, green {}, blue {}".format(*work[place])
    picture = image if image.ndim == 3 else _as_large_as(image, work)
    return {"picture": picture, "its colours": plots.titled(drawn, words)}


def moments(target=None, second=None):
    """Means and deviations, moved some of the way to another picture's."""
    return Figure(
        _moments,
        {
            "mean": Slider(0, 1, 0, 0.1, label="way to the reference's mean"),
            "deviation": Slider(0, 1, 0, 0.1, label="way to the reference's deviation"),
            "space": Choice(story.SPACES, label="axes"),
        },
        **_pair(target, second),
        title="Two moments",
        alt="A picture whose colours are shifted and stretched to those of another one",
        before="target",
    )


def _moments(target, other, mean, deviation, space):
    target, other = _work(target), _work(other)
    result = story.moved_moments(target, other, mean, deviation, space)
    distance = reference.sliced_wasserstein(result, other)
    words = f"{distance:.1f} levels from the reference"
    return {
        "target": target,
        "result": result,
        "reference": other,
        "colours": plots.titled(drawing.cloud(drawing.some(result)), words),
        "colours wanted": plots.titled(drawing.cloud(drawing.some(other)), "the reference's"),
    }


def turns(target=None, second=None):
    """The transfer of a whole distribution, turn by turn."""
    return Figure(
        _turns,
        {
            "iterations": Slider(0, 20, 1, 1, label="turns"),
            "along": Choice(AXES, label="seen along"),
            "regrained": Toggle(False, label="give the gradients back"),
        },
        **_pair(target, second),
        title="Turn by turn",
        alt="A picture, its cloud of colours and one of its distributions, after so many turns",
        before="target",
    )


def _turns(target, other, iterations, along, regrained):
    target, other = _work(target), _work(other)
    result = story.turns(target, other, iterations)
    if regrained:
        result = reference.regrain(result, target)
    lines = [
        (name, image.reshape(-1, 3) @ np.array(AXES[along]), color)
        for name, image, color in (
            ("target", target, BEFORE), ("reference", other, WANTED), ("now", result, NOW),
        )
    ]  # fmt: skip
    distance = reference.sliced_wasserstein(result, other)
    words = f"{distance:.1f} levels from the reference"
    return {
        "result": result,
        "reference": other,
        "colours": plots.titled(drawing.cloud(drawing.some(result)), words),
        f"along one axis: {along}": drawing.distributions(lines),
    }


def lamp(image=None):
    """A picture under a coloured lamp, and what its edges say about the lamp."""
    return Figure(
        _lamp,
        {
            "red": Slider(0.4, 1, 1, 0.05, label="red light"),
            "blue": Slider(0.4, 1, 0.5, 0.05, label="blue light"),
            "power": Slider(1, 10, 6, 1, label="how much strong edges count"),
        },
        image=experiments.picture("motorcycle", SIDE) if image is None else image,
        title="Which lamp was it?",
        alt="A picture under a coloured lamp, and the same with the guessed lamp taken away",
    )


def _lamp(image, red, blue, power):
    work = _work(image)
    lit = np.rint(work * [red, 1, blue]).astype(np.uint8)
    guess = reference.estimate_illuminant(lit, power)
    light = reference.from_white_axis(reference.to_white_axis(lit, guess), np.ones(3))
    balanced = np.rint(np.clip(light, 0, 1) * 255).astype(np.uint8)
    lamps = {
        "lamp": np.array([red, 1.0, blue]),
        "guess": guess,
        "guess, no lamp": reference.estimate_illuminant(work, power),
    }
    return {"under the lamp": lit, "lamp taken away": balanced, "lamps": _lamps(lamps)}


def _lamps(lamps):
    """Colours of light side by side, and in numbers, green set to 1."""
    width = 340 // len(lamps)
    panel = plots.Panel(60, 340)
    for place, light in enumerate(lamps.values()):
        ink = np.rint(light / light.max() * 255)
        panel.fill((0, 60), (place * width, (place + 1) * width - 4), ink)
    words = [(name, *light / light[1]) for name, light in lamps.items()]
    lines = ["{}: red {:.2f}, green {:.0f}, blue {:.2f}".format(*line) for line in words]
    return plots.titled(panel, *lines)


def pieces(target=None, second=None):
    """Superpixels, and which one of the reference each of them is given."""
    return Figure(
        _pieces,
        {
            "count": Slider(20, 400, 100, 20, label="superpixels, about"),
            "times": Slider(1, 20, 3, 1, label="how often one may be chosen"),
            "at": Point((60, 100), label="piece", hover=True),
        },
        **_pair(target, second),
        title="Piece by piece",
        alt="Two pictures cut into superpixels, one matched to another, and all of them painted",
    )


def _pieces(target, other, count, times, at):
    work, theirs = _work(target), _work(other)
    (labels, _), (others, colors) = (story.pieces_of(image, count) for image in (work, theirs))
    match = story.matches(work, theirs, count, times)
    chosen = labels[_within(target, work, at)]
    ours = drawing.ringed(plots.outlined(work, labels, plots.PAPER), labels == chosen, plots.ORANGE)
    found = drawing.ringed(
        plots.outlined(theirs, others, plots.PAPER),
        others == match[chosen],
        plots.ORANGE,
    )
    painted = np.rint(colors[match] * 255).astype(np.uint8)[labels]
    words = f"{len(np.unique(match))} of {len(colors)} are used"
    return {
        "target": _as_large_as(target, ours),
        "reference": found,
        "painted": _as_large_as(target, painted),
        "used": plots.titled(_used(match, colors), words),
    }


def _used(match, colors):
    """How often each superpixel of the reference is used, in its own colour."""
    counts = np.bincount(match, minlength=len(colors)).astype(float)
    return drawing.bars(counts, np.rint(colors * 255))


def reach(image=None):
    """Which superpixels have a say in one pixel."""
    return Figure(
        _reach,
        {
            "place": Slider(1, 30, 10, 1, label="spread in place δs"),
            "color": Slider(0.02, 0.5, 0.1, 0.02, label="spread in colour δc"),
            "count": Slider(20, 400, 200, 20, label="superpixels, about"),
            "at": Point((60, 40), label="pixel", hover=True),
        },
        image=experiments.picture("coffee", SIDE) if image is None else image,
        title="Who has a say here?",
        alt="A picture in which the superpixels that colour one pixel are lit",
    )


def _reach(image, place, color, count, at):
    work = _work(image)
    labels, means = story.pieces_of(work, count)
    weights = story.blending(work, count, _within(image, work, at), place, color)
    lit = drawing.shares(work, labels, weights)
    panel = drawing.bars(weights, np.rint(means * 255))
    return {
        "picture": _as_large_as(image, lit),
        "shares": plots.titled(panel, *_about(weights)),
    }


def _about(shares):
    """Two lines on a row of shares: the largest, and how many count."""
    used = shares[shares > 0]
    many = np.exp(-(used * np.log(used)).sum())
    return f"largest share {shares.max():.1%}", f"as if {many:.1f} shared alike"


def attention(target=None, second=None):
    """What one superpixel looks at in the other picture."""
    return Figure(
        _attention,
        {
            "temperature": Slider(0.0009, 0.1, 0.02, 0.0001, label="temperature τ"),
            "count": Slider(20, 400, 200, 20, label="superpixels, about"),
            "center": Choice(("vector", "channel"), label="mean taken off each"),
            "at": Point((40, 100), label="piece", hover=True),
        },
        **_pair(target, second, ("astronaut", "chelsea")),
        title="Who looks at whom?",
        alt="A superpixel of one picture, and how much it attends to each one of another picture",
    )


def _attention(target, other, temperature, count, center, at):
    work, theirs = _work(target), _work(other)
    (labels, _), (others, colors) = (story.pieces_of(image, count) for image in (work, theirs))
    chosen = labels[_within(target, work, at)]
    row = story.correlations(work, theirs, count, center)[chosen : chosen + 1]
    shares = reference.attention(row, temperature)[0]
    panel = drawing.bars(shares, np.rint(colors * 255))
    panel.fill((0, panel.height), (panel.width - 60, panel.width), np.rint(shares @ colors * 255))
    words = (*_about(shares), "at the right: what it becomes")
    return {
        "target": _as_large_as(target, drawing.ringed(work, labels == chosen, plots.ORANGE)),
        "reference": drawing.shares(theirs, others, shares),
        "its attention": plots.titled(panel, *words),
    }


def moving(target=None, second=None):
    """The cloud of colours on its way, under each method."""
    return Figure(
        _moving,
        {
            "way": Slider(0, 1, 1, 0.05, label="how much of the way"),
            "method": Choice(experiments.METHODS, label="method"),
            "turn": Slider(0, 350, 30, 10, label="cube turned by", unit="degrees"),
        },
        **_pair(target, second),
        title="The moving cloud",
        alt="A cloud of colours that moves as a method moves it, beside the one that is wanted",
        before="target",
        still="method",
    )


def _moving(target, other, way, method, turn):
    target, other = _work(target), _work(other)
    result = story.transferred(method, target, other)
    mixed = np.rint(target + way * (result.astype(float) - target)).astype(np.uint8)
    distance = reference.sliced_wasserstein(mixed, other)
    words = f"{distance:.1f} levels from the reference"
    return {
        "result": mixed,
        "colours": plots.titled(drawing.cloud(drawing.some(mixed), turn=turn), words),
        "colours wanted": plots.titled(
            drawing.cloud(drawing.some(other), turn=turn), "the reference's"
        ),
    }


def methods(target=None, second=None):
    """All methods side by side, on two photos of one's own."""
    return Figure(
        _methods,
        {
            "temperature": Slider(0.0009, 0.1, 0.02, 0.0001, label="temperature τ"),
            "place": Slider(1, 30, 10, 1, label="spread in place δs"),
            "color": Slider(0.02, 0.5, 0.1, 0.02, label="spread in colour δc"),
            "count": Slider(20, 400, 200, 20, label="superpixels, about"),
            "regrained": Toggle(True, label="give the gradients back"),
        },
        **_pair(target, second),
        title="All methods side by side",
        alt="Two pictures, and what every method of the chapter makes of them",
        before="target",
    )


def _methods(target, other, temperature, place, color, count, regrained):
    target, other = _work(target), _work(other)
    kernel = (place, color, regrained)
    made = {
        "superpixels": lambda: story.by_colors(target, other, count, *kernel),
        "super-features": lambda: story.by_features(target, other, count, temperature, *kernel),
    }
    pictures = {"target": target, "reference": other}
    for method in experiments.METHODS:
        make = made.get(method, lambda method=method: story.transferred(method, target, other))
        pictures[method.partition(" (")[0]] = make()
    return pictures


FIGURES = (
    a_pixel,
    moments,
    turns,
    lamp,
    pieces,
    reach,
    attention,
    moving,
    methods,
)
