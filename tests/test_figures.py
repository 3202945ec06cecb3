"""Every figure of every chapter: what it draws, what its controls do, how it says it."""

import ast
import hashlib
import importlib
import inspect
import pickle
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from coursekit.lab import plots

LEGIBLE = 12  # pixels of letters: what the front end keeps to in a notebook
ROOT = Path(__file__).parents[1]
EXPLORED = {path.parent.name: path for path in sorted(ROOT.glob("coursekit/*/explore"))}


def listed(chapter):
    """The names in a chapter's FIGURES, read without importing what draws them."""
    source = (EXPLORED[chapter] / "__init__.py").read_text("utf-8")
    (table,) = (
        node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FIGURES"
    )
    return [ast.unparse(name) for name in table.elts]


def maker(chapter, name):
    return getattr(importlib.import_module(f"coursekit.{chapter}.explore"), name)


FIGURES = [
    pytest.param(chapter, name, id=f"{chapter}-{name}")
    for chapter in EXPLORED
    for name in listed(chapter)
]


class Drawn:
    """A figure, and what it has drawn so far: several tests ask for the same pictures."""

    def __init__(self, make):
        self.figure, self._seen = make(), {}

    def at(self, **values):
        """Title, dtype, shape and fingerprint of each picture that the figure draws."""
        asked = pickle.dumps(sorted((self.figure.defaults | values).items()))
        if asked not in self._seen:
            self._seen[asked] = fingerprints(self.figure(**values))
        return self._seen[asked]

    def reachable(self, name, **others):
        """What is drawn at every position of one control."""
        for value in self.figure.ranges[name].positions():
            try:
                yield self.at(**others | {name: value})
            except ValueError:  # low above high, or a point outside
                continue

    def corners(self):
        """Values to try: the defaults, and all controls at their first or last position."""
        yield {}
        for end in (0, -1):
            values = {n: self.figure._positions(n)[end] for n in self.figure.ranges}
            if all(values[low] <= values[high] for low, high in self.figure.ordered):
                yield values

    def is_moved_by(self, name, **others):
        """Whether a control changes a picture; no more is drawn than it takes to say so."""
        seen = set()
        for found in self.reachable(name, **others):
            seen.add(found)
            if len(seen) > 1:
                return True
        return False


@cache
def drawn(chapter, name):
    return Drawn(maker(chapter, name))


def fingerprints(pictures):
    return tuple(
        (title, picture.dtype.str, picture.shape, hashlib.sha256(picture.tobytes()).digest())
        for title, picture in sorted(pictures.items())
    )


def assert_pictures(found):
    for _, dtype, shape, _ in found:
        assert dtype == "|u1" and np.prod(shape) > 0
        assert len(shape) == 2 or shape[2:] == (3,)


@pytest.mark.parametrize("chapter", EXPLORED)
def test_the_list_of_figures_is_read_right(chapter):
    figures = importlib.import_module(f"coursekit.{chapter}.explore").FIGURES
    assert [make.__name__ for make in figures] == listed(chapter)


@pytest.mark.parametrize("chapter", EXPLORED)
def test_a_lesson_shows_every_figure_of_its_chapter(chapter):
    (lesson,) = ROOT.glob(f"notebooks/src/[0-9][0-9]_{chapter}.py")
    text = lesson.read_text("utf-8")
    assert [name for name in listed(chapter) if f"explore.{name}(" not in text] == []


@pytest.mark.parametrize(("chapter", "name"), FIGURES)
def test_a_figure_shows_pictures_at_the_ends_of_its_controls(chapter, name):
    figure = drawn(chapter, name)
    shown = [figure.at(**values) for values in figure.corners()]
    for control in figure.figure.ranges:
        shown += figure.reachable(control)
    for found in shown:
        assert_pictures(found)
    assert len(set(shown)) > 1, "nothing changes"


@pytest.mark.thorough
@pytest.mark.parametrize(("chapter", "name"), FIGURES)
def test_a_figure_shows_pictures_at_every_extreme(chapter, name):
    figure = drawn(chapter, name)
    shown = {figure.at(**values) for values in figure.figure.extremes()}
    for found in shown:
        assert_pictures(found)
    assert len(shown) > 1, "nothing changes"


@pytest.mark.parametrize(("chapter", "name"), FIGURES)
def test_every_control_of_a_figure_changes_a_picture(chapter, name):
    figure = drawn(chapter, name)
    idle = {control for control in figure.figure.ranges if not figure.is_moved_by(control)}
    for values in figure.figure.extremes() if idle else ():  # it may work only with others
        idle -= {control for control in idle if figure.is_moved_by(control, **values)}
        if not idle:
            break
    assert not idle


@pytest.mark.parametrize(("chapter", "name"), FIGURES)
def test_a_figure_is_pure(chapter, name):
    figure = maker(chapter, name)()
    before = None if figure.image is None else figure.image.copy()
    assert fingerprints(figure()) == drawn(chapter, name).at() == fingerprints(figure())
    assert figure.image is before is None or np.array_equal(figure.image, before)


@pytest.mark.parametrize(("chapter", "name"), FIGURES)
def test_a_figure_is_described_in_words(chapter, name):
    figure = drawn(chapter, name).figure
    assert inspect.getdoc(maker(chapter, name))
    assert figure.title and len(figure.alt) > 20
    assert figure.alt.rstrip(".") in figure.still().alt


class Written:
    """Every line of text that is drawn while this stands in for what draws it."""

    def __init__(self, monkeypatch):
        self.texts, self.sizes, self.places, self.cut = [], [], [], []
        self._letters, self._blend = plots._letters, plots._blend
        monkeypatch.setattr(plots, "_letters", self.letters)
        monkeypatch.setattr(plots, "_blend", self.blend)

    def letters(self, text, size, *ink):
        self.texts.append(text)
        self.sizes.append(size)
        return self._letters(text, size, *ink)

    def blend(self, image, paper, letters, left, top):
        inked = np.argwhere(paper[..., 0] < 256)
        box = np.array([inked.min(axis=0), inked.max(axis=0) + 1]) + (top, left)
        self.cut.append((box < 0).any() or (box[1] > image.shape[:2]).any())
        self.places.append(box + _corner(image))
        self._blend(image, paper, letters, left, top)

    def overlapping(self):
        """The texts of the first two that lie on each other, or None."""
        places = np.array(self.places).reshape(-1, 2, 2)
        for number, (first, last) in enumerate(places):
            later = places[number + 1 :]
            both = ((later[:, 0] < last) & (later[:, 1] > first)).all(axis=1)
            if both.any():
                return self.texts[number], self.texts[number + 1 + int(both.argmax())]
        return None


def _corner(image):
    """Row and column of a part's first pixel in the whole."""
    whole = image
    while isinstance(whole.base, np.ndarray):
        whole = whole.base
    start = (part.__array_interface__["data"][0] for part in (image, whole))
    row, byte = divmod(next(start) - next(start), whole.strides[0])
    return row, byte // whole.strides[1]


@pytest.mark.parametrize(("chapter", "name"), FIGURES)
def test_the_text_of_a_figure_can_be_read(chapter, name, monkeypatch):
    scale = LEGIBLE / plots.TEXT
    figure = drawn(chapter, name)
    for values in figure.corners():
        for title, panel in figure.figure.panels(**values).items():
            if not isinstance(panel, plots.Panel):
                continue
            written = Written(monkeypatch)
            panel.draw(scale)
            monkeypatch.undo()
            assert min(written.sizes, default=LEGIBLE) >= LEGIBLE, title
            cut = [text for text, is_cut in zip(written.texts, written.cut, strict=True) if is_cut]
            assert (cut, written.overlapping()) == ([], None), title


@pytest.mark.parametrize(("chapter", "name"), FIGURES)
def test_a_figure_takes_the_readers_own_photo(chapter, name):
    make = maker(chapter, name)
    if not drawn(chapter, name).figure.accepts_upload:
        assert make().image is None
        return
    rng = np.random.default_rng(1)
    for shape in ((61, 47, 3), (61, 47)):
        figure = make(rng.integers(0, 256, shape, dtype=np.uint8))
        assert all(picture.dtype == np.uint8 for picture in figure().values())
