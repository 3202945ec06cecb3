"""The interactive figures of chapter 09."""

from coursekit.core import extras

extras.require("torch", "cv2", "ipywidgets", "matplotlib")

import numpy as np

from coursekit.captioning.data import claims
from coursekit.captioning.data.synthetic import COLORS, KINDS, SIDE, Scene, Shape, scene
from coursekit.captioning.explore import drawing, trace
from coursekit.lab import plots
from coursekit.lab.figure import Choice, Figure, Slider, Toggle

LARGE, SMALL = 288, 60  # pixels: sides of a picture alone, and of one among many
PAGES = 60  # scenes to turn over
FIRST = 27  # the scene that figures begin with
MOST = trace.LONGEST  # words that a figure goes along with
BARS = 10
HOT = 2  # a temperature at which the network says what it does not believe


def _pages():
    return Slider(0, PAGES, 0, 1, label="made scene (0: the picture itself, or your own)")


def _page(image, page):
    """The picture of a page: the reader's own one, or a scene."""
    return plots.color(image) if page == 0 else scene("test", FIRST + page).image()


def _first():
    return scene("test", FIRST).image()


def album():
    """Scenes, and what people might say of them."""
    return Figure(
        _album,
        {
            "page": Slider(0, 200, 0, 1, label="page"),
            "shapes": Choice(("any", "1", "2", "3"), "any", label="shapes on it"),
        },
        title="An album of scenes",
        alt="A picture of one to three coloured shapes, and five true captions of it",
    )


def _album(page, shapes):
    found = (scene("test", number) for number in range(FIRST, 10_000))
    wanted = [one for one in _some(found, shapes, page + 1)][-1]
    spoken = claims.sentences(wanted)
    return {
        "scene": plots.resized(wanted.image(), LARGE),
        "five captions": plots.words(spoken, 420),
    }


def _some(scenes, shapes, count):
    for one in scenes:
        if shapes in ("any", str(len(one.shapes))):
            yield one
            count -= 1
        if not count:
            return


def seen():
    """What the encoder sees of a shape that moves: the map moves too, the vector stays."""
    return Figure(
        _seen,
        {
            "column": Slider(10, 54, 34, 4, label="where it is", unit="pixels from the left"),
            "kind": Choice(KINDS, "ring", label="shape"),
            "color": Choice(tuple(COLORS), "red", label="colour"),
        },
        title="Map and vector",
        alt="A shape, the map of 8 x 8 places that the encoder makes of it, and the map's mean",
    )


def _moved(kind, color, column):
    shape = Shape(kind, color, "large", SIDE / 2, float(column), 9.0, 0.1)
    return Scene((shape,), light=3).image()


def _seen(column, kind, color):
    picture, at_left = _moved(kind, color, column), _moved(kind, color, 10)
    grid, first = trace.grid(picture), trace.grid(at_left)
    strength = np.linalg.norm(grid - trace.grid(Scene((), light=3).image()), axis=0)
    vector, before = grid.mean((1, 2)), first.mean((1, 2))
    words = (
        "changed, against the shape at the left:",
        f"map {_change(grid, first):.0%}, vector {_change(vector, before):.0%}",
    )
    return {
        "picture": plots.resized(picture, LARGE),
        "map: how much each place sees": drawing.heat(strength, LARGE),
        "vector: the mean of each of its numbers": drawing.stems(vector, before, words),
    }


def _change(now, before):
    return np.linalg.norm(now - before) / np.linalg.norm(before)


def next_word(image=None):
    """How likely each next word is, at any temperature."""
    return Figure(
        _next_word,
        {
            "temperature": Slider(0.1, 3, 1, 0.1, label="temperature"),
            "words": Slider(0, MOST, 1, 1, label="words said"),
            "page": _pages(),
        },
        image=_first() if image is None else image,
        title="The next word",
        alt="A picture, what was said of it so far, and bars for the likeliest next words",
    )


def _next_word(image, temperature, words, page):
    picture = _page(image, page)
    spoken = trace.of(picture, trace.greedy(picture))
    words = min(words, len(spoken.words) - 1)
    shares = trace.probabilities(spoken.logits[words], temperature)
    best = np.argsort(-shares, kind="stable")[:BARS]
    names = [trace.captioner().vocabulary.words[number] for number in best]
    bars = drawing.word_bars(names, shares[best], 0)
    rest = f"all other words together: {_percent(1 - shares[best].sum())}"
    said = " ".join(spoken.words[:words]) or "(nothing yet)"
    above = plots.Panel(74, bars.width).put(plots.words((f"said: {said}",), bars.width))
    below = plots.words((rest,), bars.width)
    return {
        "picture": plots.resized(picture, LARGE),
        "the next word": plots.stacked(above, bars, below),
    }


def beam(image=None):
    """Several captions in mind: the beam as a tree that grows."""
    return Figure(
        _beam,
        {
            "steps": Slider(1, MOST, 8, 1, label="words said"),
            "width": Slider(1, 5, 3, 1, label="beam width"),
            "page": _pages(),
        },
        image=_first() if image is None else image,
        title="The beam",
        alt="A tree of words that grows downwards; the branch that wins is orange",
    )


def _beam(image, steps, width, page):
    picture = _page(image, page)
    levels = trace.branches(picture, width, steps)
    best = trace.of(picture, trace.likeliest(picture, width))
    greedy = trace.of(picture, trace.greedy(picture))
    words = (
        (f"beam: {best.text} ({_percent(best.probability)})", plots.ORANGE),
        f"greedy: {greedy.text} ({_percent(greedy.probability)})",
    )
    return {
        "picture": plots.resized(picture, LARGE),
        "unfinished captions": drawing.tree(levels, max(width, 3)),
        "said in the end": plots.Panel(162, 300).put(plots.words(words, 300)),
    }


def attention(image=None):
    """Where the network looks while it says each word."""
    return Figure(
        _attention,
        {
            "word": Slider(1, MOST, 3, 1, label="word"),
            "how": Choice(("greedy", "drawn hot"), "greedy", label="caption"),
            "smooth": Toggle(True, label="smooth"),
            "page": _pages(),
        },
        image=_first() if image is None else image,
        title="Where it looks",
        alt="A picture, dark where the network does not look while it says the word",
    )


def _attention(image, word, how, smooth, page):
    picture = _page(image, page)
    numbers = trace.greedy(picture) if how == "greedy" else trace.sampled(picture, HOT, 0)[0]
    spoken = trace.of(picture, numbers)
    word = min(word, len(spoken.words)) - 1
    return {
        "picture": plots.resized(picture, LARGE),
        "this word": drawing.attention_map(picture, spoken.attention[word], LARGE, smooth),
        "word by word": _strip(picture, spoken, len(spoken.words), word, smooth),
    }


def _percent(share):
    """A share as text that is not broken before its sign."""
    return drawing.percent(share).replace(" ", "\u00a0")


def _strip(picture, spoken, count, current=None, smooth=True):
    """Small pictures of where it looked, for the first words; the others stay empty."""
    small = plots.resized(picture, SMALL)
    tiles, words = [], []
    for number, word in enumerate(spoken.words):
        said = number < count
        looked = drawing.attention_map(small, spoken.attention[number], SMALL, smooth)
        tiles.append(looked if said else np.full_like(looked, 245))
        words.append(word if said else "")
    return drawing.attention_maps(tiles, words, current=current)


def speak(image=None):
    """A photo or a scene: watch the words come, with where it looks, and five alternatives."""
    return Figure(
        _speak,
        {
            "temperature": Slider(0.1, 3, 0.7, 0.1, label="temperature"),
            "words": Slider(1, MOST, MOST, 1, label="words said"),
            "which": Slider(1, trace.ALTERNATIVES, 1, 1, label="alternative"),
            "dice": Slider(0, 50, 0, 1, label="throw of the dice"),
            "page": _pages(),
        },
        image=_first() if image is None else image,
        title="Picture in, sentence out",
        alt="A picture, where the network looks at each word it says, and five captions",
    )


def _speak(image, words, temperature, which, dice, page):
    picture = _page(image, page)
    spoken = [trace.of(picture, n) for n in trace.sampled(picture, temperature, dice)]
    lines = []
    for number, one in enumerate(spoken, start=1):
        text = f"{number}  {one.text} ({_percent(one.probability)})"
        lines.append((text, plots.ORANGE if number == which else plots.INK))
    chosen = spoken[which - 1]
    return {
        "picture": plots.resized(picture, LARGE),
        "five alternatives": plots.words(lines, 500),
        "word by word": _strip(picture, chosen, words, words - 1),
    }


FIGURES = (album, seen, next_word, beam, attention, speak)
