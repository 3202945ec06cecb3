"""A twin's docstring with what it leaves to the reference's."""

import inspect
import sys
import types

import pytest

from coursekit.core import docstrings

REFERENCE = """\
Blur: average the neighbours.

Keeps the mean.

Parameters
----------
image : (H, W) uint8
    or float
low, high : float, in pixels
border : name of a border

Returns
-------
Array of image's shape.

Convention
----------
Rounded half to even.

Raises
------
ValueError : low > high.

References
----------
Gauss 1809, §3. Taught in 04 §5.

Examples
--------
>>> 1 + 1
2
"""


def joined(own, reference=REFERENCE, **more):
    return docstrings.sections(docstrings.joined(own, reference, **more))


def test_one_line_inherits_all_but_the_summary_and_the_examples():
    inherited = docstrings.sections(REFERENCE)
    del inherited["Examples"]
    assert joined("Blur of a batch.") == {**inherited, "": "Blur of a batch.\n\nKeeps the mean."}


def test_an_entry_replaces_the_reference_s_and_leaves_its_neighbours():
    own = "Blur.\n\nParameters\n----------\nimage : (..., C, H, W)\nhigh : float"
    assert joined(own)["Parameters"].splitlines() == [
        "image : (..., C, H, W)",
        "high : float",
        "low : float, in pixels",
        "border : name of a border",
    ]


def test_an_entry_of_several_names_replaces_each_of_them_once():
    own = "Blur.\n\nParameters\n----------\nlow, border : anything"
    assert joined(own)["Parameters"].splitlines() == [
        "image : (H, W) uint8",
        "    or float",
        "low, border : anything",
        "high : float, in pixels",
    ]


def test_further_results_come_after_the_reference_s():
    reference = "Find.\n\nReturns\n-------\nrows : (N,)\n\nAll are arrays."
    own = "Find.\n\nReturns\n-------\ncounts : list of int\nrows : (N,) tensor"
    text = "rows : (N,) tensor\ncounts : list of int\n\nAll are arrays."
    assert joined(own, reference)["Returns"] == text


def test_a_result_without_a_name_replaces_the_reference_s():
    assert joined("Blur.\n\nReturns\n-------\nTensor.")["Returns"] == "Tensor."


@pytest.mark.parametrize("title", ["Convention", "References"])
def test_conventions_and_sources_come_after_the_reference_s(title):
    own = f"Blur.\n\n{title}\n{'-' * len(title)}\nMore."
    assert joined(own)[title] == f"{docstrings.sections(REFERENCE)[title]}\n\nMore."


def test_errors_replace_the_reference_s():
    assert joined("Blur.\n\nRaises\n------\nTypeError : no.")["Raises"] == "TypeError : no."


def test_sources_end_with_where_the_gpu_is_taught():
    sources = joined("Blur.", taught="04 §9")["References"]
    assert sources == "Gauss 1809, §3. Taught in 04 §5.\nOn the GPU: 04 §9."


def test_joining_twice_adds_nothing():
    own = "Blur.\n\nMore.\n\nConvention\n----------\nWithin 1e-6."
    once = docstrings.joined(own, REFERENCE, "04 §9")
    assert docstrings.joined(once, REFERENCE, "04 §9") == once


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """A package whose reference cannot be imported, and a module for its gpu."""
    folder = tmp_path / "lesson"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "reference.py").write_text(
        'raise ImportError\n\ndef blur(image):\n    """Blur: average.\n\n    Keeps the mean."""\n\n'
        'class Finder:\n    """Find."""\n\n    def find(self):\n        """Find all."""\n\n'
        '    @property\n    def count(self):\n        """How many."""\n'
    )
    monkeypatch.syspath_prepend(tmp_path)
    gpu = types.ModuleType("lesson.gpu", "Batches.\n\nTaught in 04 §9.")
    monkeypatch.setitem(sys.modules, "lesson.gpu", gpu)
    program = (
        'def blur(image):\n    """Blur of a batch."""\n\ndef _blur(image): ...\n\n'
        'class Finder:\n    """Find in a batch."""\n\n    def find(self): ...\n\n'
        "    @property\n    def count(self): ...\n"
    )
    exec(program, vars(gpu))
    yield gpu
    sys.modules.pop("lesson", None)


def test_functions_classes_methods_and_properties_are_completed_without_an_import(chapter):
    docstrings.complete("lesson.gpu")
    assert inspect.getdoc(chapter.blur) == "Blur of a batch.\n\nKeeps the mean."
    assert chapter.Finder.__doc__ == "Find in a batch."
    assert chapter.Finder.find.__doc__ == "Find all."
    assert chapter.Finder.count.__doc__ == "How many."


def test_what_a_gpu_imports_from_elsewhere_is_left_alone(chapter):
    def blur(image):
        """Blur of another chapter."""

    chapter.blur = blur
    docstrings.complete("lesson.gpu")
    assert blur.__doc__ == "Blur of another chapter."
