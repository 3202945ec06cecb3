"""What answers do without is known from the test file, and seen in an answer's code."""

import functools
import linecache
from types import FunctionType

import numpy as np
import pytest

from coursekit.lab.check.forbidden import forbidden_by, used

FORBIDDEN = ("coursekit.edges", "cv2.medianBlur", "scipy.ndimage", "numpy.fft.fft2")
GIVEN = ("coursekit.edges.reference.hysteresis",)
IMPORTS = """
import cv2
import numpy as np
import scipy.ndimage as ndi
from coursekit.edges import reference
from coursekit.edges.reference import hysteresis, sobel
from cv2 import medianBlur as other_name
from scipy.ndimage import median_filter
"""


def answer(body):
    """A function of a notebook whose body this is, with a helper beside it."""
    source = f"{IMPORTS}\ndef helper(x):\n    return cv2.medianBlur(x, 3)\n"
    source += f"def answer(image):\n    {body}\n"
    linecache.cache["<notebook>"] = (len(source), None, source.splitlines(True), "<notebook>")
    namespace = {"__name__": "__main__"}
    exec(compile(source, "<notebook>", "exec"), namespace)
    assert isinstance(namespace["answer"], FunctionType)
    return namespace["answer"]


class _Called:
    """An object that is called like a function, and is no key of a dict."""

    __hash__ = None

    def __init__(self, function):
        self.__call__ = function


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return cv2.medianBlur(image, 3)", ["cv2.medianBlur"]),
        ("return other_name(image, 3)", ["cv2.medianBlur"]),
        ("return helper(image)", ["cv2.medianBlur"]),
        ("return ndi.median_filter(image, 3)", ["scipy.ndimage.median_filter"]),
        ("return median_filter(image, 3)", ["scipy.ndimage"]),
        ("import scipy.ndimage as n; return n.sobel(image)", ["scipy.ndimage"]),
        ("from cv2 import medianBlur; return medianBlur(image, 3)", ["cv2.medianBlur"]),
        ("return np.fft.fft2(image)", ["numpy.fft.fft2"]),
        ("return reference.sobel(image, 1, 0)", ["coursekit.edges.reference.sobel"]),
        ("return reference.hysteresis(image, image)", []),
        ("return hysteresis(image, image)", []),
        ("return cv2.blur(np.fft.ifft2(image), (3, 3))", []),
    ],
)
def test_what_an_answer_uses_is_seen(body, told):
    found = used(answer(body), FORBIDDEN, GIVEN)
    assert bool(found) == bool(told)
    assert all(any(f"{one}.".startswith(f"{name}.") for one in found) for name in told), found


@pytest.mark.parametrize("wrapped", [functools.cache, np.vectorize, functools.partial, _Called])
def test_an_answer_need_be_no_plain_function(wrapped):
    told = used(wrapped(answer("return cv2.medianBlur(image, 3)")), FORBIDDEN, GIVEN)
    assert told in ([], ["cv2.medianBlur"])
    assert told or wrapped is not functools.cache


def test_a_test_file_says_what_its_answers_do_without(tmp_path):
    tests = tmp_path / "test_05_edges.py"
    tests.write_text('FORBIDDEN = ("cv2.Canny",)\nGIVEN = ("coursekit.edges.data",)\n')
    assert forbidden_by(tests) == (("coursekit.edges", "cv2.Canny"), ("coursekit.edges.data",))
    assert forbidden_by(tmp_path / "test_01_made.py") == ((), ())


def test_check_warns_in_time(tmp_path, monkeypatch, capsys):
    from coursekit.lab import check

    folder = tmp_path / "tests" / "exercises"
    folder.mkdir(parents=True)
    (folder / "test_05_edges.py").write_text(
        "import pytest\nFORBIDDEN = ('cv2.medianBlur',)\n"
        "@pytest.mark.exercise('answer')\ndef test_it(student):\n    student.answer(1)\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COURSEKIT_HOME", str(tmp_path))
    check(answer("cv2.medianBlur; return image"))
    assert "answer uses cv2.medianBlur, which is not allowed when" in capsys.readouterr().out
