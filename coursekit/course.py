"""Where the course is: lessons, exercises, solutions, and the tests that check and grade them.

A checkout has them at its top level; a wheel contains the same folders in ``_course``.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent
_IN_A_WHEEL = PACKAGE / "_course"
NOTE = ".coursekit.json"  # in a folder that `coursekit lab` has filled


def shipped():
    """The folder of the course that came with this package."""
    return _IN_A_WHEEL if _IN_A_WHEEL.is_dir() else PACKAGE.parent


def is_checkout():
    """Whether this is a checkout for authors, with the text of the notebooks."""
    return (shipped() / "notebooks" / "src").is_dir()


def roots():
    """Where to look for a course: here and above, nearest first, then the shipped one."""
    here = Path.cwd()
    return list(dict.fromkeys([here, *here.parents, shipped()]))


def folder(holding="solutions"):
    """The course's folder: the one that contains the current folder, or else the shipped one.

    A folder filled by ``coursekit lab`` does not count: it belongs to a reader.
    """
    for root in roots():
        if (root / holding).is_dir() and not (root / NOTE).exists():
            return root
    return shipped()


def test_folders():
    """The folders of exercise tests: here or above, nearest first, then the shipped one."""
    folders = (root / "tests" / "exercises" for root in roots())
    return [folder for folder in folders if folder.is_dir()]
