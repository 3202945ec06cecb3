"""What is said of a scene: sentences are made from it, and any sentence is parsed and checked.

The grammar, on the words that ``text.tokenize`` gives::

    sentence  = [opening] clause {"and" clause}
    opening   = "there is" | "one shape" | "two shapes" | "three shapes"
    clause    = thing | thing place | thing link thing
    thing     = ("a" | "an") [size] colour shape
    place     = "at the top left" | ... | "in the middle"
    link      = "to the left of" | "left of" | "above" | ... | "larger than" | "smaller than"
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np

from coursekit.captioning.data.synthetic import COLORS, KINDS, RADII, Scene
from coursekit.captioning.shared import require_caption, require_instance, require_list
from coursekit.captioning.text import tokenize
from coursekit.core import require
from coursekit.core.types import Integer

CAPTIONS = 5  # of each scene
RELATION_BONUS = 0.3  # for saying how things stand to each other, lest nobody risk it
SLANT = 1.4  # left of, only where it is farther across than down by this factor

PLACES = {
    "at the top left": (0, 0),
    "at the top": (0, 1),
    "at the top right": (0, 2),
    "on the left": (1, 0),
    "in the middle": (1, 1),
    "on the right": (1, 2),
    "at the bottom left": (2, 0),
    "at the bottom": (2, 1),
    "at the bottom right": (2, 2),
}
LINKS = {
    "to the left of": "left",
    "left of": "left",
    "to the right of": "right",
    "right of": "right",
    "above": "above",
    "over": "above",
    "below": "below",
    "under": "below",
    "larger than": "larger",
    "smaller than": "smaller",
}
OPENINGS = {"there is": None, "one shape": 1, "two shapes": 2, "three shapes": 3}

_HOLDS = {
    "left": lambda a, b: b.column - a.column > SLANT * abs(b.row - a.row),
    "right": lambda a, b: a.column - b.column > SLANT * abs(b.row - a.row),
    "above": lambda a, b: b.row - a.row > SLANT * abs(b.column - a.column),
    "below": lambda a, b: a.row - b.row > SLANT * abs(b.column - a.column),
    "larger": lambda a, b: (a.size, b.size) == ("large", "small"),
    "smaller": lambda a, b: (a.size, b.size) == ("small", "large"),
}


# ------------------------------------------------------------------ sentences

SIZED = 0.7  # of the sentences name sizes

# {0} is a thing, {at0} its place, {link} what stands between the first two
_RELATED = {
    2: (
        "{0} {link} {1}",
        "{0} {link} {1}",
        "there is {0} {link} {1}",
        "two shapes: {0} {link} {1}",
        "{0} {at0} and {1} {at1}",
    ),
    3: (
        "{0} {link} {1} and {2}",
        "{0} {link} {1} and {2}",
        "{0} {link} {1} and {2} {at2}",
        "there is {0} {link} {1} and {2}",
        "three shapes: {0} {link} {1} and {2}",
    ),
}
_PLAIN = {
    1: ("{0} {at0}", "there is {0} {at0}", "{0}", "there is {0}", "one shape: {0}"),
    2: ("{0} {at0} and {1} {at1}", "{0} and {1}", "two shapes: {0} and {1}"),
    3: ("{0} and {1} and {2}", "there is {0} and {1} and {2}", "three shapes: {0} and {1} and {2}"),
}


def sentences(scene: Scene, seed: Integer = 0, count: Integer = CAPTIONS) -> list[str]:
    """Make true sentences about a scene, all different.

    Parameters
    ----------
    scene : Scene
    seed : int, 0 or more
    count : int, at most 8

    Returns
    -------
    list of str, as people write: a capital first, a full stop last
    """
    require_instance(scene, "scene", Scene)
    seed = require.whole(seed, "seed", 0, np.inf)
    count = require.whole(count, "count", 1, 8)
    rng = np.random.default_rng((seed, scene.light))
    made = {}
    while len(made) < count:
        made.setdefault(_sentence(rng, scene.shapes))
    return list(made)


def _sentence(rng, shapes):
    """Name the shapes as one reads, or the other way round, and how the first two stand."""
    shapes, links = _related(sorted(shapes, key=lambda shape: shape.cell)[:: _drawn(rng, (1, -1))])
    pattern = _drawn(rng, (_RELATED if links else _PLAIN)[len(shapes)])
    sized = rng.random() < SIZED
    parts = {f"at{n}": _place(shape) for n, shape in enumerate(shapes)}
    parts |= {"link": _drawn(rng, links)} if links else {}
    text = pattern.format(*(_thing(shape, sized) for shape in shapes), **parts)
    return f"{text[0].upper()}{text[1:]}."


def _related(shapes):
    """The shapes, in another order where the first two stand in no relation; and how they stand."""
    for order in permutations(shapes):
        links = [words for words, name in LINKS.items() if order[1:] and _HOLDS[name](*order[:2])]
        if links:
            return order, links
    return shapes, []


def _drawn(rng, choices):
    return choices[rng.integers(len(choices))]


def _thing(shape, sized):
    words = [shape.size] * sized + [shape.color, shape.kind]
    return " ".join(["an" if words[0] == "orange" else "a", *words])


def _place(shape):
    return next(words for words, cell in PLACES.items() if cell == shape.cell)


# ------------------------------------------------------------------ what a sentence claims


@dataclass(frozen=True)
class Thing:
    """A thing that a sentence names; size and cell are None where it does not say."""

    kind: str
    color: str
    size: str | None = None
    cell: tuple[int, int] | None = None


@dataclass(frozen=True)
class Claims:
    """All that a sentence says.

    things : tuple of Thing
    links : tuple of (first, link, second), numbers of things and a value of LINKS
    count : how many shapes it says there are, or None
    """

    things: tuple[Thing, ...]
    links: tuple[tuple[int, str, int], ...]
    count: int | None


class _Unparsed(Exception):
    """The words are no sentence."""


def parse(sentence: str | Sequence[str]) -> Claims | None:
    """Read what a sentence claims.

    Parameters
    ----------
    sentence : str, or list of words as ``text.tokenize`` gives them

    Returns
    -------
    Claims, or None where the words are no sentence of the grammar
    """
    words = tokenize(sentence) if isinstance(sentence, str) else require_caption(sentence)
    try:
        return _Reader(words).sentence()
    except _Unparsed:
        return None


class _Reader:
    """Reads words from left to right, a phrase at a time, the longest that fits."""

    def __init__(self, words):
        self.words, self.things, self.links = words, [], []

    def sentence(self):
        count = self.phrase(OPENINGS, optional=True)
        self.clause()
        while self.words:
            self.phrase({"and": None})
            self.clause()
        return Claims(tuple(self.things), tuple(self.links), OPENINGS.get(count))

    def clause(self):
        first = self.thing()
        if link := self.phrase(LINKS, optional=True):
            second = self.thing()
            self.things += [Thing(*first), Thing(*second)]
            self.links.append((len(self.things) - 2, LINKS[link], len(self.things) - 1))
        else:
            self.things.append(Thing(*first, PLACES.get(self.phrase(PLACES, optional=True))))

    def thing(self):
        article = self.phrase(("an", "a"))
        size = self.phrase(RADII, optional=True)
        color = self.phrase(COLORS)
        if article != ("an" if color == "orange" and not size else "a"):
            raise _Unparsed
        return self.phrase(KINDS), color, size

    def phrase(self, phrases, optional=False):
        """Take the longest phrase that comes next; None where an optional one is not there."""
        for phrase in sorted(phrases, key=len, reverse=True):
            wanted = phrase.split()
            if self.words[: len(wanted)] == wanted:
                del self.words[: len(wanted)]
                return phrase
        if optional:
            return None
        raise _Unparsed


@dataclass(frozen=True)
class Verdict:
    """What became of a sentence.

    error : None where every claim is true, else the first kind that fails: "grammar", "count",
        "attributes", "place" or "relation"
    complete : every shape of the scene is named
    related : the sentence says how one thing stands to another
    """

    error: str | None
    complete: bool = False
    related: bool = False


def check(sentence: str | Sequence[str], scene: Scene) -> Verdict:
    """Check every claim of a sentence against the scene.

    Parameters
    ----------
    sentence : str or list of words
    scene : Scene

    Returns
    -------
    Verdict

    Convention
    ----------
    Things are different shapes: a sentence that names one shape twice is false. Where several
    shapes fit, the sentence is true if any choice makes it so.
    """
    require_instance(scene, "scene", Scene)
    claims = parse(sentence)
    if claims is None:
        return Verdict("grammar")
    said = {"complete": len(claims.things) >= len(scene.shapes), "related": bool(claims.links)}
    if claims.count not in (None, len(scene.shapes)):
        return Verdict("count", **said)
    choices = list(permutations(scene.shapes, len(claims.things)))
    for error, holds in (("attributes", _looks), ("place", _stands), ("relation", _relates)):
        choices = [shapes for shapes in choices if holds(claims, shapes)]
        if not choices:
            return Verdict(error, **said)
    return Verdict(None, **said)


def _looks(claims, shapes):
    return all(
        (thing.kind, thing.color) == (shape.kind, shape.color) and thing.size in (None, shape.size)
        for thing, shape in zip(claims.things, shapes, strict=True)
    )


def _stands(claims, shapes):
    pairs = zip(claims.things, shapes, strict=True)
    return all(thing.cell in (None, shape.cell) for thing, shape in pairs)


def _relates(claims, shapes):
    return all(_HOLDS[link](shapes[a], shapes[b]) for a, link, b in claims.links)


def tally(said: Sequence[str | Sequence[str]], scenes: Sequence[Scene]) -> dict[str, float]:
    """Check one sentence for each scene, and count.

    Parameters
    ----------
    said : list of str, or of lists of words
    scenes : list of Scene, as many

    Returns
    -------
    dict of shares in [0, 1]: "true", "complete" (and true), "related", "relation true" (of those
    related; NaN where there are none), and one for each error, "grammar" first
    """
    verdicts = _verdicts(said, scenes)
    errors = Counter(verdict.error for verdict in verdicts)
    total, related = len(verdicts), [v for v in verdicts if v.related]
    right = [v for v in related if v.error is None]
    shares = {
        "true": errors[None] / total,
        "complete": sum(v.complete and v.error is None for v in verdicts) / total,
        "related": len(related) / total,
        "relation true": len(right) / len(related) if related else float("nan"),
    }
    kinds = ("grammar", "count", "attributes", "place", "relation")
    return shares | {kind: errors[kind] / total for kind in kinds}


def rewards(said: Sequence[str | Sequence[str]], scenes: Sequence[Scene]) -> list[float]:
    """Reward one sentence for each scene that is true, complete, and says how things stand.

    Parameters
    ----------
    said : list of str, or of lists of words
    scenes : list of Scene, as many

    Returns
    -------
    list of float: 0 where a claim is false or a shape is left out, 1 where all is true and named,
    and RELATION_BONUS more where it also says how one thing stands to another
    """
    return [
        (v.error is None and v.complete) * (1 + RELATION_BONUS * v.related)
        for v in _verdicts(said, scenes)
    ]


def _verdicts(said, scenes):
    require_list(said, "said", "a list of sentences")
    require_list(scenes, "scenes", "a list of scenes")
    if len(said) != len(scenes) or not said:
        raise ValueError(
            f"said: expected a sentence for each scene, got {len(said)} for {len(scenes)}"
        )
    return [check(words, scene) for words, scene in zip(said, scenes, strict=True)]
